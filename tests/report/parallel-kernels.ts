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

// ── stores of each iteration's own ──

export function columns(a: Float64Array, b: Float64Array, c: Float64Array, h: number, w: number, depth: number) {
  for (const x of prange(w)) for (let y = 0; y < h; y++) b[y * w + x] = a[x * h + y];
  for (const x of prange(w)) for (let y = 1; y < h; y++) a[(y - 1) * w + x] += a[y * w + x];
  for (const y of prange(h))
    for (let z = 0; z < depth; z++) for (let x = 0; x < w; x++) c[(z * h + y) * w + x] = a[y * w + x];
}

/** Two ends of an array, rows and their mirror images. */
export function mirror(a: Float64Array) {
  for (const i of prange(a.length >> 1)) {
    const t = a[i];
    a[i] = a[a.length - 1 - i];
    a[a.length - 1 - i] = t;
  }
}

export function mirrorRows(a: Float64Array, h: number, w: number) {
  for (const y of prange(h >> 1)) {
    for (let x = 0; x < w; x++) {
      const t = a[y * w + x];
      a[y * w + x] = a[(h - 1 - y) * w + x];
      a[(h - 1 - y) * w + x] = t;
    }
  }
}

/** Every other element from its neighbours, pairs, pixels. */
export function steps(a: Float64Array, pixels: Uint8Array) {
  for (const i of prange(1, a.length - 1, 2)) a[i] = (a[i - 1] + a[i + 1]) / 2;
  for (const i of prange(0, a.length - 1, 2)) if (a[i] > a[i + 1]) [a[i], a[i + 1]] = [a[i + 1], a[i]];
  for (const i of prange(pixels.length >> 2)) {
    pixels[i << 2] = 1;
    pixels[(i << 2) | 1] = 2;
  }
}

export function tiles(a: Float64Array, n: number) {
  for (const first of prange(0, n, 8)) {
    for (let y = first; y < Math.min(first + 8, n); y++) for (let x = 0; x < n; x++) a[y * n + x] = x;
  }
}

/** A place that goes on by itself within a row. */
export function pixelByPixel(out: Uint8Array, w: number, h: number) {
  for (const y of prange(h)) {
    let at = 3 * y * w;
    for (let x = 0; x < w; x++) {
      out[at++] = x;
      out[at++] = y;
      out[at++] = x ^ y;
    }
  }
}

/** Rows below the pivot's read that of the pivot. */
export function eliminate(a: Float64Array, n: number) {
  for (let k = 0; k < n; k++) {
    for (const i of prange(k + 1, n)) {
      const f = a[i * n + k] / a[k * n + k];
      for (let j = k; j < n; j++) a[i * n + j] -= f * a[k * n + j];
    }
  }
}

/** Variables that change places: each is either array, but never both the same. */
export function changingPlaces(a: Float64Array, b: Float64Array, rounds: number) {
  let p = a;
  let q = b;
  let r: Float64Array = new Float64Array(a.length);
  if (rounds > 9) [p, q] = [q, p];
  for (let k = 0; k < rounds; k++) {
    for (const i of prange(1, a.length - 1)) r[i] = p[i - 1] - q[i + 1];
    const t = p;
    p = q;
    q = r;
    r = t;
  }
}

export function onceEach(a: Float64Array, b: Float64Array, rounds: number) {
  for (let k = 0; k < rounds; k++) {
    const from = k % 2 === 0 ? a : b;
    const to = k % 2 === 0 ? b : a;
    for (const i of prange(1, a.length - 1)) to[i] = from[i - 1];
  }
}

// ── elements that are accumulated ──

/** The place is computed twice, and is the same both times. */
export function countsByBytes(counts: Uint8Array, a: Uint8Array) {
  for (const i of prange(a.length)) counts[a[i] & 3] = counts[a[i] & 3] + 1;
}

