import { njit, prange } from "../../src/index.ts";
import { uniform } from "../random.ts";
import { define, near } from "./benchmark.ts";

/** Each row of x becomes its exponentials, divided by their sum. */
export const softmax = define({
  name: "softmax",
  group: "npbench",
  fastmath: true,
  kernel: njit(
    (columns: number, x: Float32Array, out: Float32Array): void => {
      const rows = x.length / columns;
      for (let i = 0; i < rows; i++) {
        const row = i * columns;
        let greatest = x[row];
        for (let j = 1; j < columns; j++) greatest = Math.max(greatest, x[row + j]);
        let sum = 0;
        for (let j = 0; j < columns; j++) {
          const e = Math.exp(x[row + j] - greatest);
          out[row + j] = e;
          sum += e;
        }
        for (let j = 0; j < columns; j++) out[row + j] /= sum;
      }
    },
    { fastmath: true },
  ),
  parallel: njit(
    (columns: number, x: Float32Array, out: Float32Array): void => {
      const rows = x.length / columns;
      for (const i of prange(rows)) {
        const row = i * columns;
        let greatest = x[row];
        for (let j = 1; j < columns; j++) greatest = Math.max(greatest, x[row + j]);
        let sum = 0;
        for (let j = 0; j < columns; j++) {
          const e = Math.exp(x[row + j] - greatest);
          out[row + j] = e;
          sum += e;
        }
        for (let j = 0; j < columns; j++) out[row + j] /= sum;
      }
    },
    { fastmath: true, parallel: true },
  ),
  inputs(size) {
    const [rows, columns] = size === "full" ? [16 * 16 * 16, 128] : [6, 11];
    return [columns, Float32Array.from(uniform(rows * columns, 1, -5, 5)), new Float32Array(rows * columns)];
  },
  /** A row adds up to 1, and two of its elements are to each other as the exponential of their difference. */
  check([columns, x, out]) {
    for (let row = 0; row < x.length; row += columns) {
      near(
        out.subarray(row, row + columns).reduce((a, b) => a + b, 0),
        1,
        1e-5,
        "the sum of a row",
      );
      for (let j = 1; j < columns; j++) {
        const ratio = out[row + j] / out[row + j - 1];
        near(ratio / Math.exp(x[row + j] - x[row + j - 1]), 1, 1e-5, "the ratio of two elements");
      }
    }
  },
});
