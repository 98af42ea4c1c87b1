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
