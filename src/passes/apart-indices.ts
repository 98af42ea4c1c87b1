/**
 * Can two different iterations of a parallel loop use the same index?
 *
 * Takes a loop and gives polynomials (poly.ts) for the indices in its body, for any one iteration or for another one: what
 * changes from iteration to iteration, or inside one, is another atom in each of the two. Two indices never meet when their
 * difference can't be 0:
 *
 *   order     one always lies above the other                    a[i], a[n − 1 − i] with i < n >> 1
 *   stride    S·i + v and S·i' + v' where |v − v'| < |S|         a[i·w + x] with 0 ≤ x < w
 *   rest      M·q + r and M·q' + r' where |r − r'| < |M|, and r and r' never meet      a[y·w + i] with 0 ≤ i < w
 *
 * The loops that an access stands in may be taken to run: otherwise it would not.
 */
import type { Block, Inst, InstOf, LocalId, ValueId } from "../ir/ops.ts";
import type { Definitions } from "../ir/rewrite.ts";
import { isArrayType } from "../ir/types.ts";
import { localsWrittenIn } from "../ir/walk.ts";
import { Atoms, extremeOf } from "./atoms.ts";
import { Bounder, type Conditions, type Facts } from "./bound.ts";
import { type IntContext, intValue, type Sym, typeRange } from "./int-values.ts";
import { type LoopUses, mayJump, writes } from "./loop-uses.ts";
import { OuterValues } from "./outer-values.ts";
import {
  type Atom,
  add,
  atomOf,
  constantPoly,
  multiply,
  type Poly,
  productPoly,
  type Range,
  scale,
  splitBy,
  subtract,
  type Term,
  tooLarge,
} from "./poly.ts";

const ZERO = constantPoly(0n);
const ONE = constantPoly(1n);
/** Rests of rests: an index has as many dimensions. */
const MAX_DEPTH = 4;
/** Deep expressions are told by bounds of the type alone. */
const MAX_OPERANDS = 60;
/** Branches around an access aren't asked. */
const NO_FACTS: Facts = [];

/** An index, and the loops inside the parallel one that the access stands in. */
export interface IndexPlace {
  readonly index: ValueId;
  readonly loops: readonly InstOf<"for">[];
}

export class IterationIndices {
  readonly #loop: InstOf<"for">;
  readonly #atoms = new Atoms();
  readonly #bounder = new Bounder(this.#atoms);
  readonly #one: Iteration;
  readonly #other: Iteration;
  /** By the loops that two accesses stand in. */
  readonly #proofs = new Map<string, Proof>();

