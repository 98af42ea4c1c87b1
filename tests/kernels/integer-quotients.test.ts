/** Quotients of integers that become integers again, by one division of integers where that gives the same. */
import { defineKernels } from "../support/differential.ts";
import { INT32_EDGES, pairsOf } from "../support/edge-values.ts";

const EDGES = [...INT32_EDGES, 57, 58, 59, -58, 115, 116, 999, 1000, -999, -1000];
const xs = (): unknown[][] => [[Int32Array.from(EDGES), new Float64Array(24)]];
const floats = [0, -0, 1, -1, 0.5, -2.5, 3, -3, 4, 6, 7, 2 ** 31, 2 ** 52 + 1, 2 ** 53, -(2 ** 53), 1e300, 5e-324];

defineKernels("integer quotients", {
  "by constants": {
    kernel: (xs: Int32Array, out: Float64Array) => {
      for (let i = 0; i < xs.length; i++) {
        const x = xs[i] ?? 0;
        const all = [x / 58, x / -7, x / 64, x / 1, x / -1, x / 2147483647, x / -2147483648, x / 10];
        let s = 0;
        for (const q of all) s = s * 3 + (q | 0);
        s += ((x / 58) | 0) + ((x / -7) | 0) * 3 + ((x / 64) >> 0) * 5 + ((x / 1) | 0) * 7 + ((x / -1) | 0) * 11;
        s += Math.floor(x / 58) + Math.floor(x / 64) * 3 + Math.floor(x / 1) * 5 + Math.trunc(x / 2147483647) * 7;
        s += Math.floor(x / -7) * 3 + Math.floor(x / -1) + ((x / -2147483648) | 0) + ~~(x / 10) + ((x / 10) >>> 0);
        s += 1 / Math.floor(x / 58) + 1 / Math.trunc(x / -58) + 1 / Math.floor(x / -58) + 1 / Math.ceil(x / 58);
        out[i % out.length] = (out[i % out.length] ?? 0) * 0.5 + s;
      }
      return out;
    },
    cases: xs,
  },
  "digits by a constant and by an argument": {
    kernel: (x: number, by: number) => {
      let s = 0;
      let n = 0;
      let a = x | 0;
      while (a !== 0 && n++ < 40) {
        s = s * 1.5 + (a % 10);
        a = (a / 10) | 0;
      }
      let b = x | 0;
      const y = by | 0;
      if (y > 1 || y < -1) {
        for (n = 0; b !== 0 && n < 40; n++) {
          s = s * 1.5 + (b % y);
          b = (b / y) | 0;
        }
        b = x | 0;
        for (n = 0; b !== 0 && n < 40; n++) {
          s = s * 1.5 + b;
          b = n < 20 ? Math.floor(b / y) : Math.trunc(b / y);
        }
      }
      return s + n;
    },
    cases: () => pairsOf(EDGES.slice(0, 32), [10, 2, 58, -7, 1, 0, -1, 2 ** 31 - 1, -(2 ** 31)]),
  },
  "carried through bytes": {
    kernel: (bytes: Uint8Array, carry: number) => {
      for (let k = 0; k < 3; k++)
        for (let i = 0; i < bytes.length; i++) {
          carry = (carry + ((bytes[i] ?? 0) << 8)) | 0;
          bytes[i] = carry % 58;
          carry = (carry / 58) | 0;
        }
      return carry;
    },
    cases: () => [0, 7, -7, 2 ** 31 - 1, -(2 ** 31), 2.5, NaN].map((c) => [Uint8Array.of(1, 255, 0, 77, 200), c]),
  },
  "remainders by powers of two": {
    kernel: (x: number, y: number) => [
      x % 2,
      x % 1,
      x % 1024,
      (x + y) % 4,
      x % 2 ** 60,
      1 / (x % 2),
      Math.fround(x) % 8,
    ],
    cases: () => pairsOf([...floats, ...floats.map((x) => -x), NaN, Infinity, -Infinity], [0.5, 2 ** 53]),
  },
  "by what isn't 0, on either side of it": {
    kernel: (x: number, by: number) => {
      const y = by | 0;
      if (y === 0) return [x, 0, 0, 0, 0, 0, 0];
      const few = (24 / y) | 0;
      const floored = Math.floor((x | 0) / y);
      const whole = ((x | 0) / y) | 0;
      return [few, floored, whole, 24 / y, -1000 / y, few > 3 ? 1 : 0, (x | 0) % y];
    },
    cases: () => pairsOf([...INT32_EDGES, 57, -58], [...INT32_EDGES, 2, -2, 3, 24, -24, 25]),
  },
  "that the next round waits for, by whatever there is": {
    kernel: (x: number, by: number) => {
      let a = x | 0;
      let b = by | 0;
      let s = 0;
      let n = 0;
      do {
        const q = (a / b) | 0;
        s = s * 1.5 + q;
        a = b;
        b = q;
      } while (n++ < 6);
      return s;
    },
    cases: () => pairsOf([...INT32_EDGES, 57, -58, 1000003], [...INT32_EDGES, 2, -2, 3, 24, -24, 25]),
  },
});

/** Products on both sides of 2^53, and of 2^63. */
const FACTORS = [...INT32_EDGES, 94906265, 94906266, -94906267, 2 ** 26, 2 ** 27, -(2 ** 27), 3037000499, 3037000500];

defineKernels("the bits of products", {
  "that the next round waits for": {
    kernel: (x: number, y: number) => {
      let a = x | 0;
      let b = y | 0;
      let s = 0;
      for (let n = 0; n < 8; n++) {
        const c = (a * b) >> 3;
        const d = (a * a) | 0;
        const e = (b * 1000) >>> 1;
        s = s * 1.5 + c + d * 3 + e;
        a = (c ^ n) + b;
        b = d - n;
      }
      return s;
    },
    cases: () => pairsOf(FACTORS, FACTORS),
  },
  "of int64s": {
    kernel: (x: number, y: number, shift: number) => {
      let a = (x >>> 0) + (x >>> 0);
      let b = (y | 0) - (x >>> 0) * 3;
      let s = 0;
      for (let n = 0; n < 6; n++) {
        const c = (a * b) >> shift;
        s = s * 1.5 + c;
        a = b + (x >>> 0);
        b = c + (y | 0);
        if (c === 5) break;
      }
      return s;
    },
    cases: () =>
      pairsOf(FACTORS, FACTORS).flatMap(([x, y]) => [
        [x, y, 0],
        [x, y, 13],
      ]),
  },
  "of BigInts made numbers": {
    kernel: (bits: BigInt64Array) => {
      let s = 0;
      let i = 0;
      while (i < bits.length) {
        const c = (Number(bits[i]) * Number(bits[i ^ 1])) | 0;
        if (c === 77) break;
        s = s * 1.5 + c;
        i++;
      }
      return s;
    },
    cases: () => [
      [
        BigInt64Array.of(
          3n,
          -7n,
          2n ** 53n + 1n,
          1n,
          2n ** 62n,
          2n,
          2n ** 53n + 1n,
          0n,
          2n ** 63n - 1n,
          -1n,
          2n ** 32n,
          2n ** 21n,
        ),
      ],
      [BigInt64Array.of(2n ** 32n, 2n ** 32n, 1n, -(2n ** 63n), -(2n ** 63n), -(2n ** 63n), 11n, 7n)],
    ],
  },
});
