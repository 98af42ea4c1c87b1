/**
 * sin, cos and tan of doubles.
 *
 * x is reduced to r − low = x − n·π/2 with |r| ≤ π/4 (Cody and Waite's way: π/2 in three doubles), good to |x| < 2^40;
 * from there on, the rare path multiplies by enough bits of 2/π (Payne and Hanek's way). On the reduced argument:
 *
 *   sin(r − low) ≈ r − (r·(r²·S(r²)) + low)               low's own factor, cos r, makes an eighth of an ulp
 *   cos(r − low) ≈ r·(r·(r²·C(r²) − ½) + low) + 1         so that no r² is rounded, but in the small terms
 *
 * Signed as they are, these keep the sign of a zero, so that sin needs no |x|; and what the two begin with is the same.
 *
 * The quadrant n mod 4 says which of the two is wanted, and its sign. As there is one polynomial to evaluate per lane and
 * not two, the coefficients are selected. Where sin and cos both occur (`Pairing`), each evaluates both polynomials and
 * selects the result instead, so that LLVM finds the two to be the same work; the bits are the same either way.
 */
import {
  abs,
  add,
  and,
  ashr,
  bits,
  ctlz,
  double,
  type Expr,
  type F64,
  f64,
  fma,
  fshl,
  i64,
  le,
  lookUp,
  lshr,
  lt,
  type MathFunctionDef,
  mul,
  ne,
  neg,
  or,
  param,
  rare,
  SIGN,
  select,
  shl,
  sub,
  type Table,
  uitofp,
  ult,
  umulh,
  xor,
} from "./dsl.ts";
import { estrin, fastTwoSum, horner, quotient, twoProduct } from "./pairs.ts";

type I64 = Expr<"i64">;

/** `alone`: only one of sin and cos is used on a value. `both`: they share their work. */
export type Pairing = "alone" | "both";

/** Adding it rounds to an integer, whose two's complement is then in the low bits. */
const ROUND = 1.5 * 2 ** 52;
const TWO_OVER_PI = 0.6366197723675814;
/** π/2 as a sum of three doubles. */
const [P1, P2, P3] = [1.5707963267948966, 6.123233995736766e-17, -1.4973849048591698e-33];
/** Where the rare path begins: beyond any 32-bit counter, for which LLVM leaves it out. */
const REDUCED_BELOW = 2 ** 40;
/** (r − sin r)/r³ and (cos r − 1 + r²/2)/r⁴ as polynomials in r², for |r| ≤ π/4. */
const SIN = [
  0.1666666666666663, -0.008333333333321882, 0.0001984126982941163, -0.0000027557313561675084, 2.505073857680275e-8,
  -1.5895702115431454e-10,
];
const COS = [
  0.041666666666666595, -0.0013888888888873307, 0.000024801587288964037, -2.7557314202281154e-7, 2.0875702966252852e-9,
  -1.1358604749639088e-11,
];

/** (2 tan(r/2) − r)/r³ as a polynomial in r², for |r| ≤ π/4. */
const TAN = [
  0.08333333333333377, 0.00833333333330482, 0.0008432539688887099, 8.542768268582994e-5, 8.655545858529563e-6,
  8.768277576031054e-7, 8.921115301331027e-8, 8.526668231047535e-9, 1.2558778877979215e-9,
];

/** 64 zero bits, then the bits of 2/π after the binary point. */
const TWO_OVER_PI_BITS: Table = {
  name: "nb.two.over.pi",
  words: [
    0x0000000000000000n,
    0xa2f9836e4e441529n,
    0xfc2757d1f534ddc0n,
    0xdb6295993c439041n,
    0xfe5163abdebbc561n,
    0xb7246e3a424dd2e0n,
    0x06492eea09d1921cn,
    0xfe1deb1cb129a73en,
    0xe88235f52ebb4484n,
    0xe99c7026b45f7e41n,
    0x3991d639835339f4n,
    0x9c845f8bbdf9283bn,
    0x1ff897ffde05980fn,
    0xef2f118b5a0a6d1fn,
    0x6d367ecf27cb09b7n,
    0x4f463f669e5fea2dn,
    0x7527bac7ebe5f17bn,
    0x3d0739f78a5292ean,
    0x6bfb5fb11f8d5d08n,
    0x56033046fc7b6babn,
  ],
};

/** r − low = x − quadrant·π/2; only the low two bits of the quadrant matter. */
interface Reduced {
  readonly quadrant: I64;
  readonly r: F64;
  readonly low: F64;
}

