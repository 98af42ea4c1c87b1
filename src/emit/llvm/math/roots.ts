/** cbrt and hypot of doubles. */
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
  lshr,
  lt,
  type MathFunctionDef,
  mul,
  neg,
  or,
  param,
  SIGN,
  select,
  shl,
  sqrt,
  sub,
  xor,
} from "./dsl.ts";
import { MIN_NORMAL, ROUND } from "./exp-log.ts";
import { estrin, fastTwoSum, twoProduct } from "./pairs.ts";

/** m^(-1/3) for 1 ≤ m ≤ 2, to 17 bits. */
const INVERSE_ROOT = [
  1.781057699864519, -1.5660287133952553, 1.2437854828797321, -0.5978726954428473, 0.15607149698575412,
  -0.01701901967661163,
];

/**
 * |x| = 2^(3q + r)·m with r in −1 … 1: y ≈ (2^r·m)^(-1/3) by polynomial and one step of third order, c = 2^r·m·y², and one
 * step of Newton's with the residual c³ − 2^r·m exact enough to round right: cubes give their roots.
 */
export function cbrt(name: string): MathFunctionDef {
  const x = param("f64", 0);
  const ax = abs(x);
  const tiny = lt(ax, MIN_NORMAL);
  const b = bits(select(tiny, mul(ax, 2 ** 54), ax));
  const exponent = sub(double(or(lshr(b, 52), 0x4330_0000_0000_0000n)), 2 ** 52 + 1023);
  const t = fma(exponent, 1 / 3, ROUND);
  const q = sub(t, ROUND);
  const r = fma(q, -3, exponent);
  const qBits = shl(bits(t), 52);
  const a = double(sub(b, add(qBits, shl(qBits, 1))));
  const m = double(or(and(b, 0x000f_ffff_ffff_ffffn), 0x3ff0_0000_0000_0000n));

  const byR = select(lt(r, 0), f64(2 ** (1 / 3)), select(gt(r, 0), f64(2 ** (-1 / 3)), 1));
  const y0 = mul(estrin(m, INVERSE_ROOT), byR);
  const square0 = mul(y0, y0);
  const e = fma(neg(mul(a, y0)), square0, 1);
  const y = fma(mul(y0, e), fma(e, 2 / 9, 1 / 3), y0);
  const square = mul(y, y);
  const c = mul(a, square);
  const cc = twoProduct(c, c);
  const residual = fma(cc.lo, c, fma(cc.hi, c, neg(a)));
  const root = fma(neg(residual), mul(square, 1 / 3), c);

  const scale = double(add(qBits, select(tiny, f64Bits(2 ** -18), f64Bits(1))));
  const signed = double(xor(bits(mul(root, scale)), and(bits(x), SIGN)));
  return { name, params: ["f64"], body: select(and(gt(ax, 0), lt(ax, Infinity)), signed, x) };
}

const f64Bits = (value: number): Expr<"i64"> => bits(f64(value));

/** √(x² + y²), with both squares and their sum to twice the precision. */
export function hypot(name: string): MathFunctionDef {
  const [ax, ay] = [abs(param("f64", 0)), abs(param("f64", 1))];
  const swap = gt(ay, ax);
  const larger = select(swap, ay, ax);
  const smaller = select(swap, ax, ay);
  const big = gt(larger, 2 ** 500);
  const small = lt(larger, 2 ** -450);
  const scaling = (whenBig: number, whenSmall: number): F64 =>
    select(big, f64(whenBig), select(small, f64(whenSmall), 1));
  const scale = scaling(2 ** -600, 2 ** 600);
  const [a, b] = [mul(larger, scale), mul(smaller, scale)];
  const [aa, bb] = [twoProduct(a, a), twoProduct(b, b)];
  const sum = fastTwoSum(aa.hi, bb.hi);
  const lo = add(sum.lo, add(aa.lo, bb.lo));
  const root = sqrt(sum.hi);
  // The tiny summand keeps 0 from dividing.
  const value = fma(add(fma(neg(root), root, sum.hi), lo), div(0.5, add(root, 2 ** -1000)), root);
  const endless = select(eq(ax, Infinity), ax, ay);
  const isEndless = eq(endless, Infinity);
  const result = select(isEndless, endless, mul(value, scaling(2 ** 600, 2 ** -600)));
  return { name, params: ["f64", "f64"], body: result };
}
