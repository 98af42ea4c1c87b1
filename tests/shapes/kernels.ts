/** Loops as people write them: none may have a bounds check in its innermost loop, and LLVM should vectorise what can be. */

export function map(x: Float64Array, y: Float64Array) {
  for (let i = 0; i < x.length; i++) y[i] = x[i] * 2 + 1;
}

export function saxpy(a: number, x: Float32Array, y: Float32Array) {
  for (let i = 0; i < x.length; i++) y[i] = a * x[i] + y[i];
}

export function stencil1d(x: Float64Array, y: Float64Array) {
  for (let i = 1; i < x.length - 1; i++) y[i] = (x[i - 1] + x[i] + x[i + 1]) / 3;
}

export function stencil2d(x: Float64Array, y: Float64Array, w: number, h: number) {
  for (let r = 1; r < h - 1; r++) {
    for (let c = 1; c < w - 1; c++) {
      const i = r * w + c;
      y[i] = 0.2 * (x[i] + x[i - 1] + x[i + 1] + x[i - w] + x[i + w]);
    }
  }
}

export function matmulIJK(a: Float64Array, b: Float64Array, c: Float64Array, n: number) {
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++) for (let k = 0; k < n; k++) c[i * n + j] += a[i * n + k] * b[k * n + j];
}

export function matmulIKJ(a: Float64Array, b: Float64Array, c: Float64Array, n: number) {
  for (let i = 0; i < n; i++)
    for (let k = 0; k < n; k++) for (let j = 0; j < n; j++) c[i * n + j] += a[i * n + k] * b[k * n + j];
}

export function matmulJIK(a: Float64Array, b: Float64Array, c: Float64Array, n: number) {
  for (let j = 0; j < n; j++)
    for (let i = 0; i < n; i++) for (let k = 0; k < n; k++) c[i * n + j] += a[i * n + k] * b[k * n + j];
}

export function matmulJKI(a: Float64Array, b: Float64Array, c: Float64Array, n: number) {
  for (let j = 0; j < n; j++)
    for (let k = 0; k < n; k++) for (let i = 0; i < n; i++) c[i * n + j] += a[i * n + k] * b[k * n + j];
}

export function matmulKIJ(a: Float64Array, b: Float64Array, c: Float64Array, n: number) {
  for (let k = 0; k < n; k++)
    for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) c[i * n + j] += a[i * n + k] * b[k * n + j];
}

export function matmulKJI(a: Float64Array, b: Float64Array, c: Float64Array, n: number) {
  for (let k = 0; k < n; k++)
    for (let j = 0; j < n; j++) for (let i = 0; i < n; i++) c[i * n + j] += a[i * n + k] * b[k * n + j];
}

/** As people write it: the sum in a variable. */
export function matmulSum(a: Float64Array, b: Float64Array, c: Float64Array, n: number) {
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      let s = 0;
      for (let k = 0; k < n; k++) s += a[i * n + k] * b[k * n + j];
      c[i * n + j] = s;
    }
  }
}

export function transpose(x: Float64Array, y: Float64Array, w: number, h: number) {
  for (let r = 0; r < h; r++) for (let c = 0; c < w; c++) y[c * h + r] = x[r * w + c];
}

export function histogram(x: Uint8Array, counts: Uint32Array) {
  for (let i = 0; i < x.length; i++) counts[x[i]]++;
}

export function prefixSum(x: Float64Array, y: Float64Array) {
  y[0] = x[0];
  for (let i = 1; i < x.length; i++) y[i] = y[i - 1] + x[i];
}

export function runningSum(x: Int32Array, y: Float64Array) {
  let s = 0;
  for (let i = 0; i < x.length; i++) {
    s += x[i];
    y[i] = s;
  }
}

export function convolution(x: Float32Array, weights: Float32Array, y: Float32Array, w: number, h: number) {
  for (let r = 0; r < h; r++) {
    for (let c = 0; c < w; c++) {
      let s = 0;
      for (let dr = -2; dr <= 2; dr++) {
        for (let dc = -2; dc <= 2; dc++) {
          const rr = Math.min(Math.max(r + dr, 0), h - 1);
          const cc = Math.min(Math.max(c + dc, 0), w - 1);
          s += x[rr * w + cc] * weights[(dr + 2) * 5 + dc + 2];
        }
      }
      y[r * w + c] = s;
    }
  }
}

export function clampedTernary(x: Float64Array, y: Float64Array, n: number, shift: number) {
  for (let k = 0; k < n; k++) {
    const i = k + shift;
    y[k] = x[i < 0 ? 0 : i > n - 1 ? n - 1 : i];
  }
}

export function clampedMinMax(x: Float64Array, y: Float64Array, n: number, shift: number) {
  for (let k = 0; k < n; k++) y[k] = x[Math.min(Math.max(k + shift, 0), n - 1)];
}

export function lowerTriangle(a: Float64Array, y: Float64Array, n: number) {
  for (let i = 0; i < n; i++) for (let j = 0; j <= i; j++) y[i * n + j] = 2 * a[i * n + j];
}

