/** Templates of the ops on integers, floats and booleans, and of conversions between them. */
import type { Fast, InstOf, OpName, Overflow, ValueId } from "../../ir/ops.ts";
import type { Target } from "../../targets/target.ts";
import { contextField } from "./context.ts";
import { type FunctionText, type Node, scalarType, type Typed } from "./function-text.ts";
import { emitMath } from "./math.ts";
import { emitMinMax } from "./min-max.ts";
import { floatLiteral, LIKELY } from "./module-text.ts";
import { productOf } from "./products.ts";
import { wholeQuotient } from "./quotients.ts";
import type { Templates } from "./template.ts";

/**
 * As a prefix of what follows: `nsz contract `. LLVM makes a result that breaks nnan or ninf poison, and what depends on
 * poison (a branch, an index) undefined; those two flags stay off wherever they gain nothing, so that a NaN under fastmath
 * costs the right number and no more.
 */
function fastFlags(fast: Fast): string {
  return fast.map((flag) => (flag === "nnan" || flag === "ninf" ? "" : `${flag} `)).join("");
}

/** How LLVM names a scalar type in an intrinsic. */
export function suffix(llvmType: string): string {
  return llvmType === "float" ? "f32" : llvmType === "double" ? "f64" : llvmType;
}

function constant(inst: InstOf<"const">): string {
  const { type, value } = inst;
  switch (type) {
    case "i1":
      return value ? "true" : "false";
    case "i32":
      return String(Number(value) | 0);
    case "i64":
      return String(BigInt.asIntN(64, BigInt(value)));
    case "f32":
      return floatLiteral(Math.fround(Number(value)));
    case "f64":
      return floatLiteral(Number(value));
    default:
      throw new Error(`a constant of type ${type}: the IR wasn't verified`);
  }
}

// ── building blocks ──

type Ring = Node & { readonly overflow: Overflow };
type Float = Node & { readonly fast: Fast };

function binary(f: FunctionText, inst: Node, op: string): void {
  f.define(inst, `${op} ${scalarType(inst.type)} ${f.arg(inst, 0)}, ${f.arg(inst, 1)}`);
}

function intrinsic(f: FunctionText, inst: Node, name: string, flags = ""): void {
  const type = scalarType(inst.type);
  const args = inst.args.flatMap((_, i) => f.typed(inst, i));
  f.define(inst, f.callText(type, `${name}.${suffix(type)}`, args, flags));
}

const int =
  (op: string) =>
  (f: FunctionText, inst: Node): void =>
    binary(f, inst, op);

const intIntrinsic =
  (name: string) =>
  (f: FunctionText, inst: Node): void =>
    intrinsic(f, inst, name);

function integerMinMax(f: FunctionText, inst: InstOf<"smin"> | InstOf<"smax">): void {
  if (!f.loops.guessed.has(inst.id)) {
    intIntrinsic(`llvm.${inst.op}`)(f, inst);
    return;
  }
  const [type, a, b] = [scalarType(inst.type), f.arg(inst, 0), f.arg(inst, 1)];
  const isFirst = f.temp(`icmp ${inst.op === "smin" ? "slt" : "sgt"} ${type} ${a}, ${b}`);
  f.define(inst, f.guess(isFirst, type, a, b));
}

/**
 * Two chains of floats that wait for themselves LLVM's SLP vectoriser would put side by side into one vector: fewer instructions, but the
 * values on their way into the vector and out of it are waited for, too. It leaves fenced values where they are; there is no
 * instruction for a fence.
 */
const float =
  (op: string) =>
  (f: FunctionText, inst: Float): void => {
    if (!f.loops.chains.has(inst.id)) {
      binary(f, inst, `${op} ${fastFlags(inst.fast)}`.trimEnd());
      return;
    }
    const type = scalarType(inst.type);
    const value = f.temp(`${op} ${type} ${f.arg(inst, 0)}, ${f.arg(inst, 1)}`);
    f.define(inst, f.callText(type, `llvm.arithmetic.fence.${inst.type}`, [[type, value]]));
  };

