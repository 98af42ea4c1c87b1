/**
 * Accesses under a condition that a loop doesn't change: only where that holds must they be in bounds. And other tests before loops that
 * used to fail where nothing could go wrong.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { compileKernel } from "../../src/compiler.ts";
import type { Callable } from "../../src/frontend/program.ts";
import { interpret, type JsValue } from "../../src/ir/interp.ts";
import type { Block, Inst } from "../../src/ir/ops.ts";
import { mapBlocks, mapInsts } from "../../src/ir/walk.ts";
import { choosesVersion } from "../../src/passes/describe-loops.ts";
import { parseSignature } from "../../src/runtime/notation.ts";
import { createReader } from "../../src/runtime/reader.ts";
import { defineKernels, oob } from "../support/differential.ts";
import { randomFloats, randomInts } from "../support/edge-values.ts";
import { X86_64_V4 } from "../support/targets.ts";

const INT32_MAX = 2 ** 31 - 1;
const xs = randomFloats(40, 1);
const none = new Float64Array(0);

/** Some items have no weight of their own. */
const weighted = (x: Float64Array, w: Float64Array): number => {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += w.length > 0 ? x[i] * w[i] : x[i];
  return sum;
};

/** The last layer has none above it. */
const fromAbove = (a: Float64Array, k: number, layers: number, size: number): void => {
  for (let p = k * size; p < (k + 1) * size; p++) {
    if (k < layers - 1) a[p] -= a[p + size] * 0.5;
    a[p] *= 2;
  }
};

/** The columns left and right, where there are any. */
const besides = (a: Float64Array, out: Float64Array, j: number, rows: number, columns: number): void => {
  for (let i = 0; i < rows; i++) {
    let sum = a[i * columns + j];
    if (j > 0) sum += a[i * columns + j - 1];
    if (j < columns - 1) sum += a[i * columns + j + 1];
    out[i] = sum;
  }
};

/** Both must be wanted. */
const both = (a: Int32Array, b: Int32Array, out: Int32Array, from: number, to: number): void => {
  for (let i = 0; i < out.length; i++) {
    out[i] = i;
    if (from >= 0 && to < b.length) {
      if (to > from) out[i] += a[from + i] + b[to - i];
      else continue;
      out[i]++;
    }
  }
};

/** Told by a boolean, and by a number that is none. */
const flagged = (x: Float64Array, w: Float64Array, isWeighted: boolean, mode: number): number => {
  let sum = 0;
  for (let i = 0; i < x.length; i++) {
    sum += isWeighted ? x[i] * w[i] : x[i];
    if (mode) sum += w[i + mode];
    if (mode !== 7 && !isWeighted) sum -= w[2 * i];
  }
  return sum;
};

/** Known before the loop only. */
const decided = (a: Float64Array, out: Float64Array, t: number, n: number): void => {
  const isLate = t > 0.5;
  for (let i = 0; i < n; i++) {
    if (isLate && n !== 3) out[i] = a[i + n];
    else out[i] = t;
    if (!isLate) out[i] += a[n - i];
  }
};

/** The rest of the body isn't come to. */
const skipping = (a: Float64Array, out: Float64Array, lag: number): void => {
  for (let i = 0; i < out.length; i++) {
    out[i] = -1;
    if (lag < 1) continue;
    out[i] = a[i + lag] - a[lag - 1];
  }
};

/** What is needed changes while the loop runs. */
const changing = (a: Float64Array, limit: number): number => {
  let n = limit;
  let sum = 0;
  for (let i = 0; i < 30; i++) {
    if (n > 5) sum += a[i + 3];
    n--;
  }
  return sum;
};

/** Not by a sum beyond an int32. */
const far = (a: Float64Array, n: number, by: number): number => {
  let sum = 0;
  for (let i = 0; i < n; i++) {
    sum += a[i];
    if (by < 10) sum += a[i + by];
  }
  return sum;
};

const layers = (): Float64Array => randomFloats(12, 3);
const table = (): Float64Array => randomFloats(24, 5);
const ints = randomInts(20, 7, -50, 50);

