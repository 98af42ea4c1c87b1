/**
 * Loop shapes, and what must become of them for a machine with AVX-512: no bounds check is left in an innermost loop, and LLVM
 * vectorises it, or doesn't for a reason that is known. A table: what a change of the compiler does to it is to be looked at.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { compileKernel } from "../../src/compiler.ts";
import { describeOutcome } from "../../src/diagnostics/remarks.ts";
import type { Callable } from "../../src/frontend/program.ts";
import type { FastFlag } from "../../src/ir/ops.ts";
import { outcomesOf, REMARK_PASSES } from "../../src/runtime/diagnostics-report.ts";
import { parseSignature } from "../../src/runtime/notation.ts";
import { createReader } from "../../src/runtime/reader.ts";
import { optimisedIr, remarksOf } from "../../src/toolchain/compile.ts";
import { findLlvm } from "../../src/toolchain/llvm.ts";
import { X86_64_V4 } from "../support/targets.ts";
import * as kernels from "./kernels.ts";

/** A kernel's innermost loops, in order: what `describeOutcome` says of each, or how that begins. */
type Row = readonly [types: string, ...outcomes: string[]];

const VECTORISED = "vectorised";
const IN_ORDER = "not vectorised: an iteration uses what an earlier one has written";
const FOR_ONE_ELEMENT = "vectorised where steps of unknown size are of one element";
const BY_STEPS = "not vectorised: it goes through an array by steps of unknown size";
/** Integer remainders have no vector instruction. */
const NO_FASTER = "not vectorised: LLVM reckons that vectors would make it no faster";
const MATMUL = "(float64[:], float64[:], float64[:], int32)";
const TWO_AND_TWO = "(float64[:], float64[:], int32, int32)";

const TABLE: { readonly [K in keyof typeof kernels]: Row } = {
  map: ["(float64[:], float64[:])", VECTORISED],
  saxpy: ["(float64, float32[:], float32[:])", VECTORISED],
  stencil1d: ["(float64[:], float64[:])", VECTORISED],
  stencil2d: [TWO_AND_TWO, VECTORISED],
  // In strips of columns, the rest of them, and as it was.
  matmulIJK: [MATMUL, VECTORISED, VECTORISED, FOR_ONE_ELEMENT],
  matmulIKJ: [MATMUL, VECTORISED],
  matmulJIK: [MATMUL, VECTORISED, VECTORISED, FOR_ONE_ELEMENT],
  matmulJKI: [MATMUL, VECTORISED, VECTORISED, BY_STEPS],
  matmulKIJ: [MATMUL, VECTORISED],
  // Along the rows where these are long, in strips of columns, the rest of them, and as it was.
  matmulKJI: [MATMUL, VECTORISED, VECTORISED, VECTORISED, BY_STEPS],
  matmulSum: [MATMUL, VECTORISED, VECTORISED, FOR_ONE_ELEMENT],
  transpose: [TWO_AND_TWO, VECTORISED, VECTORISED],
  histogram: ["(uint8[:], uint32[:])", "not vectorised: two iterations may write the same element"],
  prefixSum: ["(float64[:], float64[:])", IN_ORDER],
  runningSum: ["(int32[:], float64[:])", "not vectorised: `s` goes from iteration to iteration"],
  convolution: ["(float32[:], float32[:], float32[:], int32, int32)", "unrolled: its 5 iterations"],
  clampedTernary: [TWO_AND_TWO, VECTORISED],
  clampedMinMax: [TWO_AND_TWO, VECTORISED],
  lowerTriangle: ["(float64[:], float64[:], int32)", VECTORISED],
  // Cut where j = i, before which there is nothing.
  upperTriangle: ["(float64[:], float64[:], int32)", "no loop as it is written", VECTORISED],
  strided: ["(float64[:], float64[:], int32)", VECTORISED],
  interleaved: ["(uint8[:], uint8[:], int32)", VECTORISED],
  everyOther: ["(float64[:], int32)", VECTORISED],
  butterflies: ["(float64[:], float64[:], float64[:], float64[:], int32)", VECTORISED],
  stockham: [
    "(float64[:], float64[:], float64[:], float64[:], float64[:], float64[:])",
    VECTORISED,
    "done by memcpy, all at once",
  ],
  butterflyStage: ["(float64[:], float64[:], float64[:], float64[:], int32, int32)", VECTORISED],
  lookup: ["(uint8[:], float32[:], float32[:])", VECTORISED],
  middle: ["(float64[:], float64[:], int32)", VECTORISED],
  rowsOf: [TWO_AND_TWO, VECTORISED],
  columnsOf: [TWO_AND_TWO, NO_FASTER],
  cells: [TWO_AND_TWO, NO_FASTER],
  truncated: [TWO_AND_TWO, VECTORISED],
  nearest: ["(float32[:], float32[:], int32, int32)", VECTORISED],
  wrapped: [TWO_AND_TWO, NO_FASTER],
  masked: ["(float64[:], float64[:], int32)", VECTORISED],
  reversed: ["(float64[:], float64[:], int32)", VECTORISED],
  odd: ["(float64[:], float64[:], int32)", VECTORISED],
  forOf: ["(float64[:])", VECTORISED],
  floatBound: ["(float64[:], float64)", VECTORISED],
  // The third is for starts that are no integers beyond all that is counted.
  footprints: ["(float64[:], float64[:], float64[:], float64, int32, int32)", VECTORISED],
  ranges: ["(int32[:], int32[:], float64[:])", VECTORISED],
  sumBytes: ["(uint8[:])", VECTORISED],
  sumInts: ["(int32[:])", VECTORISED],
  dot: ["(float64[:], float64[:])", VECTORISED],
  minMax: ["(float64[:])", VECTORISED],
  argMax: ["(float64[:])", "not vectorised: `best` goes from iteration to iteration"],
  threshold: ["(float32[:], uint8[:], float64)", VECTORISED],
  float32Chain: ["(float32[:], float32[:])", VECTORISED],
  roots: ["(float32[:], float32[:])", VECTORISED],
  waves: ["(float64[:], float64[:])", VECTORISED],
  gamma: ["(uint8c[:], uint8c[:], float64)", VECTORISED],
  countAbove: ["(float64[:], float64)", VECTORISED],
  downwards: ["(float64[:], float64[:])", VECTORISED],
  boxWindow: ["(float64[:], float64[:], int32)", VECTORISED, VECTORISED, VECTORISED],
  movingAverage: [
    "(float64[:], float64[:], int32)",
    VECTORISED,
    "not vectorised: `s` goes from iteration to iteration",
  ],
  planes: ["(uint8[:], uint8[:], int32, int32)", VECTORISED],
};

