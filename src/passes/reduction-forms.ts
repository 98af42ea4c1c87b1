/**
 * The forms in which a parallel loop may use a variable that goes from round to round:
 *
 *   accumulation   every new value is the old one joined with something by one operation: s += e
 *   best           if (e > s) { s = e; at = i; }
 *   logical        if (!s) s = e;   which is also s = s || e, and with &&
 *
 * What an accumulation asks is that the old value is used for nothing but making new ones: then every value that the
 * variable ever has is its first one joined with something that doesn't depend on it, whatever branches, temporaries and
 * helper functions lie between.
 */
import type { Block, Inst, InstOf, LocalId, OpName, ValueId } from "../ir/ops.ts";
import type { ScalarType } from "../ir/types.ts";
import { forEachInst } from "../ir/walk.ts";
import type { Locals } from "./liveness.ts";
import type { LoopUses } from "./loop-uses.ts";
import { type Accumulation, type AccumulationKind, STEPS } from "./reductions.ts";
import { EXACT, isRepeatable, type SameValues } from "./same-value.ts";

// ── s += e ──

export interface AccumulationForm {
  readonly op: Accumulation;
  /** Instructions on the way from an old value to a new one. */
  readonly steps: readonly ValueId[];
}

/** `isTemporary`: is the local written before it is read in every round, and not read after the loop? */
export function accumulationOf(
  local: LocalId,
  type: ScalarType,
  uses: LoopUses,
  isTemporary: (local: LocalId) => boolean,
): AccumulationForm | undefined {
  return new OldValues(local, type, uses, isTemporary).form();
}

/** Follows a variable's old value forward. */
class OldValues {
  readonly #local: LocalId;
  readonly #type: ScalarType;
  readonly #uses: LoopUses;
  readonly #isTemporary: (local: LocalId) => boolean;
  /** Values that are the old one, joined with something or not. */
  readonly #values = new Set<ValueId>();
  readonly #temporaries = new Set<LocalId>();
  readonly #steps: InstOf<OpName>[] = [];
  readonly #selects: Inst[] = [];
  #kind: AccumulationKind | undefined;
  /** Cut to 32 bits without a sign: s = (s + e) >>> 0. */
  #cut = false;

  constructor(local: LocalId, type: ScalarType, uses: LoopUses, isTemporary: (local: LocalId) => boolean) {
    this.#local = local;
    this.#type = type;
    this.#uses = uses;
    this.#isTemporary = isTemporary;
  }

