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

const box = Float32Array.of(0.5, 3.25, 1, 2.5, 2, 9, 0, 1);

defineKernels("counting between float32 values", {
  "a box around points": {
    kernel: (points: Float32Array, out: Float32Array, w: number, h: number) => {
      for (let t = 0; t < points.length / 4; t++) {
        const [x0, x1] = [points[4 * t], points[4 * t + 1]];
        const [y0, y1] = [points[4 * t + 2], points[4 * t + 3]];
        const minX = Math.max(0, Math.floor(Math.min(x0, x1)));
        const maxX = Math.min(w - 1, Math.ceil(Math.max(x0, x1)));
        const minY = Math.max(0, Math.floor(Math.min(y0, y1)));
        const maxY = Math.min(h - 1, Math.ceil(Math.max(y0, y1)));
        for (let y = minY; y <= maxY; y++) for (let x = minX; x <= maxX; x++) out[y * w + x] += x + 0.5;
      }
    },
    mayLeaveBounds: true,
    cases: () => [
      [box, new Float32Array(40), 8, 5],
      [box, new Float32Array(10), 8, 5],
      [Float32Array.of(NaN, 1, Infinity, 2), new Float32Array(40), 8, 5],
    ],
  },
  // 4097 × 4099 is 16793603, and 16793604 in float32: one more than the array has.
  "a float32 product past 2^24": {
    kernel: (a: Uint8Array, size: Uint16Array) => {
      const w = Math.fround(size[0]);
      const end = Math.floor(Math.fround(w * Math.fround(size[1])));
      let s = 0;
      for (let i = 0; i < 10; i++) s += a[end - 1 - i];
      return s;
    },
    mayLeaveBounds: true,
    cases: () => [
      [new Uint8Array(4097 * 4099).fill(1), Uint16Array.of(4097, 4099)],
      [new Uint8Array(12).fill(1), Uint16Array.of(3, 4)],
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