/** By functions, one of which returns early, by rounding, and by what branches leave. */
export function countsByFunctions(counts: Int32Array, more: Uint32Array, few: Uint8Array, x: Float64Array) {
  const bin = (v: number): number => {
    if (v < 0) return 0;
    let b = v * 10;
    b = Math.floor(b);
    return b > 9 ? 9 : b;
  };
  for (const i of prange(x.length)) {
    counts[bin(x[i])] = counts[bin(x[i])] + 1;
    let b = Math.floor(x[i]);
    if (b < 0) b = 0;
    more[b * 4 + 3]++;
    few[b] = (few[b] + 1) & 255;
  }
}

export function bestOfEach(top: Float64Array, low: Int32Array, least: Uint8Array, b: Uint8Array, v: Uint8Array) {
  for (const i of prange(b.length)) {
    const k = b[i];
    if (v[i] * 0.5 > top[k]) top[k] = v[i] * 0.5;
    if (k > 3 && low[k] >= v[i]) low[k] = v[i];
    if (v[i] < least[k]) least[k] = v[i];
  }
}

/** Whether a later element is looked at, the earlier ones decide, and its index may be out of bounds. */
export function allAbove(a: Float64Array, index: Int32Array) {
  let ok = true;
  for (const i of prange(index.length)) ok = ok && a[index[i]] > 0;
  return ok;
}

export function firstPlace(a: Float64Array, index: Int32Array, places: Int32Array) {
  let best = -Infinity;
  let at = -1;
  for (const i of prange(index.length)) {
    if (a[index[i]] > best) {
      best = a[index[i]];
      at = places[i];
    }
  }
  return best + at;
}

// ── stores of which nobody knows whether iterations meet in them ──

/** The place goes along with the greatest, and no copies can be put together again. */
export function zBuffer(h: Float64Array, at: Int32Array, b: Int32Array, x: Float64Array) {
  for (const i of prange(x.length)) {
    if (x[i] > h[b[i]]) {
      h[b[i]] = x[i];
      at[b[i]] = i;
    }
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

/** Rows may have no elements; then all begin at the same place. */
export function firstOfRows(a: Float64Array, h: number, w: number) {
  for (const y of prange(h)) {
    if (y > 3) a[y * w] = 0;
    for (let x = 0; x < w; x++) a[y * w] += x;
  }
}

export function scatter(a: Float64Array, index: Int32Array, v: Float64Array) {
  for (const i of prange(index.length)) a[index[i]] = v[i];
}

export function halves(a: Float64Array, b: Float64Array) {
  for (const i of prange(b.length)) a[i >> 1] = b[i];
}

/** It isn't. */
export function countsByTwo(counts: Uint8Array, a: Uint8Array) {
  for (const i of prange(a.length)) counts[a[i] & 3] = counts[++a[i] & 3] + 1;
}

export function symmetric(d: Float64Array, x: Float64Array, n: number) {
  for (const i of prange(n)) {
    for (let j = i + 1; j < n; j++) {
      d[i * n + j] = Math.abs(x[i] - x[j]);
      d[j * n + i] = d[i * n + j];
    }
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

/** Rows that leave out some of their pixels would still be rows; nobody counts which. */
export function somePixels(out: Uint8Array, mask: Uint8Array, w: number, h: number) {
  for (const y of prange(h)) {
    let at = y * w;
    for (let x = 0; x < w; x++) if (mask[x] > 0) out[at++] = x;
  }
}

export function sometimesTheSame(a: Float64Array, b: Float64Array, rounds: number) {
  for (let k = 0; k < rounds; k++) {
    const from = k % 2 === 0 ? a : b;
    const to = k % 3 === 0 ? b : a;
    for (const i of prange(1, a.length - 1)) if (b[i] > 0) to[i] = from[i - 1];
  }
}

/** After a round both are b. */
export function soonTheSame(a: Float64Array, b: Float64Array, rounds: number) {
  let p = a;
  const q = b;
  for (let k = 0; k < rounds; k++) {
    for (const i of prange(1, a.length - 1)) if (p[i - 1] > 0) q[i] = p[i - 1];
    p = q;
  }
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
