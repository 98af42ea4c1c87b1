import assert from "node:assert/strict";
import { test } from "node:test";
import { runInNewContext } from "node:vm";
import { STATUS } from "../../src/emit/abi.ts";
import { parameterOwner } from "../../src/emit/llvm/context.ts";
import type { IrType } from "../../src/ir/types.ts";
import type { ArgType, ResultType } from "../../src/types/signature.ts";
import { load } from "./addon.ts";
import { BLOCKS, maker, passer } from "./kernels.ts";

const f64s: ArgType = { kind: "array", elem: "float64" };
const f64Result: ResultType = { kind: "array", elem: "float64" };

test("numbers of every width, booleans, BigInts", () => {
  const cases: [IrType, string, ResultType, unknown][] = [
    ["i32", "i32 -5", { kind: "number", from: "i32" }, -5],
    ["i64", "i64 9007199254740991", { kind: "number", from: "i64" }, 2 ** 53 - 1],
    ["f32", "float 0.5", { kind: "number", from: "f32" }, 0.5],
    ["f64", "double -0.0", { kind: "number", from: "f64" }, -0],
    ["f64", "double 0xFFF7FFFFFFF7FFFF", { kind: "number", from: "f64" }, Number.NaN],
    ["f64", "double 0x7FF0000000000000", { kind: "number", from: "f64" }, Infinity],
    ["i1", "i1 true", { kind: "bool" }, true],
    ["i1", "i1 false", { kind: "bool" }, false],
    ["i64", "i64 -1", { kind: "int64" }, -1n],
    ["i64", "i64 -1", { kind: "uint64" }, 2n ** 64n - 1n],
  ];
  for (const [type, value, result, expected] of cases) {
    const k = load({ results: [type], result, body: `store ${value}, ptr %results\nret i32 0` });
    assert.ok(Object.is(k(), expected), `${value}: ${String(k())}`);
  }
  assert.equal(load({ body: "ret i32 0" })(), undefined);
});

test("a tuple is an array, tuples nest", () => {
  const number: ResultType = { kind: "number", from: "i32" };
  const k = load({
    results: ["i32", "f64", "i1"],
    result: {
      kind: "tuple",
      items: [
        number,
        { kind: "tuple", items: [{ kind: "number", from: "f64" }, { kind: "bool" }] },
        { kind: "tuple", items: [] },
        { kind: "undefined" },
      ],
    },
    body: `
      store i32 1, ptr %results
      %b = getelementptr { i32, double, i1 }, ptr %results, i32 0, i32 1
      store double 2.5, ptr %b
      %c = getelementptr { i32, double, i1 }, ptr %results, i32 0, i32 2
      store i1 true, ptr %c
      ret i32 0`,
  });
  assert.deepEqual(k(), [1, [2.5, true], [], undefined]);
});

test("an object has its properties in their order, and nothing else", () => {
  const k = load({
    results: ["i32", "f64"],
    result: {
      kind: "record",
      names: ["zeta", "größe", "toString", "nothing"],
      items: [
        { kind: "number", from: "i32" },
        { kind: "tuple", items: [{ kind: "record", names: ["x"], items: [{ kind: "number", from: "f64" }] }] },
        { kind: "record", names: [], items: [] },
        { kind: "undefined" },
      ],
    },
    body: `
      store i32 1, ptr %results
      %b = getelementptr { i32, double }, ptr %results, i32 0, i32 1
      store double 2.5, ptr %b
      ret i32 0`,
  });
  const made = k() as object;
  assert.equal(Object.getPrototypeOf(made), Object.prototype);
  assert.deepEqual(Object.entries(made), [
    ["zeta", 1],
    ["größe", [{ x: 2.5 }]],
    ["toString", {}],
    ["nothing", undefined],
  ]);
  const plain = { value: 1, writable: true, enumerable: true, configurable: true };
  assert.deepEqual(Object.getOwnPropertyDescriptor(made, "zeta"), plain);
});

test("a returned parameter is the very object that came in", () => {
  const [a, b] = [new Float64Array(3), new Float64Array(4)];
  const k = load(passer("float64", false, false));
  assert.equal(k(false, a, b), a);
  assert.equal(k(true, a, b), b);
  const detached = new Float64Array(3);
  structuredClone(detached.buffer, { transfer: [detached.buffer] });
  assert.equal(k(true, a, detached), detached);

  const c = new Float64Array(5);
  const captured = load(passer("float64", false, true), [c]);
  assert.equal(captured(true, a), c);
  assert.equal(captured(false, a), a);
});

