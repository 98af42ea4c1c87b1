/** Arrays made in kernels: their lengths, their contents, their lives; arrays as values of variables. */
import { defineKernels } from "../support/differential.ts";
import { INT32_EDGES, NUMBER_EDGES, randomFloats, randomInts, singles } from "../support/edge-values.ts";

const lengths = (): unknown[][] => singles([0, 1, 2, 7, 64, 100]);

defineKernels("new arrays", {
  "every kind is zeroed": {
    kernel: (n: number) => {
      const a = new Int8Array(n);
      const b = new Uint8Array(n);
      const c = new Uint8ClampedArray(n);
      const d = new Int16Array(n);
      const e = new Uint16Array(n);
      const f = new Int32Array(n);
      const g = new Uint32Array(n);
      const h = new Float32Array(n);
      const k = new Float64Array(n);
      const l = new BigInt64Array(n);
      const m = new BigUint64Array(n);
      return [a, b, c, d, e, f, g, h, k, l, m];
    },
    cases: lengths,
  },
  Int8Array: {
    kernel: (n: number) => {
      const a = new Int8Array(n);
      for (let i = 0; i < n; i++) a[i] = i * 100;
      return a;
    },
    cases: lengths,
  },
  Uint8ClampedArray: {
    kernel: (n: number) => {
      const a = new Uint8ClampedArray(n);
      for (let i = 0; i < n; i++) a[i] = i * 50 - 100.5;
      return a;
    },
    cases: lengths,
  },
  Float32Array: {
    kernel: (n: number) => {
      const a = new Float32Array(n);
      for (let i = 0; i < n; i++) a[i] = i / 3;
      return a;
    },
    cases: lengths,
  },
  BigUint64Array: {
    kernel: (n: number) => {
      const a = new BigUint64Array(n);
      for (let i = 0; i < n; i++) a[i] = -BigInt(i);
      return a;
    },
    cases: lengths,
  },
  "constant length": {
    kernel: (x: number) => {
      const t = new Float64Array(16);
      for (let i = 0; i < 16; i++) t[i] = x * i;
      let s = 0;
      for (let i = 15; i >= 0; i--) s = s / 2 + t[i];
      return s;
    },
    cases: () => singles(NUMBER_EDGES),
  },
  "length of another array": {
    kernel: (a: Float64Array) => {
      const t = new Float64Array(a.length);
      for (let i = 0; i < a.length; i++) t[i] = a[a.length - 1 - i];
      return t;
    },
    cases: () => [[randomFloats(10, 1)], [new Float64Array(0)]],
  },
  "computed length": {
    kernel: (w: number, h: number) => {
      const t = new Uint8Array(w * h + 1);
      t[w * h] = 7;
      return t.length;
    },
    cases: () => [
      [3, 4],
      [0, 5],
      [1, 1],
    ],
  },
  "fractional length": {
    kernel: (n: number) => new Float64Array(n / 2).length,
    cases: () => singles([0, 1, 4, 5, 7, -1, NaN]),
  },
  "no length": { kernel: () => new Float64Array().length, cases: () => [[]] },
  "copy of an array": {
    kernel: (a: Float64Array | Int32Array) => {
      const t = new Float64Array(a);
      t[0] = 99;
      return t;
    },
    cases: () => [[Float64Array.of(1, 2)], [Int32Array.of(1, 2, -3)]],
  },
  "copy that converts": {
    kernel: (a: Float64Array) => [new Uint8Array(a), new Uint8ClampedArray(a), new Float32Array(a), new Int32Array(a)],
    cases: () => [[Float64Array.from(NUMBER_EDGES)]],
  },
  "from a list": {
    kernel: (x: number) => {
      const t = new Float64Array([x, 2, x * 3]);
      return t[0] + t[1] * t[2];
    },
    cases: () => singles([1, 0.5]),
  },
  "made in a loop": {
    kernel: (n: number) => {
      let s = 0;
      for (let i = 0; i < n; i++) {
        const t = new Int32Array(i + 1);
        for (let j = 0; j <= i; j++) t[j] += j + i;
        s += t[i];
      }
      return s;
    },
    cases: () => singles([0, 1, 10, 300]),
  },
  "made in a loop, one escapes": {
    kernel: (n: number) => {
      let best = new Int32Array(1);
      for (let i = 0; i < n; i++) {
        const t = new Int32Array(3);
        t[i % 3] = i;
        if (i % 4 === 1) best = t;
      }
      return best;
    },
    cases: () => singles([0, 1, 2, 10, 100]),
  },
  "made in a helper": {
    kernel: (n: number) => {
      const t = ramp(n, 2);
      const u = ramp(n, 3);
      let s = 0;
      for (let i = 0; i < n; i++) s += t[i] * u[n - 1 - i];
      return s;
    },
    cases: lengths,
  },
  "made in a helper, returned": {
    kernel: (n: number, k: number) => ramp(n, k),
    cases: () => [
      [5, 2],
      [5, 0.5],
      [0, 1],
    ],
  },
  "made in a recursion": { kernel: (n: number) => nested(n), cases: () => singles([0, 1, 5, 50]) },
  "returned twice from one call": {
    kernel: (n: number, second: boolean) => {
      const a = new Float64Array(n);
      const b = new Float64Array(n + 1);
      a[0] = 1;
      b[0] = 2;
      return second ? b : a;
    },
    cases: () => [
      [2, true],
      [2, false],
    ],
  },
  "view of a new array is returned": {
    kernel: (n: number) => {
      const t = new Float64Array(n);
      for (let i = 0; i < n; i++) t[i] = i;
      return t.subarray(1, n - 1).slice();
    },
    cases: () => singles([2, 5]),
  },
  large: {
    kernel: (n: number) => {
      const t = new Float64Array(n);
      t[n - 1] = 1;
      let s = 0;
      for (let i = 0; i < n; i++) s += t[i];
      return s;
    },
    cases: () => singles([1000000]),
  },
});

