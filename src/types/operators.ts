/** Values of JavaScript's binary operators: numbers by interval, BigInts by interval within 64 bits, comparisons by both. */
import type { Demand } from "./frame.ts";
import {
  type BigintValue,
  BOOL,
  type BoolValue,
  bool,
  constantOf,
  INT64_MAX,
  INT64_MIN,
  isMachineInt,
  type NumberValue,
  numberConstant,
  TWO_53,
  TWO_63,
  UINT64_MAX,
} from "./lattice.ts";
import * as ranges from "./ranges.ts";

const ARITHMETIC = {
  "+": ranges.add,
  "-": ranges.sub,
  "*": ranges.mul,
  "/": ranges.div,
  "%": ranges.rem,
  "**": ranges.pow,
  "&": ranges.bitAnd,
  "|": ranges.bitOr,
  "^": ranges.bitXor,
  "<<": ranges.shl,
  ">>": ranges.shr,
  ">>>": ranges.ushr,
} as const;

const CONSTANT: { readonly [K in keyof typeof ARITHMETIC]: (a: number, b: number) => number } = {
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "/": (a, b) => a / b,
  "%": (a, b) => a % b,
  // Left to run time: the engine compiling may round differently from the code it compiles.
  "**": (a, b) =>
    Number.isInteger(a) && Number.isInteger(b) && b >= 0 && Math.abs(a ** b) <= TWO_53 ? a ** b : Number.NaN,
  "&": (a, b) => a & b,
  "|": (a, b) => a | b,
  "^": (a, b) => a ^ b,
  "<<": (a, b) => a << b,
  ">>": (a, b) => a >> b,
  ">>>": (a, b) => a >>> b,
};

export function isArithmetic(op: string): op is keyof typeof ARITHMETIC {
  return op in ARITHMETIC;
}

export function isComparison(op: string): boolean {
  return (
    op === "<" || op === "<=" || op === ">" || op === ">=" || op === "===" || op === "!==" || op === "==" || op === "!="
  );
}

/** Moved by more than this, a wide integer could come back into an array's range after rounding: see NumberValue.wide. */
export const MOST_MOVED = 2 ** 48;

/** Drops what the surroundings can't see. */
export function settle(v: NumberValue, demand: Demand): NumberValue {
  if (!demand.zeroBlind || !v.negZero) return v;
  return { ...v, negZero: false, lo: Math.min(v.lo, 0), hi: Math.max(v.hi, 0) };
}

/**
 * `a op b`. With `wideOk` an integer sum, difference or product beyond ±2^53 stays an integer (wide). "too-wide" when an
 * operand is wide and the result can't be.
 */
export function arithmetic(
  op: keyof typeof ARITHMETIC,
  a: NumberValue,
  b: NumberValue,
  demand: Demand,
): NumberValue | "too-wide" {
  const x = constantOf(a);
  const y = constantOf(b);
  if (x !== undefined && y !== undefined) {
    const c = CONSTANT[op](x, y);
    if (!(op === "**" && Number.isNaN(c))) return numberConstant(c);
  }
  const { wideOk } = demand;
  const value = settle(ARITHMETIC[op](a, b), demand);
  const ring = op === "+" || op === "-" || op === "*";
  if (a.wide || b.wide) {
    const [wide, other] = a.wide ? [a, b] : [b, a];
    const narrow = !other.wide && isMachineInt(other) && other.lo >= -MOST_MOVED && other.hi <= MOST_MOVED;
    if (!ring || !wideOk || !narrow || wide.lo === -Infinity || wide.hi === Infinity) return "too-wide";
    return clampWide(value);
  }
  if (
    ring &&
    wideOk &&
    isMachineInt(a) &&
    isMachineInt(b) &&
    !value.nan &&
    !value.negZero &&
    (value.lo < -TWO_53 || value.hi > TWO_53)
  ) {
    return clampWide(value);
  }
  return value;
}

function clampWide(v: NumberValue): NumberValue {
  return {
    ...v,
    lo: Math.max(v.lo, -TWO_63),
    hi: Math.min(v.hi, TWO_63),
    int: true,
    nan: false,
    negZero: false,
    f32: false,
    wide: true,
  };
}

export function compareNumbers(op: string, a: NumberValue, b: NumberValue): BoolValue {
  const alo = a.negZero ? Math.min(a.lo, 0) : a.lo;
  const ahi = a.negZero ? Math.max(a.hi, 0) : a.hi;
  const blo = b.negZero ? Math.min(b.lo, 0) : b.lo;
  const bhi = b.negZero ? Math.max(b.hi, 0) : b.hi;
  const ordered = !a.nan && !b.nan;
  const onlyNan = alo > ahi || blo > bhi;
  const decide = (yes: boolean, no: boolean): BoolValue => (yes && ordered ? bool(true) : no ? bool(false) : BOOL);
  switch (op) {
    case "<":
      return decide(!onlyNan && ahi < blo, onlyNan || alo >= bhi);
    case "<=":
      return decide(!onlyNan && ahi <= blo, onlyNan || alo > bhi);
    case ">":
      return decide(!onlyNan && alo > bhi, onlyNan || ahi <= blo);
    case ">=":
      return decide(!onlyNan && alo >= bhi, onlyNan || ahi < blo);
    default: {
      const disjoint = onlyNan || ahi < blo || alo > bhi;
      const same = ordered && alo === ahi && blo === bhi && alo === blo;
      const equal = op === "===" || op === "==";
      return disjoint ? bool(!equal) : same ? bool(equal) : BOOL;
    }
  }
}

