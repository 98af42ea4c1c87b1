/**
 * What inference finds out, in the form lowering reads it: one Frame per inlined activation of a function.
 *
 * A helper called from two places has two frames, so that its parameters' types and ranges are those of the very call.
 * Recursive functions (and those past the inlining budget) are shared instead: one Instance, one frame, all calls joined.
 */
import type { Identifier, Node } from "acorn";
import type { Binding } from "../frontend/program.ts";
import type { Span } from "../source/span.ts";
import type { CountedLoop } from "./counted.ts";
import type { Closure, FunctionValue, Value } from "./lattice.ts";
import type { State } from "./state.ts";

/** Which differences in an expression's value its surroundings can't see. */
export interface Demand {
  /** The sign of a zero. */
  readonly zeroBlind: boolean;
  /** Rounding beyond 2^53: the value is an index, or on its way to one (see NumberValue.wide). */
  readonly wideOk: boolean;
  /** All but the low 64 bits of a BigInt: `BigInt.asUintN(64, a * b)` sees no others, so a product in it may wrap. */
  readonly lowBits: boolean;
  /** Nobody looks at the value: its branches may be of different kinds, as in `n > 0 && (sum += n);`. */
  readonly unused?: boolean;
}

/** The same for demands that ask the same. */
export function keyOfDemand({ zeroBlind, wideOk, lowBits }: Demand): number {
  return (zeroBlind ? 1 : 0) + (wideOk ? 2 : 0) + (lowBits ? 4 : 0);
}

export const EXACT: Demand = { zeroBlind: false, wideOk: false, lowBits: false };
export const ZERO_BLIND: Demand = { ...EXACT, zeroBlind: true };
export const INDEX: Demand = { ...ZERO_BLIND, wideOk: true };
export const LOW_BITS: Demand = { ...EXACT, lowBits: true };
export const LOW_BITS_ZERO_BLIND: Demand = { ...ZERO_BLIND, lowBits: true };
/** No use sees anything of it; what several uses see together starts from here. */
export const UNSEEN: Demand = { zeroBlind: true, wideOk: true, lowBits: true };
export const UNUSED: Demand = { ...UNSEEN, unused: true };

/** One variable of one frame. */
export interface Variable {
  readonly id: number;
  readonly binding: Binding;
  readonly frame: Frame;
  /** The value each assigning node (declarator, parameter, assignment, update) gives it, as last inferred. */
  readonly sites: Map<Node, Value>;
  /** The same of functions inside of the variable's own, which may be inlined in several places, by their frames. */
  elsewhere: Map<Frame, Map<Node, Value>> | undefined;
  /** Read or written by a shared instance from outside: its value is the join of all assignments, at all times. */
  readonly pinned: boolean;
  /** Only the low 64 bits of the BigInts in it are seen: int64 and uint64 may both be there. */
  lowBits: boolean;
  summary: Value | undefined;
  /** Of one that is pinned: all values but those of `x++` and `x--`; what these change it by, by site; all values there are. */
  given: Value | undefined;
  readonly steps: Map<Node, number>;
  assigned: Value | undefined;
  /** Somebody reads it where it may be null or undefined. */
  mayBeMissing: boolean;
  /** Where states had it last among their variables, which is where most have it. */
  place: number;
}

/** What a node of a frame's code gives a variable. */
export function siteValue(v: Variable, frame: Frame, site: Node): Value | undefined {
  return (frame === v.frame ? v.sites : v.elsewhere?.get(frame))?.get(site);
}

export function setSite(v: Variable, frame: Frame, site: Node, value: Value): void {
  if (frame === v.frame) {
    v.sites.set(site, value);
    return;
  }
  v.elsewhere ??= new Map();
  const sites = v.elsewhere.get(frame);
  if (sites === undefined) v.elsewhere.set(frame, new Map([[site, value]]));
  else sites.set(site, value);
}

/** All that gives a variable a value, once for each frame. */
export function allSites({ sites, elsewhere }: Variable): Iterable<readonly [Node, Value]> {
  return elsewhere === undefined ? sites : [sites, ...elsewhere.values()].flatMap((of) => [...of]);
}

/** What a call does, per function it may call. */
export type CallPlan =
  | { readonly kind: "inline"; readonly closure: Closure; readonly frame: Frame }
  | { readonly kind: "instance"; readonly closure: Closure; readonly instance: Instance };

/** A function compiled once and called. */
export interface Instance {
  readonly name: string;
  readonly closure: Closure;
  readonly frame: Frame;
  /** Arguments of all calls, joined; `undefined`/function arguments are constants. */
  args: readonly Value[];
  /** undefined until some path is known to return. */
  result: Value | undefined;
  /** Variables of enclosing frames that it or its callees use. */
  readonly outer: Set<Variable>;
  /** Analysed in this round already? */
  visited: boolean;
}

export interface Frame {
  readonly id: number;
  readonly closure: Closure;
  /** The frame that calls this one; undefined for the root and for instances. */
  readonly caller: Frame | undefined;
  /** Which call of the caller's it was made for. */
  readonly call: Node | undefined;
  readonly variables: Map<Binding, Variable>;
  /** Every expression's value. */
  readonly info: Map<Node, Value>;
  /** Statements that can run. */
  readonly reached: Set<Node>;
  /** For each call expression, in the order of the callee's targets. */
  readonly calls: Map<Node, CallPlan[]>;
  /** Identifiers and member expressions that name a captured typed array, or a list of some. */
  readonly captured: Map<Node, object>;
  /** For a property of one of several objects: the list of what it is of each; for a captured object that is spread: what is in it. */
  readonly properties: Map<Node, Value>;
  /** Expressions whose BigInt is computed, or joined, modulo 2^64: nothing sees more of it. */
  readonly wraps: Set<Node>;
  /** Values that `return` gives, by statement (or the arrow's body). */
  readonly returns: Map<Node, Value>;
  /** The state each loop's head settled at, to start from the next time. */
  readonly loopHeads: Map<Node, State>;
  /** Loops whose variables intervals alone have left without bounds. */
  readonly drifting: Set<Node>;
  /** The `for` statements that count. */
  readonly counted: Map<Node, CountedLoop>;
  /** The most rounds each loop makes. */
  readonly loopTrips: Map<Node, number>;
  /** Join of `returns`; undefined when no path returns. */
  result: Value | undefined;
  returnDemand: Demand;
  /** Does some path fall off the end? */
  fallsOff: boolean;
  readonly instance: Instance | undefined;
  /** Code that isn't the user's (array methods) is reported at the call. */
  readonly blame: Span | undefined;
}

export type Targets = FunctionValue["targets"];

/** The frame of the activation that a binding is a variable of; undefined where that isn't around `frame`. */
export function ownerOf(frame: Frame, { owner }: Binding): Frame | undefined {
  let f: Frame | undefined = frame;
  while (f !== undefined && f.closure.node !== owner) f = f.closure.frame;
  return f;
}

/** What a function is called in its text; the one around it where it has no name. */
export function calledName({ source, node }: Closure): string {
  if (node === source.node) return source.name;
  const parent = source.parents.get(node) as (Node & { id?: Node; key?: Node }) | undefined;
  const named = (node as Node & { id?: Node | null }).id ?? parent?.id ?? parent?.key;
  return named?.type === "Identifier" ? (named as Identifier).name : source.name;
}

/** The frame that another is inlined in: the root, or an instance's. */
export function inlinedIn(frame: Frame): Frame {
  let f = frame;
  while (f.caller !== undefined) f = f.caller;
  return f;
}
