/**
 * The addon's face to the runtime: `napi_register_module_v1` exports `create`, and `create(sentinel, state, bound, log, pool,
 * random, spare, fallbacks)` makes one callable with an instance of its own (emit/abi.ts says what each argument is). Of an addon
 * that holds what another has left out it exports the functions' table.
 *
 * The instance goes when the callable is collected, or with its environment. All of this is the support library's: it reads the
 * kernel's description (entry-frame.ts).
 */
import { STATE_WORDS } from "../abi.ts";
import { TYPED_ARRAY_CODES } from "./entry-args.ts";
import { INSTANCE, KERNEL, kernelField } from "./entry-frame.ts";
import { instanceField } from "./entry-leave.ts";
import { EntryFunction, type EntryModule, looksUpNodeApi } from "./entry-text.ts";
import { SPARE_BYTES } from "./spare.ts";

/** How Node-API is told that a text ends at its NUL. */
const AUTO_LENGTH = "-1";
/** 32-bit words in the random numbers' state. */
const RANDOM_LENGTH = 4;

function field(fn: EntryFunction, index: number): string {
  return fn.value(instanceField(index), "at");
}

function described(fn: EntryFunction, name: keyof typeof KERNEL): string {
  return fn.load(KERNEL[name], fn.value(kernelField(name)), name);
}

/** Where the reference number `k`, an i64, of the bound values is. */
function boundField(fn: EntryFunction, k: string): string {
  return fn.value(`getelementptr inbounds ptr, ptr ${field(fn, INSTANCE.bound)}, i64 ${k}`, "at");
}

function whenNeeded(fn: EntryFunction, name: "random" | "parallel" | "allocates" | "later", then: () => void): void {
  fn.when(fn.value(`icmp ne i32 ${described(fn, name)}, 0`), then);
}

/** `void @nb_entry_dispose(ptr %env, ptr %instance, ptr %hint)`: a napi_finalize. */
function defineDispose(module: EntryModule): void {
  const fn = new EntryFunction(
    module,
    `define internal void @nb_entry_dispose(ptr %env, ptr %instance, ptr %hint) ${module.seldom}`,
  );
  const own = INSTANCE.bound - INSTANCE.sentinel;
  fn.counted(fn.value(`add i32 ${described(fn, "bound")}, ${own}`), (k) => {
    const at = fn.value(`getelementptr inbounds ptr, ptr ${field(fn, INSTANCE.sentinel)}, i64 ${k}`);
    const reference = fn.load("ptr", at, "ref");
    fn.when(fn.value(`icmp ne ptr ${reference}, null`), () => fn.call("napi_delete_reference", reference));
  });
  fn.uses("declare void @free(ptr)");
  fn.line("call void @free(ptr %instance)");
  fn.line("ret void");
  fn.end();
}

/** Fails unless a value is a typed array of the kind. */
function checkKind(fn: EntryFunction, array: string, code: number | string, length = "null", data = "null"): void {
  const type = fn.slot("i32", "type");
  fn.check("fail", "napi_get_typedarray_info", array, type, length, data, "null", "null");
  fn.branchIf(fn.value(`icmp ne i32 ${fn.load("i32", type)}, ${code}`), "fail");
}

/** Notes where the data of a typed array argument of `create` is. */
function bindData(fn: EntryFunction, array: string, code: number, atLeast: number, at: string): void {
  const [length, data] = [fn.slot("i64", "length"), fn.slot("ptr", "data")];
  checkKind(fn, array, code, length, data);
  fn.branchIf(fn.value(`icmp ult i64 ${fn.load("i64", length)}, ${atLeast}`), "fail");
  fn.line(`store ptr ${fn.load("ptr", data)}, ptr ${at}`);
}

