/** Names from outside the kernel: constants, objects, tables, typed arrays, namespaces, destructured `Math`. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { njit } from "../../src/index.ts";
import { defineKernels, oob, refuses } from "../support/differential.ts";
import { NUMBER_EDGES, randomFloats, singles } from "../support/edge-values.ts";
import { constant, unary } from "../support/operator-kernels.ts";
import * as settings from "./captured-module.ts";
import { WIDTH as COLUMNS, ENABLED, SCALE, weights } from "./captured-module.ts";

const LIMIT = 100;
const HALF = 0.5;
const FLAG = true;
const NEGATIVE_ZERO = -0;
const NOT_A_NUMBER = NaN;
const HUGE = 2 ** 40;
const MASK = 0xffff_ffffn;
let mutableButConstant = 3;
const Direction = { North: 0, East: 1, South: 2, West: 3 } as const;
const config = { width: 8, scale: 0.25, enabled: false, limit: 12n, nested: { depth: 5 } };
const { sin, sqrt, PI } = Math;
const M = Math;
const round = Math.fround;
const { floor: down } = Math;
const TABLE = [3, 1, 4, 1, 5, 9, 2, 6];
const FRACTIONS = [0.5, -0, 2.25, 1e300, NaN, -7];
const NOTHING: number[] = [];
const ROWS = [[1, 2], [], [3.5]];
const DELTAS: readonly number[] = [-1, 0, 1];
const squares = Float64Array.from({ length: 256 }, (_, i) => i * i);
const counters = new Int32Array(8);
const scratch = new Float64Array(16);
const buffer = new ArrayBuffer(64);
const bytes = new Uint8Array(buffer);
const words = new Uint32Array(buffer);
const bigs = BigInt64Array.of(1n, -2n, 3n);
const F64 = Float64Array;
const red = randomFloats(40, 1).map(Math.fround);
const nir = randomFloats(40, 2);
const swir = randomFloats(40, 3);
const bands = [red, nir, swir];
const scene = {
  bands,
  pairs: [
    [red, nir],
    [swir, red],
  ],
};
const signed = [BigInt64Array.of(1n, -2n), BigInt64Array.of(3n, 4n)];
const unlike = [red, bytes] as const;
const planes = [new Float64Array(8), new Float64Array(8)];
const most = Array.from({ length: 64 }, (_, k) => Float32Array.of(k));

defineKernels("captured constants", {
  int: unary((x: number) => x + LIMIT),
  fraction: unary((x: number) => x * HALF),
  boolean: unary((x: number) => (FLAG ? x : -x)),
  "-0": unary((x: number) => x * NEGATIVE_ZERO),
  NaN: unary((x: number) => (x > 0 ? NOT_A_NUMBER : x)),
  "beyond int32": unary((x: number) => x + HUGE),
  bigint: { kernel: (x: bigint) => x & MASK, cases: () => singles([5n, -1n, 2n ** 40n + 3n]) },
  let: unary((x: number) => x * mutableButConstant),
  imported: unary((x: number) => x * SCALE + COLUMNS + (ENABLED ? 1 : 0)),
  "of a namespace": unary((x: number) => x * settings.SCALE + settings.WIDTH + (settings.ENABLED ? 1 : 0)),
  "object's properties": unary((x: number) => (config.enabled ? 1 : x * config.scale + config.width)),
  "object's bigint": { kernel: (x: bigint) => x + config.limit, cases: () => singles([5n]) },
  "nested object": unary((x: number) => x + config.nested.depth),
  "enum-like object in a switch": {
    kernel: (d: number) => {
      switch (d) {
        case Direction.North:
          return 1;
        case Direction.East:
          return 2;
        case Direction.South:
        case Direction.West:
          return 3;
      }
      return 0;
    },
    cases: () => singles([0, 1, 2, 3, 4, 0.5]),
  },
  "as a bound": {
    kernel: () => {
      let s = 0;
      for (let i = 0; i < LIMIT; i++) s += i;
      return s;
    },
    cases: () => [[]],
  },
  "as an array length": {
    kernel: (x: number) => {
      const t = new F64(COLUMNS);
      t[COLUMNS - 1] = x;
      return t;
    },
    cases: () => singles([1, 0.5]),
  },
  "only a constant": constant(() => LIMIT),
});
mutableButConstant += 0;

defineKernels("captured Math", {
  "destructured function": { kernel: (x: number) => sin(x), cases: () => singles(NUMBER_EDGES), approximates: "sin" },
  "destructured sqrt and PI": unary((x: number) => sqrt(x) * PI),
  "alias of Math": unary((x: number) => M.abs(x) + M.max(x, M.E)),
  "alias of a function": unary((x: number) => round(x)),
  "renamed function": unary((x: number) => down(x / 3)),
  "global functions": unary((x: number) => isNaN(x) || !isFinite(x)),
  "through globalThis": unary((x: number) => globalThis.Math.floor(x)),
});

defineKernels("captured tables", {
  "int table": {
    kernel: (i: number) => TABLE[i] * 2,
    cases: () => [
      ...singles([0, 1, 7]),
      refuses(RangeError, /index 8 .*8/, 8),
      refuses(RangeError, /index -1 .*8/, -1),
    ],
  },
  fractions: {
    kernel: (i: number) => FRACTIONS[i],
    cases: () => [...singles([0, 1, 2, 3, 4, 5]), refuses(RangeError, /0\.5/, 0.5)],
  },
  length: constant(() => TABLE.length + DELTAS.length),
  "none of its items": constant(() => {
    let s = NOTHING.length;
    for (const v of NOTHING) s += v;
    return s;
  }),
  "rows without items": {
    kernel: (i: number) => {
      let s = ROWS[i].length;
      for (const v of ROWS[i]) s += v;
      return s + ROWS[i][0];
    },
    cases: () => [...singles([0, 2]), refuses(RangeError, /index 0 .*0/, 1), refuses(RangeError, /index 3 .*3/, 3)],
  },
  "loop over it": {
    kernel: (x: number) => {
      let s = 0;
      for (let i = 0; i < TABLE.length; i++) s = s * x + TABLE[i];
      return s;
    },
    cases: () => singles([1, 2, 0.5]),
  },
  "for…of over it": {
    kernel: (x: number) => {
      let s = 0;
      for (const v of TABLE) s += v * x;
      for (const d of DELTAS) s += d;
      return s;
    },
    cases: () => singles([1, 0.5]),
  },
  neighbours: {
    kernel: (a: Uint8Array, w: number, h: number, out: Uint8Array) => {
      for (let y = 1; y < h - 1; y++) {
        for (let x = 1; x < w - 1; x++) {
          let n = 0;
          for (const dy of DELTAS) for (const dx of DELTAS) if (dx !== 0 || dy !== 0) n += a[(y + dy) * w + x + dx];
          out[y * w + x] = n;
        }
      }
    },
    cases: () => [[Uint8Array.from({ length: 30 }, (_, i) => (i * 7) % 3), 6, 5, new Uint8Array(30)]],
  },
  "masked index": unary((x: number) => TABLE[x & 7]),
});

defineKernels("captured typed arrays", {
  read: {
    kernel: (i: number) => squares[i] + 1,
    cases: () => [...singles([0, 3, 255]), oob2("squares", 256), oob2("squares", -1)],
  },
  gather: {
    kernel: (a: Uint8Array) => {
      let s = 0;
      for (const v of a) s += squares[v];
      return s;
    },
    cases: () => [[Uint8Array.of(1, 2, 255)]],
  },
  written: {
    kernel: (i: number) => {
      counters[i]++;
      counters[(i + 1) & 7] += 10;
      return counters[i];
    },
    cases: () => singles([0, 1, 7, 7]),
    captured: [counters],
  },
  "as scratch": {
    kernel: (a: Float64Array) => {
      for (let i = 0; i < a.length; i++) scratch[i] = a[i] * 2;
      let s = 0;
      for (let i = 0; i < a.length; i++) s += scratch[a.length - 1 - i] * (i + 1);
      return s;
    },
    cases: () => [[randomFloats(10, 1)], [randomFloats(16, 2)]],
    captured: [scratch],
  },
  "two views of one buffer": {
    kernel: (x: number) => {
      words[0] = x;
      bytes[5] = bytes[0] + 1;
      return words[1];
    },
    cases: () => singles([1, 255, -1, 0x12345678]),
    captured: [bytes],
  },
  imported: {
    kernel: (a: Float64Array) => {
      let s = 0;
      for (let i = 1; i < a.length - 1; i++) for (let k = 0; k < weights.length; k++) s += a[i + k - 1] * weights[k];
      return s;
    },
    cases: () => [[randomFloats(10, 3)]],
  },
  length: constant(() => squares.length + counters.length + bigs.length),
  BigInt: { kernel: (x: bigint) => bigs[0] + bigs[1] * x + bigs[2], cases: () => singles([5n]) },
  "overlapping an argument": {
    kernel: (a: Float64Array) => {
      for (let i = 0; i + 1 < a.length; i++) scratch[i + 1] = a[i] + 1;
    },
    cases: () => [[randomFloats(5, 4)]],
    captured: [scratch],
  },
  "in a helper": { kernel: (i: number) => lookUp(i) + lookUp(i + 1), cases: () => singles([0, 3, 100]) },
  returned: {
    kernel: (x: number) => {
      scratch[0] = x;
      return scratch[0] + scratch.length;
    },
    cases: () => singles([1, 0.5]),
    captured: [scratch],
  },
});

const lookUp = (i: number): number => squares[i] / 2;

/** Captured arrays aren't proxies when plain JavaScript runs checked, so the error is expected by its text. */
function oob2(array: string, i: number) {
  return refuses(RangeError, new RegExp(`index ${i} .*${array}.*256`), i);
}

