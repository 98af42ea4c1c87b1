import { njit } from "../../src/index.ts";
import { allNear, define } from "./benchmark.ts";

/** Solves the Yule–Walker equations, T y = −r with T the symmetric Toeplitz matrix of 1, r₀, r₁, …: Durbin's recursion. */
export const durbin = define({
  name: "durbin",
  group: "npbench",
  fastmath: true,
  kernel: njit(
    (r: Float64Array, y: Float64Array): void => {
      const n = r.length;
      const z = new Float64Array(n);
      y[0] = -r[0];
      let beta = 1;
      let alpha = -r[0];
      for (let k = 1; k < n; k++) {
        beta *= 1 - alpha * alpha;
        let sum = 0;
        for (let i = 0; i < k; i++) sum += r[k - i - 1] * y[i];
        alpha = -(r[k] + sum) / beta;
        for (let i = 0; i < k; i++) z[i] = y[i] + alpha * y[k - i - 1];
        for (let i = 0; i < k; i++) y[i] = z[i];
        y[k] = alpha;
      }
    },
    { fastmath: true },
  ),
  inputs(size) {
    const n = size === "full" ? 3000 : 25;
    // The correlations of a signal with two decaying parts: a positive definite matrix.
    const r = Float64Array.from(
      { length: n },
      (_, k) => 0.6 * 0.9 ** (k + 1) + 0.4 * Math.cos(0.5 * (k + 1)) * 0.7 ** (k + 1),
    );
    return [r, new Float64Array(n)];
  },
  check([r, y]) {
    const n = r.length;
    const product = y.map((_, i) => {
      let sum = 0;
      for (let j = 0; j < n; j++) sum += (i === j ? 1 : r[Math.abs(i - j) - 1]) * y[j];
      return -sum;
    });
    allNear(product, r, 1e-9, "−T y");
  },
});
