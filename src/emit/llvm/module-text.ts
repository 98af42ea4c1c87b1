/**
 * What the functions of one LLVM module share: declarations, attribute groups, constants and support functions, each once
 * and in the order of first use, so that the same module always gives the same text.
 */
import type { Func, Module } from "../../ir/func.ts";
import type { Block, Inst } from "../../ir/ops.ts";
import { instsIn, opsIn } from "../../ir/walk.ts";
import type { Target } from "../../targets/target.ts";
import { quote } from "./context.ts";
import { declareShared, type Shared } from "./entry-text.ts";
import { LOOKUP_DECLARATIONS, LOOKUP_SYMBOLS, LOOKUP_VARIANT, lookupCall, lookupText } from "./lookups.ts";
import { keepAlive, type MathUse, mathLibrary, mathSymbol } from "./math/index.ts";
import { analyzeReturned } from "./placement.ts";
import { DebugText, type PlaceTable } from "./places.ts";
import { RUNTIME, type RuntimeFunction, type RuntimeName, runtimeText } from "./runtime.ts";

/** What LLVM's loop passes are told of a loop. */
export interface LoopHints {
  /** Vectors at once. */
  readonly interleave?: number | undefined;
  readonly vectorize?: false | undefined;
  readonly unroll?: false | undefined;
  /** May a loop be unrolled whose rounds LLVM can't count? */
  readonly unrollRuntime?: false | undefined;
}

export class ModuleText {
  readonly module: Module;
  readonly target: Target;
  /**
   * Some min or max is marked nnan, so floats may be poison where that was untrue. Whatever turns a float into a condition
   * or an integer freezes it then: a broken promise may give any number, never an access out of bounds.
   */
  get hasPoison(): boolean {
    this.#hasPoison ??= [this.module.entry, ...this.module.funcs].some((fn) => mayPoison(fn.body));
    return this.#hasPoison;
  }

  /** Kernels that run in the background can be stopped, and say how far they are. */
  get interruptible(): boolean {
    this.#interruptible ??= isInterruptible(this.module);
    return this.#interruptible;
  }

  /** Does any function call console.log? */
  get logs(): boolean {
    this.#logs ??= [this.module.entry, ...this.module.funcs].some(({ body }) => opsIn(body).has("log"));
    return this.#logs;
  }

  /** The arrays that lie in ArrayBuffers from the start. */
  get returned(): ReadonlySet<Inst> {
    this.#returned ??= analyzeReturned(this.module.entry);
    return this.#returned;
  }

  #hasPoison: boolean | undefined;
  #interruptible: boolean | undefined;
  #logs: boolean | undefined;
  #returned: ReadonlySet<Inst> | undefined;
  readonly #funcs: ReadonlyMap<string, Func>;
  /** By symbol. */
  readonly #declarations = new Map<string, string>();
  readonly #attributes = new Map<string, number>();
  readonly #texts = new Map<string, string>();
  readonly #runtime = new Map<RuntimeName, string>();
  readonly #math: MathUse[] = [];
  #looksUp = false;
  readonly #nodes: string[] = [];
  /** Set in a diagnostics compile. */
  readonly debug: DebugText | undefined;
  /** Functions that templates define besides those of the IR, by symbol. */
  readonly #definitions = new Map<string, string>();

