/**
 * Expressions of which the math functions are made, and their text as LLVM IR.
 *
 * A function is written in TypeScript as a calculation over `Expr` values; running it builds a graph, and `printFunction`
 * turns the graph into one branch-free LLVM function. Every node means one IEEE 754 or integer operation, never more:
 * nothing is contracted or reassociated, so a function gives the same bits in a vector lane, in a loop's remainder and
 * on every processor.
 *
 * Numbers stand for constants of the other operands' type: `fma(z, -0.5, 1)`.
 */

export type FloatType = "f32" | "f64";
export type IntType = "i32" | "i64";
export type Type = FloatType | IntType | "i1";
/** The integer as wide as a float. */
export type FloatBits<T extends FloatType> = T extends "f64" ? "i64" : "i32";

export interface Expr<T extends Type = Type> {
  readonly op: Op;
  readonly type: T;
  readonly args: readonly Expr[];
  /** Of `const`: its value. Of `param`: its index. */
  readonly value?: number | bigint;
  /** Of `table`: the words. */
  readonly table?: Table;
  /** Of `call`, and of `rare`, the function that computes the rare case. */
  readonly callee?: MathFunctionDef;
}

export type F64 = Expr<"f64">;

/** The sign of an f64, among its bits. */
export const SIGN = -0x8000_0000_0000_0000n;

export type Arg<T extends Type> = Expr<T> | number | bigint;

/** A constant array of 64-bit words. Of one with a power of two of them, an index's low bits count. */
export interface Table {
  readonly name: string;
  readonly words: readonly bigint[];
}

/** A function of the library: its body in terms of its parameters. */
export interface MathFunctionDef {
  /** The symbol, unique in the module. */
  readonly name: string;
  readonly params: readonly FloatType[];
  readonly body: Expr;
  /**
   * Of one that is called: whether its vector variants compute all lanes at once. Else they do one after the other. Of `rare`, such a
   * one gives the values of the common cases, too, with the same bits.
   */
  readonly inVectors?: boolean;
}

/** How LLVM writes the type of a value: `double` and `f64`, or of a vector of them `<8 x double>` and `v8f64`. */
interface TypeText {
  readonly name: string;
  readonly suffix: string;
}

/** One row per operation: its text, given the operands' type, the operands and the result's type. */
const OPS = {
  fadd: (t, [a, b]) => `fadd ${t.name} ${a}, ${b}`,
  fsub: (t, [a, b]) => `fsub ${t.name} ${a}, ${b}`,
  fmul: (t, [a, b]) => `fmul ${t.name} ${a}, ${b}`,
  fdiv: (t, [a, b]) => `fdiv ${t.name} ${a}, ${b}`,
  fneg: (t, [a]) => `fneg ${t.name} ${a}`,
  fma: (t, args) => intrinsic("fma", t, args),
  fabs: (t, args) => intrinsic("fabs", t, args),
  fsqrt: (t, args) => intrinsic("sqrt", t, args),
  rint: (t, args) => intrinsic("rint", t, args),
  "fcmp olt": (t, [a, b]) => `fcmp olt ${t.name} ${a}, ${b}`,
  "fcmp ole": (t, [a, b]) => `fcmp ole ${t.name} ${a}, ${b}`,
  "fcmp oeq": (t, [a, b]) => `fcmp oeq ${t.name} ${a}, ${b}`,
  "fcmp une": (t, [a, b]) => `fcmp une ${t.name} ${a}, ${b}`,

  "icmp eq": (t, [a, b]) => `icmp eq ${t.name} ${a}, ${b}`,
  "icmp ne": (t, [a, b]) => `icmp ne ${t.name} ${a}, ${b}`,
  "icmp slt": (t, [a, b]) => `icmp slt ${t.name} ${a}, ${b}`,
  "icmp ult": (t, [a, b]) => `icmp ult ${t.name} ${a}, ${b}`,
  add: (t, [a, b]) => `add ${t.name} ${a}, ${b}`,
  sub: (t, [a, b]) => `sub ${t.name} ${a}, ${b}`,
  mul: (t, [a, b]) => `mul ${t.name} ${a}, ${b}`,
  and: (t, [a, b]) => `and ${t.name} ${a}, ${b}`,
  or: (t, [a, b]) => `or ${t.name} ${a}, ${b}`,
  xor: (t, [a, b]) => `xor ${t.name} ${a}, ${b}`,
  shl: (t, [a, b]) => `shl ${t.name} ${a}, ${b}`,
  lshr: (t, [a, b]) => `lshr ${t.name} ${a}, ${b}`,
  ashr: (t, [a, b]) => `ashr ${t.name} ${a}, ${b}`,
  ctlz: (t, [a]) => `call ${t.name} @llvm.ctlz.${t.suffix}(${t.name} ${a}, i1 false)`,
  /** Bits shifted in from the second operand's top; shift amounts below the width. */
  fshl: (t, args) => intrinsic("fshl", t, args),
  bits: (t, [a], to) => `bitcast ${t.name} ${a} to ${to.name}`,
  float: (t, [a], to) => `bitcast ${t.name} ${a} to ${to.name}`,
  uitofp: (t, [a], to) => `uitofp ${t.name} ${a} to ${to.name}`,
  fpext: (t, [a], to) => `fpext ${t.name} ${a} to ${to.name}`,
  fptrunc: (t, [a], to) => `fptrunc ${t.name} ${a} to ${to.name}`,
} as const satisfies Record<string, (type: TypeText, args: readonly string[], result: TypeText) => string>;

