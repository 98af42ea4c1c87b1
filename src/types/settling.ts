/**
 * Variables that a loop draws towards something, so that they stay between bounds:
 *
 *   average += (x[i] - average) >> 4                      never beyond the greatest and the least x, or what it began with
 *   p = bit ? p + ((4096 - p) >> 5) : p - (p >> 5)        between 0 and 4096
 *
 * Intervals don't see it, since both terms vary together. Therefore an assignment is looked at as a function of its variable: by how much
 * it grows where the variable grows by one, and what it is at the ends of an interval. One that never falls lies between what it is at
 * the ends. The loop can't leave an interval that none of its assignments leaves; the least such is looked for upwards and
 * downwards from what the variable begins with. What an expression's other parts are is what inference has found.
 */
import type { Identifier, Node } from "acorn";
import type { Binding } from "../frontend/program.ts";
import { builtinOf } from "./builtins.ts";
import { bindingAt, isInside, loopAround } from "./counted.ts";
import { argumentOf, type CallNode, initialiser, isReached, isWhole } from "./drift.ts";
import type { Frame, Variable } from "./frame.ts";
import { intRange, type NumberValue, TWO_31, TWO_53 } from "./lattice.ts";
import type { State } from "./state.ts";

/** Expressions in each other that are looked into. */
const MAX_DEPTH = 60;
/** More variables than this that a loop moves aren't looked into. */
const MAX_VARIABLES = 16;
/** Farther out no bounds are looked for. */
const FARTHEST = 2 ** 40;

interface Interval {
  readonly lo: number;
  readonly hi: number;
}

/** An expression as a function of the variable, which lies in an interval. It is never NaN; a zero's sign isn't looked at. */
interface Course {
  /** What it can be where the variable is at its least, and at its greatest. */
  readonly least: Interval;
  readonly greatest: Interval;
  /** How much it grows where the variable grows by one. */
  readonly growth: Interval;
  /** An integer always, and no step of the calculation rounds. */
  readonly whole: boolean;
  /** Else: is it the quotient of two integers, whose integer part no rounding changes? */
  readonly quotient?: boolean;
}

const CONSTANT: Interval = { lo: 0, hi: 0 };

/** A variable, and where the loop writes it. */
interface Moved {
  readonly variable: Variable;
  readonly writes: readonly Identifier[];
  readonly entry: NumberValue;
}

/** What is looked at just now. */
interface Look {
  readonly moved: Moved;
  readonly write: Identifier;
  readonly within: Interval;
  /** Ends of the intervals that other parts lie in: where bounds are likely. */
  readonly ends: Set<number>;
}

export class Settling {
  readonly #frame: Frame;
  readonly #loop: Node;
  readonly #moved: readonly Moved[];
  readonly #fastmath: boolean;

  /** `others`: variables whose bounds are found in another way. */
  constructor(frame: Frame, loop: Node, entry: State, others: ReadonlySet<Variable>, fastmath: boolean) {
    this.#frame = frame;
    this.#loop = loop;
    this.#fastmath = fastmath;
    const moved: Moved[] = [];
    entry.forEach((variable, value) => {
      const { binding } = variable;
      if (variable.frame !== frame || variable.pinned || binding.shared || others.has(variable)) return;
      if (value.kind !== "number" || !isWhole(value)) return;
      const writes = binding.writes.filter((write) => isInside(write, loop));
      if (writes.length > 0) moved.push({ variable, writes, entry: value });
    });
    this.#moved = moved.length > MAX_VARIABLES ? [] : moved;
  }

  /** What variables lie between at the loop's head, as far as is known now. */
  bounds(): ReadonlyMap<Variable, NumberValue> {
    const found = new Map<Variable, NumberValue>();
    for (const moved of this.#moved) {
      const range = this.#settled(moved);
      if (range !== undefined) found.set(moved.variable, intRange(range.lo, range.hi));
    }
    return found;
  }

