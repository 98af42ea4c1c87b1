/**
 * The thread pool's JavaScript side: builds native/pool.c on first use, loads it, and speaks to it.
 *
 * A kernel gets the pool as the address of one function, handed to its `create`. So a kernel doesn't depend on the pool's
 * file when it is loaded, and none is loaded where no loop runs in parallel. The pool's state lives in its library:
 * threads of one process that load the same file share one pool. Where the cache can't be used, each has its own.
 */
import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { dirname } from "node:path";
import { cacheKey } from "../cache/key.ts";
import { buildPrivately, type CacheStore, privatePlace, type StoredAddon } from "../cache/store.ts";
import { startCLibrary } from "../toolchain/build-job.ts";
import { CODE_FLAGS } from "../toolchain/commands.ts";
import { buildCLibrary } from "../toolchain/compile.ts";
import type { Host } from "../toolchain/host.ts";
import type { Llvm } from "../toolchain/llvm.ts";
import { packageFile } from "../toolchain/package.ts";
import { showValue } from "./arguments.ts";
import { inBackground, type Pending } from "./background.ts";
import type { PoolAddon } from "./native.ts";

/** As nb_pool_set_threads allows. */
const MAX_THREADS = 512;

let loaded: PoolAddon | undefined;

export function loadPool(llvm: Llvm, host: Host, store: CacheStore): PoolAddon {
  if (loaded !== undefined) return loaded;
  const { path, source, key } = poolSource(host);
  const build = (outPath: string): void => {
    buildCLibrary(llvm, source, host.target, outPath, { includeDir: dirname(path) });
  };
  const pool = open(prepared ?? store.get(key, build)) ?? open(buildPrivately(build));
  if (pool === undefined) throw new Error(`${path} can't be loaded`);
  pool.configure(availableParallelism(), initialThreads());
  loaded = pool;
  return pool;
}

function poolSource({ target, llvmVersion }: Host): {
  readonly path: string;
  readonly source: string;
  readonly key: string;
} {
  const path = packageFile("native/pool.c");
  const source = readFileSync(path, "utf8");
  const included = readFileSync(packageFile("native/background.c"), "utf8");
  const flags = [...CODE_FLAGS, "pool"];
  return { path, source, key: cacheKey({ llvm: `${source}${included}`, target, llvmVersion, flags }) };
}

/** Built in the background, and waiting to be loaded. */
let prepared: StoredAddon | undefined;
let preparing: Pending<StoredAddon> | undefined;

/** Has the pool built in the background; undefined when that isn't necessary. */
export function preparePool(llvm: Llvm, host: Host, store: CacheStore): Pending<StoredAddon> | undefined {
  if (loaded !== undefined || prepared !== undefined) return undefined;
  if (preparing !== undefined) return preparing;
  const { path, source, key } = poolSource(host);
  if (store.find(key) !== undefined) return undefined;
  const place = privatePlace();
  const building = inBackground(() => {
    const job = startCLibrary(llvm, source, host.target, place.path, { includeDir: dirname(path) });
    return { ...job, cancel: () => [job.cancel(), place.release()] };
  });
  const keep = (): StoredAddon => {
    prepared ??= store.add(key, place);
    return prepared;
  };
  preparing = {
    done: building.done.then(keep),
    poll: () => (building.poll() === undefined ? undefined : keep()),
  };
  preparing.done.catch(() => {
    preparing = undefined;
    place.release();
  });
  return preparing;
}

function open(addon: StoredAddon): PoolAddon | undefined {
  try {
    const module: { exports: Partial<PoolAddon> } = { exports: {} };
    process.dlopen(module, addon.path);
    return module.exports as PoolAddon;
  } catch (cause) {
    // Once more from a private file: the cache may lie on a file system mounted noexec.
    if (addon.inCache) return undefined;
    throw cause;
  } finally {
    addon.release();
  }
}

/** NUMBATS_NUM_THREADS, else as many as there are cores for this process. */
function initialThreads(): number {
  const given = process.env.NUMBATS_NUM_THREADS;
  if (given === undefined || given === "") return availableParallelism();
  const count = Number(given);
  return checkThreads(Number.isNaN(count) ? given : count, "NUMBATS_NUM_THREADS");
}

/** @throws RangeError unless it is a number of threads that the pool takes. */
export function checkThreads(count: unknown, name: string): number {
  if (typeof count === "number" && Number.isInteger(count) && count >= 1 && count <= MAX_THREADS) return count;
  throw new RangeError(`${name} is a whole number from 1 to ${MAX_THREADS}, not ${showValue(count)}`);
}
