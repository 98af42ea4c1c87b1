/**
 * LLVM IR text in, native code out: an addon on disk, or text to look at.
 *
 * Takes the text as emit/ made it; target and optimisation level are all that is added here, so that the cache key (IR,
 * target, flags, LLVM version) covers everything that shapes the code. Temporary files live in a directory of their own,
 * which goes away whatever happens.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { LlvmModule } from "../emit/llvm/module.ts";
import { makeTemporary, removeTemporary } from "../engine/temporary.ts";
import { type Platform, platformOf, type Target } from "../targets/target.ts";
import { linkElf } from "./elf.ts";
import { type LinkOptions, linkCommand } from "./link.ts";
import { hostPlatform, type Llvm, run, runAsync, ToolchainError } from "./llvm.ts";
import { parseRemarks, type Remark } from "./remarks.ts";
import { type Server, startServer } from "./server.ts";

export type OptLevel = 0 | 1 | 2 | 3;

export interface CompileOptions {
  /** 3 unless given. */
  readonly optLevel?: OptLevel;
}

/** LLVM IR whose object file is linked into many addons: compiled when there is none yet. */
export interface Library {
  llvm(): string;
  find(): Uint8Array | undefined;
  keep(object: Uint8Array): void;
}

export interface BuildOptions extends CompileOptions, LinkOptions {
  /** To be linked into the addon. */
  readonly library?: Library | undefined;
}

export interface BuildTimes {
  readonly compileMs: number;
  readonly linkMs: number;
}

/**
 * Part of the cache key: the flags that shape code, apart from target and level.
 *
 * - `-force-ordered-reductions`: float sums keep their order and still vectorise.
 * - `-vectorizer-maximize-bandwidth=false`: with the masked variants that emit/llvm/math/ declares, LLVM would look for wider
 *   vectors than the widest element type asks for, and give up loops that need more registers than there are.
 * - `…-scev-check-threshold=0`: no loop is vectorised on an assumption about a counter that is tested before it. LLVM 21 takes
 *   the assumption for a narrow counter as implied by that for a wide one (llvm/llvm-project#191382): in
 *   `for (let i = 0; i < n; i += 3) a[i & 7] >>>= 1` it then loads and stores beyond the array. Kernels seldom need such
 *   tests: their counters are wide, or known not to wrap.
 * - `…-inject-invariant-conditions=false`: loop unswitching makes no versions of loops for bounds checks. Those that have any
 *   are themselves the version for when a test has failed (passes/version-bounds.ts).
 * - `-unswitch-threshold=35`, 50 unless given: nor are there versions for each outcome of the conditions that a loop doesn't change
 *   where these would be long. LLVM made a dozen of vadv's, which took it a third of its time and ran no faster than vectors with
 *   masks; of the suite's other kernels four came out differently, and just as fast.
 * - `-force-widen-divrem-via-safe-divisor`: an integer division under a condition is vectorised as one of all lanes, by 1 where
 *   the condition doesn't hold. In `if (c[i] !== 0) a[i] = b[k % n]` LLVM 21 else divides once, if the condition holds for the
 *   vector's first lane, and reads from anywhere if it holds for another only. Later LLVMs have no other way to do it
 *   (llvm/llvm-project#191377).
 * - `-hoist-runtime-checks=false`: whether two rows of an array share memory is tested where their loop starts. Tested before the
 *   loop around, it is whether one shares memory with any of the others (passes/split-loops.ts).
 * - `-min-jump-table-entries=8`, 4 unless given: a choice of four directions by comparisons is foreseen where they follow a pattern, as they do
 *   in pictures; a jump through a table hardly is. What follows none is slower only with six or seven ways, and by little.
 * - `-disable-lsr`: loop strength reduction takes a good part of LLVM's time for large kernels, and on x86-64 the suite's are no slower
 *   without it in the mean.
 * - `-x86-cmov-converter=false`: nor does LLVM make branches of selects in loops whose rounds wait for one another. It takes
 *   guesses for right three times of four, which they aren't in alignments, edit distances and binary searches. What is foreseeable comes as a
 *   branch (emit/llvm/loop-body.ts).
 * - `-relocation-model pic`: an addon is loaded anywhere.
 */
