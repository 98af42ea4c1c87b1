/**
 * Inference of calls. A plain function is analysed anew for every call (its own frame), so its types and ranges are those
 * of that call; a recursive one is shared (an Instance). Host functions have rows in builtins.ts, methods of typed arrays
 * are functions of ours (array-methods.ts).
 */
import type { Expression, MemberExpression, Node, SequenceExpression } from "acorn";
import type { Callable } from "../frontend/program.ts";
import type { Span } from "../source/span.ts";
import { FROM_LENGTH, MAP_COPY_INTO, MAP_INTO } from "./array-callbacks.ts";
import { ARRAY_METHODS, COPY_INTO, EXTREMES, HYPOT, INTRINSICS, MAX_HYPOT, methodFor } from "./array-methods.ts";
import { approximateResult, type Builtin, builtinOf, EXACT_MATH, IMUL, NAN_VALUE, RANDOM } from "./builtins.ts";
import { mayStore } from "./counted.ts";
import { ELEMENT_KINDS, ELEMENTS, type ElementKind } from "./elements.ts";
import { failUndefined, inferExpression, noteWrap, numeric, relaxed, truthOf } from "./expressions.ts";
import { type CallPlan, type Demand, EXACT, type Frame, type Instance, LOW_BITS, UNSEEN, ZERO_BLIND } from "./frame.ts";
import type { Inference } from "./infer.ts";
import {
  type ArrayValue,
  arrayOf,
  type BigintValue,
  BOOL,
  bool,
  type Closure,
  constantOf,
  describe,
  type FunctionValue,
  fitsInt32,
  hasRows,
  INT64_MAX,
  INT64_MIN,
  isMachineInt,
  isPlain,
  join,
  KindConflict,
  MAX_LENGTH,
  type NumberValue,
  numberConstant,
  sameValue,
  type TupleValue,
  UINT64_MAX,
  UNDEFINED,
  type Value,
  widen,
} from "./lattice.ts";
import { unknownMember } from "./members.ts";
import { settle } from "./operators.ts";
import { leftBehind, returnedBy } from "./outlived.ts";
import { inferFilled, inferFromLength, inferWrittenOut, isArrayItself, lengthGiven } from "./plain-arrays.ts";
import * as ranges from "./ranges.ts";
import { inferAll, packed, spreadItems, spreadOperand } from "./spread.ts";

export type CallNode = Node & { readonly callee: Expression; readonly arguments: readonly Expression[] };

export function inferCall(cx: Inference, frame: Frame, node: CallNode, demand: Demand): Value {
  const { callee } = node;
  if (callee.type === "MemberExpression" && !callee.computed && callee.property.type === "Identifier") {
    const filled = inferFilled(cx, frame, node);
    if (filled !== undefined) return filled;
    // What is asked twice is evaluated once: from the same state.
    const before = cx.state?.copy();
    const object = inferExpression(cx, frame, callee.object, EXACT);
    if (cx.state === undefined) return UNDEFINED;
    const { name } = callee.property;
    if (object.kind === "array" || object.kind === "tuple") return methodCall(cx, frame, node, object, name);
    const length = name === "from" && isArrayItself(object) ? lengthGiven(node.arguments[0]) : undefined;
    if (length !== undefined) return inferFromLength(cx, frame, node, length);
    const elem = object.kind === "host" ? constructedKind(object.value) : undefined;
    if (elem !== undefined && (name === "of" || name === "from")) return made(cx, frame, node, elem, name);
    cx.state = before;
  }
  const target = inferExpression(cx, frame, callee, EXACT);
  if (cx.state === undefined) return UNDEFINED;
  if (target.kind === "host") {
    const builtin = builtinOf(target.value);
    if (builtin !== undefined) return builtinCall(cx, frame, node, builtin, demand.unused ? UNSEEN : demand);
    return failCall(cx, frame, callee, target, target.value);
  }
  if (target.kind === "undefined") return failUndefined(cx, frame, callee, "()", target);
  if (target.kind !== "function") {
    return cx.sink.fail(
      "not-callable",
      { name: calledText(frame, callee), actual: describe(target) },
      cx.spanAt(frame, callee),
    );
  }
  const engines = target.targets.find(({ fn }) => fn !== undefined && cx.environment.isEngines(fn));
  if (engines !== undefined) return failCall(cx, frame, callee, target, engines.fn);
  const spreads = node.arguments.some(spreadOperand);
  const args = inferAll(cx, frame, node.arguments, (a, i) =>
    inferExpression(cx, frame, a, spreads ? EXACT : parameterDemand(cx, frame, target, i, demand)),
  );
  if (cx.state === undefined) return UNDEFINED;
  return callTargets(cx, frame, node, target, args, demand, frame.blame);
}

