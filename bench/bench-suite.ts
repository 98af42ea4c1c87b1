/**
 * `npm run bench:suite`: the suite's kernels as plain JavaScript, by numbats, in C, by Numba and, a handful, in
 * AssemblyScript, all in turn in one run. Every result is checked, against the others and against one reached another way.
 * Prints a table; with `--write`, puts it and its chart into docs/performance.md.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { Command } from "commander";
import { describeDifference, differenceOf } from "./agreement.ts";
import { ASSEMBLYSCRIPT, assemblyScript, findAsc } from "./assemblyscript.ts";
import { barChart } from "./chart.ts";
import { C, NJIT, PLAIN } from "./compare.ts";
import { type Contender, interleave, local, type Sample } from "./contender.ts";
import { describeMachine } from "./machine.ts";
import { geometricMean, median } from "./measure.ts";
import { loadNative } from "./native.ts";
import { NUMBA, NUMBA_PARALLEL, Numba } from "./numba.ts";
import { sectionToMarkdown } from "./report.ts";
import type { Column, Row, Section } from "./section.ts";
import { BENCHMARKS } from "./suite/all.ts";
import type { Benchmark } from "./suite/benchmark.ts";

const PARALLEL = "njit ∥";
const CONTENDERS = [PLAIN, NJIT, PARALLEL, C, NUMBA, NUMBA_PARALLEL, ASSEMBLYSCRIPT];

/** Whose time is divided by whose; the column's name and the least that each kernel and their mean should reach. */
const RATIOS = [
  { key: "vs JS", of: PLAIN, by: NJIT, each: 1, mean: undefined },
  /** With all cores where there is a parallel version. */
  { key: "all cores vs JS", of: PLAIN, by: PARALLEL, or: NJIT, each: 1, mean: 8 },
  { key: "vs C", of: C, by: NJIT, each: 0.8, mean: 0.95 },
  { key: "vs Numba", of: NUMBA, by: NJIT, each: 0.9, mean: 1.5 },
  { key: "∥ vs Numba ∥", of: NUMBA_PARALLEL, by: PARALLEL, each: 0.9, mean: 1.5 },
  { key: "∥ vs serial", of: NJIT, by: PARALLEL, each: undefined, mean: undefined },
  { key: "vs AS", of: ASSEMBLYSCRIPT, by: NJIT, each: undefined, mean: undefined },
] as const;

/** Apart by more than this, relative to the greatest value, and a contender has computed something else. */
const TOLERANCE = { float32: 1e-5, float64: 1e-8 };

interface Options {
  readonly rounds: string;
  readonly quick: boolean;
  readonly serial: boolean;
  readonly write: boolean;
}

interface Measured {
  readonly row: Row;
  readonly speedups: Readonly<Record<string, number | undefined>>;
}

async function main(names: readonly string[], options: Options): Promise<void> {
  const log = (line: string): void => void process.stderr.write(`${line}\n`);
  const asc = findAsc();
  if (asc === undefined) log("AssemblyScript: skipped, it isn't installed");
  const numba = await Numba.start();
  if (typeof numba === "string") log(`Numba: skipped, ${numba}`);
  const measured: Measured[] = [];
  for (const benchmark of BENCHMARKS) {
    if (names.length > 0 && !names.includes(benchmark.name)) continue;
    const one = await measure(benchmark, asc, typeof numba === "string" ? undefined : numba, options);
    measured.push(one);
    const ratios = RATIOS.map(({ key }) => `${key} ${Number(one.row[key] ?? Number.NaN).toFixed(2)}`);
    log(`${benchmark.name.padEnd(24)} ${ratios.join("  ")}  ${one.row.agreement}`);
  }
  if (typeof numba !== "string") numba.stop();
  const section = sectionOf(measured, typeof numba === "string" ? "" : `, ${numba.versions}`);
  const markdown = sectionToMarkdown(section);
  process.stdout.write(`${markdown}\n`);
  if (options.write) writeDocs(markdown, measured);
}

