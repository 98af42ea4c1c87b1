import { njit, prange } from "../../src/index.ts";

/** How many standard deviations each pixel lies from the mean around it; 0 where the surroundings are flat. */
export const zScore = njit(
  (image: Float32Array, mean: Float32Array, deviation: Float32Array, out: Float32Array): void => {
    for (let i = 0; i < out.length; i++) {
      out[i] = deviation[i] > 0 ? (image[i] - mean[i]) / deviation[i] : 0;
    }
  },
);

/** The same on all cores. */
export const zScoreParallel = njit(
  (image: Float32Array, mean: Float32Array, deviation: Float32Array, out: Float32Array): void => {
    for (const i of prange(out.length)) {
      out[i] = deviation[i] > 0 ? (image[i] - mean[i]) / deviation[i] : 0;
    }
  },
  { parallel: true },
);
