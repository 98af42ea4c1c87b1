/** Assignment operators and `++ --` on elements of every kind of typed array. */
import { defineKernels, type Kernel, type KernelTest } from "../support/differential.ts";

type Numbers =
  | Int8Array
  | Uint8Array
  | Uint8ClampedArray
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | Float32Array
  | Float64Array;

function onEveryKind(kernel: Kernel, ...rest: unknown[][]): KernelTest {
  const values = [
    0,
    1,
    -1,
    127,
    128,
    254,
    255,
    256,
    -128,
    -129,
    32767,
    32768,
    65535,
    65536,
    2147483647,
    -2147483648,
    4294967295,
    0.5,
    2.5,
    -0,
    NaN,
    1e10,
    1e40,
  ];
  return {
    kernel,
    cases: () => KINDS.flatMap((Kind) => (rest.length === 0 ? [[]] : rest).map((more) => [Kind.from(values), ...more])),
  };
}

const operands = [1, 2, -1, 7, 255, 65537, 2147483647, 0, 0.5, -0, 1.75, 3e9, NaN, Infinity].map((v) => [v]);

function bigArrays(): unknown[][] {
  const values = [0n, 1n, -1n, 2n ** 63n - 1n, -(2n ** 63n), 2n ** 32n, 12345n];
  return [[BigInt64Array.from(values)], [BigUint64Array.from(values)]];
}

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

defineKernels("assignment to elements", {
  "= value": onEveryKind(
    (a: Numbers, v: number) => {
      let sum = 0;
      for (let i = 0; i < a.length; i++) sum += a[i] = v;
      return sum;
    },
    ...operands,
  ),
  "value of a store is the right side": onEveryKind(
    (a: Numbers, v: number) => {
      return (a[0] = v) + (a[1] = a[2] = v * 2);
    },
    ...operands,
  ),
  "+=": onEveryKind(
    (a: Numbers, v: number) => {
      for (let i = 0; i < a.length; i++) a[i] += v;
    },
    ...operands,
  ),
  "-=": onEveryKind(
    (a: Numbers, v: number) => {
      for (let i = 0; i < a.length; i++) a[i] -= v;
    },
    ...operands,
  ),
  "*=": onEveryKind(
    (a: Numbers, v: number) => {
      for (let i = 0; i < a.length; i++) a[i] *= v;
    },
    ...operands,
  ),
  "/=": onEveryKind(
    (a: Numbers, v: number) => {
      for (let i = 0; i < a.length; i++) a[i] /= v;
    },
    ...operands,
  ),
  "%=": onEveryKind(
    (a: Numbers, v: number) => {
      for (let i = 0; i < a.length; i++) a[i] %= v;
    },
    ...operands,
  ),
  "&=": onEveryKind(
    (a: Numbers, v: number) => {
      for (let i = 0; i < a.length; i++) a[i] &= v;
    },
    ...operands,
  ),
  "|=": onEveryKind(
    (a: Numbers, v: number) => {
      for (let i = 0; i < a.length; i++) a[i] |= v;
    },
    ...operands,
  ),
  "^=": onEveryKind(
    (a: Numbers, v: number) => {
      for (let i = 0; i < a.length; i++) a[i] ^= v;
    },
    ...operands,
  ),
  "<<=": onEveryKind(
    (a: Numbers, v: number) => {
      for (let i = 0; i < a.length; i++) a[i] <<= v;
    },
    ...operands,
  ),
  ">>=": onEveryKind(
    (a: Numbers, v: number) => {
      for (let i = 0; i < a.length; i++) a[i] >>= v;
    },
    ...operands,
  ),
  ">>>=": onEveryKind(
    (a: Numbers, v: number) => {
      for (let i = 0; i < a.length; i++) a[i] >>>= v;
    },
    ...operands,
  ),
  "&&=": onEveryKind(
    (a: Numbers, v: number) => {
      for (let i = 0; i < a.length; i++) a[i] &&= v;
    },
    ...operands,
  ),
  "||=": onEveryKind(
    (a: Numbers, v: number) => {
      for (let i = 0; i < a.length; i++) a[i] ||= v;
    },
    ...operands,
  ),
  "??=": onEveryKind(
    (a: Numbers, v: number) => {
      for (let i = 0; i < a.length; i++) a[i] ??= v;
    },
    ...operands,
  ),
  "value of +=": onEveryKind(
    (a: Numbers, v: number) => {
      let sum = 0;
      for (let i = 0; i < a.length; i++) {
        const r = (a[i] += v);
        if (r === r && Math.abs(r) < 1e15) sum += r;
      }
      return sum;
    },
    ...operands,
  ),
  "a[i++] = and a[i--] =": onEveryKind((a: Numbers) => {
    let i = 0;
    a[i++] = 5;
    a[i++] += 6;
    a[--i] -= 1;
    return i;
  }),
  "index is evaluated once": onEveryKind((a: Numbers) => {
    let i = 3;
    a[i++] += 2;
    a[i++] *= 3;
    a[i++]++;
    return i;
  }),
});

