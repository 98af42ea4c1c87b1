/**
 * Random numbers: compiled and plain functions draw the same ones after the same seed, in every kind of loop, and leave the
 * generator in the same state, which the last draw of each kernel shows.
 */
import { prange, random } from "../../src/index.ts";
import { defineKernels } from "../support/differential.ts";

const SEEDS = [[0], [1], [-1], [42], [2 ** 31], [-(2 ** 31)], [2 ** 53 - 1], [-(2 ** 53) + 1], [1234567890123]];
const arrays = (): unknown[][] => [0, 1, 2, 7, 8, 100, 4097].map((n) => [new Float64Array(n)]);

defineKernels("random: each function", {
  random: {
    kernel: (n: number) => {
      random.seed(n);
      return [random.random(), random.random(), random.random()];
    },
    cases: () => SEEDS,
  },
  normal: {
    kernel: (n: number) => {
      random.seed(n);
      return [
        random.normal(),
        random.normal(10),
        random.normal(-5, 0.25),
        random.normal(undefined, 2),
        random.random(),
      ];
    },
    cases: () => SEEDS,
  },
  exponential: {
    kernel: (n: number) => {
      random.seed(n);
      return [random.exponential(), random.exponential(0.1), random.exponential(-3), random.exponential(0)];
    },
    cases: () => SEEDS,
  },
  integers: {
    kernel: (n: number) => {
      random.seed(n);
      return [random.integers(6), random.integers(-10, 10), random.integers(0, 2 ** 53), random.integers(7, 8)];
    },
    cases: () => SEEDS,
  },
  "integers between any bounds": {
    kernel: (low: number, high: number) => {
      random.seed(3);
      return [random.integers(low, high), random.random()];
    },
    cases: () => {
      const bounds = [0, -0, 1, -1, 0.5, -0.5, 2.5, 1e9, -1e9, 2 ** 53, -(2 ** 53), 1e300, NaN, Infinity, -Infinity];
      return bounds.flatMap((low) => bounds.map((high) => [low, high]));
    },
  },
  "one bound": {
    kernel: (high: number) => {
      random.seed(4);
      return random.integers(high);
    },
    cases: () => [[1], [2], [0.5], [1e6], [0], [-3], [NaN]],
  },
  "what is no seed": {
    kernel: (n: number) => {
      random.seed(n);
      return random.random();
    },
    cases: () => [[0.5], [NaN], [Infinity], [2 ** 53], [-0]],
  },
  "the same under fastmath": {
    kernel: (out: Float64Array) => {
      random.seed(8);
      for (let i = 0; i < out.length; i++) out[i] = random.integers(0, i + 1);
      let least = 1e9;
      for (let i = 0; i < 1000; i++) least = Math.min(least, random.normal(), random.exponential());
      return least;
    },
    cases: arrays,
    options: { fastmath: true },
  },
});

defineKernels("random: loops", {
  "fills an array": {
    kernel: (out: Float64Array) => {
      random.seed(11);
      for (let i = 0; i < out.length; i++) out[i] = random.random();
      return random.random();
    },
    cases: arrays,
  },
  "all kinds": {
    kernel: (out: Float64Array) => {
      random.seed(12);
      let hits = 0;
      for (let i = 0; i < out.length; i++) {
        out[i] = random.normal(i, 2) + random.exponential(3) * random.integers(-2, 3);
        if (out[i]! > i) hits += random.integers(5);
      }
      return [hits, random.random()];
    },
    cases: arrays,
  },
  shuffles: {
    kernel: (out: Float64Array) => {
      random.seed(13);
      for (let i = 0; i < out.length; i++) out[i] = i;
      for (let i = out.length - 1; i > 0; i--) {
        const j = random.integers(i + 1);
        const x = out[i]!;
        out[i] = out[j]!;
        out[j] = x;
      }
    },
    cases: arrays,
  },
  "rejects in a while": {
    kernel: (n: number) => {
      random.seed(14);
      let tries = 0;
      for (let found = 0; found < n; tries++) if (random.random() < 0.1) found++;
      return [tries, random.random()];
    },
    cases: () => [[0], [1], [100]],
  },
  "in a recursive function": {
    kernel: (n: number) => {
      const walk = (k: number): number =>
        k <= 0 ? random.random() : walk(k - 1 - random.integers(2)) + random.random();
      random.seed(15);
      return [walk(n), random.random()];
    },
    cases: () => [[0], [1], [100]],
  },
  "seeds within": {
    kernel: (out: Float64Array) => {
      for (let i = 0; i < out.length; i++) {
        if (i % 5 === 0) random.seed(i);
        out[i] = random.random();
      }
    },
    cases: arrays,
  },
});

