/**
 * The host's functions a kernel may call, by identity: one row each. What a call gives (builtin-calls.ts) and its code
 * (lower/builtin-calls.ts) are cases of switches, so that tsc asks for both when a row is of a new kind.
 */
import { setState } from "../frontend/random.ts";
import { type RandomFunction, randomFunction } from "../frontend/random-functions.ts";
import { INTRINSICS } from "./array-methods.ts";
import { floatRange, intRange, type NumberValue, numberConstant, TWO_31 } from "./lattice.ts";
import { MATH_FUNCTIONS, type MathFunction } from "./math-functions.ts";
import * as ranges from "./ranges.ts";

/** Functions of numbers with an exact answer. Missing arguments are NaN, as ToNumber(undefined) says. */
export const EXACT_MATH = {
  abs: (a: NumberValue) => ranges.abs(a),
  ceil: (a: NumberValue) => ranges.rounding(a, Math.ceil, true),
  floor: (a: NumberValue) => ranges.rounding(a, Math.floor, false),
  round: (a: NumberValue) => ranges.rounding(a, Math.round, true),
  trunc: (a: NumberValue) => ranges.rounding(a, Math.trunc, true),
  sign: (a: NumberValue) => ranges.sign(a),
  sqrt: (a: NumberValue) => ranges.sqrt(a),
  fround: (a: NumberValue) => ranges.fround(a),
  clz32: () => intRange(0, 32),
} as const satisfies Record<string, (a: NumberValue) => NumberValue>;

/** Results of the approximated functions, where a bound is certain. Everything else may be any double. */
const APPROXIMATE: { readonly [K in MathFunction]?: NumberValue } = {
  sin: floatRange(-1, 1),
  cos: floatRange(-1, 1, { negZero: false }),
  tanh: floatRange(-1, 1),
  exp: floatRange(0, Infinity, { negZero: false }),
  cosh: floatRange(1, Infinity, { negZero: false }),
};

export type Builtin =
  | { readonly kind: "exact-math"; readonly name: keyof typeof EXACT_MATH }
  | { readonly kind: "math"; readonly name: MathFunction }
  | { readonly kind: "min" | "max" | "imul" | "random" | "hypot" }
  | { readonly kind: "Number" | "Boolean" | "BigInt" | "asIntN" | "asUintN" }
  | { readonly kind: "isNaN" | "isFinite" | "isInteger" | "isSafeInteger"; readonly converts: boolean }
  | { readonly kind: "Object.is" | "isArray" }
  | { readonly kind: "log" }
  /** One of numbats' random functions, written in the kernel language. */
  | { readonly kind: "random-function"; readonly row: RandomFunction }
  /** Sets the random numbers' state to a BigInt. */
  | { readonly kind: "set-state" }
  /** The compiler's own: see array-methods.ts. */
  | { readonly kind: "view" | "alike" | "overlaps" };

/** `console.log`, whatever function a test runner or a monitor has put there. */
export const LOG = { name: "console.log" };

function table(): ReadonlyMap<unknown, Builtin> {
  const rows = new Map<unknown, Builtin>();
  for (const name of Object.keys(EXACT_MATH) as (keyof typeof EXACT_MATH)[])
    rows.set(Math[name], { kind: "exact-math", name });
  for (const name of Object.keys(MATH_FUNCTIONS) as MathFunction[]) rows.set(Math[name], { kind: "math", name });
  rows.set(Math.min, { kind: "min" });
  rows.set(Math.max, { kind: "max" });
  rows.set(Math.imul, { kind: "imul" });
  rows.set(Math.random, { kind: "random" });
  rows.set(setState, { kind: "set-state" });
  rows.set(Math.hypot, { kind: "hypot" });
  rows.set(Number, { kind: "Number" });
  rows.set(Boolean, { kind: "Boolean" });
  rows.set(BigInt, { kind: "BigInt" });
  rows.set(BigInt.asIntN, { kind: "asIntN" });
  rows.set(BigInt.asUintN, { kind: "asUintN" });
  // biome-ignore lint/suspicious/noGlobalIsNan: it is the global one that is meant
  rows.set(globalThis.isNaN, { kind: "isNaN", converts: true });
  // biome-ignore lint/suspicious/noGlobalIsFinite: it is the global one that is meant
  rows.set(globalThis.isFinite, { kind: "isFinite", converts: true });
  rows.set(Number.isNaN, { kind: "isNaN", converts: false });
  rows.set(Number.isFinite, { kind: "isFinite", converts: false });
  rows.set(Number.isInteger, { kind: "isInteger", converts: false });
  rows.set(Number.isSafeInteger, { kind: "isSafeInteger", converts: false });
  rows.set(Object.is, { kind: "Object.is" });
  rows.set(Array.isArray, { kind: "isArray" });
  rows.set(console.log, { kind: "log" });
  rows.set(LOG, { kind: "log" });
  rows.set(INTRINSICS.view, { kind: "view" });
  rows.set(INTRINSICS.alike, { kind: "alike" });
  rows.set(INTRINSICS.overlaps, { kind: "overlaps" });
  return rows;
}

// Built when first asked: reading Math at import time would freeze what a test or polyfill replaces later.
let rows: ReadonlyMap<unknown, Builtin> | undefined;

/** The row of a host function; undefined when kernels can't call it. */
export function builtinOf(value: unknown): Builtin | undefined {
  rows ??= table();
  const row = randomFunction(value);
  if (row !== undefined) return row === "uniform" ? { kind: "random" } : { kind: "random-function", row };
  return rows.get(value);
}

export function approximateResult(name: MathFunction): NumberValue {
  return APPROXIMATE[name] ?? floatRange(-Infinity, Infinity);
}

export const RANDOM: NumberValue = floatRange(0, 1, { nan: false, negZero: false });
export const NAN_VALUE = numberConstant(NaN);
export const IMUL: NumberValue = intRange(-TWO_31, TWO_31 - 1);

/** A function that calls a built-in one, for where it is one of several; undefined for what must be called by its name. */
export function standInText(fn: unknown): { readonly name: string; readonly text: string } | undefined {
  const row = builtinOf(fn);
  if (row === undefined) return undefined;
  const unary = (name: string) => ({ name, text: `(x) => ${name}(x)` });
  const binary = (name: string) => ({ name, text: `(x, y) => ${name}(x, y)` });
  switch (row.kind) {
    case "exact-math":
      return unary(`Math.${row.name}`);
    case "math":
      return MATH_FUNCTIONS[row.name] === 1 ? unary(`Math.${row.name}`) : binary(`Math.${row.name}`);
    case "min":
    case "max":
    case "imul":
    case "hypot":
      return binary(`Math.${row.kind}`);
    case "random":
      return { name: "Math.random", text: "() => Math.random()" };
    case "Number":
    case "Boolean":
    case "BigInt":
      return unary(row.kind);
    case "isNaN":
    case "isFinite":
    case "isInteger":
    case "isSafeInteger":
      return unary(row.converts ? row.kind : `Number.${row.kind}`);
    default:
      return undefined;
  }
}
