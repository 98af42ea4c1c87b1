/** Fixed-length arrays: returned to JavaScript, returned by helpers, destructured, nested, indexed. */
import { defineKernels } from "../support/differential.ts";
import { INT32_EDGES, NUMBER_EDGES, pairsOf, randomFloats, singles } from "../support/edge-values.ts";
import { binary, constant, unary } from "../support/operator-kernels.ts";

const divmod = (a: number, b: number): [number, number] => [Math.floor(a / b), a - Math.floor(a / b) * b];
function polar(x: number, y: number): [number, number] {
  const r = Math.sqrt(x * x + y * y);
  return [r, x > 0 ? y / x : 0];
}
const extremes = (a: ArrayLike<number>): [number, number] => {
  let lo = a[0];
  let hi = a[0];
  for (let i = 1; i < a.length; i++) {
    if (a[i] < lo) lo = a[i];
    if (a[i] > hi) hi = a[i];
  }
  return [lo, hi];
};
function extendedGcd(a: number, b: number): [number, number, number] {
  if (b === 0) return [a, 1, 0];
  const [g, x, y] = extendedGcd(b, a % b);
  return [g, y, x - Math.floor(a / b) * y];
}

defineKernels("lengths of what is made on the spot", {
  "a tuple": binary((a: number, b: number) => {
    let k = 0;
    return [[a, k++, b].length, k, [].length, [k++, a, b, k].length, k];
  }),
  "an array": {
    kernel: (a: Float64Array, n: number) => {
      let calls = 0;
      const same = (x: Float64Array): Float64Array => {
        calls++;
        return x;
      };
      return [
        new Float32Array(n).BYTES_PER_ELEMENT,
        same(a).BYTES_PER_ELEMENT + same(a).length,
        a.slice().BYTES_PER_ELEMENT,
        new Int16Array(5).byteLength,
        calls,
      ];
    },
    cases: () => [[new Float64Array(3), 2]],
  },
});

defineKernels("tuples returned to JavaScript", {
  "two numbers": binary((a: number, b: number) => [a + b, a - b]),
  "one item": unary((a: number) => [a * 2]),
  "no items": constant(() => []),
  "kinds mixed": unary((a: number) => [a, a > 0, a | 0, Math.fround(a), 0.5]),
  "with BigInt": unary((a: number) => [BigInt(a | 0) * 3n, a]),
  nested: binary((a: number, b: number) => [
    [a, b],
    [a + b, [a - b, true]],
  ]),
  constants: constant(() => [1, -0, NaN, true, 5n]),
  "with a parameter's array": {
    kernel: (a: Float64Array, b: Int32Array) => [a, b.length, b],
    cases: () => [[new Float64Array(2), new Int32Array(3)]],
  },
  "with a new array": {
    kernel: (n: number) => {
      const t = new Int32Array(n);
      for (let i = 0; i < n; i++) t[i] = i;
      return [t, n, new Float64Array(2)];
    },
    cases: () => singles([0, 1, 5]),
  },
  "with a view": {
    kernel: (a: Float64Array) => [a.subarray(1), a.subarray(0, 1), a],
    cases: () => [[Float64Array.of(1, 2, 3)]],
  },
  "the same array twice": {
    kernel: (n: number) => {
      const t = new Int32Array(n);
      return [t, t];
    },
    cases: () => singles([3]),
  },
  "on several paths": unary((a: number) => {
    if (a > 0) return [1, a];
    if (a < 0) return [-1, -a];
    return [0, 0.5];
  }),
  "through a variable": unary((a: number) => {
    const pair = [a + 1, a - 1];
    return pair;
  }),
  "by ?:": unary((a: number) => (a > 0 ? [1, 2] : [3, 4.5])),
});

