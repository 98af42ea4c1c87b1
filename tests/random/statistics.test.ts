/**
 * The distributions of the random numbers, in plain JavaScript (that kernels draw the same ones is tests/kernels' affair). The
 * seeds are fixed, so a test that passes always does; the limits are those that a good generator passes with nearly any seed.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { prange, random } from "../../src/index.ts";
import {
  chiSquare,
  correlation,
  histogram,
  kolmogorovSmirnov,
  mean,
  moment,
  normalCdf,
  serialCorrelation,
} from "./statistics.ts";

const N = 100_000;

/** A standard normal number that is at most this far from 0, but once in 15,000 times. */
const SIGMAS = 4;

function sample(draw: () => number, seed: number, n = N): Float64Array {
  random.seed(seed);
  return Float64Array.from({ length: n }, draw);
}

function within(value: number, expected: number, deviation: number, what: string): void {
  const off = (value - expected) / deviation;
  assert.ok(Math.abs(off) < SIGMAS, `${what} is ${value}: ${off.toFixed(2)} deviations from ${expected}`);
}

/** Moments about 0 of a sample, against those of its distribution; `moments[k]` is the true mean of x^k. */
function checkMoments(xs: Float64Array, moments: readonly number[], what: string): void {
  for (let k = 1; 2 * k < moments.length; k++) {
    const [m = 0, m2 = 0] = [moments[k], moments[2 * k]];
    within(moment(xs, k), m, Math.sqrt((m2 - m * m) / xs.length), `moment ${k} of ${what}`);
  }
}

function checkIndependence(xs: Float64Array, what: string): void {
  for (const lag of [1, 2, 3, 4, 7, 8, 16, 64, 1000])
    within(serialCorrelation(xs, lag), 0, 1 / Math.sqrt(xs.length), `correlation of ${what} with lag ${lag}`);
}

function checkUniform(xs: Float64Array, what: string): void {
  checkMoments(
    xs,
    Array.from({ length: 9 }, (_, k) => 1 / (k + 1)),
    what,
  );
  for (const bins of [2, 10, 256, 1000]) within(chiSquare(histogram(xs, bins)), 0, 1, `χ² of ${what} in ${bins} bins`);
  assert.ok(kolmogorovSmirnov(xs, (x) => x) < 1.95, `distribution of ${what}`);
  checkIndependence(xs, what);
  const pairs = new Float64Array(xs.length >> 1).map(
    (_, i) => (Math.floor((xs[2 * i] ?? 0) * 32) + (xs[2 * i + 1] ?? 0)) / 32,
  );
  within(chiSquare(histogram(pairs, 32 * 32)), 0, 1, `χ² of pairs of ${what}`);
}

for (const seed of [0, 1, 2 ** 40]) {
  test(`uniform numbers, seed ${seed}`, () =>
    checkUniform(
      sample(() => random.random(), seed),
      "random()",
    ));
}

test("each of the 53 bits is as often 0 as 1, whatever its neighbours are", () => {
  const xs = sample(() => random.random() * 2 ** 53, 3);
  const high = xs.map((x) => Math.floor(x / 2 ** 27));
  const low = xs.map((x) => x % 2 ** 27);
  for (const [words, bits] of [
    [high, 26],
    [low, 27],
  ] as const) {
    for (let b = 0; b + 1 < bits; b++) {
      const two = histogram(
        words.map((w) => ((w / 2 ** b) % 4) / 4),
        4,
      );
      within(chiSquare(two), 0, 1, `χ² of bits ${b} and ${b + 1}`);
    }
  }
});

test("runs up and down are as long as they should be", () => {
  const xs = sample(() => random.random(), 4);
  let runs = 1;
  for (let i = 2; i < xs.length; i++) {
    const [a = 0, b = 0, c = 0] = xs.subarray(i - 2, i + 1);
    if (a < b !== b < c) runs++;
  }
  within(runs, (2 * N - 1) / 3, Math.sqrt((16 * N - 29) / 90), "the number of runs");
});

test("no number comes twice", () => {
  assert.equal(new Set(sample(() => random.random(), 5)).size, N);
});

