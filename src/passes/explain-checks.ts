/**
 * Why bounds checks are still there after versioning.
 *
 * Takes the optimised module, before parallel loops become functions, and gives for each check in code that normally runs
 * the first reason that keeps it there. It asks the same analysis that versioning asks (loop-values.ts); what that can't
 * bound is traced back to where the index comes from.
 */
import type { Func, Module } from "../ir/func.ts";
import type { Block, Inst, InstOf, LocalId, ValueId } from "../ir/ops.ts";
import { Definitions } from "../ir/rewrite.ts";
import { blocksOf, forEachInst, type Loop, localsWrittenIn } from "../ir/walk.ts";
import type { Span } from "../source/span.ts";
import { endsInError } from "./before-errors.ts";
import { choosesVersion } from "./describe-loops.ts";
import { canEmit } from "./emit-conditions.ts";
import { analyzeLoop, type LoopValues } from "./loop-values.ts";

export type CheckReason =
  /** No loop is around it. */
  | { readonly kind: "no-loop" }
  /** The index is an element of an array. */
  | { readonly kind: "element"; readonly array: string; readonly float: boolean; readonly loc: Span }
  /** The index depends on a variable that a loop which isn't counted changes. */
  | { readonly kind: "uncounted"; readonly name: string; readonly loop: Span }
  /** The index depends on a variable that changes in ways that aren't followed. */
  | { readonly kind: "variable"; readonly name: string }
  /** The index comes from a call that stays one. */
  | { readonly kind: "call" }
  /** The index is computed by something that has no bounds known before the loop. */
  | { readonly kind: "computed"; readonly loc: Span }
  /** The array may be another one in each iteration. */
  | { readonly kind: "array" }
  /** It could be tested before the loop, but with more conditions or copies than are worth it. */
  | { readonly kind: "budget" }
  /** Whether the index stays inside depends on the iteration. */
  | { readonly kind: "range" };

export interface CheckLeft {
  readonly loc: Span;
  readonly array: string;
  readonly reason: CheckReason;
  /** `innermost`: the loop around it has no loop inside. */
  readonly where: "innermost" | "loop" | "outside";
}

type Check = InstOf<"load"> | InstOf<"store"> | InstOf<"toindex">;

export function explainChecks(module: Module): readonly CheckLeft[] {
  return [module.entry, ...module.funcs].flatMap((fn) => new Explainer(module, fn).run());
}

class Explainer {
  readonly #module: Module;
  readonly #fn: Func;
  readonly #definitions: Definitions;
  readonly #values = new Map<Loop, LoopValues>();
  readonly #found: CheckLeft[] = [];

  constructor(module: Module, fn: Func) {
    this.#module = module;
    this.#fn = fn;
    this.#definitions = new Definitions(fn);
  }

  run(): readonly CheckLeft[] {
    this.#block(this.#fn.body, []);
    return this.#found;
  }

