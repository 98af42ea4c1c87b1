/** A kernel for a request: one that an earlier process has compiled where there is one, else through all the stages. */
import type { Compiled, CompileRequest } from "../compiler.ts";
import type { LoadedAddon, Loader, PendingAddon } from "./native.ts";
import type { Recall } from "./recall.ts";

export interface Makers {
  readonly compile: (request: CompileRequest) => Compiled;
  readonly loader: Loader;
  /** Undefined where compilations aren't remembered. */
  readonly recall?: Recall | undefined;
}

export interface Making {
  readonly compiled: Compiled;
  readonly addon: LoadedAddon | PendingAddon;
  /** To be told when the addon is there. */
  loaded(addon: LoadedAddon): void;
}

/** `later`: doesn't wait for LLVM. */
export function make(
  request: CompileRequest,
  { compile, loader, recall }: Makers,
  { cache, later }: { readonly cache: boolean; readonly later: boolean },
): Making {
  const memory = cache ? recall : undefined;
  const toolchain = memory === undefined ? "" : loader.toolchain();
  const found = memory?.find(request, toolchain);
  const stored = found && loader.loadStored(found.key, later && found.compiled.usesPool);
  if (found !== undefined && stored !== undefined) {
    return { compiled: found.compiled, addon: stored, loaded: () => {} };
  }
  const watch = memory?.watch(request, toolchain);
  const compiled = compile(watch?.request ?? request);
  const addon = later ? loader.loadLater(compiled.llvm, cache, compiled.usesPool) : loader.load(compiled.llvm, cache);
  return {
    compiled,
    addon,
    loaded: ({ key }) => {
      if (key !== undefined) watch?.remember(compiled, key);
    },
  };
}
