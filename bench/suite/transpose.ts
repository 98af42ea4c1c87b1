import { njit, prange } from "../../src/index.ts";
import { define, near, sample } from "./benchmark.ts";
import { picture, sides } from "./image.ts";

/** A picture mirrored at its diagonal; the sides are a power of two, as they often are. */
export const transpose = define({
  name: "transpose",
  group: "pixels",
  kernel: njit((image: Float32Array, width: number, height: number, out: Float32Array): void => {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) out[x * height + y] = image[y * width + x];
    }
  }),
  parallel: njit(
    (image: Float32Array, width: number, height: number, out: Float32Array): void => {
      for (const y of prange(height)) {
        for (let x = 0; x < width; x++) out[x * height + y] = image[y * width + x];
      }
    },
    { parallel: true },
  ),
  inputs(size) {
    const [width, height] = sides(size, 1024, 1024);
    return [picture(width, height, 1), width, height, new Float32Array(width * height)];
  },
  check([image, width, height, out]) {
    for (const i of sample(out.length)) {
      const [x, y] = [Math.floor(i / height), i % height];
      near(out[i], image[y * width + x], 0, `the pixel at (${x}, ${y})`);
    }
  },
});
