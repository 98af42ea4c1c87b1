/**
 * Differences of integers whose terms depend on each other (types/differences.ts): integers for the machine where conditions or
 * quotients keep them near, and as in plain JavaScript in any case.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { njit } from "../../src/index.ts";
import { type Case, defineKernels, type KernelTest } from "../support/differential.ts";

const M = 2 ** 31;

const pairs = (): Case[] => [
  ...[
    [12, 18],
    [1, 1],
    [35, 64],
    [97, 1],
    [1071, 462],
    [65536, 6],
  ].map((pair): Case => [Int32Array.from(pair), new Float64Array(4)]),
];

const numbers = (): Case[] => [
  [Int32Array.of(0, 1, 9, 10, 11, 99, 100, 12345, -1, -9, -10, -11, -12345), new Float64Array(13)],
  [Int32Array.of(M - 1, -M, M - 2, 1 - M, 10, -10), new Float64Array(6)],
  [new Int32Array(0), new Float64Array(0)],
];

/** Those whose `v` is an int32. */
const integers: Readonly<Record<string, KernelTest>> = {
  bySubtraction: {
    kernel: (x: Int32Array, out: Float64Array) => {
      let v = Math.max(1, x[0]);
      let w = Math.max(1, x[1]);
      let n = 0;
      while (v !== w) {
        if (v > w) v -= w;
        else w -= v;
        n++;
      }
      out[0] = v;
      return n;
    },
    cases: pairs,
  },
  inAChoice: {
    kernel: (x: Int32Array, out: Float64Array) => {
      let v = Math.max(1, x[0]);
      let w = Math.max(1, x[1]);
      while (v !== w) {
        const less = v < w ? w - v : v - w;
        w = Math.min(v, w);
        v = less;
      }
      out[0] = v;
      return w;
    },
    cases: pairs,
  },
  andMore: {
    kernel: (x: Int32Array, out: Float64Array) => {
      let v = Math.max(0, x[0]);
      const w = Math.max(1, x[1]);
      let n = 0;
      while (n < 100 && w <= v) {
        v = v - w;
        n++;
      }
      out[0] = v;
      return n;
    },
    cases: pairs,
  },
  digits: {
    kernel: (x: Int32Array, out: Float64Array) => {
      let v = 1;
      for (let i = 0; i < x.length; i++) {
        const n = x[i];
        const q = Math.floor(n / 10);
        v = n - q * 10 - v;
        out[i] = v;
        v = 9 - (n - 7 * Math.trunc(n / 7));
      }
      return v;
    },
    cases: numbers,
  },
  minimalStandard: {
    kernel: (x: Int32Array, out: Float64Array) => {
      let v = 42;
      for (let i = 0; i < x.length; i++) {
        const high = (v / 127773) | 0;
        const low = v - high * 127773;
        v = 16807 * low - 2836 * high;
        v = v > 0 ? v : v + 2147483647;
        out[i] = v;
      }
      return v;
    },
    cases: () => [...numbers(), [new Int32Array(2000), new Float64Array(2000)]],
  },
};