defineKernels("shadowing of JavaScript's names", {
  "a local Math": unary((x: number) => {
    const Math = x + 1;
    return Math * 2;
  }),
  "a parameter named Infinity": unary((Infinity: number) => Infinity + 1),
  "a helper named floor": unary((x: number) => floor(x) + 1),
});

function floor(x: number): number {
  return x * 3;
}

const counts = new Float64Array(2);

/** Something of the program's own that is called Math. */
function withOtherMath() {
  const Math = {
    lower(n: number): number {
      counts[0] += 1;
      return n - counts[0];
    },
    max(n: number): number {
      counts[1] += 1;
      return n;
    },
  };
  return {
    called: (n: number): number => {
      let c = 0;
      counts[0] = 0;
      for (let i = 0; i < Math.lower(n); i++) c++;
      return c;
    },
    storing: (n: number): number => {
      let c = 0;
      counts[1] = 0;
      for (let i = 0; i < n - counts[1]; i++) c += Math.max(3);
      return c;
    },
  };
}

defineKernels("another Math in a loop's bound", {
  "that is called in each round": { kernel: withOtherMath().called, cases: () => [[10], [0]], captured: [counts] },
  "that stores what the bound reads": { kernel: withOtherMath().storing, cases: () => [[10], [0]], captured: [counts] },
});

