import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import type { Site } from "../ir/func.ts";
import type { SourceText } from "../source/span.ts";
import { kernelError } from "./errors.ts";

const file = pathToFileURL(join(process.cwd(), "src", "file.ts")).href;
const source: SourceText = {
  text: "x => a[x]",
  locate: (offset) => ({ file, line: 5, column: offset }),
  lineAt: () => undefined,
};
const loc = { source, start: 7, end: 9 };

function errorAt(site: Site, ...values: readonly number[]): Error {
  const kernel = (): Error => kernelError(site, Float64Array.from(values), "kernel", kernel);
  return kernel();
}

test("texts", () => {
  const rows: [Site, number, number, string][] = [
    [
      { kind: "index", array: "out", loc },
      12,
      10,
      "RangeError: index 12 is out of bounds for 'out' of length 10 (src/file.ts:5:7)",
    ],
    [{ kind: "throw", errorName: "TypeError", message: ["no: ü\n"], loc }, 0, 0, "TypeError: no: ü\n"],
    [{ kind: "throw", errorName: "Error", message: [], loc }, 0, 0, "Error"],
    [{ kind: "throw", errorName: "Error", message: ["n: ", { type: "number" }], loc }, -0, 0, "Error: n: 0"],
    [
      { kind: "throw", errorName: "Error", message: [{ type: "boolean" }, ", ", { type: "number" }], loc },
      1,
      1e21,
      "Error: true, 1e+21",
    ],
    // The bits of -2 are 0xc000000000000000.
    [
      { kind: "throw", errorName: "Error", message: [{ type: "int64" }, " ", { type: "uint64" }], loc },
      -2,
      -2,
      "Error: -4611686018427387904 13835058055282163712",
    ],
    [{ kind: "length", constructorName: "Float64Array", loc }, -1, 0, "RangeError: Invalid typed array length: -1"],
    [{ kind: "length", constructorName: "Float64Array", loc }, 1e9, 0, "RangeError: Array buffer allocation failed"],
    [
      { kind: "range", message: "Exponent must be non-negative", loc },
      0,
      0,
      "RangeError: Exponent must be non-negative",
    ],
    [{ kind: "bigint-divide", loc }, 0, 0, "RangeError: Division by zero"],
    [
      { kind: "bigint-of", loc },
      1.5,
      0,
      "RangeError: The number 1.5 cannot be converted to a BigInt because it is not an integer",
    ],
    [
      { kind: "int64-overflow", loc },
      0,
      0,
      "RangeError: BigInt result does not fit in int64. BigInt.asIntN(64, …) wraps it; with a uint64 operand, BigInt.asUintN(64, x), it may go from 0 to 2^64 - 1 (src/file.ts:5:7)",
    ],
    [
      { kind: "uint64-overflow", loc },
      0,
      0,
      "RangeError: BigInt result does not fit in uint64. BigInt.asUintN(64, …) wraps it; with int64 operands only, BigInt.asIntN(64, x), it may go from -2^63 to 2^63 - 1 (src/file.ts:5:7)",
    ],
    [
      { kind: "bigint-of", loc },
      1e19,
      0,
      "RangeError: BigInt(10000000000000000000) does not fit in int64 (src/file.ts:5:7)",
    ],
    [{ kind: "stack", loc }, 0, 0, "RangeError: Maximum call stack size exceeded"],
  ];
  for (const [site, a, b, text] of rows) assert.equal(String(errorAt(site, a, b)), text);
});

test("V8 says the same", () => {
  const same = (site: Site, a: number, js: () => unknown): void => {
    assert.throws(js, { name: "RangeError", message: errorAt(site, a).message });
  };
  same({ kind: "length", constructorName: "Int8Array", loc }, -1, () => new Int8Array(-1));
  same({ kind: "bigint-divide", loc }, 0, () => 1n / BigInt(0));
  same({ kind: "bigint-of", loc }, 0.1, () => BigInt(0.1));
});

test("the stack begins at the user's line, then at the kernel's caller", () => {
  const { stack } = errorAt({ kind: "throw", errorName: "RangeError", message: ["a\nb"], loc });
  const lines = stack?.split("\n") ?? [];
  assert.deepEqual(lines.slice(0, 3), ["RangeError: a", "b", `    at kernel (${file}:5:7)`]);
  assert.match(lines[3] ?? "", /^ {4}at errorAt /);
});

test("functions inlined from elsewhere are on the stack", () => {
  const inner = {
    ...loc,
    start: 3,
    within: { name: "at", calledAt: { ...loc, within: { name: "row", calledAt: loc } } },
  };
  const lines = errorAt({ kind: "index", array: "a", loc: inner }, 3, 2).stack?.split("\n") ?? [];
  assert.deepEqual(lines.slice(1, 4), [
    `    at at (${file}:5:3)`,
    `    at row (${file}:5:7)`,
    `    at kernel (${file}:5:7)`,
  ]);
});

test("errors of the user's class", () => {
  for (const errorName of ["Error", "RangeError", "TypeError", "SyntaxError"]) {
    const error = errorAt({ kind: "throw", errorName, message: ["m"], loc });
    assert.equal(error.constructor.name, errorName);
    assert.ok(Object.hasOwn(error, "stack"));
  }
});
