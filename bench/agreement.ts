/** How well two computations of the same thing agree: bits first, and if not those, how far apart they are. */

type Numbers = { readonly length: number; readonly [index: number]: number };

/**
 * 0 when `other` has the very bits of `plain` (NaN equals NaN, +0 isn't −0). Otherwise the greatest difference, relative
 * to the greatest magnitude in `plain`; Infinity when one is finite, or there, and the other isn't. A difference in the
 * sign of zero alone counts as the least number above 0.
 */
export function differenceOf(plain: unknown, other: unknown): number {
  if (isNumbers(plain) && isNumbers(other)) return ofArrays(plain, other);
  if (typeof plain === "number" && typeof other === "number") return ofArrays([plain], [other]);
  return Object.is(plain, other) ? 0 : Number.POSITIVE_INFINITY;
}

function isNumbers(value: unknown): value is Numbers {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));
}

function ofArrays(plain: Numbers, other: Numbers): number {
  if (plain.length !== other.length) return Number.POSITIVE_INFINITY;
  let worst = 0;
  let greatest = 0;
  for (let i = 0; i < plain.length; i++) {
    const a = plain[i];
    const b = other[i];
    if (Number.isFinite(a)) greatest = Math.max(greatest, Math.abs(a));
    if (Object.is(a, b)) continue;
    const distance = Math.abs(a - b);
    if (!Number.isFinite(distance)) return Number.POSITIVE_INFINITY;
    worst = Math.max(worst, distance, Number.MIN_VALUE);
  }
  return worst === 0 ? 0 : Math.max(greatest === 0 ? worst : worst / greatest, Number.MIN_VALUE);
}

export function describeDifference(difference: number): string {
  if (difference === 0) return "same bits";
  if (difference === Number.POSITIVE_INFINITY) return "DIFFERENT";
  return `within ${difference.toExponential(0)}`;
}
