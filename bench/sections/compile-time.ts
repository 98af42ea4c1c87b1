/** How long compilation takes, stage by stage: ten kernels from tiny to large, each compiled anew several times. */
import { njit } from "../../src/index.ts";
import { median } from "../measure.ts";
import type { Row, Section, Suite, SuiteOptions } from "../section.ts";
import { adi } from "../suite/adi.ts";
import { connectedComponents } from "../suite/connected-components.ts";
import { gemm } from "../suite/gemm.ts";
import { hdiff } from "../suite/hdiff.ts";
import { mandelbrot } from "../suite/mandelbrot.ts";
import { ndvi } from "../suite/ndvi.ts";
import { rolling } from "../suite/rolling.ts";
import { vadv } from "../suite/vadv.ts";
import { zScore } from "../suite/z-score.ts";

/** LLVM's part: what isn't in here is numbats' own. */
const LLVM_STAGES = ["llvm", "link"];

interface Subject {
  readonly name: string;
  readonly fn: (...args: unknown[]) => unknown;
  args(): unknown[];
}

const SUBJECTS: readonly Subject[] = [
  { name: "add two numbers", fn: ((a: number, b: number) => a + b) as Subject["fn"], args: () => [1.5, 2] },
  ...[ndvi, zScore, gemm, mandelbrot, rolling, vadv, connectedComponents, hdiff, adi].map(
    ({ name, kernel, inputs }) => ({
      name,
      fn: kernel.jsFunction,
      args: () => inputs("small"),
    }),
  ),
];

export const compileTime: Suite = {
  name: "compile-time",
  about: "milliseconds of each stage of compilation, for kernels from tiny to large",
  run: measureStages,
};

function measureStages({ runs, quick, progress }: SuiteOptions): Section {
  const rounds = quick ? 1 : runs;
  // Interleaved; the first round of all only warms V8 up.
  const samples = new Map<Subject, Readonly<Record<string, number>>[]>(SUBJECTS.map((subject) => [subject, []]));
  for (let round = quick ? 0 : -1; round < rounds; round++) {
    progress(`round ${round + 1} of ${rounds}`);
    for (const subject of SUBJECTS) {
      const kernel = njit(subject.fn, { cache: false });
      kernel.compile(...subject.args());
      if (round >= 0) samples.get(subject)?.push(kernel.stats.milliseconds);
    }
  }
  const stages = [...new Set([...samples.values()].flat().flatMap((sample) => Object.keys(sample)))];
  const rows = [...samples].map(([subject, all]) => rowOf(subject, all, stages));
  return {
    name: "compile-time",
    title: "Compile time",
    notes: [
      "Milliseconds, medians over fresh compilations without the cache in a process that has compiled each kernel before. Lines are those of the kernel itself, without its helpers. Goals: 60 ms for 50 lines, 10 ms of them numbats' own.",
    ],
    columns: [
      { key: "name", heading: "kernel", unit: "text" },
      { key: "lines", heading: "lines", unit: "count" },
      ...stages.map((stage) => ({ key: stage, heading: stage, unit: "ms" }) as const),
      { key: "own", heading: "numbats' own", unit: "ms" },
      { key: "total", heading: "total", unit: "ms" },
    ],
    rows,
  };
}

function rowOf({ name, fn }: Subject, samples: readonly Readonly<Record<string, number>>[], stages: string[]): Row {
  const of = (names: readonly string[]) =>
    median(samples.map((sample) => names.reduce((sum, stage) => sum + (sample[stage] ?? 0), 0)));
  return {
    name,
    lines: countLines(String(fn)),
    ...Object.fromEntries(stages.map((stage) => [stage, of([stage])])),
    own: of(stages.filter((stage) => !LLVM_STAGES.includes(stage))),
    total: of(stages),
  };
}

/** Type stripping may put a function on one line, so these are counted as a formatter would break them. */
function countLines(source: string): number {
  const count = (pattern: RegExp) => source.match(pattern)?.length ?? 0;
  const inHeaders = 2 * count(/\bfor\s*\([^)]*;/g);
  return Math.max(1, count(/;(?!\s*\})/g) - inHeaders + count(/\{/g) + count(/\}/g) * 2 - 1);
}
