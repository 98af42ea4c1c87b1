/** Whole programs: vectors, matrices, linear systems. Exact to the bit. */
import { defineKernels } from "../support/differential.ts";
import { randomFloats, randomInts } from "../support/edge-values.ts";

function matrix(n: number, seed: number): Float64Array {
  const m = randomFloats(n * n, seed);
  for (let i = 0; i < n; i++) m[i * n + i] = (m[i * n + i] ?? 0) + n;
  return m;
}

function definite(n: number, seed: number): Float64Array {
  const m = matrix(n, seed);
  return m.map((_, k) => ((m[k] ?? 0) + (m[(k % n) * n + Math.floor(k / n)] ?? 0)) / 2);
}

defineKernels("linear algebra", {
  "dot product": {
    kernel: (a: Float64Array | Float32Array, b: Float64Array | Float32Array) => {
      let s = 0;
      for (let i = 0; i < a.length; i++) s += a[i] * b[i];
      return s;
    },
    cases: () => [
      [randomFloats(100, 1), randomFloats(100, 2)],
      [Float32Array.from(randomFloats(37, 1)), Float32Array.from(randomFloats(37, 2))],
    ],
  },
  axpy: {
    kernel: (k: number, x: Float64Array, y: Float64Array) => {
      for (let i = 0; i < x.length; i++) y[i] += k * x[i];
    },
    cases: () => [
      [2, randomFloats(50, 1), randomFloats(50, 2)],
      [0.1, randomFloats(50, 1), randomFloats(50, 2)],
    ],
  },
  "matrix product": {
    kernel: (a: Float64Array, b: Float64Array, c: Float64Array, n: number, m: number, p: number) => {
      for (let i = 0; i < n; i++) {
        for (let j = 0; j < p; j++) {
          let s = 0;
          for (let k = 0; k < m; k++) s += a[i * m + k] * b[k * p + j];
          c[i * p + j] = s;
        }
      }
    },
    cases: () => [
      [randomFloats(12, 1), randomFloats(20, 2), new Float64Array(15), 3, 4, 5],
      [randomFloats(256, 1), randomFloats(256, 2), new Float64Array(256), 16, 16, 16],
    ],
  },
  "matrix product, rows first": {
    kernel: (a: Float32Array, b: Float32Array, c: Float32Array, n: number) => {
      c.fill(0);
      for (let i = 0; i < n; i++) {
        for (let k = 0; k < n; k++) {
          const v = a[i * n + k];
          for (let j = 0; j < n; j++) c[i * n + j] += v * b[k * n + j];
        }
      }
    },
    cases: () => [
      [Float32Array.from(randomFloats(144, 3)), Float32Array.from(randomFloats(144, 4)), new Float32Array(144), 12],
    ],
  },
  "blocked matrix product": {
    kernel: (a: Float64Array, b: Float64Array, c: Float64Array, n: number, block: number) => {
      for (let ii = 0; ii < n; ii += block) {
        for (let kk = 0; kk < n; kk += block) {
          const iEnd = Math.min(ii + block, n);
          const kEnd = Math.min(kk + block, n);
          for (let i = ii; i < iEnd; i++) {
            for (let k = kk; k < kEnd; k++) {
              const v = a[i * n + k];
              for (let j = 0; j < n; j++) c[i * n + j] += v * b[k * n + j];
            }
          }
        }
      }
    },
    cases: () => [[randomFloats(169, 5), randomFloats(169, 6), new Float64Array(169), 13, 4]],
  },
  "integer matrix product": {
    kernel: (a: Int32Array, b: Int32Array, c: Int32Array, n: number) => {
      for (let i = 0; i < n; i++)
        for (let j = 0; j < n; j++) {
          let s = 0;
          for (let k = 0; k < n; k++) s += a[i * n + k] * b[k * n + j];
          c[i * n + j] = s;
        }
    },
    cases: () => [
      [randomInts(64, 7, -100, 100), randomInts(64, 8, -100, 100), new Int32Array(64), 8],
      [randomInts(64, 7, -2147483648, 2147483647), randomInts(64, 8, -2147483648, 2147483647), new Int32Array(64), 8],
    ],
  },
  "transpose in place": {
    kernel: (m: Float64Array, n: number) => {
      for (let i = 0; i < n; i++)
        for (let j = i + 1; j < n; j++) [m[i * n + j], m[j * n + i]] = [m[j * n + i], m[i * n + j]];
    },
    cases: () => [[randomFloats(49, 9), 7]],
  },
  "Gauss elimination with pivoting": {
    kernel: (a: Float64Array, b: Float64Array, n: number) => {
      for (let col = 0; col < n; col++) {
        let pivot = col;
        for (let row = col + 1; row < n; row++)
          if (Math.abs(a[row * n + col]) > Math.abs(a[pivot * n + col])) pivot = row;
        if (a[pivot * n + col] === 0) throw new RangeError("singular matrix");
        if (pivot !== col) {
          for (let k = 0; k < n; k++) {
            const t = a[col * n + k];
            a[col * n + k] = a[pivot * n + k];
            a[pivot * n + k] = t;
          }
          const t = b[col];
          b[col] = b[pivot];
          b[pivot] = t;
        }
        for (let row = col + 1; row < n; row++) {
          const f = a[row * n + col] / a[col * n + col];
          if (f === 0) continue;
          for (let k = col; k < n; k++) a[row * n + k] -= f * a[col * n + k];
          b[row] -= f * b[col];
        }
      }
      for (let row = n - 1; row >= 0; row--) {
        let s = b[row];
        for (let k = row + 1; k < n; k++) s -= a[row * n + k] * b[k];
        b[row] = s / a[row * n + row];
      }
    },
    cases: () => [
      [matrix(8, 10), randomFloats(8, 11), 8],
      [Float64Array.of(0, 1, 1, 0), Float64Array.of(3, 4), 2],
      [Float64Array.of(1, 2, 2, 4), Float64Array.of(3, 4), 2],
    ],
  },
  "LU decomposition": {
    kernel: (a: Float64Array, n: number) => {
      let determinant = 1;
      for (let k = 0; k < n; k++) {
        determinant *= a[k * n + k];
        for (let i = k + 1; i < n; i++) {
          a[i * n + k] /= a[k * n + k];
          for (let j = k + 1; j < n; j++) a[i * n + j] -= a[i * n + k] * a[k * n + j];
        }
      }
      return determinant;
    },
    cases: () => [
      [matrix(9, 12), 9],
      [matrix(1, 13), 1],
    ],
  },
  Cholesky: {
    kernel: (a: Float64Array, n: number) => {
      for (let i = 0; i < n; i++) {
        for (let j = 0; j <= i; j++) {
          let s = a[i * n + j];
          for (let k = 0; k < j; k++) s -= a[i * n + k] * a[j * n + k];
          if (i === j) {
            if (s <= 0) throw new Error("not positive definite");
            a[i * n + i] = Math.sqrt(s);
          } else a[i * n + j] = s / a[j * n + j];
        }
        for (let j = i + 1; j < n; j++) a[i * n + j] = 0;
      }
    },
    cases: () => [
      [definite(7, 14), 7],
      [Float64Array.of(1, 2, 2, 1), 2],
    ],
  },
  "inverse by Gauss-Jordan": {
    kernel: (a: Float64Array, n: number) => {
      const inv = new Float64Array(n * n);
      for (let i = 0; i < n; i++) inv[i * n + i] = 1;
      for (let c = 0; c < n; c++) {
        const d = 1 / a[c * n + c];
        for (let k = 0; k < n; k++) {
          a[c * n + k] *= d;
          inv[c * n + k] *= d;
        }
        for (let r = 0; r < n; r++) {
          if (r === c) continue;
          const f = a[r * n + c];
          for (let k = 0; k < n; k++) {
            a[r * n + k] -= f * a[c * n + k];
            inv[r * n + k] -= f * inv[c * n + k];
          }
        }
      }
      return inv;
    },
    cases: () => [[matrix(6, 15), 6]],
  },
  "conjugate gradient": {
    kernel: (a: Float64Array, b: Float64Array, x: Float64Array, rounds: number) => {
      const n = b.length;
      const r = b.slice();
      const p = b.slice();
      const ap = new Float64Array(n);
      const dot = (u: Float64Array, v: Float64Array) => {
        let s = 0;
        for (let i = 0; i < n; i++) s += u[i] * v[i];
        return s;
      };
      let rr = dot(r, r);
      let k = 0;
      for (; k < rounds && rr > 1e-20; k++) {
        for (let i = 0; i < n; i++) {
          let s = 0;
          for (let j = 0; j < n; j++) s += a[i * n + j] * p[j];
          ap[i] = s;
        }
        const alpha = rr / dot(p, ap);
        for (let i = 0; i < n; i++) {
          x[i] += alpha * p[i];
          r[i] -= alpha * ap[i];
        }
        const next = dot(r, r);
        const beta = next / rr;
        rr = next;
        for (let i = 0; i < n; i++) p[i] = r[i] + beta * p[i];
      }
      return [k, rr];
    },
    cases: () => [[definite(10, 16), randomFloats(10, 17), new Float64Array(10), 30]],
  },
  "Jacobi iteration": {
    kernel: (u: Float64Array, w: number, h: number, rounds: number) => {
      let cur = u;
      let next: Float64Array = u.slice();
      for (let r = 0; r < rounds; r++) {
        for (let y = 1; y < h - 1; y++) {
          for (let x = 1; x < w - 1; x++) {
            const i = y * w + x;
            next[i] = 0.25 * (cur[i - 1] + cur[i + 1] + cur[i - w] + cur[i + w]);
          }
        }
        const t = cur;
        cur = next;
        next = t;
      }
      return cur;
    },
    cases: () => [0, 1, 10].map((r) => [randomFloats(80, 18), 10, 8, r]),
  },
  "Gauss-Seidel": {
    kernel: (u: Float64Array, w: number, h: number, rounds: number) => {
      let change = 0;
      for (let r = 0; r < rounds; r++) {
        change = 0;
        for (let y = 1; y < h - 1; y++) {
          for (let x = 1; x < w - 1; x++) {
            const i = y * w + x;
            const v = 0.25 * (u[i - 1] + u[i + 1] + u[i - w] + u[i + w]);
            change = Math.max(change, Math.abs(v - u[i]));
            u[i] = v;
          }
        }
        if (change < 1e-6) break;
      }
      return change;
    },
    cases: () => [[randomFloats(80, 19), 10, 8, 200]],
  },
  "tridiagonal system": {
    kernel: (a: Float64Array, b: Float64Array, c: Float64Array, d: Float64Array) => {
      const n = d.length;
      const cp = new Float64Array(n);
      cp[0] = c[0] / b[0];
      d[0] /= b[0];
      for (let i = 1; i < n; i++) {
        const m = 1 / (b[i] - a[i] * cp[i - 1]);
        cp[i] = c[i] * m;
        d[i] = (d[i] - a[i] * d[i - 1]) * m;
      }
      for (let i = n - 2; i >= 0; i--) d[i] -= cp[i] * d[i + 1];
    },
    cases: () => [[randomFloats(20, 20), randomFloats(20, 21, 3, 5), randomFloats(20, 22), randomFloats(20, 23)]],
  },
  "power iteration": {
    kernel: (a: Float64Array, n: number, rounds: number) => {
      let v: Float64Array = new Float64Array(n).fill(1);
      let lambda = 0;
      for (let r = 0; r < rounds; r++) {
        const w = new Float64Array(n);
        let norm = 0;
        for (let i = 0; i < n; i++) {
          for (let j = 0; j < n; j++) w[i] += a[i * n + j] * v[j];
          norm += w[i] * w[i];
        }
        lambda = Math.sqrt(norm);
        for (let i = 0; i < n; i++) w[i] /= lambda;
        v = w;
      }
      return lambda;
    },
    cases: () => [[definite(6, 24), 6, 20]],
  },
  "quaternion product": {
    kernel: (a: Float64Array, b: Float64Array, out: Float64Array) => {
      const [aw, ax, ay, az] = [a[0], a[1], a[2], a[3]];
      const [bw, bx, by, bz] = [b[0], b[1], b[2], b[3]];
      out[0] = aw * bw - ax * bx - ay * by - az * bz;
      out[1] = aw * bx + ax * bw + ay * bz - az * by;
      out[2] = aw * by - ax * bz + ay * bw + az * bx;
      out[3] = aw * bz + ax * by - ay * bx + az * bw;
    },
    cases: () => [[randomFloats(4, 25), randomFloats(4, 26), new Float64Array(4)]],
  },
});
