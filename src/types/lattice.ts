/**
 * The abstract values of inference: what is known of an expression's value at one point of the program.
 *
 * A number is known by an interval and four facts; the machine representation follows from them (`representationOf`). The
 * lattice is JavaScript's, not the machine's: `lo`/`hi` bound every value that is neither NaN nor −0, so an `int` of
 * [0, 255] that may also be −0 or NaN is still an interval of integers, merely not an integer machine value.
 */
import type { Node } from "acorn";
import type { Binding, FunctionNode, FunctionSource } from "../frontend/program.ts";
import { extended } from "../source/extended.ts";
import { Memo } from "../source/memo.ts";
import type { ElementKind, TableKind } from "./elements.ts";
import type { Frame, Variable } from "./frame.ts";

export interface NumberValue {
  readonly kind: "number";
  readonly lo: number;
  readonly hi: number;
  /** Every finite value is an integer. */
  readonly int: boolean;
  readonly nan: boolean;
  readonly negZero: boolean;
  /** Every value is a float32 value. */
  readonly f32: boolean;
  /**
   * An integer beyond ±2^53 that only ever serves as an index or is compared with smaller ones. The machine keeps it exactly
   * in an i64 (saturating) where JavaScript rounds; either both are equal, or both are too large in magnitude to be any
   * array's index, with the same sign. Joined with a number that no machine integer holds it is nothing of use: see `mixesWide`.
   * Infinite bounds say that a loop has moved it, who knows how far: it may still be looked at, but nothing is computed of it.
   */
  readonly wide: boolean;
  /** Neither 0 nor −0, although there are numbers on both sides of it: of integers only. */
  readonly nonZero?: boolean;
}

export interface BoolValue {
  readonly kind: "bool";
  /** When it is always the same. */
  readonly value: boolean | undefined;
}

export interface BigintValue {
  readonly kind: "bigint";
  readonly lo: bigint;
  readonly hi: bigint;
}

export interface ArrayValue {
  readonly kind: "array";
  readonly elem: ElementKind;
  /** Bounds of the length. */
  readonly minLength: number;
  readonly maxLength: number;
  /** A constant table made from a captured plain array: it can't be written. */
  readonly readonly: boolean;
  /** The elements of a constant table, where it is known which table. */
  readonly constants: readonly number[] | undefined;
  /** What an element is, where more is known than its kind. */
  readonly element: NumberValue | undefined;
  /** The array literals that a plain array may come from; a typed array comes from none. */
  readonly literals: readonly Node[];
  /** It may be what `subarray` made: an object of its own, which nothing tells from another view of the same elements. */
  readonly isView: boolean;
  /** It is a typed array or a plain one, depending on the run: the elements are alike, but not the objects. */
  readonly isMixed: boolean;
}

export interface TupleValue {
  readonly kind: "tuple";
  readonly items: readonly Value[];
  /** The array literals it may come from. */
  readonly literals: readonly Node[];
}

/** What an object literal makes: a tuple whose items have names, in the order in which they are written. Nothing changes one, or tells it from another of the same items. */
export interface RecordValue {
  readonly kind: "record";
  readonly names: readonly string[];
  readonly items: readonly Value[];
}

/** A function of the program: where its code is and, for inner functions, the activation that its free variables live in. */
export interface Closure {
  readonly source: FunctionSource;
  readonly node: FunctionNode;
  /** The activation that defined it; undefined for functions captured from outside. */
  readonly frame: Frame | undefined;
  /** The live function behind it, for captured ones. */
  readonly fn: ((...args: never[]) => unknown) | undefined;
  /** For one that stands in for a built-in function: the name of that. It takes exactly its parameters. */
  readonly builtin?: string | undefined;
}

/** One of several functions; which one is known at run time only when there is more than one. */
export interface FunctionValue {
  readonly kind: "function";
  readonly targets: readonly Closure[];
  /** A variable that some of them use and that is another one by now (outlived.ts). */
  readonly outlived?: Binding | undefined;
}

