/**
 * The contract between a compiled kernel (emit/llvm/entry.ts writes it) and the dispatcher (runtime/ uses it).
 *
 * A kernel file is a Node-API addon that exports
 *
 *   create(sentinel: object, state: Float64Array, bound: unknown[], log: Function, pool: bigint,
 *          random: Uint32Array, spare: BigUint64Array, fallbacks: () => bigint): (...args) => result
 *
 * `create` makes one callable with its own per-environment instance. `bound` holds the captured typed arrays in
 * `EntrySpec.captured` order, then the functions of the `function` arguments in argument order. `log` is called for `console.log`.
 * `pool` is the address of native/pool.c's nb_pool_run, 0n to run parallel loops chunk by chunk; only kernels with such loops read it.
 * `random` is frontend/random.ts's RANDOM_STATE, for kernels that draw random numbers. `spare` is one word, the same for all
 * kernels of a thread and 0 at first, in which they leave the address of the memory that they keep for each other.
 * `fallbacks` is called when a kernel first needs what has been left out of its file (emit/llvm/entry-fallbacks.ts): it gives the
 * `fallbacks` that the file made of that exports, the address of its table. That file exports nothing else.
 *
 * Whoever calls the callable has made sure that every argument for a typed array is one of its kind, and has left the numbers
 * in `state`, which is STATE_WORDS long, at `passedWords` (runtime/guard.ts): the callable is given the other arguments only.
 *
 * The callable returns the result, a number as undefined after writing it to `state` (PASSED.result), or `sentinel` after writing there:
 */
import type { MESSAGE_VALUES } from "../frontend/messages.ts";
import type { EntrySpec } from "../types/signature.ts";

export const STATE = {
  /** One of STATUS. */
  status: 0,
  /** For `error`: index into Module.sites. For `misfit`, `tooLong`: the argument's index. */
  site: 1,
  /** For `error`: the offending value (the index, the length), or the first of a message's; 0 otherwise. */
  a: 2,
  /** For `error` at an index site: the array's length. From here on, the other values of a message; BigInts as their 64 bits. */
  b: 3,
  c: 4,
  d: 5,
  e: 6,
  f: 7,
} as const;

/** The words of an error's values. */
export const ERROR_VALUES = ["a", "b", "c", "d", "e", "f"] as const satisfies readonly (keyof typeof STATE)[] & {
  readonly length: typeof MESSAGE_VALUES;
};

export const STATE_WORDS = 64;

/**
 * Where in `state` the result and the first number are. JavaScript writes a double there in less than a nanosecond; Node-API takes
 * several to give an argument's value, and as many to make a number of a result.
 */
export const PASSED = { result: 8, numbers: 9 } as const;

/** For each argument the word of `state` that has it; undefined for those that are given, which in the background are all. */
export function passedWords({
  args,
  background,
}: Pick<EntrySpec, "args" | "background">): readonly (number | undefined)[] {
  let next: number = PASSED.numbers;
  return args.map(({ kind }) => {
    const passes = background === undefined && (kind === "float64" || kind === "int32") && next < STATE_WORDS;
    return passes ? next++ : undefined;
  });
}

export const STATUS = {
  ok: 0,
  /** The kernel threw; see Module.sites. */
  error: 1,
  /** An argument isn't of the specialisation's type. Nothing has run. */
  misfit: 2,
  /** Arrays overlap and this module was compiled for disjoint ones. Nothing has run. */
  overlap: 3,
  /** An array has 2^31 elements or more. Nothing has run. */
  tooLong: 4,
  /** An int32 argument is beyond ±SMALL_INT, an array beyond SHORT_ARRAY, or either less than this module was compiled for. Nothing has run. */
  large: 5,
  /** The kernel ended because it was asked to. Only in the background. */
  stopped: 6,
} as const;

/**
 * A kernel for the background (`EntrySpec.background`) has the same `create`; the callable it makes is `start`:
 *
 *   start(memory, ...args, ...captured): undefined, or the sentinel
 *   start.finish(memory, ...args, ...captured): the result, or the sentinel
 *
 * `memory` is a Float64Array of `EntrySpec.background` zeroed words over a SharedArrayBuffer, one for each call. `start` reads and checks
 * all arguments by itself, and leaves them in the memory with the address of the function that runs the kernel; native/background.c
 * calls that on a thread. Once it is done `finish` makes the result, where arguments of the same types are what comes back
 * for a result that is an argument. Between the two nothing may move or free the arrays given to `start`.
 *
 * These words the runtime sees, by index; native/background.c has them all.
 */
export const MEMORY = {
  /** An int32 in the word's first half: the kernel is to stop. */
  stop: 0,
  /** The fraction done. */
  progress: 1,
  /** An int32 in the word's first half: 1 when the thread is through. */
  done: 2,
} as const;

/** Words of a call's memory before the kernel's own. */
export const MEMORY_HEADER = { failed: 3, run: 4, log: 8, words: 9 } as const;
