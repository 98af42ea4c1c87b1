/**
 * Makes counted loops of those that count although they aren't written as such, so that the passes that know only `for` see them:
 *
 *   loop L0 {                                         %9: i32 = load %off, %8
 *     %7: i32 = local.get $k                          %10: i32 = local.get $k
 *     %9: i32 = load %off, %8                         for L0 %11 = %10 to %9 step 1 {
 *     if not icmp slt %7, %9 { break L0 }        →      …
 *     …                                                 %12: i32 = add %11, 1
 *     %12: i32 = add %7, 1                              local.set $k, %12
 *     local.set $k, %12                               }
 *   }
 *
 * A loop that is tested after its round (`do … while`) runs it at least once: it ends at its bound, or one after its start.
 *
 * What the test reads that no round changes, elements included, is read before the loop: a loop's body begins at least once, so what it
 * begins with happens then as well as in its first round, errors included. That is done of loops that don't count, too.
 */
import type { Func } from "../ir/func.ts";
import { type Block, type Inst, type InstOf, type LabelId, type LocalId, ROWS, type ValueId } from "../ir/ops.ts";
import { Definitions, FreshIds } from "../ir/rewrite.ts";
import { breaksTo, instsIn, localsWritten, localsWrittenIn, mapBlocks, mapInsts } from "../ir/walk.ts";
import { remembered } from "../source/remembered.ts";
import { areApartIn, type Roots, rootsOf } from "./array-roots.ts";
import { Code } from "./code.ts";
import { forwardLocals } from "./forward-locals.ts";
import { writes } from "./loop-uses.ts";
import type { Pass, PassContext } from "./pass.ts";

export const countLoops: Pass = {
  name: "count-loops",
  run(fn: Func, cx: PassContext): Func {
    if (!instsIn(fn.body).some((inst) => inst.op === "loop")) return fn;
    const body = new Counting(fn).block(fn.body);
    // The counter is then what stands for the local.
    return body === fn.body ? fn : forwardLocals.run({ ...fn, body }, cx);
  },
};

/** How a loop begins. */
interface Head {
  /** What is made in the loop. */
  readonly inside: ReadonlySet<ValueId>;
  /** What is the same in every round, by its value. */
  readonly same: ReadonlyMap<ValueId, Inst>;
  /** Where the `if` stands that may leave the loop; undefined where something comes before it that may fail or be seen. */
  readonly exit: number | undefined;
}

/** `local.set $i, (add $i, by)`, once in every round and nowhere else in the loop. */
interface Step {
  readonly local: LocalId;
  readonly type: "i32" | "i64";
  /** Where the `local.set` stands in the loop's body. */
  readonly at: number;
  readonly read: ValueId;
  readonly sum: ValueId;
  readonly by: number;
}

/** A condition for another round: that a value is true, or that it isn't. */
interface Condition {
  readonly value: ValueId;
  readonly is: boolean;
}

/** `asked` of a counter and a bound, for another round, if the others hold, too. */
interface Comparison {
  readonly counter: ValueId;
  readonly bound: ValueId;
  readonly asked: Pred | undefined;
  readonly others: readonly Condition[];
}

/** That `tested` hasn't come to `bound` yet, for which another round is made. */
interface Test {
  readonly exit: InstOf<"if">;
  readonly step: Step;
  /** The step comes first, and what is tested is the sum. */
  readonly ofSum: boolean;
  readonly isStepFirst: boolean;
  readonly bound: ValueId;
  /** What the bound moves by to be the end of a `for`, which isn't included: 1 for `<=`. */
  readonly shift: number;
  /** What else must hold. */
  readonly others: readonly Condition[];
}

/** No value's id: what an argument that is missing stands for. */
const NONE = -1;

type Pred = InstOf<"icmp">["pred"];

const INVERSE: Partial<Record<Pred, Pred>> = { slt: "sge", sle: "sgt", sgt: "sle", sge: "slt", eq: "ne" };
const FLIPPED: Partial<Record<Pred, Pred>> = { slt: "sgt", sle: "sge", sgt: "slt", sge: "sle", ne: "ne" };
const SHIFT: Partial<Record<Pred, number>> = { slt: 0, sle: 1, sgt: 0, sge: -1 };

