/** Whole programs: dynamic programming and graphs. */
import { defineKernels } from "../support/differential.ts";
import { randomFloats, randomInts, seededRandom } from "../support/edge-values.ts";

const text = (s: string): Uint8Array => Uint8Array.from(s, (c) => c.charCodeAt(0));
const words = (): [string, string][] => [
  ["kitten", "sitting"],
  ["", "abc"],
  ["flaw", "lawn"],
  ["same", "same"],
  ["abcdefghij", "acegikmo"],
];

/** A seeded grid of zeros and ones. */
function grid(length: number, seed: number, density: number): Uint8Array {
  const random = seededRandom(seed);
  return Uint8Array.from({ length }, () => (random() < density ? 1 : 0));
}

defineKernels("dynamic programming", {
  "edit distance": {
    kernel: (a: Uint8Array, b: Uint8Array) => {
      const n = b.length;
      let prev = new Int32Array(n + 1);
      let cur = new Int32Array(n + 1);
      for (let j = 0; j <= n; j++) prev[j] = j;
      for (let i = 1; i <= a.length; i++) {
        cur[0] = i;
        for (let j = 1; j <= n; j++) {
          const cost = a[i - 1] === b[j - 1] ? 0 : 1;
          cur[j] = Math.min(prev[j] + 1, cur[j - 1] + 1, prev[j - 1] + cost);
        }
        const t = prev;
        prev = cur;
        cur = t;
      }
      return prev[n];
    },
    cases: () => words().map(([a, b]) => [text(a), text(b)]),
  },
  "longest common subsequence": {
    kernel: (a: Uint8Array, b: Uint8Array) => {
      const w = b.length + 1;
      const t = new Uint16Array((a.length + 1) * w);
      for (let i = 1; i <= a.length; i++) {
        for (let j = 1; j <= b.length; j++) {
          t[i * w + j] =
            a[i - 1] === b[j - 1] ? t[(i - 1) * w + j - 1] + 1 : Math.max(t[(i - 1) * w + j], t[i * w + j - 1]);
        }
      }
      return t[t.length - 1];
    },
    cases: () => words().map(([a, b]) => [text(a), text(b)]),
  },
  knapsack: {
    kernel: (weights: Int32Array, values: Float64Array, capacity: number) => {
      const best = new Float64Array(capacity + 1);
      for (let i = 0; i < weights.length; i++) {
        const w = weights[i];
        for (let c = capacity; c >= w; c--) {
          const v = best[c - w] + values[i];
          if (v > best[c]) best[c] = v;
        }
      }
      return best[capacity];
    },
    cases: () => [
      [Int32Array.of(1, 3, 4, 5), Float64Array.of(1, 4, 5, 7), 7],
      [randomInts(20, 1, 1, 30), randomFloats(20, 2, 0, 10), 100],
    ],
  },
  "coin change": {
    kernel: (coins: Int32Array, amount: number) => {
      const fewest = new Int32Array(amount + 1).fill(1 << 30);
      fewest[0] = 0;
      for (let a = 1; a <= amount; a++)
        for (const c of coins) if (c <= a && fewest[a - c] + 1 < fewest[a]) fewest[a] = fewest[a - c] + 1;
      return fewest[amount] === 1 << 30 ? -1 : fewest[amount];
    },
    cases: () => [
      [Int32Array.of(1, 5, 10, 25), 63],
      [Int32Array.of(5, 7), 23],
      [Int32Array.of(2), 3],
    ],
  },
  "largest sum of a run": {
    kernel: (a: Float64Array | Int32Array) => {
      let best = -Infinity;
      let run = 0;
      for (const x of a) {
        run = Math.max(x, run + x);
        best = Math.max(best, run);
      }
      return best;
    },
    cases: () => [[Int32Array.of(-2, 1, -3, 4, -1, 2, 1, -5, 4)], [randomFloats(50, 3)], [new Int32Array(0)]],
  },
  "longest increasing subsequence": {
    kernel: (a: Int32Array) => {
      const tails = new Int32Array(a.length);
      let length = 0;
      for (const x of a) {
        let lo = 0;
        let hi = length;
        while (lo < hi) {
          const mid = (lo + hi) >> 1;
          if (tails[mid] < x) lo = mid + 1;
          else hi = mid;
        }
        tails[lo] = x;
        if (lo === length) length++;
      }
      return length;
    },
    cases: () => [[Int32Array.of(10, 9, 2, 5, 3, 7, 101, 18)], [randomInts(100, 4, 0, 1000)], [new Int32Array(0)]],
  },
  "matrix chain order": {
    kernel: (dims: Int32Array) => {
      const n = dims.length - 1;
      const cost = new Float64Array(n * n);
      for (let length = 2; length <= n; length++) {
        for (let i = 0; i + length <= n; i++) {
          const j = i + length - 1;
          let least = Infinity;
          for (let k = i; k < j; k++) {
            const c = cost[i * n + k] + cost[(k + 1) * n + j] + dims[i] * dims[k + 1] * dims[j + 1];
            if (c < least) least = c;
          }
          cost[i * n + j] = least;
        }
      }
      return cost[n - 1];
    },
    cases: () => [
      [Int32Array.of(30, 35, 15, 5, 10, 20, 25)],
      [Int32Array.of(2, 3)],
      [Int32Array.of(100000, 100000, 100000, 5)],
    ],
  },
  "seam carving": {
    kernel: (energy: Float32Array, w: number, h: number, path: Int32Array) => {
      const cost = new Float32Array(w * h);
      cost.set(energy.subarray(0, w));
      for (let y = 1; y < h; y++) {
        for (let x = 0; x < w; x++) {
          let least = cost[(y - 1) * w + x];
          if (x > 0 && cost[(y - 1) * w + x - 1] < least) least = cost[(y - 1) * w + x - 1];
          if (x + 1 < w && cost[(y - 1) * w + x + 1] < least) least = cost[(y - 1) * w + x + 1];
          cost[y * w + x] = energy[y * w + x] + least;
        }
      }
      let at = 0;
      for (let x = 1; x < w; x++) if (cost[(h - 1) * w + x] < cost[(h - 1) * w + at]) at = x;
      for (let y = h - 1; y >= 0; y--) {
        path[y] = at;
        if (y === 0) break;
        let next = at;
        if (at > 0 && cost[(y - 1) * w + at - 1] < cost[(y - 1) * w + next]) next = at - 1;
        if (at + 1 < w && cost[(y - 1) * w + at + 1] < cost[(y - 1) * w + next]) next = at + 1;
        at = next;
      }
      return cost[(h - 1) * w + path[h - 1]];
    },
    cases: () => [[Float32Array.from(randomFloats(80, 5, 0, 1)), 10, 8, new Int32Array(8)]],
  },
});