/** A compile-time object: a namespace, a constructor, a plain object of constants. */
export interface HostValue {
  readonly kind: "host";
  readonly value: unknown;
  /** What calls a built-in function, `(x) => Math.floor(x)`: where it is one of several, as in `up ? Math.ceil : Math.floor`. */
  readonly standIn?: Closure;
}

/** One of several objects of the surroundings. At run time it is its number among them; all it is good for is its properties. */
export interface ObjectsValue {
  readonly kind: "objects";
  readonly among: readonly object[];
}

/** A string literal; only errors and console.log take one. */
export interface StringValue {
  readonly kind: "string";
  readonly value: string;
}

export interface UndefinedValue {
  readonly kind: "undefined";
  /** A variable that nothing has been assigned to: who needs a value of it has forgotten that. */
  readonly unassigned?: Variable;
  /** An argument that the kernel's caller left out: its number. */
  readonly argument?: number;
}

/** A number, or null or undefined: which, only the run knows. */
export interface NullableValue {
  readonly kind: "nullable";
  /** What it is when it is a number: an empty range when it never is. */
  readonly number: NumberValue;
  readonly null: boolean;
  readonly undefined: boolean;
}

/** `let x;` before its first assignment, or a variable assigned on some paths only. */
export interface UnassignedValue {
  readonly kind: "unassigned";
  /** What it holds on the paths that did assign it. */
  readonly otherwise: Value | undefined;
}

export type Value =
  | NumberValue
  | BoolValue
  | BigintValue
  | ArrayValue
  | TupleValue
  | RecordValue
  | FunctionValue
  | HostValue
  | ObjectsValue
  | StringValue
  | UndefinedValue
  | NullableValue
  | UnassignedValue;

export const TWO_31 = 2 ** 31;
export const TWO_32 = 2 ** 32;
export const TWO_53 = 2 ** 53;
export const TWO_63 = 2 ** 63;
/** Arrays longer than this are refused at the entry point. */
export const MAX_LENGTH = TWO_31 - 1;

export const INT64_MIN = -(2n ** 63n);
export const INT64_MAX = 2n ** 63n - 1n;
export const UINT64_MAX = 2n ** 64n - 1n;

export function intRange(lo: number, hi: number): NumberValue {
  return {
    kind: "number",
    lo,
    hi,
    int: true,
    nan: false,
    negZero: false,
    f32: -(2 ** 24) <= lo && hi <= 2 ** 24,
    wide: false,
  };
}

export function floatRange(
  lo: number,
  hi: number,
  facts: { nan?: boolean; negZero?: boolean; int?: boolean; f32?: boolean } = {},
): NumberValue {
  return {
    kind: "number",
    lo,
    hi,
    int: facts.int ?? false,
    nan: facts.nan ?? true,
    negZero: facts.negZero ?? true,
    f32: facts.f32 ?? false,
    wide: false,
  };
}

export const INT32 = intRange(-TWO_31, TWO_31 - 1);
const UINT32 = intRange(0, TWO_32 - 1);
export const FLOAT64 = floatRange(-Infinity, Infinity);
const FLOAT32 = floatRange(-Infinity, Infinity, { f32: true });
export const BOOL: BoolValue = { kind: "bool", value: undefined };
export const TRUE: BoolValue = { kind: "bool", value: true };
const FALSE: BoolValue = { kind: "bool", value: false };
export const UNDEFINED: UndefinedValue = { kind: "undefined" };
/** No number at all, which joins with any to that. */
const NO_NUMBER = intRange(Infinity, -Infinity);

export function arrayOf(elem: ElementKind, minLength = 0, maxLength = MAX_LENGTH, readonly = false): ArrayValue {
  return {
    kind: "array",
    elem,
    minLength,
    maxLength,
    readonly,
    constants: undefined,
    element: undefined,
    literals: [],
    isView: false,
    isMixed: false,
  };
}

/** One of JavaScript's own arrays: of a literal, or captured. */
export function isPlain({ readonly, literals }: ArrayValue): boolean {
  return readonly || literals.length > 0;
}