const floatIntrinsic =
  (name: string) =>
  (f: FunctionText, inst: Float): void =>
    intrinsic(f, inst, name, fastFlags(inst.fast));

const WRAP: { readonly [K in Exclude<Overflow, "saturates">]: string } = { wraps: "", absent: " nsw" };

/** LLVM's shifts are poison for amounts of the width and more; ECMAScript takes them modulo the width. */
const shift =
  (op: string) =>
  (f: FunctionText, inst: Node): void => {
    const type = scalarType(inst.type);
    const amount = f.temp(`and ${type} ${f.arg(inst, 1)}, ${type === "i64" ? 63 : 31}`);
    f.define(inst, `${op} ${type} ${f.arg(inst, 0)}, ${amount}`);
  };

const cast =
  (op: string) =>
  (f: FunctionText, inst: Node): void =>
    f.define(inst, `${op} ${f.argType(inst, 0)} ${f.arg(inst, 0)} to ${scalarType(inst.type)}`);

function ring(op: "add" | "sub") {
  return (f: FunctionText, inst: Ring): void => {
    if (inst.overflow !== "saturates") binary(f, inst, `${op}${WRAP[inst.overflow]}`);
    // Where it overflows the true result has the first operand's sign.
    else if (f.loops.guessed.has(inst.id)) saturate(f, inst, op, f.arg(inst, 0));
    else intrinsic(f, inst, `llvm.s${op}.sat`);
  };
}

/** The sign of the true product says which end to take. */
function multiply(f: FunctionText, inst: InstOf<"mul">): void {
  if (inst.overflow === "saturates") saturate(f, inst, "mul", f.temp(`xor i64 ${f.arg(inst, 0)}, ${f.arg(inst, 1)}`));
  else binary(f, inst, `mul${WRAP[inst.overflow]}`);
}

/** `sign` has the sign of a true result that doesn't fit. */
function saturate(f: FunctionText, inst: Node, op: "add" | "sub" | "mul", sign: string): void {
  const args = [...f.typed(inst, 0), ...f.typed(inst, 1)];
  const pair = f.temp(f.callText("{ i64, i1 }", `llvm.s${op}.with.overflow.i64`, args));
  const result = f.temp(`extractvalue { i64, i1 } ${pair}, 0`);
  const over = f.temp(`extractvalue { i64, i1 } ${pair}, 1`);
  const negative = f.temp(`ashr i64 ${sign}, 63`);
  const end = f.temp(`xor i64 ${negative}, 9223372036854775807`);
  if (!f.loops.guessed.has(inst.id)) f.define(inst, `select i1 ${over}, i64 ${end}, i64 ${result}`);
  else f.define(inst, f.guess(f.frozen("i1", f.temp(`xor i1 ${over}, true`)), "i64", result, end));
}

/**
 * By a power of two, in a loop whose rounds wait for each other, one goes round the division, as V8 does: that a divisor
 * is one is the same in all rounds, so the processor foresees it, and so it does the sign of what a constant divides.
 */
function integerRemainder(f: FunctionText, inst: InstOf<"srem">): void {
  // By a constant it is a few instructions less without signs, of which LLVM can't tell in a loop.
  const op = inst.signs.length > 0 ? "urem" : "srem";
  const type = scalarType(inst.type);
  const [x, y] = [f.arg(inst, 0), f.arg(inst, 1)];
  const operand = f.loops.sums.get(inst.id);
  const sum = operand === undefined ? undefined : f.definition(inst.args[0]);
  if (operand !== undefined && sum?.op === "add") {
    remainderOfSum(f, inst, f.arg(sum, operand), f.arg(sum, 1 - operand), op);
    return;
  }
  if (f.loops.guessed.has(inst.id)) {
    maskedRemainder(f, inst, f.temp(`icmp sge ${type} ${x}, 0`), f.temp(`sub ${type} ${y}, 1`), op, LIKELY);
    return;
  }
  if (!f.loops.remainders.has(inst.id)) {
    binary(f, inst, op);
    return;
  }
  // Also the least integer, whose remainders of others are those others.
  const mask = f.temp(`sub ${type} ${y}, 1`);
  const others = f.temp(`and ${type} ${y}, ${mask}`);
  const sign = (): string => f.temp(`and ${type} ${x}, ${type === "i64" ? "-9223372036854775808" : "-2147483648"}`);
  const bits = op === "urem" ? others : f.temp(`or ${type} ${others}, ${sign()}`);
  maskedRemainder(f, inst, f.temp(`icmp eq ${type} ${bits}, 0`), mask, op);
}

