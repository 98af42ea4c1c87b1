/** Lowers calls: inlined functions, shared instances, array methods, host functions, `new`. */
import type { Node } from "acorn";
import { lengthGiven } from "../frontend/language-checks.ts";
import type { Sign, ValueId } from "../ir/ops.ts";
import type { Span } from "../source/span.ts";
import { ARRAY_METHODS, methodFor } from "../types/array-methods.ts";
import { type Builtin, builtinOf, NAN_VALUE } from "../types/builtins.ts";
import type { CallNode } from "../types/calls.ts";
import { constructedKind } from "../types/constructors.ts";
import { ELEMENTS, type ElementKind } from "../types/elements.ts";
import type { CallPlan, Frame } from "../types/frame.ts";
import {
  arrayOf,
  type FunctionValue,
  isMachineInt,
  representationOf,
  signOf,
  UNDEFINED,
  type Value,
} from "../types/lattice.ts";
import { filledBy, isArrayItself } from "../types/plain-arrays.ts";
import { spreadItems, spreadOperand } from "../types/spread.ts";
import { wrapBigint } from "./bigint.ts";
import { lowerEquality, truthiness } from "./comparisons.ts";
import { froundOperation } from "./elements.ts";
import { lowerEffects, lowerExpression, scalar } from "./expressions.ts";
import { type FunctionLowering, localsOf } from "./function.ts";
import { arrayOfItems } from "./lists.ts";
import { isTagged, plainNumber } from "./nullable.ts";
import { asNumber, lowerPow, numberAs, toInt32 } from "./numbers.ts";
import { commonInt, convertNumber, NONE, type Operand } from "./operand.ts";
import { type Item, lowerAll, packed } from "./spread.ts";

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
    if (elem !== undefined && (name === "of" || name === "from")) return made(fl, frame, node, elem, name, loc);
  }
  const target = fl.valueOf(frame, callee);
  if (target.kind === "host") {
    const builtin = builtinOf(target.value);
    lowerEffects(fl, frame, callee);
    return builtin === undefined ? NONE : builtinCall(fl, frame, node, builtin, value, loc);
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
  const plan = (frame.calls.get(node) ?? [])[0];
  if (plan?.kind !== "inline" || length === undefined || argument === undefined) return NONE;
  lowerEffects(fl, frame, length);
  const op = lowerExpression(fl, frame, argument);
  return inlineOurs(fl, plan.frame, [op], [fl.valueOf(frame, argument)], loc);
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
  const storage = fl.newStorage("called", value, frame.wraps.has(node));
  const selector = fn.kind === "function" ? fn.selector : undefined;
  const choose = (i: number): void => {
    const plan = plans[i];
    if (plan === undefined) return;
    const call = (): void => {
      const result = plan.kind === "inline" ? (plan.frame.result ?? UNDEFINED) : (plan.instance.result ?? UNDEFINED);
      fl.writeStorage(storage, callPlan(fl, plan, items, loc), result, loc);
    };
    if (i === target.targets.length - 1 || selector === undefined) call();
    else
      fl.b.if(fl.b.emit("icmp", "i1", [selector, fl.b.constant("i32", i, loc)], { pred: "eq" }, loc), loc, call, () =>
        choose(i + 1),
      );
  };
  choose(0);
  return fl.readStorage(storage, value, value, loc);
}

function callPlan(fl: FunctionLowering, plan: CallPlan, items: readonly Item[], loc: Span): Operand {
  const { params } = plan.closure.node;
  if (plan.kind === "inline") {
    const args = packed(fl, params, items, (rest) => plan.frame.info.get(rest), loc);
    return fl.inline(
      plan.frame,
      args.map((a) => a.op),
      args.map((a) => a.value),
      loc,
    );
  }
  const { instance } = plan;
  const args = packed(fl, params, items, (_, i) => instance.args[i], loc);
  const ids: ValueId[] = [];
  for (const [i, wanted] of instance.args.entries())
    ids.push(...flatten(fl, args[i]?.op ?? NONE, args[i]?.value ?? UNDEFINED, wanted, loc));
  ids.push(...fl.captured);
  const result = instance.result ?? UNDEFINED;
  const storage = fl.newStorage("result", result);
  const refs = [...instance.outer].flatMap((v) => localsOf(fl.storage(v)));
  fl.b.emit("call", "void", ids, { callee: instance.name, refs, into: localsOf(storage) }, loc);
  return fl.readStorage(storage, result, result, loc);
}