defineKernels("accesses under conditions that a loop doesn't change", {
  weighted: {
    kernel: weighted,
    cases: () => [
      [xs, xs],
      [xs, none],
      [none, none],
      [none, xs],
      oob("w", xs, xs.subarray(1)),
      oob("w", xs, xs.subarray(0, 1)),
    ],
  },
  fromAbove: {
    kernel: fromAbove,
    cases: () => [
      ...[0, 1, 2, 3].map((k) => [layers(), k, 4, 3]),
      oob("a", layers(), 3, 5, 3),
      oob("a", layers(), 4, 5, 3),
      oob("a", layers(), -1, 4, 3),
      [layers(), 0, 1, 12],
      [layers(), 0, INT32_MAX, 0],
      oob("a", layers(), INT32_MAX - 1, 4, 1),
    ],
  },
  besides: {
    kernel: besides,
    cases: () => [
      ...[0, 1, 4, 5].map((j) => [table(), new Float64Array(4), j, 4, 6]),
      oob("a", table(), new Float64Array(5), 5, 5, 6),
      oob("a", table(), new Float64Array(4), -1, 4, 6),
      oob("a", table(), new Float64Array(4), 6, 4, 6),
      [table(), new Float64Array(24), 0, 24, 1],
      [table(), new Float64Array(4), INT32_MAX, 0, 6],
    ],
  },
  both: {
    kernel: both,
    cases: () => [
      [ints, ints, new Int32Array(9), 2, 15],
      [ints, ints, new Int32Array(9), -1, 15],
      [ints, ints, new Int32Array(9), 15, 2],
      [ints, ints, new Int32Array(9), 2, 20],
      [ints, ints, new Int32Array(9), INT32_MAX, 3],
      oob("a", ints, ints, new Int32Array(9), 12, 15),
      oob("b", ints, ints, new Int32Array(9), 2, 7),
    ],
  },
  flagged: {
    kernel: flagged,
    cases: () => [
      ...[true, false].flatMap((is) => [0, 1, 7].map((mode) => [xs.subarray(5, 25), randomFloats(50, 4), is, mode])),
      [xs, none, false, 7].map((arg) => (arg === xs ? none : arg)),
      [xs, xs, true, 0],
      oob("w", xs, none, true, 0),
      oob("w", xs, none, false, 0),
      oob("w", xs, none, false, 7),
      oob("w", xs, xs, true, 1),
      oob("w", xs.subarray(0, 20), xs.subarray(0, 38), false, 0),
      [xs.subarray(0, 20), xs.subarray(0, 39), false, 0],
      oob("w", xs, xs, true, -1),
    ],
  },
  decided: {
    kernel: decided,
    cases: () => [
      [xs, new Float64Array(9), 0.75, 9],
      [none, new Float64Array(3), 0.75, 3],
      [xs, new Float64Array(9), 0.25, 9],
      oob("a", xs.subarray(0, 17), new Float64Array(9), 0.75, 9),
      [xs.subarray(0, 18), new Float64Array(9), 0.75, 9],
      oob("a", xs.subarray(0, 9), new Float64Array(9), 0.25, 9),
      [xs.subarray(0, 10), new Float64Array(9), 0.25, 9],
      [xs, new Float64Array(9), NaN, 9],
    ],
  },
  skipping: {
    kernel: skipping,
    cases: () => [
      ...[0, -3, 1, 10].map((lag) => [xs, new Float64Array(30), lag]),
      [none, new Float64Array(30), -(2 ** 31)],
      oob("a", xs, new Float64Array(30), 11),
      oob("a", none, new Float64Array(1), 1),
      oob("a", xs, new Float64Array(30), INT32_MAX),
    ],
  },
  changing: {
    kernel: changing,
    cases: () => [
      ...[5, 6, 20, 35, 42].map((n) => [xs, n]),
      oob("a", xs.subarray(0, 20), 60),
      [xs.subarray(0, 20), 22],
    ],
  },
  far: {
    kernel: far,
    cases: () => [
      [xs, 40, INT32_MAX],
      [xs, 40, 10],
      [xs, 31, 9],
      oob("a", xs, 40, 1),
      oob("a", xs, 41, 10),
      oob("a", xs, 3, -1),
    ],
  },
});

/** Of a kernel without its checked copies: what it returns, and what it does to its arrays. */
function withoutCheckedCopies(fn: Callable, types: string): (...args: readonly unknown[]) => unknown {
  const module = compileKernel({
    fn,
    args: parseSignature(types).args,
    options: { fastmath: [], boundscheck: true, parallel: false },
    reader: createReader(),
    target: X86_64_V4,
    disjoint: true,
    small: true,
    verify: true,
  }).module();
  const strip = (block: Block): Block => mapInsts(block, (inst) => mapBlocks(withoutElse(inst), strip));
  const entry = { ...module.entry, body: strip(module.entry.body) };
  return (...args) => {
    const given = args.map((arg) => (arg instanceof Float64Array ? arg.slice() : arg));
    const [result] = interpret({ ...module, entry }, given as JsValue[]);
    return [typeof result === "bigint" ? Number(result) : result, ...given];
  };
}

function withoutElse(inst: Inst): Inst {
  return inst.op === "if" && choosesVersion(inst) ? { ...inst, else: { insts: [] } } : inst;
}

function plain(fn: Callable, ...args: readonly unknown[]): unknown {
  const given = args.map((arg) => (arg instanceof Float64Array ? arg.slice() : arg));
  return [fn(...given), ...given];
}

