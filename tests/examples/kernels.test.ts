/** The examples' kernels against their definitions, computed another way. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { seededRandom } from "../../bench/random.ts";
import { findHottest } from "../../examples/compute/hottest.ts";
import { focalStats, focalStatsParallel, focalStatsRunning } from "../../examples/kernels/focal.ts";
import {
  identity,
  identityFast,
  identityParallel,
  sumOfRoots,
  sumOfRootsFast,
  sumOfRootsParallel,
} from "../../examples/kernels/loops.ts";
import { ndvi, ndviParallel } from "../../examples/kernels/ndvi.ts";
import {
  anomaly,
  anomalyParallel,
  globalMean,
  globalMeanParallel,
  unpack,
  unpackParallel,
} from "../../examples/kernels/sea-surface.ts";
import { zScore, zScoreParallel } from "../../examples/kernels/z-score.ts";

function near(actual: number, expected: number, tolerance: number): void {
  assert.ok(Math.abs(actual - expected) <= tolerance, `${actual} is not ${expected} ± ${tolerance}`);
}

test("sums of roots of squares are sums of integers", () => {
  const x = Float64Array.from({ length: 1000 }, (_, i) => i * i);
  assert.equal(sumOfRoots(x), 999 * 1000 + 1000);
  assert.equal(sumOfRootsFast(x), 999 * 1000 + 1000);
  assert.equal(sumOfRoots(new Float64Array(0)), 0);
});

test("cos²x + sin²x is 1", () => {
  const random = seededRandom(7);
  const x = Float64Array.from({ length: 10_000 }, () => (random() - 0.5) * 1e6);
  near(identity(x), 10_000, 1e-8);
  near(identityFast(x), 10_000, 1e-8);
});

test("NDVI is −1 to 1, and 0 in the dark, whatever the bands are stored as", () => {
  for (const Pixels of [Uint8Array, Uint16Array, Int16Array, Float32Array, Float64Array]) {
    const out = new Float32Array(4);
    ndvi(Pixels.of(0, 30, 0, 100), Pixels.of(0, 10, 20, 100), out);
    assert.deepEqual([...out], [0, 0.5, -1, 0]);
  }
});

test("both focal statistics are those of the window's pixels", () => {
  const random = seededRandom(3);
  for (const [width, height, radius] of [
    [9, 6, 2],
    [5, 5, 0],
    [1, 1, 3],
    [4, 11, 6],
    [1, 8, 1],
  ] as const) {
    const image = Float32Array.from({ length: width * height }, () => random() - 0.5);
    const expected = focalByDefinition(image, width, height, radius);
    for (const kernel of [focalStats, focalStatsRunning]) {
      const mean = new Float32Array(image.length);
      const deviation = new Float32Array(image.length);
      kernel(image, width, height, radius, mean, deviation);
      for (const [i, [m, s]] of expected.entries()) {
        near(mean[i], m, 1e-6);
        near(deviation[i], s, 1e-6);
      }
    }
  }
});

/** The pixels of each window collected, then their mean, then the mean square of their distances from it. */
function focalByDefinition(image: Float32Array, width: number, height: number, radius: number): [number, number][] {
  const clip = (i: number, n: number) => (i < 0 ? 0 : i >= n ? n - 1 : i);
  return Array.from(image, (_, i) => {
    const x = i % width;
    const y = (i - x) / width;
    const window: number[] = [];
    for (let yy = y - radius; yy <= y + radius; yy++) {
      for (let xx = x - radius; xx <= x + radius; xx++) window.push(image[clip(yy, height) * width + clip(xx, width)]);
    }
    const mean = window.reduce((a, b) => a + b) / window.length;
    return [mean, Math.sqrt(window.reduce((a, v) => a + (v - mean) ** 2, 0) / window.length)];
  });
}

test("a z-score is 0 in flat surroundings", () => {
  const out = new Float32Array(3);
  zScore(Float32Array.of(3, 5, -1), Float32Array.of(3, 4, 1), Float32Array.of(0, 0.5, 4), out);
  assert.deepEqual([...out], [0, 2, -0.5]);
});

test("missing temperatures stay missing and aren't counted", () => {
  const temperature = new Float32Array(4);
  const climatology = new Float32Array(4);
  const difference = new Float32Array(4);
  assert.equal(unpack(Int16Array.of(200, -999, 300, -50), 0.5, 1, -999, temperature), 3);
  assert.deepEqual([...temperature], [101, Number.NaN, 151, -24]);
  assert.equal(unpack(Int16Array.of(100, 100, -999, -48), 0.5, 1, -999, climatology), 3);
  anomaly(temperature, climatology, difference);
  assert.deepEqual([...difference], [50, Number.NaN, Number.NaN, -1]);
});

test("a global mean weighs latitudes by their area", () => {
  const constant = new Float32Array(5 * 3).fill(2.5);
  constant[4] = Number.NaN;
  near(globalMean(constant, Float64Array.of(-60, 0, 60)), 2.5, 1e-12);
  // The equator weighs twice as much as a row at 60°.
  near(globalMean(Float32Array.of(1, 1, 4, 4), Float64Array.of(0, 60)), 2, 1e-6);
});

test("the hottest pixels keep apart", () => {
  const grid = { width: 6, height: 1, x: Number, y: Number, coordinates: "" };
  const values = Float32Array.of(1, 9, 8, Number.NaN, 2, 7);
  assert.deepEqual(findHottest(values, grid, 3, 1), [1, 5]);
  assert.deepEqual(findHottest(values, grid, 10, 0), [1, 2, 5, 4, 0]);
});

test("the parallel kernels compute what the others do", () => {
  const random = seededRandom(11);
  const [width, height, radius] = [70, 40, 2];
  const size = width * height;
  const noise = () => Float32Array.from({ length: size }, () => random() * 100);
  const [a, b] = [noise(), noise()];
  const raster = () => new Float32Array(size);
  const [mean, deviation] = [raster(), raster()];
  const [mean2, deviation2] = [raster(), raster()];
  focalStats(a, width, height, radius, mean, deviation);
  focalStatsParallel(a, width, height, radius, mean2, deviation2);
  assert.deepEqual([mean2, deviation2], [mean, deviation]);
  for (const [serial, parallel] of [
    [(out: Float32Array) => ndvi(a, b, out), (out: Float32Array) => ndviParallel(a, b, out)],
    [
      (out: Float32Array) => zScore(a, mean, deviation, out),
      (out: Float32Array) => zScoreParallel(a, mean, deviation, out),
    ],
    [(out: Float32Array) => anomaly(a, b, out), (out: Float32Array) => anomalyParallel(a, b, out)],
  ] as const) {
    const [out, out2] = [raster(), raster()];
    serial(out);
    parallel(out2);
    assert.deepEqual(out2, out);
  }
  const packed = Int16Array.from({ length: size }, (_, i) => (i % 5 === 0 ? -999 : i));
  const [degrees, degrees2] = [raster(), raster()];
  const present = unpack(packed, 0.01, 1, -999, degrees);
  assert.equal(unpackParallel(packed, 0.01, 1, -999, degrees2), present);
  assert.deepEqual(degrees2, degrees);
  const latitudes = Float64Array.from({ length: height }, (_, y) => y * 4 - 80);
  near(globalMeanParallel(degrees, latitudes), globalMean(degrees, latitudes), 1e-9);
  const x = Float64Array.from({ length: 100_000 }, (_, i) => (i % 1000) ** 2);
  assert.equal(sumOfRootsParallel(x), sumOfRoots(x));
  near(identityParallel(x), identity(x), 1e-6);
});
