/** The same bits whatever the number of threads, over and over. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { getNumThreads, njit, prange, random, setNumThreads } from "../../src/index.ts";

const THREADS = [1, 2, 3, 8, 64];

const kernel = njit(
  (a: Float64Array, bins: Uint8Array, out: Float64Array) => {
    let sum = 0;
    let product = 1;
    let best = -Infinity;
    let at = -1;
    let least = Infinity;
    let hits = 0;
    const histogram = new Float64Array(32);
    for (const i of prange(a.length)) {
      const x = a[i]!;
      sum += x * 1e-3;
      product *= 1 + x * 1e-9;
      histogram[bins[i]!]! += x;
      least = Math.min(least, x);
      if (x > best) {
        best = x;
        at = i;
      }
      if (x > 0.9) hits++;
      out[i] = Math.sin(x) * sumOf(i % 5);
    }
    let h = 0;
    for (let i = 0; i < 32; i++) h = h * 1.0001 + histogram[i]!;
    return [sum, product, best, at, least, hits, h];
  },
  { parallel: true },
);

function sumOf(n: number): number {
  let s = 0;
  for (let i = 0; i <= n; i++) s += i / 3;
  return s;
}

function bitsOf(results: unknown): string {
  return Buffer.from(Float64Array.from(results as number[]).buffer).toString("hex");
}

test("results don't depend on the number of threads", () => {
  for (const n of [0, 1, 100, 5000, 300_000]) {
    const a = Float64Array.from({ length: n }, (_, i) => Math.sin(i * i) * 10 ** (i % 5));
    const bins = Uint8Array.from({ length: n }, (_, i) => (i * 7) % 32);
    const seen = new Set<string>();
    const outputs = new Set<string>();
    for (let round = 0; round < 4; round++) {
      for (const threads of THREADS) {
        setNumThreads(threads);
        assert.equal(getNumThreads(), threads);
        const out = new Float64Array(n);
        seen.add(bitsOf(kernel(a, bins, out)));
        outputs.add(bitsOf(out));
      }
    }
    assert.equal(seen.size, 1, `${n} elements`);
    assert.equal(outputs.size, 1, `${n} elements`);
  }
});

test("chunks of a given size give the same bits, too, and their own", () => {
  const sumBy = (chunksize: number) =>
    njit(
      (a: Float64Array) => {
        let s = 0;
        for (const i of prange(a.length)) s += a[i]!;
        return s;
      },
      { parallel: true, chunksize },
    );
  const a = Float64Array.from({ length: 10_000 }, (_, i) => Math.cos(i) * 10 ** (i % 9));
  for (const size of [1, 7, 64, 100_000]) {
    const sum = sumBy(size);
    const results = THREADS.map((threads) => {
      setNumThreads(threads);
      return sum(a);
    });
    assert.equal(new Set(results).size, 1);
  }
  assert.equal(sumBy(100_000)(a), kernelOfOneChunk(a));
});

function kernelOfOneChunk(a: Float64Array): number {
  let s = 0;
  for (let i = 0; i < a.length; i++) s += a[i]!;
  return s;
}

test("the number of threads is checked", () => {
  for (const bad of [0, -1, 1.5, Number.NaN, 513]) assert.throws(() => setNumThreads(bad), RangeError);
  setNumThreads(2);
});

test("random numbers are those of the plain function at every number of threads", () => {
  const simulate = (out: Float64Array): number => {
    let hits = 0;
    for (const i of prange(out.length)) {
      out[i] = random.normal();
      while (Math.abs(out[i]!) > 1) out[i] = random.normal();
      if (random.random() < 0.3) hits++;
    }
    return hits;
  };
  const draw = njit(simulate, { parallel: true });
  const expected = new Float64Array(100_000);
  random.seed(2024);
  const hits = simulate(expected);
  const next = random.random();
  for (const threads of THREADS) {
    setNumThreads(threads);
    const out = new Float64Array(expected.length);
    random.seed(2024);
    assert.equal(draw(out), hits);
    assert.equal(random.random(), next);
    assert.deepEqual(out, expected);
  }
  setNumThreads(2);
});

test("Math.random of parallel loops is random", () => {
  const draw = njit(
    (out: Float64Array) => {
      for (const i of prange(out.length)) out[i] = Math.random();
    },
    { parallel: true, chunksize: 10 },
  );
  const out = new Float64Array(2000);
  draw(out);
  const first = out.slice();
  draw(out);
  assert.equal(new Set([...first, ...out]).size, 4000);
  assert.ok(out.every((x) => x >= 0 && x < 1));
  const mean = out.reduce((s, x) => s + x, 0) / out.length;
  assert.ok(Math.abs(mean - 0.5) < 0.05, `mean ${mean}`);
});

test("where an iteration's work can't be told there are 64 chunks, whatever the iterations do", () => {
  const sum = (a: Float64Array): number => {
    let s = 0;
    for (const i of prange(a.length)) {
      let k = 0;
      while (k * k < i) k++;
      s += a[i]! * k;
    }
    return s;
  };
  const n = 2 * 64;
  const a = Float64Array.from({ length: n }, (_, i) => 1 / (i + 3));
  let inPairs = 0;
  for (let i = 0; i < n; i += 2) {
    const [x, y] = [a[i]! * Math.ceil(Math.sqrt(i)), a[i + 1]! * Math.ceil(Math.sqrt(i + 1))];
    inPairs = i === 0 ? x + y : inPairs + (x + y);
  }
  assert.notEqual(inPairs, sum(a));
  for (const threads of [1, 2, 8]) {
    setNumThreads(threads);
    assert.equal(njit(sum, { parallel: true })(a), inPairs);
  }
});
