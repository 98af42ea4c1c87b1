/**
 * What a condition tells about the variables in it: `if (i < n)` bounds `i` by `n.hi − 1` where it holds.
 *
 * Gives the state in which the condition is true and the one in which it is false; undefined where that can't happen.
 */
import type {
  BinaryExpression,
  ConditionalExpression,
  Expression,
  LogicalExpression,
  Node,
  SequenceExpression,
  UnaryExpression,
} from "acorn";
import { walk } from "../frontend/walk.ts";
import { bindingAt, isWrittenAfter, loopAround } from "./counted.ts";
import { inferExpression, orUndefined, truthOf } from "./expressions.ts";
import { type Demand, type Frame, INDEX, UNUSED, type Variable } from "./frame.ts";
import type { Inference } from "./infer.ts";
import {
  bool,
  boundsOf,
  constantOf,
  exactBounds,
  floatRange,
  isMachineInt,
  type NullableValue,
  type NumberValue,
  type Value,
  withoutZero,
} from "./lattice.ts";
import { comparedWith, remaining, typeTest } from "./nullable.ts";
import type { State } from "./state.ts";

export interface Condition {
  readonly value: boolean | undefined;
  readonly whenTrue: State | undefined;
  readonly whenFalse: State | undefined;
}

/** `demand` is on the test's own value, where that is used besides its truth. */
export function refine(cx: Inference, frame: Frame, test: Expression, demand: Demand = INDEX): Condition {
  if (test.type === "UnaryExpression" && test.operator === "!") {
    const c = refine(cx, frame, (test as UnaryExpression).argument);
    const flipped = c.value === undefined ? undefined : !c.value;
    frame.info.set(test, bool(flipped));
    return { value: flipped, whenTrue: c.whenFalse, whenFalse: c.whenTrue };
  }
  if (test.type === "LogicalExpression" && (test.operator === "&&" || test.operator === "||"))
    return logical(cx, frame, test);
  if (test.type === "SequenceExpression") return sequence(cx, frame, test as SequenceExpression);
  if (test.type === "ConditionalExpression") return conditional(cx, frame, test as ConditionalExpression);
  const value = inferExpression(cx, frame, test, demand);
  const truth = truthOf(cx, frame, test, value);
  if (cx.state === undefined) return { value: truth, whenTrue: undefined, whenFalse: undefined };
  const state = cx.state;
  return {
    value: truth,
    whenTrue: truth === false ? undefined : assume(cx, frame, state, test, true),
    whenFalse: truth === true ? undefined : assume(cx, frame, state, test, false),
  };
}

function logical(cx: Inference, frame: Frame, test: LogicalExpression): Condition {
  const and = test.operator === "&&";
  const left = refine(cx, frame, test.left);
  const saved = cx.state;
  cx.state = and ? left.whenTrue : left.whenFalse;
  let right: Condition = { value: undefined, whenTrue: undefined, whenFalse: undefined };
  if (cx.state !== undefined) {
    cx.state = cx.state.copy();
    right = refine(cx, frame, test.right);
  }
  cx.state = saved;
  const result: Condition = and
    ? {
        value: all(left.value, right.value),
        whenTrue: right.whenTrue,
        whenFalse: cx.joinStates([left.whenFalse, right.whenFalse]),
      }
    : {
        value: any(left.value, right.value),
        whenTrue: cx.joinStates([left.whenTrue, right.whenTrue]),
        whenFalse: right.whenFalse,
      };
  frame.info.set(test, bool(result.value));
  cx.state = cx.joinStates([result.whenTrue, result.whenFalse]);
  return result;
}

function sequence(cx: Inference, frame: Frame, test: SequenceExpression): Condition {
  const { expressions } = test;
  for (const e of expressions.slice(0, -1)) inferExpression(cx, frame, e, UNUSED);
  const last = expressions[expressions.length - 1] as Expression;
  if (cx.state === undefined) return NOWHERE;
  const result = refine(cx, frame, last);
  frame.info.set(test, bool(result.value));
  return result;
}

