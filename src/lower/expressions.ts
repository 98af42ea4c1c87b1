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
  SequenceExpression,
  UnaryExpression,
  UpdateExpression,
} from "acorn";
import type { FloatPred, IntPred, Overflow, Sign, ValueId } from "../ir/ops.ts";
import { type ArrayType, elementOf as elementKind, type ScalarType } from "../ir/types.ts";
import type { Span } from "../source/span.ts";
import { ELEMENTS, type ElementKind } from "../types/elements.ts";
import type { Frame } from "../types/frame.ts";
import {
  type ArrayValue,
  arrayOf,
  type BigintValue,
  bool,
  constantOf,
  elementOf,
  elementValue,
  fitsInt32,
  intRange,
  isMachineInt,
  type NumberValue,
  numberConstant,
  representationOf,
  signOf,
  type TupleValue,
  TWO_31,
  UNDEFINED,
  type Value,
} from "../types/lattice.ts";
import { wrappingOp } from "./bigint.ts";
import { lowerCall, lowerNew } from "./calls.ts";
import type { FunctionLowering } from "./function.ts";
import { coerce, commonInt, convertNumber, NONE, type Operand, placeholder } from "./operand.ts";

export function lowerExpression(fl: FunctionLowering, frame: Frame, node: Node): Operand {
  const value = fl.valueOf(frame, node);
  const loc = fl.spanOf(frame, node);
  const folded = foldable(node) ? constantOperand(fl, value, loc) : undefined;
  return folded ?? lowerNode(fl, frame, node, value, loc);
}

/** May an expression be skipped when its value is known: does it do nothing else? */
function foldable(node: Node): boolean {
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
function speculatable(fl: FunctionLowering, frame: Frame, node: Node): boolean {
  const v = fl.valueOf(frame, node);
  switch (node.type) {
    case "Literal":
      return true;
    case "Identifier": {
      const variable = fl.variableAt(frame, node);
      if (variable === undefined || v.kind !== "number")
        return v.kind === "number" || v.kind === "bool" || v.kind === "bigint";
      const s = fl.storage(variable);
      const type = s.kind === "local" || s.kind === "counter" ? s.type : undefined;
      // A float slot read as an integer trusts the range at this very place.
      return type === representationOf(v) || type === "i32" || type === "i1" || (type === "i64" && !v.wide);
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
      return !m.computed && m.object.type === "Identifier" && v.kind === "number";
    }
    default:
      return false;
  }
}

/** An integer result from this operand needs no float → integer conversion. */
function keepsInt(fl: FunctionLowering, frame: Frame, result: Value, operand: Node): boolean {
  if (result.kind !== "number" || !isMachineInt(result)) return true;
  const v = fl.valueOf(frame, operand);
  return v.kind === "bool" || (v.kind === "number" && isMachineInt(v));
}

function constantOperand(fl: FunctionLowering, v: Value, loc: Span): Operand | undefined {
  if (v.kind === "number") {
    const c = constantOf(v);
    if (c === undefined) return undefined;
    const type = representationOf(v);
    return scalar(fl.b.constant(type, type === "i64" ? BigInt(c) : c, loc), type);
  }
  if (v.kind === "bool" && v.value !== undefined) return scalar(fl.b.constant("i1", v.value, loc), "i1");
  if (v.kind === "bigint" && v.lo === v.hi) return scalar(fl.b.constant("i64", BigInt.asIntN(64, v.lo), loc), "i64");
  return undefined;
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
      const a = lowerExpression(fl, frame, left);
      const b = lowerExpression(fl, frame, right);
      const wraps = frame.wraps.has(node);
      return lowerBinary(fl, operator, a, fl.valueOf(frame, left), b, fl.valueOf(frame, right), value, wraps, loc);
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
      return { kind: "tuple", items: elements.map((e) => lowerExpression(fl, frame, e)) };
    }
    case "ArrowFunctionExpression":
    case "FunctionExpression":
      return value.kind === "function" ? { kind: "function", targets: value.targets, selector: undefined } : NONE;
    default:
      return NONE;
  }
}

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
  return fl.readStorage(fl.storage(v), value, value, loc);
}

/** A captured plain array: constants throughout. */
function capturedList(fl: FunctionLowering, name: string, value: Value, loc: Span): Operand {
  switch (value.kind) {
    case "array":
      return constantTable(fl, value.constants ?? [], name, value.elem, loc);
    case "tuple":
      return { kind: "tuple", items: value.items.map((v, i) => capturedList(fl, `${name}[${i}]`, v, loc)) };
    case "function":
      return { kind: "function", targets: value.targets, selector: undefined };
    default:
      return constantOperand(fl, value, loc) ?? NONE;
  }
}

