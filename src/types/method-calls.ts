/** Calls of typed arrays' and lists' methods, which are functions of ours (array-methods.ts). */
import type { MemberExpression } from "acorn";
import type { Callable } from "../frontend/program.ts";
import { ARRAY_METHODS, methodFor } from "./array-methods.ts";
import { isPlainArray } from "./builtin-calls.ts";
import { builtinOf } from "./builtins.ts";
import { type CallNode, callTargets } from "./calls.ts";
import { storedDemand } from "./demand.ts";
import { describe, unlikeNumbers } from "./describe.ts";
import { isBig } from "./elements.ts";
import { inferExpression } from "./expressions.ts";
import { EXACT, type Frame } from "./frame.ts";
import type { Inference } from "./infer.ts";
import {
  type ArrayValue,
  type FunctionValue,
  holdsIntegers,
  type TupleValue,
  UNDEFINED,
  type Value,
} from "./lattice.ts";
import { unknownMember } from "./members.ts";
import { inferWrittenOut } from "./plain-arrays.ts";
import { inferAll } from "./spread.ts";

/** Those that write the array itself. */
const WRITES: ReadonlySet<string> = new Set(["fill", "reverse", "copyWithin", "set", "sort"]);

/** Those that give an element, or undefined. */
const FINDS: ReadonlySet<string> = new Set(["find", "findLast"]);

function hasNumbers(list: ArrayValue | TupleValue): boolean {
  return list.kind === "array" ? !isBig(list.elem) : list.items.every(({ kind }) => kind === "number");
}

export function methodCall(
  cx: Inference,
  frame: Frame,
  node: CallNode,
  object: ArrayValue | TupleValue,
  name: string,
): Value {
  const isPlain = isPlainArray(object);
  const row = ARRAY_METHODS.get(name);
  if (row === undefined || (isPlain && row.plain === undefined) || (FINDS.has(name) && !hasNumbers(object)))
    return unknownMember(cx, frame, node.callee as MemberExpression, name, object);
  const given = inferAll(cx, frame, node.arguments, (a, i) =>
    inferExpression(cx, frame, a, holdsIntegers(object) ? storedDemand(name, i) : EXACT),
  );
  if (cx.state === undefined) return UNDEFINED;
  const { fn, arity } = methodFor(row, given.length);
  const own: Value[] = Array.from({ length: arity }, (_, i) => given[i] ?? UNDEFINED);
  const args: Value[] = [object, ...own];
  const source = args[1];
  if (name === "set" && source?.kind === "tuple") cx.asArray([source], "read");
  if (name === "set" && source !== undefined && source.kind !== "array") {
    cx.refuse([source], "set-source", { actual: describe(source) }, cx.spanAt(frame, node.arguments[0] ?? node));
  }
  const visit = args[1];
  const isFunction = visit?.kind === "function" || visit?.kind === "host";
  const orNone = name === "sort" || name === "toSorted";
  if (row.visits && visit !== undefined && !isFunction && !(orNone && visit.kind === "undefined")) {
    const span = cx.spanAt(frame, node.arguments[0] ?? node);
    cx.refuse([visit], "callback-kind", { name, actual: describe(visit), given: given.length > 0 }, span);
  }
  if (orNone && isPlain && visit?.kind === "undefined")
    return cx.sink.fail("sort-as-text", { name }, cx.spanAt(frame, node));
  const written = isPlain ? inferWrittenOut(cx, frame, node, name, [object, ...own]) : undefined;
  if (written !== undefined) return written;
  // What is made of them may be BigInts of other bits and signs.
  if (isPlain && name === "map" && object.kind === "array" && isBig(object.elem))
    return cx.sink.fail("array-items", { length: object.maxLength, actual: "a BigInt" }, cx.spanAt(frame, node));
  if (object.kind === "tuple") return methodOfList(cx, frame, node, object, name, args);
  // A plain array would hold undefined, and no BigInt is undefined.
  const isNumeric = !isPlain && !isBig(object.elem);
  if (name === "fill" && args[1]?.kind === "undefined" && !isNumeric)
    cx.refuse(
      [args[1]],
      "store-kind",
      { elem: isPlain ? "plain" : object.elem, actual: "undefined", wanted: isPlain ? "a number" : "a BigInt" },
      cx.spanAt(frame, node),
    );
  if (row.plain === "writes" && isPlain) cx.asArray([object], "written");
  if (object.readonly && WRITES.has(name)) cx.sink.fail("readonly-table", {}, cx.spanAt(frame, node));
  return callTargets(
    cx,
    frame,
    node,
    builtinTarget(cx, fn),
    [...args, ...row.extra(object.elem).map((f) => extraArgument(cx, f))],
    EXACT,
    cx.spanAt(frame, node),
  );
}

/** Numbers become an array, whose method it is; what only reads them takes other lists as they are. */
function methodOfList(
  cx: Inference,
  frame: Frame,
  node: CallNode,
  list: TupleValue,
  name: string,
  args: readonly Value[],
): Value {
  const row = ARRAY_METHODS.get(name);
  cx.asArray([list], row?.plain === "writes" ? "written" : "read");
  if (row?.plain === "writes") return cx.sink.fail("assign-tuple", unlikeNumbers(list), cx.spanAt(frame, node));
  if (row?.plain !== "reads") {
    const other = list.items.find((item) => item.kind !== "number") ?? UNDEFINED;
    return cx.sink.fail("list-method", { name, actual: describe(other) }, cx.spanAt(frame, node));
  }
  const { fn } = methodFor(row, node.arguments.length);
  const all = [...args, ...row.extra("float64").map((f) => extraArgument(cx, f))];
  return callTargets(cx, frame, node, builtinTarget(cx, fn), all, EXACT, cx.spanAt(frame, node));
}

export function builtinTarget(cx: Inference, fn: Callable): FunctionValue {
  return { kind: "function", targets: [cx.environment.builtinClosure(fn)] };
}

export function extraArgument(cx: Inference, fn: Callable): Value {
  return builtinOf(fn) !== undefined ? { kind: "host", value: fn } : builtinTarget(cx, fn);
}