function conditional(cx: Inference, frame: Frame, test: ConditionalExpression): Condition {
  const choice = refine(cx, frame, test.test);
  const branch = (state: State | undefined, e: Expression): Condition => {
    cx.state = state?.copy();
    return state === undefined ? NOWHERE : refine(cx, frame, e);
  };
  const yes = branch(choice.whenTrue, test.consequent);
  const no = branch(choice.whenFalse, test.alternate);
  const result: Condition = {
    value:
      choice.value === true
        ? yes.value
        : choice.value === false
          ? no.value
          : yes.value === no.value
            ? yes.value
            : undefined,
    whenTrue: cx.joinStates([yes.whenTrue, no.whenTrue]),
    whenFalse: cx.joinStates([yes.whenFalse, no.whenFalse]),
  };
  frame.info.set(test, bool(result.value));
  cx.state = cx.joinStates([result.whenTrue, result.whenFalse]);
  return result;
}

const NOWHERE: Condition = { value: undefined, whenTrue: undefined, whenFalse: undefined };

const all = (a: boolean | undefined, b: boolean | undefined): boolean | undefined =>
  a === false || b === false ? false : a === true ? b : undefined;
const any = (a: boolean | undefined, b: boolean | undefined): boolean | undefined =>
  a === true || b === true ? true : a === false ? b : undefined;

const NEGATED: Readonly<Record<string, string>> = {
  "<": ">=",
  "<=": ">",
  ">": "<=",
  ">=": "<",
  "===": "!==",
  "!==": "===",
  "==": "!=",
  "!=": "==",
};
const FLIPPED: Readonly<Record<string, string>> = {
  "<": ">",
  "<=": ">=",
  ">": "<",
  ">=": "<=",
  "===": "===",
  "!==": "!==",
  "==": "==",
  "!=": "!=",
};

function assume(cx: Inference, frame: Frame, state: State, test: Node, truth: boolean): State {
  const next = state.copy();
  // Relaxed float arithmetic may be done twice, with two results: what holds of one needn't hold of the other.
  if (cx.fastmath && comparesFloats(frame, test)) return next;
  if (test.type === "BinaryExpression") {
    const { operator, left, right } = test as BinaryExpression;
    const a = frame.info.get(left);
    const b = frame.info.get(right);
    assumeMissing(cx, frame, next, test as BinaryExpression, truth);
    if (FLIPPED[operator] === undefined || a?.kind !== "number" || b?.kind !== "number") return next;
    // A comparison that is false says little when a NaN could have made it so.
    const mayBeUnordered = a.nan || b.nan;
    if (!truth && mayBeUnordered && operator !== "!==" && operator !== "!=") return next;
    const op = truth ? operator : (NEGATED[operator] ?? operator);
    narrow(cx, frame, next, { node: left, test }, a, op, b);
    narrow(cx, frame, next, { node: right, test }, b, FLIPPED[op] ?? op, a);
    return next;
  }
  const named = namedBy(test);
  if (named.type === "Identifier") {
    const v = variableAt(cx, frame, named);
    const value = v === undefined || isWrittenAfter(v.binding, test, test) ? undefined : next.get(v);
    if (v !== undefined && value !== undefined) {
      if (value.kind === "bool") next.set(v, bool(truth));
      const number = value.kind === "number" ? value : nullableHeld(v, value)?.number;
      if (number !== undefined && truth) setIfAny(next, v, { ...nonZero(number), nan: false, negZero: false });
    }
  }
  return next;
}

/** The variable that is asked, also as it is assigned: `while ((k = next(k)) !== null)`. */
function namedBy(node: Node): Node {
  const { type, operator, left } = node as Node & { operator?: string; left: Node };
  return type === "AssignmentExpression" && operator === "=" ? left : node;
}

/** What a variable holds, when that may be null or undefined. */
function nullableHeld(v: Variable, value: Value | undefined): NullableValue | undefined {
  const held = value?.kind === "unassigned" ? orUndefined(v, value.otherwise) : value;
  return held?.kind === "nullable" ? held : undefined;
}

