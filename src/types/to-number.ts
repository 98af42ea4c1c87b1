/** Operands as the numbers that JavaScript makes of them; errors where the author can't have meant it. */
import type { Identifier, Node } from "acorn";
import { bindingAt } from "./counted.ts";
import { describe } from "./describe.ts";
import type { Frame } from "./frame.ts";
import type { Inference } from "./infer.ts";
import { asNullable, asNumberValue, intRange, isNull, type NumberValue, type Value } from "./lattice.ts";

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
export function isMissingSoFar(frame: Frame, node: Node, value: Value): boolean {
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
