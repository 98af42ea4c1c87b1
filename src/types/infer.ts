/**
 * Inference: abstract interpretation of a kernel's AST for given argument values.
 *
 * Takes the kernel's source and its arguments' values; gives a tree of frames in which every expression has a value
 * (lattice.ts) and every variable the values it is assigned. Statements transform a State (variable → value); loops run to
 * a fixpoint with widening and are then narrowed. Nothing here emits code.
 *
 * Four findings force a fresh start with more known, each at most once or twice per binding, function or literal:
 *   a function reaches itself             → it becomes a shared Instance
 *   a variable is used across instances   → its value is the join of all assignments ("pinned")
 *   a wide integer meets an exact use     → the variable is kept exact (a double)
 *   an array literal is indexed or stored → it is an array, no tuple
 */
import type { AssignmentPattern, Expression, Identifier, MemberExpression, Node, ReturnStatement } from "acorn";
import type { DiagnosticId, DiagnosticParams } from "../diagnostics/catalog.ts";
import type { RelatedSpan } from "../diagnostics/diagnostic.ts";
import { CompileError, ice } from "../diagnostics/errors.ts";
import type { DiagnosticSink } from "../diagnostics/sink.ts";
import type { Binding, FunctionNode, FunctionSource } from "../frontend/program.ts";
import { isExact } from "../frontend/random-functions.ts";
import { objectOf } from "../frontend/split-objects.ts";
import type { Span } from "../source/span.ts";
import { type ArrayUse, ArrayUses } from "./array-uses.ts";
import type { Environment } from "./capture.ts";
import { bindingAt } from "./counted.ts";
import { type DemandContext, Demands } from "./demand.ts";
import { describeApart } from "./describe.ts";
import { isBig } from "./elements.ts";
import { either, inferExpression } from "./expressions.ts";
import {
  allSites,
  type Demand,
  EXACT,
  type Frame,
  type Instance,
  inlinedIn,
  keyOfDemand,
  setSite,
  siteValue,
  type Variable,
} from "./frame.ts";
import { Inlining } from "./inlining.ts";
import {
  type Closure,
  holdsIntegers,
  isMachineInt,
  join,
  joinItems,
  KindConflict,
  mixesWide,
  type NumberValue,
  sameValue,
  simplified,
  type TupleValue,
  UNDEFINED,
  type Value,
} from "./lattice.ts";
import { isOnlyReadAfterwards } from "./made-before.ts";
import { keptBy } from "./outlived.ts";
import { isAskedFor, isSeenUnset, mayBeUnset, orUnset, stepOf, stepped } from "./pinned.ts";
import { refine } from "./refine.ts";
import { leaving, resultOf } from "./results.ts";
import { spreadOperand, takenApart } from "./spread.ts";
import { State } from "./state.ts";
import { inferStatements } from "./statements.ts";
import { widen } from "./widening.ts";

/** Thrown to begin again with more known. */
class Restart {}

/** Where `break` and `continue` go, innermost last. */
interface JumpTarget {
  readonly labels: readonly string[];
  readonly breaks: State[];
  /** undefined for `switch` and labelled blocks. */
  readonly continues: State[] | undefined;
  /** An unlabelled `break` leaves loops and switches, not labelled blocks. */
  readonly anonymous: boolean;
}

export interface InferOptions {
  readonly fastmath: boolean;
  /** Does an index out of bounds throw? */
  readonly boundscheck: boolean;
  readonly onUnbounded?: OnUnbounded | undefined;
}

/**
 * Called where an integer sum or product can't be proved to stay within ±2^53. What it throws ends the inference, which otherwise goes
 * on without asking again.
 */
export type OnUnbounded = () => void;

export interface Inferred {
  readonly root: Frame;
  readonly instances: readonly Instance[];
  readonly environment: Environment;
  /** Remainders of integers that are no integers, since the divisor may be 0 or the result −0: other arguments might help. */
  readonly remainders: readonly Remainder[];
}

/** `dividend % divisor` in a frame's code. */
export interface Remainder {
  readonly frame: Frame;
  readonly dividend: Node;
  readonly divisor: Node;
}

const MAX_FRAMES = 600;
const MAX_DEPTH = 40;
const MAX_ROUNDS = 60;
/** As many variables a value may go through on its way into a function, for what that function sees of it to count. */
const MAX_CLIMB = 6;

