/**
 * Which variables of a parallel loop are reductions, and whether all others keep to their iteration.
 *
 * Takes a function as lowering left it (every assignment is still a `local.set`) and completes the `parallel` mark of its
 * loops. A local that the loop writes is
 *   private      when every round writes it before it reads it, and nothing reads it after the loop
 *   a reduction  when it is used in one of the forms of reduction-forms.ts
 * and anything else is an error that names the variable. So is a jump out of the loop.
 *
 *   local.get $s; %3 = fadd %2, %x; local.set $s, %3        s is a sum
 *   %c = fcmp %x, $best ogt; if %c { local.set $best, %x; local.set $at, %i }        best is a greatest, at goes with it
 */
import type { DiagnosticSink } from "../diagnostics/sink.ts";
import type { Func, Module } from "../ir/func.ts";
import type { Block, Inst, InstOf, LabelId, LocalId, Reduction, ValueId } from "../ir/ops.ts";
import { Definitions, FreshIds } from "../ir/rewrite.ts";
import type { ScalarType } from "../ir/types.ts";
import { isArrayType } from "../ir/types.ts";
import { blocksOf, forEachInst, instsIn, mapBlocks, mapInsts, mapOwners } from "../ir/walk.ts";
import { carryBits } from "./carried-bits.ts";
import { eliminateDead } from "./eliminate-dead.ts";
import { keepOrSet } from "./keep-or-set.ts";
import { type Locals, liveAroundLoops, readFirst, writtenRefs } from "./liveness.ts";
import { LoopUses } from "./loop-uses.ts";
import { accumulationOf, bestOf, dependentOn, logicalOf, through } from "./reduction-forms.ts";
import { companionOf } from "./reductions.ts";
import { EXACT, SameValues } from "./same-value.ts";

export function findReductions(module: Module, sink: DiagnosticSink): Module {
  if (!hasParallelLoop(module.entry)) return module;
  // Values that nobody uses (of `n++;`, say) would look like further uses of a variable.
  const cx = { verify: false, tables: module.tables, funcs: module.funcs, entry: true };
  const entry = carryBits(eliminateDead.run(withKeepOrSet(module.entry), cx), module.funcs);
  const live = liveAroundLoops(entry);
  const written = writtenRefs(module.funcs);
  const visit = (inst: Inst): Inst => {
    if (inst.op !== "for" || inst.parallel === undefined) return mapBlocks(inst, (inner) => mapOwners(inner, visit));
    const loop = new ParallelLoop(entry, inst, module.funcs, written, sink);
    const reductions = loop.reductions(live.get(inst.label)?.after ?? new Set());
    return { ...inst, parallel: { reductions }, body: wrapping(inst.body, loop.steps) };
  };
  const body = mapOwners(entry.body, visit);
  sink.throwIfErrors();
  return { ...module, entry: { ...entry, body } };
}

function withKeepOrSet(fn: Func): Func {
  const ids = new FreshIds(fn);
  const visit = (inst: Inst): Inst => {
    if (inst.op === "for" && inst.parallel !== undefined)
      return mapBlocks(inst, (body) => keepOrSet(body, () => ids.value()));
    return mapBlocks(inst, (inner) => mapInsts(inner, visit));
  };
  return { ...fn, body: mapInsts(fn.body, visit) };
}

export function hasParallelLoop(fn: Func): boolean {
  const all = instsIn(fn.body);
  for (let i = 0; i < all.length; i++) {
    const inst = all[i] as Inst;
    if (inst.op === "for" && inst.parallel !== undefined) return true;
  }
  return false;
}

/** Sums of part of the rounds may lie outside the range that was proved for the whole. */
function wrapping(body: Block, steps: ReadonlySet<ValueId>): Block {
  const visit = (inst: Inst): Inst => {
    if ((inst.op === "add" || inst.op === "sub" || inst.op === "mul") && steps.has(inst.id))
      return inst.overflow === "wraps" ? inst : { ...inst, overflow: "wraps" };
    return mapBlocks(inst, (inner) => mapInsts(inner, visit));
  };
  return mapInsts(body, visit);
}

type Refusal = "parallel-carried" | "parallel-bigint" | "parallel-rounded" | "parallel-last-value";