defineKernels("tuples inside kernels", {
  divmod: {
    kernel: (a: number, b: number) => {
      const [q, r] = divmod(a, b);
      return q * 1000 + r;
    },
    cases: () => pairsOf(NUMBER_EDGES, [1, 3, -7, 0.5, 0]),
  },
  "inner helper": binary((a: number, b: number) => {
    const sumdiff = (x: number, y: number): [number, number] => [x + y, x - y];
    const [s, d] = sumdiff(a, b);
    const [s2, d2] = sumdiff(s, d);
    return s2 - d2;
  }),
  "into existing variables": binary((a: number, b: number) => {
    let r = 0;
    let t = 0;
    [r, t] = polar(a, b);
    [t, r] = polar(r, t);
    return r + t;
  }),
  "into elements": {
    kernel: (out: Float64Array, x: number) => {
      [out[0], out[1]] = polar(x, 2);
      [out[2], out[3]] = [out[1], out[0]];
    },
    cases: () => singles([1, 0.5, -3]).map(([x]) => [new Float64Array(4), x]),
  },
  "over an array": {
    kernel: (a: ArrayLike<number>) => {
      const [lo, hi] = extremes(a);
      return hi - lo;
    },
    cases: () => [[Int32Array.of(3, -5, 7)], [randomFloats(20, 1)]],
  },
  recursive: {
    kernel: (a: number, b: number) => extendedGcd(a, b),
    cases: () => pairsOf([240, 46, 17, 1071], [46, 240, 5, 462]),
  },
  "index of a tuple": binary((a: number, b: number) => {
    const t = divmod(a, b);
    return t[0] + t[1] * 2;
  }),
  "length of a tuple": unary((a: number) => {
    const t = [a, a + 1, a + 2];
    return t.length + t[2];
  }),
  "call's result indexed": binary((a: number, b: number) => divmod(a, b)[1]),
  "nested, taken apart": binary((a: number, b: number) => {
    const box = (x: number, y: number): [[number, number], number] => [[x, y], x * y];
    const [[p, q], r] = box(a, b);
    return p - q + r;
  }),
  "in a loop": {
    kernel: (n: number) => {
      let a = 0;
      let b = 1;
      for (let i = 0; i < n; i++) [a, b] = [b, a + b];
      return [a, b];
    },
    cases: () => singles([0, 1, 10, 50, 80]),
  },
  "int in one call, float in another": {
    kernel: (x: number) => {
      const [a, b] = divmod(17, 5);
      const [c, d] = divmod(x, 0.7);
      return a + b + c + d;
    },
    cases: () => singles(INT32_EDGES),
  },
  "unused items": binary((a: number, b: number) => {
    const [q] = divmod(a, b);
    const [, r] = divmod(a, b);
    return q - r;
  }),
  "swap arrays": {
    kernel: (a: Float64Array, b: Float64Array, steps: number) => {
      let src = a;
      let dst = b;
      for (let s = 0; s < steps; s++) {
        for (let i = 0; i < src.length; i++) dst[i] = src[i] * 2 + s;
        [src, dst] = [dst, src];
      }
      return src;
    },
    cases: () => [0, 1, 2, 5].map((steps) => [randomFloats(4, 2), new Float64Array(4), steps]),
  },
  "arrays in tuples": {
    kernel: (a: Int32Array, b: Int32Array, first: boolean) => {
      const order = (x: Int32Array, y: Int32Array): [Int32Array, Int32Array] => (first ? [x, y] : [y, x]);
      const [p, q] = order(a, b);
      p[0] = 5;
      q[0] = 6;
      return p;
    },
    cases: () => [
      [new Int32Array(2), new Int32Array(3), true],
      [new Int32Array(2), new Int32Array(3), false],
    ],
  },
  "complex multiplication": {
    kernel: (re: number, im: number, n: number) => {
      const mul = (a: number, b: number, c: number, d: number): [number, number] => [a * c - b * d, a * d + b * c];
      let x = 1;
      let y = 0;
      for (let i = 0; i < n; i++) [x, y] = mul(x, y, re, im);
      return [x, y];
    },
    cases: () => [
      [1, 1, 10],
      [0.5, -0.25, 7],
      [0, 1, 5],
    ],
  },
});
