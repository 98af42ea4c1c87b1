/** Lowers loops over `prange(start, stop, step)`: whether their iterations run side by side, and which numbers they are given. */

import type { CallExpression, Node } from "acorn";
import { PRANGE_ZERO_STEP } from "../frontend/intrinsics.ts";
import type { LabelId, ParallelInfo, ValueId } from "../ir/ops.ts";
import type { Span } from "../source/span.ts";
import { bindingAt, isInside } from "../types/counted.ts";
import { type Frame, siteValue, type Variable } from "../types/frame.ts";
import { constantOf, intRange, isMachineInt, type NumberValue, TWO_31, TWO_53 } from "../types/lattice.ts";
import { isOnlyReadAfterwards } from "../types/made-before.ts";
import { type Counted, type Counter, counterItem, counterType, endValue, roundOf, staysExact } from "./counters.ts";
import { lowerExpression, scalar } from "./expressions.ts";
import type { FunctionLowering } from "./function.ts";
import { bodyWith, type ForOf, plainLoop, targetOf } from "./loop-bodies.ts";
import { asNumber, numberAs } from "./numbers.ts";
import type { Item } from "./operand.ts";
import { lowerStatement } from "./statements.ts";
import { clearStorage } from "./storage.ts";
import { streamsOf } from "./streams.ts";

/** What a range is made of. */
interface Range {
  readonly start: Item<NumberValue>;
  readonly stop: Item<NumberValue>;
  readonly step: Item<NumberValue>;
}

export function overRange(fl: FunctionLowering, loop: ForOf, call: CallExpression): void {
  const { frame, loc } = loop;
  const e = fl.b;
  const args = (call.arguments as Node[]).map((a) => ({
    op: lowerExpression(fl, frame, a),
    value: asNumber(fl.valueOf(frame, a)),
  }));
  const zero = { op: scalar(e.constant("i32", 0, loc), "i32"), value: intRange(0, 0) };
  const one = { op: scalar(e.constant("i32", 1, loc), "i32"), value: intRange(1, 1) };
  const [a, b, c] = args;
  if (a === undefined) return;
  const range: Range = { start: b === undefined ? zero : a, stop: b ?? a, step: c ?? one };
  const { start, stop, step } = range;
  const size = constantOf(step.value);
  const { variable, value } = itemValue(fl, loop);
  const integral = isMachineInt(start.value) && isMachineInt(value) && variable !== undefined && !variable.pinned;
  const isCounted = size !== undefined && size !== 0 && Number.isInteger(size) && Math.abs(size) < TWO_31;
  const counted: Counted | undefined = isCounted ? { op: size > 0 ? "<" : ">", step: size } : undefined;
  if (counted !== undefined && integral && staysExact(start.value, stop.value, counted)) {
    countedRange(fl, loop, range, counted, value);
    return;
  }
  if (integral && isMachineInt(stop.value) && isMachineInt(step.value)) {
    steppedRange(fl, loop, range, value);
    return;
  }
  fl.module.loops.push({ loc, serial: fl.whySerial() ?? "its start, stop or step may not be a whole number" });
  generalRange(fl, loop, range, value);
}

/** A range of integers whose step is a constant: the IR's `for` has its very numbers. */
function countedRange(
  fl: FunctionLowering,
  loop: ForOf,
  { start, stop }: Range,
  counted: Counted,
  value: NumberValue,
): void {
  const { frame, node, loc } = loop;
  const type = counterType(start.value, stop.value, counted);
  const from = numberAs(fl, start.op, type, loc);
  const counter: Counter = { type, start: from, end: endValue(fl, stop, counted, type, loc), step: counted.step };
  const streams = streamsOf(fl, frame, node.body, loc);
  parallelLoop(fl, loop, (parallel) => {
    const leave = parallel === undefined ? streams.leave : undefined;
    fl.b.block(loc, (exit) => {
      fl.b.for(
        counter.start,
        counter.end,
        counter.step,
        loc,
        (iv) => {
          const op = counterItem(fl, iv, type, value, loc);
          const body = (): void => {
            if (parallel !== undefined) clearKept(fl, loop);
            bodyWith(fl, loop, exit, { op, value }, leave);
          };
          streams.round(() => roundOf(fl, counter, iv, loc), body);
        },
        parallel,
      );
      streams.end();
    });
  });
}

