/**
 * Integer ops on polynomials: what a value is, given what its operands are.
 *
 * A result is exact where the op is (sums, products, minimum, shifts right) and can't wrap, or wraps only when a condition
 * fails. Anything else is known by its bounds.
 */
import type { Inst, InstOf } from "../ir/ops.ts";
import { elementOf, type IrType, isArrayType } from "../ir/types.ts";
import type { ElementKind } from "../types/elements.ts";
import type { Atoms } from "./atoms.ts";
import {
  add,
  constantPoly,
  I32_RANGE,
  I64_RANGE,
  LENGTH_RANGE,
  larger,
  type Poly,
  type Range,
  scale,
  subtract,
  tooLarge,
  union,
} from "./poly.ts";

/** An integer value: its polynomial holds when the conditions (over invariants, each ≥ 0) do. */
export interface Sym {
  readonly poly: Poly;
  readonly conditions: readonly Poly[];
  /** What holds without the conditions, where that is less than all that the type allows. */
  readonly always?: Range;
  /** How far from 0 it is at most where the conditions hold, if they say more of that than its atoms' ranges. */
  readonly size?: bigint;
}

export function sizeOf({ poly, size }: Sym): bigint {
  return size ?? sizeOfRange(poly.range);
}

/** As far as it goes from 0. */
export function sizeOfRange({ min, max }: Range): bigint {
  return larger(-min, max);
}

/** When a value stays within ±2^53. */
export interface ExactDouble {
  readonly conditions: readonly Poly[];
  /** As far as it is from 0 at most, if they hold. */
  readonly size: bigint;
}

/** A value that is somewhere between two bounds. */
export interface Between {
  readonly lo: Poly | undefined;
  readonly hi: Poly | undefined;
  readonly range: Range;
  readonly conditions: readonly Poly[];
}

export type IntValue = { readonly exact: Sym } | { readonly between: Between };

/** What an element loads as. */
const ELEMENT_RANGES: { readonly [K in ElementKind]?: Range } = {
  int8: { min: -128n, max: 127n },
  uint8: { min: 0n, max: 255n },
  uint8c: { min: 0n, max: 255n },
  int16: { min: -32768n, max: 32767n },
  uint16: { min: 0n, max: 65535n },
  int32: I32_RANGE,
  uint32: { min: 0n, max: 2n ** 32n - 1n },
  bigint64: I64_RANGE,
  biguint64: I64_RANGE,
};

export interface IntContext {
  readonly atoms: Atoms;
  operand(index: number): Sym;
  /** An f64 operand; undefined when nothing says that it is an integer. */
  float(index: number): Sym | undefined;
  /** An f64 operand that is a quotient of integers, toward zero; undefined when nothing says so. */
  wholeQuotient(index: number): Sym | undefined;
  typeOf(index: number): IrType;
  /** Makes "lo ≤ p ≤ hi" conditions; undefined when that can't be. */
  within(p: Poly, range: Range): readonly Poly[] | undefined;
  /** When a double holds `p` exactly; undefined when nothing says so. */
  exactDouble(p: Poly): ExactDouble | undefined;
}

const ZERO = constantPoly(0n);