export function infer(
  closure: Closure,
  args: readonly Value[],
  environment: Environment,
  sink: DiagnosticSink,
  options: InferOptions,
  calls: "where large" | "where needed" = "where large",
): Inferred {
  const facts: Facts = {
    outlined: new Set(),
    large: new Set(),
    pinned: new Set(),
    exact: new Set(),
    exactNodes: new Set(),
    arrays: new ArrayUses(),
  };
  for (let known = -1; ; ) {
    const { outlined, pinned, exact, exactNodes, arrays } = facts;
    const size = outlined.size + pinned.size + exact.size + exactNodes.size + arrays.size;
    if (size === known) ice(`inference of ${closure.source.name} began again knowing no more`);
    known = size;
    const inference = new Inference(environment, sink, facts, options, calls);
    try {
      const root = inference.run(closure, args);
      if (facts.large.size > 0) sink.throwIfErrors();
      const remainders = [...inference.remainders.values()].flatMap((of) => [...of.values()]);
      const instances = [...inference.instances.values()];
      return { root, instances, environment, remainders };
    } catch (e) {
      if (e instanceof CompileError && inference.isOutdated) {
        // It may be one of what was assumed only.
        sink.clear();
        continue;
      }
      if (e instanceof CompileError && facts.large.size > 0) {
        // What one call would be compiled for, all calls together may not be.
        sink.clear();
        return infer(closure, args, environment, sink, options, "where needed");
      }
      if (!(e instanceof Restart)) throw e;
    }
  }
}

interface Facts {
  /** Functions that are called. */
  readonly outlined: Set<Node>;
  /** Those of them that would only be too much if they were inlined. */
  readonly large: Set<Node>;
  readonly pinned: Set<Binding>;
  readonly exact: Set<Binding>;
  /** Expressions, and functions as for their results, whose values may not be wide. */
  readonly exactNodes: Set<Node>;
  /** Array literals that are arrays; others are tuples. */
  readonly arrays: ArrayUses;
}

export class Inference {
  readonly environment: Environment;
  readonly sink: DiagnosticSink;
  readonly facts: Facts;
  /** Are float operations of the function that is analysed relaxed? No bound on an integer may rest on them. */
  fastmath: boolean;
  readonly boundscheck: boolean;
  readonly instances = new Map<string, Instance>();
  /** By frame and the node that computes it. */
  readonly remainders = new Map<Frame, Map<Node, Remainder>>();
  /** What is known here; undefined where control never comes. */
  state: State | undefined;
  /** Of a function's variables, before it runs. */
  readonly #nothing = State.empty();
  /** Set while some instance's arguments, result or a pinned variable still grows. */
  changed = false;
  /** Parameters that objects are given to whose properties are assigned (lent.ts). */
  readonly lent = new Set<Binding>();
  /** Have functions been met that are defined in another's activation? */
  hasInnerFunctions = false;
  /** Where this round has come to a pinned variable that nothing is known to have been assigned to. */
  readonly unread: [at: Span, variable: Variable][] = [];
  /**
   * Where this round has needed a number of what was null or undefined so far, or a place of what was an empty array: the complaints, unless
   * it may be one after all.
   */
  readonly #missing = new Map<Frame, Map<Node, () => never>>();
  round = 0;
  /** What was assumed doesn't hold, but more may be found out before this begins again. */
  isOutdated = false;
  /** Variables that have been given wide integers in this round of the innermost loop. */
  givenWide = new Set<Variable>();
  /** Where conditions of the loop that is being inferred part the numbers: where widening may stop. */
  stops = { up: new Set<number>(), down: new Set<number>() };
  /** Greater than 0 while narrowing: cached loop heads would only bring the widened values back. */
  narrowing = 0;
  #onUnbounded: OnUnbounded | undefined;
  /** The kernel's, as they stand in its text. */
  #parameters: readonly string[] = [];
  readonly #jumps: JumpTarget[] = [];
  readonly #returns: State[][] = [];
  #nextVariable = 0;
  readonly #demands = new WeakMap<Frame, { readonly demands: Demands; readonly restsOn: number }>();
  /** By what they rest on. */
  readonly #parameterDemands = new WeakMap<Binding, Map<string, Demand>>();
  readonly #functions = new Map<NonNullable<Closure["fn"]>, number>();
  /** How many places have given a frame's variables arrays. */
  readonly #arraysIn = new WeakMap<Frame, number>();
  #nextFrame = 0;
  readonly #inlining: Inlining | undefined;

