/**
 * Lowers loops. A `for` that counts over integers becomes the IR's `for`, whose trip count is known before it starts; every
 * other loop becomes `loop`.
 */
import type {
  CallExpression,
  DoWhileStatement,
  Expression,
  ForOfStatement,
  ForStatement,
  Node,
  WhileStatement,
} from "acorn";
import { PRANGE_ZERO_STEP } from "../frontend/intrinsics.ts";
import { walk } from "../frontend/walk.ts";
import type { LabelId, ParallelInfo, ValueId } from "../ir/ops.ts";
import type { Span } from "../source/span.ts";
import { bindingAt, type CountedLoop, isInside } from "../types/counted.ts";
import { ELEMENTS } from "../types/elements.ts";
import { type Frame, siteValue, type Variable } from "../types/frame.ts";
import {
  type ArrayValue,
  constantOf,
  elementOf,
  intRange,
  isMachineInt,
  joinItems,
  KindConflict,
  type NumberValue,
  type TupleValue,
  TWO_31,
  TWO_53,
  type Value,
} from "../types/lattice.ts";
import { type Iterated, itemOf, iteratedBy } from "../types/loops.ts";
import { countsExactly, endsExactly, isShortStep } from "../types/trips.ts";
import { lowerCondition } from "./comparisons.ts";
import { lowerExpression, scalar } from "./expressions.ts";
import type { FunctionLowering } from "./function.ts";
import { chosenItem } from "./lists.ts";
import { asNumber, numberAs } from "./numbers.ts";
import { convertNumber, type Operand, type Storage } from "./operand.ts";
import { streamsOf } from "./streams.ts";

export function lowerWhile(
  fl: FunctionLowering,
  frame: Frame,
  node: WhileStatement | DoWhileStatement,
  labels: readonly string[],
): void {
  const loc = fl.spanOf(frame, node);
  plainLoop(fl, labels, loc, (exit, again) => {
    if (node.type === "WhileStatement") {
      leaveUnless(fl, frame, node.test, exit, loc);
      again(() => fl.statement(frame, node.body, []));
      return;
    }
    again(() => fl.statement(frame, node.body, []));
    leaveUnless(fl, frame, node.test, exit, loc);
  });
}

/** `loop` with a block around the part that `continue` ends. */
function plainLoop(
  fl: FunctionLowering,
  labels: readonly string[],
  loc: Span,
  round: (exit: LabelId, again: (body: () => void) => void) => void,
  leave?: () => void,
): void {
  fl.b.loop(loc, (exit) => {
    round(exit, (body) => {
      fl.b.block(loc, (end) => {
        fl.jumps.push({ labels, anonymous: true, breakTo: exit, continueTo: { op: "break", label: end }, leave });
        body();
        fl.jumps.pop();
      });
    });
  });
}

function leaveUnless(fl: FunctionLowering, frame: Frame, test: Expression, exit: LabelId, loc: Span): void {
  const known = fl.knownTruth(frame, test);
  const is = lowerCondition(fl, frame, test);
  if (known === true) return;
  fl.b.if(fl.b.emit("not", "i1", [is], {}, loc), loc, () => fl.b.emit("break", "void", [], { label: exit }, loc));
}

