/** `throw` with messages computed from values: the same class and the same text as in plain JavaScript. */
import { prange } from "../../src/index.ts";
import { defineKernels, oob } from "../support/differential.ts";
import { NUMBER_EDGES, pairsOf, singles } from "../support/edge-values.ts";

const SOME = [0, -0, 1, 0.5, NaN, Infinity, -Infinity, 1e300];
const LIMIT = 12;
const UNIT_NAMES = ["metre", "kilometre"];
const UNITS = [
  { name: "metre", by: 1 },
  { name: "kilometre", by: 1000 },
];
const SETTINGS = { unit: "km", mode: "none" };
const SCALES = { twice: (x: number) => x * 2, half: (x: number) => x / 2 };
const NAMES = { size: "the size", of: { rows: "rows" } };
const PREFIX = "out of range: ";

defineKernels("messages of numbers", {
  "a double, in a template": {
    kernel: (x: number) => {
      if (!(x === 0.5)) throw new RangeError(`bad x: ${x}`);
      return x;
    },
    cases: () => singles([...NUMBER_EDGES, 0.1, 1e21, 1e-7, 123456789.125, 5e-324, 2 ** 53 + 2, 2 ** 31, 2 ** 32]),
  },
  "doubles, in a sum": {
    kernel: (x: number, y: number) => {
      if (x !== y + 1) throw new TypeError("bad " + x + " of " + y);
      return x;
    },
    cases: () => pairsOf(SOME, SOME),
  },
  "sums from left to right": {
    kernel: (x: number, y: number) => {
      if (x === 0) throw new Error("a" + x + y);
      if (x === 1) throw new Error(x + y + "a");
      if (x === 2) throw new Error(x + y + "a" + x + y);
      if (x === 3) throw new Error("a" + (x + y));
      if (x === 4) throw new Error("a" + -x * y);
      if (x === 5) throw new Error("a" + `b${x + y}` + y);
      throw new Error(`${x}${y}${`${x + 1}${"!" + y}`}`);
    },
    cases: () => [0, 1, 2, 3, 4, 5, 6].flatMap((x) => [-0, 2.5, 7].map((y) => [x, y])),
  },
  "integers of 32 bits, 53 bits and none": {
    kernel: (n: number, a: Int32Array, u: Uint32Array) => {
      const square = n * n;
      if (n >= 0) throw new RangeError(`${n} ${square} ${n >>> 0} ${-n} ${a[0] * 2} ${u[0] + 1}`);
      throw new RangeError(`${n | 0} ${n >>> 0} ${a[0] / 2} ${-u[0]} ${n * 0}`);
    },
    cases: () =>
      [0, -0, 1, -1, 2 ** 24, 2 ** 24 + 1, 2 ** 31 - 1, -(2 ** 31), 2 ** 40].map((n) => [
        n,
        Int32Array.of(n | 0),
        Uint32Array.of(n >>> 0),
      ]),
  },
  float32: {
    kernel: (a: Float32Array) => {
      if (a[0] > 0) throw new Error("is " + a[0]);
      throw new Error(`is ${Math.fround(a[0] * a[1])}`);
    },
    cases: () => [0.1, 1e-45, 3.4e38, 16777216, NaN, -0, -0.3, -Infinity].map((x) => [Float32Array.of(x, 1.1)]),
  },
  booleans: {
    kernel: (x: number, is: boolean) => {
      if (x > 1) throw new Error("is " + is);
      throw new Error(`${x > 0} ${!is} ${is && x > 0}, ${true}`);
    },
    cases: () => [0, 1, 2].flatMap((x) => [true, false].map((is) => [x, is])),
  },
  BigInts: {
    kernel: (x: bigint, u: BigUint64Array, n: number) => {
      if (n === 0) throw new RangeError(`${x} ${u[0]} ${5n} ${-x / 3n}`);
      throw new RangeError("x" + x + u[0] + BigInt.asUintN(64, x));
    },
    cases: () =>
      [0n, 1n, -1n, 2n ** 53n + 1n, 2n ** 63n - 1n, -(2n ** 62n) - 1n, 0x7ff0000000000001n, -0x7ffffffffffffn].flatMap(
        (x) => [0, 1].map((n) => [x, BigUint64Array.of(BigInt.asUintN(64, x * 3n)), n]),
      ),
  },
  "as many as there may be": {
    kernel: (a: Float64Array) => {
      if (a.length === 6) throw new Error(`${a[0]}, ${a[1]}, ${a[2]}, ${a[3]}, ${a[4]}, ${a[5]}.`);
      throw new Error(`length ${a.length}`);
    },
    cases: () => [[Float64Array.of(1, -2, 3.5, NaN, -0, 1e100)], [new Float64Array(3)]],
  },
  "many arguments beside": {
    kernel: (a: number, b: number, c: number, d: number, e: number, f: number, g: number, h: number, i: number) => {
      if (a < i) throw new Error(`${i} ${h} ${g} ${f} ${e} ${d}`);
      return a + b + c;
    },
    cases: () => [
      [1, 2, 3, 4, 5, 6, 7, 8, 9],
      [1, 2, 3, 4, 5, 6, 7, 8, 0],
    ],
  },
});