/** What a test for null or undefined, or of what may be one, says of the variables in it. */
function assumeMissing(cx: Inference, frame: Frame, state: State, test: BinaryExpression, truth: boolean): void {
  const { operator, left, right } = test;
  if (!(operator in EQUALITIES)) return;
  const isEqual = EQUALITIES[operator] === truth;
  const [a, b] = [frame.info.get(left), frame.info.get(right)];
  const about = (node: Node, left: (v: NullableValue) => Value | undefined): void => {
    const v = variableAt(cx, frame, namedBy(node));
    if (v === undefined || isWrittenAfter(v.binding, node, test)) return;
    const held = nullableHeld(v, state.get(v));
    const value = held && left(held);
    if (value !== undefined) state.set(v, value);
  };
  const typed = typeTest(frame, test);
  if (typed !== undefined) about(typed.of, (v) => remaining(v, typed.text, isEqual));
  if (a?.kind === "nullable" && b !== undefined) about(left, (v) => comparedWith(v, b, isEqual, operator.length === 2));
  if (b?.kind === "nullable" && a !== undefined)
    about(right, (v) => comparedWith(v, a, isEqual, operator.length === 2));
}

const EQUALITIES: Readonly<Record<string, boolean>> = { "===": true, "==": true, "!==": false, "!=": false };

function comparesFloats(frame: Frame, test: Node): boolean {
  if (test.type !== "BinaryExpression") {
    const v = frame.info.get(test);
    return v?.kind === "number" && !isMachineInt(v);
  }
  const { left, right } = test as BinaryExpression;
  return [left, right].some((n) => {
    const v = frame.info.get(n);
    return v?.kind === "number" && !isMachineInt(v);
  });
}

function variableAt(cx: Inference, frame: Frame, node: Node): Variable | undefined {
  const binding = bindingAt(frame.closure.source, node);
  if (binding === undefined) return undefined;
  const v = cx.variable(frame, binding);
  return v.pinned ? undefined : v;
}

/** What is compared, and in which test. */
interface Operand {
  readonly node: Node;
  readonly test: Node;
}

/** The variable behind an operand, if it still is what was compared when the test has been evaluated. */
function variableOf(cx: Inference, frame: Frame, { node, test }: Operand): Variable | undefined {
  const v = variableAt(cx, frame, node);
  return v === undefined || isWrittenAfter(v.binding, node, test) ? undefined : v;
}

function nonZero(v: NumberValue): NumberValue {
  if (!v.int) return v;
  return withoutZero({ ...v, lo: v.lo === 0 ? 1 : v.lo, hi: v.hi === 0 ? -1 : v.hi });
}

function setIfAny(state: State, v: Variable, value: NumberValue): void {
  if (value.lo <= value.hi) state.set(v, value);
}

/**
 * `n - 1 > x` says `n > x + 1`, where both are integers, and `i + m < n` that i is less than n - m. A sum that has been rounded is further from
 * 0 than what it is compared with.
 */
function narrowSum(
  cx: Inference,
  frame: Frame,
  state: State,
  { node, test }: Operand & { readonly node: BinaryExpression },
  op: string,
  other: NumberValue,
): void {
  const { operator, left, right } = node;
  const [x, y, sum] = [left, right, node].map((of) => frame.info.get(of));
  if ((operator !== "+" && operator !== "-") || !other.int || other.nan) return;
  if (!isPlainInteger(x) || !isPlainInteger(y) || !isPlainInteger(sum)) return;
  const [a, b, whole] = [boundsOf(x), boundsOf(y), boundsOf(other)];
  const c = exactBounds(whole.lo, whole.hi);
  const to = (of: Node, seen: NumberValue, op: string, lo: number, hi: number): void => {
    const limit = { ...other, ...exactBounds(lo, hi), negZero: false };
    narrow(cx, frame, state, { node: of, test }, seen, op, limit);
  };
  if (operator === "+") {
    to(left, x, op, c.lo - b.hi, c.hi - b.lo);
    to(right, y, op, c.lo - a.hi, c.hi - a.lo);
  } else {
    to(left, x, op, c.lo + b.lo, c.hi + b.hi);
    to(right, y, FLIPPED[op] ?? op, a.lo - c.hi, a.hi - c.lo);
  }
}

