/**
 * Integers that a loop's conditions keep on one side of a constant, `if (t >= m) t -= m`: integers for the machine where they do
 * (widening stops at such constants, types/loops.ts), and as in plain JavaScript in any case.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { njit } from "../../src/index.ts";
import { type Case, defineKernels, type KernelTest } from "../support/differential.ts";

const bytes = (): Case[] => [
  [Uint8Array.from({ length: 300 }, (_, i) => i * i * 7 + (i >> 3)), new Float64Array(300)],
  [new Uint8Array(300).fill(255), new Float64Array(300)],
  [new Uint8Array(300), new Float64Array(300)],
  [new Uint8Array(0), new Float64Array(0)],
];

const words = (): Case[] => [
  [Int32Array.from({ length: 300 }, (_, i) => Math.imul(i, 2654435761)), new Float64Array(300)],
  [new Int32Array(300).fill(2 ** 31 - 1), new Float64Array(300)],
  [new Int32Array(300).fill(-(2 ** 31)), new Float64Array(300)],
];

/** Those whose `v` is an integer for the machine. */
const integers: Readonly<Record<string, KernelTest>> = {
  fibonacciModulo: {
    kernel: (x: Uint8Array, out: Float64Array) => {
      let u = 0;
      let v = 1;
      for (let i = 0; i < x.length; i++) {
        let t = u + v;
        if (t >= 1000000007) t -= 1000000007;
        u = v;
        v = t;
        out[i] = v;
      }
      return v;
    },
    cases: bytes,
  },
  sumsOfSums: {
    kernel: (x: Uint8Array, out: Float64Array) => {
      let a = 1;
      let v = 0;
      for (let i = 0; i < x.length; i++) {
        a += x[i];
        if (a >= 521) a -= 521;
        v += a;
        if (v >= 521) v -= 521;
        out[i] = v;
      }
      return v * 65536 + a;
    },
    cases: bytes,
  },
  fromBelow: {
    kernel: (x: Uint8Array, out: Float64Array) => {
      let v = 0;
      for (let i = 0; i < x.length; i++) {
        v -= x[i];
        if (-360 > v) v += 360;
        out[i] = v;
      }
      return v;
    },
    cases: bytes,
  },
  inAHelper: {
    kernel: (x: Uint8Array, out: Float64Array) => {
      const wrapped = (t: number) => (t > 1000 ? t - 1000 : t);
      let v = 0;
      for (let i = 0; i < x.length; i++) {
        v = wrapped(2 * v + x[i]);
        if (v > 1000) v = 0;
        out[i] = v;
      }
      return v;
    },
    cases: bytes,
  },
  inAnInnerLoop: {
    kernel: (x: Uint8Array, out: Float64Array) => {
      let v = 0;
      let n = 0;
      for (let i = 0; i < x.length; i++) {
        v = 3 * v + x[i];
        while (v >= 64) {
          v -= 64;
          n++;
        }
        out[i] = v;
      }
      return n;
    },
    cases: bytes,
  },
};

const others: Readonly<Record<string, KernelTest>> = {
  tooLittle: {
    kernel: (x: Uint8Array, out: Float64Array) => {
      let v = 1;
      for (let i = 0; i < x.length; i++) {
        v = 3 * v + x[i];
        if (v >= 1000) v -= 1000;
        out[i] = v;
      }
      return v;
    },
    cases: bytes,
  },
  ofAnother: {
    kernel: (x: Uint8Array, out: Float64Array) => {
      let v = 1;
      for (let i = 0; i < x.length; i++) {
        v = 2 * v + x[i];
        if (x[i] >= 100) v -= 100;
        out[i] = v;
      }
      return v;
    },
    cases: bytes,
  },
  steppedOver: {
    kernel: (x: Int32Array, out: Float64Array) => {
      let v = 0;
      for (let i = 0; i < x.length; i++) {
        v += x[i];
        if (v === 1000) v = 0;
        if (v > 1e15) v -= 1e15;
        out[i] = v;
      }
      return v;
    },
    cases: words,
  },
  theOtherSide: {
    kernel: (x: Int32Array, out: Float64Array) => {
      let v = 5;
      for (let i = 0; i < x.length; i++) {
        v = v < 1000 ? v * 3 : v - 1000;
        if (v > 500) v = -v * 2;
        out[i] = v + x[i];
      }
      return v;
    },
    cases: words,
  },
  notANumber: {
    kernel: (x: Int32Array, out: Float64Array) => {
      let v = 0;
      for (let i = 0; i < x.length; i++) {
        v += x[i] / x[0];
        if (v >= 10) v -= 10;
        out[i] = v;
      }
      return v;
    },
    cases: () => [...words(), [new Int32Array(10), new Float64Array(10)]],
  },
  // −0 added to a sum that is never −0 itself, and to one that is.
  signs: {
    kernel: (x: Uint8Array, out: Float64Array) => {
      let v = 0;
      let w = -0;
      for (let i = 0; i < x.length; i++) {
        const d = x[i] >> 4;
        v += x[i] & 8 ? -d : d;
        if (v < -10) v = -10;
        w += x[i] & 8 ? -d : -0;
        if (w < -10) w = -0;
        out[i] = x[i] & 1 ? v : w;
      }
      return 1 / (v * w);
    },
    cases: bytes,
  },
};

defineKernels("kept on one side of a constant", integers);
defineKernels("not kept there, or otherwise", others);

test("what a constant keeps is an integer for the machine", () => {
  for (const [name, { kernel: fn, cases }] of Object.entries(integers)) {
    const kernel = njit(fn as (x: Uint8Array, out: Float64Array) => number, { cache: false });
    kernel(...(cases()[0] as [Uint8Array, Float64Array]));
    assert.match(kernel.inspectTypes(), / v: int \[-?\d+, \d+\] as i32/, name);
    assert.doesNotMatch(kernel.inspectTypes(), / v: float64/, name);
  }
});

test("a clamped sum of what may be −0 is an integer, whatever the sign of the bound", () => {
  const kernel = njit(
    (x: Int16Array) => {
      let v = 0;
      for (let i = 0; i < x.length; i++) {
        const d = x[i] >> 3;
        v += x[i] & 8 ? -d : d;
        if (v > 32767) v = 32767;
        if (v < -32768) v = -32768;
      }
      return v;
    },
    { cache: false },
  );
  kernel(Int16Array.of(8, 9, -9, 100));
  assert.doesNotMatch(kernel.inspectTypes(), / v: float64/);
});
