/**
 * Lowers expressions. Every expression gives an operand in the representation of the value that inference found for it;
 * its consumer converts.
 */

import type {
  AssignmentExpression,
  BinaryExpression,
  ConditionalExpression,
  Expression,
  Identifier,
  LogicalExpression,
  MemberExpression,
  Node,
  ObjectExpression,
  SequenceExpression,
  UnaryExpression,
  UpdateExpression,
} from "acorn";
import type { Overflow, ValueId } from "../ir/ops.ts";
import type { ScalarType } from "../ir/types.ts";
import type { Span } from "../source/span.ts";
import type { Frame } from "../types/frame.ts";
import {
  asNullable,
  type BigintValue,
  constantOf,
  fits64,
  isMachineInt,
  isNull,
  type NumberValue,
  numberIn,
  representationOf,
  signOf,
  type Value,
} from "../types/lattice.ts";
import { assignment, update } from "./assignments.ts";
import { bigintBinary } from "./bigint-operators.ts";
import { lowerBinary, RING_OPS } from "./binary.ts";
import { lowerCall } from "./calls.ts";
import { lowerCondition, lowerTypeTest, truthiness } from "./comparisons.ts";
import { lowerNew } from "./constructors.ts";
import { member } from "./elements.ts";
import type { FunctionLowering } from "./function.ts";
import { capturedList, plainArray } from "./lists.ts";
import { isTagged, plainNumber } from "./nullable.ts";
import { asNumber, isInteger, numberAs, represent, toInt32 } from "./numbers.ts";
import { coerce, commonInt, convertNumber, type Item, NONE, type Operand, placeholder } from "./operand.ts";
import { lowerRecord, storageAt } from "./records.ts";
import { lowerAll } from "./spread.ts";
import { newStorage, readStorage, type Storage, writeStorage } from "./storage.ts";

export function lowerExpression(fl: FunctionLowering, frame: Frame, node: Node): Operand {
  const value = fl.valueOf(frame, node);
  const loc = fl.spanOf(frame, node);
  const folded = foldable(node) ? constantOperand(fl, value, loc) : undefined;
  return folded ?? lowerNode(fl, frame, node, value, loc);
}

/** For what an expression does, list[next()]: its value is known. */
export function lowerEffects(fl: FunctionLowering, frame: Frame, node: Node): void {
  if (!foldable(node)) lowerExpression(fl, frame, node);
}

/** May an expression be skipped when its value is known: does it do nothing else? */
export function foldable(node: Node): boolean {
  switch (node.type) {
    case "Literal":
    case "Identifier":
      return true;
    case "UnaryExpression":
      return foldable((node as UnaryExpression).argument);
    case "BinaryExpression":
    case "LogicalExpression": {
      const b = node as BinaryExpression;
      return foldable(b.left) && foldable(b.right);
    }
    case "MemberExpression": {
      const m = node as MemberExpression;
      return !m.computed && foldable(m.object);
    }
    default:
      return false;
  }
}

/**
 * Can it be evaluated although the program might not ask for it: no effect, no error, little work, and nothing whose proof
 * (a range, a divisor that isn't 0) may rest on the condition it stands behind? Integer arithmetic in it wraps instead.
 */
export function speculatable(fl: FunctionLowering, frame: Frame, node: Node): boolean {
  const v = fl.valueOf(frame, node);
  switch (node.type) {
    case "Literal":
      return true;
    case "Identifier": {
      const variable = fl.variableAt(frame, node);
      if (v.kind === "undefined" || v.kind === "nullable") return true;
      if (variable === undefined || v.kind !== "number")
        return v.kind === "number" || v.kind === "bool" || v.kind === "bigint";
      return isKeptAs(fl.storage(variable), v);
    }
    case "UnaryExpression": {
      const u = node as UnaryExpression;
      return (
        (u.operator as string) !== "typeof" &&
        v.kind !== "bigint" &&
        speculatable(fl, frame, u.argument) &&
        keepsInt(fl, frame, v, u.argument)
      );
    }
    case "BinaryExpression": {
      const b = node as BinaryExpression;
      if (v.kind === "bigint" || b.operator === "%" || b.operator === "**") return false;
      if (!speculatable(fl, frame, b.left) || !speculatable(fl, frame, b.right)) return false;
      return !(b.operator in RING_OPS) || (keepsInt(fl, frame, v, b.left) && keepsInt(fl, frame, v, b.right));
    }
    case "MemberExpression": {
      const m = node as MemberExpression;
      if (fl.valueOf(frame, m.object).kind === "record")
        return v.kind === "number" && isKeptAs(storageAt(fl, frame, m), v);
      return !m.computed && m.object.type === "Identifier" && v.kind === "number";
    }
    default:
      return false;
  }
}

