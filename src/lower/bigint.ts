/**
 * BigInt arithmetic modulo 2^64: inside `BigInt.asIntN/asUintN(n ≤ 64, …)`, and in what is stored into an array of 64-bit
 * integers, both of which keep the low bits only. Everywhere else a result beyond 64 bits throws (expressions.ts).
 */
import type { Expression, Node } from "acorn";
import type { ValueId } from "../ir/ops.ts";
import type { Span } from "../source/span.ts";
import type { Frame } from "../types/frame.ts";
import { constantOf, INT64_MAX, signOf } from "../types/lattice.ts";
import { asNumber, lowerExpression, scalar, throwIfZero } from "./expressions.ts";
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

/** The wrapping instruction of a BigInt operator; undefined when it has none. */
export function wrappingOp(
  fl: FunctionLowering,
  operator: string,
  a: ValueId,
  b: ValueId,
  loc: Span,
): ValueId | undefined {
  if (operator in WRAPPING)
    return fl.b.emit(WRAPPING[operator as keyof typeof WRAPPING], "i64", [a, b], { overflow: "wraps" }, loc);
  if (operator in BITS) return fl.b.emit(BITS[operator as keyof typeof BITS], "i64", [a, b], {}, loc);
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
  const op = lowerExpression(fl, frame, node);
  return op.kind === "scalar" ? op.id : placeholder(e, "i64", loc);
}

/** `x << n` keeps the low bits; a negative count shifts right, for which x itself must be exact. */
function wrappedShift(fl: FunctionLowering, frame: Frame, left: Node, right: Node, loc: Span): ValueId {
  const e = fl.b;
  const count = fl.valueOf(frame, right);
  const c = (n: bigint): ValueId => e.constant("i64", n, loc);
  if (count.kind !== "bigint") return placeholder(e, "i64", loc);
  const mayBeNegative = count.lo < 0n;
  const lv = fl.valueOf(frame, left);
  const exact = mayBeNegative ? lowerExpression(fl, frame, left) : undefined;
  const x = exact === undefined ? wrappedRing(fl, frame, left) : exact.kind === "scalar" ? exact.id : c(0n);
  const by = lowerExpression(fl, frame, right);
  if (by.kind !== "scalar") return c(0n);
  const below64 = (id: ValueId): ValueId => e.emit("icmp", "i1", [id, c(64n)], { pred: "ult" }, loc);
  const shifted = e.emit("select", "i64", [below64(by.id), e.emit("shl", "i64", [x, by.id], {}, loc), c(0n)], {}, loc);
  if (!mayBeNegative) return shifted;
  const back = e.emit("sub", "i64", [c(0n), by.id], { overflow: "wraps" }, loc);
  const signed = lv.kind !== "bigint" || lv.hi <= INT64_MAX;
  const emptied = signed ? e.emit("ashr", "i64", [x, c(63n)], {}, loc) : c(0n);
  const right64 = e.emit(signed ? "ashr" : "lshr", "i64", [x, back], {}, loc);
  const negative = e.emit("icmp", "i1", [by.id, c(0n)], { pred: "slt" }, loc);
  return e.emit(
    "select",
    "i64",
    [negative, e.emit("select", "i64", [below64(back), right64, emptied], {}, loc), shifted],
    {},
    loc,
  );
}

/** Only −2^63 / −1 leaves 64 bits, and wraps to itself. */
function wrappedQuotient(fl: FunctionLowering, frame: Frame, left: Node, right: Node, loc: Span): ValueId {
  const e = fl.b;
  const a = lowerExpression(fl, frame, left);
  const b = lowerExpression(fl, frame, right);
  const av = fl.valueOf(frame, left);
  const bv = fl.valueOf(frame, right);
  if (a.kind !== "scalar" || b.kind !== "scalar" || av.kind !== "bigint" || bv.kind !== "bigint")
    return placeholder(e, "i64", loc);
  throwIfZero(fl, b.id, loc);
  const c = (n: bigint): ValueId => e.constant("i64", n, loc);
  const negates =
    signOf(bv) === "s" ? e.emit("icmp", "i1", [b.id, c(-1n)], { pred: "eq" }, loc) : e.constant("i1", false, loc);
  const divisor = e.emit("select", "i64", [negates, c(1n), b.id], {}, loc);
  const site = fl.module.site({ kind: "bigint-overflow", loc });
  const signs = { lhs: signOf(av), rhs: signOf(bv), to: signOf(av) };
  const q = e.emit("bigdiv", "i64", [a.id, divisor], { ...signs, site }, loc);
  return e.emit(
    "select",
    "i64",
    [negates, e.emit("sub", "i64", [c(0n), a.id], { overflow: "wraps" }, loc), q],
    {},
    loc,
  );
}
