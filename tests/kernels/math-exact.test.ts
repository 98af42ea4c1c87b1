/** The `Math` functions whose results ECMAScript fixes, and the constants. */
import { defineKernels } from "../support/differential.ts";
import { FLOAT64_EDGES, INT32_EDGES, NUMBER_EDGES, pairsOf, randomFloats } from "../support/edge-values.ts";
import { binary, boolUnary, constant, unary } from "../support/operator-kernels.ts";

/** Halves up to the largest double with a fraction, and their neighbours. */
const HALVES = [
  0.5, 1.5, 2.5, 3.5, 4.5, 0.49999999999999994, 0.9999999999999999, 1.4999999999999998, 2.4999999999999996,
  4503599627370495.5, 4503599627370496.5, 4503599627370497.5, 2251799813685247.75, 9007199254740991, 4503599627370495,
  1e16,
].flatMap((x) => [x, -x]);
const roundingCases = (): unknown[][] => [...NUMBER_EDGES, ...HALVES].map((x) => [x]);
const triples = (): unknown[][] => {
  const values = [0, -0, 1, -1, 5, 0.5, -0.5, NaN, Infinity, -Infinity, 2147483647, -2147483648];
  return values.flatMap((a) => pairsOf(values, values).map(([b, c]) => [a, b, c]));
};

defineKernels("Math: rounding", {
  floor: { kernel: (x: number) => Math.floor(x), cases: roundingCases },
  ceil: { kernel: (x: number) => Math.ceil(x), cases: roundingCases },
  round: { kernel: (x: number) => Math.round(x), cases: roundingCases },
  trunc: { kernel: (x: number) => Math.trunc(x), cases: roundingCases },
  fround: { kernel: (x: number) => Math.fround(x), cases: roundingCases },
  "floor(x + 0.5)": { kernel: (x: number) => Math.floor(x + 0.5), cases: roundingCases },
  "floor | 0": { kernel: (x: number) => Math.floor(x) | 0, cases: roundingCases },
  "round | 0": { kernel: (x: number) => Math.round(x) | 0, cases: roundingCases },
  "ceil >>> 0": { kernel: (x: number) => Math.ceil(x) >>> 0, cases: roundingCases },
  fraction: { kernel: (x: number) => x - Math.floor(x), cases: roundingCases },
  "round to two digits": { kernel: (x: number) => Math.round(x * 100) / 100, cases: roundingCases },
  "floor of an int": unary((x: number) => Math.floor(x | 0) + Math.ceil(x | 0) + Math.round(x | 0) + Math.trunc(x | 0)),
  "floor of a boolean": boolUnary(
    (x: boolean) => Math.floor(x as unknown as number) + Math.abs(x as unknown as number),
  ),
  "all over an array": {
    kernel: (a: Float64Array, out: Float64Array) => {
      const n = a.length;
      for (let i = 0; i < n; i++) {
        out[i] = Math.floor(a[i]);
        out[n + i] = Math.ceil(a[i]);
        out[2 * n + i] = Math.round(a[i]);
        out[3 * n + i] = Math.trunc(a[i]);
        out[4 * n + i] = Math.fround(a[i]);
      }
    },
    cases: () => {
      const a = Float64Array.from([...NUMBER_EDGES, ...HALVES]);
      return [[a, new Float64Array(5 * a.length)]];
    },
  },
  "round over a Float32Array": {
    kernel: (a: Float32Array, out: Float32Array) => {
      for (let i = 0; i < a.length; i++) out[i] = Math.round(a[i]) + Math.floor(a[i]);
    },
    cases: () => [
      [Float32Array.from([...NUMBER_EDGES, ...HALVES]), new Float32Array(NUMBER_EDGES.length + HALVES.length)],
    ],
  },
  "round to bytes": {
    kernel: (a: Float64Array, out: Uint8Array | Uint8ClampedArray) => {
      for (let i = 0; i < a.length; i++) out[i] = Math.round(a[i] * 255);
    },
    cases: () => [
      [randomFloats(100, 1, -0.2, 1.2), new Uint8Array(100)],
      [randomFloats(100, 1, -0.2, 1.2), new Uint8ClampedArray(100)],
    ],
  },
});

