/**
 * Integers on a loop's way from floats to floats, by which the next round waits, as the doubles that they are.
 *
 *   %1: i32 = local.get $v                          %1: i32 = local.get $v     %a: f64 = local.get $w
 *   %2: f64 = sitofp %1
 *   %3: f64 = fmul %2, %k                    →      %3: f64 = fmul %a, %k
 *   %4: f64 = fadd %3, %x                           %4: f64 = fadd %3, %x
 *   %5: f64 = ffloor %4                             %5: f64 = ffloor %4
 *   %6: i32 = fptosi %5                             %6: i32 = fptosi %5
 *   local.set $v, %6                                local.set $v, %6           local.set $w, %5
 *
 * `v = Math.floor(v * 0.9 + x[i] * 0.1)`: the way into an integer register and back takes longer than the arithmetic. The integers stay
 * for what else uses them, which nobody waits for. An integer has no −0: where rounding may give one, and the sign of a zero may show in what
 * comes of it, 0 is added. Where nobody waits, a double that is there already is taken for the integer made of it.
 */

import type { Func } from "../ir/func.ts";
import type { Inst, InstOf, LocalId, OpName, ValueId } from "../ir/ops.ts";
import { Definitions, FreshIds } from "../ir/rewrite.ts";
import { isIntType } from "../ir/types.ts";
import { byId, instsIn, isLoop, type Loop, mapBlocks, mapInsts, mapOwners, opsIn } from "../ir/walk.ts";
import { remembered } from "../source/remembered.ts";
import { Code } from "./code.ts";
import { carriedIn } from "./liveness.ts";
import type { Pass } from "./pass.ts";

type Local = Func["locals"][number];

/** Operations one after the other that are made of doubles instead: each takes three or four times as long, the conversions as long as some five. */
const MAX_DEPTH = 3;

export const carriedDoubles: Pass = {
  name: "carried-doubles",
  run(fn: Func): Func {
    const ops = opsIn(fn.body);
    if (!ops.has("sitofp") || !(ops.has("fptosi") || ops.has("select"))) return fn;
    return new Rewriter(fn).rewritten();
  },
};

class Rewriter {
  readonly #fn: Func;
  readonly #definitions: Definitions;
  readonly #ids: FreshIds;
  readonly #locals: Local[];

  constructor(fn: Func) {
    this.#fn = fn;
    this.#definitions = new Definitions(fn);
    this.#ids = new FreshIds(fn);
    this.#locals = [...fn.locals];
  }

