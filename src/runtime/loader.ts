/**
 * LLVM IR → a loaded addon: from the cache when it has this very IR, else through LLVM.
 *
 * Relies on toolchain/ for the machine and the compiler and on cache/ for verified files. Everything is looked for at the
 * first kernel, not at import, and remembered for the thread.
 */
import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { currentStore } from "../cache/current.ts";
import { cacheKey } from "../cache/key.ts";
import { type Build, buildPrivately, privatePlace, type StoredAddon } from "../cache/store.ts";
import type { Stage } from "../compiler.ts";
import { ToolchainError } from "../diagnostics/errors.ts";
import type { Support } from "../emit/llvm/support.ts";
import { now } from "../engine/clock.ts";
import type { Target } from "../targets/target.ts";
import { startAddon } from "../toolchain/build-job.ts";
import { CODE_FLAGS } from "../toolchain/commands.ts";
import { assemble, type BuildTimes, buildAddon, remarksOf, startLlvm } from "../toolchain/compile.ts";
import { type Host, hostOf } from "../toolchain/host.ts";
import { findLlvm, type Llvm } from "../toolchain/llvm.ts";
import type { Library } from "../toolchain/object-files.ts";
import type { Remark } from "../toolchain/remarks.ts";
import type { Server } from "../toolchain/server.ts";
import { inBackground, type Pending } from "./background.ts";
import type {
  AddonCode,
  CreateKernel,
  LoadedAddon,
  LoadedFallbacks,
  Loader,
  PendingAddon,
  PoolAddon,
} from "./native.ts";
import { loadPool, preparePool } from "./pool.ts";
import { doPostponed } from "./postponed.ts";

const OPT_LEVEL = 3;

/** LLVMs that compile at the same time. */
const AT_ONCE = availableParallelism() > 1 ? 2 : 1;

interface Toolchain {
  readonly llvm: Llvm;
  readonly host: Host;
}

/** What addons export, as emit/abi.ts says: one or the other. */
interface Exports {
  readonly create?: CreateKernel;
  readonly fallbacks?: bigint;
}

interface Loaded extends Omit<LoadedAddon, "create"> {
  readonly exports: Exports;
}

const OWN_ARRAY_BUFFER = ArrayBuffer;

function dlopen(path: string): Exports {
  const module: { exports: Exports } = { exports: {} };
  withArrayBuffer(() => process.dlopen(module, path));
  return module.exports;
}

/** Addons note the constructor when they are loaded, and their memory rests on it: it is to be JavaScript's (emit/llvm/entry-create.ts). */
function withArrayBuffer(load: () => void): void {
  const now = Object.getOwnPropertyDescriptor(globalThis, "ArrayBuffer");
  if (now?.value === OWN_ARRAY_BUFFER) {
    load();
    return;
  }
  const own = { value: OWN_ARRAY_BUFFER, writable: true, configurable: true, enumerable: false };
  Object.defineProperty(globalThis, "ArrayBuffer", own);
  try {
    load();
  } finally {
    if (now === undefined) Reflect.deleteProperty(globalThis, "ArrayBuffer");
    else Object.defineProperty(globalThis, "ArrayBuffer", now);
  }
}

function kernelOf({ exports, ...rest }: Loaded): LoadedAddon {
  const { create } = exports;
  if (create === undefined) throw new ToolchainError("the compiled kernel can't be loaded: it is none");
  return { create, ...rest };
}

const FLAGS = [...CODE_FLAGS, `-O${OPT_LEVEL}`];

function keyOf(llvm: string, { target, llvmVersion }: Host): string {
  return cacheKey({ llvm, target, llvmVersion, flags: FLAGS });
}

function keyOfAddon({ parts, support }: AddonCode, host: Host): string {
  return keyOf([support.id, ...parts.map(({ llvm }) => llvm)].join("\n"), host);
}

/** The event loop and a poll may both come to the end of a build. */
function once<A, R>(f: (argument: A) => R): (argument: A) => R {
  let result: { readonly value: R } | undefined;
  return (argument) => {
    result ??= { value: f(argument) };
    return result.value;
  };
}

function bothDone(
  kernel: Pending<BuildTimes>,
  pool: Pending<unknown> | undefined,
  finish: (times: BuildTimes) => LoadedAddon,
): PendingAddon {
  return {
    done: Promise.all([kernel.done, pool?.done]).then(([times]) => finish(times)),
    poll() {
      const times = kernel.poll();
      return times === undefined || (pool !== undefined && pool.poll() === undefined) ? undefined : finish(times);
    },
  };
}

