/**
 * BigInt arithmetic modulo 2^64: inside `BigInt.asIntN/asUintN(n ≤ 64, …)`, and in what is stored into an array of 64-bit
 * integers, both of which keep the low bits only. Everywhere else a result beyond 64 bits throws (expressions.ts).
 */
import type { Expression, Node } from "acorn";
import type { ValueId } from "../ir/ops.ts";
import type { Span } from "../source/span.ts";
import type { Frame } from "../types/frame.ts";
import { constantOf } from "../types/lattice.ts";
import { asNumber, lowerExpression, scalar } from "./expressions.ts";
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
    if (b.operator === "<<") {
      const count = fl.valueOf(frame, b.right);
      if (count.kind === "bigint" && count.lo === count.hi && count.lo >= 0n) {
        const x = wrappedRing(fl, frame, b.left);
        lowerExpression(fl, frame, b.right);
        if (count.lo >= 64n) return e.constant("i64", 0n, loc);
        return e.emit("shl", "i64", [x, e.constant("i64", count.lo, loc)], {}, loc);
      }
      if (count.kind === "bigint" && count.lo >= 0n) {
        // A run-time count: 64 and more leave nothing.
        const x = wrappedRing(fl, frame, b.left);
        const by = wrappedRing(fl, frame, b.right);
        const small = e.emit("icmp", "i1", [by, e.constant("i64", 64n, loc)], { pred: "ult" }, loc);
        return e.emit(
          "select",
          "i64",
          [small, e.emit("shl", "i64", [x, by], {}, loc), e.constant("i64", 0n, loc)],
          {},
          loc,
        );
      }
    }
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
