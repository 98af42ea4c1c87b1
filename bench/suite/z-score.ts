import { njit, prange } from "../../src/index.ts";
import { define, near } from "./benchmark.ts";
import { picture, sides } from "./image.ts";

/** Each pixel's distance from the image's mean, in standard deviations. */
export const zScore = define({
  name: "z-score",
  group: "pixels",
  fastmath: true,
  kernel: njit(
    (image: Float32Array, out: Float32Array): void => {
      const n = image.length;
      let sum = 0;
      for (let i = 0; i < n; i++) sum += image[i];
      const mean = sum / n;
      let squares = 0;
      for (let i = 0; i < n; i++) {
        const d = image[i] - mean;
        squares += d * d;
      }
      const scale = 1 / Math.sqrt(squares / n);
      for (let i = 0; i < n; i++) out[i] = (image[i] - mean) * scale;
    },
    { fastmath: true },
  ),
  parallel: njit(
    (image: Float32Array, out: Float32Array): void => {
      const n = image.length;
      let sum = 0;
      for (const i of prange(n)) sum += image[i];
      const mean = sum / n;
      let squares = 0;
      for (const i of prange(n)) {
        const d = image[i] - mean;
        squares += d * d;
      }
      const scale = 1 / Math.sqrt(squares / n);
      for (const i of prange(n)) out[i] = (image[i] - mean) * scale;
    },
    { fastmath: true, parallel: true },
  ),
  inputs(size) {
    const [width, height] = sides(size, 1200, 900);
    return [picture(width, height, 1), new Float32Array(width * height)];
  },
  /** Scores have mean 0 and deviation 1, and are a rising straight line of the image. */
  check([image, out]) {
    const mean = (f: (i: number) => number) => out.reduce((total, _, i) => total + f(i), 0) / out.length;
    near(
      mean((i) => out[i]),
      0,
      1e-5,
      "the mean",
    );
    near(
      mean((i) => out[i] * out[i]),
      1,
      1e-5,
      "the mean square",
    );
    const slope = (out[1] - out[0]) / (image[1] - image[0]);
    if (!(slope > 0)) throw new Error(`the slope is ${slope}`);
    for (let i = 2; i < out.length; i += 97) near(out[i], out[0] + slope * (image[i] - image[0]), 1e-3, `out[${i}]`);
  },
});
