/**
 * What the values of a loop are, as polynomials over its invariants and counters, and which bounds checks in it can be
 * decided before it starts.
 *
 * It takes a `for` and the definitions of the function's values, walks the loop's body once in order, and gives, for each
 * checked access that qualifies, the conditions under which it is in bounds in every iteration; and for each arithmetic
 * instruction that saturates or wraps, the conditions under which it never does.
 *
 * While walking it knows for each local what it holds (the loop's writes are followed; after a branch, both outcomes are
 * joined) and for each place what the branches around it say (*facts*, see bound.ts).
 */
import type { Table } from "../ir/func.ts";
import type { Block, Inst, InstOf, LocalId, ValueId } from "../ir/ops.ts";
import type { Definitions } from "../ir/rewrite.ts";
import { type IrType, isArrayType } from "../ir/types.ts";
import { fallsThrough, forEachInst, localsWritten, localsWrittenIn } from "../ir/walk.ts";
import { Atoms } from "./atoms.ts";
import { Bounder, type Conditions, type Fact, type Facts } from "./bound.ts";
import { type Carried, type CarriedContext, carriedLocal } from "./carried-locals.ts";
import { type DoubleContext, doubleBounds } from "./double-bounds.ts";
import { SMALL } from "./emit-conditions.ts";
import { type Choice, type FactContext, factsOf } from "./facts.ts";
import { DOUBLE_RANGE, type FloatContext, floatValue, flooredQuotient } from "./float-values.ts";
import {
  type ExactDouble,
  type IntContext,
  type IntValue,
  intValue,
  type Sym,
  sizeOfRange,
  typeRange,
} from "./int-values.ts";
import { isHopeless, isLikelyPositive } from "./likely.ts";
import { lengthOfInst, OuterValues } from "./outer-values.ts";
import {
  type ArrayRef,
  type Atom,
  add,
  constantPoly,
  type FloatRef,
  I1_RANGE,
  I64_RANGE,
  larger,
  type Poly,
  productPoly,
  type Range,
  scale,
  smaller,
  subtract,
  type Term,
  union,
} from "./poly.ts";

/** Something that holds in every iteration if the conditions hold before the loop. */
export interface Conditional {
  readonly id: ValueId;
  readonly conditions: ReadonlyMap<string, Poly>;
}

export interface LoopValues {
  /** Loads and stores: in bounds. */
  readonly accesses: readonly Conditional[];
  /** Additions, subtractions, multiplications: no overflow. `toint32`: the number fits. */
  readonly arithmetic: readonly Conditional[];
  /** `toindex`: don't throw. */
  readonly indices: readonly Conditional[];
  /** Doubles: hold integers, exactly. */
  readonly integrals: readonly Conditional[];
  /** ≥ 0 if the loop runs at all; undefined when that is known under conditions only. */
  readonly rounds: Poly | undefined;
  /** A double that the loop doesn't change, as an integer under conditions; undefined for all others. */
  invariantFloat(id: ValueId): Sym | undefined;
}

/** What there is to know about the function around a loop. */
export interface Surroundings {
  readonly definitions: Definitions;
  readonly localTypes: ReadonlyMap<LocalId, IrType>;
  readonly tables: readonly Table[];
}

/** `outermost`: no other loop is around it. */
export function analyzeLoop(loop: InstOf<"for">, around: Surroundings, outermost: boolean): LoopValues {
  return new LoopWalker(loop, around, outermost).run();
}

/** What a local holds. A missing entry: what it held before the loop, or anything if the loop writes it. */
type Held =
  | { readonly kind: "value"; readonly id: ValueId }
  | { readonly kind: "sym"; readonly sym: Sym }
  | { readonly kind: "choice"; readonly choice: Choice }
  | { readonly kind: "unknown" };

/** What a branch left behind. */
interface Outcome {
  readonly held: Map<LocalId, Held>;
  readonly facts: Facts;
  readonly falls: boolean;
}

const ONE = constantPoly(1n);

