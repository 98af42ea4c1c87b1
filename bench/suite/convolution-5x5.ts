import { njit, prange } from "../../src/index.ts";
import { uniform } from "../random.ts";
import { define, near, sample } from "./benchmark.ts";
import { clamped, picture, sides } from "./image.ts";

/** The sum of the 5 × 5 pixels around each, by weights; beyond the border lie copies of its pixels. */
export const convolution5x5 = define({
  name: "convolution-5x5",
  group: "pixels",
  fastmath: true,
  kernel: njit(
    (image: Float32Array, width: number, height: number, weights: Float32Array, out: Float32Array): void => {
      for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++) {
          let sum = 0;
          for (let dy = -2; dy <= 2; dy++) {
            const row = Math.min(Math.max(y + dy, 0), height - 1) * width;
            for (let dx = -2; dx <= 2; dx++) {
              const column = Math.min(Math.max(x + dx, 0), width - 1);
              sum += image[row + column] * weights[(dy + 2) * 5 + dx + 2];
            }
          }
          out[y * width + x] = sum;
        }
      }
    },
    { fastmath: true },
  ),
  parallel: njit(
    (image: Float32Array, width: number, height: number, weights: Float32Array, out: Float32Array): void => {
      for (const y of prange(height)) {
        for (let x = 0; x < width; x++) {
          let sum = 0;
          for (let dy = -2; dy <= 2; dy++) {
            const row = Math.min(Math.max(y + dy, 0), height - 1) * width;
            for (let dx = -2; dx <= 2; dx++) {
              const column = Math.min(Math.max(x + dx, 0), width - 1);
              sum += image[row + column] * weights[(dy + 2) * 5 + dx + 2];
            }
          }
          out[y * width + x] = sum;
        }
      }
    },
    { fastmath: true, parallel: true },
  ),
  inputs(size) {
    const [width, height] = sides(size, 1200, 900);
    const weights = Float32Array.from(uniform(25, 2, -1, 1));
    return [picture(width, height, 1), width, height, weights, new Float32Array(width * height)];
  },
  /** One sum over the window's 25 places, counted through. */
  check([image, width, , weights, out]) {
    for (const p of sample(out.length)) {
      let sum = 0;
      for (const [k, weight] of weights.entries()) {
        sum += weight * clamped(image, width, (p % width) + (k % 5) - 2, Math.floor(p / width) + Math.floor(k / 5) - 2);
      }
      near(out[p], sum, 0.01, `out[${p}]`);
    }
  },
});
