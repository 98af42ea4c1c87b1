/**
 * Runs IR text both ways: through emission, LLVM and the entry point, and through the interpreter that defines the ops.
 * Results, errors and the arguments' bytes must be the same, NaN's payload aside.
 */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { STATE, STATE_WORDS, STATUS } from "../../src/emit/abi.ts";
import type { Whereabouts } from "../../src/emit/llvm/function.ts";
import { emitFallbacks, emitInTwo, emitModule, emitWithout, type LlvmModule } from "../../src/emit/llvm/module.ts";
import { type Module, type Site, valuesOf } from "../../src/ir/func.ts";
import { type InterpOptions, interpret, type JsValue, KernelTrap } from "../../src/ir/interp.ts";
import { parseModule } from "../../src/ir/parse.ts";
import type { Scalar } from "../../src/ir/scalar.ts";
import { elementOf, type IrType, isArrayType } from "../../src/ir/types.ts";
import { renderVerifyError, verifyModule } from "../../src/ir/verify.ts";
import { forEachInst } from "../../src/ir/walk.ts";
import { guarded } from "../../src/runtime/guard.ts";
import type { NativeKernel } from "../../src/runtime/native.ts";
import type { Target } from "../../src/targets/target.ts";
import { buildAddon, startLlvm } from "../../src/toolchain/compile.ts";
import { hostOf } from "../../src/toolchain/host.ts";
import { findLlvm, type Llvm } from "../../src/toolchain/llvm.ts";
import type { Server } from "../../src/toolchain/server.ts";
import { type ArgType, type EntrySpec, NOTHING_SUPPOSED, type ResultType } from "../../src/types/signature.ts";
import { supportLibrary } from "../support/support-library.ts";

const dir = mkdtempSync(join(tmpdir(), "numbats-emit-"));
process.on("exit", () => rmSync(dir, { recursive: true, force: true }));
let built = 0;
/** The first compiles all modules for the host at level 3, the others what is compiled at the same time. */
let servers: readonly Server[] = [];

export type Outcome =
  | { readonly kind: "results"; readonly values: readonly unknown[] }
  | { readonly kind: "trap"; readonly site: number; readonly values: readonly Scalar[] };

export interface NativeModule {
  readonly module: Module;
  native(args: readonly unknown[]): Outcome;
  /** Runs both ways and asserts that they agree; gives the outcome. */
  check(args: readonly unknown[], options?: InterpOptions): Outcome;
}

const ARG_KINDS = { i1: "bool", i32: "int32", i64: "int64", f64: "float64" } as const;

function argType(type: IrType): ArgType {
  if (isArrayType(type)) return { kind: "array", elem: elementOf(type) };
  if (type === "f32") throw new Error("no JavaScript argument is an f32");
  return { kind: ARG_KINDS[type] };
}

function resultType(type: IrType): ResultType {
  if (isArrayType(type)) return { kind: "array", elem: elementOf(type) };
  if (type === "i1") return { kind: "bool" };
  return type === "i64" ? { kind: "int64" } : { kind: "number", from: type };
}

export function entrySpec({ entry }: Module): EntrySpec {
  return {
    name: entry.name,
    args: entry.params.map((param) => argType(param.type)),
    captured: [],
    declared: true,
    ...NOTHING_SUPPOSED,
    result:
      entry.results.length === 0 ? { kind: "undefined" } : { kind: "tuple", items: entry.results.map(resultType) },
    writtenPairs: [],
  };
}

/** Parses and verifies. */
export function irModule(text: string): Module {
  const module = parseModule(text);
  assert.deepEqual(verifyModule(module).map(renderVerifyError), []);
  return module;
}

/** As the dispatcher's: one for the thread. */
const spare = new BigUint64Array(1);

/** What the interpreter's error has as `values`. */
function valuesIn(state: Float64Array, site: Site | undefined): readonly Scalar[] {
  const words = state.subarray(STATE.a);
  const bits = new BigInt64Array(words.buffer, words.byteOffset);
  if (site?.kind !== "throw") return [...words.subarray(0, 2)];
  return valuesOf(site.message).map((type, k): Scalar => {
    if (type === "number") return words[k] ?? Number.NaN;
    return type === "boolean" ? words[k] !== 0 : (bits[k] ?? 0n);
  });
}

function loadAddon(
  path: string,
  module: Module,
  log: (...args: unknown[]) => void,
  pool: bigint,
  fallbacks: () => bigint,
  entry: EntrySpec,
): (args: readonly unknown[]) => Outcome {
  const addon = { exports: {} as { create: (...args: unknown[]) => NativeKernel } };
  process.dlopen(addon, path);
  const sentinel = {};
  const state = new Float64Array(STATE_WORDS);
  const native = addon.exports.create(sentinel, state, [], log, pool, new Uint32Array(4), spare, fallbacks);
  const callable = guarded(native, entry, state, () => assert.fail("an argument of another type"));
  const at = (index: number): number => state[index] ?? Number.NaN;
  return (args) => {
    const value = callable(...args);
    if (value !== sentinel) return { kind: "results", values: Array.isArray(value) ? value : [] };
    assert.equal(at(STATE.status), STATUS.error, `status ${at(STATE.status)} at argument ${at(STATE.site)}`);
    return { kind: "trap", site: at(STATE.site), values: valuesIn(state, module.sites[at(STATE.site)]) };
  };
}

