/**
 * pow for doubles: e^(y·log x) with log x known to some 67 bits, so that the power is known to more than 53 however large the
 * exponent: results that are doubles, such as 10 ** 15 and 4 ** 0.5, come out exactly.
 *
 * x = 2ᵏ·m with m in [BASE, 2·BASE), in one of 16 intervals. With c inside it and S = 2(m − c)/(m + c),
 *
 *   log x = k·ln 2 + log c + S + S³/12 + S⁵/80 + …             |S| < 0.0361
 *
 * S is computed as a sum of two doubles. The c are chosen so that log c is a number of 42 bits after the point, to within 2^-75: adding
 * k·LN2_HI to that is exact. Around 1, c is 1, and the sum's error is small beside S.
 *
 * y·log x = n·ln 2/16 + r with |r| ≤ ln 2/32, where 2^(n/16) is a power of two times one of 16 numbers.
 *
 * Bases that are normal positive numbers, with results that are too, take a way that does without anything special. It has little to
 * gain from the loop around it, and is long: it is called, not inlined, for vectors as a whole. The tables are registers there with AVX-512.
 */
import {
  abs,
  add,
  and,
  bits,
  bitsOf,
  call,
  constant,
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
  lookUp,
  lshr,
  lt,
  type MathFunctionDef,
  mul,
  ne,
  neg,
  param,
  rare,
  rint,
  SIGN,
  select,
  shl,
  sub,
  type Table,
  xor,
} from "./dsl.ts";
import { isSpecial, LN2_HI, LN2_LO, ONE_BITS, ROUND, type Split, split, splitNormal } from "./exp-log.ts";
import { fastTwoSum, horner, type Pair, twoHorners, twoProduct } from "./pairs.ts";

type I64 = Expr<"i64">;

/** 1 stands at two thirds of the ninth interval, whose ends are as far from it then. */
const BASE = 1 - 26 / 96;
/** A c for each interval, and its logarithm. */
const CENTRES = tableOf(
  "nb.pow.centres",
  [
    0.7446281737483, 0.7758846001937479, 0.8071400564824671, 0.8383966121390614, 0.8696516982109198, 0.9009067938764953,
    0.9321600932558786, 0.9634152375218157, 1, 1.0449995579472173, 1.1141451914212113, 1.176668556781344,
    1.2391893557278402, 1.3017085090443767, 1.3642252660049128, 1.4267415456884727,
  ],
);
const LOGS = tableOf(
  "nb.pow.logs",
  [
    -0.29487028083212863, -0.2537514809480399, -0.21425807374771466, -0.17626400628819283, -0.13966249437771694,
    -0.10435347414272655, -0.07025070516829146, -0.03727076850896083, 0, 0.044016462399667944, 0.10808746642464939,
    0.16268718860555964, 0.21445742045148108, 0.26367763933944843, 0.310586696815335, 0.3553932048439492,
  ],
);
/** (2 atanh(S/2) − S)/S³ as a polynomial in S². */
const SERIES = [0.08333333333333333, 0.01250000000006572, 0.0022321426424442006, 0.0004342710248421963];
/** 2^(j/16), and what is missing of it, relative to it. Of its bits, those of j/16 in the exponent's place are taken away. */
const ROOTS = [
  1,
  1.0442737824274138,
  1.0905077326652577,
  1.1387886347566916,
  1.189207115002721,
  1.241857812073484,
  1.2968395546510096,
  1.3542555469368927,
  Math.SQRT2,
  1.4768261459394993,
  1.5422108254079407,
  1.6104903319492543,
  1.681792830507429,
  1.7562521603732995,
  1.8340080864093424,
  1.9152065613971474,
];
const POWERS = { name: "nb.pow.powers", words: ROOTS.map((root, j) => bitsOf(root) - (BigInt(j) << 48n)) };
const TAILS = tableOf(
  "nb.pow.tails",
  [
    0, 8.189317638195515e-17, -2.7939114859515733e-17, 7.826573258636076e-17, 3.3484623336251524e-17,
    3.750854201303127e-17, 1.9572585293112036e-17, 5.68648095791174e-17, -6.835808657661922e-17,
    -2.3591094770850053e-17, 5.1548301170786783e-17, 1.5341410053603723e-17, 4.875160526227062e-17,
    1.685487290628973e-17, 1.790126907604513e-17, -5.545065618639427e-17,
  ],
);
/** (eʳ − 1 − r)/r² for |r| ≤ ln 2/32. */
const EXP = [
  0.5000000000000001, 0.1666666666666667, 0.04166666666328153, 0.00833333333265706, 0.001388906963396546,
  0.00019841522249399408,
];

