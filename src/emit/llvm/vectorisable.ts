/**
 * What LLVM's loop vectoriser will make of loops, as far as other choices hang on it: which must be kept from it, and which
 * minima and maxima it accumulates. min-max.ts leaves those to an intrinsic that it knows, which is slow anywhere else. In loops
 * that it certainly won't make vectors of, templates may branch.
 */
import type { Func } from "../../ir/func.ts";
import { type Inst, type InstOf, type LocalId, ROWS, type ValueId } from "../../ir/ops.ts";
import { forEachInst } from "../../ir/walk.ts";
import { readFirst } from "../../passes/liveness.ts";

/**
 * How many ways lead out of a loop's body: jumps, errors and checks. A loop that can also end inside a round must not be
 * vectorised. LLVM 21 does so where it can count the rounds, and reads a[i + 1] of every other i in whole vectors: the last
 * one reaches an element further, which it takes for allowed since the next round would read behind it. That round may end
 * at its check instead, and the array before it.
 */
export function exits(inst: InstOf<"for" | "loop">): number {
  const inside = new Set([inst.label]);
  let count = 0;
  forEachInst(inst.body, (inner) => {
    if (inner.op === "block" || inner.op === "for" || inner.op === "loop") inside.add(inner.label);
    const jumps = inner.op === "break" || inner.op === "continue";
    const leaves = jumps && (!inside.has(inner.label) || (inner.op === "break" && inner.label === inst.label));
    const checks = (inner.op === "load" || inner.op === "store") && inner.bounds === "checked";
    const ends = inner.op === "return" || inner.op === "throw" || ROWS[inner.op].effect === "traps";
    if (leaves || checks || ends) count++;
  });
  return count;
}

/** What is to be known of a function's innermost loops. */
export interface Loops {
  /** The `fmin` and `fmax` of a local and something else that set that local again, in loops that may become vectors. */
  readonly reductions: ReadonlySet<ValueId>;
  /** What stands in a loop that runs one round after the other: there, what a round takes counts, not how many instructions. */
  readonly serial: ReadonlySet<ValueId>;
  /** Of those, the remainders by what no round changes. */
  readonly remainders: ReadonlySet<ValueId>;
}

export function analyzeLoops(fn: Func): Loops {
  const reductions = new Set<ValueId>();
  const serial = new Set<ValueId>();
  const remainders = new Set<ValueId>();
  const floats = new Set(fn.locals.filter(({ type }) => type === "f64" || type === "f32").map(({ id }) => id));
  forEachInst(fn.body, (inst) => {
    if (inst.op !== "for" && inst.op !== "loop") return;
    const loop: InstOf<"for"> | InstOf<"loop"> = inst;
    const insts: Inst[] = [];
    forEachInst(loop.body, (inst) => insts.push(inst));
    // Loops that LLVM unrolls may leave the one around them to be made vectors.
    if (insts.some(({ op }) => op === "for" || op === "loop")) return;
    const body = new Body(loop, insts, floats);
    if (!body.isSerial()) {
      if (loop.op === "for" && body.mayBecomeVectors()) for (const id of body.reductions) reductions.add(id);
      return;
    }
    for (const inst of insts) {
      serial.add(inst.id);
      if (inst.op === "srem" && body.isInvariant(inst.args[1] ?? -1)) remainders.add(inst.id);
    }
  });
  return { reductions, serial, remainders };
}

class Body {
  readonly #loop: InstOf<"for" | "loop">;
  readonly #counter: ValueId | undefined;
  readonly #insts: readonly Inst[];
  readonly #made: ReadonlyMap<ValueId, Inst>;
  readonly #carried: readonly LocalId[];
  /** Minima and maxima that nothing else in the loop looks at. */
  readonly reductions = new Set<ValueId>();