export function lowerFor(fl: FunctionLowering, frame: Frame, node: ForStatement, labels: readonly string[]): void {
  const loc = fl.spanOf(frame, node);
  if (node.init?.type === "VariableDeclaration") fl.statement(frame, node.init, []);
  else if (node.init != null) lowerExpression(fl, frame, node.init);
  const uncounted = (): void =>
    plainLoop(fl, labels, loc, (exit, again) => {
      if (node.test != null) leaveUnless(fl, frame, node.test, exit, loc);
      again(() => fl.statement(frame, node.body, []));
      if (node.update != null) lowerExpression(fl, frame, node.update);
    });
  const plan = planCounted(fl, frame, node);
  if (plan === undefined) {
    uncounted();
    return;
  }
  const { start, before } = plan;
  const first = fl.readStorage(before, start, start, loc);
  const counted = (type: "i32" | "i64", startId: ValueId): void =>
    lowerCounted(fl, frame, node, plan, type, startId, labels, loc);
  if (isMachineInt(start)) {
    counted(plan.type, numberAs(fl, first, plan.type, loc));
    return;
  }
  // A double may be beyond the integers that a double counts exactly, NaN, and −0 where the loop can tell.
  const e = fl.b;
  const x = numberAs(fl, first, "f64", loc);
  const compare = (pred: "oge" | "ole", limit: number): ValueId =>
    e.emit("fcmp", "i1", [x, e.constant("f64", limit, loc)], { pred, fast: [] }, loc);
  let exact = e.emit("and", "i1", [compare("oge", -MAX_START), compare("ole", MAX_START)], {}, loc);
  if (start.negZero) {
    // No integer is −0: its inverse tells.
    const inverse = e.emit("fdiv", "f64", [e.constant("f64", 1, loc), x], { fast: [], operands: [] }, loc);
    const limit = e.constant("f64", Number.NEGATIVE_INFINITY, loc);
    const isOther = e.emit("fcmp", "i1", [inverse, limit], { pred: "une", fast: [] }, loc);
    exact = e.emit("and", "i1", [exact, isOther], {}, loc);
  }
  e.if(exact, loc, () => counted("i64", e.emit("fptosi", "i64", [x], {}, loc)), uncounted);
}

/** So far from 2^53 that no loop comes there. */
const MAX_START = 2 ** 52;

interface CountedPlan {
  readonly counted: CountedLoop;
  readonly v: Variable;
  readonly before: Storage & { readonly kind: "local" };
  readonly start: NumberValue;
  readonly bound: NumberValue;
  /** For a start that is an integer. */
  readonly type: "i32" | "i64";
}

/** How a loop becomes the IR's `for`; undefined when its counter can't be an integer. */
function planCounted(fl: FunctionLowering, frame: Frame, node: ForStatement): CountedPlan | undefined {
  const counted = frame.counted.get(node);
  if (counted === undefined) return undefined;
  const v = fl.variableAt(frame, counted.binding.declaration);
  const start = fl.valueOf(frame, counted.start);
  const bound = fl.valueOf(frame, counted.bound);
  if (v === undefined || v.pinned || start.kind !== "number" || (bound.kind !== "number" && bound.kind !== "bool"))
    return undefined;
  const b = asNumber(bound);
  if (start.wide || b.wide) return undefined;
  if (!isMachineInt(start) && !(start.int && counted.own && isInnermost(node))) return undefined;
  const before = fl.storage(v);
  if (before.kind !== "local") return undefined;
  if (!staysExact(start, b, counted)) return undefined;
  const small = start.lo >= -TWO_31 && start.hi < TWO_31 && fitsCounter(endRange(b, counted), counted.step);
  return { counted, v, before, start, bound: b, type: small ? "i32" : "i64" };
}

/** Does no round come to 2^53? No loop counts that far, but it may begin near, or take steps that are long enough. */
function staysExact(start: NumberValue, bound: NumberValue, counted: Pick<CountedLoop, "step">): boolean {
  return endsExactly(bound, counted) || (!isMachineInt(start) ? isShortStep(counted) : countsExactly(start, counted));
}

/** The body of a loop that is lowered twice has no others in it, whose number would double level by level. */
function isInnermost(loop: ForStatement): boolean {
  let found = false;
  walk(loop.body, ({ type }) => {
    if (/^(?:For|ForOf|While|DoWhile)Statement$/.test(type)) found = true;
  });
  return !found;
}

