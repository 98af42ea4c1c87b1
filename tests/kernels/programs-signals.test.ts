/** Whole programs: transforms and filters. */
import { defineKernels } from "../support/differential.ts";
import { randomFloats, randomInts } from "../support/edge-values.ts";

defineKernels("transforms", {
  "radix-2 FFT": {
    kernel: (re: Float64Array, im: Float64Array) => {
      const n = re.length;
      for (let i = 1, j = 0; i < n; i++) {
        let bit = n >> 1;
        for (; j & bit; bit >>= 1) j ^= bit;
        j ^= bit;
        if (i < j) {
          [re[i], re[j]] = [re[j], re[i]];
          [im[i], im[j]] = [im[j], im[i]];
        }
      }
      for (let len = 2; len <= n; len <<= 1) {
        const angle = (-2 * Math.PI) / len;
        const half = len >> 1;
        for (let i = 0; i < n; i += len) {
          for (let k = 0; k < half; k++) {
            const c = Math.cos(angle * k);
            const s = Math.sin(angle * k);
            const a = i + k;
            const b = a + half;
            const tr = re[b] * c - im[b] * s;
            const ti = re[b] * s + im[b] * c;
            re[b] = re[a] - tr;
            im[b] = im[a] - ti;
            re[a] += tr;
            im[a] += ti;
          }
        }
      }
    },
    relative: 1e-10,
    cases: () => [
      [randomFloats(64, 1), randomFloats(64, 2)],
      [randomFloats(1, 1), randomFloats(1, 2)],
    ],
  },
  "number-theoretic transform": {
    kernel: (a: Float64Array, root: number, mod: number) => {
      const n = a.length;
      const out = new Float64Array(n);
      for (let k = 0; k < n; k++) {
        let w = 1;
        let step = 1;
        for (let i = 0; i < k; i++) step = (step * root) % mod;
        let s = 0;
        for (let i = 0; i < n; i++) {
          s = (s + a[i] * w) % mod;
          w = (w * step) % mod;
        }
        out[k] = s;
      }
      return out;
    },
    cases: () => [
      [Float64Array.of(1, 2, 3, 4, 5, 6, 7, 8), 4096, 65537],
      [Float64Array.of(1, 2, 3, 4), 10, 10001],
    ],
  },
  "Walsh-Hadamard": {
    kernel: (a: Int32Array | Float64Array) => {
      for (let h = 1; h < a.length; h *= 2) {
        for (let i = 0; i < a.length; i += h * 2) {
          for (let j = i; j < i + h; j++) {
            const x = a[j];
            const y = a[j + h];
            a[j] = x + y;
            a[j + h] = x - y;
          }
        }
      }
    },
    cases: () => [[randomInts(32, 3, -100, 100)], [randomFloats(16, 4)]],
  },
  "Haar wavelet": {
    kernel: (a: Float64Array, t: Float64Array) => {
      let n = a.length;
      while (n > 1) {
        n >>= 1;
        for (let i = 0; i < n; i++) {
          t[i] = (a[2 * i] + a[2 * i + 1]) * Math.SQRT1_2;
          t[n + i] = (a[2 * i] - a[2 * i + 1]) * Math.SQRT1_2;
        }
        for (let i = 0; i < 2 * n; i++) a[i] = t[i];
      }
    },
    cases: () => [[randomFloats(32, 5), new Float64Array(32)]],
  },
  "discrete cosine transform": {
    kernel: (x: Float64Array, out: Float64Array) => {
      const n = x.length;
      for (let k = 0; k < n; k++) {
        let s = 0;
        for (let i = 0; i < n; i++) s += x[i] * Math.cos((Math.PI / n) * (i + 0.5) * k);
        out[k] = s;
      }
    },
    relative: 1e-10,
    cases: () => [[randomFloats(16, 6), new Float64Array(16)]],
  },
});

