/**
 * Turns conditions ("this polynomial over loop invariants is ≥ 0") into instructions before the loop.
 *
 * Polynomials are exact, i64 arithmetic is not. Each value that could make a sum leave the i64 range is *guarded*: it must
 * lie within ±2^53, 2^53 itself excluded, else the whole test fails. Sums wrap, so a guard that fails leaves garbage, which the failing guard then
 * overrules; products that could overflow saturate, so that their own guard sees it.
 */
import type { AttrsOf } from "../ir/build.ts";
import type { OpName, Overflow, ValueId } from "../ir/ops.ts";
import type { IrType } from "../ir/types.ts";
import { splitExtreme, unconditionally } from "./atoms.ts";
import type { Conditions } from "./bound.ts";
import {
  type Atom,
  type AtomKind,
  constantPoly,
  type FloatRef,
  larger,
  multiplyRanges,
  type Poly,
  type Range,
  shapeOf,
  smaller,
  subtract,
  type Term,
} from "./poly.ts";

const GUARD: Range = { min: -(2n ** 53n), max: 2n ** 53n };
const LIMIT = 2n ** 63n;
/** Products of this size, 63 of them and a constant as large added up, stay within ±2^53: exact in doubles, too. */
export const SMALL = 2n ** 47n;

/** Appends an instruction and gives its value. */
export type Emit = <K extends OpName>(op: K, type: IrType, args: readonly ValueId[], attrs: AttrsOf<K>) => ValueId;

export class ConditionEmitter {
  readonly #emit: Emit;
  readonly #values = new Map<string, ValueId>();
  readonly #guards = new Map<ValueId, Range>();

  constructor(emit: Emit) {
    this.#emit = emit;
  }

  /** An i1 that implies every condition. */
  test(conditions: Conditions): ValueId {
    // Numbers are all ≥ 0 if their bits or-ed together are: half the instructions of comparing each.
    const positive = strongest(splitExtremes([...conditions.values()])).map((p) => this.#poly(p));
    const small: ValueId[] = [];
    for (const [value, { min, max }] of this.#guards) {
      if (min < GUARD.min && max > GUARD.max) small.push(this.#binary("add", value, this.#constant(GUARD.max)));
      else if (min < GUARD.min) positive.push(this.#binary("add", value, this.#constant(GUARD.max)));
      else if (max > GUARD.max) positive.push(this.#binary("sub", this.#constant(GUARD.max), value));
    }
    const tests: ValueId[] = [];
    const [allPositive, allSmall] = [this.#anyBits(positive), this.#anyBits(small)];
    if (allPositive !== undefined)
      tests.push(this.#emit("icmp", "i1", [allPositive, this.#constant(0n)], { pred: "sge" }));
    if (allSmall !== undefined)
      tests.push(this.#emit("icmp", "i1", [allSmall, this.#constant(2n * GUARD.max)], { pred: "ult" }));
    const [first = this.#emit("const", "i1", [], { value: true }), ...rest] = tests;
    return rest.reduce((a, b) => this.#emit("and", "i1", [a, b], {}), first);
  }

  #anyBits([first, ...rest]: readonly ValueId[]): ValueId | undefined {
    return first === undefined ? undefined : rest.reduce((a, b) => this.#emit("or", "i64", [a, b], {}), first);
  }

  #constant(value: bigint): ValueId {
    return this.#once(`${value}`, () => this.#emit("const", "i64", [], { value }));
  }

  #once(key: string, make: () => ValueId): ValueId {
    const known = this.#values.get(key);
    if (known !== undefined) return known;
    const value = make();
    this.#values.set(key, value);
    return value;
  }

  #poly(p: Poly): ValueId {
    return this.#once(`p${p.key}`, () => {
      const guardAll = sumBound(p, false) >= LIMIT;
      let sum: ValueId | undefined = p.constant === 0n && p.terms.length > 0 ? undefined : this.#constant(p.constant);
      for (const term of p.terms) {
        const product = this.#product(term, guardAll);
        const { coefficient } = term;
        const negative = coefficient < 0n;
        const size = negative ? -coefficient : coefficient;
        const scaled = size === 1n ? product : this.#binary("mul", product, this.#constant(size));
        if (sum === undefined) sum = negative ? this.#binary("sub", this.#constant(0n), scaled) : scaled;
        else sum = this.#binary(negative ? "sub" : "add", sum, scaled);
      }
      return sum ?? this.#constant(0n);
    });
  }

  #product(term: Term, guardAll: boolean): ValueId {
    return this.#once(`m${term.product}${guardAll ? "!" : ""}`, () => {
      const bound = productRange(term);
      const mayOverflow = magnitude(bound) > LIMIT / 2n;
      const product = term.atoms
        .map((atom) => this.#atom(atom))
        .reduce((a, b) => this.#binary("mul", a, b, mayOverflow ? "saturates" : "wraps"));
      if ((mayOverflow || guardAll) && magnitude(bound) > GUARD.max) this.#guards.set(product, bound);
      return product;
    });
  }

  #atom({ id, is, range }: Atom): ValueId {
    return this.#once(`a${id}`, () => {
      const value = this.#atomValue(is);
      if ((is.kind === "value" || is.kind === "local") && magnitude(range) > GUARD.max) this.#guards.set(value, range);
      return value;
    });
  }

