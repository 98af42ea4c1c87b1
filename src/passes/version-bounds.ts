/**
 * Loop versioning: bounds checks leave the loops. A check in a hot loop keeps LLVM from vectorising it, for a loop that may
 * end in an error can't run several iterations at once.
 *
 *   for L0 %i = %0 to %n step 1 {            %t: i1 = …n − 1 < length of %xs…
 *     %x: f64 = load %xs, %i {checked}       if %t {
 *     …                                 →      for L1 %j = … { %y: f64 = load %xs, %j {proved} … }
 *   }                                        } else {
 *                                              for L0 %i = … { %x: f64 = load %xs, %i {checked} … }
 *                                            }
 *
 * One test before an outermost loop covers every access of the nest whose index can be bounded (loop-values.ts). If it
 * passes, a copy without those checks runs, and with index arithmetic that doesn't saturate; if not, the loop as it was,
 * which throws at the very iteration where it should, with all before it done. What the test doesn't cover is tried again
 * loop by loop inside the fast copy, and in the innermost loops of the slow one.
 */
import type { Func } from "../ir/func.ts";
import type { Block, Inst, InstOf, LocalId, ValueId } from "../ir/ops.ts";
import { copyInst, Definitions, FreshIds } from "../ir/rewrite.ts";
import { isArrayType } from "../ir/types.ts";
import { copyOf, countInsts, forEachInst, instsIn, mapBlocks, mapInsts, mapOwners, withBody } from "../ir/walk.ts";
import { extended } from "../source/extended.ts";
import { beforeErrors } from "./before-errors.ts";
import type { Conditions } from "./bound.ts";
import { ConditionEmitter, canEmit, condense, type Emit } from "./emit-conditions.ts";
import { analyzeLoop, type Conditional, type LoopValues, type Surroundings } from "./loop-values.ts";
import type { Pass, PassContext } from "./pass.ts";
import { becomesFunction, isInnermost } from "./separate-fallbacks.ts";
import { shadowIntegers } from "./shadow-integers.ts";

export const versionBounds: Pass = {
  name: "version-bounds",
  run(fn: Func, cx: PassContext): Func {
    const versioner = new Versioner(fn, cx);
    return withBody(fn, versioner.block(fn.body));
  },
};

/** For functions that separate-fallbacks.ts has made: the versions that have waited for it. */
export const versionUnversioned: Pass = {
  name: "version-unversioned",
  run(fn: Func, cx: PassContext): Func {
    return withBody(fn, new Versioner(fn, cx).unversioned(fn.body));
  },
};

/** Copied instructions allowed beyond a multiple of the function's own size. */
const MAX_GROWTH = { times: 6, plus: 2000 };
/**
 * A test of more conditions than this costs more than the checks, or will fail anyway; inside a loop it runs again and again,
 * and an innermost loop may have few rounds to make up for it.
 */
const MAX_CONDITIONS = { outermost: 40, nested: 24, innermost: 16 };

class Versioner {
  readonly #ids: FreshIds;
  readonly #around: Surroundings;
  readonly #separates: number | undefined;
  #growthLeft: number;
  /** Loops around the one at hand. */
  #depth = 0;

