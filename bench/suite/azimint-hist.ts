import { njit } from "../../src/index.ts";
import { uniform } from "../random.ts";
import { define, near } from "./benchmark.ts";

/** The mean of an image along rings around its centre: pixels binned by their radius. */
export const azimintHist = define({
  name: "azimint-hist",
  group: "npbench",
  kernel: njit((data: Float64Array, radius: Float64Array, counts: Int32Array, means: Float64Array): void => {
    const bins = means.length;
    let low = radius[0];
    let high = radius[0];
    for (let i = 1; i < radius.length; i++) {
      low = Math.min(low, radius[i]);
      high = Math.max(high, radius[i]);
    }
    for (let k = 0; k < bins; k++) {
      counts[k] = 0;
      means[k] = 0;
    }
    const scale = bins / (high - low);
    for (let i = 0; i < radius.length; i++) {
      const k = Math.min(Math.floor((radius[i] - low) * scale), bins - 1);
      counts[k]++;
      means[k] += data[i];
    }
    for (let k = 0; k < bins; k++) means[k] /= counts[k];
  }),
  inputs(size) {
    const [n, bins] = size === "full" ? [400_000, 1000] : [500, 10];
    const radius = uniform(n, 1);
    return [radius.map((r) => 3 * r + 1), radius, new Int32Array(bins), new Float64Array(bins)];
  },
  /** The data are 3 r + 1, so each mean lies between that of its ring's edges. */
  check([data, radius, counts, means]) {
    const low = radius.reduce((a, b) => Math.min(a, b));
    const width = (radius.reduce((a, b) => Math.max(a, b)) - low) / means.length;
    for (const [k, mean] of means.entries()) {
      const middle = low + (k + 0.5) * width;
      near(mean, 3 * middle + 1, 1.5 * width + 1e-9, `mean ${k}`);
    }
    near(
      counts.reduce((a, b) => a + b),
      data.length,
      0,
      "the number of pixels",
    );
    near(
      means.reduce((sum, mean, k) => sum + mean * counts[k], 0),
      data.reduce((a, b) => a + b),
      1e-6 * data.length,
      "the sum of all rings",
    );
  },
});
