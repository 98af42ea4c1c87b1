/** Every reduction × element kind × range shape, against the same function as plain JavaScript. */
import { prange } from "../../src/index.ts";
import { defineKernels } from "../support/differential.ts";
import { randomFloats } from "../support/edge-values.ts";

const LENGTHS = [0, 1, 2, 7, 64, 1000, 40_000];
const options = { parallel: true, chunksize: 5 };

const floats = (): unknown[][] => LENGTHS.map((n) => [randomFloats(n, n + 1)]);
const wholes = (): unknown[][] =>
  LENGTHS.flatMap((n) => [
    [Float64Array.from({ length: n }, (_, i) => ((i * 7919) % 2001) - 1000)],
    [Int32Array.from({ length: n }, (_, i) => (i * 7919) % 1000)],
    [Uint8Array.from({ length: n }, (_, i) => i * i)],
    [Int16Array.from({ length: n }, (_, i) => (i % 3 === 0 ? -i : i))],
  ]);
/** Ties, zeros of both signs, NaN, infinities. */
const awkward = (): unknown[][] => [
  [Float64Array.of()],
  [Float64Array.of(0, -0, 0, -0)],
  [Float64Array.of(-0, 0)],
  [Float64Array.of(3, 1, 3, 1, 3)],
  [Float64Array.from({ length: 30 }, (_, i) => i % 4)],
  [Float64Array.from({ length: 30 }, (_, i) => -(i % 4))],
  [Float64Array.from({ length: 40 }, (_, i) => (i === 17 ? Number.NaN : i % 5))],
  [Float64Array.from({ length: 40 }, () => Number.NaN)],
  [Float64Array.from({ length: 40 }, (_, i) => (i === 5 ? Infinity : i === 33 ? -Infinity : 0))],
  [Float64Array.from({ length: 40 }, (_, i) => (i % 2 === 0 ? -0 : 0))],
];

type Numbers = Float64Array | Int32Array | Uint8Array | Int16Array;

defineKernels("reductions: whole numbers, exactly", {
  "s += e": {
    kernel: (a: Numbers) => {
      let s = 17;
      for (const i of prange(a.length)) s += a[i]!;
      return s;
    },
    cases: wholes,
    options,
  },
  "s -= e, twice": {
    kernel: (a: Numbers) => {
      let s = 1e6;
      for (const i of prange(a.length)) {
        s -= a[i]!;
        s = s - 2;
      }
      return s;
    },
    cases: wholes,
    options,
  },
  "s = e + s": {
    kernel: (a: Numbers) => {
      let s = 0;
      for (const i of prange(a.length)) s = a[i]! + s;
      return s;
    },
    cases: wholes,
    options,
  },
  "n++ and n--, under conditions": {
    kernel: (a: Numbers) => {
      let up = 0;
      let down = 5;
      for (const i of prange(a.length)) {
        if (a[i]! > 10) up++;
        else if (a[i]! < 0) --down;
      }
      return [up, down];
    },
    cases: wholes,
    options,
  },
  "an int32 sum that wraps": {
    kernel: (a: Int32Array) => {
      let s = 0;
      for (const i of prange(a.length)) s = (s + Math.imul(a[i]!, 2654435761)) | 0;
      return s;
    },
    cases: () => LENGTHS.map((n) => [Int32Array.from({ length: n }, (_, i) => i * i)]),
    options,
  },
  "a product of int32, wrapping": {
    kernel: (a: Int32Array) => {
      let p = 1;
      for (const i of prange(a.length)) p = Math.imul(p, a[i]! | 1);
      return p;
    },
    cases: () => LENGTHS.map((n) => [Int32Array.from({ length: n }, (_, i) => i * i)]),
    options,
  },
  "& | ^": {
    kernel: (a: Int32Array) => {
      let and = -1;
      let or = 0;
      let xor = 0x55;
      for (const i of prange(a.length)) {
        and &= a[i]! | 0xf0;
        or |= a[i]!;
        xor ^= a[i]!;
      }
      return [and, or, xor];
    },
    cases: () => LENGTHS.map((n) => [Int32Array.from({ length: n }, (_, i) => Math.imul(i, 40503) >> 3)]),
    options,
  },
  "BigInts that wrap": {
    kernel: (a: BigInt64Array) => {
      let s = 1n;
      for (const i of prange(a.length)) s = BigInt.asIntN(64, s + a[i]!);
      return s;
    },
    cases: () => LENGTHS.map((n) => [BigInt64Array.from({ length: n }, (_, i) => BigInt(i) * 0x123456789abcdefn)]),
    options,
  },
  "Math.min and Math.max of integers": {
    kernel: (a: Int32Array) => {
      let least = 1000;
      let most = -1000;
      for (const i of prange(a.length)) {
        least = Math.min(least, a[i]!);
        most = Math.max(a[i]!, most);
      }
      return [least, most];
    },
    cases: () => LENGTHS.map((n) => [Int32Array.from({ length: n }, (_, i) => ((i * 7919) % 3001) - 1500)]),
    options,
  },
});

