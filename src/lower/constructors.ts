/** Lowers what makes typed arrays: `new`, `of` and `from`. */
import { lengthGiven } from "../frontend/language-checks.ts";
import type { ValueId } from "../ir/ops.ts";
import type { Span } from "../source/span.ts";
import type { CallNode } from "../types/calls.ts";
import { constructedKind } from "../types/constructors.ts";
import { ELEMENTS, type ElementKind } from "../types/elements.ts";
import type { Frame } from "../types/frame.ts";
import { arrayOf, UNDEFINED, type Value } from "../types/lattice.ts";
import { lowerExpression, scalar } from "./expressions.ts";
import type { FunctionLowering } from "./function.ts";
import { arrayOfItems } from "./lists.ts";
import { numberAs } from "./numbers.ts";
import type { Item } from "./operand.ts";
import { NONE, type Operand } from "./operand.ts";
import { callOurs } from "./own-functions.ts";
import { lowerAll } from "./spread.ts";

export function lowerNew(fl: FunctionLowering, frame: Frame, node: CallNode, value: Value, loc: Span): Operand {
  const target = fl.valueOf(frame, node.callee);
  const elem = target.kind === "host" ? constructedKind(target.value) : undefined;
  if (elem === undefined || value.kind !== "array") return NONE;
  const [first] = node.arguments;
  const constant = (n: number): Operand => makeArray(fl, elem, scalar(fl.b.constant("i32", n, loc), "i32"), loc);
  if (first === undefined) return constant(0);
  const fv = fl.valueOf(frame, first);
  const from = lowerExpression(fl, frame, first);
  const copy = copied(fl, frame, node, elem, [{ op: from, value: fv }], loc);
  if (copy !== undefined) return copy;
  if (fv.kind === "undefined") return constant(0);
  return makeArray(fl, elem, from, loc);
}

/** A new array of what the first item holds; it is filled by the function that inference chose, which may take the others. */
function copied(
  fl: FunctionLowering,
  frame: Frame,
  node: CallNode,
  elem: ElementKind,
  [from, ...others]: readonly Item[],
  loc: Span,
): Operand | undefined {
  if (from?.op.kind === "tuple" && from.value.kind === "tuple")
    return arrayOfItems(fl, elem, from.op.items, from.value.items, loc);
  if (from?.op.kind !== "array") return undefined;
  const length = scalar(fl.b.emit("length", "i32", [from.op.id], {}, loc), "i32");
  const out = { op: makeArray(fl, elem, length, loc), value: arrayOf(elem) };
  return callOurs(fl, frame, node, [out, from, ...others], loc);
}

/** `Float64Array.of(a, b)`, `Float64Array.from(a)`, and `from` with a function. */
export function lowerArrayFrom(
  fl: FunctionLowering,
  frame: Frame,
  node: CallNode,
  elem: ElementKind,
  name: "of" | "from",
  loc: Span,
): Operand {
  const [first, ...others] = node.arguments;
  const length = name === "from" ? lengthGiven(first) : undefined;
  const items = lowerAll(fl, frame, length === undefined ? node.arguments : [length, ...others]);
  if (name === "of") {
    return arrayOfItems(
      fl,
      elem,
      items.map((i) => i.op),
      items.map((i) => i.value),
      loc,
    );
  }
  const [source, visit = { op: NONE, value: UNDEFINED }] = items;
  if (source === undefined) return NONE;
  if (length !== undefined) {
    const none = makeArray(fl, elem, scalar(fl.b.constant("i32", 0, loc), "i32"), loc);
    return callOurs(fl, frame, node, [{ op: none, value: arrayOf(elem, 0, 0) }, source, visit], loc);
  }
  const own = visit.value.kind === "undefined" ? [source] : [source, visit];
  return copied(fl, frame, node, elem, own, loc) ?? NONE;
}

/** `new` with a length; the ops refuse what no array's length can be. */
export function makeArray(fl: FunctionLowering, elem: ElementKind, length: Operand, loc: Span): Operand {
  const e = fl.b;
  const site = fl.module.site({ kind: "length", constructorName: ELEMENTS[elem].constructorName, loc });
  let n: ValueId;
  if (length.kind === "scalar" && (length.type === "f64" || length.type === "f32")) {
    n = e.emit("tolength", "i64", [numberAs(fl, length, "f64", loc)], { site }, loc);
  } else n = numberAs(fl, length, "i64", loc);
  return { kind: "array", id: e.emit("array.new", `${elem}[]`, [n], { elem, site }, loc), type: `${elem}[]` };
}
