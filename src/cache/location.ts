/**
 * Where compiled kernels are kept.
 *
 * The process's working directory decides, not the kernel's file: one process has one cache, and `numbats cache` in a
 * project shows the one that the project's programs use.
 */
import type { Stats } from "node:fs";
import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { statIfThere, userId } from "../engine/private-directory.ts";
import { workingDirectory } from "../engine/working-directory.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** Can nobody but the user (or root, who can do anything) put something in this directory's place or change it? */
function isControlledByUser(stats: Stats): boolean {
  const uid = userId();
  return uid === undefined || ((stats.uid === uid || stats.uid === 0) && (stats.mode & 0o002) === 0);
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

/** As container runtimes have it for a user that the system doesn't know, and HOME doesn't say. */
function home(): string {
  try {
    return homedir();
  } catch {
    return "/";
  }
}

function userCache(env: Environment): string {
  if (process.platform === "win32")
    return join(env.LOCALAPPDATA ?? join(home(), "AppData", "Local"), "numbats", "Cache");
  if (process.platform === "darwin") return join(home(), "Library", "Caches", "numbats");
  const xdg = env.XDG_CACHE_HOME;
  return join(xdg?.startsWith("/") ? xdg : join(home(), ".cache"), "numbats");
}

/** `NUMBATS_CACHE_DIR`, else `node_modules/.cache/numbats` beside the nearest package.json, else the user's cache directory. */
export function cacheDirectory(cwd: string = workingDirectory(), env: Environment = process.env): string {
  const chosen = env.NUMBATS_CACHE_DIR;
  if (chosen !== undefined && chosen !== "") return resolve(cwd, chosen);
  return projectCache(cwd) ?? userCache(env);
}
