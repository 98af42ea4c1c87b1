/** Two loops over long arrays: one of a square root, a product and a sum, one bound by the cost of `Math.sin` and `Math.cos`. */
import { njit, prange } from "../../src/index.ts";

function sumOfRootsLoop(x: Float64Array): number {
  let s = 0;
  for (let i = 0; i < x.length; i++) {
    s += Math.sqrt(x[i]) * 2 + 1;
  }
  return s;
}

/** cos²x + sin²x = 1, so the sum is the number of elements, but for rounding. */
function identityLoop(x: Float64Array): number {
  let s = 0;
  for (let i = 0; i < x.length; i++) {
    const c = Math.cos(x[i]);
    const d = Math.sin(x[i]);
    s += c * c + d * d;
  }
  return s;
}

/** The same in chunks, which cores share: their sums are added in the order of the chunks. */
function sumOfRootsChunks(x: Float64Array): number {
  let s = 0;
  for (const i of prange(x.length)) {
    s += Math.sqrt(x[i]) * 2 + 1;
  }
  return s;
}

function identityChunks(x: Float64Array): number {
  let s = 0;
  for (const i of prange(x.length)) {
    const c = Math.cos(x[i]);
    const d = Math.sin(x[i]);
    s += c * c + d * d;
  }
  return s;
}

export const sumOfRoots = njit(sumOfRootsLoop);
export const sumOfRootsFast = njit(sumOfRootsLoop, { fastmath: true });
export const sumOfRootsParallel = njit(sumOfRootsChunks, { parallel: true });

export const identity = njit(identityLoop);
export const identityFast = njit(identityLoop, { fastmath: true });
export const identityParallel = njit(identityChunks, { parallel: true });