function intrinsic(name: string, { name: type, suffix }: TypeText, args: readonly string[]): string {
  return `call ${type} @llvm.${name}.${suffix}(${args.map((arg) => `${type} ${arg}`).join(", ")})`;
}

/** What needs more than a line, see `Printer`. */
type SpecialOp = "const" | "param" | "select" | "umulh" | "table" | "call" | "rare";
export type Op = keyof typeof OPS | SpecialOp;

const LLVM_TYPES = { f64: "double", f32: "float", i64: "i64", i32: "i32", i1: "i1" } as const;

// ── building ──

export function param<T extends FloatType>(type: T, index: number): Expr<T> {
  return { op: "param", type, args: [], value: index };
}

export function constant<T extends Type>(type: T, value: number | bigint): Expr<T> {
  return { op: "const", type, args: [], value };
}

export const f64 = (value: number): Expr<"f64"> => constant("f64", value);
export const f32 = (value: number): Expr<"f32"> => constant("f32", value);
export const i64 = (value: number | bigint): Expr<"i64"> => constant("i64", value);

const scratch = new DataView(new ArrayBuffer(8));

/** The bits of a double that is a constant. */
export function bitsOf(value: number): bigint {
  scratch.setFloat64(0, value);
  return scratch.getBigUint64(0);
}

function isFloat(type: Type): type is FloatType {
  return type === "f32" || type === "f64";
}

function lift<T extends Type>(type: T, arg: Arg<T>): Expr<T> {
  return typeof arg === "object" ? arg : constant(type, arg);
}

/** A node whose operands all have one type: that of those which aren't plain numbers. */
function uniform<T extends Type>(op: Op, args: readonly Arg<T>[]): Expr<T> {
  const typed = args.find((arg) => typeof arg === "object");
  if (typed === undefined) throw new TypeError(`${op} of nothing but constants`);
  return { op, type: typed.type, args: args.map((arg) => lift(typed.type, arg)) };
}

/** The float or the integer operation, as the operands' type asks. */
function byType<T extends Type>(float: Op, int: Op, args: readonly Arg<T>[]): Expr<T> {
  const node = uniform(int, args);
  return isFloat(node.type) ? { ...node, op: float } : node;
}

function compare(op: Op, args: readonly Arg<Type>[]): Expr<"i1"> {
  return { op, type: "i1", args: uniform(op, args).args };
}

export const add = <T extends Type>(a: Arg<T>, b: Arg<T>): Expr<T> => byType("fadd", "add", [a, b]);
export const sub = <T extends Type>(a: Arg<T>, b: Arg<T>): Expr<T> => byType("fsub", "sub", [a, b]);
export const mul = <T extends Type>(a: Arg<T>, b: Arg<T>): Expr<T> => byType("fmul", "mul", [a, b]);
export const div = <T extends FloatType>(a: Arg<T>, b: Arg<T>): Expr<T> => uniform("fdiv", [a, b]);
export const neg = <T extends FloatType>(a: Expr<T>): Expr<T> => uniform("fneg", [a]);
export const abs = <T extends FloatType>(a: Expr<T>): Expr<T> => uniform("fabs", [a]);
export const sqrt = <T extends FloatType>(a: Expr<T>): Expr<T> => uniform("fsqrt", [a]);
/** To the nearest integer, ties to even. */
export const rint = <T extends FloatType>(a: Expr<T>): Expr<T> => uniform("rint", [a]);
/** a·b + c, rounded once. */
export const fma = <T extends FloatType>(a: Arg<T>, b: Arg<T>, c: Arg<T>): Expr<T> => uniform("fma", [a, b, c]);

