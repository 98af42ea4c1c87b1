/** Out-of-bounds reads and writes: the kernel throws there and then, with everything before it stored. */
import { defineKernels, oob } from "../support/differential.ts";
import { randomFloats, randomInts } from "../support/edge-values.ts";

const ints = (): Int32Array => Int32Array.of(10, 20, 30);
const OUTSIDE = [
  3,
  4,
  100,
  -1,
  -2147483648,
  2147483647,
  0.5,
  -0.5,
  2.999,
  NaN,
  Infinity,
  -Infinity,
  4294967296,
  4294967297,
  2147483648,
  1e300,
  9007199254740992,
];
const INSIDE = [0, 1, 2, -0];

defineKernels("an index out of bounds", {
  read: {
    kernel: (a: Int32Array, i: number) => a[i],
    cases: () => [...INSIDE.map((i) => [ints(), i]), ...OUTSIDE.map((i) => oob("a", ints(), i))],
  },
  "unused read": {
    kernel: (a: Int32Array, i: number) => {
      a[i];
      return 5;
    },
    cases: () => [[ints(), 1], oob("a", ints(), 3), oob("a", ints(), -1), oob("a", ints(), 0.5)],
  },
  write: {
    kernel: (a: Int32Array, i: number) => {
      a[i] = 7;
    },
    cases: () => [...INSIDE.map((i) => [ints(), i]), ...OUTSIDE.map((i) => oob("a", ints(), i))],
  },
  "+=": {
    kernel: (a: Int32Array, i: number) => {
      a[i] += 7;
    },
    cases: () => [[ints(), 2], ...[3, -1, 0.5, NaN].map((i) => oob("a", ints(), i))],
  },
  "++": {
    kernel: (a: Float64Array, i: number) => {
      a[i]++;
    },
    cases: () => [[new Float64Array(2), 1], ...[2, -1, 0.5].map((i) => oob("a", new Float64Array(2), i))],
  },
  "empty array": {
    kernel: (a: Float64Array) => a[0],
    cases: () => [[Float64Array.of(1)], oob("a", new Float64Array(0))],
  },
  "constant index": {
    kernel: (a: Float64Array) => a[0] + a[3],
    cases: () => [[randomFloats(4, 1)], oob("a", randomFloats(3, 1))],
  },
  "negative constant": {
    kernel: (a: Float64Array, b: boolean) => (b ? a[-1] : 0),
    cases: () => [[new Float64Array(2), false], oob("a", new Float64Array(2), true)],
  },
  "last + 1": {
    kernel: (a: Float64Array) => a[a.length],
    cases: () => [oob("a", new Float64Array(2)), oob("a", new Float64Array(0))],
  },
  computed: {
    kernel: (a: Int32Array, i: number, k: number) => a[i * k - 1],
    cases: () => [
      [ints(), 1, 2],
      [ints(), 3, 1],
      oob("a", ints(), 0, 5),
      oob("a", ints(), 2, 2),
      oob("a", ints(), 65536, 65536),
      oob("a", ints(), 2147483647, 2147483647),
      oob("a", ints(), -2147483648, 2),
    ],
  },
  "by a quotient": {
    kernel: (a: Int32Array, i: number) => a[i / 2],
    cases: () => [
      [ints(), 0],
      [ints(), 2],
      [ints(), 4],
      oob("a", ints(), 1),
      oob("a", ints(), 6),
      oob("a", ints(), -2),
    ],
  },
  "by a sum of floats": {
    kernel: (a: Int32Array, x: number) => a[x + 0.5],
    cases: () => [[ints(), 0.5], oob("a", ints(), 1), oob("a", ints(), 2.5), oob("a", ints(), -1.5)],
  },
  "by | 0": {
    kernel: (a: Int32Array, x: number) => a[x | 0],
    cases: () => [
      [ints(), 1.7],
      [ints(), -0.9],
      [ints(), NaN],
      [ints(), 4294967297],
      oob("a", ints(), -1.5),
      oob("a", ints(), 3.2),
    ],
  },
  "by >>> 0": {
    kernel: (a: Int32Array, x: number) => a[x >>> 0],
    cases: () => [[ints(), 2], oob("a", ints(), -1), oob("a", ints(), -2147483648)],
  },
  "by an element": {
    kernel: (a: Int32Array, b: Int32Array, i: number) => a[b[i]],
    cases: () => [
      [ints(), Int32Array.of(2, 1), 0],
      oob("a", ints(), Int32Array.of(3, -1), 0),
      oob("a", ints(), Int32Array.of(3, -1), 1),
      oob("b", ints(), Int32Array.of(0), 1),
    ],
  },
  "by a Uint32 element": {
    kernel: (a: Int32Array, b: Uint32Array) => a[b[0]],
    cases: () => [
      [ints(), Uint32Array.of(2)],
      oob("a", ints(), Uint32Array.of(4294967295)),
      oob("a", ints(), Uint32Array.of(2147483648)),
    ],
  },
  "by a Float64 element": {
    kernel: (a: Int32Array, b: Float64Array) => a[b[0]],
    cases: () => [
      [ints(), Float64Array.of(2)],
      [ints(), Float64Array.of(-0)],
      ...[3, 0.5, NaN, -1, 1e20].map((i) => oob("a", ints(), Float64Array.of(i))),
    ],
  },
  "two arrays, the first fails first": {
    kernel: (a: Int32Array, b: Int32Array, i: number) => a[i] + b[i],
    cases: () => [[ints(), ints(), 0], oob("a", ints(), new Int32Array(1), 5), oob("b", ints(), new Int32Array(1), 2)],
  },
  "value is evaluated before the store's check": {
    kernel: (a: Int32Array, b: Int32Array, i: number) => {
      b[0] = 1;
      a[i] = b[0]++ + 5;
    },
    cases: () => [[ints(), ints(), 0], oob("a", ints(), ints(), 9)],
  },
  "the index's side effects happen": {
    kernel: (a: Int32Array, b: Int32Array) => {
      let i = 2;
      b[i] = a[i++] + a[i++];
      return i;
    },
    cases: () => [oob("a", ints(), ints()), [Int32Array.of(1, 2, 3, 4), ints()]],
  },
  "by a rounded double, clamped": {
    kernel: (a: Float64Array, n: number, scale: number, last: number) => {
      let s = 0;
      for (let i = 0; i < n; i++) s += a[Math.floor(Math.min(Math.max((i + 0.5) * scale - 0.5, 0), last))];
      return s;
    },
    cases: () => [
      [randomFloats(7, 1), 20, 0.4, 6],
      [randomFloats(7, 1), 20, -1e300, 6],
      [randomFloats(7, 1), 20, 1e308, 6],
      [randomFloats(7, 1), 0, NaN, 6],
      oob("a", randomFloats(7, 1), 20, 0.4, 7),
      oob("a", randomFloats(7, 1), 20, NaN, 6),
      oob("a", randomFloats(7, 1), 3, 0.4, NaN),
      oob("a", randomFloats(7, 1), 20, -1, -1),
    ],
  },
  "by a rounded double, clamped by comparisons": {
    kernel: (a: Float64Array, n: number, scale: number, last: number) => {
      let s = 0;
      for (let i = 0; i < n; i++) {
        const x = (i + 0.5) * scale;
        s += a[Math.round(x < 0 ? 0 : x > last ? last : x)];
      }
      return s;
    },
    cases: () => [
      [randomFloats(7, 1), 20, 0.4, 6],
      [randomFloats(7, 1), 20, -2, 6],
      [randomFloats(7, 1), 20, Infinity, 6],
      oob("a", randomFloats(7, 1), 20, 0.4, 7),
      oob("a", randomFloats(7, 1), 20, NaN, 6),
      oob("a", randomFloats(7, 1), 3, 0.4, -1),
    ],
  },
  "not evaluated, no error": {
    kernel: (a: Int32Array, i: number) => (i < a.length && i >= 0 ? a[i] : -1),
    cases: () => [0, 2, 3, -1, 100].map((i) => [ints(), i]),
  },
  "in a helper": {
    kernel: (a: Int32Array, i: number) => second(a, i) + second(a, 0),
    cases: () => [[ints(), 1], oob("a", ints(), 2)],
  },
  "in an inner function": {
    kernel: (data: Int32Array, i: number) => {
      const get = (k: number) => data[k + 1];
      return get(0) + get(i);
    },
    cases: () => [[ints(), 1], oob("data", ints(), 2), oob("data", ints(), -2)],
  },
  "of a local array": {
    kernel: (n: number, i: number) => {
      const t = new Float64Array(n);
      t[i] = 5;
      return t[i];
    },
    cases: () => [[3, 2], oob("t", 3, 3), oob("t", 0, 0), oob("t", 3, -1), oob("t", 3, 0.5)],
  },
  "of a view": {
    kernel: (a: Int32Array, i: number) => {
      const v = a.subarray(1);
      return v[i];
    },
    cases: () => [[ints(), 1], oob("v", ints(), 2), oob("v", ints(), -1)],
  },
  "of an array chosen at run time": {
    kernel: (a: Int32Array, b: Int32Array, first: boolean, i: number) => {
      const t = first ? a : b;
      return t[i];
    },
    cases: () => [[ints(), new Int32Array(1), true, 2], oob("t", ints(), new Int32Array(1), false, 2)],
  },
  "BigInt arrays": {
    kernel: (a: BigInt64Array, i: number) => {
      a[i] = 5n;
      return a[i];
    },
    cases: () => [[new BigInt64Array(2), 1], oob("a", new BigInt64Array(2), 2), oob("a", new BigInt64Array(2), -1)],
  },
});

