/** `for`: every form and direction, fractional steps and bounds, variables and bounds that change on the way. */
import { prange } from "../../src/index.ts";
import { defineKernels } from "../support/differential.ts";
import { pairsOf, singles } from "../support/edge-values.ts";

const trips = (): unknown[][] =>
  singles([0, 1, 2, 3, 7, 8, 9, 64, 100, -1, -5, 0.5, 2.5, 6.999999999, -0, NaN, -Infinity]);

const bounds = (): unknown[][] => [
  ...pairsOf([0, 1, -3, 5], [0, 1, 4, 5, 9, -4]),
  ...pairsOf([0.5, -1.5, NaN, 0], [3, 3.5, 0.5, NaN, -2]),
];

defineKernels("for loops", {
  "to a bound below the least int32": {
    kernel: (a: Float64Array, x: number, n: number) => {
      let s = 0;
      for (let g = 0; g <= Math.min(x, n - 1); g++) s++;
      for (let g = 0; g >= Math.max(x, n + 1); g--) s += 100;
      for (let g = 0; g <= Math.floor(n * 1.5) && g < 3; g++) a[g & 7] = 1;
      const last = x < n ? x : n - 1;
      for (let g = 0; g <= last; g++) a[g] = 7;
      return s;
    },
    cases: () => [
      [new Float64Array(9), 1, -2147483648],
      [new Float64Array(9), 1, 2147483647],
      [new Float64Array(9), -3, 4],
      [new Float64Array(9), 3, 4],
    ],
  },
  "i < n": {
    kernel: (n: number) => {
      let s = 0;
      for (let i = 0; i < n; i++) s = s * 3 + i;
      return s;
    },
    cases: trips,
  },
  "i <= n": {
    kernel: (n: number) => {
      let s = 0;
      for (let i = 0; i <= n; i++) s += i + 1;
      return s;
    },
    cases: trips,
  },
  "i !== n": {
    kernel: (n: number) => {
      let s = 0;
      for (let i = 0; i !== n; i++) s += i;
      return s;
    },
    cases: () => singles([0, 1, 5, 20]),
  },
  "i > 0 downwards": {
    kernel: (n: number) => {
      let s = 0;
      for (let i = n; i > 0; i--) s = s * 2 + i;
      return s;
    },
    cases: trips,
  },
  "i >= 0 downwards": {
    kernel: (n: number) => {
      let s = 0;
      for (let i = n - 1; i >= 0; i--) s = s * 2 + i;
      return s;
    },
    cases: trips,
  },
  "i-- as the condition": {
    kernel: (n: number) => {
      let s = 0;
      for (let i = n; i-- > 0; ) s = s * 2 + i;
      return s;
    },
    cases: trips,
  },
  "n > i": {
    kernel: (n: number) => {
      let s = 0;
      for (let i = 0; n > i; ++i) s += i;
      return s;
    },
    cases: trips,
  },
  "step 3": {
    kernel: (n: number) => {
      let s = 0;
      for (let i = 1; i < n; i += 3) s += i;
      return s;
    },
    cases: trips,
  },
  "step -2": {
    kernel: (n: number) => {
      let s = 0;
      for (let i = n; i > -3; i -= 2) s += i;
      return s;
    },
    cases: trips,
  },
  "step is a parameter": {
    kernel: (n: number, step: number) => {
      let s = 0;
      for (let i = 0; i < n; i += step) s += i + 1;
      return s;
    },
    cases: () => pairsOf([0, 1, 10, 10.5], [1, 2, 3, 0.5, 0.1, NaN]),
  },
  "start and bound": {
    kernel: (a: number, b: number) => {
      let s = 0;
      let count = 0;
      for (let i = a; i < b; i++) {
        s += i;
        count++;
      }
      return s * 1000 + count;
    },
    cases: bounds,
  },
  "start and bound, downwards": {
    kernel: (a: number, b: number) => {
      let s = 0;
      for (let i = b; i > a; i--) s = s * 2 + i;
      return s;
    },
    cases: bounds,
  },
  "fractional step": {
    kernel: (n: number) => {
      let s = 0;
      for (let x = 0; x < n; x += 0.1) s += x;
      return s;
    },
    cases: trips,
  },
  "multiplying step": {
    kernel: (n: number) => {
      let s = 0;
      for (let i = 1; i < n; i *= 2) s += i;
      return s;
    },
    cases: () => singles([0, 1, 2, 1000, 2 ** 31, 2 ** 33, 2 ** 40 + 0.5]),
  },
  "shifting step": {
    kernel: (n: number) => {
      let s = 0;
      for (let i = n; i > 0; i >>= 1) s += i;
      return s;
    },
    cases: () => singles([0, 1, 1000, 2147483647]),
  },
  "bound is an expression": {
    kernel: (n: number) => {
      let s = 0;
      for (let i = 0; i < n * 2 - 1; i++) s += i;
      return s;
    },
    cases: trips,
  },
  "bound changes in the body": {
    kernel: (n: number) => {
      let s = 0;
      for (let i = 0; i < n; i++) {
        s += i;
        if (s % 3 === 0) n--;
      }
      return s * 100 + n;
    },
    cases: trips,
  },
  "bound grows in the body": {
    kernel: (n: number) => {
      let s = 0;
      for (let i = 0; i < n; i++) {
        s += n - i;
        if (i % 4 === 0 && n < 50) n += 3;
      }
      return s;
    },
    cases: trips,
  },
  "loop variable changes in the body": {
    kernel: (n: number) => {
      let s = 0;
      for (let i = 0; i < n; i++) {
        s = s * 2 + i;
        if (i % 3 === 1) i += 2;
      }
      return s;
    },
    cases: trips,
  },
  "loop variable becomes fractional": {
    kernel: (n: number) => {
      let s = 0;
      for (let i = 0; i < n; i++) {
        s += i;
        if (i > 3) i += 0.25;
      }
      return s;
    },
    cases: trips,
  },
  "loop variable outlives the loop": {
    kernel: (n: number) => {
      let i;
      for (i = 0; i < n; i++) if (i * i > 50) break;
      return i;
    },
    cases: trips,
  },
  "two variables": {
    kernel: (n: number) => {
      let s = 0;
      for (let i = 0, j = 100; i < n; i++, j -= 3) s += i * j;
      return s;
    },
    cases: trips,
  },
  "no parts": {
    kernel: (n: number) => {
      let i = 0;
      for (;;) {
        if (!(i < n)) break;
        i += 2;
      }
      return i;
    },
    cases: trips,
  },
  "compound condition": {
    kernel: (n: number, m: number) => {
      let s = 0;
      for (let i = 0; i < n && i * i < m; i++) s += i;
      return s;
    },
    cases: () => pairsOf([0, 5, 100, 7.5], [0, 10, 1000, NaN]),
  },
  "continue in every kind": {
    kernel: (n: number) => {
      let s = 0;
      for (let i = 0; i < n; i++) {
        if (i % 2) continue;
        s += i;
      }
      let j = 0;
      while (j < n) {
        j++;
        if (j % 3) continue;
        s += j * 10;
      }
      do {
        j--;
        if (j % 5) continue;
        s += j * 100;
      } while (j > 0);
      return s;
    },
    cases: () => singles([0, 1, 2, 10, 33]),
  },
  triangular: {
    kernel: (n: number) => {
      let s = 0;
      for (let i = 0; i < n; i++) for (let j = i; j < n; j++) s += i * j;
      return s;
    },
    cases: trips,
  },
  "inner bound from the outer": {
    kernel: (n: number) => {
      let s = 0;
      for (let i = 0; i < n; i++) for (let j = n - i; j > i; j -= 2) s = (s * 7 + j) % 1000003;
      return s;
    },
    cases: trips,
  },
  "beyond 2**31": {
    kernel: (start: number, n: number) => {
      let s = 0;
      for (let i = start; i < start + n; i++) s += i;
      return s;
    },
    cases: () => [
      [2147483640, 20],
      [-2147483650, 20],
      [4294967290, 10],
      [9007199254740980, 10],
      [2147483647, 1],
    ],
  },
  "to 2**31 - 1 inclusive": {
    kernel: (start: number) => {
      let n = 0;
      for (let i = start; i <= 2147483647; i++) n++;
      return n;
    },
    cases: () => singles([2147483640, 2147483647, 2147483648]),
  },
  "down to -2**31 inclusive": {
    kernel: (start: number) => {
      let n = 0;
      for (let i = start; i >= -2147483648; i--) n++;
      return n;
    },
    cases: () => singles([-2147483640, -2147483648, -2147483649]),
  },
  "int32 loop variable that wraps": {
    kernel: (start: number) => {
      let n = 0;
      for (let i = start; i > 0; i = (i + 100) | 0) n++;
      return n;
    },
    cases: () => singles([2147483000, 0, 2147483647]),
  },
  "unsigned loop variable": {
    kernel: (start: number) => {
      let n = 0;
      for (let i = start; i >= start; i = (i + 50) >>> 0) n++;
      return n;
    },
    cases: () => singles([4294967000, 4294967295]),
  },
  "counts with a double": {
    kernel: (n: number) => {
      let c = 0.5;
      for (let i = 0.5; i <= n; i += 1) c += i;
      return c;
    },
    cases: trips,
  },
  "step 0 left by break": {
    kernel: (step: number) => {
      let n = 0;
      for (let i = 0; i < 10; i += step) if (++n > 20) break;
      return n;
    },
    cases: () => singles([0, 1, 3, -1, 0.5, NaN]),
  },
  "a first value of −0, as it is": {
    kernel: (n: number) => {
      for (let i = -n; i <= n; i++) return i;
      return 7;
    },
    cases: () => singles([0, 1, 3, -2]),
  },
  "a first value of −0, divided by": {
    kernel: (n: number, m: number, out: Float64Array) => {
      let last = 0;
      for (let i = n * m; i <= 3; i++) last = 1 / i;
      for (let k = -n; k < out.length - n; k++) out[k + n] = k / 2;
      for (let k = n % m; k > -2; k--) last = Math.atan2(k, -1) - last;
      return last;
    },
    cases: () => pairsOf([0, 1, 2, -2], [1, -1, 2, -2]).map(([n, m]) => [n, m, new Float64Array(5)]),
  },
  "a first value of −0 from rounding": {
    kernel: (x: number) => {
      let s = 0;
      for (let i = Math.round(x); i < 3; i++) s += 1 / (i - 0.5) + 1 / i;
      for (let i = Math.ceil(x); i > -3; i--) s -= i * -0.5 + Math.sign(1 / i);
      return s;
    },
    cases: () => singles([-0.2, -0.5, -0, 0, 0.2, 1.5, -2.5, NaN]),
  },
  "what inner loops start with runs however few rounds they make": {
    kernel: (n: number, a: Float64Array) => {
      let r = 7;
      let q = 7;
      let t = 0;
      for (let j = 0; j < n; j++) {
        for (const _ of prange(++r & 8 & 7)) t++;
        for (let i = ++q & 8 & 7; i > 0; i--) t++;
      }
      return r + q * 100 + (r < a.length ? a[r] : -1);
    },
    cases: () => [0, 1, 2, 20].map((n) => [n, Float64Array.from({ length: 12 }, (_, i) => i * i)]),
  },
  "a prange of fractions makes more rounds than its length": {
    kernel: (n: number, step: number, a: Float64Array) => {
      let c = 0;
      let d = 0;
      for (const x of prange(0, n & 1, 0.25)) c += x < 1 ? 1 : 2;
      for (const _ of prange(0, 1, step)) d++;
      for (const _ of prange(n & 1, 0, -0.125)) d++;
      return c + d * 100 + (c < a.length ? a[c] : -1);
    },
    cases: () => [0.25, 0.125, 0.1, 1, 2].flatMap((step) => [0, 1].map((n) => [n, step, Float64Array.of(5, 6, 7)])),
  },
});
