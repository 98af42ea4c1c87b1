/**
 * Backward look: which differences in a variable's value can nobody see?
 *
 * JavaScript's `y * w` may be −0, and may round beyond 2^53. Where every use of the result is an index (or ignores the sign
 * of zero), it can be a machine integer all the same. V8 calls the first half truncation analysis.
 *
 *   const row = y * w;            // every reference below is an index or part of one: an i64
 *   for (…) s += image[row + x];
 *
 * `demandOf` climbs from each reference to the expression that consumes it. It may only say "blind" when that is certain:
 * the sign of a dropped zero can't be had back. `wideOk` may be wrong; inference checks it where the value is used and
 * starts again with the variable pinned to exact.
 */
import type { Node } from "acorn";
import type { Binding, FunctionSource } from "../frontend/program.ts";
import { bindingAt, isInside } from "./counted.ts";
import { type Demand, EXACT, INDEX, ZERO_BLIND } from "./frame.ts";

interface Operator extends Node {
  readonly operator: string;
  readonly left: Node;
  readonly right: Node;
  readonly argument: Node;
}

/** What the climb can ask of the program around it. */
export interface DemandContext {
  readonly source: FunctionSource;
  /** Demand on the current function's result. */
  readonly returnDemand: Demand;
  /** Bindings that a former attempt found to need every bit. */
  readonly exact: ReadonlySet<Binding>;
  /** Is the identifier `Math` the global one here? */
  readonly mathIsGlobal: boolean;
  /** Does a store into this expression's elements lose the sign of zero (an integer array)? Only where known for certain. */
  storesIntegers(array: Node): boolean;
}

const both = (a: Demand, b: Demand): Demand => ({
  zeroBlind: a.zeroBlind && b.zeroBlind,
  wideOk: a.wideOk && b.wideOk,
});
const BITWISE = new Set(["|", "&", "^", "<<", ">>", ">>>"]);
const COMPARISON = new Set(["<", "<=", ">", ">=", "==", "!=", "===", "!=="]);
const MONOTONE_MATH = new Set(["min", "max", "floor", "ceil", "round", "trunc"]);

/** The demand of all uses of a variable together. */
export function demandOf(binding: Binding, cx: DemandContext, busy: Set<Binding> = new Set()): Demand {
  if (busy.has(binding)) return INDEX;
  busy.add(binding);
  let demand: Demand = INDEX;
  for (const ref of binding.references) {
    demand = both(demand, demandAt(ref, cx, busy));
    if (!demand.zeroBlind && !demand.wideOk) break;
  }
  busy.delete(binding);
  return cx.exact.has(binding) ? { ...demand, wideOk: false } : demand;
}

/** The demand that an expression's surroundings make on its value. */
export function demandAt(node: Node, cx: DemandContext, busy: Set<Binding>): Demand {
  const { source } = cx;
  const parent = source.parents.get(node);
  if (parent === undefined) return EXACT;
  const climb = (n: Node): Demand => demandAt(n, cx, busy);
  const variable = (n: Node): Demand => {
    const b = bindingAt(source, n);
    return b === undefined ? EXACT : demandOf(b, cx, busy);
  };
  switch (parent.type) {
    case "ExpressionStatement":
      return INDEX;
    case "ParenthesizedExpression":
      return climb(parent);
    case "MemberExpression":
      return (parent as Node & { property: Node }).property === node ? INDEX : EXACT;
    case "IfStatement":
    case "WhileStatement":
    case "DoWhileStatement":
      return INDEX;
    case "ForStatement": {
      const f = parent as Node & { test?: Node | null };
      return f.test === node ? INDEX : INDEX;
    }
    case "ConditionalExpression":
      return (parent as Node & { test: Node }).test === node ? INDEX : climb(parent);
    case "SequenceExpression": {
      const list = (parent as Node & { expressions: Node[] }).expressions;
      return list[list.length - 1] === node ? climb(parent) : INDEX;
    }
    case "UnaryExpression": {
      const op = (parent as Operator).operator;
      if (op === "!") return INDEX;
      if (op === "~") return ZERO_BLIND;
      if (op === "+" || op === "-") return climb(parent);
      return EXACT;
    }
    case "LogicalExpression":
      return climb(parent);
    case "UpdateExpression": {
      // i++ as a statement only feeds i itself; its old value is one with the parent's view otherwise.
      const outer = source.parents.get(parent);
      const unused =
        outer?.type === "ExpressionStatement" ||
        (outer?.type === "ForStatement" && (outer as Node & { update?: Node }).update === parent);
      return unused ? INDEX : climb(parent);
    }
    case "BinaryExpression":
      return binaryDemand(node, parent as Operator, climb(parent), source);
    case "AssignmentExpression":
      return assignmentDemand(node, parent as Operator, cx, climb, variable);
    case "VariableDeclarator":
      return (parent as Node & { init?: Node | null }).init === node
        ? variable((parent as Node & { id: Node }).id)
        : INDEX;
    case "AssignmentPattern":
      return (parent as Node & { right: Node }).right === node ? variable((parent as Operator).left) : INDEX;
    case "ReturnStatement":
      return isOwnReturn(parent, source) ? cx.returnDemand : EXACT;
    case "ArrowFunctionExpression":
      return parent === source.node ? cx.returnDemand : EXACT;
    case "CallExpression":
      return callDemand(node, parent as Node & { callee: Node; arguments: Node[] }, cx, climb, busy);
    default:
      return EXACT;
  }
}

