/** Whole programs: cells, mazes, labels and distances on grids. */
import { defineKernels } from "../support/differential.ts";
import { randomFloats, seededRandom } from "../support/edge-values.ts";

function grid(length: number, seed: number, density: number): Uint8Array {
  const random = seededRandom(seed);
  return Uint8Array.from({ length }, () => (random() < density ? 1 : 0));
}

defineKernels("grids", {
  "game of life": {
    kernel: (cells: Uint8Array, next: Uint8Array, w: number, h: number) => {
      for (let y = 0; y < h; y++) {
        const up = ((y + h - 1) % h) * w;
        const down = ((y + 1) % h) * w;
        for (let x = 0; x < w; x++) {
          const left = (x + w - 1) % w;
          const right = (x + 1) % w;
          const n =
            cells[up + left] +
            cells[up + x] +
            cells[up + right] +
            cells[y * w + left] +
            cells[y * w + right] +
            cells[down + left] +
            cells[down + x] +
            cells[down + right];
          next[y * w + x] = n === 3 || (n === 2 && cells[y * w + x]) ? 1 : 0;
        }
      }
    },
    cases: () => [[grid(200, 14, 0.4), new Uint8Array(200), 20, 10]],
  },
  "game of life, several generations": {
    kernel: (cells: Uint8Array, w: number, h: number, generations: number) => {
      let cur = cells;
      let next: Uint8Array = new Uint8Array(w * h);
      for (let g = 0; g < generations; g++) {
        for (let y = 0; y < h; y++) {
          for (let x = 0; x < w; x++) {
            let n = 0;
            for (let dy = -1; dy <= 1; dy++) {
              for (let dx = -1; dx <= 1; dx++) {
                if (dx === 0 && dy === 0) continue;
                const xx = x + dx;
                const yy = y + dy;
                if (xx >= 0 && yy >= 0 && xx < w && yy < h) n += cur[yy * w + xx];
              }
            }
            next[y * w + x] = cur[y * w + x] === 1 ? +(n === 2 || n === 3) : +(n === 3);
          }
        }
        [cur, next] = [next, cur];
      }
      return cur;
    },
    cases: () => [0, 1, 4, 5].map((g) => [grid(144, 15, 0.3), 12, 12, g]),
  },
  "flood fill with a stack": {
    kernel: (image: Uint8Array, w: number, h: number, x: number, y: number, colour: number) => {
      const old = image[y * w + x];
      if (old === colour) return 0;
      const stack = new Int32Array(w * h);
      let top = 0;
      let filled = 0;
      stack[top++] = y * w + x;
      image[y * w + x] = colour;
      while (top > 0) {
        const at = stack[--top];
        filled++;
        const px = at % w;
        const py = (at / w) | 0;
        if (px > 0 && image[at - 1] === old) {
          image[at - 1] = colour;
          stack[top++] = at - 1;
        }
        if (px < w - 1 && image[at + 1] === old) {
          image[at + 1] = colour;
          stack[top++] = at + 1;
        }
        if (py > 0 && image[at - w] === old) {
          image[at - w] = colour;
          stack[top++] = at - w;
        }
        if (py < h - 1 && image[at + w] === old) {
          image[at + w] = colour;
          stack[top++] = at + w;
        }
      }
      return filled;
    },
    cases: () => [
      [grid(200, 16, 0.3), 20, 10, 5, 5, 2],
      [new Uint8Array(30), 6, 5, 0, 0, 9],
      [grid(200, 16, 0.3), 20, 10, 5, 5, 0],
    ],
  },
  "recursive flood fill": {
    kernel: (image: Uint8Array, w: number, h: number) => {
      const fill = (x: number, y: number): number => {
        if (x < 0 || y < 0 || x >= w || y >= h || image[y * w + x] !== 0) return 0;
        image[y * w + x] = 7;
        return 1 + fill(x + 1, y) + fill(x - 1, y) + fill(x, y + 1) + fill(x, y - 1);
      };
      return fill(w >> 1, h >> 1);
    },
    cases: () => [
      [grid(100, 17, 0.3), 10, 10],
      [new Uint8Array(100), 10, 10],
    ],
  },
  "connected components": {
    kernel: (image: Uint8Array, w: number, h: number, labels: Int32Array) => {
      const parent = new Int32Array(w * h + 1);
      let next = 1;
      for (let y = 0; y < h; y++) {
        for (let x = 0; x < w; x++) {
          const at = y * w + x;
          if (image[at] === 0) continue;
          const left = x > 0 ? labels[at - 1] : 0;
          const up = y > 0 ? labels[at - w] : 0;
          if (left === 0 && up === 0) {
            parent[next] = next;
            labels[at] = next++;
          } else if (left !== 0 && up !== 0) {
            let a = left;
            let b = up;
            while (parent[a] !== a) a = parent[a];
            while (parent[b] !== b) b = parent[b];
            const root = Math.min(a, b);
            parent[a] = root;
            parent[b] = root;
            labels[at] = root;
          } else labels[at] = left + up;
        }
      }
      let count = 0;
      for (let l = 1; l < next; l++) if (parent[l] === l) count++;
      for (let i = 0; i < labels.length; i++) {
        let l = labels[i];
        while (l !== parent[l]) l = parent[l];
        labels[i] = l;
      }
      return count;
    },
    cases: () => [[grid(200, 18, 0.5), 20, 10, new Int32Array(200)]],
  },
  "distance transform": {
    kernel: (image: Uint8Array, w: number, h: number, d: Int32Array) => {
      for (let y = 0; y < h; y++) {
        for (let x = 0; x < w; x++) {
          const i = y * w + x;
          let v = image[i] ? 0 : w + h;
          if (x > 0) v = Math.min(v, d[i - 1] + 1);
          if (y > 0) v = Math.min(v, d[i - w] + 1);
          d[i] = v;
        }
      }
      for (let y = h - 1; y >= 0; y--) {
        for (let x = w - 1; x >= 0; x--) {
          const i = y * w + x;
          if (x + 1 < w) d[i] = Math.min(d[i], d[i + 1] + 1);
          if (y + 1 < h) d[i] = Math.min(d[i], d[i + w] + 1);
        }
      }
    },
    cases: () => [
      [grid(200, 19, 0.05), 20, 10, new Int32Array(200)],
      [new Uint8Array(20), 5, 4, new Int32Array(20)],
    ],
  },
  "rule 110": {
    kernel: (cells: Uint8Array, rule: number, steps: number) => {
      const n = cells.length;
      const next = new Uint8Array(n);
      let alive = 0;
      for (let s = 0; s < steps; s++) {
        for (let i = 0; i < n; i++) {
          const pattern = (cells[(i + n - 1) % n] << 2) | (cells[i] << 1) | cells[(i + 1) % n];
          next[i] = (rule >> pattern) & 1;
        }
        cells.set(next);
        for (const c of cells) alive += c;
      }
      return alive;
    },
    cases: () => [
      [grid(40, 20, 0.5), 110, 20],
      [grid(40, 20, 0.5), 30, 7],
    ],
  },
  "Langton's ant": {
    kernel: (field: Uint8Array, w: number, steps: number) => {
      const h = field.length / w;
      let x = w >> 1;
      let y = h >> 1;
      let dir = 0;
      for (let s = 0; s < steps; s++) {
        const at = y * w + x;
        dir = (dir + (field[at] === 0 ? 1 : 3)) & 3;
        field[at] ^= 1;
        switch (dir) {
          case 0:
            y--;
            break;
          case 1:
            x++;
            break;
          case 2:
            y++;
            break;
          case 3:
            x--;
            break;
        }
        x = (x + w) % w;
        y = (y + h) % h;
      }
      return dir * 10000 + y * 100 + x;
    },
    cases: () => [[new Uint8Array(400), 20, 500]],
  },
  "maze by depth-first search": {
    kernel: (walls: Uint8Array, w: number, h: number, seed: number) => {
      let state = seed >>> 0;
      const random = (n: number): number => {
        state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
        return (state >>> 8) % n;
      };
      const stack = new Int32Array(w * h);
      const visited = new Uint8Array(w * h);
      let top = 0;
      stack[top++] = 0;
      visited[0] = 1;
      while (top > 0) {
        const at = stack[top - 1];
        const x = at % w;
        const y = (at - x) / w;
        let options = 0;
        let next = -1;
        let side = 0;
        for (let d = 0; d < 4; d++) {
          const nx = x + (d === 1 ? 1 : d === 3 ? -1 : 0);
          const ny = y + (d === 2 ? 1 : d === 0 ? -1 : 0);
          if (nx < 0 || ny < 0 || nx >= w || ny >= h || visited[ny * w + nx]) continue;
          options++;
          if (random(options) === 0) {
            next = ny * w + nx;
            side = d;
          }
        }
        if (next < 0) {
          top--;
          continue;
        }
        walls[at] |= 1 << side;
        walls[next] |= 1 << ((side + 2) % 4);
        visited[next] = 1;
        stack[top++] = next;
      }
      return state;
    },
    cases: () => [
      [new Uint8Array(64), 8, 8, 42],
      [new Uint8Array(1), 1, 1, 1],
    ],
  },
});

