/** What lowering makes of parallel loops is well formed, and means the same to the interpreter as to the machine, to the bit. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { compileKernel } from "../../src/compiler.ts";
import { njit, prange, random, setNumThreads } from "../../src/index.ts";
import { interpret, type JsValue } from "../../src/ir/interp.ts";
import { printModule } from "../../src/ir/print.ts";
import { nativeLoader } from "../../src/runtime/loader.ts";
import { createReader } from "../../src/runtime/reader.ts";
import type { ArgType } from "../../src/types/signature.ts";

const KERNELS = {
  reductions: (a: Float64Array, k: Int32Array, out: Float64Array) => {
    let s = 0.1;
    let p = 1;
    let best = 0;
    let at = -1;
    let found = false;
    for (const i of prange(a.length)) {
      s += a[i]!;
      p *= 1 + a[i]! * 1e-3;
      if (a[i]! >= best) {
        best = a[i]!;
        at = i;
      }
      if (k[i]! > 90) found = true;
      out[i] = s0(a[i]!);
    }
    return [s, p, best, at, found];
  },
  "accumulated arrays": (a: Float64Array, k: Int32Array, out: Float64Array) => {
    const bins = new Float32Array(16);
    let n = 0;
    for (const i of prange(a.length)) {
      bins[k[i]! & 15]! += a[i]!;
      out[k[i]! & 7]! -= a[i]!;
      n += k[i]!;
    }
    let s = 0;
    for (const x of bins) s = s * 1.5 + x;
    return [s, n];
  },
  "nested, downwards, in an outer loop": (a: Float64Array, k: Int32Array, out: Float64Array) => {
    let total = 0;
    for (let r = 0; r < 3; r++) {
      for (const i of prange(a.length - 1, r - 1, -2)) {
        let s = 0;
        for (const j of prange(k[i]! & 7)) s += a[j]! * r;
        out[i] = s;
        total += s;
      }
    }
    return total;
  },
  "random numbers": (a: Float64Array, k: Int32Array, out: Float64Array) => {
    random.seed(9);
    let n = 0;
    for (const i of prange(a.length)) {
      out[i] = random.normal() + random.exponential() + random.integers(-3, 3);
      while (random.random() < 0.5) n += k[i]!;
      for (const _ of prange(i % 3)) out[i]! += random.random();
    }
    return [n, random.random()];
  },
  "sums in lanes": (a: Float64Array, k: Int32Array, out: Float64Array) => {
    let s = 0.1;
    let p = 1;
    let least = 5;
    let n = 0;
    let f = Math.fround(0.3);
    for (const i of prange(a.length - 1, -1, -2)) {
      out[i] = s0(a[i]!);
      n += k[i]!;
      if (k[i]! % 7 === 0) continue;
      s += a[i]!;
      if (a[i]! > 0) p *= 1 + a[i]! * 1e-6;
      least = Math.min(least, a[i]!);
      f = Math.fround(f - k[i]!);
    }
    for (let r = 0; r < 2; r++) for (const i of prange(3, a.length, 3)) s -= a[i]! * i;
    return [s, p, least, n, f];
  },
  errors: (a: Float64Array, k: Int32Array, out: Float64Array) => {
    let s = 0;
    for (const i of prange(a.length)) {
      if (k[i] === 77) throw new TypeError("seventy-seven");
      s += out[i + (k[i]! >> 5)]!;
    }
    return s;
  },
};

const s0 = (x: number): number => x * 2 + 1;

const ARRAYS: readonly ArgType[] = [
  { kind: "array", elem: "float64" },
  { kind: "array", elem: "int32" },
  { kind: "array", elem: "float64" },
];

/** In chunks of many rounds sums are in lanes. */
const CHUNKS = [
  { chunksize: 3, lengths: [0, 1, 2, 3, 4, 10, 61, 100] },
  { chunksize: 75, lengths: [75, 100, 151, 1000] },
];

for (const [name, kernel] of Object.entries(KERNELS)) {
  for (const { chunksize, lengths } of CHUNKS)
    check(`${name}, ${chunksize} rounds a chunk`, kernel, chunksize, lengths);
}

function check(
  name: string,
  kernel: (typeof KERNELS)[keyof typeof KERNELS],
  chunksize: number,
  lengths: readonly number[],
): void {
  test(name, () => {
    const compiled = compileKernel({
      fn: kernel,
      args: ARRAYS,
      options: { fastmath: [], boundscheck: true, parallel: true, chunksize },
      reader: createReader(undefined),
      target: nativeLoader.target(),
      disjoint: true,
      verify: true,
    });
    assert.ok(compiled.usesPool);
    if (name.startsWith("sums in lanes")) assert.match(printModule(compiled.module()), / lanes\(\$/);
    const native = njit(kernel, { parallel: true, chunksize });
    setNumThreads(3);
    for (const n of lengths) {
      const a = Float64Array.from({ length: n }, (_, i) => Math.sin(i + n) * 10 ** (i % 4));
      const k = Int32Array.from({ length: n }, (_, i) => (i * 37) % 101);
      const [out, same] = [new Float64Array(Math.max(n, 8)), new Float64Array(Math.max(n, 8))];
      const expected = outcomeOf(() => interpret(compiled.module(), [a, k, out] as JsValue[]));
      const actual = outcomeOf(() => native(a, k, same) as unknown);
      if (expected === "threw" || actual === "threw") assert.equal(actual, expected);
      else {
        assert.deepEqual([actual].flat(), [expected].flat());
        assert.deepEqual(same, out);
      }
    }
  });
}

function outcomeOf(f: () => unknown): unknown {
  try {
    return f();
  } catch {
    return "threw";
  }
}
