/**
 * BigInt arithmetic modulo 2^64: inside `BigInt.asIntN/asUintN(n ≤ 64, …)`, and in what is stored into an array of 64-bit
 * integers, both of which keep the low bits only. Everywhere else a result beyond 64 bits throws (expressions.ts).
 */
import type { ConditionalExpression, Expression, Node } from "acorn";
import type { Sign, ValueId } from "../ir/ops.ts";
import type { Span } from "../source/span.ts";
import type { Frame } from "../types/frame.ts";
import { type BigintValue, constantOf, INT64_MAX, INT64_MIN, signOf, type Value } from "../types/lattice.ts";
import { asNumber, lowerCondition, lowerExpression, scalar, throwIfZero } from "./expressions.ts";
import type { FunctionLowering } from "./function.ts";
import { NONE, type Operand, placeholder } from "./operand.ts";

type CallNode = Node & { readonly callee: Expression; readonly arguments: readonly Expression[] };

/** The ring operations inside the wrap are done modulo 2^64; the width is cut at the end. */
export function wrapBigint(fl: FunctionLowering, frame: Frame, node: CallNode, signed: boolean, loc: Span): Operand {
  const e = fl.b;
  const [bits, inner] = node.arguments;
  if (bits === undefined || inner === undefined) return NONE;
  lowerExpression(fl, frame, bits);
  const width = constantOf(asNumber(fl.valueOf(frame, bits))) ?? 64;
  let id = wrappedRing(fl, frame, inner);
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
  a: Operand,
  av: Value,
  b: Operand,
  bv: Value,
  loc: Span,
): ValueId | undefined {
  if (a.kind !== "scalar" || b.kind !== "scalar" || av.kind !== "bigint" || bv.kind !== "bigint") return undefined;
  if (operator in WRAPPING)
    return fl.b.emit(WRAPPING[operator as keyof typeof WRAPPING], "i64", [a.id, b.id], { overflow: "wraps" }, loc);
  if (operator in BITS) return fl.b.emit(BITS[operator as keyof typeof BITS], "i64", [a.id, b.id], {}, loc);
  if (operator === "<<") return shifted(fl, a.id, av, { id: b.id, value: bv }, loc);
  if (operator === "/") return quotient(fl, { id: a.id, value: av }, { id: b.id, value: bv }, loc);
  return undefined;
}

const WRAPPING = { "+": "add", "-": "sub", "*": "mul" } as const;
const BITS = { "&": "and", "|": "or", "^": "xor" } as const;

/** The low 64 bits of a BigInt expression. */
export function wrappedRing(fl: FunctionLowering, frame: Frame, node: Node): ValueId {
  const e = fl.b;
  const loc = fl.spanOf(frame, node);
  if (node.type === "BinaryExpression") {
    const b = node as Node & { operator: string; left: Node; right: Node };
    if (b.operator in WRAPPING) {
      const op = WRAPPING[b.operator as keyof typeof WRAPPING];
      return e.emit(
        op,
        "i64",
        [wrappedRing(fl, frame, b.left), wrappedRing(fl, frame, b.right)],
        { overflow: "wraps" },
        loc,
      );
    }
    if (b.operator in BITS) {
      const op = BITS[b.operator as keyof typeof BITS];
      return e.emit(op, "i64", [wrappedRing(fl, frame, b.left), wrappedRing(fl, frame, b.right)], {}, loc);
    }
    if (b.operator === "<<") return wrappedShift(fl, frame, b.left, b.right, loc);
    if (b.operator === "/") return wrappedQuotient(fl, frame, b.left, b.right, loc);
  }
  if (node.type === "UnaryExpression") {
    const u = node as Node & { operator: string; argument: Node };
    if (u.operator === "-")
      return e.emit(
        "sub",
        "i64",
        [e.constant("i64", 0n, loc), wrappedRing(fl, frame, u.argument)],
        { overflow: "wraps" },
        loc,
      );
    if (u.operator === "~")
      return e.emit("xor", "i64", [wrappedRing(fl, frame, u.argument), e.constant("i64", -1n, loc)], {}, loc);
  }
  if (node.type === "ConditionalExpression") {
    const c = node as ConditionalExpression;
    const known = fl.knownTruth(frame, c.test);
    const test = lowerCondition(fl, frame, c.test);
    if (known !== undefined) return wrappedRing(fl, frame, known ? c.consequent : c.alternate);
    const value: BigintValue = { kind: "bigint", lo: INT64_MIN, hi: INT64_MAX };
    const storage = fl.newStorage("wrapped", value);
    const write = (branch: Node) => (): void =>
      fl.writeStorage(storage, scalar(wrappedRing(fl, frame, branch), "i64"), value, loc);
    e.if(test, loc, write(c.consequent), write(c.alternate));
    const either = fl.readStorage(storage, value, value, loc);
    return either.kind === "scalar" ? either.id : placeholder(e, "i64", loc);
  }
  const op = lowerExpression(fl, frame, node);
  return op.kind === "scalar" ? op.id : placeholder(e, "i64", loc);
}

/** `x << n` keeps the low bits; a negative count shifts right, for which x itself must be exact. */
function wrappedShift(fl: FunctionLowering, frame: Frame, left: Node, right: Node, loc: Span): ValueId {
  const count = fl.valueOf(frame, right);
  const lv = fl.valueOf(frame, left);
  if (count.kind !== "bigint" || lv.kind !== "bigint") return placeholder(fl.b, "i64", loc);
  const exact = count.lo < 0n ? lowerExpression(fl, frame, left) : undefined;
  const x = exact === undefined ? wrappedRing(fl, frame, left) : exact.kind === "scalar" ? exact.id : undefined;
  const by = lowerExpression(fl, frame, right);
  if (x === undefined || by.kind !== "scalar") return placeholder(fl.b, "i64", loc);
  return shifted(fl, x, lv, { id: by.id, value: count }, loc);
}

function shifted(fl: FunctionLowering, x: ValueId, xv: BigintValue, by: Big, loc: Span): ValueId {
  const e = fl.b;
  const c = (n: bigint): ValueId => e.constant("i64", n, loc);
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

function wrappedQuotient(fl: FunctionLowering, frame: Frame, left: Node, right: Node, loc: Span): ValueId {
  const a = lowerExpression(fl, frame, left);
  const b = lowerExpression(fl, frame, right);
  const value = fl.valueOf(frame, left);
  const by = fl.valueOf(frame, right);
  if (a.kind !== "scalar" || b.kind !== "scalar" || value.kind !== "bigint" || by.kind !== "bigint")
    return placeholder(fl.b, "i64", loc);
  return quotient(fl, { id: a.id, value }, { id: b.id, value: by }, loc);
}

/** By −1 it is the negative: −2^63 / −1 wraps to itself, and an unsigned one's negative has no other form. */
function quotient(fl: FunctionLowering, a: Big, b: Big, loc: Span): ValueId {
  const e = fl.b;
  throwIfZero(fl, b.id, loc);
  const c = (n: bigint): ValueId => e.constant("i64", n, loc);
  const [lhs, rhs] = [signOf(a.value), signOf(b.value)];
  const site = fl.module.site({ kind: "bigint-overflow", loc });
  const divided = (divisor: ValueId, to: Sign): ValueId =>
    e.emit("bigdiv", "i64", [a.id, divisor], { lhs, rhs, to, site }, loc);
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
