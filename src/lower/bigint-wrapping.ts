/**
 * BigInt arithmetic modulo 2^64: where inference found that no more than the low bits are seen (types/demand.ts). Everywhere
 * else a result beyond 64 bits throws (bigint-operators.ts).
 */
import type { Expression, Node } from "acorn";
import type { Sign, ValueId } from "../ir/ops.ts";
import type { Span } from "../source/span.ts";
import type { Frame } from "../types/frame.ts";
import { type BigintValue, constantOf, INT64_MAX, signOf } from "../types/lattice.ts";
import { overflowSite, throwIfZero } from "./bigint-operators.ts";
import { lowerExpression, scalar } from "./expressions.ts";
import type { FunctionLowering } from "./function.ts";
import { asNumber } from "./numbers.ts";
import { type Item, NONE, type Operand, placeholder } from "./operand.ts";

type CallNode = Node & { readonly callee: Expression; readonly arguments: readonly Expression[] };

/** What is inside the wrap is computed modulo 2^64; the width is cut at the end. */
export function wrapBigint(fl: FunctionLowering, frame: Frame, node: CallNode, signed: boolean, loc: Span): Operand {
  const e = fl.b;
  const [bits, inner] = node.arguments;
  if (bits === undefined || inner === undefined) return NONE;
  lowerExpression(fl, frame, bits);
  const width = constantOf(asNumber(fl.valueOf(frame, bits))) ?? 64;
  const op = lowerExpression(fl, frame, inner);
  let id = op.kind === "scalar" ? op.id : placeholder(e, "i64", loc);
  if (width === 0) return scalar(e.constant("i64", 0n, loc), "i64");
  if (width < 64) {
    if (signed) {
      const c = e.constant("i64", BigInt(64 - width), loc);
      id = e.emit("ashr", "i64", [e.emit("shl", "i64", [id, c], {}, loc), c], {}, loc);
    } else
      id = e.emit("and", "i64", [id, e.constant("i64", BigInt.asIntN(64, 2n ** BigInt(width) - 1n), loc)], {}, loc);
  }
  return scalar(id, "i64");
}

/** A BigInt and what is known of it. */
interface Big {
  readonly id: ValueId;
  readonly value: BigintValue;
}

/** A BigInt operator modulo 2^64; undefined when it can't be done so. */
export function wrappingOp(
  fl: FunctionLowering,
  operator: string,
  { op: a, value: av }: Item<BigintValue>,
  { op: b, value: bv }: Item<BigintValue>,
  loc: Span,
): ValueId | undefined {
  if (a.kind !== "scalar" || b.kind !== "scalar") return undefined;
  if (operator in WRAPPING)
    return fl.b.emit(WRAPPING[operator as keyof typeof WRAPPING], "i64", [a.id, b.id], { overflow: "wraps" }, loc);
  if (operator in BITS) return fl.b.emit(BITS[operator as keyof typeof BITS], "i64", [a.id, b.id], {}, loc);
  if (operator === "<<") return shifted(fl, a.id, av, { id: b.id, value: bv }, loc);
  // A negative count of `>>` shifts left.
  if (operator === ">>" && bv.lo >= 0n && bv.hi <= 63n)
    return fl.b.emit(signOf(av) === "s" ? "ashr" : "lshr", "i64", [a.id, b.id], {}, loc);
  if (operator === "/") return quotient(fl, { id: a.id, value: av }, { id: b.id, value: bv }, loc);
  return undefined;
}

const WRAPPING = { "+": "add", "-": "sub", "*": "mul" } as const;
const BITS = { "&": "and", "|": "or", "^": "xor" } as const;

/** `x << n` keeps the low bits; a negative count shifts right. */
function shifted(fl: FunctionLowering, x: ValueId, xv: BigintValue, by: Big, loc: Span): ValueId {
  const e = fl.b;
  const c = (n: bigint): ValueId => e.constant("i64", n, loc);
  if (by.value.lo >= 0n && by.value.hi <= 63n) return e.emit("shl", "i64", [x, by.id], {}, loc);
  const below64 = (id: ValueId): ValueId => e.emit("icmp", "i1", [id, c(64n)], { pred: "ult" }, loc);
  const left = e.emit("select", "i64", [below64(by.id), e.emit("shl", "i64", [x, by.id], {}, loc), c(0n)], {}, loc);
  if (by.value.lo >= 0n) return left;
  const back = e.emit("sub", "i64", [c(0n), by.id], { overflow: "wraps" }, loc);
  const signed = xv.hi <= INT64_MAX;
  const emptied = signed ? e.emit("ashr", "i64", [x, c(63n)], {}, loc) : c(0n);
  const right64 = e.emit(signed ? "ashr" : "lshr", "i64", [x, back], {}, loc);
  const right = e.emit("select", "i64", [below64(back), right64, emptied], {}, loc);
  const negative = e.emit("icmp", "i1", [by.id, c(0n)], { pred: "slt" }, loc);
  return e.emit("select", "i64", [negative, right, left], {}, loc);
}

/** By −1 it is the negative: −2^63 / −1 wraps to itself, and an unsigned one's negative has no other form. */
function quotient(fl: FunctionLowering, a: Big, b: Big, loc: Span): ValueId {
  const e = fl.b;
  throwIfZero(fl, b.id, loc);
  const c = (n: bigint): ValueId => e.constant("i64", n, loc);
  const [lhs, rhs] = [signOf(a.value), signOf(b.value)];
  const divided = (divisor: ValueId, to: Sign): ValueId =>
    e.emit("bigdiv", "i64", [a.id, divisor], { lhs, rhs, to, site: overflowSite(fl, to, loc) }, loc);
  if (rhs === "u" || b.value.lo >= 0n) return divided(b.id, lhs);
  const negative = e.emit("sub", "i64", [c(0n), a.id], { overflow: "wraps" }, loc);
  const negates = e.emit("icmp", "i1", [b.id, c(-1n)], { pred: "eq" }, loc);
  const byOthers = e.emit("select", "i64", [negates, c(1n), b.id], {}, loc);
  if (lhs === "s") return e.emit("select", "i64", [negates, negative, divided(byOthers, "s")], {}, loc);
  // Each sign of the divisor has a quotient that fits its own kind: −2^63 at the least, 2^64 − 1 at the most.
  const below = e.emit("icmp", "i1", [b.id, c(-1n)], { pred: "slt" }, loc);
  const down = divided(e.emit("select", "i64", [below, b.id, c(-2n)], {}, loc), "s");
  const up = divided(e.emit("select", "i64", [below, c(1n), byOthers], {}, loc), "u");
  const apart = e.emit("select", "i64", [below, down, up], {}, loc);
  return e.emit("select", "i64", [negates, negative, apart], {}, loc);
}
