/** What a `for…of` runs over: an array, a list, one of their iterators, or a range. */
import type { Expression } from "acorn";
import type { CallNode } from "./calls.ts";
import { describe, differentKinds } from "./describe.ts";
import { inferExpression } from "./expressions.ts";
import { EXACT, type Frame, ZERO_BLIND } from "./frame.ts";
import type { Inference } from "./infer.ts";
import { elementOf, intRange, numberConstant, type TupleValue, UNDEFINED, type Value } from "./lattice.ts";
import { filledBy, isArrayItself } from "./plain-arrays.ts";
import { numeric } from "./to-number.ts";
import type { Range } from "./trips.ts";

export type Iterable =
  /** An array, or a tuple whose items are what `item` covers. */
  { readonly kind: "items"; readonly item: Value; readonly length: number } | (Range & { readonly kind: "range" });

/** What a method says a `for…of` goes over: `a` and "entries" of `for (const [i, x] of a.entries())`. */
export interface Iterated {
  readonly of: Expression;
  readonly gives: "entries" | "keys" | "values";
}

export function iteratedBy(node: Expression): Iterated | undefined {
  if (node.type !== "CallExpression" || node.arguments.length > 0 || node.callee.type !== "MemberExpression")
    return undefined;
  const { object, property, computed } = node.callee;
  if (computed || property.type !== "Identifier" || object.type === "Super") return undefined;
  const { name } = property;
  return name === "entries" || name === "keys" || name === "values" ? { of: object, gives: name } : undefined;
}

/** What is bound in each round over an array, or a list. */
export function itemOf(maxLength: number, element: Value, gives: Iterated["gives"]): Value {
  const index = intRange(0, Math.max(0, maxLength - 1));
  if (gives === "keys") return index;
  return gives === "values" ? element : { kind: "tuple", items: [index, element], literals: [] };
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
