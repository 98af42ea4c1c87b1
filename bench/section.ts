/**
 * The shape of the benchmarks' results: a suite runs and gives a section, which is a table with plain numbers in it, so
 * that it can be stored as JSON, printed to a terminal and written as Markdown alike (bench/report.ts).
 */

export interface Suite {
  /** What `npm run bench -- <name>` calls it. */
  readonly name: string;
  /** One line, for `--help`. */
  readonly about: string;
  run(options: SuiteOptions): Section | Promise<Section | readonly Section[]>;
}

export interface SuiteOptions {
  /** Rounds of interleaved runs; medians are over these. */
  readonly runs: number;
  /** Small inputs and few runs: to see that everything works, not how fast it is. */
  readonly quick: boolean;
  /** A line on standard error while a long suite is at work. */
  progress(line: string): void;
}

export interface Section {
  readonly name: string;
  readonly title: string;
  /** How it was measured and what the columns mean, a paragraph each. */
  readonly notes: readonly string[];
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
}

export interface Column {
  readonly key: string;
  readonly heading: string;
  readonly unit: Unit;
}

/** Milliseconds are shown as µs, ms or s; a ratio with "×"; a share, of 1, as a percentage. */
export type Unit = "text" | "ms" | "ns" | "ratio" | "share" | "GB/s" | "count";

/** By the columns' keys. Undefined where there was nothing to measure. */
export type Row = Readonly<Record<string, string | number | undefined>>;
