/**
 * Loops whose doubles are integers for a while, which run as integers that long (passes/speculate-integers.ts). From every pair of edge values, so
 * that they leave the integers in each way there is: a quotient, an overflow of 32 bits and of 53, −0, NaN, a divisor of 0 or less.
 */
import { prange } from "../../src/index.ts";
import { type Case, defineKernels, type Kernel } from "../support/differential.ts";
import { FLOAT64_EDGES, INT32_EDGES } from "../support/edge-values.ts";

const WHOLE = [
  0,
  -0,
  1,
  -1,
  2,
  3,
  -3,
  7,
  10,
  -10,
  27,
  97,
  360,
  1000,
  65536,
  2 ** 31,
  -(2 ** 31) - 1,
  2 ** 32 + 1,
  2 ** 40,
];
const EDGES = [
  ...new Set([...WHOLE, ...INT32_EDGES, ...FLOAT64_EDGES.filter((_, i) => i % 3 === 0), 2 ** 53, NaN, 0.5]),
];
/** For the second of the two. */
const FEWER = [...WHOLE, 2147483647, -2147483648, NaN, Infinity, 0.5, 2 ** 53];

/** All pairs, and room for what a kernel gives for each. */
const pairs = (): Case => {
  const all = EDGES.flatMap((x) => FEWER.map((y) => [x, y] as const));
  const [xs, ys] = [0, 1].map((k) => Float64Array.from(all, (pair) => pair[k as 0 | 1]));
  return [xs, ys, new Float64Array(all.length), new Float64Array(all.length)];
};

type Pairs = (xs: Float64Array, ys: Float64Array, out: Float64Array, more: Float64Array) => void;