  form(): AccumulationForm | undefined {
    for (const get of this.#uses.getsOf(this.#local)) if (!this.#follow(get.id)) return undefined;
    const { values } = { values: this.#values };
    const isOld = (id: ValueId | undefined): boolean => id !== undefined && values.has(id);
    // Each way to a new value must come from the old one, and by it alone.
    for (const local of [this.#local, ...this.#temporaries])
      if (!this.#uses.setsOf(local).every((set) => isOld(set.args[0]))) return undefined;
    for (const step of this.#steps) if (step.args.filter(isOld).length !== 1) return undefined;
    for (const select of this.#selects) if (!select.args.slice(1).every(isOld)) return undefined;
    if (this.#kind === undefined) return undefined;
    if (!this.#cut) return { op: this.#kind, steps: this.#steps.map((step) => step.id) };
    if (this.#kind === "min" || this.#kind === "max") return undefined;
    const isCut = (set: Inst): boolean => this.#uses.inst(set.args[0])?.op === "zext";
    if (!this.#uses.setsOf(this.#local).every(isCut)) return undefined;
    return { op: `${this.#kind}.u32`, steps: this.#steps.map((step) => step.id) };
  }

  #follow(id: ValueId): boolean {
    if (this.#values.has(id)) return true;
    this.#values.add(id);
    return this.#uses.usersOf(id).every((user) => this.#accept(user, id));
  }

  #accept(user: Inst, id: ValueId): boolean {
    if (user.op === "local.set") return user.local === this.#local || this.#throughTemporary(user.local);
    if (user.op === "select") {
      if (user.args[0] === id) return false;
      this.#selects.push(user);
      return this.#follow(user.id);
    }
    if (this.#isConversion(user)) return this.#follow(user.id);
    if (this.#isIdentity(user, id)) return this.#follow(user.id);
    const step = STEPS[user.op];
    if (step === undefined || (this.#kind !== undefined && step.kind !== this.#kind)) return false;
    if ((step.left === true && user.args[0] !== id) || !this.#isSteppable(user, step.kind)) return false;
    this.#kind = step.kind;
    this.#steps.push(user);
    return this.#follow(user.id);
  }

  #throughTemporary(local: LocalId): boolean {
    if (this.#temporaries.has(local)) return true;
    if (!this.#isTemporary(local)) return false;
    this.#temporaries.add(local);
    return this.#uses.getsOf(local).every((get) => this.#follow(get.id));
  }

  /** (s + e) | 0, and what >>> 0 is once the bits are those of an i32. */
  #isIdentity(inst: Inst, id: ValueId): boolean {
    if (inst.op !== "or" && inst.op !== "lshr" && inst.op !== "ashr" && inst.op !== "shl") return false;
    const [left, right] = inst.args;
    return (left === id && this.#isZero(right)) || (inst.op === "or" && right === id && this.#isZero(left));
  }

  #isZero(id: ValueId | undefined): boolean {
    const inst = this.#uses.inst(id);
    return inst?.op === "const" && (inst.value === 0 || inst.value === 0n);
  }

  /** Conversions that lose nothing of a value that fits; 32 bits of an i64 are a matter of what `form` finds at the end. */
  #isConversion({ op }: Inst): boolean {
    if (this.#type === "i32") return op === "sext" || op === "trunc";
    if (this.#type === "f32") return op === "fpext" || op === "fptrunc";
    if (this.#type !== "i64" || (op !== "trunc" && op !== "zext")) return false;
    this.#cut = true;
    return true;
  }

  /** Is the least or greatest of 32 bits and something else of 32 bits, too? It lies between the two. */
  #fitsBits({ type, args }: Inst, kind: "min" | "max"): boolean {
    const isOf32 = (id: ValueId | undefined): boolean => {
      const inst = this.#uses.inst(id);
      if (inst?.op === "local.get")
        return this.#isTemporary(inst.local) && this.#uses.setsOf(inst.local).every((set) => isOf32(set.args[0]));
      // What is loaded as 64 bits and isn't a BigInt is an element of a Uint32Array.
      return inst?.op === "sext" || (kind === "min" && (inst?.op === "zext" || inst?.op === "load"));
    };
    return this.#type === "i32" && type === "i64" && args.every(isOf32);
  }

  /** Does the step give the bits that it would at the variable's own type? */
  #isSteppable(inst: Inst, kind: AccumulationKind): boolean {
    if ("overflow" in inst && inst.overflow === "saturates") return false;
    if (inst.type === this.#type) return true;
    // Cut to 32 bits, sums and the like are the same whatever more bits were there. The least of what is longer isn't.
    if (this.#type !== "f32" && (kind === "min" || kind === "max")) return this.#fitsBits(inst, kind);
    if (this.#type === "i32") return inst.type === "i64";
    if (this.#type === "i64") return inst.type === "i32";
    return this.#type === "f32" && inst.type === "f64" && kind !== "and" && kind !== "or" && kind !== "xor";
  }
}

// ── if (e > s) { s = e; at = i; } ──

export interface BestForm {
  readonly pred: string;
  /** What happens when a better one is found. */
  readonly then: Block;
}

const MIRRORED: Readonly<Record<string, string>> = {
  slt: "sgt",
  sle: "sge",
  sgt: "slt",
  sge: "sle",
  olt: "ogt",
  ole: "oge",
  ogt: "olt",
  oge: "ole",
};

/** Of floats there are none: the opposite of > is not <=. */
const NEGATED: Readonly<Record<string, string>> = { slt: "sge", sle: "sgt", sgt: "sle", sge: "slt" };

export function bestOf(
  local: LocalId,
  type: ScalarType,
  uses: LoopUses,
  carried: Locals,
  values: SameValues,
): BestForm | undefined {
  const [set, ...more] = uses.setsOf(local);
  const [get, ...others] = uses.getsOf(local);
  if (set === undefined || get === undefined || more.length + others.length > 0) return undefined;
  return bestStored({ get, set, value: set.args[0], type }, uses, carried, values);
}

/** A variable or an array's element that one instruction reads and one writes. */
export interface Kept {
  readonly get: Inst;
  readonly set: Inst;
  /** What `set` writes. */
  readonly value: ValueId | undefined;
  readonly type: ScalarType;
}

export function bestStored(kept: Kept, uses: LoopUses, carried: Locals, values: SameValues): BestForm | undefined {
  const { get, set, type } = kept;
  const then = uses.blockOf.get(set);
  const branch = then === undefined ? undefined : uses.ownerOf.get(then);
  if (then === undefined || branch?.op !== "if" || publicIn(then, [set], uses, carried) !== undefined) return undefined;
  const negated = branch.else === then;
  if ((negated ? branch.then : branch.else).insts.length > 0) return undefined;
  const conditions = conjuncts(branch.args[0], [branch], uses);
  if (negated && conditions.length > 1) return undefined;
  for (const comparison of conditions) {
    if (comparison.op !== "icmp" && comparison.op !== "fcmp" && comparison.op !== "bigcmp") continue;
    for (const [mine, other, pred] of [
      [comparison.args[1], comparison.args[0], negated ? NEGATED[comparison.pred] : comparison.pred],
      [comparison.args[0], comparison.args[1], MIRRORED[(negated ? NEGATED[comparison.pred] : comparison.pred) ?? ""]],
    ] as const) {
      if (through(mine, EXACT, uses) !== get || pred === undefined || MIRRORED[pred] === undefined) continue;
      if (!values.same(other, kept.value)) continue;
      if (comparison.op !== "bigcmp") return { pred: predOf(pred, type), then };
      if (comparison.lhs !== comparison.rhs) continue;
      return { pred: `${comparison.lhs}${pred.slice(1)}`, then };
    }
  }
  return undefined;
}

/** A comparison at a wider type decides as one at the variable's own does. */
function predOf(pred: string, type: ScalarType): string {
  return `${type === "f32" || type === "f64" ? "o" : "s"}${pred.slice(1)}`;
}

/**
 * Which rounds come here depends on the rounds before. So nothing may happen but what `sets` do, and that other variables
 * are set which no other part of the loop reads. Gives what else happens.
 */
function publicIn(block: Block, sets: readonly Inst[], uses: LoopUses, carried: Locals): Inst | undefined {
  const inside = new Set<Inst>();
  forEachInst(block, (inst) => inside.add(inst));
  return [...inside].find((inst) => {
    if (sets.includes(inst)) return false;
    if (inst.op === "local.set")
      return carried.has(inst.local) || !uses.getsOf(inst.local).every((get) => inside.has(get));
    if (inst.op === "break") return !breaksInside(inst, inside);
    return !isRepeatable(inst) && inst.op !== "if" && inst.op !== "block";
  });
}

/** Something in a branch that sets the variable, or in its other one, that only some rounds do: which, the variable decides. */
export function dependentOn(local: LocalId, uses: LoopUses, carried: Locals): Inst | undefined {
  const [set] = uses.setsOf(local);
  const within = set === undefined ? undefined : uses.blockOf.get(set);
  const branch = [...uses.definitions.values()].find((i) => i.op === "if" && (i.then === within || i.else === within));
  const asked = uses.getsOf(local).some((get) => uses.usersOf(get.id).some((user) => user.type === "i1"));
  if (branch?.op !== "if" || !asked) return undefined;
  return [branch.then, branch.else]
    .map((b) => publicIn(b, uses.setsOf(local), uses, carried))
    .find((inst) => inst !== undefined);
}

function breaksInside({ label }: InstOf<"break">, inside: ReadonlySet<Inst>): boolean {
  return [...inside].some((inst) => inst.op === "block" && inst.label === label);
}

/** The conditions that all hold when `id` does, which serve nothing but `users`. */
function conjuncts(id: ValueId | undefined, users: readonly Inst[], uses: LoopUses): Inst[] {
  const inst = uses.inst(id);
  if (inst === undefined || !uses.usersOf(inst.id).every((user) => users.includes(user))) return [];
  if (inst.op === "local.get") return shortCircuit(inst, uses);
  return inst.op === "and" ? inst.args.flatMap((arg) => conjuncts(arg, [inst], uses)) : [inst];
}

/** `a && b`, where b must not be evaluated in vain: set $t, a; if a { set $t, b }; get $t */
function shortCircuit(get: InstOf<"local.get">, uses: LoopUses): Inst[] {
  const [first, second, ...more] = uses.setsOf(get.local);
  if (first === undefined || second === undefined || more.length + uses.getsOf(get.local).length > 1) return [];
  const within = uses.blockOf.get(second);
  const branch = within === undefined ? undefined : uses.ownerOf.get(within);
  if (within === undefined || branch?.op !== "if" || branch.then !== within || branch.else.insts.length > 0) return [];
  if (branch.args[0] !== first.args[0] || uses.blockOf.get(branch) !== uses.blockOf.get(first)) return [];
  if (!within.insts.every((inst) => inst === second || isRepeatable(inst))) return [];
  return [...conjuncts(first.args[0], [first, branch], uses), ...conjuncts(second.args[0], [second], uses)];
}

/** What `id` was before conversions. */
export function through(id: ValueId | undefined, conversions: ReadonlySet<OpName>, uses: LoopUses): Inst | undefined {
  let inst = uses.inst(id);
  while (inst !== undefined && conversions.has(inst.op)) inst = uses.inst(inst.args[0]);
  return inst;
}

// ── s = s || e ──

/** A boolean that is asked for nothing but whether to find a new value for it. */
export function logicalOf(local: LocalId, uses: LoopUses, carried: Locals): "and" | "or" | undefined {
  const [set, ...more] = uses.setsOf(local);
  const [get, ...others] = uses.getsOf(local);
  if (set === undefined || get === undefined || more.length + others.length > 0) return undefined;
  const [branch, ...rest] = uses.usersOf(get.id);
  if (branch?.op !== "if" || rest.length > 0) return undefined;
  const within = uses.blockOf.get(set);
  const [other, op] = within === branch.then ? ([branch.else, "and"] as const) : ([branch.then, "or"] as const);
  if (within === undefined || (within !== branch.then && within !== branch.else) || other.insts.length > 0)
    return undefined;
  return publicIn(within, [set], uses, carried) === undefined ? op : undefined;
}
