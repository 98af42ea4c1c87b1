/**
 * What LLVM's loop vectoriser will make of loops, as far as other choices hang on it: which must be kept from it, and which
 * minima and maxima it accumulates. min-max.ts leaves those to an intrinsic that it knows, which is slow anywhere else.
 */
import type { Func } from "../../ir/func.ts";
import { type Inst, type InstOf, type LocalId, ROWS, type ValueId } from "../../ir/ops.ts";
import { forEachInst } from "../../ir/walk.ts";
import { readFirst } from "../../passes/liveness.ts";

/**
 * How many ways lead out of a loop's body: jumps, errors and checks. A loop that can also end inside a round must not be
 * vectorised. LLVM 21 does so where it can count the rounds, and reads a[i + 1] of every other i in whole vectors: the last
 * one reaches an element further, which it takes for allowed since the next round would read behind it. That round may end
 * at its check instead, and the array before it.
 */
export function exits(inst: InstOf<"for" | "loop">): number {
  const inside = new Set([inst.label]);
  let count = 0;
  forEachInst(inst.body, (inner) => {
    if (inner.op === "block" || inner.op === "for" || inner.op === "loop") inside.add(inner.label);
    const jumps = inner.op === "break" || inner.op === "continue";
    const leaves = jumps && (!inside.has(inner.label) || (inner.op === "break" && inner.label === inst.label));
    const checks = (inner.op === "load" || inner.op === "store") && inner.bounds === "checked";
    const ends = inner.op === "return" || inner.op === "throw" || ROWS[inner.op].effect === "traps";
    if (leaves || checks || ends) count++;
  });
  return count;
}

/** The `fmin` and `fmax` of a local and something else that set that local again, in loops that may become vectors. */
export function analyzeReductions(fn: Func): ReadonlySet<ValueId> {
  const found = new Set<ValueId>();
  forEachInst(fn.body, (inst) => {
    if (inst.op === "for") for (const id of extremesOf(fn, inst)) found.add(id);
  });
  return found;
}

function extremesOf(fn: Func, loop: InstOf<"for">): readonly ValueId[] {
  const insts: Inst[] = [];
  forEachInst(loop.body, (inst) => insts.push(inst));
  if (!insts.some(({ op }) => op === "fmin" || op === "fmax")) return [];
  if (insts.some(({ op }) => op === "for" || op === "loop" || op === "call") || exits(loop) > 0) return [];
  const made = new Map(insts.map((inst) => [inst.id, inst]));
  const isOf = (local: LocalId, id: ValueId): boolean => {
    const inst = made.get(id);
    return inst?.op === "local.get" && inst.local === local;
  };
  const extremes: ValueId[] = [];
  const carried = readFirst(loop.body);
  for (const inst of insts) {
    if (inst.op === "store" && goesOnFrom(inst, insts)) return [];
    if (inst.op !== "local.set" || !carried.has(inst.local)) continue;
    const step = made.get(inst.args[0] ?? -1);
    const isDirect = step?.args.some((id) => isOf(inst.local, id)) === true;
    if (isDirect && (step.op === "fmin" || step.op === "fmax")) extremes.push(step.id);
    // Strictly, LLVM can only add in order.
    else if (isFloat(fn, inst.local) && !(isDirect && (step.op === "fadd" || isRelaxed(step)))) return [];
  }
  return extremes;
}

function isFloat(fn: Func, local: LocalId): boolean {
  const type = fn.locals.find(({ id }) => id === local)?.type;
  return type === "f64" || type === "f32";
}

function isRelaxed(inst: Inst): boolean {
  return "fast" in inst && inst.fast.includes("reassoc");
}

/** Does a round read what another may have written? */
function goesOnFrom(store: InstOf<"store">, insts: readonly Inst[]): boolean {
  const [array, index] = store.args;
  return insts.some((inst) => inst.op === "load" && inst.args[0] === array && inst.args[1] !== index);
}
