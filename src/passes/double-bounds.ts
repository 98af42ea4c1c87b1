/**
 * Bounds of doubles that needn't be integers, for what rounds them: `Math.floor(x * scale)` is an index that nobody can tell,
 * but clamped to [0, w − 1] first it lies between two integers that can be told, unless it is NaN.
 *
 * So what is told of a double is two integers it lies between, and that it isn't NaN. Sums and products of finite numbers
 * that aren't too large are finite; numbers from before the loop are tested to be so.
 */
import type { FloatPred, Inst, ValueId } from "../ir/ops.ts";
import { type Atoms, isIntegrality } from "./atoms.ts";
import type { Sym } from "./int-values.ts";
import { constantPoly, type FloatRef, type Poly, scale, union } from "./poly.ts";

export interface DoubleBounds {
  readonly lo: Poly | undefined;
  readonly hi: Poly | undefined;
  /** Its magnitude is at most 2^size; undefined when it may be anything. */
  readonly size: number | undefined;
  /** If they hold, so does the rest, and it isn't NaN. */
  readonly conditions: readonly Poly[];
}

export interface DoubleContext {
  readonly atoms: Atoms;
  /** The value that `id` is a reading of, or itself. */
  resolve(id: ValueId): ValueId;
  inst(id: ValueId): Inst | undefined;
  /** An f64 that holds an integer. */
  integer(id: ValueId): Sym | undefined;
  /** An f64 that the loop doesn't change. */
  invariant(id: ValueId): FloatRef | undefined;
}

/** A comparison that came out one way. */
interface Outcome {
  readonly cond: ValueId;
  readonly truth: boolean;
}

/** Of two finite doubles; sums and products stay below it. */
const MAX_SIZE = 1000;
/** ±2^53 is what invariants are tested for. */
const INVARIANT_SIZE = 53;
/** Operations looked through for one number. What is used twice is looked through twice: it may be chosen under other conditions. */
const MAX_OPERATIONS = 256;

/** undefined when it may be NaN, or nothing is known. */
export function doubleBounds(id: ValueId, cx: DoubleContext): DoubleBounds | undefined {
  return boundsOf(id, cx, [], { left: MAX_OPERATIONS });
}

function boundsOf(
  given: ValueId,
  cx: DoubleContext,
  outcomes: readonly Outcome[],
  operations: { left: number },
): DoubleBounds | undefined {
  if (operations.left === 0) return undefined;
  operations.left--;
  const id = cx.resolve(given);
  return outcomes.reduce(
    (bounds, outcome) => refined(id, bounds, outcome, cx),
    unrefined(id, cx, outcomes, operations),
  );
}

function unrefined(
  id: ValueId,
  cx: DoubleContext,
  outcomes: readonly Outcome[],
  operations: { left: number },
): DoubleBounds | undefined {
  const integer = cx.integer(id);
  // What is only guessed to be an integer, such as the quotient of two sizes, need only be a number here.
  if (integer !== undefined && !integer.conditions.some((p) => isIntegrality(p))) {
    const { poly, conditions } = integer;
    return { lo: poly, hi: poly, size: 64, conditions };
  }
  const invariant = cx.invariant(id);
  if (invariant !== undefined)
    return { lo: undefined, hi: undefined, size: INVARIANT_SIZE, conditions: [cx.atoms.finite(invariant)] };
  const inst = cx.inst(id);
  if (inst === undefined) return undefined;
  const arg = (i: number, more: readonly Outcome[] = []): DoubleBounds | undefined =>
    boundsOf(inst.args[i] ?? -1, cx, [...outcomes, ...more], operations);
  switch (inst.op) {
    case "const":
      return constant(Number(inst.value));
    case "sitofp":
    case "uitofp":
      return { lo: undefined, hi: undefined, size: 64, conditions: [] };
    case "fadd":
    case "fsub":
      return arithmetic(arg(0), arg(1), (a, b) => Math.max(a, b) + 1);
    case "fmul":
      return arithmetic(arg(0), arg(1), (a, b) => a + b);
    case "fneg": {
      const a = arg(0);
      return a && { ...a, lo: a.hi && scale(a.hi, -1n), hi: a.lo && scale(a.lo, -1n) };
    }
    case "fabs": {
      const a = arg(0);
      return a && { lo: constantPoly(0n), hi: undefined, size: a.size, conditions: a.conditions };
    }
    case "fmin":
    case "fmax":
      return extreme(inst.op, arg(0), arg(1), cx);
    case "ffloor":
    case "fceil":
    case "ftrunc":
    case "fround":
      // Rounded, it is still between the same integers.
      return arg(0);
    case "select": {
      const [cond = -1] = inst.args;
      return either(arg(1, [{ cond, truth: true }]), arg(2, [{ cond, truth: false }]), cx);
    }
    default:
      return undefined;
  }
}

