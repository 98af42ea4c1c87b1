/**
 * Removes blocks that nothing breaks out of: lowering wraps every loop and every loop's body in one, for the `break` and
 * `continue` that most loops don't have. Without them the other passes see straight code.
 *
 *   block L0 { for L1 … { block L2 { A } } }    →    for L1 … { A }
 *
 * So it does blocks that are left at their end only, as those of inlined functions with one `return` are.
 */
import type { Func } from "../ir/func.ts";
import type { Block, Inst, InstOf, LabelId } from "../ir/ops.ts";
import { forEachInst, isJump, mapBlocks, opsIn, withBody } from "../ir/walk.ts";
import type { Pass } from "./pass.ts";

export const unwrapBlocks: Pass = {
  name: "unwrap-blocks",
  run(fn: Func): Func {
    if (!opsIn(fn.body).has("block")) return fn;
    const breaks = new Map<LabelId, number>();
    forEachInst(fn.body, (inst) => {
      if (inst.op === "break") breaks.set(inst.label, (breaks.get(inst.label) ?? 0) + 1);
    });
    /** What stands in the block's place; undefined if it must stay. */
    const contents = ({ label, body }: InstOf<"block">): readonly Inst[] | undefined => {
      const count = breaks.get(label) ?? 0;
      if (count === 0) return body.insts;
      const last = body.insts.at(-1);
      return count === 1 && last?.op === "break" && last.label === label ? body.insts.slice(0, -1) : undefined;
    };
    const unwrap = (block: Block): Block => {
      const insts: Inst[] = [];
      let changed = false;
      for (const old of block.insts) {
        const inst = mapBlocks(old, unwrap);
        changed ||= inst !== old;
        const inner = inst.op === "block" ? contents(inst) : undefined;
        insts.push(...(inner ?? [inst]));
        if (inner !== undefined) changed = true;
        // What followed a block that ends in a jump was never reached.
        const last = insts.at(-1);
        if (last !== undefined && isJump(last)) break;
      }
      return changed ? { insts } : block;
    };
    return withBody(fn, unwrap(fn.body));
  },
};