defineKernels("messages of strings from outside", {
  "constants and properties": {
    kernel: (n: number) => {
      if (n > LIMIT) throw new RangeError(`${NAMES.size} is ${n}, more than ${LIMIT}: ${NAMES.of.rows}`);
      if (n > 5) throw new RangeError(PREFIX + n);
      if (n > 0) throw new RangeError(n + PREFIX + NAMES.size);
      throw RangeError(PREFIX + NAMES.of.rows);
    },
    cases: () => singles([13, 6, 3, 0, -1.5]),
  },
  "handed to a helper": {
    kernel: (n: number, m: number) => {
      checkNamed(n, NAMES.size);
      checkNamed(m, NAMES.of.rows);
      return n + m;
    },
    cases: () => pairsOf([0, 1, -1, 2.5], [0, 1, -1, 2.5]),
  },
  "what isn't there": {
    kernel: (n: number, m?: number) => {
      if (n > 0) throw new Error(`m is ${m}`);
      if (m !== undefined) return n;
      throw new Error("m is " + m);
    },
    cases: () => [[0], [1], [1, 2], [0, 1]],
  },
});

defineKernels("computing a message", {
  "only when it is thrown, in order": {
    kernel: (n: number, a: Float64Array) => {
      let count = 0;
      const next = (): number => {
        a[count] = count + 1;
        return ++count;
      };
      if (n > 3) throw new RangeError(`${next()} ${n} ${next()}` + next());
      next();
      return count;
    },
    cases: () => singles([2, 3, 4, 5]).map(([n]) => [n, new Float64Array(4)]),
  },
  "an error of its own comes first": {
    kernel: (n: number, x: bigint, s: Float64Array) => {
      if (n > 3) throw new TypeError(`${(s[0] = n)} ${BigInt(n) / x} ${(s[1] = n)}`);
      return n;
    },
    cases: () => [
      [4, 1n, new Float64Array(2)],
      [4, 0n, new Float64Array(2)],
      [4.5, 1n, new Float64Array(2)],
      [3, 0n, new Float64Array(2)],
    ],
  },
  "helpers, conditions and elements": {
    kernel: (n: number, a: Int32Array) => {
      if (n > 1) throw new Error(`${double(n)} ${n > 2 ? a[1] : a[0] + 0.5} ${Math.max(n, ...[1, 2])} ${a.length}`);
      if (n < 0) throw new Error("sum " + a.reduce((s, v) => s + v, 0) + " at " + a.indexOf(7));
      return n;
    },
    cases: () => [0, 2, 3, -1].map((n) => [n, Int32Array.of(5, 7)]),
  },
  "in a recursive function": { kernel: (n: number) => descend(n, 1), cases: () => singles([3, 10, -1]) },
  "in a helper that is called more than once": {
    kernel: (a: Float64Array) => {
      let s = 0;
      for (let i = 0; i < a.length; i++) s += checkedRoot(a[i], i);
      return s + checkedRoot(s, -1);
    },
    cases: () => [[Float64Array.of(4, 9)], [Float64Array.of(4, -9, 16)], [Float64Array.of(NaN)]],
  },
  "in a condition's right side": {
    kernel: (x: number) => {
      const fail = (why: number): boolean => {
        throw new Error(`evaluated: ${why}`);
      };
      return x > 0 || fail(x * 2);
    },
    cases: () => singles([1, -1, -0.5]),
  },
  "in a switch": {
    kernel: (ops: Uint8Array) => {
      let s = 0;
      for (const [i, op] of ops.entries()) {
        switch (op) {
          case 0:
            s++;
            break;
          case 1:
            if (s < 2) throw new RangeError(`stack underflow at ${i}: ${s}`);
            s -= 2;
            break;
          default:
            throw new TypeError(`unknown operation ${op} at ${i}`);
        }
      }
      return s;
    },
    cases: () => [[Uint8Array.of(0, 0, 1)], [Uint8Array.of(0, 1)], [Uint8Array.of(0, 0, 9)]],
  },
});

