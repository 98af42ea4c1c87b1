import type { Sign, SiteId, ValueId } from "../ir/ops.ts";
import type { Span } from "../source/span.ts";
import { type BigintValue, signOf, type Value } from "../types/lattice.ts";
import { wrappingOp } from "./bigint-wrapping.ts";
import { scalar } from "./expressions.ts";
import type { FunctionLowering } from "./function.ts";
import { type Item, type Operand, placeholder } from "./operand.ts";

const BIG_OPS = {
  "+": "bigadd",
  "-": "bigsub",
  "*": "bigmul",
  "/": "bigdiv",
  "%": "bigrem",
  "**": "bigpow",
  "<<": "bigshl",
  ">>": "bigshr",
} as const;

export function bigintBinary(
  fl: FunctionLowering,
  op: string,
  left: Item<BigintValue>,
  right: Item<BigintValue>,
  value: Value,
  wraps: boolean,
  loc: Span,
): Operand {
  const e = fl.b;
  const { op: a, value: av } = left;
  const { op: b, value: bv } = right;
  if (a.kind !== "scalar" || b.kind !== "scalar" || value.kind !== "bigint")
    return scalar(placeholder(e, "i64", loc), "i64");
  const low = wraps || op === ">>" ? wrappingOp(fl, op, left, right, loc) : undefined;
  if (low !== undefined) return scalar(low, "i64");
  const lhs = signOf(av);
  const rhs = signOf(bv);
  const to = signOf(value);
  if (op === "&" || op === "|" || op === "^") {
    const names = { "&": "and", "|": "or", "^": "xor" } as const;
    // A negative int64 or'ed with a uint64 would need a 65th bit. And'ed with one it doesn't: what is above is cut.
    const common = op === "&" ? undefined : lhs === "u" || rhs === "u" ? "u" : "s";
    const x = common === undefined ? a.id : bigCast(fl, a.id, av, common, loc);
    const y = common === undefined ? b.id : bigCast(fl, b.id, bv, common, loc);
    return scalar(e.emit(names[op], "i64", [x, y], {}, loc), "i64");
  }
  if (op === "/" || op === "%") throwIfZero(fl, b.id, loc);
  if (op === "**" && bv.lo < 0n && rhs === "s") throwIfNegative(fl, b.id, loc);
  const site = overflowSite(fl, to, loc);
  return scalar(e.emit(BIG_OPS[op as keyof typeof BIG_OPS], "i64", [a.id, b.id], { lhs, rhs, to, site }, loc), "i64");
}

export function overflowSite(fl: FunctionLowering, to: Sign, loc: Span): SiteId {
  return fl.module.site({ kind: to === "s" ? "int64-overflow" : "uint64-overflow", loc });
}

export function throwIfZero(fl: FunctionLowering, id: ValueId, loc: Span): void {
  const e = fl.b;
  const site = fl.module.site({ kind: "bigint-divide", loc });
  const isZero = e.emit("icmp", "i1", [id, e.constant("i64", 0n, loc)], { pred: "eq" }, loc);
  e.if(isZero, loc, () => e.emit("throw", "void", [], { site }, loc));
}

/** Engines word this error differently; ours is the words of the one we run in. */
const NEGATIVE_EXPONENT = ((): string => {
  try {
    return String(2n ** BigInt(-1));
  } catch (e) {
    return e instanceof Error ? e.message : String(e);
  }
})();

function throwIfNegative(fl: FunctionLowering, id: ValueId, loc: Span): void {
  const e = fl.b;
  const site = fl.module.site({ kind: "throw", errorName: "RangeError", message: [NEGATIVE_EXPONENT], loc });
  const isNegative = e.emit("icmp", "i1", [id, e.constant("i64", 0n, loc)], { pred: "slt" }, loc);
  e.if(isNegative, loc, () => e.emit("throw", "void", [], { site }, loc));
}

/** The same BigInt in the other signedness; free when its range says it fits. */
export function bigCast(fl: FunctionLowering, id: ValueId, value: BigintValue, to: Sign, loc: Span): ValueId {
  const from = signOf(value);
  if (from === to || (from === "s" && value.lo >= 0n)) return id;
  return fl.b.emit("bigcast", "i64", [id], { lhs: from, to, site: overflowSite(fl, to, loc) }, loc);
}
