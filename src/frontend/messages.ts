/**
 * The message of `throw new Error(…)`: a JavaScript expression → the texts and the expressions whose values go between them.
 *
 *   `bad n: ${n}`      "bad n: ", n
 *   1 + x + " of " + y + 1      1 + x, " of ", y, 1
 *
 * JavaScript adds from left to right, so what stands before the first text is a sum of numbers.
 */
import type {
  BinaryExpression,
  ConditionalExpression,
  Expression,
  Literal,
  LogicalExpression,
  MemberExpression,
  Node,
  TemplateLiteral,
} from "acorn";

/** How many computed values a message may have. */
export const MESSAGE_VALUES = 6;

/** What a message is put together of, in the order in which JavaScript evaluates it. `isText`: is this name, or `name ?? "text"`, a string? */
export function messageParts(node: Node, isText: (name: Node) => boolean): readonly (string | Expression)[] {
  if (isString(node)) return [(node as Literal).value as string];
  if (node.type === "TemplateLiteral") {
    const { quasis, expressions } = node as TemplateLiteral;
    return quasis.flatMap(({ value }, k) => {
      const next = expressions[k];
      return [value.cooked ?? "", ...(next === undefined ? [] : messageParts(next, isText))];
    });
  }
  if (isSum(node) && isMessage(node, isText))
    return [...messageParts(node.left, isText), ...messageParts(node.right, isText)];
  return [node as Expression];
}

/** Does JavaScript make a string of this, by its form? */
export function isMessage(node: Node, isText: (name: Node) => boolean): boolean {
  if (isString(node) || node.type === "TemplateLiteral") return true;
  return isSum(node) ? isMessage(node.left, isText) || isMessage(node.right, isText) : isText(node);
}

export function isString(node: Node): boolean {
  return node.type === "Literal" && typeof (node as Literal).value === "string";
}

/** May this be a text, as far as its form tells: a constant, a parameter, a property? Inference sees whether it is one. */
export function mayBeText(node: Node): boolean {
  return isPath(node) || isTextByDefault(node);
}

/** A name or a property of one, `options.mode` or `options?.mode`, which may be evaluated twice. */
function isPath(node: Node): boolean {
  if (node.type === "ConditionalExpression") return isChain(node as ConditionalExpression);
  if (node.type !== "MemberExpression") return node.type === "Identifier";
  const { object, property, computed } = node as MemberExpression;
  return (!computed || isString(property)) && isPath(object);
}

/** `options == null ? void 0 : options.mode`, as which `options?.mode` comes here (normalise.ts). */
function isChain({ test, consequent, alternate }: ConditionalExpression): boolean {
  if (test.type !== "BinaryExpression" || consequent.type !== "UnaryExpression") return false;
  return test.operator === "==" && isPath(test.left) && consequent.operator === "void" && isPath(alternate);
}

/** `name ?? "text"`, `name || "text"`, `a ?? b ?? "text"`: what a text is unless a helper is told another. */
export function isTextByDefault(node: Node): boolean {
  if (node.type !== "LogicalExpression") return false;
  const { operator, left, right } = node as LogicalExpression;
  return operator !== "&&" && mayBeText(left) && (isString(right) || mayBeText(right));
}

function isSum(node: Node): node is BinaryExpression {
  return node.type === "BinaryExpression" && (node as BinaryExpression).operator === "+";
}
