/**
 * Interval arithmetic on number values: one function per JavaScript operator. Takes and gives lattice values; knows
 * nothing of the program.
 *
 * Sound for doubles: an endpoint computed in doubles bounds every rounded result, because IEEE rounding is monotone.
 */
import {
  FLOAT64,
  floatRange,
  INT32,
  intRange,
  isEmptyRange,
  isNonZero,
  type NumberValue,
  numberConstant,
  TWO_31,
  TWO_32,
  TWO_53,
} from "./lattice.ts";

/** A value's interval with −0 counted as 0. */
function span(v: NumberValue): { lo: number; hi: number; empty: boolean } {
  let { lo, hi } = v;
  if (v.negZero) {
    lo = Math.min(lo, 0);
    hi = Math.max(hi, 0);
  }
  return { lo, hi, empty: lo > hi };
}

const NAN = numberConstant(NaN);

function make(lo: number, hi: number, int: boolean, nan: boolean, negZero: boolean, f32 = false): NumberValue {
  return {
    kind: "number",
    lo,
    hi,
    int,
    nan,
    negZero,
    // Machine integers convert for nothing much; arithmetic that may give NaN or −0 is done in doubles and stays there.
    f32: f32 || (int && !nan && !negZero && lo >= -(2 ** 24) && hi <= 2 ** 24),
    wide: false,
  };
}

/**
 * 2^53 is also what 2^53 + 1 is rounded to, which integers of a machine aren't: an upper end that came there by rounding goes
 * on to the next double, and a lower one at −2^53 likewise, so that the interval isn't taken for one of integers that are all exact.
 */
function beyondExact(rounded: number): number {
  return rounded + Math.sign(rounded) * 2;
}

/** A sum of lower ends (`side` is −1) or of upper ones; where ∞ − ∞ leaves the bound open it is infinite. */
function sum(a: number, b: number, side: -1 | 1): number {
  const s = a + b;
  if (Number.isNaN(s)) return side * Infinity;
  return s === side * TWO_53 && !(s - a === b && s - b === a) ? beyondExact(s) : s;
}

export function add(a: NumberValue, b: NumberValue): NumberValue {
  const x = span(a);
  const y = span(b);
  if (x.empty || y.empty) return NAN;
  const nan = a.nan || b.nan || (x.hi === Infinity && y.lo === -Infinity) || (x.lo === -Infinity && y.hi === Infinity);
  return make(sum(x.lo, y.lo, -1), sum(x.hi, y.hi, 1), a.int && b.int, nan, a.negZero && b.negZero);
}

export function negate(a: NumberValue): NumberValue {
  if (isEmptyRange(a) && !a.negZero) return a;
  const x = span(a);
  return make(-x.hi + 0, -x.lo + 0, a.int, a.nan, a.lo <= 0 && a.hi >= 0, a.f32);
}

export function sub(a: NumberValue, b: NumberValue): NumberValue {
  const x = span(a);
  const y = span(b);
  if (x.empty || y.empty) return NAN;
  const nan = a.nan || b.nan || (x.hi === Infinity && y.hi === Infinity) || (x.lo === -Infinity && y.lo === -Infinity);
  // −0 − (+0) is the only difference that is −0.
  const negZero = a.negZero && y.lo <= 0 && y.hi >= 0;
  return make(sum(x.lo, -y.hi, -1), sum(x.hi, -y.lo, 1), a.int && b.int, nan, negZero);
}

const hasZero = (v: NumberValue): boolean => !isNonZero(v);
const hasNegativeSign = (v: NumberValue): boolean => v.negZero || v.lo < 0;
const hasPositiveSign = (v: NumberValue): boolean => v.hi >= 0;
const mayBeInfinite = (v: NumberValue): boolean => v.lo === -Infinity || v.hi === Infinity;

