/**
 * Rare cases of the math functions wherever they may come up: in vectors beside common ones, in what a loop leaves over, under
 * conditions, and while other values are kept in registers. Results are those of one number at a time, in scalar code.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { njit } from "../../src/index.ts";
import { seededRandom } from "../support/edge-values.ts";

const RARE = [1e300, -(2 ** 41), Infinity, -Infinity, NaN, 5e-324, -0, 0, -3, 2 ** 40, 1e22, -1e-310];

/** A few rare cases among common ones, all rare, none. */
function argumentsOf(random: () => number, rare: number): Float64Array {
  return Float64Array.from({ length: 67 }, () =>
    random() < rare ? (RARE[Math.floor(random() * RARE.length)] ?? 0) : random() * 9 + 0.1,
  );
}

const one = njit((x: number) => Math.sin(Math.tan(x) * 1e12) * 2 + Math.log(x) * Math.cos(x) + x ** 3.5);

const FORMS = {
  loop: (x: Float64Array, y: Float64Array) => {
    for (let i = 0; i < x.length; i++)
      y[i] = Math.sin(Math.tan(x[i]) * 1e12) * 2 + Math.log(x[i]) * Math.cos(x[i]) + x[i] ** 3.5;
  },
  condition: (x: Float64Array, y: Float64Array) => {
    for (let i = 0; i < x.length; i++)
      if (x[i] * 0 === 0) y[i] = Math.sin(Math.tan(x[i]) * 1e12) * 2 + Math.log(x[i]) * Math.cos(x[i]) + x[i] ** 3.5;
      else y[i] = Math.sin(x[i]) * 2 + NaN;
  },
  // LLVM knows that there is but half a vector.
  "short loops": (x: Float64Array, y: Float64Array) => {
    const m = x.length > 40 ? 7 : 8;
    let j = 0;
    for (; j + m <= x.length; j += m)
      for (let i = 0; i < m; i++)
        y[j + i] = Math.sin(Math.tan(x[j + i]) * 1e12) * 2 + Math.log(x[j + i]) * Math.cos(x[j + i]) + x[j + i] ** 3.5;
    for (; j < x.length; j++)
      y[j] = Math.sin(Math.tan(x[j]) * 1e12) * 2 + Math.log(x[j]) * Math.cos(x[j]) + x[j] ** 3.5;
  },
  "anywhere, in order": (x: Float64Array, y: Float64Array) => {
    for (let i = 0; i < x.length; i++) {
      const k = (i * 3) % x.length;
      y[k] = 0;
      y[k] += Math.sin(Math.tan(x[k]) * 1e12) * 2 + Math.log(x[k]) * Math.cos(x[k]) + x[k] ** 3.5;
    }
  },
};

for (const [name, fn] of Object.entries(FORMS))
  test(`rare cases: ${name}`, () => {
    const kernel = njit(fn);
    const random = seededRandom(9);
    for (const rare of [0, 0.05, 0.5, 1])
      for (let length = 1; length <= 67; length++) {
        if (length % 3 === 0) continue;
        const x = argumentsOf(random, rare).subarray(0, length).slice();
        const y = new Float64Array(length);
        kernel(x, y);
        for (const [i, value] of y.entries()) {
          const expected = one(x[i] ?? 0);
          assert.ok(Object.is(value, expected), `${x[i]}, ${i} of ${length}: ${value}, ${expected} alone`);
        }
      }
  });

test("rare cases of log: loops around short ones end", () => {
  const kernel = njit((x: Float64Array, y: Float64Array) => {
    const m = x[0] < 2 ? 7 : 8;
    for (let j = 0; j + m < x.length; j += m) for (let i = 0; i < m; i++) y[j + i] = Math.log(x[j + i]);
  });
  const x = Float64Array.from({ length: 1000 }, (_, i) => (i % 5 === 0 ? 0 : i));
  const y = new Float64Array(1000);
  kernel(x, y);
  assert.deepEqual([...y.slice(0, 3)], [-Infinity, 0, Math.log(2)]);
});