function constantTable(
  fl: FunctionLowering,
  values: readonly number[],
  name: string,
  elem: ElementKind,
  loc: Span,
): Operand & { kind: "array" } {
  const type: ArrayType = `${elem}[]`;
  const table = fl.module.table(values, name, elem === "int32" ? "int32" : "float64");
  return { kind: "array", id: fl.b.emit("array.table", type, [], { table }, loc), type };
}

/** `t[i]` of a tuple, with an index that varies. */
function indexedItem(
  fl: FunctionLowering,
  frame: Frame,
  node: MemberExpression,
  ov: TupleValue,
  value: Value,
  loc: Span,
): Operand {
  const object = lowerExpression(fl, frame, node.object);
  const index = lowerExpression(fl, frame, node.property);
  const iv = asNumber(fl.valueOf(frame, node.property));
  const name = frame.closure.source.source.text.slice(node.object.start, node.object.end);
  // A table of the numbers from 0: loading from it checks the index like any other.
  const { length } = ov.items;
  const numbers = Array.from({ length }, (_, i) => i);
  const table = constantTable(fl, numbers, name, "int32", loc);
  const at = loadFrom(fl, place(fl, table.id, arrayOf("int32", length, length, true), index, iv, name, loc), loc);
  return chosenItem(fl, object, ov, numberAs(fl, at, "i32", loc), value, name, loc);
}

/** The item of a tuple at an index that is known to be one of its own. */
export function chosenItem(
  fl: FunctionLowering,
  object: Operand,
  { items }: TupleValue,
  at: ValueId,
  value: Value,
  name: string,
  loc: Span,
): Operand {
  const e = fl.b;
  const rows = equalRows(items);
  if (rows !== undefined && value.kind === "array") {
    const { values, width } = rows;
    const matrix = constantTable(fl, values, name, value.elem, loc);
    const wide = e.constant("i32", width, loc);
    const begin = e.emit("mul", "i32", [at, wide], { overflow: "absent" }, loc);
    const end = e.emit("add", "i32", [begin, wide], { overflow: "absent" }, loc);
    return {
      kind: "array",
      id: e.emit("array.view", matrix.type, [matrix.id, begin, end], {}, loc),
      type: matrix.type,
    };
  }
  const storage = fl.newStorage("item", value);
  const choose = (i: number): void => {
    const item = object.kind === "tuple" ? (object.items[i] ?? NONE) : NONE;
    const take = (): void => fl.writeStorage(storage, item, items[i] ?? UNDEFINED, loc);
    if (i === items.length - 1) take();
    else
      e.if(e.emit("icmp", "i1", [at, e.constant("i32", i, loc)], { pred: "eq" }, loc), loc, take, () => choose(i + 1));
  };
  choose(0);
  return fl.readStorage(storage, value, value, loc);
}

/** The rows of a constant matrix, one after the other, when they are equally long. */
function equalRows(
  items: readonly Value[],
): { readonly values: readonly number[]; readonly width: number } | undefined {
  const rows = items.flatMap((v) => (v.kind === "array" && v.constants !== undefined ? [v.constants] : []));
  const width = rows[0]?.length ?? 0;
  const isMatrix = rows.length === items.length && rows.every((row) => row.length === width);
  return isMatrix && width > 0 && rows.length * width < TWO_31 ? { values: rows.flat(), width } : undefined;
}

/** An array literal that something indexes: a table where its items are constant and nothing stores into it. */
function plainArray(
  fl: FunctionLowering,
  frame: Frame,
  node: Node,
  elements: readonly Node[],
  value: ArrayValue,
  loc: Span,
): Operand {
  const values = elements.map((e) => fl.valueOf(frame, e));
  if (value.readonly) {
    for (const e of elements) if (!foldable(e)) lowerExpression(fl, frame, e);
    return constantTable(fl, value.constants ?? [], nameOf(frame, node), value.elem, loc);
  }
  const items = elements.map((e) => lowerExpression(fl, frame, e));
  return arrayOfItems(fl, value.elem, items, values, loc);
}

/** What a literal is called in an error: the variable that it is the value of. */
function nameOf(frame: Frame, node: Node): string {
  const { source, parents } = frame.closure.source;
  const { id } = (parents.get(node) ?? node) as Node & { id?: Node };
  const named = id ?? node;
  return source.text.slice(named.start, named.end);
}

/** A new array of these items. */
export function arrayOfItems(
  fl: FunctionLowering,
  elem: ElementKind,
  items: readonly Operand[],
  values: readonly Value[],
  loc: Span,
): Operand {
  const e = fl.b;
  const site = fl.module.site({ kind: "index", array: "the new array", loc });
  const length = e.constant("i64", BigInt(items.length), loc);
  const id = e.emit("array.new", `${elem}[]`, [length], { elem, site }, loc);
  for (const [i, item] of items.entries()) {
    const bits = elementBits(fl, elem, item, values[i] ?? UNDEFINED, loc);
    e.emit("store", "void", [id, e.constant("i32", i, loc), bits], { bounds: "proved", site }, loc);
  }
  return { kind: "array", id, type: `${elem}[]` };
}

