/** Programs: roots, differential equations and integrals. */
import { prange } from "../../src/index.ts";
import { defineKernels } from "../support/differential.ts";
import { pairsOf, randomFloats, randomInts, singles } from "../support/edge-values.ts";

type F = Float64Array;

defineKernels("roots", {
  bisect: {
    kernel: (lo: number, hi: number, tol = 1e-10) => {
      const f = (x: number) => x * x * x - x - 2;
      let a = lo,
        b = hi;
      if (f(a) * f(b) > 0) return NaN;
      while (b - a > tol) {
        const m = (a + b) / 2;
        if (f(m) === 0) return m;
        f(a) * f(m) < 0 ? (b = m) : (a = m);
      }
      return (a + b) / 2;
    },
    cases: () => [
      [1, 2],
      [0, 1],
      [-5, 5, 1e-3],
      [1.5, 1.6, 1e-12],
    ],
  },
  brent: {
    kernel: (a: number, b: number, tol: number) => {
      const f = (x: number) => (x + 3) * (x - 1) * (x - 1);
      let fa = f(a),
        fb = f(b);
      if (fa * fb >= 0) throw new RangeError("root not bracketed");
      if (Math.abs(fa) < Math.abs(fb)) {
        [a, b] = [b, a];
        [fa, fb] = [fb, fa];
      }
      let c = a,
        fc = fa,
        d = c,
        mflag = true,
        iter = 0;
      while (fb !== 0 && Math.abs(b - a) > tol && iter++ < 100) {
        let s;
        if (fa !== fc && fb !== fc)
          s =
            (a * fb * fc) / ((fa - fb) * (fa - fc)) +
            (b * fa * fc) / ((fb - fa) * (fb - fc)) +
            (c * fa * fb) / ((fc - fa) * (fc - fb));
        else s = b - (fb * (b - a)) / (fb - fa);
        const cond1 = !((s > (3 * a + b) / 4 && s < b) || (s < (3 * a + b) / 4 && s > b));
        if (
          cond1 ||
          (mflag && Math.abs(s - b) >= Math.abs(b - c) / 2) ||
          (!mflag && Math.abs(s - b) >= Math.abs(c - d) / 2)
        ) {
          s = (a + b) / 2;
          mflag = true;
        } else mflag = false;
        const fs = f(s);
        d = c;
        c = b;
        fc = fb;
        if (fa * fs < 0) {
          b = s;
          fb = fs;
        } else {
          a = s;
          fa = fs;
        }
        if (Math.abs(fa) < Math.abs(fb)) {
          [a, b] = [b, a];
          [fa, fb] = [fb, fa];
        }
      }
      return [b, iter];
    },
    cases: () => [
      [-4, 4 / 3, 1e-10],
      [-4, -2, 1e-6],
      [2, 3, 1e-6],
    ],
  },
  newtonFn: {
    kernel: (x0: number, which: number) => {
      const f = (x: number) => x * x - 612,
        df = (x: number) => 2 * x,
        g = (x: number) => x ** 3 - 5,
        dg = (x: number) => 3 * x * x;
      const newton = (h: (x: number) => number, dh: (x: number) => number, x: number) => {
        for (let i = 0; i < 50; i++) {
          const d = h(x) / dh(x);
          x -= d;
          if (Math.abs(d) < 1e-12) return x;
        }
        return NaN;
      };
      return which ? newton(f, df, x0) : newton(g, dg, x0);
    },
    cases: () => pairsOf([10, 1, -3, 0.1], [0, 1]),
    relative: 1e-12,
  },
  muller: {
    kernel: (x0: number, x1: number, x2: number) => {
      const p = (x: number) => ((x - 6) * x + 11) * x - 6;
      for (let i = 0; i < 60; i++) {
        const h1 = x1 - x0,
          h2 = x2 - x1,
          d1 = (p(x1) - p(x0)) / h1,
          d2 = (p(x2) - p(x1)) / h2,
          a = (d2 - d1) / (h2 + h1),
          b = a * h2 + d2,
          c = p(x2);
        const disc = Math.sqrt(Math.max(0, b * b - 4 * a * c));
        const den = Math.abs(b + disc) > Math.abs(b - disc) ? b + disc : b - disc;
        const dx = (-2 * c) / den;
        x0 = x1;
        x1 = x2;
        x2 += dx;
        if (Math.abs(dx) < 1e-12 || dx !== dx) break;
      }
      return x2;
    },
    cases: () => [
      [0, 0.5, 0.9],
      [4, 5, 6],
      [1, 1, 1],
    ],
  },
  durandKerner: {
    kernel: (coef: F, re: F, im: F) => {
      const n = coef.length - 1;
      let pr = 1,
        pi = 0;
      for (let i = 0; i < n; i++) {
        re[i] = pr;
        im[i] = pi;
        const t = pr * 0.4 - pi * 0.9;
        pi = pr * 0.9 + pi * 0.4;
        pr = t;
      }
      for (let it = 0; it < 40; it++)
        for (let i = 0; i < n; i++) {
          let vr = coef[0],
            vi = 0;
          for (let k = 1; k <= n; k++) {
            const t = vr * re[i] - vi * im[i] + coef[k];
            vi = vr * im[i] + vi * re[i];
            vr = t;
          }
          let dr = 1,
            di = 0;
          for (let j = 0; j < n; j++)
            if (j !== i) {
              const ar = re[i] - re[j],
                ai = im[i] - im[j];
              const t = dr * ar - di * ai;
              di = dr * ai + di * ar;
              dr = t;
            }
          const q = dr * dr + di * di;
          re[i] -= (vr * dr + vi * di) / q;
          im[i] -= (vi * dr - vr * di) / q;
        }
    },
    cases: () => [
      [Float64Array.of(1, -6, 11, -6), new Float64Array(3), new Float64Array(3)],
      [Float64Array.of(1, 0, 1), new Float64Array(2), new Float64Array(2)],
    ],
  },
});

