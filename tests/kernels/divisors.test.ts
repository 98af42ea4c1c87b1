/** Divisors that are sought: what a square's bound says of its root, and integers that go through two loops as doubles do. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { njit } from "../../src/index.ts";
import { defineKernels } from "../support/differential.ts";

const NUMBERS = [0, -0, 1, 2, 4, 12, 97, 360, 65535, 65536, 2 ** 24, 2 ** 31 - 1, 2 ** 31, 2 ** 31 * 12, 2 ** 53];
const ODD = [-1, -12, -(2 ** 31), 0.5, 2.5, -7.5, NaN, Infinity, -Infinity, 5e-324];
const each = (): unknown[][] => [12, ...NUMBERS, ...ODD, 360].map((n) => [n]);

defineKernels("a square's bound", {
  "divisors by trial": {
    kernel: (n: number) => {
      let count = 0;
      let last = 0;
      for (let d = 1; d * d <= n && d < 70000; d++) {
        if (n % d !== 0) continue;
        count += d * d === n ? 1 : 2;
        last = n / d;
      }
      return [count, last];
    },
    cases: each,
  },
  "from both sides of 0": {
    kernel: (n: number, start: number, out: Float64Array) => {
      let k = 0;
      let d = start;
      while (d * d < n && k < out.length) {
        out[k++] = d;
        d++;
      }
      return [d, k];
    },
    cases: () =>
      [...NUMBERS, ...ODD].flatMap((n) => [-5, 0, -0, 3, 2 ** 26, 2.5, NaN].map((d) => [n, d, new Float64Array(40)])),
  },
  "fractions and what is rounded": {
    kernel: (a: Float64Array, b: Float64Array, out: Float64Array) => {
      for (let i = 0; i < a.length; i++) {
        const x = a[i] ?? 0;
        const y = b[i] ?? 0;
        let found = 0;
        if (x * x <= y) found += Math.floor(x) % 7;
        if (x * x < 10) found += 1 / x > 0 ? Math.floor(x * 2) : 0.5;
        if (3 * x <= 10) found -= Math.floor(x);
        if (x * x === y) found += Math.sqrt(y);
        if (2 * x - 1 < y) found += 100;
        out[i] = found;
      }
    },
    cases: () => {
      const all = [...NUMBERS, ...ODD, Math.sqrt(10), 10 / 3, 3.3333333333333335, 94906265.62425156, 94906267];
      const pairs = all.flatMap((x) => all.flatMap((y) => [[x, y] as const, [x, x * x] as const]));
      const [a, b] = [0, 1].map((at) => Float64Array.from(pairs, (pair) => pair[at] ?? 0));
      return [[a, b, new Float64Array(pairs.length)]];
    },
  },
  "a root that moves while it is squared": {
    kernel: (n: number) => {
      let d = 0;
      let k = 0;
      while (d * d++ <= n && k < 50) k += d;
      let e = 0;
      while (e++ * e <= n && k < 5000) k += e;
      let g = 0;
      for (; (g = g + 1) * g <= n && k < 9000; ) k += g;
      return [d, e, g, k];
    },
    cases: each,
  },
  "children in a heap": {
    kernel: (a: Int32Array, n: number) => {
      let i = 0;
      let moves = 0;
      while (2 * i + 1 < n && 2 * i + 1 < a.length) {
        let c = 2 * i + 1;
        if (c + 1 < n && c + 1 < a.length && (a[c + 1] ?? 0) > (a[c] ?? 0)) c++;
        a[i] = a[c] ?? 0;
        i = c;
        moves++;
      }
      return [i, moves];
    },
    cases: () => [...NUMBERS, ...ODD].map((n) => [Int32Array.from({ length: 20 }, (_, i) => (i * 7) % 11), n]),
  },
});

defineKernels("integers through two loops", {
  "prime factors": {
    kernel: (given: number) => {
      let n = given;
      let sum = 0;
      let rounds = 0;
      for (let p = 2; p * p <= n && rounds < 70000; p++) {
        rounds++;
        while (n % p === 0 && rounds < 70000) {
          n /= p;
          sum = sum * 3 + p;
          rounds++;
        }
      }
      return [n, sum, rounds, 1 / n];
    },
    cases: each,
  },
  "prime factors that are kept": {
    kernel: (given: number, out: Float64Array) => {
      let n = given;
      let k = 0;
      let d = 2;
      while (d * d <= n && d < 70000 && k < out.length) {
        while (n % d === 0 && k < out.length) {
          out[k++] = d;
          n /= d;
        }
        d++;
      }
      return [n, k];
    },
    cases: () => each().map(([n]) => [n, new Float64Array(60)]),
  },
  "Jacobi's symbol": {
    kernel: (first: number, second: number) => {
      let a = first;
      let m = second;
      let sign = 1;
      let rounds = 0;
      while (a !== 0 && rounds++ < 200) {
        while (a % 2 === 0 && rounds++ < 200) {
          a /= 2;
          const q = m % 8;
          if (q === 3 || q === 5) sign = -sign;
        }
        const t = a;
        a = m;
        m = t;
        if (a % 4 === 3 && m % 4 === 3) sign = -sign;
        a %= m;
      }
      return [sign, a, m, 1 / a];
    },
    cases: () => [
      [5, 21],
      ...[...NUMBERS, ...ODD].flatMap((a) => [9, -9, 1, 0, 2 ** 31, 1.5].map((m) => [a, m])),
      [5, 21],
    ],
  },
  "what fails in an inner round, after others": {
    kernel: (a: Float64Array, start: number) => {
      let x = start;
      let kept = 0;
      let last = -1;
      for (let i = 0; i < a.length; i++) {
        kept = kept * 2 + (x % 3);
        for (let k = 0; k < 3; k++) {
          last = i * 3 + k;
          x = ((x + (a[i] ?? 0)) % 1000) + (x % 2 === 0 ? x / 2 : 1 - x);
          if (x > 1e15) break;
        }
      }
      return [x, kept, last, 1 / x];
    },
    cases: () => {
      const plain = Float64Array.from({ length: 30 }, (_, i) => (i * 37) % 101);
      const odd = [...NUMBERS, ...ODD].map((x) => plain.with(17, x));
      return [[plain, 1], ...odd.map((a) => [a, 6]), ...[...NUMBERS, ...ODD].map((x) => [plain, x])];
    },
  },
  "an inner loop that stores": {
    kernel: (given: number, out: Float64Array, base: number) => {
      let n = given;
      let k = 0;
      while (n >= 1 && k < out.length) {
        while (n % base !== 0 && k < out.length) {
          out[k] = n % base;
          n -= out[k] ?? 0;
          k++;
        }
        n = Math.floor(n / base);
        k++;
      }
      return [n, k];
    },
    cases: () =>
      [...NUMBERS, ...ODD].flatMap((n) => [10, 7, 2, 0, -3, 0.5, 2 ** 31].map((b) => [n, new Float64Array(70), b])),
  },
  "digits of a mixed radix, stored before the quotient is taken": {
    kernel: (given: number, radix: Float64Array, out: Float64Array, seen: Int32Array) => {
      let x = given;
      for (let k = 0; k < radix.length; k++) {
        out[k] = x % (radix[k] ?? 0);
        seen[k] = out[k] ?? 0;
        x = Math.floor(x / (radix[k] ?? 0));
      }
      return [x, 1 / x];
    },
    cases: () => {
      const radices = [10, 7, 0, -3, 0.5, 2 ** 31, -0, NaN, Infinity].map((b) => Float64Array.of(2, 3, 5, b, 2, 7));
      return [...NUMBERS, ...ODD].flatMap((n) =>
        radices.flatMap((radix) => {
          const [same, shared] = [radix.slice(), new Float64Array([...radix, 0, 0])];
          return [
            [n, radix, new Float64Array(6), new Int32Array(6)],
            [n, same, same, new Int32Array(6)],
            [n, shared.subarray(0, 6), shared.subarray(1, 7), new Int32Array(6)],
          ];
        }),
      );
    },
  },
  "digits stored, of ints": {
    kernel: (given: number, radix: Int32Array, out: Int32Array, sums: Float64Array) => {
      let x = given;
      let sum = 0;
      for (let k = 0; k < radix.length; k++) {
        out[k] = x % (radix[k] ?? 0);
        x = Math.floor(x / (radix[k] ?? 0));
        sum = (sum * 3 + x) % 1000;
        sums[k] = sum;
      }
      return [x, 1 / sum];
    },
    cases: () => {
      const radices = [10, 0, -3, 1, -(2 ** 31)].map((b) => Int32Array.of(2, 3, 5, b, 2, 7));
      return [...NUMBERS, ...ODD].flatMap((n) =>
        radices.flatMap((radix) => {
          const same = radix.slice();
          return [
            [n, radix, new Int32Array(6), new Float64Array(6)],
            [n, same, same, new Float64Array(6)],
          ];
        }),
      );
    },
  },
});

/** Rounds that fail after they have stored: what was there is put back, and the round begins again with doubles. */
const values = [...NUMBERS, ...ODD];
const filled = (length: number): Float64Array => Float64Array.from({ length }, (_, i) => (i * 37) % 11);

