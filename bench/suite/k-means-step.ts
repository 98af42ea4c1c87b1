/** One step of k-means over pixels of several bands: each pixel joins its nearest centre, each centre moves to its pixels' mean. */
import { njit } from "../../src/index.ts";
import { uniform } from "../random.ts";
import { define, near } from "./benchmark.ts";

/** Gives the sum of the squared distances. A centre without pixels stays. */
export const kMeansStep = define({
  name: "k-means-step",
  group: "pixels",
  fastmath: true,
  kernel: njit(
    (bands: number, pixels: Float32Array, centres: Float32Array, labels: Uint8Array): number => {
      const k = centres.length / bands;
      const sums = new Float64Array(k * bands);
      const counts = new Int32Array(k);
      let total = 0;
      for (let i = 0; i < labels.length; i++) {
        let nearest = 0;
        let least = Infinity;
        for (let c = 0; c < k; c++) {
          let square = 0;
          for (let b = 0; b < bands; b++) {
            const d = pixels[i * bands + b] - centres[c * bands + b];
            square += d * d;
          }
          if (square < least) {
            least = square;
            nearest = c;
          }
        }
        labels[i] = nearest;
        counts[nearest]++;
        for (let b = 0; b < bands; b++) sums[nearest * bands + b] += pixels[i * bands + b];
        total += least;
      }
      for (let c = 0; c < k; c++) {
        if (counts[c] === 0) continue;
        for (let b = 0; b < bands; b++) centres[c * bands + b] = sums[c * bands + b] / counts[c];
      }
      return total;
    },
    // Infinity is where the least distance starts: all of fastmath but the promise that there is none.
    { fastmath: ["reassoc", "nsz", "arcp", "contract", "afn"] },
  ),
  inputs(size) {
    const [n, bands, k] = size === "full" ? [100_000, 6, 12] : [150, 3, 4];
    const random = (length: number, seed: number) => Float32Array.from(uniform(length, seed, 0, 255));
    return [bands, random(n * bands, 1), random(k * bands, 2), new Uint8Array(n)];
  },
  changes: [2],
  check([bands, pixels, centres, labels], result, [, , before]) {
    const k = centres.length / bands;
    const pixel = (i: number) => pixels.subarray(i * bands, (i + 1) * bands);
    const centre = (c: number) => before.subarray(c * bands, (c + 1) * bands);
    const distance = (i: number, c: number) => Math.hypot(...pixel(i).map((v, b) => v - centre(c)[b])) ** 2;
    const members = Array.from({ length: k }, () => [] as number[]);
    let total = 0;
    for (const [i, label] of labels.entries()) {
      members[label].push(i);
      const own = distance(i, label);
      total += own;
      // No other centre is nearer; all of them are tried for every tenth pixel.
      if (i % 10 === 0)
        for (let c = 0; c < k; c++) near(Math.min(distance(i, c) - own, 0), 0, 0.1, `a nearer centre of ${i}`);
    }
    near(Number(result), total, 1e-4 * total, "the sum of squares");
    for (const [c, own] of members.entries()) {
      for (let b = 0; b < bands && own.length > 0; b++) {
        const mean = own.reduce((sum, i) => sum + pixels[i * bands + b], 0) / own.length;
        near(centres[c * bands + b], mean, 1e-3, `centre ${c}, band ${b}`);
      }
    }
  },
});
