/** Whole programs: statistics, clustering, noise. */
import { defineKernels } from "../support/differential.ts";
import { randomFloats, randomInts } from "../support/edge-values.ts";

const PERMUTATION = Uint8Array.from({ length: 512 }, (_, i) => ((i & 255) * 167 + 41) & 255);

defineKernels("statistics", {
  "mean and variance, two passes": {
    kernel: (a: Float64Array | Float32Array | Int32Array) => {
      let s = 0;
      for (const x of a) s += x;
      const mean = s / a.length;
      let v = 0;
      for (const x of a) v += (x - mean) * (x - mean);
      return [mean, v / (a.length - 1)];
    },
    cases: () => [
      [randomFloats(100, 20)],
      [Float32Array.from(randomFloats(33, 20))],
      [randomInts(50, 20, -5, 6)],
      [new Float64Array(0)],
      [Float64Array.of(3)],
    ],
  },
  Welford: {
    kernel: (a: Float64Array) => {
      let mean = 0;
      let m2 = 0;
      let n = 0;
      for (const x of a) {
        if (x !== x) continue;
        n++;
        const d = x - mean;
        mean += d / n;
        m2 += d * (x - mean);
      }
      return [n, mean, n > 1 ? m2 / (n - 1) : NaN];
    },
    cases: () => [[randomFloats(100, 21)], [Float64Array.of(1, NaN, 3)], [new Float64Array(0)]],
  },
  "covariance matrix": {
    kernel: (x: Float64Array, rows: number, cols: number) => {
      const mean = new Float64Array(cols);
      const cov = new Float64Array(cols * cols);
      for (let r = 0; r < rows; r++) for (let c = 0; c < cols; c++) mean[c] += x[r * cols + c];
      for (let c = 0; c < cols; c++) mean[c] /= rows;
      for (let r = 0; r < rows; r++) {
        for (let i = 0; i < cols; i++) {
          const d = x[r * cols + i] - mean[i];
          for (let j = i; j < cols; j++) cov[i * cols + j] += d * (x[r * cols + j] - mean[j]);
        }
      }
      for (let i = 0; i < cols; i++) for (let j = i; j < cols; j++) cov[j * cols + i] = cov[i * cols + j] /= rows - 1;
      return cov;
    },
    cases: () => [[randomFloats(80, 22), 20, 4]],
  },
  "linear regression": {
    kernel: (x: Float64Array, y: Float64Array) => {
      const n = x.length;
      let sx = 0;
      let sy = 0;
      let sxx = 0;
      let sxy = 0;
      for (let i = 0; i < n; i++) {
        sx += x[i];
        sy += y[i];
        sxx += x[i] * x[i];
        sxy += x[i] * y[i];
      }
      const slope = (n * sxy - sx * sy) / (n * sxx - sx * sx);
      return [slope, (sy - slope * sx) / n];
    },
    cases: () => [[randomFloats(50, 23), randomFloats(50, 24)]],
  },
  "histogram with range": {
    kernel: (a: Float64Array, lo: number, hi: number, bins: Int32Array) => {
      let outside = 0;
      const scale = bins.length / (hi - lo);
      for (const x of a) {
        if (!(x >= lo && x <= hi)) {
          outside++;
          continue;
        }
        let b = Math.floor((x - lo) * scale);
        if (b === bins.length) b--;
        bins[b]++;
      }
      return outside;
    },
    cases: () => [
      [randomFloats(300, 25), -0.5, 0.5, new Int32Array(10)],
      [Float64Array.of(0, 1, NaN, Infinity, 0.5), 0, 1, new Int32Array(4)],
    ],
  },
  "percentile of a sorted array": {
    kernel: (a: Float64Array, p: number) => {
      const at = (a.length - 1) * p;
      const lo = Math.floor(at);
      const hi = Math.ceil(at);
      return a[lo] + (a[hi] - a[lo]) * (at - lo);
    },
    cases: () => [0, 0.25, 0.5, 0.99, 1].map((p) => [randomFloats(37, 26).sort(), p]),
  },
  "k-means": {
    kernel: (points: Float64Array, centres: Float64Array, labels: Int32Array, rounds: number) => {
      const n = labels.length;
      const k = centres.length / 2;
      const counts = new Int32Array(k);
      const sums = new Float64Array(2 * k);
      let moved = 0;
      for (let r = 0; r < rounds; r++) {
        moved = 0;
        counts.fill(0);
        sums.fill(0);
        for (let i = 0; i < n; i++) {
          let best = Infinity;
          let at = 0;
          for (let c = 0; c < k; c++) {
            const dx = points[2 * i] - centres[2 * c];
            const dy = points[2 * i + 1] - centres[2 * c + 1];
            const d = dx * dx + dy * dy;
            if (d < best) {
              best = d;
              at = c;
            }
          }
          if (labels[i] !== at) moved++;
          labels[i] = at;
          counts[at]++;
          sums[2 * at] += points[2 * i];
          sums[2 * at + 1] += points[2 * i + 1];
        }
        for (let c = 0; c < k; c++) {
          if (counts[c] === 0) continue;
          centres[2 * c] = sums[2 * c] / counts[c];
          centres[2 * c + 1] = sums[2 * c + 1] / counts[c];
        }
        if (moved === 0) return r;
      }
      return -moved;
    },
    cases: () => [[randomFloats(100, 27), randomFloats(6, 28), new Int32Array(50), 20]],
  },
  "nearest neighbour": {
    kernel: (data: Float32Array, dims: number, query: Float32Array) => {
      let best = Infinity;
      let at = -1;
      for (let i = 0; i * dims < data.length; i++) {
        let d = 0;
        for (let k = 0; k < dims && d < best; k++) d += (data[i * dims + k] - query[k]) ** 2;
        if (d < best) {
          best = d;
          at = i;
        }
      }
      return at;
    },
    cases: () => [[Float32Array.from(randomFloats(120, 29)), 4, Float32Array.of(0, 0.5, -0.5, 0.1)]],
  },
  "logistic regression step": {
    kernel: (x: Float64Array, y: Uint8Array, w: Float64Array, rate: number) => {
      const d = w.length;
      for (let i = 0; i < y.length; i++) {
        let z = 0;
        for (let j = 0; j < d; j++) z += x[i * d + j] * w[j];
        const p = 1 / (1 + Math.exp(-z));
        for (let j = 0; j < d; j++) w[j] += rate * (y[i] - p) * x[i * d + j];
      }
    },
    relative: 1e-12,
    cases: () => [[randomFloats(90, 30), Uint8Array.from(randomInts(30, 31, 0, 2)), new Float64Array(3), 0.1]],
  },
  "ranks with ties": {
    kernel: (sorted: Float64Array, ranks: Float64Array) => {
      for (let i = 0; i < sorted.length; ) {
        let j = i;
        while (j < sorted.length && sorted[j] === sorted[i]) j++;
        for (let k = i; k < j; k++) ranks[k] = (i + j + 1) / 2;
        i = j;
      }
    },
    cases: () => [[Float64Array.of(1, 2, 2, 3, 3, 3, 4), new Float64Array(7)]],
  },
  "argmax of rows": {
    kernel: (m: Float32Array, w: number, out: Uint8Array) => {
      for (let y = 0; y < out.length; y++) {
        let at = 0;
        for (let x = 1; x < w; x++) if (m[y * w + x] > m[y * w + at]) at = x;
        out[y] = at;
      }
    },
    cases: () => [[Float32Array.from(randomFloats(50, 32)), 10, new Uint8Array(5)]],
  },
  "softmax-like normalisation": {
    kernel: (a: Float64Array) => {
      let most = -Infinity;
      for (const x of a) most = Math.max(most, x);
      let s = 0;
      for (let i = 0; i < a.length; i++) s += a[i] = Math.exp(a[i] - most);
      for (let i = 0; i < a.length; i++) a[i] /= s;
    },
    relative: 1e-13,
    cases: () => [[randomFloats(20, 33, -5, 5)]],
  },
});