class NativeLoader implements Loader {
  #toolchain: Toolchain | undefined;
  #pool: PoolAddon | undefined;
  /** An addon is loaded once in a thread, however many kernels turn out to be the same code. */
  readonly #loaded = new Map<string, Exports>();
  /** By key: kernels that turn out to be the same code wait for the same build. */
  readonly #pending = new Map<string, PendingAddon>();
  /** The support library's object files, by the library's id. */
  readonly #libraries = new Map<string, Uint8Array>();
  /** They compile for `load`: the first all texts, the others parts that can be compiled at the same time. */
  #servers: Server[] = [];
  /** Has LLVM compiled a kernel for `load`? */
  #hasBuilt = false;

  target(): Target {
    return this.#find().host.target;
  }

  toolchain(): string {
    return [this.#find().host.llvmVersion, ...FLAGS].join(" ");
  }

  pool(): PoolAddon {
    if (this.#pool === undefined) {
      const { llvm, host } = this.#find();
      this.#pool = loadPool(llvm, host, currentStore());
    }
    return this.#pool;
  }

  assemble(llvm: string): string {
    const { llvm: tool, host } = this.#find();
    return assemble(tool, llvm, host.target, { optLevel: OPT_LEVEL });
  }

  remarks(llvm: string, passes: string): readonly Remark[] {
    const { llvm: tool, host } = this.#find();
    return remarksOf(tool, llvm, host.target, passes);
  }

  expect(): void {
    this.#expect(1);
  }

  /** Has so many servers alive, if there can be any. */
  #expect(count: number): readonly Server[] {
    const { llvm: tool, host } = this.#find();
    this.#servers = this.#servers.filter((server) => server.isAlive());
    while (this.#servers.length < count) {
      const server = startLlvm(tool, host.target, { optLevel: OPT_LEVEL });
      if (server === undefined) break;
      this.#servers.push(server);
    }
    return this.#servers;
  }

  load(code: AddonCode, useCache: boolean): LoadedAddon {
    return kernelOf(this.#load(code, useCache));
  }

  loadFallbacks(llvm: string, support: Support, useCache: boolean): LoadedFallbacks {
    const code: AddonCode = { parts: [{ llvm }], support };
    const start = now();
    const stored = useCache ? this.#loadStored(keyOfAddon(code, this.#find().host)) : undefined;
    const loaded = stored && { ...stored, stages: [{ name: "cache", ms: now() - start }] };
    const { exports, stages } = loaded ?? this.#load(code, useCache);
    const { fallbacks } = exports;
    if (fallbacks === undefined) throw new ToolchainError("a kernel's fallbacks can't be loaded: there are none");
    return { address: fallbacks, stages };
  }

  #load(code: AddonCode, useCache: boolean): Loaded {
    const { host } = this.#find();
    const stages: Stage[] = [];
    let mark = now();
    let building = 0;
    const stage = (name: string): void => {
      const time = now();
      stages.push({ name, ms: time - mark - building });
      mark = time;
      building = 0;
    };
    const build: Build = (outPath) => {
      const start = now();
      const { compileMs, linkMs } = this.#build(code, outPath);
      stages.push({ name: "llvm", ms: compileMs }, { name: "link", ms: linkMs });
      building += now() - start;
    };

    if (!useCache) {
      const exports = this.#open(buildPrivately(build));
      stage("load");
      return { exports, cache: "off", stages };
    }

    const key = keyOfAddon(code, host);
    const known = this.#loaded.get(key);
    if (known !== undefined) {
      stage("cache");
      return { exports: known, key, cache: "hit", stages };
    }
    let addon = currentStore().get(key, build);
    // Between get and here another process may have cleared the cache.
    if (addon.inCache && !existsSync(addon.path)) addon = currentStore().get(key, build);
    stage("cache");
    const opened = this.#openFromCache(key, addon, build);
    stage("load");
    return { exports: opened.exports, key, cache: opened.hit ? "hit" : "miss", stages };
  }

  loadStored(key: string, withPool: boolean): LoadedAddon | undefined {
    if (withPool) {
      const { llvm, host } = this.#find();
      if (preparePool(llvm, host, currentStore()) !== undefined) return undefined;
    }
    const stored = this.#loadStored(key);
    return stored && kernelOf(stored);
  }

