import { ice } from "../diagnostics/errors.ts";
import type { FloatPred, IntPred, Overflow, ValueId } from "../ir/ops.ts";
import type { ScalarType } from "../ir/types.ts";
import type { Span } from "../source/span.ts";
import {
  constantOf,
  fitsInt32,
  intRange,
  isMachineInt,
  isNonZero,
  type NumberValue,
  representationOf,
  TWO_31,
  type Value,
} from "../types/lattice.ts";
import { bigintBinary } from "./bigint-operators.ts";
import { compare } from "./comparisons.ts";
import { scalar } from "./expressions.ts";
import type { FunctionLowering } from "./function.ts";
import { plainNumber } from "./nullable.ts";
import { commonInt, convertNumber, NONE, type Operand, placeholder } from "./operand.ts";

/** A number or boolean in a machine type that holds it. */
export function numberAs(fl: FunctionLowering, op: Operand, type: ScalarType, loc: Span): ValueId {
  if (op.kind === "nullable") ice("a number that may be missing is taken for one");
  if (op.kind !== "scalar") return placeholder(fl.b, type, loc);
  return convertNumber(fl.b, op.id, op.type, type, loc);
}

/** Number or boolean as the number it counts for. */
export function asNumber(v: Value): NumberValue {
  if (v.kind === "number") return v;
  if (v.kind === "bool" && v.value !== undefined) return intRange(Number(v.value), Number(v.value));
  return intRange(0, 1);
}

/** ToInt32 of an operand (ToUint32 has the same bits). */
export function toInt32(fl: FunctionLowering, op: Operand, value: Value, loc: Span): ValueId {
  if (op.kind !== "scalar") return placeholder(fl.b, "i32", loc);
  switch (op.type) {
    case "i1":
      return fl.b.emit("zext", "i32", [op.id], {}, loc);
    case "i32":
      return op.id;
    case "i64":
      return fl.b.emit("trunc", "i32", [op.id], {}, loc);
    default: {
      const v = asNumber(value);
      const fits64 = !fl.speculates && !v.nan && v.lo >= -(2 ** 62) && v.hi <= 2 ** 62;
      return fl.b.emit("toint32", "i32", [numberAs(fl, op, "f64", loc)], { fits64 }, loc);
    }
  }
}

export const isInteger = (type: ScalarType): boolean => type === "i32" || type === "i64" || type === "i1";

/** A number value computed in `type`, as inference's representation wants it. */
export function represent(fl: FunctionLowering, id: ValueId, type: ScalarType, value: Value, loc: Span): Operand {
  if (value.kind !== "number") return scalar(id, type);
  const wanted = representationOf(value);
  return scalar(convertNumber(fl.b, id, type, wanted, loc), wanted);
}

export const INT_PREDS: Readonly<Record<string, IntPred>> = {
  "<": "slt",
  "<=": "sle",
  ">": "sgt",
  ">=": "sge",
  "===": "eq",
  "==": "eq",
  "!==": "ne",
  "!=": "ne",
};
export const FLOAT_PREDS: Readonly<Record<string, FloatPred>> = {
  "<": "olt",
  "<=": "ole",
  ">": "ogt",
  ">=": "oge",
  "===": "oeq",
  "==": "oeq",
  "!==": "une",
  "!=": "une",
};

/** `a op b` of two operands whose values are `av` and `bv`; the result's value is `value`. BigInts may be computed modulo 2^64. */
export function lowerBinary(
  fl: FunctionLowering,
  op: string,
  left: Operand,
  lv: Value,
  right: Operand,
  rv: Value,
  value: Value,
  wraps: boolean,
  loc: Span,
): Operand {
  if (op in INT_PREDS) return scalar(compare(fl, op, left, lv, right, rv, value, loc), "i1");
  const [a, av] = plainNumber(fl.b, left, lv, loc);
  const [b, bv] = plainNumber(fl.b, right, rv, loc);
  if (av.kind === "bigint" && bv.kind === "bigint") return bigintBinary(fl, op, a, av, b, bv, value, wraps, loc);
  const x = asNumber(av);
  const y = asNumber(bv);
  switch (op) {
    case "&":
    case "|":
    case "^":
    case "<<":
    case ">>":
    case ">>>":
      return bitwise(fl, op, a, x, b, y, value, loc);
    case "+":
    case "-":
    case "*":
      return ring(fl, op, a, x, b, y, value, loc);
    case "/": {
      const by = constantOf(y);
      const isWhole = value.kind === "number" && isMachineInt(value) && a.kind === "scalar" && isInteger(a.type);
      if (isWhole && by !== undefined && by >= 2 && Number.isInteger(by) && fitsInt32(y))
        return wholeQuotient(fl, a, x, by, value, loc);
      const q = fl.b.emit(
        "fdiv",
        "f64",
        [numberAs(fl, a, "f64", loc), numberAs(fl, b, "f64", loc)],
        { fast: fl.fastmath, operands: [x, y].every((v) => isMachineInt(v) && !v.wide) ? ["int53"] : [] },
        loc,
      );
      return represent(fl, q, "f64", value, loc);
    }
    case "%":
      return remainder(fl, a, x, b, y, value, loc);
    case "**":
      return lowerPow(fl, a, b, y, value, loc);
    default:
      return NONE;
  }
}

/** Of a dividend that the divisor is known to divide. */
function wholeQuotient(
  fl: FunctionLowering,
  a: Operand,
  dividend: NumberValue,
  by: number,
  value: NumberValue,
  loc: Span,
): Operand {
  const e = fl.b;
  const type = commonInt(dividend);
  const constant = (n: number): ValueId => e.constant(type, type === "i64" ? BigInt(n) : n, loc);
  const x = numberAs(fl, a, type, loc);
  const bits = Math.log2(by);
  const q = Number.isInteger(bits)
    ? e.emit("ashr", type, [x, constant(bits)], {}, loc)
    : e.emit("sdiv", type, [x, constant(by)], {}, loc);
  return represent(fl, q, type, value, loc);
}

