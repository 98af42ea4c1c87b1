/**
 * What users see as `random`, and the functions behind it in the kernel language: the same text runs as plain JavaScript
 * and is compiled along with the kernels that call it. They use operations with exact results only, no `Math.log` or `Math.cos`,
 * so that both give the same bits.
 *
 * They name nothing but `Math`, `Number`, `BigInt`, errors and their parameters, which keeps them whole under a minifier.
 * What they need besides comes as the last argument.
 */
import type { Callable } from "./program.ts";
import { draw, setState } from "./random.ts";

function seed(n: number, set: (state: bigint) => void): void {
  if (!Number.isSafeInteger(n)) throw new RangeError("random.seed takes an integer within ±(2 ** 53 - 1)");
  set(BigInt(n));
}

function integers(low: number, high: number | undefined, uniform: () => number): number {
  const from = high === undefined ? 0 : Math.ceil(low);
  const to = Math.ceil(high === undefined ? low : high);
  if (!(to > from && to - from <= 9007199254740992)) {
    throw new RangeError("random.integers takes bounds with one to 2 ** 53 integers between them");
  }
  return from + Math.floor(uniform() * (to - from));
}

/**
 * −log(1 − u) · scale. 1 − u is m · 2^−e with m in [√½, √2); log m = log((1 + s)/(1 − s)) is a polynomial in s = (m − 1)/(m + 1)
 * with an error of 5e-18. The leading zeros of the number as an integer say what e is.
 */
function exponential(scale: number | undefined, uniform: () => number): number {
  const x = 1 - uniform();
  const small = x < 1.4901161193847656e-8; // 2^-26
  const y = small ? x * 67108864 : x;
  const zeros = Math.clz32(Math.min(y * 134217728, 134217728)) - 4;
  const m1 = y * (1 << zeros);
  const large = m1 > Math.SQRT2;
  const m = large ? m1 * 0.5 : m1;
  const e = zeros + (small ? 26 : 0) - (large ? 1 : 0);
  const s = (m - 1) / (m + 1);
  const z = s * s;
  const z2 = z * z;
  const low = 0.666666666666667 + 0.39999999999899444 * z + z2 * (0.2857142862600327 + 0.22222211130259878 * z);
  const high = 0.18182889455674947 + 0.15331710618210773 * z + z2 * 0.14616585424888623;
  const p = low + z2 * z2 * high;
  // + 0: where u is 0 the result is 0, not −0.
  const log = 2 * s + s * z * p;
  return (scale === undefined ? 1 : scale) * (e * Math.LN2 - log + 0);
}

/**
 * Box and Muller: √(−2 log u) · cos(2πv) of two uniform numbers. |v − ½| − ¼ = q lies in [−¼, ¼], and sin(2πq) is a polynomial
 * in q with an error of 2e-19.
 */
function normal(
  mean: number | undefined,
  std: number | undefined,
  uniform: () => number,
  radius: (scale: number | undefined, uniform: () => number) => number,
): number {
  const r = Math.sqrt(2 * radius(1, uniform));
  const q = Math.abs(uniform() - 0.5) - 0.25;
  const y = q * q;
  const y2 = y * y;
  const y4 = y2 * y2;
  const low = 6.283185307179586 - 41.341702240399755 * y + y2 * (81.60524927607362 - 76.70585975282492 * y);
  const high = 42.058693925428685 - 15.0946416761179 * y + y2 * (3.8199280942271643 - 0.7177337921413454 * y);
  const p = low + y4 * (high + y4 * 0.10089695501646812);
  return (mean === undefined ? 0 : mean) + (std === undefined ? 1 : std) * (r * (q * p));
}

/**
 * Random numbers, in kernels and in plain JavaScript alike: the same ones after the same `random.seed(n)`, whether a
 * function is compiled or not, whatever the number of threads. Every thread of the engine (each worker) has a sequence of
 * its own. Not for secrets: who sees a few numbers knows the rest.
 */
export const random = Object.freeze({
  /** Starts this thread's sequence anew: `n` is an integer. */
  seed(n: number): void {
    seed(n, setState);
  },

  /** A number from 0 up to but not including 1. */
  random(): number {
    return draw();
  },

  /** An integer from `low` up to but not including `high`; from 0 up to but not including `low` when that is all. */
  integers(low: number, high?: number): number {
    return integers(low, high, draw);
  },

  /** A number of the normal distribution with this mean (0) and standard deviation (1). */
  normal(mean?: number, std?: number): number {
    return normal(mean, std, draw, exponential);
  },

  /** A number of the exponential distribution with this mean (1). */
  exponential(scale?: number): number {
    return exponential(scale, draw);
  },
});

type RandomName = keyof typeof random;

/** How kernels call a member of `random`: a function in the kernel language and what it gets after its own arguments. */
export interface RandomFunction {
  readonly fn: Callable;
  /** How many arguments of its own it takes. */
  readonly arity: number;
  readonly extra: readonly Callable[];
}

const FUNCTIONS: { readonly [K in RandomName]: RandomFunction | undefined } = {
  random: undefined,
  seed: { fn: seed, arity: 1, extra: [setState] },
  integers: { fn: integers, arity: 2, extra: [draw] },
  normal: { fn: normal, arity: 2, extra: [draw, exponential] },
  exponential: { fn: exponential, arity: 1, extra: [draw] },
};

/** What each member of `random` is called, those of other copies of numbats in the process included. */
const NAMES = sharedNames();
for (const name of Object.keys(FUNCTIONS) as RandomName[]) NAMES.set(random[name], name);

function sharedNames(): WeakMap<object, RandomName> {
  const key = Symbol.for("numbats.random.names");
  const scope = globalThis as { [key]?: WeakMap<object, RandomName> };
  scope[key] ??= new WeakMap();
  return scope[key];
}

/** Which member of `random` this is, of whatever copy of numbats; undefined for other values. */
export function randomName(value: object): string | undefined {
  return NAMES.get(value);
}

/** What a member of `random` compiles to: "uniform" is the draw that all others are made of. Undefined for other values. */
export function randomFunction(value: unknown): RandomFunction | "uniform" | undefined {
  if (typeof value !== "function") return undefined;
  if (value === draw) return "uniform";
  const name = NAMES.get(value);
  return name && (FUNCTIONS[name] ?? "uniform");
}

/** Functions that give the same bits in all kernels, those with fastmath included. */
export function isExact(fn: unknown): boolean {
  return fn === integers || fn === exponential || fn === normal;
}
