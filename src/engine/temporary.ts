/**
 * Directories for what is only needed for a while. They go when they are removed, or with the thread; those of a process that was
 * killed or of a worker that was terminated are removed by who makes one a day later.
 */
import { mkdtempSync, readdirSync, rmdirSync, rmSync, statSync, unlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { statIfThere, userId, whyUnusable } from "./private-directory.ts";

/** A process may be suspended while it compiles, but hardly for so long. */
const STALE_MS = 24 * 60 * 60 * 1000;

/** Of this thread, and not removed yet. */
const present = new Set<string>();

/** Where this thread has looked for what others have left. */
let swept: string | undefined;

/** Makes one that others can't touch. */
export function makeTemporary(): string {
  const place = ownPlace();
  if (swept !== place) sweep(place);
  // Made with mode 0700.
  const dir = mkdtempSync(join(place, "numbats-"));
  if (swept === undefined) process.on("exit", () => present.forEach(removeTemporary));
  swept = place;
  present.add(dir);
  return dir;
}

/** Never throws: what can't be removed (on Windows a library in use, elsewhere what a killed process is still writing to) may go later. */
export function removeTemporary(dir: string): void {
  try {
    rmSync(dir, { recursive: true, force: true, maxRetries: 2 });
    present.delete(dir);
  } catch {
    // see above
  }
}

/** As `removeTemporary`, of one that holds this file alone: who knows what to remove needn't look for it. */
export function removeTemporaryOf(file: string): void {
  const dir = dirname(file);
  try {
    unlinkSync(file);
    rmdirSync(dir);
    present.delete(dir);
  } catch {
    removeTemporary(dir);
  }
}

/** A directory of the user's in the system's, which may be too large to look through. */
function ownPlace(): string {
  // TMPDIR may be relative, and the working directory change while a build goes on.
  const system = resolve(tmpdir());
  const own = join(system, `numbats-${userId() ?? "user"}`);
  return statIfThere(system) !== undefined && whyUnusable(own) === undefined ? own : system;
}

function sweep(place: string): void {
  if (place === resolve(tmpdir())) return;
  for (const name of readdirSync(place)) {
    const dir = join(place, name);
    const stats = statSync(dir, { throwIfNoEntry: false });
    if (stats !== undefined && Date.now() - stats.mtimeMs > STALE_MS) removeTemporary(dir);
  }
}
