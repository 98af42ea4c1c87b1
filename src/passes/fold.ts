/**
 * Constants and exact identities, where later passes profit: bounds that turn out constant, branches that can't be taken.
 *
 *   %3: i32 = add %1, %2            (both constant)  →  %3: i32 = const 5
 *   %4: f64 = fmul %x, %one                          →  uses of %4 become %x
 *   if %true { A } else { B }                        →  A
 *
 * Only identities that hold for every bit pattern: x + 0 is not one (−0 + 0 is 0), x − 0 and x · 1 are. Transcendental
 * functions stay, whose last bit is the library's to choose.
 */
import type { Func } from "../ir/func.ts";
import type { Block, Inst, ValueId } from "../ir/ops.ts";
import { ROWS } from "../ir/ops.ts";
import { evaluateScalar, type Scalar, UnsoundError } from "../ir/scalar.ts";
import { blockOf, isJump, mapBlocks, withArgs, withBody } from "../ir/walk.ts";
import type { Pass } from "./pass.ts";

export const fold: Pass = {
  name: "fold",
  run(fn: Func): Func {
    const folder = new Folder();
    const body = folder.block(fn.body);
    return withBody(fn, folder.changed ? body : fn.body);
  },
};

class Folder {
  changed = false;
  readonly #constants = new Map<ValueId, Scalar>();
  readonly #replaced = new Map<ValueId, ValueId>();

  block(block: Block): Block {
    const insts: Inst[] = [];
    this.#into(block, insts);
    return blockOf(insts, block);
  }

  /** Appends the folded instructions of `block`; true when they end in a jump. */
  #into(block: Block, insts: Inst[]): boolean {
    for (const old of block.insts) {
      const inst = this.#withArgs(old);
      const { op } = inst;
      if (op === "const") this.#constants.set(inst.id, inst.value);
      else if (op === "if") {
        const [cond = -1] = inst.args;
        const taken = this.#constants.get(cond);
        if (taken !== undefined) {
          this.changed = true;
          if (this.#into(taken === true ? inst.then : inst.else, insts)) return true;
          continue;
        }
      }
      const simpler = this.#simplify(inst);
      if (simpler !== undefined) insts.push(simpler);
      if (isJump(inst)) return true;
    }
    return false;
  }

  /** The instruction in its folded form; undefined when its uses have been given another value. */
  #simplify(inst: Inst): Inst | undefined {
    if (ROWS[inst.op].effect !== "pure") return mapBlocks(inst, (inner) => this.block(inner));
    if (inst.op === "const") return inst;
    const same = this.#sameAs(inst);
    if (same !== undefined) {
      this.#replaced.set(inst.id, same);
      this.changed = true;
      return undefined;
    }
    const value = this.#constantOf(inst);
    if (value === undefined) return inst;
    this.#constants.set(inst.id, value);
    this.changed = true;
    return { op: "const", id: inst.id, type: inst.type, args: [], loc: inst.loc, value };
  }

  #constantOf(inst: Inst): Scalar | undefined {
    if (inst.op === "math" || inst.op === "math2" || inst.args.length === 0) return undefined;
    if (!inst.args.every((arg) => this.#constants.has(arg))) return undefined;
    try {
      return evaluateScalar(
        inst,
        inst.args.map((arg) => this.#constants.get(arg) as Scalar),
      );
    } catch (error) {
      // A broken promise in code that never runs is no harm: leave it.
      if (error instanceof UnsoundError) return undefined;
      throw error;
    }
  }

  /** A value that the instruction is always equal to, bit for bit. */
  #sameAs(inst: Inst): ValueId | undefined {
    const a = inst.args[0] ?? -1;
    const b = inst.args[1] ?? -1;
    const c = inst.args[2] ?? -1;
    const x = this.#constants.get(a);
    const y = this.#constants.get(b);
    const zero = (v: Scalar | undefined): boolean => v === 0n || Object.is(v, 0);
    const one = (v: Scalar | undefined): boolean => v === 1n || v === 1;
    switch (inst.op) {
      case "add":
      case "xor":
      case "or":
        if (zero(y) || y === false) return a;
        return zero(x) || x === false ? b : inst.op === "or" && a === b ? a : undefined;
      case "sub":
      case "shl":
      case "ashr":
      case "lshr":
        return zero(y) ? a : undefined;
      case "mul":
        return one(y) ? a : one(x) ? b : undefined;
      case "fmul":
        return one(y) ? a : one(x) ? b : undefined;
      case "sdiv":
      case "fdiv":
        return one(y) ? a : undefined;
      case "fsub":
        return zero(y) ? a : undefined;
      case "fadd":
        return Object.is(y, -0) ? a : Object.is(x, -0) ? b : undefined;
      case "and":
        if (a === b || y === true || y === -1 || y === -1n) return a;
        return x === true || x === -1 || x === -1n ? b : undefined;
      case "smin":
      case "smax":
        return a === b ? a : undefined;
      case "select":
        return b === c || x === true ? b : x === false ? c : undefined;
      default:
        return undefined;
    }
  }

  #withArgs(inst: Inst): Inst {
    if (!inst.args.some((a) => this.#replaced.has(a))) return inst;
    return withArgs(
      inst,
      inst.args.map((a) => this.#resolve(a)),
    );
  }

  #resolve(id: ValueId): ValueId {
    return this.#replaced.get(id) ?? id;
  }
}