export const CODE_FLAGS = [
  "-mrelocation-model",
  "pic",
  "-pic-level",
  "2",
  "-vectorize-loops",
  "-vectorize-slp",
  "-mllvm",
  "-force-ordered-reductions",
  "-mllvm",
  "-vectorizer-maximize-bandwidth=false",
  "-mllvm",
  "-vectorize-scev-check-threshold=0",
  "-mllvm",
  "-loop-load-elimination-scev-check-threshold=0",
  "-mllvm",
  "-simple-loop-unswitch-inject-invariant-conditions=false",
  "-mllvm",
  "-unswitch-threshold=35",
  "-mllvm",
  "-force-widen-divrem-via-safe-divisor=true",
  "-mllvm",
  "-hoist-runtime-checks=false",
  "-mllvm",
  "-min-jump-table-entries=8",
  "-mllvm",
  "-disable-lsr",
  "-mllvm",
  "-x86-cmov-converter=false",
] as const;

function targetFlags(target: Target): string[] {
  const features = target.features.flatMap((feature) => ["-target-feature", feature]);
  return ["-triple", target.triple, "-target-cpu", target.cpu, ...features];
}

/** What the inputs' names come after. */
function irCommand(target: Target, optLevel: OptLevel, action: readonly string[]): string[] {
  return ["-cc1", ...targetFlags(target), ...action, `-O${optLevel}`, ...CODE_FLAGS, "-x", "ir"];
}

function cc1(target: Target, optLevel: OptLevel, action: readonly string[], output: string): string[] {
  return [...irCommand(target, optLevel, action), "-", "-o", output];
}

function temporaryDir(): string {
  try {
    return makeTemporary();
  } catch (cause) {
    throw new ToolchainError(`numbats can't make a temporary directory in ${tmpdir()}: ${String(cause)}`);
  }
}

/** The directory is made when it is first asked for: often all that would be in it need not be a file. */
function inTemporaryDir<T>(work: (dir: () => string) => T): T {
  let made: string | undefined;
  const dir = (): string => {
    made ??= temporaryDir();
    return made;
  };
  try {
    return work(dir);
  } finally {
    if (made !== undefined) removeTemporary(made);
  }
}

/** The same error, with the IR kept in a file for a report. */
function keepIr(error: unknown, ll: string): unknown {
  if (!(error instanceof ToolchainError) || error.keptIr !== undefined) return error;
  let dir: string | undefined;
  let keptIr: string;
  try {
    // Not one that goes away.
    dir = mkdtempSync(join(tmpdir(), "numbats-"));
    keptIr = join(dir, "kernel.ll");
    writeFileSync(keptIr, ll);
  } catch {
    // A disk that is full isn't to be fuller.
    if (dir !== undefined) rmSync(dir, { recursive: true, force: true });
    return error;
  }
  const { message, command, stderr } = error;
  const detail = command === undefined ? { stderr, keptIr } : { command, stderr, keptIr };
  return new ToolchainError(`${message}\nThe LLVM IR is kept in ${keptIr}`, detail);
}

function keepingIr<T>(ll: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw keepIr(error, ll);
  }
}

/** Compiles LLVM IR to an object file at `outPath`. */
export function compileToObject(
  llvm: Llvm,
  ll: string,
  target: Target,
  outPath: string,
  options: CompileOptions = {},
): void {
  keepingIr(ll, () => run(llvm.clang, cc1(target, options.optLevel ?? 3, ["-emit-obj"], outPath), ll));
}

/** As `compileToObject`, one after the other by one LLVM. */
function compileToObjects(
  llvm: Llvm,
  modules: readonly LlvmModule[],
  target: Target,
  objects: readonly string[],
  options: CompileOptions,
): void {
  // clang names an object file after its input if it isn't told another name.
  const inputs = objects.map((object) => object.replace(/o$/, "ll"));
  for (const [k, input] of inputs.entries()) writeFileSync(input, modules[k]?.llvm ?? "");
  const command = [...irCommand(target, options.optLevel ?? 3, ["-emit-obj"]), ...inputs];
  keepingIr(wholeOf(modules), () => run(llvm.clang, command));
}

