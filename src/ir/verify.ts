/**
 * Checks that a module is well formed: every stage that makes IR may rely on what is checked here, and every pass is
 * followed by it in tests. It takes a module and gives the list of what is wrong, empty for good IR.
 *
 * Checked: operands and results against the op table; each value defined once, before its uses, and used only inside the
 * block that defines it or blocks nested there; jumps only as a block's last instruction and only to labels around them;
 * locals, callees, sites and tables that exist; calls and returns that fit; no fall off the end of a function with
 * results. Not checked: the promises (`proved`, `absent`), which only the interpreter can catch lying.
 */

import { MESSAGE_VALUES } from "../frontend/messages.ts";
import { ELEMENTS } from "../types/elements.ts";
import { ATTR_SPECS, ATTRS, attrOf, PREDICATES } from "./attributes.ts";
import { type Func, type Local, type MessageType, type Module, valuesOf } from "./func.ts";
import {
  type Block,
  type Inst,
  type LabelId,
  type LocalId,
  type OpName,
  type Pattern,
  ROWS,
  type ValueId,
} from "./ops.ts";
import { printInst } from "./print.ts";
import { elementOf, type IrType, isArrayType, isIntType, type ScalarType, storedScalar } from "./types.ts";
import { fallsThrough, forEachInst, isJump, nextIds } from "./walk.ts";

export type VerifyCode =
  | "operand-count"
  | "message-values"
  | "operand-type"
  | "result-type"
  | "attribute"
  | "use-before-definition"
  | "defined-twice"
  | "label"
  | "local"
  | "callee"
  | "call-arguments"
  | "return-values"
  | "site"
  | "table"
  | "after-jump"
  | "missing-return"
  | "function";

/** What the values of a message are passed as. */
const VALUE_TYPES: { readonly [K in MessageType]: ScalarType } = {
  number: "f64",
  boolean: "i1",
  int64: "i64",
  uint64: "i64",
};

export interface VerifyError {
  readonly code: VerifyCode;
  readonly func: string;
  /** The guilty instruction; undefined when the function as a whole is wrong. */
  readonly inst: Inst | undefined;
  readonly message: string;
}

export function verifyModule(module: Module): readonly VerifyError[] {
  const errors: VerifyError[] = [];
  const funcs = new Map<string, Func>();
  for (const fn of [module.entry, ...module.funcs]) {
    if (funcs.has(fn.name)) errors.push(ofFunc(fn, "function", "another function has this name"));
    funcs.set(fn.name, fn);
  }
  const chunks = new Set<string>();
  for (const fn of funcs.values())
    forEachInst(fn.body, (inst) => {
      if (inst.op === "parallel") chunks.add(inst.callee);
    });
  const { stackSite } = module;
  if (stackSite !== undefined && module.sites[stackSite]?.kind !== "stack")
    errors.push(ofFunc(module.entry, "site", `the stack site ${stackSite} is not one`));
  if (module.entry.refs.length > 0) errors.push(ofFunc(module.entry, "function", "the entry has refs"));
  for (const fn of funcs.values()) {
    if (fn.recursive && stackSite === undefined)
      errors.push(ofFunc(fn, "site", "a recursive function needs a stack site"));
    if (fn.disjoint && fn !== module.entry && !chunks.has(fn.name) && fn.separate !== true)
      errors.push(ofFunc(fn, "function", "only the entry, what runs chunks and what is separate may be disjoint"));
    new FuncVerifier(fn, module, funcs, errors).run();
  }
  return errors;
}

/** One line per error, for an internal-error report. */
export function renderVerifyError(error: VerifyError): string {
  const where = error.inst === undefined ? "" : ` in \`${printInst(error.inst)}\``;
  return `${error.func}: ${error.code}: ${error.message}${where}`;
}

function ofFunc(fn: Func, code: VerifyCode, message: string): VerifyError {
  return { code, func: fn.name, inst: undefined, message };
}

