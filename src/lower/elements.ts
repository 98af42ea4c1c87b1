/** Elements of typed arrays: loads, stores, and float32 arithmetic that goes into them; properties of values. */
import type { BinaryExpression, MemberExpression, Node } from "acorn";
import type { ValueId } from "../ir/ops.ts";
import { elementOf as elementKind } from "../ir/types.ts";
import type { Span } from "../source/span.ts";
import { ELEMENTS, type ElementKind } from "../types/elements.ts";
import type { Frame } from "../types/frame.ts";
import { type ArrayValue, constantOf, isMachineInt, type NumberValue, type Value } from "../types/lattice.ts";
import {
  captured,
  constantOperand,
  foldable,
  lowerEffects,
  lowerExpression,
  lowerItem,
  scalar,
} from "./expressions.ts";
import type { FunctionLowering } from "./function.ts";
import { indexedItem, propertyOf } from "./lists.ts";
import { isTagged, plainNumber } from "./nullable.ts";
import { asNumber, isInteger, numberAs, represent, toInt32 } from "./numbers.ts";
import { convertNumber, NONE, type Operand, placeholder } from "./operand.ts";
import { lowerProperty } from "./records.ts";

interface Place {
  readonly array: ValueId;
  readonly elem: ElementKind;
  /** Made when the element is first read or written: a fractional index fails there, after the right side of `a[i] = …`. */
  readonly index: () => ValueId;
  readonly bounds: "checked" | "proved" | "unchecked";
  readonly site: number;
}

/** An element's address: the array and the index, evaluated in that order. */
export function element(fl: FunctionLowering, frame: Frame, node: MemberExpression): Place | undefined {
  const object = lowerExpression(fl, frame, node.object);
  const ov = fl.valueOf(frame, node.object);
  const at = lowerExpression(fl, frame, node.property);
  if (object.kind !== "array" || ov.kind !== "array") return undefined;
  const [index, iv] = anyIndex(fl, at, fl.valueOf(frame, node.property), fl.spanOf(frame, node));
  return place(fl, object.id, ov, index, iv, nameOf(frame, node.object), fl.spanOf(frame, node));
}

/** An array as its author knows it; in a method of numbats' own, `a` is what stands before the method's name. */
function nameOf({ blame, closure }: Frame, array: Node): string {
  const { source, name, node } = closure.source;
  const text = source.text.slice(array.start, array.end);
  const [self] = node.params;
  if (blame === undefined || self === undefined || text !== source.text.slice(self.start, self.end)) return text;
  const call = blame.source.text.slice(blame.start, blame.end);
  const dot = call.lastIndexOf(`.${name}`);
  return dot > 0 ? call.slice(0, dot) : text;
}

/** An index; null and undefined, which are none, as one that is out of bounds. */
function anyIndex(fl: FunctionLowering, op: Operand, value: Value, loc: Span): [Operand, NumberValue] {
  if (op.kind !== "nullable" || value.kind !== "nullable") return [op, asNumber(value)];
  const { id, type } = op.number;
  const none = fl.b.constant(type, type === "i64" ? -1n : -1, loc);
  const is = isTagged(fl.b, op, "number", loc);
  const number: NumberValue = { ...value.number, lo: Math.min(value.number.lo, -1), hi: Math.max(value.number.hi, -1) };
  return [scalar(fl.b.emit("select", type, [is, id, none], {}, loc), type), number];
}

export function place(
  fl: FunctionLowering,
  array: ValueId,
  av: ArrayValue,
  index: Operand,
  iv: NumberValue,
  name: string,
  loc: Span,
): Place {
  const site = fl.module.site({ kind: "index", array: name, loc });
  const elem = av.elem;
  if (index.kind === "scalar" && (index.type === "f64" || index.type === "f32")) {
    const x = numberAs(fl, index, "f64", loc);
    let made: ValueId | undefined;
    const converted = (): ValueId => {
      made ??= fl.b.emit("toindex", "i64", [x, array], { site }, loc);
      return made;
    };
    return { array, elem, index: converted, bounds: "proved", site };
  }
  const type = index.kind === "scalar" && index.type === "i64" ? "i64" : "i32";
  const proved = isMachineInt(iv) && iv.lo >= 0 && iv.hi < av.minLength;
  const bounds = proved ? "proved" : fl.module.options.boundscheck ? "checked" : "unchecked";
  const id = numberAs(fl, index, type, loc);
  return { array, elem, index: () => id, bounds, site };
}

