/**
 * Doubles that hold integers: JavaScript's index arithmetic where inference couldn't keep it to machine integers.
 *
 * Sums and products of integers are exact in doubles as long as they stay within ±2^53, so they are the same polynomials
 * then; integer instructions can take their place in a fast version of a loop (shadow-integers.ts).
 */
import type { Inst, LocalId, ValueId } from "../ir/ops.ts";
import type { Definitions } from "../ir/rewrite.ts";
import type { IrType } from "../ir/types.ts";
import { type Atoms, isIntegrality } from "./atoms.ts";
import { type ExactDouble, product, type Sym, sizeOf, sum } from "./int-values.ts";
import {
  add,
  constantPoly,
  type FloatRef,
  larger,
  type Poly,
  type Range,
  scale,
  subtract,
  tooLarge,
  union,
} from "./poly.ts";

export const DOUBLE_RANGE: Range = { min: -(2n ** 53n), max: 2n ** 53n };

/** Integers that an f32 holds exactly. */
const FLOAT32_RANGE: Range = { min: -(2n ** 24n), max: 2n ** 24n };

export interface FloatContext {
  readonly atoms: Atoms;
  /** An integer operand. */
  operand(index: number): Sym;
  /** An f64 operand; undefined when nothing says that it is an integer. */
  float(index: number): Sym | undefined;
  /** An f64 operand that the loop doesn't change, whatever it is. */
  invariant(index: number): FloatRef | undefined;
  typeOf(index: number): IrType;
  /** The double that an f32 operand was rounded from, if it holds an integer. */
  beforeRounding(index: number): Sym | undefined;
  /** The dividend and the divisor of an f64 operand that is a quotient of integers. */
  quotient(index: number): { readonly a: Sym; readonly b: Sym } | undefined;
  /** Makes "lo ≤ p ≤ hi" conditions; undefined when that can't be. */
  within(p: Poly, range: Range): readonly Poly[] | undefined;
  /** Conditions under which p ≥ 0 in every iteration; undefined when there are none. */
  nonNegative(p: Poly): readonly Poly[] | undefined;
  /** When a double holds `p` exactly; undefined when nothing says so. */
  exactDouble(p: Poly): ExactDouble | undefined;
}

/** The integer that an f64 instruction gives; undefined when it may give something else. −0 counts as 0. */
export function floatValue(inst: Inst, cx: FloatContext): Sym | undefined {
  switch (inst.op) {
    case "const":
      return Number.isSafeInteger(inst.value) ? { poly: constantPoly(BigInt(inst.value)), conditions: [] } : undefined;
    case "sitofp":
      return exactly(cx, cx.operand(0).poly, cx.operand(0).conditions);
    case "fadd":
      return binary(cx, add, sum);
    case "fsub":
      return binary(cx, subtract, sum);
    case "fmul":
      return binary(cx, (a, b) => cx.atoms.product(a, b), product);
    case "fmin":
      return binary(cx, (a, b) => cx.atoms.min(a, b), larger);
    case "fmax":
      return binary(cx, (a, b) => cx.atoms.max(a, b), larger);
    case "fneg": {
      const a = cx.float(0);
      return a && { ...a, poly: scale(a.poly, -1n) };
    }
    case "fpext": {
      const a = cx.beforeRounding(0);
      const same = a && cx.within(a.poly, FLOAT32_RANGE);
      return a && same && { poly: a.poly, conditions: union(a.conditions, same) };
    }
    case "ffloor":
    case "fceil":
    case "ftrunc":
    case "fround": {
      const whole = cx.float(0);
      // Who rounds it doesn't take it for an integer: what is only guessed to be one isn't tested.
      if (whole !== undefined && !whole.conditions.some((p) => isIntegrality(p))) return whole;
      const invariant = cx.invariant(0);
      if (invariant !== undefined) return cx.atoms.float({ ...invariant, rounding: inst.op });
      return inst.op === "ffloor" || inst.op === "ftrunc" ? flooredQuotient(cx) : undefined;
    }
    default:
      return undefined;
  }
}

/**
 * ⌊a / b⌋, computed in doubles: exact for integers within ±2^53, for a quotient that isn't an integer is further from the next
 * one than rounding goes. For a ≥ 0 and an invariant b ≥ 1, as they are nearly always.
 */
