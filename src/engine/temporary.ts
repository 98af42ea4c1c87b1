/**
 * Directories and files for what is only needed for a while. They go when they are removed, or with the thread; those of a process
 * that was killed or of a worker that was terminated are removed by who makes one a day later.
 */
import { randomUUID } from "node:crypto";
import { mkdtempSync, readdirSync, rmSync, statSync, unlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { statIfThere, userId, whyUnusable } from "./private-directory.ts";

/** A process may be suspended while it compiles, but hardly for so long. */
const STALE_MS = 24 * 60 * 60 * 1000;

/** Of this thread, and not removed yet. */
const present = new Set<string>();

/** Where this thread has looked for what others have left. */
let swept: string | undefined;

/** Makes a directory that others can't touch. */
export function makeTemporary(): string {
  // Made with mode 0700.
  return enter(mkdtempSync(join(preparedPlace().place, "numbats-")));
}

/** Where a file with this ending can be made that others can't touch, and how to be rid of it. */
export function temporaryPath(ending: string): { readonly path: string; remove(): void } {
  const { place, isPrivate } = preparedPlace();
  // A directory takes as long to make and to remove as a file.
  if (!isPrivate) {
    const dir = makeTemporary();
    return { path: join(dir, `file${ending}`), remove: () => removeTemporary(dir) };
  }
  const path = enter(join(place, `numbats-${randomUUID()}${ending}`));
  return { path, remove: () => removeTemporaryFile(path) };
}

/** Never throws: what can't be removed (on Windows a library in use, elsewhere what a killed process is still writing to) may go later. */
export function removeTemporary(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true, maxRetries: 2 });
    present.delete(path);
  } catch {
    // see above
  }
}

function removeTemporaryFile(path: string): void {
  try {
    unlinkSync(path);
    present.delete(path);
  } catch {
    // It was never made, for instance.
    removeTemporary(path);
  }
}

function enter(path: string): string {
  present.add(path);
  return path;
}

/** Looked through for what others have left, once. */
function preparedPlace(): { readonly place: string; readonly isPrivate: boolean } {
  // TMPDIR may be relative, and the working directory change while a build goes on.
  const system = resolve(tmpdir());
  const own = ownPlace(system);
  const place = own ?? system;
  if (own !== undefined && swept !== place) sweep(own);
  if (swept === undefined) process.on("exit", () => present.forEach(removeTemporary));
  swept = place;
  return { place, isPrivate: own !== undefined };
}

/** A directory of the user's in the system's, which may be too large to look through. */
function ownPlace(system: string): string | undefined {
  const own = join(system, `numbats-${userId() ?? "user"}`);
  return statIfThere(system) !== undefined && whyUnusable(own) === undefined ? own : undefined;
}

function sweep(place: string): void {
  for (const name of readdirSync(place)) {
    const path = join(place, name);
    const stats = statSync(path, { throwIfNoEntry: false });
    if (stats !== undefined && Date.now() - stats.mtimeMs > STALE_MS) removeTemporary(path);
  }
}
