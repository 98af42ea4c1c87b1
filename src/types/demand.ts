/**
 * Backward look: which differences in a variable's value can nobody see?
 *
 * JavaScript's `y * w` may be −0, and may round beyond 2^53. Where every use of the result is an index (or ignores the sign
 * of zero), it can be a machine integer all the same. V8 calls the first half truncation analysis.
 *
 *   const row = y * w;            // every reference below is an index or part of one: an i64
 *   for (…) s += image[row + x];
 *
 * BigInts likewise: where every use is `BigInt.asUintN(64, …)`, a store into an array of 64-bit integers or a mask, only the
 * low 64 bits are seen and the ring operations on the way wrap.
 *
 * `demandAt` climbs from each reference to the expression that consumes it. It may only say "blind" when that is certain:
 * the sign of a dropped zero can't be had back. `wideOk` may be wrong; inference checks it where the value is used and
 * starts again with the variable pinned to exact.
 */
import type { Node } from "acorn";
import type { Binding, FunctionNode, FunctionSource } from "../frontend/program.ts";
import { isFunction, walk } from "../frontend/walk.ts";
import { builtinOf } from "./builtins.ts";
import { bindingAt } from "./counted.ts";
import { type Demand, EXACT, INDEX, LOW_BITS, LOW_BITS_ZERO_BLIND, UNSEEN, ZERO_BLIND } from "./frame.ts";
import type { Closure, Value } from "./lattice.ts";
import { BITWISE, COMPARISON, neverNegative, neverNegativeZero, type Operator, onlyValue } from "./never-negative.ts";

/** What the climb can ask of the program around it. */
export interface DemandContext {
  readonly source: FunctionSource;
  /** The function whose activation is looked at: `source.node`, or one nested in it. */
  readonly fn: Node;
  /** Demand on that function's result. */
  readonly returnDemand: Demand;
  /** Bindings that a former attempt found to need every bit. */
  readonly exact: ReadonlySet<Binding>;
  /** Is the identifier `Math` the global one here? */
  readonly mathIsGlobal: boolean;
  /** Is this known to be an array of integers? Of a variable of the function or of those around it, or what a name from outside stands for. */
  holdsIntegers(array: Node): boolean;
  /** What a name from outside the function stands for, or a property of one. */
  captured(node: Node): Value | undefined;
  /** The demand that a captured function makes on an argument when its result is under `demand`. `integers`: which arguments are arrays of these. */
  parameterDemand(callee: Closure, at: number, demand: Demand, integers: readonly boolean[], asker: Demands): Demand;
}

/** What both allow. */
export function both(a: Demand, b: Demand): Demand {
  return a === b && a.unused === undefined
    ? a
    : {
        zeroBlind: a.zeroBlind && b.zeroBlind,
        wideOk: a.wideOk && b.wideOk,
        lowBits: a.lowBits && b.lowBits,
      };
}
/** Methods of typed arrays that take indices, and from which argument on. */
const TAKES_INDICES: ReadonlyMap<string, number> = new Map([
  ["subarray", 0],
  ["slice", 0],
  ["copyWithin", 0],
  ["at", 0],
  ["fill", 1],
  ["set", 1],
]);
/** Those that give an array of the same kind. */
const GIVES_ALIKE = new Set([
  "subarray",
  "slice",
  "fill",
  "with",
  "reverse",
  "toReversed",
  "copyWithin",
  "sort",
  "toSorted",
  "map",
  "filter",
]);

/** Which argument methods of typed arrays store, or the items of which literal. */
const STORES: ReadonlyMap<string, number> = new Map([
  ["fill", 0],
  ["set", 0],
  ["with", 1],
]);

/** What is seen of an argument that a method stores in an array of integers: these keep the low bits, and no sign of zero. */
export function storedDemand(method: string, at: number): Demand {
  return STORES.get(method) === at ? LOW_BITS_ZERO_BLIND : EXACT;
}

const MONOTONE_MATH = new Set(["min", "max", "floor", "ceil", "round", "trunc"]);

