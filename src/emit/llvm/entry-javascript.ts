/**
 * JavaScript that runs in the middle of a kernel: what a kernel logs, and what has been left out of it. Part of the support library.
 *
 * The kernel holds pointers into JavaScript's buffers, which may be detached or resized meanwhile, so every array is looked at again
 * afterwards; a kernel whose memory has moved ends with a TypeError.
 */
import { contextField } from "./context.ts";
import { frameArray, frameArrayField, frameField, INSTANCE } from "./entry-frame.ts";
import { instanceField } from "./entry-leave.ts";
import { EntryFunction, type EntryModule } from "./entry-text.ts";
import { giveState, takeState } from "./random.ts";

const MOVED =
  "An array that a kernel was using was detached or resized while the kernel called console.log or compiled a part of itself.";

/** Names what the functions here need of a plain call's context: its frame, environment and instance. */
export function enterJavaScript(fn: EntryFunction): void {
  fn.line(`%frame = load ptr, ptr ${fn.value(contextField("log"))}, align 8`);
  fn.line(`%env = load ptr, ptr ${fn.value(frameField("env"))}, align 8`);
  fn.line(`%instance = load ptr, ptr ${fn.value(frameField("instance"))}, align 8`);
}

/**
 * `i32 @nb_entry_call_back(ptr %cx, ptr %reference, i64 %argc, ptr %argv, ptr %out)`: calls the function referred to, in a handle
 * scope of the caller's. Gives 1 when the kernel must end, with an exception pending.
 */
export function defineCallBack(module: EntryModule): void {
  const fn = new EntryFunction(
    module,
    `define internal i32 @nb_entry_call_back(ptr %cx, ptr %reference, i64 %argc, ptr %argv, ptr %out) ${module.seldom}`,
  );
  const [receiver, callee, data, length] = [
    fn.slot("ptr", "receiver"),
    fn.slot("ptr", "callee"),
    fn.slot("ptr", "data"),
    fn.slot("i64", "length"),
  ];
  enterJavaScript(fn);
  fn.check("broken", "napi_get_undefined", receiver);
  fn.check("broken", "napi_get_reference_value", "%reference", callee);
  // What is called may draw random numbers, as the kernel may.
  const random = fn.load("ptr", fn.value(instanceField(INSTANCE.random)), "random");
  const draws = fn.value(`icmp ne ptr ${random}, null`, "draws");
  fn.when(draws, () => giveState(fn, random));
  const [given, called] = [fn.load("ptr", receiver), fn.load("ptr", callee)];
  const status = fn.call("napi_call_function", given, called, "%argc", "%argv", "%out");
  // Also when it threw: what it has drawn is drawn.
  fn.when(draws, () => takeState(fn, random));
  fn.branchIf(fn.value(`icmp ne i32 ${status}, 0`), "broken");
  fn.counted(fn.load("i32", fn.value(frameField("arrayCount"))), (k) => {
    const array = fn.value(frameArray(k));
    const object = fn.load("ptr", fn.value(frameArrayField(array, "value")));
    fn.check("broken", "napi_get_typedarray_info", object, "null", length, data, "null", "null");
    const sameLength = `icmp eq i64 ${fn.load("i64", length)}, ${fn.load("i64", fn.value(frameArrayField(array, "length")))}`;
    const sameData = `icmp eq ptr ${fn.load("ptr", data)}, ${fn.load("ptr", fn.value(frameArrayField(array, "data")))}`;
    const same = fn.value(`and i1 ${fn.value(sameLength)}, ${fn.value(sameData)}`);
    fn.branchIf(fn.value(`xor i1 ${same}, true`), "moved");
  });
  fn.line("ret i32 0");
  fn.block("moved");
  fn.call("napi_throw_type_error", "null", module.string(MOVED));
  fn.line("br label %broken");
  fn.block("broken");
  fn.line(`store i32 1, ptr ${fn.value(frameField("threw"))}, align 8`);
  fn.line("ret i32 1");
  fn.end();
}
