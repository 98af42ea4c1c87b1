/** Which minima and maxima a loop accumulates: min-max.ts leaves those to an intrinsic that LLVM's vectoriser knows. */
import type { Func } from "../../ir/func.ts";
import type { LocalId, ValueId } from "../../ir/ops.ts";
import { forEachInst } from "../../ir/walk.ts";

/** The `fmin` and `fmax` of a local and something else that set that local again. */
export function analyzeReductions(fn: Func): ReadonlySet<ValueId> {
  const read = new Map<ValueId, LocalId>();
  const written = new Map<ValueId, LocalId>();
  forEachInst(fn.body, (inst) => {
    if (inst.op === "local.get") read.set(inst.id, inst.local);
    if (inst.op === "local.set") for (const value of inst.args) written.set(value, inst.local);
  });
  const found = new Set<ValueId>();
  forEachInst(fn.body, (inst) => {
    if (inst.op !== "fmin" && inst.op !== "fmax") return;
    const local = written.get(inst.id);
    if (local !== undefined && inst.args.some((arg) => read.get(arg) === local)) found.add(inst.id);
  });
  return found;
}
