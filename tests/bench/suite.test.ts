/**
 * The benchmark suite's kernels on small inputs: compiled, each leaves the bits that plain JS leaves, in its result and in
 * every array; and whatever computes it, the result passes a check that gets there another way.
 */
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { test } from "node:test";
import { differenceOf } from "../../bench/agreement.ts";
import { BENCHMARKS } from "../../bench/suite/all.ts";
import { njit } from "../../src/index.ts";

/**
 * Functions that ECMAScript leaves to the engine, compiled within an ulp of the truth but not with V8's bits. A benchmark
 * whose result depends on them agrees to this, relative to its greatest value.
 */
const INEXACT: Readonly<Record<string, number>> = {
  "arc-distance": 1e-13,
  softmax: 1e-7,
};

for (const benchmark of BENCHMARKS) {
  const { name, kernel } = benchmark;

  test(`${name}: plain JS passes its check`, () => {
    const args = benchmark.inputs("small");
    const result = kernel.jsFunction(...args);
    benchmark.check(args, result, benchmark.inputs("small"));
  });

  test(`${name}: compiled, the same bits`, () => {
    const plain = benchmark.inputs("small");
    const compiled = benchmark.inputs("small");
    const expected = kernel.jsFunction(...plain);
    const actual = njit(kernel.jsFunction)(...compiled);
    const differences = [differenceOf(expected, actual), ...plain.map((arg, k) => differenceOf(arg, compiled[k]))];
    const worst = Math.max(...differences);
    assert.ok(worst <= (INEXACT[name] ?? 0), `they differ by ${worst}`);
  });

  test(`${name}: as benchmarked, passes its check`, () => {
    const args = benchmark.inputs("small");
    const result = kernel(...args);
    benchmark.check(args, result, benchmark.inputs("small"));
  });
}

for (const benchmark of BENCHMARKS) {
  const { name, parallel } = benchmark;
  if (parallel === undefined) continue;
  test(`${name}: on all cores, passes its check`, () => {
    const args = benchmark.inputs("small");
    const result = parallel(...args);
    benchmark.check(args, result, benchmark.inputs("small"));
  });
}

test("every kernel of the folder is in the suite", () => {
  const apart = ["all", "benchmark", "image"];
  const files = readdirSync(new URL("../../bench/suite", import.meta.url)).map((file) => file.replace(/\.ts$/, ""));
  assert.deepEqual(
    BENCHMARKS.map((benchmark) => benchmark.name).sort(),
    files.filter((file) => !apart.includes(file)).sort(),
  );
});
