/** Golden files: what was right once and has been looked at. UPDATE_GOLDEN=1 writes them anew. */
import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";

export const UPDATE_GOLDEN = process.env.UPDATE_GOLDEN === "1";

export function assertGolden(file: string, actual: string): void {
  if (UPDATE_GOLDEN) {
    if (!existsSync(file) || readFileSync(file, "utf8") !== actual) writeFileSync(file, actual);
    return;
  }
  assert.ok(existsSync(file), `${file} is missing; UPDATE_GOLDEN=1 writes it`);
  assert.equal(actual, readFileSync(file, "utf8"), `${file} differs; look at it, then UPDATE_GOLDEN=1 writes it anew`);
}
