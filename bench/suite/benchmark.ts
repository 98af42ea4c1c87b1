/**
 * One kernel of the benchmark suite: plain TypeScript loops over flat typed arrays, with seeded inputs and a check that
 * reaches the result another way. The same definitions serve the speed comparison and the differential tests.
 */

/** `full` is about NPBench's sizes S to M, or an image of a megapixel: V8 needs 1 to 100 ms. `small` is for tests. */
export type Size = "small" | "full";

export interface Definition<Args extends unknown[] | []> {
  /** Also the name of its file and, with `_` for `-`, of its function in bench/c/suite. */
  readonly name: string;
  readonly group: "npbench" | "pixels";
  /** An njit kernel. */
  readonly kernel: ((...args: Args) => unknown) & { readonly jsFunction: (...args: Args) => unknown };
  /** The same on all cores, where that makes sense. */
  readonly parallel?: (...args: Args) => unknown;
  /** As the kernel was compiled: what C gets too. */
  readonly fastmath?: boolean;
  /** Fresh arguments, the same every time. */
  inputs(size: Size): Args;
  /** The positions of arguments that the kernel reads and overwrites, to be put back before each run. */
  readonly changes?: readonly number[];
  /** Throws unless `args` after a run, and its result, are right for the arguments `before` it. */
  check(args: Args, result: unknown, before: Args): void;
}

/** With the types of the arguments forgotten, so that all of them fit one list. */
export type Benchmark = Definition<unknown[]>;

/** `| []` lets TypeScript see that `inputs` returns a tuple. */
export function define<Args extends unknown[] | []>(definition: Definition<Args>): Benchmark {
  return definition as unknown as Benchmark;
}

/** Throws unless |actual − expected| ≤ tolerance. NaN is never near. */
export function near(actual: number, expected: number, tolerance: number, what: string): void {
  if (!(Math.abs(actual - expected) <= tolerance))
    throw new Error(`${what} is ${actual}, not ${expected} ± ${tolerance}`);
}

/** `near`, element by element. */
export function allNear(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number, what: string): void {
  if (actual.length !== expected.length)
    throw new Error(`${what} has ${actual.length} elements, not ${expected.length}`);
  for (let i = 0; i < actual.length; i++) {
    // The label is made only where it is needed: there are millions of elements.
    if (!(Math.abs(actual[i] - expected[i]) <= tolerance)) near(actual[i], expected[i], tolerance, `${what}[${i}]`);
  }
}

/** Positions in an array of `length` to look at: all of a short one, about 20,000 of a long one. */
export function* sample(length: number): Iterable<number> {
  // Odd, so that an image's columns are all met.
  const step = Math.ceil(length / 20_000) | 1;
  for (let i = 0; i < length; i += length < 20_000 ? 1 : step) yield i;
}

/** matrix · vector, the matrix stored row by row. */
export function times(matrix: ArrayLike<number>, vector: ArrayLike<number>): Float64Array {
  const columns = vector.length;
  return Float64Array.from({ length: matrix.length / columns }, (_, i) => {
    let sum = 0;
    for (let j = 0; j < columns; j++) sum += matrix[i * columns + j] * vector[j];
    return sum;
  });
}

export function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}
