/** Methods of typed arrays that call functions, search and sort; `of` and `from`. */
import { prange } from "../../src/index.ts";
import { defineKernels } from "../support/differential.ts";
import { randomFloats, randomInts, singles } from "../support/edge-values.ts";

const floats = (...xs: number[]): Float64Array => Float64Array.from(xs);
const EDGES = floats(0, -0, NaN, -1, Infinity, 1.5, -Infinity, -0, 0, NaN, 1e-300);
const table = [3, 1, 4, 1, 5, 9, 2, 6];
const square = (x: number): number => x * x;
const byMagnitude = (x: number, y: number): number => Math.abs(x) - Math.abs(y);

defineKernels("methods that call a function", {
  "map, forEach and reduce": {
    kernel: (a: Float64Array) => {
      const doubled = a.map((x) => x * 2);
      let weighted = 0;
      a.forEach((x, i) => {
        weighted += x * i;
      });
      return [doubled, weighted, a.reduce((s, x) => s + x, 0), a.reduce((s, x, i, all) => s + x * i + all.length, 10)];
    },
    cases: () => [[randomFloats(20, 1)], [floats()], [EDGES]],
  },
  "map into integers": {
    kernel: (a: Uint8Array, b: Uint8ClampedArray, c: Int16Array) => [
      a.map((x) => x * 3),
      b.map((x) => x * 1.5),
      c.map((x, i) => x - i * 1000.7),
    ],
    cases: () => [[Uint8Array.of(1, 100, 200), Uint8ClampedArray.of(1, 3, 200), Int16Array.of(5, -30000, -32768)]],
  },
  "functions by name": {
    kernel: (a: Float64Array) => [
      a.map(square),
      a.map((x) => Math.abs(x)),
      a.reduce((s, x) => Math.max(s, x), -Infinity),
    ],
    cases: () => [[EDGES], [randomFloats(9, 2)]],
  },
  "reduce without a start": {
    kernel: (a: Float64Array) => [a.reduce((s, x) => s * 2 + x), a.reduceRight((s, x, i) => s * 2 + x + i)],
    cases: () => [[floats(5)], [floats(1, 2, 3, 4)], [floats()]],
  },
  "reduceRight, and tuples as sums": {
    kernel: (a: Float64Array) => {
      const [sum, count] = (a as unknown as number[]).reduce(
        ([s, n]: [number, number], x) => [s + x, n + 1] as [number, number],
        [0, 0] as [number, number],
      );
      return [a.reduceRight((s, x) => s / 2 + x, 1), sum, count];
    },
    cases: () => [[floats(1, 2, 3)], [floats()]],
  },
  "some, every, findIndex and findLastIndex": {
    kernel: (a: Float64Array, t: number) => {
      let calls = 0;
      const above = (x: number): boolean => {
        calls++;
        return x > t;
      };
      return [a.some(above) ? 1 : 0, a.every(above) ? 1 : 0, a.findIndex(above), a.findLastIndex((x) => x > t), calls];
    },
    cases: () => [
      [floats(1, 2, 3), 1.5],
      [floats(1, 2, 3), 0],
      [floats(1, 2, 3), 9],
      [floats(), 0],
    ],
  },
  filter: {
    kernel: (a: Float64Array, t: number) => {
      const kept = a.filter((x, i) => x > t || i === 0);
      kept[0] = 7;
      return [kept, kept.length, a[0]];
    },
    cases: () => [
      [floats(1, 5, 2, 6), 3],
      [floats(1), 3],
    ],
  },
  "in one another": {
    kernel: (a: Float64Array, b: Float64Array) => {
      let pairs = 0;
      a.forEach((x) => {
        b.forEach((y) => {
          if (x < y) pairs++;
        });
      });
      return [
        pairs,
        a.map((x) => b.reduce((s, y) => s + x * y, 0)),
        a.map((x) => a.map((y) => x - y).reduce((s, d) => s + d, 0)),
      ];
    },
    cases: () => [[floats(1, 2, 3), floats(2, 3, 4, 5)]],
  },
  "a function that writes the array": {
    kernel: (a: Float64Array) => {
      a.forEach((x, i, all) => {
        all[(i + 1) % all.length] += x;
      });
      return a.map((x, i) => {
        a[a.length - 1 - i] = 0;
        return x;
      });
    },
    cases: () => [[floats(1, 2, 3, 4)]],
  },
  "of BigInts": {
    kernel: (a: BigInt64Array) => [
      a.map((x) => x * 2n),
      a.reduce((s, x) => s + x, 0n),
      a.indexOf(3n),
      a.includes(4n) ? 1 : 0,
      a.findIndex((x) => x < 0n),
    ],
    cases: () => [[BigInt64Array.of(1n, 3n, -4n)], [new BigInt64Array(0)]],
  },
  "in a recursive function": {
    kernel: (a: Float64Array, n: number) => {
      const deep = (k: number): number =>
        k === 0 ? a.reduce((s, x) => s + x, 0) : a.reduce((s) => s + deep(k - 1), 0);
      return deep(n);
    },
    cases: () => [
      [floats(1, 2), 0],
      [floats(1, 2), 3],
    ],
  },
  "in a prange": {
    kernel: (a: Float64Array, w: number, out: Float64Array) => {
      for (const i of prange(out.length)) {
        const row = a.subarray(i * w, (i + 1) * w);
        out[i] = row.reduce((s, x) => s + x, 0) + row.slice().sort()[w >> 1];
      }
    },
    options: { parallel: true },
    cases: () => [[randomFloats(60, 3), 6, new Float64Array(10)]],
  },
  "of plain arrays and tables": {
    kernel: (n: number) => {
      const list = [n, 2, 3];
      let s = 0;
      list.forEach((x, i) => {
        s += x * i;
      });
      return [
        s,
        list.reduce((p, x) => p + x, 0),
        table.reduce((p, x) => p + x, 0),
        table.indexOf(n),
        table.includes(n) ? 1 : 0,
        table.some((x) => x === n) ? 1 : 0,
        list.lastIndexOf(3),
      ];
    },
    cases: () => [[5], [7], [1]],
  },
});

