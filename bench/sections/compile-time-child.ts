/** Prints, as JSON, the milliseconds of each stage of so many compilations of each kernel, after some that don't count. */
import { njit } from "../../src/index.ts";
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
}

interface Subject extends Compilations {
  readonly fn: (...args: unknown[]) => unknown;
  readonly args: readonly unknown[];
}

function subject(name: string, fn: Subject["fn"], args: readonly unknown[]): Subject {
  return { name, source: String(fn), samples: [], fn, args };
}

const SUBJECTS: readonly Subject[] = [
  subject("add two numbers", ((a: number, b: number) => a + b) as Subject["fn"], [1.5, 2]),
  ...[ndvi, zScore, gemm, mandelbrot, rolling, vadv, connectedComponents, hdiff, adi].map(({ name, kernel, inputs }) =>
    subject(name, kernel.jsFunction, inputs("small")),
  ),
];

const [rounds = 1, warmups = 0] = process.argv.slice(2).map(Number);
// Interleaved.
for (let round = -warmups; round < rounds; round++) {
  for (const { fn, args, samples } of SUBJECTS) {
    const kernel = njit(fn, { cache: false });
    kernel.compile(...args);
    if (round >= 0) samples.push(kernel.stats.milliseconds);
  }
}
process.stdout.write(
  JSON.stringify(SUBJECTS.map(({ name, source, samples }): Compilations => ({ name, source, samples }))),
);
