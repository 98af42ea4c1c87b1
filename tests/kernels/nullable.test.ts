/** Numbers that may be null or undefined: in variables, results, parameters and properties, what is asked of them and computed with them. */
import { defineKernels, type KernelTest, refuses } from "../support/differential.ts";

type Floats = Float64Array;
type Maybe = number | null | undefined;

const ARRAYS = [
  [],
  [1],
  [3],
  [1, 2, 3, 4],
  [4, 3, 2.5, 1],
  [Number.NaN, -0, 0, 3],
  [0, 1, 2],
  [5, -0, 1e300, -Infinity, 2],
];

/** Called with arrays of which some have nothing over 2, or nothing at all. */
const arrays = (kernel: (a: Floats) => unknown): KernelTest => ({
  kernel,
  cases: () => ARRAYS.map((items) => [Float64Array.from(items)]),
});

/** TypeScript doesn't have arithmetic on null. */
const any = (x: Maybe): number => x as number;

function above(a: Floats, t: number): number | null {
  for (let i = 0; i < a.length; i++) if (a[i] > t) return i;
  return null;
}

// @ts-expect-error: it may end without a return
function aboveOrNone(a: Floats, t: number): number | undefined {
  for (let i = 0; i < a.length; i++) if (a[i] > t) return i;
}

function value(a: Floats, t: number): number | null {
  for (const v of a) if (v > t) return v;
  return null;
}

function valueOrNone(a: Floats, t: number): number | undefined {
  for (const v of a) if (v > t) return v;
  return undefined;
}

