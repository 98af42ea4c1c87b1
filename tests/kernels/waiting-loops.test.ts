/** Loops whose rounds wait for each other: what is chosen there is guessed, and must be what JavaScript chooses. */
import { defineKernels } from "../support/differential.ts";

const EDGES = [0, -0, 1, -1, NaN, 0.5, -0.5, Infinity, -Infinity, 2 ** 31, 2 ** 53, -(2 ** 53), 5e-324, -5e-324, 1e308];

/** All pairs, one after the other, after a beginning without NaN. */
const edges = (): Float64Array => {
  const plain = EDGES.filter((x) => !Number.isNaN(x));
  return Float64Array.from([...plain, ...plain.flatMap((x) => plain.flatMap((y) => [x, y])), ...EDGES, -0, 0, 3]);
};

const cases = (): unknown[][] => [
  ...[0, 2, 5, 40].map((n) => [edges().slice(n), new Float64Array(edges().length), 0]),
  ...EDGES.map((x) => [edges(), new Float64Array(edges().length), x]),
  [new Float64Array(0), new Float64Array(0), 1],
];

defineKernels("loops whose rounds wait", {
  "a running maximum and minimum": {
    kernel: (a: Float64Array, out: Float64Array, start: number) => {
      let most = start;
      let least = start;
      for (let i = 0; i < a.length; i++) {
        most = Math.max(most, a[i] ?? 0);
        least = Math.min(a[i] ?? 0, least);
        out[i] = 1 / most - least;
      }
      return [most, least, 1 / most, 1 / least];
    },
    cases,
  },
  "minima of several that wait": {
    kernel: (a: Float64Array, out: Float64Array, start: number) => {
      let s = start;
      let t = start;
      for (let i = 0; i < a.length; i++) {
        const x = a[i] ?? 0;
        s = Math.min(x, s + 1, Math.max(s - x, -s, x * 0.5));
        t = Math.max(-t, Math.min(Math.sqrt(Math.abs(t * x)), t * 0.5 - x));
        out[i] = 1 / s + 1 / t;
        if (s !== s) s = x;
        if (t !== t) t = -x;
      }
      return [s, t, 1 / s];
    },
    cases,
  },
  "clamped in each round": {
    kernel: (a: Float64Array, out: Float64Array, start: number) => {
      let x = start;
      let y = start;
      let z = start;
      for (let i = 0; i < a.length; i++) {
        x = Math.min(1, Math.max(0, x * 1.7 - (a[i] ?? 0)));
        y = y * (a[i] ?? 0) - 0.25;
        y = y < -0 ? -0 : y > 1 ? 1 : y;
        z += a[i] ?? 0;
        if (z >= 1) z -= 1;
        else if (z < 0) z = -z;
        out[i] = 1 / x + 1 / y + 1 / z;
        if (x !== x) x = 0.5;
      }
      return [x, y, z, 1 / x, 1 / y];
    },
    cases,
  },
  "of float32 values": {
    kernel: (a: Float32Array, out: Float32Array) => {
      let most = Math.fround(-Infinity);
      let rest = Math.fround(0);
      for (let i = 0; i < a.length; i++) {
        most = Math.max(most, a[i] ?? 0);
        rest = Math.fround(Math.min(Math.max(rest, a[i] ?? 0) * 0.5, most));
        out[i] = 1 / most + 1 / rest;
      }
      return [most, rest];
    },
    cases: () => [
      [Float32Array.from(edges()), new Float32Array(edges().length)],
      [Float32Array.from(edges()).reverse(), new Float32Array(edges().length)],
    ],
  },
  "distances to the nearest zero": {
    kernel: (d: Uint16Array, w: number, h: number) => {
      for (let y = 1; y < h - 1; y++) {
        for (let x = 1; x < w - 1; x++) {
          const i = y * w + x;
          let v = d[i] ?? 0;
          v = Math.min(v, (d[i - 1] ?? 0) + 3);
          v = Math.min(v, (d[i - w] ?? 0) + 3);
          d[i] = Math.min(v, (d[i - w - 1] ?? 0) + 4, (d[i - w + 1] ?? 0) + 4);
        }
      }
      for (let y = h - 2; y >= 1; y--) {
        for (let x = w - 2; x >= 1; x--) {
          const i = y * w + x;
          d[i] = Math.min(d[i] ?? 0, (d[i + 1] ?? 0) + 3, (d[i + w] ?? 0) + 3, (d[i + w + 1] ?? 0) + 4);
        }
      }
      for (let i = 2; i < d.length; i++)
        d[i] = Math.max(Math.min(d[i] ?? 0, 9000, (d[i - 2] ?? 0) + 1), d[i - 2] ?? 0, 5);
    },
    cases: () =>
      [1, 2, 3, 4, 17, 40].flatMap((w) =>
        [1, 2, 3, 20].map((h) => {
          const far = new Uint16Array(w * h).fill(65535);
          for (let i = 3; i < far.length; i += 61) far[i] = i % 5;
          return [far, w, h];
        }),
      ),
  },
  "rounded in each round": {
    kernel: (a: Float64Array, out: Float64Array, start: number) => {
      let x = start;
      let y = start;
      for (let i = 0; i < a.length; i++) {
        const v = (a[i] ?? 0) + x;
        x = v - Math.round(v / 16) * 16;
        y = Math.round(y * 0.5 + (a[i] ?? 0));
        out[i] = 1 / y - x;
        if (x !== x) x = -0.5;
        if (y !== y || Math.abs(y) > 2 ** 60) y = -0.25;
      }
      return [x, y, 1 / x, 1 / y];
    },
    cases,
  },
  "places of the best so far": {
    kernel: (a: Float64Array, d: Int32Array, out: Float64Array) => {
      let least = 0;
      let most = a.length - 1;
      let mark = d[0] ?? 0;
      let turn = 0;
      for (let i = 1; i < a.length; i++) {
        if ((a[i] ?? 0) < (a[least] ?? 0)) least = i;
        if ((a[i] ?? 0) > (a[most] ?? 0) || (i & 7) === 7) most = i;
        out[i] = least - most;
      }
      for (let i = 0; i < d.length; i++) if ((a[d[i] ?? 0] ?? 0) >= (a[mark] ?? 0)) mark = d[i] ?? 0;
      for (let i = 0; i < d.length; i++) {
        if ((d[turn] ?? 0) !== (d[i] ?? 0)) {
          out[turn] = i;
          turn = i;
        } else d[i] = mark - i;
      }
      return [least, most, mark, turn];
    },
    cases: () =>
      [0, 3, 20].map((n) => {
        const a = edges().slice(n);
        return [a, Int32Array.from(a, (_, i) => (i * 7) % (a.length - (i % 3))), new Float64Array(a.length)];
      }),
    mayLeaveBounds: true,
  },
  "bits of products of three": {
    kernel: (re: Int32Array, im: Int32Array, out: Int32Array, rounds: number) => {
      for (let i = 0; i < re.length; i++) {
        let a = 0;
        let b = 0;
        for (let k = 0; k < rounds; k++) {
          const next = ((a * a) >> 12) - ((b * b) >> 12) + (re[i] ?? 0);
          b = ((a * b * 2) >> 12) + ((a * -3 * b * b) >>> 28) + (im[i] ?? 0);
          a = next;
        }
        out[i] = a ^ b;
      }
    },
    cases: () => {
      const some = [0, 1, -1, 4095, -8192, 2 ** 20, 2 ** 31 - 1, -(2 ** 31), 94906267, -94906266, 3037000500 | 0];
      const all = some.flatMap((x) => some.map((y) => [x, y] as const));
      const [re, im] = [0, 1].map((at) => Int32Array.from(all, (pair) => pair[at] ?? 0));
      return [0, 1, 2, 3, 20].map((rounds) => [re, im, new Int32Array(all.length), rounds]);
    },
  },
});