defineKernels("searching", {
  "indexOf, lastIndexOf and includes": {
    kernel: (a: Float64Array, x: number, from: number) => [
      a.indexOf(x),
      a.indexOf(x, from),
      a.lastIndexOf(x),
      a.lastIndexOf(x, from),
      a.includes(x) ? 1 : 0,
      a.includes(x, from) ? 1 : 0,
    ],
    cases: () =>
      [0, NaN, 1.5, 7].flatMap((x) => [0, 3, -2, -20, 20, NaN, 2.7, Infinity].map((from) => [EDGES, x, from])),
  },
  "of integers": {
    kernel: (a: Uint8Array, x: number) => [a.indexOf(x), a.lastIndexOf(x), a.includes(x) ? 1 : 0],
    cases: () => [
      [Uint8Array.of(1, 2, 3, 2), 2],
      [Uint8Array.of(1, 2, 3), 258],
      [Uint8Array.of(1, 2, 3), 1.5],
      [new Uint8Array(0), 0],
    ],
  },
});

defineKernels("sorting", {
  "in the array's own order": {
    kernel: (a: Float64Array, b: Int32Array, c: Uint8Array, d: BigUint64Array) => {
      a.sort();
      b.sort();
      c.sort();
      d.sort();
    },
    cases: () => [
      [EDGES, Int32Array.of(5, -3, 0), Uint8Array.of(200, 3), BigUint64Array.of(2n ** 63n, 1n)],
      [randomFloats(1000, 4), Int32Array.from(randomInts(999, 5, -50, 50)), new Uint8Array(0), BigUint64Array.of(1n)],
      [
        randomFloats(16, 4),
        Int32Array.from(randomInts(17, 5, -50, 50)),
        Uint8Array.from(randomInts(9, 6, 0, 256)),
        new BigUint64Array(0),
      ],
    ],
  },
  "of every length, with zeros and NaN": {
    kernel: (a: Float64Array, b: Float32Array, c: Int8Array, d: BigInt64Array, n: number) => {
      a.subarray(1, n + 1).sort();
      b.set(b.toSorted());
      c.subarray(n >> 1).sort();
      d.subarray(0, n).sort();
      return [b.subarray(n >> 1).sort(), c.toSorted((x, y) => y - x)];
    },
    cases: () =>
      Array.from({ length: 70 }, (_, n) => n % 35).map((n, k) => {
        const picks = [-0, 0, NaN, 1, -1, Infinity, -Infinity, 5e-324];
        const kept = k < 35 ? 8 : 2;
        const numbers = randomInts(n + 2, k + 1, 0, kept).map((i) => picks[i] ?? 0);
        const bytes = randomInts(n + 2, k + 2, -4, 4);
        return [
          Float64Array.from(numbers),
          Float32Array.from(numbers.toReversed()),
          Int8Array.from(bytes),
          BigInt64Array.from(bytes, BigInt),
          n,
        ];
      }),
  },
  "what is in order, or in order backwards": {
    kernel: (a: Float64Array, b: Int32Array) => {
      a.sort();
      b.sort((x, y) => x - y);
      return b.toSorted();
    },
    cases: () =>
      [0, 1, 8, 9, 24, 100].flatMap((n) => {
        const up = Float64Array.from({ length: n }, (_, i) => i - 20.5);
        const halves = Float64Array.from({ length: n }, (_, i) => (i % 2 === 0 ? i : i - 40));
        return [up, up.toReversed(), halves].map((a) => [a, Int32Array.from(a)]);
      }),
  },
  "by a function, and stably": {
    kernel: (a: Float64Array, b: Int16Array) => {
      a.sort(byMagnitude);
      b.sort((x, y) => (y >> 4) - (x >> 4));
      return a.toSorted((x, y) => y - x);
    },
    cases: () => [
      [floats(-2, 2, 1, -1, 3, -3, 2, -2, 1), Int16Array.from(randomInts(100, 7, 0, 60))],
      [floats(), Int16Array.of(1)],
    ],
  },
  "indices by what they stand for": {
    kernel: (values: Float64Array) => {
      const order = Uint32Array.from({ length: values.length }, (_, i) => i);
      order.sort((i, j) => values[i] - values[j]);
      return order;
    },
    cases: () => [[randomFloats(50, 8)], [floats(2, 1, 2, 1, 2, 1, 0, 0, 0, 0)]],
  },
  "copies: toSorted, toReversed, with": {
    kernel: (a: Float64Array, i: number) => [a.toSorted(), a.toReversed(), a.with(i, 9), a],
    cases: () => [
      [EDGES, 0],
      [EDGES, -1],
      [EDGES, 2.9],
      [EDGES, 11],
      [EDGES, -12],
    ],
  },
});

