/** Arrays in parallel loops: elements of each iteration's own, accumulation, arrays made inside, errors, recursion. */
import { prange } from "../../src/index.ts";
import { defineKernels, oob } from "../support/differential.ts";
import { randomFloats } from "../support/edge-values.ts";

const options = { parallel: true, chunksize: 4 };
const LENGTHS = [0, 1, 3, 50, 5000];
const bytes = (n: number): Uint8Array => Uint8Array.from({ length: n }, (_, i) => (i * i * 31) >> 2);

defineKernels("elements of each iteration's own", {
  "out[i]": {
    kernel: (a: Float64Array, out: Float64Array) => {
      for (const i of prange(a.length)) out[i] = a[i]! * 2 - i;
    },
    cases: () => LENGTHS.map((n) => [randomFloats(n, 1), new Float64Array(n)]),
    options,
  },
  "in place, downwards, every third": {
    kernel: (a: Float64Array) => {
      for (const i of prange(a.length - 1, -1, -3)) a[i] = Math.sqrt(Math.abs(a[i]!)) + i;
    },
    cases: () => LENGTHS.map((n) => [randomFloats(n, 2)]),
    options,
  },
  "the same array twice": {
    kernel: (a: Float64Array, b: Float64Array) => {
      for (const i of prange(a.length)) b[i] = a[a.length - 1 - i]! + 1;
    },
    cases: () =>
      LENGTHS.map((n) => {
        const a = randomFloats(n, 3);
        return [a, a];
      }),
    options,
  },
  "rows of a matrix": {
    kernel: (a: Float32Array, out: Float32Array, w: number, h: number) => {
      for (const y of prange(1, h - 1))
        for (let x = 1; x < w - 1; x++)
          out[y * w + x] = (a[(y - 1) * w + x]! + a[(y + 1) * w + x]! + a[y * w + x - 1]! + a[y * w + x + 1]!) / 4;
    },
    cases: () =>
      [
        [3, 3],
        [10, 17],
        [64, 1],
        [1, 64],
      ].map(([w = 0, h = 0]) => [
        Float32Array.from({ length: w * h }, (_, i) => i % 17),
        new Float32Array(w * h),
        w,
        h,
      ]),
    options,
  },
  "matrix product": {
    kernel: (a: Float64Array, b: Float64Array, c: Float64Array, n: number) => {
      for (const i of prange(n))
        for (let k = 0; k < n; k++) for (let j = 0; j < n; j++) c[i * n + j]! += a[i * n + k]! * b[k * n + j]!;
    },
    cases: () => [0, 1, 2, 33].map((n) => [randomFloats(n * n, 4), randomFloats(n * n, 5), new Float64Array(n * n), n]),
    options,
  },
  "captured from outside": {
    kernel: (n: number) => {
      for (const i of prange(n)) captured[i] = i * 3;
      return captured.length;
    },
    cases: () => [[0], [10], [64]],
    options,
  },
});

const captured = new Int32Array(64);

defineKernels("arrays that are accumulated into", {
  "a histogram made in the kernel": {
    kernel: (a: Uint8Array) => {
      const counts = new Uint32Array(256);
      for (const i of prange(a.length)) counts[a[i]!]!++;
      return counts;
    },
    cases: () => LENGTHS.map((n) => [bytes(n)]),
    options,
  },
  "a histogram given as an argument": {
    kernel: (a: Uint8Array, counts: Int32Array, weights: Float64Array) => {
      for (const i of prange(a.length)) {
        counts[a[i]! >> 4]! += 3;
        weights[a[i]! & 15]! += a[i]!;
        weights[3]! -= 1;
      }
    },
    cases: () =>
      LENGTHS.map((n) => [bytes(n), Int32Array.from({ length: 16 }, (_, i) => i), new Float64Array(16).fill(-0)]),
    options,
  },
  "zeros, by their signs": {
    kernel: (a: Float64Array, sums: Float64Array, few: Float32Array) => {
      for (const i of prange(a.length)) {
        sums[(i * 4) >> 6]! += a[i]!;
        few[i >> 5]! -= a[i]!;
      }
    },
    cases: () =>
      [0, -0].flatMap((zero) =>
        [0, -0].map((old) => [
          new Float64Array(64).fill(zero),
          new Float64Array(8).fill(old),
          new Float32Array(4).fill(old),
        ]),
      ),
    options,
  },
  "narrow counters that wrap": {
    kernel: (a: Uint8Array, counts: Uint8Array, more: Int16Array) => {
      for (const i of prange(a.length)) {
        counts[a[i]! & 3] = counts[a[i]! & 3]! + 1;
        more[a[i]! & 1]! += 1000;
      }
    },
    cases: () => LENGTHS.map((n) => [bytes(n), Uint8Array.of(250, 1, 2, 3), new Int16Array(2)]),
    options,
  },
  "float32 bins": {
    kernel: (a: Uint8Array) => {
      const bins = new Float32Array(7);
      for (const i of prange(a.length)) bins[a[i]! % 7]! += 0.5;
      return bins;
    },
    cases: () => LENGTHS.map((n) => [bytes(n)]),
    options,
  },
  "longer than the range: no copies": {
    kernel: (a: Uint8Array, out: Float64Array) => {
      for (const i of prange(a.length)) out[a[i]! * 7]! += 1;
    },
    cases: () => [0, 1, 50].map((n) => [bytes(n), new Float64Array(2000)]),
    options,
  },
  "an index out of bounds": {
    kernel: (a: Uint8Array) => {
      const counts = new Uint32Array(16);
      for (const i of prange(a.length)) counts[a[i]!]!++;
      return counts;
    },
    cases: () => [[Uint8Array.from({ length: 50 }, (_, i) => i & 15)]],
    options,
  },
});

