/**
 * What lowering holds of a JavaScript value: IR values for what exists at run time, nothing for what is known at compile
 * time. Tuples, records and functions are taken apart here and never reach the IR.
 */
import type { FuncBuilder } from "../ir/build.ts";
import type { ValueId } from "../ir/ops.ts";
import type { ArrayType, IrType, ScalarType } from "../ir/types.ts";
import type { Span } from "../source/span.ts";
import {
  type FunctionValue,
  isMachineInt,
  type NumberValue,
  representationOf,
  targetIndex,
  targetsOf,
  type Value,
} from "../types/lattice.ts";
import { asNullableOperand } from "./nullable.ts";

/** One of several objects is a scalar: the number (i32) of the object among them. */
export type Operand =
  | { readonly kind: "scalar"; readonly id: ValueId; readonly type: ScalarType }
  | { readonly kind: "array"; readonly id: ValueId; readonly type: ArrayType }
  /** Also a record, by the order of its names. */
  | { readonly kind: "tuple"; readonly items: readonly Operand[] }
  | NullableOperand
  /** `selector` (i32) tells which of the targets it is, when there are several. */
  | { readonly kind: "function"; readonly targets: FunctionValue["targets"]; readonly selector: ValueId | undefined }
  /** Known at compile time: undefined, an object, a string. */
  | { readonly kind: "none" };

/** Which it is of TAGS (types/signature.ts), and the number. */
export interface NullableOperand {
  readonly kind: "nullable";
  readonly tag: ValueId;
  readonly number: Operand & { readonly kind: "scalar" };
}

/** An operand and what is known of it. */
export interface Item<V extends Value = Value> {
  readonly op: Operand;
  readonly value: V;
}

export const NONE: Operand = { kind: "none" };

/** The machine type of a scalar or array value; undefined for what has none. */
export function machineType(v: Value): IrType | undefined {
  switch (v.kind) {
    case "number":
      return representationOf(v);
    case "bool":
      return "i1";
    case "bigint":
      return "i64";
    case "array":
      return `${v.elem}[]`;
    case "objects":
      return "i32";
    default:
      return undefined;
  }
}

/** A number (or boolean) in another machine type. The value is known to survive the change. */
export function convertNumber(b: FuncBuilder, id: ValueId, from: ScalarType, to: ScalarType, loc: Span): ValueId {
  if (from === to) return id;
  if (from === "i1") {
    if (to === "i32" || to === "i64") return b.emit("zext", to, [id], {}, loc);
    return convertNumber(b, b.emit("zext", "i32", [id], {}, loc), "i32", to, loc);
  }
  switch (to) {
    case "i1":
      throw new Error("a number is not converted to a boolean without a test");
    case "i32":
      return from === "i64" ? b.emit("trunc", "i32", [id], {}, loc) : b.emit("fptosi", "i32", [id], {}, loc);
    case "i64":
      return from === "i32" ? b.emit("sext", "i64", [id], {}, loc) : b.emit("fptosi", "i64", [id], {}, loc);
    case "f32":
      return from === "f64" ? b.emit("fptrunc", "f32", [id], {}, loc) : b.emit("sitofp", "f32", [id], {}, loc);
    case "f64":
      return from === "f32" ? b.emit("fpext", "f64", [id], {}, loc) : b.emit("sitofp", "f64", [id], {}, loc);
  }
}

/** A zero of a type, for code that control never reaches. */
export function placeholder(b: FuncBuilder, type: ScalarType, loc: Span): ValueId {
  return b.constant(type, type === "i1" ? false : type === "i64" ? 0n : 0, loc);
}