test("random numbers in a loop's bound are drawn in each round", () => {
  const kernel = njit((most: number): number => {
    let c = 0;
    for (let i = 0; i < Math["random"]() * most; i++) c++;
    return c;
  });
  let sum = 0;
  for (let k = 0; k < 100; k++) sum += kernel(1e6);
  // √(π/2 · 10⁶) in the mean, and not 500,000.
  assert.ok(sum / 100 < 2000, String(sum / 100));
});

defineKernels("bounds of captured tables inside loops", {
  "stops at the right iteration": {
    kernel: (out: Float64Array, n: number) => {
      for (let i = 0; i < n; i++) out[i] = squares[i * 10];
    },
    cases: () => [[new Float64Array(30), 5], oob("out", new Float64Array(3), 5)],
  },
});

const bandOf = (list: readonly Float64Array[], b: number, i: number) => list[b][i];
const noSuchBand = /^index \S+ is out of bounds for 'bands' of length 3/;

defineKernels("captured lists of typed arrays", {
  "by an index": {
    kernel: (b: number, i: number) => bands[b][i],
    cases: () => [
      [0, 1],
      [1, 39],
      [2, 0],
      refuses(RangeError, /^index 40 is out of bounds for 'bands\[b\]' of length 40/, 0, 40),
      ...[3, -1, 0.5, NaN].map((b) => refuses(RangeError, noSuchBand, b, 0)),
    ],
  },
  "in loops": {
    kernel: () => {
      let s = 0;
      for (let b = 0; b < bands.length; b++) for (let i = 0; i < bands[b].length; i++) s += (b + 1) * bands[b][i];
      for (const band of bands) for (const x of band) s -= x;
      for (const [b, band] of bands.entries()) s += b * band[0];
      return s;
    },
    cases: () => [[]],
  },
  "of an object, and lists of lists": {
    kernel: (k: number) => scene.bands[k][3] + scene.pairs[k % 2][(k + 1) % 2][4],
    cases: () => singles([0, 1, 2]),
  },
  "of BigInts": {
    kernel: (k: number, i: number) => signed[k][i],
    cases: () => [
      [0, 1],
      [1, 0],
    ],
  },
  "of different kinds by constants": {
    kernel: (i: number) => unlike[0][i] + unlike[1][i],
    cases: () => singles([0, 7]),
  },
  "taken apart": {
    kernel: (i: number) => {
      const [r, n, s] = bands;
      return (n[i] - r[i]) / (n[i] + r[i]) + s[i];
    },
    cases: () => singles([0, 20]),
  },
  "handed on to a helper": { kernel: (b: number) => bandOf(bands, b, 5), cases: () => singles([0, 2]) },
  "by methods": {
    kernel: (i: number) => bands.reduce((sum, b) => sum + b[i], 0) + Math.max(...bands.map((b) => b[i])),
    cases: () => singles([0, 20]),
  },
  written: {
    kernel: (k: number, x: number) => {
      let [from, to] = planes;
      planes[k].fill(x);
      for (let round = 0; round < 3; round++) {
        for (let i = 0; i < from.length; i++) to[i] = from[i] + i;
        [from, to] = [to, from];
      }
      return planes[1 - k].slice();
    },
    captured: planes,
    cases: () => [
      [0, 1.5],
      [1, -2],
    ],
  },
  "an array of one, as it is": { kernel: (k: number) => bands[k], cases: () => singles([0, 2]) },
  "in recursive functions": {
    kernel: (k: number) => {
      const sum = (b: number): number => (b < 0 ? 0 : bands[b][b] + sum(b - 1));
      return sum(k);
    },
    cases: () => singles([2, -1]),
  },
  "of 64": { kernel: (k: number) => most[k][0], cases: () => singles([0, 31, 63]) },
});

