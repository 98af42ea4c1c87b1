/**
 * Quotients of integers that are made integers again, `(x / 10) | 0` or `Math.floor(x / y)`: by one integer division instead of two
 * conversions, a division of doubles and a conversion back.
 *
 * The quotient of two integers up to 2^53 in size, as a double, never is an integer that the true one only comes near: that
 * is 1/y away or more, which is more than half of a double's last place there. So rounding it towards zero, or down, gives
 * what the true quotient gives.
 *
 * By a constant that is better everywhere. By something else it only is where nothing but the time counts that one takes: there are
 * no vectors of integer divisions.
 */
import type { InstOf } from "../../ir/ops.ts";
import type { FunctionText } from "./function-text.ts";
import { LIKELY } from "./module-text.ts";

interface Integer {
  readonly value: string;
  readonly type: "i32" | "i64";
  /** When it is one. */
  readonly constant: number | undefined;
}

interface Quotient {
  readonly dividend: Integer;
  readonly divisor: Integer;
}

/** The number that `fptosi` or `toint32` makes of a quotient, as an LLVM value of the instruction's type; undefined when it makes it of something else. */
export function wholeQuotient(f: FunctionText, inst: InstOf<"fptosi"> | InstOf<"toint32">): string | undefined {
  const from = f.definition(inst.args[0]);
  const rounding = inst.op === "fptosi" ? from?.op : "ftrunc";
  if (rounding !== "ftrunc" && rounding !== "ffloor") return undefined;
  const quotient = quotientOf(f, inst.op === "fptosi" ? from?.args[0] : inst.args[0]);
  if (quotient === undefined) return undefined;
  const { dividend, divisor } = quotient;
  if (inst.op === "toint32" && divisor.constant === undefined && dividend.type === "i32" && divisor.type === "i32")
    return f.loops.serial.has(inst.id) ? wrapped(f, inst, dividend.value, divisor.value) : undefined;
  const type = divisor.constant !== undefined && dividend.type === "i32" ? "i32" : "i64";
  // That the result is an integer says that the divisor isn't 0.
  const isKnown = divisor.constant !== undefined || inst.op === "fptosi" || inst.fits64;
  if (type === "i64" && !(f.loops.serial.has(inst.id) && isKnown)) return undefined;
  const result = divided(f, type, quotient, rounding);
  const wanted = inst.type === "i64" ? "i64" : "i32";
  if (wanted === type) return result;
  return f.temp(wanted === "i32" ? `trunc i64 ${result} to i32` : `sext i32 ${result} to i64`);
}

function quotientOf(f: FunctionText, id: number | undefined): Quotient | undefined {
  const inst = f.definition(id);
  if (inst?.op !== "fdiv" || inst.type !== "f64") return undefined;
  const [dividend, divisor] = inst.args.map((arg) => integerOf(f, arg));
  // An int64 may be a BigInt's.
  if (dividend?.type === "i64" && inst.operands.length === 0) return undefined;
  if (divisor?.type === "i64" && inst.operands.length === 0) return undefined;
  if (dividend === undefined || divisor === undefined) return undefined;
  // −1 has a quotient beyond int32, which the machine can't divide by.
  return divisor.constant === 0 || divisor.constant === -1 ? undefined : { dividend, divisor };
}

/** The integer that a double was made of. */
function integerOf(f: FunctionText, id: number | undefined): Integer | undefined {
  const inst = f.definition(id);
  const from = inst?.op === "sitofp" ? inst.args[0] : undefined;
  if (from !== undefined) {
    const value = f.partsOf(from)[0] ?? "";
    const source = f.definition(from);
    const constant = source?.op === "const" ? Number(source.value) : undefined;
    if (f.typeOf(from) === "i32") return { value, type: "i32", constant };
    return f.typeOf(from) === "i64" ? { value, type: "i64", constant: undefined } : undefined;
  }
  if (inst?.op !== "const" || typeof inst.value !== "number") return undefined;
  const { value } = inst;
  return Object.is(value | 0, value) ? { value: String(value), type: "i32", constant: value } : undefined;
}

/** `(x / y) | 0` of int32s. By 0 and −1 the machine doesn't divide, and it is the product with these, which wraps as JavaScript's integers do. */
function wrapped(f: FunctionText, inst: InstOf<"toint32">, x: string, by: string): string {
  const y = f.frozen("i32", by);
  const [easy, rare, done] = [`divides${inst.id}`, `rare${inst.id}`, `divided${inst.id}`];
  const isEasy = f.temp(`icmp ugt i32 ${f.temp(`add i32 ${y}, 1`)}, 1`);
  f.line(`br i1 ${isEasy}, label %${easy}, label %${rare}, ${LIKELY}`);
  f.startBlock(easy);
  const quotient = f.temp(`sdiv i32 ${x}, ${y}`);
  f.line(`br label %${done}`);
  f.startBlock(rare);
  const product = f.temp(`mul i32 ${x}, ${y}`);
  f.line(`br label %${done}`);
  f.startBlock(done);
  return f.temp(`phi i32 [ ${quotient}, %${easy} ], [ ${product}, %${rare} ]`);
}

function divided(f: FunctionText, type: "i32" | "i64", quotient: Quotient, rounding: "ftrunc" | "ffloor"): string {
  const { constant } = quotient.divisor;
  const [x, y] = [quotient.dividend, quotient.divisor].map((integer) =>
    type === integer.type || integer.constant !== undefined
      ? integer.value
      : f.temp(`sext i32 ${integer.value} to i64`),
  ) as [string, string];
  if (rounding === "ffloor" && constant !== undefined && constant > 0 && (constant & (constant - 1)) === 0) {
    return f.temp(`ashr ${type} ${x}, ${Math.log2(constant)}`);
  }
  const towardsZero = f.temp(`sdiv ${type} ${x}, ${y}`);
  if (rounding === "ftrunc") return towardsZero;
  // One less where something is left of another sign than the divisor's.
  const rest = f.temp(`sub ${type} ${x}, ${f.temp(`mul ${type} ${towardsZero}, ${y}`)}`);
  const isNegative = f.temp(`icmp slt ${type} ${f.temp(`xor ${type} ${rest}, ${y}`)}, 0`);
  const isLeft = f.temp(`icmp ne ${type} ${rest}, 0`);
  const less = f.temp(`sext i1 ${f.temp(`and i1 ${isNegative}, ${isLeft}`)} to ${type}`);
  return f.temp(`add ${type} ${towardsZero}, ${less}`);
}