  constructor(
    environment: Environment,
    sink: DiagnosticSink,
    facts: Facts,
    { fastmath, boundscheck, onUnbounded }: InferOptions,
    calls: "where large" | "where needed",
  ) {
    this.fastmath = fastmath;
    this.boundscheck = boundscheck;
    this.#onUnbounded = onUnbounded;
    this.environment = environment;
    this.sink = sink;
    this.facts = facts;
    this.#inlining = calls === "where large" ? new Inlining(environment) : undefined;
  }

  run(closure: Closure, args: readonly Value[]): Frame {
    const root = this.newFrame(closure, undefined, undefined, EXACT, undefined);
    const rest = closure.node.params.find((p) => p.type === "RestElement");
    if (rest !== undefined) this.sink.fail("kernel-rest", {}, this.spanAt(root, rest));
    const { text } = closure.source.source;
    this.#parameters = closure.node.params.map((p) => text.slice(p.start, p.end));
    const numbered = args.map((v, argument) => (v.kind === "undefined" ? { ...v, argument } : v));
    for (this.round = 0; ; this.round++) {
      this.changed = false;
      this.unread.length = 0;
      this.#missing.clear();
      for (const i of this.instances.values()) i.visited = false;
      this.state = this.nothing();
      this.runFunction(root, numbered);
      if (this.isOutdated) this.restart();
      const [unread] = this.unread;
      if (!this.changed && unread !== undefined) this.#leaveUnset(...unread);
      if (!this.changed) for (const of of this.#missing.values()) for (const complain of of.values()) complain();
      if (!this.changed) return root;
      if (this.round > MAX_ROUNDS)
        this.sink.fail("inference-diverges", { name: closure.source.name }, this.spanAt(root, closure.node));
    }
  }

  /** Values of the wrong kind. An argument that is missing is the caller's mistake, and that is what is said then. */
  refuse<Id extends DiagnosticId>(
    values: readonly Value[],
    id: Id,
    params: DiagnosticParams<Id>,
    span: Span,
    related: readonly RelatedSpan[] = [],
  ): never {
    for (const v of values) {
      const argument = v.kind === "undefined" ? v.argument : undefined;
      if (argument !== undefined)
        this.sink.fail("missing-argument", { argument, name: this.#parameters[argument] ?? "" }, span);
      const unassigned = v.kind === "undefined" ? v.unassigned : undefined;
      if (unassigned !== undefined) this.failUnassigned(span, unassigned);
    }
    return this.sink.fail(id, params, span, related);
  }

  /** Says that what was assumed doesn't hold. */
  restart(): never {
    throw new Restart();
  }

  /** A variable may not be a wide integer. */
  needExact(binding: Binding): never {
    this.facts.exact.add(binding);
    return this.restart();
  }

  /** Some integer sum or product couldn't be proved to stay within ±2^53: smaller arguments might help. */
  noteUnbounded(): void {
    if (this.#onUnbounded === undefined) return;
    if (this.isOutdated) this.restart();
    this.#onUnbounded();
    this.#onUnbounded = undefined;
  }

  /** Remembers a remainder, unless it is an integer now. */
  noteRemainder(node: Node, remainder: Remainder, isInteger: boolean): void {
    const { frame } = remainder;
    let known = this.remainders.get(frame);
    if (known === undefined) {
      if (isInteger) return;
      known = new Map();
      this.remainders.set(frame, known);
    }
    if (isInteger) known.delete(node);
    else known.set(node, remainder);
  }

  // ── frames and variables ──

  newFrame(
    closure: Closure,
    call: { readonly caller: Frame; readonly node: Node } | undefined,
    instance: Instance | undefined,
    returnDemand: Demand,
    blame: Span | undefined,
  ): Frame {
    const caller = call?.caller;
    let depth = 0;
    for (let f = caller; f !== undefined; f = f.caller) depth++;
    if (depth > MAX_DEPTH || this.#nextFrame > MAX_FRAMES) this.outline(closure);
    return {
      id: this.#nextFrame++,
      closure,
      caller,
      call: call?.node,
      variables: new Map(),
      info: new Map(),
      reached: new Set(),
      calls: new Map(),
      captured: new Map(),
      properties: new Map(),
      wraps: new Set(),
      returns: new Map(),
      loopHeads: new Map(),
      drifting: new Set(),
      counted: new Map(),
      loopTrips: new Map(),
      result: undefined,
      returnDemand,
      fallsOff: false,
      instance,
      blame,
    };
  }

  /** From now on this function is compiled once and called. */
  outline(closure: Closure): void {
    if (this.facts.outlined.has(closure.node)) return;
    this.facts.outlined.add(closure.node);
    this.restart();
  }

  /** `frame` is about to be inlined, with `args`. */
  noteInlined(frame: Frame, args: readonly Value[]): void {
    const large = this.#inlining?.add(frame, args) ?? [];
    if (large.length === 0) return;
    for (const node of large) {
      this.facts.outlined.add(node);
      this.facts.large.add(node);
    }
    this.restart();
  }

  /** The frame whose activation holds a binding that `frame`'s code names. */
  ownerOf(frame: Frame, binding: Binding): Frame {
    let f: Frame | undefined = frame;
    while (f !== undefined && f.closure.node !== binding.owner) f = f.closure.frame;
    // A `self` name belongs to the function expression itself.
    return f ?? frame;
  }

  variable(frame: Frame, binding: Binding): Variable {
    const owner = this.ownerOf(frame, binding);
    let v = owner.variables.get(binding);
    if (v === undefined) {
      v = {
        id: this.#nextVariable++,
        binding,
        frame: owner,
        sites: new Map(),
        elsewhere: undefined,
        pinned: this.facts.pinned.has(binding),
        lowBits: false,
        given: undefined,
        steps: new Map(),
        assigned: undefined,
        summary: undefined,
        mayBeMissing: false,
        place: -1,
      };
      owner.variables.set(binding, v);
    }
    this.noteOuterUse(frame, v);
    return v;
  }

  /** A variable that lives outside the instance whose code uses it must be shared with it. What is inlined in the instance lives in it. */
  noteOuterUse(user: Frame, v: Variable): void {
    if (user === v.frame) return;
    const home = inlinedIn(v.frame);
    let f: Frame | undefined = user;
    while (f !== undefined && f !== home) {
      if (f.instance !== undefined) {
        if (!f.instance.outer.has(v)) {
          f.instance.outer.add(v);
          this.changed = true;
        }
        if (!v.pinned) {
          this.facts.pinned.add(v.binding);
          this.restart();
        }
      }
      f = f.caller ?? (f.instance !== undefined ? f.closure.frame : undefined);
    }
  }

  /** A variable's value here. Undefined when control can't get here, or nothing was assigned. */
  read(v: Variable): Value | undefined {
    return v.pinned ? v.summary : this.state?.get(v);
  }

  /** `frame`: whose code `site` is, where it isn't the variable's own. */
  assign(v: Variable, site: Node, value: Value, frame = v.frame): void {
    if (this.state === undefined) return;
    if (siteValue(v, frame, site) === undefined) this.#noteArraysIn(v.frame, value);
    setSite(v, frame, site, value);
    if (value.kind === "number" || value.kind === "nullable")
      this.#oneSlot(v, value.kind === "number" ? value : value.number);
    if (value.kind === "number") {
      if (value.wide) this.givenWide.add(v);
      // Calls may move it as often as loops do.
      if (value.wide && v.pinned) this.needExact(v.binding);
    }
    if (value.kind === "array" || value.kind === "tuple" || value.kind === "record") this.#oneForm(v, value);
    if (value.kind === "bigint") v.lowBits = this.demandOf(v.frame, v.binding).lowBits;
    if (!v.pinned) {
      this.state.set(v, value);
      return;
    }
    if (value.kind === "unassigned" && !isAskedFor(v)) return;
    if (value.kind !== "unassigned") {
      const kept = keptBy(this.lent, v, value);
      const step = stepOf(site);
      if (step === 0) v.given = this.#joined(v, v.given, kept);
      else v.steps.set(site, step);
      v.assigned = this.#joined(v, v.assigned, kept);
    }
    // A step from undefined makes it NaN.
    const isSeen = isSeenUnset(v);
    const known = (isSeen ? undefined : v.given && stepped(v.given, v.steps.values())) ?? v.assigned;
    const summary = mayBeUnset(v) ? orUnset(known, isSeen) : (known ?? UNDEFINED);
    if (v.summary !== undefined && sameValue(summary, v.summary)) return;
    v.summary = summary;
    this.changed = true;
  }

  /** What is known to be stored into BigInts loses its high bits, what was computed before that was known too. */
  #noteArraysIn(frame: Frame, value: Value): void {
    if (value.kind === "tuple" || value.kind === "record")
      for (const item of value.items) this.#noteArraysIn(frame, item);
    if (value.kind !== "array") return;
    this.#arraysIn.set(frame, (this.#arraysIn.get(frame) ?? 0) + 1);
    if (isBig(value.elem) && this.#demands.has(frame)) this.changed = true;
  }

  /** Control comes to where a pinned variable is read before anything assigns it: undefined is what it is there, if that is seen. */
  #leaveUnset(span: Span, v: Variable): void {
    if (v.summary !== undefined || !isSeenUnset(v)) this.failUnassigned(span, v);
    v.summary = UNDEFINED;
    this.changed = true;
  }

  failUnassigned(span: Span, { frame: owner, binding }: Variable): never {
    return this.sink.fail("maybe-unassigned", { name: objectOf(binding) ?? binding.name }, span, [
      { span: this.spanAt(owner, binding.declaration), text: "declared here" },
    ]);
  }

  /** A variable has one place, whatever it is given where: a wide integer and a double don't share it. */
  #oneSlot(v: Variable, value: NumberValue): void {
    for (const [, given] of allSites(v)) {
      const other = given.kind === "nullable" ? given.number : given;
      if (other.kind !== "number" || (!value.wide && !other.wide)) continue;
      if (isMachineInt(value) && isMachineInt(other)) continue;
      this.needExact(v.binding);
    }
  }

  /** Nor do plain arrays of different forms, where control never brings the two together. */
  #oneForm(v: Variable, value: Value): void {
    for (const [, other] of allSites(v)) {
      const both = other === value ? value : join(other, value);
      if (both instanceof KindConflict) this.reconcile(both);
    }
  }

  #joined(v: Variable, known: Value | undefined, value: Value): Value {
    if (known === undefined) return value;
    const both = this.joinOrFail(v, known, value);
    return this.round > 3 && !sameValue(both, known) ? widen(known, both) : both;
  }

  joinOrFail(v: Variable, a: Value, b: Value): Value {
    const both = join(a, b);
    if (both instanceof KindConflict) return this.conflict(v, both);
    return mixesWide(both) ? this.needExact(v.binding) : both;
  }

  /** What `node` is: begins again where that is now a wide integer and now a double. A function's node stands for its result. */
  unmixed(node: Node, value: Value): Value {
    if (!mixesWide(value)) return value;
    this.facts.exactNodes.add(node);
    return this.restart();
  }

  /** The demand that may be made on what `node` is. */
  allowed(node: Node, demand: Demand): Demand {
    return demand.wideOk && this.facts.exactNodes.has(node) ? { ...demand, wideOk: false } : demand;
  }

  /** Names both places that give a variable values which one variable can't hold. */
  conflict(v: Variable, c: KindConflict): never {
    this.reconcile(c);
    const sites = [...allSites(v)]
      .filter(([, value]) => value.kind !== "unassigned")
      .sort(([a], [b]) => a.start - b.start);
    const [first] = sites;
    const second = sites.find(([, value]) => first !== undefined && join(first[1], value) instanceof KindConflict);
    const here = second?.[0] ?? v.binding.declaration;
    const kinds = describeApart(first?.[1] ?? c.a, second?.[1] ?? c.b);
    const related =
      first === undefined ? [] : [{ span: this.spanAt(v.frame, first[0]), text: `here it is ${kinds.first}` }];
    return this.refuse(
      [c.a, c.b],
      "type-conflict",
      { name: v.binding.name, ...kinds },
      this.spanAt(v.frame, here),
      related,
    );
  }

  /** `integers`: which arguments are arrays of integers, of a function whose frame may not exist yet. */
  demandContext(frame: Frame, integers: readonly boolean[] = []): DemandContext {
    const { source, node } = frame.closure;
    return {
      source,
      fn: node,
      returnDemand: frame.returnDemand,
      exact: this.facts.exact,
      mathIsGlobal: this.environment.isGlobalMath(frame.closure),
      captured: (n) => this.#capturedValue(frame.closure, n),
      parameterDemand: (callee, at, demand, given, asker) =>
        this.#capturedDemand(frame, callee, at, demand, given, asker),
      holdsIntegers: (array) => {
        const b = bindingAt(source, array);
        const given = b !== undefined && b.writes.length === 0 && integers[node.params.indexOf(b.declaration)] === true;
        return given || holdsIntegers(this.#valueBefore(frame, array));
      },
    };
  }

  /**
   * What an expression is known to be before it is used: a parameter or const, a property or the items of one, or what a name from
   * outside stands for.
   */
  #valueBefore(frame: Frame, node: Node): Value | undefined {
    const b = bindingAt(frame.closure.source, node);
    if (b !== undefined) {
      const v = b.writes.length > 0 ? undefined : this.ownerOf(frame, b).variables.get(b);
      return v && [...v.sites.values()][0];
    }
    if (node.type !== "MemberExpression") return this.#capturedValue(frame.closure, node);
    const { object, property, computed } = node as MemberExpression;
    const of = this.#valueBefore(frame, object);
    if (of?.kind === "record" && !computed) return of.items[of.names.indexOf((property as Identifier).name)];
    if (of?.kind === "tuple" && computed) return of.items.every(holdsIntegers) ? of.items[0] : undefined;
    return this.#capturedValue(frame.closure, node);
  }

  demandOf(frame: Frame, binding: Binding): Demand {
    return this.#demandsIn(this.ownerOf(frame, binding)).of(binding);
  }

  /** The demand on what a declarator or an assignment gives a variable. */
  assignedDemand(frame: Frame, binding: Binding, site: Node): Demand {
    return this.#demandsIn(this.ownerOf(frame, binding)).onAssigned(binding, site);
  }

  /** What has been found out of a frame's variables, as long as nothing that it rests on has changed. */
  #demandsIn(frame: Frame): Demands {
    const restsOn = this.#demandsRestOn(frame, frame.returnDemand);
    const known = this.#demands.get(frame);
    if (known?.restsOn === restsOn) return known.demands;
    const demands = new Demands(this.demandContext(frame));
    this.#demands.set(frame, { demands, restsOn });
    return demands;
  }

