/**
 * Variables of which an access tells (types/accessed.ts): as in plain JavaScript wherever they go next, and integers where nothing else
 * bounds them.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { njit } from "../../src/index.ts";
import { type Case, defineKernels, type Kernel } from "../support/differential.ts";

const STEPS = [0, 1, 2, -1, -3, 2 ** 31 - 1, -(2 ** 31), 7];
const FLOATS = [0, -0, 1, 2.5, -1, NaN, Infinity, -Infinity, 2 ** 31, 2 ** 53, -(2 ** 53), 2 ** 60, 1e300];

const texts = (): Case[] =>
  STEPS.flatMap((step) =>
    [0, 1, 5].map(
      (size): Case => [
        Uint8Array.from({ length: size * 9 }, (_, i) => (i * i) % 7),
        Int32Array.from({ length: 7 }, (_, i) => (i === 3 ? step : i + 1)),
      ],
    ),
  );

const starts = (): Case[] =>
  FLOATS.map((start): Case => [Uint8Array.from({ length: 12 }, (_, i) => i), Float64Array.of(start, 1)]);

const next2 = (t: Uint8Array, i: number): number => {
  let x = 0;
  x |= t[i++];
  x |= t[i++] << 3;
  return x;
};
const later = (t: Uint8Array, i: number): number => {
  if (t[0] > 3) i -= 2;
  const x = t[i];
  return x + t[++i];
};
const inLoop = (t: Uint8Array, i: number): number => {
  let x = 0;
  for (let k = 0; k < 2; k++, i -= 3) x += t[i];
  return x;
};

const jumps: Readonly<Record<string, Kernel>> = {
  "read where it goes next": (t: Uint8Array, skip: Int32Array) => {
    let [i, rounds] = [0, 0];
    while (i < t.length && rounds++ < 60) i += skip[t[i]];
    return i;
  },
  "read before and behind": (t: Uint8Array, skip: Int32Array) => {
    let [i, found, rounds] = [0, 0, 0];
    const m = 3;
    while (i <= t.length - m && rounds++ < 60) {
      if (t[i + m - 1] === t[i]) found += i;
      i = i + skip[t[m - 1 + i]] - (skip[t[i - -1]] >> 20);
    }
    return found + i * 3;
  },
  "stored at": (t: Uint8Array, skip: Int32Array) => {
    let [i, rounds] = [0, 0];
    while (rounds++ < 60) {
      t[i] = (t[i] * 3 + 1) % 7;
      i -= skip[0] - skip[t[i]];
      t[i]++;
      if (t[i] > 6) t[i] -= 7;
    }
    return i;
  },
  "stepped in the index": (t: Uint8Array, skip: Int32Array) => {
    let [i, j, sum] = [0, 20, 0];
    for (let rounds = 0; rounds < 60; rounds++) {
      sum += t[i++] * 2 + t[--j];
      i += skip[t[i]];
      j = j + t[j++] - (skip[2] >> 1);
    }
    return [i, j, sum];
  },
  "changed on the way": (t: Uint8Array, skip: Int32Array) => {
    let [i, rounds] = [0, 0];
    const move = (by: number): number => {
      i += by;
      return 1;
    };
    while (rounds++ < 60) {
      i += t[i] > 3 ? skip[(i = 2)] : skip[t[i]] * move(-skip[1]);
      t[i] = (i += skip[t[i]]) & 3;
      i = i - t[(i = i + skip[2])];
    }
    return i;
  },
  "read by a helper": (t: Uint8Array, skip: Int32Array) => {
    let [i, sum, rounds] = [0, 0, 0];
    while (i + 2 < t.length && rounds++ < 60) {
      sum += next2(t, i + 1);
      if (sum & 1) i += skip[next2(t, i) % 7];
      else i -= skip[t[2]] >> 1;
    }
    return [i, sum];
  },
  "read by a helper that moves its parameter first": (t: Uint8Array, skip: Int32Array) => {
    let [i, sum, rounds] = [3, 0, 0];
    while (rounds++ < 60) {
      sum += later(t, i) + inLoop(t, i + 3);
      i += skip[sum % 7];
      sum += next2(t, i++) + i;
      sum += next2(t, (i -= 1)) + (i += skip[1]) - next2(t, i);
    }
    return [i, sum];
  },
  "given to a helper that changes it": (t: Uint8Array, skip: Int32Array) => {
    let [i, rounds] = [0, 0];
    const read = (k: number): number => {
      i += skip[2];
      return t[k];
    };
    while (rounds++ < 60) i = i + read(i) - read(i + 1);
    return i;
  },
  "on one way only": (t: Uint8Array, skip: Int32Array) => {
    let [i, rounds] = [-5, 0];
    while (rounds++ < 60) {
      if (i >= 0 && t[i] > 2) i += skip[t[i]];
      else if (i < -20) return i < 0 ? -1 : i;
      else i -= skip[3] < 0 ? 7 : -2;
    }
    return i;
  },
};

const doubles: Readonly<Record<string, Kernel>> = {
  "an integer of who knows what": (t: Uint8Array, x: Float64Array) => {
    const i = Math.floor(x[0]);
    const seen = t[i];
    return [1 / i, i - 1, i % 2, Math.sign(-i), seen];
  },
  "in a sum that is rounded": (t: Uint8Array, x: Float64Array) => {
    const i = Math.trunc(x[0]);
    const j = Math.round(x[1]);
    const seen = t[i + j - i];
    return [i + 0.5, j, 1 / i, seen];
  },
  "a difference": (t: Uint8Array, x: Float64Array) => {
    const i = Math.ceil(x[0]);
    const seen = t[3 - i] + t[4 - i];
    return [i * 3, 1 / i, i === 0, seen];
  },
};

const sums: Readonly<Record<string, Kernel>> = {
  "a sum that is compared": (t: Uint8Array, x: Float64Array) => {
    const [a, b] = [Math.floor(x[0]), Math.round(x[1] * 3) - 3];
    const found = [0, 0, 0];
    if (a + b < 7) found[0] = a - b;
    else found[0] = a + 0.25;
    if (b - a >= -4 && a - 3 !== b) found[1] = 1 / (a + b);
    if (a + b === 12 || b - a === 2 ** 53) found[2] = a * 2 - b;
    return [...found, t.length];
  },
};

defineKernels("moved from where it was an index", {
  ...Object.fromEntries(
    Object.entries(jumps).map(([name, kernel]) => [name, { kernel, cases: texts, mayLeaveBounds: true }]),
  ),
  ...Object.fromEntries(
    Object.entries(doubles).map(([name, kernel]) => [name, { kernel, cases: starts, mayLeaveBounds: true }]),
  ),
  ...Object.fromEntries(
    Object.entries(sums).map(([name, kernel]) => [
      name,
      {
        kernel,
        cases: () =>
          [...FLOATS, 12, 9, -4, 2 ** 53 + 2].flatMap((a) =>
            [1, -0, 0, 5 / 3, 2 ** 53, -(2 ** 60), Infinity].map(
              (b): Case => [new Uint8Array(3), Float64Array.of(a, b)],
            ),
          ),
      },
    ]),
  ),
  "with relaxed floats": {
    kernel: (t: Int8Array, x: Float64Array) => {
      const halves = [0, 0.5, 1, 1.5, 2, 2.5, 3, 3.5];
      let sum = 0;
      for (let i = 0; i < t.length; i++) {
        const k = t[i];
        sum += x[k] * halves[k & 7] * x[k + 1];
      }
      return sum;
    },
    cases: () =>
      [3, -1, -128, 127, 8].map((at): Case => {
        const t = Int8Array.from({ length: 40 }, (_, i) => i % 8);
        t[29] = at;
        return [t, Float64Array.from({ length: 9 }, (_, i) => i)];
      }),
    options: { fastmath: true },
    mayLeaveBounds: true,
  },
  "divided by where it looked": {
    kernel: (t: Int8Array, x: Float64Array) => {
      let sum = 0;
      for (let i = 0; i < t.length; i++) {
        const k = t[i];
        sum += x[k] * (1000 % (k + 1));
      }
      return sum;
    },
    cases: () =>
      [3, -1, -128, 8].map((at): Case => {
        const t = Int8Array.from({ length: 40 }, (_, i) => i % 8);
        t[29] = at;
        return [t, Float64Array.from({ length: 8 }, (_, i) => i)];
      }),
    options: { fastmath: true },
    mayLeaveBounds: true,
  },
  "divided by how far from there": {
    kernel: (t: Int32Array, x: Float64Array, from: number) => {
      let sum = 0;
      for (let i = 0; i < t.length; i++) sum += x[Math.min(t[i], 255) + from] * (1000 % (from + 256));
      return sum;
    },
    cases: () =>
      [0, 3, -1, -255, -256, 2 ** 31 - 1, -(2 ** 31)].map(
        (from): Case => [
          Int32Array.from({ length: 40 }, (_, i) => i % 8),
          Float64Array.from({ length: 12 }, (_, i) => i),
          from,
        ],
      ),
    options: { fastmath: true },
    mayLeaveBounds: true,
  },
});

const horspool = (text: Uint8Array, word: Uint8Array, skip: Int32Array) => {
  const m = word.length;
  let [count, i] = [0, 0];
  while (i <= text.length - m) {
    let j = m - 1;
    while (j >= 0 && text[i + j] === word[j]) j--;
    if (j < 0) {
      count++;
      i++;
    } else i += skip[text[i + m - 1]];
  }
  return count;
};

const boyerMoore = (text: Uint8Array, word: Uint8Array, bad: Int32Array) => {
  const [n, m] = [text.length, word.length];
  let [count, i] = [0, 0];
  while (i <= n - m) {
    let j = m - 1;
    while (j >= 0 && word[j] === text[i + j]) j--;
    if (j < 0) {
      count++;
      i += i + m < n ? m - bad[text[i + m]] : 1;
    } else i += Math.max(1, j - bad[text[i + j]]);
  }
  return count;
};

test("a sum that a condition compares bounds what it is made of", () => {
  const kernel = njit(boyerMoore);
  assert.equal(kernel(Uint8Array.of(0, 1, 0, 1, 1, 0, 1), Uint8Array.of(0, 1), Int32Array.of(0, 1)), 3);
  assert.match(kernel.inspectTypes(), /# {3}i: int .* as i64/);
});

test("where a search goes on is an integer, unless nothing is checked", () => {
  const args = [Uint8Array.of(1, 2, 1, 2), Uint8Array.of(1, 2), Int32Array.of(2, 1, 2)] as const;
  const checked = njit(horspool);
  assert.equal(checked(...args), 2);
  assert.match(checked.inspectTypes(), /# {3}i: int .* as i64/);
  const unchecked = njit(horspool, { boundscheck: false });
  assert.equal(unchecked(...args), 2);
  assert.match(unchecked.inspectTypes(), /# {3}i: float64/);
});

test("what a helper uses as an index says so of its argument", () => {
  const kernel = njit((t: Uint8Array, skip: Int32Array) => {
    let [i, seen] = [0, 0];
    while (i + 2 < t.length) {
      seen ^= next2(t, i);
      i += skip[seen & 3];
    }
    return i;
  });
  assert.equal(kernel(Uint8Array.of(1, 2, 1, 2), Int32Array.of(2, 1, 2, 1)), 2);
  assert.match(kernel.inspectTypes(), /# {3}i: int .* as i64/);
});
