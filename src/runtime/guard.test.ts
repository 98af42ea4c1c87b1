import assert from "node:assert/strict";
import { test } from "node:test";
import { runInNewContext } from "node:vm";
import { withoutCodeFromStrings } from "../../tests/support/no-code.ts";
import { ELEMENT_KINDS, ELEMENTS } from "../types/elements.ts";
import { guarded } from "./guard.ts";
import type { NativeKernel } from "./native.ts";

const native: NativeKernel = (...args) => args;
const misfit: NativeKernel = () => "misfit";

function check(): void {
  for (const elem of ELEMENT_KINDS) {
    const call = guarded(native, [{ kind: "int32" }, { kind: "array", elem }, { kind: "array", elem: "int8" }], misfit);
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
  const call = guarded(native, [{ kind: "array", elem: "float64" }], misfit);
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

test("without arrays the native function needs no guard", () => {
  assert.equal(guarded(native, [{ kind: "int32" }, { kind: "undefined" }], misfit), native);
});
