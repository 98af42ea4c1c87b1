/**
 * Methods of typed arrays, written in the kernel language itself and compiled along with the kernel that calls them, so
 * that inference, bounds proofs and the vectoriser see through them. ECMAScript 23.2.3 is the model.
 *
 * They name nothing but `Math` and their parameters: what else they need comes as arguments after the method's own, which
 * keeps them whole under a minifier.
 */
import type { Callable } from "../frontend/program.ts";
import {
  all,
  asTheyAre,
  every,
  filter,
  find,
  findIndex,
  findLast,
  findLastIndex,
  forEach,
  includes,
  indexOf,
  lastIndexInAll,
  lastIndexOf,
  map,
  numbersFirst,
  reduce,
  reduceFromFirst,
  reduceFromLast,
  reduceRight,
  some,
  sort,
  toReversed,
  toSorted,
  withItem,
  zerosInOrder,
} from "./array-callbacks.ts";
import type { ElementKind } from "./elements.ts";

type Numbers = { length: number; [i: number]: number };
type Relative = (x: number | undefined, length: number, otherwise: number) => number;
type View = (a: Numbers, begin: number, end: number) => Numbers;
type Alike = (a: Numbers, length: number) => Numbers;
type Overlaps = (a: Numbers, b: Numbers) => boolean;

/** ToIntegerOrInfinity, then counted from the end when negative, then clamped to [0, length]. */
function relative(x: number | undefined, length: number, otherwise: number): number {
  if (x === undefined) return otherwise;
  const t = Math.trunc(x);
  if (Number.isNaN(t)) return 0;
  if (t < 0) return Math.max(length + t, 0) | 0;
  return Math.min(t, length) | 0;
}

function at(a: Numbers, index: number | undefined): number {
  const t = index === undefined ? 0 : Math.trunc(index);
  const k = Number.isNaN(t) ? 0 : t;
  // Out of bounds either way keeps the index as it was given, for the error to name.
  return a[k < 0 && k >= -a.length ? a.length + k : k] as number;
}

function fill(
  a: Numbers,
  value: number | undefined,
  start: number | undefined,
  end: number | undefined,
  rel: Relative,
): Numbers {
  const from = rel(start, a.length, 0);
  const to = rel(end, a.length, a.length);
  // undefined as a number is NaN, which arrays of integers take for 0.
  const x = value === undefined ? 0 / 0 : value;
  for (let i = from; i < to; i++) a[i] = x;
  return a;
}

function reverse(a: Numbers): Numbers {
  const last = a.length - 1;
  const half = a.length >> 1;
  for (let i = 0; i < half; i++) {
    const x = a[i] as number;
    a[i] = a[last - i] as number;
    a[last - i] = x;
  }
  return a;
}

function copyWithin(
  a: Numbers,
  target: number,
  start: number | undefined,
  end: number | undefined,
  rel: Relative,
): Numbers {
  const to = rel(target, a.length, 0);
  const from = rel(start, a.length, 0);
  const final = rel(end, a.length, a.length);
  const count = Math.min(final - from, a.length - to);
  if (from < to) for (let i = count - 1; i >= 0; i--) a[to + i] = a[from + i] as number;
  else for (let i = 0; i < count; i++) a[to + i] = a[from + i] as number;
  return a;
}

function set(a: Numbers, source: Numbers, offset: number | undefined, overlaps: Overlaps, alike: Alike): void {
  const whole = offset === undefined ? 0 : Math.trunc(offset);
  const t = Number.isNaN(whole) ? 0 : whole;
  if (t < 0 || t + source.length > a.length) throw new RangeError("offset is out of bounds");
  const first = t | 0;
  if (overlaps(a, source)) {
    const copy = alike(source, source.length);
    for (let i = 0; i < source.length; i++) copy[i] = source[i] as number;
    for (let i = 0; i < source.length; i++) a[first + i] = copy[i] as number;
  } else {
    for (let i = 0; i < source.length; i++) a[first + i] = source[i] as number;
  }
}

function slice(a: Numbers, start: number | undefined, end: number | undefined, rel: Relative, alike: Alike): Numbers {
  const from = rel(start, a.length, 0);
  const to = rel(end, a.length, a.length);
  const count = Math.max(to - from, 0);
  const out = alike(a, count);
  for (let i = 0; i < count; i++) out[i] = a[from + i] as number;
  return out;
}

function subarray(a: Numbers, start: number | undefined, end: number | undefined, rel: Relative, view: View): Numbers {
  const from = rel(start, a.length, 0);
  const to = rel(end, a.length, a.length);
  return view(a, from, Math.max(from, to));
}

/** `new Float64Array(other)`: elements converted one by one. */
function copyInto(out: Numbers, source: Numbers): Numbers {
  for (let i = 0; i < source.length; i++) out[i] = source[i] as number;
  return out;
}

/**
 * Math.hypot of three and more: squares summed exactly enough (products split as Dekker does, sums as Knuth does) for the
 * root to be within an ulp, and scaled by a power of two where they would overflow or vanish. Two at a time would lose that.
 */
