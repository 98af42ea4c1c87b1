/**
 * Powers with a constant exponent, which the compiler knows ways around the general function for: within 1 ulp of it, and
 * equal to V8's for special values and for small integers.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { njit } from "../../src/index.ts";
import { NUMBER_EDGES, randomFloats } from "../support/edge-values.ts";
import { ulpsBetween } from "../support/tolerance.ts";

type F = Float64Array;
type S = Float32Array;

const POWERS: readonly (readonly [exponent: number, double: (o: F, x: F) => void, single: (o: S, x: S) => void])[] = [
  [
    0.5,
    njit((o: F, x: F) => {
      for (let i = 0; i < x.length; i++) o[i] = x[i] ** 0.5;
    }),
    njit((o: S, x: S) => {
      for (let i = 0; i < x.length; i++) o[i] = x[i] ** 0.5;
    }),
  ],
  [
    -0.5,
    njit((o: F, x: F) => {
      for (let i = 0; i < x.length; i++) o[i] = x[i] ** -0.5;
    }),
    njit((o: S, x: S) => {
      for (let i = 0; i < x.length; i++) o[i] = x[i] ** -0.5;
    }),
  ],
  [
    -1,
    njit((o: F, x: F) => {
      for (let i = 0; i < x.length; i++) o[i] = x[i] ** -1;
    }),
    njit((o: S, x: S) => {
      for (let i = 0; i < x.length; i++) o[i] = x[i] ** -1;
    }),
  ],
  [
    1.5,
    njit((o: F, x: F) => {
      for (let i = 0; i < x.length; i++) o[i] = x[i] ** 1.5;
    }),
    njit((o: S, x: S) => {
      for (let i = 0; i < x.length; i++) o[i] = x[i] ** 1.5;
    }),
  ],
  [
    -1.5,
    njit((o: F, x: F) => {
      for (let i = 0; i < x.length; i++) o[i] = x[i] ** -1.5;
    }),
    njit((o: S, x: S) => {
      for (let i = 0; i < x.length; i++) o[i] = x[i] ** -1.5;
    }),
  ],
  [
    3,
    njit((o: F, x: F) => {
      for (let i = 0; i < x.length; i++) o[i] = x[i] ** 3;
    }),
    njit((o: S, x: S) => {
      for (let i = 0; i < x.length; i++) o[i] = x[i] ** 3;
    }),
  ],
  [
    4,
    njit((o: F, x: F) => {
      for (let i = 0; i < x.length; i++) o[i] = x[i] ** 4;
    }),
    njit((o: S, x: S) => {
      for (let i = 0; i < x.length; i++) o[i] = x[i] ** 4;
    }),
  ],
  [
    5,
    njit((o: F, x: F) => {
      for (let i = 0; i < x.length; i++) o[i] = x[i] ** 5;
    }),
    njit((o: S, x: S) => {
      for (let i = 0; i < x.length; i++) o[i] = x[i] ** 5;
    }),
  ],
  [
    7,
    njit((o: F, x: F) => {
      for (let i = 0; i < x.length; i++) o[i] = x[i] ** 7;
    }),
    njit((o: S, x: S) => {
      for (let i = 0; i < x.length; i++) o[i] = x[i] ** 7;
    }),
  ],
  [
    8,
    njit((o: F, x: F) => {
      for (let i = 0; i < x.length; i++) o[i] = x[i] ** 8;
    }),
    njit((o: S, x: S) => {
      for (let i = 0; i < x.length; i++) o[i] = x[i] ** 8;
    }),
  ],
  [
    -2,
    njit((o: F, x: F) => {
      for (let i = 0; i < x.length; i++) o[i] = x[i] ** -2;
    }),
    njit((o: S, x: S) => {
      for (let i = 0; i < x.length; i++) o[i] = x[i] ** -2;
    }),
  ],
  [
    -3,
    njit((o: F, x: F) => {
      for (let i = 0; i < x.length; i++) o[i] = x[i] ** -3;
    }),
    njit((o: S, x: S) => {
      for (let i = 0; i < x.length; i++) o[i] = x[i] ** -3;
    }),
  ],
  [
    2.5,
    njit((o: F, x: F) => {
      for (let i = 0; i < x.length; i++) o[i] = x[i] ** 2.5;
    }),
    njit((o: S, x: S) => {
      for (let i = 0; i < x.length; i++) o[i] = x[i] ** 2.5;
    }),
  ],
  [
    6.5,
    njit((o: F, x: F) => {
      for (let i = 0; i < x.length; i++) o[i] = x[i] ** 6.5;
    }),
    njit((o: S, x: S) => {
      for (let i = 0; i < x.length; i++) o[i] = x[i] ** 6.5;
    }),
  ],
  [
    -7.5,
    njit((o: F, x: F) => {
      for (let i = 0; i < x.length; i++) o[i] = x[i] ** -7.5;
    }),
    njit((o: S, x: S) => {
      for (let i = 0; i < x.length; i++) o[i] = x[i] ** -7.5;
    }),
  ],
];

const general = njit((o: F, x: F, y: number) => {
  for (let i = 0; i < x.length; i++) o[i] = x[i] ** y;
});

const VALUES = Float64Array.from([
  ...NUMBER_EDGES,
  ...Array.from({ length: 64 }, (_, k) => k),
  ...Array.from({ length: 64 }, (_, k) => -k),
  ...randomFloats(500, 11, -10, 10),
  // Every binade.
  ...randomFloats(2098, 12, 1, 2).map((x, k) => x * 2 ** (k - 1049) * 2 ** -25),
  ...randomFloats(2098, 13, -2, -1).map((x, k) => x * 2 ** (k - 1049) * 2 ** -25),
]);

/** A NaN, an infinity or a zero is one for V8 too; other results come out within 1 ulp. */
function check(name: string, x: number, actual: number, expected: number, ulps: number): void {
  const tiny = Math.abs(expected) < 1e-44 && Math.abs(actual) < 1e-44 && Math.sign(actual) * Math.sign(expected) >= 0;
  const good = Object.is(actual, expected) || ulps <= 1 || tiny;
  assert.ok(good && Number.isNaN(actual) === Number.isNaN(expected), `${x} ** ${name} is ${actual}, not ${expected}`);
}

for (const [exponent, double, single] of POWERS) {
  test(`x ** ${exponent}`, () => {
    const [out, expected] = [new Float64Array(VALUES.length), new Float64Array(VALUES.length)];
    double(out, VALUES);
    general(expected, VALUES, exponent);
    for (const [k, x] of VALUES.entries()) {
      const [a, e] = [out[k] ?? 0, expected[k] ?? 0];
      assert.equal(Object.is(a, -0), Object.is(e, -0), `${x} ** ${exponent} is ${a}, not ${e}`);
      assert.equal(Number.isFinite(a), Number.isFinite(e), `${x} ** ${exponent} is ${a}, not ${e}`);
      check(String(exponent), x, a, e, ulpsBetween(a, e));
      if (Number.isInteger(x) && Math.abs(x) < 64 && exponent > 0 && Number.isInteger(exponent))
        assert.ok(Object.is(a, x ** exponent), `${x} ** ${exponent} is ${a}`);
    }
  });

  test(`x ** ${exponent} of float32s`, () => {
    const x = Float32Array.from(VALUES);
    const out = new Float32Array(x.length);
    single(out, x);
    for (const [k, a] of out.entries()) {
      const e = Math.fround((x[k] ?? 0) ** exponent);
      check(String(exponent), x[k] ?? 0, a, e, Math.abs(a - e) / (Math.abs(e) * 2 ** -23));
    }
  });
}
