import { njit, prange } from "../../src/index.ts";
import { uniform } from "../random.ts";
import { allNear, define, times } from "./benchmark.ts";

function multiply(n: number, a: Float64Array, b: Float64Array, out: Float64Array): void {
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) out[i * n + j] = 0;
    for (let k = 0; k < n; k++) {
      const t = a[i * n + k];
      for (let j = 0; j < n; j++) out[i * n + j] += t * b[k * n + j];
    }
  }
}

function multiplyInParallel(n: number, a: Float64Array, b: Float64Array, out: Float64Array): void {
  for (const i of prange(n)) {
    for (let j = 0; j < n; j++) out[i * n + j] = 0;
    for (let k = 0; k < n; k++) {
      const t = a[i * n + k];
      for (let j = 0; j < n; j++) out[i * n + j] += t * b[k * n + j];
    }
  }
}

/** G = (A B) (C D). */
export const threeMm = define({
  name: "3mm",
  group: "npbench",
  fastmath: true,
  kernel: njit(
    (n: number, a: Float64Array, b: Float64Array, c: Float64Array, d: Float64Array, g: Float64Array): void => {
      const e = new Float64Array(n * n);
      const f = new Float64Array(n * n);
      multiply(n, a, b, e);
      multiply(n, c, d, f);
      multiply(n, e, f, g);
    },
    { fastmath: true },
  ),
  parallel: njit(
    (n: number, a: Float64Array, b: Float64Array, c: Float64Array, d: Float64Array, g: Float64Array): void => {
      const e = new Float64Array(n * n);
      const f = new Float64Array(n * n);
      multiplyInParallel(n, a, b, e);
      multiplyInParallel(n, c, d, f);
      multiplyInParallel(n, e, f, g);
    },
    { fastmath: true, parallel: true },
  ),
  inputs(size) {
    const n = size === "full" ? 240 : 14;
    const [a, b, c, d] = [1, 2, 3, 4].map((seed) => uniform(n * n, seed, -1, 1));
    return [n, a, b, c, d, new Float64Array(n * n)];
  },
  /** G r = A (B (C (D r))) for any r. */
  check([n, a, b, c, d, g]) {
    const r = uniform(n, 5, -1, 1);
    allNear(times(g, r), times(a, times(b, times(c, times(d, r)))), 1e-9 * n * n, "G r");
  },
});
