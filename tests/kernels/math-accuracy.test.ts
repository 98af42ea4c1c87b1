/**
 * The transcendental functions in vectorised loops: within 1 ulp of the correctly rounded results that MPFR has written
 * into math-accuracy.txt (`npm run accuracy` measures many more), exact where the true result is a double and for
 * ECMAScript's special values, and the same bits wherever in the array an element stands.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { njit } from "../../src/index.ts";
import { MATH_FUNCTIONS, type MathFunction } from "../../src/types/math-functions.ts";
import { ulpsBetween } from "../support/tolerance.ts";

type F = Float64Array;

/** out[i] = Math.f(x[i]), or Math.f(x[i], y[i]). */
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

/** Arguments (the second only where there are two) and the result. */
type Row = readonly [x: number, y: number, result: number];

function evaluate(fn: MathFunction, rows: readonly Row[]): Float64Array {
  const out = new Float64Array(rows.length);
  LOOPS[fn](
    out,
    Float64Array.from(rows, (row) => row[0]),
    Float64Array.from(rows, (row) => row[1]),
  );
  return out;
}

function describe(fn: MathFunction, [x, y]: Row): string {
  return `${fn}(${MATH_FUNCTIONS[fn] === 1 ? x : `${x}, ${y}`})`;
}

function checkExact(fn: MathFunction, rows: readonly Row[]): void {
  const out = evaluate(fn, rows);
  for (const [k, row] of rows.entries())
    assert.ok(Object.is(out[k], row[2]), `${describe(fn, row)} is ${out[k]}, not ${row[2]}`);
}

const view = new DataView(new ArrayBuffer(8));

function fromHex(hex: string): number {
  view.setBigUint64(0, BigInt(`0x${hex}`));
  return view.getFloat64(0);
}

/** Sections: a function's name, then a line of hex words per row. */
function readTable(): Map<MathFunction, readonly Row[]> {
  const text = readFileSync(new URL("math-accuracy.txt", import.meta.url), "utf8");
  return new Map(
    text
      .trimEnd()
      .split("\n\n")
      .map((section) => {
        const [name = "", ...lines] = section.split("\n");
        const rows = lines.map((line): Row => {
          const words = line.split(" ").map(fromHex);
          return [words[0] ?? NaN, words.length === 3 ? (words[1] ?? NaN) : 0, words.at(-1) ?? NaN];
        });
        return [name as MathFunction, rows];
      }),
  );
}

const TABLE = readTable();

for (const fn of Object.keys(MATH_FUNCTIONS) as MathFunction[]) {
  const rows = TABLE.get(fn) ?? [];
  test(`${fn}: within 1 ulp`, () => {
    assert.ok(rows.length > 100);
    const out = evaluate(fn, rows);
    for (const [k, row] of rows.entries()) {
      const actual = out[k] ?? 0;
      const good = Number.isNaN(row[2]) ? Number.isNaN(actual) : ulpsBetween(actual, row[2]) <= 1;
      assert.ok(good, `${describe(fn, row)} is ${actual}, not ${row[2]}`);
    }
  });

  test(`${fn}: the same anywhere in an array`, () => {
    const all = evaluate(fn, rows);
    const alone = rows.flatMap((row) => [...evaluate(fn, [row])]);
    assert.deepEqual(alone, [...all]);
    for (const shift of [1, 5, 11]) assert.deepEqual(evaluate(fn, rows.slice(shift)), all.slice(shift));
  });
}

const FAST_LOOPS: { readonly [K in MathFunction]?: (out: F, x: F) => void } = {
  sin: njit(
    (o: F, x: F) => {
      for (let i = 0; i < x.length; i++) o[i] = Math.sin(x[i]);
    },
    { fastmath: true },
  ),
  cos: njit(
    (o: F, x: F) => {
      for (let i = 0; i < x.length; i++) o[i] = Math.cos(x[i]);
    },
    { fastmath: true },
  ),
};

