/** Operands as numbers of the machine. */
import { ice } from "../diagnostics/errors.ts";
import type { ValueId } from "../ir/ops.ts";
import { isIntType, type ScalarType } from "../ir/types.ts";
import type { Span } from "../source/span.ts";
import { intRange, type NumberValue, representationOf, type Value } from "../types/lattice.ts";
import { scalar } from "./expressions.ts";
import type { FunctionLowering } from "./function.ts";
import { convertNumber, type Operand, placeholder } from "./operand.ts";

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

/** Also of a boolean, which is 0 or 1. */
export function isInteger(op: Operand): op is Operand & { readonly kind: "scalar" } {
  return op.kind === "scalar" && (op.type === "i1" || isIntType(op.type));
}

/** A number value computed in `type`, as inference's representation wants it. */
export function represent(fl: FunctionLowering, id: ValueId, type: ScalarType, value: Value, loc: Span): Operand {
  if (value.kind !== "number") return scalar(id, type);
  const wanted = representationOf(value);
  return scalar(convertNumber(fl.b, id, type, wanted, loc), wanted);
}
