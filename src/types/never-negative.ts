/** What a value can't be, whatever the program does: negative, for BigInts, and −0. For reasons visible in the source alone. */
import type { Node } from "acorn";
import type { Binding, FunctionSource } from "../frontend/program.ts";
import { builtinOf } from "./builtins.ts";
import { bindingAt } from "./counted.ts";
import { exactBigint, oneBigint } from "./exact-bigint.ts";
import { UINT64_MAX, type Value } from "./lattice.ts";

export interface Operator extends Node {
  readonly operator: string;
  readonly left: Node;
  readonly right: Node;
  readonly argument: Node;
}

export const BITWISE = new Set(["|", "&", "^", "<<", ">>", ">>>"]);
export const COMPARISON = new Set(["<", "<=", ">", ">=", "==", "!=", "===", "!=="]);

/** What is to be known of the program around. */
interface Surroundings {
  readonly source: FunctionSource;
  /** What a name from outside the function stands for, or a property of one. */
  captured(node: Node): Value | undefined;
}

/** A BigInt of [0, 2^64), for reasons visible in the source. */
export function neverNegative(node: Node, cx: Surroundings, busy: Set<Binding> = new Set()): boolean {
  const fits = (v: unknown): boolean => typeof v === "bigint" && v >= 0n && v <= UINT64_MAX;
  switch (node.type) {
    case "Literal":
      return fits((node as Node & { value: unknown }).value);
    case "BinaryExpression": {
      const b = node as Operator;
      const known = constantBigint(node, cx);
      if (known !== undefined) return fits(known);
      if (b.operator === "&") return neverNegative(b.left, cx, busy) || neverNegative(b.right, cx, busy);
      return b.operator === ">>" && neverNegative(b.left, cx, busy) && neverNegative(b.right, cx, busy);
    }
    case "CallExpression": {
      const callee = cx.captured((node as Node & { callee: Node }).callee);
      return callee?.kind === "host" && builtinOf(callee.value)?.kind === "asUintN";
    }
    case "Identifier": {
      const binding = bindingAt(cx.source, node);
      if (binding === undefined) return fits(constantBigint(node, cx));
      const init = busy.has(binding) ? undefined : onlyValue(binding, cx.source);
      if (init === undefined) return false;
      busy.add(binding);
      return neverNegative(init, cx, busy);
    }
    default:
      return fits(constantBigint(node, cx));
  }
}

/** What a variable that is never assigned again is declared with. */
export function onlyValue(binding: Binding, source: FunctionSource): Node | undefined {
  const d = source.parents.get(binding.declaration);
  if (binding.writes.length > 0 || d?.type !== "VariableDeclarator") return undefined;
  const { id, init } = d as Node & { id: Node; init?: Node | null };
  return id === binding.declaration ? (init ?? undefined) : undefined;
}

/** The one value of an expression of BigInt constants, however large. */
function constantBigint(node: Node, cx: Surroundings): bigint | undefined {
  return exactBigint(node, (leaf) => {
    if (leaf.type === "Literal") {
      const { value } = leaf as Node & { value: unknown };
      return typeof value === "bigint" ? value : undefined;
    }
    return oneBigint(cx.captured(leaf));
  });
}

/** What neverNegativeZero has found of variables: it rests on the program's text alone. */
const NEVER_NEGATIVE_ZERO = new WeakMap<Binding, boolean>();

/** Can't be −0, for reasons visible in the source. `busy`: variables that can't if those on the way to them can't. */
export function neverNegativeZero(node: Node, source: FunctionSource, busy: Set<Binding> = new Set()): boolean {
  switch (node.type) {
    case "Literal":
      return true;
    case "MemberExpression": {
      const m = node as Node & { computed: boolean; property: Node & { name?: string } };
      return !m.computed && m.property.name === "length";
    }
    case "UnaryExpression": {
      const { operator, argument } = node as Operator;
      if (operator === "-") return argument.type === "Literal" && (argument as Node & { value: unknown }).value !== 0;
      return operator === "~" || operator === "!";
    }
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
      const known = NEVER_NEGATIVE_ZERO.get(binding);
      if (known !== undefined) return known;
      if (busy.has(binding)) return true;
      const before = busy.size;
      busy.add(binding);
      const yes =
        initialiserIsNever(binding, source, busy) && binding.writes.every((w) => writeIsNever(w, source, busy));
      if (!yes) {
        NEVER_NEGATIVE_ZERO.set(binding, false);
        // What was found since may rest on it.
        for (const b of [...busy].slice(before)) busy.delete(b);
      } else if (before === 0) {
        for (const b of busy) NEVER_NEGATIVE_ZERO.set(b, true);
      }
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
