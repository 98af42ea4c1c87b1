import assert from "node:assert/strict";
import { test } from "node:test";
import { DiagnosticSink } from "../diagnostics/sink.ts";
import type { SourceText } from "../source/span.ts";
import { parseFunction } from "./parse.ts";
import type { FunctionSource } from "./program.ts";

function parse(text: string): { fn: FunctionSource; sink: DiagnosticSink } {
  const source: SourceText = { text, locate: (o) => ({ file: "k.js", line: 1, column: o + 1 }), lineAt: () => text };
  const sink = new DiagnosticSink();
  return { fn: parseFunction(source, "kernel", sink), sink };
}

/**
 * The text with every bound identifier followed by what it names: kind and offset order of the declaration (`x:let2`),
 * with `!` where it is written and `^` where the variable is shared with an inner function.
 */
function bound(text: string): string {
  const { fn } = parse(text);
  const marks = [...fn.bindings].map(([id, b]) => {
    const written = b.writes.includes(id) ? "!" : "";
    return { end: id.end, mark: `:${b.kind}${b.id}${written}${b.shared ? "^" : ""}` };
  });
  let marked = text;
  for (const { end, mark } of marks.sort((a, b) => b.end - a.end))
    marked = marked.slice(0, end) + mark + marked.slice(end);
  return marked;
}

const BOUND: readonly (readonly [what: string, source: string, expected: string])[] = [
  [
    "parameters, free names and property names",
    "(x, y) => x + y.x + z",
    "(x:param0, y:param1) => x:param0 + y:param1.x + z",
  ],
  [
    "var is hoisted out of blocks",
    "() => { v = 1; { var v = 2; } return v; }",
    "() => { v:var0! = 1; { var v:var0! = 2; } return v:var0; }",
  ],
  [
    "a second var with a value is an assignment",
    "() => { var v; var v; var v = 2; }",
    "() => { var v:var0; var v:var0; var v:var0! = 2; }",
  ],
  [
    "the only value that a var is ever given is its declaration's",
    "() => { for (var v of w) v; for (var u = 1; ;) u; }",
    "() => { for (var v:var0 of w) v:var0; for (var u:var1 = 1; ;) u:var1; }",
  ],
  [
    "the head of a loop gives a var values",
    "(w) => { var v = 0; for (var v of w) v; }",
    "(w:param0) => { var v:var1! = 0; for (var v:var1! of w:param0) v:var1; }",
  ],
  ["a var of a parameter's name is the parameter", "(a) => { var a = 2; }", "(a:param0) => { var a:param0! = 2; }"],
  [
    "let and const shadow within their block",
    "(x) => { { const x = 1; x; } x; }",
    "(x:param0) => { { const x:const1 = 1; x:const1; } x:param0; }",
  ],
  [
    "functions are hoisted",
    "() => { f(); function f() { return f; } }",
    "() => { f:function0^(); function f:function0^() { return f:function0^; } }",
  ],
  [
    "functions in blocks are hoisted there",
    "() => { { f(); function f() {} } }",
    "() => { { f:function0(); function f:function0() {} } }",
  ],
  [
    "a function expression's own name, shadowed by its parameter",
    "(function f(n) { return f(n); })".slice(1, -1),
    "function f:self0(n:param1) { return f:self0(n:param1); }",
  ],
  ["own name shadowed", "function f(f) { return f; }", "function f:self0(f:param1) { return f:param1; }"],
  [
    "each loop head is a scope",
    "() => { for (let i = 0; i < 9; i++) { let i = 1; i; } for (const v of t) v; }",
    "() => { for (let i:let0! = 0; i:let0 < 9; i:let0!++) { let i:let1 = 1; i:let1; } for (const v:const2 of t) v:const2; }".replace(
      "let i:let0! = 0",
      "let i:let0 = 0",
    ),
  ],
  [
    "for-of may assign a variable from outside",
    "() => { let v; for (v of t); for ([v] of t); }",
    "() => { let v:let0; for (v:let0! of t); for ([v:let0!] of t); }",
  ],
  [
    "a switch is one scope, its subject outside",
    "(k) => { switch (k) { case 0: let k = 1; case k: k; } }",
    "(k:param0) => { switch (k:param0) { case 0: let k:let1 = 1; case k:let1: k:let1; } }",
  ],
  [
    "defaults see earlier parameters and not the body",
    "(a, b = a + c) => { var c = 1; return c; }",
    "(a:param0, b:param1 = a:param0 + c) => { var c:var2 = 1; return c:var2; }",
  ],
  [
    "destructuring declares and assigns",
    "([a, [b = a]]) => { [a, b] = [b, a]; const [c] = a; }",
    "([a:param0, [b:param1 = a:param0]]) => { [a:param0!, b:param1!] = [b:param1, a:param0]; const [c:const2] = a:param0; }",
  ],
  [
    "elements are not variables",
    "(a, i) => { [a[i], a.b] = [1, 2]; a[i] = 1; }",
    "(a:param0, i:param1) => { [a:param0[i:param1], a:param0.b] = [1, 2]; a:param0[i:param1] = 1; }",
  ],
  ["labels are not variables", "(a) => { a: for (;;) { break a; } }", "(a:param0) => { a: for (;;) { break a; } }"],
  [
    "inner functions share",
    "() => { let n = 0; const f = () => { n++; }; f(); return n; }",
    "() => { let n:let0^ = 0; const f:const1 = () => { n:let0!^++; }; f:const1(); return n:let0^; }",
  ],
  [
    "keys of object literals",
    "(a, b) => ({ a, b: b, [a]: 1 })",
    "(a:param0, b:param1) => ({ a:param0, b: b:param1, [a:param0]: 1 })",
  ],
];

