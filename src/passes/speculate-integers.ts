/**
 * A version of a loop for as long as its doubles are integers.
 *
 * `while (n !== 1) n = n % 2 === 0 ? n / 2 : 3 * n + 1` may leave the integers, and inference has n as a double; but it hardly
 * ever does, and a remainder of doubles takes several times as long as one of integers, for which the next round waits. V8
 * computes in int32 until that fails. So does this:
 *
 *   block Done {
 *     block Doubles {
 *       $n32 = $n, unless it is no int32: break Doubles
 *       block Failed {
 *         loop { $before = $n32; … }     the body in integers; what isn't what the double would be: break Failed
 *       }                                leaving the loop: $n = $n32, break Done
 *       $n = $before                     as the round began
 *     }
 *     loop { … }                         the loop as it was, from that round on
 *   }
 *
 * A round that fails is run again, so nothing that can't be undone may come before a test in it: no calls. What it has stored is put back
 * before that, or stays where the loop reads nothing of the array, since the round stores the same again. It is made for innermost
 * loops where a remainder waits for the round before, and for a loop around one through which the doubles go as well, as n does through
 * both of `for (let p = 2; p * p <= n; p++) while (n % p === 0) n /= p`: most rounds don't come into the inner one's body, and
 * changing to integers there would take longer than what is done with them.
 *
 * No variable need be a double for that: `h = (h * 31 + a[i]) % 1009` of int32s is one of integers already, but may be −0, and in
 * `x = 10 * a[i] + q * i; a[i] = x % (2 * i - 1); q = (x / (2 * i - 1)) | 0` the doubles are on the way from one q to the next.
 *
 * Nor need there be a remainder. In `q = error >= 0 ? 1 : -1; sum += x[i] - q; error += sum - q` a round waits for a comparison of doubles, a
 * choice of integers and their way back, and in `v = x[i] + error; q = v >> 8; error = v - q * 256` for both ways.
 */
import type { Func, Local } from "../ir/func.ts";
import type { Block, Inst, InstOf, LocalId, ValueId } from "../ir/ops.ts";
import { Definitions, FreshIds } from "../ir/rewrite.ts";
import type { IrType } from "../ir/types.ts";
import {
  blocksOf,
  forEachInst,
  instsIn,
  isLoop,
  type Loop,
  localsWritten,
  mapBlocks,
  mapOwners,
  opsIn,
} from "../ir/walk.ts";
import { GivenUp, IntegerCopy, type IntegerPlan } from "./integer-copy.ts";
import { exceptionOf, type FormContext, hasWholeForm, isException, isSmallInteger } from "./integer-forms.ts";
import { type Locals, liveAroundLoops } from "./liveness.ts";
import type { Pass } from "./pass.ts";

/** A body of more instructions than this isn't worth a second copy. */
const MAX_BODY = 150;
/** As many doubles are tested before the loop at most. */
const MAX_TESTS = 6;

export const speculateIntegers: Pass = {
  name: "speculate-integers",
  run(fn: Func): Func {
    return hasSlow(fn) ? new Rewriter(fn).rewritten() : fn;
  },
};

/**
 * Does it have what takes long of doubles and no time of integers: remainders, bits of variables, variables made integers again, or choices of
 * integers by doubles?
 */
function hasSlow(fn: Func): boolean {
  const ops = opsIn(fn.body);
  if (ops.has("toint32")) return true;
  const all = instsIn(fn.body);
  if (ops.has("fcmp") && ops.has("sitofp") && ops.has("select")) {
    const read = new Set(all.filter((inst) => inst.op === "local.get" && inst.type === "f64").map(({ id }) => id));
    if (all.some((inst) => inst.op === "fcmp" && inst.args.some((arg) => read.has(arg)))) return true;
  }
  if (ops.has("frem") && all.some((inst) => inst.op === "frem" && inst.type === "f64")) return true;
  if (!ops.has("fptosi") || !ops.has("select")) return false;
  const exceptions = new Set(all.filter(isException).map(({ id }) => id));
  return all.some((inst) => inst.op === "select" && inst.args.some((arg) => exceptions.has(arg)));
}

class Rewriter {
  readonly #fn: Func;
  readonly #definitions: Definitions;
  readonly #ids: FreshIds;
  readonly #locals: Local[];
  /** Those that functions share, which are not for this. */
  readonly #shared: Locals;
  readonly #live: ReturnType<typeof liveAroundLoops>;

  constructor(fn: Func) {
    this.#fn = fn;
    this.#definitions = new Definitions(fn);
    this.#ids = new FreshIds(fn);
    this.#locals = [...fn.locals];
    this.#shared = new Set(fn.refs);
    this.#live = liveAroundLoops(fn);
  }

  rewritten(): Func {
    const body = this.#block(this.#fn.body);
    return body === this.#fn.body ? this.#fn : { ...this.#fn, locals: this.#locals, body };
  }

