/**
 * Which variables of a parallel loop are reductions, and whether all others keep to their iteration.
 *
 * Takes a function as lowering left it (every assignment is still a `local.set`) and completes the `parallel` mark of its
 * loops. A local that the loop writes is
 *   private      when every round writes it before it reads it, and nothing reads it after the loop
 *   a reduction  when it is used in one of the ways of reductions.ts
 * and anything else is an error that names the variable. So is a jump out of the loop.
 *
 *   local.get $s; %3 = fadd %2, %x; local.set $s, %3        s is a sum
 *   %c = fcmp %x, $best ogt; if %c { local.set $best, %x; local.set $at, %i }        best is a greatest, at goes with it
 */
import type { DiagnosticSink } from "../diagnostics/sink.ts";
import type { Func, Module } from "../ir/func.ts";
import type { Block, Inst, InstOf, LabelId, LocalId, OpName, Reduction, ValueId } from "../ir/ops.ts";
import { ROWS } from "../ir/ops.ts";
import type { ScalarType } from "../ir/types.ts";
import { isArrayType } from "../ir/types.ts";
import { blocksOf, forEachInst, mapBlocks, mapInsts } from "../ir/walk.ts";
import { eliminateDead } from "./eliminate-dead.ts";
import { type Locals, liveAfterLoops, readFirst, writtenRefs } from "./liveness.ts";
import { type Accumulation, companionOf, STEPS } from "./reductions.ts";

export function findReductions(module: Module, sink: DiagnosticSink): Module {
  if (!hasParallelLoop(module.entry)) return module;
  // Values that nobody uses (of `n++;`, say) would look like further uses of a variable.
  const entry = eliminateDead.run(module.entry, { verify: false, tables: module.tables, entry: true });
  const live = liveAfterLoops(entry);
  const written = writtenRefs(module.funcs);
  const visit = (inst: Inst): Inst => {
    if (inst.op !== "for" || inst.parallel === undefined) return mapBlocks(inst, (inner) => mapInsts(inner, visit));
    const loop = new ParallelLoop(entry, inst, module.funcs, written, sink);
    const reductions = loop.reductions(live.get(inst.label) ?? new Set());
    return { ...inst, parallel: { reductions }, body: wrapping(inst.body, loop.steps) };
  };
  const body = mapInsts(entry.body, visit);
  sink.throwIfErrors();
  return { ...module, entry: { ...entry, body } };
}