/** `op`, whose value is `from`, as `to`'s representation holds it. */
export function coerce(b: FuncBuilder, op: Operand, from: Value, to: Value, loc: Span): Operand {
  switch (to.kind) {
    case "nullable":
      return asNullableOperand(b, op, from, to, loc);
    case "number":
    case "bool": {
      // One that is known to be a number by now.
      if (op.kind === "nullable") return coerce(b, op.number, to, to, loc);
      const type = to.kind === "bool" ? "i1" : representationOf(to);
      if (op.kind !== "scalar") return { kind: "scalar", id: placeholder(b, type, loc), type };
      return { kind: "scalar", id: convertNumber(b, op.id, op.type, type, loc), type };
    }
    case "bigint":
      if (op.kind !== "scalar") return { kind: "scalar", id: placeholder(b, "i64", loc), type: "i64" };
      return op;
    case "tuple":
    case "record":
      if (op.kind !== "tuple" || from.kind !== to.kind) return op;
      return {
        kind: "tuple",
        items: op.items.map((x, i) => coerce(b, x, from.items[i] as Value, to.items[i] as Value, loc)),
      };
    case "function":
      return selectAmong(b, asFunction(op, from), to.targets, loc);
    case "objects":
      return { kind: "scalar", id: numberAmong(b, op, from, to.among, loc), type: "i32" };
    case "unassigned":
      return to.otherwise === undefined ? NONE : coerce(b, op, from, to.otherwise, loc);
    default:
      return op;
  }
}

/** A function value; a built-in function is what stands in for it. */
export function asFunction(op: Operand, value: Value): Operand {
  const targets = op.kind === "function" ? undefined : targetsOf(value);
  return targets === undefined ? op : { kind: "function", targets, selector: undefined };
}

/** The same function value, its selector counting in `targets`. */
export function selectAmong(b: FuncBuilder, op: Operand, targets: FunctionValue["targets"], loc: Span): Operand {
  if (op.kind !== "function") return op;
  if (targets.length <= 1) return { kind: "function", targets, selector: undefined };
  const indices = op.targets.map((t) => targetIndex(targets, t));
  if (op.selector === undefined) {
    return { kind: "function", targets, selector: b.constant("i32", indices[0] ?? 0, loc) };
  }
  if (indices.every((x, i) => x === i)) return { kind: "function", targets, selector: op.selector };
  let selector = b.constant("i32", indices[0] ?? 0, loc);
  for (const [i, x] of indices.entries()) {
    if (i === 0) continue;
    const is = b.emit("icmp", "i1", [op.selector, b.constant("i32", i, loc)], { pred: "eq" }, loc);
    selector = b.emit("select", "i32", [is, b.constant("i32", x, loc), selector], {}, loc);
  }
  return { kind: "function", targets, selector };
}

/** An object's number among `objects`. */
function numberAmong(b: FuncBuilder, op: Operand, value: Value, objects: readonly object[], loc: Span): ValueId {
  if (value.kind !== "objects" || op.kind !== "scalar")
    return b.constant("i32", value.kind === "host" ? Math.max(objects.indexOf(value.value as object), 0) : 0, loc);
  if (value.among === objects) return op.id;
  const numbers = new Map(objects.map((object, i) => [object, i]));
  let moved = op.id;
  let before = 0;
  // Those that follow each other there, too, move by the same.
  for (const [i, object] of value.among.entries()) {
    // One that isn't among them can't be meant here.
    const by = (numbers.get(object) ?? i + before) - i;
    if (by === before) continue;
    const sum = b.emit("add", "i32", [op.id, b.constant("i32", by, loc)], { overflow: "wraps" }, loc);
    const isBefore = b.emit("icmp", "i1", [op.id, b.constant("i32", i, loc)], { pred: "slt" }, loc);
    moved = i === 0 ? sum : b.emit("select", "i32", [isBefore, moved, sum], {}, loc);
    before = by;
  }
  return moved;
}

/** The machine integer type two or more values fit. */
export function commonInt(...values: readonly NumberValue[]): "i32" | "i64" {
  return values.every((v) => isMachineInt(v) && representationOf(v) === "i32") ? "i32" : "i64";
}
