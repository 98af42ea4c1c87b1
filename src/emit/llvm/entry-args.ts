/**
 * Reading JavaScript's arguments: to the entry function's LLVM arguments, from `state`, where a plain call has left its numbers, and
 * from napi_values, each with the one Node-API call that both reads and checks it.
 *
 * The support library has a reader for each kind; a kernel's entry point calls them in order. Nothing has run while arguments are
 * being read, so whatever doesn't fit just leaves, with a status and the argument's number.
 */
import type { ElementKind } from "../../types/elements.ts";
import { ELEMENTS } from "../../types/elements.ts";
import { type ArgType, type EntrySpec, SHORT_ARRAY, SMALL_INT } from "../../types/signature.ts";
import { passedWords, STATUS } from "../abi.ts";
import { parameterOwner } from "./context.ts";
import { frameArray, frameArrayField, INSTANCE } from "./entry-frame.ts";
import { type Exits, instanceField, stateWord } from "./entry-leave.ts";
import type { EntryFunction, EntryModule } from "./entry-text.ts";

/** napi_typedarray_type. */
export const TYPED_ARRAY_CODES: { readonly [K in ElementKind]: number } = {
  int8: 0,
  uint8: 1,
  uint8c: 2,
  int16: 3,
  uint16: 4,
  int32: 5,
  uint32: 6,
  float32: 7,
  float64: 8,
  bigint64: 9,
  biguint64: 10,
};
/** For an array whose kind is known. */
const ANY_KIND = -1;

/** napi_valuetype's napi_undefined. */
const NAPI_UNDEFINED = 0;

// ── the support library's readers: they give 0, or the status to refuse with ──

function misfitIf(fn: EntryFunction, condition: string): void {
  fn.branchIf(condition, "misfit");
}

function misfitUnlessOk(fn: EntryFunction, status: string): void {
  misfitIf(fn, fn.value(`icmp ne i32 ${status}, 0`, "failed"));
}

function endReader(fn: EntryFunction, others: Readonly<Record<string, number>> = {}): void {
  fn.line(`ret i32 ${STATUS.ok}`);
  for (const [label, status] of Object.entries({ misfit: STATUS.misfit, ...others })) {
    fn.block(label);
    fn.line(`ret i32 ${status}`);
  }
  fn.end();
}

function defineReadInt32(module: EntryModule, small: boolean): void {
  const fn = module.defineShared(small ? "readSmallInt32" : "readInt32", module.attributes());
  // Comparing bits, so that −0 and NaN don't pass for 0.
  fn.uses("declare i32 @llvm.fptosi.sat.i32.f64(double)");
  const int = fn.value(`call i32 @llvm.fptosi.sat.i32.f64(double %number)`, "int");
  const back = fn.value(`bitcast double ${fn.value(`sitofp i32 ${int} to double`)} to i64`);
  misfitIf(fn, fn.value(`icmp ne i64 ${back}, ${fn.value("bitcast double %number to i64")}`, "differs"));
  if (small) {
    // Within ±SMALL_INT: one unsigned comparison after a shift of the origin.
    const shifted = fn.value(`add i32 ${int}, ${SMALL_INT}`);
    fn.branchIf(fn.value(`icmp ugt i32 ${shifted}, ${2 * SMALL_INT}`), "large");
  }
  fn.line(`store i32 ${int}, ptr %out`);
  endReader(fn, small ? { large: STATUS.large } : {});
}

function defineReadBigInt(module: EntryModule, signed: boolean): void {
  const fn = module.defineShared(signed ? "readInt64" : "readUint64", module.attributes());
  const lossless = fn.slot("i8", "lossless");
  const read = signed ? "napi_get_value_bigint_int64" : "napi_get_value_bigint_uint64";
  misfitUnlessOk(fn, fn.call(read, "%value", "%out", lossless));
  misfitIf(fn, fn.value(`icmp eq i8 ${fn.load("i8", lossless)}, 0`, "lossy"));
  if (!signed) misfitIf(fn, fn.value(`icmp ult i64 ${fn.load("i64", "%out")}, %least`, "small"));
  endReader(fn);
}