class LoopWalker {
  readonly #loop: InstOf<"for">;
  readonly #around: Surroundings;
  readonly #outermost: boolean;
  readonly #atoms = new Atoms();
  readonly #bounder = new Bounder(this.#atoms);
  readonly #inside = new Set<ValueId>();
  readonly #written: ReadonlySet<LocalId>;
  /** Integers, by value; those inside the loop are entered in order. */
  readonly #syms = new Map<ValueId, Sym>();
  /** Values inside the loop that are another value: reads of a local. */
  readonly #same = new Map<ValueId, ValueId>();
  readonly #choices = new Map<ValueId, Choice>();
  /** Reads, inside the loop, of array locals that it doesn't write. */
  readonly #arrays = new Map<ValueId, ArrayRef>();
  readonly #accesses: Conditional[] = [];
  readonly #arithmetic: Conditional[] = [];
  readonly #indices: Conditional[] = [];
  readonly #integrals: Conditional[] = [];
  /** Doubles inside the loop that hold integers. */
  readonly #floats = new Map<ValueId, Sym>();
  readonly #outer: OuterValues;
  /** Locals whose range is known throughout the loops around, and what it is. */
  readonly #counted = new Map<LocalId, Sym>();
  /** Their reads, where more is known. */
  readonly #reads = new Map<ValueId, Sym>();
  readonly #smallProducts = new Map<string, readonly Poly[]>();
  readonly #carriedContext: CarriedContext;
  #rounds: Poly | undefined;
  readonly #factContext: FactContext;
  readonly #doubleContext: DoubleContext;
  readonly #valueContext: IntContext & FloatContext;
  /** The instruction that it is for. */
  #at: Inst | undefined;
  #held = new Map<LocalId, Held>();
  #facts: Facts = [];
  /** Those that say no more than that a loop isn't empty. */
  readonly #runs = new Set<Fact>();

