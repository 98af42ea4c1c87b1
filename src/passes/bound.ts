/**
 * Bounds of a polynomial over all iterations of a loop, as polynomials over what the loop doesn't change.
 *
 * Counters and other varying atoms are eliminated one by one, youngest first: with P = C·v + R and C ≥ 0, P ≥ C·lo(v) + R.
 * A counter's own bounds may mention the counters around it, so triangular loops come out exact.
 *
 *   i in [0, n), j in [0, i]:   i·n + j  ≤  i·n + i  ≤  (n−1)·n + (n−1)
 *
 * *Facts* are what the branches around an access say: polynomials known to be ≥ 0 there. A fact in which v is the youngest
 * varying atom gives another bound of v, and the better result is taken.
 *
 * Where the sign of C isn't known, C ≥ 0 becomes a *condition*: a polynomial that must prove ≥ 0 at run time for the bound
 * to hold. (A negative row stride is legal but rare, and only costs the fast path.)
 */
import type { Atoms } from "./atoms.ts";
import { isHopeless, isLikelyPositive } from "./likely.ts";
import { type Atom, add, constantPoly, type Poly, scale, splitBy, tooLarge } from "./poly.ts";

/** Something that is ≥ 0 at some place of the loop, if the conditions hold. */
export interface Fact {
  readonly poly: Poly;
  readonly conditions: readonly Poly[];
}
export type Facts = readonly Fact[];

/** Polynomials over invariants that must be ≥ 0, by key. */
export type Conditions = Map<string, Poly>;

/** A bound of an atom, over older ones. */
interface AtomBound {
  readonly bound: Poly;
  readonly conditions: Conditions;
}

type Side = "lo" | "hi";
const other = (side: Side): Side => (side === "lo" ? "hi" : "lo");

/** Facts tried per atom, and eliminations per loop: bounds on compile time. */
const MAX_FACTS = 3;
const MAX_STEPS = 20_000;

/** What `#boundsOf` has found, for the facts at hand. */
type KnownBounds = Map<Atom, { [S in Side]?: readonly AtomBound[] }>;

const NO_FACTS: Facts = [];

export class Bounder {
  readonly #atoms: Atoms;
  readonly #known = new Map<Facts, KnownBounds>();
  #steps = 0;

  constructor(atoms: Atoms) {
    this.#atoms = atoms;
  }