/** An argument as the IR values an instance takes for it. */
function flatten(fl: FunctionLowering, op: Operand, from: Value, to: Value, loc: Span): ValueId[] {
  const storage = fl.newStorage("argument", to);
  fl.writeStorage(storage, op, from, loc);
  return localsOf(storage).map((l) => fl.b.get(l, loc));
}

function methodCall(fl: FunctionLowering, frame: Frame, node: CallNode, ov: Value, name: string, loc: Span): Operand {
  const row = ARRAY_METHODS.get(name);
  const object = lowerExpression(fl, frame, (node.callee as Node & { object: Node }).object);
  const items = lowerAll(fl, frame, node.arguments);
  const plan = (frame.calls.get(node) ?? [])[0];
  if (plan?.kind !== "inline" || row === undefined) return NONE;
  const { arity } = methodFor(row, items.length);
  const own = Array.from({ length: arity }, (_, i) => items[i] ?? { op: NONE, value: UNDEFINED });
  return inlineOurs(fl, plan.frame, [object, ...own.map((a) => a.op)], [ov, ...own.map((a) => a.value)], loc);
}

/** Inlines a function of numbats' own. What it gets after `args` is known at compile time: in its frame are the values. */
function inlineOurs(
  fl: FunctionLowering,
  frame: Frame,
  args: readonly Operand[],
  values: readonly Value[],
  loc: Span,
): Operand {
  const extra = frame.closure.node.params.slice(args.length);
  const known = extra.map((p) => fl.variableAt(frame, p)?.sites.get(p) ?? UNDEFINED);
  return fl.inline(frame, [...args, ...extra.map(() => NONE)], [...values, ...known], loc);
}

// ── new ──

export function lowerNew(fl: FunctionLowering, frame: Frame, node: CallNode, value: Value, loc: Span): Operand {
  const target = fl.valueOf(frame, node.callee);
  const elem = target.kind === "host" ? constructedKind(target.value) : undefined;
  if (elem === undefined || value.kind !== "array") return NONE;
  const [first] = node.arguments;
  const constant = (n: number): Operand => makeArray(fl, elem, scalar(fl.b.constant("i32", n, loc), "i32"), loc);
  if (first === undefined) return constant(0);
  const fv = fl.valueOf(frame, first);
  const from = lowerExpression(fl, frame, first);
  const copy = copied(fl, frame, node, elem, [{ op: from, value: fv }], loc);
  if (copy !== undefined) return copy;
  if (fv.kind === "undefined") return constant(0);
  return makeArray(fl, elem, from, loc);
}

/** A new array of what the first item holds; it is filled by the function that inference chose, which may take the others. */
function copied(
  fl: FunctionLowering,
  frame: Frame,
  node: CallNode,
  elem: ElementKind,
  [from, ...others]: readonly Item[],
  loc: Span,
): Operand | undefined {
  if (from?.op.kind === "tuple" && from.value.kind === "tuple")
    return arrayOfItems(fl, elem, from.op.items, from.value.items, loc);
  if (from?.op.kind !== "array") return undefined;
  const length = scalar(fl.b.emit("length", "i32", [from.op.id], {}, loc), "i32");
  const out = { op: makeArray(fl, elem, length, loc), value: arrayOf(elem) };
  return callOurs(fl, frame, node, [out, from, ...others], loc);
}

/** Inlines what inference found a call to be, a function of numbats' own. */
function callOurs(fl: FunctionLowering, frame: Frame, node: CallNode, items: readonly Item[], loc: Span): Operand {
  const plan = (frame.calls.get(node) ?? [])[0];
  if (plan?.kind !== "inline") return NONE;
  return inlineOurs(
    fl,
    plan.frame,
    items.map((i) => i.op),
    items.map((i) => i.value),
    loc,
  );
}

