/** A kernel for a request: one that an earlier process has compiled where there is one, else through all the stages. */
import type { Compiled, CompileRequest } from "../compiler.ts";
import { afterThisRun } from "../engine/run.ts";
import { answeredOnce, Kept } from "./kept.ts";
import type { LoadedAddon, Loader, PendingAddon } from "./native.ts";
import { keepOwnCode } from "./own-script.ts";
import { doPostponed, postpone } from "./postponed.ts";
import type { Recall, Watch } from "./recall.ts";

export interface Makers {
  readonly compile: (request: CompileRequest) => Compiled;
  readonly loader: Loader;
  /** Undefined where compilations aren't remembered. */
  readonly recall?: Recall | undefined;
}

/** When LLVM works: while the caller waits; beside the program; when the kernel is first called. */
export type When = "now" | "later" | "called";

/** LLVM hasn't been asked for it. */
export interface UnloadedAddon {
  load(): LoadedAddon;
}

export interface Making {
  readonly compiled: Compiled;
  readonly addon: LoadedAddon | PendingAddon | UnloadedAddon;
  /** To be told when the addon is there. */
  loaded(addon: LoadedAddon): void;
}

export interface MakeOptions {
  readonly cache: boolean;
  readonly when: When;
  /** Is the thread pool needed even if the kernel has no parallel loops? */
  readonly pool: boolean;
}

export function make(
  request: CompileRequest,
  { compile, loader, recall }: Makers,
  { cache, when, pool }: MakeOptions,
): Making {
  const memory = cache ? recall : undefined;
  const answered = answeredOnce(request);
  const toolchain = memory === undefined ? "" : loader.toolchain();
  const found = memory && request.reader.together(() => memory.find(answered, toolchain));
  const stored = found && loader.loadStored(found.key, when === "later" && (pool || found.compiled.usesPool));
  if (found !== undefined && stored !== undefined) {
    keepOwnCode("recalled", afterThisRun);
    return { compiled: found.compiled, addon: stored, loaded: () => {} };
  }
  return makeAnew(answered, memory?.watch(answered, toolchain), { compile, loader }, { cache, when, pool });
}

/** Kept apart: the engine has less to read of `make` where the kernel is found. */
function makeAnew(
  request: CompileRequest,
  watch: Watch | undefined,
  { compile, loader }: Makers,
  { cache, when, pool }: MakeOptions,
): Making {
  // What isn't remembered will hardly be in the cache. Without a memory it may well be.
  if (when === "now" && (watch !== undefined || !cache)) loader.expect();
  const compiled = request.reader.together(() => compile(watch?.request ?? request));
  // It is to be remembered with them.
  if (watch !== undefined) {
    postpone(() => void compiled.fallbacks?.llvm);
    keepOwnCode("compiling", postpone);
    keepOwnCode("compiled", afterThisRun);
  }
  const addon = addonFor(compiled, loader, { cache, when, pool });
  doPostponed();
  const kept = new Kept(compiled, request, compile);
  return {
    compiled: kept,
    addon,
    loaded: ({ key }) => {
      if (key !== undefined) watch?.remember(kept, key);
    },
  };
}

function addonFor(
  compiled: Compiled,
  loader: Loader,
  { cache, when, pool }: MakeOptions,
): LoadedAddon | PendingAddon | UnloadedAddon {
  const load = (): LoadedAddon => loader.load(compiled, cache);
  if (when === "now") return load();
  return when === "later" ? loader.loadLater(compiled, cache, pool || compiled.usesPool) : { load };
}
