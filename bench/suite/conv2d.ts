/** A convolutional layer: images of several channels, one filter for each channel that comes out, and a bias. */
import { njit, prange } from "../../src/index.ts";
import { uniform } from "../random.ts";
import { define, near } from "./benchmark.ts";

export const conv2d = define({
  name: "conv2d",
  group: "npbench",
  fastmath: true,
  kernel: njit(
    (
      side: number,
      size: number,
      channels: number,
      filters: number,
      images: Float32Array,
      weights: Float32Array,
      bias: Float32Array,
      out: Float32Array,
    ): void => {
      const outSide = side - size + 1;
      const count = images.length / (side * side * channels);
      for (let image = 0; image < count; image++) {
        for (let y = 0; y < outSide; y++) {
          for (let x = 0; x < outSide; x++) {
            const o = ((image * outSide + y) * outSide + x) * filters;
            for (let f = 0; f < filters; f++) out[o + f] = bias[f];
            for (let dy = 0; dy < size; dy++) {
              for (let dx = 0; dx < size; dx++) {
                for (let c = 0; c < channels; c++) {
                  const v = images[((image * side + y + dy) * side + x + dx) * channels + c];
                  const w = ((dy * size + dx) * channels + c) * filters;
                  for (let f = 0; f < filters; f++) out[o + f] += v * weights[w + f];
                }
              }
            }
          }
        }
      }
    },
    { fastmath: true },
  ),
  parallel: njit(
    (
      side: number,
      size: number,
      channels: number,
      filters: number,
      images: Float32Array,
      weights: Float32Array,
      bias: Float32Array,
      out: Float32Array,
    ): void => {
      const outSide = side - size + 1;
      const count = Math.floor(images.length / (side * side * channels));
      for (const line of prange(count * outSide)) {
        const image = Math.floor(line / outSide);
        const y = line % outSide;
        for (let x = 0; x < outSide; x++) {
          const o = (line * outSide + x) * filters;
          for (let f = 0; f < filters; f++) out[o + f] = bias[f];
          for (let dy = 0; dy < size; dy++) {
            for (let dx = 0; dx < size; dx++) {
              for (let c = 0; c < channels; c++) {
                const v = images[((image * side + y + dy) * side + x + dx) * channels + c];
                const w = ((dy * size + dx) * channels + c) * filters;
                for (let f = 0; f < filters; f++) out[o + f] += v * weights[w + f];
              }
            }
          }
        }
      }
    },
    { fastmath: true, parallel: true },
  ),
  inputs(size) {
    const [count, side, window, channels, filters] = size === "full" ? [8, 32, 3, 3, 16] : [2, 9, 3, 2, 5];
    const random = (length: number, seed: number) => Float32Array.from(uniform(length, seed, -1, 1));
    const outSide = side - window + 1;
    return [
      side,
      window,
      channels,
      filters,
      random(count * side * side * channels, 1),
      random(window * window * channels * filters, 2),
      random(filters, 3),
      new Float32Array(count * outSide * outSide * filters),
    ];
  },
  /** Elements here and there, each as one sum of products. */
  check([side, size, channels, filters, images, weights, bias, out]) {
    const outSide = side - size + 1;
    for (let o = 0; o < out.length; o += 7) {
      const f = o % filters;
      const x = Math.floor(o / filters) % outSide;
      const y = Math.floor(o / filters / outSide) % outSide;
      const image = Math.floor(o / filters / outSide / outSide);
      let sum = bias[f];
      for (let k = 0; k < size * size * channels; k++) {
        const [dy, dx, c] = [Math.floor(k / channels / size), Math.floor(k / channels) % size, k % channels];
        sum += images[((image * side + y + dy) * side + x + dx) * channels + c] * weights[k * filters + f];
      }
      near(out[o], sum, 1e-4, `out[${o}]`);
    }
  },
});
