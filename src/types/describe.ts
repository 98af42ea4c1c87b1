/** What messages call values. */
import type { Binding } from "../frontend/program.ts";
import {
  hasRows,
  INT64_MAX,
  join,
  KindConflict,
  MOST_ARRAYS,
  numberIn,
  sameNames,
  type TupleValue,
  UNDEFINED,
  type Value,
} from "./lattice.ts";

/** `binding` is only for messages: how a value is named to the user. */
export function describe(v: Value, binding?: Binding): string {
  const name = binding === undefined ? "" : `'${binding.name}' is `;
  return name + describeKind(v);
}

function describeKind(v: Value): string {
  switch (v.kind) {
    case "number":
      return "a number";
    case "bool":
      return "a boolean";
    case "bigint":
      return v.hi > INT64_MAX ? "a BigInt of uint64" : v.lo < 0n ? "a BigInt of int64" : "a BigInt";
    case "array":
      if (v.literals.length > 0) return "a plain array";
      return `${v.elem.startsWith("int") ? "an" : "a"} ${v.elem}[:] array`;
    case "tuple":
      return `a fixed-length array of ${v.items.length}`;
    case "record":
      return `an object { ${v.names.join(", ")} }`.replace("{  }", "{}");
    case "function":
      return "a function";
    case "host":
      return describeHost(v.value);
    case "objects":
      return "an object";
    case "string":
      return "a string";
    case "nullable": {
      const kinds = [
        ...(numberIn(v) === undefined ? [] : ["a number"]),
        ...(v.null ? ["null"] : []),
        ...(v.undefined ? ["undefined"] : []),
      ];
      return kinds.join(", ").replace(/, (\w+)$/, " or $1");
    }
    case "undefined":
    case "unassigned":
      return "undefined";
  }
}

/** Two values that one variable can't hold, so that it shows why. */
export function describeApart(a: Value, b: Value): { readonly first: string; readonly second: string } {
  if (a.kind === "string" && b.kind === "string")
    return { first: `the string ${JSON.stringify(a.value)}`, second: `the string ${JSON.stringify(b.value)}` };
  if (a.kind !== "record" || b.kind !== "record" || !sameNames(a, b))
    return { first: describe(a), second: describe(b) };
  const at = a.items.findIndex((item, i) => join(item, b.items[i] as Value) instanceof KindConflict);
  const { first, second } = describeApart(a.items[at] ?? UNDEFINED, b.items[at] ?? UNDEFINED);
  const whose = `an object whose ${a.names[at]} is `;
  return { first: whose + first, second: whose + second };
}

/** What is in a tuple that can't be written. */
export function unlikeNumbers(tuple: TupleValue): { readonly rows: boolean; readonly bools: boolean } {
  const { items } = tuple;
  return { rows: hasRows(tuple), bools: items.length > 0 && items.every((item) => item.kind === "bool") };
}

/** What the items of a tuple are, where they aren't all of one kind: "a number at 0, 1 and a boolean at 2". */
export function differentKinds({ items }: TupleValue): string | undefined {
  const listed = kindsByPlace(items);
  if (listed.length > 1) return listed.join(" and ");
  const [one = UNDEFINED] = items;
  const at = items.findIndex((item) => join(one, item) instanceof KindConflict);
  if (at < 0) return undefined;
  const { first, second } = describeApart(one, items[at] ?? UNDEFINED);
  return `${first} at 0 and ${second} at ${at}`;
}

/** What each of several values is, by its place. */
export function kindsByPlace(items: readonly Value[]): string[] {
  const places = new Map<string, number[]>();
  for (const [i, item] of items.entries()) {
    const kind = describe(item);
    const at = places.get(kind);
    if (at === undefined) places.set(kind, [i]);
    else at.push(i);
  }
  return [...places].map(([kind, at]) => `${kind} at ${at.slice(0, 6).join(", ")}${at.length > 6 ? ", …" : ""}`);
}

function describeHost(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return describeList(value);
  if (typeof value !== "function") return "an object";
  return Function.prototype.toString.call(value).startsWith("class") ? "a class" : "a built-in function";
}

/** A captured plain array that is no table. */
function describeList(list: readonly unknown[]): string {
  if (list.includes(undefined)) return "a plain array with holes";
  const kindOf = (item: unknown): string =>
    item === null ? "null" : ArrayBuffer.isView(item) ? "typed array" : typeof item;
  const kinds = new Set(list.map(kindOf));
  if (kinds.size === 2 && kinds.delete("null")) return `a plain array of ${[...kinds].join()}s and null`;
  const [only] = kinds;
  if (kinds.size === 1 && only === "typed array") return `a plain array of more than ${MOST_ARRAYS} typed arrays`;
  return `a plain array of ${kinds.size === 1 ? `${only}s` : "different kinds of values"}`;
}
