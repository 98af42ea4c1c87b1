/**
 * What an access says of the variables in its index: where `t[i + m - 1]` hasn't thrown, `i + m - 1` is an index of `t`.
 *
 * So a variable that a loop moves who knows how far, `i += skip[t[i + m - 1]]`, begins each round within an array's length of where it was
 * last used, and is an integer. What a helper uses as an index says so of its argument. Only where bounds are checked: an index that nobody looks at may be anything.
 */
import type { BinaryExpression, CallExpression, MemberExpression, Node, UpdateExpression } from "acorn";
import type { Binding } from "../frontend/program.ts";
import { bindingAt, isWrittenAfter, loopAround } from "./counted.ts";
import type { Frame } from "./frame.ts";
import type { Inference } from "./infer.ts";
import {
  type ArrayValue,
  boundsOf,
  exactBounds,
  INT32,
  type Interval,
  isMachineInt,
  type NumberValue,
  type Value,
  withoutZero,
} from "./lattice.ts";

/** `access` has been made, at the end of `expression`: that is the assignment where it stores. */
export function noteAccess(
  cx: Inference,
  frame: Frame,
  access: MemberExpression,
  array: ArrayValue,
  expression: Node = access,
): void {
  if (!cx.boundscheck || array.maxLength === 0) return;
  within(cx, frame, access.property, expression, { lo: 0, hi: array.maxLength - 1 });
}

/** The node's value, an integer, lay in the interval. */
function within(cx: Inference, frame: Frame, node: Node, expression: Node, seen: Interval): void {
  if (node.type === "Identifier") {
    variableWithin(cx, frame, node, expression, seen);
    argumentWithin(cx, frame, node, seen);
  }
  if (node.type === "UpdateExpression") {
    const { argument, operator, prefix } = node as UpdateExpression;
    const by = prefix ? 0 : operator === "++" ? 1 : -1;
    if (argument.type !== "Identifier") return;
    variableWithin(cx, frame, argument, expression, { lo: seen.lo + by, hi: seen.hi + by });
    const before = prefix ? (operator === "++" ? -1 : 1) : 0;
    argumentWithin(cx, frame, argument, { lo: seen.lo + before, hi: seen.hi + before });
    return;
  }
  // What was rounded, or of saturated integers, is beyond these.
  if (node.type !== "BinaryExpression" || seen.lo === -Infinity || seen.hi === Infinity) return;
  const { operator, left, right } = node as BinaryExpression;
  const [x, y] = [frame.info.get(left), frame.info.get(right)];
  if (!isTold(cx, x) || !isTold(cx, y) || x.wide || y.wide) return;
  const [a, b] = [boundsOf(x), boundsOf(y)];
  if (operator === "+") {
    within(cx, frame, left, expression, exactBounds(seen.lo - b.hi, seen.hi - b.lo));
    within(cx, frame, right, expression, exactBounds(seen.lo - a.hi, seen.hi - a.lo));
  } else if (operator === "-") {
    within(cx, frame, left, expression, exactBounds(seen.lo + b.lo, seen.hi + b.hi));
    within(cx, frame, right, expression, exactBounds(a.lo - seen.hi, a.hi - seen.lo));
  }
}

/**
 * A variable of 64 bits is one where it was an index, too, and what an int32 makes 64 bits of stays so: of what is read now in one width and
 * now in the other no pass sees that it counts.
 */
const atLeast = (lo: number, seen: number): number => Math.max(lo, lo < INT32.lo ? Math.min(seen, INT32.lo - 1) : seen);
const atMost = (hi: number, seen: number): number => (hi > INT32.hi ? Math.min(hi, Math.max(seen, INT32.hi + 1)) : hi);

/** Relaxed float arithmetic may be done twice: then what is read afterwards isn't what was the index. */
function isTold(cx: Inference, value: Value | undefined): value is NumberValue {
  return value?.kind === "number" && value.int && (!cx.fastmath || isMachineInt(value));
}

/** A parameter that is still what the function was given, `read32(bytes, i + 4)`: so was the argument. */
function argumentWithin(cx: Inference, frame: Frame, node: Node, seen: Interval): void {
  const { caller, call, closure } = frame;
  const binding = bindingAt(closure.source, node);
  if (caller === undefined || call?.type !== "CallExpression" || binding?.kind !== "param") return;
  // A built-in function may be given other arguments than are written.
  if (closure.builtin !== undefined) return;
  if (binding.owner !== closure.node || binding.shared || !isUnwrittenAt(frame, binding, node)) return;
  const given = (call as CallExpression).arguments;
  const argument = given[closure.node.params.indexOf(binding.declaration)];
  if (argument === undefined || given.some(({ type }) => type === "SpreadElement")) return;
  within(cx, caller, argument, call, seen);
}

function isUnwrittenAt({ closure }: Frame, { writes }: Binding, node: Node): boolean {
  if (writes.length === 0) return true;
  return writes.every((write) => write.start >= node.start) && loopAround(closure.source.parents, node) === undefined;
}

function variableWithin(cx: Inference, frame: Frame, node: Node, expression: Node, seen: Interval): void {
  const binding = bindingAt(frame.closure.source, node);
  if (binding === undefined) return;
  const v = cx.variable(frame, binding);
  if (v.pinned || isWrittenAfter(binding, node, expression)) return;
  const value = cx.state?.get(v);
  if (cx.state === undefined || !isTold(cx, value)) return;
  const [lo, hi] = [atLeast(value.lo, seen.lo), atMost(value.hi, seen.hi)];
  // Where none is left the access always fails.
  if (lo > hi || (lo === value.lo && hi === value.hi && !value.nan && !value.wide)) return;
  const { int, f32, nonZero } = value;
  const negZero = value.negZero && seen.lo <= 0 && seen.hi >= 0;
  const narrowed: NumberValue = { kind: "number", lo, hi, int, nan: false, negZero, f32, wide: false };
  cx.state.set(v, nonZero === true ? withoutZero(narrowed) : narrowed);
}

/** What `left` was read as, by what has been found out of the variable since, on the way through `right`: `i += skip[t[i]]`. */
export function knownSince(cx: Inference, frame: Frame, left: Node, right: Node, seen: Value): Value {
  const binding = bindingAt(frame.closure.source, left);
  if (binding === undefined || seen.kind !== "number" || !isTold(cx, seen)) return seen;
  const v = cx.variable(frame, binding);
  const now = v.pinned ? undefined : cx.state?.get(v);
  if (now === seen || !isTold(cx, now) || isWrittenAfter(binding, left, right)) return seen;
  return now.lo >= seen.lo && now.hi <= seen.hi ? now : seen;
}
