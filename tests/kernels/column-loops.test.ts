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

/** Columns and lines: around strips of them. */
const STRIPS = [
  [0, 4],
  [4, 0],
  [1, 9],
  [7, 9],
  [8, 1],
  [31, 5],
  [32, 7],
  [33, 6],
  [64, 3],
  [75, 40],
  [129, 2],
] as const;

/** With NaN, both zeros and both infinities among them. */
const special = (n: number): Float64Array => {
  const rare = [Number.NaN, -0, 0, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, 5e-324];
  return Float64Array.from({ length: n }, (_, i) =>
    i % 11 === 3 ? (rare[((i / 11) % 6) | 0] ?? 0) : Math.cos(i) * 1e3,
  );
};

defineKernels("columns reduced", {
  sums: {
    kernel: (w: number, h: number, a: Float64Array, out: Float64Array) => {
      for (let x = 0; x < w; x++) {
        let s = 0;
        for (let y = 0; y < h; y++) s += a[y * w + x];
        out[x] = s;
      }
    },
    cases: () => [
      ...STRIPS.map(([w, h]) => [w, h, numbers(w * h), new Float64Array(w)] as const),
      ...STRIPS.map(([w, h]) => [w, h, special(w * h), new Float64Array(w)] as const),
    ],
  },
  "sums in place": {
    kernel: (w: number, h: number, a: Float64Array, out: Float64Array) => {
      for (let x = 0; x < w; x++) for (let y = 0; y < h; y++) out[x] += a[y * w + x];
    },
    cases: () => {
      const memory = numbers(75 * 41);
      return [
        ...STRIPS.map(([w, h]) => [w, h, special(w * h), numbers(w)] as const),
        [75, 40, memory, memory],
        [75, 40, memory.subarray(5), memory],
        [75, 40, memory, memory.subarray(33)],
      ];
    },
  },
  "too short": {
    kernel: (w: number, h: number, a: Float64Array, out: Float64Array) => {
      for (let x = 0; x < w; x++) {
        let s = 0;
        for (let y = 0; y < h; y++) s += a[y * w + x];
        out[x] = s;
      }
    },
    cases: () => [
      oob("a", 40, 10, numbers(399), new Float64Array(40)),
      oob("out", 40, 10, numbers(400), new Float64Array(39)),
      oob("a", 40, 11, numbers(400), new Float64Array(40)),
    ],
  },
  extremes: {
    kernel: (w: number, h: number, a: Float64Array, out: Float64Array) => {
      for (let x = 0; x < w; x++) {
        let low = Infinity;
        let high = -Infinity;
        let where = -1;
        let last = 0;
        for (let y = 0; y < h; y++) {
          const v = a[y * w + x];
          low = Math.min(low, v);
          if (v > high) {
            high = v;
            where = y;
          }
          if (v < 0) last = v;
        }
        out[x * 4] = low;
        out[x * 4 + 1] = high;
        out[x * 4 + 2] = where;
        out[x * 4 + 3] = last;
      }
    },
    cases: () => STRIPS.map(([w, h]) => [w, h, special(w * h), new Float64Array(4 * w)]),
  },
  "what is far from its mean": {
    kernel: (w: number, h: number, a: Float32Array, out: Float32Array) => {
      for (let x = 0; x < w; x++) {
        let s = 0;
        for (let y = 0; y < h; y++) s += a[y * w + x];
        const mean = s / h;
        let v = 0;
        for (let y = 0; y < h; y++) v += (a[y * w + x] - mean) ** 2;
        const sd = Math.sqrt(v / h);
        for (let y = 0; y < h; y++) a[y * w + x] = (a[y * w + x] - mean) / sd;
        out[x] = sd;
      }
    },
    cases: () => STRIPS.map(([w, h]) => [w, h, Float32Array.from(special(w * h)), new Float32Array(w)]),
  },
  "running sums": {
    kernel: (w: number, h: number, stride: number, a: Float64Array) => {
      for (let x = 0; x < w; x++) {
        let s = x;
        for (let y = 0; y < h; y++) {
          s += a[y * stride + x];
          a[y * stride + x] = s;
        }
      }
    },
    cases: () =>
      [1, 9, 31, 32, 33, 64, 80].flatMap((stride) => [
        [75, 20, stride, numbers(80 * 20)],
        [9, 20, stride, special(80 * 20)],
      ]),
  },
  "of integers": {
    kernel: (w: number, h: number, a: Uint8Array, b: Int32Array, sums: Int32Array, mixed: Uint32Array) => {
      for (let x = 0; x < w; x++) {
        let s = 0;
        let m = 1;
        for (let y = 0; y < h; y++) {
          s += a[y * w + x];
          m = (Math.imul(m, 31) + b[y * w + x]) | 0;
        }
        sums[x] = s;
        mixed[x] = m;
      }
    },
    cases: () =>
      STRIPS.map(([w, h]) => [
        w,
        h,
        bytes(w * h),
        Int32Array.from(bytes(w * h)),
        new Int32Array(w),
        new Uint32Array(w),
      ]),
  },
  "seen after the loop": {
    kernel: (w: number, h: number, a: Float64Array, out: Float64Array) => {
      let s = 0;
      let negative = 1;
      for (let x = 0; x < w; x++) {
        s = 0;
        for (let y = 0; y < h; y++) {
          s += a[y * w + x];
          if (a[y * w + x] < 0) negative = a[y * w + x];
        }
        out[x] = s;
      }
      return s + negative;
    },
    cases: () => STRIPS.map(([w, h]) => [w, h, numbers(w * h), new Float64Array(w)]),
  },
  "by rounds that may be none": {
    kernel: (w: number, h: number, k: number, a: Int32Array, out: Float64Array) => {
      for (let x = 0; x < w; x++) {
        let s = 0;
        for (let y = 0; y < ((h / k) | 0); y++) s += a[y * w + x];
        out[x] = s;
      }
    },
    cases: () => [
      [40, 12, 3, Int32Array.from(bytes(160)), new Float64Array(40)],
      [40, 12, 0, Int32Array.from(bytes(160)), new Float64Array(40)],
      [0, 12, 0, Int32Array.from(bytes(160)), new Float64Array(40)],
      [40, 12, 13, Int32Array.from(bytes(160)), new Float64Array(40)],
    ],
  },
  "on all cores": {
    kernel: (w: number, h: number, a: Float64Array, out: Float64Array) => {
      for (const x of prange(w)) {
        let s = 0;
        for (let y = 0; y < h; y++) s += a[y * w + x];
        out[x] = s;
      }
    },
    cases: () => [...STRIPS, [500, 200] as const].map(([w, h]) => [w, h, special(w * h), new Float64Array(w)]),
    options: { parallel: true },
  },
});

