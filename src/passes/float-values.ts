/**
 * Doubles that hold integers: JavaScript's index arithmetic where inference couldn't keep it to machine integers.
 *
 * Sums and products of integers are exact in doubles as long as they stay within ±2^53, so they are the same polynomials
 * then; integer instructions can take their place in a fast version of a loop (shadow-integers.ts).
 */
import type { Inst, LocalId, ValueId } from "../ir/ops.ts";
import type { Definitions } from "../ir/rewrite.ts";
import type { IrType } from "../ir/types.ts";
import type { Sym } from "./int-values.ts";
import { type Atoms, add, constantPoly, type FloatRef, type Poly, type Range, scale, subtract } from "./poly.ts";

export const DOUBLE_RANGE: Range = { min: -(2n ** 53n), max: 2n ** 53n };

export interface FloatContext {
  readonly atoms: Atoms;
  /** An integer operand. */
  operand(index: number): Sym;
  /** An f64 operand; undefined when nothing says that it is an integer. */
  float(index: number): Sym | undefined;
  /** An f64 operand that the loop doesn't change, whatever it is. */
  invariant(index: number): FloatRef | undefined;
  typeOf(index: number): IrType;
  /** Conditions under which a double holds `p` exactly; undefined when there are none. */
  exactDouble(p: Poly): readonly Poly[] | undefined;
}

/** The integer that an f64 instruction gives; undefined when it may give something else. −0 counts as 0. */
export function floatValue(inst: Inst, cx: FloatContext): Sym | undefined {
  switch (inst.op) {
    case "const":
      return Number.isSafeInteger(inst.value) ? { poly: constantPoly(BigInt(inst.value)), conditions: [] } : undefined;
    case "sitofp":
      return exactly(cx, cx.operand(0).poly, cx.operand(0).conditions);
    case "fadd":
      return binary(cx, add);
    case "fsub":
      return binary(cx, subtract);
    case "fmul":
      return binary(cx, (a, b) => cx.atoms.product(a, b));
    case "fmin":
      return binary(cx, (a, b) => cx.atoms.min(a, b));
    case "fmax":
      return binary(cx, (a, b) => cx.atoms.max(a, b));
    case "fneg": {
      const a = cx.float(0);
      return a && { poly: scale(a.poly, -1n), conditions: a.conditions };
    }
    case "ffloor":
    case "fceil":
    case "ftrunc":
    case "fround": {
      const whole = cx.float(0);
      if (whole !== undefined) return whole;
      const invariant = cx.invariant(0);
      return invariant && cx.atoms.float({ ...invariant, rounding: inst.op });
    }
    default:
      return undefined;
  }
}

/**
 * Is an f64 made the way integers are, of integers by ring operations or by rounding? A guess, for what is worth testing: it
 * may still be too large, or NaN.
 */
export function looksIntegral(id: ValueId, definitions: Definitions, assumed = new Set<LocalId>()): boolean {
  const inst = definitions.inst(id);
  switch (inst?.op) {
    case "const":
      return Number.isSafeInteger(inst.value);
    case "sitofp":
    case "uitofp":
    case "ffloor":
    case "fceil":
    case "ftrunc":
    case "fround":
      return true;
    case "fadd":
    case "fsub":
    case "fmul":
    case "fneg":
    case "fmin":
    case "fmax":
      return inst.args.every((a) => looksIntegral(a, definitions, assumed));
    case "select":
      return inst.args.slice(1).every((a) => looksIntegral(a, definitions, assumed));
    case "local.get":
      return isLocalIntegral(inst.local, definitions, assumed);
    default:
      return false;
  }
}

/** The same for all that a local is ever set to. */
export function isLocalIntegral(local: LocalId, definitions: Definitions, assumed = new Set<LocalId>()): boolean {
  if (assumed.has(local)) return true;
  assumed.add(local);
  const values = definitions.valuesOf(local);
  return values !== undefined && values.length > 0 && values.every((v) => looksIntegral(v, definitions, assumed));
}

function binary(cx: FloatContext, op: (a: Poly, b: Poly) => Poly): Sym | undefined {
  const [a, b] = [cx.float(0), cx.float(1)];
  if (a === undefined || b === undefined) return undefined;
  return exactly(cx, op(a.poly, b.poly), [...a.conditions, ...b.conditions]);
}

function exactly(cx: FloatContext, poly: Poly, conditions: readonly Poly[]): Sym | undefined {
  const exact = cx.exactDouble(poly);
  return exact && { poly, conditions: [...conditions, ...exact] };
}
