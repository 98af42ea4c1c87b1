/**
 * Making JavaScript values of the entry function's results.
 *
 * An array result is one of three things, told apart by its owner: a parameter (the very object goes back), a part of one
 * (its own `subarray` makes the view, so that a Node Buffer gives a Buffer and a shared buffer stays shared), or memory of
 * this call, which the engine must own before the call ends.
 *
 * Memory that the kernel made goes into an ArrayBuffer of the engine's. An external ArrayBuffer would save the copy, but
 * Node frees its memory only when the event loop turns: a loop that calls a kernel would keep every array ever returned.
 */
import type { IrType } from "../../ir/types.ts";
import { ELEMENTS } from "../../types/elements.ts";
import { type ResultType, TAGS } from "../../types/signature.ts";
import { PASSED } from "../abi.ts";
import { BLOCK_DATA_OFFSET, blockField, contextField, flattenType, OWNER } from "./context.ts";
import { TYPED_ARRAY_CODES } from "./entry-args.ts";
import { frameArray, frameArrayField } from "./entry-frame.ts";
import { stateWord } from "./entry-leave.ts";
import { EntryFunction, type EntryModule } from "./entry-text.ts";

/**
 * Above this size ArrayBuffers are made by the JavaScript constructor, which throws when memory is short;
 * napi_create_arraybuffer ends the process.
 */
const CONSTRUCT_FROM_BYTES = 1 << 20;

/** `i32 @nb_entry_buffer(ptr %env, i64 %bytes, ptr %data, ptr %value)`: a zeroed ArrayBuffer; 1 if there is none, perhaps with an exception pending. */
function defineBuffer(module: EntryModule): void {
  const fn = new EntryFunction(
    module,
    `define internal i32 @nb_entry_buffer(ptr %env, i64 %bytes, ptr %data, ptr %value) ${module.seldom}`,
  );
  const large = fn.label("large");
  fn.branchIf(fn.value(`icmp ugt i64 %bytes, ${CONSTRUCT_FROM_BYTES}`), large);
  fn.line(`ret i32 ${fn.call("napi_create_arraybuffer", "%bytes", "%data", "%value")}`);

  fn.block(large);
  const [reference, arrayBuffer, length, size] = [fn.slot("ptr"), fn.slot("ptr"), fn.slot("ptr"), fn.slot("i64")];
  fn.check("fail", "napi_get_instance_data", reference);
  fn.check("fail", "napi_get_reference_value", fn.load("ptr", reference), arrayBuffer);
  fn.check("fail", "napi_create_int64", "%bytes", length);
  fn.check("fail", "napi_new_instance", fn.load("ptr", arrayBuffer), "1", length, "%value");
  fn.check("fail", "napi_get_arraybuffer_info", fn.load("ptr", "%value"), "%data", size);
  // It was somebody else's when the addon was loaded if it gives less.
  fn.branchIf(fn.value(`icmp ult i64 ${fn.load("i64", size)}, %bytes`), "fail");
  fn.line("ret i32 0");
  fn.block("fail");
  fn.line("ret i32 1");
  fn.end();
}

/**
 * `ptr @nb_new_buffer_block(ptr %cx, i64 %bytes)`: a zeroed block, in the arena's list like any other, whose `data` field
 * points to its data; null when there is no memory. The data lies in an ArrayBuffer from the start, so that returning it
 * copies nothing (see escape.ts for which arrays that is). Away from the engine's thread (no `env` in the context) it is
 * an ordinary block.
 */
