/**
 * exp, log and their relatives for doubles.
 *
 * exp: x = n·ln 2 + r with |r| ≤ ln 2 / 2; eʳ by polynomial; 2ⁿ by adding to exponent fields, in two steps so that results
 * in the subnormal range are rounded once.
 * log: x = 2ᵏ·m with m in [√½, √2); log m = 2 atanh s with s = (m − 1)/(m + 1).
 */
import {
  type Arg,
  abs,
  add,
  and,
  bits,
  bitsOf,
  div,
  double,
  type Expr,
  eq,
  type F64,
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
  rare,
  SIGN,
  select,
  shl,
  sub,
  ult,
} from "./dsl.ts";
import { estrin, fastTwoSum, type Pair, quotientPair, twoProduct, twoSum } from "./pairs.ts";

type I64 = Expr<"i64">;

export const ONE_BITS = 0x3ff0_0000_0000_0000n;
const FRACTION_BITS = 0x000f_ffff_ffff_ffffn;
export const MIN_NORMAL = 2 ** -1022;
/** Adding it rounds to an integer, whose two's complement is then in the low bits. */
export const ROUND = 1.5 * 2 ** 52;
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

/** x as 2ᵏ·m, m in [base, 2·base). */
export interface Split {
  readonly k: F64;
  readonly m: F64;
  /** Its 52 low bits say where in its range m is, from 0 on. */
  readonly shifted: I64;
}

function splitScaled(x: F64, base: number, bias: Arg<"f64">): Split {
  const baseBits = bitsOf(base);
  const shifted = add(bits(x), ONE_BITS - baseBits);
  // The exponent field as the low bits of a double of 2^52: no conversion needed, which not every processor has.
  const biased = double(or(lshr(shifted, 52), 0x4330_0000_0000_0000n));
  return { k: sub(biased, bias), m: double(add(and(shifted, FRACTION_BITS), baseBits)), shifted };
}

/** For a base between ½ and 1 and 2^-1022 ≤ x < ∞. */
export function splitNormal(x: F64, base: number): Split {
  return splitScaled(x, base, 2 ** 52 + 1023);
}

/** For a base between ½ and 1 and 0 < x < ∞. */
export function split(x: F64, base: number): Split {
  const tiny = lt(x, MIN_NORMAL);
  return splitScaled(select(tiny, mul(x, 2 ** 54), x), base, select(tiny, f64(2 ** 52 + 1023 + 54), 2 ** 52 + 1023));
}

/** `value`, except where a logarithm of x has no ordinary one. */
export function ofPositive(x: F64, value: F64): F64 {
  const outside = select(eq(x, 0), f64(-Infinity), NaN);
  const positive = select(gt(x, 0), value, outside);
  return select(eq(x, Infinity), Infinity, positive);
}

/** (2 atanh s − 2s)/s, the multiplication by s² being one of the polynomial's own. */
function tail(s: F64): F64 {
  return estrin(mul(s, s), [0, ...LOG]);
}

/** Is x anything but a positive normal number: negative, zero, subnormal, infinite, NaN? */
export function isSpecial(x: F64): Expr<"i1"> {
  return ult(bitsOf(Infinity) - bitsOf(MIN_NORMAL) - 1n, sub(bits(x), bitsOf(MIN_NORMAL)));
}

/** log 2ᵏ·m, plus `more` in the last addition. */
function logOf({ k, m }: Split, ofSum: (hi: F64) => F64): F64 {
  const f = sub(m, 1);
  const s = div(f, add(m, 1));
  // log m = f − s·(f − R): f is exact, and so is what k·LN2_HI + f loses.
  const hi = fma(k, LN2_HI, f);
  const lo = add(fma(k, LN2_HI, neg(hi)), f);
  return add(ofSum(hi), fma(neg(s), sub(f, tail(s)), fma(k, LN2_LO, lo)));
}

export function log(name: string): MathFunctionDef {
  const x = param("f64", 0);
  const any: MathFunctionDef = {
    name: `${name}.any`,
    params: ["f64"],
    body: logOf(split(x, Math.SQRT1_2), (hi) => ofPositive(x, hi)),
    inVectors: true,
  };
  const usual = logOf(splitNormal(x, Math.SQRT1_2), (hi) => hi);
  return { name, params: ["f64"], body: rare(isSpecial(x), any, [x], usual) };
}

/** log m / ln 2 or / ln 10 = a + rest, for m in [√½, √2): a is exact to twice the precision. */
function scaledLog(m: F64, factor: number, factorLo: number): Pair<"f64"> {
  const f = sub(m, 1);
  const s = div(f, add(m, 1));
  const halfSquare = twoProduct(mul(f, 0.5), f);
  const log = fastTwoSum(f, neg(halfSquare.hi));
  const rest = fma(s, add(halfSquare.hi, tail(s)), sub(log.lo, halfSquare.lo));
  const product = twoProduct(log.hi, f64(factor));
  return { hi: product.hi, lo: fma(log.hi, factorLo, fma(rest, factor, product.lo)) };
}

