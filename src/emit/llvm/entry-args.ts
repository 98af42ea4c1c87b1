/**
 * Reading JavaScript's arguments: from napi_values to the entry function's LLVM arguments, each with the one Node-API call
 * that both reads and checks it.
 *
 * Nothing has run while arguments are being read, so whatever doesn't fit just leaves: `misfits`, `tooLong` and `large` collect the
 * places, and entry.ts turns them into statuses.
 */
import type { ElementKind } from "../../types/elements.ts";
import { ELEMENTS } from "../../types/elements.ts";
import { type ArgType, type EntrySpec, SMALL_INT } from "../../types/signature.ts";
import { parameterOwner } from "./context.ts";
import { FRAME, FRAME_ARRAY, FRAME_ARRAY_TYPE, frameType, INSTANCE } from "./entry-frame.ts";
import type { EntryFunction } from "./entry-text.ts";

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

/** napi_valuetype's napi_undefined. */
const NAPI_UNDEFINED = 0;

/** A jump out of the reading: from which block, and the argument's index. */
export interface Exit {
  readonly from: string;
  readonly site: number;
}

export interface ArrayArg {
  readonly data: string;
  /** i64. */
  readonly length: string;
  readonly elem: ElementKind;
}

export interface ReadArgs {
  /** With types, as a call takes them. */
  readonly llvmArgs: readonly string[];
  readonly arrays: readonly ArrayArg[];
  readonly misfits: readonly Exit[];
  readonly tooLong: readonly Exit[];
  readonly large: readonly Exit[];
}

export const MISFIT_LABEL = "misfit";
export const TOO_LONG_LABEL = "too_long";
export const LARGE_LABEL = "large";

/** How many array parameters the entry function has. */
export function arrayCount(spec: EntrySpec): number {
  return spec.captured.length + spec.args.filter((arg) => arg.kind === "array").length;
}

/**
 * Writes the reading of all arguments and captured arrays. `%argv`, `%instance` and `%frame` are at hand. In the background the captured
 * arrays come as arguments, too. A plain call's arrays are of their kinds already (emit/abi.ts), as Node-API takes long to tell.
 */
