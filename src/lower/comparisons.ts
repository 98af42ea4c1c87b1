/** Comparisons, truthiness and conditions: whatever becomes an i1. */
import type {
  BinaryExpression,
  ConditionalExpression,
  LogicalExpression,
  Node,
  SequenceExpression,
  UnaryExpression,
} from "acorn";
import type { FloatPred, IntPred, ValueId } from "../ir/ops.ts";
import type { Span } from "../source/span.ts";
import type { Frame } from "../types/frame.ts";
import {
  asNullable,
  type BigintValue,
  BOOL,
  INT32,
  join,
  KindConflict,
  numberIn,
  signOf,
  type Value,
} from "../types/lattice.ts";
import { typeTest } from "../types/nullable.ts";
import type { TAGS } from "../types/signature.ts";
import { lowerExpression, speculatable } from "./expressions.ts";
import type { FunctionLowering } from "./function.ts";
import { asNullableOperand, isTagged, plainNumber } from "./nullable.ts";
import { asNumber, isInteger, numberAs } from "./numbers.ts";
import { coerce, type Item, type NullableOperand, type Operand } from "./operand.ts";

export const INT_PREDS: Readonly<Record<string, IntPred>> = {
  "<": "slt",
  "<=": "sle",
  ">": "sgt",
  ">=": "sge",
  "===": "eq",
  "==": "eq",
  "!==": "ne",
  "!=": "ne",
};
const FLOAT_PREDS: Readonly<Record<string, FloatPred>> = {
  "<": "olt",
  "<=": "ole",
  ">": "ogt",
  ">=": "oge",
  "===": "oeq",
  "==": "oeq",
  "!==": "une",
  "!=": "une",
};

/** `a === b` of two operands. */
export function lowerEquality(fl: FunctionLowering, a: Item, b: Item, loc: Span): ValueId {
  return compare(fl, "===", a, b, BOOL, loc);
}

/** `left op right`, of which `value` is known. */
export function compare(fl: FunctionLowering, op: string, left: Item, right: Item, value: Value, loc: Span): ValueId {
  const e = fl.b;
  const { op: a, value: av } = left;
  const { op: b, value: bv } = right;
  if (value.kind === "bool" && value.value !== undefined) return e.constant("i1", value.value, loc);
  if (av.kind === "nullable" || bv.kind === "nullable") return compareNullable(fl, op, left, right, value, loc);
  if (av.kind === "objects" || bv.kind === "objects") {
    const either = join(av, bv);
    if (either instanceof KindConflict) return e.constant("i1", false, loc);
    const numbered = (of: Item): Item => ({ op: coerce(e, of.op, of.value, either, loc), value: INT32 });
    return compare(fl, op, numbered(left), numbered(right), value, loc);
  }
  if (av.kind === "bigint" || bv.kind === "bigint") return compareBigint(fl, op, left, right, loc);
  if (a.kind === "array" && b.kind === "array") {
    const same = e.emit("array.same", "i1", [a.id, b.id], {}, loc);
    return op === "!==" || op === "!=" ? e.emit("not", "i1", [same], {}, loc) : same;
  }
  if (a.kind !== "scalar" || b.kind !== "scalar") return e.constant("i1", false, loc);
  if (a.type === "i1" && b.type === "i1" && (op[0] === "=" || op[0] === "!")) {
    return e.emit("icmp", "i1", [a.id, b.id], { pred: INT_PREDS[op] as IntPred }, loc);
  }
  if (isInteger(a) && isInteger(b)) {
    const type = a.type === "i64" || b.type === "i64" ? "i64" : "i32";
    return e.emit(
      "icmp",
      "i1",
      [numberAs(fl, a, type, loc), numberAs(fl, b, type, loc)],
      { pred: INT_PREDS[op] as IntPred },
      loc,
    );
  }
  // Two float32 values compare the same in float32: half the width.
  const type = asNumber(av).f32 && asNumber(bv).f32 ? "f32" : "f64";
  const fast = fl.fastmath;
  return e.emit(
    "fcmp",
    "i1",
    [numberAs(fl, a, type, loc), numberAs(fl, b, type, loc)],
    { pred: FLOAT_PREDS[op] as FloatPred, fast },
    loc,
  );
}

