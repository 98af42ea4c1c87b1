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
 * What depends on the signature is straight-line code here, of few instructions, since LLVM compiles it with every kernel; what
 * doesn't is in the support library (support.ts), compiled once.
 */

import type { Module } from "../../ir/func.ts";
import type { OpName } from "../../ir/ops.ts";
import { opsIn } from "../../ir/walk.ts";
import type { Target } from "../../targets/target.ts";
import type { EntrySpec } from "../../types/signature.ts";
import { contextField, functionSymbol, resultsType } from "./context.ts";
import { arrayCount, checkDisjoint, givenCount, readArgs, TYPED_ARRAY_CODES } from "./entry-args.ts";
import { defineBackground } from "./entry-background.ts";
import { boundCount, FRAME_TYPES, frameType, INSTANCE, kernelGlobal } from "./entry-frame.ts";
import { Exits, freeArena, instanceField } from "./entry-leave.ts";
import { makeResult } from "./entry-results.ts";
import { EntryFunction, type EntryHost, EntryModule } from "./entry-text.ts";
import { giveState, takeState } from "./random.ts";

/** What a kernel needs of its surroundings beyond arguments and results. */
export interface Facts {
  readonly recursive: boolean;
  readonly random: boolean;
  readonly parallel: boolean;
  /** Does it make arrays? */
  readonly allocates: boolean;
  /** Does the kernel ask whether two arrays are one object? */
  readonly comparesArrays: boolean;
  /** Are its fallbacks in another addon? */
  readonly later: boolean;
}

function factsOf(module: Module, later: boolean): Facts {
  const funcs = [module.entry, ...module.funcs];
  const has = (op: OpName): boolean => funcs.some(({ body }) => opsIn(body).has(op));
  return {
    comparesArrays: has("array.same"),
    recursive: funcs.some((func) => func.recursive),
    random: has("random") || has("random.seed"),
    parallel: has("parallel"),
    allocates: has("array.new"),
    later,
  };
}

function defineCall(out: EntryModule, module: Module, spec: EntrySpec, facts: Facts): void {
  const fn = new EntryFunction(out, `define internal ptr @nb_entry_call(ptr %env, ptr %info) ${out.attributes()}`);
  const arrayTotal = arrayCount(spec);
  fn.raw(`%frame = alloca ${frameType(arrayTotal)}, align 16`);
  fn.raw("%cx = alloca %nb.context, align 16");
  const [given, data] = [givenCount(spec), fn.slot("ptr", "data")];
  if (given === 0) fn.check("complain", "napi_get_cb_info", "%info", "null", "null", "null", data);
  else {
    fn.raw(`%argv = alloca [${given} x ptr], align 16`);
    const argc = fn.slot("i64", "argc");
    fn.line(`store i64 ${given}, ptr ${argc}`);
    fn.check("complain", "napi_get_cb_info", "%info", argc, "%argv", "null", data);
  }
  fn.line(`%instance = load ptr, ptr ${data}, align 8`);

  const exits = new Exits(fn);
  const llvmArgs = readArgs(fn, spec, facts.comparesArrays, exits);
  if (module.entry.disjoint) checkDisjoint(fn, spec.writtenPairs, exits);
  fn.shared("begin", "ptr %env", "ptr %instance", "ptr %frame", "ptr %cx", `i32 ${arrayTotal}`);
  if (facts.recursive) {
    const limit = fn.shared("stackLimit", "ptr %cx", `ptr ${fn.value(instanceField(INSTANCE.stackLimit))}`);
    fn.line(`store ptr ${limit}, ptr ${fn.value(contextField("stackLimit"))}`);
  }

  const struct = resultsType(module.entry.results);
  const pointer = struct === undefined ? undefined : fn.slot(struct, "results");
  const args = ["ptr %cx", ...llvmArgs, ...(pointer === undefined ? [] : [`ptr ${pointer}`])];
  const randomState = facts.random ? fn.load("ptr", fn.value(instanceField(INSTANCE.random)), "random") : undefined;
  if (randomState !== undefined) takeState(fn, randomState);
  const failed = fn.value(`call i32 ${functionSymbol(module.entry.name)}(${args.join(", ")})`, "failed");
  if (randomState !== undefined) giveState(fn, randomState);
  fn.branchIf(fn.value(`icmp ne i32 ${failed}, 0`), "error");
  const results = struct === undefined || pointer === undefined ? undefined : { struct, pointer };
  const result = makeResult(fn, spec.result, module.entry.results, results, "unmade", "state");
  if (facts.allocates) freeArena(fn);
  fn.line(`ret ptr ${result}`);

  fn.block("error");
  if (facts.allocates) freeArena(fn);
  fn.line(`ret ptr ${fn.shared("fail", "ptr %env", "ptr %instance", "ptr %frame", "ptr %cx")}`);
  exits.end();
  fn.block("unmade");
  if (facts.allocates) freeArena(fn);
  fn.line("br label %complain");
  fn.block("complain");
  fn.shared("complain", "ptr %env");
  fn.line("ret ptr null");
  fn.end();
}

/** What the support library is to know of the kernel. */
function describeKernel(out: EntryModule, spec: EntrySpec, facts: Facts): void {
  const codes = spec.captured.map(({ elem }) => `i8 ${TYPED_ARRAY_CODES[elem]}`);
  const kinds = "@nb_entry_kinds";
  if (codes.length > 0)
    out.global(`${kinds} = private unnamed_addr constant [${codes.length} x i8] [${codes.join(", ")}]`);
  out.global(
    kernelGlobal({
      name: out.string(spec.name),
      call: "@nb_entry_call",
      finish: spec.background === undefined ? "null" : "@nb_entry_finish",
      kinds: codes.length > 0 ? kinds : "null",
      captured: codes.length,
      bound: boundCount(spec),
      random: Number(facts.random),
      parallel: Number(facts.parallel),
      allocates: Number(facts.allocates),
      later: Number(facts.later),
    }),
  );
}

/**
 * The LLVM IR text of the entry point, to stand in one module with the IR's functions and context.ts's type definitions, and to
 * be linked with the support library. `later`: the kernel's fallbacks are in another addon.
 */
export function emitEntry(module: Module, spec: EntrySpec, target: Target, host: EntryHost, later = false): string {
  const facts = factsOf(module, later);
  const out = new EntryModule(host, target.triple);
  out.global(FRAME_TYPES);
  if (spec.background === undefined) defineCall(out, module, spec, facts);
  else defineBackground(out, module, spec, facts);
  describeKernel(out, spec, facts);
  return out.toString();
}
