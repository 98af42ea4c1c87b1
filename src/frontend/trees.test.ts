/** The parser's trees against those of acorn, whose types the front end is written in: the same nodes with the same fields at the same places. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { test } from "node:test";
import { type AnyNode, type Node, parse as parseWithAcorn } from "acorn";
import * as meriyah from "meriyah";
import { parseStatements } from "./function-text.ts";
import { childrenOf } from "./walk.ts";

/** What nodes have besides other nodes. */
const PLAIN = [
  "type",
  "start",
  "end",
  "name",
  "value",
  "operator",
  "prefix",
  "computed",
  "optional",
  "shorthand",
  "method",
  "kind",
  "static",
  "await",
  "async",
  "generator",
  "expression",
  "delegate",
  "directive",
];

function plain(node: AnyNode): Record<string, unknown> {
  const fields = node as unknown as Record<string, unknown>;
  const found: Record<string, unknown> = {};
  for (const name of PLAIN) {
    const value = fields[name];
    // What is absent is false.
    if (typeof value === "object" || typeof value === "function" || value === undefined || value === false) continue;
    found[name] = value;
  }
  if (node.type === "TemplateElement") Object.assign(found, node.value, { start: undefined, end: undefined });
  return found;
}

function assertSame(theirs: Node, ours: Node, text: string): void {
  const at = text.slice(theirs.start, theirs.start + 60);
  assert.deepEqual(plain(ours as AnyNode), plain(theirs as AnyNode), at);
  const expected = childrenOf(theirs);
  const found = childrenOf(ours);
  assert.equal(found.length, expected.length, at);
  expected.forEach((child, i) => {
    assertSame(child, found[i] as Node, text);
  });
}

function compare(text: string): void {
  const { body } = parseWithAcorn(text, { ecmaVersion: "latest", sourceType: "script" });
  const found = parseStatements(meriyah, text, {});
  assert.equal(found.length, body.length);
  body.forEach((statement, i) => {
    assertSame(statement, found[i] as Node, text);
  });
}

const { resolve } = createRequire(import.meta.url);

for (const file of ["acorn", "esbuild", "commander", "fast-check"])
  test(`the same trees for ${file}`, () => {
    compare(readFileSync(resolve(file), "utf8").replace(/^#!.*/, ""));
  });

test("the same trees for what libraries seldom have", () => {
  compare(`
    function f(a, [b = 1, , ...c], { d, e: { g = 2 } = {}, ["h" + 1]: i, ...j } = {}, ...[k]) { return a ** b ** -c; }
    x = (a, b) => ({ a, b, m() {}, get p() { return 1 }, set p(v) {}, async *q() {}, [r]: 1, "s": 2, 3: 4, ...t });
    x = a?.b?.[c]?.(d).e ?? (f || g), \`a\${b}c\${\`d\${e}\`}\`, tag\`\\u{zz}\`;
    x ||= y &&= z ??= 1_000n >>> 0x1f, 0b11, 0o17, .5e-3, 1., "\\u{1F600}", /[/]\\/(?<n>a)/giu;
    [a.b, c[d], ...e] = [, f, ...g]; ({ a: h.i, j = 1, ...k.l } = m);
    outer: for (let i = 0, n = 10; i < n; i++) { for (const j of k) { if (j) continue outer; else break; } }
    for (var p in q) ; for (r.s of t) ; for (;;) { break } do u--; while (u) while (v) w
    switch (x) { case 1: case 2: y; break; default: z }
    try { throw new Error } catch { } finally { } try { } catch ({ message }) { }
    class A extends (B, C) { static #x = 1; #y() { return #x in this } static { this.z = 1 } get w() { return super.w } "v" = 2; static async *[u]() { yield* t; await s } }
    var let1 = async (x) => await x, l2 = async function () {}, g2 = function* () { yield; yield 1 };
    (function () { "use strict"; new.target; return })(); if (a) b; else if (c) d; else { } ; debugger;
    a = (b, c), (d); new (e())(f)(g), new h.i, delete j[k], void 0, typeof l, !m, +-~n, ++o.p, q--;
    (x) => { label: { break label } };
    with (a) b; if (c) function h() {}
  `);
});