defineKernels("motion", {
  rk4: {
    kernel: (y: F, t0: number, t1: number, n: number) => {
      const h = (t1 - t0) / n;
      const d = y.length;
      const k1 = new Float64Array(d),
        k2 = new Float64Array(d),
        k3 = new Float64Array(d),
        k4 = new Float64Array(d),
        tmp = new Float64Array(d);
      const f = (t: number, s: F, out: F) => {
        out[0] = s[1];
        out[1] = (1 - s[0] * s[0]) * s[1] * 2 - s[0] + t * 0;
      };
      for (let i = 0; i < n; i++) {
        const t = t0 + i * h;
        f(t, y, k1);
        for (let j = 0; j < d; j++) tmp[j] = y[j] + (h / 2) * k1[j];
        f(t + h / 2, tmp, k2);
        for (let j = 0; j < d; j++) tmp[j] = y[j] + (h / 2) * k2[j];
        f(t + h / 2, tmp, k3);
        for (let j = 0; j < d; j++) tmp[j] = y[j] + h * k3[j];
        f(t + h, tmp, k4);
        for (let j = 0; j < d; j++) y[j] += (h / 6) * (k1[j] + 2 * k2[j] + 2 * k3[j] + k4[j]);
      }
      return y;
    },
    cases: () => [
      [Float64Array.of(2, 0), 0, 10, 200],
      [Float64Array.of(0, 0), 0, 1, 3],
      [Float64Array.of(1, 1), 0, 1, 0],
    ],
  },
  rkf45: {
    kernel: (y0: number, t1: number, tol: number) => {
      const f = (t: number, y: number) => y * (2 - t) * t + t - 1;
      let t = 0,
        y = y0,
        h = 0.1,
        steps = 0,
        rejected = 0;
      while (t < t1 && steps < 500) {
        if (t + h > t1) h = t1 - t;
        const k1 = h * f(t, y),
          k2 = h * f(t + h / 4, y + k1 / 4),
          k3 = h * f(t + (3 * h) / 8, y + (3 * k1) / 32 + (9 * k2) / 32),
          k4 = h * f(t + (12 * h) / 13, y + (1932 * k1) / 2197 - (7200 * k2) / 2197 + (7296 * k3) / 2197),
          k5 = h * f(t + h, y + (439 * k1) / 216 - 8 * k2 + (3680 * k3) / 513 - (845 * k4) / 4104),
          k6 = h * f(t + h / 2, y - (8 * k1) / 27 + 2 * k2 - (3544 * k3) / 2565 + (1859 * k4) / 4104 - (11 * k5) / 40);
        const e = Math.abs(k1 / 360 - (128 * k3) / 4275 - (2197 * k4) / 75240 + k5 / 50 + (2 * k6) / 55) / h;
        if (e <= tol) {
          t += h;
          y += (25 * k1) / 216 + (1408 * k3) / 2565 + (2197 * k4) / 4104 - k5 / 5;
          steps++;
        } else rejected++;
        const s = e === 0 ? 2 : 0.84 * Math.sqrt(Math.sqrt(tol / e));
        h *= s < 0.1 ? 0.1 : s > 4 ? 4 : s;
      }
      return [y, steps, rejected];
    },
    cases: () => [
      [1, 5, 1e-4],
      [0, 1, 1e-6],
      [1, 0, 1e-6],
    ],
  },
  verlet: {
    kernel: (x: F, v: F, dt: number, n: number) => {
      let e = 0;
      for (let s = 0; s < n; s++) {
        for (let i = 0; i < x.length; i++) {
          const a = -x[i];
          x[i] += v[i] * dt + 0.5 * a * dt * dt;
          const a2 = -x[i];
          v[i] += 0.5 * (a + a2) * dt;
        }
      }
      for (const i of prange(x.length)) e += 0.5 * (v[i] * v[i] + x[i] * x[i]);
      return e;
    },
    cases: () => [
      [randomFloats(20, 1), randomFloats(20, 2), 0.01, 50],
      [new Float64Array(0), new Float64Array(0), 1, 1],
    ],
  },
  euler: {
    kernel: (x: number, dt: number) => {
      let n = 0;
      while (Math.abs(x) > 1e-6 && n < 10000) {
        x += -3 * x * dt;
        n++;
      }
      return [n, x];
    },
    cases: () => [
      [1, 0.01],
      [5, 0.7],
      [NaN, 0.1],
      [0, 1],
    ],
  },
  leapfrogNBody: {
    kernel: (p: F, v: F, m: F, dt: number, steps: number) => {
      const n = m.length;
      const a = new Float64Array(3 * n);
      const acc = () => {
        a.fill(0);
        for (let i = 0; i < n; i++)
          for (let j = i + 1; j < n; j++) {
            const dx = p[3 * j] - p[3 * i],
              dy = p[3 * j + 1] - p[3 * i + 1],
              dz = p[3 * j + 2] - p[3 * i + 2];
            const r2 = dx * dx + dy * dy + dz * dz + 1e-3;
            const inv = 1 / (r2 * Math.sqrt(r2));
            a[3 * i] += dx * m[j] * inv;
            a[3 * i + 1] += dy * m[j] * inv;
            a[3 * i + 2] += dz * m[j] * inv;
            a[3 * j] -= dx * m[i] * inv;
            a[3 * j + 1] -= dy * m[i] * inv;
            a[3 * j + 2] -= dz * m[i] * inv;
          }
      };
      acc();
      for (let s = 0; s < steps; s++) {
        for (let k = 0; k < 3 * n; k++) {
          v[k] += (a[k] * dt) / 2;
          p[k] += v[k] * dt;
        }
        acc();
        for (let k = 0; k < 3 * n; k++) v[k] += (a[k] * dt) / 2;
      }
    },
    cases: () => [
      [randomFloats(15, 3), randomFloats(15, 4), randomFloats(5, 5, 0.5, 1), 0.01, 30],
      [new Float64Array(3), new Float64Array(3), Float64Array.of(1), 0.1, 2],
    ],
  },
  sph: {
    kernel: (px: F, py: F, rho: F, h: number) => {
      const n = px.length;
      const cell = h;
      const gw = 16;
      const head = new Int32Array(gw * gw);
      head.fill(-1);
      const next = new Int32Array(n);
      for (let i = 0; i < n; i++) {
        const c =
          Math.min(gw - 1, Math.max(0, Math.floor(px[i] / cell))) +
          gw * Math.min(gw - 1, Math.max(0, Math.floor(py[i] / cell)));
        next[i] = head[c];
        head[c] = i;
      }
      let pairs = 0;
      for (let i = 0; i < n; i++) {
        let s = 0;
        const cx = Math.floor(px[i] / cell),
          cy = Math.floor(py[i] / cell);
        for (let dy = -1; dy <= 1; dy++)
          for (let dx = -1; dx <= 1; dx++) {
            const x = cx + dx,
              y = cy + dy;
            if (x < 0 || y < 0 || x >= gw || y >= gw) continue;
            for (let j = head[y * gw + x]; j >= 0; j = next[j]) {
              const rx = px[i] - px[j],
                ry = py[i] - py[j];
              const r2 = rx * rx + ry * ry;
              if (r2 < h * h) {
                const d = h * h - r2;
                s += d * d * d;
                pairs++;
              }
            }
          }
        rho[i] = s;
      }
      return pairs;
    },
    cases: () => [
      [randomFloats(100, 6, 0, 1), randomFloats(100, 7, 0, 1), new Float64Array(100), 0.1],
      [randomFloats(5, 6, -1, 3), randomFloats(5, 7, 0, 1), new Float64Array(5), 0.1],
    ],
  },
});

