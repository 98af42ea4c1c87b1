import assert from "node:assert/strict";
import { test } from "node:test";
import { STATE_WORDS, STATUS } from "../../src/emit/abi.ts";
import { ELEMENT_KINDS, ELEMENTS, type ElementKind } from "../../src/types/elements.ts";
import type { ArgType } from "../../src/types/signature.ts";
import { buildKernel, load, loadCreate } from "./addon.ts";

const misfit = (site: number) => ({ status: STATUS.misfit, site, a: 0, b: 0 });
const store = (type: string) => `store ${type} %x, ptr %results\nret i32 0`;

test("an int32 argument is an int32 and not -0", () => {
  const k = load({
    args: [{ kind: "int32" }],
    params: "i32 %x",
    results: ["i32"],
    result: { kind: "number", from: "i32" },
    body: store("i32"),
  });
  for (const x of [0, 1, -1, 2 ** 31 - 1, -(2 ** 31)]) assert.equal(k(x), x);
  const others = [
    -0,
    0.5,
    2 ** 31,
    -(2 ** 31) - 1,
    Number.NaN,
    Infinity,
    1e300,
    "1",
    true,
    null,
    undefined,
    1n,
    {},
    [],
  ];
  for (const x of others) assert.deepEqual(k(x), misfit(0), String(x));
  assert.deepEqual(k(), misfit(0));
  assert.equal(k(7, "more arguments are ignored"), 7);
});

test("a float64 argument is any number", () => {
  const k = load({
    args: [{ kind: "float64" }],
    params: "double %x",
    results: ["f64"],
    result: { kind: "number", from: "f64" },
    body: store("double"),
  });
  for (const x of [0, -0, 1.5, Number.NaN, Infinity, -Infinity, Number.MIN_VALUE, 2 ** 53])
    assert.ok(Object.is(k(x), x));
  for (const x of ["1", true, null, undefined, 1n, {}, new Float64Array(1)]) assert.deepEqual(k(x), misfit(0));
});

test("bool, BigInt and undefined arguments", () => {
  const bool = load({
    args: [{ kind: "bool" }],
    params: "i1 %x",
    results: ["i1"],
    result: { kind: "bool" },
    body: store("i1"),
  });
  assert.equal(bool(true), true);
  assert.equal(bool(false), false);
  for (const x of [0, 1, "true", null, undefined]) assert.deepEqual(bool(x), misfit(0));

  for (const kind of ["int64", "uint64"] as const) {
    const k = load({ args: [{ kind }], params: "i64 %x", results: ["i64"], result: { kind }, body: store("i64") });
    const wrap = kind === "int64" ? BigInt.asIntN : BigInt.asUintN;
    for (const x of [
      0n,
      1n,
      -1n,
      2n ** 63n - 1n,
      2n ** 63n,
      -(2n ** 63n),
      2n ** 64n - 1n,
      2n ** 64n,
      -(2n ** 64n),
      2n ** 200n,
    ]) {
      if (wrap(64, x) === x) assert.equal(k(x), x);
      else assert.deepEqual(k(x), misfit(0), `${kind} ${x}`);
    }
    assert.deepEqual(k(1), misfit(0));
  }

  const nothing = load({ args: [{ kind: "float64" }, { kind: "undefined" }], params: "double %x", body: "ret i32 0" });
  assert.equal(nothing(1), undefined);
  assert.equal(nothing(1, undefined), undefined);
  for (const x of [null, 0, false]) assert.deepEqual(nothing(1, x), misfit(1));
});

test("a function argument is the bound function", () => {
  const f = () => 1;
  const g = () => 1;
  const k = load(
    {
      args: [
        { kind: "function", value: f },
        { kind: "function", value: g },
      ],
      body: "ret i32 0",
    },
    [f, g],
  );
  assert.equal(k(f, g), undefined);
  assert.deepEqual(k(g, f), misfit(0));
  assert.deepEqual(k(f, f), misfit(1));
  assert.deepEqual(k(f), misfit(1));
});

const typedArray = (elem: ElementKind, length: number): NodeJS.TypedArray => {
  const TypedArray = Object.getOwnPropertyDescriptor(globalThis, ELEMENTS[elem].constructorName)?.value;
  return new TypedArray(length);
};

test("an array argument is a typed array, of its kind as the caller makes sure", () => {
  for (const elem of ELEMENT_KINDS) {
    const arg: ArgType = { kind: "array", elem };
    const k = load({
      args: [arg],
      params: "ptr %data, i32 %x, i64 %owner",
      results: ["i32"],
      result: { kind: "number", from: "i32" },
      body: store("i32"),
    });
    assert.equal(k(typedArray(elem, 5)), 5);
    for (const x of [1, null, undefined, [], {}, new DataView(new ArrayBuffer(8)), new ArrayBuffer(8)]) {
      assert.deepEqual(k(x), misfit(0));
    }
  }
});

test("a captured array is one of its kind and no other, or there is no kernel", () => {
  const path = buildKernel({
    captured: [{ name: "xs", elem: "int32" }],
    params: "ptr %data, i32 %x, i64 %owner",
    body: "ret i32 0",
  });
  const bind = (array: unknown) =>
    loadCreate(path)(
      {},
      new Float64Array(STATE_WORDS),
      [array],
      () => {},
      0n,
      new Uint32Array(4),
      new BigUint64Array(1),
    );
  assert.equal(bind(typedArray("int32", 5))(), undefined);
  for (const elem of ELEMENT_KINDS)
    if (elem !== "int32") assert.throws(() => bind(typedArray(elem, 5)), /could not make/);
  for (const x of [1, undefined, []]) assert.throws(() => bind(x), /could not make/);
});