test("normal numbers", () => {
  const xs = sample(() => random.normal(), 6);
  checkMoments(xs, [1, 0, 1, 0, 3, 0, 15, 0, 105], "normal()");
  assert.ok(kolmogorovSmirnov(xs, normalCdf) < 1.95);
  checkIndependence(xs, "normal()");
  checkIndependence(
    xs.map((x) => x * x),
    "normal()²",
  );
  // As many beyond 3 as there should be.
  const tail = 2 * (1 - normalCdf(3));
  const beyond = xs.reduce((n, x) => n + (Math.abs(x) > 3 ? 1 : 0), 0);
  within(beyond, N * tail, Math.sqrt(N * tail), "numbers beyond 3");
  within(chiSquare(histogram(xs.map(normalCdf), 256)), 0, 1, "χ² of normal()");
  const shifted = sample(() => random.normal(-7, 0.5), 6);
  assert.deepEqual(
    shifted,
    xs.map((x) => -7 + 0.5 * x),
  );
});

test("exponential numbers", () => {
  const xs = sample(() => random.exponential(), 7);
  checkMoments(xs, [1, 1, 2, 6, 24, 120, 720], "exponential()");
  assert.ok(kolmogorovSmirnov(xs, (x) => -Math.expm1(-x)) < 1.95);
  checkIndependence(xs, "exponential()");
  assert.deepEqual(
    sample(() => random.exponential(3), 7),
    xs.map((x) => 3 * x),
  );
});

test("normal and exponential numbers are those of their formulas", () => {
  random.seed(8);
  for (let i = 0; i < 10_000; i++) {
    random.seed(i);
    const [u, v] = [random.random(), random.random()];
    random.seed(i);
    const e = random.exponential();
    random.seed(i);
    const z = random.normal();
    const log = -Math.log1p(-u);
    assert.ok(Math.abs(e - log) <= 4e-16 * log, `${e} and ${log}`);
    const box = Math.sqrt(2 * log) * Math.cos(2 * Math.PI * v);
    assert.ok(Math.abs(z - box) <= 1e-14, `${z} and ${box}`);
  }
});

for (const [low, high] of [
  [0, 2],
  [1, 7],
  [-5, 5],
  [0, 1000],
] as const) {
  test(`integers from ${low} to ${high}`, () => {
    const xs = sample(() => random.integers(low, high), 9);
    assert.ok(xs.every((x) => Number.isInteger(x) && x >= low && x < high));
    within(
      chiSquare(
        histogram(
          xs.map((x) => (x - low + 0.5) / (high - low)),
          high - low,
        ),
      ),
      0,
      1,
      "χ² of integers",
    );
    checkIndependence(xs, "integers()");
  });
}

test("the rounds of a prange are independent", () => {
  random.seed(10);
  const [first, second, next] = [new Float64Array(N), new Float64Array(N), new Float64Array(N)];
  for (const i of prange(N)) {
    first[i] = random.random();
    second[i] = random.random();
  }
  for (const i of prange(N)) next[i] = random.random();
  checkUniform(first, "the first numbers of rounds");
  checkUniform(second, "the second numbers of rounds");
  checkUniform(next, "the first numbers of the next loop's rounds");
  const deviation = 1 / Math.sqrt(N);
  within(correlation(first, second), 0, deviation, "correlation of the first and second numbers of rounds");
  within(correlation(first, next), 0, deviation, "correlation of two loops");
  within(correlation(first.subarray(1), second.subarray(0, N - 1)), 0, deviation, "correlation of neighbouring rounds");
  const rest = sample(() => random.random(), 10);
  within(correlation(first, rest), 0, deviation, "correlation of rounds and the sequence without a loop");
  assert.equal(new Set([...first, ...second, ...next, ...rest]).size, 4 * N);
});

test("seeds that differ little give independent sequences", () => {
  const byseed = (offset: number): Float64Array =>
    Float64Array.from({ length: N }, (_, seed) => {
      random.seed(seed + offset);
      return random.random();
    });
  const numbers = byseed(0);
  checkUniform(numbers, "the first numbers of seeds");
  within(correlation(numbers, byseed(2 ** 32)), 0, 1 / Math.sqrt(N), "correlation of seeds that differ in one bit");
  assert.ok(Math.abs(mean(numbers) - 0.5) < 0.01);
});
