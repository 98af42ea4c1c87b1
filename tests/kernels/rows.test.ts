/**
 * Loops over the rows of a sparse matrix: bounds that are elements of an array, indices that are, and sums that go on past a
 * bad index until the loop has ended, with `fastmath`. Bad ones in every place, arrays that are empty, and bounds that move meanwhile.
 */
import { prange } from "../../src/index.ts";
import { type Case, defineKernels, oob } from "../support/differential.ts";

const ENTRIES = 40;
/** Rows of 0, 1, 7, 9, and 23 entries. */
const STARTS = [0, 0, 1, 8, 17, 40];

const matrix = (bad?: readonly [number, number], length = 12): readonly unknown[] => {
  const columns = Int32Array.from({ length: ENTRIES }, (_, k) => (k * 7) % 12);
  if (bad !== undefined) columns[bad[0]] = bad[1];
  const values = Float64Array.from({ length: ENTRIES }, (_, k) => k - 11);
  const x = Float64Array.from({ length }, (_, k) => k * k + 1);
  return [Int32Array.from(STARTS), columns, values, x, new Float64Array(STARTS.length - 1)];
};

const product = (
  starts: Int32Array,
  columns: Int32Array,
  values: Float64Array,
  x: Float64Array,
  y: Float64Array,
): void => {
  for (let i = 0; i < y.length; i++) {
    let sum = 0;
    for (let k = starts[i]; k < starts[i + 1]; k++) sum += values[k] * x[columns[k]];
    y[i] = sum;
  }
};

const badIndices = (): Case[] =>
  [0, 1, 7, 8, 16, 17, 18, 25, 39].flatMap((at) =>
    [12, -1, 2 ** 31 - 1, -(2 ** 31)].map((index) => oob("x", ...matrix([at, index]))),
  );

defineKernels("rows of a sparse matrix", {
  "by a vector, whatever the order": {
    kernel: product,
    options: { fastmath: true },
    relative: 1e-12,
    cases: () => [matrix(), oob("x", ...matrix(undefined, 0)), oob("x", ...matrix(undefined, 11)), ...badIndices()],
  },
  "by a vector, in order": {
    kernel: product,
    cases: () => [matrix(), ...badIndices(), oob("starts", ...matrix().slice(0, 4), new Float64Array(9))],
  },
  "bounds that are elements of doubles": {
    kernel: (ends: Float64Array, out: Float64Array) => {
      for (let i = 0; i < ends.length; i++) {
        let n = 0;
        let last = -1;
        for (let k = 2; k < ends[i]; k += 3) {
          n += k;
          last = k;
        }
        for (let k = 20; k >= ends[i]; k--) n -= k;
        out[i] = n * 100 + last;
      }
    },
    cases: () => [
      [
        Float64Array.of(0, -0, 1, 2, 2.5, 3, 8.999, 9, -4, NaN, -Infinity, 500.5).map((x) =>
          x === -Infinity ? 30 : x,
        ),
        new Float64Array(12),
      ],
    ],
  },
  "bounds that the loop writes, by a name of its own or another": {
    kernel: (ends: Int32Array, same: Int32Array) => {
      let rounds = 0;
      for (let k = 0; k < ends[0]; k++) {
        if (k === 3) ends[0] = 6;
        rounds++;
      }
      for (let k = 0; k < ends[1]; k++) {
        same[1] = 4;
        rounds += 10;
      }
      const shrink = (to: number): void => {
        ends[2] = to;
      };
      for (let k = 0; k < ends[2]; k++) {
        shrink(5);
        rounds += 100;
      }
      for (let k = 0; k < ends[3]; k++) {
        [ends[3], rounds] = [ends[3] - 1, rounds + 1000];
      }
      return rounds;
    },
    cases: () => {
      const shared = Int32Array.of(9, 8, 7, 9, 4);
      return [
        [shared, shared],
        [Int32Array.of(9, 8, 7, 9, 4), new Int32Array(5)],
        [Int32Array.of(2, 0, -1, 1, 0), new Int32Array(5)],
      ];
    },
  },
  "several indices, and downwards": {
    kernel: (a: Int32Array, b: Int32Array, x: Float64Array, n: number) => {
      let sum = 0;
      let more = 1;
      for (let k = n - 1; k >= 0; k -= 2) {
        sum += x[a[k]] - x[b[k] + 1];
        more -= x[a[k]];
      }
      return sum * more;
    },
    options: { fastmath: true },
    relative: 1e-12,
    cases: () => {
      const indices = (bad: number, at: number) => Int32Array.from({ length: 40 }, (_, k) => (k === at ? bad : k % 9));
      const x = Float64Array.from({ length: 10 }, (_, k) => k + 0.5);
      return [
        [indices(0, 0), indices(1, 0), x, 40],
        [indices(0, 0), indices(1, 0), x, 5],
        [indices(0, 0), indices(1, 0), x, 0],
        oob("x", indices(10, 39), indices(1, 0), x, 40),
        oob("x", indices(10, 1), indices(1, 0), x, 40),
        oob("x", indices(0, 0), indices(9, 3), x, 40),
        oob("x", indices(0, 0), indices(-2, 3), x, 40),
        oob("a", indices(0, 0), indices(0, 3), x, 44),
        oob("x", indices(0, 0), indices(0, 3), new Float64Array(0), 40),
      ];
    },
  },
  "rows in parallel, with a variable of each entry's own": {
    kernel: (starts: Int32Array, columns: Int32Array, values: Float64Array, x: Float64Array, y: Float64Array) => {
      for (const i of prange(y.length)) {
        let sum = 0;
        let last = -1;
        for (let k = starts[i]; k < starts[i + 1]; k++) {
          last = columns[k];
          const d = values[k] > 0 ? 2 : x[last];
          sum += d * x[last];
        }
        y[i] = sum + last;
      }
    },
    options: { fastmath: true, parallel: true },
    relative: 1e-12,
    arraysAfterErrors: false,
    cases: () => [matrix(), oob("x", ...matrix([20, 12]))],
  },
});
