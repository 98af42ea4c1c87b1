/** An innermost loop's body, seen from one round to the next: what waits for what. */

import type { Inst, InstOf, LocalId, OpName, ValueId } from "../../ir/ops.ts";
import { isIntType } from "../../ir/types.ts";
import { byId, forEachInst } from "../../ir/walk.ts";
import { readFirst } from "../../passes/liveness.ts";
import { remembered } from "../../source/remembered.ts";

/** What makes an integer that LLVM takes no account of from round to round. */
const SLOW: ReadonlySet<OpName> = new Set(["srem", "sdiv", "frem", "fdiv", "toint32", "fptosi", "shl", "ashr", "lshr"]);

/** What LLVM may put two of into one vector, of all that takes long. */
const CHAINED: ReadonlySet<OpName> = new Set(["fadd", "fsub", "fmul", "fdiv"]);

/** Roughly, where it isn't one. */
const CYCLES: { readonly [K in OpName]?: number } = {
  fadd: 4,
  fsub: 4,
  fmul: 4,
  fdiv: 14,
  fsqrt: 20,
  frem: 40,
  ffloor: 4,
  fceil: 4,
  ftrunc: 4,
  fround: 4,
  fmin: 4,
  fmax: 4,
  select: 4,
  sitofp: 5,
  fptosi: 6,
  toint32: 8,
  sdiv: 12,
  srem: 12,
  math: 30,
  math2: 50,
};

/** Of a minimum one of whose operands is there so many cycles after the other: about what a wrong guess costs. */
const WORTH_GUESSING = 12;

const NONE: readonly never[] = [];

export class LoopBody {
  readonly #counter: ValueId | undefined;
  readonly #insts: readonly Inst[];
  readonly #made: ReadonlyMap<ValueId, Inst>;
  readonly #floats: ReadonlySet<LocalId>;
  readonly #zeros: ReadonlySet<ValueId>;
  readonly #carried: readonly LocalId[];
  readonly #setsByLocal = new Map<LocalId, InstOf<"local.set">[]>();
  /** Asked for more than once, of each of many variables. */
  readonly #depths = remembered((local: LocalId) => this.#findDepths(local));
  /** How long after a round's beginning a value is there that waits for the round before. */
  readonly #inRound = remembered((id: ValueId): number => {
    const inst = this.#made.get(id);
    if (inst === undefined) return -1;
    if (inst.op === "local.get") return this.#carried.includes(inst.local) ? 0 : -1;
    const latest = Math.max(-1, ...inst.args.map((arg) => this.#inRound(arg)));
    return latest < 0 ? -1 : latest + (CYCLES[inst.op] ?? 1);
  });
  readonly #behind = remembered((local: LocalId) => this.#findBehind(local));
  /** Minima and maxima that nothing else in the loop looks at. */
  readonly reductions = new Set<ValueId>();

  constructor(
    loop: InstOf<"for" | "loop">,
    insts: readonly Inst[],
    floats: ReadonlySet<LocalId>,
    zeros: ReadonlySet<ValueId>,
  ) {
    this.#zeros = zeros;
    this.#counter = loop.op === "for" ? (loop as InstOf<"for">).iv : undefined;
    this.#insts = insts;
    this.#made = byId(insts);
    this.#floats = floats;
    for (const inst of insts) {
      if (inst.op !== "local.set") continue;
      const sets = this.#setsByLocal.get(inst.local);
      if (sets === undefined) this.#setsByLocal.set(inst.local, [inst]);
      else sets.push(inst);
    }
    this.#carried = [...readFirst(loop.body)].filter((local) => this.#setsOf(local).length > 0);
  }

