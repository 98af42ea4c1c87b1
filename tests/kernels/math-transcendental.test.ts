/**
 * The `Math` functions that ECMAScript leaves open: within the tolerance of `support/tolerance.ts`, special values exact,
 * and exact where the true result is a double.
 */
import { defineKernels, type Kernel, type KernelTest } from "../support/differential.ts";
import { NUMBER_EDGES, pairsOf, randomFloats, singles } from "../support/edge-values.ts";
import type { ApproximateFunction } from "../support/tolerance.ts";

const ANGLES = [1, 2, 3, 4, 6, 8, 100, 1e5, 1e15].flatMap((d) => [Math.PI / d, -Math.PI / d, Math.PI * d]);
const VALUES = [
  ...NUMBER_EDGES,
  ...ANGLES,
  1 - 2 ** -53,
  1 + 2 ** -52,
  0.9999,
  1.0001,
  1e-5,
  1e-10,
  1e-20,
  1e-300,
  20,
  21.9,
  22.1,
  100,
  700,
  709.78,
  709.79,
  710.4,
  711,
  -744,
  -745.1,
  -745.2,
  -746,
  1e22,
  5e-324,
  0.7071067811865476,
];

function one(approximates: ApproximateFunction, kernel: Kernel): KernelTest {
  return {
    kernel,
    approximates,
    cases: () => singles([...VALUES, ...randomFloats(200, 7, -2, 2), ...randomFloats(100, 8, -1000, 1000)]),
  };
}

defineKernels("Math: transcendental", {
  sin: one("sin", (x: number) => Math.sin(x)),
  cos: one("cos", (x: number) => Math.cos(x)),
  tan: one("tan", (x: number) => Math.tan(x)),
  asin: one("asin", (x: number) => Math.asin(x)),
  acos: one("acos", (x: number) => Math.acos(x)),
  atan: one("atan", (x: number) => Math.atan(x)),
  sinh: one("sinh", (x: number) => Math.sinh(x)),
  cosh: one("cosh", (x: number) => Math.cosh(x)),
  tanh: one("tanh", (x: number) => Math.tanh(x)),
  asinh: one("asinh", (x: number) => Math.asinh(x)),
  acosh: one("acosh", (x: number) => Math.acosh(x)),
  atanh: one("atanh", (x: number) => Math.atanh(x)),
  exp: one("exp", (x: number) => Math.exp(x)),
  expm1: one("expm1", (x: number) => Math.expm1(x)),
  log: one("log", (x: number) => Math.log(x)),
  log1p: one("log1p", (x: number) => Math.log1p(x)),
  log2: one("log2", (x: number) => Math.log2(x)),
  log10: one("log10", (x: number) => Math.log10(x)),
  cbrt: one("cbrt", (x: number) => Math.cbrt(x)),
  atan2: {
    kernel: (y: number, x: number) => Math.atan2(y, x),
    approximates: "atan2",
    cases: () => pairsOf(VALUES, VALUES),
  },
  pow: { kernel: (x: number, y: number) => Math.pow(x, y), approximates: "pow", cases: () => pairsOf(VALUES, VALUES) },
  "hypot()": { kernel: () => Math.hypot(), cases: () => [[]] },
  "hypot(x)": { kernel: (x: number) => Math.hypot(x), cases: () => singles(VALUES) },
  "hypot(x, y)": {
    kernel: (x: number, y: number) => Math.hypot(x, y),
    approximates: "hypot",
    cases: () => pairsOf(VALUES, VALUES),
  },
  "hypot(x, y, z)": {
    kernel: (x: number, y: number) => Math.hypot(x, y, 3),
    approximates: "hypot",
    cases: () => pairsOf(VALUES, NUMBER_EDGES),
  },
});

/** The true values, known without computing them. */
function exact(kernel: Kernel, truth: (x: number) => number, xs: readonly number[]): KernelTest {
  const values = new Map(xs.map((x) => [x, truth(x)]));
  return { kernel, plain: (x: number) => values.get(x), cases: () => singles(xs) };
}

const powersOfTen = [
  1, 10, 100, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21,
  1e22,
];
const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, i) => from + i);

/** 2 ** k without computing a power. */
function powerOfTwo(k: number): number {
  let p = 1;
  for (let i = 0; i < k; i++) p *= 2;
  for (let i = 0; i > k; i--) p /= 2;
  return p;
}

