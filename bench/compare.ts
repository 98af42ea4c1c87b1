/**
 * A section that sets kernels against the plain JavaScript they are made of and against C: for each piece of work, all
 * variants run in turn on the same arrays, and what they compute is compared with what plain JS computes.
 */
import { describeDifference, differenceOf } from "./agreement.ts";
import { geometricMean, measure, type Timing, type Variant } from "./measure.ts";
import type { Column, Row, Section, SuiteOptions } from "./section.ts";

export const PLAIN = "plain JS";
export const NJIT = "njit";
export const C = "C";

export interface Comparison {
  readonly label: string;
  /** By the name of the way to run it, `PLAIN` first. */
  readonly runs: Readonly<Record<string, () => unknown>>;
  /** The arrays that every run writes. */
  readonly outputs?: readonly ArrayBufferView[];
  /** Before each run, not timed. */
  prepare?(): void;
}

export interface CompareOptions {
  readonly name: string;
  readonly title: string;
  readonly notes: readonly string[];
  /** The variants that may occur, `PLAIN` first: the columns, whether or not each comparison has them all. */
  readonly variants: readonly string[];
}

export function compareAll(
  comparisons: Iterable<Comparison>,
  options: CompareOptions,
  { runs, quick, progress }: SuiteOptions,
): Section {
  const { variants } = options;
  const rows: Row[] = [];
  for (const comparison of comparisons) {
    progress(comparison.label);
    const timings = measure(variantsOf(comparison), quick ? { runs: 1, warmups: 1, sampleMs: 0 } : { runs });
    rows.push(rowOf(comparison, timings, variants, agreementOf(comparison)));
  }
  const { name, title, notes } = options;
  return { name, title, notes, columns: columnsFor(variants), rows: [...rows, meansOf(rows, variants)] };
}

function variantsOf(comparison: Comparison): Variant[] {
  const prepare = comparison.prepare?.bind(comparison);
  return Object.entries(comparison.runs).map(([name, run]) =>
    prepare === undefined ? { name, run } : { name, run, prepare },
  );
}

function columnsFor(variants: readonly string[]): Column[] {
  const columns: Column[] = [{ key: "label", heading: "", unit: "text" }];
  for (const name of variants) columns.push({ key: name, heading: name, unit: "ms" });
  for (const name of variants.filter((v) => v !== NJIT)) {
    columns.push({ key: `over ${name}`, heading: `${NJIT} vs ${name}`, unit: "ratio" });
  }
  columns.push({ key: "agreement", heading: "results", unit: "text" });
  return columns;
}

function rowOf({ label }: Comparison, timings: readonly Timing[], variants: readonly string[], agreement: string): Row {
  const row: Record<string, string | number | undefined> = { label, agreement };
  const njit = timings.find((timing) => timing.name === NJIT);
  for (const name of variants) {
    const timing = timings.find((t) => t.name === name);
    row[name] = timing?.median;
    if (name !== NJIT && timing !== undefined && njit !== undefined) row[`over ${name}`] = timing.median / njit.median;
  }
  return row;
}

/** The last row: geometric means of the ratios. */
function meansOf(rows: readonly Row[], variants: readonly string[]): Row {
  const means: Record<string, string | number | undefined> = { label: "geometric mean" };
  for (const name of variants) {
    const ratios = rows.map((row) => row[`over ${name}`]).filter((ratio) => typeof ratio === "number");
    if (ratios.length > 0) means[`over ${name}`] = geometricMean(ratios);
  }
  return means;
}

/** Each variant's results against those of the first. */
function agreementOf(comparison: Comparison): string {
  const outcomes = Object.values(comparison.runs).map((run) => {
    comparison.prepare?.();
    const result = run();
    const arrays = (comparison.outputs ?? []).map((view) => (view as Float64Array).slice());
    return { result, arrays };
  });
  const [plain, ...others] = outcomes;
  const differences = others.flatMap(({ result, arrays }) => [
    // A C function's `void` and a kernel's differ; what they wrote is compared.
    typeof plain.result === "number" ? differenceOf(plain.result, result) : 0,
    ...arrays.map((array, k) => differenceOf(plain.arrays[k], array)),
  ]);
  return describeDifference(Math.max(0, ...differences));
}
