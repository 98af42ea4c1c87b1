import { njit, prange } from "../../src/index.ts";
import { define, near } from "./benchmark.ts";
import { clamped, picture, sides } from "./image.ts";

/** A Gaussian blur, along the rows and then along the columns; `weights` are one half of the bell, its middle first. */
export const gaussian = define({
  name: "gaussian",
  group: "pixels",
  fastmath: true,
  kernel: njit(
    (image: Float32Array, width: number, height: number, weights: Float32Array, out: Float32Array): void => {
      const radius = weights.length - 1;
      const blurred = new Float32Array(width * height);
      for (let y = 0; y < height; y++) {
        const row = y * width;
        for (let x = 0; x < width; x++) {
          let sum = weights[0] * image[row + x];
          for (let d = 1; d <= radius; d++) {
            const left = Math.max(x - d, 0);
            const right = Math.min(x + d, width - 1);
            sum += weights[d] * (image[row + left] + image[row + right]);
          }
          blurred[row + x] = sum;
        }
      }
      for (let y = 0; y < height; y++) {
        const row = y * width;
        for (let x = 0; x < width; x++) out[row + x] = weights[0] * blurred[row + x];
        for (let d = 1; d <= radius; d++) {
          const above = Math.max(y - d, 0) * width;
          const below = Math.min(y + d, height - 1) * width;
          for (let x = 0; x < width; x++) out[row + x] += weights[d] * (blurred[above + x] + blurred[below + x]);
        }
      }
    },
    { fastmath: true },
  ),
  parallel: njit(
    (image: Float32Array, width: number, height: number, weights: Float32Array, out: Float32Array): void => {
      const radius = weights.length - 1;
      const blurred = new Float32Array(width * height);
      for (const y of prange(height)) {
        const row = y * width;
        for (let x = 0; x < width; x++) {
          let sum = weights[0] * image[row + x];
          for (let d = 1; d <= radius; d++) {
            const left = Math.max(x - d, 0);
            const right = Math.min(x + d, width - 1);
            sum += weights[d] * (image[row + left] + image[row + right]);
          }
          blurred[row + x] = sum;
        }
      }
      for (const y of prange(height)) {
        const row = y * width;
        for (let x = 0; x < width; x++) out[row + x] = weights[0] * blurred[row + x];
        for (let d = 1; d <= radius; d++) {
          const above = Math.max(y - d, 0) * width;
          const below = Math.min(y + d, height - 1) * width;
          for (let x = 0; x < width; x++) out[row + x] += weights[d] * (blurred[above + x] + blurred[below + x]);
        }
      }
    },
    { fastmath: true, parallel: true },
  ),
  inputs(size) {
    const [width, height] = sides(size, 1200, 900);
    return [picture(width, height, 1), width, height, bell(size === "full" ? 8 : 3), new Float32Array(width * height)];
  },
  /** Pixels here and there as one sum over the square window. */
  check([image, width, , weights, out]) {
    const radius = weights.length - 1;
    for (let p = 0; p < out.length; p += Math.ceil(out.length / 3000)) {
      let sum = 0;
      for (let dy = -radius; dy <= radius; dy++) {
        for (let dx = -radius; dx <= radius; dx++) {
          const weight = weights[Math.abs(dx)] * weights[Math.abs(dy)];
          sum += weight * clamped(image, width, (p % width) + dx, Math.floor(p / width) + dy);
        }
      }
      near(out[p], sum, 1e-3, `out[${p}]`);
    }
  },
});

/** e^(−d² / 2σ²) with 3 σ = radius, scaled so that both halves together add up to 1. */
function bell(radius: number): Float32Array {
  const half = Array.from({ length: radius + 1 }, (_, d) => Math.exp(-((3 * d) ** 2) / (2 * radius * radius)));
  const total = half.reduce((sum, v, d) => sum + (d === 0 ? v : 2 * v), 0);
  return Float32Array.from(half, (v) => v / total);
}
