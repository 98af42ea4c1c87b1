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
import { buildPrivately, type CacheStore, type StoredAddon } from "../cache/store.ts";
import { buildCLibrary, CODE_FLAGS } from "../toolchain/compile.ts";
import type { Host } from "../toolchain/host.ts";
import type { Llvm } from "../toolchain/llvm.ts";
import { packageFile } from "../toolchain/package.ts";
import type { PoolAddon } from "./native.ts";

/** As nb_pool_set_threads allows. */
const MAX_THREADS = 512;

let loaded: PoolAddon | undefined;

export function loadPool(llvm: Llvm, host: Host, store: CacheStore): PoolAddon {
  if (loaded !== undefined) return loaded;
  const path = packageFile("native/pool.c");
  const source = readFileSync(path, "utf8");
  const included = readFileSync(packageFile("native/background.c"), "utf8");
  const key = cacheKey({
    llvm: `${source}${included}`,
    target: host.target,
    llvmVersion: host.llvmVersion,
    flags: [...CODE_FLAGS, "pool"],
  });
  const build = (outPath: string): void => {
    buildCLibrary(llvm, source, host.target, outPath, { includeDir: dirname(path) });
  };
  const pool = open(store.get(key, build)) ?? open(buildPrivately(build));
  if (pool === undefined) throw new Error(`${path} can't be loaded`);
  pool.configure(availableParallelism(), initialThreads());
  loaded = pool;
  return pool;
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
  return checkThreads(Number(given), "NUMBATS_NUM_THREADS");
}

/** @throws RangeError unless it is a number of threads that the pool takes. */
export function checkThreads(count: unknown, name: string): number {
  if (typeof count === "number" && Number.isInteger(count) && count >= 1 && count <= MAX_THREADS) return count;
  throw new RangeError(`${name} is a whole number from 1 to ${MAX_THREADS}, not ${String(count)}`);
}
