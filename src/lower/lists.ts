/** Array literals and captured plain arrays: tables, lists of other things, and the item that an index chooses. */

import type { MemberExpression, Node } from "acorn";
import type { ValueId } from "../ir/ops.ts";
import type { ArrayType } from "../ir/types.ts";
import type { Span } from "../source/span.ts";
import type { ElementKind } from "../types/elements.ts";
import type { Frame } from "../types/frame.ts";
import {
  type ArrayValue,
  arrayOf,
  INT32,
  intRange,
  numberConstant,
  type TupleValue,
  TWO_31,
  UNDEFINED,
  type Value,
} from "../types/lattice.ts";
import { spreadOperand } from "../types/spread.ts";
import { truthiness } from "./comparisons.ts";
import { elementBits, loadFrom, place } from "./elements.ts";
import { constantOperand, foldable, lowerExpression, scalar } from "./expressions.ts";
import type { FunctionLowering } from "./function.ts";
import { asNumber, numberAs } from "./numbers.ts";
import { NONE, type Operand } from "./operand.ts";
import { lowerAll } from "./spread.ts";
import { newStorage, readStorage, writeStorage } from "./storage.ts";

/** A captured typed array, or a plain one: constants throughout, but for the typed arrays that are listed in it. */
export function capturedList(fl: FunctionLowering, name: string, value: Value, object: unknown, loc: Span): Operand {
  switch (value.kind) {
    case "array": {
      const at = fl.module.capturedArrays.findIndex((a) => a.object === object);
      const id = fl.captured[at];
      if (id !== undefined) return { kind: "array", id, type: `${value.elem}[]` };
      return constantTable(fl, value.constants ?? [], name, value.elem, loc);
    }
    case "tuple": {
      const items = Array.isArray(object) ? object : [];
      return { kind: "tuple", items: value.items.map((v, i) => capturedList(fl, `${name}[${i}]`, v, items[i], loc)) };
    }
    case "function":
      return { kind: "function", targets: value.targets, selector: undefined };
    default:
      return constantOperand(fl, value, loc) ?? NONE;
  }
}

export function constantTable(
  fl: FunctionLowering,
  values: readonly number[],
  name: string,
  elem: ElementKind,
  loc: Span,
): Operand & { kind: "array" } {
  const type: ArrayType = `${elem}[]`;
  const table = fl.module.table(values, name, elem === "int32" || elem === "uint32" ? elem : "float64");
  return { kind: "array", id: fl.b.emit("array.table", type, [], { table }, loc), type };
}

/** `t[i]` of a tuple, with an index that varies. */
export function indexedItem(
  fl: FunctionLowering,
  frame: Frame,
  node: MemberExpression,
  ov: TupleValue,
  value: Value,
  loc: Span,
): Operand {
  const object = lowerExpression(fl, frame, node.object);
  const index = lowerExpression(fl, frame, node.property);
  const iv = asNumber(fl.valueOf(frame, node.property));
  const name = frame.closure.source.source.text.slice(node.object.start, node.object.end);
  // A table of the numbers from 0: loading from it checks the index like any other.
  const { length } = ov.items;
  const numbers = Array.from({ length }, (_, i) => i);
  const table = constantTable(fl, numbers, name, "int32", loc);
  const at = loadFrom(fl, place(fl, table.id, arrayOf("int32", length, length, true), index, iv, name, loc), loc);
  return chosenItem(fl, object, ov, numberAs(fl, at, "i32", loc), value, name, loc);
}

/** The item of a tuple at an index that is known to be one of its own. */
export function chosenItem(
  fl: FunctionLowering,
  object: Operand,
  { items }: TupleValue,
  at: ValueId,
  value: Value,
  name: string,
  loc: Span,
): Operand {
  const constant = constantItem(fl, items, at, value, name, loc);
  if (constant !== undefined) return constant;
  const e = fl.b;
  const storage = newStorage(fl.b, "item", value);
  const choose = (i: number): void => {
    const item = object.kind === "tuple" ? (object.items[i] ?? NONE) : NONE;
    const take = (): void => writeStorage(fl, storage, item, items[i] ?? UNDEFINED, loc);
    if (i === items.length - 1) take();
    else
      e.if(e.emit("icmp", "i1", [at, e.constant("i32", i, loc)], { pred: "eq" }, loc), loc, take, () => choose(i + 1));
  };
  choose(0);
  return readStorage(fl.b, storage, value, value, loc);
}

/** The same, looked up in a table; undefined where the items aren't as constant as that. */
function constantItem(
  fl: FunctionLowering,
  items: readonly Value[],
  at: ValueId,
  value: Value,
  name: string,
  loc: Span,
): Operand | undefined {
  switch (value.kind) {
    case "array":
      return chosenRow(fl, items, at, value, name, loc);
    case "bool":
      return chosenBoolean(fl, items, at, name, loc);
    case "objects":
      return chosenObject(fl, items, value.among, at, name, loc);
    default:
      return undefined;
  }
}

function chosenRow(
  fl: FunctionLowering,
  items: readonly Value[],
  at: ValueId,
  { elem }: ArrayValue,
  name: string,
  loc: Span,
): Operand | undefined {
  const rows = equalRows(items);
  if (rows === undefined) return undefined;
  const e = fl.b;
  const { values, width } = rows;
  const matrix = constantTable(fl, values, name, elem, loc);
  const wide = e.constant("i32", width, loc);
  const begin = e.emit("mul", "i32", [at, wide], { overflow: "absent" }, loc);
  const end = e.emit("add", "i32", [begin, wide], { overflow: "absent" }, loc);
  return { kind: "array", id: e.emit("array.view", matrix.type, [matrix.id, begin, end], {}, loc), type: matrix.type };
}

