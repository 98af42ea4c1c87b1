/**
 * The entry point of a kernel: from (module, signature, target) to the LLVM IR text of a Node-API addon around the entry
 * function. emit/abi.ts is what the runtime sees of it, context.ts what the kernel sees.
 *
 * One call goes
 *
 *   read and check the arguments ─▶ do written arrays overlap? ─▶ context ─▶ the kernel ─▶ result ─▶ free its memory
 *          │ misfit, tooLong, large        │ overlap                          │ error        │ engine refuses
 *          └───────────────────────────────┴──── state + sentinel ◀───────────┘              └─▶ pending exception
 *
 * Straight-line code: what is checked and made is fixed by the signature, and LLVM sees entry point and kernel together.
 */

import type { Module } from "../../ir/func.ts";
import type { OpName } from "../../ir/ops.ts";
import { isArrayType } from "../../ir/types.ts";
import { forEachInst } from "../../ir/walk.ts";
import type { Target } from "../../targets/target.ts";
import type { EntrySpec } from "../../types/signature.ts";
import { STATUS } from "../abi.ts";
import { contextField, functionSymbol, resultsType } from "./context.ts";
import { arrayCount, checkDisjoint, readArgs } from "./entry-args.ts";
import { defineBackground, defineBackgroundLog } from "./entry-background.ts";
import { defineCreate } from "./entry-create.ts";
import { FRAME, FRAME_TYPES, frameType, INSTANCE, poolIndex, spareIndex } from "./entry-frame.ts";
import { defineLog } from "./entry-log.ts";
import { defineRefuse, freeArena, Refusals } from "./entry-refuse.ts";
import { defineArrayResults, makeResult } from "./entry-results.ts";
import { defineStackLimit } from "./entry-stack.ts";
import { EntryFunction, type EntryHost, EntryModule } from "./entry-text.ts";
import { giveState, takeState } from "./random.ts";

/** What a kernel needs of its surroundings beyond arguments and results. */
export interface Facts {
  readonly recursive: boolean;
  readonly logs: boolean;
  readonly random: boolean;
  readonly parallel: boolean;
  /** Does it make arrays? */
  readonly allocates: boolean;
  /** Does the kernel ask whether two arrays are one object? */
  readonly comparesArrays: boolean;
}

function factsOf(module: Module): Facts {
  const funcs = [module.entry, ...module.funcs];
  const ops = new Set<OpName>();
  for (const func of funcs) forEachInst(func.body, (inst) => ops.add(inst.op));
  return {
    comparesArrays: ops.has("array.same"),
    recursive: funcs.some((func) => func.recursive),
    logs: ops.has("log"),
    random: ops.has("random") || ops.has("random.seed"),
    parallel: ops.has("parallel"),
    allocates: ops.has("array.new"),
  };
}

