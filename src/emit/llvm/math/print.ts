/** Math functions as LLVM IR: each as one function, of scalars or of vectors. */
import {
  bitsOf,
  type Expr,
  type IntType,
  isFloat,
  type MathFunctionDef,
  OPS,
  type Table,
  type Type,
  type TypeText,
} from "./dsl.ts";

const LLVM_TYPES = { f64: "double", f32: "float", i64: "i64", i32: "i32", i1: "i1" } as const;

/** LLVM writes both float and double constants as the bits of a double. */
function constantText(type: Type, value: number | bigint): string {
  if (!isFloat(type)) return type === "i1" ? (value ? "true" : "false") : signedText(type, BigInt(value));
  const rounded = type === "f32" ? Math.fround(Number(value)) : Number(value);
  return `0x${bitsOf(rounded).toString(16).toUpperCase().padStart(16, "0")}`;
}

function signedText(type: IntType, value: bigint): string {
  return BigInt.asIntN(type === "i64" ? 64 : 32, value).toString();
}

/** Of a number, or of a vector of several. */
export function llvmType(type: Type, lanes = 1): string {
  return lanes === 1 ? LLVM_TYPES[type] : `<${lanes} x ${LLVM_TYPES[type]}>`;
}

/** What printed functions refer to. */
export interface References {
  /** Intrinsics, as `declare` lines. */
  readonly declarations: Set<string>;
  readonly tables: Map<string, Table>;
  /** Functions called by `call` and `rare`, by their names. */
  readonly callees: Map<string, Callee>;
}

/** A function that others call: always, in a branch, or by way of a function that returns the common value unless the case is rare. */
export interface Callee {
  readonly def: MathFunctionDef;
  readonly called: ReadonlySet<CallKind>;
}
export type CallKind = "always" | "in a branch" | "through a fix";

/** How scalar code calls functions. */
export interface ScalarCalls {
  /** How those for rare cases. */
  readonly rare: Exclude<CallKind, "always">;
  /** The attributes of a call. */
  readonly attributes: (callee: MathFunctionDef, kind: CallKind) => string;
}

/** The function that takes the common value, the arguments and whether the case is rare. */
export function fixSymbol(callee: MathFunctionDef): string {
  return `${callee.name}.fix`;
}

/** The text of the operations. */
abstract class Printer {
  readonly lines: string[] = [];
  protected count = 0;
  protected readonly references: References;
  private readonly named = new Map<Expr, string>();
  /** Operation and operands → name: equal nodes are printed once. */
  private readonly known = new Map<string, string>();
  private readonly lanes: number;

  constructor(references: References, lanes: number) {
    this.references = references;
    this.lanes = lanes;
  }

  /** The operand that stands for `node`, after printing what it needs. */
  operand(node: Expr): string {
    const old = this.named.get(node);
    if (old !== undefined) return old;
    const name = this.print(node);
    this.named.set(node, name);
    return name;
  }

  protected type(type: Type): string {
    return llvmType(type, this.lanes);
  }

  private typeText(type: Type): TypeText {
    return { name: this.type(type), suffix: this.lanes === 1 ? type : `v${this.lanes}${type}` };
  }

  private print(node: Expr): string {
    if (node.op === "const") {
      const text = constantText(node.type, node.value ?? 0);
      return this.lanes === 1 ? text : `splat (${LLVM_TYPES[node.type]} ${text})`;
    }
    if (node.op === "param") return `%x${node.value}`;
    const args = node.args.map((arg) => this.operand(arg));
    const [operandType, resultType] = [this.typeText(node.args[0]?.type ?? node.type), this.typeText(node.type)];
    switch (node.op) {
      case "select": {
        const { name } = resultType;
        return this.define(`select ${this.type("i1")} ${args[0]}, ${name} ${args[1]}, ${name} ${args[2]}`);
      }
      case "umulh": {
        const [a, b] = args.map((arg) => this.define(`zext i64 ${arg} to i128`));
        const high = this.define(`lshr i128 ${this.define(`mul i128 ${a}, ${b}`)}, 64`);
        return this.define(`trunc i128 ${high} to i64`);
      }
      case "table": {
        if (node.table === undefined) throw new TypeError("a look-up without a table");
        this.references.tables.set(node.table.name, node.table);
        return this.printTable(node.table, args[0] ?? "");
      }
      case "call":
      case "rare": {
        const { callee } = node;
        if (callee === undefined) throw new TypeError("a call without a function");
        if (node.op === "call") {
          this.refer(callee, "always");
          return this.define(this.printCall(callee, args, "always"));
        }
        const [condition = "", common = "", ...passed] = args;
        return this.printRare(callee, condition, common, passed);
      }
      default:
        return this.define(OPS[node.op](operandType, args, resultType));
    }
  }