class FuncVerifier {
  readonly #fn: Func;
  readonly #module: Module;
  readonly #funcs: ReadonlyMap<string, Func>;
  readonly #errors: VerifyError[];
  readonly #locals = new Map<LocalId, Local>();
  /** Values visible at the instruction being checked. */
  readonly #scope = new Map<ValueId, IrType>();
  readonly #defined = new Set<ValueId>();
  readonly #usedLabels = new Set<LabelId>();
  /** Labels around the instruction, and whether `continue` may go there. */
  readonly #labels = new Map<LabelId, { readonly repeats: boolean }>();

  constructor(fn: Func, module: Module, funcs: ReadonlyMap<string, Func>, errors: VerifyError[]) {
    this.#fn = fn;
    this.#module = module;
    this.#funcs = funcs;
    this.#errors = errors;
  }

  run(): void {
    const fn = this.#fn;
    for (const p of fn.params) {
      if (this.#defined.has(p.id)) this.#errors.push(ofFunc(fn, "defined-twice", `parameter %${p.id}`));
      this.#defined.add(p.id);
      this.#scope.set(p.id, p.type);
    }
    for (const local of fn.locals) {
      if (this.#locals.has(local.id)) this.#errors.push(ofFunc(fn, "local", `$${local.id} is declared twice`));
      this.#locals.set(local.id, local);
    }
    for (const ref of fn.refs)
      if (!this.#locals.has(ref)) this.#errors.push(ofFunc(fn, "local", `ref $${ref} is not a local`));
    if (!Number.isSafeInteger(nextIds(fn).value)) this.#errors.push(ofFunc(fn, "function", "ids must be integers"));
    this.#block(fn.body);
    if (fn.results.length > 0 && fallsThrough(fn.body))
      this.#errors.push(ofFunc(fn, "missing-return", "control can reach the end without returning"));
  }

  #error(inst: Inst, code: VerifyCode, message: string): void {
    this.#errors.push({ code, func: this.#fn.name, inst, message });
  }

  /** `given`: what the block's owner defines in it. */
  #block(block: Block, ...given: readonly { readonly id: ValueId; readonly type: IrType }[]): void {
    const here: ValueId[] = [];
    for (const { id, type } of given) {
      this.#scope.set(id, type);
      here.push(id);
    }
    let jumped = false;
    for (const inst of block.insts) {
      if (jumped) this.#error(inst, "after-jump", "nothing may follow a jump in its block");
      jumped = isJump(inst);
      this.#inst(inst);
      this.#define(inst, inst.id);
      if (inst.type !== "void") {
        this.#scope.set(inst.id, inst.type);
        here.push(inst.id);
      }
    }
    for (const id of here) this.#scope.delete(id);
  }

  #define(inst: Inst, id: ValueId): void {
    if (this.#defined.has(id)) this.#error(inst, "defined-twice", `%${id} is already defined`);
    this.#defined.add(id);
  }

  #inst(inst: Inst): void {
    const types: IrType[] = [];
    for (const arg of inst.args) {
      const type = this.#scope.get(arg);
      if (type === undefined) {
        const why = this.#defined.has(arg) ? "is defined in a block that has ended" : "is not defined yet";
        this.#error(inst, "use-before-definition", `%${arg} ${why}`);
        return;
      }
      types.push(type);
    }
    this.#attributes(inst);
    if (this.#control(inst, types)) return;
    this.#patterns(inst, types);
    this.#special(inst, types);
  }

  /** Operands and result against the op's row. */
  #patterns(inst: Inst, types: readonly IrType[]): void {
    const row = ROWS[inst.op];
    if (types.length !== row.args.length) {
      this.#error(inst, "operand-count", `takes ${row.args.length} operands, has ${types.length}`);
      return;
    }
    const bound: Bound = { t: undefined, array: undefined };
    for (const [i, pattern] of row.args.entries()) {
      const type = types[i];
      if (type !== undefined && !matches(pattern, type, inst.op, bound))
        this.#error(
          inst,
          "operand-type",
          `operand ${i + 1} is ${type}, which is not ${describe(pattern, inst.op, bound)}`,
        );
    }
    const { result } = row;
    if (result === "void" ? inst.type !== "void" : inst.type === "void" || !matches(result, inst.type, inst.op, bound))
      this.#error(
        inst,
        "result-type",
        `gives ${inst.type}, which is not ${result === "void" ? "void" : describe(result, inst.op, bound)}`,
      );
  }

  /** What the patterns can't say. */
  #special(inst: Inst, types: readonly IrType[]): void {
    switch (inst.op) {
      case "const": {
        if (!constantFits(inst.type, inst.value))
          this.#error(inst, "attribute", `${String(inst.value)} is not a constant of type ${inst.type}`);
        return;
      }
      case "add":
      case "sub":
      case "mul":
        if (inst.overflow === "saturates" && inst.type !== "i64")
          this.#error(inst, "attribute", "only i64 arithmetic saturates");
        return;
      case "select":
        if (types[1] !== types[2] || types[1] !== inst.type)
          this.#error(inst, "operand-type", `chooses between ${types[1]} and ${types[2]} to give ${inst.type}`);
        return;
      case "array.overlaps":
      case "array.same":
        if (!types.every(isArrayType)) this.#error(inst, "operand-type", "takes two arrays");
        return;
      case "array.new":
      case "array.frame":
        if (inst.type !== `${inst.elem}[]`) this.#error(inst, "result-type", `makes ${inst.elem}[], not ${inst.type}`);
        return;
      case "array.table": {
        const table = this.#module.tables[inst.table];
        if (table === undefined) this.#error(inst, "table", `there is no table ${inst.table}`);
        else if (inst.type !== `${table.elem}[]`)
          this.#error(inst, "result-type", `table ${inst.table} is ${table.elem}[], not ${inst.type}`);
        return;
      }
      case "log":
        if (
          inst.bigints.length !== inst.args.length ||
          inst.parts.filter((p) => p === null).length !== inst.args.length
        )
          this.#error(inst, "attribute", "needs one null part and one sign per argument");
        return;
      case "math":
      case "math2":
        return;
      default:
    }
  }

  /** Checks an op that owns blocks, jumps, or touches locals; false for all others. */
  #control(inst: Inst, types: readonly IrType[]): boolean {
    switch (inst.op) {
      case "local.get":
      case "local.set": {
        const local = this.#local(inst, inst.local);
        const type = inst.op === "local.get" ? inst.type : types[0];
        if (local !== undefined && local.type !== type)
          this.#error(inst, "operand-type", `$${local.id} is ${local.type}, not ${type}`);
        this.#counts(inst, types, inst.op === "local.get" ? 0 : 1);
        if (inst.op === "local.set") this.#isVoid(inst);
        return true;
      }
      case "if":
        this.#patterns(inst, types);
        this.#block(inst.then);
        this.#block(inst.else);
        return true;
      case "block":
      case "loop":
        this.#patterns(inst, types);
        this.#labelled(inst, inst.label, inst.op === "loop", () => this.#block(inst.body));
        return true;
      case "for":
        this.#for(inst, types);
        return true;
      case "break":
      case "continue": {
        const target = this.#labels.get(inst.label);
        if (target === undefined) this.#error(inst, "label", `L${inst.label} is not around this instruction`);
        else if (inst.op === "continue" && !target.repeats)
          this.#error(inst, "label", `L${inst.label} is a block: it can't be continued`);
        this.#counts(inst, types, 0);
        this.#isVoid(inst);
        return true;
      }
      case "return":
        this.#same(inst, "return-values", types, this.#fn.results);
        this.#isVoid(inst);
        return true;
      case "throw":
        this.#message(inst, types);
        this.#isVoid(inst);
        return true;
      case "parallel":
        this.#parallel(inst, types);
        return true;
      case "call":
        this.#call(inst, types);
        return true;
      case "log":
        this.#isVoid(inst);
        this.#special(inst, types);
        return true;
      case "arena.release":
        this.#isVoid(inst);
        if (types[0] !== "i64") this.#error(inst, "operand-type", "takes what a mark gave first");
        if (!types.slice(1).every(isArrayType)) this.#error(inst, "operand-type", "keeps arrays only");
        return true;
      default:
        return false;
    }
  }

  #message(inst: Inst & { readonly op: "throw" }, types: readonly IrType[]): void {
    const site = this.#module.sites[inst.site];
    const wanted = site?.kind === "throw" ? valuesOf(site.message).map((type) => VALUE_TYPES[type]) : [];
    this.#same(inst, "message-values", types, wanted);
    if (types.length > MESSAGE_VALUES)
      this.#error(inst, "message-values", `a message has at most ${MESSAGE_VALUES} values`);
  }

  #for(inst: Inst & { readonly op: "for" }, types: readonly IrType[]): void {
    this.#patterns(inst, types);
    if (!Number.isInteger(inst.step) || inst.step === 0 || Math.abs(inst.step) > 2 ** 31 - 1)
      this.#error(inst, "attribute", `the step ${inst.step} is not a non-zero 32-bit integer`);
    for (const { local } of inst.parallel?.reductions ?? []) this.#local(inst, local);
    this.#define(inst, inst.iv);
    const iv = { id: inst.iv, type: types[0] ?? "i32" } as const;
    this.#labelled(inst, inst.label, true, () => this.#block(inst.body, iv));
  }

  #labelled(inst: Inst, label: LabelId, repeats: boolean, check: () => void): void {
    if (this.#usedLabels.has(label)) this.#error(inst, "label", `L${label} is already taken`);
    this.#usedLabels.add(label);
    this.#labels.set(label, { repeats });
    check();
    this.#labels.delete(label);
  }

  #parallel(inst: Inst & { readonly op: "parallel" }, types: readonly IrType[]): void {
    this.#isVoid(inst);
    const callee = this.#funcs.get(inst.callee);
    if (callee === undefined) {
      this.#error(inst, "callee", `there is no function ${inst.callee}`);
      return;
    }
    const [start = "i32", end, grain, most, ...captures] = types;
    if (start !== "i32" && start !== "i64") this.#error(inst, "operand-type", `counts in ${start}`);
    const counts = [end, grain, most].filter((t) => t !== undefined);
    this.#same(inst, "operand-type", counts, [start, "i64", "i64"]);
    if (!Number.isInteger(inst.step) || inst.step === 0 || Math.abs(inst.step) > 2 ** 31 - 1)
      this.#error(inst, "attribute", `the step ${inst.step} is not a non-zero 32-bit integer`);
    if (callee.refs.length > 0 || callee.recursive) this.#error(inst, "callee", `${inst.callee} can't run chunks`);
    this.#same(
      inst,
      "call-arguments",
      [start, start, "i1", ...captures],
      callee.params.map((p) => p.type),
    );
    this.#same(
      inst,
      "call-arguments",
      inst.into.map((id) => this.#local(inst, id)?.type ?? "i32"),
      callee.results,
    );
    if (inst.partials.length !== callee.results.length)
      this.#error(inst, "call-arguments", `names ${inst.partials.length} of ${callee.results.length} results`);
    for (const id of inst.partials) this.#define(inst, id);
    this.#block(inst.combine, ...inst.partials.map((id, i) => ({ id, type: callee.results[i] ?? "i32" })));
  }

  #call(inst: Inst & { readonly op: "call" }, types: readonly IrType[]): void {
    this.#isVoid(inst);
    const callee = this.#funcs.get(inst.callee);
    if (callee === undefined) {
      this.#error(inst, "callee", `there is no function ${inst.callee}`);
      return;
    }
    const localTypes = (ids: readonly LocalId[]): IrType[] => ids.map((id) => this.#local(inst, id)?.type ?? "i32");
    const refTypes = callee.refs.map((id) => callee.locals.find((l) => l.id === id)?.type ?? "i32");
    this.#same(
      inst,
      "call-arguments",
      types,
      callee.params.map((p) => p.type),
    );
    this.#same(inst, "call-arguments", localTypes(inst.refs), refTypes);
    if (inst.into.length > 0) this.#same(inst, "call-arguments", localTypes(inst.into), callee.results);
    if (new Set(inst.refs).size !== inst.refs.length)
      this.#error(inst, "call-arguments", "a local is passed as two refs");
  }

  #attributes(inst: Inst): void {
    for (const name of ATTRS[inst.op]) {
      const value = attrOf(inst, name);
      const spec = ATTR_SPECS[name];
      const words =
        name === "pred" ? (PREDICATES[inst.op] ?? []) : "words" in spec ? (spec.words as readonly string[]) : [];
      const ok =
        spec.kind === "int"
          ? Number.isInteger(value)
          : spec.kind === "flag"
            ? typeof value === "boolean"
            : spec.kind === "word"
              ? words.includes(value as string)
              : Array.isArray(value) && (spec.kind === "texts" || value.every((w) => words.includes(w)));
      if (!ok) this.#error(inst, "attribute", `${name} can't be ${String(value)}`);
      if (name === "site" && ok && this.#module.sites[value as number] === undefined)
        this.#error(inst, "site", `there is no site ${String(value)}`);
    }
  }

  #local(inst: Inst, id: LocalId): Local | undefined {
    const local = this.#locals.get(id);
    if (local === undefined) this.#error(inst, "local", `there is no local $${id}`);
    return local;
  }

  #counts(inst: Inst, types: readonly IrType[], count: number): void {
    if (types.length !== count) this.#error(inst, "operand-count", `takes ${count} operands, has ${types.length}`);
  }

  #isVoid(inst: Inst): void {
    if (inst.type !== "void") this.#error(inst, "result-type", `${inst.op} gives nothing`);
  }

  #same(inst: Inst, code: VerifyCode, types: readonly IrType[], wanted: readonly IrType[]): void {
    if (types.length !== wanted.length || types.some((t, i) => t !== wanted[i]))
      this.#error(inst, code, `has (${types.join(", ")}), needs (${wanted.join(", ")})`);
  }
}