export function loadFrom(fl: FunctionLowering, p: Place, loc: Span): Operand {
  const type = ELEMENTS[p.elem].scalar;
  return scalar(fl.b.emit("load", type, [p.array, p.index()], { bounds: p.bounds, site: p.site }, loc), type);
}

export function storeTo(fl: FunctionLowering, p: Place, op: Operand, value: Value, loc: Span): void {
  const id = elementBits(fl, p.elem, op, value, loc);
  fl.b.emit("store", "void", [p.array, p.index(), id], { bounds: p.bounds, site: p.site }, loc);
}

/** A value converted as a store into an array of that kind converts it (ECMAScript NumericToRawBytes). */
export function elementBits(fl: FunctionLowering, elem: ElementKind, from: Operand, of: Value, loc: Span): ValueId {
  const e = fl.b;
  const { op, value } = plainNumber(e, { op: from, value: of }, loc);
  switch (elem) {
    case "float64":
      return numberAs(fl, op, "f64", loc);
    case "float32":
      return numberAs(fl, op, "f32", loc);
    case "bigint64":
    case "biguint64":
      return op.kind === "scalar" ? op.id : placeholder(e, "i64", loc);
    case "uint8c": {
      const v = asNumber(value);
      if (isInteger(op)) {
        if (v.lo >= 0 && v.hi <= 255) return numberAs(fl, op, "i32", loc);
        const type = op.type === "i64" ? "i64" : "i32";
        const [zero, top] = type === "i64" ? [0n, 255n] : [0, 255];
        const clamped = e.emit(
          "smax",
          type,
          [
            e.emit("smin", type, [numberAs(fl, op, type, loc), e.constant(type, top, loc)], {}, loc),
            e.constant(type, zero, loc),
          ],
          {},
          loc,
        );
        return convertNumber(e, clamped, type, "i32", loc);
      }
      return e.emit("clamp8", "i32", [numberAs(fl, op, "f64", loc)], {}, loc);
    }
    default:
      return toInt32(fl, op, value, loc);
  }
}

/** The right side of a store. Under fastmath an expression over float32 values is computed in float32. */
export function lowerStored(
  fl: FunctionLowering,
  frame: Frame,
  node: Node,
  elem: ElementKind,
): { op: Operand; value: Value } {
  if (elem === "float32" && fl.fastmath.length > 0) {
    const id = float32Tree(fl, frame, node);
    if (id !== undefined)
      return { op: scalar(id, "f32"), value: { ...(fl.valueOf(frame, node) as NumberValue), f32: true } };
  }
  return lowerItem(fl, frame, node);
}

type FloatOp = "fadd" | "fsub" | "fmul" | "fdiv";

const FLOAT_OPS: Readonly<Record<string, FloatOp>> = {
  "+": "fadd",
  "-": "fsub",
  "*": "fmul",
  "/": "fdiv",
};

function float32Op(fl: FunctionLowering, op: FloatOp, x: ValueId, y: ValueId, loc: Span): ValueId {
  const fast = fl.fastmath;
  return op === "fdiv"
    ? fl.b.emit(op, "f32", [x, y], { fast, operands: [] }, loc)
    : fl.b.emit(op, "f32", [x, y], { fast }, loc);
}

