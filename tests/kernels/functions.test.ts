/** Calls to captured functions and kernels, recursion, functions as arguments and values. */
import { njit } from "../../src/index.ts";
import { defineKernels } from "../support/differential.ts";
import { INT32_EDGES, NUMBER_EDGES, pairsOf, randomFloats, singles } from "../support/edge-values.ts";
import { binary, unary } from "../support/operator-kernels.ts";
import * as shapes from "./captured-module.ts";
import { cube, half as halved, SCALE } from "./captured-module.ts";

const square = (x: number): number => x * x;
const hypotenuse = (a: number, b: number): number => Math.sqrt(square(a) + square(b));
function clampTo(x: number, lo: number, hi: number): number {
  if (x < lo) return lo;
  return x > hi ? hi : x;
}
const increment = function (x: number): number {
  return x + 1;
};

defineKernels("captured functions", {
  arrow: unary((x: number) => square(x) + square(2)),
  "of a function": binary((a: number, b: number) => hypotenuse(a, b)),
  declaration: unary((x: number) => clampTo(x, -10, 10) + clampTo(x, 0.5, 100)),
  "function expression": unary((x: number) => increment(increment(x))),
  imported: unary((x: number) => cube(x) + halved(x) * SCALE),
  "through a namespace": unary((x: number) => shapes.cube(x) + shapes.half(x) * shapes.SCALE),
  "property of an object": unary((x: number) => curves.linear(x) + curves.quadratic(x)),
  "same helper on ints and floats": unary((x: number) => square(3) + square(0.5) + square(x | 0) + square(x)),
  "helper with an array": {
    kernel: (a: Float64Array | Int32Array) => total(a) / count(a),
    cases: () => [[Int32Array.of(1, 2, 4)], [randomFloats(50, 1)]],
  },
  "helper that stores": {
    kernel: (a: Float64Array | Int32Array, v: number) => {
      fillWith(a, v);
      fillWith(a, a[0] + 1);
    },
    cases: () => [
      [new Int32Array(3), 5],
      [new Float64Array(3), 0.5],
    ],
  },
  "helper with a default": unary((x: number) => scaled(x) + scaled(x, 3)),
  "helper called in a loop": {
    kernel: (a: Float64Array, out: Float64Array) => {
      for (let i = 0; i < a.length; i++) out[i] = clampTo(square(a[i]), 0.1, 0.9);
    },
    cases: () => [[randomFloats(100, 2), new Float64Array(100)]],
  },
  "helper returning a boolean": {
    kernel: (n: number) => {
      let primes = 0;
      for (let i = 0; i < n; i++) if (isPrime(i)) primes++;
      return primes;
    },
    cases: () => singles([0, 10, 1000]),
  },
  "helper chain": unary((x: number) => increment(square(increment(clampTo(x, -100, 100))))),
  "captured alias": unary((x: number) => alias(x)),
  "chosen by ?: at run time": {
    kernel: (x: number, up: boolean) => (up ? increment : square)(x),
    cases: () => pairsOf<unknown, unknown>(NUMBER_EDGES, [true, false]),
  },
  "arguments are evaluated in order": {
    kernel: (a: Int32Array) => {
      let i = 0;
      return combine(a[i++], a[i++], a[i++]) * 10 + i;
    },
    cases: () => [[Int32Array.of(1, 2, 3)]],
  },
  "extra arguments are evaluated": {
    kernel: (x: number) => {
      let n = 0;
      // @ts-expect-error: one argument more than the helper has
      const y = square(x, (n += 5));
      return y + n;
    },
    cases: () => singles([1, 0.5]),
  },
});

const roundings = { up: Math.ceil, down: Math.floor, quarter: (x: number): number => x + 0.25 };

function times(f: (x: number) => number, n: number, x: number): number {
  return n <= 0 ? x : times(f, n - 1, f(x));
}

