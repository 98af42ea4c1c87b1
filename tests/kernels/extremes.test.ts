/** Minima and maxima written with comparisons: what they do with NaN, with −0 and 0, and with the first of equal ones. */
import { prange } from "../../src/index.ts";
import { defineKernels } from "../support/differential.ts";
import { randomFloats } from "../support/edge-values.ts";

const of = (...xs: number[]): Float64Array => Float64Array.from(xs);
/** With zeros of both signs and NaN in all places, longer than any vector. */
const mixed = (seed: number, from: readonly number[], length = 70): Float64Array =>
  randomFloats(length, seed).map((x) => from[Math.floor(Math.abs(x) * 1e6) % from.length] as number);

const arrays = (): Float64Array[] => [
  of(),
  of(NaN),
  of(0, -0),
  of(-0, 0),
  of(3, 0, 1, -0),
  of(-3, -0, -1, 0),
  of(NaN, 5, NaN, 4, NaN),
  of(Infinity, -Infinity),
  of(Infinity, NaN, Infinity),
  randomFloats(100, 1),
  mixed(2, [0, -0]),
  mixed(3, [0, -0, NaN]),
  mixed(4, [0, -0, 1, 2, 3]),
  mixed(5, [0, -0, -1, -2, NaN]),
  mixed(6, [1, 2, NaN]),
  mixed(7, [-0, 5, 6]),
  mixed(8, [NaN]),
];
const starts = [Infinity, -Infinity, 0, -0, NaN, 1];