test("a part of a parameter shares its buffer and is of its class", () => {
  const buffer = new ArrayBuffer(64);
  const [a, b] = [new Float64Array(3), new Float64Array(buffer, 8, 5)];
  const k = load(passer("float64", true, false));
  const part = k(true, a, b) as Float64Array;
  assert.equal(part.constructor, Float64Array);
  assert.deepEqual([part.buffer === buffer, part.byteOffset, part.length], [true, 16, 3]);

  const bytes = load(passer("uint8", true, false));
  const node = bytes(false, Buffer.from("hello"), new Uint8Array(2)) as Buffer;
  assert.ok(Buffer.isBuffer(node));
  assert.equal(node.toString(), "ell");
  const shared = new Uint8Array(new SharedArrayBuffer(8));
  const view = bytes(true, shared, shared) as Uint8Array;
  assert.equal(view.buffer, shared.buffer);
  assert.equal(view.length, 6);

  const c = new Uint8Array(9);
  const captured = load(passer("uint8", true, true), [c])(true, c) as Uint8Array;
  assert.deepEqual([captured.buffer === c.buffer, captured.byteOffset, captured.length], [true, 1, 7]);

  const foreign = runInNewContext("new Float64Array(4)");
  assert.equal((k(false, foreign, b) as Float64Array).constructor, foreign.constructor);
});

test("an array made by the kernel belongs to JavaScript afterwards", () => {
  const k = load(maker(false));
  for (const n of [1, 2, 1000, 1_000_000]) {
    const array = k(n, 4.5) as Float64Array;
    assert.equal(array.constructor, Float64Array);
    assert.equal(array.length, n);
    assert.equal(array[0], 4.5);
    assert.equal(array.byteOffset, 0);
    assert.equal(array.buffer.byteLength, n * 8);
    if (n > 1) assert.equal(array[n - 1], 0);
  }
  assert.equal((k(0, 1) as Float64Array).length, 0);
});

test("arrays over the same memory share a buffer, the same array is the same object", () => {
  const [a, b, part] = load(maker(true))(4, 1) as Float64Array[];
  assert.ok(a && b && part);
  assert.equal(a, b);
  assert.equal(part.buffer, a.buffer);
  assert.deepEqual([part.byteOffset, part.length], [8, 2]);
});

test("an error gives its record, and frees what was made", () => {
  const k = load({
    args: [{ kind: "int32" }],
    params: "i32 %site",
    ops: ["array.new"],
    extra: BLOCKS,
    body: `
      %block = call ptr @block(ptr %cx, i64 1000000)
      %site_at = getelementptr %nb.context, ptr %cx, i32 0, i32 0
      store i32 %site, ptr %site_at
      %a_at = getelementptr %nb.context, ptr %cx, i32 0, i32 2
      store double 5.5, ptr %a_at
      %b_at = getelementptr %nb.context, ptr %cx, i32 0, i32 3
      store double 3.0, ptr %b_at
      ret i32 1`,
  });
  assert.deepEqual(k(3), { status: STATUS.error, site: 3, a: 5.5, b: 3 });
  const before = process.memoryUsage().rss;
  for (let i = 0; i < 1000; i++) k(i);
  assert.ok(process.memoryUsage().rss - before < 200e6);
});

test("a loop that never yields to the event loop doesn't pile up returned arrays", () => {
  const k = load(maker(false));
  const before = process.memoryUsage().rss;
  let most = 0;
  for (let i = 0; i < 400; i++) {
    k(250_000, i); // 2 MB, 800 MB in all
    if (i % 20 === 0) most = Math.max(most, process.memoryUsage().rss - before);
  }
  assert.ok(most < 400e6, `${most} bytes`);
});

test("an array too large for memory is an exception, not a crash", () => {
  const huge = load({
    results: ["float64[]"],
    result: f64Result,
    ops: ["array.new"],
    extra: BLOCKS,
    body: `
      %block = call ptr @block(ptr %cx, i64 64)
      %bytes_at = getelementptr %nb.block, ptr %block, i32 0, i32 2
      store i64 4611686018427387904, ptr %bytes_at
      store ptr %block, ptr %results
      %length_at = getelementptr i8, ptr %results, i64 8
      store i32 1, ptr %length_at
      %owner = ptrtoint ptr %block to i64
      %owner_at = getelementptr i8, ptr %results, i64 16
      store i64 %owner, ptr %owner_at
      ret i32 0`,
  });
  assert.throws(() => huge(), RangeError);
});

