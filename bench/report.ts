/**
 * Prints stored results as Markdown: `tsx bench/report.ts <results.json>`. The tables of docs/performance.md come from here.
 */
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import type { Machine } from "./machine.ts";
import type { Column, Row, Section, Unit } from "./section.ts";

export interface Report {
  readonly machine: Machine;
  readonly sections: readonly Section[];
}

function reportToMarkdown({ machine, sections }: Report): string {
  const { cpu, cores, target, node, llvm, platform, commit, date } = machine;
  const head = `Measured on ${cpu} (${target}, ${cores} cores, ${platform}), Node ${node}, LLVM ${llvm}, commit ${commit ?? "unknown"}, ${date}.`;
  return [head, ...sections.map(sectionToMarkdown)].join("\n\n");
}

export function sectionToMarkdown({ title, notes, columns, rows }: Section): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  const table = [
    line(columns.map((column) => column.heading)),
    line(columns.map((column) => (column.unit === "text" ? "---" : "---:"))),
    ...rows.map((row) => line(columns.map((column) => formatCell(column, row)))),
  ];
  return [`## ${title}`, ...notes, table.join("\n")].join("\n\n");
}

export function formatCell(column: Column, row: Row): string {
  const value = row[column.key];
  if (value === undefined) return "";
  return typeof value === "string" ? value : FORMATS[column.unit](value);
}

const FORMATS: Readonly<Record<Unit, (value: number) => string>> = {
  text: String,
  count: String,
  ms: formatMs,
  ns: (ns) => `${ns >= 100 ? ns.toFixed(0) : ns.toPrecision(3)} ns`,
  share: (share) => `${(100 * share).toFixed(0)} %`,
  "GB/s": (speed) => `${speed.toPrecision(3)} GB/s`,
  ratio: (ratio) => `${ratio >= 9.95 ? ratio.toFixed(1) : ratio.toFixed(2)} ×`,
};

export function formatMs(ms: number): string {
  if (ms < 1e-3) return `${(ms * 1e6).toPrecision(3)} ns`;
  if (ms < 1) return `${(ms * 1e3).toPrecision(3)} µs`;
  if (ms < 1000) return `${ms >= 100 ? ms.toFixed(0) : ms.toPrecision(3)} ms`;
  return `${(ms / 1000).toPrecision(3)} s`;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const [path] = process.argv.slice(2);
  if (path === undefined) {
    process.stderr.write("usage: tsx bench/report.ts <results.json>\n");
    process.exitCode = 1;
  } else {
    process.stdout.write(`${reportToMarkdown(JSON.parse(readFileSync(path, "utf8")) as Report)}\n`);
  }
}
