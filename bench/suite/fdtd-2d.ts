/** Electromagnetic waves on a staggered grid (finite differences in the time domain), driven along one border. */
import { njit, prange } from "../../src/index.ts";
import { uniform } from "../random.ts";
import { allNear, define } from "./benchmark.ts";

export const fdtd2d = define({
  name: "fdtd-2d",
  group: "npbench",
  fastmath: true,
  kernel: njit(
    (nx: number, ny: number, ex: Float64Array, ey: Float64Array, hz: Float64Array, source: Float64Array): void => {
      for (let t = 0; t < source.length; t++) {
        for (let j = 0; j < ny; j++) ey[j] = source[t];
        for (let i = 1; i < nx; i++) {
          for (let j = 0; j < ny; j++) ey[i * ny + j] -= 0.5 * (hz[i * ny + j] - hz[(i - 1) * ny + j]);
        }
        for (let i = 0; i < nx; i++) {
          for (let j = 1; j < ny; j++) ex[i * ny + j] -= 0.5 * (hz[i * ny + j] - hz[i * ny + j - 1]);
        }
        for (let i = 0; i < nx - 1; i++) {
          for (let j = 0; j < ny - 1; j++) {
            const p = i * ny + j;
            hz[p] -= 0.7 * (ex[p + 1] - ex[p] + ey[p + ny] - ey[p]);
          }
        }
      }
    },
    { fastmath: true },
  ),
  parallel: njit(
    (nx: number, ny: number, ex: Float64Array, ey: Float64Array, hz: Float64Array, source: Float64Array): void => {
      for (let t = 0; t < source.length; t++) {
        for (let j = 0; j < ny; j++) ey[j] = source[t];
        for (const i of prange(1, nx)) {
          for (let j = 0; j < ny; j++) ey[i * ny + j] -= 0.5 * (hz[i * ny + j] - hz[(i - 1) * ny + j]);
        }
        for (const i of prange(nx)) {
          for (let j = 1; j < ny; j++) ex[i * ny + j] -= 0.5 * (hz[i * ny + j] - hz[i * ny + j - 1]);
        }
        for (const i of prange(nx - 1)) {
          for (let j = 0; j < ny - 1; j++) {
            const p = i * ny + j;
            hz[p] -= 0.7 * (ex[p + 1] - ex[p] + ey[p + ny] - ey[p]);
          }
        }
      }
    },
    { fastmath: true, parallel: true },
  ),
  inputs(size) {
    const [nx, ny, steps] = size === "full" ? [200, 220, 20] : [11, 14, 6];
    const [ex, ey, hz] = [1, 2, 3].map((seed) => uniform(nx * ny, seed));
    return [nx, ny, ex, ey, hz, Float64Array.from({ length: steps }, (_, t) => t)];
  },
  changes: [2, 3, 4],
  /** The same physics, a point at a time: every new value from a function of the old fields. */
  check([nx, ny, ex, ey, hz, source], _, before) {
    let fields = [before[2], before[3], before[4]];
    const map = (value: (i: number, j: number, p: number) => number) =>
      Float64Array.from({ length: nx * ny }, (_, p) => value(Math.floor(p / ny), p % ny, p));
    for (const driven of source) {
      const [x, y, h] = fields;
      const newY = map((i, _, p) => (i === 0 ? driven : y[p] - (h[p] - h[p - ny]) / 2));
      const newX = map((_, j, p) => (j === 0 ? x[p] : x[p] - (h[p] - h[p - 1]) / 2));
      const curl = (p: number) => newX[p + 1] - newX[p] + newY[p + ny] - newY[p];
      fields = [newX, newY, map((i, j, p) => (i === nx - 1 || j === ny - 1 ? h[p] : h[p] - 0.7 * curl(p)))];
    }
    for (const [k, field] of [ex, ey, hz].entries()) allNear(field, fields[k], 1e-9, "a field");
  },
});