function second(a: Int32Array, i: number): number {
  return a[i + 1];
}

defineKernels("out of bounds in a loop", {
  "output too short": {
    kernel: (a: Float64Array, out: Float64Array) => {
      for (let i = 0; i < a.length; i++) out[i] = a[i] * 2;
    },
    cases: () => [
      [randomFloats(40, 1), new Float64Array(40)],
      ...[0, 1, 7, 8, 39].map((n) => oob("out", randomFloats(40, 1), new Float64Array(n))),
    ],
  },
  "input too short": {
    kernel: (a: Float64Array, out: Float64Array) => {
      for (let i = 0; i < out.length; i++) out[i] = a[i] * 2;
    },
    cases: () => [
      [randomFloats(40, 1), new Float64Array(40)],
      ...[0, 1, 7, 8, 39].map((n) => oob("a", randomFloats(n, 1), new Float64Array(40))),
    ],
  },
  "one beyond the end": {
    kernel: (a: Float64Array) => {
      for (let i = 0; i <= a.length; i++) a[i] = i;
    },
    cases: () => [0, 1, 5, 33].map((n) => oob("a", new Float64Array(n))),
  },
  "neighbour before the start": {
    kernel: (a: Float64Array, out: Float64Array) => {
      for (let i = 0; i < a.length; i++) out[i] = a[i] - a[i - 1];
    },
    cases: () => [[new Float64Array(0), new Float64Array(0)], oob("a", randomFloats(5, 2), new Float64Array(5))],
  },
  "neighbour beyond the end": {
    kernel: (a: Float64Array, out: Float64Array) => {
      for (let i = 0; i < a.length; i++) out[i] = a[i + 1] - a[i];
    },
    cases: () => [oob("a", randomFloats(17, 2), new Float64Array(17))],
  },
  "bound is a parameter": {
    kernel: (a: Float64Array, n: number) => {
      let s = 0;
      for (let i = 0; i < n; i++) s += a[i];
      return s;
    },
    cases: () => [
      [randomFloats(20, 3), 20],
      [randomFloats(20, 3), 0],
      [randomFloats(20, 3), -5],
      [randomFloats(20, 3), 19.5],
      oob("a", randomFloats(20, 3), 21),
      oob("a", randomFloats(20, 3), 20.5),
      oob("a", randomFloats(0, 3), 2147483647),
    ],
  },
  "start is a parameter": {
    kernel: (a: Int32Array, from: number) => {
      for (let i = from; i < a.length; i++) a[i] += 1;
    },
    cases: () => [
      [ints(), 0],
      [ints(), 3],
      [ints(), 5],
      oob("a", ints(), -1),
      oob("a", ints(), -100),
      oob("a", ints(), 0.5),
    ],
  },
  "downwards past the start": {
    kernel: (a: Int32Array, n: number) => {
      for (let i = n; i >= -1; i--) a[i] = i;
    },
    cases: () => [oob("a", ints(), 2), oob("a", ints(), 5), [ints(), -2]],
  },
  "step 2": {
    kernel: (a: Int32Array, n: number) => {
      for (let i = 0; i < n; i += 2) a[i] = a[i + 1];
    },
    cases: () => [
      [randomInts(8, 4, 0, 9), 8],
      oob("a", randomInts(8, 4, 0, 9), 9),
      oob("a", randomInts(7, 4, 0, 9), 7),
    ],
  },
  "scaled index": {
    kernel: (a: Int32Array, n: number) => {
      for (let i = 0; i < n; i++) a[i * 3 + 1] = i;
    },
    cases: () => [[new Int32Array(9), 3], oob("a", new Int32Array(9), 4), oob("a", new Int32Array(0), 1)],
  },
  "row and column": {
    kernel: (m: Float64Array, w: number, h: number) => {
      let s = 0;
      for (let y = 0; y < h; y++) {
        for (let x = 0; x < w; x++) {
          s += m[y * w + x];
          m[y * w + x] = s;
        }
      }
      return s;
    },
    cases: () => [
      [randomFloats(12, 5), 4, 3],
      [randomFloats(12, 5), 0, 9],
      oob("m", randomFloats(12, 5), 4, 4),
      oob("m", randomFloats(12, 5), 5, 3),
      oob("m", randomFloats(11, 5), 4, 3),
    ],
  },
  "row and column beyond int32": {
    kernel: (m: Uint8Array, w: number, h: number) => {
      let s = 0;
      for (let y = 0; y < h; y++) for (let x = 0; x < w; x++) s += m[y * w + x];
      return s;
    },
    cases: () => [
      [new Uint8Array(12), 4, 3],
      oob("m", new Uint8Array(12), 65536, 65536),
      oob("m", new Uint8Array(12), 2147483647, 2147483647),
    ],
  },
  "stencil without a border": {
    kernel: (a: Float64Array, out: Float64Array, w: number, h: number) => {
      for (let y = 0; y < h; y++) {
        for (let x = 0; x < w; x++)
          out[y * w + x] = a[(y - 1) * w + x] + a[(y + 1) * w + x] + a[y * w + x - 1] + a[y * w + x + 1];
      }
    },
    cases: () => [oob("a", randomFloats(20, 6), new Float64Array(20), 5, 4)],
  },
  gather: {
    kernel: (a: Float64Array, at: Int32Array, out: Float64Array) => {
      for (let i = 0; i < at.length; i++) out[i] = a[at[i]];
    },
    cases: () => [
      [randomFloats(10, 7), randomInts(20, 8, 0, 10), new Float64Array(20)],
      oob("a", randomFloats(10, 7), randomInts(20, 8, 0, 11), new Float64Array(20)),
      oob("a", randomFloats(10, 7), Int32Array.of(1, 2, -1, 3), new Float64Array(20)),
    ],
  },
  scatter: {
    kernel: (a: Float64Array, at: Int32Array, out: Float64Array) => {
      for (let i = 0; i < at.length; i++) out[at[i]] += a[i];
    },
    cases: () => [
      [randomFloats(20, 7), randomInts(20, 8, 0, 10), new Float64Array(10)],
      oob("out", randomFloats(20, 7), randomInts(20, 8, 0, 12), new Float64Array(10)),
    ],
  },
  "histogram with too few bins": {
    kernel: (bins: Int32Array, a: Uint8Array) => {
      for (let i = 0; i < a.length; i++) bins[a[i]]++;
    },
    cases: () => [
      [new Int32Array(256), Uint8Array.of(1, 255, 1)],
      [new Int32Array(10), Uint8Array.of(1, 9, 1)],
      oob("bins", new Int32Array(255), Uint8Array.of(1, 2, 255, 3)),
      oob("bins", new Int32Array(0), Uint8Array.of(0)),
    ],
  },
  "index moves by data": {
    kernel: (a: Int32Array) => {
      let i = 0;
      let s = 0;
      for (let k = 0; k < 100; k++) {
        s += a[i];
        i += a[i];
        a[0]++;
      }
      return s;
    },
    cases: () => [oob("a", Int32Array.of(1, 1, 2, 9, 5)), [Int32Array.from({ length: 6000 }, () => 1)]],
  },
  "the error depends on a condition": {
    kernel: (a: Int32Array, n: number, skip: number) => {
      for (let i = 0; i < n; i++) {
        if (i >= skip) continue;
        a[i] = i + 1;
      }
    },
    cases: () => [[new Int32Array(3), 10, 3], oob("a", new Int32Array(3), 10, 4)],
  },
  "break before the error": {
    kernel: (a: Int32Array, n: number) => {
      for (let i = 0; i < n; i++) {
        if (i === a.length) break;
        a[i] = i + 1;
      }
    },
    cases: () => [
      [new Int32Array(3), 10],
      [new Int32Array(0), 10],
    ],
  },
  "several arrays of several lengths": {
    kernel: (a: Int32Array, b: Float32Array, c: Uint8Array, n: number) => {
      for (let i = 0; i < n; i++) {
        a[i] = i;
        b[i] = i / 2;
        c[i] = i * 2;
      }
    },
    cases: () => [
      [new Int32Array(8), new Float32Array(9), new Uint8Array(10), 8],
      oob("a", new Int32Array(8), new Float32Array(9), new Uint8Array(10), 9),
      oob("b", new Int32Array(9), new Float32Array(8), new Uint8Array(10), 9),
      oob("c", new Int32Array(9), new Float32Array(9), new Uint8Array(3), 9),
    ],
  },
  "later loop": {
    kernel: (a: Int32Array, b: Int32Array) => {
      for (let i = 0; i < a.length; i++) a[i] = i;
      for (let i = 0; i < a.length; i++) b[i] = a[i] * 2;
    },
    cases: () => [[new Int32Array(5), new Int32Array(5)], oob("b", new Int32Array(5), new Int32Array(3))],
  },
  "while with a hidden counter": {
    kernel: (a: Int32Array, stop: number) => {
      let i = 0;
      while (a[i] !== stop) i++;
      return i;
    },
    cases: () => [[ints(), 30], oob("a", ints(), 31)],
  },
  "whole doubles": {
    kernel: (a: Int32Array, x: number) => {
      a[Math.floor(x)] += 1;
      a[Math.ceil(x)] += 2;
      a[Math.trunc(x)] += 4;
      a[Math.round(x)] += 8;
      a[Math.min(Math.floor(x), a.length - 1)] += 16;
      return a[Math.max(Math.ceil(x * x), x > 1 ? Math.floor(x) : 0)];
    },
    cases: () => [
      ...[2.5, 0.5, 1.999, 5.5, 0, -0].map((x) => [new Int32Array(40), x]),
      ...[
        NaN,
        Infinity,
        -Infinity,
        -0.5,
        -1.5,
        2 ** 31,
        2 ** 32,
        2 ** 32 + 1.5,
        -(2 ** 31),
        -(2 ** 32) + 2.5,
        2 ** 53,
        1e300,
      ].map((x) => oob("a", new Int32Array(40), x)),
      oob("a", new Int32Array(40), 6.5),
    ],
  },
  "one to four a round": {
    kernel: (codes: Int32Array, out: Uint8Array) => {
      let o = 0;
      for (let i = 0; i < codes.length; i++) {
        const c = codes[i];
        if (c < 0x80) out[o++] = c;
        else if (c < 0x800) {
          out[o++] = 0xc0 | (c >> 6);
          out[o++] = 0x80 | (c & 63);
        } else {
          if (c >= 0x10000) out[o++] = c >> 18;
          out[o++] = (c >> 12) & 63;
          out[o++] = (c >> 6) & 63;
          out[o++] = c & 63;
        }
      }
      return o;
    },
    cases: () => [
      [Int32Array.of(65, 0x20ac, 0x1f600, 0xe9), new Uint8Array(16)],
      [Int32Array.of(65, 0x20ac, 0x1f600, 0xe9), new Uint8Array(10)],
      [new Int32Array(9).fill(0x1f600), new Uint8Array(36)],
      oob("out", Int32Array.of(65, 0x20ac, 0x1f600, 0xe9), new Uint8Array(9)),
      oob("out", new Int32Array(9).fill(0x1f600), new Uint8Array(35)),
    ],
  },
  "up in one case, down in the other": {
    kernel: (x: Float64Array, seen: Float64Array, start: number) => {
      let at = start;
      for (let i = 0; i < x.length; i++) {
        seen[at] += 1;
        if (x[i] > 0) at += 2;
        else if (x[i] < 0) at--;
        seen[at] += 10;
        if (x[i] === 2) at--;
      }
      return at;
    },
    cases: () => [
      [randomFloats(9, 1), new Float64Array(40), 15],
      [Float64Array.of(1, 1, -1, 0, 2, 2), new Float64Array(9), 0],
      [Float64Array.of(1, 1, 1), new Float64Array(7), 0],
      [Float64Array.of(-1, -1, -1), new Float64Array(4), 3],
      oob("seen", Float64Array.of(1, 1, 1), new Float64Array(6), 0),
      oob("seen", Float64Array.of(-1, -1, -1), new Float64Array(4), 2),
      oob("seen", Float64Array.of(2, 2, 2, -1), new Float64Array(4), 0),
    ],
  },
  "stack overflow of one's own": {
    kernel: (stack: Int32Array, n: number) => {
      let top = 0;
      for (let i = 0; i < n; i++) stack[top++] = i;
      while (top > 0) if (stack[--top] % 2 === 0) stack[top] = -1;
      return top;
    },
    cases: () => [[new Int32Array(5), 5], oob("stack", new Int32Array(5), 6)],
  },
  "stack underflow": {
    kernel: (stack: Int32Array, n: number) => {
      let top = 2;
      for (let i = 0; i < n; i++) stack[--top] = 9;
      return top;
    },
    cases: () => [[new Int32Array(5), 2], oob("stack", new Int32Array(5), 3)],
  },
  "overlapping arguments": {
    kernel: (a: Int32Array, b: Int32Array) => {
      for (let i = 0; i < a.length; i++) b[i] = a[i] + 1;
    },
    cases: () => {
      const a = Int32Array.of(1, 2, 3, 4, 5, 6);
      return [[a, a], oob("b", a, a.subarray(1)), oob("b", a, a.subarray(0, 3)), [a.subarray(2), a]];
    },
  },
});
