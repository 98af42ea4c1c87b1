/**
 * The interpreter's memory: array views over ArrayBuffers, so that overlap, aliasing and swapped variables behave as they
 * do for real. Elements are read and written by the element kinds' own rules.
 */
import type { ElementKind } from "../types/elements.ts";
import type { Scalar } from "./scalar.ts";

export type TypedArray =
  | Int8Array
  | Uint8Array
  | Uint8ClampedArray
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | Float32Array
  | Float64Array
  | BigInt64Array
  | BigUint64Array;

/** What an array value is at run time. */
export interface ArrayView {
  readonly elem: ElementKind;
  /** Raw access to the memory; `store` of narrow kinds keeps the low bits. */
  readonly elements: TypedArray;
  /** The object it came from: a JavaScript array, or the allocation behind an `array.new`. */
  readonly owner: Owner;
  /** Made by `array.view`: even where it is all of the array, it is another object. */
  readonly part: boolean;
}

export interface Owner {
  /** The caller's array when it was an argument; undefined for arrays made by the kernel and for tables. */
  readonly array: TypedArray | undefined;
  readonly readOnly: boolean;
  freed: boolean;
}

const CONSTRUCTORS = {
  int8: Int8Array,
  uint8: Uint8Array,
  // Values arrive already clamped as i32; the plain constructor keeps low bits as every other kind does.
  uint8c: Uint8Array,
  int16: Int16Array,
  uint16: Uint16Array,
  int32: Int32Array,
  uint32: Uint32Array,
  float32: Float32Array,
  float64: Float64Array,
  bigint64: BigInt64Array,
  biguint64: BigUint64Array,
} as const satisfies Record<ElementKind, unknown>;

/** A view of a caller's array. */
export function viewOf(array: TypedArray, elem: ElementKind): ArrayView {
  // A SharedArrayBuffer serves as well; the constructors' types name the plain kind only.
  const elements = new CONSTRUCTORS[elem](array.buffer as ArrayBuffer, array.byteOffset, array.length);
  return { elem, elements, owner: { array, readOnly: false, freed: false }, part: false };
}

/** Fresh zeroed elements. */
export function allocate(elem: ElementKind, length: number, readOnly = false): ArrayView {
  const owner = { array: undefined, readOnly, freed: false };
  return { elem, elements: new CONSTRUCTORS[elem](length), owner, part: false };
}

export function subview(view: ArrayView, begin: number, end: number): ArrayView {
  return { ...view, elements: view.elements.subarray(begin, end), part: true };
}

export function loadElement(view: ArrayView, index: number): Scalar {
  const value = view.elements[index] ?? 0;
  switch (view.elem) {
    case "uint32":
      return BigInt(value);
    case "biguint64":
      return BigInt.asIntN(64, BigInt(value));
    default:
      return value;
  }
}

export function storeElement(view: ArrayView, index: number, value: Scalar): void {
  const { elements } = view;
  if (elements instanceof BigInt64Array || elements instanceof BigUint64Array) elements[index] = BigInt(value);
  else elements[index] = Number(value);
}

export function overlaps(a: ArrayView, b: ArrayView): boolean {
  if (a.elements.buffer !== b.elements.buffer || a.elements.length === 0 || b.elements.length === 0) return false;
  const aStart = a.elements.byteOffset;
  const bStart = b.elements.byteOffset;
  return aStart < bStart + b.elements.byteLength && bStart < aStart + a.elements.byteLength;
}

/** The JavaScript object that a returned view stands for. */
export function objectOf(view: ArrayView): TypedArray {
  const { array } = view.owner;
  if (array !== undefined && !view.part) return array;
  return view.elem === "uint8c"
    ? new Uint8ClampedArray(view.elements.buffer, view.elements.byteOffset, view.elements.length)
    : view.elements;
}

export function isView(value: unknown): value is ArrayView {
  return typeof value === "object" && value !== null && "elem" in value;
}