const Dir = {
  E: 1,
  SE: 2,
  S: 4,
  SW: 8,
  W: 16,
  NW: 32,
  N: 64,
  NE: 128,
} as const;

const NODATA = -9999;
const D8 = [
  { dx: 1, dy: 0, code: Dir.E },
  { dx: 1, dy: 1, code: Dir.SE },
  { dx: 0, dy: 1, code: Dir.S },
  { dx: -1, dy: 1, code: Dir.SW },
  { dx: -1, dy: 0, code: Dir.W },
  { dx: -1, dy: -1, code: Dir.NW },
  { dx: 0, dy: -1, code: Dir.N },
  { dx: 1, dy: -1, code: Dir.NE },
] as const;
const EDGES = [
  -1, -1, -1, -1, 3, 2, -1, -1, 2, 1, -1, -1, 3, 1, -1, -1, 1, 0, -1, -1, 3, 0, 1, 2, 2, 0, -1, -1, 3, 0, -1, -1, 0, 3,
  -1, -1, 0, 2, -1, -1, 0, 1, 2, 3, 0, 1, -1, -1, 1, 3, -1, -1, 1, 2, -1, -1, 2, 3, -1, -1, -1, -1, -1, -1,
];

defineKernels("terrain", {
  "flow directions": {
    kernel: (dem: Float32Array, dirs: Uint8Array, width: number, height: number): number => {
      let sinks = 0;
      for (let y = 0; y < height; y++)
        for (let x = 0; x < width; x++) {
          const here = dem[y * width + x];
          if (here === NODATA) {
            dirs[y * width + x] = 0;
            continue;
          }
          let best = 0,
            bestDrop = 0;
          for (const { dx, dy, code } of D8) {
            const nx = x + dx,
              ny = y + dy;
            if (nx < 0 || ny < 0 || nx >= width || ny >= height) continue;
            const drop = (here - dem[ny * width + nx]) / (dx !== 0 && dy !== 0 ? Math.SQRT2 : 1);
            if (drop > bestDrop) [best, bestDrop] = [code, drop];
          }
          dirs[y * width + x] = best;
          if (!best) ++sinks;
        }
      return sinks;
    },
    cases: () => [
      [Float32Array.from(randomFloats(48, 1, 0, 10)), new Uint8Array(48), 8, 6],
      [new Float32Array(0), new Uint8Array(0), 0, 0],
      [Float32Array.of(1, NaN, 3, -9999, 2, 2), new Uint8Array(6), 3, 2],
      [new Float32Array(4), new Uint8Array(2), 2, 2],
    ],
    mayLeaveBounds: true,
  },
  "flow accumulation": {
    kernel: (dirs: Uint8Array, w: number, h: number) => {
      const acc = new Int32Array(w * h).fill(1);
      const indeg = new Uint8Array(w * h);
      const target = (i: number): number => {
        const x = i % w,
          y = (i / w) | 0;
        let nx = x,
          ny = y;
        switch (dirs[i]) {
          case Dir.NE:
            ny--;
            nx++;
            break;
          case Dir.SE:
            ny++;
          case Dir.E:
            nx++;
            break;
          case Dir.SW:
            nx--;
          case Dir.S:
            ny++;
            break;
          case Dir.NW:
            ny--;
          case Dir.W:
            nx--;
            break;
          case Dir.N:
            ny--;
            break;
          default:
            return -1;
        }
        return nx < 0 || ny < 0 || nx >= w || ny >= h ? -1 : ny * w + nx;
      };
      for (let i = 0; i < dirs.length; i++) {
        const t = target(i);
        if (~t) indeg[t]++;
      }
      const queue = new Int32Array(w * h);
      let tail = 0;
      for (let i = 0; i < indeg.length; i++) if (indeg[i] === 0) queue[tail++] = i;
      for (let head = 0; head < tail; head++) {
        const t = target(queue[head]);
        if (t === -1) continue;
        acc[t] += acc[queue[head]];
        if (--indeg[t] === 0) queue[tail++] = t;
      }
      return acc;
    },
    cases: () => [
      [Uint8Array.from({ length: 48 }, (_, i) => [1, 2, 4, 8, 128, 64][(i * 7) % 6]), 8, 6],
      [new Uint8Array(0), 0, 0],
      [Uint8Array.of(1), 1, 1],
    ],
  },
  "filled depressions": {
    kernel: (dem: Float64Array, w: number, h: number): Float64Array => {
      const out = dem.slice();
      const n = w * h;
      const heap = new Int32Array(n + 1);
      const seen = new Uint8Array(n);
      let size = 0;
      const less = (a: number, b: number) =>
        out[heap[a]] < out[heap[b]] || (out[heap[a]] === out[heap[b]] && heap[a] < heap[b]);
      const swap = (a: number, b: number): void => {
        const t = heap[a];
        heap[a] = heap[b];
        heap[b] = t;
      };
      function push(i: number) {
        heap[size] = i;
        let k = size++;
        while (k > 0) {
          const p = (k - 1) >> 1;
          if (!less(k, p)) break;
          swap(k, p);
          k = p;
        }
      }
      function pop(): number {
        const top = heap[0];
        heap[0] = heap[--size];
        for (let k = 0; ; ) {
          let c = 2 * k + 1;
          if (c >= size) break;
          if (c + 1 < size && less(c + 1, c)) c++;
          if (!less(c, k)) break;
          swap(c, k);
          k = c;
        }
        return top;
      }
      for (let y = 0; y < h; ++y)
        for (let x = 0; x < w; ++x)
          if (x === 0 || y === 0 || x === w - 1 || y === h - 1) {
            seen[y * w + x] = 1;
            push(y * w + x);
          }
      while (size) {
        const i = pop(),
          x = i % w,
          y = Math.trunc(i / w);
        for (const [dx, dy] of [
          [1, 0],
          [-1, 0],
          [0, 1],
          [0, -1],
        ]) {
          const nx = x + dx,
            ny = y + dy;
          if (!(0 <= nx && nx < w && 0 <= ny && ny < h)) continue;
          const j = ny * w + nx;
          if (seen[j]) continue;
          seen[j] = 1;
          out[j] = Math.max(out[j], out[i]);
          push(j);
        }
      }
      return out;
    },
    cases: () => [
      [randomFloats(80, 2), 10, 8],
      [new Float64Array(0), 0, 0],
      [Float64Array.of(1), 1, 1],
      [Float64Array.of(3, 3, 3, 3, NaN, 3, 3, 1, 3, 3, 0, 2), 3, 4],
    ],
  },
  contours: {
    kernel: (field: Float64Array, w: number, level: number, segments: Float64Array): number => {
      const h = w > 0 ? ~~(field.length / w) : 0;
      let n = 0;
      cells: for (let y = 0; y + 1 < h; y++)
        for (let x = 0; x + 1 < w; x++) {
          const tl = field[y * w + x],
            tr = field[y * w + x + 1],
            bl = field[(y + 1) * w + x],
            br = field[(y + 1) * w + x + 1];
          const c = (+(tl > level) << 3) | (+(tr > level) << 2) | (+(br > level) << 1) | +(bl > level);
          for (let k = 4 * c, e; (e = EDGES[k]) >= 0 && k < 4 * c + 4; k++) {
            if (n >= segments.length) break cells;
            segments[n++] =
              e === 0
                ? x + (level - tl) / (tr - tl)
                : e === 1
                  ? y + (level - tr) / (br - tr)
                  : e === 2
                    ? x + (level - bl) / (br - bl)
                    : y + (level - tl) / (bl - tl);
          }
        }
      return n;
    },
    cases: () => [
      [randomFloats(60, 3), 10, 0.1, new Float64Array(200)],
      [randomFloats(60, 4), 6, 0, new Float64Array(50)],
      [Float64Array.of(1), 1, 0, new Float64Array(0)],
      [new Float64Array(0), 0, 0, new Float64Array(0)],
    ],
  },
});
