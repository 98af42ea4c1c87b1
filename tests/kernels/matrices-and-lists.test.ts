/** Arrays of arrays, of functions, of booleans: indexed by a variable, looped over, taken apart; captured ones too. */
import { defineKernels, oob, refuses } from "../support/differential.ts";
import { randomInts, singles } from "../support/edge-values.ts";

const SOBEL = [
  [1, 0, -1],
  [2, 0, -2],
  [1, 0, -1],
];
const RAGGED = [[1], [0.5, 2], [3, 4, 5]];
const CUBE = [
  [
    [1, 2],
    [3, 4],
  ],
  [
    [5, 6],
    [7, 8.5],
  ],
];
const OPERATIONS = [(a: number, b: number) => a + b, (a: number, b: number) => a - b, Math.max];
const FLAGS = [true, false, true];
const BIGINTS = [1n, -2n, 3n];
const CONFIG = { size: 3, gain: 0.5, inner: { bias: 2 }, weights: [0.25, 0.5, 0.25] };

const bytes = (n: number, seed: number) => Uint8Array.from(randomInts(n, seed, 0, 256));
const doubles = (n: number, seed: number) => Float64Array.from(randomInts(n, seed, -100, 100), (x) => x / 7);
const outside = (index: unknown, name: string, length: number) =>
  new RegExp(`^index ${index} is out of bounds for '${name}' of length ${length}`);

defineKernels("matrices", {
  "a captured one": {
    kernel: (a: Float64Array, w: number, h: number, out: Float64Array) => {
      for (let y = 1; y < h - 1; y++)
        for (let x = 1; x < w - 1; x++) {
          let s = 0;
          for (let j = -1; j <= 1; j++) for (let i = -1; i <= 1; i++) s += SOBEL[j + 1][i + 1] * a[(y + j) * w + x + i];
          out[y * w + x] = s;
        }
    },
    cases: () => [
      [doubles(30, 1), 6, 5, new Float64Array(30)],
      [new Float64Array(0), 0, 0, new Float64Array(0)],
    ],
  },
  "a local one": {
    kernel: (a: Float64Array, w: number, h: number, out: Float64Array) => {
      const k = [
        [0, 1, 0],
        [1, -4, 1],
        [0, 1, 0],
      ];
      for (let y = 1; y < h - 1; y++)
        for (let x = 1; x < w - 1; x++) {
          let s = 0;
          for (let j = 0; j < k.length; j++)
            for (let i = 0; i < k[j].length; i++) s += k[j][i] * a[(y + j - 1) * w + x + i - 1];
          out[y * w + x] = s;
        }
    },
    cases: () => [[doubles(30, 1), 6, 5, new Float64Array(30)]],
  },
  "a computed one": {
    kernel: (t: number, x: number, y: number) => {
      const c = Math.sqrt(1 - t * t);
      const m = [
        [c, -t],
        [t, c],
      ];
      const v = [x, y];
      const r = [0, 0];
      for (let i = 0; i < 2; i++) for (let j = 0; j < 2; j++) r[i] += m[i][j] * v[j];
      return r;
    },
    cases: () => [
      [0.6, 1, 2],
      [0, 3, 4],
      [2, 1, 1],
    ],
  },
  "stored into": {
    kernel: (n: number) => {
      const m = [
        [1, 2],
        [3, 4],
      ];
      for (let i = 0; i < 2; i++) for (let j = 0; j < 2; j++) m[j][i] += i * n + j;
      const row = m[n & 1];
      row[0] = 0.5;
      return [m[0][0], m[0][1], m[1][0], m[1][1]];
    },
    cases: () => singles([0, 1, 7]),
  },
  "rows of several lengths": {
    kernel: (i: number, j: number) => RAGGED[i][j] + RAGGED[i].length + RAGGED.length,
    cases: () => [
      [0, 0],
      [1, 1],
      [2, 2],
      refuses(RangeError, outside(3, "RAGGED", 3), 3, 0),
      refuses(RangeError, outside(1, "RAGGED\\[i\\]", 1), 0, 1),
      refuses(RangeError, outside(-1, "RAGGED", 3), -1, 0),
      refuses(RangeError, outside(0.5, "RAGGED", 3), 0.5, 0),
    ],
  },
  "three dimensions": {
    kernel: (n: number) => {
      let s = 0;
      for (let i = 0; i < 2; i++) for (let j = 0; j < 2; j++) for (let k = 0; k < 2; k++) s = s * n + CUBE[i][j][k];
      return s;
    },
    cases: () => singles([1, 2, 10]),
  },
  "pairs in a loop": {
    kernel: (grid: Uint8Array, w: number, h: number) => {
      const around = [
        [-1, -1],
        [0, -1],
        [1, -1],
        [-1, 0],
        [1, 0],
        [-1, 1],
        [0, 1],
        [1, 1],
      ];
      let n = 0;
      for (let y = 0; y < h; y++)
        for (let x = 0; x < w; x++)
          for (const [dx, dy] of around) {
            const i = x + dx;
            const j = y + dy;
            if (i >= 0 && i < w && j >= 0 && j < h && grid[j * w + i] > 128) n++;
          }
      return n;
    },
    cases: () => [[bytes(30, 2), 6, 5]],
  },
  "a helper gets it": {
    kernel: (k: number) => {
      const trace = (m: number[][]) => {
        let s = 0;
        for (let i = 0; i < m.length; i++) s += m[i][i];
        return s;
      };
      return (
        trace(SOBEL) * k +
        trace([
          [k, 1],
          [2, k],
        ])
      );
    },
    cases: () => singles([1, 0.5]),
  },
});

