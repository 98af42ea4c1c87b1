/** Inference of binary operators, an assignment's included: what is asked of the operands, and what comes of them. */
import type { BinaryExpression, MemberExpression, Node, UnaryExpression } from "acorn";
import { knownSince } from "./accessed.ts";
import { inferComparison } from "./comparisons.ts";
import { bindingAt } from "./counted.ts";
import { binaryDemand } from "./demand.ts";
import { describe } from "./describe.ts";
import { closer } from "./differences.ts";
import { isDivisible } from "./divisible.ts";
import { exactValue, inferredBigint } from "./exact-bigint.ts";
import { inferExpression, noteWrap } from "./expressions.ts";
import type { Demand, Frame } from "./frame.ts";
import type { Inference } from "./infer.ts";
import {
  constantOf,
  intRange,
  isMachineInt,
  type NumberValue,
  TWO_31,
  TWO_53,
  UINT64_MAX,
  UNDEFINED,
  type Value,
} from "./lattice.ts";
import { neverNegative } from "./never-negative.ts";
import { arithmetic, bigintArithmetic, isArithmetic, isComparison } from "./operators.ts";
import { toNumber } from "./to-number.ts";

/** `left operator right`, which `node` stands for: that, or an assignment. */
export interface Operation {
  readonly node: Node;
  readonly operator: string;
  readonly left: Node;
  readonly right: Node;
}

export function inferOperation(cx: Inference, frame: Frame, operation: Operation, demand: Demand): Value {
  const before = cx.state?.copy();
  let value = attempt(cx, frame, operation, demand, { wideOk: true, foresees: true });
  if (value === "unforeseen") {
    cx.state = before?.copy();
    value = attempt(cx, frame, operation, demand, { wideOk: true, foresees: false });
  }
  if (value === "too-wide") {
    cx.state = before?.copy();
    value = attempt(cx, frame, operation, demand, { wideOk: false, foresees: false });
  }
  return value === "too-wide" || value === "unforeseen" ? cx.restart() : value;
}

/** `wideOk`: operands may be wide. `foresees`: guesses which operands won't be negative; "unforeseen" when one may be. */
function attempt(
  cx: Inference,
  frame: Frame,
  operation: Operation,
  demand: Demand,
  { wideOk, foresees }: { readonly wideOk: boolean; readonly foresees: boolean },
): Value | "too-wide" | "unforeseen" {
  const { operator, left, right } = operation;
  const relied: Node[] = [];
  const rely = (n: Node): boolean => {
    const yes = foresees && isNonNegativeSoon(cx, frame, n);
    if (yes) relied.push(n);
    return yes;
  };
  const ask = (n: Node): Demand => {
    const d = binaryDemand(n, operator, left, right, demand, frame.closure.source, rely);
    return wideOk ? d : { ...d, wideOk: false };
  };
  const a = inferExpression(cx, frame, left, ask(left));
  const b = inferExpression(cx, frame, right, ask(right));
  if (cx.state === undefined) return UNDEFINED;
  if (!relied.every((n) => isNonNegative(frame.info.get(n)))) return "unforeseen";
  // The machine reads the left side first, as what is known then. Sums are made of integers and doubles alike.
  const isSum = operator === "+" || operator === "-";
  const x = isSum ? knownSince(cx, frame, left, right, a) : a;
  return combine(cx, frame, operation, x, b, demand);
}

const isNonNegative = (v: Value | undefined): boolean => v?.kind === "bigint" && v.lo >= 0n && v.hi <= UINT64_MAX;

/** Will an expression be a BigInt of [0, 2^64)? A guess: the operator's other operand may yet assign what is in it. */
function isNonNegativeSoon(cx: Inference, frame: Frame, node: Node): boolean {
  const held = (n: Node): Value | undefined => {
    const binding = bindingAt(frame.closure.source, n);
    if (binding === undefined) return undefined;
    const v = cx.variable(frame, binding);
    return v.lowBits ? undefined : cx.read(v);
  };
  if (isNonNegative(held(node))) return true;
  const array = node.type === "MemberExpression" ? held((node as MemberExpression).object) : undefined;
  if (array?.kind === "array") return array.elem === "biguint64";
  return neverNegative(node, cx.demandContext(frame));
}

