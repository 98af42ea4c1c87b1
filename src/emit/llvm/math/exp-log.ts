/**
 * exp, log and their relatives for doubles.
 *
 * exp: x = n·ln 2 + r with |r| ≤ ln 2 / 2; eʳ by polynomial; 2ⁿ by adding to exponent fields, in two steps so that results
 * in the subnormal range are rounded once.
 * log: x = 2ᵏ·m with m in [√½, √2); log m = 2 atanh s with s = (m − 1)/(m + 1).
 */
import {
  add,
  and,
  bits,
  div,
  double,
  type Expr,
  eq,
  f64,
  fma,
  gt,
  lshr,
  lt,
  type MathFunctionDef,
  mul,
  neg,
  or,
  param,
  select,
  shl,
  sub,
} from "./dsl.ts";
import { estrin } from "./pairs.ts";

type F64 = Expr<"f64">;
type I64 = Expr<"i64">;

export const ONE_BITS = 0x3ff0_0000_0000_0000n;
const FRACTION_BITS = 0x000f_ffff_ffff_ffffn;
export const MIN_NORMAL = 2 ** -1022;
/** Adding it rounds to an integer, whose two's complement is then in the low bits. */
const ROUND = 1.5 * 2 ** 52;
/** ln 2 = LN2_HI + LN2_LO; the first has 42 bits, so that n·LN2_HI is exact for every exponent n. */
export const LN2_HI = 0.6931471805598903;
export const LN2_LO = 5.497923018708371e-14;

/** (eʳ − 1 − r)/r² for |r| ≤ ln 2 / 2. */
export const EXP = [
  0.5000000000000011, 0.16666666666666424, 0.041666666666527075, 0.008333333333487056, 0.0013888888944301315,
  0.0001984126952243238, 0.000024801492499671584, 0.000002755757235317064, 2.7630437253722947e-7, 2.5004458815262284e-8,
];
/** (2 atanh s − 2s)/s³ as a polynomial in s², for |s| ≤ (√2 − 1)/(√2 + 1). */
export const LOG = [
  0.6666666666666734, 0.3999999999941674, 0.2857142874200941, 0.22222198605607155, 0.18183562917310983,
  0.15314080455841747, 0.14795705373846912,
];

/** The integer nearest to x, |x| < 2^51: as a double, and with its low bits in an integer. */
export function nearest(x: F64, factor: number): { readonly n: F64; readonly low: I64 } {
  const t = fma(x, factor, ROUND);
  return { n: sub(t, ROUND), low: bits(t) };
}

/** p·2ⁿ for −2100 < n < 2100, rounded once; only n's low 13 bits count. */
export function scale(p: F64, n: I64): F64 {
  const half = and(shl(n, 51), 0xfffn << 52n);
  return mul(mul(p, double(add(half, ONE_BITS))), double(add(sub(shl(n, 52), half), ONE_BITS)));
}

/** x within [low, high]; NaN stays. */
export function clamp(x: F64, low: number, high: number): F64 {
  const raised = select(lt(x, low), low, x);
  return select(gt(raised, high), high, raised);
}

export function exp(name: string): MathFunctionDef {
  const x = clamp(param("f64", 0), -746, 710);
  const { n, low } = nearest(x, Math.LOG2E);
  const r = fma(neg(n), LN2_LO, fma(neg(n), LN2_HI, x));
  const hi = add(r, 1);
  const lo = add(sub(1, hi), r);
  return { name, params: ["f64"], body: scale(add(hi, fma(mul(r, r), estrin(r, EXP), lo)), low) };
}

/** x = 2ᵏ·m, m in [base, 2·base) for a base between ½ and 1, given by its bits. */
export function split(x: F64, base: bigint): { readonly k: F64; readonly m: F64 } {
  const tiny = lt(x, MIN_NORMAL);
  const normal = select(tiny, mul(x, 2 ** 54), x);
  const shifted = add(bits(normal), ONE_BITS - base);
  // The exponent field as the low bits of a double of 2^52: no conversion needed, which not every processor has.
  const biased = double(or(lshr(shifted, 52), 0x4330_0000_0000_0000n));
  const k = sub(biased, select(tiny, f64(2 ** 52 + 1023 + 54), 2 ** 52 + 1023));
  return { k, m: double(add(and(shifted, FRACTION_BITS), base)) };
}

const SQRT_HALF_BITS = 0x3fe6_a09e_667f_3bcdn;

/** `value`, except where a logarithm of x has no ordinary one. */
export function ofPositive(x: F64, value: F64): F64 {
  const outside = select(eq(x, 0), f64(-Infinity), NaN);
  const positive = select(gt(x, 0), value, outside);
  return select(eq(x, Infinity), Infinity, positive);
}

export function log(name: string): MathFunctionDef {
  const x = param("f64", 0);
  const { k, m } = split(x, SQRT_HALF_BITS);
  const f = sub(m, 1);
  const s = div(f, add(f, 2));
  const z = mul(s, s);
  // log m = f − f²/2 + s·(f²/2 + R): f is exact, and so is what k·LN2_HI + f loses.
  const tail = mul(z, estrin(z, LOG));
  const whole = mul(k, LN2_HI);
  const hi = add(whole, f);
  const lo = add(sub(whole, hi), f);
  const inner = fma(s, fma(mul(f, 0.5), f, tail), fma(k, LN2_LO, lo));
  const value = add(hi, fma(mul(f, -0.5), f, inner));
  return { name, params: ["f64"], body: ofPositive(x, value) };
}