/** An item of an array that is taken apart. */
export function itemAt(fl: FunctionLowering, array: ValueId, value: ArrayValue, i: number, loc: Span): Operand {
  const index = scalar(fl.b.constant("i32", i, loc), "i32");
  return loadFrom(fl, place(fl, array, value, index, numberConstant(i), "the array", loc), loc);
}

/** A captured array or table, or a constant that has no machine form of its own (NaN, −0). */
function captured(fl: FunctionLowering, frame: Frame, node: Node, value: Value, loc: Span): Operand {
  const object = frame.captured.get(node);
  if (object === undefined && (value.kind === "array" || value.kind === "tuple"))
    return capturedList(fl, frame.closure.source.source.text.slice(node.start, node.end), value, loc);
  if (object !== undefined && value.kind === "array") {
    const at = fl.module.capturedArrays.findIndex((a) => a.object === object);
    const id = fl.captured[at];
    if (id !== undefined) return { kind: "array", id, type: `${value.elem}[]` };
  }
  if (value.kind === "number")
    return scalar(fl.b.constant("f64", value.nan ? Number.NaN : value.negZero ? -0 : value.lo, loc), "f64");
  if (value.kind === "function") return { kind: "function", targets: value.targets, selector: undefined };
  return NONE;
}

// ── numbers ──

