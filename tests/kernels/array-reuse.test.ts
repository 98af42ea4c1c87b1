/** Memory that kernels keep for each other (emit/llvm/spare.ts): zeroed like new, bounded, and gone with its thread. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Worker } from "node:worker_threads";
import { njit } from "../../src/index.ts";

const MIB = 2 ** 20;

/** Sums what a new array holds before it is filled: 0. */
const soiled = njit((n: number, fill: number) => {
  const a = new Float64Array(n);
  let sum = 0;
  for (let i = 0; i < n; i++) sum += Math.abs(a[i]);
  for (let i = 0; i < n; i++) a[i] = fill;
  if (fill < 0) throw new Error("negative");
  return sum;
});

/** Several at once, some made and dropped each round, one of them handed out. */
const mixed = njit((n: number, rounds: number) => {
  const kept = new Float32Array(n);
  let dirty = 0;
  for (let k = 1; k <= rounds; k++) {
    const bytes = new Uint8Array(n * k);
    const words = new Int32Array(n);
    for (let i = 0; i < n; i++) {
      if (bytes[i * k] !== 0 || words[i] !== 0) dirty++;
      bytes[i * k] = 255;
      words[i] = -1;
      kept[i] += 1;
    }
  }
  kept[0] += dirty;
  return kept;
});

function rssAfter(work: () => void): number {
  const before = process.memoryUsage().rss;
  work();
  return (process.memoryUsage().rss - before) / MIB;
}

test("arrays are zeroed, whatever was in their memory before, and after an error too", () => {
  for (let round = 0; round < 4; round++) {
    for (const n of [0, 1, 8000, 8192, 8200, 9000, 10_300, 50_000, 48_000, 1_000_000, 900_000, 2_000_000]) {
      assert.equal(soiled(n, 1.5), 0, `${n}`);
      assert.throws(() => soiled(n, -1), /^Error: negative$/);
    }
  }
});

test("arrays that are made in loops, and a returned one", () => {
  for (let round = 0; round < 3; round++) {
    const results = [20_000, 16_384, 70_000].map((n) => mixed(n, 5));
    for (const kept of results) assert.ok(kept.every((x) => x === 5));
    assert.equal(new Set(results.map((kept) => kept.buffer)).size, 3);
  }
});

test("what is kept has a bound", () => {
  const grown = rssAfter(() => {
    // 8 KiB to 400 MiB, each size another.
    for (let n = 1000; n < 5e7; n = Math.ceil(n * 1.37)) assert.equal(soiled(n, 1), 0);
  });
  assert.ok(grown < 300, `${grown.toFixed(0)} MiB`);
});

test("a thread's memory goes with it", async () => {
  const run = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const worker = new Worker(new URL("./array-reuse-worker.mjs", import.meta.url));
      worker.on("error", reject);
      worker.on("exit", () => resolve());
    });
  await run();
  const before = process.memoryUsage().rss;
  for (let k = 0; k < 6; k++) await run();
  const grown = (process.memoryUsage().rss - before) / MIB;
  // Each of the six kept 46 MiB.
  assert.ok(grown < 200, `${grown.toFixed(0)} MiB`);
});