defineKernels("noise", {
  "Perlin noise": {
    kernel: (x: number, y: number) => {
      const fade = (t: number) => t * t * t * (t * (t * 6 - 15) + 10);
      const lerp = (t: number, a: number, b: number) => a + t * (b - a);
      const gradient = (hash: number, gx: number, gy: number): number => {
        switch (hash & 3) {
          case 0:
            return gx + gy;
          case 1:
            return -gx + gy;
          case 2:
            return gx - gy;
          default:
            return -gx - gy;
        }
      };
      const xi = Math.floor(x) & 255;
      const yi = Math.floor(y) & 255;
      const xf = x - Math.floor(x);
      const yf = y - Math.floor(y);
      const u = fade(xf);
      const v = fade(yf);
      const a = PERMUTATION[xi] + yi;
      const b = PERMUTATION[xi + 1] + yi;
      return lerp(
        v,
        lerp(u, gradient(PERMUTATION[a], xf, yf), gradient(PERMUTATION[b], xf - 1, yf)),
        lerp(u, gradient(PERMUTATION[a + 1], xf, yf - 1), gradient(PERMUTATION[b + 1], xf - 1, yf - 1)),
      );
    },
    cases: () => [
      [0, 0],
      [3, 4],
      [0.5, 0.5],
      [-1.25, 7.75],
      [1000.125, -3.5],
      [254.9, 255.1],
    ],
  },
  "value noise by hashing": {
    kernel: (out: Float32Array, w: number, seed: number) => {
      const hash = (x: number, y: number) => {
        let h = Math.imul(x, 374761393) + Math.imul(y, 668265263) + seed;
        h = Math.imul(h ^ (h >>> 13), 1274126177);
        return ((h ^ (h >>> 16)) >>> 0) / 4294967295;
      };
      for (let i = 0; i < out.length; i++) {
        const x = (i % w) / 4;
        const y = Math.floor(i / w) / 4;
        const [xi, yi] = [Math.floor(x), Math.floor(y)];
        const [fx, fy] = [x - xi, y - yi];
        const top = hash(xi, yi) * (1 - fx) + hash(xi + 1, yi) * fx;
        const bottom = hash(xi, yi + 1) * (1 - fx) + hash(xi + 1, yi + 1) * fx;
        out[i] = top * (1 - fy) + bottom * fy;
      }
    },
    cases: () => [
      [new Float32Array(100), 10, 7],
      [new Float32Array(100), 10, -5],
    ],
  },
  "Box-Muller": {
    kernel: (u: Float64Array) => {
      for (let i = 0; i + 1 < u.length; i += 2) {
        const r = Math.sqrt(-2 * Math.log(u[i]));
        const t = 2 * Math.PI * u[i + 1];
        u[i] = r * Math.cos(t);
        u[i + 1] = r * Math.sin(t);
      }
    },
    relative: 1e-13,
    cases: () => [[randomFloats(100, 34, 0.001, 1)]],
  },
  shuffle: {
    kernel: (a: Int32Array, seed: number) => {
      let s = seed;
      for (let i = a.length - 1; i > 0; i--) {
        s = (Math.imul(s, 1103515245) + 12345) & 0x7fffffff;
        const j = s % (i + 1);
        const t = a[i];
        a[i] = a[j];
        a[j] = t;
      }
      return s;
    },
    cases: () => [[Int32Array.from({ length: 50 }, (_, i) => i), 42]],
  },
  "van der Corput": {
    kernel: (out: Float64Array, base: number) => {
      for (let i = 0; i < out.length; i++) {
        let n = i;
        let f = 1;
        let r = 0;
        while (n > 0) {
          f /= base;
          r += f * (n % base);
          n = Math.floor(n / base);
        }
        out[i] = r;
      }
    },
    cases: () => [
      [new Float64Array(50), 2],
      [new Float64Array(50), 3],
    ],
  },
});
