/** The dispatcher against a compiler and a loader made of JavaScript, so that each answer of a native kernel can be staged. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Compiled, CompileRequest } from "../compiler.ts";
import { DiagnosticSink } from "../diagnostics/sink.ts";
import { STATE, STATUS } from "../emit/abi.ts";
import { PlaceTable } from "../emit/llvm/places.ts";
import type { Callable } from "../frontend/program.ts";
import type { Site } from "../ir/func.ts";
import type { SourceText } from "../source/span.ts";
import { PLATFORMS } from "../targets/target.ts";
import { accepts } from "./arguments.ts";
import { makeCallable } from "./callable.ts";
import { Dispatcher, type DispatcherOptions } from "./dispatcher.ts";
import type { Loader } from "./native.ts";
import { parseSignature } from "./notation.ts";

const source: SourceText = { text: "f", locate: (n) => ({ file: "/f.ts", line: 1, column: n + 1 }), lineAt: () => "f" };
const loc = { source, start: 0, end: 1 };
const SITES: readonly Site[] = [{ kind: "index", array: "xs", loc }];

interface Staged {
  readonly call: Callable;
  readonly dispatcher: Dispatcher;
  readonly requests: CompileRequest[];
  /** Answers that the next native calls give instead of running. */
  readonly answers: { status: number; site?: number; a?: number; b?: number; from?: "disjoint" }[];
}

function stage(
  fn: Callable,
  options: Partial<DispatcherOptions> = {},
  refuse: (r: CompileRequest) => void = () => {},
): Staged {
  const requests: CompileRequest[] = [];
  const answers: Staged["answers"] = [];
  const byText = new Map<string, CompileRequest>();
  const compile = (request: CompileRequest): Compiled => {
    requests.push(request);
    refuse(request);
    const llvm = String(requests.length);
    byText.set(llvm, request);
    return {
      llvm,
      entry: {
        name: "f",
        args: request.args,
        captured: [],
        result: { kind: "number", from: "f64" },
        declared: true,
        smallInts: false,
        writtenPairs: [],
      },
      module: { entry: undefined as never, funcs: [], sites: SITES, tables: [], stackSite: undefined },
      bound: [],
      stages: [{ name: "types", ms: 1 }],
      written: new Set(),
      usesPool: false,
      prangeLoops: [],
      loopFacts: [],
      typeListing: () => `listing ${llvm}`,
      diagnose: () => ({ llvm, places: new PlaceTable(), loops: [], checks: [] }),
    };
  };
  const loader: Loader = {
    target: () => PLATFORMS["linux-x64"].baseline,
    pool: () => {
      throw new Error("no kernel here has a parallel loop");
    },
    assemble: (llvm) => `asm ${llvm}`,
    remarks: () => [],
    load: (llvm, useCache) => ({
      cache: useCache ? "miss" : "off",
      stages: [{ name: "llvm", ms: 2 }],
      create: (sentinel, state) => {
        const { args, disjoint } = byText.get(llvm) ?? assert.fail();
        return (...values) => {
          const answer = answers[0];
          if (answer !== undefined && (answer.from === undefined || disjoint)) {
            answers.shift();
            state.set([answer.status, answer.site ?? 0, answer.a ?? 0, answer.b ?? 0]);
            return sentinel;
          }
          if (args.every((type, i) => accepts(type, values[i]))) return fn(...values.slice(0, args.length));
          state[STATE.status] = STATUS.misfit;
          return sentinel;
        };
      },
    }),
  };
  const reader = { sourceOf: () => source, capture: () => undefined };
  const dispatcher = new Dispatcher(
    fn,
    { fastmath: [], boundscheck: true, parallel: false, cache: true, signatures: [], ...options },
    { compile, reader, loader },
  );
  return { call: makeCallable(dispatcher), dispatcher, requests, answers };
}

test("compiles at the first call, once for the same types", () => {
  const { call, requests, dispatcher } = stage((a: number, b: number) => a + b);
  assert.equal(call(1, 2), 3);
  assert.equal(call(3, 4), 7);
  assert.equal(requests.length, 1);
  assert.deepEqual(dispatcher.signatures, ["float64(int32, int32)"]);
  const { milliseconds, ...counts } = dispatcher.stats;
  assert.deepEqual(counts, { compiles: 1, cacheHits: 0, cacheMisses: 1 });
  assert.deepEqual(Object.keys(milliseconds), ["toolchain", "types", "llvm"]);
});

