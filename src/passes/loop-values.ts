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
import { Bounder, type Conditions, type Facts } from "./bound.ts";
import { type Choice, type FactContext, factsOf } from "./facts.ts";
import { type IntContext, type IntValue, intValue, type Sym, typeRange } from "./int-values.ts";
import {
  type ArrayRef,
  type AtomId,
  Atoms,
  add,
  atomPoly,
  constantPoly,
  I64_RANGE,
  larger,
  multiply,
  type Poly,
  type Range,
  scale,
  smaller,
  subtract,
} from "./poly.ts";

/** Something that holds in every iteration if the conditions hold before the loop. */
export interface Conditional {
  readonly id: ValueId;
  readonly conditions: Conditions;
}

export interface LoopValues {
  readonly atoms: Atoms;
  /** Loads and stores: in bounds. */
  readonly accesses: readonly Conditional[];
  /** Additions, subtractions, multiplications: no overflow. */
  readonly arithmetic: readonly Conditional[];
}

/** What there is to know about the function around a loop. */
export interface Surroundings {
  readonly definitions: Definitions;
  readonly localTypes: ReadonlyMap<LocalId, IrType>;
  readonly tables: readonly Table[];
}

export function analyzeLoop(loop: InstOf<"for">, around: Surroundings): LoopValues {
  return new LoopWalker(loop, around).run();
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
const SMALL: Range = { min: -(2n ** 53n), max: 2n ** 53n };

class LoopWalker {
  readonly #loop: InstOf<"for">;
  readonly #around: Surroundings;
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
  readonly #factContext: FactContext;
  #held = new Map<LocalId, Held>();
  #facts: Facts = [];

  constructor(loop: InstOf<"for">, around: Surroundings) {
    this.#loop = loop;
    this.#around = around;
    this.#written = localsWrittenIn(loop.body);
    this.#inside.add(loop.iv);
    forEachInst(loop.body, (inst) => {
      this.#inside.add(inst.id);
      if (inst.op === "for") this.#inside.add(inst.iv);
      if (inst.op === "parallel") for (const id of inst.partials) this.#inside.add(id);
    });
    this.#factContext = {
      inst: (id) => this.#around.definitions.inst(this.#resolve(id)),
      choice: (id) => this.#choices.get(this.#resolve(id)),
      integer: (id) => (isInteger(this.#typeOf(id)) ? this.#sym(id) : undefined),
      range: (p) => this.#atoms.range(p),
    };
  }

  run(): LoopValues {
    this.#for(this.#loop);
    return { atoms: this.#atoms, accesses: this.#accesses, arithmetic: this.#arithmetic };
  }

  // ── control ──

  #for(loop: InstOf<"for">): void {
    const [startId = -1, endId = -1] = loop.args;
    const start = this.#sym(startId);
    const end = this.#sym(endId);
    const conditions = [...start.conditions, ...end.conditions];
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
    this.#forget(written);
    // Where the body runs, the loop isn't empty.
    this.#scoped([{ poly: distance, conditions }], () => this.#block(loop.body));
    this.#forget(written);
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
      default:
        this.#forget(localsWritten(inst));
    }
    if (isInteger(inst.type)) this.#syms.set(inst.id, this.#evaluate(inst));
  }

  #forget(locals: Iterable<LocalId>): void {
    for (const local of locals) this.#held.set(local, { kind: "unknown" });
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

  #join(local: LocalId, cond: ValueId, then: Outcome, otherwise: Outcome, since: AtomId): Held {
    const a = then.held.get(local) ?? { kind: "unknown" };
    const b = otherwise.held.get(local) ?? { kind: "unknown" };
    const type = this.#around.localTypes.get(local) ?? "f64";
    if (a.kind === "value" && b.kind === "value") {
      if (a.id === b.id) return a;
      if (type === "i1") return { kind: "choice", choice: { cond, then: a.id, else: b.id } };
    }
    const x = this.#symOf(a);
    const y = this.#symOf(b);
    if (x === undefined || y === undefined || !isInteger(type)) return { kind: "unknown" };
    return { kind: "sym", sym: this.#either(x, then.facts, y, otherwise.facts, typeRange(type), since) };
  }

  #symOf(held: Held): Sym | undefined {
    if (held.kind === "sym") return held.sym;
    return held.kind === "value" && isInteger(this.#typeOf(held.id)) ? this.#sym(held.id) : undefined;
  }

  /**
   * One of two values, each with what is known where it is the one. Atoms from `since` on exist in one of the branches only:
   * where the other was taken nothing holds of them, so the outcome mustn't be described in their terms.
   */
  #either(x: Sym, xFacts: Facts, y: Sym, yFacts: Facts, range: Range, since = Number.POSITIVE_INFINITY): Sym {
    const conditions = byKey([...x.conditions, ...y.conditions]);
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
  #sharpen(p: Poly, side: "lo" | "hi", facts: Facts, since: AtomId, conditions: Conditions): Poly | undefined {
    if (!this.#atoms.isVarying(p)) return p;
    const mentioned = new Set(p.terms.flatMap((t) => t.atoms));
    const young = [...mentioned].some((id) => id >= since);
    if (!young && !facts.some((f) => f.poly.terms.some((t) => t.atoms.some((id) => mentioned.has(id))))) return p;
    const needed: Conditions = new Map();
    const bound = this.#bounder.bound(p, side, [...this.#facts, ...facts], needed);
    if (bound === undefined) return young ? undefined : p;
    for (const [key, condition] of needed) conditions.set(key, condition);
    return bound;
  }

  #factsOf(cond: ValueId, truth: boolean): Facts {
    return factsOf(cond, truth, this.#factContext);
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
      return;
    }
    if (held?.kind === "choice") this.#choices.set(inst.id, held.choice);
    const invariant = held === undefined && !this.#written.has(inst.local);
    if (isInteger(inst.type)) {
      const sym = held?.kind === "sym" ? held.sym : undefined;
      const before = invariant ? { poly: this.#atoms.local(inst.local, inst.type), conditions: [] } : undefined;
      this.#syms.set(inst.id, sym ?? before ?? this.#opaque(intValue(inst, this.#context(inst))));
    }
    if (invariant && inst.type !== "void" && isArrayType(inst.type))
      this.#arrays.set(inst.id, { kind: "local", local: inst.local, type: inst.type });
    this.#held.set(inst.local, { kind: "value", id: inst.id });
  }

  /** An integer inside the loop. */
  #evaluate(inst: Inst): Sym {
    if (inst.op === "select") {
      const [cond = -1, a = -1, b = -1] = inst.args;
      const [then, otherwise] = [this.#factsOf(cond, true), this.#factsOf(cond, false)];
      return this.#either(this.#sym(a), then, this.#sym(b), otherwise, typeRange(inst.type));
    }
    if (inst.op === "length") {
      const length = this.#lengthOf(inst.args[0] ?? -1);
      if (length !== undefined) return length;
    }
    const value = intValue(inst, this.#context(inst));
    if (!("exact" in value)) return this.#opaque(value);
    if ((inst.op === "add" || inst.op === "sub" || inst.op === "mul") && inst.overflow !== "absent")
      this.#arithmetic.push({ id: inst.id, conditions: byKey(value.exact.conditions) });
    return value.exact;
  }

  #opaque(value: IntValue): Sym {
    if ("exact" in value) return value.exact;
    const { lo, hi, range, conditions } = value.between;
    return { poly: this.#atoms.varying(lo, hi, range, conditions), conditions: [] };
  }

  #context(inst: Inst): IntContext {
    const arg = (i: number): ValueId => inst.args[i] ?? -1;
    return {
      atoms: this.#atoms,
      operand: (i) => this.#sym(arg(i)),
      typeOf: (i) => this.#typeOf(arg(i)) ?? "i64",
      within: (p, range) => this.#within(p, range, this.#inside.has(inst.id)),
    };
  }

  #within(p: Poly, range: Range, conditional: boolean): readonly Poly[] | undefined {
    const { min, max } = this.#atoms.range(p);
    if (min >= range.min && max <= range.max) return [];
    if (!conditional) return undefined;
    const conditions: Conditions = new Map();
    if (range.max > SMALL.max) return this.#small(p, conditions) ? [...conditions.values()] : undefined;
    const above = subtract(p, constantPoly(range.min));
    const below = subtract(constantPoly(range.max), p);
    return this.#nonNegative(above, conditions) && this.#nonNegative(below, conditions)
      ? [...conditions.values()]
      : undefined;
  }

  /**
   * Is `p` far from 2^63 in every iteration? Its bounds' products must each stay within ±2^53, conditions that most values
   * of a loop have in common.
   */
  #small(p: Poly, conditions: Conditions): boolean {
    const bounds = (["lo", "hi"] as const).map((side) => this.#bounder.bound(p, side, this.#facts, conditions));
    return bounds.every((bound) => {
      if (bound === undefined) return false;
      const size = (n: bigint): bigint => (n < 0n ? -n : n);
      if (bound.terms.reduce((sum, t) => sum + size(t.coefficient), 0n) > 64n) return false;
      if (size(bound.constant) > SMALL.max) return false;
      return bound.terms.every(({ atoms }) => {
        const product = atoms.reduce((p, id) => multiply(p, atomPoly(id)), ONE);
        return (
          this.#bounder.require(subtract(constantPoly(SMALL.max), product), conditions) &&
          this.#bounder.require(subtract(product, constantPoly(SMALL.min)), conditions)
        );
      });
    });
  }

  /** Makes "p ≥ 0 in every iteration" conditions; false when that can't be done. */
  #nonNegative(p: Poly, conditions: Conditions): boolean {
    const lo = this.#bounder.bound(p, "lo", this.#facts, conditions);
    return lo !== undefined && this.#bounder.require(lo, conditions);
  }

  #sym(id: ValueId): Sym {
    const known = this.#syms.get(id);
    if (known !== undefined) return known;
    // A value inside that the walk has given no meaning: what a chunk of a parallel loop left.
    const sym: Sym = this.#inside.has(id) ? this.#unknown() : { poly: this.#outer(id), conditions: [] };
    this.#syms.set(id, sym);
    return sym;
  }

  #unknown(): Sym {
    return { poly: this.#atoms.varying(undefined, undefined, I64_RANGE, []), conditions: [] };
  }

  /** An integer from before the loop: looked through where that is exact, else an atom of its own. */
  #outer(id: ValueId): Poly {
    const { definitions } = this.#around;
    const type = this.#typeOf(id) === "i32" ? "i32" : "i64";
    const atom = ({ min, max }: Range): Poly => {
      const all = typeRange(type);
      return this.#atoms.value(id, type, { min: larger(min, all.min), max: smaller(max, all.max) });
    };
    const loop = definitions.loopOf(id);
    if (loop !== undefined) {
      const [start, end] = loop.args.map((a) => this.#atoms.range(this.#sym(a).poly));
      const all = typeRange(type);
      if (loop.step > 0) return atom({ min: start?.min ?? all.min, max: (end?.max ?? all.max) - 1n });
      return atom({ min: (end?.min ?? all.min) + 1n, max: start?.max ?? all.max });
    }
    const inst = definitions.inst(id);
    if (inst === undefined) return atom(typeRange(type));
    if (inst.op === "length") return (this.#lengthOf(inst.args[0] ?? -1) ?? { poly: atom(typeRange(type)) }).poly;
    const value = intValue(inst, this.#context(inst));
    if ("exact" in value) return value.exact.conditions.length === 0 ? value.exact.poly : atom(typeRange(type));
    const { lo, hi, range, conditions } = value.between;
    if (conditions.length > 0) return atom(range);
    return atom({
      min: lo === undefined ? range.min : larger(range.min, this.#atoms.range(lo).min),
      max: hi === undefined ? range.max : smaller(range.max, this.#atoms.range(hi).max),
    });
  }

  // ── arrays ──

  /** How many elements an array has; undefined for an array that may be another one in each iteration. */
  #lengthOf(array: ValueId): Sym | undefined {
    const id = this.#resolve(array);
    const inst = this.#around.definitions.inst(id);
    const [a = -1, b = -1, c = -1] = inst?.args ?? [];
    switch (inst?.op) {
      case "array.table": {
        const table = this.#around.tables[inst.table];
        return table && { poly: constantPoly(BigInt(table.values.length)), conditions: [] };
      }
      case "array.new":
        return this.#sym(a);
      case "array.view": {
        const [begin, end] = [this.#sym(b), this.#sym(c)];
        return { poly: subtract(end.poly, begin.poly), conditions: [...begin.conditions, ...end.conditions] };
      }
      default: {
        const ref =
          this.#arrays.get(id) ?? (this.#inside.has(id) ? undefined : ({ kind: "value", value: id } as const));
        return ref && { poly: this.#atoms.length(ref), conditions: [] };
      }
    }
  }

  #access(inst: InstOf<"load" | "store">): void {
    const [array = -1, at = -1] = inst.args;
    const length = this.#lengthOf(array);
    if (length === undefined) return;
    const index = this.#sym(at);
    const conditions = byKey([...index.conditions, ...length.conditions]);
    const room = subtract(subtract(length.poly, ONE), index.poly);
    if (this.#nonNegative(index.poly, conditions) && this.#nonNegative(room, conditions))
      this.#accesses.push({ id: inst.id, conditions });
  }
}

function byKey(conditions: readonly Poly[]): Conditions {
  return new Map(conditions.map((p) => [p.key, p]));
}

function isInteger(type: IrType | "void" | undefined): type is "i32" | "i64" {
  return type === "i32" || type === "i64";
}
