/** Loads and stores of every typed array kind: each kind stored from numbers, and copied to every other kind. */
import { defineKernels, type KernelTest } from "../support/differential.ts";
import {
  FLOAT64_EDGES,
  INT32_EDGES,
  INT64_EDGES,
  NUMBER_EDGES,
  pairsOf,
  UINT64_EDGES,
} from "../support/edge-values.ts";

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

/** Halves and their neighbours, around 0 and 255: where rounding to a clamped byte turns. */
const CLAMPS = [
  -1, -0.5, -0.25, 0.49999999999999994, 0.5, 0.5000000000000001, 1.5, 2.5, 3.5, 126.5, 127.5, 253.5, 254.5,
  254.49999999999997, 254.50000000000003, 255, 255.5, 256, 1000, 1e300,
];
const FLOATS = [
  ...NUMBER_EDGES,
  ...CLAMPS,
  16777217,
  16777219,
  3.4028234663852886e38,
  3.4028235677973366e38,
  3.5e38,
  1e-45,
  7e-46,
  1.401298464324817e-45,
  1.1754942106924411e-38,
  1.00000006,
  2147483648.5,
  -2147483649.9,
  4294967295.9,
  4294967296.9,
  1.7976931348623157e308,
];

/** One case for each kind: `values` stored into a new array of that kind. */
function intoEveryKind(values: readonly number[]): unknown[][] {
  return KINDS.map((Kind) => [Float64Array.from(values), new Kind(values.length)]);
}

const copy = (from: Numbers, to: Numbers): void => {
  for (let i = 0; i < from.length; i++) to[i] = from[i];
};

defineKernels("conversions to elements", {
  "double to every kind": { kernel: copy, cases: () => intoEveryKind(FLOATS) },
  "every kind to every kind": {
    kernel: copy,
    cases: () => pairsOf(KINDS, KINDS).map(([From, To]) => [From.from(FLOATS), new To(FLOATS.length)]),
  },
  "scalar argument to every kind": {
    kernel: (x: number, to: Numbers) => {
      to[0] = x;
      return to[0];
    },
    cases: () => [
      ...pairsOf(INT32_EDGES, KINDS).map(([x, Kind]) => [x, new Kind(1)]),
      ...pairsOf([...FLOAT64_EDGES, ...CLAMPS], KINDS).map(([x, Kind]) => [x, new Kind(1)]),
    ],
  },
  "sum to every kind": {
    kernel: (from: Float64Array, to: Numbers) => {
      for (let i = 0; i + 1 < from.length; i++) to[i] = from[i] + from[i + 1];
    },
    cases: () => intoEveryKind(FLOATS),
  },
  "scaled int to every kind": {
    kernel: (from: Int32Array, to: Numbers, k: number) => {
      for (let i = 0; i < from.length; i++) to[i] = from[i] * k;
    },
    cases: () =>
      pairsOf(KINDS, [1, 3, 65537, 2147483647, 0.5, -1, 4294967296]).map(([Kind, k]) => [
        Int32Array.from(INT32_EDGES),
        new Kind(INT32_EDGES.length),
        k,
      ]),
  },
  "round trip through every kind": {
    kernel: (x: Float64Array, t: Numbers) => {
      let sum = 0;
      for (let i = 0; i < x.length; i++) {
        t[i] = x[i];
        const r = t[i];
        if (r > -1e300 && r < 1e300) sum += r * (i + 1);
      }
      return sum;
    },
    cases: () => intoEveryKind(FLOATS),
  },
  "store of a constant": {
    kernel: (t: Numbers) => {
      t[0] = -1;
      t[1] = 300;
      t[2] = 0.5;
      t[3] = 1.5;
      t[4] = -0;
      t[5] = NaN;
      t[6] = Infinity;
      t[7] = 4294967296.75;
      t[8] = 1e100;
      t[9] = -2147483649;
    },
    cases: () => KINDS.map((Kind) => [new Kind(10)]),
  },
  "store of a boolean": {
    kernel: (t: Numbers, flag: boolean) => {
      t[0] = flag as unknown as number;
      t[1] = !flag as unknown as number;
    },
    cases: () =>
      KINDS.flatMap((Kind) => [
        [new Kind(2), true],
        [new Kind(2), false],
      ]),
  },
  "load widens exactly": {
    kernel: (a: Numbers) => {
      let s = 0;
      for (let i = 0; i < a.length; i++) s = s * 1.5 + a[i] / 3;
      return s;
    },
    cases: () => KINDS.map((Kind) => [Kind.from(FLOATS.filter((x) => Math.abs(x) < 1e9))]),
  },
  "uint32 stays unsigned": {
    kernel: (a: Uint32Array) => {
      let s = 0;
      for (let i = 0; i < a.length; i++) s += a[i] - 1;
      return s;
    },
    cases: () => [[Uint32Array.from(INT32_EDGES)]],
  },
  "uint32 compared and divided": {
    kernel: (a: Uint32Array, out: Float64Array) => {
      for (let i = 0; i + 1 < a.length; i++) out[i] = a[i] > a[i + 1] ? a[i] / a[i + 1] : a[i] % a[i + 1];
    },
    cases: () => [[Uint32Array.from(INT32_EDGES), new Float64Array(INT32_EDGES.length)]],
  },
  "uint32 bit operations are signed": {
    kernel: (a: Uint32Array, out: Float64Array) => {
      for (let i = 0; i < a.length; i++) out[i] = (a[i] | 0) + (a[i] >> 3) * 2 + (a[i] >>> 3) * 4 + ~a[i];
    },
    cases: () => [[Uint32Array.from(INT32_EDGES), new Float64Array(INT32_EDGES.length)]],
  },
  "uint8 arithmetic doesn't wrap": {
    kernel: (a: Uint8Array, out: Int32Array) => {
      for (let i = 0; i + 1 < a.length; i++) out[i] = a[i] * a[i + 1] - (a[i] << 8) + (a[i] - a[i + 1]);
    },
    cases: () => [[Uint8Array.from({ length: 300 }, (_, i) => i * 37), new Int32Array(300)]],
  },
  "int8 arithmetic doesn't wrap": {
    kernel: (a: Int8Array, out: Int32Array) => {
      for (let i = 0; i + 1 < a.length; i++) out[i] = a[i] * a[i + 1] * a[i] - a[i + 1];
    },
    cases: () => [[Int8Array.from({ length: 300 }, (_, i) => i * 37), new Int32Array(300)]],
  },
});

