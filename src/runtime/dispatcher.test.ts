/** The dispatcher against a compiler and a loader made of JavaScript, so that each answer of a native kernel can be staged. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Compiled, CompileRequest } from "../compiler.ts";
import { ToolchainError } from "../diagnostics/errors.ts";
import { DiagnosticSink } from "../diagnostics/sink.ts";
import { PASSED, passedWords, STATE, STATUS } from "../emit/abi.ts";
import { PlaceTable } from "../emit/llvm/places.ts";
import type { Callable } from "../frontend/program.ts";
import type { Site } from "../ir/func.ts";
import type { SourceText } from "../source/span.ts";
import { PLATFORMS } from "../targets/target.ts";
import { NOTHING_SUPPOSED } from "../types/signature.ts";
import { accepts } from "./arguments.ts";
import { makeCallable } from "./callable.ts";
import { Dispatcher, type DispatcherOptions } from "./dispatcher.ts";
import type { LoadedAddon, Loader } from "./native.ts";
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
  /** LLVM's work in the background, which comes to an end when a test says so. */
  readonly builds: Build[];
}

interface Build {
  /** Done, but the event loop hasn't heard of it. */
  isDone: boolean;
  finish(): void;
  fail(error: Error): void;
}

function stage(
  fn: Callable,
  options: Partial<DispatcherOptions> = {},
  refuse: (r: CompileRequest) => void = () => {},
): Staged {
  const requests: CompileRequest[] = [];
  const answers: Staged["answers"] = [];
  const builds: Build[] = [];
  const byText = new Map<string, CompileRequest>();
  const compile = (request: CompileRequest): Compiled => {
    requests.push(request);
    refuse(request);
    const llvm = String(requests.length);
    byText.set(llvm, request);
    return {
      llvm: () => llvm,
      parts: [{ llvm }],
      fallbacks: undefined,
      support: { id: "", llvm: () => "" },
      entry: {
        name: "f",
        args: request.args,
        captured: [],
        result: { kind: "number", from: "f64" },
        declared: true,
        ...NOTHING_SUPPOSED,
        writtenPairs: [],
      },
      module: () => ({ entry: undefined as never, funcs: [], sites: SITES, tables: [], stackSite: undefined }),
      sites: SITES,
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
    toolchain: () => "",
    expect: () => {},
    loadStored: () => undefined,
    pool: () => {
      throw new Error("no kernel here has a parallel loop");
    },
    assemble: (llvm) => `asm ${llvm}`,
    remarks: () => [],
    loadFallbacks: () => assert.fail("no kernel here has left anything out"),
    load: ({ parts: [part] }, useCache) => ({
      cache: useCache ? "miss" : "off",
      stages: [{ name: "llvm", ms: 2 }],
      create: (sentinel, state) => {
        const { args, disjoint } = byText.get(part?.llvm ?? "") ?? assert.fail();
        const words = passedWords({ args });
        return (...rest) => {
          const given = [...rest];
          const values = words.map((word) => (word === undefined ? given.shift() : state[word]));
          const answer = answers[0];
          if (answer !== undefined && (answer.from === undefined || disjoint)) {
            answers.shift();
            state.set([answer.status, answer.site ?? 0, answer.a ?? 0, answer.b ?? 0]);
            return sentinel;
          }
          if (args.every((type, i) => accepts(type, values[i]))) {
            const result = fn(...values);
            if (typeof result !== "number") return result;
            state[PASSED.result] = result;
            return undefined;
          }
          state[STATE.status] = STATUS.misfit;
          return sentinel;
        };
      },
    }),
    loadLater(code, useCache) {
      const addon = loader.load(code, useCache);
      let settle: Pick<Build, "finish" | "fail"> | undefined;
      const done = new Promise<LoadedAddon>((resolve, reject) => {
        settle = { finish: () => resolve(addon), fail: reject };
      });
      const build: Build = { isDone: false, ...(settle ?? assert.fail()) };
      builds.push(build);
      return { done, poll: () => (build.isDone ? addon : undefined) };
    },
  };
  const reader = {
    sourceOf: () => source,
    isEngines: () => false,
    capture: () => undefined,
    property: () => undefined,
    keys: () => [],
    together: <T>(work: () => T): T => work(),
  };
  const dispatcher = new Dispatcher(
    fn,
    { fastmath: [], boundscheck: true, parallel: false, cache: true, warmup: "blocking", signatures: [], ...options },
    { compile, reader, loader },
  );
  return { call: makeCallable(dispatcher), dispatcher, requests, answers, builds };
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
    message: /^argument 2 \('n'\) of .* is a string; pass a number that says which it is: kernels take numbers/,
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
    () => new DiagnosticSink().fail("missing-argument", { argument: 1, name: "b" }, loc),
  );
  assert.throws(() => call(1), { name: "TypeError", message: /argument 2 \('b'\) of .* is undefined/ });
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
  const { call, dispatcher, requests } = stage((a: number) => a);
  assert.throws(() => dispatcher.inspectLLVM(), /is not compiled yet/);
  call(1);
  // What only an inspection wants isn't kept: each signature is compiled again for the first one, up to LLVM.
  assert.equal(dispatcher.inspectLLVM(), "2");
  assert.equal(dispatcher.inspectAsm(), "asm 2");
  call(1.5);
  assert.equal(dispatcher.inspectTypes("float64(float64)"), "listing 4");
  assert.equal(dispatcher.inspectTypes("(i4)"), "listing 2");
  assert.match(dispatcher.inspectTypes(), /; float64\(int32\)\nlisting 2\n; float64\(float64\)\nlisting 4/);
  call(Math.sqrt);
  assert.equal(dispatcher.inspectTypes("float64(function sqrt)"), "listing 6");
  assert.equal(requests.length, 6);
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
    /has 2 types for 1 parameter of /,
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

const pause = (): void => {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2);
};

