// Loops over prange whose iterations can't run side by side.

import { prange } from "../../src/index.ts";

// types: float64[:]
export function carried(a) {
  let s = 0;
  for (const i of prange(a.length)) {
    s = s * 0.5 + a[i]; // error: parallel-carried
  }
  return s;
}

// types: float64[:]
export function readsItsSum(a, out) {
  let s = 0;
  for (const i of prange(a.length)) {
    s += a[i]; // error: parallel-carried
    a[i] = s;
  }
}

// types: float64[:]
export function twoKinds(a) {
  let s = 0;
  for (const i of prange(a.length)) {
    s += a[i]; // error: parallel-carried
    s *= 2;
  }
  return s;
}

// types: float64[:]
export function assignedInside(a) {
  let previous = 0;
  const step = (x) => {
    const d = x - previous;
    previous = x; // error: parallel-carried
    return d;
  };
  for (const i of prange(a.length)) a[i] = step(a[i]);
}

// types: float64[:]
export function lastValue(a) {
  let last = 0;
  for (const i of prange(a.length)) {
    last = a[i]; // error: parallel-last-value
  }
  return last;
}

// types: float64[:]
export function twoConstants(a) {
  let found = 0;
  for (const i of prange(a.length)) {
    if (a[i] > 1) found = 1; // error: parallel-last-value
    if (a[i] < -1) found = 2;
  }
  return found;
}

// types: float64[:]
export function returns(a) {
  for (const i of prange(a.length)) {
    if (a[i] > 1) return i; // error: parallel-leave
  }
  return -1;
}

// types: float64[:]
export function breaks(a) {
  for (const i of prange(a.length)) {
    if (a[i] > 1) break; // error: parallel-leave
    a[i] = 0;
  }
}

// types: float64[:]
export function continuesOuter(a) {
  outer: for (let k = 0; k < 3; k++) {
    for (const i of prange(a.length)) {
      if (a[i] > 1) continue outer; // error: parallel-leave
      a[i] = k;
    }
  }
}

// types: float64[:]
export function assignsCounter(a) {
  for (let i of prange(a.length)) {
    i += 1; // error: parallel-loop-variable
    a[i] = 0;
  }
}

// types: float64[:]
export function logs(a) {
  for (const i of prange(a.length)) {
    console.log(a[i]); // error: parallel-log
  }
}

// types: float64[:]
export function sameElement(a) {
  for (const i of prange(a.length)) {
    a[3] = i; // error: parallel-same-element
  }
}

// types: float64[:]
export function dependence(a) {
  for (const i of prange(2, a.length)) {
    a[i] = a[i - 2] + 1; // error: parallel-dependence
  }
}

// types: float64[:]
export function twoStores(a) {
  for (const i of prange(a.length - 1)) {
    a[i] = i; // error: parallel-dependence
    a[i + 1] = -i;
  }
}