defineKernels("variables that are null or undefined until they have a number", {
  "the least, or -1": arrays((a) => {
    let best: number | null = null;
    for (let i = 0; i < a.length; i++) if (best === null || a[i] < best) best = a[i];
    return best ?? -1;
  }),
  "the least, or null": arrays((a) => {
    let best: number | null = null;
    for (const v of a) if (best === null || v < best) best = v;
    return best;
  }),
  "its index": arrays((a) => {
    let best: number | null = null;
    for (let i = 0; i < a.length; i++) if (best === null || a[i] < a[best]) best = i;
    return best;
  }),
  "declared without a value": arrays((a) => {
    let best: number | undefined;
    for (let i = 0; i < a.length; i++) if (best === undefined || a[i] > a[best]) best = i;
    return best === undefined ? Number.NaN : a[best];
  }),
  "differences, which the first has none of": arrays((a) => {
    let prev: number | undefined;
    const d = new Float64Array(a.length);
    for (let i = 0; i < a.length; i++) {
      if (prev !== undefined) d[i] = a[i] - prev;
      prev = a[i];
    }
    return [d, prev];
  }),
  "what is known to be there by something else": arrays((a) => {
    let prev: number | undefined;
    let last: number | null = null;
    const d = new Float64Array(a.length);
    for (let i = 0; i < a.length; i++) {
      if (i > 0) d[i] = (a[i] - prev!) * a[last!];
      prev = a[i];
      last = i;
    }
    return d;
  }),
  "null in the arithmetic of the first round": arrays((a) => {
    let prev: number | null = null;
    let s = 0;
    for (const v of a) {
      s += v - any(prev);
      prev = v;
    }
    return [s, prev];
  }),
  "undefined in it": arrays((a) => {
    let sum: number | undefined;
    for (const v of a) sum! += v;
    return sum;
  }),
  "declared anew in every round": arrays((a) => {
    let s = 0;
    for (let i = 0; i < a.length; i++) {
      let seen: number | undefined;
      if (a[i] > 2) seen = i;
      s = s * 3 + (seen !== undefined ? seen : 1);
    }
    return s;
  }),
  "a var, which isn't": arrays((a) => {
    let s = 0;
    for (let i = 0; i < a.length; i++) {
      var seen: number | undefined;
      if (a[i] > 2) seen = i;
      s = s * 3 + (seen !== undefined ? seen : 1);
    }
    return s;
  }),
  "a var of a helper, in every call": arrays((a) => {
    const last = (t: number) => {
      var best: number | undefined;
      for (let i = 0; i < a.length; i++) if (a[i] > t) best = i;
      return best;
    };
    let s = 0;
    for (let t = 0; t < 5; t++) s = s * 10 + (last(t) ?? 9);
    return s;
  }),
  "given null again": arrays((a) => {
    let prev: number | null = null;
    let rising = 0;
    for (const v of a) {
      if (prev !== null && prev < v) rising++;
      prev = v > 3 ? null : v;
    }
    return [rising, prev];
  }),
  "a loop until null": arrays((a) => {
    const next = (k: number): number | null => (k + 1 < a.length ? k + 1 : null);
    let s = 0;
    for (let k: number | null = a.length > 0 ? 0 : null; k !== null; k = next(k)) s = s * 2 + a[k];
    let n = 0;
    let left: number | undefined = a.length;
    while (left !== undefined) {
      n++;
      left = left > 1 ? left - 1 : undefined;
    }
    let hit: number | null;
    while ((hit = above(a, s)) !== null) s = a[hit] * 2 + 1;
    let truthy: number | undefined;
    while ((truthy = a.find((v) => v > n)) && n < 5) n += truthy > 3 ? 2 : 1;
    let at: number | null;
    do {
      at = n < a.length ? n : null;
      n++;
    } while (at !== null);
    return [s, n];
  }),
  "two at once": arrays((a) => {
    let at: number | null = null;
    let least: number | null = null;
    let largest: number | undefined;
    for (let i = 0; i < a.length; i++) {
      const v = a[i];
      if (least === null || v < least) {
        least = v;
        at = i;
      }
      largest = largest === undefined ? v : Math.max(largest, v);
    }
    [at, least] = [least, at];
    return { at, least, largest, span: at !== null && largest !== undefined ? largest - at : null };
  }),
  counters: arrays((a) => {
    let c: number | undefined;
    let d: number | null = null;
    let e: number | null = null;
    for (const v of a) {
      if (v > 1) c = c === undefined ? 1 : c + 1;
      if (v > 2) d = (d ?? 0) + 1;
      e ??= 7;
      e++;
    }
    return [c, d, e];
  }),
  "a hash, -0 and NaN": arrays((a) => {
    let h: number | null = null;
    let z: number | null = null;
    for (const v of a) {
      h = ((h === null ? 7 : h) * 31 + v) >>> 0;
      z = z === null ? v * -0 : z * v;
    }
    return [h, z, a.length > 2 ? -0 : null];
  }),
  "null or undefined, never a number": arrays((a) => {
    let k: null | undefined;
    if (a.length > 2) k = null;
    return [k, a.length > 3 ? null : undefined, null, undefined];
  }),
  "left by a jump": arrays((a) => {
    let found: number | undefined;
    outer: for (let i = 0; i < a.length; i++)
      for (let j = 0; j < i; j++)
        if (a[i] === a[j] + 1) {
          found = i * 10 + j;
          break outer;
        }
    return found;
  }),
});

