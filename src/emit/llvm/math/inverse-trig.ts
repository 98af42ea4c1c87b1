/**
 * asin, acos, atan and atan2 of doubles: each is a multiple of π/4, known to twice the precision, plus or minus a small
 * angle.
 */
import {
  abs,
  add,
  and,
  bits,
  div,
  double,
  type Expr,
  eq,
  type F64,
  f64,
  fma,
  gt,
  i64,
  le,
  lt,
  type MathFunctionDef,
  mul,
  neg,
  param,
  SIGN,
  select,
  sqrt,
  sub,
  xor,
} from "./dsl.ts";
import { estrin, fastTwoSum, type Pair, quotientPair, remainder } from "./pairs.ts";

/** π/4, π/2 and π are these times powers of two. */
const [PI_HI, PI_LO] = [Math.PI, 1.2246467991473532e-16];
/** (asin s − s)/s³ as a polynomial in s², for s ≤ ½. */
const ASIN = [
  0.16666666666665403, 0.07500000000338587, 0.044642856826944494, 0.030381959196894966, 0.022371756554911523,
  0.017359728093801676, 0.013884998112829205, 0.012170811583835758, 0.006520888675678222, 0.019548088531699395,
  -0.016255999246941523, 0.03193444873200446,
];
/** (atan s − s)/s³ as a polynomial in s², for |s| ≤ tan(π/8). */
const ATAN = [
  -0.3333333333333319, 0.19999999999952411, -0.14285714280091083, 0.11111110778643304, -0.09090897629173761,
  0.0769205806814592, -0.0666308093748637, 0.05847728897926985, -0.0503861134357678, 0.03804758356549777,
  -0.017889224238645876,
];
const TAN_EIGHTH_TURN = Math.SQRT2 - 1;

/** The sign bit of x. */
const signOf = (x: F64): Expr<"i64"> => and(bits(x), SIGN);
const flip = (x: F64, sign: Expr<"i64">): F64 => double(xor(bits(x), sign));

/** base ± angle. */
function combine(base: Pair<"f64">, angle: Pair<"f64">, minus: Expr<"i64">): F64 {
  const sum = fastTwoSum(base.hi, flip(angle.hi, minus));
  return add(sum.hi, add(sum.lo, add(base.lo, flip(angle.lo, minus))));
}

/** asin |x| for |x| ≤ ½; beyond that π/2 − asin |x| = 2 asin √((1 − |x|)/2). */
function smallArcsine(ax: F64, large: Expr<"i1">): Pair<"f64"> {
  const z = select(large, mul(sub(1, ax), 0.5), mul(ax, ax));
  const root = sqrt(z);
  const s = select(large, root, ax);
  const tail = mul(mul(s, z), estrin(z, ASIN));
  // What the root lost. The tiny summand keeps 0 from dividing.
  const lost = mul(fma(neg(root), root, z), div(0.5, add(root, 2 ** -1000)));
  return { hi: select(large, add(s, s), s), lo: select(large, mul(add(tail, lost), 2), tail) };
}

export function asin(name: string): MathFunctionDef {
  const x = param("f64", 0);
  const ax = abs(x);
  const large = gt(ax, 0.5);
  const base = { hi: select(large, f64(PI_HI / 2), 0), lo: select(large, f64(PI_LO / 2), 0) };
  const value = combine(base, smallArcsine(ax, large), select(large, i64(SIGN), 0));
  return { name, params: ["f64"], body: flip(value, signOf(x)) };
}

/** π/2 − asin x for |x| ≤ ½, else 2 asin √((1 − x)/2) or π − 2 asin √((1 + x)/2). */
export function acos(name: string): MathFunctionDef {
  const x = param("f64", 0);
  const ax = abs(x);
  const large = gt(ax, 0.5);
  const negative = lt(x, 0);
  const outer = (value: number): F64 => select(negative, f64(value), 0);
  const base = {
    hi: select(large, outer(PI_HI), f64(PI_HI / 2)),
    lo: select(large, outer(PI_LO), f64(PI_LO / 2)),
  };
  const minus = xor(signOf(x), select(large, i64(0), SIGN));
  return { name, params: ["f64"], body: combine(base, smallArcsine(ax, large), minus) };
}

