import { njit } from "../../src/index.ts";
import { uniform } from "../random.ts";
import { allNear, define, times } from "./benchmark.ts";
import { positiveDefinite } from "./cholesky.ts";

/** A matrix becomes its factors: A = L U, both in its place, L with ones on its diagonal. */
export const lu = define({
  name: "lu",
  group: "npbench",
  fastmath: true,
  kernel: njit(
    (n: number, a: Float64Array): void => {
      for (let i = 0; i < n; i++) {
        for (let j = 0; j < i; j++) {
          let sum = a[i * n + j];
          for (let k = 0; k < j; k++) sum -= a[i * n + k] * a[k * n + j];
          a[i * n + j] = sum / a[j * n + j];
        }
        for (let k = 0; k < i; k++) {
          const t = a[i * n + k];
          for (let j = i; j < n; j++) a[i * n + j] -= t * a[k * n + j];
        }
      }
    },
    { fastmath: true },
  ),
  inputs(size) {
    const n = size === "full" ? 220 : 18;
    return [n, positiveDefinite(n)];
  },
  changes: [1],
  /** L (U r) = A r for any r. */
  check([n, factors], _, [, a]) {
    const r = uniform(n, 2, -1, 1);
    const row = (p: number) => Math.floor(p / n);
    const lower = factors.map((v, p) => (p % n < row(p) ? v : p % n === row(p) ? 1 : 0));
    const upper = factors.map((v, p) => (p % n >= row(p) ? v : 0));
    allNear(times(lower, times(upper, r)), times(a, r), 1e-9 * n, "L U r");
  },
});
