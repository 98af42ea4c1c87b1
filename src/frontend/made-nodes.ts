/** Nodes that nobody has written: each stands where what it replaces stood. */
import type { Literal, Node, UnaryExpression } from "acorn";

/** `undefined`, by whatever name that may go. */
export function nothingAt(node: Node): UnaryExpression {
  const { start, end } = node;
  return { type: "UnaryExpression", operator: "void", prefix: true, argument: numberLiteral(0, node), start, end };
}

export function numberLiteral(value: number, place: Node): Literal {
  return { type: "Literal", value, raw: String(value), start: place.start, end: place.end };
}

export function stringLiteral(value: string, place: Node): Literal {
  return { type: "Literal", value, raw: JSON.stringify(value), start: place.start, end: place.end };
}