  constructor(loop: InstOf<"for">, around: Surroundings, outermost: boolean) {
    this.#loop = loop;
    this.#around = around;
    this.#outermost = outermost;
    this.#outer = new OuterValues(this.#atoms, around.definitions, around.tables);
    this.#written = localsWrittenIn(loop.body);
    this.#inside.add(loop.iv);
    forEachInst(loop.body, (inst) => {
      this.#inside.add(inst.id);
      if (inst.op === "for") this.#inside.add(inst.iv);
      if (inst.op === "parallel") for (const id of inst.partials) this.#inside.add(id);
    });
    this.#carriedContext = {
      atoms: this.#atoms,
      bounder: this.#bounder,
      definitions: around.definitions,
      known: (id) => (this.#inside.has(id) ? this.#syms.get(id) : this.#sym(id)),
    };
    this.#valueContext = this.#makeContext();
    this.#factContext = {
      inst: (id) => this.#around.definitions.inst(this.#resolve(id)),
      choice: (id) => this.#choices.get(this.#resolve(id)),
      integer: (id) => (isInteger(this.#typeOf(id)) ? this.#sym(id) : undefined),
      float: (id) => this.#float(id),
      truth: (id) => this.#truth(this.#resolve(id)),
      absolute: (p) => (p.isVarying ? undefined : this.#atoms.max(p, scale(p, -1n))),
    };
    this.#doubleContext = {
      atoms: this.#atoms,
      resolve: (id) => this.#resolve(id),
      inst: (id) => this.#around.definitions.inst(id),
      integer: (id) => this.#float(id),
      invariant: (id) => this.#invariantFloat(id),
    };
  }

  run(): LoopValues {
    this.#for(this.#loop);
    return {
      accesses: this.#accesses,
      arithmetic: this.#arithmetic,
      indices: this.#indices,
      integrals: this.#integrals,
      rounds: this.#rounds,
      invariantFloat: (id) => {
        const read = this.#around.definitions.inst(id)?.op === "local.get";
        const sym = this.#inside.has(id) && !read ? undefined : this.#float(id);
        return sym === undefined || sym.poly.isVarying ? undefined : sym;
      },
    };
  }

  // ── control ──

  #for(loop: InstOf<"for">): void {
    const [startId = -1, endId = -1] = loop.args;
    const start = this.#sym(startId);
    const end = this.#sym(endId);
    const conditions = union(start.conditions, end.conditions);
    const up = loop.step > 0;
    const size = BigInt(Math.abs(loop.step));
    // The last counter: start + size · ⌊(end − 1 − start) / size⌋ upwards, the mirror image downwards.
    const distance = up ? subtract(subtract(end.poly, ONE), start.poly) : subtract(subtract(start.poly, ONE), end.poly);
    const travel = scale(this.#atoms.div(distance, size), size);
    const last = up ? add(start.poly, travel) : subtract(start.poly, travel);
    const range = typeRange(this.#typeOf(startId) ?? "i64");
    const [lo, hi] = up ? [start.poly, last] : [last, start.poly];
    this.#syms.set(loop.iv, { poly: this.#atoms.varying(lo, hi, range, conditions), conditions: [] });
    const written = localsWrittenIn(loop.body);
    const carried = this.#carried(loop, written, distance, conditions);
    this.#forget(written);
    for (const [local, { inside, reads }] of carried) {
      this.#held.set(local, { kind: "sym", sym: inside });
      this.#counted.set(local, inside);
      for (const [read, sym] of reads) this.#reads.set(read, sym);
    }
    // Where the body runs, the loop isn't empty.
    if (loop === this.#loop && conditions.length === 0) this.#rounds = distance;
    const runs: Fact = { poly: distance, conditions };
    this.#runs.add(runs);
    this.#scoped([runs], () => this.#block(loop.body));
    for (const local of carried.keys()) this.#counted.delete(local);
    this.#forget(written);
    for (const [local, { after }] of carried) this.#held.set(local, { kind: "sym", sym: after });
  }

  /** What is known of the integer locals that a loop writes, except those that an outer one keeps count of. */
  #carried(
    loop: InstOf<"for">,
    written: ReadonlySet<LocalId>,
    distance: Poly,
    conditions: readonly Poly[],
  ): Map<LocalId, Carried> {
    const known = new Map<LocalId, Carried>();
    for (const local of written) {
      const type = this.#around.localTypes.get(local);
      if (!isInteger(type) || this.#counted.has(local)) continue;
      const held = this.#held.get(local);
      const first = held === undefined ? this.#before(local, type) : this.#symOf(held);
      const before = first && { poly: first.poly, conditions: union(first.conditions, conditions) };
      const carried = before && carriedLocal(loop, local, type, before, distance, this.#carriedContext);
      if (carried !== undefined) known.set(local, carried);
    }
    return known;
  }

  /** What a local holds before the loop. */
  #before(local: LocalId, type: "i32" | "i64"): Sym {
    const values = this.#around.definitions.valuesOf(local);
    // Locals are zero before their first write. What the loop itself writes comes before it only if a loop is around it.
    let range: Range = { min: 0n, max: 0n };
    for (const value of values ?? []) {
      const inside = this.#inside.has(value);
      if (inside && this.#outermost) continue;
      const here = inside ? typeRange(type) : this.#outer.integer(value).range;
      range = { min: smaller(range.min, here.min), max: larger(range.max, here.max) };
    }
    return { poly: this.#atoms.local(local, type, values === undefined ? typeRange(type) : range), conditions: [] };
  }

  #block(block: Block): void {
    for (const inst of block.insts) this.#inst(inst);
  }

  /** Walks with more facts; what is learnt inside stays inside. */
  #scoped(facts: Facts, walk: () => void): void {
    const before = this.#facts;
    this.#facts = [...before, ...facts];
    walk();
    this.#facts = before;
  }

  #inst(inst: Inst): void {
    switch (inst.op) {
      case "for":
        this.#for(inst);
        return;
      case "if":
        this.#if(inst);
        return;
      case "loop":
      case "block": {
        const written = localsWrittenIn(inst.body);
        if (inst.op === "loop") this.#forget(written);
        this.#scoped([], () => this.#block(inst.body));
        // Its end can be reached from any break inside.
        this.#forget(written);
        return;
      }
      case "local.set":
        this.#held.set(inst.local, { kind: "value", id: this.#resolve(inst.args[0] ?? -1) });
        return;
      case "local.get":
        this.#get(inst);
        return;
      case "load":
      case "store":
        if (inst.bounds === "checked") this.#access(inst);
        break;
      case "toindex":
        this.#inBounds(inst, inst.args[1] ?? -1, this.#float(inst.args[0] ?? -1), this.#indices);
        break;
      case "call":
      case "parallel":
        this.#forget(localsWritten(inst));
    }
    if (isInteger(inst.type)) this.#syms.set(inst.id, this.#evaluate(inst));
    if (inst.type === "f64") this.#integral(inst);
  }

  #forget(locals: Iterable<LocalId>): void {
    for (const local of locals) {
      const sym = this.#counted.get(local);
      this.#held.set(local, sym === undefined ? { kind: "unknown" } : { kind: "sym", sym });
    }
  }

  #if(inst: InstOf<"if">): void {
    const [cond = -1] = inst.args;
    const before = this.#held;
    const since = this.#atoms.count;
    const branch = (block: Block, truth: boolean): Outcome => {
      const facts = this.#factsOf(cond, truth);
      this.#held = new Map(before);
      this.#scoped(facts, () => this.#block(block));
      return { held: this.#held, facts, falls: fallsThrough(block) };
    };
    const then = branch(inst.then, true);
    const otherwise = branch(inst.else, false);
    if (!then.falls || !otherwise.falls) {
      // Only one branch comes back: what it knows stays known in the rest of this block.
      const only = then.falls ? then : otherwise;
      this.#held = only.held;
      this.#facts = [...this.#facts, ...only.facts];
      return;
    }
    this.#held = new Map(before);
    const written = new Set([...localsWrittenIn(inst.then), ...localsWrittenIn(inst.else)]);
    for (const local of written) this.#held.set(local, this.#join(local, cond, then, otherwise, since));
  }

  #join(local: LocalId, cond: ValueId, then: Outcome, otherwise: Outcome, since: number): Held {
    const a = then.held.get(local) ?? { kind: "unknown" };
    const b = otherwise.held.get(local) ?? { kind: "unknown" };
    const type = this.#around.localTypes.get(local) ?? "f64";
    if (a.kind === "value" && b.kind === "value") {
      if (a.id === b.id) return a;
      if (type === "i1") return { kind: "choice", choice: { cond, then: a.id, else: b.id } };
    }
    const x = this.#symOf(a);
    const y = this.#symOf(b);
    if (x === undefined || y === undefined) return { kind: "unknown" };
    const range = isInteger(type) ? typeRange(type) : DOUBLE_RANGE;
    return { kind: "sym", sym: this.#either(x, then.facts, y, otherwise.facts, range, since) };
  }

  #symOf(held: Held): Sym | undefined {
    if (held.kind === "sym") return held.sym;
    if (held.kind !== "value") return undefined;
    const type = this.#typeOf(held.id);
    return type === "f64" ? this.#float(held.id) : isInteger(type) ? this.#sym(held.id) : undefined;
  }

