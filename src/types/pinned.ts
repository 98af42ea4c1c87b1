/** Variables that functions of their own share: what they are is the join of what any assignment gives them, at all times. */
import type { Node, UpdateExpression } from "acorn";
import { intRange, isMachineInt, TWO_53, type Value } from "./lattice.ts";
import { MAX_ROUNDS_EVER } from "./loops.ts";

/** What `x++` and `x--` change x by; 0 for other ways to assign it. */
export function stepOf(site: Node): number {
  if (site.type !== "UpdateExpression") return 0;
  return (site as UpdateExpression).operator === "++" ? 1 : -1;
}

/**
 * What an integer is at any time that is given one of these values, and goes by steps from there. No step is taken more often than the
 * most rounds that anything ever makes.
 */
export function stepped(given: Value, steps: Iterable<number>): Value | undefined {
  if (given.kind !== "number" || !isMachineInt(given) || given.wide) return undefined;
  let { lo, hi } = given;
  for (const step of steps) {
    if (step < 0) lo += step * MAX_ROUNDS_EVER;
    else hi += step * MAX_ROUNDS_EVER;
  }
  return lo > -TWO_53 && hi < TWO_53 ? intRange(lo, hi) : undefined;
}
