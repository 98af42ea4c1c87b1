/** Elements that parallel loops write: which are accumulated, however their places are computed, and which are each iteration's own. */
import { prange } from "../../src/index.ts";
import { defineKernels } from "../support/differential.ts";
import { randomFloats } from "../support/edge-values.ts";

const options = { parallel: true, chunksize: 4 };
const LENGTHS = [0, 1, 3, 50, 5000];
const bytes = (n: number): Uint8Array => Uint8Array.from({ length: n }, (_, i) => (i * i * 31) >> 2);
/** Each value once for each bin, NaN and zeros of both signs among them. */
const values = (n: number): Float64Array =>
  Float64Array.from({ length: n }, (_, i) => [-0, 0, NaN, -1, 2, -Infinity, Infinity, 2][((i * 7) >> 3) & 7] ?? 0);
const bins = (n: number): Uint8Array => Uint8Array.from({ length: n }, (_, i) => i & 7);
const small = (n: number): Float64Array => Float64Array.from({ length: n }, (_, i) => ((i * 37) % 101) / 101 - 0.2);

const rounded = (v: number): number => Math.floor(v * 10);
const clamped = (v: number, n: number): number => Math.min(n - 1, Math.max(0, Math.floor(v * n)));
function classOf(v: number): number {
  if (v < 0) return 0;
  if (v < 0.3) return 1;
  return 2;
}
function hash(v: number): number {
  let h = Math.floor(v * 1000) | 0;
  h = Math.imul(h ^ (h >>> 16), 0x45d9f3b);
  h ^= h >>> 13;
  return h & 15;
}

defineKernels("places of counts", {
  "rounded, in two dimensions": {
    kernel: (x: Float64Array, y: Float64Array, counts: Int32Array) => {
      for (const i of prange(x.length)) counts[Math.floor((y[i]! + 0.2) * 4) * 4 + Math.floor((x[i]! + 0.2) * 4)]!++;
    },
    cases: () => LENGTHS.map((n) => [small(n), small(n).reverse(), new Int32Array(16)]),
    options,
  },
  "by a function that is called twice": {
    kernel: (x: Float64Array, counts: Int32Array, sums: Float64Array, few: Uint32Array, hashes: Uint16Array) => {
      for (const i of prange(x.length)) {
        counts[rounded(x[i]!) + 2] = counts[rounded(x[i]!) + 2]! + 1;
        sums[clamped(x[i]!, 8)] = sums[clamped(x[i]!, 8)]! + i;
        few[classOf(x[i]!)] = few[classOf(x[i]!)]! - 1;
        hashes[hash(x[i]!)] = hashes[hash(x[i]!)]! + 3;
      }
    },
    cases: () =>
      LENGTHS.map((n) => [small(n), new Int32Array(12), new Float64Array(8), new Uint32Array(3), new Uint16Array(16)]),
    options,
  },
  "left by branches": {
    kernel: (x: Float64Array, counts: Int32Array, more: Float32Array) => {
      for (const i of prange(x.length)) {
        let b = Math.floor(x[i]! * 10);
        if (b < 0) b = 0;
        if (b >= counts.length) b = counts.length - 1;
        counts[b]! += 1;
        if (x[i]! < 0.1) continue;
        let k: number;
        if (x[i]! > 0.5) k = 2;
        else k = x[i]! > 0.25 ? 1 : 0;
        more[k] = more[k]! + 0.5;
      }
    },
    cases: () => LENGTHS.map((n) => [small(n), new Int32Array(6), new Float32Array(3)]),
    options,
  },
  "cut to as many bits as there are": {
    kernel: (a: Uint8Array, b: Uint8Array, c: Uint32Array, d: Int32Array) => {
      for (const i of prange(a.length)) {
        b[a[i]! & 3] = (b[a[i]! & 3]! + 7) & 255;
        c[a[i]! & 3] = (c[a[i]! & 3]! + 0xfffffff) >>> 0;
        d[a[i]! & 3] = (d[a[i]! & 3]! - a[i]!) | 0;
      }
    },
    cases: () => LENGTHS.map((n) => [bytes(n), Uint8Array.of(1, 2, 3, 4), new Uint32Array(4), new Int32Array(4)]),
    options,
  },
});

