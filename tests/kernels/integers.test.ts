/** Where integers stop being integers: −0, products beyond 2^53, integer division, remainders, hash mixing. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { njit } from "../../src/index.ts";
import { defineKernels } from "../support/differential.ts";
import { INT32_EDGES, NUMBER_EDGES, pairsOf, singles } from "../support/edge-values.ts";
import { binary, unary } from "../support/operator-kernels.ts";

defineKernels("negative zero", {
  "0 * x": unary((x: number) => 0 * x),
  "(x | 0) * 0": unary((x: number) => (x | 0) * 0),
  "-(x & 1)": unary((x: number) => -(x & 1)),
  "1 / -(x | 0)": unary((x: number) => 1 / -(x | 0)),
  "1 / ((x | 0) * -3)": unary((x: number) => 1 / ((x | 0) * -3)),
  "1 / ((x | 0) % 4)": unary((x: number) => 1 / ((x | 0) % 4)),
  "1 / (x | 0)": unary((x: number) => 1 / (x | 0)),
  "1 / Math.round": unary((x: number) => 1 / Math.round(x)),
  "1 / Math.ceil": unary((x: number) => 1 / Math.ceil(x)),
  "1 / Math.trunc": unary((x: number) => 1 / Math.trunc(x)),
  "1 / Math.min(x, 0)": unary((x: number) => 1 / Math.min(x, 0)),
  "1 / Math.max(x, -0)": unary((x: number) => 1 / Math.max(x, -0)),
  "1 / Math.abs": unary((x: number) => 1 / Math.abs(x)),
  "-0 + 0": unary((x: number) => -0 + (x & 0)),
  "-0 - 0": unary((x: number) => -0 - (x & 0)),
  "int sum of negated": binary((a: number, b: number) => -(a | 0) + -(b | 0)),
  "product plus 0": binary((a: number, b: number) => (a | 0) * (b | 0) + 0),
  "product minus product": binary((a: number, b: number) => (a & 15) * -(b & 15) - (a & 15) * (b & 15)),
  "negated product as an index": {
    kernel: (a: Int32Array, i: number, k: number) => a[-(i * k) + 2] + a[i * -k + 2],
    cases: () => [
      [Int32Array.of(1, 2, 3), 0, 5],
      [Int32Array.of(1, 2, 3), 1, 2],
      [Int32Array.of(1, 2, 3), 1, 1],
    ],
  },
  "sign through a variable": unary((x: number) => {
    let z = 0;
    if (x < 0) z = -z;
    return 1 / z;
  }),
  "sign through a loop": {
    kernel: (n: number) => {
      let z = 0;
      for (let i = 0; i < n; i++) z = -z;
      return 1 / z;
    },
    cases: () => singles([0, 1, 2, 3]),
  },
  "sign through an accumulator": {
    kernel: (a: Int32Array) => {
      let s = -0;
      for (let i = 0; i < a.length; i++) s += a[i] * -1;
      return 1 / s;
    },
    cases: () => [[new Int32Array(0)], [new Int32Array(3)], [Int32Array.of(1, -1)]],
  },
  "stored to a Float64Array": {
    kernel: (a: Int32Array, out: Float64Array, k: number) => {
      for (let i = 0; i < a.length; i++) out[i] = a[i] * k;
    },
    cases: () => [0, -1, 1, -5].map((k) => [Int32Array.from(INT32_EDGES), new Float64Array(INT32_EDGES.length), k]),
  },
  "remainders stored to a Float64Array": {
    kernel: (a: Int32Array, out: Float64Array, k: number) => {
      for (let i = 0; i < a.length; i++) out[i] = a[i] % k;
    },
    cases: () =>
      [0, -1, 1, 3, -8, 2147483647, -2147483648].map((k) => [
        Int32Array.from(INT32_EDGES),
        new Float64Array(INT32_EDGES.length),
        k,
      ]),
  },
  "Object.is-like test": unary((x: number) => (x === 0 ? (1 / x < 0 ? -1 : 1) : 0)),
});

defineKernels("integer division", {
  "(a / b) | 0": binary((a: number, b: number) => ((a | 0) / (b | 0)) | 0),
  "Math.floor(a / b)": binary((a: number, b: number) => Math.floor((a | 0) / (b | 0))),
  "Math.trunc(a / b)": binary((a: number, b: number) => Math.trunc((a | 0) / (b | 0))),
  "Math.ceil(a / b)": binary((a: number, b: number) => Math.ceil((a | 0) / (b | 0))),
  "Math.round(a / b)": binary((a: number, b: number) => Math.round((a | 0) / (b | 0))),
  "~~(a / b)": binary((a: number, b: number) => ~~((a | 0) / (b | 0))),
  "(a / b) >> 0": binary((a: number, b: number) => ((a | 0) / (b | 0)) >> 0),
  "(a / b) >>> 0": binary((a: number, b: number) => ((a | 0) / (b | 0)) >>> 0),
  "unsigned / unsigned": binary((a: number, b: number) => ((a >>> 0) / (b >>> 0)) >>> 0),
  "(a - a % b) / b": binary((a: number, b: number) => ((a | 0) - ((a | 0) % (b | 0))) / (b | 0)),
  "(a / 2) | 0": unary((a: number) => (a / 2) | 0),
  "(a / -2) | 0": unary((a: number) => (a / -2) | 0),
  "(a / 3) | 0": unary((a: number) => ((a | 0) / 3) | 0),
  "(a / 0) | 0": unary((a: number) => (a / 0) | 0),
  "(a / 0.5) | 0": unary((a: number) => (a / 0.5) | 0),
  "Math.floor(a / 8)": unary((a: number) => Math.floor(a / 8)),
  "Math.floor(a / -8)": unary((a: number) => Math.floor(a / -8)),
  "Math.floor(-a / 10)": unary((a: number) => Math.floor(-a / 10)),
  "Math.floor((a | 0) / 10)": unary((a: number) => Math.floor((a | 0) / 10)),
  "Math.trunc((a | 0) / 7)": unary((a: number) => Math.trunc((a | 0) / 7)),
  "1 / Math.trunc((a | 0) / 7)": unary((a: number) => 1 / Math.trunc((a | 0) / 7)),
  "1 / Math.floor((a | 0) / 7)": unary((a: number) => 1 / Math.floor((a | 0) / 7)),
  "division of large ints": binary((a: number, b: number) => Math.floor(((a >>> 0) * 1048576) / (b | 0))),
  "division of large ints by a constant": unary((a: number) => Math.floor(((a >>> 0) * 1048575 + 3) / 1000)),
  "division of large ints | 0": unary((a: number) => (((a >>> 0) * 1048575) / 1000) | 0),
  "middle of two": binary((a: number, b: number) => Math.floor((a + b) / 2)),
  "middle of two, >>> 1": binary((a: number, b: number) => (a + b) >>> 1),
  "in a loop over arrays": {
    kernel: (a: Int32Array, b: Int32Array, out: Int32Array) => {
      for (let i = 0; i < a.length; i++) out[i] = (a[i] / b[i]) | 0;
    },
    cases: divisionArrays,
  },
  "Math.floor in a loop over arrays": {
    kernel: (a: Int32Array, b: Int32Array, out: Float64Array | Int32Array) => {
      for (let i = 0; i < a.length; i++) out[i] = Math.floor(a[i] / b[i]);
    },
    cases: divisionArrays,
  },
  "unsigned in a loop over arrays": {
    kernel: (a: Uint32Array, b: Uint32Array, out: Uint32Array) => {
      for (let i = 0; i < a.length; i++) out[i] = a[i] / b[i];
    },
    cases: () =>
      divisionArrays().map(([a, b]) => [
        Uint32Array.from(a as Int32Array),
        Uint32Array.from(b as Int32Array),
        new Uint32Array((a as Int32Array).length),
      ]),
  },
  "as an index": {
    kernel: (a: Float64Array, n: number) => {
      let s = 0;
      for (let i = 0; i < n; i++) s = s * 2 + a[(i / 2) | 0] + a[Math.floor(i / 3)] + a[i >> 1];
      return s;
    },
    cases: () => [
      [Float64Array.of(1, 2, 3, 4), 8],
      [Float64Array.of(1, 2, 3, 4), 7],
    ],
  },
});

function divisionArrays(): unknown[][] {
  const pairs = pairsOf(INT32_EDGES, INT32_EDGES);
  return [Float64Array, Int32Array].map((Out) => [
    Int32Array.from(pairs, ([a]) => a),
    Int32Array.from(pairs, ([, b]) => b),
    new Out(pairs.length),
  ]);
}

defineKernels("integer remainders", {
  "int % int": binary((a: number, b: number) => (a | 0) % (b | 0)),
  "uint % uint": binary((a: number, b: number) => (a >>> 0) % (b >>> 0)),
  "uint % int": binary((a: number, b: number) => (a >>> 0) % (b | 0)),
  "int % 2 === 0": unary((a: number) => (a | 0) % 2 === 0),
  "int % 2 === 1": unary((a: number) => (a | 0) % 2 === 1),
  "int % 8 as a value": unary((a: number) => (a | 0) % 8),
  "uint % 8": unary((a: number) => (a >>> 0) % 8),
  "int % -8": unary((a: number) => (a | 0) % -8),
  "int % 2147483648": unary((a: number) => (a | 0) % 2147483648),
  "int % -2147483648": unary((a: number) => (a | 0) % -2147483648),
  "int % 1": unary((a: number) => (a | 0) % 1),
  "int % -1": unary((a: number) => (a | 0) % -1),
  "int % 0": unary((a: number) => (a | 0) % 0),
  "int % 0.75": unary((a: number) => (a | 0) % 0.75),
  "((a % n) + n) % n": binary((a: number, n: number) => (((a | 0) % (n | 0)) + (n | 0)) % (n | 0)),
  "remainder of a product": binary((a: number, b: number) => ((a & 0xffff) * (b & 0xffff)) % 65521),
  "remainder of a large product": binary((a: number, b: number) => ((a >>> 0) * (b & 0x1fffff)) % 1000003),
  "remainder of a product beyond 2**53": binary((a: number, b: number) => ((a >>> 0) * (b >>> 0)) % 1000003),
  "remainder then | 0": binary((a: number, b: number) => ((a * 7 + b) % 10) | 0),
  "-7 % x": unary((x: number) => -7 % (x | 0)),
  "wrap around an index": {
    kernel: (a: Int32Array, i: number) => a[((i % a.length) + a.length) % a.length],
    cases: () => [-9, -4, -1, 0, 1, 3, 4, 1000, -1000].map((i) => [Int32Array.of(1, 2, 3, 4), i]),
  },
});

defineKernels("random generators and hashes", {
  "LCG by % 2**31": {
    kernel: (seed: number, n: number) => {
      let x = seed;
      for (let i = 0; i < n; i++) x = (x * 1103515245 + 12345) % 2147483648;
      return x;
    },
    cases: seeds,
  },
  "LCG by % (2**31 - 1)": {
    kernel: (seed: number, n: number) => {
      let x = seed;
      for (let i = 0; i < n; i++) x = (x * 16807) % 2147483647;
      return x;
    },
    cases: seeds,
  },
  "LCG by & 0x7fffffff": {
    kernel: (seed: number, n: number) => {
      let x = seed;
      for (let i = 0; i < n; i++) x = (x * 1103515245 + 12345) & 0x7fffffff;
      return x;
    },
    cases: seeds,
  },
  "LCG by Math.imul": {
    kernel: (seed: number, n: number) => {
      let x = seed;
      for (let i = 0; i < n; i++) x = (Math.imul(x, 1664525) + 1013904223) >>> 0;
      return x / 4294967296;
    },
    cases: seeds,
  },
  "LCG by >>> 0 of a rounded product": {
    kernel: (seed: number, n: number) => {
      let x = seed;
      for (let i = 0; i < n; i++) x = (x * 1664525 + 1013904223) >>> 0;
      return x;
    },
    cases: seeds,
  },
  xorshift32: {
    kernel: (seed: number, n: number) => {
      let x = seed | 0;
      for (let i = 0; i < n; i++) {
        x ^= x << 13;
        x ^= x >>> 17;
        x ^= x << 5;
      }
      return x >>> 0;
    },
    cases: seeds,
  },
  mulberry32: {
    kernel: (seed: number, n: number) => {
      let a = seed;
      let r = 0;
      for (let i = 0; i < n; i++) {
        a = (a + 0x6d2b79f5) | 0;
        let t = Math.imul(a ^ (a >>> 15), 1 | a);
        t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
        r += ((t ^ (t >>> 14)) >>> 0) / 4294967296;
      }
      return r;
    },
    cases: seeds,
  },
  splitmix32: {
    kernel: (seed: number, n: number) => {
      let a = seed | 0;
      let r = 0;
      for (let i = 0; i < n; i++) {
        a = (a + 0x9e3779b9) | 0;
        let t = a ^ (a >>> 16);
        t = Math.imul(t, 0x21f0aaad);
        t = t ^ (t >>> 15);
        t = Math.imul(t, 0x735a2d97);
        r ^= t ^ (t >>> 15);
      }
      return r;
    },
    cases: seeds,
  },
  sfc32: {
    kernel: (seed: number, n: number) => {
      let a = 0x9e3779b9;
      let b = 0x243f6a88;
      let c = 0xb7e15162;
      let d = seed ^ 0xdeadbeef;
      let t = 0;
      for (let i = 0; i < n; i++) {
        a |= 0;
        b |= 0;
        c |= 0;
        d |= 0;
        t = (((a + b) | 0) + d) | 0;
        d = (d + 1) | 0;
        a = b ^ (b >>> 9);
        b = (c + (c << 3)) | 0;
        c = (c << 21) | (c >>> 11);
        c = (c + t) | 0;
      }
      return (t >>> 0) / 4294967296;
    },
    cases: seeds,
  },
  "FNV-1a": {
    kernel: (bytes: Uint8Array) => {
      let h = 0x811c9dc5;
      for (const b of bytes) {
        h ^= b;
        h = Math.imul(h, 0x01000193);
      }
      return h >>> 0;
    },
    cases: () => [
      [Uint8Array.from("numbats", (c) => c.charCodeAt(0))],
      [new Uint8Array(0)],
      [new Uint8Array(300).map((_, i) => i * 7)],
    ],
  },
  "djb2 in doubles": {
    kernel: (bytes: Uint8Array) => {
      let h = 5381;
      for (const b of bytes) h = (h * 33 + b) % 4294967296;
      return h;
    },
    cases: () => [[new Uint8Array(300).map((_, i) => i * 7)]],
  },
  "polynomial hash without reduction": {
    kernel: (bytes: Uint8Array) => {
      let h = 0;
      for (const b of bytes) h = h * 31 + b;
      return h;
    },
    cases: () => [[Uint8Array.of(1, 2, 3)], [new Uint8Array(20).fill(200)], [new Uint8Array(300).fill(7)]],
  },
  "Java's string hash": {
    kernel: (codes: Uint16Array) => {
      let h = 0;
      for (const c of codes) h = (h << 5) - h + c;
      return h | 0;
    },
    cases: () => [
      [Uint16Array.from({ length: 5 }, (_, i) => 97 + i)],
      [Uint16Array.from({ length: 200 }, (_, i) => i * 331)],
    ],
  },
  "murmur3 finalizer": unary((x: number) => {
    let h = x | 0;
    h ^= h >>> 16;
    h = Math.imul(h, 0x85ebca6b);
    h ^= h >>> 13;
    h = Math.imul(h, 0xc2b2ae35);
    h ^= h >>> 16;
    return h >>> 0;
  }),
  "Adler-32": {
    kernel: (bytes: Uint8Array) => {
      let a = 1;
      let b = 0;
      for (let i = 0; i < bytes.length; i++) {
        a = (a + bytes[i]) % 65521;
        b = (b + a) % 65521;
      }
      return ((b << 16) | a) >>> 0;
    },
    cases: () => [[new Uint8Array(5000).map((_, i) => i * i)], [new Uint8Array(0)]],
  },
  "modular power": {
    kernel: (base: number, exponent: number, m: number) => {
      let r = 1;
      let b = base % m;
      for (let e = exponent; e > 0; e = Math.floor(e / 2)) {
        if (e % 2 === 1) r = (r * b) % m;
        b = (b * b) % m;
      }
      return r;
    },
    cases: () => [
      [2, 10, 1000],
      [3, 200, 13],
      [7, 1e9, 94906265],
      [5, 117, 19],
      [2, 1e15, 65537],
    ],
  },
  "multiply high by halves": binary((a: number, b: number) => {
    const al = a & 0xffff;
    const ah = a >>> 16;
    const bl = b & 0xffff;
    const bh = b >>> 16;
    const mid = ((al * bl) >>> 16) + ah * bl;
    const low = (mid & 0xffff) + al * bh;
    return ((low >>> 16) + Math.floor(mid / 65536) + ah * bh) >>> 0;
  }),
});

function seeds(): unknown[][] {
  return pairsOf([1, 42, 0, 123456789, 2147483647, -1, 4294967295], [0, 1, 2, 10, 1000]);
}

defineKernels("ranges across operators", {
  "small products stay exact": binary((a: number, b: number) => (a & 0xffff) * (b & 0xffff) + (a & 0xff) * 3),
  "products of three bytes": binary((a: number, b: number) => (a & 255) * (b & 255) * 255 - (a & 255)),
  "sum of squares": binary((a: number, b: number) => (a | 0) * (a | 0) + (b | 0) * (b | 0)),
  "squared difference": binary((a: number, b: number) => ((a | 0) - (b | 0)) * ((a | 0) - (b | 0))),
  "root of a sum of squares": binary((a: number, b: number) =>
    Math.sqrt((a & 1023) * (a & 1023) + (b & 1023) * (b & 1023)),
  ),
  "2**31 arises": binary((a: number, b: number) => Math.abs(a | 0) + Math.abs(b | 0)),
  "-(-2**31)": unary((a: number) => -(a | 0)),
  "int to float to int": unary((a: number) => (((a | 0) * 0.5) | 0) * 2 + ((a | 0) % 2)),
  "shift of a product": binary((a: number, b: number) => ((a | 0) * (b | 0)) >> 4),
  "shift of a sum of uint32": binary((a: number, b: number) => ((a >>> 0) + (b >>> 0)) >>> 1),
  "uint32 minus": binary((a: number, b: number) => ((a >>> 0) - (b >>> 0)) | 0),
  "clamp then index": {
    kernel: (a: Float64Array, x: number) => a[Math.max(0, Math.min(a.length - 1, Math.floor(x)))],
    cases: () => singles(NUMBER_EDGES.filter((x) => !Number.isNaN(x))).map(([x]) => [Float64Array.of(1, 2, 3), x]),
  },
  "index by comparison": {
    kernel: (a: Int32Array, x: number) => a[x > 0 ? 1 : 0] + a[Number(x < 5)],
    cases: () => [-1, 1, 9].map((x) => [Int32Array.of(10, 20), x]),
  },
  "triangular numbers": {
    kernel: (n: number) => (n * (n + 1)) / 2,
    cases: () => singles([0, 1, 65535, 65536, 94906265, 94906266, 2147483647, -5]),
  },
  "difference of two products": binary(
    (a: number, b: number) => (a & 0x7fffff) * (b & 0x7fffff) - (b & 0x7ffffe) * (a & 0x7ffffd),
  ),
});

test("a quotient of two arguments doesn't suppose them small, a product does", () => {
  const parts = njit((n: number) => 1 / n + 2 / n, { cache: false });
  assert.equal(parts(4), 0.75);
  assert.equal(parts(2 ** 31 - 1), 3 / (2 ** 31 - 1));
  assert.equal(parts.stats.compiles, 1);
  const area = njit((w: number, h: number) => w * h, { cache: false });
  assert.equal(area(30, 40), 1200);
  assert.equal(area(2 ** 31 - 1, 2 ** 31 - 1), (2 ** 31 - 1) ** 2);
  assert.equal(area.stats.compiles, 2);
});
