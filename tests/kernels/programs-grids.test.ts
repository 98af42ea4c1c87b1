/** Whole programs: cells, mazes, labels and distances on grids. */
import { defineKernels } from "../support/differential.ts";
import { seededRandom } from "../support/edge-values.ts";

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