/** A function that notes its calls as plain JavaScript: natively it is called with the same arguments, but by the loader. */
function counted(): { readonly fn: Callable; readonly stacks: string[] } {
  const stacks: string[] = [];
  const fn = (a: number): number => {
    stacks.push(new Error().stack ?? "");
    return a * 2;
  };
  return { fn, stacks };
}
const isPlain = (stack: string | undefined): boolean => stack?.includes("runPlain") ?? assert.fail();

test("in the background: calls run plain until the event loop hears of the native code", async () => {
  const { fn, stacks } = counted();
  const { call, dispatcher, builds, requests } = stage(fn, { warmup: "background" });
  assert.equal(call(2), 4);
  assert.equal(call(3), 6);
  assert.deepEqual(stacks.map(isPlain), [true, true]);
  assert.deepEqual([requests.length, builds.length], [1, 1]);
  assert.deepEqual(dispatcher.signatures, ["float64(int32)"]);
  assert.equal(dispatcher.stats.cacheMisses, 0);
  builds[0]?.finish();
  await dispatcher.ready();
  assert.equal(call(4), 8);
  assert.equal(isPlain(stacks[2]), false);
  assert.equal(dispatcher.stats.cacheMisses, 1);
  assert.equal(builds.length, 1);
});

test("in the background: a program that doesn't return to the event loop gets the native code, too", () => {
  const { fn, stacks } = counted();
  const { call, builds } = stage(fn, { warmup: "background" });
  call(1);
  (builds[0] ?? assert.fail()).isDone = true;
  pause();
  assert.equal(call(2), 4);
  assert.deepEqual(stacks.map(isPlain), [true, false]);
});

test("in the background: other types and overlaps run plain again, until they are compiled", async () => {
  const { fn, stacks } = counted();
  const { call, dispatcher, builds, answers, requests } = stage(fn, { warmup: "background" });
  call(1);
  assert.equal(call(1.5), 3);
  assert.deepEqual([requests.length, builds.length], [2, 2]);
  for (const build of builds) build.finish();
  await dispatcher.ready();
  assert.equal(call(1.5), 3);
  assert.equal(isPlain(stacks.at(-1)), false);
  for (const native of [false, true]) {
    answers.push({ status: STATUS.overlap, from: "disjoint" });
    assert.equal(call(2.5), 5);
    assert.equal(isPlain(stacks.at(-1)), !native);
    assert.equal(builds.length, 3);
    builds[2]?.finish();
    await dispatcher.ready();
  }
  // A specialisation that is there serves while another is on its way.
  assert.equal(call(true as unknown as number), 2);
  assert.equal(isPlain(stacks.at(-1)), true);
  assert.equal(call(3.5), 7);
  assert.equal(isPlain(stacks.at(-1)), false);
});

