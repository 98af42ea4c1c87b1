/** Spread arguments and items, rest parameters and elements, defaults in patterns. */
import { defineKernels } from "../support/differential.ts";

const doubles = (...xs: number[]): Float64Array => Float64Array.from(xs);
const settings: { readonly size: number; readonly inner: { readonly k: number }; readonly gain?: number } = {
  size: 4,
  inner: { k: 2.5 },
};
const weighted = (scale: number, ...xs: number[]): number => {
  let s = 0;
  for (const x of xs) s += scale * x;
  return s + xs.length;
};

defineKernels("spread", {
  "arguments of a helper": {
    kernel: (n: number) => {
      const pair: [number, number] = [n, n + 1];
      const add = (a: number, b: number, c = 100): number => a * 2 + b + c;
      return [add(...pair), add(...pair, 3), add(1, ...([n, 7] as [number, number]))];
    },
    cases: () => [[2], [0.5]],
  },
  "typed arrays among other arguments of Math.max and min": {
    kernel: (a: Float64Array, b: Int16Array, x: number) => {
      const raised = (): number => {
        a[0] = 50;
        return x;
      };
      return [Math.max(...a, x), Math.min(x, ...b, ...a, 3), Math.max(...a, ...b), Math.max(...a, raised()), a[0]];
    },
    cases: () => [
      [doubles(1, 7, -3), Int16Array.of(4, -9), 5],
      [doubles(), Int16Array.of(), -0],
      [doubles(-0), Int16Array.of(0), -0],
      [doubles(1, Number.NaN), Int16Array.of(2), 3],
      [doubles(1), Int16Array.of(2), Number.NaN],
    ],
    mayLeaveBounds: true,
  },
  "Math.max, min and hypot of lists": {
    kernel: (n: number, m: number) => {
      const list = [n, m, 2];
      return [Math.max(...list), Math.min(...list, -1), Math.max(...[n], m), Math.hypot(...list) > 1];
    },
    cases: () => [
      [1, 5],
      [-0, 0],
      [NaN, 3],
    ],
  },
  "Math.max and min of typed arrays": {
    kernel: (a: Float64Array, b: Int16Array) => [Math.max(...a), Math.min(...a), Math.max(...b), Math.min(...b)],
    cases: () => [
      [doubles(3, -1, 7.5), Int16Array.of(5, -6, 2)],
      [doubles(0, -0), Int16Array.of(0)],
      [doubles(1, NaN, 2), Int16Array.of(-3, -4)],
      [doubles(), new Int16Array(0)],
    ],
  },
  "arrays of a known length": {
    kernel: (n: number) => {
      const a = new Float64Array(3);
      a[1] = n;
      const sum = (x: number, y: number, z: number): number => x + 10 * y + 100 * z;
      const list = [...a, n, ...[7, 8]];
      let s = 0;
      for (let i = 0; i < list.length; i++) s = s * 3 + (list[i] as number);
      return [sum(...(a as unknown as [number, number, number])), s, list.length];
    },
    cases: () => [[2], [1.25]],
  },
  "the order of what arguments do": {
    kernel: (a: Float64Array) => {
      let i = 0;
      const next = (): number => (a[i] = i++);
      const f = (x: number, y: number, z: number, w: number): number => x + 10 * y + 100 * z + 1000 * w;
      return f(...([next(), next(), next()] as [number, number, number]), next());
    },
    cases: () => [[doubles(9, 9, 9, 9)]],
  },
});

defineKernels("rest", {
  parameters: {
    kernel: (n: number) => {
      const sum = (...xs: number[]): number => {
        let s = 0;
        for (const x of xs) s += x;
        return s + 10 * xs.length;
      };
      return [sum(), sum(n), sum(1, 2, n), weighted(2, n, 3), weighted(n), weighted(2, ...[n, n, 1])];
    },
    cases: () => [[2], [0.25]],
  },
  "parameters that are written, indexed and passed on": {
    kernel: (n: number, at: number) => {
      const inner = (...all: number[]): number => (all[0] as number) - all.length;
      const f = (first: number, ...xs: number[]): number => {
        xs[0] = (xs[0] as number) + first;
        xs[at % 3] = -1;
        const [, second = 0, ...more] = xs;
        return (xs[0] as number) + 10 * (xs[1] as number) + 100 * second + 1000 * more.length + inner(...xs);
      };
      return f(n, 1, 2, 3);
    },
    cases: () => [
      [5, 0],
      [5, 1],
      [0.5, 2],
    ],
  },
  "recursive functions": {
    kernel: (n: number) => {
      const f = (k: number, ...xs: number[]): number => {
        if (k === 0) return (xs[0] as number) * 10 + (xs[1] as number);
        return f(k - 1, xs[1] as number, (xs[0] as number) + k);
      };
      return f(n, 1, 2);
    },
    cases: () => [[0], [3], [20]],
  },
  elements: {
    kernel: (n: number) => {
      const [head, ...tail] = [n, 2, 3.5];
      const [a, b, ...none] = [n, 1];
      let s = head;
      for (const x of tail) s = s * 10 + x;
      let rest: number[];
      let first: number;
      [first, ...rest] = [n, n + 1, n + 2];
      return [s, a + b, none.length, first, rest[1] as number, tail.length];
    },
    cases: () => [[4], [0.5]],
  },
});

defineKernels("defaults in patterns", {
  "tuples that are too short": {
    kernel: (n: number) => {
      const pair = (k: number): [number, number?] => [k];
      const [a, b = 3, c = a + b] = pair(n);
      const [d = 1] = [] as number[];
      let e = 0;
      let f: number;
      [e = 5, f = e * 2] = [n] as [number, number?];
      return [a, b, c, d, e, f];
    },
    cases: () => [[2], [1.5]],
  },
  "only where the item is missing": {
    kernel: (n: number) => {
      let calls = 0;
      const make = (): number => ++calls;
      const [a = make(), b = make()] = [n] as [number, number?];
      return [a, b, calls];
    },
    cases: () => [[2]],
  },
  "parameters and loops": {
    kernel: (n: number) => {
      const f = ([x, y = 2]: [number, number?], [z = 1] = [n]): number => x + 10 * y + 100 * z;
      let s = f([n]) + f([n, 3]) + f([1], [4]);
      for (const [dx, dy, dz = 9] of [
        [1, 0],
        [0, n],
      ] as [number, number, number?][])
        s += dx + 2 * dy + dz;
      return s;
    },
    cases: () => [[2], [0.5]],
  },
  "properties of captured objects": {
    kernel: (x: number) => {
      const {
        size: n = 7,
        gain = x,
        inner: { k, missing: m = x * 2 },
      } = settings as typeof settings & { inner: { missing?: number } };
      const offset = (settings as { offset?: number }).offset ?? x;
      return [n, gain, k, m, settings.gain === undefined ? offset : settings.gain];
    },
    cases: () => [[3], [0.5]],
  },
});
