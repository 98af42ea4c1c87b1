/**
 * The ways in which a variable may go from round to round of a parallel loop: how a chunk starts, and how the values of two
 * chunks become one. The first chunk starts from the variable's own value, so a loop of one chunk is the serial loop.
 *
 *   sum, product, xor   s += e       other chunks start from the neutral element
 *   min, max, and, or   s = max(s, e)      starting from the variable's value again changes nothing
 *   best.<predicate>    if (e > s) s = e   likewise; counts only if it was set in the chunk
 *   with.<local>        set along with that best
 *   flag                set to one constant, or not
 */
import type { FuncBuilder } from "../ir/build.ts";
import type { FloatPred, IntPred, LocalId, OpName, Reduction, ValueId } from "../ir/ops.ts";
import type { ScalarType } from "../ir/types.ts";
import type { Span } from "../source/span.ts";

export type Accumulation = "sum" | "product" | "xor" | "and" | "or" | "min" | "max";

/** The accumulation that an op is a step of. `left`: only when the variable is its first operand. */
export const STEPS: { readonly [K in OpName]?: { readonly kind: Accumulation; readonly left?: true } } = {
  add: { kind: "sum" },
  sub: { kind: "sum", left: true },
  fadd: { kind: "sum" },
  fsub: { kind: "sum", left: true },
  mul: { kind: "product" },
  fmul: { kind: "product" },
  and: { kind: "and" },
  or: { kind: "or" },
  xor: { kind: "xor" },
  smin: { kind: "min" },
  fmin: { kind: "min" },
  smax: { kind: "max" },
  fmax: { kind: "max" },
};

export function isAccumulation(op: string): op is Accumulation {
  return ["sum", "product", "xor", "and", "or", "min", "max"].includes(op);
}

/** The predicate of `best.<predicate>`; undefined for other reductions. */
export function bestPredicate(op: string): string | undefined {
  return op.startsWith("best.") ? op.slice(5) : undefined;
}

/** The best that `with.<local>` belongs to. */
export function companionOf(op: string): LocalId | undefined {
  return op.startsWith("with.") ? Number(op.slice(5)) : undefined;
}

/** Must it be known whether the chunk set it? */
export function isConditional(op: string): boolean {
  return op === "flag" || bestPredicate(op) !== undefined;
}

/**
 * What chunks but the first start from; undefined when that is the variable's own value. −0 is what changes no sum: 0 would
 * turn one of −0 into 0.
 */
export function neutralElement(op: string, type: ScalarType): number | bigint | boolean | undefined {
  if (op === "product") return type === "i64" ? 1n : 1;
  if (op !== "sum" && op !== "xor") return undefined;
  switch (type) {
    case "i1":
      return false;
    case "i64":
      return 0n;
    case "i32":
      return 0;
    default:
      return -0;
  }
}

/** One value of two, the earlier chunks' first. */
export function emitAccumulation(
  b: FuncBuilder,
  kind: Accumulation,
  type: ScalarType,
  x: ValueId,
  y: ValueId,
  loc: Span,
): ValueId {
  const float = type === "f32" || type === "f64";
  switch (kind) {
    case "sum":
      return float
        ? b.emit("fadd", type, [x, y], { fast: [] }, loc)
        : b.emit("add", type, [x, y], { overflow: "wraps" }, loc);
    case "product":
      return float
        ? b.emit("fmul", type, [x, y], { fast: [] }, loc)
        : b.emit("mul", type, [x, y], { overflow: "wraps" }, loc);
    case "min":
      return float ? b.emit("fmin", type, [x, y], { fast: [] }, loc) : b.emit("smin", type, [x, y], {}, loc);
    case "max":
      return float ? b.emit("fmax", type, [x, y], { fast: [] }, loc) : b.emit("smax", type, [x, y], {}, loc);
    default:
      return b.emit(kind, type, [x, y], {}, loc);
  }
}

export function emitComparison(
  b: FuncBuilder,
  pred: string,
  type: ScalarType,
  x: ValueId,
  y: ValueId,
  loc: Span,
): ValueId {
  if (type === "f32" || type === "f64") return b.emit("fcmp", "i1", [x, y], { pred: pred as FloatPred, fast: [] }, loc);
  return b.emit("icmp", "i1", [x, y], { pred: pred as IntPred }, loc);
}

/** Printed for people. */
export function describeReduction(r: Reduction): string {
  if (bestPredicate(r.op) !== undefined) return /gt|ge/.test(r.op) ? "greatest" : "least";
  if (companionOf(r.op) !== undefined) return "place";
  return r.op === "flag" ? "set or not" : r.op;
}
