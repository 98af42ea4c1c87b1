/** `while`, `do`, `for…of` over arrays and over `prange`. */
import { prange } from "../../src/index.ts";
import { defineKernels } from "../support/differential.ts";
import { pairsOf, randomFloats, singles } from "../support/edge-values.ts";

const trips = (): unknown[][] =>
  singles([0, 1, 2, 3, 7, 8, 9, 64, 100, -1, -5, 0.5, 2.5, 6.999999999, -0, NaN, -Infinity]);
const bounds = (): unknown[][] => [
  ...pairsOf([0, 1, -3, 5], [0, 1, 4, 5, 9, -4]),
  ...pairsOf([0.5, -1.5, NaN, 0], [3, 3.5, 0.5, NaN, -2]),
];

defineKernels("while and do", {
  "while counts down": {
    kernel: (n: number) => {
      let s = 0;
      while (n > 0) s += n--;
      return s;
    },
    cases: trips,
  },
  "do runs at least once": {
    kernel: (n: number) => {
      let s = 0;
      do {
        s += n;
        n--;
      } while (n > 0);
      return s;
    },
    cases: () => singles([0, 1, 5, -5, 2.5]),
  },
  "do with continue tests its condition": {
    kernel: (n: number) => {
      let s = 0;
      let i = 0;
      do {
        if (i === 2) continue;
        s += i;
      } while (++i < n);
      return s;
    },
    cases: () => singles([0, 1, 5]),
  },
  "while with an assignment": {
    kernel: (n: number) => {
      let s = 0;
      let d: number;
      while ((d = n - s) > 1) s += d / 2;
      return s;
    },
    cases: () => singles([0, 1, 10, 1000, 1e10]),
  },
  "nested while": {
    kernel: (n: number) => {
      let i = 0;
      let s = 0;
      while (i < n) {
        let j = i;
        while (j > 0) {
          s += j;
          j -= 2;
        }
        i++;
      }
      return s;
    },
    cases: trips,
  },
  collatz: {
    kernel: (n: number) => {
      let steps = 0;
      while (n !== 1) {
        n = n % 2 === 0 ? n / 2 : 3 * n + 1;
        steps++;
      }
      return steps;
    },
    cases: () => singles([1, 2, 3, 27, 97, 871, 113383, 159487]),
  },
  Euclid: {
    kernel: (a: number, b: number) => {
      while (b !== 0) [a, b] = [b, a % b];
      return a;
    },
    cases: () => [...pairsOf([0, 12, 18, -12, 1071], [0, 18, 462, -5, 1]), [0.75, 0.5], [2 ** 40, 2 ** 35 * 3]],
  },
});

defineKernels("for…of over arrays", {
  "sum of elements": {
    kernel: (a: Float64Array | Int32Array | Uint8Array) => {
      let s = 0;
      for (const x of a) s = s * 0.5 + x;
      return s;
    },
    cases: () => [[randomFloats(50, 1)], [Int32Array.of(1, -2, 3)], [Uint8Array.of(255, 1)], [new Float64Array(0)]],
  },
  "let variable, assigned": {
    kernel: (a: Float64Array) => {
      let s = 0;
      for (let x of a) {
        x *= 2;
        s += x;
      }
      return s;
    },
    cases: () => [[randomFloats(10, 2)]],
  },
  "break and continue": {
    kernel: (a: Int32Array) => {
      let s = 0;
      for (const x of a) {
        if (x < 0) continue;
        if (x > 100) break;
        s += x;
      }
      return s;
    },
    cases: () => [[Int32Array.of(1, -2, 3, 200, 5)], [Int32Array.of(101)]],
  },
  "the array changes meanwhile": {
    kernel: (a: Int32Array) => {
      let i = 0;
      let s = 0;
      for (const x of a) {
        s = s * 10 + x;
        i++;
        if (i < a.length) a[i] += x;
      }
      return s;
    },
    cases: () => [[Int32Array.of(1, 2, 3, 4)]],
  },
  "nested over one array": {
    kernel: (a: Int32Array) => {
      let s = 0;
      for (const x of a) for (const y of a) s += x * y;
      return s;
    },
    cases: () => [[Int32Array.of(1, 2, 3, 4)]],
  },
  "over a view": {
    kernel: (a: Float64Array, from: number) => {
      let s = 0;
      for (const x of a.subarray(from)) s += x;
      return s;
    },
    cases: () => [0, 3, 10, -2].map((from) => [randomFloats(10, 3), from]),
  },
  "over a local array": {
    kernel: (n: number) => {
      const a = new Int32Array(n);
      for (let i = 0; i < n; i++) a[i] = i * i;
      let s = 0;
      for (const x of a) s += x;
      return s;
    },
    cases: () => singles([0, 1, 10]),
  },
  "outer variable as the target": {
    kernel: (a: Float64Array) => {
      let last = -1;
      for (last of a) if (last > 0.5) break;
      return last;
    },
    cases: () => [[randomFloats(10, 4)], [new Float64Array(0)]],
  },
  "over BigInts": {
    kernel: (a: BigInt64Array) => {
      let s = 0n;
      for (const x of a) s += x;
      return s;
    },
    cases: () => [[BigInt64Array.of(1n, -5n, 10n ** 15n)]],
  },
  "the array variable changes meanwhile": {
    kernel: (a: Int32Array, b: Int32Array) => {
      let t = a;
      let s = 0;
      for (const x of t) {
        s = s * 10 + x;
        t = b;
      }
      return s + t[0] * 1000000;
    },
    cases: () => [[Int32Array.of(1, 2, 3), Int32Array.of(7, 8)]],
  },
});

