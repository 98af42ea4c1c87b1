/** What addons export, and what a dispatcher needs of the machine: types alone, without those of Node that their makers need. */
import type { Stage } from "../compiler.ts";
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
) => NativeKernel;

export type NativeKernel = (...args: readonly unknown[]) => unknown;

export interface LoadedAddon {
  readonly create: CreateKernel;
  readonly cache: "hit" | "miss" | "off";
  readonly stages: readonly Stage[];
}

/** What native/pool.c exports. */
export interface PoolAddon {
  /** Only the first call in a process counts. */
  configure(cores: number, threads: number): void;
  setThreads(count: number): void;
  threads(): number;
  readonly address: bigint;
}

/** Tests bring their own. */
export interface Loader {
  target(): Target;
  load(llvm: string, useCache: boolean): LoadedAddon;
  /** The thread pool, built and loaded when first asked for. */
  pool(): PoolAddon;
  assemble(llvm: string): string;
  /** What the optimiser's passes say of the module; `passes` is a regular expression of their names. */
  remarks(llvm: string, passes: string): readonly Remark[];
}