defineKernels("kept by a comparison", {
  "the least and the greatest": {
    kernel: (a: Float64Array, lo0: number, hi0: number) => {
      let lo = lo0;
      let hi = hi0;
      for (let i = 0; i < a.length; i++) {
        if (a[i] < lo) lo = a[i];
        if (a[i] > hi) hi = a[i];
      }
      return [lo, hi];
    },
    cases: () =>
      arrays().flatMap((a) =>
        starts.flatMap((x) => [
          [a, x, x],
          [a, 0.5, x],
        ]),
      ),
  },
  "or equal": {
    kernel: (a: Float64Array, lo0: number, hi0: number) => {
      let lo = lo0;
      let hi = hi0;
      for (const x of a) {
        if (lo >= x) lo = x;
        hi = x >= hi ? x : hi;
      }
      return [lo, hi];
    },
    cases: () => arrays().flatMap((a) => starts.map((x) => [a, x, x])),
  },
  "by choosing": {
    kernel: (a: Float64Array) => {
      let lo = Infinity;
      let hi = -Infinity;
      for (const x of a) {
        lo = x < lo ? x : lo;
        hi = hi < x ? x : hi;
      }
      return [lo, hi];
    },
    cases: () => arrays().map((a) => [a]),
  },
  "going down": {
    kernel: (a: Float64Array) => {
      let lo = Infinity;
      let hi = -Infinity;
      for (let i = a.length - 1; i >= 0; i--) {
        if (a[i] < lo) lo = a[i];
        if (a[i] >= hi) hi = a[i];
      }
      return [lo, hi];
    },
    cases: () => arrays().map((a) => [a]),
  },
  "of float32": {
    kernel: (a: Float32Array) => {
      let lo = Infinity;
      let hi = a[0];
      for (let i = 0; i < a.length; i++) {
        if (a[i] < lo) lo = a[i];
        if (a[i] > hi) hi = a[i];
      }
      return [lo, hi];
    },
    mayLeaveBounds: true,
    cases: () => arrays().map((a) => [Float32Array.from(a)]),
  },
  "of what is never -0": {
    kernel: (a: Float64Array, b: Float64Array, start: number) => {
      let nearest = Infinity;
      let farthest = start;
      for (let i = 0; i < a.length; i++) {
        const d = Math.abs(a[i] - b[i]);
        const dd = (a[i] - b[i]) * (a[i] - b[i]);
        if (d < nearest) nearest = d;
        if (dd > farthest) farthest = dd;
      }
      return [nearest, farthest];
    },
    mayLeaveBounds: true,
    cases: () => arrays().flatMap((a) => starts.map((x) => [a, a.slice().reverse(), x])),
  },
  "where the loop looks at it": {
    kernel: (a: Float64Array, out: Float64Array) => {
      let lo = Infinity;
      let other = 0;
      let last = 0;
      for (let i = 0; i < a.length; i++) {
        if (a[i] < lo) lo = a[i];
        out[i] = lo;
      }
      for (let i = 0; i < a.length; i++) {
        let chosen = 0;
        if (a[i] > other) chosen = a[i];
        else chosen = other;
        other = chosen;
        last = chosen + 1;
      }
      return [lo, other, last];
    },
    cases: () => arrays().map((a) => [a, new Float64Array(a.length)]),
  },
  "in a loop in a loop, and after an exit": {
    kernel: (a: Float64Array, w: number) => {
      let lo = Infinity;
      let hi = -1;
      for (let y = 0; y < a.length / w; y++) {
        for (let x = 0; x < w; x++) {
          if (a[y * w + x] < lo) lo = a[y * w + x];
        }
      }
      for (let i = 0; i < a.length; i++) {
        if (a[i] > hi) hi = a[i];
        if (hi > 2) break;
      }
      return [lo, hi];
    },
    cases: () => arrays().flatMap((a) => (a.length % 10 === 0 ? [[a, 10]] : [])),
  },
  "of an array that ends too soon": {
    kernel: (a: Float64Array, n: number) => {
      let lo = 7;
      for (let i = 0; i < n; i++) if (a[i] < lo) lo = a[i];
      return lo;
    },
    mayLeaveBounds: true,
    cases: () => [
      [of(3, 2, 1), 3],
      [of(3, 2, 1), 4],
      [of(0, -0), 2],
    ],
  },
  "relaxed, of elements that are written between the comparison and the assignment": {
    kernel: (a: Float64Array) => {
      let lo = Infinity;
      let hi = -Infinity;
      for (let i = 0; i < a.length; i++) {
        const v = a[i];
        a[i] = v + 1;
        if (v < lo) lo = a[i];
      }
      for (let i = 0; i < a.length; i++) {
        const v = a[i];
        a[0] -= 1;
        if (v > hi) hi = a[i];
      }
      return [lo, hi];
    },
    options: { fastmath: true },
    cases: () => [[of(4.5, 1.5, 3.5, 0.5, 2.5)], [of(7, 8)]],
  },
  relaxed: {
    kernel: (a: Float64Array, w: number) => {
      let lo = Infinity;
      let hi = -Infinity;
      for (let y = 0; y < a.length / w; y++) {
        for (let x = 0; x < w; x++) {
          if (a[y * w + x] < lo) lo = a[y * w + x];
          hi = a[y * w + x] > hi ? a[y * w + x] : hi;
        }
      }
      return [lo, hi];
    },
    options: { fastmath: true },
    cases: () => [
      [randomFloats(100, 9), 10],
      [of(), 4],
    ],
  },
  "in a prange": {
    kernel: (a: Float64Array) => {
      let lo = Infinity;
      let hi = -Infinity;
      for (const i of prange(a.length)) {
        if (a[i] < lo) lo = a[i];
        if (a[i] > hi) hi = a[i];
      }
      return [lo, hi];
    },
    options: { parallel: true, chunksize: 16 },
    cases: () => arrays().map((a) => [a]),
  },
  "beside sums in lanes": {
    kernel: (a: Float64Array, lo0: number, hi0: number) => {
      let lo = lo0;
      let hi = hi0;
      let s = 0;
      for (const i of prange(a.length)) {
        lo = Math.min(lo, a[i]);
        if (a[i] > hi) hi = a[i];
        s += Math.sign(a[i]);
      }
      return [lo, hi, s];
    },
    options: { parallel: true, chunksize: 40 },
    cases: () => arrays().flatMap((a) => starts.map((x) => [a, x, x])),
  },
});

defineKernels("Math.min and Math.max that each iteration waits for", {
  "beside a product": {
    kernel: (a: Float64Array, lo0: number, hi0: number) => {
      let lo = lo0;
      let hi = hi0;
      let p = 1;
      for (let i = 0; i < a.length; i++) {
        lo = Math.min(lo, a[i]);
        hi = Math.max(a[i], hi);
        p *= 1 + a[i];
      }
      return [lo, hi, p];
    },
    cases: () => arrays().flatMap((a) => starts.map((x) => [a, x, x])),
  },
  "along an array": {
    kernel: (a: Float64Array) => {
      let best = 0;
      for (let i = 1; i < a.length; i++) {
        a[i] = Math.max(a[i - 1] - 1, a[i]);
        best = Math.max(best, Math.min(a[i], 5));
      }
      return best;
    },
    cases: () => arrays().map((a) => [a]),
  },
  "in a while loop, of float32": {
    kernel: (a: Float32Array) => {
      let i = 0;
      let hi = Math.fround(-0);
      while (i < a.length) {
        hi = Math.fround(Math.max(hi, a[i]));
        i += 1 + (i & 1);
      }
      return hi;
    },
    cases: () => arrays().map((a) => [Float32Array.from(a)]),
  },
});

