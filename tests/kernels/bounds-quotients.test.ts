/**
 * Indices made by dividing: quotients, remainders, midpoints and strides that are quotients. Divisors of 0, below 0 and with
 * fractions, and arrays that are just long enough and just too short: each call ends as plain JavaScript says it must.
 */
import { type Case, defineKernels, oob } from "../support/differential.ts";
import { randomFloats } from "../support/edge-values.ts";

const DIVISORS = [1, 2, 3, 5, 7, 16, 100, 2147483647, 0, -1, -3, -2147483648, 1.5, 0.25, -0, NaN, Infinity];
const ROUNDS = [0, 1, 5, 12, 33];

/** Every divisor × rounds × lengths around what is needed; `at` says which element round `i` reads. */
function cases(at: (i: number, w: number, n: number) => number, start: (n: number) => number = () => 0): Case[] {
  const all: Case[] = [];
  for (const w of DIVISORS) {
    for (const n of ROUNDS) {
      const indices: number[] = [];
      for (let i = start(n); i < n; i++) indices.push(at(i, w, n));
      const whole = indices.every((k) => Number.isInteger(k) && k >= 0);
      const most = whole && indices.length > 0 ? Math.max(...indices) : 2;
      for (const length of new Set([most + 1, most, most + 9].map((l) => Math.min(l, 200)))) {
        const args = [randomFloats(length, n), new Float64Array(n), w, n];
        const inside = whole && indices.every((k) => k < length);
        all.push(inside ? args : oob("x", ...args));
      }
    }
  }
  return all;
}

defineKernels("indices that are divided", {
  "⌊i / w⌋": {
    kernel: (x: Float64Array, y: Float64Array, w: number, n: number) => {
      for (let i = 0; i < n; i++) y[i] = x[Math.floor(i / w)];
    },
    cases: () => cases((i, w) => Math.floor(i / w)),
  },
  "truncated i / w": {
    kernel: (x: Float64Array, y: Float64Array, w: number, n: number) => {
      for (let i = 0; i < n; i++) y[i] = x[Math.trunc(i / w)];
    },
    cases: () => cases((i, w) => Math.trunc(i / w)),
  },
  "(i / w) | 0": {
    kernel: (x: Float64Array, y: Float64Array, w: number, n: number) => {
      for (let i = 0; i < n; i++) y[i] = x[(i / w) | 0];
    },
    cases: () => cases((i, w) => (i / w) | 0),
  },
  "i % w": {
    kernel: (x: Float64Array, y: Float64Array, w: number, n: number) => {
      for (let i = 0; i < n; i++) y[i] = x[i % w];
    },
    cases: () => cases((i, w) => i % w),
  },
  "(i + 5) % w": {
    kernel: (x: Float64Array, y: Float64Array, w: number, n: number) => {
      for (let i = 0; i < n; i++) y[i] = x[(i + 5) % w];
    },
    cases: () => cases((i, w) => (i + 5) % w),
  },
  "⌊i / w⌋ · w + i % w": {
    kernel: (x: Float64Array, y: Float64Array, w: number, n: number) => {
      for (let i = 0; i < n; i++) {
        const r = Math.floor(i / w);
        const c = i % w;
        y[i] = x[r * w + c];
      }
    },
    cases: () => cases((i, w) => Math.floor(i / w) * w + (i % w)),
  },
  "⌊(n − 1 − i) / w⌋": {
    kernel: (x: Float64Array, y: Float64Array, w: number, n: number) => {
      for (let i = 0; i < n; i++) y[i] = x[Math.floor((n - 1 - i) / w)];
    },
    cases: () => cases((i, w, n) => Math.floor((n - 1 - i) / w)),
  },
  "⌊(i − 3) / w⌋": {
    kernel: (x: Float64Array, y: Float64Array, w: number, n: number) => {
      for (let i = 3; i < n; i++) y[i] = x[Math.floor((i - 3) / w)];
    },
    cases: () =>
      cases(
        (i, w) => Math.floor((i - 3) / w),
        () => 3,
      ),
  },
  "⌊(i − 3) / w⌋, from 0": {
    kernel: (x: Float64Array, y: Float64Array, w: number, n: number) => {
      for (let i = 0; i < n; i++) y[i] = x[Math.floor((i - 3) / w)];
    },
    cases: () => cases((i, w) => Math.floor((i - 3) / w)),
  },
  "(i + w) >> 1": {
    kernel: (x: Float64Array, y: Float64Array, w: number, n: number) => {
      for (let i = 0; i < n; i++) y[i] = x[(i + w) >> 1];
    },
    cases: () => cases((i, w) => (i + w) >> 1),
  },
  "i · (w / 2)": {
    kernel: (x: Float64Array, y: Float64Array, w: number, n: number) => {
      const step = w / 2;
      for (let i = 0; i < n; i++) y[i] = x[i * step];
    },
    cases: () => cases((i, w) => i * (w / 2)),
  },
  "⌊i · (w / n)⌋": {
    kernel: (x: Float64Array, y: Float64Array, w: number, n: number) => {
      const scale = w / n;
      for (let i = 0; i < n; i++) y[i] = x[Math.floor(i * scale)];
    },
    cases: () => cases((i, w, n) => Math.floor(i * (w / n))),
  },
});

/** As hashes and generators do it: what wraps all the time still has bounds by its shifts and masks. */
defineKernels("indices of what wraps", {
  "h >>> 24": {
    kernel: (bins: Uint32Array, n: number) => {
      let h = 1;
      for (let i = 0; i < n; i++) {
        h = Math.imul(h, 1664525) + 1013904223;
        bins[h >>> 24]++;
      }
    },
    cases: () => [
      [new Uint32Array(256), 100],
      [new Uint32Array(300), 5],
    ],
  },
  "(h >> 8) & 15": {
    kernel: (bins: Uint32Array, n: number) => {
      let h = 1;
      for (let i = 0; i < n; i++) {
        h = (Math.imul(h, 1664525) + 1013904223) | 0;
        bins[(h >> 8) & 15]++;
      }
    },
    cases: () => [[new Uint32Array(16), 100], oob("bins", new Uint32Array(2), 100)],
  },
  "(i · m + c) >> 28, moved up": {
    kernel: (bins: Uint32Array, n: number) => {
      for (let i = 0; i < n; i++) bins[((Math.imul(i, 374761393) + 668265263) >> 28) + 8]++;
    },
    cases: () => [[new Uint32Array(16), 100], oob("bins", new Uint32Array(3), 100)],
  },
});