defineKernels("built-in functions as values", {
  "chosen by ?:": unary((x: number) => (x > 0 ? Math.floor : Math.ceil)(x)),
  "chosen among functions of one's own": {
    kernel: (x: number, y: number) => {
      const f = x > 0 ? (y > 0 ? Math.max : Math.min) : (a: number, b: number) => a - b;
      return f(x, y);
    },
    cases: () => pairsOf([-1, 0, 2.5, NaN], [-0, 1, 3]),
  },
  "assigned in a loop": unary((x: number) => {
    let f: (v: number) => number = Math.abs;
    let s = 0;
    for (let i = 0; i < 5; i++) {
      s += f(x - i);
      f = i & 1 ? Math.abs : i > 2 ? (v) => v * 2 : Math.sign;
    }
    return s;
  }),
  "chosen in a switch": unary((x: number) => {
    let f: (v: number) => number;
    switch (x) {
      case 0:
        f = Math.sqrt;
        break;
      case 1:
        f = (v) => v + 2;
        break;
      default:
        f = Math.abs;
    }
    return f(x);
  }),
  "handed to a recursive function": unary(
    (x: number) =>
      times(Math.floor, 3, x) + times(Math.ceil, 2, x) * 1000 + times(x > 0 ? roundings.up : roundings.quarter, 2, x),
  ),
  "returned by a function": unary((x: number) => {
    const pick = (v: number) => (v > 0 ? Math.floor : Math.ceil);
    return pick(x)(x);
  }),
  "of Number": unary((x: number) => (x > 0 ? Number.isInteger : Number.isNaN)(x)),
});

const curves = { linear: (x: number): number => 2 * x + 1, quadratic: (x: number): number => x * x - 1 };
const alias = square;
const total = (a: ArrayLike<number>): number => {
  let s = 0;
  for (let i = 0; i < a.length; i++) s += a[i];
  return s;
};
const count = (a: ArrayLike<number>): number => a.length;
function fillWith(a: Float64Array | Int32Array, v: number): void {
  for (let i = 0; i < a.length; i++) a[i] = v + i;
}
const scaled = (x: number, k = 2): number => x * k;
const combine = (a: number, b: number, c: number): number => a * 100 + b * 10 + c;
function isPrime(n: number): boolean {
  if (n < 2) return false;
  for (let d = 2; d * d <= n; d++) if (n % d === 0) return false;
  return true;
}

function fib(n: number): number {
  return n < 2 ? n : fib(n - 1) + fib(n - 2);
}
const factorial = (n: number): number => (n <= 1 ? 1 : n * factorial(n - 1));
function ackermann(m: number, n: number): number {
  if (m === 0) return n + 1;
  if (n === 0) return ackermann(m - 1, 1);
  return ackermann(m - 1, ackermann(m, n - 1));
}
function even(n: number): boolean {
  return n === 0 ? true : odd(n - 1);
}
function odd(n: number): boolean {
  return n === 0 ? false : even(n - 1);
}
const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));
function hanoi(n: number, from: number, to: number, via: number, moves: Int32Array, at: number): number {
  if (n === 0) return at;
  at = hanoi(n - 1, from, via, to, moves, at);
  moves[at++] = from * 10 + to;
  return hanoi(n - 1, via, to, from, moves, at);
}
function power(x: number, n: number): number {
  if (n === 0) return 1;
  const h = power(x, n >> 1);
  return n & 1 ? h * h * x : h * h;
}
function binomial(n: number, k: number): number {
  if (k < 0 || k > n) return 0;
  if (k === 0 || k === n) return 1;
  return binomial(n - 1, k - 1) + binomial(n - 1, k);
}
function quicksort(a: Float64Array | Int32Array, lo: number, hi: number): void {
  if (lo >= hi) return;
  const pivot = a[(lo + hi) >> 1];
  let i = lo;
  let j = hi;
  while (i <= j) {
    while (a[i] < pivot) i++;
    while (a[j] > pivot) j--;
    if (i <= j) {
      const t = a[i];
      a[i++] = a[j];
      a[j--] = t;
    }
  }
  quicksort(a, lo, j);
  quicksort(a, i, hi);
}
function queens(n: number, columns: number, left: number, right: number): number {
  const all = (1 << n) - 1;
  if (columns === all) return 1;
  let free = all & ~(columns | left | right);
  let solutions = 0;
  while (free) {
    const bit = free & -free;
    free ^= bit;
    solutions += queens(n, columns | bit, (left | bit) << 1, (right | bit) >> 1);
  }
  return solutions;
}
function collatzDepth(n: number): number {
  return n === 1 ? 0 : 1 + collatzDepth(n % 2 === 0 ? n / 2 : 3 * n + 1);
}
function integrate(a: number, b: number, depth: number): number {
  const m = (a + b) / 2;
  if (depth === 0) return ((b - a) * (a * a + 4 * m * m + b * b)) / 6;
  return integrate(a, m, depth - 1) + integrate(m, b, depth - 1);
}
function bigFactorial(n: bigint): bigint {
  return n <= 1n ? 1n : n * bigFactorial(n - 1n);
}

