/**
 * What `kernel.diagnostics()` prints: for each loop what LLVM made of it, each bounds check that is left with its reason, and
 * what became of the loops over prange. Every text is in diagnostics/remarks.ts.
 *
 * LLVM's remarks come with places (emit/llvm/places.ts), so each belongs to one copy of one loop. The copies of a loop in the
 * source are told together, those that normally run first.
 */
import type { Compiled, Diagnosis } from "../compiler.ts";
import {
  type CheckText,
  describeOutcome,
  explainCheck,
  explainMissed,
  type Finding,
  type LoopOutcome,
  REPORT,
  type RemarkFacts,
} from "../diagnostics/remarks.ts";
import type { LoopCopy } from "../passes/describe-loops.ts";
import type { CheckLeft, CheckReason } from "../passes/explain-checks.ts";
import { type Span, textOf } from "../source/span.ts";
import type { Remark } from "../toolchain/remarks.ts";
import { showPosition } from "./errors.ts";
import { renderParallelReport } from "./parallel-report.ts";

/** The passes that `diagnostics()` wants to hear from, as a regular expression. */
export const REMARK_PASSES = "loop-vectorize|slp-vectorizer|loop-unroll|loop-idiom|loop-delete";

export interface ReportOptions {
  readonly name: string;
  readonly boundscheck: boolean;
  /** Of a variant that only some calls need: what it may assume of the arguments nevertheless. */
  readonly variant?: { readonly disjoint: boolean; readonly small: boolean; readonly background?: boolean };
}

export function renderDiagnosticsReport(
  compiled: Compiled,
  remarksOf: (llvm: string, passes: string) => readonly Remark[],
  options: ReportOptions,
): string {
  const diagnosis = compiled.diagnose();
  const sections = [
    [REPORT.loops, loopLines(diagnosis, remarksOf(diagnosis.llvm, REMARK_PASSES))],
    [REPORT.checks, checkLines(diagnosis.checks, options.boundscheck)],
  ] as const;
  const body = sections.map(([title, lines]) => `${title}\n\n${lines.join("\n")}\n`).join("\n");
  const text = options.variant === undefined ? body : `\n${whenCalled(options.variant)}\n\n${body}`;
  if (compiled.prangeLoops.length === 0) return text;
  return `${text}\n${REPORT.parallel}\n\n${renderParallelReport(options.name, compiled, 1)}`;
}

/** Which calls need a variant. */
function whenCalled({ disjoint, small, background }: NonNullable<ReportOptions["variant"]>): string {
  const what = [...(disjoint ? [] : [REPORT.overlapping]), ...(small ? [] : [REPORT.largeIntegers])];
  const calls = background === true ? [REPORT.inBackground] : [];
  return [...calls, ...(what.length > 0 ? [REPORT.when(what)] : [])].join(". ");
}

// ── loops ──

function loopLines(diagnosis: Diagnosis, remarks: readonly Remark[]): string[] {
  const outcomes = outcomesOf(diagnosis, remarks);
  const groups = new Map<string, LoopCopy[]>();
  for (const copy of diagnosis.loops) {
    const key = `${placeOf(copy.loc)} ${copy.loc.end}`;
    groups.set(key, [...(groups.get(key) ?? []), copy]);
  }
  const sorted = [...groups.values()].sort(([a], [b]) => (a && b ? comparePlaces(a.loc, b.loc) : 0));
  if (sorted.length === 0) return [REPORT.noLoops];
  return sorted.flatMap((copies) => {
    const [first] = copies;
    if (first === undefined) return [];
    const of = (which: (copy: LoopCopy) => boolean): string[] => findingsOf(copies.filter(which), outcomes);
    const orders = new Set(copies.flatMap(({ order }) => order ?? []));
    const normal = of((c) => !c.fallback && c.order === undefined);
    const reordered = [...orders].flatMap((order) =>
      of((c) => c.order === order).map((f) => `${REPORT.reordered(order)}: ${f}`),
    );
    // What would help is done where it matters.
    const others =
      orders.size === 0 ? normal : normal.filter(isNoHelp).map((f) => `${REPORT.notReordered(orders)}: ${f}`);
    const fallback = of((c) => c.fallback && c.order === undefined)
      .filter((f) => !normal.includes(f) && isNoHelp(f))
      .map((f) => `${REPORT.fallback}: ${f}`);
    return [heading(first.loc), ...[...reordered, ...others, ...fallback].map((f) => `   ${f}`)];
  });
}

function isNoHelp(finding: string): boolean {
  return !finding.startsWith("help:");
}

/** What is to be said of some copies, each text once. */
function findingsOf(copies: readonly LoopCopy[], outcomes: ReadonlyMap<LoopCopy, LoopOutcome>): string[] {
  const counts = new Map<string, { readonly finding: Finding; count: number }>();
  let all = 0;
  for (const copy of copies) {
    const outcome = outcomes.get(copy);
    // Of several copies those that are gone go without saying.
    if (outcome === undefined || (outcome.kind === "gone" && copies.length > 1)) continue;
    // A loop that a check may end is never vectorised.
    if (copy.fallback && (outcome.kind === "outer" || outcome.kind === "missed")) continue;
    all++;
    const finding = describeOutcome(outcome);
    const known = counts.get(finding.text);
    if (known === undefined) counts.set(finding.text, { finding, count: 1 });
    else known.count++;
  }
  const helps = new Set<string>();
  const lines: string[] = [];
  for (const { finding, count } of counts.values()) {
    lines.push(counts.size === 1 ? finding.text : `${REPORT.several(count, all)} ${finding.text}`);
    if (finding.help !== undefined && !helps.has(finding.help)) lines.push(`help: ${finding.help}`);
    if (finding.help !== undefined) helps.add(finding.help);
  }
  if (all === 0 && copies.some((copy) => !copy.fallback)) lines.push(describeOutcome({ kind: "gone" }).text);
  return lines;
}

