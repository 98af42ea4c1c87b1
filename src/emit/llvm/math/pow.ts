/**
 * pow for doubles: 2^(y·log2 |x|) with log2 |x| known to some 68 bits, so that the power is known to more than 53 however
 * large the exponent: results that are doubles, such as 10 ** 15 and 4 ** 0.5, come out exactly.
 *
 * |x| = 2ᵏ·m with m in [2^-¼, 2^¾). With c = 1 or CENTRE, whichever is nearer to m, and s = (m − c)/(m + c),
 *
 *   log2 |x| = k + log2 c + 2/ln 2 · (s + s³/3 + s⁵/5 + …)         |s| < 0.0872
 *
 * The first two terms of the series are computed as sums of two doubles. Long loops of pow are bound by the latency of
 * this chain, so what only special arguments need is kept off it and selected at the end.
 */
import {
  abs,
  add,
  and,
  bits,
  bitsOf,
  div,
  double,
  type Expr,
  eq,
  f64,
  fma,
  gt,
  i64,
  lt,
  type MathFunctionDef,
  mul,
  ne,
  neg,
  param,
  rint,
  select,
  shl,
  sub,
  xor,
} from "./dsl.ts";
import { ONE_BITS, ROUND, split } from "./exp-log.ts";
import { fastTwoSum, horner, type Pair, twoHorners, twoProduct } from "./pairs.ts";

type F64 = Expr<"f64">;

const SIGN = -0x8000_0000_0000_0000n;
/** 2^-¼ and 2^¼ */
const [BASE, LIMIT] = [0.8408964152537145, 1.189207115002721];
/** A double near √2 whose log2 is a number of 37 bits, to within 2^-76: adding an exponent to that is exact. */
const [CENTRE, LOG2_CENTRE] = [1.4127562057333687, 0.49851252644657507];
/** 2/ln 2 and 2/(3 ln 2) as sums of two doubles. */
const [A_HI, A_LO] = [2.8853900817779268, 4.0710547481862066e-17];
const [B_HI, B_LO] = [0.9617966939259756, 5.0577616648125907e-17];
/** 3·(s⁵/5 + s⁷/7 + …)/s⁵ as a polynomial in s². */
const SERIES = [
  0.6, 0.42857142857160346, 0.3333333330761122, 0.2727274142389692, 0.2307337890115818, 0.20409753436532288,
];
/** (2^f − 1 − f·ln 2)/f² for |f| ≤ ½. */
const EXP2 = [
  0.24022650695910122, 0.055504108664820695, 0.009618129107596839, 0.0013333558146696898, 0.00015403530454413542,
  0.000015252733536996985, 0.0000013215436373866989, 1.0178188312340393e-7, 7.07362838795698e-9, 4.4358352342330754e-10,
];
const LN2_LO = 2.3190468138462996e-17;

/** log2 of a positive x that is neither 0 nor ∞: the sum's error is less than 2^-68 of it. */
function log2Pair(x: F64): Pair<"f64"> {
  const { k, m } = split(x, BASE);
  const upper = gt(bits(m), i64(bitsOf(LIMIT)));
  const c = select(upper, f64(CENTRE), 1);
  const over = sub(m, c);
  const under = fastTwoSum(c, m);
  const inverse = div(1, under.hi);
  const s = mul(over, inverse);
  const sl = mul(fma(neg(s), under.lo, fma(neg(s), under.hi, over)), inverse);
  const z = twoProduct(s, s);
  const zl = fma(add(s, s), sl, z.lo);

  // a = 2/ln 2 · s, b = 2/(3 ln 2) · s · s², then the others.
  const a = twoProduct(s, f64(A_HI));
  const al = fma(s, A_LO, fma(sl, A_HI, a.lo));
  const c3 = twoProduct(s, f64(B_HI));
  const c3l = fma(s, B_LO, fma(sl, B_HI, c3.lo));
  const b = twoProduct(c3.hi, z.hi);
  const bl = fma(c3.hi, zl, fma(c3l, z.hi, b.lo));
  const others = mul(mul(b.hi, z.hi), horner(z.hi, SERIES));

  const sum = fastTwoSum(add(k, select(upper, f64(LOG2_CENTRE), 0)), a.hi);
  const total = fastTwoSum(sum.hi, b.hi);
  return { hi: total.hi, lo: add(add(sum.lo, total.lo), add(add(al, bl), others)) };
}

/** 2^(hi + lo) for |hi| ≤ 1100, |lo| < 2^-5. */
function exp2Pair({ hi, lo }: Pair<"f64">): F64 {
  const shifted = add(add(hi, lo), ROUND);
  const n = sub(shifted, ROUND);
  const f = fastTwoSum(sub(hi, n), lo);
  const r = twoProduct(f.hi, f64(Math.LN2));
  const rl = fma(f.hi, LN2_LO, fma(f.lo, Math.LN2, r.lo));
  const start = fastTwoSum(f64(1), r.hi);
  const p = add(start.hi, fma(mul(f.hi, f.hi), twoHorners(f.hi, EXP2), fma(rl, start.hi, start.lo)));
  const half = and(shl(bits(shifted), 51), 0xfffn << 52n);
  const rest = add(sub(shl(bits(shifted), 52), half), ONE_BITS);
  return mul(double(add(bits(p), half)), double(rest));
}

export function pow(name: string): MathFunctionDef {
  return { name, params: ["f64", "f64"], body: powOf(param("f64", 0), param("f64", 1)) };
}

export function powOf(x: F64, y: F64): F64 {
  const ax = abs(x);
  const log2 = log2Pair(ax);
  const e = twoProduct(y, log2.hi);
  const power = exp2Pair({ hi: e.hi, lo: fma(y, log2.lo, e.lo) });

  const finite = lt(ax, Infinity);
  // Beyond the exponents of doubles; and 0, ±∞ and NaN as bases, whose logarithms are −∞, ∞ and NaN.
  const extreme = mul(y, select(eq(ax, 0), f64(-Infinity), select(finite, log2.hi, ax)));
  const limit = select(lt(extreme, 0), f64(0), select(gt(extreme, 0), f64(Infinity), NaN));
  // ECMAScript: pow(x, ±0) is 1 for every x; pow(±1, ±∞) is NaN, and has become so as ∞·0.
  const magnitude = select(lt(abs(extreme), 1100), power, select(eq(y, 0), f64(1), limit));

  const half = mul(y, 0.5);
  const isFraction = ne(rint(y), y);
  const isOdd = and(eq(rint(y), y), ne(rint(half), half));
  const signed = double(xor(bits(magnitude), and(bits(x), select(isOdd, i64(SIGN), 0))));
  const hasNoPower = and(and(lt(x, 0), finite), isFraction);
  return select(hasNoPower, f64(NaN), signed);
}