/** What inference recorded for the loop's variable: the values the range gives. */
function itemValue(
  fl: FunctionLowering,
  { frame, node }: ForOf,
): { variable: Variable | undefined; value: NumberValue } {
  const target = targetOf(node);
  const binding = target === undefined ? undefined : bindingAt(frame.closure.source, target);
  const variable = target === undefined || binding === undefined ? undefined : fl.variableAt(frame, target);
  const value = variable === undefined || target === undefined ? undefined : siteValue(variable, frame, target);
  return { variable, value: asNumber(value ?? intRange(0, 0)) };
}

/** Lowers a prange loop, marked when its iterations are to run side by side: those of the outermost one do. */
function parallelLoop(
  fl: FunctionLowering,
  { frame, node, loc }: ForOf,
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
  const target = targetOf(node);
  const binding = target === undefined ? undefined : bindingAt(frame.closure.source, target);
  const write = binding?.writes.find((w) => isInside(w, node.body));
  if (binding !== undefined && write !== undefined)
    fl.module.sink.report("parallel-loop-variable", { name: binding.name }, fl.spanOf(frame, write));
  fl.insideParallel = true;
  lower({ reductions: [] });
  fl.insideParallel = false;
}

/**
 * What a round makes and only some of its ways give a value, read by functions that such ways alone lead to (types/made-before.ts), is nothing of
 * another round's: each round begins with zeros there.
 */
function clearKept(fl: FunctionLowering, { frame, node, loc }: ForOf): void {
  const clear = (of: Frame, isMade: (v: Variable) => boolean): void => {
    for (const v of of.variables.values())
      if (!v.pinned && v.sites.size > 0 && isMade(v) && isOnlyReadAfterwards(v)) clearStorage(fl.b, fl.storage(v), loc);
  };
  const visit = (of: Frame, isHere: (call: Node) => boolean): void => {
    for (const [call, plans] of of.calls) {
      if (!isHere(call)) continue;
      for (const plan of plans) {
        if (plan.kind !== "inline") continue;
        clear(plan.frame, () => true);
        visit(plan.frame, () => true);
      }
    }
  };
  clear(frame, ({ binding }) => isInside(binding.declaration, node.body));
  visit(frame, (call) => isInside(call, node.body));
}

/** A range of integers whose step is only known at run time: its rounds are counted, and the numbers follow from them. */
function steppedRange(fl: FunctionLowering, loop: ForOf, { start, stop, step }: Range, value: NumberValue): void {
  const { frame, node, loc } = loop;
  const e = fl.b;
  const [from, to, by] = [start, stop, step].map(({ op }) => numberAs(fl, op, "i64", loc)) as [
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
  parallelLoop(fl, loop, (parallel) => {
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
          const body = (): void => {
            if (parallel !== undefined) clearKept(fl, loop);
            bodyWith(fl, loop, exit, { op: item, value }, leave);
          };
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
function generalRange(fl: FunctionLowering, loop: ForOf, { start, stop, step }: Range, value: NumberValue): void {
  const { frame, node, loc } = loop;
  const e = fl.b;
  const by = numberAs(fl, step.op, "f64", loc);
  const to = numberAs(fl, stop.op, "f64", loc);
  const at = e.local("range", "f64");
  const zero = e.constant("f64", 0, loc);
  // −0 + 0 is 0: where a range begins.
  e.set(at, e.emit("fadd", "f64", [numberAs(fl, start.op, "f64", loc), zero], { fast: [] }, loc), loc);
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
        const target = targetOf(node);
        if (target !== undefined)
          fl.bindPattern(frame, target, item, isMachineInt(value) ? intRange(-TWO_53, TWO_53) : value);
        lowerStatement(fl, frame, node.body, []);
      });
    streams.round(() => e.get(count, loc), body);
    e.set(at, e.emit("fadd", "f64", [i, by], { fast: [] }, loc), loc);
    const one = e.constant("i64", 1n, loc);
    e.set(count, e.emit("add", "i64", [e.get(count, loc), one], { overflow: "absent" }, loc), loc);
  };
  plainLoop(fl, loop, round, streams.leave);
  streams.end();
}
