/** What assignments and updates of variables and elements do to what is known, patterns included. */
import type {
  ArrayExpression,
  AssignmentExpression,
  AssignmentPattern,
  Identifier,
  MemberExpression,
  Node,
  UpdateExpression,
} from "acorn";
import type { Binding } from "../frontend/program.ts";
import { noteAccess } from "./accessed.ts";
import { combine, inferOperation, relaxed } from "./binary.ts";
import { bindingAt } from "./counted.ts";
import { binaryDemand, both } from "./demand.ts";
import { describe, unlikeNumbers } from "./describe.ts";
import { isBig } from "./elements.ts";
import { either, inferExpression, noteWrap, short, truthOf } from "./expressions.ts";
import { type Demand, EXACT, type Frame, INDEX, UNSEEN } from "./frame.ts";
import type { Inference } from "./infer.ts";
import {
  type ArrayValue,
  bool,
  elementValue,
  isNull,
  type NumberValue,
  numberConstant,
  numberIn,
  UNDEFINED,
  type Value,
} from "./lattice.ts";
import { propertyName, sourceText } from "./members.ts";
import { isOnlyTested } from "./only-tested.ts";
import { arithmetic, bigintArithmetic } from "./operators.ts";
import { takenApart } from "./spread.ts";
import { mayBeNumber, toNumber } from "./to-number.ts";

export function assignment(cx: Inference, frame: Frame, node: AssignmentExpression, demand: Demand): Value {
  const op = node.operator as string;
  if (op === "&&=" || op === "||=" || op === "??=") return logicalAssignment(cx, frame, node, op);
  if (node.left.type === "MemberExpression") return storeAssignment(cx, frame, node, node.left, demand);
  if (node.left.type === "ArrayPattern") {
    const value = inferExpression(cx, frame, node.right, EXACT);
    assignPattern(cx, frame, node.left, value);
    return value;
  }
  const binding = assignable(cx, frame, node.left);
  const wanted = cx.assignedDemand(frame, binding, node);
  const seen = both(wanted, demand);
  let value: Value;
  noteWrap(frame, node, seen);
  if (op === "=") value = inferExpression(cx, frame, node.right, seen);
  else value = inferOperation(cx, frame, { node, operator: op.slice(0, -1), left: node.left, right: node.right }, seen);
  if (cx.state === undefined) return UNDEFINED;
  assignTo(cx, frame, node.left, node, value);
  return value;
}

function logicalAssignment(cx: Inference, frame: Frame, node: AssignmentExpression, op: string): Value {
  const left = inferExpression(cx, frame, node.left, EXACT);
  if (cx.state === undefined) return UNDEFINED;
  const write = (): Value => {
    const right = inferExpression(cx, frame, node.right, EXACT);
    if (cx.state === undefined) return UNDEFINED;
    const isTruth = left.kind === "bool" && right.kind === "number" && isOnlyTested(frame.closure.source, node.right);
    const value = isTruth ? bool(undefined) : right;
    writeTo(cx, frame, node, node.left, value);
    return value;
  };
  const { state } = cx;
  /** Where the variable keeps what it has. */
  const keep = (kept: Value): Value => {
    const binding = left.kind === "nullable" ? bindingAt(frame.closure.source, node.left) : undefined;
    const v = binding && cx.variable(frame, binding);
    if (v !== undefined && !v.pinned) cx.state?.set(v, kept);
    return kept;
  };
  if (op === "??=") {
    const number = left.kind === "nullable" ? numberIn(left) : undefined;
    if (number !== undefined) return either(cx, frame, node, EXACT, [state, () => keep(number)], [state, write]);
    return left.kind === "undefined" || left.kind === "nullable" || isNull(left) ? write() : left;
  }
  const truth = truthOf(cx, frame, node.left, left);
  const and = op === "&&=";
  if (truth === and) return write();
  if (truth === !and) return left;
  return either(cx, frame, node, EXACT, [state, () => keep(short(left, and))], [state, write]);
}

/** The variable that is written to; an error when it is one from outside. */
function assignable(cx: Inference, frame: Frame, target: Node): Binding {
  return (
    bindingAt(frame.closure.source, target) ??
    cx.sink.fail("assign-captured", { name: (target as Identifier).name ?? "?" }, cx.spanAt(frame, target))
  );
}

function writeTo(cx: Inference, frame: Frame, site: Node, target: Node, value: Value): void {
  if (target.type === "MemberExpression") {
    checkStore(cx, frame, target as MemberExpression, value, site);
    return;
  }
  assignTo(cx, frame, target, site, value);
}

