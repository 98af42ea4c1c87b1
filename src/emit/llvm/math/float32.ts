/**
 * The float32 versions: short calculations in doubles, rounded once at the end, so that almost every result is the nearest
 * float32 (the errors before rounding are some 2^-28). In doubles nothing under- or overflows on the way, and no step
 * needs a second one for what it lost.
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
  type F64,
  f64,
  fma,
  ge,
  gt,
  i64,
  le,
  lshr,
  lt,
  type MathFunctionDef,
  mul,
  narrow,
  ne,
  neg,
  or,
  param,
  rare,
  rint,
  SIGN,
  select,
  shl,
  sqrt,
  sub,
  widen,
  xor,
} from "./dsl.ts";
import { clamp, nearest, ONE_BITS, ofPositive, ROUND } from "./exp-log.ts";
import { estrin } from "./pairs.ts";
import { reduceHuge } from "./trig.ts";

const { LN2, LOG2E, LOG10E, PI, SQRT1_2 } = Math;
/** What the double π misses. */
const PI_REST = 1.2246467991473532e-16;

/** (sin r − r)/r³ for |r| ≤ π/2; (tan r − r)/r³ for |r| ≤ π/8: as polynomials in r². */
const SIN = [
  -0.1666666662589064, 0.008333331097299527, -0.000198408666888233, 0.0000027525304353098814, -2.38874657848746e-8,
];
const TAN = [0.3333333429496055, 0.13333245883088374, 0.053993964003042405, 0.02154231826913053, 0.010715762128753938];
/** eʳ and (eʳ − 1 − r)/r² for |r| ≤ ln 2 / 2; 2^f for |f| ≤ ½. */
const EXP = [
  1, 1.0000000322968923, 0.4999999418450102, 0.16666430611289093, 0.04166800583144208, 0.008374212098560431,
  0.0013843587324736638,
];
const EXPM1 = [
  0.5000000044321954, 0.1666666636938857, 0.041666360179886196, 0.008333389505432704, 0.001394068953803618,
  0.00019845882572474557,
];
const EXP2 = [
  1, 0.6931472031153821, 0.24022647880055556, 0.0555033185406769, 0.00961843984862246, 0.0013399132557498545,
  0.00015353153713493458,
];
/** (2 atanh s − 2s)/s³ for |s| ≤ 0.1717, (asin s − s)/s³ for s ≤ ½, (atan s − s)/s³ for |s| ≤ tan(π/8): in s². */
const LOG = [0.6666666564249484, 0.4000033605557587, 0.2853724303650125, 0.23583571350713245];
const ASIN = [
  0.1666665997267454, 0.0750050538287045, 0.04451670828106605, 0.0318099126150116, 0.01442983604861935,
  0.03752938571776484,
];
const ATAN = [-0.3333331512693111, 0.19998467432655168, -0.1424345111083573, 0.1059317142380677, -0.06076513782614953];
/** m^(-1/3) for 1 ≤ m ≤ 2. */
const INVERSE_ROOT = [
  1.781057699864519, -1.5660287133952553, 1.2437854828797321, -0.5978726954428473, 0.15607149698575412,
  -0.01701901967661163,
];

const unary = (name: string, of: (x: F64) => F64): MathFunctionDef => {
  return { name, params: ["f32"], body: narrow(of(widen(param("f32", 0)))) };
};
const binary = (name: string, of: (x: F64, y: F64) => F64): MathFunctionDef => {
  return { name, params: ["f32", "f32"], body: narrow(of(widen(param("f32", 0)), widen(param("f32", 1)))) };
};

const signOf = (x: F64): Expr<"i64"> => and(bits(x), SIGN);
const flip = (x: F64, sign: Expr<"i64">): F64 => double(xor(bits(x), sign));

// ── trigonometric ──

/** The rare path is for 2^30 ≤ |x| < ∞, before which n·π in two doubles is exact enough. */
function withHuge(name: string, common: (x: F64) => F64, huge: (name: string) => MathFunctionDef): MathFunctionDef {
  const x = param("f32", 0);
  const isHuge = and(le(2 ** 30, abs(x)), lt(abs(x), Infinity));
  return { name, params: ["f32"], body: rare(isHuge, huge(`${name}.huge`), [x], narrow(common(widen(x)))) };
}

