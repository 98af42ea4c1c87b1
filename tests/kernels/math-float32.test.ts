/**
 * The transcendental functions of Float32Array elements stored to a Float32Array: within 1 ulp of a float32, and where the
 * result is 0, infinite, NaN or an exact float32, just that.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { njit } from "../../src/index.ts";
import { MATH_FUNCTIONS, type MathFunction } from "../../src/types/math-functions.ts";
import { randomFloats } from "../support/edge-values.ts";

type F = Float32Array;

const LOOPS: { readonly [K in MathFunction]: (out: F, x: F, y: F) => void } = {
  sin: njit((o: F, x: F, _: F) => {
    for (let i = 0; i < x.length; i++) o[i] = Math.sin(x[i]);
  }),
  cos: njit((o: F, x: F, _: F) => {
    for (let i = 0; i < x.length; i++) o[i] = Math.cos(x[i]);
  }),
  tan: njit((o: F, x: F, _: F) => {
    for (let i = 0; i < x.length; i++) o[i] = Math.tan(x[i]);
  }),
  asin: njit((o: F, x: F, _: F) => {
    for (let i = 0; i < x.length; i++) o[i] = Math.asin(x[i]);
  }),
  acos: njit((o: F, x: F, _: F) => {
    for (let i = 0; i < x.length; i++) o[i] = Math.acos(x[i]);
  }),
  atan: njit((o: F, x: F, _: F) => {
    for (let i = 0; i < x.length; i++) o[i] = Math.atan(x[i]);
  }),
  sinh: njit((o: F, x: F, _: F) => {
    for (let i = 0; i < x.length; i++) o[i] = Math.sinh(x[i]);
  }),
  cosh: njit((o: F, x: F, _: F) => {
    for (let i = 0; i < x.length; i++) o[i] = Math.cosh(x[i]);
  }),
  tanh: njit((o: F, x: F, _: F) => {
    for (let i = 0; i < x.length; i++) o[i] = Math.tanh(x[i]);
  }),
  asinh: njit((o: F, x: F, _: F) => {
    for (let i = 0; i < x.length; i++) o[i] = Math.asinh(x[i]);
  }),
  acosh: njit((o: F, x: F, _: F) => {
    for (let i = 0; i < x.length; i++) o[i] = Math.acosh(x[i]);
  }),
  atanh: njit((o: F, x: F, _: F) => {
    for (let i = 0; i < x.length; i++) o[i] = Math.atanh(x[i]);
  }),
  exp: njit((o: F, x: F, _: F) => {
    for (let i = 0; i < x.length; i++) o[i] = Math.exp(x[i]);
  }),
  expm1: njit((o: F, x: F, _: F) => {
    for (let i = 0; i < x.length; i++) o[i] = Math.expm1(x[i]);
  }),
  log: njit((o: F, x: F, _: F) => {
    for (let i = 0; i < x.length; i++) o[i] = Math.log(x[i]);
  }),
  log1p: njit((o: F, x: F, _: F) => {
    for (let i = 0; i < x.length; i++) o[i] = Math.log1p(x[i]);
  }),
  log2: njit((o: F, x: F, _: F) => {
    for (let i = 0; i < x.length; i++) o[i] = Math.log2(x[i]);
  }),
  log10: njit((o: F, x: F, _: F) => {
    for (let i = 0; i < x.length; i++) o[i] = Math.log10(x[i]);
  }),
  cbrt: njit((o: F, x: F, _: F) => {
    for (let i = 0; i < x.length; i++) o[i] = Math.cbrt(x[i]);
  }),
  atan2: njit((o: F, x: F, y: F) => {
    for (let i = 0; i < x.length; i++) o[i] = Math.atan2(x[i], y[i]);
  }),
  pow: njit((o: F, x: F, y: F) => {
    for (let i = 0; i < x.length; i++) o[i] = x[i] ** y[i];
  }),
  hypot: njit((o: F, x: F, y: F) => {
    for (let i = 0; i < x.length; i++) o[i] = Math.hypot(x[i], y[i]);
  }),
};

/** One of every so many float32s there are, and the edges. */
const VALUES: F = (() => {
  const patterns = Uint32Array.from({ length: 2 ** 32 / 3_000_017 }, (_, k) => k * 3_000_017);
  const edges = [
    0,
    1,
    2,
    0.5,
    4,
    8,
    27,
    1000,
    Math.PI,
    2 ** 30,
    2 ** 127,
    2 ** -149,
    2 ** -126,
    3.4028234663852886e38,
    Infinity,
  ];
  const near = [
    ...edges,
    ...edges.map((x) => -x),
    NaN,
    ...randomFloats(500, 3, -10, 10),
    ...randomFloats(100, 4, -1, 1),
  ];
  return Float32Array.from([...new Float32Array(patterns.buffer), ...near]);
})();

const view = new DataView(new ArrayBuffer(4));

function ordinal(x: number): number {
  view.setFloat32(0, x);
  const bits = view.getInt32(0);
  return bits >= 0 ? bits : -(bits & 0x7fffffff);
}

function close(actual: number, expected: number): boolean {
  if (Object.is(actual, expected)) return true;
  // The smallest float32 and 0 are neighbours: a result may underflow either way.
  if (Number.isNaN(actual) || Number.isNaN(expected)) return false;
  return Math.abs(ordinal(actual) - ordinal(expected)) <= 1 && Math.sign(actual) * Math.sign(expected) >= 0;
}

for (const fn of Object.keys(MATH_FUNCTIONS) as MathFunction[])
  test(`${fn} of float32s`, () => {
    const y = VALUES.map((_, k) => VALUES[(k * 7919) % VALUES.length] ?? 0);
    const out = new Float32Array(VALUES.length);
    LOOPS[fn](out, VALUES, y);
    const math = Math[fn] as (x: number, y: number) => number;
    for (const [k, x] of VALUES.entries()) {
      const expected = Math.fround(math(x, y[k] ?? 0));
      assert.ok(close(out[k] ?? 0, expected), `${fn}(${x}, ${y[k]}) is ${out[k]}, not ${expected}`);
    }
  });

/** Results that are float32s. */
const EXACT: readonly (readonly [MathFunction, number, number, number])[] = [
  ...Array.from({ length: 11 }, (_, k) => ["log10", 10 ** k, 0, k] as const),
  ...Array.from({ length: 277 }, (_, k) => ["log2", 2 ** (k - 149), 0, k - 149] as const),
  ...Array.from({ length: 255 }, (_, k) => ["cbrt", -(k ** 3), 0, -k] as const),
  ...Array.from({ length: 255 }, (_, k) => ["pow", k, 3, k ** 3] as const),
  ...Array.from({ length: 255 }, (_, k) => ["pow", k * k, 0.5, k] as const),
  ...Array.from({ length: 277 }, (_, k) => ["pow", -2, k - 149, (k % 2 === 0 ? -1 : 1) * 2 ** (k - 149)] as const),
  ...Array.from({ length: 100 }, (_, k) => ["hypot", 3 * k, 4 * k, 5 * k] as const),
  ["exp", 0, 0, 1],
  ["cos", 0, 0, 1],
  ["acos", 1, 0, 0],
];

test("exact results of float32s", () => {
  for (const [fn, x, y, expected] of EXACT) {
    const out = new Float32Array(1);
    LOOPS[fn](out, Float32Array.of(x), Float32Array.of(y));
    assert.ok(Object.is(out[0], expected), `${fn}(${x}, ${y}) is ${out[0]}, not ${expected}`);
  }
});