/**
 * What is demanded of the variables of one context, found for all that a question leads to at once: everything is unseen at first,
 * and whatever turns out to be seen is looked at again where it was asked about.
 */
export class Demands {
  readonly cx: DemandContext;
  /** What is being asked about further out, in functions that call this one: nothing more is to be seen of it here. */
  readonly #outer: ReadonlySet<Binding>;
  readonly #ofVariables = new Map<Binding, Demand>();
  /** By assignment or declarator: is the value given there seen by its low bits only? */
  readonly #losing = new Map<Node, Losing>();
  readonly #askers = new Map<Binding | Node, Set<Binding | Node>>();
  readonly #staleVariables = new Set<Binding>();
  readonly #staleSites = new Set<Node>();
  /** What is being looked at. */
  #asker: Binding | Node | undefined;
  /** What of that has been met: then the answers hold for this question only. */
  readonly met = new Set<Binding>();

  constructor(cx: DemandContext, outer: ReadonlySet<Binding> = new Set()) {
    this.cx = cx;
    this.#outer = outer;
  }

  /** The demand of all uses of a variable together. */
  of(binding: Binding): Demand {
    if (this.#outer.has(binding)) {
      this.met.add(binding);
      return UNSEEN;
    }
    if (!this.#ofVariables.has(binding)) {
      this.#ofVariables.set(binding, UNSEEN);
      this.#staleVariables.add(binding);
    }
    this.#note(binding);
    this.#settle();
    return this.#ofVariables.get(binding) ?? UNSEEN;
  }

  /** The demand on what a declarator or an assignment gives a variable: of all uses, unless the next statements say more. */
  onAssigned(binding: Binding, site: Node): Demand {
    const demand = this.of(binding);
    if (demand.lowBits) return demand;
    if (!this.#losing.has(site)) {
      this.#losing.set(site, { binding, loses: true });
      this.#staleSites.add(site);
    }
    this.#note(site);
    this.#settle();
    return this.#losing.get(site)?.loses === true ? { ...demand, lowBits: true } : demand;
  }

  /** For the questions that a function called here is asked: what is being asked about. */
  inside(cx: DemandContext): Demands {
    const asker = this.#asker;
    const binding = asker && (this.#losing.get(asker as Node)?.binding ?? (asker as Binding));
    return new Demands(cx, binding === undefined ? this.#outer : new Set([...this.#outer, binding]));
  }

  /** How many functions further in it is than where it was first asked. */
  get depth(): number {
    return this.#outer.size;
  }

  /** What `inner` has met is met here, too. */
  learnFrom(inner: Demands): void {
    for (const binding of inner.met) if (this.#outer.has(binding)) this.met.add(binding);
  }

  #note(asked: Binding | Node): void {
    if (this.#asker === undefined) return;
    const askers = this.#askers.get(asked) ?? new Set();
    this.#askers.set(asked, askers.add(this.#asker));
  }

  #settle(): void {
    if (this.#asker !== undefined) return;
    while (this.#staleSites.size > 0 || this.#staleVariables.size > 0) {
      // Sites first: a variable asks about many of them.
      if (this.#staleSites.size > 0) this.#lookAtSite(this.#staleSites.values().next().value as Node);
      else this.#lookAtVariable(this.#staleVariables.values().next().value as Binding);
    }
  }

  #lookAtVariable(binding: Binding): void {
    this.#staleVariables.delete(binding);
    const before = this.#ofVariables.get(binding) ?? UNSEEN;
    let demand = before;
    this.#asking(binding, () => {
      for (const ref of binding.references) {
        demand = both(demand, demandAt(ref, this));
        if (!demand.zeroBlind && !demand.wideOk && !demand.lowBits) break;
      }
    });
    if (this.cx.exact.has(binding)) demand = { ...demand, wideOk: false };
    this.#ofVariables.set(binding, demand);
    const { zeroBlind, wideOk, lowBits } = demand;
    if (zeroBlind !== before.zeroBlind || wideOk !== before.wideOk || lowBits !== before.lowBits) this.#spread(binding);
  }

  #lookAtSite(site: Node): void {
    this.#staleSites.delete(site);
    const losing = this.#losing.get(site);
    if (losing?.loses !== true) return;
    let loses = false;
    this.#asking(site, () => {
      loses = losesHighBits(losing.binding, site, this);
    });
    if (loses) return;
    this.#losing.set(site, { ...losing, loses });
    this.#spread(site);
  }

  #asking(asker: Binding | Node, work: () => void): void {
    this.#asker = asker;
    try {
      work();
    } catch (error) {
      // What is taken for granted of it hasn't been seen to hold.
      this.#lookAgainAt(asker);
      throw error;
    } finally {
      this.#asker = undefined;
    }
  }

  #spread(changed: Binding | Node): void {
    for (const asker of this.#askers.get(changed) ?? []) this.#lookAgainAt(asker);
  }

  #lookAgainAt(asker: Binding | Node): void {
    if (this.#losing.has(asker as Node)) this.#staleSites.add(asker as Node);
    else this.#staleVariables.add(asker as Binding);
  }
}

