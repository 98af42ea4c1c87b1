/** Lowers binary operators of numbers; those of BigInts are in bigint-operators.ts, comparisons in comparisons.ts. */
import type { Overflow, ValueId } from "../ir/ops.ts";
import type { Span } from "../source/span.ts";
import {
  constantOf,
  fitsInt32,
  isMachineInt,
  isNonZero,
  type NumberValue,
  TWO_31,
  type Value,
} from "../types/lattice.ts";
import { bigintBinary } from "./bigint-operators.ts";
import { compare, INT_PREDS } from "./comparisons.ts";
import { scalar } from "./expressions.ts";
import type { FunctionLowering } from "./function.ts";
import { plainNumber } from "./nullable.ts";
import { asNumber, isInteger, numberAs, represent, toInt32 } from "./numbers.ts";
import { commonInt, type Item, NONE, type Operand } from "./operand.ts";

/** `left op right`, of which `value` is known. BigInts may be computed modulo 2^64. */
export function lowerBinary(
  fl: FunctionLowering,
  op: string,
  left: Item,
  right: Item,
  value: Value,
  wraps: boolean,
  loc: Span,
): Operand {
  if (op in INT_PREDS) return scalar(compare(fl, op, left, right, value, loc), "i1");
  const { op: a, value: av } = plainNumber(fl.b, left, loc);
  const { op: b, value: bv } = plainNumber(fl.b, right, loc);
  if (av.kind === "bigint" && bv.kind === "bigint")
    return bigintBinary(fl, op, { op: a, value: av }, { op: b, value: bv }, value, wraps, loc);
  const [x, y] = [asNumber(av), asNumber(bv)];
  const [p, q] = [
    { op: a, value: x },
    { op: b, value: y },
  ];
  switch (op) {
    case "&":
    case "|":
    case "^":
    case "<<":
    case ">>":
    case ">>>":
      return bitwise(fl, op, p, q, value, loc);
    case "+":
    case "-":
    case "*":
      return ring(fl, op, p, q, value, loc);
    case "/": {
      const by = constantOf(y);
      const isWhole = value.kind === "number" && isMachineInt(value) && isInteger(a);
      if (isWhole && by !== undefined && by >= 2 && Number.isInteger(by) && fitsInt32(y))
        return wholeQuotient(fl, p, by, value, loc);
      const quotient = fl.b.emit(
        "fdiv",
        "f64",
        [numberAs(fl, a, "f64", loc), numberAs(fl, b, "f64", loc)],
        { fast: fl.fastmath, operands: [x, y].every((v) => isMachineInt(v) && !v.wide) ? ["int53"] : [] },
        loc,
      );
      return represent(fl, quotient, "f64", value, loc);
    }
    case "%":
      return remainder(fl, p, q, value, loc);
    case "**":
      return lowerPow(fl, a, q, value, loc);
    default:
      return NONE;
  }
}

/** Of a dividend that the divisor is known to divide. */
function wholeQuotient(
  fl: FunctionLowering,
  dividend: Item<NumberValue>,
  by: number,
  value: NumberValue,
  loc: Span,
): Operand {
  const e = fl.b;
  const type = commonInt(dividend.value);
  const constant = (n: number): ValueId => e.constant(type, type === "i64" ? BigInt(n) : n, loc);
  const x = numberAs(fl, dividend.op, type, loc);
  const bits = Math.log2(by);
  const q = Number.isInteger(bits)
    ? e.emit("ashr", type, [x, constant(bits)], {}, loc)
    : e.emit("sdiv", type, [x, constant(by)], {}, loc);
  return represent(fl, q, type, value, loc);
}

export function lowerPow(
  fl: FunctionLowering,
  a: Operand,
  exponent: Item<NumberValue>,
  value: Value,
  loc: Span,
): Operand {
  const base = numberAs(fl, a, "f64", loc);
  const { fastmath } = fl;
  const c = constantOf(exponent.value);
  // x·x and x are what pow gives, correctly rounded.
  if (c === 2) return represent(fl, fl.b.emit("fmul", "f64", [base, base], { fast: fastmath }, loc), "f64", value, loc);
  if (c === 1) return represent(fl, base, "f64", value, loc);
  const p = fl.b.emit(
    "math2",
    "f64",
    [base, numberAs(fl, exponent.op, "f64", loc)],
    { fn: "pow", fast: fastmath },
    loc,
  );
  return represent(fl, p, "f64", value, loc);
}

