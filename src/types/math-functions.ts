/**
 * The functions ECMAScript leaves to the implementation ("implementation-approximated") and their numbers of arguments;
 * numbats gives each within 1 ulp.
 */
export const MATH_FUNCTIONS = {
  sin: 1,
  cos: 1,
  tan: 1,
  asin: 1,
  acos: 1,
  atan: 1,
  atan2: 2,
  sinh: 1,
  cosh: 1,
  tanh: 1,
  asinh: 1,
  acosh: 1,
  atanh: 1,
  exp: 1,
  expm1: 1,
  log: 1,
  log1p: 1,
  log2: 1,
  log10: 1,
  pow: 2,
  cbrt: 1,
  hypot: 2,
} as const satisfies Record<string, 1 | 2>;

export type MathFunction = keyof typeof MATH_FUNCTIONS;