  constructor(module: Module, target: Target, places?: PlaceTable) {
    this.module = module;
    this.target = target;
    this.debug = places && new DebugText(places, (text) => this.#node(text));
    this.#funcs = new Map([module.entry, ...module.funcs].map((fn) => [fn.name, fn]));
  }

  func(name: string): Func {
    const fn = this.#funcs.get(name);
    if (fn === undefined) throw new Error(`the module has no function ${name}`);
    return fn;
  }

  /** Adds a `declare` line; of two for one symbol the first stays. */
  declare(line: string): void {
    const symbol = /@[\w.$]+/.exec(line)?.[0];
    if (symbol === undefined) throw new Error(`not a declaration: ${line}`);
    if (!this.#declarations.has(symbol)) this.#declarations.set(symbol, line);
  }

  /**
   * The attribute group (`#3`) with these attributes. Processor and features are for the whole module, on LLVM's command line.
   * What else LLVM's model of the processor depends on must be the same for all functions, as it makes a model for each combination.
   */
  attributes(...own: readonly string[]): string {
    const { triple, vectorWidth } = this.target;
    const all = ["nounwind", ...own];
    if (triple.startsWith("x86_64")) all.push(`"prefer-vector-width"="${vectorWidth}"`);
    const text = all.join(" ");
    const index = this.#attributes.get(text) ?? this.#attributes.size;
    this.#attributes.set(text, index);
    return `#${index}`;
  }

  /** The global that holds `text` as UTF-8. */
  text(text: string): string {
    const known = this.#texts.get(text);
    if (known !== undefined) return known;
    const name = `@nb.text.${this.#texts.size}`;
    this.#texts.set(text, name);
    return name;
  }

  /** The symbol of a support function, which is then part of the module. */
  runtime(name: RuntimeName): string {
    if (!this.#runtime.has(name)) {
      const { declares, needs = [], shared }: RuntimeFunction = RUNTIME[name];
      const text = runtimeText(name, (own) => this.attributes(...own));
      if (shared === true) {
        this.declare(text);
      } else {
        for (const other of needs) this.runtime(other as RuntimeName);
        for (const line of declares) this.declare(line);
        this.#runtime.set(name, text);
      }
    }
    return `@nb.${name}`;
  }

  /** The symbol of a function of the support library. */
  shared(name: Shared): string {
    return declareShared(name, (line) => this.declare(line));
  }

  define(symbol: string, text: string): void {
    this.#definitions.set(symbol, text);
  }

  /** The symbol of a math function, which is then part of the module. */
  math(use: MathUse): string {
    this.#math.push(use);
    return mathSymbol(use);
  }

  /** The call that reads a table of bytes (lookups.ts). */
  lookup(table: string, length: string, index: string): string {
    this.#looksUp = true;
    return lookupCall(table, length, index, this.attributes(LOOKUP_VARIANT));
  }

  /** Adds a metadata node; its text may name itself. */
  #node(text: (self: string) => string): string {
    const self = `!${METADATA.length + this.#nodes.length}`;
    this.#nodes.push("");
    this.#nodes[this.#nodes.length - 1] = `${self} = ${text(self)}`;
    return self;
  }

  /** Metadata of a loop: what LLVM shall do, and where it stands. "" when there is nothing to say. */
  loopNode({ interleave, vectorize, unroll, unrollRuntime }: LoopHints, location: string | undefined): string {
    const facts = location === undefined ? [] : [location];
    if (vectorize === false) facts.push('!{!"llvm.loop.vectorize.enable", i1 false}');
    if (interleave !== undefined) facts.push(`!{!"llvm.loop.interleave.count", i32 ${interleave}}`);
    if (unrollRuntime === false) facts.push('!{!"llvm.loop.unroll.runtime.disable"}');
    if (unroll === false) facts.push('!{!"llvm.loop.unroll.disable"}');
    // A loop's node names itself, so that no two loops share one.
    return facts.length === 0 ? "" : this.#node((self) => `distinct !{${[self, ...facts].join(", ")}}`);
  }

  /** The library's part that the module uses, and what is for the vectoriser to call. */
  #libraryText(): string {
    if (this.#math.length === 0 && !this.#looksUp) return "";
    const attributes = this.attributes();
    const { declarations, text, kept } = mathLibrary(this.#math, { ...this.target, attributes });
    const symbols = [...kept, ...(this.#looksUp ? LOOKUP_SYMBOLS : [])];
    for (const line of [...declarations, ...(this.#looksUp ? LOOKUP_DECLARATIONS : [])]) this.declare(line);
    const texts = [symbols.length > 0 ? keepAlive(symbols) : "", text, this.#looksUp ? lookupText(attributes) : ""];
    return texts.filter((part) => part !== "").join("\n");
  }

  /** Everything but types and functions: in three parts, as they go before, between and after those. */
  parts(): { globals: readonly string[]; runtime: readonly string[]; tail: readonly string[] } {
    const globals = this.module.tables.map((table, index) => {
      const type = table.elem === "float64" ? "double" : "i32";
      const values = table.values.map((v) => `${type} ${table.elem === "float64" ? floatLiteral(v) : v | 0}`);
      const array = `[${values.length} x ${type}]`;
      return `${tableSymbol(index)} = internal constant ${array} [${values.join(", ")}], align 64`;
    });
    for (const [text, name] of this.#texts) {
      const bytes = new TextEncoder().encode(text).length;
      globals.push(`${name} = private unnamed_addr constant [${bytes} x i8] c"${quote(text)}", align 1`);
    }
    const library = this.#libraryText();
    const attributes = [...this.#attributes].map(([text, index]) => `attributes #${index} = { ${text} }`);
    return {
      globals,
      runtime: [...this.#definitions.values(), ...this.#runtime.values(), library],
      tail: [
        ...this.#declarations.values(),
        "",
        ...attributes,
        "",
        ...(this.debug?.named ?? []),
        ...METADATA,
        ...this.#nodes,
      ],
    };
  }
}

/** Has passes/interrupt.ts been over it? */
function isInterruptible(module: Module): boolean {
  return [module.entry, ...module.funcs].some(({ body }) => opsIn(body).has("poll") || opsIn(body).has("progress"));
}

function mayPoison(block: Block): boolean {
  const ops = opsIn(block);
  if (!ops.has("fmin") && !ops.has("fmax")) return false;
  return instsIn(block).some((inst) => (inst.op === "fmin" || inst.op === "fmax") && inst.fast.includes("nnan"));
}

export function tableSymbol(index: number): string {
  return `@nb.table.${index}`;
}

/** Metadata nodes are numbers in LLVM's text; these are the emitter's. */
const METADATA = [
  '!0 = !{!"branch_weights", i32 2000, i32 1}',
  "!1 = !{i32 0, i32 -2147483648}",
  '!2 = !{!"branch_weights", i32 1, i32 2000}',
] as const;
/** On a branch: the first target is the usual one. */
export const LIKELY = "!prof !0";
/** On a branch: the second target is. */
export const SELDOM = "!prof !2";
/** On a load of a length: it is not negative. */
export const NON_NEGATIVE = "!range !1";

/** A double's bits: the only spelling that LLVM reads back exactly for every value. */
export function floatLiteral(value: number): string {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  return `0x${view.getBigUint64(0).toString(16).toUpperCase().padStart(16, "0")}`;
}
