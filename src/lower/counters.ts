/** The counters of loops over integers: where they end, what fits them, and what follows from them. */
import type { ValueId } from "../ir/ops.ts";
import type { Span } from "../source/span.ts";
import type { CountedLoop } from "../types/counted.ts";
import { INT32, intRange, isMachineInt, type NumberValue, TWO_31, TWO_53 } from "../types/lattice.ts";
import { countsExactly, endsExactly, isShortStep } from "../types/trips.ts";
import { scalar } from "./expressions.ts";
import type { FunctionLowering } from "./function.ts";
import { isInteger, numberAs } from "./numbers.ts";
import { convertNumber, type Item, type Operand } from "./operand.ts";

/** Does no round come to 2^53? No loop counts that far, but it may begin near, or take steps that are long enough. */
export function staysExact(start: NumberValue, bound: NumberValue, counted: Pick<CountedLoop, "step">): boolean {
  return endsExactly(bound, counted) || (!isMachineInt(start) ? isShortStep(counted) : countsExactly(start, counted));
}

/** What a counter may be as far as its type goes. */
export const counterRange = (type: "i32" | "i64"): NumberValue => (type === "i32" ? INT32 : intRange(-TWO_53, TWO_53));

/** What counts towards a bound, and how far in a round. */
export type Counted = Pick<CountedLoop, "op" | "step">;

/** The IR's: `end` is exclusive. */
export interface Counter {
  readonly type: "i32" | "i64";
  readonly start: ValueId;
  readonly end: ValueId;
  readonly step: number;
}

/** The narrowest integer that holds all of a counter's values, its end, and what follows the last one. */
export function counterType(start: NumberValue, bound: NumberValue, counted: Counted): "i32" | "i64" {
  const isSmall = start.lo >= -TWO_31 && start.hi < TWO_31 && fitsCounter(endRange(bound, counted), counted.step);
  return isSmall ? "i32" : "i64";
}

/** Bounds of the exclusive end of a counted loop. */
function endRange(bound: NumberValue, counted: Counted): { lo: number; hi: number } {
  const shift = counted.op === "<=" ? 1 : counted.op === ">=" ? -1 : 0;
  return { lo: Math.floor(bound.lo) + shift, hi: Math.ceil(bound.hi) + shift };
}

/** The last counter plus one step stays within an int32. */
function fitsCounter(end: { lo: number; hi: number }, step: number): boolean {
  return (
    end.lo >= -TWO_31 &&
    end.hi <= TWO_31 - 1 &&
    (step > 0 ? end.hi - 1 + step <= TWO_31 - 1 : end.lo + 1 + step >= -TWO_31)
  );
}

/** The loop's exclusive end as an integer: bounds that include it move by one, float bounds round to the next integer. */
export function endValue(
  fl: FunctionLowering,
  { op, value: bound }: Item<NumberValue>,
  counted: Counted,
  type: "i32" | "i64",
  loc: Span,
): ValueId {
  const e = fl.b;
  const shift = counted.op === "<=" ? 1 : counted.op === ">=" ? -1 : 0;
  if (isInteger(op)) {
    // Cut only when it is the end: a bound of −2^31 − 1 has no room in 32 bits.
    const own = op.type === "i64" ? "i64" : type;
    const given = numberAs(fl, op, own, loc);
    const by = (): ValueId => e.constant(own, own === "i64" ? BigInt(shift) : shift, loc);
    const end = shift === 0 ? given : e.emit("add", own, [given, by()], { overflow: "absent" }, loc);
    return convertNumber(e, end, own, type, loc);
  }
  const x = numberAs(fl, op, "f64", loc);
  // i < 2.5 runs as i < 3, i <= 2.5 as i <= 2; downwards the other way round.
  const inward = counted.op === "<" || counted.op === ">=" ? "fceil" : "ffloor";
  let rounded = e.emit(inward, "f64", [x], { fast: [] }, loc);
  const clamp = (limit: number, pred: "olt" | "ogt"): void => {
    const c = e.constant("f64", limit, loc);
    rounded = e.emit(
      "select",
      "f64",
      [e.emit("fcmp", "i1", [rounded, c], { pred, fast: [] }, loc), rounded, c],
      {},
      loc,
    );
  };
  if (bound.hi > TWO_53 - 2) clamp(TWO_53 - 2, "olt");
  if (bound.lo < -(TWO_53 - 2)) clamp(-(TWO_53 - 2), "ogt");
  if (shift !== 0) rounded = e.emit("fadd", "f64", [rounded, e.constant("f64", shift, loc)], { fast: [] }, loc);
  if (!bound.nan) return e.emit("fptosi", type, [rounded], {}, loc);
  // A comparison with NaN is false: an end that no start reaches.
  const ordered = e.emit("fcmp", "i1", [x, x], { pred: "oeq", fast: [] }, loc);
  const [least, most] = type === "i32" ? [-TWO_31, TWO_31 - 1] : [-TWO_53, TWO_53];
  const none = e.constant("f64", counted.step > 0 ? least : most, loc);
  rounded = e.emit("select", "f64", [ordered, rounded, none], {}, loc);
  return e.emit("fptosi", type, [rounded], {}, loc);
}

/** start + step × (number of rounds). */
export function afterLast(fl: FunctionLowering, { type, start, end, step }: Counter, loc: Span): ValueId {
  const e = fl.b;
  const wide = (id: ValueId): ValueId => (type === "i64" ? id : e.emit("sext", "i64", [id], {}, loc));
  const c = (n: number): ValueId => e.constant("i64", BigInt(n), loc);
  const size = Math.abs(step);
  const [from, to] = step > 0 ? [wide(start), wide(end)] : [wide(end), wide(start)];
  const distance = e.emit(
    "smax",
    "i64",
    [e.emit("sub", "i64", [to, from], { overflow: "absent" }, loc), c(0)],
    {},
    loc,
  );
  const rounds =
    size === 1
      ? distance
      : e.emit(
          "sdiv",
          "i64",
          [e.emit("add", "i64", [distance, c(size - 1)], { overflow: "absent" }, loc), c(size)],
          {},
          loc,
        );
  const after = e.emit(
    "add",
    "i64",
    [wide(start), e.emit("mul", "i64", [rounds, c(step)], { overflow: "absent" }, loc)],
    { overflow: "absent" },
    loc,
  );
  return type === "i64" ? after : e.emit("trunc", "i32", [after], {}, loc);
}

/** Which round of a counted loop it is, from 0. */
export function roundOf(fl: FunctionLowering, { type, start, step }: Counter, iv: ValueId, loc: Span): ValueId {
  const e = fl.b;
  const wide = (id: ValueId): ValueId => (type === "i64" ? id : e.emit("sext", "i64", [id], {}, loc));
  const distance = e.emit("sub", "i64", [wide(iv), wide(start)], { overflow: "absent" }, loc);
  return step === 1 ? distance : e.emit("sdiv", "i64", [distance, e.constant("i64", BigInt(step), loc)], {}, loc);
}

/** The counter as the loop's variable, of which `value` is known. */
export function counterItem(
  fl: FunctionLowering,
  iv: ValueId,
  type: "i32" | "i64",
  value: NumberValue,
  loc: Span,
): Operand {
  const narrow = type === "i64" && isMachineInt(value) && value.lo >= -TWO_31 && value.hi < TWO_31;
  return narrow ? scalar(fl.b.emit("trunc", "i32", [iv], {}, loc), "i32") : scalar(iv, type);
}
