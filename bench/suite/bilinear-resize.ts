import { njit, prange } from "../../src/index.ts";
import { define, near, sample } from "./benchmark.ts";
import { clamped, picture, sides } from "./image.ts";

/** An image at another size, each pixel a mixture of the four nearest to where it lies in the old one. */
export const bilinearResize = define({
  name: "bilinear-resize",
  group: "pixels",
  kernel: njit(
    (
      image: Float32Array,
      width: number,
      height: number,
      out: Float32Array,
      outWidth: number,
      outHeight: number,
    ): void => {
      const scaleX = width / outWidth;
      const scaleY = height / outHeight;
      for (let y = 0; y < outHeight; y++) {
        const sy = Math.min(Math.max((y + 0.5) * scaleY - 0.5, 0), height - 1);
        const y0 = Math.floor(sy);
        const y1 = Math.min(y0 + 1, height - 1);
        const fy = sy - y0;
        for (let x = 0; x < outWidth; x++) {
          const sx = Math.min(Math.max((x + 0.5) * scaleX - 0.5, 0), width - 1);
          const x0 = Math.floor(sx);
          const x1 = Math.min(x0 + 1, width - 1);
          const fx = sx - x0;
          const top = image[y0 * width + x0] * (1 - fx) + image[y0 * width + x1] * fx;
          const bottom = image[y1 * width + x0] * (1 - fx) + image[y1 * width + x1] * fx;
          out[y * outWidth + x] = top * (1 - fy) + bottom * fy;
        }
      }
    },
  ),
  parallel: njit(
    (
      image: Float32Array,
      width: number,
      height: number,
      out: Float32Array,
      outWidth: number,
      outHeight: number,
    ): void => {
      const scaleX = width / outWidth;
      const scaleY = height / outHeight;
      for (const y of prange(outHeight)) {
        const sy = Math.min(Math.max((y + 0.5) * scaleY - 0.5, 0), height - 1);
        const y0 = Math.floor(sy);
        const y1 = Math.min(y0 + 1, height - 1);
        const fy = sy - y0;
        for (let x = 0; x < outWidth; x++) {
          const sx = Math.min(Math.max((x + 0.5) * scaleX - 0.5, 0), width - 1);
          const x0 = Math.floor(sx);
          const x1 = Math.min(x0 + 1, width - 1);
          const fx = sx - x0;
          const top = image[y0 * width + x0] * (1 - fx) + image[y0 * width + x1] * fx;
          const bottom = image[y1 * width + x0] * (1 - fx) + image[y1 * width + x1] * fx;
          out[y * outWidth + x] = top * (1 - fy) + bottom * fy;
        }
      }
    },
    { parallel: true },
  ),
  inputs(size) {
    const [width, height] = sides(size, 640, 480);
    const [outWidth, outHeight] = size === "full" ? [1280, 960] : [41, 11];
    return [picture(width, height, 1), width, height, new Float32Array(outWidth * outHeight), outWidth, outHeight];
  },
  /** Each old pixel weighs in by a tent one pixel wide on either side of it. */
  check([image, width, height, out, outWidth, outHeight]) {
    const tent = (d: number) => Math.max(0, 1 - Math.abs(d));
    for (const p of sample(out.length)) {
      const sx = (((p % outWidth) + 0.5) * width) / outWidth - 0.5;
      const sy = ((Math.floor(p / outWidth) + 0.5) * height) / outHeight - 0.5;
      let sum = 0;
      for (let y = Math.floor(sy) - 1; y <= sy + 2; y++) {
        for (let x = Math.floor(sx) - 1; x <= sx + 2; x++)
          sum += clamped(image, width, x, y) * tent(sx - x) * tent(sy - y);
      }
      near(out[p], sum, 1e-3, `out[${p}]`);
    }
  },
});