export const and = <T extends IntType | "i1">(a: Arg<T>, b: Arg<T>): Expr<T> => uniform("and", [a, b]);
export const or = <T extends IntType | "i1">(a: Arg<T>, b: Arg<T>): Expr<T> => uniform("or", [a, b]);
export const xor = <T extends IntType | "i1">(a: Arg<T>, b: Arg<T>): Expr<T> => uniform("xor", [a, b]);
export const shl = <T extends IntType>(a: Arg<T>, b: Arg<T>): Expr<T> => uniform("shl", [a, b]);
export const lshr = <T extends IntType>(a: Arg<T>, b: Arg<T>): Expr<T> => uniform("lshr", [a, b]);
export const ashr = <T extends IntType>(a: Arg<T>, b: Arg<T>): Expr<T> => uniform("ashr", [a, b]);
export const ctlz = <T extends IntType>(a: Expr<T>): Expr<T> => uniform("ctlz", [a]);
export const fshl = <T extends IntType>(a: Arg<T>, b: Arg<T>, by: Arg<T>): Expr<T> => uniform("fshl", [a, b, by]);
/** The upper half of the unsigned 128-bit product. */
export const umulh = (a: Arg<"i64">, b: Arg<"i64">): Expr<"i64"> => uniform("umulh", [a, b]);

/** Comparisons; with a NaN all are false but `ne`. Integers are compared as signed ones. */
export const lt = <T extends Type>(a: Arg<T>, b: Arg<T>): Expr<"i1"> => {
  const node = byType("fcmp olt", "icmp slt", [a, b]);
  return compare(node.op, node.args);
};
export const gt = <T extends Type>(a: Arg<T>, b: Arg<T>): Expr<"i1"> => lt(b, a);
export const le = <T extends FloatType>(a: Arg<T>, b: Arg<T>): Expr<"i1"> => compare("fcmp ole", [a, b]);
export const ge = <T extends FloatType>(a: Arg<T>, b: Arg<T>): Expr<"i1"> => le(b, a);
export const eq = <T extends Type>(a: Arg<T>, b: Arg<T>): Expr<"i1"> => {
  const node = byType("fcmp oeq", "icmp eq", [a, b]);
  return compare(node.op, node.args);
};
export const ne = <T extends Type>(a: Arg<T>, b: Arg<T>): Expr<"i1"> => {
  const node = byType("fcmp une", "icmp ne", [a, b]);
  return compare(node.op, node.args);
};
/** Unsigned. */
export const ult = <T extends IntType>(a: Arg<T>, b: Arg<T>): Expr<"i1"> => compare("icmp ult", [a, b]);

export function select<T extends Type>(condition: Expr<"i1">, yes: Expr<T>, no: Arg<T>): Expr<T>;
export function select<T extends Type>(condition: Expr<"i1">, yes: Arg<T>, no: Expr<T>): Expr<T>;
export function select<T extends Type>(condition: Expr<"i1">, yes: Arg<T>, no: Arg<T>): Expr<T> {
  const node = uniform("select", [yes, no]);
  return { ...node, args: [condition, ...node.args] };
}

/** The bits of a float as an integer. */
export function bits<T extends FloatType>(a: Expr<T>): Expr<FloatBits<T>> {
  const type: IntType = a.type === "f64" ? "i64" : "i32";
  return { op: "bits", type: type as FloatBits<T>, args: [a] };
}
/** The double that has these bits. */
export const double = (a: Expr<"i64">): Expr<"f64"> => ({ op: "float", type: "f64", args: [a] });
/** The float32 that has these bits. */
export const single = (a: Expr<"i32">): Expr<"f32"> => ({ op: "float", type: "f32", args: [a] });
/** The double nearest to an unsigned integer. */
export const uitofp = (a: Expr<"i64">): Expr<"f64"> => ({ op: "uitofp", type: "f64", args: [a] });
export const widen = (a: Expr<"f32">): Expr<"f64"> => ({ op: "fpext", type: "f64", args: [a] });
export const narrow = (a: Expr<"f64">): Expr<"f32"> => ({ op: "fptrunc", type: "f32", args: [a] });

export function lookUp(table: Table, index: Expr<"i64">): Expr<"i64"> {
  return { op: "table", type: "i64", args: [index], table };
}

/** The value of `callee`, which is not inlined: in a vectorised loop its variant is called, made for the vector as a whole. */
export function call<T extends FloatType>(callee: MathFunctionDef, type: T, args: readonly Expr<FloatType>[]): Expr<T> {
  return { op: "call", type, args, callee };
}

/**
 * `common`, or where `condition` holds the value of `callee`, which is called only then. In a vectorised loop it is one
 * call per vector, which returns at once if no lane needs it.
 */
export function rare<T extends FloatType>(
  condition: Expr<"i1">,
  callee: MathFunctionDef,
  args: readonly Expr<FloatType>[],
  common: Expr<T>,
): Expr<T> {
  return { op: "rare", type: common.type, args: [condition, common, ...args], callee };
}

// ── printing ──

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
