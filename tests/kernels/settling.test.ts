/**
 * Integers that a loop draws towards something (types/settling.ts): integers for the machine where the assignments keep
 * them between bounds, and as in plain JavaScript in any case.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { njit } from "../../src/index.ts";
import { type Case, defineKernels, type KernelTest } from "../support/differential.ts";

const bytes = (n: number, seed: number): Uint8Array =>
  Uint8Array.from({ length: n }, (_, i) => i * i * seed + (i >> 3));

const onBytes = (): Case[] => [
  [bytes(200, 7), new Int32Array(200)],
  [bytes(200, 7).fill(255), new Int32Array(200)],
  [bytes(200, 7).fill(255, 0, 100), new Int32Array(200)],
  [new Uint8Array(100), new Int32Array(100)],
  [new Uint8Array(0), new Int32Array(0)],
];

const onWords = (): Case[] => [
  [Int16Array.from({ length: 300 }, (_, i) => (i * 7919) % 65536), new Int32Array(300)],
  [new Int16Array(300).fill(-32768), new Int32Array(300)],
  [new Int16Array(300).fill(32767).fill(-32768, 150), new Int32Array(300)],
];

const onInts = (): Case[] => [
  [Int32Array.from({ length: 80 }, (_, i) => Math.imul(i, 2654435761)), new Int32Array(80)],
  [new Int32Array(80).fill(2 ** 31 - 1).fill(-(2 ** 31), 40), new Int32Array(80)],
];

/** Those whose `v` is an integer for the machine. */
const integers: Readonly<Record<string, KernelTest>> = {
  averageByShift: {
    kernel: (x: Uint8Array, out: Int32Array) => {
      let v = 0;
      for (let i = 0; i < x.length; i++) {
        v += (x[i] - v) >> 4;
        out[i] = v;
      }
      return v;
    },
    cases: onBytes,
  },
  differenceFirst: {
    kernel: (x: Int16Array, out: Int32Array) => {
      let v = -5;
      for (let i = 0; i < x.length; i++) {
        const difference = x[i] - v;
        if (difference !== 0) v = v + (difference >> 3);
        out[i] = v;
      }
      return v;
    },
    cases: onWords,
  },
  scaled: {
    kernel: (x: Uint8Array, out: Int32Array) => {
      let v = 0;
      for (let i = 0; i < x.length; i++) {
        v = v - (v >> 4) + x[i];
        out[i] = v >> 4;
      }
      return v;
    },
    cases: onBytes,
  },
  weighted: {
    kernel: (x: Int16Array, out: Int32Array) => {
      let v = 0;
      for (let i = 0; i < x.length; i++) {
        v = (v * 7 + x[i] + 4) >> 3;
        out[i] = v;
      }
      return v;
    },
    cases: onWords,
  },
  divided: {
    kernel: (x: Int16Array, out: Int32Array) => {
      let v = 100;
      for (let i = 0; i < x.length; i++) {
        v += ((x[i] - v) / 16) | 0;
        out[i] = v;
      }
      return v;
    },
    cases: onWords,
  },
  floored: {
    kernel: (x: Int16Array, out: Int32Array) => {
      let v = 0;
      for (let i = 0; i < x.length; i++) {
        v += Math.floor((x[i] - v) / 10);
        out[i] = v;
      }
      return v;
    },
    cases: onWords,
  },
  roundedWeights: {
    kernel: (x: Uint8Array, out: Int32Array) => {
      let v = 0;
      for (let i = 0; i < x.length; i++) {
        v = Math.round(v * 0.9 + x[i] * 0.1);
        out[i] = v;
      }
      return v;
    },
    cases: onBytes,
  },
  probability: {
    kernel: (x: Uint8Array, out: Int32Array) => {
      let v = 2048;
      for (let i = 0; i < x.length; i++) {
        if ((x[i] & 1) === 0) v += (4096 - v) >> 5;
        else v -= v >> 5;
        out[i] = v;
      }
      return v;
    },
    cases: onBytes,
  },
  riseAndFall: {
    kernel: (x: Uint8Array, out: Int32Array) => {
      let v = 0;
      for (let i = 0; i < x.length; i++) {
        const y = x[i];
        v = y > v ? v + ((y - v + 1) >> 1) : v - ((v - y) >> 4);
        out[i] = v;
      }
      return v;
    },
    cases: onBytes,
  },
  byHelper: {
    kernel: (x: Uint8Array, out: Int32Array) => {
      const towards = (from: number, to: number, shift: number) => {
        const way = to - from;
        return from + (way >> shift);
      };
      let v = 7;
      for (let i = 0; i < x.length; i++) {
        v = towards(v, x[i], 2);
        out[i] = v;
      }
      return v;
    },
    cases: onBytes,
  },
  clamped: {
    kernel: (x: Int16Array, out: Int32Array) => {
      let v = 0;
      for (let i = 0; i < x.length; i++) {
        v = Math.max(Math.min(v + 3, x[i]), v >> 1);
        out[i] = v;
      }
      return v;
    },
    cases: onWords,
  },
  inRows: {
    kernel: (x: Uint8Array, out: Int32Array) => {
      let v = 0;
      for (let row = 0; row + 10 <= x.length; row += 10) {
        for (let i = row; i < row + 10; i++) {
          v += (x[i] - v) >> 2;
          out[i] = v;
        }
        v >>= 1;
      }
      return v;
    },
    cases: onBytes,
  },
};

