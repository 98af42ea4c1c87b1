import { njit } from "../../src/index.ts";
import { integers } from "../random.ts";
import { define, near } from "./benchmark.ts";

/** The greatest number of pairs in a folded RNA strand: bases 0 to 3, those that add up to 3 may pair. */
export const nussinov = define({
  name: "nussinov",
  group: "npbench",
  kernel: njit((n: number, bases: Int32Array, table: Int32Array): number => {
    for (let i = n - 1; i >= 0; i--) {
      for (let j = i + 1; j < n; j++) {
        let best = Math.max(table[i * n + j - 1], table[(i + 1) * n + j]);
        const pair = i < j - 1 && bases[i] + bases[j] === 3 ? 1 : 0;
        best = Math.max(best, table[(i + 1) * n + j - 1] + pair);
        for (let k = i + 1; k < j; k++) {
          best = Math.max(best, table[i * n + k] + table[(k + 1) * n + j]);
        }
        table[i * n + j] = best;
      }
    }
    return table[n - 1];
  }),
  inputs(size) {
    const n = size === "full" ? 250 : 24;
    return [n, integers(n, 1, 4), new Int32Array(n * n)];
  },
  changes: [2],
  /** From the other end: the last base is alone, or pairs with one that splits the strand in two. */
  check([n, bases], result) {
    const known = new Map<number, number>();
    const pairs = (i: number, j: number): number => {
      if (j - i < 2) return 0;
      const key = i * n + j;
      let best = known.get(key);
      if (best === undefined) {
        best = pairs(i, j - 1);
        for (let k = i; k < j - 1; k++) {
          if (bases[k] + bases[j] === 3) best = Math.max(best, pairs(i, k - 1) + 1 + pairs(k + 1, j - 1));
        }
        known.set(key, best);
      }
      return best;
    };
    near(Number(result), pairs(0, n - 1), 0, "the number of pairs");
  },
});