/** What a load from this array gives. */
export function elementOf(a: ArrayValue): Value {
  return a.element ?? elementValue(a.elem);
}

/**
 * Values of some elements as what an element of `elem` is: a float64 one is no machine integer and no float32, a uint32 one no
 * int32, small as those of a matrix's row may be.
 */
export function elementRange(elem: TableKind, items: readonly NumberValue[]): NumberValue | undefined {
  if (items.length === 0) return undefined;
  const range = items.reduce(joinNumbers);
  if (elem === "uint32") return { ...range, hi: Math.max(range.hi, TWO_31) };
  return elem === "int32" ? range : { ...range, int: false, f32: false };
}

const sameNumbers = (a: readonly number[] | undefined, b: readonly number[] | undefined): boolean =>
  a === b || (a !== undefined && a.length === b?.length && a.every((x, i) => Object.is(x, b[i])));
const union = (a: readonly Node[], b: readonly Node[]): readonly Node[] =>
  b.every((n) => a.includes(n)) ? a : [...new Set([...a, ...b])];
const sameNodes = (a: readonly Node[], b: readonly Node[]): boolean =>
  a === b || (a.length === b.length && b.every((n) => a.includes(n)));

export function bool(value: boolean | undefined): BoolValue {
  return value === undefined ? BOOL : value ? TRUE : FALSE;
}

export function numberConstant(c: number): NumberValue {
  if (Number.isNaN(c))
    return {
      kind: "number",
      lo: Infinity,
      hi: -Infinity,
      int: false,
      nan: true,
      negZero: false,
      f32: true,
      wide: false,
    };
  if (Object.is(c, -0)) return { ...intRange(0, 0), negZero: true };
  return {
    kind: "number",
    lo: c,
    hi: c,
    int: Number.isInteger(c),
    nan: false,
    negZero: false,
    f32: Math.fround(c) === c,
    wide: false,
  };
}

/** The one number a value always is; undefined when there are several, or −0 or NaN take part. */
export function constantOf(v: Value): number | undefined {
  // An end of an interval that came out as −0 stands for 0: only negZero says that a value may be −0.
  return v.kind === "number" && v.lo === v.hi && !v.nan && !v.negZero && !v.wide ? v.lo + 0 : undefined;
}

/** The one number a value always is, NaN too. What may be −0 may also be 0. */
export function onlyNumber(v: NumberValue): number | undefined {
  return v.nan && !v.negZero && v.lo > v.hi ? Number.NaN : constantOf(v);
}

/** Does an interval hold no value at all? Then only NaN and −0 are left, or nothing. */
export function isEmptyRange(v: NumberValue): boolean {
  return v.lo > v.hi;
}

export type Representation = "i1" | "i32" | "i64" | "f32" | "f64";

/** Is it kept as a machine integer? */
export function isMachineInt(v: NumberValue): boolean {
  if (v.wide) return true;
  return v.int && !v.nan && !v.negZero && v.lo >= -TWO_53 && v.hi <= TWO_53;
}

export function fitsInt32(v: NumberValue): boolean {
  return v.lo >= -TWO_31 && v.hi <= TWO_31 - 1;
}

/** The machine scalar that holds a number. */
export function representationOf(v: NumberValue): "i32" | "i64" | "f32" | "f64" {
  if (isMachineInt(v)) return fitsInt32(v) ? "i32" : "i64";
  return v.f32 ? "f32" : "f64";
}

/** A constant of the program may have more than 64 bits: until they are cut, or it is used where they count. */
export function fits64(big: bigint): boolean {
  return big >= INT64_MIN && big <= UINT64_MAX;
}

/** BigInts live in an i64 read as signed, unless the range needs the unsigned reading. */
export function signOf(v: BigintValue): "s" | "u" {
  return v.hi > INT64_MAX ? "u" : "s";
}