/** Says why a function of the host can't be called. */
function failCall(cx: Inference, frame: Frame, callee: Node, target: Value, fn: unknown): never {
  const isBound = typeof fn === "function" && fn.name.startsWith("bound ");
  const id = cx.environment.isPrange(target) ? "prange-value" : isBound ? "native-function" : "unsupported-call";
  return cx.sink.fail(id, { name: calledText(frame, callee), actual: describe(target) }, cx.spanAt(frame, callee));
}

/** A callee as its author wrote it: bundlers make `(0, module.f)` of an imported f. */
function calledText(frame: Frame, callee: Node): string {
  const { expressions } = callee as Partial<SequenceExpression>;
  return sourceText(frame, expressions?.at(-1) ?? callee);
}

function sourceText(frame: Frame, node: Node): string {
  return frame.closure.source.source.text.slice(node.start, node.end);
}

/** What a parameter's uses can see of an argument, when there is only one function it can go to. */
function parameterDemand(cx: Inference, frame: Frame, target: FunctionValue, i: number, demand: Demand): Demand {
  const [only] = target.targets;
  return target.targets.length !== 1 || only === undefined ? EXACT : cx.parameterDemand(frame, only, i, demand);
}

/** Calls each function the value may be; the results are joined. */
export function callTargets(
  cx: Inference,
  frame: Frame,
  node: Node,
  target: FunctionValue,
  args: readonly Value[],
  demand: Demand,
  blame: Span | undefined,
): Value {
  const { state } = cx;
  const left = target.targets.map((closure) => state && leftBehind(state, frame, node, closure));
  const outlived = target.outlived ?? left.find((binding) => binding !== undefined);
  if (outlived !== undefined)
    return cx.sink.fail("outlived-variable", { name: outlived.name }, blame ?? cx.spanAt(frame, node));
  const plans = frame.calls.get(node) ?? [];
  const before = cx.state;
  const states: (typeof before)[] = [];
  let result: Value | undefined;
  const next: CallPlan[] = [];
  for (const [i, closure] of target.targets.entries()) {
    const { builtin } = closure;
    if (builtin !== undefined && args.length !== closure.node.params.length)
      return cx.sink.fail(
        "builtin-arguments",
        { name: builtin, wanted: closure.node.params.length, actual: args.length },
        cx.spanAt(frame, node),
      );
    cx.state = target.targets.length === 1 ? before : before?.copy();
    const { plan, value } = callClosure(
      cx,
      frame,
      node,
      closure,
      args,
      demand,
      plans[i],
      builtin !== undefined
        ? (blame ?? cx.spanAt(frame, node))
        : cx.environment.isOwn(closure.source)
          ? blame
          : undefined,
    );
    next.push(plan);
    frame.calls.set(node, next);
    states.push(cx.state);
    if (cx.state === undefined || value === undefined) continue;
    if (result === undefined) {
      result = value;
      continue;
    }
    const both = join(result, value);
    if (both instanceof KindConflict) {
      cx.reconcile(both);
      return cx.refuse(
        [both.a, both.b],
        "branch-conflict",
        { first: describe(both.a), second: describe(both.b) },
        cx.spanAt(frame, node),
      );
    }
    result = cx.unmixed(node, both);
  }
  frame.calls.set(node, next);
  noteWrap(frame, node, demand);
  cx.state = target.targets.length === 1 ? states[0] : cx.joinStates(states);
  return result ?? UNDEFINED;
}

function callClosure(
  cx: Inference,
  frame: Frame,
  node: Node,
  closure: Closure,
  given: readonly Value[],
  demand: Demand,
  plan: CallPlan | undefined,
  blame: Span | undefined,
): { plan: CallPlan; value: Value | undefined } {
  if (cx.facts.outlined.has(closure.node)) return callInstance(cx, frame, closure, given);
  for (let f: Frame | undefined = frame; f !== undefined; f = f.caller) {
    // forEach in forEach is no recursion, unless a function of the user's is.
    if (f.closure.node === closure.node && !cx.environment.isOwn(closure.source)) cx.outline(closure);
  }
  const reuse =
    plan?.kind === "inline" && plan.closure.node === closure.node && plan.closure.frame === closure.frame
      ? plan
      : undefined;
  const callee = reuse?.frame ?? cx.newFrame(closure, { caller: frame, node }, undefined, demand, blame);
  callee.returnDemand = cx.allowed(closure.node, demand);
  const args = packed(cx, callee, closure.node.params, given);
  if (reuse === undefined) cx.noteInlined(callee, args);
  if (cx.state !== undefined) cx.runFunction(callee, args);
  return { plan: reuse ?? { kind: "inline", closure, frame: callee }, value: callee.result };
}

/** Of one function, by the kinds of its arguments. */
const MAX_INSTANCES = 24;

