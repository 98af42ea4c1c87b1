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

// types: float64[:]
export function countsRecords(a) {
  let best = -Infinity;
  let records = 0;
  for (const i of prange(a.length)) {
    if (a[i] > best) {
      best = a[i]; // error: parallel-carried
      records++;
    }
  }
  return [best, records];
}

// types: float64[:]
export function marksRecords(a, out) {
  let best = -Infinity;
  for (const i of prange(a.length)) {
    let mark = 0;
    if (a[i] > best) {
      best = a[i]; // error: parallel-carried
      mark = 1;
    }
    a[i] = mark;
  }
  return best;
}

// types: float64[:]
export function skipsRecords(a) {
  let best = -Infinity;
  let others = 0;
  for (const i of prange(a.length)) {
    if (a[i] > best) {
      best = a[i]; // error: parallel-carried
      continue;
    }
    others += a[i];
  }
  return [best, others];
}

// types: float64[:]
export function highestOrLowest(a) {
  let high = -Infinity;
  let low = Infinity;
  for (const i of prange(a.length)) {
    if (a[i] > high) high = a[i]; // error: parallel-carried
    else if (a[i] < low) low = a[i];
  }
  return high - low;
}

// types: float64[:]
export function asksTwice(a) {
  let best = -Infinity;
  let records = 0;
  for (const i of prange(a.length)) {
    const better = a[i] > best;
    if (better) best = a[i]; // error: parallel-carried
    if (better) records++;
  }
  return [best, records];
}

// types: float64[:]
export function notLess(a) {
  let best = -Infinity;
  for (const i of prange(a.length)) {
    if (!(a[i] <= best)) best = a[i]; // error: parallel-carried
  }
  return best;
}

// types: float64[:]
export function firstMatch(a) {
  let at = -1;
  for (const i of prange(a.length)) {
    if (at < 0 && a[i] > 1) at = i; // error: parallel-carried
  }
  return at;
}

// types: float64[:], float64[:]
export function compacts(a, out) {
  let n = 0;
  for (const i of prange(a.length)) {
    if (a[i] > 0) out[n++] = a[i]; // error: parallel-carried
  }
  return n;
}

// types: float64[:]
export function capped(a) {
  let s = 0;
  for (const i of prange(a.length)) s = Math.min(100, s + a[i]); // error: parallel-carried
  return s;
}

// types: float64[:]
export function doubles(a) {
  let s = 1;
  for (const i of prange(a.length)) s += s + a[i]; // error: parallel-carried
  return s;
}

// types: float64[:]
export function resets(a) {
  let run = 0;
  for (const i of prange(a.length)) {
    if (a[i] > 0) run++; // error: parallel-carried
    else run = 0;
  }
  return run;
}

// types: int64[:]
export function bigSum(a) {
  let s = 0n;
  for (const i of prange(a.length)) s += a[i]; // error: parallel-bigint
  return s;
}

// types: float64[:]
export function counterAfterwards(a) {
  let i = 0;
  for (i of prange(a.length)) { // error: parallel-last-value
    a[i] = 0;
  }
  return i;
}

// types: float64[:], int32
export function leavesAHelper(a, x) {
  const find = (array) => {
    for (const i of prange(array.length)) {
      if (array[i] > x) return i; // error: parallel-leave
    }
    return -1;
  };
  return find(a);
}

// types: float64[:]
export function sameElementByASwap(a) {
  for (const i of prange(a.length)) {
    const t = a[0];
    a[0] = t + i * a[0]; // error: parallel-same-element
  }
}

// types: float64[:]
export function roundsEachSum(a) {
  let s = 0;
  for (const i of prange(a.length)) {
    s = (s + a[i]) | 0; // error: parallel-rounded
  }
  return s;
}

// types: float64[:]
export function floorsEachSum(a) {
  let s = 0;
  for (const i of prange(a.length)) {
    s = Math.floor(s - a[i]); // error: parallel-rounded
  }
  return s;
}

const storesFirst = (a, x) => {
  a[0] = x; // error: parallel-same-element
};

// types: float64[:]
export function storesElsewhere(a) {
  for (const i of prange(a.length)) storesFirst(a, i);
}