/** Is a number read from there as it is kept? A float slot read as an integer trusts the range at this very place. */
function isKeptAs(s: Storage | undefined, v: NumberValue): boolean {
  if (s?.kind === "nullable") return isKeptAs(s.number, v);
  const type = s?.kind === "local" || s?.kind === "counter" ? s.type : undefined;
  return type === representationOf(v) || type === "i32" || type === "i1" || (type === "i64" && !v.wide);
}

/** An integer result from this operand needs no float → integer conversion. */
function keepsInt(fl: FunctionLowering, frame: Frame, result: Value, operand: Node): boolean {
  if (result.kind !== "number" || !isMachineInt(result)) return true;
  const v = fl.valueOf(frame, operand);
  return v.kind === "bool" || (v.kind === "number" && isMachineInt(v));
}

export function constantOperand(fl: FunctionLowering, v: Value, loc: Span): Operand | undefined {
  if (v.kind === "number") {
    const c = constantOf(v);
    if (c === undefined) return undefined;
    const type = representationOf(v);
    return scalar(fl.b.constant(type, type === "i64" ? BigInt(c) : c, loc), type);
  }
  if (v.kind === "bool" && v.value !== undefined) return scalar(fl.b.constant("i1", v.value, loc), "i1");
  if (v.kind !== "bigint" || v.lo !== v.hi) return undefined;
  if (!fits64(v.lo)) return fl.module.sink.fail("bigint-size", { value: v.lo }, loc);
  return scalar(fl.b.constant("i64", BigInt.asIntN(64, v.lo), loc), "i64");
}

export function scalar(id: ValueId, type: ScalarType): Operand & { kind: "scalar" } {
  return { kind: "scalar", id, type };
}

function lowerNode(fl: FunctionLowering, frame: Frame, node: Node, value: Value, loc: Span): Operand {
  switch (node.type) {
    case "Literal":
      return literal(fl, node, value, loc);
    case "Identifier":
      return identifier(fl, frame, node as Identifier, value, loc);
    case "UnaryExpression":
      return unary(fl, frame, node as UnaryExpression, value, loc);
    case "BinaryExpression": {
      const { left, right, operator } = node as BinaryExpression;
      const test = EQUALITIES.has(operator) ? lowerTypeTest(fl, frame, node as BinaryExpression) : undefined;
      if (test !== undefined) return scalar(test, "i1");
      const a = lowerItem(fl, frame, left);
      const b = lowerItem(fl, frame, right);
      return lowerBinary(fl, operator, a, b, value, frame.wraps.has(node), loc);
    }
    case "LogicalExpression":
      return logical(fl, frame, node as LogicalExpression, value, loc);
    case "ConditionalExpression":
      return conditional(fl, frame, node as ConditionalExpression, value, loc);
    case "SequenceExpression": {
      let last: Operand = NONE;
      for (const e of (node as SequenceExpression).expressions) last = lowerExpression(fl, frame, e);
      return last;
    }
    case "AssignmentExpression":
      return assignment(fl, frame, node as AssignmentExpression, value, loc);
    case "UpdateExpression":
      return update(fl, frame, node as UpdateExpression, value, loc);
    case "MemberExpression":
      return member(fl, frame, node as MemberExpression, value, loc);
    case "CallExpression":
      return lowerCall(fl, frame, node as Node & { callee: Expression; arguments: Expression[] }, value, loc);
    case "NewExpression":
      return lowerNew(fl, frame, node as Node & { callee: Expression; arguments: Expression[] }, value, loc);
    case "ArrayExpression": {
      const { elements } = node as Node & { elements: Node[] };
      if (value.kind === "array") return plainArray(fl, frame, node, elements, value, loc);
      return { kind: "tuple", items: lowerAll(fl, frame, elements).map((i) => i.op) };
    }
    case "ObjectExpression":
      return lowerRecord(fl, frame, node as ObjectExpression);
    case "ArrowFunctionExpression":
    case "FunctionExpression":
      return value.kind === "function" ? { kind: "function", targets: value.targets, selector: undefined } : NONE;
    default:
      return NONE;
  }
}

const EQUALITIES: ReadonlySet<string> = new Set(["===", "!==", "==", "!="]);

function literal(fl: FunctionLowering, node: Node, value: Value, loc: Span): Operand {
  // Only −0 and what inference could not keep as a constant comes here.
  const raw = (node as Node & { value: unknown }).value;
  if (value.kind !== "number" || typeof raw !== "number") return NONE;
  return scalar(fl.b.constant("f64", raw, loc), "f64");
}