/** `Float64Array.of(a, b)`, `Float64Array.from(a)`, and `from` with a function. */
function made(
  fl: FunctionLowering,
  frame: Frame,
  node: CallNode,
  elem: ElementKind,
  name: "of" | "from",
  loc: Span,
): Operand {
  const [first, ...others] = node.arguments;
  const length = name === "from" ? lengthGiven(first) : undefined;
  const items = lowerAll(fl, frame, length === undefined ? node.arguments : [length, ...others]);
  if (name === "of") {
    const values = items.map((i) => i.value);
    return arrayOfItems(
      fl,
      elem,
      items.map((i) => i.op),
      values,
      loc,
    );
  }
  const [source, visit = { op: NONE, value: UNDEFINED }] = items;
  if (source === undefined) return NONE;
  if (length !== undefined) {
    const none = makeArray(fl, elem, scalar(fl.b.constant("i32", 0, loc), "i32"), loc);
    return callOurs(fl, frame, node, [{ op: none, value: arrayOf(elem, 0, 0) }, source, visit], loc);
  }
  const own = visit.value.kind === "undefined" ? [source] : [source, visit];
  return copied(fl, frame, node, elem, own, loc) ?? NONE;
}

/** `new` with a length; the ops refuse what no array's length can be. */
function makeArray(fl: FunctionLowering, elem: ElementKind, length: Operand, loc: Span): Operand {
  const e = fl.b;
  const site = fl.module.site({ kind: "length", constructorName: ELEMENTS[elem].constructorName, loc });
  let n: ValueId;
  if (length.kind === "scalar" && (length.type === "f64" || length.type === "f32")) {
    n = e.emit("tolength", "i64", [numberAs(fl, length, "f64", loc)], { site }, loc);
  } else n = numberAs(fl, length, "i64", loc);
  return { kind: "array", id: e.emit("array.new", `${elem}[]`, [n], { elem, site }, loc), type: `${elem}[]` };
}

// ── host functions ──

const UNARY_OPS = {
  abs: "fabs",
  ceil: "fceil",
  floor: "ffloor",
  round: "fround",
  trunc: "ftrunc",
  sign: "fsign",
  sqrt: "fsqrt",
} as const;

/** `Math.max(...a)` of an array whose length isn't known. */
function extremeOf(
  fl: FunctionLowering,
  frame: Frame,
  node: CallNode,
  builtin: Builtin,
  loc: Span,
): Operand | undefined {
  const [only] = node.arguments;
  const operand = only === undefined ? undefined : spreadOperand(only);
  const plan = (frame.calls.get(node) ?? [])[0];
  if (operand === undefined || plan?.kind !== "inline" || spreadItems(fl.valueOf(frame, operand)) !== undefined)
    return undefined;
  if (builtin.kind !== "min" && builtin.kind !== "max") return undefined;
  return inlineOurs(fl, plan.frame, [lowerExpression(fl, frame, operand)], [fl.valueOf(frame, operand)], loc);
}