for (const [what, source, expected] of BOUND) test(what, () => assert.equal(bound(source), expected));

const REPORTED: readonly (readonly [source: string, ...findings: string[]])[] = [
  ["() => { const c = 1; c = 2; c++; [c] = t; }", "assign-constant c", "assign-constant c", "assign-constant c"],
  ["() => { for (const i = 0; i < 1; i++); }", "assign-constant i"],
  ["() => { function f() {} f = 1; }", "assign-function f"],
  ["function f() { f = 1; }", "assign-function f"],
  ["() => { total += 1; }", "assign-captured total"],
  ["() => { for (g of t); }", "assign-captured g"],
  ["() => { x; let x; }", "used-before-declaration x"],
  ["() => { let x = x + 1; }", "used-before-declaration x"],
  ["() => { for (const x of x); }", "used-before-declaration x"],
  ["() => { let [a = b, b] = t; }", "used-before-declaration b"],
  ["() => { let [a, b = a] = t; }"],
  ["(a = b, b = 1) => a", "used-before-declaration b"],
  ["(a = a) => a", "used-before-declaration a"],
  ["(a, b = a) => a"],
  ["() => { const f = () => x; let x = 1; f(); }"],
  ["() => { v; var v; }"],
  ["(s) => { switch (s) { case y: ; let y = 1; } }", "used-before-declaration y"],
  ["() => { { function f() {} } f(); }", "block-function-outside f"],
  ["() => { f(); { function f() {} f(); } }", "block-function-outside f"],
  ["() => { var f; { function f() {} } f; }", "block-function-outside f"],
  ["() => { let f; { function f() {} } f; }"],
  ["(f) => { { function f() {} } f; }"],
  ["() => { { let f; { function f() {} } f; } }"],
  ["() => { var f; function f() {} }", "declared-twice f"],
  ["(f) => { function f() {} }", "declared-twice f"],
  ["(x, g = () => x) => { var x = 2; return g(); }", "declared-twice x"],
  ["(x, g = 1) => { var x = 2; return x; }"],
];

for (const [source, ...findings] of REPORTED) {
  test(`${findings.join(", ") || "nothing to report"}: ${source}`, () => {
    const found = parse(source).sink.diagnostics.map((d) => `${d.id} ${(d.params as { name?: string }).name}`);
    assert.deepEqual(found.sort(), [...findings].sort());
  });
}

test("free names come with every place that names them", () => {
  const { fn } = parse("(a) => { const f = (b) => Math.sqrt(b) + k; return Math.abs(f(a)) + undefined; }");
  const free = [...fn.free].map(([name, ids]) => `${name} ${ids.length}`);
  assert.deepEqual(free, ["Math 2", "k 1", "undefined 1"]);
});

test("every node but the function has its parent", () => {
  const { fn } = parse("(a) => { if (a) return [a]; }");
  assert.equal(fn.parents.has(fn.node), false);
  assert.deepEqual([...fn.parents.values()].includes(fn.node), true);
  const [param] = fn.node.params;
  assert.ok(param !== undefined);
  assert.equal(fn.parents.get(param), fn.node);
});
