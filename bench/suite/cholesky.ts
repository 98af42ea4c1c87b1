import { njit } from "../../src/index.ts";
import { uniform } from "../random.ts";
import { allNear, define, times } from "./benchmark.ts";

/** A symmetric positive definite matrix becomes its factor: A = L Lᵀ, L in the lower triangle. */
export const cholesky = define({
  name: "cholesky",
  group: "npbench",
  fastmath: true,
  kernel: njit(
    (n: number, a: Float64Array): void => {
      for (let i = 0; i < n; i++) {
        for (let j = 0; j < i; j++) {
          let sum = a[i * n + j];
          for (let k = 0; k < j; k++) sum -= a[i * n + k] * a[j * n + k];
          a[i * n + j] = sum / a[j * n + j];
        }
        let diagonal = a[i * n + i];
        for (let k = 0; k < i; k++) diagonal -= a[i * n + k] * a[i * n + k];
        a[i * n + i] = Math.sqrt(diagonal);
      }
    },
    { fastmath: true },
  ),
  inputs(size) {
    const n = size === "full" ? 300 : 18;
    return [n, positiveDefinite(n)];
  },
  changes: [1],
  /** L (Lᵀ r) = A r for any r. */
  check([n, l], _, [, a]) {
    const r = uniform(n, 2, -1, 1);
    const lower = l.map((v, p) => (p % n <= Math.floor(p / n) ? v : 0));
    const transposed = l.map((_, p) => lower[(p % n) * n + Math.floor(p / n)]);
    allNear(times(lower, times(transposed, r)), times(a, r), 1e-9 * n, "L Lᵀ r");
  },
});

/** Symmetric, with a diagonal that outweighs the rest of its row. */
export function positiveDefinite(n: number): Float64Array {
  const m = uniform(n * n, 1, -1, 1);
  return m.map((_, p) => {
    const i = Math.floor(p / n);
    const j = p % n;
    return i === j ? n : (m[i * n + j] + m[j * n + i]) / 2;
  });
}
