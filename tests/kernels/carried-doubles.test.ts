/** Integers that each round makes of floats, and the next makes floats of: the doubles beside them must be the integers, to the sign of zero. */
import { defineKernels } from "../support/differential.ts";

const FLOATS = [
  0, -0, 0.5, -0.5, 0.49999999999999994, -0.49999999999999994, 1.5, -1.5, 2.5, -2.5, 0.25, -0.75, -1e-9, 5e-324,
];

/** Values one after the other that make others of each other. */
const floats = (scale: number): Float64Array =>
  Float64Array.from([...FLOATS, ...FLOATS.flatMap((x) => FLOATS.flatMap((y) => [x, y, -x])), -0, -0], (x) => x * scale);

const cases = (): unknown[][] => [
  ...[1, 0.5, 3, 1000, 2 ** 26].map((scale) => [floats(scale), new Float64Array(floats(1).length)]),
  ...FLOATS.map((x) => [new Float64Array(7).fill(x), new Float64Array(7)]),
  [new Float64Array(0), new Float64Array(0)],
];

const bytes = (): Uint8Array => Uint8Array.from({ length: 700 }, (_, i) => (i * i * 37) ^ (i >> 1));

defineKernels("integers between floats of one round and the next", {
  "moving averages of bytes, rounded in every way": {
    kernel: (a: Uint8Array, out: Float64Array) => {
      let [floor, ceil, trunc, round, half] = [0, 0, 0, 0, 0];
      let sum = 0;
      for (let i = 0; i < a.length; i++) {
        const x = a[i] ?? 0;
        floor = Math.floor(floor * 0.9 + x * 0.1);
        ceil = Math.ceil(ceil * 0.9 + x * 0.1);
        trunc = Math.trunc(trunc * 0.9 + x * 0.1);
        round = Math.round(round * 0.9 + x * 0.1);
        half = Math.round((half + x) / 2);
        sum += floor + round;
        out[i] = (ceil - trunc) * 1000 + half;
      }
      return [floor, ceil, trunc, round, half, sum];
    },
    cases: () => [
      [bytes(), new Float64Array(700)],
      [new Uint8Array(9), new Float64Array(9)],
      [new Uint8Array(0), new Float64Array(0)],
    ],
  },
  "signed ones that come to zero from below": {
    kernel: (a: Int8Array, out: Float64Array) => {
      let [v, w, u, t] = [0, 0, 0, 0];
      for (let i = 0; i < a.length; i++) {
        const x = a[i] ?? 0;
        v = Math.round(v * 0.5 + x * 0.125) | 0;
        w = Math.ceil(w * -0.5 + x * 0.125) | 0;
        u = Math.trunc(u * 0.75 - x * 0.01) | 0;
        t = Math.max(-3, Math.min(3, Math.round(t * -0.5 + x * 0.02) | 0));
        out[i] = 1 / (v * 0.5) + 1 / (w * 0.5) + 1 / (u * 3.5) + 1 / (t * -0.5);
      }
      return [v, w, u, t];
    },
    cases: () => [
      [Int8Array.from(bytes()), new Float64Array(700)],
      [Int8Array.from({ length: 90 }, (_, i) => (i % 9) - 4), new Float64Array(90)],
      [new Int8Array(5), new Float64Array(5)],
    ],
  },
  "signs that a float chooses": {
    kernel: (a: Float64Array, out: Float64Array) => {
      let [e, f] = [0, -0];
      let [n, last] = [0, 0];
      for (let i = 0; i < a.length; i++) {
        const y = f >= 0 ? 1 : -1;
        const z = e > f ? 0 : y;
        e += (a[i] ?? 0) * 0.5 - y;
        f += e - 2 * y + z * 0.25 - (z - last);
        n += y;
        last = z;
        out[i] = 1 / (e * z) + f;
        if (f > 1e15 || f !== f) f = -0;
        if (e > 1e15 || e !== e) e = 0;
      }
      return [n, e, f, 1 / f, last];
    },
    cases,
  },
  "sums, differences and bounds of integers on the way": {
    kernel: (a: Float64Array, out: Float64Array) => {
      let [p, q] = [0, 7];
      for (let i = 0; i < a.length; i++) {
        const x = Math.floor(Math.max(-1000, Math.min(1000, a[i] ?? 0))) | 0;
        const d = x - p;
        const code = Math.min(7, Math.floor((Math.abs(d) * 4) / q));
        const by = ((code + 0.5) * q) / 4;
        p = Math.max(-2000, Math.min(2000, Math.round(p + (d < 0 ? -by : by))));
        q = Math.max(7, Math.min(3000, Math.round(q * (code < 4 ? 0.9 : 1.6))));
        out[i] = p + q / 8;
      }
      return [p, q, 1 / p];
    },
    cases,
  },
  "rounded in a loop that waits for it": {
    kernel: (a: Float64Array, out: Float64Array) => {
      let [e, v, r] = [0, 0, 0];
      for (let i = 0; i < a.length; i++) {
        const x = a[i] ?? 0;
        const w = x + e * 0.5;
        const q = Math.round(w);
        e = w - q;
        v = Math.round(v * 0.5 + x);
        r = Math.round(x - r);
        out[i] = 1 / q + 1 / e + 1 / v + 1 / r;
      }
      return [e, v, r, 1 / v, 1 / r];
    },
    cases: () => [
      ...cases(),
      ...[2 ** 51 + 0.5, 2 ** 52 + 1, 2 ** 53, -(2 ** 51) - 0.5, -(2 ** 52) - 1, Infinity, NaN].map((x) => [
        Float64Array.of(0.5, x, -x, x - 0.5, 1, -0.5),
        new Float64Array(6),
      ]),
    ],
  },
  "set in some rounds, and read after the loop": {
    kernel: (a: Float64Array, start: number) => {
      let level = start | 0;
      let changes = 0;
      for (let i = 0; i < a.length; i++) {
        const x = Math.max(-5000, Math.min(5000, (a[i] ?? 0) + level * 0.5));
        if (x > 0.25 || x < -0.25) {
          level = Math.floor(x) | 0;
          changes++;
        } else if (i % 3 === 0) level = i;
        if (changes > 400) break;
      }
      return [level, changes, 1 / level];
    },
    cases: () => cases().flatMap(([a]) => [0, -1, 17, 4000].map((start) => [a, start])),
  },
  "rounded doubles that are used as they are": {
    kernel: (a: Float64Array, table: Float64Array, out: Float64Array, w: number) => {
      for (let i = 0; i < a.length; i++) {
        const x = Math.max(-3, Math.min(3, a[i] ?? 0));
        const u = Math.round(x) | 0;
        const v = Math.ceil(x * 0.3) | 0;
        const p = (u + 3) * w + (v + 1);
        out[i] = (table[p] ?? 0) + 1 / (u * 2) - 1 / (v * -0.5) + (x - u) * 8 + Math.floor(x * x) * x;
      }
      return out.length;
    },
    cases: () => cases().map(([a, out]) => [a, Float64Array.from({ length: 21 }, (_, i) => i * i), out, 3]),
  },
  "of 64 bits, with a loop that checks indices behind": {
    kernel: (a: Float64Array, out: Float64Array) => {
      let v = 0;
      let u = 0;
      let sum = 0;
      for (let i = 0; i < a.length; i++) {
        const x = a[i] as number;
        u = Math.max(-9, Math.min(9, Math.round(Math.max(-1000, Math.min(1000, v * -0.5 + x))) | 0));
        if (x < 0) v = Math.trunc(Math.max(-1000, Math.min(1000, Math.sqrt(Math.abs(v)) - x)));
        v = 3 * (Math.round(Math.max(-1000, Math.min(1000, v * 0.9 + x * 0.1))) | 0);
        sum += v;
        out[i] = 1 / -v;
      }
      return [v, u, sum, 1 / v, 1 / u];
    },
    cases: () => cases().map(([a]) => [a, new Float64Array(800)]),
  },
  "the more likely of two": {
    kernel: (seen: Uint8Array, p: number, q: number) => {
      let [a, b] = [p, q];
      for (let i = 0; i < seen.length; i++) {
        const o = (seen[i] ?? 0) % 3;
        const na = Math.max(a * 0.7, b * 0.4) * (0.5 - o * 0.2);
        const nb = Math.min(Math.max(a * 0.3, b * 0.6) * (0.1 + o * 0.25), b);
        const s = na + nb;
        a = na / s;
        b = nb / s;
      }
      return [a, b, 1 / a, 1 / b];
    },
    cases: () =>
      [0, -0, 0.6, -0.6, NaN, Infinity, 5e-324].flatMap((p) =>
        [0, -0, 0.4, -0.4, NaN, 1e308].flatMap((q) => [0, 1, 2, 3, 60].map((n) => [bytes().subarray(0, n), p, q])),
      ),
  },
});
