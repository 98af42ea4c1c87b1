/** How loops get at the rare cases of the math functions, on a machine with AVX-512. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { compileKernel } from "../../src/compiler.ts";
import type { Callable } from "../../src/frontend/program.ts";
import { parseSignature } from "../../src/runtime/notation.ts";
import { createReader } from "../../src/runtime/reader.ts";
import type { Target } from "../../src/targets/target.ts";
import { assemble, optimisedIr } from "../../src/toolchain/compile.ts";
import { findLlvm } from "../../src/toolchain/llvm.ts";
import { X86_64_V4 } from "../support/targets.ts";

const llvm = findLlvm();

function textOf(fn: Callable, types: string, target: Target = X86_64_V4): string {
  const { args } = parseSignature(types);
  const options = { fastmath: [], boundscheck: true, parallel: false };
  return compileKernel({
    fn,
    args,
    options,
    reader: createReader(),
    target,
    disjoint: true,
    small: true,
    verify: true,
  }).llvm();
}

/** The kernel's calls of what looks after rare cases, as they are when loops have become vectors. */
function fixesIn(fn: Callable, types = "(float64[:], float64[:])"): string[] {
  const [, body = ""] =
    /^define [^\n]*@fn\.kernel\(([\s\S]*?)^}/m.exec(optimisedIr(llvm, textOf(fn, types), X86_64_V4)) ?? [];
  return [...new Set([...body.matchAll(/call [^@\n]*@nb\.([\w.]+)\(/g)].map(([, name = ""]) => name))]
    .filter((name) => name !== "fail.index")
    .sort();
}

test("a vector is looked after as a whole", () => {
  const plain = (x: Float64Array, y: Float64Array) => {
    for (let i = 0; i < x.length; i++) y[i] = Math.sin(x[i]);
  };
  assert.ok(fixesIn(plain).includes("sin.f64.huge.fix_n8"));
  const sums = (x: Float64Array) => {
    let sum = 0;
    for (let i = 0; i < x.length; i++) sum += Math.cos(x[i]) ** 2 + Math.sin(x[i]) ** 2;
    return sum;
  };
  const both = fixesIn(sums, "(float64[:])");
  assert.ok(both.includes("sin.f64.huge.fix_n8") && both.includes("cos.f64.huge.fix_n8"), both.join());
});

test("under a condition, with its mask", () => {
  const some = (x: Float64Array, y: Float64Array) => {
    for (let i = 0; i < x.length; i++) if (x[i] > 0.5) y[i] = Math.sin(x[i]);
  };
  const fixes = fixesIn(some);
  assert.ok(fixes.includes("sin.f64.huge.fix_m8"), fixes.join());
});

test("a counter has no rare cases", () => {
  const counted = (x: Float64Array) => {
    for (let i = 0; i < x.length; i++) x[i] = Math.sin(i) + Math.cos(-i) + Math.tan(i >>> 1);
  };
  assert.deepEqual(fixesIn(counted, "(float64[:])"), []);
});

test("rounds that wait for each other branch", () => {
  const chain = (x: Float64Array) => {
    let last = 0;
    for (let i = 0; i < x.length; i++) last = Math.sin(last) + x[i];
    return last;
  };
  assert.deepEqual(fixesIn(chain, "(float64[:])"), ["sin.f64.serial.huge"]);
});

test("what keeps registers for its caller does so", () => {
  const all = (x: Float64Array, y: Float64Array, z: Float32Array) => {
    for (let i = 0; i < x.length; i++) y[i] = Math.sin(x[i]) + Math.log(x[i]) + x[i] ** 3.5;
    for (let i = 0; i < z.length; i++) if (z[i] > 1) z[i] = Math.sin(z[i]);
  };
  const ir = textOf(all, "(float64[:], float64[:], float32[:])");
  const keeping = [...ir.matchAll(/^define [^\n]*@(\S+)\([^\n]*"no_caller_saved_registers"/gm)].map(([, name]) => name);
  const text = assemble(llvm, ir, X86_64_V4);
  assert.equal(keeping.length, 3 * 6 + 10);
  for (const name of keeping) {
    const start = text.indexOf(`\n${name}:`);
    const body = text.slice(start, text.indexOf(".Lfunc_end", start));
    assert.notEqual(start, -1, name);
    // LLVM would clear the upper halves of the registers before it returns less than they are.
    assert.doesNotMatch(body, /vzeroupper[^:]*\bret\b/, name);
    // A frame of eight bytes is pushed and popped as rax, which is then what has been put there.
    if (!/\b(sub|and)\s+rsp/.test(body)) assert.doesNotMatch(body, /\[rsp\b.*Spill/, name);
  }
});

test("on a Zen 4, functions with many constants do one vector at a time", () => {
  const counts = (fn: Callable, cpu: string): string[] =>
    [...textOf(fn, "(float64[:], float64[:])", { ...X86_64_V4, cpu }).matchAll(/interleave\.count", i32 (\d+)/g)].map(
      ([, count = ""]) => count,
    );
  const log = (x: Float64Array, y: Float64Array) => {
    for (let i = 0; i < y.length; i++) y[i] = Math.log(x[i]);
  };
  const exp = (x: Float64Array, y: Float64Array) => {
    for (let i = 0; i < y.length; i++) y[i] = Math.exp(x[i]);
  };
  assert.deepEqual([counts(log, "znver4"), counts(log, "znver5"), counts(exp, "znver4")], [["1"], ["2"], ["4"]]);
});
