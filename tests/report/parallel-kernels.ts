/** Kernels of which each shows something that `parallelDiagnostics()` has to say. */
import { prange } from "../../src/index.ts";

/** Several loops: reductions with a companion, an array made in each iteration, rows of their own, a histogram, a serial one. */
export function image(a: Float64Array, hist: Uint32Array, out: Float64Array, width: number, height: number) {
  let sum = 0;
  let best = -Infinity;
  let at = -1;
  let all = true;
  for (const y of prange(height)) {
    const row = new Float64Array(width);
    for (let x = 0; x < width; x++) {
      const v = a[y * width + x];
      row[x] = v * v;
      sum += v;
      all = all && v > 0;
      if (v > best) {
        best = v;
        at = y;
      }
    }
    for (let x = 0; x < width; x++) out[y * width + x] = row[x] / (width + 1);
  }
  for (const i of prange(a.length)) hist[i & 7]++;
  for (const i of prange(0, height, 0.5)) sum += i;
  return [sum, best, at, all];
}

/** One in another: the outer one is parallel; in a serial loop: the inner one is. */
export function nested(a: Float64Array, n: number, k: number) {
  for (const i of prange(n)) for (const j of prange(n)) a[i * n + j] = i * j;
  for (let i = 0; i < n; i++) {
    for (const j of prange(n)) a[i * n + j] += Math.sin(k) * (k + 0.5);
  }
}

/** Rounds inside that are a part of n, read from an array, or not known at all. */
export function triangle(a: Float64Array, n: number) {
  let s = 0;
  for (const i of prange(n)) for (let j = i; j < n; j++) s += a[i * n + j];
  return s;
}

export function rowsOfSparse(start: Int32Array, x: Float64Array, out: Float64Array) {
  for (const i of prange(out.length)) {
    let s = 0;
    for (let k = start[i]; k < start[i + 1]; k++) s += x[k];
    out[i] = s;
  }
}

export function escapes(out: Uint16Array, most: number) {
  for (const i of prange(out.length)) {
    let x = i / out.length;
    let n = 0;
    while (n < most && x < 2) {
      x = x * x + 0.3;
      n++;
    }
    out[i] = n;
  }
}

// ── stores of which nobody knows whether iterations meet in them ──

export function zBuffer(h: Float64Array, b: Int32Array, x: Float64Array) {
  for (const i of prange(x.length)) {
    if (x[i] > h[b[i]]) h[b[i]] = x[i];
  }
}

export function stencilInPlace(a: Float64Array) {
  for (const i of prange(1, a.length - 1)) {
    if (a[i] > 0) a[i] = (a[i - 1] + a[i + 1]) / 2;
  }
}

export function sharedScratch(a: Float64Array, scratch: Float64Array, out: Float64Array, n: number) {
  for (const i of prange(a.length)) {
    for (let k = 0; k < n; k++) scratch[k] = a[i] * k;
    let s = 0;
    for (let k = 0; k < n; k++) s += scratch[k];
    out[i] = s;
  }
}

export function scatter(a: Float64Array, index: Int32Array, v: Float64Array) {
  for (const i of prange(index.length)) a[index[i]] = v[i];
}

export function halves(a: Float64Array, b: Float64Array) {
  for (const i of prange(b.length)) a[i >> 1] = b[i];
}

/** The place is computed twice, and is the same both times. */
export function countsByBytes(counts: Uint8Array, a: Uint8Array) {
  for (const i of prange(a.length)) counts[a[i] & 3] = counts[a[i] & 3] + 1;
}

/** It isn't. */
export function countsByTwo(counts: Uint8Array, a: Uint8Array) {
  for (const i of prange(a.length)) counts[a[i] & 3] = counts[++a[i] & 3] + 1;
}

export function mirror(a: Float64Array) {
  for (const i of prange(a.length >> 1)) {
    const t = a[i];
    a[i] = a[a.length - 1 - i];
    a[a.length - 1 - i] = t;
  }
}

export function views(a: Float64Array, n: number) {
  for (const i of prange(n)) {
    const part = a.subarray(4 * i, 4 * i + 4);
    part[0] = i;
    part.set(a.subarray(0, 4));
  }
}

export function oneOfTwo(a: Float64Array, first: boolean) {
  const b = new Float64Array(a.length);
  let w = a;
  if (first) w = b;
  for (const i of prange(a.length)) w[i] = a[(i + 1) % a.length];
}

export function inARecursiveFunction(a: Float64Array, n: number) {
  const add = (v: Float64Array, depth: number): void => {
    if (depth <= 0) return;
    v[depth] += 1;
    add(v, depth - 1);
  };
  for (const i of prange(n)) add(a, i);
}

export function ownArrayInARecursiveFunction(out: Float64Array) {
  const add = (v: Float64Array, depth: number): void => {
    if (depth <= 0) return;
    v[depth] += 1;
    add(v, depth - 1);
  };
  for (const i of prange(out.length)) {
    const own = new Float64Array(100);
    add(own, i % 100);
    out[i] = own[1];
  }
}

// ── those that are certain to meet are errors ──

export function oneElement(a: Float64Array) {
  for (const i of prange(a.length)) a[0] = i;
}

export function carriedByAnArray(a: Float64Array) {
  for (const i of prange(1, a.length)) a[i] = a[i - 1] + 1;
}

export function nothing(a: Float64Array) {
  for (let i = 0; i < a.length; i++) a[i] = i;
}