test("a parameter seen as int32 and float64 is float64 from then on", () => {
  const { call, requests, dispatcher } = stage((a: number) => a * 2);
  for (const n of [1, 1.5, 2, 2.5, 3, -0]) assert.equal(call(n), n * 2);
  assert.equal(requests.length, 2);
  assert.deepEqual(dispatcher.signatures, ["float64(int32)", "float64(float64)"]);

  const other = stage((a: number, b: unknown) => [a, b]);
  other.call(1.5, true);
  other.call(2, 2n);
  assert.deepEqual(other.dispatcher.signatures, ["float64(float64, bool)", "float64(float64, int64)"]);
});

test("alternating types compile once each", () => {
  const { call, requests } = stage((xs: Float64Array | Float32Array) => xs.length);
  for (let i = 0; i < 4; i++) {
    assert.equal(call(new Float64Array(2)), 2);
    assert.equal(call(new Float32Array(3)), 3);
  }
  assert.equal(requests.length, 2);
});

test("name, length, and calls of every number of parameters", () => {
  for (let n = 0; n <= 12; n++) {
    const names = Array.from({ length: n }, (_, i) => `p${i}`);
    const fn = new Function(`return function f${n}(${names}) { return [${names}].join(); }`)();
    const { call } = stage(fn);
    assert.equal(call.name, `f${n}`);
    assert.equal(call.length, n);
    const args = names.map((_, i) => i);
    for (let turn = 0; turn < 2; turn++) assert.equal(call(...args, "extra"), args.join());
  }
});

test("missing arguments are undefined, extra ones are ignored", () => {
  const { call, requests } = stage((a: number, b = 2) => a + b);
  assert.equal(call(1), 3);
  assert.equal(call(1, undefined, "extra"), 3);
  assert.equal(call.length, 1);
  assert.equal(requests.length, 1);
  assert.equal(call(1, 5), 6);
  assert.equal(requests.length, 2);
});

test("a value that no kernel takes names its parameter", () => {
  const { call, requests } = stage((xs: unknown, n: unknown) => [xs, n]);
  assert.throws(() => call(1, "two"), {
    name: "TypeError",
    message: /^argument 2 \('n'\) of .* is a string: kernels take numbers/,
  });
  assert.throws(() => call(1, 2n ** 64n), { name: "RangeError", message: /beyond 64 bits/ });
  assert.equal(requests.length, 0);
});

test("an error of the kernel becomes JavaScript's", () => {
  const { call, answers } = stage((xs: Float64Array) => xs[12]);
  call(new Float64Array(20));
  answers.push({ status: STATUS.error, site: 0, a: 12, b: 10 });
  assert.throws(() => call(new Float64Array(10)), {
    name: "RangeError",
    message: "index 12 is out of bounds for 'xs' of length 10 (/f.ts:1:1)",
  });
});

test("an error at the very first call", () => {
  const { call, answers } = stage((xs: Float64Array) => xs[12]);
  answers.push({ status: STATUS.error, site: 0, a: 1, b: 0 });
  assert.throws(() => call(new Float64Array(0)), RangeError);
});

test("overlapping arguments run a variant of their own, compiled once", () => {
  const { call, requests, answers } = stage((a: Int8Array, b: Int8Array) => a.length + b.length);
  const a = new Int8Array(2);
  for (let i = 0; i < 3; i++) {
    answers.push({ status: STATUS.overlap, from: "disjoint" });
    assert.equal(call(a, a), 4);
    assert.equal(answers.length, 0);
  }
  assert.deepEqual(
    requests.map((r) => r.disjoint),
    [true, false],
  );
  assert.equal(call(a, new Int8Array(1)), 3);
});

test("an array that is too long is named", () => {
  const { call, answers } = stage((a: Int8Array) => a.length);
  answers.push({ status: STATUS.tooLong, site: 0 });
  assert.throws(() => call(new Int8Array(1)), {
    name: "RangeError",
    message: /argument 1 \('a'\) of .* has 2\^31 elements or more/,
  });
});

