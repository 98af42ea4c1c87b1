/**
 * Indices that are now a product beyond 2^53, which is kept in an i64, and now any double: `a[2.5]` is out of bounds, whatever
 * way the two come together. And products that come back from there, having been rounded.
 */
import { type Case, defineKernels, type Kernel } from "../support/differential.ts";

const a = Float64Array.of(10, 11, 12, 13);

const cases = (): Case[] => {
  const ints = [
    [1, 2, 1],
    [1, 2, -1],
    [4000000, 3, -1],
    [4000000, -3, 2],
    [1, 1, 0],
  ];
  return [2.5, 2, -0.5, -0, 1e300, Number.NaN].flatMap((z) => ints.map((row) => [a.slice(), ...row, z]));
};

type Mixed = (a: Float64Array, x: number, y: number, c: number, z: number) => number;

const table: Readonly<Record<string, Mixed>> = {
  "a variable": (a, x, y, c, z) => {
    let q = x * y * x * y;
    if (c > 0) q = z;
    return a[q];
  },
  "a variable of several cases": (a, x, y, c, z) => {
    let q: number;
    switch (c) {
      case 1:
        q = x * y * x * y;
        break;
      case 0:
        q = z;
        break;
      default:
        q = x * y * x * y - 1;
    }
    return a[q];
  },
  "a variable at a loop's head": (a, x, y, c, z) => {
    let q = z;
    let s = 0;
    for (let i = 0; i < 3; i++) {
      if (i === c) s += a[q];
      q = x * y * x * y;
    }
    return s;
  },
  "a parameter that is assigned": (a, x, y, c, z) => {
    const h = (i: number): number => {
      if (c > 0) i = z;
      return a[i];
    };
    return h(x * y * x * y);
  },
  "a recursive function's parameter": (a, x, y, c, z) => {
    const h = (depth: number, i: number): number => (depth <= 0 ? a[i] : h(depth - 1, z));
    return h(c, x * y * x * y);
  },
  "a recursive function's result": (a, x, y, c, z) => {
    const h = (depth: number): number => (depth <= 0 ? x * y * x * y : depth < 1 ? h(depth - 1) : z);
    return a[h(c)];
  },
  "a conditional": (a, x, y, c, z) => a[c > 0 ? x * y * x * y : z],
  "a conditional in a sum": (a, x, y, c, z) => a[(c > 0 ? x * y * x * y : z) + 1],
  "a conditional of a variable": (a, x, y, c, z) => {
    const p = x * y * x * y;
    return a[c > 0 ? p : z];
  },
  or: (a, x, y, _c, z) => a[x * y * x * (y - 2) || z],
  and: (a, x, y, c, z) => a[x * y * x * y * c && z],
  "the smaller of the two": (a, x, y, _c, z) => a[Math.min(x * y * x * y, z)],
  "the larger of the two": (a, x, y, _c, z) => a[Math.max(z, x * y * x * y)],
  "rounded down": (a, x, y, c, z) => a[Math.floor(c > 0 ? x * y * x * y : z)],
  "a helper's returns": (a, x, y, c, z) => {
    const h = (f: number): number => {
      if (f > 0) return x * y * x * y;
      return z;
    };
    return a[h(c)] + a[h(c + 1)];
  },
  "one of two functions": (a, x, y, c, z) => {
    const f = c > 0 ? () => x * y * x * y : () => z;
    return a[f()];
  },
  "a tuple's item": (a, x, y, c, z) => {
    const [p, q] = c > 0 ? [x * y * x * y, 1] : [z, 2];
    return a[p] + q;
  },
  "compared first": (a, x, y, c, z) => {
    const q = c > 0 ? x * y * x * y : z;
    return q < 5 && q >= 0 ? a[q] : -1;
  },
  "a whole double": (a, x, y, c, z) => {
    const q = c > 0 ? x * y * x * y : Math.floor(z);
    return a[q];
  },
  "stored to": (a, x, y, c, z) => {
    a[c > 0 ? x * y * x * y : z] = 1;
    return a[1];
  },
  "seen by nobody": (a, x, y, c, z) => {
    let q = z;
    for (let i = 0; i < c; i++) q *= x * y;
    return a[0];
  },
};

const kernels = Object.entries(table).map(([name, kernel]) => [
  name,
  { kernel: kernel as Kernel, cases, mayLeaveBounds: true },
]);
defineKernels("now a wide integer and now a double", Object.fromEntries(kernels));

// 2^54 − 1, which JavaScript rounds to 2^54, and less.
const factors = (): Case[] =>
  [
    [134217729, 134217727, 2 ** 30],
    [134217729, 134217727, 2 ** 27],
    [2 ** 27, 2 ** 27, 2 ** 26],
    [5, 7, 4],
    [-5, 7, 4],
  ].map((row) => [a.slice(), ...row]);

type Reduced = (a: Float64Array, n: number, m: number, k: number) => number;

const reductions: Readonly<Record<string, Reduced>> = {
  "by subtraction": (a, n, m, k) => {
    const step = k * 65536;
    let t = n * m;
    while (t >= step) t -= step;
    return t >= 0 && t < a.length ? a[t] : -1;
  },
  "in an inner function": (a, n, m, k) => {
    const step = k * 65536;
    let t = n * m;
    const less = () => {
      t -= step;
    };
    while (t >= step) less();
    return t >= 0 && t < a.length ? a[t] : -1;
  },
  "in a helper": (a, n, m, k) => {
    const less = (x: number) => x - step;
    const step = k * 65536;
    let t = n * m;
    do t = less(t);
    while (t >= step);
    return t >= 0 && t < a.length ? a[t] : -1;
  },
  "from one variable to the other and back": (a, n, m, k) => {
    const step = k * 65536;
    let t = n * m;
    let u = 0;
    for (let i = 0; i < 10000 && t >= step; i++) {
      u = t - step;
      t = u;
    }
    return t >= 0 && t < a.length ? a[t] : -1;
  },
  "in a recursive function": (a, n, m, k) => {
    const step = k * 65536;
    let t = n * m;
    const less = (depth: number): void => {
      if (t < step) return;
      t -= step;
      if (depth > 0) less(depth - 1);
    };
    while (t >= step) less(1000);
    return t >= 0 && t < a.length ? a[t] : -1;
  },
  "one by one": (a, n, m, k) => {
    let t = n * m;
    let s = 0;
    for (let i = 0; i < 10; i++) {
      if (t >= 0 && t < a.length) s += a[t];
      t--;
      if (i === k) t++;
    }
    return s + (t >= 0 && t < a.length ? a[t] : -1);
  },
};

defineKernels(
  "a wide integer that loops bring back",
  Object.fromEntries(
    Object.entries(reductions).map(([name, kernel]) => [name, { kernel: kernel as Kernel, cases: factors }]),
  ),
);
