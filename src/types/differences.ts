/**
 * Differences of integers that lie closer than their terms' intervals tell, since the terms depend on each other:
 *
 *   if (a > b) a -= b; else b -= a;                      // neither falls below 0
 *   const q = Math.floor(n / 10); digit = n - q * 10;    // a remainder: 0 to 9
 *
 * Read off the source around the difference, where nothing on the way to it changes the variables.
 */
import type { BinaryExpression, IfStatement, LogicalExpression, Node } from "acorn";
import type { Binding, FunctionSource } from "../frontend/program.ts";
import { isFunction } from "../frontend/walk.ts";
import { builtinOf } from "./builtins.ts";
import { bindingAt, isInside, isLoop, loopAround } from "./counted.ts";
import type { CallNode } from "./drift.ts";
import type { Frame } from "./frame.ts";
import { constantOf, isMachineInt, type NumberValue, TWO_31, TWO_53 } from "./lattice.ts";
import { onlyValue } from "./never-negative.ts";

interface Bounds {
  readonly lo: number;
  readonly hi: number;
}

/** `result`, of `left - right` at `node`, as far as it isn't excluded. `x` and `y` are the terms. `isExact`: quotients are, as far as they can be. */
export function closer(
  frame: Frame,
  node: Node,
  left: Node,
  right: Node,
  x: NumberValue,
  y: NumberValue,
  result: NumberValue,
  isExact: boolean,
): NumberValue {
  if (![x, y, result].every((v) => v.int && !v.nan && !v.wide)) return result;
  const known = (isExact ? remainder(frame, node, left, right, x) : undefined) ?? ordered(frame, node, left, right);
  if (known === undefined) return result;
  const [lo, hi] = [Math.max(result.lo, known.lo), Math.min(result.hi, known.hi)];
  return lo <= hi ? { ...result, lo, hi } : result;
}

const ORDERS: Readonly<Record<string, Bounds>> = {
  ">": { lo: 1, hi: Infinity },
  ">=": { lo: 0, hi: Infinity },
  "<": { lo: -Infinity, hi: -1 },
  "<=": { lo: -Infinity, hi: 0 },
};
const NEGATED: Readonly<Record<string, string>> = { ">": "<=", ">=": "<", "<": ">=", "<=": ">" };
const FLIPPED: Readonly<Record<string, string>> = { ">": "<", ">=": "<=", "<": ">", "<=": ">=" };

/** What the conditions around `a - b` say of `a` and `b`. */
function ordered(frame: Frame, node: Node, left: Node, right: Node): Bounds | undefined {
  const { source } = frame.closure;
  const [a, b] = [bindingAt(source, left), bindingAt(source, right)];
  if (a === undefined || b === undefined || a.shared || b.shared) return undefined;
  let loop: Node | undefined;
  let part = node;
  for (let n = source.parents.get(node); n !== undefined && !isFunction(n); part = n, n = source.parents.get(n)) {
    const { test, consequent, alternate, body } = n as IfStatement & { readonly body?: Node };
    const holds = part === consequent || (part === body && test !== undefined && n.type !== "DoWhileStatement");
    if (test != null && (holds || part === alternate)) {
      const [order] = ordersIn(source, test, holds).flatMap(([first, operator, second]) => {
        if (first === a && second === b) return [operator];
        return first === b && second === a ? [FLIPPED[operator] as string] : [];
      });
      const isChanged = ({ writes, declaration }: Binding): boolean =>
        isInside(declaration, part) ||
        writes.some((w) => isInside(w, test) || (isInside(w, part) && isWrittenBefore(source, w, node, loop)));
      if (order !== undefined && !isChanged(a) && !isChanged(b)) return ORDERS[order];
    }
    if (isLoop(n)) loop = n;
  }
  return undefined;
}

/** The comparisons of variables that hold if `test` is so. */
function ordersIn(source: FunctionSource, test: Node, isTrue: boolean): [Binding, string, Binding][] {
  if (test.type === "LogicalExpression") {
    const { operator, left, right } = test as LogicalExpression;
    if (operator !== (isTrue ? "&&" : "||")) return [];
    return [left, right].flatMap((side) => ordersIn(source, side, isTrue));
  }
  if (test.type !== "BinaryExpression") return [];
  const { operator, left, right } = test as BinaryExpression;
  const [a, b] = [bindingAt(source, left), bindingAt(source, right)];
  const order = isTrue ? operator : NEGATED[operator];
  return a && b && order !== undefined && order in ORDERS ? [[a, order, b]] : [];
}

