import assert from "node:assert/strict";
import { test } from "node:test";
import { parseSignature, printResult, printSignature, resultFits } from "./notation.ts";

test("signatures in Numba's notation", () => {
  const s = parseSignature("float64(float64[:], int32)");
  assert.deepEqual(s.args, [{ kind: "array", elem: "float64" }, { kind: "int32" }]);
  assert.deepEqual(s.result, { kind: "number" });
  assert.equal(printSignature(s.args, { kind: "number", from: "f64" }), "float64(float64[:], int32)");
});

test("short names, without a result", () => {
  const s = parseSignature("(f8, i4, u1[:], i8[:], u8, b1, uint8c[::1])");
  assert.equal(printSignature(s.args), "(float64, int32, uint8[:], int64[:], uint64, bool, uint8c[:])");
  assert.equal(s.result, undefined);
  assert.deepEqual(parseSignature("void()"), { text: "void()", args: [], result: { kind: "undefined" } });
});

test("tuples as results", () => {
  const items = [{ kind: "number" }, { kind: "array", elem: "float32" }];
  assert.deepEqual(parseSignature("Tuple((int32, f4[:]))()").result, { kind: "tuple", items });
  assert.deepEqual(parseSignature("Tuple(int32, f4[:])()").result, { kind: "tuple", items });
  assert.deepEqual(parseSignature("UniTuple(bool, 2)()").result, {
    kind: "tuple",
    items: [{ kind: "bool" }, { kind: "bool" }],
  });
  const tuple = { kind: "tuple", items: [{ kind: "number", from: "i32" }, { kind: "int64" }] } as const;
  assert.equal(printResult(tuple), "Tuple((int32, int64))");
});

test("objects as results", () => {
  const record = {
    kind: "record",
    names: ["min", "größe", "$", "at"],
    items: [
      { kind: "number", from: "f64" },
      { kind: "int64" },
      { kind: "array", elem: "float32" },
      { kind: "record", names: ["float64"], items: [{ kind: "bool" }] },
    ],
  } as const;
  const text = "NamedTuple(min: float64, größe: int64, $: float32[:], at: NamedTuple(float64: bool))";
  assert.equal(printResult(record), text);
  const declared = parseSignature(`${text}(int32)`).result;
  assert.ok(declared !== undefined && resultFits(declared, record));
  assert.deepEqual(parseSignature("NamedTuple( )()").result, { kind: "record", names: [], items: [] });
  const others = [
    "NamedTuple(min: float64)",
    "NamedTuple(größe: int64, min: float64, $: float32[:], at: NamedTuple(float64: bool))",
    "NamedTuple(min: float64, größe: float64, $: float32[:], at: NamedTuple(float64: bool))",
    "NamedTuple(min: float64, größe: int64, $: float32[:], at: NamedTuple(float64: bool), more: bool)",
    "Tuple((float64, int64, float32[:], Tuple((bool,))))",
  ];
  for (const other of others) {
    const result = parseSignature(`${other}()`).result;
    assert.ok(result !== undefined && !resultFits(result, record), other);
  }
});

test("results that may be missing", () => {
  const optional = { kind: "nullable", from: "i64", null: true, undefined: false } as const;
  assert.equal(printSignature([], optional), "Optional(float64)()");
  const declared = parseSignature("Optional(i4)()").result ?? assert.fail();
  const fitting = [optional, { kind: "number", from: "f64" }, { kind: "null" }, { kind: "undefined" }] as const;
  for (const result of fitting) assert.ok(resultFits(declared, result), result.kind);
  assert.ok(!resultFits(declared, { kind: "bool" }));
  assert.ok(!resultFits(parseSignature("float64()").result ?? assert.fail(), optional));
  const never = { kind: "null" } as const;
  assert.deepEqual(parseSignature(printSignature([], never)).result, never);
});

test("plain arrays as results", () => {
  const list = { kind: "list", elem: "float64" } as const;
  assert.deepEqual(parseSignature("List(f8)()").result, list);
  assert.deepEqual(parseSignature(printSignature([], list)).result, list);
  assert.ok(resultFits(list, list));
  assert.ok(!resultFits(list, { kind: "array", elem: "float64" }));
  assert.ok(!resultFits(list, { kind: "list", elem: "int32" }));
});

test("a mistake is pointed at", () => {
  const mistakes = {
    "float64(float65[:])": [8, "unknown type 'float65'"],
    "float64(float64[:,:])": [15, "typed arrays have one dimension: write [:]"],
    "float64(float64[2])": [15, "an array is written [:]"],
    "float64(float64": [15, "expected ',' before the end"],
    float64: [7, "expected '(' before the end"],
    "float64() x": [10, "nothing may follow the closing parenthesis"],
    "float64(float32)": [8, "float32 can't be a parameter: a number parameter is int32 or float64"],
    "float64(uint8)": [8, "uint8 can't be a parameter: a number parameter is int32 or float64"],
    "(bool[:])": [1, "there is no typed array of bool"],
    "(Tuple((int32,)))": [1, "kernels return tuples but don't take them"],
    "UniTuple(f8, 4294967296)()": [13, "a tuple has at most 65536 items"],
    "List(float64[:])()": [5, "the items of a List are numbers: write List(float64)"],
    "(NamedTuple(x: f8))": [1, "kernels return objects but don't take them"],
    "NamedTuple(x: f8, x: f8)()": [18, "there are two properties 'x'"],
    "NamedTuple(x: f8, f8)()": [20, "expected ':', not ')'"],
    "NamedTuple(1: f8)()": [11, "expected NamedTuple(name: type, …)"],
    "NamedTuple(x: f8": [16, "expected ',' before the end"],
    "NamedTuple(": [11, "expected NamedTuple(name: type, …)"],
    "Optional(bool)()": [9, "what may be missing is a number: write Optional(float64)"],
    "(Optional(f8))": [1, "a missing argument has a signature of its own"],
    "(null)": [1, "null can't be a parameter: kernels take no null"],
    "(List(float64))": [1, "kernels return plain arrays but don't take them"],
    "uint8c()": [0, "uint8c can't be a result"],
    "": [0, "a type is missing"],
    "(,)": [1, "unknown type ','"],
    "(float64[:)": [11, "expected ']' before the end"],
  } as const;
  for (const [text, [at, reason]] of Object.entries(mistakes)) {
    assert.throws(
      () => parseSignature(text),
      (error: unknown) => {
        assert.ok(error instanceof TypeError);
        const [first, second, third] = error.message.split("\n");
        assert.ok(first?.startsWith(`bad signature: ${reason}`), error.message);
        assert.equal(second, `  ${text}`);
        assert.equal(third, `  ${" ".repeat(at)}^`, error.message);
        return true;
      },
      text,
    );
  }
});

test("declared results", () => {
  const declared = (text: string) => parseSignature(`${text}()`).result ?? assert.fail();
  assert.ok(resultFits(declared("float64"), { kind: "number", from: "i64" }));
  assert.ok(resultFits(declared("int64"), { kind: "uint64" }));
  assert.ok(!resultFits(declared("int64"), { kind: "number", from: "i64" }));
  assert.ok(resultFits(declared("f8[:]"), { kind: "array", elem: "float64" }));
  assert.ok(!resultFits(declared("f8[:]"), { kind: "array", elem: "float32" }));
  assert.ok(!resultFits(declared("void"), { kind: "bool" }));
  const pair = { kind: "tuple", items: [{ kind: "bool" }, { kind: "bool" }] } as const;
  assert.ok(resultFits(declared("UniTuple(bool, 2)"), pair));
  assert.ok(!resultFits(declared("UniTuple(bool, 3)"), pair));
});