  /** A bound of `p` without varying atoms, valid when `conditions` (added to) hold; undefined when there is none. */
  bound(p: Poly, side: Side, facts: Facts, conditions: Conditions): Poly | undefined {
    if (++this.#steps > MAX_STEPS || tooLarge(p)) return undefined;
    const atom = p.youngestVarying;
    if (atom === undefined) return p;
    const powers = splitBy(p, atom);
    if (powers.length > 2) return this.#boundPowers(atom, powers, side, facts, conditions);
    const rest = powers[0];
    const coefficient = powers[1];
    if (rest === undefined || coefficient === undefined) return undefined;
    const positive = this.#isPositive(coefficient, facts, conditions);
    if (positive === undefined) return undefined;
    const wanted = positive ? side : other(side);
    let best: Poly | undefined;
    const bounds = this.#boundsOf(atom, wanted, facts);
    const only = bounds[0];
    // Nearly always: conditions of a bound that is then not to be had do no harm but to cost a test.
    if (bounds.length === 1 && only !== undefined) {
      addAll(conditions, only.conditions);
      return this.bound(add(rest, this.#atoms.product(coefficient, only.bound)), side, facts, conditions);
    }
    for (const e of bounds) {
      const needed: Conditions = new Map(e.conditions);
      const result = this.bound(add(rest, this.#atoms.product(coefficient, e.bound)), side, facts, needed);
      if (result === undefined) continue;
      const before = best;
      if (best === undefined) best = result;
      else best = side === "lo" ? this.#atoms.max(best, result) : this.#atoms.min(best, result);
      if (best !== before) addAll(conditions, needed);
    }
    return best;
  }

  /** Higher powers grow with the atom where it is ≥ 0; elsewhere nothing is said. */
  #boundPowers(
    atom: Atom,
    powers: readonly Poly[],
    side: Side,
    facts: Facts,
    conditions: Conditions,
  ): Poly | undefined {
    if (atom.range.min < 0n) return undefined;
    let sum = constantPoly(0n);
    for (const [k, coefficient] of powers.entries()) {
      if (k === 0) {
        sum = add(sum, coefficient);
        continue;
      }
      if (coefficient.terms.length === 0 && coefficient.constant === 0n) continue;
      const positive = this.#isPositive(coefficient, facts, conditions);
      if (positive === undefined) return undefined;
      const [e] = this.#boundsOf(atom, positive ? side : other(side), NO_FACTS);
      if (e === undefined || e.bound.range.min < 0n) return undefined;
      addAll(conditions, e.conditions);
      let power = coefficient;
      for (let i = 0; i < k; i++) power = this.#atoms.product(power, e.bound);
      sum = add(sum, power);
    }
    return this.bound(sum, side, facts, conditions);
  }

  /** Is it ≥ 0, or ≤ 0 (false)? Where the ranges leave it open, the likelier answer becomes a condition. */
  #isPositive(p: Poly, facts: Facts, conditions: Conditions): boolean | undefined {
    const { min, max } = p.range;
    if (min >= 0n) return true;
    if (max <= 0n) return false;
    const term = p.terms[0];
    if (p.terms.length === 1 && p.constant === 0n && term !== undefined)
      return this.#areFactorsPositive(term.atoms, facts, conditions) ? term.coefficient > 0n : undefined;
    const guess = isLikelyPositive(p);
    const lo = this.bound(guess ? p : scale(p, -1n), "lo", facts, conditions);
    return lo !== undefined && this.require(lo, conditions) ? guess : undefined;
  }

  /** Invariants that are multiplied are sizes and strides: each is positive nearly always. */
  #areFactorsPositive(factors: readonly Atom[], facts: Facts, conditions: Conditions): boolean {
    return factors.every((atom) => {
      if (atom.range.min >= 0n) return true;
      const lo = this.bound(atom.poly, "lo", facts, conditions);
      return lo !== undefined && this.require(lo, conditions);
    });
  }

  /** Adds "p ≥ 0" to the conditions; false when that can't be, or hardly ever is. */
  require(p: Poly, conditions: Conditions): boolean {
    const { min, max } = p.range;
    if (max < 0n || (min < 0n && isHopeless(p))) return false;
    if (min < 0n) conditions.set(p.key, p);
    return true;
  }

  /** Bounds of a varying atom over older atoms: its own one first, then what the facts say. */
  #boundsOf(atom: Atom, side: Side, facts: Facts): readonly AtomBound[] {
    const ofFacts: KnownBounds = this.#known.get(facts) ?? new Map();
    this.#known.set(facts, ofFacts);
    const known = ofFacts.get(atom) ?? {};
    ofFacts.set(atom, known);
    known[side] ??= this.#findBounds(atom, side, facts);
    return known[side];
  }

  #findBounds(atom: Atom, side: Side, facts: Facts): readonly AtomBound[] {
    const bounds: AtomBound[] = [];
    const conditions: Conditions = new Map();
    const own = this.#ownBound(atom, side, facts, conditions);
    if (own !== undefined) bounds.push({ bound: own, conditions });
    for (const fact of facts) {
      if (bounds.length > MAX_FACTS) break;
      if (fact.poly.youngestVarying !== atom) continue;
      const powers = splitBy(fact.poly, atom);
      const [rest, coefficient] = powers;
      if (powers.length !== 2 || rest === undefined || coefficient?.terms.length !== 0) continue;
      const needed = new Map(fact.conditions.map((p) => [p.key, p]));
      // v + rest ≥ 0 bounds v from below, −v + rest ≥ 0 from above.
      if (side === "lo" && coefficient.constant === 1n) bounds.push({ bound: scale(rest, -1n), conditions: needed });
      if (side === "hi" && coefficient.constant === -1n) bounds.push({ bound: rest, conditions: needed });
    }
    return bounds;
  }

  #ownBound(atom: Atom, side: Side, facts: Facts, conditions: Conditions): Poly | undefined {
    const { is } = atom;
    const of = (p: Poly): Poly | undefined => this.bound(p, side, facts, conditions);
    switch (is.kind) {
      case "varying":
        for (const condition of is.conditions) conditions.set(condition.key, condition);
        return side === "lo" ? is.lo : is.hi;
      case "min":
      case "max": {
        const a = of(is.a);
        const b = of(is.b);
        // min(a, b) ≤ a, whatever b is; below, both are needed. The other way round for max.
        if ((is.kind === "min") === (side === "hi") && (a === undefined || b === undefined)) return a ?? b;
        return a === undefined || b === undefined ? undefined : this.#atoms[is.kind](a, b);
      }
      case "div": {
        const a = of(is.a);
        return a && this.#atoms.div(a, is.by);
      }
      case "quotient": {
        const a = of(is.a);
        return a && this.#atoms.quotient(a, is.b);
      }
      case "shr": {
        const a = of(is.a);
        return a && this.#atoms.shr(a, is.by);
      }
      default:
        return undefined;
    }
  }
}

function addAll(conditions: Conditions, more: Conditions): void {
  // Most bounds need none.
  if (more.size > 0) for (const [key, condition] of more) conditions.set(key, condition);
}