defineKernels("of and from", {
  "from an array that the function changes": {
    kernel: (a: Float64Array, big: BigInt64Array) => {
      const clear = (i: number): number => {
        a[i] = -1;
        return i;
      };
      return [
        Float64Array.from(a, (x, i) => {
          a[a.length - 1] = 7;
          return x + i;
        }),
        Int8Array.from(a, (x, i) => x * 10 + clear(a.length - 1 - i)),
        BigInt64Array.from(big, (x, i) => {
          big[big.length - 1 - i] = 9n;
          return x;
        }),
      ];
    },
    cases: () => [
      [Float64Array.of(1, 2, 3), BigInt64Array.of(1n, 2n, 3n)],
      [new Float64Array(0), new BigInt64Array(0)],
    ],
  },
  of: {
    kernel: (n: number) => [
      Float64Array.of(1, n, n > 1 ? 3 : 4),
      Uint8Array.of(n * 300),
      Int16Array.of(),
      Float32Array.of(...[n, 0.1]),
    ],
    cases: () => [[2], [0.5]],
  },
  "from arrays": {
    kernel: (a: Float64Array, n: number) => [
      Int32Array.from(a),
      Float64Array.from([n, 2]),
      Float32Array.from(a, (x) => x * 0.1),
      Uint8Array.from(a, (x, i) => x + i * 100),
      Float64Array.from([n, 2, 3], (x, i) => x * i),
      BigInt64Array.from([1n, 2n]),
    ],
    cases: () => [
      [floats(1.5, -2, 300, NaN), 4],
      [floats(), 0.5],
    ],
  },
  "from a length": {
    kernel: (length: number, k: number) => [
      Float64Array.from({ length }, (_, i) => i * k),
      Int8Array.from({ length: length * 2 }, (_, i) => i * 40),
      Float32Array.from({ length: k }),
    ],
    cases: () => [
      [5, 2],
      [0, 2.5],
      [-3, 1],
      [NaN, 0.5],
      [2.9, NaN],
    ],
  },
});

const outside = { heights: Float64Array.of(3, 1, 2) };

defineKernels("from(a.keys()), the indices of an array", {
  "an order to sort": {
    kernel: (a: Float64Array) => Uint32Array.from(a.keys()).sort((i, j) => a[i] - a[j]),
    cases: () => singles([randomFloats(50, 1), new Float64Array(0), Float64Array.of(2, 1, -0, 0, 1)]),
  },
  "of arrays made here, captured ones and their like": {
    kernel: (n: number) => {
      const _ = n;
      const made = new Int16Array(n);
      let s = 0;
      for (const i of Uint8Array.from(made.keys())) s += i * _;
      for (const i of Float32Array.from(outside.heights.keys())) s += i;
      return s;
    },
    cases: () => singles([0, 5]),
  },
});
