/**
 * BigInt arithmetic kept to 64 bits: operands are read with their sign, the exact result must fit the sign it goes to.
 * `undefined` stands for every way to fail: it doesn't fit, or ECMAScript throws a RangeError itself.
 */
import type { Inst, OpName, Sign } from "./ops.ts";
import { I64_MAX, I64_MIN, readBig, type Scalar } from "./scalar.ts";

export type BigOp = Extract<OpName, `big${"add" | "sub" | "mul" | "div" | "rem" | "pow" | "shl" | "shr"}`>;

/** Bits of the result as an i64. */
export function evaluateBig(
  inst: Inst & { readonly op: BigOp },
  lhs: Scalar | undefined,
  rhs: Scalar | undefined,
): bigint | undefined {
  const a = readBig(lhs, inst.lhs);
  const b = readBig(rhs, inst.rhs);
  const exact = exactBig(inst.op, a, b);
  return exact === undefined ? undefined : fitBig(exact, inst.to);
}

/** `value` as the 64 bits of sign `to`; undefined if it doesn't fit. */
export function fitBig(value: bigint, to: Sign): bigint | undefined {
  const fits = to === "s" ? value >= I64_MIN && value <= I64_MAX : value >= 0n && value < 2n ** 64n;
  return fits ? BigInt.asIntN(64, value) : undefined;
}

function exactBig(op: BigOp, a: bigint, b: bigint): bigint | undefined {
  switch (op) {
    case "bigadd":
      return a + b;
    case "bigsub":
      return a - b;
    case "bigmul":
      return a * b;
    case "bigdiv":
      return b === 0n ? undefined : a / b;
    case "bigrem":
      return b === 0n ? undefined : a % b;
    case "bigpow":
      if (b < 0n) return undefined;
      if (a >= -1n && a <= 1n) return b === 0n ? 1n : b % 2n === 0n ? a * a : a;
      return b > 64n ? undefined : a ** b;
    case "bigshl":
      return shift(a, b);
    case "bigshr":
      return shift(a, -b);
  }
}

/** Left by `count`, right when it is negative. Counts beyond 64 give the same as 64 does, without making huge numbers. */
function shift(a: bigint, count: bigint): bigint | undefined {
  if (count >= 0n) return a === 0n ? 0n : count > 64n ? undefined : a << count;
  return count < -64n ? (a < 0n ? -1n : 0n) : a >> -count;
}