/** What has a value whatever its arguments are. */
const ALWAYS_SAFE: ReadonlySet<string> = new Set(["const", "length", "local.get", "sext", "smin", "smax"]);

class Counting {
  readonly #fn: Func;
  readonly #definitions: Definitions;
  readonly #ids: FreshIds;

  constructor(fn: Func) {
    this.#fn = fn;
    this.#definitions = new Definitions(fn);
    this.#ids = new FreshIds(fn);
  }

  block(block: Block): Block {
    let before = 0;
    return mapInsts(block, (old) => {
      const inst = mapBlocks(old, (inner) => this.block(inner));
      const done = inst.op === "loop" ? this.#loop(inst, block.insts.slice(0, before)) : inst;
      before++;
      return done;
    });
  }

  #loop(loop: InstOf<"loop">, before: readonly Inst[]): readonly Inst[] | Inst {
    const late = this.#lateTest(loop, before);
    if (late !== undefined) return late;
    const head = this.#head(loop);
    const test = this.#test(loop, head, before);
    const hoisted = new Set<Inst>();
    const hoist = (inst: Inst | undefined): void => {
      if (inst === undefined || hoisted.has(inst)) return;
      for (const arg of inst.args) hoist(head.same.get(arg));
      hoisted.add(inst);
    };
    for (const inst of head.same.values()) if (inst.op === "load") hoist(inst);
    if (test !== undefined) hoist(head.same.get(test.bound));
    if (hoisted.size === 0 && test === undefined) return loop;
    const rest: InstOf<"loop"> = { ...loop, body: { insts: loop.body.insts.filter((inst) => !hoisted.has(inst)) } };
    return [...hoisted, ...(test === undefined ? [rest] : this.#counted(rest, test))];
  }

  #head(loop: InstOf<"loop">): Head {
    const { insts } = loop.body;
    const inside = new Set(instsIn(loop.body).map(({ id }) => id));
    const written = localsWrittenIn(loop.body);
    const same = new Map<ValueId, Inst>();
    let stored: readonly Roots[] | undefined;
    const isApart = (array: ValueId): boolean => {
      stored ??= this.#storedIn(loop);
      const roots = rootsOf(array, this.#definitions);
      return stored.every((other) => areApartIn(this.#fn, roots, other, this.#definitions));
    };
    for (const [i, inst] of insts.entries()) {
      let isSame = inst.args.every((arg) => !inside.has(arg) || same.has(arg));
      if (inst.op === "if") return { inside, same, exit: i };
      if (inst.op === "local.set") continue;
      if (inst.op === "local.get") isSame = !written.has(inst.local);
      else if (inst.op === "load") {
        isSame &&= isApart(inst.args[0] ?? NONE);
        if (!isSame && inst.bounds === "checked") break;
      } else if (ROWS[inst.op].effect !== "pure") break;
      if (isSame) same.set(inst.id, inst);
    }
    return { inside, same, exit: undefined };
  }

  /** The memory that a loop may write: what a function does that it calls isn't known, nor what JavaScript does while the loop logs. */
  #storedIn(loop: InstOf<"loop">): Roots[] {
    return instsIn(loop.body).flatMap((inst): Roots[] => {
      if (inst.op === "store") return [rootsOf(inst.args[0] ?? NONE, this.#definitions)];
      return inst.op === "call" || inst.op === "parallel" || inst.op === "log" ? [undefined] : [];
    });
  }

  #test(loop: InstOf<"loop">, { inside, same, exit: at = -1 }: Head, before: readonly Inst[]): Test | undefined {
    const exit = loop.body.insts[at];
    if (!isExit(loop, exit)) return undefined;
    const sets = loop.body.insts.slice(0, at).filter((inst) => inst.op === "local.set");
    for (const { counter, bound, asked, others } of this.#comparisons(exit)) {
      if (inside.has(bound) && !same.has(bound)) continue;
      const step = this.#step(loop, counter);
      const way = asked === "ne" && step !== undefined ? this.#toward(step, bound, before) : asked;
      const shift = way && SHIFT[way];
      if (step === undefined || shift === undefined || step.by > 0 !== (way === "slt" || way === "sle")) continue;
      const isStepFirst = step.at < at;
      // What else the last test of all does would be lost.
      if (sets.length !== (isStepFirst ? 1 : 0)) continue;
      const tested = this.#narrow(counter);
      const ofSum = isStepFirst && tested === step.sum;
      if ((tested !== step.read && !ofSum) || !this.#fits(step, bound, shift)) continue;
      return { exit, step, ofSum, isStepFirst, bound, shift, others };
    }
    return undefined;
  }

  /** What a loop's test compares, either of two sides being the counter. */
  #comparisons(exit: InstOf<"if">): readonly Comparison[] {
    const conditions = this.#conditions(exit.args[0] ?? NONE);
    return conditions.flatMap((condition): Comparison[] => {
      const inst = this.#definitions.inst(condition.value);
      if (inst?.op !== "icmp") return [];
      const pred = condition.is ? inst.pred : INVERSE[inst.pred];
      const [a = NONE, b = NONE] = inst.args;
      const others = conditions.filter((c) => c !== condition);
      return [
        { counter: a, bound: b, asked: pred, others },
        { counter: b, bound: a, asked: pred && FLIPPED[pred], others },
      ];
    });
  }

  /** A counted loop of one that ends with its test, after the step. */
  #lateTest(loop: InstOf<"loop">, before: readonly Inst[]): readonly Inst[] | undefined {
    const exit = loop.body.insts.at(-1);
    if (!isExit(loop, exit)) return undefined;
    const inside = new Set(instsIn(loop.body).map(({ id }) => id));
    const written = localsWrittenIn(loop.body);
    const isLeft = isLeftEarly(loop, exit);
    for (const { counter, bound, asked, others } of this.#comparisons(exit)) {
      const step = this.#step(loop, counter);
      const shift = asked && SHIFT[asked];
      if (step === undefined || shift === undefined || this.#narrow(counter) !== step.sum) continue;
      if (step.by > 0 !== (asked === "slt" || asked === "sle") || !this.#fits(step, bound, shift)) continue;
      // The first round may end before its step, which then may be one beyond the type.
      if (isLeft && !this.#mayStep(step, before)) continue;
      const hoisted: Inst[] = [];
      if (!this.#hoist(bound, { inside, written, isLeft }, hoisted)) continue;
      return [...hoisted, ...this.#countedLate(loop, exit, { step, bound, shift, others, hoisted })];
    }
    return undefined;
  }

  /** Is a counter where its loop begins so far from the last of its type that a step leads to no other one? */
  #mayStep({ local, type, by }: Step, before: readonly Inst[]): boolean {
    const set = before.findLast((inst) => writes(inst, local));
    const start = set?.op === "local.set" ? (set.args[0] ?? NONE) : NONE;
    const inst = this.#definitions.inst(start);
    if (Math.abs(by) >= 2 ** 30) return false;
    if (inst?.op === "const") return Math.abs(Number(inst.value)) < 2 ** 30;
    return type === "i64" && inst?.op === "sext";
  }

  /** Collects what makes a value of a loop that is the same in every round; false where there is no such value before the loop. */
  #hoist(
    value: ValueId,
    loop: { readonly inside: ReadonlySet<ValueId>; readonly written: ReadonlySet<LocalId>; readonly isLeft: boolean },
    hoisted: Inst[],
  ): boolean {
    const inst = this.#definitions.inst(value);
    if (!loop.inside.has(value) || (inst !== undefined && hoisted.includes(inst))) return true;
    if (inst === undefined || !inst.args.every((arg) => this.#hoist(arg, loop, hoisted))) return false;
    if (inst.op === "local.get") {
      if (loop.written.has(inst.local)) return false;
    } else if (ROWS[inst.op].effect !== "pure") return false;
    // Where a round may be left before, it may be something that can't be calculated: a sum that overflows, a quotient by 0.
    if (loop.isLeft && !ALWAYS_SAFE.has(inst.op)) return false;
    hoisted.push(inst);
    return true;
  }

  #countedLate(
    loop: InstOf<"loop">,
    exit: InstOf<"if">,
    test: Pick<Test, "step" | "bound" | "shift" | "others"> & { readonly hoisted: readonly Inst[] },
  ): readonly Inst[] {
    const { local, type, by } = test.step;
    const code = new Code(this.#ids, loop.loc);
    const start = code.emit("local.get", type, [], { local });
    const once = moved(code, type, start, Math.sign(by));
    const end = moved(code, type, this.#end(code, test.bound, type), test.shift);
    const last = code.emit(by > 0 ? "smax" : "smin", type, [end, once], {});
    const iv = this.#ids.value();
    const round = new Code(this.#ids, loop.loc);
    round.emit("local.set", "void", [iv], { local });
    for (const inst of loop.body.insts) {
      if (inst === exit) for (const other of test.others) this.#leaveUnless(round, other, loop);
      else if (!test.hoisted.includes(inst)) round.insts.push(inst);
    }
    code.emit("for", "void", [start, last], { label: loop.label, iv, step: by, body: { insts: round.insts } });
    return code.insts;
  }

  /** What must hold for another round, from the condition under which there is none. */
  #conditions(leaves: ValueId): readonly Condition[] {
    const inst = this.#definitions.inst(leaves);
    const is = inst?.op === "not";
    const parts = (value: ValueId): Condition[] => {
      const part = this.#definitions.inst(value);
      return part?.op === (is ? "and" : "or") ? part.args.flatMap(parts) : [{ value, is }];
    };
    return parts((is ? inst.args[0] : leaves) ?? NONE);
  }

  /** How a counter moves of which `tested` is a read in the loop, or the sum that it is stepped to. */
  #step(loop: InstOf<"loop">, tested: ValueId): Step | undefined {
    const value = this.#definitions.inst(this.#narrow(tested));
    const read = value?.op === "add" || value?.op === "sub" ? this.#definitions.inst(value.args[0] ?? NONE) : value;
    if (read?.op !== "local.get" || !loop.body.insts.includes(read)) return undefined;
    const { local, type } = read;
    if ((type !== "i32" && type !== "i64") || this.#fn.refs.includes(local)) return undefined;
    const [set, ...others] = instsIn(loop.body).filter((inst) => localsWritten(inst).includes(local));
    const at = set === undefined ? -1 : loop.body.insts.indexOf(set);
    const sum = this.#definitions.inst(set?.args[0] ?? NONE);
    if (set?.op !== "local.set" || at < 0 || others.length > 0) return undefined;
    if ((sum?.op !== "add" && sum?.op !== "sub") || sum.overflow !== "absent" || sum.args[0] !== read.id)
      return undefined;
    const by = this.#definitions.inst(sum.args[1] ?? NONE);
    if (by?.op !== "const" || Number(by.value) <= 0) return undefined;
    return { local, type, at, read: read.id, sum: sum.id, by: sum.op === "add" ? Number(by.value) : -Number(by.value) };
  }

  /** The comparison that a test for `!==` comes to, where the counter can't pass the bound by. `before`: what stands before the loop. */
  #toward({ local, by }: Step, bound: ValueId, before: readonly Inst[]): Pred | undefined {
    const set = before.findLast((inst) => writes(inst, local));
    const [start] = set?.op === "local.set" ? set.args : [];
    if (start === undefined || Math.abs(by) !== 1) return undefined;
    const [least, most] = by < 0 ? [bound, start] : [start, bound];
    const inst = this.#definitions.inst(least);
    const isZero = inst?.op === "const" && Number(inst.value) === 0;
    return isZero && this.#isPositive(most) ? (by < 0 ? "sgt" : "slt") : undefined;
  }

  /** Is it known not to be negative? */
  readonly #isPositive = remembered((value: ValueId): boolean => {
    const inst = this.#definitions.inst(value);
    switch (inst?.op) {
      case "const":
        return Number(inst.value) >= 0;
      case "length":
      case "zext":
        return true;
      case "sext":
      case "smin":
        return inst.args.every((arg) => this.#isPositive(arg));
      case "smax":
        return inst.args.some((arg) => this.#isPositive(arg));
      default:
        return false;
    }
  });

  /** What has been widened to be compared. */
  #narrow(value: ValueId): ValueId {
    const inst = this.#definitions.inst(value);
    return inst?.op === "sext" ? (inst.args[0] ?? NONE) : value;
  }

  /** Is there an end of the counter's type, and a step beyond it? */
  #fits({ type, by }: Step, bound: ValueId, shift: number): boolean {
    const inst = this.#definitions.inst(bound);
    const value = inst?.op === "const" ? Number(inst.value) : undefined;
    const isSmall = value !== undefined && Math.abs(value) < 2 ** 30 && Math.abs(by) < 2 ** 30;
    if (isSmall) return true;
    const isInt32 = this.#definitions.typeOf(this.#narrow(bound)) === "i32";
    if (type === "i64" && isInt32) return Math.abs(by) < 2 ** 30;
    // What is next to an end is no further than the end.
    return shift === 0 && Math.abs(by) === 1 && (type === "i64" || isInt32);
  }

  #counted(loop: InstOf<"loop">, test: Test): readonly Inst[] {
    const { local, type, by } = test.step;
    const code = new Code(this.#ids, loop.loc);
    const first = code.emit("local.get", type, [], { local });
    const start = moved(code, type, first, test.ofSum ? by : 0);
    const end = moved(code, type, this.#end(code, test.bound, type), test.shift);
    const iv = this.#ids.value();
    const round = new Code(this.#ids, loop.loc);
    round.emit("local.set", "void", [moved(round, type, iv, test.ofSum ? -by : 0)], { local });
    for (const inst of loop.body.insts) {
      if (inst === test.exit) for (const other of test.others) this.#leaveUnless(round, other, loop);
      else round.insts.push(inst);
    }
    const body = { insts: round.insts };
    const around = test.isStepFirst && breaksTo(body, loop.label);
    const inner = around ? new Code(this.#ids, loop.loc) : code;
    inner.emit("for", "void", [start, end], {
      label: around ? this.#ids.label() : loop.label,
      iv,
      step: by,
      body,
    });
    if (test.isStepFirst) {
      // The test that ends the loop comes after a step, too.
      const last = inner.emit("local.get", type, [], { local });
      inner.emit("local.set", "void", [moved(inner, type, last, by)], { local });
    }
    if (around) code.emit("block", "void", [], { label: loop.label, body: { insts: inner.insts } });
    return code.insts;
  }

  /** The bound in the counter's type. */
  #end(code: Code, bound: ValueId, type: "i32" | "i64"): ValueId {
    if (this.#definitions.typeOf(bound) === type) return bound;
    const inst = this.#definitions.inst(bound);
    return inst?.op === "const" ? code.emit("const", type, [], { value: Number(inst.value) }) : this.#narrow(bound);
  }

  #leaveUnless(code: Code, { value, is }: Condition, { label, loc }: InstOf<"loop">): void {
    const out = new Code(this.#ids, loc);
    out.emit("break", "void", [], { label });
    code.branch(is ? code.emit("not", "i1", [value], {}) : value, { insts: out.insts });
  }
}

function moved(code: Code, type: "i32" | "i64", value: ValueId, n: number): ValueId {
  if (n === 0) return value;
  const distance = code.emit("const", type, [], { value: type === "i64" ? BigInt(n) : n });
  return code.emit("add", type, [value, distance], { overflow: "absent" });
}

/** Does a round end the loop there, and go on to the next nowhere else? */
function isExit(loop: InstOf<"loop">, exit: Inst | undefined): exit is InstOf<"if"> {
  if (exit?.op !== "if" || exit.else.insts.length > 0 || !isBreak(exit.then, loop.label)) return false;
  return !instsIn(loop.body).some((inst) => inst.op === "continue" && inst.label === loop.label);
}

/**
 * May a round begin and not come to its end, other than by an error of an array? A loop in it that isn't counted may go on until there is
 * such an error, for values that the rest of the round then needn't take into account.
 */
function isLeftEarly(loop: InstOf<"loop">, exit: Inst): boolean {
  const [end] = exit.op === "if" ? exit.then.insts : [];
  const insts = instsIn(loop.body);
  const within = new Set(insts.flatMap((inst) => ("label" in inst && "body" in inst ? [inst.label] : [])));
  return insts.some((inst) => {
    if (inst === end) return false;
    if (inst.op === "break" || inst.op === "continue") return !within.has(inst.label);
    return inst.op === "return" || inst.op === "throw" || inst.op === "loop";
  });
}

/** Is that all a block does? */
function isBreak({ insts }: Block, label: LabelId): boolean {
  const [first] = insts;
  return insts.length === 1 && first?.op === "break" && first.label === label;
}
