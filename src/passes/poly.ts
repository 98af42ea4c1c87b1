/**
 * Index arithmetic as polynomials with integer coefficients over *atoms*: the loop's invariants, its counters, and whatever
 * else is known by bounds only. `y * w + x + 1` is one polynomial over y, w and x, so that correlated terms cancel where
 * intervals would not: (n − 1 − i) + i is n − 1.
 *
 * Arithmetic here is exact, on mathematical integers. What machine arithmetic may do instead is dealt with where values
 * enter (loop-values.ts) and where conditions are emitted (emit-conditions.ts).
 */
import type { LocalId, ValueId } from "../ir/ops.ts";
import type { ArrayType } from "../ir/types.ts";

/** An array that stays the same one throughout the loop. */
export type ArrayRef =
  | { readonly kind: "value"; readonly value: ValueId }
  | { readonly kind: "local"; readonly local: LocalId; readonly type: ArrayType };

/** How a double is made whole. */
export type Rounding = "ffloor" | "fceil" | "ftrunc" | "fround";

/** An f64 that the loop doesn't change, perhaps rounded; or an f32, taken as the double of the same value. */
export type FloatRef = (
  | { readonly kind: "value"; readonly value: ValueId; readonly type: "f32" | "f64" }
  | { readonly kind: "local"; readonly local: LocalId }
) & { readonly rounding?: Rounding };

export type AtomKind =
  /** An integer defined before the loop, or a boolean as 1 or 0. */
  | { readonly kind: "value"; readonly value: ValueId; readonly type: "i1" | "i32" | "i64" }
  /** A local that the loop doesn't write. */
  | { readonly kind: "local"; readonly local: LocalId; readonly type: "i1" | "i32" | "i64" }
  | { readonly kind: "length"; readonly array: ArrayRef }
  /** An f64 from before the loop as an integer: truncated, and 0 when that is beyond ±2^53 or NaN. */
  | { readonly kind: "float"; readonly of: FloatRef }
  /** 1 if the f64 is an integer within ±2^53, else 0. */
  | { readonly kind: "integral"; readonly of: FloatRef }
  /** 1 if the f64 is within ±2^53, else 0, as for NaN. */
  | { readonly kind: "finite"; readonly of: FloatRef }
  | { readonly kind: "min" | "max"; readonly a: Poly; readonly b: Poly }
  /** A sum of invariants taken as one: it is a factor of a product, which would otherwise have a term for each of its own. */
  | { readonly kind: "sum"; readonly a: Poly }
  /** Quotient rounded toward zero, by a constant of at least 2. */
  | { readonly kind: "div"; readonly a: Poly; readonly by: bigint }
  /** Quotient rounded toward zero, by an invariant; where that is less than 1, another condition fails. */
  | { readonly kind: "quotient"; readonly a: Poly; readonly b: Poly }
  /** Quotient rounded down: an arithmetic shift. */
  | { readonly kind: "shr"; readonly a: Poly; readonly by: bigint }
  /** `a` where `b` ≥ 0, else 0. */
  | { readonly kind: "where"; readonly a: Poly; readonly b: Poly }
  /** Differs from iteration to iteration: known by its bounds. They mention older atoms only. */
  | {
      readonly kind: "varying";
      readonly lo: Poly | undefined;
      readonly hi: Poly | undefined;
      readonly conditions: readonly Poly[];
    };

export interface Range {
  readonly min: bigint;
  readonly max: bigint;
}

/** What isn't looked into any further: a value, or what is made of several that isn't a polynomial over them. */
export class Atom {
  /** The older the smaller. */
  readonly id: number;
  readonly is: AtomKind;
  /** Holds always, whatever the loop's inputs are. */
  readonly range: Range;
  readonly varying: boolean;
  readonly poly: Poly;
  /** emit-conditions.ts's: its largest magnitude, and whether it can be computed. Atoms of atoms share theirs. */
  guardedSize: bigint | undefined = undefined;
  canEmit: boolean | undefined = undefined;

  constructor(id: number, is: AtomKind, range: Range, varying: boolean) {
    this.id = id;
    this.is = is;
    this.range = range;
    this.varying = varying;
    this.poly = new Poly([new Term([this], `${id}`, 1n)], 0n);
  }
}