test("array arguments over every kind of memory", () => {
  const k = load({
    args: [{ kind: "array", elem: "uint8" }],
    params: "ptr %data, i32 %n, i64 %owner",
    results: ["i32"],
    result: { kind: "number", from: "i32" },
    body: `
      %some = icmp ne i32 %n, 0
      br i1 %some, label %write, label %done
    write:
      %last = sub i32 %n, 1
      %p = getelementptr i8, ptr %data, i32 %last
      store i8 99, ptr %p
      br label %done
    done:
      store i32 %n, ptr %results
      ret i32 0`,
  });
  const check = (array: Uint8Array, length: number) => {
    assert.equal(k(array), length);
    if (length > 0) assert.equal(array[length - 1], 99);
  };
  check(new Uint8Array(3), 3);
  check(new Uint8Array(0), 0);
  check(Buffer.from("hello"), 5);
  check(Buffer.alloc(100_000), 100_000);
  check(new Uint8Array(new SharedArrayBuffer(4)), 4);
  check(new Uint8Array(new ArrayBuffer(10), 2, 3), 3);

  const detached = new Uint8Array(8);
  structuredClone(detached.buffer, { transfer: [detached.buffer] });
  check(detached, 0);

  const Resizable = ArrayBuffer as unknown as new (n: number, o: object) => ArrayBuffer & { resize(n: number): void };
  const buffer = new Resizable(8, { maxByteLength: 64 });
  const tracking = new Uint8Array(buffer);
  const fixed = new Uint8Array(buffer, 4, 4);
  check(tracking, 8);
  buffer.resize(32);
  check(tracking, 32);
  check(fixed, 4);
  buffer.resize(6);
  check(tracking, 6);
  check(fixed, 0);
});

test("arrays of 2^31 elements and more are refused", () => {
  const k = load({
    args: [{ kind: "undefined" }, { kind: "array", elem: "uint8" }],
    params: "ptr %data, i32 %n, i64 %owner",
    results: ["i32"],
    result: { kind: "number", from: "i32" },
    body: "store i32 %n, ptr %results\nret i32 0",
  });
  const buffer = new ArrayBuffer(2 ** 31); // never touched, so it takes no memory
  assert.equal(k(undefined, new Uint8Array(buffer, 1)), 2 ** 31 - 1);
  assert.deepEqual(k(undefined, new Uint8Array(buffer)), { status: STATUS.tooLong, site: 1, a: 0, b: 0 });
});

test("captured arrays are read again at every call", () => {
  const buffer = new Float64Array([1, 2, 3]);
  const k = load(
    {
      captured: [{ name: "a", elem: "float64" }],
      params: "ptr %data, i32 %n, i64 %owner",
      results: ["i32"],
      result: { kind: "number", from: "i32" },
      body: "store i32 %n, ptr %results\nret i32 0",
    },
    [buffer],
  );
  assert.equal(k(), 3);
  structuredClone(buffer.buffer, { transfer: [buffer.buffer] });
  assert.equal(k(), 0);
});

test("overlap is found for the written pairs of a disjoint kernel", () => {
  const f64: ArgType = { kind: "array", elem: "float64" };
  const u8: ArgType = { kind: "array", elem: "uint8" };
  const kernel = {
    args: [f64, f64, u8],
    params: "ptr %a, i32 %al, i64 %ao, ptr %b, i32 %bl, i64 %bo, ptr %c, i32 %cl, i64 %co",
    writtenPairs: [
      [0, 1],
      [0, 2],
    ] as const,
    body: "ret i32 0",
  };
  const k = load({ ...kernel, disjoint: true });
  const overlap = { status: STATUS.overlap, site: 0, a: 0, b: 0 };
  const buffer = new ArrayBuffer(160);
  const at = (offset: number, length: number) => new Float64Array(buffer, offset, length);
  const bytes = (offset: number, length: number) => new Uint8Array(buffer, offset, length);
  const elsewhere = new Uint8Array(4);
  assert.equal(k(at(0, 5), at(40, 5), elsewhere), undefined);
  assert.equal(k(at(40, 5), at(0, 5), elsewhere), undefined);
  assert.deepEqual(k(at(0, 6), at(40, 5), elsewhere), overlap);
  assert.deepEqual(k(at(40, 5), at(0, 6), elsewhere), overlap);
  assert.deepEqual(k(at(0, 5), at(0, 5), elsewhere), overlap);
  assert.equal(k(at(0, 5), at(16, 0), elsewhere), undefined);
  assert.equal(k(at(16, 0), at(0, 5), bytes(0, 100)), undefined);
  assert.deepEqual(k(at(8, 1), at(80, 1), bytes(15, 1)), overlap);
  assert.equal(k(at(8, 1), at(80, 1), bytes(16, 1)), undefined);
  assert.equal(k(at(8, 1), at(80, 1), bytes(80, 8)), undefined);

  const any = load({ ...kernel, disjoint: false });
  assert.equal(any(at(0, 6), at(0, 6), bytes(0, 9)), undefined);
});