/**
 * `(rest + x) % y` of a rest of the round before, y > 0: that of x nobody waits for, and both rests together are less than twice the
 * divisor. Where one of them is negative it is the sum's.
 */
function remainderOfSum(f: FunctionText, inst: InstOf<"srem">, rest: string, x: string, op: "srem" | "urem"): void {
  const type = scalarType(inst.type);
  const y = f.arg(inst, 1);
  const [near, far, done] = [`near${inst.id}`, `far${inst.id}`, `rest${inst.id}`];
  const [known, added] = [f.frozen(type, rest), f.frozen(type, x)];
  const isLess = f.temp(`icmp ult ${type} ${known}, ${y}`);
  const isPlain = f.temp(`and i1 ${isLess}, ${f.temp(`icmp sge ${type} ${added}, 0`)}`);
  f.line(`br i1 ${isPlain}, label %${near}, label %${far}, ${LIKELY}`);
  f.startBlock(near);
  const both = f.temp(`add ${type} ${known}, ${f.temp(`urem ${type} ${added}, ${y}`)}`);
  const less = f.temp(`sub ${type} ${both}, ${y}`);
  const least = f.temp(
    f.callText(type, `llvm.umin.${type}`, [
      [type, both],
      [type, less],
    ]),
  );
  f.branch(done);
  f.startBlock(far);
  const whole = f.temp(`${op} ${type} ${f.arg(inst, 0)}, ${y}`);
  f.branch(done);
  f.startBlock(done);
  f.define(inst, `phi ${type} [ ${least}, %${near} ], [ ${whole}, %${far} ]`);
}

/** The bits under the mask where that is `simple`. */
function maskedRemainder(
  f: FunctionText,
  inst: InstOf<"srem">,
  simple: string,
  mask: string,
  op: "srem" | "urem",
  weights?: typeof LIKELY,
): void {
  const type = scalarType(inst.type);
  const [x, y] = [f.arg(inst, 0), f.arg(inst, 1)];
  const [low, divide, done] = [`low${inst.id}`, `divide${inst.id}`, `rest${inst.id}`];
  f.line(`br i1 ${simple}, label %${low}, label %${divide}${weights === undefined ? "" : `, ${weights}`}`);
  f.startBlock(low);
  const masked = f.temp(`and ${type} ${x}, ${mask}`);
  f.branch(done);
  f.startBlock(divide);
  const rest = f.temp(`${op} ${type} ${x}, ${y}`);
  f.branch(done);
  f.startBlock(done);
  f.define(inst, `phi ${type} [ ${masked}, %${low} ], [ ${rest}, %${divide} ]`);
}

/**
 * C's fmod. For quotients below 2^53 the truncated quotient is right or one too large (rounding may have carried it to an
 * integer), and what a fused multiply-add leaves is exact either way; one addition sets the second case right. Others,
 * infinities, NaN and zero divisors among them, are the C library's. Of two floats it is a float.
 */
