/**
 * Tells of every parallel loop what is known of its iterations, and refuses those that are certain to get in each other's
 * way through an array. Looks at the function as the optimiser will see it, before loops are copied.
 */
import type { DiagnosticSink } from "../diagnostics/sink.ts";
import type { Func, Module } from "../ir/func.ts";
import type { InstOf, LocalId, Reduction, ValueId } from "../ir/ops.ts";
import { Definitions } from "../ir/rewrite.ts";
import { forEachInst } from "../ir/walk.ts";
import { DREW } from "../lower/streams.ts";
import type { Span } from "../source/span.ts";
import { typicalGrain } from "./chunk-cost.ts";
import { eliminateDead } from "./eliminate-dead.ts";
import { hasParallelLoop } from "./find-reductions.ts";
import { fold } from "./fold.ts";
import { forwardLocals } from "./forward-locals.ts";
import { analyzeOwnership, type Clash, type WrittenArray } from "./own-elements.ts";
import { companionOf, describeReduction } from "./reductions.ts";

/** What is known of one parallel loop. */
export interface LoopFacts {
  readonly loc: Span;
  /** `s: sum`. */
  readonly reductions: readonly string[];
  /** Written arrays by their names. */
  readonly own: readonly string[];
  /** Arrays of which each chunk has a copy: `histogram: sum`. */
  readonly accumulated: readonly string[];
  /** Stores of which it isn't known whether iterations meet in them. */
  readonly undecided: readonly { readonly array: string; readonly loc: Span }[];
  /** Rounds per chunk; undefined when they depend on the rounds of loops inside. */
  readonly grain: number | undefined;
  /** Bounds checks in the body. */
  readonly checks: number;
}

/** The bounds checks left in the best version of the parallel loop that stands at `loc`. */
export function checksLeft(module: Module, loc: Span): number {
  let fewest = Infinity;
  forEachInst(module.entry.body, (loop) => {
    if (loop.op !== "for" || loop.parallel === undefined) return;
    if (loop.loc.source !== loc.source || loop.loc.start !== loc.start) return;
    fewest = Math.min(fewest, checksIn(loop));
  });
  return Number.isFinite(fewest) ? fewest : 0;
}

function checksIn(loop: InstOf<"for">): number {
  let checks = 0;
  forEachInst(loop.body, (inst) => {
    if ((inst.op === "load" || inst.op === "store") && inst.bounds === "checked") checks++;
    if (inst.op === "toindex") checks++;
  });
  return checks;
}

export function checkIterations(module: Module, sink: DiagnosticSink): readonly LoopFacts[] {
  if (!hasParallelLoop(module.entry)) return [];
  const cx = { verify: false, tables: module.tables, entry: true };
  const entry = [forwardLocals, fold, eliminateDead].reduce((fn, pass) => pass.run(fn, cx), module.entry);
  const definitions = new Definitions(entry);
  const facts: LoopFacts[] = [];
  forEachInst(entry.body, (inst) => {
    if (inst.op !== "for" || inst.parallel === undefined) return;
    const { arrays, clashes } = analyzeOwnership(inst, definitions);
    for (const clash of clashes) report(clash, module, sink);
    const named = (kind: WrittenArray["kind"]): string[] =>
      arrays.filter((a) => a.kind === kind).map((a) => nameOf(a, module));
    facts.push({
      loc: inst.loc,
      reductions: inst.parallel.reductions
        .filter((r) => localName(r.local, entry) !== DREW)
        .map((r) => reductionText(r, entry)),
      own: named("own"),
      accumulated: arrays.flatMap((a) => (a.op === undefined ? [] : [`${nameOf(a, module)}: ${a.op}`])),
      undecided: arrays.flatMap((a) =>
        a.kind === "undecided" ? a.stores.map((s) => ({ array: nameOf(a, module), loc: s.loc })) : [],
      ),
      grain: typicalGrain(inst, definitions),
      checks: checksIn(inst),
    });
  });
  sink.throwIfErrors();
  return facts;
}

function nameOf(array: WrittenArray, module: Module): string {
  return siteName(array.stores[0], module) ?? paramName(module.entry, array.array) ?? "an array";
}

function siteName(access: InstOf<"load"> | InstOf<"store"> | undefined, module: Module): string | undefined {
  const site = access === undefined ? undefined : module.sites[access.site];
  return site?.kind === "index" ? site.array : undefined;
}

function paramName(fn: Func, id: ValueId): string | undefined {
  return fn.params.find((p) => p.id === id)?.name;
}

function localName(id: LocalId, fn: Func): string {
  return fn.locals.find((l) => l.id === id)?.name ?? "?";
}

function reductionText(r: Reduction, fn: Func): string {
  const best = companionOf(r.op);
  const of = best === undefined ? "" : ` of ${localName(best, fn)}`;
  return `${localName(r.local, fn)}: ${describeReduction(r)}${of}`;
}

function report(clash: Clash, module: Module, sink: DiagnosticSink): void {
  const array = siteName(clash.store, module) ?? "an array";
  if (clash.kind === "same-element") {
    sink.report("parallel-same-element", { array }, clash.store.loc);
    return;
  }
  const far = clash.distance < 0n ? -clash.distance : clash.distance;
  const related =
    clash.other.loc.start === clash.store.loc.start ? [] : [{ span: clash.other.loc, text: "the other use" }];
  const distance = far === 1n ? "one iteration" : `${far} iterations`;
  sink.report("parallel-dependence", { array, distance }, clash.store.loc, related);
}