/** Assigns to a variable whose declaration has run: before that JavaScript throws. */
export function assignTo(cx: Inference, frame: Frame, target: Node, site: Node, value: Value): void {
  const binding = assignable(cx, frame, target);
  const v = cx.variable(frame, binding);
  if (binding.kind === "let" && !v.pinned && cx.state !== undefined && cx.read(v) === undefined) {
    const related = [{ span: cx.spanAt(v.frame, binding.declaration), text: "declared here" }];
    cx.sink.fail("used-before-declaration", { name: binding.name }, cx.spanAt(frame, target), related);
  }
  cx.assign(v, site, value, frame);
}

/** Where an item goes is found before its default is made. */
function assignPattern(cx: Inference, frame: Frame, pattern: Node, value: Value): void {
  if (cx.state === undefined) return;
  const { left: target } = pattern.type === "AssignmentPattern" ? (pattern as AssignmentPattern) : { left: pattern };
  if (target.type === "MemberExpression") {
    const array = arrayOperand(cx, frame, target as MemberExpression);
    if (array !== undefined) indexOperand(cx, frame, target as MemberExpression);
  }
  const given = target === pattern ? value : cx.withDefault(frame, pattern as AssignmentPattern, value);
  if (target.type === "ArrayPattern") {
    for (const [e, item] of takenApart(cx, frame, target, given)) assignPattern(cx, frame, e, item);
    return;
  }
  writeTo(cx, frame, target, target, given);
}

function storeAssignment(
  cx: Inference,
  frame: Frame,
  node: AssignmentExpression,
  target: MemberExpression,
  asked: Demand,
): Value {
  const array = arrayOperand(cx, frame, target);
  if (array === undefined) return UNDEFINED;
  indexOperand(cx, frame, target);
  const integers = array.elem !== "float32" && array.elem !== "float64";
  const demand: Demand = integers ? { ...EXACT, zeroBlind: isStatement(frame, node), lowBits: asked.lowBits } : EXACT;
  let value: Value;
  if (node.operator === "=") value = inferExpression(cx, frame, node.right, demand);
  else {
    const old = elementValue(array.elem);
    frame.info.set(target, old);
    const op = node.operator.slice(0, -1);
    const isUnsigned = (): boolean => array.elem === "biguint64";
    const seen = binaryDemand(node.right, op, target, node.right, demand, frame.closure.source, isUnsigned);
    const b = inferExpression(cx, frame, node.right, { ...seen, wideOk: false });
    if (cx.state === undefined) return UNDEFINED;
    const result = combine(cx, frame, { node, operator: op, left: target, right: node.right }, old, b, demand);
    value = result === "too-wide" ? cx.restart() : result;
  }
  if (cx.state === undefined) return UNDEFINED;
  // The operand of `+=` is needed as a number itself, whatever the sum is.
  checkStore(cx, frame, target, value, node.operator === "=" ? node.right : node);
  noteAccess(cx, frame, target, array, node);
  return value;
}

function isStatement(frame: Frame, node: Node): boolean {
  return frame.closure.source.parents.get(node)?.type === "ExpressionStatement";
}

/** A store's value must be of the array's kind: a number, or a BigInt for the 64-bit integer arrays. */
function checkStore(cx: Inference, frame: Frame, target: MemberExpression, value: Value, site: Node): void {
  const array = frame.info.get(target.object);
  if (array?.kind !== "array" || cx.state === undefined) return;
  cx.noteArray([array], "written");
  if (array.readonly) cx.sink.fail("readonly-table", {}, cx.spanAt(frame, target));
  const big = isBig(array.elem);
  // A plain array would keep a boolean.
  const takesBools = array.literals.length === 0;
  const fits = big ? value.kind === "bigint" : value.kind === "number" || (takesBools && value.kind === "bool");
  const complain = (): never =>
    cx.refuse(
      [value],
      "store-kind",
      {
        elem: array.literals.length > 0 ? "plain" : array.elem,
        actual: describe(value),
        wanted: big ? "a BigInt" : "a number",
      },
      cx.spanAt(frame, site),
    );
  const isConverted = takesBools && !big && mayBeNumber(cx, frame, site, value, complain);
  if (!fits && !isConverted) complain();
}

/** `[]`, in the function itself. What is made of other lists may have no items for once, and then nobody comes to store any. */
function isWrittenEmpty(frame: Frame, { literals }: ArrayValue): boolean {
  const { parents } = frame.closure.source;
  const isEmpty = (literal: Node): boolean =>
    literal.type === "ArrayExpression" && (literal as ArrayExpression).elements.length === 0 && parents.has(literal);
  return literals.length > 0 && literals.every(isEmpty);
}

/** `rows[i] = []`, as far as its form tells. */
function isGivenArray(frame: Frame, element: MemberExpression): boolean {
  const { right } = (frame.closure.source.parents.get(element) ?? element) as Node & { right?: Node };
  return right?.type === "ArrayExpression" || right?.type === "NewExpression";
}

