/** Builds that go on in child processes, while the event loop does. */
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { LlvmModule } from "../emit/llvm/module.ts";
import { removeTemporary } from "../engine/temporary.ts";
import { platformOf, type Target } from "../targets/target.ts";
import { cc1, compileC } from "./commands.ts";
import { type BuildOptions, type BuildTimes, modulesOf, wholeOf } from "./compile.ts";
import { type LinkOptions, linkCommand } from "./link.ts";
import { type Llvm, runAsync } from "./llvm.ts";
import { inFiles, kept, linkHere, type ObjectFile } from "./object-files.ts";
import { keepIr, temporaryDir } from "./scratch.ts";

/** A build that goes on in child processes, while the event loop does. The process doesn't wait for it. */
export interface BuildJob {
  readonly done: Promise<BuildTimes>;
  /**
   * Finishes the build if LLVM is through, though the event loop hasn't heard of it: a program that doesn't return to it
   * gets its addon, too. undefined while there is none.
   */
  poll(): BuildTimes | undefined;
  /** Kills what runs and removes what it left, at once. */
  cancel(): void;
}

/** As `buildAddon`, in the background. */
export function startAddon(
  llvm: Llvm,
  modules: string | readonly LlvmModule[],
  target: Target,
  outPath: string,
  options: BuildOptions = {},
): BuildJob {
  const command = (object: string): string[] => cc1(target, options.optLevel ?? 3, ["-emit-obj"], object);
  return startBuild(llvm, command, modulesOf(modules), target, outPath, options);
}

/** As `buildCLibrary`, in the background. */
export function startCLibrary(
  llvm: Llvm,
  source: string,
  target: Target,
  outPath: string,
  options: LinkOptions & { readonly includeDir?: string } = {},
): BuildJob {
  return startBuild(
    llvm,
    (object) => compileC(target, object, options.includeDir),
    modulesOf(source),
    target,
    outPath,
    options,
  );
}

function startBuild(
  llvm: Llvm,
  command: (object: string) => string[],
  modules: readonly LlvmModule[],
  target: Target,
  outPath: string,
  options: BuildOptions,
): BuildJob {
  const platform = platformOf(target.triple);
  const controller = new AbortController();
  const dir = temporaryDir();
  const remove = (): void => removeTemporary(dir);
  const { library } = options;
  const ofKernel = modules.map((_, k) => join(dir, `kernel${k}.o`));
  const ofLibrary = join(dir, "library.o");
  const known = library?.find();
  const isMissing = library !== undefined && known === undefined;
  const start = performance.now();
  let times: BuildTimes | undefined;

  /** Whatever goes wrong is the promise's: what others are waited for with it must not be left alone. */
  const compile = async (source: () => string, out: string): Promise<unknown> => {
    const input = `${out}.input`;
    writeFileSync(input, source());
    return runAsync(llvm.clang, command(out), input, controller.signal);
  };
  /** Starts all that is to be compiled at once: whoever polls doesn't return to the event loop between two steps. */
  const compileAll = (): readonly Promise<unknown>[] => {
    const kernel = ofKernel.map((object, k) => compile(() => modules[k]?.llvm ?? "", object));
    return isMissing ? [...kernel, compile(() => library.llvm(), ofLibrary)] : kernel;
  };
  const objects = (): readonly ObjectFile[] => {
    return library === undefined ? ofKernel : [...ofKernel, known ?? kept(library, ofLibrary)];
  };
  const linkNow = (): BuildTimes | undefined => {
    const compiled = performance.now();
    if (!linkHere(objects(), outPath, options, platform)) return undefined;
    times = { compileMs: compiled - start, linkMs: performance.now() - compiled };
    return times;
  };
  const build = async (): Promise<BuildTimes> => {
    try {
      await Promise.all(compileAll());
      const linked = times ?? linkNow();
      if (linked !== undefined) return linked;
      const compiled = performance.now();
      const { tool, args } = linkCommand(llvm, platform, inFiles(objects(), dir), outPath, options, dir);
      await runAsync(tool, args, undefined, controller.signal);
      return { compileMs: compiled - start, linkMs: performance.now() - compiled };
    } catch (error) {
      const reason: unknown = controller.signal.aborted ? controller.signal.reason : keepIr(error, wholeOf(modules));
      // The others work for nothing.
      controller.abort();
      throw reason;
    } finally {
      remove();
    }
  };
  let tried = false;
  return {
    done: build(),
    poll() {
      // LLVM writes elsewhere and renames: where there is an object file, it is whole.
      if (times !== undefined || tried) return times;
      if (![...ofKernel, ...(isMissing ? [ofLibrary] : [])].every((object) => existsSync(object))) return undefined;
      tried = true;
      return linkNow();
    },
    cancel() {
      controller.abort();
      remove();
    },
  };
}