function compareNullable(fl: FunctionLowering, op: string, a: Item, b: Item, value: Value, loc: Span): ValueId {
  const e = fl.b;
  const equality = EQUALITIES[op];
  if (equality === undefined) return compare(fl, op, plainNumber(e, a, loc), plainNumber(e, b, loc), value, loc);
  const [x, y] = [asNullable(a.value), asNullable(b.value)];
  if (x === undefined || y === undefined) return e.constant("i1", equality.negated, loc);
  const p = asNullableOperand(e, a.op, a.value, x, loc);
  const q = asNullableOperand(e, b.op, b.value, y, loc);
  const both = (m: ValueId, n: ValueId): ValueId => e.emit("and", "i1", [m, n], {}, loc);
  const parts: ValueId[] = [];
  if (numberIn(x) !== undefined && numberIn(y) !== undefined) {
    const same = compare(fl, "===", { op: p.number, value: x.number }, { op: q.number, value: y.number }, BOOL, loc);
    parts.push(both(same, both(isTagged(e, p, "number", loc), isTagged(e, q, "number", loc))));
  }
  const isNothing = (o: NullableOperand): ValueId => e.emit("not", "i1", [isTagged(e, o, "number", loc)], {}, loc);
  const kinds = (["null", "undefined"] as const).filter((kind) => x[kind] && y[kind]);
  if (equality.isLoose) parts.push(both(isNothing(p), isNothing(q)));
  else for (const kind of kinds) parts.push(both(isTagged(e, p, kind, loc), isTagged(e, q, kind, loc)));
  const [first = e.constant("i1", false, loc), ...others] = parts;
  const equal = others.reduce((m, n) => e.emit("or", "i1", [m, n], {}, loc), first);
  return equality.negated ? e.emit("not", "i1", [equal], {}, loc) : equal;
}

const EQUALITIES: { readonly [op: string]: { readonly isLoose: boolean; readonly negated: boolean } } = {
  "===": { isLoose: false, negated: false },
  "!==": { isLoose: false, negated: true },
  "==": { isLoose: true, negated: false },
  "!=": { isLoose: true, negated: true },
};

/** `typeof x === "number"`, where x may be null or undefined; undefined for other tests. */
export function lowerTypeTest(fl: FunctionLowering, frame: Frame, node: BinaryExpression): ValueId | undefined {
  const test = typeTest(frame, node);
  if (test === undefined) return undefined;
  const loc = fl.spanOf(frame, node);
  const op = lowerExpression(fl, frame, test.of);
  const kind = TYPES[test.text];
  const negated = EQUALITIES[node.operator]?.negated === true;
  if (op.kind !== "nullable" || kind === undefined) return fl.b.constant("i1", negated, loc);
  const is = isTagged(fl.b, op, kind, loc);
  return negated ? fl.b.emit("not", "i1", [is], {}, loc) : is;
}

const TYPES: { readonly [type: string]: keyof typeof TAGS } = {
  number: "number",
  object: "null",
  undefined: "undefined",
};

/** Of two, or of one and a number. */
function compareBigint(fl: FunctionLowering, op: string, left: Item, right: Item, loc: Span): ValueId {
  const e = fl.b;
  const { op: a, value: av } = left;
  const { op: b, value: bv } = right;
  if (a.kind !== "scalar" || b.kind !== "scalar") return e.constant("i1", false, loc);
  if (av.kind === "bigint" && bv.kind === "bigint") {
    return e.emit(
      "bigcmp",
      "i1",
      [a.id, b.id],
      { pred: INT_PREDS[op] as IntPred, lhs: signOf(av), rhs: signOf(bv) },
      loc,
    );
  }
  if (av.kind === "bigint") {
    return e.emit(
      "bigfcmp",
      "i1",
      [a.id, numberAs(fl, b, "f64", loc)],
      { pred: FLOAT_PREDS[op] as FloatPred, lhs: signOf(av) },
      loc,
    );
  }
  const flipped = ({ "<": ">", "<=": ">=", ">": "<", ">=": "<=" } as Record<string, string>)[op] ?? op;
  return e.emit(
    "bigfcmp",
    "i1",
    [b.id, numberAs(fl, a, "f64", loc)],
    { pred: FLOAT_PREDS[flipped] as FloatPred, lhs: signOf(bv as BigintValue) },
    loc,
  );
}

