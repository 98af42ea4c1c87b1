/** Methods of array literals and captured plain arrays: JavaScript's own arrays come of them, not typed ones. */
import { defineKernels } from "../support/differential.ts";
import { singles } from "../support/edge-values.ts";

const TABLE = [3, 10, 2, 1];
const LONG = Array.from({ length: 50 }, (_, i) => ((i * 37) % 50) - 20);
const ROWS = [
  [1, 2],
  [3, 4],
];
const FLAGS = [true, false];
const STEPS = [Math.sqrt, (x: number) => x + 1];
const EDGES = [0, -0, 1, -1.5, Number.NaN, Infinity];
const twice = (x: number): number => x * 2;
const pairs = () => EDGES.flatMap((a) => EDGES.map((b) => [a, b]));

defineKernels("methods that make lists", {
  map: {
    kernel: (a: number, b: number) => {
      const s = [a, b];
      const t = s.map((x) => x * 2);
      t[0] += 1;
      return [t, s, s.map(twice), s.map((x, i, all) => x * i + all.length), [a, b, 7].map(Math.abs)];
    },
    cases: pairs,
  },
  "map to other kinds": {
    kernel: (a: number, b: number) => {
      const s = [a, b];
      return [s.map((x) => x > 0), s.map((x) => [x, -x]), s.map(Boolean), s.map((_, i) => BigInt(i))];
    },
    cases: pairs,
  },
  "map of what has been stored into, which is being stored into": {
    kernel: (a: number, b: number) => {
      const s = [a, b, 0];
      for (let i = 0; i < 3; i++) s[i] += i;
      const t = s.map((x, i) => {
        s[2] = 9;
        return x * 10 + i;
      });
      return [s, t];
    },
    cases: pairs,
  },
  "of many items": {
    kernel: (x: number) => {
      const s = new Array(40).fill(x).map((v, i) => v * i);
      const t = s.filter((v) => v > 3);
      const u = s.slice(-3);
      return [s[39], t, t.length, u, s.toReversed()[0], s.toSorted((p, q) => q - p)[1]];
    },
    cases: () => singles([1, 0.5, -2]),
  },
  slice: {
    kernel: (a: number, b: number, k: number) => {
      const s = [a, b, a + b];
      const whole = s.slice();
      whole[0] = 5;
      return [s, whole, s.slice(1), s.slice(-2, -1), s.slice(5), s.slice(0, 1.5), s.slice(k), s.slice(0, k).length];
    },
    cases: () => [
      [1, 2, 1],
      [0.5, -0, -1],
      [1, 2, 7],
      [1, 2, Number.NaN],
    ],
  },
  filter: {
    kernel: (a: number, b: number, t: number) => {
      const kept = [a, b, a * b].filter((x, i) => x > t || i === 1);
      let s = 0;
      for (const x of kept) s += x;
      kept[0] = s;
      return [kept, kept.length, kept.map((x) => x / 2)];
    },
    cases: () => [
      [1, 2, 0],
      [1, 2, 9],
      [Number.NaN, -0, 0],
    ],
  },
  sort: {
    kernel: (a: number, b: number, c: number) => {
      const s = [a, b, c];
      const same = s.sort((x, y) => x - y);
      same[1] += 0.5;
      const [low, middle, high] = [c, b, a].sort((x, y) => y - x);
      return [s, low, middle, high, [a, b, c].toSorted((x, y) => x - y)[1]];
    },
    cases: () => [
      [3, 4.5, -1],
      [0, -0, 0],
      [-0, 0, 1],
      [Infinity, -Infinity, 0],
      [2, 2, 1],
    ],
  },
  "sort of many, stable": {
    kernel: (x: number) => {
      const s = Array.from({ length: 100 }, (_, i) => ((i * 37) % 101) + x);
      return s.sort((p, q) => (p % 10) - (q % 10));
    },
    cases: () => singles([0, 0.5]),
  },
  "reverse and toReversed": {
    kernel: (a: number, b: number) => {
      const s = [a, b, 1];
      const same = s.reverse();
      same[0] = 7;
      return [s, s.toReversed(), [a, b].reverse()];
    },
    cases: pairs,
  },
  "of captured tables": {
    kernel: (k: number) => {
      const halves = TABLE.map((x) => x * 0.5);
      halves[0] += k;
      return [
        halves,
        Array.isArray(halves),
        TABLE.filter((x) => x > 2),
        TABLE.toSorted((x, y) => x - y),
        TABLE.slice(1),
        TABLE.toReversed(),
        LONG.map((x) => x / 4),
        LONG.filter((x) => x % 2 === 0),
        LONG.toSorted((x, y) => x - y),
        LONG.slice(k),
        TABLE,
      ].slice(0, 10);
    },
    cases: () => singles([0, 3]),
  },
  chains: {
    kernel: (a: number, b: number) =>
      [a, b, 3, 4]
        .map((x) => x * x)
        .filter((x) => x > 2)
        .map((x) => Math.sqrt(x))
        .reduce((x, y) => x + y, 0),
    cases: pairs,
  },
  "in a loop": {
    kernel: (a: Float64Array, out: Float64Array) => {
      for (let i = 1; i < a.length - 1; i++) {
        const [, middle] = [a[i - 1], a[i], a[i + 1]].sort((x, y) => x - y);
        out[i] = middle + [a[i - 1], a[i + 1]].map(twice).reduce((x, y) => x + y);
      }
    },
    cases: () => [[Float64Array.of(5, 1, -0, 0, 9, 2, 2.5, 7), new Float64Array(8)]],
  },
  "with what they give indexed, looped over, spread": {
    kernel: (a: Float64Array, k: number) => {
      const at = [0, 1].map((x) => x + 1);
      let s = a[at[k]];
      for (const v of [k, 2].map(twice)) s += v;
      for (const [i, v] of [k, 2].slice(1).entries()) s += i * v;
      return [s, ...[k, 2].map(twice), Math.max(...[1, k].map(twice))];
    },
    cases: () => [0, 1].map((k) => [Float64Array.of(1, 2, 3), k]),
  },
  "a local array's, given to a typed one": {
    kernel: (a: number, b: number) => {
      const out = new Float32Array(4);
      out.set(
        [a, b].map((x) => x / 3),
        1,
      );
      return [out, Float64Array.from([a, b].filter((x) => x > 0)), new Int32Array([a, b].map((x) => x * 1.5))];
    },
    cases: pairs,
  },
});