function bitwise(
  fl: FunctionLowering,
  op: string,
  a: Item<NumberValue>,
  b: Item<NumberValue>,
  value: Value,
  loc: Span,
): Operand {
  const x = toInt32(fl, a.op, a.value, loc);
  const y = toInt32(fl, b.op, b.value, loc);
  const names = { "&": "and", "|": "or", "^": "xor", "<<": "shl", ">>": "ashr", ">>>": "lshr" } as const;
  const id = fl.b.emit(names[op as keyof typeof names], "i32", [x, y], {}, loc);
  if (op === ">>>" && value.kind === "number" && !fitsInt32(value))
    return scalar(fl.b.emit("zext", "i64", [id], {}, loc), "i64");
  return represent(fl, id, "i32", value, loc);
}

export const RING_OPS = { "+": ["add", "fadd"], "-": ["sub", "fsub"], "*": ["mul", "fmul"] } as const;

function ring(
  fl: FunctionLowering,
  op: "+" | "-" | "*",
  { op: a, value: av }: Item<NumberValue>,
  { op: b, value: bv }: Item<NumberValue>,
  value: Value,
  loc: Span,
): Operand {
  const [int, float] = RING_OPS[op];
  if (value.kind === "number" && isMachineInt(value) && isInteger(a) && isInteger(b)) {
    const type = commonInt(av, bv, value);
    const overflow: Overflow =
      value.wide && (value.lo <= -(2 ** 62) || value.hi >= 2 ** 62) ? "saturates" : fl.speculates ? "wraps" : "absent";
    const id = fl.b.emit(int, type, [numberAs(fl, a, type, loc), numberAs(fl, b, type, loc)], { overflow }, loc);
    return represent(fl, id, type, value, loc);
  }
  const id = fl.b.emit(
    float,
    "f64",
    [numberAs(fl, a, "f64", loc), numberAs(fl, b, "f64", loc)],
    { fast: fl.fastmath },
    loc,
  );
  return represent(fl, id, "f64", value, loc);
}

/**
 * `%` on integers is `srem`; what that can't say (x % 0 is NaN, −4 % 2 is −0) is selected afterwards, which is far cheaper
 * than C's fmod.
 */
function remainder(
  fl: FunctionLowering,
  { op: a, value: av }: Item<NumberValue>,
  { op: b, value: bv }: Item<NumberValue>,
  value: Value,
  loc: Span,
): Operand {
  const e = fl.b;
  if (!isInteger(a) || !isInteger(b)) {
    const id = e.emit(
      "frem",
      "f64",
      [numberAs(fl, a, "f64", loc), numberAs(fl, b, "f64", loc)],
      { fast: fl.fastmath },
      loc,
    );
    return represent(fl, id, "f64", value, loc);
  }
  // INT_MIN % −1 overflows in the machine.
  const type = commonInt(av, bv) === "i32" && !(av.lo === -TWO_31 && bv.lo <= -1 && bv.hi >= -1) ? "i32" : "i64";
  const zero = e.constant(type, type === "i64" ? 0n : 0, loc);
  const x = numberAs(fl, a, type, loc);
  const y = numberAs(fl, b, type, loc);
  const signs = av.lo >= 0 && bv.lo >= 0 ? (["none"] as const) : [];
  if (value.kind === "number" && isMachineInt(value))
    return represent(fl, e.emit("srem", type, [x, y], { signs }, loc), type, value, loc);
  const mayBeZero = !isNonZero(bv);
  const isZero = mayBeZero ? e.emit("icmp", "i1", [y, zero], { pred: "eq" }, loc) : undefined;
  const one = e.constant(type, type === "i64" ? 1n : 1, loc);
  const divisor = isZero === undefined ? y : e.emit("select", type, [isZero, one, y], {}, loc);
  const r = e.emit("srem", type, [x, divisor], { signs }, loc);
  let f = e.emit("sitofp", "f64", [r], {}, loc);
  if (av.lo < 0) {
    const negative = e.emit(
      "and",
      "i1",
      [e.emit("icmp", "i1", [r, zero], { pred: "eq" }, loc), e.emit("icmp", "i1", [x, zero], { pred: "slt" }, loc)],
      {},
      loc,
    );
    f = e.emit("select", "f64", [negative, e.constant("f64", -0, loc), f], {}, loc);
  }
  if (isZero !== undefined) f = e.emit("select", "f64", [isZero, e.constant("f64", Number.NaN, loc), f], {}, loc);
  return represent(fl, f, "f64", value, loc);
}
