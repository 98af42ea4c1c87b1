/**
 * Templates of BigInt arithmetic kept to 64 bits. Operands are read with their sign, the exact result must fit the sign
 * that it goes to; when it doesn't the kernel fails at the op's site.
 *
 * Where operands and result share a sign, LLVM's overflow intrinsics say so. Mixed signs go through i128, which holds every
 * sum, difference and product of one signed and one unsigned operand. Division stays in 64 bits, on magnitudes: LLVM would
 * call a library for a wider one.
 */
import type { FloatPred, InstOf, IntPred, OpName, Sign, SiteId } from "../../ir/ops.ts";
import type { FunctionText, Node } from "./function-text.ts";
import { floatLiteral } from "./module-text.ts";
import type { Templates } from "./template.ts";

/** What the ops that may fail have in common. */
type Ring = Node & { readonly lhs: Sign; readonly rhs: Sign; readonly to: Sign; readonly site: SiteId };

const EXTEND = { s: "sext", u: "zext" } as const;
const MIN = "-9223372036854775808";

function widen(f: FunctionText, value: string, sign: Sign): string {
  return f.temp(`${EXTEND[sign]} i64 ${value} to i128`);
}

/** Ends with the low half of an i128, after checking that it is the whole. */
function fit(f: FunctionText, inst: Ring, wide: string): void {
  const low = f.temp(`trunc i128 ${wide} to i64`);
  const again = widen(f, low, inst.to);
  f.check(f.temp(`icmp eq i128 ${again}, ${wide}`), f.failure(inst.site));
  f.alias(inst, low);
}

/** An intrinsic that gives { result, did it overflow }. */
function overflowing(f: FunctionText, inst: Ring, name: string): { value: string; over: string } {
  const args = [...f.typed(inst, 0), ...f.typed(inst, 1)];
  const pair = f.temp(f.callText("{ i64, i1 }", `llvm.${name}.with.overflow.i64`, args));
  return { value: f.temp(`extractvalue { i64, i1 } ${pair}, 0`), over: f.temp(`extractvalue { i64, i1 } ${pair}, 1`) };
}

function checkNot(f: FunctionText, inst: { readonly site: number }, bad: string): void {
  f.check(f.temp(`xor i1 ${bad}, true`), f.failure(inst.site));
}

function ring(op: "add" | "sub" | "mul") {
  return (f: FunctionText, inst: Ring): void => {
    const { lhs, rhs, to } = inst;
    if (lhs === rhs && rhs === to) {
      const { value, over } = overflowing(f, inst, `${lhs}${op}`);
      checkNot(f, inst, over);
      f.alias(inst, value);
    } else if (op === "mul" && lhs === "u" && rhs === "u") {
      // The one product that an i128, being signed, can't hold.
      const { value, over } = overflowing(f, inst, "umul");
      const high = f.temp(`icmp slt i64 ${value}, 0`);
      checkNot(f, inst, f.temp(`or i1 ${over}, ${high}`));
      f.alias(inst, value);
    } else {
      const [a, b] = [widen(f, f.arg(inst, 0), lhs), widen(f, f.arg(inst, 1), rhs)];
      fit(f, inst, f.temp(`${op} i128 ${a}, ${b}`));
    }
  };
}

/** |value| in 64 bits without a sign, and whether the value was negative. */
function magnitude(f: FunctionText, value: string, sign: Sign): { size: string; negative: string } {
  if (sign === "u") return { size: value, negative: "false" };
  const negative = f.temp(`icmp slt i64 ${value}, 0`);
  const opposite = f.temp(`sub i64 0, ${value}`);
  return { size: f.temp(`select i1 ${negative}, i64 ${opposite}, i64 ${value}`), negative };
}

/** Ends with ±size, where it fits. */
function withSign(f: FunctionText, inst: Ring, size: string, negative: string): void {
  const wide = widen(f, size, "u");
  const opposite = f.temp(`sub i128 0, ${wide}`);
  fit(f, inst, f.temp(`select i1 ${negative}, i128 ${opposite}, i128 ${wide}`));
}

