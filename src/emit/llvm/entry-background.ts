/**
 * The entry point of a kernel that runs in the background: `start` and `finish` on the engine's thread, `run` on any. What
 * lies on the stack in a plain call lies in the call's memory (emit/abi.ts): the context, the arguments as the kernel takes
 * them, its results, and the frame with what is known of the arrays.
 *
 * `run` calls nothing of Node-API. Its context has no `env`, so arrays that the kernel returns are ordinary memory, which
 * `finish` copies into the engine's; everything else is freed where it was made.
 */
import type { Module } from "../../ir/func.ts";
import { isArrayType } from "../../ir/types.ts";
import type { EntrySpec } from "../../types/signature.ts";
import { MEMORY, MEMORY_HEADER, STATUS } from "../abi.ts";
import { CONTEXT_WORDS, contextField, flattenType, functionSymbol, resultsType, STOPPED } from "./context.ts";
import { arrayCount, checkDisjoint, readArgs, TYPED_ARRAY_CODES } from "./entry-args.ts";
import { FRAME_WORDS, frameArray, frameArrayField, frameField, INSTANCE } from "./entry-frame.ts";
import { Exits, freeArena, instanceField, refuseWith } from "./entry-leave.ts";
import { makeResult } from "./entry-results.ts";
import { EntryFunction, type EntryModule } from "./entry-text.ts";
import { giveState, mixText, takeState } from "./random.ts";

/** What sets the sequence that goes on in JavaScript apart from the call's: an odd number without pattern. */
const APART = BigInt.asIntN(64, 0xa0761d6478bd642fn);

interface Layout {
  /** Words before each part. */
  readonly context: number;
  readonly args: number;
  readonly results: number;
  readonly frame: number;
  /** JavaScript's random state as the start of the call left it. */
  readonly random: number;
  readonly words: number;
}

function layoutOf(module: Module): Layout {
  const context = MEMORY_HEADER.words;
  const args = context + CONTEXT_WORDS;
  const results = args + module.entry.params.flatMap((p) => flattenType(p.type)).length;
  const frame = results + module.entry.results.flatMap(flattenType).length;
  const arrays = module.entry.params.filter((p) => isArrayType(p.type)).length;
  const random = frame + FRAME_WORDS.header + FRAME_WORDS.array * arrays;
  return { context, args, results, frame, random, words: random + 1 };
}

/** How many words a call's memory has: `EntrySpec.background`. */
export function memoryWords(module: Module): number {
  return layoutOf(module).words;
}

function word(fn: EntryFunction, index: number): string {
  return fn.value(`getelementptr inbounds i64, ptr %memory, i64 ${index}`, "word");
}

/** Reads the callback's arguments: `%instance`, `%memory` and what lies in it, and `%argv` for those of the kernel. */
function takeArguments(fn: EntryFunction, spec: EntrySpec, layout: Layout): void {
  const count = 1 + spec.args.length + spec.captured.length;
  fn.raw(`%all = alloca [${count} x ptr], align 16`);
  const [argc, data] = [fn.slot("i64", "argc"), fn.slot("ptr", "data")];
  fn.line(`store i64 ${count}, ptr ${argc}`);
  fn.check("complain", "napi_get_cb_info", "%info", argc, "%all", "null", data);
  fn.line(`%instance = load ptr, ptr ${data}, align 8`);
  fn.line("%argv = getelementptr inbounds ptr, ptr %all, i32 1");
  const [type, length, start] = [fn.slot("i32", "type"), fn.slot("i64", "length"), fn.slot("ptr", "start")];
  fn.check("complain", "napi_get_typedarray_info", fn.load("ptr", "%all"), type, length, start, "null", "null");
  fn.branchIf(fn.value(`icmp ne i32 ${fn.load("i32", type)}, ${TYPED_ARRAY_CODES.float64}`), "complain");
  fn.branchIf(fn.value(`icmp ult i64 ${fn.load("i64", length)}, ${layout.words}`), "complain");
  fn.line(`%memory = load ptr, ptr ${start}, align 8`);
  defineParts(fn, layout);
}