/** Instances differ by what must be known at compile time: the kinds of the arguments, and the functions and strings among them. */
function instanceKey(closure: Closure, args: readonly Value[]): string {
  const kindOf = (v: Value): string => {
    switch (v.kind) {
      case "array":
        return `${v.elem}[]${v.readonly ? "r" : ""}`;
      case "tuple":
        return `(${v.items.map(kindOf).join(",")})`;
      case "function":
        return `f${v.targets.map((t) => `${identity(t.node)}.${t.frame?.id ?? "-"}`).join("|")}`;
      case "host":
        return typeof v.value === "object" || typeof v.value === "function" ? `h${identity(v.value ?? nothing)}` : "h";
      case "string":
        return JSON.stringify(v.value);
      default:
        return v.kind;
    }
  };
  return `${identity(closure.node)}.${closure.frame?.id ?? "-"}(${args.map(kindOf).join(",")})`;
}

const nothing = {};
const identities = new WeakMap<object, number>();
let nextIdentity = 0;
function identity(o: object): number {
  let id = identities.get(o);
  if (id === undefined) {
    id = nextIdentity++;
    identities.set(o, id);
  }
  return id;
}

function callInstance(
  cx: Inference,
  frame: Frame,
  closure: Closure,
  given: readonly Value[],
): { plan: CallPlan; value: Value | undefined } {
  const all = packed(cx, frame, closure.node.params, given);
  const args = closure.node.params.map((_, i) => all[i] ?? UNDEFINED);
  const key = instanceKey(closure, args);
  let instance = cx.instances.get(key);
  if (instance === undefined) {
    // Arguments whose kinds depend on the depth, f([v]) in f, would make instances for ever.
    const siblings = [...cx.instances.values()].filter((i) => i.closure.node === closure.node).length;
    if (siblings >= MAX_INSTANCES) {
      cx.sink.fail("inference-diverges", { name: closure.source.name }, cx.spanAt(frame, closure.node));
    }
    const name = `${closure.source.name.replace(/[^A-Za-z0-9_]/g, "_")}.${cx.instances.size}`;
    const made: { -readonly [K in keyof Instance]: Instance[K] } = {
      name,
      closure,
      frame: frame,
      args,
      result: undefined,
      outer: new Set(),
      visited: false,
    };
    made.frame = cx.newFrame(closure, undefined, made, EXACT, undefined);
    instance = made;
    cx.instances.set(key, instance);
    cx.changed = true;
  }
  const joined = instance.args.map((a, i) => {
    const both = join(a, args[i] as Value);
    const value = both instanceof KindConflict ? a : cx.round > 3 ? widen(a, both) : both;
    return value;
  });
  if (joined.some((v, i) => !sameValue(v, instance.args[i] as Value))) {
    instance.args = joined;
    cx.changed = true;
  }
  if (!instance.visited) {
    instance.visited = true;
    const saved = cx.state;
    cx.state = cx.nothing();
    cx.runFunction(instance.frame, instance.args);
    cx.state = saved;
    const result = instance.frame.result && returnedBy(instance, instance.frame.result);
    if (result !== undefined) {
      const both = instance.result === undefined ? result : join(instance.result, result);
      const value =
        both instanceof KindConflict
          ? result
          : instance.result !== undefined && cx.round > 3
            ? widen(instance.result, both)
            : both;
      if (instance.result === undefined || !sameValue(value, instance.result)) {
        instance.result = value;
        cx.changed = true;
      }
    }
  }
  for (const v of instance.outer) cx.noteOuterUse(frame, v);
  if (instance.result === undefined) cx.state = undefined;
  return { plan: { kind: "instance", closure, instance }, value: instance.result };
}

// ── methods of typed arrays ──

/** Those that write the array itself. */
const WRITES: ReadonlySet<string> = new Set(["fill", "reverse", "copyWithin", "set", "sort"]);

