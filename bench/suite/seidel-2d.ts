import { njit } from "../../src/index.ts";
import { uniform } from "../random.ts";
import { allNear, define } from "./benchmark.ts";

/** Each point becomes the mean of its 3 × 3 neighbourhood, in place: those above and to the left are new already. */
export const seidel2d = define({
  name: "seidel-2d",
  group: "npbench",
  kernel: njit((steps: number, n: number, a: Float64Array): void => {
    for (let t = 0; t < steps; t++) {
      for (let i = 1; i < n - 1; i++) {
        for (let j = 1; j < n - 1; j++) {
          const p = i * n + j;
          a[p] =
            (a[p - n - 1] +
              a[p - n] +
              a[p - n + 1] +
              a[p - 1] +
              a[p] +
              a[p + 1] +
              a[p + n - 1] +
              a[p + n] +
              a[p + n + 1]) /
            9;
        }
      }
    }
  }),
  inputs(size) {
    const [steps, n] = size === "full" ? [15, 200] : [4, 19];
    return [steps, n, uniform(n * n, 1)];
  },
  changes: [2],
  /** Along the fronts 2 i + j = constant no point needs another of the same front, so their order doesn't matter. */
  check([steps, n, a], _, [, , start]) {
    const expected = start.slice();
    for (let t = 0; t < steps; t++) {
      for (let front = 3; front <= 3 * (n - 2); front++) {
        for (let i = n - 2; i >= 1; i--) {
          const j = front - 2 * i;
          if (j < 1 || j > n - 2) continue;
          let sum = 0;
          for (let q = 0; q < 9; q++) sum += expected[(i + Math.floor(q / 3) - 1) * n + j + (q % 3) - 1];
          expected[i * n + j] = sum / 9;
        }
      }
    }
    allNear(a, expected, 1e-12, "a");
  },
});
