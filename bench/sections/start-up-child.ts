/** Prints, as JSON, how many milliseconds importing numbats takes, and the first call of each kernel that the command line names. */
import { performance } from "node:perf_hooks";

// The package first: the benchmarks import it, too.
const begin = performance.now();
await import("../../src/index.ts");
const importing = performance.now() - begin;
const { BENCHMARKS } = await import("../suite/all.ts");

const calls = process.argv.slice(2).map((name) => {
  const benchmark = BENCHMARKS.find((b) => b.name === name);
  if (benchmark === undefined) throw new Error(`no benchmark ${name}`);
  const args = benchmark.inputs("small");
  const start = performance.now();
  benchmark.kernel(...args);
  return performance.now() - start;
});
process.stdout.write(JSON.stringify({ importing, calls }));