defineKernels("rounds taken back", {
  "a spigot's digits": {
    kernel: (a: Int32Array, start: number, factor: number) => {
      let c = start;
      let rounds = 0;
      for (let i = a.length - 1; i > 0; i--) {
        const x = (a[i] ?? 0) * 10 + c;
        const d = 2 * i - factor;
        a[i] = x % d;
        c = ((x / d) | 0) * i;
        rounds++;
      }
      return [c, rounds, 1 / c];
    },
    cases: () =>
      values.flatMap((c) =>
        [1, 9, -3, 0.5].map((factor) => [Int32Array.from(filled(12)).with(7, 2 ** 31 - 1), c, factor]),
      ),
  },
  "carries through one's own digits": {
    kernel: (d: Int32Array, start: number, by: number) => {
      let c = start;
      for (let i = 0; i < d.length; i++) {
        const p = (d[i] ?? 0) * by + c;
        d[i] = p % 10;
        c = (p - (d[i] ?? 0)) / 10;
      }
      return [c, 1 / c];
    },
    cases: () => values.flatMap((c) => values.map((by) => [Int32Array.from(filled(9)), c, by])),
  },
  "counts in elements that fail later": {
    kernel: (a: Float64Array, b: Float64Array, c: Uint8ClampedArray, d: Uint32Array, start: number) => {
      let x = start;
      for (let i = 0; i < a.length; i++) {
        a[i] = (a[i] ?? 0) + 1;
        if (i % 2 === 0) {
          b[0] = (b[0] ?? 0) + (a[i] ?? 0);
          c[0] = (c[0] ?? 0) + 3;
        }
        x = (x + (b[i] ?? 0)) % 100;
        b[1] = (b[1] ?? 0) + x;
        d[0] = (d[0] ?? 0) + 5;
        x = (x - (a[i] ?? 0)) / 2;
      }
      return [x, 1 / x];
    },
    cases: () =>
      values.flatMap((x) =>
        values.map((y) => [
          filled(9).with(5, y),
          filled(9).with(3, y),
          new Uint8ClampedArray(2),
          new Uint32Array([2 ** 32 - 20]),
          x,
        ]),
      ),
  },
  "the same, in ints": {
    kernel: (a: Int32Array, b: Int8Array, c: Uint32Array, start: number) => {
      let x = start;
      for (let i = 0; i < a.length; i++) {
        a[i] = (a[i] ?? 0) + 1;
        if (x > 3) b[0] = (b[0] ?? 0) + (a[i] ?? 0);
        x = (x * 3 + (b[0] ?? 0) + (a[i] ?? 0)) % 100;
        c[0] = (c[0] ?? 0) + 5;
        x = (x - (a[i] ?? 0)) / 2;
      }
      return [x, 1 / x];
    },
    cases: () => values.map((x) => [Int32Array.from(filled(9)), new Int8Array(1), new Uint32Array([2 ** 32 - 20]), x]),
  },
  "an ant on a torus whose middle may be none": {
    kernel: (grid: Int8Array, w: number, steps: number, x0: number, y0: number) => {
      let x = x0;
      let y = y0;
      let d = 0;
      for (let k = 0; k < steps; k++) {
        const at = y * w + x;
        if (!(at >= 0 && at < grid.length && at % 1 === 0)) return [x, y, -k];
        if (grid[at] === 0) {
          grid[at] = 1;
          d = (d + 1) % 4;
        } else {
          grid[at] = 0;
          d = (d + 3) % 4;
        }
        x = (x + ((d - 1) % 2) + w) % w;
        y = (y + ((d - 2) % 2) + w) % w;
      }
      return [x, y, d];
    },
    cases: () => [
      [new Int8Array(64), 8, 100, 4, 4],
      [new Int8Array(64), 8, 100, 4.5, 4.5],
      ...[8, 7, 9, -8, 0, 6.5].flatMap((w) => values.map((x) => [new Int8Array(64), w, 100, x, 3])),
    ],
  },
  "stores and throws": {
    kernel: (a: Int32Array, b: Int32Array, start: number, by: number) => {
      let x = start;
      for (let i = 0; i < a.length; i++) {
        a[i] = (a[i] ?? 0) + 1;
        x = (x + (a[i] ?? 0)) % by;
        b[i * 2] = x;
        x = (x * 7 + (b[i] ?? 0)) % 1000;
        if (x > 990) throw new Error("too much");
      }
      return x;
    },
    cases: () =>
      values.flatMap((x) => [100, 7, -3, 0.5].map((by) => [Int32Array.from(filled(10)), new Int32Array(20), x, by])),
  },
});

