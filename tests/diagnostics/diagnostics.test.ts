/** Every diagnostic there is: its place, and its whole text as the user sees it. */
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { basename, dirname } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { compileKernel } from "../../src/compiler.ts";
import { DIAGNOSTIC_IDS, type DiagnosticId } from "../../src/diagnostics/catalog.ts";
import { CompileError } from "../../src/diagnostics/errors.ts";
import { parseSignature } from "../../src/runtime/notation.ts";
import { createReader } from "../../src/runtime/reader.ts";
import { PLATFORMS } from "../../src/targets/target.ts";
import { type CompileFixture, loadFixtures, runFixture } from "../support/diagnostic-fixtures.ts";
import { assertGolden } from "../support/golden.ts";

const FOLDER = dirname(fileURLToPath(import.meta.url));

const compile: CompileFixture = ({ fn, types }) => {
  const { args } = parseSignature(`(${types.join(", ")})`);
  const options = { fastmath: [], boundscheck: true, parallel: true };
  try {
    compileKernel({
      fn,
      args,
      options,
      reader: createReader(),
      target: PLATFORMS["linux-x64"].baseline,
      disjoint: true,
    });
    return undefined;
  } catch (e) {
    if (e instanceof CompileError) return e;
    throw e;
  }
};

const fixtures = await loadFixtures(FOLDER);
const results = fixtures.map((fixture) => ({ fixture, result: runFixture(fixture, compile) }));

for (const { fixture, result } of results) {
  test(`${basename(fixture.file)}: what is found where`, () => {
    const listed = (findings: typeof fixture.expected): string[] => findings.map((f) => `${f.line}: ${f.id}`);
    assert.deepEqual(listed(result.found), listed(fixture.expected));
  });

  test(`${basename(fixture.file)}: the whole text`, () => {
    assertGolden(fixture.file.replace(/\.c?js$/, ".txt"), result.text);
  });
}

/** What inference says where the front end has already refused, or would have to fail to converge. No program gets there. */
const UNREACHED: readonly DiagnosticId[] = [
  "unsupported-operator",
  "unsupported-literal",
  "unsupported-expression",
  "unsupported-statement",
  "unsupported-pattern",
  "inference-diverges",
];

test("what is too long for the compiler's stack", () => {
  const deep = new Function("x", `return x${" + x".repeat(5000)};`) as (x: number) => number;
  const error = compile({ fn: deep, types: ["float64"], name: "deep", line: 1 }) ?? assert.fail("it is compiled");
  assert.deepEqual(
    error.diagnostics.map(({ id }) => id),
    ["too-nested"],
  );
  assert.match(error.message, /`anonymous` is nested too deeply for the compiler, or has an expression .* that is too long/);
});

test("what only makes sense where it stands, and not in strict code", () => {
  const arrow = new Function("return () => { with (Math) return new.target; }")();
  const error = compile({ fn: arrow, types: [], name: "arrow", line: 1 }) ?? assert.fail("it is compiled");
  assert.match(error.message, /error\[syntax-error\]: The function's text doesn't parse: /);
  assert.match(error.message, /with \(Math\) return new\.target/);
});

test("every diagnostic has a fixture", () => {
  const found = new Set(["too-nested", "syntax-error", ...results.flatMap((r) => r.result.ids)]);
  const missing = DIAGNOSTIC_IDS.filter((id) => !found.has(id));
  assert.deepEqual(missing, UNREACHED);
});

test("every golden file has a fixture", () => {
  const names = new Set(fixtures.map((f) => basename(f.file).replace(/\.c?js$/, ".txt")));
  assert.deepEqual(
    readdirSync(FOLDER).filter((name) => name.endsWith(".txt") && !names.has(name)),
    [],
  );
});