export function log2(name: string): MathFunctionDef {
  const x = param("f64", 0);
  const { k, m } = split(x, Math.SQRT1_2);
  const fraction = scaledLog(m, Math.LOG2E, 2.0355273740931033e-17);
  const sum = fastTwoSum(k, fraction.hi);
  return { name, params: ["f64"], body: ofPositive(x, add(sum.hi, add(sum.lo, fraction.lo))) };
}

/** log10 2; the first has 42 bits, so that its product with an exponent is exact. */
const [LOG10_2_HI, LOG10_2_LO] = [0.30102999566395283, 2.8363394551044964e-14];

export function log10(name: string): MathFunctionDef {
  const x = param("f64", 0);
  const { k, m } = split(x, Math.SQRT1_2);
  const fraction = scaledLog(m, Math.LOG10E, 1.098319650216765e-17);
  const sum = fastTwoSum(mul(k, LOG10_2_HI), fraction.hi);
  const lo = fma(k, LOG10_2_LO, fraction.lo);
  return { name, params: ["f64"], body: ofPositive(x, add(sum.hi, add(sum.lo, lo))) };
}

/** (2 atanh(t/2) − t)/t³ as a polynomial in t², for |t| ≤ 2·(√2 − 1)/(√2 + 1). */
const ATANH = [
  0.08333333333333418, 0.012499999999817732, 0.002232142870469485, 0.00043402731651576474, 0.00008878692830718253,
  0.000018693945868947445, 0.000004515290946608555,
];

/**
 * log(hi + lo) + extra·log 2 for a positive sum: as 2 atanh of t/2, t = 2(m − 1)/(m + 1), with m and t as pairs. Near 1 the
 * error is small beside hi + lo − 1, not only beside 1.
 */
export function logOfPair({ hi, lo }: Pair<"f64">, extra?: F64): F64 {
  const shifted = add(bits(hi), ONE_BITS - bitsOf(Math.SQRT1_2));
  const biased = lshr(shifted, 52);
  const exponent = sub(double(or(biased, 0x4330_0000_0000_0000n)), 2 ** 52 + 1023);
  const k = extra === undefined ? exponent : add(exponent, extra);
  const m = double(add(and(shifted, FRACTION_BITS), bitsOf(Math.SQRT1_2)));
  // 2^-1024 isn't there to be multiplied with, nor has such a sum a low part that matters.
  const scaledLo = select(lt(exponent, 1000), mul(lo, double(shl(sub(2046, biased), 52))), 0);
  const over = fastTwoSum(sub(m, 1), scaledLo);
  const under = fastTwoSum(f64(1), m);
  const t = quotientPair(
    { hi: add(over.hi, over.hi), lo: add(over.lo, over.lo) },
    { hi: under.hi, lo: add(under.lo, scaledLo) },
  );
  const z = mul(t.hi, t.hi);
  const sum = fastTwoSum(mul(k, LN2_HI), t.hi);
  const small = fma(mul(t.hi, z), estrin(z, ATANH), fma(k, LN2_LO, t.lo));
  return add(sum.hi, add(sum.lo, small));
}

export function log1p(name: string): MathFunctionDef {
  const x = param("f64", 0);
  const sum = twoSum(f64(1), x);
  const value = ofPositive(sum.hi, logOfPair(sum));
  // The logarithm has x's sign; said for the sake of −0.
  return { name, params: ["f64"], body: double(or(bits(value), and(bits(x), SIGN))) };
}

/** (eʳ − 1 − r − r²/2)/(r³/2) for |r| ≤ ln 2 / 2. */
const EXPM1 = [
  0.33333333333333354, 0.08333333333333318, 0.01666666666664293, 0.0027777777777871844, 0.000396825397729469,
  4.960317442604083e-5, 5.5114487825878786e-6, 5.511474741793385e-7, 5.021825242675598e-8, 4.176631448472768e-9,
];

/** (2ⁿ − 1) + 2ⁿ·(eʳ − 1), at half the size as 2^1024 is no double. */
export function expm1(name: string): MathFunctionDef {
  const x = param("f64", 0);
  const limited = clamp(x, -60, 710);
  const { n, low } = nearest(limited, Math.LOG2E);
  const rough = fma(neg(n), LN2_HI, limited);
  const r = fma(neg(n), LN2_LO, rough);
  const rl = fma(neg(n), LN2_LO, sub(rough, r));
  const square = twoProduct(mul(r, 0.5), r);
  const grown = fastTwoSum(r, square.hi);
  const rest = add(grown.lo, fma(mul(square.hi, r), estrin(r, EXPM1), add(square.lo, fma(rl, grown.hi, rl))));
  const power = double(shl(add(low, 1022), 52));
  const start = fastTwoSum(power, mul(power, grown.hi));
  const sum = twoSum(start.hi, f64(-0.5));
  const half = add(sum.hi, add(sum.lo, fma(power, rest, start.lo)));
  return { name, params: ["f64"], body: select(lt(abs(x), 2 ** -54), x, add(half, half)) };
}
