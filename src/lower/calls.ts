/** Lowers calls: of functions that are inlined or shared, and of array methods. */

import type { Node } from "acorn";
import { lengthGiven } from "../frontend/language-checks.ts";
import type { ValueId } from "../ir/ops.ts";
import type { Span } from "../source/span.ts";
import { ARRAY_METHODS, methodFor } from "../types/array-methods.ts";
import { builtinOf } from "../types/builtins.ts";
import type { CallNode } from "../types/calls.ts";
import { constructedKind } from "../types/constructors.ts";
import type { CallPlan, Frame } from "../types/frame.ts";
import { type FunctionValue, UNDEFINED, type Value } from "../types/lattice.ts";
import { filledBy, isArrayItself } from "../types/plain-arrays.ts";
import { lowerBuiltinCall } from "./builtin-calls.ts";
import { lowerArrayFrom } from "./constructors.ts";
import { lowerEffects, lowerExpression } from "./expressions.ts";
import type { FunctionLowering } from "./function.ts";
import type { Item } from "./operand.ts";
import { NONE, type Operand } from "./operand.ts";
import { callOurs } from "./own-functions.ts";
import { lowerAll, packed } from "./spread.ts";
import { localsOf, newStorage, readStorage, writeStorage } from "./storage.ts";

export function lowerCall(fl: FunctionLowering, frame: Frame, node: CallNode, value: Value, loc: Span): Operand {
  const { callee } = node;
  if (callee.type === "MemberExpression" && !callee.computed && callee.property.type === "Identifier") {
    const maker = filledBy(node);
    if (maker !== undefined && isArrayItself(fl.valueOf(frame, maker.callee)))
      return plainArrayMade(fl, frame, node, maker.arguments[0], node.arguments[0], loc);
    const ov = fl.valueOf(frame, callee.object);
    const { name } = callee.property;
    if (ov.kind === "array" || ov.kind === "tuple") return methodCall(fl, frame, node, ov, name, loc);
    const length = name === "from" && isArrayItself(ov) ? lengthGiven(node.arguments[0]) : undefined;
    if (length !== undefined) return plainArrayMade(fl, frame, node, length, node.arguments[1], loc);
    const elem = ov.kind === "host" ? constructedKind(ov.value) : undefined;
    if (elem !== undefined && (name === "of" || name === "from"))
      return lowerArrayFrom(fl, frame, node, elem, name, loc);
  }
  const target = fl.valueOf(frame, callee);
  if (target.kind === "host") {
    const builtin = builtinOf(target.value);
    lowerEffects(fl, frame, callee);
    return builtin === undefined ? NONE : lowerBuiltinCall(fl, frame, node, builtin, value, loc);
  }
  if (target.kind !== "function") return NONE;
  const fn = lowerExpression(fl, frame, callee);
  return callPlans(fl, frame, node, target, fn, lowerAll(fl, frame, node.arguments), value, loc);
}

/** `new Array(n).fill(x)`, `Array.from({ length: n }, f)`: inference has written a function that takes x, or f. */
function plainArrayMade(
  fl: FunctionLowering,
  frame: Frame,
  node: CallNode,
  length: Node | undefined,
  argument: Node | undefined,
  loc: Span,
): Operand {
  if (length === undefined || argument === undefined) return NONE;
  lowerEffects(fl, frame, length);
  const op = lowerExpression(fl, frame, argument);
  return callOurs(fl, frame, node, [{ op, value: fl.valueOf(frame, argument) }], loc);
}

function callPlans(
  fl: FunctionLowering,
  frame: Frame,
  node: Node,
  target: FunctionValue,
  fn: Operand,
  items: readonly Item[],
  value: Value,
  loc: Span,
): Operand {
  const plans = frame.calls.get(node) ?? [];
  const [only] = plans;
  if (plans.length === 1 && only !== undefined) return callPlan(fl, only, items, loc);
  const storage = newStorage(fl.b, "called", value, frame.wraps.has(node));
  const selector = fn.kind === "function" ? fn.selector : undefined;
  const choose = (i: number): void => {
    const plan = plans[i];
    if (plan === undefined) return;
    const call = (): void => {
      const result = plan.kind === "inline" ? (plan.frame.result ?? UNDEFINED) : (plan.instance.result ?? UNDEFINED);
      writeStorage(fl, storage, callPlan(fl, plan, items, loc), result, loc);
    };
    if (i === target.targets.length - 1 || selector === undefined) call();
    else
      fl.b.if(fl.b.emit("icmp", "i1", [selector, fl.b.constant("i32", i, loc)], { pred: "eq" }, loc), loc, call, () =>
        choose(i + 1),
      );
  };
  choose(0);
  return readStorage(fl.b, storage, value, value, loc);
}

function callPlan(fl: FunctionLowering, plan: CallPlan, items: readonly Item[], loc: Span): Operand {
  const { params } = plan.closure.node;
  if (plan.kind === "inline") {
    const args = packed(fl, params, items, (rest) => plan.frame.info.get(rest), loc);
    return fl.inline(plan.frame, args, loc);
  }
  const { instance } = plan;
  const args = packed(fl, params, items, (_, i) => instance.args[i], loc);
  const ids: ValueId[] = [];
  for (const [i, wanted] of instance.args.entries())
    ids.push(...flatten(fl, args[i]?.op ?? NONE, args[i]?.value ?? UNDEFINED, wanted, loc));
  ids.push(...fl.captured);
  const result = instance.result ?? UNDEFINED;
  const storage = newStorage(fl.b, "result", result);
  const refs = [...instance.outer].flatMap((v) => localsOf(fl.storage(v)));
  fl.b.emit("call", "void", ids, { callee: instance.name, refs, into: localsOf(storage) }, loc);
  return readStorage(fl.b, storage, result, result, loc);
}

/** An argument as the IR values an instance takes for it. */
function flatten(fl: FunctionLowering, op: Operand, from: Value, to: Value, loc: Span): ValueId[] {
  const storage = newStorage(fl.b, "argument", to);
  writeStorage(fl, storage, op, from, loc);
  return localsOf(storage).map((l) => fl.b.get(l, loc));
}

function methodCall(fl: FunctionLowering, frame: Frame, node: CallNode, ov: Value, name: string, loc: Span): Operand {
  const row = ARRAY_METHODS.get(name);
  const object = lowerExpression(fl, frame, (node.callee as Node & { object: Node }).object);
  const items = lowerAll(fl, frame, node.arguments);
  if (row === undefined) return NONE;
  const { arity } = methodFor(row, items.length);
  const own = Array.from({ length: arity }, (_, i) => items[i] ?? { op: NONE, value: UNDEFINED });
  return callOurs(fl, frame, node, [{ op: object, value: ov }, ...own], loc);
}
