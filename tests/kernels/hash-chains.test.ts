/** Values that are used twice by values that are used twice, and so on: what is asked about each must be asked once. */
import { prange } from "../../src/index.ts";
import { defineKernels } from "../support/differential.ts";
import { randomInts } from "../support/edge-values.ts";

function mix(x: number): number {
  const y = x ^ (x << 13);
  const z = y ^ (y >>> 17);
  return z ^ (z << 5);
}

const mixed = (x: number): number => mix(mix(mix(mix(x))));
const hash = (x: number): number => mixed(mixed(mixed(x)));

const table = (n: number): Int32Array => randomInts(n, n, -1000, 1000);

defineKernels("long hashes in loops", {
  "of what the loop doesn't change": {
    kernel: (a: Int32Array, seed: number) => {
      for (let i = 0; i < a.length; i++) a[i] = a[hash(seed | 0) & 15] + i;
    },
    cases: () => [0, 5, -1].map((seed) => [table(40), seed]),
  },
  "of both counters, in columns": {
    kernel: (a: Int32Array, b: Int32Array, w: number) => {
      for (let j = 0; j < w; j++) for (let i = 0; i < 20; i++) a[i * w + j] = b[hash(i * w + j) & 255];
    },
    cases: () => [1, 40, 150].map((w) => [table(20 * w), table(256), w]),
  },
  "as places to store to, and to count in": {
    kernel: (a: Int32Array, keys: Int32Array) => {
      for (let i = 0; i < keys.length; i++) a[hash(i) & 255] = i;
      for (let i = 0; i < keys.length; i++) a[hash(keys[i]) & 255] += 1;
    },
    cases: () => [0, 1, 300, 2000].map((n) => [table(256), table(n)]),
  },
  "as places to count in, by all threads": {
    kernel: (a: Int32Array, keys: Int32Array) => {
      for (const i of prange(keys.length)) a[hash(keys[i]) & 255] = a[hash(keys[i]) & 255] + 1;
    },
    cases: () => [0, 1, 300, 2000].map((n) => [table(256), table(n)]),
    options: { parallel: true, chunksize: 16 },
  },
  "of the best place so far": {
    kernel: (a: Int32Array) => {
      let m = 0;
      for (let i = 0; i < a.length; i++) if (hash(m) < a[i]) m = i;
      return m;
    },
    cases: () => [0, 1, 300].map((n) => [table(n)]),
  },
});
