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
  /** Of `rare`: the function that computes the rare case. */
  readonly callee?: MathFunctionDef;
}

export type Arg<T extends Type> = Expr<T> | number | bigint;

/** A constant array of 64-bit words. */
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
}

/** One row per operation: its text, given LLVM's name of the operand type and the operands. */
const OPS = {
  fadd: (t, [a, b]) => `fadd ${t} ${a}, ${b}`,
  fsub: (t, [a, b]) => `fsub ${t} ${a}, ${b}`,
  fmul: (t, [a, b]) => `fmul ${t} ${a}, ${b}`,
  fdiv: (t, [a, b]) => `fdiv ${t} ${a}, ${b}`,
  fneg: (t, [a]) => `fneg ${t} ${a}`,
  fma: (t, [a, b, c]) => `call ${t} @llvm.fma.${SUFFIX[t]}(${t} ${a}, ${t} ${b}, ${t} ${c})`,
  fabs: (t, [a]) => `call ${t} @llvm.fabs.${SUFFIX[t]}(${t} ${a})`,
  fsqrt: (t, [a]) => `call ${t} @llvm.sqrt.${SUFFIX[t]}(${t} ${a})`,
  rint: (t, [a]) => `call ${t} @llvm.rint.${SUFFIX[t]}(${t} ${a})`,
  "fcmp olt": (t, [a, b]) => `fcmp olt ${t} ${a}, ${b}`,
  "fcmp ole": (t, [a, b]) => `fcmp ole ${t} ${a}, ${b}`,
  "fcmp oeq": (t, [a, b]) => `fcmp oeq ${t} ${a}, ${b}`,
  "fcmp une": (t, [a, b]) => `fcmp une ${t} ${a}, ${b}`,

  "icmp eq": (t, [a, b]) => `icmp eq ${t} ${a}, ${b}`,
  "icmp ne": (t, [a, b]) => `icmp ne ${t} ${a}, ${b}`,
  "icmp slt": (t, [a, b]) => `icmp slt ${t} ${a}, ${b}`,
  "icmp ult": (t, [a, b]) => `icmp ult ${t} ${a}, ${b}`,
  add: (t, [a, b]) => `add ${t} ${a}, ${b}`,
  sub: (t, [a, b]) => `sub ${t} ${a}, ${b}`,
  mul: (t, [a, b]) => `mul ${t} ${a}, ${b}`,
  and: (t, [a, b]) => `and ${t} ${a}, ${b}`,
  or: (t, [a, b]) => `or ${t} ${a}, ${b}`,
  xor: (t, [a, b]) => `xor ${t} ${a}, ${b}`,
  shl: (t, [a, b]) => `shl ${t} ${a}, ${b}`,
  lshr: (t, [a, b]) => `lshr ${t} ${a}, ${b}`,
  ashr: (t, [a, b]) => `ashr ${t} ${a}, ${b}`,
  ctlz: (t, [a]) => `call ${t} @llvm.ctlz.${t}(${t} ${a}, i1 false)`,
  /** Bits shifted in from the second operand's top; shift amounts below the width. */
  fshl: (t, [a, b, c]) => `call ${t} @llvm.fshl.${t}(${t} ${a}, ${t} ${b}, ${t} ${c})`,
  bits: (t, [a]) => `bitcast ${t} ${a} to ${t === "double" ? "i64" : "i32"}`,
  float: (t, [a]) => `bitcast ${t} ${a} to ${t === "i64" ? "double" : "float"}`,
  uitofp: (t, [a]) => `uitofp ${t} ${a} to double`,
  fpext: (_, [a]) => `fpext float ${a} to double`,
  fptrunc: (_, [a]) => `fptrunc double ${a} to float`,
} as const satisfies Record<string, (type: string, args: readonly string[]) => string>;

/** What needs more than a line, see `Printer`. */
type SpecialOp = "const" | "param" | "select" | "umulh" | "table" | "rare";
export type Op = keyof typeof OPS | SpecialOp;

const LLVM_TYPES = { f64: "double", f32: "float", i64: "i64", i32: "i32", i1: "i1" } as const;
const SUFFIX: Readonly<Record<string, string>> = { double: "f64", float: "f32" };

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

/**
 * `common`, or where `condition` holds the value of `callee`, which is called only then. In a vectorised loop it is one
 * call of the callee's masked variant per vector, which returns at once if no lane needs it.
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

export function llvmType(type: Type): string {
  return LLVM_TYPES[type];
}

/** What printed functions refer to. */
export interface References {
  /** Intrinsics, as `declare` lines. */
  readonly declarations: Set<string>;
  readonly tables: Map<string, Table>;
  /** Functions called by `rare`. */
  readonly callees: Map<string, MathFunctionDef>;
}

