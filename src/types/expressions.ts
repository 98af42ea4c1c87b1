/** Inference of expressions: every node's value goes into `frame.info`; assignments change `cx.state`. */
import type {
  ArrayExpression,
  AssignmentExpression,
  BinaryExpression,
  ConditionalExpression,
  Expression,
  Identifier,
  Literal,
  LogicalExpression,
  MemberExpression,
  Node,
  ObjectExpression,
  SequenceExpression,
  UnaryExpression,
  UpdateExpression,
} from "acorn";
import type { FunctionNode } from "../frontend/program.ts";
import { objectOf } from "../frontend/split-objects.ts";
import type { ArrayUse } from "./array-uses.ts";
import { assignment, update } from "./assignments.ts";
import { inferOperation } from "./binary.ts";
import { inferCall } from "./calls.ts";
import { inferNew } from "./constructors.ts";
import { bindingAt } from "./counted.ts";
import { describeApart } from "./describe.ts";
import { type ElementKind, tableKindOf } from "./elements.ts";
import { exactValue, inferredBigint, oneBigint } from "./exact-bigint.ts";
import { type Demand, EXACT, type Frame, LOW_BITS, UNSEEN, UNUSED, type Variable, ZERO_BLIND } from "./frame.ts";
import type { Inference } from "./infer.ts";
import {
  type ArrayValue,
  arrayOf,
  asNullable,
  bool,
  constantOf,
  elementRange,
  fitsInt32,
  INT64_MAX,
  intRange,
  isMachineInt,
  isNull,
  join,
  KindConflict,
  type NumberValue,
  numberConstant,
  numberIn,
  onlyNumber,
  UNDEFINED,
  type Value,
} from "./lattice.ts";
import { inferMember } from "./members.ts";
import { isOnlyTested } from "./only-tested.ts";
import { bigintArithmetic, settle } from "./operators.ts";
import * as ranges from "./ranges.ts";
import { inferRecord } from "./records.ts";
import { inferAll } from "./spread.ts";
import { toNumber } from "./to-number.ts";

export function inferExpression(cx: Inference, frame: Frame, node: Node, demand: Demand): Value {
  const inferred = infer(cx, frame, node, cx.allowed(node, demand));
  // A larger constant whose high bits count stays what it is: it may be a part of a constant that fits.
  const value = (inferred.kind === "bigint" && exactValue(oneBigint(inferred), demand.lowBits)) || inferred;
  if (cx.state !== undefined) frame.info.set(node, value);
  return value;
}

/** Expressions that hand on a part's value as it is, so that an unused one leaves its parts unused. */
const PASSES_ON: ReadonlySet<string> = new Set([
  "LogicalExpression",
  "ConditionalExpression",
  "SequenceExpression",
  "CallExpression",
]);

function infer(cx: Inference, frame: Frame, node: Node, asked: Demand): Value {
  const demand = asked.unused && !PASSES_ON.has(node.type) ? UNSEEN : asked;
  switch (node.type) {
    case "Literal":
      return literal(cx, frame, node as Literal);
    case "Identifier":
      return identifier(cx, frame, node as Identifier, demand);
    case "UnaryExpression":
      return unary(cx, frame, node as UnaryExpression, demand);
    case "BinaryExpression": {
      const { operator, left, right } = node as BinaryExpression;
      return inferOperation(cx, frame, { node, operator, left, right }, demand);
    }
    case "LogicalExpression":
      return logical(cx, frame, node as LogicalExpression, demand);
    case "ConditionalExpression": {
      const c = node as ConditionalExpression;
      const test = cx.condition(frame, c.test);
      return either(
        cx,
        frame,
        node,
        demand,
        [test.whenTrue, () => inferExpression(cx, frame, c.consequent, demand)],
        [test.whenFalse, () => inferExpression(cx, frame, c.alternate, demand)],
      );
    }
    case "SequenceExpression": {
      const list = (node as SequenceExpression).expressions;
      let last: Value = UNDEFINED;
      for (const [i, e] of list.entries())
        last = inferExpression(cx, frame, e, i === list.length - 1 ? demand : UNUSED);
      return last;
    }
    case "AssignmentExpression":
      return assignment(cx, frame, node as AssignmentExpression, demand);
    case "UpdateExpression":
      return update(cx, frame, node as UpdateExpression, demand);
    case "MemberExpression":
      return inferMember(cx, frame, node as MemberExpression);
    case "CallExpression":
      return inferCall(cx, frame, node as Node & { callee: Expression; arguments: Expression[] }, demand);
    case "NewExpression":
      return inferNew(cx, frame, node as Node & { callee: Expression; arguments: Expression[] });
    case "ArrayExpression": {
      const elements = (node as ArrayExpression).elements.filter((e) => e !== null);
      const items = inferAll(cx, frame, elements, (e) =>
        inferExpression(cx, frame, e, demand.lowBits ? LOW_BITS : EXACT),
      );
      return arrayLiteral(cx, frame, node, items);
    }
    case "ObjectExpression":
      return inferRecord(cx, frame, node as ObjectExpression);
    case "ArrowFunctionExpression":
    case "FunctionExpression":
      cx.hasInnerFunctions = true;
      return {
        kind: "function",
        targets: [{ source: frame.closure.source, node: node as FunctionNode, frame, fn: undefined }],
      };
    default:
      return cx.sink.fail("unsupported-expression", { type: node.type }, cx.spanAt(frame, node));
  }
}