const ranges = {
  "a stream for each round": {
    kernel: (out: Float64Array) => {
      random.seed(21);
      for (const i of prange(out.length)) out[i] = random.random() + random.normal();
      return random.random();
    },
    cases: arrays,
  },
  sums: {
    kernel: (n: number) => {
      random.seed(22);
      let inside = 0;
      for (const _ of prange(n)) {
        const x = random.random();
        const y = random.random();
        if (x * x + y * y < 1) inside++;
      }
      return [inside, random.random()];
    },
    cases: () => [[0], [1], [7], [1000], [300_000]],
  },
  "rounds that draw unequally": {
    kernel: (out: Float64Array) => {
      random.seed(23);
      for (const i of prange(3, out.length, 2)) {
        let n = 0;
        while (random.random() < 0.8) n++;
        out[i] = n;
      }
      for (const i of prange(out.length - 1, -1, -3)) if (i % 2 === 0) out[i]! += random.random();
      return random.random();
    },
    cases: arrays,
  },
  "no round draws": {
    kernel: (out: Float64Array) => {
      random.seed(24);
      for (const i of prange(out.length)) if (out[i]! > 1) out[i] = random.random();
      for (const i of prange(out.length)) out[i]! += i;
      return random.random();
    },
    cases: arrays,
  },
  nested: {
    kernel: (out: Float64Array) => {
      random.seed(25);
      for (const i of prange(out.length)) {
        let s = random.random();
        for (const j of prange(i % 7)) if (random.random() < 0.5) s += j;
        for (const j of prange(i % 3)) s += j;
        out[i] = s + random.random();
      }
      return random.random();
    },
    cases: arrays,
  },
  "in a function that is called": {
    kernel: (out: Float64Array) => {
      const noise = (scale: number): number => (scale > 0.5 ? random.normal(0, scale) : 0);
      random.seed(26);
      for (const i of prange(out.length)) out[i] = noise((i % 10) / 10);
      return random.random();
    },
    cases: arrays,
  },
  "a step that is only known at run time": {
    kernel: (out: Float64Array, step: number) => {
      random.seed(27);
      for (const i of prange(0, out.length, step)) out[i] = random.random();
      return random.random();
    },
    undecided: ["out"],
    cases: () => [1, 2, 3].map((step) => [new Float64Array(100), step]),
  },
  "seeds for each round": {
    kernel: (out: Float64Array) => {
      random.seed(28);
      for (const i of prange(out.length)) {
        random.seed(i);
        out[i] = random.random();
      }
      return random.random();
    },
    cases: () => [[new Float64Array(100)]],
  },
} as const;

defineKernels("random: prange, serial", ranges);
defineKernels(
  "random: prange, parallel",
  Object.fromEntries(
    Object.entries(ranges).map(([name, row]) => [name, { ...row, options: { parallel: true, chunksize: 3 } }]),
  ),
);

defineKernels("random: prange that is left early", {
  break: {
    kernel: (limit: number) => {
      random.seed(31);
      let last = -1;
      for (const i of prange(1000)) {
        last = i;
        if (random.random() < limit) break;
      }
      return [last, random.random()];
    },
    cases: () => [[0], [0.01], [0.5], [1]],
  },
  "break before drawing": {
    kernel: (n: number) => {
      random.seed(32);
      for (const i of prange(1000)) {
        if (i === n) break;
        if (i > 5) random.random();
      }
      return random.random();
    },
    cases: () => [[0], [3], [6], [7], [2000]],
  },
  return: {
    kernel: (limit: number) => {
      const first = (): number => {
        for (const i of prange(1000)) {
          for (const j of prange(3)) if (random.random() < limit) return i * 3 + j;
        }
        return -1;
      };
      random.seed(33);
      return [first(), first(), random.random()];
    },
    cases: () => [[0], [0.001], [0.1], [1]],
  },
  "continue of an outer loop": {
    kernel: (limit: number) => {
      random.seed(34);
      let n = 0;
      outer: for (const _ of prange(50)) {
        for (const j of prange(20)) {
          if (random.random() < limit) continue outer;
          n += j;
        }
        n += random.random();
      }
      return [n, random.random()];
    },
    cases: () => [[0], [0.001], [0.1], [1]],
  },
  "a range of fractions": {
    kernel: (step: number, limit: number) => {
      random.seed(35);
      let n = 0;
      for (const x of prange(0, 10, step)) {
        const u = random.random();
        if (u < limit) continue;
        if (u > 1 - limit) break;
        n += x + u;
      }
      return [n, random.random()];
    },
    cases: () => [0.25, 0.5, 3].flatMap((step) => [0, 0.1, 0.6].map((limit) => [step, limit])),
  },
});