interface Losing {
  readonly binding: Binding;
  readonly loses: boolean;
}

/** Statements that nothing jumps out of or into. */
const STRAIGHT: ReadonlySet<string> = new Set(["ExpressionStatement", "VariableDeclaration", "EmptyStatement"]);

/** `h *= prime; h &= mask;`: is the value next seen where the variable is given another, and are its low bits enough there? */
function losesHighBits(binding: Binding, site: Node, demands: Demands): boolean {
  const { source } = demands.cx;
  const { parents } = source;
  const statement = parents.get(site);
  const block = statement === undefined ? undefined : parents.get(statement);
  if (statement === undefined || !STRAIGHT.has(statement.type) || block?.type !== "BlockStatement") return false;
  if (mentionsIn(binding, statement).some((r) => r.start >= site.end)) return false;
  if (showsShared(binding, statement, demands.cx)) return false;
  const { body } = block as Node & { body: Node[] };
  for (let k = body.indexOf(statement) + 1; k < body.length; k++) {
    const next = body[k];
    if (next === undefined) return false;
    const seen = mentionsIn(binding, next);
    if (showsShared(binding, next, demands.cx)) return false;
    if (seen.length === 0 && STRAIGHT.has(next.type)) continue;
    const { type, left, operator } = (next as Node & { expression?: Operator }).expression ?? (next as Operator);
    if (next.type !== "ExpressionStatement" || type !== "AssignmentExpression") return false;
    if (bindingAt(source, left) !== binding || ["&&=", "||=", "??="].includes(operator)) return false;
    if (seen.some((r) => r !== left && binding.writes.some((w) => w === r))) return false;
    return seen.every((r) => (r === left && operator === "=") || demandAt(r, demands).lowBits);
  }
  return false;
}

/**
 * Does a statement call what may look at a variable that inner functions share: one of these? What comes from outside
 * may not, unless it is given a function.
 */
function showsShared(binding: Binding, statement: Node, cx: DemandContext): boolean {
  if (!binding.shared) return false;
  let shows = false;
  walk(statement, (node) => {
    if (node.type !== "CallExpression") return;
    const call = node as Node & { callee: Node; arguments: Node[] };
    const callee = cx.captured(call.callee);
    if (callee?.kind === "host" && builtinOf(callee.value) !== undefined) return;
    const harmless = (a: Node) => NO_FUNCTION.has(a.type) || bindingAt(cx.source, a) === binding;
    if (callee?.kind !== "function" || !call.arguments.every(harmless)) shows = true;
  });
  return shows;
}

/** What gives no function, where the calls in it have been looked at. */
const NO_FUNCTION: ReadonlySet<string> = new Set(["Literal", "BinaryExpression", "UnaryExpression", "CallExpression"]);

/** A variable's references inside a node; they are in the order of the text. */
function mentionsIn({ references }: Binding, { start, end }: Node): readonly Node[] {
  let from = 0;
  let to = references.length;
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((references[middle]?.start ?? 0) < start) from = middle + 1;
    else to = middle;
  }
  let until = from;
  while (until < references.length && (references[until]?.end ?? 0) <= end) until++;
  return references.slice(from, until);
}