export function readArgs(fn: EntryFunction, spec: EntrySpec, comparesArrays: boolean): ReadArgs {
  const llvmArgs: string[] = [];
  const arrays: ArrayArg[] = [];
  const misfits: Exit[] = [];
  const tooLong: Exit[] = [];
  const large: Exit[] = [];
  const arrayTotal = arrayCount(spec);
  let functions = 0;

  const misfitIf = (condition: string, site: number): void => {
    misfits.push({ from: fn.branchIf(condition, MISFIT_LABEL), site });
  };
  const misfitUnlessOk = (status: string, site: number): void => {
    misfitIf(fn.value(`icmp ne i32 ${status}, 0`, "failed"), site);
  };
  const bound = (index: number): string => {
    const at = fn.value(`getelementptr inbounds ptr, ptr %instance, i32 ${INSTANCE.bound + index}`, "at");
    const reference = fn.load("ptr", at, "ref");
    const slot = fn.slot("ptr");
    misfitUnlessOk(fn.call("napi_get_reference_value", reference, slot), spec.args.length);
    return fn.load("ptr", slot, "bound");
  };

  const values: { readonly value: string; readonly owner: string }[] = [];
  /** One object given twice has one owner, so that `a === b` holds in the kernel as it does outside. */
  const ownerAmong = (value: string, elem: ElementKind, k: number): string => {
    let owner = `${parameterOwner(k)}`;
    for (const [i, other] of values.entries()) {
      if (arrays[i]?.elem !== elem) continue;
      const slot = fn.slot("i8");
      misfitUnlessOk(fn.call("napi_strict_equals", value, other.value, slot), spec.args.length);
      const same = fn.value(`icmp ne i8 ${fn.load("i8", slot)}, 0`, "same");
      owner = fn.value(`select i1 ${same}, i64 ${other.owner}, i64 ${owner}`, "owner");
    }
    return owner;
  };

  const readArray = (value: string, elem: ElementKind, site: number): void => {
    const [length, data] = [fn.slot("i64", "length"), fn.slot("ptr", "data")];
    const type = spec.background === undefined ? undefined : fn.slot("i32", "type");
    misfitUnlessOk(fn.call("napi_get_typedarray_info", value, type ?? "null", length, data, "null", "null"), site);
    if (type !== undefined) {
      misfitIf(fn.value(`icmp ne i32 ${fn.load("i32", type)}, ${TYPED_ARRAY_CODES[elem]}`, "other"), site);
    }
    const count = fn.load("i64", length, "count");
    const long = fn.value(`icmp ugt i64 ${count}, ${2 ** 31 - 1}`, "long");
    tooLong.push({ from: fn.branchIf(long, TOO_LONG_LABEL), site });
    const start = fn.load("ptr", data, "start");

    const k = arrays.length;
    for (const [field, text] of [
      [FRAME_ARRAY.value, `ptr ${value}`],
      [FRAME_ARRAY.data, `ptr ${start}`],
      [FRAME_ARRAY.length, `i64 ${count}`],
    ] as const) {
      const path = `i32 0, i32 ${FRAME.arrays}, i32 ${k}, i32 ${field}`;
      fn.line(`store ${text}, ptr ${fn.value(`getelementptr inbounds ${frameType(arrayTotal)}, ptr %frame, ${path}`)}`);
    }
    const owner = comparesArrays ? ownerAmong(value, elem, k) : `${parameterOwner(k)}`;
    arrays.push({ data: start, length: count, elem });
    values.push({ value, owner });
    llvmArgs.push(`ptr ${start}`, `i32 ${fn.value(`trunc nuw nsw i64 ${count} to i32`)}`, `i64 ${owner}`);
  };

  const given = (site: number): string =>
    fn.load("ptr", fn.value(`getelementptr inbounds ptr, ptr %argv, i32 ${site}`, "at"), "arg");

  const readArg = (arg: ArgType, site: number): void => {
    const value = given(site);
    switch (arg.kind) {
      case "float64":
      case "int32": {
        const slot = fn.slot("double");
        misfitUnlessOk(fn.call("napi_get_value_double", value, slot), site);
        const double = fn.load("double", slot, "double");
        if (arg.kind === "float64") {
          llvmArgs.push(`double ${double}`);
          return;
        }
        // Comparing bits, so that −0 and NaN don't pass for 0.
        fn.uses("declare i32 @llvm.fptosi.sat.i32.f64(double)");
        const int = fn.value(`call i32 @llvm.fptosi.sat.i32.f64(double ${double})`, "int");
        const back = fn.value(`bitcast double ${fn.value(`sitofp i32 ${int} to double`)} to i64`);
        const bits = fn.value(`bitcast double ${double} to i64`);
        misfitIf(fn.value(`icmp ne i64 ${back}, ${bits}`, "differs"), site);
        if (spec.smallInts) {
          // Within ±SMALL_INT: one unsigned comparison after a shift of the origin.
          const shifted = fn.value(`add i32 ${int}, ${SMALL_INT}`);
          large.push({ from: fn.branchIf(fn.value(`icmp ugt i32 ${shifted}, ${2 * SMALL_INT}`), LARGE_LABEL), site });
        }
        llvmArgs.push(`i32 ${int}`);
        return;
      }
      case "bool": {
        const slot = fn.slot("i8");
        misfitUnlessOk(fn.call("napi_get_value_bool", value, slot), site);
        llvmArgs.push(`i1 ${fn.value(`icmp ne i8 ${fn.load("i8", slot)}, 0`, "bool")}`);
        return;
      }
      case "int64":
      case "uint64": {
        const [slot, lossless] = [fn.slot("i64"), fn.slot("i8", "lossless")];
        const read = arg.kind === "int64" ? "napi_get_value_bigint_int64" : "napi_get_value_bigint_uint64";
        misfitUnlessOk(fn.call(read, value, slot, lossless), site);
        misfitIf(fn.value(`icmp eq i8 ${fn.load("i8", lossless)}, 0`, "lossy"), site);
        const bits = fn.load("i64", slot, "bigint");
        // A small BigInt belongs to the int64 specialisation, whatever was compiled first.
        if (arg.kind === "uint64" && !spec.declared) misfitIf(fn.value(`icmp sge i64 ${bits}, 0`, "small"), site);
        llvmArgs.push(`i64 ${bits}`);
        return;
      }
      case "array":
        readArray(value, arg.elem, site);
        return;
      case "undefined": {
        const slot = fn.slot("i32");
        misfitUnlessOk(fn.call("napi_typeof", value, slot), site);
        misfitIf(fn.value(`icmp ne i32 ${fn.load("i32", slot)}, ${NAPI_UNDEFINED}`, "defined"), site);
        return;
      }
      case "function": {
        // The instance holds it weakly: once it is collected (null), nobody can pass it any more.
        const expected = bound(spec.captured.length + functions++);
        misfitIf(fn.value(`icmp eq ptr ${expected}, null`, "gone"), site);
        const slot = fn.slot("i8");
        misfitUnlessOk(fn.call("napi_strict_equals", value, expected, slot), site);
        misfitIf(fn.value(`icmp eq i8 ${fn.load("i8", slot)}, 0`, "another"), site);
        return;
      }
    }
  };

  spec.args.forEach(readArg);
  spec.captured.forEach(({ elem }, index) => {
    const site = spec.args.length + index;
    readArray(spec.background === undefined ? bound(index) : given(site), elem, site);
  });
  return { llvmArgs, arrays, misfits, tooLong, large };
}

