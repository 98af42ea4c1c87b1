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
import { forEachInst, mapBlocks } from "../ir/walk.ts";
import type { Pass } from "./pass.ts";

export const eliminateDead: Pass = {
  name: "eliminate-dead",
  run(fn: Func): Func {
    let current = fn;
    // Removing a write can leave the reads that fed it unused; each round removes a whole chain within straight code.
    for (;;) {
      const next = round(current);
      if (next === current) return current;
      current = next;
    }
  },
};

function round(fn: Func): Func {
  const read = new Set<LocalId>(fn.refs);
  const mentioned = new Set<LocalId>(fn.refs);
  forEachInst(fn.body, (inst) => {
    if (inst.op === "local.get") read.add(inst.local);
    if (inst.op === "call") for (const local of inst.refs) read.add(local);
    if (inst.op === "call") for (const local of inst.into) mentioned.add(local);
    if (inst.op === "for") for (const { local } of inst.parallel?.reductions ?? []) read.add(local);
  });
  const eliminator = new Eliminator(read);
  const body = eliminator.block(fn.body);
  const locals = fn.locals.filter((l) => read.has(l.id) || mentioned.has(l.id));
  if (!eliminator.changed && locals.length === fn.locals.length) return fn;
  return { ...fn, locals, body };
}

class Eliminator {
  changed = false;
  readonly #used = new Set<ValueId>();
  readonly #readLocals: ReadonlySet<LocalId>;

  constructor(readLocals: ReadonlySet<LocalId>) {
    this.#readLocals = readLocals;
  }

  /** From the end to the beginning, so that uses are seen before what they use. */
  block(block: Block): Block {
    const kept: Inst[] = [];
    for (const old of block.insts.toReversed()) {
      const inst = mapBlocks(old, (inner) => this.block(inner));
      if (this.#isDead(inst)) {
        this.changed = true;
        continue;
      }
      for (const arg of inst.args) this.#used.add(arg);
      kept.push(inst);
    }
    return { insts: kept.reverse() };
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