/** The value of an operation whose left side is `a` and whose right side is `b`; "too-wide" when a wide operand may not be used so. */
export function combine(
  cx: Inference,
  frame: Frame,
  { node, operator, left, right }: Operation,
  a: Value,
  b: Value,
  demand: Demand,
): Value | "too-wide" {
  if (isComparison(operator)) return inferComparison(cx, frame, node as BinaryExpression, a, b);
  if (a.kind === "bigint" || b.kind === "bigint") {
    if (a.kind !== "bigint" || b.kind !== "bigint") {
      return cx.refuse(
        [a, b],
        "bigint-mix",
        { operator, left: describe(a), right: describe(b) },
        cx.spanAt(frame, node),
      );
    }
    if (operator === ">>>") return cx.sink.fail("bigint-ushr", {}, cx.spanAt(frame, node));
    noteWrap(frame, node, demand);
    const exact = exactValue(inferredBigint(frame, node), demand.lowBits);
    return exact ?? bigintArithmetic(operator, a, b, demand.lowBits);
  }
  if (!isArithmetic(operator)) return cx.sink.fail("unsupported-operator", { operator }, cx.spanAt(frame, node));
  const x = toNumber(cx, frame, left, a, operator);
  const y = toNumber(cx, frame, right, b, operator);
  const product = arithmetic(operator, x, y, demand);
  // `n * n` is never negative, which an interval alone can't tell.
  const squares = operator === "*" && isSameVariable(frame, left, right) && product !== "too-wide";
  const bit = operator === "&" ? lowestBit(frame, left, x, right, y) : undefined;
  const whole = operator === "/" ? wholeQuotient(frame, left, x, y) : undefined;
  const isDifference = operator === "-" && product !== "too-wide";
  const difference = isDifference ? closer(frame, node, left, right, x, y, product, !cx.fastmath) : undefined;
  const result = squares
    ? { ...product, lo: Math.max(0, product.lo), negZero: false }
    : (bit ?? whole ?? difference ?? product);
  // No integers make a quotient one.
  const mayBeInteger = operator !== "/" && isMachineInt(x) && isMachineInt(y);
  if (result === "too-wide" || (mayBeInteger && (result.lo < -TWO_53 || result.hi > TWO_53))) cx.noteUnbounded();
  if (operator === "%" && result !== "too-wide" && x.int && y.int)
    cx.noteRemainder(node, { frame, dividend: left, divisor: right }, isMachineInt(result));
  // ToInt32 of a float is exact, and the float's own range is already as wide as it may be.
  return BITWISE.has(operator) ? result : relaxed(cx, result, x, y);
}

const BITWISE: ReadonlySet<string> = new Set(["&", "|", "^", "<<", ">>", ">>>"]);

/**
 * Under fastmath a float result is near the true one, not where interval arithmetic on rounded operations puts it:
 * (x + 1e300) − 1e300 may be x. Memory safety must not rest on it.
 */
export function relaxed(
  cx: Inference,
  result: NumberValue | "too-wide",
  ...operands: NumberValue[]
): NumberValue | "too-wide" {
  if (!cx.fastmath || result === "too-wide" || constantOf(result) !== undefined) return result;
  if (isMachineInt(result) && operands.every(isMachineInt)) return result;
  return {
    ...result,
    lo: -Infinity,
    hi: Infinity,
    nan: true,
    negZero: true,
    f32: result.f32 && !isMachineInt(result),
    wide: false,
  };
}

function isSameVariable(frame: Frame, a: Node, b: Node): boolean {
  const binding = bindingAt(frame.closure.source, a);
  return binding !== undefined && binding === bindingAt(frame.closure.source, b);
}

/** `n & -n` is the lowest bit of an int32, as a step through a Fenwick tree: never negative but for −2^31. */
function lowestBit(frame: Frame, left: Node, x: NumberValue, right: Node, y: NumberValue): NumberValue | undefined {
  const isNegated = (of: Node, node: Node): boolean => {
    const { operator, argument } = node as UnaryExpression;
    return node.type === "UnaryExpression" && operator === "-" && isSameVariable(frame, of, argument);
  };
  const n = isNegated(left, right) ? x : isNegated(right, left) ? y : undefined;
  if (n === undefined || !isMachineInt(n) || n.wide || n.lo <= -TWO_31 || n.hi >= TWO_31) return undefined;
  return intRange(n.lo > 0 ? 1 : 0, n.lo >= 0 ? n.hi : 2 ** 30);
}

/** `i * (i + 1) / 2` is an integer, unlike most quotients. */
function wholeQuotient(frame: Frame, dividend: Node, x: NumberValue, y: NumberValue): NumberValue | undefined {
  const by = constantOf(y);
  if (by === undefined || !isMachineInt(x) || !isDivisible(frame, dividend, by)) return undefined;
  return intRange(Math.ceil(x.lo / by) + 0, Math.floor(x.hi / by) + 0);
}
