/** BigInt operators within 64 bits: exact, or a RangeError; conversions; the errors that BigInt operators throw in JavaScript. */
import { defineKernels, refuses } from "../support/differential.ts";
import { INT64_EDGES, NUMBER_EDGES, pairsOf, singles, UINT64_EDGES } from "../support/edge-values.ts";
import { bigBinary, bigUnary, boolUnary, constant } from "../support/operator-kernels.ts";

const smallBigs = [0n, 1n, -1n, 2n, 3n, -7n, 10n, 63n];

/** A value that is int64 on one path and uint64 on another is a compile error. */
const sameSignedness = (): unknown[][] => [
  ...pairsOf(INT64_EDGES, INT64_EDGES),
  ...pairsOf(UINT64_EDGES, UINT64_EDGES),
];

defineKernels("BigInt arithmetic", {
  "a + b": bigBinary((a: bigint, b: bigint) => a + b),
  "a - b": bigBinary((a: bigint, b: bigint) => a - b),
  "a * b": bigBinary((a: bigint, b: bigint) => a * b),
  "a / b": bigBinary((a: bigint, b: bigint) => a / b),
  "a % b": bigBinary((a: bigint, b: bigint) => a % b),
  "-a": bigUnary((a: bigint) => -a),
  "~a": bigUnary((a: bigint) => ~a),
  "a & b": bigBinary((a: bigint, b: bigint) => a & b),
  "a | b": bigBinary((a: bigint, b: bigint) => a | b),
  "a ^ b": bigBinary((a: bigint, b: bigint) => a ^ b),
  "a ** b": {
    kernel: (a: bigint, b: bigint) => a ** b,
    within64: true,
    cases: () => pairsOf([...smallBigs, 2n ** 31n, -(2n ** 31n)], [0n, 1n, 2n, 3n, 5n, 20n, 31n, 62n, 63n]),
  },
  "2n ** a": {
    kernel: (a: bigint) => 2n ** a,
    within64: true,
    cases: () => singles([0n, 1n, 10n, 61n, 62n, 63n, 64n]),
  },
  "(-2n) ** a": { kernel: (a: bigint) => (-2n) ** a, within64: true, cases: () => singles([0n, 1n, 62n, 63n]) },
  "a << b": {
    kernel: (a: bigint, b: bigint) => a << b,
    within64: true,
    cases: () =>
      pairsOf(
        [...smallBigs, 2n ** 62n, -(2n ** 62n)],
        [0n, 1n, 2n, 31n, 32n, 61n, 62n, 63n, 64n, -1n, -2n, -63n, -64n, -65n],
      ),
  },
  "a >> b": {
    kernel: (a: bigint, b: bigint) => a >> b,
    within64: true,
    cases: () => pairsOf(INT64_EDGES, [0n, 1n, 2n, 31n, 32n, 62n, 63n, 64n, 65n, 1000n, -1n, -2n, -3n]),
  },
  "unsigned >> b": {
    kernel: (a: bigint, b: bigint) => a >> b,
    within64: true,
    cases: () => pairsOf(UINT64_EDGES, [0n, 1n, 32n, 63n, 64n, 65n]),
  },
  "a++ and --a": {
    kernel: (a: bigint) => {
      let x = a;
      const old = x++;
      const fresh = ++x;
      x--;
      return old + fresh - --x;
    },
    cases: () => singles([0n, 5n, -5n, 2n ** 60n]),
  },
  "+= -= *=": {
    kernel: (a: bigint, b: bigint) => {
      let x = a;
      x += b;
      x *= 3n;
      x -= a;
      x %= 1000n;
      x <<= 2n;
      x >>= 1n;
      x |= 1n;
      x ^= 6n;
      x &= 255n;
      x /= 3n;
      x **= 2n;
      return x;
    },
    cases: () => pairsOf(smallBigs, smallBigs),
  },
  "?: and ||": { kernel: (a: bigint, b: bigint) => (a > b ? a : b) || 7n, cases: sameSignedness },
  "&& and ??": { kernel: (a: bigint, b: bigint) => (a && b) ?? 1n, cases: sameSignedness },
  constants: constant(() => 0x7fff_ffff_ffff_ffffn - 5n * 3n + 0b101n - 0o17n),
  "largest unsigned": constant(() => 18446744073709551615n),
  "smallest signed": constant(() => -9223372036854775808n),
  "sum of products": {
    kernel: (a: BigInt64Array, b: BigInt64Array) => {
      let s = 0n;
      for (let i = 0; i < a.length; i++) s += a[i] * b[i];
      return s;
    },
    cases: () => [
      [BigInt64Array.from(smallBigs), BigInt64Array.from(smallBigs).reverse()],
      [new BigInt64Array(0), new BigInt64Array(0)],
    ],
  },
  factorial: {
    kernel: (n: number) => {
      let p = 1n;
      for (let i = 2; i <= n; i++) p *= BigInt(i);
      return p;
    },
    cases: () => singles([0, 1, 5, 20]),
  },
  "factorial overflows": {
    kernel: (n: number) => {
      let p = 1n;
      for (let i = 2; i <= n; i++) p *= BigInt(i);
      return p;
    },
    cases: () => [[20], refuses(RangeError, /./, 22), refuses(RangeError, /./, 30)],
  },
  "Fibonacci overflows": {
    kernel: (n: number) => {
      let a = 0n;
      let b = 1n;
      for (let i = 0; i < n; i++) {
        const t = a + b;
        a = b;
        b = t;
      }
      return a;
    },
    cases: () => [[0], [1], [50], [91], refuses(RangeError, /./, 95), refuses(RangeError, /./, 200)],
  },
  "counting past the end": {
    kernel: (a: bigint, n: number) => {
      let x = a;
      for (let i = 0; i < n; i++) x++;
      return x;
    },
    cases: () => [[0n, 5], [2n ** 63n - 6n, 5], refuses(RangeError, /./, 2n ** 63n - 3n, 5)],
  },
  gcd: {
    kernel: (a: bigint, b: bigint) => {
      while (b !== 0n) {
        const t = a % b;
        a = b;
        b = t;
      }
      return a < 0n ? -a : a;
    },
    cases: () => pairsOf([0n, 12n, -18n, 2n ** 61n, 600851475143n], [18n, 462n, 2n ** 40n, 71n]),
  },
  digits: {
    kernel: (x: bigint) => {
      let n = 0;
      let v = x < 0n ? -x : x;
      do {
        v /= 10n;
        n++;
      } while (v > 0n);
      return n;
    },
    cases: () => singles(INT64_EDGES.filter((x) => x !== -(2n ** 63n))),
  },
});

