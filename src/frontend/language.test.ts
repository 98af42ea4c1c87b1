import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { DiagnosticSink } from "../diagnostics/sink.ts";
import type { SourceText } from "../source/span.ts";
import { LANGUAGE } from "./language.ts";
import {
  ASSIGNMENT_OPERATORS,
  BINARY_OPERATORS,
  LOGICAL_OPERATORS,
  UNARY_OPERATORS,
  UPDATE_OPERATORS,
} from "./operators.ts";
import { parseFunction } from "./parse.ts";
import { checkSubset } from "./subset.ts";

function sourceText(text: string): SourceText {
  return { text, locate: (offset) => ({ file: "kernel.js", line: 1, column: offset + 1 }), lineAt: () => text };
}

/** The ids of what is wrong with a function that has this body. */
function findings(body: string): string[] {
  const sink = new DiagnosticSink();
  const fn = parseFunction(sourceText(`(x, n, a, out) => { ${body} }`), "kernel", sink);
  checkSubset(fn, sink);
  return sink.diagnostics.map((d) => d.id);
}

test("every node type of acorn has a row, and every row is a node type", () => {
  const acorn = dirname(createRequire(import.meta.url).resolve("acorn"));
  const types = readFileSync(join(acorn, "acorn.d.ts"), "utf8").matchAll(/^ {2}type: "(\w+)"$/gm);
  const names = [...new Set([...types].map((m) => m[1] ?? ""))].sort();
  assert.ok(names.length > 60);
  assert.deepEqual(Object.keys(LANGUAGE).sort(), names);
});

for (const [type, rule] of Object.entries(LANGUAGE)) {
  if ("part" in rule) continue;
  test(`${type} is ${"accepted" in rule ? "accepted" : "refused"}: ${rule.example}`, () => {
    assert.deepEqual(findings(rule.example), "accepted" in rule ? [] : ["unsupported-syntax"]);
  });
}

const OPERATORS = {
  unary: [UNARY_OPERATORS, (o: string) => (o === "typeof" ? 'return typeof x === "number";' : `return ${o} x;`)],
  update: [UPDATE_OPERATORS, (o: string) => `x${o}; ${o}x;`],
  binary: [BINARY_OPERATORS, (o: string) => `return x ${o} n;`],
  logical: [LOGICAL_OPERATORS, (o: string) => `return x ${o} n;`],
  assignment: [ASSIGNMENT_OPERATORS, (o: string) => `x ${o} n; a[0] ${o} n;`],
} as const;

for (const [kind, [table, example]] of Object.entries(OPERATORS)) {
  test(`the ${kind} operators`, () => {
    for (const [operator, rule] of Object.entries(table)) {
      const body = rule === true ? example(operator) : rule.example;
      assert.deepEqual(findings(body), rule === true ? [] : ["unsupported-syntax"], body);
    }
  });
}

