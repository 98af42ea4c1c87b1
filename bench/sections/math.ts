/**
 * The transcendental functions, per element: kernels against plain JavaScript, C with the scalar library, C with glibc's
 * vector library (GCC, -ffast-math), NumPy, Numba and a plain copy, on arrays that fit into the first cache or don't fit into any.
 */
import { spawnSync } from "node:child_process";
import { type Jitted, njit } from "../../src/index.ts";
import { measure, type Variant } from "../measure.ts";
import { hasGcc, loadNative, type NativeFunction } from "../native.ts";
import { pythonWith } from "../numba.ts";
import { uniform } from "../random.ts";
import type { Column, Row, Section, Suite, SuiteOptions } from "../section.ts";

type D = Float64Array;
type S = Float32Array;

interface Case {
  readonly name: string;
  /** The functions of bench/c/math.c and of NumPy that do the same. */
  readonly c: string | undefined;
  readonly numpy: string;
  /** What Numba does for element `i` of `x`, `y` and `out`; NumPy's function unless given. `sum` is a local. */
  readonly numba?: string;
  /** Of the arguments. */
  readonly low: number;
  readonly high: number;
  /** With no argument the function goes over the array's indices. */
  readonly arity: 0 | 1 | 2;
  readonly array: typeof Float64Array | typeof Float32Array;
  // biome-ignore lint/suspicious/noExplicitAny: of one array or two, of either precision
  readonly kernel: Jitted<(...args: any[]) => void>;
}

function double(fn: string, numpy: string, low: number, high: number): Omit<Case, "kernel"> {
  return { name: fn, c: `${fn}_f64`, numpy, low, high, arity: 1, array: Float64Array };
}

function float32(fn: string, low: number, high: number): Omit<Case, "kernel"> {
  return { name: `${fn} of float32`, c: `${fn}_f32`, numpy: fn, low, high, arity: 1, array: Float32Array };
}

const FAST = { fastmath: true } as const;

const IDENTITY = (into: string, x: string): string => `c = np.cos(${x}); s = np.sin(${x}); ${into} c * c + s * s`;

