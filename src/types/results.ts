/** What a function gives back, and what JavaScript gets of it. */
import type { Node } from "acorn";
import type { Span } from "../source/span.ts";
import { describeApart } from "./describe.ts";
import { calledName, type Frame } from "./frame.ts";
import type { Inference } from "./infer.ts";
import { type ArrayValue, elementOf, join, KindConflict, UNDEFINED, type Value } from "./lattice.ts";
import { MAX_SPREAD } from "./spread.ts";

/** Is it a plain array of few items, how many being known? It is a tuple to JavaScript, any other a list. */
export function leavesItemByItem({ literals, isMixed, minLength, maxLength }: ArrayValue): boolean {
  return literals.length > 0 && !isMixed && minLength === maxLength && maxLength <= MAX_SPREAD;
}

/** What JavaScript gets for a result: a plain array leaves as one. */
export function leaving(cx: Inference, frame: Frame, node: Node, value: Value): Value {
  if (frame.caller !== undefined || frame.instance !== undefined) return value;
  if (value.kind === "tuple" || value.kind === "record")
    return { ...value, items: value.items.map((v) => leaving(cx, frame, node, v)) };
  if (value.kind === "array" && value.isMixed)
    cx.sink.fail("branch-conflict", { first: "a plain array", second: "a typed array" }, cx.spanAt(frame, node));
  if (value.kind !== "array" || !leavesItemByItem(value)) return value;
  return { kind: "tuple", items: Array.from({ length: value.minLength }, () => elementOf(value)), literals: [] };
}

/** What a function returns, of all its returns; undefined when no path returns. */
export function resultOf(cx: Inference, frame: Frame): Value | undefined {
  let result: Value | undefined = frame.fallsOff ? UNDEFINED : undefined;
  let from: Node | undefined;
  for (const [node, value] of frame.returns) {
    if (result === undefined) {
      result = value;
      from = node;
      continue;
    }
    const both = join(result, value);
    if (!(both instanceof KindConflict)) {
      result = cx.unmixed(frame.closure.node, both);
      continue;
    }
    cx.reconcile(both);
    const name = calledName(frame.closure);
    if (frame.fallsOff && from === undefined && value.kind !== "undefined") {
      cx.sink.fail("missing-return", { name }, cx.spanAt(frame, node));
    }
    const kinds = describeApart(result, value);
    const related: { span: Span; text: string }[] =
      from === undefined ? [] : [{ span: cx.spanAt(frame, from), text: `here it returns ${kinds.first}` }];
    cx.refuse([both.a, both.b], "return-conflict", { name, ...kinds }, cx.spanAt(frame, node), related);
  }
  return result;
}
