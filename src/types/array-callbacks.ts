/**
 * Methods of typed arrays that call a function, search or sort, and `from`: written in the kernel language like those of
 * array-methods.ts, and inlined with the functions they are given. ECMAScript 23.2.3 is the model.
 */
import type { Callable } from "../frontend/program.ts";

type Numbers = { length: number; [i: number]: number };
type Relative = (x: number | undefined, length: number, otherwise: number) => number;
type Alike = (a: Numbers, length: number) => Numbers;
type Visit<R> = (x: number, i: number, a: Numbers) => R;
type Step = (sum: number, x: number, i: number, a: Numbers) => number;

export function forEach(a: Numbers, visit: Visit<void>): void {
  for (let i = 0; i < a.length; i++) visit(a[i] as number, i, a);
}

export function map(a: Numbers, visit: Visit<number>, alike: Alike): Numbers {
  const out = alike(a, a.length);
  for (let i = 0; i < a.length; i++) out[i] = visit(a[i] as number, i, a);
  return out;
}

export function filter(a: Numbers, keeps: Visit<boolean>, alike: Alike): Numbers {
  const kept = alike(a, a.length);
  let n = 0;
  for (let i = 0; i < a.length; i++) {
    const x = a[i] as number;
    if (keeps(x, i, a)) kept[n++] = x;
  }
  const out = alike(a, n);
  for (let i = 0; i < n; i++) out[i] = kept[i] as number;
  return out;
}

export function reduceFromFirst(a: Numbers, step: Step): number {
  if (a.length === 0) throw new TypeError("Reduce of empty array with no initial value");
  let s = a[0] as number;
  for (let i = 1; i < a.length; i++) s = step(s, a[i] as number, i, a);
  return s;
}

export function reduce(a: Numbers, step: Step, start: number): number {
  let s = start;
  for (let i = 0; i < a.length; i++) s = step(s, a[i] as number, i, a);
  return s;
}

export function reduceFromLast(a: Numbers, step: Step): number {
  if (a.length === 0) throw new TypeError("Reduce of empty array with no initial value");
  let s = a[a.length - 1] as number;
  for (let i = a.length - 2; i >= 0; i--) s = step(s, a[i] as number, i, a);
  return s;
}

export function reduceRight(a: Numbers, step: Step, start: number): number {
  let s = start;
  for (let i = a.length - 1; i >= 0; i--) s = step(s, a[i] as number, i, a);
  return s;
}

export function some(a: Numbers, holds: Visit<boolean>): boolean {
  for (let i = 0; i < a.length; i++) if (holds(a[i] as number, i, a)) return true;
  return false;
}

export function every(a: Numbers, holds: Visit<boolean>): boolean {
  for (let i = 0; i < a.length; i++) if (!holds(a[i] as number, i, a)) return false;
  return true;
}

export function find(a: Numbers, holds: Visit<boolean>): number | undefined {
  for (let i = 0; i < a.length; i++) {
    const x = a[i] as number;
    if (holds(x, i, a)) return x;
  }
  return undefined;
}

export function findLast(a: Numbers, holds: Visit<boolean>): number | undefined {
  for (let i = a.length - 1; i >= 0; i--) {
    const x = a[i] as number;
    if (holds(x, i, a)) return x;
  }
  return undefined;
}

export function findIndex(a: Numbers, holds: Visit<boolean>): number {
  for (let i = 0; i < a.length; i++) if (holds(a[i] as number, i, a)) return i;
  return -1;
}

export function findLastIndex(a: Numbers, holds: Visit<boolean>): number {
  for (let i = a.length - 1; i >= 0; i--) if (holds(a[i] as number, i, a)) return i;
  return -1;
}

export function indexOf(a: Numbers, x: number, from: number | undefined, rel: Relative): number {
  for (let i = rel(from, a.length, 0); i < a.length; i++) if (a[i] === x) return i;
  return -1;
}

export function lastIndexInAll(a: Numbers, x: number): number {
  for (let i = a.length - 1; i >= 0; i--) if (a[i] === x) return i;
  return -1;
}

export function lastIndexOf(a: Numbers, x: number, from: number | undefined): number {
  const t = from === undefined ? 0 : Math.trunc(from);
  const k = Number.isNaN(t) ? 0 : t;
  const last = (k < 0 ? Math.max(a.length + k, -1) : Math.min(k, a.length - 1)) | 0;
  for (let i = last; i >= 0; i--) if (a[i] === x) return i;
  return -1;
}

export function includes(a: Numbers, x: number, from: number | undefined, rel: Relative): boolean {
  // biome-ignore lint/suspicious/noSelfCompare: NaN, and a BigInt can be asked
  const asksForNaN = x !== x;
  for (let i = rel(from, a.length, 0); i < a.length; i++) {
    const y = a[i] as number;
    // biome-ignore lint/suspicious/noSelfCompare: as above
    if (y === x || (asksForNaN && y !== y)) return true;
  }
  return false;
}

/** Floats as they are sorted when nothing else is said, NaN at the end: how many others there are, brought to the front. */
export function numbersFirst(a: Numbers): number {
  let n = 0;
  for (let i = 0; i < a.length; i++) {
    const x = a[i] as number;
    // biome-ignore lint/suspicious/noSelfCompare: Number.isNaN, as fast as can be
    if (x === x) a[n++] = x;
  }
  for (let i = n; i < a.length; i++) a[i] = 0 / 0;
  return n;
}

