/** Array literals that are indexed, looped over or stored into: tables and local arrays of plain numbers. */
import { defineKernels, refuses } from "../support/differential.ts";
import { randomInts, singles } from "../support/edge-values.ts";

const image = (n: number) => Float64Array.from(randomInts(n, 3, 0, 256));
const double = (x: number) => x * 2;
const TABLE = [3, 1, 2];
const KEYS = [0x428a2f98, 0xe9b5dba5, 1, 0xffffffff];
const ROWS = [
  [1, 2],
  [0x80000000, 3],
];

defineKernels("array literals as tables", {
  "weights of a filter": {
    kernel: (a: Float64Array, out: Float64Array) => {
      const w = [0.25, 0.5, 0.25];
      for (let i = 1; i < a.length - 1; i++) {
        let s = 0;
        for (let k = 0; k < w.length; k++) s += w[k] * a[i + k - 1];
        out[i] = s;
      }
    },
    cases: () => [
      [image(20), new Float64Array(20)],
      [new Float64Array(0), new Float64Array(0)],
    ],
  },
  "integers stay integers": {
    kernel: (grid: Int32Array, width: number) => {
      const dx = [1, 0, -1, 0];
      const dy = [0, 1, 0, -1];
      let s = 0;
      for (let y = 1; y < 5; y++)
        for (let x = 1; x < width - 1; x++)
          for (let d = 0; d < 4; d++) s = (s * 31 + grid[(y + dy[d]) * width + x + dx[d]]) | 0;
      return s;
    },
    cases: () => [[Int32Array.from(randomInts(42, 9, -100, 100)), 7]],
  },
  "inside the loop": {
    kernel: (n: number) => {
      let s = 0;
      for (let i = 0; i < n; i++) {
        const w = [1, 10, 100];
        s += w[i % 3];
      }
      return s;
    },
    cases: () => singles([0, 1, 2, 3, 10]),
  },
  "captured by an inner function": {
    kernel: (a: Float64Array) => {
      const w = [1.5, -0, Number.NaN, Infinity];
      const at = (i: number) => w[i & 3] * a[i];
      let s = 0;
      for (let i = 0; i < a.length; i++) s += i % 4 === 2 ? 0 : at(i);
      return [s, 1 / w[1 | (a.length & 0)]];
    },
    cases: () => [[image(9)]],
  },
  "passed to a helper": {
    kernel: (k: number) => {
      const pick = (t: number[], i: number) => t[i] + t.length;
      return pick([5, 6, 7], k) * 100 + pick([0.5, 0.25], k);
    },
    cases: () => [
      [0],
      [1],
      refuses(RangeError, /^index 2 is out of bounds for 't' of length/, 2),
      refuses(RangeError, /^index -1 is out of bounds for 't' of length/, -1),
    ],
  },
  "the index out of bounds": {
    kernel: (k: number) => {
      const w = [1, 2, 3];
      return w[k];
    },
    cases: () => [
      [0],
      [2],
      refuses(RangeError, /^index 3 is out of bounds for 'w' of length/, 3),
      refuses(RangeError, /^index -1 is out of bounds for 'w' of length/, -1),
      refuses(RangeError, /^index 0.5 is out of bounds for 'w' of length/, 0.5),
      refuses(RangeError, /^index NaN is out of bounds for 'w' of length/, Number.NaN),
    ],
  },
  "a literal without a name": {
    kernel: (k: number) => [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][k],
    cases: () => [...singles([0, 1, 11]), refuses(RangeError, /^index 12 is out of bounds .* of length 12/, 12)],
  },
  "of captured and computed constants": {
    kernel: (k: number) => {
      const t = [TABLE[0], Math.PI, TABLE.length * 2, -1];
      return t[k];
    },
    cases: () => singles([0, 1, 2, 3]),
  },
  "large integers": {
    kernel: (k: number) => {
      const t = [4294967295, -4294967296, 2 ** 53, 0];
      return t[k] / 2 + (t[k] | 0);
    },
    cases: () => singles([0, 1, 2, 3]),
  },
  "keys that fit uint32": {
    kernel: (k: number, n: number) => {
      let h = 1;
      let sum = 0;
      for (let i = 0; i < n; i++) {
        h = (((h >>> 7) | (h << 25)) + KEYS[i & 3] + (h ^ i)) | 0;
        sum += KEYS[i & 3] * 0.5 - KEYS[(i + 1) & 3];
      }
      const own = [4294967295, 2147483648, 0, 7];
      return [h, sum, KEYS[k] / -own[k], -own[k], KEYS[k] << 1, own[k] * KEYS[k], own[k] ** 2, ROWS[k & 1][k >> 1] / 3];
    },
    cases: () => [0, 1, 2, 3].map((k) => [k, 100]),
  },
  "keys as arrays": {
    kernel: (k: number) => {
      let odd = 0;
      for (const x of KEYS) odd += x & 1;
      for (const row of ROWS) for (const x of row) odd += x % 2;
      const halves = KEYS.map((x) => x / 2);
      const best = KEYS.reduce((a, b) => Math.max(a, b), -1) - KEYS.indexOf(0xffffffff) - ROWS[k & 1].indexOf(2);
      return [odd, halves[k], best, KEYS.slice(1)[0] + 0.5, KEYS.toSorted((a, b) => b - a)[k], Math.max(...KEYS)];
    },
    cases: () => singles([0, 1, 2, 3]),
  },
  "keys or others": {
    kernel: (c: boolean, k: number) => {
      const w = c ? [0x80000000, 2, 3] : [0.5, -1, 0.125];
      const v = c ? [0x80000000, -0, 3] : [1, 2, 3];
      return [w[k], v[k]];
    },
    cases: () =>
      [0, 1, 2].flatMap((k) => [
        [true, k],
        [false, k],
      ]),
  },
  "an index from a table": {
    kernel: (a: Float64Array, i: number) => {
      const order = [2, 0, 1];
      return a[order[i]] + a[order[order[i]]];
    },
    cases: () => [0, 1, 2].map((i) => [image(3), i]),
  },
  "for…of": {
    kernel: (a: Float64Array) => {
      let s = 0;
      for (const d of [-1, 0, 1]) for (const w of [0.5, 2]) s += w * a[1 + d];
      return s;
    },
    cases: () => [[image(3)]],
  },
  methods: {
    kernel: (i: number) => {
      const t = [1, 2, 3, 4];
      return t.at(i);
    },
    cases: () => [[0], [-1], [3], [-4]],
  },
  "captured ranges": {
    kernel: (a: Float64Array, i: number) => a[TABLE[i] - 1],
    cases: () => [
      ...[0, 1, 2].map((i) => [image(3), i]),
      refuses(RangeError, /^index 3 is out of bounds for 'TABLE' of length 3/, image(3), 3),
    ],
  },
  BigInts: {
    kernel: (k: number, x: bigint) => {
      const keys = [0x9e3779b97f4a7c15n, 1n, 0xffffffffffffffffn];
      const small = [-1n, 2n];
      return [BigInt.asUintN(64, keys[k] * x), small[k & 1]];
    },
    cases: () => [0, 1, 2].map((k) => [k, 12345n]),
  },
  "one of two, by length": {
    kernel: (wide: boolean, k: number) => {
      const w = wide ? [1, 2, 4, 2, 1] : [1, 2, 1];
      let s = 0;
      for (let i = 0; i < w.length; i++) s += w[i] * i;
      return s + w[k];
    },
    cases: () => [[true, 4], [false, 2], refuses(RangeError, /^index 3 is out of bounds for 'w' of length/, false, 3)],
  },
  "one of two kinds": {
    kernel: (c: boolean, k: number) => {
      const w = c ? [1, 2, 3] : [0.5, 0.25, 0.125];
      return w[k];
    },
    cases: () => [
      [true, 1],
      [false, 1],
    ],
  },
  "assigned again": {
    kernel: (n: number) => {
      let w = [1, 2];
      let s = 0;
      for (let i = 0; i < n; i++) {
        s += w[i & 1];
        if (i === 3) w = [10, 20, 30];
      }
      return s + w.length;
    },
    cases: () => singles([0, 3, 5, 8]),
  },
});

