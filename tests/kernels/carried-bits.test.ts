/** Numbers that are no int32 before a loop, and 32 bits in it. */
import { defineKernels } from "../support/differential.ts";

const SEEDS = [1, 0x9e3779b9, -0, 0.5, -1.5, NaN, Infinity, -Infinity, 2 ** 31, -(2 ** 31) - 1, 2 ** 53, 1e300, 5];

defineKernels("carried bits", {
  "a generator's state": {
    kernel: (a: number, b: number, n: number) => {
      let s = 0;
      for (let i = 0; i < n; i++) {
        a |= 0;
        b |= 0;
        const t = (a + b) | 0;
        a = b ^ (b >>> 9);
        b = (t + (t << 3)) | 0;
        s += (t >>> 0) / 4294967296;
      }
      return [s, a, b, 1 / a];
    },
    cases: () => SEEDS.flatMap((a) => [0, 1, 20].map((n) => [a, SEEDS.at(-3) ?? 0, n])),
  },
  "shifted, and left early": {
    kernel: (x: number, n: number, stop: number) => {
      let rounds = 0;
      outer: for (let k = 0; k < 3; k++) {
        while (rounds < n) {
          if (rounds === stop) break;
          if (rounds === stop + 5) break outer;
          x ^= x << 13;
          x ^= x >>> 17;
          x ^= x << 5;
          rounds++;
        }
        if (rounds > stop + 2) return -x;
        stop += 2;
      }
      return x;
    },
    cases: () => SEEDS.flatMap((x) => [0, 3, 9].flatMap((n) => [-1, 0, 4].map((stop) => [x, n, stop]))),
  },
  "in some rounds only, and in a loop around": {
    kernel: (bits: Int32Array, flags: number, other: number) => {
      for (let k = 0; k < 2; k++) {
        for (let i = 0; i < bits.length; i++) {
          if ((bits[i] ?? 0) > 0) flags |= bits[i] ?? 0;
          if ((bits[i] ?? 0) < -5) other &= bits[i] ?? 0;
        }
        bits[k] = flags;
      }
      return [flags, other, 1 / flags];
    },
    cases: () =>
      SEEDS.flatMap((x) => [
        [Int32Array.of(-1, -2, 0), x, x],
        [Int32Array.of(-1, 4, 256, -9), x, -x],
      ]),
  },
  "a power that may be a square": {
    kernel: (xs: Float64Array, p: number) => {
      let s = 0;
      for (let i = 0; i < xs.length; i++) {
        if (s > 1e6) break;
        s = xs[i] ** p;
        if (i === xs.length - 1) return s;
      }
      return s;
    },
    cases: () =>
      [2, 1, 3, 0.5, 2.5, -2].flatMap((p) =>
        [0, -0, 1.5, -3, 1e160, NaN, -Infinity, 0.1].map((x) => [Float64Array.of(1, x), p]),
      ),
    approximates: "pow",
  },
});
