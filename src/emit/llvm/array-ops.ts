/**
 * Templates of locals, arrays and memory.
 *
 * Elements are accessed with their natural alignment, which typed arrays guarantee, and without type-based alias
 * information: arrays of different kinds may lie on one buffer. Lengths are never negative, which lets an i32 index be
 * checked by one unsigned comparison at 32 bits.
 */
import type { InstOf, OpName, ValueId } from "../../ir/ops.ts";
import { elementOf, isArrayType } from "../../ir/types.ts";
import { remembered } from "../../source/remembered.ts";
import { ELEMENTS, type ElementKind } from "../../types/elements.ts";
import { BLOCK_DATA_OFFSET, contextField, OWNER } from "./context.ts";
import { type ArrayParts, alignOf, type FunctionText, type Node, scalarType } from "./function-text.ts";
import { NON_NEGATIVE, tableSymbol } from "./module-text.ts";
import type { Templates } from "./template.ts";

/** An element in memory, and how it becomes the scalar that `load` gives ("" when it is that already). */
interface MemoryElement {
  readonly type: string;
  readonly extend: "" | "sext" | "zext";
}

const MEMORY: { readonly [K in ElementKind]: MemoryElement } = {
  int8: { type: "i8", extend: "sext" },
  uint8: { type: "i8", extend: "zext" },
  uint8c: { type: "i8", extend: "zext" },
  int16: { type: "i16", extend: "sext" },
  uint16: { type: "i16", extend: "zext" },
  int32: { type: "i32", extend: "" },
  uint32: { type: "i32", extend: "zext" },
  float32: { type: "float", extend: "" },
  float64: { type: "double", extend: "" },
  bigint64: { type: "i64", extend: "" },
  biguint64: { type: "i64", extend: "" },
};

function elementKind(array: ArrayParts): ElementKind {
  if (!isArrayType(array.type)) throw new Error(`${array.type} is no array: the IR wasn't verified`);
  return elementOf(array.type);
}

/** Operand `i`, an integer, as an i64. */
function wideIndex(f: FunctionText, inst: Node, i: number): string {
  return f.argType(inst, i) === "i64" ? f.arg(inst, i) : f.temp(`sext i32 ${f.arg(inst, i)} to i64`);
}

/** `within`: the index is in bounds for certain, so not negative. */
function elementAddress(f: FunctionText, array: ArrayParts, index: string, within: boolean): string {
  return f.temp(
    `getelementptr inbounds ${within ? "nuw " : ""}${MEMORY[elementKind(array)].type}, ptr ${array.data}, i64 ${index}`,
  );
}

/** The address of the element, after the check that the op asks for. */
function access(f: FunctionText, inst: InstOf<"load"> | InstOf<"store">): string {
  const array = f.array(inst, 0);
  if (inst.bounds !== "checked") return elementAddress(f, array, wideIndex(f, inst, 1), inst.bounds === "proved");
  const narrow = f.argType(inst, 1) === "i32";
  const length = narrow ? array.length : f.temp(`zext nneg i32 ${array.length} to i64`);
  const good = f.temp(`icmp ult ${narrow ? "i32" : "i64"} ${f.arg(inst, 1)}, ${length}`);
  const wide = wideIndex(f, inst, 1);
  const failure = f.runtimeText("void", "fail.index", [
    ["ptr", "%cx"],
    ["i32", String(inst.site)],
    ["i64", wide],
    ["i32", array.length],
  ]);
  f.check(good, failure);
  return elementAddress(f, array, wide, true);
}