defineKernels("array literals as arrays", {
  "of computed items": {
    kernel: (a: number, b: number, n: number) => {
      const c = [a, b, a * b];
      let s = 0;
      for (let i = 0; i < n; i++) s = s * 3 + c[i % 3];
      return s;
    },
    cases: () => [
      [1, 2, 10],
      [0.5, -0, 7],
      [Number.NaN, 1, 2],
      [2 ** 31 - 1, 2 ** 31 - 1, 9],
    ],
  },
  "made in every round": {
    kernel: (a: Float64Array) => {
      let s = 0;
      for (let i = 0; i < a.length; i++) {
        const t = [a[i], a[i] + 1, i];
        let best = -Infinity;
        for (let k = 0; k < 3; k++) if (t[k] > best) best = t[k];
        s += best;
      }
      return s;
    },
    cases: () => [[image(10)]],
  },
  "stored into": {
    kernel: (a: Uint8Array) => {
      const count = [0, 0, 0, 0];
      for (const x of a) count[x & 3]++;
      let s = 0;
      for (let i = 0; i < 4; i++) s = s * 100 + count[i];
      return s;
    },
    cases: () => [[Uint8Array.from(randomInts(50, 4, 0, 256))], [new Uint8Array(0)]],
  },
  "any number can be stored": {
    kernel: (x: number, k: number) => {
      const t = [1, 2, 3];
      t[k] = x;
      t[0] += 0.5;
      return t[0] + t[1] + t[2];
    },
    cases: () => [
      [1.5, 1],
      [Number.NaN, 2],
      [2 ** 40, 0],
      [-0, 1],
      refuses(RangeError, /^index 3 is out of bounds for 't' of length/, 1, 3),
    ],
  },
  "two names for one": {
    kernel: (x: number) => {
      const t = [1, 2, 3];
      const u = t;
      u[1] = x;
      const f = (v: number[]) => {
        v[2] = x;
      };
      f(t);
      return [t[1], u[2], t === u];
    },
    cases: () => singles([5, 0.5]),
  },
  "swapped elements": {
    kernel: (a: number, b: number, c: number) => {
      const t = [a, b, c];
      for (let i = 0; i < 3; i++) for (let j = 0; j < 2; j++) if (t[j] > t[j + 1]) [t[j], t[j + 1]] = [t[j + 1], t[j]];
      return t;
    },
    cases: () => [
      [3, 2, 1],
      [1, 3, 2],
      [0.5, -1, 7],
    ],
  },
  "taken apart after a store": {
    kernel: (x: number) => {
      const t = [1, 2, 3];
      for (let i = 0; i < 3; i++) t[i] *= x;
      const [a, , c] = t;
      let d = 0;
      [d] = t;
      return a + c + d;
    },
    cases: () => singles([2, 0.25]),
  },
  "a helper's result": {
    kernel: (x: number) => {
      const powers = (v: number) => [1, v, v * v, v * v * v];
      const c = powers(x);
      const [one, two] = powers(x + 1);
      let s = 0;
      for (let i = 3; i >= 0; i--) s = s * 2 + c[i];
      return s + one + two;
    },
    cases: () => singles([2, 0.5, -3]),
  },
  "a constant index stores too": {
    kernel: (x: number) => {
      const t = [0, 0];
      t[0] = x;
      t[1] = t[0] * 2;
      return t;
    },
    cases: () => singles([2, 0.5]),
  },
  "fill and reverse": {
    kernel: (x: number) => {
      const t = [1, 2, 3, 4];
      t.fill(x, 1, 3);
      t.reverse();
      return [t[0], t[1], t[2], t[3]];
    },
    cases: () => singles([9, 0.5]),
  },
  "into a typed array": {
    kernel: (out: Float32Array, k: number) => {
      const t = [1.1, 2.2];
      out.set(t, 1);
      const u = new Float64Array(t);
      return t[k] + u[k] + double(t[1 - k]);
    },
    cases: () => [
      [new Float32Array(4), 0],
      [new Float32Array(4), 1],
    ],
  },
  "within tuples": {
    kernel: (k: number) => {
      const t = [1, 2, 3];
      return [t[k], [t, k]];
    },
    cases: () => singles([0, 2]),
  },
  "in recursion": {
    kernel: (n: number) => {
      const f = (depth: number, w: number[]): number =>
        depth <= 0 ? w[n % 2] : f(depth - 1, [w[1], w[0] + depth]) + w[depth & 1];
      return f(n, [1, 2]);
    },
    cases: () => singles([0, 1, 5]),
  },
  "in a parallel loop's function": {
    kernel: (a: Float64Array) => {
      const kernel = [1, 4, 6, 4, 1];
      const smooth = (i: number) => {
        let s = 0;
        let total = 0;
        for (let k = -2; k <= 2; k++) {
          const j = i + k;
          if (j < 0 || j >= a.length) continue;
          s += kernel[k + 2] * a[j];
          total += kernel[k + 2];
        }
        return s / total;
      };
      let r = 0;
      for (let i = 0; i < a.length; i++) r += smooth(i);
      return r;
    },
    cases: () => [[image(12)], [image(1)]],
  },
});