defineKernels("float32", {
  "f32 sum in double": float32((a, b) => {
    let s = 0;
    for (let i = 0; i < a.length; i++) s += a[i] * b[i];
    return s;
  }),
  "fround of each operation": float32((a, b, out) => {
    for (let i = 0; i < a.length; i++) {
      out[i] = Math.fround(Math.fround(a[i] + b[i]) * Math.fround(a[i] - b[i]));
    }
  }),
  "fround division and root": float32((a, b, out) => {
    for (let i = 0; i < a.length; i++) out[i] = Math.fround(Math.fround(Math.sqrt(a[i])) / b[i]);
  }),
  "fround of a double expression rounds once": float32((a, b, out) => {
    for (let i = 0; i < a.length; i++) out[i] = Math.fround(a[i] * b[i] + a[i]);
  }),
  "double rounding is visible": float32((a, b, out) => {
    for (let i = 0; i < a.length; i++) out[i] = a[i] * 0.1 + b[i] / 3;
  }),
  "fround accumulator": float32((a, b) => {
    const round = Math.fround;
    let s = round(0);
    for (let i = 0; i < a.length; i++) s = round(s + round(a[i] * b[i]));
    return s;
  }),
  "f32 compared with a double constant": float32((a) => {
    let n = 0;
    for (let i = 0; i < a.length; i++) if (a[i] > 0.1) n++;
    return n;
  }),
  "f32 equality after store": float32((a, _b, out) => {
    let n = 0;
    for (let i = 0; i < a.length; i++) {
      const x = a[i] * 1.1;
      out[i] = x;
      if (out[i] === x) n++;
      if (out[i] === Math.fround(x)) n += 1000;
    }
    return n;
  }),
  "fround of remainder": float32((a, b, out) => {
    for (let i = 0; i < a.length; i++) out[i] = Math.fround(a[i] % b[i]);
  }),
  "fround of int sums": {
    kernel: (a: Int32Array, out: Float32Array) => {
      for (let i = 0; i + 1 < a.length; i++) out[i] = Math.fround(a[i]) + Math.fround(a[i + 1]);
    },
    cases: () => [[Int32Array.from(INT32_EDGES), new Float32Array(INT32_EDGES.length)]],
  },
});

function float32(kernel: (a: Float32Array, b: Float32Array, out: Float32Array) => unknown): KernelTest {
  return {
    kernel,
    cases: () => {
      const finite = FLOATS.filter((x) => Number.isFinite(x));
      const fractions = finite.map((x, i) => x / 3 + i * 0.7);
      return [
        [
          Float32Array.from(fractions.filter((x) => Math.abs(x) < 1e6)),
          Float32Array.from(fractions.reverse()),
          new Float32Array(FLOATS.length),
        ],
        [Float32Array.from(FLOATS), Float32Array.from(FLOATS).reverse(), new Float32Array(FLOATS.length)],
      ];
    },
  };
}