/** JavaScript's truthiness of an operand. */
export function truthiness(fl: FunctionLowering, op: Operand, value: Value, loc: Span): ValueId {
  const e = fl.b;
  if (value.kind === "objects") return e.constant("i1", true, loc);
  switch (op.kind) {
    case "nullable": {
      const number = value.kind === "nullable" ? value.number : value;
      return e.emit("and", "i1", [isTagged(e, op, "number", loc), truthiness(fl, op.number, number, loc)], {}, loc);
    }
    case "scalar":
      if (op.type === "i1") return op.id;
      if (op.type === "i32" || op.type === "i64") {
        const zero = e.constant(op.type, op.type === "i64" ? 0n : 0, loc);
        return e.emit("icmp", "i1", [op.id, zero], { pred: "ne" }, loc);
      }
      // NaN and both zeros are falsy: |x| > 0 says it in one comparison.
      return e.emit(
        "fcmp",
        "i1",
        [e.emit("fabs", op.type, [op.id], { fast: [] }, loc), e.constant(op.type, 0, loc)],
        { pred: "ogt", fast: [] },
        loc,
      );
    case "none":
      return e.constant("i1", (value.kind === "host" || value.kind === "string") && Boolean(value.value), loc);
    default:
      return e.constant("i1", true, loc);
  }
}

/** A condition as an i1. */
export function lowerCondition(fl: FunctionLowering, frame: Frame, node: Node): ValueId {
  const loc = fl.spanOf(frame, node);
  const e = fl.b;
  if (node.type === "UnaryExpression" && (node as UnaryExpression).operator === "!") {
    return e.emit("not", "i1", [lowerCondition(fl, frame, (node as UnaryExpression).argument)], {}, loc);
  }
  if (node.type === "SequenceExpression") {
    const list = (node as SequenceExpression).expressions;
    for (const e of list.slice(0, -1)) lowerExpression(fl, frame, e);
    return lowerCondition(fl, frame, list[list.length - 1] as Node);
  }
  if (node.type === "ConditionalExpression") {
    const { test, consequent, alternate } = node as ConditionalExpression;
    const known = fl.knownTruth(frame, test);
    const a = lowerCondition(fl, frame, test);
    if (known !== undefined) return lowerCondition(fl, frame, known ? consequent : alternate);
    if (speculatable(fl, frame, consequent) && speculatable(fl, frame, alternate)) {
      const b = fl.speculating(() => lowerCondition(fl, frame, consequent));
      const c = fl.speculating(() => lowerCondition(fl, frame, alternate));
      return e.emit("select", "i1", [a, b, c], {}, loc);
    }
    const result = e.local("test", "i1");
    e.if(
      a,
      loc,
      () => e.set(result, lowerCondition(fl, frame, consequent), loc),
      () => e.set(result, lowerCondition(fl, frame, alternate), loc),
    );
    return e.get(result, loc);
  }
  if (node.type === "LogicalExpression" && (node as LogicalExpression).operator !== "??") {
    const { left, right, operator } = node as LogicalExpression;
    const and = operator === "&&";
    const a = lowerCondition(fl, frame, left);
    const known = fl.knownTruth(frame, left);
    if (known !== undefined) return known === and ? lowerCondition(fl, frame, right) : a;
    if (speculatable(fl, frame, right)) {
      const b = fl.speculating(() => lowerCondition(fl, frame, right));
      return e.emit(and ? "and" : "or", "i1", [a, b], {}, loc);
    }
    const result = e.local("test", "i1");
    e.set(result, a, loc);
    const more = (): void => e.set(result, lowerCondition(fl, frame, right), loc);
    if (and) e.if(a, loc, more);
    else e.if(a, loc, () => {}, more);
    return e.get(result, loc);
  }
  return truthiness(fl, lowerExpression(fl, frame, node), fl.valueOf(frame, node), loc);
}