function lowerCounted(
  fl: FunctionLowering,
  frame: Frame,
  node: ForStatement,
  { counted, v, before, bound: b }: CountedPlan,
  type: "i32" | "i64",
  startId: ValueId,
  labels: readonly string[],
  loc: Span,
): void {
  const endId = endValue(fl, lowerExpression(fl, frame, counted.bound), b, counted, type, loc);
  fl.b.block(loc, (exit) => {
    fl.b.for(startId, endId, counted.step, loc, (iv) => {
      if (!counted.own) fl.writeStorage(before, scalar(iv, type), counterRange(type), loc);
      fl.withStorage(v, { kind: "counter", id: iv, type }, () => {
        fl.b.block(loc, (end) => {
          fl.jumps.push({ labels, anonymous: true, breakTo: exit, continueTo: { op: "break", label: end } });
          fl.statement(frame, node.body, []);
          fl.jumps.pop();
        });
      });
    });
    // Left by its test: the variable is the first value that fails it.
    if (!counted.own)
      fl.writeStorage(
        before,
        scalar(afterLast(fl, startId, endId, counted.step, type, loc), type),
        counterRange(type),
        loc,
      );
  });
}

const counterRange = (type: "i32" | "i64"): NumberValue =>
  type === "i32" ? intRange(-TWO_31, TWO_31 - 1) : intRange(-TWO_53, TWO_53);

/** Bounds of the exclusive end of a counted loop. */
function endRange(bound: NumberValue, counted: CountedLoop): { lo: number; hi: number } {
  const shift = counted.op === "<=" ? 1 : counted.op === ">=" ? -1 : 0;
  return { lo: Math.floor(bound.lo) + shift, hi: Math.ceil(bound.hi) + shift };
}

/** The last counter plus one step stays within an int32. */
function fitsCounter(end: { lo: number; hi: number }, step: number): boolean {
  return (
    end.lo >= -TWO_31 &&
    end.hi <= TWO_31 - 1 &&
    (step > 0 ? end.hi - 1 + step <= TWO_31 - 1 : end.lo + 1 + step >= -TWO_31)
  );
}

/** The loop's exclusive end as an integer: bounds that include it move by one, float bounds round to the next integer. */
function endValue(
  fl: FunctionLowering,
  op: Operand,
  bound: NumberValue,
  counted: CountedLoop,
  type: "i32" | "i64",
  loc: Span,
): ValueId {
  const e = fl.b;
  const shift = counted.op === "<=" ? 1 : counted.op === ">=" ? -1 : 0;
  const isInt = op.kind === "scalar" && (op.type === "i32" || op.type === "i64" || op.type === "i1");
  if (isInt) {
    // Cut only when it is the end: a bound of −2^31 − 1 has no room in 32 bits.
    const own = op.type === "i64" ? "i64" : type;
    const bound = numberAs(fl, op, own, loc);
    const by = (): ValueId => e.constant(own, own === "i64" ? BigInt(shift) : shift, loc);
    const end = shift === 0 ? bound : e.emit("add", own, [bound, by()], { overflow: "absent" }, loc);
    return convertNumber(e, end, own, type, loc);
  }
  const x = numberAs(fl, op, "f64", loc);
  // i < 2.5 runs as i < 3, i <= 2.5 as i <= 2; downwards the other way round.
  const inward = counted.op === "<" || counted.op === ">=" ? "fceil" : "ffloor";
  let rounded = e.emit(inward, "f64", [x], { fast: [] }, loc);
  const clamp = (limit: number, pred: "olt" | "ogt"): void => {
    const c = e.constant("f64", limit, loc);
    rounded = e.emit(
      "select",
      "f64",
      [e.emit("fcmp", "i1", [rounded, c], { pred, fast: [] }, loc), rounded, c],
      {},
      loc,
    );
  };
  if (bound.hi > TWO_53 - 2) clamp(TWO_53 - 2, "olt");
  if (bound.lo < -(TWO_53 - 2)) clamp(-(TWO_53 - 2), "ogt");
  if (shift !== 0) rounded = e.emit("fadd", "f64", [rounded, e.constant("f64", shift, loc)], { fast: [] }, loc);
  if (!bound.nan) return e.emit("fptosi", type, [rounded], {}, loc);
  // A comparison with NaN is false: an end that no start reaches.
  const ordered = e.emit("fcmp", "i1", [x, x], { pred: "oeq", fast: [] }, loc);
  const [least, most] = type === "i32" ? [-TWO_31, TWO_31 - 1] : [-TWO_53, TWO_53];
  const none = e.constant("f64", counted.step > 0 ? least : most, loc);
  rounded = e.emit("select", "f64", [ordered, rounded, none], {}, loc);
  return e.emit("fptosi", type, [rounded], {}, loc);
}