function methodCall(cx: Inference, frame: Frame, node: CallNode, object: ArrayValue | TupleValue, name: string): Value {
  const isPlain = isPlainArray(object);
  const row = ARRAY_METHODS.get(name);
  if (row === undefined || (isPlain && row.plain === undefined))
    return unknownMember(cx, frame, node.callee as MemberExpression, name, object);
  const given = inferAll(cx, frame, node.arguments, (a) => inferExpression(cx, frame, a, EXACT));
  if (cx.state === undefined) return UNDEFINED;
  const { fn, arity } = methodFor(row, given.length);
  const own: Value[] = Array.from({ length: arity }, (_, i) => given[i] ?? UNDEFINED);
  const args: Value[] = [object, ...own];
  const source = args[1];
  if (name === "set" && source?.kind === "tuple") cx.asArray([source], "read");
  if (name === "set" && source !== undefined && source.kind !== "array") {
    cx.refuse([source], "set-source", { actual: describe(source) }, cx.spanAt(frame, node.arguments[0] ?? node));
  }
  const visit = args[1];
  const isFunction = visit?.kind === "function" || visit?.kind === "host";
  const orNone = name === "sort" || name === "toSorted";
  if (row.visits && visit !== undefined && !isFunction && !(orNone && visit.kind === "undefined")) {
    const span = cx.spanAt(frame, node.arguments[0] ?? node);
    cx.refuse([visit], "callback-kind", { name, actual: describe(visit), given: given.length > 0 }, span);
  }
  if (orNone && isPlain && visit?.kind === "undefined")
    return cx.sink.fail("sort-as-text", { name }, cx.spanAt(frame, node));
  const written = isPlain ? inferWrittenOut(cx, frame, node, name, [object, ...own]) : undefined;
  if (written !== undefined) return written;
  // What is made of them may be BigInts of other bits and signs.
  if (isPlain && name === "map" && object.kind === "array" && isBig(object.elem))
    return cx.sink.fail("array-items", { length: object.maxLength, actual: "a BigInt" }, cx.spanAt(frame, node));
  if (object.kind === "tuple") return methodOfList(cx, frame, node, object, name, args);
  // A plain array would hold undefined, and no BigInt is undefined.
  const isNumeric = !isPlain && object.elem !== "bigint64" && object.elem !== "biguint64";
  if (name === "fill" && args[1]?.kind === "undefined" && !isNumeric)
    cx.refuse(
      [args[1]],
      "store-kind",
      { elem: object.elem, actual: "undefined", wanted: isPlain ? "a number" : "a BigInt" },
      cx.spanAt(frame, node),
    );
  if (row.plain === "writes" && isPlain) cx.asArray([object], "written");
  if (object.readonly && WRITES.has(name)) cx.sink.fail("readonly-table", {}, cx.spanAt(frame, node));
  return callTargets(
    cx,
    frame,
    node,
    builtinTarget(cx, fn),
    [...args, ...row.extra(object.elem).map((f) => extraArgument(cx, f))],
    EXACT,
    cx.spanAt(frame, node),
  );
}

/** Numbers become an array, whose method it is; what only reads them takes other lists as they are. */
function methodOfList(
  cx: Inference,
  frame: Frame,
  node: CallNode,
  list: TupleValue,
  name: string,
  args: readonly Value[],
): Value {
  const row = ARRAY_METHODS.get(name);
  cx.asArray([list], row?.plain === "writes" ? "written" : "read");
  if (row?.plain === "writes") return cx.sink.fail("assign-tuple", { rows: hasRows(list) }, cx.spanAt(frame, node));
  if (row?.plain !== "reads") {
    const other = list.items.find((item) => item.kind !== "number") ?? UNDEFINED;
    return cx.sink.fail("list-method", { name, actual: describe(other) }, cx.spanAt(frame, node));
  }
  const { fn } = methodFor(row, node.arguments.length);
  const all = [...args, ...row.extra("float64").map((f) => extraArgument(cx, f))];
  return callTargets(cx, frame, node, builtinTarget(cx, fn), all, EXACT, cx.spanAt(frame, node));
}

function builtinTarget(cx: Inference, fn: Callable): FunctionValue {
  return { kind: "function", targets: [cx.environment.builtinClosure(fn)] };
}

export function extraArgument(cx: Inference, fn: Callable): Value {
  return builtinOf(fn) !== undefined ? { kind: "host", value: fn } : builtinTarget(cx, fn);
}

const CONSTRUCTORS: ReadonlyMap<string, ElementKind> = new Map(
  ELEMENT_KINDS.map((k) => [ELEMENTS[k].constructorName, k]),
);

/** The element kind that a constructor makes. */
export function constructedKind(value: unknown): ElementKind | undefined {
  if (typeof value !== "function") return undefined;
  const kind = CONSTRUCTORS.get(value.name);
  return kind !== undefined && (globalThis as Record<string, unknown>)[value.name] === value ? kind : undefined;
}

export function inferNew(cx: Inference, frame: Frame, node: CallNode): Value {
  const target = inferExpression(cx, frame, node.callee, EXACT);
  if (cx.state === undefined) return UNDEFINED;
  if (isArrayItself(target)) return cx.sink.fail("array-holes", {}, cx.spanAt(frame, node));
  const elem = target.kind === "host" ? constructedKind(target.value) : undefined;
  if (elem === undefined)
    return cx.sink.fail("unsupported-new", { name: calledText(frame, node.callee) }, cx.spanAt(frame, node));
  if (node.arguments.length > 1)
    return cx.sink.fail("unsupported-new-arguments", { name: ELEMENTS[elem].constructorName }, cx.spanAt(frame, node));
  const [first] = node.arguments;
  if (first === undefined) return arrayOf(elem, 0, 0);
  if (spreadOperand(first) !== undefined)
    return cx.sink.fail("unsupported-new-arguments", { name: ELEMENTS[elem].constructorName }, cx.spanAt(frame, node));
  const from = inferExpression(cx, frame, first, { ...ZERO_BLIND, lowBits: true });
  if (cx.state === undefined) return UNDEFINED;
  if (from.kind === "array" || from.kind === "tuple") return copied(cx, frame, node, elem, from, first);
  if (from.kind === "undefined") return arrayOf(elem, 0, 0);
  return lengthOf(elem, numeric(cx, frame, first, from, "new"));
}