const CASES: readonly Case[] = [
  {
    ...double("sin", "sin", 0, 1),
    kernel: njit((x: D, out: D): void => {
      for (let i = 0; i < out.length; i++) out[i] = Math.sin(x[i]);
    }),
  },
  {
    ...double("cos", "cos", 0, 1),
    kernel: njit((x: D, out: D): void => {
      for (let i = 0; i < out.length; i++) out[i] = Math.cos(x[i]);
    }),
  },
  {
    ...double("tan", "tan", 0, 1),
    kernel: njit((x: D, out: D): void => {
      for (let i = 0; i < out.length; i++) out[i] = Math.tan(x[i]);
    }),
  },
  {
    ...double("asin", "arcsin", 0, 1),
    kernel: njit((x: D, out: D): void => {
      for (let i = 0; i < out.length; i++) out[i] = Math.asin(x[i]);
    }),
  },
  {
    ...double("acos", "arccos", 0, 1),
    kernel: njit((x: D, out: D): void => {
      for (let i = 0; i < out.length; i++) out[i] = Math.acos(x[i]);
    }),
  },
  {
    ...double("atan", "arctan", 0, 1),
    kernel: njit((x: D, out: D): void => {
      for (let i = 0; i < out.length; i++) out[i] = Math.atan(x[i]);
    }),
  },
  {
    ...double("sinh", "sinh", 0, 1),
    kernel: njit((x: D, out: D): void => {
      for (let i = 0; i < out.length; i++) out[i] = Math.sinh(x[i]);
    }),
  },
  {
    ...double("cosh", "cosh", 0, 1),
    kernel: njit((x: D, out: D): void => {
      for (let i = 0; i < out.length; i++) out[i] = Math.cosh(x[i]);
    }),
  },
  {
    ...double("tanh", "tanh", 0, 1),
    kernel: njit((x: D, out: D): void => {
      for (let i = 0; i < out.length; i++) out[i] = Math.tanh(x[i]);
    }),
  },
  {
    ...double("asinh", "arcsinh", 0, 1),
    kernel: njit((x: D, out: D): void => {
      for (let i = 0; i < out.length; i++) out[i] = Math.asinh(x[i]);
    }),
  },
  {
    ...double("acosh", "arccosh", 1, 3),
    kernel: njit((x: D, out: D): void => {
      for (let i = 0; i < out.length; i++) out[i] = Math.acosh(x[i]);
    }),
  },
  {
    ...double("atanh", "arctanh", 0, 1),
    kernel: njit((x: D, out: D): void => {
      for (let i = 0; i < out.length; i++) out[i] = Math.atanh(x[i]);
    }),
  },
  {
    ...double("exp", "exp", 0, 1),
    kernel: njit((x: D, out: D): void => {
      for (let i = 0; i < out.length; i++) out[i] = Math.exp(x[i]);
    }),
  },
  {
    ...double("expm1", "expm1", 0, 1),
    kernel: njit((x: D, out: D): void => {
      for (let i = 0; i < out.length; i++) out[i] = Math.expm1(x[i]);
    }),
  },
  {
    ...double("log", "log", 0.1, 1),
    kernel: njit((x: D, out: D): void => {
      for (let i = 0; i < out.length; i++) out[i] = Math.log(x[i]);
    }),
  },
  {
    ...double("log1p", "log1p", 0, 1),
    kernel: njit((x: D, out: D): void => {
      for (let i = 0; i < out.length; i++) out[i] = Math.log1p(x[i]);
    }),
  },
  {
    ...double("log2", "log2", 0.1, 1),
    kernel: njit((x: D, out: D): void => {
      for (let i = 0; i < out.length; i++) out[i] = Math.log2(x[i]);
    }),
  },
  {
    ...double("log10", "log10", 0.1, 1),
    kernel: njit((x: D, out: D): void => {
      for (let i = 0; i < out.length; i++) out[i] = Math.log10(x[i]);
    }),
  },
  {
    ...double("cbrt", "cbrt", 0, 1),
    kernel: njit((x: D, out: D): void => {
      for (let i = 0; i < out.length; i++) out[i] = Math.cbrt(x[i]);
    }),
  },
  {
    ...double("atan2", "arctan2", 0.1, 1),
    arity: 2,
    kernel: njit((x: D, y: D, out: D): void => {
      for (let i = 0; i < out.length; i++) out[i] = Math.atan2(x[i], y[i]);
    }),
  },
  {
    ...double("pow", "power", 0.5, 3),
    arity: 2,
    kernel: njit((x: D, y: D, out: D): void => {
      for (let i = 0; i < out.length; i++) out[i] = x[i] ** y[i];
    }),
  },
  {
    ...double("hypot", "hypot", 0, 1),
    arity: 2,
    kernel: njit((x: D, y: D, out: D): void => {
      for (let i = 0; i < out.length; i++) out[i] = Math.hypot(x[i], y[i]);
    }),
  },
  {
    ...double("pow", "power", 0.5, 3),
    name: "x ** 2.7",
    c: undefined,
    numpy: "lambda x: x ** 2.7",
    numba: "out[i] = x[i] ** 2.7",
    kernel: njit((x: D, out: D): void => {
      for (let i = 0; i < out.length; i++) out[i] = x[i] ** 2.7;
    }),
  },
  {
    ...double("sin", "sin", 0, 1e7),
    name: "sin, arguments to 10⁷",
    kernel: njit((x: D, out: D): void => {
      for (let i = 0; i < out.length; i++) out[i] = Math.sin(x[i]);
    }),
  },
  {
    ...double("identity", "lambda x: np.cos(x) ** 2 + np.sin(x) ** 2", 0, 1e7),
    name: "cos² + sin², to 10⁷",
    numba: IDENTITY("out[i] =", "x[i]"),
    kernel: njit((x: D, out: D): void => {
      for (let i = 0; i < out.length; i++) {
        const [c, s] = [Math.cos(x[i]), Math.sin(x[i])];
        out[i] = c * c + s * s;
      }
    }),
  },
  {
    ...double("identity", "lambda x: np.sum(np.cos(x) ** 2 + np.sin(x) ** 2)", 0, 1e7),
    name: "sum of cos² + sin², to 10⁷",
    c: undefined,
    numba: IDENTITY("sum +=", "x[i]"),
    kernel: njit((x: D, out: D): void => {
      let sum = 0;
      for (let i = 0; i < x.length; i++) {
        const [c, s] = [Math.cos(x[i]), Math.sin(x[i])];
        sum += c * c + s * s;
      }
      out[0] = sum;
    }),
  },
  {
    ...double("identity", "lambda x: np.cos(x) ** 2 + np.sin(x) ** 2", 0, 0),
    name: "cos² + sin² of 0, 1, 2, …",
    c: undefined,
    numba: IDENTITY("out[i] =", "i"),
    arity: 0,
    kernel: njit((out: D): void => {
      for (let i = 0; i < out.length; i++) out[i] = Math.cos(i) ** 2 + Math.sin(i) ** 2;
    }),
  },
  {
    ...double("identity", "lambda x: np.sum(np.cos(x) ** 2 + np.sin(x) ** 2)", 0, 0),
    name: "sum of cos² + sin² of 0, 1, 2, …",
    c: undefined,
    numba: IDENTITY("sum +=", "i"),
    arity: 0,
    kernel: njit((out: D): void => {
      let sum = 0;
      for (let i = 0; i < out.length; i++) sum += Math.cos(i) ** 2 + Math.sin(i) ** 2;
      out[0] = sum;
    }),
  },
  {
    ...double("sin", "sin", 0, 1),
    name: "sin, fastmath",
    kernel: njit((x: D, out: D): void => {
      for (let i = 0; i < out.length; i++) out[i] = Math.sin(x[i]);
    }, FAST),
  },
  {
    ...double("cos", "cos", 0, 1),
    name: "cos, fastmath",
    kernel: njit((x: D, out: D): void => {
      for (let i = 0; i < out.length; i++) out[i] = Math.cos(x[i]);
    }, FAST),
  },
  {
    ...float32("sin", 0, 1),
    kernel: njit((x: S, out: S): void => {
      for (let i = 0; i < out.length; i++) out[i] = Math.sin(x[i]);
    }),
  },
  {
    ...float32("exp", 0, 1),
    kernel: njit((x: S, out: S): void => {
      for (let i = 0; i < out.length; i++) out[i] = Math.exp(x[i]);
    }),
  },
  {
    ...float32("log", 0.1, 1),
    kernel: njit((x: S, out: S): void => {
      for (let i = 0; i < out.length; i++) out[i] = Math.log(x[i]);
    }),
  },
  {
    ...float32("sin", 0, 1),
    name: "sin of float32, fastmath",
    kernel: njit((x: S, out: S): void => {
      for (let i = 0; i < out.length; i++) out[i] = Math.sin(x[i]);
    }, FAST),
  },
];