  #atomValue(is: AtomKind): ValueId {
    switch (is.kind) {
      case "value":
        return this.#extended(is.value, is.type);
      case "local":
        return this.#extended(this.#emit("local.get", is.type, [], { local: is.local }), is.type);
      case "length": {
        const { array } = is;
        const view =
          array.kind === "value" ? array.value : this.#emit("local.get", array.type, [], { local: array.local });
        return this.#emit("sext", "i64", [this.#emit("length", "i32", [view], {})], {});
      }
      case "float":
        return this.#float(is.of).integer;
      case "integral": {
        const { integer, value } = this.#float(is.of);
        const back = this.#emit("sitofp", "f64", [integer], {});
        const same = this.#emit("fcmp", "i1", [back, value], { pred: "oeq", fast: [] });
        return this.#emit("zext", "i64", [same], {});
      }
      case "finite":
        return this.#emit("zext", "i64", [this.#isWithin(this.#floatValue(is.of))], {});
      case "min":
      case "max":
        return this.#emit(is.kind === "min" ? "smin" : "smax", "i64", [this.#poly(is.a), this.#poly(is.b)], {});
      case "sum":
        return this.#poly(is.a);
      case "div":
        return this.#emit("sdiv", "i64", [this.#poly(is.a), this.#constant(is.by)], {});
      case "quotient": {
        // By at least 1: where the divisor is less, another condition fails.
        const by = this.#emit("smax", "i64", [this.#poly(is.b), this.#constant(1n)], {});
        return this.#emit("sdiv", "i64", [this.#poly(is.a), by], {});
      }
      case "shr":
        return this.#emit("ashr", "i64", [this.#poly(is.a), this.#constant(is.by)], {});
      case "where": {
        const holds = this.#emit("icmp", "i1", [this.#poly(is.b), this.#constant(0n)], { pred: "sge" });
        return this.#emit("select", "i64", [holds, this.#poly(is.a), this.#constant(0n)], {});
      }
      case "varying":
        throw new Error("a varying atom in a condition");
    }
  }

  #extended(value: ValueId, type: "i1" | "i32" | "i64"): ValueId {
    return type === "i64" ? value : this.#emit(type === "i1" ? "zext" : "sext", "i64", [value], {});
  }

  /** The f64, and its integer part if that is within ±2^53, else 0. */
  #float(of: FloatRef): { readonly value: ValueId; readonly integer: ValueId } {
    const value = this.#floatValue(of);
    const integer = this.#once(`i${value}`, () => {
      const zero = this.#emit("const", "f64", [], { value: 0 });
      const safe = this.#emit("select", "f64", [this.#isWithin(value), value, zero], {});
      return this.#emit("fptosi", "i64", [safe], {});
    });
    return { value, integer };
  }

  /** Is an f64 within ±2^53? */
  #isWithin(value: ValueId): ValueId {
    return this.#once(`w${value}`, () => {
      const limit = (at: bigint): ValueId => this.#emit("const", "f64", [], { value: Number(at) });
      const above = this.#emit("fcmp", "i1", [value, limit(GUARD.min)], { pred: "oge", fast: [] });
      const below = this.#emit("fcmp", "i1", [value, limit(GUARD.max)], { pred: "ole", fast: [] });
      return this.#emit("and", "i1", [above, below], {});
    });
  }

  #floatValue({ rounding, ...of }: FloatRef): ValueId {
    if (rounding !== undefined) {
      const value = this.#floatValue(of);
      return this.#once(`${rounding}${value}`, () => this.#emit(rounding, "f64", [value], { fast: [] }));
    }
    if (of.kind === "value") {
      const { value } = of;
      return of.type === "f64" ? value : this.#once(`d${value}`, () => this.#emit("fpext", "f64", [value], {}));
    }
    return this.#once(`f${of.local}`, () => this.#emit("local.get", "f64", [], { local: of.local }));
  }

  /** An invariant's value, after the test. */
  value(p: Poly): ValueId {
    return this.#poly(p);
  }

  /** Conditions of one loop have much in common. */
  #binary(op: "add" | "sub" | "mul", a: ValueId, b: ValueId, overflow: Overflow = "wraps"): ValueId {
    return this.#once(`${op} ${a} ${b} ${overflow}`, () => this.#emit(op, "i64", [a, b], { overflow }));
  }
}

/** Can a condition be computed in i64, given guards? */
export function canEmit(p: Poly): boolean {
  if (sumBound(p, true) >= LIMIT) return false;
  return p.terms.every(({ atoms }) => atoms.every(canEmitAtom));
}

function canEmitAtom(atom: Atom): boolean {
  atom.canEmit ??= areEmittable(atom.is);
  return atom.canEmit;
}

