/**
 * One IR function to one LLVM function, by a table with a template per op: what the op says is all there is to decide.
 * context.ts has the calling convention.
 */
import type { Func } from "../../ir/func.ts";
import type { Block, Inst, OpName } from "../../ir/ops.ts";
import { isArrayType } from "../../ir/types.ts";
import { forEachInst, instsIn, isJump, opsIn } from "../../ir/walk.ts";
import { ARRAY_OPS } from "./array-ops.ts";
import { BIGINT_OPS } from "./bigint-ops.ts";
import { contextField, flattenType, functionSymbol, innerReturnType, innerSymbol, LLVM_SCALARS } from "./context.ts";
import { CONTROL_OPS } from "./control-ops.ts";
import { stubText } from "./entry-fallbacks.ts";
import { alignOf, FunctionText, slotType, type Typed, typedList } from "./function-text.ts";
import { cutLookups, hasByteLookups } from "./lookups.ts";
import type { ModuleText } from "./module-text.ts";
import { PARALLEL_OPS } from "./parallel-ops.ts";
import { SCALAR_OPS } from "./scalar-ops.ts";
import type { Template, Templates } from "./template.ts";

const TEMPLATES: Templates<OpName> = { ...SCALAR_OPS, ...BIGINT_OPS, ...ARRAY_OPS, ...CONTROL_OPS, ...PARALLEL_OPS };

function emitInst(f: FunctionText, inst: Inst): void {
  // The template of inst.op takes an inst of that op; tsc can't follow a table indexed by a union.
  const template = TEMPLATES[inst.op] as Template<OpName>;
  // Nearly always, and then without a closure for each instruction.
  if (!f.hasLocations) {
    template(f, inst as never, emitBlock);
    return;
  }
  const loop = inst.op === "for" || inst.op === "loop" ? inst.label : undefined;
  f.at(inst.loc, loop, () => template(f, inst as never, emitBlock));
}

/** Gives whether control reaches the block's end. */
function emitBlock(f: FunctionText, block: Block): boolean {
  const { insts } = block;
  for (let i = 0; i < insts.length; i++) {
    const inst = insts[i] as Inst;
    emitInst(f, inst);
    if (isJump(inst)) return false;
  }
  return true;
}

function hasLoop(fn: Func): boolean {
  const ops = opsIn(fn.body);
  return ops.has("loop") || ops.has("for");
}

/**
 * - What the entry point calls is not inlined there: its `noalias` parameters say more than the metadata that inlining
 *   would leave of them.
 * - A tail call would make endless recursion an endless loop instead of the stack's error.
 * - Vectors spilled around calls are kept aligned where there are loops to vectorise.
 */
function attributesOf(f: FunctionText): string {
  const { module, fn } = f;
  const own: string[] = [];
  if (f.results === "pointer" || fn.seldom || fn.separate) own.push("noinline");
  if (fn.seldom) own.push("optnone");
  if (fn.recursive) own.push('"disable-tail-calls"="true"');
  else if (module.target.vectorWidth === 512 && hasLoop(fn)) own.push("alignstack=64");
  return module.attributes(...own);
}

/** Only what the entry point passes, and what is passed on, is known to be disjoint; recursive calls may pass one array twice. */
function emitParams(f: FunctionText): string {
  const { fn } = f;
  const params = ["ptr noalias nonnull %cx"];
  for (const { id, type } of fn.params) {
    if (isArrayType(type)) {
      const parts = [`%v${id}.data`, `%v${id}.length`, `%v${id}.owner`] as const;
      const disjoint = fn.disjoint && (f.results === "pointer" || fn.separate) ? "noalias " : "";
      params.push(`ptr ${disjoint}${parts[0]}`, `i32 range(i32 0, -2147483648) ${parts[1]}`, `i64 ${parts[2]}`);
      f.bind(id, type, parts);
    } else {
      params.push(`${LLVM_SCALARS[type]} %v${id}`);
      f.bind(id, type, [`%v${id}`]);
    }
  }
  for (const id of fn.refs) params.push(`ptr nonnull %l${id}`);
  if (f.results === "pointer" && fn.results.length > 0) params.push("ptr noalias nonnull %results");
  return params.join(", ");
}

const ZERO: { readonly [type: string]: string } = { ptr: "null", i1: "false", float: "0.0", double: "0.0" };

/** Locals that live here start as zeros. */
function emitLocals(f: FunctionText): void {
  for (const local of f.fn.locals) {
    if (f.fn.refs.includes(local.id)) continue;
    f.slot(`%l${local.id}`, slotType(local.type), isArrayType(local.type) ? 8 : alignOf(LLVM_SCALARS[local.type]));
    for (const [type, address] of f.localParts(local.id))
      f.line(`store ${type} ${ZERO[type] ?? "0"}, ptr ${address}, align ${alignOf(type)}`);
  }
}