function remainder(f: FunctionText, inst: InstOf<"frem">): void {
  const type = scalarType(inst.type);
  const by = f.definition(inst.args[1]);
  if (by?.op === "const" && typeof by.value === "number" && isPowerOfTwo(by.value)) {
    remainderByPowerOfTwo(f, inst, by.value);
    return;
  }
  if (!hasFma(f.module.target)) {
    binary(f, inst, `frem ${fastFlags(inst.fast)}`.trimEnd());
    return;
  }
  const [x = "", y = ""] = [0, 1].map((i) => {
    // The quotient decides where to go.
    const operand = f.frozen(type, f.arg(inst, i));
    return type === "double" ? operand : f.temp(`fpext float ${operand} to double`);
  });
  const call = (name: string, ...args: readonly string[]): string => {
    const typed = args.map((value): Typed => ["double", value]);
    return f.temp(f.callText("double", `llvm.${name}.f64`, typed));
  };
  const [a, b] = [call("fabs", x), call("fabs", y)];
  const quotient = f.temp(`fdiv double ${a}, ${b}`);
  const moderate = f.temp(`fcmp olt double ${quotient}, ${floatLiteral(2 ** 53)}`);
  const finite = f.temp(`fcmp olt double ${b}, ${floatLiteral(Number.POSITIVE_INFINITY)}`);
  const [near, far, done] = [`near${inst.id}`, `far${inst.id}`, `rem${inst.id}`];
  f.line(`br i1 ${f.temp(`and i1 ${moderate}, ${finite}`)}, label %${near}, label %${far}, ${LIKELY}`);
  f.startBlock(near);
  const rest = call("fma", f.temp(`fneg double ${call("trunc", quotient)}`), b, a);
  const below = f.temp(`fcmp olt double ${rest}, 0.0`);
  const raised = f.temp(`fadd double ${rest}, ${b}`);
  const exact = call("copysign", f.temp(`select i1 ${below}, double ${raised}, double ${rest}`), x);
  f.branch(done);
  f.startBlock(far);
  const slow = f.temp(
    f.runtimeText("double", "fmod", [
      ["double", x],
      ["double", y],
    ]),
  );
  f.branch(done);
  f.startBlock(done);
  const result = f.temp(`phi double [ ${exact}, %${near} ], [ ${slow}, %${far} ]`);
  if (type === "double") f.alias(inst, result);
  else f.define(inst, `fptrunc double ${result} to float`);
}

/** Those of 1 and more, which nothing overflows when it is divided by. */
const isPowerOfTwo = (x: number): boolean =>
  x >= 1 && x <= 2 ** 100 && Number.isInteger(Math.log2(x)) && 2 ** Math.log2(x) === x;

/** All steps are exact: what is too small for that leaves itself. Infinity leaves NaN. */
function remainderByPowerOfTwo(f: FunctionText, inst: InstOf<"frem">, by: number): void {
  const type = scalarType(inst.type);
  const x = f.arg(inst, 0);
  const call = (name: string, ...args: readonly string[]): string => {
    return f.callText(
      type,
      `llvm.${name}.${suffix(type)}`,
      args.map((value): Typed => [type, value]),
    );
  };
  const quotient = f.temp(call("trunc", f.temp(`fmul ${type} ${x}, ${floatLiteral(1 / by)}`)));
  const rest = f.temp(`fsub ${type} ${x}, ${f.temp(`fmul ${type} ${quotient}, ${floatLiteral(by)}`)}`);
  f.define(inst, call("copysign", rest, x));
}

function hasFma({ triple, features }: Target): boolean {
  return !triple.startsWith("x86_64") || features.includes("+fma");
}

/**
 * Math.round: the nearest integer, of two the even one, which is one too small where x is a half above it: both exact, unlike x + 0.5. Zeros
 * have x's sign, and from 2^52 on x is itself. Where the next round waits for it, halves are left to a branch, as they are seldom.
 */
function round(f: FunctionText, inst: InstOf<"fround">): void {
  const type = scalarType(inst.type);
  const x = f.arg(inst, 0);
  const nearest = f.temp(f.callText(type, `llvm.rint.${suffix(type)}`, [[type, x]]));
  const isNearest = f.temp(`fcmp une ${type} ${f.temp(`fsub ${type} ${x}, ${nearest}`)}, 0.5`);
  const above = f.temp(`fadd ${type} ${nearest}, 1.0`);
  if (!f.loops.guessed.has(inst.id)) f.define(inst, `select i1 ${isNearest}, ${type} ${nearest}, ${type} ${above}`);
  else f.define(inst, f.guess(f.frozen("i1", isNearest), type, nearest, above));
}

