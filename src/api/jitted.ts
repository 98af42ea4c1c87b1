/** What a kernel is to its user: the function it was made from, and a few members more. */
import type { Callable } from "../frontend/program.ts";
import type { AsyncOptions } from "../runtime/async.ts";
import type { KernelStats } from "../runtime/dispatcher.ts";

/** Runs the kernel on a background thread. */
export interface AsyncKernel<F extends Callable> {
  /** As a plain call, but the event loop goes on meanwhile. Errors reject the promise. */
  (...args: Parameters<F>): Promise<ReturnType<F>>;
  /** The same with a signal that aborts the kernel, and a function that is told of its progress. */
  with(options: AsyncOptions): (...args: Parameters<F>) => Promise<ReturnType<F>>;
}

export interface KernelMembers<F extends Callable> {
  /** The function as it was given to `njit`. */
  readonly jsFunction: F;
  /** The signatures compiled so far, in Numba's notation: `float64(float64[:], int32)`. */
  readonly signatures: readonly string[];
  readonly stats: KernelStats;
  /** The source, line by line, with each variable's and expression's type and range; of one signature or of all. */
  inspectTypes(signature?: string): string;
  /** The LLVM IR that numbats made. */
  inspectLLVM(signature?: string): string;
  /** The machine code as assembly. */
  inspectAsm(signature?: string): string;
  /**
   * What became of each loop (vectorised, or why not and what would allow it), and of each bounds check that is left. Asks
   * LLVM, so it takes as long as compiling.
   */
  diagnostics(signature?: string): string;
  /** Its loops over prange: 1 which run in parallel, 2 what they reduce, 3 what isn't known of them, 4 everything. */
  parallelDiagnostics(level?: 1 | 2 | 3 | 4, signature?: string): string;
  /** Runs the kernel on a background thread: `await kernel.async(...args)`. */
  readonly async: AsyncKernel<F>;
  /** Compiles for arguments of the examples' types, without a call. */
  compile(...examples: Parameters<F>): void;
  /**
   * Resolves when everything that calls and `compile` have asked for so far runs as native code: at once, unless
   * `warmup: "background"` is at work. Rejects with a ToolchainError if LLVM failed.
   */
  ready(): Promise<void>;
  /** Compiles all signatures anew, with captured values as they are now. */
  recompile(): void;
}

/** The function's own type, and the kernel's members. */
export type Jitted<F extends Callable> = F & KernelMembers<F>;