export function upperTriangle(a: Float64Array, x: Float64Array, n: number) {
  for (let i = 0; i < n; i++) for (let j = i + 1; j < n; j++) x[j] -= a[i * n + j] * x[i];
}

export function strided(x: Float64Array, y: Float64Array, n: number) {
  for (let i = 0; i < n; i++) y[i] = x[3 * i] + x[3 * i + 1] + x[3 * i + 2];
}

export function interleaved(x: Uint8Array, y: Uint8Array, n: number) {
  for (let i = 0; i < n; i++) {
    y[4 * i] = 255 - x[4 * i];
    y[4 * i + 1] = 255 - x[4 * i + 1];
    y[4 * i + 2] = 255 - x[4 * i + 2];
    y[4 * i + 3] = x[4 * i + 3];
  }
}

export function everyOther(x: Float64Array, n: number) {
  for (let i = 0; i < n; i += 2) x[i] *= -1;
}

/** One stage of a Fourier transform: blocks of twice `half`. */
export function butterflies(re: Float64Array, im: Float64Array, wr: Float64Array, wi: Float64Array, n: number) {
  for (let half = 1; half < n; half *= 2) {
    const step = n / (2 * half);
    for (let block = 0; block < n; block += 2 * half) {
      for (let k = 0; k < half; k++) {
        const a = block + k;
        const b = a + half;
        const tr = re[b] * wr[k * step] - im[b] * wi[k * step];
        const ti = re[b] * wi[k * step] + im[b] * wr[k * step];
        re[b] = re[a] - tr;
        im[b] = im[a] - ti;
        re[a] += tr;
        im[a] += ti;
      }
    }
  }
}

/** Stockham's form: from two arrays into two others, the distance between neighbours doubling. */
export function stockham(
  re: Float64Array,
  im: Float64Array,
  cos: Float64Array,
  sin: Float64Array,
  outRe: Float64Array,
  outIm: Float64Array,
) {
  let stride = 1;
  for (let half = re.length >> 1; half >= 1; half >>= 1) {
    for (let p = 0; p < half; p++) {
      const wr = cos[p * stride];
      const wi = -sin[p * stride];
      for (let q = 0; q < stride; q++) {
        const a = q + stride * p;
        const b = a + stride * half;
        const out = q + stride * 2 * p;
        const dr = re[a] - re[b];
        const di = im[a] - im[b];
        outRe[out] = re[a] + re[b];
        outIm[out] = im[a] + im[b];
        outRe[out + stride] = dr * wr - di * wi;
        outIm[out + stride] = dr * wi + di * wr;
      }
    }
    for (let i = 0; i < re.length; i++) {
      re[i] = outRe[i];
      im[i] = outIm[i];
    }
    stride *= 2;
  }
}

/** The same, the block's size a parameter. */
export function butterflyStage(
  re: Float64Array,
  im: Float64Array,
  wr: Float64Array,
  wi: Float64Array,
  half: number,
  n: number,
) {
  for (let block = 0; block < n; block += 2 * half) {
    for (let k = 0; k < half; k++) {
      const a = block + k;
      const b = a + half;
      const tr = re[b] * wr[k] - im[b] * wi[k];
      const ti = re[b] * wi[k] + im[b] * wr[k];
      re[b] = re[a] - tr;
      im[b] = im[a] - ti;
      re[a] += tr;
      im[a] += ti;
    }
  }
}

export function lookup(x: Uint8Array, table: Float32Array, y: Float32Array) {
  for (let i = 0; i < x.length; i++) y[i] = table[x[i]];
}

export function middle(x: Float64Array, y: Float64Array, n: number) {
  for (let i = 0; i < n; i++) y[i] = x[(i + n) >> 1];
}

export function rowsOf(x: Float64Array, y: Float64Array, w: number, n: number) {
  for (let i = 0; i < n; i++) y[i] = x[Math.floor(i / w)];
}

export function columnsOf(x: Float64Array, y: Float64Array, w: number, n: number) {
  for (let i = 0; i < n; i++) y[i] = x[i % w];
}

export function reversed(x: Float64Array, y: Float64Array, n: number) {
  for (let i = 0; i < n; i++) y[i] = x[n - 1 - i];
}

export function odd(x: Float64Array, y: Float64Array, n: number) {
  for (let i = 0; i < n; i++) y[i] = x[2 * i + 1];
}

export function forOf(x: Float64Array) {
  let most = -Infinity;
  for (const v of x) most = Math.max(most, v);
  return most;
}

export function floatBound(x: Float64Array, limit: number) {
  for (let i = 0; i < limit; i++) x[i] += 1;
}

