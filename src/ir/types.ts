/** The types of IR values: machine scalars and array views. JavaScript's numbers have been mapped to these by `types/`. */
import { ELEMENTS, type ElementKind } from "../types/elements.ts";

export type ScalarType = "i1" | "i32" | "i64" | "f32" | "f64";

/** A view of memory: data pointer, length in elements (0 … 2^31 − 1), and an owner tag that says which object it came from. */
export type ArrayType = `${ElementKind}[]`;

export type IrType = ScalarType | ArrayType;

/** The scalar a `store` takes: what `load` gives, except that uint32 takes the low 32 bits as an i32. Narrow kinds keep the low bits. */
export function storedScalar(elem: ElementKind): ScalarType {
  return elem === "uint32" ? "i32" : ELEMENTS[elem].scalar;
}

export function isIntType(type: IrType | "void" | undefined): type is "i32" | "i64" {
  return type === "i32" || type === "i64";
}

export function isArrayType(type: string): type is ArrayType {
  return type.endsWith("[]");
}

/** Element kind of an array type. */
export function elementOf(type: ArrayType): ElementKind {
  return type.slice(0, -2) as ElementKind;
}
