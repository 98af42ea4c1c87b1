/** Functions kept in variables: called where what they use is what it was when they were made. Elsewhere they are compile errors. */
import { prange } from "../../src/index.ts";
import { defineKernels } from "../support/differential.ts";
import { singles } from "../support/edge-values.ts";

const summed = (f: (x: number) => number, n: number): number => (n <= 0 ? 0 : f(n) + summed(f, n - 1));
const simpson = (f: (x: number) => number, a: number, b: number, depth: number): number => {
  const m = (a + b) / 2;
  if (depth <= 0) return ((b - a) / 6) * (f(a) + 4 * f(m) + f(b));
  return simpson(f, a, m, depth - 1) + simpson(f, m, b, depth - 1);
};
const scaled = (k: number) => (x: number) => x * k;
const moved = (d: number) => {
  const twice = 2 * d;
  return at;
  function at(x: number) {
    return x + twice;
  }
};
const way = (c: number, xs: Float64Array) => {
  if (c < 0) return (i: number) => xs[i];
  const first = xs[0];
  return c > 0 ? scaled(first) : (x: number) => x - first;
};
const counter = (start: number) => {
  let total = start;
  return {
    add: (x: number) => {
      total += x;
    },
    get: () => total,
  };
};
const counts = (): unknown[][] => singles([0, 1, 2, 5, 9]);