/** A product of ends as a lower end of the interval (`side` is −1) or as an upper one. */
function product(a: number, b: number, side: -1 | 1): number {
  // 0 × ∞ as an endpoint: the interval's zero times any finite value.
  if (a === 0 || b === 0) return 0;
  const p = a * b;
  if (p !== side * TWO_53 || !Number.isInteger(a) || !Number.isInteger(b)) return p;
  return BigInt(a) * BigInt(b) === BigInt(p) ? p : beyondExact(p);
}

export function mul(a: NumberValue, b: NumberValue): NumberValue {
  const x = span(a);
  const y = span(b);
  if (x.empty || y.empty) return NAN;
  const products = (side: -1 | 1): readonly number[] => [
    product(x.lo, y.lo, side),
    product(x.lo, y.hi, side),
    product(x.hi, y.lo, side),
    product(x.hi, y.hi, side),
  ];
  const nan = a.nan || b.nan || (hasZero(a) && mayBeInfinite(b)) || (hasZero(b) && mayBeInfinite(a));
  const negative = (hasPositiveSign(a) && hasNegativeSign(b)) || (hasNegativeSign(a) && hasPositiveSign(b));
  // A product of non-integers can underflow to −0 without a zero factor.
  const negZero = negative && (hasZero(a) || hasZero(b) || !(a.int && b.int));
  return make(Math.min(...products(-1)), Math.max(...products(1)), a.int && b.int, nan, negZero);
}

export function div(a: NumberValue, b: NumberValue): NumberValue {
  const x = span(a);
  const y = span(b);
  if (x.empty || y.empty) return NAN;
  const nan = a.nan || b.nan || (hasZero(a) && hasZero(b)) || (mayBeInfinite(a) && mayBeInfinite(b));
  const negative = (hasPositiveSign(a) && hasNegativeSign(b)) || (hasNegativeSign(a) && hasPositiveSign(b)) || x.lo < 0;
  // A quotient of integers is too large to become 0: only 0 gives one.
  const isPlain = a.int && b.int && !mayBeInfinite(b);
  const negZero =
    (hasPositiveSign(a) && hasNegativeSign(b) && (!isPlain || (a.lo <= 0 && a.hi >= 0))) ||
    (hasNegativeSign(a) && hasPositiveSign(b) && (!isPlain || a.negZero));
  if (hasZero(b)) {
    return make(
      negative ? -Infinity : 0,
      (x.hi > 0 && y.hi >= 0) || (x.lo < 0 && (y.lo < 0 || b.negZero)) || hasZero(a) ? Infinity : 0,
      false,
      nan,
      negZero,
    );
  }
  // Integers on both sides of 0 that aren't 0: the largest quotients are those by 1 and −1.
  const divisors = y.lo < 0 && y.hi > 0 ? [y.lo, -1, 1, y.hi] : [y.lo, y.hi];
  const corners = divisors.flatMap((d) => [x.lo / d, x.hi / d]).map((c) => (Number.isNaN(c) ? Infinity : c));
  const lo = mayBeInfinite(a) && mayBeInfinite(b) ? -Infinity : Math.min(...corners);
  const hi = mayBeInfinite(a) && mayBeInfinite(b) ? Infinity : Math.max(...corners);
  return make(lo + 0, hi + 0, false, nan, negZero);
}

export function rem(a: NumberValue, b: NumberValue): NumberValue {
  const x = span(a);
  const y = span(b);
  if (x.empty || y.empty) return NAN;
  const int = a.int && b.int;
  const m = Math.max(Math.abs(y.lo), Math.abs(y.hi)) - (int ? 1 : 0);
  const nan = a.nan || b.nan || hasZero(b) || mayBeInfinite(a);
  const hi = x.hi <= 0 ? 0 : Math.min(x.hi, Math.max(m, 0));
  const lo = x.lo >= 0 ? 0 : Math.max(x.lo, -Math.max(m, 0));
  // Smaller than every divisor: unchanged.
  const least = y.lo > 0 ? y.lo : y.hi < 0 ? -y.hi : 0;
  if (x.lo >= 0 && x.hi < least) return make(x.lo, x.hi, int, nan, a.negZero);
  return make(lo, hi, int, nan, a.negZero || a.lo < 0);
}