defineKernels("lists", {
  "of captured functions": {
    kernel: (k: number, a: number, b: number) => OPERATIONS[k](a, b),
    cases: () => [[0, 2, 3], [1, 2, 3], [2, 2.5, 3], refuses(RangeError, outside(3, "OPERATIONS", 3), 3, 1, 1)],
  },
  "of local functions": {
    kernel: (a: Float64Array, k: number) => {
      const fs = [Math.ceil, Math.floor, (x: number) => x * 2 + k];
      let s = 0;
      for (const x of a) s += fs[k](x);
      for (const f of fs) s = s * 2 + f(0.5);
      return s;
    },
    cases: () => [
      [doubles(5, 3), 0],
      [doubles(5, 3), 2],
    ],
  },
  "of booleans": {
    kernel: (k: number, n: number) => {
      const odd = [false, true, false, n > 2];
      let c = 0;
      for (const f of FLAGS) if (f) c++;
      return [FLAGS[k], odd[k], c];
    },
    cases: () => [
      [0, 1],
      [1, 3],
      [2, 3],
    ],
  },
  "of captured BigInts": { kernel: (k: number) => BIGINTS[k] * 10n, cases: () => singles([0, 1, 2]) },
  "of typed arrays": {
    kernel: (a: Float64Array, b: Float64Array, k: number) => {
      const both = [a, b];
      let s = 0;
      for (const x of both) s += x[0];
      both[k][0] = s;
      return s + both[1 - k][1];
    },
    cases: () => [
      [doubles(3, 4), doubles(3, 5), 0],
      [doubles(3, 4), doubles(3, 5), 1],
    ],
  },
  "of tuples": {
    kernel: (k: number) => {
      const stops = [
        [0, true],
        [0.5, false],
      ] as const;
      const [at, hard] = stops[k];
      return hard ? at : -at;
    },
    cases: () => singles([0, 1]),
  },
});

