/** What addons export, and what a dispatcher needs of the machine: types alone, without those of Node that their makers need. */
import type { Compiled, Stage } from "../compiler.ts";
import type { Support } from "../emit/llvm/support.ts";
import type { Target } from "../targets/target.ts";
import type { Remark } from "../toolchain/remarks.ts";

/** What a kernel's addon exports as `create`; see emit/abi.ts. */
export type CreateKernel = (
  sentinel: object,
  state: Float64Array,
  bound: readonly unknown[],
  log: (...items: unknown[]) => void,
  pool: bigint,
  random: Uint32Array,
  spare: BigUint64Array,
  fallbacks: () => bigint,
) => NativeKernel;

export type NativeKernel = (...args: readonly unknown[]) => unknown;

/** A kernel that runs in the background, as emit/abi.ts says: itself it only starts. */
export type BackgroundKernel = NativeKernel & { readonly finish: NativeKernel };

export interface LoadedAddon {
  readonly create: CreateKernel;
  /** What the cache knows it by; undefined where there is no cache. */
  readonly key?: string;
  readonly cache: "hit" | "miss" | "off";
  readonly stages: readonly Stage[];
}

/** An addon that LLVM is at work on in a process of its own. */
export interface PendingAddon {
  readonly done: Promise<LoadedAddon>;
  /** Loads the addon if it is there, without waiting for the event loop; undefined while it isn't. */
  poll(): LoadedAddon | undefined;
}

/** What native/pool.c exports. */
export interface PoolAddon {
  /** Only the first call in a process counts. */
  configure(cores: number, threads: number): void;
  setThreads(count: number): void;
  threads(): number;
  readonly address: bigint;

  // native/background.c: kernels in the background. A call's memory is what emit/abi.ts says.

  /** The callback is called after a call has ended or logged. False when that can't be done. */
  open(callback: () => void): boolean;
  /** Whether the process is to live on for the calls' sake. */
  hold(yes: boolean): void;
  /** Starts the kernel whose call has been prepared, and holds `held` until `end`. False when there is no thread for it. */
  run(memory: BackgroundMemory, held: object): boolean;
  /** Says that a call's end has been seen. */
  end(memory: BackgroundMemory): void;
  /** Takes what the call has logged. */
  logs(memory: BackgroundMemory): readonly (readonly unknown[])[];
  /** Whether `pin` may be called; asked only where the engine is Node. */
  findPinning(): boolean;
  /** Another ArrayBuffer of the same memory: it stays as long as that one lives, whatever becomes of the first. */
  pin(buffer: ArrayBuffer): ArrayBuffer;
}

/** Of one call in the background, by words. */
export type BackgroundMemory = Float64Array;

/** What an addon is made of: LLVM IR of the kernel, in one or more modules, and of the library to link them with. */
export type AddonCode = Pick<Compiled, "parts" | "support">;

/** A kernel's fallbacks, loaded. */
export interface LoadedFallbacks {
  /** Of their table; for `create`'s `fallbacks` to give. */
  readonly address: bigint;
  readonly stages: readonly Stage[];
}

/** Tests bring their own. */
export interface Loader {
  target(): Target;
  /** What shapes code beside the IR and the target. */
  toolchain(): string;
  /** Says that `load` will come soon, and likely without the cache: LLVM may start. */
  expect(): void;
  load(code: AddonCode, useCache: boolean): LoadedAddon;
  /** What the cache has under a key; undefined when that is nothing, or can't be loaded, or lacks a pool that it is to have. */
  loadStored(key: string, withPool: boolean): LoadedAddon | undefined;
  /** As `load`, without waiting for LLVM; with the thread pool, if the kernel uses it. What the cache has is there at once. */
  loadLater(code: AddonCode, useCache: boolean, usesPool: boolean): LoadedAddon | PendingAddon;
  /** What a kernel has left out: `llvm` is a module to be linked with the library. */
  loadFallbacks(llvm: string, support: Support, useCache: boolean): LoadedFallbacks;
  /** The thread pool, built and loaded when first asked for. */
  pool(): PoolAddon;
  assemble(llvm: string): string;
  /** What the optimiser's passes say of the module; `passes` is a regular expression of their names. */
  remarks(llvm: string, passes: string): readonly Remark[];
}