  #loadStored(key: string): Loaded | undefined {
    const start = now();
    let exports = this.#loaded.get(key);
    if (exports === undefined) {
      const addon = currentStore().find(key);
      if (addon === undefined) return undefined;
      try {
        exports = this.#open(addon);
      } catch {
        // It has just been removed, or nothing can be loaded from there: `load` sees to that.
        return undefined;
      }
      this.#loaded.set(key, exports);
    }
    return { exports, key, cache: "hit", stages: [{ name: "load", ms: now() - start }] };
  }

  #openFromCache(key: string, addon: StoredAddon, build: Build): { exports: Exports; hit: boolean } {
    let exports: Exports;
    let { hit } = addon;
    try {
      exports = this.#open(addon);
    } catch (cause) {
      if (!addon.inCache) throw cause;
      // A sound file that can't be loaded from where it is: its file system is mounted noexec, as a rule.
      currentStore().giveUp(`nothing can be loaded from it: ${cause instanceof Error ? cause.message : String(cause)}`);
      exports = this.#open(buildPrivately(build));
      hit = false;
    }
    this.#loaded.set(key, exports);
    return { exports, hit };
  }

  /** Kept in the cache if there is one, whether or not the kernel is: it holds nothing of the user's. */
  #library(support: Support): Library {
    const key = keyOf(support.id, this.#find().host);
    const remember = (object: Uint8Array | undefined): Uint8Array | undefined => {
      if (object !== undefined) this.#libraries.set(support.id, object);
      return object;
    };
    return {
      llvm: () => support.llvm(),
      find: () => this.#libraries.get(support.id) ?? remember(currentStore().findCode("o", key)),
      keep(object) {
        remember(object);
        currentStore().addCode("o", key, object);
      },
    };
  }

  #build(code: AddonCode, outPath: string): BuildTimes {
    const { llvm: tool, host } = this.#find();
    const library = this.#library(code.support);
    // Where one comes after another more will follow. The first is compiled by one LLVM, since starting takes it as long as compiling:
    // by the server if it was expected or has the library to compile, too.
    const wanted = this.#hasBuilt ? Math.min(code.parts.length, AT_ONCE) : Number(library.find() === undefined);
    const servers = this.#expect(wanted);
    this.#hasBuilt = true;
    return buildAddon(tool, code.parts, host.target, outPath, {
      optLevel: OPT_LEVEL,
      library,
      servers,
      meanwhile: doPostponed,
    });
  }

  loadLater(code: AddonCode, useCache: boolean, usesPool: boolean): LoadedAddon | PendingAddon {
    const { llvm: tool, host } = this.#find();
    const { parts, support } = code;
    const key = keyOfAddon(code, host);
    const pool = usesPool ? preparePool(tool, host, currentStore()) : undefined;
    if (useCache) {
      const isThere = this.#loaded.has(key) || currentStore().find(key) !== undefined;
      if (isThere && pool === undefined) return this.load(code, true);
      const known = this.#pending.get(key);
      if (known !== undefined) return known;
    }
    const place = privatePlace();
    const options = { optLevel: OPT_LEVEL, library: this.#library(support) } as const;
    const building = inBackground(() => {
      const job = startAddon(tool, parts, host.target, place.path, options);
      return { ...job, cancel: () => [job.cancel(), place.release()] };
    });
    const finish = once((times: BuildTimes): LoadedAddon => {
      this.#pending.delete(key);
      const start = now();
      const build: Build = (outPath) => buildAddon(tool, parts, host.target, outPath, options);
      const exports = useCache
        ? this.#openFromCache(key, currentStore().add(key, place), build).exports
        : this.#open(place);
      const stages = [
        { name: "llvm", ms: times.compileMs },
        { name: "link", ms: times.linkMs },
        { name: "load", ms: now() - start },
      ];
      return kernelOf({ exports, cache: useCache ? "miss" : "off", stages, ...(useCache ? { key } : {}) });
    });
    const pending = bothDone(building, pool, finish);
    pending.done.catch(() => {
      this.#pending.delete(key);
      place.release();
    });
    if (useCache) this.#pending.set(key, pending);
    return pending;
  }

  #open(addon: StoredAddon): Exports {
    try {
      return dlopen(addon.path);
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new ToolchainError(`the compiled kernel can't be loaded: ${reason}`);
    } finally {
      addon.release();
    }
  }

  #find(): Toolchain {
    if (this.#toolchain === undefined) {
      const llvm = findLlvm();
      const store = currentStore();
      this.#toolchain = { llvm, host: hostOf(llvm, store.isUsable() ? store.dir : undefined) };
    }
    return this.#toolchain;
  }
}

/** One for the thread; nothing is looked for until it is asked. */
export const nativeLoader: Loader = new NativeLoader();