function defineParts(fn: EntryFunction, layout: Layout): void {
  fn.line(`%cx = getelementptr inbounds i64, ptr %memory, i64 ${layout.context}`);
  fn.line(`%frame = getelementptr inbounds i64, ptr %memory, i64 ${layout.frame}`);
}

function complain(fn: EntryFunction): void {
  fn.block("complain");
  fn.shared("complain", "ptr %env");
  fn.line("ret ptr null");
}

interface Needs {
  readonly recursive: boolean;
  readonly random: boolean;
  readonly comparesArrays: boolean;
}

function sharedState(fn: EntryFunction): string {
  return fn.load("ptr", fn.value(instanceField(INSTANCE.random)), "random");
}

/** The call draws what a plain call would; JavaScript goes on elsewhere meanwhile. */
function lendState(fn: EntryFunction, layout: Layout): void {
  const shared = sharedState(fn);
  takeState(fn, shared);
  const moved = fn.value(`add i64 ${fn.load("i64", fn.value(contextField("seed")))}, ${APART}`);
  const apart = `%${fn.label("apart")}`;
  for (const line of mixText(moved, apart)) fn.line(line.trim());
  for (const at of [shared, word(fn, layout.random)]) fn.line(`store i64 ${apart}, ptr ${at}, align 8`);
  fn.line(`store i64 0, ptr ${fn.value(`getelementptr inbounds i64, ptr ${shared}, i32 1`)}, align 8`);
}

/** As after a plain call, unless somebody else has drawn since. */
function returnState(fn: EntryFunction, layout: Layout): void {
  const shared = sharedState(fn);
  const round = fn.load("i64", fn.value(`getelementptr inbounds i64, ptr ${shared}, i32 1`));
  const same = `icmp eq i64 ${fn.load("i64", shared)}, ${fn.load("i64", word(fn, layout.random))}`;
  const untouched = fn.value(`and i1 ${fn.value(same)}, ${fn.value(`icmp eq i64 ${round}, 0`)}`);
  const [give, done] = [fn.label("give"), fn.label("given")];
  fn.line(`br i1 ${untouched}, label %${give}, label %${done}`);
  fn.block(give);
  giveState(fn, shared);
  fn.line(`br label %${done}`);
  fn.block(done);
}

function defineStart(out: EntryModule, module: Module, spec: EntrySpec, needs: Needs, layout: Layout): void {
  const fn = new EntryFunction(out, `define internal ptr @nb_entry_call(ptr %env, ptr %info) ${out.seldom}`);
  takeArguments(fn, spec, layout);
  const exits = new Exits(fn);
  const llvmArgs = readArgs(fn, spec, needs.comparesArrays, exits);
  if (module.entry.disjoint) checkDisjoint(fn, spec.writtenPairs, exits);
  fn.line(`store i32 ${arrayCount(spec)}, ptr ${fn.value(frameField("arrayCount"))}`);
  const pool = fn.load("ptr", fn.value(instanceField(INSTANCE.pool)));
  for (const [name, text] of [
    ["log", "ptr %memory"],
    ["stop", `ptr ${word(fn, MEMORY.stop)}`],
    ["progress", `ptr ${word(fn, MEMORY.progress)}`],
    ["pool", `ptr ${pool}`],
    ["spare", "ptr null"],
  ] as const) {
    fn.line(`store ${text}, ptr ${fn.value(contextField(name))}, align 8`);
  }
  if (needs.random) lendState(fn, layout);
  for (const [k, arg] of llvmArgs.entries()) fn.line(`store ${arg}, ptr ${word(fn, layout.args + k)}, align 8`);
  fn.line(`store ptr @nb_entry_run, ptr ${word(fn, MEMORY_HEADER.run)}, align 8`);
  fn.line("ret ptr null");
  exits.end();
  complain(fn);
  fn.end();
}