/** start + step × (number of rounds). */
function afterLast(
  fl: FunctionLowering,
  start: ValueId,
  end: ValueId,
  step: number,
  type: "i32" | "i64",
  loc: Span,
): ValueId {
  const e = fl.b;
  const wide = (id: ValueId): ValueId => (type === "i64" ? id : e.emit("sext", "i64", [id], {}, loc));
  const c = (n: number): ValueId => e.constant("i64", BigInt(n), loc);
  const size = Math.abs(step);
  const [from, to] = step > 0 ? [wide(start), wide(end)] : [wide(end), wide(start)];
  const distance = e.emit(
    "smax",
    "i64",
    [e.emit("sub", "i64", [to, from], { overflow: "absent" }, loc), c(0)],
    {},
    loc,
  );
  const rounds =
    size === 1
      ? distance
      : e.emit(
          "sdiv",
          "i64",
          [e.emit("add", "i64", [distance, c(size - 1)], { overflow: "absent" }, loc), c(size)],
          {},
          loc,
        );
  const after = e.emit(
    "add",
    "i64",
    [wide(start), e.emit("mul", "i64", [rounds, c(step)], { overflow: "absent" }, loc)],
    { overflow: "absent" },
    loc,
  );
  return type === "i64" ? after : e.emit("trunc", "i32", [after], {}, loc);
}

// ── for…of ──

export function lowerForOf(fl: FunctionLowering, frame: Frame, node: ForOfStatement, labels: readonly string[]): void {
  const loc = fl.spanOf(frame, node);
  const iterated = iteratedBy(node.right);
  const isOfMethod = iterated !== undefined && ["array", "tuple"].includes(fl.valueOf(frame, iterated.of).kind);
  const by: Iterated = isOfMethod ? iterated : { of: node.right, gives: "values" };
  const over = fl.valueOf(frame, by.of);
  if (over.kind === "array") overArray(fl, frame, node, by, over, labels, loc);
  else if (over.kind === "tuple") overTuple(fl, frame, node, by, over, labels, loc);
  else overRange(fl, frame, node, node.right as CallExpression, labels, loc);
}

/** Runs the body of a `for…of` with its variable set to `item`. */
function bodyWith(
  fl: FunctionLowering,
  frame: Frame,
  node: ForOfStatement,
  labels: readonly string[],
  exit: LabelId,
  item: Operand,
  value: Value,
  loc: Span,
  leave?: () => void,
): void {
  const target = node.left.type === "VariableDeclaration" ? node.left.declarations[0]?.id : node.left;
  if (target !== undefined) fl.bindPattern(frame, target, item, value);
  fl.b.block(loc, (end) => {
    fl.jumps.push({ labels, anonymous: true, breakTo: exit, continueTo: { op: "break", label: end }, leave });
    fl.statement(frame, node.body, []);
    fl.jumps.pop();
  });
}

function overTuple(
  fl: FunctionLowering,
  frame: Frame,
  node: ForOfStatement,
  { of, gives }: Iterated,
  over: TupleValue,
  labels: readonly string[],
  loc: Span,
): void {
  const object = lowerExpression(fl, frame, of);
  const [first] = over.items;
  if (first === undefined) return;
  // Inference has seen to it that they have something in common, unless their indices are all that is used.
  const common = joinItems(over.items);
  const value = common instanceof KindConflict ? first : common;
  const { text } = frame.closure.source.source;
  const name = text.slice(of.start, of.end);
  const { length } = over.items;
  const [zero, end] = [0, length].map((n) => fl.b.constant("i32", n, loc)) as [ValueId, ValueId];
  fl.b.block(loc, (exit) => {
    fl.b.for(zero, end, 1, loc, (at) => {
      const index = scalar(at, "i32");
      const chosen = (): Operand => chosenItem(fl, object, over, at, value, name, loc);
      const item = given(gives, index, chosen);
      bodyWith(fl, frame, node, labels, exit, item, itemOf(length, value, gives), loc);
    });
  });
}

