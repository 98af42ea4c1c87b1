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
import { knownSince } from "./accessed.ts";
import type { ArrayUse } from "./array-uses.ts";
import { assignment, update } from "./assignments.ts";
import { type CallNode, inferCall } from "./calls.ts";
import { inferNew } from "./constructors.ts";
import { bindingAt } from "./counted.ts";
import { binaryDemand } from "./demand.ts";
import { describe, describeApart, differentKinds } from "./describe.ts";
import { closer } from "./differences.ts";
import { isDivisible } from "./divisible.ts";
import { type ElementKind, tableKindOf } from "./elements.ts";
import { exactValue, inferredBigint, oneBigint } from "./exact-bigint.ts";
import { type Demand, EXACT, type Frame, LOW_BITS, UNSEEN, UNUSED, type Variable, ZERO_BLIND } from "./frame.ts";
import type { Inference } from "./infer.ts";
import {
  type ArrayValue,
  arrayOf,
  asNullable,
  asNumberValue,
  BOOL,
  bool,
  constantOf,
  elementOf,
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
  objectsIn,
  onlyNumber,
  type TupleValue,
  TWO_31,
  TWO_53,
  UINT64_MAX,
  UNDEFINED,
  unionTargets,
  type Value,
} from "./lattice.ts";
import { type Iterable, type Iterated, itemOf, iteratedBy } from "./loops.ts";
import { inferMember } from "./members.ts";
import { neverNegative } from "./never-negative.ts";
import { mayEqual, remaining, truthOfTest, typeTest } from "./nullable.ts";
import { isOnlyTested } from "./only-tested.ts";
import {
  arithmetic,
  bigintArithmetic,
  compareBigints,
  compareNumbers,
  isArithmetic,
  isComparison,
  settle,
} from "./operators.ts";
import { filledBy, isArrayItself } from "./plain-arrays.ts";
import * as ranges from "./ranges.ts";
import { inferRecord } from "./records.ts";
import { inferAll } from "./spread.ts";

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
      return operation(cx, frame, node, operator, left, right, demand);
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

/** A missing argument, or a name from outside that has nothing yet, where `operator` needs a value. */
export function failUndefined(cx: Inference, frame: Frame, node: Node, operator: string, value: Value): never {
  // Functions of our own have names that say nothing to the user.
  const named = node.type === "Identifier" && frame.blame === undefined ? (node as Identifier).name : undefined;
  const name = named === "undefined" ? undefined : named;
  const isOutside = name !== undefined && bindingAt(frame.closure.source, node) === undefined;
  if (isOutside) return cx.sink.fail("captured-undefined", { name }, cx.spanAt(frame, node));
  return cx.refuse([value], "undefined-as-number", { operator, name }, cx.spanAt(frame, node));
}

/** It has been null or undefined so far. In a loop's later rounds it may be a number. */
function isMissingSoFar(frame: Frame, node: Node, value: Value): boolean {
  if (!isNull(value) && (value.kind !== "undefined" || value.argument !== undefined)) return false;
  return node.type !== "Literal" && (node.type !== "Identifier" || bindingAt(frame.closure.source, node) !== undefined);
}

/** Is it a number or none, where a number is needed that lowering makes of either? `complain` if it turns out to be none always. */
export function mayBeNumber(cx: Inference, frame: Frame, node: Node, value: Value, complain: () => never): boolean {
  if (value.kind === "number") {
    cx.noteMissing(frame, node, undefined);
    return true;
  }
  const isMissing = isMissingSoFar(frame, node, value);
  if (isMissing || value.kind === "nullable") cx.noteMissing(frame, node, isMissing ? complain : undefined);
  return isMissing || value.kind === "nullable";
}

/** As `numeric`, where lowering converts what may be null, which is 0, or undefined, which is NaN (lower/nullable.ts). */
export function toNumber(cx: Inference, frame: Frame, node: Node, value: Value, operator: string): NumberValue {
  if (value.kind === "number") {
    cx.noteMissing(frame, node, undefined);
    return value;
  }
  const complain = (): never =>
    value.kind === "undefined"
      ? failUndefined(cx, frame, node, operator, value)
      : cx.sink.fail("not-a-number", { operator, actual: describe(value) }, cx.spanAt(frame, node));
  const held = cx.state !== undefined && mayBeNumber(cx, frame, node, value, complain) ? asNullable(value) : undefined;
  return held === undefined ? numeric(cx, frame, node, value, operator) : asNumberValue(held);
}

