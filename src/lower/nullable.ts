/**
 * Lowers numbers that may be null or undefined: which of them it is, and the number, which is 0 where it is none. A place for one that
 * nothing has been written to holds undefined.
 */
import type { FuncBuilder } from "../ir/build.ts";
import type { ValueId } from "../ir/ops.ts";
import type { Span } from "../source/span.ts";
import { asNumberValue, isNull, type NullableValue, representationOf, type Value } from "../types/lattice.ts";
import { TAGS } from "../types/signature.ts";
import { convertNumber, type Item, type NullableOperand, type Operand, placeholder } from "./operand.ts";

/** A number, null or undefined as one that may be any. */
export function asNullableOperand(
  b: FuncBuilder,
  op: Operand,
  from: Value,
  to: NullableValue,
  loc: Span,
): NullableOperand {
  const type = representationOf(to.number);
  if (op.kind === "nullable") {
    const { id, type: before } = op.number;
    return { ...op, number: { kind: "scalar", id: convertNumber(b, id, before, type, loc), type } };
  }
  const isNumber = from.kind === "number" && op.kind === "scalar";
  const tag = b.constant("i32", isNumber ? TAGS.number : isNull(from) ? TAGS.null : TAGS.undefined, loc);
  const id = isNumber ? convertNumber(b, op.id, op.type, type, loc) : placeholder(b, type, loc);
  return { kind: "nullable", tag, number: { kind: "scalar", id, type } };
}

/** Is it this, as an i1? */
export function isTagged(b: FuncBuilder, { tag }: NullableOperand, kind: keyof typeof TAGS, loc: Span): ValueId {
  return b.emit("icmp", "i1", [tag, b.constant("i32", TAGS[kind], loc)], { pred: "eq" }, loc);
}

/** ToNumber of an operand that may be null, which is 0, or undefined, which is NaN; any other as it is. */
export function plainNumber(b: FuncBuilder, item: Item, loc: Span): Item {
  const { op, value } = item;
  if (op.kind !== "nullable" || value.kind !== "nullable") return item;
  const as = asNumberValue(value);
  const type = representationOf(as);
  const number = convertNumber(b, op.number.id, op.number.type, type, loc);
  if (!value.undefined) return { op: { kind: "scalar", id: number, type }, value: as };
  const isUndefined = isTagged(b, op, "undefined", loc);
  const id = b.emit("select", type, [isUndefined, b.constant(type, Number.NaN, loc), number], {}, loc);
  return { op: { kind: "scalar", id, type }, value: as };
}
