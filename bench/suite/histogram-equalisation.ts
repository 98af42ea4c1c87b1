import { njit } from "../../src/index.ts";
import { define, near, sample } from "./benchmark.ts";
import { bytePicture, sides } from "./image.ts";

/** Brightness spread so that all levels are about as frequent: histogram, its running sum, a table of new levels. */
export const histogramEqualisation = define({
  name: "histogram-equalisation",
  group: "pixels",
  kernel: njit((image: Uint8Array, out: Uint8Array): void => {
    const histogram = new Int32Array(256);
    for (let i = 0; i < image.length; i++) histogram[image[i]]++;
    let darkest = 0;
    while (histogram[darkest] === 0) darkest++;
    const first = histogram[darkest];
    const levels = new Uint8Array(256);
    let below = 0;
    for (let v = 0; v < 256; v++) {
      below += histogram[v];
      levels[v] = below <= first ? 0 : Math.round(((below - first) / (image.length - first)) * 255);
    }
    for (let i = 0; i < image.length; i++) out[i] = levels[image[i]];
  }),
  inputs(size) {
    const [width, height] = sides(size, 1200, 900);
    return [bytePicture(width, height, 1), new Uint8Array(width * height)];
  },
  /** By sorting: a level's new value says how many pixels, apart from the darkest, are no brighter. */
  check([image, out]) {
    const sorted = image.slice().sort();
    const upTo = (level: number) => {
      let [low, high] = [0, sorted.length];
      while (low < high) {
        const middle = (low + high) >> 1;
        if (sorted[middle] <= level) low = middle + 1;
        else high = middle;
      }
      return low;
    };
    const first = upTo(sorted[0]);
    const expected = Array.from({ length: 256 }, (_, v) => ((upTo(v) - first) / (image.length - first)) * 255);
    for (const i of sample(out.length)) near(out[i], expected[image[i]], 0.5, `out[${i}]`);
  },
});
