/** When the test before a loop passes: not only where no access could go wrong, but where none that is come to does. */
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
import { randomFloats } from "../support/edge-values.ts";
import { X86_64_V4 } from "../support/targets.ts";

const xs = randomFloats(40, 1);
const none = new Float64Array(0);

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
  const weighted = (x: Float64Array, w: Float64Array): number => {
    let sum = 0;
    for (let i = 0; i < x.length; i++) sum += w.length > 0 ? x[i] * w[i] : x[i];
    return sum;
  };
  const fast = withoutCheckedCopies(weighted, "(float64[:], float64[:])");
  for (const w of [none, xs]) assert.deepEqual(fast(xs, w), plain(weighted, xs, w));
  assert.notDeepEqual(fast(xs, xs.subarray(1)), plain(weighted, xs, xs.subarray(1)));
});

test("whether it is used may be told by a boolean or any number", () => {
  const flagged = (x: Float64Array, w: Float64Array, isWeighted: boolean, lag: number): number => {
    let sum = 0;
    for (let i = 0; i < x.length; i++) {
      sum += isWeighted ? x[i] * w[i] : x[i];
      if (lag) sum += w[i + lag];
    }
    return sum;
  };
  const fast = withoutCheckedCopies(flagged, "(float64[:], float64[:], boolean, int32)");
  const part = xs.subarray(0, 20);
  for (const [w, isWeighted, lag] of [
    [none, false, 0],
    [part, true, 0],
    [xs, false, 20],
    [xs, true, 1],
  ] as const)
    assert.deepEqual(fast(part, w, isWeighted, lag), plain(flagged, part, w, isWeighted, lag));
  assert.notDeepEqual(fast(part, part, true, 1), plain(flagged, part, part, true, 1));
});

test("where there is no neighbour none is needed", () => {
  const besides = (a: Float64Array, out: Float64Array, j: number, rows: number, columns: number): void => {
    for (let i = 0; i < rows; i++) {
      let sum = a[i * columns + j];
      if (j > 0) sum += a[i * columns + j - 1];
      if (j < columns - 1) sum += a[i * columns + j + 1];
      out[i] = sum;
    }
  };
  const fast = withoutCheckedCopies(besides, "(float64[:], float64[:], int32, int32, int32)");
  const out = new Float64Array(4);
  // Not even behind the last element.
  for (const j of [0, 3, 9]) assert.deepEqual(fast(xs, out, j, 4, 10), plain(besides, xs, out, j, 4, 10));
  assert.notDeepEqual(fast(xs.subarray(1), out, 9, 4, 10), plain(besides, xs.subarray(1), out, 9, 4, 10));
});

test("what comes after `continue` isn't needed where that is always come to", () => {
  const skipping = (a: Float64Array, out: Float64Array, lag: number): void => {
    for (let i = 0; i < out.length; i++) {
      out[i] = -1;
      if (lag < 1) continue;
      out[i] = a[i + lag] - a[lag - 1];
    }
  };
  const fast = withoutCheckedCopies(skipping, "(float64[:], float64[:], int32)");
  for (const [a, lag] of [
    [none, 0],
    [none, -7],
    [xs, 1],
    [xs, 10],
  ] as const)
    assert.deepEqual(fast(a, new Float64Array(30), lag), plain(skipping, a, new Float64Array(30), lag));
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
