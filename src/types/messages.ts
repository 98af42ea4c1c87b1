/** Inference of what an error's message is put together of. */
import type { Expression, Identifier, Node, ThrowStatement } from "acorn";
import { isMessage, MESSAGE_VALUES, mayBeText, messageParts } from "../frontend/messages.ts";
import { bindingAt } from "./counted.ts";
import { describe } from "./describe.ts";
import { inferExpression } from "./expressions.ts";
import { EXACT, type Frame, ZERO_BLIND } from "./frame.ts";
import type { Inference } from "./infer.ts";
import type { Value } from "./lattice.ts";

/** language-checks.ts has seen to it that it is a new error, with a message by its form or with a name from outside. */
export function inferThrow(cx: Inference, frame: Frame, node: ThrowStatement): void {
  const made = node.argument as Node & { callee: Node; arguments: Expression[] };
  inferExpression(cx, frame, made.callee, EXACT);
  const [message] = made.arguments;
  const isText = (name: Node): boolean => isStringName(cx, frame, name);
  if (message !== undefined && !isMessage(message, isText)) {
    inferExpression(cx, frame, message, EXACT);
    if (cx.state !== undefined) cx.sink.fail("throw-unsupported", {}, cx.spanAt(frame, made));
  } else if (message !== undefined) inferMessage(cx, frame, message, messageParts(message, isText));
  cx.state = undefined;
}

function inferMessage(cx: Inference, frame: Frame, message: Node, parts: readonly (string | Expression)[]): void {
  let count = 0;
  for (const part of parts) {
    if (typeof part === "string") continue;
    // -0 is written as 0.
    const value = inferExpression(cx, frame, part, ZERO_BLIND);
    if (cx.state === undefined) return;
    if (isWritten(value)) count++;
    else if (fixedText(value) === undefined)
      cx.refuse([value], "message-value", { actual: describe(value) }, cx.spanAt(frame, part));
  }
  if (count > MESSAGE_VALUES)
    cx.sink.fail("message-values", { count, most: MESSAGE_VALUES }, cx.spanAt(frame, message));
}

/** Is it only known when the error is thrown? */
function isWritten({ kind }: Value): boolean {
  return kind === "number" || kind === "bool" || kind === "bigint";
}

/** What a value is written as that is no number, boolean or BigInt; undefined where messages can't have it. */
export function fixedText(value: Value): string | undefined {
  if (value.kind === "string") return value.value;
  return value.kind === "undefined" ? "undefined" : undefined;
}

/** Is it a name or a property of a string, or `name ?? "text"` that comes to one? */
function isStringName(cx: Inference, frame: Frame, node: Node): boolean {
  const binding = node.type === "Identifier" ? bindingAt(frame.closure.source, node as Identifier) : undefined;
  if (binding !== undefined) return cx.read(cx.variable(frame, binding))?.kind === "string";
  return mayBeText(node) && inferExpression(cx, frame, node as Expression, EXACT).kind === "string";
}