/** Notes where the thread's spare blocks are; the first kernel that asks makes their table. */
function bindSpare(fn: EntryFunction, array: string, at: string): void {
  const cellAt = fn.slot("ptr", "cell");
  bindData(fn, array, TYPED_ARRAY_CODES.biguint64, 1, cellAt);
  const cell = fn.load("ptr", cellAt, "cell");
  const known = fn.load("ptr", cell, "known");
  const [make, bound] = [fn.label("make"), fn.label("bound")];
  fn.line(`store ptr ${known}, ptr ${at}`);
  fn.line(`br i1 ${fn.value(`icmp eq ptr ${known}, null`)}, label %${make}, label %${bound}`);
  fn.block(make);
  const table = fn.value(`call ptr @calloc(i64 1, i64 ${SPARE_BYTES})`, "table");
  fn.branchIf(fn.value(`icmp eq ptr ${table}, null`), "fail");
  fn.check("fail", "napi_add_env_cleanup_hook", fn.runtime("spare.end"), table);
  fn.line(`store ptr ${table}, ptr ${cell}`);
  fn.line(`store ptr ${table}, ptr ${at}`);
  fn.line(`br label %${bound}`);
  fn.block(bound);
}

/** Captured arrays are kept; a function only needs to be recognised, and holding it could keep the callable alive. */
function bindValues(fn: EntryFunction, bound: string): void {
  const captured = fn.value(`zext i32 ${described(fn, "captured")} to i64`);
  const item = fn.slot("ptr", "item");
  fn.counted(described(fn, "bound"), (k) => {
    fn.check("fail", "napi_get_element", bound, fn.value(`trunc i64 ${k} to i32`), item);
    const isArray = fn.value(`icmp ult i64 ${k}, ${captured}`, "is_array");
    fn.when(isArray, () => {
      const at = fn.value(`getelementptr inbounds i8, ptr ${described(fn, "kinds")}, i64 ${k}`);
      checkKind(fn, fn.load("ptr", item), fn.value(`zext i8 ${fn.load("i8", at)} to i32`));
    });
    const count = fn.value(`zext i1 ${isArray} to i32`);
    fn.check("fail", "napi_create_reference", fn.load("ptr", item), count, boundField(fn, k));
  });
}

function defineCreateFunction(module: EntryModule): void {
  const fn = new EntryFunction(module, `define internal ptr @nb_entry_create(ptr %env, ptr %info) ${module.seldom}`);
  const [argc, argv] = [fn.slot("i64", "argc"), fn.slot("[8 x ptr]", "argv")];
  fn.line(`store i64 8, ptr ${argc}`);
  fn.check("complain", "napi_get_cb_info", "%info", argc, argv, "null", "null");
  fn.uses("declare noalias ptr @calloc(i64, i64)");
  const words = fn.value(`add i64 ${fn.value(`zext i32 ${described(fn, "bound")} to i64`)}, ${INSTANCE.bound}`);
  fn.line(`%instance = call ptr @calloc(i64 ${words}, i64 8)`);
  fn.branchIf(fn.value("icmp eq ptr %instance, null"), "complain");

  const argument = (index: number): string =>
    fn.load("ptr", fn.value(`getelementptr inbounds ptr, ptr ${argv}, i32 ${index}`));
  const [sentinel, state, bound, log] = [argument(0), argument(1), argument(2), argument(3)];
  bindData(fn, state, TYPED_ARRAY_CODES.float64, STATE_WORDS, field(fn, INSTANCE.state));
  fn.check("fail", "napi_create_reference", sentinel, "1", field(fn, INSTANCE.sentinel));
  fn.check("fail", "napi_create_reference", state, "1", field(fn, INSTANCE.stateRef));
  fn.check("fail", "napi_create_reference", log, "1", field(fn, INSTANCE.log));
  bindValues(fn, bound);
  whenNeeded(fn, "random", () => {
    bindData(fn, argument(5), TYPED_ARRAY_CODES.uint32, RANDOM_LENGTH, field(fn, INSTANCE.random));
    fn.check("fail", "napi_create_reference", argument(5), "1", field(fn, INSTANCE.randomRef));
  });
  whenNeeded(fn, "parallel", () => {
    const lossless = fn.slot("i8");
    fn.check("fail", "napi_get_value_bigint_uint64", argument(4), field(fn, INSTANCE.pool), lossless);
  });
  whenNeeded(fn, "allocates", () => bindSpare(fn, argument(6), field(fn, INSTANCE.spare)));

  const callable = fn.slot("ptr", "callable");
  const make = (name: string, callback: string, out: string): void => {
    fn.check("fail", "napi_create_function", name, AUTO_LENGTH, callback, "%instance", out);
  };
  make(described(fn, "name"), described(fn, "call"), callable);
  const finish = described(fn, "finish");
  fn.when(fn.value(`icmp ne ptr ${finish}, null`), () => {
    // Nobody keeps it longer than the callable, whose property it is.
    const [name, out] = [module.string("finish"), fn.slot("ptr", "finish")];
    make(name, finish, out);
    fn.check("fail", "napi_set_named_property", fn.load("ptr", callable), name, fn.load("ptr", out));
  });
  whenNeeded(fn, "later", () => {
    // The callable keeps it, since whatever it holds may lead back to the callable.
    fn.check("fail", "napi_create_reference", argument(7), "0", field(fn, INSTANCE.fallbacksRef));
    const name = module.string("fallbacks");
    fn.check("fail", "napi_set_named_property", fn.load("ptr", callable), name, argument(7));
  });
  fn.check("fail", "napi_add_finalizer", fn.load("ptr", callable), "%instance", "@nb_entry_dispose", "null", "null");
  fn.line(`ret ptr ${fn.load("ptr", callable)}`);

  fn.block("fail");
  fn.line("call void @nb_entry_dispose(ptr %env, ptr %instance, ptr null)");
  fn.line("br label %complain");
  fn.block("complain");
  fn.shared("complain", "ptr %env");
  fn.line("ret ptr null");
  fn.end();
}