const lengths = (): Float64Array[] => Array.from({ length: 71 }, (_, n) => mixed(n, [0, -0, NaN, 2, 1, 1, -1], n));

defineKernels("where the least is", {
  "from the first on": {
    kernel: (a: Float64Array) => {
      let [first, last, greatest] = [0, 0, 0];
      for (let i = 1; i < a.length; i++) {
        if (a[i] < a[first]) first = i;
        last = a[i] <= a[last] ? i : last;
        greatest = a[greatest] >= a[i] ? greatest : i;
      }
      return [first, last, greatest];
    },
    cases: () => [...arrays(), ...lengths()].map((a) => [a]),
  },
  "or −1": {
    kernel: (a: Float64Array, n: number) => {
      let [first, last, beside] = [-1, -1, -1];
      let least = 0;
      for (let i = 0; i < n; i++) {
        if (first === -1 || a[i] < a[first]) first = i;
        if (last < 0 || !(a[i] > a[last])) last = i;
        if (beside < 0 || a[i] < least) {
          beside = i;
          least = a[i];
        }
      }
      return [first, last, beside, least];
    },
    cases: () => [...arrays(), ...lengths()].flatMap((a) => [-1, 0].map((d) => [a, a.length + d])),
  },
  "or null": {
    kernel: (a: Float64Array, n: number) => {
      let best: number | null = null;
      let last: number | undefined;
      for (let i = 0; i < n; i++) {
        if (best === null || a[i] < a[best]) best = i;
        if (last === undefined || a[last] <= a[i]) last = i;
      }
      return [best ?? -1, last ?? -1];
    },
    // Of the first round nothing is read: there may be no element.
    cases: () => [[of(), 1], ...lengths().flatMap((a) => [-1, 0].map((d) => [a, a.length + d]))],
  },
  "of those that are open": {
    kernel: (a: Float32Array, open: Uint8Array, from: number) => {
      let best = from;
      let least = -1;
      let none: number | null = null;
      for (let i = 0; i < a.length; i++) {
        if (open[i] !== 0 && a[i] < a[best]) best = i;
        if (open[i] === 0) continue;
        if (least < 0 || a[i] < a[least]) least = i;
        none = none === null || a[i] > a[none] ? i : none;
      }
      return [best, least, none ?? -1];
    },
    cases: () =>
      lengths().flatMap((a) =>
        [0, Math.max(0, a.length - 1)].map((from) => [
          Float32Array.from(a),
          Uint8Array.from(a, (_, i) => (i * 7 + a.length) % 3),
          from,
        ]),
      ),
  },
  "which of two arrays": {
    kernel: (a: Float64Array, b: Float64Array) => {
      let longer = a;
      let sum = 0;
      for (let i = 0; i < b.length; i++) {
        longer = b[longer.length - 1] < b[i] ? b : longer;
        sum += longer.length;
      }
      return sum;
    },
    cases: () =>
      lengths()
        .map((a) => [a.slice(0, a.length >> 1), a])
        .slice(2),
  },
  "in the callback of reduce": {
    kernel: (a: Int32Array) => {
      const least = a.reduce((best, x, i) => (x < a[best] ? i : best), 0);
      const greatest = a.reduce((best, x, i) => {
        if (x > a[best]) return i;
        return best;
      }, 0);
      return [least, greatest];
    },
    cases: () => lengths().map((a) => [Int32Array.from(a, (x) => (x * 5) | 0)]),
  },
  "in each round of a sort": {
    kernel: (a: Float64Array) => {
      for (let i = 0; i < a.length; i++) {
        let least: number | null = null;
        let most = i;
        for (let j = i; j < a.length; j++) {
          if (least === null || a[j] < a[least]) least = j;
          most = a[j] > a[most] ? j : most;
        }
        const at = least ?? most;
        const x = a[i];
        a[i] = a[at];
        a[at] = x;
      }
    },
    cases: () => lengths().map((a) => [a]),
  },
});