/** What may be negative or beyond int64 is kept as a uint64: a negative value that gets there throws. */
function joinBigints(a: BigintValue, b: BigintValue): BigintValue {
  const hi = a.hi > b.hi ? a.hi : b.hi;
  const lo = a.lo < b.lo ? a.lo : b.lo;
  return { kind: "bigint", lo: hi > INT64_MAX && lo < 0n ? 0n : lo, hi };
}

/** Is it neither 0 nor −0? */
export function isNonZero(v: NumberValue): boolean {
  return v.nonZero === true || ((v.lo > 0 || v.hi < 0) && !v.negZero);
}

export interface Interval {
  readonly lo: number;
  readonly hi: number;
}

/** Of what a number may be, −0 counted as 0. */
export function boundsOf({ lo, hi, negZero }: NumberValue): Interval {
  return negZero ? { lo: Math.min(lo, 0), hi: Math.max(hi, 0) } : { lo, hi };
}

/** Bounds of integers, none of which has been rounded towards the others. */
export const exactBounds = (lo: number, hi: number): Interval => ({
  lo: lo > -TWO_53 ? Math.min(lo, TWO_53) : -Infinity,
  hi: hi < TWO_53 ? Math.max(hi, -TWO_53) : Infinity,
});

/** The value, which is known not to be 0 or −0: its range says it unless there are numbers on both sides. */
export function withoutZero(v: NumberValue): NumberValue {
  return v.int && v.lo < 0 && v.hi > 0 ? extended(v, { nonZero: true }) : v;
}

function joinNumbers(a: NumberValue, b: NumberValue): NumberValue {
  const wide = a.wide || b.wide;
  const joined: NumberValue = {
    kind: "number",
    lo: Math.min(a.lo, b.lo),
    hi: Math.max(a.hi, b.hi),
    int: a.int && b.int && (!wide || (isMachineInt(a) && isMachineInt(b))),
    nan: a.nan || b.nan,
    negZero: a.negZero || b.negZero,
    f32: a.f32 && b.f32,
    wide,
  };
  const value = isNonZero(a) && isNonZero(b) ? withoutZero(joined) : joined;
  // What stays as it was is soon known to.
  return sameNumber(value, a) ? a : value;
}

/** Is it, or an item of it, now a wide integer and now a double? Neither an i64 nor an f64 holds both; the first must be had exactly. */
export function mixesWide(v: Value): boolean {
  switch (v.kind) {
    case "number":
      return v.wide && !v.int;
    // What it is on other ways, no index can be.
    case "nullable":
      return v.number.wide;
    case "tuple":
    case "record":
      return v.items.some(mixesWide);
    case "unassigned":
      return v.otherwise !== undefined && mixesWide(v.otherwise);
    default:
      return false;
  }
}

/** Why two values can't be one variable's. */
export class KindConflict {
  readonly a: Value;
  readonly b: Value;
  constructor(a: Value, b: Value) {
    this.a = a;
    this.b = b;
  }
}

function sameTarget(a: Closure, b: Closure): boolean {
  return a.node === b.node && a.frame === b.frame;
}

/** What a value calls when it is called; undefined when it isn't a function that can be one of several. */
export function targetsOf(v: Value): FunctionValue["targets"] | undefined {
  if (v.kind === "function") return v.targets;
  return v.kind === "host" && v.standIn !== undefined ? [v.standIn] : undefined;
}

function outlivedIn(v: Value): Binding | undefined {
  return v.kind === "function" ? v.outlived : undefined;
}

/** What it may be, of the objects that are told apart at run time; undefined when it isn't one of these. */
export function objectsIn(v: Value): readonly object[] | undefined {
  if (v.kind === "objects") return v.among;
  return v.kind === "host" && isObject(v.value) ? [v.value] : undefined;
}

/** An object that has properties, and isn't an array of any kind. */
export function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value);
}

const sights = new Memo<object, number>();
let sightings = 0;

function sightOf(object: object): number {
  const known = sights.get(object);
  if (known !== undefined) return known;
  sights.set(object, ++sightings);
  return sightings;
}