function defineReadUndefined(module: EntryModule): void {
  const fn = module.defineShared("readUndefined", module.attributes());
  const slot = fn.slot("i32");
  misfitUnlessOk(fn, fn.call("napi_typeof", "%value", slot));
  misfitIf(fn, fn.value(`icmp ne i32 ${fn.load("i32", slot)}, ${NAPI_UNDEFINED}`, "defined"));
  endReader(fn);
}

/** Asks for the kind only where it matters: Node-API takes long to tell. */
function defineReadArray(module: EntryModule): void {
  const fn = module.defineShared("readArray", module.attributes());
  const [type, length, data] = [fn.slot("i32", "type"), fn.slot("i64", "length"), fn.slot("ptr", "data")];
  const isKnown = fn.value(`icmp eq i32 %code, ${ANY_KIND}`, "is_known");
  fn.line(`store i32 ${ANY_KIND}, ptr ${type}`);
  const asked = fn.value(`select i1 ${isKnown}, ptr null, ptr ${type}`, "asked");
  misfitUnlessOk(fn, fn.call("napi_get_typedarray_info", "%value", asked, length, data, "null", "null"));
  misfitIf(fn, fn.value(`icmp ne i32 ${fn.load("i32", type)}, %code`, "other"));
  const count = fn.load("i64", length, "count");
  fn.branchIf(fn.value(`icmp ugt i64 ${count}, ${2 ** 31 - 1}`, "long"), "too_long");
  for (const [field, text] of [
    ["value", "ptr %value"],
    ["data", `ptr ${fn.load("ptr", data, "start")}`],
    ["length", `i64 ${count}`],
    ["bytes", `i64 ${fn.value(`mul nuw nsw i64 ${count}, %size`, "bytes")}`],
  ] as const) {
    fn.line(`store ${text}, ptr ${fn.value(frameArrayField("%array", field))}`);
  }
  endReader(fn, { too_long: STATUS.tooLong });
}

/** Reads the instance's bound value `%index`; null where it has been collected. */
function defineReadBound(module: EntryModule): void {
  const fn = module.defineShared("readBound", module.attributes());
  const references = fn.value(instanceField(INSTANCE.bound));
  const reference = fn.load("ptr", fn.value(`getelementptr inbounds ptr, ptr ${references}, i64 %index`), "ref");
  misfitUnlessOk(fn, fn.call("napi_get_reference_value", reference, "%out"));
  endReader(fn);
}

/** Is `%value` the bound function `%index`? */
function defineReadFunction(module: EntryModule): void {
  const fn = module.defineShared("readFunction", module.attributes());
  const [expected, same] = [fn.slot("ptr"), fn.slot("i8")];
  misfitUnlessOk(fn, fn.shared("readBound", "ptr %env", "ptr %instance", "i64 %index", `ptr ${expected}`));
  // The instance holds it weakly: once it is collected (null), nobody can pass it any more.
  const known = fn.load("ptr", expected);
  misfitIf(fn, fn.value(`icmp eq ptr ${known}, null`, "gone"));
  misfitUnlessOk(fn, fn.call("napi_strict_equals", "%value", known, same));
  misfitIf(fn, fn.value(`icmp eq i8 ${fn.load("i8", same)}, 0`, "another"));
  endReader(fn);
}

/** Do any two of the frame's arrays share memory, of `%count` pairs of their numbers? */
function defineOverlap(module: EntryModule): void {
  const fn = module.defineShared("overlap", module.attributes());
  fn.line("br label %each");
  fn.block("each");
  fn.line("%k = phi i64 [ 0, %start ], [ %k_next, %apart ]");
  fn.line(`br i1 ${fn.value("icmp eq i64 %k, %count")}, label %none, label %pair`);
  fn.block("pair");
  const pair = fn.value("getelementptr inbounds [2 x i32], ptr %pairs, i64 %k");
  const range = (side: number) => {
    const at = fn.value(`getelementptr inbounds [2 x i32], ptr ${pair}, i64 0, i64 ${side}`);
    const array = fn.value(frameArray(fn.value(`zext nneg i32 ${fn.load("i32", at)} to i64`)), "array");
    const begin = fn.load("i64", fn.value(frameArrayField(array, "data")), "begin");
    const bytes = fn.load("i64", fn.value(frameArrayField(array, "bytes")), "bytes");
    return { begin, end: fn.value(`add nuw i64 ${begin}, ${bytes}`, "end"), bytes };
  };
  const [a, b] = [range(0), range(1)];
  // Empty arrays overlap nothing: begin < end of an empty one could still hold inside the other.
  const conditions = [
    `icmp ult i64 ${a.begin}, ${b.end}`,
    `icmp ult i64 ${b.begin}, ${a.end}`,
    `icmp ne i64 ${a.bytes}, 0`,
    `icmp ne i64 ${b.bytes}, 0`,
  ].map((text) => fn.value(text));
  const overlaps = conditions.reduce((left, right) => fn.value(`and i1 ${left}, ${right}`, "overlaps"));
  fn.line(`br i1 ${overlaps}, label %some, label %apart`);
  fn.block("apart");
  fn.line("%k_next = add nuw nsw i64 %k, 1");
  fn.line("br label %each");
  fn.block("none");
  fn.line("ret i1 false");
  fn.block("some");
  fn.line("ret i1 true");
  fn.end();
}