/** Math.sign: ±0 and NaN are their own. */
function sign(f: FunctionText, inst: InstOf<"fsign">): void {
  const type = scalarType(inst.type);
  const x = f.arg(inst, 0);
  const self = f.temp(`fcmp ueq ${type} ${x}, 0.0`);
  const one = f.temp(
    f.callText(type, `llvm.copysign.${suffix(type)}`, [
      [type, "1.0"],
      [type, x],
    ]),
  );
  f.define(inst, `select i1 ${self}, ${type} ${x}, ${type} ${one}`);
}

/**
 * ECMAScript's ToInt32. Doubles below 2^63 truncate to an i64 whose low half is the answer. Larger ones first lose their
 * multiple of 2^32, exactly: all steps on the slow side are exact, and its infinities and NaN end as NaN, then 0. Written
 * as a branch, so that scalar code skips the slow side; the vectoriser turns it into a select.
 */
function toint32(f: FunctionText, inst: InstOf<"toint32">): void {
  const quotient = wholeQuotient(f, inst);
  if (quotient !== undefined) {
    f.alias(inst, quotient);
    return;
  }
  const product = productOf(f, inst);
  if (product === undefined) {
    f.alias(inst, lowBits(f, inst));
    return;
  }
  const [small, large, done] = [`small${inst.id}`, `large${inst.id}`, `bits${inst.id}`];
  f.line(`br i1 ${product.isSmall}, label %${small}, label %${large}, ${LIKELY}`);
  f.startBlock(small);
  const exact = f.temp(`trunc i64 ${product.value} to i32`);
  f.branch(done);
  f.startBlock(large);
  const rounded = lowBits(f, inst);
  const from = f.block;
  f.branch(done);
  f.startBlock(done);
  f.define(inst, `phi i32 [ ${exact}, %${small} ], [ ${rounded}, %${from} ]`);
}

function lowBits(f: FunctionText, inst: InstOf<"toint32">): string {
  if (inst.fits64) {
    return f.temp(`trunc i64 ${f.frozen("i64", f.temp(`fptosi double ${f.arg(inst, 0)} to i64`))} to i32`);
  }
  const x = f.frozen("double", f.arg(inst, 0));
  const size = f.temp(f.callText("double", "llvm.fabs.f64", [["double", x]]));
  const fits = f.temp(`fcmp olt double ${size}, ${floatLiteral(2 ** 63)}`);
  const from = f.block;
  const [slow, done] = [`slow${inst.id}`, `int${inst.id}`];
  f.line(`br i1 ${fits}, label %${done}, label %${slow}, ${LIKELY}`);
  f.startBlock(slow);
  const scaled = f.temp(`fmul double ${x}, ${floatLiteral(2 ** -32)}`);
  const count = f.temp(f.callText("double", "llvm.trunc.f64", [["double", scaled]]));
  const multiple = f.temp(`fmul double ${count}, ${floatLiteral(2 ** 32)}`);
  const rest = f.temp(`fsub double ${x}, ${multiple}`);
  const finite = f.temp(`fcmp ord double ${rest}, 0.0`);
  const small = f.temp(`select i1 ${finite}, double ${rest}, double 0.0`);
  f.branch(done);
  f.startBlock(done);
  const value = f.temp(`phi double [ ${x}, %${from} ], [ ${small}, %${slow} ]`);
  return f.temp(`trunc i64 ${f.temp(`fptosi double ${value} to i64`)} to i32`);
}

/**
 * The low half of sums and products of int32s is made of low halves. LLVM finds that as well, but not where the result becomes a
 * uint32 again: of `s = (Math.imul(s, a) + c) >>> 0` it made shifts by 32 and back, for which the next round waited.
 */
function truncate(f: FunctionText, inst: InstOf<"trunc">): void {
  const low = lowHalf(f, inst.args[0], MAX_NARROWED);
  if (low === undefined) cast("trunc")(f, inst);
  else f.alias(inst, low());
}

/** As many sums inside each other at most. */
const MAX_NARROWED = 4;

