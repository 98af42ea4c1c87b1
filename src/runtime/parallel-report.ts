/**
 * What `kernel.parallelDiagnostics(level)` prints: every prange loop with its source, and what became of it.
 *
 *   level 1   which loops run in parallel, and why the others don't
 *         2   and what is put together: reductions, arrays that chunks have copies of
 *         3   and what isn't known: stores in which iterations might meet
 *         4   and the chunks, the arrays whose elements are each iteration's own, the bounds checks left
 */
import type { Compiled } from "../compiler.ts";
import type { LoopFacts } from "../passes/check-iterations.ts";
import type { Span } from "../source/span.ts";

export type ReportLevel = 1 | 2 | 3 | 4;

export function renderParallelReport(name: string, compiled: Compiled, level: ReportLevel): string {
  const { prangeLoops, loopFacts } = compiled;
  if (prangeLoops.length === 0) return `${name} has no loop over prange.\n`;
  const facts = new Map(loopFacts.map((f) => [placeOf(f.loc), f]));
  return prangeLoops
    .map(({ loc, serial }, index) => {
      const lines = [`#${index} ${placeOf(loc)}  ${firstLine(loc)}`];
      const found = facts.get(placeOf(loc));
      if (serial !== undefined || found === undefined) {
        lines.push(`   serial: ${serial ?? "the optimiser has removed it"}`);
      } else lines.push("   parallel", ...details(found, level).map((line) => `   ${line}`));
      return `${lines.join("\n")}\n`;
    })
    .join("\n");
}

function details(facts: LoopFacts, level: ReportLevel): string[] {
  const lines: string[] = [];
  if (level >= 2) {
    lines.push(`reductions: ${list(facts.reductions)}`);
    lines.push(`accumulated in a copy per chunk: ${list(facts.accumulated)}`);
  }
  if (level >= 3) {
    const undecided = facts.undecided.map(({ array, loc }) => `\n     ${array} at ${placeOf(loc)}  ${firstLine(loc)}`);
    lines.push(`stores whose iterations may meet: ${undecided.length === 0 ? "none" : undecided.join("")}`);
  }
  if (level >= 4) {
    lines.push(`each iteration writes elements of its own: ${list(facts.own)}`);
    const size =
      facts.grain === undefined ? "as many iterations as make some microseconds" : `${facts.grain} iterations or more`;
    lines.push(`chunks: of ${size}, at most 512`);
    lines.push(`bounds checks inside: ${facts.checks === 0 ? "none, tested before the loop" : String(facts.checks)}`);
  }
  return lines;
}

function list(names: readonly string[]): string {
  return names.length === 0 ? "none" : [...new Set(names)].join(", ");
}

function placeOf(loc: Span): string {
  const { file, line, column } = loc.source.locate(loc.start);
  return `${file}:${line}:${column}`;
}

/** As the author wrote it, when the file is there. */
function firstLine(loc: Span): string {
  const { line } = loc.source.locate(loc.start);
  const text = loc.source.lineAt(line) ?? loc.source.text.slice(loc.start, loc.end).split("\n")[0] ?? "";
  return text.trim();
}