/** Number or boolean as a number; anything else is an error naming the operator. */
export function numeric(cx: Inference, frame: Frame, node: Node, value: Value, operator: string): NumberValue {
  if (value.kind === "number") return value;
  if (value.kind === "bool")
    return value.value === undefined ? intRange(0, 1) : intRange(Number(value.value), Number(value.value));
  if (cx.state === undefined) return intRange(0, 0);
  if (value.kind === "undefined") return failUndefined(cx, frame, node, operator, value);
  return cx.sink.fail("not-a-number", { operator, actual: describe(value) }, cx.spanAt(frame, node));
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

/** `left op right` of two expressions; `node` is the whole, an assignment's included. */
export function operation(
  cx: Inference,
  frame: Frame,
  node: Node,
  operator: string,
  left: Node,
  right: Node,
  demand: Demand,
): Value {
  const before = cx.state?.copy();
  let value = attempt(cx, frame, node, operator, left, right, demand, true, true);
  if (value === "unforeseen") {
    cx.state = before?.copy();
    value = attempt(cx, frame, node, operator, left, right, demand, true, false);
  }
  if (value === "too-wide") {
    cx.state = before?.copy();
    value = attempt(cx, frame, node, operator, left, right, demand, false, false);
  }
  return value === "too-wide" || value === "unforeseen" ? cx.restart() : value;
}

/** `wideOk`: operands may be wide. `foresees`: guesses which operands won't be negative; "unforeseen" when one may be. */
function attempt(
  cx: Inference,
  frame: Frame,
  node: Node,
  operator: string,
  left: Node,
  right: Node,
  demand: Demand,
  wideOk: boolean,
  foresees: boolean,
): Value | "too-wide" | "unforeseen" {
  const relied: Node[] = [];
  const rely = (n: Node): boolean => {
    const yes = foresees && isNonNegativeSoon(cx, frame, n);
    if (yes) relied.push(n);
    return yes;
  };
  const ask = (n: Node): Demand => {
    const d = binaryDemand(n, operator, left, right, demand, frame.closure.source, rely);
    return wideOk ? d : { ...d, wideOk: false };
  };
  const a = inferExpression(cx, frame, left, ask(left));
  const b = inferExpression(cx, frame, right, ask(right));
  if (cx.state === undefined) return UNDEFINED;
  if (!relied.every((n) => isNonNegative(frame.info.get(n)))) return "unforeseen";
  // The machine reads the left side first, as what is known then. Sums are made of integers and doubles alike.
  const isSum = operator === "+" || operator === "-";
  const x = isSum ? knownSince(cx, frame, left, right, a) : a;
  return combine(cx, frame, node, operator, x, b, demand, left, right);
}

const isNonNegative = (v: Value | undefined): boolean => v?.kind === "bigint" && v.lo >= 0n && v.hi <= UINT64_MAX;

/** Will an expression be a BigInt of [0, 2^64)? A guess: the operator's other operand may yet assign what is in it. */
function isNonNegativeSoon(cx: Inference, frame: Frame, node: Node): boolean {
  const held = (n: Node): Value | undefined => {
    const binding = bindingAt(frame.closure.source, n);
    if (binding === undefined) return undefined;
    const v = cx.variable(frame, binding);
    return v.lowBits ? undefined : cx.read(v);
  };
  if (isNonNegative(held(node))) return true;
  const array = node.type === "MemberExpression" ? held((node as MemberExpression).object) : undefined;
  if (array?.kind === "array") return array.elem === "biguint64";
  return neverNegative(node, cx.demandContext(frame));
}

/** The value of `a op b`; "too-wide" when a wide operand may not be used so. */
export function combine(
  cx: Inference,
  frame: Frame,
  node: Node,
  operator: string,
  a: Value,
  b: Value,
  demand: Demand,
  left: Node,
  right: Node,
): Value | "too-wide" {
  if (isComparison(operator)) return compared(cx, frame, node as BinaryExpression, a, b);
  if (a.kind === "bigint" || b.kind === "bigint") {
    if (a.kind !== "bigint" || b.kind !== "bigint") {
      return cx.refuse(
        [a, b],
        "bigint-mix",
        { operator, left: describe(a), right: describe(b) },
        cx.spanAt(frame, node),
      );
    }
    if (operator === ">>>") return cx.sink.fail("bigint-ushr", {}, cx.spanAt(frame, node));
    noteWrap(frame, node, demand);
    const exact = exactValue(inferredBigint(frame, node), demand.lowBits);
    return exact ?? bigintArithmetic(operator, a, b, demand.lowBits);
  }
  if (!isArithmetic(operator)) return cx.sink.fail("unsupported-operator", { operator }, cx.spanAt(frame, node));
  const x = toNumber(cx, frame, left, a, operator);
  const y = toNumber(cx, frame, right, b, operator);
  const product = arithmetic(operator, x, y, demand);
  const squares = operator === "*" && isSameVariable(frame, left, right) && product !== "too-wide";
  const bit = operator === "&" ? lowestBit(frame, left, x, right, y) : undefined;
  const whole = operator === "/" ? wholeQuotient(frame, left, x, y) : undefined;
  const isDifference = operator === "-" && product !== "too-wide";
  const difference = isDifference ? closer(frame, node, left, right, x, y, product, !cx.fastmath) : undefined;
  const result = squares
    ? { ...product, lo: Math.max(0, product.lo), negZero: false }
    : (bit ?? whole ?? difference ?? product);
  // No integers make a quotient one.
  const mayBeInteger = operator !== "/" && isMachineInt(x) && isMachineInt(y);
  if (result === "too-wide" || (mayBeInteger && (result.lo < -TWO_53 || result.hi > TWO_53))) cx.noteUnbounded();
  if (operator === "%" && result !== "too-wide" && x.int && y.int)
    cx.noteRemainder(node, { frame, dividend: left, divisor: right }, isMachineInt(result));
  // ToInt32 of a float is exact, and the float's own range is already as wide as it may be.
  return BITWISE.has(operator) ? result : relaxed(cx, result, x, y);
}

/**
 * Under fastmath a float result is near the true one, not where interval arithmetic on rounded operations puts it:
 * (x + 1e300) − 1e300 may be x. Memory safety must not rest on it.
 */
const BITWISE: ReadonlySet<string> = new Set(["&", "|", "^", "<<", ">>", ">>>"]);

export function relaxed(
  cx: Inference,
  result: NumberValue | "too-wide",
  ...operands: NumberValue[]
): NumberValue | "too-wide" {
  if (!cx.fastmath || result === "too-wide" || constantOf(result) !== undefined) return result;
  if (isMachineInt(result) && operands.every(isMachineInt)) return result;
  return {
    ...result,
    lo: -Infinity,
    hi: Infinity,
    nan: true,
    negZero: true,
    f32: result.f32 && !isMachineInt(result),
    wide: false,
  };
}

/** `n * n` is never negative, which an interval alone can't tell. */
function isSameVariable(frame: Frame, a: Node, b: Node): boolean {
  const binding = bindingAt(frame.closure.source, a);
  return binding !== undefined && binding === bindingAt(frame.closure.source, b);
}

/** `n & -n` is the lowest bit of an int32, as a step through a Fenwick tree: never negative but for −2^31. */
function lowestBit(frame: Frame, left: Node, x: NumberValue, right: Node, y: NumberValue): NumberValue | undefined {
  const isNegated = (of: Node, node: Node): boolean => {
    const { operator, argument } = node as UnaryExpression;
    return node.type === "UnaryExpression" && operator === "-" && isSameVariable(frame, of, argument);
  };
  const n = isNegated(left, right) ? x : isNegated(right, left) ? y : undefined;
  if (n === undefined || !isMachineInt(n) || n.wide || n.lo <= -TWO_31 || n.hi >= TWO_31) return undefined;
  return intRange(n.lo > 0 ? 1 : 0, n.lo >= 0 ? n.hi : 2 ** 30);
}

/** `i * (i + 1) / 2` is an integer, unlike most quotients. */
function wholeQuotient(frame: Frame, dividend: Node, x: NumberValue, y: NumberValue): NumberValue | undefined {
  const by = constantOf(y);
  if (by === undefined || !isMachineInt(x) || !isDivisible(frame, dividend, by)) return undefined;
  return intRange(Math.ceil(x.lo / by) + 0, Math.floor(x.hi / by) + 0);
}

/** Is it what a `case` asks for? Of values that aren't both numbers, booleans or BigInts. */
export function isCase(cx: Inference, frame: Frame, test: Node, subject: Value, value: Value): Value {
  return comparison(cx, frame, test, "case", subject, value) as Value;
}

function compared(cx: Inference, frame: Frame, node: BinaryExpression, a: Value, b: Value): Value | "too-wide" {
  const { operator, left, right } = node;
  if (EQUALITY.has(operator)) {
    const test = typeTest(frame, node);
    return test === undefined
      ? comparison(cx, frame, node, operator, a, b)
      : truthOfTest(remaining(test.value, test.text, true), remaining(test.value, test.text, false), operator);
  }
  const asked = (v: Value, of: Node): Value =>
    v.kind === "nullable" || isMissingSoFar(frame, of, v) ? toNumber(cx, frame, of, v, operator) : v;
  return comparison(cx, frame, node, operator, asked(a, left), asked(b, right));
}

const EQUALITY: ReadonlySet<string> = new Set(["===", "!==", "==", "!=", "case"]);

function comparison(cx: Inference, frame: Frame, node: Node, operator: string, a: Value, b: Value): Value | "too-wide" {
  const equality = EQUALITY.has(operator);
  const negated = operator === "!==" || operator === "!=";
  const isNumeric = (v: Value): boolean => v.kind === "number" || v.kind === "bool";
  if (isNumeric(a) && isNumeric(b)) {
    if (a.kind === "bool" && b.kind === "bool" && equality) {
      return a.value === undefined || b.value === undefined ? BOOL : bool((a.value === b.value) !== negated);
    }
    // Strict equality between a boolean and a number is always false; that is hardly meant.
    if (a.kind !== b.kind && (operator === "===" || operator === "!==")) return bool(negated);
    const x = numeric(cx, frame, node, a, operator);
    const y = numeric(cx, frame, node, b, operator);
    if (x.wide || y.wide) {
      const small = x.wide ? y : x;
      if ((x.wide && y.wide) || !small.int || small.nan || Math.abs(small.lo) > 2 ** 52 || Math.abs(small.hi) > 2 ** 52)
        return "too-wide";
    }
    return compareNumbers(operator, x, y);
  }
  if (a.kind === "bigint" && b.kind === "bigint") return compareBigints(operator, a, b);
  if ((a.kind === "bigint" && isNumeric(b)) || (isNumeric(a) && b.kind === "bigint")) {
    return operator === "===" || operator === "!==" ? bool(negated) : BOOL;
  }
  if (equality && (a.kind === "nullable" || b.kind === "nullable")) {
    const truth = mayEqual(a, b, operator === "==" || operator === "!=");
    if (truth !== undefined) return truth ? BOOL : bool(negated);
  }
  if (equality) {
    if (a.kind === "undefined" || b.kind === "undefined" || isNull(a) || isNull(b)) {
      const loose = operator === "==" || operator === "!=";
      const nullish = (v: Value): boolean => v.kind === "undefined" || isNull(v);
      const same = loose ? nullish(a) && nullish(b) : a.kind === b.kind && isNull(a) === isNull(b);
      return bool(same !== negated);
    }
    if (a.kind === "string" && b.kind === "string") return bool((a.value === b.value) !== negated);
    if (a.kind === "array" && b.kind === "array" && (a.isView || b.isView))
      cx.sink.fail("compare-views", { operator }, cx.spanAt(frame, node));
    if (a.kind === "array" && b.kind === "array") return a.elem === b.elem ? BOOL : bool(negated);
    if (a.kind === "function" && b.kind === "function" && a.targets.length === 1 && b.targets.length === 1) {
      return bool((unionTargets(a.targets, b.targets).length === 1) !== negated);
    }
    // What a host function stands for is told by what it is: a function of the program isn't one.
    const [fn, other] = a.kind === "function" ? [a, b] : [b, a];
    if (fn.kind === "function" && other.kind === "host" && fn.targets.every((t) => t.builtin === undefined))
      return bool(negated);
    if (a.kind === "host" && b.kind === "host") return bool(Object.is(a.value, b.value) !== negated);
    const objects = objectsIn(a);
    const others = objectsIn(b);
    if (objects !== undefined && others !== undefined)
      return objects.some((object) => others.includes(object)) ? BOOL : bool(negated);
  }
  return cx.refuse(
    [a, b],
    "compare-kinds",
    { operator, left: describe(a), right: describe(b) },
    cx.spanAt(frame, node),
  );
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

/** `a.subarray(1)`: a method is called, its name has no value of its own. */
function isMethodOfArray(cx: Inference, frame: Frame, call: CallNode): boolean {
  const { callee } = call;
  if (callee.type !== "MemberExpression") return false;
  const { object } = callee;
  const maker = filledBy(call);
  if (maker !== undefined && isArrayItself(inferExpression(cx, frame, maker.callee, EXACT))) return true;
  const before = cx.state?.copy();
  const { kind } = inferExpression(cx, frame, object, EXACT);
  cx.state = before;
  return kind === "array" || kind === "tuple";
}

/** What a `for…of` runs over. */
export function inferIterable(cx: Inference, frame: Frame, node: Expression): Iterable {
  const iterated = iteratedBy(node);
  // What is asked twice is evaluated once: from the same state.
  const before = cx.state?.copy();
  if (iterated !== undefined) {
    const of = inferExpression(cx, frame, iterated.of, EXACT);
    if (of.kind === "tuple") {
      cx.asArray([of], "read");
      return overItems(cx, frame, node, of, iterated.gives);
    }
    if (of.kind === "array")
      return { kind: "items", item: itemOf(of.maxLength, elementOf(of), iterated.gives), length: of.maxLength };
    cx.state = before?.copy();
  }
  if (node.type === "CallExpression" && !isMethodOfArray(cx, frame, node as CallNode)) {
    const callee = inferExpression(cx, frame, node.callee, EXACT);
    if (cx.environment.isPrange(callee)) {
      const args = node.arguments.map((a) =>
        numeric(cx, frame, a, inferExpression(cx, frame, a, ZERO_BLIND), "prange"),
      );
      const [a, b, c] = args;
      if (a === undefined || args.length > 3) return cx.sink.fail("prange-arguments", {}, cx.spanAt(frame, node));
      const step = c ?? numberConstant(1);
      return { kind: "range", start: b === undefined ? numberConstant(0) : a, stop: b ?? a, step };
    }
    cx.state = before?.copy();
  }
  const value = inferExpression(cx, frame, node, EXACT);
  if (cx.state === undefined)
    return { kind: "range", start: numberConstant(0), stop: numberConstant(0), step: numberConstant(1) };
  if (value.kind === "tuple") return overItems(cx, frame, node, value, "values");
  if (value.kind !== "array")
    return cx.refuse([value], "not-iterable", { actual: describe(value) }, cx.spanAt(frame, node));
  return { kind: "items", item: elementOf(value), length: value.maxLength };
}

/** The items of a list, one by one, which must have something in common; not so their indices alone. */
function overItems(
  cx: Inference,
  frame: Frame,
  node: Expression,
  list: TupleValue,
  gives: Iterated["gives"],
): Iterable {
  const { length } = list.items;
  const item = gives === "keys" ? UNDEFINED : cx.anyItem(list);
  if (item !== undefined) return { kind: "items", item: itemOf(length, item, gives), length };
  const kinds = differentKinds(list);
  if (kinds !== undefined) return cx.sink.fail("tuple-index", { length, kinds }, cx.spanAt(frame, node));
  return cx.refuse([list], "not-iterable", { actual: describe(list) }, cx.spanAt(frame, node));
}
