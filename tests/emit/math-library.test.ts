/** The math library as LLVM sees it: what is emitted, and that a loop over each function becomes vector code. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { availableUses, loopsText } from "../../scripts/accuracy/kernels.ts";
import { type MathUse, mathLibrary } from "../../src/emit/llvm/math/index.ts";
import type { Target } from "../../src/targets/target.ts";
import { assemble, remarksOf } from "../../src/toolchain/compile.ts";
import { findLlvm } from "../../src/toolchain/llvm.ts";

const target = { triple: "x86_64-linux", features: [], vectorWidth: 512, attributes: "#0" } as const;
const f64 = (fn: MathUse["fn"]): MathUse => ({ fn, type: "f64", fast: false });

function defined(uses: readonly MathUse[]): string[] {
  const { text } = mathLibrary(uses, target);
  return [...text.matchAll(/^define .*?@([\w.-]+)\(/gm)].map((match) => match[1] ?? "");
}

test("only what is used is emitted, once", () => {
  assert.deepEqual(defined([]), []);
  assert.deepEqual(defined([f64("exp"), f64("cbrt"), f64("exp")]), ["nb.cbrt.f64", "nb.exp.f64"]);
  assert.deepEqual(defined([f64("sin")]), [
    "nb.sin.f64",
    "nb.sin.f64.huge",
    "nb.sin.f64.huge.fix",
    ...["n4", "m4", "w4"].map((end) => `nb.sin.f64.huge.fix_${end}`),
    "nb.sin.f64.huge_s4",
    ...["n8", "m8", "w8"].map((end) => `nb.sin.f64.huge.fix_${end}`),
    "nb.sin.f64.huge_s8",
  ]);
  assert.deepEqual(defined([{ ...f64("sin"), serial: true }]), ["nb.sin.f64.serial", "nb.sin.f64.serial.huge"]);
  assert.deepEqual(defined([f64("pow")]), [
    "nb.pow.f64",
    "nb.pow.f64.called",
    "nb.pow.f64.called_m8",
    "nb.pow.f64.any",
    "nb.pow.f64.any_s8",
  ]);
});

test("the text depends on the set of functions alone", () => {
  const uses = [f64("sin"), f64("pow"), { ...f64("pow"), exponent: 1.5 }, f64("cos")];
  assert.deepEqual(mathLibrary(uses, target), mathLibrary([...uses, ...uses].reverse(), target));
});

const TARGETS: readonly Target[] = [
  { triple: "x86_64-unknown-linux-gnu", cpu: "x86-64-v4", features: [], vectorWidth: 512 },
  { triple: "x86_64-unknown-linux-gnu", cpu: "x86-64-v3", features: [], vectorWidth: 256 },
  { triple: "arm64-apple-macosx11.0.0", cpu: "apple-m1", features: [], vectorWidth: 128 },
];

test("with AVX-512 pow looks its tables up in registers, and has no use for the stack", () => {
  const [machine = assert.fail()] = TARGETS;
  const text = assemble(findLlvm(), loopsText([f64("pow")], machine), machine);
  const [, body = ""] = /^nb\.pow\.f64\.called_m8:([\s\S]*?)^\.Lfunc_end/m.exec(text) ?? [];
  assert.equal(body.match(/vperm[it]2(q|pd)/g)?.length, 4);
  assert.doesNotMatch(body, /rsp/);
});

for (const machine of TARGETS)
  test(`every function vectorises on ${machine.cpu}`, () => {
    const uses = availableUses();
    const vectorised = remarksOf(findLlvm(), loopsText(uses, machine), machine, "loop-vectorize").filter(
      ({ kind }) => kind === "passed",
    );
    assert.equal(vectorised.length, uses.length);
    const widths = vectorised.map(({ message }) => Number(/width: (\d+)/.exec(message)?.[1]));
    assert.ok(
      widths.every((width) => width >= machine.vectorWidth / 64),
      `vectorised at ${widths}`,
    );
  });

test("with AVX-512 the rare cases cost a vector two instructions, and its caller no register", () => {
  const [machine = assert.fail()] = TARGETS;
  const text = assemble(findLlvm(), loopsText(availableUses(), machine), machine);
  const variants = [...text.matchAll(/^(nb\.\S+\.fix(?:_[nm](?:8|16))?):([\s\S]*?)^\.Lfunc_end/gm)];
  // Of doubles sin, cos, both with fastmath, tan and log; of float32 sin, cos and tan, and the first two with fastmath.
  assert.equal(variants.length, 6 * 3 + 5 * 5);
  for (const [, name = "", body = ""] of variants) {
    const lines = body.split("\n").map((line) => line.replace(/#.*/, "").trim());
    const code = lines.filter((line) => line !== "" && !line.endsWith(":") && !line.startsWith("."));
    const test = name.endsWith(".fix") ? "test" : name.endsWith("16") ? "kortestw" : "kortestb";
    assert.deepEqual(
      code.slice(0, 3).map((line) => line.split(/\s/)[0]),
      [test, "jne", "ret"],
      name,
    );
  }
});