/** How `rare` calls look: which attributes a call of this function carries. */
export type CallAttributes = (callee: MathFunctionDef) => string;

class Printer {
  readonly lines: string[] = [];
  private readonly named = new Map<Expr, string>();
  /** Operation and operands → name: equal nodes are printed once. */
  private readonly known = new Map<string, string>();
  private block = "entry";
  private count = 0;
  private readonly references: References;
  private readonly callAttributes: CallAttributes;

  constructor(references: References, callAttributes: CallAttributes) {
    this.references = references;
    this.callAttributes = callAttributes;
  }

  /** The operand that stands for `node`, after printing what it needs. */
  operand(node: Expr): string {
    const old = this.named.get(node);
    if (old !== undefined) return old;
    const name = this.print(node);
    this.named.set(node, name);
    return name;
  }

  private print(node: Expr): string {
    if (node.op === "const") return constantText(node.type, node.value ?? 0);
    if (node.op === "param") return `%x${node.value}`;
    const args = node.args.map((arg) => this.operand(arg));
    const type = llvmType(node.args[0]?.type ?? node.type);
    switch (node.op) {
      case "select": {
        const result = llvmType(node.type);
        return this.define(`select i1 ${args[0]}, ${result} ${args[1]}, ${result} ${args[2]}`);
      }
      case "umulh": {
        const [a, b] = args.map((arg) => this.define(`zext i64 ${arg} to i128`));
        const high = this.define(`lshr i128 ${this.define(`mul i128 ${a}, ${b}`)}, 64`);
        return this.define(`trunc i128 ${high} to i64`);
      }
      case "table": {
        if (node.table === undefined) throw new TypeError("a look-up without a table");
        const { name, words } = node.table;
        this.references.tables.set(name, node.table);
        const at = this.define(`getelementptr inbounds [${words.length} x i64], ptr @${name}, i64 0, i64 ${args[0]}`);
        return this.define(`load i64, ptr ${at}, align 8`);
      }
      case "rare":
        return this.printRare(node, args);
      default:
        return this.define(OPS[node.op](type, args));
    }
  }

  /**
   *   br i1 %condition, label %rare, label %join
   * rare:
   *   %r = call double @callee(…)
   *   br label %join
   * join:
   *   %v = phi double [ %common, %entry ], [ %r, %rare ]
   */
  private printRare(node: Expr, [condition, common, ...args]: readonly string[]): string {
    const { callee } = node;
    if (callee === undefined) throw new TypeError("a rare case without a function");
    this.references.callees.set(callee.name, callee);
    const type = llvmType(node.type);
    const id = this.count++;
    const passed = args.map((arg, k) => `${llvmType(callee.params[k] ?? "f64")} ${arg}`).join(", ");
    this.lines.push(
      `  br i1 ${condition}, label %rare${id}, label %join${id}, !prof !{!"branch_weights", i32 1, i32 2000}`,
      `rare${id}:`,
      `  %r${id} = call ${type} @${callee.name}(${passed}) ${this.callAttributes(callee)}`,
      `  br label %join${id}`,
      `join${id}:`,
      `  %v${id} = phi ${type} [ ${common}, %${this.block} ], [ %r${id}, %rare${id} ]`,
    );
    this.block = `join${id}`;
    return `%v${id}`;
  }

  private define(text: string): string {
    const old = this.known.get(text);
    if (old !== undefined) return old;
    const name = `%${this.count++}`.replace("%", "%t");
    this.lines.push(`  ${name} = ${text}`);
    this.known.set(text, name);
    const intrinsic = /^call (\S+) @(llvm\.\S+?)\(([^)]*)\)/.exec(text);
    if (intrinsic !== null) {
      const [, result, symbol, operands = ""] = intrinsic;
      const types = operands.split(", ").map((operand) => operand.split(" ")[0]);
      this.references.declarations.add(`declare ${result} @${symbol}(${types.join(", ")})`);
    }
    return name;
  }
}

export function printFunction(
  fn: MathFunctionDef,
  attributes: string,
  references: References,
  callAttributes: CallAttributes,
): string {
  const printer = new Printer(references, callAttributes);
  const result = printer.operand(fn.body);
  const type = llvmType(fn.body.type);
  const params = fn.params.map((t, k) => `${llvmType(t)} %x${k}`).join(", ");
  const head = `define internal ${type} @${fn.name}(${params}) ${attributes} {`;
  return [head, "entry:", ...printer.lines, `  ret ${type} ${result}`, "}", ""].join("\n");
}
