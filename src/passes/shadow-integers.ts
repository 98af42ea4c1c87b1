/**
 * Index arithmetic in integers beside the same arithmetic in doubles, for a version of a loop in which both agree.
 *
 *   %1: f64 = sitofp %i                     %1: f64 = sitofp %i          %11: i64 = sext %i
 *   %2: f64 = fmul %1, %w              →    %2: f64 = fmul %1, %w        %12: i64 = mul %11, %w64 {absent}
 *   %3: i64 = toindex %2, %xs               uses of %3 become %12
 *
 * Takes the loop, the doubles that are known to hold integers, and the `toindex` known to succeed. What the doubles are
 * still needed for stays; the rest is dead, for LLVM to sweep. A double whose operands aren't all at hand as integers has
 * no shadow; nor has what builds on it.
 */
import type { Block, Inst, InstOf, ValueId } from "../ir/ops.ts";
import { type Definitions, type FreshIds, renamedIn } from "../ir/rewrite.ts";
import type { IrType } from "../ir/types.ts";
import { mapBlocks } from "../ir/walk.ts";

export interface ShadowPlan {
  /** f64 values that are integers and exact. */
  readonly integral: ReadonlySet<ValueId>;
  /** `toindex` that don't throw. */
  readonly indices: ReadonlySet<ValueId>;
  /** An f64 that the loop doesn't change, as an i64 computed before it; undefined when it isn't known to be an integer. */
  outer(id: ValueId): ValueId | undefined;
}

export function shadowIntegers(
  loop: InstOf<"for">,
  plan: ShadowPlan,
  definitions: Definitions,
  ids: FreshIds,
): InstOf<"for"> {
  if (plan.indices.size === 0) return loop;
  const shadower = new Shadower(plan, definitions, ids);
  return { ...loop, body: shadower.block(loop.body) };
}

/** What makes an integer of a double that is none. */
function isRounding({ op }: Inst): boolean {
  return op === "ffloor" || op === "fceil" || op === "ftrunc" || op === "fround";
}

class Shadower {
  readonly #plan: ShadowPlan;
  readonly #definitions: Definitions;
  readonly #ids: FreshIds;
  /** The i64 beside an f64. */
  readonly #shadows = new Map<ValueId, ValueId>();
  readonly #replaced = new Map<ValueId, ValueId>();
  /** The i64s in the place of conversions. */
  readonly #wide = new Set<ValueId>();
  #insts: Inst[] = [];

  constructor(plan: ShadowPlan, definitions: Definitions, ids: FreshIds) {
    this.#plan = plan;
    this.#definitions = definitions;
    this.#ids = ids;
  }

  block(block: Block): Block {
    const outer = this.#insts;
    this.#insts = [];
    for (const old of block.insts) {
      const inst = mapBlocks(renamedIn(old, this.#replaced), (inner) => this.block(inner));
      if (!this.#replace(inst)) {
        this.#insts.push(inst);
        if (this.#plan.integral.has(inst.id)) this.#addShadow(inst);
      }
    }
    const insts = this.#insts;
    this.#insts = outer;
    return { insts };
  }

  /** Puts an integer in the place of a conversion from a double that has a shadow. */
  #replace(inst: Inst): boolean {
    const of = inst.args[0];
    const isConversion = inst.op === "fptosi" || (inst.op === "toindex" && this.#plan.indices.has(inst.id));
    if (!isConversion || of === undefined) return false;
    const shadow = this.#shadowOf(of);
    if (shadow === undefined) return false;
    this.#replaced.set(inst.id, inst.type === "i32" ? this.#emit(inst, "trunc", "i32", [shadow]) : shadow);
    if (inst.type !== "i32") this.#wide.add(shadow);
    return true;
  }

  #shadowOf(id: ValueId): ValueId | undefined {
    return this.#shadows.get(id) ?? this.#plan.outer(id);
  }

  #addShadow(inst: Inst): void {
    const shadow = this.#shadow(inst);
    if (shadow !== undefined) this.#shadows.set(inst.id, shadow);
  }

  #shadow(inst: Inst): ValueId | undefined {
    if (inst.op === "const") return this.#emit(inst, "const", "i64", [], { value: BigInt(Number(inst.value)) });
    if (inst.op === "sitofp") {
      const [of = -1] = inst.args;
      const isWide = this.#wide.has(of) || this.#definitions.typeOf(of) === "i64";
      return isWide ? of : this.#emit(inst, "sext", "i64", [of]);
    }
    if (inst.op === "fpext") {
      const rounded = this.#definitions.inst(inst.args[0] ?? -1);
      return rounded?.op === "fptrunc" ? this.#shadowOf(rounded.args[0] ?? -1) : undefined;
    }
    if (inst.op === "select") return this.#shadowOfChoice(inst);
    const args: ValueId[] = [];
    for (const arg of inst.args) {
      const shadow = this.#shadowOf(arg);
      // What it makes whole may be none, such as a quotient.
      if (shadow === undefined) return isRounding(inst) ? this.#emit(inst, "fptosi", "i64", [inst.id]) : undefined;
      args.push(shadow);
    }
    const overflow = { overflow: "absent" };
    switch (inst.op) {
      case "fadd":
        return this.#emit(inst, "add", "i64", args, overflow);
      case "fsub":
        return this.#emit(inst, "sub", "i64", args, overflow);
      case "fmul":
        return this.#emit(inst, "mul", "i64", args, overflow);
      case "fmin":
        return this.#emit(inst, "smin", "i64", args);
      case "fmax":
        return this.#emit(inst, "smax", "i64", args);
      case "fneg":
        return this.#emit(inst, "sub", "i64", [this.#emit(inst, "const", "i64", [], { value: 0n }), ...args], overflow);
      case "ffloor":
      case "fceil":
      case "ftrunc":
      case "fround":
        return args[0];
      default:
        return undefined;
    }
  }

  /** Of a choice that gives an integer; where only one of the two can be one, it is that. */
  #shadowOfChoice(inst: InstOf<"select">): ValueId | undefined {
    const [cond = -1, a = -1, b = -1] = inst.args;
    const [x, y] = [this.#shadowOf(a), this.#shadowOf(b)];
    if (x !== undefined && y !== undefined) return this.#emit(inst, "select", "i64", [cond, x, y]);
    const other = this.#definitions.inst(a);
    return other?.op === "const" && !Number.isInteger(other.value) ? y : undefined;
  }

  #emit(at: Inst, op: Inst["op"], type: IrType, args: readonly ValueId[], attrs: object = {}): ValueId {
    const id = this.#ids.value();
    // The op and its fields go together at each call; tsc can't relate them to one member of the union.
    this.#insts.push({ op, id, type, args, loc: at.loc, ...attrs } as unknown as Inst);
    return id;
  }
}