export function pow(a: NumberValue, b: NumberValue): NumberValue {
  const y = span(b);
  const x = span(a);
  if (a.int && b.int && !a.nan && !b.nan && y.lo >= 0 && x.lo >= 0 && Number.isFinite(x.hi ** y.hi)) {
    return make(0, Math.max(1, x.hi ** y.hi), true, false, a.negZero);
  }
  return FLOAT64;
}

/** ToInt32's result. */
export function toInt32(a: NumberValue): NumberValue {
  const x = span(a);
  if (x.empty) return intRange(0, 0);
  const lo = Math.trunc(x.lo) + 0;
  const hi = Math.trunc(x.hi) + 0;
  if (lo < -TWO_31 || hi > TWO_31 - 1) return INT32;
  return a.nan ? intRange(Math.min(lo, 0), Math.max(hi, 0)) : intRange(lo, hi);
}

/** ToUint32's result. */
function toUint32(a: NumberValue): NumberValue {
  const x = span(a);
  if (x.empty) return intRange(0, 0);
  const lo = Math.trunc(x.lo) + 0;
  const hi = Math.trunc(x.hi) + 0;
  if (lo < 0 || hi > TWO_32 - 1) return intRange(0, TWO_32 - 1);
  return a.nan ? intRange(0, hi) : intRange(lo, hi);
}

/** Smallest 2^k − 1 that is at least n ≥ 0. */
function mask(n: number): number {
  return n === 0 ? 0 : 2 ** (32 - Math.clz32(n)) - 1;
}

export function bitAnd(a: NumberValue, b: NumberValue): NumberValue {
  const x = toInt32(a);
  const y = toInt32(b);
  if (x.lo === x.hi && y.lo === y.hi) return intRange(x.lo & y.lo, x.lo & y.lo);
  if (x.lo >= 0 && y.lo >= 0) return intRange(0, Math.min(x.hi, y.hi));
  if (x.lo >= 0) return intRange(0, x.hi);
  if (y.lo >= 0) return intRange(0, y.hi);
  return INT32;
}

export function bitOr(a: NumberValue, b: NumberValue): NumberValue {
  const x = toInt32(a);
  const y = toInt32(b);
  if (x.lo === 0 && x.hi === 0) return y;
  if (y.lo === 0 && y.hi === 0) return x;
  if (x.lo === x.hi && y.lo === y.hi) return intRange(x.lo | y.lo, x.lo | y.lo);
  if (x.lo >= 0 && y.lo >= 0) return intRange(Math.max(x.lo, y.lo), mask(Math.max(x.hi, y.hi)));
  if (x.hi < 0 || y.hi < 0) return intRange(-TWO_31, -1);
  return INT32;
}

export function bitXor(a: NumberValue, b: NumberValue): NumberValue {
  const x = toInt32(a);
  const y = toInt32(b);
  if (x.lo === x.hi && y.lo === y.hi) return intRange(x.lo ^ y.lo, x.lo ^ y.lo);
  if (x.lo >= 0 && y.lo >= 0) return intRange(0, mask(Math.max(x.hi, y.hi)));
  return INT32;
}

export function bitNot(a: NumberValue): NumberValue {
  const x = toInt32(a);
  return intRange(~x.hi, ~x.lo);
}

/** The shift count when it is one constant. */
function count(b: NumberValue): number | undefined {
  const y = toUint32(b);
  return y.lo === y.hi ? y.lo & 31 : undefined;
}

export function shl(a: NumberValue, b: NumberValue): NumberValue {
  const x = toInt32(a);
  const c = count(b);
  if (c === undefined) return INT32;
  const lo = x.lo * 2 ** c;
  const hi = x.hi * 2 ** c;
  return lo >= -TWO_31 && hi <= TWO_31 - 1 ? intRange(lo, hi) : INT32;
}

