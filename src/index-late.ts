/**
 * The package's entry as it is published (scripts/build.ts makes index.js of it, and index.cjs): what index.ts exports, from a script of its own that
 * V8's code has been kept of. Nothing but what is needed to find both: V8 reads all of a module at each start.
 */
import { existsSync } from "node:fs";
import { cacheDirectory } from "./cache/location.ts";
import { CacheStore } from "./cache/store.ts";
import { ownWorld } from "./runtime/own-code.ts";
import { PackageScript } from "./runtime/package-script.ts";

type Exported = typeof import("./index.ts");

declare const NUMBATS_BUILD: string;

/** Importing makes no directory, and says nothing of one. */
function storeThatIsThere(): CacheStore | undefined {
  const dir = cacheDirectory();
  return existsSync(dir) ? new CacheStore(dir, { warn: () => {} }) : undefined;
}

function load(): Exported {
  const script = new PackageScript("runtime.cjs");
  const { build, ...exported } = script.run(ownWorld, storeThatIsThere()) as Exported & { readonly build: string };
  if (build !== NUMBATS_BUILD) {
    throw new Error(`${script.file} is of another version of numbats than the program: bundle it again`);
  }
  return exported;
}

/** Modules and what they require share one numbats, or a kernel of the one would not know the other's `prange`. */
const SHARED = Symbol.for(`numbats ${NUMBATS_BUILD}`);

function share(): Exported {
  const value = load();
  Object.defineProperty(globalThis, SHARED, { value });
  return value;
}

export const exported: Exported = (Reflect.get(globalThis, SHARED) as Exported | undefined) ?? share();
