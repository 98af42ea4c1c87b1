/** Plain arrays that calls make: `new Array(n).fill(x)`, `Array.from({ length: n }, f)`; and plain arrays of any length as results. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { njit } from "../../src/index.ts";
import { defineKernels, refuses } from "../support/differential.ts";
import { randomInts, singles } from "../support/edge-values.ts";

const SIZE = 6;
const CONFIG = { bins: 20, start: -1 };
const bytes = (n: number) => Uint8Array.from(randomInts(n, 5, 0, 256));
const EDGES = [0, -0, 1, -1.5, Number.NaN, Infinity, 2 ** 31, 2 ** 53];

defineKernels("new Array(n).fill(x)", {
  "counted into": {
    kernel: (a: Uint8Array) => {
      const c = new Array(16).fill(0);
      for (const x of a) c[x >> 4]++;
      return c;
    },
    cases: () => [[bytes(100)], [new Uint8Array(0)]],
  },
  "with its type, and without new": {
    kernel: (k: number) => {
      const c = new Array<number>(10).fill(0);
      const d = Array(10).fill(1.5);
      const e = Array<number>(2 * SIZE).fill(-0);
      c[k] = 2;
      return [c[k], d[k], e[k], c.length, d.length, e.length];
    },
    cases: () => [...singles([0, 9]), refuses(RangeError, /^index 10 is out of bounds for 'c' of length 10/, 10)],
  },
  "by constants from outside": {
    kernel: (k: number) => {
      const n = SIZE - 1;
      const a = new Array(SIZE).fill(CONFIG.start);
      const b = new Array(CONFIG.bins).fill(CONFIG.start);
      a[k % n] += k;
      b[k] -= 1;
      return [a, b];
    },
    cases: () => singles([0, 3, 19]),
  },
  "never stored into": {
    kernel: (x: number) => {
      const a = new Array(3).fill(x);
      const [p, q] = new Array(2).fill(x);
      const z = new Array(40).fill(x);
      return [a, a[0], p, q, z[39], Math.max(...a), new Array(0).fill(x).length, 1 / z[1]];
    },
    cases: () => singles(EDGES),
  },
  "a thousand": {
    kernel: (x: number, k: number) => {
      const zeros = new Array(1000).fill(0);
      const others = new Array(1000).fill(x);
      const minus = new Array(1000).fill(-0);
      zeros[k] = x;
      let s = 0;
      for (let i = 0; i < 1000; i++) s += zeros[i] + others[i];
      for (const v of others) s -= v;
      return [s, minus[k], zeros.length];
    },
    cases: () => [
      [1, 0],
      [0.5, 999],
      [Number.NaN, 5],
      refuses(RangeError, /^index 1000 is out of bounds for 'zeros' of length 1000/, 1, 1000),
    ],
  },
  "a million, sieved": {
    kernel: (from: number) => {
      const isPrime = new Array(1_000_001).fill(1);
      let n = 0;
      for (let i = from; i < isPrime.length; i++) {
        if (isPrime[i] === 0) continue;
        n++;
        for (let j = i * i; j < isPrime.length; j += i) isPrime[j] = 0;
      }
      return n;
    },
    cases: () => singles([2]),
  },
  "in each round anew": {
    kernel: (a: Uint8Array) => {
      let most = 0;
      for (let i = 0; i + 8 <= a.length; i += 8) {
        const c = new Array(256).fill(0);
        const small = new Array(4).fill(i);
        for (let k = 0; k < 8; k++) {
          c[a[i + k]]++;
          small[k & 3] += k;
        }
        for (const x of c) most = Math.max(most, x);
        most += small[0] - small[3];
      }
      return most;
    },
    cases: () => [[bytes(64)]],
  },
  "one row several times": {
    kernel: (k: number) => {
      const m = new Array(3).fill([0, 0, 0]);
      for (let i = 0; i < 3; i++) m[i][(i + k) % 3] += i + 1;
      return [m[0], m[2], m[k][k]];
    },
    cases: () => singles([0, 1]),
  },
  "of booleans, BigInts and typed arrays": {
    kernel: (flag: boolean, x: bigint, a: Float64Array, k: number) => {
      const flags = new Array(3).fill(flag);
      const big = new Array(3).fill(x);
      const same = new Array(2).fill(a);
      same[k][0] = 7;
      return [flags[k], big[k] * 2n, same[1 - k][0], flags, big];
    },
    cases: () => [[true, 5n, Float64Array.of(1, 2), 1]],
  },
  "evaluated once, in order": {
    kernel: (n: number) => {
      let calls = 0;
      const next = () => ++calls;
      const a = new Array((next(), 3)).fill(next() * 10 + n);
      return [a, calls];
    },
    cases: () => singles([1, 0.5]),
  },
  "one of two": {
    kernel: (c: boolean, k: number) => {
      const a = c ? new Array(20).fill(1) : [5, 6, 7];
      a[k] += 1;
      return [a[k], a.length, c ? new Array(3).fill(k) : new Array(5).fill(0.5)];
    },
    cases: () => [[true, 19], [false, 2], refuses(RangeError, /^index 3 is out of bounds for 'a' of length/, false, 3)],
  },
  "by a helper of the same name": {
    kernel: (n: number) => {
      const make = (k: number) => new Float64Array(k);
      // biome-ignore lint/suspicious/noShadowRestrictedNames: what it is decides, not what it is called
      const Array = (k: number) => new Float32Array(k);
      return [make(n).fill(1), Array(n).fill(0.1)];
    },
    cases: () => singles([0, 3]),
  },
});

defineKernels("Array.from({ length }, f)", {
  squares: {
    kernel: (a: Float64Array, k: number) => {
      const squares = Array.from({ length: 5 }, (_, i) => i * i);
      return a[squares[k]] + squares[4];
    },
    cases: () => [0, 1, 2].map((k) => [Float64Array.of(1, 2, 3, 4, 5), k]),
  },
  "few and many": {
    kernel: (x: number, k: number) => {
      const few = Array.from({ length: SIZE }, (_, i) => i / 2 - x);
      const many = Array.from({ length: 300 }, (_, i) => x * i);
      few[k] += 1;
      return [few, many[k], many[299], many.length, Array.from({ length: 0 }, () => 1).length];
    },
    cases: () => [
      [1, 0],
      [-0, 5],
      [Number.NaN, 2],
    ],
  },
  "of a matrix": {
    kernel: (k: number) => {
      const m = Array.from({ length: 3 }, () => [0, 0, 0]);
      const f = Array.from({ length: 3 }, () => new Array(3).fill(k));
      const t = Array.from({ length: 20 }, (_, i) => new Float64Array(i + 1));
      for (let i = 0; i < 3; i++) {
        m[i][(i + k) % 3] = i + 1;
        f[i][i] = -1;
        t[i + k][0] = i;
      }
      return [m, f, t[k + 2], t.length];
    },
    cases: () => singles([0, 1, 7]),
  },
  "of other things": {
    kernel: (x: number) => Array.from({ length: 3 }, (_, i) => [i > x, i]),
    cases: () => singles([1]),
  },
  "functions with state, by name, of Math": {
    kernel: (n: number) => {
      let calls = 0;
      const next = () => ++calls * n;
      const halves = (_: unknown, i: number) => i / 2;
      const a = Array.from({ length: 4 }, next);
      const b = Array.from({ length: 40 }, next);
      return [a, b[39], calls, Array.from({ length: 4 }, halves), Array.from({ length: 17 }, halves)[16]];
    },
    cases: () => singles([1, 0.5]),
  },
  "looped over, spread, taken apart": {
    kernel: (x: number) => {
      let s = 0;
      for (const v of Array.from({ length: 4 }, (_, i) => i * x)) s += v;
      for (const v of new Array(3).fill(x)) s = s * 2 + v;
      for (const [i, v] of new Array(20).fill(x).entries()) s += i * v;
      const [a, ...rest] = [...new Array(2).fill(x), ...Array.from({ length: 2 }, (_, i) => i)];
      return [s, a, rest];
    },
    cases: () => singles([1, 0.5, -0]),
  },
  "in recursion": {
    kernel: (n: number) => {
      const f = (depth: number): number => {
        const t = new Array(20).fill(depth);
        const u = Array.from({ length: 3 }, (_, i) => i + depth);
        t[depth] += u[depth % 3];
        return depth === 0 ? t[0] : t[depth] + f(depth - 1);
      };
      return f(n);
    },
    cases: () => singles([0, 5]),
  },
});

defineKernels("plain arrays as results", {
  "long literals, tables too": {
    kernel: (k: number) => {
      // biome-ignore format: many
      const t = [
        0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9,
        0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9,
      ];
      return [t[k], t];
    },
    cases: () => singles([0, 79]),
  },
  "a thousand": {
    kernel: (x: number) => {
      const a = new Array(1000).fill(-0);
      a[7] = x;
      a[9] = x / 0;
      return a;
    },
    cases: () => singles(EDGES),
  },
  "among others": {
    kernel: (x: number) => {
      const a = new Array(100).fill(x);
      return [a, new Float64Array(100), x, a.filter((_, i) => i < 3), a.slice(98)];
    },
    cases: () => singles([1, Number.NaN]),
  },
});

const NO_TAPS: number[] = [];

defineKernels("lists that have no items this time", {
  "nobody comes to store any": {
    kernel: (x: number, n: number) => {
      const taps = [...NO_TAPS];
      const scaled = NO_TAPS.map((v) => v * x);
      const zeros = new Array(NO_TAPS.length).fill(0);
      for (const [i, v] of taps.entries()) taps[i] = v * x;
      for (let i = 0; i < n; i++) scaled[i] = zeros[i] = x;
      return taps.length + scaled.length + x;
    },
    cases: () => [[1.5, 0]],
  },
});

interface Range {
  min?: number;
  max?: number;
  flag?: boolean;
}

defineKernels("literals that get their items one by one", {
  "of any kind, right after the literal": {
    kernel: (x: number) => {
      const pair = [];
      pair[0] = [x, 1];
      pair.push([1, x]);
      const tests: boolean[] = [];
      tests.push(x > 1, x > 2);
      const range: Range = {};
      range.min = Math.min(x, 0);
      range.max = x;
      range.flag = x > 3;
      return [pair, tests, range];
    },
    cases: () => singles(EDGES),
  },
  "with other statements between them": {
    kernel: (x: number) => {
      const p: number[] = [],
        q: number[] = [];
      let t = x;
      p[0] = x;
      p[1] = (t = x * x) * 2;
      t *= x;
      p.push(t * p[1]);
      p[0] += 1;
      q[0] = p[0];
      q[1] = p[1] * Math.cos(0) - p[2];
      for (let i = 0; i < 2; i++) q[i] *= p[i + 1];
      return [p, q, p.length];
    },
    cases: () => singles(EDGES),
  },
  "anew in each round": {
    kernel: (n: number) => {
      let s = 0;
      for (let i = 0; i < n; i++) {
        const p: number[] = [];
        p[0] = i;
        s += p[0];
        p[1] = s;
        if (s > 10) continue;
        const twice = () => p[1] * 2;
        s += twice();
      }
      return s;
    },
    cases: () => singles([0, 1, 5, 20]),
  },
  "of a variable of the whole function": {
    kernel: function (x: number) {
      var p: number[] = [];
      p[0] = x;
      x *= 2;
      p[1] = x;
      return p;
    },
    cases: () => singles(EDGES),
  },
});

test("literals of variables that outlive their block, or are declared again, may be half full", () => {
  const left = njit(
    (x: number) => {
      full: {
        var p: number[] = [];
        p[0] = x;
        if (x > 0) break full;
        p[1] = 1;
      }
      return p.length;
    },
    { cache: false },
  );
  assert.throws(() => left(1), { name: "CompileError", message: /array-grows/ });
  const again = njit(
    (x: number) => {
      var p: number[] = [];
      p[0] = x;
      x++;
      p[1] = x;
      var p: number[] = [];
      p[0] = 5;
      return p.length;
    },
    { cache: false },
  );
  assert.throws(() => again(1), { name: "CompileError", message: /array-grows/ });
});