/** sin r for |r| ≤ π/2; a −0 stays. */
function smallSine(r: F64): F64 {
  const z = mul(r, r);
  return mul(r, fma(z, estrin(z, SIN), 1));
}

/** x − n·π for the n that makes it least, and sin of it, but for the sign that an odd n turns. */
function sineOfHalfTurns(x: F64, n: F64, low: Expr<"i64">): F64 {
  const r = fma(neg(n), PI_REST, fma(neg(n), PI, x));
  return flip(smallSine(r), shl(low, 63));
}

export function sin(name: string): MathFunctionDef {
  const common = (x: F64): F64 => {
    const { n, low } = nearest(x, 1 / PI);
    return sineOfHalfTurns(x, n, low);
  };
  return withHuge(name, common, sinOfHuge);
}

export const sinOfHuge = (name: string): MathFunctionDef =>
  unary(name, (x) => flip(sineInQuadrant(abs(x), 0), signOf(x)));
export const cosOfHuge = (name: string): MathFunctionDef => unary(name, (x) => sineInQuadrant(abs(x), 1));

/** cos x = sin(x + π/2): n counts from −½. */
export function cos(name: string): MathFunctionDef {
  const common = (x: F64): F64 => {
    const t = add(fma(x, 1 / PI, 0.5), ROUND);
    return sineOfHalfTurns(x, sub(sub(t, ROUND), 0.5), add(bits(t), 0));
  };
  return withHuge(name, common, cosOfHuge);
}

/** sin(ax + turn·π/2) of a huge ax. */
function sineInQuadrant(ax: F64, turn: number): F64 {
  const { quadrant, r } = reduceHuge(ax);
  const k = add(quadrant, turn);
  const odd = ne(and(k, 1), 0);
  const angle = select(odd, sub(PI / 2, abs(r)), r);
  return flip(smallSine(angle), shl(lshr(k, 1), 63));
}

/** With t = tan(r/2): 2t/(1 − t²), or minus its inverse in odd quadrants. */
function tanInQuadrant(r: F64, quadrant: Expr<"i64">): F64 {
  const h = mul(r, 0.5);
  const z = mul(h, h);
  const t = mul(h, fma(z, estrin(z, TAN), 1));
  const [sine, cosine] = [add(t, t), fma(neg(t), t, 1)];
  const odd = ne(and(quadrant, 1), 0);
  return flip(div(select(odd, cosine, sine), select(odd, sine, cosine)), shl(quadrant, 63));
}

export function tan(name: string): MathFunctionDef {
  const common = (x: F64): F64 => {
    const { n, low } = nearest(x, 2 / PI);
    return tanInQuadrant(fma(neg(n), PI_REST / 2, fma(neg(n), PI / 2, x)), low);
  };
  return withHuge(name, common, tanOfHuge);
}

const tanOfHuge = (name: string): MathFunctionDef =>
  unary(name, (x) => {
    const { quadrant, r } = reduceHuge(abs(x));
    return flip(tanInQuadrant(r, quadrant), signOf(x));
  });

// ── inverse trigonometric ──

/** asin |x| for |x| ≤ ½; beyond that π/2 − asin |x|. */
function smallArcsine(ax: F64, large: Expr<"i1">): F64 {
  const z = select(large, mul(sub(1, ax), 0.5), mul(ax, ax));
  const s = select(large, sqrt(z), ax);
  const angle = mul(s, fma(z, estrin(z, ASIN), 1));
  return select(large, add(angle, angle), angle);
}

export const asin = (name: string): MathFunctionDef =>
  unary(name, (x) => {
    const large = gt(abs(x), 0.5);
    const angle = smallArcsine(abs(x), large);
    return flip(select(large, sub(PI / 2, angle), angle), signOf(x));
  });

export const acos = (name: string): MathFunctionDef =>
  unary(name, (x) => {
    const large = gt(abs(x), 0.5);
    const angle = flip(smallArcsine(abs(x), large), signOf(x));
    return select(large, add(select(lt(x, 0), f64(PI), 0), angle), sub(PI / 2, angle));
  });

/** atan(a/b) for 0 ≤ a ≤ b, b ≠ 0. */
function arctangent(a: F64, b: F64): F64 {
  const low = le(a, mul(b, Math.SQRT2 - 1));
  const s = div(select(low, a, sub(a, b)), select(low, b, add(a, b)));
  const z = mul(s, s);
  return add(select(low, f64(0), PI / 4), mul(s, fma(z, estrin(z, ATAN), 1)));
}