function load(f: FunctionText, inst: InstOf<"load">): void {
  const elem = elementKind(f.array(inst, 0));
  const { type, extend } = MEMORY[elem];
  if (f.lookups.has(inst.id)) {
    const array = f.array(inst, 0);
    const table = f.temp(`ptrtoint ptr ${array.data} to i64`);
    const length = f.temp(`zext nneg i32 ${array.length} to i64`);
    const index = f.temp(`trunc ${f.argType(inst, 1)} ${f.arg(inst, 1)} to i8`);
    const element = f.temp(f.module.lookup(table, length, index));
    f.define(inst, `${extend} i8 ${element} to ${scalarType(inst.type)}`);
    return;
  }
  const text = `load ${type}, ptr ${access(f, inst)}, align ${ELEMENTS[elem].size}`;
  if (extend === "") f.define(inst, text);
  else f.define(inst, `${extend} ${type} ${f.temp(text)} to ${scalarType(inst.type)}`);
}

function store(f: FunctionText, inst: InstOf<"store">): void {
  const elem = elementKind(f.array(inst, 0));
  const { type } = MEMORY[elem];
  const address = access(f, inst);
  const given = f.argType(inst, 2);
  const value = given === type ? f.arg(inst, 2) : f.temp(`trunc ${given} ${f.arg(inst, 2)} to ${type}`);
  f.line(`store ${type} ${value}, ptr ${address}, align ${ELEMENTS[elem].size}`);
}

/** As many instructions as an index is made of at most, where it is looked into. */
const MAX_INDEX = 64;

/** Is it an integer, NaN or infinite, whatever goes in? */
function isWhole(f: FunctionText, id: ValueId | undefined): boolean {
  let seen = 0;
  const is = remembered((value: ValueId | undefined): boolean => {
    if (++seen > MAX_INDEX) return false;
    const inst = f.definition(value);
    switch (inst?.op) {
      case "ffloor":
      case "fceil":
      case "ftrunc":
      case "fround":
      case "sitofp":
        return true;
      case "const":
        return Number.isInteger(inst.value);
      case "fmin":
      case "fmax":
      case "fneg":
      case "fabs":
        return inst.args.every(is);
      // Doubles are too far apart for fractions long before sums are rounded. Relaxed ones may be made of other things.
      case "fadd":
      case "fsub":
      case "fmul":
        return inst.fast.length === 0 && inst.args.every(is);
      case "select":
        return inst.args.slice(1).every(is);
      default:
        return false;
    }
  });
  return is(id);
}

/**
 * A conversion that overflows gives poison; frozen, it is some integer, and the comparison with the double refuses every
 * integer but the right one. −0 passes for 0, as in `a[-0]`.
 *
 * x86's conversion gives −2^31 for NaN and what doesn't fit, which is no index. Of a whole number the rest is right as it is.
 */
function toindex(f: FunctionText, inst: InstOf<"toindex">): void {
  const x = f.frozen("double", f.arg(inst, 0));
  const { length } = f.array(inst, 1);
  const failure = f.runtimeText("void", "fail.toindex", [
    ["ptr", "%cx"],
    ["i32", String(inst.site)],
    ["double", x],
    ["i32", length],
  ]);
  if (f.module.target.triple.startsWith("x86_64") && isWhole(f, inst.args[0])) {
    f.module.declare("declare i32 @llvm.x86.sse2.cvttsd2si(<2 x double>)");
    const vector = f.temp(`insertelement <2 x double> zeroinitializer, double ${x}, i32 0`);
    const index = f.temp(`call i32 @llvm.x86.sse2.cvttsd2si(<2 x double> ${vector})`);
    f.check(f.temp(`icmp ult i32 ${index}, ${length}`), failure);
    f.define(inst, `zext nneg i32 ${index} to i64`);
    return;
  }
  const index = f.temp(`freeze i32 ${f.temp(`fptosi double ${x} to i32`)}`);
  const within = f.temp(`icmp ult i32 ${index}, ${length}`);
  const again = f.temp(`sitofp i32 ${index} to double`);
  const exact = f.temp(`fcmp oeq double ${again}, ${x}`);
  f.check(f.temp(`and i1 ${within}, ${exact}`), failure);
  f.define(inst, `zext nneg i32 ${index} to i64`);
}