defineKernels("graphs", {
  "union-find": {
    kernel: (n: number, from: Int32Array, to: Int32Array) => {
      const parent = new Int32Array(n);
      for (let i = 0; i < n; i++) parent[i] = i;
      const find = (x: number): number => {
        while (parent[x] !== x) {
          parent[x] = parent[parent[x]];
          x = parent[x];
        }
        return x;
      };
      let components = n;
      for (let e = 0; e < from.length; e++) {
        const a = find(from[e]);
        const b = find(to[e]);
        if (a !== b) {
          parent[a] = b;
          components--;
        }
      }
      return components;
    },
    cases: () => [
      [10, Int32Array.of(0, 1, 3, 3), Int32Array.of(1, 2, 4, 4)],
      [100, randomInts(80, 6, 0, 100), randomInts(80, 7, 0, 100)],
    ],
  },
  "Floyd-Warshall": {
    kernel: (d: Float64Array, n: number) => {
      for (let k = 0; k < n; k++) {
        for (let i = 0; i < n; i++) {
          const ik = d[i * n + k];
          for (let j = 0; j < n; j++) {
            const through = ik + d[k * n + j];
            if (through < d[i * n + j]) d[i * n + j] = through;
          }
        }
      }
    },
    cases: () => [[randomFloats(64, 8, 0, 10).map((x) => (x > 6 ? Infinity : x)), 8]],
  },
  "Bellman-Ford": {
    kernel: (n: number, from: Int32Array, to: Int32Array, weight: Float64Array, dist: Float64Array) => {
      dist.fill(Infinity);
      dist[0] = 0;
      for (let round = 0; round < n; round++) {
        let changed = false;
        for (let e = 0; e < from.length; e++) {
          const d = dist[from[e]] + weight[e];
          if (d < dist[to[e]]) {
            dist[to[e]] = d;
            changed = true;
          }
        }
        if (!changed) return true;
      }
      return false;
    },
    cases: () => [
      [20, randomInts(60, 9, 0, 20), randomInts(60, 10, 0, 20), randomFloats(60, 11, 0, 5), new Float64Array(20)],
      [3, Int32Array.of(0, 1, 2), Int32Array.of(1, 2, 0), Float64Array.of(1, 1, -3), new Float64Array(3)],
    ],
  },
  "breadth-first search in CSR": {
    kernel: (offsets: Int32Array, targets: Int32Array, start: number, level: Int32Array) => {
      level.fill(-1);
      const queue = new Int32Array(level.length);
      let head = 0;
      let tail = 0;
      queue[tail++] = start;
      level[start] = 0;
      while (head < tail) {
        const v = queue[head++];
        for (let e = offsets[v]; e < offsets[v + 1]; e++) {
          const u = targets[e];
          if (level[u] >= 0) continue;
          level[u] = level[v] + 1;
          queue[tail++] = u;
        }
      }
      return tail;
    },
    cases: () => [
      [Int32Array.of(0, 2, 4, 5, 6, 6), Int32Array.of(1, 2, 2, 3, 3, 0), 0, new Int32Array(5)],
      [Int32Array.of(0, 0), new Int32Array(0), 0, new Int32Array(1)],
    ],
  },
  "Dijkstra with a binary heap": {
    kernel: (offsets: Int32Array, targets: Int32Array, weights: Float64Array, dist: Float64Array) => {
      const n = dist.length;
      const heap = new Float64Array(targets.length + 1);
      const node = new Int32Array(targets.length + 1);
      let size = 0;
      const push = (d: number, v: number) => {
        let i = size++;
        while (i > 0) {
          const p = (i - 1) >> 1;
          if (heap[p] <= d) break;
          heap[i] = heap[p];
          node[i] = node[p];
          i = p;
        }
        heap[i] = d;
        node[i] = v;
      };
      for (let v = 0; v < n; v++) dist[v] = Infinity;
      dist[0] = 0;
      push(0, 0);
      while (size > 0) {
        const d = heap[0];
        const v = node[0];
        size--;
        if (size > 0) {
          const last = heap[size];
          const lastNode = node[size];
          let i = 0;
          for (;;) {
            let c = 2 * i + 1;
            if (c >= size) break;
            if (c + 1 < size && heap[c + 1] < heap[c]) c++;
            if (heap[c] >= last) break;
            heap[i] = heap[c];
            node[i] = node[c];
            i = c;
          }
          heap[i] = last;
          node[i] = lastNode;
        }
        if (d > dist[v]) continue;
        for (let e = offsets[v]; e < offsets[v + 1]; e++) {
          const u = targets[e];
          const t = d + weights[e];
          if (t < dist[u]) {
            dist[u] = t;
            push(t, u);
          }
        }
      }
    },
    cases: () => {
      const n = 30;
      const offsets = Int32Array.from({ length: n + 1 }, (_, i) => i * 4);
      return [[offsets, randomInts(n * 4, 12, 0, n), randomFloats(n * 4, 13, 0, 9), new Float64Array(n)]];
    },
  },
  PageRank: {
    kernel: (offsets: Int32Array, targets: Int32Array, rank: Float64Array, rounds: number) => {
      const n = rank.length;
      const next = new Float64Array(n);
      rank.fill(1 / n);
      for (let r = 0; r < rounds; r++) {
        next.fill(0.15 / n);
        for (let v = 0; v < n; v++) {
          const out = offsets[v + 1] - offsets[v];
          for (let e = offsets[v]; e < offsets[v + 1]; e++) next[targets[e]] += (0.85 * rank[v]) / out;
        }
        rank.set(next);
      }
    },
    cases: () => [[Int32Array.of(0, 2, 4, 5, 6), Int32Array.of(1, 2, 2, 3, 3, 0), new Float64Array(4), 20]],
  },
});

