/** Remainders by what isn't known: compiled for positive divisors first, and again for the others when they come. */
import { defineKernels } from "../support/differential.ts";

/** Ordinary calls first, so that others find a kernel that was compiled for them; then ordinary ones again. */
const around = (...usual: unknown[][]) => {
  const odd = [0, -0, -1, -7, 1, 0.5, -2.5, NaN, Infinity, -Infinity, 2 ** 31, 2 ** 53, -(2 ** 31), 2 ** 31 - 1];
  return (): unknown[][] => [
    ...usual,
    ...usual.flatMap((args) =>
      args.flatMap((given, at) => (typeof given === "number" ? odd.map((x) => args.with(at, x)) : [])),
    ),
    ...usual,
  ];
};

defineKernels("remainders by arguments", {
  "a carried index": {
    kernel: (n: number, step: number) => {
      let i = 0;
      let s = 0;
      for (let k = 0; k < 50; k++) {
        i = (i + step) % n;
        s = s * 3 + i;
      }
      return [s, i];
    },
    cases: around([63, 7], [64, 7], [2 ** 31 - 1, 2 ** 30], [1, 1]),
  },
  "Euclid's algorithm": {
    kernel: (x: number, y: number) => {
      let rounds = 0;
      while (y !== 0 && rounds++ < 100) {
        const t = y;
        y = x % y;
        x = t;
      }
      return x;
    },
    cases: around([48, 36], [7, 7], [2 ** 31 - 1, 2 ** 30]),
  },
  "a rolling hash": {
    kernel: (text: Uint8Array, mod: number) => {
      let h = 0;
      for (let i = 0; i < text.length; i++) h = (h * 256 + (text[i] ?? 0)) % mod;
      return h;
    },
    cases: around([Uint8Array.of(1, 200, 255, 0, 77, 3), 1000003], [Uint8Array.of(255, 255, 255, 255), 2 ** 31 - 1]),
  },
  "a ring, and the sign of nothing": {
    kernel: (ring: Float64Array, start: number, by: number) => {
      let at = start;
      for (let k = 0; k < 10; k++) {
        at = (at + by) % ring.length;
        if (at >= 0) ring[Math.floor(at)] += 1;
      }
      return 1 / at;
    },
    cases: () => [
      ...around([new Float64Array(5), 0, 3])(),
      [new Float64Array(0), 0, 3],
      [new Float64Array(1), -1, 0],
      [new Float64Array(4), 1, 1],
    ],
  },
  "through a function and constants": {
    kernel: (w: number, h: number, from: number) => {
      const wrap = (i: number, n: number): number => ((i % n) + n) % n;
      const size = w * h;
      let s = 0;
      for (let k = 0; k < 20; k++) s = s * 5 + wrap(from + k, size) + wrap(from - k, w);
      return s;
    },
    cases: around([4, 5, 0], [4, 5, -10], [1, 1, 3]),
  },
});

defineKernels("products that are cut by an argument", {
  "powers modulo m": {
    kernel: (base: number, power: number, m: number) => {
      let r = 1;
      let b = base % m;
      for (let e = power; e > 0; e >>= 1) {
        if (e & 1) r = (r * b) % m;
        b = (b * b) % m;
      }
      return r;
    },
    cases: () => [
      ...around([3, 200, 1009], [7, 12, 16777216])(),
      [3, 200, 16777217],
      [16777213, 77, 16777215],
      [94906265, 9, 94906267],
      [2147483646, 31, 2147483647],
      [-5, 3, 1009],
    ],
  },
  "a generator whose constants are arguments": {
    kernel: (a: number, c: number, m: number) => {
      let s = 1;
      let sum = 0;
      for (let i = 0; i < 20; i++) {
        s = (a * s + c) % m;
        sum += s / m;
      }
      return [s, sum];
    },
    cases: () => [
      ...around([1103, 12345, 65536])(),
      [16807, 0, 2147483647],
      [16777216, 16777216, 16777216],
      [16777217, 3, 16777215],
    ],
  },
});

const EDGES = [0, 1, -1, 6, -6, 4, -4, 9, 2147483647, -2147483648, -2147483647, 1_000_000];
const pairs = (): Int32Array[][] => EDGES.flatMap((x) => EDGES.map((y) => [Int32Array.of(x), Int32Array.of(y)]));

