import { njit, prange } from "../../src/index.ts";
import { define, near, sample } from "./benchmark.ts";
import { bytePicture, sides } from "./image.ts";

/** The vegetation index of two bands of bytes. */
export const ndvi = define({
  name: "ndvi",
  group: "pixels",
  kernel: njit((nir: Uint8Array, red: Uint8Array, out: Float32Array): void => {
    for (let i = 0; i < out.length; i++) {
      const sum = nir[i] + red[i];
      out[i] = sum === 0 ? 0 : (nir[i] - red[i]) / sum;
    }
  }),
  parallel: njit(
    (nir: Uint8Array, red: Uint8Array, out: Float32Array): void => {
      for (const i of prange(out.length)) {
        const sum = nir[i] + red[i];
        out[i] = sum === 0 ? 0 : (nir[i] - red[i]) / sum;
      }
    },
    { parallel: true },
  ),
  inputs(size) {
    const [width, height] = sides(size, 1200, 900);
    return [bytePicture(width, height, 1), bytePicture(width, height, 2), new Float32Array(width * height)];
  },
  /** nir / red = (1 + index) / (1 − index). */
  check([nir, red, out]) {
    for (const i of sample(out.length)) near(nir[i] * (1 - out[i]), red[i] * (1 + out[i]), 1e-4, `the bands at ${i}`);
  },
});