test("many results keep no handle, reference or block", () => {
  const [a, b] = [new Float64Array(3), new Float64Array(4)];
  const pass = load(passer("float64", false, false));
  const make = load(maker(true));
  const run = (n: number) => {
    for (let i = 0; i < n; i++) {
      pass(i % 2 === 0, a, b);
      make(8, i);
    }
  };
  run(20_000);
  const before = process.memoryUsage().rss;
  run(200_000);
  assert.ok(process.memoryUsage().rss - before < 60e6, `${process.memoryUsage().rss - before} bytes`);
});

test("f64 arrays in, f64 out", () => {
  // The shape most kernels have: two arrays and a number.
  const k = load({
    args: [f64s, f64s],
    params: "ptr %a, i32 %al, i64 %ao, ptr %b, i32 %bl, i64 %bo",
    results: ["f64"],
    result: { kind: "number", from: "f64" },
    body: `
      %x = load double, ptr %a
      %y = load double, ptr %b
      %sum = fadd double %x, %y
      store double %sum, ptr %results
      ret i32 0`,
  });
  assert.equal(k(new Float64Array([1.5]), new Float64Array([2])), 3.5);
  assert.equal(parameterOwner(1), 5);
});

test("a block made inside an ArrayBuffer is returned without a copy", () => {
  const k = load({
    args: [{ kind: "int32" }],
    params: "i32 %n",
    results: ["float64[]"],
    result: f64Result,
    ops: ["array.new"],
    body: `
      %long = zext i32 %n to i64
      %bytes = mul i64 %long, 8
      %block = call ptr @nb_new_buffer_block(ptr %cx, i64 %bytes)
      %none = icmp eq ptr %block, null
      br i1 %none, label %fail, label %fill
    fill:
      %data_at = getelementptr %nb.block, ptr %block, i32 0, i32 4
      %data = load ptr, ptr %data_at
      store double 7.0, ptr %data
      store ptr %data, ptr %results
      %length_at = getelementptr i8, ptr %results, i64 8
      store i32 %n, ptr %length_at
      %owner = ptrtoint ptr %block to i64
      %owner_at = getelementptr i8, ptr %results, i64 16
      store i64 %owner, ptr %owner_at
      ret i32 0
    fail:
      ret i32 1`,
  });
  for (const n of [1, 10, 1_000_000]) {
    const array = k(n) as Float64Array;
    assert.equal(array.length, n);
    assert.equal(array[0], 7);
    assert.equal(array.buffer.byteLength, n * 8);
  }
  // 2^46 bytes are refused by every engine; the exception of the attempt doesn't show.
  const tooMuch = load({
    args: [{ kind: "array", elem: "float64" }],
    params: "ptr %a, i32 %n, i64 %o",
    results: ["float64[]"],
    result: f64Result,
    ops: ["array.new"],
    body: `
      %block = call ptr @nb_new_buffer_block(ptr %cx, i64 70368744177664)
      %none = icmp eq ptr %block, null
      %status = zext i1 %none to i32
      ret i32 %status`,
  });
  assert.deepEqual(tooMuch(new Float64Array(1)), { status: STATUS.error, site: 0, a: 0, b: 0 });
});

test("away from the engine's thread such a block is an ordinary one", () => {
  const k = load({
    results: ["float64[]"],
    result: f64Result,
    ops: ["array.new"],
    body: `
      %env_at = getelementptr %nb.context, ptr %cx, i32 0, i32 6
      %env = load ptr, ptr %env_at
      store ptr null, ptr %env_at
      %block = call ptr @nb_new_buffer_block(ptr %cx, i64 80)
      store ptr %env, ptr %env_at
      %data_at = getelementptr %nb.block, ptr %block, i32 0, i32 4
      %data = load ptr, ptr %data_at
      %last = getelementptr double, ptr %data, i64 9
      store double 3.0, ptr %last
      store ptr %data, ptr %results
      %length_at = getelementptr i8, ptr %results, i64 8
      store i32 10, ptr %length_at
      %owner = ptrtoint ptr %block to i64
      %owner_at = getelementptr i8, ptr %results, i64 16
      store i64 %owner, ptr %owner_at
      ret i32 0`,
  });
  assert.deepEqual(k(), new Float64Array([0, 0, 0, 0, 0, 0, 0, 0, 0, 3]));
});