/** And −0 before +0, among which comparisons have left them in any order. */
export function zerosInOrder(a: Numbers, n: number): void {
  let start = 0;
  for (let end = n; start < end; ) {
    const middle = (start + end) >> 1;
    if ((a[middle] as number) < 0) start = middle + 1;
    else end = middle;
  }
  let negative = start;
  let end = start;
  for (; end < n && a[end] === 0; end++) if (1 / (a[end] as number) < 0) negative++;
  for (let i = start; i < end; i++) a[i] = i < negative ? -0 : 0;
}

export function all(a: Numbers): number {
  return a.length;
}

export function asTheyAre(): void {}

/**
 * Merge sort, from runs of eight: stable, as the language has it. With a comparison it works on copies, so that one that looks
 * into the array, or throws, finds it as it was. Which side of a merge comes next nobody can guess, so it is chosen without a branch,
 * but for halves that are in order as they are.
 */
export function sort(
  a: Numbers,
  compare: ((x: number, y: number) => number) | undefined,
  alike: Alike,
  comparable: (a: Numbers) => number,
  settle: (a: Numbers, n: number) => void,
): Numbers {
  const after = (x: number, y: number): boolean => (compare === undefined ? y < x : compare(x, y) > 0);
  const n = compare === undefined ? comparable(a) : a.length;
  let to = n > 8 ? alike(a, n) : a;
  let from = compare === undefined ? a : alike(a, n);
  if (compare !== undefined) for (let i = 0; i < n; i++) from[i] = a[i] as number;
  for (let start = 0; start < n; start += 8) {
    const end = Math.min(start + 8, n);
    for (let i = start + 1; i < end; i++) {
      const x = from[i] as number;
      let j = i - 1;
      while (j >= start && after(from[j] as number, x)) {
        from[j + 1] = from[j] as number;
        j--;
      }
      from[j + 1] = x;
    }
  }
  let isMoved = false;
  for (let width = 8; width < n; width *= 2) {
    for (let start = 0; start < n; start += 2 * width) {
      const middle = Math.min(start + width, n);
      const end = Math.min(start + 2 * width, n);
      let i = start;
      let j = middle;
      let k = start;
      const isSorted = middle < end && !after(from[middle - 1] as number, from[middle] as number);
      while (!isSorted && i < middle && j < end) {
        const x = from[i] as number;
        const y = from[j] as number;
        const isAfter = after(x, y);
        to[k++] = isAfter ? y : x;
        j += isAfter ? 1 : 0;
        i += isAfter ? 0 : 1;
      }
      while (i < middle) to[k++] = from[i++] as number;
      while (j < end) to[k++] = from[j++] as number;
    }
    const next = from;
    from = to;
    to = next;
    isMoved = !isMoved;
  }
  if (isMoved || compare !== undefined) for (let i = 0; i < n; i++) a[i] = from[i] as number;
  if (compare === undefined) settle(a, n);
  return a;
}

export function toSorted(
  a: Numbers,
  compare: ((x: number, y: number) => number) | undefined,
  alike: Alike,
  comparable: (a: Numbers) => number,
  settle: (a: Numbers, n: number) => void,
  sorted: typeof sort,
): Numbers {
  const out = alike(a, a.length);
  for (let i = 0; i < a.length; i++) out[i] = a[i] as number;
  return sorted(out, compare, alike, comparable, settle);
}

export function toReversed(a: Numbers, alike: Alike): Numbers {
  const out = alike(a, a.length);
  for (let i = 0; i < a.length; i++) out[i] = a[a.length - 1 - i] as number;
  return out;
}

export function withItem(a: Numbers, index: number | undefined, x: number, alike: Alike): Numbers {
  const t = index === undefined ? 0 : Math.trunc(index);
  const k = Number.isNaN(t) ? 0 : t;
  const at = k < 0 ? a.length + k : k;
  if (!(at >= 0 && at < a.length)) throw new RangeError("Invalid typed array index");
  const out = alike(a, a.length);
  for (let i = 0; i < a.length; i++) out[i] = a[i] as number;
  out[at] = x;
  return out;
}

/** `Float64Array.from(source, visit)`, where no visit changes the source. */
function mapInto(out: Numbers, source: Numbers, visit: (x: number, i: number) => number): Numbers {
  for (let i = 0; i < source.length; i++) out[i] = visit(source[i] as number, i);
  return out;
}

/** The same where one may: all elements are read before the first visit. */
function mapCopyInto(
  out: Numbers,
  source: Numbers & { slice(): Numbers },
  visit: (x: number, i: number) => number,
): Numbers {
  const copy = source.slice();
  for (let i = 0; i < copy.length; i++) out[i] = visit(copy[i] as number, i);
  return out;
}

/** `Float64Array.from({ length }, visit)`; `sample` is an array of the kind. */
function fromLength(
  sample: Numbers,
  length: number,
  visit: ((x: undefined, i: number) => number) | undefined,
  alike: Alike,
): Numbers {
  const n = Math.trunc(length);
  const out = alike(sample, n > 0 ? n : 0);
  // undefined as a number is NaN, which arrays of integers take for 0.
  for (let i = 0; i < out.length; i++) out[i] = visit === undefined ? 0 / 0 : visit(undefined, i);
  return out;
}

export const MAP_INTO: Callable = mapInto;
export const MAP_COPY_INTO: Callable = mapCopyInto;
export const FROM_LENGTH: Callable = fromLength;
