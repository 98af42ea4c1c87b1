/** What the kernels of this folder import: constants, functions and arrays of another module. */
export const SCALE = 2.5;
export const WIDTH = 4;
export const ENABLED = true;

export function cube(x: number): number {
  return x * x * x;
}

export const half = (x: number): number => x / 2;

export const weights = Float64Array.of(0.25, 0.5, 0.25);
