import assert from "node:assert/strict";
import { test } from "node:test";
import { withoutCodeFromStrings } from "../../tests/support/no-code.ts";
import { makeCallable } from "./callable.ts";
import { type Dispatcher, SENTINEL } from "./dispatcher.ts";

interface Resumed {
  readonly args: readonly unknown[];
  readonly below: unknown;
}

/** A dispatcher whose native function gives its arguments back, or asks to be resumed if one of them is "resume". */
function dispatcherOf(parameters: readonly string[] | undefined): { dispatcher: Dispatcher; resumed: Resumed[] } {
  const resumed: Resumed[] = [];
  const dispatcher = {
    fn: function sum() {},
    parameters,
    primary: (...args: unknown[]) => (args.includes("resume") ? SENTINEL : args),
    resume(_: unknown, args: readonly unknown[], below: unknown) {
      resumed.push({ args, below });
      return "resumed";
    },
  };
  return { dispatcher: dispatcher as unknown as Dispatcher, resumed };
}

function check(parameters: readonly string[] | undefined): void {
  const count = parameters?.length ?? 3;
  const { dispatcher, resumed } = dispatcherOf(parameters);
  const call = makeCallable(dispatcher);
  assert.equal(call.name, "sum");
  const args = Array.from({ length: count }, (_, index) => index);
  assert.deepEqual(call(...args), args);
  if (count === 0) return;
  const asking = [...args.slice(1), "resume"];
  assert.equal(call(...asking), "resumed");
  assert.deepEqual(resumed, [{ args: asking, below: call }]);
}

test("as many arguments as the function has parameters go to the native function, and to the dispatcher if it asks", () => {
  for (const count of [0, 1, 2, 8, 9, 20]) check(Array.from({ length: count }, (_, index) => `p${index}`));
  check(undefined);
});

test("where code may not be made from strings it is the same", () => withoutCodeFromStrings(() => check(["x", "y"])));
