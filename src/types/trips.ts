/**
 * How many rounds loops make at most, and where their counters lie: read off a loop's form (counted.ts) and what is known of the numbers
 * that it begins and ends with.
 */
import type { DoWhileStatement, ForStatement, MemberExpression, Node, WhileStatement } from "acorn";
import type { Binding } from "../frontend/program.ts";
import { bindingAt, type CountedLoop, isInside, isWrittenIn, stepping } from "./counted.ts";
import { inferExpression } from "./expressions.ts";
import { type Frame, INDEX, type Variable } from "./frame.ts";
import type { Inference } from "./infer.ts";
import { intRange, isMachineInt, type NumberValue, numberConstant, TWO_53, type Value } from "./lattice.ts";
import { propertyName } from "./members.ts";

/**
 * No kernel runs more rounds than this: 2^42 at four a nanosecond are a quarter of an hour of one loop. It bounds counters and
 * integer sums whose trip count isn't known (docs/language.md says so).
 */
export const MAX_ROUNDS_EVER = 2 ** 42;
const ZERO = numberConstant(0);

/** The most rounds of a loop that steps towards its bound, from what is known before it. */
export function steppedTrips(
  cx: Inference,
  frame: Frame,
  loop: ForStatement | WhileStatement | DoWhileStatement,
): number {
  const found = stepping(frame.closure.source, loop);
  if (found === undefined) return MAX_ROUNDS_EVER;
  const before = (binding: Binding): Value | undefined => {
    const v = frame.variables.get(binding);
    return v === undefined || v.pinned ? undefined : cx.state?.get(v);
  };
  const first = before(found.binding);
  if (first?.kind !== "number" || !isMachineInt(first) || first.wide) return MAX_ROUNDS_EVER;
  const last = found.bound === undefined ? ZERO : boundBefore(frame, loop, found.bound, before);
  if (last === undefined || (found.bound === undefined && first.lo < found.least)) return MAX_ROUNDS_EVER;
  const distance = found.isUp ? last.hi - first.lo : first.hi - last.lo;
  // A do…while runs before its first test.
  return roundsOver(
    Math.max(0, distance) + 2,
    1,
    Math.max(...[first.lo, first.hi, last.lo, last.hi].map(Math.abs)) + 1,
    true,
  );
}

/** What a test compares with, where no round changes it. */
function boundBefore(
  frame: Frame,
  loop: Node,
  bound: Node,
  before: (binding: Binding) => Value | undefined,
): NumberValue | undefined {
  const { source } = frame.closure;
  const isLength = bound.type === "MemberExpression" && propertyName(bound as MemberExpression) === "length";
  const binding = bindingAt(source, isLength ? (bound as MemberExpression).object : bound);
  if (bound.type === "Literal") {
    const { value } = bound as Node & { value: unknown };
    return typeof value === "number" ? numberConstant(value) : undefined;
  }
  if (binding === undefined || binding.shared || isWrittenIn(binding, loop) || isInside(binding.declaration, loop))
    return undefined;
  const value = before(binding);
  if (isLength) return value?.kind === "array" ? intRange(value.minLength, value.maxLength) : undefined;
  return value?.kind === "number" && !value.wide ? value : undefined;
}

/** How often a counted loop can run, from what is known of its start and bound. */
export function countedTrips(frame: Frame, counted: CountedLoop): number {
  const start = frame.info.get(counted.start);
  const bound = frame.info.get(counted.bound);
  if (start?.kind !== "number" || bound?.kind !== "number") return MAX_ROUNDS_EVER;
  const up = counted.step > 0;
  const step = Math.abs(counted.step);
  const inclusive = counted.op === "<=" || counted.op === ">=" ? 1 : 0;
  const distance = (up ? bound.hi - start.lo : start.hi - bound.lo) + inclusive;
  const reach = up ? [start.lo, bound.hi] : [start.hi, bound.lo];
  return roundsOver(distance, step, Math.max(...reach.map(Math.abs)) + step, start.int);
}

/**
 * How many steps cover a distance, where nothing is further from 0 than `reach`. Beyond 2^53, and where something has a
 * fraction, each step is rounded: it may be shorter, so that there are more, or none at all, and the loop doesn't end.
 */
function roundsOver(distance: number, step: number, reach: number, whole: boolean): number {
  if (distance <= 0) return 0;
  const isExact = whole && reach < TWO_53;
  const lost = isExact ? 0 : reach * 2 ** -53;
  const rounds = Math.ceil(distance / (step - lost)) + (isExact ? 0 : 1);
  return step > 2 * lost && rounds < MAX_ROUNDS_EVER ? rounds : MAX_ROUNDS_EVER;
}