/** A property of one of several objects, the one of number `at`: an item of the list of what it is of each. */
export function propertyOf(
  fl: FunctionLowering,
  frame: Frame,
  node: MemberExpression,
  list: Value,
  at: ValueId,
  count: number,
  value: Value,
  loc: Span,
): Operand {
  const known = constantOperand(fl, value, loc);
  if (known !== undefined) return known;
  const name = frame.closure.source.source.text.slice(node.start, node.end);
  // Not even named where they are looked up: there may be many of them.
  const constant = list.kind === "tuple" ? constantItem(fl, list.items, at, value, name, loc) : undefined;
  if (constant !== undefined) return constant;
  const all = capturedList(fl, name, list, frame.captured.get(node), loc);
  if (list.kind === "tuple") return chosenItem(fl, all, list, at, value, name, loc);
  if (list.kind !== "array" || all.kind !== "array") return NONE;
  const index = scalar(at, "i32");
  return loadFrom(fl, place(fl, all.id, list, index, intRange(0, count - 1), name, loc), loc);
}

/** Booleans as a table of 0 and 1, of which the item is read; undefined for other lists. */
function chosenBoolean(
  fl: FunctionLowering,
  items: readonly Value[],
  at: ValueId,
  name: string,
  loc: Span,
): Operand | undefined {
  const bits = items.flatMap((v) => (v.kind === "bool" && v.value !== undefined ? [Number(v.value)] : []));
  if (bits.length < items.length) return undefined;
  return scalar(truthiness(fl, lookedUp(fl, bits, at, name, loc), INT32, loc), "i1");
}

/** The number that one of `objects` has among them, by its index in a list of such. */
function chosenObject(
  fl: FunctionLowering,
  items: readonly Value[],
  objects: readonly object[],
  at: ValueId,
  name: string,
  loc: Span,
): Operand | undefined {
  if (!items.every((v) => v.kind === "host")) return undefined;
  const numbers = new Map(objects.map((object, i) => [object, i]));
  const places = items.map((v) => numbers.get(v.value as object) ?? 0);
  if (places.every((x, i) => x === i)) return scalar(at, "i32");
  return lookedUp(fl, places, at, name, loc);
}

/** The number at an index that is known to be one of the list's own. */
function lookedUp(fl: FunctionLowering, numbers: readonly number[], at: ValueId, name: string, loc: Span): Operand {
  const { length } = numbers;
  const table = constantTable(fl, numbers, name, "int32", loc);
  const own = arrayOf("int32", length, length, true);
  return loadFrom(fl, place(fl, table.id, own, scalar(at, "i32"), intRange(0, length - 1), name, loc), loc);
}

/** The rows of a constant matrix, one after the other, when they are equally long. */
function equalRows(
  items: readonly Value[],
): { readonly values: readonly number[]; readonly width: number } | undefined {
  const rows = items.flatMap((v) => (v.kind === "array" && v.constants !== undefined ? [v.constants] : []));
  const width = rows[0]?.length ?? 0;
  const isMatrix = rows.length === items.length && rows.every((row) => row.length === width);
  return isMatrix && width > 0 && rows.length * width < TWO_31 ? { values: rows.flat(), width } : undefined;
}

/** An array literal that something indexes: a table where its items are constant and nothing stores into it. */
export function plainArray(
  fl: FunctionLowering,
  frame: Frame,
  node: Node,
  elements: readonly Node[],
  value: ArrayValue,
  loc: Span,
): Operand {
  if (value.readonly) {
    for (const e of elements) if (!foldable(e)) lowerExpression(fl, frame, spreadOperand(e) ?? e);
    return constantTable(fl, value.constants ?? [], nameOf(frame, node), value.elem, loc);
  }
  const items = lowerAll(fl, frame, elements);
  const ops = items.map((i) => i.op);
  const values = items.map((i) => i.value);
  return arrayOfItems(fl, value.elem, ops, values, loc);
}

/** What a literal is called in an error: the variable that it is the value of. */
function nameOf(frame: Frame, node: Node): string {
  const { source, parents } = frame.closure.source;
  const { id } = (parents.get(node) ?? node) as Node & { id?: Node };
  const named = id ?? node;
  return source.text.slice(named.start, named.end);
}

/** A new array of these items. */
export function arrayOfItems(
  fl: FunctionLowering,
  elem: ElementKind,
  items: readonly Operand[],
  values: readonly Value[],
  loc: Span,
): Operand {
  const e = fl.b;
  const site = fl.module.site({ kind: "index", array: "the new array", loc });
  const length = e.constant("i64", BigInt(items.length), loc);
  const id = e.emit("array.new", `${elem}[]`, [length], { elem, site }, loc);
  for (const [i, item] of items.entries()) {
    const bits = elementBits(fl, elem, item, values[i] ?? UNDEFINED, loc);
    e.emit("store", "void", [id, e.constant("i32", i, loc), bits], { bounds: "proved", site }, loc);
  }
  return { kind: "array", id, type: `${elem}[]` };
}

/** An item of an array that is taken apart. */
export function itemAt(fl: FunctionLowering, array: ValueId, value: ArrayValue, i: number, loc: Span): Operand {
  const index = scalar(fl.b.constant("i32", i, loc), "i32");
  return loadFrom(fl, place(fl, array, value, index, numberConstant(i), "the array", loc), loc);
}