/** Over an array: its elements, their indices, or both. */
function overArray(
  fl: FunctionLowering,
  frame: Frame,
  node: ForOfStatement,
  { of, gives }: Iterated,
  av: ArrayValue,
  labels: readonly string[],
  loc: Span,
): void {
  const array = lowerExpression(fl, frame, of);
  if (array.kind !== "array") return;
  const type = ELEMENTS[av.elem].scalar;
  const zero = fl.b.constant("i32", 0, loc);
  const length = fl.b.emit("length", "i32", [array.id], {}, loc);
  const site = fl.module.site({ kind: "index", array: "the iterated array", loc });
  fl.b.block(loc, (exit) => {
    fl.b.for(zero, length, 1, loc, (iv) => {
      const index = scalar(iv, "i32");
      const element = (): Operand =>
        scalar(fl.b.emit("load", type, [array.id, iv], { bounds: "proved", site }, loc), type);
      const item = given(gives, index, element);
      bodyWith(fl, frame, node, labels, exit, item, itemOf(av.maxLength, elementOf(av), gives), loc);
    });
  });
}

/** What a round over an array or a list is given. */
function given(gives: Iterated["gives"], index: Operand, element: () => Operand): Operand {
  if (gives === "keys") return index;
  return gives === "values" ? element() : { kind: "tuple", items: [index, element()] };
}

/** What inference recorded for the loop's variable: the values the range gives. */
function itemValue(
  fl: FunctionLowering,
  frame: Frame,
  node: ForOfStatement,
): { variable: Variable | undefined; value: NumberValue } {
  const target = node.left.type === "VariableDeclaration" ? node.left.declarations[0]?.id : node.left;
  const binding = target === undefined ? undefined : bindingAt(frame.closure.source, target);
  const variable = target === undefined || binding === undefined ? undefined : fl.variableAt(frame, target);
  const value = variable === undefined || target === undefined ? undefined : siteValue(variable, frame, target);
  return { variable, value: asNumber(value ?? intRange(0, 0)) };
}

function overRange(
  fl: FunctionLowering,
  frame: Frame,
  node: ForOfStatement,
  call: CallExpression,
  labels: readonly string[],
  loc: Span,
): void {
  const e = fl.b;
  const args = (call.arguments as Node[]).map((a) => ({
    op: lowerExpression(fl, frame, a),
    value: asNumber(fl.valueOf(frame, a)),
  }));
  const zero = { op: scalar(e.constant("i32", 0, loc), "i32") as Operand, value: intRange(0, 0) };
  const one = { op: scalar(e.constant("i32", 1, loc), "i32") as Operand, value: intRange(1, 1) };
  const [a, b, c] = args;
  if (a === undefined) return;
  const start = b === undefined ? zero : a;
  const stop = b ?? a;
  const step = c ?? one;
  const size = constantOf(step.value);
  const counted = { op: (size ?? 1) > 0 ? "<" : ">", step: size ?? 1 } as CountedLoop;
  const { variable, value } = itemValue(fl, frame, node);
  const integral = isMachineInt(start.value) && isMachineInt(value) && variable !== undefined && !variable.pinned;
  if (
    size !== undefined &&
    size !== 0 &&
    Number.isInteger(size) &&
    Math.abs(size) < TWO_31 &&
    integral &&
    staysExact(start.value, stop.value, counted)
  ) {
    const limits = { lo: Math.floor(stop.value.lo), hi: Math.ceil(stop.value.hi) };
    const type = start.value.lo >= -TWO_31 && start.value.hi < TWO_31 && fitsCounter(limits, size) ? "i32" : "i64";
    const startId = numberAs(fl, start.op, type, loc);
    const endId = endValue(fl, stop.op, stop.value, counted, type, loc);
    const streams = streamsOf(fl, frame, node.body, loc);
    parallelLoop(fl, frame, node, loc, (parallel) => {
      const leave = parallel === undefined ? streams.leave : undefined;
      e.block(loc, (exit) => {
        e.for(
          startId,
          endId,
          size,
          loc,
          (iv) => {
            const k = (): ValueId => roundOf(fl, startId, iv, size, type, loc);
            const item = counterItem(fl, iv, type, value, loc);
            streams.round(k, () => bodyWith(fl, frame, node, labels, exit, item, value, loc, leave));
          },
          parallel,
        );
        streams.end();
      });
    });
    return;
  }
  if (integral && isMachineInt(stop.value) && isMachineInt(step.value)) {
    steppedRange(fl, frame, node, labels, start.op, stop.op, step, value, loc);
    return;
  }
  fl.module.loops.push({ loc, serial: fl.whySerial() ?? "its start, stop or step may not be a whole number" });
  generalRange(fl, frame, node, labels, start.op, stop.op, step, value, loc);
}

