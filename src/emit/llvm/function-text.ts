/**
 * The text of one LLVM function while the op templates write it: values under the IR's ids, temporaries, blocks, and the
 * cold blocks of failing checks, which go to the function's end.
 *
 * IR value %3 is `%v3`, or `%v3.data`, `%v3.length` and `%v3.owner` when it is an array; local $2 is the stack slot `%l2`.
 */
import type { Func, Local } from "../../ir/func.ts";
import type { Inst, LabelId, LocalId, ValueId } from "../../ir/ops.ts";
import { type IrType, isArrayType } from "../../ir/types.ts";
import { countInsts, instsIn } from "../../ir/walk.ts";
import { WORTH_A_PROCESS } from "../../passes/separate-fallbacks.ts";
import type { Span } from "../../source/span.ts";
import { flattenType, innerReturnType, LLVM_SCALARS, resultsType } from "./context.ts";
import { LIKELY, type LoopHints, type ModuleText, SELDOM } from "./module-text.ts";
import type { LoopId } from "./places.ts";
import type { RuntimeName } from "./runtime.ts";
import { analyzeLoops, type Loops } from "./vectorisable.ts";

/** An LLVM value with its type: `["i32", "%v3"]`. */
export type Typed = readonly [type: string, value: string];

/** What the templates need of an instruction, whatever its op. */
export interface Node {
  readonly id: ValueId;
  readonly type: IrType | "void";
  readonly args: readonly ValueId[];
}

export interface ArrayParts {
  readonly type: IrType;
  readonly data: string;
  readonly length: string;
  readonly owner: string;
}

interface Defined {
  readonly type: IrType;
  readonly parts: readonly string[];
}

/** Where `break` and `continue` go. */
interface Jumps {
  readonly break: string;
  readonly continue: string;
  /** Of a branch that goes back to a loop's head. */
  readonly attachment?: string;
}

const NOWHERE = { loop: undefined, location: undefined };

export class FunctionText {
  readonly module: ModuleText;
  readonly fn: Func;
  /** `pointer`: the entry point calls it; `value`: IR functions do. */
  readonly results: "pointer" | "value";
  #loops: Loops | undefined;
  #insts: ReadonlyMap<ValueId, Inst> | undefined;
  readonly #values = new Map<ValueId, Defined>();
  readonly #locals: ReadonlyMap<LocalId, Local>;
  readonly #slots: string[] = [];
  readonly #shared = new Set<string>();
  readonly #lines: string[] = [];
  readonly #cold: string[] = [];
  readonly #jumps = new Map<LabelId, Jumps>();
  #temporaries = 0;
  #checks = 0;
  #block = "start";
  /** Set in a diagnostics compile. */
  readonly #subprogram: string | undefined;
  /** Where what is written stands. */
  #place: { readonly loop: LoopId | undefined; readonly location: string | undefined } = NOWHERE;

  /** Reads that are calls (lookups.ts). */
  readonly lookups: ReadonlySet<ValueId>;

  constructor(
    module: ModuleText,
    fn: Func,
    results: "pointer" | "value",
    lookups: ReadonlySet<ValueId> = new Set<ValueId>(),
  ) {
    this.module = module;
    this.lookups = lookups;
    this.fn = fn;
    this.results = results;
    this.#locals = new Map(fn.locals.map((local) => [local.id, local]));
    this.#subprogram = module.debug?.subprogram(`${fn.name} ${results}`);
  }

  // ── locations, in a diagnostics compile ──

  /** What stands behind the function's attributes. */
  get debugAttachment(): string {
    return this.#subprogram === undefined ? "" : ` !dbg ${this.#subprogram}`;
  }

  get hasLocations(): boolean {
    return this.#subprogram !== undefined;
  }

  /** What `write` writes stands at `loc`, and in the loop `label` if that is given. */
  at(loc: Span, label: LabelId | undefined, write: () => void): void {
    const { debug } = this.module;
    if (debug === undefined || this.#subprogram === undefined) {
      write();
      return;
    }
    const before = this.#place;
    const loop = label === undefined ? before.loop : { fn: this.fn.name, label };
    this.#place = { loop, location: debug.location({ loc, loop }, this.#subprogram) };
    write();
    this.#place = before;
  }

  /** What goes onto the branch back to a loop's head; the loop stands where the text being written does. */
  loopAttachment(hints: LoopHints): string {
    const node = this.module.loopNode(hints, this.#place.location);
    return node === "" ? "" : `, !llvm.loop ${node}`;
  }

  /** Does LLVM take long for it? */
  get isLong(): boolean {
    return countInsts(this.fn.body) >= WORTH_A_PROCESS;
  }

  get loops(): Loops {
    this.#loops ??= analyzeLoops(this.fn);
    return this.#loops;
  }

  // ── values ──

  get #definitions(): ReadonlyMap<ValueId, Inst> {
    this.#insts ??= new Map(instsIn(this.fn.body).map((inst) => [inst.id, inst]));
    return this.#insts;
  }

