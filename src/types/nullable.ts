/** Numbers that may be null or undefined: what tests say of them. */
import type { BinaryExpression, Node, UnaryExpression } from "acorn";
import type { Frame } from "./frame.ts";
import {
  asNullable,
  BOOL,
  type BoolValue,
  bool,
  isNull,
  NOTHING,
  type NullableValue,
  numberIn,
  simplified,
  type Value,
} from "./lattice.ts";
import { compareNumbers } from "./operators.ts";

/** Can two values be equal, of which one may be null or undefined? undefined where that isn't to be asked. */
export function mayEqual(a: Value, b: Value, isLoose: boolean): boolean | undefined {
  const [x, y] = [asNullable(a), asNullable(b)];
  if (x === undefined || y === undefined) {
    const other = x === undefined ? a : b;
    return !isLoose && (other.kind === "bool" || other.kind === "bigint") ? false : undefined;
  }
  const [m, n] = [numberIn(x), numberIn(y)];
  if (m !== undefined && n !== undefined && compareNumbers("===", m, n).value !== false) return true;
  return isLoose
    ? (x.null || x.undefined) && (y.null || y.undefined)
    : (x.null && y.null) || (x.undefined && y.undefined);
}

/** `typeof x === "number"`, where x may be null or undefined. */
export interface TypeTest {
  readonly of: Node;
  readonly value: NullableValue;
  readonly text: string;
}

export function typeTest(frame: Frame, { left, right }: BinaryExpression): TypeTest | undefined {
  for (const [side, other] of [
    [left, right],
    [right, left],
  ] as const) {
    if (side.type !== "UnaryExpression" || (side as UnaryExpression).operator !== "typeof") continue;
    const of = (side as UnaryExpression).argument;
    const value = frame.info.get(of);
    const text = other.type === "Literal" ? (other as Node & { value: unknown }).value : undefined;
    if (value?.kind === "nullable" && typeof text === "string") return { of, value, text };
  }
  return undefined;
}

/** What is left of a value that is of such a type, or isn't; undefined when nothing is. */
export function remaining(v: NullableValue, type: string, isSo: boolean): Value | undefined {
  const { number } = (type === "number") === isSo ? v : NOTHING;
  return simplified({
    kind: "nullable",
    number,
    null: v.null && (type === "object") === isSo,
    undefined: v.undefined && (type === "undefined") === isSo,
  });
}

/** The truth of an equality, by what is left of a value where it holds and where it doesn't. */
export function truthOfTest(whenTrue: Value | undefined, whenFalse: Value | undefined, operator: string): BoolValue {
  const isNegated = operator === "!==" || operator === "!=";
  if (whenTrue !== undefined && whenFalse !== undefined) return BOOL;
  return bool((whenTrue === undefined) === isNegated);
}

/** What is left of a value that equals another one, or doesn't; undefined when nothing is. */
export function comparedWith(v: NullableValue, other: Value, isEqual: boolean, isLoose: boolean): Value | undefined {
  const y = asNullable(other);
  if (y === undefined) return v;
  const either = y.null || y.undefined;
  const isNothing = other.kind === "undefined" || isNull(other);
  // What differs from a number may be another one.
  if (!isEqual && !isNothing) return v;
  const same = { null: isLoose ? either : y.null, undefined: isLoose ? either : y.undefined };
  return simplified({
    kind: "nullable",
    number: isEqual && numberIn(y) === undefined ? NOTHING.number : v.number,
    null: v.null && same.null === isEqual,
    undefined: v.undefined && same.undefined === isEqual,
  });
}
