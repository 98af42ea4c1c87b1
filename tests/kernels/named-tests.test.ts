/**
 * Conditions on a constant that has been made of a variable, `const g = (k * (3 * k - 1)) / 2; if (g > i) break;`: they say of the variable what
 * they would without the name (types/refine.ts), unless it is another one by then.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { njit } from "../../src/index.ts";
import { type Case, defineKernels, type Kernel } from "../support/differential.ts";

const ENDS = [0, 1, 2, 7, 1000, 2 ** 24 + 1, -3, -0, 0.5, 6.999, NaN, Infinity, 2 ** 31, 2 ** 53];
const ends = (): Case[] => ENDS.flatMap((x) => [0, -2, 5, 0.25].map((y): Case => [x, y]));

const partitions = (n: number) => {
  const p = new Int32Array(n + 1);
  p[0] = 1;
  for (let i = 1; i <= n; i++) {
    let sum = 0;
    let sign = 1;
    let k = 1;
    while (true) {
      const g = (k * (3 * k - 1)) / 2;
      if (g > i) break;
      sum += sign * p[i - g];
      const h = g + k;
      if (h <= i) sum += sign * p[i - h];
      sign = -sign;
      k++;
    }
    p[i] = sum % 1000007;
  }
  return p[n];
};

const kernels: Readonly<Record<string, Kernel>> = {
  squares: (n: number, step: number) => {
    let [d, rounds] = [step, 0];
    while (rounds++ < 40) {
      const square = d * d;
      if (square > n) break;
      d += 1;
    }
    return [d, rounds, 1 / d];
  },
  quotients: (n: number, step: number) => {
    let [x, rounds] = [step, 0];
    while (rounds++ < 40) {
      const part = (x * 3) / 2.5;
      if (!(part < n)) break;
      const half = x / 2;
      if (half >= 9 || half / 3 === 4) return [x, half];
      x += 1;
    }
    return [x, rounds];
  },
  "another one by then": (n: number, step: number) => {
    let [k, rounds] = [step, 0];
    while (rounds++ < 40) {
      const before = k + 1;
      k = k * 3 + 7;
      if (before > n) break;
      const next = k + 1;
      for (let j = 0; j < 3; j++) {
        if (next < 20) k -= 4;
        else k += 2;
      }
      const last = k - 1;
      if (last > n + (k -= 2)) return [k, -1];
    }
    return [k, rounds];
  },
  "changed by a function": (n: number, step: number) => {
    let [k, rounds] = [step, 0];
    const move = (): number => {
      k += 1000;
      return 0;
    };
    while (rounds++ < 40) {
      const next = k + 1;
      if (next + move() < n) continue;
      if (k > 3000) break;
    }
    return [k, rounds];
  },
};

defineKernels("conditions on constants made of variables", {
  ...Object.fromEntries(Object.entries(kernels).map(([name, kernel]) => [name, { kernel, cases: ends }])),
  "a quotient too small to be told from 0": {
    kernel: (x: number) => {
      if (!(x >= 0)) return -1;
      const part = x / 1e30;
      return part <= 0 ? [5, 6, 7][Math.floor(x * 1e300)] : -2;
    },
    cases: () => [0, 5e-324, 1.5e-300, 2.5e-300, 1e-290, 1, NaN].map((x): Case => [x]),
  },
  partitions: { kernel: partitions, cases: () => [0, 1, 2, 5, 40, 300].map((n): Case => [n]) },
});

test("the counter behind a named test, and what is made of it, are integers", () => {
  const kernel = njit(partitions, { cache: false });
  kernel(10);
  for (const name of ["k", "g", "h"])
    assert.match(kernel.inspectTypes(), new RegExp(` ${name}: int \\[\\d+, \\d+\\] as i`));
});
