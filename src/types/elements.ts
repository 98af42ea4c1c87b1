/** The element kinds of typed arrays and what each one means to the machine: one row per kind. */

/** In Numba's spelling where Numba has one; `uint8c` is Uint8ClampedArray. */
export const ELEMENT_KINDS = [
  "int8",
  "uint8",
  "uint8c",
  "int16",
  "uint16",
  "int32",
  "uint32",
  "float32",
  "float64",
  "bigint64",
  "biguint64",
] as const;
export type ElementKind = (typeof ELEMENT_KINDS)[number];

interface ElementInfo {
  /** Size in bytes. */
  readonly size: 1 | 2 | 4 | 8;
  /** The machine scalar an element loads as; narrower integers are extended as their kind says. */
  readonly scalar: "i32" | "i64" | "f32" | "f64";
  /** The JavaScript constructor's name. */
  readonly constructorName: string;
}

/** uint32 elements load zero-extended to i64. */
export const ELEMENTS: { readonly [K in ElementKind]: ElementInfo } = {
  int8: { size: 1, scalar: "i32", constructorName: "Int8Array" },
  uint8: { size: 1, scalar: "i32", constructorName: "Uint8Array" },
  uint8c: { size: 1, scalar: "i32", constructorName: "Uint8ClampedArray" },
  int16: { size: 2, scalar: "i32", constructorName: "Int16Array" },
  uint16: { size: 2, scalar: "i32", constructorName: "Uint16Array" },
  int32: { size: 4, scalar: "i32", constructorName: "Int32Array" },
  uint32: { size: 4, scalar: "i64", constructorName: "Uint32Array" },
  float32: { size: 4, scalar: "f32", constructorName: "Float32Array" },
  float64: { size: 8, scalar: "f64", constructorName: "Float64Array" },
  bigint64: { size: 8, scalar: "i64", constructorName: "BigInt64Array" },
  biguint64: { size: 8, scalar: "i64", constructorName: "BigUint64Array" },
};

const KIND_BY_TAG: ReadonlyMap<string, ElementKind> = new Map(
  ELEMENT_KINDS.map((k) => [ELEMENTS[k].constructorName, k]),
);

const tagGetter = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(Uint8Array.prototype), Symbol.toStringTag)?.get;

/**
 * The name of a typed array's own constructor, whatever its realm, subclass (Node's Buffer is a Uint8Array) and properties;
 * undefined for anything else. Bound, so that nothing done to `Function.prototype` later on matters.
 */
export const arrayTagOf = Function.prototype.call.bind(tagGetter ?? (() => undefined)) as (
  value: unknown,
) => string | undefined;

/** The element kind of a typed array of any realm; undefined for anything else. */
export function elementKindOf(value: unknown): ElementKind | undefined {
  const tag = arrayTagOf(value);
  return tag === undefined ? undefined : KIND_BY_TAG.get(tag);
}

/** What a plain array of constants can be kept as. */
export type TableKind = "int32" | "uint32" | "float64";

/** What all these numbers can be kept as: uint32 is what hashes and checksums have in their tables, and mix as integers. */
export function tableKindOf(numbers: readonly number[]): TableKind {
  if (numbers.every((x) => Object.is(x | 0, x))) return "int32";
  return numbers.every((x) => Object.is(x >>> 0, x)) ? "uint32" : "float64";
}

/** All items are numbers, and none is missing: `every` alone passes over holes. */
export function isNumberList(list: readonly unknown[]): list is readonly number[] {
  return !list.includes(undefined) && list.every((item) => typeof item === "number");
}

/** Are the elements BigInts? */
export function isBig(elem: ElementKind): boolean {
  return elem === "bigint64" || elem === "biguint64";
}
