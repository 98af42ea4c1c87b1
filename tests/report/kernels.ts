/** Kernels of which each shows something that `diagnostics()` has to say. */
import { prange } from "../../src/index.ts";

export function saxpy(a: number, x: Float64Array, y: Float64Array) {
  for (let i = 0; i < x.length; i++) {
    y[i] = a * x[i] + y[i];
  }
}

export function orderedSum(x: Float64Array) {
  let total = 0;
  for (let i = 0; i < x.length; i++) total += x[i] * x[i];
  return total;
}

export function clear(x: Float64Array) {
  for (let i = 0; i < x.length; i++) x[i] = 0;
}

export function four(x: Float64Array) {
  for (let i = 0; i < 4; i++) x[i] *= 2;
}

export function prefixSum(x: Float64Array, y: Float64Array) {
  for (let i = 1; i < x.length; i++) {
    y[i] =
      y[i - 1] + // what the last iteration wrote
      x[i];
  }
}

export function histogram(pixels: Uint8Array, counts: Uint32Array) {
  for (const p of pixels) counts[p]++;
}

export function filter(x: Float64Array, y: Float64Array, a: number) {
  let before = 0;
  for (let i = 0; i < x.length; i++) {
    before = Math.sqrt(before * a + x[i]);
    y[i] = before;
  }
}

export function halvings(x: number) {
  let n = 0;
  while (x > 1) {
    x /= 2;
    n++;
  }
  return n;
}

export function gather(x: Float64Array, at: Int32Array) {
  let s = 0;
  for (let i = 0; i < at.length; i++) s += x[at[i]];
  return s;
}

export function find(x: Float64Array, limit: number) {
  for (let i = 0; i < x.length; i++) if (x[i] > limit) return i;
  return -1;
}

export function logged(x: Int32Array) {
  let s = 0;
  for (const v of x) {
    if (v < 0) console.log("negative", v);
    s += v;
  }
  return s;
}

export function refuses(x: Float64Array, y: Float64Array) {
  for (let i = 0; i < x.length; i++) {
    if (x[i] < 0) throw new RangeError("negative");
    y[i] = Math.sqrt(x[i]);
  }
}

export function walk(x: Float64Array, y: Float64Array) {
  let i = 0;
  let k = 0;
  while (i < x.length) {
    if (x[i] > 0) y[k++] = x[i];
    i += x[i] < 0 ? 2 : 1;
  }
  return k;
}

export function compact(x: Float64Array, y: Float64Array) {
  let k = 0;
  for (let i = 0; i < x.length; i++) {
    if (x[i] > 0) y[k++] = x[i];
  }
  return k;
}

export function scatter(x: Float64Array, bins: Float64Array, scale: number) {
  for (let i = 0; i < x.length; i++) bins[Math.floor(x[i] * scale)] += 1;
}

function weight(x: Float64Array, i: number) {
  let s = 0;
  for (let k = 0; k < 5; k++) s += x[i + k];
  return s;
}

/** Its helper stands in it twice. */
export function blur(x: Float64Array, y: Float64Array, w: number, h: number) {
  for (let r = 0; r < h; r++) {
    for (let c = 0; c < w; c++) {
      y[r * w + c] = weight(x, r * w + c) - weight(x, r * w);
    }
  }
}

export function fibonacci(n: number): number {
  return n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2);
}

export function fibonaccis(out: Float64Array) {
  for (let i = 0; i < out.length; i++) out[i] = fibonacci(i & 15);
}

export function last(x: Float64Array) {
  return x[x.length - 1];
}

export function spread(x: Float64Array, out: Float64Array) {
  let s = 0;
  for (const i of prange(x.length)) {
    s += x[i];
    out[i] = x[i] * 2;
  }
  return s;
}

export function downColumns(x: Float64Array, y: Float64Array, width: number, height: number) {
  for (let i = 0; i < width; i++) {
    for (let j = 0; j < height; j++) x[j * width + i] *= 2;
  }
  for (let i = 0; i < width; i++) {
    for (let j = 0; j < height; j++) y[i * height + j] = x[j * width + i];
  }
}

export function carries(digits: Float64Array, n: number) {
  let len = 1;
  for (let k = 2; k <= n; k++) {
    let carry = digits[0] * k;
    while (carry > 0) {
      digits[len++] = carry % 1e7;
      carry = Math.floor(carry / 1e7);
    }
  }
  return len;
}