export function compareBigints(op: string, a: BigintValue, b: BigintValue): BoolValue {
  if (a.lo === a.hi && b.lo === b.hi) {
    const x = a.lo;
    const y = b.lo;
    switch (op) {
      case "<":
        return bool(x < y);
      case "<=":
        return bool(x <= y);
      case ">":
        return bool(x > y);
      case ">=":
        return bool(x >= y);
      default:
        return bool((x === y) === (op === "===" || op === "=="));
    }
  }
  return BOOL;
}

const SIGNED: BigintValue = { kind: "bigint", lo: INT64_MIN, hi: INT64_MAX };
const UNSIGNED: BigintValue = { kind: "bigint", lo: 0n, hi: UINT64_MAX };

const towardsZero = ({ lo, hi }: BigintValue): BigintValue => ({
  kind: "bigint",
  lo: lo < 0n ? lo : 0n,
  hi: hi > 0n ? hi : 0n,
});

/**
 * The 64 bits for a result of [lo, hi]; what doesn't fit them throws at run time, or wraps where no more than the low bits
 * are seen. What fits neither int64 nor uint64 is uint64 if an operand is any uint64, else int64: x − 1n of a uint64 x may be
 * large, x·y − z·w of 32-bit values may be negative.
 */
function within64(lo: bigint, hi: bigint, a: BigintValue, b: BigintValue, lowBits: boolean): BigintValue {
  if (lo >= INT64_MIN && hi <= INT64_MAX) return { kind: "bigint", lo, hi };
  const anyUint64 = a.hi === UINT64_MAX || b.hi === UINT64_MAX;
  const anyInt64 = a.hi === INT64_MAX || b.hi === INT64_MAX;
  const isUnsigned =
    hi > INT64_MAX && (anyUint64 || (lo >= 0n && !(anyInt64 && a.hi <= INT64_MAX && b.hi <= INT64_MAX)));
  const type = isUnsigned ? UNSIGNED : SIGNED;
  if (lo >= type.lo && hi <= type.hi) return { kind: "bigint", lo, hi };
  const l = lo < type.lo ? type.lo : lo;
  const h = hi > type.hi ? type.hi : hi;
  // One value would be taken for a constant, and the operation that may throw left out.
  return lowBits || l >= h ? type : { kind: "bigint", lo: l, hi: h };
}

/** Counts above this leave nothing of 64 bits. */
const MOST_SHIFT = 64n;

export function bigintArithmetic(op: string, a: BigintValue, b: BigintValue, lowBits: boolean): BigintValue {
  const type = a.hi > INT64_MAX || b.hi > INT64_MAX ? UNSIGNED : SIGNED;
  const within = (lo: bigint, hi: bigint): BigintValue => within64(lo, hi, a, b, lowBits);
  switch (op) {
    case "+":
      return within(a.lo + b.lo, a.hi + b.hi);
    case "-":
      return within(a.lo - b.hi, a.hi - b.lo);
    case "~":
      return within(-1n - a.hi, -1n - a.lo);
    case "*": {
      const c = [a.lo * b.lo, a.lo * b.hi, a.hi * b.lo, a.hi * b.hi];
      const least = c.reduce((x, y) => (x < y ? x : y));
      const most = c.reduce((x, y) => (x > y ? x : y));
      return within(least, most);
    }
    // A remainder has the dividend's sign and is no larger, like a quotient whose divisor isn't negative.
    case "%":
      return towardsZero(a);
    case "/":
      return b.lo >= 0n ? towardsZero(a) : type;
    case "<<":
      if (b.lo < 0n || b.hi > MOST_SHIFT) return type;
      // Bits that are put together make a uint64 rather than a large int64.
      if (a.lo >= 0n && a.hi << b.hi > INT64_MAX) return { kind: "bigint", lo: 0n, hi: UINT64_MAX };
      return within(a.lo << (a.lo < 0n ? b.hi : b.lo), a.hi << (a.hi < 0n ? b.lo : b.hi));
    case ">>":
      if (b.lo < 0n) return type;
      return { kind: "bigint", lo: a.lo < 0n ? a.lo >> b.lo : 0n, hi: a.hi < 0n ? -1n : a.hi >> b.lo };
    case "&":
      if (a.lo >= 0n && b.lo < 0n) return { kind: "bigint", lo: 0n, hi: a.hi };
      if (b.lo >= 0n && a.lo < 0n) return { kind: "bigint", lo: 0n, hi: b.hi };
      if (a.lo >= 0n && b.lo >= 0n) return { kind: "bigint", lo: 0n, hi: a.hi < b.hi ? a.hi : b.hi };
      return type;
    case "|":
    case "^":
      if (a.lo < 0n || b.lo < 0n) return type;
      return { kind: "bigint", lo: 0n, hi: 2n ** BigInt((a.hi | b.hi).toString(2).length) - 1n };
    default:
      return type;
  }
}