defineKernels("parts of one array", {
  "counts side by side": {
    kernel: (pixels: Uint8Array, counts: Uint32Array) => {
      const [red, green] = [counts.subarray(0, 256), counts.subarray(256, 512)];
      const blue = counts.subarray(512);
      for (const i of prange(Math.floor(pixels.length / 3))) {
        red[pixels[3 * i]!]!++;
        green[pixels[3 * i + 1]!]!++;
        blue[pixels[3 * i + 2]!]!++;
      }
    },
    cases: () => LENGTHS.map((n) => [bytes(n), new Uint32Array(768)]),
    options,
  },
  "sums that overlap": {
    kernel: (a: Uint8Array, sums: Int16Array) => {
      const part = sums.subarray(2, 6);
      for (const i of prange(a.length)) {
        part[a[i]! & 3]! += i;
        sums[a[i]! & 7]! -= a[i]!;
      }
    },
    cases: () => LENGTHS.map((n) => [bytes(n), Int16Array.of(1, 2, 3, 4, 5, 6, 7, 8)]),
    options,
  },
  "sums and maxima": {
    kernel: (a: Uint8Array, both: Int32Array) => {
      const top = both.subarray(4);
      const sums = both.subarray(0, 4);
      for (const i of prange(a.length)) {
        sums[a[i]! & 3]! += i;
        top[a[i]! & 3] = Math.max(top[a[i]! & 3]!, i);
      }
    },
    cases: () => [[Uint8Array.of(3), new Int32Array(8)]],
    options,
    undecided: ["sums", "top"],
  },
  // One of the two may undo what the other has added. In copies it wouldn't.
  "both read before either is written": {
    kernel: (a: Uint8Array, sums: Int32Array) => {
      const part = sums.subarray(2, 6);
      for (const i of prange(a.length)) {
        const [p, s] = [part[a[i]! & 3]!, sums[a[i]! & 7]!];
        part[a[i]! & 3] = p + 1;
        sums[a[i]! & 7] = s + 2;
      }
    },
    cases: () => [[Uint8Array.of(3), new Int32Array(8)]],
    options,
    undecided: ["part", "sums"],
  },
  "read by a function that isn't inlined": {
    kernel: (a: Uint8Array, sums: Float64Array, out: Float64Array) => {
      const part = sums.subarray(1);
      const down = (v: Float64Array, k: number, n: number): number => (n <= 0 ? v[k]! : down(v, k, n - 1));
      for (const i of prange(out.length)) {
        if (i % 8 !== 7) continue;
        sums[a[i >> 3]! + 1]! += 1;
        out[i] = down(part, a[i >> 3]!, 3);
      }
    },
    cases: () => [[Uint8Array.of(3, 1, 2, 0, 5, 4), new Float64Array(7), new Float64Array(48)]],
    options,
    undecided: ["sums"],
  },
});

