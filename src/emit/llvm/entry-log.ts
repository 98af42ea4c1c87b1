/**
 * `i32 @nb_log(ptr %cx, ptr %records, i32 %count)`: calls the log function that `create` was given, with the records as
 * arguments. Gives 1 when the kernel must end, with an exception pending. Part of the support library.
 */
import { MEMORY_HEADER } from "../abi.ts";
import { contextField, LOG_KIND, LOG_RECORD_TYPE, STOPPED } from "./context.ts";
import { frameField, INSTANCE } from "./entry-frame.ts";
import { enterJavaScript } from "./entry-javascript.ts";
import { instanceField } from "./entry-leave.ts";
import { EntryFunction, type EntryModule } from "./entry-text.ts";

/** What a kernel in the background does instead: leaves the records for JavaScript. */
function defineLogLater(module: EntryModule): void {
  const head = "define internal i32 @nb_entry_log_later(ptr %cx, ptr %records, i32 %count)";
  const fn = new EntryFunction(module, `${head} ${module.seldom}`);
  const memory = fn.load("ptr", fn.value(contextField("log")), "memory");
  const log = fn.load("ptr", fn.value(`getelementptr inbounds i64, ptr ${memory}, i64 ${MEMORY_HEADER.log}`), "log");
  const status = fn.value(`call i32 ${log}(ptr ${memory}, ptr %records, i32 %count)`, "status");
  fn.branchIf(fn.value(`icmp ne i32 ${status}, 0`), "stopped");
  fn.line("ret i32 0");
  fn.block("stopped");
  fn.line(`store i32 ${STOPPED}, ptr ${fn.value(contextField("site"))}, align 4`);
  fn.line("ret i32 1");
  fn.end();
}

/** `i32 @nb_entry_log_value(env, record, ptr %out)`: the JavaScript value of a record. */
function defineLogValue(module: EntryModule): void {
  const fn = new EntryFunction(
    module,
    `define internal i32 @nb_entry_log_value(ptr %env, ptr %record, ptr %out) ${module.seldom}`,
  );
  const field = (type: string, index: number): string =>
    fn.load(type, fn.value(`getelementptr inbounds ${LOG_RECORD_TYPE}, ptr %record, i32 0, i32 ${index}`));
  const [kind, bytes, payload] = [field("i32", 0), field("i32", 1), field("i64", 2)];
  const cases = Object.entries(LOG_KIND).map(([name, code]) => `i32 ${code}, label %${name}`);
  fn.line(`switch i32 ${kind}, label %unknown [ ${cases.join(" ")} ]`);
  fn.block("text");
  const text = fn.value(`inttoptr i64 ${payload} to ptr`);
  fn.line(`ret i32 ${fn.call("napi_create_string_utf8", text, fn.value(`zext i32 ${bytes} to i64`), "%out")}`);
  fn.block("number");
  fn.line(`ret i32 ${fn.call("napi_create_double", fn.value(`bitcast i64 ${payload} to double`), "%out")}`);
  fn.block("bool");
  fn.line(`ret i32 ${fn.call("napi_get_boolean", fn.value(`icmp ne i64 ${payload}, 0`), "%out")}`);
  fn.block("int64");
  fn.line(`ret i32 ${fn.call("napi_create_bigint_int64", payload, "%out")}`);
  fn.block("uint64");
  fn.line(`ret i32 ${fn.call("napi_create_bigint_uint64", payload, "%out")}`);
  fn.block("unknown");
  fn.line("ret i32 1");
  fn.end();
}

export function defineLog(module: EntryModule): void {
  defineLogValue(module);
  defineLogLater(module);
  const fn = module.defineShared("log", module.seldom);
  const [scope, value, result] = [fn.slot("ptr", "scope"), fn.slot("ptr", "value"), fn.slot("ptr", "result")];
  const env = fn.load("ptr", fn.value(contextField("env")));
  const [away, here] = [fn.label("away"), fn.label("here")];
  fn.line(`br i1 ${fn.value(`icmp eq ptr ${env}, null`)}, label %${away}, label %${here}`);
  fn.block(away);
  fn.line(`ret i32 ${fn.value("call i32 @nb_entry_log_later(ptr %cx, ptr %records, i32 %count)")}`);
  fn.block(here);
  enterJavaScript(fn);
  fn.line("%argv = alloca ptr, i32 %count, align 8");
  // A kernel that logs in a loop must not pile up handles.
  fn.check("unopened", "napi_open_handle_scope", scope);
  fn.counted("%count", (k) => {
    const record = fn.value(`getelementptr inbounds ${LOG_RECORD_TYPE}, ptr %records, i64 ${k}`);
    const status = fn.value(`call i32 @nb_entry_log_value(ptr %env, ptr ${record}, ptr ${value})`);
    fn.branchIf(fn.value(`icmp ne i32 ${status}, 0`), "broken");
    const argument = fn.value(`getelementptr inbounds ptr, ptr %argv, i64 ${k}`);
    fn.line(`store ptr ${fn.load("ptr", value)}, ptr ${argument}, align 8`);
  });
  const reference = fn.load("ptr", fn.value(instanceField(INSTANCE.log)));
  const argc = fn.value("zext i32 %count to i64");
  const called = `call i32 @nb_entry_call_back(ptr %cx, ptr ${reference}, i64 ${argc}, ptr %argv, ptr ${result})`;
  fn.branchIf(fn.value(`icmp ne i32 ${fn.value(called)}, 0`), "broken");
  fn.call("napi_close_handle_scope", fn.load("ptr", scope));
  fn.line("ret i32 0");
  fn.block("broken");
  fn.call("napi_close_handle_scope", fn.load("ptr", scope));
  fn.line("br label %unopened");
  fn.block("unopened");
  fn.line(`store i32 1, ptr ${fn.value(frameField("threw"))}, align 8`);
  fn.line("ret i32 1");
  fn.end();
}
