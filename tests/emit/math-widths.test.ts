/**
 * The math functions give the same bits at every vector width, with and without fused multiply-add in hardware, and one number
 * at a time: the same loops for several processors, run on this one.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { availableUses } from "../../scripts/accuracy/kernels.ts";
import type { MathUse } from "../../src/emit/llvm/math/index.ts";
import type { Target } from "../../src/targets/target.ts";
import { hostOf } from "../../src/toolchain/host.ts";
import { findLlvm } from "../../src/toolchain/llvm.ts";
import { MATH_FUNCTIONS } from "../../src/types/math-functions.ts";
import { NUMBER_EDGES, seededRandom } from "../support/edge-values.ts";
import { buildModule } from "./native-module.ts";

/** The processors of this machine's kind that its code runs on, oldest first. */
const TARGETS: readonly Pick<Target, "cpu" | "features" | "vectorWidth">[] = [
  { cpu: "x86-64", features: [], vectorWidth: 128 },
  { cpu: "x86-64-v3", features: [], vectorWidth: 256 },
  { cpu: "x86-64-v4", features: [], vectorWidth: 512 },
];

const host = hostOf(findLlvm()).target;
const targets = host.triple.startsWith("x86_64")
  ? TARGETS.filter(({ vectorWidth }) => vectorWidth <= host.vectorWidth)
  : [];

/** A loop for each function: its results one behind the other in `out`. */
function kernelText(uses: readonly MathUse[]): string {
  const loops = uses.map(({ fn, type, fast }, k) => {
    const op = MATH_FUNCTIONS[fn] === 1 ? `math %a${k}` : `math2 %a${k}, %b${k}`;
    const flags = `{fn: ${fn}, fast: [${fast ? "afn" : ""}]}`;
    const narrow = (name: string): string =>
      type === "f64"
        ? `    %${name}${k}: f64 = load %${name}s, %i${k} {bounds: proved, site: 0}`
        : `    %w${name}${k}: f64 = load %${name}s, %i${k} {bounds: proved, site: 0}
    %${name}${k}: f32 = fptrunc %w${name}${k}`;
    const result = type === "f64" ? "" : `    %d${k}: f64 = fpext %r${k}\n`;
    return `  for each${k} %i${k} = %zero to %n step 1 {
${narrow("a")}
${MATH_FUNCTIONS[fn] === 1 ? "" : narrow("b")}
    %r${k}: ${type} = ${op} ${flags}
${result}    store %o${k}, %i${k}, %${type === "f64" ? "r" : "d"}${k} {bounds: proved, site: 0}
  }`;
  });
  const outputs = uses.map((_, k) => `%o${k} o${k}: float64[]`);
  return `site 0 = index "as"
entry func loops(%as as: float64[], %bs bs: float64[], ${outputs.join(", ")}) disjoint {
  %zero: i32 = const 0
  %n: i32 = length %as
${loops.join("\n")}
}
`;
}

/** How many arguments, the last, are such that no function has a rare case in any lane. */
const ORDINARY = 1000;

/** The arguments at which the functions err most, edges, numbers of all sizes and ordinary ones. */
function argumentsOf(): Float64Array {
  const view = new DataView(new ArrayBuffer(8));
  const words =
    readFileSync(new URL("../kernels/math-accuracy.txt", import.meta.url), "utf8").match(/\b[0-9a-f]{16}\b/g) ?? [];
  const table = words
    .filter((_, i) => i % 4 === 0)
    .map((word) => {
      view.setBigUint64(0, BigInt(`0x${word}`));
      return view.getFloat64(0);
    });
  const random = seededRandom(5);
  const sizes = Array.from({ length: 1000 }, () => (random() - 0.5) * 2 ** (random() * 80 - 20));
  const ordinary = Array.from({ length: ORDINARY }, () => random() * 8 + 0.01);
  return Float64Array.from([...table, ...NUMBER_EDGES, ...sizes, ...ordinary]);
}

test("math functions give the same bits at all vector widths", { skip: targets.length < 2 }, () => {
  const uses = availableUses();
  const xs = argumentsOf();
  // Each argument meets several others, ordinary ones their like.
  const first = xs.length - ORDINARY;
  const other = (i: number): number => (i < first ? (i * 7919 + 13) % xs.length : first + ((i * 379 + 13) % ORDINARY));
  const ys = xs.map((_, i) => xs[other(i)] ?? 0);
  const text = kernelText(uses);
  const results = targets.map((target) => {
    const { native } = buildModule(text, { target });
    const run = (from: number, to: number): Float64Array[] => {
      const outputs = uses.map(() => new Float64Array(to - from));
      native([xs.slice(from, to), ys.slice(from, to), ...outputs]);
      return outputs;
    };
    return { target, vectors: run(0, xs.length), single: run };
  });
  const [oldest] = results;
  assert.ok(oldest !== undefined);
  const compare = (
    k: number,
    x: number,
    actual: number | undefined,
    expected: number | undefined,
    where: string,
  ): void => {
    const { fn, type, fast } = uses[k] ?? { fn: "?", type: "f64", fast: false };
    const name = `${fn} ${type}${fast ? " fast" : ""}`;
    assert.ok(
      Object.is(actual, expected),
      `${name} of ${xs[x]}, ${ys[x]} is ${actual} ${where}, ${expected} on ${oldest.target.cpu}`,
    );
  };
  for (const { target, vectors, single } of results) {
    for (const [k, out] of vectors.entries())
      for (const [i, value] of out.entries()) compare(k, i, value, oldest.vectors[k]?.[i], `on ${target.cpu}`);
    for (let i = 0; i < xs.length; i++)
      for (const [k, out] of single(i, i + 1).entries())
        compare(k, i, out[0], oldest.vectors[k]?.[i], `alone on ${target.cpu}`);
  }
});
