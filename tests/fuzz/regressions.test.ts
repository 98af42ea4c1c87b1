/**
 * The random programs on which a kernel once differed from plain JavaScript, and a few new ones. They run in a process of
 * their own: what once crashed or hung may do so again.
 */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { render } from "./program.ts";
import { Sandbox } from "./sandbox.ts";
import { programOf } from "./seeds.ts";

const FOLDER = fileURLToPath(new URL("./regressions/", import.meta.url));

describe("random programs", () => {
  const sandbox = new Sandbox();
  after(() => sandbox.stop());

  for (const name of readdirSync(FOLDER).filter((file) => file.endsWith(".txt"))) {
    test(name, async () => {
      const { failure } = await sandbox.ask(readFileSync(join(FOLDER, name), "utf8"));
      if (failure !== undefined) assert.fail(failure);
    });
  }
  for (let seed = 1; seed <= 8; seed++) {
    test(`seed ${seed}`, async () => {
      const text = render(programOf(seed));
      const { failure } = await sandbox.ask(text);
      if (failure !== undefined) assert.fail(`${failure}\n${text}`);
    });
  }
});
