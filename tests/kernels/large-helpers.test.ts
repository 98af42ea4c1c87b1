/** Helpers that are too large to be inlined at every call: they are compiled once, and nothing but the time shows it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { njit, prange } from "../../src/index.ts";
import { defineKernels } from "../support/differential.ts";
import { randomFloats } from "../support/edge-values.ts";

/** The same statement so many times over, with another number in each. */
const repeated = (count: number, statement: (k: number) => string): string =>
  Array.from({ length: count }, (_, k) => statement(k)).join("\n");

type Mixing = (out: Float64Array, a: Float64Array, b: Float64Array) => number;
const mixing = new Function(
  ...["out", "a", "b"],
  `let s = 0;
  ${repeated(60, (k) => `const t${k} = a[${k % 8}] * b[${(k * 5) % 8}] + s; s = t${k} - ${k} * a[${(k * 3) % 8}];`)}
  for (let i = 0; i < 8; i++) out[i] = s + a[i] - b[7 - i];
  return s;`,
) as Mixing;

/** Wraps on the way, which only code that is inlined can. */
const scrambled = new Function(
  "x",
  `let y = x;
  ${repeated(200, (k) => `y = BigInt.asUintN(64, y * ${2 * k + 3}n) ^ (y >> ${(k % 13) + 1}n);`)}
  return y * 3n + x;`,
) as (x: bigint) => bigint;

/** Which of the two it is must be known when compiling. */
const chosen = new Function(
  ...["a", "k"],
  `const both = [a, new Int32Array(4)];
  let s = 0;
  ${repeated(160, (k) => `s = s * 0.5 + ${k} - s / ${k + 3};`)}
  return s + both[k][1];`,
) as (a: Float64Array, k: number) => number;

const ranging = (a: Float64Array, from: number): void => {
  for (const i of prange(from, a.length)) {
    let s = a[i]!;
    s = s * 0.5 + 1 / (1 + s * s) + Math.sqrt(s * s + 1) * 0.25 + (s > 3 ? s - 3 : 3 - s) * 0.125;
    s = s * 0.5 + 1 / (1 + s * s) + Math.sqrt(s * s + 1) * 0.25 + (s > 3 ? s - 3 : 3 - s) * 0.125;
    s = s * 0.5 + 1 / (1 + s * s) + Math.sqrt(s * s + 1) * 0.25 + (s > 3 ? s - 3 : 3 - s) * 0.125;
    s = s * 0.5 + 1 / (1 + s * s) + Math.sqrt(s * s + 1) * 0.25 + (s > 3 ? s - 3 : 3 - s) * 0.125;
    s = s * 0.5 + 1 / (1 + s * s) + Math.sqrt(s * s + 1) * 0.25 + (s > 3 ? s - 3 : 3 - s) * 0.125;
    s = s * 0.5 + 1 / (1 + s * s) + Math.sqrt(s * s + 1) * 0.25 + (s > 3 ? s - 3 : 3 - s) * 0.125;
    s = s * 0.5 + 1 / (1 + s * s) + Math.sqrt(s * s + 1) * 0.25 + (s > 3 ? s - 3 : 3 - s) * 0.125;
    s = s * 0.5 + 1 / (1 + s * s) + Math.sqrt(s * s + 1) * 0.25 + (s > 3 ? s - 3 : 3 - s) * 0.125;
    s = s * 0.5 + 1 / (1 + s * s) + Math.sqrt(s * s + 1) * 0.25 + (s > 3 ? s - 3 : 3 - s) * 0.125;
    s = s * 0.5 + 1 / (1 + s * s) + Math.sqrt(s * s + 1) * 0.25 + (s > 3 ? s - 3 : 3 - s) * 0.125;
    s = s * 0.5 + 1 / (1 + s * s) + Math.sqrt(s * s + 1) * 0.25 + (s > 3 ? s - 3 : 3 - s) * 0.125;
    s = s * 0.5 + 1 / (1 + s * s) + Math.sqrt(s * s + 1) * 0.25 + (s > 3 ? s - 3 : 3 - s) * 0.125;
    a[i] = s;
  }
};

