import { njit, prange } from "../../src/index.ts";
import { integers, uniform } from "../random.ts";
import { allNear, define, dot, near } from "./benchmark.ts";

/** y = A x for a sparse matrix by rows: those of row i lie from starts[i] to starts[i + 1]. */
export const spmv = define({
  name: "spmv",
  group: "npbench",
  fastmath: true,
  kernel: njit(
    (starts: Int32Array, columns: Int32Array, values: Float64Array, x: Float64Array, y: Float64Array): void => {
      for (let i = 0; i < y.length; i++) {
        let sum = 0;
        for (let k = starts[i]; k < starts[i + 1]; k++) sum += values[k] * x[columns[k]];
        y[i] = sum;
      }
    },
    { fastmath: true },
  ),
  parallel: njit(
    (starts: Int32Array, columns: Int32Array, values: Float64Array, x: Float64Array, y: Float64Array): void => {
      for (const i of prange(y.length)) {
        let sum = 0;
        for (let k = starts[i]; k < starts[i + 1]; k++) sum += values[k] * x[columns[k]];
        y[i] = sum;
      }
    },
    { fastmath: true, parallel: true },
  ),
  inputs(size) {
    const [rows, width, most] = size === "full" ? [32_768, 32_768, 60] : [30, 20, 6];
    const counts = integers(rows, 1, most);
    const starts = new Int32Array(rows + 1);
    for (let i = 0; i < rows; i++) starts[i + 1] = starts[i] + counts[i];
    const entries = starts[rows];
    return [
      starts,
      integers(entries, 2, width),
      uniform(entries, 3, -1, 1),
      uniform(width, 4, -1, 1),
      new Float64Array(rows),
    ];
  },
  /** z · y = (Aᵀ z) · x for any z; and the first rows from the definition. */
  check([starts, columns, values, x, y]) {
    const z = uniform(y.length, 5, -1, 1);
    const transposed = new Float64Array(x.length);
    for (let i = 0; i < y.length; i++) {
      for (let k = starts[i]; k < starts[i + 1]; k++) transposed[columns[k]] += values[k] * z[i];
    }
    near(dot(z, y), dot(transposed, x), 1e-10 * values.length, "z · y");
    const row = (i: number) =>
      Array.from(columns.subarray(starts[i], starts[i + 1]), (j, k) => values[starts[i] + k] * x[j]);
    const first = Array.from({ length: 20 }, (_, i) => row(i).reduce((a, b) => a + b, 0));
    allNear(y.subarray(0, 20), first, 1e-12, "y");
  },
});