/**
 * JavaScript runs while a kernel logs, and what it does to the arrays is to be seen after that, as it sees what the kernel has stored before. LLVM
 * takes memory behind a `noalias` pointer for the function's own until the pointer is given away. Arrays stay apart from each other.
 */
function emitKnownOutside(f: FunctionText): void {
  for (const { id, type } of f.fn.params) {
    if (isArrayType(type)) f.line(`call void asm sideeffect "", "r,~{memory}"(ptr ${f.partsOf(id)[0]})`);
  }
}

/** The stack grows down: a frame below the limit is one too many. Reading the stack pointer needs no frame pointer. */
function emitStackCheck(f: FunctionText): void {
  const { stackSite } = f.module.module;
  if (!f.fn.recursive || stackSite === undefined) return;
  const top = f.temp(f.callText("ptr", "llvm.stacksave.p0", []));
  const limit = f.temp(`load ptr, ptr ${f.temp(contextField("stackLimit"))}, align 8`);
  f.check(f.temp(`icmp uge ptr ${top}, ${limit}`), f.failure(stackSite));
}

type Linkage = "internal" | "hidden";

function emitBody(
  module: ModuleText,
  whole: Func,
  results: "pointer" | "value",
  linkage: Linkage = "internal",
): string {
  const { fn, lookups } = hasByteLookups(module.target) ? cutLookups(whole) : { fn: whole };
  const f = new FunctionText(module, fn, results, lookups);
  const params = emitParams(f);
  emitLocals(f);
  emitStackCheck(f);
  if (module.logs) emitKnownOutside(f);
  if (emitBlock(f, fn.body)) {
    if (fn.results.length === 0) f.succeed([]);
    else f.line("unreachable");
  }
  const head =
    results === "pointer" ? `i32 ${functionSymbol(fn.name)}` : `${innerReturnType(fn.results)} ${innerSymbol(fn.name)}`;
  return `define ${linkage} ${head}(${params}) ${attributesOf(f)}${f.debugAttachment} ${f.body()}`;
}

/** The head of what stands for a function that is in another module. It keeps none of the pointers that it gets. */
function standInHead(f: FunctionText): string {
  const params = emitParams(f).replaceAll(/\bptr (?=[n%])/g, "ptr captures(none) ");
  return `${innerReturnType(f.fn.results)} ${innerSymbol(f.fn.name)}(${params}) ${attributesOf(f)}`;
}

/** What stands for a function of a module that is linked into the same addon. */
function emitDeclaration(module: ModuleText, fn: Func): string {
  return `declare hidden ${standInHead(new FunctionText(module, fn, "value"))}`;
}

/** What stands for the entry where its entry point is in another module. */
function emitEntryDeclaration(module: ModuleText, fn: Func): string {
  const f = new FunctionText(module, fn, "pointer");
  const params = emitParams(f);
  return `declare hidden i32 ${functionSymbol(fn.name)}(${params}) ${attributesOf(f)}`;
}

/** What stands for fallback number `index`, which is in another addon. */
function emitStub(module: ModuleText, fn: Func, index: number, linkage: Linkage): string {
  const f = new FunctionText(module, fn, "value");
  const head = standInHead(f);
  const args = typedList([["ptr", "%cx"], ...valuesOfParams(f)]);
  const fields = ["i32", ...fn.results.flatMap(flattenType)];
  return [`define ${linkage} ${head} {`, ...stubText(index, fields, args, module.shared("fallbacks")), "}", ""].join(
    "\n",
  );
}

function valuesOfParams(f: FunctionText): readonly Typed[] {
  return f.fn.params.flatMap(({ id, type: ir }) => {
    return flattenType(ir).map((llvm, k): Typed => [llvm, f.partsOf(id)[k] ?? "poison"]);
  });
}

/** What the entry point calls when IR functions call the entry too: passes on to the inner function. */
function emitAdapter(module: ModuleText, fn: Func, linkage: Linkage): string {
  const f = new FunctionText(module, fn, "pointer");
  const params = emitParams(f);
  const type = innerReturnType(fn.results);
  const args = typedList([["ptr", "%cx"], ...valuesOfParams(f)]);
  const answer = f.temp(`call ${type} ${innerSymbol(fn.name)}(${args})`);
  const results = fn.results.flatMap(flattenType).map((llvm, k): Typed => {
    return [llvm, f.temp(`extractvalue ${type} ${answer}, ${k + 1}`)];
  });
  f.storeResults(results);
  f.line(`ret i32 ${f.temp(`extractvalue ${type} ${answer}, 0`)}`);
  return `define ${linkage} i32 ${functionSymbol(fn.name)}(${params}) ${attributesOf(f)} ${f.body()}`;
}