/** Windows around points, whose first and last rows and columns are doubles made whole. */
export function footprints(x: Float64Array, y: Float64Array, out: Float64Array, r: number, w: number, h: number) {
  for (let k = 0; k < x.length; k++) {
    const x0 = Math.max(0, Math.floor(x[k] - r));
    const x1 = Math.min(w - 1, Math.ceil(x[k] + r));
    const y0 = Math.max(0, Math.floor(y[k] - r));
    const y1 = Math.min(h - 1, Math.ceil(y[k] + r));
    for (let j = y0; j <= y1; j++)
      for (let i = x0; i <= x1; i++) {
        const d = (i - x[k]) * (i - x[k]) + (j - y[k]) * (j - y[k]);
        if (d < r * r) out[j * w + i] += 1 - d / (r * r);
      }
  }
}

/** A loop that ends with an int32 of which no more is known: its counter has 64 bits. */
export function ranges(first: Int32Array, last: Int32Array, out: Float64Array) {
  for (let k = 0; k < first.length; k++) for (let i = first[k]; i <= last[k]; i++) out[i] += 1;
}

export function sumBytes(x: Uint8Array) {
  let s = 0;
  for (let i = 0; i < x.length; i++) s += x[i];
  return s;
}

export function sumInts(x: Int32Array) {
  let s = 0;
  for (let i = 0; i < x.length; i++) s += x[i];
  return s;
}

export function dot(x: Float64Array, y: Float64Array) {
  let s = 0;
  for (let i = 0; i < x.length; i++) s += x[i] * y[i];
  return s;
}

export function minMax(x: Float64Array) {
  let lo = Infinity;
  let hi = -Infinity;
  for (let i = 0; i < x.length; i++) {
    if (x[i] < lo) lo = x[i];
    if (x[i] > hi) hi = x[i];
  }
  return hi - lo;
}

export function argMax(x: Float64Array) {
  let best = -Infinity;
  let at = -1;
  for (let i = 0; i < x.length; i++) {
    if (x[i] > best) {
      best = x[i];
      at = i;
    }
  }
  return at;
}

export function threshold(x: Float32Array, y: Uint8Array, t: number) {
  for (let i = 0; i < x.length; i++) if (x[i] > t) y[i] = 1;
}

export function float32Chain(x: Float32Array, y: Float32Array) {
  for (let i = 0; i < x.length; i++) y[i] = Math.fround(Math.fround(x[i] * x[i]) + Math.fround(0.5));
}

export function roots(x: Float32Array, y: Float32Array) {
  for (let i = 0; i < x.length; i++) y[i] = Math.fround(Math.sqrt(Math.abs(x[i])));
}

export function waves(x: Float64Array, y: Float64Array) {
  for (let i = 0; i < x.length; i++) y[i] = Math.sin(x[i]) * Math.exp(-x[i]);
}

export function gamma(x: Uint8ClampedArray, y: Uint8ClampedArray, gain: number) {
  for (let i = 0; i < x.length; i++) y[i] = x[i] * gain + 0.5;
}

export function countAbove(x: Float64Array, t: number) {
  let n = 0;
  for (let i = 0; i < x.length; i++) if (x[i] > t) n++;
  return n;
}

export function downwards(x: Float64Array, y: Float64Array) {
  for (let i = x.length - 1; i >= 0; i--) y[i] = x[i] + 1;
}

export function boxWindow(x: Float64Array, y: Float64Array, w: number) {
  for (let i = w; i < x.length - w; i++) {
    let s = 0;
    for (let k = -w; k <= w; k++) s += x[i + k];
    y[i] = s / (2 * w + 1);
  }
}

export function cells(x: Float64Array, y: Float64Array, w: number, h: number) {
  for (let p = 0; p < w * h; p++) {
    const r = Math.floor(p / w);
    const c = p % w;
    y[p] = x[r * w + c] * 2;
  }
}

export function truncated(x: Float64Array, y: Float64Array, w: number, n: number) {
  for (let i = 0; i < n; i++) y[i] = x[(i / w) | 0];
}

export function nearest(x: Float32Array, y: Float32Array, from: number, to: number) {
  for (let i = 0; i < to; i++) y[i] = x[Math.floor((i * from) / to)];
}

export function wrapped(x: Float64Array, y: Float64Array, n: number, shift: number) {
  for (let i = 0; i < n; i++) y[i] = x[(i + shift) % n];
}

export function masked(x: Float64Array, y: Float64Array, n: number) {
  for (let i = 0; i < n; i++) y[i] = x[i & 255];
}

export function movingAverage(x: Float64Array, y: Float64Array, w: number) {
  let s = 0;
  for (let i = 0; i < w; i++) s += x[i];
  for (let i = w; i < x.length; i++) {
    y[i - w] = s / w;
    s += x[i] - x[i - w];
  }
}

export function planes(rgb: Uint8Array, grey: Uint8Array, w: number, h: number) {
  for (let y = 0; y < h; y++) {
    const row = y * w;
    for (let x = 0; x < w; x++) {
      const p = (row + x) * 4;
      grey[row + x] = (rgb[p] * 77 + rgb[p + 1] * 150 + rgb[p + 2] * 29) >> 8;
    }
  }
}