defineKernels("matrices made in each round", {
  "read by row and column": {
    kernel: (a: Float64Array) => {
      let s = 0;
      for (let p = 0; p + 1 < a.length; p++) {
        const w = [
          [a[p] + 1, a[p + 1]],
          [a[p], a[p + 1] * 2],
          [a[p] - 1, 3],
        ];
        for (let i = 0; i < 3; i++) for (let j = 0; j < 3; j++) s += w[i][0] * w[j][1] - w[(i + j) % 3][j & 1];
      }
      return s;
    },
    cases: () => [[doubles(9, 10)], [new Float64Array(0)]],
  },
  "written by row and column": {
    kernel: (a: Float64Array, n: number) => {
      let s = 0;
      for (let p = 0; p < a.length; p++) {
        const m = [
          [4, a[p], 1],
          [a[p], 5, 2],
          [1, 2, 6],
        ];
        for (let k = 0; k < n; k++)
          for (let i = k + 1; i < n; i++) {
            const f = m[i][k] / m[k][k];
            for (let j = k; j < n; j++) m[i][j] -= f * m[k][j];
          }
        s += m[n - 1][n - 1];
      }
      return s;
    },
    cases: () => [
      [doubles(9, 11), 3],
      [doubles(9, 11), 2],
    ],
  },
  "a row that is kept for the next round": {
    kernel: (a: Float64Array) => {
      let s = 0;
      let kept = [1, 2];
      for (let p = 0; p < a.length; p++) {
        const m = [
          [a[p], p],
          [p, a[p] * 2],
        ];
        const row = m[p & 1];
        row[0] += 1;
        s = s * 3 + kept[0] * row[1] - kept[1];
        if (p % 3 !== 1) kept = row;
        m[1][1] = 7;
      }
      return s + kept[0];
    },
    cases: () => [[doubles(9, 12)], [new Float64Array(0)]],
  },
  "in a helper that chooses a row": {
    kernel: (a: Float64Array) => {
      const pick = (x: number, y: number, i: number): number => {
        const m = [
          [x, y],
          [y, x],
          [x + y, 1],
        ];
        const row = i > 2 ? m[0] : m[i];
        return row[0] - row[1];
      };
      let s = 0;
      for (let p = 0; p + 1 < a.length; p++) s += pick(a[p], a[p + 1], p & 3) * pick(a[p + 1], 2, (p + 1) & 3);
      return s;
    },
    cases: () => [[doubles(9, 13)]],
  },
  "gone over and taken apart": {
    kernel: (a: Float64Array) => {
      let s = 0;
      for (let p = 0; p < a.length; p++)
        for (const [x, y] of [
          [a[p], 1],
          [2, a[p]],
          [p, p],
        ])
          s = s * 0.5 + x * y;
      return s;
    },
    cases: () => [[doubles(9, 14)]],
  },
});

defineKernels("taking apart", {
  "into elements, whose places are found before what goes there": {
    kernel: (a: Float64Array) => {
      const place = (): number => {
        a[0] = 42;
        return 1;
      };
      let i = 0;
      [a[place()]] = a;
      [a[i++], a[i++] = i] = [5];
      [i, a[i]] = [0, 7];
      [[a[i++], a[i++]], a[i] = i++] = [[a[3], a[4]]];
      [a[i], a[0]] = [a[0], a[i]];
      return i;
    },
    cases: () => [[doubles(5, 6)]],
  },
  "the first elements of a typed array": {
    kernel: (a: Float64Array) => {
      const [x, , y] = a;
      return x - y;
    },
    cases: () => [[doubles(5, 6)], refuses(RangeError, /^index 2 is out of bounds/, doubles(2, 6))],
  },
  "properties of a captured object": {
    kernel: (a: Float64Array) => {
      const { size, gain: g, weights } = CONFIG;
      const { bias } = CONFIG.inner;
      let s = 0;
      for (let i = 0; i < size; i++) s += a[i] * g * weights[i] + bias;
      return s;
    },
    cases: () => [[doubles(5, 7)]],
  },
  "functions of Math and an array's length": {
    kernel: (a: Float64Array) => {
      const { sqrt, abs, PI } = Math;
      let s = 0;
      for (let { length } = a, i = 0; i < length; i++) s += sqrt(abs(a[i])) * PI;
      return s;
    },
    cases: () => [[doubles(5, 8)], [new Float64Array(0)]],
  },
});

defineKernels("entries", {
  "of a typed array": {
    kernel: (z: Float64Array, q = 0.01, r = 1) => {
      let x = 0;
      let p = 1;
      const out = new Float64Array(z.length);
      for (const [i, v] of z.entries()) {
        p += q;
        const k = p / (p + r);
        x += k * (v - x);
        p *= 1 - k;
        out[i] = x;
      }
      return out;
    },
    cases: () => [[doubles(5, 9)], [new Float64Array(0)], [doubles(3, 9), 1, 0.5]],
  },
  "of plain arrays, left early": {
    kernel: (t: number) => {
      const captured = CONFIG.weights;
      let s = 0;
      for (const [i, w] of captured.entries()) s += i * w;
      for (const [i, w] of [5, 6, 7].entries()) {
        if (i === 0) continue;
        if (w > t) return i + s;
        s += w;
      }
      let pair = 0;
      for (const entry of [0.5, t].entries()) pair += entry[0] + entry[1];
      return pair;
    },
    cases: () => singles([5, 6, 10]),
  },
});

