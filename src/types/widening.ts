/** Joins that end after a few steps: a loop's values are widened from round to round until they stay. */
import {
  asNullable,
  INT64_MAX,
  INT64_MIN,
  MAX_LENGTH,
  type NumberValue,
  numberIn,
  TWO_31,
  TWO_32,
  TWO_53,
  TWO_63,
  UINT64_MAX,
  type Value,
} from "./lattice.ts";

/** Where widening stops on its way out, so that common ranges (int32, uint32, safe integers) survive it. */
const STOPS = [0, TWO_31 - 1, TWO_32 - 1, TWO_53, TWO_63, Infinity];
const LOWER_STOPS = [0, -TWO_31, 1 - TWO_32, -TWO_53, -TWO_63, -Infinity];

/** Where else it stops: the greatest and the least numbers that conditions let through, `t < 1009` up to 1008. */
export interface Stops {
  readonly up: ReadonlySet<number>;
  readonly down: ReadonlySet<number>;
}

export function widenUp(from: number, to: number, also?: Stops): number {
  if (to <= from) return from;
  let stop = STOPS.find((s) => to <= s) ?? Infinity;
  for (const s of also?.up ?? []) if (to <= s && s < stop) stop = s;
  return stop;
}

export function widenDown(from: number, to: number, also?: Stops): number {
  if (to >= from) return from;
  let stop = LOWER_STOPS.find((s) => to >= s) ?? -Infinity;
  for (const s of also?.down ?? []) if (to >= s && s > stop) stop = s;
  return stop;
}

/** `next` joined to `before` so that a chain of widenings ends after a few steps. */
export function widen(before: Value, next: Value, stops?: Stops): Value {
  if (before.kind === "number" && next.kind === "number") {
    // A float accumulator has no bound worth looking for.
    if (!next.int) {
      return { ...next, lo: next.lo < before.lo ? -Infinity : next.lo, hi: next.hi > before.hi ? Infinity : next.hi };
    }
    return { ...next, lo: widenDown(before.lo, next.lo, stops), hi: widenUp(before.hi, next.hi, stops) };
  }
  if (before.kind === "bigint" && next.kind === "bigint") {
    return {
      kind: "bigint",
      lo: next.lo < before.lo ? (next.lo < 0n ? INT64_MIN : 0n) : next.lo,
      hi: next.hi > before.hi ? (next.hi > INT64_MAX ? UINT64_MAX : INT64_MAX) : next.hi,
    };
  }
  if (before.kind === "array" && next.kind === "array") {
    return {
      ...next,
      minLength: next.minLength < before.minLength ? 0 : next.minLength,
      maxLength: next.maxLength > before.maxLength ? MAX_LENGTH : next.maxLength,
      element: before.element && next.element && (widen(before.element, next.element) as NumberValue),
    };
  }
  if (before.kind === "tuple" && next.kind === "tuple" && before.items.length === next.items.length) {
    return { ...next, items: next.items.map((x, i) => widen(before.items[i] as Value, x)) };
  }
  if (before.kind === "record" && next.kind === "record" && before.items.length === next.items.length) {
    return { ...next, items: next.items.map((x, i) => widen(before.items[i] as Value, x)) };
  }
  if (next.kind === "nullable") {
    const number = numberIn(asNullable(before) ?? next);
    return number === undefined ? next : { ...next, number: widen(number, next.number, stops) as NumberValue };
  }
  if (
    before.kind === "unassigned" &&
    next.kind === "unassigned" &&
    before.otherwise !== undefined &&
    next.otherwise !== undefined
  ) {
    return { kind: "unassigned", otherwise: widen(before.otherwise, next.otherwise) };
  }
  return next;
}
