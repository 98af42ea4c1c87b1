/** The ways to write a reduction: through temporaries, helpers, inner functions, conditions, inner loops. */
import { prange } from "../../src/index.ts";
import { defineKernels, type Kernel, type KernelTest } from "../support/differential.ts";

const options = { parallel: true, chunksize: 3 };
const LENGTHS = [0, 1, 2, 17, 400];

const quarters = (): unknown[][] =>
  LENGTHS.map((n) => [Float64Array.from({ length: n }, (_, i) => (((i * 7919) % 97) - 30) / 4)]);
const integers = (): unknown[][] =>
  LENGTHS.map((n) => [Int32Array.from({ length: n }, (_, i) => ((i * 7919) % 97) - 30)]);
const bigs = (): unknown[][] => [
  ...LENGTHS.map((n) => [BigInt64Array.from({ length: n }, (_, i) => BigInt(i * 7919) * 0x123456789abcdefn)]),
  ...LENGTHS.map((n) => [BigUint64Array.from({ length: n }, (_, i) => BigInt(i * 7919) * 0x123456789abcdefn)]),
];

function table(cases: () => unknown[][], kernels: Readonly<Record<string, Kernel>>): Record<string, KernelTest> {
  return Object.fromEntries(Object.entries(kernels).map(([name, kernel]) => [name, { kernel, cases, options }]));
}

const plus = (x: number, y: number): number => x + y;
const largest = (x: number, y: number): number => Math.max(x, y);
function addTo(sum: number, x: number): number {
  if (x > 40) return sum + 2 * x;
  const half = x * 4;
  return sum + half;
}

defineKernels(
  "forms of accumulations",
  table(integers, {
    "through a helper": (a: Int32Array) => {
      let s = 0;
      let m = -1000;
      for (const i of prange(a.length)) {
        s = plus(s, a[i]!);
        m = largest(a[i]!, m);
      }
      return [s, m];
    },
    "through a helper with two ends": (a: Int32Array) => {
      let s = 0;
      for (const i of prange(a.length)) s = addTo(s, a[i]!);
      return s;
    },
    "in an inner function": (a: Int32Array) => {
      let s = 0;
      let best = -1000;
      let at = -1;
      const add = (x: number, i: number): void => {
        s += x;
        if (x > best) {
          best = x;
          at = i;
        }
      };
      for (const i of prange(a.length)) add(a[i]!, i);
      return [s, best, at];
    },
    "through temporaries": (a: Int32Array) => {
      let s = 0;
      for (const i of prange(a.length)) {
        const before = s;
        const after = before + a[i]!;
        s = after - 1;
      }
      return s;
    },
    "an inner function that adds on the way": (a: Int32Array) => {
      let s = 0;
      const next = (i: number): number => {
        s += 1;
        return a[i]!;
      };
      for (const i of prange(a.length)) {
        const x = next(i);
        s = s + x;
      }
      return s;
    },
    "c ? s + x : s, s - x": (a: Int32Array) => {
      let s = 0;
      let t = 0;
      for (const i of prange(a.length)) {
        s = a[i]! > 3 ? s + a[i]! : s;
        t = a[i]! > 9 ? t - 1 : t + a[i]!;
      }
      return [s, t];
    },
    "in loops inside": (a: Int32Array) => {
      let s = 0;
      let m = 0;
      let steps = 0;
      for (const i of prange(a.length)) {
        for (let j = 0; j < 5; j++) {
          s += a[i]! * j;
          m = Math.max(m, a[i]! + j);
        }
        let x = a[i]!;
        while (x > 0) {
          steps++;
          x >>= 1;
        }
      }
      return [s, m, steps];
    },
    "unsigned 32 bits": (a: Int32Array) => {
      let s = 0;
      let p = 1;
      let x = 0;
      let n = -1;
      for (const i of prange(a.length)) {
        s = (s + a[i]! * 65536) >>> 0;
        p = Math.imul(p, a[i]! | 1) >>> 0;
        x = (x ^ a[i]!) >>> 0;
        if (a[i]! > 1000) n = (n + 1) >>> 0;
      }
      return [s, p, x, n];
    },
    "in a switch, with continue": (a: Int32Array) => {
      let s = 0;
      own: for (const i of prange(a.length)) {
        for (let j = 0; j < 3; j++) if (a[i]! === 13 * j) continue own;
        switch (a[i]! & 3) {
          case 0:
            s += 1;
            break;
          case 1:
            s += 2;
          case 2:
            s += 4;
            break;
          default:
            continue;
        }
        s += 100;
      }
      return s;
    },
    division: (a: Int32Array) => {
      let s = 2 ** 60;
      for (const i of prange(a.length)) s /= a[i]! === 5 ? 2 : 1;
      return s;
    },
  }),
);

