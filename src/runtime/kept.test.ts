import assert from "node:assert/strict";
import { test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { type Compiled, type CompileRequest, compileKernel } from "../compiler.ts";
import type { Callable } from "../frontend/program.ts";
import { PLATFORMS } from "../targets/target.ts";
import { answeredOnce, Kept } from "./kept.ts";
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

test("the compilation is let go, and done again for who looks", async () => {
  let compilations = 0;
  const seen: WeakRef<object>[] = [];
  const compile = (request: CompileRequest): Compiled => {
    compilations++;
    const compiled = compileKernel(request);
    seen.push(new WeakRef(compiled));
    return compiled;
  };
  const sum = (a: Float64Array, n: number) => {
    let s = 0;
    for (let i = 0; i < n; i++) s += a[i] ?? 0;
    return s;
  };
  const keep = (request: CompileRequest): Kept => new Kept(compile(request), request, compile);
  const kept = keep(answeredOnce(requestFor(sum)));
  await new Promise((done) => setTimeout(done));
  collect();
  assert.equal(seen[0]?.deref(), undefined);
  assert.equal(kept.entry.name, "sum");
  assert.equal(kept.sites.length > 0, true);
  assert.equal(compilations, 1);
  assert.match(kept.typeListing(), /s: float64/);
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
