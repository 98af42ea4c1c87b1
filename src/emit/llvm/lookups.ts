/**
 * Bytes looked up by bytes, `out[i] = levels[image[i]]`. LLVM's vectoriser takes a vector of such indices apart and its elements
 * from memory one by one, which gains nothing. Processors with AVX-512 VBMI look up 64 of them in a table of 256 bytes at once:
 * such a read is a call here, of a function whose vector variant the vectoriser knows of.
 */
import type { Func, Local } from "../../ir/func.ts";
import type { Inst, InstOf, OpName, ValueId } from "../../ir/ops.ts";
import { copyInst, Definitions, FreshIds } from "../../ir/rewrite.ts";
import { elementOf, isArrayType } from "../../ir/types.ts";
import { mapBlocks, mapOwners } from "../../ir/walk.ts";
import { areApartIn, type Roots, rootsOf } from "../../passes/array-roots.ts";
import { Code } from "../../passes/code.ts";
import { remembered } from "../../source/remembered.ts";
import type { Target } from "../../targets/target.ts";
import { ELEMENTS, type ElementKind } from "../../types/elements.ts";

export function hasByteLookups({ triple, features, vectorWidth }: Target): boolean {
  const needed = ["+avx512vbmi", "+avx512bw", "+bmi2"];
  return triple.startsWith("x86_64") && vectorWidth === 512 && needed.every((feature) => features.includes(feature));
}

/** In a vector. */
const LANES = 64;

/** With nothing else but these and accesses to bytes in a row a loop is certain to become vectors, without which a call would be slower. */
const PLAIN: ReadonlySet<OpName> = new Set([
  "const",
  "local.get",
  "length",
  "add",
  "sub",
  "mul",
  "and",
  "or",
  "xor",
  "shl",
  "lshr",
  "ashr",
  "not",
  "sext",
  "zext",
  "trunc",
  "icmp",
  "select",
]);

/** A function with such loops cut into whole vectors and the rest, and the reads in the former. */
export interface WithLookups {
  readonly fn: Func;
  readonly lookups: ReadonlySet<ValueId>;
}

/**
 *   for %i = %from to %to {        if %to − %from >= 64 {
 *     out[%i] = t[image[%i]]         for %i = %from to %end { … }        %end = the last of whole vectors
 *   }                           →    $next = %end
 *                                  } else $next = %from
 *                                  for %i = $next to %to { … }
 *
 * The vectoriser makes scalar rounds of what remains, too, but with a call in each.
 */
export function cutLookups(fn: Func): WithLookups {
  const locals = [...fn.locals];
  const lookups = new Set<ValueId>();
  let cx: { readonly ids: FreshIds; readonly definitions: Definitions } | undefined;
  const visit = (inst: Inst): Inst | readonly Inst[] => {
    if (inst.op !== "for" || !looksUp(inst)) return mapBlocks(inst, (block) => mapOwners(block, visit));
    cx ??= { ids: new FreshIds(fn), definitions: new Definitions(fn) };
    const found = findLookups(fn, inst, cx.definitions);
    if (found.length === 0) return inst;
    for (const id of found) lookups.add(id);
    return cut(inst, cx.ids, cx.definitions, locals);
  };
  const body = mapOwners(fn.body, visit);
  return { fn: lookups.size === 0 ? fn : { ...fn, locals, body }, lookups };
}

