/** Compilations that are remembered: what is found again, what isn't, and that both give the same kernel. */
import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { CacheStore } from "../cache/store.ts";
import { type Compiled, type CompileRequest, compileKernel } from "../compiler.ts";
import { registerKernel } from "../frontend/intrinsics.ts";
import type { Callable } from "../frontend/program.ts";
import { prange, random } from "../index.ts";
import type { Span } from "../source/span.ts";
import { PLATFORMS } from "../targets/target.ts";
import type { ArgType } from "../types/signature.ts";
import { createReader } from "./reader.ts";
import { Recall } from "./recall.ts";

const dir = mkdtempSync(join(tmpdir(), "numbats-recall-"));
after(() => rmSync(dir, { recursive: true, force: true }));

const store = new CacheStore(join(dir, "cache"));
const KEY = "k".repeat(64);

function recall(build = "build"): Recall {
  return new Recall(build, () => store, compileKernel);
}

function requestFor(fn: Callable, args: readonly ArgType[], more: Partial<CompileRequest> = {}): CompileRequest {
  return {
    fn,
    args,
    options: { fastmath: [], boundscheck: true, parallel: false },
    reader: createReader(),
    target: PLATFORMS["linux-x64"].baseline,
    disjoint: true,
    small: true,
    ...more,
  };
}

/** Compiles and remembers; gives what was compiled. */
function learn(request: CompileRequest, memory = recall()): Compiled {
  const watch = memory.watch(request, "machine");
  const compiled = compileKernel(watch.request);
  watch.remember(compiled, KEY);
  return compiled;
}

function find(request: CompileRequest, memory = recall(), machine = "machine"): Compiled | undefined {
  return memory.find(request, machine)?.compiled;
}

const FLOATS: ArgType = { kind: "array", elem: "float64" };
const INT: ArgType = { kind: "int32" };

/** A function of the same text in other surroundings each time. */
const scaleBy = (k: unknown): Callable => {
  const scale = k as number;
  return (a: Float64Array, i: number) => (a[i] ?? 0) * scale;
};

test("a compilation is found again, and is the same as far as calls go", () => {
  const offsets = new Float64Array(3);
  const settings = { gain: 2, shape: { width: 4 }, table: [1, 2, 4] };
  const half = (x: number): number => x * 0.5;
  const jitted = (x: number): number => x + 1;
  registerKernel(jitted, (x: number) => x + 1);
  const fn = (a: Float64Array, i: number): number => {
    if (i < 0) throw new RangeError(`negative: ${i}, ${a.length > 0}`);
    return half(a[i] ?? 0) + Math.sqrt(jitted(i)) + (settings.table[i & 1] ?? 0) * settings.gain * Math.PI;
  };
  const more = (a: Float64Array, i: number): number =>
    fn(a, i) + (offsets[i] ?? 0) + settings.shape.width + random.random();
  const request = requestFor(more, [FLOATS, INT]);
  const compiled = learn(request);
  const found = find(request) ?? assert.fail("not found");
  assert.deepEqual(found.entry, compiled.entry);
  assert.deepEqual(found.bound, [offsets]);
  assert.deepEqual([...found.written], [...compiled.written]);
  assert.equal(found.usesPool, false);
  const placesOf = ({ source, start, end, within }: Span): unknown[] => [
    source.locate(start),
    source.locate(end),
    ...(within === undefined ? [] : [within.name, placesOf(within.calledAt)]),
  ];
  const told = ({ sites }: Compiled): unknown[] => sites.map(({ loc, ...site }) => [site, placesOf(loc)]);
  assert.ok(found.sites.some(({ loc }) => loc.within?.name === "fn"));
  assert.deepEqual(told(found), told(compiled));
  assert.deepEqual(
    found.stages.map((s) => s.name),
    ["recall"],
  );
  // What is only for looking at is compiled when it is looked at.
  assert.equal(found.llvm(), compiled.llvm());
  assert.equal(found.typeListing(), compiled.typeListing());
});

test("what a kernel leaves out is found with it, as it was", () => {
  const fn = (n: number, a: Float64Array, b: Float64Array): void => {
    for (let i = 1; i < n; i++) {
      const x = a[i] as number;
      const y = a[i - 1] as number;
      b[i] =
        x * 2 +
        y * 3 -
        (b[i] as number) * 0.5 +
        Math.sqrt(x) -
        Math.abs(y - x) * 0.25 +
        x * y -
        Math.max(x, y) * 0.125 +
        x / y;
    }
  };
  const request = requestFor(fn, [INT, FLOATS, FLOATS]);
  const { fallbacks } = learn(request);
  const found = find(request) ?? assert.fail("not found");
  assert.ok(fallbacks !== undefined);
  assert.equal(found.fallbacks?.llvm, fallbacks.llvm);
  // A kernel without its rest is none.
  for (const name of readdirSync(store.dir)) if (name.endsWith(".ll")) rmSync(join(store.dir, name));
  assert.equal(find(request), undefined);
});

