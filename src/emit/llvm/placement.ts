/**
 * Which arrays of the entry lie in an ArrayBuffer from the start: those that it may return and makes at most once in a
 * call. JavaScript gets them as they are; any other array made by a kernel is copied when it is returned. An array made
 * in a loop stays the kernel's own, because memory of the engine's can't be freed before the call ends.
 */
import type { Func } from "../../ir/func.ts";
import type { Block, Inst, LocalId, ValueId } from "../../ir/ops.ts";
import { blocksOf, forEachInst } from "../../ir/walk.ts";

/** The `array.new` instructions to place in ArrayBuffers. */
export function analyzeReturned(fn: Func): ReadonlySet<Inst> {
  const returned = new Set<ValueId>();
  const locals = new Set<LocalId>();
  const pending: ValueId[] = [];
  forEachInst(fn.body, (inst) => {
    if (inst.op === "return") pending.push(...inst.args);
  });
  if (pending.length === 0) return new Set();
  const made = new Map<ValueId, Inst>();
  forEachInst(fn.body, (inst) => made.set(inst.id, inst));
  for (let id = pending.pop(); id !== undefined; id = pending.pop()) {
    const inst = made.get(id);
    if (inst === undefined || returned.has(id)) continue;
    returned.add(id);
    if (inst.op === "select") pending.push(...inst.args.slice(1));
    if (inst.op === "array.view") pending.push(...inst.args.slice(0, 1));
    if (inst.op === "local.get" && !locals.has(inst.local)) {
      const { local } = inst;
      locals.add(local);
      forEachInst(fn.body, (set) => {
        if (set.op === "local.set" && set.local === local) pending.push(...set.args);
      });
    }
  }
  const placed = new Set<Inst>();
  const visit = (block: Block): void => {
    for (const inst of block.insts) {
      if (inst.op === "array.new" && returned.has(inst.id)) placed.add(inst);
      if (inst.op !== "loop" && inst.op !== "for") blocksOf(inst).forEach(visit);
    }
  };
  visit(fn.body);
  return placed;
}