/** Sums share the terms of their parts, and with them what has been found out. */
export class Term {
  /** By age; an atom's power is how often it occurs. */
  readonly atoms: readonly Atom[];
  /** The atoms as a text: equal for equal products. */
  readonly product: string;
  readonly coefficient: bigint;
  /** emit-conditions.ts's: the range of the product, as it is computed. */
  guarded: Range | undefined = undefined;
  /** The youngest of its atoms that varies. */
  readonly youngestVarying: Atom | undefined;
  #range: Range | undefined = undefined;
  #key: string | undefined = undefined;

  constructor(atoms: readonly Atom[], product: string, coefficient: bigint) {
    this.atoms = atoms;
    this.product = product;
    this.coefficient = coefficient;
    let at = atoms.length - 1;
    while (at >= 0 && atoms[at]?.varying === false) at--;
    this.youngestVarying = atoms[at];
  }

  get key(): string {
    this.#key ??= `${this.coefficient}*${this.product}`;
    return this.#key;
  }

  get range(): Range {
    this.#range ??= this.#findRange();
    return this.#range;
  }

  #findRange(): Range {
    const { atoms, coefficient } = this;
    let { range } = atoms[0] as Atom;
    for (let i = 1; i < atoms.length; i++) range = multiplyRanges(range, (atoms[i] as Atom).range);
    if (coefficient === 1n) return range;
    const a = coefficient * range.min;
    const b = coefficient * range.max;
    return coefficient > 0n ? { min: a, max: b } : { min: b, max: a };
  }
}

export class Poly {
  /** Sorted by product, each product once. */
  readonly terms: readonly Term[];
  readonly constant: bigint;
  #range: Range | undefined = undefined;
  #key: string | undefined = undefined;

  constructor(terms: readonly Term[], constant: bigint) {
    this.terms = terms;
    this.constant = constant;
  }

  /** Equal polynomials have equal keys. Most are only steps on the way to others, so it is made when it is asked for. */
  get key(): string {
    this.#key ??= keyOf(this.terms, this.constant);
    return this.#key;
  }

  /** Holds always, whatever the loop's inputs are. */
  get range(): Range {
    this.#range ??= this.#findRange();
    return this.#range;
  }

  #findRange(): Range {
    const { terms } = this;
    let min = this.constant;
    let max = min;
    for (let i = 0; i < terms.length; i++) {
      const { range } = terms[i] as Term;
      min += range.min;
      max += range.max;
    }
    return { min, max };
  }

  get isVarying(): boolean {
    return this.youngestVarying !== undefined;
  }

  /** The youngest of its atoms that varies. */
  get youngestVarying(): Atom | undefined {
    const { terms } = this;
    let youngest: Atom | undefined;
    for (let i = 0; i < terms.length; i++) {
      const atom = (terms[i] as Term).youngestVarying;
      if (atom !== undefined && (youngest === undefined || atom.id > youngest.id)) youngest = atom;
    }
    return youngest;
  }
}

function keyOf(terms: readonly Term[], constant: bigint): string {
  let key = "";
  for (let i = 0; i < terms.length; i++) key += `${(terms[i] as Term).key}+`;
  return `${key}${constant}`;
}

export const I1_RANGE: Range = { min: 0n, max: 1n };
export const I32_RANGE: Range = { min: -(2n ** 31n), max: 2n ** 31n - 1n };
export const I64_RANGE: Range = { min: -(2n ** 63n), max: 2n ** 63n - 1n };
export const LENGTH_RANGE: Range = { min: 0n, max: 2n ** 31n - 1n };

/** Beyond this many terms a polynomial isn't worth testing at run time. */
const MAX_TERMS = 24;
/** Nor of products of more factors than this. */
const MAX_POWER = 4;

export function constantPoly(constant: bigint): Poly {
  return new Poly([], constant);
}

/** Of a polynomial that is one. */
export function atomOf(p: Poly): Atom {
  const atom = p.terms[0]?.atoms[0];
  if (atom?.poly !== p) throw new Error(`${p.key} is no atom`);
  return atom;
}

