/**
 * Tells of every parallel loop what is known of its iterations, and refuses those that are certain to get in each other's
 * way through an array. Looks at the function as the optimiser will see it, before loops are copied.
 */
import type { DiagnosticSink } from "../diagnostics/sink.ts";
import type { Func, Module } from "../ir/func.ts";
import { type Block, type Inst, type InstOf, type LocalId, type Reduction, ROWS, type ValueId } from "../ir/ops.ts";
import { Definitions } from "../ir/rewrite.ts";
import { isArrayType } from "../ir/types.ts";
import { blocksOf, forEachInst, localsWrittenIn } from "../ir/walk.ts";
import { DREW } from "../lower/streams.ts";
import type { Span } from "../source/span.ts";
import { ApartArrays } from "./apart-arrays.ts";
import { rootsOf } from "./array-roots.ts";
import { type ChunkSize, chunkSizeOf } from "./chunk-cost.ts";
import { eliminateDead } from "./eliminate-dead.ts";
import { hasParallelLoop } from "./find-reductions.ts";
import { fold } from "./fold.ts";
import { forwardLocals } from "./forward-locals.ts";
import { analyzeOwnership, type Clash, type WrittenArray } from "./own-elements.ts";
import { companionOf, describeReduction } from "./reductions.ts";
import { unwrapBlocks } from "./unwrap-blocks.ts";

export interface UndecidedStore {
  readonly array: string;
  /** The store, or the call in which it is. */
  readonly loc: Span;
}

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
  readonly undecided: readonly UndecidedStore[];
  readonly chunks: ChunkSize;
  /** Computations that give the same in every iteration, as the source has them: they are done once for each chunk. */
  readonly hoisted: readonly string[];
  /** Bounds checks in the body. */
  readonly checks: number;
  /** No copy of it is parallel: see early-errors.ts. */
  readonly serial?: boolean;
}