function divide(f: FunctionText, inst: Ring): void {
  const [a, b] = [f.arg(inst, 0), f.arg(inst, 1)];
  f.check(f.temp(`icmp ne i64 ${b}, 0`), f.failure(inst.site));
  if (inst.lhs === "u" && inst.rhs === "u" && inst.to === "u") {
    f.define(inst, `udiv i64 ${a}, ${b}`);
  } else if (inst.lhs === "s" && inst.rhs === "s" && inst.to === "s") {
    const least = f.temp(`icmp eq i64 ${a}, ${MIN}`);
    const minusOne = f.temp(`icmp eq i64 ${b}, -1`);
    checkNot(f, inst, f.temp(`and i1 ${least}, ${minusOne}`));
    f.define(inst, `sdiv i64 ${a}, ${b}`);
  } else {
    const [x, y] = [magnitude(f, a, inst.lhs), magnitude(f, b, inst.rhs)];
    const quotient = f.temp(`udiv i64 ${x.size}, ${y.size}`);
    withSign(f, inst, quotient, f.temp(`xor i1 ${x.negative}, ${y.negative}`));
  }
}

function remainder(f: FunctionText, inst: Ring): void {
  const [a, b] = [f.arg(inst, 0), f.arg(inst, 1)];
  f.check(f.temp(`icmp ne i64 ${b}, 0`), f.failure(inst.site));
  if (inst.lhs === "u" && inst.rhs === "u" && inst.to === "u") {
    f.define(inst, `urem i64 ${a}, ${b}`);
  } else if (inst.lhs === "s" && inst.rhs === "s" && inst.to === "s") {
    // By −1 it is what it is by 1, and the least i64 by −1 would trap.
    const minusOne = f.temp(`icmp eq i64 ${b}, -1`);
    const divisor = f.temp(`select i1 ${minusOne}, i64 1, i64 ${b}`);
    f.define(inst, `srem i64 ${a}, ${divisor}`);
  } else {
    const [x, y] = [magnitude(f, a, inst.lhs), magnitude(f, b, inst.rhs)];
    withSign(f, inst, f.temp(`urem i64 ${x.size}, ${y.size}`), x.negative);
  }
}

function power(f: FunctionText, inst: Ring): void {
  const [a, n] = [f.arg(inst, 0), f.arg(inst, 1)];
  if (inst.rhs === "s") f.check(f.temp(`icmp sge i64 ${n}, 0`), f.failure(inst.site));
  const { size, negative } = magnitude(f, a, inst.lhs);
  const args = [["i64", size] as const, ["i64", n] as const];
  const pair = f.temp(f.runtimeText("{ i64, i1 }", "bigpow", args));
  checkNot(f, inst, f.temp(`extractvalue { i64, i1 } ${pair}, 1`));
  const odd = f.temp(`trunc i64 ${n} to i1`);
  withSign(f, inst, f.temp(`extractvalue { i64, i1 } ${pair}, 0`), f.temp(`and i1 ${negative}, ${odd}`));
}

function shift(direction: "left" | "right") {
  return (f: FunctionText, inst: Ring): void => {
    const [a, n] = [widen(f, f.arg(inst, 0), inst.lhs), widen(f, f.arg(inst, 1), inst.rhs)];
    const count = direction === "left" ? n : f.temp(`sub i128 0, ${n}`);
    const args = [["i128", a] as const, ["i128", count] as const];
    const pair = f.temp(f.runtimeText("{ i128, i1 }", "bigshift", args));
    checkNot(f, inst, f.temp(`extractvalue { i128, i1 } ${pair}, 1`));
    fit(f, inst, f.temp(`extractvalue { i128, i1 } ${pair}, 0`));
  };
}