/** A tuple; or an array, where something needs one: an index that varies, a loop over it, a store. */
export function arrayLiteral(cx: Inference, frame: Frame, node: Node, items: readonly Value[]): Value {
  const use = cx.facts.arrays.get(node, items);
  if (use === undefined || cx.state === undefined) return { kind: "tuple", items, literals: [node] };
  const made = plainArray(node, items, use);
  return made ?? cx.sink.fail("plain-array-items", { use }, cx.spanAt(frame, node));
}

/** Numbers are kept as float64, so that any may be stored, or as int32 where all there ever are fit it. BigInts are only read. */
function plainArray(node: Node, items: readonly Value[], use: ArrayUse): ArrayValue | undefined {
  const array = (elem: ElementKind, rest: Partial<ArrayValue>): ArrayValue => ({
    ...arrayOf(elem, items.length, items.length),
    literals: [node],
    ...rest,
  });
  const numbers = items.filter((v) => v.kind === "number");
  if (numbers.length === items.length) {
    if (use === "written") return array("float64", {});
    const known = numbers.map(onlyNumber).filter((x) => x !== undefined);
    const constants = known.length === numbers.length ? known : undefined;
    const isInts = use === "read" && numbers.every((v) => isMachineInt(v) && fitsInt32(v));
    const elem = isInts ? "int32" : use === "read" && constants !== undefined ? tableKindOf(constants) : "float64";
    return array(elem, { element: elementRange(elem, numbers), readonly: constants !== undefined, constants });
  }
  const bigints = items.filter((v) => v.kind === "bigint");
  if (bigints.length < items.length || use !== "read") return undefined;
  if (bigints.every((v) => v.hi <= INT64_MAX)) return array("bigint64", {});
  return bigints.every((v) => v.lo >= 0n) ? array("biguint64", {}) : undefined;
}

function literal(cx: Inference, frame: Frame, node: Literal): Value {
  if (typeof node.value === "number") return numberConstant(node.value);
  if (typeof node.value === "boolean") return bool(node.value);
  if (typeof node.value === "bigint") return { kind: "bigint", lo: node.value, hi: node.value };
  if (typeof node.value === "string") return { kind: "string", value: node.value };
  if (node.value === null && node.regex === undefined) return { kind: "host", value: null };
  return cx.sink.fail("unsupported-literal", { text: String(node.value) }, cx.spanAt(frame, node));
}

function identifier(cx: Inference, frame: Frame, node: Identifier, demand: Demand): Value {
  const binding = bindingAt(frame.closure.source, node);
  if (binding === undefined) {
    const found = cx.environment.lookup(frame.closure, node.name);
    if (found === undefined) return cx.sink.fail("unknown-name", { name: node.name }, cx.spanAt(frame, node));
    if (found.object !== undefined) frame.captured.set(node, found.object);
    return found.value;
  }
  const v = cx.variable(frame, binding);
  const held = cx.read(v);
  const value = held?.kind === "unassigned" ? orUndefined(v, held.otherwise) : held;
  if (value === undefined) {
    if (cx.state === undefined) return UNDEFINED;
    // A pinned variable that no round has assigned yet: control doesn't come here in this round.
    if (v.pinned) {
      cx.unread.push([cx.spanAt(frame, node), v]);
      cx.state = undefined;
      return UNDEFINED;
    }
    return cx.failUnassigned(cx.spanAt(frame, node), v);
  }
  if (objectOf(binding) !== undefined) {
    const isMissing = value.kind === "undefined" && value.unassigned !== undefined;
    cx.noteMissing(frame, node, isMissing ? () => cx.failUnassigned(cx.spanAt(frame, node), v) : undefined);
  }
  if (value.kind === "nullable") {
    v.mayBeMissing = true;
    if (value.number.wide) cx.needExact(binding);
  }
  if (value.kind === "number" && value.wide && !demand.wideOk) {
    cx.facts.exact.add(binding);
    // Nearly what it will be: others that must be exact are found in the same run.
    cx.isOutdated = true;
    return { ...value, wide: false, int: false };
  }
  return value;
}

