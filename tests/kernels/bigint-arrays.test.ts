/** BigInts that go into arrays of 64-bit integers, which keep the low bits; constants that need more than 64 on the way. */
import { defineKernels, type Kernel } from "../support/differential.ts";
import { pairsOf, singles } from "../support/edge-values.ts";

const BIG = [0n, 1n, -1n, 2n, -2n, 3n, 63n, 2n ** 62n, 2n ** 63n - 1n, -(2n ** 63n)];
const UNSIGNED = 2n ** 64n - 1n;
const COUNTS = [0n, 1n, 63n, 64n, 65n, -1n, -63n, -64n];

/** Both kinds of arrays, every element, every value. */
const stores = (values: readonly bigint[]) => (): unknown[][] =>
  [BigInt64Array, BigUint64Array].flatMap((Kind) =>
    values.flatMap((v) => [0, 1, 2].map((i) => [Kind.of(5n, 0n, -7n), i, v])),
  );

type Big = BigInt64Array | BigUint64Array;
const storing = (kernel: Kernel, values = BIG) => ({ kernel, cases: stores(values) });

defineKernels("BigInt elements, of one sign or the other", {
  "+=": storing((a: Big, i: number, v: bigint) => {
    a[i] += v;
  }),
  "-=": storing((a: Big, i: number, v: bigint) => {
    a[i] -= v;
  }),
  "*=": storing((a: Big, i: number, v: bigint) => {
    a[i] *= v;
  }),
  "/=": storing((a: Big, i: number, v: bigint) => {
    a[i] /= v;
  }),
  "/": storing((a: Big, i: number, v: bigint) => {
    a[i] = a[i] / v;
  }),
  "<<=": storing((a: Big, i: number, v: bigint) => {
    a[i] <<= v;
  }, COUNTS),
  "<<": storing((a: Big, i: number, v: bigint) => {
    a[i] = a[i] << v;
  }, COUNTS),
  "&=": storing((a: Big, i: number, v: bigint) => {
    a[i] &= v;
  }),
  "|=": storing((a: Big, i: number, v: bigint) => {
    a[i] |= v;
  }),
  "^=": storing((a: Big, i: number, v: bigint) => {
    a[i] ^= v;
  }),
  "&&=": storing(
    (a: Big, i: number, v: bigint) => {
      a[i] &&= v;
    },
    [...BIG, UNSIGNED],
  ),
  "||=": storing(
    (a: Big, i: number, v: bigint) => {
      a[i] ||= v;
    },
    [...BIG, UNSIGNED],
  ),
  "a[i]++, its old value": storing((a: Big, i: number, v: bigint) => {
    a[i] = v;
    return a[i]++;
  }),
  "a[i]--, its old value": storing((a: Big, i: number, v: bigint) => {
    a[i] = v;
    return a[i]--;
  }),
  "--a[i]": storing((a: Big, i: number, v: bigint) => {
    a[i] = v;
    --a[i];
  }),
  "a list": {
    kernel: (x: bigint) => [
      new BigInt64Array([x, x * 2n, 5n, -x, x << 3n]),
      new BigUint64Array([x, x * 2n, -5n, ~x, x + x]),
    ],
    cases: () => singles(BIG),
  },
});

defineKernels("BigInt constants", {
  "the ends of 64 bits": {
    kernel: (a: bigint) => [a === -(2n ** 63n), a === 2n ** 63n - 1n, a > 2n ** 64n - 1n, a < -(1n << 63n)],
    cases: () => singles(BIG),
  },
  masks: {
    kernel: (a: bigint) => [a & (2n ** 64n - 1n) & 255n, a & ~(1n << 3n), BigInt.asUintN(64, a ^ ((1n << 64n) - 1n))],
    cases: () => singles(BIG.filter((x) => x >= 0n)),
  },
  "every operator": {
    kernel: () => [
      7n / 2n,
      -7n % 4n,
      6n ^ 3n,
      6n | 1n,
      6n & 3n,
      ~5n,
      2n ** 10n,
      1n << 40n,
      (2n ** 70n) >> 10n,
      3n - 5n,
    ],
    cases: () => [[]],
  },
  captured: { kernel: (a: bigint) => a % (LARGE * LARGE - 1n), cases: () => singles([0n, 5n, 2n ** 62n]) },
});

const LARGE = 2n ** 31n;

defineKernels("BigInts in asIntN", {
  "a choice": {
    kernel: (a: bigint, c: boolean) => BigInt.asIntN(64, c ? a * 3n : a + 1n),
    cases: () => pairsOf(BIG, [true, false]),
  },
  "a choice known when compiled": {
    kernel: (a: bigint, b?: bigint) => BigInt.asUintN(64, b === undefined ? a * 3n : a * b),
    cases: () => [...singles(BIG), ...pairsOf(BIG, [3n, -1n])],
  },
});