defineKernels("Math: exact results", {
  "10 ** k": exact(
    (k: number) => 10 ** k,
    (k) => powersOfTen[k] ?? NaN,
    range(0, 22),
  ),
  "2 ** k": exact((k: number) => 2 ** k, powerOfTwo, range(-1074, 1023)),
  "Math.pow(2, k)": exact((k: number) => Math.pow(2, k), powerOfTwo, range(-1074, 1023)),
  "x ** 2 of ints": exact(
    (x: number) => x ** 2,
    (x) => x * x,
    range(-1000, 1000),
  ),
  "x ** 3 of ints": exact(
    (x: number) => x ** 3,
    (x) => x * x * x,
    range(-1000, 1000),
  ),
  "x ** 0.5 of squares": exact(
    (x: number) => x ** 0.5,
    (x) => Math.sqrt(x),
    range(0, 300).map((i) => i * i),
  ),
  "cbrt of cubes": exact(
    (x: number) => Math.cbrt(x),
    (x) => Math.round(Math.cbrt(x)),
    range(-300, 300)
      .filter((i) => i !== 0)
      .map((i) => i * i * i),
  ),
  "log2 of powers of two": exact(
    (x: number) => Math.log2(x),
    (x) => Math.round(Math.log2(x)),
    range(-1074, 1023).map(powerOfTwo),
  ),
  "log10 of powers of ten": exact(
    (x: number) => Math.log10(x),
    (x) => powersOfTen.indexOf(x),
    powersOfTen,
  ),
  "hypot of Pythagorean triples": {
    kernel: (x: number, y: number) => Math.hypot(x, y),
    plain: (x: number, y: number) => Math.sqrt(x * x + y * y),
    cases: () => [
      [3, 4],
      [5, 12],
      [8, 15],
      [7, 24],
      [20, 21],
      [-3, 4],
      [300, 400],
    ],
  },
  "at zero": {
    kernel: (x: number, out: Float64Array) => {
      out[0] = Math.sin(x);
      out[1] = Math.tan(x);
      out[2] = Math.asin(x);
      out[3] = Math.atan(x);
      out[4] = Math.sinh(x);
      out[5] = Math.tanh(x);
      out[6] = Math.asinh(x);
      out[7] = Math.atanh(x);
      out[8] = Math.expm1(x);
      out[9] = Math.log1p(x);
      out[10] = Math.cbrt(x);
      out[11] = Math.cos(x);
      out[12] = Math.exp(x);
      out[13] = Math.cosh(x);
      out[14] = Math.atan2(x, 1);
      out[15] = Math.log(x);
    },
    cases: () => [
      [-0, new Float64Array(16)],
      [0, new Float64Array(16)],
    ],
  },
  "at one": {
    kernel: (x: number, out: Float64Array) => {
      out[0] = Math.log(x);
      out[1] = Math.log2(x);
      out[2] = Math.log10(x);
      out[3] = Math.acos(x);
      out[4] = Math.acosh(x);
      out[5] = Math.cbrt(x);
      out[6] = Math.atanh(x);
      out[7] = x ** 1e9;
    },
    cases: () => [[1, new Float64Array(8)]],
  },
  "in the special cases": {
    kernel: (x: number, out: Float64Array) => {
      out[0] = Math.sin(x);
      out[1] = Math.exp(x);
      out[2] = Math.exp(-x);
      out[3] = Math.log(x);
      out[4] = Math.sqrt(-x);
      out[5] = x ** 0;
      out[6] = 1 ** x;
      out[7] = Math.tanh(x);
      out[8] = Math.expm1(-x);
      out[9] = Math.cosh(x);
    },
    cases: () => [
      [Infinity, new Float64Array(10)],
      [NaN, new Float64Array(10)],
    ],
  },
  "pow of the smallest and largest": {
    kernel: (x: number, y: number) => x ** y,
    cases: () =>
      pairsOf(
        [0, -0, Infinity, -Infinity, 1, -1, NaN, 0.5, -0.5, 2, -2],
        [0, -0, Infinity, -Infinity, NaN, 1, -1, 2, 3, -3],
      ),
  },
});

defineKernels("Math: over arrays", {
  "sin² + cos²": {
    kernel: (a: Float64Array) => {
      let s = 0;
      for (let i = 0; i < a.length; i++) s += Math.sin(a[i]) ** 2 + Math.cos(a[i]) ** 2;
      return s;
    },
    relative: 1e-14,
    cases: () => [[randomFloats(1000, 9, -100, 100)]],
  },
  "exp and log": {
    kernel: (a: Float64Array, out: Float64Array) => {
      for (let i = 0; i < a.length; i++) out[i] = Math.log(1 + Math.exp(-a[i]));
    },
    relative: 1e-14,
    cases: () => [[randomFloats(1000, 10, -20, 20), new Float64Array(1000)]],
  },
  Float32Array: {
    kernel: (a: Float32Array) => {
      for (let i = 0; i < a.length; i++) a[i] = Math.tanh(a[i]) * Math.atan(a[i]);
    },
    relative: 1.2e-7,
    cases: () => [[Float32Array.from(randomFloats(1000, 11, -5, 5))]],
  },
  "pow with a constant": {
    kernel: (a: Float64Array, out: Float64Array) => {
      for (let i = 0; i < a.length; i++) out[i] = a[i] ** 2.4 + a[i] ** (1 / 3);
    },
    relative: 1e-14,
    cases: () => [[randomFloats(1000, 12, 0, 50), new Float64Array(1000)]],
  },
  "of an int": {
    kernel: (a: Int32Array, out: Float64Array) => {
      for (let i = 0; i < a.length; i++) out[i] = Math.sqrt(a[i]) + Math.log(a[i]);
    },
    relative: 1e-14,
    cases: () => [[Int32Array.of(1, 2, 3, 100, 1 << 30), new Float64Array(5)]],
  },
  "of a boolean": {
    kernel: (a: number) => Math.exp((a > 0) as unknown as number),
    approximates: "exp",
    cases: () => singles([1, -1]),
  },
});