  /** What demands rest on beside the program's text: DemandContext's `exact` and `holdsIntegers`, which only ever learn more. */
  #demandsRestOn(frame: Frame | undefined, demand: Demand): number {
    let found = this.facts.exact.size;
    for (let f = frame; f !== undefined; f = f.closure.frame) found += this.#arraysIn.get(f) ?? 0;
    return found * 8 + keyOfDemand(demand);
  }

  /**
   * What a function's uses of a parameter can see of an argument, when what is seen of its result is `demand`.
   * `integers`: which of its arguments are arrays of integers.
   */
  parameterDemand(
    frame: Frame,
    callee: Closure,
    at: number,
    demand: Demand,
    integers: readonly boolean[],
    asker?: Demands,
  ): Demand {
    if (this.facts.outlined.has(callee.node)) return EXACT;
    const p = callee.node.params[at];
    const id = p?.type === "AssignmentPattern" ? p.left : p;
    const binding = id?.type === "Identifier" ? callee.source.bindings.get(id) : undefined;
    if (binding === undefined) return EXACT;
    // Its frame may not exist yet: ask with the callee's source.
    const known = this.#parameterDemands.get(binding) ?? new Map<string, Demand>();
    this.#parameterDemands.set(binding, known);
    const key = `${callee.frame?.id} ${this.#numberOf(callee.fn)} ${this.#demandsRestOn(callee.frame, demand)} ${integers}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    const probe: Frame = {
      ...frame,
      closure: callee,
      returnDemand: this.allowed(callee.node, demand),
      variables: new Map(),
    };
    const cx = this.demandContext(probe, integers);
    const demands = asker?.inside(cx) ?? new Demands(cx);
    const found = demands.of(binding);
    asker?.learnFrom(demands);
    if (demands.met.size === 0) known.set(key, found);
    return found;
  }

  #numberOf(fn: Closure["fn"]): number {
    if (fn === undefined) return -1;
    const number = this.#functions.get(fn) ?? this.#functions.size;
    this.#functions.set(fn, number);
    return number;
  }

  /** The same for a captured function that control may never come to. */
  #capturedDemand(
    frame: Frame,
    callee: Closure,
    at: number,
    demand: Demand,
    integers: readonly boolean[],
    asker: Demands,
  ): Demand {
    const { fn } = callee;
    if (fn === undefined || asker.depth > MAX_CLIMB || this.environment.sourceIfAny(fn) === undefined) return EXACT;
    return this.parameterDemand(frame, callee, at, demand, integers, asker);
  }

  /** A captured name's value, or that of a property of one, if it has any yet. */
  #capturedValue(closure: Closure, node: Node): Value | undefined {
    if (node.type === "Identifier") {
      const { name } = node as Node & { name: string };
      if (bindingAt(closure.source, node) !== undefined) return undefined;
      try {
        return this.environment.lookup(closure, name)?.value;
      } catch {
        return undefined;
      }
    }
    if (node.type !== "MemberExpression") return undefined;
    const { object, property, computed } = node as Node & { object: Node; property: Node; computed: boolean };
    const of = computed ? undefined : this.#capturedValue(closure, object);
    if (of?.kind !== "host" || of.value === null || property.type !== "Identifier") return undefined;
    if (typeof of.value !== "object" && typeof of.value !== "function") return undefined;
    const found = this.environment.property(of.value, (property as Node & { name: string }).name).value;
    return found.kind === "undefined" ? undefined : found;
  }

  spanAt(frame: Frame, node: Node): Span {
    return frame.blame ?? { source: frame.closure.source.source, start: node.start, end: node.end };
  }

  /**
   * `node` is needed as a number, or as an array that has elements. `complain` where it never is one: it may be null, undefined or empty in a
   * loop's first round only.
   */
  noteMissing(frame: Frame, node: Node, complain: (() => never) | undefined): void {
    if (complain === undefined && this.#missing.size === 0) return;
    const known = this.#missing.get(frame);
    if (complain === undefined) known?.delete(node);
    else if (known === undefined) this.#missing.set(frame, new Map([[node, complain]]));
    else known.set(node, complain);
  }

  // ── functions ──

  /** Runs a function's body in its frame; afterwards `state` is what holds where it returns to. */
  runFunction(frame: Frame, args: readonly Value[]): void {
    const { node, source } = frame.closure;
    const { fastmath } = this;
    if (isExact(frame.closure.fn)) this.fastmath = false;
    frame.reached.clear();
    frame.returns.clear();
    frame.fallsOff = false;
    const jumps = this.#jumps.splice(0);
    const returns: State[] = [];
    this.#returns.push(returns);
    this.#hoist(frame, node, source);
    for (const [i, p] of node.params.entries()) this.bindPattern(frame, spreadOperand(p) ?? p, args[i] ?? UNDEFINED);
    if (node.body.type === "BlockStatement") {
      inferStatements(this, frame, node.body.body);
      frame.fallsOff = this.state !== undefined;
      if (this.state !== undefined) returns.push(this.state);
    } else {
      const value = inferExpression(this, frame, node.body, frame.returnDemand);
      if (this.state !== undefined) {
        frame.returns.set(node.body, frame.returnDemand.unused ? UNDEFINED : leaving(this, frame, node.body, value));
        returns.push(this.state);
      }
    }
    this.#returns.pop();
    this.#jumps.push(...jumps);
    this.state = this.joinStates(returns);
    frame.result = resultOf(this, frame);
    this.fastmath = fastmath;
    // What is left behind would be joined and copied at every place that follows.
    if (!source.enclosing.has(node)) for (const v of frame.variables.values()) this.state?.delete(v);
  }

  /** `var`s begin unassigned; function declarations are there from the start. */
  #hoist(frame: Frame, node: FunctionNode, source: FunctionSource): void {
    for (const b of source.locals.get(node) ?? []) {
      if (b.kind === "var")
        this.assign(this.variable(frame, b), b.declaration, { kind: "unassigned", otherwise: undefined });
      if ((b.kind === "function" || b.kind === "self") && b.fn !== undefined) {
        const home = b.kind === "self" && b.fn === node ? frame.closure.frame : frame;
        const closure: Closure = {
          source,
          node: b.fn,
          frame: home,
          fn: home === undefined ? frame.closure.fn : undefined,
        };
        if (home !== undefined) this.hasInnerFunctions = true;
        this.assign(this.variable(frame, b), b.declaration, { kind: "function", targets: [closure] });
      }
    }
  }

  /** What `left = right` in a pattern gives `left`. */
  withDefault(frame: Frame, { left, right }: AssignmentPattern, value: Value): Value {
    const otherwise = (): Value =>
      inferExpression(this, frame, right, left.type === "Identifier" ? this.#bindingDemand(frame, left) : EXACT);
    if (value.kind === "undefined") return otherwise();
    frame.info.delete(right);
    const given = value.kind === "nullable" && value.undefined ? simplified({ ...value, undefined: false }) : undefined;
    return given === undefined
      ? value
      : either(this, frame, right, EXACT, [this.state, () => given], [this.state, otherwise]);
  }

  #bindingDemand(frame: Frame, node: Node): Demand {
    const b = bindingAt(frame.closure.source, node);
    return b === undefined ? EXACT : this.demandOf(frame, b);
  }

  /** Declares what a pattern names: an identifier, or the items of a fixed-length array. */
  bindPattern(frame: Frame, pattern: Node, value: Value): void {
    if (this.state === undefined) return;
    if (pattern.type === "AssignmentPattern") {
      const { left } = pattern as AssignmentPattern;
      this.bindPattern(frame, left, this.withDefault(frame, pattern as AssignmentPattern, value));
      return;
    }
    if (pattern.type === "Identifier") {
      const binding = bindingAt(frame.closure.source, pattern);
      if (binding !== undefined) this.assign(this.variable(frame, binding), pattern, value);
      return;
    }
    if (pattern.type === "ArrayPattern") {
      for (const [e, item] of takenApart(this, frame, pattern, value)) this.bindPattern(frame, e, item);
      return;
    }
    this.sink.fail("unsupported-pattern", {}, this.spanAt(frame, pattern));
  }

  // ── plain arrays ──

  /** Begins again with the array literals behind these values as arrays, unless they are known to be ones for such a use. */
  asArray(values: readonly Value[], use: ArrayUse): void {
    if (this.facts.arrays.add(values, use)) this.restart();
  }

  /** As `asArray`, where this may go on with them as they are, to find the other literals that are arrays. */
  noteArray(values: readonly Value[], use: ArrayUse): void {
    if (this.facts.arrays.add(values, use)) this.isOutdated = true;
  }

  /** What an item of a tuple is when any of them may be meant; undefined when they have nothing in common. */
  anyItem(tuple: TupleValue): Value | undefined {
    this.noteArray([tuple, ...tuple.items], "read");
    const [first] = tuple.items;
    if (first === undefined) return undefined;
    const all = joinItems(tuple.items);
    if (!(all instanceof KindConflict)) return all;
    this.reconcile(all);
    return undefined;
  }

  /** Two plain arrays that can't be one variable's as they are: of different lengths, or one taken for a tuple so far. */
  reconcile({ a, b }: KindConflict): void {
    const isLiteral = (v: Value): boolean => (v.kind === "tuple" || v.kind === "array") && v.literals.length > 0;
    if (!isLiteral(a) || !isLiteral(b)) return;
    // Arrays of different kinds are both kept as float64.
    this.asArray([a, b], a.kind === "array" && b.kind === "array" ? "float64" : "read");
  }

  // ── states ──

  nothing(): State {
    return this.#nothing.copy();
  }

  joinStates(states: readonly (State | undefined)[]): State | undefined {
    const isKept = this.hasInnerFunctions ? isOnlyReadAfterwards : undefined;
    let joined: State | undefined;
    for (const s of states) {
      if (s === undefined) continue;
      if (joined === undefined) joined = s.copy();
      else joined.joinWith(s, (v, a, b) => this.joinOrFail(v, a, b), isKept);
    }
    return joined;
  }

  /** Runs `f` from a copy of `state` and gives the state it ends in; `this.state` is left as it was. */
  from(state: State | undefined, f: () => void): State | undefined {
    const saved = this.state;
    this.state = state?.copy();
    f();
    const after = this.state;
    this.state = saved;
    return after;
  }

  // ── jumps ──

  /** Runs `f` with a place for `break`s to go; afterwards `state` joins them in. */
  jumpTarget(target: JumpTarget, f: () => void): void {
    this.#jumps.push(target);
    f();
    this.#jumps.pop();
    this.state = this.joinStates([this.state, ...target.breaks]);
  }

  /** The same for loops, which look at the states themselves. */
  loopBody(labels: readonly string[], f: () => void): { breaks: State[]; continues: State[] } {
    const target = { labels, breaks: [] as State[], continues: [] as State[], anonymous: true };
    this.#jumps.push(target);
    f();
    this.#jumps.pop();
    return target;
  }

  /** Goes where the statement goes. */
  jump(label: string | undefined, kind: "break" | "continue"): void {
    for (let i = this.#jumps.length - 1; i >= 0; i--) {
      const t = this.#jumps[i] as JumpTarget;
      const matches =
        label === undefined ? t.anonymous && (kind === "break" || t.continues !== undefined) : t.labels.includes(label);
      if (!matches) continue;
      if (this.state !== undefined) (kind === "break" ? t.breaks : (t.continues ?? t.breaks)).push(this.state);
      break;
    }
    this.state = undefined;
  }

  /** Ends the function's run with what it returns. */
  return(frame: Frame, node: ReturnStatement, value: Value): void {
    if (this.state !== undefined) {
      frame.returns.set(node, frame.returnDemand.unused ? UNDEFINED : leaving(this, frame, node, value));
      this.#returns[this.#returns.length - 1]?.push(this.state);
    }
    this.state = undefined;
  }

  // ── conditions ──

  /** Evaluates a condition; gives the states in which it is true and false. */
  condition(
    frame: Frame,
    test: Expression,
    demand?: Demand,
  ): { value: boolean | undefined; whenTrue: State | undefined; whenFalse: State | undefined } {
    return refine(this, frame, test, demand);
  }
}