defineKernels("schedules and routes", {
  "assignment of least cost": {
    kernel: (cost: Float64Array, n: number): number => {
      const u = new Float64Array(n + 1),
        v = new Float64Array(n + 1),
        p = new Int32Array(n + 1),
        way = new Int32Array(n + 1);
      for (let i = 1; i <= n; i++) {
        const minv = new Float64Array(n + 1).fill(Number.POSITIVE_INFINITY),
          used = new Uint8Array(n + 1);
        let j0 = 0;
        p[0] = i;
        do {
          used[j0] = 1;
          const i0 = p[j0];
          let delta = Number.POSITIVE_INFINITY,
            j1 = 0;
          for (let j = 1; j <= n; j++) {
            if (used[j]) continue;
            const cur = cost[(i0 - 1) * n + j - 1] - u[i0] - v[j];
            if (cur < minv[j]) {
              minv[j] = cur;
              way[j] = j0;
            }
            if (minv[j] < delta) {
              delta = minv[j];
              j1 = j;
            }
          }
          for (let j = 0; j <= n; j++) used[j] ? ((u[p[j]] += delta), (v[j] -= delta)) : (minv[j] -= delta);
          j0 = j1;
        } while (p[j0] !== 0);
        do {
          const j1 = way[j0];
          p[j0] = p[j1];
          j0 = j1;
        } while (j0);
      }
      return -v[0];
    },
    cases: () => [
      [randomFloats(25, 1, 0, 9), 5],
      [new Float64Array(0), 0],
      [Float64Array.of(2.5), 1],
      [randomFloats(36, 2), 6],
    ],
  },
  "shortest round trip": {
    kernel: (dist: Float64Array, n: number): number => {
      if (n <= 1) return 0;
      const full = 1 << n,
        dp = new Float64Array(full * n).fill(Infinity);
      dp[1 * n + 0] = 0;
      for (let mask = 1; mask < full; mask += 2)
        for (let last = 0; last < n; last++) {
          const cur = dp[mask * n + last];
          if (cur === Infinity || !((mask >> last) & 1)) continue;
          for (let to = 1; to < n; to++) {
            if (mask & (1 << to)) continue;
            const k = (mask | (1 << to)) * n + to,
              c = cur + dist[last * n + to];
            if (c < dp[k]) dp[k] = c;
          }
        }
      return Math.min(...dp.subarray((full - 1) * n + 1, full * n).map((c, j) => c + dist[(j + 1) * n]));
    },
    cases: () => [
      [randomFloats(36, 3, 0, 9), 6],
      [new Float64Array(0), 0],
      [randomFloats(4, 4), 2],
      [randomFloats(24, 5).map((x, i) => (i % 7 === 3 ? NaN : x)), 4],
    ],
  },
  "weighted intervals": {
    kernel: (start: Int32Array, end: Int32Array, weight: Float64Array) => {
      const n = start.length,
        order = Int32Array.from(start.keys()).sort((a, b) => end[a] - end[b]),
        dp = new Float64Array(n + 1);
      for (let i = 1; i <= n; i++) {
        const job = order[i - 1];
        let lo = 0,
          hi = i - 1;
        while (lo < hi) {
          const mid = (lo + hi + 1) >> 1;
          if (end[order[mid - 1]] <= start[job]) lo = mid;
          else hi = mid - 1;
        }
        dp[i] = Math.max(dp[i - 1], dp[lo] + weight[job]);
      }
      return dp.at(-1);
    },
    cases: () => [
      [randomInts(20, 6, 0, 50), randomInts(20, 7, 50, 90), randomFloats(20, 8)],
      [randomInts(20, 6, 0, 50), randomInts(20, 7, 5, 60), randomFloats(20, 8)],
      [new Int32Array(0), new Int32Array(0), new Float64Array(0)],
    ],
  },
});
