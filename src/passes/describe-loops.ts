/**
 * The loops of a finished module, as `diagnostics()` tells of them: one row per copy of a loop, with what in it may keep it
 * from running several iterations at once.
 *
 * Takes the module as it is emitted, chunk functions of parallel loops included. Versioning has copied loops; a copy that
 * runs only when the test before it fails is a *fallback*, all others are *normal*.
 */
import type { Func, Module } from "../ir/func.ts";
import type { Block, Inst, InstOf, LabelId, LocalId, LoopOrder, ValueId } from "../ir/ops.ts";
import { Definitions } from "../ir/rewrite.ts";
import { blocksOf, byId, forEachInst, instsIn, type Loop, localsWrittenIn } from "../ir/walk.ts";
import { remembered } from "../source/remembered.ts";
import type { Span } from "../source/span.ts";
import { endsInError } from "./before-errors.ts";
import { carriedIn } from "./liveness.ts";
import { Strides } from "./strides.ts";

export interface LoopCopy {
  readonly fn: string;
  readonly label: LabelId;
  readonly loc: Span;
  readonly fallback: boolean;
  /** Where passes/reorder-loops.ts or passes/strip-columns.ts has put it. */
  readonly order: LoopOrder | undefined;
  /** No loop inside. */
  readonly innermost: boolean;
  /** How often it runs is known before it starts, unless something in it ends it. */
  readonly counted: boolean;
  /** Bounds checks between its iterations, those of loops inside left out. */
  readonly checks: number;
  /** What may end it before its time, besides checks. */
  readonly exits: ReadonlySet<"break" | "return" | "throw" | "bigint" | "allocation">;
  /** Functions called in it that stay calls; `console.log` is one. */
  readonly calls: readonly string[];
  /** Variables that go from iteration to iteration. */
  readonly carried: readonly string[];
  /** Those that float values are added to, in the order of the iterations. */
  readonly orderedSums: readonly string[];
  /** Those that passes/sum-in-lanes.ts adds up side by side. */
  readonly laneSums: readonly string[];
  /** It goes through some array by steps that aren't known before it starts. LLVM makes vectors of such loops for steps of one element. */
  readonly steps: "known" | "unknown";
}

/** What a copy of a loop is, or stands in. */
const COPIES: ReadonlySet<string> = new Set(["for", "loop", "parallel", "block", "if", "call"]);

/** Does the `if` choose between two copies of one loop? True for what versioning made, and for loops that start at a double. */
export function choosesVersion(inst: InstOf<"if">): boolean {
  const isCopy = ({ insts }: Block): boolean =>
    !insts.some(isReordered) && insts.some((inner) => COPIES.has(inner.op) && inner.loc === inst.loc);
  return isCopy(inst.then) && isCopy(inst.else);
}

/** Both orders of loops are as good as the loops. */
function isReordered(inst: Inst): boolean {
  return inst.op === "for" && inst.order !== undefined;
}

/** Is it a loop's version for integers, with the loop as it was behind it (passes/speculate-integers.ts)? */
function speculates(inst: InstOf<"block">): boolean {
  const [version] = inst.body.insts;
  const loop = inst.body.insts.at(-1);
  const isLoop = loop?.op === "for" || loop?.op === "loop";
  return isLoop && version?.op === "block" && version.loc === inst.loc && loop.loc === inst.loc;
}

export function describeLoops(module: Module): readonly LoopCopy[] {
  const copies: LoopCopy[] = [];
  const visited = new Set<string>();
  const definitionsOf = remembered((fn: Func) => new Definitions(fn));
  const byName = new Map(module.funcs.map((fn) => [fn.name, fn]));
  const isOurs = (callee: string): boolean => {
    const fn = byName.get(callee);
    return fn?.seldom === true || fn?.separate === true;
  };
  const visitFunc = (fn: Func, fallback: boolean): void => {
    if (visited.has(fn.name)) return;
    visited.add(fn.name);
    visit(fn, fn.body, fallback);
  };
  const visit = (fn: Func, block: Block, fallback: boolean): void => {
    for (const inst of block.insts) {
      if (inst.op === "parallel" || inst.op === "call") {
        const callee = byName.get(inst.callee);
        if (callee !== undefined) visitFunc(callee, fallback);
      }
      if (inst.op === "if" && choosesVersion(inst)) {
        visit(fn, inst.then, fallback);
        visit(fn, inst.else, true);
        continue;
      }
      if (inst.op === "block" && speculates(inst)) {
        visit(fn, { insts: inst.body.insts.slice(0, -1) }, fallback);
        visit(fn, { insts: inst.body.insts.slice(-1) }, true);
        continue;
      }
      if (inst.op === "loop" || (inst.op === "for" && !isAroundLanes(inst) && inst.order !== "tiles"))
        copies.push(describe(fn, definitionsOf(fn), inst, fallback, isOurs));
      for (const inner of blocksOf(inst)) visit(fn, inner, fallback);
    }
  };
  visitFunc(module.entry, false);
  return copies;
}

