/** Whole programs: images. */
import { defineKernels } from "../support/differential.ts";
import { randomFloats, randomInts } from "../support/edge-values.ts";

const image = (length: number, seed: number): Uint8Array => Uint8Array.from(randomInts(length, seed, 0, 256));
const W = 12;
const H = 9;

defineKernels("images", {
  "grey from RGBA": {
    kernel: (rgba: Uint8ClampedArray | Uint8Array, out: Uint8Array | Uint8ClampedArray) => {
      for (let i = 0; i < out.length; i++)
        out[i] = 0.299 * rgba[4 * i] + 0.587 * rgba[4 * i + 1] + 0.114 * rgba[4 * i + 2];
    },
    cases: () => [
      [Uint8ClampedArray.from(image(400, 1)), new Uint8ClampedArray(100)],
      [image(400, 1), new Uint8Array(100)],
    ],
  },
  "grey in integers": {
    kernel: (rgba: Uint8Array, out: Uint8Array) => {
      for (let i = 0; i < out.length; i++)
        out[i] = (rgba[4 * i] * 77 + rgba[4 * i + 1] * 150 + rgba[4 * i + 2] * 29) >> 8;
    },
    cases: () => [[image(400, 1), new Uint8Array(100)]],
  },
  "brightness and contrast": {
    kernel: (a: Uint8ClampedArray, gain: number, bias: number) => {
      for (let i = 0; i < a.length; i++) a[i] = a[i] * gain + bias;
    },
    cases: () =>
      [
        [1, 10],
        [2, -100],
        [1.37, 0.5],
        [-1, 255],
        [0.5, 0.5],
      ].map(([g, b]) => [Uint8ClampedArray.from(image(256, 2)), g, b]),
  },
  threshold: {
    kernel: (a: Uint8Array, t: number, out: Uint8Array) => {
      for (let i = 0; i < a.length; i++) out[i] = a[i] >= t ? 255 : 0;
    },
    cases: () => [0, 100, 127.5, 256].map((t) => [image(100, 3), t, new Uint8Array(100)]),
  },
  "Otsu's threshold": {
    kernel: (a: Uint8Array) => {
      const h = new Float64Array(256);
      for (const v of a) h[v]++;
      let total = 0;
      for (let i = 0; i < 256; i++) total += i * h[i];
      let wb = 0;
      let sb = 0;
      let best = -1;
      let at = 0;
      for (let t = 0; t < 256; t++) {
        wb += h[t];
        if (wb === 0) continue;
        const wf = a.length - wb;
        if (wf === 0) break;
        sb += t * h[t];
        const d = sb / wb - (total - sb) / wf;
        const v = wb * wf * d * d;
        if (v > best) {
          best = v;
          at = t;
        }
      }
      return at;
    },
    cases: () => [[image(500, 4)], [new Uint8Array(10)]],
  },
  "look-up table": {
    kernel: (a: Uint8Array, lut: Uint8Array) => {
      for (let i = 0; i < a.length; i++) a[i] = lut[a[i]];
    },
    cases: () => [[image(100, 5), image(256, 6)]],
  },
  "histogram equalisation": {
    kernel: (a: Uint8Array) => {
      const cdf = new Int32Array(256);
      for (const v of a) cdf[v]++;
      for (let i = 1; i < 256; i++) cdf[i] += cdf[i - 1];
      let least = 0;
      for (let i = 0; i < 256; i++) {
        if (cdf[i] > 0) {
          least = cdf[i];
          break;
        }
      }
      const span = a.length - least;
      if (span === 0) return;
      for (let i = 0; i < a.length; i++) a[i] = Math.round(((cdf[a[i]] - least) / span) * 255);
    },
    cases: () => [[image(300, 7)], [new Uint8Array(10)]],
  },
  "box blur": {
    kernel: (a: Uint8Array, out: Uint8Array, w: number, h: number, r: number) => {
      for (let y = 0; y < h; y++) {
        for (let x = 0; x < w; x++) {
          let s = 0;
          let n = 0;
          for (let dy = -r; dy <= r; dy++) {
            for (let dx = -r; dx <= r; dx++) {
              const xx = x + dx;
              const yy = y + dy;
              if (xx < 0 || yy < 0 || xx >= w || yy >= h) continue;
              s += a[yy * w + xx];
              n++;
            }
          }
          out[y * w + x] = s / n;
        }
      }
    },
    cases: () => [0, 1, 3].map((r) => [image(W * H, 8), new Uint8Array(W * H), W, H, r]),
  },
  "separable Gaussian": {
    kernel: (a: Float32Array, t: Float32Array, w: number, h: number) => {
      for (let y = 0; y < h; y++) {
        for (let x = 0; x < w; x++) {
          const l = a[y * w + Math.max(x - 1, 0)];
          const r = a[y * w + Math.min(x + 1, w - 1)];
          t[y * w + x] = 0.25 * l + 0.5 * a[y * w + x] + 0.25 * r;
        }
      }
      for (let y = 0; y < h; y++) {
        const up = Math.max(y - 1, 0) * w;
        const down = Math.min(y + 1, h - 1) * w;
        for (let x = 0; x < w; x++) a[y * w + x] = 0.25 * t[up + x] + 0.5 * t[y * w + x] + 0.25 * t[down + x];
      }
    },
    cases: () => [[Float32Array.from(randomFloats(W * H, 9)), new Float32Array(W * H), W, H]],
  },
  Sobel: {
    kernel: (a: Uint8Array, out: Uint8ClampedArray, w: number, h: number) => {
      for (let y = 1; y < h - 1; y++) {
        for (let x = 1; x < w - 1; x++) {
          const i = y * w + x;
          const gx = a[i - w + 1] + 2 * a[i + 1] + a[i + w + 1] - a[i - w - 1] - 2 * a[i - 1] - a[i + w - 1];
          const gy = a[i + w - 1] + 2 * a[i + w] + a[i + w + 1] - a[i - w - 1] - 2 * a[i - w] - a[i - w + 1];
          out[i] = Math.sqrt(gx * gx + gy * gy);
        }
      }
    },
    cases: () => [[image(W * H, 10), new Uint8ClampedArray(W * H), W, H]],
  },
  "median 3 × 3": {
    kernel: (a: Uint8Array, out: Uint8Array, w: number, h: number) => {
      const v = new Uint8Array(9);
      for (let y = 1; y < h - 1; y++) {
        for (let x = 1; x < w - 1; x++) {
          let n = 0;
          for (let dy = -1; dy <= 1; dy++) {
            for (let dx = -1; dx <= 1; dx++) {
              const p = a[(y + dy) * w + x + dx];
              let k = n++;
              for (; k > 0 && v[k - 1] > p; k--) v[k] = v[k - 1];
              v[k] = p;
            }
          }
          out[y * w + x] = v[4];
        }
      }
    },
    cases: () => [[image(W * H, 11), new Uint8Array(W * H), W, H]],
  },
  "erosion and dilation": {
    kernel: (a: Uint8Array, out: Uint8Array, w: number, h: number, dilate: boolean) => {
      for (let y = 0; y < h; y++) {
        for (let x = 0; x < w; x++) {
          let m = a[y * w + x];
          for (let dy = -1; dy <= 1; dy++) {
            for (let dx = -1; dx <= 1; dx++) {
              const xx = Math.min(Math.max(x + dx, 0), w - 1);
              const yy = Math.min(Math.max(y + dy, 0), h - 1);
              const v = a[yy * w + xx];
              if (dilate ? v > m : v < m) m = v;
            }
          }
          out[y * w + x] = m;
        }
      }
    },
    cases: () => [true, false].map((d) => [image(W * H, 12), new Uint8Array(W * H), W, H, d]),
  },
  "bilinear resize": {
    kernel: (a: Uint8Array, w: number, h: number, out: Uint8Array, w2: number, h2: number) => {
      const sx = w / w2;
      const sy = h / h2;
      for (let y = 0; y < h2; y++) {
        const v = Math.max(0, Math.min(h - 1, (y + 0.5) * sy - 0.5));
        const y0 = Math.floor(v);
        const y1 = Math.min(y0 + 1, h - 1);
        const fy = v - y0;
        for (let x = 0; x < w2; x++) {
          const u = Math.max(0, Math.min(w - 1, (x + 0.5) * sx - 0.5));
          const x0 = Math.floor(u);
          const x1 = Math.min(x0 + 1, w - 1);
          const fx = u - x0;
          const top = a[y0 * w + x0] * (1 - fx) + a[y0 * w + x1] * fx;
          const bottom = a[y1 * w + x0] * (1 - fx) + a[y1 * w + x1] * fx;
          out[y * w2 + x] = Math.round(top * (1 - fy) + bottom * fy);
        }
      }
    },
    cases: () =>
      [
        [20, 15],
        [5, 4],
        [12, 9],
        [1, 1],
      ].map(([w, h]) => [image(W * H, 13), W, H, new Uint8Array(w * h), w, h]),
  },
  "nearest neighbour resize": {
    kernel: (a: Uint32Array, w: number, h: number, out: Uint32Array, w2: number, h2: number) => {
      for (let y = 0; y < h2; y++) {
        const row = (((y * h) / h2) | 0) * w;
        for (let x = 0; x < w2; x++) out[y * w2 + x] = a[row + (((x * w) / w2) | 0)];
      }
    },
    cases: () => [[Uint32Array.from(randomInts(W * H, 14, -2147483648, 2147483647)), W, H, new Uint32Array(35), 7, 5]],
  },
  "integral image": {
    kernel: (a: Uint8Array, out: Float64Array | Uint32Array, w: number, h: number) => {
      for (let y = 0; y < h; y++) {
        let row = 0;
        for (let x = 0; x < w; x++) {
          row += a[y * w + x];
          out[y * w + x] = row + (y > 0 ? out[(y - 1) * w + x] : 0);
        }
      }
    },
    cases: () => [
      [image(W * H, 15), new Float64Array(W * H), W, H],
      [image(W * H, 15), new Uint32Array(W * H), W, H],
    ],
  },
  "Floyd-Steinberg dither": {
    kernel: (a: Float32Array, w: number, h: number, out: Uint8Array) => {
      for (let y = 0; y < h; y++) {
        for (let x = 0; x < w; x++) {
          const i = y * w + x;
          const v = a[i] < 0.5 ? 0 : 1;
          out[i] = v * 255;
          const e = a[i] - v;
          if (x + 1 < w) a[i + 1] += (e * 7) / 16;
          if (y + 1 < h) {
            if (x > 0) a[i + w - 1] += (e * 3) / 16;
            a[i + w] += (e * 5) / 16;
            if (x + 1 < w) a[i + w + 1] += e / 16;
          }
        }
      }
    },
    cases: () => [[Float32Array.from(randomFloats(W * H, 16, 0, 1)), W, H, new Uint8Array(W * H)]],
  },
  "alpha blending": {
    kernel: (under: Uint8Array, over: Uint8Array) => {
      for (let i = 0; i < under.length; i += 4) {
        const alpha = over[i + 3];
        for (let c = 0; c < 3; c++) {
          const v = over[i + c] * alpha + under[i + c] * (255 - alpha) + 128;
          under[i + c] = (v + (v >> 8)) >> 8;
        }
        under[i + 3] = alpha + (under[i + 3] * (255 - alpha) + 127) / 255;
      }
    },
    cases: () => [[image(200, 17), image(200, 18)]],
  },
  "RGB to HSV": {
    kernel: (r: number, g: number, b: number) => {
      const most = Math.max(r, g, b);
      const d = most - Math.min(r, g, b);
      let h = 0;
      if (d !== 0) {
        if (most === r) h = ((g - b) / d) % 6;
        else if (most === g) h = (b - r) / d + 2;
        else h = (r - g) / d + 4;
        h *= 60;
        if (h < 0) h += 360;
      }
      return [h, most === 0 ? 0 : d / most, most];
    },
    cases: () => [
      [0, 0, 0],
      [255, 0, 0],
      [0, 255, 0],
      [10, 20, 250],
      [250, 20, 100],
      [0.2, 0.4, 0.1],
      [1, 1, 1],
    ],
  },
  NDVI: {
    kernel: (red: Uint8Array | Float32Array, nir: Uint8Array | Float32Array, out: Float32Array) => {
      for (let i = 0; i < red.length; i++) {
        const s = nir[i] + red[i];
        out[i] = s === 0 ? NaN : (nir[i] - red[i]) / s;
      }
    },
    cases: () => [
      [image(50, 19), image(50, 20), new Float32Array(50)],
      [new Uint8Array(5), new Uint8Array(5), new Float32Array(5)],
      [Float32Array.from(randomFloats(50, 19)), Float32Array.from(randomFloats(50, 20)), new Float32Array(50)],
    ],
  },
  "z-score against a window": {
    kernel: (a: Float32Array, w: number, h: number, r: number, out: Float32Array) => {
      for (let y = 0; y < h; y++) {
        for (let x = 0; x < w; x++) {
          let s = 0;
          let q = 0;
          let n = 0;
          for (let yy = Math.max(0, y - r); yy <= Math.min(h - 1, y + r); yy++) {
            for (let xx = Math.max(0, x - r); xx <= Math.min(w - 1, x + r); xx++) {
              const v = a[yy * w + xx];
              if (Number.isNaN(v)) continue;
              s += v;
              q += v * v;
              n++;
            }
          }
          const mean = s / n;
          const sd = Math.sqrt(Math.max(0, q / n - mean * mean));
          out[y * w + x] = sd > 0 ? (a[y * w + x] - mean) / sd : 0;
        }
      }
    },
    cases: () =>
      [1, 2].map((r) => [
        Float32Array.from(randomFloats(W * H, 21), (v, i) => (i % 17 === 0 ? NaN : v)),
        W,
        H,
        r,
        new Float32Array(W * H),
      ]),
  },
  "rotate by 90°": {
    kernel: (a: Uint8Array, w: number, h: number, out: Uint8Array) => {
      for (let y = 0; y < h; y++) for (let x = 0; x < w; x++) out[x * h + (h - 1 - y)] = a[y * w + x];
    },
    cases: () => [[image(W * H, 22), W, H, new Uint8Array(W * H)]],
  },
  "Bresenham's line": {
    kernel: (a: Uint8Array, w: number, x0: number, y0: number, x1: number, y1: number) => {
      const dx = Math.abs(x1 - x0);
      const dy = -Math.abs(y1 - y0);
      const sx = x0 < x1 ? 1 : -1;
      const sy = y0 < y1 ? 1 : -1;
      let e = dx + dy;
      let n = 0;
      for (;;) {
        a[y0 * w + x0] = 1;
        n++;
        if (x0 === x1 && y0 === y1) return n;
        const e2 = 2 * e;
        if (e2 >= dy) {
          e += dy;
          x0 += sx;
        }
        if (e2 <= dx) {
          e += dx;
          y0 += sy;
        }
      }
    },
    cases: () =>
      [
        [0, 0, 9, 4],
        [9, 4, 0, 0],
        [3, 0, 3, 9],
        [0, 5, 9, 5],
        [2, 2, 2, 2],
      ].map(([a, b, c, d]) => [new Uint8Array(100), 10, a, b, c, d]),
  },
});

