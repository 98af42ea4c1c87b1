/** What passes ask that turn a loop round, cut it or copy it: does anything see the order of its rounds, and what is the same in all of them? */
import { type Inst, type InstOf, ROWS, type ValueId } from "../ir/ops.ts";
import { localsWrittenIn } from "../ir/walk.ts";
import { remembered } from "../source/remembered.ts";

/** Neither ends the loop nor does anything that others see, but for the elements that it stores. */
export function isPlain(inst: Inst): boolean {
  if (inst.op === "load" || inst.op === "store") return inst.bounds !== "checked";
  return inst.op === "local.get" || ROWS[inst.op].effect === "pure";
}

/** Is a value the same in all rounds? `inside`: the instructions of the loop's body, by their values. */
export function invariantsOf(loop: InstOf<"for">, inside: ReadonlyMap<ValueId, Inst>): (id: ValueId) => boolean {
  const written = localsWrittenIn(loop.body);
  const isInvariant = remembered((id: ValueId): boolean => {
    if (id === loop.iv) return false;
    const inst = inside.get(id);
    if (inst === undefined) return true;
    if (inst.op === "local.get") return !written.has(inst.local);
    return ROWS[inst.op].effect === "pure" && inst.args.every(isInvariant);
  });
  return isInvariant;
}