/** Before, after and around the loop over lanes, which stands for all of them. */
function isAroundLanes(loop: InstOf<"for">): boolean {
  return loop.lanes?.length === 0;
}

/** `isOurs` tells calls of what outline-tests.ts and separate-fallbacks.ts made. */
function describe(
  fn: Func,
  definitions: Definitions,
  loop: Loop,
  fallback: boolean,
  isOurs: (callee: string) => boolean,
): LoopCopy {
  const exits = new Set<"break" | "return" | "throw" | "bigint" | "allocation">();
  const calls = new Set<string>();
  const labels = new Set<LabelId>();
  let checks = 0;
  let innermost = true;
  const look = (inst: Inst, isCold: boolean): void => {
    switch (inst.op) {
      case "for":
      case "loop":
        innermost = false;
        labels.add(inst.label);
        break;
      case "block":
        labels.add(inst.label);
        break;
      case "break":
        // A `loop` that isn't counted ends by `break` alone: how that one differs from others can't be told.
        if (!labels.has(inst.label) && loop.op === "for") exits.add("break");
        break;
      case "return":
      case "throw":
        exits.add(inst.op);
        break;
      case "array.new":
        exits.add("allocation");
        break;
      case "call":
        // Instances of one function are numbered.
        if (!isOurs(inst.callee)) calls.add(inst.callee.replace(/\.\d+$/, ""));
        break;
      case "log":
        calls.add("console.log");
        break;
      case "toindex":
        if (!isCold) checks++;
        break;
      case "load":
      case "store":
        if (inst.bounds === "checked" && !isCold) checks++;
        break;
      default:
        if (inst.op.startsWith("big") && "site" in inst) exits.add("bigint");
    }
  };
  const walk = (block: Block, before: boolean): void => {
    const isCold = before || endsInError(block);
    for (const inst of block.insts) {
      look(inst, isCold);
      for (const inner of blocksOf(inst)) walk(inner, isCold);
    }
  };
  walk(loop.body, false);
  const carried = carriedIn(loop.body);
  const sums = orderedSums(loop);
  const names = (ids: Iterable<LocalId>): string[] => {
    const all = [...ids].map((id) => fn.locals.find((l) => l.id === id)?.name ?? "");
    return [...new Set(all.filter((name) => name !== ""))];
  };
  return {
    fn: fn.name,
    label: loop.label,
    loc: loop.loc,
    fallback,
    order: loop.op === "for" ? loop.order : undefined,
    innermost,
    counted: loop.op === "for",
    checks,
    exits,
    calls: [...calls],
    carried: names([...carried].filter((id) => !sums.has(id))),
    orderedSums: names([...sums].filter((id) => carried.has(id))),
    laneSums: names(loop.op === "for" ? (loop.lanes ?? []) : []),
    steps: loop.op === "for" && innermost && hasUnknownSteps(loop, definitions) ? "unknown" : "known",
  };
}

function hasUnknownSteps(loop: InstOf<"for">, definitions: Definitions): boolean {
  const insts = instsIn(loop.body);
  const inside = byId(insts);
  const nest = { inside, counters: new Set([loop.iv]), written: localsWrittenIn(loop.body) };
  const stride = new Strides(nest, definitions).by(loop.iv);
  return insts.some(
    ({ op, args: [, index = -1] }) => (op === "load" || op === "store") && typeof stride(index) === "object",
  );
}

/** Locals to which the loop does nothing but add floats, one after the other. */
function orderedSums(loop: Loop): ReadonlySet<LocalId> {
  const definitions = new Map<ValueId, Inst>();
  const sums = new Set<LocalId>();
  const others = new Set<LocalId>();
  forEachInst(loop.body, (inst) => {
    definitions.set(inst.id, inst);
    if (inst.op !== "local.set") return;
    const value = definitions.get(inst.args[0] ?? -1);
    const isSum =
      (value?.op === "fadd" || value?.op === "fsub") &&
      !value.fast.includes("reassoc") &&
      value.args.some((id) => leadsTo(id, inst.local, definitions));
    (isSum ? sums : others).add(inst.local);
  });
  return new Set([...sums].filter((id) => !others.has(id)));
}

/** Is the value the local's, or a sum that starts with it? */
function leadsTo(id: ValueId, local: LocalId, definitions: ReadonlyMap<ValueId, Inst>): boolean {
  const leads = remembered((value: ValueId): boolean => {
    const inst = definitions.get(value);
    if (inst?.op === "local.get") return inst.local === local;
    return (inst?.op === "fadd" || inst?.op === "fsub") && inst.args.some(leads);
  });
  return leads(id);
}