/** What a loop over an array costs at least: the bytes it reads and writes. */
const copy = njit((x: D | S, out: D | S): void => {
  for (let i = 0; i < out.length; i++) out[i] = x[i];
});

const SIZES = [
  { n: 4096, where: "cache" },
  { n: 10_000_000, where: "memory" },
] as const;

/** Heading by key; those that the machine hasn't stay empty. */
const VARIANTS = {
  njit: "njit",
  js: "plain JS",
  libm: "C",
  libmvec: "C, libmvec",
  numpy: "NumPy",
  numba: "Numba",
  copy: "a copy",
} as const;

export const math: Suite = {
  name: "math",
  about: "the functions of Math, nanoseconds an element",
  run(options): Section {
    const libm = loadNative("math.c");
    const libmvec = hasGcc() ? loadNative("math.c", { gcc: true }) : {};
    const rows: Row[] = [];
    for (const { n, where } of SIZES) {
      const size = options.quick ? Math.min(n, 10_000) : n;
      const python = timePython(size, options);
      for (const item of CASES) {
        options.progress(`${item.name}, ${where}`);
        rows.push({
          label: item.name,
          where,
          ...timesOf(item, size, libm, libmvec, options),
          ...python.get(item.name),
        });
      }
    }
    const columns = Object.entries(VARIANTS).map(([key, heading]): Column => ({ key, heading, unit: "ns" }));
    return {
      name: "math",
      title: "Transcendental functions",
      notes: [
        "Nanoseconds an element, medians of runs in turn; arrays of 4096 elements (cache) and 10⁷ (memory). A copy is `njit`'s `out[i] = x[i]`. The kernels' results are within 1 ulp (within 4 with fastmath), libmvec's within 4.",
      ],
      columns: [
        { key: "label", heading: "", unit: "text" },
        { key: "where", heading: "from", unit: "text" },
        ...columns,
      ],
      rows,
    };
  },
};