const INTEGERS = [0, 1, -1, 5, -5, 7, 64, 1000, -1000, 2 ** 24, 2 ** 31 - 1, -(2 ** 31)];

defineKernels("integers whose next value is what nobody waits for", {
  "remainders by powers of two, of either sign": {
    kernel: (seed: number, by: number, out: Float64Array) => {
      let [s, t] = [seed | 0, seed | 0];
      let u = seed | 0;
      for (let i = 0; i < out.length; i++) {
        s = (s * 1103 + by) % 65536;
        t = ((t * 5 - i) | 0) % 8;
        u = (u ^ (by + i)) % 1073741824;
        out[i] = s + t / 8 + 1 / u;
      }
      return [1 / s, 1 / t, u];
    },
    cases: () => INTEGERS.flatMap((seed) => INTEGERS.map((by) => [seed, by, new Float64Array(9)])),
  },
  "sums and products that end at the largest integers": {
    kernel: (w: number, d: number, rounds: number) => {
      let [x, y, up, down] = [0, 0, w | 0, d | 0];
      let n = 0;
      while (n < rounds) {
        const twice = 2 * up;
        if (twice > -d) {
          up -= d;
          x++;
        }
        if (twice < w) {
          up += w;
          y++;
        }
        if (down * w > up) down = down * 3 - d;
        else down = down * -5 + w;
        if (x + y > 3 * rounds) break;
        n++;
      }
      return [x, y, n];
    },
    cases: () => INTEGERS.flatMap((w) => INTEGERS.map((d) => [w, d, 80])),
  },
});