defineKernels(
  "forms of the greatest and the least",
  table(quarters, {
    "c ? x : best": (a: Float64Array) => {
      let high = -Infinity;
      let low = Infinity;
      for (const i of prange(a.length)) {
        high = a[i]! > high ? a[i]! : high;
        const x = a[i]!;
        low = low > x ? x : low;
      }
      return [high, low];
    },
    "by the index": (a: Float64Array) => {
      let first = a.length;
      let last = -1;
      for (const i of prange(a.length)) {
        if (a[i]! > 10) first = Math.min(first, i);
        if (a[i]! > 10 && i > last) last = i;
      }
      return [first, last];
    },
    "of what is computed": (a: Float64Array) => {
      let best = 0;
      let at = -1;
      let second = 0;
      for (const i of prange(a.length)) {
        if (Math.abs(a[i]! - 3) > best) {
          const d = Math.abs(a[i]! - 3);
          best = d;
          at = i;
          second = d > 4 ? d * 2 : -d;
        }
      }
      return [best, at, second];
    },
    "inside a loop inside": (a: Float64Array) => {
      let best = -1;
      let row = -1;
      let column = -1;
      for (const i of prange(a.length))
        for (let j = 0; j < 5; j++) {
          const v = (a[i]! * (j + 3)) % 11;
          if (v > best) {
            best = v;
            row = i;
            column = j;
          }
        }
      return [best, row, column];
    },
  }),
);

defineKernels(
  "forms of logical reductions",
  table(quarters, {
    "&& and ||": (a: Float64Array) => {
      let all = true;
      let any = false;
      let more = false;
      let every = true;
      for (const i of prange(a.length)) {
        all = all && a[i]! > -7;
        any = any || a[i]! > 16;
        more ||= a[i]! === 0.25;
        every &&= a[i]! < 100;
      }
      return [Number(all), Number(any), Number(more), Number(every)];
    },
    "& and | of booleans": (a: Float64Array) => {
      let all = 1;
      let any = 0;
      for (const i of prange(a.length)) {
        all &= Number(a[i]! > -7);
        any |= Number(a[i]! > 16);
      }
      return [all, any];
    },
  }),
);

defineKernels(
  "BigInts",
  table(bigs, {
    "the greatest, the least, and bits": (a: BigInt64Array | BigUint64Array) => {
      let most = 5n;
      let least = 5n;
      let at = -1;
      let xor = 0n;
      for (const i of prange(a.length)) {
        if (a[i]! > most) {
          most = a[i]!;
          at = i;
        }
        if (least > a[i]!) least = a[i]!;
        xor ^= a[i]!;
      }
      return [Number(most), Number(least), at, Number(BigInt.asIntN(32, xor))];
    },
  }),
);

defineKernels("indices out of bounds that earlier iterations keep from being used", {
  "of an array that is shorter than the range": {
    kernel: (a: Float64Array, n: number) => {
      let all = true;
      let any = false;
      for (const i of prange(n)) {
        all &&= a[i]! > 0;
        any ||= a[i]! > 1;
      }
      return (all ? 2 : 0) + (any ? 1 : 0);
    },
    cases: () => [
      [Float64Array.of(-1, 2, 3), 3],
      [Float64Array.of(1, 0, 2, 3), 4],
      [new Float64Array(40).fill(0.5), 40],
    ],
    options: { parallel: true, chunksize: 1 },
  },
  "after the first that isn't so": {
    kernel: (a: Float64Array, n: number) => {
      let all = true;
      for (const i of prange(n)) all &&= a[i]! > 0;
      return all;
    },
    cases: () => [
      [Float64Array.of(1, -1), 50],
      [Float64Array.of(1, 1, 0), 7],
    ],
    options: { parallel: true, chunksize: 1 },
  },
  "of what goes with the best": {
    kernel: (a: Float64Array, places: Int32Array) => {
      let best = -Infinity;
      let at = -1;
      for (const i of prange(a.length)) {
        if (a[i]! > best) {
          best = a[i]!;
          at = places[i]!;
        }
      }
      return [best, at];
    },
    cases: () => [
      [Float64Array.of(9, 8, 7, 6, 5), Int32Array.of(4)],
      [Float64Array.of(1, 8, 7, 6, 5, 8), Int32Array.of(4, 5, 6)],
      [Float64Array.of(1, 8, 7, 6, 5, 8), Int32Array.of(4, 5, 6, 7, 8, 9)],
    ],
    options: { parallel: true, chunksize: 1 },
  },
  "of what is asked only of better ones": {
    kernel: (a: Float64Array, mask: Uint8Array, top: Float64Array) => {
      let best = -Infinity;
      let at = -1;
      for (const i of prange(a.length)) {
        if (a[i]! > best && mask[i]! > 0) {
          best = a[i]!;
          at = i;
        }
        if (a[i]! > top[i & 1]! && mask[i]! > 0) top[i & 1] = a[i]!;
      }
      return [best, at];
    },
    cases: () => [
      [Float64Array.from({ length: 40 }, (_, i) => 50 - i), Uint8Array.of(1, 1), new Float64Array(2)],
      [Float64Array.from({ length: 40 }, (_, i) => i), new Uint8Array(40).fill(1, 0, 30), new Float64Array(2)],
    ],
    options: { parallel: true, chunksize: 4 },
  },
  "beside the greatest of each element": {
    kernel: (v: Float64Array, top: Float64Array, places: Int32Array) => {
      for (const i of prange(v.length)) {
        if (v[i]! > top[i & 1]!) {
          top[i & 1] = v[i]!;
          void places[i];
        }
      }
    },
    cases: () => [[Float64Array.from({ length: 40 }, (_, i) => 50 - i), new Float64Array(2), Int32Array.of(4, 5)]],
    options: { parallel: true, chunksize: 4 },
  },
});