defineKernels("integrals", {
  adaptiveSimpson: {
    kernel: (a: number, b: number, eps: number) => {
      const f = (x: number) => 1 / (1 + x * x);
      const simpson = (a: number, fa: number, b: number, fb: number): [number, number, number] => {
        const m = (a + b) / 2,
          fm = f(m);
        return [m, fm, (Math.abs(b - a) / 6) * (fa + 4 * fm + fb)];
      };
      const rec = (
        a: number,
        fa: number,
        b: number,
        fb: number,
        eps: number,
        whole: number,
        m: number,
        fm: number,
        depth: number,
      ): number => {
        const [lm, flm, left] = simpson(a, fa, m, fm);
        const [rm, frm, right] = simpson(m, fm, b, fb);
        const delta = left + right - whole;
        if (depth <= 0 || Math.abs(delta) <= eps * 15) return left + right + delta / 15;
        return (
          rec(a, fa, m, fm, eps / 2, left, lm, flm, depth - 1) + rec(m, fm, b, fb, eps / 2, right, rm, frm, depth - 1)
        );
      };
      const fa = f(a),
        fb = f(b);
      const [m, fm, whole] = simpson(a, fa, b, fb);
      return rec(a, fa, b, fb, eps, whole, m, fm, 20);
    },
    cases: () => [
      [0, 1, 1e-9],
      [-5, 5, 1e-6],
      [0, 0, 1e-6],
      [1, 0, 1e-3],
    ],
  },
  romberg: {
    kernel: (a: number, b: number, n: number) => {
      const f = (x: number) => x * x * x + 2 / (x + 3);
      const T = new Float64Array(n * n);
      let h = b - a;
      T[0] = (h / 2) * (f(a) + f(b));
      for (let i = 1; i < n; i++) {
        h /= 2;
        let s = 0;
        for (let k = 1; k <= 2 ** i - 1; k += 2) s += f(a + k * h);
        T[i * n] = T[(i - 1) * n] / 2 + h * s;
        let p = 1;
        for (let j = 1; j <= i; j++) {
          p *= 4;
          T[i * n + j] = T[i * n + j - 1] + (T[i * n + j - 1] - T[(i - 1) * n + j - 1]) / (p - 1);
        }
      }
      return T[n * n - 1];
    },
    cases: () => [
      [0, 1, 6],
      [0, 2, 1],
      [-1, 4, 5],
    ],
    relative: 1e-12,
  },
  gaussLegendreTyped: {
    kernel: (a: number, b: number) => {
      const x = new Float64Array([
          0.1488743389816312, 0.4333953941292472, 0.6794095682990244, 0.8650633666889845, 0.9739065285171717,
        ]),
        w = new Float64Array([
          0.2955242247147529, 0.2692667193099963, 0.219086362515982, 0.1494513491505806, 0.0666713443086881,
        ]);
      const m = (a + b) / 2,
        h = (b - a) / 2;
      let s = 0;
      for (let i = 0; i < 5; i++) {
        const d = h * x[i];
        s += w[i] * (1 / (m + d) + 1 / (m - d));
      }
      return s * h;
    },
    cases: () => [
      [1, 2],
      [0.5, 10],
    ],
  },
  mc: {
    kernel: (n: number, seed: number) => {
      let s = seed | 0;
      const rnd = () => {
        s = (s + 0x6d2b79f5) | 0;
        let t = Math.imul(s ^ (s >>> 15), 1 | s);
        t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
        return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
      };
      let sum = 0,
        sq = 0;
      for (let i = 0; i < n; i++) {
        const x = rnd() * 2,
          y = rnd();
        const v = y < (x * x) / 4 ? 1 : 0;
        sum += v;
        sq += v * v;
      }
      const mean = sum / n;
      return [mean, Math.sqrt((sq / n - mean * mean) / n)];
    },
    cases: () => [
      [1000, 1],
      [0, 5],
      [10, -1],
    ],
  },
  trapz: {
    kernel: (x: F, y: F) => {
      let s = 0;
      for (let i = 1; i < x.length; ++i) s += (x[i] - x[i - 1]) * (y[i] + y[i - 1]) * 0.5;
      return s;
    },
    cases: () => [
      [Float64Array.of(0, 1, 3), Float64Array.of(1, 2, 5)],
      [new Float64Array(0), new Float64Array(0)],
    ],
  },
});