function defineNewBufferBlock(module: EntryModule): void {
  const fn = module.defineShared("newBufferBlock", module.seldom);
  const [data, value, ignored] = [fn.slot("ptr", "data"), fn.slot("ptr", "value"), fn.slot("ptr")];
  fn.line(`%env = load ptr, ptr ${fn.value(contextField("env"))}`);
  fn.uses("declare noalias ptr @calloc(i64, i64)");
  fn.uses("declare void @free(ptr)");
  fn.line(`br i1 ${fn.value("icmp eq ptr %env, null")}, label %away, label %engine`);

  fn.block("engine");
  fn.line(`%header = call ptr @calloc(i64 1, i64 ${BLOCK_DATA_OFFSET})`);
  fn.branchIf(fn.value("icmp eq ptr %header, null"), "none");
  const status = fn.value(`call i32 @nb_entry_buffer(ptr %env, i64 %bytes, ptr ${data}, ptr ${value})`);
  fn.branchIf(fn.value(`icmp ne i32 ${status}, 0`), "refused");
  const [inside, buffer] = [fn.load("ptr", data), fn.load("ptr", value)];
  const engineFrom = fn.current;
  fn.line("br label %link");

  fn.block("away");
  const size = fn.value(`add i64 %bytes, ${2 * BLOCK_DATA_OFFSET}`);
  fn.line(`%base = call ptr @calloc(i64 1, i64 ${size})`);
  fn.branchIf(fn.value("icmp eq ptr %base, null"), "none");
  fn.uses("declare ptr @llvm.ptrmask.p0.i64(ptr, i64)");
  const above = fn.value(`getelementptr i8, ptr %base, i64 ${BLOCK_DATA_OFFSET - 1}`);
  const aligned = fn.value(`call ptr @llvm.ptrmask.p0.i64(ptr ${above}, i64 ${-BLOCK_DATA_OFFSET})`);
  const behind = fn.value(`getelementptr i8, ptr ${aligned}, i64 ${BLOCK_DATA_OFFSET}`);
  const awayFrom = fn.current;
  fn.line("br label %link");

  fn.block("link");
  const either = (fromEngine: string, fromAway: string): string =>
    fn.value(`phi ptr [ ${fromEngine}, %${engineFrom} ], [ ${fromAway}, %${awayFrom} ]`);
  const fields = {
    block: either("%header", aligned),
    base: either("%header", "%base"),
    value: either(buffer, "null"),
    data: either(inside, behind),
  };
  const arena = fn.value(contextField("arena"));
  for (const [name, text] of [
    ["next", `ptr ${fn.load("ptr", arena)}`],
    ["value", `ptr ${fields.value}`],
    ["bytes", "i64 %bytes"],
    ["base", `ptr ${fields.base}`],
    ["data", `ptr ${fields.data}`],
  ] as const) {
    fn.line(`store ${text}, ptr ${fn.value(blockField(name, fields.block))}`);
  }
  fn.line(`store ptr ${fields.block}, ptr ${arena}`);
  fn.line(`ret ptr ${fields.block}`);

  fn.block("refused");
  // The kernel reports it with an error of its own.
  fn.call("napi_get_and_clear_last_exception", ignored);
  fn.line("call void @free(ptr %header)");
  fn.line("br label %none");
  fn.block("none");
  fn.line("ret ptr null");
  fn.end();
}

/** Everything that array results need, in the support library. */
export function defineArrayResults(module: EntryModule): void {
  defineBuffer(module);
  defineNewBufferBlock(module);
  defineArray(module);
  defineList(module);
}

/** `Array.from(typed)`: the JavaScript object of a plain array. */
function defineList(module: EntryModule): void {
  const fn = module.defineShared("makeList", module.seldom);
  const [global, array, from, argument] = [fn.slot("ptr"), fn.slot("ptr"), fn.slot("ptr"), fn.slot("ptr")];
  fn.check("fail", "napi_get_global", global);
  fn.check("fail", "napi_get_named_property", fn.load("ptr", global), module.string("Array"), array);
  const itself = fn.load("ptr", array);
  fn.check("fail", "napi_get_named_property", itself, module.string("from"), from);
  fn.line(`store ptr %typed, ptr ${argument}`);
  fn.line(`ret i32 ${fn.call("napi_call_function", itself, fn.load("ptr", from), "1", argument, "%out")}`);
  fn.block("fail");
  fn.line("ret i32 1");
  fn.end();
}