const isBig = (elem: ElementKind): boolean => elem === "bigint64" || elem === "biguint64";

/** `new Float64Array(other)`, `Float64Array.from(other)`. */
function copied(
  cx: Inference,
  frame: Frame,
  node: CallNode,
  elem: ElementKind,
  from: ArrayValue | TupleValue,
  site: Node,
): ArrayValue {
  if (from.kind === "tuple") return holding(cx, frame, elem, from.items, site);
  if (isBig(elem) !== isBig(from.elem)) {
    const wanted = isBig(elem) ? "BigInts" : "numbers";
    cx.sink.fail("store-kind", { elem, actual: describe(from), wanted }, cx.spanAt(frame, site));
  }
  const out = arrayOf(elem, from.minLength, from.maxLength);
  callTargets(cx, frame, node, builtinTarget(cx, COPY_INTO), [out, from], EXACT, cx.spanAt(frame, node));
  return out;
}

/** A typed array of these items. */
function holding(cx: Inference, frame: Frame, elem: ElementKind, items: readonly Value[], site: Node): ArrayValue {
  for (const item of items) {
    if (isBig(elem) ? item.kind === "bigint" : item.kind === "number" || item.kind === "bool") continue;
    const wanted = isBig(elem) ? "a BigInt" : "a number";
    cx.refuse([item], "store-kind", { elem, actual: describe(item), wanted }, cx.spanAt(frame, site));
  }
  return arrayOf(elem, items.length, items.length);
}

/** `Float64Array.of(a, b)`, `Float64Array.from(a)` and `Float64Array.from(a, (x, i) => …)`. */
function made(cx: Inference, frame: Frame, node: CallNode, elem: ElementKind, name: "of" | "from"): Value {
  const [first, ...others] = node.arguments;
  const length = name === "from" ? lengthGiven(first) : undefined;
  const rest = length === undefined ? node.arguments : [length, ...others];
  const args = inferAll(cx, frame, rest, (a) => inferExpression(cx, frame, a, EXACT));
  if (cx.state === undefined) return UNDEFINED;
  if (name === "of") return holding(cx, frame, elem, args, node);
  const [source = UNDEFINED, visit = UNDEFINED] = args;
  const call = (fn: Callable, own: readonly Value[], ...extra: readonly Callable[]): Value => {
    const all = [...own, ...extra.map((f) => extraArgument(cx, f))];
    return callTargets(cx, frame, node, builtinTarget(cx, fn), all, EXACT, cx.spanAt(frame, node));
  };
  if (length !== undefined) {
    const n = numeric(cx, frame, length, source, "length");
    return call(FROM_LENGTH, [arrayOf(elem, 0, 0), n, visit], INTRINSICS.alike);
  }
  if (source.kind !== "array" && source.kind !== "tuple")
    return cx.refuse([source], "from-source", { actual: describe(source) }, cx.spanAt(frame, node));
  if (visit.kind === "undefined") return copied(cx, frame, node, elem, source, first ?? node);
  cx.asArray([source], "read");
  if (source.kind === "tuple") return cx.sink.fail("from-source", { actual: describe(source) }, cx.spanAt(frame, node));
  const map = mayStoreIn(cx, visit) ? MAP_COPY_INTO : MAP_INTO;
  return call(map, [arrayOf(elem, source.minLength, source.maxLength), source, visit]);
}

/** May calling a function change an array's element? */
function mayStoreIn(cx: Inference, fn: Value): boolean {
  if (fn.kind !== "function") return true;
  return fn.targets.some((closure) => {
    const isGlobalMath = (): boolean => cx.environment.isGlobalMath(closure);
    return mayStore({ source: closure.source, isGlobalMath }, closure.node);
  });
}

/** An array made with a length: ToIndex truncates, and a bad one throws. */
function lengthOf(elem: ElementKind, n: NumberValue): ArrayValue {
  const lo = Math.min(MAX_LENGTH, Math.max(0, Math.trunc(Math.min(n.lo, n.nan || n.negZero ? 0 : n.lo))));
  const hi = Math.min(MAX_LENGTH, Math.max(0, Math.trunc(n.hi)));
  return arrayOf(elem, Math.min(lo, hi), hi);
}

// ── host functions ──

