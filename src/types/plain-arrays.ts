/**
 * Plain arrays that calls make: `new Array(10).fill(0)`, `Array.from({ length: 5 }, (_, i) => i * i)`, methods of array literals.
 *
 * A short one is what the literal of its items is, a tuple or an array: the call is written out as a function of our own,
 *   [x, y].map(f)   →   ((a, f) => [f(a[0], 0, a), f(a[1], 1, a)])([x, y], f)
 * and a long one is an array of numbers that a loop fills, so that neither the IR nor what LLVM does grows with it.
 */
import type { ArrowFunctionExpression, Expression, Node } from "acorn";
import { INTRINSICS } from "./array-methods.ts";
import { type CallNode, callTargets } from "./calls.ts";
import { describe } from "./describe.ts";
import { inferExpression } from "./expressions.ts";
import { EXACT, type Frame } from "./frame.ts";
import type { Inference } from "./infer.ts";
import { type ArrayValue, constantOf, type TupleValue, UNDEFINED, type Value } from "./lattice.ts";
import { extraArgument } from "./method-calls.ts";
import { MAX_SPREAD, spreadItems, spreadOperand } from "./spread.ts";

/** So many items are computed one by one: about as many as are worth the code. */
const MOST_WRITTEN_OUT = 16;
/** V8 keeps longer ones as hash tables, which nobody means. */
const MOST_ITEMS = 2 ** 25;

/** `new Array(n)` or `Array(n)` of `new Array(n).fill(x)`, if it is that by its form. */
export function filledBy({ callee }: CallNode): CallNode | undefined {
  if (callee.type !== "MemberExpression" || callee.computed) return undefined;
  const { object, property } = callee;
  if (property.type !== "Identifier" || property.name !== "fill") return undefined;
  const isCall = object.type === "NewExpression" || object.type === "CallExpression";
  return isCall && object.callee.type === "Identifier" ? (object as CallNode) : undefined;
}

/** Is it `Array` itself? */
export function isArrayItself(value: Value): boolean {
  return value.kind === "host" && value.value === Array;
}

/** Says what is wrong with `Array(…)` or `new Array(…)`, which stands at `at`. Only of a length is it an array with holes. */
export function failArray(cx: Inference, frame: Frame, { arguments: [length, ...others] }: CallNode, at: Node): never {
  const isLength = length !== undefined && spreadOperand(length) === undefined && others.length === 0;
  return cx.sink.fail(isLength ? "array-holes" : "array-called", {}, cx.spanAt(frame, at));
}

const listed = (n: number, item: (i: number) => string): string =>
  Array.from({ length: n }, (_, i) => item(i)).join(", ");

/** `new Array(n).fill(x)`; undefined where it is something else. */
export function inferFilled(cx: Inference, frame: Frame, node: CallNode): Value | undefined {
  const maker = filledBy(node);
  if (maker === undefined || !isArrayItself(inferExpression(cx, frame, maker.callee, EXACT))) return undefined;
  const [length, ...others] = maker.arguments;
  const [item, ...ends] = node.arguments;
  const isWhole = others.length === 0 && ends.length === 0;
  if ((length === undefined || item === undefined || !isWhole || spreadOperand(length)) ?? spreadOperand(item))
    return cx.sink.fail("array-holes", {}, cx.spanAt(frame, node));
  const n = countOf(cx, frame, length, isRow(item));
  if (cx.state === undefined) return UNDEFINED;
  const value = inferExpression(cx, frame, item, EXACT);
  if (cx.state === undefined) return UNDEFINED;
  if (value.kind === "undefined") return cx.refuse([value], "array-holes", {}, cx.spanAt(frame, node));
  if (n <= (value.kind === "number" ? MOST_WRITTEN_OUT : MAX_SPREAD))
    return written(cx, frame, node, `(x) => [${listed(n, () => "x")}]`, [value]);
  if (value.kind !== "number")
    return cx.refuse([value], "array-items", { length: n, actual: describe(value) }, cx.spanAt(frame, item));
  // A new array is zeroed.
  const isZeroed = constantOf(value) === 0;
  return written(
    cx,
    frame,
    node,
    isZeroed
      ? `(x, alike) => alike([x], ${n})`
      : `(x, alike) => { const a = alike([x], ${n}); for (let i = 0; i < ${n}; i++) a[i] = x; return a; }`,
    [value, extraArgument(cx, INTRINSICS.alike)],
  );
}

