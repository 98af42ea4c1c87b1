/**
 * Loops: a fixpoint over the state at the loop's head.
 *
 *   entry ──▶ head ──test──▶ body ──update──▶ back to head
 *                 └──────▶ exit
 *
 * The head's state starts as the entry's, is joined with what comes back and widened until it is stable, then narrowed
 * (run once more without widening, twice at the most). The last run leaves its findings in the frame.
 *
 * Three things a plain interval analysis can't see are added: a counted loop's variable lies between its start and its bound (trips.ts),
 * a variable the loop only adds to changes by at most (rounds × step), so that sums over integer arrays stay integers, and so do
 * variables that move by steps from each other (drift.ts) or towards something (settling.ts), which is looked at where intervals
 * alone don't settle.
 */

import type { DoWhileStatement, ForOfStatement, ForStatement, Node, WhileStatement } from "acorn";
import { isFunction } from "../frontend/walk.ts";
import { assignTo } from "./assignments.ts";
import { accumulatorsOf, bindingAt, countedLoop, doublings, halvings } from "./counted.ts";
import { Drift } from "./drift.ts";
import { inferExpression } from "./expressions.ts";
import { type Frame, UNUSED, type Variable } from "./frame.ts";
import type { Inference } from "./infer.ts";
import { inferIterable } from "./iterables.ts";
import {
  FLOAT64,
  intRange,
  isMachineInt,
  type NumberValue,
  numberIn,
  sameValue,
  TWO_53,
  type Value,
} from "./lattice.ts";
import { MOST_MOVED } from "./operators.ts";
import { endRound } from "./outlived.ts";
import { Settling } from "./settling.ts";
import type { State } from "./state.ts";
import { inferStatement } from "./statements.ts";
import {
  clampCounter,
  countedTrips,
  counterSeed,
  MAX_ROUNDS_EVER,
  rangeItem,
  rangeTrips,
  steppedTrips,
} from "./trips.ts";
import { type Stops, widen, widenDown, widenUp } from "./widening.ts";

const MAX_ITERATIONS = 24;
const WIDEN_AFTER = 2;
/** Widenings that stop at what the loop's conditions compare with. */
const STOPPED = 2;
/** Rounds in which the limit of a variable's growth may move before it is taken for one that has none. */
const PATIENCE = 5 + STOPPED;
const NARROWINGS = 2;

interface LoopShape {
  readonly node: Node;
  readonly labels: readonly string[];
  /**
   * Runs one round from `cx.state` (the head); returns where it leaves the loop at the test. Ends with `cx.state` at the
   * back edge. `begun` is to be called where a round is sure to run.
   */
  round(begun: () => void): { exits: (State | undefined)[] };
  /** An upper bound on the number of rounds. */
  trips(): number;
  /** Variables whose values at the head are known from the loop's form: no need to find them by widening. */
  readonly seeds?: readonly (readonly [Variable, NumberValue])[];
}

interface Accumulator {
  readonly variable: Variable;
  /** The writing nodes inside the loop. */
  readonly sites: readonly Node[];
}

