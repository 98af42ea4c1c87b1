/** The median of each pixel's 3 × 3 neighbourhood, by a sorting network that only sorts what matters; the border stays. */
import { njit, prange } from "../../src/index.ts";
import { define, near, sample } from "./benchmark.ts";
import { bytePicture, sides } from "./image.ts";

export const median3x3 = define({
  name: "median-3x3",
  group: "pixels",
  kernel: njit((image: Uint8Array, width: number, height: number, out: Uint8Array): void => {
    out.set(image);
    for (let y = 1; y < height - 1; y++) {
      for (let x = 1; x < width - 1; x++) {
        const p = y * width + x;
        const a = image[p - width - 1];
        const b = image[p - width];
        const c = image[p - width + 1];
        const d = image[p - 1];
        const e = image[p];
        const f = image[p + 1];
        const g = image[p + width - 1];
        const h = image[p + width];
        const i = image[p + width + 1];
        // Each row sorted; then the greatest low, the middle of the middles, the least high; then the middle of these.
        const low = Math.max(
          Math.min(a, Math.min(b, c)),
          Math.max(Math.min(d, Math.min(e, f)), Math.min(g, Math.min(h, i))),
        );
        const high = Math.min(
          Math.max(a, Math.max(b, c)),
          Math.min(Math.max(d, Math.max(e, f)), Math.max(g, Math.max(h, i))),
        );
        const top = Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
        const centre = Math.max(Math.min(d, e), Math.min(Math.max(d, e), f));
        const bottom = Math.max(Math.min(g, h), Math.min(Math.max(g, h), i));
        const middle = Math.max(Math.min(top, centre), Math.min(Math.max(top, centre), bottom));
        out[p] = Math.max(Math.min(low, middle), Math.min(Math.max(low, middle), high));
      }
    }
  }),
  parallel: njit(
    (image: Uint8Array, width: number, height: number, out: Uint8Array): void => {
      out.set(image);
      for (const y of prange(1, height - 1)) {
        for (let x = 1; x < width - 1; x++) {
          const p = y * width + x;
          const a = image[p - width - 1];
          const b = image[p - width];
          const c = image[p - width + 1];
          const d = image[p - 1];
          const e = image[p];
          const f = image[p + 1];
          const g = image[p + width - 1];
          const h = image[p + width];
          const i = image[p + width + 1];
          // Each row sorted; then the greatest low, the middle of the middles, the least high; then the middle of these.
          const low = Math.max(
            Math.min(a, Math.min(b, c)),
            Math.max(Math.min(d, Math.min(e, f)), Math.min(g, Math.min(h, i))),
          );
          const high = Math.min(
            Math.max(a, Math.max(b, c)),
            Math.min(Math.max(d, Math.max(e, f)), Math.max(g, Math.max(h, i))),
          );
          const top = Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
          const centre = Math.max(Math.min(d, e), Math.min(Math.max(d, e), f));
          const bottom = Math.max(Math.min(g, h), Math.min(Math.max(g, h), i));
          const middle = Math.max(Math.min(top, centre), Math.min(Math.max(top, centre), bottom));
          out[p] = Math.max(Math.min(low, middle), Math.min(Math.max(low, middle), high));
        }
      }
    },
    { parallel: true },
  ),
  inputs(size) {
    const [width, height] = sides(size, 1200, 900);
    return [bytePicture(width, height, 1), width, height, new Uint8Array(width * height)];
  },
  /** The fifth of the nine, sorted. */
  check([image, width, height, out]) {
    const window = new Uint8Array(9);
    for (const p of sample(out.length)) {
      const x = p % width;
      const y = Math.floor(p / width);
      const border = x === 0 || y === 0 || x === width - 1 || y === height - 1;
      if (!border) for (let k = 0; k < 9; k++) window[k] = image[p + (k % 3) - 1 + (Math.floor(k / 3) - 1) * width];
      near(out[p], border ? image[p] : window.sort()[4], 0, `out[${p}]`);
    }
  },
});
