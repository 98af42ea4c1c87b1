/**
 * The addon's face to the runtime: `napi_register_module_v1` exports `create`, and `create(sentinel, state, bound, log, pool,
 * random, spare)` makes one callable with an instance of its own (emit/abi.ts says what each argument is).
 *
 * The instance goes when the callable is collected, or with its environment.
 */
import type { EntrySpec } from "../../types/signature.ts";
import { TYPED_ARRAY_CODES } from "./entry-args.ts";
import { boundCount, INSTANCE, instanceBytes, instanceRefCount, poolIndex, spareIndex } from "./entry-frame.ts";
import { EntryFunction, type EntryModule, looksUpNodeApi } from "./entry-text.ts";
import { SPARE_BYTES } from "./spare.ts";

/** How Node-API is told that a text ends at its NUL. */
const AUTO_LENGTH = "-1";
/** Doubles in State. */
const STATE_LENGTH = 4;
/** 32-bit words in the random numbers' state. */
const RANDOM_LENGTH = 4;

function field(fn: EntryFunction, index: number): string {
  return fn.value(`getelementptr inbounds ptr, ptr %instance, i32 ${index}`, "at");
}

/** `void @nb_entry_dispose(ptr %env, ptr %instance, ptr %hint)`: a napi_finalize. */
function defineDispose(module: EntryModule, spec: EntrySpec): void {
  const fn = new EntryFunction(
    module,
    `define internal void @nb_entry_dispose(ptr %env, ptr %instance, ptr %hint) ${module.seldom}`,
  );
  for (let index = INSTANCE.sentinel; index < INSTANCE.sentinel + instanceRefCount(spec); index++) {
    const [drop, next] = [fn.label("drop"), fn.label("kept")];
    const reference = fn.load("ptr", field(fn, index), "ref");
    fn.line(`br i1 ${fn.value(`icmp eq ptr ${reference}, null`)}, label %${next}, label %${drop}`);
    fn.block(drop);
    fn.call("napi_delete_reference", reference);
    fn.line(`br label %${next}`);
    fn.block(next);
  }
  fn.uses("declare void @free(ptr)");
  fn.line("call void @free(ptr %instance)");
  fn.line("ret void");
  fn.end();
}

/** `void @nb_entry_complain(ptr %env)`: makes sure that an exception is pending after something failed. */
export function defineComplain(module: EntryModule): void {
  const fn = new EntryFunction(module, `define internal void @nb_entry_complain(ptr %env) ${module.seldom}`);
  const pending = fn.slot("i8");
  fn.line(`store i8 0, ptr ${pending}`);
  fn.call("napi_is_exception_pending", pending);
  fn.line(`br i1 ${fn.value(`icmp eq i8 ${fn.load("i8", pending)}, 0`)}, label %throw, label %done`);
  fn.block("throw");
  fn.call("napi_throw_error", "null", module.string("A kernel could not make its result."));
  fn.line("br label %done");
  fn.block("done");
  fn.line("ret void");
  fn.end();
}