  /**
   * One of two values, each with what is known where it is the one. Atoms from `since` on exist in one of the branches only:
   * where the other was taken nothing holds of them, so the outcome mustn't be described in their terms.
   */
  #either(x: Sym, xFacts: Facts, y: Sym, yFacts: Facts, range: Range, since = Number.POSITIVE_INFINITY): Sym {
    const conditions = byKey(union(x.conditions, y.conditions));
    // A branch whose facts can't be is never taken.
    const never = (facts: Facts): Fact | undefined => facts.find((f) => f.poly.range.max < 0n);
    const [noX, noY] = [never(xFacts), never(yFacts)];
    if (noX !== undefined) return { poly: y.poly, conditions: union(y.conditions, noX.conditions) };
    if (noY !== undefined) return { poly: x.poly, conditions: union(x.conditions, noY.conditions) };
    if (x.poly.key === y.poly.key) return { poly: x.poly, conditions: [...conditions.values()] };
    const bound = (side: "lo" | "hi"): Poly | undefined => {
      const a = this.#sharpen(x.poly, side, xFacts, since, conditions);
      const b = this.#sharpen(y.poly, side, yFacts, since, conditions);
      if (a === undefined || b === undefined) return undefined;
      return side === "lo" ? this.#atoms.min(a, b) : this.#atoms.max(a, b);
    };
    const [lo, hi] = [bound("lo"), bound("hi")];
    return { poly: this.#atoms.varying(lo, hi, range, [...conditions.values()]), conditions: [] };
  }