const BIGS = [...INT64_EDGES, ...UINT64_EDGES];

defineKernels("BigInt elements", {
  "copy between int64 and uint64 wraps": {
    kernel: (from: BigInt64Array | BigUint64Array, to: BigInt64Array | BigUint64Array) => {
      for (let i = 0; i < from.length; i++) to[i] = from[i];
    },
    cases: () =>
      pairsOf([BigInt64Array, BigUint64Array], [BigInt64Array, BigUint64Array]).map(([From, To]) => [
        From.from(BIGS),
        new To(BIGS.length),
      ]),
  },
  "store of an argument": {
    kernel: (x: bigint, s: BigInt64Array, u: BigUint64Array) => {
      s[0] = x;
      u[0] = x;
      return s[0];
    },
    cases: () => BIGS.map((x) => [x, new BigInt64Array(1), new BigUint64Array(1)]),
  },
  "load as unsigned": {
    kernel: (a: BigUint64Array, i: number) => a[i],
    cases: () => BIGS.map((_, i) => [BigUint64Array.from(BIGS), i]),
  },
  "load as signed": {
    kernel: (a: BigInt64Array, i: number) => a[i],
    cases: () => BIGS.map((_, i) => [BigInt64Array.from(BIGS), i]),
  },
  "stores of constants wrap": {
    kernel: (s: BigInt64Array, u: BigUint64Array) => {
      s[0] = 18446744073709551615n;
      s[1] = -9223372036854775808n;
      u[0] = -1n;
      u[1] = 9223372036854775808n;
    },
    cases: () => [[new BigInt64Array(2), new BigUint64Array(2)]],
  },
  "Number of elements": {
    kernel: (a: BigInt64Array | BigUint64Array, out: Float64Array) => {
      for (let i = 0; i < a.length; i++) out[i] = Number(a[i]);
    },
    cases: () => [
      [BigInt64Array.from(BIGS), new Float64Array(BIGS.length)],
      [BigUint64Array.from(BIGS), new Float64Array(BIGS.length)],
      [BigInt64Array.of(2n ** 53n + 1n, 2n ** 54n + 3n, -(2n ** 62n) - 255n, 2n ** 62n + 256n), new Float64Array(4)],
    ],
  },
  "BigInt of int elements": {
    kernel: (a: Int32Array | Uint32Array | Uint8Array, out: BigInt64Array) => {
      for (let i = 0; i < a.length; i++) out[i] = BigInt(a[i]) * 3n;
    },
    cases: () =>
      [Int32Array, Uint32Array, Uint8Array].map((Kind) => [
        Kind.from(INT32_EDGES),
        new BigInt64Array(INT32_EDGES.length),
      ]),
  },
});

const signOf = (x: number) => (Object.is(x, -0) ? -1 : 1);
const storeTwice = (p: Numbers, q: Numbers, x: number): void => {
  p[0] = x;
  q[0] = x;
};

defineKernels("a zero's sign on its way to arrays of integers, of which one may be none", {
  "through a helper": {
    kernel: (p, q, n: number) => {
      const zero = n * -0;
      storeTwice(p, q, zero);
      return signOf(p[0]) + 2 * signOf(q[0]);
    },
    cases: () => intoPairs(),
  },
  "through an inner function that is called for each": {
    kernel: (p, q, n: number) => {
      const store = (to: Numbers, x: number) => {
        to[0] = x;
      };
      const zero = n * -0;
      store(p, zero);
      store(q.subarray(1), zero);
      return signOf(p[0]) + 2 * signOf(q[1]);
    },
    cases: () => intoPairs(),
  },
  "through one that another function is given": {
    kernel: (p, q, n: number) => {
      const store = (to: Numbers, x: number) => {
        to[0] = x;
      };
      const into = (f: (to: Numbers, x: number) => void, x: number) => f(q, x);
      const zero = n * -0;
      store(p, zero);
      into(store, zero);
      return signOf(p[0]) + 2 * signOf(q[0]);
    },
    cases: () => intoPairs(),
  },
  "through one that swaps them": {
    kernel: (p: Numbers, q: Numbers, n: number) => {
      const store = (to: Numbers, other: Numbers, x: number, k: number): void => {
        to[0] = x;
        if (k > 0) store(other, to, x, k - 1);
      };
      const zero = n * -0;
      store(p, q, zero, n);
      return signOf(p[0]) + 2 * signOf(q[0]);
    },
    cases: () => KINDS.map((Kind) => [new Kind(2), new Kind(2), 5]),
  },
});

function intoPairs(): unknown[][] {
  return KINDS.flatMap((P) => [Float64Array, Int32Array].map((Q) => [new P(2), new Q(2), 5]));
}