function cut(loop: InstOf<"for">, ids: FreshIds, definitions: Definitions, locals: Local[]): readonly Inst[] {
  const [from = -1, to = -1] = loop.args;
  const type = definitions.typeOf(from) === "i64" ? "i64" : "i32";
  const next = ids.local();
  locals.push({ id: next, name: "", type });
  const code = new Code(ids, loop.loc);
  const wide = (id: ValueId): ValueId => (type === "i64" ? id : code.emit("sext", "i64", [id], {}));
  const constant = (value: bigint): ValueId => code.emit("const", "i64", [], { value });
  const start = wide(from);
  const count = code.emit("sub", "i64", [wide(to), start], { overflow: "wraps" });
  code.emit("local.set", "void", [from], { local: next });
  const isLong = code.emit("icmp", "i1", [count, constant(BigInt(LANES))], { pred: "sge" });
  const whole = code.emit("and", "i64", [count, constant(BigInt(-LANES))], {});
  const last = code.emit("add", "i64", [start, whole], { overflow: "wraps" });
  const end = type === "i64" ? last : code.emit("trunc", "i32", [last], {});
  const vectors = new Code(ids, loop.loc);
  vectors.insts.push({ ...loop, args: [from, end] });
  vectors.emit("local.set", "void", [end], { local: next });
  code.branch(isLong, { insts: vectors.insts });
  const first = code.emit("local.get", type, [], { local: next });
  code.insts.push(copyInst({ ...loop, args: [first, to] }, ids, (inst) => inst));
  return code.insts;
}

/** An innermost loop in which an element is an index? */
function looksUp({ body: { insts }, step }: InstOf<"for">): boolean {
  return step === 1 && insts.every(({ op }) => PLAIN.has(op) || op === "load" || op === "store") && hasLookups(insts);
}

function hasLookups(insts: readonly Inst[]): boolean {
  return insts.some((inst) => inst.op === "load" && elementAt(inst.args[1], insts) !== undefined);
}

/** The read that an index comes from, if it is an element as it is. */
function elementAt(index: ValueId | undefined, insts: readonly Inst[]): InstOf<"load"> | undefined {
  const inst = insts.find(({ id }) => id === index);
  if (inst?.op === "sext" || inst?.op === "zext") return elementAt(inst.args[0], insts);
  return inst?.op === "load" ? inst : undefined;
}

/** The lookups of a loop that will become vectors of bytes: all its reads by elements, or none. */
function findLookups(fn: Func, loop: InstOf<"for">, definitions: Definitions): readonly ValueId[] {
  const { insts } = loop.body;
  const made = new Map<ValueId, Inst>(insts.map((inst) => [inst.id, inst]));
  const accesses = insts.filter((inst) => inst.op === "load" || inst.op === "store");
  const stores = accesses.filter(({ op }) => op === "store");
  const isLookup = (inst: Inst): boolean => inst.op === "load" && elementAt(inst.args[1], insts) !== undefined;
  const elementsOf = (array = -1): ElementKind | undefined => {
    const type = definitions.typeOf(array);
    return type !== undefined && isArrayType(type) ? elementOf(type) : undefined;
  };
  const isOfBytes = (array: ValueId): boolean => {
    const elements = elementsOf(array);
    return elements !== undefined && ELEMENTS[elements].size === 1;
  };
  /** From 0 to 255? */
  const isByte = (index: ValueId): boolean => {
    const elements = elementsOf(elementAt(index, insts)?.args[0]);
    return elements === "uint8" || elements === "uint8c";
  };
  // Nothing in it sets a variable.
  const isInvariant = remembered((id: ValueId): boolean => {
    const inst = made.get(id);
    if (inst === undefined) return id !== loop.iv;
    return PLAIN.has(inst.op) && inst.args.every(isInvariant);
  });
  /** Does it go up by one from round to round? */
  const isNext = (id: ValueId): boolean => {
    const inst = made.get(id);
    if (inst === undefined) return id === loop.iv;
    const [a = -1, b = -1] = inst.args;
    if (inst.op === "sext" || inst.op === "zext" || inst.op === "trunc") return isNext(a);
    if (inst.op === "add" && isInvariant(a)) return isNext(b);
    return (inst.op === "add" || inst.op === "sub") && isNext(a) && isInvariant(b);
  };
  const isFit = (inst: InstOf<"load"> | InstOf<"store">): boolean => {
    const [array = -1, index = -1] = inst.args;
    if (inst.bounds === "checked" || !isInvariant(array) || !isOfBytes(array)) return false;
    if (isLookup(inst)) return isByte(index);
    // No round waits for what another one stores.
    return isNext(index) && !stores.some(({ args }) => args[0] === array && args[1] !== index);
  };
  if (stores.length === 0 || !accesses.every(isFit)) return [];
  const lookups = accesses.filter(isLookup);
  const rootsOfAll = (some: readonly Inst[]): Roots[] =>
    some.map(({ args: [array = -1] }) => rootsOf(array, definitions));
  const written = rootsOfAll(stores);
  const isKept = rootsOfAll(lookups).every((table) =>
    written.every((other) => areApartIn(fn, table, other, definitions)),
  );
  return isKept ? lookups.map(({ id }) => id) : [];
}