test("in the background: what is wrong with the function or the arguments is thrown at once", () => {
  const refused = stage(
    (a: number) => a,
    { warmup: "background" },
    () => new DiagnosticSink().fail("undefined-as-number", { operator: "+", name: "b" }, loc),
  );
  assert.throws(() => refused.call(1), { name: "CompileError" });
  assert.throws(() => refused.call(1), { name: "CompileError" });
  const { call } = stage((a: unknown) => a, { warmup: "background" });
  assert.throws(() => call("x"), { name: "TypeError" });
  assert.equal(call(1), 1);
  assert.throws(() => call({}), { name: "TypeError" });
});

test("in the background: kernels that a plain function calls run plain, unless they are compiled", async () => {
  const inner = stage((a: number) => a + 1);
  const outer = stage((a: number): unknown => inner.call(a), { warmup: "background" });
  assert.equal(outer.call(1), 2);
  assert.equal(inner.requests.length, 0);
  assert.equal(inner.call(1), 2);
  assert.equal(inner.requests.length, 1);
  assert.equal(outer.call(1.5), 2.5);
  assert.equal(inner.requests.length, 1);
});

test("in the background: a plain function that calls its kernel goes deep, and what it throws comes out", () => {
  const { call, dispatcher, requests } = stage(
    (n: number): unknown => {
      if (n < 0) throw new RangeError("below");
      return n === 0 ? 0 : call(n - 1);
    },
    { warmup: "background" },
  );
  // Two frames of V8's for each step.
  assert.equal(call(3000), 0);
  const primary = dispatcher.primary;
  assert.throws(() => call(-1), { name: "RangeError", message: "below" });
  assert.equal(dispatcher.primary, primary);
  assert.equal(requests.length, 1);
});

test("in the background: LLVM's failure is a warning and a rejection, once; calls go on", async (t) => {
  const warnings: string[] = [];
  t.mock.method(process, "emitWarning", (message: string) => warnings.push(message));
  const failing = stage((a: number) => a, { warmup: "background" });
  const alike = stage((a: number) => a, { warmup: "background" });
  for (const { call, builds, dispatcher } of [failing, alike]) {
    assert.equal(call(1), 1);
    builds[0]?.fail(new ToolchainError("clang failed with exit code 1.\nits words"));
    await assert.rejects(dispatcher.ready(), { name: "ToolchainError" });
    assert.equal(call(2), 2);
    await assert.rejects(dispatcher.ready(), { name: "ToolchainError" });
  }
  assert.deepEqual(warnings, [
    "the kernel at /f.ts:1:1 goes on as plain JavaScript: clang failed with exit code 1.\nits words",
  ]);
  failing.dispatcher.recompile();
  failing.builds[1]?.finish();
  await failing.dispatcher.ready();
});

test("compiled anew while LLVM is at work: what is on its way is forgotten", async () => {
  const { fn, stacks } = counted();
  const { call, dispatcher, builds } = stage(fn, { warmup: "background" });
  call(1);
  dispatcher.recompile();
  builds[0]?.fail(new Error("nobody hears this"));
  builds[1]?.finish();
  await dispatcher.ready();
  assert.equal(call(1), 2);
  assert.equal(isPlain(stacks.at(-1)), false);
});

test("compiled anew by the plain function while that runs: calls go to what was made then", async () => {
  const stacks: (string | undefined)[] = [];
  const { call, dispatcher, builds } = stage(
    (a: number): number => {
      stacks.push(new Error().stack);
      if (a === 7) dispatcher.recompile();
      return a * 2;
    },
    { warmup: "background" },
  );
  assert.equal(call(7), 14);
  builds[1]?.finish();
  await dispatcher.ready();
  assert.equal(call(1), 2);
  assert.equal(isPlain(stacks.at(-1)), false);
});
