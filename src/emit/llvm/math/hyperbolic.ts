/**
 * sinh, cosh, tanh and their inverses for doubles.
 *
 * With |x| = n·ln 2 + r, p = cosh(n·ln 2) and q = sinh(n·ln 2), which are sums of two powers of two,
 *
 *   cosh |x| = p·cosh r + q·sinh r        sinh |x| = q·cosh r + p·sinh r
 *
 * and nothing cancels. The inverses are logarithms of an argument computed to twice the precision, so that they keep
 * their accuracy where that argument is near 1.
 */
import {
  abs,
  add,
  and,
  bits,
  div,
  double,
  eq,
  type F64,
  f64,
  fma,
  ge,
  gt,
  i64,
  lshr,
  lt,
  type MathFunctionDef,
  mul,
  neg,
  param,
  SIGN,
  select,
  shl,
  sqrt,
  sub,
  xor,
} from "./dsl.ts";
import { LN2_HI, LN2_LO, logOfPair, nearest } from "./exp-log.ts";
import { estrin, fastTwoSum, type Pair, quotient, quotientPair, twoProduct } from "./pairs.ts";

/** (cosh r − 1)/r² and (sinh r − r)/r³ as polynomials in r², for |r| ≤ ln 2 / 2. */
const COSH = [
  0.5000000000000012, 0.041666666666519386, 0.0013888888946059427, 0.00002480149086569978, 2.7630970175881345e-7,
];
const SINH = [
  0.16666666666666677, 0.008333333333321466, 0.00019841269886468305, 0.000002755724391783043, 2.510912471159626e-8,
];
/** (2 atanh(t/2) − t)/t³ as a polynomial in t², for |t| ≤ 0.4016. */
const ATANH = [
  0.08333333333333325, 0.012500000000017926, 0.0022321428559044657, 0.00043402781895852754, 0.0000887776542905231,
  0.00001878807555495627, 0.000004019835976139517, 0.0000010568882691925455,
];

/** The magnitude of a function's value with the sign of x. */
const withSignOf = (x: F64, magnitude: F64): F64 => double(xor(bits(magnitude), and(bits(x), SIGN)));

interface HyperbolicPair {
  readonly sinh: Pair<"f64">;
  readonly cosh: Pair<"f64">;
}

/** sinh and cosh of 0 ≤ ax ≤ 710.6, times 2^exponent. */
function hyperbolic(ax: F64, exponent: number): HyperbolicPair {
  const { n, low } = nearest(ax, Math.LOG2E);
  const rough = fma(neg(n), LN2_HI, ax);
  const r = fma(neg(n), LN2_LO, rough);
  const rl = fma(neg(n), LN2_LO, sub(rough, r));
  const z = mul(r, r);
  const coshRest = fma(r, rl, mul(z, estrin(z, COSH)));
  const sinhRest = fma(mul(r, z), estrin(z, SINH), rl);

  // 2ⁿ and 2⁻ⁿ; for large n, the latter doesn't matter and its exponent would wrap.
  const up = double(shl(add(low, 1022 + exponent), 52));
  const down = select(lt(n, 900), double(shl(sub(1022 + exponent, low), 52)), 0);
  const p = fastTwoSum(up, down);
  const q = fastTwoSum(up, neg(down));
  /** a + b·r + (what is small) */
  const sum = (a: Pair<"f64">, b: Pair<"f64">): Pair<"f64"> => {
    const product = twoProduct(b.hi, r);
    const { hi, lo } = fastTwoSum(a.hi, product.hi);
    const small = fma(a.hi, coshRest, fma(b.hi, sinhRest, product.lo));
    return { hi, lo: add(fma(b.lo, r, add(lo, a.lo)), small) };
  };
  return { sinh: sum(q, p), cosh: sum(p, q) };
}

const double2 = (x: F64): F64 => add(x, x);

export function sinh(name: string): MathFunctionDef {
  const x = param("f64", 0);
  const ax = abs(x);
  // Half the value: that of the largest arguments needs an exponent more than doubles have.
  const { hi, lo } = hyperbolic(clampAbove(ax, 710.6), -1).sinh;
  const value = select(lt(ax, 2 ** -28), ax, double2(add(hi, lo)));
  return { name, params: ["f64"], body: withSignOf(x, value) };
}

