/**
 * What the pure scalar ops compute: the definition that the interpreter runs and `fold` uses.
 *
 * Values: i1 is a boolean, i32 an int32 number, i64 a bigint in the signed range, f32 and f64 numbers (f32 ones survive
 * Math.fround). Promises on an instruction (`absent`, a quotient or conversion that fits) are checked here: breaking one is
 * an UnsoundError, a bug in the compiler, never a trap.
 *
 * Fast-math flags change nothing: strict evaluation is one of the results they allow.
 */
import { attrOf } from "./attributes.ts";
import type { FloatPred, Inst, InstOf, IntPred, Overflow, Sign } from "./ops.ts";

export type Scalar = number | bigint | boolean;

/** The IR claimed something that isn't so. */
export class UnsoundError extends Error {
  readonly inst: Inst;
  constructor(inst: Inst, message: string) {
    super(message);
    this.inst = inst;
  }
}

export const I64_MIN = -(2n ** 63n);
export const I64_MAX = 2n ** 63n - 1n;

/**
 * Value of a scalar op for these operands; undefined for ops that aren't pure functions of scalars.
 */
export function evaluateScalar(inst: Inst, args: readonly Scalar[]): Scalar | undefined {
  const [a, b] = args;
  switch (inst.op) {
    case "const":
      return inst.value;
    case "select":
      return a === true ? b : args[2];
    case "not":
      return a !== true;
    case "opaque":
      return a;
    case "icmp":
      return integerCompare(inst.pred, a, b);
    case "fcmp":
      return floatCompare(inst.pred, Number(a), Number(b));
    case "bigcmp":
      return integerCompare(inst.pred, readBig(a, inst.lhs), readBig(b, inst.rhs));
    case "bigfcmp":
      return bigFloatCompare(inst.pred, readBig(a, inst.lhs), Number(b));
    case "and":
    case "or":
    case "xor":
      if (typeof a === "boolean") return boolBitwise(inst.op, a, b === true);
      break;
    case "sext":
      return BigInt(Number(a));
    case "zext":
      return inst.type === "i64" ? BigInt(Number(a) >>> 0) : Number(a);
    case "trunc":
      return Number(BigInt.asIntN(32, big(a)));
    case "sitofp":
      return inst.type === "f32" ? toFloat32(big(a)) : Number(a);
    case "uitofp": {
      const unsigned = typeof a === "bigint" ? BigInt.asUintN(64, a) : BigInt(Number(a) >>> 0);
      return inst.type === "f32" ? toFloat32(unsigned) : Number(unsigned);
    }
    case "fptosi":
      return floatToInt(inst, Number(a));
    case "toint32":
      if (inst.fits64 && !(Math.abs(Number(a)) < 2 ** 63))
        throw new UnsoundError(inst, `toint32 of ${String(a)} was said to fit 64 bits`);
      return Number(a) | 0;
    case "clamp8":
      return clamp8(Number(a));
    case "fpext":
      return Number(a);
    case "fptrunc":
      return Math.fround(Number(a));
    default:
  }
  if (inst.type === "f64" || inst.type === "f32") {
    const value = evaluateFloat(inst, Number(a), Number(b));
    return value === undefined || inst.type === "f64" ? value : Math.fround(value);
  }
  if (typeof a === "bigint") return evaluateI64(inst, a, typeof b === "bigint" ? b : 0n);
  if (typeof a === "number") return evaluateI32(inst, a, typeof b === "number" ? b : 0);
  return undefined;
}

