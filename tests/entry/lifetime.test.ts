import assert from "node:assert/strict";
import { test } from "node:test";
import { Worker } from "node:worker_threads";
import { PASSED, STATE_WORDS, STATUS } from "../../src/emit/abi.ts";
import { streamOf } from "../../src/ir/random.ts";
import { buildKernel, type Create, type HandKernel, load, loadCreate } from "./addon.ts";
import { descend, increment, logOnce } from "./kernels.ts";

test("create rejects what it can't work with", () => {
  const create = loadCreate(buildKernel(increment)) as (...args: unknown[]) => unknown;
  const state = new Float64Array(STATE_WORDS);
  for (const args of [
    [],
    [{}, state],
    [{}, new Float32Array(STATE_WORDS), [], () => {}],
    [{}, new Float64Array(STATE_WORDS - 1), [], () => {}],
    [1, state, [], () => {}],
  ]) {
    assert.throws(() => create(...args), Error);
  }
});

test("callables of one addon have instances of their own", () => {
  const path = buildKernel(logOnce);
  const [create, again] = [loadCreate(path), loadCreate(path)];
  const make = (from: Create) => {
    const [sentinel, state] = [{}, new Float64Array(STATE_WORDS)];
    return { k: from(sentinel, state, [], () => {}), sentinel, state };
  };
  const [a, b, c] = [make(create), make(create), make(again)];
  assert.equal(a.k("x"), a.sentinel);
  assert.equal(c.k("x"), c.sentinel);
  assert.equal(a.state[0], STATUS.misfit);
  assert.equal(b.state[0], 0);
  assert.equal(b.k(new Float64Array(2)), undefined);
  assert.equal(b.state[PASSED.result], 2);
  assert.equal(a.state[PASSED.result], 0);
  assert.equal(a.k.name, "k");
});

