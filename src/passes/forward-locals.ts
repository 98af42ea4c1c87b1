/**
 * Replaces reads of locals by the value last written, where that is known: what LLVM's mem2reg does later, done here so
 * that the other passes see through JavaScript's `const` and `let`.
 *
 *   local.set $idx, %5                 local.set $idx, %5
 *   %6: i32 = local.get $idx    →
 *   %7: f64 = load %0, %6              %7: f64 = load %0, %5
 *
 * A read also makes the value known, so a second read without a write between them is the first one again. After a branch
 * or a loop that may write a local, its value is unknown; sets stay for eliminate-dead to judge.
 */
import type { Func } from "../ir/func.ts";
import type { Block, Inst, LocalId, ValueId } from "../ir/ops.ts";
import { renamedIn } from "../ir/rewrite.ts";
import { blockOf, fallsThrough, localsWritten, localsWrittenIn, mapBlocks, withBody } from "../ir/walk.ts";
import type { Pass } from "./pass.ts";

export const forwardLocals: Pass = {
  name: "forward-locals",
  run(fn: Func): Func {
    const forwarder = new Forwarder();
    const body = forwarder.block(fn.body, new Map());
    return withBody(fn, forwarder.changed ? body : fn.body);
  },
};

/** The value each local has here; a local that is missing has an unknown one. */
type Known = Map<LocalId, ValueId>;

class Forwarder {
  changed = false;
  readonly #replaced = new Map<ValueId, ValueId>();

  /** Rewrites a block; `known` is updated to what holds at its end, for locals whose value is visible there. */
  block(block: Block, known: Known): Block {
    const insts: Inst[] = [];
    for (const old of block.insts) {
      const inst = renamedIn(old, this.#replaced);
      switch (inst.op) {
        case "local.get": {
          const value = known.get(inst.local);
          if (value === undefined) {
            known.set(inst.local, inst.id);
            insts.push(inst);
          } else {
            this.#replaced.set(inst.id, value);
            this.changed = true;
          }
          break;
        }
        case "local.set": {
          const [value] = inst.args;
          if (value !== undefined) known.set(inst.local, value);
          insts.push(inst);
          break;
        }
        case "if": {
          insts.push(mapBlocks(inst, (branch) => this.block(branch, new Map(known))));
          // A branch that doesn't come back can't have changed anything here.
          if (fallsThrough(inst.then)) forget(known, localsWrittenIn(inst.then));
          if (fallsThrough(inst.else)) forget(known, localsWrittenIn(inst.else));
          break;
        }
        case "block": {
          insts.push(mapBlocks(inst, (body) => this.block(body, new Map(known))));
          forget(known, localsWrittenIn(inst.body));
          break;
        }
        case "loop":
        case "for": {
          forget(known, localsWrittenIn(inst.body));
          insts.push(mapBlocks(inst, (body) => this.block(body, new Map(known))));
          break;
        }
        default:
          if (inst.op === "call" || inst.op === "parallel") forget(known, localsWritten(inst));
          insts.push(inst);
      }
    }
    return blockOf(insts, block);
  }
}

function forget(known: Known, locals: Iterable<LocalId>): void {
  for (const local of locals) known.delete(local);
}