defineKernels("texts in the kernel", {
  "as arguments of helpers": {
    kernel: (n: number, m: number) => {
      const check = (x: number, what = "x"): void => {
        if (x > 5) throw new TypeError(`${what} is ${x}`);
      };
      checkNamed(n, "n");
      checkNamed(m, `m`);
      assertThat(n < 4, "n is too large");
      assertThat(m < 8, "m is " + "too large");
      check(n);
      check(m, "the other");
      return n;
    },
    cases: () => [
      [1, 2],
      [-1, 2],
      [1, -2],
      [4, 1],
      [1, 8],
      [1, 6],
      [NaN, 1],
    ],
  },
  "unless a helper is told another": {
    kernel: (n: number, most?: number) => {
      const check = (x: number, what?: string): void => {
        if (x > 5) throw new TypeError(`${what ?? "x"} is ${x}`);
        if (x < 0) throw new RangeError(1 + (what ?? "x") + 1);
      };
      assertOr(n !== 1);
      assertOr(n !== 2, "n is 2");
      check(n);
      check(n + 1, "the next");
      if (n === 4) throw new Error("4 of " + (most ?? "any"));
      return n;
    },
    cases: () => [[0], [1], [2], [4], [4, 7], [5], [6], [-1], [-1.5]],
  },
  "in constants and comparisons": {
    kernel: (n: number) => {
      const text = "not so many";
      const of = (kind: string): number => (kind === "half" ? 0.5 : kind !== "none" ? 1 : 0);
      if (n > 3) throw new RangeError(text);
      if (n < 0) throw new RangeError(`${text}: ${n}`);
      return of("half") * n + of("all") + of("none");
    },
    cases: () => [[1], [4], [-1]],
  },
  "in options and what is chosen by them": {
    kernel: (n: number) => {
      const padded = (x: number, { mode = "reflect", pad = 0 }: { mode?: string; pad?: number } = {}): number => {
        switch (mode) {
          case "reflect":
            return Math.abs(x);
          case "clamp":
            x = Math.max(x, 0);
          case "none":
            return x;
          case "constant":
            return x < 0 ? pad : x;
        }
        throw new RangeError(`no mode ${mode}`);
      };
      const scaled = (x: number, options: { readonly by: string }): number => {
        if (x > 8) throw new Error(options.by);
        if (x > 7) throw new Error(options.by + x);
        return SCALES[options.by as "twice"](x);
      };
      const unit = SETTINGS.unit === "m" ? 1 : SETTINGS.unit !== "km" ? NaN : 1000;
      const sum =
        padded(n) + padded(n, { mode: "clamp" }) + padded(n, { pad: 5, mode: "constant" }) + padded(n, SETTINGS);
      if (n === 5) return padded(n, { mode: "wrap" });
      return sum * unit + scaled(n, { by: "twice" }) + scaled(n, { by: "half" });
    },
    cases: () => singles([0, 1, -1, -2.5, 5, 7.5, 9]),
  },
  "in place of empty ones": {
    kernel: (n: number) => {
      const chosen = (options?: { mode?: string; unit?: string }): number => {
        const mode = options?.mode || "twice";
        if (n > 8) throw new Error(options?.unit || mode);
        switch (options?.unit || options?.mode || "") {
          case "":
            return n;
          case "km":
            return 1000 * n;
        }
        return mode === "twice" ? 2 * n : 3 * n;
      };
      return (
        chosen() + 7 * chosen({ mode: "" }) + 11 * chosen({ mode: "thrice" }) + 13 * chosen({ mode: "", unit: "km" })
      );
    },
    cases: () => singles([1, -2.5, 9]),
  },
  "of options that may be missing": {
    kernel: (n: number) => {
      interface Options {
        readonly mode?: string;
        readonly inner?: { readonly mode: string };
      }
      const chosen = (options?: Options): number => {
        if (options?.mode === "near") return n;
        if (n > 8) throw new Error(`no ${options?.inner?.mode ?? options?.mode ?? "mode"} of ${options?.mode}`);
        switch (options?.inner?.mode ?? options?.mode) {
          case undefined:
            return -n;
          case "near":
            return 2 * n;
        }
        return 0;
      };
      const within = ({ inner: { mode = "far" } = { mode: "near" } }: { inner?: { mode?: string } } = {}): number =>
        mode === "near" ? n : mode === "far" ? 10 * n : 100 * n;
      const sum = chosen() + 3 * chosen({ mode: "near" }) + 5 * chosen({ mode: "far", inner: { mode: "near" } });
      return sum + within() + within({ inner: {} }) + within({ inner: SETTINGS });
    },
    cases: () => singles([1, -2.5, 9]),
  },
  "of items of captured lists": {
    kernel: (n: number) => {
      if (n > 8) throw new Error(`${n} ${UNITS[1]!.name}, not ${UNIT_NAMES[0]}`);
      if (UNIT_NAMES[0] !== "metre" || UNITS[1]!.name === "metre") return -1;
      switch (UNITS[1]!.name) {
        case "kilometre":
          return n * UNITS[1]!.by;
      }
      return 0;
    },
    cases: () => singles([1, 2.5, 9]),
  },
  "in a switch and its loops": {
    kernel: (n: number) => {
      let rounds = 0;
      outer: for (let i = 0; i < 9; i++) {
        switch (SETTINGS.unit) {
          case "m":
            continue;
          default:
            rounds += 10;
          case "km":
            if (i === n) break outer;
            rounds++;
            break;
          case "mile":
            return -1;
        }
      }
      return rounds;
    },
    cases: () => singles([0, 3, 20]),
  },
  "and whether there is any": {
    kernel: (n: number) => {
      const labelled = (x: number, label?: string): number => (label ? x : -x);
      const known = SETTINGS.unit && n > 1 ? 100 : 0;
      return labelled(n, "a") + 2 * labelled(n, "") + 4 * labelled(n) + (!SETTINGS.mode ? 8 : 16) + known;
    },
    cases: () => singles([1, 2]),
  },
  "that differ from call to call of a recursive helper": {
    kernel: (n: number) => {
      const count = (k: number, what: string): number => {
        if (k === 0) throw new RangeError(`${what} has come to ${k}`);
        return k < 0 ? 0 : 1 + count(k - 1, "an inner one");
      };
      return count(n, "the outer one");
    },
    cases: () => [[0], [3], [-1], [0.5]],
  },
});