const sensor = { gain: 0.01, bias: -0.1, bands: { red: 3, nir: 4 }, table: [1, 2, 3] };
const other = { gain: 2, bias: 1 };
const onlyGain: { gain: number; bias?: number } = { gain: 3 };
type Linear = { gain: number; bias: number };
const calibrated = (x: number, { gain, bias }: Linear) => x * gain + bias;
const orItself = (x: number, { gain, bias }: Linear = sensor) => x * gain + bias;
const orLimit = (x: number, { gain, bias = LIMIT }: { gain: number; bias?: number }) => x * gain + bias;
const shadowing = (x: number, { gain }: Linear, by = HALF) => {
  const LIMIT = gain * by;
  return x * LIMIT;
};
const nestedParts = (x: number, { bands: { red: r, nir: n }, table }: typeof sensor) => x * r + n + table[1];
function assigning({ gain }: Linear, n: number) {
  const scaled = () => gain * n;
  for (let i = 0; i < 3; i++) gain *= 2;
  return scaled();
}
const lengthOf = ({ length }: Float64Array) => length;
const mesh = {
  grid: { nx: 4, ny: 3, spacing: [0.5, 0.25, 2] },
  window: Float64Array.of(1, 2),
  rows: [
    [1, 2],
    [3, 4],
  ],
};
const partial: { grid: { spacing: number[]; origin?: number[] } } = mesh;
const cell = (x: number, { grid: { spacing: [dx, dy] = [], nx } }: typeof mesh) => x * dx + dy * nx;

