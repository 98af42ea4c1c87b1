// Typed arrays and tuples.

import { prange } from "../../src/index.ts";

export function indexesNumber(x) {
  return x[0]; // error: not-indexable
}

// types: float64[:], bool
export function booleanIndex(a, b) {
  return a[b]; // error: index-kind
}

// types: float64[:], int64
export function storesBigInt(a, b) {
  a[0] = b; // error: store-kind
}

// types: int64[:], float64
export function storesNumber(a, x) {
  a[0] = x; // error: store-kind
}

// types: float64[:]
export function findsLast(a) {
  return a.findLast((x) => x > 1); // error: unsupported-array-member
}

// types: float64[:]
export function finds(a) {
  return a.find((x) => x > 1); // error: unsupported-array-member
}

// types: float64[:]
export function assignsLength(a) {
  a.length = 0; // error: assign-property
}

export function assignsItem(x) {
  const t = [x, true];
  t[0] = 2; // error: assign-tuple
  return t;
}

// types: int32
export function variableItem(i) {
  const t = [1, true];
  return t[i]; // error: tuple-index
}

// types: int32
export function variableItemOfMixedBigints(i) {
  const t = [-1n, 0xffffffffffffffffn]; // error: plain-array-items
  return t[i];
}

export function takesNumberApart(x) {
  const [a, b] = x; // error: destructure-non-tuple
  return a + b;
}

export function takesTooMany(x) {
  const [a, b, c] = [x, 1]; // error: destructure-length
  return a + b + c;
}

// types: int32
export function patternInLoop(n) {
  let s = 0;
  for (const [a] of prange(n)) s += a; // error: destructure-non-tuple
  return s;
}

// types: float64[:]
export function setsAList(a) {
  a.set([1, true]); // error: set-source
  return a;
}

// types: float64[:]
export function mapsToTheWrongKind(a) {
  return a.map((x) => {
    return x + 1n; // error: bigint-mix
  });
}

// types: float64[:]
export function takesBuffer(a) {
  return a.buffer; // error: unsupported-array-member
}

export function pushes(x) {
  const list = [];
  list.push(x); // error: unsupported-array-member
  return list.length;
}

export function formats(x) {
  return x.toFixed(2); // error: unsupported-array-member
}

// types: float64[:], int32[:], bool
export function choosesKind(a, b, first) {
  const t = first ? a : b; // error: branch-conflict
  return t[0];
}

// types: int8[:], int64
export function storesIntoBytes(a, b) {
  a[0] = b; // error: store-kind
}

// types: float64[:]
export function comparesViews(a) {
  return a.subarray(0) === a; // error: compare-views
}

// types: float64[:]
export function comparesViewsByObjectIs(a) {
  let view = a;
  if (a.length > 3) view = a.subarray(1);
  return Object.is(a, view); // error: compare-views
}

// types: int64[:]
export function fillsWithNothing(a) {
  a.fill(); // error: store-kind
}

// types: float64[:]
export function misspells(a) {
  return a.lenght; // error: unsupported-array-member
}

// types: float64[:]
export function misspellsMethod(a) {
  return a.indxOf(1); // error: unsupported-array-member
}

// types: float64[:]
export function joins(a) {
  return a.join(", "); // error: string-value
}

// types: float64[:]
export function comparesArray(a) {
  return a < 1; // error: compare-kinds
}

// types: float64[:]
export function mapsToTuples(a) {
  return a.map((x) => [x, x]).length; // error: store-kind
}