function builtinCall(
  fl: FunctionLowering,
  frame: Frame,
  node: CallNode,
  builtin: Builtin,
  value: Value,
  loc: Span,
): Operand {
  const e = fl.b;
  const fast = fl.fastmath;
  // The one case where an argument is not lowered on its own: a float32 operation inside Math.fround.
  if (builtin.kind === "exact-math" && builtin.name === "fround" && node.arguments.length === 1) {
    const id = froundOperation(fl, frame, node.arguments[0] as Node);
    if (id !== undefined) return represent(fl, id, "f32", value, loc);
  }
  if (builtin.kind === "asIntN" || builtin.kind === "asUintN")
    return wrapBigint(fl, frame, node, builtin.kind === "asIntN", loc);
  const whole = extremeOf(fl, frame, node, builtin, loc);
  if (whole !== undefined) return whole;
  const items = lowerAll(fl, frame, node.arguments);
  const ops = items.map((i) => i.op);
  const values = items.map((i) => i.value);
  const at = (i: number): { op: Operand; value: Value } => ({ op: ops[i] ?? NONE, value: values[i] ?? UNDEFINED });
  const plain = (i: number): Argument => {
    const [op, value] = plainNumber(e, at(i).op, at(i).value, loc);
    return { op, value };
  };
  // What is missing or undefined is NaN as a number.
  const number = (i: number): Argument =>
    at(i).value.kind === "undefined"
      ? { op: scalar(e.constant("f64", Number.NaN, loc), "f64"), value: NAN_VALUE }
      : plain(i);
  const f64 = (i: number): ValueId => numberAs(fl, number(i).op, "f64", loc);
  const isInt = (i: number): boolean => {
    const { op } = at(i);
    return op.kind === "scalar" && (op.type === "i32" || op.type === "i64" || op.type === "i1");
  };
  switch (builtin.kind) {
    case "exact-math":
      return exactMath(fl, builtin.name, number(0), value, loc);
    case "min":
    case "max":
      return minMax(
        fl,
        builtin.kind,
        items.map((_, i) => number(i)),
        value,
        loc,
      );
    case "imul": {
      const factors = [number(0), number(1)].map((a) => toInt32(fl, a.op, a.value, loc));
      const id = e.emit("mul", "i32", factors, { overflow: "wraps" }, loc);
      return represent(fl, id, "i32", value, loc);
    }
    case "random":
      return scalar(e.emit("random", "f64", [], {}, loc), "f64");
    case "random-function": {
      const plan = (frame.calls.get(node) ?? [])[0];
      if (plan?.kind !== "inline") return NONE;
      const own = Array.from({ length: builtin.row.arity }, (_, i) => i);
      return inlineOurs(
        fl,
        plan.frame,
        own.map((i) => at(i).op),
        own.map((i) => at(i).value),
        loc,
      );
    }
    case "set-state":
      e.emit("random.seed", "void", [numberAs(fl, at(0).op, "i64", loc)], {}, loc);
      return NONE;
    case "math": {
      if (builtin.name === "pow")
        return lowerPow(fl, number(0).op, number(1).op, asNumber(number(1).value), value, loc);
      const id =
        builtin.name === "atan2"
          ? e.emit("math2", "f64", [f64(0), f64(1)], { fn: builtin.name, fast }, loc)
          : e.emit("math", "f64", [f64(0)], { fn: builtin.name, fast }, loc);
      return represent(fl, id, "f64", value, loc);
    }
    case "hypot": {
      const plan = (frame.calls.get(node) ?? [])[0];
      const xs = items.map((_, i) => number(i));
      if (plan?.kind === "inline") {
        return fl.inline(
          plan.frame,
          xs.map((x) => x.op),
          xs.map((x) => x.value),
          loc,
        );
      }
      return hypot(
        fl,
        xs.map((_, i) => f64(i)),
        value,
        loc,
      );
    }
    case "Number": {
      const { op, value: v } = plain(0);
      if (v.kind === "bigint" && op.kind === "scalar") {
        // Beyond 2^53 the conversion rounds; within it the number stays an integer.
        if (value.kind === "number" && isMachineInt(value)) return represent(fl, op.id, "i64", value, loc);
        return represent(
          fl,
          e.emit(signOf(v) === "u" ? "uitofp" : "sitofp", "f64", [op.id], {}, loc),
          "f64",
          value,
          loc,
        );
      }
      if (v.kind === "undefined")
        return represent(fl, e.constant("f64", items.length === 0 ? 0 : Number.NaN, loc), "f64", value, loc);
      return op.kind === "scalar" ? represent(fl, op.id, op.type, value, loc) : NONE;
    }
    case "Boolean":
      return scalar(
        items.length === 0 ? e.constant("i1", false, loc) : truthiness(fl, at(0).op, at(0).value, loc),
        "i1",
      );
    case "BigInt": {
      const { op, value: v } = at(0);
      if (v.kind === "bigint") return op;
      if (isInt(0)) return scalar(numberAs(fl, op, "i64", loc), "i64");
      const site = fl.module.site({ kind: "bigint-of", loc });
      return scalar(e.emit("bigof", "i64", [f64(0)], { to: "s", site }, loc), "i64");
    }
    case "isNaN":
    case "isFinite":
    case "isInteger":
    case "isSafeInteger":
      return predicate(fl, builtin.kind, builtin.converts ? plain(0) : at(0), value, loc);
    case "isArray":
      return scalar(e.constant("i1", value.kind === "bool" && value.value === true, loc), "i1");
    case "Object.is":
      return sameValueOf(fl, at(0), at(1), value, loc);
    case "log":
      log(fl, ops, values, loc);
      return NONE;
    case "view": {
      const a = at(0).op;
      if (a.kind !== "array") return NONE;
      return {
        kind: "array",
        id: e.emit(
          "array.view",
          a.type,
          [a.id, numberAs(fl, at(1).op, "i32", loc), numberAs(fl, at(2).op, "i32", loc)],
          {},
          loc,
        ),
        type: a.type,
      };
    }
    case "alike":
      return value.kind === "array" ? makeArray(fl, value.elem, at(1).op, loc) : NONE;
    case "overlaps": {
      const a = at(0).op;
      const b = at(1).op;
      if (a.kind !== "array" || b.kind !== "array") return NONE;
      return scalar(e.emit("array.overlaps", "i1", [a.id, b.id], {}, loc), "i1");
    }
  }
}

