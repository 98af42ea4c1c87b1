import type { Grid } from "../read/grid.ts";

/**
 * The `count` pixels with the greatest values, hottest first, no two within `apart` pixels of each other: a hot spot
 * is many pixels, and one of them stands for it. Missing values are never hot.
 */
export function findHottest(values: Float32Array, grid: Grid, count: number, apart: number): number[] {
  const order = Uint32Array.from(values.keys())
    .filter((i) => !Number.isNaN(values[i]))
    .sort((a, b) => values[b] - values[a]);
  const found: number[] = [];
  for (const pixel of order) {
    if (found.length === count) break;
    if (found.every((other) => distance(pixel, other, grid.width) > apart)) found.push(pixel);
  }
  return found;
}

function distance(a: number, b: number, width: number): number {
  return Math.hypot((a % width) - (b % width), Math.floor(a / width) - Math.floor(b / width));
}