const SYMBOL = "nb.lookup";
const VARIANT = `${SYMBOL}.v64`;

/** What the vectoriser must find as it was emitted, and LLVM's other passes leave so. */
export const LOOKUP_SYMBOLS = [SYMBOL, VARIANT] as const;

/** It reads memory, whichever: a pointer as an argument would keep the vectoriser from it. */
const READS = "willreturn memory(read)";

/** The attribute of a call that tells the vectoriser of the variant. */
export const LOOKUP_VARIANT = `willreturn memory(read) "vector-function-abi-variant"="_ZGV_LLVM_N64uuv_${SYMBOL}(${VARIANT})"`;

export function lookupCall(table: string, length: string, index: string, attributes: string): string {
  return `call i8 @${SYMBOL}(i64 ${table}, i64 ${length}, i8 ${index}) ${attributes}`;
}

/**
 * Of the table's 256 bytes those are read that it has. The index is below the length; the scalar function looks at both, though,
 * since LLVM leaves out what a function makes no use of, in calls that become the variant's.
 */
export function lookupText(attributes: string): string {
  const parts = [0, 64, 128, 192].map((first, k) => {
    return `  %at${k} = getelementptr i8, ptr %data, i64 ${first}
  %rest${k} = call i64 @llvm.usub.sat.i64(i64 %length, i64 ${first})
  %count${k} = call i64 @llvm.umin.i64(i64 %rest${k}, i64 64)
  %bits${k} = call i64 @llvm.x86.bmi.bzhi.64(i64 -1, i64 %count${k})
  %mask${k} = bitcast i64 %bits${k} to <64 x i1>
  %part${k} = call <64 x i8> @llvm.masked.load.v64i8.p0(ptr %at${k}, i32 1, <64 x i1> %mask${k}, <64 x i8> zeroinitializer)
`;
  });
  return `define internal i8 @${SYMBOL}(i64 %table, i64 %length, i8 %index) noinline ${READS} ${attributes} {
  %data = inttoptr i64 %table to ptr
  %wide = zext i8 %index to i64
  %within = call i64 @llvm.umin.i64(i64 %wide, i64 %length)
  %at = getelementptr i8, ptr %data, i64 %within
  %element = load i8, ptr %at, align 1
  ret i8 %element
}

define internal <64 x i8> @${VARIANT}(i64 %table, i64 %length, <64 x i8> %index) noinline ${READS} ${attributes} {
  %data = inttoptr i64 %table to ptr
${parts.join("")}  %low = call <64 x i8> @llvm.x86.avx512.vpermi2var.qi.512(<64 x i8> %part0, <64 x i8> %index, <64 x i8> %part1)
  %high = call <64 x i8> @llvm.x86.avx512.vpermi2var.qi.512(<64 x i8> %part2, <64 x i8> %index, <64 x i8> %part3)
  %is.high = icmp slt <64 x i8> %index, zeroinitializer
  %elements = select <64 x i1> %is.high, <64 x i8> %high, <64 x i8> %low
  ret <64 x i8> %elements
}
`;
}

export const LOOKUP_DECLARATIONS = [
  "declare i64 @llvm.usub.sat.i64(i64, i64)",
  "declare i64 @llvm.umin.i64(i64, i64)",
  "declare i64 @llvm.x86.bmi.bzhi.64(i64, i64)",
  "declare <64 x i8> @llvm.masked.load.v64i8.p0(ptr, i32, <64 x i1>, <64 x i8>)",
  "declare <64 x i8> @llvm.x86.avx512.vpermi2var.qi.512(<64 x i8>, <64 x i8>, <64 x i8>)",
] as const;
