/** `.subarray .slice .fill .set .copyWithin .reverse .at` with every kind of argument, on every kind of array, with overlap. */
import { defineKernels, oob, refuses } from "../support/differential.ts";
import { NUMBER_EDGES, pairsOf, singles } from "../support/edge-values.ts";

const KINDS = [
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
type Numbers = InstanceType<(typeof KINDS)[number]>;
/** As in JavaScript: without a value it fills with undefined as a number. */
type Fillable = { fill(value?: number, begin?: number, end?: number): unknown };

const ints = (): Int32Array => Int32Array.of(10, 20, 30, 40, 50);
/** Relative indices as arguments: ints first. */
const POSITIONS = [
  0,
  1,
  2,
  4,
  5,
  6,
  100,
  -1,
  -2,
  -5,
  -6,
  -100,
  2147483647,
  -2147483648,
  0.5,
  1.9,
  -0.5,
  -1.9,
  -0,
  NaN,
  Infinity,
  -Infinity,
  1e300,
  4294967297,
];

defineKernels("subarray", {
  "no arguments": { kernel: (a: Int32Array) => a.subarray(), cases: () => [[ints()], [new Int32Array(0)]] },
  begin: { kernel: (a: Int32Array, b: number) => a.subarray(b), cases: () => POSITIONS.map((p) => [ints(), p]) },
  "begin and end": {
    kernel: (a: Int32Array, b: number, e: number) => a.subarray(b, e),
    cases: () => pairsOf(POSITIONS, POSITIONS).map(([b, e]) => [ints(), b, e]),
  },
  "of a subarray": {
    kernel: (a: Float64Array) => a.subarray(1).subarray(1, -1),
    cases: () => [[Float64Array.of(1, 2, 3, 4)], [Float64Array.of(1)]],
  },
  "stores through it": {
    kernel: (a: Int32Array, from: number) => {
      const t = a.subarray(from, from + 2);
      for (let i = 0; i < t.length; i++) t[i] = i + 100;
      return t.length;
    },
    cases: () => [0, 1, 4, 5, 7, -2, -1].map((p) => [ints(), p]),
  },
  "sees later stores": {
    kernel: (a: Int32Array) => {
      const t = a.subarray(1, 3);
      a[1] = 77;
      const x = t[0];
      t[1] = 88;
      return x * 1000 + a[2];
    },
    cases: () => [[ints()]],
  },
  "of every kind": {
    kernel: (a: Numbers, b: number) => a.subarray(b, 4),
    cases: () => KINDS.map((Kind) => [Kind.of(1, 2, 3, 4, 5), 1]),
  },
  "rows of a matrix": {
    kernel: (m: Float64Array, w: number) => {
      let s = 0;
      for (let y = 0; y < m.length / w; y++) {
        const row = m.subarray(y * w, (y + 1) * w);
        for (const x of row) s = s * 0.9 + x;
        row[0] = s;
      }
      return s;
    },
    cases: () => [[Float64Array.from({ length: 12 }, (_, i) => i), 4]],
  },
  "length of it": {
    kernel: (a: Int32Array, b: number, e: number) => a.subarray(b, e).length,
    cases: () => pairsOf(POSITIONS, [3, -1, 100, NaN]).map(([b, e]) => [ints(), b, e]),
  },
  BigInt: { kernel: (a: BigInt64Array) => a.subarray(1), cases: () => [[BigInt64Array.of(1n, 2n, 3n)]] },
});

defineKernels("slice", {
  "no arguments": { kernel: (a: Int32Array) => a.slice(), cases: () => [[ints()], [new Int32Array(0)]] },
  begin: { kernel: (a: Int32Array, b: number) => a.slice(b), cases: () => POSITIONS.map((p) => [ints(), p]) },
  "begin and end": {
    kernel: (a: Int32Array, b: number, e: number) => a.slice(b, e),
    cases: () => pairsOf(POSITIONS, POSITIONS).map(([b, e]) => [ints(), b, e]),
  },
  "is a copy": {
    kernel: (a: Int32Array) => {
      const t = a.slice(1);
      t[0] = 99;
      a[2] = 55;
      return t;
    },
    cases: () => [[ints()]],
  },
  "of every kind": {
    kernel: (a: Numbers) => a.slice(1, -1),
    cases: () => KINDS.map((Kind) => [Kind.of(1, 2, 3, 4, 255)]),
  },
  BigInt: { kernel: (a: BigUint64Array) => a.slice(1), cases: () => [[BigUint64Array.of(1n, 2n, 2n ** 64n - 1n)]] },
});

defineKernels("fill", {
  value: {
    kernel: (a: Numbers, v: number) => a.fill(v),
    cases: () => [
      ...pairsOf(KINDS, [7, -1, 300, 0]).map(([Kind, v]) => [new Kind(3), v]),
      ...pairsOf(KINDS, [0.5, 254.5, NaN, -0, 1e10, Infinity]).map(([Kind, v]) => [new Kind(3), v]),
    ],
  },
  "no value": { kernel: (a: Fillable) => a.fill(), cases: () => KINDS.map((Kind) => [new Kind(3).fill(7)]) },
  "no value in a part": {
    kernel: (a: Fillable) => a.fill(undefined, 1, 2),
    cases: () => KINDS.map((Kind) => [new Kind(3).fill(7)]),
  },
  "value and begin": {
    kernel: (a: Int32Array, v: number, b: number) => a.fill(v, b),
    cases: () => POSITIONS.map((p) => [ints(), 7, p]),
  },
  "value, begin and end": {
    kernel: (a: Int32Array, v: number, b: number, e: number) => a.fill(v, b, e),
    cases: () => pairsOf(POSITIONS, POSITIONS).map(([b, e]) => [ints(), 7, b, e]),
  },
  "as a statement": {
    kernel: (a: Float64Array) => {
      a.fill(1);
      a.fill(0, 1, 2);
      a[3] += 5;
    },
    cases: () => [[new Float64Array(5)]],
  },
  "of a local array": {
    kernel: (n: number) => {
      const t = new Int32Array(n).fill(-1);
      return t;
    },
    cases: () => singles([0, 3]),
  },
  BigInt: {
    kernel: (a: BigUint64Array | BigInt64Array, v: bigint) => a.fill(v),
    cases: () => [
      [new BigUint64Array(2), -1n],
      [new BigInt64Array(2), -5n],
      [new BigInt64Array(2), 2n ** 64n - 1n],
    ],
  },
  "of a view": { kernel: (a: Int32Array) => a.subarray(1, 3).fill(9).length, cases: () => [[ints()]] },
});

defineKernels("set", {
  "at an offset": {
    kernel: (a: Int32Array, b: Int32Array, at: number) => {
      a.set(b, at);
    },
    cases: () =>
      [0, 1, 2, 3, 4, -1, 0.5, 1.9, NaN, -0, -0.5, 100, Infinity, -Infinity].map((at) => [
        ints(),
        Int32Array.of(7, 8),
        at,
      ]),
  },
  "without an offset": {
    kernel: (a: Int32Array, b: Int32Array) => {
      a.set(b);
    },
    cases: () => [
      [ints(), Int32Array.of(1, 2)],
      [ints(), new Int32Array(0)],
      [new Int32Array(0), new Int32Array(0)],
      [ints(), new Int32Array(6)],
    ],
  },
  "between kinds": {
    kernel: (a: Numbers, b: Numbers) => {
      a.set(b);
    },
    cases: () => pairsOf(KINDS, KINDS).map(([A, B]) => [new A(NUMBER_EDGES.length), B.from(NUMBER_EDGES)]),
  },
  "overlapping, forwards": {
    kernel: (a: Int32Array) => {
      a.set(a.subarray(0, 3), 1);
    },
    cases: () => [[ints()]],
  },
  "overlapping, backwards": {
    kernel: (a: Int32Array) => {
      a.set(a.subarray(2), 1);
    },
    cases: () => [[ints()]],
  },
  "overlapping arguments": {
    kernel: (a: Int32Array, b: Int32Array) => {
      a.set(b, 1);
    },
    cases: () => {
      const buffer = new ArrayBuffer(32);
      const whole = new Int32Array(buffer).map((_, i) => i + 1);
      new Int32Array(buffer).set(whole);
      return [
        [new Int32Array(buffer), new Int32Array(buffer, 8, 5)],
        [new Int32Array(buffer, 8), new Int32Array(buffer, 0, 4)],
      ];
    },
  },
  "overlapping arguments of different kinds": {
    kernel: (a: Int16Array | Uint8Array | Int32Array, b: Int16Array | Uint8Array | Int32Array) => {
      a.set(b);
    },
    cases: () => {
      const make = () => {
        const buffer = new ArrayBuffer(16);
        new Uint8Array(buffer).set([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]);
        return buffer;
      };
      const x = make();
      const y = make();
      const z = make();
      return [
        [new Int16Array(x), new Uint8Array(x, 4, 6)],
        [new Uint8Array(y), new Int16Array(y, 4)],
        [new Int32Array(z), new Uint8Array(z, 1, 4)],
      ];
    },
  },
  BigInt: {
    kernel: (a: BigInt64Array, b: BigUint64Array) => {
      a.set(b, 1);
    },
    cases: () => [[new BigInt64Array(3), BigUint64Array.of(2n ** 64n - 1n, 5n)]],
  },
  concatenation: {
    kernel: (a: Float64Array, b: Float64Array) => {
      const t = new Float64Array(a.length + b.length);
      t.set(a);
      t.set(b, a.length);
      return t;
    },
    cases: () => [
      [Float64Array.of(1, 2), Float64Array.of(3)],
      [new Float64Array(0), new Float64Array(0)],
    ],
  },
});

defineKernels("copyWithin", {
  "target and start": {
    kernel: (a: Int32Array, t: number, s: number) => a.copyWithin(t, s),
    cases: () => pairsOf(POSITIONS, POSITIONS).map(([t, s]) => [ints(), t, s]),
  },
  "target, start and end": {
    kernel: (a: Int32Array, t: number, s: number, e: number) => a.copyWithin(t, s, e),
    cases: () =>
      pairsOf([0, 1, 3, -2, 0.5, 9], [0, 1, 2, -3, NaN]).flatMap(([t, s]) =>
        [0, 3, 5, -1, 2.5, Infinity].map((e) => [ints(), t, s, e]),
      ),
  },
  "of every kind": {
    kernel: (a: Numbers) => {
      a.copyWithin(1, 0, 3);
      a.copyWithin(0, 2);
    },
    cases: () => KINDS.map((Kind) => [Kind.of(1, 2, 3, 4, 5)]),
  },
});

defineKernels("reverse", {
  "of every kind": {
    kernel: (a: Numbers) => a.reverse(),
    cases: () => KINDS.flatMap((Kind) => [[Kind.of(1, 2, 3, 4, 5)], [Kind.of(1, 2)], [new Kind(0)]]),
  },
  "of a view": {
    kernel: (a: Int32Array, b: number, e: number) => {
      a.subarray(b, e).reverse();
    },
    cases: () => [
      [ints(), 1, 4],
      [ints(), 0, 2],
      [ints(), 3, 3],
    ],
  },
  "of a copy": {
    kernel: (a: Float64Array) => {
      const r = a.slice().reverse();
      return a[0] - r[0];
    },
    cases: () => [[Float64Array.of(1, 2, 3)]],
  },
  BigInt: { kernel: (a: BigInt64Array) => a.reverse(), cases: () => [[BigInt64Array.of(1n, 2n, 3n)]] },
});

defineKernels("at", {
  inside: {
    kernel: (a: Int32Array, i: number) => (a.at(i) as number) + 1,
    cases: () => [0, 1, 4, -1, -5, 0.5, 1.9, -0.5, -1.9, NaN, -0].map((i) => [ints(), i]),
  },
  last: { kernel: (a: Float64Array) => (a.at(-1) as number) * 2, cases: () => [[Float64Array.of(1, 2.5)]] },
  outside: {
    kernel: (pixels: Int32Array, i: number) => (pixels.at(i) as number) + 1,
    cases: () => [
      [ints(), 4],
      refuses(RangeError, /index 5 .* for 'pixels' of length 5/, ints(), 5),
      ...[-6, 100, Infinity, -Infinity].map((i) => oob(undefined, ints(), i)),
    ],
  },
  BigInt: {
    kernel: (a: BigInt64Array, i: number) => (a.at(i) as bigint) + 1n,
    cases: () => [[BigInt64Array.of(1n, 2n), -1]],
  },
  "in a loop from the end": {
    kernel: (a: Uint8Array) => {
      let s = 0;
      for (let i = 1; i <= a.length; i++) s = s * 3 + (a.at(-i) as number);
      return s;
    },
    cases: () => [[Uint8Array.of(1, 2, 3)]],
  },
});
