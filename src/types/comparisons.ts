/** Inference of comparisons: of numbers, and of whatever else may be told from something. */
import type { BinaryExpression, Node } from "acorn";
import { describe } from "./describe.ts";
import type { Frame } from "./frame.ts";
import type { Inference } from "./infer.ts";
import { BOOL, bool, isNull, objectsIn, unionTargets, type Value } from "./lattice.ts";
import { mayEqual, remaining, truthOfTest, typeTest } from "./nullable.ts";
import { compareBigints, compareNumbers } from "./operators.ts";
import { isMissingSoFar, numeric, toNumber } from "./to-number.ts";

/** Is it what a `case` asks for? Of values that aren't both numbers, booleans or BigInts. */
export function isCase(cx: Inference, frame: Frame, test: Node, subject: Value, value: Value): Value {
  return comparison(cx, frame, test, "case", subject, value) as Value;
}

export function inferComparison(
  cx: Inference,
  frame: Frame,
  node: BinaryExpression,
  a: Value,
  b: Value,
): Value | "too-wide" {
  const { operator, left, right } = node;
  if (EQUALITY.has(operator)) {
    const test = typeTest(frame, node);
    return test === undefined
      ? comparison(cx, frame, node, operator, a, b)
      : truthOfTest(remaining(test.value, test.text, true), remaining(test.value, test.text, false), operator);
  }
  const asked = (v: Value, of: Node): Value =>
    v.kind === "nullable" || isMissingSoFar(frame, of, v) ? toNumber(cx, frame, of, v, operator) : v;
  return comparison(cx, frame, node, operator, asked(a, left), asked(b, right));
}

const EQUALITY: ReadonlySet<string> = new Set(["===", "!==", "==", "!=", "case"]);

function comparison(cx: Inference, frame: Frame, node: Node, operator: string, a: Value, b: Value): Value | "too-wide" {
  const equality = EQUALITY.has(operator);
  const negated = operator === "!==" || operator === "!=";
  const isNumeric = (v: Value): boolean => v.kind === "number" || v.kind === "bool";
  if (isNumeric(a) && isNumeric(b)) {
    if (a.kind === "bool" && b.kind === "bool" && equality) {
      return a.value === undefined || b.value === undefined ? BOOL : bool((a.value === b.value) !== negated);
    }
    // Strict equality between a boolean and a number is always false; that is hardly meant.
    if (a.kind !== b.kind && (operator === "===" || operator === "!==")) return bool(negated);
    const x = numeric(cx, frame, node, a, operator);
    const y = numeric(cx, frame, node, b, operator);
    if (x.wide || y.wide) {
      const small = x.wide ? y : x;
      if ((x.wide && y.wide) || !small.int || small.nan || Math.abs(small.lo) > 2 ** 52 || Math.abs(small.hi) > 2 ** 52)
        return "too-wide";
    }
    return compareNumbers(operator, x, y);
  }
  if (a.kind === "bigint" && b.kind === "bigint") return compareBigints(operator, a, b);
  if ((a.kind === "bigint" && isNumeric(b)) || (isNumeric(a) && b.kind === "bigint")) {
    return operator === "===" || operator === "!==" ? bool(negated) : BOOL;
  }
  if (equality && (a.kind === "nullable" || b.kind === "nullable")) {
    const truth = mayEqual(a, b, operator === "==" || operator === "!=");
    if (truth !== undefined) return truth ? BOOL : bool(negated);
  }
  if (equality) {
    if (a.kind === "undefined" || b.kind === "undefined" || isNull(a) || isNull(b)) {
      const loose = operator === "==" || operator === "!=";
      const nullish = (v: Value): boolean => v.kind === "undefined" || isNull(v);
      const same = loose ? nullish(a) && nullish(b) : a.kind === b.kind && isNull(a) === isNull(b);
      return bool(same !== negated);
    }
    if (a.kind === "string" && b.kind === "string") return bool((a.value === b.value) !== negated);
    if (a.kind === "array" && b.kind === "array" && (a.isView || b.isView))
      cx.sink.fail("compare-views", { operator }, cx.spanAt(frame, node));
    if (a.kind === "array" && b.kind === "array") return a.elem === b.elem ? BOOL : bool(negated);
    if (a.kind === "function" && b.kind === "function" && a.targets.length === 1 && b.targets.length === 1) {
      return bool((unionTargets(a.targets, b.targets).length === 1) !== negated);
    }
    // What a host function stands for is told by what it is: a function of the program isn't one.
    const [fn, other] = a.kind === "function" ? [a, b] : [b, a];
    if (fn.kind === "function" && other.kind === "host" && fn.targets.every((t) => t.builtin === undefined))
      return bool(negated);
    if (a.kind === "host" && b.kind === "host") return bool(Object.is(a.value, b.value) !== negated);
    const objects = objectsIn(a);
    const others = objectsIn(b);
    if (objects !== undefined && others !== undefined)
      return objects.some((object) => others.includes(object)) ? BOOL : bool(negated);
  }
  return cx.refuse(
    [a, b],
    "compare-kinds",
    { operator, left: describe(a), right: describe(b) },
    cx.spanAt(frame, node),
  );
}
