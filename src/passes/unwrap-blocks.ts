/**
 * Removes blocks that nothing breaks out of: lowering wraps every loop and every loop's body in one, for the `break` and
 * `continue` that most loops don't have. Without them the other passes see straight code.
 *
 *   block L0 { for L1 … { block L2 { A } } }    →    for L1 … { A }
 */
import type { Func } from "../ir/func.ts";
import type { Block, Inst, LabelId } from "../ir/ops.ts";
import { forEachInst, isJump, mapBlocks } from "../ir/walk.ts";
import type { Pass } from "./pass.ts";

export const unwrapBlocks: Pass = {
  name: "unwrap-blocks",
  run(fn: Func): Func {
    const broken = new Set<LabelId>();
    forEachInst(fn.body, (inst) => {
      if (inst.op === "break") broken.add(inst.label);
    });
    const unwrap = (block: Block): Block => {
      const insts: Inst[] = [];
      let changed = false;
      for (const old of block.insts) {
        const inst = mapBlocks(old, unwrap);
        changed ||= inst !== old;
        if (inst.op === "block" && !broken.has(inst.label)) {
          insts.push(...inst.body.insts);
          changed = true;
        } else insts.push(inst);
        // What followed a block that ends in a jump was never reached.
        const last = insts.at(-1);
        if (last !== undefined && isJump(last)) break;
      }
      return changed ? { insts } : block;
    };
    const body = unwrap(fn.body);
    return body === fn.body ? fn : { ...fn, body };
  },
};