function tolength(f: FunctionText, inst: InstOf<"tolength">): void {
  const x = f.frozen("double", f.arg(inst, 0));
  const low = f.temp(`fcmp ogt double ${x}, -1.0`);
  const high = f.temp(`fcmp olt double ${x}, 2147483648.0`);
  const nan = f.temp(`fcmp uno double ${x}, 0.0`);
  const inside = f.temp(`and i1 ${low}, ${high}`);
  f.check(f.temp(`or i1 ${inside}, ${nan}`), f.failure(inst.site, x));
  const number = f.temp(`select i1 ${nan}, double 0.0, double ${x}`);
  f.define(inst, `zext nneg i32 ${f.temp(`fptosi double ${number} to i32`)} to i64`);
}

/**
 * The block goes into the arena's list here and not in @nb.array.new, so that LLVM sees its address escape: what comes
 * back from there is otherwise memory that nobody else knows, and the release might move before the last access.
 */
function newArray(f: FunctionText, inst: InstOf<"array.new">): void {
  const length = f.arg(inst, 0);
  const asDouble = f.temp(`sitofp i64 ${length} to double`);
  const failure = f.failure(inst.site, asDouble);
  f.check(f.temp(`icmp ult i64 ${length}, ${2 ** 31}`), failure);
  const bytes = f.temp(`mul nuw nsw i64 ${length}, ${ELEMENTS[inst.elem].size}`);
  const args = [["ptr", "%cx"] as const, ["i64", bytes] as const];
  const arena = f.temp(contextField("arena"));
  if (f.module.returned.has(inst)) {
    const data = f.temp(f.runtimeText("noalias ptr", "array.buffer", args));
    f.check(f.temp(`icmp ne ptr ${data}, null`), failure);
    const newest = f.temp(`load ptr, ptr ${arena}, align 8`);
    f.alias(inst, data, f.temp(`trunc nuw nsw i64 ${length} to i32`), f.temp(`ptrtoint ptr ${newest} to i64`));
    return;
  }
  const header = f.temp(f.runtimeText("noalias ptr", "array.new", args));
  f.check(f.temp(`icmp ne ptr ${header}, null`), failure);
  f.line(`store ptr ${header}, ptr ${arena}, align 8`);
  const data = f.temp(`getelementptr inbounds nuw i8, ptr ${header}, i64 ${BLOCK_DATA_OFFSET}`);
  f.alias(inst, data, f.temp(`trunc nuw nsw i64 ${length} to i32`), f.temp(`ptrtoint ptr ${header} to i64`));
}

/** Zeroed where it is made, not where the frame is: it may be made again and again. */
function frameArray(f: FunctionText, inst: InstOf<"array.frame">): void {
  const bytes = inst.count * ELEMENTS[inst.elem].size;
  const align = bytes < 64 ? 16 : 64;
  const data = f.slot(`%v${inst.id}.data`, `[${inst.count} x ${MEMORY[inst.elem].type}]`, align);
  f.module.declare("declare void @llvm.memset.p0.i64(ptr, i8, i64, i1)");
  f.line(`call void @llvm.memset.p0.i64(ptr align ${align} ${data}, i8 0, i64 ${bytes}, i1 false)`);
  f.alias(inst, data, String(inst.count), String(OWNER.none));
}

function view(f: FunctionText, inst: InstOf<"array.view">): void {
  const array = f.array(inst, 0);
  const [begin, end] = [wideIndex(f, inst, 1), wideIndex(f, inst, 2)];
  const length = f.temp(`sub nuw nsw i64 ${end}, ${begin}`);
  const data = elementAddress(f, array, begin, true);
  f.alias(inst, data, f.temp(`trunc nuw nsw i64 ${length} to i32`), f.temp(`or i64 ${array.owner}, ${OWNER.view}`));
}

