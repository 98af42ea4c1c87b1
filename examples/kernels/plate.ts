import { njit, prange } from "../../src/index.ts";

/**
 * How heat settles in a plate whose edges keep their temperature: each round makes every inner point the mean of its four
 * neighbours. Gives the largest change of the last round; the result is in `plate`.
 */
export const settleHeat = njit(
  (plate: Float64Array, other: Float64Array, width: number, height: number, rounds: number) => {
    let change = 0;
    for (let round = 0; round < rounds; round++) {
      for (const y of prange(1, height - 1)) {
        for (let x = 1; x < width - 1; x++) {
          const i = y * width + x;
          other[i] = (plate[i - 1] + plate[i + 1] + plate[i - width] + plate[i + width]) / 4;
        }
      }
      change = 0;
      for (const y of prange(1, height - 1)) {
        for (let x = 1; x < width - 1; x++) {
          const i = y * width + x;
          change = Math.max(change, Math.abs(other[i] - plate[i]));
          plate[i] = other[i];
        }
      }
    }
    return change;
  },
  { parallel: true },
);