const isPlainInteger = (v: Value | undefined): v is NumberValue => v?.kind === "number" && v.int && !v.nan && !v.wide;

const isProduct = (node: Node): node is BinaryExpression =>
  node.type === "BinaryExpression" && (node as BinaryExpression).operator === "*";

/** More than what a product's rounding, the root's and the quotient's take away together. */
const ROUNDED = 1 + 2 ** -50;
/** Squares and quotients below this lose more than that, down to all of them: 1e-200 * 1e-200 is 0. */
const LEAST_NORMAL = 2 ** -1022;

/**
 * `d * d <= n` says that d is at most the root of n, so that a divisor that is sought is no larger than an int32, and `2 * i < n` that i
 * is at most half of n.
 */
function narrowProduct(
  cx: Inference,
  frame: Frame,
  state: State,
  { node, test }: Operand & { readonly node: BinaryExpression },
  op: string,
  other: NumberValue,
): void {
  if ((op !== "<" && op !== "<=" && op !== "===" && op !== "==") || !(other.hi >= 0 && other.hi < Infinity)) return;
  const [left, right] = [node.left, node.right].map((factor) => frame.info.get(factor));
  if (left?.kind !== "number" || right?.kind !== "number" || left.wide || right.wide) return;
  const within = (factor: Node, value: NumberValue, op: "<=" | ">=", bound: number): void => {
    const limit = { ...other, lo: bound, hi: bound, int: false, nan: false, negZero: false };
    narrow(cx, frame, state, { node: factor, test }, value, op, limit);
  };
  const squared = variableAt(cx, frame, node.left);
  if (squared !== undefined && squared === variableAt(cx, frame, node.right)) {
    const root = Math.sqrt(Math.max(other.hi, LEAST_NORMAL)) * ROUNDED;
    // The two are one value, unless what stands between them changes it, and then the first isn't what it was.
    if (variableOf(cx, frame, { node: node.left, test }) === undefined) return;
    within(node.right, right, "<=", root);
    const now = state.get(squared);
    if (now?.kind === "number") within(node.right, now, ">=", -root);
    return;
  }
  if (right.int && right.lo >= 1) within(node.left, left, "<=", (other.hi / right.lo) * ROUNDED);
  if (left.int && left.lo >= 1) within(node.right, right, "<=", (other.hi / left.lo) * ROUNDED);
}

/** `x / 2 <= n` says that x is at most 2 * n. */
function narrowQuotient(
  cx: Inference,
  frame: Frame,
  state: State,
  { node, test }: Operand & { readonly node: BinaryExpression },
  op: string,
  other: NumberValue,
): void {
  const [x, by] = [frame.info.get(node.left), frame.info.get(node.right)];
  const divisor = by?.kind === "number" ? constantOf(by) : undefined;
  if (x?.kind !== "number" || x.wide || divisor === undefined || !(divisor >= 1 && other.hi >= 0)) return;
  if (op !== "<" && op !== "<=" && op !== "===" && op !== "==") return;
  const hi = Math.max(other.hi, LEAST_NORMAL) * divisor * ROUNDED;
  narrow(cx, frame, state, { node: node.left, test }, x, "<=", { ...floatRange(-Infinity, hi), nan: false });
}

/** What is compared with a constant is, in a round that goes on, on one side of it: `if (t >= m) t -= m`. */
function noteStop({ stops }: Inference, op: string, other: NumberValue): void {
  const limit = constantOf(other);
  if (limit === undefined || !Number.isFinite(limit)) return;
  if (op === "<") stops.up.add(Math.ceil(limit) - 1);
  if (op === "<=") stops.up.add(Math.floor(limit));
  if (op === ">") stops.down.add(Math.floor(limit) + 1);
  if (op === ">=") stops.down.add(Math.ceil(limit));
}