/** The value of an i32 or i64 instruction other than `select`, `local.get` and `length`. */
export function intValue(inst: Inst, cx: IntContext): IntValue {
  switch (inst.op) {
    case "const":
      return exact(constantPoly(BigInt(inst.value)), []);
    case "add":
      return ring(inst, cx, add, sum);
    case "sub":
      return ring(inst, cx, subtract, sum);
    case "mul":
      return ring(inst, cx, (a, b) => cx.atoms.product(a, b), product);
    case "sext":
      return { exact: cx.operand(0) };
    case "zext": {
      if (cx.typeOf(0) === "i1") return inRange({ min: 0n, max: 1n });
      const a = cx.operand(0);
      return a.poly.range.min >= 0n ? { exact: a } : inRange({ min: 0n, max: 2n ** 32n - 1n });
    }
    case "trunc":
      return narrowed(inst, cx, cx.operand(0));
    case "smin":
    case "smax": {
      const [a, b] = [cx.operand(0), cx.operand(1)];
      const poly = inst.op === "smin" ? cx.atoms.min(a.poly, b.poly) : cx.atoms.max(a.poly, b.poly);
      return exact(poly, union(a.conditions, b.conditions));
    }
    case "shl": {
      const by = shiftAmount(inst, cx);
      if (by === undefined) return ofType(inst);
      const a = cx.operand(0);
      return fitted(inst, cx, scale(a.poly, 1n << by), a.conditions, "wraps");
    }
    case "ashr":
    case "lshr":
      return shiftRight(inst, cx);
    case "and":
      return masked(inst, cx);
    case "or":
    case "xor": {
      const sum = disjointBits(cx.operand(0), cx.operand(1)) ?? disjointBits(cx.operand(1), cx.operand(0));
      if (sum !== undefined) return { exact: sum };
      const [a, b] = [plain(cx, 0).range, plain(cx, 1).range];
      if (a.min < 0n || b.min < 0n) return ofType(inst);
      const bits = (a.max > b.max ? a.max : b.max).toString(2).length;
      return inRange({ min: 0n, max: 2n ** BigInt(bits) - 1n });
    }
    case "sdiv":
      return quotient(inst, cx);
    case "srem":
      return remainder(inst, cx);
    case "ctlz":
      return inRange({ min: 0n, max: inst.type === "i64" ? 64n : 32n });
    case "clamp8":
      return inRange({ min: 0n, max: 255n });
    case "fptosi": {
      // The value fits, by promise.
      const a = cx.float(0);
      return a === undefined ? ofType(inst) : { exact: a };
    }
    case "toint32": {
      const a = cx.float(0) ?? cx.wholeQuotient(0);
      return a === undefined ? ofType(inst) : narrowed(inst, cx, a);
    }
    case "tolength":
      return inRange(LENGTH_RANGE);
    case "toindex":
      return inRange({ min: 0n, max: LENGTH_RANGE.max - 1n });
    case "load": {
      const array = cx.typeOf(0);
      const range = isArrayType(array) ? ELEMENT_RANGES[elementOf(array)] : undefined;
      return range === undefined ? ofType(inst) : inRange(range);
    }
    default:
      return ofType(inst);
  }
}

function exact(poly: Poly, conditions: readonly Poly[]): IntValue {
  return { exact: { poly, conditions } };
}

export function sum(a: bigint, b: bigint): bigint {
  return a + b;
}

export function product(a: bigint, b: bigint): bigint {
  return a * b;
}

function inRange(range: Range): IntValue {
  return between(constantPoly(range.min), constantPoly(range.max), range, []);
}

function between(lo: Poly | undefined, hi: Poly | undefined, range: Range, conditions: readonly Poly[]): IntValue {
  return { between: { lo, hi, range, conditions } };
}

export function typeRange(type: IrType | "void"): Range {
  return type === "i32" ? I32_RANGE : I64_RANGE;
}

/** All that the type allows. i64 has no bounds worth a test. */
function ofType(inst: Inst): IntValue {
  return inst.type === "i32" ? inRange(I32_RANGE) : between(undefined, undefined, I64_RANGE, []);
}

/** `size` is the result's, given its operands'. */
function ring(
  inst: InstOf<"add" | "sub" | "mul">,
  cx: IntContext,
  op: (a: Poly, b: Poly) => Poly,
  size: (a: bigint, b: bigint) => bigint,
): IntValue {
  const [a, b] = [cx.operand(0), cx.operand(1)];
  const poly = op(a.poly, b.poly);
  if (tooLarge(poly)) return ofType(inst);
  const conditions = union(a.conditions, b.conditions);
  if (inst.type === "i64" && inst.overflow !== "absent") {
    const most = size(sizeOf(a), sizeOf(b));
    if (most <= MAX_I64) return { exact: { poly, conditions, size: most } };
  }
  return fitted(inst, cx, poly, conditions, inst.overflow);
}

/** As far as a saturating i64 is taken from 0. */
const MAX_I64 = 2n ** 62n;

/** `poly` if the result fits the type: by promise, by range, or under conditions. */
function fitted(
  inst: Inst,
  cx: IntContext,
  poly: Poly,
  conditions: readonly Poly[],
  overflow: InstOf<"add">["overflow"],
): IntValue {
  if (overflow === "absent") return exact(poly, conditions);
  if (inst.type === "i32") {
    const fits = cx.within(poly, I32_RANGE);
    return fits === undefined ? ofType(inst) : exact(poly, union(conditions, fits));
  }
  if (sizeOfRange(poly.range) <= MAX_I64) return exact(poly, conditions);
  const small = cx.exactDouble(poly);
  if (small === undefined) return ofType(inst);
  return { exact: { poly, conditions: union(conditions, small.conditions), size: small.size } };
}

function narrowed(inst: Inst, cx: IntContext, a: Sym): IntValue {
  const fits = cx.within(a.poly, I32_RANGE);
  return fits === undefined ? ofType(inst) : exact(a.poly, union(a.conditions, fits));
}

/**
 * An operand for an op that gives good bounds whatever comes in (a mask, a remainder): better without conditions than
 * exact, for hashes and generators wrap all the time.
 */