defineKernels("inside an iteration", {
  "an array of its own": {
    kernel: (a: Float64Array, out: Float64Array, w: number) => {
      for (const y of prange(out.length)) {
        const row = new Float64Array(w);
        for (let x = 0; x < w; x++) row[x] = a[y * w + x]! * 2;
        row.reverse();
        let s = 0;
        for (let x = 0; x < w; x++) s = s * 0.5 + row[x]!;
        out[y] = s;
      }
    },
    cases: () => [
      [randomFloats(600, 6), new Float64Array(60), 10],
      [randomFloats(60, 6), new Float64Array(60), 1],
    ],
    options,
  },
  "a helper with variables of its own": {
    kernel: (a: Float64Array, out: Float64Array) => {
      let unused = 0;
      const smooth = (i: number): number => {
        let s = 0;
        for (let k = Math.max(0, i - 2); k <= Math.min(a.length - 1, i + 2); k++) s += a[k]!;
        return s / 5;
      };
      for (const i of prange(a.length)) {
        unused = smooth(i);
        out[i] = unused;
      }
    },
    cases: () => LENGTHS.map((n) => [randomFloats(n, 7), new Float64Array(n)]),
    options,
  },
  recursion: {
    kernel: (out: Int32Array) => {
      const fib = (n: number): number => (n < 2 ? n : fib(n - 1) + fib(n - 2));
      for (const i of prange(out.length)) out[i] = fib(i % 15);
    },
    cases: () => [[new Int32Array(40)]],
    options,
  },
  "recursion that reads variables from outside": {
    kernel: (out: Float64Array, base: number) => {
      const grow = (n: number): number => (n <= 0 ? base : grow(n - 1) * 1.5 + base);
      for (const i of prange(out.length)) out[i] = grow(i % 20);
    },
    cases: () => [[new Float64Array(100), 0.25]],
    options,
  },
});

defineKernels("errors", {
  "the lowest iteration's index": {
    kernel: (a: Float64Array, index: Int32Array) => {
      let s = 0;
      for (const i of prange(index.length)) s += a[index[i]!]!;
      return s;
    },
    cases: () => [
      oob(
        "a",
        new Float64Array(10),
        Int32Array.from({ length: 500 }, (_, i) => (i < 123 ? i % 10 : 1000 - i)),
      ),
      oob(
        "a",
        new Float64Array(10),
        Int32Array.from({ length: 500 }, (_, i) => (i === 499 ? 10 : i % 10)),
      ),
      oob("a", new Float64Array(0), Int32Array.of(0)),
      [new Float64Array(10), Int32Array.from({ length: 500 }, (_, i) => i % 10)],
    ],
    options,
  },
  throw: {
    kernel: (a: Float64Array) => {
      for (const i of prange(a.length)) {
        if (a[i]! > 80) throw new RangeError("too large");
        if (a[i]! === 50) throw new TypeError("fifty");
      }
    },
    cases: () => [
      [Float64Array.from({ length: 100 }, (_, i) => i)],
      [Float64Array.from({ length: 100 }, (_, i) => 99 - i)],
      [new Float64Array(100)],
    ],
    options,
  },
  "endless recursion": {
    kernel: (out: Float64Array) => {
      const down = (n: number): number => down(n + 1) + 1;
      for (const i of prange(out.length)) out[i] = down(i);
    },
    cases: () => [[new Float64Array(20)]],
    options,
  },
});