/** What T and A stand for in the instruction at hand. */
interface Bound {
  t: IrType | undefined;
  array: IrType | undefined;
}

function matches(pattern: Pattern, type: IrType, op: OpName, bound: Bound): boolean {
  const row = ROWS[op];
  switch (pattern) {
    case "any":
      return true;
    case "T":
      if (bound.t !== undefined) return type === bound.t;
      if (isArrayType(type) || row.over?.includes(type) === false) return false;
      bound.t = type;
      return true;
    case "R":
      return !isArrayType(type) && (row.results?.includes(type) ?? true);
    case "I":
      return isIntType(type);
    case "A":
      if (!isArrayType(type)) return false;
      if (bound.array !== undefined) return type === bound.array;
      bound.array = type;
      return true;
    case "E":
    case "S":
      return bound.array !== undefined && type === elementScalar(pattern, bound.array);
    default:
      return type === pattern;
  }
}

function elementScalar(pattern: "E" | "S", array: IrType): ScalarType | undefined {
  if (!isArrayType(array)) return undefined;
  const elem = elementOf(array);
  return pattern === "E" ? ELEMENTS[elem].scalar : storedScalar(elem);
}

function describe(pattern: Pattern, op: OpName, bound: Bound): string {
  const row = ROWS[op];
  switch (pattern) {
    case "T":
      return bound.t ?? (row.over ?? []).join(" or ");
    case "R":
      return (row.results ?? []).join(" or ");
    case "I":
      return "i32 or i64";
    case "A":
      return bound.array ?? "an array";
    case "E":
    case "S":
      return (bound.array && elementScalar(pattern, bound.array)) ?? "the array's element";
    default:
      return pattern;
  }
}

function constantFits(type: IrType | "void", value: number | bigint | boolean): boolean {
  switch (type) {
    case "i1":
      return typeof value === "boolean";
    case "i32":
      return typeof value === "number" && (value | 0) === value && !Object.is(value, -0);
    case "i64":
      return typeof value === "bigint" && BigInt.asIntN(64, value) === value;
    case "f32":
      return typeof value === "number" && Object.is(Math.fround(value), value);
    case "f64":
      return typeof value === "number";
    default:
      return false;
  }
}