/** What `parallel` calls: through the pool, as the entry point calls the kernel. */
function chunkFunctions(funcs: readonly Func[]): ReadonlySet<string> {
  const names = new Set<string>();
  for (const fn of funcs) {
    if (!opsIn(fn.body).has("parallel")) continue;
    forEachInst(fn.body, (inst) => {
      if (inst.op === "parallel") names.add(inst.callee);
    });
  }
  return names;
}

function isCalled(name: string, funcs: readonly Func[]): boolean {
  const calls = ({ body }: Func): boolean =>
    opsIn(body).has("call") && instsIn(body).some((inst) => inst.op === "call" && inst.callee === name);
  return funcs.some(calls);
}

/** What `names` call, directly or not, and they themselves; what `ends` call isn't followed. */
function reachedFrom(
  names: readonly string[],
  funcs: readonly Func[],
  ends: (fn: Func) => boolean = () => false,
): ReadonlySet<string> {
  const byName = new Map(funcs.map((fn) => [fn.name, fn]));
  const reached = new Set<string>();
  const visit = (name: string): void => {
    const fn = byName.get(name);
    if (fn === undefined || reached.has(name)) return;
    reached.add(name);
    const ops = opsIn(fn.body);
    if (ends(fn) || !(ops.has("call") || ops.has("parallel"))) return;
    forEachInst(fn.body, (inst) => {
      if (inst.op === "call" || inst.op === "parallel") visit(inst.callee);
    });
  };
  names.forEach(visit);
  return reached;
}

/** Where functions that are `separate` are: in this module, in another one of the addon, in another addon. */
export type Whereabouts = "here" | "linked" | "later";

/**
 * All functions of the module, the entry first, with what stands for those that are elsewhere. `alone`: the entry point is in another
 * module of the addon, with what `emitSeldom` gives.
 */
export function emitFunctions(
  module: ModuleText,
  separate: Whereabouts = "here",
  { alone = false } = {},
): readonly string[] {
  const { entry, funcs } = module.module;
  const linkage = alone ? "hidden" : "internal";
  const texts = isCalled(entry.name, [entry, ...funcs])
    ? [emitAdapter(module, entry, linkage), emitBody(module, entry, "value")]
    : [emitBody(module, entry, "pointer", linkage)];
  const chunks = chunkFunctions([entry, ...funcs]);
  const fallbacks = separateOf(funcs);
  const others = ofKernel(module, separate).map((fn) => {
    if (alone && isSeldom(fn, separate)) return emitDeclaration(module, fn);
    if (fn.separate && separate === "linked") return emitDeclaration(module, fn);
    if (fn.separate && separate === "later") return emitStub(module, fn, fallbacks.indexOf(fn), "internal");
    return emitBody(module, fn, chunks.has(fn.name) ? "pointer" : "value");
  });
  return [...texts, ...others];
}

/** Of the kernel's functions those that aren't worth optimising, for the module with the entry point. */
export function emitSeldom(module: ModuleText): readonly string[] {
  const { entry, funcs } = module.module;
  const fallbacks = separateOf(funcs);
  const texts = ofKernel(module, "later")
    .filter((fn) => isSeldom(fn, "later"))
    .map((fn) => {
      if (fn.separate) return emitStub(module, fn, fallbacks.indexOf(fn), "hidden");
      return emitBody(module, fn, "value", "hidden");
    });
  return [emitEntryDeclaration(module, entry), ...texts];
}

function isSeldom(fn: Func, separate: Whereabouts): boolean {
  return fn.seldom === true || (fn.separate === true && separate === "later");
}

/** The functions besides the entry that it reaches, or that something stands for. */
function ofKernel(module: ModuleText, separate: Whereabouts): readonly Func[] {
  const { entry, funcs } = module.module;
  const reached = reachedFrom([entry.name], [entry, ...funcs], (fn) => separate !== "here" && fn.separate === true);
  return funcs.filter((fn) => reached.has(fn.name));
}

/** In the order of their table, if they are in an addon of their own. */
export function separateOf(funcs: readonly Func[]): readonly Func[] {
  return funcs.filter((fn) => fn.separate);
}

/** The functions that are `separate`, with what they call. */
export function emitSeparate(module: ModuleText): readonly string[] {
  const { entry, funcs } = module.module;
  const all = [entry, ...funcs];
  const reached = reachedFrom(
    separateOf(funcs).map((fn) => fn.name),
    all,
  );
  const chunks = chunkFunctions(all);
  return all
    .filter((fn) => reached.has(fn.name))
    .map((fn) => emitBody(module, fn, chunks.has(fn.name) ? "pointer" : "value", fn.separate ? "hidden" : "internal"));
}