function arrayOperand(cx: Inference, frame: Frame, node: MemberExpression): ArrayValue | undefined {
  const object = inferExpression(cx, frame, node.object, EXACT);
  if (cx.state === undefined) return undefined;
  if (object.kind === "array" && node.computed) {
    const rows = isGivenArray(frame, node);
    const complain = (): never =>
      cx.sink.fail("array-grows", { array: sourceText(frame, node.object), rows }, cx.spanAt(frame, node));
    const isEmpty = isWrittenEmpty(frame, object);
    // No list takes a row. Numbers are another matter: a loop's later rounds may have given the variable an array that has places for them.
    if (isEmpty && rows) complain();
    cx.noteMissing(frame, node.object, isEmpty ? complain : undefined);
    return object;
  }
  if (object.kind === "array") {
    return cx.sink.fail(
      "assign-property",
      { name: propertyName(node) ?? "?", object: "an array" },
      cx.spanAt(frame, node),
    );
  }
  if (object.kind === "tuple") cx.asArray([object], "written");
  if (object.kind === "tuple") return cx.sink.fail("assign-tuple", unlikeNumbers(object), cx.spanAt(frame, node));
  if (object.kind === "objects" || (object.kind === "host" && object.value !== null)) {
    const name = propertyName(node) ?? "[…]";
    return cx.sink.fail("assign-property", { name, object: "a captured object" }, cx.spanAt(frame, node));
  }
  if (object.kind === "record") {
    const binding = node.object.type === "Identifier" ? bindingAt(frame.closure.source, node.object) : undefined;
    const params = {
      name: propertyName(node) ?? "[…]",
      object: sourceText(frame, node.object),
      isGiven: binding?.kind === "param",
    };
    return cx.sink.fail("assign-record", params, cx.spanAt(frame, node));
  }
  const isElement = node.object.type === "MemberExpression";
  return cx.refuse([object], "not-indexable", { actual: describe(object), isElement }, cx.spanAt(frame, node.object));
}

export function indexOperand(cx: Inference, frame: Frame, node: MemberExpression): Value {
  const index = inferExpression(cx, frame, node.property, INDEX);
  const complain = (): never =>
    cx.refuse([index], "index-kind", { actual: describe(index) }, cx.spanAt(frame, node.property));
  if (cx.state !== undefined && !mayBeNumber(cx, frame, node.property, index, complain)) complain();
  return index;
}

export function update(cx: Inference, frame: Frame, node: UpdateExpression, demand: Demand): Value {
  const op = node.operator === "++" ? "+" : "-";
  const one = (v: Value): Value => (v.kind === "bigint" ? { kind: "bigint", lo: 1n, hi: 1n } : numberConstant(1));
  if (node.argument.type === "MemberExpression") {
    const target = node.argument;
    const array = arrayOperand(cx, frame, target);
    if (array === undefined) return UNDEFINED;
    indexOperand(cx, frame, target);
    const old = elementValue(array.elem);
    frame.info.set(target, old);
    // `a[i]++` gives the old value: the new one is only stored.
    const seen = node.prefix ? demand : UNSEEN;
    noteWrap(frame, node, seen);
    const next =
      old.kind === "bigint"
        ? bigintArithmetic(op, old, one(old) as never, seen.lowBits)
        : arithmetic(op, old as NumberValue, numberConstant(1), EXACT);
    if (next === "too-wide") return cx.restart();
    checkStore(cx, frame, target, next, node);
    noteAccess(cx, frame, target, array, node);
    return node.prefix ? next : old;
  }
  const binding = assignable(cx, frame, node.argument);
  const wanted = cx.demandOf(frame, binding);
  const old = inferExpression(cx, frame, node.argument, both(wanted, demand));
  if (cx.state === undefined) return UNDEFINED;
  let next: Value;
  let before: Value;
  if (old.kind === "bigint") {
    const lowBits = wanted.lowBits && (demand.lowBits || !node.prefix);
    noteWrap(frame, node, { ...demand, lowBits });
    next = bigintArithmetic(op, old, { kind: "bigint", lo: 1n, hi: 1n }, lowBits);
    before = old;
  } else {
    const n = toNumber(cx, frame, node.argument, old, node.operator);
    const seen = node.prefix ? both(wanted, demand) : wanted;
    const result = relaxed(cx, arithmetic(op, n, numberConstant(1), seen), n);
    if (result === "too-wide") return cx.needExact(binding);
    next = result;
    before = n;
  }
  cx.assign(cx.variable(frame, binding), node, next, frame);
  return node.prefix ? next : before;
}