function constant(value: number): DoubleBounds | undefined {
  if (!Number.isFinite(value)) return undefined;
  const size = value === 0 ? 0 : Math.max(0, Math.ceil(Math.log2(Math.abs(value))) + 1);
  const whole = (n: number): Poly | undefined => (Number.isSafeInteger(n) ? constantPoly(BigInt(n)) : undefined);
  return { lo: whole(Math.floor(value)), hi: whole(Math.ceil(value)), size, conditions: [] };
}

function arithmetic(
  a: DoubleBounds | undefined,
  b: DoubleBounds | undefined,
  sizeOf: (a: number, b: number) => number,
): DoubleBounds | undefined {
  if (a?.size === undefined || b?.size === undefined) return undefined;
  const size = sizeOf(a.size, b.size);
  if (size > MAX_SIZE) return undefined;
  return { lo: undefined, hi: undefined, size, conditions: union(a.conditions, b.conditions) };
}

/** A minimum is no greater than either, a maximum no less. */
function extreme(
  op: "fmin" | "fmax",
  a: DoubleBounds | undefined,
  b: DoubleBounds | undefined,
  { atoms }: DoubleContext,
): DoubleBounds | undefined {
  if (a === undefined || b === undefined) return undefined;
  const least = op === "fmin";
  const pick = (x: Poly, y: Poly): Poly => (least ? atoms.min(x, y) : atoms.max(x, y));
  const needed = (x: Poly | undefined, y: Poly | undefined): Poly | undefined => (x && y ? pick(x, y) : undefined);
  const enough = (x: Poly | undefined, y: Poly | undefined): Poly | undefined => (x && y ? pick(x, y) : (x ?? y));
  return {
    lo: (least ? needed : enough)(a.lo, b.lo),
    hi: (least ? enough : needed)(a.hi, b.hi),
    size: a.size === undefined || b.size === undefined ? undefined : Math.max(a.size, b.size),
    conditions: union(a.conditions, b.conditions),
  };
}

function either(
  a: DoubleBounds | undefined,
  b: DoubleBounds | undefined,
  { atoms }: DoubleContext,
): DoubleBounds | undefined {
  if (a === undefined || b === undefined) return undefined;
  return {
    lo: a.lo && b.lo && atoms.min(a.lo, b.lo),
    hi: a.hi && b.hi && atoms.max(a.hi, b.hi),
    size: a.size === undefined || b.size === undefined ? undefined : Math.max(a.size, b.size),
    conditions: union(a.conditions, b.conditions),
  };
}

const FLIPPED: { readonly [K in FloatPred]: FloatPred } = {
  oeq: "oeq",
  une: "une",
  olt: "ogt",
  ole: "oge",
  ogt: "olt",
  oge: "ole",
};

/** With what a comparison of the value says. One that came out true says that it isn't NaN. */
function refined(
  id: ValueId,
  bounds: DoubleBounds | undefined,
  { cond, truth }: Outcome,
  cx: DoubleContext,
): DoubleBounds | undefined {
  const inst = cx.inst(cx.resolve(cond));
  if (inst?.op !== "fcmp" || inst.pred === "oeq" || inst.pred === "une") return bounds;
  // Relaxed arithmetic may give the comparison another value than the choice.
  if (inst.fast.length > 0) return bounds;
  const [a, b] = [cx.resolve(inst.args[0] ?? -1), cx.resolve(inst.args[1] ?? -1)];
  if ((a === id) === (b === id) || (bounds === undefined && !truth)) return bounds;
  const limit = cx.integer(a === id ? b : a);
  if (limit === undefined) return bounds;
  const pred = a === id ? inst.pred : FLIPPED[inst.pred];
  const below = (pred === "olt" || pred === "ole") === truth;
  const { lo, hi, size, conditions } = bounds ?? { lo: undefined, hi: undefined, size: undefined, conditions: [] };
  const p = limit.poly;
  return {
    lo: below ? lo : lo === undefined ? p : cx.atoms.max(lo, p),
    hi: below ? (hi === undefined ? p : cx.atoms.min(hi, p)) : hi,
    size,
    conditions: union(conditions, limit.conditions),
  };
}