const calls = (a: Float64Array, b: Float64Array): number => {
  const t = new Float64Array(8);
  let s = mixing(t, a, b);
  s += mixing(t, t, b) + mixing(a, a, a) + mixing(b, t, a);
  s += mixing(t, a, b) + mixing(t, t, t) + mixing(t, b, a) + mixing(a, t, b);
  for (let k = 0; k < 3; k++) {
    const u = new Float64Array(8);
    s += mixing(u, a, t) + mixing(t, u, b) + mixing(u, u, u) + mixing(b, a, u);
  }
  return s + mixing(t, t, b) + mixing(t, a, b) + mixing(a, b, t) + mixing(b, b, b);
};

const twelve = (a: Float64Array, b: Float64Array): void => {
  ranging(a, 0);
  ranging(b, 0);
  ranging(a, 1);
  ranging(b, 1);
  ranging(a, 0);
  ranging(b, 3);
  ranging(a, 2);
  ranging(b, 1);
  ranging(a, 5);
  ranging(b, 4);
  ranging(a, 3);
  ranging(b, 2);
};

const ranges = (a: Float64Array, b: Float64Array): void => {
  twelve(a, b);
  twelve(b, a);
  twelve(a, b);
  twelve(b, a);
};

defineKernels("large helpers", {
  "called at many places": {
    kernel: calls,
    cases: () => [
      ...[1, 2].map((seed) => [randomFloats(8, seed), randomFloats(8, seed + 5)]),
      [new Float64Array(8).fill(-0), new Float64Array(8).fill(NaN)],
      [new Float64Array(9).fill(1e300), new Float64Array(20).fill(3)],
    ],
  },
  "the same array as several arguments": {
    kernel: calls,
    cases: () => {
      const a = randomFloats(8, 3);
      return [[a, a]];
    },
  },
  "an array that is too short": {
    kernel: calls,
    mayLeaveBounds: true,
    cases: () => [
      [randomFloats(7, 1), randomFloats(8, 2)],
      [randomFloats(8, 1), randomFloats(3, 2)],
    ],
  },
  "of BigInts that wrap": {
    kernel: (x: bigint) => {
      const y = BigInt.asUintN(64, scrambled(x) + scrambled(x ^ 5n) + scrambled(x ^ 1n) + scrambled(x ^ 7n));
      const z = BigInt.asUintN(64, scrambled(y) + scrambled(y ^ 5n) + scrambled(y ^ 1n) + scrambled(y ^ 7n));
      return BigInt.asUintN(64, scrambled(z) + scrambled(z ^ y) + scrambled(x ^ z) + scrambled(x ^ y));
    },
    cases: () => [0n, 1n, 2n ** 40n + 7n].map((x) => [x]),
  },
  "whose arguments must be known when compiling": {
    kernel: (a: Float64Array) => {
      let s = chosen(a, 0) + chosen(a, 1) + chosen(a, 0) + chosen(a, 1) + chosen(a, 0) + chosen(a, 1);
      s += chosen(a, 0) + chosen(a, 1) + chosen(a, 0) + chosen(a, 1) + chosen(a, 0) + chosen(a, 1);
      s += chosen(a, 0) + chosen(a, 1) + chosen(a, 0) + chosen(a, 1) + chosen(a, 0) + chosen(a, 1);
      return s + chosen(a, 1);
    },
    cases: () => [[randomFloats(4, 1)]],
  },
  "with parallel loops": {
    kernel: ranges,
    cases: () => [[randomFloats(100, 1), randomFloats(50, 2)]],
    options: { parallel: true, chunksize: 16 },
  },
});

test("loops over prange stay in the kernel, where they are parallel", () => {
  const kernel = njit(ranges, { parallel: true, signatures: ["(float64[:], float64[:])"] });
  assert.doesNotMatch(kernel.parallelDiagnostics(1), /serial/);
  assert.match(kernel.parallelDiagnostics(1), /parallel/);
});

test("what is called at many places is a function of its own, its arrays in their makers' frames", () => {
  const kernel = njit(calls, { signatures: ["float64(float64[:], float64[:])"] });
  const llvm = kernel.inspectLLVM();
  const bodies = llvm.match(/^define .*@[^(]*/gm) ?? [];
  assert.equal(
    bodies.filter((line) => line.includes("mixing") || line.includes("anonymous")).length,
    1,
    bodies.join("\n"),
  );
  // As many multiplications as the helper has, and not sixteen times as many.
  const products = llvm.match(/fmul double/g) ?? [];
  assert.ok(products.length >= 60 && products.length < 2 * 120, `${products.length} products`);
  assert.doesNotMatch(llvm, /@malloc/);
});
