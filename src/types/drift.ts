/**
 * Variables that a loop moves by bounded steps, from each other or from values that have bounds of their own:
 *
 *   e = Math.max(e - extend, left - open)        each is at most the greatest that any of them has been, plus one step,
 *   left = Math.max(0, diagonal + score, e)      or something that the loop's other values bound
 *
 * No interval holds from round to round. But with as many steps as there are rounds at most, the greatest that any of them can ever be
 * is the greatest before the loop plus all steps, and so the integers of alignments, of sums that start again, of filters and of
 * decoders stay machine integers. The steps are read off the source; what an expression's parts are is what inference has found.
 */
import type { ArrayPattern, AssignmentExpression, Expression, Identifier, Node } from "acorn";
import type { Binding } from "../frontend/program.ts";
import { builtinOf } from "./builtins.ts";
import { bindingAt, isInside } from "./counted.ts";
import type { Frame, Variable } from "./frame.ts";
import { asNullable, intRange, isMachineInt, type NumberValue, TWO_53, UNDEFINED, type Value } from "./lattice.ts";
import type { State } from "./state.ts";

/** Expressions in each other that are looked into. */
const MAX_DEPTH = 60;

/** Where an expression's value can lie: as far above the greatest drifter so far, or between bounds of its own. */
interface Reach {
  /** How much more than the greatest drifter so far, and less than the least; −Infinity where it takes nothing from them. */
  readonly up: number;
  readonly down: number;
  /** How much farther from 0 than any drifter so far, where it takes one's negative: `s - x`. −Infinity where it doesn't. */
  readonly out: number;
  /** Else it lies between these; Infinity and −Infinity where it is never anything else. */
  readonly lo: number;
  readonly hi: number;
  /** The drifters that it is taken from. */
  readonly from: ReadonlySet<Variable>;
}

const NOTHING: Reach = { up: -Infinity, down: -Infinity, out: -Infinity, lo: Infinity, hi: -Infinity, from: new Set() };

interface Drifter {
  readonly variable: Variable;
  /** The identifiers by which the loop writes it. */
  readonly writes: readonly Identifier[];
}

/** The most rounds in which a node inside the loop runs. */
type Rounds = (node: Node) => number;

/** More variables than this that a loop moves aren't looked into. */
const MAX_DRIFTERS = 16;

export class Drift {
  readonly #frame: Frame;
  readonly #loop: Node;
  readonly #entry: State;
  readonly #rounds: Rounds;
  readonly #drifters: readonly Drifter[];
  /** Those that are looked for. */
  #open: ReadonlySet<Variable> = new Set();
  /** What others have been found to lie between. */
  readonly #found = new Map<Variable, NumberValue>();
  /** Of what is no drifter; of a variable that is being looked into, undefined. */
  readonly #known = new Map<Variable, Reach | undefined>();

  /** `others`: variables whose bounds are found in another way. */
  constructor(frame: Frame, loop: Node, entry: State, others: ReadonlySet<Variable>, rounds: Rounds) {
    this.#frame = frame;
    this.#loop = loop;
    this.#entry = entry;
    this.#rounds = rounds;
    const drifters: Drifter[] = [];
    entry.forEach((variable, value) => {
      const { binding } = variable;
      if (variable.frame !== frame || variable.pinned || binding.shared || others.has(variable)) return;
      if (wholeIn(value) === undefined) return;
      const writes = binding.writes.filter((write) => isInside(write, loop));
      if (writes.length > 0) drifters.push({ variable, writes });
    });
    this.#drifters = drifters.length > MAX_DRIFTERS ? [] : drifters;
  }

