/** The benchmark suite: kernels of NPBench and pixel work against plain JS and against the same loops in C. */
import { existsSync } from "node:fs";
import { C, type Comparison, compareAll, NJIT, PLAIN } from "../compare.ts";
import { loadNative } from "../native.ts";
import type { Suite } from "../section.ts";
import { BENCHMARKS } from "../suite/all.ts";
import type { Benchmark, Size } from "../suite/benchmark.ts";

export const suite: Suite = {
  name: "suite",
  about: "kernels of NPBench and pixel work against plain JS and C",
  run: (options) =>
    compareAll(
      comparisons(options.quick ? "small" : "full"),
      {
        name: "suite",
        title: "The benchmark suite",
        notes: [
          "Medians of interleaved runs in one process, on the same arrays. C is compiled by the same LLVM with the same flags and `restrict` on every array, with `-ffast-math` where the kernel has `fastmath`.",
        ],
        variants: [PLAIN, NJIT, C],
      },
      options,
    ),
};

function* comparisons(size: Size): Iterable<Comparison> {
  for (const benchmark of BENCHMARKS) yield compare(benchmark, size);
}

function compare(benchmark: Benchmark, size: Size): Comparison {
  const { name, kernel, fastmath, changes = [] } = benchmark;
  const args = benchmark.inputs(size);
  const originals = changes.map((k) => (args[k] as Float64Array).slice());
  const runs: Record<string, () => unknown> = {
    [PLAIN]: () => kernel.jsFunction(...args),
    [NJIT]: () => kernel(...args),
  };
  const native = loadC(name, fastmath ?? false);
  if (native !== undefined) runs[C] = () => native(...args);
  const comparison = {
    label: fastmath ? `${name}, fastmath` : name,
    runs,
    outputs: args.filter((arg) => ArrayBuffer.isView(arg)),
  };
  if (changes.length === 0) return comparison;
  const prepare = () => {
    for (const [i, k] of changes.entries()) (args[k] as Float64Array).set(originals[i]);
  };
  return { ...comparison, prepare };
}

function loadC(name: string, fastmath: boolean) {
  const file = `suite/${name}.c`;
  if (!existsSync(new URL(`../c/${file}`, import.meta.url))) return undefined;
  const symbol = /^\d/.test(name) ? `k${name}` : name;
  return loadNative(file, { fastmath })[symbol.replaceAll("-", "_")];
}