async function measure(
  benchmark: Benchmark,
  asc: string | undefined,
  numba: Numba | undefined,
  options: Options,
): Promise<Measured> {
  const { name, kernel, parallel, fastmath = false, changes = [] } = benchmark;
  const args = benchmark.inputs(options.quick ? "small" : "full");
  const contenders: Contender[] = [
    local(PLAIN, kernel.jsFunction, args, changes),
    local(NJIT, kernel, args, changes),
    local(C, nativeOf(name, fastmath), args, changes),
  ];
  if (parallel !== undefined && !options.serial) contenders.push(local(PARALLEL, parallel, args, changes));
  const script = asc === undefined ? undefined : assemblyScript(asc, name, args, changes);
  if (script !== undefined) contenders.push(script);
  if (numba !== undefined) {
    const both = await numba.contenders(name, args, changes);
    contenders.push(...both.filter((contender) => !options.serial || contender.name === NUMBA));
  }
  const agreement = await agree(benchmark, contenders, options);
  const rounds = options.quick ? 1 : Number(options.rounds);
  const samples = await interleave(contenders, { rounds, sampleMs: options.quick ? 0 : 2 });
  const row: Record<string, string | number | undefined> = {
    label: fastmath ? `${name}, fastmath` : name,
    agreement,
  };
  for (const [contender, times] of samples) row[contender] = median(times.map((t) => t[clockOf(contender)]));
  for (const { key, of, by, ...more } of RATIOS) {
    const instead = "or" in more && !samples.has(by) ? more.or : by;
    row[key] = ratio(samples.get(of), samples.get(instead), clockOf(instead));
  }
  const speedups = Object.fromEntries(
    CONTENDERS.map((c) => [c, ratio(samples.get(PLAIN), samples.get(c), clockOf(c))]),
  );
  return { row, speedups };
}

/** The median of the rounds' ratios: in one round both ran within moments of each other. */
function ratio(
  of: readonly Sample[] | undefined,
  by: readonly Sample[] | undefined,
  clock: "wall" | "cpu",
): number | undefined {
  if (of === undefined || by === undefined) return undefined;
  return median(of.map((sample, round) => sample[clock] / (by[round]?.[clock] ?? Number.NaN)));
}

/** What runs on one core is timed by the processor, which a busy machine doesn't stretch. */
function clockOf(contender: string): "wall" | "cpu" {
  return contender === PARALLEL || contender === NUMBA_PARALLEL ? "wall" : "cpu";
}

function nativeOf(name: string, fastmath: boolean): (...args: unknown[]) => unknown {
  const symbol = (/^\d/.test(name) ? `k${name}` : name).replaceAll("-", "_");
  const native = loadNative(`suite/${name}.c`, { fastmath })[symbol];
  if (native === undefined) throw new Error(`bench/c/suite/${name}.c has no ${symbol}`);
  return native;
}

/** @throws when a contender's result isn't right, or isn't that of plain JavaScript. */
async function agree(benchmark: Benchmark, contenders: readonly Contender[], options: Options): Promise<string> {
  const before = benchmark.inputs(options.quick ? "small" : "full");
  const [plain, ...others] = contenders;
  if (plain === undefined) return "";
  const expected = await plain.outcome();
  benchmark.check([...expected.args], expected.result, before);
  let worst = 0;
  let worstOfOurs = 0;
  for (const contender of others) {
    const outcome = await contender.outcome();
    const result = typeof expected.result === "number" ? outcome.result : expected.result;
    benchmark.check([...outcome.args], result, before);
    const single = before.some((arg) => arg instanceof Float32Array);
    let difference = typeof expected.result === "number" ? differenceOf(expected.result, result) : 0;
    for (const [k, arg] of expected.args.entries()) {
      if (ArrayBuffer.isView(arg)) difference = Math.max(difference, differenceOf(arg, outcome.args[k]));
    }
    if (!(difference <= (single ? TOLERANCE.float32 : TOLERANCE.float64)))
      throw new Error(`${benchmark.name}: ${contender.name} differs from plain JavaScript by ${difference}`);
    worst = Math.max(worst, difference);
    if (contender.name === NJIT) worstOfOurs = difference;
  }
  return worst === worstOfOurs
    ? describeDifference(worst)
    : `${describeDifference(worstOfOurs)}; others ${describeDifference(worst)}`;
}