/** Which round of a counted loop it is, from 0. */
function roundOf(
  fl: FunctionLowering,
  start: ValueId,
  iv: ValueId,
  step: number,
  type: "i32" | "i64",
  loc: Span,
): ValueId {
  const e = fl.b;
  const wide = (id: ValueId): ValueId => (type === "i64" ? id : e.emit("sext", "i64", [id], {}, loc));
  const distance = e.emit("sub", "i64", [wide(iv), wide(start)], { overflow: "absent" }, loc);
  return step === 1 ? distance : e.emit("sdiv", "i64", [distance, e.constant("i64", BigInt(step), loc)], {}, loc);
}

/** Lowers a prange loop, marked when its iterations are to run side by side: those of the outermost one do. */
function parallelLoop(
  fl: FunctionLowering,
  frame: Frame,
  node: ForOfStatement,
  loc: Span,
  lower: (parallel: ParallelInfo | undefined) => void,
): void {
  // What a variable holds at its start is then known in the body, and it is no reduction any more.
  const isOneRound = (frame.loopTrips.get(node) ?? Infinity) <= 1;
  const why = fl.whySerial() ?? (isOneRound ? "it makes one round at most" : undefined);
  fl.module.loops.push({ loc, serial: why });
  if (why !== undefined) {
    lower(undefined);
    return;
  }
  const target = node.left.type === "VariableDeclaration" ? node.left.declarations[0]?.id : node.left;
  const binding = target === undefined ? undefined : bindingAt(frame.closure.source, target);
  const write = binding?.writes.find((w) => isInside(w, node.body));
  if (binding !== undefined && write !== undefined)
    fl.module.sink.report("parallel-loop-variable", { name: binding.name }, fl.spanOf(frame, write));
  fl.insideParallel = true;
  lower({ reductions: [] });
  fl.insideParallel = false;
}

function counterItem(fl: FunctionLowering, iv: ValueId, type: "i32" | "i64", value: NumberValue, loc: Span): Operand {
  const narrow = type === "i64" && isMachineInt(value) && value.lo >= -TWO_31 && value.hi < TWO_31;
  return narrow ? scalar(fl.b.emit("trunc", "i32", [iv], {}, loc), "i32") : scalar(iv, type);
}

/** A range of integers whose step is only known at run time: its rounds are counted, and the numbers follow from them. */
function steppedRange(
  fl: FunctionLowering,
  frame: Frame,
  node: ForOfStatement,
  labels: readonly string[],
  start: Operand,
  stop: Operand,
  step: { op: Operand; value: NumberValue },
  value: NumberValue,
  loc: Span,
): void {
  const e = fl.b;
  const [from, to, by] = [start, stop, step.op].map((op) => numberAs(fl, op, "i64", loc)) as [
    ValueId,
    ValueId,
    ValueId,
  ];
  const zero = e.constant("i64", 0n, loc);
  refuseZeroStep(fl, step.value, () => e.emit("icmp", "i1", [by, zero], { pred: "eq" }, loc), loc);
  const sub = (a: ValueId, b: ValueId): ValueId => e.emit("sub", "i64", [a, b], { overflow: "absent" }, loc);
  const add = (a: ValueId, b: ValueId): ValueId => e.emit("add", "i64", [a, b], { overflow: "absent" }, loc);
  const up = e.emit("icmp", "i1", [by, zero], { pred: "sgt" }, loc);
  const distance = e.emit("select", "i64", [up, sub(to, from), sub(from, to)], {}, loc);
  const size = e.emit("smax", "i64", [by, sub(zero, by)], {}, loc);
  const last = sub(add(distance, size), e.constant("i64", 1n, loc));
  const rounds = e.emit("sdiv", "i64", [last, size], {}, loc);
  const streams = streamsOf(fl, frame, node.body, loc);
  parallelLoop(fl, frame, node, loc, (parallel) => {
    const leave = parallel === undefined ? streams.leave : undefined;
    e.block(loc, (exit) => {
      e.for(
        zero,
        rounds,
        1,
        loc,
        (k) => {
          const moved = e.emit("mul", "i64", [k, by], { overflow: "absent" }, loc);
          const item = counterItem(fl, add(from, moved), "i64", value, loc);
          const body = (): void => bodyWith(fl, frame, node, labels, exit, item, value, loc, leave);
          streams.round(() => k, body);
        },
        parallel,
      );
      streams.end();
    });
  });
}

