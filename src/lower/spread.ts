/** Lowers spread arguments and items, rest elements and what destructuring takes apart. */

import type { AssignmentPattern, Node } from "acorn";
import type { Span } from "../source/span.ts";
import type { Frame } from "../types/frame.ts";
import { elementOf, join, KindConflict, simplified, UNDEFINED, type Value } from "../types/lattice.ts";
import { spreadItems, spreadOperand } from "../types/spread.ts";
import { lowerExpression, lowerItem } from "./expressions.ts";
import type { FunctionLowering } from "./function.ts";
import { arrayOfItems, constantTable, itemAt } from "./lists.ts";
import { isTagged } from "./nullable.ts";
import type { Item } from "./operand.ts";
import { coerce, NONE, type Operand } from "./operand.ts";
import { newStorage, readStorage, writeStorage } from "./storage.ts";

/** Arguments or items in order, with those that are spread in their places. */
export function lowerAll(fl: FunctionLowering, frame: Frame, nodes: readonly Node[]): Item[] {
  return nodes.flatMap((node) => {
    const spread = spreadOperand(node);
    if (spread === undefined) return [lowerItem(fl, frame, node)];
    return itemsOf(fl, lowerExpression(fl, frame, spread), fl.valueOf(frame, spread), fl.spanOf(frame, node));
  });
}

function itemsOf(fl: FunctionLowering, op: Operand, value: Value, loc: Span): Item[] {
  return (spreadItems(value) ?? []).map((item, i) => {
    if (op.kind === "tuple") return { op: op.items[i] ?? NONE, value: item };
    return { op: op.kind === "array" && value.kind === "array" ? itemAt(fl, op.id, value, i, loc) : NONE, value: item };
  });
}

/** What a rest element names, of the kind that inference found. */
function restOf(fl: FunctionLowering, items: readonly Item[], name: string, rest: Value, loc: Span): Operand {
  const ops = items.map((i) => i.op);
  if (rest.kind !== "array") return { kind: "tuple", items: ops };
  if (rest.readonly) return constantTable(fl, rest.constants ?? [], name, rest.elem, loc);
  const values = items.map((i) => i.value);
  return arrayOfItems(fl, rest.elem, ops, values, loc);
}

/** Arguments as the parameters take them; `restValue` is what the rest parameter is, if there is one. */
export function packed(
  fl: FunctionLowering,
  params: readonly Node[],
  items: readonly Item[],
  restValue: (rest: Node, at: number) => Value | undefined,
  loc: Span,
): readonly Item[] {
  const last = params.length - 1;
  const rest = params[last];
  if (rest?.type !== "RestElement") return items;
  const own = Array.from({ length: last }, (_, i) => items[i] ?? { op: NONE, value: UNDEFINED });
  const value = restValue(rest, last) ?? UNDEFINED;
  return [...own, { op: restOf(fl, items.slice(last), "the rest", value, loc), value }];
}

/** The targets of a destructuring pattern, each with its operand, which is read when its turn comes, and its value. */
export function takenApart(
  fl: FunctionLowering,
  frame: Frame,
  pattern: Node,
  op: Operand,
  value: Value,
  loc: Span,
): [target: Node, item: () => Operand, value: Value][] {
  const { elements } = pattern as Node & { elements: (Node | null)[] };
  return elements.flatMap((e, i): [Node, () => Operand, Value][] => {
    if (e === null) return [];
    if (e.type === "RestElement") {
      const rest = frame.info.get(e) ?? UNDEFINED;
      const target = spreadOperand(e) ?? e;
      const name = frame.closure.source.source.text.slice(target.start, target.end);
      return [[target, () => restOf(fl, itemsOf(fl, op, value, loc).slice(i), name, rest, loc), rest]];
    }
    if (value.kind === "tuple")
      return [[e, () => (op.kind === "tuple" ? (op.items[i] ?? NONE) : NONE), value.items[i] ?? UNDEFINED]];
    if (value.kind !== "array" || op.kind !== "array") return [];
    if (e.type === "AssignmentPattern" && i >= value.maxLength) return [[e, () => NONE, UNDEFINED]];
    return [[e, () => itemAt(fl, op.id, value, i, loc), elementOf(value)]];
  });
}

/** What `left = right` in a pattern gives `left`. */
export function withDefault(fl: FunctionLowering, frame: Frame, { right }: AssignmentPattern, item: Item): Item {
  const { op, value } = item;
  const otherwise = (): Item => lowerItem(fl, frame, right);
  if (value.kind === "undefined") return otherwise();
  const given = value.kind === "nullable" && value.undefined ? simplified({ ...value, undefined: false }) : undefined;
  if (op.kind !== "nullable" || given === undefined) return item;
  const loc = fl.spanOf(frame, right);
  const both = join(given, fl.valueOf(frame, right));
  // Where control never comes to the end of the default, its value is what it is otherwise.
  const all = both instanceof KindConflict ? given : both;
  const storage = newStorage(fl.b, "given", all);
  const take = (): void => {
    const made = otherwise();
    writeStorage(fl, storage, made.op, made.value, loc);
  };
  const kept = coerce(fl.b, op, value, given, loc);
  fl.b.if(isTagged(fl.b, op, "undefined", loc), loc, take, () => writeStorage(fl, storage, kept, given, loc));
  return { op: readStorage(fl.b, storage, all, all, loc), value: all };
}