/** Fails unless a value is a typed array of the kind. */
function checkKind(fn: EntryFunction, array: string, code: number, length = "null", data = "null"): void {
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

/** What an instance holds besides references. */
interface Needs {
  readonly random: boolean;
  readonly parallel: boolean;
  readonly allocates: boolean;
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

function defineCreateFunction(module: EntryModule, spec: EntrySpec, needs: Needs): void {
  const fn = new EntryFunction(module, `define internal ptr @nb_entry_create(ptr %env, ptr %info) ${module.seldom}`);
  const [argc, argv] = [fn.slot("i64", "argc"), fn.slot("[7 x ptr]", "argv")];
  fn.line(`store i64 7, ptr ${argc}`);
  fn.check("complain", "napi_get_cb_info", "%info", argc, argv, "null", "null");
  fn.uses("declare noalias ptr @calloc(i64, i64)");
  fn.line(`%instance = call ptr @calloc(i64 1, i64 ${instanceBytes(spec)})`);
  fn.branchIf(fn.value("icmp eq ptr %instance, null"), "complain");

  const argument = (index: number): string =>
    fn.load("ptr", fn.value(`getelementptr inbounds ptr, ptr ${argv}, i32 ${index}`));
  const [sentinel, state, bound, log] = [argument(0), argument(1), argument(2), argument(3)];
  bindData(fn, state, TYPED_ARRAY_CODES.float64, STATE_LENGTH, field(fn, INSTANCE.state));
  fn.check("fail", "napi_create_reference", sentinel, "1", field(fn, INSTANCE.sentinel));
  fn.check("fail", "napi_create_reference", state, "1", field(fn, INSTANCE.stateRef));
  fn.check("fail", "napi_create_reference", log, "1", field(fn, INSTANCE.log));
  for (let index = 0; index < boundCount(spec); index++) {
    const item = fn.slot("ptr", "item");
    fn.check("fail", "napi_get_element", bound, String(index), item);
    const captured = spec.captured[index];
    if (captured !== undefined) checkKind(fn, fn.load("ptr", item), TYPED_ARRAY_CODES[captured.elem]);
    // Captured arrays are kept; a function only needs to be recognised, and holding it could keep the callable alive.
    const count = captured === undefined ? "0" : "1";
    fn.check("fail", "napi_create_reference", fn.load("ptr", item), count, field(fn, INSTANCE.bound + index));
  }
  if (needs.random) {
    bindData(fn, argument(5), TYPED_ARRAY_CODES.uint32, RANDOM_LENGTH, field(fn, INSTANCE.random));
    fn.check("fail", "napi_create_reference", argument(5), "1", field(fn, INSTANCE.randomRef));
  }
  if (needs.parallel) {
    const lossless = fn.slot("i8");
    fn.check("fail", "napi_get_value_bigint_uint64", argument(4), field(fn, poolIndex(spec)), lossless);
  }
  if (needs.allocates) bindSpare(fn, argument(6), field(fn, spareIndex(spec)));
  const callable = fn.slot("ptr", "callable");
  fn.check(
    "fail",
    "napi_create_function",
    module.string(spec.name),
    AUTO_LENGTH,
    "@nb_entry_call",
    "%instance",
    callable,
  );
  if (spec.background !== undefined) {
    // Nobody keeps it longer than the callable, whose property it is.
    const [name, finish] = [module.string("finish"), fn.slot("ptr", "finish")];
    fn.check("fail", "napi_create_function", name, AUTO_LENGTH, "@nb_entry_finish", "%instance", finish);
    fn.check("fail", "napi_set_named_property", fn.load("ptr", callable), name, fn.load("ptr", finish));
  }
  fn.check("fail", "napi_add_finalizer", fn.load("ptr", callable), "%instance", "@nb_entry_dispose", "null", "null");
  fn.line(`ret ptr ${fn.load("ptr", callable)}`);

  fn.block("fail");
  fn.line("call void @nb_entry_dispose(ptr %env, ptr %instance, ptr null)");
  fn.line("br label %complain");
  fn.block("complain");
  fn.line("call void @nb_entry_complain(ptr %env)");
  fn.line("ret ptr null");
  fn.end();
}

export function defineCreate(module: EntryModule, spec: EntrySpec, triple: string, needs: Needs): void {
  defineDispose(module, spec);
  defineComplain(module);
  defineCreateFunction(module, spec, needs);

  const fn = new EntryFunction(
    module,
    `define dllexport ptr @napi_register_module_v1(ptr %env, ptr %exports) ${module.seldom}`,
  );
  if (looksUpNodeApi(triple)) {
    fn.branchIf(fn.value(`xor i1 ${fn.value("call i1 @nb_entry_bind()")}, true`), "fail");
    // Linkers for Windows want to see this wherever there is floating point.
    module.global("@_fltused = constant i32 0");
  }
  const create = fn.slot("ptr", "create");
  const name = module.string("create");
  fn.check("fail", "napi_create_function", name, AUTO_LENGTH, "@nb_entry_create", "null", create);
  fn.check("fail", "napi_set_named_property", "%exports", name, fn.load("ptr", create));
  fn.line("ret ptr %exports");
  fn.block("fail");
  fn.line("ret ptr null");
  fn.end();
}