export function defineReaders(module: EntryModule): void {
  defineReadInt32(module, false);
  defineReadInt32(module, true);
  defineReadBigInt(module, true);
  defineReadBigInt(module, false);
  defineReadUndefined(module);
  defineReadArray(module);
  defineReadBound(module);
  defineReadFunction(module);
  defineOverlap(module);
}

// ── a kernel's own part ──

/** How many array parameters the entry function has. */
export function arrayCount(spec: EntrySpec): number {
  return spec.captured.length + spec.args.filter((arg) => arg.kind === "array").length;
}

/** How many arguments a plain call is given, beside the numbers. */
export function givenCount(spec: EntrySpec): number {
  return spec.args.length - passedWords(spec).filter((word) => word !== undefined).length;
}

/**
 * Writes the reading of all arguments and captured arrays; gives the values with their types, as a call takes them. `%argv`, `%instance`
 * and `%frame` are at hand. In the background the captured arrays come as arguments, too. A plain call's arrays are of their
 * kinds already (emit/abi.ts).
 */
export function readArgs(fn: EntryFunction, spec: EntrySpec, comparesArrays: boolean, exits: Exits): readonly string[] {
  const llvmArgs: string[] = [];
  const arrays: { readonly value: string; readonly owner: string; readonly elem: ElementKind }[] = [];
  let functions = 0;

  const misfitUnlessOk = (status: string, site: number): void => {
    exits.leaveIf(fn.value(`icmp ne i32 ${status}, 0`, "failed"), STATUS.misfit, site);
  };
  const bound = (index: number): string => {
    const slot = fn.slot("ptr");
    const status = fn.shared("readBound", "ptr %env", "ptr %instance", `i64 ${index}`, `ptr ${slot}`);
    exits.leaveUnlessOk(status, spec.args.length);
    return fn.load("ptr", slot, "bound");
  };

  /** One object given twice has one owner, so that `a === b` holds in the kernel as it does outside. */
  const ownerAmong = (value: string, elem: ElementKind): string => {
    let owner = `${parameterOwner(arrays.length)}`;
    for (const other of arrays) {
      if (other.elem !== elem) continue;
      const slot = fn.slot("i8");
      misfitUnlessOk(fn.call("napi_strict_equals", value, other.value, slot), spec.args.length);
      const same = fn.value(`icmp ne i8 ${fn.load("i8", slot)}, 0`, "same");
      owner = fn.value(`select i1 ${same}, i64 ${other.owner}, i64 ${owner}`, "owner");
    }
    return owner;
  };

  const readArray = (value: string, elem: ElementKind, site: number): void => {
    const code = spec.background === undefined ? ANY_KIND : TYPED_ARRAY_CODES[elem];
    const array = fn.value(frameArray(arrays.length), "array");
    const kind = [`i32 ${code}`, `i64 ${ELEMENTS[elem].size}`];
    exits.leaveUnlessOk(fn.shared("readArray", "ptr %env", `ptr ${value}`, ...kind, `ptr ${array}`), site);
    const data = fn.load("ptr", fn.value(frameArrayField(array, "data")), "data");
    const length = fn.value(`trunc nuw nsw i64 ${fn.load("i64", fn.value(frameArrayField(array, "length")))} to i32`);
    const owner = comparesArrays ? ownerAmong(value, elem) : `${parameterOwner(arrays.length)}`;
    arrays.push({ value, owner, elem });
    llvmArgs.push(`ptr ${data}`, `i32 ${length}`, `i64 ${owner}`);
  };

  const words = passedWords(spec);
  const given = (site: number): string => {
    const place = site - words.slice(0, site).filter((word) => word !== undefined).length;
    return fn.load("ptr", fn.value(`getelementptr inbounds ptr, ptr %argv, i32 ${place}`, "at"), "arg");
  };

  const readNumber = (site: number): string => {
    const word = words[site];
    if (word !== undefined) return fn.load("double", stateWord(fn, word), "number");
    const slot = fn.slot("double");
    misfitUnlessOk(fn.call("napi_get_value_double", given(site), slot), site);
    return fn.load("double", slot, "number");
  };

  const readArg = (arg: ArgType, site: number): void => {
    const scalar = (
      reader: "readInt32" | "readSmallInt32" | "readInt64" | "readUint64",
      type: string,
      ...from: string[]
    ) => {
      const slot = fn.slot(type);
      exits.leaveUnlessOk(fn.shared(reader, ...from, `ptr ${slot}`), site);
      llvmArgs.push(`${type} ${fn.load(type, slot)}`);
    };
    const value = (): string => `ptr ${given(site)}`;
    switch (arg.kind) {
      case "float64":
        llvmArgs.push(`double ${readNumber(site)}`);
        return;
      case "int32":
        scalar(spec.smallInts ? "readSmallInt32" : "readInt32", "i32", `double ${readNumber(site)}`);
        return;
      case "bool": {
        const slot = fn.slot("i8");
        misfitUnlessOk(fn.call("napi_get_value_bool", given(site), slot), site);
        llvmArgs.push(`i1 ${fn.value(`icmp ne i8 ${fn.load("i8", slot)}, 0`, "bool")}`);
        return;
      }
      case "int64":
        scalar("readInt64", "i64", "ptr %env", value());
        return;
      case "uint64":
        // A small BigInt belongs to the int64 specialisation, whatever was compiled first.
        scalar("readUint64", "i64", "ptr %env", value(), `i64 ${spec.declared ? 0n : BigInt.asIntN(64, 1n << 63n)}`);
        return;
      case "array":
        readArray(given(site), arg.elem, site);
        return;
      case "undefined":
        exits.leaveUnlessOk(fn.shared("readUndefined", "ptr %env", value()), site);
        return;
      case "function": {
        const index = `i64 ${spec.captured.length + functions++}`;
        exits.leaveUnlessOk(fn.shared("readFunction", "ptr %env", "ptr %instance", index, value()), site);
        return;
      }
    }
  };

  spec.args.forEach((arg, site) => {
    readArg(arg, site);
    // Of an array the last but one is its length.
    const number = llvmArgs.at(arg.kind === "array" ? -2 : -1) ?? "";
    const least = spec.least[site];
    if (least !== undefined) exits.leaveIf(fn.value(`icmp slt ${number}, ${least}`, "less"), STATUS.large, site);
    if (spec.shortArrays && arg.kind === "array")
      exits.leaveIf(fn.value(`icmp sgt ${number}, ${SHORT_ARRAY}`, "long"), STATUS.large, site);
  });
  spec.captured.forEach(({ elem }, index) => {
    const site = spec.args.length + index;
    readArray(spec.background === undefined ? bound(index) : given(site), elem, site);
  });
  return llvmArgs;
}

/** Leaves when arrays that must not overlap do. All have been read. */
export function checkDisjoint(fn: EntryFunction, pairs: EntrySpec["writtenPairs"], exits: Exits): void {
  if (pairs.length === 0) return;
  const rows = pairs.map((pair) => `[2 x i32] [${pair.map((k) => `i32 ${k}`).join(", ")}]`);
  const table = "@nb_entry_pairs";
  fn.global(`${table} = private unnamed_addr constant [${rows.length} x [2 x i32]] [${rows.join(", ")}]`);
  exits.leaveIf(fn.shared("overlap", "ptr %frame", `ptr ${table}`, `i64 ${rows.length}`), STATUS.overlap, 0);
}
