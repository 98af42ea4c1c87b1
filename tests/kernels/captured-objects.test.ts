/** Lists of objects from outside the kernel, and one of several objects: what index or condition says which. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { njit, prange } from "../../src/index.ts";
import { defineKernels, refuses } from "../support/differential.ts";
import { randomFloats, singles } from "../support/edge-values.ts";
import { constant } from "../support/operator-kernels.ts";

interface Link {
  readonly a: number;
  readonly next: Link;
}

interface Step {
  readonly dx: number;
  readonly dy: number;
}

const DIRS = [
  { dx: 1, dy: 0 },
  { dx: 0, dy: 0.5 },
  { dx: -1, dy: -0 },
  { dx: 7, dy: NaN },
] as const;
const STEPS: readonly Step[] = DIRS;
const BODIES = {
  bodies: [
    { mass: 1.5, fixed: true, at: { x: 1, y: 2 }, id: 1n, name: "sun" },
    { mass: 3e10, fixed: false, at: { x: -5, y: 6 }, id: -2n, name: "earth" },
    { mass: 0.5, fixed: true, at: { x: 0, y: 3 }, id: 7n, name: "moon" },
  ],
};
const STOPS = [
  { at: 0, rgb: [255, 0, 16], hash: 0xffffffff },
  { at: 0.5, rgb: [1, 2, 3], hash: 1 },
  { at: 1, rgb: [4, 5, 6], hash: 0x80000000 },
];
const RAGGED = [{ row: [1, 2, 3] }, { row: [4.5] }];
const FIRST = [{ k: 1 }, { k: 2 }];
const SECOND = [{ k: 30 }, { k: 40, more: 1 }, { k: 50 }];
const ANY: readonly { readonly k: number }[] = SECOND;
const BOTH = [FIRST[1], ...SECOND, FIRST[1], FIRST[0], SECOND[0]] as readonly { readonly k: number }[];
const UP = { gain: 2, bias: -1 };
const DOWN = { gain: 0.5, bias: 3 };
const planes = [new Float64Array(8), new Float64Array(8)];
const LAYERS = [
  {
    plane: planes[0] as Float64Array,
    scale: (x: number) => x * 2,
    weights: [
      [1, 2],
      [3, 4],
    ],
  },
  {
    plane: planes[1] as Float64Array,
    scale: Math.sqrt,
    weights: [
      [5, 6],
      [7, 8],
    ],
  },
];
const ALONE = [{ v: 4, on: true, id: 5n, nothing: NaN, zero: -0 }];
const RING: Link[] = [{ a: 1, next: undefined as never }];
RING.unshift({ a: -3, next: RING[0] as Link });
(RING[1] as { next: Link }).next = RING[0] as Link;
const LONE = { a: 100, next: RING[1] as Link };
const MANY = Array.from({ length: 300 }, (_, i) => ({ a: i * 3, b: i % 7 === 0, c: i / 2 }));
const OPTIONAL: readonly { readonly v: number; readonly w?: number }[] = [{ v: 1 }, { v: 2 }];
const CELLS = [[{ v: 1 }, { v: 2 }], [{ v: 3 }]];

class Point {
  readonly x: number;
  constructor(x: number) {
    this.x = x;
  }
  get twice(): number {
    return 2 * this.x;
  }
}
const POINTS = [new Point(1), new Point(4)];

const weight = (d: Step) => d.dx * 2 + d.dy;
const weightOf = ({ dx, dy = 9 }: Step) => dx * 2 - dy;
const stepAt = (k: number): Step => STEPS[k];
const noSuchStep = (k: number) =>
  refuses(RangeError, new RegExp(`^index ${k} is out of bounds for 'DIRS' of length 4`), k);

defineKernels("lists of objects", {
  "by an index": {
    kernel: (k: number) => DIRS[k].dx * 10 + DIRS[k].dy,
    cases: () => [...singles([0, 1, 2, 3]), ...[4, -1, 0.5, NaN, 2 ** 31, -Infinity].map(noSuchStep)],
  },
  "an element in a variable": {
    kernel: (k: number) => [DIRS[k].dy, DIRS[k]["dx"]],
    cases: () => singles([0, 1, 2, 3]),
  },
  "the index is evaluated once": {
    kernel: (i: number) => {
      const x = DIRS[i++].dx;
      const d = DIRS[i++];
      i += 5;
      const { dx, dy } = STEPS[i++ - 7];
      return [x, d.dx, d.dy, dx, dy, i];
    },
    cases: () => singles([0, 1, 2]),
  },
  "checked where it is read": {
    kernel: (out: Float64Array, k: number) => {
      out[0] = 1;
      const d = DIRS[k];
      out[1] = 2;
      return d.dx;
    },
    cases: () => [
      [new Float64Array(2), 1],
      refuses(RangeError, /^index 9 is out of bounds for 'DIRS'/, new Float64Array(2), 9),
    ],
  },
  length: constant(() => DIRS.length + BODIES.bodies.length),
  "by a constant": constant(() => DIRS[0].dx + DIRS[1].dy + SECOND[0].k),
  "for…of": constant(() => {
    let s = 0;
    for (const d of DIRS) s = s * 3 + d.dx;
    for (const { dx, dy: e } of DIRS) {
      if (dx > 5) continue;
      s = s * 3 + dx * e;
    }
    return s;
  }),
  entries: constant(() => {
    let s = 0;
    for (const [k, d] of DIRS.entries()) s = s * 3 + k * d.dx;
    for (const [k, { dx }] of STEPS.entries()) s = s * 3 - k * dx;
    for (const k of DIRS.keys()) s += DIRS[k].dx * k;
    for (const { dx } of DIRS.values()) s += dx;
    return s;
  }),
  "a counting loop": {
    kernel: (n: number) => {
      let s = 0;
      for (let k = 0; k < n; k++) for (let j = 0; j < DIRS.length; j++) s = s * 0.5 + DIRS[j].dx - STEPS[k].dx;
      return s;
    },
    cases: () => [...singles([0, 3, 4]), refuses(RangeError, /^index 4 is out of bounds for 'STEPS' of length 4/, 7)],
  },
  methods: {
    kernel: (k: number) => {
      const xs = DIRS.map((d) => d.dx);
      let s = 0;
      DIRS.forEach(({ dx }, i) => {
        s += dx * i;
      });
      const all = DIRS.reduce((sum, d) => sum + d.dx, 0);
      return [
        xs[k],
        s,
        all,
        DIRS.findIndex((d) => d.dx === 7),
        DIRS.some((d) => d.dx < 0),
        STEPS.every((d) => d.dx > 0),
      ];
    },
    cases: () => singles([0, 3]),
  },
  "taken apart as a whole": constant(() => {
    const [first, { dx }, , last] = DIRS;
    return first.dx + dx * 10 + last.dx * 100;
  }),
  "of an object, with objects, booleans and BigInts in them": {
    kernel: (k: number) => {
      const body = BODIES.bodies[k];
      const { x } = body.at;
      const {
        mass,
        at: { y },
      } = BODIES.bodies[k];
      return [body.mass, body.fixed ? 1 : 0, x, y, mass > 1 && body.fixed, body.id + 1n, body.at.y * 2];
    },
    cases: () => [
      ...singles([0, 1, 2]),
      refuses(RangeError, /^index 3 is out of bounds for 'BODIES.bodies' of length 3/, 3),
    ],
  },
  "with lists in them": {
    kernel: (k: number, j: number) => {
      const {
        at,
        rgb: [r, g, b],
        hash,
      } = STOPS[k];
      return [STOPS[k].rgb[j], at, r + g * b, hash >>> 3, hash, RAGGED[k % 2].row[0], RAGGED[k % 2].row.length];
    },
    cases: () => [
      [0, 1],
      [2, 2],
      refuses(RangeError, /^index 3 is out of bounds for 'STOPS\[k\].rgb' of length 3/, 1, 3),
      refuses(RangeError, /^index 5 is out of bounds for 'STOPS' of length 3/, 5, 0),
    ],
  },
  "with lists of different lengths": {
    kernel: (k: number, j: number) => RAGGED[k].row[j],
    cases: () => [
      [0, 2],
      [1, 0],
      refuses(RangeError, /^index 1 is out of bounds for 'RAGGED\[k\].row' of length 1/, 1, 1),
    ],
  },
  "with typed arrays, functions and matrices": {
    kernel: (k: number, x: number) => {
      const { plane, scale, weights } = LAYERS[k];
      plane[2] = scale(x);
      LAYERS[1 - k].plane.fill(weights[1][k]);
      return LAYERS[k].scale(x) + LAYERS[k].weights[k][1] + plane.length;
    },
    captured: planes,
    cases: () => [
      [0, 9],
      [1, 9],
    ],
  },
  "of one": {
    kernel: (k: number) => ALONE[k].v,
    cases: () => [[0], refuses(RangeError, /^index 1 .* 'ALONE' of length 1/, 1)],
  },
  "of many": {
    kernel: (a: Int32Array) => {
      let s = 0;
      for (let i = 0; i < a.length; i++) {
        const m = MANY[a[i]];
        if (m.b) s += m.a - m.c;
      }
      return s;
    },
    cases: () => [
      [Int32Array.from({ length: 100 }, (_, i) => (i * 37) % 300)],
      refuses(RangeError, /^index 300 is out of bounds for 'MANY' of length 300/, Int32Array.of(7, 300)),
    ],
  },
  "with the same object several times": {
    kernel: (k: number) => BOTH[k].k + (BOTH[k] === BOTH[0] ? 1000 : 0),
    cases: () => singles([0, 1, 2, 3, 4, 5, 6]),
  },
  "instances of a class": { kernel: (k: number) => POINTS[k].x + POINTS[k].twice, cases: () => singles([0, 1]) },
  "a property that all lack": {
    kernel: (k: number) => OPTIONAL[k].v + (OPTIONAL[k].w ?? 5),
    cases: () => singles([0, 1]),
  },
  "lists of lists, by constants": {
    kernel: (k: number) => CELLS[0][k].v + CELLS[1][0].v,
    cases: () => singles([0, 1]),
  },
  "handed to helpers": {
    kernel: (k: number) => {
      const inner = (d: Step, by: number) => (d.dx > 0 ? d.dx * by : weight(d));
      return [weight(DIRS[k]), weightOf(DIRS[k]), inner(DIRS[k], 3), stepAt(k).dx, weight(stepAt(3 - k))];
    },
    cases: () => singles([0, 1, 2, 3]),
  },
  "in recursive functions": {
    kernel: (k: number) => {
      const nearest = (i: number, best: Step): Step =>
        i < 0 ? best : nearest(i - 1, DIRS[i].dx > best.dx && i < 3 ? DIRS[i] : best);
      const found = nearest(k, DIRS[2]);
      const sum = (d: Step, n: number): number => (n > 0 ? d.dx + sum(STEPS[n], n - 1) : d.dx);
      return found.dx * 100 + sum(found, k);
    },
    cases: () => singles([0, 1, 2, 3]),
  },
  "of a variable that a recursive function shares": {
    kernel: (n: number) => {
      let best = DIRS[2] as Step;
      const visit = (k: number): void => {
        if (k < 0) return;
        if (STEPS[k].dx > best.dx) best = STEPS[k];
        visit(k - 1);
      };
      visit(n);
      return best.dx;
    },
    cases: () => singles([0, 2, 3]),
  },
  "an element carried from round to round": {
    kernel: (a: Int32Array) => {
      let best = ANY[0];
      let before = FIRST[0] as { readonly k: number };
      let s = 0;
      for (const k of a) {
        const d = ANY[k];
        s = s * 2 + before.k;
        if (d.k > best.k) best = d;
        [before, best] = [best, d];
      }
      return [best.k, before.k, s];
    },
    cases: () => singles([Int32Array.of(0, 2, 1, 1, 0), Int32Array.of()]),
  },
  "objects as cells of a path": {
    kernel: (out: Uint8Array, width: number, moves: Uint8Array) => {
      let x = 2;
      let y = 2;
      for (const m of moves) {
        const { dx } = DIRS[m & 3];
        x = Math.min(Math.max(x + dx, 0), width - 1);
        y += STOPS[m % 3].rgb[1] & 1;
        out[y * width + x]++;
      }
    },
    cases: () => [[new Uint8Array(90), 9, Uint8Array.of(0, 1, 2, 2, 2, 3)]],
  },
});

defineKernels("one of several objects", {
  "of two lists": {
    kernel: (k: number, isFirst: boolean) => (isFirst ? FIRST[k] : SECOND[k + 1]).k,
    cases: () => [
      [0, true],
      [1, true],
      [0, false],
      [1, false],
      refuses(RangeError, /^index 3 is out of bounds for 'SECOND' of length 3/, 2, false),
    ],
  },
  "of overlapping lists": {
    kernel: (k: number, j: number, which: number) => {
      let o = BOTH[k];
      if (which === 1) o = SECOND[j];
      else if (which === 2) o = FIRST[j];
      const p = which > 0 ? BOTH[k] : o;
      return o.k * 100 + p.k;
    },
    cases: () => [0, 1, 2].flatMap((w) => [0, 1, 2, 3, 4, 5, 6].flatMap((k) => [0, 1].map((j) => [k, j, w]))),
  },
  "named ones": {
    kernel: (x: number) => {
      const { gain, bias } = x > 0 ? UP : DOWN;
      let t = UP;
      if (x > 10) t = DOWN;
      const other = x > 5 && t === UP ? DOWN : t;
      return [gain * x + bias, t.gain, other.bias, t === UP, t !== other, DOWN === UP];
    },
    cases: () => singles([-1, 0.5, 7, 11]),
  },
  "listed in the kernel": {
    kernel: (k: number) => {
      const pair = [UP, DOWN] as const;
      let s = 0;
      for (const { gain } of pair) s += gain;
      const [{ bias = 7 }, second] = [DIRS[k], pair[k]] as unknown as [{ bias?: number }, typeof UP];
      return [pair[k].gain, s, second.bias, bias];
    },
    cases: () => singles([0, 1]),
  },
  compared: {
    kernel: (i: number, j: number) => {
      const same = DIRS[i] === STEPS[j];
      let n = 0;
      for (const d of DIRS) if (d !== DIRS[i] && d != null && d) n++;
      return [same, n, (DIRS[i] as object) === UP, typeof DIRS[i] === "object", DIRS[i] === DIRS[2]];
    },
    cases: () => [
      [0, 0],
      [1, 2],
      [2, 2],
    ],
  },
  "taken apart by an assignment": {
    kernel: (n: number) => {
      let dx = 0;
      let s = 0;
      for (let k = 0; k < n; k++) {
        ({ dx } = DIRS[k]);
        if (k > 1) ({ dx, dx: s } = STEPS[k - 1]);
        s += dx;
      }
      return s;
    },
    cases: () => singles([0, 1, 4]),
  },
});

defineKernels("one of several objects that each way meets in another order", {
  "moved on by a closure, and exchanged": {
    kernel: (n: number, x: number) => {
      let s = RING[n & 1];
      let t: Link = x > 0 ? RING[1] : LONE;
      let sum = 0;
      for (let r = 0; r < n; r++) {
        const on = () => {
          t = t.next;
          sum = sum * 2 + t.a;
        };
        on();
        on();
        [s, t] = [t, s];
      }
      return [sum, s.a, t.a, s === LONE, t === RING[0]];
    },
    cases: () => [0, 1, 2, 3, 8, 9].flatMap((n) => [[n, 1.5] as const, [n, -1.5] as const]),
  },
});

const half = (x: number) => x / 2;

defineKernels("cases of a switch that are no numbers", {
  "one of several objects": {
    kernel: (k: number, x: number) => {
      let sum = 0;
      for (let i = 0; i <= k; i++) {
        switch (STEPS[i]) {
          case DIRS[1]:
            sum += 1;
            break;
          case x > 0 ? DIRS[2] : DIRS[0]:
            sum += 10;
          default:
            sum += 100;
        }
      }
      return sum;
    },
    cases: () => [0, 1, 2, 3].flatMap((k) => [[k, 1.5] as const, [k, -1.5] as const]),
  },
  "known objects, functions and what is missing": {
    kernel: (x: number, y?: number) => {
      let sum = 0;
      const up: unknown = UP;
      switch (up) {
        case DOWN:
          sum = 1;
          break;
        case UP:
          sum = x;
      }
      const f: unknown = half;
      switch (f) {
        case weight:
          sum += 10;
          break;
        case half:
          sum += 20;
      }
      switch (y) {
        case undefined:
          return sum + 100;
        default:
          return sum + y;
      }
    },
    cases: () => [[1], [1.5, undefined], [2, 5]],
  },
});

defineKernels("properties that are the same in all objects of a list", {
  "read at an index": {
    kernel: (k: number) => {
      const { on, id, nothing } = ALONE[k];
      return [+ALONE[k].on, on ? 1 : 2, ALONE[k].id + id, ALONE[k].on !== on, nothing, ALONE[k].zero];
    },
    cases: () => [...singles([0]), refuses(RangeError, /^index 1 is out of bounds for 'ALONE' of length 1/, 1)],
  },
});

interface Options {
  readonly from?: number;
  readonly step?: number;
  readonly inner?: { readonly gain?: number; readonly deep?: { readonly bias?: number } };
  readonly compare?: (x: number, y: number) => number;
}

const FAST: Options = { step: 4, inner: { gain: 0.5 } };
const DEEP: Options = { from: -1, inner: { deep: { bias: 3 } } };

const folded = (
  x: number,
  { from = -1, step = 2 ** 3, inner: { gain = x * 2, deep: { bias } = { bias: -from } } = {} }: Options = {},
) => [from, step, gain, bias ?? NaN] as const;
const given = (x: number, { from, step = 5 }: Options = { from: -3 }, y = 1 / 4) => x * (from ?? 100) + step + y;
const sorted = (a: Int32Array, { from = 0, step = a.length, compare = (x, y) => y - x }: Options = {}) =>
  a.subarray(from, step).sort(compare)[0];

interface Flags {
  readonly gain?: number;
  readonly flag?: boolean;
  readonly other?: number;
}
const asked = (x: number, options: Flags = {}) => {
  const { gain = 2, flag, other } = options;
  if (!flag && x > 4) return -1;
  return flag ? x : x * gain + (other || 3);
};
const named = (x: number, { gain = 2, flag }: Flags = {}) => (flag ? x : x * gain);
const ASKED: Flags = { gain: 3 };

defineKernels("properties that are only asked for", {
  "of options": {
    kernel: (x: number) => [
      asked(x),
      asked(x, { gain: 3 }),
      asked(x, { flag: x > 2, other: 7 }),
      named(x, ASKED),
      named(x, { flag: true }),
    ],
    cases: () => singles([-0, 1, 3, 5, Number.NaN]),
  },
  "of what is captured and of one of several": {
    kernel: (x: number) => {
      const { flag } = ASKED;
      const one: { k: number; wide?: boolean } = x > 1 ? { k: 1 } : { k: 2 };
      const isOn = ASKED.flag && x > 1;
      return [flag ? 1 : 0, ASKED.other || x, isOn ? 4 : 5, one.wide ? 6 : one.k];
    },
    cases: () => singles([-0, 1, 3, 5]),
  },
});

defineKernels("defaults of options", {
  "of a helper": {
    kernel: (x: number) => [...folded(x), ...folded(x, undefined), ...folded(x, FAST), ...folded(x, DEEP)],
    cases: () => singles([3, -1.5]),
  },
  "an object literal": {
    kernel: (x: number) => [given(x), given(x, DEEP, 2), given(x, undefined, 3)],
    cases: () => singles([3, -1.5]),
  },
  "lengths and functions": {
    kernel: (a: Int32Array) => sorted(a),
    cases: () => [[Int32Array.of(1, 3, 2)], [Int32Array.of(7)]],
  },
  "of the kernel": {
    kernel: (x: number, { from = -1, step = from * 2, inner: { gain } = { gain: 4 } }: Options = {}, y = -0.5) => [
      x + from,
      step,
      gain ?? NaN,
      y,
    ],
    cases: () => [[3], [3, undefined], [3, undefined, 5], refuses(TypeError, /argument 2 of .* is an object/, 3, FAST)],
  },
  "in declarations and assignments": {
    kernel: (x: number) => {
      const { inner: { gain = 1, deep: { bias = 7 } = {} } = {}, compare: f = Math.max } = FAST;
      let p = 0;
      let q = 0;
      ({
        from: p = -x,
        inner: {
          deep: { bias: q = 8 } = { bias: 9 },
        } = {},
      } = FAST);
      return [gain, bias, f(x, 1), p, q];
    },
    cases: () => singles([3, -1.5]),
  },
});

test("a default that Object.prototype has, or that a later parameter would give, is refused", () => {
  const text = (x: number, { toString: f }: object = {}) => (f === undefined ? x : -x);
  const inherited = njit((x: number) => text(x));
  assert.throws(() => inherited(1), { name: "CompileError", message: /has no property `toString`/ });
  // @ts-expect-error: a default uses what comes after it
  const late = ({ from = y }: Options = {}, y = 2) => from + y;
  const early = njit(() => late());
  assert.throws(() => early(), { name: "CompileError", message: /defaults that call something or need each other/ });
});

defineKernels("object literals of which only the properties are used", {
  state: {
    kernel: (a: Float64Array) => {
      const seen = { sum: 0, count: 0, any: false };
      for (const v of a) {
        seen.sum += v;
        seen.count++;
        seen.any ||= v > 0;
      }
      const { sum, any } = seen;
      return [sum / seen.count, any];
    },
    cases: () => [...singles([randomFloats(9, 1), new Float64Array(0), Float64Array.of(NaN, 1)])],
  },
  "in others, beside others and in each round": {
    kernel: (x: number) => {
      let sum = 0;
      for (let i = 0; i < 3; i++) {
        const a = i,
          p = { at: { x: a * x, y: 2 }, w: [1, 2, 3], twice: (v: number) => v * 2 },
          b = p.at.y;
        p.at.x += p.at.y;
        p.w[i] = p.at.x;
        [p.at.x, p.at.y] = [p.at.y, p.at.x];
        sum = sum * 10 + p.twice(p.at.x) + p.w[0] + b;
      }
      return sum;
    },
    cases: () => singles([3, -0.5, NaN]),
  },
  "in recursive functions": {
    kernel: (n: number) => {
      const state = { calls: 0, deepest: -1 };
      const go = (k: number, depth: number) => {
        state.calls++;
        state.deepest = Math.max(state.deepest, depth);
        if (k < 2) return;
        go(k - 1, depth + 1);
        go(k - 2, depth + 1);
      };
      go(n, 0);
      return [state.calls, state.deepest];
    },
    cases: () => singles([0, 7]),
  },
});

/** As a text, in which no tool gives one of two equal names another. */
const written = (text: string) => njit(new Function("UP", `return (${text});`)(UP) as (x: number) => number);

