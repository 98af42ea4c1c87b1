/** The documentation says what the code says: generated sections are current, links lead somewhere, examples compile. */
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { GENERATED_DOCS, generate } from "../../scripts/gen-docs.ts";
import { compileKernel } from "../../src/compiler.ts";
import { LANGUAGE } from "../../src/frontend/language.ts";
import type { Callable } from "../../src/frontend/program.ts";
import { parseSignature } from "../../src/runtime/notation.ts";
import { createReader } from "../../src/runtime/reader.ts";
import { PLATFORMS } from "../../src/targets/target.ts";

const ROOT = new URL("../../", import.meta.url);

for (const file of GENERATED_DOCS) {
  test(`${basename(fileURLToPath(file))} is what npm run docs writes`, () => {
    const text = readFileSync(file, "utf8");
    assert.equal(text, generate(text), "npm run docs writes it anew");
  });
}

const docs = readdirSync(new URL("docs/", ROOT)).map((name) => new URL(`docs/${name}`, ROOT));

for (const file of [new URL("README.md", ROOT), new URL("CONTRIBUTING.md", ROOT), ...docs]) {
  test(`links of ${basename(fileURLToPath(file))}`, () => {
    const links = [...readFileSync(file, "utf8").matchAll(/\]\(([^)#:]+)\)/g)].map((match) => match[1] ?? "");
    assert.deepEqual(
      links.filter((link) => !existsSync(new URL(link, file))),
      [],
    );
  });
}

/** The table of accepted syntax is made of these; language.test.ts sees to their syntax, this to the rest. */
const { args } = parseSignature("(float64, int32, float64[:], float64[:])");

for (const [type, rule] of Object.entries(LANGUAGE)) {
  if (!("accepted" in rule)) continue;
  test(`the example of ${type} compiles`, () => {
    const { llvm } = compileKernel({
      fn: new Function("x", "n", "a", "out", rule.example) as Callable,
      args,
      options: { fastmath: [], boundscheck: true, parallel: false },
      reader: createReader(),
      target: PLATFORMS["linux-x64"].baseline,
      disjoint: true,
      verify: true,
    });
    assert.match(llvm(), /^define /m);
  });
}