defineKernels("what is asked of them", {
  comparisons: arrays((a) => {
    const k = above(a, 2);
    const u = aboveOrNone(a, 2);
    return [
      ...[k === null, k !== null, k == null, k != null, k === undefined, k == undefined, null == k, undefined !== k],
      ...[u === null, u !== null, u == null, u != null, u === undefined, u == undefined, void 0 === u, null != u],
      ...[k === u, k == u, k !== u, k != u, k === 2, k == 0, 2 !== u, u != 0, k === k, u !== u],
    ];
  }),
  "of numbers that were": arrays((a) => {
    let prev: number | null = null;
    let before: number | undefined;
    let runs = 0;
    for (const v of a) {
      if (v !== prev) runs++;
      if (prev === v) runs += 10;
      if ((before as Maybe) === prev) runs += 100;
      if ((before as Maybe) == prev) runs += 1000;
      prev = before === undefined ? v : null;
      before = v > 2 ? undefined : v;
    }
    return runs;
  }),
  "order, as numbers": arrays((a) => {
    const [k, u, v, w] = [above(a, 2), aboveOrNone(a, 2), value(a, 2), valueOrNone(a, 2)].map(any);
    return [k < 1, k <= 0, k > -1, k >= 0, u < 1, u <= 0, u > -1, u >= 0, v < w, v >= w, 0 <= k, 1 > u, k < u];
  }),
  typeof: arrays((a) => {
    const k = above(a, 2);
    const u = aboveOrNone(a, 2);
    let s = 0;
    if (typeof k === "object") s += 1;
    if (typeof u === "undefined") s += 2;
    if (typeof k === "number") s += a[k] * 4;
    s += typeof u !== "number" ? 8 : a[u] * 8;
    if (typeof k == "boolean" || "undefined" === typeof k) s += 1000;
    return s;
  }),
  truth: arrays((a) => {
    const [k, u, v] = [above(a, 2), aboveOrNone(a, 2), value(a, -1)];
    const both = k && a.length > 1;
    return [!k, !!u, Boolean(v), k ? 1 : 2, both ? 1 : 2, v ? 1 / v : 3, k && u ? 1 : 2, k || u ? 1 : 2, u ? a[u] : -1];
  }),
  "|| and &&": arrays((a) => {
    const [k, u] = [above(a, 2), aboveOrNone(a, 2)];
    return [k || 7, u || 7, k && k + 0.5, u && u + 0.5, k || u, u && k, value(a, 3) || valueOrNone(a, 2) || null];
  }),
  "??": arrays((a) => [
    ...[above(a, 2) ?? -1, aboveOrNone(a, 2) ?? 0.5, above(a, 3) ?? aboveOrNone(a, 2) ?? null],
    ...[(above(a, 2) ?? 0) + 1, above(a, 4) ?? undefined, valueOrNone(a, 2) ?? (a.length > 2 ? null : 1)],
  ]),
  assignments: arrays((a) => {
    let [k, u, v, w] = [above(a, 2), aboveOrNone(a, 2), value(a, 1), valueOrNone(a, 3)];
    k ??= a.length - 1;
    u ||= 5;
    v &&= v + 1;
    const given = (w ??= -0);
    return [k, u, v, w, given, k >= 0 ? a[k] : -1];
  }),
  "a switch": arrays((a) => {
    switch (above(a, 2)) {
      case null:
        return 5;
      case 0:
        return 6;
      case 1:
        return 7;
    }
    switch (aboveOrNone(a, 3)) {
      case 3:
        return 8;
      case undefined:
        return 9;
      default:
        return 10;
    }
  }),
  "throwing where there is none": arrays((a) => {
    const k = above(a, 2);
    if (k === null) throw new RangeError("nothing is above");
    return a[k] * k;
  }),
  "questions about numbers": arrays((a) => {
    const [k, w] = [any(above(a, 2)), any(valueOrNone(a, -1))];
    return [
      ...[Number.isInteger(k), Number.isFinite(w), Number.isNaN(w), Number.isSafeInteger(k), isNaN(k), isNaN(w)],
      ...[isFinite(k), isFinite(w), k === (1n as never), k !== (true as never)],
    ];
  }),
});

