/**
 * The `.ir` files beside this one. Those in a folder named after a pass are a module, `; ---`, and the module after that
 * pass (UPDATE_GOLDEN=1 writes it), in outline-tests/ and separate-fallbacks/ after version-bounds before it. Those in verify/ are modules with `; error: <code>` at the end of each guilty line.
 */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { parseModule } from "../../src/ir/parse.ts";
import { printModule } from "../../src/ir/print.ts";
import { verifyModule } from "../../src/ir/verify.ts";
import { carriedDoubles } from "../../src/passes/carried-doubles.ts";
import { completeFallbacks } from "../../src/passes/complete-fallbacks.ts";
import { countLoops } from "../../src/passes/count-loops.ts";
import { eliminateDead } from "../../src/passes/eliminate-dead.ts";
import { findExtremes } from "../../src/passes/find-extremes.ts";
import { fold } from "../../src/passes/fold.ts";
import { foretoldSearches } from "../../src/passes/foretold-searches.ts";
import { forwardLocals } from "../../src/passes/forward-locals.ts";
import { indexTables } from "../../src/passes/index-tables.ts";
import { interrupt } from "../../src/passes/interrupt.ts";
import { lateMinima } from "../../src/passes/late-minima.ts";
import { narrowMath } from "../../src/passes/narrow-math.ts";
import { outlineTests } from "../../src/passes/outline-tests.ts";
import type { Pass } from "../../src/passes/pass.ts";
import { checkModule, runPipeline } from "../../src/passes/pipeline.ts";
import { placeArrays } from "../../src/passes/place-arrays.ts";
import { releaseArrays } from "../../src/passes/release-arrays.ts";
import { separateFallbacks } from "../../src/passes/separate-fallbacks.ts";
import { speculateGathers } from "../../src/passes/speculate-gathers.ts";
import { speculateIntegers } from "../../src/passes/speculate-integers.ts";
import { splitLoops } from "../../src/passes/split-loops.ts";
import { unwrapBlocks } from "../../src/passes/unwrap-blocks.ts";
import { versionBounds } from "../../src/passes/version-bounds.ts";
import { assertGolden } from "../support/golden.ts";

const HERE = fileURLToPath(new URL(".", import.meta.url));
const SEPARATOR = "; ---\n";

function filesOf(folder: string): string[] {
  return readdirSync(join(HERE, folder))
    .filter((name) => name.endsWith(".ir"))
    .sort();
}

const PASSES: readonly Pass[] = [
  unwrapBlocks,
  forwardLocals,
  fold,
  countLoops,
  narrowMath,
  eliminateDead,
  findExtremes,
  placeArrays,
  releaseArrays,
  versionBounds,
  splitLoops,
  lateMinima,
  speculateGathers,
  indexTables,
  speculateIntegers,
  foretoldSearches,
  carriedDoubles,
];

for (const pass of PASSES)
  for (const name of filesOf(pass.name))
    test(`${pass.name}: ${name}`, () => {
      const file = join(HERE, pass.name, name);
      const [input = ""] = readFileSync(file, "utf8").split(SEPARATOR);
      const { module } = runPipeline(parseModule(input, file), { verify: true }, [pass]);
      assertGolden(file, `${input}${SEPARATOR}${printModule(module)}`);
    });

for (const name of filesOf("interrupt"))
  test(`interrupt: ${name}`, () => {
    const file = join(HERE, "interrupt", name);
    const [input = ""] = readFileSync(file, "utf8").split(SEPARATOR);
    const module = interrupt(parseModule(input, file));
    checkModule("interrupt", module);
    assertGolden(file, `${input}${SEPARATOR}${printModule(module)}`);
  });

for (const name of filesOf("outline-tests"))
  test(`outline-tests: ${name}`, () => {
    const file = join(HERE, "outline-tests", name);
    const [input = ""] = readFileSync(file, "utf8").split(SEPARATOR);
    const { module } = runPipeline(parseModule(input, file), { verify: true }, [versionBounds]);
    const outlined = outlineTests(module, { long: 4 });
    checkModule("outline-tests", outlined);
    assertGolden(file, `${input}${SEPARATOR}${printModule(outlined)}`);
  });

for (const name of filesOf("separate-fallbacks"))
  test(`separate-fallbacks: ${name}`, () => {
    const file = join(HERE, "separate-fallbacks", name);
    const [input = ""] = readFileSync(file, "utf8").split(SEPARATOR);
    const { module } = runPipeline(parseModule(input, file), { verify: true }, [versionBounds]);
    const separated = separateFallbacks(module, { long: 1 });
    checkModule("separate-fallbacks", separated);
    assertGolden(file, `${input}${SEPARATOR}${printModule(separated)}`);
  });

for (const name of filesOf("complete-fallbacks"))
  test(`complete-fallbacks: ${name}`, () => {
    const file = join(HERE, "complete-fallbacks", name);
    const [input = ""] = readFileSync(file, "utf8").split(SEPARATOR);
    const { module } = runPipeline(parseModule(input, file), { verify: true, separates: 1 }, [versionBounds]);
    const separated = separateFallbacks(module);
    checkModule("separate-fallbacks", separated);
    const text = printModule(separated);
    assert.equal(printModule(parseModule(text)), text);
    const complete = printModule(completeFallbacks(separated, { verify: true }));
    assertGolden(file, [input, text, complete].join(SEPARATOR));
  });

for (const name of filesOf("verify"))
  test(`verify: ${name}`, () => {
    const text = readFileSync(join(HERE, "verify", name), "utf8");
    const expected = text.split("\n").flatMap((line, i) => {
      const code = /; error: (\S+)$/.exec(line)?.[1];
      return code === undefined ? [] : [`${i + 1}: ${code}`];
    });
    const actual = verifyModule(parseModule(text)).map(({ inst, code }) => {
      // An error of the whole function stands on its first line.
      const line = inst === undefined ? 1 : inst.loc.source.locate(inst.loc.start).line;
      return `${line}: ${code}`;
    });
    assert.deepEqual(actual, expected);
  });

test("printing and parsing are inverses", () => {
  for (const folder of [...PASSES.map((p) => p.name), "interrupt", "verify"])
    for (const name of filesOf(folder)) {
      const text = printModule(parseModule(readFileSync(join(HERE, folder, name), "utf8").split(SEPARATOR)[0] ?? ""));
      assert.equal(printModule(parseModule(text)), text, name);
    }
});