const ROUNDINGS: ReadonlySet<string> = new Set(["toint32", "ffloor", "fceil", "ftrunc", "fround"]);
const CONVERSIONS: ReadonlySet<string> = new Set([
  ...["sitofp", "uitofp", "fpext", "fptrunc", "fptosi", "zext", "sext", "trunc"],
  // What `x | 0` and `x >>> 0` do after the rounding.
  ...["or", "lshr", "ashr"],
]);

class ParallelLoop {
  /** Instructions on the way from a variable's old value to its new one. */
  readonly steps = new Set<ValueId>();
  readonly #fn: Func;
  readonly #loop: InstOf<"for">;
  readonly #sink: DiagnosticSink;
  readonly #uses: LoopUses;

  constructor(
    fn: Func,
    loop: InstOf<"for">,
    funcs: readonly Func[],
    written: ReadonlyMap<string, Locals>,
    sink: DiagnosticSink,
  ) {
    this.#fn = fn;
    this.#loop = loop;
    this.#sink = sink;
    this.#uses = new LoopUses(loop.body, funcs, written);
    this.#refuseJumps(loop.body, new Set([loop.label]));
  }

  #refuseJumps(block: Block, labels: ReadonlySet<LabelId>): void {
    for (const inst of block.insts) {
      switch (inst.op) {
        case "log":
          this.#sink.report("parallel-log", {}, inst.loc);
          break;
        case "return":
          this.#refuseLeaving(inst);
          break;
        case "break":
        case "continue":
          if (!labels.has(inst.label) || (inst.op === "break" && inst.label === this.#loop.label))
            this.#refuseLeaving(inst);
          break;
        default:
      }
      const own = "label" in inst && inst.op !== "break" && inst.op !== "continue" ? [inst.label] : [];
      for (const inner of blocksOf(inst)) this.#refuseJumps(inner, new Set([...labels, ...own]));
    }
  }

  #refuseLeaving(jump: Inst): void {
    this.#sink.report("parallel-leave", {}, jump.loc, [{ span: headOf(this.#loop), text: "this loop" }]);
  }