function sectionOf(measured: readonly Measured[], numba: string): Section {
  const present = CONTENDERS.filter((name) => measured.some(({ row }) => row[name] !== undefined));
  const ratios = RATIOS.filter(({ key }) => measured.some(({ row }) => row[key] !== undefined));
  const columns: Column[] = [
    { key: "label", heading: "", unit: "text" },
    ...present.map((key): Column => ({ key, heading: key, unit: "ms" })),
    ...ratios.map(({ key }): Column => ({ key, heading: key, unit: "ratio" })),
    { key: "agreement", heading: "results", unit: "text" },
  ];
  const means: Record<string, string | number | undefined> = { label: "**geometric mean**" };
  for (const { key } of ratios) means[key] = geometricMean(valuesOf(measured, key));
  const { cpu, cores, target, node, llvm, platform, commit, date } = describeMachine();
  const missed = ratios.flatMap(({ key, each, mean }) => {
    if (each === undefined) return [];
    const below = measured.filter(({ row }) => Number(row[key]) < each).map(({ row }) => row.label);
    const those =
      below.length === 0 ? "every kernel reaches" : `${below.join(", ")} ${below.length === 1 ? "is" : "are"} below`;
    if (mean === undefined) return [`${key}: ${those} ${each} ×.`];
    const reached = (means[key] as number) >= mean ? "reached" : "missed";
    return [`${key}: the goal of ${mean} × in the mean is ${reached}; ${those} ${each} ×.`];
  });
  return {
    name: "suite",
    title: "NPBench's kernels and pixel work",
    notes: [
      `Measured on ${cpu} (${target}, ${cores} cores, ${platform}), Node ${node}, LLVM ${llvm}${numba}, commit ${commit ?? "unknown"}, ${date}.`,
      "Times are medians of interleaved runs on equal arrays, of the processor's where one core works and of the clock where all do (∥); a ratio is the median of the rounds' ratios. C is compiled by the same LLVM with `-O3 -march=native`, `restrict` on every array, and `-ffast-math` where the kernel has `fastmath`; so is Numba.",
      missed.join(" "),
    ],
    columns,
    rows: [...measured.map(({ row }) => row), means],
  };
}

function valuesOf(measured: readonly Measured[], key: string): number[] {
  return measured.map(({ row }) => row[key]).filter((value) => typeof value === "number");
}

function writeDocs(markdown: string, measured: readonly Measured[]): void {
  const docs = new URL("../docs/", import.meta.url);
  const page = new URL("performance.md", docs);
  const svg = barChart({
    title: "How many times as fast as plain JavaScript (logarithmic)",
    from: 1,
    series: [
      { name: NJIT, colour: "#2b6cb0" },
      { name: PARALLEL, colour: "#90cdf4" },
      { name: C, colour: "#4a5568" },
      { name: NUMBA, colour: "#dd6b20" },
      { name: NUMBA_PARALLEL, colour: "#fbd38d" },
    ],
    groups: measured.map(({ row, speedups }) => ({
      label: String(row.label).replace(", fastmath", ""),
      values: speedups,
    })),
  });
  writeFileSync(new URL("suite.svg", docs), svg);
  const text = existsSync(page) ? readFileSync(page, "utf8") : "";
  const marks = /<!-- generated: suite -->[\s\S]*<!-- end of suite -->/;
  if (!marks.test(text)) throw new Error("docs/performance.md has no marks for the suite");
  const body = `<!-- generated: suite -->\n\n${markdown}\n\n![Bars of the table above](suite.svg)\n\n<!-- end of suite -->`;
  writeFileSync(
    page,
    text.replace(marks, () => body),
  );
}

const command = new Command("npm run bench:suite --")
  .description("The benchmark suite against plain JS, C, Numba and AssemblyScript.")
  .argument("[kernel...]", "which to run, all unless given")
  .option("--rounds <n>", "rounds of interleaved runs", "21")
  .option("--quick", "small inputs, one round: to see that it works", false)
  .option("--serial", "only what runs on one core: on a machine whose other cores are busy", false)
  .option("--write", "put the table and its chart into docs/performance.md", false)
  .parse();
await main(command.args, command.opts<Options>());