function defineRun(out: EntryModule, module: Module, needs: Needs, layout: Layout): void {
  const fn = new EntryFunction(out, `define internal void @nb_entry_run(ptr %memory) ${out.attributes("noinline")}`);
  defineParts(fn, layout);
  if (needs.recursive) {
    // Another thread each time.
    const known = fn.slot("[2 x i64]", "known");
    fn.line(`store [2 x i64] zeroinitializer, ptr ${known}, align 8`);
    const limit = fn.shared("stackLimit", `ptr ${known}`, `ptr ${known}`);
    fn.line(`store ptr ${limit}, ptr ${fn.value(contextField("stackLimit"))}, align 8`);
  }
  const args = module.entry.params.flatMap((p) => flattenType(p.type));
  const values = args.map((type, k) => `${type} ${fn.load(type, word(fn, layout.args + k), "arg")}`);
  if (module.entry.results.length > 0) values.push(`ptr ${word(fn, layout.results)}`);
  const call = `call i32 ${functionSymbol(module.entry.name)}(${["ptr %cx", ...values].join(", ")})`;
  const failed = fn.value(call, "failed");
  fn.line(`store i32 ${failed}, ptr ${word(fn, MEMORY_HEADER.failed)}, align 8`);
  if (module.entry.results.some(isArrayType)) {
    fn.line(`br i1 ${fn.value(`icmp eq i32 ${failed}, 0`)}, label %kept, label %drop`);
    fn.block("drop");
  }
  freeArena(fn);
  fn.line(`store ptr null, ptr ${fn.value(contextField("arena"))}, align 8`);
  if (module.entry.results.some(isArrayType)) {
    fn.line("br label %kept");
    fn.block("kept");
  }
  fn.line("ret void");
  fn.end();
}

function defineFinish(out: EntryModule, module: Module, spec: EntrySpec, needs: Needs, layout: Layout): void {
  const fn = new EntryFunction(out, `define internal ptr @nb_entry_finish(ptr %env, ptr %info) ${out.seldom}`);
  takeArguments(fn, spec, layout);
  if (needs.random) returnState(fn, layout);
  const failed = fn.load("i32", word(fn, MEMORY_HEADER.failed), "failed");
  fn.branchIf(fn.value(`icmp ne i32 ${failed}, 0`), "error");
  // The values of the call that started the kernel are gone; these are the objects that results may be.
  let k = 0;
  for (const [site, kind] of [...spec.args.map((arg) => arg.kind), ...spec.captured.map(() => "array")].entries()) {
    if (kind !== "array") continue;
    const value = fn.load("ptr", fn.value(`getelementptr inbounds ptr, ptr %argv, i32 ${site}`), "array");
    const at = fn.value(frameArrayField(fn.value(frameArray(k++)), "value"));
    fn.line(`store ptr ${value}, ptr ${at}, align 8`);
  }
  const struct = resultsType(module.entry.results);
  const results = struct === undefined ? undefined : { struct, pointer: word(fn, layout.results) };
  const result = makeResult(fn, spec.result, module.entry.results, results, "unmade", "made");
  freeArena(fn);
  fn.line(`ret ptr ${result}`);

  fn.block("error");
  const site = fn.load("i32", fn.value(contextField("site")), "site");
  const stopped = fn.value(`icmp eq i32 ${site}, ${STOPPED}`, "stopped");
  const status = fn.value(`select i1 ${stopped}, double ${STATUS.stopped}.0, double ${STATUS.error}.0`);
  fn.line(`ret ptr ${refuseWith(fn, status, site)}`);
  fn.block("unmade");
  freeArena(fn);
  fn.line("br label %complain");
  complain(fn);
  fn.end();
}

/** `@nb_entry_call`, which is `start`, and `@nb_entry_finish`, for the callable that `create` makes. */
export function defineBackground(out: EntryModule, module: Module, spec: EntrySpec, needs: Needs): void {
  const layout = layoutOf(module);
  if (layout.words !== spec.background) throw new Error(`the entry says ${spec.background} words, not ${layout.words}`);
  defineStart(out, module, spec, needs, layout);
  defineRun(out, module, needs, layout);
  defineFinish(out, module, spec, needs, layout);
}
