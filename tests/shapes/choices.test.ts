/** Choices between integers where each round waits for the one before: which are selects, and which the processor guesses. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { compileKernel } from "../../src/compiler.ts";
import type { Callable } from "../../src/frontend/program.ts";
import { parseSignature } from "../../src/runtime/notation.ts";
import { createReader } from "../../src/runtime/reader.ts";
import { assemble } from "../../src/toolchain/compile.ts";
import { findLlvm } from "../../src/toolchain/llvm.ts";
import { X86_64_V4 } from "../support/targets.ts";

const llvm = findLlvm();

/** Selects of integers in the kernel's machine code. */
function selectsIn(fn: Callable, types: string): number {
  const { args } = parseSignature(types);
  const options = { fastmath: [], boundscheck: false, parallel: false };
  const request = { fn, args, options, reader: createReader(), target: X86_64_V4, disjoint: true, small: true };
  const text = assemble(llvm, compileKernel(request).llvm(), X86_64_V4);
  const [, body = assert.fail(text)] = /^fn\.kernel:([\s\S]*?)^\.Lfunc_end/m.exec(text) ?? [];
  return body.match(/\tcmov/g)?.length ?? 0;
}

test("what nothing foretells is a select", () => {
  const edits = (a: Uint8Array, b: Uint8Array, row: Int32Array, m: number) => {
    for (let i = 0; i < a.length; i++) {
      let [diagonal, left] = [i, i + 1];
      for (let j = 0; j < m; j++) {
        const up = row[j];
        left = Math.min(diagonal + (a[i] === b[j] ? 0 : 1), up + 1, left + 1);
        row[j] = left;
        diagonal = up;
      }
    }
  };
  const search = (a: Int32Array, x: number) => {
    let [low, high] = [0, a.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (a[middle] < x) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  assert.ok(selectsIn(edits, "(uint8[:], uint8[:], int32[:], int32)") >= 2);
  assert.ok(selectsIn(search, "float64(int32[:], int32)") >= 2);
});

test("bounds that are seldom reached are guessed", () => {
  const saturated = (a: Int32Array, out: Int32Array) => {
    let sum = 0;
    for (let i = 0; i < a.length; i++) {
      sum = Math.max(Math.min(sum + a[i], 1000000), -1000000);
      out[i] = sum;
    }
  };
  assert.equal(selectsIn(saturated, "(int32[:], int32[:])"), 0);
});