for (const [fn, loop] of Object.entries(FAST_LOOPS) as [MathFunction, (out: F, x: F) => void][])
  test(`${fn} with fastmath: within 4 ulps`, () => {
    const rows = (TABLE.get(fn) ?? []).filter((row) => Number.isFinite(row[0]));
    const out = new Float64Array(rows.length);
    loop(
      out,
      Float64Array.from(rows, (row) => row[0]),
    );
    for (const [k, row] of rows.entries())
      assert.ok(ulpsBetween(out[k] ?? 0, row[2]) <= 4, `${describe(fn, row)} is ${out[k]}, not ${row[2]}`);
  });

const [INF, NEG0] = [Infinity, -0];

/** Where the argument is the result. */
const same = (...values: number[]): Row[] => values.map((x) => [x, 0, x]);
const odd = (rows: readonly (readonly [number, number])[]): Row[] =>
  rows.flatMap(([x, r]) => [
    [x, 0, r],
    [-x, 0, -r],
  ]);

// https://tc39.es/ecma262/#sec-function-properties-of-the-math-object
const SPECIAL: { readonly [K in MathFunction]: readonly Row[] } = {
  sin: [...same(0, NEG0, NaN, 5e-324, -1e-310), [INF, 0, NaN], [-INF, 0, NaN]],
  cos: [
    [0, 0, 1],
    [NEG0, 0, 1],
    [NaN, 0, NaN],
    [INF, 0, NaN],
    [-INF, 0, NaN],
    [1e-10, 0, 1],
  ],
  tan: [...same(0, NEG0, NaN, 5e-324, -1e-310), [INF, 0, NaN], [-INF, 0, NaN]],
  asin: [
    ...same(0, NEG0, NaN, 5e-324),
    [1.0000000000000002, 0, NaN],
    [-2, 0, NaN],
    [INF, 0, NaN],
    ...odd([[1, Math.PI / 2]]),
  ],
  acos: [
    [1, 0, 0],
    [-1, 0, Math.PI],
    [0, 0, Math.PI / 2],
    [NEG0, 0, Math.PI / 2],
    [NaN, 0, NaN],
    [1.0000000000000002, 0, NaN],
    [-INF, 0, NaN],
  ],
  atan: [
    ...same(0, NEG0, NaN, 5e-324),
    ...odd([
      [INF, Math.PI / 2],
      [1, Math.PI / 4],
      [1e300, Math.PI / 2],
    ]),
  ],
  atan2: [
    [0, 0, 0],
    [NEG0, 0, NEG0],
    [0, NEG0, Math.PI],
    [NEG0, NEG0, -Math.PI],
    [0, -1, Math.PI],
    [NEG0, -1, -Math.PI],
    [0, 1, 0],
    [NEG0, 1, NEG0],
    [1, 0, Math.PI / 2],
    [1, NEG0, Math.PI / 2],
    [-1, 0, -Math.PI / 2],
    [-1, NEG0, -Math.PI / 2],
    [1, INF, 0],
    [-1, INF, NEG0],
    [1, -INF, Math.PI],
    [-1, -INF, -Math.PI],
    [INF, 5, Math.PI / 2],
    [-INF, -5, -Math.PI / 2],
    [INF, INF, Math.PI / 4],
    [INF, -INF, (3 * Math.PI) / 4],
    [-INF, INF, -Math.PI / 4],
    [-INF, -INF, (-3 * Math.PI) / 4],
    [NaN, 1, NaN],
    [1, NaN, NaN],
    [NaN, INF, NaN],
    [INF, NaN, NaN],
    [5e-324, 1, 5e-324],
    [5e-324, 5e-324, Math.PI / 4],
    [1.7e308, 1.7e308, Math.PI / 4],
  ],
  sinh: [...same(0, NEG0, NaN, INF, -INF, 5e-324, 1e-300), ...odd([[711, INF]])],
  cosh: [
    [0, 0, 1],
    [NEG0, 0, 1],
    [NaN, 0, NaN],
    [INF, 0, INF],
    [-INF, 0, INF],
    [711, 0, INF],
    [-1e308, 0, INF],
  ],
  tanh: [
    ...same(0, NEG0, NaN, 5e-324, 1e-300),
    ...odd([
      [INF, 1],
      [20, 1],
      [1e308, 1],
    ]),
  ],
  asinh: same(0, NEG0, NaN, INF, -INF, 5e-324, 1e-300),
  acosh: [
    [1, 0, 0],
    [INF, 0, INF],
    [NaN, 0, NaN],
    [0.9999999999999999, 0, NaN],
    [0, 0, NaN],
    [-1, 0, NaN],
    [-INF, 0, NaN],
  ],
  atanh: [...same(0, NEG0, NaN, 5e-324), ...odd([[1, INF]]), [1.0000000000000002, 0, NaN], [-2, 0, NaN], [INF, 0, NaN]],
  exp: [
    [0, 0, 1],
    [NEG0, 0, 1],
    [NaN, 0, NaN],
    [INF, 0, INF],
    [-INF, 0, 0],
    [710, 0, INF],
    [-746, 0, 0],
    [1e308, 0, INF],
    [-1e308, 0, 0],
  ],
  expm1: [...same(0, NEG0, NaN, INF, 5e-324), [-INF, 0, -1], [710, 0, INF], [-40, 0, -1], [-1e300, 0, -1]],
  log: [
    [1, 0, 0],
    [0, 0, -INF],
    [NEG0, 0, -INF],
    [INF, 0, INF],
    [NaN, 0, NaN],
    [-5e-324, 0, NaN],
    [-INF, 0, NaN],
  ],
  log1p: [...same(0, NEG0, NaN, INF, 5e-324), [-1, 0, -INF], [-1.0000000000000002, 0, NaN], [-INF, 0, NaN]],
  log2: [
    [1, 0, 0],
    [0, 0, -INF],
    [NEG0, 0, -INF],
    [INF, 0, INF],
    [NaN, 0, NaN],
    [-5e-324, 0, NaN],
    [-INF, 0, NaN],
  ],
  log10: [
    [1, 0, 0],
    [0, 0, -INF],
    [NEG0, 0, -INF],
    [INF, 0, INF],
    [NaN, 0, NaN],
    [-5e-324, 0, NaN],
    [-INF, 0, NaN],
  ],
  cbrt: [
    ...same(0, NEG0, NaN, INF, -INF),
    ...odd([
      [8, 2],
      [2 ** -1074, 2 ** -358],
      [1e-300, 1e-100],
    ]),
  ],
  hypot: [
    [0, 0, 0],
    [NEG0, NEG0, 0],
    [INF, NaN, INF],
    [NaN, -INF, INF],
    [NaN, 1, NaN],
    [0, NaN, NaN],
    [-INF, INF, INF],
    [1.7e308, 1.7e308, INF],
    [5e-324, 0, 5e-324],
    [0, -5e-324, 5e-324],
    [1.5e308, 1, 1.5e308],
  ],
  pow: powSpecials(),
};