/** A number or boolean in a machine type that holds it. */
export function numberAs(fl: FunctionLowering, op: Operand, type: ScalarType, loc: Span): ValueId {
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

const isInteger = (type: ScalarType): boolean => type === "i32" || type === "i64" || type === "i1";

/** A number value computed in `type`, as inference's representation wants it. */
function represent(fl: FunctionLowering, id: ValueId, type: ScalarType, value: Value, loc: Span): Operand {
  if (value.kind !== "number") return scalar(id, type);
  const wanted = representationOf(value);
  return scalar(convertNumber(fl.b, id, type, wanted, loc), wanted);
}

const INT_PREDS: Readonly<Record<string, IntPred>> = {
  "<": "slt",
  "<=": "sle",
  ">": "sgt",
  ">=": "sge",
  "===": "eq",
  "==": "eq",
  "!==": "ne",
  "!=": "ne",
};
const FLOAT_PREDS: Readonly<Record<string, FloatPred>> = {
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
  a: Operand,
  av: Value,
  b: Operand,
  bv: Value,
  value: Value,
  wraps: boolean,
  loc: Span,
): Operand {
  if (op in INT_PREDS) return scalar(compare(fl, op, a, av, b, bv, value, loc), "i1");
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
      const q = fl.b.emit(
        "fdiv",
        "f64",
        [numberAs(fl, a, "f64", loc), numberAs(fl, b, "f64", loc)],
        { fast: fl.fastmath },
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

const RING_OPS = { "+": ["add", "fadd"], "-": ["sub", "fsub"], "*": ["mul", "fmul"] } as const;

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
  if (value.kind === "number" && isMachineInt(value))
    return represent(fl, e.emit("srem", type, [x, y], {}, loc), type, value, loc);
  const mayBeZero = bv.lo <= 0 && bv.hi >= 0;
  const isZero = mayBeZero ? e.emit("icmp", "i1", [y, zero], { pred: "eq" }, loc) : undefined;
  const one = e.constant(type, type === "i64" ? 1n : 1, loc);
  const divisor = isZero === undefined ? y : e.emit("select", type, [isZero, one, y], {}, loc);
  const r = e.emit("srem", type, [x, divisor], {}, loc);
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

// ── comparisons ──

/** `a === b` of two operands. */
export function lowerEquality(fl: FunctionLowering, a: Operand, av: Value, b: Operand, bv: Value, loc: Span): ValueId {
  return compare(fl, "===", a, av, b, bv, bool(undefined), loc);
}

function compare(
  fl: FunctionLowering,
  op: string,
  a: Operand,
  av: Value,
  b: Operand,
  bv: Value,
  value: Value,
  loc: Span,
): ValueId {
  const e = fl.b;
  if (value.kind === "bool" && value.value !== undefined) return e.constant("i1", value.value, loc);
  if (av.kind === "bigint" || bv.kind === "bigint") return compareBigint(fl, op, a, av, b, bv, loc);
  if (a.kind === "array" && b.kind === "array") {
    const same = e.emit("array.same", "i1", [a.id, b.id], {}, loc);
    return op === "!==" || op === "!=" ? e.emit("not", "i1", [same], {}, loc) : same;
  }
  if (a.kind !== "scalar" || b.kind !== "scalar") return e.constant("i1", false, loc);
  if (a.type === "i1" && b.type === "i1" && (op[0] === "=" || op[0] === "!")) {
    return e.emit("icmp", "i1", [a.id, b.id], { pred: INT_PREDS[op] as IntPred }, loc);
  }
  if (isInteger(a.type) && isInteger(b.type)) {
    const type = a.type === "i64" || b.type === "i64" ? "i64" : "i32";
    return e.emit(
      "icmp",
      "i1",
      [numberAs(fl, a, type, loc), numberAs(fl, b, type, loc)],
      { pred: INT_PREDS[op] as IntPred },
      loc,
    );
  }
  // Two float32 values compare the same in float32: half the width.
  const type = asNumber(av).f32 && asNumber(bv).f32 ? "f32" : "f64";
  const fast = fl.fastmath;
  return e.emit(
    "fcmp",
    "i1",
    [numberAs(fl, a, type, loc), numberAs(fl, b, type, loc)],
    { pred: FLOAT_PREDS[op] as FloatPred, fast },
    loc,
  );
}

function compareBigint(
  fl: FunctionLowering,
  op: string,
  a: Operand,
  av: Value,
  b: Operand,
  bv: Value,
  loc: Span,
): ValueId {
  const e = fl.b;
  if (a.kind !== "scalar" || b.kind !== "scalar") return e.constant("i1", false, loc);
  if (av.kind === "bigint" && bv.kind === "bigint") {
    return e.emit(
      "bigcmp",
      "i1",
      [a.id, b.id],
      { pred: INT_PREDS[op] as IntPred, lhs: signOf(av), rhs: signOf(bv) },
      loc,
    );
  }
  if (av.kind === "bigint") {
    return e.emit(
      "bigfcmp",
      "i1",
      [a.id, numberAs(fl, b, "f64", loc)],
      { pred: FLOAT_PREDS[op] as FloatPred, lhs: signOf(av) },
      loc,
    );
  }
  const flipped = ({ "<": ">", "<=": ">=", ">": "<", ">=": "<=" } as Record<string, string>)[op] ?? op;
  return e.emit(
    "bigfcmp",
    "i1",
    [b.id, numberAs(fl, a, "f64", loc)],
    { pred: FLOAT_PREDS[flipped] as FloatPred, lhs: signOf(bv as BigintValue) },
    loc,
  );
}

/** JavaScript's truthiness of an operand. */
export function truthiness(fl: FunctionLowering, op: Operand, value: Value, loc: Span): ValueId {
  const e = fl.b;
  switch (op.kind) {
    case "scalar":
      if (op.type === "i1") return op.id;
      if (op.type === "i32" || op.type === "i64") {
        const zero = e.constant(op.type, op.type === "i64" ? 0n : 0, loc);
        return e.emit("icmp", "i1", [op.id, zero], { pred: "ne" }, loc);
      }
      // NaN and both zeros are falsy: |x| > 0 says it in one comparison.
      return e.emit(
        "fcmp",
        "i1",
        [e.emit("fabs", op.type, [op.id], { fast: [] }, loc), e.constant(op.type, 0, loc)],
        { pred: "ogt", fast: [] },
        loc,
      );
    case "none":
      return e.constant("i1", value.kind === "host" && Boolean(value.value), loc);
    default:
      return e.constant("i1", true, loc);
  }
}

/** A condition as an i1. */
export function lowerCondition(fl: FunctionLowering, frame: Frame, node: Node): ValueId {
  const loc = fl.spanOf(frame, node);
  const e = fl.b;
  if (node.type === "UnaryExpression" && (node as UnaryExpression).operator === "!") {
    return e.emit("not", "i1", [lowerCondition(fl, frame, (node as UnaryExpression).argument)], {}, loc);
  }
  if (node.type === "SequenceExpression") {
    const list = (node as SequenceExpression).expressions;
    for (const e of list.slice(0, -1)) lowerExpression(fl, frame, e);
    return lowerCondition(fl, frame, list[list.length - 1] as Node);
  }
  if (node.type === "ConditionalExpression") {
    const { test, consequent, alternate } = node as ConditionalExpression;
    const known = fl.knownTruth(frame, test);
    const a = lowerCondition(fl, frame, test);
    if (known !== undefined) return lowerCondition(fl, frame, known ? consequent : alternate);
    if (speculatable(fl, frame, consequent) && speculatable(fl, frame, alternate)) {
      const b = fl.speculating(() => lowerCondition(fl, frame, consequent));
      const c = fl.speculating(() => lowerCondition(fl, frame, alternate));
      return e.emit("select", "i1", [a, b, c], {}, loc);
    }
    const result = e.local("test", "i1");
    e.if(
      a,
      loc,
      () => e.set(result, lowerCondition(fl, frame, consequent), loc),
      () => e.set(result, lowerCondition(fl, frame, alternate), loc),
    );
    return e.get(result, loc);
  }
  if (node.type === "LogicalExpression" && (node as LogicalExpression).operator !== "??") {
    const { left, right, operator } = node as LogicalExpression;
    const and = operator === "&&";
    const a = lowerCondition(fl, frame, left);
    const known = fl.knownTruth(frame, left);
    if (known !== undefined) return known === and ? lowerCondition(fl, frame, right) : a;
    if (speculatable(fl, frame, right)) {
      const b = fl.speculating(() => lowerCondition(fl, frame, right));
      return e.emit(and ? "and" : "or", "i1", [a, b], {}, loc);
    }
    const result = e.local("test", "i1");
    e.set(result, a, loc);
    const more = (): void => e.set(result, lowerCondition(fl, frame, right), loc);
    if (and) e.if(a, loc, more);
    else e.if(a, loc, () => {}, more);
    return e.get(result, loc);
  }
  return truthiness(fl, lowerExpression(fl, frame, node), fl.valueOf(frame, node), loc);
}

// ── operators with control flow ──

function logical(fl: FunctionLowering, frame: Frame, node: LogicalExpression, value: Value, loc: Span): Operand {
  const { left, right, operator } = node;
  const lv = fl.valueOf(frame, left);
  if (operator === "??") {
    const a = lowerExpression(fl, frame, left);
    if (lv.kind !== "undefined" && !(lv.kind === "host" && lv.value === null)) return a;
    return lowerExpression(fl, frame, right);
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
  if (
    value.kind === "bool" &&
    (lv.kind === "bool" || lv.kind === "number") &&
    rv.kind === "bool" &&
    lv.kind === "bool"
  ) {
    return scalar(lowerCondition(fl, frame, node), "i1");
  }
  const a = lowerExpression(fl, frame, left);
  const known = knownValue(lv);
  if (known !== undefined) return known === and ? lowerExpression(fl, frame, right) : a;
  const test = truthiness(fl, a, lv, loc);
  const storage = fl.newStorage("logical", value, frame.wraps.has(node));
  const keep = (): void => fl.writeStorage(storage, coerceLoosely(fl, a, lv, value, loc), value, loc);
  const take = (): void => fl.writeStorage(storage, lowerExpression(fl, frame, right), rv, loc);
  fl.b.if(test, loc, and ? take : keep, and ? keep : take);
  return fl.readStorage(storage, value, value, loc);
}

/** The kept left side of `&&`/`||` may have had a wider value than the result (its falsy part is known to be 0). */
function coerceLoosely(fl: FunctionLowering, op: Operand, from: Value, to: Value, loc: Span): Operand {
  if (op.kind === "scalar" && to.kind === "number" && from.kind === "number") {
    return scalar(convertNumber(fl.b, op.id, op.type, representationOf(to), loc), representationOf(to));
  }
  return coerce(fl.b, op, from, to, loc);
}

function knownValue(v: Value): boolean | undefined {
  if (v.kind === "bool") return v.value;
  if (v.kind === "undefined") return false;
  if (v.kind === "array" || v.kind === "function" || v.kind === "tuple") return true;
  if (v.kind === "host") return Boolean(v.value);
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
  const storage = fl.newStorage("either", value, frame.wraps.has(node));
  fl.b.if(
    test,
    loc,
    () =>
      fl.writeStorage(storage, lowerExpression(fl, frame, node.consequent), fl.valueOf(frame, node.consequent), loc),
    () => fl.writeStorage(storage, lowerExpression(fl, frame, node.alternate), fl.valueOf(frame, node.alternate), loc),
  );
  return fl.readStorage(storage, value, value, loc);
}

function lowerAs(fl: FunctionLowering, frame: Frame, node: Node, to: Value, loc: Span): Operand {
  return coerce(fl.b, lowerExpression(fl, frame, node), fl.valueOf(frame, node), to, loc);
}

function unary(fl: FunctionLowering, frame: Frame, node: UnaryExpression, value: Value, loc: Span): Operand {
  const e = fl.b;
  const op = node.operator as string;
  if (op === "!") return scalar(lowerCondition(fl, frame, node), "i1");
  const a = lowerExpression(fl, frame, node.argument);
  const av = fl.valueOf(frame, node.argument);
  if (op === "typeof" || op === "void") return NONE;
  if (av.kind === "bigint") {
    if (a.kind !== "scalar") return scalar(placeholder(e, "i64", loc), "i64");
    const wraps = frame.wraps.has(node);
    if (op === "-") {
      const zero = scalar(e.constant("i64", 0n, loc), "i64");
      return bigintBinary(fl, "-", zero, { kind: "bigint", lo: 0n, hi: 0n }, a, av, value, wraps, loc);
    }
    // ~x is −x − 1: never overflows when signed.
    if (signOf(av) === "s" || wraps)
      return scalar(e.emit("xor", "i64", [a.id, e.constant("i64", -1n, loc)], {}, loc), "i64");
    const minusOne = scalar(e.constant("i64", -1n, loc), "i64");
    return bigintBinary(fl, "-", minusOne, { kind: "bigint", lo: -1n, hi: -1n }, a, av, value, wraps, loc);
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
      if (value.kind === "number" && isMachineInt(value) && a.kind === "scalar" && isInteger(a.type)) {
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

// ── BigInt ──

const BIG_OPS = {
  "+": "bigadd",
  "-": "bigsub",
  "*": "bigmul",
  "/": "bigdiv",
  "%": "bigrem",
  "**": "bigpow",
  "<<": "bigshl",
  ">>": "bigshr",
} as const;

function bigintBinary(
  fl: FunctionLowering,
  op: string,
  a: Operand,
  av: BigintValue,
  b: Operand,
  bv: BigintValue,
  value: Value,
  wraps: boolean,
  loc: Span,
): Operand {
  const e = fl.b;
  if (a.kind !== "scalar" || b.kind !== "scalar" || value.kind !== "bigint")
    return scalar(placeholder(e, "i64", loc), "i64");
  const low = wraps || op === ">>" ? wrappingOp(fl, op, a, av, b, bv, loc) : undefined;
  if (low !== undefined) return scalar(low, "i64");
  const lhs = signOf(av);
  const rhs = signOf(bv);
  const to = signOf(value);
  if (op === "&" || op === "|" || op === "^") {
    const names = { "&": "and", "|": "or", "^": "xor" } as const;
    // A negative int64 or'ed with a uint64 would need a 65th bit. And'ed with one it doesn't: what is above is cut.
    const common = op === "&" ? undefined : lhs === "u" || rhs === "u" ? "u" : "s";
    const x = common === undefined ? a.id : bigCast(fl, a.id, av, common, loc);
    const y = common === undefined ? b.id : bigCast(fl, b.id, bv, common, loc);
    return scalar(e.emit(names[op], "i64", [x, y], {}, loc), "i64");
  }
  if (op === "/" || op === "%") throwIfZero(fl, b.id, loc);
  if (op === "**" && bv.lo < 0n && rhs === "s") throwIfNegative(fl, b.id, loc);
  const site = fl.module.site({ kind: "bigint-overflow", loc });
  return scalar(e.emit(BIG_OPS[op as keyof typeof BIG_OPS], "i64", [a.id, b.id], { lhs, rhs, to, site }, loc), "i64");
}

export function throwIfZero(fl: FunctionLowering, id: ValueId, loc: Span): void {
  const e = fl.b;
  const site = fl.module.site({ kind: "bigint-divide", loc });
  const isZero = e.emit("icmp", "i1", [id, e.constant("i64", 0n, loc)], { pred: "eq" }, loc);
  e.if(isZero, loc, () => e.emit("throw", "void", [], { site }, loc));
}

/** Engines word this error differently; ours is the words of the one we run in. */
const NEGATIVE_EXPONENT = ((): string => {
  try {
    return String(2n ** BigInt(-1));
  } catch (e) {
    return e instanceof Error ? e.message : String(e);
  }
})();

function throwIfNegative(fl: FunctionLowering, id: ValueId, loc: Span): void {
  const e = fl.b;
  const site = fl.module.site({ kind: "throw", errorName: "RangeError", message: NEGATIVE_EXPONENT, loc });
  const isNegative = e.emit("icmp", "i1", [id, e.constant("i64", 0n, loc)], { pred: "slt" }, loc);
  e.if(isNegative, loc, () => e.emit("throw", "void", [], { site }, loc));
}

/** The same BigInt in the other signedness; free when its range says it fits. */
export function bigCast(fl: FunctionLowering, id: ValueId, value: BigintValue, to: Sign, loc: Span): ValueId {
  const from = signOf(value);
  if (from === to || (from === "s" && value.lo >= 0n)) return id;
  return fl.b.emit(
    "bigcast",
    "i64",
    [id],
    { lhs: from, to, site: fl.module.site({ kind: "bigint-overflow", loc }) },
    loc,
  );
}

// ── variables and elements ──

function assignment(fl: FunctionLowering, frame: Frame, node: AssignmentExpression, value: Value, loc: Span): Operand {
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
    const rhs = lowerExpression(fl, frame, node.right);
    const rv = fl.valueOf(frame, node.right);
    const wraps = frame.wraps.has(node);
    const result = lowerBinary(fl, op.slice(0, -1), old, elementValue(place.elem), rhs, rv, value, wraps, loc);
    storeTo(fl, place, result, value, loc);
    return result;
  }
  if (node.left.type === "ArrayPattern") {
    const rhs = lowerExpression(fl, frame, node.right);
    assignPattern(fl, frame, node.left, rhs, fl.valueOf(frame, node.right), loc);
    return rhs;
  }
  const v = fl.variableAt(frame, node.left);
  if (v === undefined) return NONE;
  let result: Operand;
  if (op === "=") {
    const rhs = lowerExpression(fl, frame, node.right);
    result = coerce(fl.b, rhs, fl.valueOf(frame, node.right), value, loc);
  } else {
    const old = lowerExpression(fl, frame, node.left);
    const rhs = lowerExpression(fl, frame, node.right);
    result = lowerBinary(
      fl,
      op.slice(0, -1),
      old,
      fl.valueOf(frame, node.left),
      rhs,
      fl.valueOf(frame, node.right),
      value,
      frame.wraps.has(node),
      loc,
    );
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
  const write = (): void => {
    const rhs = lowerExpression(fl, frame, node.right);
    if (place !== undefined) storeTo(fl, place, rhs, rv, loc);
    else if (v !== undefined) fl.writeVariable(v, rhs, rv, loc);
    if (!unused) fl.writeStorage(storage, rhs, rv, loc);
  };
  // Old and new element may be BigInts of different signs, and then no value has room for both.
  const unused = isStatement(frame, node);
  const storage = fl.newStorage("assigned", value, frame.wraps.has(node));
  if (op === "??=") {
    if (lv.kind !== "undefined" && !(lv.kind === "host" && lv.value === null))
      return place === undefined ? lowerExpression(fl, frame, node.left) : loadFrom(fl, place, loc);
    write();
    return fl.readStorage(storage, value, value, loc);
  }
  const old = place === undefined ? lowerExpression(fl, frame, node.left) : loadFrom(fl, place, loc);
  const test = truthiness(fl, old, lv, loc);
  const keep = (): void => {
    if (!unused) fl.writeStorage(storage, coerceLoosely(fl, old, lv, value, loc), value, loc);
  };
  if (op === "&&=") fl.b.if(test, loc, write, keep);
  else fl.b.if(test, loc, keep, write);
  return unused ? NONE : fl.readStorage(storage, value, value, loc);
}

/** Nobody looks at the expression's value. */
function isStatement(frame: Frame, node: Node): boolean {
  return frame.closure.source.parents.get(node)?.type === "ExpressionStatement";
}

/** The targets of a destructuring pattern, each with its operand, which is read when its turn comes, and its value. */
export function takenApart(
  fl: FunctionLowering,
  pattern: Node,
  op: Operand,
  value: Value,
  loc: Span,
): [target: Node, item: () => Operand, value: Value][] {
  const { elements } = pattern as Node & { elements: (Node | null)[] };
  return elements.flatMap((e, i): [Node, () => Operand, Value][] => {
    if (e === null) return [];
    if (value.kind === "tuple")
      return [[e, () => (op.kind === "tuple" ? (op.items[i] ?? NONE) : NONE), value.items[i] ?? UNDEFINED]];
    if (value.kind !== "array" || op.kind !== "array") return [];
    return [[e, () => itemAt(fl, op.id, value, i, loc), elementOf(value)]];
  });
}

function assignPattern(fl: FunctionLowering, frame: Frame, pattern: Node, op: Operand, value: Value, loc: Span): void {
  if (pattern.type === "ArrayPattern") {
    for (const [e, item, of] of takenApart(fl, pattern, op, value, loc)) assignPattern(fl, frame, e, item(), of, loc);
    return;
  }
  if (pattern.type === "MemberExpression") {
    const place = element(fl, frame, pattern as MemberExpression);
    if (place !== undefined) storeTo(fl, place, op, value, loc);
    return;
  }
  const v = fl.variableAt(frame, pattern);
  if (v !== undefined) fl.writeVariable(v, op, value, loc);
}

function update(fl: FunctionLowering, frame: Frame, node: UpdateExpression, value: Value, loc: Span): Operand {
  const op = node.operator === "++" ? "+" : "-";
  const oneOf = (v: Value): [Operand, Value] =>
    v.kind === "bigint"
      ? [scalar(fl.b.constant("i64", 1n, loc), "i64"), { kind: "bigint", lo: 1n, hi: 1n }]
      : [scalar(fl.b.constant("i32", 1, loc), "i32"), numberConstant(1)];
  if (node.argument.type === "MemberExpression") {
    const place = element(fl, frame, node.argument);
    if (place === undefined) return NONE;
    const old = loadFrom(fl, place, loc);
    const ov = elementValue(place.elem);
    const [one, oneValue] = oneOf(ov);
    const next = nextValue(op, ov);
    const result = lowerBinary(fl, op, old, ov, one, oneValue, next, frame.wraps.has(node), loc);
    storeTo(fl, place, result, next, loc);
    return node.prefix ? result : old;
  }
  const v = fl.variableAt(frame, node.argument);
  if (v === undefined) return NONE;
  const old = lowerExpression(fl, frame, node.argument);
  const ov = fl.valueOf(frame, node.argument);
  const next = v.sites.get(node) ?? value;
  const [one, oneValue] = oneOf(ov);
  const result = lowerBinary(fl, op, old, ov, one, oneValue, next, frame.wraps.has(node), loc);
  fl.writeVariable(v, result, next, loc);
  if (node.prefix) return result;
  return coerce(fl.b, old, ov.kind === "bool" ? asNumber(ov) : ov, value, loc);
}

/** The value after `a[i]++`, for a's element kind. */
function nextValue(op: "+" | "-", v: Value): Value {
  if (v.kind === "number") {
    const by = op === "+" ? 1 : -1;
    return { ...v, lo: v.lo + by, hi: v.hi + by, negZero: false, f32: isMachineInt(v) && v.hi < 2 ** 24 };
  }
  return v;
}

// ── arrays ──

interface Place {
  readonly array: ValueId;
  readonly elem: ElementKind;
  /** Made when the element is first read or written: a fractional index fails there, after the right side of `a[i] = …`. */
  readonly index: () => ValueId;
  readonly bounds: "checked" | "proved" | "unchecked";
  readonly site: number;
}

/** An element's address: the array and the index, evaluated in that order. */
function element(fl: FunctionLowering, frame: Frame, node: MemberExpression): Place | undefined {
  const object = lowerExpression(fl, frame, node.object);
  const ov = fl.valueOf(frame, node.object);
  const index = lowerExpression(fl, frame, node.property);
  if (object.kind !== "array" || ov.kind !== "array") return undefined;
  const iv = asNumber(fl.valueOf(frame, node.property));
  const name = frame.closure.source.source.text.slice(node.object.start, node.object.end);
  return place(fl, object.id, ov, index, iv, name, fl.spanOf(frame, node));
}

function place(
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

function loadFrom(fl: FunctionLowering, p: Place, loc: Span): Operand {
  const type = ELEMENTS[p.elem].scalar;
  return scalar(fl.b.emit("load", type, [p.array, p.index()], { bounds: p.bounds, site: p.site }, loc), type);
}

function storeTo(fl: FunctionLowering, p: Place, op: Operand, value: Value, loc: Span): void {
  const id = elementBits(fl, p.elem, op, value, loc);
  fl.b.emit("store", "void", [p.array, p.index(), id], { bounds: p.bounds, site: p.site }, loc);
}

/** A value converted as a store into an array of that kind converts it (ECMAScript NumericToRawBytes). */
export function elementBits(fl: FunctionLowering, elem: ElementKind, op: Operand, value: Value, loc: Span): ValueId {
  const e = fl.b;
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
      if (op.kind === "scalar" && isInteger(op.type)) {
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
function lowerStored(fl: FunctionLowering, frame: Frame, node: Node, elem: ElementKind): { op: Operand; value: Value } {
  if (elem === "float32" && fl.fastmath.length > 0) {
    const id = float32Tree(fl, frame, node);
    if (id !== undefined)
      return { op: scalar(id, "f32"), value: { ...(fl.valueOf(frame, node) as NumberValue), f32: true } };
  }
  return { op: lowerExpression(fl, frame, node), value: fl.valueOf(frame, node) };
}

const FLOAT_OPS: Readonly<Record<string, "fadd" | "fsub" | "fmul" | "fdiv">> = {
  "+": "fadd",
  "-": "fsub",
  "*": "fmul",
  "/": "fdiv",
};

/** The expression evaluated in float32 throughout, when it is arithmetic on float32 values and constants. */
function float32Tree(fl: FunctionLowering, frame: Frame, node: Node): ValueId | undefined {
  if (!float32Able(fl, frame, node)) return undefined;
  const loc = fl.spanOf(frame, node);
  if (node.type === "BinaryExpression") {
    const b = node as BinaryExpression;
    const x = float32Tree(fl, frame, b.left) as ValueId;
    const y = float32Tree(fl, frame, b.right) as ValueId;
    return fl.b.emit(FLOAT_OPS[b.operator] as "fadd", "f32", [x, y], { fast: fl.fastmath }, loc);
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
  return fl.b.emit(op, "f32", [x, y], { fast: fl.fastmath }, loc);
}

function member(fl: FunctionLowering, frame: Frame, node: MemberExpression, value: Value, loc: Span): Operand {
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
      return object.kind === "tuple" && at !== undefined ? (object.items[at] ?? NONE) : NONE;
    }
    default:
      return captured(fl, frame, node, value, loc);
  }
}