const cases = (): Case[] => [pairs()];
const kernels: Readonly<Record<string, Pairs>> = {
  gcd: (xs, ys, out, more) => {
    for (let i = 0; i < xs.length; i++) {
      let [x, y, n] = [xs[i], ys[i], 0];
      while (y !== 0 && n < 40) {
        const r = x % y;
        x = y;
        y = r;
        n++;
      }
      out[i] = x;
      more[i] = y;
    }
  },
  "what is left over": (xs, ys, out, more) => {
    for (let i = 0; i < xs.length; i++) {
      let [error, sum, ones] = [xs[i], 0, 0];
      for (let k = 0; k < 40; k++) {
        const q = error >= ys[i] ? 1 : 0;
        const by = q ? 30000 * (k + 1) : -30000;
        sum += ((k * 7919) % 9000) - by;
        error += sum - by;
        ones += q;
      }
      out[i] = error;
      more[i] = ones;
    }
  },
  "noise that is shaped": (xs, ys, out, more) => {
    for (let i = 0; i < xs.length; i++) {
      let [last, before, sum] = [xs[i], ys[i], 0];
      for (let k = 0; k < 40; k++) {
        const v = ((k * 7919) % 9000) * (k > 30 ? 65536 : 1) + 2 * last - before;
        const q = (v + 128) >> 8;
        before = last;
        last = v - q * 256;
        sum = (sum * 31 + q) | 0;
      }
      out[i] = last;
      more[i] = sum;
    }
  },
  collatz: (xs, ys, out, more) => {
    for (let i = 0; i < xs.length; i++) {
      let [n, rounds] = [xs[i], 0];
      while (n !== ys[i] && rounds < 60) {
        n = n % 2 === 0 ? n / 2 : 3 * n + 1;
        rounds++;
      }
      out[i] = n;
      more[i] = rounds;
    }
  },
  "digits, and their sum": (xs, ys, out, more) => {
    for (let i = 0; i < xs.length; i++) {
      let [x, sum, k] = [xs[i], -0, 0];
      while (k < 30) {
        const d = x % 10;
        sum += d;
        x = (x - d) / 10;
        k++;
      }
      out[i] = x;
      more[i] = sum;
    }
  },
  "digits in a base that is given": (xs, ys, out, more) => {
    for (let i = 0; i < xs.length; i++) {
      const base = ys[i];
      let [x, sum] = [xs[i], 0];
      for (let k = 0; k < 20; k++) {
        const d = x % base;
        sum = sum * 3 - d;
        x = (x - d) / base;
      }
      out[i] = x;
      more[i] = sum;
    }
  },
  "a square and a remainder": (xs, ys, out, more) => {
    for (let i = 0; i < xs.length; i++) {
      let [x, y] = [xs[i], xs[i]];
      for (let k = 0; k < 12; k++) {
        x = (x * x + 1) % ys[i];
        y = (y * x - k) % 10007;
      }
      out[i] = x;
      more[i] = y;
    }
  },
  "rounded quotients and signs": (xs, ys, out, more) => {
    for (let i = 0; i < xs.length; i++) {
      let [x, y, s] = [xs[i], ys[i], 1];
      for (let k = 0; k < 16; k++) {
        s = -s;
        y = Math.max(Math.floor(x / 7), Math.trunc(y / 3)) - s;
        x = Math.abs(Math.min(x - y, -(y % 5))) * s;
      }
      out[i] = x;
      more[i] = y;
    }
  },
  "products of either sign": (xs, ys, out, more) => {
    for (let i = 0; i < xs.length; i++) {
      let [x, y] = [xs[i], ys[i]];
      let sum = 0;
      for (let k = 0; k < 10; k++) {
        x = x * y;
        y = x % 7;
        sum += 1 / x;
      }
      out[i] = x;
      more[i] = sum;
    }
  },
  "what is compared with halves, and quotients that nobody keeps": (xs, ys, out, more) => {
    for (let i = 0; i < xs.length; i++) {
      let [x, n] = [xs[i], 0];
      while (x / 2 > 5.5 && n < 50) {
        if (x % 3 === 1 || x / 4 === ys[i]) n++;
        x = x - (x % 3) - 1;
        n++;
      }
      out[i] = x;
      more[i] = n;
    }
  },
  "stores before and after": (xs, ys, out, more) => {
    let at = 0;
    for (let i = 0; i < xs.length; i++) {
      let x = xs[i];
      for (let k = 0; k < 8; k++) {
        if (at >= out.length) at = 0;
        x = (x + ys[i]) % 1000;
        out[at] = x;
        at++;
      }
      for (let k = 0; k < 3; k++) {
        if (at >= more.length) at = 0;
        more[at] = x;
        x = x % 10 === 0 ? x / 10 : x + 3;
        at++;
      }
    }
  },
  "jumps out of the loop, and of the one around": (xs, ys, out, more) => {
    let last = 0;
    outer: for (let i = 0; i < xs.length; i++) {
      let x = xs[i];
      let rounds = 0;
      for (let k = 0; k < 20; k++) {
        rounds++;
        x = (x * 5 + k) % ys[i];
        if (x === 3) continue;
        if (x === 4) break;
        if (x === 2) {
          last = x;
          more[i] = -1;
          continue outer;
        }
        x += 1;
      }
      last = x;
      out[i] = last;
      more[i] = rounds;
    }
  },
};

defineKernels(
  "doubles that are integers for a while",
  Object.fromEntries(Object.entries(kernels).map(([name, kernel]) => [name, { kernel: kernel as Kernel, cases }])),
);

/** Cycles of length 7, with a way out of the kernel in the middle of a round. */
const returning = (x: number, m: number, limit: number): number => {
  let [y, n] = [x, 0];
  for (;;) {
    y = (y * 3 + 1) % m;
    if (y > limit) return y - 0.5;
    if (n === 30) return n;
    n++;
  }
};

const indexed = (table: Int32Array, start: number, rounds: number): number => {
  let [p, sum] = [start, 0];
  for (let k = 0; k < rounds; k++) {
    p = (p * 7 + 3) % table.length;
    sum += table[p];
    table[p] = sum;
  }
  return sum;
};

/** The doubles are no longer integers in the round that is already written to. */
const late = (out: Float64Array, x: number): void => {
  let y = x;
  for (let k = 0; k < out.length; k++) {
    out[k] += y;
    y = y % 6 === 0 ? y / 4 : y + 1;
  }
};