/** Those that take any number of arguments, spread ones too. */
const TAKES_MANY: ReadonlySet<Builtin["kind"]> = new Set(["min", "max", "hypot", "log"]);

/** `Math.max(...a)` of an array whose length isn't known: a function of ours goes through it. */
function extremeOf(cx: Inference, frame: Frame, node: CallNode, builtin: Builtin): Value | undefined {
  const [only] = node.arguments;
  const operand = only === undefined ? undefined : spreadOperand(only);
  if (operand === undefined || node.arguments.length > 1) return undefined;
  if (builtin.kind !== "min" && builtin.kind !== "max") return undefined;
  const before = cx.state?.copy();
  const array = inferExpression(cx, frame, operand, EXACT);
  if (cx.state === undefined || array.kind !== "array" || spreadItems(array) !== undefined) {
    cx.state = before;
    return undefined;
  }
  return callTargets(
    cx,
    frame,
    node,
    builtinTarget(cx, EXTREMES[builtin.kind]),
    [array],
    EXACT,
    cx.spanAt(frame, node),
  );
}

function builtinCall(cx: Inference, frame: Frame, node: CallNode, builtin: Builtin, demand: Demand): Value {
  const name = calledText(frame, node.callee);
  if (node.arguments.some(spreadOperand)) {
    const whole = extremeOf(cx, frame, node, builtin);
    if (whole !== undefined) return whole;
  }
  // What is spread is known before anything else is asked of the arguments.
  const spread = node.arguments.some(spreadOperand)
    ? inferAll(cx, frame, node.arguments, (a) => inferExpression(cx, frame, a, EXACT))
    : undefined;
  if (cx.state === undefined) return UNDEFINED;
  if (spread !== undefined && !TAKES_MANY.has(builtin.kind))
    return cx.sink.fail("unsupported-spread-builtin", { name }, cx.spanAt(frame, node));
  const count = spread?.length ?? node.arguments.length;
  const nodeAt = (i: number): Node => node.arguments[i] ?? node;
  const arg = (i: number, d: Demand): Value =>
    spread === undefined && i < count ? inferExpression(cx, frame, nodeAt(i), d) : (spread?.[i] ?? UNDEFINED);
  const rest = (from: number): void => {
    for (let i = from; i < count; i++) arg(i, EXACT);
  };
  const num = (i: number, d: Demand): NumberValue => {
    const v = arg(i, d);
    const a = spread === undefined ? nodeAt(i) : node;
    return i >= count || v.kind === "undefined" ? NAN_VALUE : numeric(cx, frame, a, v, name);
  };
  switch (builtin.kind) {
    case "exact-math": {
      const d = argumentDemand(builtin.name, demand);
      const a = num(0, d);
      rest(1);
      if (cx.state === undefined) return UNDEFINED;
      const value = EXACT_MATH[builtin.name](a);
      return settle(relaxedNumber(cx, keepWide(value, a), a), demand);
    }
    case "min":
    case "max": {
      let value: NumberValue | undefined;
      let wide = false;
      let operands: NumberValue[] = [];
      const start = cx.state?.copy();
      for (const wideOk of demand.wideOk ? [true, false] : [false]) {
        cx.state = start?.copy();
        value = undefined;
        wide = false;
        operands = [];
        let wides = 0;
        for (let i = 0; i < count; i++) {
          const a = num(i, { ...EXACT, zeroBlind: demand.zeroBlind, wideOk });
          operands.push(a);
          if (a.wide) wides++;
          wide = wide || a.wide;
          value = value === undefined ? a : { ...(builtin.kind === "min" ? ranges.min : ranges.max)(value, a), wide };
        }
        // Of two wide integers, or one and a double, neither is known to be the smaller.
        if (wides === 0 || (wides === 1 && operands.every(isMachineInt))) break;
      }
      if (cx.state === undefined) return UNDEFINED;
      if (value === undefined) return numberConstant(builtin.kind === "min" ? Infinity : -Infinity);
      const kept = wide ? keepWide({ ...value, wide: false }, { ...value, wide: true }) : value;
      return settle(relaxedNumber(cx, kept, ...operands), demand);
    }
    case "imul":
      num(0, ZERO_BLIND);
      num(1, ZERO_BLIND);
      rest(2);
      return IMUL;
    case "random":
      rest(0);
      return RANDOM;
    case "random-function": {
      const { fn, arity, extra } = builtin.row;
      const args = Array.from({ length: count }, (_, i) => arg(i, EXACT));
      if (cx.state === undefined) return UNDEFINED;
      const own = Array.from({ length: arity }, (_, i) => args[i] ?? UNDEFINED);
      const all = [...own, ...extra.map((f) => extraArgument(cx, f))];
      return callTargets(cx, frame, node, builtinTarget(cx, fn), all, EXACT, cx.spanAt(frame, node));
    }
    case "set-state":
      arg(0, EXACT);
      return UNDEFINED;
    case "math": {
      num(0, EXACT);
      if (builtin.name === "pow" || builtin.name === "atan2") {
        num(1, EXACT);
        rest(2);
        if (builtin.name === "pow") return relaxedNumber(cx, powResult(frame, node));
      } else rest(1);
      return relaxedNumber(cx, approximateResult(builtin.name));
    }
    case "hypot": {
      const xs = Array.from({ length: count }, (_, i) => num(i, ZERO_BLIND));
      if (xs.length === 0) return numberConstant(0);
      if (xs.length > MAX_HYPOT) {
        return cx.sink.fail(
          "unsupported-call",
          { name: `Math.hypot of more than ${MAX_HYPOT}`, actual: "a built-in function" },
          cx.spanAt(frame, node),
        );
      }
      if (xs.length > 2) {
        if (cx.state === undefined) return UNDEFINED;
        return callTargets(cx, frame, node, builtinTarget(cx, HYPOT), xs, EXACT, cx.spanAt(frame, node));
      }
      return { ...approximateResult("hypot"), lo: 0, negZero: false };
    }
    case "Number": {
      if (count === 0) return numberConstant(0);
      const v = arg(0, { ...demand, lowBits: false });
      rest(1);
      if (v.kind === "bigint") return bigintAsNumber(v);
      return v.kind === "undefined" ? NAN_VALUE : numeric(cx, frame, node.arguments[0] as Node, v, name);
    }
    case "Boolean": {
      if (count === 0) return bool(false);
      const v = arg(0, EXACT);
      rest(1);
      return cx.state === undefined ? BOOL : bool(truthOf(cx, frame, node, v));
    }
    case "BigInt": {
      const v = arg(0, { ...ZERO_BLIND, lowBits: demand.lowBits });
      rest(1);
      if (cx.state === undefined) return UNDEFINED;
      if (v.kind === "bigint") return v;
      if (v.kind !== "number" && v.kind !== "bool")
        return cx.refuse([v], "not-a-number", { operator: name, actual: describe(v) }, cx.spanAt(frame, node));
      const n = numeric(cx, frame, node, v, name);
      if (isMachineInt(n)) return { kind: "bigint", lo: BigInt(n.lo), hi: BigInt(n.hi) };
      return { kind: "bigint", lo: INT64_MIN, hi: INT64_MAX };
    }
    case "asIntN":
    case "asUintN": {
      const bits = num(0, EXACT);
      const v = arg(1, LOW_BITS);
      rest(2);
      if (cx.state === undefined) return UNDEFINED;
      const width = constantOf(bits);
      if (width === undefined || !Number.isInteger(width) || width < 0 || width > 64) {
        return cx.sink.fail("bigint-width", { name }, cx.spanAt(frame, node.arguments[0] ?? node));
      }
      if (v.kind !== "bigint")
        return cx.refuse(
          [v],
          "not-a-bigint",
          { name, actual: describe(v) },
          cx.spanAt(frame, node.arguments[1] ?? node),
        );
      return wrapped(builtin.kind === "asIntN", width);
    }
    case "isNaN":
    case "isFinite":
    case "isInteger":
    case "isSafeInteger":
      return predicate(cx, frame, node, builtin.kind, builtin.converts, arg(0, ZERO_BLIND), name);
    case "isArray": {
      const v = arg(0, EXACT);
      rest(1);
      if (v.kind === "array" && v.isMixed)
        cx.sink.fail("branch-conflict", { first: "a plain array", second: "a typed array" }, cx.spanAt(frame, node));
      return cx.state === undefined ? BOOL : bool(isPlainArray(v));
    }
    case "Object.is": {
      const a = arg(0, EXACT);
      const b = arg(1, EXACT);
      rest(2);
      if (cx.state !== undefined && (a.kind !== b.kind || a.kind === "undefined")) return bool(a.kind === b.kind);
      if (a.kind === "array" && b.kind === "array" && (a.isView || b.isView))
        cx.sink.fail("compare-views", { operator: "Object.is" }, cx.spanAt(frame, node));
      if (
        cx.state !== undefined &&
        a.kind !== "number" &&
        a.kind !== "bool" &&
        a.kind !== "bigint" &&
        a.kind !== "array"
      ) {
        return cx.sink.fail(
          "compare-kinds",
          { operator: "Object.is", left: describe(a), right: describe(b) },
          cx.spanAt(frame, node),
        );
      }
      return BOOL;
    }
    case "log":
      for (let i = 0; i < count; i++) {
        const v = arg(i, EXACT);
        if (
          cx.state !== undefined &&
          v.kind !== "number" &&
          v.kind !== "bool" &&
          v.kind !== "bigint" &&
          v.kind !== "string"
        ) {
          cx.refuse([v], "log-argument", { actual: describe(v) }, cx.spanAt(frame, nodeAt(i)));
        }
      }
      return UNDEFINED;
    case "view": {
      const a = arg(0, EXACT);
      const from = num(1, EXACT);
      const to = num(2, EXACT);
      if (a.kind !== "array") return cx.restart();
      const most = Math.min(a.maxLength, Math.max(0, to.hi - from.lo));
      return { ...arrayOf(a.elem, 0, most, a.readonly), isView: true };
    }
    case "alike": {
      const a = arg(0, EXACT);
      const n = num(1, EXACT);
      if (a.kind !== "array" && a.kind !== "tuple") return cx.restart();
      // Of numbers JavaScript's keeps any, whatever its own are.
      const isPlain = isPlainArray(a);
      const elem = a.kind === "array" && !(isPlain && !isBig(a.elem)) ? a.elem : "float64";
      return { ...lengthOf(elem, n), literals: isPlain ? [node] : [], isMixed: a.kind === "array" && a.isMixed };
    }
    case "overlaps":
      arg(0, EXACT);
      arg(1, EXACT);
      return BOOL;
  }
}