function represent(
  fl: FunctionLowering,
  id: ValueId,
  type: "i32" | "i64" | "f32" | "f64" | "i1",
  value: Value,
  loc: Span,
): Operand {
  if (value.kind !== "number") return scalar(id, type);
  const wanted = representationOf(value);
  return scalar(convertNumber(fl.b, id, type, wanted, loc), wanted);
}

type Argument = { readonly op: Operand; readonly value: Value };

function exactMath(
  fl: FunctionLowering,
  name: "abs" | "ceil" | "floor" | "round" | "trunc" | "sign" | "sqrt" | "fround" | "clz32",
  a: Argument,
  value: Value,
  loc: Span,
): Operand {
  const e = fl.b;
  if (name === "clz32")
    return represent(fl, e.emit("ctlz", "i32", [toInt32(fl, a.op, a.value, loc)], {}, loc), "i32", value, loc);
  if (a.op.kind !== "scalar") return NONE;
  const integer = a.op.type === "i32" || a.op.type === "i64" || a.op.type === "i1";
  const wantsInt = value.kind === "number" && isMachineInt(value);
  if (integer && name !== "sqrt" && name !== "fround") {
    const av = asNumber(a.value);
    const type = value.kind === "number" ? commonInt(av, ...(wantsInt ? [value] : [])) : "i64";
    const x = numberAs(fl, a.op, type, loc);
    const c = (n: number): ValueId => e.constant(type, type === "i64" ? BigInt(n) : n, loc);
    if (name === "abs") {
      if (av.lo >= 0) return represent(fl, x, type, value, loc);
      const negated = e.emit("sub", type, [c(0), x], { overflow: av.wide ? "saturates" : "absent" }, loc);
      return represent(fl, e.emit("smax", type, [x, negated], {}, loc), type, value, loc);
    }
    if (name === "sign")
      return represent(
        fl,
        e.emit("smax", type, [e.emit("smin", type, [x, c(1)], {}, loc), c(-1)], {}, loc),
        type,
        value,
        loc,
      );
    return represent(fl, x, type, value, loc);
  }
  if (name === "fround") return represent(fl, numberAs(fl, a.op, "f32", loc), "f32", value, loc);
  // Rounding a float32 gives a float32; so do abs and sign. A square root is rounded to double first.
  const type = a.op.type === "f32" && name !== "sqrt" ? "f32" : "f64";
  const id = e.emit(UNARY_OPS[name], type, [numberAs(fl, a.op, type, loc)], { fast: fl.fastmath }, loc);
  return represent(fl, id, type, value, loc);
}

function minMax(
  fl: FunctionLowering,
  kind: "min" | "max",
  args: readonly Argument[],
  value: Value,
  loc: Span,
): Operand {
  const e = fl.b;
  const fast = fl.fastmath;
  const numbers = args.map((a) => asNumber(a.value));
  const ints = numbers.every((v) => isMachineInt(v));
  const type = ints ? commonInt(...numbers) : numbers.every((v) => v.f32) ? "f32" : "f64";
  const [first, ...others] = args.map((a) => numberAs(fl, a.op, type, loc));
  if (first === undefined)
    return represent(fl, e.constant("f64", kind === "min" ? Infinity : -Infinity, loc), "f64", value, loc);
  let id = first;
  for (const x of others) {
    id = ints
      ? e.emit(kind === "min" ? "smin" : "smax", type, [id, x], {}, loc)
      : e.emit(kind === "min" ? "fmin" : "fmax", type, [id, x], { fast }, loc);
  }
  return represent(fl, id, type, value, loc);
}

/** Of one argument and two; more are a function of ours (types/array-methods.ts). */
function hypot(fl: FunctionLowering, xs: readonly ValueId[], value: Value, loc: Span): Operand {
  const e = fl.b;
  const [a, b] = xs;
  if (a === undefined) return represent(fl, e.constant("f64", 0, loc), "f64", value, loc);
  if (b === undefined) return represent(fl, e.emit("fabs", "f64", [a], { fast: [] }, loc), "f64", value, loc);
  return represent(fl, e.emit("math2", "f64", [a, b], { fn: "hypot", fast: fl.fastmath }, loc), "f64", value, loc);
}