/**
 * One of `objects`, which are all different. They are numbered in the order in which they came into sight, whichever way they are joined:
 * what is known of a variable may come from one way, and what it holds from another.
 */
function oneOf(objects: readonly object[]): Value {
  const [first, ...others] = objects;
  if (others.length === 0) return { kind: "host", value: first };
  const places = objects.map((object) => [object, sightOf(object)] as const);
  return { kind: "objects", among: places.sort(([, a], [, b]) => a - b).map(([object]) => object) };
}

function joinObjects(a: readonly object[], b: readonly object[], before: Value): Value {
  const known = new Set(a);
  const extra = b.filter((object) => !known.has(object));
  return extra.length === 0 ? before : oneOf([...a, ...extra]);
}

export function unionTargets(a: FunctionValue["targets"], b: FunctionValue["targets"]): FunctionValue["targets"] {
  const extra = b.filter((t) => !a.some((s) => sameTarget(s, t)));
  return extra.length === 0 ? a : [...a, ...extra];
}

export function targetIndex(targets: FunctionValue["targets"], t: Closure): number {
  return targets.findIndex((s) => sameTarget(s, t));
}

/** The least value that covers all items of a list, which has some; a KindConflict when they have nothing in common. */
export function joinItems(items: readonly Value[]): Value | KindConflict {
  const objects = objectsAmong(items);
  if (objects !== undefined) return oneOf(objects);
  let joined = items[0] ?? UNDEFINED;
  for (const item of items) {
    const both = join(joined, item);
    if (both instanceof KindConflict) return both;
    joined = both;
  }
  return joined;
}

const objectLists = new Memo<readonly Value[], readonly object[]>();

/** The objects that a list consists of, each once; undefined when it has other items, too. */
function objectsAmong(items: readonly Value[]): readonly object[] | undefined {
  let known = objectLists.get(items);
  if (known !== undefined) return known;
  const objects = new Set<object>();
  for (const item of items) {
    if (item.kind !== "host" || !isObject(item.value)) return undefined;
    objects.add(item.value);
  }
  known = [...objects];
  objectLists.set(items, known);
  return known;
}

/** What may be null, undefined or a number, as one that is any of them; undefined for all else. */
export function asNullable(v: Value): NullableValue | undefined {
  switch (v.kind) {
    case "nullable":
      return v;
    case "number":
      return { kind: "nullable", number: v, null: false, undefined: false };
    case "undefined":
      return { kind: "nullable", number: NO_NUMBER, null: false, undefined: true };
    default:
      return isNull(v) ? { kind: "nullable", number: NO_NUMBER, null: true, undefined: false } : undefined;
  }
}

export const isNull = (v: Value): boolean => v.kind === "host" && v.value === null;

/** The value again, simpler where it is sure to be a number, null or undefined; undefined when it can be none of them. */
export function simplified(v: NullableValue): Value | undefined {
  if (v.number !== NO_NUMBER) return v.null || v.undefined ? v : v.number;
  if (v.null) return v.undefined ? v : { kind: "host", value: null };
  return v.undefined ? UNDEFINED : undefined;
}

/** What it is when it is neither null nor undefined; undefined when it always is. */
export function numberIn(v: NullableValue): NumberValue | undefined {
  return v.number === NO_NUMBER ? undefined : v.number;
}

/** ToNumber of it: null is 0, undefined NaN. */
export function asNumberValue(v: NullableValue): NumberValue {
  const withNull = v.null ? joinNumbers(v.number, numberConstant(0)) : v.number;
  return v.undefined ? joinNumbers(withNull, numberConstant(Number.NaN)) : withNull;
}

/** Null or undefined. */
export const NOTHING: NullableValue = { kind: "nullable", number: NO_NUMBER, null: true, undefined: true };

function joinNullable(a: Value, b: Value): Value | KindConflict {
  const [x, y] = [asNullable(a), asNullable(b)];
  if (x === undefined || y === undefined) return new KindConflict(a, b);
  const number =
    y.number === NO_NUMBER ? x.number : x.number === NO_NUMBER ? y.number : joinNumbers(x.number, y.number);
  const joined: NullableValue = {
    kind: "nullable",
    number,
    null: x.null || y.null,
    undefined: x.undefined || y.undefined,
  };
  return sameValue(joined, a) ? a : joined;
}