defineKernels("what is computed with them", {
  operators: arrays((a) => {
    const [k, u, v, w] = [any(above(a, 2)), any(aboveOrNone(a, 2)), any(value(a, 2)), any(valueOrNone(a, 2))];
    return [
      ...[k + 1, u + 1, v - 1, w - 1, k * -1, u * 2, k / 0, 1 / v, w / 2, k % 3, 7 % k, u % 3, k ** 2, w ** 2, 2 ** k],
      ...[-k, -u, -v, -w, +k, +u, ~k, ~u, ~w, k | 0, u | 0, w & 7, v ^ 5, k << 2, w >> 1, u >>> 0, ~~v, k + u, v * w],
    ];
  }),
  functions: arrays((a) => {
    const [k, u, v, w] = [any(above(a, 2)), any(aboveOrNone(a, 2)), any(value(a, 2)), any(valueOrNone(a, 2))];
    return [
      ...[Math.abs(k), Math.abs(w), Math.max(k, 1), Math.max(u, 1), Math.min(v, w), Math.sqrt(v), Math.sign(w)],
      ...[Math.floor(v), Math.round(w), Math.trunc(k), Math.fround(v), Math.fround(u * Math.fround(1.1))],
      ...[Math.imul(k, 3), Math.clz32(u), Number(k), Number(w), Math.pow(k, 2)],
    ];
  }),
  updates: arrays((a) => {
    let k = any(above(a, 2));
    let u = any(aboveOrNone(a, 2));
    let v = any(value(a, 2));
    let w = any(valueOrNone(a, 2));
    const given = [k++, --u, v--, ++w];
    k += 1.5;
    u *= 2;
    v <<= 1;
    w -= 0.5;
    return [given, k, u, v, w];
  }),
  stores: arrays((a) => {
    const [k, u, v, w] = [any(above(a, 2)), any(aboveOrNone(a, 2)), any(value(a, 2)), any(valueOrNone(a, 2))];
    const doubles = new Float64Array(4);
    const floats = new Float32Array(4);
    const ints = new Int32Array(4);
    const bytes = new Uint8ClampedArray(4);
    doubles[0] = floats[0] = ints[0] = bytes[0] = k;
    doubles[1] = floats[1] = ints[1] = bytes[1] = u;
    doubles[2] = floats[2] = ints[2] = bytes[2] = v;
    doubles[3] = floats[3] = ints[3] = bytes[3] = w;
    return [doubles, floats, ints, bytes, new Int16Array(3).fill(w), a.slice(k, u), a.length > 0 ? a.at(k) : 0];
  }),
  "an index that isn't one": {
    kernel: (a: Floats, t: number) => {
      const k = above(a, t);
      const u = aboveOrNone(a, t + 1);
      return a[k!] + a[u!];
    },
    cases: () => [
      [Float64Array.of(1, 2), 0],
      refuses(RangeError, /^index -1 is out of bounds for 'a' of length 2/, Float64Array.of(1, 2), 1),
    ],
  },
  "stored at one": {
    kernel: (a: Floats, t: number) => {
      a[above(a, t)!] = 7;
      a[valueOrNone(a, t)!] = 8;
    },
    cases: () => [
      [Float64Array.of(3, 2, 1, 9, 9, 9, 9, 9), 2],
      refuses(RangeError, /^index -1 is out of bounds for 'a' of length 3/, Float64Array.of(3, 2, 1), 4),
    ],
  },
});

