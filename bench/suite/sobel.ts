import { njit, prange } from "../../src/index.ts";
import { define, near, sample } from "./benchmark.ts";
import { bytePicture, clamped, sides } from "./image.ts";

/** The steepness of each pixel by Sobel's two filters, 0 to 255; the border, where there is no neighbour, is 0. */
export const sobel = define({
  name: "sobel",
  group: "pixels",
  kernel: njit((image: Uint8Array, width: number, height: number, out: Uint8ClampedArray): void => {
    for (let y = 1; y < height - 1; y++) {
      for (let x = 1; x < width - 1; x++) {
        const p = y * width + x;
        const left = image[p - width - 1] + 2 * image[p - 1] + image[p + width - 1];
        const right = image[p - width + 1] + 2 * image[p + 1] + image[p + width + 1];
        const above = image[p - width - 1] + 2 * image[p - width] + image[p - width + 1];
        const below = image[p + width - 1] + 2 * image[p + width] + image[p + width + 1];
        const gx = right - left;
        const gy = below - above;
        out[p] = Math.sqrt(gx * gx + gy * gy);
      }
    }
  }),
  parallel: njit(
    (image: Uint8Array, width: number, height: number, out: Uint8ClampedArray): void => {
      for (const y of prange(1, height - 1)) {
        for (let x = 1; x < width - 1; x++) {
          const p = y * width + x;
          const left = image[p - width - 1] + 2 * image[p - 1] + image[p + width - 1];
          const right = image[p - width + 1] + 2 * image[p + 1] + image[p + width + 1];
          const above = image[p - width - 1] + 2 * image[p - width] + image[p - width + 1];
          const below = image[p + width - 1] + 2 * image[p + width] + image[p + width + 1];
          const gx = right - left;
          const gy = below - above;
          out[p] = Math.sqrt(gx * gx + gy * gy);
        }
      }
    },
    { parallel: true },
  ),
  inputs(size) {
    const [width, height] = sides(size, 1200, 900);
    return [bytePicture(width, height, 1), width, height, new Uint8ClampedArray(width * height)];
  },
  /** Each filter from its 3 × 3 weights: the product of a difference and a smoothing. */
  check([image, width, height, out]) {
    const [difference, smoothing] = [
      [-1, 0, 1],
      [1, 2, 1],
    ];
    for (const p of sample(out.length)) {
      const x = p % width;
      const y = Math.floor(p / width);
      let [gx, gy] = [0, 0];
      for (let k = 0; k < 9; k++) {
        const [i, j] = [k % 3, Math.floor(k / 3)];
        const pixel = clamped(image, width, x + i - 1, y + j - 1);
        gx += pixel * difference[i] * smoothing[j];
        gy += pixel * smoothing[i] * difference[j];
      }
      const border = x === 0 || y === 0 || x === width - 1 || y === height - 1;
      near(out[p], border ? 0 : Math.min(Math.hypot(gx, gy), 255), 0.5 + 1e-6, `out[${p}]`);
    }
  },
});
