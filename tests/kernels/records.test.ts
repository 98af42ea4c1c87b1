/** Object literals as values: handed to helpers and returned by them, in variables and loops, taken apart, returned to JavaScript. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { njit, prange } from "../../src/index.ts";
import { defineKernels, jitDisabled } from "../support/differential.ts";
import { INT32_EDGES, NUMBER_EDGES, pairsOf, randomFloats, singles } from "../support/edge-values.ts";
import { binary, constant, unary } from "../support/operator-kernels.ts";

interface Vec {
  readonly x: number;
  readonly y: number;
  readonly z: number;
}

const add = (a: Vec, b: Vec): Vec => ({ x: a.x + b.x, y: a.y + b.y, z: a.z + b.z });
const scaled = (a: Vec, k: number): Vec => ({ x: a.x * k, y: a.y * k, z: a.z * k });
const dot = (a: Vec, b: Vec) => a.x * b.x + a.y * b.y + a.z * b.z;
const cross = ({ x, y, z }: Vec, b: Vec): Vec => ({
  x: y * b.z - z * b.y,
  y: z * b.x - x * b.z,
  z: x * b.y - y * b.x,
});
const divmod = (a: number, b: number) => ({ q: Math.floor(a / b), r: a - Math.floor(a / b) * b });
const evi = (n: number, r: number, b: number, { L = 1, C1 = 6, C2 = 7.5 } = {}) =>
  (2.5 * (n - r)) / (n + C1 * r - C2 * b + L);
const shifted = (x: number, p = { x: 0.5, y: x }) => p.x + p.y * x;
const extremes = (a: Float64Array) => {
  let [min, max] = [Infinity, -Infinity];
  for (const x of a) {
    if (x < min) min = x;
    if (x > max) max = x;
  }
  return { min, max };
};
const ORIGIN = { x: 1, y: 0.5 };
interface Gcd {
  readonly g: number;
  readonly x: number;
  readonly y: number;
}
const gcd = (a: number, b: number): Gcd => {
  if (b === 0) return { g: a, x: 1, y: 0 };
  const { g, x, y } = gcd(b, a % b);
  return { g, x: y, y: x - Math.floor(a / b) * y };
};
interface Body {
  x: number;
  v: number;
}
const energy = ({ x, v }: Body, k = 1) => 0.5 * v * v + k * x * x;
const both = (b: Body, k?: number) => energy(b) + energy({ ...b, x: 1 }, k);
const drawn = (b: Body, n: number): number => (n <= 0 ? b.x : b.v - pulled(b, n - 1));
const pulled = (b: Body, n: number): number => (n <= 0 ? b.v : b.x / 2 + drawn(b, n - 1));
const orRest = (x: number, b?: Body) => (b === undefined ? 0 : b.v) + (b?.x ?? x);
const orElse = (b?: Body, ...others: number[]) => {
  if (!b) return others.length;
  return (b ? b.v : 1) + (b && b.x > others[0] ? b.x : 0);
};
const weighted = (b: Body, xs: Float64Array) => {
  const at = (x: number) => x * b.v + b.x;
  const upTo = (n: number): number => (n <= 0 ? 0 : at(n) + upTo(n - 1));
  return xs.reduce((sum, x) => sum + at(x) * b.v, upTo(3));
};
const turned = (p: { x: number; y: number }, n: number): { x: number; y: number } =>
  n <= 0 ? p : turned({ x: p.y, y: -p.x + 0.5 }, n - 1);

defineKernels("objects returned to JavaScript", {
  "two numbers": binary((a: number, b: number) => ({ sum: a + b, difference: a - b })),
  "one property": unary((a: number) => ({ a })),
  "no properties": constant(() => ({})),
  "kinds mixed": unary((a: number) => ({ a, positive: a > 0, int: a | 0, f32: Math.fround(a), big: BigInt(a | 0) })),
  "constants and what is missing": constant(() => ({
    one: 1,
    minus: -0,
    nan: NaN,
    yes: true,
    big: 5n,
    none: undefined,
  })),
  "in the order in which they are written": unary((a: number) => ({ z: a, y: 1, b: { d: a, c: 2 }, a: 3 })),
  "names of Object.prototype, and odd ones": unary((a: number) => ({
    toString: a,
    constructor: 1,
    $: 2,
    größe: 3,
    _: 4,
  })),
  nested: binary((a: number, b: number) => [{ at: [a, { b }], e: {} }, [[{ a }]]]),
  arrays: {
    kernel: (a: Float64Array, n: number) => {
      const fresh = new Int32Array(n);
      for (let i = 0; i < n; i++) fresh[i] = i;
      return { a, fresh, part: a.subarray(1), plain: [n, 2], more: { a, twice: fresh } };
    },
    cases: () => [[Float64Array.of(1, 2, 3), 3]],
  },
  "of a helper": { kernel: extremes, cases: () => singles([randomFloats(9, 1), new Float64Array(0)]) },
  "of one of several returns": unary((a: number) => {
    if (a > 100) return { k: 1, v: a };
    if (a < 0) return { k: 0.5, v: 1 };
    return a === 0 ? { k: -1, v: 7 } : { k: a, v: -0 };
  }),
});

defineKernels("objects for helpers and of helpers", {
  vectors: {
    kernel: (x: number, y: number, z: number) => {
      const a = { x, y, z };
      const b = add(a, scaled({ x: 1, y: -2, z: 0.5 }, x));
      return [dot(a, b), cross(a, b), dot(cross(a, b), a)];
    },
    cases: () => [
      [1, 2, 3],
      [0.5, -0, Infinity],
      [NaN, 1e300, -1e300],
    ],
  },
  "taken apart": {
    kernel: (a: number, b: number) => {
      const { q, r } = divmod(a, b);
      let [s, t] = [0, 0];
      ({ q: s, r: t } = divmod(b, 7));
      return [q, r, s, t, divmod(q, 3).r];
    },
    cases: () => pairsOf(INT32_EDGES, INT32_EDGES),
  },
  options: binary((a: number, b: number) => [
    evi(a, b, 3),
    evi(a, b, 3, { L: 0.5 }),
    evi(a, b, 3, { C2: b, C1: a, L: 2 }),
  ]),
  defaults: unary((a: number) => [shifted(a), shifted(a, { x: a, y: 1 }), shifted(a, undefined)]),
  recursive: {
    kernel: (a: number, b: number) => gcd(a, b),
    cases: () => [
      [240, 46],
      [17, 0],
      [1071, 462],
    ],
  },
  "handed down": {
    kernel: (x: number, n: number) => turned({ x, y: 1 }, n),
    cases: () => pairsOf([0.5, -3], [0, 1, 2.5, 7]),
  },
  methods: unary((a: number) => {
    const summing = (scale: number) => {
      let sum = 0;
      let n = 0;
      return {
        add(x: number) {
          sum += x * scale;
          n++;
        },
        mean() {
          return sum / n;
        },
        get: (from = 1) => sum - from,
      };
    };
    const s = summing(2);
    s.add(a);
    s.add(a / 3);
    const others = {
      ...summing(-1),
      half(x: number): number {
        return x > 8 ? others.half(x / 2) : x / 2;
      },
    };
    others.add(s.mean());
    const { half, get } = others;
    return [s.mean(), s.get(), get(2), half(a), [a, 2].map(half)[1]];
  }),
  functions: unary((a: number) => {
    const shape = { area: (k: number) => k * a, sides: 4, scale: a > 0 ? Math.sqrt : Math.abs };
    const measure = (s: typeof shape) => s.area(s.sides) + s.scale(2);
    return measure(shape);
  }),
  "typed arrays and tuples": {
    kernel: (a: Float64Array) => {
      const window = (from: number, n: number) => ({ values: a.subarray(from, from + n), ends: [from, from + n] });
      let sum = 0;
      for (let i = 0; i + 2 <= a.length; i++) {
        const { values, ends } = window(i, 2);
        values[0] += values[1] * ends[1];
        sum += values[0] + ends[0];
      }
      return sum;
    },
    cases: () => singles([randomFloats(9, 2), new Float64Array(1)]),
  },
});

const weights = Float64Array.of(1, 2, 3);
const DEFAULTS = {
  L: 1,
  nothing: NaN,
  minus: -0,
  big: 5n,
  on: true,
  weights,
  table: [1, 2.5],
  planes: [weights, Float64Array.of(4)],
  inner: { k: 3 },
  by: (x: number) => x * 2,
};
const NUMBERS = { L: 1, nothing: NaN, minus: -0, on: true };
interface Options {
  readonly L?: number;
  readonly minus?: number;
}
const apply = (x: number, options?: Options) => {
  const { L, minus, weights: w, table, inner, by, planes } = { ...DEFAULTS, ...options };
  w[0] += 1;
  return [by(x) * L, minus, w[1] + w[0], table[x > 0 ? 1 : 0], inner.k, planes[1][0] + planes[0][0]];
};

defineKernels("captured objects", {
  "handed to what takes objects": {
    kernel: (x: number) => {
      const distance = (p: { x: number; y: number }, q: { x: number; y: number }) => Math.abs(p.x - q.x) + p.y * q.y;
      return [distance(ORIGIN, { x, y: 2 }), distance({ y: x, x: 1 }, ORIGIN), distance(ORIGIN, ORIGIN)];
    },
    cases: () => singles([3, -0.5, NaN]),
  },
  "spread into others": {
    kernel: (x: number) => [apply(x), apply(x, { L: x }), apply(x, { minus: 3, L: 2 })],
    cases: () => singles([3, -0.5, NaN]),
    captured: [weights],
  },
  "what is left of them": {
    kernel: (x: number) => {
      const {
        L,
        inner: { k },
        by,
        planes,
        table,
        weights: w,
        ...rest
      } = DEFAULTS;
      const { nothing, ...others } = NUMBERS;
      const strip = ({ a, ...left }: { a: number; b: number; c: { d: number } }, y = 2) => ({ ...left, a: a + y });
      let [p, q] = [{ d: x }, 0];
      ({ a: q, c: p } = { a: x, c: { d: 3 } });
      for (const { v, ...more } of [
        { v: x, m: 1 },
        { v: 2, m: x },
      ])
        q += v * more.m;
      return [L + k, rest, others, nothing, strip({ a: x, b: 1, c: p }), q, w[0] + table[1] + by(planes[1][0])];
    },
    cases: () => singles([3, -0.5]),
  },
  "spread into a result": unary((a: number) => ({ a, ...NUMBERS, on: a > 0, ...(undefined as Options | undefined) })),
});

defineKernels("objects in variables", {
  "that a loop carries": {
    kernel: (n: number, dt: number) => {
      const step = (p: { x: number; v: number }) => ({ x: p.x + dt * p.v, v: p.v - dt * p.x });
      let p = { x: 1, v: 0 };
      for (let i = 0; i < n; i++) p = step(p);
      return p;
    },
    cases: () => pairsOf([0, 1, 30], [0.1, -0.5]),
  },
  "integers that a loop carries": {
    kernel: (a: Int32Array) => {
      let best = { at: -1, value: -2147483648 };
      for (let i = 0; i < a.length; i++) if (a[i] > best.value) best = { at: i, value: a[i] };
      return best;
    },
    cases: () => singles([Int32Array.of(3, 9, -1, 9), new Int32Array(0), Int32Array.from(INT32_EDGES)]),
  },
  "swapped, and one of two": binary((a: number, b: number) => {
    let p = { v: a };
    let q = { v: b };
    if (a > b) [p, q] = [q, p];
    const r = a === 0 ? { v: 5 } : p;
    return [p, q, r.v, p || q, (b > 0 ? p : q).v];
  }),
  "spread into others": unary((a: number) => {
    let calls = 0;
    const next = (x: number) => {
      calls++;
      return x;
    };
    const p = { x: next(a), y: 1, z: calls };
    const q = { w: 0, ...p, y: next(calls), more: true };
    return { ...q, ...p, last: next(3), x: calls, calls };
  }),
  "a name that is written twice": constant(() => {
    let k = 0;
    // @ts-expect-error: JavaScript takes the last, in the place of the first
    const p = { a: ++k, b: ++k, a: ++k };
    const q = p;
    return q;
  }),
  "asked what they are": unary((a: number) => {
    const p: { a: number; b?: number } | undefined = { a };
    const q = p;
    return [typeof q === "object", q ? 1 : 0, !q, Array.isArray(q), q == null, q?.a, q?.b ?? 7, (q ?? { a: 1 }).a, p.a];
  }),
  closures: unary((a: number) => {
    let p = { n: 0, a };
    const count = (by: number) => {
      p = { ...p, n: p.n + by };
      return p;
    };
    count(2);
    return [count(a > 0 ? 1 : 5), p.n, p];
  }),
  "in lists": {
    kernel: (i: number, x: number) => {
      const points = [
        { x: 1, y: x },
        { x, y: 2.5 },
        { x: -0, y: 3 },
      ];
      let sum = 0;
      for (const p of points) sum += p.x * p.y;
      for (const [k, { x, y }] of points.entries()) sum = sum * 2 + x - y * k;
      const { x: first, y } = points[i];
      return [
        sum,
        first,
        y,
        points[2].y,
        points.map((p) => ({ norm: p.x + p.y })),
        points.reduce((s, p) => s + p.y, 0),
      ];
    },
    cases: () => pairsOf([0, 1, 2], [4, -0.5]),
  },
  "as what a loop runs to": {
    kernel: (a: Float64Array, n: number) => {
      const grid = (width: number, height: number) => ({ width, height, size: width * height });
      const g = grid(n, 3);
      const { size } = g;
      let sum = size;
      for (let y = 0; y < g.height; y++) for (let x = 0; x < g.width; x++) sum += a[y * g.width + x];
      return sum;
    },
    cases: () => [
      [randomFloats(30, 3), 10],
      [randomFloats(30, 3), 0],
    ],
  },
  "with plain arrays of several forms": {
    kernel: (i: number) => {
      const put = (p: { w: number[] }, k: number) => {
        p.w[k] += i;
        return p.w[k];
      };
      let p = { w: [1, 2] };
      const q = p;
      let sum = put(p, i);
      p = { w: [3, 4, 5] };
      for (const x of p.w) sum = sum * 10 + x;
      return [sum, p.w[i], q];
    },
    cases: () => singles([0, 1]),
  },
  "read by functions, and then returned": unary((a: number) => {
    const s = { n: 0, list: [1, 2] };
    const twice = () => s.n * 2;
    const read = () => ({ n: s.n, first: s.list[0] });
    s.n = a;
    const before = [twice(), read()];
    s.list[0] = 3;
    s.n++;
    return { s, before, after: [s.n > 2 ? s : { n: 0, list: s.list }] };
  }),
  "taken apart at once": unary((a: number) => {
    const {
      x,
      y: [z],
    } = { x: a, y: [a > 0, 2] };
    return [x, z];
  }),
  "beyond 64 bits and back": {
    kernel: (a: bigint) => {
      const half = (p: { hi: bigint; lo: bigint }) => ({ hi: p.lo, lo: BigInt.asUintN(64, p.hi * 3n) });
      let p = { hi: a, lo: 1n };
      for (let i = 0; i < 5; i++) p = half(p);
      return p;
    },
    cases: () => singles([0n, 5n, 2n ** 62n]),
  },
});

defineKernels("objects that are filled and then returned", {
  statistics: {
    kernel: (a: Float64Array) => {
      const s = { n: 0, sum: 0, any: false };
      for (const x of a) {
        s.n++;
        s.sum += x;
        s.any ||= x < 0;
      }
      return s;
    },
    cases: () => singles([randomFloats(9, 1), new Float64Array(0)]),
  },
  "in others, and on several ways": {
    kernel: (a: number) => {
      const p = { x: a, y: 1 };
      const list = { first: p.x, at: 0 };
      list.at = 3;
      p.y++;
      if (a > 10) return { p, list: [list, list.first], more: { ...p, z: list.at } };
      p.x = -p.x;
      return a > 0
        ? { p, list: [list, 1], more: { x: p.y, y: 0, z: 1 } }
        : { p, list: [list, 2], more: { ...p, z: 2 } };
    },
    cases: () => singles([11, 3, -1]),
  },
  "by a helper": unary((a: number) => {
    const made = (k: number) => {
      const r = { k, twice: 0 };
      r.twice = k * 2;
      return r;
    };
    const [p, q] = [made(a), made(1)];
    return [p, q.twice + p.k];
  }),
});

defineKernels("objects that are filled and meanwhile", {
  "lent to helpers that look at them": {
    kernel: (xs: Float64Array, dt: number) => {
      const b = { x: xs.length, v: 1 };
      const far = (c: Body) => c.x > 2 * b.v;
      const isFar = () => far(b);
      let most = 0;
      for (const x of xs) {
        b.v -= x * dt;
        b.x += b.v * dt;
        most = Math.max(most, energy(b), isFar() ? both(b, 2) : weighted(b, xs));
        if (Number.isNaN(b.x)) b.x = 1;
      }
      return {
        ...b,
        rest: orRest(1) + orRest(dt, b),
        else: orElse() + orElse(b, dt),
        most,
        drawn: drawn({ x: 2, v: dt }, 3) + drawn(b, 4),
      };
    },
    cases: () => [
      [randomFloats(9, 4), 0.25],
      [new Float64Array(0), 2],
      [Float64Array.of(NaN, -0, Infinity), 1],
    ],
  },
  "spread into copies": {
    kernel: (a: Int32Array) => {
      const s = { sum: 0, n: 0 };
      const add = (x: number) => {
        if (s.n < 100) s.n++;
        s.sum += x;
      };
      const seen = () => ({ ...s, mean: s.sum / s.n });
      let best = { ...s };
      for (const x of a) {
        add(x);
        if (s.sum > best.sum) best = { ...s };
      }
      const order = { ...s, before: s.n, after: (s.n = 7), ...s };
      add(1);
      return [best, order, seen(), { ...s }];
    },
    cases: () => singles([Int32Array.of(3, -5, 9, -1), new Int32Array(0)]),
  },
  "one of several functions' and under a case": unary((a: number) => {
    const look = a > 1 ? (b: Body) => b.x : (b: Body) => b.v * 3;
    switch (a) {
      case 2:
      case 3: {
        const b = { x: a, v: 5 };
        b.x++;
        return look(b) + energy(b);
      }
      default:
        const b = { x: 1, v: a };
        b.v *= 2;
        return look(b);
    }
  }),
});

defineKernels("methods of objects", {
  "that share variables": {
    kernel: (xs: Int32Array, seed: number) => {
      const generator = (from: number) => {
        let state = from | 0;
        return {
          next() {
            state = (Math.imul(state, 1664525) + 1013904223) | 0;
            return state >>> 0;
          },
          skip({ times = 1 } = {}) {
            for (let k = 0; k < times; k++) mixed(state);
          },
        };
        function mixed(s: number) {
          state = s ^ 5;
        }
      };
      const stack = new Int32Array(xs.length);
      const top = { at: 0 };
      const kept = {
        push(x: number) {
          stack[top.at++] = x;
        },
        pop: () => stack[--top.at],
      };
      const random = generator(seed);
      for (const x of xs) if (x > 0) kept.push(x);
      random.skip({ times: 3 });
      let sum = random.next();
      while (top.at > 0) sum += kept.pop() * (random.next() % 7);
      return sum;
    },
    cases: () => [
      [Int32Array.of(1, -2, 3, 4), 9],
      [new Int32Array(0), 0.5],
    ],
  },
  "that call themselves": unary((a: number) => {
    const pow = (x: number) => x * x;
    const m = {
      pow(x: number, n: number): number {
        return n <= 1 ? pow(x) : x * m.pow(x, n - 1);
      },
    };
    return m.pow(a, 3);
  }),
});

test("a function that was made of a lent object isn't called later", { skip: jitDisabled }, () => {
  const reader = (b: Body) => () => b.x;
  const holder = (b: Body) => ({ read: () => energy(b) });
  const kernels = [
    (x: number) => {
      const b = { x, v: 1 };
      const read = reader(b);
      b.x++;
      return read();
    },
    (x: number) => {
      const b = { x, v: 1 };
      let read = () => 0;
      const keep = (f: () => number) => {
        read = f;
      };
      const look = (c: Body) => keep(() => c.x);
      look(b);
      b.x++;
      return read();
    },
    (x: number) => {
      const b = { x, v: 1 };
      const { read } = holder(b);
      b.x++;
      return read();
    },
    (x: number) => {
      const down = (d: number): number => {
        const below = d > 0 ? down(d - 1) : 0;
        const b = { x: d, v: 1 };
        const read = reader(b);
        b.x++;
        return below + read();
      };
      return down(x);
    },
    (x: number) => {
      const counted = (f: () => number, n: number): number => (n <= 0 ? f() : counted(f, n - 1));
      const choosing = (c: Body) => {
        const read = c.x > 1 ? () => c.x : () => c.v;
        return () => read();
      };
      const b = { x, v: 1 };
      const read = choosing(b);
      b.v++;
      return counted(read, 2);
    },
    (x: number) => {
      const choosing = (c: Body) => {
        const reads = [() => c.x, () => c.v];
        const down = (n: number): number => (n <= 0 ? reads[x > 1 ? 1 : 0]() : down(n - 1));
        return down;
      };
      const b = { x, v: 1 };
      const down = choosing(b);
      b.x++;
      return down(2);
    },
  ];
  for (const kernel of kernels)
    assert.throws(() => njit(kernel)(1), { name: "CompileError", message: /which had its own `[bc]`/ });
});

test("what others see of an object that is returned isn't changed", { skip: jitDisabled }, () => {
  const kernel = njit((x: number) => {
    const make = () => {
      const made = { n: x };
      const inc = () => {
        made.n++;
      };
      return { made, inc };
    };
    const { made: p, inc } = make();
    inc();
    return p.n;
  });
  assert.throws(() => kernel(1), { name: "CompileError", message: /The property `n` of `made` can't be assigned/ });
});

test("properties of results are the object's own, whatever is on Object.prototype", () => {
  const kernel = njit((x: number) => ({ x, shape: x * 2 }), { cache: false });
  kernel(0);
  const set: unknown[] = [];
  Object.defineProperty(Object.prototype, "shape", { set: (v: unknown) => set.push(v), configurable: true });
  try {
    assert.deepEqual(Object.entries(kernel(3)), [
      ["x", 3],
      ["shape", 6],
    ]);
  } finally {
    Reflect.deleteProperty(Object.prototype, "shape");
  }
  assert.deepEqual(set, []);
});

test("a result that signatures name", () => {
  const point = (x: number) => ({ x, at: { y: x > 0 } });
  const typed = njit(point, { signatures: ["NamedTuple(x: float64, at: NamedTuple(y: bool))(float64)"] });
  assert.deepEqual(typed(2), { x: 2, at: { y: true } });
  if (jitDisabled) return;
  assert.deepEqual(typed.signatures, ["NamedTuple(x: float64, at: NamedTuple(y: bool))(float64)"]);
  const other = { name: "TypeError", message: /NamedTuple\(at: bool, x: float64\)/ };
  assert.throws(() => njit(point, { signatures: ["NamedTuple(at: bool, x: float64)(float64)"] })(1), other);
});

const summary = (a: Float64Array) => {
  let sum = 0;
  for (const i of prange(a.length)) sum += a[i];
  return { mean: sum / a.length, n: a.length };
};

test("of parallel kernels, later, and of other kernels", async () => {
  const a = Float64Array.from({ length: 5000 }, (_, i) => i);
  const expected = { mean: 2499.5, n: 5000 };
  const kernel = njit(summary, { parallel: true });
  assert.deepEqual(kernel(a), expected);
  assert.deepEqual(await kernel.async(a), expected);
  const serial = njit(summary);
  const outer = njit((b: Float64Array) => ({ ...serial(b), twice: serial(b).mean * 2 }));
  assert.deepEqual(outer(a), { ...expected, twice: 4999 });
  assert.deepEqual(Object.keys(await outer.async(a)), ["mean", "n", "twice"]);
});

test("each iteration of a parallel loop has its own", () => {
  const kernel = njit(
    (a: Float64Array, out: Float64Array) => {
      for (const i of prange(a.length)) {
        let p = { x: a[i], k: 0 };
        while (p.x > 1) p = { x: p.x / 2, k: p.k + 1 };
        const { x, k } = p;
        out[i] = x + k;
      }
    },
    { parallel: true },
  );
  const a = randomFloats(2000, 7);
  const [out, plain] = [new Float64Array(2000), new Float64Array(2000)];
  kernel(a, out);
  kernel.jsFunction(a, plain);
  assert.deepEqual(out, plain);
  if (!jitDisabled) assert.match(kernel.parallelDiagnostics(1), /parallel/);
});

class Geometry {
  @njit
  static box(w: number, h: number) {
    return { area: w * h, perimeter: 2 * (w + h) };
  }
}

test("of decorated methods", () => {
  for (const [w, h] of pairsOf([1, 2.5], NUMBER_EDGES) as [number, number][])
    assert.deepEqual(Geometry.box(w, h), { area: w * h, perimeter: 2 * (w + h) });
});

test("of more properties than are defined at once", () => {
  for (const count of [15, 16, 17, 40]) {
    const properties = Array.from({ length: count }, (_, i) => `p${i}: x + ${i}`).join(", ");
    const kernel = njit(new Function(`return (x) => [{ ${properties} }, { last: { ${properties} } }];`)());
    const [given, expected] = [kernel(0.5), kernel.jsFunction(0.5)];
    assert.deepEqual(given, expected);
    assert.deepEqual(Object.keys(given[1].last), Object.keys(expected[1].last));
  }
});