/** As `relaxed`, for a result that is never too wide. */
function relaxedNumber(cx: Inference, value: NumberValue, ...operands: NumberValue[]): NumberValue {
  const result = relaxed(cx, value, ...operands);
  return result === "too-wide" ? value : result;
}

function argumentDemand(name: keyof typeof EXACT_MATH, demand: Demand): Demand {
  switch (name) {
    case "abs":
      return { ...ZERO_BLIND, wideOk: demand.wideOk };
    case "floor":
    case "ceil":
    case "round":
    case "trunc":
      return demand;
    case "clz32":
      return ZERO_BLIND;
    default:
      return { ...EXACT, zeroBlind: demand.zeroBlind };
  }
}

/** A monotone function of a wide integer is wide, unless it brought the range back. */
function keepWide(value: NumberValue, a: NumberValue): NumberValue {
  if (!a.wide) return value;
  const back = value.lo >= -(2 ** 52) && value.hi <= 2 ** 52;
  return { ...value, wide: !back, int: true };
}

function powResult(frame: Frame, node: CallNode): NumberValue {
  const a = node.arguments[0] && frame.info.get(node.arguments[0]);
  const b = node.arguments[1] && frame.info.get(node.arguments[1]);
  return a?.kind === "number" && b?.kind === "number" ? ranges.pow(a, b) : approximateResult("pow");
}