const either = <T>(a: T, b: T, k: number): T => {
  const both = [a, b];
  return both[k & 1]!;
};
const nth = <T>(k: number, ...all: T[]): T => all[k & 1]!;
const bits = <T>(a: T, b: T, isOne: (x: T) => boolean): number => {
  let n = 0;
  for (const x of [a, b]) n = n * 2 + (isOne(x) ? 1 : 0);
  return n;
};
const half = (x: number) => x / 2;

// In one call of the function the literal is an array of numbers, in another a list of something else.
defineKernels("one literal of several kinds", {
  "numbers, booleans, BigInts, functions and arrays": {
    kernel: (x: number, k: number, a: Float64Array, b: Float64Array) => {
      let s = either(x, 0.5, k) + Number(either(1n, 3n, k));
      if (either(x > 1, false, k)) s += either(double, half, k)(x);
      return s + either(a, b, k)[0]!;
    },
    cases: () => [0, 1, 2.5].flatMap((x) => [0, 1].map((k) => [x, k, image(2), image(3).subarray(1)])),
  },
  "rest parameters": {
    kernel: (x: number, k: number) => nth(k, x, 2) + (nth(k, x > 1, false) ? 10 : 20),
    cases: () => [0, 1, 2.5].flatMap((x) => [0, 1].map((k) => [x, k])),
  },
  "looped over": {
    kernel: (x: number) => bits(x, 2, (y) => y > 1) * 4 + bits(x > 1, true, (y) => y),
    cases: () => singles([0, 1, 2.5]),
  },
});

