import { njit } from "../../src/index.ts";
import { uniform } from "../random.ts";
import { define, dot, near, times } from "./benchmark.ts";

/** y = Aᵀ (A x). */
export const atax = define({
  name: "atax",
  group: "npbench",
  fastmath: true,
  kernel: njit(
    (a: Float64Array, x: Float64Array, y: Float64Array): void => {
      const n = x.length;
      const m = a.length / n;
      for (let j = 0; j < n; j++) y[j] = 0;
      for (let i = 0; i < m; i++) {
        let sum = 0;
        for (let j = 0; j < n; j++) sum += a[i * n + j] * x[j];
        for (let j = 0; j < n; j++) y[j] += a[i * n + j] * sum;
      }
    },
    { fastmath: true },
  ),
  inputs(size) {
    const [m, n] = size === "full" ? [1000, 1200] : [13, 21];
    return [uniform(m * n, 1, -1, 1), uniform(n, 2, -1, 1), new Float64Array(n)];
  },
  /** z · y = (A z) · (A x) for any z. */
  check([a, x, y]) {
    const z = uniform(x.length, 3, -1, 1);
    near(dot(z, y), dot(times(a, z), times(a, x)), 1e-9 * a.length, "z · y");
  },
});