const others: Readonly<Record<string, KernelTest>> = {
  writtenBefore: {
    kernel: (x: Int32Array, out: Float64Array) => {
      let v = x[0];
      const w = x[1];
      if (v > w) {
        v -= 1000;
        v -= w;
      }
      out[0] = v;
      return v < 0 ? 1 : 0;
    },
    cases: pairs,
  },
  writtenInALoop: {
    kernel: (x: Int32Array, out: Float64Array) => {
      let v = x[0];
      const w = x[1];
      let below = 0;
      if (v > w) {
        for (let i = 0; i < 5; i++) {
          const d = v - w;
          if (d < 0) below++;
          out[0] = d;
          v -= 30;
        }
      }
      return below;
    },
    cases: pairs,
  },
  writtenInTheTest: {
    kernel: (x: Int32Array, out: Float64Array) => {
      let v = x[0];
      let w = x[1];
      let below = 0;
      if (v > w && (w += 100) > 0) {
        out[0] = v - w;
        if (v - w < 0) below++;
      }
      while (v < w && (v = 2 * w) > 0) {
        if (w - v < 0) below++;
        w = 0;
      }
      return below;
    },
    cases: pairs,
  },
  writtenByAFunction: {
    kernel: (x: Int32Array, out: Float64Array) => {
      let v = x[0];
      const w = x[1];
      let below = 0;
      const fall = (): number => (v -= 1000);
      if (v > w) {
        fall();
        out[0] = v - w;
        if (v - w < 0) below++;
      }
      return below;
    },
    cases: pairs,
  },
  assignedInTheTarget: {
    kernel: (x: Int32Array, out: Float64Array) => {
      let v = x[0];
      const w = x[1];
      if (v > w) out[(v = 0)] = v - w;
      return out[0] < 0 ? 1 : 0;
    },
    cases: pairs,
  },
  theOtherWay: {
    kernel: (x: Int32Array, out: Float64Array) => {
      const v = x[0];
      const w = x[1];
      let below = 0;
      if (v > w || v === -5) out[0] = w - v;
      else if (w - v < 0) below++;
      if (v >= w) below += w - v < 0 ? 10 : 0;
      if (!(v < w)) below += v - w < 0 ? 100 : 0;
      do {
        below += v - w < 0 ? 1000 : 0;
      } while (v > w && below > 5000);
      return below;
    },
    cases: pairs,
  },
  notOrdered: {
    kernel: (x: Int32Array, out: Float64Array) => {
      const v = x[0] / x[2 % x.length];
      const w = x[1] > 10 ? Number.NaN : 3;
      if (v > w) out[0] = 1;
      else out[0] = v - w;
      return out[0];
    },
    cases: () => [...pairs(), [Int32Array.of(0, 1), new Float64Array(1)]],
  },
  otherQuotients: {
    kernel: (x: Int32Array, out: Float64Array) => {
      let beyond = 0;
      let q = 0;
      for (let i = 0; i < x.length; i++) {
        let n = x[i];
        out[i] = n - q * 10;
        q = Math.floor(n / 10);
        const late = Math.floor(n / 10);
        n += 1000;
        const d = n - late * 10;
        if (d > 9 || d < 0) beyond++;
        const m = x[i];
        const by = (x[i] & 7) - 3;
        const part = Math.trunc(m / by);
        const e = m - part * by;
        if (e < 0) beyond += 100;
        const wrong = m - Math.round(m / 10) * 10;
        if (wrong < 0) beyond += 10000;
        const f = m - Math.floor(m / 10) * 9;
        if (f > 9) beyond += 1000000;
      }
      return beyond;
    },
    cases: numbers,
  },
  wrappedQuotient: {
    kernel: (x: Int32Array, out: Float64Array) => {
      let beyond = 0;
      for (let i = 0; i < x.length; i++) {
        const n = x[i] * 1024;
        const q = (n / 3) | 0;
        const d = n - q * 3;
        if (d > 2 || d < -2) beyond++;
        out[i] = d;
      }
      return beyond;
    },
    cases: numbers,
  },
  anotherRound: {
    kernel: (x: Int32Array, out: Float64Array) => {
      let beyond = 0;
      for (let i = 0; i < x.length; i++) {
        const n = x[i];
        const q = Math.floor(n / 10);
        let m = n;
        for (let k = 0; k < 3; k++) {
          const d = m - q * 10;
          if (d > 9) beyond++;
          m += 7;
        }
        out[i] = m;
      }
      return beyond;
    },
    cases: numbers,
  },
};

defineKernels("differences of what depends on each other", integers);
defineKernels("differences of what doesn't, or otherwise", others);

test("what they keep near is an int32", () => {
  for (const [name, { kernel: fn, cases }] of Object.entries(integers)) {
    const kernel = njit(fn as (x: Int32Array, out: Float64Array) => number, { cache: false });
    kernel(...(cases()[0] as [Int32Array, Float64Array]));
    assert.match(kernel.inspectTypes(), / v: int \[-?\d+, \d+\] as i32/, name);
    assert.doesNotMatch(kernel.inspectTypes(), / v: float64| v: .* as i64/, name);
  }
});
