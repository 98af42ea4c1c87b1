/**
 * pow with a constant exponent that is a small multiple of ½: products, a square root and a quotient, each as a pair of
 * doubles, take a tenth of the general function's time and err less.
 */
import {
  abs,
  add,
  and,
  constant,
  div,
  eq,
  type F64,
  f64,
  fma,
  le,
  lt,
  type MathFunctionDef,
  mul,
  narrow,
  neg,
  or,
  param,
  rare,
  select,
  sqrt,
  widen,
  xor,
} from "./dsl.ts";
import { twoProduct } from "./pairs.ts";
import { powOf } from "./pow.ts";

/** hi + lo; without lo, exactly hi. */
interface Factor {
  readonly hi: F64;
  readonly lo?: F64;
}

/** ±½, ±1, … ±8. */
export function isEasyExponent(y: number): boolean {
  return Number.isInteger(2 * y) && y !== 0 && Math.abs(y) <= 8;
}

function times(a: Factor, b: Factor): Factor {
  const { hi, lo } = twoProduct(a.hi, b.hi);
  const withB = b.lo === undefined ? lo : fma(a.hi, b.lo, lo);
  return { hi, lo: a.lo === undefined ? withB : fma(a.lo, b.hi, withB) };
}

/** √x; the tiny summand keeps 0 from dividing. */
function root(x: F64): Factor {
  const hi = sqrt(x);
  return { hi, lo: mul(fma(neg(hi), hi, x), div(0.5, add(hi, 2 ** -1000))) };
}

function inverse({ hi, lo }: Factor): F64 {
  const rough = div(1, hi);
  const error = fma(neg(rough), hi, 1);
  return fma(lo === undefined ? error : fma(neg(rough), lo, error), rough, rough);
}

/** x to a positive integer, by squaring. */
function power<T>(x: T, n: number, product: (a: T, b: T) => T): T {
  if (n === 1) return x;
  const half = power(x, n >> 1, product);
  const square = product(half, half);
  return n % 2 === 0 ? square : product(square, x);
}

/** x to a positive multiple of ½. */
function magnitude<T>(x: T, y: number, sqrtOf: (x: T) => T, product: (a: T, b: T) => T): T {
  const whole = Math.floor(y);
  if (whole === y) return power(x, whole, product);
  return whole === 0 ? sqrtOf(x) : product(power(x, whole, product), sqrtOf(x));
}

export function powConstant(name: string, y: number): MathFunctionDef {
  const x = param("f64", 0);
  // Powers of −0 to fractions are those of 0.
  const base = Number.isInteger(y) ? x : add(x, 0);
  const { hi, lo } = magnitude<Factor>({ hi: base }, Math.abs(y), ({ hi }) => root(hi), times);
  const sum = lo === undefined ? hi : add(hi, lo);
  if (y > 0 && Number.isInteger(y)) {
    // Where hi has overflown, lo is NaN; −0 + 0 would be 0. Where lo underflows, it is too small to matter.
    const usual = and(lt(0, abs(hi)), lt(abs(hi), Infinity));
    return { name, params: ["f64"], body: select(usual, sum, hi) };
  }
  const value = y > 0 ? sum : inverse(lo === undefined ? { hi } : { hi, lo });
  // Where a step may over- or underflow, and for infinities, the general way.
  const usual = and(le(2 ** -110, abs(x)), le(abs(x), 2 ** 110));
  const common = y > 0 ? or(usual, eq(x, 0)) : usual;
  const callee: MathFunctionDef = { name: `${name}.rare`, params: ["f64"], body: powOf(x, f64(y)) };
  return { name, params: ["f64"], body: rare(xor(common, constant("i1", 1)), callee, [x], value) };
}

/** In doubles, where float32s neither over- nor underflow on the way. */
export function powConstantOfFloat32(name: string, y: number): MathFunctionDef {
  const x = widen(param("f32", 0));
  const base = Number.isInteger(y) ? x : add(x, 0);
  const size = magnitude<F64>(base, Math.abs(y), sqrt, mul);
  const value = y > 0 ? size : div(1, size);
  if (Number.isInteger(y)) return { name, params: ["f32"], body: narrow(value) };
  // pow(−∞, ½) is ∞, though √−∞ is NaN.
  return { name, params: ["f32"], body: narrow(select(eq(x, -Infinity), f64(y > 0 ? Infinity : 0), value)) };
}
