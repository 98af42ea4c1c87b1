/** Calls of host functions: the kinds of rows that builtins.ts has. */
import type { Node } from "acorn";
import { EXTREMES, HYPOT, MAX_HYPOT } from "./array-methods.ts";
import { relaxed } from "./binary.ts";
import { approximateResult, type Builtin, EXACT_MATH, IMUL, NAN_VALUE, RANDOM } from "./builtins.ts";
import { type CallNode, calledText, callTargets } from "./calls.ts";
import { lengthOf } from "./constructors.ts";
import { describe } from "./describe.ts";
import { isBig } from "./elements.ts";
import { inferExpression, truthOf } from "./expressions.ts";
import { type Demand, EXACT, type Frame, LOW_BITS, ZERO_BLIND } from "./frame.ts";
import type { Inference } from "./infer.ts";
import {
  arrayOf,
  type BigintValue,
  BOOL,
  bool,
  constantOf,
  fitsInt32,
  INT64_MAX,
  INT64_MIN,
  isMachineInt,
  isPlain,
  type NumberValue,
  numberConstant,
  UINT64_MAX,
  UNDEFINED,
  type Value,
} from "./lattice.ts";
import { builtinTarget, extraArgument } from "./method-calls.ts";
import { settle } from "./operators.ts";
import * as ranges from "./ranges.ts";
import { inferAll, spreadItems, spreadOperand } from "./spread.ts";
import { numeric, toNumber } from "./to-number.ts";

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

export function builtinCall(cx: Inference, frame: Frame, node: CallNode, builtin: Builtin, demand: Demand): Value {
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
    return i >= count || v.kind === "undefined" ? NAN_VALUE : toNumber(cx, frame, a, v, name);
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
      return v.kind === "undefined" ? NAN_VALUE : toNumber(cx, frame, node.arguments[0] as Node, v, name);
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
      if (cx.state !== undefined && a.kind !== "nullable" && b.kind !== "nullable")
        if (a.kind !== b.kind || a.kind === "undefined") return bool(a.kind === b.kind);
      if (a.kind === "array" && b.kind === "array" && (a.isView || b.isView))
        cx.sink.fail("compare-views", { operator: "Object.is" }, cx.spanAt(frame, node));
      if (
        cx.state !== undefined &&
        (b.kind === "nullable" ||
          (a.kind !== "number" && a.kind !== "bool" && a.kind !== "bigint" && a.kind !== "array"))
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
export function isPlainArray(v: Value): boolean {
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
  if (v.kind === "nullable" && !converts) return BOOL;
  if (v.kind !== "number" && !converts) return bool(false);
  const n = toNumber(cx, frame, node, v, name);
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
