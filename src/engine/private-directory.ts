/**
 * Whether a directory may be trusted with native code. Whoever can write to it can run code in this process, so only one that
 * belongs to the user and is closed to everyone else is used.
 */
import { chmodSync, lstatSync, mkdirSync, readdirSync, type Stats, statSync } from "node:fs";
import { dirname } from "node:path";

/** The user's number; undefined where there is none (Windows, whose per-user directories are private as they come). */
export function userId(): number | undefined {
  return process.geteuid?.();
}

export function statIfThere(path: string): Stats | undefined {
  return statSync(path, { throwIfNoEntry: false });
}

/** Not Node's recursive one: where nothing can be made, as in /proc, that never ends, and on a read-only disk it names no cause. */
function makeDirectory(dir: string): void {
  if (statIfThere(dir) !== undefined) return;
  if (dirname(dir) !== dir) makeDirectory(dirname(dir));
  try {
    mkdirSync(dir, { mode: 0o700 });
  } catch (cause) {
    // Another process was faster.
    if (statIfThere(dir) === undefined) throw cause;
  }
}

/** Makes the directory if need be. Gives why it can't be used; undefined when it can. */
export function whyUnusable(dir: string): string | undefined {
  try {
    // lstat: a link could be pointed elsewhere after this check.
    let stats = lstatSync(dir, { throwIfNoEntry: false });
    if (stats === undefined) {
      makeDirectory(dir);
      stats = lstatSync(dir);
    }
    if (!stats.isDirectory()) return stats.isSymbolicLink() ? "it is a symbolic link" : "it is not a directory";
    const uid = userId();
    if (uid === undefined) return undefined;
    // Where everyone may rename, a directory of theirs could take its place. The sticky bit (as on /tmp) forbids that.
    if ((statSync(dirname(dir)).mode & 0o1002) === 0o002) return "other users can replace it";
    if (stats.uid !== uid) return "it belongs to another user";
    if ((stats.mode & 0o077) === 0) return undefined;
    // Nothing can have been slipped into an empty directory that others could only look at.
    if ((stats.mode & 0o022) === 0 && readdirSync(dir).length === 0) {
      chmodSync(dir, 0o700);
      return undefined;
    }
    return `other users have access to it (its mode is ${(stats.mode & 0o777).toString(8)}; chmod 700 makes it private)`;
  } catch (cause) {
    return cause instanceof Error ? cause.message : String(cause);
  }
}
