/**
 * What each stage makes of the kernels in kernels.ts, one folder of golden files per kernel:
 *
 *   types.txt        the source with every variable's type and range
 *   lower.ir         the IR as it comes from the AST
 *   <pass>.ir        the IR after each pass that changes it
 *   kernel.ll        LLVM IR without the entry point, for some
 *
 * Everything is for one fixed target and stays the same when kernels move within their file: lines count from the first
 * one of each function. UPDATE_GOLDEN=1 writes the files anew and removes those that no kernel needs.
 */
import assert from "node:assert/strict";
import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { type CompileRequest, compileKernel } from "../../src/compiler.ts";
import { DiagnosticSink } from "../../src/diagnostics/sink.ts";
import { emitKernel } from "../../src/emit/llvm/module.ts";
import type { Callable } from "../../src/frontend/program.ts";
import type { Module } from "../../src/ir/func.ts";
import { printModule } from "../../src/ir/print.ts";
import { lower } from "../../src/lower/module.ts";
import { completeFallbacks, isKept, runWithoutFallbacks } from "../../src/passes/complete-fallbacks.ts";
import { outlineTests } from "../../src/passes/outline-tests.ts";
import { runPipeline } from "../../src/passes/pipeline.ts";
import { privateCounts } from "../../src/passes/private-counts.ts";
import { reorderLoops } from "../../src/passes/reorder-loops.ts";
import { stripColumns } from "../../src/passes/strip-columns.ts";
import { parseSignature } from "../../src/runtime/notation.ts";
import { createReader } from "../../src/runtime/reader.ts";
import type { Target } from "../../src/targets/target.ts";
import { argumentValues } from "../../src/types/arguments.ts";
import { Environment } from "../../src/types/capture.ts";
import { infer } from "../../src/types/infer.ts";
import { listTypes } from "../../src/types/listing.ts";
import { fromFirstLine } from "../support/from-first-line.ts";
import { assertGolden, UPDATE_GOLDEN } from "../support/golden.ts";
import * as kernels from "./kernels.ts";

const FOLDER = dirname(fileURLToPath(import.meta.url));

interface Golden {
  readonly fn: Callable;
  /** The argument types it is compiled for. */
  readonly types: string;
  /** Keep its LLVM IR: for less than ten kernels, and none that is long. */
  readonly llvm?: true;
}

const GOLDENS: Readonly<Record<string, Golden>> = {
  sum: { fn: kernels.sum, types: "(float64[:])", llvm: true },
  stencil: { fn: kernels.stencil, types: "(float32[:], float32[:])", llvm: true },
  histogram: { fn: kernels.histogram, types: "(uint8[:], uint32[:])", llvm: true },
  "prefix-sum": { fn: kernels.prefixSum, types: "(int32[:], int32[:])" },
  matmul: { fn: kernels.matmul, types: "(float64[:], float64[:], float64[:], int32)" },
  minutes: { fn: kernels.minutes, types: "(int32)", llvm: true },
  fibonacci: { fn: kernels.fibonacci, types: "(int32)", llvm: true },
  fnv1a: { fn: kernels.fnv1a, types: "(uint8[:])", llvm: true },
  "clear-from": { fn: kernels.clearFrom, types: "(int16[:], int32)" },
  expose: { fn: kernels.expose, types: "(uint8c[:])", llvm: true },
};

const TARGET: Target = {
  triple: "x86_64-unknown-linux-gnu",
  cpu: "x86-64-v3",
  features: ["+avx2", "+fma"],
  vectorWidth: 256,
};

/** The texts of all stages, by file name. */
function stagesOf({ fn, types, llvm }: Golden): ReadonlyMap<string, string> {
  const { args } = parseSignature(types);
  const options = { fastmath: [], boundscheck: true, parallel: false };
  const request: CompileRequest = {
    fn,
    args,
    options,
    reader: fromFirstLine(createReader(), "kernels.ts"),
    target: TARGET,
    disjoint: true,
    verify: true,
  };

  const sink = new DiagnosticSink();
  const environment = new Environment(request.reader, sink);
  const values = argumentValues(args, environment);
  const inferred = infer(environment.closureOf(fn), values, environment, sink, { fastmath: false, boundscheck: true });
  const { module } = lower(inferred, args, values, { ...options, disjoint: true }, sink);
  const optimised = runPipeline(module, { verify: true });

  const files = new Map<string, string>([["types.txt", `${listTypes(inferred)}\n`]]);
  let last = printModule(module);
  files.set("lower.ir", last);
  for (const { pass, module: after } of optimised.snapshots) {
    const text = printModule(after);
    if (text !== last) files.set(`${pass}.ir`, text);
    last = text;
  }
  assert.equal(
    printModule(compileKernel(request).module()),
    printModule(asEmitted(module)),
    "the compiler runs the same stages",
  );
  if (llvm) files.set("kernel.ll", emitKernel(optimised.module, TARGET));
  return files;
}

/** The fallbacks come last. */
function asEmitted(module: Module): Module {
  const { optimised } = runWithoutFallbacks(module, { verify: true });
  const reordered = reorderLoops(outlineTests(optimised, { which: isKept }));
  return privateCounts(completeFallbacks(stripColumns(reordered), { verify: true }));
}

for (const [name, golden] of Object.entries(GOLDENS)) {
  test(`golden ${name}`, () => {
    const folder = join(FOLDER, name);
    const files = stagesOf(golden);
    if (UPDATE_GOLDEN) mkdirSync(folder, { recursive: true });
    for (const [file, text] of files) assertGolden(join(folder, file), text);
    const unused = readdirSync(folder).filter((file) => !files.has(file));
    if (UPDATE_GOLDEN) for (const file of unused) rmSync(join(folder, file));
    else assert.deepEqual(unused, [], `${name} doesn't make these files; UPDATE_GOLDEN=1 removes them`);
  });
}

test("every folder of golden files has its kernel", () => {
  const folders = readdirSync(FOLDER, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const unused = folders.map((entry) => entry.name).filter((name) => !Object.hasOwn(GOLDENS, name));
  if (UPDATE_GOLDEN) for (const name of unused) rmSync(join(FOLDER, name), { recursive: true });
  else assert.deepEqual(unused, [], "UPDATE_GOLDEN=1 removes them");
});