  reductions(after: Locals): Reduction[] {
    const uses = this.#uses;
    const first = readFirst(this.#loop.body);
    const written = new Set([...uses.sets.keys(), ...uses.opaque.keys()]);
    const carried = new Set([...written].filter((local) => first.has(local)));
    const isTemporary = (local: LocalId): boolean => !first.has(local) && !after.has(local) && !uses.opaque.has(local);
    const found: Reduction[] = [];
    const bests = new Map<LocalId, Block>();
    const values = new SameValues(this.#loop.body, new Definitions(this.#fn));
    for (const local of carried) {
      const type = uses.opaque.has(local) ? undefined : this.#typeOf(local);
      const accumulation = type === undefined ? undefined : accumulationOf(local, type, uses, isTemporary);
      const best = type === undefined ? undefined : bestOf(local, type, uses, carried, values);
      const logical = type === "i1" ? logicalOf(local, uses, carried) : undefined;
      if (accumulation !== undefined) {
        found.push({ local, op: accumulation.op });
        for (const step of accumulation.steps) this.steps.add(step);
      } else if (best !== undefined) {
        found.push({ local, op: `best.${best.pred}` });
        bests.set(local, best.then);
      } else if (logical !== undefined) found.push({ local, op: logical });
      else this.#refuse(this.#whyCarried(local), local, carried);
    }
    for (const local of written) {
      if (first.has(local) || !after.has(local)) continue;
      const op = uses.opaque.has(local) ? undefined : (this.#companion(local, bests) ?? this.#flag(local));
      if (op === undefined) this.#refuse("parallel-last-value", local, carried);
      else found.push({ local, op });
    }
    // A companion after its best, in the order that merging needs.
    return found.sort((a, b) => Number(companionOf(a.op) !== undefined) - Number(companionOf(b.op) !== undefined));
  }

  #refuse(id: Refusal, local: LocalId, carried: Locals): void {
    const name = this.#fn.locals.find((l) => l.id === local)?.name ?? "a variable";
    const set = this.#uses.setsOf(local)[0] ?? this.#uses.opaque.get(local);
    const related = [{ span: headOf(this.#loop), text: "in this loop" }];
    const read = id === "parallel-carried" ? this.#telling(local) : undefined;
    if (read !== undefined && read.loc.start !== set?.loc.start)
      related.unshift({ span: read.loc, text: "the value of an earlier iteration is read here" });
    const dependent = id === "parallel-carried" ? dependentOn(local, this.#uses, carried) : undefined;
    if (dependent !== undefined)
      related.unshift({ span: dependent.loc, text: `whether this happens depends on \`${name}\`` });
    if (id === "parallel-last-value") {
      const later = this.#readAfter(local);
      if (later !== undefined) related.push({ span: later.loc, text: "and read here" });
    }
    this.#sink.report(id, { name }, set?.loc ?? this.#loop.loc, related);
  }

  #whyCarried(local: LocalId): Refusal {
    if (this.#isBigSum(local)) return "parallel-bigint";
    return this.#isRoundedSum(local) ? "parallel-rounded" : "parallel-carried";
  }

  /** `s = (s + x) | 0` of a double x. */
  #isRoundedSum(local: LocalId): boolean {
    const sets = this.#uses.setsOf(local);
    const isGet = (id: ValueId | undefined): boolean => {
      const inst = this.#uses.inst(id);
      return inst?.op === "local.get" ? inst.local === local : CONVERSIONS.has(inst?.op ?? "") && isGet(inst?.args[0]);
    };
    const adds = (set: InstOf<"local.set">): boolean => {
      let inst = this.#uses.inst(set.args[0]);
      let rounds = false;
      while (inst !== undefined && (ROUNDINGS.has(inst.op) || CONVERSIONS.has(inst.op))) {
        rounds ||= ROUNDINGS.has(inst.op);
        inst = this.#uses.inst(inst.args[0]);
      }
      return rounds && (inst?.op === "fadd" || inst?.op === "fsub") && inst.args.some(isGet);
    };
    return sets.length > 0 && sets.every(adds);
  }

  /** A sum that throws when it leaves 64 bits: the serial loop's sums on the way may do so where others don't. */
  #isBigSum(local: LocalId): boolean {
    const sets = this.#uses.setsOf(local);
    return sets.length > 0 && sets.every((set) => /^big(add|sub|mul)$/.test(this.#uses.inst(set.args[0])?.op ?? ""));
  }

  /** A read that is not part of an assignment to the same variable says most, if there is one. */
  #telling(local: LocalId): Inst | undefined {
    const gets = this.#uses.getsOf(local);
    const sets = this.#uses.setsOf(local);
    const within = (get: Inst, set: Inst): boolean =>
      get.loc.source === set.loc.source && get.loc.start >= set.loc.start && get.loc.end <= set.loc.end;
    return gets.find((get) => !sets.some((set) => within(get, set))) ?? gets[0];
  }

  #readAfter(local: LocalId): Inst | undefined {
    let found: Inst | undefined;
    forEachInst(this.#fn.body, (inst) => {
      if (inst.op !== "local.get" || inst.local !== local || this.#uses.definitions.has(inst.id)) return;
      if (found === undefined && inst.loc.start > this.#loop.loc.start) found = inst;
    });
    return found;
  }

  #typeOf(local: LocalId): ScalarType | undefined {
    const type = this.#fn.locals.find((l) => l.id === local)?.type;
    return type === undefined || isArrayType(type) ? undefined : type;
  }

  #companion(local: LocalId, bests: ReadonlyMap<LocalId, Block>): string | undefined {
    const sets = this.#uses.setsOf(local);
    for (const [best, then] of bests)
      if (sets.length > 0 && sets.every((set) => this.#uses.blockOf.get(set) === then)) return `with.${best}`;
    return undefined;
  }

  // ── found = 1 ──

  #flag(local: LocalId): string | undefined {
    const values = this.#uses.setsOf(local).map((set) => through(set.args[0], EXACT, this.#uses));
    const [first] = values;
    if (first?.op !== "const") return undefined;
    return values.every((v) => v?.op === "const" && Object.is(v.value, first.value)) ? "flag" : undefined;
  }
}

/** The part of the loop's text that says that it is one: up to its body. */
function headOf(loop: InstOf<"for">): { source: Inst["loc"]["source"]; start: number; end: number } {
  const { source, start, end } = loop.loc;
  const text = source.text.slice(start, end);
  let depth = 0;
  for (const { 0: parenthesis, index } of text.matchAll(/[()]/g)) {
    depth += parenthesis === "(" ? 1 : -1;
    if (depth === 0) return { source, start, end: start + index + 1 };
  }
  return { source, start, end };
}