/** https://tc39.es/ecma262/#sec-numeric-types-number-exponentiate */
function powSpecials(): Row[] {
  const anything = [0, NEG0, 1, -1, 0.5, -0.5, 2, -3, 5e-324, -1e308, INF, -INF, NaN];
  return [
    ...anything.flatMap((x): Row[] => [
      [x, 0, 1],
      [x, NEG0, 1],
      [x, NaN, NaN],
    ]),
    ...anything.filter((y) => y !== 0).map((y): Row => [NaN, y, NaN]),
    [1, INF, NaN],
    [1, -INF, NaN],
    [-1, INF, NaN],
    [-1, -INF, NaN],
    [1.5, INF, INF],
    [-1.5, INF, INF],
    [1.5, -INF, 0],
    [-1.5, -INF, 0],
    [0.5, INF, 0],
    [-0.5, INF, 0],
    [0.5, -INF, INF],
    [-0.5, -INF, INF],
    [0, INF, 0],
    [NEG0, INF, 0],
    [NEG0, -INF, INF],
    [INF, 2, INF],
    [INF, -2, 0],
    [-INF, 3, -INF],
    [-INF, 2, INF],
    [-INF, 0.5, INF],
    [-INF, -3, NEG0],
    [-INF, -2, 0],
    [-INF, -0.5, 0],
    [0, 3, 0],
    [0, 0.5, 0],
    [0, -3, INF],
    [0, -0.5, INF],
    [NEG0, 3, NEG0],
    [NEG0, 2, 0],
    [NEG0, 0.5, 0],
    [NEG0, -3, -INF],
    [NEG0, -2, INF],
    [NEG0, -0.5, INF],
    [0, 1e-300, 0],
    [INF, 1e-300, INF],
    [0, 9007199254740991, 0],
    [NEG0, 9007199254740991, NEG0],
    [NEG0, 9007199254740992, 0],
    [-8, 1 / 3, NaN],
    [-1e-300, 0.5, NaN],
    [-1e300, 100.5, NaN],
    [-2, 1e308, INF],
    [-2, -1e308, 0],
    [-0.5, 2 ** 53, 0],
    [-1, 2 ** 53 - 1, -1],
    [-1, 2 ** 53, 1],
    [2, 1023, 2 ** 1023],
    [2, 1024, INF],
    [2, -1074, 5e-324],
    [2, -1076, 0],
    [-2, -1075.0, NEG0],
    [5e-324, 2, 0],
    [5e-324, 0.5, 2 ** -537],
    [5e-324, -1, INF],
    [1.7976931348623157e308, 1, 1.7976931348623157e308],
  ];
}