/** atan of a quotient of at most tan(π/8), given as a pair. */
function smallArctangent(s: Pair<"f64">): Pair<"f64"> {
  const z = mul(s.hi, s.hi);
  return { hi: s.hi, lo: fma(mul(s.hi, z), estrin(z, ATAN), s.lo) };
}

/** |x|, (|x| − 1)/(|x| + 1) or −1/|x|, to which 0, π/4 or π/2 belongs. */
export function atan(name: string): MathFunctionDef {
  const x = param("f64", 0);
  const size = abs(x);
  const ax = select(gt(size, 2 ** 60), f64(2 ** 60), size);
  const low = lt(ax, TAN_EIGHTH_TURN);
  const high = gt(ax, Math.SQRT2 + 1);
  const difference = fastTwoSum(f64(-1), ax);
  const sum = fastTwoSum(f64(1), ax);
  const choose = (whenLow: F64, between: F64, whenHigh: F64): F64 =>
    select(low, whenLow, select(high, whenHigh, between));
  const over = { hi: choose(ax, difference.hi, f64(-1)), lo: choose(f64(0), difference.lo, f64(0)) };
  const under = { hi: choose(f64(1), sum.hi, ax), lo: choose(f64(0), sum.lo, f64(0)) };
  const base = {
    hi: choose(f64(0), f64(PI_HI / 4), f64(PI_HI / 2)),
    lo: choose(f64(0), f64(PI_LO / 4), f64(PI_LO / 2)),
  };
  const angle = smallArctangent(quotientPair(over, under));
  const sumOfAngles = fastTwoSum(base.hi, angle.hi);
  const value = add(sumOfAngles.hi, add(sumOfAngles.lo, add(base.lo, angle.lo)));
  return { name, params: ["f64"], body: flip(value, signOf(x)) };
}

/**
 * With a ≤ b the magnitudes of x and y: the angle whose tangent is a/b is either small, or π/4 plus the one whose tangent
 * is (a − b)/(a + b). Mirrored at the diagonal if |y| > |x|, and at the y axis if x < 0, that is j·π/4 ± a small angle.
 */
export function atan2(name: string): MathFunctionDef {
  const [y, x] = [param("f64", 0), param("f64", 1)];
  const [ay, ax] = [abs(y), abs(x)];
  const steep = gt(ay, ax);
  const larger = select(steep, ay, ax);
  const smaller = select(steep, ax, ay);
  // ∞/∞ is 1/1 and finite/∞ is 0/1 (a NaN stays); 0/0 is 0/1. Else away from the ends of the exponent range.
  const endless = eq(larger, Infinity);
  const scale = select(gt(larger, 2 ** 1000), f64(2 ** -60), select(lt(larger, 2 ** -900), f64(2 ** 100), 1));
  const a = select(endless, select(eq(smaller, Infinity), f64(1), mul(smaller, 0)), mul(smaller, scale));
  const b = select(endless, 1, select(eq(larger, 0), f64(1), mul(larger, scale)));

  const low = le(a, mul(b, TAN_EIGHTH_TURN));
  const difference = fastTwoSum(neg(b), a);
  const sum = fastTwoSum(b, a);
  const over = { hi: select(low, a, difference.hi), lo: select(low, 0, difference.lo) };
  const under = { hi: select(low, b, sum.hi), lo: select(low, 0, sum.lo) };
  // The quotient may be subnormal, so it is rounded once, and has no low part then.
  const q = div(over.hi, under.hi);
  const lo = mul(remainder(over, under, q), div(1, under.hi));
  const angle = smallArctangent({ hi: q, lo: select(lt(abs(q), 2 ** -900), 0, lo) });
  const left = lt(bits(x), 0);
  const first = select(low, f64(0), 1);
  const second = select(steep, sub(2, first), first);
  const j = select(left, sub(4, second), second);
  const baseHi = mul(j, PI_HI / 4);
  const base = { hi: baseHi, lo: fma(j, PI_LO / 4, fma(j, PI_HI / 4, neg(baseHi))) };
  const minus = xor(select(steep, i64(SIGN), 0), select(left, i64(SIGN), 0));
  return { name, params: ["f64", "f64"], body: flip(combine(base, angle, minus), signOf(y)) };
}