defineKernels("in helpers, lists and objects", {
  parameters: arrays((a) => {
    const plus = (x: Maybe, y: number): number => (x == null ? y : x + y);
    let s = plus(null, 3) + plus(undefined, 4) + plus(5, 6);
    for (let t = 0; t < 4; t++) s = s * 3 + plus(above(a, t), 1) + plus(aboveOrNone(a, t), 2);
    return s;
  }),
  "defaults, for undefined alone": arrays((a) => {
    const f = (x: Maybe, y: number | null = 3) => [x ?? 10, y];
    const [p, q = 4, r = null] = [above(a, 1), aboveOrNone(a, 2), aboveOrNone(a, 3)];
    const { x, y = 9 } = { x: above(a, 2), y: aboveOrNone(a, 2) };
    return [f(aboveOrNone(a, 2), aboveOrNone(a, 1)), f(above(a, 2), above(a, 1)), p, q, r, x, y];
  }),
  "a parameter as a result": arrays((a) => {
    const first = (t: number, otherwise?: number) => above(a, t) ?? otherwise;
    return [first(2), first(2, 9), first(1)];
  }),
  recursion: arrays((a) => {
    const first = (k: number): number | null => (k >= a.length ? null : a[k] > 2 ? k : first(k + 1));
    const most = (k: number, b: number | null): number | null =>
      k >= a.length ? b : most(k + 1, b === null || a[k] > b ? a[k] : b);
    return [first(0), most(0, null)];
  }),
  "a variable that recursion shares": arrays((a) => {
    let best: number | undefined;
    let last: number | null = null;
    const walk = (k: number): void => {
      if (k >= a.length) return;
      if (best === undefined || a[k] < best) best = a[k];
      if (last === null || a[k] !== last) last = a[k];
      walk(k + 1);
    };
    walk(0);
    return [best, last, best === undefined ? 1 : best + 1];
  }),
  "one that is only returned": arrays((a) => {
    let best: number | undefined;
    let n: number | undefined;
    let runs: number | undefined;
    const walk = (k: number): void => {
      if (k >= a.length) return;
      if (a[k] > 2) best = a[k];
      n = k;
      if (a[k] < 1) runs!++;
      if (a[k] > 3) runs = 5;
      walk(k + 1);
    };
    walk(0);
    const last = () => (a.length > 3 ? best : n);
    return { best, runs: [runs, last() ?? -1], n };
  }),
  "one that is read before anything assigns it": arrays((a) => {
    let y: number | undefined;
    let count: number | undefined;
    const walk = (k: number): number | undefined => {
      if (k >= a.length) return y;
      if (k === 1) count = 0;
      count! += 1;
      const rest = walk(k + 1);
      if (a[k] > 2) y = k;
      return rest === undefined ? y : rest + 1;
    };
    return [walk(0), count];
  }),
  "one that a switch asks": arrays((a) => {
    let best: number | undefined;
    let s = 0;
    const walk = (k: number): void => {
      if (k >= a.length) return;
      switch (best) {
        case undefined:
          s += 1;
          break;
        default:
          s += 10;
      }
      best = a[k] > 3 ? undefined : a[k];
      walk(k + 1);
    };
    walk(0);
    return s;
  }),
  "one that it steps before it has a value": arrays((a) => {
    let n: number | undefined;
    let seen = 0;
    const walk = (k: number): void => {
      if (k >= a.length) return;
      n!++;
      if (n === undefined || n > 5) seen++;
      if (a[k] > 2) n = 5;
      walk(k + 1);
    };
    walk(0);
    return [n, seen, n === undefined];
  }),
  "a variable of a callback": arrays((a) => {
    let last: number | null = null;
    let least: number | undefined;
    a.forEach((v) => {
      if (last === null || v > last) last = v;
      least = least === undefined ? v : Math.min(least, v);
    });
    return [last, least, a.reduce((s, v) => (s === null || v < s ? v : s), null as never)];
  }),
  lists: arrays((a) => {
    const found = [above(a, 2), aboveOrNone(a, 1), 7];
    const given = [undefined, 4, null, 7];
    let s = 0;
    for (const x of found) s = s * 2 + (x ?? 100);
    for (let i = 0; i < 4; i++) s += (given[i] ?? 100) * (i + 1);
    return [
      s,
      found,
      [
        [above(a, 2), 1],
        [2, aboveOrNone(a, 2)],
      ],
    ];
  }),
  "a split object": arrays((a) => {
    const seen: { best: number | null; n: number; last?: number | undefined } = { best: null, n: 0, last: undefined };
    for (const v of a) {
      if (seen.best === null || v > seen.best) {
        seen.best = v;
        seen.n++;
      }
      if (v > 2) seen.last = v;
    }
    return seen;
  }),
  "objects that are handed on": arrays((a) => {
    interface Seen {
      readonly at: number | null;
      readonly n: number;
    }
    const step = (s: Seen, v: number): Seen => ({ at: v > 2 ? s.n : s.at, n: s.n + 1 });
    let s: Seen = { at: null, n: 0 };
    for (const v of a) s = step(s, v);
    return { ...s, next: s.at === null ? undefined : s.at + 1, none: null, twice: any(s.at) * 2 };
  }),
});

defineKernels("what others give", {
  "find and findLast": arrays((a) => {
    const hit = a.find((v) => v > 2);
    return [
      ...[hit, hit ?? 0, hit === undefined, hit !== undefined && hit > 3, hit && hit * 2],
      ...[a.findLast((v, i) => v < 2 && i > 0), a.find((_, i, all) => i + 1 === all.length), a.find(() => false)],
    ];
  }),
  "of other arrays": {
    kernel: (a: Int8Array, b: Float32Array, c: Uint32Array) => [
      ...[a.find((v) => v > 2), a.findLast((v) => v > 2), b.find((v) => v > 2), c.findLast((v) => v > 2)],
      ...[[1, 2, a.length].find((v) => v > 2), [5, 1, a.length].findLast((v) => v < 3)],
    ],
    cases: () => [
      [Int8Array.of(1, 5, -3, 7, 0), Float32Array.of(1, 2.1), Uint32Array.of(2 ** 32 - 1, 1)],
      [new Int8Array(2), new Float32Array(2), new Uint32Array(0)],
    ],
  },
  "an argument that may be missing": {
    kernel: (a: Floats, n?: number) => {
      for (let i = 0; i < a.length; i++) n = i > 2 ? undefined : i;
      return n;
    },
    cases: () => ARRAYS.flatMap((items) => [[Float64Array.from(items)], [Float64Array.from(items), 5]]),
  },
});