/** Finds the loop's invariant, leaves its facts in the frame and `cx.state` after the loop. */
function fixpoint(cx: Inference, frame: Frame, shape: LoopShape): void {
  const entry = cx.state;
  if (entry === undefined) return;
  const seeded = new Set((shape.seeds ?? []).map(([v]) => v));
  const accumulators = accumulatorsIn(frame, shape.node, entry).filter((a) => !seeded.has(a.variable));
  const cached = cx.narrowing === 0 ? frame.loopHeads.get(shape.node) : undefined;
  let head = entry.copy();
  if (cached !== undefined) {
    entry.forEach((v, value) => {
      const before = cached.get(v);
      if (before !== undefined) head.set(v, cx.joinOrFail(v, value, before));
    });
  }
  for (const [v, value] of shape.seeds ?? []) {
    const before = head.get(v);
    if (before !== undefined) head.set(v, cx.joinOrFail(v, before, value));
  }
  const limitsOf = (): Limits => limitsIn(cx, frame, shape.node, entry, seeded, accumulators);
  let limits = frame.drifting.has(shape.node) ? limitsOf() : undefined;
  let exits: (State | undefined)[] = [];
  const stopsAround = cx.stops;
  cx.stops = { up: new Set(), down: new Set() };
  /** From the head to what the head is then. */
  const round = (stops: Stops | undefined): State => {
    cx.state = head.copy();
    frame.loopTrips.set(shape.node, shape.trips());
    const { givenWide } = cx;
    cx.givenWide = new Set();
    exits = shape.round(() => {
      for (const a of accumulators) withinRound(cx, frame, shape.node, entry, a);
    }).exits;
    const next = combine(cx, frame, entry, head, cx.state, accumulators, shape.node, stops);
    for (const v of cx.givenWide) {
      givenWide.add(v);
      loseFarMoved(frame, shape.node, v, accumulators, next);
    }
    cx.givenWide = givenWide;
    if (limits !== undefined) keepWithin(next, limits.settling, limits.drift);
    return next;
  };
  let settled = head;
  for (let i = 0; ; i++) {
    const next = round(i < WIDEN_AFTER + STOPPED ? cx.stops : undefined);
    settled = next;
    if (covers(cx, head, next)) break;
    head = i < WIDEN_AFTER ? joinInto(cx, head, next) : widenState(cx, head, next, accumulators, i);
    if (i >= WIDEN_AFTER && i < WIDEN_AFTER + PATIENCE) {
      frame.drifting.add(shape.node);
      limits ??= limitsOf();
      keepWithin(head, limits.drift);
    } else if (i >= WIDEN_AFTER) {
      // The steps grow from round to round as well.
      frame.drifting.delete(shape.node);
      limits = undefined;
    }
    if (i > MAX_ITERATIONS)
      head.forEach((v, value) => {
        if (value.kind === "number") head.set(v, { ...FLOAT64, wide: value.wide });
        if (value.kind === "nullable" && numberIn(value) !== undefined) head.set(v, { ...value, number: FLOAT64 });
      });
  }
  if (cx.narrowing === 0) frame.loopHeads.set(shape.node, head);
  if (!settled.isSame(head)) {
    cx.narrowing++;
    for (let i = 0; i < NARROWINGS && !settled.isSame(head); i++) {
      head = settled;
      settled = round(undefined);
    }
    cx.narrowing--;
  }
  for (const stop of cx.stops.up) stopsAround.up.add(stop);
  for (const stop of cx.stops.down) stopsAround.down.add(stop);
  cx.stops = stopsAround;
  cx.state = cx.joinStates(exits);
}

/** What variables lie between at a loop's head, by what its assignments are. */
interface Limits {
  /** By what inference says of a round from some head: holds for what comes back to it, and not for one that has been widened since. */
  readonly settling: Settling;
  readonly drift: Drift;
}

function limitsIn(
  cx: Inference,
  frame: Frame,
  loop: Node,
  entry: State,
  seeded: ReadonlySet<Variable>,
  accumulators: readonly Accumulator[],
): Limits {
  const others = new Set([...seeded, ...accumulators.map(({ variable }) => variable)]);
  return {
    settling: new Settling(frame, loop, entry, seeded, cx.fastmath),
    drift: new Drift(frame, loop, entry, others, (node) => roundsOf(frame, node, loop, 0)),
  };
}

/** Takes from a head's state what the variables' steps don't allow. */
function keepWithin(head: State, ...limits: readonly (Settling | Drift)[]): void {
  for (const limit of limits) {
    for (const [variable, range] of limit.bounds()) {
      const value = head.get(variable);
      const kept = value && within(value, range);
      if (kept !== undefined && kept !== value) head.set(variable, kept);
    }
  }
}

/** A value of which the number, where it is one, lies in such a range. */
function within(value: Value, range: NumberValue): Value {
  switch (value.kind) {
    case "number": {
      if (!value.int || value.nan || value.negZero || value.wide) return value;
      const [lo, hi] = [Math.max(value.lo, range.lo), Math.min(value.hi, range.hi)];
      return lo > value.lo || hi < value.hi ? intRange(lo, hi) : value;
    }
    case "nullable": {
      const number = numberIn(value);
      const kept = number && within(number, range);
      return kept?.kind !== "number" || kept === number ? value : { ...value, number: kept };
    }
    case "unassigned": {
      const otherwise = value.otherwise && within(value.otherwise, range);
      return otherwise === value.otherwise ? value : { kind: "unassigned", otherwise };
    }
    default:
      return value;
  }
}

