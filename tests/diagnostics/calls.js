// Calls.

import { prange } from "../../src/index.ts";

class Point {}

export function callsNumber(x) {
  return x(1); // error: not-callable
}

export function callsDate(x) {
  return x + Date.now(); // error: unsupported-call
}

export function callsJson(x) {
  return JSON.stringify(x); // error: unsupported-call
}

export function choosesBuiltin(x) {
  const f = x > 0 ? Math.max : Math.min;
  return f(x, 1, 2); // error: builtin-arguments
}

export function makesPoint(x) {
  const p = new Point(); // error: unsupported-new
  return x;
}

// types: float64[:]
export function makesView(a) {
  const view = new Float32Array(a.buffer, 8); // error: unsupported-new-arguments
  return view[0];
}

// types: float64[:]
export function logsArray(a) {
  console.log("a:", a); // error: log-argument
}

// types: float64[:]
export function namesArray(a) {
  throw new Error(`a is ${a}`); // error: message-value
}

// types: float64[:]
export function namesTuple(a) {
  throw new Error("a begins with " + [a[0], a[1]]); // error: message-value
}

// types: float64[:]
export function namesTooMuch(a) {
  throw new Error(`${a[0]} ${a[1]} ${a[2]} ${a[3]} ${a[4]} ${a[5]} ${a[6]}`); // error: message-values
}

// types: float64
export function rounds(x) {
  throw new Error(`x is ${x.toFixed(2)}`); // error: unsupported-array-member
}

// types: float64
export function converts(x) {
  throw new Error("x is " + String(x)); // error: unsupported-call
}

export function parses(x) {
  return x + parseFloat(x); // error: unsupported-call
}

export function takesTime(x) {
  return x + performance.now(); // error: unsupported-call
}

export function listsValues(x) {
  return Array.of(x, 2)[0]; // error: unsupported-call
}

export function plainArrayOfALength(n) {
  const rows = Array.from({ length: n }, () => 0); // error: array-length
  return rows[0];
}

export function copiesANumber(x) {
  return Float64Array.from(x)[0]; // error: from-source
}

export function complains(x) {
  console.error(x); // error: unsupported-call
}

// types: int32[:]
export function addsAtomically(counts) {
  Atomics.add(counts, 0, 1); // error: unsupported-call
}

const seen = new Map();
export function looksUp(x) {
  return seen.get(x); // error: unsupported-call
}

// types: int64
export function absoluteBigInt(b) {
  return Math.abs(b); // error: not-a-number
}

// types: float64[:]
export function leastOfArray(a) {
  return Math.min(a); // error: not-a-number
}

const bound = function (x) {
  return x + 1;
}.bind(null);

export function callsBound(x) {
  return bound(x); // error: native-function
}

class Shape {}

export function callsClass(x) {
  return Shape(x); // error: unsupported-call
}

// types: float64, bool
export function picksClass(x, b) {
  const f = b ? Math.sin : Shape; // error: branch-conflict
  return f(x);
}

export function rangeAsValue(n) {
  const range = prange(n); // error: prange-value
  let s = 0;
  for (const i of range) s += i;
  return s;
}

// types: float64[:]
export function filtersByNumber(a) {
  return a.filter(1).length; // error: callback-kind
}

// types: float64[:]
export function reducesByNothing(a) {
  return a.reduce(); // error: callback-kind
}

export function forgetsNew(n) {
  return Float64Array(n).length; // error: unsupported-call
}

// types: float64[:]
export function listsATypedArray(a) {
  return Array.from(a).sort((x, y) => x - y)[0]; // error: unsupported-call
}
