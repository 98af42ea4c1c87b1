/**
 * The special cases that ECMAScript (21.3.2) prescribes for each function of `Math`, as a table. They hold in plain JavaScript,
 * for one number, and in a vectorised loop at each place of a vector and in the loop's remainder. What test262 checks of
 * `Math` is in it, conversions of objects and symbols aside, which kernels don't have.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { njit } from "../../src/index.ts";

type F = Float64Array;
type Kernel = (x: number, y: number) => number;
/** Arguments, then what they give. */
type Row = readonly number[];

const MAX = Number.MAX_VALUE;
const MIN = Number.MIN_VALUE;
const EPS = Number.EPSILON;
/** One of each kind, without NaN. */
const SIGNED = [-Infinity, -MAX, -Math.PI, -1, -EPS, -MIN, -0, 0, MIN, EPS, 1, Math.PI, MAX, Infinity];
const ALL = [...SIGNED, NaN];
const ODD = [1, 3, 111, 2 ** 53 - 1];
/** Positive numbers that are no odd integers. */
const NOT_ODD = [MIN, 1e-15, 0.5, 2, Math.PI, 4, 2 ** 53, MAX];
const ABOVE_ONE = [1 + EPS, 1.5, 2, MAX, Infinity];
const BELOW_ONE = [MIN, 1e-15, 0.5, 1 - EPS / 2];

const map = (xs: readonly number[], f: (x: number) => number): Row[] => xs.map((x) => [x, f(x)]);
const give = (xs: readonly number[], result: number): Row[] => xs.map((x) => [x, result]);
const same = (xs: readonly number[]): Row[] => map(xs, (x) => x);
const pairs = (xs: readonly number[], ys: readonly number[], result: number): Row[] =>
  xs.flatMap((x) => ys.map((y) => [x, y, result]));
const negate = (xs: readonly number[]): number[] => xs.map((x) => -x);

/** floor, ceil, round and trunc leave whole numbers alone. */
const WHOLE = same([NaN, 0, -0, Infinity, -Infinity, 1, -1, 2 ** 52 + 1, -(2 ** 53) + 1, MAX, -MAX]);
const TENTHS = Array.from({ length: 2001 }, (_, i) => (i - 1000) / 10);

