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

// types: int64[:]
export function findsBigInt(a) {
  return a.find((x) => x > 1n); // error: unsupported-array-member
}

const corners = [{ x: 1 }, { x: 2 }];
export function findsObject(x) {
  const corner = corners.findLast((c) => c.x > x); // error: unsupported-array-member
  return corner === undefined ? 0 : corner.x;
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
  while (x-- > 0) list.push(x); // error: unsupported-array-member
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

// types: uint8[:]
export function takesWidth(raster) {
  const { width } = raster; // error: unsupported-array-member
  return width;
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

// types: int32
export function fillsSoMany(n) {
  const counts = new Array(n).fill(0); // error: array-length
  return counts[0];
}

// types: int32
export function makesRows(n) {
  const rows = Array.from({ length: n }, () => new Float64Array(n)); // error: array-length
  return rows[0][0];
}

// types: int32
export function replacesRows(i) {
  const rows = [0, 0];
  rows[i] = [1, 2]; // error: store-kind
  return rows[0];
}

export function makesARow(x) {
  const halves = new Array(2.5).fill(x); // error: array-length
  return halves[0];
}

export function fillsTooMany(x) {
  const many = new Array(1e9).fill(x); // error: array-too-long
  return many[0];
}

// types: int32
export function leavesHoles(i) {
  const list = new Array(10); // error: array-holes
  list[i] = 1;
  return list;
}

export function fillsAPart(x) {
  return new Array(10).fill(x, 5)[7]; // error: array-holes
}

export function fillsWithUndefined() {
  return Array.from({ length: 3 })[0]; // error: array-holes
}

// types: bool, int32
export function fillsWithBooleans(b, i) {
  const flags = new Array(100).fill(b); // error: array-items
  return flags[i];
}

export function makesOfANumber(x) {
  return Array.from({ length: 3 }, x); // error: callback-kind
}

export function sortsAsText(x) {
  return [x, 2, 10].sort(); // error: sort-as-text
}

// types: int64
export function sortsBigints(x) {
  return [x, 2n].sort((a, b) => Number(a - b)); // error: assign-tuple
}

// types: int64, int32
export function writesBigints(x, i) {
  const list = [x, 2n]; // error: plain-array-items
  const old = list[i];
  list[i] = 3n;
  return old;
}

// types: int64
export function mapsManyBigints(x) {
  const list = [x, 1n, 2n, 3n, 4n, 5n, 6n, 7n, 8n, 9n, 10n, 11n, 12n, 13n, 14n, 15n, 16n];
  return list.map((v) => v * v); // error: array-items
}

// types: bool
export function reversesBooleans(b) {
  return [b, true].reverse(); // error: assign-tuple
}

// types: bool
export function filtersBooleans(b) {
  return [b, true].filter((x) => x); // error: list-method
}

// types: bool, int32
export function indexesDifferentKinds(w, i) {
  const around = [-1, 1, -w, w];
  return around[i]; // error: tuple-index
}

export function loopsOverDifferentKinds(x) {
  let s = 0;
  for (const v of [x, true]) s += Number(v); // error: tuple-index
  return s;
}

export function visitsDifferentKinds(x) {
  let s = 0;
  [x, true].forEach((v) => { // error: tuple-index
    s += Number(v);
  });
  return s;
}

export function swapsRows(x) {
  const m = [
    [x, 1],
    [2, x],
  ];
  [m[0], m[1]] = [m[1], m[0]]; // error: assign-tuple
  return m[0][0];
}

export function pushesToAList(x) {
  const list = [x, 1];
  return list.push(2); // error: unsupported-array-member
}

export function flattens(x) {
  return [x, 1].flatMap((v) => [v, v]); // error: unsupported-array-member
}

// types: float32[:]
export function looksAtBits(f) {
  return new Int32Array(f.buffer)[0]; // error: unsupported-array-member
}

// types: bool, int32
export function returnsEither(c, i) {
  const plain = [1, 2];
  plain[i] = 0.5;
  return c ? plain : new Float64Array(2); // error: branch-conflict
}

// types: bool, int32
export function asksEither(c, i) {
  const plain = [1, 2];
  plain[i] = 0.5;
  const either = c ? plain : new Float64Array(2);
  return Array.isArray(either); // error: branch-conflict
}

// types: float64[:], int32
export function twoDimensions(a, i) {
  return a[i][i]; // error: not-indexable
}

export function empties(x) {
  const list = [x, 1];
  list.length = 0; // error: assign-property
  return x;
}

export function concatenates(x) {
  return [x, 1].concat([2]).length; // error: unsupported-array-member
}

// types: float64[:]
export function asksForTheSize(a) {
  return a.size; // error: unsupported-array-member
}

// types: float64[:]
export function growsByIndex(a) {
  const high = [];
  let n = 0;
  for (const x of a) if (x > 2) high[n++] = x; // error: array-grows
  return high;
}

// types: int32
export function leavesHolesToo(i) {
  const list = Array(10); // error: array-holes
  list[i] = 1;
  return list;
}

// types: int32
export function callsArray(i) {
  const list = new Array(1, 2, i); // error: array-called
  return list[i];
}

// types: int32
export function callsArrayToo(i) {
  const list = Array(); // error: array-called
  return list.length + i;
}

// types: int32
export function marksBooleans(n) {
  const seen = new Array(16).fill(false);
  for (let i = 0; i < n; i++) seen[(i * 7) & 15] = true; // error: assign-tuple
  return seen[3];
}

// types: int32
export function growsRows(n) {
  const rows = [];
  for (let i = 0; i < n; i++) {
    rows[i] = []; // error: array-grows
    for (let j = 0; j < n; j++) rows[i][j] = i * j;
  }
  return rows[0][0];
}
