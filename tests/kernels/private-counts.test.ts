/** Counts of small arrays, which take turns in several copies where a loop is long. */
import { prange } from "../../src/index.ts";
import { defineKernels, oob } from "../support/differential.ts";
import { randomInts } from "../support/edge-values.ts";

const LENGTHS = [0, 1, 1023, 1024, 1025, 1026, 1027, 5000];
/** Smooth, so that neighbours are often equal. */
const bytes = (n: number, below = 256): Uint8Array =>
  Uint8Array.from({ length: n }, (_, i) => Math.floor((Math.sin(i / 50) + 1) * 0.4999 * below));
const pictures = (below = 256): Uint8Array[] => LENGTHS.map((n) => bytes(n, below));

defineKernels("counts of bytes", {
  "in an array of the kernel": {
    kernel: (image: Uint8Array, out: Int32Array) => {
      const counts = new Int32Array(256);
      for (let i = 0; i < image.length; i++) counts[image[i]]++;
      for (let v = 0; v < 256; v++) out[v] = counts[v];
    },
    cases: () => pictures().map((image) => [image, new Int32Array(256)]),
  },
  "in arguments of several lengths": {
    kernel: (image: Uint8Array, counts: Int32Array) => {
      for (let i = 0; i < image.length; i++) counts[image[i]]++;
    },
    cases: () => [
      ...[256, 257, 1000].flatMap((n) => pictures().map((image) => [image, randomInts(n, n, -5, 5)])),
      [bytes(2000, 10), new Int32Array(10)],
      oob("counts", bytes(2000), new Int32Array(200)),
    ],
  },
  "in unsigned integers, and they wrap": {
    kernel: (image: Uint8Array, counts: Uint32Array, signed: Int32Array, weights: Int32Array) => {
      for (let i = 0; i < image.length; i++) counts[image[i]] -= 1;
      for (let i = 0; i < image.length; i++) signed[image[i]] += weights[i];
    },
    cases: () =>
      LENGTHS.map((n) => [
        bytes(n),
        new Uint32Array(256).fill(3),
        new Int32Array(256),
        randomInts(n, 5, -(2 ** 31), 2 ** 31),
      ]),
  },
  "two a round": {
    kernel: (image: Uint8Array, counts: Int32Array, from: number) => {
      for (let i = from; i < image.length - 1; i++) {
        counts[image[i]]++;
        counts[image[i + 1]] += 3;
      }
    },
    cases: () => pictures().flatMap((image) => [0, 1, 7].map((from) => [image, new Int32Array(256), from])),
  },
  "with places that are computed": {
    kernel: (values: Float64Array, counts: Int32Array) => {
      for (let i = 0; i < values.length; i++) counts[Math.min(Math.max(Math.floor(values[i] * 10), 0), 63)]++;
      for (let i = 0; i < values.length; i++) counts[(Math.floor(values[i]) & 31) + 32]++;
    },
    cases: () =>
      LENGTHS.map((n) => [Float64Array.from({ length: n }, (_, i) => Math.sin(i / 9) * 8), new Int32Array(64)]),
  },
  "whose old values are seen": {
    kernel: (keys: Uint8Array, counts: Int32Array, order: Int32Array) => {
      for (let i = 0; i < keys.length; i++) order[i] = counts[keys[i]]++;
    },
    cases: () => pictures().map((keys) => [keys, new Int32Array(256), new Int32Array(keys.length)]),
  },
  "beside one that is looked at": {
    kernel: (keys: Uint8Array, counts: Int32Array) => {
      for (let i = 0; i < keys.length; i++) counts[keys[i]] += counts[0] & 1;
      for (let i = 0; i < keys.length; i++) counts[keys[i]] = 5 - counts[keys[i]];
      for (let i = 0; i < keys.length; i++) counts[counts[keys[i]] & 255]++;
    },
    cases: () => pictures().map((keys) => [keys, Int32Array.from({ length: 256 }, (_, i) => i * 3)]),
  },
  "where the arguments are one memory": {
    kernel: (keys: Int32Array, counts: Int32Array) => {
      for (let i = 0; i < keys.length; i++) counts[keys[i] & 255]++;
    },
    cases: () => {
      const keys = randomInts(2000, 3, 0, 300);
      return [
        [keys, keys],
        [keys, keys.subarray(0, 256)],
        [keys.subarray(100), keys.subarray(0, 256)],
      ];
    },
  },
  "of rows, cleared each time": {
    kernel: (image: Uint8Array, width: number, out: Int32Array) => {
      const counts = new Int32Array(256);
      for (let y = 0; y * width < image.length; y++) {
        counts.fill(0);
        for (let x = 0; x < width; x++) counts[image[y * width + x]]++;
        for (let v = 0; v < 256; v++) out[v] = out[v] * 3 + counts[v];
      }
    },
    cases: () => [10, 1030, 3000].map((width) => [bytes(width * 4), width, new Int32Array(256)]),
  },
  "on all cores": {
    kernel: (image: Uint8Array, counts: Uint32Array) => {
      for (const i of prange(image.length)) counts[image[i]]++;
    },
    options: { parallel: true },
    cases: () => [...pictures(), bytes(300_000)].map((image) => [image, new Uint32Array(256)]),
  },
});
