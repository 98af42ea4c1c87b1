/** Arguments that aren't there, or are undefined: of built-in functions, of array methods, and the kernel's own. */
import { defineKernels, type KernelTest, refuses } from "../support/differential.ts";

type Any = never;
const { undefined: u } = globalThis as unknown as { undefined: Any };

/** Called with one number; `m` is missing. */
const numbers = (kernel: (x: number, m: Any) => unknown): KernelTest => ({
  kernel,
  cases: () => [[1.5], [2], [-0.5]],
});
const arrays = (kernel: (a: Float64Array, m: Any) => unknown): KernelTest => ({
  kernel,
  cases: () => [[Float64Array.of(1, -2, 3, 1)], [Float64Array.of(Number.NaN, 0)], [new Float64Array(1)]],
});
const bigints = (kernel: (a: BigInt64Array, m: Any) => unknown): KernelTest => ({
  kernel,
  cases: () => [[BigInt64Array.of(1n, -2n, 3n, 1n)], [new BigInt64Array(1)]],
});

defineKernels("built-in functions with too few arguments", {
  "exact functions": numbers((x, m) => [
    ...[Math.abs(u), Math.ceil(m), Math.floor(u), Math.round(m), Math.trunc(u), Math.sign(m), Math.sqrt(u)],
    ...[Math.fround(u), Math.clz32(u), Math.clz32(m), Math.imul(u, x), Math.imul(x, m), Math.imul(m, u)],
  ]),
  "of two": numbers((x, m) => [
    ...[Math.pow(x, m), Math.pow(x, u), Math.pow(m, x), Math.pow(m, u), Math.atan2(x, m), Math.atan2(u, x)],
  ]),
  "of any number": numbers((x, m) => [
    ...[Math.max(), Math.max(m), Math.max(x, u), Math.min(), Math.min(u, x), Math.min(x, 1, m)],
    ...[Math.hypot(), Math.hypot(m), Math.hypot(x, u), Math.hypot(1, m, x), Math.hypot(x, 2, 3, u)],
  ]),
  "conversions and questions": numbers((x, m) => [
    ...[Number(), Number() + x, Number(m), Number(u)],
    ...[Boolean(), Boolean(m), isNaN(m), isFinite(u), Number.isNaN(m), Number.isInteger(u)],
    ...[Object.is(m, u), Object.is(m, m), Object.is(x, m), Object.is(u, x)],
  ]),
  "a switch": numbers((x, m) => {
    let s = 0;
    for (let k = 0; k < 3; k++) {
      switch (m) {
        case k:
          s += 100;
          break;
        case u:
        case x:
          s += x;
        default:
          s += 10;
      }
      switch (k) {
        case m:
          s += 1000;
        case 1:
          s += 3;
      }
    }
    return s;
  }),
  "none at all": {
    // What TypeScript wouldn't let through.
    kernel: new Function(
      "x",
      "return [Math.pow(), Math.pow(x), Math.atan2(x), Math.abs(), Math.clz32(), Math.imul(), Math.sin(), isNaN(), Number.isNaN(), Object.is()];",
    ) as (x: number) => unknown,
    cases: () => [[2]],
  },
});

defineKernels("array methods with too few arguments", {
  searches: arrays((a, m) => [
    ...[a.indexOf(m), a.indexOf(1, m), a.indexOf(1, u), a.lastIndexOf(m), a.lastIndexOf(1)],
    ...[a.lastIndexOf(1, u), a.lastIndexOf(1, m), a.includes(m), a.includes(1, u), a.at(m)],
  ]),
  "searches of BigInts": bigints((a, m) => [
    ...[a.indexOf(m), a.indexOf(1n, u), a.lastIndexOf(1n), a.lastIndexOf(1n, u), a.lastIndexOf(1n, m), a.includes(m)],
  ]),
  "reduce with and without a start": arrays((a) => [
    a.reduce((p, x) => p - x),
    a.reduce((p, x) => p - x, 0.5),
    a.reduceRight((p, x) => p - x),
    a.reduceRight((p, x) => p - x, 0.5),
  ]),
  copies: arrays((a, m) => [a.slice(m, m), a.slice(1, u), a.subarray(m, u).length, new Float64Array(m).length]),
  writes: arrays((a, m) => {
    a.copyWithin(m, 1);
    a.fill(7, 1, m);
    a.set(a, m);
    a.sort(m);
    return Float64Array.from(a, m);
  }),
  "filled with undefined": arrays((a, m) => a.fill(m)),
});

/** The kernel refuses what it is called with: its argument 1 is missing. */
const misses = (kernel: (n: Any, ...others: Any[]) => unknown, ...others: unknown[]): KernelTest => ({
  kernel,
  cases: () => [refuses(TypeError, /argument 1 .*is undefined, and the kernel uses its value/, undefined, ...others)],
});

defineKernels("an argument of the kernel that is missing", {
  "in a sum": misses((n) => n + 1),
  "as a bound": misses((n) => {
    let s = 0;
    for (let i = 0; i < n; i++) s += i;
    return s;
  }),
  "in a condition": misses((n) => (n > 2 ? 1 : 0)),
  "as an index": misses((n, a: Float64Array) => a[n], new Float64Array(1)),
  "as a value": misses((n, a: Float64Array) => {
    a[0] = n;
  }, new Float64Array(1)),
  "as an array": misses((n: Float64Array) => {
    let s = 0;
    for (const x of n) s += x;
    return s;
  }),
  "as a tuple": misses(([p, q]: [number, number]) => p + q),
  "as a function": misses((f: () => number) => f()),
  "as a start": misses((n, a: Float64Array) => a.reduce((p, x) => p + x, n), new Float64Array(1)),
  "as a BigInt": misses((n) => BigInt(n)),
  "in a helper": misses((n) => {
    const twice = (x: number) => x * 2;
    return twice(n);
  }),
  "which is there on one path": misses((n: number | undefined, c: boolean) => {
    let x: number | boolean | undefined = n;
    if (c) x = c;
    return x;
  }, true),
});
