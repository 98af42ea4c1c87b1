/**
 * By how much an index grows from one round of a loop to the next, for loops around each other or beside each other.
 *
 * Through arithmetic that can't overflow only: strides are mathematical integers.
 */
import type { Inst, LocalId, ValueId } from "../ir/ops.ts";
import type { Definitions } from "../ir/rewrite.ts";
import { remembered } from "../source/remembered.ts";

/** A number, or a value that no round of the loops changes. */
export type Stride = number | { readonly value: ValueId };

export interface Nest {
  /** What stands in the loops. */
  readonly inside: ReadonlyMap<ValueId, Inst>;
  readonly counters: ReadonlySet<ValueId>;
  /** Locals that are written there. */
  readonly written: ReadonlySet<LocalId>;
}

export class Strides {
  readonly #nest: Nest;
  readonly #definitions: Definitions;

  constructor(nest: Nest, definitions: Definitions) {
    this.#nest = nest;
    this.#definitions = definitions;
  }

  /** By the loop with this counter; undefined where that isn't known or not always the same. */
  readonly by = remembered((iv: ValueId): ((index: ValueId) => Stride | undefined) => {
    const { inside, counters } = this.#nest;
    const stride = remembered((id: ValueId): Stride | undefined => {
      const inst = inside.get(id);
      if (counters.has(id) || inst === undefined) return id === iv ? 1 : 0;
      return this.#strideOf(inst, inst.args.map(stride));
    });
    return stride;
  });

  /** From those of the operands. */
  #strideOf(inst: Inst, strides: readonly (Stride | undefined)[]): Stride | undefined {
    const a = strides[0];
    const b = strides[1];
    if (inst.op === "sext") return a;
    if (this.#mayChange(inst)) return undefined;
    if (strides.every((stride) => stride === 0)) return 0;
    if ((inst.op !== "add" && inst.op !== "sub" && inst.op !== "mul") || inst.overflow !== "absent") return undefined;
    if (inst.op === "mul") {
      const [factor = -1] = a === 0 ? inst.args : inst.args.slice(1);
      const other = a === 0 ? b : b === 0 ? a : undefined;
      return other === 1 && this.isInvariant(factor) ? this.#constant(factor) : undefined;
    }
    if (b === 0) return a;
    if (a === 0 && inst.op === "add") return b;
    if (typeof a !== "number" || typeof b !== "number") return undefined;
    return inst.op === "add" ? a + b : a - b;
  }

  #mayChange(inst: Inst): boolean {
    return inst.op === "load" || (inst.op === "local.get" && this.#nest.written.has(inst.local));
  }

  #constant(factor: ValueId): Stride {
    const inst = this.#nest.inside.get(factor) ?? this.#definitions.inst(factor);
    return inst?.op === "const" ? Number(inst.value) : { value: factor };
  }

  /** Is it the same in all rounds of all loops? */
  readonly isInvariant = remembered((id: ValueId): boolean => {
    if (this.#nest.counters.has(id)) return false;
    const inst = this.#nest.inside.get(id);
    return inst === undefined || (!this.#mayChange(inst) && inst.args.every((arg) => this.isInvariant(arg)));
  });
}

export function isUnit(stride: Stride | undefined): boolean {
  return stride === 1 || stride === -1;
}
