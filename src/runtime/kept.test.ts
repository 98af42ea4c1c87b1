import assert from "node:assert/strict";
import { test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { type Compiled, type CompileRequest, compileKernel } from "../compiler.ts";
import type { Callable } from "../frontend/program.ts";
import { forgetAll } from "../source/memo.ts";
import { PLATFORMS } from "../targets/target.ts";
import { answeredOnce } from "./kept.ts";
import { make } from "./make.ts";
import type { Loader } from "./native.ts";
import { createReader } from "./reader.ts";

function requestFor(fn: Callable): CompileRequest {
  return {
    fn,
    args: [{ kind: "array", elem: "float64" }, { kind: "int32" }],
    options: { fastmath: [], boundscheck: true, parallel: false },
    reader: createReader(),
    target: PLATFORMS["linux-x64"].baseline,
    disjoint: true,
    small: true,
  };
}

const collect = (): void => {
  setFlagsFromString("--expose-gc");
  (runInNewContext("gc") as () => void)();
};

test("a kernel lets go of its compilation, which is done again for who looks", async () => {
  let compilations = 0;
  const seen: WeakRef<object>[] = [];
  const compile = (request: CompileRequest): Compiled => {
    compilations++;
    // The syntax trees, the types and whatever else a compilation's closures share hold on to its reader.
    const reader = { ...request.reader };
    const compiled = compileKernel({ ...request, reader });
    seen.push(new WeakRef(reader), new WeakRef(compiled));
    return compiled;
  };
  const blur = (a: Float64Array, n: number) => {
    for (let y = 1; y < n - 1; y++)
      for (let x = 1; x < n - 1; x++) {
        const at = y * n + x;
        const side = a[at - 1] + a[at + 1] + a[at - n] + a[at + n];
        const corner = a[at - n - 1] + a[at - n + 1] + a[at + n - 1] + a[at + n + 1];
        a[at] = a[at] * 0.25 + side * 0.125 + corner * 0.0625;
      }
  };
  const loader = { expect: () => {}, load: () => ({ create: () => () => {} }) } as unknown as Loader;
  const kept = make(requestFor(blur), { compile, loader }, { cache: false, when: "now", pool: false }).compiled;
  assert.ok(kept.fallbacks !== undefined);
  await new Promise((done) => setTimeout(done));
  forgetAll();
  collect();
  assert.deepEqual(
    seen.map((ref) => ref.deref() === undefined),
    [true, true],
  );
  assert.equal(kept.entry.name, "blur");
  assert.equal(kept.sites.length > 0, true);
  assert.match(kept.fallbacks.llvm, /define /);
  assert.equal(compilations, 1);
  assert.match(kept.typeListing(), /side: float64/);
  assert.match(kept.llvm(), /define /);
  assert.equal(kept.diagnose().loops.length > 0, true);
  assert.equal(compilations, 2);
});

test("questions are asked once", () => {
  let factor = 2;
  const scale = (a: Float64Array, i: number) => (a[i] ?? 0) * factor * Math.PI;
  const request = answeredOnce(requestFor(scale));
  const ask = ({ reader }: CompileRequest, name: string): unknown => {
    reader.sourceOf(scale);
    return reader.capture(scale, name)?.value;
  };
  compileKernel(request);
  factor = 3;
  assert.equal(ask(request, "factor"), 2);
  assert.equal(ask(request, "nowhere"), undefined);
  assert.equal(ask(answeredOnce(requestFor(scale)), "factor"), 3);
});

test("an answer may be an error, and stays one", () => {
  let isThere = false;
  const getter = {
    get gain(): number {
      if (!isThere) throw new RangeError("not yet");
      return 2;
    },
  };
  const request = requestFor(() => getter.gain);
  const { reader } = answeredOnce(request);
  assert.throws(() => reader.property(getter, "gain"), RangeError);
  isThere = true;
  assert.throws(() => reader.property(getter, "gain"), RangeError);
  assert.equal(request.reader.property(getter, "gain"), 2);
});