  constructor(fn: Func, cx: PassContext) {
    this.#ids = new FreshIds(fn);
    this.#around = {
      definitions: new Definitions(fn),
      localTypes: new Map(fn.locals.map((l) => [l.id, l.type])),
      tables: cx.tables,
    };
    this.#separates = cx.separates;
    this.#growthLeft = countInsts(fn.body) * MAX_GROWTH.times + MAX_GROWTH.plus;
  }

  block(block: Block): Block {
    const insts: Inst[] = [];
    let changed = false;
    for (const inst of block.insts) {
      const done = inst.op === "for" ? this.#loop(inst) : [this.#other(inst)];
      if (done.length !== 1 || done[0] !== inst) changed = true;
      insts.push(...done);
    }
    return changed ? { insts } : block;
  }

  unversioned(block: Block): Block {
    return mapOwners(block, (inst) => {
      if (inst.op !== "for" || inst.unversioned !== true) return mapBlocks(inst, (inner) => this.unversioned(inner));
      const { unversioned: _, ...loop } = inst;
      return this.#innermost(loop);
    });
  }

  #other(inst: Inst): Inst {
    return inst.op === "loop" ? this.#inner(inst) : mapBlocks(inst, (inner) => this.block(inner));
  }

  #loop(loop: InstOf<"for">): readonly Inst[] {
    if (!hasWork(loop)) return [loop];
    const values = analyzeLoop(loop, this.#around, this.#depth === 0);
    const plan = planOf(values, loop, this.#maxConditions(loop));
    if (plan === undefined) return [this.#inner(loop)];
    if (plan.test.size === 0) return [this.#inner(this.#unconditional(loop, plan))];
    const size = countInsts(loop.body);
    if (size > this.#growthLeft) return [this.#inner(loop)];
    this.#growthLeft -= size;

    const insts: Inst[] = [];
    const emit: Emit = (op, type, args, attrs) => {
      const id = this.#ids.value();
      // One op's instruction is a member of the union; tsc can't see that for a generic op.
      insts.push({ op, id, type, args, loc: loop.loc, ...attrs } as unknown as Inst);
      return id;
    };
    const emitter = new ConditionEmitter(emit);
    const integers = integersBefore(loop, plan, values, emitter);
    const test = emitter.test(plan.test);
    const shadowed = this.#shadowed(loop, plan, integers);
    const fast = copyInst(shadowed, this.#ids, (inst) => without(inst, plan));
    this.#around.definitions.addBlock({ insts: [...insts, fast] });
    insts.push({
      op: "if",
      id: this.#ids.value(),
      type: "void",
      args: [test],
      loc: loop.loc,
      then: { insts: [this.#inner(fast)] },
      else: { insts: [this.#checked(loop)] },
    });
    return insts;
  }

  #maxConditions(loop: InstOf<"for">): number {
    if (this.#depth === 0) return MAX_CONDITIONS.outermost;
    return isInnermost(loop) ? MAX_CONDITIONS.innermost : MAX_CONDITIONS.nested;
  }

  #shadowed(loop: InstOf<"for">, plan: Plan, integers: ReadonlyMap<ValueId, ValueId>): InstOf<"for"> {
    const { integral, indices } = plan;
    return shadowIntegers(
      loop,
      { integral, indices, outer: (id) => integers.get(id) },
      this.#around.definitions,
      this.#ids,
    );
  }

  /** The loop itself made fast: for conditions that always hold. */
  #unconditional(loop: InstOf<"for">, plan: Plan): Inst {
    const inBlock = (block: Block): Block => mapInsts(block, (inst) => mapBlocks(without(inst, plan), inBlock));
    const fast = mapBlocks(this.#shadowed(loop, plan, new Map()), inBlock);
    this.#around.definitions.addBlock({ insts: [fast] });
    return fast;
  }

  /** The version for when the test has failed. */
  #checked(loop: InstOf<"for">): Inst {
    const isArray = (local: LocalId): boolean => isArrayType(this.#around.localTypes.get(local) ?? "i64");
    const waits = this.#separates !== undefined && becomesFunction(loop, isArray, this.#separates);
    return waits ? extended(loop, { unversioned: true }) : this.#innermost(loop);
  }

  /**
   * Treats the innermost loops inside a loop only: in the slow version, which runs when an error is near or when the test
   * saw danger where there is none. A version per level would make LLVM's work grow with the square of the depth.
   */
  #innermost(loop: Inst): Inst {
    const inBlock = (block: Block): Block =>
      mapOwners(block, (inst) => (isInnermostLoop(inst) ? this.#loop(inst) : mapBlocks(inst, inBlock)));
    return this.#nested(loop, inBlock);
  }

  /** Treats the loops inside a loop on their own. */
  #inner(loop: Inst): Inst {
    return this.#nested(loop, (body) => this.block(body));
  }

  #nested(loop: Inst, map: (body: Block) => Block): Inst {
    this.#depth++;
    const done = mapBlocks(loop, map);
    this.#depth--;
    return done;
  }
}

/** What the fast version relies on, and what it may leave out. */
interface Plan {
  /** Everything that must hold. */
  readonly conditions: Conditions;
  /** What to test for that. */
  readonly test: Conditions;
  readonly proved: ReadonlySet<ValueId>;
  readonly exact: ReadonlySet<ValueId>;
  /** See ShadowPlan. */
  readonly integral: ReadonlySet<ValueId>;
  readonly indices: ReadonlySet<ValueId>;
}

function isInnermostLoop(inst: Inst): inst is InstOf<"for"> {
  return inst.op === "for" && isInnermost(inst);
}

/** Is there a check, or index arithmetic that saturates, to be rid of? */
function hasWork(loop: InstOf<"for">): boolean {
  return instsIn(loop.body).some((inst) => {
    if (inst.op === "load" || inst.op === "store") return inst.bounds === "checked";
    if (inst.op === "add" || inst.op === "sub" || inst.op === "mul") return inst.overflow === "saturates";
    return inst.op === "toindex";
  });
}

/** undefined when a fast version would be no faster. */
function planOf(values: LoopValues, loop: InstOf<"for">, maxConditions: number): Plan | undefined {
  const saturating = new Set<ValueId>();
  forEachInst(loop.body, (inst) => {
    if ((inst.op === "add" || inst.op === "sub" || inst.op === "mul") && inst.overflow === "saturates")
      saturating.add(inst.id);
  });
  const emittable = new Map<string, boolean>();
  const possible = ({ conditions }: Conditional): boolean => {
    if (conditions.size === 0) return true;
    for (const [key, p] of conditions) {
      let can = emittable.get(key);
      if (can === undefined) {
        can = canEmit(p);
        emittable.set(key, can);
      }
      if (!can) return false;
    }
    return true;
  };
  const conditions: Conditions = new Map();
  const take = (one: Conditional): ValueId => {
    if (one.conditions.size > 0) for (const [key, p] of one.conditions) conditions.set(key, p);
    return one.id;
  };
  const cold = beforeErrors(loop.body);
  const hot = (one: Conditional): boolean => !cold.has(one.id);
  const proved = new Set(values.accesses.filter(hot).filter(possible).map(take));
  const indices = new Set(values.indices.filter(hot).filter(possible).map(take));
  const arithmetic = values.arithmetic.filter(possible);
  // Where nothing is checked (`boundscheck: false`) saturation alone is worth a test.
  if (proved.size + indices.size === 0) for (const one of arithmetic) if (saturating.has(one.id)) take(one);
  const holding = (some: readonly Conditional[]): Set<ValueId> =>
    new Set(some.filter((one) => implied(one.conditions, conditions)).map((one) => one.id));
  const exact = holding(arithmetic);
  if (proved.size > 0) for (const id of holding(values.accesses)) proved.add(id);
  if (proved.size + indices.size === 0 && ![...exact].some((id) => saturating.has(id))) return undefined;
  const test = shortest(conditions, values);
  if (test.size > maxConditions) return undefined;
  return { conditions, test, proved, exact, integral: holding(values.integrals), indices };
}

/** An empty loop may run either version. That it isn't empty says that its bounds are positive, and other conditions less. */
function shortest(conditions: Conditions, { rounds }: LoopValues): Conditions {
  const test = condense(conditions);
  if (rounds === undefined || rounds.range.min >= 0n || !canEmit(rounds)) return test;
  const withRounds = condense(new Map(conditions).set(rounds.key, rounds));
  return withRounds.size < test.size ? withRounds : test;
}

function implied(some: Conditional["conditions"], all: Conditions): boolean {
  if (some.size === 0) return true;
  for (const key of some.keys()) if (!all.has(key)) return false;
  return true;
}

/** The doubles that the loop doesn't change and its index arithmetic uses, as integers computed before it. */
function integersBefore(
  loop: InstOf<"for">,
  plan: Plan,
  values: LoopValues,
  emitter: ConditionEmitter,
): ReadonlyMap<ValueId, ValueId> {
  const integers = new Map<ValueId, ValueId>();
  if (plan.indices.size === 0) return integers;
  forEachInst(loop.body, (inst) => {
    if (!plan.integral.has(inst.id) && !plan.indices.has(inst.id)) return;
    for (let i = 0; i < inst.args.length; i++) {
      const arg = inst.args[i] as ValueId;
      const sym = integers.has(arg) ? undefined : values.invariantFloat(arg);
      if (sym === undefined || !canEmit(sym.poly)) continue;
      const conditions = new Map(sym.conditions.map((p) => [p.key, p]));
      if (implied(conditions, plan.conditions)) integers.set(arg, emitter.value(sym.poly));
    }
  });
  return integers;
}

/** The instruction as the fast version has it. */
function without(inst: Inst, plan: Plan): Inst {
  switch (inst.op) {
    case "load":
    case "store": {
      if (!plan.proved.has(inst.id)) return inst;
      const copy = copyOf(inst as InstOf<"load">);
      copy.bounds = "proved";
      return copy;
    }
    case "add":
    case "sub":
    case "mul": {
      if (!plan.exact.has(inst.id)) return inst;
      const copy = copyOf(inst as InstOf<"add">);
      copy.overflow = "absent";
      return copy;
    }
    case "toint32": {
      const { fits64: _, ...rest } = inst;
      return plan.exact.has(inst.id) ? { ...rest, op: "fptosi" } : inst;
    }
    default:
      return inst;
  }
}