function hypot(a: number, b: number, c: number, d = 0, e = 0, f = 0, g = 0, h = 0): number {
  const sum = (x: number, y: number): [number, number] => {
    const s = x + y;
    const v = s - x;
    return [s, x - (s - v) + (y - v)];
  };
  const square = (x: number): [number, number] => {
    const p = x * x;
    const t = 134217729 * x;
    const high = t - (t - x);
    const low = x - high;
    return [p, high * high - p + 2 * high * low + low * low];
  };
  const most = (x: number, y: number): number => (Math.abs(y) > x ? Math.abs(y) : x);
  const m = most(most(most(most(most(most(most(most(0, a), b), c), d), e), f), g), h);
  if (m === Infinity) return Infinity;
  // 2^-600 and 2^600.
  const scale = m > 1e150 ? 2.409919865102884e-181 : m < 1e-140 ? 4.149515568880993e180 : 1;
  let high = 0;
  let low = 0;
  const add = (x: number): void => {
    const [p, pe] = square(x * scale);
    const [s, se] = sum(high, p);
    high = s;
    low += pe + se;
  };
  add(a);
  add(b);
  add(c);
  add(d);
  add(e);
  add(f);
  add(g);
  add(h);
  const r = Math.sqrt(high);
  if (r === 0) return 0;
  const [p, pe] = square(r);
  return (r + (high - p - pe + low) / (2 * r)) / scale;
}

/** `Math.max(...a)`. */
function greatest(a: Numbers): number {
  let m = -Infinity;
  for (let i = 0; i < a.length; i++) m = Math.max(m, a[i] as number);
  return m;
}

/** `Math.min(...a)`. */
function least(a: Numbers): number {
  let m = Infinity;
  for (let i = 0; i < a.length; i++) m = Math.min(m, a[i] as number);
  return m;
}

/** Marks for the three things only the compiler can do; never run. */
export const INTRINSICS = {
  view: (_a: unknown, _begin: number, _end: number): void => {},
  alike: (_a: unknown, _length: number): void => {},
  overlaps: (_a: unknown, _b: unknown): void => {},
};

interface MethodRow {
  readonly fn: Callable;
  /** How many arguments of its own it takes. What isn't given is undefined. */
  readonly arity: number;
  /** Called where the last of them isn't given, for which undefined wouldn't do. */
  readonly without?: Callable;
  /** The first of them is a function. */
  readonly visits?: true;
  /** What it gets besides, for the kind of its elements. */
  readonly extra: (elem: ElementKind) => readonly Callable[];
  /** Of plain arrays, too: whether it only reads them, makes another one, or writes them. */
  readonly plain?: "reads" | "makes" | "writes";
}

const { view, alike, overlaps } = INTRINSICS;
const sorting = (elem: ElementKind): readonly Callable[] =>
  elem === "float64" || elem === "float32" ? [alike, numbersFirst, zerosInOrder] : [alike, all, asTheyAre];

export const ARRAY_METHODS: ReadonlyMap<string, MethodRow> = new Map<string, MethodRow>([
  ["at", { fn: at, arity: 1, extra: () => [], plain: "reads" }],
  ["fill", { fn: fill, arity: 3, extra: () => [relative], plain: "writes" }],
  ["reverse", { fn: reverse, arity: 0, extra: () => [], plain: "writes" }],
  ["copyWithin", { fn: copyWithin, arity: 3, extra: () => [relative], plain: "writes" }],
  ["set", { fn: set, arity: 2, extra: () => [overlaps, alike] }],
  ["slice", { fn: slice, arity: 2, extra: () => [relative, alike], plain: "makes" }],
  ["subarray", { fn: subarray, arity: 2, extra: () => [relative, view] }],
  ["forEach", { fn: forEach, arity: 1, visits: true, extra: () => [], plain: "reads" }],
  ["map", { fn: map, arity: 1, visits: true, extra: () => [alike], plain: "makes" }],
  ["filter", { fn: filter, arity: 1, visits: true, extra: () => [alike], plain: "makes" }],
  ["reduce", { fn: reduce, arity: 2, visits: true, without: reduceFromFirst, extra: () => [], plain: "reads" }],
  [
    "reduceRight",
    { fn: reduceRight, arity: 2, visits: true, without: reduceFromLast, extra: () => [], plain: "reads" },
  ],
  ["some", { fn: some, arity: 1, visits: true, extra: () => [], plain: "reads" }],
  ["every", { fn: every, arity: 1, visits: true, extra: () => [], plain: "reads" }],
  ["find", { fn: find, arity: 1, visits: true, extra: () => [], plain: "reads" }],
  ["findLast", { fn: findLast, arity: 1, visits: true, extra: () => [], plain: "reads" }],
  ["findIndex", { fn: findIndex, arity: 1, visits: true, extra: () => [], plain: "reads" }],
  ["findLastIndex", { fn: findLastIndex, arity: 1, visits: true, extra: () => [], plain: "reads" }],
  ["indexOf", { fn: indexOf, arity: 2, extra: () => [relative], plain: "reads" }],
  ["lastIndexOf", { fn: lastIndexOf, arity: 2, without: lastIndexInAll, extra: () => [], plain: "reads" }],
  ["includes", { fn: includes, arity: 2, extra: () => [relative], plain: "reads" }],
  ["sort", { fn: sort, arity: 1, visits: true, extra: sorting, plain: "writes" }],
  ["toSorted", { fn: toSorted, arity: 1, visits: true, extra: (elem) => [...sorting(elem), sort], plain: "makes" }],
  ["toReversed", { fn: toReversed, arity: 0, extra: () => [alike], plain: "makes" }],
  ["with", { fn: withItem, arity: 2, extra: () => [alike] }],
]);

/** The function that a method is when it is given `count` arguments, and how many of its own that takes. */
export function methodFor(row: MethodRow, count: number): { readonly fn: Callable; readonly arity: number } {
  const { fn, arity, without } = row;
  return without !== undefined && count < arity ? { fn: without, arity: arity - 1 } : { fn, arity };
}

export const COPY_INTO: Callable = copyInto;

export const EXTREMES: { readonly min: Callable; readonly max: Callable } = { min: least, max: greatest };

export const HYPOT: Callable = hypot;
/** As many arguments as it has parameters. */
export const MAX_HYPOT = 8;