/** The JavaScript object of an array result. */
function defineArray(module: EntryModule): void {
  const fn = module.defineShared("makeArray", module.seldom);
  const long = fn.value("zext nneg i32 %length to i64", "long");
  const isView = fn.value(`icmp ne i64 ${fn.value(`and i64 %owner, ${OWNER.view}`)}, 0`, "is_view");
  const isParameter = fn.value(`icmp ne i64 ${fn.value(`and i64 %owner, ${OWNER.parameter}`)}, 0`, "is_parameter");
  fn.line(`br i1 ${isParameter}, label %parameter, label %memory`);

  fn.block("parameter");
  const array = fn.value(frameArray(fn.value("lshr i64 %owner, 2")), "array");
  const object = fn.load("ptr", fn.value(frameArrayField(array, "value")), "object");
  fn.line(`br i1 ${isView}, label %part, label %whole`);
  fn.block("whole");
  fn.line(`store ptr ${object}, ptr %out`);
  fn.line("ret i32 0");

  fn.block("part");
  const start = fn.load("ptr", fn.value(frameArrayField(array, "data")), "start");
  const distance = fn.value(
    `sub i64 ${fn.value("ptrtoint ptr %data to i64")}, ${fn.value(`ptrtoint ptr ${start} to i64`)}`,
    "distance",
  );
  const begin = fn.value(`ashr i64 ${distance}, %shift`, "begin");
  const range = fn.slot("[2 x ptr]", "range");
  const rangeEnd = fn.value(`getelementptr inbounds ptr, ptr ${range}, i32 1`);
  const method = fn.slot("ptr");
  fn.check("fail", "napi_create_int64", begin, range);
  fn.check("fail", "napi_create_int64", fn.value(`add i64 ${begin}, ${long}`), rangeEnd);
  fn.check("fail", "napi_get_named_property", object, module.string("subarray"), method);
  fn.line(`ret i32 ${fn.call("napi_call_function", object, fn.load("ptr", method), "2", range, "%out")}`);

  fn.block("memory");
  const block = fn.value(`inttoptr i64 ${fn.value("and i64 %owner, -4")} to ptr`, "block");
  const [buffer, copy] = [fn.slot("ptr", "buffer"), fn.slot("ptr", "copy")];
  const bytes = fn.value(`shl nuw nsw i64 ${long}, %shift`, "bytes");
  fn.line(`br i1 ${fn.value(`icmp eq ptr ${block}, null`)}, label %loose, label %owned`);
  fn.uses("declare void @llvm.memcpy.p0.p0.i64(ptr, ptr, i64, i1)");

  // A constant table, or an array local that was never set.
  fn.block("loose");
  const looseStatus = `call i32 @nb_entry_buffer(ptr %env, i64 ${bytes}, ptr ${copy}, ptr ${buffer})`;
  fn.branchIf(fn.value(`icmp ne i32 ${fn.value(looseStatus)}, 0`), "fail");
  fn.line(`call void @llvm.memcpy.p0.p0.i64(ptr ${fn.load("ptr", copy)}, ptr %data, i64 ${bytes}, i1 false)`);
  const looseBuffer = fn.load("ptr", buffer);
  const looseFrom = fn.current;
  fn.line("br label %view");

  fn.block("owned");
  const valueField = fn.value(blockField("value", block));
  const known = fn.load("ptr", valueField, "known");
  const outside = fn.load("ptr", fn.value(blockField("data", block)), "outside");
  const behind = fn.value(`getelementptr inbounds i8, ptr ${block}, i64 ${BLOCK_DATA_OFFSET}`, "behind");
  const home = fn.value(`select i1 ${fn.value(`icmp eq ptr ${outside}, null`)}, ptr ${behind}, ptr ${outside}`, "home");
  const offset = fn.value(
    `sub i64 ${fn.value("ptrtoint ptr %data to i64")}, ${fn.value(`ptrtoint ptr ${home} to i64`)}`,
    "offset",
  );
  const ownedFrom = fn.current;
  fn.line(`br i1 ${fn.value(`icmp eq ptr ${known}, null`)}, label %adopt, label %view`);

  fn.block("adopt");
  const size = fn.load("i64", fn.value(blockField("bytes", block)), "size");
  const adoptStatus = `call i32 @nb_entry_buffer(ptr %env, i64 ${size}, ptr ${copy}, ptr ${buffer})`;
  fn.branchIf(fn.value(`icmp ne i32 ${fn.value(adoptStatus)}, 0`), "fail");
  fn.line(`call void @llvm.memcpy.p0.p0.i64(ptr ${fn.load("ptr", copy)}, ptr ${home}, i64 ${size}, i1 false)`);
  const adopted = fn.load("ptr", buffer);
  fn.line(`store ptr ${adopted}, ptr ${valueField}`);
  const adoptFrom = fn.current;
  fn.line("br label %view");

  fn.block("view");
  const from = fn.value(
    `phi ptr [ ${looseBuffer}, %${looseFrom} ], [ ${known}, %${ownedFrom} ], [ ${adopted}, %${adoptFrom} ]`,
    "from",
  );
  const at = fn.value(`phi i64 [ 0, %${looseFrom} ], [ ${offset}, %${ownedFrom} ], [ ${offset}, %${adoptFrom} ]`, "at");
  fn.line(`ret i32 ${fn.call("napi_create_typedarray", "%type", long, from, at, "%out")}`);

  fn.block("fail");
  fn.line("ret i32 1");
  fn.end();
}

