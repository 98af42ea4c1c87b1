/** Assignments and updates of variables and elements, patterns included. */

import type { AssignmentExpression, AssignmentPattern, MemberExpression, Node, UpdateExpression } from "acorn";
import type { Span } from "../source/span.ts";
import { type Frame, siteValue } from "../types/frame.ts";
import { bool, elementValue, isMachineInt, isNull, numberConstant, numberIn, type Value } from "../types/lattice.ts";
import { lowerBinary } from "./binary.ts";
import { lowerCondition, truthiness } from "./comparisons.ts";
import { element, loadFrom, lowerStored, storeTo } from "./elements.ts";
import { coerceLoosely, lowerExpression, lowerItem, scalar } from "./expressions.ts";
import type { FunctionLowering } from "./function.ts";
import { isTagged, plainNumber } from "./nullable.ts";
import { asNumber } from "./numbers.ts";
import type { Item } from "./operand.ts";
import { coerce, NONE, type Operand } from "./operand.ts";
import { takenApart, withDefault } from "./spread.ts";
import { newStorage, readStorage, writeStorage } from "./storage.ts";

export function assignment(
  fl: FunctionLowering,
  frame: Frame,
  node: AssignmentExpression,
  value: Value,
  loc: Span,
): Operand {
  const op = node.operator as string;
  if (op === "&&=" || op === "||=" || op === "??=") return logicalAssignment(fl, frame, node, op, value, loc);
  if (node.left.type === "MemberExpression") {
    const place = element(fl, frame, node.left);
    if (place === undefined) return NONE;
    if (op === "=") {
      const rhs = lowerStored(fl, frame, node.right, place.elem);
      storeTo(fl, place, rhs.op, rhs.value, loc);
      return rhs.op;
    }
    const old = loadFrom(fl, place, loc);
    const rhs = lowerItem(fl, frame, node.right);
    const before: Item = { op: old, value: elementValue(place.elem) };
    const result = lowerBinary(fl, op.slice(0, -1), before, rhs, value, frame.wraps.has(node), loc);
    storeTo(fl, place, result, value, loc);
    return result;
  }
  if (node.left.type === "ArrayPattern") {
    const rhs = lowerExpression(fl, frame, node.right);
    assignPattern(fl, frame, node.left, () => ({ op: rhs, value: fl.valueOf(frame, node.right) }), loc);
    return rhs;
  }
  const v = fl.variableAt(frame, node.left);
  if (v === undefined) return NONE;
  let result: Operand;
  if (op === "=") {
    const rhs = lowerExpression(fl, frame, node.right);
    result = coerce(fl.b, rhs, fl.valueOf(frame, node.right), value, loc);
  } else {
    const old = lowerItem(fl, frame, node.left);
    const rhs = lowerItem(fl, frame, node.right);
    result = lowerBinary(fl, op.slice(0, -1), old, rhs, value, frame.wraps.has(node), loc);
  }
  fl.writeVariable(v, result, value, loc, frame.wraps.has(node));
  return result;
}

function logicalAssignment(
  fl: FunctionLowering,
  frame: Frame,
  node: AssignmentExpression,
  op: string,
  value: Value,
  loc: Span,
): Operand {
  const lv = fl.valueOf(frame, node.left);
  const rv = fl.valueOf(frame, node.right);
  const place = node.left.type === "MemberExpression" ? element(fl, frame, node.left) : undefined;
  const v = place === undefined ? fl.variableAt(frame, node.left) : undefined;
  // Of a number, too, where nobody sees more than its truth.
  const isTruth = v !== undefined && siteValue(v, frame, node)?.kind === "bool";
  const write = (): void => {
    const rhs = isTruth ? scalar(lowerCondition(fl, frame, node.right), "i1") : lowerExpression(fl, frame, node.right);
    const given = isTruth ? bool(undefined) : rv;
    if (place !== undefined) storeTo(fl, place, rhs, rv, loc);
    else if (v !== undefined) fl.writeVariable(v, rhs, given, loc);
    if (!unused) writeStorage(fl, storage, rhs, given, loc);
  };
  // Old and new element may be BigInts of different signs, and then no value has room for both.
  const unused = isStatement(frame, node);
  const storage = newStorage(fl.b, "assigned", value, frame.wraps.has(node));
  const number = lv.kind === "nullable" ? numberIn(lv) : undefined;
  if (op === "??=" && number === undefined) {
    if (lv.kind !== "undefined" && lv.kind !== "nullable" && !isNull(lv))
      return place === undefined ? lowerExpression(fl, frame, node.left) : loadFrom(fl, place, loc);
    write();
    return readStorage(fl.b, storage, value, value, loc);
  }
  const old = place === undefined ? lowerExpression(fl, frame, node.left) : loadFrom(fl, place, loc);
  const isMissing = op === "??=" && old.kind === "nullable";
  const test = isMissing ? isTagged(fl.b, old, "number", loc) : truthiness(fl, old, lv, loc);
  const keep = (): void => {
    if (!unused) writeStorage(fl, storage, coerceLoosely(fl, old, lv, value, loc), value, loc);
  };
  if (op === "&&=") fl.b.if(test, loc, write, keep);
  else fl.b.if(test, loc, keep, write);
  return unused ? NONE : readStorage(fl.b, storage, value, value, loc);
}