defineKernels("lists of captured objects taken apart", {
  "in a declaration": constant(() => {
    const {
      grid: {
        spacing: [dx, ...others],
        nx,
      },
      rows: [[a], [, d]],
    } = mesh;
    return [dx, others[1], nx, a, d];
  }),
  "by defaults": constant(() => {
    const {
      grid: { spacing: [dx] = [7], origin: [x, y = 2] = [8] },
    } = partial;
    return [dx, x, y];
  }),
  "a typed array": {
    kernel: (k: number) => {
      const { window } = mesh;
      const {
        window: { length },
      } = mesh;
      return window[k] * length;
    },
    captured: [mesh.window],
    cases: () => singles([0, 1]),
  },
  "a helper's parameter": unary((x: number) => cell(x, mesh)),
});

defineKernels("objects taken apart by assignments", {
  "of variables": constant(() => {
    let nx = 0;
    let ny = 0;
    ({ nx, ny } = mesh.grid);
    return nx * 10 + ny;
  }),
  "of elements, in their order": {
    kernel: (a: Float64Array) => {
      let length = 1;
      ({ length: a[length], length } = a);
      return length;
    },
    cases: () => [[Float64Array.of(1, 2, 3)]],
  },
  "in a loop, with a default": {
    kernel: (n: number) => {
      let dx = 0;
      let x = 1;
      for (let k = 0; k < n; k++) {
        ({
          grid: {
            spacing: [dx],
            origin: [x] = [k],
          },
        } = partial);
        dx += x;
      }
      return dx;
    },
    cases: () => singles([0, 1, 4]),
  },
});

defineKernels("parameters that are objects taken apart", {
  "of a helper": unary((x: number) => calibrated(x, sensor) + calibrated(x, other)),
  "with a default": unary((x: number) => orItself(x) + orItself(x, other)),
  "with defaults of parts": unary((x: number) => orLimit(x, onlyGain) + orLimit(x, other)),
  "beside other defaults": unary((x: number) => shadowing(x, other) + shadowing(x, sensor, 3)),
  "parts of parts": unary((x: number) => nestedParts(x, sensor)),
  "assigned, and seen by an inner function": unary((x: number) => assigning(sensor, x) + assigning(other, x)),
  "of a function of a method": {
    kernel: (a: Float64Array) => a.map((x) => calibrated(x, sensor)),
    cases: () => singles([randomFloats(9, 1)]),
  },
  "of a recursive function": unary((x: number) => {
    const sum = (n: number, { gain }: Linear): number => (n > 0 ? gain + sum(n - 1, sensor) : 0);
    return sum(Math.min(x, 5), other);
  }),
  "of the kernel itself": unary((x: number, { gain, bias }: Linear = other) => x * gain + bias),
  "of an array": { kernel: (a: Float64Array) => lengthOf(a), cases: () => singles([randomFloats(9, 1)]) },
});

test("which arrays a captured list has is noticed by recompile()", () => {
  const [first, second] = [Float64Array.of(1), Float64Array.of(2, 3)];
  const list = [first, first];
  const kernel = njit((k: number) => list[k][0] + list[k].length);
  assert.equal(kernel(1), 2);
  first[0] = 5;
  assert.equal(kernel(1), 6);
  list[1] = second;
  assert.equal(kernel(1), 6);
  kernel.recompile();
  assert.equal(kernel(1), 4);
});
