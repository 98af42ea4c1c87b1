/** The first call of a kernel in a fresh process: with a cache that lacks the kernel, and with one that has it. */
import { execFileSync } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { median } from "../measure.ts";
import type { Row, Section, Suite, SuiteOptions } from "../section.ts";
import { buildProgram, programDirectory } from "./published.ts";

const CHILD = fileURLToPath(new URL("start-up-child.ts", import.meta.url));
/** Called before all of them where they are called after others. */
const OTHER = "sobel";
const KERNELS = ["ndvi", "z-score", "gemm", "mandelbrot", "rolling", "vadv", "connected-components", "adi"];

export const startUp: Suite = {
  name: "start-up",
  about: "milliseconds of a kernel's first call in a new process, without and with the cache",
  run: measureStartUp,
};

async function measureStartUp({ runs, quick, progress }: SuiteOptions): Promise<Section> {
  const rounds = quick ? 1 : Math.min(runs, 7);
  const kernels = quick ? KERNELS.slice(0, 2) : KERNELS;
  const dir = programDirectory();
  try {
    const program = await buildProgram(CHILD, dir);
    const rows = kernels.map((name): Row => {
      progress(name);
      const [cold] = firstCalls(program, [name], dir).calls;
      const alone = Array.from({ length: rounds }, () => firstCalls(program, [name], dir).calls[0]);
      return { name, cold, alone: median(alone) };
    });
    progress("all of them in one process");
    firstCalls(program, [OTHER], dir);
    const together = Array.from({ length: rounds }, () => {
      const { importing, calls } = firstCalls(program, [OTHER, ...kernels], dir);
      return { importing, calls: calls.slice(1) };
    });
    return {
      name: "start-up",
      title: "Start-up",
      notes: [
        "The first call of a kernel in a new process, in milliseconds: not in the cache, which is empty for the first and for the others has what all kernels share; in it, medians, as the only kernel of its process (so that all there is to initialise is in it) and after another one and the kernels above it. Goal: 5 ms.",
        `Importing numbats takes ${median(together.map((run) => run.importing)).toFixed(1)} ms.`,
      ],
      columns: [
        { key: "name", heading: "kernel", unit: "text" },
        { key: "cold", heading: "not in the cache", unit: "ms" },
        { key: "alone", heading: "in it, alone", unit: "ms" },
        { key: "after", heading: "in it, after others", unit: "ms" },
      ],
      rows: rows.map((row, k) => ({ ...row, after: median(together.map(({ calls }) => calls[k])) })),
    };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

interface FirstCalls {
  /** What importing numbats took. */
  readonly importing: number;
  readonly calls: readonly number[];
}

/** Of these kernels, one after the other in one new process. */
function firstCalls(program: string, names: readonly string[], dir: string): FirstCalls {
  const env = { ...process.env, NUMBATS_CACHE_DIR: join(dir, "cache") };
  const output = execFileSync(process.execPath, [program, ...names], { env, encoding: "utf8" });
  return JSON.parse(output) as FirstCalls;
}
