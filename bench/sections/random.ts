/**
 * Random numbers, per number: kernels against the same functions in plain JavaScript, against Math.random of the engine and
 * NumPy's Generator, over an array that fits into the first cache.
 */
import { spawnSync } from "node:child_process";
import { type Jitted, njit, prange, random } from "../../src/index.ts";
import { measure, type Variant } from "../measure.ts";
import type { Row, Section, Suite, SuiteOptions } from "../section.ts";

type D = Float64Array;

interface Case {
  readonly name: string;
  readonly kernel: Jitted<(out: D) => void>;
  /** What people write with the engine's own. */
  readonly engine?: (out: D) => void;
  /** NumPy's method and its arguments after the generator `g`, the array `out` and its length `n`. */
  readonly numpy?: string;
}

const CASES: readonly Case[] = [
  {
    name: "random()",
    kernel: njit((out: D): void => {
      for (let i = 0; i < out.length; i++) out[i] = random.random();
    }),
    engine: (out) => {
      for (let i = 0; i < out.length; i++) out[i] = Math.random();
    },
    numpy: "g.random(out=out)",
  },
  {
    name: "integers(0, 100)",
    kernel: njit((out: D): void => {
      for (let i = 0; i < out.length; i++) out[i] = random.integers(0, 100);
    }),
    engine: (out) => {
      for (let i = 0; i < out.length; i++) out[i] = Math.floor(Math.random() * 100);
    },
    numpy: "g.integers(0, 100, n)",
  },
  {
    name: "exponential()",
    kernel: njit((out: D): void => {
      for (let i = 0; i < out.length; i++) out[i] = random.exponential();
    }),
    engine: (out) => {
      for (let i = 0; i < out.length; i++) out[i] = -Math.log(1 - Math.random());
    },
    numpy: "g.standard_exponential(out=out)",
  },
  {
    name: "normal()",
    kernel: njit((out: D): void => {
      for (let i = 0; i < out.length; i++) out[i] = random.normal();
    }),
    engine: (out) => {
      for (let i = 0; i < out.length; i++)
        out[i] = Math.sqrt(-2 * Math.log(1 - Math.random())) * Math.cos(2 * Math.PI * Math.random());
    },
    numpy: "g.standard_normal(out=out)",
  },
  {
    name: "normal(), in a prange",
    kernel: njit((out: D): void => {
      for (const i of prange(out.length)) out[i] = random.normal();
    }),
  },
];

export const randomNumbers: Suite = {
  name: "random",
  about: "random numbers, nanoseconds a number",
  run(options): Section {
    const n = 4096;
    const numpy = timeNumPy(n, options);
    const rows = CASES.map((item): Row => {
      options.progress(item.name);
      return { label: item.name, ...timesOf(item, n, options), numpy: numpy.get(item.name) };
    });
    return {
      name: "random",
      title: "Random numbers",
      notes: ["Nanoseconds a number, medians of runs in turn; arrays of 4096 numbers."],
      columns: [
        { key: "label", heading: "", unit: "text" },
        { key: "njit", heading: "njit", unit: "ns" },
        { key: "js", heading: "plain JS", unit: "ns" },
        { key: "engine", heading: "with Math.random", unit: "ns" },
        { key: "numpy", heading: "NumPy", unit: "ns" },
      ],
      rows,
    };
  },
};

function timesOf({ kernel, engine }: Case, n: number, { runs, quick }: SuiteOptions): Row {
  const out = new Float64Array(n);
  const variants: Variant[] = [
    { name: "njit", run: () => kernel(out) },
    { name: "js", run: () => kernel.jsFunction(out) },
  ];
  if (engine !== undefined) variants.push({ name: "engine", run: () => engine(out) });
  const timings = measure(variants, quick ? { runs: 1, warmups: 1, sampleMs: 0 } : { runs: 10 * runs, warmups: 50 });
  return Object.fromEntries(timings.map(({ name, median }) => [name, (median / n) * 1e6]));
}

/** By the case's name; empty where there is no Python with NumPy. */
function timeNumPy(n: number, { runs, quick }: SuiteOptions): ReadonlyMap<string, number> {
  const cases = CASES.flatMap(({ name, numpy }) => (numpy === undefined ? [] : [{ name, numpy }]));
  const input = JSON.stringify({ n, rounds: quick ? 1 : 10 * runs, calls: quick ? 1 : 100, cases });
  const { status, stdout } = spawnSync("python3", ["-c", PYTHON], { input, encoding: "utf8" });
  return new Map(status === 0 ? (JSON.parse(stdout) as [string, number][]) : []);
}

const PYTHON = `
import json, statistics, sys, timeit
import numpy as np
job = json.load(sys.stdin)
n, g = job["n"], np.random.default_rng(1)
out, times = np.empty(n), []
for case in job["cases"]:
    f = eval("lambda: " + case["numpy"])
    samples = timeit.repeat(f, number=job["calls"], repeat=job["rounds"])
    times.append((case["name"], statistics.median(samples) / job["calls"] / n * 1e9))
print(json.dumps(times))
`;