test("an object literal of which more is used than properties that it has, and one of these is assigned, is refused", () => {
  const texts: Record<string, RegExp> = {
    "(x) => { const p = { x }; return p.y; }": /`p` has no property `y`/,
    "(x) => { const p = { x }; const q = p; q.x = 4; return p.x; }": /The property `x` of `q` can't be assigned/,
    "(x) => { let p = { x }; p = { x: 2 }; p.x++; return p.x; }": /The property `x` of `p` can't be assigned/,
    "(x) => { for (const p = { x: 0 }; p.x < x; p.x++); return x; }": /The property `x` of `p` can't be assigned/,
    "(x) => { const p = { get x() { return 1; } }; return p.x + x; }": /A getter or setter/,
    "(x) => { const p = { __proto__: UP, x }; return p.x; }": /`__proto__` in an object literal/,
  };
  for (const [text, message] of Object.entries(texts)) {
    const kernel = written(text);
    assert.throws(() => kernel(3), { name: "CompileError", message }, text);
  }
  assert.equal(written("(x) => { let p = { x }; p = { x: 2 }; return p.x; }")(3), 2);
});

test("object literals of one name", () => {
  const texts = [
    "(x) => { const r = UP.gain; { const UP = { gain: x }; UP.gain++; x = UP.gain; } return r + UP.gain * x; }",
    "(x) => { const f = () => { const p = { n: 1 }; p.n += x; return p; }; const g = () => { const p = { m: x, n: 0 }; p.n--; return p; }; return [f(), g()]; }",
    "(x) => { const p = { n: x }; p.n++; const f = (p) => p.n * 2; return f({ n: p.n }); }",
    "(x) => { const p = { n: x }; p.n++; { const p = { n: 5 }; p.n += x; x = p.n; } return { p, x }; }",
    "(x) => { const p = { n: x }; const f = () => { if (x > 0) { var p = { n: 2 }; } else p = { n: 3 }; return p.n; }; return f() + p.n; }",
    "(x) => { let s = 0; for (let i = 0; i < 2; i++) { const p = { n: i }; p.n += x; s += p.n; } const p = { n: s }; p.n *= 2; return p; }",
    "(x) => { const p = { n: 1 }; p.n = x; switch (x) { case 3: const p = { n: 7 }; return p.n; } return p.n; }",
  ];
  for (const text of texts) {
    const kernel = written(text);
    for (const x of [3, -1, 0.5]) assert.deepEqual(kernel(x), kernel.jsFunction(x), text);
  }
  for (const [text, result] of [
    ["(x) => { const p = { x }; { const p = { x: 5 }; p.x *= x; x = p.x; } return p.x + x; }", 18],
    ["(x) => { const r = UP.gain; { const UP = { gain: x }; return r + UP.gain; } }", UP.gain + 3],
    [
      "(x) => { const f = (p) => p * 2; const p = { x, y: 1 }; { const p = { z: 5 }; p.z++; x = p.z; } return f(p.x) + x + p.y; }",
      13,
    ],
    ["(x) => { var p = { x, y: 1 }; for (var i = 0; i < 3; i++) p.x += i; return p.x + p.y; }", 7],
    ["(x) => { let s = 1; s += { q: s++ * x }.q; return s + ({ f: (v) => v + { z: { w: v } }.z.w }).f(x); }", 10],
  ] as const)
    assert.equal(written(text)(3), result, text);
});