function refuseZeroStep(fl: FunctionLowering, step: NumberValue, isZero: () => ValueId, loc: Span): void {
  if (step.lo > 0 || step.hi < 0) return;
  const site = fl.module.site({ kind: "throw", errorName: "RangeError", message: [PRANGE_ZERO_STEP], loc });
  fl.b.if(isZero(), loc, () => fl.b.emit("throw", "void", [], { site }, loc));
}

/** A range whose step or start is only known at run time, computed as the plain `prange` computes it. */
function generalRange(
  fl: FunctionLowering,
  frame: Frame,
  node: ForOfStatement,
  labels: readonly string[],
  start: Operand,
  stop: Operand,
  step: { op: Operand; value: NumberValue },
  value: NumberValue,
  loc: Span,
): void {
  const e = fl.b;
  const by = numberAs(fl, step.op, "f64", loc);
  const to = numberAs(fl, stop, "f64", loc);
  const at = e.local("range", "f64");
  const zero = e.constant("f64", 0, loc);
  // −0 + 0 is 0: where a range begins.
  e.set(at, e.emit("fadd", "f64", [numberAs(fl, start, "f64", loc), zero], { fast: [] }, loc), loc);
  refuseZeroStep(fl, step.value, () => e.emit("fcmp", "i1", [by, zero], { pred: "oeq", fast: [] }, loc), loc);
  const up = e.emit("fcmp", "i1", [by, zero], { pred: "ogt", fast: [] }, loc);
  const streams = streamsOf(fl, frame, node.body, loc);
  const count = e.local("round", "i64");
  e.set(count, e.constant("i64", 0n, loc), loc);
  const round = (exit: LabelId, again: (body: () => void) => void): void => {
    const i = e.get(at, loc);
    const below = e.emit("fcmp", "i1", [i, to], { pred: "olt", fast: [] }, loc);
    const above = e.emit("fcmp", "i1", [i, to], { pred: "ogt", fast: [] }, loc);
    const more = e.emit("select", "i1", [up, below, above], {}, loc);
    e.if(e.emit("not", "i1", [more], {}, loc), loc, () => e.emit("break", "void", [], { label: exit }, loc));
    const body = (): void =>
      again(() => {
        const type = isMachineInt(value) ? "i64" : "f64";
        const item = scalar(numberAs(fl, scalar(i, "f64"), type, loc), type);
        const target = node.left.type === "VariableDeclaration" ? node.left.declarations[0]?.id : node.left;
        if (target !== undefined)
          fl.bindPattern(frame, target, item, isMachineInt(value) ? intRange(-TWO_53, TWO_53) : value);
        fl.statement(frame, node.body, []);
      });
    streams.round(() => e.get(count, loc), body);
    e.set(at, e.emit("fadd", "f64", [i, by], { fast: [] }, loc), loc);
    const one = e.constant("i64", 1n, loc);
    e.set(count, e.emit("add", "i64", [e.get(count, loc), one], { overflow: "absent" }, loc), loc);
  };
  plainLoop(fl, labels, loc, round, streams.leave);
  streams.end();
}