function evaluateI32(inst: Inst, a: number, b: number): number | undefined {
  switch (inst.op) {
    case "add":
      return ring32(inst, inst.overflow, BigInt(a) + BigInt(b));
    case "sub":
      return ring32(inst, inst.overflow, BigInt(a) - BigInt(b));
    case "mul":
      return ring32(inst, inst.overflow, BigInt(a) * BigInt(b));
    case "sdiv":
      checkDivision(inst, b === 0, a === -(2 ** 31) && b === -1);
      return (a / b) | 0;
    case "srem":
      checkDivision(inst, b === 0, a === -(2 ** 31) && b === -1);
      checkSigns(inst, a < 0 || b < 0);
      return (a % b) | 0;
    case "smin":
      return Math.min(a, b);
    case "smax":
      return Math.max(a, b);
    case "and":
      return a & b;
    case "or":
      return a | b;
    case "xor":
      return a ^ b;
    case "shl":
      return a << b;
    case "ashr":
      return a >> b;
    case "lshr":
      return (a >>> b) | 0;
    case "ctlz":
      return Math.clz32(a);
    default:
      return undefined;
  }
}

function evaluateI64(inst: Inst, a: bigint, b: bigint): bigint | undefined {
  switch (inst.op) {
    case "add":
      return ring64(inst, inst.overflow, a + b);
    case "sub":
      return ring64(inst, inst.overflow, a - b);
    case "mul":
      return ring64(inst, inst.overflow, a * b);
    case "sdiv":
      checkDivision(inst, b === 0n, a === I64_MIN && b === -1n);
      return a / b;
    case "srem":
      checkDivision(inst, b === 0n, a === I64_MIN && b === -1n);
      checkSigns(inst, a < 0n || b < 0n);
      return a % b;
    case "smin":
      return a < b ? a : b;
    case "smax":
      return a > b ? a : b;
    case "and":
      return a & b;
    case "or":
      return a | b;
    case "xor":
      return a ^ b;
    case "shl":
      return BigInt.asIntN(64, a << (b & 63n));
    case "ashr":
      return a >> (b & 63n);
    case "lshr":
      return BigInt.asIntN(64, BigInt.asUintN(64, a) >> (b & 63n));
    case "ctlz":
      return BigInt(64 - (a === 0n ? 0 : BigInt.asUintN(64, a).toString(2).length));
    default:
      return undefined;
  }
}

function ring32(inst: Inst, overflow: Overflow, exact: bigint): number {
  const wrapped = BigInt.asIntN(32, exact);
  if (wrapped !== exact && overflow !== "wraps") throw new UnsoundError(inst, `${exact} doesn't fit i32`);
  return Number(wrapped);
}

function ring64(inst: Inst, overflow: Overflow, exact: bigint): bigint {
  const wrapped = BigInt.asIntN(64, exact);
  if (wrapped === exact || overflow === "wraps") return wrapped;
  if (overflow === "absent") throw new UnsoundError(inst, `${exact} doesn't fit i64`);
  return exact < 0n ? I64_MIN : I64_MAX;
}

function checkDivision(inst: Inst, byZero: boolean, overflows: boolean): void {
  if (byZero) throw new UnsoundError(inst, "division by zero");
  if (overflows) throw new UnsoundError(inst, "the quotient doesn't fit");
}

function checkSigns(inst: InstOf<"srem">, areNegative: boolean): void {
  if (areNegative && inst.signs.length > 0) throw new UnsoundError(inst, "an operand is negative");
}

function evaluateFloat(inst: Inst, a: number, b: number): number | undefined {
  switch (inst.op) {
    case "fadd":
      return a + b;
    case "fsub":
      return a - b;
    case "fmul":
      return a * b;
    case "fdiv":
      return a / b;
    case "frem":
      return a % b;
    case "fneg":
      return -a;
    case "fabs":
      return Math.abs(a);
    case "fsqrt":
      return Math.sqrt(a);
    case "ffloor":
      return Math.floor(a);
    case "fceil":
      return Math.ceil(a);
    case "ftrunc":
      return Math.trunc(a);
    case "fround":
      return Math.round(a);
    case "fmin":
      return Math.min(a, b);
    case "fmax":
      return Math.max(a, b);
    case "fsign":
      return Math.sign(a);
    case "math":
    case "math2":
      return mathFunction(inst.fn, a, b);
    default:
      return undefined;
  }
}