  #block(block: Block): Block {
    return mapOwners(block, (inst) => {
      const depth = depthOf(inst);
      const inner = (): Inst => mapBlocks(inst, (body) => this.#block(body));
      const found = isLoop(inst) && depth <= 2 ? this.#loop(inst, block, depth === 1 ? undefined : inner) : undefined;
      return found ?? inner();
    });
  }

  /** `rest` makes the loop for what isn't integers where there are loops in it. */
  #loop(loop: Loop, around: Block, rest: (() => Inst) | undefined): readonly Inst[] | undefined {
    const live = this.#live.get(loop.label)?.before;
    const plan = live && planOf(loop, this.#fn, this.#shared, live, this.#definitions);
    if (plan === undefined) return undefined;
    if (rest !== undefined && !plan.carried.some((local) => plan.live.has(local.id))) return undefined;
    const [locals, before] = [this.#locals.length, around.insts.slice(0, around.insts.indexOf(loop))];
    try {
      const cx = { fn: this.#fn, definitions: this.#definitions, ids: this.#ids };
      const copy = new IntegerCopy(loop, plan, before, cx, (name, type) => this.#add(name, type));
      return copy.made(() => (rest === undefined ? loop : (rest() as Loop)));
    } catch (e) {
      if (!(e instanceof GivenUp)) throw e;
      this.#locals.length = locals;
      return undefined;
    }
  }

  #add(name: string, type: IrType): LocalId {
    const id = this.#ids.local();
    this.#locals.push({ id, name, type });
    return id;
  }
}

/** How many loops of it are inside each other; Infinity for what is too long, for parallel loops and for vectors of rounds. */
function depthOf(inst: Inst): number {
  if (!isLoop(inst)) return Number.POSITIVE_INFINITY;
  let count = 0;
  const depth = (loop: Loop): number => {
    if (loop.op === "for" && (loop.parallel !== undefined || loop.lanes !== undefined)) return Number.POSITIVE_INFINITY;
    let inner = 0;
    const visit = (block: Block): void => {
      for (const within of block.insts) {
        if (++count > MAX_BODY || within.op === "parallel") inner = Number.POSITIVE_INFINITY;
        if (inner === Number.POSITIVE_INFINITY) return;
        if (isLoop(within)) inner = Math.max(inner, depth(within));
        else blocksOf(within).forEach(visit);
      }
    };
    visit(loop.body);
    return 1 + inner;
  };
  return depth(inst);
}

function planOf(loop: Loop, fn: Func, shared: Locals, live: Locals, definitions: Definitions): IntegerPlan | undefined {
  const insts = new Map<ValueId, Inst>();
  const users = new Map<ValueId, Inst[]>();
  const sets = new Map<LocalId, ValueId[]>();
  forEachInst(loop.body, (inst) => {
    insts.set(inst.id, inst);
    for (const arg of inst.args) users.set(arg, [...(users.get(arg) ?? []), inst]);
    if (inst.op === "local.set") sets.set(inst.local, [...(sets.get(inst.local) ?? []), inst.args[0] ?? -1]);
  });
  const hasExcepted = [...insts.values()].some(
    (i) => i.op === "select" && i.args.some((arg) => isException(insts.get(arg))),
  );
  const mayBeSlow = (inst: Inst): boolean => {
    if (inst.op === "frem") return inst.type === "f64";
    if (inst.op === "fcmp") return inst.args.some((arg) => isCarried(insts.get(arg)));
    if (inst.op === "toint32") return insts.has(inst.args[0] ?? -1);
    return inst.op === "fptosi" && hasExcepted;
  };
  const isCarried = (inst: Inst | undefined): inst is InstOf<"local.get"> =>
    inst?.op === "local.get" && inst.type === "f64" && sets.has(inst.local);
  const suspects = [...insts.values()].filter(mayBeSlow);
  if (suspects.length === 0) return undefined;
  const isNumber = (local: Local): boolean => local.type === "f64" && !shared.has(local.id);
  const candidates = new Set(fn.locals.filter(isNumber).map((local) => local.id));
  // What a call writes isn't known here, and it doesn't know of the integer in the variable's place.
  for (const inst of insts.values())
    if (inst.op !== "local.set") for (const local of localsWritten(inst)) candidates.delete(local);
  const context: FormContext = {
    inst: (id) => insts.get(id),
    usersOf: (id) => users.get(id) ?? [],
    isCandidate: (local) => candidates.has(local),
    isOuterCandidate: (id) => definitions.typeOf(id) === "f64" && mayBeInteger(definitions.inst(id)),
  };
  for (let changed = true; changed; ) {
    changed = false;
    for (const [local, values] of sets) {
      if (!candidates.has(local) || values.every((id) => hasWholeForm(id, context))) continue;
      candidates.delete(local);
      changed = true;
    }
  }
  /** What a value is made of in the round, and in the rounds before if `across`. */
  const behind = (ids: readonly ValueId[], across: boolean): ReadonlySet<Inst> => {
    const found = new Set<Inst>();
    const visit = (id: ValueId): void => {
      const inst = insts.get(id);
      if (inst === undefined || found.has(inst)) return;
      found.add(inst);
      inst.args.forEach(visit);
      if (across && inst.op === "local.get") (sets.get(inst.local) ?? []).forEach(visit);
    };
    ids.forEach(visit);
    return found;
  };
  /** Is it a remainder of integers, a double only because that may be −0 or NaN? */
  const isExcepted = (id: ValueId): boolean => {
    const inst = insts.get(id);
    return inst?.op === "select" && inst.type === "f64" && exceptionOf(inst, context) !== undefined;
  };
  const goesByDoubles = (id: ValueId): boolean =>
    [...behind([id], false)].some((inst) => inst.op === "local.get" && sets.get(inst.local)?.some(isExcepted));
  /** Is a variable of which a double is made in the next round made of what becomes of that double in `inst`, by way of integers? */
  const waitsByIntegers = (id: ValueId, inst: Inst): boolean =>
    [...behind([id], false)].some((read) => {
      if (!isCarried(read) || !candidates.has(read.local)) return false;
      const made = behind(sets.get(read.local) ?? [], true);
      return made.has(inst) && [...made].some(({ op }) => op === "sitofp");
    });
  const slow = suspects.flatMap((inst): readonly ValueId[] => {
    if (inst.op === "frem") return [inst.id];
    if (inst.op === "fcmp")
      return inst.args.every((id) => hasWholeForm(id, context)) && inst.args.some((id) => waitsByIntegers(id, inst))
        ? inst.args
        : [];
    const [of = -1] = inst.args;
    if (inst.op === "fptosi") return goesByDoubles(of) ? [of] : [];
    const from = insts.get(of);
    if (from?.op === "local.get") return [of];
    if (from?.op !== "fdiv") return waitsByIntegers(of, inst) ? [of] : [];
    return from.args.every((id) => hasWholeForm(id, context)) ? from.args : [];
  });
  if (slow.length === 0) return undefined;
  /** Is it a remainder that no vector is made of? Those by powers of two are. */
  const isLong = (id: ValueId): boolean => {
    const inst = insts.get(id);
    const by = inst?.op === "frem" ? insts.get(inst.args[1] ?? -1) : undefined;
    return inst?.op === "frem" && hasWholeForm(id, context) && !(by?.op === "const" && isPowerOfTwo(Number(by.value)));
  };
  // Of those, the ones that something slow is made of, and what they are made of.
  const needed = new Set<LocalId>();
  const outer = new Set<ValueId>();
  const seen = new Set<ValueId>();
  const visit = (id: ValueId): void => {
    const inst = insts.get(id);
    if (seen.has(id)) return;
    seen.add(id);
    if (inst === undefined) {
      if (context.isOuterCandidate(id)) outer.add(id);
      return;
    }
    if (inst.op === "local.get" && inst.type === "f64") {
      needed.add(inst.local);
      for (const value of sets.get(inst.local) ?? []) visit(value);
    } else if (inst.op === "select") inst.args.slice(1).forEach(visit);
    else if (inst.op !== "sitofp") inst.args.forEach(visit);
  };
  for (const id of slow) if (hasWholeForm(id, context)) visit(id);
  /** Does the next round wait for one of the doubles by way of a variable that is an integer already? */
  const waitsForDoubles = (): boolean => {
    const doubles = [...seen].flatMap((id) => {
      const inst = insts.get(id);
      return inst !== undefined && inst.type === "f64" && inst.op !== "sitofp" && inst.op !== "const" ? [inst] : [];
    });
    const reads = [...behind([...seen], false)].flatMap((inst) => (inst.op === "local.get" ? [inst.local] : []));
    const next = behind(
      reads.flatMap((read) => sets.get(read) ?? []),
      true,
    );
    return doubles.some((inst) => next.has(inst));
  };
  const local = (id: LocalId): readonly Local[] => fn.locals.filter((l) => l.id === id);
  const carried = [...needed].filter((id) => sets.has(id)).flatMap(local);
  const fixed = [...needed].filter((id) => !sets.has(id)).flatMap(local);
  const tested = carried.filter((l) => live.has(l.id));
  if (tested.length + fixed.length + outer.size > MAX_TESTS) return undefined;
  if (carried.length === 0 && !slow.some(isLong) && !waitsForDoubles()) return undefined;
  return {
    ...context,
    isCandidate: (id) => needed.has(id) && candidates.has(id),
    isOuterCandidate: (id) => outer.has(id),
    carried,
    live,
    fixed,
    outer: [...outer],
  };
}

const isPowerOfTwo = (x: number): boolean => x > 0 && Number.isInteger(Math.log2(x));

function mayBeInteger(inst: Inst | undefined): boolean {
  return inst?.op !== "const" || isSmallInteger(inst.value);
}
