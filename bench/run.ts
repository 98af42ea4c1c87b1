/** `npm run bench [-- suite…]`: runs the suites, prints their tables, and with `--json` stores the numbers. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import Table from "cli-table3";
import { Command, Option } from "commander";
import { describeMachine } from "./machine.ts";
import { formatCell, type Report } from "./report.ts";
import type { Section, Suite } from "./section.ts";
import { callOverhead } from "./sections/call-overhead.ts";
import { compileTime } from "./sections/compile-time.ts";
import { mainJob } from "./sections/main-job.ts";
import { math } from "./sections/math.ts";
import { parallel } from "./sections/parallel/parallel.ts";
import { randomNumbers } from "./sections/random.ts";
import { startUp } from "./sections/start-up.ts";
import { suite } from "./sections/suite.ts";

const SUITES: readonly Suite[] = [compileTime, startUp, callOverhead, mainJob, suite, math, randomNumbers, parallel];

interface Options {
  readonly runs: string;
  readonly quick: boolean;
  readonly json?: boolean | string;
}

async function main(names: readonly string[], options: Options): Promise<void> {
  const machine = describeMachine();
  const sections: Section[] = [];
  for (const suite of SUITES) {
    if (names.length > 0 && !names.includes(suite.name)) continue;
    const result = await suite.run({
      runs: Number(options.runs),
      quick: options.quick,
      progress: (line) => process.stderr.write(`${suite.name}: ${line}\n`),
    });
    for (const section of [result].flat() as readonly Section[]) {
      sections.push(section);
      printSection(section);
    }
  }
  if (options.json !== undefined) store({ machine, sections }, options.json);
}

function printSection({ title, notes, columns, rows }: Section): void {
  const table = new Table({
    head: columns.map((column) => column.heading),
    colAligns: columns.map((column) => (column.unit === "text" ? "left" : "right")),
    style: { head: [], border: [], compact: true },
  });
  for (const row of rows) table.push(columns.map((column) => formatCell(column, row)));
  process.stdout.write(`${[title, ...notes, table.toString()].join("\n")}\n\n`);
}

function store(report: Report, where: string | boolean): void {
  const { date, commit } = report.machine;
  const results = join(dirname(fileURLToPath(import.meta.url)), "results");
  const path = typeof where === "string" ? where : join(results, `${date}-${commit ?? "uncommitted"}.json`);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${JSON.stringify(report, undefined, 2)}\n`);
  process.stdout.write(`Results: ${path}\n`);
}

const command = new Command("npm run bench --")
  .description("Benchmarks: how fast kernels are compiled, loaded, called and run.")
  .argument("[suite...]", `which to run, all unless given: ${SUITES.map((suite) => suite.name).join(", ")}`)
  .option("--runs <n>", "rounds of interleaved runs", "15")
  .option("--quick", "small inputs, one run: to see that it works", false)
  .addOption(new Option("--json [file]", "store the results, in bench/results/ unless a file is given"))
  .addHelpText("after", `\nSuites:\n${SUITES.map(({ name, about }) => `  ${name.padEnd(16)}${about}`).join("\n")}`)
  .parse();

const unknown = command.args.filter((name) => !SUITES.some((suite) => suite.name === name));
if (unknown.length > 0)
  command.error(`error: no suite ${unknown.join(", ")}; there are ${SUITES.map((s) => s.name).join(", ")}`);
await main(command.args, command.opts<Options>());
