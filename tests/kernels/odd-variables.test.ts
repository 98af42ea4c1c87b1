// @ts-nocheck: variables as nobody should declare them, which JavaScript takes.
/** Variables that are written where it is easily overlooked, or read before they are: what is known of them must not rest on that. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { CompileError, njit, prange } from "../../src/index.ts";
import { defineKernels, oob, refuses } from "../support/differential.ts";

const few = (): Float64Array => Float64Array.from({ length: 32 }, (_, i) => i / 4);

defineKernels("a var that is declared again", {
  "in the head of an inner loop": {
    kernel: (a, b) => {
      var s = 0;
      let r = 0;
      for (let k = 0; k < 8; k++) {
        r += a[s];
        s += 1;
        for (var s of b) r++;
      }
      return r;
    },
    cases: () => [[few(), Int32Array.of(3, 10)], [few(), new Int32Array(0)], oob("a", few(), Int32Array.of(3, 1000))],
  },
  "after it has been used": {
    kernel: (a, b) => {
      let r = 0;
      s = 0;
      for (let k = 0; k < 8; k++) {
        r += a[s];
        s += 1;
        var s = b;
      }
      return r;
    },
    cases: () => [[few(), 10], oob("a", few(), 1000), oob("a", few(), -1)],
  },
  "in a case": {
    kernel: (a, n) => {
      var s = 0;
      let r = 0;
      for (let k = 0; k < 8; k++) {
        r += a[s];
        s += 1;
        switch (k) {
          case 3:
            var s = n;
        }
      }
      return r;
    },
    cases: () => [[few(), 10], oob("a", few(), 1e9)],
  },
  "while it drifts": {
    kernel: (a, b) => {
      let r = 0;
      let p = 0;
      e = 0;
      for (let k = 0; k < 8; k++) {
        r += a[Math.max(0, e)];
        e = Math.max(e - 1, p + 1);
        p = e;
        var e = b;
      }
      return r;
    },
    cases: () => [[few(), 10], oob("a", few(), 1000)],
  },
  "while it counts": {
    kernel: (a, m) => {
      let s = 0;
      let c = 0;
      for (i = 0; i < a.length; i++) {
        if (++c > 4) break;
        s += a[i];
        var i = m;
      }
      return s;
    },
    cases: () => [[few(), 5], [few(), 1000], [few(), -1], oob("a", few(), -8)],
  },
  "as a loop's bound": {
    kernel: (a, b, n) => {
      let c = 0;
      var m = n;
      for (let i = 0; i < m; i++) {
        c += a[i];
        for (var m of b) c++;
      }
      return c;
    },
    cases: () => [
      [few(), Int32Array.of(3, 4), 10],
      [few(), Int32Array.of(3, 31), 10],
    ],
  },
  "as a parameter that counts": {
    kernel: (a, i, m) => {
      let c = 0;
      for (i = 0; i < 6; i++) {
        c += a[i];
        for (var i of m) c++;
      }
      return c;
    },
    cases: () => [
      [few(), 1, Int32Array.of(2, 5)],
      [few(), 1, Int32Array.of(2, 50)],
    ],
  },
  "in two loops' heads": {
    kernel: (a) => {
      let c = 0;
      for (var i = 0, n = a.length; i < n; i++) c += a[i];
      for (var i = 0, n = a.length - 1; i < n; i++) c += a[i];
      return c + i;
    },
    cases: () => [[few()]],
  },
  "where the sign of a zero counts": {
    kernel: (f, x, y) => {
      var s = 0;
      let r = 0;
      for (var s of f) {
        const z = x * y;
        r += 1 / (z + s);
      }
      return r;
    },
    cases: () => [
      [Float64Array.of(-0), -1, 0],
      [Float64Array.of(0, -0), 1, 0],
    ],
  },
});

defineKernels("what is evaluated once", {
  "what Math.max is given": {
    kernel: (a) => {
      let i = 0;
      const next = () => {
        i++;
        return a;
      };
      const m = Math.max(...[i++, 5]) + Math.max(...next());
      return i * 100 + m;
    },
    cases: () => [[few()]],
  },
  "what a loop goes over": {
    kernel: (a) => {
      let i = 0;
      let s = 0;
      const next = () => {
        i++;
        return a;
      };
      for (const x of next().map((q) => q + 1)) s += x;
      for (const x of (i++, a).subarray(0, 2)) s += x;
      for (const x of [i++, 3].slice(0)) s += x;
      for (const x of [i++, 3].map((q) => q * 2)) s += x;
      for (const x of next().values()) s += x;
      for (const [k, x] of next().entries()) s += x * k;
      for (const x of prange(i++)) s += x;
      return s + i * 1000;
    },
    cases: () => [[few()]],
  },
  "what a method is of": {
    kernel: (a) => {
      let i = 0;
      const m = (i++, Math).max(1, 2) + (i++, a).reduce((s, x) => s + x, 0);
      return m + i * 1000;
    },
    cases: () => [[few()]],
  },
  "what a bounds check rests on": {
    kernel: (a, m) => {
      let i = m & 3;
      let s = 0;
      const next = () => {
        i = 100 - i;
        return a;
      };
      for (const x of next().subarray(0, 2)) s += x;
      a[i] = s;
      return s;
    },
    cases: () => [oob("a", few(), 3), oob("a", few(), 0)],
  },
});

defineKernels("variables that recursive functions share", {
  "counting in an activation, and in those below": {
    kernel: (a, n) => {
      let i = 0;
      let left = n;
      const go = (deep) => {
        let s = 0;
        for (i = 0; i < 3; i++) {
          if (!deep) return 0;
          a[s] = 1;
          s++;
          if (left-- > 0) go(false);
        }
        return s;
      };
      return go(true);
    },
    cases: () => [[few(), 0], [few(), 4], oob("a", few(), 1000)],
  },
  "given a value in time": {
    kernel: (a) => {
      let at;
      at = 5;
      const sum = (d) => (d > 0 ? sum(d - 1) + at : a[at]);
      const first = sum(2);
      at = 7;
      return first + sum(3);
    },
    cases: () => [[few()]],
  },
  "given one by a loop that has no rounds": {
    kernel: (a, b) => {
      for (var at of b) a[0]++;
      const sum = (d) => (d > 0 ? sum(d - 1) : a[at]);
      return b.length === 0 ? 0 : sum(2);
    },
    cases: () => [
      [few(), Uint8Array.of(3)],
      [few(), new Uint8Array(0)],
    ],
  },
  "never given one before the call": {
    kernel: (a) => {
      let at;
      const sum = (d) => (d > 0 ? sum(d - 1) + at : at * 2);
      a[0] = sum(2);
      at = 7;
      return a[0];
    },
    cases: () => [refuses(CompileError, /`at` may have no value here/, few())],
  },
  "never given one before the call, and returned": {
    kernel: (a) => {
      let at;
      const sum = (d) => (d > 0 ? sum(d - 1) + at : at);
      a[0] = sum(2);
      at = 7;
      return a[0];
    },
    cases: () => [[few()]],
  },
});

defineKernels("one variable for an index and a double", {
  "read as an index both times": {
    kernel: (a, i, j, k, y) => {
      let x = i * j * k;
      let r = a[x];
      x = y;
      r += a[x];
      return r;
    },
    cases: () => [[few(), 1, 2, 3, 4], oob("a", few(), 1, 2, 3, 4.5), oob("a", few(), 1, 2, 3, 1e300)],
  },
  compared: {
    kernel: (i, j, k, y) => {
      let x = i * j * k;
      let r = 0;
      if (x > 5) r += 1;
      x = y / 3;
      if (x > 0) r += 10;
      return r;
    },
    cases: () => [
      [1, 2, 3, 1],
      [1, 2, 3, 0],
      [2147483647, 2147483647, 2147483647, 0.5],
    ],
  },
});

defineKernels("what a pass moves or leaves out", {
  "a remainder before a loop that has no rounds": {
    kernel: (n, m) => {
      const out = new Int32Array(40000);
      const most = Math.min(m, 150);
      for (let i = 0; i < most; i++) {
        const w = n % most;
        for (let j = 0; j < w; j++) out[j * 200 + i] = 1;
      }
      let s = 0;
      for (let k = 0; k < 40000; k++) s += out[k];
      return s;
    },
    cases: () => [
      [100, 30],
      [100, 0],
      [149, 150],
      [-7, 3],
    ],
  },
  "columns whose elements two counters lead to": {
    kernel: (a, n, K, M) => {
      for (let j = 0; j < n; j++) {
        let s = 0;
        for (let k = 0; k < K; k++) for (let m = 0; m < M; m++) s += a[k * 64 + m + j];
        for (let k = 0; k < K; k++) a[k * 64 + k + j] = s;
      }
    },
    cases: () => [[Float64Array.from({ length: 2560 }, (_, i) => (i % 7) / 8), 20, 6, 4]],
  },
  "bits that a return leaves with": {
    kernel: (n, from) => {
      let h = from;
      const f = (k) => {
        if (k > 0) return f(k - 1);
        for (let i = 0; i < 10; i++) {
          h = (h ^ i) | 0;
          if (i === n) return i;
        }
        return 0;
      };
      f(2);
      return h;
    },
    cases: () => [
      [3, 2 ** 33 + 5],
      [20, 2 ** 33 + 5],
      [0, 0.5],
    ],
  },
  "what a minimum's branch reads besides": {
    kernel: (a, b) => {
      let lo = Infinity;
      for (let i = 0; i < a.length; i++) {
        const x = a[i];
        if (x < lo) {
          b[i];
          lo = x;
        }
      }
      return lo;
    },
    cases: () => [[few(), few()], oob("b", few(), new Float64Array(0))],
  },
});

test("a var whose declaration is passed over proves nothing of what is in its place", () => {
  const kernel = njit((n) => {
    const own = new Float64Array(8);
    if (n > 5) {
      var at = (n & 7) + 100000000;
    }
    const sum = (d) => (d > 0 ? sum(d - 1) + own[at - 100000000] : own[at - 100000000]);
    return sum(2);
  });
  assert.equal(kernel(9), 0);
  // In plain JavaScript the index is NaN.
  assert.throws(() => kernel(3), RangeError);
});

test("a minimum that is cut to 32 bits afterwards is no reduction", () => {
  const kernel = njit(
    (x, n) => {
      let s = 100;
      for (const i of prange(n)) s = Math.min(s, x[i] - 1) | 0;
      return s;
    },
    { parallel: true },
  );
  assert.throws(() => kernel(new Int32Array(10), 10), /`s` goes from one iteration/);
});

defineKernels("a minimum of what is cut to 32 bits in a parallel loop", {
  "before it": {
    kernel: (x, n) => {
      let s = 100;
      for (const i of prange(n)) s = Math.min(s, (x[i] - 1) | 0);
      return s;
    },
    options: { parallel: true },
    cases: () => [[Int32Array.from({ length: 1000 }, (_, i) => 50 + ((i * 7) % 13)), 1000]],
  },
});

defineKernels("quotients that are rounded to indices, with fastmath", {
  "by floor": {
    kernel: (a, n, m) => {
      let s = 0;
      for (let i = n; i < m; i++) s += a[Math.floor(i / n) - 1];
      return s;
    },
    options: { fastmath: ["arcp"] },
    cases: () => [
      [few(), 49, 98],
      [few(), 49, 490],
    ],
  },
  "by | 0": {
    kernel: (a, n, m) => {
      for (let i = n; i < m; i++) a[((i / n) | 0) - 1] = i;
    },
    options: { fastmath: true },
    cases: () => [
      [few(), 49, 98],
      [few(), 49, 490],
    ],
  },
  "after more arithmetic": {
    kernel: (a, n, m) => {
      let s = 0;
      for (let i = n; i < m; i++) {
        s += a[Math.floor(i / n + 1) - 2] + a[Math.floor(Math.min(i / n, 9)) - 1];
        s += a[((((i - n) / n) * 2) | 0) % 32];
      }
      return s;
    },
    options: { fastmath: ["arcp", "reassoc", "nsz"] },
    cases: () => [
      [few(), 49, 98],
      [few(), 49, 490],
      [few(), 103, 1030],
    ],
  },
  "by an array's length": {
    kernel: (_, n, m) => {
      let s = 0;
      for (let i = n; i < m; i += n) s += new Uint8Array(i / n).length;
      return s;
    },
    options: { fastmath: true },
    cases: () => [
      [few(), 49, 490],
      [few(), 103, 1030],
    ],
  },
});