/**
 * x − n·P1 is exact, a multiple of 2^-53 and so of the last bit of n·P2, rounded to a double. Of two such numbers the difference r,
 * rounded, is away from the first by a double: r − r1 is exact, too, however small r is. (With r = fma(−n, P2, r1) it isn't.)
 * The quadrant is n + `quarters`.
 */
function reduce(x: F64, quarters: 0 | 1 = 0): Reduced {
  const t = fma(x, TWO_OVER_PI, ROUND + quarters);
  const n = sub(t, ROUND + quarters);
  const r1 = fma(neg(n), P1, x);
  const r = sub(r1, mul(n, P2));
  const low = fma(n, P3, fma(n, P2, sub(r, r1)));
  return { quadrant: bits(t), r, low };
}

/**
 * With |x| = m·2^e, m a 53-bit integer: of 2/π, the bits weighing 4 and more after multiplication only add whole turns,
 * and 192 bits from there leave more than 120 of the fraction, of which cancellation eats at most 62.
 */
export function reduceHuge(ax: F64): Reduced {
  const b = bits(ax);
  const m = or(and(b, 0x000f_ffff_ffff_ffffn), 0x0010_0000_0000_0000n);
  const e = sub(lshr(b, 52), 1075);
  const first = add(e, 62);
  const word = lshr(first, 6);
  const shift = and(first, 63);
  const [a0, a1, a2, a3] = [0, 1, 2, 3].map((k) => lookUp(TWO_OVER_PI_BITS, add(word, k))) as [I64, I64, I64, I64];
  const [w0, w1, w2] = [fshl(a0, a1, shift), fshl(a1, a2, shift), fshl(a2, a3, shift)];

  // The low 192 bits of m·w.
  const p2 = mul(m, w2);
  const p1 = mul(m, w1);
  const middle = add(p1, umulh(m, w2));
  const carry = select(ult(middle, p1), i64(1), 0);
  const top = add(add(mul(m, w0), umulh(m, w1)), carry);

  // Two bits of quadrant; then the fraction of a quadrant, as a signed number.
  const f0 = fshl(top, middle, 2);
  const f1 = fshl(middle, p2, 2);
  const quadrant = add(lshr(top, 62), lshr(f0, 63));
  const minus = ashr(f0, 63);
  const [g0, g1] = [xor(f0, minus), xor(f1, minus)];
  const zeros = ctlz(g0);
  const [h0, h1] = [fshl(g0, g1, zeros), shl(g1, zeros)];
  const scale = double(xor(shl(sub(1023, zeros), 52), and(minus, SIGN)));
  const hi = mul(mul(uitofp(lshr(h0, 11)), 2 ** -53), scale);
  const lo = mul(mul(uitofp(lshr(fshl(h0, h1, 53), 11)), 2 ** -106), scale);
  const product = mul(hi, P1);
  const { hi: r, lo: rest } = fastTwoSum(product, add(fma(hi, P1, neg(product)), fma(hi, P2, mul(lo, P1))));
  return { quadrant, r, low: neg(rest) };
}

function isOdd(quadrant: I64): Expr<"i1"> {
  return ne(and(quadrant, 1), 0);
}

/** The sine of the angle that has been reduced, with the sign bit of `sign` flipped onto it. */
function sinOf({ quadrant, r, low }: Reduced, sign: I64, pairing: Pairing): F64 {
  const z = mul(r, r);
  const odd = isOdd(quadrant);
  const sine = (inner: F64): F64 => sub(r, inner);
  const cosine = (inner: F64): F64 => fma(r, inner, 1);
  let value: F64;
  if (pairing === "both") {
    const sin = sine(fma(r, mul(z, horner(z, SIN)), low));
    const cos = cosine(fma(r, fma(z, horner(z, COS), -0.5), low));
    value = select(odd, cos, sin);
  } else {
    const coefficients = SIN.map((s, k) => select(odd, f64(COS[k] ?? 0), s));
    const inner = fma(r, fma(z, horner(z, coefficients), select(odd, f64(-0.5), 0)), low);
    value = select(odd, cosine(inner), sine(inner));
  }
  return double(xor(bits(value), and(xor(shl(quadrant, 62), sign), SIGN)));
}