defineKernels("BigInt wrapping", {
  "asIntN(64, a + b)": bigBinary((a: bigint, b: bigint) => BigInt.asIntN(64, a + b)),
  "asIntN(64, a - b)": bigBinary((a: bigint, b: bigint) => BigInt.asIntN(64, a - b)),
  "asIntN(64, a * b)": bigBinary((a: bigint, b: bigint) => BigInt.asIntN(64, a * b)),
  "asIntN(64, -a)": bigUnary((a: bigint) => BigInt.asIntN(64, -a)),
  "asUintN(64, a + b)": bigBinary((a: bigint, b: bigint) => BigInt.asUintN(64, a + b)),
  "asUintN(64, a - b)": bigBinary((a: bigint, b: bigint) => BigInt.asUintN(64, a - b)),
  "asUintN(64, a * b)": bigBinary((a: bigint, b: bigint) => BigInt.asUintN(64, a * b)),
  "asUintN(64, ~a)": bigUnary((a: bigint) => BigInt.asUintN(64, ~a)),
  "asUintN(64, a)": bigUnary((a: bigint) => BigInt.asUintN(64, a)),
  "asIntN(64, a)": bigUnary((a: bigint) => BigInt.asIntN(64, a)),
  nested: bigBinary((a: bigint, b: bigint) => BigInt.asUintN(64, (a + b) * 6364136223846793005n + (a ^ b) * b - 1n)),
  "nested, signed": bigBinary((a: bigint, b: bigint) => BigInt.asIntN(64, (a * b + a) * (b - a) - b)),
  "asUintN(32, a * b)": bigBinary((a: bigint, b: bigint) => BigInt.asUintN(32, a * b)),
  "asIntN(32, a + b)": bigBinary((a: bigint, b: bigint) => BigInt.asIntN(32, a + b)),
  "asUintN(64, a << 7n)": bigUnary((a: bigint) => BigInt.asUintN(64, a << 7n)),
  "asIntN(64, a << 63n)": bigUnary((a: bigint) => BigInt.asIntN(64, a << 63n)),
  "asUintN(64, a << 64n)": bigUnary((a: bigint) => BigInt.asUintN(64, a << 64n)),
  "asUintN(64, a) >> 33n": bigUnary((a: bigint) => BigInt.asUintN(64, a) >> 33n),
  "rotate left": {
    kernel: (a: bigint, k: bigint) => BigInt.asUintN(64, a << k) | (BigInt.asUintN(64, a) >> (64n - k)),
    cases: () => pairsOf([...INT64_EDGES, ...UINT64_EDGES], [1n, 13n, 32n, 63n]),
  },
  "every width": {
    kernel: (a: bigint, out: BigInt64Array, outU: BigUint64Array) => {
      out[0] = BigInt.asIntN(0, a);
      out[1] = BigInt.asIntN(1, a);
      out[2] = BigInt.asIntN(2, a);
      out[3] = BigInt.asIntN(7, a);
      out[4] = BigInt.asIntN(8, a);
      out[5] = BigInt.asIntN(16, a);
      out[6] = BigInt.asIntN(31, a);
      out[7] = BigInt.asIntN(32, a);
      out[8] = BigInt.asIntN(33, a);
      out[9] = BigInt.asIntN(53, a);
      out[10] = BigInt.asIntN(63, a);
      out[11] = BigInt.asIntN(64, a);
      outU[0] = BigInt.asUintN(0, a);
      outU[1] = BigInt.asUintN(1, a);
      outU[2] = BigInt.asUintN(2, a);
      outU[3] = BigInt.asUintN(7, a);
      outU[4] = BigInt.asUintN(8, a);
      outU[5] = BigInt.asUintN(16, a);
      outU[6] = BigInt.asUintN(31, a);
      outU[7] = BigInt.asUintN(32, a);
      outU[8] = BigInt.asUintN(33, a);
      outU[9] = BigInt.asUintN(53, a);
      outU[10] = BigInt.asUintN(63, a);
      outU[11] = BigInt.asUintN(64, a);
    },
    cases: () => [...INT64_EDGES, ...UINT64_EDGES].map((a) => [a, new BigInt64Array(12), new BigUint64Array(12)]),
  },
  "unsigned division": {
    kernel: (a: BigUint64Array, b: BigUint64Array, out: BigUint64Array) => {
      for (let i = 0; i < a.length; i++) out[i] = a[i] / b[i] + (a[i] % b[i]);
    },
    cases: () => {
      const pairs = pairsOf(
        [...INT64_EDGES, ...UINT64_EDGES],
        [2n, 3n, 10n, 2n ** 63n, 2n ** 64n - 1n, 2n ** 32n + 1n],
      );
      return [
        [
          BigUint64Array.from(pairs, ([a]) => a),
          BigUint64Array.from(pairs, ([, b]) => b),
          new BigUint64Array(pairs.length),
        ],
      ];
    },
  },
  "unsigned comparison": {
    kernel: (a: BigUint64Array, x: bigint) => {
      let n = 0;
      for (const v of a) if (v > x) n++;
      return n;
    },
    cases: () => singles([...INT64_EDGES, ...UINT64_EDGES]).map(([x]) => [BigUint64Array.from(INT64_EDGES), x]),
  },
});

