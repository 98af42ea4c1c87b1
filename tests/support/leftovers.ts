/** What has been left in a directory for temporary files. */
import { existsSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Numbats' own temporary directories in it, those of engine/temporary.ts and those of IR that is kept for a report. */
export function leftovers(tmp: string = tmpdir()): string[] {
  const own = join(tmp, `numbats-${process.geteuid?.() ?? "user"}`);
  const kept = readdirSync(tmp).filter((name) => /^numbats-\w{6}$/.test(name) && join(tmp, name) !== own);
  return [...kept, ...(existsSync(own) ? readdirSync(own) : [])];
}