function defineCall(out: EntryModule, module: Module, spec: EntrySpec, facts: Facts): void {
  const fn = new EntryFunction(out, `define internal ptr @nb_entry_call(ptr %env, ptr %info) ${out.attributes()}`);
  const arrayTotal = arrayCount(spec);
  fn.raw(`%frame = alloca ${frameType(arrayTotal)}, align 16`);
  fn.raw("%cx = alloca %nb.context, align 16");
  fn.raw(`%argv = alloca [${Math.max(spec.args.length, 1)} x ptr], align 16`);
  const [argc, data] = [fn.slot("i64", "argc"), fn.slot("ptr", "data")];
  fn.line(`store i64 ${spec.args.length}, ptr ${argc}`);
  fn.check("complain", "napi_get_cb_info", "%info", argc, "%argv", "null", data);
  fn.line(`%instance = load ptr, ptr ${data}, align 8`);

  const { llvmArgs, arrays, misfits, tooLong, large } = readArgs(fn, spec, facts.comparesArrays);
  const overlaps = module.entry.disjoint ? checkDisjoint(fn, arrays, spec.writtenPairs, "overlap") : [];

  const setFrame = (name: Exclude<keyof typeof FRAME, "arrays">, text: string): void => {
    fn.line(
      `store ${text}, ptr ${fn.value(`getelementptr inbounds ${frameType(arrayTotal)}, ptr %frame, i32 0, i32 ${FRAME[name]}`)}`,
    );
  };
  setFrame("env", "ptr %env");
  setFrame("instance", "ptr %instance");
  setFrame("threw", "i32 0");
  setFrame("arrayCount", `i32 ${arrayTotal}`);
  if (facts.recursive) fn.line("%limit = call ptr @nb_entry_stack_limit(ptr %cx)");
  for (const [name, text] of [
    ["site", "i32 0"],
    ["a", "double 0.0"],
    ["b", "double 0.0"],
    ["arena", "ptr null"],
    ["stackLimit", facts.recursive ? "ptr %limit" : "ptr null"],
    ["env", "ptr %env"],
    ["log", "ptr %frame"],
    ["stop", "ptr null"],
  ] as const) {
    fn.line(`store ${text}, ptr ${fn.value(contextField(name))}`);
  }

  const struct = resultsType(module.entry.results);
  const pointer = struct === undefined ? undefined : fn.slot(struct, "results");
  const args = ["ptr %cx", ...llvmArgs, ...(pointer === undefined ? [] : [`ptr ${pointer}`])];
  const randomState = facts.random
    ? fn.load("ptr", fn.value(`getelementptr inbounds ptr, ptr %instance, i32 ${INSTANCE.random}`), "random")
    : undefined;
  if (randomState !== undefined) takeState(fn, randomState);
  const pool = facts.parallel
    ? fn.load("ptr", fn.value(`getelementptr inbounds ptr, ptr %instance, i32 ${poolIndex(spec)}`))
    : "null";
  const spare = facts.allocates
    ? fn.load("ptr", fn.value(`getelementptr inbounds ptr, ptr %instance, i32 ${spareIndex(spec)}`))
    : "null";
  fn.line(`store ptr ${pool}, ptr ${fn.value(contextField("pool"))}`);
  fn.line(`store ptr ${spare}, ptr ${fn.value(contextField("spare"))}`);
  const failed = fn.value(`call i32 ${functionSymbol(module.entry.name)}(${args.join(", ")})`, "failed");
  if (randomState !== undefined) giveState(fn, randomState);
  fn.branchIf(fn.value(`icmp ne i32 ${failed}, 0`), "error");
  const results = struct === undefined || pointer === undefined ? undefined : { struct, pointer };
  const result = makeResult(fn, spec.result, module.entry.results, results, "unmade");
  if (facts.allocates) freeArena(fn);
  fn.line(`ret ptr ${result}`);

  const refusals = new Refusals(fn);
  fn.block("error");
  if (facts.allocates) freeArena(fn);
  if (facts.logs) {
    const path = `getelementptr inbounds %nb_entry_frame, ptr %frame, i32 0, i32 ${FRAME.threw}`;
    fn.branchIf(fn.value(`icmp ne i32 ${fn.load("i32", fn.value(path))}, 0`), "threw");
  }
  const site = fn.value(`sitofp i32 ${fn.load("i32", fn.value(contextField("site")))} to double`, "site");
  refusals.add(
    STATUS.error,
    site,
    fn.load("double", fn.value(contextField("a"))),
    fn.load("double", fn.value(contextField("b"))),
  );
  refusals.ofArguments({ misfits, tooLong, large, overlaps });
  refusals.end();

  fn.block("unmade");
  if (facts.allocates) freeArena(fn);
  fn.line("br label %complain");
  fn.block("complain");
  fn.line("call void @nb_entry_complain(ptr %env)");
  fn.line("ret ptr null");
  if (facts.logs) {
    fn.block("threw");
    fn.line("call void @nb_entry_complain(ptr %env)");
    fn.line("ret ptr null");
  }
  fn.end();
}

/**
 * The LLVM IR text of the entry point, to stand in one module with the IR's functions and context.ts's type definitions.
 * Besides `napi_register_module_v1` it defines, for the kernel, `@nb_log` if the module logs and `@nb_new_buffer_block` if the
 * entry function has array results.
 */
export function emitEntry(module: Module, spec: EntrySpec, target: Target, host: EntryHost): string {
  const facts = factsOf(module);
  const out = new EntryModule(host, target.triple);
  out.global(FRAME_TYPES);
  if (module.entry.results.some(isArrayType)) defineArrayResults(out);
  defineRefuse(out);
  if (facts.logs) {
    if (spec.background === undefined) defineLog(out, facts.random);
    else defineBackgroundLog(out);
  }
  if (facts.recursive) defineStackLimit(out, target.triple);
  if (spec.background === undefined) defineCall(out, module, spec, facts);
  else defineBackground(out, module, spec, facts);
  defineCreate(out, spec, target.triple, facts);
  return out.toString();
}