/** Has every copy of the loop at `loc` been left as it was, in a module whose parallel loops are lowered? */
export function isLeftSerial(module: Module, loc: Span): boolean {
  const ops = new Set<string>();
  forEachInst(module.entry.body, (inst) => {
    if (inst.loc.source === loc.source && inst.loc.start === loc.start) ops.add(inst.op);
  });
  return ops.has("for") && !ops.has("parallel");
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

/** `chunksize` is the option's. */
export function checkIterations(
  module: Module,
  sink: DiagnosticSink,
  chunksize: number | undefined,
): readonly LoopFacts[] {
  if (!hasParallelLoop(module.entry)) return [];
  const cx = { verify: false, tables: module.tables, funcs: module.funcs, entry: true };
  const entry = [unwrapBlocks, forwardLocals, fold, eliminateDead].reduce((fn, pass) => pass.run(fn, cx), module.entry);
  const definitions = new Definitions(entry);
  const apart = new ApartArrays(entry, definitions);
  const written = writtenParams(module.funcs);
  const facts: LoopFacts[] = [];
  forEachInst(entry.body, (inst) => {
    if (inst.op !== "for" || inst.parallel === undefined) return;
    const { arrays, clashes } = analyzeOwnership(inst, definitions, apart);
    for (const clash of clashes) report(clash, module, sink);
    const named = (kind: WrittenArray["kind"]): string[] =>
      arrays.filter((a) => a.kind === kind).map((a) => nameOf(a, module));
    facts.push({
      loc: inst.loc,
      reductions: inst.parallel.reductions
        .filter((r) => localName(r.local, entry) !== DREW)
        .map((r) => reductionText(r, entry)),
      own: named("own"),
      accumulated: arrays.flatMap((a) =>
        a.op === undefined ? [] : [`${nameOf(a, module)}: ${describeReduction({ op: a.op })}`],
      ),
      undecided: distinct([
        ...arrays.flatMap((a) =>
          a.kind === "undecided" ? a.stores.map((s) => ({ array: nameOf(a, module), loc: s.loc })) : [],
        ),
        ...storesInCalls(inst, entry, definitions, written),
      ]),
      chunks: chunksize === undefined ? chunkSizeOf(inst, definitions) : { kind: "given", count: chunksize },
      hoisted: hoistedFrom(inst),
      checks: checksIn(inst),
    });
  });
  sink.throwIfErrors();
  return facts;
}

/** `part.set(…)` has two loops with a store each; one line tells of them. */
function distinct(stores: readonly UndecidedStore[]): UndecidedStore[] {
  const key = ({ array, loc }: UndecidedStore): string => `${array} ${loc.start}`;
  return [...new Map(stores.map((s) => [key(s), s])).values()];
}

/** Arrays that functions write which the loop calls: nothing is known of their indices. */
function storesInCalls(
  loop: InstOf<"for">,
  entry: Func,
  definitions: Definitions,
  written: ReadonlyMap<string, ReadonlySet<number>>,
): UndecidedStore[] {
  const found: UndecidedStore[] = [];
  const inside = new Set<ValueId>();
  forEachInst(loop.body, (inst) => void inside.add(inst.id));
  forEachInst(loop.body, (inst) => {
    if (inst.op !== "call") return;
    for (const at of written.get(inst.callee) ?? []) {
      const roots = rootsOf(inst.args[at] ?? -1, definitions);
      // What an iteration has made is its own.
      if (roots !== undefined && [...roots].every((root) => inside.has(root))) continue;
      const names = [...(roots ?? [])].map((root) => paramName(entry, root) ?? "an array");
      for (const array of names.length === 0 ? ["an array"] : names) found.push({ array, loc: inst.loc });
    }
  });
  return found;
}

/** By function, the parameters whose elements it or what it calls writes. */
function writtenParams(funcs: readonly Func[]): ReadonlyMap<string, ReadonlySet<number>> {
  const written = new Map(funcs.map((fn) => [fn.name, new Set<number>()]));
  const note = (fn: Func, array: ValueId, definitions: Definitions): boolean => {
    const known = written.get(fn.name);
    const before = known?.size ?? 0;
    const roots = rootsOf(array, definitions);
    for (const [i, p] of fn.params.entries())
      if (isArrayType(p.type) && (roots === undefined || roots.has(p.id))) known?.add(i);
    return (known?.size ?? 0) > before;
  };
  for (let grows = true; grows; ) {
    grows = false;
    for (const fn of funcs) {
      const definitions = new Definitions(fn);
      forEachInst(fn.body, (inst) => {
        if (inst.op === "store") grows = note(fn, inst.args[0] ?? -1, definitions) || grows;
        if (inst.op !== "call") return;
        for (const at of written.get(inst.callee) ?? []) grows = note(fn, inst.args[at] ?? -1, definitions) || grows;
      });
    }
  }
  return written;
}

/** What LLVM moves in front of a chunk's iterations: values that depend on nothing in the loop, the largest of each. */
function hoistedFrom(loop: InstOf<"for">): string[] {
  const inside = new Set<ValueId>([loop.iv]);
  const written = localsWrittenIn(loop.body);
  forEachInst(loop.body, (inst) => {
    inside.add(inst.id);
    if (inst.op === "for") inside.add(inst.iv);
  });
  const invariant = new Set<ValueId>();
  const found: Inst[] = [];
  /** Expressions of which a part is left in the loop. */
  const left = new Set<string>();
  const textOf = ({ loc }: Inst): string => loc.source.text.slice(loc.start, loc.end);
  const visit = (block: Block, certain: boolean): void => {
    for (const inst of block.insts) {
      // Functions are moved only from where they are called in any case.
      const moves = ROWS[inst.op].effect === "pure" && (certain || !MAYBE.has(inst.op));
      const same = inst.args.every((arg) => !inside.has(arg) || invariant.has(arg));
      const held = inst.op === "local.get" && !written.has(inst.local);
      if (held || (moves && same)) {
        invariant.add(inst.id);
        if (WORK.has(inst.op)) found.push(inst);
      } else left.add(textOf(inst));
      for (const inner of blocksOf(inst)) visit(inner, certain && inst.op === "block");
    }
  };
  visit(loop.body, true);
  const texts = found.map(textOf).filter((text) => !left.has(text));
  // Names, constants and lengths are no work; what is part of a larger one goes with it.
  const works = [...new Set(texts)].filter((text) => !/^[\w$.]+$/.test(text) && !text.includes("\n"));
  return works.filter((text) => !works.some((other) => other !== text && other.includes(text)));
}

/** What is worth a word. */
const WORK: ReadonlySet<string> = new Set([
  ...["add", "sub", "mul", "sdiv", "srem", "and", "or", "xor", "shl", "ashr", "lshr", "smin", "smax"],
  ...["fadd", "fsub", "fmul", "fdiv", "frem", "fneg", "fabs", "fsqrt", "ffloor", "fceil", "ftrunc", "fround", "fsign"],
  ...["fmin", "fmax", "math", "math2", "toint32", "icmp", "fcmp", "select"],
]);

/** What may not be done for nothing. */
const MAYBE: ReadonlySet<string> = new Set(["math", "math2", "sdiv", "srem", "frem"]);

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
