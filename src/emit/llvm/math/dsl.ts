/**
 * Expressions of which the math functions are made.
 *
 * A function is written in TypeScript as a calculation over `Expr` values; running it builds a graph, and `printFunction`
 * (print.ts) turns the graph into one branch-free LLVM function. Every node means one IEEE 754 or integer operation, never more:
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
export interface TypeText {
  readonly name: string;
  readonly suffix: string;
}

/** One row per operation: its text, given the operands' type, the operands and the result's type. */
export const OPS = {
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

/** What needs more than a line, see print.ts. */
type SpecialOp = "const" | "param" | "select" | "umulh" | "table" | "call" | "rare";
export type Op = keyof typeof OPS | SpecialOp;

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

export function isFloat(type: Type): type is FloatType {
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
