/** Loops across memory, in columns of matrices, and matrices turned round. */
import { prange } from "../../src/index.ts";
import { defineKernels, oob } from "../support/differential.ts";

/** Width and height: around tiles and the strides that are worth them, and of powers of two. */
const SHAPES = [
  [0, 5],
  [1, 1],
  [130, 1],
  [15, 200],
  [16, 16],
  [127, 129],
  [128, 128],
  [129, 33],
  [256, 17],
  [300, 150],
] as const;

const numbers = (n: number): Float64Array => Float64Array.from({ length: n }, (_, i) => Math.sin(i) * 1000);
const bytes = (n: number): Uint8Array => Uint8Array.from({ length: n }, (_, i) => i * 7);

defineKernels("columns", {
  "of one matrix": {
    kernel: (w: number, h: number, a: Float64Array) => {
      for (let x = 0; x < w; x++) for (let y = 0; y < h; y++) a[y * w + x] += x * 3 - y;
    },
    cases: () => SHAPES.map(([w, h]) => [w, h, numbers(w * h)]),
  },
  "of several, with something for each": {
    kernel: (w: number, h: number, a: Float64Array, b: Float32Array, scale: Float64Array) => {
      for (let x = 0; x < w; x++) {
        const s = scale[x] * 2;
        for (let y = 1; y < h; y++) b[y * w + x] = a[y * w + x] * s + a[(y - 1) * w + x];
      }
    },
    cases: () => SHAPES.map(([w, h]) => [w, h, numbers(w * h), new Float32Array(w * h), numbers(w)]),
  },
  "from below, from the right": {
    kernel: (w: number, h: number, a: Float64Array, b: Float64Array) => {
      for (let x = 0; x < w; x++) for (let y = 0; y < h; y++) b[(h - 1 - y) * w + (w - 1 - x)] = a[y * w + x];
    },
    cases: () => SHAPES.map(([w, h]) => [w, h, numbers(w * h), new Float64Array(w * h)]),
  },
  "that run into each other": {
    kernel: (n: number, m: number, stride: number, a: Float64Array) => {
      for (let x = 0; x < n; x++) for (let y = 0; y < m; y++) a[y * stride + x] = x * 1000 + y;
    },
    cases: () =>
      [1, 5, 127, 128, 130].flatMap((stride) => [
        [stride, 40, stride, new Float64Array(40 * stride + 400)],
        [stride + 1, 40, stride, new Float64Array(40 * stride + 400)],
        [300, 40, stride, new Float64Array(40 * stride + 400)],
      ]),
  },
  "too far": {
    kernel: (w: number, h: number, a: Float64Array) => {
      for (let x = 0; x < w; x++) for (let y = 0; y < h; y++) a[y * w + x] = y;
    },
    cases: () => [oob("a", 200, 100, new Float64Array(200 * 100 - 1)), oob("a", 200, 101, new Float64Array(20000))],
  },
});

defineKernels("turning round", {
  "stored in columns": {
    kernel: (w: number, h: number, a: Float64Array, b: Float64Array) => {
      for (let y = 0; y < h; y++) for (let x = 0; x < w; x++) b[x * h + y] = a[y * w + x];
    },
    cases: () => [
      ...SHAPES.map(([w, h]) => [w, h, numbers(w * h), new Float64Array(w * h)]),
      ...SHAPES.map(([w, h]) => [h, w, numbers(w * h), new Float64Array(w * h)]),
    ],
  },
  "loaded in columns": {
    kernel: (w: number, h: number, a: Uint8Array, b: Uint8ClampedArray) => {
      for (let y = 0; y < h; y++) for (let x = 0; x < w; x++) b[y * w + x] = a[x * h + y] + x;
    },
    cases: () => SHAPES.map(([w, h]) => [w, h, bytes(w * h), new Uint8ClampedArray(w * h)]),
  },
  "by a quarter, with rows that run into each other": {
    kernel: (n: number, m: number, row: number, a: Float64Array, b: Float64Array) => {
      for (let i = 0; i < m; i++) for (let j = 0; j < n; j++) b[i * row + j] = a[(n - 1 - j) * m + i];
    },
    cases: () =>
      [1, 16, 199, 200, 201, 300].map((row) => [200, 150, row, numbers(200 * 150), new Float64Array(150 * row + 200)]),
  },
  "in one and the same memory": {
    kernel: (n: number, a: Float64Array, b: Float64Array) => {
      for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) b[j * n + i] = a[i * n + j];
    },
    cases: () => {
      const buffer = numbers(2 * 150 * 150);
      return [
        [150, buffer, buffer],
        [150, buffer.subarray(100), buffer],
        [150, buffer, buffer.subarray(7)],
      ];
    },
  },
  "on all cores": {
    kernel: (n: number, a: Float64Array, b: Float64Array) => {
      for (const i of prange(n)) for (let j = 0; j < n; j++) b[j * n + i] = a[i * n + j];
    },
    cases: () => [16, 129, 256, 400].map((n) => [n, numbers(n * n), new Float64Array(n * n)]),
    options: { parallel: true },
  },
});