const CASES: readonly (readonly [body: string, ...ids: string[]])[] = [
  ['throw new TypeError("a" + "b" + `c`);'],
  ['throw Error("no new");'],
  ["throw new Error();"],
  ["throw x;", "throw-unsupported"],
  ["throw new Error(CAPTURED.text);"],
  ["throw new Error(CAPTURED[0]);", "throw-unsupported"],
  ["throw new Error(x);"],
  ["throw new Error(x + n);"],
  ["throw new Error(x + 1);"],
  ["throw new Error(1 + 1);", "throw-unsupported"],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the program has a template literal
  ["throw new Error(`${x}`);"],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the program has a template literal
  ['throw new Error(1 + x + " of " + `${n}${"!"}` + CAPTURED.text);'],
  ["throw new RangeError(CAPTURED.text + x);"],
  ['throw new Error("a" + (x ? "b" : n));', "string-value"],
  ['throw new Error("a" - x);', "throw-unsupported"],
  ['throw new Error("a" + x, n);', "throw-unsupported"],
  ["throw new Error(String.raw`a`);", "throw-unsupported"],
  ['throw new SyntaxError("x");', "throw-unsupported"],
  ['throw new Error("x", 1);', "throw-unsupported"],
  ['const e = new Error("x"); return 1;', "throw-unsupported"],
  ["return new Map();", "new-unsupported"],
  ["return new Map(n);", "new-unsupported"],
  ["return new BigInt64Array(n);"],
  ["return new Captured(n);"],
  ['console.log("x =", x);'],
  ["console.log(`x`);"],
  ['log("x");'],
  ['parseFloat("1");', "string-value"],
  ['a.log("x");', "string-value"],
  ['const name = "x"; if (n === "x" || "y" !== x) throw new Error(name);'],
  ['let name = "x"; throw new Error(name);'],
  ['let name = n; name = "y";', "string-value"],
  ['throw new Error(x ?? "none");'],
  ['throw new Error((x, n) ?? "none");', "throw-unsupported"],
  ['return a[0] ?? "none";', "string-value"],
  ['const f = (v, name = "v") => v;'],
  ['const [name = "v"] = x;'],
  ['const f = ({ mode = "none" }) => mode; return f({ mode: "one" });'],
  ['switch (CAPTURED.mode) { case "none": return 1; case n: default: return 2; }'],
  ['switch (n + 1) { case "none": return 1; }', "string-value"],
  ['switch (x) { case "none": return "one"; }', "string-value"],
  ['return CAPTURED.mode === "none" && "one" !== CAPTURED["other"].mode;'],
  ['return CAPTURED?.mode === "none" && (CAPTURED.inner?.mode ?? CAPTURED.mode ?? "one") !== "two";'],
  ['return (n == null ? void 0 : n.mode) === "none" ? 1 : (n === void 0 ? "none" : n) !== CAPTURED.mode;'],
  ['return (n ? 1 : "none") === x;', "string-value"],
  ['return CAPTURED[0].mode === "none" || CAPTURED[x] === "none";'],
  ['return a[n + 1] === "none";', "string-value"],
  ['const mode = x === undefined ? "none" : x; const other = n ? "one" : n > 1 ? "two" : CAPTURED.mode;'],
  ['const mode = n ? "none" : 1;', "string-value"],
  ['const console = x; console.log("x");', "string-value"],
  ['return "x";', "string-value"],
  ['"x" + 1;', "string-value"],
  ['"use strict"; return x;'],
  ["return void 0;"],
  ["return void (x++, n);"],
  ['return a["length"];'],
  ["return typeof x;", "unsupported-syntax"],
  ['return typeof x == "undefined" && "number" !== typeof n;'],
  ['return typeof x > "u" || "u" > typeof n;'],
  ['return typeof x > "n";', "unsupported-syntax", "string-value"],
  ["return typeof x === typeof n;", "unsupported-syntax", "unsupported-syntax"],
  ["return /x/;", "unsupported-syntax"],
  ["return x == null || null !== n;"],
  ["return null;"],
  ["return [1, , 2];", "unsupported-syntax"],
  ["const [, q] = [x, n]; return q;"],
  ["[a[0], a[1]] = [a[1], a[0]];"],
  ["({ x } = a);"],
  ["({ length: x, buffer: [n] } = a);"],
  ["({ length: a } = a);"],
  ["({ length: x, buffer: [n] } = a.subarray(1));"],
  ["const t = ({ length: n } = a);", "unsupported-syntax"],
  ["const { length } = a.subarray(1);"],
  ["const [p, { q, r: [{ s }] }] = [x, a];"],
  ["for (const { p } of a) x += p;"],
  ["for (const [k, { p: { q = 1 } }] of a.entries()) x += q * k;"],
  ["for ({ x } of a);", "unsupported-syntax"],
  ["for (const { p, ...rest } of a) x += p + rest.q;"],
  ["const [p, { [n]: q }] = [x, a];", "unsupported-syntax"],
  ["const { p: { q } = a, r: { s = n } = { s: -1 } } = a;"],
  ["const { p: { q } = f() } = a;", "unsupported-syntax"],
  ["const { p: { q } = { ...a } } = a;", "unsupported-syntax"],
  ["const {} = a;"],
  ["const {} = a.subarray(1);", "unsupported-syntax"],
  ["const { length, ...rest } = a;"],
  ["const p = { x, n }; return { ...p, 'y': -x, f: () => x, g() { return n; } };"],
  ["return { get x() { return 1; }, [n]: 1, 0: 1, __proto__: a };", ...new Array(4).fill("unsupported-syntax")],
  ["const { [n]: p } = a;", "unsupported-syntax"],
  ["return eval(x);", "unsupported-syntax"],
  ["const f = function () { return arguments.length; }; return f();", "unsupported-syntax"],
  ["const f = async () => 1; return 1;", "unsupported-syntax"],
  ["const f = function* () {}; return 1;", "unsupported-syntax"],
  ["if (x) function f() {}", "unsupported-syntax"],
  ["return import.meta;", "unsupported-syntax"],
  ["return a.#secret;", "unsupported-syntax"],
  ["try { throw x; } catch { return this; }", "unsupported-syntax"],
  ["a.x.arguments = a.eval(x);"],
];

for (const [body, ...ids] of CASES) {
  test(`${ids.length === 0 ? "accepted" : ids.join(", ")}: ${body}`, () => assert.deepEqual(findings(body), ids));
}
