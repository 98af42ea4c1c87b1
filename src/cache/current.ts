/** The cache that this process uses. */
import { afterThisRun } from "../engine/run.ts";
import { workingDirectory } from "../engine/working-directory.ts";
import { cacheDirectory } from "./location.ts";
import { CacheStore } from "./store.ts";

const stores = new Map<string, CacheStore>();

/** The one that was last asked for, and by what it was chosen. */
let current: { readonly cwd: string; readonly chosen: string | undefined; readonly store: CacheStore } | undefined;

/** Not looked for again while the program runs on. */
export function currentStore(): CacheStore {
  const cwd = workingDirectory();
  const chosen = process.env.NUMBATS_CACHE_DIR;
  if (current?.cwd !== cwd || current.chosen !== chosen) {
    current = { cwd, chosen, store: storeIn(cacheDirectory(cwd)) };
    afterThisRun(() => {
      current = undefined;
    });
  }
  return current.store;
}

function storeIn(dir: string): CacheStore {
  let store = stores.get(dir);
  if (store === undefined) {
    store = new CacheStore(dir);
    stores.set(dir, store);
  }
  return store;
}