defineKernels("filters", {
  "convolution, full": {
    kernel: (a: Float64Array, k: Float64Array, out: Float64Array) => {
      for (let i = 0; i < out.length; i++) {
        let s = 0;
        for (let j = 0; j < k.length; j++) {
          const at = i - j;
          if (at >= 0 && at < a.length) s += a[at] * k[j];
        }
        out[i] = s;
      }
    },
    cases: () => [[randomFloats(30, 7), randomFloats(5, 8), new Float64Array(34)]],
  },
  "convolution by scattering": {
    kernel: (a: Float64Array, k: Float64Array) => {
      const out = new Float64Array(a.length + k.length - 1);
      for (let i = 0; i < a.length; i++) for (let j = 0; j < k.length; j++) out[i + j] += a[i] * k[j];
      return out;
    },
    cases: () => [[randomFloats(30, 7), randomFloats(5, 8)]],
  },
  "moving average": {
    kernel: (a: Float64Array, w: number, out: Float64Array) => {
      let s = 0;
      for (let i = 0; i < a.length; i++) {
        s += a[i];
        if (i >= w) s -= a[i - w];
        out[i] = s / Math.min(i + 1, w);
      }
    },
    cases: () => [
      [randomFloats(40, 9), 5, new Float64Array(40)],
      [randomFloats(40, 9), 1, new Float64Array(40)],
    ],
  },
  "exponential smoothing": {
    kernel: (a: Float64Array, k: number) => {
      let y = a[0];
      for (let i = 1; i < a.length; i++) {
        y += k * (a[i] - y);
        a[i] = y;
      }
      return y;
    },
    cases: () => [[randomFloats(40, 10), 0.3]],
  },
  biquad: {
    kernel: (x: Float32Array, b0: number, b1: number, b2: number, a1: number, a2: number) => {
      let z1 = 0;
      let z2 = 0;
      for (let i = 0; i < x.length; i++) {
        const v = x[i];
        const y = b0 * v + z1;
        z1 = b1 * v - a1 * y + z2;
        z2 = b2 * v - a2 * y;
        x[i] = y;
      }
    },
    cases: () => [[Float32Array.from(randomFloats(100, 11)), 0.2, 0.4, 0.2, -0.5, 0.3]],
  },
  "median of five": {
    kernel: (a: Float64Array, out: Float64Array) => {
      const w = new Float64Array(5);
      for (let i = 2; i < a.length - 2; i++) {
        for (let k = 0; k < 5; k++) w[k] = a[i + k - 2];
        for (let p = 1; p < 5; p++) {
          const v = w[p];
          let q = p;
          while (q > 0 && w[q - 1] > v) {
            w[q] = w[q - 1];
            q--;
          }
          w[q] = v;
        }
        out[i] = w[2];
      }
    },
    cases: () => [[randomFloats(40, 12), new Float64Array(40)]],
  },
  "median of three by min and max": {
    kernel: (a: Float32Array | Int32Array, out: Float32Array | Int32Array) => {
      for (let i = 1; i + 1 < a.length; i++) {
        const [x, y, z] = [a[i - 1], a[i], a[i + 1]];
        out[i] = Math.max(Math.min(x, y), Math.min(Math.max(x, y), z));
      }
    },
    cases: () => [
      [Float32Array.from(randomFloats(40, 13)), new Float32Array(40)],
      [randomInts(40, 13, -9, 9), new Int32Array(40)],
    ],
  },
  "prefix sums": {
    kernel: (a: Float64Array | Int32Array | Uint8Array, out: Float64Array | Int32Array) => {
      let s = 0;
      for (let i = 0; i < a.length; i++) {
        out[i] = s;
        s += a[i];
      }
      return s;
    },
    cases: () => [
      [randomInts(40, 14, -2147483648, 2147483647), new Int32Array(40)],
      [randomFloats(40, 14), new Float64Array(40)],
      [Uint8Array.of(255, 255), new Int32Array(2)],
    ],
  },
  "linear interpolation": {
    kernel: (a: Float64Array, out: Float64Array) => {
      const scale = (a.length - 1) / (out.length - 1);
      for (let i = 0; i < out.length; i++) {
        const x = i * scale;
        const at = Math.min(Math.floor(x), a.length - 2);
        const f = x - at;
        out[i] = a[at] * (1 - f) + a[at + 1] * f;
      }
    },
    cases: () => [
      [randomFloats(10, 15), new Float64Array(33)],
      [randomFloats(30, 15), new Float64Array(7)],
    ],
  },
  "cubic spline segment": {
    kernel: (y: Float64Array, x: number) => {
      const i = Math.max(1, Math.min(y.length - 3, Math.floor(x)));
      const t = x - i;
      const [p0, p1, p2, p3] = [y[i - 1], y[i], y[i + 1], y[i + 2]];
      return p1 + 0.5 * t * (p2 - p0 + t * (2 * p0 - 5 * p1 + 4 * p2 - p3 + t * (3 * (p1 - p2) + p3 - p0)));
    },
    cases: () => [0, 1, 2, 3.5, 7.25, 9].map((x) => [randomFloats(10, 16), x]),
  },
  "zero crossings": {
    kernel: (a: Float64Array | Float32Array) => {
      let n = 0;
      for (let i = 1; i < a.length; i++) if (a[i - 1] >= 0 !== a[i] >= 0) n++;
      return n;
    },
    cases: () => [
      [randomFloats(100, 17)],
      [Float32Array.from(randomFloats(100, 17))],
      [Float64Array.of(0, -0, NaN, 1)],
    ],
  },
  "peak detection": {
    kernel: (a: Float64Array, at: Int32Array, least: number) => {
      let n = 0;
      for (let i = 1; i + 1 < a.length; i++) if (a[i] > a[i - 1] && a[i] >= a[i + 1] && a[i] > least) at[n++] = i;
      return at.subarray(0, n);
    },
    cases: () => [[randomFloats(100, 18), new Int32Array(50), 0.2]],
  },
  "mu-law": {
    kernel: (pcm: Int16Array, out: Uint8Array) => {
      for (let i = 0; i < pcm.length; i++) {
        let s = pcm[i];
        const sign = s < 0 ? 0x80 : 0;
        if (s < 0) s = -s;
        if (s > 32635) s = 32635;
        s += 132;
        let exponent = 7;
        for (let mask = 0x4000; (s & mask) === 0 && exponent > 0; mask >>= 1) exponent--;
        out[i] = ~(sign | (exponent << 4) | ((s >> (exponent + 3)) & 15));
      }
    },
    cases: () => [[Int16Array.from(randomInts(200, 19, -32768, 32768)), new Uint8Array(200)]],
  },
});