const CASES: Readonly<Record<string, { readonly kernel: Kernel; readonly rows: readonly Row[] }>> = {
  abs: {
    kernel: (x) => Math.abs(x),
    rows: [
      ...give([NaN], NaN),
      ...give([0, -0], 0),
      ...give([Infinity, -Infinity], Infinity),
      ...map([-42, -1e-17, -MIN, -MAX, 7], (x) => (x < 0 ? -x : x)),
    ],
  },
  sign: {
    kernel: (x) => Math.sign(x),
    rows: [
      ...same([NaN, 0, -0]),
      ...give([MIN, 1e-6, 1, MAX, Infinity], 1),
      ...give([-MIN, -1e-6, -1, -MAX, -Infinity], -1),
    ],
  },
  floor: {
    kernel: (x) => Math.floor(x),
    rows: [...WHOLE, ...give(BELOW_ONE, 0), ...give(negate(BELOW_ONE), -1), ...map(TENTHS, (x) => -Math.ceil(-x))],
  },
  ceil: {
    kernel: (x) => Math.ceil(x),
    rows: [...WHOLE, ...give(BELOW_ONE, 1), ...give(negate(BELOW_ONE), -0), ...map(TENTHS, (x) => -Math.floor(-x))],
  },
  trunc: {
    kernel: (x) => Math.trunc(x),
    rows: [
      ...WHOLE,
      ...give(BELOW_ONE, 0),
      ...give(negate(BELOW_ONE), -0),
      ...map(TENTHS, (x) => (x < 0 ? Math.ceil(x) : Math.floor(x))),
    ],
  },
  round: {
    kernel: (x) => Math.round(x),
    rows: [
      ...WHOLE,
      ...give([-0.5, -0.25, -MIN], -0),
      ...give([MIN, 0.25, 0.5 - EPS / 4], 0),
      ...give([0.5, 1.4999999999999998], 1),
      ...same([1 / EPS + 1, 1.5 / EPS - 1, 2 / EPS - 1].flatMap((x) => [x, -x])),
      ...map(
        TENTHS.filter((x) => x > 0 || x < -0.5),
        (x) => Math.floor(x + 0.5),
      ),
    ],
  },
  fround: {
    kernel: (x) => Math.fround(x),
    rows: [
      ...same([NaN, 0, -0, Infinity, -Infinity, 0.5, 2 ** 32, 2 ** -149]),
      ...give([2 ** 32 - 1, 2 ** 32 + 1], 2 ** 32),
      ...give([MAX, 2 ** 128, 2 ** 128 - 2 ** 103], Infinity),
      ...give([2 ** 128 - 2 ** 103 - 2 ** 75], 2 ** 128 - 2 ** 104),
      ...give([2 ** -150, MIN], 0),
      ...give([-(2 ** -150)], -0),
      // Halfway goes to the even neighbour.
      ...[0, 1, 2, 3, 4, 5].flatMap((k): Row[] => {
        const even = 1 + (k + (k & 1)) * 2 ** -23;
        const half = 1 + (k + 0.5) * 2 ** -23;
        return [
          [half, even],
          [-half, -even],
        ];
      }),
    ],
  },
  sqrt: {
    kernel: (x) => Math.sqrt(x),
    rows: [
      ...same([NaN, 0, -0, 1, Infinity]),
      ...give([-MIN, -1e-15, -1, -Infinity], NaN),
      ...[2, 3, 1e7, 2 ** -500, 2 ** 511].map((x): Row => [x * x, x]),
      [2, Math.SQRT2],
      [0.5, Math.SQRT1_2],
      [MIN, 2 ** -537],
    ],
  },
  clz32: {
    kernel: (x) => Math.clz32(x),
    rows: [
      ...give([0, -0, NaN, Infinity, -Infinity, 2 ** 32, -(2 ** 32), 0.9, -0.9], 32),
      ...Array.from({ length: 32 }, (_, k): Row => [2 ** k, 31 - k]),
      ...Array.from({ length: 31 }, (_, k): Row => [2 ** (k + 1) - 1, 31 - k]),
      ...give([-1, -256, -65537, 2 ** 32 - 1, -(2 ** 32) - 1], 0),
      ...give([2 ** 32 + 1, -(2 ** 32) + 1], 31),
    ],
  },
  imul: {
    kernel: (x, y) => Math.imul(x, y),
    rows: [
      ...pairs([0, -0, 0.9, NaN, Infinity, 2 ** 32], ALL, 0),
      [2, 4, 8],
      [-1, 8, -8],
      [-2, -2, 4],
      [2 ** 32 - 1, 5, -5],
      [2 ** 32 - 2, 5, -10],
      [1.9, 7, 7],
      [2 ** 30, 7, -(2 ** 30)],
      [-(2 ** 30), 7, 2 ** 30],
      [2 ** 31, 7, -(2 ** 31)],
      [2 ** 31 - 1, 2 ** 31 - 1, 1],
      [65535, 65535, -131071],
      [65536, 65535, -65536],
      [65536, 65536, 0],
    ],
  },
  min: {
    kernel: (x, y) => Math.min(x, y),
    rows: [
      ...pairs([NaN], ALL, NaN),
      ...pairs(ALL, [NaN], NaN),
      [0, -0, -0],
      [-0, 0, -0],
      [0, 0, 0],
      [-0, -0, -0],
      ...SIGNED.map((x): Row => [x, Infinity, x]),
      ...pairs(SIGNED, [-Infinity], -Infinity),
    ],
  },
  max: {
    kernel: (x, y) => Math.max(x, y),
    rows: [
      ...pairs([NaN], ALL, NaN),
      ...pairs(ALL, [NaN], NaN),
      [0, -0, 0],
      [-0, 0, 0],
      [0, 0, 0],
      [-0, -0, -0],
      ...SIGNED.map((x): Row => [x, -Infinity, x]),
      ...pairs(SIGNED, [Infinity], Infinity),
    ],
  },
  sin: { kernel: (x) => Math.sin(x), rows: [...same([NaN, 0, -0, MIN, -MIN]), ...give([Infinity, -Infinity], NaN)] },
  cos: { kernel: (x) => Math.cos(x), rows: [...give([NaN, Infinity, -Infinity], NaN), ...give([0, -0, MIN], 1)] },
  tan: { kernel: (x) => Math.tan(x), rows: [...same([NaN, 0, -0, MIN, -MIN]), ...give([Infinity, -Infinity], NaN)] },
  asin: {
    kernel: (x) => Math.asin(x),
    rows: [
      ...same([NaN, 0, -0, MIN, -MIN]),
      ...give(ABOVE_ONE, NaN),
      ...give(negate(ABOVE_ONE), NaN),
      [1, Math.PI / 2],
      [-1, -Math.PI / 2],
    ],
  },
  acos: {
    kernel: (x) => Math.acos(x),
    rows: [
      [NaN, NaN],
      ...give(ABOVE_ONE, NaN),
      ...give(negate(ABOVE_ONE), NaN),
      [1, 0],
      [-1, Math.PI],
      ...give([0, -0, MIN], Math.PI / 2),
    ],
  },
  atan: {
    kernel: (x) => Math.atan(x),
    rows: [...same([NaN, 0, -0, MIN, -MIN]), [Infinity, Math.PI / 2], [-Infinity, -Math.PI / 2]],
  },
  atan2: {
    kernel: (y, x) => Math.atan2(y, x),
    rows: [
      ...pairs([NaN], ALL, NaN),
      ...pairs(ALL, [NaN], NaN),
      ...pairs([0, ...BELOW_ONE, MAX], [Infinity], 0),
      ...pairs([-0, ...negate(BELOW_ONE), -MAX], [Infinity], -0),
      ...pairs([0, ...BELOW_ONE, MAX], [-Infinity], Math.PI),
      ...pairs([-0, ...negate(BELOW_ONE), -MAX], [-Infinity], -Math.PI),
      ...pairs([0], [0, ...BELOW_ONE, MAX], 0),
      ...pairs([-0], [0, ...BELOW_ONE, MAX], -0),
      ...pairs([0], [-0, ...negate(BELOW_ONE), -MAX], Math.PI),
      ...pairs([-0], [-0, ...negate(BELOW_ONE), -MAX], -Math.PI),
      ...pairs([...BELOW_ONE, 1, MAX], [0, -0], Math.PI / 2),
      ...pairs(negate([...BELOW_ONE, 1, MAX]), [0, -0], -Math.PI / 2),
      ...pairs([Infinity], [-MAX, -1, -0, 0, MIN, MAX], Math.PI / 2),
      ...pairs([-Infinity], [-MAX, -1, -0, 0, MIN, MAX], -Math.PI / 2),
      [Infinity, Infinity, Math.PI / 4],
      [-Infinity, Infinity, -Math.PI / 4],
      [Infinity, -Infinity, (3 * Math.PI) / 4],
      [-Infinity, -Infinity, (-3 * Math.PI) / 4],
    ],
  },
  sinh: { kernel: (x) => Math.sinh(x), rows: same([NaN, 0, -0, MIN, -MIN, Infinity, -Infinity]) },
  cosh: {
    kernel: (x) => Math.cosh(x),
    rows: [[NaN, NaN], ...give([0, -0, MIN], 1), ...give([Infinity, -Infinity, 711, -711], Infinity)],
  },
  tanh: {
    kernel: (x) => Math.tanh(x),
    rows: [...same([NaN, 0, -0, MIN, -MIN]), ...give([Infinity, MAX, 30], 1), ...give([-Infinity, -MAX, -30], -1)],
  },
  asinh: { kernel: (x) => Math.asinh(x), rows: same([NaN, 0, -0, MIN, -MIN, Infinity, -Infinity]) },
  acosh: {
    kernel: (x) => Math.acosh(x),
    rows: [...give([NaN, 1 - EPS, 0.999999, 0, -0, -1, -Infinity], NaN), [1, 0], [Infinity, Infinity]],
  },
  atanh: {
    kernel: (x) => Math.atanh(x),
    rows: [
      ...same([NaN, 0, -0, MIN, -MIN]),
      ...give([...ABOVE_ONE, ...negate(ABOVE_ONE)], NaN),
      [1, Infinity],
      [-1, -Infinity],
    ],
  },
  exp: {
    kernel: (x) => Math.exp(x),
    rows: [
      [NaN, NaN],
      ...give([0, -0, MIN, -MIN], 1),
      ...give([Infinity, MAX, 710], Infinity),
      ...give([-Infinity, -MAX, -746], 0),
    ],
  },
  expm1: {
    kernel: (x) => Math.expm1(x),
    rows: [...same([NaN, 0, -0, MIN, -MIN, Infinity]), ...give([-Infinity, -MAX, -60], -1), [710, Infinity]],
  },
  log: {
    kernel: (x) => Math.log(x),
    rows: [
      [NaN, NaN],
      ...give([-MIN, -1e-15, -1, -Infinity], NaN),
      ...give([0, -0], -Infinity),
      [1, 0],
      [Infinity, Infinity],
    ],
  },
  log1p: {
    kernel: (x) => Math.log1p(x),
    rows: [...same([NaN, 0, -0, MIN, -MIN, Infinity]), ...give([-1 - EPS, -2, -Infinity], NaN), [-1, -Infinity]],
  },
  log2: {
    kernel: (x) => Math.log2(x),
    rows: [
      [NaN, NaN],
      ...give([-MIN, -0.9, -10, -Infinity], NaN),
      ...give([0, -0], -Infinity),
      [Infinity, Infinity],
      ...Array.from({ length: 2098 }, (_, k): Row => [2 ** (k - 1074), k - 1074]),
    ],
  },
  log10: {
    kernel: (x) => Math.log10(x),
    rows: [
      [NaN, NaN],
      ...give([-MIN, -0.9, -10, -Infinity], NaN),
      ...give([0, -0], -Infinity),
      [Infinity, Infinity],
      ...Array.from({ length: 23 }, (_, k): Row => [Number(`1e${k}`), k]),
    ],
  },
  cbrt: { kernel: (x) => Math.cbrt(x), rows: same([NaN, 0, -0, Infinity, -Infinity]) },
  "2 ** x": {
    kernel: (x) => 2 ** x,
    rows: [
      [NaN, NaN],
      ...give([0, -0], 1),
      [Infinity, Infinity],
      ...give([-Infinity, -MAX, -1075, -(2 ** 31)], 0),
      ...give([MAX, 1024], Infinity),
      ...Array.from({ length: 2098 }, (_, k): Row => [k - 1074, powerOfTwo(k - 1074)]),
    ],
  },
  "x ** y": {
    kernel: (x, y) => x ** y,
    rows: [
      ...pairs(ALL, [NaN], NaN),
      ...pairs(ALL, [0, -0], 1),
      ...pairs(
        [NaN],
        SIGNED.filter((y) => y !== 0),
        NaN,
      ),
      ...pairs([...ABOVE_ONE, ...negate(ABOVE_ONE)], [Infinity], Infinity),
      ...pairs([...ABOVE_ONE, ...negate(ABOVE_ONE)], [-Infinity], 0),
      ...pairs([1, -1], [Infinity, -Infinity], NaN),
      ...pairs([0, -0, ...BELOW_ONE, ...negate(BELOW_ONE)], [Infinity], 0),
      ...pairs([0, -0, ...BELOW_ONE, ...negate(BELOW_ONE)], [-Infinity], Infinity),
      ...pairs([Infinity], [...ODD, ...NOT_ODD], Infinity),
      ...pairs([Infinity], negate([...ODD, ...NOT_ODD]), 0),
      ...pairs([-Infinity], ODD, -Infinity),
      ...pairs([-Infinity], NOT_ODD, Infinity),
      ...pairs([-Infinity], negate(ODD), -0),
      ...pairs([-Infinity], negate(NOT_ODD), 0),
      ...pairs([0], [...ODD, ...NOT_ODD], 0),
      ...pairs([0], negate([...ODD, ...NOT_ODD]), Infinity),
      ...pairs([-0], ODD, -0),
      ...pairs([-0], NOT_ODD, 0),
      ...pairs([-0], negate(ODD), -Infinity),
      ...pairs([-0], negate(NOT_ODD), Infinity),
      // A negative number has no power that is no integer.
      ...pairs([-MAX, -Math.PI, -1, -EPS, -MIN], [0.5, -0.5, 1 + EPS, Math.E, -Math.PI, 1e-15, MIN], NaN),
      [2, -(2 ** 31), 0],
      [1, -(2 ** 31), 1],
      [-1, 2 ** 31, 1],
      [-1, 2 ** 53 - 1, -1],
      [-2, 3, -8],
      [-2, -3, -0.125],
      [10, 15, 1e15],
      [4, 0.5, 2],
      [-MAX, 3, -Infinity],
      [-MIN, 3, -0],
      [-MIN, -3, -Infinity],
    ],
  },
  "hypot(x)": {
    kernel: (x) => Math.hypot(x),
    rows: [
      [NaN, NaN],
      ...give([0, -0], 0),
      ...give([Infinity, -Infinity], Infinity),
      [-3, 3],
      [-MIN, MIN],
      [-MAX, MAX],
    ],
  },
  "hypot(x, y)": {
    kernel: (x, y) => Math.hypot(x, y),
    rows: [
      ...pairs([Infinity, -Infinity], ALL, Infinity),
      ...pairs(ALL, [Infinity, -Infinity], Infinity),
      ...pairs(
        [NaN],
        SIGNED.filter((x) => Number.isFinite(x)),
        NaN,
      ),
      ...pairs(
        SIGNED.filter((x) => Number.isFinite(x)),
        [NaN],
        NaN,
      ),
      ...pairs([0, -0], [0, -0], 0),
      [3, 4, 5],
      [-5, 12, 13],
      [3e-320, 0, 3e-320],
      [0, -MIN, MIN],
      [MAX, MAX, Infinity],
      [3 * 2 ** 1000, 4 * 2 ** 1000, 5 * 2 ** 1000],
      [3 * 2 ** -1000, 4 * 2 ** -1000, 5 * 2 ** -1000],
    ],
  },
  "hypot(x, y, x)": {
    kernel: (x, y) => Math.hypot(x, y, x),
    rows: [
      ...pairs([0, -0], [0, -0], 0),
      ...pairs(ALL, [Infinity], Infinity),
      ...pairs([NaN], [-MAX, 0, 1], NaN),
      [2, 1, 3],
      [-6, 7, 11],
    ],
  },
};

