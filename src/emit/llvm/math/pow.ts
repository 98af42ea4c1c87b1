/**
 * pow for doubles: 2^(y·log2 |x|) with log2 |x| known to some 68 bits, so that the power is known to more than 53 however
 * large the exponent: results that are doubles, such as 10 ** 15 and 4 ** 0.5, come out exactly.
 *
 * |x| = 2ᵏ·m with m in [2^-¼, 2^¾). With c = 1 or 1.4140625, whichever is nearer to m, and s = (m − c)/(m + c),
 *
 *   log2 m = log2 c + s·(2/ln 2 + s²·(2/(3 ln 2) + s²·Q(s²)))         |s| < 0.087
 *
 * where the first two coefficients are sums of two doubles and s, s² are computed as such.
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
  sub,
  xor,
} from "./dsl.ts";
import { EXP, nearest, scale, split } from "./exp-log.ts";
import { estrin, fastTwoSum, type Pair, twoProduct } from "./pairs.ts";

type F64 = Expr<"f64">;

/** 2^-¼ */
const BASE_BITS = 0x3fea_e89f_995a_d3adn;
const CENTRE = 1.4140625;
/** log2 of CENTRE; the first has 41 bits, so that adding an exponent is exact. */
const [LOG2_CENTRE_HI, LOG2_CENTRE_LO] = [0.499845887083211, -5.621848729602859e-15];
/** 2/ln 2 and 2/(3 ln 2) as sums of two doubles. */
const [A_HI, A_LO] = [2.8853900817779268, 4.0710547481862066e-17];
const [B_HI, B_LO] = [0.9617966939259756, 5.0577616648125907e-17];
/** Q: what is left of log2((1 + s)/(1 − s)), divided by s⁵. */
const Q = [
  0.5770780163555853, 0.41219858311137714, 0.32059889767571914, 0.26230833978770235, 0.22191726649180546,
  0.19637483676310832,
];
const SIGN = -0x8000_0000_0000_0000n;
const [LN2, LN2_REST] = [Math.LN2, 2.3190468138462996e-17];

/** log2 of a positive x that is neither 0 nor ∞. */
function log2Pair(x: F64): Pair<"f64"> {
  const { k, m } = split(x, BASE_BITS);
  const upper = gt(m, 2 ** 0.25);
  const c = select(upper, f64(CENTRE), 1);
  const over = sub(m, c);
  const under = fastTwoSum(c, m);
  const inverse = div(1, under.hi);
  const sh = mul(over, inverse);
  const sl = mul(sub(fma(neg(sh), under.hi, over), mul(sh, under.lo)), inverse);

  const z = twoProduct(sh, sh);
  const zl = fma(add(sh, sh), sl, z.lo);
  const b = addSmall(B_HI, B_LO, mul(z.hi, estrin(z.hi, Q)));
  const zb = twoProduct(z.hi, b.hi);
  const a = addSmall(A_HI, A_LO, zb.hi);
  const al = add(a.lo, fma(z.hi, b.lo, fma(zl, b.hi, zb.lo)));
  const p = twoProduct(sh, a.hi);
  const pl = fma(sh, al, fma(sl, a.hi, p.lo));

  const whole = add(k, select(upper, f64(LOG2_CENTRE_HI), 0));
  const sum = fastTwoSum(whole, p.hi);
  return { hi: sum.hi, lo: add(sum.lo, add(pl, select(upper, f64(LOG2_CENTRE_LO), 0))) };
}

/** The constant hi + lo plus a smaller x. */
function addSmall(hi: number, lo: number, x: F64): Pair<"f64"> {
  const sum = fastTwoSum(f64(hi), x);
  return { hi: sum.hi, lo: add(sum.lo, lo) };
}

/** 2^(hi + lo) for |hi| ≤ 1100. */
function exp2Pair({ hi, lo }: Pair<"f64">): F64 {
  const { n, low } = nearest(add(hi, lo), 1);
  const f = fastTwoSum(sub(hi, n), lo);
  const r = twoProduct(f.hi, f64(LN2));
  const rl = fma(f.hi, LN2_REST, fma(f.lo, LN2, r.lo));
  const start = fastTwoSum(f64(1), r.hi);
  const p = add(start.hi, fma(mul(r.hi, r.hi), estrin(r.hi, EXP), fma(rl, start.hi, start.lo)));
  return scale(p, low);
}

export function pow(name: string): MathFunctionDef {
  const [x, y] = [param("f64", 0), param("f64", 1)];
  const ax = abs(x);
  const log2 = log2Pair(ax);
  const log2Hi = select(eq(ax, 0), -Infinity, select(lt(ax, Infinity), log2.hi, ax));

  const e = twoProduct(y, log2Hi);
  const inRange = lt(abs(e.hi), 1100);
  const outside = select(lt(e.hi, 0), -1100, select(gt(e.hi, 0), f64(1100), NaN));
  const lo = select(inRange, fma(y, log2.lo, e.lo), 0);
  const power = exp2Pair({ hi: select(inRange, e.hi, outside), lo });

  // ECMAScript: pow(x, ±0) is 1 for every x; pow(±1, ±∞) is NaN, and has become so as ∞·0.
  const magnitude = select(eq(y, 0), 1, power);
  const isInteger = eq(rint(y), y);
  const half = mul(y, 0.5);
  const isOdd = and(isInteger, ne(rint(half), half));
  const signed = double(xor(bits(magnitude), and(bits(x), select(isOdd, i64(SIGN), 0))));
  const hasNoPower = and(and(lt(x, 0), gt(x, -Infinity)), ne(rint(y), y));
  return { name, params: ["f64", "f64"], body: select(hasNoPower, NaN, signed) };
}