defineKernels("shapes", {
  thinning: {
    kernel: (img: Uint8Array, w: number, h: number): number => {
      let iterations = 0,
        changed: boolean;
      const mark = new Uint8Array(img.length);
      const step = (odd: boolean): boolean => {
        let any = false;
        for (let y = 1; y < h - 1; y++)
          for (let x = 1; x < w - 1; x++) {
            const p = y * w + x;
            if (img[p] !== 1) continue;
            const n = [
              img[p - w],
              img[p - w + 1],
              img[p + 1],
              img[p + w + 1],
              img[p + w],
              img[p + w - 1],
              img[p - 1],
              img[p - w - 1],
            ];
            let a = 0,
              b = 0;
            for (let k = 0; k < 8; k++) {
              b += n[k];
              if (n[k] === 0 && n[(k + 1) & 7] === 1) a++;
            }
            const [p2, , p4, , p6, , p8] = n;
            const m1 = odd ? p2 * p4 * p8 : p2 * p4 * p6,
              m2 = odd ? p2 * p6 * p8 : p4 * p6 * p8;
            if (a === 1 && b >= 2 && b <= 6 && m1 === 0 && m2 === 0) {
              mark[p] = 1;
              any = true;
            }
          }
        if (any)
          for (let i = 0; i < img.length; i++)
            if (mark[i]) {
              img[i] = 0;
              mark[i] = 0;
            }
        return any;
      };
      do {
        changed = step(false);
        changed = step(true) || changed;
        iterations++;
      } while (changed && iterations < 1000);
      return iterations;
    },
    cases: () => [
      [image(200, 1).map((x) => x & 1), 20, 10],
      [new Uint8Array(200).fill(1), 20, 10],
      [new Uint8Array(0), 0, 0],
      [Uint8Array.of(1), 1, 1],
    ],
  },
});