/** Those in which something isn't as it looks. */
const others: Readonly<Record<string, KernelTest>> = {
  beyondInt32: {
    kernel: (x: Int32Array, out: Int32Array) => {
      let v = 0;
      for (let i = 0; i < x.length; i++) {
        v += (x[i] - v) >> 1;
        out[i] = v;
      }
      return v;
    },
    cases: onInts,
  },
  differenceOfBefore: {
    kernel: (x: Uint8Array) => {
      let v = 0;
      let beyond = 0;
      for (let i = 0; i < x.length; i++) {
        if (v > 255000) beyond++;
        const difference = x[i] - v;
        v = x[i] * 1000;
        v += difference >> 1;
      }
      return beyond;
    },
    cases: onBytes,
  },
  differenceOfARoundBefore: {
    kernel: (x: Uint8Array) => {
      let v = 0;
      let beyond = 0;
      for (let i = 0; i < x.length; i++) {
        if (v > 1000) beyond++;
        const difference = 1000 - v;
        for (let k = 0; k < 3; k++) v += difference >> 1;
      }
      return beyond;
    },
    cases: onBytes,
  },
  differenceOfTheFirst: {
    kernel: (x: Uint8Array) => {
      let v = 0;
      let i = 0;
      let beyond = 0;
      let average = 0;
      for (const difference = 1000 - v; i < x.length; i++) {
        if (v > 1000) beyond++;
        v += difference >> 1;
        // Without anything that needs it, no bounds are looked for.
        average += (x[i] - average) >> 4;
      }
      return beyond + average;
    },
    cases: onBytes,
  },
  assignedInside: {
    kernel: (x: Uint8Array) => {
      let v = 0;
      let beyond = 0;
      for (let i = 0; i < x.length; i++) {
        if (v > 255) beyond++;
        v = v + (((v = 0) - v + x[i]) >> 1);
      }
      return beyond;
    },
    cases: onBytes,
  },
  upAndDown: {
    kernel: (x: Uint8Array) => {
      let v = 5;
      let below = 0;
      for (let i = 0; i < x.length; i++) {
        if (v < 5) below++;
        v = (v - (v >> 3) * 8) * 100 + x[i];
      }
      return below;
    },
    cases: onBytes,
  },
  shiftedByAFraction: {
    kernel: (x: Uint8Array) => {
      let v = 0;
      let beyond = 0;
      for (let i = 0; i < x.length && i < 20; i++) {
        v = v * 3 - ((v * 8) >> 1.5) + (i & 1 ? 3 : -4);
        if (v > 29) beyond++;
      }
      return beyond;
    },
    cases: onBytes,
  },
  turning: {
    kernel: (x: Uint8Array, out: Int32Array) => {
      let v = 1;
      for (let i = 0; i < x.length; i++) {
        v = x[i] - v - (v >> 1);
        out[i] = v;
      }
      return v;
    },
    cases: onBytes,
  },
  negativeZero: {
    kernel: (x: Uint8Array, out: Int32Array) => {
      let v = 0;
      let zeros = 0;
      for (let i = 0; i < x.length; i++) {
        v = Math.round((v - x[i]) / 1000);
        if (Object.is(v, -0)) zeros++;
        out[i] = v;
      }
      return zeros;
    },
    cases: onBytes,
  },
  fractions: {
    kernel: (x: Uint8Array, out: Int32Array) => {
      let v = 0;
      for (let i = 0; i < x.length; i++) {
        v += (x[i] - v) / 16;
        out[i] = v;
      }
      return v;
    },
    cases: onBytes,
  },
  outsideAtFirst: {
    kernel: (x: Uint8Array, out: Int32Array) => {
      let v = 1_000_000;
      for (let i = 0; i < x.length; i++) {
        v -= (v - x[i]) >> 3;
        out[i] = v;
      }
      return v;
    },
    cases: onBytes,
  },
};

defineKernels("what settles", integers);
defineKernels("what doesn't, or otherwise", others);

test("what settles is an integer for the machine", () => {
  for (const [name, { kernel: fn, cases }] of Object.entries(integers)) {
    const kernel = njit(fn as (x: Uint8Array, out: Int32Array) => number, { cache: false });
    kernel(...(cases()[0] as [Uint8Array, Int32Array]));
    assert.match(kernel.inspectTypes(), / v: int \[-?\d+, \d+\] as i32/, name);
  }
});

test("under fastmath no bound rests on what floats are rounded to", () => {
  const fn = (x: Uint8Array) => {
    let average = 0;
    let v = 99;
    let beyond = 0;
    for (let i = 0; i < x.length; i++) {
      if (v > 99) beyond++;
      average += (x[i] - average) >> 4;
      v = x[i] > 0 ? (v * 0.69 + 31.38) | 0 : (v * 0.69) | 0;
    }
    return beyond + average;
  };
  for (const fastmath of [false, true]) {
    const kernel = njit(fn, { fastmath, cache: false });
    kernel(new Uint8Array(9));
    assert.equal(/v > 99: bool = false/.test(kernel.inspectTypes()), !fastmath);
  }
});
