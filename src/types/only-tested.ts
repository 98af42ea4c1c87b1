/** Values of which only the truth is seen: `const odd = inside && x & 1; if (odd) …`. There a boolean does for a number. */
import type {
  AssignmentExpression,
  ConditionalExpression,
  Identifier,
  Node,
  SequenceExpression,
  VariableDeclarator,
} from "acorn";
import type { Binding, FunctionSource } from "../frontend/program.ts";
import { bindingAt } from "./counted.ts";

/** Does whoever uses what `node` is only ask whether it is truthy? `asked`: variables that are being looked at. */
export function isOnlyTested(source: FunctionSource, node: Node, asked: ReadonlySet<Binding> = new Set()): boolean {
  const parent = source.parents.get(node) as (Node & { test?: Node | null; operator?: string }) | undefined;
  const goesOn = (): boolean => parent !== undefined && isOnlyTested(source, parent, asked);
  switch (parent?.type) {
    case "ExpressionStatement":
    case "ForStatement":
    case "IfStatement":
    case "WhileStatement":
    case "DoWhileStatement":
      return true;
    case "ConditionalExpression":
      return (parent as ConditionalExpression).test === node || goesOn();
    case "UnaryExpression":
      return parent.operator === "!";
    case "LogicalExpression":
      return parent.operator !== "??" && goesOn();
    case "SequenceExpression":
      return (parent as SequenceExpression).expressions.at(-1) !== node || goesOn();
    case "VariableDeclarator":
      return isVariableOnlyTested(source, (parent as VariableDeclarator).id, asked);
    case "AssignmentExpression": {
      const { left, operator } = parent as AssignmentExpression;
      // `ok &&= …` reads `ok`, too.
      const isLogical = operator === "&&=" || operator === "||=";
      if (left === node) return isLogical && goesOn();
      return (isLogical || operator === "=") && goesOn() && isVariableOnlyTested(source, left, asked);
    }
    default:
      return false;
  }
}

function isVariableOnlyTested(source: FunctionSource, name: Node, asked: ReadonlySet<Binding>): boolean {
  const binding = name.type === "Identifier" ? bindingAt(source, name) : undefined;
  if (binding === undefined || binding.kind === "param") return false;
  // `ok = ok && …`
  if (asked.has(binding)) return true;
  const now = new Set([...asked, binding]);
  return binding.references.every((use) => isGiven(source, use) || isOnlyTested(source, use, now));
}

/** Is it the left side of `=`? */
function isGiven({ parents }: FunctionSource, use: Identifier): boolean {
  const { type, left, operator } = (parents.get(use) ?? use) as Node & { left?: Node; operator?: string };
  return type === "AssignmentExpression" && operator === "=" && left === use;
}