// In their cases no two iterations meet.
defineKernels("places that differ, and what else isn't a count", {
  "another index": {
    kernel: (x: Float64Array, counts: Int32Array) => {
      for (const i of prange(1, x.length)) counts[classOf(x[i]!)] = counts[classOf(x[i - 1]!)]! + 1;
    },
    cases: () => [[Float64Array.of(1, -1), new Int32Array(3)]],
    options,
    undecided: ["counts"],
  },
  "further on than the loop goes": {
    kernel: (a: Float64Array, n: number) => {
      for (const i of prange(n & 15)) a[i + 16] = a[i]! + 1;
    },
    cases: () => [0, 1, 9, 31].map((n) => [small(32), n]),
    options,
    undecided: ["a"],
  },
  "another argument": {
    kernel: (x: Float64Array, counts: Int32Array) => {
      for (const i of prange(x.length)) counts[clamped(x[i]!, 4)] = counts[clamped(x[i]!, 5)]! + 1;
    },
    cases: () => [[Float64Array.of(0.9), new Int32Array(5)]],
    options,
    undecided: ["counts"],
  },
  "changed in between": {
    kernel: (x: Float64Array, counts: Int32Array) => {
      for (const i of prange(x.length)) {
        const b = counts[classOf(x[i]!)]!;
        x[i]! += 0.3;
        counts[classOf(x[i]!)] = b + 1;
      }
    },
    cases: () => [[Float64Array.of(-0.1), Int32Array.of(5, 6, 7)]],
    options,
    undecided: ["counts"],
  },
  "bits of a bit more than the element": {
    kernel: (a: Uint8Array, counts: Uint16Array) => {
      for (const i of prange(a.length)) counts[a[i]! & 3] = (counts[a[i]! & 3]! + 1) & 0xfff;
    },
    cases: () => [[Uint8Array.of(1), new Uint16Array(4)]],
    options,
    undecided: ["counts"],
  },
  "twice the element": {
    kernel: (a: Uint8Array, counts: Int32Array) => {
      for (const i of prange(a.length)) {
        const c = counts[a[i]!]!;
        counts[a[i]!] = c + c;
      }
    },
    cases: () => [[Uint8Array.of(1, 0, 2), Int32Array.of(1, 2, 3)]],
    options,
    undecided: ["counts"],
  },
});

