/** `njit` as its user meets it, with native code behind it: its forms, its options, its members. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { runInNewContext } from "node:vm";
import { CompileError, type Jitted, NumbatsError, njit, prange, setNumThreads } from "../../src/index.ts";

test("the four forms", () => {
  const add = (a: number, b: number): number => a + b;
  const plain = njit(add);
  const withOptions = njit(add, { fastmath: true, cache: false });
  const curried = njit({ boundscheck: false })(add);
  for (const kernel of [plain, withOptions, curried]) {
    assert.equal(kernel(2, 3), 5);
    assert.equal(kernel(2.5, 3), 5.5);
    assert.equal(kernel.jsFunction, add);
    assert.equal(kernel.name, "add");
    assert.equal(kernel.length, 2);
    assert.ok(kernel.stats.compiles >= 1);
  }
});

test("standard decorators on static methods", () => {
  // biome-ignore lint/complexity/noStaticOnlyClass: static methods are what is tested
  class Kernels {
    @njit static double(x: number): number {
      return x * 2;
    }
    @njit({ fastmath: ["contract"] }) static triple(x: number): number {
      return x * 3;
    }
    @njit static twice(x: number): number {
      return Kernels.double(x) * 2;
    }
  }
  assert.equal(Kernels.double(4), 8);
  assert.equal(Kernels.triple(4), 12);
  assert.equal((Kernels.double as Jitted<typeof Kernels.double>).stats.compiles, 1);
  assert.equal((Kernels.triple as Jitted<typeof Kernels.triple>).jsFunction(5), 15);
});

test("only static methods can be decorated", () => {
  const decorate = njit as unknown as (value: unknown, context: unknown, more?: unknown) => unknown;
  const context = { kind: "method", name: "f", static: false, addInitializer: () => {} };
  assert.throws(() => decorate(() => 1, context), {
    name: "TypeError",
    message: "njit can't decorate the method f: kernels have no this, so only static methods can be kernels",
  });
  assert.throws(() => decorate(() => 1, { ...context, kind: "getter", static: true }), /can't decorate the getter f/);
  assert.throws(() => decorate(class {}, { ...context, kind: "class" }), /can't decorate the class f/);
  for (const [kind, value] of [
    ["field", undefined],
    ["accessor", { get: () => 1, set: () => {} }],
  ] as const) {
    const message = `njit can't decorate the ${kind} f: kernels have no this, so only static methods can be kernels; write static f = njit((x) => …)`;
    const target = { ...context, kind, static: true };
    assert.throws(() => decorate(value, target), { name: "TypeError", message });
    assert.throws(() => (njit({ cache: false }) as unknown as typeof decorate)(value, target), { message });
  }
  // The decorators of before the standard come with the class, a name and a descriptor.
  assert.throws(
    () => decorate(class {}, "f", { value: () => 1 }),
    /njit is a standard decorator; turn off experimentalDecorators/,
  );
});

test("what isn't an option, or a value of one, is refused with what there is", () => {
  const f = (x: number): number => x;
  const given =
    (options: unknown): (() => unknown) =>
    () =>
      njit(f, options as object);
  const table: [unknown, string][] = [
    [
      { fastMath: true },
      "njit: there is no option fastMath; the options are fastmath, cache, boundscheck, scope, parallel, chunksize, warmup, signatures",
    ],
    [{ cache: 1 }, "njit: the option cache is 1; it takes true or false"],
    [{ warmup: true }, 'njit: the option warmup is true; it takes "blocking" or "background"'],
    [{ parallel: "yes" }, 'njit: the option parallel is "yes"; it takes true or false'],
    [
      { fastmath: ["fastest"] },
      'njit: the option fastmath is ["fastest"]; it takes true, false, or an array of fast, nnan, ninf, nsz, arcp, contract, afn, reassoc',
    ],
    [
      { signatures: [] },
      'njit: the option signatures is []; it takes an array of signatures such as "float64(float64[:], int32)"',
    ],
    [{ scope: 3 }, "njit: the option scope is 3; it takes an object: { name: value }"],
  ];
  for (const [options, message] of table) assert.throws(given(options), { name: "TypeError", message });
  assert.throws(() => njit({ nope: 1 } as object), /there is no option nope/);
  assert.throws(() => njit([] as never), /njit takes a function, options, or both; \[\] is neither/);
  assert.throws(() => njit(3 as never), /njit takes a function, options, or both/);
  assert.throws(() => (njit as (...args: unknown[]) => unknown)({}, () => 1), /njit takes the function first/);
  assert.throws(() => njit({})(3 as never), /njit takes a function, not number/);
  assert.equal(njit(f, { cache: undefined } as object)(1), 1);
});

test("njit of a kernel is that kernel; with options, one more of its function", () => {
  const square = njit((x: number) => x * x);
  assert.equal(njit(square), square);
  const other = njit(square, { cache: false });
  assert.notEqual(other, square);
  assert.equal(other.jsFunction, square.jsFunction);
  assert.equal(other(3), 9);
});

test("what is given for something else is shown as it would be written", () => {
  const f = njit((x: number) => x) as unknown as Record<string, (...args: unknown[]) => unknown>;
  for (const name of ["inspectTypes", "inspectLLVM", "inspectAsm", "diagnostics"]) {
    const message = `${name}: the signature is a text such as "float64(float64[:])", not 3`;
    assert.throws(() => f[name]?.(3), { name: "TypeError", message });
  }
  assert.throws(() => f.parallelDiagnostics?.("2"), /the level is a number from 1 to 4, not "2"/);
  assert.throws(() => f.parallelDiagnostics?.(1, ["x"]), /parallelDiagnostics: the signature is .*, not \["x"\]/);
  assert.throws(() => setNumThreads("3" as never), /the number of threads is a whole number from 1 to 512, not "3"/);
  assert.throws(() => setNumThreads(new Map() as never), /not a Map/);
});

test("signatures compile at once and are the only ones", () => {
  const scale = njit((xs: Float64Array, by: number): number => xs.length * by, {
    signatures: ["float64(float64[:], int32)", "float64(float64[:], float64)"],
  });
  assert.equal(scale.stats.compiles, 2);
  assert.equal(scale(new Float64Array(3), 2), 6);
  assert.equal(scale(new Float64Array(3), 0.5), 1.5);
  assert.equal(scale.stats.compiles, 2);
  assert.throws(() => scale(new Float32Array(3) as never, 2), {
    name: "TypeError",
    message: /^no signature of/,
  });

  const strict = njit((n: number) => n, { signatures: "int32(int32)" });
  assert.equal(strict(7), 7);
  assert.throws(() => strict(1.5), {
    name: "TypeError",
    message: /argument 1 \('n'\) of .* is the number 1.5, but the signature int32\(int32\) takes int32/,
  });
  assert.throws(() => njit((n: number) => n, { signatures: ["float64(nope)"] }), /unknown type 'nope'/);
});

test("a compile error comes at njit when signatures are given, else at every call", () => {
  const bad = (x: number): unknown => JSON.stringify(x);
  assert.throws(() => njit(bad, { signatures: ["(float64)"] }), CompileError);
  const kernel = njit(bad);
  let first: unknown;
  for (let i = 0; i < 2; i++) {
    assert.throws(
      () => kernel(1),
      (error) => {
        first ??= error;
        assert.equal(error, first);
        return error instanceof CompileError && error instanceof NumbatsError;
      },
    );
  }
});

test("1, 1.5, 2 compile twice at most", () => {
  const half = njit((x: number) => x / 2);
  for (const x of [1, 1.5, 2, 2.5, -0, 2 ** 40]) assert.ok(Object.is(half(x), x / 2));
  assert.equal(half.stats.compiles, 2);
});

test("every kind of argument", () => {
  const length = njit((xs: ArrayLike<unknown>) => xs.length);
  for (const name of [
    "Int8",
    "Uint8",
    "Uint8Clamped",
    "Int16",
    "Uint16",
    "Int32",
    "Uint32",
    "Float32",
    "Float64",
    "BigInt64",
    "BigUint64",
  ]) {
    assert.equal(length(runInNewContext(`new ${name}Array(3)`)), 3, name);
  }
  assert.equal(length(Buffer.from("four")), 4);
  assert.equal(length.stats.compiles, 11);

  const choose = njit((c: boolean, a: bigint, b: bigint) => (c ? a : b));
  assert.equal(choose(true, -1n, 2n), -1n);
  assert.equal(choose(false, 1n, 2n ** 63n), 2n ** 63n);
  assert.throws(() => choose(true, 1n, 2n ** 64n), RangeError);

  const apply = njit((f: (x: number) => number, x: number) => f(x));
  const triple = (x: number): number => x * 3;
  const negate = njit((x: number) => -x);
  assert.equal(apply(triple, 5), 15);
  assert.equal(apply(negate, 5), -5);
  assert.equal(apply(triple, 6), 18);
});

test("values that no kernel takes", () => {
  const f = njit(function total(xs: unknown) {
    return xs === undefined ? 0 : 1;
  });
  assert.equal(f(undefined), 0);
  for (const [value, what] of [
    ["text", "a string"],
    [null, "null"],
    [[1, 2], "a plain array; make it a typed array"],
    [{}, "an object"],
    [Symbol("s"), "a symbol"],
    [new DataView(new ArrayBuffer(1)), "a DataView"],
  ] as const) {
    assert.throws(
      () => f(value),
      (error) => error instanceof TypeError && error.message.startsWith(`argument 1 ('xs') of 'total' is ${what}`),
    );
  }
});

test("missing arguments: defaults, undefined, and the caller's mistake", () => {
  const withDefault = njit((a: number, b = 10) => a + b);
  assert.equal(withDefault(1), 11);
  assert.equal(withDefault(1, 2), 3);
  assert.equal(withDefault(1, undefined), 11);
  const optional = njit((a: number, b?: number) => (b === undefined ? a : a * b));
  assert.equal(optional(3), 3);
  assert.equal(optional(3, 4), 12);
  const needs = njit((a: number, b: number) => a + b) as unknown as (a: number, b?: number) => number;
  assert.throws(() => needs(1), { name: "TypeError", message: /argument 2 \('b'\) of .* is undefined/ });
  assert.equal(([3, 4] as number[]).map(njit((x: number) => x + 1)).join(), "4,5", "extra arguments are ignored");
});

test("overlapping arrays give what JavaScript gives", () => {
  const shift = (from: Float64Array, to: Float64Array): void => {
    for (let i = 0; i < to.length; i++) to[i] = (from[i] as number) * 2;
  };
  const kernel = njit(shift);
  const compiled = Float64Array.from({ length: 40 }, (_, i) => i);
  const plain = compiled.slice();
  kernel(new Float64Array(39), new Float64Array(39));
  for (let i = 0; i < 2; i++) {
    kernel(compiled.subarray(0, 39), compiled.subarray(1));
    shift(plain.subarray(0, 39), plain.subarray(1));
    assert.deepEqual(compiled, plain);
  }
  assert.equal(kernel.stats.compiles, 2);
});

test("captured numbers freeze until recompile", () => {
  let factor = 2;
  const scale = njit((x: number) => x * factor);
  assert.equal(scale(3), 6);
  factor = 10;
  assert.equal(scale(3), 6);
  scale.recompile();
  assert.equal(scale(3), 30);
  assert.equal(scale.stats.compiles, 2);
});

test("compile without a call", () => {
  const kernel = njit((xs: Float64Array, n: number) => {
    for (let i = 0; i < xs.length; i++) xs[i] = n;
    return xs.length;
  });
  const xs = new Float64Array(4);
  kernel.compile(xs, 1);
  assert.deepEqual([...xs], [0, 0, 0, 0]);
  assert.deepEqual(kernel.signatures, ["int32(float64[:], int32)"]);
  assert.equal(kernel(xs, 1), 4);
  assert.equal(kernel.stats.compiles, 1);
});

test("diagnostics tells of loops and checks, and of the variants that calls have needed", async () => {
  const shift = njit((x: Float64Array, y: Float64Array, n: number) => {
    for (let i = 0; i < n; i++) y[i] = x[i] * x[i] + 1;
  });
  assert.throws(() => shift.diagnostics(), /is not compiled yet/);
  const xs = new Float64Array(100);
  shift(xs, new Float64Array(100), 100);
  const report = shift.diagnostics();
  const lines = report.split("\n");
  assert.equal(lines[0], "Loops");
  assert.match(
    lines[2] ?? "",
    /njit\.test\.ts:\d+:\d+ {2}for \(let i = 0; i < n; i\+\+\) y\[i\] = x\[i\] \* x\[i\] \+ 1;$/,
  );
  assert.match(lines[3] ?? "", /^ {3}vectorised: width \d+ × interleave \d+, \d+ iterations at a time$/);
  assert.deepEqual(lines.slice(-4), ["Bounds checks left", "", "none: all are proved, or tested before the loops", ""]);
  assert.equal(shift.diagnostics(shift.signatures[0]), report);

  shift(xs.subarray(0, 50), xs.subarray(10), 50);
  assert.ok(shift.diagnostics().startsWith(`${report}\nIn calls where arguments share memory\n\nLoops\n`));

  const twice = njit((x: Float64Array) => x.fill(2));
  await twice.async(xs);
  assert.match(twice.diagnostics(), /\nIn kernel\.async\n\nLoops\n/);
});

test("stats and inspection", () => {
  const kernel = njit((x: number) => Math.sqrt(x) + 1, { cache: false });
  assert.throws(() => kernel.inspectLLVM(), /is not compiled yet: call it, or use compile/);
  kernel(2.5);
  const { compiles, cacheHits, cacheMisses, milliseconds } = kernel.stats;
  assert.deepEqual([compiles, cacheHits, cacheMisses], [1, 0, 0]);
  for (const stage of ["frontend", "types", "lower", "passes", "emit", "llvm", "link", "load"]) {
    assert.ok((milliseconds[stage] ?? -1) >= 0, stage);
  }
  assert.match(kernel.inspectLLVM(), /define internal ptr @nb_entry_call/);
  assert.match(kernel.inspectAsm(), /v?sqrtsd/);
  assert.match(kernel.inspectTypes(), /x.*float64/);
  assert.equal(kernel.inspectTypes("(float64)"), kernel.inspectTypes());
  assert.equal(kernel.inspectTypes(kernel.signatures[0]), kernel.inspectTypes());
});

test("an inspection shows the kernel as it was compiled, whatever has been assigned since", () => {
  // The first time it is compiled, the second time found in the cache.
  for (const cache of [false, true, true]) {
    let factor = 20625;
    const kernel = njit((x: number) => (x & 7) + factor, { cache });
    assert.equal(kernel(2), 20627);
    factor = 30125;
    assert.match(kernel.inspectTypes(), /20632/);
    assert.equal(kernel(2), 20627);
    kernel.recompile();
    assert.match(kernel.inspectTypes(), /30132/);
    assert.equal(kernel(2), 30127);
  }
});

test("members don't show, and a kernel is a function like any other", () => {
  const kernel = njit((x: number) => x + 1);
  assert.deepEqual(Object.keys(kernel), []);
  assert.equal(kernel.call(null, 1), 2);
  assert.equal(kernel.apply(undefined, [1]), 2);
  assert.throws(() => new (kernel as unknown as new (x: number) => unknown)(1), TypeError);
});

test("errors have the user's line on top of the stack", () => {
  const kernel = njit(function reach(xs: Float64Array, i: number) {
    return xs[i];
  });
  assert.throws(
    () => kernel(new Float64Array(3), 3),
    (error) => {
      assert.ok(error instanceof RangeError);
      assert.match(
        error.message,
        /^index 3 is out of bounds for 'xs\d*' of length 3 \(tests\/api\/njit\.test\.ts:\d+:\d+\)$/,
      );
      assert.match(
        error.stack ?? "",
        /\n {4}at reach \(.*njit\.test\.ts:\d+:\d+\)\n {4}at <anonymous> \(.*njit\.test\.ts:\d+:\d+\)\n/,
      );
      return true;
    },
  );
});

const elementAt = (xs: Float64Array, i: number): number => xs[i] as number;
const twiceAt = (x: number, i: number, xs: Float64Array): number => 2 * elementAt(xs, i + x);
const descend = (xs: Float64Array, n: number): number => (n < 0 ? elementAt(xs, n) : descend(xs, n - 1));

test("errors have the calls of functions from elsewhere on the stack", async () => {
  const xs = Float64Array.of(1, 1);
  const namesOf = (error: unknown): string[] =>
    [...((error as Error).stack ?? "").matchAll(/^ {4}at (\w+) \(.*njit\.test\.ts:/gm)].map(([, name]) => name ?? "");
  const table: [kernel: (xs: Float64Array) => unknown, names: string[]][] = [
    [
      njit(function direct(a: Float64Array) {
        const inner = (i: number): number => elementAt(a, i);
        return inner(7);
      }),
      ["elementAt", "direct"],
    ],
    [
      njit(function mapping(a: Float64Array) {
        return a.map(twiceAt);
      }),
      ["elementAt", "twiceAt", "mapping"],
    ],
    [
      njit(function alone(a: Float64Array) {
        return a.map((x) => a[x + 1] as number);
      }),
      ["alone"],
    ],
    // A recursive function is called from many places.
    [
      njit(function recursive(a: Float64Array) {
        return descend(a, 3);
      }),
      ["elementAt", "recursive"],
    ],
    [
      njit(
        function parallel(a: Float64Array) {
          let sum = 0;
          for (const i of prange(a.length)) sum += elementAt(a, i + 7);
          return sum;
        },
        { parallel: true },
      ),
      ["elementAt", "parallel"],
    ],
  ];
  for (const [kernel, names] of table)
    assert.throws(
      () => kernel(xs),
      (error) => {
        assert.deepEqual(namesOf(error).slice(0, names.length), names);
        return true;
      },
    );
  const background = njit(function background(a: Float64Array) {
    return elementAt(a, 7);
  });
  const error = await background.async(xs).catch((e: unknown) => e);
  assert.deepEqual(namesOf(error).slice(0, 2), ["elementAt", "background"]);
});

test("what can't be compiled is an error of the caller's line, and says no more than its message", () => {
  const fn = (xs: Float64Array): unknown => (xs as unknown as { rows: number }).rows;
  const kernel = njit(fn);
  const attempts = [
    () => kernel(new Float64Array(1)),
    () => kernel(new Float64Array(1)),
    () => kernel.compile(new Float64Array(1)),
    () => njit(fn, { signatures: ["(float64[:])"] }),
  ];
  for (const attempt of attempts) {
    assert.throws(attempt, (error) => {
      assert.ok(error instanceof CompileError);
      const frames = (error.stack ?? "").slice(`CompileError: ${error.message}`.length);
      assert.match(frames, /^\n {4}at [^\n]*njit\.test\.ts:\d+:\d+\)?\n/);
      assert.deepEqual(
        Object.keys(error).filter((key) => key !== "name"),
        [],
      );
      assert.equal(error.diagnostics.length, 1);
      return true;
    });
  }
});

test("prange is an ordinary iterable, and Python's range", () => {
  assert.deepEqual([...prange(3)], [0, 1, 2]);
  assert.deepEqual([...prange(2, 5)], [2, 3, 4]);
  assert.deepEqual([...prange(5, 0, -2)], [5, 3, 1]);
  assert.deepEqual([...prange(0, 1, 0.25)], [0, 0.25, 0.5, 0.75]);
  assert.deepEqual([...prange(0), ...prange(-3), ...prange(3, 3), ...prange(0, 3, -1), ...prange(Number.NaN)], []);
  assert.throws(() => prange(0, 3, 0), { name: "RangeError", message: "prange step must not be 0" });
  const kernel = njit((n: number, step: number) => {
    let s = 0;
    for (const i of prange(0, n, step)) s = s * 10 + i;
    return s;
  });
  for (const [n, step] of [
    [4, 1],
    [9, 2],
    [-4, -1],
    [0, 1],
  ] as const)
    assert.equal(kernel(n, step), kernel.jsFunction(n, step));
  assert.throws(() => kernel(3, 0), { name: "RangeError", message: "prange step must not be 0" });
});

test("NUMBATS_DISABLE_JIT=1: the same surface, no compiling", () => {
  process.env.NUMBATS_DISABLE_JIT = "1";
  try {
    const kernel = njit(
      function shout(text: string) {
        return text.toUpperCase();
      },
      { signatures: ["(float64)"] },
    );
    assert.equal(kernel("a"), "A");
    assert.equal(kernel.name, "shout");
    assert.equal(kernel.length, 1);
    assert.deepEqual(kernel.signatures, []);
    assert.equal(kernel.stats.compiles, 0);
    kernel.compile("a");
    kernel.recompile();
    for (const text of [kernel.inspectTypes(), kernel.inspectLLVM(), kernel.inspectAsm(), kernel.diagnostics()])
      assert.match(text, /NUMBATS_DISABLE_JIT/);
    assert.throws(() => njit((x: number) => x, { nope: 1 } as object), TypeError);
  } finally {
    delete process.env.NUMBATS_DISABLE_JIT;
  }
});

test("console.log may be another function when the kernel is compiled, and call the kernel", () => {
  const real = console.log;
  const seen: unknown[][] = [];
  const kernel = njit((n: number, a: Float64Array) => {
    a[0] = n;
    console.log("n", n, a[0]);
    return a[0] + n;
  });
  console.log = (...items: unknown[]) => {
    seen.push(items);
    if (seen.length < 3) kernel(seen.length, new Float64Array(1));
  };
  try {
    assert.equal(kernel(10, new Float64Array(1)), 20);
  } finally {
    console.log = real;
  }
  assert.deepEqual(seen, [
    ["n", 10, 10],
    ["n", 1, 1],
    ["n", 2, 2],
  ]);
});
