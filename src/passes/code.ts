/** Instructions that a pass writes, one after the other, all for one place in the source. */
import type { AttrsOf } from "../ir/build.ts";
import type { Block, Inst, OpName, ValueId } from "../ir/ops.ts";
import type { FreshIds } from "../ir/rewrite.ts";
import type { IrType } from "../ir/types.ts";
import type { Span } from "../source/span.ts";

export class Code {
  readonly insts: Inst[] = [];
  readonly #ids: FreshIds;
  readonly #loc: Span;

  constructor(ids: FreshIds, loc: Span) {
    this.#ids = ids;
    this.#loc = loc;
  }

  emit<K extends OpName>(op: K, type: IrType | "void", args: readonly ValueId[], attrs: AttrsOf<K>): ValueId {
    const id = this.#ids.value();
    // One op's instruction is a member of the union; tsc can't see that for a generic op.
    this.insts.push({ op, id, type, args, loc: this.#loc, ...attrs } as unknown as Inst);
    return id;
  }

  /** A copy that uses other values. */
  again(inst: Inst, args: readonly ValueId[]): ValueId {
    const id = this.#ids.value();
    this.insts.push({ ...inst, id, args });
    return id;
  }

  branch(cond: ValueId, then: Block, otherwise: Block = { insts: [] }): void {
    this.emit("if", "void", [cond], { then, else: otherwise });
  }
}