  rewritten(): Func {
    const visit = (inst: Inst): Inst | readonly Inst[] =>
      (isLoop(inst) ? this.#loop(inst) : undefined) ?? mapBlocks(inst, (block) => mapOwners(block, visit));
    const body = mapOwners(this.#fn.body, visit);
    return body === this.#fn.body ? this.#fn : { ...this.#fn, locals: this.#locals, body };
  }

  #loop(loop: Loop): readonly Inst[] | undefined {
    if (loop.op === "for" && (loop.parallel !== undefined || loop.lanes !== undefined)) return undefined;
    const insts = instsIn(loop.body);
    const ops = opsIn(loop.body);
    if (ops.has("for") || ops.has("loop") || ops.has("call") || ops.has("parallel")) return undefined;
    const isMade = ({ op, type }: Inst): boolean => op === "fptosi" || (op === "select" && isIntType(type));
    if (!ops.has("sitofp") || !(ops.has("fptosi") || ops.has("select")) || !insts.some(isMade)) return undefined;
    const forms = new DoubleForms(loop, insts, this.#fn, this.#definitions);
    const plan = forms.plan();
    if (plan === undefined) return undefined;
    const add = (name: string): LocalId => {
      const id = this.#ids.local();
      this.#locals.push({ id, name, type: "f64" });
      return id;
    };
    return new Writer(loop, plan, this.#definitions, this.#ids, add).rewritten();
  }
}

/** What is to be done in a loop. */
interface Plan {
  /** Conversions of integers that have doubles beside them. */
  readonly replaced: ReadonlySet<ValueId>;
  /** The integers that get one, made of others' or of what they were made of. */
  readonly beside: ReadonlySet<ValueId>;
  /** Variables that get one. */
  readonly locals: readonly Local[];
  /** The doubles mayn't be −0. */
  readonly noMinusZero: boolean;
}

/** Which integers may be had as doubles, and where that is of use. */
class DoubleForms {
  readonly #insts: readonly Inst[];
  readonly #made: ReadonlyMap<ValueId, Inst>;
  readonly #users = new Map<ValueId, Inst[]>();
  readonly #gets = new Map<LocalId, Inst[]>();
  readonly #sets = new Map<LocalId, InstOf<"local.set">[]>();
  /** Carried integers. */
  #candidates: ReadonlyMap<LocalId, Local> = new Map();
  readonly #depths = new Map<ValueId, number>();
  readonly #definitions: Definitions;
  readonly #doubles: Doubles;

  constructor(loop: Loop, insts: readonly Inst[], fn: Func, definitions: Definitions) {
    this.#insts = insts;
    this.#definitions = definitions;
    this.#doubles = new Doubles(definitions);
    this.#made = byId(insts);
    for (const inst of insts) {
      for (const arg of inst.args) push(this.#users, arg, inst);
      if (inst.op === "local.get") push(this.#gets, inst.local, inst);
      if (inst.op === "local.set") push(this.#sets, inst.local, inst);
    }
    const carried = carriedIn(loop.body);
    const isCandidate = ({ id, type }: Local): boolean =>
      isIntType(type) && carried.has(id) && !fn.refs.includes(id) && this.#isSetToDoubles(id);
    this.#candidates = byId(fn.locals.filter(isCandidate));
    // Now that they count, what is made of them is made of doubles.
    this.#depths.clear();
  }

  plan(): Plan | undefined {
    const replaced = new Set<ValueId>();
    const beside = new Set<ValueId>();
    const locals = new Set<Local>();
    const need = (id: ValueId): void => {
      const inst = this.#made.get(id);
      if (inst === undefined || beside.has(id) || this.#depth(id) === undefined) return;
      beside.add(id);
      if (inst.op === "local.get") needLocal(inst.local);
      else if (inst.op !== "fptosi") doubledArgs(inst).forEach(need);
    };
    const needLocal = (local: LocalId): void => {
      const candidate = this.#candidates.get(local);
      if (candidate === undefined || locals.has(candidate)) return;
      locals.add(candidate);
      for (const { args } of this.#sets.get(local) ?? []) need(args[0] ?? -1);
    };
    for (const inst of this.#conversions()) {
      const [of = -1] = inst.args;
      if (this.#depth(of) === undefined || !this.#waitsForItself(inst)) continue;
      replaced.add(inst.id);
      need(of);
    }
    if (replaced.size === 0) return this.#planWithout();
    const sources = [...beside].flatMap((id) =>
      this.#made.get(id)?.op === "fptosi" ? (this.#made.get(id)?.args ?? []) : [],
    );
    const isPlain = sources.every((id) => this.#doubles.isNeverMinusZero(id));
    const noMinusZero = !isPlain && [...replaced].some((id) => this.#showsZerosSign(id));
    // Who doesn't wait for it may as well take what is there.
    if (isPlain || noMinusZero)
      for (const inst of this.#conversions()) if (beside.has(inst.args[0] ?? -1)) replaced.add(inst.id);
    return { replaced, beside, locals: [...locals], noMinusZero };
  }

  /** Where the next round waits for none: only for what is there already. */
  #planWithout(): Plan | undefined {
    const doubles = this.#doubles;
    const found = this.#conversions().flatMap((inst): readonly [ValueId, ValueId][] => {
      const [of = -1] = inst.args;
      const from = this.#made.get(of);
      const [source = -1] = from?.args ?? [];
      if (from?.op !== "fptosi" || this.#depth(of) === undefined || !doubles.isWhole(source)) return [];
      const isSame = doubles.isNeverMinusZero(source) || !this.#showsZerosSign(inst.id);
      return isSame ? [[inst.id, of]] : [];
    });
    if (found.length === 0) return undefined;
    const [replaced, beside] = [0, 1].map((at) => new Set(found.map((pair) => pair[at] ?? -1)));
    return replaced && beside && { replaced, beside, locals: [], noMinusZero: false };
  }

  #conversions(): readonly Inst[] {
    return this.#insts.filter((inst) => inst.op === "sitofp" && inst.type === "f64");
  }

  /** May more than the sign of another zero be different for −0 in its place? */
  #showsZerosSign(id: ValueId, seen = new Set<ValueId>()): boolean {
    if (seen.has(id)) return false;
    seen.add(id);
    return (this.#users.get(id) ?? []).some((user) => {
      if (CUTS_SIGNS.has(user.op)) return false;
      return !KEEPS_ZEROS.has(user.op) || user.type !== "f64" || this.#showsZerosSign(user.id, seen);
    });
  }

  /** Is something that it is set to made of a double? */
  #isSetToDoubles(local: LocalId): boolean {
    return (this.#sets.get(local) ?? []).some(({ args }) => this.#depth(args[0] ?? -1) !== undefined);
  }

  /** How many operations on doubles the integer takes from what is one already; undefined for what isn't made of any. */
  #depth(id: ValueId): number | undefined {
    const known = this.#depths.get(id);
    if (known !== undefined) return Number.isNaN(known) ? undefined : known;
    const found = this.#findDepth(this.#made.get(id));
    this.#depths.set(id, found ?? Number.NaN);
    return found;
  }

  #findDepth(inst: Inst | undefined): number | undefined {
    switch (inst?.op) {
      case "fptosi": {
        const [of = -1] = inst.args;
        return this.#definitions.typeOf(of) === "f64" && !this.#isQuotient(of) ? 0 : undefined;
      }
      case "local.get":
        return this.#candidates.has(inst.local) ? 0 : undefined;
      case "select": {
        const [, a = -1, b = -1] = inst.args;
        if (inst.type !== "i32" && inst.type !== "i64") return undefined;
        return this.#isConstant(a) && this.#isConstant(b) ? 0 : this.#deepest([a, b]);
      }
      case "smin":
      case "smax":
        return this.#deepest(inst.args);
      case "add":
      case "sub":
        return inst.type === "i32" && inst.overflow === "absent" ? this.#deepest(inst.args) : undefined;
      case "mul": {
        // A product with a negative number could be −0.
        const isPositive = (id: ValueId): boolean => this.#isConstant(id) && Number(this.#constant(id)) > 0;
        return inst.type === "i32" && inst.overflow === "absent" && inst.args.some(isPositive)
          ? this.#deepest(inst.args)
          : undefined;
      }
      default:
        return undefined;
    }
  }

  /** Does one division of integers make it, whatever stands here (emit/llvm/quotients.ts)? */
  #isQuotient(id: ValueId): boolean {
    const rounded = this.#definitions.inst(id);
    const quotient = rounded?.op === "ffloor" || rounded?.op === "ftrunc" ? rounded.args[0] : undefined;
    const inst = this.#definitions.inst(quotient ?? -1);
    const isInteger = (arg: ValueId): boolean =>
      this.#definitions.inst(arg)?.op === "sitofp" || Number.isInteger(this.#constant(arg));
    return inst?.op === "fdiv" && inst.args.every(isInteger);
  }

  #deepest(ids: readonly ValueId[]): number | undefined {
    const depths = ids.flatMap((id) => this.#depth(id) ?? []);
    const deepest = Math.max(...depths) + 1;
    return depths.length > 0 && deepest <= MAX_DEPTH ? deepest : undefined;
  }

  #constant(id: ValueId): unknown {
    const inst = this.#definitions.inst(id);
    return inst?.op === "const" ? inst.value : undefined;
  }

  #isConstant(id: ValueId): boolean {
    return this.#constant(id) !== undefined;
  }

  /** Is it made of what it was in the round before? */
  #waitsForItself(start: Inst): boolean {
    const seen = new Set<Inst>();
    const pending = [start];
    for (let inst = pending.pop(); inst !== undefined; inst = pending.pop()) {
      const next = inst.op === "local.set" ? this.#gets.get(inst.local) : this.#users.get(inst.id);
      for (const user of next ?? []) {
        if (user === start) return true;
        if (seen.has(user)) continue;
        seen.add(user);
        pending.push(user);
      }
    }
    return false;
  }
}

/** What doesn't tell the zeros apart. */
const CUTS_SIGNS: ReadonlySet<OpName> = new Set(["fptosi", "toint32", "toindex", "fcmp"]);

/** Where one operand is the other zero, the result is the same or the other zero. */
const KEEPS_ZEROS: ReadonlySet<OpName> = new Set([
  ...(["fadd", "fsub", "fmul", "fneg", "fabs", "fsqrt", "fmin", "fmax", "select"] as const),
  ...(["ffloor", "fceil", "ftrunc", "fround"] as const),
]);

/** Operands that are integers to be had as doubles. */
function doubledArgs(inst: Inst): readonly ValueId[] {
  return inst.op === "select" ? inst.args.slice(1) : inst.args;
}

type FloatOp = "fadd" | "fsub" | "fmul" | "fmin" | "fmax";

const DOUBLE_OPS: Partial<Record<OpName, FloatOp>> = {
  add: "fadd",
  sub: "fsub",
  mul: "fmul",
  smin: "fmin",
  smax: "fmax",
};

class Writer {
  readonly #loop: Loop;
  readonly #plan: Plan;
  readonly #definitions: Definitions;
  readonly #ids: FreshIds;
  /** The doubles in variables' places. */
  readonly #locals: ReadonlyMap<LocalId, LocalId>;
  /** The doubles beside integers. */
  readonly #doubles = new Map<ValueId, ValueId>();
  readonly #replaced = new Map<ValueId, ValueId>();
  readonly #known: Doubles;

