/**
 * Functions computed in float32 arithmetic, twice as many lanes at once: exp, within 0.9 ulp, and for `fastmath` sin and
 * cos within 4.
 */
import {
  abs,
  add,
  and,
  bits,
  type Expr,
  f32,
  fma,
  gt,
  le,
  lt,
  type MathFunctionDef,
  mul,
  neg,
  param,
  rare,
  select,
  shl,
  single,
  sub,
  xor,
} from "./dsl.ts";
import { cosOfHuge, sinOfHuge } from "./float32.ts";
import { estrin } from "./pairs.ts";

type F32 = Expr<"f32">;
type I32 = Expr<"i32">;

/** Adding it rounds to an integer, whose two's complement is then in the low bits. */
const ROUND = 1.5 * 2 ** 23;
const ONE_BITS = 0x3f80_0000;
/** ln 2 and π in float32s; the first has 15 bits, so that its product with an exponent is exact. */
const [LN2_HI, LN2_LO] = [0.693145751953125, 1.4286068e-6];
const [PI_1, PI_2, PI_3] = [3.1415927410125732, -8.742277657347586e-8, -3.4302490200117637e-15];
/** (eʳ − 1 − r)/r² for |r| ≤ ln 2 / 2; (sin r − r)/r³ for |r| ≤ π/2 in r². */
const EXP = [0.4999999403953552, 0.1666651964187622, 0.04166823625564575, 0.008368819020688534, 0.0013823522021993995];
const SIN = [-0.16666659712791443, 0.008333069272339344, -0.00019809772493317723, 0.0000026060747586598154];

/** As for doubles: 2ⁿ in two steps, so that subnormal results are rounded once. */
export function exp(name: string): MathFunctionDef {
  const x = param("f32", 0);
  const raised = select(lt(x, -104), f32(-104), x);
  const limited = select(gt(raised, 89), f32(89), raised);
  const t = fma(limited, Math.LOG2E, ROUND);
  const n = sub(t, ROUND);
  const r = fma(neg(n), LN2_LO, fma(neg(n), LN2_HI, limited));
  const hi = add(r, 1);
  const lo = add(sub(1, hi), r);
  const p = add(hi, fma(mul(r, r), estrin(r, EXP), lo));
  const half = and(shl(bits(t), 22), 0x1ff << 23);
  const rest = sub(shl(bits(t), 23), half);
  const body = mul(mul(p, single(add(half, ONE_BITS))), single(add(rest, ONE_BITS)));
  return { name, params: ["f32"], body };
}

/** Beyond it, the number of half turns may be rounded the wrong way, and the polynomial doesn't reach that far. */
const HUGE = 2 ** 19;

/** sin(x − n·π), with the sign that an odd n turns. */
function sineOfHalfTurns(x: F32, n: F32, low: I32): F32 {
  const r = fma(neg(n), PI_3, fma(neg(n), PI_2, fma(neg(n), PI_1, x)));
  const z = mul(r, r);
  // A −0 stays.
  const sine = mul(r, fma(z, estrin(z, SIN), 1));
  return single(xor(bits(sine), shl(low, 31)));
}

function withHuge(name: string, common: F32, huge: (name: string) => MathFunctionDef): MathFunctionDef {
  const x = param("f32", 0);
  const isHuge = and(le(HUGE, abs(x)), lt(abs(x), Infinity));
  return { name, params: ["f32"], body: rare(isHuge, huge(`${name}.huge`), [x], common) };
}

export function fastSin(name: string): MathFunctionDef {
  const x = param("f32", 0);
  const t = fma(x, 1 / Math.PI, ROUND);
  return withHuge(name, sineOfHalfTurns(x, sub(t, ROUND), bits(t)), sinOfHuge);
}

/** cos x = sin(x + π/2): n counts from −½. */
export function fastCos(name: string): MathFunctionDef {
  const x = param("f32", 0);
  const t = add(fma(x, 1 / Math.PI, 0.5), ROUND);
  return withHuge(name, sineOfHalfTurns(x, sub(sub(t, ROUND), 0.5), bits(t)), cosOfHuge);
}
