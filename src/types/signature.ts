/**
 * The types of a kernel's arguments and results as JavaScript sees them: what a specialisation is keyed by, what the
 * entry point reads and makes, and what Numba's signature notation spells.
 */
import type { ElementKind } from "./elements.ts";

export type ArgType =
  /** A number that is an int32 and not −0. */
  | { readonly kind: "int32" }
  | { readonly kind: "float64" }
  | { readonly kind: "bool" }
  /** A BigInt within the signed 64-bit range. */
  | { readonly kind: "int64" }
  /** A BigInt beyond int64 but within uint64; any within uint64 where a signature says so. */
  | { readonly kind: "uint64" }
  | { readonly kind: "array"; readonly elem: ElementKind }
  /** Missing, or `undefined`. */
  | { readonly kind: "undefined" }
  /** A function; the specialisation is for this very one. */
  | { readonly kind: "function"; readonly value: (...args: never[]) => unknown };

/**
 * Integers that sizes, widths and counts seldom exceed. Where it makes products of them provably integers (`i * n * n`), a
 * module is compiled for int32 arguments within ±SMALL_INT; larger ones get a variant of their own when they come.
 */
export const SMALL_INT = 2 ** 24;

/** Elements that arrays seldom exceed: for as many rounds, what small integers add up to is an integer. Likewise. */
export const SHORT_ARRAY = 2 ** 28;

/** What a module's arguments are taken to be; others get a variant of their own. */
export interface Supposed {
  /** int32 arguments lie within ±SMALL_INT. */
  readonly smallInts: boolean;
  /** Arrays have at most SHORT_ARRAY elements. */
  readonly shortArrays: boolean;
  /** What each argument, an int32 or an array's length, is at least (types/remainders.ts); undefined where anything goes. */
  readonly least: readonly (number | undefined)[];
}

export const NOTHING_SUPPOSED: Supposed = { smallInts: false, shortArrays: false, least: [] };

/** What a number is that may be null or undefined. */
export const TAGS = { undefined: 0, number: 1, null: 2 } as const;

export type ResultType =
  | { readonly kind: "undefined" }
  /** A JavaScript number from an i32, i64 (within ±2^53), f32 or f64. */
  | { readonly kind: "number"; readonly from: "i32" | "i64" | "f32" | "f64" }
  | { readonly kind: "null" }
  /** A number, or null or undefined, where it may be these: an i32 says which (TAGS), then comes the number. */
  | {
      readonly kind: "nullable";
      readonly from: "i32" | "i64" | "f32" | "f64";
      readonly null: boolean;
      readonly undefined: boolean;
    }
  | { readonly kind: "bool" }
  | { readonly kind: "int64" }
  | { readonly kind: "uint64" }
  | { readonly kind: "array"; readonly elem: ElementKind }
  /** A JavaScript array of any length, of what an array of such elements holds. */
  | { readonly kind: "list"; readonly elem: ElementKind }
  /** A JavaScript array of so many items. */
  | { readonly kind: "tuple"; readonly items: readonly ResultType[] }
  /** A JavaScript object with these properties, in this order. */
  | { readonly kind: "record"; readonly names: readonly string[]; readonly items: readonly ResultType[] };

/**
 * How the entry point maps JavaScript values to the entry function: one per JavaScript parameter, then one array per
 * captured typed array. `undefined` and `function` arguments have no IR parameter (they are constants); all others have
 * exactly one, in order: int32 → i32, float64 → f64, bool → i1, int64/uint64 → i64, array → its array type.
 * A tuple or record result flattens, depth first, into the entry function's results.
 */
export interface EntrySpec extends Supposed {
  readonly name: string;
  readonly args: readonly ArgType[];
  readonly captured: readonly { readonly name: string; readonly elem: ElementKind }[];
  readonly result: ResultType;
  /** The types were given by a signature: a uint64 argument may then be small. */
  readonly declared: boolean;
  /**
   * Pairs of array parameters (numbered over arrays of `args`, then `captured`) of which at least one is written: when any
   * pair overlaps, a module with `entry.disjoint` set answers `overlap` instead of running.
   */
  readonly writtenPairs: readonly (readonly [number, number])[];
  /** Words of a call's memory (emit/abi.ts) of a kernel that runs in the background; undefined for all others. */
  readonly background?: number;
}
