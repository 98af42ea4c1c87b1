/** How long compilation takes, stage by stage: ten kernels from tiny to large, each compiled anew several times. */
import { execFileSync } from "node:child_process";
import { rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { median } from "../measure.ts";
import type { Row, Section, Suite, SuiteOptions } from "../section.ts";
import type { Compilations } from "./compile-time-child.ts";
import { buildProgram, programDirectory } from "./published.ts";

const CHILD = fileURLToPath(new URL("compile-time-child.ts", import.meta.url));

/** LLVM's part: what isn't in here is numbats' own. */
const LLVM_STAGES = ["llvm", "link"];

export const compileTime: Suite = {
  name: "compile-time",
  about: "milliseconds of each stage of compilation, for kernels from tiny to large",
  run: measureStages,
};

async function measureStages({ runs, quick, progress }: SuiteOptions): Promise<Section> {
  progress("building");
  const dir = programDirectory();
  try {
    const program = await buildProgram(CHILD, dir);
    progress(`${quick ? 1 : runs} rounds`);
    const args = [program, ...(quick ? ["1", "0"] : [String(runs), "1"])];
    return report(JSON.parse(execFileSync(process.execPath, args, { encoding: "utf8" })));
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

function report(subjects: readonly Compilations[]): Section {
  const stages = [...new Set(subjects.flatMap(({ samples }) => samples.flatMap((sample) => Object.keys(sample))))];
  const rows = subjects.map((subject) => rowOf(subject, stages));
  return {
    name: "compile-time",
    title: "Compile time",
    notes: [
      "Milliseconds, medians over fresh compilations without the cache in a process that has compiled each kernel before. Lines are those of the kernel itself, without its helpers. Goals: 60 ms for 50 lines, 10 ms of them numbats' own. The checked copies of long loops are compiled when arrays first turn out too short, as in the last column.",
    ],
    columns: [
      { key: "name", heading: "kernel", unit: "text" },
      { key: "lines", heading: "lines", unit: "count" },
      ...stages.map((stage) => ({ key: stage, heading: stage, unit: "ms" }) as const),
      { key: "own", heading: "numbats' own", unit: "ms" },
      { key: "total", heading: "total", unit: "ms" },
      { key: "later", heading: "checked copies", unit: "ms" },
    ],
    rows,
  };
}

function rowOf({ name, source, samples, later }: Compilations, stages: readonly string[]): Row {
  const of = (names: readonly string[]) =>
    median(samples.map((sample) => names.reduce((sum, stage) => sum + (sample[stage] ?? 0), 0)));
  return {
    name,
    lines: countLines(source),
    ...Object.fromEntries(stages.map((stage) => [stage, of([stage])])),
    own: of(stages.filter((stage) => !LLVM_STAGES.includes(stage))),
    total: of(stages),
    ...(median(later) > 0 ? { later: median(later) } : {}),
  };
}

/** Type stripping may put a function on one line, so these are counted as a formatter would break them. */
function countLines(source: string): number {
  const count = (pattern: RegExp) => source.match(pattern)?.length ?? 0;
  const inHeaders = 2 * count(/\bfor\s*\([^)]*;/g);
  return Math.max(1, count(/;(?!\s*\})/g) - inHeaders + count(/\{/g) + count(/\}/g) * 2 - 1);
}
