/**
 * What emission writes for a few functions, for a fixed target: golden/<name>.ir gives golden/<name>.ll, the entry point
 * left out. UPDATE_GOLDEN=1 rewrites the .ll files.
 */
import assert from "node:assert/strict";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { emitKernel } from "../../src/emit/llvm/module.ts";
import { printModule } from "../../src/ir/print.ts";
import type { Target } from "../../src/targets/target.ts";
import { irModule } from "./native-module.ts";

const dir = new URL("golden/", import.meta.url);
const TARGET: Target = {
  triple: "x86_64-unknown-linux-gnu",
  cpu: "x86-64-v4",
  features: ["+avx512f", "+avx512vl"],
  vectorWidth: 512,
};
const update = process.env.UPDATE_GOLDEN === "1";

const files = readdirSync(dir);
const named = (suffix: string): string[] =>
  files.filter((file) => file.endsWith(suffix)).map((file) => file.slice(0, -suffix.length));

for (const name of named(".ir")) {
  test(`golden ${name}`, () => {
    const text = readFileSync(new URL(`${name}.ir`, dir), "utf8");
    const module = irModule(text);
    const actual = emitKernel(module, TARGET);
    if (update) writeFileSync(new URL(`${name}.ll`, dir), actual);
    else assert.equal(actual, readFileSync(new URL(`${name}.ll`, dir), "utf8"));
    assert.equal(emitKernel(irModule(printModule(module)), TARGET), actual, "emission depends on the IR's text alone");
  });
}

test("no golden file without its IR", () => {
  assert.deepEqual(update ? [] : named(".ll"), update ? [] : named(".ir"));
});