defineKernels("keys and values", {
  "of a typed array": {
    kernel: (z: Float64Array) => {
      let s = 0;
      for (const i of z.keys()) {
        if (i + 1 < z.length) z[i + 1] += z[i] * i;
      }
      for (const v of z.values()) s = s * 0.5 + v;
      let last = -1;
      for (last of z.subarray(1).keys()) if (z[last] > s) break;
      return [s, last];
    },
    cases: () => [[doubles(5, 9)], [new Float64Array(0)], [doubles(1, 3)]],
  },
  "of BigInts": {
    kernel: (z: BigInt64Array) => {
      let s = 0n;
      for (const v of z.values()) s ^= v;
      for (const i of z.keys()) s += BigInt(i);
      return s;
    },
    cases: () => [[BigInt64Array.of(5n, -6n, 7n)], [new BigInt64Array(0)]],
  },
  "of plain arrays, left early": {
    kernel: (t: number) => {
      let s = 0;
      for (const i of CONFIG.weights.keys()) s += i * CONFIG.weights[i];
      for (const w of [5, t, 7].values()) {
        if (w > 6) return s + w;
        s += w;
      }
      for (const i of [1, 2, 3, 4].keys()) s += i * t;
      return s;
    },
    cases: () => singles([5, 6, 10, Number.NaN]),
  },
  "an index within the array": {
    kernel: (z: Int32Array, out: Int32Array) => {
      for (const i of z.keys()) out[i] = z[i] + 1;
      return out[0];
    },
    cases: () => [[Int32Array.of(1, 2, 3), new Int32Array(3)], oob("out", Int32Array.of(1, 2, 3), new Int32Array(2))],
  },
});

defineKernels("bytes to BigInts", {
  "little and big end first": {
    kernel: (b: Uint8Array) => {
      let little = 0n;
      for (let i = 0; i < 8; i++) little |= BigInt(b[i]) << BigInt(8 * i);
      let big = 0n;
      for (let i = 0; i < 8; i++) big = (big << 8n) | BigInt(b[i]);
      return [little, big];
    },
    cases: () => [[bytes(8, 9)], [new Uint8Array(8).fill(255)], [new Uint8Array(8)]],
  },
});

const EIGHT = [
  [1, 0],
  [1, 1],
  [0, 1],
  [-1, 1],
] as const;

defineKernels("for…of over entries(), keys() and values() of lists", {
  "rows of a matrix": {
    kernel: () => {
      let s = 0;
      for (const [j, row] of SOBEL.entries()) for (const [i, w] of row.entries()) s += (j * 3 + i) * w;
      for (const j of RAGGED.keys()) s += RAGGED[j].length * j;
      for (const row of RAGGED.values()) s += row[0];
      return s;
    },
    cases: () => [[]],
  },
  "pairs, left early": {
    kernel: (last: number) => {
      let s = 0;
      for (const [k, [dx, dy]] of EIGHT.entries()) {
        if (k === 1) continue;
        if (k > last) break;
        s += k * (dx + 10 * dy);
      }
      return s;
    },
    cases: () => singles([-1, 0, 2, 3, 9]),
  },
  "literals of variables": {
    kernel: (x: number) => {
      let s = 0;
      for (const [k, [dx, dy]] of [
        [1, 0],
        [x, 1],
        [2, x],
      ].entries())
        s += k * dx + dy;
      for (const [dx] of [[1], [x]].values()) s += dx;
      return s;
    },
    cases: () => singles([7, 0.5, -0]),
  },
  "functions and booleans": {
    kernel: (x: number) => {
      let s = 0;
      for (const [k, f] of OPERATIONS.entries()) s += k * f(x, 2);
      for (const [k, flag] of [x > 1, x > 2, x > 3].entries()) if (flag) s += k;
      for (const k of [x > 1, x].keys()) s += k;
      return s;
    },
    cases: () => singles([2.5, 9, 0]),
  },
});