/** Rows and columns of the one factor, columns of the other. */
const FACTORS = [
  [0, 3, 9],
  [3, 0, 9],
  [2, 3, 1],
  [3, 5, 8],
  [5, 7, 33],
  [9, 16, 64],
  [33, 31, 75],
] as const;

defineKernels("products of matrices", {
  "as it is written": {
    kernel: (n: number, m: number, p: number, a: Float64Array, b: Float64Array, c: Float64Array) => {
      for (let i = 0; i < n; i++)
        for (let j = 0; j < p; j++) {
          let s = 0;
          for (let k = 0; k < m; k++) s += a[i * m + k] * b[k * p + j];
          c[i * p + j] = s;
        }
    },
    cases: () => {
      const memory = numbers(3 * 40 * 40);
      return [
        ...FACTORS.map(([n, m, p]) => [n, m, p, numbers(n * m), special(m * p), new Float64Array(n * p)] as const),
        [40, 40, 40, memory, memory.subarray(1600), memory.subarray(3200)],
        [40, 40, 40, memory, memory.subarray(1600), memory.subarray(3100)],
        [40, 40, 40, memory, memory, memory],
      ];
    },
  },
  "too short": {
    kernel: (n: number, a: Float64Array, b: Float64Array, c: Float64Array) => {
      for (let i = 0; i < n; i++)
        for (let j = 0; j < n; j++) {
          let s = 0;
          for (let k = 0; k < n; k++) s += a[i * n + k] * b[k * n + j];
          c[i * n + j] = s;
        }
    },
    cases: () => [
      oob("a", 40, numbers(1599), numbers(1600), new Float64Array(1600)),
      oob("b", 40, numbers(1600), numbers(1599), new Float64Array(1600)),
      oob("c", 40, numbers(1600), numbers(1600), new Float64Array(1599)),
    ],
  },
  "added up in the result": {
    kernel: (n: number, m: number, p: number, a: Float32Array, b: Float32Array, c: Float32Array) => {
      for (let i = 0; i < n; i++)
        for (let j = 0; j < p; j++) for (let k = 0; k < m; k++) c[i * p + j] += a[i * m + k] * b[k * p + j];
    },
    cases: () =>
      FACTORS.map(([n, m, p]) => [
        n,
        m,
        p,
        Float32Array.from(numbers(n * m)),
        Float32Array.from(special(m * p)),
        Float32Array.from(numbers(n * p)),
      ]),
  },
  "column by column": {
    kernel: (n: number, m: number, p: number, a: Float64Array, b: Float64Array, c: Float64Array) => {
      for (let j = 0; j < p; j++)
        for (let i = 0; i < n; i++) {
          c[i * p + j] *= 0.5;
          for (let k = 0; k < m; k++) c[i * p + j] += a[i * m + k] * b[k * p + j];
        }
    },
    cases: () => FACTORS.map(([n, m, p]) => [n, m, p, numbers(n * m), special(m * p), numbers(n * p)]),
  },
  "by a vector, from the left": {
    kernel: (n: number, m: number, x: Float64Array, a: Float64Array, y: Float64Array) => {
      for (let j = 0; j < m; j++) {
        let s = y[j];
        for (let i = 0; i < n; i++) s += x[i] * a[i * m + j];
        y[j] = s;
      }
    },
    cases: () => FACTORS.map(([n, , m]) => [n, m, numbers(n), special(n * m), numbers(m)]),
  },
  "on all cores": {
    kernel: (n: number, a: Float64Array, b: Float64Array, c: Float64Array) => {
      for (const i of prange(n))
        for (let j = 0; j < n; j++) {
          let s = 0;
          for (let k = 0; k < n; k++) s += a[i * n + k] * b[k * n + j];
          c[i * n + j] = s;
        }
    },
    cases: () => [5, 33, 80].map((n) => [n, numbers(n * n), special(n * n), new Float64Array(n * n)]),
    options: { parallel: true },
  },
});

