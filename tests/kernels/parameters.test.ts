/** Default, optional, missing and extra arguments; arguments of changing types. */
import { defineKernels } from "../support/differential.ts";
import { NUMBER_EDGES, pairsOf, singles } from "../support/edge-values.ts";

defineKernels("default and optional parameters", {
  "default constant": {
    kernel: (x: number, k = 2) => x * k,
    cases: () => [[3], [3, undefined], [3, 5], [0.5], [3, 0.5], [3, -0]],
  },
  "default fraction": { kernel: (x: number, k = 0.25) => x * k, cases: () => [[3], [3, 5], [4, undefined]] },
  "default from another parameter": {
    kernel: (x: number, y = x + 1, z = x * y) => x + y * 10 + z * 100,
    cases: () => [[1], [1, 5], [1, 5, 6], [1, undefined, 6], [0.5]],
  },
  "default boolean": {
    kernel: (x: number, up = true) => (up ? x + 1 : x - 1),
    cases: () => [[1], [1, false], [1, true]],
  },
  "default bigint": { kernel: (x: bigint, k = 3n) => x * k, cases: () => [[2n], [2n, 5n]] },
  "default from a captured constant": {
    kernel: (x: number, k = LIMIT) => Math.min(x, k),
    cases: () => [[3], [300], [3, 1]],
  },
  "default from Math": { kernel: (r: number, pi = Math.PI) => r * r * pi, cases: () => [[2], [2, 3]] },
  "first parameter missing": { kernel: (x = 7) => x + 1, cases: () => [[], [undefined], [1]] },
  "=== undefined": {
    kernel: (x: number, y?: number) => (y === undefined ? x : x + y),
    cases: () => [[1], [1, undefined], [1, 2], [1, 0], [1, NaN]],
  },
  "!== undefined": {
    kernel: (x: number, y?: number) => {
      if (y !== undefined) x += y;
      return x;
    },
    cases: () => [[1], [1, 2], [0.5]],
  },
  "??": {
    kernel: (x: number, y?: number) => x + (y ?? 10),
    cases: () => [[1], [1, 0], [1, NaN], [1, undefined], [0.5]],
  },
  "??=": {
    kernel: (x: number, y?: number) => {
      y ??= x * 2;
      return x + y;
    },
    cases: () => [[1], [1, 0], [1, 5], [0.5]],
  },
  "optional array": {
    kernel: (a: Float64Array, out?: Float64Array) => {
      const target = out ?? a;
      for (let i = 0; i < a.length; i++) target[i] = a[i] * 2;
      return target;
    },
    cases: () => [[Float64Array.of(1, 2)], [Float64Array.of(1, 2), new Float64Array(2)]],
  },
  "optional array by === undefined": {
    kernel: (a: Float64Array, weights?: Float64Array) => {
      let s = 0;
      for (let i = 0; i < a.length; i++) s += weights === undefined ? a[i] : a[i] * weights[i];
      return s;
    },
    cases: () => [[Float64Array.of(1, 2)], [Float64Array.of(1, 2), Float64Array.of(3, 0.5)]],
  },
  "extra arguments": {
    kernel: (x: number) => x + 1,
    cases: () => [
      [1, 2, 3],
      [1, "text"],
      [0.5, new Float64Array(1)],
    ],
  },
  "unused parameter of any kind": {
    kernel: (x: number, _unused?: unknown) => x + 1,
    cases: () => [[1], [1, 5], [1, true], [1, new Int8Array(1)]],
  },
  "no parameters": { kernel: () => 42, cases: () => [[], [1]] },
  "returns undefined": { kernel: (_x: number) => {}, cases: () => [[1], [0.5]] },
  "returns void 0's equal": {
    kernel: (a: Int32Array) => {
      a[0] = 1;
      return;
    },
    cases: () => [[new Int32Array(1)]],
  },
  "boolean argument": {
    kernel: (flag: boolean, x: number) => (flag ? x : -x),
    cases: () => [
      [true, 1],
      [false, 1],
      [true, 0.5],
      [false, 0],
    ],
  },
  "inner call with missing arguments": {
    kernel: (x: number) => {
      const f = (a: number, b?: number) => (b === undefined ? a : a + b);
      return f(x) * 100 + f(x, 2);
    },
    cases: () => [[1], [0.5]],
  },
});

const LIMIT = 100;