/** `of` the reduced argument, on the rare path; on the common one `common`. */
function reducing(name: string, common: F64, of: (reduced: Reduced, x: F64) => F64): MathFunctionDef {
  const x = param("f64", 0);
  const ax = abs(x);
  // NaN compares as less and stays NaN on the common path.
  const angle = of(reduceHuge(ax), x);
  const huge = { name: `${name}.huge`, params: ["f64"], body: select(lt(ax, Infinity), angle, NaN) } as const;
  return { name, params: ["f64"], body: rare(le(REDUCED_BELOW, ax), huge, [x], common) };
}

function hugeSine(reduced: Reduced, x: F64): F64 {
  return sinOf(reduced, bits(x), "alone");
}

/** cos a = sin(a + π/2). */
function hugeCosine(reduced: Reduced): F64 {
  return sinOf({ ...reduced, quadrant: add(reduced.quadrant, 1) }, i64(0), "alone");
}

export function sin(name: string, pairing: Pairing): MathFunctionDef {
  const x = param("f64", 0);
  return reducing(name, sinOf(reduce(x), i64(0), pairing), hugeSine);
}

export function cos(name: string, pairing: Pairing): MathFunctionDef {
  const x = param("f64", 0);
  // Beside sin, the reduction is sin's.
  const reduced = reduce(x, pairing === "both" ? 0 : 1);
  const quadrant = pairing === "both" ? add(reduced.quadrant, 1) : reduced.quadrant;
  return reducing(name, sinOf({ ...reduced, quadrant }, i64(0), pairing), hugeCosine);
}

/**
 * With t = 2 tan(r/2): tan r = t/(1 − t²/4), or minus its inverse in odd quadrants. Numerator and denominator are sums of two
 * doubles, and the quotient is corrected once.
 */
function tanOf({ quadrant, r, low }: Reduced, x: F64): F64 {
  const z = mul(r, r);
  const lo = neg(low);
  const t = fastTwoSum(r, fma(mul(r, z), estrin(z, TAN), fma(mul(z, 0.25), lo, lo)));
  const square = twoProduct(t.hi, mul(t.hi, 0.25));
  const one = fastTwoSum(f64(1), neg(square.hi));
  const d = { hi: one.hi, lo: sub(one.lo, fma(mul(t.hi, 0.5), t.lo, square.lo)) };
  const odd = isOdd(quadrant);
  const over = { hi: select(odd, d.hi, t.hi), lo: select(odd, d.lo, t.lo) };
  const under = { hi: select(odd, t.hi, d.hi), lo: select(odd, t.lo, d.lo) };
  const value = quotient(over, under);
  return double(xor(bits(value), and(xor(shl(quadrant, 63), bits(x)), SIGN)));
}

export function tan(name: string): MathFunctionDef {
  const x = param("f64", 0);
  return reducing(name, tanOf(reduce(abs(x)), x), tanOf);
}

/** π as a sum of three doubles, and (sin r − r)/r³ as a polynomial in r² for |r| ≤ π/2. */
const [PI_1, PI_2, PI_3] = [Math.PI, 1.2246467991473532e-16, -2.9947698097183397e-33];
const HALF_TURN = [
  -0.16666666666666666, 0.008333333333333207, -0.00019841269841212509, 0.0000027557319211580316, -2.5052106905902477e-8,
  1.6058941098367628e-10, -7.643022362649555e-13, 2.7214555199715697e-15,
];

/**
 * sin(x − n·π), with the sign that an odd n turns: for `fastmath`. One polynomial serves the whole half turn, and what the
 * reduction and the polynomial lose stays lost: up to 4 ulps.
 */
function sineOfHalfTurns(x: F64, n: F64, low: I64): F64 {
  const r = fma(neg(n), PI_3, fma(neg(n), PI_2, fma(neg(n), PI_1, x)));
  const z = mul(r, r);
  // A −0 stays.
  const sine = mul(r, fma(z, estrin(z, HALF_TURN), 1));
  return double(xor(bits(sine), shl(low, 63)));
}

export function fastSin(name: string): MathFunctionDef {
  const x = param("f64", 0);
  const t = fma(x, 1 / Math.PI, ROUND);
  const common = sineOfHalfTurns(x, sub(t, ROUND), bits(t));
  return reducing(name, common, hugeSine);
}

/** cos x = sin(x + π/2): n counts from −½. */
export function fastCos(name: string): MathFunctionDef {
  const x = param("f64", 0);
  const t = add(fma(x, 1 / Math.PI, 0.5), ROUND);
  const common = sineOfHalfTurns(x, sub(sub(t, ROUND), 0.5), bits(t));
  return reducing(name, common, hugeCosine);
}