defineKernels("reductions: floats", {
  "sums and products, in the chunks' order": {
    kernel: (a: Float64Array) => {
      let s = 0.1;
      let p = 1;
      for (const i of prange(a.length)) {
        s += a[i]! * a[i]!;
        p *= 1 + (1e-6 * Math.abs(a[i]!)) / (1 + Math.abs(a[i]!));
      }
      return [s, p];
    },
    cases: () => LENGTHS.map((n) => [Float64Array.from({ length: n }, (_, i) => Math.sin(i))]),
    relative: 1e-12,
    options,
  },
  "a float32 sum": {
    kernel: (a: Float32Array) => {
      let s = Math.fround(0);
      for (const i of prange(a.length)) s = Math.fround(s + a[i]!);
      return s;
    },
    cases: () => LENGTHS.map((n) => [Float32Array.from({ length: n }, (_, i) => i % 100)]),
    options,
  },
  "a sum of one chunk is the serial one": {
    kernel: (a: Float64Array) => {
      let s = 0.3;
      for (const i of prange(a.length)) s += a[i]!;
      return s;
    },
    cases: () => [[randomFloats(900, 3)], [randomFloats(1, 4)], [Float64Array.of(-0)]],
    options: { parallel: true },
  },
  "Math.min and Math.max": {
    kernel: (a: Float64Array) => {
      let least = Infinity;
      let most = -Infinity;
      for (const i of prange(a.length)) {
        least = Math.min(least, a[i]!);
        most = Math.max(most, a[i]!);
      }
      return [least, most];
    },
    cases: () => [...awkward(), ...floats()],
    options,
  },
  "the greatest and its first place": {
    kernel: (a: Float64Array) => {
      let best = -Infinity;
      let at = -1;
      for (const i of prange(a.length)) {
        if (a[i]! > best) {
          best = a[i]!;
          at = i;
        }
      }
      return [best, at];
    },
    cases: () => [...awkward(), ...floats()],
    options,
  },
  "the greatest and its last place": {
    kernel: (a: Float64Array) => {
      let best = -Infinity;
      let at = -1;
      for (const i of prange(a.length)) {
        const x = a[i]!;
        if (x >= best) {
          best = x;
          at = i;
        }
      }
      return [best, at];
    },
    cases: () => [...awkward(), ...floats()],
    options,
  },
  "the least, with what goes with it, where the mask says so": {
    kernel: (a: Float64Array) => {
      let best = 2;
      let at = -1;
      let twice = 0;
      for (const i of prange(a.length)) {
        const x = a[i]!;
        if (i % 3 !== 0 && best > x) {
          at = i;
          best = x;
          twice = x * 2;
        }
      }
      return [best, at, twice];
    },
    cases: () => [...awkward(), ...floats()],
    options,
  },
  "the greatest of integers": {
    kernel: (a: Int32Array) => {
      let best = 0;
      let at = -1;
      for (const i of prange(a.length)) {
        if (best < a[i]!) {
          best = a[i]!;
          at = i;
        }
      }
      return [best, at];
    },
    cases: () => LENGTHS.map((n) => [Int32Array.from({ length: n }, (_, i) => (i * 7919) % 503)]),
    options,
  },
  flags: {
    kernel: (a: Float64Array) => {
      let found = 0;
      let negative = false;
      let none = true;
      for (const i of prange(a.length)) {
        if (a[i]! > 3) found = 1;
        if (a[i]! < 0) negative = true;
        if (a[i]! === 1) {
          none = false;
          continue;
        }
      }
      return [found, negative ? 1 : 0, none ? 1 : 0];
    },
    cases: () => [...awkward(), ...floats()],
    options,
  },
});

const NS = [0, 1, 5, 37, 1000];