/** `atoms` are sorted. */
export function productPoly(atoms: readonly Atom[]): Poly {
  return new Poly([termOf(atoms, 1n)], 0n);
}

function termOf(atoms: readonly Atom[], coefficient: bigint): Term {
  return new Term(atoms, productOf(atoms), coefficient);
}

function productOf(atoms: readonly Atom[]): string {
  if (atoms.length === 0) return "";
  let product = `${(atoms[0] as Atom).id}`;
  for (let i = 1; i < atoms.length; i++) product += `*${(atoms[i] as Atom).id}`;
  return product;
}

export function add(a: Poly, b: Poly): Poly {
  return addScaled(a, b, 1n);
}

export function subtract(a: Poly, b: Poly): Poly {
  return addScaled(a, b, -1n);
}

export function scale(a: Poly, by: bigint): Poly {
  if (by === 1n) return a;
  if (by === 0n) return constantPoly(0n);
  return new Poly(scaled(a.terms, by), a.constant * by);
}

function scaled(terms: readonly Term[], by: bigint): Term[] {
  return terms.map((t) => new Term(t.atoms, t.product, t.coefficient * by));
}

export function multiply(a: Poly, b: Poly): Poly {
  if (a.terms.length === 0) return scale(b, a.constant);
  if (b.terms.length === 0) return scale(a, b.constant);
  const x = a.terms[0] as Term;
  const y = b.terms[0] as Term;
  const isProduct = a.terms.length === 1 && b.terms.length === 1 && a.constant === 0n && b.constant === 0n;
  if (isProduct) return new Poly([termOf(merged(x.atoms, y.atoms), x.coefficient * y.coefficient)], 0n);
  const terms: Term[] = [];
  if (b.constant !== 0n) terms.push(...scaled(a.terms, b.constant));
  if (a.constant !== 0n) terms.push(...scaled(b.terms, a.constant));
  for (const x of a.terms)
    for (const y of b.terms) {
      terms.push(termOf(merged(x.atoms, y.atoms), x.coefficient * y.coefficient));
    }
  return new Poly(summedUp(terms), a.constant * b.constant);
}

/** Of two sorted lists. */
function merged(a: readonly Atom[], b: readonly Atom[]): readonly Atom[] {
  if (a.length === 1 && b.length === 1) {
    const x = a[0] as Atom;
    const y = b[0] as Atom;
    return x.id < y.id ? [x, y] : [y, x];
  }
  return a.concat(b).sort((p, q) => p.id - q.id);
}

/** Terms in any order, several perhaps of one product, as a polynomial has them. */
function summedUp(terms: Term[]): readonly Term[] {
  if (terms.length < 2) return terms;
  sort(terms);
  const sums: Term[] = [];
  for (let i = 0; i < terms.length; ) {
    const term = terms[i] as Term;
    let sum = term.coefficient;
    const first = i++;
    for (let next = terms[i]; next?.product === term.product; next = terms[++i]) sum += next.coefficient;
    if (i === first + 1) sums.push(term);
    else if (sum !== 0n) sums.push(new Term(term.atoms, term.product, sum));
  }
  return sums;
}

/** By their products, in place; they are few. */
function sort(terms: Term[]): Term[] {
  for (let i = 1; i < terms.length; i++) {
    const term = terms[i] as Term;
    let to = i;
    for (; to > 0 && (terms[to - 1] as Term).product > term.product; to--) terms[to] = terms[to - 1] as Term;
    terms[to] = term;
  }
  return terms;
}

export function tooLarge({ terms }: Poly): boolean {
  if (terms.length > MAX_TERMS) return true;
  for (let i = 0; i < terms.length; i++) if ((terms[i] as Term).atoms.length > MAX_POWER) return true;
  return false;
}

