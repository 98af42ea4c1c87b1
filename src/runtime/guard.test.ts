import assert from "node:assert/strict";
import { test } from "node:test";
import { runInNewContext } from "node:vm";
import { withoutCodeFromStrings } from "../../tests/support/no-code.ts";
import { PASSED, STATE_WORDS } from "../emit/abi.ts";
import { ELEMENT_KINDS, ELEMENTS } from "../types/elements.ts";
import type { ArgType, ResultType } from "../types/signature.ts";
import { guarded } from "./guard.ts";
import type { NativeKernel } from "./native.ts";

const native: NativeKernel = (...args) => args;
const state = new Float64Array(STATE_WORDS);
/** Arrays of what the native kernel is given. */
const tuple: ResultType = { kind: "tuple", items: [] };
const number: ResultType = { kind: "number", from: "f64" };
const misfit: NativeKernel = () => "misfit";

function check(): void {
  for (const elem of ELEMENT_KINDS) {
    const args: ArgType[] = [{ kind: "bool" }, { kind: "array", elem }, { kind: "array", elem: "int8" }];
    const call = guarded(native, { args, result: tuple }, state, misfit);
    const last = new Int8Array(1);
    for (const other of ELEMENT_KINDS) {
      const name = ELEMENTS[other].constructorName;
      for (const array of [runInNewContext(`new ${name}(2)`), runInNewContext(`new (class extends ${name} {})(2)`)]) {
        assert.deepEqual(call(1, array, last), other === elem ? [1, array, last] : "misfit");
        assert.deepEqual(call("any", last, array), other === elem && elem === "int8" ? ["any", last, array] : "misfit");
      }
    }
    const impostor = { [Symbol.toStringTag]: ELEMENTS[elem].constructorName, length: 2 };
    const heir = Object.create(new Int8Array(2));
    for (const value of [
      impostor,
      heir,
      [1, 2],
      new DataView(new ArrayBuffer(8)),
      new ArrayBuffer(8),
      null,
      "Int8Array",
    ]) {
      assert.equal(call(1, value, last), "misfit");
    }
    assert.equal(call(1), "misfit");
  }
}

test("a native kernel sees typed arrays of its kinds alone, however the others look", () => check());

test("where code may not be made from strings it is the same", () => withoutCodeFromStrings(() => check()));

test("functions that a program replaces don't let anything through", () => {
  const call = guarded(native, { args: [{ kind: "array", elem: "float64" }], result: tuple }, state, misfit);
  const original = Function.prototype.call;
  const answers: unknown[] = [];
  Function.prototype.call = () => "Float64Array";
  try {
    answers.push(call([]), call(new Int8Array(1)));
  } finally {
    Function.prototype.call = original;
  }
  assert.deepEqual(answers, ["misfit", "misfit"]);
});

test("without arrays and numbers the native function needs no guard", () => {
  const args: ArgType[] = [{ kind: "bool" }, { kind: "undefined" }];
  assert.equal(guarded(native, { args, result: tuple }, state, misfit), native);
});

function checkNumbers(): void {
  const args: ArgType[] = [{ kind: "float64" }, { kind: "int64" }, { kind: "int32" }];
  const given: unknown[] = [];
  const sum: NativeKernel = (...values) => {
    given.push(...values);
    state[PASSED.result] = (state[PASSED.numbers] ?? 0) - (state[PASSED.numbers + 1] ?? 0);
  };
  const call = guarded(sum, { args, result: number }, state, misfit);
  assert.equal(call(2.5, 7n, 1), 1.5);
  assert.ok(Object.is(call(-0, 7n, 0), -0));
  assert.ok(Number.isNaN(call(Number.NaN, 7n, 0)));
  assert.deepEqual(given, [7n, 7n, 7n]);
  const converting = { valueOf: (): number => assert.fail("converted") };
  for (const value of ["1", null, undefined, true, 1n, new Number(1), converting]) {
    assert.equal(call(value, 7n, 1), "misfit");
    assert.equal(call(1, 7n, value), "misfit");
  }
  assert.equal(call(1), "misfit");
  const asked = guarded(() => "sentinel", { args: [], result: number }, state, misfit);
  assert.equal(asked(), "sentinel");
}

test("numbers are passed in memory, and other values aren't made numbers", () => checkNumbers());

test("numbers are passed in memory where code may not be made from strings", () =>
  withoutCodeFromStrings(() => checkNumbers()));

test("numbers beyond the memory's end are given", () => {
  const args = Array.from({ length: STATE_WORDS }, (): ArgType => ({ kind: "float64" }));
  const values = args.map((_, index) => index);
  const call = guarded(native, { args, result: tuple }, state, misfit);
  const given = call(...values) as number[];
  assert.deepEqual([...state.subarray(PASSED.numbers), ...given], values);
});
