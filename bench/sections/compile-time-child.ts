/** Prints, as JSON, the milliseconds of each stage of so many compilations of each kernel, after some that don't count. */
import { type Jitted, njit } from "../../src/index.ts";
import { adi } from "../suite/adi.ts";
import { connectedComponents } from "../suite/connected-components.ts";
import { gemm } from "../suite/gemm.ts";
import { hdiff } from "../suite/hdiff.ts";
import { mandelbrot } from "../suite/mandelbrot.ts";
import { ndvi } from "../suite/ndvi.ts";
import { rolling } from "../suite/rolling.ts";
import { vadv } from "../suite/vadv.ts";
import { zScore } from "../suite/z-score.ts";

export interface Compilations {
  readonly name: string;
  readonly source: string;
  /** By stage. */
  readonly samples: Readonly<Record<string, number>>[];
  /** What the first call takes besides whose arrays are too short, so that the loops' checked copies are needed. */
  readonly later: number[];
}

interface Subject extends Compilations {
  readonly fn: (...args: unknown[]) => unknown;
  readonly args: readonly unknown[];
}

function subject(name: string, fn: Subject["fn"], args: readonly unknown[]): Subject {
  return { name, source: String(fn), samples: [], later: [], fn, args };
}

const SUBJECTS: readonly Subject[] = [
  subject("add two numbers", ((a: number, b: number) => a + b) as Subject["fn"], [1.5, 2]),
  ...[ndvi, zScore, gemm, mandelbrot, rolling, vadv, connectedComponents, hdiff, adi].map(({ name, kernel, inputs }) =>
    subject(name, kernel.jsFunction, inputs("small")),
  ),
];

function total(milliseconds: Readonly<Record<string, number>>): number {
  return Object.values(milliseconds).reduce((sum, ms) => sum + ms, 0);
}

function compileCheckedCopies(kernel: Jitted<Subject["fn"]>, args: readonly unknown[]): number {
  const before = total(kernel.stats.milliseconds);
  try {
    kernel(...args.map((arg) => (ArrayBuffer.isView(arg) ? (arg as Float64Array).slice(0, 2) : arg)));
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  return total(kernel.stats.milliseconds) - before;
}

const [rounds = 1, warmups = 0] = process.argv.slice(2).map(Number);
// Interleaved.
for (let round = -warmups; round < rounds; round++) {
  for (const { fn, args, samples, later } of SUBJECTS) {
    const kernel = njit(fn, { cache: false });
    kernel.compile(...args);
    const { milliseconds } = kernel.stats;
    const checked = compileCheckedCopies(kernel, args);
    if (round < 0) continue;
    samples.push(milliseconds);
    later.push(checked);
  }
}
process.stdout.write(
  JSON.stringify(SUBJECTS.map(({ name, source, samples, later }): Compilations => ({ name, source, samples, later }))),
);