defineKernels("variables that change while they are taken apart", {
  "a name of the pattern": {
    kernel: (k: number) => {
      var s: Link = RING[k];
      var { next: s, a } = s;
      return [a, s.a];
    },
    cases: () => singles([0, 1]),
  },
  "by a default": {
    kernel: (k: number) => {
      let s: Link & { readonly missing?: number } = RING[k];
      const turn = () => {
        s = LONE;
        return 3;
      };
      const { missing: p = turn(), a } = s;
      s = RING[k];
      const { a: b, missing: q = (s = LONE).a, next } = s;
      let c = 0;
      let r = 0;
      s = RING[k];
      ({ missing: r = turn(), a: c } = s);
      return [p, a, q, b, next.a, r, c, s.a];
    },
    cases: () => singles([0, 1]),
  },
  "by a target": {
    kernel: (k: number, out: Float64Array) => {
      let s: Link = RING[k];
      let next: Link = LONE;
      ({ a: out[(s = LONE).a - 99], next } = s);
      return [next.a, s.a];
    },
    cases: () => singles([0, 1]).map(([k]) => [k, new Float64Array(2)]),
  },
  "a typed array": {
    kernel: (k: number, xs: Float64Array, ys: Float64Array) => {
      let a = xs;
      const out = new Float64Array(3);
      ({ length: out[((a = ys), k)] } = a);
      return [out[k], a.length];
    },
    cases: () => [[1, new Float64Array(2), new Float64Array(5)]],
  },
});