  /** What the drifters lie between at the loop's head, as far as is known now. */
  bounds(): ReadonlyMap<Variable, NumberValue> {
    this.#found.clear();
    for (const group of groupsOf(this.#takers())) {
      this.#open = new Set(group.map(({ variable }) => variable));
      this.#known.clear();
      const range = this.#range(group);
      if (range !== undefined) for (const variable of this.#open) this.#found.set(variable, range);
    }
    return this.#found;
  }

  /** From which of them each drifter takes. What isn't an integer is no drifter: then neither may be what takes from it. */
  #takers(): ReadonlyMap<Drifter, ReadonlySet<Variable>> {
    let drifters = this.#drifters;
    for (;;) {
      this.#open = new Set(drifters.map(({ variable }) => variable));
      this.#known.clear();
      const takers = new Map<Drifter, ReadonlySet<Variable>>();
      for (const drifter of drifters) {
        const reach = either(drifter.writes.map((write) => this.#written(this.#frame, write, 0)));
        if (reach !== undefined) takers.set(drifter, reach.from);
      }
      if (takers.size === drifters.length) return takers;
      drifters = [...takers.keys()];
    }
  }

  /** Of those that take from each other: where the greatest and the least of them can come in all rounds. */
  #range(group: readonly Drifter[]): NumberValue | undefined {
    let [lo, hi, down, up, out] = [Infinity, -Infinity, 0, 0, 0];
    let turns = false;
    for (const { variable, writes } of group) {
      const entry = this.#entry.get(variable);
      const before = entry && wholeIn(entry);
      if (before === undefined) return undefined;
      lo = Math.min(lo, before.lo);
      hi = Math.max(hi, before.hi);
      for (const write of writes) {
        const reach = this.#written(this.#frame, write, 0);
        if (reach === undefined) return undefined;
        lo = Math.min(lo, reach.lo);
        hi = Math.max(hi, reach.hi);
        if (reach.down > 0) down += reach.down * this.#rounds(write);
        if (reach.up > 0) up += reach.up * this.#rounds(write);
        turns ||= reach.out > -Infinity;
        const most = Math.max(reach.down, reach.up, reach.out);
        if (most > 0) out += most * this.#rounds(write);
      }
    }
    if (lo > hi) return undefined;
    if (turns) {
      const most = Math.max(-lo, hi) + out;
      return most < TWO_53 ? intRange(-most, most) : undefined;
    }
    // 2^53 itself may be what was rounded on the way.
    return lo - down > -TWO_53 && hi + up < TWO_53 ? intRange(lo - down, hi + up) : undefined;
  }

  /** What an identifier is given where it is written. */
  #written(frame: Frame, write: Identifier, depth: number): Reach | undefined {
    const parent = frame.closure.source.parents.get(write);
    if (parent?.type === "UpdateExpression") {
      const step = (parent as Node & { operator: string }).operator === "++" ? 1 : -1;
      return shifted(this.#reach(frame, write, depth + 1), step, step);
    }
    if (parent?.type === "ArrayPattern") {
      const given = swapped(parent, write, frame);
      return given && this.#reach(frame, given, depth + 1);
    }
    if (parent?.type !== "AssignmentExpression") return undefined;
    const { operator, left, right } = parent as Node & { operator: string; left: Node; right: Expression };
    if (left !== write) return undefined;
    if (operator === "=" || operator === "??=") return this.#reach(frame, right, depth + 1);
    if (operator === "+=" || operator === "-=") return this.#sumOf(frame, operator, write, right, depth + 1);
    return inferred(frame, parent);
  }

  #reach(frame: Frame, node: Node, depth: number): Reach | undefined {
    return (depth < MAX_DEPTH ? this.#looked(frame, node, depth) : undefined) ?? inferred(frame, node);
  }

  /** undefined: nothing is seen but what inference says of the whole. */
  #looked(frame: Frame, node: Node, depth: number): Reach | undefined {
    const inside = (n: Node): Reach | undefined => this.#reach(frame, n, depth + 1);
    switch (node.type) {
      case "Identifier":
        return this.#variable(frame, node, depth);
      case "ParenthesizedExpression":
        return inside((node as Node & { expression: Node }).expression);
      case "AssignmentExpression": {
        const { operator, right } = node as Node & { operator: string; right: Node };
        return operator === "=" ? inside(right) : undefined;
      }
      case "UnaryExpression": {
        const { operator, argument } = node as Node & { operator: string; argument: Node };
        return operator === "-" ? turned(inside(argument)) : undefined;
      }
      case "BinaryExpression": {
        const { operator, left, right } = node as Node & { operator: string; left: Node; right: Node };
        return operator === "+" || operator === "-" ? this.#sumOf(frame, operator, left, right, depth) : undefined;
      }
      case "LogicalExpression": {
        const { operator, left, right } = node as Node & { operator: string; left: Node; right: Node };
        return operator === "??" ? either([inside(left), inside(right)]) : undefined;
      }
      case "ConditionalExpression": {
        const { consequent, alternate } = node as Node & { consequent: Node; alternate: Node };
        return either([inside(consequent), inside(alternate)]);
      }
      case "CallExpression":
        return this.#call(frame, node as CallNode, depth);
      default:
        return undefined;
    }
  }

  /** A drifter, or what the loop makes anew in each round. */
  #variable(frame: Frame, node: Node, depth: number): Reach | undefined {
    const binding = bindingAt(frame.closure.source, node);
    const variable = binding && frame.variables.get(binding);
    if (binding === undefined || variable === undefined) return undefined;
    if (this.#open.has(variable)) {
      const drifter = { ...NOTHING, up: 0, down: 0, from: new Set([variable]) };
      const value = frame.info.get(node);
      // What is added to null is added to 0.
      return value && asNullable(value)?.null === true ? { ...drifter, lo: 0, hi: 0 } : drifter;
    }
    const found = this.#found.get(variable);
    if (found !== undefined) return between(found, inferred(frame, node));
    if (variable.pinned || binding.shared || !this.#isMadeInside(frame, binding)) return undefined;
    if (this.#known.has(variable)) return this.#known.get(variable);
    this.#known.set(variable, undefined);
    const reach = this.#made(frame, binding, depth);
    this.#known.set(variable, reach);
    return reach;
  }

  #made(frame: Frame, binding: Binding, depth: number): Reach | undefined {
    if (binding.kind === "param") return this.#argument(frame, binding, depth);
    const init = initialiser(frame, binding);
    // Patterns and `for … of` give variables values, too.
    if (init === undefined) return undefined;
    const all = [this.#reach(frame, init, depth + 1)];
    for (const write of binding.writes) all.push(this.#written(frame, write, depth + 1));
    return either(all);
  }

  #isMadeInside(frame: Frame, { declaration, kind }: Binding): boolean {
    return frame !== this.#frame || (kind !== "param" && kind !== "var" && isInside(declaration, this.#loop));
  }

  #argument(frame: Frame, binding: Binding, depth: number): Reach | undefined {
    const argument = argumentOf(frame, binding);
    return frame.caller && argument && this.#reach(frame.caller, argument, depth + 1);
  }

  #sumOf(frame: Frame, operator: string, left: Node, right: Node, depth: number): Reach | undefined {
    let [a, b] = [this.#reach(frame, left, depth + 1), this.#reach(frame, right, depth + 1)];
    if (a === undefined || b === undefined || (isFixed(a) && isFixed(b))) return undefined;
    if (!isFixed(a) && !isFixed(b)) {
      // Of one the steps are followed, of the other all that it can be is added: of the one that is known to be smaller.
      const [x, y] = [inferred(frame, left), inferred(frame, right)];
      if (x !== undefined && (y === undefined || sizeOf(x) < sizeOf(y))) a = x;
      else if (y !== undefined) b = y;
      else return undefined;
    }
    if (isFixed(b)) return operator.startsWith("-") ? shifted(a, -b.hi, -b.lo) : shifted(a, b.lo, b.hi);
    return isFixed(a) ? shifted(operator.startsWith("+") ? b : turned(b), a.lo, a.hi) : undefined;
  }

  /** The greatest or least of some, or what an inlined function returns. */
  #call(frame: Frame, node: CallNode, depth: number): Reach | undefined {
    if (node.arguments.some(({ type }) => type === "SpreadElement")) return undefined;
    const callee = frame.info.get(node.callee);
    if (callee?.kind === "host") {
      const kind = builtinOf(callee.value)?.kind;
      if ((kind !== "min" && kind !== "max") || node.arguments.length === 0) return undefined;
      return either(node.arguments.map((argument) => this.#reach(frame, argument, depth + 1)));
    }
    const plans = frame.calls.get(node) ?? [];
    const [plan] = plans;
    // A built-in function may be given other arguments than are written.
    if (plans.length !== 1 || plan?.kind !== "inline" || plan.frame.fallsOff || plan.closure.builtin !== undefined)
      return undefined;
    if (callee?.kind !== "function") return undefined;
    const returned = [...plan.frame.returns.keys()].map((at) =>
      at.type === "ReturnStatement" ? (at as Node & { argument?: Node | null }).argument : at,
    );
    return either(returned.map((at) => (at == null ? undefined : this.#reach(plan.frame, at, depth + 1))));
  }
}

export type CallNode = Node & { readonly callee: Node; readonly arguments: readonly Node[] };

/** What an inlined function is given for a parameter that it doesn't write. */
export function argumentOf({ caller, closure, call }: Frame, binding: Binding): Node | undefined {
  if (caller === undefined || call?.type !== "CallExpression" || binding.writes.length > 0) return undefined;
  const given = (call as CallNode).arguments;
  if (given.some(({ type }) => type === "SpreadElement")) return undefined;
  const at = closure.node.params.indexOf(binding.declaration);
  return at < 0 ? undefined : given[at];
}

/** What a variable is given by `[x, y] = [y, x]`, which computes all values before it assigns any. */
function swapped(pattern: Node, write: Identifier, frame: Frame): Node | undefined {
  const assignment = frame.closure.source.parents.get(pattern);
  if (assignment?.type !== "AssignmentExpression") return undefined;
  const { left, right } = assignment as AssignmentExpression;
  if (left !== pattern || right.type !== "ArrayExpression") return undefined;
  const { elements } = right;
  if (elements.some((element) => element?.type === "SpreadElement")) return undefined;
  return elements[(pattern as ArrayPattern).elements.indexOf(write)] ?? undefined;
}

export function initialiser(frame: Frame, { declaration }: Binding): Node | undefined {
  const parent = frame.closure.source.parents.get(declaration);
  if (parent?.type !== "VariableDeclarator") return undefined;
  const { id, init } = parent as Node & { id: Node; init?: Node | null };
  return id === declaration ? (init ?? undefined) : undefined;
}

export function isWhole(value: { readonly kind: string }): boolean {
  if (value.kind !== "number") return false;
  const n = value as NumberValue;
  return isMachineInt(n) && !n.wide;
}

/** The integers among what a variable may be, which may also be null or undefined; an empty range where it is nothing else. */
function wholeIn(value: Value): NumberValue | undefined {
  const number = asNullable(value.kind === "unassigned" ? (value.otherwise ?? UNDEFINED) : value)?.number;
  return number !== undefined && isWhole(number) ? number : undefined;
}

/** What inference says of an expression. What hasn't been reached is nothing so far. */
function inferred(frame: Frame, node: Node): Reach | undefined {
  const value = frame.info.get(node);
  if (value === undefined) return isReached(frame, node) ? undefined : NOTHING;
  if (value.kind === "bool") return { ...NOTHING, lo: 0, hi: 1 };
  if (value.kind === "number") return isWhole(value) ? { ...NOTHING, lo: value.lo, hi: value.hi } : undefined;
  const held = asNullable(value);
  if (held === undefined || !isWhole(held.number)) return undefined;
  // null is computed with as 0, and with undefined no integer is.
  const { lo, hi } = held.number;
  return held.null ? { ...NOTHING, lo: Math.min(lo, 0), hi: Math.max(hi, 0) } : { ...NOTHING, lo, hi };
}

/** Can the statement run that the expression is in? */
export function isReached({ reached, closure: { source } }: Frame, node: Node): boolean {
  for (let n: Node | undefined = node; n !== undefined; n = source.parents.get(n))
    if (n.type.endsWith("Statement") || n.type === "VariableDeclaration") return reached.has(n);
  return true;
}

function isFixed({ up, down, out }: Reach): boolean {
  return up === -Infinity && down === -Infinity && out === -Infinity;
}

function sizeOf({ lo, hi }: Reach): number {
  return Math.max(-lo, hi);
}

/** The negative. */
function turned(reach: Reach | undefined): Reach | undefined {
  if (reach === undefined) return undefined;
  const out = Math.max(reach.up, reach.down, reach.out);
  return { ...reach, up: -Infinity, down: -Infinity, out, lo: -reach.hi, hi: -reach.lo };
}

/** What is added and taken away again counts: the sum between the two may be rounded no more than the last one. */
function shifted(reach: Reach | undefined, lo: number, hi: number): Reach | undefined {
  if (reach === undefined) return undefined;
  const [more, less] = [Math.max(0, hi), Math.max(0, -lo)];
  return {
    ...reach,
    up: reach.up + more,
    down: reach.down + less,
    out: reach.out + Math.max(more, less),
    lo: reach.lo - less,
    hi: reach.hi + more,
  };
}

/** Both are true. */
function between({ lo, hi }: NumberValue, here: Reach | undefined): Reach {
  return { ...NOTHING, lo: Math.max(lo, here?.lo ?? lo), hi: Math.min(hi, here?.hi ?? hi) };
}

function either(some: readonly (Reach | undefined)[]): Reach | undefined {
  let all = NOTHING;
  for (const one of some) {
    if (one === undefined) return undefined;
    all = {
      up: Math.max(all.up, one.up),
      down: Math.max(all.down, one.down),
      out: Math.max(all.out, one.out),
      lo: Math.min(all.lo, one.lo),
      hi: Math.max(all.hi, one.hi),
      from: one.from.size === 0 ? all.from : new Set([...all.from, ...one.from]),
    };
  }
  return all;
}

/**
 * Those that take from each other, or from themselves, together; and none before those that it takes from. What takes from others
 * only settles when these do.
 */
function groupsOf(takers: ReadonlyMap<Drifter, ReadonlySet<Variable>>): readonly (readonly Drifter[])[] {
  const sources = new Map([...takers].map(([drifter, from]) => [drifter.variable, new Set(from)]));
  for (const [middle, beyond] of sources)
    for (const from of sources.values()) if (from.has(middle)) for (const variable of beyond) from.add(variable);
  const takes = (a: Drifter, b: Drifter): boolean => sources.get(a.variable)?.has(b.variable) === true;
  const groups: Drifter[][] = [];
  for (const drifter of takers.keys()) {
    if (!takes(drifter, drifter)) continue;
    const group = groups.find(([first]) => first !== undefined && takes(first, drifter) && takes(drifter, first));
    if (group === undefined) groups.push([drifter]);
    else group.push(drifter);
  }
  // Who takes from a group takes from all that this takes from, and more.
  const below = ([first]: readonly Drifter[]): number => (first && sources.get(first.variable)?.size) ?? 0;
  return groups.sort((a, b) => below(a) - below(b));
}
