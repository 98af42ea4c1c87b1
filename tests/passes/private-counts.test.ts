import assert from "node:assert/strict";
import { test } from "node:test";
import { parseModule } from "../../src/ir/parse.ts";
import { printModule } from "../../src/ir/print.ts";
import { verifyModule } from "../../src/ir/verify.ts";
import { privateCounts } from "../../src/passes/private-counts.ts";

/** How many copies there are of an array that a loop with %x of %keys at %i counts in. */
function copies(body: string, flags = "disjoint", counts = "int32[]"): number {
  const module = parseModule(`site 0 = index "xs"
    entry func f(%keys keys: uint8[], %counts counts: ${counts}, %out out: int32[], %n n: i32) ${flags} {
      %zero: i32 = const 0
      %one: i32 = const 1
      for L0 %i = %zero to %n step 1 {
        %x: i32 = load %keys, %i {bounds: proved, site: 0}
        ${body}
      }
    }`);
  const after = privateCounts(module);
  assert.deepEqual(verifyModule(after), []);
  return printModule(after).split("array.frame").length - 1;
}

const count = (at = "%x", bounds = "proved", sum = "add %old, %one {overflow: wraps}") =>
  `%old: i32 = load %counts, ${at} {bounds: ${bounds}, site: 0}\n%new: i32 = ${sum}\nstore %counts, ${at}, %new {bounds: ${bounds}, site: 0}`;

test("counts get copies where a loop only adds to them", () => {
  assert.equal(copies(count()), 3);
  assert.equal(copies(count("%x", "proved", "sub %old, %x {overflow: wraps}")), 3);
  assert.equal(copies(count("%x", "proved", "add %x, %old {overflow: wraps}")), 3);
});

test("they get none where something else is seen of them, or of the loop", () => {
  assert.equal(copies(count("%i")), 0);
  assert.equal(copies(count("%x", "checked")), 0);
  assert.equal(copies(count("%x", "proved", "sub %x, %old {overflow: wraps}")), 0);
  assert.equal(copies(count("%x", "proved", "mul %old, %x {overflow: wraps}")), 0);
  assert.equal(copies(count("%x", "proved", "add %old, %old {overflow: wraps}")), 0);
  assert.equal(copies(`${count()}\nstore %out, %i, %x {bounds: proved, site: 0}`), 0);
  assert.equal(copies(`${count()}\n%y: i32 = load %counts, %i {bounds: proved, site: 0}`), 0);
  assert.equal(copies(count(), ""), 0);
  assert.equal(copies(count(), "disjoint", "int16[]"), 0);
});