defineKernels("ranges of parallel loops", {
  "prange(start, stop)": {
    kernel: (from: number, to: number) => {
      let s = 0;
      for (const i of prange(from, to)) s += i * 3 + 1;
      return s;
    },
    cases: () => [
      ...NS.map((n) => [0, n]),
      [-20, 30],
      [5, 5],
      [9, 3],
      [2147480000, 2147483647],
      [-2147483648, -2147483000],
    ],
    options,
  },
  "prange(start, stop, 3) and −4": {
    kernel: (from: number, to: number) => {
      let up = 0;
      let down = 0;
      for (const i of prange(from, to, 3)) up += i;
      for (const i of prange(to, from, -4)) down += i * 2;
      return [up, down];
    },
    cases: () => [...NS.map((n) => [0, n]), [-20, 30], [5, 5], [9, 3], [1, 2]],
    options,
  },
  "a float stop": {
    kernel: (to: number) => {
      let n = 0;
      for (const i of prange(to)) n += i;
      return n;
    },
    cases: () => [[2.5], [-1.5], [0.5], [99.9999], [Number.NaN]],
    options,
  },
  "a step known at run time": {
    kernel: (from: number, to: number, step: number) => {
      let n = 0;
      for (const i of prange(from, to, step)) n += i;
      return n;
    },
    cases: () => [
      [0, 100, 7],
      [100, 0, -7],
      [0, 10, 1],
      [0, 10, 10],
      [0, 10, 11],
      [10, 0, 1],
      [0, 10, -1],
      [5, 5, -3],
      [-2147483648, 2147483647, 2147483647],
      [2147483647, -2147483648, -2147483648],
      [0, 10, 0],
      [0, 10, 0.5],
      [0.5, 10, 2],
      [0, 9.5, 3],
    ],
    options,
  },
  "an outer loop around": {
    kernel: (a: Float64Array, rounds: number) => {
      let total = 0;
      for (let k = 0; k < rounds; k++) {
        let s = 0;
        for (const i of prange(k, a.length)) s += a[i]!;
        total += s * (k + 1);
      }
      return total;
    },
    cases: () => NS.map((n) => [Float64Array.from({ length: n }, (_, i) => i % 11), 4]),
    options,
  },
  "a loop inside, itself prange": {
    kernel: (a: Float64Array, w: number) => {
      let s = 0;
      for (const y of prange(w)) for (const x of prange(w)) s += a[y * w + x]! * (x - y);
      return s;
    },
    cases: () => [0, 1, 3, 20].map((w) => [Float64Array.from({ length: w * w }, (_, i) => i % 13), w]),
    options,
  },
});

/** What is no int32 where the loop begins, or isn't known to be one. */
const STARTS = [1, 1.5, -2.5, 5e9, -5e12 - 3, -0, Number.NaN, Infinity];
const started = (): unknown[][] => [0, 3, 1000].flatMap((n) => STARTS.map((c) => [n, c]));

defineKernels("reductions: bits of any number", {
  "s |= e, s ^= e": {
    kernel: (n: number, c: number) => {
      let d = c;
      for (const i of prange(n)) {
        c |= i & 9;
        d ^= i * 77;
      }
      return [c, d];
    },
    cases: started,
    options,
  },
  "s &= e after s += e": {
    kernel: (n: number, c: number) => {
      for (const i of prange(n)) c += i;
      for (const i of prange(n)) c &= ~(i & 8);
      return c;
    },
    cases: () => [0, 3, 1000].flatMap((n) => [1, -2.5, 5e9].map((c) => [n, c])),
    options,
  },
  "on some rounds, in an inner loop, again and again": {
    kernel: (n: number, c: number, least: number) => {
      for (let k = 0; k < 3; k++) {
        for (const i of prange(n)) for (let j = 0; j < 3; j++) if (i * j > least) c = (i + k) ^ c;
        c += 0.5;
      }
      return c;
    },
    cases: () => [0, 3, 200].flatMap((n) => [1.5, 5e9].flatMap((c) => [0, 150, 1e6].map((least) => [n, c, least]))),
    options,
  },
  "of an integer beyond 32 bits": {
    kernel: (a: Uint32Array, c: Uint32Array) => {
      let s = c[0]! * 3;
      for (const i of prange(a.length)) s ^= a[i]!;
      return s;
    },
    cases: () =>
      [0, 3, 1000].map((n) => [Uint32Array.from({ length: n }, (_, i) => i * 0x9e3779b1), Uint32Array.of(4e9)]),
    options,
  },
});

const ONCE = 1;

defineKernels("reductions: loops of one round at most", {
  "a captured 1, a parity, a long step": {
    kernel: (x: number, n: number, c: boolean) => {
      let s = 0;
      for (const _ of prange(ONCE)) s += x;
      for (const _ of prange(n & 1)) s += x;
      for (const _ of prange(c ? 1 : 0)) s *= x;
      for (const i of prange(0, 10, 20)) s += x + i;
      for (const _ of prange(ONCE)) for (const j of prange(n)) s += j;
      return s;
    },
    cases: () => [
      [3, 7, true],
      [2, 8, false],
      [0.5, 1000, true],
    ],
    options,
  },
});