test("what is stored before an index that is none stays", () => {
  const walk = njit((grid: Int32Array, start: number, step: number, by: number) => {
    let x = start;
    for (let k = 0; k < 40; k++) {
      grid[x] = (grid[x] ?? 0) + 1;
      x = (x + step) % by;
    }
    return x;
  });
  const plain = (grid: Int32Array, start: number, step: number, by: number): number | undefined => {
    let x = start;
    for (let k = 0; k < 40; k++) {
      if (!(Number.isInteger(x) && x >= 0 && x < grid.length)) return undefined;
      grid[x] = (grid[x] ?? 0) + 1;
      x = (x + step) % by;
    }
    return x;
  };
  for (const start of [0, 3.5, 3, -1, 15, 16, NaN, 2 ** 31])
    for (const step of [5, 2.5, -3, 7, NaN])
      for (const by of [16, 20, -20, 0, 2 ** 31, 12.5]) {
        const [a, b] = [new Int32Array(16), new Int32Array(16)];
        const expected = plain(a, start, step, by);
        if (expected === undefined) assert.throws(() => walk(b, start, step, by), RangeError);
        else assert.equal(walk(b, start, step, by), expected);
        assert.deepEqual(b, a, `${start}, ${step}, ${by}`);
      }
});

const TINY = [
  0,
  -0,
  5e-324,
  -5e-324,
  1e-320,
  1e-200,
  -1e-200,
  2.7e-162,
  -2.7e-162,
  1.5e-154,
  2 ** -511,
  2 ** -510,
  1,
  -1,
  NaN,
];

/** Of what is smaller than the least normal number squares say little. */
defineKernels("squares that vanish", {
  "at most 0": {
    kernel: (x: number) => (x * x <= 0 ? (x > 0 ? 1 : x < 0 ? 2 : 3) : 4),
    cases: () => TINY.map((x) => [x]),
  },
  "equal to 0": {
    kernel: (x: number) => (x * x === 0 ? (x > 0 ? 1 : x < 0 ? 2 : 3) : 4),
    cases: () => TINY.map((x) => [x]),
  },
  "below a subnormal number": {
    kernel: (x: number) => (x * x <= 5e-324 ? (x > 2.3e-162 ? 1 : x < -2.3e-162 ? 2 : 3) : 4),
    cases: () => TINY.map((x) => [x]),
  },
  "of integers": {
    kernel: (x: number, n: number) => (x * x <= n ? (x > 0 ? 1 : x < 0 ? 2 : 3) : 4),
    cases: () => [0, 1, -1, 2, -2, 46341].flatMap((x) => [0, 1, 3, 4, -1, 2147483647].map((n) => [x, n])),
  },
});
