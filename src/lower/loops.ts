/**
 * Lowers `while` and `for`. A `for` that counts over integers becomes the IR's `for`, whose trip count is known before it starts; every
 * other loop becomes `loop`.
 */

import type { DoWhileStatement, Expression, ForStatement, WhileStatement } from "acorn";
import { walk } from "../frontend/walk.ts";
import type { LabelId, ValueId } from "../ir/ops.ts";
import type { Span } from "../source/span.ts";
import type { CountedLoop } from "../types/counted.ts";
import type { Frame, Variable } from "../types/frame.ts";
import { isMachineInt, type NumberValue } from "../types/lattice.ts";
import { lowerCondition } from "./comparisons.ts";
import { afterLast, type Counter, counterRange, counterType, endValue, staysExact } from "./counters.ts";
import { lowerExpression, scalar } from "./expressions.ts";
import type { FunctionLowering } from "./function.ts";
import { loopBody, plainLoop, type SourceLoop } from "./loop-bodies.ts";
import { asNumber, numberAs } from "./numbers.ts";
import { lowerStatement } from "./statements.ts";
import { readStorage, type Storage, writeStorage } from "./storage.ts";

export function lowerWhile(
  fl: FunctionLowering,
  frame: Frame,
  node: WhileStatement | DoWhileStatement,
  labels: readonly string[],
): void {
  const loc = fl.spanOf(frame, node);
  plainLoop(fl, { frame, node, labels, loc }, (exit, again) => {
    if (node.type === "WhileStatement") {
      leaveUnless(fl, frame, node.test, exit, loc);
      again(() => lowerStatement(fl, frame, node.body, []));
      return;
    }
    again(() => lowerStatement(fl, frame, node.body, []));
    leaveUnless(fl, frame, node.test, exit, loc);
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
  if (node.init?.type === "VariableDeclaration") lowerStatement(fl, frame, node.init, []);
  else if (node.init != null) lowerExpression(fl, frame, node.init);
  const loop: SourceLoop<ForStatement> = { frame, node, labels, loc };
  const uncounted = (): void =>
    plainLoop(fl, loop, (exit, again) => {
      if (node.test != null) leaveUnless(fl, frame, node.test, exit, loc);
      again(() => lowerStatement(fl, frame, node.body, []));
      if (node.update != null) lowerExpression(fl, frame, node.update);
    });
  const plan = planCounted(fl, frame, node);
  if (plan === undefined) {
    uncounted();
    return;
  }
  const { start, before } = plan;
  const first = readStorage(fl.b, before, start, start, loc);
  const counted = (type: "i32" | "i64", startId: ValueId): void => lowerCounted(fl, loop, plan, type, startId);
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
  return { counted, v, before, start, bound: b, type: counterType(start, b, counted) };
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
  loop: SourceLoop<ForStatement>,
  { counted, v, before, bound }: CountedPlan,
  type: "i32" | "i64",
  start: ValueId,
): void {
  const { frame, node, loc } = loop;
  const end = endValue(fl, { op: lowerExpression(fl, frame, counted.bound), value: bound }, counted, type, loc);
  const counter: Counter = { type, start, end, step: counted.step };
  fl.b.block(loc, (exit) => {
    fl.b.for(start, end, counted.step, loc, (iv) => {
      if (!counted.own) writeStorage(fl, before, scalar(iv, type), counterRange(type), loc);
      fl.withStorage(v, { kind: "counter", id: iv, type }, () => {
        loopBody(fl, loop, exit, () => lowerStatement(fl, frame, node.body, []));
      });
    });
    // Left by its test: the variable is the first value that fails it.
    if (!counted.own) writeStorage(fl, before, scalar(afterLast(fl, counter, loc), type), counterRange(type), loc);
  });
}
