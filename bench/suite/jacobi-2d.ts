import { njit, prange } from "../../src/index.ts";
import { allNear, define } from "./benchmark.ts";

/** Each point becomes the mean of itself and its four neighbours, over and over; the border stays. */
export const jacobi2d = define({
  name: "jacobi-2d",
  group: "npbench",
  fastmath: true,
  kernel: njit(
    (steps: number, n: number, a: Float64Array, b: Float64Array): void => {
      for (let t = 0; t < steps; t++) {
        for (let i = 1; i < n - 1; i++) {
          for (let j = 1; j < n - 1; j++) {
            const p = i * n + j;
            b[p] = 0.2 * (a[p] + a[p - 1] + a[p + 1] + a[p + n] + a[p - n]);
          }
        }
        for (let i = 1; i < n - 1; i++) {
          for (let j = 1; j < n - 1; j++) {
            const p = i * n + j;
            a[p] = 0.2 * (b[p] + b[p - 1] + b[p + 1] + b[p + n] + b[p - n]);
          }
        }
      }
    },
    { fastmath: true },
  ),
  parallel: njit(
    (steps: number, n: number, a: Float64Array, b: Float64Array): void => {
      for (let t = 0; t < steps; t++) {
        for (const i of prange(1, n - 1)) {
          for (let j = 1; j < n - 1; j++) {
            const p = i * n + j;
            b[p] = 0.2 * (a[p] + a[p - 1] + a[p + 1] + a[p + n] + a[p - n]);
          }
        }
        for (const i of prange(1, n - 1)) {
          for (let j = 1; j < n - 1; j++) {
            const p = i * n + j;
            a[p] = 0.2 * (b[p] + b[p - 1] + b[p + 1] + b[p + n] + b[p - n]);
          }
        }
      }
    },
    { fastmath: true, parallel: true },
  ),
  inputs(size) {
    const [steps, n] = size === "full" ? [50, 150] : [5, 23];
    const a = field(n, 1);
    return [steps, n, a, a.slice()];
  },
  changes: [2, 3],
  check([steps, n, a]) {
    const decay = 0.2 * (1 + 4 * Math.cos(Math.PI / (n - 1)));
    allNear(a, field(n, decay ** (2 * steps)), 1e-10, "a");
  },
});

/** A plane, which the mean leaves alone, and an arch with its feet on the border, which it scales. */
function field(n: number, arch: number): Float64Array {
  const wave = (i: number) => Math.sin((Math.PI * i) / (n - 1));
  return Float64Array.from({ length: n * n }, (_, p) => {
    const i = Math.floor(p / n);
    const j = p % n;
    return 1 + 2 * (i / n) - 3 * (j / n) + arch * wave(i) * wave(j);
  });
}