/** a + by · b. */
export function addScaled(a: Poly, b: Poly, by: bigint): Poly {
  const constant = a.constant + b.constant * by;
  if (b.terms.length === 0 || by === 0n) return constant === a.constant ? a : new Poly(a.terms, constant);
  if (a.terms.length === 0) return new Poly(by === 1n ? b.terms : scaled(b.terms, by), constant);
  const terms = new Array<Term>(a.terms.length + b.terms.length);
  let count = 0;
  let i = 0;
  for (let k = 0; k < b.terms.length; k++) {
    const term = b.terms[k] as Term;
    let other = a.terms[i];
    for (; other !== undefined && other.product < term.product; other = a.terms[++i]) terms[count++] = other;
    const isIn = other?.product === term.product;
    if (!isIn && by === 1n) {
      terms[count++] = term;
      continue;
    }
    const coefficient = (isIn && other !== undefined ? other.coefficient : 0n) + term.coefficient * by;
    if (isIn) i++;
    if (coefficient !== 0n) terms[count++] = new Term(term.atoms, term.product, coefficient);
  }
  for (; i < a.terms.length; i++) terms[count++] = a.terms[i] as Term;
  terms.length = count;
  return new Poly(terms, constant);
}

/** Of two lists of conditions; each stands there once. Sums of sums have most of theirs in common. */
export function union(a: readonly Poly[], b: readonly Poly[]): readonly Poly[] {
  if (a.length === 0) return b;
  if (b.length === 0) return a;
  const all = new Map(a.map((p) => [p.key, p]));
  for (const p of b) if (!all.has(p.key)) all.set(p.key, p);
  return all.size === a.length ? a : [...all.values()];
}

/** The part that isn't constant, as a key: polynomials with equal ones differ by a constant. */
export function shapeOf(p: Poly): string {
  return keyOf(p.terms, 0n);
}

/** p as Σ powers[k] · atom^k: [0] is what doesn't mention the atom. */
export function splitBy(p: Poly, atom: Atom): readonly Poly[] {
  const { terms } = p;
  const at = mentionOf(atom, terms, 0);
  const term = terms[at];
  if (term === undefined) return [p];
  const from = term.atoms.indexOf(atom);
  const isLinear = term.atoms[from + 1] !== atom && mentionOf(atom, terms, at + 1) < 0;
  return isLinear
    ? [new Poly(without(terms, at, 1), p.constant), sumOf([divided(term, from, 1)])]
    : splitByPowers(p, atom);
}

/** The first term from `from` on that mentions the atom; −1 for none. */
function mentionOf(atom: Atom, terms: readonly Term[], from: number): number {
  for (let i = from; i < terms.length; i++) if ((terms[i] as Term).atoms.includes(atom)) return i;
  return -1;
}

function splitByPowers(p: Poly, atom: Atom): readonly Poly[] {
  const powers: Term[][] = [[]];
  for (const term of p.terms) {
    const from = term.atoms.indexOf(atom);
    const power = from < 0 ? 0 : term.atoms.lastIndexOf(atom) + 1 - from;
    while (powers.length <= power) powers.push([]);
    powers[power]?.push(power === 0 ? term : divided(term, from, power));
  }
  // What doesn't mention the atom is in order already.
  return powers.map((terms, k) => (k === 0 ? new Poly(terms, p.constant) : sumOf(sort(terms))));
}

/** By a power of the atom that begins at `from`. */
function divided({ atoms, coefficient }: Term, from: number, power: number): Term {
  return termOf(without(atoms, from, power), coefficient);
}

/** Terms in order, one of which may have no atoms: the constant. */
function sumOf(terms: readonly Term[]): Poly {
  const first = terms[0];
  return first?.atoms.length === 0 ? new Poly(terms.slice(1), first.coefficient) : new Poly(terms, 0n);
}

function without<T>(list: readonly T[], from: number, count: number): readonly T[] {
  const end = list.slice(from + count);
  return from === 0 ? end : list.slice(0, from).concat(end);
}

export function multiplyRanges(a: Range, b: Range): Range {
  if (a.min >= 0n && b.min >= 0n) return { min: a.min * b.min, max: a.max * b.max };
  const p = a.min * b.min;
  const q = a.min * b.max;
  const r = a.max * b.min;
  const s = a.max * b.max;
  let min = p < q ? p : q;
  let max = p < q ? q : p;
  if (r < min) min = r;
  else if (r > max) max = r;
  if (s < min) min = s;
  else if (s > max) max = s;
  return { min, max };
}

export function smaller(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}

export function larger(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}
