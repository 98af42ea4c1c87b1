/** The first call of a kernel in a fresh process: with an empty cache, and with one that has the kernel. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { median } from "../measure.ts";
import type { Row, Section, Suite, SuiteOptions } from "../section.ts";

const CHILD = fileURLToPath(new URL("start-up-child.ts", import.meta.url));
const KERNELS = ["ndvi", "z-score", "gemm", "mandelbrot", "rolling", "vadv", "connected-components", "adi"];

export const startUp: Suite = {
  name: "start-up",
  about: "milliseconds of a kernel's first call in a new process, without and with the cache",
  run: measureStartUp,
};

function measureStartUp({ runs, quick, progress }: SuiteOptions): Section {
  const rounds = quick ? 1 : Math.min(runs, 7);
  const kernels = quick ? KERNELS.slice(0, 2) : KERNELS;
  const cache = mkdtempSync(join(tmpdir(), "numbats-bench-cache-"));
  try {
    const rows = kernels.map((name): Row => {
      progress(name);
      const [cold] = firstCalls([name], cache);
      const alone = Array.from({ length: rounds }, () => firstCalls([name], cache)[0]);
      return { name, cold, alone: median(alone) };
    });
    progress("all of them in one process");
    const together = Array.from({ length: rounds }, () => firstCalls(kernels, cache));
    return {
      name: "start-up",
      title: "Start-up",
      notes: [
        "The first call of a kernel in a new process, in milliseconds: with an empty cache; with a warm one, medians, as the only kernel of its process (so that all there is to initialise is in it) and after the kernels above it. Goal: 5 ms.",
      ],
      columns: [
        { key: "name", heading: "kernel", unit: "text" },
        { key: "cold", heading: "empty cache", unit: "ms" },
        { key: "alone", heading: "warm cache, alone", unit: "ms" },
        { key: "after", heading: "warm cache, after others", unit: "ms" },
      ],
      rows: rows.map((row, k) => ({ ...row, after: median(together.map((times) => times[k])) })),
    };
  } finally {
    rmSync(cache, { recursive: true, force: true });
  }
}

/** Of these kernels, one after the other in one new process. */
function firstCalls(names: readonly string[], cache: string): number[] {
  const env = { ...process.env, NUMBATS_CACHE_DIR: cache };
  const output = execFileSync(process.execPath, ["--import", "tsx", CHILD, ...names], { env, encoding: "utf8" });
  return JSON.parse(output) as number[];
}