interface Heard {
  readonly kind: Remark["kind"];
  readonly pass: string;
  readonly message: string;
  readonly loc: Span;
}

/** What LLVM made of each copy of each loop. */
export function outcomesOf(
  { loops, places }: Diagnosis,
  remarks: readonly Remark[],
): ReadonlyMap<LoopCopy, LoopOutcome> {
  const heard = new Map<string, Heard[]>();
  for (const { kind, pass, message, loc } of remarks) {
    const place = loc === undefined ? undefined : places.placeAt(loc.line);
    if (place?.loop === undefined) continue;
    const key = `${place.loop.label} ${place.loop.fn}`;
    heard.set(key, [...(heard.get(key) ?? []), { kind, pass, message, loc: place.loc }]);
  }
  const describeOther = (message: string): string | undefined => {
    const line = /same as accessed at kernel:(\d+):/.exec(message)?.[1];
    const place = line === undefined ? undefined : places.placeAt(Number(line));
    return place && quoted(place.loc);
  };
  return new Map(
    loops.map((copy) => [copy, outcomeOf(copy, heard.get(`${copy.label} ${copy.fn}`) ?? [], describeOther)]),
  );
}

function outcomeOf(
  copy: LoopCopy,
  heard: readonly Heard[],
  describeOther: (message: string) => string | undefined,
): LoopOutcome {
  const said = (pass: string, words: RegExp): RegExpExecArray | undefined => {
    for (const h of heard) {
      const match = h.kind === "passed" && h.pass === pass ? words.exec(h.message) : null;
      if (match !== null) return match;
    }
    return undefined;
  };
  const vectorised = said("loop-vectorize", /vectorization width: (.+), interleaved count: (\d+)/);
  if (vectorised !== undefined) {
    const [, width = "?", interleave] = vectorised;
    const { orderedSums: sums, laneSums: lanes, steps } = copy;
    return { kind: "vectorised", width, interleave: Number(interleave), sums, lanes, steps };
  }
  const library = said("loop-idiom", /call to (?:llvm\.)?(\w+)/);
  if (library?.[1] !== undefined) return { kind: "library", call: library[1] };
  const unrolled = said("loop-unroll", /completely unrolled loop with (\d+) iterations/);
  if (unrolled !== undefined)
    return {
      kind: "unrolled",
      rounds: Number(unrolled[1]),
      vectors: said("slp-vectorizer", /vectorized/i) !== undefined,
    };
  if (!copy.innermost) return { kind: "outer" };
  const why = heard
    .filter((h) => h.pass === "loop-vectorize" && h.kind !== "passed" && h.message !== "loop not vectorized")
    .map(({ message, loc }) => ({ message, facts: factsOf(copy, loc, describeOther(message)) }));
  const missed = heard.some((h) => h.pass === "loop-vectorize" && h.kind === "missed");
  return why.length > 0 || missed ? { kind: "missed", why: explainMissed(why) } : { kind: "gone" };
}

function factsOf(copy: LoopCopy, loc: Span, other: string | undefined): RemarkFacts {
  const isLoop = loc.start === copy.loc.start && loc.end === copy.loc.end;
  return { ...copy, at: isLoop ? undefined : quoted(loc), other };
}

// ── bounds checks ──

function checkLines(checks: readonly CheckLeft[], boundscheck: boolean): string[] {
  if (!boundscheck) return [REPORT.checksOff];
  const seen = new Set<string>();
  const lines: string[] = [];
  const sorted = [...checks].sort((a, b) => comparePlaces(a.loc, b.loc));
  for (const { loc, array, reason, where } of sorted) {
    const { text, help } = explainCheck(checkText(reason));
    const place = where === "innermost" ? `, ${REPORT.innermost}` : where === "loop" ? `, ${REPORT.inLoop}` : "";
    const entry = [`${heading(loc)}`, `   ${array}${place}: ${text}`];
    if (help !== undefined) entry.push(`   help: ${help}`);
    const key = entry.join("\n");
    if (!seen.has(key)) lines.push(...entry);
    seen.add(key);
  }
  return lines.length === 0 ? [REPORT.noChecks] : lines;
}

function checkText(reason: CheckReason): CheckText {
  switch (reason.kind) {
    case "element":
      return { ...reason, at: quoted(reason.loc) };
    case "computed":
      return { kind: "computed", at: quoted(reason.loc) };
    case "uncounted":
      return { kind: "uncounted", name: reason.name, line: lineOf(reason.loop) };
    default:
      return reason;
  }
}

// ── places ──

function heading(loc: Span): string {
  const { line } = loc.source.locate(loc.start);
  const text = loc.source.lineAt(line) ?? loc.source.text.slice(loc.start, loc.end).split("\n")[0] ?? "";
  return `${placeOf(loc)}  ${text.trim()}`;
}

function placeOf(loc: Span): string {
  return showPosition(loc.source.locate(loc.start));
}

function lineOf(loc: Span): number {
  return loc.source.locate(loc.start).line;
}

/** A piece of the source, as the author wrote it if it can be found, and its line. */
function quoted(loc: Span): string {
  const text = textOf(loc);
  const short = text.length > 60 ? `${text.slice(0, 57)}…` : text;
  return `\`${short}\` (line ${lineOf(loc)})`;
}

function comparePlaces(a: Span, b: Span): number {
  const [x, y] = [a.source.locate(a.start), b.source.locate(b.start)];
  if (x.file !== y.file) return x.file < y.file ? -1 : 1;
  return x.line - y.line || x.column - y.column;
}
