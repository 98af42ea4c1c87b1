import assert from "node:assert/strict";
import { test } from "node:test";
import { runInNewContext } from "node:vm";
import { ELEMENT_KINDS, ELEMENTS } from "../types/elements.ts";
import { accepts, argumentError, describeValue, keyOfTypes, typeOfArgument } from "./arguments.ts";
import { parameterNames } from "./parameters.ts";

test("numbers are int32 exactly when they are int32 and not −0", () => {
  for (const n of [0, 1, -1, 2 ** 31 - 1, -(2 ** 31)]) assert.equal(typeOfArgument(n)?.kind, "int32", String(n));
  for (const n of [-0, 0.5, NaN, Infinity, 2 ** 31, -(2 ** 31) - 1, 2 ** 53])
    assert.equal(typeOfArgument(n)?.kind, "float64", String(n));
});

test("bigints within 64 bits, signed first", () => {
  for (const n of [0n, 2n ** 63n - 1n, -(2n ** 63n)]) assert.equal(typeOfArgument(n)?.kind, "int64");
  for (const n of [2n ** 63n, 2n ** 64n - 1n]) assert.equal(typeOfArgument(n)?.kind, "uint64");
  for (const n of [2n ** 64n, -(2n ** 63n) - 1n]) assert.equal(typeOfArgument(n), undefined);
});

test("typed arrays of every kind, of another realm, and Node's Buffer", () => {
  for (const elem of ELEMENT_KINDS) {
    const name = ELEMENTS[elem].constructorName;
    for (const array of [runInNewContext(`new ${name}(2)`), runInNewContext(`new (class extends ${name} {})(2)`)]) {
      assert.deepEqual(typeOfArgument(array), { kind: "array", elem });
      assert.ok(accepts({ kind: "array", elem }, array));
    }
  }
  assert.deepEqual(typeOfArgument(Buffer.alloc(2)), { kind: "array", elem: "uint8" });
});

test("what merely looks like a typed array isn't one", () => {
  const impostor = { [Symbol.toStringTag]: "Float64Array", length: 2 };
  for (const value of [
    impostor,
    [1, 2],
    new DataView(new ArrayBuffer(8)),
    new ArrayBuffer(8),
    null,
    {},
    "1",
    Symbol("s"),
  ])
    assert.equal(typeOfArgument(value), undefined);
  const masked = new Float64Array(2);
  Object.defineProperty(masked, Symbol.toStringTag, { value: "Int8Array" });
  assert.deepEqual(typeOfArgument(masked), { kind: "array", elem: "float64" });
});

test("keys tell types apart, functions by identity", () => {
  const f = () => 1;
  const g = () => 1;
  const key = (...values: unknown[]) => keyOfTypes(values.map((v) => typeOfArgument(v) ?? assert.fail()));
  assert.equal(key(1, f), key(2, f));
  assert.notEqual(key(f), key(g));
  const all = [
    1,
    1.5,
    true,
    1n,
    2n ** 63n,
    undefined,
    f,
    g,
    ...ELEMENT_KINDS.map((e) => runInNewContext(`new ${ELEMENTS[e].constructorName}(0)`)),
  ];
  assert.equal(new Set(all.map((v) => key(v))).size, all.length);
});

test("values are described", () => {
  const table: [unknown, string][] = [
    [-0, "the number -0"],
    [1.5, "the number 1.5"],
    [5n, "the bigint 5n"],
    ["x", "a string"],
    [null, "null"],
    [undefined, "undefined"],
    [[1], "a plain array"],
    [{}, "an object"],
    [new Map(), "a Map"],
    [new ArrayBuffer(1), "an ArrayBuffer"],
    [new Int8Array(1), "an Int8Array"],
    [new Uint8Array(1), "a Uint8Array"],
    [Math.max, "the function max"],
    [() => 1, "a function"],
  ];
  for (const [value, text] of table) assert.equal(describeValue(value), text);
  assert.equal(
    argumentError("'blur'", ["image", "out"], 1, [1]).message,
    "argument 2 ('out') of 'blur' is a plain array; make it a typed array, such as Float64Array.from(…): kernels take numbers, booleans, bigints, typed arrays and functions",
  );
  const told = (value: unknown): string => argumentError("'f'", undefined, 0, value).message;
  const instead: [unknown, string][] = [
    [[[1, 2]], "a plain array; make it one flat typed array, such as Float64Array.from(rows.flat())"],
    [[5n], "a plain array; make it a typed array, such as BigInt64Array.from(…)"],
    [[new Float64Array(1)], "a plain array; pass its arrays one by one"],
    [[{ x: 1 }], "a plain array; make a typed array of each property, such as Float64Array.from(list, (o) => o.x)"],
    [[], "a plain array; make it a typed array, such as Float64Array.from(…)"],
    ["linear", "a string; pass a number that says which it is"],
    [null, "null; pass undefined for what isn't there"],
    [{ width: 1 }, "an object; pass what the kernel needs of it"],
    [new ArrayBuffer(8), "an ArrayBuffer; pass a view of it, such as new Float64Array(buffer)"],
    [new SharedArrayBuffer(8), "a SharedArrayBuffer; pass a view of it, such as new Float64Array(buffer)"],
    [
      new DataView(new ArrayBuffer(8)),
      "a DataView; pass new Uint8Array(view.buffer, view.byteOffset, view.byteLength)",
    ],
    [Promise.resolve(1), "a Promise; await it"],
  ];
  const takes = "kernels take numbers, booleans, bigints, typed arrays and functions";
  for (const [value, text] of instead) assert.equal(told(value), `argument 1 of 'f' is ${text}: ${takes}`);
  const beyond = argumentError("'f'", undefined, 0, 2n ** 64n);
  assert.ok(beyond instanceof RangeError);
  assert.equal(beyond.message, "argument 1 of 'f' is 18446744073709551616n, which is beyond 64 bits");
});

test("parameters, whatever form the function has", () => {
  const key = "computed";
  // biome-ignore lint/complexity/noStaticOnlyClass: static methods are what is tested
  class C {
    static plain(a: number, b = 2) {
      return a + b;
    }
    static #hidden(a: number) {
      return a;
    }
    static get hidden() {
      return C.#hidden;
    }
    static [key](x: number) {
      return x;
    }
  }
  const object = {
    method(a: number, /* two */ b: number) {
      return a + b;
    },
  };
  assert.deepEqual(
    parameterNames((x: number) => x),
    ["x"],
  );
  // biome-ignore format: the arrow function without parentheses is the case
  assert.deepEqual(parameterNames(new Function("return x => x")()), ["x"]);
  assert.deepEqual(
    parameterNames(() => 0),
    [],
  );
  assert.deepEqual(
    parameterNames((a: number, b: number = a, c?: number) => a + b + (c ?? 0)),
    ["a", "b", "c"],
  );
  assert.deepEqual(
    parameterNames(function named(a: number) {
      return a;
    }),
    ["a"],
  );
  assert.deepEqual(parameterNames(C.plain), ["a", "b"]);
  assert.deepEqual(parameterNames(C.hidden), ["a"]);
  assert.deepEqual(parameterNames(C.computed), ["x"]);
  assert.deepEqual(parameterNames(object.method), ["a", "b"]);
  assert.equal(
    parameterNames((...xs: number[]) => xs.length),
    undefined,
  );
  assert.equal(parameterNames(Math.max), undefined);
});
