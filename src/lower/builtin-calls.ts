/** Lowers calls of JavaScript's own functions, `Math.max(a, b)`, `Number(x)`, and of numbats' own. */
import type { Node } from "acorn";
import type { Sign, ValueId } from "../ir/ops.ts";
import type { Span } from "../source/span.ts";
import { type Builtin, NAN_VALUE } from "../types/builtins.ts";
import type { CallNode } from "../types/calls.ts";
import type { Frame } from "../types/frame.ts";
import { isMachineInt, signOf, UNDEFINED, type Value } from "../types/lattice.ts";
import { spreadItems, spreadOperand } from "../types/spread.ts";
import { wrapBigint } from "./bigint-wrapping.ts";
import { lowerPow } from "./binary.ts";
import { lowerEquality, truthiness } from "./comparisons.ts";
import { makeArray } from "./constructors.ts";
import { froundOperation } from "./elements.ts";
import { lowerExpression, scalar } from "./expressions.ts";
import type { FunctionLowering } from "./function.ts";
import { isTagged, plainNumber } from "./nullable.ts";
import { asNumber, isInteger, numberAs, represent, toInt32 } from "./numbers.ts";
import type { Item } from "./operand.ts";
import { commonInt, NONE, type Operand } from "./operand.ts";
import { callOurs, ourFrame } from "./own-functions.ts";
import { lowerAll } from "./spread.ts";

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
  if (builtin.kind !== "min" && builtin.kind !== "max") return undefined;
  if (operand === undefined || ourFrame(frame, node) === undefined) return undefined;
  const value = fl.valueOf(frame, operand);
  if (spreadItems(value) !== undefined) return undefined;
  return callOurs(fl, frame, node, [{ op: lowerExpression(fl, frame, operand), value }], loc);
}

export function lowerBuiltinCall(
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
  const at = (i: number): Item => items[i] ?? { op: NONE, value: UNDEFINED };
  const plain = (i: number): Item => plainNumber(e, at(i), loc);
  // What is missing or undefined is NaN as a number.
  const number = (i: number): Item =>
    at(i).value.kind === "undefined"
      ? { op: scalar(e.constant("f64", Number.NaN, loc), "f64"), value: NAN_VALUE }
      : plain(i);
  const f64 = (i: number): ValueId => numberAs(fl, number(i).op, "f64", loc);
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
      const own = Array.from({ length: builtin.row.arity }, (_, i) => at(i));
      return callOurs(fl, frame, node, own, loc);
    }
    case "set-state":
      e.emit("random.seed", "void", [numberAs(fl, at(0).op, "i64", loc)], {}, loc);
      return NONE;
    case "math": {
      if (builtin.name === "pow") {
        const [base, exponent] = [number(0), number(1)];
        return lowerPow(fl, base.op, { op: exponent.op, value: asNumber(exponent.value) }, value, loc);
      }
      const id =
        builtin.name === "atan2"
          ? e.emit("math2", "f64", [f64(0), f64(1)], { fn: builtin.name, fast }, loc)
          : e.emit("math", "f64", [f64(0)], { fn: builtin.name, fast }, loc);
      return represent(fl, id, "f64", value, loc);
    }
    case "hypot": {
      const xs = items.map((_, i) => number(i));
      if (ourFrame(frame, node) !== undefined) return callOurs(fl, frame, node, xs, loc);
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
      if (isInteger(op)) return scalar(numberAs(fl, op, "i64", loc), "i64");
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
      log(fl, items, loc);
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

function exactMath(
  fl: FunctionLowering,
  name: "abs" | "ceil" | "floor" | "round" | "trunc" | "sign" | "sqrt" | "fround" | "clz32",
  a: Item,
  value: Value,
  loc: Span,
): Operand {
  const e = fl.b;
  if (name === "clz32")
    return represent(fl, e.emit("ctlz", "i32", [toInt32(fl, a.op, a.value, loc)], {}, loc), "i32", value, loc);
  if (a.op.kind !== "scalar") return NONE;
  const wantsInt = value.kind === "number" && isMachineInt(value);
  if (isInteger(a.op) && name !== "sqrt" && name !== "fround") {
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

function minMax(fl: FunctionLowering, kind: "min" | "max", args: readonly Item[], value: Value, loc: Span): Operand {
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
  a: Item,
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
function sameValueOf(fl: FunctionLowering, a: Item, b: Item, value: Value, loc: Span): Operand {
  const e = fl.b;
  if (value.kind === "bool" && value.value !== undefined) return scalar(e.constant("i1", value.value, loc), "i1");
  if (a.value.kind !== "number" || b.value.kind !== "number") return scalar(lowerEquality(fl, a, b, loc), "i1");
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

function log(fl: FunctionLowering, items: readonly Item[], loc: Span): void {
  const parts: (string | null)[] = [];
  const ids: ValueId[] = [];
  const bigints: (Sign | null)[] = [];
  for (const { op, value: v } of items) {
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
