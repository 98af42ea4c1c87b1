/** Where the values of variables and results live between the places that write them and those that read them: the IR's locals. */
import { ice } from "../diagnostics/errors.ts";
import type { FuncBuilder } from "../ir/build.ts";
import type { LocalId, ValueId } from "../ir/ops.ts";
import { type IrType, isArrayType, type ScalarType } from "../ir/types.ts";
import type { Span } from "../source/span.ts";
import {
  type FunctionValue,
  type NullableValue,
  type RecordValue,
  representationOf,
  signOf,
  type TupleValue,
  UNDEFINED,
  type Value,
} from "../types/lattice.ts";
import { bigCast } from "./bigint-operators.ts";
import type { FunctionLowering } from "./function.ts";
import { asNullableOperand } from "./nullable.ts";
import { asFunction, coerce, machineType, NONE, type Operand, placeholder, selectAmong } from "./operand.ts";

/** By what is known of all values that it may hold. */
export type Storage =
  | {
      readonly kind: "local";
      readonly local: LocalId;
      readonly type: IrType;
      readonly value: Value;
      /** Of a BigInt it holds the low 64 bits. */
      readonly wraps: boolean;
    }
  | { readonly kind: "tuple"; readonly items: readonly Storage[] }
  | { readonly kind: "nullable"; readonly tag: LocalId; readonly number: Storage; readonly value: NullableValue }
  | { readonly kind: "function"; readonly targets: FunctionValue["targets"]; readonly local: LocalId | undefined }
  /** The counter of a counted loop, inside it. */
  | { readonly kind: "counter"; readonly id: ValueId; readonly type: ScalarType }
  | { readonly kind: "none" };

/** With `wraps` it holds the low 64 bits of a BigInt, whatever its sign. */
export function newStorage(b: FuncBuilder, name: string, value: Value, wraps = false): Storage {
  switch (value.kind) {
    case "tuple":
    case "record":
      return { kind: "tuple", items: value.items.map((x, i) => newStorage(b, nameOfItem(name, value, i), x)) };
    case "function":
      return {
        kind: "function",
        targets: value.targets,
        local: value.targets.length > 1 ? b.local(name, "i32") : undefined,
      };
    case "nullable": {
      const tag = b.local(name, "i32");
      return { kind: "nullable", tag, number: newStorage(b, name, value.number), value };
    }
    case "unassigned":
      return value.otherwise === undefined ? { kind: "none" } : newStorage(b, name, value.otherwise, wraps);
    default: {
      const type = machineType(value);
      if (type === undefined) return { kind: "none" };
      return { kind: "local", local: b.local(name, type), type, value, wraps };
    }
  }
}

/** Reads a storage that holds `stored`; gives it as `wanted` (what is known at this place) is represented. */
export function readStorage(b: FuncBuilder, s: Storage, stored: Value, wanted: Value, loc: Span): Operand {
  if (wanted.kind === "nullable" && s.kind !== "nullable")
    ice("a number that may be missing has a place for numbers only");
  switch (s.kind) {
    case "none":
      return NONE;
    case "counter": {
      const op = typed(s.id, s.type);
      return isWider(s.type, wanted) ? op : coerce(b, op, stored, wanted, loc);
    }
    case "local": {
      const op = typed(b.get(s.local, loc), s.type);
      return isWider(s.type, wanted) ? op : coerce(b, op, s.value, wanted, loc);
    }
    case "nullable": {
      const number = wanted.kind === "nullable" ? wanted.number : wanted;
      const held = readStorage(b, s.number, number, number, loc);
      if (wanted.kind !== "nullable" || held.kind !== "scalar") return held;
      return { kind: "nullable", tag: b.get(s.tag, loc), number: held };
    }
    case "tuple":
      return {
        kind: "tuple",
        items: s.items.map((x, i) => {
          const item = hasItems(wanted) ? (wanted.items[i] as Value) : UNDEFINED;
          return readStorage(b, x, item, item, loc);
        }),
      };
    case "function": {
      const op: Operand = {
        kind: "function",
        targets: s.targets,
        selector: s.local === undefined ? undefined : b.get(s.local, loc),
      };
      return wanted.kind === "function" ? selectAmong(b, op, wanted.targets, loc) : op;
    }
  }
}