  constructor(loop: Loop, plan: Plan, definitions: Definitions, ids: FreshIds, add: (name: string) => LocalId) {
    this.#loop = loop;
    this.#plan = plan;
    this.#definitions = definitions;
    this.#ids = ids;
    this.#known = new Doubles(definitions);
    this.#locals = new Map(plan.locals.map(({ id, name }) => [id, add(name)]));
  }

  rewritten(): readonly Inst[] {
    const before = new Code(this.#ids, this.#loop.loc);
    for (const { id, type } of this.#plan.locals) {
      const double = this.#locals.get(id) ?? -1;
      const old = before.emit("local.get", type, [], { local: id });
      before.emit("local.set", "void", [before.emit("sitofp", "f64", [old], {})], { local: double });
    }
    const visit = (old: Inst): Inst | readonly Inst[] => {
      const args = old.args.some((arg) => this.#replaced.has(arg))
        ? old.args.map((arg) => this.#replaced.get(arg) ?? arg)
        : old.args;
      const inst = mapBlocks(args === old.args ? old : ({ ...old, args } as Inst), (block) => mapInsts(block, visit));
      return this.#with(inst);
    };
    return [...before.insts, { ...this.#loop, body: mapInsts(this.#loop.body, visit) }];
  }

  /** An instruction and what comes of it. */
  #with(inst: Inst): Inst | readonly Inst[] {
    const code = new Code(this.#ids, inst.loc);
    if (this.#plan.replaced.has(inst.id)) {
      const [of = -1] = inst.args;
      this.#replaced.set(inst.id, this.#doubles.get(of) ?? inst.id);
      return [];
    }
    if (inst.op === "local.set") {
      const double = this.#locals.get(inst.local);
      if (double === undefined) return inst;
      code.emit("local.set", "void", [this.#doubleOf(inst.args[0] ?? -1, code)], { local: double });
      return [inst, ...code.insts];
    }
    if (!this.#plan.beside.has(inst.id)) return inst;
    this.#doubles.set(inst.id, this.#beside(inst, code));
    return [inst, ...code.insts];
  }

  /** Of an integer that stays one it is made here. */
  #doubleOf(id: ValueId, code: Code): ValueId {
    const known = this.#doubles.get(id);
    if (known !== undefined) return known;
    const inst = this.#definitions.inst(id);
    if (inst?.op === "const") return code.emit("const", "f64", [], { value: Number(inst.value) });
    return code.emit("sitofp", "f64", [id], {});
  }

  #beside(inst: Inst, code: Code): ValueId {
    if (inst.op === "fptosi") return this.#whole(inst.args[0] ?? -1, code);
    if (inst.op === "local.get")
      return code.emit("local.get", "f64", [], { local: this.#locals.get(inst.local) ?? -1 });
    const args = doubledArgs(inst).map((arg) => this.#doubleOf(arg, code));
    if (inst.op === "select") return code.emit("select", "f64", [inst.args[0] ?? -1, ...args], {});
    return code.emit<FloatOp>(DOUBLE_OPS[inst.op] ?? "fadd", "f64", args, { fast: [] });
  }

  /** The double that an integer is made of, as that integer. */
  #whole(id: ValueId, code: Code): ValueId {
    const whole = this.#known.isWhole(id) ? id : code.emit("ftrunc", "f64", [id], { fast: [] });
    if (!this.#plan.noMinusZero || this.#known.isNeverMinusZero(whole)) return whole;
    return code.emit("fadd", "f64", [whole, code.emit("const", "f64", [], { value: 0 })], { fast: [] });
  }
}

/** What doubles are, as far as their making tells. */
class Doubles {
  readonly #definitions: Definitions;
  readonly #whole = new Set<ValueId>();

  constructor(definitions: Definitions) {
    this.#definitions = definitions;
  }

  /** Has a finite one no fraction? Values go round: it has none where nothing that it is made of has one. */
  isWhole(id: ValueId): boolean {
    const seen = new Set<ValueId>();
    const pending = [id];
    for (let of = pending.pop(); of !== undefined; of = pending.pop()) {
      if (seen.has(of) || this.#whole.has(of)) continue;
      seen.add(of);
      const parts = this.#wholeOf(this.#definitions.inst(of));
      if (parts === undefined) return false;
      pending.push(...parts);
    }
    for (const of of seen) this.#whole.add(of);
    return true;
  }

  /** What it is whole with; undefined for what it isn't. */
  #wholeOf(inst: Inst | undefined): readonly ValueId[] | undefined {
    switch (inst?.op) {
      case "const":
        return Number.isInteger(inst.value) ? [] : undefined;
      case "sitofp":
      case "ffloor":
      case "fceil":
      case "ftrunc":
      case "fround":
        return [];
      case "fadd":
      case "fsub":
      case "fmul":
      case "fneg":
      case "fabs":
      case "fmin":
      case "fmax":
        return inst.args;
      case "select":
        return inst.args.slice(1);
      case "local.get":
        return this.#definitions.valuesOf(inst.local);
      default:
        return undefined;
    }
  }

  readonly isNeverMinusZero = remembered((id: ValueId): boolean => {
    const inst = this.#definitions.inst(id);
    if (inst === undefined || ("fast" in inst && inst.fast.length > 0)) return false;
    const isNever = (at: number): boolean => this.isNeverMinusZero(inst.args[at] ?? -1);
    /** Is one operand an integer and the other a moderate positive constant? Only 0 of it is a zero. */
    const isScaled = (at: number, by: number): boolean => {
      const scale = this.#definitions.inst(inst.args[by] ?? -1);
      if (this.#definitions.inst(inst.args[at] ?? -1)?.op !== "sitofp" || scale?.op !== "const") return false;
      return Number(scale.value) > 1e-100 && Number(scale.value) < 1e100;
    };
    switch (inst.op) {
      case "const":
        return !Object.is(inst.value, -0);
      case "sitofp":
      case "fabs":
        return true;
      case "fadd":
        return isNever(0) || isNever(1);
      case "fsub":
      case "ffloor":
        return isNever(0);
      case "fmul":
        return isScaled(0, 1) || isScaled(1, 0);
      case "fdiv":
        return isScaled(0, 1);
      default:
        return false;
    }
  });
}

function push<K, V>(map: Map<K, V[]>, key: K, item: V): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [item]);
  else list.push(item);
}
