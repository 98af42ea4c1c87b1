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

const EDGES = Int32Array.of(0, 1, -1, 2, 3, 7, 1000, -1000, 2147483647, -2147483648, 65535, 1664525, -1013904223);
const words = (): Uint32Array => Uint32Array.from(EDGES);

defineKernels("the low 32 bits of sums and products of integers of more bits", {
  "generators' states, as uint32s": {
    kernel: (seeds: Uint32Array, out: Float64Array) => {
      for (let k = 0; k < seeds.length; k++) {
        let s = seeds[k];
        for (let i = 0; i < 20; i++) {
          s = (Math.imul(s, 1664525) + 1013904223) >>> 0;
          out[k] += s / 4294967296;
        }
        for (let i = 0; i < 20; i++) s = (Math.imul(s, 747796405) - 2891336453 + (s & 15)) >>> 0;
        out[k] += s;
      }
    },
    cases: () => [[words(), new Float64Array(EDGES.length)]],
  },
  "of uint32s and int32s together": {
    kernel: (a: Uint32Array, b: Int32Array, out: Int32Array, big: Uint32Array) => {
      for (let i = 0; i < a.length; i++)
        for (let j = 0; j < b.length; j++) {
          out[i * b.length + j] = (a[i] + b[j] - 4294967295) | 0;
          big[i * b.length + j] = (a[i] - (b[j] + (a[j] - b[i]))) >>> 0;
          out[i * b.length + j] ^= (((a[i] & 65535) * (b[j] & 1023)) ^ (a[j] + 1)) + ((b[i] - 2147483647) | 0);
        }
    },
    cases: () => [[words(), EDGES, new Int32Array(EDGES.length ** 2), new Uint32Array(EDGES.length ** 2)]],
  },
  "of BigInts": {
    kernel: (a: BigInt64Array, b: BigInt64Array, out: BigInt64Array) => {
      for (let i = 0; i < a.length; i++)
        for (let j = 0; j < b.length; j++)
          out[i * b.length + j] = BigInt.asIntN(32, (a[i] * b[j] + 5n) ^ (a[j] - b[i]));
    },
    cases: () => {
      const a = BigInt64Array.of(
        0n,
        1n,
        -1n,
        2n ** 31n,
        -(2n ** 31n),
        2n ** 62n,
        -(2n ** 63n),
        2n ** 63n - 1n,
        12345678901n,
      );
      return [[a, a.toReversed(), new BigInt64Array(a.length ** 2)]];
    },
  },
});
