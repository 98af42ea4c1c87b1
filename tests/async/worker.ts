/** One of the lifecycle test's threads: calls on and on, or calls that never end. */
import { parentPort, workerData } from "node:worker_threads";
import { njit, prange } from "../../src/index.ts";

const endless = njit((a: Float64Array) => {
  while (true) for (let i = 0; i < a.length; i++) a[i]! += 1;
});
const endlessly = njit(
  (a: Float64Array) => {
    for (const i of prange(1_000_000)) {
      let k = 0;
      while (k >= 0) k = (k + 1) & 1023;
      a[i & 7] = k;
    }
  },
  { parallel: true },
);
const chatter = njit((from: number) => {
  let i = from;
  while (i >= 0) {
    console.log(i);
    i = (i + 1) | 0;
  }
});
const sum = njit(
  (a: Float64Array) => {
    let s = 0;
    for (const i of prange(a.length)) s += a[i]!;
    return s;
  },
  { parallel: true, chunksize: 100 },
);

if (workerData === "endless") {
  await chatter.async(-1);
  console.log = () => {};
  void endless.async(new Float64Array(10_000));
  void endlessly.async(new Float64Array(8));
  void chatter.async(0);
  parentPort?.postMessage("started");
} else {
  let wrong = 0;
  for (let call = 0; call < 30; call++) {
    const sums = await Promise.all(Array.from({ length: 8 }, (_, k) => sum.async(new Float64Array(1000 + k).fill(1))));
    if (!sums.every((s, k) => s === 1000 + k)) wrong++;
  }
  parentPort?.postMessage(wrong);
}