/** What an atom is computed from. */
function areEmittable(is: AtomKind): boolean {
  switch (is.kind) {
    case "min":
    case "max":
    case "quotient":
    case "where":
      return canEmit(is.a) && canEmit(is.b);
    case "sum":
    case "div":
    case "shr":
      return canEmit(is.a);
    case "varying":
      return false;
    default:
      return true;
  }
}

/** Largest magnitude that a partial sum of `p` can reach. `guardAll`: every product is kept within GUARD. */
function sumBound(p: Poly, guardAll: boolean): bigint {
  const { terms } = p;
  let sum = p.constant < 0n ? -p.constant : p.constant;
  for (let i = 0; i < terms.length; i++) {
    const term = terms[i] as Term;
    const product = magnitude(productRange(term));
    const size = term.coefficient < 0n ? -term.coefficient : term.coefficient;
    sum += size * (guardAll || product > LIMIT / 2n ? smaller(product, GUARD.max) : product);
  }
  return sum;
}

/** Range of a product, what it is made of being kept within GUARD. */
function productRange(term: Term): Range {
  term.guarded ??= guardedProduct(term.atoms);
  return term.guarded;
}

function guardedProduct(atoms: readonly Atom[]): Range {
  let range = guardedRange(atoms[0] as Atom);
  for (let i = 1; i < atoms.length; i++) range = multiplyRanges(range, guardedRange(atoms[i] as Atom));
  return range;
}

function guardedRange(atom: Atom): Range {
  const { min, max } = atom.range;
  const size = guardedSize(atom);
  return size === undefined || (min >= -size && max <= size)
    ? atom.range
    : { min: larger(min, -size), max: smaller(max, size) };
}

/** Largest magnitude of an atom while all guards hold; undefined where its range says it. */
function guardedSize(atom: Atom): bigint | undefined {
  const { is } = atom;
  switch (is.kind) {
    case "value":
    case "local":
      return GUARD.max;
    case "min":
    case "max":
    case "sum":
    case "div":
    case "quotient":
    case "shr":
    case "where": {
      atom.guardedSize ??=
        is.kind === "min" || is.kind === "max" ? larger(guardedSum(is.a), guardedSum(is.b)) : guardedSum(is.a);
      return atom.guardedSize;
    }
    default:
      return undefined;
  }
}

/** Largest magnitude of `p` as `#poly` computes it, while all guards hold. */
function guardedSum(p: Poly): bigint {
  const size = sumBound(p, false);
  return size < LIMIT ? size : sumBound(p, true);
}

function magnitude({ min, max }: Range): bigint {
  return max > -min ? max : -min;
}

/** Fewer conditions that mean the same: those that follow from others are left out, those that say "small" become one. */
export function condense(conditions: Conditions): Conditions {
  const known = new Set<Atom>();
  for (const { terms, constant } of conditions.values()) {
    const atom = terms[0]?.atoms[0];
    const isAtom = terms.length === 1 && terms[0]?.atoms.length === 1 && terms[0].coefficient === 1n;
    if (isAtom && atom !== undefined && constant <= 0n) known.add(atom);
  }
  const positive = (atom: Atom): boolean => atom.range.min >= 0n || known.has(atom);
  const allPositive = (p: Poly): boolean => p.terms.every((t) => t.coefficient > 0n && t.atoms.every(positive));
  const kept: Conditions = new Map();
  let small = constantPoly(SMALL);
  for (const [key, p] of conditions) {
    const term = p.terms[0];
    const isAtom = p.terms.length === 1 && term?.atoms.length === 1 && p.constant === 0n;
    if (p.constant >= 0n && !isAtom && allPositive(p)) continue;
    if (conditions.has(unconditionally(p)?.key ?? "")) continue;
    const size = p.constant === SMALL && p.terms.length === 1 ? subtract(constantPoly(SMALL), p) : undefined;
    if (size !== undefined && allPositive(size)) small = subtract(small, size);
    else kept.set(key, p);
  }
  if (small.terms.length > 0) kept.set(small.key, small);
  return kept;
}

/** min(a, b) + c ≥ 0 is two conditions, and simpler ones, which other accesses may share. Likewise c − max(a, b). */
function splitExtremes(conditions: readonly Poly[]): readonly Poly[] {
  const done: Poly[] = [];
  const pending = [...conditions];
  // Each split doubles a condition: a few are worth it.
  let splits = 16;
  for (let p = pending.pop(); p !== undefined; p = pending.pop()) {
    const parts = splits > 0 ? splitExtreme(p) : undefined;
    if (parts === undefined || !parts.every(canEmit)) done.push(p);
    else {
      splits--;
      pending.push(...parts);
    }
  }
  return done;
}

/** Of conditions that differ by a constant only, the strongest implies the others. */
function strongest(conditions: readonly Poly[]): readonly Poly[] {
  const byShape = new Map<string, Poly>();
  for (const p of conditions) {
    const shape = shapeOf(p);
    const known = byShape.get(shape);
    if (known === undefined || p.constant < known.constant) byShape.set(shape, p);
  }
  return [...byShape.values()];
}