defineKernels("Math: signs and bits", {
  abs: unary((x: number) => Math.abs(x)),
  "abs | 0": unary((x: number) => Math.abs(x | 0) | 0),
  "abs of a difference": binary((a: number, b: number) => Math.abs(a - b)),
  sign: unary((x: number) => Math.sign(x)),
  "sign of an int": unary((x: number) => Math.sign(x | 0)),
  clz32: unary((x: number) => Math.clz32(x)),
  imul: binary((a: number, b: number) => Math.imul(a, b)),
  "imul of one": unary((a: number) => Math.imul(a, 0x9e3779b1)),
  sqrt: unary((x: number) => Math.sqrt(x)),
  "sqrt | 0": unary((x: number) => Math.sqrt(x) | 0),
  "sqrt of an int": unary((x: number) => Math.sqrt(x & 0xffff)),
  "sqrt over a Float32Array": {
    kernel: (a: Float32Array) => {
      for (let i = 0; i < a.length; i++) a[i] = Math.sqrt(a[i]);
    },
    cases: () => [[Float32Array.from(NUMBER_EDGES)]],
  },
  "sign and abs over an array": {
    kernel: (a: Float64Array | Int32Array, out: Float64Array) => {
      for (let i = 0; i < a.length; i++) out[i] = Math.sign(a[i]) * 10 + Math.abs(a[i]);
    },
    cases: () => [
      [Float64Array.from(NUMBER_EDGES), new Float64Array(NUMBER_EDGES.length)],
      [Int32Array.from(INT32_EDGES), new Float64Array(INT32_EDGES.length)],
    ],
  },
  "clz32 over an array": {
    kernel: (a: Uint32Array, out: Uint8Array) => {
      for (let i = 0; i < a.length; i++) out[i] = Math.clz32(a[i]);
    },
    cases: () => [[Uint32Array.from(INT32_EDGES), new Uint8Array(INT32_EDGES.length)]],
  },
});

defineKernels("Math: min and max", {
  min: binary((a: number, b: number) => Math.min(a, b)),
  max: binary((a: number, b: number) => Math.max(a, b)),
  "min()": constant(() => Math.min()),
  "max()": constant(() => Math.max()),
  "min(x)": unary((x: number) => Math.min(x)),
  "max(x)": unary((x: number) => Math.max(x)),
  "min of three": { kernel: (a: number, b: number, c: number) => Math.min(a, b, c), cases: triples },
  "max of three": { kernel: (a: number, b: number, c: number) => Math.max(a, b, c), cases: triples },
  "max of five": { kernel: (a: number, b: number, c: number) => Math.max(a, b, c, -3, 0.25), cases: triples },
  "min with 0": unary((x: number) => Math.min(x, 0)),
  "max with 0": unary((x: number) => Math.max(0, x)),
  "max with -0": unary((x: number) => Math.max(-0, x)),
  "min with Infinity": unary((x: number) => Math.min(Infinity, x)),
  "min with NaN": unary((x: number) => Math.min(NaN, x)),
  "clamp of ints": unary((x: number) => Math.min(Math.max(x | 0, 0), 255)),
  "clamp of numbers": unary((x: number) => Math.max(Math.min(x, 1), -1)),
  "max of int and fraction": binary((a: number, b: number) => Math.max(a | 0, b * 0.5)),
  "max of uint32": binary((a: number, b: number) => Math.max(a >>> 0, b | 0)),
  "max of booleans": binary((a: number, b: number) =>
    Math.max((a > 0) as unknown as number, (b > 0) as unknown as number),
  ),
  "over an array": {
    kernel: (a: Float64Array | Float32Array | Int32Array | Uint8Array) => {
      let lo = Infinity;
      let hi = -Infinity;
      for (let i = 0; i < a.length; i++) {
        lo = Math.min(lo, a[i]);
        hi = Math.max(hi, a[i]);
      }
      return [lo, hi];
    },
    cases: () => [
      [randomFloats(100, 2)],
      [new Float64Array(0)],
      [Float64Array.of(1, NaN, 2)],
      [Float64Array.of(0, -0)],
      [Float64Array.of(-0, 0)],
      [Float32Array.of(1.5, -0, 0)],
      [Int32Array.from(INT32_EDGES)],
      [Uint8Array.of(3, 200, 7)],
    ],
  },
  elementwise: {
    kernel: (a: Float64Array | Int32Array, b: Float64Array | Int32Array, out: Float64Array) => {
      for (let i = 0; i < a.length; i++) out[i] = Math.min(a[i], b[i]) - Math.max(b[i], a[i]) * 3;
    },
    cases: () => {
      const pairs = pairsOf(FLOAT64_EDGES, FLOAT64_EDGES);
      const a = pairs.map(([x]) => x);
      const b = pairs.map(([, y]) => y);
      const out = () => new Float64Array(pairs.length);
      return [
        [Int32Array.from(a), Int32Array.from(b), out()],
        [Float64Array.from(a), Float64Array.from(b), out()],
      ];
    },
  },
  "extremes by comparison": {
    kernel: (a: Float64Array) => {
      let lo = a[0];
      let at = 0;
      for (let i = 1; i < a.length; i++) {
        if (a[i] < lo) {
          lo = a[i];
          at = i;
        }
      }
      return [lo, at];
    },
    cases: () => [
      [randomFloats(100, 3)],
      [Float64Array.of(NaN, 1)],
      [Float64Array.of(1, NaN, 0.5)],
      [Float64Array.of(0, -0)],
    ],
  },
});

defineKernels("Math: constants", {
  E: constant(() => Math.E),
  LN2: constant(() => Math.LN2),
  LN10: constant(() => Math.LN10),
  LOG2E: constant(() => Math.LOG2E),
  LOG10E: constant(() => Math.LOG10E),
  PI: constant(() => Math.PI),
  SQRT1_2: constant(() => Math.SQRT1_2),
  SQRT2: constant(() => Math.SQRT2),
  "in expressions": unary((x: number) => (x * Math.PI) / 180 + Math.E * Math.SQRT2),
});
