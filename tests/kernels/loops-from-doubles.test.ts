/** Loops that count from a double: an integer as a rule, but perhaps NaN, fractional, or too large to count with. */
import { defineKernels } from "../support/differential.ts";
import { randomFloats } from "../support/edge-values.ts";

const layers = (): unknown[][] =>
  [
    [3, 2, 4, 24],
    [3, 2, 4, 23],
    [3, 2, 4, 0],
    [0, 5, 5, 10],
    [-3, 2, 4, 24],
    [3, -2, -4, 24],
    [1, 2 ** 24, 2 ** 24, 16],
    [2 ** 20, 2 ** 20, 2 ** 20, 16],
    [2 ** 31 - 1, 2 ** 31 - 1, 2 ** 31 - 1, 16],
    [-(2 ** 31), 2 ** 31 - 1, 2 ** 31 - 1, 16],
  ].map(([n, w, h, length]) => [n, w, h, randomFloats(length as number, 1), new Float64Array(length as number)]);

defineKernels("counting from a product", {
  upwards: {
    kernel: (n: number, w: number, h: number, x: Float64Array, y: Float64Array) => {
      const layer = w * h;
      let rounds = 0;
      for (let k = 0; k < n && rounds < 100; k++) {
        for (let p = k * layer; p < (k + 1) * layer; p++) {
          y[p] = x[p] * 2 + p;
          rounds++;
        }
      }
      return rounds;
    },
    mayLeaveBounds: true,
    cases: layers,
  },
  downwards: {
    kernel: (n: number, w: number, h: number, x: Float64Array, y: Float64Array) => {
      const layer = w * h;
      for (let k = n - 1; k >= 0; k--) {
        for (let p = (k + 1) * layer - 1; p >= k * layer; p -= 1) y[p] = x[p] + 1;
      }
      return layer;
    },
    mayLeaveBounds: true,
    cases: () => layers().slice(0, 7),
  },
  "with break and continue": {
    kernel: (n: number, w: number, h: number, x: Float64Array, y: Float64Array) => {
      const layer = w * h;
      let found = -1;
      outer: for (let k = 0; k < n; k++) {
        for (let p = k * layer; p < (k + 1) * layer; p += 2) {
          if (x[p] > 0.9) continue;
          y[p] = p;
          if (x[p] < 0.05) {
            found = p;
            break outer;
          }
        }
      }
      return found;
    },
    mayLeaveBounds: true,
    cases: () => layers().slice(0, 7),
  },
  "the counter as a number": {
    kernel: (n: number, w: number, h: number) => {
      const layer = w * h;
      let s = 0;
      for (let p = n * layer; p <= n * layer + 20; p++) s += p / 3 - 1 / (p + 0.5);
      return s;
    },
    cases: () => [
      [3, 4, 5],
      [-3, 4, 5],
      [0, -1, 5],
      [2 ** 24, 2 ** 14, 2 ** 14],
      [-(2 ** 24), 2 ** 14, 2 ** 14],
    ],
  },
});

defineKernels("starts that no loop can count from", {
  given: {
    kernel: (from: number, to: number, x: Float64Array) => {
      let n = 0;
      for (let p = Math.floor(from) * 8; p < to; p++) {
        x[p] = n;
        if (++n > 40) break;
      }
      return n;
    },
    mayLeaveBounds: true,
    cases: () => [
      [0.5, 10, new Float64Array(16)],
      [NaN, 10, new Float64Array(16)],
      [Infinity, 10, new Float64Array(16)],
      [Infinity, Infinity, new Float64Array(16)],
      [-0, 10, new Float64Array(16)],
      [0.5, NaN, new Float64Array(16)],
      [1.5, Infinity, new Float64Array(16)],
      [-Infinity, 10, new Float64Array(16)],
      [2 ** 52, 2 ** 60, new Float64Array(16)],
      [-(2 ** 49), -(2 ** 52) + 3, new Float64Array(16)],
      [-(2 ** 50), -(2 ** 52) + 3, new Float64Array(16)],
    ],
  },
  "counted without an array": {
    kernel: (from: number, to: number) => {
      let n = 0;
      for (let p = Math.floor(from) * 8; p < to; p++) if (++n > 50) break;
      return n;
    },
    cases: () =>
      [
        [2 ** 49 - 1, 2 ** 52 + 5],
        [2 ** 49, 2 ** 52 + 5],
        [2 ** 49 + 1, 2 ** 52 + 10],
        [2 ** 50, 2 ** 53 + 10],
        [2 ** 50 - 1, 2 ** 53 + 10],
        [-(2 ** 49), -(2 ** 52) + 7],
        [-(2 ** 50), -(2 ** 53) + 7],
        [NaN, Infinity],
        [0.1, 3.5],
        [-Infinity, 3.5],
      ] as unknown[][],
  },
});