/** At its head a counted loop's variable lies between its start and one step past its last value. */
export function counterSeed(cx: Inference, frame: Frame, counted: CountedLoop): [Variable, NumberValue][] {
  const v = cx.variable(frame, counted.binding);
  const start = cx.read(v);
  const bound = inferExpression(cx, frame, counted.bound, INDEX);
  if (v.pinned || start?.kind !== "number" || bound.kind !== "number" || !isMachineInt(start) || start.wide) return [];
  const { lo, hi } = countedRange(counted, start, bound);
  const from = Math.min(start.lo, counted.step < 0 ? lo + counted.step : lo);
  const to = Math.max(start.hi, counted.step > 0 ? hi + counted.step : hi);
  return from > -TWO_53 && to < TWO_53 ? [[v, intRange(from, to)]] : [];
}

/** First to last value of a counter, as its start and bound allow; lo > hi when the loop can't run. */
function countedRange(counted: CountedLoop, start: NumberValue, bound: NumberValue): { lo: number; hi: number } {
  const strict = counted.op === "<" || counted.op === ">";
  // A float bound stops a rising counter at the last integer below it.
  if (counted.step > 0) return { lo: start.lo, hi: strict ? Math.ceil(bound.hi) - 1 : Math.floor(bound.hi) };
  return { lo: strict ? Math.floor(bound.lo) + 1 : Math.ceil(bound.lo), hi: start.hi };
}

/** Does a counter's bound lie before 2^53, with the step that goes past it? */
export function endsExactly(bound: NumberValue, { step }: Pick<CountedLoop, "step">): boolean {
  return (step > 0 ? bound.hi : -bound.lo) + 1 + Math.abs(step) < TWO_53;
}

/** Steps of which it takes billions to lead from 2^52 to 2^53: bounds beyond that are hardly meant to be reached. */
export function isShortStep({ step }: Pick<CountedLoop, "step">): boolean {
  return Math.abs(step) <= 2 ** 20;
}

/** Is a counter too far from 2^53 ever to come there? */
export function countsExactly(start: NumberValue, counted: Pick<CountedLoop, "step">): boolean {
  return isShortStep(counted) && (counted.step > 0 ? start.hi : -start.lo) <= 2 ** 52;
}

/** Inside the body the counter lies between its start and its bound. */
export function clampCounter(cx: Inference, frame: Frame, counted: CountedLoop): void {
  const v = cx.variable(frame, counted.binding);
  const now = cx.read(v);
  const start = frame.info.get(counted.start);
  const bound = frame.info.get(counted.bound);
  if (now?.kind !== "number" || start?.kind !== "number" || bound?.kind !== "number") return;
  if (!start.int || start.nan || start.negZero || v.pinned) return;
  // What starts beyond 2^53 may move there, by steps of two for one.
  if (start.lo < -TWO_53 || start.hi > TWO_53) return;
  if (!endsExactly(bound, counted) && !countsExactly(start, counted)) return;
  const { lo, hi } = countedRange(counted, start, bound);
  if (!(lo <= hi)) return;
  // No loop gets to 2^53 from there.
  const bounded = intRange(Math.max(lo, -TWO_53), Math.min(hi, TWO_53));
  cx.state?.set(v, {
    ...bounded,
    lo: Math.max(bounded.lo, now.int ? now.lo : bounded.lo),
    hi: Math.min(bounded.hi, now.int ? now.hi : bounded.hi),
  });
}

/** What `prange` and its kin give: from `start` by steps, up to `stop`. */
export interface Range {
  readonly start: NumberValue;
  readonly stop: NumberValue;
  readonly step: NumberValue;
}

export function rangeTrips(r: Range): number {
  const size = r.step.lo > 0 ? r.step.lo : r.step.hi < 0 ? -r.step.hi : 0;
  const least = r.step.int ? Math.max(1, size) : size;
  const distance = Math.max(r.stop.hi - r.start.lo, r.start.hi - r.stop.lo, 0);
  const ends = [r.start.lo, r.start.hi, r.stop.lo, r.stop.hi].map(Math.abs);
  const longest = Math.max(Math.abs(r.step.lo), Math.abs(r.step.hi));
  return roundsOver(distance, least, Math.max(...ends) + longest, r.start.int && r.stop.int && r.step.int);
}

/** The values a range gives. */
export function rangeItem(r: Range): NumberValue {
  if (!isMachineInt(r.start) || !isMachineInt(r.step)) {
    return {
      kind: "number",
      lo: -Infinity,
      hi: Infinity,
      int: false,
      nan: false,
      negZero: false,
      f32: false,
      wide: false,
    };
  }
  const up = r.step.hi > 0;
  const down = r.step.lo < 0;
  const lo = down ? Math.min(r.start.lo, Math.floor(r.stop.lo) + 1) : r.start.lo;
  const hi = up ? Math.max(r.start.hi, Math.ceil(r.stop.hi) - 1) : r.start.hi;
  const first = up && !down ? r.start.lo : Math.max(lo, -TWO_53);
  const last = up ? Math.min(Math.max(hi, r.start.lo), TWO_53) : r.start.hi;
  return intRange(first, Math.max(first, last));
}