/** A `return` of the function itself, not of one nested in it. */
function isOwnReturn(node: Node, source: FunctionSource): boolean {
  let n: Node | undefined = source.parents.get(node);
  while (n !== undefined && n !== source.node) {
    if (n.type === "FunctionExpression" || n.type === "FunctionDeclaration" || n.type === "ArrowFunctionExpression")
      return false;
    n = source.parents.get(n);
  }
  return n === source.node;
}

/** What a binary operator asks of `node`, one of its operands, given what is asked of its result. */
export function binaryDemand(node: Node, parent: Operator, demand: Demand, source: FunctionSource): Demand {
  const isLeft = parent.left === node;
  const other = isLeft ? parent.right : parent.left;
  switch (parent.operator) {
    case "+":
      return { zeroBlind: demand.zeroBlind || neverNegativeZero(other, source), wideOk: demand.wideOk };
    case "-":
      return { zeroBlind: demand.zeroBlind || (!isLeft && neverNegativeZero(other, source)), wideOk: demand.wideOk };
    case "*":
      return demand;
    case "/":
      return isLeft ? { zeroBlind: demand.zeroBlind, wideOk: false } : EXACT;
    case "%":
      return isLeft ? { zeroBlind: demand.zeroBlind, wideOk: false } : ZERO_BLIND;
    default:
      if (BITWISE.has(parent.operator)) return ZERO_BLIND;
      if (COMPARISON.has(parent.operator)) return INDEX;
      return EXACT;
  }
}

function assignmentDemand(
  node: Node,
  parent: Operator,
  cx: DemandContext,
  climb: (n: Node) => Demand,
  variable: (n: Node) => Demand,
): Demand {
  const outer = cx.source.parents.get(parent);
  const used =
    outer?.type !== "ExpressionStatement" &&
    !(outer?.type === "ForStatement" && (outer as Node & { test?: Node }).test !== parent);
  const asValue = used ? climb(parent) : INDEX;
  const target: Demand =
    parent.left.type === "Identifier"
      ? variable(parent.left)
      : parent.left.type === "MemberExpression" && cx.storesIntegers((parent.left as Node & { object: Node }).object)
        ? ZERO_BLIND
        : EXACT;
  const demand = both(asValue, target);
  if (parent.operator === "=") return parent.right === node ? demand : INDEX;
  const op = parent.operator.slice(0, -1);
  if (op === "&&" || op === "||" || op === "??") return demand;
  const as = { operator: op, left: parent.left, right: parent.right } as Operator;
  return binaryDemand(node, as, demand, cx.source);
}

