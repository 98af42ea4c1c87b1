/**
 * Loops that step towards a bound without being counted ones, `while (n-- > 0)`: as many rounds as there are steps, so that what they
 * add up is an integer for the machine (steppedTrips of types/loops.ts), and as in plain JavaScript in any case.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { njit } from "../../src/index.ts";
import { type Case, defineKernels, type KernelTest } from "../support/differential.ts";

const M = 2 ** 31;

const ints = (): Case[] => [
  [Int32Array.from({ length: 40 }, (_, i) => Math.imul(i + 1, 2654435761)), new Float64Array(2)],
  [new Int32Array(40).fill(M - 1), new Float64Array(2)],
  [new Int32Array(40).fill(-M), new Float64Array(2)],
  [Int32Array.of(5), new Float64Array(2)],
];

const counts = (): Case[] => [-3, -1, 0, 1, 2, 7].map((n) => [Int32Array.of(n), new Float64Array(2)]);

/** Those whose `v` is an integer for the machine. */
const integers: Readonly<Record<string, KernelTest>> = {
  downToZero: {
    kernel: (x: Int32Array, out: Float64Array) => {
      let v = x[0];
      let sum = 0;
      for (let n = 32; n-- > 0; ) {
        sum += 0x9e3779b9;
        v += ((v << 4) + 3) ^ (v + sum) ^ (v >>> 5);
      }
      out[0] = v;
      return sum;
    },
    cases: ints,
  },
  untilZero: {
    kernel: (x: Int32Array, out: Float64Array) => {
      let v = x[0];
      let n = 20;
      while (n--) v += v ^ (v >>> 7);
      out[0] = v;
      return n;
    },
    cases: ints,
  },
  untilZeroAfterwards: {
    kernel: (x: Int32Array, out: Float64Array) => {
      let v = x[0];
      let n = 20;
      do v += v ^ (v >>> 7);
      while (--n);
      out[0] = v;
      return n;
    },
    cases: ints,
  },
  upToALength: {
    kernel: (x: Int32Array, out: Float64Array) => {
      let v = 0;
      let i = 0;
      while (i < x.length && v < 1e12) {
        v += x[i] >> 8;
        i++;
      }
      out[0] = v;
      return i;
    },
    cases: ints,
  },
  inSeveralSteps: {
    kernel: (x: Int32Array, out: Float64Array) => {
      let v = 0;
      for (let i = 0; i < x.length; i++) {
        v += x[i] >> 8;
        if (x[i] & 1) i += 2;
      }
      out[0] = v;
      return v;
    },
    cases: ints,
  },
};

const others: Readonly<Record<string, KernelTest>> = {
  belowAtOnce: {
    kernel: (x: Int32Array, out: Float64Array) => {
      let v = 0;
      let n = x[0];
      do v += 1e6;
      while (n-- > 5);
      do v += 1e6;
      while (--n > 0);
      out[0] = v;
      return n;
    },
    cases: counts,
  },
  pastZero: {
    kernel: (x: Int32Array, out: Float64Array) => {
      let v = 0;
      let rounds = 0;
      let n = x[0] & 7;
      while (--n) {
        v += 2e15;
        if (++rounds > 20) break;
      }
      out[0] = v;
      return n;
    },
    cases: counts,
  },
  overZero: {
    kernel: (x: Int32Array, out: Float64Array) => {
      let v = 0;
      let rounds = 0;
      let n = 7 + (x[0] & 1);
      while (n) {
        v += 2e15;
        n -= 2;
        if (++rounds > 20) break;
      }
      out[0] = v;
      return n;
    },
    cases: counts,
  },
  notEveryRound: {
    kernel: (x: Int32Array, out: Float64Array) => {
      let v = 0;
      let n = 3;
      let rounds = 0;
      while (n > 0) {
        v += 2e15;
        if (rounds++ < 9) continue;
        n--;
      }
      let m = 3;
      while (m > 0) if (rounds++ & 7) m--;
      out[0] = v;
      return n + rounds + x[0];
    },
    cases: counts,
  },
  andBack: {
    kernel: (x: Int32Array, out: Float64Array) => {
      let v = 0;
      let n = 3;
      let rounds = 0;
      while (n-- > 0) {
        v += 2e15;
        if (rounds++ < 9) n += 1;
      }
      out[0] = v;
      return n + x[0];
    },
    cases: counts,
  },
  backInAFunction: {
    kernel: (x: Int32Array, out: Float64Array) => {
      let v = 0;
      let n = 3;
      let rounds = 0;
      const back = (): void => {
        if (rounds++ < 9) n++;
      };
      while (n-- > 0) {
        v += 2e15;
        back();
      }
      out[0] = v;
      return n + x[0];
    },
    cases: counts,
  },
  aBoundThatGoesAway: {
    kernel: (x: Int32Array, out: Float64Array) => {
      let v = 0;
      let most = 3;
      let i = 0;
      while (i < most) {
        v += 2e15;
        if (most < 12) most += 2;
        i++;
      }
      out[0] = v;
      return i + x[0];
    },
    cases: counts,
  },
  either: {
    kernel: (x: Int32Array, out: Float64Array) => {
      let v = 0;
      let n = 3;
      let rounds = 0;
      while (n-- > 0 || rounds < 12) {
        v += 2e15;
        rounds++;
      }
      out[0] = v;
      return n + x[0];
    },
    cases: counts,
  },
  fractions: {
    kernel: (x: Int32Array, out: Float64Array) => {
      let v = 0;
      let n = x[0] / 2 + 1e-3;
      while (n-- > 0) v += 2e15;
      const most = x[0] === 7 ? Number.NaN : 2.5;
      let i = 0;
      do {
        v += 2e15;
        i++;
      } while (i < most);
      out[0] = v;
      return i;
    },
    cases: counts,
  },
};

defineKernels("loops that step", integers);
defineKernels("loops that don't, or otherwise", others);

test("what loops that step add up is an integer for the machine", () => {
  for (const [name, { kernel: fn, cases }] of Object.entries(integers)) {
    const kernel = njit(fn as (x: Int32Array, out: Float64Array) => number, { cache: false });
    kernel(...(cases()[0] as [Int32Array, Float64Array]));
    assert.match(kernel.inspectTypes(), / v: int \[-?\d+, \d+\]/, name);
    assert.doesNotMatch(kernel.inspectTypes(), / v: float64/, name);
  }
});
