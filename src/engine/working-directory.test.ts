import assert from "node:assert/strict";
import { existsSync, mkdtempSync, rmdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { currentStore } from "../cache/current.ts";
import { cacheDirectory } from "../cache/location.ts";
import { showPosition } from "../runtime/errors.ts";
import { findLlvm } from "../toolchain/llvm.ts";
import { workingDirectory } from "./working-directory.ts";

test("where it has been removed everything still finds its place", {
  skip: process.platform === "win32",
}, (t) => {
  const before = process.cwd();
  assert.equal(workingDirectory(), before);
  const dir = mkdtempSync(join(tmpdir(), "numbats-test-"));
  t.after(() => process.chdir(before));
  process.chdir(dir);
  rmdirSync(dir);
  assert.throws(() => process.cwd(), { code: "ENOENT" });
  assert.equal(workingDirectory(), "/");
  // What asks for it.
  assert.equal(showPosition({ file: "/a/b.ts", line: 1, column: 2 }), "a/b.ts:1:2");
  assert.match(cacheDirectory(undefined, {}), /numbats/);
  assert.match(currentStore().dir, /numbats/);
  assert.ok(existsSync(findLlvm().path));
});
