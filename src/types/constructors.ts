/** `new Float64Array(n)` and its kin, and what their `of` and `from` make. */
import type { Node } from "acorn";
import { lengthGiven } from "../frontend/language-checks.ts";
import type { Callable } from "../frontend/program.ts";
import { FROM_LENGTH, MAP_COPY_INTO, MAP_INTO } from "./array-callbacks.ts";
import { COPY_INTO, INTRINSICS } from "./array-methods.ts";
import { type CallNode, calledText, callTargets } from "./calls.ts";
import { mayStore } from "./counted.ts";
import { describe } from "./describe.ts";
import { ELEMENT_KINDS, ELEMENTS, type ElementKind, isBig } from "./elements.ts";
import { inferExpression } from "./expressions.ts";
import { EXACT, type Frame, LOW_BITS, ZERO_BLIND } from "./frame.ts";
import type { Inference } from "./infer.ts";
import {
  type ArrayValue,
  arrayOf,
  MAX_LENGTH,
  type NumberValue,
  type TupleValue,
  UNDEFINED,
  type Value,
} from "./lattice.ts";
import { builtinTarget, extraArgument } from "./method-calls.ts";
import { failArray, isArrayItself } from "./plain-arrays.ts";
import { inferAll, spreadOperand } from "./spread.ts";
import { numeric } from "./to-number.ts";

const CONSTRUCTORS: ReadonlyMap<string, ElementKind> = new Map(
  ELEMENT_KINDS.map((k) => [ELEMENTS[k].constructorName, k]),
);

/** The element kind that a constructor makes. */
export function constructedKind(value: unknown): ElementKind | undefined {
  if (typeof value !== "function") return undefined;
  const kind = CONSTRUCTORS.get(value.name);
  return kind !== undefined && (globalThis as Record<string, unknown>)[value.name] === value ? kind : undefined;
}

export function inferNew(cx: Inference, frame: Frame, node: CallNode): Value {
  const target = inferExpression(cx, frame, node.callee, EXACT);
  if (cx.state === undefined) return UNDEFINED;
  if (isArrayItself(target)) return failArray(cx, frame, node, node);
  const elem = target.kind === "host" ? constructedKind(target.value) : undefined;
  if (elem === undefined)
    return cx.sink.fail("unsupported-new", { name: calledText(frame, node.callee) }, cx.spanAt(frame, node));
  if (node.arguments.length > 1)
    return cx.sink.fail("unsupported-new-arguments", { name: ELEMENTS[elem].constructorName }, cx.spanAt(frame, node));
  const [first] = node.arguments;
  if (first === undefined) return arrayOf(elem, 0, 0);
  if (spreadOperand(first) !== undefined)
    return cx.sink.fail("unsupported-new-arguments", { name: ELEMENTS[elem].constructorName }, cx.spanAt(frame, node));
  const from = inferExpression(cx, frame, first, { ...ZERO_BLIND, lowBits: true });
  if (cx.state === undefined) return UNDEFINED;
  if (from.kind === "array" || from.kind === "tuple") return copied(cx, frame, node, elem, from, first);
  if (from.kind === "undefined") return arrayOf(elem, 0, 0);
  return lengthOf(elem, numeric(cx, frame, first, from, "new"));
}

/** `new Float64Array(other)`, `Float64Array.from(other)`. */
function copied(
  cx: Inference,
  frame: Frame,
  node: CallNode,
  elem: ElementKind,
  from: ArrayValue | TupleValue,
  site: Node,
): ArrayValue {
  if (from.kind === "tuple") return holding(cx, frame, elem, from.items, site);
  if (isBig(elem) !== isBig(from.elem)) {
    const wanted = isBig(elem) ? "BigInts" : "numbers";
    cx.sink.fail("store-kind", { elem, actual: describe(from), wanted }, cx.spanAt(frame, site));
  }
  const out = arrayOf(elem, from.minLength, from.maxLength);
  callTargets(cx, frame, node, builtinTarget(cx, COPY_INTO), [out, from], EXACT, cx.spanAt(frame, node));
  return out;
}

/** A typed array of these items. */
function holding(cx: Inference, frame: Frame, elem: ElementKind, items: readonly Value[], site: Node): ArrayValue {
  for (const item of items) {
    if (isBig(elem) ? item.kind === "bigint" : item.kind === "number" || item.kind === "bool") continue;
    const wanted = isBig(elem) ? "a BigInt" : "a number";
    cx.refuse([item], "store-kind", { elem, actual: describe(item), wanted }, cx.spanAt(frame, site));
  }
  return arrayOf(elem, items.length, items.length);
}

/** `Float64Array.of(a, b)`, `Float64Array.from(a)` and `Float64Array.from(a, (x, i) => …)`. */
export function inferOfOrFrom(
  cx: Inference,
  frame: Frame,
  node: CallNode,
  elem: ElementKind,
  name: "of" | "from",
): Value {
  const [first, ...others] = node.arguments;
  const length = name === "from" ? lengthGiven(first) : undefined;
  const rest = length === undefined ? node.arguments : [length, ...others];
  const demand = name === "of" && isBig(elem) ? LOW_BITS : EXACT;
  const args = inferAll(cx, frame, rest, (a) => inferExpression(cx, frame, a, demand));
  if (cx.state === undefined) return UNDEFINED;
  if (name === "of") return holding(cx, frame, elem, args, node);
  const [source = UNDEFINED, visit = UNDEFINED] = args;
  const call = (fn: Callable, own: readonly Value[], ...extra: readonly Callable[]): Value => {
    const all = [...own, ...extra.map((f) => extraArgument(cx, f))];
    return callTargets(cx, frame, node, builtinTarget(cx, fn), all, EXACT, cx.spanAt(frame, node));
  };
  if (length !== undefined) {
    const n = numeric(cx, frame, length, source, "length");
    return call(FROM_LENGTH, [arrayOf(elem, 0, 0), n, visit], INTRINSICS.alike);
  }
  if (source.kind !== "array" && source.kind !== "tuple")
    return cx.refuse([source], "from-source", { actual: describe(source) }, cx.spanAt(frame, node));
  if (visit.kind === "undefined") return copied(cx, frame, node, elem, source, first ?? node);
  cx.asArray([source], "read");
  if (source.kind === "tuple") return cx.sink.fail("from-source", { actual: describe(source) }, cx.spanAt(frame, node));
  const map = mayStoreIn(cx, visit) ? MAP_COPY_INTO : MAP_INTO;
  return call(map, [arrayOf(elem, source.minLength, source.maxLength), source, visit]);
}

/** May calling a function change an array's element? */
function mayStoreIn(cx: Inference, fn: Value): boolean {
  if (fn.kind !== "function") return true;
  return fn.targets.some((closure) => {
    const isGlobalMath = (): boolean => cx.environment.isGlobalMath(closure);
    return mayStore({ source: closure.source, isGlobalMath }, closure.node);
  });
}

/** An array made with a length: ToIndex truncates, and a bad one throws. */
export function lengthOf(elem: ElementKind, n: NumberValue): ArrayValue {
  const lo = Math.min(MAX_LENGTH, Math.max(0, Math.trunc(Math.min(n.lo, n.nan || n.negZero ? 0 : n.lo))));
  const hi = Math.min(MAX_LENGTH, Math.max(0, Math.trunc(n.hi)));
  return arrayOf(elem, Math.min(lo, hi), hi);
}
