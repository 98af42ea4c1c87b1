/**
 * Integers that a loop moves by steps from each other (types/drift.ts): as in plain JavaScript where they stay small, where the steps are
 * as large as they come, and where they leave the integers.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { njit } from "../../src/index.ts";
import { type Case, defineKernels, type Kernel } from "../support/differential.ts";

const STEPS = [0, 1, -1, 5, 2 ** 24, -(2 ** 24), 2 ** 24 + 1, 2 ** 31 - 1, -(2 ** 31), 0.5, NaN, -0, Infinity, 2 ** 52];

const letters = (n: number, seed: number): Uint8Array =>
  Uint8Array.from({ length: n }, (_, i) => ((i * 7 + seed) * (i + 3)) % 4);

const aligned = (): Case[] =>
  STEPS.flatMap((open) =>
    [1, -3, 2 ** 24, open].map(
      (extend): Case => [letters(9, 1), letters(11, 2), new Int32Array(12), new Int32Array(12), open, extend],
    ),
  );

const summed = (): Case[] => [
  [Int16Array.from({ length: 40 }, (_, i) => ((i * 37) % 19) - 9)],
  [Int16Array.from({ length: 40 }, () => -32768)],
  [Int16Array.from({ length: 40 }, () => 32767)],
  [new Int16Array(0)],
];

const whole = (): Case[] => [
  [Int32Array.from({ length: 40 }, (_, i) => ((i * 37) % 19) - 9), 3],
  [Int32Array.from({ length: 40 }, () => 2 ** 31 - 1), 2 ** 31 - 1],
  [Int32Array.from({ length: 40 }, () => -(2 ** 31)), -(2 ** 31)],
  [new Int32Array(3), -0],
];

const kernels: Readonly<Record<string, Kernel>> = {
  alignment: (a: Uint8Array, b: Uint8Array, row: Int32Array, gaps: Int32Array, open: number, extend: number) => {
    let best = 0;
    gaps.fill(-1000);
    for (let i = 0; i < a.length; i++) {
      let [gap, left, diagonal] = [-1000, 0, 0];
      for (let j = 0; j < b.length; j++) {
        gap = Math.max(gap - extend, left - open);
        const down = Math.max(gaps[j] - extend, row[j] - open);
        const here = Math.max(0, diagonal + (a[i] === b[j] ? 2 : -1), gap, down);
        diagonal = row[j];
        row[j] = here;
        gaps[j] = down;
        left = here;
        if (here > best) best = here;
      }
    }
    return best;
  },
  alignmentByBranches: (
    a: Uint8Array,
    b: Uint8Array,
    row: Int32Array,
    gaps: Int32Array,
    open: number,
    extend: number,
  ) => {
    let best = -1;
    for (let i = 0; i < a.length; i++) {
      let gap = -1000;
      let left = 0;
      for (let j = 0; j < b.length; j++) {
        gap = gap - extend > left - open ? gap - extend : left - open;
        let here = row[j] + (a[i] === b[j] ? 2 : -1);
        if (here < 0) here = 0;
        if (gap > here) here = gap;
        row[j] = here;
        left = here;
        best = here > best ? here : best;
      }
      gaps[i] = left;
    }
    return best;
  },
};

const sums: Readonly<Record<string, Kernel>> = {
  "greatest sum of neighbours": (a: Int16Array) => {
    let [best, now] = [0, 0];
    for (let i = 0; i < a.length; i++) {
      now += a[i];
      if (now < 0) now = 0;
      if (now > best) best = now;
    }
    return best;
  },
  "greatest sum, of what a loop goes over": (a: Int16Array) => {
    let [best, run] = [-1000000, 0];
    for (const x of a) {
      run = Math.max(x, run + x);
      best = Math.max(best, run);
    }
    return best;
  },
  "parts of patterns": (a: Int16Array) => {
    let [x, y] = [0, 5];
    for (let i = 0; i < a.length; i++) {
      const [p, [q]] = [a[i], [3 * a[i]]];
      let later;
      if (p > 0) later = q;
      else later = p - q;
      x = Math.max(x + p, y);
      y = Math.min(y + later, x - q);
    }
    return x * 1000 + y;
  },
  "what methods give": (a: Int16Array) => {
    let x = 0;
    for (let i = 0; i < a.length; i++)
      x = Math.max(x - 1, a.lastIndexOf(a[i], 20000 + i), a.at(-1 - i) ?? 0, x + a.indexOf(a[i], i));
    return x;
  },
  "two that chase each other": (a: Int16Array) => {
    let [x, y] = [3, -4];
    for (let i = 0; i < a.length; i++) {
      const before = x;
      x = Math.min(y + a[i], x + 2);
      y = a[i] > 0 ? before - a[i] : y;
    }
    return x * 100000 + y;
  },
  "a step that comes in two parts": (a: Int16Array) => {
    let x = 0;
    for (let i = 0; i < a.length; i++) {
      const more = x + 4000000000000000;
      x = more - 4000000000000000 + a[i];
    }
    return x;
  },
  "loops in loops": (a: Int16Array) => {
    let [x, top] = [0, -Infinity];
    for (let i = 0; i < a.length; i++) {
      let y = x;
      for (let j = i; j < a.length && j < i + 5; j++) {
        y = Math.max(y - a[j], x);
        if (y > 1000000) break;
      }
      x = y - i;
      top = Math.max(top, x);
    }
    return x + top;
  },
  "kept within bounds": (a: Int16Array) => {
    let [x, y, at] = [0, 0, 0];
    let seen = 0;
    for (let i = 0; i < a.length; i++) {
      x += a[i];
      if (x > 30000) x = 30000;
      if (x < -30000) x = -30000;
      y = Math.min(Math.max(y + ((a[i] - y) >> 3), -100), 90);
      at = at + 7 >= 50 ? at + 7 - 50 : at + 7;
      seen = Math.max(0, seen + (a[i] > 0 ? 1 : -2));
    }
    return [x, y, at, seen];
  },
  "a binary search": (a: Int16Array) => {
    let found = 0;
    for (let x = -12; x < 12; x++) {
      let [low, high] = [0, a.length];
      while (low < high) {
        const middle = (low + high) >> 1;
        if (a[middle] < x) low = middle + 1;
        else high = middle;
      }
      found = found * 3 + low;
    }
    return found;
  },
  "a sum of two": (a: Int16Array) => {
    let [x, y] = [1, 1];
    for (let i = 0; i < a.length; i++) {
      const both = x + y;
      x = y;
      y = both;
    }
    return y;
  },
};

const wholes: Readonly<Record<string, Kernel>> = {
  "greatest sum of neighbours, of int32": (a: Int32Array, start: number) => {
    let [best, now] = [start, start];
    for (let i = 0; i < a.length; i++) {
      now = Math.max(now + a[i], a[i]);
      best = Math.max(best, now);
    }
    return best;
  },
  "away from where it started": (a: Int32Array, start: number) => {
    let x = start;
    let y = start;
    for (let i = 0; i < a.length; i++) {
      if (a[i] & 1) x = y - a[i];
      else y = x + a[i];
      if (x > y) x -= 3;
    }
    return [x, y];
  },
};

const tableOf = (some: Readonly<Record<string, Kernel>>, cases: () => Case[]) =>
  Object.fromEntries(Object.entries(some).map(([name, kernel]) => [name, { kernel, cases }]));

defineKernels("alignments", tableOf(kernels, aligned));
defineKernels("sums that start again", tableOf(sums, summed));
defineKernels("steps of any size", tableOf(wholes, whole));

test("arrays too long for what was supposed of them get code of their own", () => {
  const kernel = njit(
    (a: Uint8Array, step: number) => {
      let x = 0;
      for (let i = 0; i < a.length; i++) x = Math.max(x + a[i] - step, 0);
      return x;
    },
    { cache: false },
  );
  assert.equal(kernel(Uint8Array.of(7, 1, 9), 2), 11);
  assert.match(kernel.inspectTypes(), /x: int /);
  assert.equal(kernel.stats.compiles, 1);
  const long = new Uint8Array(2 ** 28 + 1);
  long.set([200, 100], 2 ** 28 - 1);
  assert.equal(kernel(long, 1), 298);
  assert.equal(kernel.stats.compiles, 2);
  assert.equal(kernel(Uint8Array.of(7, 1, 9), 2), 11);
  assert.equal(kernel.stats.compiles, 2);
});

const turned = (): Case[] => STEPS.flatMap((x) => [0, 3, 15, 30, 31, 40, -1, 2.5].map((order): Case => [x, order]));

const towards = (): Case[] =>
  STEPS.flatMap((x) => [0, 1, 1023, 2 ** 31 - 1, 2 ** 32 + 5, -7, 1e300, NaN].map((s): Case => [x, s]));

defineKernels("variables that change sides while another is halved", {
  "mirrored in what is left": {
    kernel: (x: number, order: number) => {
      for (let s = 1 << order; s > 0; s >>= 1) if ((x & s) === 0) x = s - 1 - x;
      return x;
    },
    cases: turned,
  },
  "mirrored, in a while loop": {
    kernel: (x: number, order: number) => {
      let s = 1 << order;
      while (0 < s) {
        if ((x & s) === 0) x = s - 1 - x;
        s = s >> 1;
      }
      return x;
    },
    cases: turned,
  },
  "negated, with a step": {
    kernel: (x: number, s: number) => {
      for (; s >= 1; s >>>= 2) x = -x + s;
      return x;
    },
    cases: towards,
  },
  "from each other": {
    kernel: (x: number, s: number) => {
      let y = 1;
      for (; s > 0; s >>= 1) {
        const before = x;
        x = y - s;
        y = 3 - before;
      }
      return x - 2 * y;
    },
    cases: towards,
  },
  "and change places": {
    kernel: (x: number, s: number) => {
      let y = 7;
      for (; s > 0; s >>= 1) {
        if ((x & 1) === 0) x = s - 1 - x;
        [x, y] = [y, x - 1];
        [y] = [y + 1, x];
      }
      return x * 3 + y;
    },
    cases: towards,
  },
  "in a while loop around a loop": {
    kernel: (x: number, s: number) => {
      while (s > 0) for (; s > 0; s >>= 1) x = s - x;
      return x;
    },
    cases: towards,
  },
  "with rounds that are skipped": {
    kernel: (x: number, s: number) => {
      let rounds = 0;
      while (s > 0 && rounds < 100) {
        rounds++;
        if ((s & 1) === 1) {
          s--;
          continue;
        }
        x = s - x;
        s >>= 1;
      }
      return x + rounds;
    },
    cases: towards,
  },
});

const below = (): Case[] =>
  STEPS.flatMap((x) => [0, 1, 64, 1000, 2 ** 31 - 1, 2 ** 53, 1e300, Infinity, NaN].map((n): Case => [x, n]));

defineKernels("variables that change sides while another is doubled", {
  "along Hilbert's curve": {
    kernel: (t: number, n: number) => {
      let [x, y] = [0, 0];
      for (let s = 1; s < n; s *= 2) {
        const right = 1 & (t >> 1);
        const up = 1 & (t ^ right);
        if (up === 0) {
          if (right === 1) {
            x = s - 1 - x;
            y = s - 1 - y;
          }
          [x, y] = [y, x];
        }
        x += s * right;
        y += s * up;
        t >>= 2;
      }
      return [x, y];
    },
    cases: below,
  },
  "in a while loop, by ten": {
    kernel: (x: number, n: number) => {
      let s = 3;
      let digits = 0;
      while (n > s) {
        digits += 3;
        x = digits - x;
        s = 10 * s;
      }
      return x + digits + s;
    },
    cases: below,
  },
  "that starts again, or not": {
    kernel: (x: number, n: number) => {
      let s = 1;
      let sum = 0;
      for (let k = 0; k < 3; k++) {
        for (let w = 1; w < n; w = w * 3) sum += k;
        while (s < n) {
          sum = k - sum;
          s *= 2;
        }
      }
      return sum + x;
    },
    cases: below,
  },
  "that something else makes smaller": {
    kernel: (x: number, n: number) => {
      let rounds = 0;
      for (let s = 1; s < n && rounds < 2000; s *= 2) {
        rounds++;
        if (s === 8) s = 1 / 1024;
        x = rounds - x;
      }
      return x;
    },
    cases: below,
  },
});
