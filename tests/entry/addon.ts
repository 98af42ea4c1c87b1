/**
 * Loads a kernel whose body is LLVM IR text written by hand: what emit/llvm/entry.ts puts around it is under test here,
 * with none of the compiler in front.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PASSED, passedWords, STATE, STATE_WORDS, STATUS } from "../../src/emit/abi.ts";
import { functionSymbol, resultsType, TYPE_DEFINITIONS } from "../../src/emit/llvm/context.ts";
import { emitEntry } from "../../src/emit/llvm/entry.ts";
import { declareShared } from "../../src/emit/llvm/entry-text.ts";
import { RUNTIME, type RuntimeFunction, type RuntimeName, runtimeText } from "../../src/emit/llvm/runtime.ts";
import type { Func, Module } from "../../src/ir/func.ts";
import type { Inst } from "../../src/ir/ops.ts";
import type { IrType } from "../../src/ir/types.ts";
import type { Target } from "../../src/targets/target.ts";
import { buildAddon } from "../../src/toolchain/compile.ts";
import { hostOf } from "../../src/toolchain/host.ts";
import { findLlvm } from "../../src/toolchain/llvm.ts";
import { type ArgType, type EntrySpec, NOTHING_SUPPOSED, type ResultType } from "../../src/types/signature.ts";
import { supportLibrary } from "../support/support-library.ts";

export interface HandKernel {
  readonly args?: readonly ArgType[];
  readonly captured?: EntrySpec["captured"];
  readonly result?: ResultType;
  readonly results?: readonly IrType[];
  readonly writtenPairs?: EntrySpec["writtenPairs"];
  readonly disjoint?: boolean;
  readonly recursive?: boolean;
  /** Ops that the entry point must know the kernel contains. */
  readonly ops?: readonly ("log" | "random" | "array.new")[];
  /** LLVM parameters between `%cx` and `%results`, and the body. */
  readonly params?: string;
  readonly body: string;
  /** Other definitions and declarations. */
  readonly extra?: string;
}

export interface Answer {
  readonly status: number;
  readonly site: number;
  readonly a: number;
  readonly b: number;
}

export type Create = (
  sentinel: object,
  state: Float64Array,
  bound: readonly unknown[],
  log: (...args: never[]) => unknown,
  pool?: bigint,
  random?: Uint32Array,
  spare?: BigUint64Array,
) => (...args: unknown[]) => unknown;

const dir = mkdtempSync(join(tmpdir(), "numbats-entry-"));
process.on("exit", () => rmSync(dir, { recursive: true, force: true }));
let built = 0;

const loc = {
  source: { text: "", locate: () => ({ file: "", line: 1, column: 1 }), lineAt: () => undefined },
  start: 0,
  end: 0,
};

export function kernelText(kernel: HandKernel, target: Target = hostOf(findLlvm()).target): string {
  const insts = (kernel.ops ?? []).map((op, id) => ({ op, id, type: "void", args: [], loc }) as unknown as Inst);
  const entry: Func = {
    name: "k",
    params: [],
    results: kernel.results ?? [],
    locals: [],
    refs: [],
    recursive: kernel.recursive ?? false,
    disjoint: kernel.disjoint ?? false,
    body: { insts },
  };
  const module: Module = { entry, funcs: [], sites: [], tables: [], stackSite: undefined };
  const spec: EntrySpec = {
    name: "k",
    args: kernel.args ?? [],
    captured: kernel.captured ?? [],
    result: kernel.result ?? { kind: "undefined" },
    declared: true,
    ...NOTHING_SUPPOSED,
    writtenPairs: kernel.writtenPairs ?? [],
  };
  const params = [
    "ptr %cx",
    ...(kernel.params ? [kernel.params] : []),
    ...(resultsType(entry.results) ? ["ptr %results"] : []),
  ];
  const declarations = new Map<string, string>();
  const support = new Map<RuntimeName, string>();
  const host = {
    declare: (line: string) => void declarations.set(/@[\w.]+/.exec(line)?.[0] ?? line, line),
    attributes: (...own: readonly string[]) => ["nounwind", ...own].join(" "),
    runtime(name: RuntimeName): string {
      const { shared }: RuntimeFunction = RUNTIME[name];
      const text = runtimeText(name, (own) => host.attributes(...own));
      if (shared === true) host.declare(text);
      else support.set(name, text);
      return `@nb.${name}`;
    },
  };
  if (kernel.body.includes("@nb_log")) declareShared("log", host.declare);
  if (kernel.body.includes("@nb_new_buffer_block")) declareShared("newBufferBlock", host.declare);
  const entryText = emitEntry(module, spec, target, host);
  for (const line of `${kernel.extra ?? ""}`.split("\n")) if (line.startsWith("declare")) host.declare(line);
  return [
    `target triple = "${target.triple}"`,
    ...TYPE_DEFINITIONS,
    (kernel.extra ?? "").replace(/^declare.*$/gm, ""),
    `define internal i32 ${functionSymbol("k")}(${params.join(", ")}) {`,
    kernel.body,
    "}",
    entryText,
    ...support.values(),
    ...declarations.values(),
  ].join("\n");
}

/** Builds the kernel and gives the addon's path. */
export function buildKernel(kernel: HandKernel): string {
  const path = join(dir, `k${built++}.node`);
  const llvm = findLlvm();
  const { target } = hostOf(llvm);
  buildAddon(llvm, kernelText(kernel), target, path, { library: supportLibrary(target) });
  return path;
}

export function loadCreate(path: string): Create {
  const module = { exports: {} as { create: Create } };
  process.dlopen(module, path);
  return module.exports.create;
}

/** As the dispatcher's: one for the thread. */
const spare = new BigUint64Array(1);

/** Numbers go as they do in runtime/guard.ts; what else is wrong with arguments is for the native kernel to find. */
function passingNumbers(
  native: ReturnType<Create>,
  { args = [], result }: HandKernel,
  state: Float64Array,
  sentinel: object,
): ReturnType<Create> {
  const words = passedWords({ args });
  return (...values) => {
    const wrong = words.findIndex((word, site) => word !== undefined && typeof values[site] !== "number");
    if (wrong >= 0) {
      state.set([STATUS.misfit, wrong, 0, 0]);
      return sentinel;
    }
    for (const [site, word] of words.entries()) if (word !== undefined) state[word] = values[site] as number;
    const value = native(...values.filter((_, site) => words[site] === undefined));
    return result?.kind === "number" && value === undefined ? state[PASSED.result] : value;
  };
}

type Given = [bound?: readonly unknown[], log?: (...args: never[]) => unknown, random?: Uint32Array];

/** A callable whose refusals come back as an Answer. */
export function load(kernel: HandKernel, ...more: Given): (...args: unknown[]) => unknown {
  return loadBuilt(buildKernel(kernel), kernel, ...more);
}

/** The same of a kernel that is built. */
export function loadBuilt(
  path: string,
  kernel: HandKernel,
  ...[bound = [], log = () => {}, random = new Uint32Array(4)]: Given
): (...args: unknown[]) => unknown {
  const sentinel = {};
  const state = new Float64Array(STATE_WORDS);
  const native = loadCreate(path)(sentinel, state, bound, log, 0n, random, spare);
  const callable = passingNumbers(native, kernel, state, sentinel);
  return (...args) => {
    const result = callable(...args);
    if (result !== sentinel) return result;
    const at = (index: number): number => state[index] ?? Number.NaN;
    const answer: Answer = { status: at(STATE.status), site: at(STATE.site), a: at(STATE.a), b: at(STATE.b) };
    return answer;
  };
}
