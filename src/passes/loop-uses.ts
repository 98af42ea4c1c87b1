/** What a loop's body does with its values and variables: who defines, reads and writes what, and where. */
import type { Func } from "../ir/func.ts";
import type { Block, Inst, InstOf, LocalId, ValueId } from "../ir/ops.ts";
import { blocksOf, forEachInst, localsWritten, localsWrittenIn } from "../ir/walk.ts";
import type { Locals } from "./liveness.ts";

export class LoopUses {
  readonly definitions = new Map<ValueId, Inst>();
  /** The block that an instruction stands in. */
  readonly blockOf = new Map<Inst, Block>();
  /** The instruction that a block belongs to. */
  readonly ownerOf = new Map<Block, Inst>();
  readonly gets = new Map<LocalId, InstOf<"local.get">[]>();
  readonly sets = new Map<LocalId, InstOf<"local.set">[]>();
  /** Written by calls, in ways that nobody follows. */
  readonly opaque = new Map<LocalId, Inst>();
  /** That calls are given to read or write. */
  readonly given = new Set<LocalId>();
  readonly #users = new Map<ValueId, Inst[]>();

  constructor(body: Block, funcs: readonly Func[], written: ReadonlyMap<string, Locals>) {
    this.#collect(body, funcs, written);
  }

  #collect(block: Block, funcs: readonly Func[], written: ReadonlyMap<string, Locals>): void {
    for (const inst of block.insts) {
      this.definitions.set(inst.id, inst);
      this.blockOf.set(inst, block);
      for (const arg of new Set(inst.args)) push(this.#users, arg, inst);
      if (inst.op === "local.get") push(this.gets, inst.local, inst);
      if (inst.op === "local.set") push(this.sets, inst.local, inst);
      if (inst.op === "call") {
        const callee = funcs.find((fn) => fn.name === inst.callee);
        for (const local of inst.into) this.opaque.set(local, inst);
        for (const local of inst.refs) this.given.add(local);
        for (const [i, ref] of (callee?.refs ?? []).entries())
          if (written.get(inst.callee)?.has(ref)) this.opaque.set(inst.refs[i] ?? -1, inst);
      }
      for (const inner of blocksOf(inst)) {
        this.ownerOf.set(inner, inst);
        this.#collect(inner, funcs, written);
      }
    }
  }

  inst(id: ValueId | undefined): Inst | undefined {
    return id === undefined ? undefined : this.definitions.get(id);
  }

  /** The instructions that a value is an operand of. */
  usersOf(id: ValueId): readonly Inst[] {
    return this.#users.get(id) ?? [];
  }

  getsOf(local: LocalId): readonly InstOf<"local.get">[] {
    return this.gets.get(local) ?? [];
  }

  setsOf(local: LocalId): readonly InstOf<"local.set">[] {
    return this.sets.get(local) ?? [];
  }
}

/** May it write the variable, itself or somewhere in it? */
export function writes(inst: Inst, local: LocalId): boolean {
  return localsWritten(inst).includes(local) || blocksOf(inst).some((block) => localsWrittenIn(block).has(local));
}

/** May it go on elsewhere than after it? */
export function mayJump(inst: Inst): boolean {
  let found = false;
  forEachInst({ insts: [inst] }, (i) => {
    if (i.op === "break" || i.op === "continue" || i.op === "return") found = true;
  });
  return found;
}

function push<K, V>(map: Map<K, V[]>, key: K, item: V): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [item]);
  else list.push(item);
}