function joinEach(a: readonly Value[], b: readonly Value[]): Value[] | KindConflict {
  const items: Value[] = [];
  for (const [i, x] of a.entries()) {
    const both = join(x, b[i] as Value);
    if (both instanceof KindConflict) return both;
    items.push(both);
  }
  return items;
}

/** JavaScript shows the order of an object's properties, too. */
export function sameNames(a: RecordValue, b: RecordValue): boolean {
  return a.names === b.names || (a.names.length === b.names.length && a.names.every((name, i) => name === b.names[i]));
}

const sameItems = (a: readonly Value[], b: readonly Value[]): boolean =>
  a.length === b.length && a.every((x, i) => sameValue(x, b[i] as Value));

/** The item of a record that has this name. */
export function itemNamed({ names, items }: RecordValue, name: string): Value | undefined {
  return items[names.indexOf(name)];
}

/** The least value that covers both; a KindConflict when one variable can't hold both. */
export function join(a: Value, b: Value): Value | KindConflict {
  if (a === b) return a;
  if (a.kind === "unassigned" || b.kind === "unassigned") {
    const x = a.kind === "unassigned" ? a.otherwise : a;
    const y = b.kind === "unassigned" ? b.otherwise : b;
    if (x === undefined || y === undefined) return { kind: "unassigned", otherwise: x ?? y };
    const both = join(x, y);
    return both instanceof KindConflict ? both : { kind: "unassigned", otherwise: both };
  }
  switch (a.kind) {
    case "number":
      return b.kind === "number" ? joinNumbers(a, b) : joinNullable(a, b);
    case "nullable":
      return joinNullable(a, b);
    case "bool":
      return b.kind === "bool" ? bool(a.value === b.value ? a.value : undefined) : new KindConflict(a, b);
    case "bigint":
      if (b.kind !== "bigint") return new KindConflict(a, b);
      return joinBigints(a, b);
    case "array":
      if (b.kind !== "array" || a.elem !== b.elem) return new KindConflict(a, b);
      return {
        kind: "array",
        elem: a.elem,
        minLength: Math.min(a.minLength, b.minLength),
        maxLength: Math.max(a.maxLength, b.maxLength),
        readonly: a.readonly || b.readonly,
        constants: a.constants !== undefined && sameNumbers(a.constants, b.constants) ? a.constants : undefined,
        element: a.element === undefined || b.element === undefined ? undefined : joinNumbers(a.element, b.element),
        literals: union(a.literals, b.literals),
        isView: a.isView || b.isView,
        isMixed: a.isMixed || b.isMixed || isPlain(a) !== isPlain(b),
      };
    case "tuple": {
      if (b.kind !== "tuple" || a.items.length !== b.items.length) return new KindConflict(a, b);
      const items = joinEach(a.items, b.items);
      return items instanceof KindConflict ? items : { kind: "tuple", items, literals: union(a.literals, b.literals) };
    }
    case "record": {
      if (b.kind !== "record" || !sameNames(a, b)) return new KindConflict(a, b);
      const items = joinEach(a.items, b.items);
      return items instanceof KindConflict ? items : { ...a, items };
    }
    case "objects":
    case "function":
    case "host": {
      if (a.kind === "host" && b.kind === "host" && Object.is(a.value, b.value)) return a;
      const mine = objectsIn(a);
      const others = objectsIn(b);
      if (mine !== undefined && others !== undefined) return joinObjects(mine, others, a);
      const x = targetsOf(a);
      const y = targetsOf(b);
      if (x === undefined || y === undefined) return joinNullable(a, b);
      const outlived = outlivedIn(a) ?? outlivedIn(b);
      return { kind: "function", targets: unionTargets(x, y), ...(outlived && { outlived }) };
    }
    case "string":
      return b.kind === "string" && a.value === b.value ? a : new KindConflict(a, b);
    case "undefined":
      return b.kind === "undefined" ? a : joinNullable(a, b);
  }
}