  protected refer(callee: MathFunctionDef, kind: CallKind): void {
    const { callees } = this.references;
    callees.set(callee.name, { def: callee, called: new Set(callees.get(callee.name)?.called).add(kind) });
  }

  protected abstract printTable(table: Table, index: string): string;
  protected abstract printCall(callee: MathFunctionDef, args: readonly string[], kind: CallKind): string;
  protected abstract printRare(
    callee: MathFunctionDef,
    condition: string,
    common: string,
    args: readonly string[],
  ): string;

  protected arguments(callee: MathFunctionDef, args: readonly string[]): string {
    return args.map((arg, k) => `${this.type(callee.params[k] ?? "f64")} ${arg}`).join(", ");
  }

  protected define(text: string, declaration = declarationOf(text)): string {
    const old = this.known.get(text);
    if (old !== undefined) return old;
    const name = `%${this.count++}`.replace("%", "%t");
    this.lines.push(`  ${name} = ${text}`);
    this.known.set(text, name);
    if (declaration !== undefined) this.references.declarations.add(declaration);
    return name;
  }
}

/** Of the intrinsic called, if one is. */
function declarationOf(text: string): string | undefined {
  const [, result, symbol, operands = ""] = /^call (<.*?>|\S+) @(llvm\.\S+?)\((.*)\)$/.exec(text) ?? [];
  if (symbol === undefined) return undefined;
  const types = operands.split(", ").map((operand) => /^(<.*?>|\S+)/.exec(operand)?.[0]);
  return `declare ${result} @${symbol}(${types.join(", ")})`;
}

function isPowerOfTwo(n: number): boolean {
  return (n & (n - 1)) === 0;
}

export const SELDOM = '!prof !{!"branch_weights", i32 1, i32 2000}';

class ScalarPrinter extends Printer {
  private block = "entry";
  private readonly calls: ScalarCalls;

  constructor(references: References, calls: ScalarCalls) {
    super(references, 1);
    this.calls = calls;
  }

  protected printTable({ name, words }: Table, index: string): string {
    const within = isPowerOfTwo(words.length) ? this.define(`and i64 ${index}, ${words.length - 1}`) : index;
    const at = this.define(`getelementptr inbounds [${words.length} x i64], ptr @${name}, i64 0, i64 ${within}`);
    return this.define(`load i64, ptr ${at}, align 8`);
  }

  protected printCall(callee: MathFunctionDef, args: readonly string[], kind: CallKind): string {
    const passed = this.arguments(callee, args);
    return `call ${llvmType(callee.body.type)} @${callee.name}(${passed}) ${this.calls.attributes(callee, kind)}`;
  }

  protected printRare(callee: MathFunctionDef, condition: string, common: string, args: readonly string[]): string {
    const { rare } = this.calls;
    this.refer(callee, rare);
    if (rare === "through a fix") return this.printFix(callee, condition, common, args);
    return this.printBranch(callee, condition, common, args);
  }

  /**
   *   %f = call double @callee.fix(double %common, …, i1 %condition)
   *
   * Where LLVM finds that the condition never holds, there is to be no call. It can't know that the function returns %common then; and
   * a select that is still there when the loop becomes vectors is an instruction of the loop. `is.constant` is false by then, or true.
   */
  private printFix(callee: MathFunctionDef, condition: string, common: string, args: readonly string[]): string {
    const type = this.type(callee.body.type);
    const isKnown = this.define(`call i1 @llvm.is.constant.i1(i1 ${condition})`);
    const never = this.define(`and i1 ${isKnown}, ${this.define(`xor i1 ${condition}, true`)}`);
    const passed = `${type} ${common}, ${this.arguments(callee, args)}, i1 ${condition}`;
    const fixed = this.define(
      `call ${type} @${fixSymbol(callee)}(${passed}) ${this.calls.attributes(callee, "through a fix")}`,
    );
    return this.define(`select i1 ${never}, ${type} ${common}, ${type} ${fixed}`);
  }

  /**
   *   br i1 %condition, label %rare, label %join
   * rare:
   *   %r = call double @callee(…)
   *   br label %join
   * join:
   *   %v = phi double [ %common, %entry ], [ %r, %rare ]
   */
  private printBranch(callee: MathFunctionDef, condition: string, common: string, args: readonly string[]): string {
    const id = this.count++;
    this.lines.push(
      `  br i1 ${condition}, label %rare${id}, label %join${id}, ${SELDOM}`,
      `rare${id}:`,
      `  %r${id} = ${this.printCall(callee, args, "in a branch")}`,
      `  br label %join${id}`,
      `join${id}:`,
      `  %v${id} = phi ${this.type(callee.body.type)} [ ${common}, %${this.block} ], [ %r${id}, %rare${id} ]`,
    );
    this.block = `join${id}`;
    return `%v${id}`;
  }
}