export function flooredQuotient(
  cx: Pick<FloatContext, "atoms" | "quotient" | "nonNegative" | "exactDouble">,
): Sym | undefined {
  const of = cx.quotient(0);
  if (of === undefined || of.b.poly.isVarying) return undefined;
  const zero = constantPoly(0n);
  const positive = cx.nonNegative(of.a.poly);
  const exact = cx.exactDouble(of.a.poly);
  if (positive === undefined || exact === undefined) return undefined;
  const conditions = [...of.a.conditions, ...of.b.conditions, ...positive, ...exact.conditions];
  if (of.b.poly.range.min < 1n) conditions.push(subtract(of.b.poly, constantPoly(1n)));
  return { poly: cx.atoms.quotient(cx.atoms.max(of.a.poly, zero), of.b.poly), conditions };
}

/**
 * Is an f64 made the way integers are, of integers by ring operations or by rounding? A guess, for what is worth testing: it
 * may still be too large, or NaN. All that a value is made of must be, so each value is looked at once.
 */
export class IntegralGuesses {
  readonly #definitions: Definitions;
  readonly #values = new Map<ValueId, boolean>();
  readonly #locals = new Map<LocalId, boolean>();
  /** Taken for integral until something says otherwise: values go round in loops. */
  #assumed = { values: new Set<ValueId>(), locals: new Set<LocalId>() };

  constructor(definitions: Definitions) {
    this.#definitions = definitions;
  }

  looksIntegral(id: ValueId): boolean {
    return this.#guess(() => this.#value(id));
  }

  /** The same for all that a local is ever set to. */
  isLocalIntegral(local: LocalId): boolean {
    return this.#guess(() => this.#local(local));
  }

  #guess(look: () => boolean): boolean {
    this.#assumed = { values: new Set(), locals: new Set() };
    const answer = look();
    if (answer) {
      for (const id of this.#assumed.values) this.#values.set(id, true);
      for (const local of this.#assumed.locals) this.#locals.set(local, true);
    }
    return answer;
  }

  #value(id: ValueId): boolean {
    const known = this.#values.get(id);
    if (known !== undefined || this.#assumed.values.has(id)) return known ?? true;
    this.#assumed.values.add(id);
    const answer = this.#isMadeSo(id);
    if (!answer) this.#values.set(id, false);
    return answer;
  }

  #isMadeSo(id: ValueId): boolean {
    const inst = this.#definitions.inst(id);
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
      // A quotient that goes into an index is meant to be whole: the stride of a Fourier transform.
      case "fdiv":
      case "fadd":
      case "fsub":
      case "fmul":
      case "fneg":
      case "fmin":
      case "fmax":
        return inst.args.every((arg) => this.#value(arg));
      case "select":
        return inst.args.slice(1).every((arg) => this.#value(arg));
      case "local.get":
        return this.#local(inst.local);
      default:
        return false;
    }
  }

  #local(local: LocalId): boolean {
    const known = this.#locals.get(local);
    if (known !== undefined || this.#assumed.locals.has(local)) return known ?? true;
    this.#assumed.locals.add(local);
    const values = this.#definitions.valuesOf(local);
    const answer = values !== undefined && values.length > 0 && values.every((value) => this.#value(value));
    if (!answer) this.#locals.set(local, false);
    return answer;
  }
}

/** `size` is the result's, given its operands'. */
function binary(
  cx: FloatContext,
  op: (a: Poly, b: Poly) => Poly,
  size: (a: bigint, b: bigint) => bigint,
): Sym | undefined {
  const [a, b] = [cx.float(0), cx.float(1)];
  if (a === undefined || b === undefined) return undefined;
  const [poly, conditions] = [op(a.poly, b.poly), union(a.conditions, b.conditions)];
  const most = size(sizeOf(a), sizeOf(b));
  // Nearly always, and without looking for the bounds of each sum.
  if (most <= DOUBLE_RANGE.max && !tooLarge(poly)) return { poly, conditions, size: most };
  return exactly(cx, poly, conditions);
}

function exactly(cx: FloatContext, poly: Poly, conditions: readonly Poly[]): Sym | undefined {
  const exact = cx.exactDouble(poly);
  return exact && { poly, conditions: union(conditions, exact.conditions), size: exact.size };
}