test("captured values are compared", () => {
  const values: unknown[] = [
    2,
    -0,
    0,
    NaN,
    true,
    [1, 2],
    [1, 3],
    new Float32Array(2),
    new Float64Array(2),
    (x: 1) => x,
  ];
  for (const value of values) {
    const request = requestFor(scaleBy(value), [FLOATS, INT]);
    assert.equal(find(request), undefined, `${String(value)} hasn't been seen`);
    let compiles = true;
    try {
      learn(request);
    } catch {
      compiles = false;
    }
    assert.equal(find(request) !== undefined, compiles);
  }
  // They stand beside each other.
  assert.ok(find(requestFor(scaleBy(2), [FLOATS, INT])));
  assert.ok(find(requestFor(scaleBy(-0), [FLOATS, INT])));
  assert.equal(find(requestFor(scaleBy(3), [FLOATS, INT])), undefined);
});

test("what lists hold is compared, however deep", () => {
  const element = (list: unknown): Callable => {
    const rows = list as number[][];
    return (i: number) => (rows[i] as number[])[0];
  };
  const chosen = (list: unknown): Callable => {
    const items = list as number[];
    return (i: number) => items[i];
  };
  const called = (list: unknown): Callable => {
    const items = list as Callable[];
    return (i: number) => (items[i] as Callable)(i);
  };
  const property = (list: unknown): Callable => {
    const items = list as { v: number; part: { w: number } }[];
    return (i: number) => {
      const { v, part } = items[i] as (typeof items)[0];
      return v + part.w;
    };
  };
  const inObject = (list: unknown): Callable => {
    const holder = { deep: { list: list as number[][] } };
    return (i: number) => (holder.deep.list[i] as number[])[0];
  };
  const matrices: unknown[] = [
    [
      [1, 2],
      [3, 4],
    ],
    [
      [1, 2],
      [7, 4],
    ],
    [
      [1, 2],
      [-0, 4],
    ],
    [
      [1, 2, 3],
      [3, 4, 5],
    ],
    [
      [1, 2],
      [3.5, 4],
    ],
  ];
  const groups: [(list: unknown) => Callable, unknown[]][] = [
    [(list) => element(list), matrices],
    [(list) => inObject(list), matrices],
    [
      (list) => chosen(list),
      [
        [true, false],
        [true, true],
        [1n, 2n],
        [1n, 3n],
      ],
    ],
    [
      (list) => called(list),
      [
        [(x: number) => x, (x: number) => x + 1],
        [(x: number) => x, (x: number) => x + 2],
      ],
    ],
  ];
  const part = { w: 1 };
  const one = { v: 1, part };
  groups.push([
    property,
    [
      [one, { v: 2, part: { w: 1 } }],
      [one, { v: 2, part }],
      [one, { v: 3, part }],
      [one, { v: 2, part: { w: 2 } }],
      [one, { v: 1, part }],
      [one, one],
      [one, { v: 2, part }, one],
      [one, { v: 2, part }, { v: 1, part }],
    ],
  ]);
  for (const [kernel, lists] of groups) {
    for (const list of lists) {
      const request = requestFor(kernel(list), [INT]);
      assert.equal(find(request), undefined, `${String(list)} hasn't been seen`);
      learn(request);
      assert.ok(find(request), String(list));
    }
    for (const list of lists) assert.ok(find(requestFor(kernel(list), [INT])), String(list));
  }
  // A list that holds itself ends, and one that holds what can't be told isn't remembered.
  const round: unknown[] = [1, true];
  round.push(round);
  const about =
    (value: unknown): Callable =>
    () =>
      value === undefined ? 1 : 2;
  const strange = requestFor(about([true, Symbol("none")]), []);
  learn(strange);
  assert.equal(find(strange), undefined);
  const cyclic = requestFor(about(round), []);
  learn(cyclic);
  assert.ok(find(cyclic));
});

test("what is spread is compared, with the order of its names", () => {
  const spread = (options: object): Callable => {
    const given = options as { k?: number };
    return (i: number) => {
      const { k } = { k: i, ...given };
      return { ...given, k };
    };
  };
  const objects = [{ k: 1 }, { k: 2 }, { k: 1, m: 1 }, { m: 1, k: 1 }, {}];
  for (const object of objects) {
    const request = requestFor(spread(object), [INT]);
    assert.equal(find(request), undefined, `${JSON.stringify(object)} hasn't been seen`);
    learn(request);
  }
  for (const object of objects) assert.ok(find(requestFor(spread({ ...object }), [INT])), JSON.stringify(object));
});

test("arrays that are captured twice are told from two arrays", () => {
  const both =
    (one: Float64Array, two: Float64Array): Callable =>
    (i: number) => {
      one[i] = two[i] ?? 0;
    };
  const [a, b] = [new Float64Array(2), new Float64Array(2)];
  learn(requestFor(both(a, b), [INT]));
  const found = find(requestFor(both(b, a), [INT])) ?? assert.fail("not found");
  for (const [index, { name }] of found.entry.captured.entries()) {
    assert.equal(found.bound[index], name === "one" ? b : a);
  }
  assert.equal(find(requestFor(both(a, a), [INT])), undefined);
});

