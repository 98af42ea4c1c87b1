/** Object literals as values: `{ x, y: 2 }`, `{ ...p, x: 1 }`. Where only the properties of one are used it isn't there any more (frontend/split-objects.ts). */
import type { Node, ObjectExpression, Property } from "acorn";
import { isIdentifier } from "../frontend/language-checks.ts";
import type { PartialSpread } from "../frontend/object-patterns.ts";
import { describe } from "./describe.ts";
import { inferExpression } from "./expressions.ts";
import { EXACT, type Frame } from "./frame.ts";
import type { Inference } from "./infer.ts";
import { isObject, UNDEFINED, type Value } from "./lattice.ts";
import { spreadOperand } from "./spread.ts";

/** The name of a property as it is written, which subset.ts has looked at. */
function nameOf({ key }: Property): string {
  return key.type === "Identifier" ? key.name : String((key as Node & { value: unknown }).value);
}

/**
 * What a literal's properties come to when those of one name are one: in the place of the first, with the value of the last. `spread` says what
 * is in an object of which all are taken, by name and in order.
 */
export function propertiesOf<T>(
  { properties }: ObjectExpression,
  value: (node: Node) => T,
  spread: (operand: Node) => Iterable<readonly [string, T]>,
): Map<string, T> {
  const all = new Map<string, T>();
  for (const property of properties) {
    const operand = spreadOperand(property);
    if (operand === undefined) all.set(nameOf(property as Property), value((property as Property).value));
    else
      for (const [name, item] of spread(operand))
        if ((property as Partial<PartialSpread>).without?.includes(name) !== true) all.set(name, item);
  }
  return all;
}

export function inferRecord(cx: Inference, frame: Frame, node: ObjectExpression): Value {
  const all = propertiesOf(
    node,
    (value) => inferExpression(cx, frame, value, EXACT),
    (operand) => inferSpread(cx, frame, operand),
  );
  if (cx.state === undefined) return UNDEFINED;
  return { kind: "record", names: [...all.keys()], items: [...all.values()] };
}

/** What is spread into an object: another one, a captured one, or nothing. */
function inferSpread(cx: Inference, frame: Frame, operand: Node): readonly (readonly [string, Value])[] {
  const value = inferExpression(cx, frame, operand, EXACT);
  if (cx.state === undefined || value.kind === "undefined") return [];
  if (value.kind === "record") return value.items.map((item, i) => [value.names[i] as string, item]);
  const object = value.kind === "host" && isObject(value.value) ? value.value : undefined;
  const found = object && cx.environment.spread(object);
  if (found === undefined || !found.every(([name]) => isIdentifier(name) && name !== "__proto__"))
    return cx.refuse([value], "spread-object", { actual: describe(value) }, cx.spanAt(frame, operand));
  const arrays = found.map(([, { object: behind }]) => behind);
  if (arrays.some((behind) => behind !== undefined)) frame.captured.set(operand, arrays);
  const items = found.map(([, { value: item }]) => item);
  frame.properties.set(operand, { kind: "record", names: found.map(([name]) => name), items });
  return found.map(([name, { value: item }]) => [name, item]);
}