/** The head's next state: what enters joined with what comes back; accumulators by their steps. */
function combine(
  cx: Inference,
  frame: Frame,
  entry: State,
  head: State,
  back: State | undefined,
  accumulators: readonly Accumulator[],
  loop: Node,
  stops: Stops | undefined,
): State {
  const next = cx.joinStates([entry, back]) ?? cx.nothing();
  if (back === undefined) return next;
  for (const a of accumulators) {
    const [first, last] = [entry.get(a.variable), back.get(a.variable)];
    const bounded = accumulated(frame, loop, first, head.get(a.variable), last, a);
    if (bounded === undefined || first?.kind !== "number" || last?.kind !== "number") continue;
    // Where a round leaves a variable on this side of what it began with, conditions in the loop see to that.
    const begun = head.get(a.variable) as NumberValue;
    let lo = last.lo >= begun.lo ? Math.min(first.lo, last.lo) : bounded.lo;
    let hi = last.hi <= begun.hi ? Math.max(first.hi, last.hi) : bounded.hi;
    if (stops !== undefined && takesBack(a)) {
      lo = Math.max(lo, widenDown(begun.lo, Math.min(first.lo, last.lo), stops));
      hi = Math.min(hi, widenUp(begun.hi, Math.max(first.hi, last.hi), stops));
    }
    next.set(a.variable, intRange(lo, hi));
  }
  return next;
}

/**
 * entry + all steps of all rounds, for a variable that is only added to. Conditions inside the loop may narrow it, so the
 * growth is counted from the writing nodes: each runs once in every round of the loops around it.
 */
function accumulated(
  frame: Frame,
  loop: Node,
  entry: Value | undefined,
  head: Value | undefined,
  back: Value | undefined,
  a: Accumulator,
  less = 0,
): NumberValue | undefined {
  if (entry?.kind !== "number" || head?.kind !== "number" || back?.kind !== "number") return undefined;
  if (
    !entry.int ||
    !head.int ||
    !back.int ||
    entry.nan ||
    back.nan ||
    entry.negZero ||
    back.negZero ||
    entry.wide ||
    back.wide
  )
    return undefined;
  let { lo, hi } = entry;
  for (const site of a.sites) {
    const step = singleStep(a, site);
    const rounds = roundsOf(frame, site, loop, less);
    lo += step.down === 0 ? 0 : rounds * step.down;
    hi += step.up === 0 ? 0 : rounds * step.up;
  }
  // 2^53 itself may be what was rounded on the way.
  return lo > -TWO_53 && hi < TWO_53 ? intRange(lo, hi) : undefined;
}

/**
 * A wide integer that goes from round to round, `while (t >= m) t -= m`, comes back to where indices are, and then JavaScript's, which has
 * been rounded, is another. Not so where all rounds together move it as little as one sum may.
 */
function loseFarMoved(frame: Frame, loop: Node, v: Variable, accumulators: readonly Accumulator[], head: State): void {
  const value = head.get(v);
  if (value?.kind !== "number" || !value.wide) return;
  const moved = accumulators.find((a) => a.variable === v);
  let most = moved === undefined ? Infinity : 0;
  for (const site of moved?.sites ?? []) {
    const { down, up } = singleStep(moved as Accumulator, site);
    most += roundsOf(frame, site, loop, 0) * Math.max(-down, up);
  }
  if (!(most <= MOST_MOVED)) head.set(v, { ...value, lo: -Infinity, hi: Infinity });
}

/** At the start of a round that does run, at most all rounds but one have added to it. */
function withinRound(cx: Inference, frame: Frame, loop: Node, entry: State, a: Accumulator): void {
  const now = cx.state?.get(a.variable);
  const first = entry.get(a.variable);
  if (now?.kind !== "number" || first?.kind !== "number" || !now.int || now.nan || now.negZero || now.wide) return;
  const before = accumulated(frame, loop, first, now, now, a, 1);
  if (before === undefined) return;
  const lo = Math.max(now.lo, before.lo);
  const hi = Math.min(now.hi, before.hi);
  if (lo <= hi) cx.state?.set(a.variable, intRange(lo, hi));
}

/** How often a node runs in all of `loop`'s rounds but `less`. One in an inner function runs wherever that is called. */
function roundsOf(frame: Frame, node: Node, loop: Node, less: number): number {
  const { parents } = frame.closure.source;
  let rounds = 1;
  let part = node;
  for (let n: Node | undefined = node; n !== undefined; n = parents.get(n)) {
    if (isFunction(n)) return MAX_ROUNDS_EVER;
    const { init, right, test } = n as LoopParts;
    const trips = frame.loopTrips.get(n);
    // What a loop starts with runs once, however many rounds follow; its test once more than they are.
    const again = part === test ? 1 : 0;
    if (n === loop) {
      rounds *= Math.max(0, (trips ?? 1) - less) + again;
      break;
    }
    if (trips !== undefined && part !== init && part !== right) rounds *= trips + again;
    part = n;
  }
  return Math.min(rounds, MAX_ROUNDS_EVER);
}

