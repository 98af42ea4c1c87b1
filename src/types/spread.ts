/** Spread arguments and items, `f(...pair)`, and rest elements, `[head, ...tail]`: lists whose length is known when compiling. */
import type { Node } from "acorn";
import { describe } from "./describe.ts";
import { arrayLiteral, inferExpression } from "./expressions.ts";
import { EXACT, type Frame } from "./frame.ts";
import type { Inference } from "./infer.ts";
import { elementOf, UNDEFINED, type Value } from "./lattice.ts";

/** So many arguments or items are written out one by one at most. */
export const MAX_SPREAD = 64;

/** The operand of `...`, in arguments, items, and patterns. */
export function spreadOperand(node: Node): Node | undefined {
  return node.type === "SpreadElement" || node.type === "RestElement"
    ? (node as Node & { argument: Node }).argument
    : undefined;
}

/** The items that a value has when it is spread; undefined when it isn't known how many. */
export function spreadItems(value: Value): readonly Value[] | undefined {
  if (value.kind === "tuple") return value.items;
  if (value.kind !== "array" || value.minLength !== value.maxLength || value.minLength > MAX_SPREAD) return undefined;
  return Array.from({ length: value.minLength }, () => elementOf(value));
}

/** The values of arguments or items in order, with those that are spread in their places. */
export function inferAll(
  cx: Inference,
  frame: Frame,
  nodes: readonly Node[],
  infer: (node: Node, i: number) => Value,
): Value[] {
  return nodes.flatMap((node, i) => {
    const spread = spreadOperand(node);
    if (spread === undefined) return [infer(node, i)];
    const value = inferExpression(cx, frame, spread, EXACT);
    if (cx.state === undefined) return [];
    const items = spreadItems(value);
    return items ?? cx.refuse([value], "unsupported-spread", { actual: describe(value) }, cx.spanAt(frame, node));
  });
}

/** What a rest element names: a tuple of what is left, or an array where something needs one. */
function restOf(cx: Inference, frame: Frame, node: Node, items: readonly Value[]): Value {
  const value = arrayLiteral(cx, frame, node, items);
  frame.info.set(node, value);
  return value;
}

/** Arguments as the parameters take them: the last may be a rest element. */
export function packed(cx: Inference, frame: Frame, params: readonly Node[], args: readonly Value[]): readonly Value[] {
  const last = params.length - 1;
  const rest = params[last];
  if (rest?.type !== "RestElement") return args;
  const own = Array.from({ length: last }, (_, i) => args[i] ?? UNDEFINED);
  return [...own, restOf(cx, frame, rest, args.slice(last))];
}

/** The targets of a destructuring pattern, each with its value. */
export function takenApart(cx: Inference, frame: Frame, pattern: Node, value: Value): [target: Node, item: Value][] {
  const { elements } = pattern as Node & { elements: (Node | null)[] };
  if (value.kind !== "tuple" && value.kind !== "array")
    return cx.refuse([value], "destructure-non-tuple", { actual: describe(value) }, cx.spanAt(frame, pattern));
  const [least, most] =
    value.kind === "tuple" ? [value.items.length, value.items.length] : [value.minLength, value.maxLength];
  return elements.flatMap((e, i): [Node, Value][] => {
    if (e === null) return [];
    if (e.type === "RestElement") {
      const items = spreadItems(value);
      if (items === undefined)
        return cx.sink.fail("unsupported-rest", { actual: describe(value) }, cx.spanAt(frame, e));
      return [[spreadOperand(e) ?? e, restOf(cx, frame, e, items.slice(i))]];
    }
    const hasDefault = e.type === "AssignmentPattern";
    if (i >= most && (hasDefault || value.kind === "tuple")) {
      if (hasDefault) return [[e, UNDEFINED]];
      const wanted = elements.length;
      return cx.sink.fail("destructure-length", { wanted, actual: most }, cx.spanAt(frame, pattern));
    }
    if (hasDefault && i >= least)
      return cx.sink.fail("destructure-default", { actual: describe(value) }, cx.spanAt(frame, e));
    return [[e, value.kind === "tuple" ? (value.items[i] ?? UNDEFINED) : elementOf(value)]];
  });
}