/** The demand that an expression's surroundings make on its value. */
function demandAt(node: Node, demands: Demands): Demand {
  const { cx } = demands;
  const { source } = cx;
  const parent = source.parents.get(node);
  if (parent === undefined) return EXACT;
  switch (parent.type) {
    case "ExpressionStatement":
      return UNSEEN;
    case "ParenthesizedExpression":
      return demandAt(parent, demands);
    case "MemberExpression":
      return (parent as Node & { property: Node }).property === node ? INDEX : EXACT;
    case "IfStatement":
    case "WhileStatement":
    case "DoWhileStatement":
      return INDEX;
    case "ForStatement": {
      const f = parent as Node & { test?: Node | null };
      return f.test === node ? INDEX : UNSEEN;
    }
    case "ConditionalExpression":
      return (parent as Node & { test: Node }).test === node ? INDEX : demandAt(parent, demands);
    case "SequenceExpression": {
      const list = (parent as Node & { expressions: Node[] }).expressions;
      return list[list.length - 1] === node ? demandAt(parent, demands) : UNSEEN;
    }
    case "UnaryExpression": {
      const op = (parent as Operator).operator;
      if (op === "!") return INDEX;
      if (op === "~") return { ...ZERO_BLIND, lowBits: demandAt(parent, demands).lowBits };
      if (op === "+" || op === "-") return demandAt(parent, demands);
      return EXACT;
    }
    case "LogicalExpression":
      // Whether a BigInt is 0 takes all of its bits.
      return (parent as Operator).left === node
        ? { ...demandAt(parent, demands), lowBits: false }
        : demandAt(parent, demands);
    case "UpdateExpression": {
      // i++ as a statement only feeds i itself; its old value is one with the parent's view otherwise.
      const outer = source.parents.get(parent);
      const unused =
        outer?.type === "ExpressionStatement" ||
        (outer?.type === "ForStatement" && (outer as Node & { update?: Node }).update === parent);
      return unused ? UNSEEN : demandAt(parent, demands);
    }
    case "BinaryExpression": {
      const { operator, left, right } = parent as Operator;
      return binaryDemand(node, operator, left, right, demandAt(parent, demands), source, (n) => neverNegative(n, cx));
    }
    case "AssignmentExpression":
      return assignmentDemand(node, parent as Operator, demands);
    case "VariableDeclarator":
      return (parent as Node & { init?: Node | null }).init === node
        ? onTarget((parent as Node & { id: Node }).id, parent, demands)
        : UNSEEN;
    case "AssignmentPattern":
      return (parent as Node & { right: Node }).right === node
        ? onTarget((parent as Operator).left, parent, demands)
        : UNSEEN;
    case "ReturnStatement":
      return isOwnReturn(parent, cx) ? cx.returnDemand : EXACT;
    case "ArrowFunctionExpression":
      return parent === cx.fn ? cx.returnDemand : EXACT;
    case "TemplateLiteral":
      // -0 is written as 0.
      return ZERO_BLIND;
    case "ArrayExpression": {
      // A new array's items, or those of what is set into one.
      const isNew = source.parents.get(parent)?.type === "NewExpression";
      return { ...EXACT, lowBits: isNew || demandAt(parent, demands).lowBits };
    }
    case "NewExpression":
      // A typed array's length, as a rule, or a message; nobody sees the sign of a zero there, and other arguments are no numbers.
      return (parent as Node & { arguments: Node[] }).arguments[0] === node ? ZERO_BLIND : EXACT;
    case "CallExpression":
      return callDemand(node, parent as Node & { callee: Node; arguments: Node[] }, demands);
    default:
      return EXACT;
  }
}

/** The demand on what `site` gives its target. */
function onTarget(target: Node, site: Node, demands: Demands): Demand {
  const binding = bindingAt(demands.cx.source, target);
  return binding === undefined ? EXACT : demands.onAssigned(binding, site);
}

/** A `return` of the function itself, not of one nested in it. */
function isOwnReturn(node: Node, { source, fn }: DemandContext): boolean {
  let n: Node | undefined = source.parents.get(node);
  while (n !== undefined && n !== fn) {
    if (isFunction(n)) return false;
    n = source.parents.get(n);
  }
  return n === fn;
}

