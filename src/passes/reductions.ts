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
import { ELEMENTS, type ElementKind } from "../types/elements.ts";

export type AccumulationKind = "sum" | "product" | "xor" | "and" | "or" | "min" | "max";
/** `.u32`: an i64 that each step cuts to 32 bits without a sign, s = (s + e) >>> 0. */
export type Accumulation = AccumulationKind | `${AccumulationKind}.u32`;

/** How elements of an array are joined with something: `best.<predicate>` is if (e > a[k]) a[k] = e. */
export type ElementOp = AccumulationKind | `best.${string}`;

const KINDS: readonly string[] = ["sum", "product", "xor", "and", "or", "min", "max"];

export function kindOf(op: Accumulation): AccumulationKind {
  return op.replace(/\.u32$/, "") as AccumulationKind;
}

function isCut(op: string): boolean {
  return op.endsWith(".u32");
}

/** The accumulation that an op is a step of. `left`: only when the variable is its first operand. */
export const STEPS: { readonly [K in OpName]?: { readonly kind: AccumulationKind; readonly left?: true } } = {
  add: { kind: "sum" },
  sub: { kind: "sum", left: true },
  fadd: { kind: "sum" },
  fsub: { kind: "sum", left: true },
  mul: { kind: "product" },
  fmul: { kind: "product" },
  fdiv: { kind: "product", left: true },
  and: { kind: "and" },
  or: { kind: "or" },
  xor: { kind: "xor" },
  smin: { kind: "min" },
  fmin: { kind: "min" },
  smax: { kind: "max" },
  fmax: { kind: "max" },
};

export function isAccumulation(op: string): op is Accumulation {
  return KINDS.includes(op.replace(/\.u32$/, ""));
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
  return op === "flag" || isCut(op) || bestPredicate(op) !== undefined;
}

/**
 * What chunks but the first start from; undefined when that is the variable's own value. −0 is what changes no sum: 0 would
 * turn one of −0 into 0.
 */
export function neutralElement(op: string, type: ScalarType): number | bigint | boolean | undefined {
  const kind = isAccumulation(op) ? kindOf(op) : undefined;
  if (kind === "product") return type === "i64" ? 1n : 1;
  if (kind !== "sum" && kind !== "xor") return undefined;
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

/** What elements of a chunk's copy of an array start from; 0 is what a new array has. Sums of floats, of −0: see neutralElement. */
export function neutralOfElements(op: ElementOp, elem: ElementKind): number | bigint {
  const float = elem === "float32" || elem === "float64";
  const wide = ELEMENTS[elem].scalar === "i64";
  const [least, most] = boundsOf(elem);
  const pred = bestPredicate(op);
  const kind = pred === undefined ? op : /g[te]/.test(pred) ? "max" : "min";
  switch (kind) {
    case "product":
      return wide ? 1n : 1;
    case "and":
      return wide ? -1n : -1;
    case "min":
      return float ? Infinity : most;
    case "max":
      return float ? -Infinity : least;
    case "sum":
      return wide ? 0n : float ? -0 : 0;
    default:
      return wide ? 0n : 0;
  }
}

function boundsOf(elem: ElementKind): readonly [number | bigint, number | bigint] {
  const bits = BigInt(ELEMENTS[elem].size * 8);
  const isSigned = elem.startsWith("int") || elem === "bigint64";
  const [least, most] = isSigned ? [-(2n ** (bits - 1n)), 2n ** (bits - 1n) - 1n] : [0n, 2n ** bits - 1n];
  // The largest of 64 bits without a sign is the i64 of the same bits.
  return ELEMENTS[elem].scalar === "i64" ? [least, BigInt.asIntN(64, most)] : [Number(least), Number(most)];
}

/** One value of two, the earlier chunks' first. */
export function emitAccumulation(
  b: FuncBuilder,
  op: Accumulation,
  type: ScalarType,
  x: ValueId,
  y: ValueId,
  loc: Span,
): ValueId {
  const joined = emitJoined(b, kindOf(op), type, x, y, loc);
  return isCut(op) ? b.emit("and", type, [joined, b.constant("i64", 0xffffffffn, loc)], {}, loc) : joined;
}

function emitJoined(
  b: FuncBuilder,
  kind: AccumulationKind,
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
  // Of BigInts without a sign; signed ones compare like any i64.
  if (pred.startsWith("u"))
    return b.emit("bigcmp", "i1", [x, y], { pred: `s${pred.slice(1)}` as IntPred, lhs: "u", rhs: "u" }, loc);
  return b.emit("icmp", "i1", [x, y], { pred: pred as IntPred }, loc);
}

/** Printed for people. */
export function describeReduction({ op }: Pick<Reduction, "op">): string {
  if (isAccumulation(op)) return kindOf(op);
  if (bestPredicate(op) !== undefined) return /gt|ge/.test(op) ? "greatest" : "least";
  if (companionOf(op) !== undefined) return "place";
  return "set or not";
}