function tableOf(name: string, numbers: readonly number[]): Table {
  return { name, words: numbers.map(bitsOf) };
}

/** log x: the sum's error is less than 2^-67 of it. */
function logPair({ k, m, shifted }: Split): Pair<"f64"> {
  const interval = lshr(shifted, 48);
  const c = double(lookUp(CENTRES, interval));
  const over = sub(m, c);
  const under = fastTwoSum(c, m);
  const inverse = div(2, under.hi);
  const s = mul(over, inverse);
  const sHalf = mul(s, -0.5);
  const sl = mul(fma(sHalf, under.lo, fma(sHalf, under.hi, over)), inverse);
  const z = mul(s, s);
  const sum = fastTwoSum(fma(k, LN2_HI, double(lookUp(LOGS, interval))), s);
  const small = fma(mul(s, z), horner(z, SERIES), fma(k, LN2_LO, sl));
  return { hi: sum.hi, lo: add(sum.lo, small) };
}

/** e^(hi + lo) = p·2^(n/16), p between ½ and 2, as p and an integer whose low bits are n's. */
function expPair({ hi, lo }: Pair<"f64">): { readonly factor: (power: I64) => F64; readonly n: I64 } {
  const t = fma(add(hi, lo), 16 * Math.LOG2E, ROUND);
  const n = sub(t, ROUND);
  const r = add(fma(neg(n), LN2_HI / 16, hi), fma(neg(n), LN2_LO / 16, lo));
  const low = bits(t);
  const tail = double(lookUp(TAILS, low));
  const rest = fma(mul(r, r), twoHorners(r, EXP), add(tail, r));
  const factor = (power: I64): F64 => {
    const scale = double(add(lookUp(POWERS, low), power));
    return fma(scale, rest, scale);
  };
  return { factor, n: low };
}

function times(y: F64, log: Pair<"f64">): Pair<"f64"> {
  const e = twoProduct(y, log.hi);
  return { hi: e.hi, lo: fma(y, log.lo, e.lo) };
}

export function pow(name: string): MathFunctionDef {
  const [x, y] = [param("f64", 0), param("f64", 1)];
  const params = ["f64", "f64"] as const;
  const any: MathFunctionDef = { name: `${name}.any`, params, body: powOf(x, y), inVectors: true };
  const e = times(y, logPair(splitNormal(x, BASE)));
  const { factor, n } = expPair(e);
  // NaN isn't within.
  const isLarge = xor(le(abs(e.hi), 707), constant("i1", 1));
  const inRange = rare(isLarge, any, [x, y], factor(shl(n, 48)));
  const called: MathFunctionDef = {
    name: `${name}.called`,
    params,
    body: rare(isSpecial(x), any, [x, y], inRange),
    inVectors: true,
  };
  return { name, params, body: call(called, "f64", [x, y]) };
}

/** Of all doubles. */
export function powOf(x: F64, y: F64): F64 {
  const ax = abs(x);
  const log = logPair(split(ax, BASE));
  const { factor, n } = expPair(times(y, log));
  // In two steps, so that subnormal results are rounded once.
  const whole = and(shl(n, 48), 0xfffn << 52n);
  const half = and(shl(n, 47), 0xfffn << 52n);
  const fraction = sub(shl(n, 48), whole);
  const power = mul(factor(add(fraction, half)), double(add(sub(whole, half), ONE_BITS)));

  const finite = lt(ax, Infinity);
  // Beyond the exponents of doubles; and 0, ±∞ and NaN as bases, whose logarithms are −∞, ∞ and NaN.
  const extreme = mul(y, select(eq(ax, 0), f64(-Infinity), select(finite, log.hi, ax)));
  const limit = select(lt(extreme, 0), f64(0), select(gt(extreme, 0), f64(Infinity), NaN));
  // ECMAScript: pow(x, ±0) is 1 for every x; pow(±1, ±∞) is NaN, and has become so as ∞·0.
  const magnitude = select(lt(abs(extreme), 760), power, select(eq(y, 0), f64(1), limit));

  const halfY = mul(y, 0.5);
  const isFraction = ne(rint(y), y);
  const isOdd = and(eq(rint(y), y), ne(rint(halfY), halfY));
  const signed = double(xor(bits(magnitude), and(bits(x), select(isOdd, i64(SIGN), 0))));
  const hasNoPower = and(and(lt(x, 0), finite), isFraction);
  return select(hasNoPower, f64(NaN), signed);
}
