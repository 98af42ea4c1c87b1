/** The random programs on which a kernel once differed from plain JavaScript. */
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { execute } from "./execute.ts";
import { generateProgram } from "./generate.ts";
import { render } from "./program.ts";
import { restartNames } from "./scope.ts";

const FOLDER = fileURLToPath(new URL("./regressions/", import.meta.url));
const files = existsSync(FOLDER) ? readdirSync(FOLDER).filter((name) => name.endsWith(".txt")) : [];

describe("random programs", () => {
  for (const name of files) {
    test(name, () => {
      const { failure } = execute(readFileSync(join(FOLDER, name), "utf8"), name);
      if (failure !== undefined) assert.fail(failure);
    });
  }
  test("a few new ones", () => {
    for (let seed = 1; seed <= 12; seed++) {
      restartNames();
      const text = render(generateProgram(seed));
      const { failure } = execute(text, `seed-${seed}.js`);
      if (failure !== undefined) assert.fail(`seed ${seed}: ${failure}\n${text}`);
    }
  });
});
