/**
 * Objects whose properties are assigned, and which functions are called with (frontend/split-objects.ts). The function is given what they are
 * at the call. JavaScript gives it the object itself, which makes no difference to one that only looks at the properties: what it returned,
 * stored or compared would go on changing, or be the same one as another. So would what functions see that are made there and called when
 * the call is over, which is an error (outlived.ts).
 */
import type { BinaryExpression, ConditionalExpression, Identifier, Literal, LogicalExpression, Node } from "acorn";
import { isArgument, isLentObject } from "../frontend/split-objects.ts";
import { type CallNode, calledText } from "./calls.ts";
import type { Frame } from "./frame.ts";
import type { Inference } from "./infer.ts";
import type { Closure, FunctionValue } from "./lattice.ts";

/** Sees to it that what is called, where that is a function, keeps no object that it is lent. */
export function checkLent(cx: Inference, frame: Frame, node: CallNode, target?: FunctionValue): void {
  for (const [i, argument] of node.arguments.entries()) {
    if (!isLent(cx, frame, argument)) continue;
    const isKept = target === undefined || target.targets.some((closure) => keeps(cx, closure, i));
    if (!isKept) continue;
    const object = frame.closure.source.source.text.slice(argument.start, argument.end);
    cx.sink.fail("object-kept", { name: calledText(frame, node.callee), object }, cx.spanAt(frame, argument));
  }
}

function isLent(cx: Inference, { closure }: Frame, argument: Node): boolean {
  if (argument.type !== "Identifier") return isLentObject(argument);
  const binding = closure.source.bindings.get(argument as Identifier);
  return binding !== undefined && cx.lent.has(binding);
}

/** Notes that the parameter is lent from now on: of where it is handed on to another function, the same is asked. */
function keeps(cx: Inference, { node, source }: Closure, i: number): boolean {
  const parameter = node.params[i];
  const name = parameter?.type === "AssignmentPattern" ? parameter.left : parameter;
  if (i >= node.params.length - 1 && node.params.at(-1)?.type === "RestElement") return true;
  const binding = name?.type === "Identifier" ? source.bindings.get(name) : undefined;
  if (binding === undefined) return false;
  if (!cx.lent.has(binding)) {
    cx.lent.add(binding);
    // An instance may have been looked at for another caller.
    cx.changed = true;
  }
  return !binding.references.every((use) => isLookedAt(use, source.parents));
}

/** Its properties are read, it is copied or handed on, or asked whether it is there. */
function isLookedAt(use: Node, parents: ReadonlyMap<Node, Node>): boolean {
  const parent = parents.get(use);
  switch (parent?.type) {
    case "MemberExpression":
      return (parent as Node & { object: Node }).object === use;
    case "VariableDeclarator":
      return (parent as Node & { id: Node }).id.type === "ObjectPattern";
    case "SpreadElement":
      return parents.get(parent)?.type === "ObjectExpression";
    case "CallExpression":
      return isArgument(use, parents);
    case "UnaryExpression":
    case "IfStatement":
      return true;
    case "ConditionalExpression":
      return (parent as ConditionalExpression).test === use;
    case "LogicalExpression":
      // An object is true.
      return (parent as LogicalExpression).operator === "&&" && (parent as LogicalExpression).left === use;
    case "BinaryExpression":
      return [(parent as BinaryExpression).left, (parent as BinaryExpression).right].some(isNothing);
    default:
      return false;
  }
}

function isNothing(node: Node): boolean {
  if (node.type === "Identifier") return (node as Identifier).name === "undefined";
  return node.type === "UnaryExpression" || (node.type === "Literal" && (node as Literal).value === null);
}
