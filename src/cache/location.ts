/**
 * Where compiled kernels are kept, and whether a directory may be trusted with native code.
 *
 * Whoever can write to the directory can run code in this process, so only a directory that belongs to the user and is
 * closed to everyone else is used. The process's working directory decides, not the kernel's file: one process has one
 * cache, and `numbats cache` in a project shows the one that the project's programs use.
 */
import { chmodSync, lstatSync, mkdirSync, readdirSync, type Stats, statSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";

type Environment = Readonly<Record<string, string | undefined>>;

/** The user's number; undefined where there is none (Windows, whose per-user directories are private as they come). */
function userId(): number | undefined {
  return process.geteuid?.();
}

/** Can nobody but the user (or root, who can do anything) put something in this directory's place or change it? */
function isControlledByUser(stats: Stats): boolean {
  const uid = userId();
  return uid === undefined || ((stats.uid === uid || stats.uid === 0) && (stats.mode & 0o002) === 0);
}

function statIfThere(path: string): Stats | undefined {
  return statSync(path, { throwIfNoEntry: false });
}

/** The nearest directory, from `from` upwards, with a package.json. */
function projectRoot(from: string): string | undefined {
  for (let dir = from; ; dir = dirname(dir)) {
    if (statIfThere(join(dir, "package.json"))?.isFile()) return dir;
    if (dirname(dir) === dir) return undefined;
  }
}

/** A project that somebody else controls could swap the cache under our hands; then the user's own directory serves. */
function projectCache(cwd: string): string | undefined {
  const root = projectRoot(cwd);
  if (root === undefined) return undefined;
  for (const dir of [root, join(root, "node_modules"), join(root, "node_modules", ".cache")]) {
    const stats = statIfThere(dir);
    if (stats !== undefined && !(stats.isDirectory() && isControlledByUser(stats))) return undefined;
  }
  return join(root, "node_modules", ".cache", "numbats");
}

function userCache(env: Environment): string {
  if (process.platform === "win32")
    return join(env.LOCALAPPDATA ?? join(homedir(), "AppData", "Local"), "numbats", "Cache");
  if (process.platform === "darwin") return join(homedir(), "Library", "Caches", "numbats");
  const xdg = env.XDG_CACHE_HOME;
  return join(xdg?.startsWith("/") ? xdg : join(homedir(), ".cache"), "numbats");
}

/** `NUMBATS_CACHE_DIR`, else `node_modules/.cache/numbats` beside the nearest package.json, else the user's cache directory. */
export function cacheDirectory(cwd: string = process.cwd(), env: Environment = process.env): string {
  const chosen = env.NUMBATS_CACHE_DIR;
  if (chosen !== undefined && chosen !== "") return resolve(cwd, chosen);
  return projectCache(cwd) ?? userCache(env);
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
