import { njit, prange } from "../../src/index.ts";
import { uniform } from "../random.ts";
import { allNear, define, times } from "./benchmark.ts";

/** C = α A B + β C. */
export const gemm = define({
  name: "gemm",
  group: "npbench",
  fastmath: true,
  kernel: njit(
    (n: number, alpha: number, beta: number, a: Float64Array, b: Float64Array, c: Float64Array): void => {
      for (let i = 0; i < n; i++) {
        for (let j = 0; j < n; j++) c[i * n + j] *= beta;
        for (let k = 0; k < n; k++) {
          const t = alpha * a[i * n + k];
          for (let j = 0; j < n; j++) c[i * n + j] += t * b[k * n + j];
        }
      }
    },
    { fastmath: true },
  ),
  parallel: njit(
    (n: number, alpha: number, beta: number, a: Float64Array, b: Float64Array, c: Float64Array): void => {
      for (const i of prange(n)) {
        for (let j = 0; j < n; j++) c[i * n + j] *= beta;
        for (let k = 0; k < n; k++) {
          const t = alpha * a[i * n + k];
          for (let j = 0; j < n; j++) c[i * n + j] += t * b[k * n + j];
        }
      }
    },
    { fastmath: true, parallel: true },
  ),
  inputs(size) {
    const n = size === "full" ? 300 : 17;
    return [n, 1.5, 1.2, uniform(n * n, 1), uniform(n * n, 2), uniform(n * n, 3)];
  },
  changes: [5],
  /** C r = α A (B r) + β C₀ r for any r. */
  check([n, alpha, beta, a, b, c], _, before) {
    const r = uniform(n, 4, -1, 1);
    const abr = times(a, times(b, r));
    const cr = times(before[5], r);
    allNear(
      times(c, r),
      abr.map((v, i) => alpha * v + beta * cr[i]),
      1e-9 * n,
      "C r",
    );
  },
});