export function cosh(name: string): MathFunctionDef {
  const { hi, lo } = hyperbolic(clampAbove(abs(param("f64", 0)), 710.6), -1).cosh;
  return { name, params: ["f64"], body: double2(add(hi, lo)) };
}

export function tanh(name: string): MathFunctionDef {
  const x = param("f64", 0);
  const { sinh, cosh } = hyperbolic(clampAbove(abs(x), 22), 0);
  return { name, params: ["f64"], body: withSignOf(x, quotient(normal(sinh), normal(cosh))) };
}

const normal = ({ hi, lo }: Pair<"f64">): Pair<"f64"> => fastTwoSum(hi, lo);

/** x, or `high` where it is greater; NaN stays. */
function clampAbove(x: F64, high: number): F64 {
  return select(gt(x, high), f64(high), x);
}

/** √(hi + lo) as a pair. */
function sqrtPair({ hi, lo }: Pair<"f64">): Pair<"f64"> {
  const root = sqrt(hi);
  // The tiny summand keeps 0 from dividing.
  return { hi: root, lo: mul(add(fma(neg(root), root, hi), lo), div(0.5, add(root, 2 ** -1000))) };
}

/** log(x + √(x² + c)) for x ≥ 0: from 2^60 on log x + log 2, as the square might overflow. */
function logOfSum(x: F64, c: number): F64 {
  const square = twoProduct(x, x);
  const inner = c > 0 ? fastTwoSumAnyOrder(square.hi, f64(c)) : fastTwoSum(square.hi, f64(c));
  const root = sqrtPair({ hi: inner.hi, lo: add(inner.lo, square.lo) });
  const sum = c > 0 ? fastTwoSum(root.hi, x) : fastTwoSum(x, root.hi);
  const large = gt(x, 2 ** 60);
  const argument = { hi: select(large, x, sum.hi), lo: select(large, 0, add(sum.lo, root.lo)) };
  return logOfPair(argument, select(large, f64(1), 0));
}

function fastTwoSumAnyOrder(a: F64, b: F64): Pair<"f64"> {
  const swap = lt(a, b);
  return fastTwoSum(select(swap, b, a), select(swap, a, b));
}

export function asinh(name: string): MathFunctionDef {
  const x = param("f64", 0);
  const ax = abs(x);
  return { name, params: ["f64"], body: withSignOf(x, select(lt(ax, Infinity), logOfSum(ax, 1), ax)) };
}

export function acosh(name: string): MathFunctionDef {
  const x = param("f64", 0);
  const value = select(lt(x, Infinity), logOfSum(x, -1), x);
  return { name, params: ["f64"], body: select(ge(x, 1), value, f64(NaN)) };
}

/**
 * ½·log((1 + x)/(1 − x)): with the quotient near 2ᵏ, that is k·ln 2 / 2 + atanh s, where
 * s = ((1 + x) − 2ᵏ·(1 − x))/((1 + x) + 2ᵏ·(1 − x)). The difference of the bits of 1 + x and 1 − x is k closely enough.
 */
export function atanh(name: string): MathFunctionDef {
  const x = param("f64", 0);
  const ax = abs(x);
  const above = fastTwoSum(f64(1), ax);
  const below = fastTwoSum(f64(1), neg(ax));
  const biased = lshr(add(sub(bits(above.hi), bits(below.hi)), (1023n << 52n) + (1n << 51n)), 52);
  const k = sub(double(add(biased, i64(0x4330_0000_0000_0000n))), 2 ** 52 + 1023);
  const power = double(shl(biased, 52));
  const scaled = { hi: mul(below.hi, power), lo: mul(below.lo, power) };
  const over = fastTwoSum(sub(above.hi, scaled.hi), sub(above.lo, scaled.lo));
  const total = fastTwoSum(above.hi, scaled.hi);
  const t = quotientPair(
    { hi: double2(over.hi), lo: double2(over.lo) },
    { hi: total.hi, lo: add(total.lo, add(above.lo, scaled.lo)) },
  );
  const z = mul(t.hi, t.hi);
  const sum = fastTwoSum(mul(k, LN2_HI), t.hi);
  const small = fma(mul(t.hi, z), estrin(z, ATANH), fma(k, LN2_LO, t.lo));
  const value = mul(add(sum.hi, add(sum.lo, small)), 0.5);
  const limit = select(eq(ax, 1), f64(Infinity), NaN);
  return { name, params: ["f64"], body: withSignOf(x, select(lt(ax, 1), value, limit)) };
}