defineKernels("divisors that are tested for 0", {
  "Euclid's, by truth": {
    kernel: (a: Int32Array, b: Int32Array) => {
      let x = a[0];
      let y = b[0];
      while (y) {
        const t = x % y;
        x = y;
        y = t;
      }
      return 1 / x;
    },
    cases: pairs,
  },
  "Euclid's, by comparison": {
    kernel: (a: Int32Array, b: Int32Array) => {
      let [x, y] = [a[0], b[0]];
      while (y !== 0) [x, y] = [y, x % y];
      return x;
    },
    cases: pairs,
  },
  "Euclid's, recursively": {
    kernel: (a: Int32Array, b: Int32Array) => {
      const gcd = (x: number, y: number): number => (y === 0 ? x : gcd(y, x % y));
      return gcd(a[0], b[0]);
    },
    cases: pairs,
  },
  "before the remainder, or not": {
    kernel: (a: Int32Array, b: Int32Array) => {
      const y = b[0];
      let z = b[0];
      if (!z) z = 3;
      const both = y !== 0 && a[0] % y === 0 ? 1 : 0;
      return [y ? a[0] % y : -5, y === 0 ? 7 : 1 / (a[0] % y), both, a[0] % z, a[0] % (b[0] || 7)];
    },
    cases: pairs,
  },
  "and then stepped on": {
    kernel: (a: Int32Array, b: Int32Array) => {
      let y = b[0];
      let s = 0;
      for (let i = 0; i < 5; i++) {
        if (y !== 0) s += a[0] % y;
        y++;
        s += a[0] % y;
        if (y !== 0) {
          y *= 2;
          s += a[0] % y;
        }
      }
      return s;
    },
    cases: pairs,
  },
  "and for what is 0 or NaN": {
    kernel: (a: Int32Array, b: Int32Array) => {
      // Nothing equals NaN: that a divisor is different says nothing of it then.
      const none = b[0] > 0 ? 0 : Number.NaN;
      const y = a[0];
      const scaled = 0 * (b[0] / 0);
      return [y !== none ? 7 % y : -5, y === none ? -5 : b[0] % y, y != scaled ? 1 / y : -5];
    },
    cases: pairs,
  },
});

defineKernels("bits of integers that may leave the int32s", {
  "Fenwick's steps down": {
    kernel: (a: Int32Array) => {
      let s = 0;
      for (let k = a[0] & 1023; k > 0; k -= k & -k) s = (s * 3 + k) | 0;
      for (let k = a[0]; k > 0; k -= -k & k) s = (s * 3 + k) | 0;
      return s;
    },
    cases: pairs,
  },
  "Fenwick's steps up": {
    kernel: (a: Int32Array, b: Int32Array) => {
      let s = 0;
      for (let k = 1; k <= b[0] && s < 99; k += k & -k) s++;
      for (let k = a[0] + 1; k <= 40 && k !== 0; k += k & -k) s += k;
      return s;
    },
    cases: pairs,
  },
  "the lowest bit of any int32": {
    kernel: (a: Int32Array, b: Int32Array) => [a[0] & -a[0], b[0] & -b[0], 1 / (a[0] & -a[0])],
    cases: pairs,
  },
  "Collatz's": {
    kernel: (a: Int32Array) => {
      let k = a[0];
      let c = 0;
      let s = 0.5;
      while (k !== 1 && c < 200) {
        k = k & 1 ? 3 * k + 1 : k >> 1;
        c++;
        s += k * 0.25;
      }
      return [k, c, s];
    },
    cases: pairs,
  },
  "Collatz's from an uint32": {
    kernel: (a: Int32Array) => {
      let k = a[0] >>> 0;
      let c = 0;
      while (k !== 1 && c < 200) {
        k = k & 1 ? 3 * k + 1 : k / 2;
        c++;
      }
      return [k, c];
    },
    cases: pairs,
  },
});

defineKernels("remainders in recursive functions", {
  "a power modulo": {
    kernel: (base: number, exponent: number, mod: number) => {
      function power(b: number, e: number, m: number): number {
        if (e <= 0) return 1;
        const half = power(b, Math.floor(e / 2), m);
        const square = (half * half) % m;
        return e % 2 === 1 ? (square * b) % m : square;
      }
      const [all, few] = [power(base, Math.min(exponent, 1000), mod), power(base, 5, mod + 1)];
      return [all, few, 1 / all, 1 / few];
    },
    cases: around([3, 200, 10007], [2, 77, 1000003], [2 ** 31 - 1, 100, 2 ** 31 - 1], [2 ** 24, 9, 2 ** 24]),
  },
  "a power modulo, shifted": {
    kernel: (base: number, exponent: number, mod: number) => {
      function power(b: number, e: number): number {
        if (e === 0) return 1;
        const half = power(b, e >>> 1);
        return e & 1 ? (((half * half) % mod) * b) % mod : (half * half) % mod;
      }
      return power(base, exponent);
    },
    cases: around([3, 200, 10007], [-3, 77, 1000003], [2 ** 25, 100, 2 ** 26]),
  },
  "Euclid's algorithm, of each with each": {
    kernel: (n: number, m: number) => {
      function gcd(x: number, y: number): number {
        return y === 0 ? x : gcd(y, x % y);
      }
      let sum = 0;
      for (let i = -3; i < 20; i++) sum = sum * 3 + gcd(n + i, m) + 1 / gcd(i, n - i);
      return sum;
    },
    cases: around([48, 36], [-48, 36], [2 ** 31 - 1, 2 ** 30]),
  },
});