function wholeOf(modules: readonly LlvmModule[]): string {
  return modules.map(({ llvm }) => llvm).join("\n");
}

/** Starts LLVM for what `buildAddon` will have to compile; undefined where that can't be done. */
export function startLlvm(llvm: Llvm, target: Target, options: CompileOptions = {}): Server | undefined {
  return startServer(llvm.clang, irCommand(target, options.optLevel ?? 3, ["-emit-obj"]));
}

/** An object file: where it is, or what it is. */
type ObjectFile = string | Uint8Array;

function contentOf(object: ObjectFile): Uint8Array {
  return typeof object === "string" ? readFileSync(object) : object;
}

/** Links object files into a shared library. */
export function link(
  llvm: Llvm,
  objects: readonly ObjectFile[],
  outPath: string,
  options: LinkOptions = {},
  platform: Platform = hostPlatform(),
): void {
  if (linkHere(objects, outPath, options, platform)) return;
  inTemporaryDir((dir) => {
    const { tool, args } = linkCommand(llvm, platform, inFiles(objects, dir()), outPath, options, dir());
    run(tool, args);
  });
}

function inFiles(objects: readonly ObjectFile[], dir: string): readonly string[] {
  return objects.map((object, k) => {
    if (typeof object === "string") return object;
    const path = join(dir, `library${k}.o`);
    writeFileSync(path, object);
    return path;
  });
}