function predicate(
  fl: FunctionLowering,
  kind: "isNaN" | "isFinite" | "isInteger" | "isSafeInteger",
  a: Argument,
  value: Value,
  loc: Span,
): Operand {
  const e = fl.b;
  if (value.kind === "bool" && value.value !== undefined) return scalar(e.constant("i1", value.value, loc), "i1");
  if (a.op.kind === "nullable" && a.value.kind === "nullable") {
    const number = predicate(fl, kind, { op: a.op.number, value: a.value.number }, value, loc);
    const is = isTagged(e, a.op, "number", loc);
    return number.kind === "scalar" ? scalar(e.emit("and", "i1", [is, number.id], {}, loc), "i1") : number;
  }
  if (a.op.kind !== "scalar") return scalar(e.constant("i1", false, loc), "i1");
  const x = numberAs(fl, a.op, "f64", loc);
  if (kind === "isNaN") return scalar(e.emit("fcmp", "i1", [x, x], { pred: "une", fast: [] }, loc), "i1");
  const magnitude = e.emit("fabs", "f64", [x], { fast: [] }, loc);
  const finite = e.emit("fcmp", "i1", [magnitude, e.constant("f64", Infinity, loc)], { pred: "olt", fast: [] }, loc);
  if (kind === "isFinite") return scalar(finite, "i1");
  const whole = e.emit(
    "fcmp",
    "i1",
    [e.emit("ftrunc", "f64", [x], { fast: [] }, loc), x],
    { pred: "oeq", fast: [] },
    loc,
  );
  const limit =
    kind === "isSafeInteger"
      ? e.emit(
          "fcmp",
          "i1",
          [magnitude, e.constant("f64", Number.MAX_SAFE_INTEGER, loc)],
          { pred: "ole", fast: [] },
          loc,
        )
      : finite;
  return scalar(e.emit("and", "i1", [whole, limit], {}, loc), "i1");
}

/** Object.is: equal, and NaN is NaN, and −0 isn't +0. */
function sameValueOf(fl: FunctionLowering, a: Argument, b: Argument, value: Value, loc: Span): Operand {
  const e = fl.b;
  if (value.kind === "bool" && value.value !== undefined) return scalar(e.constant("i1", value.value, loc), "i1");
  if (a.value.kind !== "number" || b.value.kind !== "number")
    return scalar(lowerEquality(fl, a.op, a.value, b.op, b.value, loc), "i1");
  const x = numberAs(fl, a.op, "f64", loc);
  const y = numberAs(fl, b.op, "f64", loc);
  const one = e.constant("f64", 1, loc);
  const is = (p: ValueId, q: ValueId, pred: "oeq" | "une"): ValueId =>
    e.emit("fcmp", "i1", [p, q], { pred, fast: [] }, loc);
  // 1/x tells the zeros apart; for everything else that is equal it is equal too.
  const inverse = (v: ValueId): ValueId => e.emit("fdiv", "f64", [one, v], { fast: [], operands: [] }, loc);
  const equal = e.emit("and", "i1", [is(x, y, "oeq"), is(inverse(x), inverse(y), "oeq")], {}, loc);
  const bothNaN = e.emit("and", "i1", [is(x, x, "une"), is(y, y, "une")], {}, loc);
  return scalar(e.emit("or", "i1", [equal, bothNaN], {}, loc), "i1");
}

function log(fl: FunctionLowering, ops: readonly Operand[], values: readonly Value[], loc: Span): void {
  const parts: (string | null)[] = [];
  const ids: ValueId[] = [];
  const bigints: (Sign | null)[] = [];
  for (const [i, op] of ops.entries()) {
    const v = values[i] ?? UNDEFINED;
    if (v.kind === "string") {
      parts.push(v.value);
      continue;
    }
    if (op.kind !== "scalar") continue;
    parts.push(null);
    const big = v.kind === "bigint" ? signOf(v) : null;
    // Numbers go as they are printed: doubles.
    ids.push(big === null && op.type !== "i1" ? numberAs(fl, op, "f64", loc) : op.id);
    bigints.push(big);
  }
  fl.b.emit("log", "void", ids, { parts, bigints }, loc);
}