defineKernels("BigInt generators", {
  xorshift64: {
    kernel: (seed: bigint, n: number) => {
      let x = BigInt.asUintN(64, seed);
      for (let i = 0; i < n; i++) {
        x ^= BigInt.asUintN(64, x << 13n);
        x ^= x >> 7n;
        x ^= BigInt.asUintN(64, x << 17n);
      }
      return x;
    },
    cases: seeds,
  },
  "xorshift64* to a double": {
    kernel: (seed: bigint, n: number) => {
      let x = BigInt.asUintN(64, seed);
      let r = 0;
      for (let i = 0; i < n; i++) {
        x ^= x >> 12n;
        x ^= BigInt.asUintN(64, x << 25n);
        x ^= x >> 27n;
        r += Number(BigInt.asUintN(64, x * 2685821657736338717n) >> 11n) / 9007199254740992;
      }
      return r;
    },
    cases: seeds,
  },
  splitmix64: {
    kernel: (seed: bigint, n: number) => {
      let s = BigInt.asUintN(64, seed);
      let z = 0n;
      for (let i = 0; i < n; i++) {
        s = BigInt.asUintN(64, s + 0x9e3779b97f4a7c15n);
        z = s;
        z = BigInt.asUintN(64, (z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n);
        z = BigInt.asUintN(64, (z ^ (z >> 27n)) * 0x94d049bb133111ebn);
        z = z ^ (z >> 31n);
      }
      return z;
    },
    cases: seeds,
  },
  PCG32: {
    kernel: (seed: bigint, n: number) => {
      let state = BigInt.asUintN(64, seed);
      let out = 0;
      for (let i = 0; i < n; i++) {
        const old = state;
        state = BigInt.asUintN(64, old * 6364136223846793005n + 1442695040888963407n);
        const shifted = Number(BigInt.asUintN(32, ((old >> 18n) ^ old) >> 27n));
        const rot = Number(old >> 59n);
        out ^= (shifted >>> rot) | (shifted << (-rot & 31));
      }
      return out >>> 0;
    },
    cases: seeds,
  },
  "FNV-1a 64": {
    kernel: (bytes: Uint8Array) => {
      let h = 0xcbf29ce484222325n;
      for (const b of bytes) h = BigInt.asUintN(64, (h ^ BigInt(b)) * 0x100000001b3n);
      return h;
    },
    cases: () => [[new Uint8Array(0)], [new Uint8Array(300).map((_, i) => i * 7)]],
  },
  "xoroshiro128+": {
    kernel: (state: BigUint64Array, out: BigUint64Array) => {
      const rotl = (x: bigint, k: bigint) => BigInt.asUintN(64, x << k) | (x >> (64n - k));
      for (let i = 0; i < out.length; i++) {
        const s0 = state[0];
        let s1 = state[1];
        out[i] = BigInt.asUintN(64, s0 + s1);
        s1 ^= s0;
        state[0] = rotl(s0, 24n) ^ s1 ^ BigInt.asUintN(64, s1 << 16n);
        state[1] = rotl(s1, 37n);
      }
    },
    cases: () => [
      [BigUint64Array.of(1n, 2n), new BigUint64Array(50)],
      [BigUint64Array.of(2n ** 64n - 1n, 12345n), new BigUint64Array(50)],
    ],
  },
  "64-bit modular multiplication": {
    kernel: (a: bigint, b: bigint, m: bigint) => {
      let r = 0n;
      let x = a % m;
      let y = b;
      while (y > 0n) {
        if (y & 1n) r = (r + x) % m;
        x = (x * 2n) % m;
        y >>= 1n;
      }
      return r;
    },
    cases: () => [
      [123456789012345n, 987654321098765n, 1000000007n],
      [2n ** 60n, 2n ** 60n - 1n, 2n ** 61n - 1n],
      [0n, 5n, 7n],
    ],
  },
});

function seeds(): unknown[][] {
  return pairsOf<bigint, number>([1n, 42n, 2n ** 63n - 1n, -1n, 88172645463325252n], [0, 1, 2, 10, 500]);
}

defineKernels("BigInt conversions", {
  "BigInt(int)": { kernel: (x: number) => BigInt(x), cases: () => singles([0, 1, -1, 2147483647, -2147483648, -0]) },
  "BigInt(x)": {
    kernel: (x: number) => BigInt(x),
    cases: () => [
      ...singles(NUMBER_EDGES.filter((x) => !(Math.abs(x) >= 2 ** 63 && Number.isFinite(x)))),
      ...singles([-(2 ** 63), 2 ** 63 - 1024]),
      ...[2 ** 64, -(2 ** 64), 1e300].map((x) => refuses(RangeError, /./, x)),
    ],
  },
  "BigInt(boolean)": boolUnary((x: boolean) => BigInt(x)),
  "BigInt(Math.floor(x))": {
    kernel: (x: number) => BigInt(Math.floor(x)),
    cases: () => singles([0.5, -0.5, 1e10 + 0.75, 2 ** 53 + 2, 7]),
  },
  "BigInt(x | 0)": { kernel: (x: number) => BigInt(x | 0) * BigInt(x | 0), cases: () => singles(NUMBER_EDGES) },
  "BigInt(x >>> 0)": { kernel: (x: number) => BigInt(x >>> 0) << 20n, cases: () => singles(NUMBER_EDGES) },
  "Number(BigInt(x) * 3n)": {
    kernel: (x: number) => Number(BigInt(x) * 3n),
    cases: () => singles([0, 1, -5, 2 ** 53 - 1, 2 ** 60]),
  },
  "Number(a) of a rounded value": {
    kernel: (a: bigint) => Number(a),
    cases: () =>
      singles([
        2n ** 53n + 1n,
        2n ** 53n + 3n,
        -(2n ** 53n) - 1n,
        2n ** 62n + 257n,
        2n ** 63n - 1n,
        2n ** 64n - 1n,
        2n ** 64n - 1024n,
        2n ** 63n + 1024n,
        2n ** 63n + 1025n,
      ]),
  },
  "BigInt index by Number": {
    kernel: (a: Int32Array, i: bigint) => a[Number(i)],
    cases: () => [[Int32Array.of(1, 2, 3), 2n]],
  },
  "asUintN to Number": {
    kernel: (a: bigint) => Number(BigInt.asUintN(32, a)) / 2,
    cases: () => singles([...INT64_EDGES, ...UINT64_EDGES]),
  },
  "BigInt(bigint)": bigUnary((a: bigint) => BigInt(a)),
});

defineKernels("BigInt errors", {
  "division by zero": {
    kernel: (a: bigint, b: bigint) => a / b,
    cases: () => [
      [1n, 0n],
      [0n, 0n],
      [6n, 3n],
    ],
  },
  "remainder by zero": {
    kernel: (a: bigint, b: bigint) => a % b,
    cases: () => [
      [1n, 0n],
      [7n, 3n],
    ],
  },
  "negative exponent": {
    kernel: (a: bigint, b: bigint) => a ** b,
    cases: () => [
      // V8's own text has changed over the years, and was garbled in some.
      refuses(RangeError, /negative|positive/, 2n, -1n),
      refuses(RangeError, /negative|positive/, 1n, -1n),
      [2n, 3n],
    ],
  },
  "smallest divided by -1": {
    kernel: (a: bigint, b: bigint) => a / b,
    within64: true,
    cases: () => [
      [-(2n ** 63n), -1n],
      [-(2n ** 63n), 1n],
    ],
  },
  "smallest remainder -1": {
    kernel: (a: bigint, b: bigint) => a % b,
    cases: () => [
      [-(2n ** 63n), -1n],
      [-(2n ** 63n), 3n],
    ],
  },
  "the quotient inside asIntN wraps": {
    kernel: (a: bigint, b: bigint) => BigInt.asIntN(64, a / b),
    cases: () => [
      [-(2n ** 63n), -1n],
      [6n, -3n],
      [1n, 0n],
    ],
  },
  "unwrapped sum inside a comparison": {
    kernel: (a: bigint, b: bigint) => a + b > 0n,
    cases: () => [[1n, 2n], refuses(RangeError, /./, 2n ** 63n - 1n, 2n ** 63n - 1n)],
  },
  "BigInt of a fraction": { kernel: (x: number) => BigInt(x / 2), cases: () => singles([4, 3, -1, 0]) },
  "BigInt of NaN and Infinity": {
    kernel: (x: number) => BigInt(x * 2),
    cases: () => singles([NaN, Infinity, -Infinity, 1]),
  },
  "stores before the error stay": {
    kernel: (a: BigInt64Array, d: bigint) => {
      for (let i = 0; i < a.length; i++) a[i] = 100n / (d - BigInt(i));
    },
    cases: () => [
      [new BigInt64Array(4), 2n],
      [new BigInt64Array(4), 9n],
    ],
  },
});
