/** One of the stress test's threads: kernels on and on, with thread counts that change between calls. */
import { parentPort, workerData } from "node:worker_threads";
import { njit, prange, setNumThreads } from "../../src/index.ts";

const { seed: first, calls } = workerData as { seed: number; calls: number };
let seed = first;
const random = (below: number): number => {
  seed = (Math.imul(seed, 1664525) + 1013904223) | 0;
  return (seed >>> 8) % below;
};

const sum = njit(
  (a: Int32Array) => {
    let s = 0;
    for (const i of prange(a.length)) s += a[i]!;
    return s;
  },
  { parallel: true, chunksize: 16 },
);
const scale = njit(
  (a: Float64Array, by: number) => {
    for (const i of prange(a.length)) a[i] = i * by;
  },
  { parallel: true, chunksize: 16 },
);
const count = njit(
  (a: Int32Array) => {
    const counts = new Int32Array(8);
    for (const i of prange(a.length)) counts[a[i]! & 7]!++;
    return counts;
  },
  { parallel: true, chunksize: 16 },
);
const fails = njit(
  (a: Int32Array, from: number) => {
    let s = 0;
    for (const i of prange(a.length)) s += a[i + Math.max(0, i - from)]!;
    return s;
  },
  { parallel: true, chunksize: 4 },
);

const problems: string[] = [];
const check = (good: boolean, what: string): void => {
  if (!good && problems.length < 5) problems.push(what);
};

for (let call = 0; call < calls; call++) {
  if (call % 7 === 0) setNumThreads(1 + random(9));
  const n = random(3000);
  const a = new Int32Array(n).fill(3);
  switch (call % 4) {
    case 0:
      check(sum(a) === 3 * n, `sum of ${n}`);
      break;
    case 1: {
      const out = new Float64Array(n);
      scale(out, 0.5);
      check(
        out.every((x, i) => x === i * 0.5),
        `scale of ${n}`,
      );
      break;
    }
    case 2: {
      const counts = count(a);
      check(counts[3] === n, `count of ${n}`);
      break;
    }
    default: {
      const from = Math.floor(n / 2);
      let message = "";
      try {
        fails(a, from);
      } catch (e) {
        message = String(e);
      }
      // The first index beyond the end is that of iteration ⌈(n + from) / 2⌉.
      const iteration = Math.ceil((n + from) / 2);
      const expected = n === 0 || iteration >= n ? "" : `index ${2 * iteration - from} is out of bounds`;
      check(expected === "" ? message === "" : message.includes(expected), `${message} for ${n}, not ${expected}`);
    }
  }
}
parentPort?.postMessage(problems);