export const atan = (name: string): MathFunctionDef =>
  unary(name, (x) => {
    const ax = abs(x);
    const steep = gt(ax, 1);
    const finite = select(gt(ax, 2 ** 200), f64(2 ** 200), ax);
    const angle = arctangent(select(steep, f64(1), finite), select(steep, finite, 1));
    return flip(select(steep, sub(PI / 2, angle), angle), signOf(x));
  });

/** 0/0 is 0/1; ∞/∞ is 1/1, and for one ∞ 2^200 does, next to which every finite float32 is nothing. */
export const atan2 = (name: string): MathFunctionDef =>
  binary(name, (y, x) => {
    const [ay, ax] = [abs(y), abs(x)];
    const steep = gt(ay, ax);
    const limited = (v: F64): F64 => select(gt(v, 2 ** 300), f64(2 ** 300), v);
    const a = limited(select(steep, ax, ay));
    const larger = limited(select(steep, ay, ax));
    const angle = arctangent(a, select(eq(larger, 0), f64(1), larger));
    const upright = select(steep, sub(PI / 2, angle), angle);
    return flip(select(lt(bits(x), 0), sub(PI, upright), upright), signOf(y));
  });

// ── exponential ──

/** p·2ⁿ where no double over- or underflows; a NaN p stays. */
const scaled = (p: F64, n: Expr<"i64">): F64 => mul(p, double(add(shl(n, 52), ONE_BITS)));

function expOf(x: F64): F64 {
  const { n, low } = nearest(x, LOG2E);
  return scaled(estrin(fma(neg(n), LN2, x), EXP), low);
}

/** eˣ − 1 to as many bits for small x. */
function expm1Of(x: F64): F64 {
  const { n, low } = nearest(x, LOG2E);
  const r = fma(neg(n), LN2, x);
  const grown = fma(mul(r, r), estrin(r, EXPM1), r);
  const power = double(add(shl(low, 52), ONE_BITS));
  return fma(power, grown, sub(power, 1));
}

export const expm1 = (name: string): MathFunctionDef =>
  unary(name, (x) => select(eq(x, 0), x, expm1Of(clamp(x, -40, 90))));

/** The magnitude with the sign of x. */
const withSignOf = (x: F64, magnitude: F64): F64 => double(or(bits(magnitude), signOf(x)));
const atMost = (x: F64, high: number): F64 => select(gt(x, high), f64(high), x);

/** With u = eˣ − 1: (u + u/(u + 1))/2. */
export const sinh = (name: string): MathFunctionDef =>
  unary(name, (x) => {
    const u = expm1Of(atMost(abs(x), 92));
    return withSignOf(x, mul(add(u, div(u, add(u, 1))), 0.5));
  });

export const cosh = (name: string): MathFunctionDef =>
  unary(name, (x) => {
    const e = expOf(atMost(abs(x), 92));
    return mul(add(e, div(1, e)), 0.5);
  });

/** With u = e²ˣ − 1: u/(u + 2). */
export const tanh = (name: string): MathFunctionDef =>
  unary(name, (x) => {
    const u = expm1Of(mul(atMost(abs(x), 15), 2));
    return withSignOf(x, div(u, add(u, 2)));
  });

// ── logarithms ──

interface Logarithm {
  readonly k: F64;
  readonly fraction: F64;
}

/** x = 2ᵏ·m with m in [√½, √2), and log m. With `less`, which is x − 1 but more exact, when k is 0. */
function logarithm(x: F64, less?: F64): Logarithm {
  const shifted = add(bits(x), ONE_BITS - bitsOf(SQRT1_2));
  const k = sub(double(or(lshr(shifted, 52), 0x4330_0000_0000_0000n)), 2 ** 52 + 1023);
  const m = double(add(and(shifted, 0x000f_ffff_ffff_ffffn), bitsOf(SQRT1_2)));
  const f = less === undefined ? sub(m, 1) : select(eq(k, 0), less, sub(m, 1));
  const s = div(f, add(f, 2));
  const z = mul(s, s);
  return { k, fraction: mul(s, fma(z, estrin(z, LOG), 2)) };
}