/** What writes an i64's low half as an i32, where no more of it than that need be made; undefined for what has none of its own. */
function lowHalf(f: FunctionText, id: ValueId | undefined, depth: number): (() => string) | undefined {
  const inst = f.definition(id);
  switch (inst?.op) {
    case "const":
      return () => String(Number(BigInt.asIntN(32, BigInt(inst.value))));
    case "sext":
    case "zext":
      return f.typeOf(inst.args[0] ?? -1) === "i32" ? () => f.arg(inst, 0) : undefined;
    case "add":
    case "sub":
    case "mul":
      if (inst.overflow === "saturates") return undefined;
      break;
    case "and":
    case "or":
    case "xor":
      break;
    default:
      return undefined;
  }
  if (depth === 0 || inst.type !== "i64") return undefined;
  const [a, b] = inst.args.map((arg) => lowHalf(f, arg, depth - 1));
  return a && b && (() => f.temp(`${inst.op} i32 ${a()}, ${b()}`));
}

/** Comparing this way round sends NaN to 0. LLVM's rint rounds half to even, there being no other rounding mode here. */
function clamp8(f: FunctionText, inst: InstOf<"clamp8">): void {
  const x = f.frozen("double", f.arg(inst, 0));
  const positive = f.temp(`fcmp ogt double ${x}, 0.0`);
  const low = f.temp(`select i1 ${positive}, double ${x}, double 0.0`);
  const inside = f.temp(`fcmp olt double ${low}, ${floatLiteral(255)}`);
  const both = f.temp(`select i1 ${inside}, double ${low}, double ${floatLiteral(255)}`);
  const whole = f.temp(f.callText("double", "llvm.rint.f64", [["double", both]]));
  f.define(inst, `fptosi double ${whole} to i32`);
}

/** A comparison is where a float becomes something that control flow and indices are made of: poison ends here. */
function compareFloats(f: FunctionText, inst: InstOf<"fcmp">): void {
  const text = `fcmp ${fastFlags(inst.fast)}${inst.pred} ${f.argType(inst, 0)} ${f.arg(inst, 0)}, ${f.arg(inst, 1)}`;
  if (f.module.hasPoison) f.define(inst, `freeze i1 ${f.temp(text)}`);
  else f.define(inst, text);
}

function select(f: FunctionText, inst: InstOf<"select">): void {
  const cond = f.arg(inst, 0);
  const then = f.typed(inst, 1);
  const other = f.typed(inst, 2);
  if (f.loops.guessed.has(inst.id)) {
    // What a variable is it mostly stays.
    const isMostly = f.definition(inst.args[2])?.op !== "local.get";
    const [[type, x] = ["", ""], [, y] = ["", ""]] = [then[0], other[0]];
    f.define(inst, f.guess(f.frozen("i1", cond), type, x, y, isMostly));
    return;
  }
  const parts = then.map(([type, value], k) =>
    f.temp(`select i1 ${cond}, ${type} ${value}, ${type} ${other[k]?.[1] ?? "poison"}`),
  );
  f.alias(inst, ...parts);
}

/** A square, `x ** 2` with a 2 that isn't known before: as a product, as V8 has it, where that doesn't cost a vector the whole loop. */
function math2(f: FunctionText, inst: InstOf<"math2">): void {
  const type = scalarType(inst.type);
  const [x, y] = [f.arg(inst, 0), f.arg(inst, 1)];
  const call = (): string => emitMath(f, inst, type, [x, y]);
  if (inst.fn !== "pow" || !f.loops.serial.has(inst.id) || f.definition(inst.args[1])?.op === "const") {
    f.alias(inst, call());
    return;
  }
  const [square, power, done] = [`square${inst.id}`, `power${inst.id}`, `raised${inst.id}`];
  const isSquare = f.frozen("i1", f.temp(`fcmp oeq ${type} ${y}, 2.0`));
  f.line(`br i1 ${isSquare}, label %${square}, label %${power}`);
  f.startBlock(square);
  const product = f.temp(`fmul ${type} ${x}, ${x}`);
  f.branch(done);
  f.startBlock(power);
  const raised = call();
  f.branch(done);
  f.startBlock(done);
  f.define(inst, `phi ${type} [ ${product}, %${square} ], [ ${raised}, %${power} ]`);
}

