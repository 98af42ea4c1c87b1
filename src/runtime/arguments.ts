/** JavaScript values as argument types: what a call asks a specialisation for, and how to speak of values that none takes. */
import type { Callable } from "../frontend/program.ts";
import { ELEMENTS, elementKindOf } from "../types/elements.ts";
import type { ArgType } from "../types/signature.ts";
import type { ParameterNames } from "./parameters.ts";

const INT32: ArgType = { kind: "int32" };
const FLOAT64: ArgType = { kind: "float64" };
const BOOL: ArgType = { kind: "bool" };
const INT64: ArgType = { kind: "int64" };
const UINT64: ArgType = { kind: "uint64" };
export const UNDEFINED: ArgType = { kind: "undefined" };

/** The narrowest type that holds the value; undefined when no kernel takes it. */
export function typeOfArgument(value: unknown): ArgType | undefined {
  switch (typeof value) {
    case "number":
      // −0 | 0 is 0, which Object.is tells from −0.
      return Object.is(value | 0, value) ? INT32 : FLOAT64;
    case "object": {
      const elem = elementKindOf(value);
      return elem === undefined ? undefined : { kind: "array", elem };
    }
    case "boolean":
      return BOOL;
    case "bigint":
      if (BigInt.asIntN(64, value) === value) return INT64;
      return BigInt.asUintN(64, value) === value ? UINT64 : undefined;
    case "undefined":
      return UNDEFINED;
    case "function":
      return { kind: "function", value: value as Callable };
    default:
      return undefined;
  }
}

/** Does a parameter of type `type` take the value? Numbers convert to float64, as they do between JavaScript's own uses. */
export function accepts(type: ArgType, value: unknown): boolean {
  switch (type.kind) {
    case "int32":
      return typeof value === "number" && Object.is(value | 0, value);
    case "float64":
      return typeof value === "number";
    case "bool":
      return typeof value === "boolean";
    case "int64":
      return typeof value === "bigint" && BigInt.asIntN(64, value) === value;
    case "uint64":
      return typeof value === "bigint" && BigInt.asUintN(64, value) === value;
    case "array":
      return elementKindOf(value) === type.elem;
    case "undefined":
      return value === undefined;
    case "function":
      return value === type.value;
  }
}

const functionNumbers = new WeakMap<Callable, number>();
let functions = 0;

function numberOf(fn: Callable): number {
  let number = functionNumbers.get(fn);
  if (number === undefined) {
    number = functions++;
    functionNumbers.set(fn, number);
  }
  return number;
}

/** Equal for equal types and only for them. */
export function keyOfTypes(types: readonly ArgType[]): string {
  let key = "";
  for (const type of types) {
    if (type.kind === "array") key += `${type.elem}[]`;
    else if (type.kind === "function") key += `function ${numberOf(type.value)}`;
    else key += type.kind;
    key += ",";
  }
  return key;
}

/** Says what a value is, with its article: "the number 1.5", "a Float64Array", "a string". */
export function describeValue(value: unknown): string {
  if (value === null) return "null";
  switch (typeof value) {
    case "number":
      return `the number ${Object.is(value, -0) ? "-0" : value}`;
    case "bigint":
      return `the bigint ${value}n`;
    case "boolean":
      return `the boolean ${value}`;
    case "undefined":
      return "undefined";
    case "function":
      return value.name === "" ? "a function" : `the function ${value.name}`;
    case "string":
      return "a string";
    case "symbol":
      return "a symbol";
    default: {
      if (Array.isArray(value)) return "a plain array";
      const elem = elementKindOf(value);
      const name =
        elem === undefined ? Object.prototype.toString.call(value).slice(8, -1) : ELEMENTS[elem].constructorName;
      if (name === "Object") return "an object";
      return `${/^(?:[AEIO]|Uin?t?$)/.test(name) ? "an" : "a"} ${name}`;
    }
  }
}

/** A value that stands where another should, as it would be written where that is short: `"3"`, `["fats"]`, an object. */
export function showValue(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(showValue).join(", ")}]`;
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "object" || typeof value === "function") return describeValue(value);
  return String(value);
}

/** `argument 2 ('out') of 'blur'`; `kernel` is how the kernel is spoken of, quotes included. */
export function describePlace(kernel: string, names: ParameterNames | undefined, index: number): string {
  const name = names?.[index];
  return `argument ${index + 1}${name === undefined ? "" : ` ('${name}')`} of ${kernel}`;
}

/** The error for a value that no kernel can take. */
export function argumentError(kernel: string, names: ParameterNames | undefined, index: number, value: unknown): Error {
  const place = describePlace(kernel, names, index);
  if (typeof value === "bigint") return new RangeError(`${place} is ${value}n, which is beyond 64 bits`);
  return new TypeError(
    `${place} is ${describeValue(value)}${insteadOf(value)}: kernels take numbers, booleans, bigints, typed arrays and functions`,
  );
}

/** What to pass for a value that no kernel can take. */
function insteadOf(value: unknown): string {
  if (value === null) return "; pass undefined for what isn't there";
  if (typeof value === "string") return "; pass a number that says which it is";
  if (typeof value !== "object") return "";
  if (Array.isArray(value)) {
    const [item] = value as readonly unknown[];
    if (Array.isArray(item)) return "; make it one flat typed array, such as Float64Array.from(rows.flat())";
    if (typeof item === "bigint") return "; make it a typed array, such as BigInt64Array.from(…)";
    if (typeof item !== "object") return "; make it a typed array, such as Float64Array.from(…)";
    return ArrayBuffer.isView(item)
      ? "; pass its arrays one by one"
      : "; make a typed array of each property, such as Float64Array.from(list, (o) => o.x)";
  }
  if (value instanceof DataView) return "; pass new Uint8Array(view.buffer, view.byteOffset, view.byteLength)";
  if (/ArrayBuffer\]$/.test(Object.prototype.toString.call(value)))
    return "; pass a view of it, such as new Float64Array(buffer)";
  return value instanceof Promise ? "; await it" : "; pass what the kernel needs of it";
}