  #block(block: Block, loops: readonly Loop[]): void {
    // What an error's message reads is looked at only once.
    const isCold = loops.length > 0 && endsInError(block);
    for (const inst of block.insts) {
      if (isCheck(inst) && !isCold) this.#check(inst, loops);
      if (inst.op === "if" && choosesVersion(inst)) this.#block(inst.then, loops);
      else {
        const inside = inst.op === "for" || inst.op === "loop" ? [...loops, inst] : loops;
        for (const inner of blocksOf(inst)) this.#block(inner, inside);
      }
    }
  }

  #check(check: Check, loops: readonly Loop[]): void {
    const site = this.#module.sites[check.site];
    const last = loops.at(-1);
    this.#found.push({
      loc: check.loc,
      array: site?.kind === "index" ? site.array : "an array",
      reason: this.#reason(check, loops),
      where: last === undefined ? "outside" : hasLoop(last.body) ? "loop" : "innermost",
    });
  }

  #reason(check: Check, loops: readonly Loop[]): CheckReason {
    if (loops.length === 0) return { kind: "no-loop" };
    const [first, second] = check.args;
    const [array = -1, index = -1] = check.op === "toindex" ? [second, first] : [first, second];
    const mayBeTested = loops.some((loop, depth) => {
      if (loop.op !== "for") return false;
      const values = this.#valuesOf(loop, depth === 0);
      const one = [...values.accesses, ...values.indices].find((c) => c.id === check.id);
      return one !== undefined && [...one.conditions.values()].every(canEmit);
    });
    if (mayBeTested) return { kind: "budget" };
    if (this.#changes(array, loops)) return { kind: "array" };
    return this.#trace(index, loops, new Set()) ?? { kind: "range" };
  }

  #valuesOf(loop: InstOf<"for">, outermost: boolean): LoopValues {
    let values = this.#values.get(loop);
    if (values === undefined) {
      const localTypes = new Map(this.#fn.locals.map((l) => [l.id, l.type]));
      const around = { definitions: this.#definitions, localTypes, tables: this.#module.tables };
      values = analyzeLoop(loop, around, outermost);
      this.#values.set(loop, values);
    }
    return values;
  }

  /** Is the array made, chosen or assigned inside the loops? */
  #changes(array: ValueId, loops: readonly Loop[]): boolean {
    const inst = this.#definitions.inst(array);
    if (inst === undefined) return false;
    if (inst.op === "local.get") return writers(inst.local, loops).length > 0;
    if (inst.op === "array.view" || inst.op === "select") return isInside(inst, loops);
    return false;
  }

  /** Where an index comes from: the first thing found of which no bounds are known. */
  #trace(id: ValueId, loops: readonly Loop[], seen: Set<ValueId | string>): CheckReason | undefined {
    if (seen.has(id)) return undefined;
    seen.add(id);
    const inst = this.#definitions.inst(id);
    if (inst === undefined) return undefined;
    const further = (ids: readonly ValueId[]): CheckReason | undefined => {
      for (const arg of ids) {
        const found = this.#trace(arg, loops, seen);
        if (found !== undefined) return found;
      }
      return undefined;
    };
    switch (inst.op) {
      case "load": {
        const site = this.#module.sites[inst.site];
        const array = site?.kind === "index" ? site.array : "an array";
        return { kind: "element", array, float: inst.type === "f32" || inst.type === "f64", loc: inst.loc };
      }
      case "local.get":
        return this.#traceLocal(inst, loops, seen);
      // What it is chosen by is in no index.
      case "select":
        return further(inst.args.slice(1));
      case "icmp":
      case "fcmp":
        return undefined;
      case "math":
      case "math2":
      case "random":
      case "fdiv":
      case "frem":
      case "fsqrt":
      case "toint32":
        return further(inst.args) ?? (isInside(inst, loops) ? { kind: "computed", loc: inst.loc } : undefined);
      default:
        return further(inst.args);
    }
  }

  #traceLocal(inst: InstOf<"local.get">, loops: readonly Loop[], seen: Set<ValueId | string>): CheckReason | undefined {
    const { local } = inst;
    const key = `local ${local}`;
    if (seen.has(key)) return undefined;
    seen.add(key);
    const around = writers(local, loops);
    const inner = around.at(-1);
    if (inner === undefined) return undefined;
    // What the loops put into it, first: an element or a call says more than the variable's name.
    const sets = this.#definitions.valuesOf(local);
    if (sets === undefined) return { kind: "call" };
    for (const value of sets) {
      const found = this.#trace(value, loops, seen);
      if (found !== undefined) return found;
    }
    const name = this.#fn.locals.find((l) => l.id === local)?.name ?? "?";
    // One of the compiler's own only keeps what another holds.
    if (name === "") return undefined;
    return inner.op === "loop" ? { kind: "uncounted", name, loop: inner.loc } : { kind: "variable", name };
  }
}

function isCheck(inst: Inst): inst is Check {
  return inst.op === "toindex" || ((inst.op === "load" || inst.op === "store") && inst.bounds === "checked");
}

function hasLoop(block: Block): boolean {
  let found = false;
  forEachInst(block, (inst) => {
    if (inst.op === "for" || inst.op === "loop") found = true;
  });
  return found;
}

/** Those of the loops that write the local. */
function writers(local: LocalId, loops: readonly Loop[]): readonly Loop[] {
  return loops.filter((loop) => localsWrittenIn(loop.body).has(local));
}

function isInside(inst: Inst, loops: readonly Loop[]): boolean {
  const [outermost] = loops;
  let found = false;
  if (outermost !== undefined)
    forEachInst(outermost.body, (inner) => {
      if (inner === inst) found = true;
    });
  return found;
}