function ramp(n: number, k: number): Float64Array {
  const t = new Float64Array(n);
  for (let i = 0; i < n; i++) t[i] = i * k;
  return t;
}

function nested(n: number): number {
  const t = new Int32Array(4);
  t[n & 3] = n;
  return n === 0 ? t[0] : nested(n - 1) + t[n & 3];
}

defineKernels("array variables", {
  "returned parameter": {
    kernel: (a: Float64Array) => {
      a[0] = 1;
      return a;
    },
    cases: () => [[new Float64Array(2)]],
  },
  "returned through a variable": {
    kernel: (a: Float64Array) => {
      const b = a;
      b[0] = 2;
      let c = b;
      c = a;
      return c;
    },
    cases: () => [[new Float64Array(2)]],
  },
  "returned by a helper": { kernel: (a: Int32Array) => same(a), cases: () => [[new Int32Array(2)]] },
  "returned on some paths": {
    kernel: (a: Float64Array, x: number) => {
      if (x > 0) return a;
      const t = new Float64Array(2);
      t[0] = x;
      return t;
    },
    cases: () => [
      [new Float64Array(2), 1],
      [new Float64Array(2), -1],
    ],
  },
  "chosen by ?:": {
    kernel: (a: Float64Array, b: Float64Array, first: boolean) => {
      const t = first ? a : b;
      t[0] = 7;
      return t;
    },
    cases: () => [
      [new Float64Array(1), new Float64Array(2), true],
      [new Float64Array(1), new Float64Array(2), false],
    ],
  },
  "chosen in if": {
    kernel: (a: Int32Array, b: Int32Array, x: number) => {
      let t = a;
      if (x > 0) t = b;
      let s = 0;
      for (let i = 0; i < t.length; i++) s += t[i];
      return s;
    },
    cases: () => [
      [Int32Array.of(1), Int32Array.of(2, 3), 1],
      [Int32Array.of(1), Int32Array.of(2, 3), 0],
    ],
  },
  "swapped by three assignments": {
    kernel: (a: Int32Array, b: Int32Array, n: number) => {
      let x = a;
      let y = b;
      for (let i = 0; i < n; i++) {
        y[0] = x[0] + 1;
        const t = x;
        x = y;
        y = t;
      }
      return x;
    },
    cases: () => [0, 1, 2, 5].map((n) => [Int32Array.of(10), Int32Array.of(20), n]),
  },
  compared: {
    kernel: (a: Int32Array, b: Int32Array) => {
      const c = a;
      return [a === b, a === c, a !== b];
    },
    cases: () => {
      const a = new Int32Array(1);
      return [
        [a, a],
        [a, new Int32Array(1)],
      ];
    },
  },
  "parameter is reassigned": {
    kernel: (a: Int32Array) => {
      a[0] = 1;
      a = new Int32Array(3);
      a[0] = 5;
      return a;
    },
    cases: () => [[new Int32Array(2)]],
  },
  "parameter moves along": {
    kernel: (a: Int32Array) => {
      let s = 0;
      while (a.length > 0) {
        s = s * 10 + a[0];
        a = a.subarray(1);
      }
      return s;
    },
    cases: () => [[Int32Array.of(1, 2, 3)], [new Int32Array(0)]],
  },
  "ping-pong with local arrays": {
    kernel: (n: number, steps: number) => {
      let cur = new Float64Array(n);
      let next = new Float64Array(n);
      cur[n >> 1] = 1;
      for (let s = 0; s < steps; s++) {
        for (let i = 1; i < n - 1; i++) next[i] = (cur[i - 1] + 2 * cur[i] + cur[i + 1]) / 4;
        const t = cur;
        cur = next;
        next = t;
      }
      return cur;
    },
    cases: () => [
      [9, 0],
      [9, 1],
      [16, 6],
    ],
  },
  "growing buffer": {
    kernel: (n: number) => {
      let data = new Int32Array(2);
      let length = 0;
      for (let i = 0; i < n; i++) {
        if (length === data.length) {
          const larger = new Int32Array(data.length * 2);
          larger.set(data);
          data = larger;
        }
        data[length++] = i * i;
      }
      return data.subarray(0, length).slice();
    },
    cases: () => singles([0, 1, 2, 3, 9, 100]),
  },
  "array of lengths": {
    kernel: (a: Int32Array, b: Uint8Array) => a.length * 100 + b.length + a.byteLength * 0,
    cases: () => [[new Int32Array(3), new Uint8Array(7)]],
  },
  "length stays after stores": {
    kernel: (a: Int32Array) => {
      const n = a.length;
      for (let i = 0; i < a.length; i++) a[i] = n;
      return a.length - n;
    },
    cases: () => [[new Int32Array(5)]],
  },
  "histogram in a local array": {
    kernel: (a: Int32Array | Uint8Array, bins: number) => {
      const h = new Uint32Array(bins);
      for (let i = 0; i < a.length; i++) h[a[i] % bins]++;
      return h;
    },
    cases: () => [
      [randomInts(100, 2, 0, 1000), 7],
      [Uint8Array.from(randomInts(100, 2, 0, 256)), 16],
    ],
  },
  "length and indices that may be −0 or too large": {
    kernel: (n: number, m: number) => {
      const size = n * m;
      const a = new Float64Array(size);
      a.fill(1, size);
      a.fill(2, -size, size);
      const b = a.slice(size - 1);
      const c = new Float64Array(size + 1);
      c.set(a, size * 0);
      const d = c.subarray(-size, size);
      return [a.length, b.length, c[0], d.length, a.length > 0 ? a.at(-size) : 7, 1 / (size * 0)];
    },
    cases: () => [
      [0, 5],
      [0, -5],
      [-3, 0],
      [3, 4],
      [-3, -4],
      [-3, 4],
      [2 ** 20, 2 ** 20],
      [2 ** 24 + 1, -(2 ** 30)],
      [2 ** 31 - 1, 2 ** 31 - 1],
    ],
  },
  "table built and used": {
    kernel: (a: Int32Array) => {
      const squares = new Float64Array(256);
      for (let i = 0; i < 256; i++) squares[i] = i * i * 0.5;
      let s = 0;
      for (let i = 0; i < a.length; i++) s += squares[a[i] & 255];
      return s;
    },
    cases: () => [[Int32Array.from(INT32_EDGES)]],
  },
});

function same(a: Int32Array): Int32Array {
  return a;
}
