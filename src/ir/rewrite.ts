/** Copies of code and facts about values: what passes that duplicate or look through code share. */
import type { Func } from "./func.ts";
import type { Block, Inst, InstOf, LabelId, LocalId, ValueId } from "./ops.ts";
import type { IrType } from "./types.ts";
import { copyOf, instsIn, localsWritten, nextIds, withArgs } from "./walk.ts";

/** Hands out ids that nothing in a function has. They are looked for when the first is asked for: most passes find nothing to do. */
export class FreshIds {
  readonly #fn: Func;
  #next: ReturnType<typeof nextIds> | undefined;

  constructor(fn: Func) {
    this.#fn = fn;
  }

  get #ids(): ReturnType<typeof nextIds> {
    this.#next ??= nextIds(this.#fn);
    return this.#next;
  }

  value(): ValueId {
    return this.#ids.value++;
  }

  label(): LabelId {
    return this.#ids.label++;
  }

  local(): LocalId {
    return this.#ids.local++;
  }
}

/** Where a copy's ids come from. */
export interface Ids {
  value(): ValueId;
  label(): LabelId;
}

/** A copy in which every value and label defined inside has a fresh id; `edit` sees each instruction before it is copied. */
export function copyInst(inst: Inst, ids: Ids, edit: (inst: Inst) => Inst): Inst {
  const values = new Map<ValueId, ValueId>();
  const labels = new Map<LabelId, LabelId>();
  const define = (id: ValueId): ValueId => {
    const fresh = ids.value();
    values.set(id, fresh);
    return fresh;
  };
  const copyBlock = (block: Block): Block => ({ insts: block.insts.map(copy) });
  const copy = (old: Inst): Inst => {
    const made = copyOf(edit(old));
    made.args = renamed(made.args, values);
    made.id = define(made.id);
    switch (made.op) {
      case "if":
        made.then = copyBlock(made.then);
        made.else = copyBlock(made.else);
        break;
      case "block":
      case "loop":
      case "for": {
        const label = ids.label();
        labels.set(made.label, label);
        made.label = label;
        if (made.op === "for") made.iv = define(made.iv);
        made.body = copyBlock(made.body);
        break;
      }
      case "parallel":
        made.partials = made.partials.map(define);
        made.combine = copyBlock(made.combine);
        break;
      case "break":
      case "continue":
        made.label = labels.get(made.label) ?? made.label;
    }
    return made;
  };
  return copy(inst);
}

/** The instruction with its operands renamed; the same one where none of them is. */
export function renamedIn(inst: Inst, names: ReadonlyMap<ValueId, ValueId>): Inst {
  if (names.size === 0) return inst;
  const args = renamed(inst.args, names);
  return args === inst.args ? inst : withArgs(inst, args);
}

/** The same list where none of its values has another name. */
function renamed(args: readonly ValueId[], names: ReadonlyMap<ValueId, ValueId>): readonly ValueId[] {
  for (let i = 0; i < args.length; i++)
    if (names.has(args[i] as ValueId)) return args.map((arg) => names.get(arg) ?? arg);
  return args;
}

/** Where each value comes from. Blocks are gone through when something is asked for. */
export class Definitions {
  readonly #pending: Block[] = [];
  /** By id: they are dense, and this is filled for every pass that asks. */
  readonly #insts: (Inst | undefined)[] = [];
  readonly #loops = new Map<ValueId, InstOf<"for">>();
  readonly #params = new Map<ValueId, IrType>();

  /** What `local.set` puts into each local. */
  readonly #sets = new Map<LocalId, ValueId[]>();
  /** Locals that are written by other means: by calls, by the caller, by chunks of a parallel loop. */
  readonly #written = new Set<LocalId>();

  constructor(fn: Func) {
    for (const local of fn.refs) this.#written.add(local);
    for (const p of fn.params) this.#params.set(p.id, p.type);
    this.addBlock(fn.body);
  }

  addBlock(block: Block): void {
    this.#pending.push(block);
  }

  #goThrough(): void {
    const insts = this.#insts;
    for (const block of this.#pending.splice(0)) {
      const all = instsIn(block);
      for (let i = 0; i < all.length; i++) {
        const inst = all[i] as Inst;
        const { op } = inst;
        insts[inst.id] = inst;
        if (op === "local.set") this.#addSet(inst);
        else if (op === "for") this.#loops.set(inst.iv, inst);
        else if (op === "call" || op === "parallel") for (const local of localsWritten(inst)) this.#written.add(local);
      }
    }
  }

  #addSet({ local, args }: InstOf<"local.set">): void {
    const sets = this.#sets.get(local);
    if (sets === undefined) this.#sets.set(local, [...args]);
    else sets.push(...args);
  }

  /** The instruction that defines a value; undefined for parameters and counters. */
  inst(id: ValueId): Inst | undefined {
    if (this.#pending.length > 0) this.#goThrough();
    return id < 0 ? undefined : this.#insts[id];
  }

  /** The loop that a value is the counter of. */
  loopOf(iv: ValueId): InstOf<"for"> | undefined {
    if (this.#pending.length > 0) this.#goThrough();
    return this.#loops.get(iv);
  }

  /** All values that a local is set to; undefined when it may be set by something else than `local.set`. */
  valuesOf(local: LocalId): readonly ValueId[] | undefined {
    if (this.#pending.length > 0) this.#goThrough();
    return this.#written.has(local) ? undefined : (this.#sets.get(local) ?? []);
  }

  typeOf(id: ValueId): IrType | undefined {
    const type = this.inst(id)?.type ?? this.#params.get(id);
    if (type !== undefined) return type === "void" ? undefined : type;
    const start = this.#loops.get(id)?.args[0];
    return start === undefined ? undefined : this.typeOf(start);
  }
}
