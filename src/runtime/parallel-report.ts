/**
 * What `kernel.parallelDiagnostics(level)` prints: every prange loop with its source, and what became of it.
 *
 *   level 1   which loops run in parallel, and why the others don't
 *         2   and what is put together: reductions, arrays that chunks have copies of
 *         3   and what isn't known: stores in which iterations might meet
 *         4   and the arrays whose elements are each iteration's own, the chunks, and what was moved out of the loop
 */
import type { Compiled } from "../compiler.ts";
import type { LoopFacts } from "../passes/check-iterations.ts";
import type { ChunkSize } from "../passes/chunk-cost.ts";
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
      } else if (found.serial === true) {
        lines.push(
          "   serial: an index that may be out of bounds is used only in some iterations, and earlier ones decide in which",
        );
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
    lines.push(`stores whose iterations may meet:${undecided.length === 0 ? " none" : undecided.join("")}`);
  }
  if (level >= 4) {
    lines.push(`each iteration writes elements of its own: ${list(facts.own)}`);
    lines.push(`chunks: ${chunksText(facts.chunks)}`);
    lines.push(`moved out of the loop: ${list(facts.hoisted)}`);
    lines.push(`bounds checks inside: ${facts.checks === 0 ? "none, tested before the loop" : String(facts.checks)}`);
  }
  return lines;
}

function chunksText(size: ChunkSize): string {
  switch (size.kind) {
    case "given":
      return `of ${size.count} iterations, as chunksize says`;
    case "iterations":
      return `of about ${size.count} iterations or more`;
    case "lengths":
      return "sized before the loop, by how often the loops inside it run";
    case "unknown":
      return `${size.least} or more, as what an iteration takes isn't known before the loop`;
  }
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