/** The expression evaluated in float32 throughout, when it is arithmetic on float32 values and constants. */
function float32Tree(fl: FunctionLowering, frame: Frame, node: Node): ValueId | undefined {
  if (!float32Able(fl, frame, node)) return undefined;
  const loc = fl.spanOf(frame, node);
  if (node.type === "BinaryExpression") {
    const b = node as BinaryExpression;
    const x = float32Tree(fl, frame, b.left) as ValueId;
    const y = float32Tree(fl, frame, b.right) as ValueId;
    return float32Op(fl, FLOAT_OPS[b.operator] as FloatOp, x, y, loc);
  }
  const c = constantOf(asNumber(fl.valueOf(frame, node)));
  if (c !== undefined) return fl.b.constant("f32", Math.fround(c), loc);
  return numberAs(fl, lowerExpression(fl, frame, node), "f32", loc);
}

function float32Able(fl: FunctionLowering, frame: Frame, node: Node): boolean {
  if (node.type === "BinaryExpression" && (node as BinaryExpression).operator in FLOAT_OPS) {
    const b = node as BinaryExpression;
    return float32Able(fl, frame, b.left) && float32Able(fl, frame, b.right);
  }
  const v = fl.valueOf(frame, node);
  if (v.kind !== "number") return false;
  return (v.f32 && !v.wide) || (constantOf(v) !== undefined && foldable(node));
}

/** Math.fround of an operation on float32 values: the float32 operation, exact because double rounding is harmless for it. */
export function froundOperation(fl: FunctionLowering, frame: Frame, node: Node): ValueId | undefined {
  if (node.type !== "BinaryExpression") return undefined;
  const b = node as BinaryExpression;
  const op = FLOAT_OPS[b.operator];
  const av = fl.valueOf(frame, b.left);
  const bv = fl.valueOf(frame, b.right);
  if (op === undefined || av.kind !== "number" || bv.kind !== "number" || !av.f32 || !bv.f32) return undefined;
  const loc = fl.spanOf(frame, node);
  const x = numberAs(fl, lowerExpression(fl, frame, b.left), "f32", loc);
  const y = numberAs(fl, lowerExpression(fl, frame, b.right), "f32", loc);
  return float32Op(fl, op, x, y, loc);
}

export function member(fl: FunctionLowering, frame: Frame, node: MemberExpression, value: Value, loc: Span): Operand {
  const ov = fl.valueOf(frame, node.object);
  const name = !node.computed && node.property.type === "Identifier" ? node.property.name : undefined;
  switch (ov.kind) {
    case "array": {
      if (name === undefined) {
        const p = element(fl, frame, node);
        return p === undefined ? NONE : loadFrom(fl, p, loc);
      }
      const object = lowerExpression(fl, frame, node.object);
      if (object.kind !== "array") return NONE;
      const known = constantOperand(fl, value, loc);
      if (known !== undefined) return known;
      const n = fl.b.emit("length", "i32", [object.id], {}, loc);
      if (name !== "byteLength") return represent(fl, n, "i32", value, loc);
      const size = fl.b.constant("i64", BigInt(ELEMENTS[elementKind(object.type)].size), loc);
      return represent(
        fl,
        fl.b.emit("mul", "i64", [fl.b.emit("sext", "i64", [n], {}, loc), size], { overflow: "absent" }, loc),
        "i64",
        value,
        loc,
      );
    }
    case "tuple": {
      const index = fl.valueOf(frame, node.property);
      const at = index.kind === "number" ? constantOf(index) : undefined;
      if (name === undefined && at === undefined) return indexedItem(fl, frame, node, ov, value, loc);
      const object = lowerExpression(fl, frame, node.object);
      if (name === "length") return constantOperand(fl, value, loc) ?? NONE;
      lowerEffects(fl, frame, node.property);
      return object.kind === "tuple" && at !== undefined ? (object.items[at] ?? NONE) : NONE;
    }
    case "record":
      return lowerProperty(fl, frame, node, ov, value, loc);
    case "objects": {
      const object = lowerExpression(fl, frame, node.object);
      const list = frame.properties.get(node);
      if (object.kind !== "scalar" || list === undefined) return NONE;
      return propertyOf(fl, frame, node, list, object.id, ov.among.length, value, loc);
    }
    default:
      lowerEffects(fl, frame, node.object);
      if (node.computed) lowerEffects(fl, frame, node.property);
      return captured(fl, frame, node, value, loc);
  }
}
