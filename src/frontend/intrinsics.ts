/**
 * Functions that the compiler recognises by identity: kernels and `prange`.
 *
 * The compiler resolves callees by value, so whatever a bundler made of an import's name, the captured value itself says
 * what it is. This module holds no state but the registry of kernels; api/ fills it, the front end asks it.
 */
import type { Callable } from "./program.ts";
import { Rounds } from "./random.ts";

/**
 * Shared with other copies of numbats in the process: one may be imported and another required or bundled, and the kernels
 * and `prange` of one are those of all.
 */
const SHARED = Symbol.for("numbats.intrinsics");

interface Shared {
  readonly kernels: WeakMap<object, Callable>;
  readonly pranges: WeakSet<object>;
}

function shared(): Shared {
  const scope = globalThis as { [SHARED]?: Shared };
  scope[SHARED] ??= { kernels: new WeakMap(), pranges: new WeakSet() };
  return scope[SHARED];
}

const { kernels, pranges } = shared();

/** Notes that `kernel` is the compiled form of `jsFunction`. */
export function registerKernel(kernel: Callable, jsFunction: Callable): void {
  kernels.set(kernel, jsFunction);
}

/** Did `njit` make this function? */
export function isKernel(value: unknown): value is Callable {
  return typeof value === "function" && kernels.has(value);
}

/** The function that a kernel was made from; any other function is its own. */
export function jsFunctionOf(fn: Callable): Callable {
  return kernels.get(fn) ?? fn;
}

/** What a step of 0 throws, in plain JavaScript and in compiled code alike. */
export const PRANGE_ZERO_STEP = "prange step must not be 0";

class Range implements IterableIterator<number, undefined> {
  #next: number;
  readonly #stop: number;
  readonly #step: number;
  readonly #rounds = new Rounds();

  constructor(start: number, stop: number, step: number) {
    // From −0 on would be from 0 on but for the sign of a zero that nobody counts by.
    this.#next = start + 0;
    this.#stop = stop;
    this.#step = step;
  }

  [Symbol.iterator](): this {
    return this;
  }

  next(): IteratorResult<number, undefined> {
    const value = this.#next;
    if (this.#step > 0 ? value < this.#stop : value > this.#stop) {
      this.#next = value + this.#step;
      this.#rounds.next();
      return { value, done: false };
    }
    return this.return();
  }

  /** At the loop's end, however it is left. */
  return(): IteratorReturnResult<undefined> {
    this.#rounds.end();
    return { value: undefined, done: true };
  }
}

/**
 * The numbers from `start` (0 unless given) up to but not including `stop`, `step` apart; as Python's `range`, which
 * Numba's `prange` follows. In a kernel compiled with `parallel: true` the iterations run on all cores; everywhere else
 * this is an ordinary loop.
 */
export function prange(stop: number): IterableIterator<number, undefined>;
export function prange(start: number, stop: number, step?: number): IterableIterator<number, undefined>;
export function prange(first: number, second?: number, step = 1): IterableIterator<number, undefined> {
  if (step === 0) throw new RangeError(PRANGE_ZERO_STEP);
  return second === undefined ? new Range(0, first, step) : new Range(first, second, step);
}

pranges.add(prange);

/** Is this numbats' own `prange`? */
export function isPrange(value: unknown): boolean {
  return typeof value === "function" && pranges.has(value);
}

/** Built into the engine: there is no source to compile. */
export function isHostFunction(fn: Callable): boolean {
  return /\{\s*\[native code\]\s*\}\s*$/.test(Function.prototype.toString.call(fn));
}
