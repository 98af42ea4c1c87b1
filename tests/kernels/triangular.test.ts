/**
 * Quotients that are integers whatever the variables hold, `i * (i + 1) / 2`: packed triangles and tetrahedra, with arrays that are just long
 * enough and just too short, zeros of both signs, and products that are rounded.
 */
import { defineKernels, oob } from "../support/differential.ts";
import { randomFloats } from "../support/edge-values.ts";

const triangle = (n: number): Float64Array => randomFloats((n * (n + 1)) / 2, n + 1);
const INTEGERS = [0, 1, 2, 3, -1, -2, -3, 7, 1000, 46341, -46341, 65536, 2 ** 24, 2 ** 24 + 1, 94906266, 94906267];
const LARGE = [...INTEGERS, 2 ** 31 - 1, -(2 ** 31), 2 ** 31, 2 ** 53, -0, 0.5, NaN];

defineKernels("packed triangles", {
  "a symmetric matrix by a vector": {
    kernel: (a: Float64Array, x: Float64Array, y: Float64Array, n: number) => {
      for (let i = 0; i < n; i++) {
        let s = 0;
        for (let j = 0; j < n; j++) s += (i >= j ? a[(i * (i + 1)) / 2 + j] : a[(j * (j + 1)) / 2 + i]) * x[j];
        y[i] = s;
      }
    },
    cases: () =>
      [0, 1, 2, 9, 33].flatMap((n) => [
        [triangle(n), randomFloats(n, 2), new Float64Array(n), n],
        ...(n > 0 ? [oob("a", triangle(n).subarray(1), randomFloats(n, 2), new Float64Array(n), n)] : []),
      ]),
  },
  "Cholesky's factors in place": {
    kernel: (a: Float64Array, n: number) => {
      for (let j = 0; j < n; j++)
        for (let i = j; i < n; i++) {
          let s = a[(i * i + i) / 2 + j];
          for (let k = 0; k < j; k++) s -= a[(i * i + i) / 2 + k] * a[(j * j + j) / 2 + k];
          a[(i * i + i) / 2 + j] = i === j ? Math.sqrt(Math.abs(s) + 9) : s / a[(j * j + j) / 2 + j];
        }
    },
    cases: () => [0, 1, 5, 20].map((n) => [triangle(n), n]),
  },
  "rows from the diagonal on": {
    kernel: (a: Float64Array, y: Float64Array, n: number) => {
      for (let i = 0; i < n; i++) for (let j = i; j < n; j++) y[i] += a[n * i - (i * (i - 1)) / 2 + j - i];
    },
    cases: () => [0, 1, 7, 30].map((n) => [triangle(n), new Float64Array(n), n]),
  },
  "distances of pairs": {
    kernel: (d: Float64Array, at: Int32Array, n: number) => {
      let s = 0;
      for (let q = 1; q < at.length; q++) {
        const [i, j] = [Math.min(at[q - 1], at[q]), Math.max(at[q - 1], at[q])];
        if (i !== j) s += d[n * i - (i * (i + 1)) / 2 + j - i - 1];
      }
      return s;
    },
    cases: () => [
      [triangle(4), Int32Array.of(0, 1, 2, 3, 4, 0, 2, 4, 1, 3, 3), 5],
      oob("d", triangle(4), Int32Array.of(3, 9), 5),
      oob("d", triangle(4), Int32Array.of(-1, 3), 5),
      oob("d", triangle(4), Int32Array.of(2 ** 31 - 1, -(2 ** 31)), 5),
    ],
  },
  "a tetrahedron": {
    kernel: (a: Float64Array) => {
      let s = 0;
      for (let i = 0; i < 9; i++)
        for (let j = 0; j <= i; j++)
          for (let k = 0; k <= j; k++) s = s * 0.5 + a[(i * (i + 1) * (i + 2)) / 6 + (j * (j + 1)) / 2 + k];
      return s;
    },
    cases: () => [[randomFloats(165, 1)], oob("a", randomFloats(164, 1))],
  },
});

defineKernels("integers divided by what divides them", {
  "their values": {
    kernel: (n: number, m: number) => [
      (n * (n + 1)) / 2,
      (n * (n - 1)) / 2,
      (n * n - n) / 2,
      (n * (3 * n - 1)) / 2,
      ((n - m) * (n + m + 1)) / 2,
      (n * (n + 1) * (n + 2)) / 6,
      (n * (n + 1) * (2 * n + 1)) / 6,
      (-n * (1 - n)) / 2,
      (n * 4 + 8 * m) / 4,
      (n * 2) / -2,
    ],
    cases: () => LARGE.flatMap((n) => [0, 1, -1, 5, -7].map((m) => [n, m])),
  },
  "and what isn't divided": {
    kernel: (n: number, m: number) => [
      (n * (n + 2)) / 2,
      (n * (m + 1)) / 2,
      (n * (n + 1)) / 3,
      (n * (n + 1)) / 4,
      (n * n + 1) / 2,
      (n * (n + 1)) / 0.5,
      (n * (n + 1)) / 0,
      (n * (n + 1)) / -1,
    ],
    cases: () => LARGE.flatMap((n) => [0, 1, -1, 5, -7].map((m) => [n, m])),
  },
  "of a variable that changes in between": {
    kernel: (n: number) => {
      let i = n | 0;
      const first = (i * ++i) / 2;
      const second = (i++ * (i + 1)) / 2;
      const third = ((i -= 3) * (i + 1)) / 2;
      return [first, second, third, i];
    },
    cases: () => INTEGERS.map((n) => [n]),
  },
  "of a variable that changes behind a constant": {
    kernel: (n: number) => {
      let i = n & 15;
      const bump = () => {
        i++;
        return 0;
      };
      const called = (i * (bump() + i + 1)) / 2;
      // biome-ignore lint/complexity/noCommaOperator: what a minifier writes
      const stepped = (i * ((i++, 0) + i + 1)) / 2;
      return [called, stepped, i];
    },
    cases: () => INTEGERS.map((n) => [n]),
  },
  "of constants": {
    kernel: (n: number) => {
      const least = -2147483648;
      const four = 4;
      return [least / -1 + n, least / 2, four / 0.5 + n, four / -2, (four * n * 2) / 8];
    },
    cases: () => LARGE.map((n) => [n]),
  },
});
