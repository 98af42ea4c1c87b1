/** Searches in loops, which come in two ways (passes/foretold-searches.ts): such that resemble each other, such that don't, and both in turn. */
import { prange } from "../../src/index.ts";
import { defineKernels, oob } from "../support/differential.ts";
import { randomInts } from "../support/edge-values.ts";

const sorted = (n: number): Float64Array => Float64Array.from(randomInts(n, 7, -1000, 1000)).sort();
/** Far and near, the same again and again, and what no element is. */
const queries = (n: number): Float64Array => {
  const random = randomInts(n, 3, -1100, 1100);
  const odd = [NaN, Infinity, -Infinity, -0, 0, 0.5, 2 ** 53];
  return Float64Array.from(random, (x, i) =>
    (i >> 6) % 3 === 0 ? x : (i >> 6) % 3 === 1 ? i / 8 : (odd[i % 64] ?? 5),
  );
};
const LENGTHS = [0, 1, 2, 3, 17, 64, 1000];

defineKernels("searches", {
  "lower bounds": {
    kernel: (a: Float64Array, q: Float64Array, out: Int32Array) => {
      for (let i = 0; i < q.length; i++) {
        let [lo, hi] = [0, a.length];
        while (lo < hi) {
          const m = (lo + hi) >> 1;
          if (a[m] < q[i]) lo = m + 1;
          else hi = m;
        }
        out[i] = lo;
      }
    },
    cases: () => LENGTHS.map((n) => [sorted(n), queries(900), new Int32Array(900)]),
  },
  "that end when they have found it, or return": {
    kernel: (a: Float64Array, q: Float64Array, last: number) => {
      let found = 0;
      for (const x of q) {
        let [lo, hi] = [0, a.length - 1];
        while (lo <= hi) {
          const m = (lo + hi) >>> 1;
          if (a[m] === last) return -found;
          if (a[m] === x) {
            found += m;
            break;
          }
          if (a[m] < x) lo = m + 1;
          else hi = m - 1;
        }
      }
      return found;
    },
    cases: () => LENGTHS.flatMap((n) => [2000, 5].map((last) => [sorted(n), queries(900), last])),
  },
  "places between elements, inside two loops": {
    kernel: (x: Float64Array, y: Float64Array, w: number, out: Float64Array) => {
      for (let r = 0; r < w; r++)
        for (let c = 0; c < w; c++) {
          const at = (r * w + c) * 3 - 1000;
          let [lo, hi] = [0, x.length - 1];
          while (hi - lo > 1) {
            const m = (lo + hi) >> 1;
            if (x[m] <= at) lo = m;
            else hi = m;
          }
          out[r * w + c] = y[lo] + y[hi] * at;
        }
    },
    cases: () => [2, 3, 50, 999].map((n) => [sorted(n), sorted(n), 25, new Float64Array(625)]),
  },
  "out of bounds in a later one": {
    kernel: (a: Int32Array, ends: Int32Array, out: Int32Array) => {
      for (let i = 0; i < ends.length; i++) {
        let [lo, hi] = [0, ends[i]];
        while (lo < hi) {
          const m = (lo + hi) >> 1;
          if (a[m] < 2000) lo = m + 1;
          else hi = m;
        }
        out[i] = lo;
      }
    },
    cases: () => [
      [randomInts(40, 1, 0, 9), Int32Array.from({ length: 90 }, (_, i) => i % 41), new Int32Array(90)],
      oob(
        "a",
        randomInts(40, 1, 0, 9),
        Int32Array.from({ length: 90 }, (_, i) => (i < 60 ? 40 : i)),
        new Int32Array(90),
      ),
    ],
  },
  "longest rising subsequence": {
    kernel: (a: Float64Array, tails: Float64Array) => {
      let n = 0;
      for (let i = 0; i < a.length; i++) {
        let [lo, hi] = [0, n];
        while (lo < hi) {
          const m = (lo + hi) >> 1;
          if (tails[m] < a[i]) lo = m + 1;
          else hi = m;
        }
        tails[lo] = a[i];
        if (lo === n) n++;
      }
      return n;
    },
    cases: () => [queries(900), sorted(900), queries(2000).sort()].map((a) => [a, new Float64Array(a.length)]),
  },
  "of more choices than a number has bits": {
    kernel: (a: Int32Array, next: Int32Array, rounds: number) => {
      let sum = 0;
      for (let i = 0; i < rounds; i++) {
        let [p, n] = [i % a.length, 0];
        while (n < 100) {
          n++;
          if (a[p] < i) p = next[p];
          else p = (p + 1) % a.length;
        }
        sum += p;
      }
      return sum;
    },
    cases: () => [1, 2, 97].map((n) => [randomInts(n, 5, 0, 100), randomInts(n, 6, 0, n - 1), 150]),
  },
  "by all threads": {
    kernel: (a: Float64Array, q: Float64Array, out: Int32Array) => {
      for (const i of prange(q.length)) {
        for (let k = 0; k < 2; k++) {
          let [lo, hi] = [0, a.length];
          while (lo < hi) {
            const m = (lo + hi) >> 1;
            if (a[m] < q[i] + k) lo = m + 1;
            else hi = m;
          }
          out[i] += lo;
        }
      }
    },
    cases: () => LENGTHS.map((n) => [sorted(n), queries(900), new Int32Array(900)]),
    options: { parallel: true, chunksize: 16 },
  },
});