function assertThat(condition: boolean, message: string): void {
  if (!condition) throw new Error(message);
}

function assertOr(condition: boolean, message?: string): void {
  if (!condition) throw new Error(message ?? "not so");
}

function checkNamed(n: number, name: string): void {
  if (!Number.isInteger(n)) throw new TypeError(`${name} must be an integer, is ${n}`);
  if (n < 0) throw new RangeError(name + " is negative: " + n);
}

function double(x: number): number {
  return x * 2;
}

function checkedRoot(x: number, at: number): number {
  if (!(x >= 0)) throw new RangeError(`root of ${x} at ${at}`);
  return Math.sqrt(x);
}

function descend(n: number, depth: number): number {
  if (n < 0) throw new Error(`below zero: ${n} at ${depth}`);
  return n === 0 ? 0 : 1 + descend(n === 5 ? -2 : n - 1, depth + 1);
}

defineKernels("messages in loops", {
  "after stores": {
    kernel: (a: Int32Array, limit: number) => {
      for (let i = 0; i < a.length; i++) {
        if (a[i] > limit) throw new RangeError(`${a[i]} at ${i} is over the limit of ${limit}`);
        a[i] *= 2;
      }
      return a.length;
    },
    cases: () => [
      [Int32Array.of(1, 2, 30, 4), 10],
      [Int32Array.of(1, 2, 30, 4), 100],
      [Int32Array.of(50), 10],
    ],
  },
  "in a nested loop, with the sum so far": {
    kernel: (a: Float64Array, w: number) => {
      let s = 0;
      for (let y = 0; y < a.length / w; y++) {
        for (let x = 0; x < w; x++) {
          const v = a[y * w + x];
          if (!(v >= 0)) throw new Error("pixel (" + x + ", " + y + ") is " + v + " after " + s);
          s += v;
        }
      }
      return s;
    },
    cases: () => [
      [Float64Array.of(1, 2, 3, 4), 2],
      [Float64Array.of(1, 2, 0.5, NaN), 2],
    ],
  },
  "of a number that stays an integer for long": {
    kernel: (start: number) => {
      let [n, rounds] = [start, 0];
      while (n !== 1) {
        n = n % 2 === 0 ? n / 2 : 3 * n + 1;
        if (++rounds > 100) throw new RangeError(`${start} is at ${n} after ${rounds}`);
      }
      return rounds;
    },
    cases: () => singles([1, 7, 27, 0, 0.5, -5]),
  },
});