defineKernels("integers for a while, from arguments", {
  returning: {
    kernel: returning,
    cases: () => EDGES.flatMap((x) => [1, 7, 1009, 2 ** 20, -5, 0, 2.5].map((m) => [x, m, m === 7 ? 5 : 900])),
  },
  indexed: {
    kernel: indexed,
    cases: () => [0, 1, 2, 5, 6, 1000000].map((start) => [Int32Array.from({ length: 10 }, (_, i) => i - 3), start, 50]),
  },
  late: {
    kernel: late,
    cases: () => [0, 1, 2.5, -3, -0, 7, 2 ** 31 - 3, 2 ** 31].map((x) => [new Float64Array(40), x]),
  },
});

/** What is written before it is read needs no value when a round of the parallel loop begins, and may have none. */
const steps = (out: Float64Array, from: number, step: number): void => {
  for (const i of prange(out.length)) {
    let [n, count] = [from + i * step, 0];
    while (n !== 1 && count < 200) {
      n = n % 2 === 0 ? n / 2 : 3 * n + 1;
      count++;
    }
    out[i] = count + n / 1024;
  }
};

const lastDigit = (out: Float64Array, from: number, step: number): void => {
  for (const i of prange(out.length)) {
    let n = from + i * step;
    let digit: number;
    let rounds = 0;
    do {
      digit = n % 10;
      n = (n - digit) / 10;
    } while (n > 0 && ++rounds < 30);
    out[i] = digit;
  }
};

const lastIfAny = (out: Float64Array, from: number, step: number): void => {
  for (const i of prange(out.length)) {
    let n = from + i * step;
    let digit = -0.5;
    let rounds = 0;
    while (n > 9 && rounds++ < 30) {
      digit = n % 10;
      n = (n - digit) / 10;
    }
    out[i] = digit;
  }
};

const STARTS = [0, 1, -0, -7, 2.5, 27, 2 ** 31 - 3, 2 ** 31, 2 ** 52, Number.NaN, Number.POSITIVE_INFINITY];
const fromStarts = (): unknown[][] =>
  STARTS.flatMap((x) => [1, 0.5, 1000].map((step) => [new Float64Array(20), x, step]));

/** In the loop inside, what has been stored is put back when a round fails. */
const inParallelLoop = (xs: Uint32Array, out: Float64Array, width: number, p: number): void => {
  for (const y of prange(width))
    for (let x = 0; x < width; x++) {
      const i = y * width + x;
      let v = p;
      if (xs[i] > 5) v = xs[i] % i;
      out[i] = v;
    }
};

defineKernels("integers for a while, in parallel loops", {
  steps: { kernel: steps, cases: fromStarts, options: { parallel: true, chunksize: 3 } },
  lastDigit: { kernel: lastDigit, cases: fromStarts, options: { parallel: true, chunksize: 3 } },
  lastIfAny: { kernel: lastIfAny, cases: fromStarts, options: { parallel: true, chunksize: 3 } },
  "what is stored in a loop inside": {
    kernel: inParallelLoop,
    options: { parallel: true, chunksize: 1 },
    cases: () =>
      [3, 2 ** 31 - 1].flatMap((p) =>
        [0, 1, 4].map((width): Case => {
          const xs = Uint32Array.from({ length: 16 }, (_, i) => (i % 5 === 4 ? 2 ** 32 - 1 - i : i * 3));
          return [xs, new Float64Array(16), width, p];
        }),
      ),
  },
});

/** Integers whose remainders may be −0, or NaN, and are doubles for that only. */
const euclid = (xs: Int32Array, ys: Int32Array, out: Float64Array): void => {
  for (let i = 0; i < xs.length; i++) {
    let [x, y] = [xs[i], ys[i]];
    while (y !== 0) {
      const rest = x % y;
      x = y;
      y = rest;
    }
    out[i] = 1 / y + x;
  }
};

const horner = (xs: Int32Array, ys: Int32Array, out: Float64Array): void => {
  let [h, g, k] = [7, 7, 7];
  for (let i = 0; i < xs.length; i++) {
    h = (h * 31 + xs[i]) % 1000003;
    g = (ys[i] - g * 3) % -97;
    k = (k + xs[i]) % ys[i];
    out[i] = 1 / h + g + 1 / k;
  }
};

/** Quotients go on to the next round as integers, by doubles that may be rounded. */
const spigot = (xs: Int32Array, ys: Int32Array, out: Float64Array): void => {
  let q = 0;
  for (let i = xs.length; i > 0; i--) {
    const x = 10 * xs[i - 1] + q * ys[i - 1];
    out[i - 1] = out[i - 1] + (x % (2 * i - 1));
    q = (x / (2 * i - 1)) | 0;
  }
  out[0] += 1 / q;
};

