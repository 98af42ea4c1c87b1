/** How parallel loops are cut: the interpreter tells which chunk touches an element. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { compileKernel } from "../../src/compiler.ts";
import type { Callable } from "../../src/frontend/program.ts";
import { prange } from "../../src/index.ts";
import { interpret, type JsValue } from "../../src/ir/interp.ts";
import { parseSignature } from "../../src/runtime/notation.ts";
import { createReader } from "../../src/runtime/reader.ts";
import { X86_64_V4 } from "../support/targets.ts";

/** The rounds of each chunk of a loop of which each round stores an element of `out`. */
function chunksOf(fn: Callable, types: string, out: Float64Array, args: readonly JsValue[]): readonly number[] {
  const compiled = compileKernel({
    fn,
    args: parseSignature(types).args,
    options: { fastmath: [], boundscheck: true, parallel: true, chunksize: undefined },
    reader: createReader(),
    target: X86_64_V4,
    disjoint: true,
    small: true,
    verify: true,
  });
  const rounds = new Map<number, Set<number>>();
  interpret(compiled.module(), [...args], {
    steps: 1e8,
    touched({ op }, { elements }, index, chunk) {
      if (op !== "store" || elements.buffer !== out.buffer || chunk === undefined) return;
      const of = rounds.get(chunk.number) ?? new Set<number>();
      rounds.set(chunk.number, of.add(index));
    },
  });
  return [...rounds.values()].map((of) => of.size);
}

const distances = (x: Float64Array, out: Float64Array): void => {
  for (const i of prange(out.length)) {
    let s = 0;
    for (let j = 0; j < x.length; j++) s += Math.sqrt(Math.abs(x[j] - x[i]));
    out[i] = s;
  }
};

const escapes = (out: Float64Array, limit: number): void => {
  for (const i of prange(out.length)) {
    let z = i / 100;
    let n = 0;
    while (n < limit && z < 4) {
      z = z * z + 0.3;
      n++;
    }
    out[i] = n;
  }
};

test("rounds that run side by side come in whole strips, if that leaves chunks to share", () => {
  const chunks = (n: number): readonly number[] => {
    const out = new Float64Array(n);
    return chunksOf(distances, "(float64[:], float64[:])", out, [new Float64Array(600), out]);
  };
  assert.deepEqual(chunks(512), Array(16).fill(32));
  const few = chunks(48);
  assert.ok(few.length > 2 && few.every((rounds) => rounds <= 20), `${few}`);
});

test("a loop whose work isn't known is cut into many chunks", () => {
  const out = new Float64Array(640);
  assert.equal(chunksOf(escapes, "(float64[:], int32)", out, [out, 5]).length, 64);
});