defineKernels("prange", {
  "prange(n)": {
    kernel: (n: number, out: Float64Array) => {
      for (const i of prange(n)) out[i] = i * 2;
    },
    cases: () => [0, 1, 5, 20].map((n) => [n, new Float64Array(20)]),
  },
  "prange(length)": {
    kernel: (a: Float64Array, out: Float64Array) => {
      for (const i of prange(a.length)) out[i] = Math.sqrt(a[i]) + i;
    },
    cases: () => [
      [randomFloats(33, 5, 0, 9), new Float64Array(33)],
      [new Float64Array(0), new Float64Array(0)],
    ],
  },
  "prange(start, stop)": {
    kernel: (from: number, to: number) => {
      let s = 0;
      for (const i of prange(from, to)) s += i;
      return s;
    },
    cases: () => [
      [0, 10],
      [5, 10],
      [10, 5],
      [-5, 5],
      [3, 3],
    ],
  },
  "prange(start, stop, step)": {
    kernel: (from: number, to: number, step: number) => {
      let s = 0;
      for (const i of prange(from, to, step)) s += i + 1;
      return s;
    },
    cases: () => [
      [0, 10, 1],
      [0, 10, 3],
      [1, 10, 3],
      [10, 0, -1],
      [10, 0, -4],
      [0, 10, -1],
      [0, 9, 3],
    ],
  },
  "constant step": {
    kernel: (n: number) => {
      let s = 0;
      for (const i of prange(n, 0, -2)) s += i;
      for (const i of prange(0, n, 2)) s += i * 100;
      return s;
    },
    cases: () => singles([0, 1, 2, 9, 10]),
  },
  reduction: {
    kernel: (a: Int32Array) => {
      let most = -2147483648;
      let at = -1;
      let count = 0;
      for (const i of prange(a.length)) {
        if (a[i] > most) {
          most = a[i];
          at = i;
        }
        count += a[i] & 1;
      }
      return most * 1000 + at * 10 + count;
    },
    cases: () => [[Int32Array.of(3, 9, 2, 9, 1)], [new Int32Array(0)]],
  },
  "nested prange": {
    kernel: (out: Int32Array, w: number, h: number) => {
      for (const y of prange(h)) for (const x of prange(w)) out[y * w + x] = x * y;
    },
    cases: () => [
      [new Int32Array(20), 5, 4],
      [new Int32Array(20), 4, 5],
    ],
  },
  "continue in prange": {
    kernel: (a: Int32Array) => {
      let s = 0;
      for (const i of prange(a.length)) {
        if (a[i] < 0) continue;
        s += a[i];
      }
      return s;
    },
    cases: () => [[Int32Array.of(1, -1, 5)]],
  },
});