test("instances go with their callables", { skip: globalThis.gc === undefined && "needs --expose-gc" }, async () => {
  const create = loadCreate(buildKernel(increment));
  let collected = 0;
  const registry = new FinalizationRegistry(() => collected++);
  for (let i = 0; i < 2000; i++) {
    const state = new Float64Array(STATE_WORDS);
    registry.register(state, i);
    create({}, state, [], () => {})();
  }
  for (let i = 0; i < 20 && collected < 1900; i++) {
    globalThis.gc?.();
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  assert.ok(collected >= 1900, `${collected} of 2000`);
});

test("log gets the records' values", () => {
  const seen: unknown[][] = [];
  const k = load(
    {
      args: [{ kind: "float64" }],
      params: "double %x",
      ops: ["log"],
      extra: '@text = private constant [6 x i8] c"h\\C3\\A9llo"',
      body: `
        %records = alloca [5 x { i32, i32, i64 }]
        store { i32, i32, i64 } { i32 0, i32 6, i64 ptrtoint (ptr @text to i64) }, ptr %records
        %r1 = getelementptr { i32, i32, i64 }, ptr %records, i32 1
        store { i32, i32, i64 } { i32 1, i32 0, i64 0 }, ptr %r1
        %bits = bitcast double %x to i64
        %payload = getelementptr { i32, i32, i64 }, ptr %records, i32 1, i32 2
        store i64 %bits, ptr %payload
        %r2 = getelementptr { i32, i32, i64 }, ptr %records, i32 2
        store { i32, i32, i64 } { i32 2, i32 0, i64 1 }, ptr %r2
        %r3 = getelementptr { i32, i32, i64 }, ptr %records, i32 3
        store { i32, i32, i64 } { i32 3, i32 0, i64 -1 }, ptr %r3
        %r4 = getelementptr { i32, i32, i64 }, ptr %records, i32 4
        store { i32, i32, i64 } { i32 4, i32 0, i64 -1 }, ptr %r4
        %status = call i32 @nb_log(ptr %cx, ptr %records, i32 5)
        ret i32 %status`,
    },
    [],
    (...args: unknown[]) => seen.push(args),
  );
  assert.equal(k(2.5), undefined);
  assert.deepEqual(seen, [["héllo", 2.5, true, -1n, 2n ** 64n - 1n]]);
});

test("what log throws comes out of the kernel", () => {
  const k = load(logOnce, [], () => {
    throw new SyntaxError("from log");
  });
  assert.throws(() => k(new Float64Array(2)), { name: "SyntaxError", message: "from log" });
});

test("a kernel whose array is detached or resized by log ends", () => {
  let action = (_: Float64Array<ArrayBuffer>) => {};
  let array: Float64Array<ArrayBuffer> = new Float64Array(4);
  const k = load(logOnce, [], () => action(array));
  assert.equal(k(array), 4);
  action = (a) => structuredClone(a.buffer, { transfer: [a.buffer] });
  assert.throws(() => k(array), { name: "TypeError" });
  assert.equal(array.length, 0);
  assert.throws(() => {
    const Resizable = ArrayBuffer as unknown as new (n: number, o: object) => ArrayBuffer & { resize(n: number): void };
    const buffer = new Resizable(64, { maxByteLength: 128 });
    array = new Float64Array(buffer);
    action = () => buffer.resize(8);
    k(array);
  }, TypeError);
});

test("a kernel may be called again from its own log", () => {
  let depth = 0;
  const k: (...args: unknown[]) => unknown = load(logOnce, [], () => {
    const n = ++depth;
    if (n < 50) assert.equal(k(new Float64Array(n)), n);
  });
  assert.equal(k(new Float64Array(3)), 3);
});

test("random numbers go on from where JavaScript's stand, and JavaScript's from theirs", () => {
  const draw: HandKernel = {
    ops: ["random"],
    results: ["i64"],
    result: { kind: "uint64" },
    body: `
      %seed_at = getelementptr %nb.context, ptr %cx, i32 0, i32 9
      %seed = load i64, ptr %seed_at
      store i64 %seed, ptr %results
      %next = add i64 %seed, 1
      store i64 %next, ptr %seed_at
      ret i32 0`,
  };
  const shared = new Uint32Array([5, 1, 0, 0]);
  const [a, b] = [load(draw, [], undefined, shared), load(draw, [], undefined, shared)];
  assert.equal(a(), 2n ** 32n + 5n);
  assert.equal(b(), 2n ** 32n + 6n);
  shared[0] = 100;
  assert.equal(a(), 2n ** 32n + 100n);
  assert.deepEqual([...shared], [101, 1, 0, 0]);
  // A round of a prange that hasn't drawn yet: its start is computed.
  shared.set([5, 0, 1, 0]);
  const start = streamOf(5n, 0n);
  assert.equal(a(), start);
  assert.deepEqual([...shared], [Number(start & 0xffffffffn) + 1, Number(start >> 32n), 0, 0]);
});

test("recursion is deep, and ends before the stack does", () => {
  const k = load(descend);
  assert.equal(k(20_000), 42);
  assert.deepEqual(k(1e9), { status: STATUS.error, site: 0, a: 0, b: 0 });
  // From the depths of JavaScript's own recursion.
  const below = (n: number): unknown => {
    try {
      return below(n + 1);
    } catch {
      return k(1e9);
    }
  };
  const answer = below(0) as { status: number };
  assert.equal(answer.status, STATUS.error);
  assert.equal(k(20_000), 42);
});

test("worker threads load the same files", async () => {
  const kernels = [
    { path: buildKernel(increment), numbers: [1] },
    { path: buildKernel(descend), numbers: [5000] },
    { path: buildKernel(descend), numbers: [1e9] },
  ];
  loadCreate(kernels[0]?.path ?? "");
  const runs = Array.from({ length: 3 }, () => {
    const worker = new Worker(new URL("./worker.mjs", import.meta.url), { workerData: kernels });
    return new Promise((resolve, reject) => {
      worker.on("message", resolve);
      worker.on("error", reject);
    });
  });
  for (const answers of await Promise.all(runs)) assert.deepEqual(answers, [2, 42, `status ${STATUS.error}`]);
});
