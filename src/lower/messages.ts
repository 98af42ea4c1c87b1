/** `throw`: the site's message and the values that go into it, computed only when it is thrown. */
import type { Expression, Node, ThrowStatement } from "acorn";
import { messageParts } from "../frontend/messages.ts";
import type { MessagePart } from "../ir/func.ts";
import type { ValueId } from "../ir/ops.ts";
import type { Frame } from "../types/frame.ts";
import { signOf } from "../types/lattice.ts";
import { fixedText } from "../types/messages.ts";
import { lowerExpression } from "./expressions.ts";
import type { FunctionLowering } from "./function.ts";
import { numberAs } from "./numbers.ts";

export function lowerThrow(fl: FunctionLowering, frame: Frame, node: ThrowStatement): void {
  const made = node.argument as Node & { callee: Node; arguments: Expression[] };
  const callee = fl.valueOf(frame, made.callee);
  const errorName = callee.kind === "host" && typeof callee.value === "function" ? callee.value.name : "Error";
  const loc = fl.spanOf(frame, node);
  const [given] = made.arguments;
  const { message, values } = given === undefined ? { message: [], values: [] } : lowerMessage(fl, frame, given);
  const site = fl.module.site({ kind: "throw", errorName, message, loc });
  fl.b.emit("throw", "void", values, { site }, loc);
}

interface LoweredMessage {
  readonly message: readonly MessagePart[];
  readonly values: readonly ValueId[];
}

function lowerMessage(fl: FunctionLowering, frame: Frame, given: Expression): LoweredMessage {
  const message: MessagePart[] = [];
  const values: ValueId[] = [];
  const addText = (text: string): void => {
    const last = message.at(-1);
    if (typeof last === "string") message[message.length - 1] = last + text;
    else if (text !== "") message.push(text);
  };
  for (const part of messageParts(given, (name) => fl.valueOf(frame, name).kind === "string")) {
    if (typeof part === "string") {
      addText(part);
      continue;
    }
    const op = lowerExpression(fl, frame, part);
    const value = fl.valueOf(frame, part);
    const text = fixedText(value);
    if (text !== undefined) addText(text);
    else if (op.kind === "scalar") {
      const type = value.kind === "bool" ? "boolean" : value.kind !== "bigint" ? "number" : TYPES[signOf(value)];
      message.push({ type });
      values.push(type === "number" ? numberAs(fl, op, "f64", fl.spanOf(frame, part)) : op.id);
    }
  }
  return { message, values };
}

const TYPES = { s: "int64", u: "uint64" } as const;
