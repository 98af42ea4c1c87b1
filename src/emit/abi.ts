/**
 * The contract between a compiled kernel (emit/llvm/entry.ts writes it) and the dispatcher (runtime/ uses it).
 *
 * A kernel file is a Node-API addon that exports
 *
 *   create(sentinel: object, state: Float64Array, bound: unknown[], log: Function, pool: bigint,
 *          random: Uint32Array): (...args) => result
 *
 * `create` makes one callable with its own per-environment instance. `bound` holds the captured typed arrays in
 * `EntrySpec.captured` order, then the functions of the `function` arguments in argument order. `log` is called for `console.log`.
 * `pool` is the address of native/pool.c's nb_pool_run, 0n to run parallel loops chunk by chunk; only kernels with such loops read it.
 * `random` is frontend/random.ts's RANDOM_STATE, for kernels that draw random numbers.
 *
 * The callable returns the result, or `sentinel` after writing `state`:
 */
export const STATE = {
  /** One of STATUS. */
  status: 0,
  /** For `error`: index into Module.sites. For `misfit`, `tooLong`: the argument's index. */
  site: 1,
  /** For `error`: the offending value (the index, the length); 0 otherwise. */
  a: 2,
  /** For `error` at an index site: the array's length. */
  b: 3,
} as const;

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
  /** An int32 argument is beyond ±SMALL_INT and this module was compiled for smaller ones. Nothing has run. */
  large: 5,
} as const;