/** What a variable is that is `otherwise` where it has been given a value; undefined when a place for such values can't say that it has none. */
export function orUndefined(v: Variable, otherwise: Value | undefined): Value | undefined {
  if (otherwise === undefined) return { ...UNDEFINED, unassigned: v };
  // Of an object that isn't there, a property isn't undefined.
  if (objectOf(v.binding) !== undefined) return undefined;
  const both = join(otherwise, UNDEFINED);
  return both instanceof KindConflict ? undefined : both;
}

/** Joins the values of two branches; each runs in its own state. An unused value is none: undefined. */
export function either(
  cx: Inference,
  frame: Frame,
  node: Node,
  demand: Demand,
  ...branches: [cx: Inference["state"], f: () => Value][]
): Value {
  const outcomes: { state: Inference["state"]; value: Value }[] = [];
  for (const [state, f] of branches) {
    if (state === undefined) continue;
    let value: Value = UNDEFINED;
    const after = cx.from(state, () => {
      value = f();
    });
    if (after !== undefined) outcomes.push({ state: after, value });
  }
  cx.state = cx.joinStates(outcomes.map((o) => o.state));
  noteWrap(frame, node, demand);
  const [first, second] = outcomes;
  if (first === undefined || demand.unused) return UNDEFINED;
  if (second === undefined) return first.value;
  const both = join(first.value, second.value);
  if (both instanceof KindConflict) {
    const isTruth = outcomes.every(({ value }) => value.kind === "bool" || asNullable(value) !== undefined);
    if (isTruth && node.type === "LogicalExpression" && isOnlyTested(frame.closure.source, node))
      return bool(undefined);
    cx.reconcile(both);
    const kinds = describeApart(first.value, second.value);
    return cx.refuse(
      [both.a, both.b],
      "branch-conflict",
      kinds,
      cx.spanAt(frame, node),
      branchesOf(node).map((branch, i) => ({
        span: cx.spanAt(frame, branch),
        text: `here it is ${i === 0 ? kinds.first : kinds.second}`,
      })),
    );
  }
  return cx.unmixed(node, both);
}

function branchesOf(node: Node): readonly Node[] {
  const { consequent, alternate, left, right } = node as Partial<ConditionalExpression & LogicalExpression>;
  return [consequent ?? left, alternate ?? right].filter((branch) => branch !== undefined);
}

/** The truth of a value, when known. Fails for what has none worth testing. */
export function truthOf(cx: Inference, frame: Frame, node: Node, value: Value): boolean | undefined {
  switch (value.kind) {
    case "bool":
      return value.value;
    case "number": {
      const c = constantOf(value);
      if (c !== undefined) return c !== 0;
      if (value.lo > value.hi) return value.nan && !value.negZero ? false : value.nan ? undefined : false;
      return !value.nan && !value.negZero && (value.lo > 0 || value.hi < 0) ? true : undefined;
    }
    case "bigint":
      return value.lo === value.hi ? value.lo !== 0n : value.lo > 0n || value.hi < 0n ? true : undefined;
    case "nullable": {
      const number = numberIn(value);
      return number === undefined || truthOf(cx, frame, node, number) === false ? false : undefined;
    }
    case "undefined":
    case "unassigned":
      return false;
    case "array":
    case "function":
    case "objects":
    case "tuple":
    case "record":
      return true;
    case "host":
      return Boolean(value.value);
    case "string":
      return value.value !== "";
  }
}

