/**
 * What `diagnostics()` says of the kernels in kernels.ts, whole, for a fixed target: report.txt. UPDATE_GOLDEN=1 writes it
 * anew. And: the compile that is asked for remarks is the compile that runs.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { type Compiled, compileKernel } from "../../src/compiler.ts";
import type { Callable } from "../../src/frontend/program.ts";
import type { FastFlag } from "../../src/ir/ops.ts";
import { REMARK_PASSES, renderDiagnosticsReport } from "../../src/runtime/diagnostics-report.ts";
import { parseSignature } from "../../src/runtime/notation.ts";
import { createReader } from "../../src/runtime/reader.ts";
import { assemble, remarksOf } from "../../src/toolchain/compile.ts";
import { findLlvm } from "../../src/toolchain/llvm.ts";
import { fromFirstLine } from "../support/from-first-line.ts";
import { assertGolden } from "../support/golden.ts";
import { X86_64_V4 } from "../support/targets.ts";
import * as kernels from "./kernels.ts";

interface Case {
  readonly fn: Callable;
  readonly types: string;
  readonly fastmath?: readonly FastFlag[];
  readonly boundscheck?: false;
  readonly parallel?: true;
  /** Arguments may share memory. */
  readonly overlapping?: true;
}

const CASES: Readonly<Record<string, Case>> = {
  saxpy: { fn: kernels.saxpy, types: "(float64, float64[:], float64[:])" },
  "saxpy, overlapping": { fn: kernels.saxpy, types: "(float64, float64[:], float64[:])", overlapping: true },
  orderedSum: { fn: kernels.orderedSum, types: "(float64[:])" },
  "orderedSum, reassoc": { fn: kernels.orderedSum, types: "(float64[:])", fastmath: ["reassoc"] },
  clear: { fn: kernels.clear, types: "(float64[:])" },
  four: { fn: kernels.four, types: "(float64[:])" },
  prefixSum: { fn: kernels.prefixSum, types: "(float64[:], float64[:])" },
  histogram: { fn: kernels.histogram, types: "(uint8[:], uint32[:])" },
  filter: { fn: kernels.filter, types: "(float64[:], float64[:], float64)" },
  halvings: { fn: kernels.halvings, types: "(float64)" },
  gather: { fn: kernels.gather, types: "(float64[:], int32[:])" },
  "gather, boundscheck: false": { fn: kernels.gather, types: "(float64[:], int32[:])", boundscheck: false },
  find: { fn: kernels.find, types: "(float64[:], float64)" },
  logged: { fn: kernels.logged, types: "(int32[:])" },
  refuses: { fn: kernels.refuses, types: "(float64[:], float64[:])" },
  walk: { fn: kernels.walk, types: "(float64[:], float64[:])" },
  carries: { fn: kernels.carries, types: "(float64[:], int32)" },
  compact: { fn: kernels.compact, types: "(float64[:], float64[:])" },
  scatter: { fn: kernels.scatter, types: "(float64[:], float64[:], float64)" },
  blur: { fn: kernels.blur, types: "(float64[:], float64[:], int32, int32)" },
  fibonaccis: { fn: kernels.fibonaccis, types: "(float64[:])" },
  last: { fn: kernels.last, types: "(float64[:])" },
  downColumns: { fn: kernels.downColumns, types: "(float64[:], float64[:], int32, int32)" },
  spread: { fn: kernels.spread, types: "(float64[:], float64[:])", parallel: true },
};

const llvm = findLlvm();

function compile({ fn, types, ...given }: Case): Compiled {
  return compileKernel({
    fn,
    args: parseSignature(types).args,
    options: {
      fastmath: given.fastmath ?? [],
      boundscheck: given.boundscheck ?? true,
      parallel: given.parallel ?? false,
    },
    reader: fromFirstLine(createReader(), "kernels.ts"),
    target: X86_64_V4,
    disjoint: given.overlapping === undefined,
    small: true,
    verify: true,
  });
}

test("the report of each kernel", () => {
  const reports = Object.entries(CASES).map(([name, one]) => {
    const report = renderDiagnosticsReport(compile(one), (text) => remarksOf(llvm, text, X86_64_V4, REMARK_PASSES), {
      name: one.fn.name,
      boundscheck: one.boundscheck ?? true,
    });
    return `### ${name}\n\n${report}`;
  });
  assertGolden(fileURLToPath(new URL("report.txt", import.meta.url)), reports.join("\n"));
});

for (const name of ["saxpy", "orderedSum", "four", "gather", "walk", "blur", "fibonaccis", "spread"]) {
  test(`debug locations leave the code of ${name} as it is`, () => {
    const one = CASES[name];
    assert.ok(one !== undefined);
    const compiled = compile(one);
    assert.equal(assemble(llvm, compiled.diagnose().llvm, X86_64_V4), assemble(llvm, compiled.llvm(), X86_64_V4));
  });
}
