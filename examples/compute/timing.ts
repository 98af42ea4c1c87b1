/**
 * Times kernels against the functions they were made of, in one process, in turn; and compares what both compute.
 * A row is one piece of work, with a timing for each way of running it: the first is always plain JS.
 */
import { describeDifference, differenceOf } from "../../bench/agreement.ts";
import { type MeasureOptions, measure, type Timing } from "../../bench/measure.ts";

export interface TimingRow {
  readonly label: string;
  readonly timings: readonly Timing[];
  /** How the results of all the other variants compare with plain JS's. */
  readonly agreement: string;
}

/** What timing needs of a kernel. */
export type Kernel<Args extends unknown[]> = ((...args: Args) => unknown) & {
  readonly jsFunction: (...args: Args) => unknown;
};

export const PLAIN = "plain JS";
export const NJIT = "njit";
export const FAST = "njit fastmath";
export const PARALLEL = "njit parallel";

/** Kernels that return a number and compute the same; plain JS is the first one's function. */
export function timeReduction<Args extends unknown[]>(
  label: string,
  kernels: Readonly<Record<string, Kernel<Args>>>,
  args: Args,
  options: MeasureOptions,
): TimingRow {
  const [first] = Object.values(kernels);
  const variants = Object.entries(kernels).map(([name, kernel]) => ({ name, run: () => kernel(...args) }));
  const timings = measure([{ name: PLAIN, run: () => first.jsFunction(...args) }, ...variants], options);
  const [plain, ...others] = timings.map((timing) => timing.result);
  const differences = others.map((result) => differenceOf(plain, result));
  return { label, timings, agreement: describeDifference(Math.max(...differences)) };
}

/** Kernels that write `outputs`, which are among their arguments. */
export function timeMap<Args extends unknown[]>(
  label: string,
  kernels: Readonly<Record<string, Kernel<Args>>>,
  args: Args,
  outputs: readonly Float32Array[],
  options: MeasureOptions,
): TimingRow {
  const [first] = Object.values(kernels);
  const variants = Object.entries(kernels).map(([name, kernel]) => ({ name, run: () => kernel(...args) }));
  const timings = measure([{ name: PLAIN, run: () => first.jsFunction(...args) }, ...variants], options);
  first.jsFunction(...args);
  const plain = outputs.map((array) => array.slice());
  const differences = variants.flatMap(({ run }) => {
    for (const array of outputs) array.fill(0);
    run();
    return plain.map((array, k) => differenceOf(array, outputs[k]));
  });
  return { label, timings, agreement: describeDifference(Math.max(...differences)) };
}
