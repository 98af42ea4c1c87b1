/**
 * Inference of calls. A plain function is analysed anew for every call (its own frame), so its types and ranges are those
 * of that call; a recursive one is shared (instances.ts). Host functions have rows in builtins.ts, methods of typed arrays
 * are functions of ours (array-methods.ts).
 */
import type { Expression, Node, SequenceExpression } from "acorn";
import { lengthGiven } from "../frontend/language-checks.ts";
import type { Span } from "../source/span.ts";
import { builtinCall } from "./builtin-calls.ts";
import { builtinOf } from "./builtins.ts";
import { constructedKind, inferOfOrFrom } from "./constructors.ts";
import { integersAmong } from "./demand.ts";
import { describe, describeApart } from "./describe.ts";
import { inferExpression, noteWrap } from "./expressions.ts";
import { type CallPlan, type Demand, EXACT, type Frame, UNSEEN } from "./frame.ts";
import type { Inference } from "./infer.ts";
import { callInstance } from "./instances.ts";
import { type Closure, type FunctionValue, join, KindConflict, UNDEFINED, type Value } from "./lattice.ts";
import { checkLent } from "./lent.ts";
import { methodCall } from "./method-calls.ts";
import { leftBehind } from "./outlived.ts";
import { inferFilled, inferFromLength, isArrayItself } from "./plain-arrays.ts";
import { inferAll, packed, spreadOperand } from "./spread.ts";
import { failUndefined } from "./to-number.ts";

export type CallNode = Node & { readonly callee: Expression; readonly arguments: readonly Expression[] };

export function inferCall(cx: Inference, frame: Frame, node: CallNode, demand: Demand): Value {
  const work = (): Value => inferCallOf(cx, frame, node, demand);
  // Nobody has written the calls in numbats' own functions.
  if (cx.environment.isOwn(frame.closure.source)) return work();
  return cx.sink.within(cx.spanAt(frame, calledNode(node.callee)), work);
}

function inferCallOf(cx: Inference, frame: Frame, node: CallNode, demand: Demand): Value {
  const { callee } = node;
  if (callee.type === "MemberExpression" && !callee.computed && callee.property.type === "Identifier") {
    const filled = inferFilled(cx, frame, node);
    if (filled !== undefined) return filled;
    // What is asked twice is evaluated once: from the same state.
    const before = cx.state?.copy();
    const object = inferExpression(cx, frame, callee.object, EXACT);
    if (cx.state === undefined) return UNDEFINED;
    const { name } = callee.property;
    if (object.kind === "array" || object.kind === "tuple") {
      checkLent(cx, frame, node);
      return methodCall(cx, frame, node, object, name);
    }
    const length = name === "from" && isArrayItself(object) ? lengthGiven(node.arguments[0]) : undefined;
    if (length !== undefined) return inferFromLength(cx, frame, node, length);
    const elem = object.kind === "host" ? constructedKind(object.value) : undefined;
    if (elem !== undefined && (name === "of" || name === "from")) return inferOfOrFrom(cx, frame, node, elem, name);
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
      cx.spanAt(frame, calledNode(callee)),
    );
  }
  const engines = target.targets.find(({ fn }) => fn !== undefined && cx.environment.isEngines(fn));
  if (engines !== undefined) return failCall(cx, frame, callee, target, engines.fn);
  checkLent(cx, frame, node, target);
  const spreads = node.arguments.some(spreadOperand);
  const integers = spreads ? [] : integersAmong(node.arguments, cx.demandContext(frame));
  const args = inferAll(cx, frame, node.arguments, (a, i) =>
    inferExpression(cx, frame, a, spreads ? EXACT : parameterDemand(cx, frame, target, i, demand, integers)),
  );
  if (cx.state === undefined) return UNDEFINED;
  return callTargets(cx, frame, node, target, args, demand, frame.blame);
}

/** Says why a function of the host can't be called. */
function failCall(cx: Inference, frame: Frame, callee: Node, target: Value, fn: unknown): never {
  if (isArrayItself(target)) return cx.sink.fail("array-holes", {}, cx.spanAt(frame, callee));
  const isBound = typeof fn === "function" && fn.name.startsWith("bound ");
  const id = cx.environment.isPrange(target) ? "prange-value" : isBound ? "native-function" : "unsupported-call";
  return cx.sink.fail(
    id,
    { name: calledText(frame, callee), actual: describe(target) },
    cx.spanAt(frame, calledNode(callee)),
  );
}

/** A callee as its author wrote it: bundlers make `(0, module.f)` of an imported f. */
export function calledNode(callee: Node): Node {
  return (callee as Partial<SequenceExpression>).expressions?.at(-1) ?? callee;
}

export function calledText(frame: Frame, callee: Node): string {
  return sourceText(frame, calledNode(callee));
}

function sourceText(frame: Frame, node: Node): string {
  return frame.closure.source.source.text.slice(node.start, node.end);
}

/** What a parameter's uses can see of an argument, when there is only one function it can go to. */
function parameterDemand(
  cx: Inference,
  frame: Frame,
  target: FunctionValue,
  i: number,
  demand: Demand,
  integers: readonly boolean[],
): Demand {
  const [only] = target.targets;
  if (target.targets.length !== 1 || only === undefined) return EXACT;
  return cx.parameterDemand(frame, only, i, demand, integers);
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
  const left = target.targets.map(
    (closure) => cx.state && leftBehind(cx, frame, node, closure, cx.facts.outlined.has(closure.node)),
  );
  const outlived = target.outlived ?? left.find((binding) => binding !== undefined);
  if (outlived !== undefined) {
    const params = { name: outlived.name, isOwn: !cx.lent.has(outlived) };
    return cx.sink.fail("outlived-variable", params, blame ?? cx.spanAt(frame, node));
  }
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
      return cx.refuse([both.a, both.b], "branch-conflict", describeApart(both.a, both.b), cx.spanAt(frame, node));
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
  if (cx.facts.outlined.has(closure.node)) return callInstance(cx, frame, node, closure, given);
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
