/**
 * Small arrays of constant size, which lie in the function's frame where nothing else sees them: zeroed each time they are
 * made, one for each level of a recursion and each chunk of a loop, with bounds like any other.
 */
import { prange } from "../../src/index.ts";
import { defineKernels, oob } from "../support/differential.ts";
import { randomFloats, randomInts } from "../support/edge-values.ts";

defineKernels("small arrays", {
  "fresh in every round": {
    kernel: (x: Float64Array, y: Float64Array) => {
      for (let i = 0; i < x.length; i++) {
        const t = new Float64Array(4);
        t[i & 3] += x[i];
        y[i] = t[0] + 2 * t[1] + 3 * t[2] + 4 * t[3];
      }
    },
    cases: () => [
      [randomFloats(37, 1), new Float64Array(37)],
      [new Float64Array(0), new Float64Array(0)],
    ],
  },
  "fresh in every round of a while loop, left in the middle": {
    kernel: (n: number) => {
      let s = 0;
      let i = 0;
      while (true) {
        const t = new Int32Array(5);
        t[i % 5]++;
        t[(i * 3) % 5] += 2;
        s = s * 7 + t[0] - t[1] + t[4];
        s %= 1000003;
        if (++i >= n) break;
        if (t[2] > 1) continue;
        s++;
      }
      return s;
    },
    cases: () => [[1], [2], [50]],
  },
  "two of one kind in turn": {
    kernel: (n: number) => {
      let s = 0;
      for (let i = 0; i < n; i++) {
        const a = new Float64Array(3);
        a[0] = i;
        const b = new Float64Array(3);
        b[1] = a[0] + 1;
        a[2] = b[1] * 2;
        s += a[0] + a[1] + a[2] + b[0] + b[1] + b[2];
      }
      return s;
    },
    cases: () => [[0], [1], [20]],
  },
  "sorted in place": {
    kernel: (x: Float64Array, y: Float64Array) => {
      for (let i = 2; i < x.length - 2; i++) {
        const t = new Float64Array(5);
        for (let k = 0; k < 5; k++) t[k] = x[i + k - 2];
        for (let k = 1; k < 5; k++) {
          const v = t[k];
          let j = k - 1;
          while (j >= 0 && t[j] > v) {
            t[j + 1] = t[j];
            j--;
          }
          t[j + 1] = v;
        }
        y[i] = t[2];
      }
    },
    cases: () => [[randomFloats(100, 3), new Float64Array(100)]],
  },
  recursion: {
    kernel: (n: number) => {
      const walk = (depth: number): number => {
        const t = new Float64Array(8);
        t[depth & 7] = depth;
        let below = 0;
        if (depth > 0) below = walk(depth - 1) + walk(depth - 2 < 0 ? 0 : depth - 2);
        let s = below;
        for (let i = 0; i < 8; i++) s += t[i] * (i + 1);
        return s;
      };
      return walk(n);
    },
    cases: () => [[0], [1], [12]],
  },
  "recursion too deep": {
    kernel: (n: number) => {
      const walk = (depth: number): number => {
        const t = new Float64Array(100);
        t[depth % 100] = depth;
        return depth === 0 ? t[0] : walk(depth - 1) + t[depth % 100] + t[1];
      };
      return walk(n);
    },
    cases: () => [[100], [1000]],
  },
  "in a loop that runs in parallel": {
    kernel: (x: Float64Array, y: Float64Array) => {
      const weights = new Float64Array(3);
      weights[0] = 0.25;
      weights[1] = 0.5;
      weights[2] = 0.25;
      for (const i of prange(1, x.length - 1)) {
        const t = new Float64Array(3);
        for (let k = 0; k < 3; k++) t[k] += x[i + k - 1] * weights[k];
        y[i] = t[0] + t[1] + t[2];
      }
    },
    cases: () => [[randomFloats(5000, 4), new Float64Array(5000)]],
    options: { parallel: true, chunksize: 100 },
  },
  "out of bounds": {
    kernel: (i: number) => {
      const t = new Uint8Array(10);
      t[3] = 300;
      t[i] += 5;
      return t[3] + t[9];
    },
    cases: () => [[3], [9], [0], ...[10, -1, 0.5, NaN, 2147483647].map((i) => oob("t", i))],
  },
  "every kind of element": {
    kernel: (x: Int32Array) => {
      let s = 0;
      for (let i = 0; i < x.length; i++) {
        const a = new Int8Array(3);
        const b = new Uint8ClampedArray(3);
        const c = new Uint16Array(3);
        const d = new Uint32Array(3);
        const e = new Float32Array(3);
        const f = new BigInt64Array(3);
        a[1] = x[i];
        b[1] = x[i];
        c[1] = x[i];
        d[1] = x[i];
        e[1] = x[i] / 3;
        f[1] = BigInt(x[i]);
        for (let k = 0; k < 3; k++) s += a[k] + b[k] + c[k] + d[k] + e[k] + Number(f[k]);
      }
      return s;
    },
    cases: () => [[randomInts(50, 7, -1000, 1000)]],
  },
  "as large as goes into the frame, and larger": {
    kernel: (x: Float64Array) => {
      let s = 0;
      for (let i = 0; i < 3; i++) {
        const a = new Float64Array(128);
        const b = new Float64Array(129);
        const c = new Uint8Array(1025);
        for (let k = 0; k < 128; k++) {
          a[k] += x[k];
          b[k + 1] += a[k];
          c[k * 8] += k;
        }
        s += a[127] + b[128] + b[0] + c[1016] + c[1024];
      }
      return s;
    },
    cases: () => [[randomFloats(128, 5)], oob("x", randomFloats(127, 5))],
  },
  "seen as a whole": {
    kernel: (n: number) => {
      let last = new Float64Array(2);
      for (let i = 0; i < n; i++) {
        const t = new Float64Array(2);
        t[0] = i + last[1];
        t[1] = last[0] + 1;
        last = t;
      }
      const part = new Float64Array(6);
      const view = part.subarray(2, 4);
      view[1] = last[0];
      return [part[3], last[1], last];
    },
    cases: () => [[0], [1], [9]],
  },
  "returned in turn": {
    kernel: (n: number) => {
      const a = new Float64Array(2);
      const b = new Float64Array(2);
      a[0] = 1;
      b[1] = 2;
      return n > 0 ? a : b;
    },
    cases: () => [[0], [1]],
  },
});