  /** Names the LLVM values that IR value `id` consists of. */
  bind(id: ValueId, type: IrType, parts: readonly string[]): void {
    this.#values.set(id, { type, parts });
  }

  #defined(id: ValueId | undefined): Defined {
    const found = id === undefined ? undefined : this.#values.get(id);
    if (found === undefined) throw new Error(`%${id} of ${this.fn.name} has no value: the IR wasn't verified`);
    return found;
  }

  typeOf(id: ValueId | undefined): IrType {
    return this.#defined(id).type;
  }

  partsOf(id: ValueId): readonly string[] {
    return this.#defined(id).parts;
  }

  /** Type and name of each LLVM value of operand `i`. */
  typed(inst: Node, i: number): readonly Typed[] {
    const { type, parts } = this.#defined(inst.args[i]);
    return flattenType(type).map((llvm, k): Typed => [llvm, parts[k] ?? "poison"]);
  }

  /** Operand `i`, a scalar. */
  arg(inst: Node, i: number): string {
    return this.#defined(inst.args[i]).parts[0] ?? "poison";
  }

  /** LLVM type of operand `i`, a scalar. */
  argType(inst: Node, i: number): string {
    return scalarType(this.typeOf(inst.args[i]));
  }

  array(inst: Node, i: number): ArrayParts {
    const { type, parts } = this.#defined(inst.args[i]);
    const [data = "poison", length = "poison", owner = "poison"] = parts;
    return { type, data, length, owner };
  }

  /** The instruction's own result, of a scalar type. */
  define(inst: Node, text: string): void {
    const name = `%v${inst.id}`;
    this.line(`${name} = ${text}`);
    this.bind(inst.id, resultType(inst), [name]);
  }

  /** Makes the instruction's result another name for values that exist. */
  alias(inst: Node, ...parts: readonly string[]): void {
    this.bind(inst.id, resultType(inst), parts);
  }

  /** A temporary. */
  temp(text: string): string {
    const name = `%t${this.#temporaries++}`;
    this.line(`${name} = ${text}`);
    return name;
  }

  /** The instruction that makes a value; undefined for parameters and counters. */
  definition(id: ValueId | undefined): Inst | undefined {
    return id === undefined ? undefined : this.#definitions.get(id);
  }

  /** A float known to be neither NaN nor −0: its value when it is a constant, "integer" when it was made of one. */
  plainNumber(id: ValueId): number | "integer" | undefined {
    const inst = this.#definitions.get(id);
    if (inst?.op === "sitofp" || inst?.op === "uitofp") return "integer";
    if (inst?.op !== "const" || typeof inst.value !== "number") return undefined;
    return Number.isNaN(inst.value) || Object.is(inst.value, -0) ? undefined : inst.value;
  }

  /** A float that is about to become an integer: never poison. */
  frozen(type: string, value: string): string {
    return this.module.hasPoison ? this.temp(`freeze ${type} ${value}`) : value;
  }

  /**
   * Text of a choice that the processor guesses: a branch, which LLVM makes no select of where it takes it for foreseeable. The seldom
   * way has a block of its own.
   */
  guess(condition: string, type: string, then: string, other: string, isMostly = true): string {
    const n = this.#checks++;
    const from = this.block;
    const [yes, no, weights] = isMostly ? ["chosen", "other", LIKELY] : ["other", "chosen", SELDOM];
    this.line(`br i1 ${condition}, label %${yes}${n}, label %${no}${n}, ${weights}`);
    this.startBlock(`other${n}`);
    this.branch(`chosen${n}`);
    this.startBlock(`chosen${n}`);
    const [usual, seldom] = isMostly ? [then, other] : [other, then];
    return `phi ${type} [ ${usual}, %${from} ], [ ${seldom}, %other${n} ]`;
  }

  // ── calls ──

  /** Text of a call of one of LLVM's intrinsics or of libm; it is declared along. */
  callText(result: string, symbol: string, args: readonly Typed[], flags = "", attributes = ""): string {
    const types = args.map(([type]) => type).join(", ");
    this.module.declare(`declare ${result} @${symbol}(${types})${attributes}`);
    return `call ${flags}${result} @${symbol}(${typedList(args)})`;
  }

  /** Text of a call of a support function. */
  runtimeText(result: string, name: RuntimeName, args: readonly Typed[]): string {
    return `call ${result} ${this.module.runtime(name)}(${typedList(args)})`;
  }

  // ── blocks ──

  line(text: string): void {
    const { location } = this.#place;
    this.#lines.push(location === undefined ? `  ${text}` : `  ${text}, !dbg ${location}`);
  }

  /** The block being written, as phis name it. */
  get block(): string {
    return this.#block;
  }

  startBlock(label: string): void {
    this.#lines.push(`${label}:`);
    this.#block = label;
  }

  branch(label: string): void {
    this.line(`br label %${label}`);
  }

  setJumps(label: LabelId, jumps: Jumps): void {
    this.#jumps.set(label, jumps);
  }

  jump(kind: "break" | "continue", label: LabelId): void {
    const jumps = this.#jumps.get(label);
    if (jumps === undefined) throw new Error(`L${label} isn't open: the IR wasn't verified`);
    this.line(`br label %${jumps[kind]}${kind === "continue" ? (jumps.attachment ?? "") : ""}`);
  }

  /** Goes on when `good` holds; otherwise the function ends with status 1 after `failure`, a call. */
  check(good: string, failure: string | undefined): void {
    const n = this.#checks++;
    this.line(`br i1 ${good}, label %ok${n}, label %bad${n}, ${LIKELY}`);
    this.#cold.push(`bad${n}:`);
    if (failure !== undefined) this.#cold.push(`  ${failure}`);
    this.#cold.push(`  ${this.failed()}`);
    this.startBlock(`ok${n}`);
  }

  /** The `ret` after an error has been recorded. */
  failed(): string {
    if (this.results === "pointer") return "ret i32 1";
    const poison = this.fn.results.flatMap(flattenType).map((type) => `, ${type} poison`);
    return `ret ${innerReturnType(this.fn.results)} { i32 1${poison.join("")} }`;
  }

  /** Ends the function with its results. */
  succeed(values: readonly Typed[]): void {
    if (this.results === "pointer") {
      this.storeResults(values);
      this.line("ret i32 0");
      return;
    }
    const type = innerReturnType(this.fn.results);
    let pair = `{ i32 0${values.map(([llvm]) => `, ${llvm} poison`).join("")} }`;
    for (const [k, [llvm, value]] of values.entries())
      pair = this.temp(`insertvalue ${type} ${pair}, ${llvm} ${value}, ${k + 1}`);
    this.line(`ret ${type} ${pair}`);
  }

  /** Writes the results to where the entry point wants them. */
  storeResults(values: readonly Typed[]): void {
    for (const [k, [type, value]] of values.entries()) {
      const struct = resultsType(this.fn.results);
      const address = this.temp(`getelementptr inbounds nuw ${struct}, ptr %results, i32 0, i32 ${k}`);
      this.line(`store ${type} ${value}, ptr ${address}, align ${alignOf(type)}`);
    }
  }

  /** The call that records an error. */
  failure(site: number, a = "0.0", b = "0.0"): string {
    return this.runtimeText("void", "fail", [
      ["ptr", "%cx"],
      ["i32", String(site)],
      ["double", a],
      ["double", b],
    ]);
  }

  // ── stack ──

  /** Stack memory for the whole call. */
  slot(name: string, type: string, align = 8): string {
    this.#slots.push(`  ${name} = alloca ${type}, align ${align}`);
    return name;
  }

  /** Stack memory that all who ask for it by this name have in common. */
  sharedSlot(name: string, type: string, align: number): string {
    if (!this.#shared.has(name)) this.slot(name, type, align);
    this.#shared.add(name);
    return name;
  }

  /** Stack memory under a fresh name. */
  scratch(type: string): string {
    return this.slot(`%s${this.#slots.length}`, type);
  }

  local(id: LocalId): Local {
    const local = this.#locals.get(id);
    if (local === undefined) throw new Error(`no local $${id} in ${this.fn.name}: the IR wasn't verified`);
    return local;
  }

  /** The addresses of the LLVM values that a local consists of. */
  localParts(id: LocalId): readonly Typed[] {
    const { type } = this.local(id);
    if (!isArrayType(type)) return [[LLVM_SCALARS[type], `%l${id}`]];
    return flattenType(type).map((llvm, k): Typed => {
      return [llvm, this.temp(`getelementptr inbounds nuw ${slotType(type)}, ptr %l${id}, i32 0, i32 ${k}`)];
    });
  }

  /** The function from its first brace to its last. */
  body(): string {
    return ["{", "start:", ...this.#slots, ...this.#lines, ...this.#cold, "}", ""].join("\n");
  }
}

/** Of an LLVM type in a local or in the results. */
export function alignOf(llvm: string): number {
  return llvm === "i1" ? 1 : llvm === "i32" || llvm === "float" ? 4 : 8;
}

/** What a local of this type takes on the stack. */
export function slotType(type: IrType): string {
  return isArrayType(type) ? `{ ${flattenType(type).join(", ")} }` : LLVM_SCALARS[type];
}

export function scalarType(type: IrType | "void"): string {
  if (type === "void" || isArrayType(type)) throw new Error(`${type} is no scalar: the IR wasn't verified`);
  return LLVM_SCALARS[type];
}

function resultType(inst: Node): IrType {
  if (inst.type === "void") throw new Error(`%${inst.id} has no type: the IR wasn't verified`);
  return inst.type;
}

export function typedList(args: readonly Typed[]): string {
  return args.map(([type, value]) => `${type} ${value}`).join(", ");
}