/** Notes JavaScript's constructor (nb_entry_buffer): by the time that a kernel needs it, something else may have its name. */
function keepArrayBuffer(fn: EntryFunction, module: EntryModule): void {
  const [global, own, reference] = [fn.slot("ptr"), fn.slot("ptr"), fn.slot("ptr")];
  fn.check("fail", "napi_get_global", global);
  fn.check("fail", "napi_get_named_property", fn.load("ptr", global), module.string("ArrayBuffer"), own);
  fn.check("fail", "napi_create_reference", fn.load("ptr", own), "1", reference);
  fn.check("fail", "napi_set_instance_data", fn.load("ptr", reference), "null", "null");
}

export function defineCreate(module: EntryModule, triple: string): void {
  defineDispose(module);
  defineCreateFunction(module);

  const fn = new EntryFunction(
    module,
    `define dllexport ptr @napi_register_module_v1(ptr %env, ptr %exports) ${module.seldom}`,
  );
  fn.branchIf(fn.value(`xor i1 ${fn.value("call i1 @nb_entry_bind()")}, true`), "fail");
  // Linkers for Windows want to see this wherever there is floating point.
  if (looksUpNodeApi(triple)) module.global("@_fltused = constant i32 0");
  const exported = fn.slot("ptr", "exported");
  const fallbacks = described(fn, "fallbacks");
  const isKernel = fn.value(`icmp eq ptr ${fallbacks}, null`);
  fn.line(`br i1 ${isKernel}, label %kernel, label %fallbacks`);
  fn.block("kernel");
  const create = module.string("create");
  fn.check("fail", "napi_create_function", create, AUTO_LENGTH, "@nb_entry_create", "null", exported);
  fn.check("fail", "napi_set_named_property", "%exports", create, fn.load("ptr", exported));
  keepArrayBuffer(fn, module);
  fn.line("ret ptr %exports");
  fn.block("fallbacks");
  fn.check("fail", "napi_create_bigint_uint64", fn.value(`ptrtoint ptr ${fallbacks} to i64`), exported);
  fn.check("fail", "napi_set_named_property", "%exports", module.string("fallbacks"), fn.load("ptr", exported));
  fn.line("ret ptr %exports");
  fn.block("fail");
  fn.line("ret ptr null");
  fn.end();
}
