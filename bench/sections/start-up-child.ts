/** Prints, as JSON, how many milliseconds the first call of each kernel takes that the command line names. */
import { performance } from "node:perf_hooks";
import { BENCHMARKS } from "../suite/all.ts";

const times = process.argv.slice(2).map((name) => {
  const benchmark = BENCHMARKS.find((b) => b.name === name);
  if (benchmark === undefined) throw new Error(`no benchmark ${name}`);
  const args = benchmark.inputs("small");
  const start = performance.now();
  benchmark.kernel(...args);
  return performance.now() - start;
});
process.stdout.write(JSON.stringify(times));