function mathFunction(fn: string, a: number, b: number): number | undefined {
  if (fn === "atan2") return Math.atan2(a, b);
  if (fn === "pow") return a ** b;
  if (fn === "hypot") return Math.hypot(a, b);
  const one = attrOf(Math, fn);
  return typeof one === "function" ? Number(one(a)) : undefined;
}

function boolBitwise(op: "and" | "or" | "xor", a: boolean, b: boolean): boolean {
  return op === "and" ? a && b : op === "or" ? a || b : a !== b;
}

export function integerCompare(pred: IntPred, a: Scalar | undefined, b: Scalar | undefined): boolean {
  // i1 has one bit: true is −1 to the signed predicates, 1 to `ult`. Lowering only asks `eq` and `ne` of booleans.
  const x = typeof a === "boolean" ? BigInt(a ? -1 : 0) : big(a);
  const y = typeof b === "boolean" ? BigInt(b ? -1 : 0) : big(b);
  switch (pred) {
    case "eq":
      return x === y;
    case "ne":
      return x !== y;
    case "slt":
      return x < y;
    case "sle":
      return x <= y;
    case "sgt":
      return x > y;
    case "sge":
      return x >= y;
    case "ult":
      return BigInt.asUintN(64, x) < BigInt.asUintN(64, y);
  }
}

function floatCompare(pred: FloatPred, a: number, b: number): boolean {
  switch (pred) {
    case "oeq":
      return a === b;
    case "une":
      return a !== b;
    case "olt":
      return a < b;
    case "ole":
      return a <= b;
    case "ogt":
      return a > b;
    case "oge":
      return a >= b;
  }
}

/** JavaScript's own comparison of a BigInt and a number is exact. */
function bigFloatCompare(pred: FloatPred, a: bigint, b: number): boolean {
  switch (pred) {
    case "oeq":
      // biome-ignore lint/suspicious/noDoubleEquals: === is false for any two types
      return a == (b as unknown as bigint);
    case "une":
      // biome-ignore lint/suspicious/noDoubleEquals: as above
      return a != (b as unknown as bigint);
    case "olt":
      return a < b;
    case "ole":
      return a <= b;
    case "ogt":
      return a > b;
    case "oge":
      return a >= b;
  }
}

/** The mathematical value of a BigInt's 64 bits. */
export function readBig(value: Scalar | undefined, sign: Sign): bigint {
  return sign === "s" ? big(value) : BigInt.asUintN(64, big(value));
}

function big(value: Scalar | undefined): bigint {
  return typeof value === "bigint" ? value : BigInt(Number(value));
}

/** Rounds once: going through f64 would round large integers twice. */
function toFloat32(value: bigint): number {
  const negative = value < 0n;
  let magnitude = negative ? -value : value;
  // 26 leading bits and a sticky one are more than f32's 24 need, and few enough for f64 to hold.
  const extra = magnitude.toString(2).length - 26;
  if (extra > 0) {
    const low = magnitude & ((1n << BigInt(extra)) - 1n);
    magnitude = (magnitude >> BigInt(extra)) | (low === 0n ? 0n : 1n);
  }
  const float = Math.fround(Number(magnitude) * 2 ** Math.max(extra, 0));
  return negative ? -float : float;
}

function floatToInt(inst: Inst, value: number): Scalar {
  const whole = Math.trunc(value);
  const bits = inst.type === "i64" ? 63 : 31;
  if (!(whole >= -(2 ** bits) && whole < 2 ** bits)) throw new UnsoundError(inst, `${value} doesn't fit ${inst.type}`);
  return inst.type === "i64" ? BigInt(whole) : whole | 0;
}

function clamp8(value: number): number {
  if (!(value > 0)) return 0;
  if (value >= 255) return 255;
  const floor = Math.floor(value);
  const rest = value - floor;
  return rest < 0.5 || (rest === 0.5 && floor % 2 === 0) ? floor : floor + 1;
}