defineKernels("recursion", {
  fib: { kernel: fib, cases: () => singles([0, 1, 2, 10, 20, 1.5, 7.5]) },
  factorial: { kernel: factorial, cases: () => singles([0, 1, 5, 12, 13, 18, 19, 25, 170, 171, 4.5]) },
  ackermann: {
    kernel: ackermann,
    cases: () => [
      [0, 5],
      [1, 5],
      [2, 3],
      [2, 9],
      [3, 3],
    ],
  },
  mutual: { kernel: even, cases: () => singles([0, 1, 7, 100]) },
  gcd: { kernel: gcd, cases: () => [...pairsOf([0, 12, 1071, -12], [0, 462, 18]), [0.75, 0.5]] },
  "hanoi with an array": {
    kernel: hanoi,
    cases: () => [
      [3, 1, 3, 2, new Int32Array(7), 0],
      [5, 1, 3, 2, new Int32Array(40), 2],
    ],
  },
  "fast power": { kernel: power, cases: () => pairsOf([2, 3, -1, 0.5, 10], [0, 1, 5, 30, 31]) },
  binomial: {
    kernel: binomial,
    cases: () => [
      [5, 2],
      [10, 5],
      [0, 0],
      [3, 7],
    ],
  },
  quicksort: {
    kernel: (a: Float64Array | Int32Array) => quicksort(a, 0, a.length - 1),
    cases: () => [[Int32Array.from(INT32_EDGES)], [randomFloats(200, 3)], [new Int32Array(0)], [new Float64Array(5)]],
  },
  queens: { kernel: (n: number) => queens(n, 0, 0, 0), cases: () => singles([1, 4, 6, 8]) },
  "int argument becomes fractional deeper down": {
    kernel: (n: number) => halving(n),
    cases: () => singles([8, 7, 100]),
  },
  collatz: { kernel: collatzDepth, cases: () => singles([1, 27, 97]) },
  "adaptive sum": {
    kernel: integrate,
    cases: () => [
      [0, 1, 5],
      [0, 3, 8],
      [-1.5, 2.5, 3],
    ],
  },
  BigInt: { kernel: bigFactorial, cases: () => singles([0n, 5n, 20n]) },
});

function halving(n: number): number {
  return n < 1 ? n : 1 + halving(n / 2);
}

