/**
 * Diffusion by alternating directions: each step solves tridiagonal systems along the columns, then along the rows.
 * Takes u, gives u after the steps; v, p and q are room to work in.
 */
import { njit } from "../../src/index.ts";
import { uniform } from "../random.ts";
import { allNear, define } from "./benchmark.ts";

export const adi = define({
  name: "adi",
  group: "npbench",
  fastmath: true,
  kernel: njit(
    (steps: number, n: number, u: Float64Array, v: Float64Array, p: Float64Array, q: Float64Array): void => {
      const dx = 1 / n;
      const dt = 1 / steps;
      const mul1 = (2 * dt) / (dx * dx);
      const mul2 = dt / (dx * dx);
      const a = -mul1 / 2;
      const b = 1 + mul1;
      const c = a;
      const d = -mul2 / 2;
      const e = 1 + mul2;
      const f = d;
      for (let t = 1; t <= steps; t++) {
        for (let i = 1; i < n - 1; i++) {
          v[i] = 1;
          p[i * n] = 0;
          q[i * n] = v[i];
          for (let j = 1; j < n - 1; j++) {
            const r = a * p[i * n + j - 1] + b;
            p[i * n + j] = -c / r;
            q[i * n + j] =
              (-d * u[j * n + i - 1] + (1 + 2 * d) * u[j * n + i] - f * u[j * n + i + 1] - a * q[i * n + j - 1]) / r;
          }
          v[(n - 1) * n + i] = 1;
          for (let j = n - 2; j > 0; j--) v[j * n + i] = p[i * n + j] * v[(j + 1) * n + i] + q[i * n + j];
        }
        for (let i = 1; i < n - 1; i++) {
          u[i * n] = 1;
          p[i * n] = 0;
          q[i * n] = u[i * n];
          for (let j = 1; j < n - 1; j++) {
            const r = d * p[i * n + j - 1] + e;
            p[i * n + j] = -f / r;
            q[i * n + j] =
              (-a * v[(i - 1) * n + j] + (1 + 2 * a) * v[i * n + j] - c * v[(i + 1) * n + j] - d * q[i * n + j - 1]) /
              r;
          }
          u[i * n + n - 1] = 1;
          for (let j = n - 2; j > 0; j--) u[i * n + j] = p[i * n + j] * u[i * n + j + 1] + q[i * n + j];
        }
      }
    },
    { fastmath: true },
  ),
  inputs(size) {
    const [steps, n] = size === "full" ? [20, 200] : [3, 13];
    const room = () => new Float64Array(n * n);
    return [steps, n, uniform(n * n, 1, 0, 2), room(), room(), room()];
  },
  changes: [2, 3, 4, 5],
  check([steps, n, u], _, [, , start]) {
    const expected = start.slice();
    for (let t = 0; t < steps; t++) stepOf(expected, n, steps);
    allNear(u, expected, 1e-8, "u");
  },
});

/** One step: implicit along the columns, then along the rows, the other direction explicit. */
function stepOf(u: Float64Array, n: number, steps: number): void {
  const rate = (n * n) / steps;
  const v = new Float64Array(n * n);
  for (let i = 1; i < n - 1; i++) {
    const right = inside(
      n,
      (j) => u[j * n + i] + (rate / 2) * (u[j * n + i - 1] - 2 * u[j * n + i] + u[j * n + i + 1]),
    );
    for (const [j, value] of solve(rate, right).entries()) v[j * n + i] = value;
  }
  for (let i = 1; i < n - 1; i++) {
    const right = inside(n, (j) => v[i * n + j] + rate * (v[(i - 1) * n + j] - 2 * v[i * n + j] + v[(i + 1) * n + j]));
    for (const [j, value] of solve(rate / 2, right).entries()) u[i * n + j] = value;
  }
}

function inside(n: number, value: (j: number) => number): Float64Array {
  return Float64Array.from({ length: n }, (_, j) => (j === 0 || j === n - 1 ? 1 : value(j)));
}

/** x with (1 + 2 rate) xⱼ − rate (xⱼ₋₁ + xⱼ₊₁) = rightⱼ, ends given: eliminated from the last row up, not the first down. */
function solve(rate: number, right: Float64Array): Float64Array {
  const n = right.length;
  const [slope, offset] = [new Float64Array(n), new Float64Array(n)];
  offset[n - 1] = right[n - 1];
  for (let j = n - 2; j > 0; j--) {
    const pivot = 1 + 2 * rate - rate * slope[j + 1];
    slope[j] = rate / pivot;
    offset[j] = (right[j] + rate * offset[j + 1]) / pivot;
  }
  const x = right.slice();
  for (let j = 1; j < n; j++) x[j] = slope[j] * x[j - 1] + offset[j];
  return x;
}