function identifier(fl: FunctionLowering, frame: Frame, node: Identifier, value: Value, loc: Span): Operand {
  const v = fl.variableAt(frame, node);
  if (v === undefined) return captured(fl, frame, node, value, loc);
  if (value.kind === "undefined" || value.kind === "host" || value.kind === "string") return NONE;
  return readStorage(fl.b, fl.storage(v), value, value, loc);
}

/** A captured array, table or list; or a constant, of what is to be evaluated all the same or has no machine form of its own (NaN, −0). */
export function captured(fl: FunctionLowering, frame: Frame, node: Node, value: Value, loc: Span): Operand {
  const { text } = frame.closure.source.source;
  return capturedValue(fl, text.slice(node.start, node.end), value, frame.captured.get(node), loc);
}

/** `object`: the typed array behind it, or the list of some. */
export function capturedValue(fl: FunctionLowering, name: string, value: Value, object: unknown, loc: Span): Operand {
  if (value.kind === "array" || value.kind === "tuple") return capturedList(fl, name, value, object, loc);
  if (value.kind === "number")
    return scalar(fl.b.constant("f64", value.nan ? Number.NaN : value.negZero ? -0 : value.lo, loc), "f64");
  if (value.kind === "function") return { kind: "function", targets: value.targets, selector: undefined };
  return constantOperand(fl, value, loc) ?? NONE;
}

function logical(fl: FunctionLowering, frame: Frame, node: LogicalExpression, value: Value, loc: Span): Operand {
  const { left, right, operator } = node;
  const lv = fl.valueOf(frame, left);
  if (operator === "??") {
    const a = lowerExpression(fl, frame, left);
    const number = lv.kind === "nullable" ? numberIn(lv) : undefined;
    if (a.kind === "nullable" && number !== undefined) {
      const storage = newStorage(fl.b, "either", value);
      const take = (): void =>
        writeStorage(fl, storage, lowerExpression(fl, frame, right), fl.valueOf(frame, right), loc);
      const keep = (): void => writeStorage(fl, storage, a.number, number, loc);
      fl.b.if(isTagged(fl.b, a, "number", loc), loc, keep, take);
      return readStorage(fl.b, storage, value, value, loc);
    }
    return lv.kind === "undefined" || lv.kind === "nullable" || isNull(lv) ? lowerExpression(fl, frame, right) : a;
  }
  const and = operator === "&&";
  if (value.kind === "undefined") {
    // Nobody uses it: an `if`.
    const known = fl.knownTruth(frame, left);
    const test = lowerCondition(fl, frame, left);
    const take = (): void => void lowerExpression(fl, frame, right);
    if (known === undefined) fl.b.if(test, loc, and ? take : () => {}, and ? undefined : take);
    else if (known === and) take();
    return NONE;
  }
  const rv = fl.valueOf(frame, right);
  // Numbers, too, where nobody sees more than their truth.
  if (value.kind === "bool" && [lv, rv].every((v) => v.kind === "bool" || asNullable(v) !== undefined))
    return scalar(lowerCondition(fl, frame, node), "i1");
  const a = lowerExpression(fl, frame, left);
  const known = knownValue(lv);
  if (known !== undefined) return known === and ? lowerExpression(fl, frame, right) : a;
  const test = truthiness(fl, a, lv, loc);
  const storage = newStorage(fl.b, "logical", value, frame.wraps.has(node));
  const keep = (): void => writeStorage(fl, storage, coerceLoosely(fl, a, lv, value, loc), value, loc);
  const take = (): void => writeStorage(fl, storage, lowerExpression(fl, frame, right), rv, loc);
  fl.b.if(test, loc, and ? take : keep, and ? keep : take);
  return readStorage(fl.b, storage, value, value, loc);
}

/** The kept left side of `&&`/`||` may have had a wider value than the result (its falsy part is known to be 0). */
export function coerceLoosely(fl: FunctionLowering, op: Operand, from: Value, to: Value, loc: Span): Operand {
  if (op.kind === "scalar" && to.kind === "number" && from.kind === "number") {
    return scalar(convertNumber(fl.b, op.id, op.type, representationOf(to), loc), representationOf(to));
  }
  return coerce(fl.b, op, from, to, loc);
}