  #settled(moved: Moved): Interval | undefined {
    const ends = new Set<number>();
    let within: Interval = moved.entry;
    while (within.lo >= -FARTHEST && within.hi <= FARTHEST) {
      const after = this.#after(moved, within, ends);
      if (after === undefined) return undefined;
      if (after.lo >= within.lo && after.hi <= within.hi) return within;
      within = {
        lo: after.lo < within.lo ? -nextEnd(-after.lo, negatives(ends)) : within.lo,
        hi: after.hi > within.hi ? nextEnd(after.hi, ends) : within.hi,
      };
    }
    return undefined;
  }

  /** All that the loop's assignments give the variable where it lies in an interval. */
  #after(moved: Moved, within: Interval, ends: Set<number>): Interval | undefined {
    let all: Interval | undefined;
    for (const write of moved.writes) {
      const courses = this.#written({ moved, write, within, ends });
      for (const course of courses) {
        const range = course && rangeOf(course);
        if (range === undefined || course?.whole !== true) return undefined;
        all = all === undefined ? range : hull(all, range);
      }
    }
    return all;
  }

  /** What one of the loop's assignments may give; undefined for one that isn't known. */
  #written(look: Look): readonly (Course | undefined)[] {
    const { write } = look;
    const frame = this.#frame;
    const parent = frame.closure.source.parents.get(write);
    if (parent === undefined || look.moved.writes.some((other) => other !== write && isInside(other, parent)))
      return [undefined];
    if (parent.type === "UpdateExpression") {
      const step = (parent as Node & { operator: string }).operator === "++" ? 1 : -1;
      return [combined("+", this.#itself(look), constant(step))];
    }
    if (parent.type !== "AssignmentExpression") return [undefined];
    const { operator, left, right } = parent as Node & { operator: string; left: Node; right: Node };
    if (left !== write) return [undefined];
    const given = this.#choices(look, frame, right);
    if (operator === "=") return given;
    if (operator === "+=" || operator === "-=")
      return given.map((course) => combined(operator[0] as string, this.#itself(look), course));
    return [this.#inferred(look, frame, parent)];
  }

  #itself({ within: { lo, hi } }: Look): Course {
    return { least: { lo, hi: lo }, greatest: { lo: hi, hi }, growth: { lo: 1, hi: 1 }, whole: true };
  }

  /** Of a choice both, since a condition may depend on the variable. */
  #choices(look: Look, frame: Frame, node: Node): readonly (Course | undefined)[] {
    if (node.type === "ParenthesizedExpression")
      return this.#choices(look, frame, (node as Node & { expression: Node }).expression);
    if (node.type !== "ConditionalExpression") {
      const course = this.#course(look, frame, node, 0);
      return [course && rangeOf(course) ? course : this.#inferred(look, frame, node)];
    }
    const { consequent, alternate } = node as Node & { consequent: Node; alternate: Node };
    return [...this.#choices(look, frame, consequent), ...this.#choices(look, frame, alternate)];
  }

  #course(look: Look, frame: Frame, node: Node, depth: number): Course | undefined {
    return (
      (depth < MAX_DEPTH ? this.#looked(look, frame, node, depth) : undefined) ?? this.#inferred(look, frame, node)
    );
  }

  /** undefined: nothing is seen but what inference says of the whole. */
  #looked(look: Look, frame: Frame, node: Node, depth: number): Course | undefined {
    const inside = (n: Node): Course | undefined => this.#course(look, frame, n, depth + 1);
    switch (node.type) {
      case "Identifier":
        return this.#variable(look, frame, node, depth);
      case "ParenthesizedExpression":
        return inside((node as Node & { expression: Node }).expression);
      case "BinaryExpression": {
        const { operator, left, right } = node as Node & { operator: string; left: Node; right: Node };
        const [a, b] = [inside(left), inside(right)];
        // Of what doesn't depend on the variable inference knows as much.
        const both = a && b && (varies(a) || varies(b)) ? combined(operator, a, b) : undefined;
        // Relaxed float arithmetic may go past its ends, but what is rounded of a quotient of integers is exact.
        return this.#fastmath && both?.whole === false && both.quotient !== true ? undefined : both;
      }
      case "CallExpression":
        return this.#call(look, frame, node as CallNode, depth);
      default:
        return undefined;
    }
  }

  #variable(look: Look, frame: Frame, node: Node, depth: number): Course | undefined {
    const binding = bindingAt(frame.closure.source, node);
    const variable = binding && frame.variables.get(binding);
    if (binding === undefined || variable === undefined) return undefined;
    if (variable === look.moved.variable) return this.#itself(look);
    if (variable.pinned || binding.writes.length > 0) return undefined;
    if (binding.kind === "param") {
      const { caller } = frame;
      const argument = frame === this.#frame ? undefined : argumentOf(frame, binding);
      return caller && argument && this.#course(look, caller, argument, depth + 1);
    }
    const made = initialiser(frame, binding);
    if (made === undefined || (frame === this.#frame && !this.#isOfNow(look, binding))) return undefined;
    return this.#course(look, frame, made, depth + 1);
  }

  /** Has the variable been what it is since the constant was made, in the same round? */
  #isOfNow({ moved, write }: Look, { declaration, kind }: Binding): boolean {
    const { parents } = this.#frame.closure.source;
    const isBetween = ({ start }: Node): boolean => declaration.start < start && start < write.start;
    return (
      kind !== "var" &&
      isInside(declaration, this.#loop) &&
      declaration.start < write.start &&
      loopAround(parents, declaration) === loopAround(parents, write) &&
      !moved.writes.some(isBetween)
    );
  }

  #call(look: Look, frame: Frame, node: CallNode, depth: number): Course | undefined {
    if (node.arguments.some(({ type }) => type === "SpreadElement")) return undefined;
    const callee = frame.info.get(node.callee);
    if (callee?.kind !== "host") return this.#inlined(look, frame, node, depth);
    const builtin = builtinOf(callee.value);
    const given = node.arguments.map((argument) => this.#course(look, frame, argument, depth + 1));
    const [first] = given;
    if (first === undefined || !given.some((course) => course && varies(course))) return undefined;
    if (builtin?.kind === "min" || builtin?.kind === "max") {
      const extreme = builtin.kind === "min" ? Math.min : Math.max;
      return given.reduce((a, b) => a && b && extremeOf(extreme, a, b));
    }
    if (builtin?.kind !== "exact-math") return undefined;
    const { name } = builtin;
    return name === "floor" || name === "trunc" || name === "round" ? rounded(name, first) : undefined;
  }

  /** What an inlined function returns, where it has one place that does. */
  #inlined(look: Look, frame: Frame, node: CallNode, depth: number): Course | undefined {
    const plans = frame.calls.get(node) ?? [];
    const [plan] = plans;
    if (plans.length !== 1 || plan?.kind !== "inline" || plan.frame.fallsOff || plan.closure.builtin !== undefined)
      return undefined;
    const [at, more] = [...plan.frame.returns.keys()];
    if (at === undefined || more !== undefined) return undefined;
    const returned = at.type === "ReturnStatement" ? (at as Node & { argument?: Node | null }).argument : at;
    return returned == null ? undefined : this.#course(look, plan.frame, returned, depth + 1);
  }

  /** What inference says of an expression, whatever the variable is. */
  #inferred({ ends }: Look, frame: Frame, node: Node): Course | undefined {
    const value = frame.info.get(node);
    // What hasn't been reached is nothing so far.
    if (value === undefined) return isReached(frame, node) ? undefined : constant(0);
    if (value.kind !== "number" || value.nan || value.wide) return undefined;
    const { lo, hi, int } = value;
    if (!(lo >= -FARTHEST && hi <= FARTHEST)) return undefined;
    if (int) ends.add(lo).add(hi);
    return { least: { lo, hi }, greatest: { lo, hi }, growth: CONSTANT, whole: int };
  }
}

function negatives(ends: ReadonlySet<number>): ReadonlySet<number> {
  return new Set([...ends].map((end) => -end));
}

/** The first of `ends` from `least` on; beyond them all, the next power of two times the last. */
function nextEnd(least: number, ends: ReadonlySet<number>): number {
  let last = 1;
  let next = Infinity;
  for (const end of ends) {
    last = Math.max(last, end);
    if (end >= least) next = Math.min(next, end);
  }
  if (next < Infinity) return next;
  while (last < least) last *= 2;
  return last;
}

function constant(n: number): Course {
  return { least: { lo: n, hi: n }, greatest: { lo: n, hi: n }, growth: CONSTANT, whole: true };
}

function varies({ growth }: Course): boolean {
  return growth.lo !== 0 || growth.hi !== 0;
}

function hull(a: Interval, b: Interval): Interval {
  return { lo: Math.min(a.lo, b.lo), hi: Math.max(a.hi, b.hi) };
}

/** All that it can be: known of what never falls and of what never rises. */
function rangeOf({ least, greatest, growth }: Course): Interval | undefined {
  if (growth.lo >= 0) return { lo: least.lo, hi: greatest.hi };
  return growth.hi <= 0 ? { lo: greatest.lo, hi: least.hi } : undefined;
}

/** Do `>>` and `| 0` take it as it is? */
function hasInt32(course: Course): boolean {
  const range = rangeOf(course);
  return range !== undefined && range.lo >= -TWO_31 && range.hi <= TWO_31 - 1;
}

function combined(operator: string, a: Course | undefined, b: Course | undefined): Course | undefined {
  if (a === undefined || b === undefined) return undefined;
  switch (operator) {
    case "+":
      return sum(a, b);
    case "-":
      return sum(a, { ...b, ...mapped(b, negative), growth: negative(b.growth) });
    case "*":
      return varies(a) ? product(a, b) : product(b, a);
    case "/":
      return quotient(a, b);
    case ">>":
      return shifted(a, b);
    case "|":
      return isZero(b) ? rounded("truncated", a) : undefined;
    default:
      return undefined;
  }
}

function mapped({ least, greatest }: Course, map: (one: Interval) => Interval): Pick<Course, "least" | "greatest"> {
  return { least: map(least), greatest: map(greatest) };
}

function negative({ lo, hi }: Interval): Interval {
  return { lo: -hi, hi: -lo };
}

function sum(a: Course, b: Course): Course | undefined {
  const whole = a.whole && b.whole;
  // Rounding keeps the order of sums of what rises, not that of differences.
  const isOrdered = (a.growth.lo >= 0 && b.growth.lo >= 0) || (a.growth.hi <= 0 && b.growth.hi <= 0);
  if (!whole && !isOrdered) return undefined;
  const added = (x: Interval, y: Interval): Interval => ({ lo: x.lo + y.lo, hi: x.hi + y.hi });
  return small({
    least: added(a.least, b.least),
    greatest: added(a.greatest, b.greatest),
    growth: added(a.growth, b.growth),
    whole,
  });
}

function small(course: Course): Course | undefined {
  const { lo, hi } = hull(course.least, course.greatest);
  return lo > -TWO_53 && hi < TWO_53 ? course : undefined;
}

/** By a factor that doesn't depend on the variable and isn't negative. */
function product(a: Course, by: Course): Course | undefined {
  const factor = by.least;
  if (varies(by) || factor.lo < 0) return undefined;
  const times = ({ lo, hi }: Interval): Interval => ({
    lo: Math.min(lo * factor.lo, lo * factor.hi),
    hi: Math.max(hi * factor.lo, hi * factor.hi),
  });
  return small({ ...mapped(a, times), growth: times(a.growth), whole: a.whole && by.whole });
}

/** By a positive integer. */
function quotient(a: Course, by: Course): Course | undefined {
  const { lo, hi } = by.least;
  if (varies(by) || !by.whole || lo !== hi || lo < 1) return undefined;
  const divided = (x: Interval): Interval => ({ lo: x.lo / lo, hi: x.hi / lo });
  return { ...mapped(a, divided), growth: divided(a.growth), whole: false, quotient: a.whole };
}

function isZero({ least, growth }: Course): boolean {
  return least.lo === 0 && least.hi === 0 && growth.lo === 0 && growth.hi === 0;
}

/** By a constant, of what has 32 bits. */
function shifted(a: Course, by: Course): Course | undefined {
  const { lo, hi } = by.least;
  if (varies(by) || !by.whole || lo !== hi || lo < 0 || lo > 31 || !a.whole || !hasInt32(a)) return undefined;
  const down = (x: Interval): Interval => ({ lo: x.lo >> lo, hi: x.hi >> lo });
  const part = (n: number): number => n / 2 ** lo;
  const { growth } = a;
  return {
    ...mapped(a, down),
    growth: { lo: Math.floor(part(growth.lo)), hi: Math.ceil(part(growth.hi)) },
    whole: true,
  };
}

const ROUNDINGS = {
  floor: Math.floor,
  trunc: Math.trunc,
  round: Math.round,
  /** By `| 0`, which knows no −0. */
  truncated: (x: number): number => x | 0,
} as const;

function rounded(name: keyof typeof ROUNDINGS, a: Course): Course | undefined {
  if (name === "truncated" && !hasInt32(a)) return undefined;
  if (a.whole) return a;
  const round = ROUNDINGS[name];
  // Where the value itself has been rounded, the step to the next integer may come earlier or later; its direction stays.
  const slack = a.quotient === true ? 0 : 1;
  const { lo, hi } = a.growth;
  return {
    ...mapped(a, (x) => ({ lo: round(x.lo), hi: round(x.hi) })),
    growth: { lo: lo >= 0 ? 0 : Math.floor(lo) - slack, hi: hi <= 0 ? 0 : Math.ceil(hi) + slack },
    whole: true,
  };
}

function extremeOf(extreme: (x: number, y: number) => number, a: Course, b: Course): Course {
  const of = (x: Interval, y: Interval): Interval => ({ lo: extreme(x.lo, y.lo), hi: extreme(x.hi, y.hi) });
  return {
    least: of(a.least, b.least),
    greatest: of(a.greatest, b.greatest),
    growth: hull(a.growth, b.growth),
    whole: a.whole && b.whole,
  };
}
