/** What polynomials are made of: atoms for the values of one loop, each made once, and what their kinds say of polynomials with them. */
import type { LocalId, ValueId } from "../ir/ops.ts";
import {
  type ArrayRef,
  Atom,
  type AtomKind,
  add,
  addScaled,
  atomOf,
  constantPoly,
  type FloatRef,
  LENGTH_RANGE,
  larger,
  multiply,
  type Poly,
  type Range,
  shapeOf,
  smaller,
  subtract,
} from "./poly.ts";

/** The atoms of one loop's analysis. */
export class Atoms {
  readonly #byKey = new Map<string, Atom>();
  #count = 0;

  /** Atoms made from now on have at least this id. */
  get count(): number {
    return this.#count;
  }

  /** The atom with this key, made when there is none yet. */
  #intern(key: string, is: AtomKind, range: Range, varying: boolean): Poly {
    let atom = this.#byKey.get(key);
    if (atom === undefined) {
      atom = new Atom(this.#count++, is, range, varying);
      this.#byKey.set(key, atom);
    }
    return atom.poly;
  }

  value(value: ValueId, type: "i1" | "i32" | "i64", range: Range): Poly {
    return this.#intern(`v${value}`, { kind: "value", value, type }, range, false);
  }

  local(local: LocalId, type: "i1" | "i32" | "i64", range: Range): Poly {
    if (range.min === range.max) return constantPoly(range.min);
    return this.#intern(`l${local}`, { kind: "local", local, type }, range, false);
  }

  length(array: ArrayRef): Poly {
    const key = array.kind === "value" ? `#v${array.value}` : `#l${array.local}`;
    return this.#intern(key, { kind: "length", array }, LENGTH_RANGE, false);
  }

  /** An f64 taken for an integer, and the condition that it is one. */
  float(of: FloatRef): { readonly poly: Poly; readonly conditions: readonly Poly[] } {
    const key = floatKey(of);
    const range = { min: -(2n ** 53n), max: 2n ** 53n };
    const integral = this.#intern(`integral ${key}`, { kind: "integral", of }, { min: 0n, max: 1n }, false);
    return {
      poly: this.#intern(`float ${key}`, { kind: "float", of }, range, false),
      conditions: [subtract(integral, constantPoly(1n))],
    };
  }

  /** The condition that an f64 is within ±2^53. */
  finite(of: FloatRef): Poly {
    const is = this.#intern(`finite ${floatKey(of)}`, { kind: "finite", of }, { min: 0n, max: 1n }, false);
    return subtract(is, constantPoly(1n));
  }