function bigintAsNumber(v: BigintValue): NumberValue {
  return {
    kind: "number",
    // 2^53 + 1 rounds to 2^53: what was beyond must still look so.
    lo: v.lo < -(2n ** 53n) ? Math.min(Number(v.lo), -(2 ** 53) - 2) : Number(v.lo),
    hi: v.hi > 2n ** 53n ? Math.max(Number(v.hi), 2 ** 53 + 2) : Number(v.hi),
    int: true,
    nan: false,
    negZero: false,
    f32: false,
    wide: false,
  };
}

function wrapped(signed: boolean, width: number): BigintValue {
  if (width === 0) return { kind: "bigint", lo: 0n, hi: 0n };
  const half = 2n ** BigInt(width - 1);
  return signed
    ? { kind: "bigint", lo: -half, hi: half - 1n }
    : { kind: "bigint", lo: 0n, hi: width === 64 ? UINT64_MAX : 2n * half - 1n };
}

/** As opposed to a typed array, and to what isn't an array at all. */
function isPlainArray(v: Value): boolean {
  if (v.kind === "array") return isPlain(v);
  return v.kind === "tuple" || (v.kind === "host" && Array.isArray(v.value));
}

function predicate(
  cx: Inference,
  frame: Frame,
  node: CallNode,
  kind: "isNaN" | "isFinite" | "isInteger" | "isSafeInteger",
  converts: boolean,
  v: Value,
  name: string,
): Value {
  for (let i = 1; i < node.arguments.length; i++) inferExpression(cx, frame, node.arguments[i] as Node, EXACT);
  if (cx.state === undefined) return BOOL;
  if (v.kind === "undefined") return bool(converts && kind === "isNaN");
  if (v.kind !== "number" && !converts) return bool(false);
  const n = numeric(cx, frame, node, v, name);
  const finite = Number.isFinite(n.lo) && Number.isFinite(n.hi);
  const isInt = isMachineInt(n) && (fitsInt32(n) || finite);
  switch (kind) {
    case "isNaN":
      return n.nan ? BOOL : bool(false);
    case "isFinite":
      return finite && !n.nan ? bool(true) : BOOL;
    default:
      return isInt && n.lo > -(2 ** 53) && n.hi < 2 ** 53 ? bool(true) : BOOL;
  }
}