/** May a write come before `node`, in this round of the loops around both, or in an earlier one of `loop`? */
function isWrittenBefore({ parents }: FunctionSource, write: Node, node: Node, loop: Node | undefined): boolean {
  if (loop !== undefined && isInside(write, loop)) return true;
  if (write.start >= node.start) return false;
  let around: Node | undefined = node;
  while (around !== undefined && !isInside(write, around)) around = parents.get(around);
  // What is assigned last stands first.
  const { left } = (around ?? {}) as { readonly left?: Node };
  const isTarget = left !== undefined && left.type !== "MemberExpression" && isInside(write, left);
  return !(around?.type === "AssignmentExpression" && isTarget);
}

/** `n - q * d`, where q is the integer part of `n / d`. */
function remainder(frame: Frame, node: Node, left: Node, right: Node, x: NumberValue): Bounds | undefined {
  if (right.type !== "BinaryExpression" || (right as BinaryExpression).operator !== "*") return undefined;
  const factors = right as BinaryExpression;
  return (
    remainderBy(frame, node, left, factors.left, factors.right, x) ??
    remainderBy(frame, node, left, factors.right, factors.left, x)
  );
}

function remainderBy(frame: Frame, node: Node, n: Node, q: Node, d: Node, x: NumberValue): Bounds | undefined {
  const { source } = frame.closure;
  const by = frame.info.get(d);
  if (by?.kind !== "number" || !isMachineInt(by) || by.wide || by.lo < 1) return undefined;
  // The integer part of a quotient from 2^53 on isn't that of the rounded one.
  if (!(x.lo > -TWO_53 && x.hi < TWO_53)) return undefined;
  const binding = bindingAt(source, q);
  const made = binding === undefined ? q : onlyValue(binding, source);
  if (made === undefined) return undefined;
  const rounded = quotientIn(frame, made);
  if (rounded === undefined) return undefined;
  const { quotient, rounding } = rounded;
  const quotients = frame.info.get(quotient);
  if (quotients?.kind !== "number" || quotient.operator !== "/") return undefined;
  if (rounding === "int32" && !(quotients.lo > -TWO_31 && quotients.hi < TWO_31)) return undefined;
  const isSame = (used: Node, divided: Node): boolean => {
    const constant = constantAt(frame, used);
    if (constant !== undefined && constant === constantAt(frame, divided)) return true;
    const variable = bindingAt(source, used);
    if (variable === undefined || variable !== bindingAt(source, divided) || variable.shared) return false;
    return !variable.writes.some((w) => w.start > quotient.start && isWrittenBefore(source, w, node, undefined));
  };
  if (!isSame(n, quotient.left) || !isSame(d, quotient.right)) return undefined;
  if (binding !== undefined) {
    const { parents } = source;
    const { declaration, kind } = binding;
    // Of this round, and not of another one.
    if (
      kind === "var" ||
      declaration.start > node.start ||
      loopAround(parents, declaration) !== loopAround(parents, node)
    )
      return undefined;
  }
  const most = by.hi - 1;
  return { lo: rounding === "floor" || x.lo >= 0 ? 0 : -most, hi: most };
}

function constantAt(frame: Frame, node: Node): number | undefined {
  const value = frame.info.get(node);
  return value?.kind === "number" ? constantOf(value) : undefined;
}

/** `Math.floor(n / d)`, `Math.trunc(n / d)`, `(n / d) | 0`. */
function quotientIn(
  frame: Frame,
  node: Node,
): { readonly quotient: BinaryExpression; readonly rounding: "floor" | "trunc" | "int32" } | undefined {
  const bare = (n: Node): BinaryExpression =>
    n.type === "ParenthesizedExpression"
      ? bare((n as Node & { expression: Node }).expression)
      : (n as BinaryExpression);
  const outer = bare(node);
  if (outer.type === "BinaryExpression" && outer.operator === "|") {
    const zero = frame.info.get(outer.right);
    const quotient = bare(outer.left);
    const isInt32 = zero?.kind === "number" && zero.lo === 0 && zero.hi === 0;
    return isInt32 && quotient.type === "BinaryExpression" ? { quotient, rounding: "int32" } : undefined;
  }
  if ((outer as Node).type !== "CallExpression") return undefined;
  const { callee, arguments: given } = outer as Node as CallNode;
  const host = frame.info.get(callee);
  const builtin = host?.kind === "host" ? builtinOf(host.value) : undefined;
  const [only, more] = given;
  if (builtin?.kind !== "exact-math" || only === undefined || more !== undefined) return undefined;
  const quotient = bare(only);
  if (quotient.type !== "BinaryExpression" || (builtin.name !== "floor" && builtin.name !== "trunc")) return undefined;
  return { quotient, rounding: builtin.name };
}