export function shr(a: NumberValue, b: NumberValue): NumberValue {
  const x = toInt32(a);
  const c = count(b);
  if (c === undefined) return intRange(Math.min(x.lo, 0), Math.max(x.hi, 0));
  return intRange(x.lo >> c, x.hi >> c);
}

export function ushr(a: NumberValue, b: NumberValue): NumberValue {
  const c = count(b);
  const x = toUint32(a);
  if (c === undefined) return intRange(0, x.hi);
  return intRange(x.lo >>> c, x.hi >>> c);
}

/** floor, ceil, trunc, Math.round: monotone functions to integers. */
export function rounding(a: NumberValue, f: (x: number) => number, negZeroFrom: boolean): NumberValue {
  if (a.int) return a;
  const x = span(a);
  if (x.empty) return NAN;
  return make(f(x.lo) + 0, f(x.hi) + 0, true, a.nan, a.negZero || (negZeroFrom && x.lo < 0 && x.hi > -1), a.f32);
}

export function abs(a: NumberValue): NumberValue {
  const x = span(a);
  if (x.empty) return NAN;
  const hi = Math.max(Math.abs(x.lo), Math.abs(x.hi));
  const lo = x.lo > 0 ? x.lo : x.hi < 0 ? -x.hi : 0;
  return make(lo, hi, a.int, a.nan, false, a.f32);
}

export function min(a: NumberValue, b: NumberValue): NumberValue {
  const x = span(a);
  const y = span(b);
  if (x.empty || y.empty) return NAN;
  return make(
    Math.min(x.lo, y.lo),
    Math.min(x.hi, y.hi),
    a.int && b.int,
    a.nan || b.nan,
    (a.negZero && y.hi >= 0) || (b.negZero && x.hi >= 0),
    a.f32 && b.f32,
  );
}

export function max(a: NumberValue, b: NumberValue): NumberValue {
  const x = span(a);
  const y = span(b);
  if (x.empty || y.empty) return NAN;
  const negZero = (a.negZero && y.lo <= 0) || (b.negZero && x.lo <= 0);
  // max(−0, +0) is +0: −0 survives only against negatives or another −0.
  const kept = negZero && ((a.negZero && (b.negZero || b.lo < 0)) || (b.negZero && (a.negZero || a.lo < 0)));
  return make(Math.max(x.lo, y.lo), Math.max(x.hi, y.hi), a.int && b.int, a.nan || b.nan, kept, a.f32 && b.f32);
}

export function sqrt(a: NumberValue): NumberValue {
  const x = span(a);
  if (x.empty) return NAN;
  return make(Math.sqrt(Math.max(0, x.lo)), Math.sqrt(Math.max(0, x.hi)), false, a.nan || x.lo < 0, a.negZero);
}

export function sign(a: NumberValue): NumberValue {
  const x = span(a);
  if (x.empty) return NAN;
  return make(Math.sign(x.lo) + 0, Math.sign(x.hi) + 0, true, a.nan, a.negZero, true);
}

export function fround(a: NumberValue): NumberValue {
  if (a.f32) return a;
  const x = span(a);
  if (x.empty) return NAN;
  const int = a.int && x.lo >= -(2 ** 24) && x.hi <= 2 ** 24;
  // A tiny negative rounds to −0.
  return make(
    Math.fround(x.lo) + 0,
    Math.fround(x.hi) + 0,
    int,
    a.nan,
    a.negZero || (!a.int && x.lo < 0 && x.hi >= -1),
    true,
  );
}

/** floor / trunc of the quotient of two integers whose divisor isn't 0, as integer division gives it. */
export function quotient(a: NumberValue, b: NumberValue, f: (x: number) => number): NumberValue {
  const q = div(a, b);
  return make(f(q.lo) + 0, f(q.hi) + 0, true, false, false);
}

/** Result of the functions whose range is worth knowing. */
export function unit(): NumberValue {
  return floatRange(-1, 1);
}
