/**
 * What is left out of a kernel's addon until it is needed: the functions that run when the test before a loop has failed
 * (passes/separate-fallbacks.ts), half of LLVM's work for a large kernel and seldom called.
 *
 *   kernel ─▶ stub ─▶ @nb_fallbacks ─▶ the table in the instance ─▶ the function in the other addon
 *                           │ none yet
 *                           └─▶ create's `fallbacks`, in JavaScript: LLVM, link, load
 *
 * The table is the instance's and not the kernel's, as each thread that runs the kernel has to load the other addon, too: what a
 * worker has loaded goes with it.
 */
import type { Func } from "../../ir/func.ts";
import { innerSymbol } from "./context.ts";
import { FRAME_TYPES, frameField, INSTANCE, kernelGlobal } from "./entry-frame.ts";
import { enterJavaScript } from "./entry-javascript.ts";
import { instanceField } from "./entry-leave.ts";
import { EntryFunction, type EntryHost, EntryModule } from "./entry-text.ts";

const TABLE = "@nb_fallback_table";

/** `ptr @nb_entry_load_fallbacks(ptr %cx)`: has JavaScript make and load them. */
function defineLoad(module: EntryModule): void {
  const fn = new EntryFunction(module, `define internal ptr @nb_entry_load_fallbacks(ptr %cx) ${module.seldom}`);
  const [scope, value, table, lossless] = [
    fn.slot("ptr", "scope"),
    fn.slot("ptr", "value"),
    fn.slot("i64", "table"),
    fn.slot("i8", "lossless"),
  ];
  enterJavaScript(fn);
  fn.check("unopened", "napi_open_handle_scope", scope);
  const reference = fn.load("ptr", fn.value(instanceField(INSTANCE.fallbacksRef)));
  const called = `call i32 @nb_entry_call_back(ptr %cx, ptr ${reference}, i64 0, ptr null, ptr ${value})`;
  fn.branchIf(fn.value(`icmp ne i32 ${fn.value(called)}, 0`), "broken");
  fn.check("broken", "napi_get_value_bigint_uint64", fn.load("ptr", value), table, lossless);
  const loaded = fn.value(`inttoptr i64 ${fn.load("i64", table)} to ptr`);
  fn.branchIf(fn.value(`icmp eq ptr ${loaded}, null`), "broken");
  fn.line(`store ptr ${loaded}, ptr ${fn.value(instanceField(INSTANCE.fallbacks))}`);
  fn.call("napi_close_handle_scope", fn.load("ptr", scope));
  fn.line(`ret ptr ${loaded}`);
  fn.block("broken");
  fn.call("napi_close_handle_scope", fn.load("ptr", scope));
  fn.line("br label %unopened");
  fn.block("unopened");
  fn.line(`store i32 1, ptr ${fn.value(frameField("threw"))}, align 8`);
  fn.line("ret ptr null");
  fn.end();
}

/** `ptr @nb_fallbacks(ptr %cx)`: the table; null when the kernel must end, with an exception pending. In the support library. */
export function defineFallbacks(module: EntryModule): void {
  defineLoad(module);
  const fn = module.defineShared("fallbacks", module.attributes());
  enterJavaScript(fn);
  const table = fn.load("ptr", fn.value(instanceField(INSTANCE.fallbacks)), "table");
  fn.branchIf(fn.value(`icmp eq ptr ${table}, null`), "load");
  fn.line(`ret ptr ${table}`);
  fn.block("load");
  fn.line(`ret ptr ${fn.value("call ptr @nb_entry_load_fallbacks(ptr %cx)")}`);
  fn.end();
}

/**
 * The body of what stands for fallback number `index`. `fields` are the types of what it returns, its status first; `args` are
 * the function's own parameters.
 */
export function stubText(index: number, fields: readonly string[], args: string, fallbacks: string): readonly string[] {
  const [type, failed] = [`{ ${fields.join(", ")} }`, fields.slice(1).map((field) => `${field} zeroinitializer`)];
  return [
    `  %table = call ptr ${fallbacks}(ptr %cx)`,
    "  %none = icmp eq ptr %table, null",
    "  br i1 %none, label %failed, label %found",
    "failed:",
    `  ret ${type} { ${["i32 1", ...failed].join(", ")} }`,
    "found:",
    `  %at = getelementptr inbounds ptr, ptr %table, i64 ${index}`,
    "  %callee = load ptr, ptr %at, align 8",
    `  %result = call ${type} %callee(${args})`,
    `  ret ${type} %result`,
  ];
}

/** The addon that holds them: its table, and the kernel's description that the support library wants to see. */
export function emitFallbackTable(fallbacks: readonly Func[], triple: string, host: EntryHost): string {
  const out = new EntryModule(host, triple);
  const symbols = fallbacks.map((fn) => `ptr ${innerSymbol(fn.name)}`);
  out.global(FRAME_TYPES);
  out.global(`${TABLE} = internal constant [${symbols.length} x ptr] [${symbols.join(", ")}]`);
  out.global(kernelGlobal({ fallbacks: TABLE }));
  return out.toString();
}