export function hasParallelLoop(fn: Func): boolean {
  let found = false;
  forEachInst(fn.body, (inst) => {
    if (inst.op === "for" && inst.parallel !== undefined) found = true;
  });
  return found;
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

/** Conversions that lose nothing of a value that fits, by what they turn into what. */
const CONVERSIONS: ReadonlySet<OpName> = new Set(["sext", "trunc", "fpext", "fptrunc"]);
/** Those that keep the order of all values of their operand's type. */
const EXACT: ReadonlySet<OpName> = new Set(["sext", "fpext", "sitofp", "zext"]);

const MIRRORED: Readonly<Record<string, string>> = {
  slt: "sgt",
  sle: "sge",
  sgt: "slt",
  sge: "sle",
  olt: "ogt",
  ole: "oge",
  ogt: "olt",
  oge: "ole",
};

class ParallelLoop {
  /** Instructions on the way from a variable's old value to its new one. */
  readonly steps = new Set<ValueId>();
  readonly #fn: Func;
  readonly #loop: InstOf<"for">;
  readonly #sink: DiagnosticSink;
  readonly #definitions = new Map<ValueId, Inst>();
  readonly #blockOf = new Map<Inst, Block>();
  /** How often each value is an operand. */
  readonly #uses = new Map<ValueId, number>();
  readonly #gets = new Map<LocalId, InstOf<"local.get">[]>();
  readonly #sets = new Map<LocalId, InstOf<"local.set">[]>();
  /** Written by calls, in ways that nobody follows. */
  readonly #opaque = new Map<LocalId, Inst>();

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
    this.#collect(loop.body, new Set([loop.label]), funcs, written);
  }

  #collect(
    block: Block,
    labels: ReadonlySet<LabelId>,
    funcs: readonly Func[],
    written: ReadonlyMap<string, Locals>,
  ): void {
    for (const inst of block.insts) {
      this.#definitions.set(inst.id, inst);
      this.#blockOf.set(inst, block);
      for (const arg of inst.args) this.#uses.set(arg, (this.#uses.get(arg) ?? 0) + 1);
      switch (inst.op) {
        case "local.get":
          push(this.#gets, inst.local, inst);
          break;
        case "local.set":
          push(this.#sets, inst.local, inst);
          break;
        case "call": {
          const callee = funcs.find((fn) => fn.name === inst.callee);
          for (const local of inst.into) this.#opaque.set(local, inst);
          for (const [i, ref] of (callee?.refs ?? []).entries())
            if (written.get(inst.callee)?.has(ref)) this.#opaque.set(inst.refs[i] ?? -1, inst);
          break;
        }
        case "log":
          this.#sink.report("parallel-log", {}, inst.loc);
          break;
        case "return":
          this.#sink.report("parallel-leave", {}, inst.loc);
          break;
        case "break":
        case "continue":
          if (!labels.has(inst.label) || (inst.op === "break" && inst.label === this.#loop.label))
            this.#sink.report("parallel-leave", {}, inst.loc);
          break;
        default:
      }
      const own = "label" in inst && inst.op !== "break" && inst.op !== "continue" ? [inst.label] : [];
      for (const inner of blocksOf(inst)) this.#collect(inner, new Set([...labels, ...own]), funcs, written);
    }
  }

  reductions(after: Locals): Reduction[] {
    const first = readFirst(this.#loop.body);
    const written = new Set([...this.#sets.keys(), ...this.#opaque.keys()]);
    const found: Reduction[] = [];
    const bests = new Map<LocalId, Block>();
    const carried = [...written].filter((local) => first.has(local));
    for (const local of carried) {
      const kind = this.#opaque.has(local) ? undefined : this.#accumulation(local);
      if (kind !== undefined) {
        found.push({ local, op: kind });
        continue;
      }
      const best = this.#opaque.has(local) ? undefined : this.#best(local);
      if (best === undefined) this.#refuse("parallel-carried", local);
      else {
        found.push({ local, op: `best.${best.pred}` });
        bests.set(local, best.then);
      }
    }
    for (const local of written) {
      if (first.has(local) || !after.has(local)) continue;
      const op = this.#opaque.has(local) ? undefined : (this.#companion(local, bests) ?? this.#flag(local));
      if (op === undefined) this.#refuse("parallel-last-value", local);
      else found.push({ local, op });
    }
    // A companion after its best, in the order that merging needs.
    return found.sort((a, b) => Number(companionOf(a.op) !== undefined) - Number(companionOf(b.op) !== undefined));
  }

  #refuse(id: "parallel-carried" | "parallel-last-value", local: LocalId): void {
    const name = this.#fn.locals.find((l) => l.id === local)?.name ?? "a variable";
    const set = this.#sets.get(local)?.[0] ?? this.#opaque.get(local);
    const related = [{ span: headOf(this.#loop), text: "in this loop" }];
    const read = id === "parallel-carried" ? this.#telling(local) : undefined;
    if (read !== undefined && read.loc.start !== set?.loc.start)
      related.unshift({ span: read.loc, text: "the value of an earlier iteration is read here" });
    if (id === "parallel-last-value") {
      const later = this.#readAfter(local);
      if (later !== undefined) related.push({ span: later.loc, text: "and read here" });
    }
    this.#sink.report(id, { name }, set?.loc ?? this.#loop.loc, related);
  }

  /** A read that is not part of an assignment to the same variable says most, if there is one. */
  #telling(local: LocalId): Inst | undefined {
    const gets = this.#gets.get(local) ?? [];
    const sets = this.#sets.get(local) ?? [];
    const within = (get: Inst, set: Inst): boolean =>
      get.loc.source === set.loc.source && get.loc.start >= set.loc.start && get.loc.end <= set.loc.end;
    return gets.find((get) => !sets.some((set) => within(get, set))) ?? gets[0];
  }

  #readAfter(local: LocalId): Inst | undefined {
    let found: Inst | undefined;
    forEachInst(this.#fn.body, (inst) => {
      if (inst.op !== "local.get" || inst.local !== local || this.#definitions.has(inst.id)) return;
      if (found === undefined && inst.loc.start > this.#loop.loc.start) found = inst;
    });
    return found;
  }

  #typeOf(local: LocalId): ScalarType | undefined {
    const type = this.#fn.locals.find((l) => l.id === local)?.type;
    return type === undefined || isArrayType(type) ? undefined : type;
  }

  // ── s += e ──

  #accumulation(local: LocalId): Accumulation | undefined {
    const type = this.#typeOf(local);
    const sets = this.#sets.get(local) ?? [];
    const gets = new Set((this.#gets.get(local) ?? []).map((g) => g.id));
    if (type === undefined || gets.size !== sets.length) return undefined;
    let kind: Accumulation | undefined;
    const steps: ValueId[] = [];
    for (const set of sets) {
      const chain = this.#chain(set.args[0], local, type, undefined, steps);
      if (chain === undefined || (kind !== undefined && chain !== kind)) return undefined;
      kind = chain;
    }
    for (const step of steps) this.steps.add(step);
    return kind;
  }

  /** From a new value back to the old one, through steps of one kind only; every value on the way has no other use. */
  #chain(
    id: ValueId | undefined,
    local: LocalId,
    type: ScalarType,
    kind: Accumulation | undefined,
    steps: ValueId[],
  ): Accumulation | undefined {
    const inst = id === undefined ? undefined : this.#definitions.get(id);
    if (inst === undefined || this.#uses.get(inst.id) !== 1) return undefined;
    if (inst.op === "local.get") return inst.local === local ? kind : undefined;
    if (CONVERSIONS.has(inst.op)) {
      if (!convertible(inst, type)) return undefined;
      return this.#chain(inst.args[0], local, type, kind, steps);
    }
    // (s + e) | 0
    if (inst.op === "or" && inst.args.some((arg) => this.#isZero(arg))) {
      const [value] = inst.args.filter((arg) => !this.#isZero(arg));
      return inst.type === type ? this.#chain(value, local, type, kind, steps) : undefined;
    }
    const step = STEPS[inst.op];
    if (step === undefined || (kind !== undefined && step.kind !== kind) || !steppable(inst, step.kind, type))
      return undefined;
    const before = steps.length;
    steps.push(inst.id);
    for (const arg of step.left === true ? inst.args.slice(0, 1) : inst.args) {
      const chain = this.#chain(arg, local, type, step.kind, steps);
      if (chain !== undefined) return chain;
    }
    steps.length = before;
    return undefined;
  }

  #isZero(id: ValueId): boolean {
    const inst = this.#definitions.get(id);
    return inst?.op === "const" && (inst.value === 0 || inst.value === 0n);
  }

  // ── if (e > s) { s = e; at = i; } ──

  #best(local: LocalId): { pred: string; then: Block } | undefined {
    const [set, ...more] = this.#sets.get(local) ?? [];
    const gets = this.#gets.get(local) ?? [];
    if (set === undefined || more.length > 0 || this.#typeOf(local) === undefined) return undefined;
    const then = this.#blockOf.get(set);
    const branch = [...this.#definitions.values()].find((inst) => inst.op === "if" && inst.then === then);
    if (then === undefined || branch?.op !== "if" || branch.else.insts.length > 0) return undefined;
    for (const comparison of this.#conjuncts(branch.args[0])) {
      if (comparison.op !== "icmp" && comparison.op !== "fcmp") continue;
      for (const [mine, other, pred] of [
        [comparison.args[1], comparison.args[0], comparison.pred],
        [comparison.args[0], comparison.args[1], MIRRORED[comparison.pred]],
      ] as const) {
        const get = this.#through(mine, EXACT);
        if (get?.op !== "local.get" || get.local !== local || gets.length !== 1) continue;
        if (pred === undefined || MIRRORED[pred] === undefined) continue;
        if (this.#sameValue(other, set.args[0], branch, then)) return { pred: predOf(pred, this.#typeOf(local)), then };
      }
    }
    return undefined;
  }

  /** The conditions that all hold when `id` does. */
  #conjuncts(id: ValueId | undefined): Inst[] {
    const inst = id === undefined ? undefined : this.#definitions.get(id);
    if (inst === undefined) return [];
    return inst.op === "and" ? inst.args.flatMap((arg) => this.#conjuncts(arg)) : [inst];
  }

  /** What `id` was before conversions. */
  #through(id: ValueId | undefined, conversions: ReadonlySet<OpName>): Inst | undefined {
    let inst = id === undefined ? undefined : this.#definitions.get(id);
    while (inst !== undefined && conversions.has(inst.op)) {
      const [from] = inst.args;
      inst = from === undefined ? undefined : this.#definitions.get(from);
    }
    return inst;
  }

  /** Is the value compared the value stored? Evaluated twice it is the same when nothing happened in between. */
  #sameValue(compared: ValueId | undefined, stored: ValueId | undefined, branch: Inst, then: Block): boolean {
    const around = this.#blockOf.get(branch);
    if (around === undefined) return false;
    const quiet = (insts: readonly Inst[]): boolean =>
      insts.every(
        (inst) =>
          ROWS[inst.op].effect === "pure" || inst.op === "load" || inst.op === "local.get" || inst.op === "toindex",
      );
    const same = (a: ValueId | undefined, b: ValueId | undefined): boolean => {
      if (a === undefined || b === undefined) return false;
      if (a === b) return true;
      const x = this.#definitions.get(a);
      const y = this.#definitions.get(b);
      if (x !== undefined && EXACT.has(x.op)) return same(x.args[0], b);
      if (y !== undefined && EXACT.has(y.op)) return same(a, y.args[0]);
      if (x === undefined || y === undefined || x.op !== y.op || x.args.length !== y.args.length) return false;
      const repeatable = ROWS[x.op].effect === "pure" || x.op === "load" || x.op === "toindex" || x.op === "local.get";
      if (!repeatable || attributesOf(x) !== attributesOf(y)) return false;
      if (ROWS[x.op].effect !== "pure") {
        // From where it was first evaluated to the branch, and in the branch, nothing else may have happened.
        const { insts } = around;
        const from = insts.indexOf(x);
        if (from < 0 || !quiet(insts.slice(from, insts.indexOf(branch)))) return false;
        if (!quiet(then.insts.filter((inst) => inst.op !== "local.set"))) return false;
        if (x.op === "local.get" && then.insts.some((i) => i.op === "local.set" && i.local === x.local)) return false;
      }
      return x.args.every((arg, i) => same(arg, y.args[i]));
    };
    return same(compared, stored);
  }

  #companion(local: LocalId, bests: ReadonlyMap<LocalId, Block>): string | undefined {
    const sets = this.#sets.get(local) ?? [];
    for (const [best, then] of bests)
      if (sets.length > 0 && sets.every((set) => this.#blockOf.get(set) === then)) return `with.${best}`;
    return undefined;
  }

  // ── found = 1 ──

  #flag(local: LocalId): string | undefined {
    const values = (this.#sets.get(local) ?? []).map((set) => this.#through(set.args[0], EXACT));
    const [first] = values;
    if (first?.op !== "const") return undefined;
    return values.every((v) => v?.op === "const" && Object.is(v.value, first.value)) ? "flag" : undefined;
  }
}

function push<T>(map: Map<LocalId, T[]>, key: LocalId, item: T): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [item]);
  else list.push(item);
}

/** The part of the loop's text that says that it is one: up to its body. */
function headOf(loop: InstOf<"for">): { source: Inst["loc"]["source"]; start: number; end: number } {
  const { source, start, end } = loop.loc;
  const text = source.text.slice(start, end);
  const brace = text.indexOf(") {");
  return { source, start, end: brace < 0 ? end : start + brace + 1 };
}

/** A comparison at a wider type decides as one at the variable's own does. */
function predOf(pred: string, type: ScalarType | undefined): string {
  const letters = pred.slice(1);
  return `${type === "f32" || type === "f64" ? "o" : "s"}${letters}`;
}

/** `s` of 32 bits may be computed wider and cut again. */
function convertible(inst: Inst, type: ScalarType): boolean {
  if (type === "i32") return inst.op === "sext" || inst.op === "trunc";
  if (type === "f32") return inst.op === "fpext" || inst.op === "fptrunc";
  return false;
}

/** Does the step give the bits that it would at the variable's own type? */
function steppable(inst: Inst, kind: Accumulation, type: ScalarType): boolean {
  if ("overflow" in inst && inst.overflow === "saturates") return false;
  if (inst.type === type) return true;
  if (type === "i32") return inst.type === "i64" && kind !== "min" && kind !== "max";
  return type === "f32" && inst.type === "f64" && (kind === "sum" || kind === "product");
}

function attributesOf(inst: Inst): string {
  const { id: _id, args: _args, loc: _loc, ...rest } = inst;
  return JSON.stringify({ ...rest, site: undefined, bounds: undefined }, (_key, value) =>
    typeof value === "bigint"
      ? `${value}n`
      : Object.is(value, -0)
        ? "-0"
        : typeof value === "number" && !Number.isFinite(value)
          ? String(value)
          : value,
  );
}