  /** A bound of `p`: itself, unless the facts know better or it has atoms from `since` on. */
  #sharpen(p: Poly, side: "lo" | "hi", facts: Facts, since: number, conditions: Conditions): Poly | undefined {
    if (!p.isVarying) return p;
    const mentioned = new Set<Atom>();
    let young = false;
    for (const { atoms } of p.terms) {
      for (const atom of atoms) {
        mentioned.add(atom);
        young ||= atom.id >= since;
      }
    }
    if (!young && !facts.some((f) => f.poly.terms.some((t) => t.atoms.some((atom) => mentioned.has(atom))))) return p;
    const needed: Conditions = new Map();
    const bound = this.#bounder.bound(p, side, [...this.#facts, ...facts], needed);
    if (bound === undefined) return young ? undefined : p;
    for (const [key, condition] of needed) conditions.set(key, condition);
    return bound;
  }

  #factsOf(cond: ValueId, truth: boolean): Facts {
    return factsOf(cond, truth, this.#factContext);
  }

  #truth(id: ValueId): Poly | undefined {
    if (!this.#inside.has(id)) return this.#typeOf(id) === "i1" ? this.#atoms.value(id, "i1", I1_RANGE) : undefined;
    const inst = this.#around.definitions.inst(id);
    const isBefore = inst?.op === "local.get" && inst.type === "i1" && !this.#written.has(inst.local);
    return isBefore ? this.#atoms.local(inst.local, "i1", I1_RANGE) : undefined;
  }

  // ── values ──

  #resolve(id: ValueId): ValueId {
    return this.#same.get(id) ?? id;
  }

  #typeOf(id: ValueId): IrType | undefined {
    return this.#around.definitions.typeOf(id);
  }

  #get(inst: InstOf<"local.get">): void {
    const held = this.#held.get(inst.local);
    if (held?.kind === "value") {
      this.#same.set(inst.id, held.id);
      if (isInteger(inst.type)) this.#syms.set(inst.id, this.#sym(held.id));
      if (inst.type === "f64") this.#rename(inst.id, this.#float(held.id));
      return;
    }
    if (held?.kind === "choice") this.#choices.set(inst.id, held.choice);
    const invariant = held === undefined && !this.#written.has(inst.local);
    if (isInteger(inst.type)) {
      const sym = this.#reads.get(inst.id) ?? (held?.kind === "sym" ? held.sym : undefined);
      const before = invariant ? this.#before(inst.local, inst.type) : undefined;
      this.#syms.set(inst.id, sym ?? before ?? this.#opaque(intValue(inst, this.#contextOf(inst))));
    }
    if (inst.type === "f64") {
      const before = invariant ? this.#outer.floatLocal(inst.local) : undefined;
      this.#rename(inst.id, held?.kind === "sym" ? held.sym : before);
    }
    if (invariant && inst.type !== "void" && isArrayType(inst.type))
      this.#arrays.set(inst.id, { kind: "local", local: inst.local, type: inst.type });
    this.#held.set(inst.local, { kind: "value", id: inst.id });
  }

  #rename(id: ValueId, sym: Sym | undefined): void {
    if (sym !== undefined) this.#floats.set(id, sym);
  }

  /** An integer inside the loop. */
  #evaluate(inst: Inst): Sym {
    if (inst.op === "select") {
      const [, a = -1, b = -1] = inst.args;
      return this.#chosen(inst, this.#sym(a), this.#sym(b), typeRange(inst.type));
    }
    if (inst.op === "length") {
      const length = this.#lengthOf(inst.args[0] ?? -1);
      if (length !== undefined) return length;
    }
    const value = intValue(inst, this.#contextOf(inst));
    if (!("exact" in value)) return this.#opaque(value);
    const mayWrap = (inst.op === "add" || inst.op === "sub" || inst.op === "mul") && inst.overflow !== "absent";
    if (mayWrap || inst.op === "toint32")
      this.#arithmetic.push({ id: inst.id, conditions: fixed(value.exact.conditions) });
    return value.exact;
  }

  /** An f64 as an integer, if it is one. */
  #float(id: ValueId): Sym | undefined {
    const known = this.#floats.get(id);
    return known ?? (this.#inside.has(id) ? undefined : this.#outer.float(id));
  }

  #invariantFloat(value: ValueId): FloatRef | undefined {
    const id = this.#resolve(value);
    if (!this.#inside.has(id)) return { kind: "value", value: id, type: this.#typeOf(id) === "f32" ? "f32" : "f64" };
    const inst = this.#around.definitions.inst(id);
    return inst?.op === "local.get" && !this.#written.has(inst.local)
      ? { kind: "local", local: inst.local }
      : undefined;
  }

  #integral(inst: Inst): void {
    const exact = inst.op === "select" ? this.#chosenFloat(inst) : floatValue(inst, this.#contextOf(inst));
    const sym = exact ?? this.#rounded(inst);
    if (sym === undefined) return;
    this.#floats.set(inst.id, sym);
    this.#integrals.push({ id: inst.id, conditions: fixed(sym.conditions) });
  }

  /** A double that isn't an integer, made one, where its bounds can be told. */
  #rounded(inst: Inst): Sym | undefined {
    if (inst.op !== "ffloor" && inst.op !== "fceil" && inst.op !== "ftrunc" && inst.op !== "fround") return undefined;
    const bounds = doubleBounds(inst.id, this.#doubleContext);
    if (bounds?.lo === undefined || bounds.hi === undefined) return undefined;
    const poly = this.#atoms.varying(bounds.lo, bounds.hi, DOUBLE_RANGE, bounds.conditions);
    const exact = this.#exactDouble(poly);
    return exact && { poly, conditions: union(bounds.conditions, exact.conditions) };
  }

  #chosenFloat(inst: InstOf<"select">): Sym | undefined {
    const [cond = -1, a = -1, b = -1] = inst.args;
    const [x, y] = [this.#float(a), this.#float(b)];
    if (x !== undefined && y !== undefined) return this.#chosen(inst, x, y, DOUBLE_RANGE);
    // `d = 0 ? NaN : …`, as a remainder has it.
    const apart = x === undefined && y !== undefined ? this.#unequal(cond) : undefined;
    return apart && y && { poly: y.poly, conditions: union(y.conditions, apart.conditions) };
  }

  /** Where `cond` compares two invariants for equality, conditions under which they differ, the likely way round. */
  #unequal(cond: ValueId): { readonly difference: Poly; readonly conditions: readonly Poly[] } | undefined {
    const [fact, opposite, ...more] = this.#factsOf(cond, true);
    if (fact === undefined || opposite === undefined || more.length > 0) return undefined;
    if (add(fact.poly, opposite.poly).key !== constantPoly(0n).key || fact.poly.isVarying) return undefined;
    const difference = isLikelyPositive(fact.poly) ? fact.poly : opposite.poly;
    return { difference, conditions: [...fact.conditions, subtract(difference, ONE)] };
  }

  #chosen(inst: InstOf<"select">, x: Sym, y: Sym, range: Range): Sym {
    const [cond = -1] = inst.args;
    const [then, otherwise] = [this.#factsOf(cond, true), this.#factsOf(cond, false)];
    const [fact] = then;
    const [opposite] = otherwise;
    // `x < y ? x : y` is a minimum, if the condition is that comparison and nothing else.
    const single = then.length === 1 && otherwise.length === 1;
    if (fact && opposite && single && add(fact.poly, opposite.poly).key === constantPoly(-1n).key) {
      const conditions = union(union(x.conditions, y.conditions), fact.conditions);
      const says = (p: Poly): boolean => fact.poly.key === p.key || add(fact.poly, ONE).key === p.key;
      if (says(subtract(y.poly, x.poly))) return { poly: this.#atoms.min(x.poly, y.poly), conditions };
      if (says(subtract(x.poly, y.poly))) return { poly: this.#atoms.max(x.poly, y.poly), conditions };
    }
    // `d = 0 ? 1 : d`, the divisor of a remainder.
    const apart = this.#unequal(cond);
    if (apart !== undefined && apart.difference.key === y.poly.key)
      return { poly: y.poly, conditions: union(y.conditions, apart.conditions) };
    return this.#either(x, then, y, otherwise, range);
  }

  #opaque(value: IntValue): Sym {
    if ("exact" in value) return value.exact;
    const { lo, hi, range, conditions } = value.between;
    return { poly: this.#atoms.varying(lo, hi, range, conditions), conditions: [] };
  }

  /** For one instruction at a time: no value is looked into while another one is. */
  #contextOf(inst: Inst): IntContext & FloatContext {
    this.#at = inst;
    return this.#valueContext;
  }

  #makeContext(): IntContext & FloatContext {
    const arg = (i: number): ValueId => this.#at?.args[i] ?? -1;
    const nonNegative = (p: Poly): readonly Poly[] | undefined => {
      const conditions: Conditions = new Map();
      return this.#nonNegative(p, conditions) ? [...conditions.values()] : undefined;
    };
    const exactDouble = (p: Poly): ExactDouble | undefined => this.#exactDouble(p);
    return {
      atoms: this.#atoms,
      operand: (i) => this.#sym(arg(i)),
      float: (i) => this.#float(arg(i)),
      invariant: (i) => this.#invariantFloat(arg(i)),
      quotient: (i) => this.#quotientOf(arg(i)),
      beforeRounding: (i) => {
        const rounded = this.#around.definitions.inst(this.#resolve(arg(i)));
        return rounded?.op === "fptrunc" ? this.#float(rounded.args[0] ?? -1) : undefined;
      },
      wholeQuotient: (i) =>
        flooredQuotient({ atoms: this.#atoms, quotient: () => this.#quotientOf(arg(i)), nonNegative, exactDouble }),
      nonNegative,
      exactDouble,
      typeOf: (i) => this.#typeOf(arg(i)) ?? "i64",
      within: (p, range) => this.#within(p, range),
    };
  }

  #quotientOf(id: ValueId): { readonly a: Sym; readonly b: Sym } | undefined {
    const inst = this.#around.definitions.inst(this.#resolve(id));
    // A quotient by way of the reciprocal may be rounded down from below the integer that it is.
    if (inst?.op !== "fdiv" || inst.fast.length > 0) return undefined;
    const [a, b] = inst.args.map((arg) => this.#float(arg));
    return a && b && { a, b };
  }

  #within(p: Poly, range: Range): readonly Poly[] | undefined {
    const { min, max } = p.range;
    if (min >= range.min && max <= range.max) return [];
    const conditions: Conditions = new Map();
    const above = subtract(p, constantPoly(range.min));
    const below = subtract(constantPoly(range.max), p);
    return this.#nonNegative(above, conditions) && this.#nonNegative(below, conditions)
      ? [...conditions.values()]
      : undefined;
  }

  /**
   * When is `p` within ±2^53 in every iteration? Its bounds' products must each be far smaller, conditions that most values of a
   * loop have in common.
   */
  #exactDouble(p: Poly): ExactDouble | undefined {
    const always = sizeOfRange(p.range);
    if (always <= DOUBLE_RANGE.max) return { conditions: [], size: always };
    const conditions: Conditions = new Map();
    const below = this.#sizeOfBound(p, "lo", conditions);
    if (below === undefined) return undefined;
    const above = this.#sizeOfBound(p, "hi", conditions);
    return above === undefined ? undefined : { conditions: [...conditions.values()], size: larger(below, above) };
  }

  /** As far as a bound of `p` is from 0 at most where the conditions hold; undefined if that may be more than 2^53. */
  #sizeOfBound(p: Poly, side: "lo" | "hi", conditions: Conditions): bigint | undefined {
    const bound = this.#bounder.bound(p, side, this.#facts, conditions);
    if (bound === undefined) return undefined;
    const abs = (n: bigint): bigint => (n < 0n ? -n : n);
    const size = bound.terms.reduce((sum, t) => sum + abs(t.coefficient) * SMALL, abs(bound.constant));
    if (size > DOUBLE_RANGE.max) return undefined;
    for (const term of bound.terms)
      for (const within of this.#smallProduct(term)) if (!this.#bounder.require(within, conditions)) return undefined;
    return size;
  }

  /** What says that a product is far smaller than ±2^53. */
  #smallProduct({ atoms, product }: Term): readonly Poly[] {
    let known = this.#smallProducts.get(product);
    if (known === undefined) {
      const p = productPoly(atoms);
      known = [subtract(constantPoly(SMALL), p), add(p, constantPoly(SMALL))];
      this.#smallProducts.set(product, known);
    }
    return known;
  }

  /** Makes "p ≥ 0 in every iteration" conditions; false when that can't be done. `where`: it need only hold where these do. */
  #nonNegative(p: Poly, conditions: Conditions, where: Facts = []): boolean {
    const lo = this.#bounder.bound(p, "lo", this.#facts, conditions);
    if (lo === undefined) return false;
    if (where.length === 0 || lo.range.min >= 0n || isHopeless(lo)) return this.#bounder.require(lo, conditions);
    for (const fact of where) for (const condition of fact.conditions) conditions.set(condition.key, condition);
    const only = where.reduce((needed, fact) => this.#atoms.where(needed, fact.poly), lo);
    return this.#bounder.require(only, conditions);
  }

  /** What the branches around this place say of values that the loop doesn't change: either it holds in all iterations, or this is never come to. */
  #invariantFacts(): Facts {
    const says = (fact: Fact): boolean => !this.#runs.has(fact) && !fact.poly.isVarying && fact.poly.range.min < 0n;
    return this.#facts.filter(says);
  }

  #sym(id: ValueId): Sym {
    const known = this.#syms.get(id);
    if (known !== undefined) return known;
    // A value inside that the walk has given no meaning: what a chunk of a parallel loop left.
    const sym: Sym = this.#inside.has(id) ? this.#unknown() : { poly: this.#outer.integer(id), conditions: [] };
    this.#syms.set(id, sym);
    return sym;
  }

  #unknown(): Sym {
    return { poly: this.#atoms.varying(undefined, undefined, I64_RANGE, []), conditions: [] };
  }

  // ── arrays ──

  /** How many elements an array has; undefined for an array that may be another one in each iteration. */
  #lengthOf(array: ValueId): Sym | undefined {
    const id = this.#resolve(array);
    if (!this.#inside.has(id)) return { poly: this.#outer.length(id), conditions: [] };
    const inst = this.#around.definitions.inst(id);
    const made = inst && lengthOfInst(inst, this.#around.tables, (arg) => this.#sym(arg));
    if (made !== undefined) return made;
    const ref = this.#arrays.get(id);
    return ref && { poly: this.#atoms.length(ref), conditions: [] };
  }

  #access(inst: InstOf<"load" | "store">): void {
    const [array = -1, at = -1] = inst.args;
    this.#inBounds(inst, array, this.#sym(at), this.#accesses);
  }

  #inBounds(inst: Inst, array: ValueId, index: Sym | undefined, found: Conditional[]): void {
    const length = this.#lengthOf(array);
    if (length === undefined || index === undefined) return;
    const conditions = byKey(union(index.conditions, length.conditions));
    const room = subtract(subtract(length.poly, ONE), index.poly);
    const where = this.#invariantFacts();
    if (this.#nonNegative(index.poly, conditions, where) && this.#nonNegative(room, conditions, where))
      found.push({ id: inst.id, conditions });
  }
}

function byKey(conditions: readonly Poly[]): Conditions {
  const found: Conditions = new Map();
  for (const p of conditions) found.set(p.key, p);
  return found;
}

/** Most values hold whatever comes. */
const NONE: Conditional["conditions"] = new Map();

/** Not to be added to. */
function fixed(conditions: readonly Poly[]): Conditional["conditions"] {
  return conditions.length === 0 ? NONE : byKey(conditions);
}

function isInteger(type: IrType | "void" | undefined): type is "i32" | "i64" {
  return type === "i32" || type === "i64";
}