/** An index that is a remainder of what isn't negative is none either. */
defineKernels("remainders as indices", {
  "a magic square": {
    kernel: (square: Int32Array, n: number) => {
      let [i, j] = [0, n >> 1];
      for (let k = 1; k <= n * n; k++) {
        square[i * n + j] = k;
        const up = (i - 1 + n) % n;
        const right = (j + 1) % n;
        if (square[up * n + right] !== 0) i = (i + 1) % n;
        else {
          i = up;
          j = right;
        }
      }
      return i;
    },
    cases: () => [
      [new Int32Array(25), 5],
      [new Int32Array(49), 7],
      [new Int32Array(0), 0],
      [new Int32Array(9), 3],
      [new Int32Array(1), 1],
      [new Int32Array(64), 8],
      [new Int32Array(25), 5],
    ],
  },
});

const SEEDS = [0, 1, 5, 10006, 10007, 10008, -1, -10006, -10007, -10008, 2 ** 31 - 1, -(2 ** 31), -0, 0.5];

defineKernels("remainders of sums with the one before", {
  "of products": {
    kernel: (a: Int32Array, b: Int32Array, start: number) => {
      let s = start;
      for (let i = 0; i < a.length; i++) s = (s + a[i] * b[i]) % 10007;
      return s;
    },
    cases: () =>
      SEEDS.flatMap((start) => [
        [Int32Array.of(3, 5, 70000, 10007, 0, 20014), Int32Array.of(4, 2001, 80000, 3, 9, 7), start],
        [Int32Array.of(3, -5, -70000, 10007, 0, -1, 1), Int32Array.of(4, 2001, 80000, -3, -9, 1, 1), start],
        [Int32Array.of(2 ** 31 - 1, 2 ** 31 - 1, -(2 ** 31)), Int32Array.of(2 ** 31 - 1, 1, -(2 ** 31)), start],
      ]),
  },
  "of bytes, by divisors of all sizes": {
    kernel: (a: Uint8Array, b: Int32Array, w: Uint32Array) => {
      let [s, t, u, v, x, y] = [0, 0, 0, 0, 0, 0];
      for (let i = 0; i < a.length; i++) {
        s = (s + a[i] * a[i]) % 1;
        t = (a[i] + t) % 2;
        u = (u + a[i] * 251) % 2147483647;
        v = (v + b[i]) % 7;
        x = (x + (b[i] & 2147483647)) % 2147483646;
        y = (y + w[i]) % 4294967295;
      }
      return [s, t, u, v, x, y];
    },
    cases: () => [
      [
        Uint8Array.from({ length: 40 }, (_, i) => i * 37),
        Int32Array.from({ length: 40 }, (_, i) => (i % 3 === 0 ? 2 ** 31 - 1 : Math.imul(i, 0x9e3779b9))),
        Uint32Array.from({ length: 40 }, (_, i) => (i % 3 === 0 ? 2 ** 32 - 1 : Math.imul(i, 0x9e3779b9))),
      ],
      [new Uint8Array(3).fill(255), Int32Array.of(-7, 7, -1), Uint32Array.of(4294967294, 1, 4294967295)],
    ],
  },
  "by negative divisors": {
    kernel: (a: Int32Array, from: number) => {
      let [s, t, u, v] = [from, from | 0, from & 1023, 0];
      for (let i = 0; i < a.length; i++) {
        s = (s + a[i]) % -10007;
        t = ((t + (a[i] & 65535)) % -7) | 0;
        u = ((u + a[i]) % -2147483648) | 0;
        v = ((v + (a[i] & 255)) % -1) | 0;
      }
      return [s, t, u, v];
    },
    cases: () =>
      SEEDS.flatMap((start) => [
        [Int32Array.of(5, -7, 2 ** 31 - 1, -(2 ** 31), 10006, 10007, 0, 20014, -10007), start],
        [Int32Array.from({ length: 50 }, (_, i) => ((i * 7919) % 100000) - 3000), start],
      ]),
  },
  "of sums that wrap": {
    kernel: (a: Int32Array, from: number) => {
      let [s, t, u] = [from | 0, 0, 0];
      for (let i = 0; i < a.length; i++) {
        s = ((s + a[i]) | 0) % 1000003;
        t = ((t + (a[i] & 2147483647)) >>> 0) % 1000003;
        u += a[i] & 255;
        u %= 251;
      }
      return [s, t, u];
    },
    cases: () => SEEDS.map((from) => [Int32Array.of(2 ** 31 - 1, 2 ** 31 - 2, 5, -(2 ** 31), -7, 2 ** 31 - 1), from]),
  },
  "some rounds of which leave it, or begin anew": {
    kernel: (a: Int32Array, from: number) => {
      let s = from | 0;
      let seen = 0;
      for (let i = 0; i < a.length; i++) {
        if (a[i] > 0) s = (s + (a[i] & 65535)) % 1009;
        else if (a[i] === 0) s = (s + i) % 100;
        seen ^= s;
      }
      return [s, seen];
    },
    cases: () => SEEDS.map((from) => [Int32Array.from({ length: 50 }, (_, i) => Math.imul(i - 9, i * 77)), from]),
  },
});
