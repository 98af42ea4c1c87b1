/** Loops that write an element which all their iterations read: cut in two there. */
import { defineKernels } from "../support/differential.ts";
import { randomFloats, randomInts } from "../support/edge-values.ts";

const whole = (): Int32Array => randomInts(40, 1, -(2 ** 31), 2 ** 31);
/** Where the common element stands: before the loop's range, at its borders, within it, after it. */
const PLACES = [0, 3, 4, 5, 17, 38, 39];
const RANGES = [
  [4, 39],
  [4, 40],
  [0, 40],
  [4, 5],
  [4, 4],
  [9, 4],
];
const placesAndRanges = (): [number, number, number][] =>
  PLACES.flatMap((at) => RANGES.map(([from = 0, to = 0]): [number, number, number] => [at, from, to]));

defineKernels("an element that all iterations read", {
  "Floyd and Warshall": {
    kernel: (n: number, path: Int32Array) => {
      for (let k = 0; k < n; k++)
        for (let i = 0; i < n; i++)
          for (let j = 0; j < n; j++) path[i * n + j] = Math.min(path[i * n + j], path[i * n + k] + path[k * n + j]);
    },
    cases: () => [1, 2, 6, 19].map((n) => [n, randomInts(n * n, n, -(2 ** 31), 2 ** 31)]),
  },
  "in a part of the array": {
    kernel: (a: Int32Array, at: number, from: number, to: number) => {
      for (let i = from; i < to; i++) a[i] = (a[i] ^ a[at]) + 1;
    },
    cases: () => placesAndRanges().map((given) => [whole(), ...given]),
  },
  "with offsets": {
    kernel: (a: Int32Array, at: number, from: number, to: number) => {
      for (let i = from; i < to; i++) a[i - 3] = a[at] + i;
      for (let i = from; i < to; i++) a[at - at + i - 1] += a[at + 1 - 1];
    },
    cases: () => placesAndRanges().flatMap(([at, from, to]) => (from < 3 ? [] : [[whole(), at, from, to]])),
  },
  "a sum goes from part to part in order": {
    kernel: (a: Float64Array, at: number, from: number, to: number) => {
      let sum = 0;
      let last = -1;
      for (let i = from; i < to; i++) {
        sum += a[at] * a[i];
        a[i] = sum + last;
        last = i;
      }
      return sum + last;
    },
    cases: () => placesAndRanges().map((given) => [randomFloats(40, 1), ...given]),
  },
  "another array shares the memory": {
    kernel: (a: Int32Array, b: Int32Array, at: number) => {
      for (let i = 0; i < a.length; i++) a[i] = a[at] + b[i] + b[at];
    },
    cases: () => {
      const memory = whole();
      return [0, 7, 19].flatMap((at) => [
        [whole(), whole(), at],
        [memory.subarray(0, 20), memory.subarray(3, 30), at],
        [memory.subarray(5, 25), memory.subarray(0, 30), at],
      ]);
    },
  },
});
