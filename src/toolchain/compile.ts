/**
 * LLVM IR text in, native code out: an addon on disk, or text to look at.
 *
 * Takes the text as emit/ made it; target and optimisation level are all that is added here, so that the cache key (IR,
 * target, flags, LLVM version) covers everything that shapes the code. Temporary files live in a directory of their own,
 * which goes away whatever happens.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { LlvmModule } from "../emit/llvm/module.ts";
import { platformOf, type Target } from "../targets/target.ts";
import { cc1, compileC, irCommand, type OptLevel } from "./commands.ts";
import type { LinkOptions } from "./link.ts";
import { type Llvm, run } from "./llvm.ts";
import { kept, type Library, link, type ObjectFile } from "./object-files.ts";
import { parseRemarks, type Remark } from "./remarks.ts";
import { inTemporaryDir, keepIr, keepingIr } from "./scratch.ts";
import { type Server, startServer } from "./server.ts";

export interface CompileOptions {
  /** 3 unless given. */
  readonly optLevel?: OptLevel;
}

export interface BuildOptions extends CompileOptions, LinkOptions {
  /** To be linked into the addon. */
  readonly library?: Library | undefined;
}

export interface BuildTimes {
  readonly compileMs: number;
  readonly linkMs: number;
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

export function wholeOf(modules: readonly LlvmModule[]): string {
  return modules.map(({ llvm }) => llvm).join("\n");
}

/** Starts LLVM for what `buildAddon` will have to compile; undefined where that can't be done. */
export function startLlvm(llvm: Llvm, target: Target, options: CompileOptions = {}): Server | undefined {
  return startServer(llvm.clang, irCommand(target, options.optLevel ?? 3, ["-emit-obj"]));
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

export function modulesOf(modules: string | readonly LlvmModule[]): readonly LlvmModule[] {
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