defineKernels("lists of objects in parallel loops", {
  sums: {
    kernel: (a: Float64Array, out: Float64Array) => {
      let hits = 0;
      for (const i of prange(a.length)) {
        const stop = STOPS[i % 3];
        const { mass, fixed } = BODIES.bodies[(i >> 2) % 3];
        let s = 0;
        for (const { dx } of DIRS) s += dx * a[i];
        out[i] = s * stop.at + mass + stop.rgb[1];
        if (fixed) hits++;
      }
      return hits;
    },
    options: { parallel: true },
    cases: () => [[randomFloats(3000, 1), new Float64Array(3000)]],
  },
});

test("what the objects of a list have is frozen, and noticed by recompile()", () => {
  const list = [
    { v: 1, a: Float64Array.of(1) },
    { v: 2, a: Float64Array.of(2) },
  ];
  const kernel = njit((k: number) => list[k].v + 10 * list[k].a[0] + 100 * list.length);
  assert.equal(kernel(1), 222);
  const [first, second] = list as [{ v: number; a: Float64Array }, { v: number; a: Float64Array }];
  first.v = 5;
  second.v = 6;
  second.a[0] = 3;
  list.push({ v: 7, a: Float64Array.of(0) });
  assert.equal(kernel(1), 232);
  assert.throws(() => kernel(2), RangeError);
  second.a = Float64Array.of(4);
  assert.equal(kernel(1), 232);
  kernel.recompile();
  assert.equal(kernel(1), 346);
  assert.equal(kernel(2), 307);
});