/** Links without another process, where that can be done. */
function linkHere(objects: readonly ObjectFile[], outPath: string, options: LinkOptions, platform: Platform): boolean {
  const { libraries = [], soname } = options;
  if (platform.objectFormat !== "elf" || libraries.length > 0 || soname !== undefined) return false;
  try {
    const library = linkElf(objects.map(contentOf));
    if (library === undefined) return false;
    writeFileSync(outPath, library);
    return true;
  } catch (cause) {
    throw new ToolchainError(`the kernel can't be linked: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
}

export interface ServedBuildOptions extends BuildOptions {
  /** Started by `startLlvm` for the same target and level. Where there are as many as modules, those are compiled at the same time. */
  readonly servers?: readonly Server[];
  /** Is called while servers are at work, if there are any. */
  readonly meanwhile?: () => void;
}

/** Compiles and links LLVM IR, in one module or more, into the addon `outPath`. */
export function buildAddon(
  llvm: Llvm,
  modules: string | readonly LlvmModule[],
  target: Target,
  outPath: string,
  options: ServedBuildOptions = {},
): BuildTimes {
  const { library, servers = [], meanwhile } = options;
  return inTemporaryDir((dir) => {
    const compile = (some: readonly LlvmModule[], name: string): readonly ObjectFile[] => {
      const [server] = servers;
      const served = server && compileInTurn(some, server, meanwhile);
      if (served !== undefined) return served;
      const objects = some.map((_, k) => join(dir(), `${name}${k}.o`));
      const [first, object] = [some[0]?.llvm ?? "", objects[0] ?? ""];
      if (some.length === 1) compileToObject(llvm, first, target, object, options);
      else compileToObjects(llvm, some, target, objects, options);
      return objects;
    };
    const start = performance.now();
    const objects: ObjectFile[] = [];
    if (library !== undefined) {
      const known = library.find();
      objects.push(known ?? kept(library, compile([{ llvm: library.llvm() }], "library")[0] ?? ""));
    }
    const all = modulesOf(modules);
    const atOnce = all.length > 1 ? compileAtOnce(all, servers, meanwhile) : undefined;
    objects.push(...(atOnce ?? compile(all, "kernel")));
    const compiled = performance.now();
    try {
      link(llvm, objects, outPath, options, platformOf(target.triple));
    } catch (error) {
      throw keepIr(error, wholeOf(all));
    }
    return { compileMs: compiled - start, linkMs: performance.now() - compiled };
  });
}

function modulesOf(modules: string | readonly LlvmModule[]): readonly LlvmModule[] {
  return typeof modules === "string" ? [{ llvm: modules }] : modules;
}

/** One after the other by one server; undefined when that doesn't succeed. */
function compileInTurn(
  modules: readonly LlvmModule[],
  server: Server,
  meanwhile: (() => void) | undefined,
): readonly ObjectFile[] | undefined {
  const objects: ObjectFile[] = [];
  for (const [k, one] of modules.entries()) {
    const makeNext = (): void => {
      meanwhile?.();
      modules[k + 1]?.llvm;
    };
    const object = compileAtOnce([one], [server], makeNext)?.[0];
    if (object === undefined) return undefined;
    objects.push(object);
  }
  return objects;
}

/** Each module by a server of its own, of which there are as many at least; undefined when that doesn't succeed. */
function compileAtOnce(
  modules: readonly LlvmModule[],
  servers: readonly Server[],
  meanwhile: (() => void) | undefined,
): readonly ObjectFile[] | undefined {
  if (servers.length < modules.length) return undefined;
  const begun: boolean[] = [];
  let done: readonly (ObjectFile | undefined)[] = [];
  try {
    for (const [k, { llvm }] of modules.entries()) begun.push(servers[k]?.begin(llvm) === true);
    meanwhile?.();
  } finally {
    // All are waited for: a server has one text at a time.
    done = modules.map((_, k) => (begun[k] === true ? servers[k]?.finish() : undefined));
  }
  const objects = done.filter((object) => object !== undefined);
  return objects.length === modules.length ? objects : undefined;
}

/** The library's object file, which has just been made. */
function kept(library: Library, made: ObjectFile): Uint8Array {
  const object = contentOf(made);
  library.keep(object);
  return object;
}

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

function compileC(target: Target, object: string, includeDir: string | undefined): string[] {
  const language = ["-std=c11", "-ffreestanding", "-nostdsysteminc", "-nobuiltininc", "-x", "c", "-", "-o", object];
  if (includeDir !== undefined) language.unshift("-I", includeDir);
  return ["-cc1", ...targetFlags(target), "-emit-obj", "-O2", ...CODE_FLAGS, ...language];
}

/** Compiles C (freestanding: no header of the system's is available) and links it into the shared library `outPath`. */
export function buildCLibrary(
  llvm: Llvm,
  source: string,
  target: Target,
  outPath: string,
  options: LinkOptions & { readonly includeDir?: string } = {},
): BuildTimes {
  return inTemporaryDir((dir) => {
    const object = join(dir(), "library.o");
    const start = performance.now();
    run(llvm.clang, compileC(target, object, options.includeDir), source);
    const compiled = performance.now();
    link(llvm, [object], outPath, options, platformOf(target.triple));
    return { compileMs: compiled - start, linkMs: performance.now() - compiled };
  });
}

/** Assembly text, x86 in Intel's syntax. */
export function assemble(llvm: Llvm, ll: string, target: Target, options: CompileOptions = {}): string {
  const syntax = target.triple.startsWith("x86_64") ? ["-mllvm", "-x86-asm-syntax=intel"] : [];
  return keepingIr(ll, () => run(llvm.clang, cc1(target, options.optLevel ?? 3, ["-S", ...syntax], "-"), ll).stdout);
}

/** The LLVM IR after optimisation. */
export function optimisedIr(llvm: Llvm, ll: string, target: Target, options: CompileOptions = {}): string {
  return keepingIr(ll, () => run(llvm.clang, cc1(target, options.optLevel ?? 3, ["-emit-llvm"], "-"), ll).stdout);
}

/** What the passes whose names match the regular expression `passes` have to say. */
export function remarksOf(llvm: Llvm, ll: string, target: Target, passes = "loop-vectorize|slp-vectorizer"): Remark[] {
  return keepingIr(ll, () =>
    inTemporaryDir((dir) => {
      const record = join(dir(), "record.yaml");
      const action = [
        "-emit-obj",
        "-opt-record-file",
        record,
        "-opt-record-format",
        "yaml",
        "-opt-record-passes",
        passes,
      ];
      run(llvm.clang, cc1(target, 3, action, join(dir(), "kernel.o")), ll);
      return parseRemarks(readFileSync(record, "utf8"));
    }),
  );
}
