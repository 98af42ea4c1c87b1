/** Whole programs: roots, sums, integration, simulation. */
import { defineKernels } from "../support/differential.ts";
import { randomFloats, singles } from "../support/edge-values.ts";

/** A well-conditioned random matrix. */
function matrix(n: number, seed: number): Float64Array {
  const m = randomFloats(n * n, seed);
  for (let i = 0; i < n; i++) m[i * n + i] = (m[i * n + i] ?? 0) + n;
  return m;
}

/** Symmetric and positive definite. */
function definite(n: number, seed: number): Float64Array {
  const m = matrix(n, seed);
  return m.map((_, k) => ((m[k] ?? 0) + (m[(k % n) * n + Math.floor(k / n)] ?? 0)) / 2);
}

defineKernels("analysis", {
  "Simpson's rule": {
    kernel: (a: number, b: number, n: number) => {
      const f = (x: number) => x * x * x - 2 * x + 1 / (1 + x * x);
      const h = (b - a) / n;
      let s = f(a) + f(b);
      for (let i = 1; i < n; i++) s += (i % 2 === 0 ? 2 : 4) * f(a + i * h);
      return (s * h) / 3;
    },
    cases: () => [
      [0, 1, 10],
      [-1, 2.5, 100],
    ],
  },
  "Newton's square root": {
    kernel: (x: number) => {
      let r = x > 1 ? x : 1;
      let last = 0;
      let steps = 0;
      while (r !== last && steps < 100) {
        last = r;
        r = (r + x / r) / 2;
        steps++;
      }
      return [r, steps];
    },
    cases: () => singles([2, 9, 1e10, 0.25, 1e-8]),
  },
  "integer square root": {
    kernel: (n: number) => {
      let r = 0;
      let bit = 1 << 30;
      let rest = n;
      while (bit > rest) bit >>= 2;
      while (bit !== 0) {
        if (rest >= r + bit) {
          rest -= r + bit;
          r = (r >> 1) + bit;
        } else r >>= 1;
        bit >>= 2;
      }
      return r;
    },
    cases: () => singles([0, 1, 2, 3, 4, 99, 100, 2147483647]),
  },
  secant: {
    kernel: (a: number, b: number) => {
      const f = (x: number) => x * x * x - x - 2;
      let x0 = a;
      let x1 = b;
      for (let i = 0; i < 20; i++) {
        const d = f(x1) - f(x0);
        if (d === 0) break;
        const x2 = x1 - (f(x1) * (x1 - x0)) / d;
        x0 = x1;
        x1 = x2;
      }
      return x1;
    },
    cases: () => [
      [1, 2],
      [1.5, 1.6],
    ],
  },
  Horner: {
    kernel: (c: Float64Array, x: number) => {
      let y = 0;
      for (let i = c.length - 1; i >= 0; i--) y = y * x + c[i];
      return y;
    },
    cases: () => [
      [randomFloats(10, 27), 3],
      [randomFloats(10, 27), 0.7],
      [new Float64Array(0), 5],
    ],
  },
  "Kahan sum": {
    kernel: (a: Float64Array) => {
      let s = 0;
      let c = 0;
      for (const x of a) {
        const y = x - c;
        const t = s + y;
        c = t - s - y;
        s = t;
      }
      return [s, c];
    },
    cases: () => [[randomFloats(1000, 28)], [Float64Array.of(1, 1e100, 1, -1e100)]],
  },
  "pairwise sum": {
    kernel: (a: Float64Array) => {
      const sum = (lo: number, hi: number): number => {
        if (hi - lo <= 4) {
          let s = 0;
          for (let i = lo; i < hi; i++) s += a[i];
          return s;
        }
        const mid = (lo + hi) >> 1;
        return sum(lo, mid) + sum(mid, hi);
      };
      return sum(0, a.length);
    },
    cases: () => [[randomFloats(1000, 29)], [new Float64Array(0)]],
  },
  "two-sum error": {
    kernel: (a: number, b: number) => {
      const s = a + b;
      const bb = s - a;
      return [s, a - (s - bb) + (b - bb)];
    },
    cases: () => [
      [1e16, 1.5],
      [0.1, 0.2],
      [1, 2],
      [1e308, 1e308],
    ],
  },
  "Dekker product": {
    kernel: (a: number, b: number) => {
      const p = a * b;
      const ca = 134217729 * a;
      const ah = ca - (ca - a);
      const al = a - ah;
      const cb = 134217729 * b;
      const bh = cb - (cb - b);
      const bl = b - bh;
      return [p, ah * bh - p + ah * bl + al * bh + al * bl];
    },
    cases: () => [
      [0.1, 0.3],
      [1e10 + 0.5, 3.7],
      [3, 7],
    ],
  },
  "continued fraction of pi": {
    kernel: (x: number, out: Float64Array) => {
      let n = 0;
      while (n < out.length) {
        const i = Math.floor(x);
        out[n++] = i;
        if (x === i) break;
        x = 1 / (x - i);
      }
      return n;
    },
    cases: () => [
      [Math.PI, new Float64Array(8)],
      [2.5, new Float64Array(8)],
      [7, new Float64Array(3)],
    ],
  },
  "Runge-Kutta": {
    kernel: (x: number, v: number, dt: number, steps: number) => {
      const acceleration = (p: number) => -p + 0.1 * p * p;
      for (let s = 0; s < steps; s++) {
        const k1x = v;
        const k1v = acceleration(x);
        const k2x = v + (dt / 2) * k1v;
        const k2v = acceleration(x + (dt / 2) * k1x);
        const k3x = v + (dt / 2) * k2v;
        const k3v = acceleration(x + (dt / 2) * k2x);
        const k4x = v + dt * k3v;
        const k4v = acceleration(x + dt * k3x);
        x += (dt / 6) * (k1x + 2 * k2x + 2 * k3x + k4x);
        v += (dt / 6) * (k1v + 2 * k2v + 2 * k3v + k4v);
      }
      return [x, v];
    },
    cases: () => [
      [1, 0, 0.01, 100],
      [0.5, -1, 0.1, 1000],
    ],
  },
  "n bodies": {
    kernel: (p: Float64Array, v: Float64Array, m: Float64Array, dt: number, steps: number) => {
      const n = m.length;
      for (let s = 0; s < steps; s++) {
        for (let i = 0; i < n; i++) {
          for (let j = i + 1; j < n; j++) {
            const dx = p[3 * i] - p[3 * j];
            const dy = p[3 * i + 1] - p[3 * j + 1];
            const dz = p[3 * i + 2] - p[3 * j + 2];
            const d2 = dx * dx + dy * dy + dz * dz + 1e-9;
            const mag = dt / (d2 * Math.sqrt(d2));
            v[3 * i] -= dx * m[j] * mag;
            v[3 * i + 1] -= dy * m[j] * mag;
            v[3 * i + 2] -= dz * m[j] * mag;
            v[3 * j] += dx * m[i] * mag;
            v[3 * j + 1] += dy * m[i] * mag;
            v[3 * j + 2] += dz * m[i] * mag;
          }
        }
        for (let i = 0; i < 3 * n; i++) p[i] += dt * v[i];
      }
      let e = 0;
      for (let i = 0; i < n; i++) e += 0.5 * m[i] * (v[3 * i] ** 2 + v[3 * i + 1] ** 2 + v[3 * i + 2] ** 2);
      return e;
    },
    cases: () => [[randomFloats(15, 30), randomFloats(15, 31), randomFloats(5, 32, 0.1, 1), 0.001, 50]],
    relative: 1e-13,
  },
  "logistic map": {
    kernel: (x: number, r: number, n: number) => {
      for (let i = 0; i < n; i++) x = r * x * (1 - x);
      return x;
    },
    cases: () => [
      [0.5, 3.7, 100],
      [0.1, 4, 1000],
    ],
  },
  mandelbrot: {
    kernel: (out: Uint8Array, w: number, h: number, limit: number) => {
      for (let y = 0; y < h; y++) {
        for (let x = 0; x < w; x++) {
          const cr = (x / w) * 3 - 2;
          const ci = (y / h) * 2 - 1;
          let zr = 0;
          let zi = 0;
          let n = 0;
          while (n < limit && zr * zr + zi * zi <= 4) {
            const t = zr * zr - zi * zi + cr;
            zi = 2 * zr * zi + ci;
            zr = t;
            n++;
          }
          out[y * w + x] = n;
        }
      }
    },
    cases: () => [[new Uint8Array(600), 30, 20, 100]],
  },
  "Julia set with smooth colours": {
    kernel: (out: Float32Array, w: number, h: number, cr: number, ci: number) => {
      for (let i = 0; i < w * h; i++) {
        let zr = ((i % w) / w) * 3 - 1.5;
        let zi = (Math.floor(i / w) / h) * 2 - 1;
        let n = 0;
        for (; n < 60; n++) {
          const a = zr * zr;
          const b = zi * zi;
          if (a + b > 16) break;
          zi = 2 * zr * zi + ci;
          zr = a - b + cr;
        }
        out[i] = n + 1 - Math.sqrt(zr * zr + zi * zi) / 10;
      }
    },
    cases: () => [[new Float32Array(300), 20, 15, -0.8, 0.156]],
  },
  "Monte-Carlo pi": {
    kernel: (n: number, seed: number) => {
      let state = seed | 0;
      const random = () => {
        state ^= state << 13;
        state ^= state >>> 17;
        state ^= state << 5;
        return (state >>> 0) / 4294967296;
      };
      let inside = 0;
      for (let i = 0; i < n; i++) {
        const x = random();
        const y = random();
        if (x * x + y * y < 1) inside++;
      }
      return (4 * inside) / n;
    },
    cases: () => [
      [1000, 12345],
      [5000, 7],
    ],
  },
  "Lorenz attractor": {
    kernel: (n: number, out: Float64Array) => {
      let [x, y, z] = [1, 1, 1];
      for (let i = 0; i < n; i++) {
        const dx = 10 * (y - x);
        const dy = x * (28 - z) - y;
        const dz = x * y - (8 / 3) * z;
        x += dx * 0.005;
        y += dy * 0.005;
        z += dz * 0.005;
        out[3 * i] = x;
        out[3 * i + 1] = y;
        out[3 * i + 2] = z;
      }
    },
    cases: () => [[100, new Float64Array(300)]],
  },
  "heat equation": {
    kernel: (u: Float64Array, k: number, steps: number) => {
      const n = u.length;
      for (let s = 0; s < steps; s++) {
        let left = u[0];
        for (let i = 1; i < n - 1; i++) {
          const here = u[i];
          u[i] = here + k * (left - 2 * here + u[i + 1]);
          left = here;
        }
      }
    },
    cases: () => [[randomFloats(30, 33), 0.2, 10]],
  },
  "binomial option price": {
    kernel: (s: number, k: number, up: number, p: number, discount: number, n: number) => {
      const v = new Float64Array(n + 1);
      let price = s;
      for (let i = 0; i < n; i++) price /= up;
      for (let i = 0; i <= n; i++) {
        v[i] = Math.max(0, price - k);
        price *= up * up;
      }
      for (let step = n; step > 0; step--)
        for (let i = 0; i < step; i++) v[i] = discount * (p * v[i + 1] + (1 - p) * v[i]);
      return v[0];
    },
    cases: () => [[100, 95, 1.1, 0.52, 0.999, 50]],
  },
});