function callDemand(
  node: Node,
  call: Node & { callee: Node; arguments: Node[] },
  cx: DemandContext,
  climb: (n: Node) => Demand,
  busy: Set<Binding>,
): Demand {
  const at = call.arguments.indexOf(node);
  if (at < 0) return EXACT;
  if (call.callee.type === "MemberExpression") {
    const m = call.callee as Node & { object: Node; property: Node & { name?: string }; computed: boolean };
    const isMath =
      !m.computed && m.object.type === "Identifier" && (m.object as Node & { name: string }).name === "Math";
    if (!isMath || !cx.mathIsGlobal || bindingAt(cx.source, m.object) !== undefined) return EXACT;
    const name = m.property.name ?? "";
    if (name === "abs") return { zeroBlind: true, wideOk: climb(call).wideOk };
    if (MONOTONE_MATH.has(name)) return climb(call);
    if (name === "imul" || name === "clz32") return ZERO_BLIND;
    return EXACT;
  }
  // An inner function's parameter: its uses are in the same source.
  const callee = bindingAt(cx.source, call.callee);
  const fn = callee?.fn ?? constantFunction(callee, cx.source);
  const param = fn?.params[at];
  const binding =
    param === undefined ? undefined : bindingAt(cx.source, param.type === "AssignmentPattern" ? param.left : param);
  return binding === undefined ? EXACT : demandOf(binding, cx, busy);
}

function constantFunction(
  binding: Binding | undefined,
  source: FunctionSource,
): (Node & { params: Node[] & { [i: number]: Node & { left: Node } } }) | undefined {
  if (binding === undefined || binding.writes.length > 0) return undefined;
  const d = source.parents.get(binding.declaration);
  const init = d?.type === "VariableDeclarator" ? (d as Node & { init?: Node | null }).init : undefined;
  if (init?.type !== "ArrowFunctionExpression" && init?.type !== "FunctionExpression") return undefined;
  return init as Node & { params: Node[] & { [i: number]: Node & { left: Node } } };
}

/** Can't be −0, for reasons visible in the source. */
export function neverNegativeZero(node: Node, source: FunctionSource, busy: Set<Binding> = new Set()): boolean {
  switch (node.type) {
    case "Literal":
      return true;
    case "MemberExpression": {
      const m = node as Node & { computed: boolean; property: Node & { name?: string } };
      return !m.computed && m.property.name === "length";
    }
    case "UnaryExpression":
      return (node as Operator).operator === "~" || (node as Operator).operator === "!";
    case "BinaryExpression": {
      const b = node as Operator;
      if (BITWISE.has(b.operator) || COMPARISON.has(b.operator)) return true;
      if (b.operator === "+")
        return neverNegativeZero(b.left, source, busy) || neverNegativeZero(b.right, source, busy);
      if (b.operator === "-") return neverNegativeZero(b.left, source, busy);
      return false;
    }
    case "ConditionalExpression": {
      const c = node as Node & { consequent: Node; alternate: Node };
      return neverNegativeZero(c.consequent, source, busy) && neverNegativeZero(c.alternate, source, busy);
    }
    case "UpdateExpression":
    case "Identifier": {
      const id = node.type === "Identifier" ? node : (node as Operator).argument;
      const binding = bindingAt(source, id);
      if (binding === undefined || binding.kind === "param") return false;
      if (busy.has(binding)) return true;
      busy.add(binding);
      const yes =
        initialiserIsNever(binding, source, busy) && binding.writes.every((w) => writeIsNever(w, source, busy));
      busy.delete(binding);
      return yes;
    }
    default:
      return false;
  }
}

function initialiserIsNever(binding: Binding, source: FunctionSource, busy: Set<Binding>): boolean {
  const d = source.parents.get(binding.declaration);
  if (d?.type !== "VariableDeclarator") return false;
  const decl = d as Node & { id: Node; init?: Node | null };
  if (decl.id !== binding.declaration) return false;
  if (decl.init == null) {
    // `for (const i of prange(n))` counts; other for…of heads give elements.
    return false;
  }
  return neverNegativeZero(decl.init, source, busy);
}

function writeIsNever(write: Node, source: FunctionSource, busy: Set<Binding>): boolean {
  const parent = source.parents.get(write);
  if (parent === undefined) return false;
  if (parent.type === "UpdateExpression") return true;
  if (parent.type !== "AssignmentExpression") return false;
  const a = parent as Operator;
  if (a.left !== write) return false;
  if (a.operator === "=") return neverNegativeZero(a.right, source, busy);
  // s += e is −0 only if s was.
  if (a.operator === "+=" || a.operator === "-=") return true;
  return BITWISE.has(a.operator.slice(0, -1));
}

/** Is `node` inside the update or test of the loop? Used by loops to tell counters. */
export function isPartOf(node: Node, part: Node | null | undefined): boolean {
  return part != null && isInside(node, part);
}