/** With `wraps` only the low bits of a BigInt are seen before the storage is written again. */
export function writeStorage(
  fl: FunctionLowering,
  s: Storage,
  op: Operand,
  value: Value,
  loc: Span,
  wraps = false,
): void {
  switch (s.kind) {
    case "none":
    case "counter":
      return;
    case "local": {
      if (value.kind === "bigint" && s.value.kind === "bigint" && op.kind === "scalar") {
        fl.b.set(s.local, wraps || s.wraps ? op.id : bigCast(fl, op.id, value, signOf(s.value), loc), loc);
        return;
      }
      const as = coerce(fl.b, op, value, s.value, loc);
      if (as.kind === "scalar" || as.kind === "array") fl.b.set(s.local, as.id, loc);
      return;
    }
    case "nullable": {
      const { tag, number } = asNullableOperand(fl.b, op, value, s.value, loc);
      fl.b.set(s.tag, tag, loc);
      writeStorage(fl, s.number, number, s.value.number, loc);
      return;
    }
    case "tuple":
      if (op.kind !== "tuple" || !hasItems(value)) return;
      for (const [i, x] of s.items.entries())
        writeStorage(fl, x, op.items[i] ?? NONE, value.items[i] ?? UNDEFINED, loc);
      return;
    case "function": {
      if (s.local === undefined) return;
      const as = selectAmong(fl.b, asFunction(op, value), s.targets, loc);
      if (as.kind === "function" && as.selector !== undefined) fl.b.set(s.local, as.selector, loc);
    }
  }
}

/** Gives all numbers and booleans in it, and which function it is, a value that nobody looks at. */
export function clearStorage(b: FuncBuilder, s: Storage, loc: Span): void {
  switch (s.kind) {
    case "local":
      if (!isArrayType(s.type)) b.set(s.local, placeholder(b, s.type, loc), loc);
      return;
    case "tuple":
      for (const item of s.items) clearStorage(b, item, loc);
      return;
    case "nullable":
      b.set(s.tag, placeholder(b, "i32", loc), loc);
      clearStorage(b, s.number, loc);
      return;
    case "function":
      if (s.local !== undefined) b.set(s.local, placeholder(b, "i32", loc), loc);
      return;
    default:
  }
}

/** The locals a storage is made of, depth first. */
export function localsOf(s: Storage): LocalId[] {
  switch (s.kind) {
    case "local":
      return [s.local];
    case "tuple":
      return s.items.flatMap(localsOf);
    case "nullable":
      return [s.tag, ...localsOf(s.number)];
    case "function":
      return s.local === undefined ? [] : [s.local];
    default:
      return [];
  }
}

/** What is kept item by item. */
export function hasItems(value: Value): value is TupleValue | RecordValue {
  return value.kind === "tuple" || value.kind === "record";
}

/** What a variable's part is called: `p.x`, or `pair.0`. */
export function nameOfItem(name: string, value: TupleValue | RecordValue, i: number): string {
  return `${name}.${value.kind === "record" ? value.names[i] : i}`;
}

/** An integer stays as wide as its storage: cutting it only to widen it again hides sums from the vectoriser. */
function isWider(type: IrType, wanted: Value): boolean {
  return type === "i64" && wanted.kind === "number" && representationOf(wanted) === "i32";
}

export function typed(id: ValueId, type: IrType): Operand {
  if (type.endsWith("[]")) return { kind: "array", id, type: type as `${"int8"}[]` };
  return { kind: "scalar", id, type: type as ScalarType };
}