/**
 * What `left operator right` asks of its operand `node`, given what is asked of its result. `neverNegative` says of which
 * operands it is certain that they are BigInts of [0, 2^64).
 */
export function binaryDemand(
  node: Node,
  operator: string,
  left: Node,
  right: Node,
  demand: Demand,
  source: FunctionSource,
  neverNegative: (operand: Node) => boolean,
): Demand {
  const isLeft = left === node;
  const other = isLeft ? right : left;
  switch (operator) {
    case "+":
      return demand.zeroBlind || !neverNegativeZero(other, source) ? demand : zeroBlind(demand);
    case "-":
      if (isLeft || demand.zeroBlind || !neverNegativeZero(other, source)) return demand;
      return zeroBlind(demand);
    case "*":
      return demand;
    case "/":
      return isLeft && demand.zeroBlind ? ZERO_BLIND : EXACT;
    case "%":
      return isLeft && !demand.zeroBlind ? EXACT : ZERO_BLIND;
    // What such a BigInt has no bits for isn't seen of the other.
    case "&":
      return demand.lowBits || neverNegative(other) ? LOW_BITS_ZERO_BLIND : ZERO_BLIND;
    case "|":
    case "^":
      return demand.lowBits ? LOW_BITS_ZERO_BLIND : ZERO_BLIND;
    // A negative count shifts right.
    case "<<":
      return isLeft && demand.lowBits && neverNegative(other) ? LOW_BITS_ZERO_BLIND : ZERO_BLIND;
    default:
      if (BITWISE.has(operator)) return ZERO_BLIND;
      if (COMPARISON.has(operator)) return INDEX;
      return EXACT;
  }
}

function zeroBlind({ wideOk, lowBits }: Demand): Demand {
  return { zeroBlind: true, wideOk, lowBits };
}

function assignmentDemand(node: Node, parent: Operator, demands: Demands): Demand {
  const { cx } = demands;
  const outer = cx.source.parents.get(parent);
  const used =
    outer?.type !== "ExpressionStatement" &&
    !(outer?.type === "ForStatement" && (outer as Node & { test?: Node }).test !== parent);
  const asValue = used ? demandAt(parent, demands) : UNSEEN;
  // An array of integers keeps the low bits, and no sign of zero.
  const target: Demand =
    parent.left.type === "Identifier"
      ? onTarget(parent.left, parent, demands)
      : parent.left.type === "MemberExpression" && storesIntegers((parent.left as Node & { object: Node }).object, cx)
        ? LOW_BITS_ZERO_BLIND
        : EXACT;
  const demand = both(asValue, target);
  if (parent.operator === "=") return parent.right === node ? demand : UNSEEN;
  const op = parent.operator.slice(0, -1);
  if (op === "&&" || op === "||" || op === "??") return parent.left === node ? { ...demand, lowBits: false } : demand;
  return binaryDemand(node, op, parent.left, parent.right, demand, cx.source, (n) => neverNegative(n, cx));
}