test("an array that isn't used may be empty", () => {
  const fast = withoutCheckedCopies(weighted, "(float64[:], float64[:])");
  for (const w of [none, xs]) assert.deepEqual(fast(xs, w), plain(weighted, xs, w));
  assert.notDeepEqual(fast(xs, xs.subarray(1)), plain(weighted, xs, xs.subarray(1)));
});

test("whether it is used may be told by a boolean or any number", () => {
  const lagged = (x: Float64Array, w: Float64Array, isWeighted: boolean, lag: number): number => {
    let sum = 0;
    for (let i = 0; i < x.length; i++) {
      sum += isWeighted ? x[i] * w[i] : x[i];
      if (lag) sum += w[i + lag];
    }
    return sum;
  };
  const fast = withoutCheckedCopies(lagged, "(float64[:], float64[:], boolean, int32)");
  const part = xs.subarray(0, 20);
  for (const [w, isWeighted, lag] of [
    [none, false, 0],
    [part, true, 0],
    [xs, false, 20],
    [xs, true, 1],
  ] as const)
    assert.deepEqual(fast(part, w, isWeighted, lag), plain(lagged, part, w, isWeighted, lag));
  assert.notDeepEqual(fast(part, part, true, 1), plain(lagged, part, part, true, 1));
});

test("where there is no neighbour none is needed", () => {
  const fast = withoutCheckedCopies(besides, "(float64[:], float64[:], int32, int32, int32)");
  const out = new Float64Array(4);
  // Not even behind the last element.
  for (const j of [0, 3, 9]) assert.deepEqual(fast(xs, out, j, 4, 10), plain(besides, xs, out, j, 4, 10));
  assert.notDeepEqual(fast(xs.subarray(1), out, 9, 4, 10), plain(besides, xs.subarray(1), out, 9, 4, 10));
});

test("what comes after `continue` isn't needed where that is always come to", () => {
  const fast = withoutCheckedCopies(skipping, "(float64[:], float64[:], int32)");
  for (const [a, lag] of [
    [none, 0],
    [none, -7],
    [xs, 1],
    [xs, 10],
  ] as const)
    assert.deepEqual(fast(a, new Float64Array(30), lag), plain(skipping, a, new Float64Array(30), lag));
  assert.notDeepEqual(fast(xs, new Float64Array(31), 10), plain(skipping, xs, new Float64Array(31), 10));
});

test("of a branch's two sides only one counts", () => {
  const spread = (x: Float64Array, out: Float64Array): number => {
    let o = 0;
    for (let i = 0; i < x.length; i++) {
      if (x[i] > 0.5) {
        out[o++] = x[i];
        out[o++] = 0;
        out[o++] = 0;
      } else if (x[i] > 0) {
        out[o++] = x[i];
        out[o++] = 1;
      } else out[o++] = 2;
    }
    return o;
  };
  const fast = withoutCheckedCopies(spread, "(float64[:], float64[:])");
  assert.deepEqual(fast(xs, new Float64Array(120)), plain(spread, xs, new Float64Array(120)));
  assert.notDeepEqual(fast(xs, new Float64Array(119)), plain(spread, xs, new Float64Array(119)));
});

test("a condition that only an idle loop meets isn't tested", () => {
  // least[i * p] with p an int32, and s[d % n] with d of any sign: no sizes say that they are in bounds.
  const cross = (p: Float64Array, marks: Float64Array, n: number): number => {
    let crossed = 0;
    for (let i = 1; i < n; i++) {
      const k = p[i] | 0;
      if (i * k < n) marks[i * k] = i;
      crossed += marks[((k + i) | 0) % marks.length];
    }
    return crossed;
  };
  const p = Float64Array.from({ length: 40 }, (_, i) => i % 7);
  const fast = withoutCheckedCopies(cross, "(float64[:], float64[:], int32)");
  assert.deepEqual(fast(p, new Float64Array(40), 40), plain(cross, p, new Float64Array(40), 40));
  const short = p.subarray(1);
  assert.notDeepEqual(fast(short, new Float64Array(40), 40), plain(cross, short, new Float64Array(40), 40));
});

test("nothing is asked of an array that none is long enough for", () => {
  // end − 1 is below 2^31, and so would the stack's length have to be.
  const steps = (x: Float64Array): number => {
    const stack = new Int32Array(x.length);
    let end = 0;
    for (let i = 0; i < x.length; i++) {
      while (end > 0 && x[stack[end - 1]] >= x[i]) end--;
      stack[end++] = i;
    }
    return end;
  };
  assert.deepEqual(withoutCheckedCopies(steps, "(float64[:])")(xs), plain(steps, xs));
});