const KERNELS = new Map<string, Callable>(Object.entries(kernels));
const llvm = findLlvm();

function compiledFor(fn: Callable, types: string, fastmath: readonly FastFlag[]) {
  return compileKernel({
    fn,
    args: parseSignature(types).args,
    options: { fastmath, boundscheck: true, parallel: false },
    reader: createReader(),
    target: X86_64_V4,
    disjoint: true,
    small: true,
    verify: true,
  });
}

function textOf(fn: Callable, types: string): string {
  return compiledFor(fn, types, []).llvm();
}

/** What becomes of the innermost loops' normal versions, in order, and the checks left in them. */
function shapeOf(fn: Callable, types: string, fastmath: readonly FastFlag[] = []) {
  const diagnosis = compiledFor(fn, types, fastmath).diagnose();
  const outcomes = outcomesOf(diagnosis, remarksOf(llvm, diagnosis.llvm, X86_64_V4, REMARK_PASSES));
  const innermost = diagnosis.loops.filter((loop) => loop.innermost && !loop.fallback);
  return {
    outcomes: innermost.map((loop) => describeOutcome(outcomes.get(loop) ?? { kind: "gone" }).text),
    checks: diagnosis.checks.filter((check) => check.where === "innermost").map((check) => check.array),
  };
}

for (const [name, [types, ...expected]] of Object.entries(TABLE)) {
  test(`the shape of ${name}`, () => {
    const fn = KERNELS.get(name);
    assert.ok(fn !== undefined);
    const { outcomes, checks } = shapeOf(fn, types);
    assert.deepEqual(checks, [], "bounds checks in innermost loops");
    const begins = outcomes.map((text, i) => text.slice(0, expected[i]?.length ?? 1000));
    assert.deepEqual(begins, expected, outcomes.join("\n"));
  });
}

test("small arrays in a hot loop are no allocations", () => {
  const median = (x: Float64Array, y: Float64Array) => {
    for (let i = 1; i < x.length - 1; i++) {
      const t = new Float64Array(3);
      for (let k = 0; k < 3; k++) t[k] = x[i + k - 1];
      y[i] = Math.max(Math.min(t[0], t[1]), Math.min(Math.max(t[0], t[1]), t[2]));
    }
  };
  const text = textOf(median, "(float64[:], float64[:])");
  assert.doesNotMatch(text, /nb\.array\.new|nb\.arena\.release/);
  // Their elements end up in registers.
  assert.match(text, /alloca \[3 x double\]/);
  assert.doesNotMatch(optimisedIr(llvm, text, X86_64_V4), /\[3 x double\]/);
});

test("a sum of products in another order, with fastmath", () => {
  const { outcomes } = shapeOf(kernels.dot, "(float64[:], float64[:])", ["reassoc"]);
  assert.deepEqual(outcomes, ["vectorised: width 8 × interleave 4, 32 iterations at a time"]);
});

test("vectors aren't put side by side in long functions", () => {
  const types = "(int32, int32, float64[:], float64[:])";
  const one = (w: number, h: number, a: Float64Array, b: Float64Array) => {
    for (let i = 1; i < h; i++) {
      for (let k = 1; k < w; k++) {
        const p = i * w + k;
        b[p] = 4 * a[p] - (a[p - 1] + a[p - w]) * 0.5 + a[p] * a[p - 1] * a[p - w] + a[p - w - 1] * a[p - w - 1];
      }
    }
  };
  const many = (w: number, h: number, a: Float64Array, b: Float64Array) => {
    for (let i = 1; i < h; i++) {
      for (let k = 1; k < w; k++) {
        const p = i * w + k;
        b[p] = 4 * a[p] - (a[p - 1] + a[p - w]) * 0.5 + a[p] * a[p - 1] * a[p - w] + a[p - w - 1] * a[p - w - 1];
      }
    }
    for (let i = 1; i < h; i++) {
      for (let k = 1; k < w; k++) {
        const p = i * w + k;
        b[p] += 3 * a[p] - (a[p - 1] + a[p - w]) * 0.25 + a[p] * a[p - 1] * a[p - w] + a[p - w - 1] * a[p - w - 1];
      }
    }
    for (let i = 1; i < h; i++) {
      for (let k = 1; k < w; k++) {
        const p = i * w + k;
        b[p] -= 2 * a[p] - (a[p - 1] + a[p - w]) * 0.125 + a[p] * a[p - 1] * a[p - w] + a[p - w - 1] * a[p - w - 1];
      }
    }
  };
  const hints = (fn: (...args: never[]) => unknown): number =>
    textOf(fn, types).match(/"llvm\.loop\.interleave\.count", i32 1\b/g)?.length ?? 0;
  assert.deepEqual([hints(one), hints(many)], [0, 3]);
});