test("a kernel that refuses its own arguments is our mistake, not an endless loop", () => {
  const { call, answers } = stage((a: number) => a);
  for (let i = 0; i < 10; i++) answers.push({ status: STATUS.misfit });
  assert.throws(() => call(1), /doesn't take the arguments that it was compiled for/);
});

test("a compile error is remembered", () => {
  const { call, requests } = stage(
    (a: number) => a,
    {},
    () => new DiagnosticSink().fail("undefined-as-number", { operator: "+", name: "q" }, loc),
  );
  let first: unknown;
  assert.throws(
    () => call(1),
    (error) => {
      first = error;
      return true;
    },
  );
  assert.throws(
    () => call(2),
    (error) => error === first,
  );
  assert.equal(requests.length, 1);
});

test("a missing argument used as a number is the caller's mistake", () => {
  const { call } = stage(
    (a: number, b: number) => a + b,
    {},
    () => new DiagnosticSink().fail("undefined-as-number", { operator: "+", name: "b" }, loc),
  );
  assert.throws(() => call(1), { name: "TypeError", message: /argument 2 \('b'\) of .* is undefined/ });
  assert.throws(() => call(1, 2), { name: "CompileError" });
});

test("compile and recompile", () => {
  const { call, dispatcher, requests } = stage((a: number) => a);
  dispatcher.compile([1]);
  dispatcher.compile([1]);
  assert.equal(requests.length, 1);
  assert.equal(call(1), 1);
  assert.equal(requests.length, 1);
  call(1.5);
  dispatcher.recompile();
  assert.equal(requests.length, 4);
  assert.deepEqual(dispatcher.signatures, ["float64(int32)", "float64(float64)"]);
});

test("inspection, of one signature or of all", () => {
  const { call, dispatcher } = stage((a: number) => a);
  assert.throws(() => dispatcher.inspectLLVM(), /is not compiled yet/);
  call(1);
  assert.equal(dispatcher.inspectLLVM(), "1");
  assert.equal(dispatcher.inspectAsm(), "asm 1");
  call(1.5);
  assert.equal(dispatcher.inspectTypes("float64(float64)"), "listing 2");
  assert.equal(dispatcher.inspectTypes("(i4)"), "listing 1");
  assert.match(dispatcher.inspectTypes(), /; float64\(int32\)\nlisting 1\n; float64\(float64\)\nlisting 2/);
  assert.throws(() => dispatcher.inspectTypes("(bool)"), /no specialisation \(bool\)/);
});

test("given signatures are the only ones", () => {
  const signatures = ["float64(float64)", "(int32)", "(float64[:])"].map(parseSignature);
  const { call, dispatcher, requests } = stage((a: unknown) => a, { signatures });
  dispatcher.compileSignatures();
  assert.equal(requests.length, 3);
  assert.equal(call(1), 1);
  assert.equal(call(1.5), 1.5);
  assert.equal(requests.length, 3);
  assert.throws(() => call(true), {
    name: "TypeError",
    message: /^no signature of .* takes \(the boolean true\); its signatures are\n {2}float64\(float64\)\n/,
  });
});

test("with one signature the argument that doesn't fit is named", () => {
  const { call } = stage((n: number, xs: Float64Array) => [n, xs], { signatures: [parseSignature("(int32, f8[:])")] });
  assert.throws(() => call(1.5, new Float64Array(1)), {
    name: "TypeError",
    message: /^argument 1 \('n'\) of .* is the number 1.5, but the signature \(int32, f8\[:\]\) takes int32$/,
  });
  assert.throws(() => call(1), { name: "TypeError", message: /argument 2 \('xs'\) of .* is undefined/ });
});

test("numbers convert where a signature says float64", () => {
  const { call, requests } = stage((n: number) => n, { signatures: [parseSignature("float64(float64)")] });
  assert.equal(call(1), 1);
  assert.equal(call(1.5), 1.5);
  assert.equal(requests.length, 1);
});

test("a signature must have the function's parameters and result", () => {
  assert.throws(
    () => stage((n: number) => n, { signatures: [parseSignature("(f8, f8)")] }),
    /has 2; .* takes 1 parameter/,
  );
  const { dispatcher } = stage((n: number) => n, { signatures: [parseSignature("f8[:](f8)")] });
  assert.throws(() => dispatcher.compileSignatures(), /doesn't fit .*, which is float64\(float64\)/);
});

test("closures that come and go don't pile up", () => {
  const { call, requests, dispatcher } = stage((f: () => number) => f());
  for (let i = 0; i < 300; i++)
    assert.equal(
      call(() => i),
      i,
    );
  assert.equal(requests.length, 300);
  assert.equal(dispatcher.signatures.length, 200);
});

test("a kernel called by a kernel's console.log while it runs", () => {
  const { call } = stage((n: number): number => (n === 0 ? 0 : 1 + (call(n - 1) as number)));
  assert.equal(call(5), 5);
});