const logOf = ({ k, fraction }: Logarithm): F64 => fma(k, LN2, fraction);
/** log(1 + v) for v > −1. */
const log1pOf = (v: F64): F64 => logOf(logarithm(add(v, 1), v));

export const log = (name: string): MathFunctionDef => unary(name, (x) => ofPositive(x, logOf(logarithm(x))));

export const log2 = (name: string): MathFunctionDef =>
  unary(name, (x) => {
    const { k, fraction } = logarithm(x);
    return ofPositive(x, fma(fraction, LOG2E, k));
  });

export const log10 = (name: string): MathFunctionDef =>
  unary(name, (x) => {
    const { k, fraction } = logarithm(x);
    return ofPositive(x, fma(fraction, LOG10E, mul(k, Math.log10(2))));
  });

export const log1p = (name: string): MathFunctionDef =>
  unary(name, (x) => select(eq(x, 0), x, ofPositive(add(x, 1), log1pOf(x))));

export const asinh = (name: string): MathFunctionDef =>
  unary(name, (x) => {
    const ax = abs(x);
    const square = mul(ax, ax);
    const value = log1pOf(add(ax, div(square, add(sqrt(add(square, 1)), 1))));
    return withSignOf(x, select(lt(ax, Infinity), value, ax));
  });

export const acosh = (name: string): MathFunctionDef =>
  unary(name, (x) => {
    const t = sub(x, 1);
    const value = log1pOf(add(t, sqrt(mul(t, add(t, 2)))));
    return select(ge(x, 1), select(lt(x, Infinity), value, x), f64(NaN));
  });

export const atanh = (name: string): MathFunctionDef =>
  unary(name, (x) => {
    const ax = abs(x);
    const value = mul(log1pOf(div(add(ax, ax), sub(1, ax))), 0.5);
    return withSignOf(x, select(lt(ax, 1), value, select(eq(ax, 1), f64(Infinity), NaN)));
  });

// ── powers and roots ──

/** As for doubles in pow.ts, where the special cases are explained. */
export const pow = (name: string): MathFunctionDef =>
  binary(name, (x, y) => {
    const ax = abs(x);
    const { k, fraction } = logarithm(ax);
    const log2Size = select(eq(ax, 0), f64(-Infinity), select(lt(ax, Infinity), fma(fraction, LOG2E, k), ax));
    const e = clamp(mul(y, log2Size), -200, 200);
    const { n, low } = nearest(e, 1);
    const magnitude = select(eq(y, 0), f64(1), scaled(estrin(sub(e, n), EXP2), low));
    const half = mul(y, 0.5);
    const isOdd = and(eq(rint(y), y), ne(rint(half), half));
    const signed = flip(magnitude, select(isOdd, signOf(x), 0));
    return select(and(and(lt(x, 0), lt(ax, Infinity)), ne(rint(y), y)), f64(NaN), signed);
  });

export const cbrt = (name: string): MathFunctionDef =>
  unary(name, (x) => {
    const ax = abs(x);
    const b = bits(ax);
    const exponent = sub(double(or(lshr(b, 52), 0x4330_0000_0000_0000n)), 2 ** 52 + 1023);
    const { n: q, low } = nearest(exponent, 1 / 3);
    const r = fma(q, -3, exponent);
    const shift = shl(low, 52);
    const a = double(sub(b, add(shift, shl(shift, 1))));
    const m = double(or(and(b, 0x000f_ffff_ffff_ffffn), ONE_BITS));
    const byR = select(lt(r, 0), f64(2 ** (1 / 3)), select(gt(r, 0), f64(2 ** (-1 / 3)), 1));
    const y = mul(estrin(m, INVERSE_ROOT), byR);
    const square = mul(y, y);
    const error = fma(neg(mul(a, y)), square, 1);
    const inverse = fma(mul(y, error), 1 / 3, y);
    const root = mul(mul(a, mul(inverse, inverse)), double(add(shift, i64(ONE_BITS))));
    return select(and(gt(ax, 0), lt(ax, Infinity)), flip(root, signOf(x)), x);
  });

export const hypot = (name: string): MathFunctionDef =>
  binary(name, (x, y) => {
    const endless = select(eq(abs(x), Infinity), abs(x), abs(y));
    return select(eq(endless, Infinity), endless, sqrt(fma(x, x, mul(y, y))));
  });
