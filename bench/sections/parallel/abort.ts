/** How soon a kernel in the background has ended when it is told to: from `abort()` to the promise's rejection. */
import { setTimeout as sleep } from "node:timers/promises";
import { njit, prange } from "../../../src/index.ts";
import { median } from "../../measure.ts";
import type { Row, Section, SuiteOptions } from "../../section.ts";

const ENDLESS = {
  "an endless while": njit((a: Float64Array) => {
    let i = 0;
    while (true) {
      a[i & 7] += 1;
      i = (i + 1) | 0;
    }
  }),
  "counted loops, serial": njit((a: Float64Array) => {
    for (let i = 0; i < 2_000_000_000; i++) for (let k = 0; k < a.length; k++) a[k] = Math.sqrt(a[k] + i);
  }),
  "a parallel loop of many rounds": njit(
    (a: Float64Array) => {
      let s = 0;
      for (const i of prange(2_000_000_000)) s += Math.sin(i + a[i & 7]);
      return s;
    },
    { parallel: true },
  ),
  "parallel loops one after the other": njit(
    (a: Float64Array) => {
      let s = 0;
      while (s >= 0) for (const i of prange(100_000)) s += a[i & 7] * 0;
      return s;
    },
    { parallel: true },
  ),
} as const;

type Endless = (typeof ENDLESS)[keyof typeof ENDLESS];

export async function abortLatency(options: SuiteOptions): Promise<Section> {
  const rounds = options.quick ? 2 : 100;
  const taken = new Map(Object.keys(ENDLESS).map((name) => [name, [] as number[]]));
  for (const kernel of Object.values(ENDLESS)) await once(kernel);
  for (let round = 0; round < rounds; round++) {
    for (const [name, kernel] of Object.entries(ENDLESS)) {
      if (round === 0) options.progress(`abort: ${name}`);
      taken.get(name)?.push(await once(kernel));
    }
  }
  const rows = [...taken].map(
    ([label, ms]): Row => ({ label, median: median(ms), best: Math.min(...ms), worst: Math.max(...ms) }),
  );
  return {
    name: "abort",
    title: "Abort latency",
    notes: [`From \`abort()\` to the rejection of the promise, ${rounds} aborts of each, in turn.`],
    columns: [
      { key: "label", heading: "", unit: "text" },
      { key: "median", heading: "median", unit: "ms" },
      { key: "best", heading: "best", unit: "ms" },
      { key: "worst", heading: `worst of ${rounds}`, unit: "ms" },
    ],
    rows,
  };
}

async function once(kernel: Endless): Promise<number> {
  const controller = new AbortController();
  const running = kernel.async.with({ signal: controller.signal })(new Float64Array(64).fill(1));
  const ended = running.then(
    () => {
      throw new Error("an endless kernel has ended");
    },
    () => performance.now(),
  );
  // LLVM works first.
  while (kernel.stats.cacheHits + kernel.stats.cacheMisses === 0) await sleep(1);
  await sleep(10);
  const start = performance.now();
  controller.abort();
  return (await ended) - start;
}
