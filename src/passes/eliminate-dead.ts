/**
 * Removes what nothing uses: pure values, reads that can't trap, writes to locals that are never read, control flow that
 * owns nothing, and the locals left without a use.
 *
 *   %5: i32 = mul %3, %4               (unused)
 *   local.set $t, %5                   (no get of $t)     →  nothing
 *   for L0 %i = %0 to %n step 1 { }
 *
 * Checked loads stay even when unused: an index out of bounds throws.
 */
import type { Func } from "../ir/func.ts";
import { type Block, type Inst, type LocalId, ROWS, type ValueId } from "../ir/ops.ts";
import { blockOf, forEachInst, mapBlocks } from "../ir/walk.ts";
import type { Pass } from "./pass.ts";

export const eliminateDead: Pass = {
  name: "eliminate-dead",
  run(fn: Func): Func {
    let current = fn;
    // Without a read, writes may be unused, and then the reads that fed them; each round removes a whole chain within straight code.
    for (;;) {
      const { result, hasFewerReads } = round(current);
      if (!hasFewerReads) return result;
      current = result;
    }
  },
};

function round(fn: Func): { readonly result: Func; readonly hasFewerReads: boolean } {
  const read = new Set<LocalId>(fn.refs);
  const mentioned = new Set<LocalId>(fn.refs);
  forEachInst(fn.body, (inst) => {
    const { op } = inst;
    if (op === "local.get") read.add(inst.local);
    else if (op === "call") {
      for (const local of inst.refs) read.add(local);
      for (const local of inst.into) mentioned.add(local);
    } else if (op === "for") for (const { local } of inst.parallel?.reductions ?? []) read.add(local);
  });
  const eliminator = new Eliminator(read);
  const body = eliminator.block(fn.body);
  const locals = fn.locals.filter((l) => read.has(l.id) || mentioned.has(l.id));
  const isSame = body === fn.body && locals.length === fn.locals.length;
  return { result: isSame ? fn : { ...fn, locals, body }, hasFewerReads: eliminator.hasFewerReads };
}

class Eliminator {
  hasFewerReads = false;
  readonly #used = new Set<ValueId>();
  readonly #readLocals: ReadonlySet<LocalId>;

  constructor(readLocals: ReadonlySet<LocalId>) {
    this.#readLocals = readLocals;
  }

  readonly #inner = (block: Block): Block => this.block(block);

  /** From the end to the beginning, so that uses are seen before what they use. */
  block(block: Block): Block {
    const kept: Inst[] = [];
    for (let i = block.insts.length - 1; i >= 0; i--) {
      const inst = mapBlocks(block.insts[i] as Inst, this.#inner);
      if (this.#isDead(inst)) {
        if (inst.op === "local.get") this.hasFewerReads = true;
        continue;
      }
      for (const arg of inst.args) this.#used.add(arg);
      kept.push(inst);
    }
    return blockOf(kept.reverse(), block);
  }

  #isDead(inst: Inst): boolean {
    switch (inst.op) {
      case "local.set":
        return !this.#readLocals.has(inst.local);
      case "load":
        return inst.bounds !== "checked" && !this.#used.has(inst.id);
      case "local.get":
        return !this.#used.has(inst.id);
      case "if":
        return inst.then.insts.length === 0 && inst.else.insts.length === 0;
      case "block":
      case "for":
        return inst.body.insts.length === 0;
      default:
        return ROWS[inst.op].effect === "pure" && !this.#used.has(inst.id);
    }
  }
}