export interface BuildOptions {
  /** Differences from the host's target. */
  readonly target?: Partial<Target>;
  readonly log?: (...args: unknown[]) => void;
  readonly optLevel?: 0 | 1 | 2 | 3;
  /** Address of the pool's function; without one chunks run one after the other. */
  readonly pool?: bigint;
  /** Where functions that are `separate` are; as the driver decides unless given. */
  readonly fallbacks?: Whereabouts;
  /** The entry point and what is seldom called in a module of their own; `fallbacks` are made later then. */
  readonly inTwo?: boolean;
}

/** There are none where LLVM can't be a server. */
function startServers(llvm: Llvm, target: Target, count: number): void {
  servers = servers.filter((server) => server.isAlive());
  while (servers.length < count) {
    const server = startLlvm(llvm, target);
    if (server === undefined) return;
    servers = [...servers, server];
  }
}

export function buildModule(text: string, options: BuildOptions = {}): NativeModule {
  const module = irModule(text);
  const llvm = findLlvm();
  const target = { ...hostOf(llvm).target, ...options.target };
  const { optLevel = 3 } = options;
  const isUsual = optLevel === 3 && options.target === undefined;
  const spec = entrySpec(module);
  const build = (modules: readonly LlvmModule[]): string => {
    const path = join(dir, `m${built++}.node`);
    if (isUsual) startServers(llvm, target, modules.length);
    const library = supportLibrary(target);
    buildAddon(llvm, modules, target, path, { library, ...(isUsual ? { servers } : { optLevel }) });
    return path;
  };
  const emitKernel = (): readonly LlvmModule[] => {
    if (options.inTwo) return emitInTwo(module, spec, target);
    const where = whereFallbacksAre(module, options.fallbacks);
    if (where === "here") return [{ llvm: emitModule(module, spec, target) }];
    const linked = where === "linked" ? [{ llvm: emitFallbacks(module, target, where) }] : [];
    return [{ llvm: emitWithout(module, spec, target, where) }, ...linked];
  };
  const fallbacks = (): bigint => {
    const addon = { exports: {} as { fallbacks: bigint } };
    process.dlopen(addon, build([{ llvm: emitFallbacks(module, target, "later") }]));
    return addon.exports.fallbacks;
  };
  const native = loadAddon(build(emitKernel()), module, options.log ?? (() => {}), options.pool ?? 0n, fallbacks, spec);
  return {
    module,
    native,
    check(args, interpOptions = {}) {
      const [ours, theirs] = [args.map(copyOf), args.map(copyOf)];
      const expected = runInterpreter(module, ours as JsValue[], interpOptions);
      const actual = native(theirs);
      assert.deepEqual(comparable(actual), comparable(expected), `outcome for ${describeArgs(args)}`);
      for (const [i, ourArg] of ours.entries()) {
        const name = module.entry.params[i]?.name;
        assert.deepEqual(comparable(theirs[i]), comparable(ourArg), `${name} after ${describeArgs(args)}`);
      }
      return actual;
    },
  };
}

function whereFallbacksAre(module: Module, wanted: Whereabouts | undefined): Whereabouts {
  const funcs = [module.entry, ...module.funcs];
  if (!funcs.some((fn) => fn.separate)) return "here";
  let parallel = false;
  for (const fn of funcs) forEachInst(fn.body, (inst) => (parallel ||= inst.op === "parallel"));
  return wanted ?? (parallel ? "linked" : "later");
}

function runInterpreter(module: Module, args: readonly JsValue[], options: InterpOptions): Outcome {
  try {
    return { kind: "results", values: interpret(module, args, options) };
  } catch (error) {
    if (!(error instanceof KernelTrap)) throw error;
    return { kind: "trap", site: error.site, values: error.values };
  }
}

function copyOf(value: unknown): unknown {
  return ArrayBuffer.isView(value) && "slice" in value ? (value as Float64Array).slice() : value;
}

/** Typed arrays as plain ones with their kind; deepEqual (strict) tells −0 from 0 and equals NaNs. */
function comparable(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(comparable);
  if (ArrayBuffer.isView(value) && "length" in value)
    return [Object.prototype.toString.call(value), ...(value as Float64Array)];
  if (typeof value === "object" && value !== null)
    return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, comparable(v)]));
  return value;
}

function describeArgs(args: readonly unknown[]): string {
  return args
    .map((arg) => (ArrayBuffer.isView(arg) ? `${arg.constructor.name}(${(arg as Float64Array).length})` : String(arg)))
    .join(", ");
}