/** Writes a jump to `label` when arrays that must not overlap do. Gives the blocks it jumps from. */
export function checkDisjoint(
  fn: EntryFunction,
  arrays: readonly ArrayArg[],
  pairs: EntrySpec["writtenPairs"],
  label: string,
): readonly string[] {
  const range = ({ data, length, elem }: ArrayArg) => {
    const begin = fn.value(`ptrtoint ptr ${data} to i64`, "begin");
    const bytes = fn.value(`mul nuw nsw i64 ${length}, ${ELEMENTS[elem].size}`, "bytes");
    return { begin, end: fn.value(`add nuw i64 ${begin}, ${bytes}`, "end"), bytes };
  };
  return pairs.flatMap(([i, j]) => {
    const [first, second] = [arrays[i], arrays[j]];
    if (first === undefined || second === undefined) throw new Error(`no array parameters ${i} and ${j}`);
    const [a, b] = [range(first), range(second)];
    // Empty arrays overlap nothing: begin < end of an empty one could still hold inside the other.
    const conditions = [
      `icmp ult i64 ${a.begin}, ${b.end}`,
      `icmp ult i64 ${b.begin}, ${a.end}`,
      `icmp ne i64 ${a.bytes}, 0`,
      `icmp ne i64 ${b.bytes}, 0`,
    ].map((text) => fn.value(text));
    const overlaps = conditions.reduce((left, right) => fn.value(`and i1 ${left}, ${right}`, "overlaps"));
    return [fn.branchIf(overlaps, label)];
  });
}

/** The frame's array number `%k`, for code that sees the frame with an unknown number of them. */
export function frameArray(index: string): string {
  return `getelementptr inbounds %nb_entry_frame, ptr %frame, i32 0, i32 ${FRAME.arrays}, i64 ${index}`;
}

export function frameArrayField(array: string, field: keyof typeof FRAME_ARRAY): string {
  return `getelementptr inbounds ${FRAME_ARRAY_TYPE}, ptr ${array}, i32 0, i32 ${FRAME_ARRAY[field]}`;
}