function plain(cx: IntContext, index: number): Poly {
  const a = cx.operand(index);
  if (a.conditions.length === 0) return a.poly;
  const range = a.always ?? typeRange(cx.typeOf(index));
  return cx.atoms.varying(constantPoly(range.min), constantPoly(range.max), range, []);
}

function constantOf(p: Poly): bigint | undefined {
  return p.terms.length === 0 ? p.constant : undefined;
}

/** Modulo the width, as the ops have it. */
function shiftAmount(inst: Inst, cx: IntContext): bigint | undefined {
  const by = constantOf(cx.operand(1).poly);
  return by === undefined ? undefined : by & (inst.type === "i64" ? 63n : 31n);
}

function shiftRight(inst: InstOf<"ashr" | "lshr">, cx: IntContext): IntValue {
  const by = shiftAmount(inst, cx);
  const whole = cx.operand(0);
  if (by === undefined) return ofType(inst);
  if (by === 0n) return { exact: whole };
  if (inst.op === "ashr" && whole.conditions.length > 0) {
    const { min, max } = whole.always ?? typeRange(inst.type);
    const always = { min: min >> by, max: max >> by };
    return { exact: { poly: cx.atoms.shr(whole.poly, by), conditions: whole.conditions, always } };
  }
  const a = plain(cx, 0);
  if (inst.op === "ashr" || a.range.min >= 0n) return exact(cx.atoms.shr(a, by), []);
  const width = inst.type === "i64" ? 64n : 32n;
  return inRange({ min: 0n, max: 2n ** (width - by) - 1n });
}

/** (i << 2) | 1 is a sum: where one has bits, the other has none. */
function disjointBits(a: Sym, b: Sym): Sym | undefined {
  const low = constantOf(b.poly);
  if (low === undefined || low < 0n || a.poly.terms.length === 0) return undefined;
  const size = 2n ** BigInt(low.toString(2).length);
  const isClear = a.poly.constant % size === 0n && a.poly.terms.every((t) => t.coefficient % size === 0n);
  return isClear ? { poly: add(a.poly, b.poly), conditions: union(a.conditions, b.conditions) } : undefined;
}

/** x & m lies in [0, m] for m ≥ 0, and no higher than x if that is ≥ 0 too. */
function masked(inst: Inst, cx: IntContext): IntValue {
  const operands = [0, 1].map((i) => plain(cx, i));
  const range = typeRange(inst.type);
  const fixed = operands.filter((p) => p.range.min >= 0n);
  const [a, b] = fixed.sort((p, q) => (constantOf(p) === undefined ? 1 : 0) - (constantOf(q) === undefined ? 1 : 0));
  if (a !== undefined) return between(ZERO, b === undefined ? a : cx.atoms.min(a, b), range, []);
  const mask = operands.find((p) => !p.isVarying);
  return mask === undefined ? ofType(inst) : between(ZERO, mask, range, [mask]);
}

/** Toward zero; no larger than the dividend. */
function quotient(inst: Inst, cx: IntContext): IntValue {
  const a = plain(cx, 0);
  const divisor = plain(cx, 1);
  const by = constantOf(cx.operand(1).poly);
  if (by !== undefined && by > 0n) return exact(cx.atoms.div(a, by), []);
  if (by !== undefined && by < 0n && by > I64_RANGE.min) return exact(scale(cx.atoms.div(a, -by), -1n), []);
  if (divisor.range.min < 1n) return ofType(inst);
  if (a.range.min >= 0n && !divisor.isVarying) return exact(cx.atoms.quotient(a, divisor), []);
  return between(cx.atoms.min(a, ZERO), cx.atoms.max(a, ZERO), typeRange(inst.type), []);
}

/** |x % d| < |d|, with the sign of x and no larger than x. */
function remainder(inst: InstOf<"srem">, cx: IntContext): IntValue {
  const x = plain(cx, 0);
  const d = cx.operand(1);
  const by = constantOf(d.poly);
  const conditions = [...d.conditions];
  let limit = subtract(d.poly, constantPoly(1n));
  if (by !== undefined) limit = constantPoly((by < 0n ? -by : by) - 1n);
  else if (d.poly.range.min < 1n) {
    // A divisor of unknown sign: positive is what it is nearly always.
    if (d.poly.isVarying) return ofType(inst);
    conditions.push(limit);
  }
  const range = typeRange(inst.type);
  const sign = x.range;
  const hi = sign.max <= 0n ? ZERO : cx.atoms.min(cx.atoms.max(x, ZERO), limit);
  const hasSign = sign.min < 0n && inst.signs.length === 0;
  const lo = !hasSign ? ZERO : cx.atoms.max(cx.atoms.min(x, ZERO), scale(limit, -1n));
  return between(lo, hi, range, conditions);
}