export function lowerPow(
  fl: FunctionLowering,
  a: Operand,
  b: Operand,
  exponent: NumberValue,
  value: Value,
  loc: Span,
): Operand {
  const base = numberAs(fl, a, "f64", loc);
  const { fastmath } = fl;
  const c = constantOf(exponent);
  // x·x and x are what pow gives, correctly rounded.
  if (c === 2) return represent(fl, fl.b.emit("fmul", "f64", [base, base], { fast: fastmath }, loc), "f64", value, loc);
  if (c === 1) return represent(fl, base, "f64", value, loc);
  const p = fl.b.emit("math2", "f64", [base, numberAs(fl, b, "f64", loc)], { fn: "pow", fast: fastmath }, loc);
  return represent(fl, p, "f64", value, loc);
}

function bitwise(
  fl: FunctionLowering,
  op: string,
  a: Operand,
  av: NumberValue,
  b: Operand,
  bv: NumberValue,
  value: Value,
  loc: Span,
): Operand {
  const x = toInt32(fl, a, av, loc);
  const y = toInt32(fl, b, bv, loc);
  const names = { "&": "and", "|": "or", "^": "xor", "<<": "shl", ">>": "ashr", ">>>": "lshr" } as const;
  const id = fl.b.emit(names[op as keyof typeof names], "i32", [x, y], {}, loc);
  if (op === ">>>" && value.kind === "number" && !fitsInt32(value))
    return scalar(fl.b.emit("zext", "i64", [id], {}, loc), "i64");
  return represent(fl, id, "i32", value, loc);
}

export const RING_OPS = { "+": ["add", "fadd"], "-": ["sub", "fsub"], "*": ["mul", "fmul"] } as const;

function ring(
  fl: FunctionLowering,
  op: "+" | "-" | "*",
  a: Operand,
  av: NumberValue,
  b: Operand,
  bv: NumberValue,
  value: Value,
  loc: Span,
): Operand {
  const [int, float] = RING_OPS[op];
  const isInt = (o: Operand): boolean => o.kind === "scalar" && isInteger(o.type);
  if (value.kind === "number" && isMachineInt(value) && isInt(a) && isInt(b)) {
    const type = commonInt(av, bv, value);
    const overflow: Overflow =
      value.wide && (value.lo <= -(2 ** 62) || value.hi >= 2 ** 62) ? "saturates" : fl.speculates ? "wraps" : "absent";
    const id = fl.b.emit(int, type, [numberAs(fl, a, type, loc), numberAs(fl, b, type, loc)], { overflow }, loc);
    return represent(fl, id, type, value, loc);
  }
  const id = fl.b.emit(
    float,
    "f64",
    [numberAs(fl, a, "f64", loc), numberAs(fl, b, "f64", loc)],
    { fast: fl.fastmath },
    loc,
  );
  return represent(fl, id, "f64", value, loc);
}

/**
 * `%` on integers is `srem`; what that can't say (x % 0 is NaN, −4 % 2 is −0) is selected afterwards, which is far cheaper
 * than C's fmod.
 */
function remainder(
  fl: FunctionLowering,
  a: Operand,
  av: NumberValue,
  b: Operand,
  bv: NumberValue,
  value: Value,
  loc: Span,
): Operand {
  const e = fl.b;
  const isInt = a.kind === "scalar" && b.kind === "scalar" && isInteger(a.type) && isInteger(b.type);
  if (!isInt) {
    const id = e.emit(
      "frem",
      "f64",
      [numberAs(fl, a, "f64", loc), numberAs(fl, b, "f64", loc)],
      { fast: fl.fastmath },
      loc,
    );
    return represent(fl, id, "f64", value, loc);
  }
  // INT_MIN % −1 overflows in the machine.
  const type = commonInt(av, bv) === "i32" && !(av.lo === -TWO_31 && bv.lo <= -1 && bv.hi >= -1) ? "i32" : "i64";
  const zero = e.constant(type, type === "i64" ? 0n : 0, loc);
  const x = numberAs(fl, a, type, loc);
  const y = numberAs(fl, b, type, loc);
  const signs = av.lo >= 0 && bv.lo >= 0 ? (["none"] as const) : [];
  if (value.kind === "number" && isMachineInt(value))
    return represent(fl, e.emit("srem", type, [x, y], { signs }, loc), type, value, loc);
  const mayBeZero = !isNonZero(bv);
  const isZero = mayBeZero ? e.emit("icmp", "i1", [y, zero], { pred: "eq" }, loc) : undefined;
  const one = e.constant(type, type === "i64" ? 1n : 1, loc);
  const divisor = isZero === undefined ? y : e.emit("select", type, [isZero, one, y], {}, loc);
  const r = e.emit("srem", type, [x, divisor], { signs }, loc);
  let f = e.emit("sitofp", "f64", [r], {}, loc);
  if (av.lo < 0) {
    const negative = e.emit(
      "and",
      "i1",
      [e.emit("icmp", "i1", [r, zero], { pred: "eq" }, loc), e.emit("icmp", "i1", [x, zero], { pred: "slt" }, loc)],
      {},
      loc,
    );
    f = e.emit("select", "f64", [negative, e.constant("f64", -0, loc), f], {}, loc);
  }
  if (isZero !== undefined) f = e.emit("select", "f64", [isZero, e.constant("f64", Number.NaN, loc), f], {}, loc);
  return represent(fl, f, "f64", value, loc);
}
