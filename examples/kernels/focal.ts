/**
 * Focal statistics: the mean and standard deviation of the square window around each pixel, (2 radius + 1)² pixels; beyond
 * the image's edge the window sees the nearest pixel of the edge. The same statistics twice: `focalStats` is the definition
 * written down, `focalStatsRunning` does constant work for each pixel, whatever the radius.
 */
import { njit, prange } from "../../src/index.ts";

function clamp(i: number, last: number): number {
  return Math.min(Math.max(i, 0), last);
}

/** Row y of both. */
function focalRow(
  image: Float32Array,
  width: number,
  height: number,
  radius: number,
  mean: Float32Array,
  deviation: Float32Array,
  y: number,
): void {
  const count = (2 * radius + 1) * (2 * radius + 1);
  for (let x = 0; x < width; x++) {
    let sum = 0;
    let squares = 0;
    for (let dy = -radius; dy <= radius; dy++) {
      const row = clamp(y + dy, height - 1) * width;
      for (let dx = -radius; dx <= radius; dx++) {
        const v = image[row + clamp(x + dx, width - 1)];
        sum += v;
        squares += v * v;
      }
    }
    const m = sum / count;
    mean[y * width + x] = m;
    deviation[y * width + x] = Math.sqrt(Math.max(squares / count - m * m, 0));
  }
}

export const focalStats = njit(
  (
    image: Float32Array,
    width: number,
    height: number,
    radius: number,
    mean: Float32Array,
    deviation: Float32Array,
  ): void => {
    for (let y = 0; y < height; y++) focalRow(image, width, height, radius, mean, deviation, y);
  },
);

/** The same on all cores: a row is an iteration. */
export const focalStatsParallel = njit(
  (
    image: Float32Array,
    width: number,
    height: number,
    radius: number,
    mean: Float32Array,
    deviation: Float32Array,
  ): void => {
    for (const y of prange(height)) focalRow(image, width, height, radius, mean, deviation, y);
  },
  { parallel: true },
);

/**
 * `sums[x]` and `squares[x]` hold the window's column at x; going down a row adds the pixel that enters each column and
 * takes away the one that leaves it, and going right along the row does the same with whole columns.
 */
export const focalStatsRunning = njit(
  (
    image: Float32Array,
    width: number,
    height: number,
    radius: number,
    mean: Float32Array,
    deviation: Float32Array,
  ): void => {
    const count = (2 * radius + 1) * (2 * radius + 1);
    const sums = new Float64Array(width);
    const squares = new Float64Array(width);
    for (let dy = -radius; dy <= radius; dy++) {
      const row = clamp(dy, height - 1) * width;
      for (let x = 0; x < width; x++) {
        const v = image[row + x];
        sums[x] += v;
        squares[x] += v * v;
      }
    }
    for (let y = 0; y < height; y++) {
      let sum = 0;
      let square = 0;
      for (let dx = -radius; dx <= radius; dx++) {
        sum += sums[clamp(dx, width - 1)];
        square += squares[clamp(dx, width - 1)];
      }
      for (let x = 0; x < width; x++) {
        const m = sum / count;
        mean[y * width + x] = m;
        deviation[y * width + x] = Math.sqrt(Math.max(square / count - m * m, 0));
        const enters = clamp(x + radius + 1, width - 1);
        const leaves = clamp(x - radius, width - 1);
        sum += sums[enters] - sums[leaves];
        square += squares[enters] - squares[leaves];
      }
      const enters = clamp(y + radius + 1, height - 1) * width;
      const leaves = clamp(y - radius, height - 1) * width;
      for (let x = 0; x < width; x++) {
        const a = image[enters + x];
        const b = image[leaves + x];
        sums[x] += a - b;
        squares[x] += a * a - b * b;
      }
    }
  },
);
