/** What is likely of a polynomial where nothing is certain: arrays are neither endless nor empty, sizes are positive. */
import { extremeOf } from "./atoms.ts";
import { type Atom, larger, multiplyRanges, type Poly, type Range, smaller, type Term } from "./poly.ts";

/** As many elements as arrays have that are no rarities: 8 GiB of doubles. */
const LONG = 2n ** 30n;
/** As large as other values are that are no rarities. */
const LARGE = 2n ** 28n;

/**
 * Is `p` ≥ 0 only if some array has more elements than LONG, or none but one, or if something that is multiplied by some 2^31 is
 * less than 2? Such conditions come of values of which no more is known than that they are int32s, and hold where the loop has
 * nothing to do.
 */
export function isHopeless(p: Poly): boolean {
  const extreme = extremeOf(p);
  if (extreme?.kind === "max") return isHopeless(extreme.a) && isHopeless(extreme.b);
  if (extreme?.kind === "min") return isHopeless(extreme.a) || isHopeless(extreme.b);
  // Others are what they look like.
  const { terms } = p;
  let isSuspect = p.constant <= 1n;
  let hasMultiple = false;
  for (let i = 0; i < terms.length; i++) {
    const { coefficient } = terms[i] as Term;
    if (coefficient >= 0n && p.constant > -LONG) isSuspect = false;
    if (coefficient <= -LONG) hasMultiple = true;
  }
  if (!isSuspect && !hasMultiple) return false;
  let max = p.constant;
  for (const { atoms, coefficient } of terms) {
    const isMultiple = coefficient <= -LONG;
    let range = likelyRange(atoms[0] as Atom, isMultiple);
    for (let i = 1; i < atoms.length; i++) {
      range = multiplyRanges(range, likelyRange(atoms[i] as Atom, isMultiple));
    }
    max += larger(coefficient * range.min, coefficient * range.max);
  }
  return max < 0n;
}

function likelyRange({ is, range }: Atom, isMultiple: boolean): Range {
  const isLength = is.kind === "length";
  const least = isLength || isMultiple ? 2n : -LARGE;
  return { min: larger(range.min, least), max: smaller(range.max, isLength ? LONG : LARGE) };
}

/** Would it be positive if all atoms were sizes of some extent? */
export function isLikelyPositive(p: Poly): boolean {
  const at = (size: bigint): bigint => {
    const value = (atoms: readonly Atom[]): bigint => atoms.reduce((product, atom) => product * sizeOf(atom, size), 1n);
    return p.terms.reduce((sum, t) => sum + t.coefficient * value(t.atoms), p.constant);
  };
  return at(3n) + at(1000n) >= 0n;
}

function sizeOf({ is }: Atom, size: bigint): bigint {
  if (is.kind !== "sum") return size;
  return is.a.terms.reduce((sum, t) => sum + t.coefficient * size ** BigInt(t.atoms.length), is.a.constant);
}