interface LoopParts extends Node {
  readonly init?: Node | null;
  readonly right?: Node;
  readonly test?: Node | null;
}

/** The most that one execution of a writing node adds and takes away. */
function singleStep(a: Accumulator, site: Node): { down: number; up: number } {
  const unknown = { down: -Infinity, up: Infinity };
  const parent = a.variable.frame.closure.source.parents.get(site);
  if (parent === undefined) return unknown;
  if (parent.type === "UpdateExpression")
    return (parent as Node & { operator: string }).operator === "++" ? { down: 0, up: 1 } : { down: -1, up: 0 };
  const assign = parent as Node & { operator: string; right: Node };
  const simple = assign.operator === "=" ? (assign.right as Node & { operator: string; right: Node }) : undefined;
  const step = a.variable.frame.info.get(simple?.right ?? assign.right);
  // Not reached yet: it adds nothing so far.
  if (step === undefined) return { down: 0, up: 0 };
  if (step.kind === "bool") return { down: -1, up: 1 };
  if (step.kind !== "number") return unknown;
  const minus = (simple?.operator ?? assign.operator.slice(0, -1)) === "-";
  return { down: Math.min(0, minus ? -step.hi : step.lo), up: Math.max(0, minus ? -step.lo : step.hi) };
}

/** Does the loop add here and subtract there, as may be done at a bound: `if (angle >= 360) angle -= 360`? */
function takesBack({ variable, sites }: Accumulator): boolean {
  const { parents } = variable.frame.closure.source;
  const isMinus = (site: Node): boolean => {
    const { operator, right } = parents.get(site) as Node & { operator: string; right?: Node & { operator: string } };
    return (operator === "=" ? right?.operator : operator)?.startsWith("-") === true;
  };
  return sites.some(isMinus) && !sites.every(isMinus);
}

/** The variables that a loop only adds to, of those that are numbers before it. */
function accumulatorsIn(frame: Frame, loop: Node, entry: State): Accumulator[] {
  const { source, node } = frame.closure;
  const found: Accumulator[] = [];
  for (const { binding, sites } of accumulatorsOf(source, node, loop)) {
    const variable = frame.variables.get(binding);
    if (variable === undefined || variable.pinned || entry.get(variable)?.kind !== "number") continue;
    found.push({ variable, sites });
  }
  return found;
}

function covers(cx: Inference, head: State, next: State): boolean {
  const isCovered = (v: Variable, b: Value): boolean => {
    const a = head.get(v);
    return a === b || (a !== undefined && sameValue(cx.joinOrFail(v, a, b), a));
  };
  return next.every(isCovered) && head.size === next.size;
}

function joinInto(cx: Inference, head: State, next: State): State {
  const joined = next.copy();
  next.forEach((v, b) => {
    const a = head.get(v);
    if (a !== undefined && a !== b) joined.set(v, cx.joinOrFail(v, a, b));
  });
  return joined;
}

function widenState(
  cx: Inference,
  head: State,
  next: State,
  accumulators: readonly Accumulator[],
  iteration: number,
): State {
  const joined = joinInto(cx, head, next);
  joined.forEach((v, after) => {
    const before = head.get(v);
    if (before === undefined || before === after) return;
    // An accumulator's bound is already the limit of its growth; it moves only when its step does.
    const patient =
      iteration < WIDEN_AFTER + PATIENCE &&
      accumulators.some((a) => a.variable === v) &&
      after.kind === "number" &&
      isMachineInt(after);
    if (!patient) joined.set(v, widen(before, after, iteration < WIDEN_AFTER + STOPPED ? cx.stops : undefined));
  });
  return joined;
}

/** One round of a loop with the test first. */
function testedRound(
  cx: Inference,
  frame: Frame,
  labels: readonly string[],
  node: WhileStatement | ForStatement,
  before: () => void,
  after: () => void,
): { exits: (State | undefined)[] } {
  const { test, body } = node;
  let exit: State | undefined;
  if (test != null) {
    const c = cx.condition(frame, test);
    exit = c.whenFalse;
    cx.state = c.whenTrue?.copy();
  }
  if (cx.state !== undefined) before();
  const jumps = cx.loopBody(labels, () => inferStatement(cx, frame, body, []));
  cx.state = cx.joinStates([cx.state, ...jumps.continues]);
  if (cx.state !== undefined) {
    // The update is the next round's.
    if (cx.hasInnerFunctions) endRound(frame, node, cx.state);
    after();
  }
  return { exits: [exit, ...jumps.breaks] };
}