defineKernels("elements in messages", {
  "without bounds checks": {
    kernel: (a: Float64Array, n: number) => {
      for (let i = 0; i < n; i++) if (a[i] > 1) throw new Error(`${a[i]} after ${a[i - 1]}`);
      return n;
    },
    options: { boundscheck: false },
    cases: () => [
      [Float64Array.of(0, 1, 2), 3],
      [Float64Array.of(0, 1), 2],
    ],
  },
  "out of bounds themselves": {
    kernel: (a: Float64Array, n: number) => {
      for (let i = 0; i < n; i++) if (a[i] > 1) throw new Error(`${a[i]} before ${a[i + 1]}`);
      return n;
    },
    cases: () => [[Float64Array.of(0, 1, 2, 3), 3], oob("a", Float64Array.of(0, 1, 2), 3), [Float64Array.of(0, 1), 2]],
  },
});

const PARALLEL_CASES = () =>
  [-1, 0, 3, 400, 999, 20_000, 99_999].map((at) => [
    Float64Array.from({ length: 100_000 }, (_, i) => (i === at || (at > 0 && i === 99_999) ? -i - 0.5 : i)),
    0,
  ]);

defineKernels("messages in parallel loops", {
  "the lowest round's error": {
    kernel: (a: Float64Array, limit: number) => {
      for (const i of prange(a.length)) {
        if (a[i] < limit)
          throw new RangeError(`a[${i}] = ${a[i]} < ${limit}: ${a[i] < 0}, ${i * 2}, ${a.length + 0.25}`);
        a[i] = Math.sqrt(a[i]);
      }
    },
    options: { parallel: true },
    arraysAfterErrors: false,
    cases: PARALLEL_CASES,
  },
  "beside a sum, in a helper": {
    kernel: (a: Float64Array) => {
      let s = 0;
      for (const i of prange(a.length)) s += checkedRoot(a[i], i);
      return s > 0;
    },
    options: { parallel: true },
    arraysAfterErrors: false,
    cases: () => PARALLEL_CASES().map(([a]) => [a]),
  },
});