/** Where the signs differ, the value fits the other one unless its high bit is set. */
function castBig(f: FunctionText, inst: InstOf<"bigcast">): void {
  const value = f.arg(inst, 0);
  if (inst.lhs !== inst.to) f.check(f.temp(`icmp sge i64 ${value}, 0`), f.failure(inst.site));
  f.alias(inst, value);
}

const UNSIGNED: { readonly [K in IntPred]: string } = {
  eq: "eq",
  ne: "ne",
  slt: "ult",
  sle: "ule",
  sgt: "ugt",
  sge: "uge",
  ult: "ult",
};

function compare(f: FunctionText, inst: InstOf<"bigcmp">): void {
  const [a, b] = [f.arg(inst, 0), f.arg(inst, 1)];
  if (inst.lhs === inst.rhs) {
    f.define(inst, `icmp ${inst.lhs === "u" ? UNSIGNED[inst.pred] : inst.pred} i64 ${a}, ${b}`);
  } else if (inst.pred === "ult") {
    f.define(inst, `icmp ult i64 ${a}, ${b}`);
  } else {
    f.define(inst, `icmp ${inst.pred} i128 ${widen(f, a, inst.lhs)}, ${widen(f, b, inst.rhs)}`);
  }
}

/** Tests of the order −1, 0, 1 or 2 (unordered); a range of two is one unsigned comparison after a shift to 0. */
const ORDER_TESTS: { readonly [K in FloatPred]: { readonly base: number; readonly test: string } } = {
  oeq: { base: 0, test: "icmp eq i32 $, 0" },
  une: { base: 0, test: "icmp ne i32 $, 0" },
  olt: { base: 0, test: "icmp eq i32 $, -1" },
  ole: { base: -1, test: "icmp ult i32 $, 2" },
  ogt: { base: 0, test: "icmp eq i32 $, 1" },
  oge: { base: 0, test: "icmp ult i32 $, 2" },
};

function compareFloat(f: FunctionText, inst: InstOf<"bigfcmp">): void {
  const x = f.frozen("double", f.arg(inst, 1));
  const args = [["i64", f.arg(inst, 0)] as const, ["double", x] as const];
  const order = f.temp(f.runtimeText("i32", `bigfcmp.${inst.lhs}`, args));
  const { base, test } = ORDER_TESTS[inst.pred];
  const shifted = base === 0 ? order : f.temp(`sub i32 ${order}, ${base}`);
  f.define(inst, test.replace("$", shifted));
}

const RANGE: { readonly [K in Sign]: { readonly low: number; readonly high: number; readonly convert: string } } = {
  s: { low: -(2 ** 63), high: 2 ** 63, convert: "fptosi" },
  u: { low: 0, high: 2 ** 64, convert: "fptoui" },
};

function fromNumber(f: FunctionText, inst: InstOf<"bigof">): void {
  const { low, high, convert } = RANGE[inst.to];
  const x = f.frozen("double", f.arg(inst, 0));
  const whole = f.temp(f.callText("double", "llvm.trunc.f64", [["double", x]]));
  const tests = [
    `fcmp oeq double ${whole}, ${x}`,
    `fcmp oge double ${x}, ${floatLiteral(low)}`,
    `fcmp olt double ${x}, ${floatLiteral(high)}`,
  ].map((test) => f.temp(test));
  const good = tests.reduce((left, right) => f.temp(`and i1 ${left}, ${right}`));
  f.check(good, f.failure(inst.site, x));
  f.define(inst, `${convert} double ${x} to i64`);
}

export const BIGINT_OPS = {
  bigadd: ring("add"),
  bigsub: ring("sub"),
  bigmul: ring("mul"),
  bigdiv: divide,
  bigrem: remainder,
  bigpow: power,
  bigshl: shift("left"),
  bigshr: shift("right"),
  bigcast: castBig,
  bigcmp: compare,
  bigfcmp: compareFloat,
  bigof: fromNumber,
} as const satisfies Partial<Templates<OpName>>;