  /** A fresh atom between two bounds; `range` is what its type allows. */
  varying(lo: Poly | undefined, hi: Poly | undefined, range: Range, conditions: readonly Poly[]): Poly {
    // The range is asked for without the conditions, so bounds that hold under some only say nothing of it.
    const always = conditions.length === 0;
    const min = lo === undefined || !always ? range.min : larger(range.min, lo.range.min);
    const max = hi === undefined || !always ? range.max : smaller(range.max, hi.range.max);
    // Bounds that contradict each other mean that the value never comes to exist; any range serves.
    const is: AtomKind = { kind: "varying", lo, hi, conditions };
    return new Atom(this.#count++, is, min <= max ? { min, max } : range, true).poly;
  }

  min(a: Poly, b: Poly): Poly {
    if (this.#atMost(a, b, 2)) return a;
    if (this.#atMost(b, a, 2)) return b;
    const [x, y] = [a.range, b.range];
    return this.#pair("min", a, b, { min: smaller(x.min, y.min), max: smaller(x.max, y.max) });
  }

  max(a: Poly, b: Poly): Poly {
    if (this.#atMost(b, a, 2)) return a;
    if (this.#atMost(a, b, 2)) return b;
    const [x, y] = [a.range, b.range];
    return this.#pair("max", a, b, { min: larger(x.min, y.min), max: larger(x.max, y.max) });
  }

  /** Is a ≤ b always? By ranges, and because min(x, y) ≤ x ≤ max(x, z). */
  #atMost(a: Poly, b: Poly, depth: number): boolean {
    if (subtract(b, a).range.min >= 0n) return true;
    if (depth === 0) return false;
    const [x, y] = [extremeOf(a), extremeOf(b)];
    const below = (p: Poly, q: Poly): boolean => this.#atMost(p, q, depth - 1);
    if (x?.kind === "min" && (below(x.a, b) || below(x.b, b))) return true;
    if (x?.kind === "max" && below(x.a, b) && below(x.b, b)) return true;
    if (y?.kind === "max" && (below(a, y.a) || below(a, y.b))) return true;
    return y?.kind === "min" && below(a, y.a) && below(a, y.b);
  }

  #pair(kind: "min" | "max", p: Poly, q: Poly, range: Range): Poly {
    const [a, b] = p.key < q.key ? [p, q] : [q, p];
    return this.#intern(`${kind}(${a.key},${b.key})`, { kind, a, b }, range, a.isVarying || b.isVarying);
  }

  /** The product. A factor that is a sum of several invariants is taken as one, its constant apart. */
  product(a: Poly, b: Poly): Poly {
    return multiply(this.#factor(a), this.#factor(b));
  }

  /** Sums that differ by a constant are one atom and a constant. */
  #factor(p: Poly): Poly {
    if (p.terms.length < 2 || p.isVarying) return p;
    const atom = this.#intern(`sum(${shapeOf(p)})`, { kind: "sum", a: p }, p.range, false);
    const { is } = atomOf(atom);
    return is.kind === "sum" ? add(atom, subtract(p, is.a)) : p;
  }

  /** a / by toward zero; `by` is at least 1. */
  div(a: Poly, by: bigint): Poly {
    if (by === 1n) return a;
    if (a.terms.length === 0) return constantPoly(a.constant / by);
    const { min, max } = a.range;
    return this.#intern(`div(${a.key},${by})`, { kind: "div", a, by }, { min: min / by, max: max / by }, a.isVarying);
  }

  /** a / b toward zero, for an invariant b ≥ 1. */
  quotient(a: Poly, b: Poly): Poly {
    if (b.terms.length === 0 && b.constant >= 1n) return this.div(a, b.constant);
    const { min, max } = a.range;
    const least = larger(b.range.min, 1n);
    const range = { min: smaller(min, 0n) / least, max: larger(max, 0n) / least };
    return this.#intern(`quotient(${a.key},${b.key})`, { kind: "quotient", a, b }, range, a.isVarying);
  }

  /** a / 2^by rounded down. */
  shr(a: Poly, by: bigint): Poly {
    if (by === 0n) return a;
    if (a.terms.length === 0) return constantPoly(a.constant >> by);
    const { min, max } = a.range;
    const range = { min: min >> by, max: max >> by };
    return this.#intern(`shr(${a.key},${by})`, { kind: "shr", a, by }, range, a.isVarying);
  }

  /** `a` where `b` ≥ 0, else 0: as a condition that is a ≥ 0, but only if b ≥ 0. */
  where(a: Poly, b: Poly): Poly {
    const { min, max } = a.range;
    const range = { min: smaller(min, 0n), max: larger(max, 0n) };
    return this.#intern(`where(${a.key},${b.key})`, { kind: "where", a, b }, range, a.isVarying || b.isVarying);
  }
}

function floatKey(of: FloatRef): string {
  return `${of.rounding ?? ""} ${of.kind === "value" ? `v${of.value}` : `l${of.local}`}`;
}

/** The two sides of a polynomial that is a minimum or maximum plus a constant. */
export function extremeOf(p: Poly): { readonly kind: "min" | "max"; readonly a: Poly; readonly b: Poly } | undefined {
  const term = p.terms[0];
  if (p.terms.length !== 1 || term?.coefficient !== 1n || term.atoms.length !== 1) return undefined;
  const is = term.atoms[0]?.is;
  if (is?.kind !== "min" && is?.kind !== "max") return undefined;
  const shift = constantPoly(p.constant);
  return { kind: is.kind, a: add(is.a, shift), b: add(is.b, shift) };
}

/** `p ≥ 0` as two conditions, where a minimum is added or a maximum subtracted; those that always hold are left out. */
export function splitExtreme(p: Poly): Poly[] | undefined {
  for (const { atoms, coefficient } of p.terms) {
    const atom = atoms[0];
    if (atoms.length !== 1 || atom === undefined) continue;
    const { is } = atom;
    if (!(is.kind === "min" && coefficient > 0n) && !(is.kind === "max" && coefficient < 0n)) continue;
    const rest = addScaled(p, atom.poly, -coefficient);
    return [is.a, is.b].map((x) => addScaled(rest, x, coefficient)).filter((x) => x.range.min < 0n);
  }
  return undefined;
}

/** What `p` says where it is a condition that need only hold where another one does. */
export function unconditionally(p: Poly): Poly | undefined {
  if (p.terms.length !== 1 || p.constant !== 0n) return undefined;
  const is = p.terms[0]?.atoms[0]?.is;
  return is?.kind === "where" ? is.a : undefined;
}

/** Is the condition that some double holds an integer? */
export function isIntegrality(p: Poly): boolean {
  return p.terms.some((t) => t.atoms.some(({ is }) => is.kind === "integral"));
}
