import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { sha256 } from "./digest.ts";

const DATA = ["", "abc", "ü\0\ud800x", new Uint8Array([1, 2, 255])];

test("digests are SHA-256's", () => {
  for (const data of DATA) assert.equal(sha256(data), createHash("sha256").update(data).digest("hex"));
});

test("the same where Node has no hash of its own", () => {
  const script = `
    import crypto from "node:crypto";
    delete crypto.hash;
    const { sha256 } = await import(${JSON.stringify(new URL("digest.ts", import.meta.url).href)});
    process.stdout.write(sha256("abc"));`;
  const args = ["--import", "tsx", "--input-type=module", "-e", script];
  assert.equal(execFileSync(process.execPath, args, { encoding: "utf8" }), sha256("abc"));
});