defineKernels("arguments of changing types", {
  "int, then float, then int": {
    kernel: (x: number) => x * x + 1,
    cases: () => singles([1, 2, 0.5, 3, -0, 2147483647, 2147483648, NaN, 4]),
  },
  "float first": { kernel: (x: number) => x / 2, cases: () => singles([0.5, 1, 2, -0, 0, 3]) },
  "every combination": {
    kernel: (a: number, b: number, c: number) => a * b - c,
    cases: () => {
      const values = [1, 0.5, -0, 7];
      return values.flatMap((a) => pairsOf(values, values).map(([b, c]) => [a, b, c]));
    },
  },
  "one array kind after the other": {
    kernel: (a: ArrayLike<number>) => {
      let s = 0;
      for (let i = 0; i < a.length; i++) s += a[i];
      return s;
    },
    cases: () => {
      const kinds = [
        Int8Array,
        Uint8Array,
        Uint8ClampedArray,
        Int16Array,
        Uint16Array,
        Int32Array,
        Uint32Array,
        Float32Array,
        Float64Array,
      ];
      return [...kinds, ...kinds].map((Kind) => [Kind.of(1, 200, 3)]);
    },
  },
  "number, then bigint": {
    kernel: (x: never, y: never) => x < y,
    cases: () => [
      [1, 2],
      [1n, 2n],
      [2.5, 1],
      [5n, -3n],
      [1n, 2.5],
      [true, 2],
    ],
  },
  "sums of numbers, then of bigints": {
    kernel: (x: number, y: number) => x + y,
    cases: () => [
      [1, 2],
      [1n, 2n],
      [2.5, 1],
      [5n, -3n],
    ],
  },
  "number, then boolean": {
    kernel: (x: unknown) => (x ? 1 : 2),
    cases: () => singles<unknown>([1, true, 0, false, 0.5, NaN, 0n, 5n]),
  },
  "the same array twice": {
    kernel: (a: Float64Array, b: Float64Array) => {
      for (let i = 0; i + 1 < a.length; i++) b[i + 1] = a[i] + 1;
    },
    cases: () => {
      const a = Float64Array.of(1, 2, 3, 4);
      return [
        [a, a],
        [a, new Float64Array(4)],
        [a, a],
      ];
    },
  },
  "many parameters": {
    kernel: (
      a: number,
      b: number,
      c: number,
      d: number,
      e: number,
      f: number,
      g: number,
      h: number,
      i: number,
      j: number,
      k: number,
      l: number,
    ) => a + b * 2 + c * 3 + d * 4 + e * 5 + f * 6 + g * 7 + h * 8 + i * 9 + j * 10 + k * 11 + l * 12,
    cases: () => [
      [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12],
      [1, 2, 3, 4, 5, 6.5, 7, 8, 9, 10, 11, 12.5],
    ],
  },
  "mixed parameters": {
    kernel: (a: Float32Array, n: number, flag: boolean, big: bigint, out: BigInt64Array, k: number) => {
      for (let i = 0; i < n; i++) out[i] = big + BigInt(Math.trunc(a[i] * k)) * (flag ? 1n : -1n);
      return flag;
    },
    cases: () => [
      [Float32Array.of(1.5, 2.5), 2, true, 10n, new BigInt64Array(2), 4],
      [Float32Array.of(1.5, 2.5), 1, false, -10n, new BigInt64Array(2), 0.3],
    ],
  },
});

defineKernels("returns", {
  int: { kernel: (x: number) => x | 0, cases: () => singles(NUMBER_EDGES) },
  boolean: { kernel: (x: number) => x > 0, cases: () => singles(NUMBER_EDGES) },
  "int on one path, float on another": {
    kernel: (x: number) => {
      if (x > 0) return 1;
      if (x < 0) return 0.5;
      return -0;
    },
    cases: () => singles(NUMBER_EDGES),
  },
  "large ints": { kernel: (x: number) => (x >>> 0) * 2097152, cases: () => singles(NUMBER_EDGES) },
  "negative large ints": { kernel: (x: number) => -(x >>> 0) * 2097151 - 1, cases: () => singles(NUMBER_EDGES) },
  float32: { kernel: (x: number) => Math.fround(x), cases: () => singles(NUMBER_EDGES) },
  bigint: { kernel: (x: number) => BigInt(x | 0) * 4294967296n, cases: () => singles(NUMBER_EDGES) },
});