defineKernels("the greatest and least of each element", {
  "of floats": {
    kernel: (v: Float64Array, b: Uint8Array, top: Float64Array, last: Float64Array, low: Float64Array) => {
      for (const i of prange(v.length)) {
        const k = b[i]!;
        if (v[i]! > top[k]!) top[k] = v[i]!;
        if (last[k]! <= v[i]!) last[k] = v[i]!;
        if (k !== 3 && v[i]! < low[k]!) low[k] = v[i]!;
      }
    },
    cases: () => [
      ...LENGTHS.map((n) => [values(n), bins(n), ...[-Infinity, -Infinity, Infinity].map(filled)]),
      [values(200), bins(200), ...[0, -0, -0].map(filled)],
      [values(200), bins(200), ...[NaN, 1, NaN].map(filled)],
    ],
    options,
  },
  "of integers": {
    kernel: (a: Uint8Array, b: Uint8Array, x: Int32Array, y: Uint8Array, z: BigUint64Array, big: BigUint64Array) => {
      for (const i of prange(a.length)) {
        const k = b[i]!;
        if (a[i]! * 3 - 300 > x[k]!) x[k] = a[i]! * 3 - 300;
        if (a[i]! <= y[k]!) y[k] = a[i]!;
        if (big[i & 3]! < z[k]!) z[k] = big[i & 3]!;
      }
    },
    cases: () =>
      LENGTHS.map((n) => [
        bytes(n),
        bins(n),
        new Int32Array(8).fill(-400),
        new Uint8Array(8).fill(200),
        new BigUint64Array(8).fill(2n ** 64n - 1n),
        BigUint64Array.of(5n, 2n ** 63n, 3n, 2n ** 64n - 2n),
      ]),
    options,
  },
  "of float32 values": {
    kernel: (v: Float32Array, b: Uint8Array, top: Float32Array) => {
      for (const i of prange(v.length)) if (!(b[i]! & 1) && v[i]! > top[b[i]!]!) top[b[i]!] = v[i]!;
    },
    cases: () => LENGTHS.map((n) => [Float32Array.from(values(n)), bins(n), new Float32Array(8).fill(-2)]),
    options,
  },
  "of 32 bits without a sign": {
    kernel: (v: Uint32Array, b: Uint8Array, top: Uint32Array, low: Uint32Array) => {
      for (const i of prange(v.length)) {
        if (v[i]! > top[b[i]!]!) top[b[i]!] = v[i]!;
        if (v[i]! < low[b[i]!]!) low[b[i]!] = v[i]!;
      }
    },
    cases: () =>
      LENGTHS.map((n) => [
        Uint32Array.from({ length: n }, (_, i) => Math.imul(i, 0x9e3779b1)),
        bins(n),
        new Uint32Array(8).fill(2 ** 30),
        new Uint32Array(8).fill(2 ** 31 + 5),
      ]),
    options,
  },
  "of the same bits with a sign": {
    kernel: (v: Uint32Array, low: Uint32Array, least: Uint32Array) => {
      for (const i of prange(v.length)) {
        low[v[i]! & 3] = Math.min(low[v[i]! & 3]!, v[i]! | 0);
        if ((v[i]! | 0) < least[v[i]! & 3]!) least[v[i]! & 3] = v[i]! | 0;
      }
    },
    cases: () => [[Uint32Array.of(2 ** 32 - 4, 4, 5, 6), new Uint32Array(4).fill(9), new Uint32Array(4).fill(9)]],
    options,
    undecided: ["least", "low"],
  },
  "cut on the way, so not the greatest": {
    kernel: (v: Int32Array, top: Uint8Array, cut: Float32Array) => {
      for (const i of prange(v.length)) {
        if (v[i]! > top[v[i]! & 3]!) top[v[i]! & 3] = v[i]!;
        if (v[i]! / 3 > cut[v[i]! & 3]!) cut[v[i]! & 3] = v[i]! / 3;
      }
    },
    cases: () => [[Int32Array.of(256, 517, 3, 6), new Uint8Array(4), new Float32Array(4)]],
    options,
    undecided: ["cut", "top"],
  },
  "and where it was": {
    kernel: (v: Float64Array, b: Uint8Array, top: Float64Array, at: Int32Array) => {
      for (const i of prange(v.length)) {
        if (v[i]! > top[b[i]!]!) {
          top[b[i]!] = v[i]!;
          at[b[i]!] = i;
        }
      }
    },
    cases: () => [[values(8), bins(8), filled(-1), new Int32Array(8)]],
    options,
    undecided: ["at", "top"],
  },
  // What is compared with an older value may take the place of something greater.
  "of two ends, both read before either is written": {
    kernel: (v: Float64Array, from: Uint8Array, to: Uint8Array, top: Float64Array) => {
      for (const i of prange(from.length)) {
        const [a, b] = [top[from[i]!]!, top[to[i]!]!];
        if (v[i]! > a) top[from[i]!] = v[i]!;
        if (v[i]! - 3 > b) top[to[i]!] = v[i]! - 3;
      }
    },
    cases: () => [[Float64Array.of(9, 8), Uint8Array.of(1, 3), Uint8Array.of(1, 2), filled(5)]],
    options,
    undecided: ["top"],
  },
  "of two ends, one after the other": {
    kernel: (v: Float64Array, from: Uint8Array, to: Uint8Array, top: Float64Array) => {
      for (const i of prange(from.length)) {
        if (v[i]! > top[from[i]!]!) top[from[i]!] = v[i]!;
        if (v[i]! - 3 > top[to[i]!]!) top[to[i]!] = v[i]! - 3;
      }
    },
    cases: () => LENGTHS.map((n) => [values(n), bins(n), bins(n).reverse(), filled(-1)]),
    options,
  },
  "compared with what it was before a loop": {
    kernel: (v: Float64Array, b: Uint8Array, top: Float64Array) => {
      for (const i of prange(b.length)) {
        const old = top[b[i]!]!;
        for (let k = 0; k < 4; k++) if (v[i * 4 + k]! > old) top[b[i]!] = v[i * 4 + k]!;
      }
    },
    cases: () => [[Float64Array.of(9, 6, 0, 1), Uint8Array.of(1), filled(5)]],
    options,
    undecided: ["top"],
  },
});

function filled(x: number): Float64Array {
  return new Float64Array(8).fill(x);
}

const shapes = [
  [3, 3],
  [1, 17],
  [16, 1],
  [37, 29],
  [-1, 5],
  [5, 0],
] as const;