defineKernels("functions that are kept", {
  "made anew in each round": {
    kernel: (n: number) => {
      let s = 0;
      let f = (): number => 0;
      for (let i = 0; i < n; i++) {
        const x = i * 2;
        f = () => x + i;
        s += f();
      }
      return s;
    },
    cases: counts,
  },
  "two of one maker, in one round": {
    kernel: (n: number) => {
      const adder = (k: number) => (x: number) => x + k;
      let s = 0;
      for (let i = 0; i < n; i++) {
        const [a, b] = [adder(i), adder(3)];
        s += a(1) * b(i);
      }
      return s;
    },
    cases: counts,
  },
  "made before the loop": {
    kernel: (n: number) => {
      let s = 0;
      const add = (x: number): void => {
        s += x;
      };
      for (let i = 0; i < n; i++) add(i);
      return s;
    },
    cases: counts,
  },
  "of a round, using nothing of it": {
    kernel: (n: number) => {
      const square = (x: number): number => x * x;
      let f = square;
      for (let i = 0; i < n; i++) {
        const more = (y: number): number => square(y) + 1;
        if (i === 2) f = more;
      }
      return f(n);
    },
    cases: counts,
  },
  "of the round that ended the loop": {
    kernel: (n: number) => {
      let f = (): number => -1;
      for (let i = 0; ; i++) {
        const x = i * 2;
        if (x > n) {
          f = () => x;
          break;
        }
      }
      return f();
    },
    cases: counts,
  },
  "of a head that nobody writes": {
    kernel: (n: number) => {
      let s = 0;
      for (let i = 0, step = 2, next = (): number => step + n; i < n; i += step) s += next();
      return s;
    },
    cases: counts,
  },
  "in a callback's own callbacks": {
    kernel: (a: Float64Array) => {
      const k = a.length;
      return a.map((x, i) => a.reduce((s, y) => s + y * x + i + k, 0));
    },
    cases: () => [[Float64Array.of(1, 2, 3)], [new Float64Array(0)]],
  },
  "callbacks that use what a loop's head declares": {
    kernel: (a: Float64Array) => {
      let s = 0;
      for (let i = 0; i < 3; i++) {
        a.forEach((x) => {
          s += x * i;
        });
      }
      for (const i of prange(3)) s += a.reduce((t, x) => t + x * i, 0);
      for (const i of prange(0)) s += a.reduce((t, x) => t + x * i, 0);
      for (const y of a) {
        const at2 = (f: (x: number) => number): number => f(2);
        s += at2((x) => x * y);
      }
      return s;
    },
    cases: () => [[Float64Array.of(1, 2, 3)], [new Float64Array(0)]],
  },
  "in recursive functions": {
    kernel: (n: number) => {
      let s = 0;
      for (let k = 0; k < n; k++) {
        const z = k * 2;
        let most = 0;
        s += simpson((x) => x * k + z, 0, 1, 3);
        s += summed((x) => summed((y) => x * y + k, 2) + (most = Math.max(most, x * z)), 2) + most;
      }
      return s;
    },
    cases: counts,
  },
  "recursive ones, made in each round": {
    kernel: (a: Float64Array) => {
      let s = 0;
      for (const [k, x] of a.entries()) {
        const even = (d: number): number => (d === 0 ? x : odd(d - 1));
        const odd = (d: number): number => (d === 0 ? -k : even(d - 1));
        const best = { at: -1, d: Infinity };
        const search = (lo: number, hi: number): void => {
          if (lo >= hi) return;
          const mid = (lo + hi) >> 1;
          const d = Math.abs(a[mid] - x + k);
          if (d < best.d) {
            best.d = d;
            best.at = mid;
          }
          search(lo, mid);
          search(mid + 1, hi);
        };
        search(0, a.length);
        s += even(5) * 10 + odd(5) + best.at;
      }
      return s;
    },
    cases: () => singles([Float64Array.of(3, 1, -2, 8), new Float64Array(0)]),
  },
  "of a recursive function's own loop": {
    kernel: (n: number) => {
      const visit = (d: number): number => {
        let s = 0;
        for (let i = 0; i < d; i++) {
          const z = i + d;
          s += visit(d - 1) * 3 + summed((x) => x * i + z, 2);
        }
        return s;
      };
      return visit(Math.min(n, 4));
    },
    cases: counts,
  },
  "of each call of a recursive function": {
    kernel: (n: number) => {
      const sum = (d: number): number => {
        const own = (): number => d;
        const below = d > 0 ? sum(d - 1) : 0;
        return below + own();
      };
      return sum(n);
    },
    cases: counts,
  },
  "of two makers, in each call of a recursive function": {
    kernel: (n: number) => {
      const walk = (d: number): number => {
        const f = d > 2 ? scaled(d) : (x: number) => x + d;
        return d <= 0 ? f(1) : walk(d - 1) + f(2);
      };
      return walk(n);
    },
    cases: counts,
  },
  "of two makers, one on each way": {
    kernel: (c: number, x: number) => {
      const f = c > 0 ? scaled(c) : c < -5 ? Math.abs : moved(c);
      return f(x);
    },
    cases: () => [
      [2, 3],
      [-2, 3],
      [-7, -3],
      [0, -0],
    ],
  },
  "of a maker that returns early": {
    kernel: (c: number, xs: Float64Array) => {
      const f = way(c, xs);
      return f(1) + f(0);
    },
    cases: () => [-1, 0, 1].map((c) => [c, Float64Array.of(3, 0.5)]),
  },
  "made in a branch, of what is declared there": {
    kernel: (c: number) => {
      let f = (x: number) => x;
      if (c > 0) {
        const k = c * 2;
        f = (x) => x * k;
      }
      out: {
        if (c === 1) break out;
        const d = f(c);
        f = (x) => x + d;
      }
      return f(10);
    },
    cases: counts,
  },
  "left behind by the round that ends a loop": {
    kernel: (n: number) => {
      let f = (x: number) => x;
      for (let i = 0; i < n; i++) {
        const g = i % 2 === 0 ? scaled(i) : moved(i);
        if (g(i) > 5) {
          f = g;
          break;
        }
      }
      return f(10);
    },
    cases: counts,
  },
  "with variables of their own, of which one is used": {
    kernel: (n: number) => {
      const sum = n > 2 ? counter(1) : counter(100);
      for (let i = 0; i < n; i++) sum.add(i);
      return sum.get();
    },
    cases: counts,
  },
  "of makers whose defaults need each other, and in blocks": {
    kernel: (n: number) => {
      const line =
        (k = n * 2, at = k + 1) =>
        (x: number) =>
          x * k + at;
      const f = n > 2 ? line() : n > 1 ? line(3) : Math.abs;
      let g = (x: number): number => x;
      if (n > 1) {
        let count = n;
        g = later;
        function later(x: number) {
          count++;
          return x * count;
        }
      }
      return f(4) + g(5) + g(6);
    },
    cases: counts,
  },
  "of some ways, in the rounds of a parallel loop": {
    options: { parallel: true },
    kernel: (n: number, out: Float64Array) => {
      for (const i of prange(out.length)) {
        let g = (): number => 1;
        if (i > n) {
          const o = { most: i > 7 ? null : i, odd: (i & 1) === 1, f: n > 2 ? Math.sqrt : Math.abs };
          g = () => (o.odd ? o.f(i) : (o.most ?? 77));
        }
        const f = i > 3 ? moved(i) : i > 1 ? scaled(n) : Math.abs;
        out[i] = f(g());
      }
    },
    cases: () => [0, 2, 5].map((n) => [n, new Float64Array(1000)]),
  },
  "one of several, in recursive functions": {
    kernel: (n: number) => {
      let s = 0;
      for (let i = 0; i < n; i++) {
        const z = i * 2;
        const one = i > 1 ? () => z : () => i;
        const kept = { one, all: [one, () => z - i] };
        const down = (d: number): number => (d <= 0 ? one() + kept.all[i % 2]() : down(d - 1));
        s += down(2) + summed(() => one() + kept.one(), 2);
      }
      return s;
    },
    cases: counts,
  },
  "made by helpers, in each call of a recursive function": {
    kernel: (n: number) => {
      const counter = (from: number) => {
        let count = from;
        return { inc: () => ++count, get: () => count };
      };
      const visit = (d: number): number => {
        const [a, b] = [counter(d), counter(d * 10)];
        a.inc();
        const below = d > 0 ? visit(d - 1) : 0;
        return below * 3 + a.get() + b.inc();
      };
      return visit(n);
    },
    cases: counts,
  },
});
