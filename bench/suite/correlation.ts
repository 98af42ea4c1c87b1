/** The correlation of each pair of columns of a table. Takes the table, gives the matrix; the table is normalised on the way. */
import { njit, prange } from "../../src/index.ts";
import { uniform } from "../random.ts";
import { define, near } from "./benchmark.ts";

export const correlation = define({
  name: "correlation",
  group: "npbench",
  fastmath: true,
  kernel: njit(
    (n: number, m: number, data: Float64Array, matrix: Float64Array): void => {
      const mean = new Float64Array(m);
      const deviation = new Float64Array(m);
      for (let i = 0; i < n; i++) {
        for (let j = 0; j < m; j++) mean[j] += data[i * m + j];
      }
      for (let j = 0; j < m; j++) mean[j] /= n;
      for (let i = 0; i < n; i++) {
        for (let j = 0; j < m; j++) {
          const d = data[i * m + j] - mean[j];
          deviation[j] += d * d;
        }
      }
      for (let j = 0; j < m; j++) {
        const d = Math.sqrt(deviation[j] / n);
        deviation[j] = d <= 0.1 ? 1 : d;
      }
      for (let i = 0; i < n; i++) {
        for (let j = 0; j < m; j++) {
          data[i * m + j] = (data[i * m + j] - mean[j]) / (Math.sqrt(n) * deviation[j]);
        }
      }
      for (let i = 0; i < m; i++) {
        for (let j = i; j < m; j++) matrix[i * m + j] = 0;
        for (let k = 0; k < n; k++) {
          const t = data[k * m + i];
          for (let j = i; j < m; j++) matrix[i * m + j] += t * data[k * m + j];
        }
        for (let j = i; j < m; j++) matrix[j * m + i] = matrix[i * m + j];
      }
    },
    { fastmath: true },
  ),
  parallel: njit(
    (n: number, m: number, data: Float64Array, matrix: Float64Array): void => {
      const mean = new Float64Array(m);
      const deviation = new Float64Array(m);
      for (let i = 0; i < n; i++) {
        for (let j = 0; j < m; j++) mean[j] += data[i * m + j];
      }
      for (let j = 0; j < m; j++) mean[j] /= n;
      for (let i = 0; i < n; i++) {
        for (let j = 0; j < m; j++) {
          const d = data[i * m + j] - mean[j];
          deviation[j] += d * d;
        }
      }
      for (let j = 0; j < m; j++) {
        const d = Math.sqrt(deviation[j] / n);
        deviation[j] = d <= 0.1 ? 1 : d;
      }
      for (let i = 0; i < n; i++) {
        for (let j = 0; j < m; j++) {
          data[i * m + j] = (data[i * m + j] - mean[j]) / (Math.sqrt(n) * deviation[j]);
        }
      }
      for (const i of prange(m)) {
        for (let j = i; j < m; j++) matrix[i * m + j] = 0;
        for (let k = 0; k < n; k++) {
          const t = data[k * m + i];
          for (let j = i; j < m; j++) matrix[i * m + j] += t * data[k * m + j];
        }
        for (let j = i; j < m; j++) matrix[j * m + i] = matrix[i * m + j];
      }
    },
    { fastmath: true, parallel: true },
  ),
  inputs(size) {
    const [n, m] = size === "full" ? [600, 250] : [19, 12];
    return [n, m, uniform(n * m, 1, -10, 30), new Float64Array(m * m)];
  },
  changes: [2],
  /** Pearson's coefficient of pairs of columns, from sums of products. */
  check([n, m, , matrix], _, before) {
    const column = (j: number) => Array.from({ length: n }, (_, i) => before[2][i * m + j]);
    for (let pair = 0; pair < 200; pair++) {
      const i = (pair * 7) % m;
      const j = (pair * 11 + 3) % m;
      near(matrix[i * m + j], pearson(column(i), column(j)), 1e-10, `correlation of ${i} and ${j}`);
    }
  },
});

function pearson(x: readonly number[], y: readonly number[]): number {
  const n = x.length;
  const sum = (value: (i: number) => number) => x.reduce((total, _, i) => total + value(i), 0);
  const [sx, sy] = [sum((i) => x[i]), sum((i) => y[i])];
  const [sxx, syy] = [sum((i) => x[i] * x[i]), sum((i) => y[i] * y[i])];
  const sxy = sum((i) => x[i] * y[i]);
  return (n * sxy - sx * sy) / Math.sqrt((n * sxx - sx * sx) * (n * syy - sy * sy));
}