// Control never brings the two together, but the variable is one.
defineKernels("arrays of different forms in one variable, one after the other", {
  "integers, and what may have fractions": {
    kernel: (x: number, k: number) => {
      let w = [1, 2, 3];
      let s = w[k & 1]!;
      w = [x, 5, 6];
      s += w[k & 1]!;
      w[k & 1] = x;
      return s * 10 + w[0]! + w[1]!;
    },
    cases: () => [0, 1, 2.5, -0].flatMap((x) => [0, 1].map((k) => [x, k])),
  },
  "a tuple and an array": {
    kernel: (x: number, k: number) => {
      let w = [1, 2, 3];
      const s = w[0]!;
      w = [x, 5];
      return s + w[k & 1]!;
    },
    cases: () => [0, 1, 2.5].flatMap((x) => [0, 1].map((k) => [x, k])),
  },
  "given by an inner function, with rows": {
    kernel: (x: number, k: number) => {
      let m = [
        [1, 2],
        [3, 4],
      ];
      const put = (y: number) => {
        m = [
          [y, 2],
          [3, y],
        ];
      };
      let s = m[k & 1]![1]!;
      put(x);
      s += m[k & 1]![k & 1]!;
      put(7);
      return s * 10 + m[1]![k & 1]!;
    },
    cases: () => [0, 1, 2.5].flatMap((x) => [0, 1].map((k) => [x, k])),
  },
});

defineKernels("variables that begin with an empty array", {
  "and are given another before one is stored into": {
    kernel: (n: number) => {
      let last: number[] = [];
      for (let i = 0; i < n; i++) {
        if (i > 0) last[0] = i + last[1]!;
        last = [i, 1, 2];
      }
      return last;
    },
    cases: () => singles([1, 2, 5]),
  },
});

const LISTED = [Math.abs, (x: number) => x + 1];
const quantile = (x: Float64Array, p: number | readonly number[]): number => {
  if (Array.isArray(p)) return -1;
  return x[Math.floor((p as number) * (x.length - 1))]!;
};

defineKernels("Array.isArray", {
  "of all kinds of values": {
    kernel: (a: Float64Array, x: number, flag: boolean) => {
      const local = [x, 2, 3];
      local[x & 1] = 7;
      let bits = Array.isArray(a) ? 1 : 0;
      if (Array.isArray(x) || Array.isArray(flag) || Array.isArray(a.map((v) => v))) bits |= 2;
      if (Array.isArray(TABLE)) bits |= 4;
      if (Array.isArray(LISTED)) bits |= 8;
      if (Array.isArray([x, flag])) bits |= 16;
      if (Array.isArray(local)) bits |= 32;
      if (Array.isArray(a.subarray(1))) bits |= 64;
      return bits + local[0]!;
    },
    cases: () => [[image(3), 1, true]],
  },
  "to tell one argument from several": {
    kernel: (a: Float64Array) => quantile(a, 0.5) + quantile(a, [0.25, 0.5]),
    cases: () => [[image(9)]],
  },
});
