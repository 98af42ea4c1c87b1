/**
 * How far a kernel may be from plain V8: nowhere, except where ECMAScript leaves a `Math` function to the implementation.
 * There V8 and numbats are each within 1 ulp of the true value, so they are within 2 ulps of each other.
 */
export const ULPS = {
  sin: 2,
  cos: 2,
  tan: 2,
  asin: 2,
  acos: 2,
  atan: 2,
  atan2: 2,
  sinh: 2,
  cosh: 2,
  tanh: 2,
  asinh: 2,
  acosh: 2,
  atanh: 2,
  exp: 2,
  expm1: 2,
  log: 2,
  log1p: 2,
  log2: 2,
  log10: 2,
  pow: 2,
  cbrt: 2,
  hypot: 2,
} as const;

export type ApproximateFunction = keyof typeof ULPS;

/** What a kernel's numbers may differ by: `ulps` of a double, or `relative` to the larger one where errors add up. */
export interface Tolerance {
  readonly ulps: number;
  readonly relative: number;
}

export const EXACT: Tolerance = { ulps: 0, relative: 0 };

const bits = new DataView(new ArrayBuffer(8));

/** Doubles in their order as integers, so that neighbours differ by one and −0 and 0 coincide. */
function ordinal(x: number): bigint {
  bits.setFloat64(0, x);
  const raw = bits.getBigInt64(0);
  return raw >= 0n ? raw : -(raw & 0x7fff_ffff_ffff_ffffn);
}

export function ulpsBetween(a: number, b: number): number {
  const distance = ordinal(a) - ordinal(b);
  return Number(distance < 0n ? -distance : distance);
}

/** Bit equality with one NaN, or closeness where the tolerance allows any. An exact 0, ±1 or infinity has no neighbourhood. */
export function sameNumber(a: number, b: number, tolerance: Tolerance): boolean {
  if (Object.is(a, b)) return true;
  if (Number.isNaN(a) || Number.isNaN(b)) return false;
  if (tolerance.ulps > 0 && a !== 0 && b !== 0 && ulpsBetween(a, b) <= tolerance.ulps) return true;
  const larger = Math.max(Math.abs(a), Math.abs(b));
  return tolerance.relative > 0 && larger < Infinity && Math.abs(a - b) <= tolerance.relative * larger;
}
