/** What a branch's condition says about integers (see Fact in bound.ts). */
import type { FloatPred, Inst, IntPred, ValueId } from "../ir/ops.ts";
import type { Facts } from "./bound.ts";
import type { Sym } from "./int-values.ts";
import { constantPoly, type Poly, scale, subtract, union } from "./poly.ts";

const ONE = constantPoly(1n);

/** One of two i1 values, by a condition: what `&&` and `||` make of a local. */
export interface Choice {
  readonly cond: ValueId;
  readonly then: ValueId;
  readonly else: ValueId;
}

export interface FactContext {
  inst(id: ValueId): Inst | undefined;
  /** Set when the value is a local that two branches left different. */
  choice(id: ValueId): Choice | undefined;
  integer(id: ValueId): Sym | undefined;
  /** An f64 that holds an integer. */
  float(id: ValueId): Sym | undefined;
  /** 1 or 0, of an i1 that the loop doesn't change; undefined of all others. */
  truth(id: ValueId): Poly | undefined;
  /** |p|, of what the loop doesn't change; undefined of all others. */
  absolute(p: Poly): Poly | undefined;
}

const OF_FLOATS: { readonly [K in FloatPred]: IntPred } = {
  oeq: "eq",
  une: "ne",
  olt: "slt",
  ole: "sle",
  ogt: "sgt",
  oge: "sge",
};

const INVERSE: { readonly [K in IntPred]: IntPred | undefined } = {
  eq: "ne",
  ne: "eq",
  slt: "sge",
  sge: "slt",
  sgt: "sle",
  sle: "sgt",
  ult: undefined,
};

/** Deep enough for any condition a person writes. */
const MAX_DEPTH = 8;

export function factsOf(cond: ValueId, truth: boolean, cx: FactContext, depth = 0): Facts {
  if (depth > MAX_DEPTH) return [];
  const facts = factsOfForm(cond, truth, cx, depth);
  const value = facts.length === 0 ? cx.truth(cond) : undefined;
  if (value === undefined) return facts;
  return [{ poly: truth ? subtract(value, ONE) : scale(value, -1n), conditions: [] }];
}

/** What follows from how the condition is made. */
function factsOfForm(cond: ValueId, truth: boolean, cx: FactContext, depth: number): Facts {
  const of = (id: ValueId, t: boolean): Facts => factsOf(id, t, cx, depth + 1);
  const choice = cx.choice(cond);
  if (choice !== undefined) return chosen(choice.cond, choice.then, choice.else, truth, cx, of);
  const inst = cx.inst(cond);
  if (inst === undefined) return [];
  const [a = -1, b = -1, c = -1] = inst.args;
  switch (inst.op) {
    case "icmp":
      return comparison(truth ? inst.pred : INVERSE[inst.pred], cx.integer(a), cx.integer(b), cx);
    case "fcmp": {
      // Of integers, which a double then holds: no NaN.
      const pred = OF_FLOATS[inst.pred];
      return comparison(truth ? pred : INVERSE[pred], cx.float(a), cx.float(b), cx);
    }
    case "not":
      return of(a, !truth);
    case "and":
      return truth ? [...of(a, true), ...of(b, true)] : [];
    case "or":
      return truth ? [] : [...of(a, false), ...of(b, false)];
    case "select":
      return chosen(a, b, c, truth, cx, of);
    default:
      return [];
  }
}

/** `cond ? then : else` came out as `truth`: where one of the two can't have, the other was chosen. */
function chosen(
  cond: ValueId,
  then: ValueId,
  otherwise: ValueId,
  truth: boolean,
  cx: FactContext,
  of: (id: ValueId, truth: boolean) => Facts,
): Facts {
  if (isConstant(otherwise, !truth, cx) || (otherwise === cond && truth))
    return [...of(cond, true), ...of(then, truth)];
  if (isConstant(then, !truth, cx) || (then === cond && !truth)) return [...of(cond, false), ...of(otherwise, truth)];
  return [];
}

function isConstant(id: ValueId, value: boolean, cx: FactContext): boolean {
  const inst = cx.inst(id);
  return inst?.op === "const" && inst.value === value;
}

function comparison(pred: IntPred | undefined, x: Sym | undefined, y: Sym | undefined, cx: FactContext): Facts {
  if (x === undefined || y === undefined) return [];
  const conditions = union(x.conditions, y.conditions);
  return polynomials(pred, x.poly, y.poly, cx).map((poly) => ({ poly, conditions }));
}

function polynomials(pred: IntPred | undefined, a: Poly, b: Poly, cx: FactContext): readonly Poly[] {
  switch (pred) {
    case "slt":
      return [subtract(subtract(b, a), ONE)];
    case "sle":
      return [subtract(b, a)];
    case "sgt":
      return [subtract(subtract(a, b), ONE)];
    case "sge":
      return [subtract(a, b)];
    case "eq":
      return [subtract(a, b), subtract(b, a)];
    case "ne": {
      // Different from the least it could be: greater.
      const difference = subtract(a, b);
      const { min, max } = difference.range;
      if (min === 0n) return [subtract(difference, ONE)];
      if (max === 0n) return [subtract(subtract(b, a), ONE)];
      const distance = cx.absolute(difference);
      return distance === undefined ? [] : [subtract(distance, ONE)];
    }
    case "ult":
      return b.range.min >= 0n ? [a, subtract(subtract(b, a), ONE)] : [];
    case undefined:
      return [];
  }
}