function callDemand(node: Node, call: Node & { callee: Node; arguments: Node[] }, demands: Demands): Demand {
  const { cx } = demands;
  const at = call.arguments.indexOf(node);
  // Behind a spread argument the positions are others.
  if (at < 0 || call.arguments.some((a) => a.type === "SpreadElement")) return EXACT;
  const captured = cx.captured(call.callee);
  if (captured?.kind === "function") {
    const [only] = captured.targets;
    return only === undefined || captured.targets.length > 1
      ? EXACT
      : cx.parameterDemand(only, at, demandAt(call, demands), integersAmong(call.arguments, cx), demands);
  }
  const builtin = captured?.kind === "host" ? builtinOf(captured.value)?.kind : undefined;
  if (builtin === "asIntN" || builtin === "asUintN") return at === 1 ? LOW_BITS : EXACT;
  if (call.callee.type === "MemberExpression") {
    const m = call.callee as Node & { object: Node; property: Node & { name?: string }; computed: boolean };
    const isMath =
      !m.computed && m.object.type === "Identifier" && (m.object as Node & { name: string }).name === "Math";
    const name = m.property.name ?? "";
    if (!isMath || !cx.mathIsGlobal || bindingAt(cx.source, m.object) !== undefined) {
      const first = m.computed || captured !== undefined ? undefined : TAKES_INDICES.get(name);
      if (first !== undefined && at >= first) return ZERO_BLIND;
      if (m.computed || !STORES.has(name) || !storesIntegers(m.object, cx)) return EXACT;
      return storedDemand(name, at);
    }
    if (name === "abs") return { ...demandAt(call, demands), zeroBlind: true, lowBits: false };
    if (MONOTONE_MATH.has(name)) return { ...demandAt(call, demands), lowBits: false };
    if (name === "imul" || name === "clz32") return ZERO_BLIND;
    return EXACT;
  }
  // An inner function's parameter: its uses are in the same source.
  const callee = bindingAt(cx.source, call.callee);
  const fn = callee?.fn ?? constantFunction(callee, cx.source);
  const param = fn?.params[at];
  const binding =
    param === undefined ? undefined : bindingAt(cx.source, param.type === "AssignmentPattern" ? param.left : param);
  return binding === undefined ? EXACT : demands.of(binding);
}

/** Does a store into this expression's elements lose the sign of zero (an integer array)? Only where known for certain. */
function storesIntegers(array: Node, cx: DemandContext, busy: Set<Binding> = new Set()): boolean {
  if (cx.holdsIntegers(array)) return true;
  const { source } = cx;
  if (array.type === "CallExpression") {
    const { callee } = array as Node & { callee: Node & { object?: Node; property?: Node & { name?: string } } };
    const { object, property } = callee;
    return object !== undefined && GIVES_ALIKE.has(property?.name ?? "") && storesIntegers(object, cx, busy);
  }
  const binding = bindingAt(source, array);
  if (binding?.kind !== "param" || binding.writes.length > 0 || binding.owner === cx.fn) return false;
  if (busy.has(binding)) return true;
  busy.add(binding);
  // An inner function's parameter: what all of its calls give.
  const at = binding.owner.params.indexOf(binding.declaration);
  const calls = callsOf(binding.owner, source);
  return calls?.every((given) => given[at] !== undefined && storesIntegers(given[at], cx, busy)) ?? false;
}

/** Which arguments of a call are arrays of integers. */
export function integersAmong(given: readonly Node[], cx: DemandContext): readonly boolean[] {
  return given.map((a) => storesIntegers(a, cx));
}

/** The arguments of all calls of an inner function; undefined if it is used otherwise. */
function callsOf(fn: FunctionNode, source: FunctionSource): (readonly Node[])[] | undefined {
  const declarator = source.parents.get(fn) as (Node & { id?: Node }) | undefined;
  const id = fn.type === "FunctionDeclaration" ? fn.id : declarator?.id;
  const binding = id == null ? undefined : bindingAt(source, id);
  if (binding === undefined || (binding.fn ?? constantFunction(binding, source)) !== fn) return undefined;
  const calls: (readonly Node[])[] = [];
  for (const ref of binding.references) {
    const call = source.parents.get(ref) as Node & { callee: Node; arguments: Node[] };
    // What is left of esbuild's `__name(f, "f");`.
    if (call.type === "ExpressionStatement") continue;
    if (call.type !== "CallExpression" || call.callee !== ref) return undefined;
    if (call.arguments.some((a) => a.type === "SpreadElement")) return undefined;
    calls.push(call.arguments);
  }
  return calls;
}

function constantFunction(
  binding: Binding | undefined,
  source: FunctionSource,
): (Node & { params: Node[] & { [i: number]: Node & { left: Node } } }) | undefined {
  if (binding === undefined) return undefined;
  const init = onlyValue(binding, source);
  if (init?.type !== "ArrowFunctionExpression" && init?.type !== "FunctionExpression") return undefined;
  return init as Node & { params: Node[] & { [i: number]: Node & { left: Node } } };
}
