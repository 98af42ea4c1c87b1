/**
 * Loops: a fixpoint over the state at the loop's head.
 *
 *   entry ──▶ head ──test──▶ body ──update──▶ back to head
 *                 └──────▶ exit
 *
 * The head's state starts as the entry's, is joined with what comes back and widened until it is stable, then narrowed
 * (run once more without widening, twice at the most). The last run leaves its findings in the frame.
 *
 * Three things a plain interval analysis can't see are added: a counted loop's variable lies between its start and its bound,
 * a variable the loop only adds to changes by at most (rounds × step), so that sums over integer arrays stay integers, and so do
 * variables that move by steps from each other (drift.ts) or towards something (settling.ts), which is looked at where intervals
 * alone don't settle.
 */
import type {
  DoWhileStatement,
  Expression,
  ForOfStatement,
  ForStatement,
  MemberExpression,
  Node,
  WhileStatement,
} from "acorn";
import type { Binding } from "../frontend/program.ts";
import { assignTo } from "./assignments.ts";
import {
  accumulatorsOf,
  bindingAt,
  type CountedLoop,
  countedLoop,
  doublings,
  halvings,
  isFunction,
  isInside,
  isWrittenIn,
  stepping,
} from "./counted.ts";
import { Drift } from "./drift.ts";
import { inferExpression } from "./expressions.ts";
import { type Frame, INDEX, UNUSED, type Variable } from "./frame.ts";
import type { Inference } from "./infer.ts";
import {
  FLOAT64,
  intRange,
  isMachineInt,
  type NumberValue,
  numberConstant,
  type Stops,
  sameValue,
  TWO_53,
  type Value,
  widen,
  widenDown,
  widenUp,
} from "./lattice.ts";
import { propertyName } from "./members.ts";
import { MOST_MOVED } from "./operators.ts";
import { endRound } from "./outlived.ts";
import { Settling } from "./settling.ts";
import type { State } from "./state.ts";
import { inferStatement } from "./statements.ts";

/**
 * No kernel runs more rounds than this: 2^42 at four a nanosecond are a quarter of an hour of one loop. It bounds counters and
 * integer sums whose trip count isn't known (docs/language.md says so).
 */
export const MAX_ROUNDS_EVER = 2 ** 42;
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
      if (value?.kind !== "number" || !value.int || value.nan || value.negZero || value.wide) continue;
      const [lo, hi] = [Math.max(value.lo, range.lo), Math.min(value.hi, range.hi)];
      if (lo > value.lo || hi < value.hi) head.set(variable, intRange(lo, hi));
    }
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

const ZERO = numberConstant(0);

/** The most rounds of a loop that steps towards its bound, from what is known before it. */
function steppedTrips(cx: Inference, frame: Frame, loop: ForStatement | WhileStatement | DoWhileStatement): number {
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
function countedTrips(frame: Frame, counted: CountedLoop): number {
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
function counterSeed(cx: Inference, frame: Frame, counted: CountedLoop): [Variable, NumberValue][] {
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
function clampCounter(cx: Inference, frame: Frame, counted: CountedLoop): void {
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

/** `for (const x of …)`: over a typed array, a `prange`, or a fixed-length array. */
export type Iterable =
  /** An array, or a tuple whose items are what `item` covers. */
  | { readonly kind: "items"; readonly item: Value; readonly length: number }
  | { readonly kind: "range"; readonly start: NumberValue; readonly stop: NumberValue; readonly step: NumberValue };

/** What a method says a `for…of` goes over: `a` and "entries" of `for (const [i, x] of a.entries())`. */
export interface Iterated {
  readonly of: Expression;
  readonly gives: "entries" | "keys" | "values";
}

export function iteratedBy(node: Expression): Iterated | undefined {
  if (node.type !== "CallExpression" || node.arguments.length > 0 || node.callee.type !== "MemberExpression")
    return undefined;
  const { object, property, computed } = node.callee;
  if (computed || property.type !== "Identifier" || object.type === "Super") return undefined;
  const { name } = property;
  return name === "entries" || name === "keys" || name === "values" ? { of: object, gives: name } : undefined;
}

/** What is bound in each round over an array, or a list. */
export function itemOf(maxLength: number, element: Value, gives: Iterated["gives"]): Value {
  const index = intRange(0, Math.max(0, maxLength - 1));
  if (gives === "keys") return index;
  return gives === "values" ? element : { kind: "tuple", items: [index, element], literals: [] };
}

export function analyseForOf(
  cx: Inference,
  frame: Frame,
  node: ForOfStatement,
  labels: readonly string[],
  iterable: (e: Expression) => Iterable,
): void {
  const over = iterable(node.right);
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

function rangeTrips(r: Iterable & { kind: "range" }): number {
  const size = r.step.lo > 0 ? r.step.lo : r.step.hi < 0 ? -r.step.hi : 0;
  const least = r.step.int ? Math.max(1, size) : size;
  const distance = Math.max(r.stop.hi - r.start.lo, r.start.hi - r.stop.lo, 0);
  const ends = [r.start.lo, r.start.hi, r.stop.lo, r.stop.hi].map(Math.abs);
  const longest = Math.max(Math.abs(r.step.lo), Math.abs(r.step.hi));
  return roundsOver(distance, least, Math.max(...ends) + longest, r.start.int && r.stop.int && r.step.int);
}

/** The values a range gives. */
function rangeItem(r: Iterable & { kind: "range" }): NumberValue {
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
