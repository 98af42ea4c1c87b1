import { njit } from "../../src/index.ts";
import { integers } from "../random.ts";
import { allNear, define } from "./benchmark.ts";

/** Lengths of the edges become lengths of the shortest paths between all pairs of nodes. */
export const floydWarshall = define({
  name: "floyd-warshall",
  group: "npbench",
  kernel: njit((n: number, path: Int32Array): void => {
    for (let k = 0; k < n; k++) {
      for (let i = 0; i < n; i++) {
        for (let j = 0; j < n; j++) {
          path[i * n + j] = Math.min(path[i * n + j], path[i * n + k] + path[k * n + j]);
        }
      }
    }
  }),
  inputs(size) {
    const n = size === "full" ? 200 : 16;
    const random = integers(n * n, 1, 1000);
    // Where there is no edge, a length that no path reaches.
    return [n, random.map((v, p) => (p % n === Math.floor(p / n) ? 0 : v < 700 ? 1_000_000 : v))];
  },
  changes: [1],
  check([n, path], _, [, edges]) {
    for (let from = 0; from < n; from += 5) {
      allNear(path.subarray(from * n, (from + 1) * n), shortest(n, edges, from), 0, `paths from ${from}`);
    }
  },
});

/** Dijkstra's algorithm. */
function shortest(n: number, edges: Int32Array, from: number): number[] {
  const lengths = Array.from({ length: n }, (_, i) => (i === from ? 0 : Number.POSITIVE_INFINITY));
  const open = new Set(lengths.keys());
  while (open.size > 0) {
    let next = -1;
    for (const node of open) if (next === -1 || lengths[node] < lengths[next]) next = node;
    open.delete(next);
    for (const node of open) lengths[node] = Math.min(lengths[node], lengths[next] + edges[next * n + node]);
  }
  return lengths;
}
