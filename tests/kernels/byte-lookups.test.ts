/** Bytes looked up in tables by bytes: where the processor can, 64 at once. */
import { prange } from "../../src/index.ts";
import { defineKernels } from "../support/differential.ts";
import { randomInts } from "../support/edge-values.ts";

const bytes = (n: number, seed: number, below = 256): Uint8Array => Uint8Array.from(randomInts(n, seed, 0, below));
const LENGTHS = [0, 1, 15, 63, 64, 65, 127, 128, 200, 256, 319, 1000];
const pictures = (below = 256): Uint8Array[] => LENGTHS.map((n) => bytes(n, n, below));

defineKernels("lookups of bytes", {
  "in an array of the kernel": {
    kernel: (image: Uint8Array, out: Uint8Array) => {
      const levels = new Uint8Array(256);
      for (let v = 0; v < 256; v++) levels[v] = v * 7 + 3;
      for (let i = 0; i < image.length; i++) out[i] = levels[image[i]];
    },
    cases: () => pictures().map((image) => [image, new Uint8Array(image.length)]),
  },
  "in an argument, which may be longer": {
    kernel: (image: Uint8Array, levels: Uint8Array, out: Uint8Array) => {
      for (let i = 0; i < image.length; i++) out[i] = levels[image[i]];
    },
    cases: () =>
      [256, 257, 1000].flatMap((n) => pictures().map((image) => [image, bytes(n, n), new Uint8Array(image.length)])),
  },
  "in one that is too short": {
    kernel: (image: Uint8Array, levels: Uint8Array, out: Uint8Array) => {
      for (let i = 0; i < image.length; i++) out[i] = levels[image[i]];
    },
    cases: () =>
      [0, 1, 64, 100, 192, 255].flatMap((n) => [
        [bytes(300, n, Math.max(n, 1)), bytes(n, 1), new Uint8Array(300)],
        [bytes(300, n), bytes(n, 1), new Uint8Array(300)],
      ]),
    mayLeaveBounds: true,
  },
  "in short arrays, by bytes that are known to fit": {
    kernel: (image: Uint8Array, out: Uint8Array) => {
      const table = new Uint8Array(100);
      for (let v = 0; v < 100; v++) table[v] = 255 - v;
      for (let i = 0; i < image.length; i++) image[i] = image[i] % 100;
      for (let i = 0; i < image.length; i++) out[i] = image[i] < 100 ? table[image[i]] : 1;
    },
    cases: () => pictures().map((image) => [image, new Uint8Array(image.length)]),
  },
  "in place": {
    kernel: (image: Uint8Array, levels: Uint8Array) => {
      for (let i = 0; i < image.length; i++) image[i] = levels[image[i]];
    },
    cases: () => pictures().map((image) => [image, bytes(256, 1)]),
  },
  "over the table itself": {
    kernel: (image: Uint8Array, table: Uint8Array) => {
      for (let i = 0; i < image.length; i++) table[i] = table[image[i]];
    },
    cases: () => [
      [bytes(200, 1), bytes(256, 2)],
      [bytes(256, 3), bytes(256, 4)],
    ],
  },
  "where arguments share memory": {
    kernel: (image: Uint8Array, table: Uint8Array, out: Uint8Array) => {
      for (let i = 0; i < image.length; i++) out[i] = table[image[i]];
    },
    cases: () =>
      [0, 1, 64, 100, 255].map((shift) => {
        const memory = bytes(1000, shift + 1);
        return [bytes(500, 9), memory.subarray(0, 256), memory.subarray(shift, shift + 500)];
      }),
  },
  "of what kinds there are": {
    kernel: (image: Uint8ClampedArray, table: Int8Array, out: Int8Array, clamped: Uint8ClampedArray) => {
      for (let i = 0; i < image.length; i++) out[i] = table[image[i]];
      for (let i = 0; i < image.length; i++) clamped[i] = table[image[i]];
    },
    cases: () =>
      LENGTHS.map((n) => [
        new Uint8ClampedArray(bytes(n, n)),
        new Int8Array(bytes(256, n)),
        new Int8Array(n),
        new Uint8ClampedArray(n),
      ]),
  },
  "by signed bytes": {
    kernel: (image: Int8Array, table: Uint8Array, out: Uint8Array) => {
      for (let i = 0; i < image.length; i++) out[i] = table[image[i] & 255];
      for (let i = 0; i < image.length; i++) out[i] += table[image[i] + 128];
    },
    cases: () => LENGTHS.map((n) => [new Int8Array(bytes(n, n)), bytes(256, n), new Uint8Array(n)]),
  },
  "several in a loop, of sums and parts": {
    kernel: (a: Uint8Array, b: Uint8Array, tables: Uint8Array, out: Uint8Array, offset: number) => {
      const first = tables.subarray(0, 256);
      const second = tables.subarray(256, 512);
      for (let i = 0; i < a.length - offset; i++)
        out[i] = (first[a[i + offset]] + second[b[i]]) >> 1 > 100 ? first[b[i]] ^ 3 : second[a[i]];
    },
    cases: () => LENGTHS.map((n) => [bytes(n, n), bytes(n, n + 1), bytes(512, n), new Uint8Array(n), n >> 3]),
  },
  "of what another has found": {
    kernel: (image: Uint8Array, table: Uint8Array, out: Uint8Array) => {
      for (let i = 0; i < image.length; i++) out[i] = table[table[image[i]]];
    },
    cases: () => pictures().map((image) => [image, bytes(256, 7), new Uint8Array(image.length)]),
  },
  "row by row, with angles": {
    kernel: (image: Uint8Array, table: Uint8Array, width: number, out: Uint8Array, angles: Float64Array) => {
      for (let y = 0; y * width < image.length; y++)
        for (let x = 0; x < width; x++) out[y * width + x] = table[image[y * width + x]];
      for (let i = 0; i < angles.length; i++) angles[i] = Math.sin(angles[i]) > 0 ? 1 : 0;
    },
    cases: () =>
      [1, 7, 64, 70, 200].map((width) => [
        bytes(width * 5, width),
        bytes(256, 7),
        width,
        new Uint8Array(width * 5),
        Float64Array.from([1, 2, 1e300]),
      ]),
  },
  "in a table that each round of the loop around fills": {
    kernel: (image: Uint8Array, out: Uint8Array) => {
      const table = new Uint8Array(256);
      for (let round = 0; round < 3; round++) {
        for (let v = 0; v < 256; v++) table[v] += v + round;
        for (let i = 0; i < image.length; i++) out[i] = table[image[i]];
        table[out.length > 0 ? out[0] : 0]++;
      }
    },
    cases: () => pictures().map((image) => [image, new Uint8Array(image.length)]),
  },
});

defineKernels("lookups of bytes in parallel loops", {
  "rows on all cores": {
    kernel: (image: Uint8Array, table: Uint8Array, width: number, out: Uint8Array) => {
      for (const y of prange(5)) for (let x = 0; x < width; x++) out[y * width + x] = table[image[y * width + x]];
    },
    options: { parallel: true },
    cases: () =>
      [1, 64, 200].map((width) => [bytes(width * 5, width), bytes(256, 7), width, new Uint8Array(width * 5)]),
  },
  "elements on all cores": {
    kernel: (image: Uint8Array, table: Uint8Array, out: Uint8Array) => {
      for (const i of prange(image.length)) out[i] = table[image[i]];
    },
    options: { parallel: true },
    cases: () =>
      [...pictures(), bytes(100_000, 1)].map((image) => [image, bytes(256, 7), new Uint8Array(image.length)]),
  },
});