/** Empty arrays share nothing, wherever they begin. */
function overlaps(f: FunctionText, inst: InstOf<"array.overlaps">): void {
  const [a, b] = [f.array(inst, 0), f.array(inst, 1)].map((array) => {
    const begin = f.temp(`ptrtoint ptr ${array.data} to i64`);
    const wide = f.temp(`zext nneg i32 ${array.length} to i64`);
    const bytes = f.temp(`mul nuw nsw i64 ${wide}, ${ELEMENTS[elementKind(array)].size}`);
    return { begin, end: f.temp(`add nuw i64 ${begin}, ${bytes}`), length: array.length };
  });
  const tests = [
    `icmp ult i64 ${a?.begin}, ${b?.end}`,
    `icmp ult i64 ${b?.begin}, ${a?.end}`,
    `icmp ne i32 ${a?.length}, 0`,
    `icmp ne i32 ${b?.length}, 0`,
  ].map((test) => f.temp(test));
  f.alias(
    inst,
    tests.reduce((left, right) => f.temp(`and i1 ${left}, ${right}`)),
  );
}

function same(f: FunctionText, inst: InstOf<"array.same">): void {
  const [a, b] = [f.typed(inst, 0), f.typed(inst, 1)];
  const tests = a.map(([type, value], k) => f.temp(`icmp eq ${type} ${value}, ${b[k]?.[1] ?? "poison"}`));
  f.alias(
    inst,
    tests.reduce((left, right) => f.temp(`and i1 ${left}, ${right}`)),
  );
}

/** The owners of the arrays that are kept go as a table on the stack. */
function release(f: FunctionText, inst: InstOf<"arena.release">): void {
  const mark = f.typed(inst, 0);
  const kept = inst.args.slice(1).map((_, i) => f.array(inst, i + 1).owner);
  if (kept.length === 0) {
    f.line(f.runtimeText("void", "arena.release", [["ptr", "%cx"], ...mark]));
    return;
  }
  const owners = f.scratch(`[${kept.length} x i64]`);
  for (const [i, owner] of kept.entries())
    f.line(`store i64 ${owner}, ptr ${f.temp(`getelementptr inbounds i64, ptr ${owners}, i64 ${i}`)}, align 8`);
  f.line(f.runtimeText("void", "arena.keep", [["ptr", "%cx"], ...mark, ["ptr", owners], ["i64", String(kept.length)]]));
}

function table(f: FunctionText, inst: InstOf<"array.table">): void {
  const length = f.module.module.tables[inst.table]?.values.length;
  if (length === undefined) throw new Error(`no table ${inst.table}: the IR wasn't verified`);
  f.alias(inst, tableSymbol(inst.table), String(length), String(OWNER.none));
}

function getLocal(f: FunctionText, inst: InstOf<"local.get">): void {
  const { type } = f.local(inst.local);
  const parts = f.localParts(inst.local).map(([llvm, address]) => {
    const fact = llvm === "i32" && isArrayType(type) ? `, ${NON_NEGATIVE}` : "";
    return f.temp(`load ${llvm}, ptr ${address}, align ${alignOf(llvm)}${fact}`);
  });
  f.alias(inst, ...parts);
}

function setLocal(f: FunctionText, inst: InstOf<"local.set">): void {
  const values = f.typed(inst, 0);
  for (const [k, [llvm, address]] of f.localParts(inst.local).entries())
    f.line(`store ${llvm} ${values[k]?.[1] ?? "poison"}, ptr ${address}, align ${alignOf(llvm)}`);
}

export const ARRAY_OPS = {
  "local.get": getLocal,
  "local.set": setLocal,
  length: (f, inst) => f.alias(inst, f.array(inst, 0).length),
  load,
  store,
  toindex,
  tolength,
  "array.new": newArray,
  "array.frame": frameArray,
  "array.view": view,
  "array.overlaps": overlaps,
  "array.same": same,
  "array.table": table,
  "arena.mark": (f, inst) => {
    const newest = f.temp(`load ptr, ptr ${f.temp(contextField("arena"))}, align 8`);
    f.define(inst, `ptrtoint ptr ${newest} to i64`);
  },
  "arena.release": release,
} as const satisfies Partial<Templates<OpName>>;