/** Built from its bits, not by the function that is tested. */
function powerOfTwo(n: number): number {
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, n < -1022 ? 1n << BigInt(n + 1074) : BigInt(n + 1023) << 52n);
  return view.getFloat64(0);
}

/** `f` of each element. */
const overArrays = (f: Kernel) =>
  njit((out: F, x: F, y: F) => {
    for (let i = 0; i < out.length; i++) out[i] = f(x[i]!, y[i]!);
  });

for (const [name, { kernel, rows }] of Object.entries(CASES)) {
  const check = (where: string, row: Row, actual: number | undefined): void => {
    const args = row.slice(0, -1).join(", ");
    assert.ok(Object.is(actual, row.at(-1)), `${name} of ${args} is ${actual} ${where}, not ${row.at(-1)}`);
  };
  test(`special values of ${name}`, () => {
    assert.ok(rows.length > 3);
    const [single, loop] = [njit(kernel), overArrays(kernel)];
    for (const row of rows) {
      const [x = NaN, y = NaN] = row.slice(0, -1);
      check("in plain JavaScript", row, kernel(x, y));
      check("in a kernel", row, single(x, y));
    }
    // Every remainder of every vector's length, so that each row is in a vector and outside.
    for (let n = rows.length; n >= Math.max(1, rows.length - 33); n--) {
      const out = new Float64Array(n);
      const column = (i: number): F =>
        Float64Array.from(rows.slice(0, n), (row) => (i < row.length - 1 ? (row[i] ?? NaN) : NaN));
      loop(out, column(0), column(1));
      for (const [i, row] of rows.slice(0, n).entries()) check(`at ${i} of ${n}`, row, out[i]);
    }
  });
}

test("special values of functions of no argument and of many", () => {
  const none = (): readonly number[] => [Math.min(), Math.max(), Math.hypot()];
  assert.deepEqual(none(), [Infinity, -Infinity, 0]);
  assert.deepEqual(njit(none)(), none());
  const three = (x: number, y: number, z: number) =>
    [Math.min(x, y, z), Math.max(x, y, z), Math.hypot(x, y, z)] as const;
  const compiled = njit(three);
  const some = [-Infinity, -1e-15, -0, 0, 1e-15, Infinity, NaN];
  for (const x of some) {
    for (const y of some) {
      for (const z of some) {
        const numbers = [x, y, z];
        const nan = numbers.some(Number.isNaN);
        const infinite = numbers.some((v) => Math.abs(v) === Infinity);
        for (const f of [three, compiled]) {
          const [least, greatest, length] = f(x, y, z);
          assert.equal(Number.isNaN(least), nan);
          assert.equal(Number.isNaN(greatest), nan);
          if (infinite) assert.equal(length, Infinity);
          else assert.equal(Number.isNaN(length), nan);
        }
        assert.deepEqual(compiled(x, y, z).slice(0, 2), three(x, y, z).slice(0, 2));
      }
    }
  }
});