/** Nobody looks at the expression's value. */
function isStatement(frame: Frame, node: Node): boolean {
  return frame.closure.source.parents.get(node)?.type === "ExpressionStatement";
}

/** Where an item goes is found before it is read, and before its default is made. */
function assignPattern(fl: FunctionLowering, frame: Frame, pattern: Node, item: () => Item, loc: Span): void {
  if (pattern.type === "AssignmentPattern") {
    const withDefaults = (): Item => withDefault(fl, frame, pattern as AssignmentPattern, item());
    assignPattern(fl, frame, (pattern as AssignmentPattern).left, withDefaults, loc);
    return;
  }
  if (pattern.type === "ArrayPattern") {
    const { op, value } = item();
    for (const [e, read, of] of takenApart(fl, frame, pattern, op, value, loc))
      assignPattern(fl, frame, e, () => ({ op: read(), value: of }), loc);
    return;
  }
  if (pattern.type === "MemberExpression") {
    const place = element(fl, frame, pattern as MemberExpression);
    const { op, value } = item();
    if (place !== undefined) storeTo(fl, place, op, value, loc);
    return;
  }
  const v = fl.variableAt(frame, pattern);
  const { op, value } = item();
  if (v !== undefined) fl.writeVariable(v, op, value, loc);
}

export function update(fl: FunctionLowering, frame: Frame, node: UpdateExpression, value: Value, loc: Span): Operand {
  const op = node.operator === "++" ? "+" : "-";
  const oneLike = (v: Value): Item =>
    v.kind === "bigint"
      ? { op: scalar(fl.b.constant("i64", 1n, loc), "i64"), value: { kind: "bigint", lo: 1n, hi: 1n } }
      : { op: scalar(fl.b.constant("i32", 1, loc), "i32"), value: numberConstant(1) };
  if (node.argument.type === "MemberExpression") {
    const place = element(fl, frame, node.argument);
    if (place === undefined) return NONE;
    const old: Item = { op: loadFrom(fl, place, loc), value: elementValue(place.elem) };
    const next = nextValue(op, old.value);
    const result = lowerBinary(fl, op, old, oneLike(old.value), next, frame.wraps.has(node), loc);
    storeTo(fl, place, result, next, loc);
    return node.prefix ? result : old.op;
  }
  const v = fl.variableAt(frame, node.argument);
  if (v === undefined) return NONE;
  const old = lowerItem(fl, frame, node.argument);
  const next = siteValue(v, frame, node) ?? value;
  const result = lowerBinary(fl, op, old, oneLike(old.value), next, frame.wraps.has(node), loc);
  fl.writeVariable(v, result, next, loc);
  if (node.prefix) return result;
  const { op: before, value: was } = plainNumber(fl.b, old, loc);
  return coerce(fl.b, before, was.kind === "bool" ? asNumber(was) : was, value, loc);
}

/** The value after `a[i]++`, for a's element kind. */
function nextValue(op: "+" | "-", v: Value): Value {
  if (v.kind === "number") {
    const by = op === "+" ? 1 : -1;
    return { ...v, lo: v.lo + by, hi: v.hi + by, negZero: false, f32: isMachineInt(v) && v.hi < 2 ** 24 };
  }
  return v;
}