function unary(cx: Inference, frame: Frame, node: UnaryExpression, demand: Demand): Value {
  const op = node.operator as string;
  if (op === "void") {
    inferExpression(cx, frame, node.argument, UNUSED);
    return UNDEFINED;
  }
  if (op === "!") {
    const c = cx.condition(frame, node.argument);
    cx.state = cx.joinStates([c.whenTrue, c.whenFalse]);
    return bool(c.value === undefined ? undefined : !c.value);
  }
  if (op === "typeof") {
    const v = inferExpression(cx, frame, node.argument, EXACT);
    // It is compared with a text, always, and that is asked of the value itself (nullable.ts).
    if (v.kind === "nullable") return UNDEFINED;
    const names = {
      number: "number",
      bool: "boolean",
      bigint: "bigint",
      string: "string",
      undefined: "undefined",
      unassigned: "undefined",
      function: "function",
      array: "object",
      tuple: "object",
      record: "object",
      host: "object",
      objects: "object",
    } as const;
    return { kind: "string", value: v.kind === "host" ? typeof v.value : names[v.kind] };
  }
  const inner: Demand =
    op === "~" ? { ...ZERO_BLIND, lowBits: demand.lowBits } : op === "-" || op === "+" ? demand : EXACT;
  const v = inferExpression(cx, frame, node.argument, inner);
  if (v.kind === "bigint") {
    noteWrap(frame, node, demand);
    const exact = exactValue(inferredBigint(frame, node), demand.lowBits);
    if (exact !== undefined) return exact;
    if (op === "-") return bigintArithmetic("-", { kind: "bigint", lo: 0n, hi: 0n }, v, demand.lowBits);
    if (op === "~") return bigintArithmetic("~", v, v, demand.lowBits);
    return cx.sink.fail("bigint-unary-plus", {}, cx.spanAt(frame, node));
  }
  const n = toNumber(cx, frame, node.argument, v, op);
  switch (op) {
    case "+":
      return n;
    case "-":
      return settle(n.wide ? { ...ranges.negate(n), wide: true } : ranges.negate(n), demand);
    case "~":
      return ranges.bitNot(n);
    default:
      return cx.sink.fail("unsupported-operator", { operator: op }, cx.spanAt(frame, node));
  }
}

/** Notes that a BigInt is computed, or several are joined, modulo 2^64. */
export function noteWrap(frame: Frame, node: Node, demand: Demand): void {
  if (demand.lowBits) frame.wraps.add(node);
  else frame.wraps.delete(node);
}

function logical(cx: Inference, frame: Frame, node: LogicalExpression, demand: Demand): Value {
  if (node.operator === "??") {
    const a = inferExpression(cx, frame, node.left, demand);
    const number = a.kind === "nullable" ? numberIn(a) : undefined;
    const right = (): Value => inferExpression(cx, frame, node.right, demand);
    if (number !== undefined)
      return either(cx, frame, node, demand, [cx.state, () => settled(number, demand)], [cx.state, right]);
    return a.kind === "undefined" || a.kind === "nullable" || isNull(a) ? right() : a;
  }
  // Whether a BigInt is 0 takes all of its bits.
  const tested = { ...demand, lowBits: false };
  const left = demand.unused ? cx.condition(frame, node.left) : leftOperand(cx, frame, node.left, tested);
  const value = frame.info.get(node.left) ?? UNDEFINED;
  const and = node.operator === "&&";
  const right: [Inference["state"], () => Value] = [
    and ? left.whenTrue : left.whenFalse,
    () => inferExpression(cx, frame, node.right, demand),
  ];
  const kept: [Inference["state"], () => Value] = [
    and ? left.whenFalse : left.whenTrue,
    () => settled(short(value, and), demand),
  ];
  return either(cx, frame, node, demand, kept, right);
}

/** The left side of `&&` and `||` is a condition and a value; one with parts must be inferred as the value it is. */
function leftOperand(
  cx: Inference,
  frame: Frame,
  node: Expression,
  demand: Demand,
): { whenTrue: Inference["state"]; whenFalse: Inference["state"] } {
  if (node.type === "CallExpression" || !PASSES_ON.has(node.type)) return cx.condition(frame, node, demand);
  const value = inferExpression(cx, frame, node, demand);
  if (cx.state === undefined) return { whenTrue: undefined, whenFalse: undefined };
  const truth = truthOf(cx, frame, node, value);
  return {
    whenTrue: truth === false ? undefined : cx.state.copy(),
    whenFalse: truth === true ? undefined : cx.state.copy(),
  };
}

const settled = (v: Value, demand: Demand): Value => (v.kind === "number" ? settle(v, demand) : v);

/** The left value where it decides: falsy for `&&`, truthy for `||`. */
export function short(v: Value, and: boolean): Value {
  if (v.kind === "bool") return bool(!and);
  if (v.kind === "nullable") {
    const number = numberIn(v);
    if (and) return number === undefined ? v : { ...v, number: short(number, and) as NumberValue };
    return number === undefined ? UNDEFINED : short(number, and);
  }
  if (v.kind === "number" && and) return { ...intRange(0, 0), nan: v.nan, negZero: v.negZero };
  if (v.kind === "number") return { ...v, nan: false, negZero: false };
  return v;
}
