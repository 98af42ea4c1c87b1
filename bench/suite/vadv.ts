/**
 * Vertical advection of a weather model: an implicit step, so one tridiagonal system for each column of air. The
 * height, k, is the outermost index, so neighbouring columns lie side by side. `wind` has one point more along i.
 */
import { njit } from "../../src/index.ts";
import { uniform } from "../random.ts";
import { define, near } from "./benchmark.ts";

export const vadv = define({
  name: "vadv",
  group: "npbench",
  fastmath: true,
  kernel: njit(
    (
      ni: number,
      nj: number,
      nk: number,
      rate: number,
      wind: Float64Array,
      u: Float64Array,
      start: Float64Array,
      tendency: Float64Array,
      out: Float64Array,
    ): void => {
      const layer = ni * nj;
      const windLayer = (ni + 1) * nj;
      const above = new Float64Array(layer * nk);
      const right = new Float64Array(layer * nk);
      // Forward elimination, layer by layer.
      for (let k = 0; k < nk; k++) {
        for (let i = 0; i < ni; i++) {
          for (let j = 0; j < nj; j++) {
            const p = k * layer + i * nj + j;
            const w = k * windLayer + i * nj + j;
            let a = 0;
            let c = 0;
            let correction = 0;
            if (k > 0) {
              a = -0.125 * (wind[w + nj] + wind[w]);
              correction -= a * (u[p - layer] - u[p]);
            }
            if (k < nk - 1) {
              c = 0.125 * (wind[w + windLayer + nj] + wind[w + windLayer]);
              correction -= c * (u[p + layer] - u[p]);
            }
            const d = rate * start[p] + tendency[p] + out[p] + correction;
            const b = rate - a - c;
            if (k === 0) {
              above[p] = c / b;
              right[p] = d / b;
            } else {
              const scale = 1 / (b - above[p - layer] * a);
              above[p] = c * scale;
              right[p] = (d - right[p - layer] * a) * scale;
            }
          }
        }
      }
      // Back substitution; what has been computed becomes the tendency of this step.
      for (let k = nk - 1; k >= 0; k--) {
        for (let p = k * layer; p < (k + 1) * layer; p++) {
          if (k < nk - 1) right[p] -= above[p] * right[p + layer];
          out[p] = rate * (right[p] - start[p]);
        }
      }
    },
    { fastmath: true },
  ),
  inputs(size) {
    const [ni, nj, nk] = size === "full" ? [60, 60, 40] : [5, 6, 7];
    const points = ni * nj * nk;
    const [u, start, tendency, out] = [1, 2, 3, 4].map((seed) => uniform(points, seed));
    return [ni, nj, nk, 3 / 20, uniform((ni + 1) * nj * nk, 5, -0.1, 0.1), u, start, tendency, out];
  },
  changes: [8],
  /** The solution put back into each column's equations. */
  check([ni, nj, nk, rate, wind, u, start, tendency, out], _, before) {
    const layer = ni * nj;
    const solution = out.map((v, p) => v / rate + start[p]);
    // How strongly the air moves through the lower face of the box (i, j, k).
    const through = (i: number, j: number, k: number) =>
      (wind[(k * (ni + 1) + i) * nj + j] + wind[(k * (ni + 1) + i + 1) * nj + j]) / 8;
    for (let p = 0; p < out.length; p++) {
      const [k, i, j] = [Math.floor(p / layer), Math.floor(p / nj) % ni, p % nj];
      const below = k === 0 ? 0 : through(i, j, k);
      const above = k === nk - 1 ? 0 : through(i, j, k + 1);
      const flow = (values: Float64Array) =>
        (k === 0 ? 0 : -below * (values[p - layer] - values[p])) +
        (k === nk - 1 ? 0 : above * (values[p + layer] - values[p]));
      const expected = rate * start[p] + tendency[p] + before[8][p] - flow(u);
      near(rate * solution[p] + flow(solution), expected, 1e-9, `equation ${p}`);
    }
  },
});
