/**
 * What `parallelDiagnostics()` says of the kernels in parallel-kernels.ts, whole, at every level: parallel-report.txt.
 * UPDATE_GOLDEN=1 writes it anew. And: every store that isn't known to keep to its iteration is listed or refused.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { type Compiled, compileKernel } from "../../src/compiler.ts";
import { CompileError } from "../../src/diagnostics/errors.ts";
import type { Callable } from "../../src/frontend/program.ts";
import { parseSignature } from "../../src/runtime/notation.ts";
import { type ReportLevel, renderParallelReport } from "../../src/runtime/parallel-report.ts";
import { createReader } from "../../src/runtime/reader.ts";
import { fromFirstLine } from "../support/from-first-line.ts";
import { assertGolden } from "../support/golden.ts";
import { X86_64_V4 } from "../support/targets.ts";
import * as kernels from "./parallel-kernels.ts";

interface Case {
  readonly fn: Callable;
  readonly types: string;
  readonly parallel?: false;
  /** Arguments may share memory. */
  readonly overlapping?: true;
  readonly chunksize?: number;
}

const image = { fn: kernels.image, types: "(float64[:], uint32[:], float64[:], int32, int32)" };

const CASES: Readonly<Record<string, Case>> = {
  image,
  "image, parallel: false": { ...image, parallel: false },
  "image, overlapping": { ...image, overlapping: true },
  "image, chunksize: 16": { ...image, chunksize: 16 },
  nested: { fn: kernels.nested, types: "(float64[:], int32, float64)" },
  triangle: { fn: kernels.triangle, types: "(float64[:], int32)" },
  rowsOfSparse: { fn: kernels.rowsOfSparse, types: "(int32[:], float64[:], float64[:])" },
  escapes: { fn: kernels.escapes, types: "(uint16[:], int32)" },
  allAbove: { fn: kernels.allAbove, types: "(float64[:], int32[:])" },
  firstPlace: { fn: kernels.firstPlace, types: "(float64[:], int32[:], int32[:])" },
  nothing: { fn: kernels.nothing, types: "(float64[:])" },
};

/** How many stores are listed. */
const UNDECIDED: Readonly<Record<string, Case & { readonly stores: number }>> = {
  columns: {
    fn: kernels.columns,
    types: "(float64[:], float64[:], float64[:], int32, int32, int32)",
    stores: 0,
  },
  mirror: { fn: kernels.mirror, types: "(float64[:])", stores: 0 },
  mirrorRows: { fn: kernels.mirrorRows, types: "(float64[:], int32, int32)", stores: 0 },
  steps: { fn: kernels.steps, types: "(float64[:], uint8[:])", stores: 0 },
  tiles: { fn: kernels.tiles, types: "(float64[:], int32)", stores: 0 },
  pixelByPixel: { fn: kernels.pixelByPixel, types: "(uint8[:], int32, int32)", stores: 0 },
  eliminate: { fn: kernels.eliminate, types: "(float64[:], int32)", stores: 0 },
  changingPlaces: { fn: kernels.changingPlaces, types: "(float64[:], float64[:], int32)", stores: 0 },
  onceEach: { fn: kernels.onceEach, types: "(float64[:], float64[:], int32)", stores: 0 },
  countsByFunctions: {
    fn: kernels.countsByFunctions,
    types: "(int32[:], uint32[:], uint8[:], float64[:])",
    stores: 0,
  },
  bestOfEach: { fn: kernels.bestOfEach, types: "(float64[:], int32[:], uint8[:], uint8[:], uint8[:])", stores: 0 },
  zBuffer: { fn: kernels.zBuffer, types: "(float64[:], int32[:], int32[:], float64[:])", stores: 2 },
  stencilInPlace: { fn: kernels.stencilInPlace, types: "(float64[:])", stores: 1 },
  sharedScratch: { fn: kernels.sharedScratch, types: "(float64[:], float64[:], float64[:], int32)", stores: 1 },
  firstOfRows: { fn: kernels.firstOfRows, types: "(float64[:], int32, int32)", stores: 2 },
  scatter: { fn: kernels.scatter, types: "(float64[:], int32[:], float64[:])", stores: 1 },
  halves: { fn: kernels.halves, types: "(float64[:], float64[:])", stores: 1 },
  countsByBytes: { fn: kernels.countsByBytes, types: "(uint8[:], uint8[:])", stores: 0 },
  countsByTwo: { fn: kernels.countsByTwo, types: "(uint8[:], uint8[:])", stores: 1 },
  symmetric: { fn: kernels.symmetric, types: "(float64[:], float64[:], int32)", stores: 2 },
  views: { fn: kernels.views, types: "(float64[:], int32)", stores: 2 },
  oneOfTwo: { fn: kernels.oneOfTwo, types: "(float64[:], bool)", stores: 1 },
  somePixels: { fn: kernels.somePixels, types: "(uint8[:], uint8[:], int32, int32)", stores: 1 },
  sometimesTheSame: { fn: kernels.sometimesTheSame, types: "(float64[:], float64[:], int32)", stores: 1 },
  soonTheSame: { fn: kernels.soonTheSame, types: "(float64[:], float64[:], int32)", stores: 1 },
  inARecursiveFunction: { fn: kernels.inARecursiveFunction, types: "(float64[:], int32)", stores: 1 },
  ownArrayInARecursiveFunction: { fn: kernels.ownArrayInARecursiveFunction, types: "(float64[:])", stores: 0 },
};

function compile({ fn, types, ...given }: Case): Compiled {
  return compileKernel({
    fn,
    args: parseSignature(types).args,
    options: { fastmath: [], boundscheck: true, parallel: given.parallel ?? true, chunksize: given.chunksize },
    reader: fromFirstLine(createReader(), "kernels.ts"),
    target: X86_64_V4,
    disjoint: given.overlapping === undefined,
    small: true,
    verify: true,
  });
}

const report = (one: Case, level: ReportLevel): string => renderParallelReport(one.fn.name, compile(one), level);

test("the report of each kernel", () => {
  const levels = ([1, 2, 3] as const).map((level) => `### image, level ${level}\n\n${report(image, level)}`);
  const whole = Object.entries({ ...CASES, ...UNDECIDED }).map(([name, one]) => `### ${name}\n\n${report(one, 4)}`);
  assertGolden(fileURLToPath(new URL("parallel-report.txt", import.meta.url)), [...levels, ...whole].join("\n"));
});

for (const [name, { stores, ...one }] of Object.entries(UNDECIDED)) {
  test(`stores of ${name} that may meet`, () => {
    const found = new Set(compile(one).loopFacts.flatMap((f) => f.undecided.map(({ loc }) => loc.start)));
    assert.equal(found.size, stores);
  });
}

for (const fn of [kernels.oneElement, kernels.carriedByAnArray]) {
  test(`${fn.name} is refused`, () => {
    assert.throws(
      () => compile({ fn, types: "(float64[:])" }),
      (error) => error instanceof CompileError && /error\[parallel-(same-element|dependence)\]/.test(error.message),
    );
  });
}
