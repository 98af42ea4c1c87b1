/** Numbers the connected areas of a mask, 1, 2, 3, … in reading order; takes two passes and a forest of equal labels. */
import { njit } from "../../src/index.ts";
import { allNear, define, near } from "./benchmark.ts";
import { picture, sides } from "./image.ts";

function rootOf(parents: Int32Array, label: number): number {
  let root = label;
  while (parents[root] !== root) {
    // Every other node on the way is hung one higher: the paths stay short.
    parents[root] = parents[parents[root]];
    root = parents[root];
  }
  return root;
}

export const connectedComponents = define({
  name: "connected-components",
  group: "pixels",
  kernel: njit((mask: Uint8Array, width: number, height: number, labels: Int32Array): number => {
    const parents = new Int32Array(width * height + 1);
    let next = 1;
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const p = y * width + x;
        if (mask[p] === 0) {
          labels[p] = 0;
          continue;
        }
        const left = x > 0 ? labels[p - 1] : 0;
        const above = y > 0 ? labels[p - width] : 0;
        if (left === 0 && above === 0) {
          parents[next] = next;
          labels[p] = next++;
        } else if (left === 0 || above === 0) {
          labels[p] = left + above;
        } else {
          const a = rootOf(parents, left);
          const b = rootOf(parents, above);
          const root = Math.min(a, b);
          parents[Math.max(a, b)] = root;
          labels[p] = root;
        }
      }
    }
    const final = new Int32Array(next);
    let count = 0;
    for (let p = 0; p < labels.length; p++) {
      if (labels[p] === 0) continue;
      const root = rootOf(parents, labels[p]);
      if (final[root] === 0) final[root] = ++count;
      labels[p] = final[root];
    }
    return count;
  }),
  inputs(size) {
    const [width, height] = sides(size, 1200, 900);
    const mask = Uint8Array.from(picture(width, height, 1), (v) => (v > 126 && v % 7 > 1 ? 1 : 0));
    return [mask, width, height, new Int32Array(width * height)];
  },
  /** By flooding each area from its first pixel. */
  check([mask, width, , labels], result) {
    const expected = new Int32Array(mask.length);
    let count = 0;
    for (let start = 0; start < mask.length; start++) {
      if (mask[start] === 0 || expected[start] !== 0) continue;
      expected[start] = ++count;
      const open = [start];
      for (let p = open.pop(); p !== undefined; p = open.pop()) {
        const x = p % width;
        for (const q of [x > 0 ? p - 1 : p, x < width - 1 ? p + 1 : p, p - width, p + width]) {
          if (mask[q] === 1 && expected[q] === 0) {
            expected[q] = count;
            open.push(q);
          }
        }
      }
    }
    near(Number(result), count, 0, "the number of areas");
    allNear(labels, expected, 0, "labels");
  },
});
