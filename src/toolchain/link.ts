/**
 * The command that turns object files into a shared library, for each object format.
 *
 * ELF is simple: undefined symbols bind by name when the library is loaded. On macOS it is the same, but the linker wants a
 * description of the system library, and zig has its own linker in place of lld's. On Windows every imported function must
 * be found in an import library, which we make from targets/'s table; Node-API's functions are not among them (the entry
 * point looks those up in the running program, whatever it is called).
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { type Platform, WINDOWS_IMPORTS } from "../targets/target.ts";
import { type Llvm, run, type Tool } from "./llvm.ts";

export interface LinkOptions {
  /** Shared libraries to load along, found beside the addon. On Windows, their import libraries. */
  readonly libraries?: readonly string[];
  /** The name by which others load this library. */
  readonly soname?: string;
}

export interface LinkCommand {
  readonly tool: Tool;
  readonly args: readonly string[];
}

/** Zig's linker looks these two up in its library folder; we give it one with nothing else. */
const SDK_SETTINGS = '{"MinimalDisplayName":"15.0"}\n';
const LIB_SYSTEM = `--- !tapi-tbd
tbd-version: 4
targets: [ x86_64-macos, arm64-macos ]
install-name: '/usr/lib/libSystem.B.dylib'
current-version: 1
exports:
  - targets: [ x86_64-macos, arm64-macos ]
    symbols: [ dyld_stub_binder, __tlv_bootstrap ]
...
`;

function zigMachO(
  llvm: Llvm,
  platform: Platform,
  objects: readonly string[],
  outPath: string,
  options: LinkOptions,
  dir: string,
): LinkCommand {
  const system = join(dir, "zig", "libc", "darwin");
  mkdirSync(system, { recursive: true });
  writeFileSync(join(system, "SDKSettings.json"), SDK_SETTINGS);
  writeFileSync(join(system, "libSystem.tbd"), LIB_SYSTEM);
  const { libraries = [], soname = basename(outPath) } = options;
  const machine = platform.triple.startsWith("arm64") ? "aarch64" : "x86_64";
  const args = [
    "build-lib",
    "-dynamic",
    "-target",
    `${machine}-macos.11.0`,
    "-fallow-shlib-undefined",
    "-fno-compiler-rt",
    "-fstrip",
    "-O",
    "ReleaseFast",
    "--zig-lib-dir",
    join(dir, "zig"),
    "--cache-dir",
    join(dir, "cache"),
    "--global-cache-dir",
    join(dir, "cache"),
    "-install_name",
    `@rpath/${soname}`,
    ...(libraries.length === 0 ? [] : ["-rpath", "@loader_path"]),
    ...objects,
    ...libraries,
    `-femit-bin=${outPath}`,
  ];
  return { tool: { file: llvm.path, args: [] }, args };
}

/** Import libraries by machine and DLL: made once, then written where they are needed. */
const importLibraries = new Map<string, Buffer>();

function importLibrary(llvm: Llvm, machine: string, dll: string, dir: string): string {
  const path = join(dir, `${dll}.lib`);
  const key = `${machine} ${dll}`;
  const known = importLibraries.get(key);
  if (known !== undefined) {
    writeFileSync(path, known);
    return path;
  }
  const definitions = join(dir, `${dll}.def`);
  writeFileSync(definitions, `LIBRARY ${dll}\nEXPORTS\n${(WINDOWS_IMPORTS[dll] ?? []).join("\n")}\n`);
  run(llvm.dlltool, ["-d", definitions, "-l", path, "-m", machine, "-D", dll]);
  importLibraries.set(key, readFileSync(path));
  return path;
}

function coff(platform: Platform, llvm: Llvm, dir: string): readonly string[] {
  const machine = platform.triple.startsWith("x86_64") ? "i386:x86-64" : "arm64";
  return Object.keys(WINDOWS_IMPORTS).map((dll) => importLibrary(llvm, machine, dll, dir));
}

/** How `objects` become the shared library `outPath`. What the linker needs besides is written to `dir`, a temporary directory. */
export function linkCommand(
  llvm: Llvm,
  platform: Platform,
  objects: readonly string[],
  outPath: string,
  options: LinkOptions,
  dir: string,
): LinkCommand {
  if (llvm.linker === "zig-macho") return zigMachO(llvm, platform, objects, outPath, options, dir);
  const { libraries = [], soname } = options;
  const { linkFlags, objectFormat } = platform;
  const [inputs, rpath] = [[...objects, ...libraries], libraries.length > 0];
  switch (objectFormat) {
    case "coff":
      return { tool: llvm.linker, args: [...linkFlags, ...inputs, ...coff(platform, llvm, dir), `/out:${outPath}`] };
    case "macho": {
      const names = [
        ...(soname === undefined ? [] : ["-install_name", `@rpath/${soname}`]),
        ...(rpath ? ["-rpath", "@loader_path"] : []),
      ];
      return { tool: llvm.linker, args: [...linkFlags, ...names, ...inputs, "-o", outPath] };
    }
    case "elf": {
      const names = [...(soname === undefined ? [] : ["-soname", soname]), ...(rpath ? ["-rpath", "$ORIGIN"] : [])];
      return { tool: llvm.linker, args: [...linkFlags, ...names, ...inputs, "-o", outPath] };
    }
  }
}