defineKernels("++ and -- on elements", {
  "a[i]++": onEveryKind((a: Numbers) => {
    let sum = 0;
    for (let i = 0; i < a.length; i++) {
      const old = a[i]++;
      if (old === old) sum += old;
    }
    return sum;
  }),
  "++a[i]": onEveryKind((a: Numbers) => {
    let sum = 0;
    for (let i = 0; i < a.length; i++) {
      const fresh = ++a[i];
      if (fresh === fresh) sum += fresh;
    }
    return sum;
  }),
  "a[i]--": onEveryKind((a: Numbers) => {
    let sum = 0;
    for (let i = 0; i < a.length; i++) {
      const old = a[i]--;
      if (old === old) sum += old;
    }
    return sum;
  }),
  "--a[i]": onEveryKind((a: Numbers) => {
    let sum = 0;
    for (let i = 0; i < a.length; i++) {
      const fresh = --a[i];
      if (fresh === fresh) sum += fresh;
    }
    return sum;
  }),
  "statement a[i]++ and --a[i]": onEveryKind((a: Numbers) => {
    for (let i = 0; i < a.length; i++) {
      a[i]++;
      a[a.length - 1 - i]--;
      --a[i];
      ++a[i];
    }
  }),
  "histogram by a[b[i]]++": {
    kernel: (bins: Uint8Array | Int32Array | Float64Array, keys: Uint8Array) => {
      for (let i = 0; i < keys.length; i++) bins[keys[i]]++;
    },
    cases: () =>
      [Int32Array, Float64Array, Uint8Array].map((Kind) => [
        new Kind(256),
        Uint8Array.from({ length: 2000 }, (_, i) => (i * i) >> 3),
      ]),
  },
});

defineKernels("assignment to BigInt elements", {
  "+= 1n wraps": {
    kernel: (a: BigInt64Array | BigUint64Array) => {
      for (let i = 0; i < a.length; i++) a[i] = BigInt.asUintN(64, a[i] + 1n);
    },
    cases: bigArrays,
  },
  "-= wraps through asIntN": {
    kernel: (a: BigInt64Array | BigUint64Array) => {
      for (let i = 0; i < a.length; i++) a[i] = BigInt.asIntN(64, a[i] - 3n);
    },
    cases: bigArrays,
  },
  "&= |= ^=": {
    kernel: (a: BigInt64Array) => {
      for (let i = 0; i < a.length; i++) {
        a[i] &= 0xffff_ffffn;
        a[i] |= 0x10n;
        a[i] ^= 0x5555n;
      }
    },
    cases: () => bigArrays().slice(0, 1),
  },
  "a[i]++ on small values": {
    kernel: (a: BigInt64Array | BigUint64Array) => {
      let sum = 0n;
      for (let i = 0; i < a.length; i++) sum += a[i]++ + --a[i];
      return sum;
    },
    cases: () => [[BigInt64Array.of(1n, 2n, -3n)], [BigUint64Array.of(1n, 2n, 3n)]],
  },
});