  /** `uses` are those of the loop's body. */
  constructor(loop: InstOf<"for">, definitions: Definitions, uses: LoopUses) {
    this.#loop = loop;
    const body = new Body(loop, definitions, uses, new OuterValues(this.#atoms, definitions, []));
    this.#one = new Iteration(body, this.#atoms);
    this.#other = new Iteration(body, this.#atoms);
  }

  /** The polynomial in an iteration; `i` is its counter. */
  index(id: ValueId): Poly {
    return this.#one.integer(id);
  }

  get i(): Atom {
    return this.#one.counter;
  }

  /** Does it change by nothing but the loop's counter? */
  isOfCounter(p: Poly): boolean {
    return p.terms.every((t) => t.atoms.every((a) => a === this.i || !a.varying));
  }

  ofOuter(id: ValueId): Poly {
    return this.#one.outer(id);
  }

  /** Do `a` in one iteration and `b` in another one never meet? */
  areApart(a: IndexPlace, b: IndexPlace): boolean {
    return this.#apart(this.#one.integer(a.index), this.#other.integer(b.index), this.#proof(a, b), 0);
  }

  #proof(a: IndexPlace, b: IndexPlace): Proof {
    const key = [a, b].map(({ loops }) => loops.map((loop) => loop.label)).join(" | ");
    let proof = this.#proofs.get(key);
    if (proof === undefined) {
      const runs = [this.#loop, ...a.loops].flatMap((loop) => this.#one.distances(loop));
      for (const loop of b.loops) runs.push(...this.#other.distances(loop));
      proof = new Proof(this.#bounder, runs);
      this.#proofs.set(key, proof);
    }
    return proof;
  }

  #apart(a: Poly, b: Poly, proof: Proof, depth: number): boolean {
    const difference = subtract(a, b);
    if (proof.isPositive(difference) || proof.isPositive(scale(difference, -1n))) return true;
    if (this.#inStrides(difference, proof)) return true;
    return depth < MAX_DEPTH && this.#moduli(a).some((m) => this.#apartModulo(m, a, b, proof, depth));
  }

  #inStrides(difference: Poly, proof: Proof): boolean {
    const [i, j] = [this.#one.counter, this.#other.counter];
    const [rest, stride, ...more] = splitBy(difference, i);
    if (rest === undefined || stride === undefined || more.length > 0) return false;
    const [within, back, ...others] = splitBy(rest, j);
    if (within === undefined || back === undefined || others.length > 0) return false;
    if (add(stride, back).key !== ZERO.key || splitBy(stride, j).length > 1) return false;
    return proof.isBelow(within, scale(stride, BigInt(this.#loop.step)));
  }

  #apartModulo(m: Poly, a: Poly, b: Poly, proof: Proof, depth: number): boolean {
    const [r, s] = [remainder(a, m), remainder(b, m)];
    if (r.key === a.key && s.key === b.key) return false;
    return proof.isBelow(subtract(r, s), m) && this.#apart(r, s, proof, depth + 1);
  }

  /** What something that varies inside an iteration is multiplied by. */
  #moduli(p: Poly): readonly Poly[] {
    const found = new Map<string, Poly>();
    const varying = new Set(p.terms.flatMap((t) => t.atoms.filter((a) => a.varying)));
    varying.delete(this.i);
    for (const atom of varying) {
      const [, factor, ...more] = splitBy(p, atom);
      if (factor === undefined || more.length > 0 || factor.isVarying) continue;
      if (factor.terms.length > 0 || factor.constant > 1n || factor.constant < -1n) found.set(factor.key, factor);
    }
    return [...found.values()];
  }
}

/** p less a multiple of m: without the terms that the largest term of m divides. */
function remainder(p: Poly, m: Poly): Poly {
  const lead = m.terms.toSorted((a, b) => b.atoms.length - a.atoms.length)[0];
  let rest = p;
  for (const term of p.terms) {
    const factor = lead === undefined ? constantFactor(term, m.constant) : quotient(term, lead);
    if (factor !== undefined) rest = subtract(rest, multiply(factor, m));
  }
  return rest;
}

function constantFactor({ atoms, coefficient }: Term, by: bigint): Poly | undefined {
  return by !== 0n && coefficient % by === 0n ? scale(productPoly(atoms), coefficient / by) : undefined;
}

function quotient(term: Term, by: Term): Poly | undefined {
  const atoms = [...term.atoms];
  for (const atom of by.atoms) {
    const at = atoms.indexOf(atom);
    if (at < 0) return undefined;
    atoms.splice(at, 1);
  }
  if (term.coefficient % by.coefficient !== 0n) return undefined;
  const factor = term.coefficient / by.coefficient;
  return atoms.length === 0 ? constantPoly(factor) : scale(productPoly(atoms), factor);
}

/** What both iterations share: the loop, and values from before it. */
class Body {
  readonly loop: InstOf<"for">;
  readonly definitions: Definitions;
  readonly uses: LoopUses;
  readonly outer: OuterValues;
  readonly counters = new Map<ValueId, InstOf<"for">>();
  readonly written: ReadonlySet<LocalId>;

  constructor(loop: InstOf<"for">, definitions: Definitions, uses: LoopUses, outer: OuterValues) {
    this.loop = loop;
    this.definitions = definitions;
    this.uses = uses;
    this.outer = outer;
    this.written = localsWrittenIn(loop.body);
    for (const inst of uses.definitions.values()) if (inst.op === "for") this.counters.set(inst.iv, inst);
  }
}

/** The integers of one iteration. */
class Iteration {
  readonly counter: Atom;
  readonly #body: Body;
  readonly #atoms: Atoms;
  readonly #values = new Map<ValueId, Poly>();
  #operands = 0;

  constructor(body: Body, atoms: Atoms) {
    this.#body = body;
    this.#atoms = atoms;
    const { loop } = body;
    const [start, end] = this.#range(loop);
    const [lo, hi] = loop.step > 0 ? [start, subtract(end, ONE)] : [add(end, ONE), start];
    const counter = atoms.varying(lo, hi, typeRange(this.#typeOf(loop.iv)), []);
    this.counter = atomOf(counter);
    this.#values.set(loop.iv, counter);
  }

  outer(id: ValueId): Poly {
    return this.#body.outer.integer(id);
  }

  /** How far it is from the counter's first value to the last it could have: the least of these. Where the loop runs, all are ≥ 0. */
  distances(loop: InstOf<"for">): readonly Poly[] {
    const [start, end] = this.#range(loop);
    const rising = loop.step > 0;
    // Until the lesser of two ends: the distance to one of them may well be the same in all iterations.
    const sides = extremeOf(end);
    const ends = sides !== undefined && (sides.kind === "min") === rising ? [sides.a, sides.b] : [end];
    return ends.map((to) => subtract(rising ? subtract(to, start) : subtract(start, to), ONE));
  }

  #range(loop: InstOf<"for">): readonly [Poly, Poly] {
    const [start = -1, end = -1] = loop.args;
    return [this.integer(start), this.integer(end)];
  }

  #typeOf(id: ValueId): "i32" | "i64" {
    const type = this.#body.definitions.typeOf(id) ?? this.#body.uses.inst(id)?.type;
    return type === "i64" ? "i64" : "i32";
  }

  integer(id: ValueId): Poly {
    let poly = this.#values.get(id);
    if (poly === undefined) {
      this.#operands++;
      poly = this.#integer(id);
      this.#operands--;
      this.#values.set(id, poly);
    }
    return poly;
  }

  #integer(id: ValueId): Poly {
    const loop = this.#body.counters.get(id);
    if (loop !== undefined) return this.#counted(loop);
    const inst = this.#body.uses.inst(id);
    if (inst === undefined) return this.outer(id);
    const type = this.#typeOf(id);
    if (inst.op === "local.get") {
      if (!this.#body.written.has(inst.local)) return this.#atoms.local(inst.local, type, typeRange(type));
      const counted = this.#carried(inst);
      if (counted !== undefined) return counted;
    }
    if (inst.op === "length") {
      const length = this.#length(inst.args[0] ?? -1);
      if (length !== undefined) return length;
    }
    if (this.#operands > MAX_OPERANDS) return this.#atoms.varying(undefined, undefined, typeRange(type), []);
    const value = intValue(exactly(inst), this.#context(inst));
    if ("exact" in value && value.exact.conditions.length === 0 && !tooLarge(value.exact.poly)) return value.exact.poly;
    const known = "between" in value && value.between.conditions.length === 0 ? value.between : undefined;
    return this.#atoms.varying(known?.lo, known?.hi, known?.range ?? typeRange(type), []);
  }

  #length(array: ValueId): Poly | undefined {
    const inst = this.#body.uses.inst(array);
    if (inst === undefined) return this.#body.outer.length(array);
    if (inst.op !== "local.get" || this.#body.written.has(inst.local) || !isArrayType(inst.type)) return undefined;
    return this.#atoms.length({ kind: "local", local: inst.local, type: inst.type });
  }

  /** From the loop's start onwards, so that a loop that begins at `i * size` goes with i. */
  #counted(loop: InstOf<"for">): Poly {
    const [start] = this.#range(loop);
    const far = this.distances(loop).reduce((a, b) => this.#atoms.min(a, b));
    const distance = this.#atoms.varying(ZERO, far, typeRange(this.#typeOf(loop.iv)), []);
    return loop.step > 0 ? add(start, distance) : subtract(start, distance);
  }

  /** A variable to which each round of a loop inside adds the same: `o[k++] = x`. */
  #carried(get: InstOf<"local.get">): Poly | undefined {
    const { uses } = this.#body;
    const block = uses.blockOf.get(get);
    const loop = block === undefined ? undefined : uses.ownerOf.get(block);
    if (block === undefined || loop?.op !== "for" || block.insts.some(mayJump)) return undefined;
    const writing = block.insts.filter((inst) => writes(inst, get.local));
    const [first] = writing;
    const last = writing.at(-1);
    if (first === undefined || last?.op !== "local.set" || writing.some((inst) => inst.op !== "local.set"))
      return undefined;
    if (block.insts.indexOf(first) < block.insts.indexOf(get)) return undefined;
    const added = this.#addedTo(get.id, last.args[0] ?? -1);
    const before = this.#valueBefore(loop, get.local);
    const step = BigInt(loop.step);
    if (added === undefined || before === undefined || added % step !== 0n) return undefined;
    const [start] = this.#range(loop);
    return add(before, scale(subtract(this.integer(loop.iv), start), added / step));
  }

  /** What constants are added to `from` to give `id`. */
  #addedTo(from: ValueId, id: ValueId): bigint | undefined {
    if (id === from) return 0n;
    const inst = this.#body.uses.inst(id);
    if (inst?.op !== "add" && inst?.op !== "sub") return undefined;
    const [a = -1, b = -1] = inst.args;
    const constant = this.#body.uses.inst(b);
    const before = inst.overflow === "wraps" || constant?.op !== "const" ? undefined : this.#addedTo(from, a);
    if (before === undefined || constant?.op !== "const") return undefined;
    return inst.op === "add" ? before + BigInt(constant.value) : before - BigInt(constant.value);
  }

  /** What a variable holds where `place` begins; undefined when branches or rounds before it decide. */
  #valueBefore(place: Inst, local: LocalId): Poly | undefined {
    const { uses } = this.#body;
    for (let inst: Inst | undefined = place; inst !== undefined; ) {
      const block: Block | undefined = uses.blockOf.get(inst);
      if (block === undefined) return undefined;
      const earlier = block.insts.slice(0, block.insts.indexOf(inst)).findLast((i) => writes(i, local));
      if (earlier !== undefined) return earlier.op === "local.set" ? this.integer(earlier.args[0] ?? -1) : undefined;
      inst = uses.ownerOf.get(block);
      // Each round after the first begins with what the one before has left.
      if (inst?.op === "for" || inst?.op === "loop") return undefined;
    }
    return undefined;
  }

  /** Nothing may depend on conditions here: nobody would test them. */
  #context(inst: Inst): IntContext {
    const arg = (i: number): ValueId => inst.args[i] ?? -1;
    return {
      atoms: this.#atoms,
      operand: (i): Sym => ({ poly: this.integer(arg(i)), conditions: [] }),
      float: () => undefined,
      wholeQuotient: () => undefined,
      typeOf: (i) => this.#body.definitions.typeOf(arg(i)) ?? "i64",
      within: (p, range) => (contains(range, p.range) ? [] : undefined),
      exactDouble: () => undefined,
    };
  }
}

/** What saturates is no index of any array, and nothing is read or written. */
function exactly(inst: Inst): Inst {
  return "overflow" in inst && inst.overflow === "saturates" ? { ...inst, overflow: "absent" } : inst;
}

function contains(outer: Range, inner: Range): boolean {
  return inner.min >= outer.min && inner.max <= outer.max;
}

/** Proves that polynomials are ≥ 0 or > 0, given some that are ≥ 0. */
class Proof {
  readonly #bounder: Bounder;
  /** Of values from before the loop only. */
  readonly #facts: readonly Poly[];
  /** What invariant atoms are at least. */
  readonly #least = new Map<Atom, bigint>();

  constructor(bounder: Bounder, facts: readonly Poly[]) {
    this.#bounder = bounder;
    const conditional: Poly[] = [];
    // What is ≥ 0 for some iteration is so for the largest that it may be.
    for (const fact of facts) {
      const conditions: Conditions = new Map();
      const most = bounder.bound(fact, "hi", NO_FACTS, conditions);
      if (most !== undefined && conditions.size === 0) conditional.push(this.#plain(most));
    }
    this.#facts = conditional;
    // One may tell of an atom what another needs.
    for (let round = 0; round < 2; round++) for (const fact of this.#facts) this.#learn(fact);
  }

  /** c·a + rest ≥ 0: a ≥ −rest / c, if the rest is known to be at most something. */
  #learn(fact: Poly): void {
    for (const { atoms, coefficient } of fact.terms) {
      const [atom] = atoms;
      if (atom === undefined || atoms.length > 1 || coefficient < 1n) continue;
      const rest = subtract(fact, scale(atom.poly, coefficient));
      const most = this.#most(rest);
      if (most === undefined) continue;
      // The least integer a with c·a ≥ −most.
      const least = -floorDivide(most, coefficient);
      if (least <= this.#leastOf(atom)) continue;
      this.#least.set(atom, least);
      // So is what it is a part of.
      const { is } = atom;
      if (is.kind === "shr") this.#learn(subtract(is.a, constantPoly(least << is.by)));
      if (is.kind === "div" && least > 0n) this.#learn(subtract(is.a, constantPoly(least * is.by)));
    }
  }

  /** An upper limit, as a number. */
  #most(p: Poly): bigint | undefined {
    let most = p.constant;
    for (const { atoms, coefficient } of p.terms) {
      if (coefficient > 0n || !atoms.every((a) => this.#leastOf(a) >= 0n)) return undefined;
      most += coefficient * atoms.reduce((product, a) => product * this.#leastOf(a), 1n);
    }
    return most;
  }

  #leastOf(atom: Atom): bigint {
    return this.#least.get(atom) ?? atom.range.min;
  }

  isPositive(p: Poly): boolean {
    return this.#isNonNegative(subtract(p, ONE));
  }

  /** |p| < |size|. */
  isBelow(p: Poly, size: Poly): boolean {
    return [size, scale(size, -1n)].some(
      (s) => this.#isNonNegative(subtract(subtract(s, p), ONE)) && this.#isNonNegative(subtract(add(s, p), ONE)),
    );
  }

  #isNonNegative(p: Poly): boolean {
    const conditions: Conditions = new Map();
    const least = this.#bounder.bound(p, "lo", NO_FACTS, conditions);
    if (least === undefined) return false;
    return [least, ...conditions.values()].every((q) => this.#holds(this.#plain(q), 0));
  }

  /** Without atoms that stand for sums. */
  #plain(p: Poly): Poly {
    let plain = p;
    for (const { atoms } of p.terms)
      for (const atom of atoms) {
        const { is } = atom;
        if (is.kind === "sum") plain = replace(plain, atom, is.a);
      }
    return plain;
  }

  #holds(p: Poly, depth: number): boolean {
    if (this.#isSum(p)) return true;
    if (depth === 3) return false;
    if (this.#facts.some((fact) => fact.terms.length > 1 && shares(p, fact) && this.#holds(subtract(p, fact), 3)))
      return true;
    return p.terms.some(
      (term) => term.coefficient < 0n && this.#widened(p, term).some((q) => this.#holds(q, depth + 1)),
    );
  }

  /** A sum of products of what is ≥ 0, when each atom is taken from the least it can be. */
  #isSum(p: Poly): boolean {
    let shifted = p;
    for (const atom of new Set(p.terms.flatMap((t) => t.atoms))) {
      const least = this.#leastOf(atom);
      if (least < -(2n ** 31n)) return false;
      if (least !== 0n) shifted = replace(shifted, atom, add(atom.poly, constantPoly(least)));
    }
    return shifted.constant >= 0n && shifted.terms.every((t) => t.coefficient > 0n);
  }

  /** p, or a multiple of it, with something larger put for a minimum or quotient in a term that is subtracted. */
  #widened(p: Poly, term: Term): readonly Poly[] {
    return term.atoms.flatMap((atom) => {
      const others = term.atoms.filter((a) => a !== atom);
      if (others.length !== term.atoms.length - 1 || !others.every((a) => this.#leastOf(a) >= 0n)) return [];
      const factor = scale(others.length === 0 ? ONE : productPoly(others), term.coefficient);
      const without = subtract(p, multiply(factor, atom.poly));
      const put = (a: Poly, by = 1n): Poly => add(scale(without, by), multiply(factor, this.#plain(a)));
      const { is } = atom;
      if (is.kind === "min") return [put(is.a), put(is.b)];
      // 2^k · (a >> k) ≤ a; d · (a / d) ≤ a where the quotient isn't 0 of something negative.
      if (is.kind === "shr") return [put(is.a, 2n ** is.by)];
      return is.kind === "div" && this.#leastOf(atom) > 0n ? [put(is.a, is.by)] : [];
    });
  }
}

function shares(p: Poly, q: Poly): boolean {
  return p.terms.some((t) => q.terms.some((u) => t.product === u.product));
}

function replace(p: Poly, atom: Atom, by: Poly): Poly {
  return splitBy(p, atom).reduce((sum, factor, power) => {
    let product = factor;
    for (let k = 0; k < power; k++) product = multiply(product, by);
    return add(sum, product);
  }, ZERO);
}

function floorDivide(a: bigint, b: bigint): bigint {
  const q = a / b;
  return a % b !== 0n && a < 0n ? q - 1n : q;
}