  #isFloat(local: LocalId): boolean {
    return this.#floats.has(local);
  }

  #setsOf(local: LocalId): readonly InstOf<"local.set">[] {
    return this.#setsByLocal.get(local) ?? NONE;
  }

  /** Variables that have a round wait for the one before it: no two can run at the same time. */
  waiting(): readonly LocalId[] {
    return this.#carried.filter((local) => {
      if (this.#accumulates(local)) return false;
      if (this.#isFloat(local)) return this.#way(local).length > 0;
      return this.#way(local).some(({ op }) => SLOW.has(op)) || this.#integersGuessed(local).length > 0;
    });
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

  /** What its next value is computed from this round's by, if it is: not the last element of an array, say. */
  #way(local: LocalId): readonly Inst[] {
    const after = this.#depths(local);
    return [...this.#behind(local)].filter((inst) => (after.get(inst.id) ?? -1) >= 0);
  }

  /**
   * Remainders by a positive constant of sums with the variable, which is nothing else than such remainders, `s = (s + a[i] * b[i]) % 10007`:
   * with the place of the operand that waits for it.
   */
  remaindersOfSums(local: LocalId): readonly (readonly [srem: ValueId, operand: 0 | 1])[] {
    const values = new Set(this.#setsOf(local).map(({ args: [value] }) => this.#unconverted(value)));
    const rests = [...values].filter((inst): inst is InstOf<"srem"> => inst?.op === "srem");
    // `s += x; s %= 10007;` has the sum in it for a moment.
    const sums = new Set(rests.map(({ args }) => this.#unconverted(args[0])));
    if ([...values].some((inst) => inst?.op !== "srem" && !sums.has(inst))) return NONE;
    const bounds = rests.map(({ args }) => this.#constant(args[1]));
    const isLate = lateIn(this.#depths(local));
    return rests.flatMap((inst) => {
      const by = this.#constant(inst.args[1]);
      if (by === undefined || by <= 0n || !bounds.every((bound) => bound !== undefined && bound <= by)) return [];
      const sum = this.#made.get(inst.args[0] ?? -1);
      if (sum?.op !== "add" || sum.overflow !== "absent") return [];
      const isOld = (id: ValueId): boolean => {
        const old = this.#unconverted(id);
        return old?.op === "local.get" && old.local === local;
      };
      const at = sum.args.findIndex(isOld);
      const other = sum.args[1 - at];
      return at < 0 || isLate(other) ? [] : [[inst.id, at === 0 ? 0 : 1] as const];
    });
  }

  /** What an integer was before it was put into more or fewer bits. */
  #unconverted(id: ValueId | undefined): Inst | undefined {
    const inst = this.#made.get(id ?? -1);
    return inst?.op === "sext" || inst?.op === "trunc" ? this.#unconverted(inst.args[0]) : inst;
  }

  #constant(id: ValueId | undefined): bigint | undefined {
    const inst = this.#unconverted(id);
    return inst?.op === "const" ? BigInt(Number(inst.value)) : undefined;
  }

  /** The strict operations on a float's way to its next value. */
  chain(local: LocalId): readonly ValueId[] {
    if (!this.#isFloat(local)) return NONE;
    const isStrict = (inst: Inst): boolean => CHAINED.has(inst.op) && "fast" in inst && inst.fast.length === 0;
    return this.#way(local)
      .filter(isStrict)
      .map(({ id }) => id);
  }

  /** All that a variable's next values are computed from. */
  #findBehind(local: LocalId): ReadonlySet<Inst> {
    const found = new Set<Inst>();
    const visit = (id: ValueId | undefined): void => {
      const inst = id === undefined ? undefined : this.#made.get(id);
      if (inst === undefined || found.has(inst)) return;
      found.add(inst);
      inst.args.forEach(visit);
      if (inst.op === "local.get" && inst.local !== local)
        for (const set of this.#setsOf(inst.local)) visit(set.args[0]);
    };
    for (const set of this.#setsOf(local)) visit(set.args[0]);
    return found;
  }

  /** How long after a variable's value each value is there, roughly in cycles; −1 for what doesn't wait for it. */
  #findDepths(local: LocalId): ReadonlyMap<ValueId, number> {
    const depths = new Map<ValueId, number>();
    const depth = (id: ValueId | undefined): number => {
      if (id === undefined) return -1;
      const known = depths.get(id);
      if (known !== undefined) return known;
      // For the time being: variables may go round.
      depths.set(id, -1);
      const inst = this.#made.get(id);
      let found = -1;
      if (inst?.op === "local.get") {
        const others = inst.local === local ? [] : this.#setsOf(inst.local);
        found = inst.local === local ? 0 : Math.max(-1, ...others.map(({ args }) => depth(args[0])));
      } else if (inst !== undefined) {
        const latest = Math.max(-1, ...inst.args.map(depth));
        found = latest < 0 ? -1 : latest + (CYCLES[inst.op] ?? 1);
      }
      depths.set(id, found);
      return found;
    };
    for (const { id } of this.#insts) depth(id);
    return depths;
  }

  /**
   * The choices on the way to a variable's next value, of an integer's the foreseeable ones. What the processor guesses nobody waits for,
   * and V8 has it guess all of them. A minimum takes little more than nothing, though, where both are there at about the same time, and is never
   * guessed wrong. Of several that holds where both sides come of the round before.
   */
  guesses(local: LocalId): readonly ValueId[] {
    if (!this.#isFloat(local)) return this.#integersGuessed(local);
    const depths = this.#depths(local);
    const isLate = lateIn(depths);
    const behind = this.#behind(local);
    const written = localsOf(local, behind);
    const isChoice = (inst: Inst): boolean => {
      if (inst.op === "if") return isLate(inst.args[0]) && this.#sets(inst, written, true);
      if (!behind.has(inst) || !isLate(inst.id) || (inst.type !== "f64" && inst.type !== "f32")) return false;
      if (inst.op === "fround") return true;
      return inst.op === "fmin" || inst.op === "fmax" || (inst.op === "select" && isLate(inst.args[0]));
    };
    const choices = this.#insts.filter(isChoice);
    const isBalanced = ({ op, args }: Inst): boolean => {
      if (op !== "fmin" && op !== "fmax") return false;
      const depthOf = (id: ValueId): number => (choices.length === 1 ? depths.get(id) : this.#inRound(id)) ?? -1;
      const [a = -1, b = -1] = args.map(depthOf);
      return Math.abs(a - b) < WORTH_GUESSING && (choices.length === 1 || (a >= 0 && b >= 0));
    };
    if (choices.every(isBalanced)) return [];
    return choices.map(({ id }) => id);
  }

  #integersGuessed(local: LocalId): readonly ValueId[] {
    return [...this.#placesFound(local), ...this.#clamps(local), ...this.#signs(local)];
  }

  /**
   * Remainders by powers of two, which are a few bits of what isn't negative and take several instructions for what may be. What goes on
   * from a remainder mostly keeps its sign.
   */
  #signs(local: LocalId): readonly ValueId[] {
    const remains = ({ op, args: [, divisor = -1] }: Inst): boolean => op === "srem" && this.#isPowerOfTwo(divisor);
    return this.#way(local)
      .filter((inst) => remains(inst) && !("signs" in inst && inst.signs.length > 0))
      .map(({ id }) => id);
  }

  /** Sums and products that end at the largest integers, of what earlier rounds have left. They hardly ever come there. */
  saturating(): readonly ValueId[] {
    const saturates = (inst: Inst): boolean => "overflow" in inst && inst.overflow === "saturates";
    const found = this.#insts.filter(saturates);
    if (found.length === 0) return NONE;
    const isLate = this.#carried.map((local) => lateIn(this.#depths(local)));
    return found.filter(({ id }) => isLate.some((is) => is(id))).map(({ id }) => id);
  }

  #isPowerOfTwo(id: ValueId): boolean {
    const inst = this.#made.get(id);
    if (inst?.op !== "const") return false;
    const value = BigInt(Number(inst.value));
    return value > 1n && (value & (value - 1n)) === 0n;
  }

  /**
   * What keeps an integer's next value within bounds that no round changes: it seldom has to, and nobody waits for it then. Within 0
   * it has to often, where sums start again.
   */
  #clamps(local: LocalId): readonly ValueId[] {
    const depths = this.#depths(local);
    const isLate = lateIn(depths);
    const isBound = (id: ValueId): boolean => this.isInvariant(id) && !this.#zeros.has(id);
    const isBounded = ({ args: [a = -1, b = -1] }: Inst): boolean =>
      (isBound(a) && isLate(b)) || (isBound(b) && isLate(a));
    const behind = this.#behind(local);
    const written = localsOf(local, behind);
    const reads = this.#readers(depths);
    const isOrder = (id: ValueId | undefined): boolean => {
      const test = this.#made.get(id ?? -1);
      return test?.op === "icmp" && test.pred !== "eq" && test.pred !== "ne" && isBounded(test) && !reads(test.id);
    };
    const isClamp = (inst: Inst): boolean => {
      if (inst.op === "if") return isOrder(inst.args[0]) && this.#sets(inst, written, false);
      if (!behind.has(inst) || (inst.type !== "i32" && inst.type !== "i64")) return false;
      if (inst.op === "smin" || inst.op === "smax") return isBounded(inst);
      return inst.op === "select" && isOrder(inst.args[0]);
    };
    return this.#insts.filter(isClamp).map(({ id }) => id);
  }

  /** Is an element on the way to a value whose place hangs on the variable? */
  #readers(depths: ReadonlyMap<ValueId, number>): (id: ValueId | undefined) => boolean {
    const isLate = lateIn(depths);
    const known = new Map<ValueId | undefined, boolean>();
    const reads = (id: ValueId | undefined): boolean => {
      const found = known.get(id);
      if (found !== undefined) return found;
      // For the time being: variables may go round.
      known.set(id, false);
      const inst = this.#made.get(id ?? -1);
      if (inst === undefined || !isLate(inst.id)) return false;
      const isRead =
        inst.op === "load"
          ? isLate(inst.args[1])
          : inst.op === "local.get"
            ? !this.#carried.includes(inst.local) && this.#setsOf(inst.local).some(({ args }) => reads(args[0]))
            : inst.args.some(reads);
      known.set(id, isRead);
      return isRead;
    };
    return reads;
  }

  /**
   * Where `if (a[i] < a[m]) m = i` or `m = a[i] < a[m] ? i : m` finds the place of something better. It does so ever more seldom; and behind
   * a branch LLVM keeps a[m] in a register, while a select has each round load it anew, after the one before it. Of a place that goes on
   * from itself, as in a binary search, nothing is foreseen.
   */
  #placesFound(local: LocalId): readonly ValueId[] {
    const choices = this.#insts.filter(({ op, type }) => op === "if" || (op === "select" && isIntType(type)));
    if (choices.length === 0) return NONE;
    const depths = this.#depths(local);
    const isLate = lateIn(depths);
    // What it may stay as it is by: selects, and variables of the round.
    const kept = new Set<Inst>();
    const locals = new Set([local]);
    const goesOn = (id: ValueId | undefined): boolean => {
      const inst = this.#made.get(id ?? -1);
      if (inst === undefined || !isLate(id) || kept.has(inst)) return false;
      kept.add(inst);
      if (inst.op === "select") return goesOn(inst.args[1]) || goesOn(inst.args[2]);
      if (inst.op !== "local.get") return true;
      if (locals.has(inst.local)) return false;
      locals.add(inst.local);
      return this.#carried.includes(inst.local) || this.#setsOf(inst.local).some(({ args }) => goesOn(args[0]));
    };
    if (this.#setsOf(local).some(({ args }) => goesOn(args[0]))) return NONE;
    const reads = this.#readers(depths);
    const others = this.#withOthers(local);
    const finds = (inst: Inst): boolean => {
      if (inst.op !== "if") return kept.has(inst) && reads(inst.args[0]);
      return (reads(inst.args[0]) || others(inst)) && this.#sets(inst, locals, false);
    };
    const found = choices.filter(finds);
    const tests = this.#variablesOf(found.map(({ args }) => args[0]));
    // `m < 0 || …` is the case once. LLVM makes one condition of both, and takes that for as likely as either.
    const isFirst = (inst: Inst): boolean =>
      inst.op === "if" && isLate(inst.args[0]) && inst.then.insts.length === 0 && this.#sets(inst, tests, false);
    return [...found, ...choices.filter(isFirst)].map(({ id }) => id);
  }

  /** Is it `if (m < 0 || a[i] < least) { m = i; least = a[i]; }`, whose test waits for both? */
  #withOthers(local: LocalId): (inst: InstOf<"if">) => boolean {
    const isLate = lateIn(this.#depths(local));
    // What a variable that is only set to constants can be LLVM knows.
    const isState = this.#setsOf(local).every(({ args }) => this.isInvariant(args[0] ?? -1));
    return (inst) =>
      !isState &&
      isLate(inst.args[0]) &&
      this.#carried.some((other) => {
        const isSet = other !== local && this.#sets(inst, new Set([other]), this.#isFloat(other));
        return isSet && lateIn(this.#depths(other))(inst.args[0]);
      });
  }

  /** The variables of the round that values are made of. */
  #variablesOf(ids: readonly (ValueId | undefined)[]): ReadonlySet<LocalId> {
    const found = new Set<LocalId>();
    const visit = (id: ValueId | undefined): void => {
      const inst = this.#made.get(id ?? -1);
      if (inst?.op !== "local.get" || this.#carried.includes(inst.local) || found.has(inst.local)) return;
      found.add(inst.local);
      for (const set of this.#setsOf(inst.local)) visit(set.args[0]);
    };
    ids.forEach(visit);
    return found;
  }

  #sets(inst: InstOf<"if">, locals: ReadonlySet<LocalId>, float: boolean): boolean {
    let found = false;
    for (const block of [inst.then, inst.else])
      forEachInst(block, (inner) => {
        if (inner.op === "local.set" && locals.has(inner.local) && this.#isFloat(inner.local) === float) found = true;
      });
    return found;
  }

  mayBecomeVectors(): boolean {
    return !this.#insts.some((inst) => inst.op === "call" || (inst.op === "store" && goesOnFrom(inst, this.#insts)));
  }

  /** Does no round change it, and is it no constant? */
  isUnknownInvariant(id: ValueId): boolean {
    return this.#made.get(id)?.op !== "const" && this.isInvariant(id);
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

/** What waits for the variable whose depths these are. */
function lateIn(depths: ReadonlyMap<ValueId, number>): (id: ValueId | undefined) => boolean {
  return (id) => (depths.get(id ?? -1) ?? -1) >= 0;
}

/** A variable and those that its next values are computed from. */
function localsOf(local: LocalId, behind: ReadonlySet<Inst>): ReadonlySet<LocalId> {
  return new Set([local, ...[...behind].flatMap((inst) => (inst.op === "local.get" ? [inst.local] : []))]);
}

function isRelaxed(inst: Inst): boolean {
  return "fast" in inst && inst.fast.includes("reassoc");
}

/** Does a round read what another may have written? */
function goesOnFrom(store: InstOf<"store">, insts: readonly Inst[]): boolean {
  const [array, index] = store.args;
  return insts.some((inst) => inst.op === "load" && inst.args[0] === array && inst.args[1] !== index);
}