type Natives = Readonly<Record<string, NativeFunction>>;

function timesOf(item: Case, n: number, libm: Natives, libmvec: Natives, { runs, quick }: SuiteOptions): Row {
  const inputs = [1, 2].slice(0, item.arity).map((seed) => item.array.from(uniform(n, seed, item.low, item.high)));
  const args = [...inputs, new item.array(n)];
  const variants: Variant[] = [
    { name: "njit", run: () => item.kernel(...args) },
    { name: "js", run: () => item.kernel.jsFunction(...args) },
  ];
  for (const [name, functions] of Object.entries({ libm, libmvec })) {
    const native = item.c === undefined ? undefined : functions[item.c];
    if (native !== undefined) variants.push({ name, run: () => native(...args) });
  }
  const [input, out] = args;
  if (item.arity === 1) variants.push({ name: "copy", run: () => copy(input, out) });
  const large = n > 1e6;
  const timings = measure(
    variants,
    quick ? { runs: 1, warmups: 1, sampleMs: 0 } : { runs: large ? runs : 10 * runs, warmups: large ? 2 : 50 },
  );
  return Object.fromEntries(timings.map(({ name, median }) => [name, (median / n) * 1e6]));
}

/** NumPy and Numba, by the case's name; empty where there is no Python with NumPy. */
function timePython(n: number, { runs, quick }: SuiteOptions): ReadonlyMap<string, Row> {
  const cases = CASES.map(({ name, numpy, numba, low, high, arity, array }) => {
    const args = ["x[i]", "y[i]"].slice(0, arity).join(", ");
    const loop = numba ?? `out[i] = np.${numpy}(${args})`;
    return { name, numpy, loop, low, high, arity, type: array === Float32Array ? "float32" : "float64" };
  });
  const input = JSON.stringify({ n, rounds: quick ? 1 : runs, cases });
  const python = pythonWith("numba") ?? pythonWith("numpy");
  if (python === undefined) return new Map();
  const { status, stdout } = spawnSync(python, ["-W", "ignore", "-c", PYTHON], { input, encoding: "utf8" });
  return new Map(status === 0 ? (JSON.parse(stdout) as [string, Row][]) : []);
}

const PYTHON = `
import json, statistics, sys, time
import numpy as np
try: import numba
except ImportError: numba = None
job = json.load(sys.stdin)
n, rng, times = job["n"], np.random.default_rng(1), []
def measured(f):
    calls, samples = max(1, 1000000 // n), []
    for _ in range(job["rounds"] + 2):
        start = time.perf_counter()
        for _ in range(calls): f()
        samples.append((time.perf_counter() - start) / calls / n * 1e9)
    return statistics.median(samples[2:])
for case in job["cases"]:
    text, arity, out = case["numpy"], case["arity"], np.empty(n, case["type"])
    f = eval(text) if text.startswith("lambda") else getattr(np, text)
    args = [rng.uniform(case["low"], case["high"], n).astype(case["type"]) for _ in range(arity)]
    given = args if arity > 0 else [np.arange(n, dtype="float64")]
    kw = {} if text.startswith("lambda") else {"out": out}
    row = {"numpy": measured(lambda: f(*given, **kw))}
    if numba is not None:
        names = ["x", "y"][:arity] + ["out"]
        scope = {"np": np}
        exec(f"def k({', '.join(names)}):\\n  sum = 0.0\\n  for i in range(out.size):\\n    {case['loop']}\\n  out[0] += sum", scope)
        try:
            k = numba.njit(scope["k"], fastmath="fastmath" in case["name"])
            k(*args, out)
            row["numba"] = measured(lambda: k(*args, out))
        except numba.core.errors.NumbaError:
            pass
    times.append((case["name"], row))
print(json.dumps(times))
`;