defineKernels("sums that wait", {
  filter: {
    kernel: (n: number, m: number, x: Float64Array, h: Float64Array, y: Float64Array) => {
      for (let i = 0; i + m <= n; i++) {
        let s = 0;
        for (let k = 0; k < m; k++) s += x[i + k] * h[m - 1 - k];
        y[i] = s;
      }
    },
    cases: () =>
      [0, 1, 5, 17].flatMap((m) =>
        [0, 7, 40, 100].map((n) => [n, m, special(n), numbers(m), new Float64Array(n + 1)] as const),
      ),
  },
  convolution: {
    kernel: (w: number, h: number, r: number, a: Float32Array, by: Float64Array, b: Float32Array) => {
      const d = 2 * r + 1;
      for (let y = r; y < h - r; y++)
        for (let x = r; x < w - r; x++) {
          let s = 0;
          for (let v = -r; v <= r; v++)
            for (let u = -r; u <= r; u++) s += a[(y + v) * w + x + u] * by[(v + r) * d + u + r];
          b[y * w + x] = s;
        }
    },
    cases: () =>
      [0, 1, 2].flatMap((r) =>
        [
          [5, 5],
          [40, 7],
          [75, 9],
        ].map(
          ([w = 0, h = 0]) =>
            [w, h, r, Float32Array.from(special(w * h)), numbers(25), new Float32Array(w * h)] as const,
        ),
      ),
  },
  "in the very array": {
    kernel: (n: number, m: number, x: Float64Array, h: Float64Array) => {
      for (let i = 0; i + m <= n; i++) {
        let s = 0;
        for (let k = 0; k < m; k++) s += x[i + k] * h[k];
        x[i] = s;
      }
    },
    cases: () => [1, 5].flatMap((m) => [7, 40, 100].map((n) => [n, m, numbers(n), numbers(m)] as const)),
  },
  forces: {
    kernel: (n: number, x: Float64Array, m: Float64Array, f: Float64Array) => {
      for (let i = 0; i < n; i++) {
        let s = 0;
        for (let j = 0; j < n; j++) {
          if (j === i) continue;
          const d = x[j] - x[i];
          s += (m[j] * d) / Math.sqrt(d * d * d * d);
        }
        f[i] = s * m[i];
      }
    },
    cases: () => [0, 3, 8, 33, 70].map((n) => [n, numbers(n), special(n), new Float64Array(n)]),
  },
});