defineKernels("elements of each iteration's own, in other orders", {
  columns: {
    kernel: (a: Float64Array, b: Float64Array, w: number, h: number) => {
      for (const x of prange(w)) for (let y = 0; y < h; y++) b[x * h + y] = a[y * w + x]!;
      for (const x of prange(w)) for (let y = 1; y < h; y++) a[y * w + x]! += a[(y - 1) * w + x]!;
    },
    cases: () => shapes.map(([w, h]) => [randomFloats(1200, 8), new Float64Array(1200), w, h]),
    options,
  },
  "layers and rows of a block": {
    kernel: (a: Float64Array, w: number, h: number, depth: number) => {
      for (const y of prange(h))
        for (let z = 0; z < depth; z++) for (let x = 0; x < w; x++) a[(z * h + y) * w + x]! += x;
      for (const x of prange(w))
        for (let z = 0; z < depth; z++) for (let y = 0; y < h; y++) a[(z * h + y) * w + x]! *= 2;
    },
    cases: () => shapes.map(([w, h]) => [randomFloats(4000, 9), w, h, 3]),
    options,
  },
  "from both ends": {
    kernel: (a: Float64Array, rows: Float64Array, w: number, h: number) => {
      const n = a.length;
      for (const i of prange(n >> 1)) [a[i], a[n - 1 - i]] = [a[n - 1 - i]!, a[i]!];
      for (const y of prange(h >> 1))
        for (let x = 0; x < w; x++) {
          const t = rows[y * w + x]!;
          rows[y * w + x] = rows[(h - 1 - y) * w + x]!;
          rows[(h - 1 - y) * w + x] = t;
        }
    },
    cases: () => shapes.map(([w, h], k) => [randomFloats(50 * k, 10), randomFloats(1200, 11), w, h]),
    options,
  },
  "every other one, from its neighbours": {
    kernel: (a: Float64Array, phase: number) => {
      for (const i of prange(1, a.length - 1, 2)) a[i] = (a[i - 1]! + a[i + 1]!) / 2;
      for (const i of prange(phase & 1, a.length - 1, 2)) if (a[i]! > a[i + 1]!) [a[i], a[i + 1]] = [a[i + 1]!, a[i]!];
    },
    cases: () => LENGTHS.flatMap((n) => [0, 1].map((phase) => [randomFloats(n, 12), phase])),
    options,
  },
  "tiles of rows": {
    kernel: (a: Float64Array, n: number) => {
      for (const first of prange(0, n, 8))
        for (let y = first; y < Math.min(first + 8, n); y++) for (let x = 0; x < n; x++) a[y * n + x]! += y * x;
    },
    cases: () => [0, 1, 7, 8, 33].map((n) => [randomFloats(n * n, 13), n]),
    options,
  },
  "a place that goes on by itself": {
    kernel: (a: Float64Array, w: number, h: number) => {
      for (const y of prange(h)) {
        let at = 3 * y * w;
        let back = at + 3 * w;
        for (let x = 0; x < w; x++) {
          a[at++] = x * y;
          a[at++]! -= x;
          a[at++]! *= a[--back]!;
          back -= 2;
        }
      }
    },
    cases: () => shapes.map(([w, h]) => [randomFloats(4000, 16), w, h]),
    options,
  },
  "rows below the pivot": {
    kernel: (a: Float64Array, n: number) => {
      for (let k = 0; k < n; k++)
        for (const i of prange(k + 1, n)) {
          const f = a[i * n + k]! / a[k * n + k]!;
          for (let j = k; j < n; j++) a[i * n + j]! -= f * a[k * n + j]!;
        }
    },
    cases: () => [0, 1, 2, 33].map((n) => [randomFloats(n * n, 14), n]),
    options,
  },
  "arrays that change places": {
    kernel: (a: Float64Array, b: Float64Array, w: number, h: number, rounds: number) => {
      let p = a;
      let q = b;
      let change = 0;
      for (let r = 0; r < rounds; r++) {
        change = 0;
        for (const y of prange(1, h - 1))
          for (let x = 1; x < w - 1; x++) {
            const k = y * w + x;
            q[k] = (p[k - 1]! + p[k + 1]! + p[k - w]! + p[k + w]!) / 4;
            change = Math.max(change, Math.abs(q[k]! - p[k]!));
          }
        [p, q] = [q, p];
        if (change < 1) break;
      }
      return change;
    },
    cases: () =>
      shapes.flatMap(([w, h]) => [0, 1, 5].map((r) => [randomFloats(1200, 15), new Float64Array(1200), w, h, r])),
    options,
  },
});
