import assert from "node:assert/strict";
import { test } from "node:test";
import { parseModule } from "../../ir/parse.ts";
import { cutLookups } from "./lookups.ts";

/** How many reads are lookups in a loop that reads %x of %image at %i. */
function lookups(body: string, arrays = "%levels levels: uint8[], %out out: uint8[]", disjoint = "disjoint"): number {
  const module = parseModule(`site 0 = index "xs"
    entry func f(%image image: uint8[], ${arrays}, %n n: i32) ${disjoint} {
      local $s s: i32
      %zero: i32 = const 0
      for L0 %i = %zero to %n step 1 {
        %x: i32 = load %image, %i {bounds: proved, site: 0}
        ${body}
      }
    }`);
  return cutLookups(module.entry).lookups.size;
}

const lookUp = (at = "%x", bounds = "proved") => `%y: i32 = load %levels, ${at} {bounds: ${bounds}, site: 0}`;
const keep = (array = "%out", at = "%i") => `store ${array}, ${at}, %y {bounds: proved, site: 0}`;

test("bytes are looked up at once where nothing else is in the way of vectors", () => {
  assert.equal(lookups(`${lookUp()}\n${keep()}`), 1);
  assert.equal(lookups(`${lookUp()}\n${keep("%image")}`), 1);
  assert.equal(lookups(`%j: i32 = add %i, %zero {overflow: absent}\n${lookUp()}\n${keep("%out", "%j")}`), 1);
  assert.equal(lookups(`%z: i32 = load %levels, %x {bounds: proved, site: 0}\n${lookUp("%z")}\n${keep()}`), 2);
});

test("they aren't where a table is written, a round may be the last, or elements are no bytes", () => {
  assert.equal(lookups(`${lookUp()}\n${keep("%levels")}`), 0);
  assert.equal(lookups(`${lookUp()}\n${keep()}`, undefined, ""), 0);
  assert.equal(lookups(`${lookUp("%x", "checked")}\n${keep()}`), 0);
  assert.equal(lookups(`${lookUp("%i")}\n${keep()}`), 0);
  assert.equal(lookups(`${lookUp()}\n${keep("%out", "%x")}`), 0);
  assert.equal(lookups(`${lookUp()}\n${keep()}`, "%levels levels: uint8[], %out out: int32[]"), 0);
  assert.equal(lookups(`${lookUp()}\n${keep()}`, "%levels levels: int32[], %out out: uint8[]"), 0);
  assert.equal(lookups(`%j: i32 = add %i, %n {overflow: absent}\n${lookUp()}\n${keep("%image", "%j")}`), 0);
  assert.equal(lookups(`%s: i32 = local.get $s\nlocal.set $s, %x\n${lookUp("%s")}\n${keep()}`), 0);
});