function knownValue(v: Value): boolean | undefined {
  if (v.kind === "bool") return v.value;
  if (v.kind === "undefined") return false;
  if (v.kind === "array" || v.kind === "function" || v.kind === "tuple" || v.kind === "record" || v.kind === "objects")
    return true;
  if (v.kind === "host" || v.kind === "string") return Boolean(v.value);
  return undefined;
}

function conditional(
  fl: FunctionLowering,
  frame: Frame,
  node: ConditionalExpression,
  value: Value,
  loc: Span,
): Operand {
  const known = fl.knownTruth(frame, node.test);
  const test = lowerCondition(fl, frame, node.test);
  if (known !== undefined) return lowerAs(fl, frame, known ? node.consequent : node.alternate, value, loc);
  const simple = speculatable(fl, frame, node.consequent) && speculatable(fl, frame, node.alternate);
  if (simple && (value.kind === "number" || value.kind === "bool")) {
    const a = fl.speculating(() => lowerAs(fl, frame, node.consequent, value, loc));
    const b = fl.speculating(() => lowerAs(fl, frame, node.alternate, value, loc));
    if (a.kind === "scalar" && b.kind === "scalar")
      return scalar(fl.b.emit("select", a.type, [test, a.id, b.id], {}, loc), a.type);
  }
  const storage = newStorage(fl.b, "either", value, frame.wraps.has(node));
  fl.b.if(
    test,
    loc,
    () =>
      writeStorage(fl, storage, lowerExpression(fl, frame, node.consequent), fl.valueOf(frame, node.consequent), loc),
    () => writeStorage(fl, storage, lowerExpression(fl, frame, node.alternate), fl.valueOf(frame, node.alternate), loc),
  );
  return readStorage(fl.b, storage, value, value, loc);
}

/** With what is known of it. */
export function lowerItem(fl: FunctionLowering, frame: Frame, node: Node): Item {
  return { op: lowerExpression(fl, frame, node), value: fl.valueOf(frame, node) };
}

function lowerAs(fl: FunctionLowering, frame: Frame, node: Node, to: Value, loc: Span): Operand {
  return coerce(fl.b, lowerExpression(fl, frame, node), fl.valueOf(frame, node), to, loc);
}

function unary(fl: FunctionLowering, frame: Frame, node: UnaryExpression, value: Value, loc: Span): Operand {
  const e = fl.b;
  const op = node.operator as string;
  if (op === "!") return scalar(lowerCondition(fl, frame, node), "i1");
  const { op: a, value: av } = plainNumber(e, lowerItem(fl, frame, node.argument), loc);
  if (op === "typeof" || op === "void") return NONE;
  if (av.kind === "bigint") {
    if (a.kind !== "scalar") return scalar(placeholder(e, "i64", loc), "i64");
    const wraps = frame.wraps.has(node);
    const bigint = (n: bigint): Item<BigintValue> => ({
      op: scalar(e.constant("i64", n, loc), "i64"),
      value: { kind: "bigint", lo: n, hi: n },
    });
    if (op === "-") {
      return bigintBinary(fl, "-", bigint(0n), { op: a, value: av }, value, wraps, loc);
    }
    // ~x is −x − 1: never overflows when signed.
    if (signOf(av) === "s" || wraps)
      return scalar(e.emit("xor", "i64", [a.id, e.constant("i64", -1n, loc)], {}, loc), "i64");
    return bigintBinary(fl, "-", bigint(-1n), { op: a, value: av }, value, wraps, loc);
  }
  const n = asNumber(av);
  switch (op) {
    case "+":
      return represent(fl, numberAs(fl, a, representationOf(n), loc), representationOf(n), value, loc);
    case "~":
      return represent(
        fl,
        e.emit("xor", "i32", [toInt32(fl, a, av, loc), e.constant("i32", -1, loc)], {}, loc),
        "i32",
        value,
        loc,
      );
    default: {
      if (value.kind === "number" && isMachineInt(value) && isInteger(a)) {
        const type = commonInt(n, value);
        const overflow: Overflow = value.wide ? "saturates" : "absent";
        const zero = e.constant(type, type === "i64" ? 0n : 0, loc);
        return represent(
          fl,
          e.emit(
            "sub",
            type,
            [zero, numberAs(fl, a, type, loc)],
            { overflow: fl.speculates ? "wraps" : type === "i32" ? "absent" : overflow },
            loc,
          ),
          type,
          value,
          loc,
        );
      }
      const type = a.kind === "scalar" && a.type === "f32" ? "f32" : "f64";
      return represent(
        fl,
        e.emit("fneg", type, [numberAs(fl, a, type, loc)], { fast: fl.fastmath }, loc),
        type,
        value,
        loc,
      );
    }
  }
}
