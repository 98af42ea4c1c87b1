/** What a pass is. The list of them is in pipeline.ts. */
import type { Func, Module, Table } from "../ir/func.ts";

export interface PassContext {
  /** Run the verifier after every pass: always in tests, on request in use. */
  readonly verify: boolean;
  /**
   * Given where what runs when a test has failed is made a function and compiled when it is needed, if it has at least so many
   * instructions: its inner loops get their versions then, too (complete-fallbacks.ts).
   */
  readonly separates?: number | undefined;
  /** Of the module that the function belongs to. */
  readonly tables: readonly Table[];
  readonly funcs: readonly Func[];
  /** The function is the kernel itself: its arrays go with the call. */
  readonly entry: boolean;
}

/** A pure function of one IR function: gives a new one, or the very one it got when it changed nothing. */
export interface Pass {
  readonly name: string;
  run(fn: Func, cx: PassContext): Func;
}

/** The module after a pass, for `explain` and for bisection. */
export interface Snapshot {
  readonly pass: string;
  readonly module: Module;
}
