/** Accesses under a condition that a loop doesn't change: only where that holds must they be in bounds (tests/passes/bounds-where-needed.test.ts). */
import { defineKernels, type Kernel, oob } from "../support/differential.ts";
import { randomFloats, randomInts } from "../support/edge-values.ts";

const INT32_MAX = 2 ** 31 - 1;
const xs = randomFloats(40, 1);
const none = new Float64Array(0);

/** Some items have no weight of their own. */
export const weighted = (x: Float64Array, w: Float64Array): number => {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += w.length > 0 ? x[i] * w[i] : x[i];
  return sum;
};

/** The last layer has none above it. */
const fromAbove = (a: Float64Array, k: number, layers: number, size: number): void => {
  for (let p = k * size; p < (k + 1) * size; p++) {
    if (k < layers - 1) a[p] -= a[p + size] * 0.5;
    a[p] *= 2;
  }
};

/** The columns left and right, where there are any. */
const besides = (a: Float64Array, out: Float64Array, j: number, rows: number, columns: number): void => {
  for (let i = 0; i < rows; i++) {
    let sum = a[i * columns + j];
    if (j > 0) sum += a[i * columns + j - 1];
    if (j < columns - 1) sum += a[i * columns + j + 1];
    out[i] = sum;
  }
};

/** Both must be wanted. */
const both = (a: Int32Array, b: Int32Array, out: Int32Array, from: number, to: number): void => {
  for (let i = 0; i < out.length; i++) {
    out[i] = i;
    if (from >= 0 && to < b.length) {
      if (to > from) out[i] += a[from + i] + b[to - i];
      else continue;
      out[i]++;
    }
  }
};

/** Told by a boolean, and by a number that is none. */
const flagged = (x: Float64Array, w: Float64Array, isWeighted: boolean, mode: number): number => {
  let sum = 0;
  for (let i = 0; i < x.length; i++) {
    sum += isWeighted ? x[i] * w[i] : x[i];
    if (mode) sum += w[i + mode];
    if (mode !== 7 && !isWeighted) sum -= w[2 * i];
  }
  return sum;
};

/** Known before the loop only. */
const decided = (a: Float64Array, out: Float64Array, t: number, n: number): void => {
  const isLate = t > 0.5;
  for (let i = 0; i < n; i++) {
    if (isLate && n !== 3) out[i] = a[i + n];
    else out[i] = t;
    if (!isLate) out[i] += a[n - i];
  }
};

/** The rest of the body isn't come to. */
const skipping = (a: Float64Array, out: Float64Array, lag: number): void => {
  for (let i = 0; i < out.length; i++) {
    out[i] = -1;
    if (lag < 1) continue;
    out[i] = a[i + lag] - a[lag - 1];
  }
};

/** What is needed changes while the loop runs. */
const changing = (a: Float64Array, limit: number): number => {
  let n = limit;
  let sum = 0;
  for (let i = 0; i < 30; i++) {
    if (n > 5) sum += a[i + 3];
    n--;
  }
  return sum;
};

/** Not by a sum beyond an int32. */
const far = (a: Float64Array, n: number, by: number): number => {
  let sum = 0;
  for (let i = 0; i < n; i++) {
    sum += a[i];
    if (by < 10) sum += a[i + by];
  }
  return sum;
};

const layers = (): Float64Array => randomFloats(12, 3);
const table = (): Float64Array => randomFloats(24, 5);
const ints = randomInts(20, 7, -50, 50);

defineKernels("accesses under conditions that a loop doesn't change", {
  weighted: {
    kernel: weighted,
    cases: () => [
      [xs, xs],
      [xs, none],
      [none, none],
      [none, xs],
      oob("w", xs, xs.subarray(1)),
      oob("w", xs, xs.subarray(0, 1)),
    ],
  },
  fromAbove: {
    kernel: fromAbove,
    cases: () => [
      ...[0, 1, 2, 3].map((k) => [layers(), k, 4, 3]),
      oob("a", layers(), 3, 5, 3),
      oob("a", layers(), 4, 5, 3),
      oob("a", layers(), -1, 4, 3),
      [layers(), 0, 1, 12],
      [layers(), 0, INT32_MAX, 0],
      oob("a", layers(), INT32_MAX - 1, 4, 1),
    ],
  },
  besides: {
    kernel: besides,
    cases: () => [
      ...[0, 1, 4, 5].map((j) => [table(), new Float64Array(4), j, 4, 6]),
      oob("a", table(), new Float64Array(5), 5, 5, 6),
      oob("a", table(), new Float64Array(4), -1, 4, 6),
      oob("a", table(), new Float64Array(4), 6, 4, 6),
      [table(), new Float64Array(24), 0, 24, 1],
      [table(), new Float64Array(4), INT32_MAX, 0, 6],
    ],
  },
  both: {
    kernel: both,
    cases: () => [
      [ints, ints, new Int32Array(9), 2, 15],
      [ints, ints, new Int32Array(9), -1, 15],
      [ints, ints, new Int32Array(9), 15, 2],
      [ints, ints, new Int32Array(9), 2, 20],
      [ints, ints, new Int32Array(9), INT32_MAX, 3],
      oob("a", ints, ints, new Int32Array(9), 12, 15),
      oob("b", ints, ints, new Int32Array(9), 2, 7),
    ],
  },
  flagged: {
    kernel: flagged,
    cases: () => [
      ...[true, false].flatMap((is) => [0, 1, 7].map((mode) => [xs.subarray(5, 25), randomFloats(50, 4), is, mode])),
      [xs, none, false, 7].map((arg) => (arg === xs ? none : arg)),
      [xs, xs, true, 0],
      oob("w", xs, none, true, 0),
      oob("w", xs, none, false, 0),
      oob("w", xs, none, false, 7),
      oob("w", xs, xs, true, 1),
      oob("w", xs.subarray(0, 20), xs.subarray(0, 38), false, 0),
      [xs.subarray(0, 20), xs.subarray(0, 39), false, 0],
      oob("w", xs, xs, true, -1),
    ],
  },
  decided: {
    kernel: decided,
    cases: () => [
      [xs, new Float64Array(9), 0.75, 9],
      [none, new Float64Array(3), 0.75, 3],
      [xs, new Float64Array(9), 0.25, 9],
      oob("a", xs.subarray(0, 17), new Float64Array(9), 0.75, 9),
      [xs.subarray(0, 18), new Float64Array(9), 0.75, 9],
      oob("a", xs.subarray(0, 9), new Float64Array(9), 0.25, 9),
      [xs.subarray(0, 10), new Float64Array(9), 0.25, 9],
      [xs, new Float64Array(9), NaN, 9],
    ],
  },
  skipping: {
    kernel: skipping,
    cases: () => [
      ...[0, -3, 1, 10].map((lag) => [xs, new Float64Array(30), lag]),
      [none, new Float64Array(30), -(2 ** 31)],
      oob("a", xs, new Float64Array(30), 11),
      oob("a", none, new Float64Array(1), 1),
      oob("a", xs, new Float64Array(30), INT32_MAX),
    ],
  },
  changing: {
    kernel: changing,
    cases: () => [
      ...[5, 6, 20, 35, 42].map((n) => [xs, n]),
      oob("a", xs.subarray(0, 20), 60),
      [xs.subarray(0, 20), 22],
    ],
  },
  far: {
    kernel: far,
    cases: () => [
      [xs, 40, INT32_MAX],
      [xs, 40, 10],
      [xs, 31, 9],
      oob("a", xs, 40, 1),
      oob("a", xs, 41, 10),
      oob("a", xs, 3, -1),
    ],
  },
});