function random(f: FunctionText, inst: InstOf<"random">): void {
  f.define(inst, f.runtimeText("double", "random", [["ptr", "%cx"]]));
}

function randomState(f: FunctionText, inst: InstOf<"random.state">): void {
  f.define(inst, `load i64, ptr ${f.temp(contextField("seed"))}, align 8`);
}

function randomSeed(f: FunctionText, inst: InstOf<"random.seed">): void {
  f.line(`store i64 ${f.arg(inst, 0)}, ptr ${f.temp(contextField("seed"))}, align 8`);
}

function randomStream(f: FunctionText, inst: InstOf<"random.stream">): void {
  f.define(inst, f.runtimeText("i64", "random.stream", [...f.typed(inst, 0), ...f.typed(inst, 1)]));
}

export const SCALAR_OPS = {
  const: (f, inst) => f.alias(inst, constant(inst)),
  add: ring("add"),
  sub: ring("sub"),
  mul: multiply,
  sdiv: int("sdiv"),
  srem: integerRemainder,
  smin: integerMinMax,
  smax: integerMinMax,
  and: int("and"),
  or: int("or"),
  xor: int("xor"),
  shl: shift("shl"),
  ashr: shift("ashr"),
  lshr: shift("lshr"),
  ctlz: (f, inst) => {
    const type = scalarType(inst.type);
    f.define(inst, f.callText(type, `llvm.ctlz.${type}`, [...f.typed(inst, 0), ["i1", "false"]]));
  },
  icmp: (f, inst) => f.define(inst, `icmp ${inst.pred} ${f.argType(inst, 0)} ${f.arg(inst, 0)}, ${f.arg(inst, 1)}`),
  not: (f, inst) => f.define(inst, `xor i1 ${f.arg(inst, 0)}, true`),
  // LLVM looks into everything but assembly, though this has no instruction.
  opaque: (f, inst) => {
    const isWide = inst.type === "i32";
    const wide = isWide ? f.arg(inst, 0) : f.temp(`zext i1 ${f.arg(inst, 0)} to i32`);
    const same = `call i32 asm "", "=r,0"(i32 ${wide}) nounwind memory(none)`;
    f.define(inst, isWide ? same : `icmp ne i32 ${f.temp(same)}, 0`);
  },

  fadd: float("fadd"),
  fsub: float("fsub"),
  fmul: float("fmul"),
  fdiv: float("fdiv"),
  frem: remainder,
  fneg: (f, inst) => f.define(inst, `fneg ${fastFlags(inst.fast)}${scalarType(inst.type)} ${f.arg(inst, 0)}`),
  fabs: floatIntrinsic("llvm.fabs"),
  fsqrt: floatIntrinsic("llvm.sqrt"),
  ffloor: floatIntrinsic("llvm.floor"),
  fceil: floatIntrinsic("llvm.ceil"),
  ftrunc: floatIntrinsic("llvm.trunc"),
  fround: round,
  fmin: emitMinMax,
  fmax: emitMinMax,
  fsign: sign,
  fcmp: compareFloats,
  math: (f, inst) => f.alias(inst, emitMath(f, inst, scalarType(inst.type), [f.arg(inst, 0)])),
  math2,
  random,
  "random.state": randomState,
  "random.seed": randomSeed,
  "random.stream": randomStream,

  sitofp: cast("sitofp"),
  uitofp: cast("uitofp"),
  fptosi: (f, inst) => {
    const quotient = wholeQuotient(f, inst);
    if (quotient !== undefined) {
      f.alias(inst, quotient);
      return;
    }
    const type = scalarType(inst.type);
    const value = f.temp(`fptosi ${f.argType(inst, 0)} ${f.arg(inst, 0)} to ${type}`);
    f.alias(inst, f.frozen(type, value));
  },
  toint32,
  clamp8,
  sext: cast("sext"),
  zext: cast("zext"),
  trunc: truncate,
  fpext: cast("fpext"),
  fptrunc: cast("fptrunc"),
  select,
} as const satisfies Partial<Templates<OpName>>;