defineKernels("plain or typed", {
  "where it doesn't matter": {
    kernel: (a: Float64Array, c: boolean, k: number) => {
      const own = [0.5, 1.5];
      own[k] += 1;
      const either = (c ? own : a) as number[];
      either[1 - k] *= 2;
      const most = either.map((x: number) => x * 2);
      return [own, most[0] + most[1], either.reduce((x: number, y: number) => x + y, 0), either.length];
    },
    cases: () => [true, false].flatMap((c) => [0, 1].map((k) => [Float64Array.of(3, 4), c, k])),
  },
});

defineKernels("methods that read lists", {
  "of numbers": {
    kernel: (a: number, b: number, k: number) => {
      const s = [a, b, 3];
      let t = 0;
      s.forEach((x, i) => {
        t = t * 2 + x * i;
      });
      return [
        t,
        s.reduce((x, y) => x + y),
        s.reduce((x, y, i) => x + y * i, k),
        s.reduceRight((x, y) => x - y),
        s.some((x) => x < 0),
        s.every((x) => x > 0),
        s.indexOf(b),
        s.lastIndexOf(3),
        s.includes(k),
        s.includes(Number.NaN),
        s.indexOf(Number.NaN),
        s.findIndex((x) => x > 2),
        s.at(-1),
        s.at(k),
      ];
    },
    cases: () => pairs().map(([a, b]) => [a, b, 1]),
  },
  "of booleans": {
    kernel: (a: boolean, b: boolean) => {
      const s = [a, b, true];
      return [
        s.every((x) => x),
        s.some((x) => !x),
        s.indexOf(true),
        s.includes(false),
        s.slice(1),
        s.map((x) => (x ? 1 : 0)),
        s.map(Number),
        s.toReversed(),
        s.at(0),
        FLAGS.map((x) => !x),
        FLAGS.some((x) => x === a),
      ];
    },
    cases: () => [
      [true, false],
      [false, false],
      [true, true],
    ],
  },
  "of different kinds": {
    kernel: (a: boolean, b: number) => {
      const s = [a, b] as const;
      return [s.at(1), s.at(-2), s.slice(1), s.slice(), s.map((x) => Number(x) + 1), s.toReversed()];
    },
    cases: () => [[true, 3]],
  },
  "of rows": {
    kernel: (a: number, b: number) => {
      const points = [
        [a, b],
        [b, a],
        [1, 2],
      ];
      let s = 0;
      points.forEach(([x, y], i) => {
        s += x * y + i;
      });
      return [
        s,
        points.map(([x, y]) => x - y),
        points.reduce((t, [x]) => t + x, 0),
        points.some(([x, y]) => x > y),
        points.map((p) => p.map(twice)),
        ROWS.map((row) => row.reduce((x, y) => x + y, a)),
      ];
    },
    cases: pairs,
  },
  "of functions": {
    kernel: (x: number) => [
      STEPS.reduce((v, f) => f(v), x),
      [Math.floor, (v: number) => v * 2].map((f) => f(x)),
      STEPS.map((f) => f(x)),
    ],
    cases: () => singles([2, 0.5]),
  },
  "of typed arrays": {
    kernel: (a: Float64Array, b: Float64Array) => [
      [a, b].map((x) => x.length),
      [a, b].map((x) => x[0]),
      [a, b].reduce((s, x) => s + x[1], 0),
      [a, b].slice(1),
    ],
    cases: () => [[Float64Array.of(1, 2), Float64Array.of(3, 4, 5)]],
  },
  "of BigInts": {
    kernel: (a: bigint, b: bigint) => {
      const s = [a, b, 3n];
      return [
        s.map((x) => x * 2n),
        s.reduce((x, y) => x + y, 0n),
        s.includes(3n),
        s.indexOf(b),
        s.filter((x) => x > 2n),
        s.toSorted((x, y) => Number(x - y)),
        s.slice(1),
      ];
    },
    cases: () => [
      [1n, 2n],
      [-5n, 9n],
    ],
  },
});