test("a helper that has changed, at any depth, is compiled anew", () => {
  const kernel = (helper: Callable): Callable => {
    const through = (x: number): unknown => helper(x);
    return (x: number) => through(x);
  };
  const request = (helper: Callable): CompileRequest => requestFor(kernel(helper), [INT]);
  learn(request((x: number) => x + 1));
  assert.ok(find(request((x: number) => x + 1)));
  assert.equal(find(request((x: number) => x + 2)), undefined);
  assert.equal(find(request(Math.sin)), undefined);
});

test("types, options, machine and build are part of the question", () => {
  const fn = (n: number): number => {
    let s = 0;
    for (const i of prange(n)) s += i;
    return s;
  };
  const request = requestFor(fn, [INT]);
  learn(request);
  assert.ok(find(request));
  assert.equal(find({ ...request, args: [{ kind: "float64" }] }), undefined);
  assert.equal(find({ ...request, disjoint: false }), undefined);
  assert.equal(find({ ...request, small: false }), undefined);
  assert.equal(find({ ...request, background: true }), undefined);
  for (const options of [{ parallel: true }, { boundscheck: false }, { fastmath: ["nnan"] as const }, { chunksize: 8 }])
    assert.equal(find({ ...request, options: { ...request.options, ...options } }), undefined);
  assert.equal(find(request, recall(), "another machine"), undefined);
  assert.equal(find(request, recall("another build")), undefined);
});

test("functions as arguments", () => {
  const fn = (f: Callable, x: number): unknown => f(x);
  const request = (f: Callable): CompileRequest => requestFor(fn, [{ kind: "function", value: f }, INT]);
  const twice = (x: number): number => x * 2;
  learn(request(twice));
  const found = find(request(twice)) ?? assert.fail("not found");
  assert.deepEqual(found.bound, [twice]);
  assert.deepEqual(found.entry.args, [{ kind: "function", value: twice }, INT]);
  assert.equal(find(request((x: number) => x * 3)), undefined);
});

test("properties of the engine's objects are looked at, too", () => {
  const fn = (x: number): number => x * (Math as unknown as { tau: number }).tau;
  const request = requestFor(fn, [INT]);
  const math = Math as { tau?: number };
  math.tau = 6;
  try {
    learn(request);
    assert.ok(find(request) !== undefined);
    math.tau = 7;
    assert.equal(find(request), undefined, "it is another number");
  } finally {
    delete math.tau;
  }
  assert.equal(find(request), undefined, "it is gone");
});

test("functions of the engine's that the program has replaced are not taken for the engine's", (t) => {
  const request = requestFor((x: number): number => Math.max(x, 3), [INT]);
  learn(request);
  assert.ok(find(request) !== undefined);
  t.mock.method(Math, "max", (a: number, b: number) => a - b);
  assert.equal(find(request), undefined);
  t.mock.restoreAll();
  assert.ok(find(request) !== undefined);
});

test("a damaged record is one that isn't there", () => {
  const fn = (x: number): number => x + 41;
  const request = requestFor(fn, [INT]);
  const before = new Set(readdirSync(store.dir));
  learn(request);
  const file = readdirSync(store.dir).find((name) => !before.has(name)) ?? assert.fail("nothing was stored");
  const path = join(store.dir, file);
  const text = readFileSync(path, "utf8");
  for (const damaged of [
    "",
    text.slice(0, -1),
    text.replace("41", "42"),
    text.replace("number", "Number"),
    `${text} `,
  ]) {
    if (damaged === text) continue;
    writeFileSync(path, damaged);
    assert.equal(find(request), undefined);
  }
  writeFileSync(path, text);
  assert.ok(find(request));
  store.clear();
  assert.equal(find(request), undefined, "clear removes records");
});

test("a variable that isn't initialised yet is not looked at", () => {
  const fn = (x: number): number => x * later;
  const request = requestFor(fn, [INT]);
  assert.equal(find(request), undefined);
  const later = 3;
  learn(request);
  assert.ok(find(request));

  let isThere = false;
  const getter = {
    get gain(): number {
      if (!isThere) throw new Error("not yet");
      return 2;
    },
  };
  const watch = recall().watch(
    requestFor((x: number) => x * getter.gain, [INT]),
    "machine",
  );
  assert.throws(() => watch.request.reader.property(getter, "gain"), /not yet/);
  watch.remember(compileKernel(request), KEY);
  assert.equal(find(requestFor((x: number) => x * getter.gain, [INT])), undefined, "nothing that threw is remembered");

  const gained = requestFor((x: number) => getter.gain + x, [INT]);
  isThere = true;
  learn(gained);
  assert.ok(find(gained));
  isThere = false;
  assert.equal(find(gained), undefined);
});