function sameNumber(a: NumberValue, b: NumberValue): boolean {
  return (
    a.lo === b.lo &&
    a.hi === b.hi &&
    a.int === b.int &&
    a.nan === b.nan &&
    a.negZero === b.negZero &&
    a.f32 === b.f32 &&
    a.wide === b.wide &&
    a.nonZero === b.nonZero
  );
}

/** Equality of everything inference keeps. */
export function sameValue(a: Value, b: Value): boolean {
  if (a === b) return true;
  if (a.kind !== b.kind) return false;
  switch (a.kind) {
    case "number":
      return sameNumber(a, b as NumberValue);
    case "bool":
      return a.value === (b as BoolValue).value;
    case "bigint":
      return a.lo === (b as BigintValue).lo && a.hi === (b as BigintValue).hi;
    case "array": {
      const o = b as ArrayValue;
      return (
        a.elem === o.elem &&
        a.minLength === o.minLength &&
        a.maxLength === o.maxLength &&
        a.readonly === o.readonly &&
        a.isView === o.isView &&
        a.isMixed === o.isMixed &&
        sameNumbers(a.constants, o.constants) &&
        (a.element === undefined || o.element === undefined
          ? a.element === o.element
          : sameValue(a.element, o.element)) &&
        sameNodes(a.literals, o.literals)
      );
    }
    case "tuple": {
      const o = b as TupleValue;
      return sameItems(a.items, o.items) && sameNodes(a.literals, o.literals);
    }
    case "record": {
      const o = b as RecordValue;
      return sameNames(a, o) && sameItems(a.items, o.items);
    }
    case "function": {
      const o = b as FunctionValue;
      return (
        a.targets.length === o.targets.length &&
        a.targets.every((t) => targetIndex(o.targets, t) >= 0) &&
        (a.outlived === undefined) === (o.outlived === undefined)
      );
    }
    case "host":
      return Object.is(a.value, (b as HostValue).value);
    case "objects": {
      const { among } = b as ObjectsValue;
      return a.among.length === among.length && a.among.every((object, i) => object === among[i]);
    }
    case "string":
      return a.value === (b as StringValue).value;
    case "undefined":
      return true;
    case "nullable": {
      const o = b as NullableValue;
      return a.null === o.null && a.undefined === o.undefined && sameNumber(a.number, o.number);
    }
    case "unassigned": {
      const o = b as UnassignedValue;
      if (a.otherwise === undefined || o.otherwise === undefined) return a.otherwise === o.otherwise;
      return sameValue(a.otherwise, o.otherwise);
    }
  }
}

/** What a load from an array gives. */
export function elementValue(elem: ElementKind): Value {
  switch (elem) {
    case "int8":
      return intRange(-128, 127);
    case "uint8":
    case "uint8c":
      return intRange(0, 255);
    case "int16":
      return intRange(-32768, 32767);
    case "uint16":
      return intRange(0, 65535);
    case "int32":
      return INT32;
    case "uint32":
      return UINT32;
    case "float32":
      return FLOAT32;
    case "float64":
      return FLOAT64;
    case "bigint64":
      return { kind: "bigint", lo: INT64_MIN, hi: INT64_MAX };
    case "biguint64":
      return { kind: "bigint", lo: 0n, hi: UINT64_MAX };
  }
}

/** Is it a typed array of integers? */
export function holdsIntegers(value: Value | undefined): boolean {
  return value?.kind === "array" && value.literals.length === 0 && !value.elem.startsWith("float");
}

/** Is it a list of arrays? */
export function hasRows({ items }: TupleValue): boolean {
  return items.length > 0 && items.every((item) => item.kind === "array" || item.kind === "tuple");
}

/** The most typed arrays of a captured list: each is looked at at every call, and an index that varies chooses among them one by one. */
export const MOST_ARRAYS = 64;