function toDouble(fn: EntryFunction, value: string, from: "i32" | "i64" | "f32" | "f64"): string {
  if (from === "f64") return value;
  return fn.value(from === "f32" ? `fpext float ${value} to double` : `sitofp ${from} ${value} to double`);
}

function makeNumber(
  fn: EntryFunction,
  value: string,
  from: "i32" | "i64" | "f32" | "f64",
  out: string,
  failLabel: string,
): void {
  if (from === "i32" || from === "i64") {
    fn.check(failLabel, from === "i32" ? "napi_create_int32" : "napi_create_int64", value, out);
    return;
  }
  const double = toDouble(fn, value, from);
  // Engines that box NaNs must never be given one with a payload.
  const isNumber = fn.value(`fcmp ord double ${double}, 0.0`);
  const plain = fn.value(`select i1 ${isNumber}, double ${double}, double 0x7FF8000000000000`);
  fn.check(failLabel, "napi_create_double", plain, out);
}

/** `napi_property_descriptor`: name, and value and attributes far behind it. */
const DESCRIPTOR = "{ ptr, ptr, ptr, ptr, ptr, ptr, i32, ptr }";
/** Writable, enumerable and configurable, as an object literal's are: defined, so that nothing on Object.prototype comes between. */
const ORDINARY_PROPERTY = 7;
/** Properties that are defined at once. Their descriptors are on the stack, in one place for all objects: nobody says how many those are. */
const AT_ONCE = 16;
const DESCRIPTORS = `[${AT_ONCE} x ${DESCRIPTOR}]`;

function defineProperties(
  fn: EntryFunction,
  object: string,
  names: readonly string[],
  values: readonly string[],
  descriptors: string,
  failLabel: string,
): void {
  for (let from = 0; from < values.length; from += AT_ONCE) {
    const some = values.slice(from, from + AT_ONCE);
    fn.line(`store [${some.length} x ${DESCRIPTOR}] zeroinitializer, ptr ${descriptors}`);
    for (const [i, value] of some.entries()) {
      const field = (at: number): string =>
        fn.value(`getelementptr inbounds ${DESCRIPTORS}, ptr ${descriptors}, i32 0, i32 ${i}, i32 ${at}`);
      fn.line(`store ptr ${fn.string(names[from + i] ?? "")}, ptr ${field(0)}`);
      fn.line(`store ptr ${value}, ptr ${field(5)}`);
      fn.line(`store i32 ${ORDINARY_PROPERTY}, ptr ${field(6)}`);
    }
    fn.check(failLabel, "napi_define_properties", object, String(some.length), descriptors);
  }
}

interface ArrayResult {
  readonly kind: "array" | "list";
  readonly elem: string;
  readonly data: string;
  readonly length: string;
  readonly owner: string;
  readonly value: string;
}

/**
 * Writes the making of the result; goes to `failLabel` when the engine refuses. `results` is the pointer to the struct of
 * type `struct`, whose fields are the flattened `types`. Gives the napi_value: null, which is
 * undefined, also for a number that is left in the `state`.
 */
