/** Programs: QR, eigenvalues, SVD, linear programs, simplex search. */
import { defineKernels } from "../support/differential.ts";
import { pairsOf, randomFloats, randomInts, singles } from "../support/edge-values.ts";

type F = Float64Array;

defineKernels("decompositions and optimisation", {
  qr: {
    kernel: (A: F, n: number, Q: F, RR: F) => {
      RR.set(A);
      for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) Q[i * n + j] = i === j ? 1 : 0;
      const v = new Float64Array(n);
      for (let k = 0; k < n - 1; k++) {
        let nrm = 0;
        for (let i = k; i < n; i++) nrm += RR[i * n + k] ** 2;
        nrm = Math.sqrt(nrm);
        if (nrm === 0) continue;
        const alpha = RR[k * n + k] > 0 ? -nrm : nrm;
        let vv = 0;
        for (let i = k; i < n; i++) {
          v[i] = RR[i * n + k] - (i === k ? alpha : 0);
          vv += v[i] * v[i];
        }
        if (!vv) continue;
        for (let j = 0; j < n; j++) {
          let s = 0,
            t = 0;
          for (let i = k; i < n; i++) {
            s += v[i] * RR[i * n + j];
            t += v[i] * Q[j * n + i];
          }
          s *= 2 / vv;
          t *= 2 / vv;
          for (let i = k; i < n; i++) {
            RR[i * n + j] -= s * v[i];
            Q[j * n + i] -= t * v[i];
          }
        }
      }
    },
    cases: () => [
      [randomFloats(25, 1), 5, new Float64Array(25), new Float64Array(25)],
      [new Float64Array(9), 3, new Float64Array(9), new Float64Array(9)],
      [Float64Array.of(2), 1, new Float64Array(1), new Float64Array(1)],
    ],
  },
  jacobiEig: {
    kernel: (A: F, n: number, V: F) => {
      for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) V[i * n + j] = +(i === j);
      let sweeps = 0;
      for (; sweeps < 30; sweeps++) {
        let off = 0;
        for (let p = 0; p < n; p++) for (let q = p + 1; q < n; q++) off += A[p * n + q] ** 2;
        if (off < 1e-20) break;
        for (let p = 0; p < n - 1; p++)
          for (let q = p + 1; q < n; q++) {
            const apq = A[p * n + q];
            if (Math.abs(apq) < 1e-300) continue;
            const theta = (A[q * n + q] - A[p * n + p]) / (2 * apq);
            const t = (theta >= 0 ? 1 : -1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
            const c = 1 / Math.sqrt(t * t + 1),
              s = t * c;
            for (let k = 0; k < n; k++) {
              const akp = A[k * n + p],
                akq = A[k * n + q];
              A[k * n + p] = c * akp - s * akq;
              A[k * n + q] = s * akp + c * akq;
            }
            for (let k = 0; k < n; k++) {
              const apk = A[p * n + k],
                aqk = A[q * n + k];
              A[p * n + k] = c * apk - s * aqk;
              A[q * n + k] = s * apk + c * aqk;
              const vkp = V[k * n + p],
                vkq = V[k * n + q];
              V[k * n + p] = c * vkp - s * vkq;
              V[k * n + q] = s * vkp + c * vkq;
            }
          }
      }
      return sweeps;
    },
    cases: () => {
      const m = (n: number, s: number) => {
        const r = randomFloats(n * n, s);
        for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) r[i * n + j] = r[j * n + i];
        return r;
      };
      return [
        [m(4, 1), 4, new Float64Array(16)],
        [m(6, 2), 6, new Float64Array(36)],
        [new Float64Array(4), 2, new Float64Array(4)],
      ];
    },
  },
  svdOneSided: {
    kernel: (U: F, m: number, n: number, S: F) => {
      let rot = 1,
        it = 0;
      while (rot > 0 && it++ < 40) {
        rot = 0;
        for (let p = 0; p < n - 1; p++)
          for (let q = p + 1; q < n; q++) {
            let al = 0,
              be = 0,
              ga = 0;
            for (let i = 0; i < m; i++) {
              const x = U[i * n + p],
                y = U[i * n + q];
              al += x * x;
              be += y * y;
              ga += x * y;
            }
            if (Math.abs(ga) > 1e-12 * Math.sqrt(al * be)) {
              rot++;
              const z = (be - al) / (2 * ga);
              const t = Math.sign(z || 1) / (Math.abs(z) + Math.sqrt(1 + z * z));
              const c = 1 / Math.sqrt(1 + t * t),
                s = c * t;
              for (let i = 0; i < m; i++) {
                const x = U[i * n + p];
                U[i * n + p] = c * x - s * U[i * n + q];
                U[i * n + q] = s * x + c * U[i * n + q];
              }
            }
          }
      }
      for (let j = 0; j < n; j++) {
        let s = 0;
        for (let i = 0; i < m; i++) s += U[i * n + j] * U[i * n + j];
        S[j] = Math.sqrt(s);
      }
      return it;
    },
    cases: () => [
      [randomFloats(24, 4), 6, 4, new Float64Array(4)],
      [new Float64Array(4), 2, 2, new Float64Array(2)],
    ],
  },
  cholSolve: {
    kernel: (A: F, b: F, n: number) => {
      for (let j = 0; j < n; j++) {
        let d = A[j * n + j];
        for (let k = 0; k < j; k++) d -= A[j * n + k] * A[j * n + k];
        if (!(d > 0)) return false;
        A[j * n + j] = Math.sqrt(d);
        for (let i = j + 1; i < n; i++) {
          let s = A[i * n + j];
          for (let k = 0; k < j; k++) s -= A[i * n + k] * A[j * n + k];
          A[i * n + j] = s / A[j * n + j];
        }
      }
      for (let i = 0; i < n; i++) {
        for (let k = 0; k < i; k++) b[i] -= A[i * n + k] * b[k];
        b[i] /= A[i * n + i];
      }
      for (let i = n - 1; i >= 0; i--) {
        for (let k = i + 1; k < n; k++) b[i] -= A[k * n + i] * b[k];
        b[i] /= A[i * n + i];
      }
      return true;
    },
    cases: () => [
      [Float64Array.of(4, 2, 2, 3), Float64Array.of(1, 2), 2],
      [Float64Array.of(1, 2, 2, 1), Float64Array.of(1, 2), 2],
      [new Float64Array(0), new Float64Array(0), 0],
    ],
  },
  det: {
    kernel: (src: F, n: number) => {
      const a = src.slice();
      let det = 1;
      for (let c = 0; c < n; c++) {
        let p = c;
        for (let r = c + 1; r < n; r++) if (Math.abs(a[r * n + c]) > Math.abs(a[p * n + c])) p = r;
        if (a[p * n + c] === 0) return 0;
        if (p !== c) {
          for (let k = 0; k < n; k++) [a[p * n + k], a[c * n + k]] = [a[c * n + k], a[p * n + k]];
          det = -det;
        }
        det *= a[c * n + c];
        for (let r = c + 1; r < n; r++) {
          const f = a[r * n + c] / a[c * n + c];
          for (let k = c; k < n; k++) a[r * n + k] -= f * a[c * n + k];
        }
      }
      return det;
    },
    cases: () => [
      [randomFloats(25, 5), 5],
      [new Float64Array(4), 2],
      [Float64Array.of(0, 1, 1, 0), 2],
      [new Float64Array(0), 0],
    ],
  },
  bareiss: {
    kernel: (M: F, n: number) => {
      let prev = 1,
        sign = 1;
      for (let k = 0; k < n - 1; k++) {
        if (M[k * n + k] === 0) {
          let s = k + 1;
          while (s < n && M[s * n + k] === 0) s++;
          if (s === n) return 0;
          for (let j = 0; j < n; j++) {
            const t = M[k * n + j];
            M[k * n + j] = M[s * n + j];
            M[s * n + j] = t;
          }
          sign = -sign;
        }
        for (let i = k + 1; i < n; i++)
          for (let j = k + 1; j < n; j++)
            M[i * n + j] = Math.trunc((M[i * n + j] * M[k * n + k] - M[i * n + k] * M[k * n + j]) / prev);
        prev = M[k * n + k];
      }
      return sign * M[n * n - 1];
    },
    cases: () => [
      [Float64Array.from(randomInts(16, 6, -5, 6)), 4],
      [Float64Array.of(0, 1, 1, 0), 2],
    ],
  },
  matpow: {
    kernel: (a: number, b: number, c: number, d: number, n: number) => {
      let [p, q, r, s] = [1, 0, 0, 1];
      while (n > 0) {
        if (n & 1) [p, q, r, s] = [p * a + q * c, p * b + q * d, r * a + s * c, r * b + s * d];
        [a, b, c, d] = [a * a + b * c, a * b + b * d, c * a + d * c, c * b + d * d];
        n >>= 1;
      }
      return [p, q, r, s];
    },
    cases: () => [
      [1, 1, 1, 0, 10],
      [1, 1, 1, 0, 78],
      [2, 0, 0, 2, 60],
      [0.5, 1, -1, 0.5, 7],
      [1, 2, 3, 4, 0],
    ],
  },
  gramSchmidt: {
    kernel: (V: F, n: number, m: number) => {
      let rank = 0;
      for (let i = 0; i < n; i++) {
        for (let j = 0; j < rank; j++) {
          let d = 0;
          for (let k = 0; k < m; k++) d += V[i * m + k] * V[j * m + k];
          for (let k = 0; k < m; k++) V[i * m + k] -= d * V[j * m + k];
        }
        let s = 0;
        for (let k = 0; k < m; k++) s += V[i * m + k] ** 2;
        if (s < 1e-14) continue;
        s = Math.sqrt(s);
        for (let k = 0; k < m; k++) V[rank * m + k] = V[i * m + k] / s;
        rank++;
      }
      return rank;
    },
    cases: () => [
      [randomFloats(20, 7), 4, 5],
      [Float64Array.of(1, 0, 2, 0, 0, 1), 3, 2],
    ],
  },
  simplexLP: {
    kernel: (T: F, rows: number, cols: number) => {
      let it = 0;
      for (; it < 50; it++) {
        let pc = -1,
          best = -1e-9;
        for (let j = 0; j < cols - 1; j++) {
          const v = T[(rows - 1) * cols + j];
          if (v < best) {
            best = v;
            pc = j;
          }
        }
        if (pc < 0) break;
        let pr = -1,
          ratio = Infinity;
        for (let i = 0; i < rows - 1; i++) {
          const a = T[i * cols + pc];
          if (a > 1e-9) {
            const r = T[i * cols + cols - 1] / a;
            if (r < ratio) {
              ratio = r;
              pr = i;
            }
          }
        }
        if (pr === -1) throw new Error("unbounded");
        const p = T[pr * cols + pc];
        for (let j = 0; j < cols; j++) T[pr * cols + j] /= p;
        for (let i = 0; i < rows; i++)
          if (i !== pr) {
            const f = T[i * cols + pc];
            if (f) for (let j = 0; j < cols; j++) T[i * cols + j] -= f * T[pr * cols + j];
          }
      }
      return [T[rows * cols - 1], it];
    },
    cases: () => [
      [Float64Array.of(2, 1, 1, 0, 0, 18, 2, 3, 0, 1, 0, 42, 3, 1, 0, 0, 1, 24, -3, -2, 0, 0, 0, 0), 4, 6],
      [Float64Array.of(-1, 1, 5, -1, 0, 0), 2, 3],
    ],
  },
  nelderMead: {
    kernel: (start: F, out: F) => {
      const f = (x: number, y: number) => (1 - x) * (1 - x) + 100 * (y - x * x) * (y - x * x);
      const sx = new Float64Array([start[0], start[0] + 1, start[0]]),
        sy = new Float64Array([start[1], start[1], start[1] + 1]),
        fv = new Float64Array(3);
      for (let i = 0; i < 3; i++) fv[i] = f(sx[i], sy[i]);
      let it = 0;
      const swap = (i: number, j: number) => {
        [sx[i], sx[j]] = [sx[j], sx[i]];
        [sy[i], sy[j]] = [sy[j], sy[i]];
        [fv[i], fv[j]] = [fv[j], fv[i]];
      };
      for (; it < 200; it++) {
        if (fv[0] > fv[1]) swap(0, 1);
        if (fv[1] > fv[2]) swap(1, 2);
        if (fv[0] > fv[1]) swap(0, 1);
        if (fv[2] - fv[0] < 1e-12) break;
        const cx = (sx[0] + sx[1]) / 2,
          cy = (sy[0] + sy[1]) / 2;
        const rx = cx + (cx - sx[2]),
          ry = cy + (cy - sy[2]),
          fr = f(rx, ry);
        if (fr < fv[0]) {
          const ex = cx + 2 * (cx - sx[2]),
            ey = cy + 2 * (cy - sy[2]),
            fe = f(ex, ey);
          if (fe < fr) {
            sx[2] = ex;
            sy[2] = ey;
            fv[2] = fe;
          } else {
            sx[2] = rx;
            sy[2] = ry;
            fv[2] = fr;
          }
        } else if (fr < fv[1]) {
          sx[2] = rx;
          sy[2] = ry;
          fv[2] = fr;
        } else {
          const kx = cx + 0.5 * (sx[2] - cx),
            ky = cy + 0.5 * (sy[2] - cy),
            fk = f(kx, ky);
          if (fk < fv[2]) {
            sx[2] = kx;
            sy[2] = ky;
            fv[2] = fk;
          } else
            for (let i = 1; i < 3; i++) {
              sx[i] = sx[0] + 0.5 * (sx[i] - sx[0]);
              sy[i] = sy[0] + 0.5 * (sy[i] - sy[0]);
              fv[i] = f(sx[i], sy[i]);
            }
        }
      }
      out[0] = sx[0];
      out[1] = sy[0];
      return it;
    },
    cases: () => [
      [Float64Array.of(-1.2, 1), new Float64Array(2)],
      [Float64Array.of(1, 1), new Float64Array(2)],
    ],
  },
});
