/** Lowers `for…of`: over arrays and lists here, over ranges in prange.ts. */
import type { CallExpression, ForOfStatement } from "acorn";
import type { ValueId } from "../ir/ops.ts";
import { ELEMENTS } from "../types/elements.ts";
import type { Frame } from "../types/frame.ts";
import { type Iterated, itemOf, iteratedBy } from "../types/iterables.ts";
import { type ArrayValue, elementOf, joinItems, KindConflict, type TupleValue } from "../types/lattice.ts";
import { lowerExpression, scalar } from "./expressions.ts";
import type { FunctionLowering } from "./function.ts";
import { chosenItem } from "./lists.ts";
import { bodyWith, type ForOf } from "./loop-bodies.ts";
import type { Operand } from "./operand.ts";
import { overRange } from "./prange.ts";

export function lowerForOf(fl: FunctionLowering, frame: Frame, node: ForOfStatement, labels: readonly string[]): void {
  const loc = fl.spanOf(frame, node);
  const iterated = iteratedBy(node.right);
  const isOfMethod = iterated !== undefined && ["array", "tuple"].includes(fl.valueOf(frame, iterated.of).kind);
  const by: Iterated = isOfMethod ? iterated : { of: node.right, gives: "values" };
  const over = fl.valueOf(frame, by.of);
  const loop: ForOf = { frame, node, labels, loc };
  if (over.kind === "array") overArray(fl, loop, by, over);
  else if (over.kind === "tuple") overTuple(fl, loop, by, over);
  else overRange(fl, loop, node.right as CallExpression);
}

function overTuple(fl: FunctionLowering, loop: ForOf, { of, gives }: Iterated, over: TupleValue): void {
  const { frame, loc } = loop;
  const object = lowerExpression(fl, frame, of);
  const [first] = over.items;
  if (first === undefined) return;
  // Inference has seen to it that they have something in common, unless their indices are all that is used.
  const common = joinItems(over.items);
  const value = common instanceof KindConflict ? first : common;
  const { text } = frame.closure.source.source;
  const name = text.slice(of.start, of.end);
  const { length } = over.items;
  const [zero, end] = [0, length].map((n) => fl.b.constant("i32", n, loc)) as [ValueId, ValueId];
  fl.b.block(loc, (exit) => {
    fl.b.for(zero, end, 1, loc, (at) => {
      const index = scalar(at, "i32");
      const chosen = (): Operand => chosenItem(fl, object, over, at, value, name, loc);
      bodyWith(fl, loop, exit, { op: given(gives, index, chosen), value: itemOf(length, value, gives) });
    });
  });
}

/** Over an array: its elements, their indices, or both. */
function overArray(fl: FunctionLowering, loop: ForOf, { of, gives }: Iterated, av: ArrayValue): void {
  const { frame, loc } = loop;
  const array = lowerExpression(fl, frame, of);
  if (array.kind !== "array") return;
  const type = ELEMENTS[av.elem].scalar;
  const zero = fl.b.constant("i32", 0, loc);
  const length = fl.b.emit("length", "i32", [array.id], {}, loc);
  const site = fl.module.site({ kind: "index", array: "the iterated array", loc });
  fl.b.block(loc, (exit) => {
    fl.b.for(zero, length, 1, loc, (iv) => {
      const index = scalar(iv, "i32");
      const element = (): Operand =>
        scalar(fl.b.emit("load", type, [array.id, iv], { bounds: "proved", site }, loc), type);
      const value = itemOf(av.maxLength, elementOf(av), gives);
      bodyWith(fl, loop, exit, { op: given(gives, index, element), value });
    });
  });
}

/** What a round over an array or a list is given. */
function given(gives: Iterated["gives"], index: Operand, element: () => Operand): Operand {
  if (gives === "keys") return index;
  return gives === "values" ? element() : { kind: "tuple", items: [index, element()] };
}