const inverse = (xs: Int32Array, ys: Int32Array, out: Float64Array): void => {
  for (let i = 0; i < xs.length; i++) {
    let [t, next, r, rest, rounds] = [0, 1, ys[i], xs[i], 0];
    while (rest !== 0 && rounds++ < 50) {
      const q = (r / rest) | 0;
      [t, next] = [next, t - q * next];
      [r, rest] = [rest, r - q * rest];
    }
    out[i] = 1 / t + 1 / r + rest;
  }
};

/** No variable of the loop is a double. */
const cubes = (xs: Int32Array, ys: Int32Array, out: Float64Array): void => {
  for (let i = 0; i < xs.length; i++) {
    const a = xs[i];
    let n = 0;
    for (let b = ys[i]; a * a * a + b * b * b < 9e15 && n < 60; b++) {
      out[i] += (a * a * a + b * b * b) % 9;
      n++;
    }
  }
};

const INTEGERS = [...new Set([...INT32_EDGES, 2, 3, -3, 12, -18, 97, 1000, -1000, 208063, 65536])];
const integerPairs = (): unknown[][] => {
  const all = INTEGERS.flatMap((x) => INTEGERS.map((y) => [x, y] as const));
  const few = [
    [48, 36],
    [-48, 36],
    [5, 7],
  ] as const;
  return [few, all].map((of) => {
    const [xs, ys] = [0, 1].map((k) => Int32Array.from(of, (pair) => pair[k as 0 | 1]));
    return [xs, ys, new Float64Array(of.length)];
  });
};

defineKernels(
  "integers that are doubles on the way",
  Object.fromEntries(
    Object.entries({ euclid, horner, spigot, inverse, cubes }).map(([name, kernel]) => [
      name,
      { kernel: kernel as Kernel, cases: integerPairs },
    ]),
  ),
);

const chosenZero = (xs: Int32Array, m: number, s: number): number => {
  for (let i = 0; i < xs.length; i++) {
    const x = xs[i];
    s = (s + (x > 5 ? -0 : x)) % m;
  }
  return s;
};

const otherwiseZero = (xs: Int32Array, m: number, s: number): number => {
  for (let i = 0; i < xs.length; i++) {
    const x = xs[i];
    s = (s + (x > 5 ? x : -0)) % m;
  }
  return s;
};

const starts = (): Case[] =>
  [1009, 7, -7, 0, 65536, 2.5].flatMap((m) =>
    [0, 5.5, -0, 12, 1e10].map((s): Case => [Int32Array.of(3, 6, 8, -8, 5, 2 ** 31 - 1, -(2 ** 31)), m, s]),
  );

defineKernels("-0 chosen where the other value isn't 0", {
  chosen: { kernel: chosenZero, cases: starts },
  "chosen otherwise": { kernel: otherwiseZero, cases: starts },
});

/** What is left of a negative constant is any number down to it, and 0. */
const leftOfConstant = (xs: Int32Array, d: number, n: number): number => {
  let r = d;
  for (let i = 0; i < n; i++) r = (-7 - (-7 % r)) / 3 + xs[i];
  return r;
};

const flooredLeft = (xs: Int32Array, d: number, n: number): number => {
  let r = d;
  for (let i = 0; i < n; i++) r = Math.floor((-7 - (-7 % r)) / 3) + xs[i];
  return r;
};

const leftOfNegative = (xs: Int32Array, d: number, n: number): number => {
  let r = d;
  for (let i = 0; i < n; i++) r = ((-Math.abs(xs[i]) - 5) % r) + 9;
  return r;
};

const divisors = (): Case[] =>
  [4, 3, 1, 7, 8, 0, -0, -2, 0.5].flatMap((d) => [1, 2, 5].map((n): Case => [Int32Array.of(5, 6, 4, -5, 7), d, n]));

defineKernels("remainders of what is negative for certain", {
  "in a quotient": { kernel: leftOfConstant, cases: divisors },
  "in a floored quotient": { kernel: flooredLeft, cases: divisors },
  "of a sum": { kernel: leftOfNegative, cases: divisors },
});
