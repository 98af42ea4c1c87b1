/**
 * Unevaluated sums: a value as hi + lo, where lo is what didn't fit into hi. And polynomials.
 *
 * A function is right to within an ulp if everything before its last addition is known to more than 53 bits; these are
 * the ways to keep the bits that a single operation loses. All rely on round-to-nearest and on a real fused multiply-add.
 */
import { type Arg, add, constant, div, type Expr, type FloatType, fma, mul, neg, sub } from "./dsl.ts";

export interface Pair<T extends FloatType> {
  readonly hi: Expr<T>;
  readonly lo: Expr<T>;
}

/** a + b exactly, if |a| ≥ |b| or a = 0. */
export function fastTwoSum<T extends FloatType>(a: Expr<T>, b: Expr<T>): Pair<T> {
  const hi = add(a, b);
  return { hi, lo: add(sub(a, hi), b) };
}

/** a + b exactly. */
export function twoSum<T extends FloatType>(a: Expr<T>, b: Expr<T>): Pair<T> {
  const hi = add(a, b);
  const ofB = sub(hi, a);
  return { hi, lo: add(sub(a, sub(hi, ofB)), sub(b, ofB)) };
}

/** a·b exactly, short of underflow. */
export function twoProduct<T extends FloatType>(a: Expr<T>, b: Expr<T>): Pair<T> {
  const hi = mul(a, b);
  return { hi, lo: fma(a, b, neg(hi)) };
}

/** a/b as a pair that isn't normalised: the sum's error is some 2^-100 of it, short of underflow. */
export function quotientPair<T extends FloatType>(a: Pair<T>, b: Pair<T>): Pair<T> {
  const inverse = div<T>(1, b.hi);
  const hi = mul(a.hi, inverse);
  return { hi, lo: mul(remainder(a, b, hi), inverse) };
}

/** a − q·b, for a q near a/b. */
export function remainder<T extends FloatType>(a: Pair<T>, b: Pair<T>, q: Expr<T>): Expr<T> {
  return fma(neg(q), b.lo, add(fma(neg(q), b.hi, a.hi), a.lo));
}

/** a/b, rounded almost always as it should be. */
export function quotient<T extends FloatType>(a: Pair<T>, b: Pair<T>): Expr<T> {
  const { hi, lo } = quotientPair(a, b);
  return add(hi, lo);
}

/** c0 + c1·x + c2·x² + …, each step waiting for the one before: fewest operations. */
export function horner<T extends FloatType>(x: Expr<T>, coefficients: readonly Arg<T>[]): Expr<T> {
  return coefficients.reduceRight<Expr<T> | undefined>(
    (sum, c) => (sum === undefined ? lift(x, c) : fma(sum, x, c)),
    undefined,
  ) as Expr<T>;
}

/** The same polynomial as two of Horner's sums over x², which don't wait for each other. */
export function twoHorners<T extends FloatType>(x: Expr<T>, coefficients: readonly Arg<T>[]): Expr<T> {
  const square = mul(x, x);
  const [even, odd] = [0, 1].map((rest) =>
    horner(
      square,
      coefficients.filter((_, k) => k % 2 === rest),
    ),
  ) as [Expr<T>, Expr<T>];
  return fma(odd, x, even);
}

/** The same polynomial in log2(n) levels, whose steps don't wait for each other: a few more multiplications. */
export function estrin<T extends FloatType>(x: Expr<T>, coefficients: readonly Arg<T>[]): Expr<T> {
  const [only] = coefficients;
  if (only !== undefined && coefficients.length === 1) return lift(x, only);
  const halves = Array.from({ length: Math.ceil(coefficients.length / 2) }, (_, k) => {
    const [low = 0, high] = coefficients.slice(2 * k, 2 * k + 2);
    if (high === undefined) return low;
    return low === 0 ? mul(high, x) : fma(high, x, low);
  });
  return halves.length === 1 ? lift(x, halves[0] ?? 0) : estrin(mul(x, x), halves);
}

function lift<T extends FloatType>(like: Expr<T>, value: Arg<T>): Expr<T> {
  return typeof value === "object" ? value : constant(like.type, value);
}