defineKernels("functions as arguments", {
  "called once": {
    kernel: (f: (x: number) => number, x: number) => f(x),
    cases: () => [
      [square, 3],
      [increment, 3],
      [square, 0.5],
      [increment, -0],
    ],
  },
  "called in a loop": {
    kernel: (f: (x: number) => number, a: Float64Array) => {
      for (let i = 0; i < a.length; i++) a[i] = f(a[i]);
    },
    cases: () => [
      [square, randomFloats(10, 4)],
      [increment, randomFloats(10, 4)],
      [(x: number) => -x, randomFloats(10, 4)],
    ],
  },
  "two functions": {
    kernel: (f: (x: number) => number, g: (x: number) => number, x: number) => f(g(x)) - g(f(x)),
    cases: () => [
      [square, increment, 3],
      [increment, square, 0.5],
      [square, square, 2],
    ],
  },
  "passed on": {
    kernel: (f: (x: number) => number, n: number) => iterate(f, n, 1),
    cases: () => [
      [increment, 10],
      [(x: number) => x * 2, 5],
      [(x: number) => x / 2, 5],
    ],
  },
  predicate: {
    kernel: (keep: (x: number) => boolean, a: Int32Array) => {
      let n = 0;
      for (const x of a) if (keep(x)) n++;
      return n;
    },
    cases: () => [
      [(x: number) => x > 0, Int32Array.of(1, -2, 3)],
      [(x: number) => x % 2 === 0, Int32Array.of(1, -2, 3)],
    ],
  },
  bisection: {
    kernel: (f: (x: number) => number, lo: number, hi: number) => {
      for (let i = 0; i < 60; i++) {
        const mid = (lo + hi) / 2;
        if (f(lo) * f(mid) <= 0) hi = mid;
        else lo = mid;
      }
      return lo;
    },
    cases: () => [
      [(x: number) => x * x - 2, 0, 2],
      [(x: number) => x * x * x - x - 2, 1, 2],
    ],
  },
  "a kernel as an argument": {
    kernel: (f: (x: number) => number, x: number) => f(x) + 1,
    cases: () => [
      [njit((x: number) => x * 3), 2],
      [njit((x: number) => x / 4), 2],
    ],
  },
  "binary function": {
    kernel: (f: (a: number, b: number) => number, a: Float64Array) => {
      let r = a[0];
      for (let i = 1; i < a.length; i++) r = f(r, a[i]);
      return r;
    },
    cases: () => [
      [(a: number, b: number) => a + b, randomFloats(20, 5)],
      [(a: number, b: number) => (a > b ? a : b), randomFloats(20, 5)],
      [Math.min, randomFloats(20, 5)],
    ],
  },
});

function iterate(f: (x: number) => number, n: number, x: number): number {
  for (let i = 0; i < n; i++) x = f(x);
  return x;
}

const plainDouble = (x: number): number => x * 2;
const doubled = njit(plainDouble);
const plainNorm = (a: Float64Array): number => {
  let s = 0;
  for (let i = 0; i < a.length; i++) s += a[i] * a[i];
  return Math.sqrt(s);
};
const norm = njit(plainNorm);
const countdown = njit((n: number): number => (n <= 0 ? 0 : 1 + countup(n - 1)));
const countup = njit((n: number): number => (n <= 0 ? 0 : 1 + countdown(n - 1)));
const selfFib = njit((n: number): number => (n < 2 ? n : selfFib(n - 1) + selfFib(n - 2)));

defineKernels("kernels that call kernels", {
  scalar: {
    kernel: (x: number) => doubled(x) + doubled(1),
    plain: (x: number) => plainDouble(x) + 2,
    cases: () => singles(NUMBER_EDGES),
  },
  array: {
    kernel: (a: Float64Array) => {
      const n = norm(a);
      for (let i = 0; i < a.length; i++) a[i] /= n;
      return n;
    },
    plain: (a: Float64Array) => {
      const n = plainNorm(a);
      for (let i = 0; i < a.length; i++) a[i] /= n;
      return n;
    },
    cases: () => [[randomFloats(20, 6)]],
  },
  "mutually recursive": {
    kernel: (n: number) => countdown(n),
    plain: (n: number) => Math.max(0, n),
    cases: () => singles([0, 5, 100]),
  },
  recursive: { kernel: (n: number) => selfFib(n), plain: fib, cases: () => singles([0, 1, 10, 15]) },
});

defineKernels("functions that are compared", {
  "with built-in ones": {
    kernel: (f: unknown, x: number) => {
      const { sin } = Math;
      const g = (y: number) => y;
      return [f === sin, f !== Math.cos, sin === Math.sin, g === (sin as unknown), f === plainDouble, x];
    },
    cases: () => [
      [plainDouble, 1],
      [Math.sin, 1],
      [Math.cos, 1],
    ],
  },
});