export function makeResult(
  fn: EntryFunction,
  result: ResultType,
  types: readonly IrType[],
  results: { readonly struct: string; readonly pointer: string } | undefined,
  failLabel: string,
  number: "made" | "state",
): string {
  const fields = types.flatMap(flattenType);
  const arrays: ArrayResult[] = [];
  let next = 0;

  const field = (): string => {
    const type = fields[next] ?? "i64";
    if (results === undefined) throw new Error("a result without a value");
    const at = fn.value(`getelementptr inbounds ${results.struct}, ptr ${results.pointer}, i32 0, i32 ${next++}`);
    return fn.value(`load ${type}, ptr ${at}`, "result");
  };

  const makeArray = ({ kind, elem }: ResultType & { kind: "array" | "list" }): string => {
    const [data, length, owner] = [field(), field(), field()];
    const out = fn.slot("ptr", "out");
    // The same array twice in a tuple is the same object twice.
    const same = arrays.filter((other) => other.kind === kind && other.elem === elem);
    const done = fn.label("made");
    const known: string[] = [];
    for (const other of same) {
      const conditions = [
        `icmp eq ptr ${data}, ${other.data}`,
        `icmp eq i32 ${length}, ${other.length}`,
        `icmp eq i64 ${owner}, ${other.owner}`,
        `icmp eq i64 ${fn.value(`and i64 ${owner}, ${OWNER.view}`)}, 0`,
      ].map((text) => fn.value(text));
      const equal = conditions.reduce((left, right) => fn.value(`and i1 ${left}, ${right}`));
      known.push(`[ ${other.value}, %${fn.branchIf(equal, done)} ]`);
    }
    const args = [
      "ptr %env",
      "ptr %frame",
      `ptr ${data}`,
      `i32 ${length}`,
      `i64 ${owner}`,
      `i32 ${TYPED_ARRAY_CODES[elem]}`,
      `i64 ${Math.log2(ELEMENTS[elem].size)}`,
      `ptr ${out}`,
    ];
    const status = fn.shared("makeArray", ...args);
    fn.branchIf(fn.value(`icmp ne i32 ${status}, 0`), failLabel);
    let value = fn.load("ptr", out, "made");
    if (kind === "list") {
      const listStatus = fn.shared("makeList", "ptr %env", `ptr ${value}`, `ptr ${out}`);
      fn.branchIf(fn.value(`icmp ne i32 ${listStatus}, 0`), failLabel);
      value = fn.load("ptr", out, "list");
    }
    if (known.length > 0) {
      const from = fn.current;
      fn.line(`br label %${done}`);
      fn.block(done);
      value = fn.value(`phi ptr ${[...known, `[ ${value}, %${from} ]`].join(", ")}`, "made");
    }
    arrays.push({ kind, elem, data, length, owner, value });
    return value;
  };

  const made = (call: (out: string) => void): string => {
    const out = fn.slot("ptr", "out");
    call(out);
    return fn.load("ptr", out, "made");
  };

  let descriptors: string | undefined;
  const make = (type: ResultType): string => {
    switch (type.kind) {
      case "undefined":
        return type === result ? "null" : made((out) => fn.check(failLabel, "napi_get_undefined", out));
      case "bool": {
        const value = field();
        return made((out) => fn.check(failLabel, "napi_get_boolean", value, out));
      }
      case "int64":
      case "uint64": {
        const value = field();
        const create = type.kind === "int64" ? "napi_create_bigint_int64" : "napi_create_bigint_uint64";
        return made((out) => fn.check(failLabel, create, value, out));
      }
      case "number": {
        const value = field();
        if (type === result && number === "state") {
          fn.line(`store double ${toDouble(fn, value, type.from)}, ptr ${stateWord(fn, PASSED.result)}`);
          return "null";
        }
        return made((out) => makeNumber(fn, value, type.from, out, failLabel));
      }
      case "null":
        return made((out) => fn.check(failLabel, "napi_get_null", out));
      case "nullable": {
        const [tag, value] = [field(), field()];
        const when = (kind: keyof typeof TAGS, make: () => void): void =>
          fn.when(fn.value(`icmp eq i32 ${tag}, ${TAGS[kind]}`), make);
        return made((out) => {
          when("number", () => makeNumber(fn, value, type.from, out, failLabel));
          if (type.null) when("null", () => fn.check(failLabel, "napi_get_null", out));
          if (type.undefined) when("undefined", () => fn.check(failLabel, "napi_get_undefined", out));
        });
      }
      case "array":
      case "list":
        return makeArray(type);
      case "tuple": {
        const items = type.items.map(make);
        const tuple = made((out) => fn.check(failLabel, "napi_create_array_with_length", String(items.length), out));
        items.forEach((item, index) => {
          fn.check(failLabel, "napi_set_element", tuple, String(index), item);
        });
        return tuple;
      }
      case "record": {
        const items = type.items.map(make);
        const object = made((out) => fn.check(failLabel, "napi_create_object", out));
        descriptors ??= fn.slot(DESCRIPTORS, "properties");
        defineProperties(fn, object, type.names, items, descriptors, failLabel);
        return object;
      }
    }
  };
  return make(result);
}