  constructor(loop: InstOf<"for" | "loop">, insts: readonly Inst[], floats: ReadonlySet<LocalId>) {
    this.#loop = loop;
    this.#counter = loop.op === "for" ? (loop as InstOf<"for">).iv : undefined;
    this.#insts = insts;
    this.#made = new Map(insts.map((inst) => [inst.id, inst]));
    this.#carried = [...readFirst(loop.body)].filter((local) => floats.has(local) && this.#setsOf(local).length > 0);
  }

  #setsOf(local: LocalId): readonly InstOf<"local.set">[] {
    return this.#insts.filter((inst): inst is InstOf<"local.set"> => inst.op === "local.set" && inst.local === local);
  }

  /** Can no two rounds run at the same time? */
  isSerial(): boolean {
    // A `loop` has one way out that LLVM may count by.
    if (exits(this.#loop) > (this.#loop.op === "loop" ? 1 : 0)) return true;
    return this.#carried.filter((local) => !this.#accumulates(local) && this.#comesFromItself(local)).length > 0;
  }

  /** Is it only added to, or only the least or greatest so far? Strictly, LLVM can only add in order. */
  #accumulates(local: LocalId): boolean {
    const isOld = (id: ValueId): boolean => {
      const inst = this.#made.get(id);
      return inst?.op === "local.get" && inst.local === local;
    };
    const steps = this.#setsOf(local).map(({ args }) => this.#made.get(args[0] ?? -1));
    const isStep = (inst: Inst | undefined): inst is Inst =>
      inst?.args.some(isOld) === true &&
      (inst.op === "fmin" || inst.op === "fmax" || inst.op === "fadd" || isRelaxed(inst));
    if (steps.every((step) => step !== undefined && isRelaxed(step))) return true;
    if (!steps.every(isStep)) return false;
    // What looks at it on the way waits for it.
    const isSeen = this.#insts.some((inst) => {
      if (steps.includes(inst)) return false;
      const keeps = inst.op === "local.set" && inst.local === local;
      return inst.args.some((id) => isOld(id) || (!keeps && steps.some((step) => step.id === id)));
    });
    if (isSeen) return false;
    const extremes = steps.filter(({ op }) => op === "fmin" || op === "fmax");
    for (const { id } of extremes) this.reductions.add(id);
    return true;
  }

  /** Is its next value computed from this round's? Then not the last element of an array, say. */
  #comesFromItself(local: LocalId): boolean {
    const seen = new Set<ValueId | string>();
    const from = (id: ValueId): boolean => {
      if (seen.has(id)) return false;
      seen.add(id);
      const inst = this.#made.get(id);
      if (inst === undefined) return false;
      if (inst.op !== "local.get") return inst.args.some(from);
      return inst.local === local || this.#setsOf(inst.local).some(({ args }) => from(args[0] ?? -1));
    };
    return this.#setsOf(local).some(({ args }) => from(args[0] ?? -1));
  }

  mayBecomeVectors(): boolean {
    return !this.#insts.some((inst) => inst.op === "call" || (inst.op === "store" && goesOnFrom(inst, this.#insts)));
  }

  isInvariant(id: ValueId): boolean {
    const inst = this.#made.get(id);
    // What isn't made in the loop is made before it, but for its counter.
    if (inst === undefined) return this.#counter !== id;
    if (inst.op === "local.get") return this.#setsOf(inst.local).length === 0;
    return (
      (inst.op === "const" || inst.op === "length" || inst.op === "sext" || inst.op === "trunc") &&
      inst.args.every((arg) => this.isInvariant(arg))
    );
  }
}

function isRelaxed(inst: Inst): boolean {
  return "fast" in inst && inst.fast.includes("reassoc");
}

/** Does a round read what another may have written? */
function goesOnFrom(store: InstOf<"store">, insts: readonly Inst[]): boolean {
  const [array, index] = store.args;
  return insts.some((inst) => inst.op === "load" && inst.args[0] === array && inst.args[1] !== index);
}