export function analyseWhile(
  cx: Inference,
  frame: Frame,
  node: WhileStatement | DoWhileStatement,
  labels: readonly string[],
): void {
  const nothing = (): void => {};
  const stepped = steppedTrips(cx, frame, node);
  if (node.type === "WhileStatement") {
    const { source } = frame.closure;
    const trips = halvings(source, node) ?? doublings(source, node) ?? stepped;
    fixpoint(cx, frame, {
      node,
      labels,
      trips: () => trips,
      round: (begun) => testedRound(cx, frame, labels, node, begun, nothing),
    });
    return;
  }
  fixpoint(cx, frame, {
    node,
    labels,
    trips: () => stepped,
    round: (begun) => {
      begun();
      const jumps = cx.loopBody(labels, () => inferStatement(cx, frame, node.body, []));
      cx.state = cx.joinStates([cx.state, ...jumps.continues]);
      if (cx.state === undefined) return { exits: jumps.breaks };
      const c = cx.condition(frame, node.test);
      cx.state = c.whenTrue?.copy();
      if (cx.state !== undefined && cx.hasInnerFunctions) endRound(frame, node, cx.state);
      return { exits: [c.whenFalse, ...jumps.breaks] };
    },
  });
}

export function analyseFor(cx: Inference, frame: Frame, node: ForStatement, labels: readonly string[]): void {
  if (node.init?.type === "VariableDeclaration") inferStatement(cx, frame, node.init, []);
  else if (node.init != null) inferExpression(cx, frame, node.init, UNUSED);
  if (cx.state === undefined) return;
  // The first round, too, has the head's variables for itself.
  if (cx.hasInnerFunctions) endRound(frame, node, cx.state);
  const { closure } = frame;
  const isGlobalMath = (): boolean => cx.environment.isGlobalMath(closure);
  const counted = countedLoop({ source: closure.source, isGlobalMath }, node);
  if (counted !== undefined) frame.counted.set(node, counted);
  const few = counted === undefined ? (halvings(closure.source, node) ?? doublings(closure.source, node)) : undefined;
  const stepped = counted === undefined && few === undefined ? steppedTrips(cx, frame, node) : MAX_ROUNDS_EVER;
  const trips = (): number => (counted === undefined ? (few ?? stepped) : countedTrips(frame, counted));
  const seeds = counted === undefined ? [] : counterSeed(cx, frame, counted);
  fixpoint(cx, frame, {
    seeds,
    node,
    labels,
    trips,
    round: (begun) =>
      testedRound(
        cx,
        frame,
        labels,
        node,
        () => {
          begun();
          if (counted !== undefined) clampCounter(cx, frame, counted);
        },
        () => {
          if (node.update != null) inferExpression(cx, frame, node.update, UNUSED);
        },
      ),
  });
}

export function analyseForOf(cx: Inference, frame: Frame, node: ForOfStatement, labels: readonly string[]): void {
  const over = inferIterable(cx, frame, node.right);
  if (cx.state === undefined) return;
  const item: Value = over.kind === "items" ? over.item : rangeItem(over);
  const trips = over.kind === "items" ? over.length : rangeTrips(over);
  fixpoint(cx, frame, {
    node,
    labels,
    trips: () => trips,
    round: (begun) => {
      const exit = cx.state?.copy();
      begun();
      bindItem(cx, frame, node, item);
      const jumps = cx.loopBody(labels, () => inferStatement(cx, frame, node.body, []));
      cx.state = cx.joinStates([cx.state, ...jumps.continues]);
      if (cx.state !== undefined && cx.hasInnerFunctions) endRound(frame, node, cx.state);
      return { exits: [exit, ...jumps.breaks] };
    },
  });
}

function bindItem(cx: Inference, frame: Frame, node: ForOfStatement, item: Value): void {
  if (node.left.type === "VariableDeclaration") {
    const d = node.left.declarations[0];
    if (d !== undefined) cx.bindPattern(frame, d.id, item);
    return;
  }
  if (bindingAt(frame.closure.source, node.left) === undefined)
    cx.sink.fail("unsupported-pattern", {}, cx.spanAt(frame, node.left));
  assignTo(cx, frame, node.left, node.left, item);
}