/** All lanes of vectors at once, in a function that has a `%mask` of those that matter. */
class VectorPrinter extends Printer {
  private readonly width: number;
  private readonly permutes: boolean;

  constructor(references: References, lanes: number, permutes: boolean) {
    super(references, lanes);
    this.width = lanes;
    this.permutes = permutes;
  }

  protected printTable(table: Table, index: string): string {
    const { name, words } = table;
    if (!isPowerOfTwo(words.length)) throw new TypeError(`indices of ${name} in a vector`);
    const type = this.type("i64");
    if (this.permutes && words.length === 2 * this.width) {
      const permute = "@llvm.x86.avx512.vpermi2var.q.512";
      const [low, high] = [words.slice(0, this.width), words.slice(this.width)].map(
        (half) => `${type} <${half.map((word) => `i64 ${signedText("i64", word)}`).join(", ")}>`,
      );
      return this.define(
        `call ${type} ${permute}(${low}, ${type} ${index}, ${high})`,
        `declare ${type} ${permute}(${type}, ${type}, ${type})`,
      );
    }
    this.references.tables.set(name, table);
    const within = this.define(`and ${type} ${index}, splat (i64 ${words.length - 1})`);
    // Put together as doubles: x86's loads into a half of a register are for those.
    const doubles = this.type("f64");
    let result = "poison";
    for (let lane = 0; lane < this.width; lane++) {
      const at = this.define(`extractelement ${type} ${within}, i32 ${lane}`);
      const address = this.define(`getelementptr inbounds [${words.length} x double], ptr @${name}, i64 0, i64 ${at}`);
      const word = this.define(`load double, ptr ${address}, align 8`);
      result = this.define(`insertelement ${doubles} ${result}, double ${word}, i32 ${lane}`);
    }
    return this.define(`bitcast ${doubles} ${result} to ${type}`);
  }

  protected printCall({ name }: MathFunctionDef): string {
    throw new TypeError(`a call of ${name} in a vector`);
  }

  protected printRare({ name }: MathFunctionDef): string {
    throw new TypeError(`${name} inside a function for vectors, not at its end`);
  }

  /** Returns the value of `node`. Where a lane is a rare case, that of the other function for all of them, before more is done. */
  printReturn(node: Expr): void {
    const type = this.type(node.type);
    if (node.op !== "rare") {
      const result = this.operand(node);
      this.lines.push(`  ret ${type} ${result}`);
      return;
    }
    const { callee } = node;
    const [condition, common, ...args] = node.args;
    if (callee?.inVectors !== true || condition === undefined || common === undefined)
      throw new TypeError("a rare case that is computed lane by lane");
    this.refer(callee, "in a branch");
    const [masks, mask] = [this.type("i1"), `i${this.width}`];
    const passed = this.arguments(
      callee,
      args.map((arg) => this.operand(arg)),
    );
    const lanes = this.define(`select ${masks} %mask, ${masks} ${this.operand(condition)}, ${masks} zeroinitializer`);
    const bits = this.define(`bitcast ${masks} ${lanes} to ${mask}`);
    const some = this.define(`icmp ne ${mask} ${bits}, 0`);
    const id = this.count++;
    this.lines.push(
      `  br i1 ${some}, label %rare${id}, label %common${id}, ${SELDOM}`,
      `rare${id}:`,
      `  %r${id} = tail call ${type} @${callee.name}_s${this.width}(${passed}, ${mask} ${bits})`,
      `  ret ${type} %r${id}`,
      `common${id}:`,
    );
    this.printReturn(common);
  }
}

export function printFunction(
  fn: MathFunctionDef,
  attributes: string,
  references: References,
  calls: ScalarCalls,
): string {
  const printer = new ScalarPrinter(references, calls);
  const result = printer.operand(fn.body);
  const type = llvmType(fn.body.type);
  const params = fn.params.map((t, k) => `${llvmType(t)} %x${k}`).join(", ");
  const head = `define internal ${type} @${fn.name}(${params}) ${attributes} {`;
  return [head, "entry:", ...printer.lines, `  ret ${type} ${result}`, "}", ""].join("\n");
}

export interface VectorForm {
  readonly lanes: number;
  /** Whether there is AVX-512, to look up with. */
  readonly permutes: boolean;
}

/** The instructions that compute `fn` of `%x0`, `%x1`, in the lanes of `%mask` at least, and return it. */
export function printVectors(fn: MathFunctionDef, references: References, { lanes, permutes }: VectorForm): string {
  const printer = new VectorPrinter(references, lanes, permutes);
  printer.printReturn(fn.body);
  return printer.lines.join("\n");
}