/** `Array.from({ length: n }, (_, i) => …)`. */
export function inferFromLength(cx: Inference, frame: Frame, node: CallNode, length: Expression): Value {
  const [, visit, ...others] = node.arguments;
  if (visit === undefined || others.length > 0 || spreadOperand(visit) !== undefined)
    return cx.sink.fail("array-holes", {}, cx.spanAt(frame, node));
  const { body } = visit as Partial<ArrowFunctionExpression>;
  const hasRows = body !== undefined && isRow(body);
  const n = countOf(cx, frame, length, hasRows);
  if (cx.state === undefined) return UNDEFINED;
  const fn = inferExpression(cx, frame, visit, EXACT);
  if (cx.state === undefined) return UNDEFINED;
  if (fn.kind !== "function" && fn.kind !== "host")
    return cx.refuse(
      [fn],
      "callback-kind",
      { name: "Array.from", actual: describe(fn), given: true },
      cx.spanAt(frame, visit),
    );
  if (n <= (hasRows || body?.type === "ObjectExpression" ? MAX_SPREAD : MOST_WRITTEN_OUT))
    return written(cx, frame, node, `(f) => [${listed(n, (i) => `f(void 0, ${i})`)}]`, [fn]);
  return written(
    cx,
    frame,
    node,
    `(f, alike) => { const a = alike([0], ${n}); for (let i = 0; i < ${n}; i++) a[i] = f(void 0, i); return a; }`,
    [fn, extraArgument(cx, INTRINSICS.alike)],
  );
}

/** Is it an array that is made here, by its form? */
function isRow(node: Node): boolean {
  return (
    node.type === "ArrayExpression" ||
    node.type === "NewExpression" ||
    (node.type === "CallExpression" && filledBy(node as CallNode) !== undefined)
  );
}

/** How many items a plain array has; it must be known. */
function countOf(cx: Inference, frame: Frame, length: Node, rows: boolean): number {
  const value = inferExpression(cx, frame, length, EXACT);
  if (cx.state === undefined) return 0;
  const n = value.kind === "number" ? constantOf(value) : undefined;
  if (n === undefined || !Number.isInteger(n) || n < 0)
    return cx.refuse([value], "array-length", { rows }, cx.spanAt(frame, length));
  if (n > MOST_ITEMS) return cx.sink.fail("array-too-long", { length: n, most: MOST_ITEMS }, cx.spanAt(frame, length));
  return n;
}

function written(cx: Inference, frame: Frame, node: CallNode, text: string, args: readonly Value[]): Value {
  const closure = cx.environment.writtenFor(node, text);
  return callTargets(cx, frame, node, { kind: "function", targets: [closure] }, args, EXACT, cx.spanAt(frame, node));
}

/** A method of a plain array whose items are few: the literal of its result. Undefined where there is none. */
export function inferWrittenOut(
  cx: Inference,
  frame: Frame,
  node: CallNode,
  name: string,
  args: readonly [object: ArrayValue | TupleValue, ...own: Value[]],
): Value | undefined {
  const text = literalOf(name, ...args);
  return text === undefined ? undefined : written(cx, frame, node, text, args);
}

function literalOf(name: string, object: ArrayValue | TupleValue, first?: Value, second?: Value): string | undefined {
  const n = spreadItems(object)?.length;
  if (n === undefined || n > MOST_WRITTEN_OUT) return undefined;
  switch (name) {
    case "map":
      return `(a, f) => [${listed(n, (i) => `f(a[${i}], ${i}, a)`)}]`;
    case "toReversed":
      return `(a) => [${listed(n, (i) => `a[${n - 1 - i}]`)}]`;
    case "slice": {
      const start = endKnown(first);
      const end = endKnown(second);
      if (start === undefined || end === undefined) return undefined;
      const kept = Array.from({ length: n }, (_, i) => i).slice(start.at, end.at);
      return `(a, start, end) => [${kept.map((i) => `a[${i}]`).join(", ")}]`;
    }
    case "at": {
      const at = first?.kind === "number" ? constantOf(first) : undefined;
      if (object.kind !== "tuple" || at === undefined || !Number.isInteger(at) || at < -n || at >= n) return undefined;
      return `(a, i) => a[${at < 0 ? n + at : at}]`;
    }
    default:
      return undefined;
  }
}

/** Where a slice begins or ends, if that is known when compiling. */
function endKnown(value: Value | undefined): { readonly at: number | undefined } | undefined {
  if (value === undefined || value.kind === "undefined") return { at: undefined };
  const at = value.kind === "number" ? constantOf(value) : undefined;
  return at === undefined ? undefined : { at };
}