/**
 * What a constant was made of, where that still is what it was: `const square = d * d; if (square > n) break;` says of d what it would
 * without a name.
 */
function madeOf({ closure }: Frame, node: Node, test: Node): Node | undefined {
  const { source } = closure;
  const binding = bindingAt(source, node);
  if (binding?.kind !== "const" || binding.owner !== closure.node) return undefined;
  const declared = source.parents.get(binding.declaration) as Node & { id?: Node; init?: Node | null };
  const { init } = declared;
  if (init?.type !== "BinaryExpression" || declared.id !== binding.declaration) return undefined;
  if (loopAround(source.parents, declared) !== loopAround(source.parents, test)) return undefined;
  let isSame = true;
  walk(init, (part) => {
    const of = bindingAt(source, part);
    if (of === undefined) return;
    if (of.shared || of.writes.some(({ start }) => start >= init.start && start < test.end)) isSame = false;
  });
  return isSame ? init : undefined;
}

/** `node op other` holds: tightens the variable behind `node`. */
function narrow(
  cx: Inference,
  frame: Frame,
  state: State,
  operand: Operand,
  seen: NumberValue,
  op: string,
  other: NumberValue,
): void {
  const { node, test } = operand;
  noteStop(cx, op, other);
  if (node.type === "BinaryExpression") {
    const binary = { node: node as BinaryExpression, test };
    if (isProduct(node)) narrowProduct(cx, frame, state, binary, op, other);
    else if (binary.node.operator === "/") narrowQuotient(cx, frame, state, binary, op, other);
    else narrowSum(cx, frame, state, binary, op, other);
    return;
  }
  const made = madeOf(frame, node, test);
  const of = made && frame.info.get(made);
  if (made !== undefined && of?.kind === "number") narrow(cx, frame, state, { node: made, test }, of, op, other);
  const v = variableOf(cx, frame, operand);
  const value: Value | undefined = v === undefined ? undefined : state.get(v);
  if (v === undefined || value?.kind !== "number" || value.lo < seen.lo || value.hi > seen.hi) return;
  const gap = value.int && other.int ? 1 : 0;
  // −0 compares as 0: the interval of what it is compared with must count it.
  const otherLo = other.negZero ? Math.min(other.lo, 0) : other.lo;
  const otherHi = other.negZero ? Math.max(other.hi, 0) : other.hi;
  let { lo, hi } = value;
  let nan = value.nan;
  switch (op) {
    case "<":
      hi = Math.min(hi, value.int && !other.int ? Math.ceil(otherHi) - 1 : otherHi - gap);
      nan = false;
      break;
    case "<=":
      hi = Math.min(hi, value.int ? Math.floor(otherHi) : otherHi);
      nan = false;
      break;
    case ">":
      lo = Math.max(lo, value.int && !other.int ? Math.floor(otherLo) + 1 : otherLo + gap);
      nan = false;
      break;
    case ">=":
      lo = Math.max(lo, value.int ? Math.ceil(otherLo) : otherLo);
      nan = false;
      break;
    case "===":
    case "==":
      lo = Math.max(lo, otherLo);
      hi = Math.min(hi, otherHi);
      nan = false;
      break;
    case "!==":
    case "!=":
      if (otherLo === otherHi && value.int && !other.nan) {
        if (lo === otherLo) lo += 1;
        if (hi === otherLo) hi -= 1;
      }
      break;
  }
  if (value.int) {
    lo = Math.ceil(lo);
    hi = Math.floor(hi);
  }
  if (value.nan && !nan && lo > hi) return;
  const isNotZero = (op === "!==" || op === "!=") && otherLo === 0 && otherHi === 0 && !other.nan;
  const excludesZero = lo > 0 || hi < 0 || isNotZero;
  const { int, f32, wide } = value;
  const narrowed = { kind: "number", lo, hi, int, nan, negZero: value.negZero && !excludesZero, f32, wide } as const;
  setIfAny(state, v, excludesZero || value.nonZero === true ? withoutZero(narrowed) : narrowed);
}
