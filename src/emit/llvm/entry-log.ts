/**
 * `i32 @nb_log(ptr %cx, ptr %records, i32 %count)`: calls the log function that `create` was given, with the records as
 * arguments. Gives 1 when the kernel must end, with an exception pending. Part of the support library.
 *
 * JavaScript runs here in the middle of a kernel that holds pointers into JavaScript's buffers. It may detach or resize
 * them, so every array is looked at again afterwards; a kernel whose memory has moved ends with a TypeError.
 */
import { MEMORY_HEADER } from "../abi.ts";
import { contextField, LOG_KIND, LOG_RECORD_TYPE, STOPPED } from "./context.ts";
import { frameArray, frameArrayField, frameField, INSTANCE } from "./entry-frame.ts";
import { instanceField } from "./entry-leave.ts";
import { EntryFunction, type EntryModule } from "./entry-text.ts";
import { giveState, takeState } from "./random.ts";

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

const MOVED = "An array that a kernel was using was detached or resized while the kernel called console.log.";

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
  const [scope, receiver, log, data, length, value] = [
    fn.slot("ptr", "scope"),
    fn.slot("ptr", "receiver"),
    fn.slot("ptr", "log"),
    fn.slot("ptr", "data"),
    fn.slot("i64", "length"),
    fn.slot("ptr", "value"),
  ];
  const env = fn.load("ptr", fn.value(contextField("env")));
  const [away, here] = [fn.label("away"), fn.label("here")];
  fn.line(`br i1 ${fn.value(`icmp eq ptr ${env}, null`)}, label %${away}, label %${here}`);
  fn.block(away);
  fn.line(`ret i32 ${fn.value("call i32 @nb_entry_log_later(ptr %cx, ptr %records, i32 %count)")}`);
  fn.block(here);
  fn.line(`%frame = load ptr, ptr ${fn.value(contextField("log"))}, align 8`);
  fn.line(`%env = load ptr, ptr ${fn.value(frameField("env"))}, align 8`);
  fn.line(`%instance = load ptr, ptr ${fn.value(frameField("instance"))}, align 8`);
  fn.line("%argv = alloca ptr, i32 %count, align 8");
  // A kernel that logs in a loop must not pile up handles.
  fn.check("unopened", "napi_open_handle_scope", scope);
  fn.check("broken", "napi_get_undefined", receiver);
  const reference = fn.load("ptr", fn.value(instanceField(INSTANCE.log)));
  fn.check("broken", "napi_get_reference_value", reference, log);
  const before = fn.current;
  fn.line("br label %each");

  fn.block("each");
  fn.line(`%i = phi i32 [ 0, %${before} ], [ %i_next, %converted ]`);
  fn.line(`br i1 ${fn.value("icmp eq i32 %i, %count")}, label %call, label %convert`);
  fn.block("convert");
  const record = fn.value(`getelementptr inbounds ${LOG_RECORD_TYPE}, ptr %records, i32 %i`);
  const status = fn.value(`call i32 @nb_entry_log_value(ptr %env, ptr ${record}, ptr ${value})`);
  fn.branchIf(fn.value(`icmp ne i32 ${status}, 0`), "broken");
  fn.line(
    `store ptr ${fn.load("ptr", value)}, ptr ${fn.value("getelementptr inbounds ptr, ptr %argv, i32 %i")}, align 8`,
  );
  fn.line("br label %converted");
  fn.block("converted");
  fn.line("%i_next = add nuw i32 %i, 1");
  fn.line("br label %each");

  fn.block("call");
  const argc = fn.value("zext i32 %count to i64");
  // What is called may draw random numbers, as the kernel may.
  const random = fn.load("ptr", fn.value(instanceField(INSTANCE.random)), "random");
  const draws = fn.value(`icmp ne ptr ${random}, null`, "draws");
  fn.when(draws, () => giveState(fn, random));
  fn.check("broken", "napi_call_function", fn.load("ptr", receiver), fn.load("ptr", log), argc, "%argv", "null");
  fn.when(draws, () => takeState(fn, random));
  fn.line(`%arrays = load i32, ptr ${fn.value(frameField("arrayCount"))}, align 4`);
  const called = fn.current;
  fn.line("br label %look");

  fn.block("look");
  fn.line(`%k = phi i32 [ 0, %${called} ], [ %k_next, %same ]`);
  fn.line(`br i1 ${fn.value("icmp eq i32 %k, %arrays")}, label %unmoved, label %compare`);
  fn.block("compare");
  const array = fn.value(frameArray(fn.value("zext i32 %k to i64")));
  const object = fn.load("ptr", fn.value(frameArrayField(array, "value")));
  fn.check("broken", "napi_get_typedarray_info", object, "null", length, data, "null", "null");
  const sameLength = `icmp eq i64 ${fn.load("i64", length)}, ${fn.load("i64", fn.value(frameArrayField(array, "length")))}`;
  const sameData = `icmp eq ptr ${fn.load("ptr", data)}, ${fn.load("ptr", fn.value(frameArrayField(array, "data")))}`;
  const same = fn.value(`and i1 ${fn.value(sameLength)}, ${fn.value(sameData)}`);
  fn.line(`br i1 ${same}, label %same, label %moved`);
  fn.block("same");
  fn.line("%k_next = add nuw i32 %k, 1");
  fn.line("br label %look");

  fn.block("unmoved");
  fn.call("napi_close_handle_scope", fn.load("ptr", scope));
  fn.line("ret i32 0");
  fn.block("moved");
  fn.call("napi_throw_type_error", "null", module.string(MOVED));
  fn.line("br label %broken");
  fn.block("broken");
  fn.call("napi_close_handle_scope", fn.load("ptr", scope));
  fn.line("br label %unopened");
  fn.block("unopened");
  fn.line(`store i32 1, ptr ${fn.value(frameField("threw"))}, align 8`);
  fn.line("ret i32 1");
  fn.end();
}