for (const fn of Object.keys(MATH_FUNCTIONS) as MathFunction[])
  test(`${fn}: special values`, () => checkExact(fn, SPECIAL[fn]));

const range = (n: number): number[] => Array.from({ length: n }, (_, k) => k);

/** x^y for integers whose power is a double, computed by multiplication. */
function exactPowers(): Row[] {
  const rows: Row[] = [];
  for (let x = 2; x < 400; x++) {
    for (let y = 1, power = x; power <= 2 ** 53; y++, power *= x)
      rows.push([x, y, power], [-x, y, y % 2 === 0 ? power : -power], [x / 64, y, power / 64 ** y]);
  }
  for (const x of range(3000).map((k) => 3 * k + 1)) {
    rows.push([x * x, 0.5, x], [x ** 4, 0.25, x], [x * x, 1.5, x * x * x], [x * x * 2 ** -600, 0.5, x * 2 ** -300]);
  }
  for (const k of range(2098)) rows.push([2, k - 1074, 2 ** (k - 1074)]);
  for (const x of [3, -7.5, 1e300, 5e-324]) rows.push([x, 1, x]);
  for (const k of range(40)) rows.push([2 ** k, -1, 2 ** -k], [-(2 ** k), -3, -(2 ** (-3 * k))]);
  return rows;
}

const EXACT: { readonly [K in MathFunction]?: readonly Row[] } = {
  pow: exactPowers(),
  cbrt: range(200000)
    .filter((k) => k % 37 === 1)
    .flatMap((k): Row[] => [
      [k ** 3, 0, k],
      [-(k ** 3) / 2 ** 300, 0, -k / 2 ** 100],
    ]),
  log2: range(2098).map((k) => [2 ** (k - 1074), 0, k - 1074]),
  log10: range(23).map((k) => [Number(`1e${k}`), 0, k]),
  hypot: range(600).flatMap((k): Row[] => {
    const [a, b, c] = [2 * k + 3, ((2 * k + 3) ** 2 - 1) / 2, ((2 * k + 3) ** 2 + 1) / 2];
    return [
      [a, b, c],
      [-b, a, c],
      [a * 2 ** 900, b * 2 ** 900, c * 2 ** 900],
      [a * 2 ** -1070, b * 2 ** -1070, c * 2 ** -1070],
    ];
  }),
};

for (const [fn, rows] of Object.entries(EXACT) as [MathFunction, readonly Row[]][])
  test(`${fn}: exact where the true result is a double`, () => checkExact(fn, rows));
