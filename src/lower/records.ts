/** Lowers object literals and their properties: a record is a tuple whose items are found by name. */

import type { MemberExpression, Node, ObjectExpression } from "acorn";
import type { Span } from "../source/span.ts";
import type { Frame } from "../types/frame.ts";
import { type RecordValue, UNDEFINED, type Value } from "../types/lattice.ts";
import { propertyName } from "../types/members.ts";
import { propertiesOf } from "../types/records.ts";
import { capturedValue, lowerExpression } from "./expressions.ts";
import type { FunctionLowering } from "./function.ts";
import { NONE, type Operand } from "./operand.ts";
import { readStorage, type Storage } from "./storage.ts";

/** Its items are in the order of its value's names. */
export function lowerRecord(fl: FunctionLowering, frame: Frame, node: ObjectExpression): Operand {
  const all = propertiesOf(
    node,
    (value) => lowerExpression(fl, frame, value),
    (operand) => lowerSpread(fl, frame, operand),
  );
  return { kind: "tuple", items: fl.valueOf(frame, node).kind === "record" ? [...all.values()] : [] };
}

/** Of a captured object what inference has found there. */
function lowerSpread(fl: FunctionLowering, frame: Frame, operand: Node): readonly (readonly [string, Operand])[] {
  const op = lowerExpression(fl, frame, operand);
  const value = fl.valueOf(frame, operand);
  const own = value.kind === "host" ? frame.properties.get(operand) : undefined;
  if (own?.kind === "record") {
    const { text } = frame.closure.source.source;
    const behind = frame.captured.get(operand);
    const objects: readonly unknown[] = Array.isArray(behind) ? behind : [];
    return own.names.map((name, i) => {
      const path = `${text.slice(operand.start, operand.end)}.${name}`;
      return [name, capturedValue(fl, path, own.items[i] ?? UNDEFINED, objects[i], fl.spanOf(frame, operand))];
    });
  }
  const names = value.kind === "record" ? value.names : [];
  return names.map((name, i) => [name, op.kind === "tuple" ? (op.items[i] ?? NONE) : NONE]);
}

/** Of what a variable holds nothing else is read. */
export function lowerProperty(
  fl: FunctionLowering,
  frame: Frame,
  node: MemberExpression,
  record: RecordValue,
  value: Value,
  loc: Span,
): Operand {
  const storage = storageAt(fl, frame, node);
  if (storage !== undefined) return readStorage(fl.b, storage, value, value, loc);
  const object = lowerExpression(fl, frame, node.object);
  return object.kind === "tuple" ? (object.items[placeIn(record, node)] ?? NONE) : NONE;
}

/** Where a variable is kept, or a property of an object that one holds. */
export function storageAt(fl: FunctionLowering, frame: Frame, node: Node): Storage | undefined {
  if (node.type === "Identifier") {
    const variable = fl.variableAt(frame, node);
    return variable && fl.storage(variable);
  }
  if (node.type !== "MemberExpression") return undefined;
  const { object } = node as MemberExpression;
  const record = fl.valueOf(frame, object);
  const whole = record.kind === "record" ? storageAt(fl, frame, object) : undefined;
  return whole?.kind === "tuple" && record.kind === "record"
    ? whole.items[placeIn(record, node as MemberExpression)]
    : undefined;
}

function placeIn({ names }: RecordValue, node: MemberExpression): number {
  return names.indexOf(propertyName(node) ?? "");
}
