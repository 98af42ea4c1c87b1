/**
 * Which of a kernel's arrays may be its result: those are made inside an ArrayBuffer (`@nb_new_buffer_block`), so that
 * returning them copies nothing.
 *
 * A guess on the safe side of both costs: an array left out is copied when it is returned after all, one taken in for
 * nothing costs an ArrayBuffer. Only the entry function counts, and only arrays that no `arena.release` at the end of a round
 * frees: what a loop makes and drops would fill the engine with handles.
 */
import type { Module } from "../../ir/func.ts";
import type { Block, InstOf } from "../../ir/ops.ts";
import { blocksOf } from "../../ir/walk.ts";

export function returnableArrays(module: Module): ReadonlySet<InstOf<"array.new">> {
  const results = new Set<string>(module.entry.results);
  const found = new Set<InstOf<"array.new">>();
  const visit = (block: Block, released: boolean): void => {
    const inside = released || block.insts.at(-1)?.op === "arena.release";
    for (const inst of block.insts) {
      if (inst.op === "array.new" && !inside && results.has(`${inst.elem}[]`)) found.add(inst);
      for (const inner of blocksOf(inst)) visit(inner, inside);
    }
  };
  visit(module.entry.body, false);
  return found;
}
