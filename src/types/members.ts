/** Inference of `object.name` and `object[index]`: elements, lengths, items of tuples, properties of captured objects. */
import type {
  AssignmentExpression,
  BinaryExpression,
  CallExpression,
  ConditionalExpression,
  LogicalExpression,
  MemberExpression,
  Node,
  VariableDeclarator,
} from "acorn";
import { noteAccess } from "./accessed.ts";
import { ARRAY_METHODS } from "./array-methods.ts";
import { indexOperand } from "./assignments.ts";
import { LOG } from "./builtins.ts";
import { bindingAt } from "./counted.ts";
import { describe, differentKinds, kindsByPlace } from "./describe.ts";
import { inferExpression } from "./expressions.ts";
import { EXACT, type Frame, INDEX } from "./frame.ts";
import type { Inference } from "./infer.ts";
import {
  type ArrayValue,
  constantOf,
  elementOf,
  intRange,
  itemNamed,
  type NumberValue,
  numberConstant,
  type RecordValue,
  UNDEFINED,
  type Value,
} from "./lattice.ts";
import { isOnlyTested } from "./only-tested.ts";
import { failUndefined } from "./to-number.ts";

export function propertyName(node: MemberExpression): string | undefined {
  if (!node.computed && node.property.type === "Identifier") return node.property.name;
  if (node.computed && node.property.type === "Literal" && typeof node.property.value === "string")
    return node.property.value;
  return undefined;
}

export function inferMember(cx: Inference, frame: Frame, node: MemberExpression): Value {
  const object = inferExpression(cx, frame, node.object, EXACT);
  if (cx.state === undefined) return UNDEFINED;
  const name = propertyName(node);
  switch (object.kind) {
    case "array": {
      if (name === undefined) {
        indexOperand(cx, frame, node);
        noteAccess(cx, frame, node, object);
        return elementOf(object);
      }
      if (name === "length") return intRange(object.minLength, object.maxLength);
      const isTyped = object.literals.length === 0;
      if (isTyped && name === "byteLength") return numericProduct(object, bytesPer(object));
      if (isTyped && name === "BYTES_PER_ELEMENT") return numberConstant(bytesPer(object));
      return unknownMember(cx, frame, node, name, object);
    }
    case "tuple": {
      if (name === "length") return numberConstant(object.items.length);
      if (name !== undefined) return unknownMember(cx, frame, node, name, object);
      const index = inferExpression(cx, frame, node.property, INDEX);
      // A call whose result isn't known yet.
      if (cx.state === undefined) return UNDEFINED;
      const at = index.kind === "number" ? constantOf(index) : undefined;
      const item = at === undefined ? undefined : object.items[at];
      const any = at === undefined && index.kind === "number" ? cx.anyItem(object) : undefined;
      if (any !== undefined) return any;
      if (item === undefined) {
        const kinds = at === undefined ? differentKinds(object) : undefined;
        return cx.sink.fail("tuple-index", { length: object.items.length, kinds }, cx.spanAt(frame, node));
      }
      return item;
    }
    case "record":
      return propertyOfRecord(cx, frame, node, object, name);
    case "host":
    case "function":
      return hostMember(cx, frame, node, object, name);
    case "objects":
      return propertyOfObjects(cx, frame, node, object.among, name);
    case "undefined":
      return failUndefined(cx, frame, node.object, ".", object);
    default:
      if (name !== undefined) return unknownMember(cx, frame, node, name, object);
      return cx.sink.fail(
        "not-indexable",
        { actual: describe(object), isElement: node.object.type === "MemberExpression" },
        cx.spanAt(frame, node.object),
      );
  }
}

function bytesPer(a: ArrayValue): number {
  return {
    int8: 1,
    uint8: 1,
    uint8c: 1,
    int16: 2,
    uint16: 2,
    int32: 4,
    uint32: 4,
    float32: 4,
    float64: 8,
    bigint64: 8,
    biguint64: 8,
  }[a.elem];
}

function numericProduct(a: ArrayValue, by: number): NumberValue {
  return intRange(a.minLength * by, a.maxLength * by);
}

/** What arrays have that isn't called. */
const PROPERTIES = ["length", "byteLength", "BYTES_PER_ELEMENT"];

/** What an array, or another value, doesn't have in a kernel. */
export function unknownMember(cx: Inference, frame: Frame, node: MemberExpression, name: string, of: Value): never {
  const isPlain = of.kind === "tuple" || (of.kind === "array" && (of.readonly || of.literals.length > 0));
  const methods = [...ARRAY_METHODS].filter(([, row]) => !isPlain || row.plain !== undefined).map(([method]) => method);
  const isArray = of.kind === "array" || of.kind === "tuple";
  const parent = frame.closure.source.parents.get(node) as CallExpression | undefined;
  const called = parent?.type === "CallExpression" && parent.callee === node;
  const names = [...PROPERTIES.slice(0, isPlain ? 1 : undefined), ...(called ? methods : [])];
  const like = isArray ? closest(name, names) : undefined;
  const object = of.kind === "array" && of.readonly ? "a captured plain array" : describe(of);
  return cx.sink.fail("unsupported-array-member", { name, object, like, called }, cx.spanAt(frame, node.property));
}

/** A property of a captured object: a constant, a function, another object. */
function hostMember(
  cx: Inference,
  frame: Frame,
  node: MemberExpression,
  object: Value & { kind: "host" | "function" },
  name: string | undefined,
): Value {
  let key = name;
  if (key === undefined) {
    const index = inferExpression(cx, frame, node.property, EXACT);
    const c = index.kind === "number" ? constantOf(index) : undefined;
    if (c !== undefined) key = String(c);
    else if (index.kind === "string") key = index.value;
  }
  const [only] = object.kind === "function" ? object.targets : [];
  const target = object.kind === "host" ? object.value : only?.fn;
  if (target === globalThis.console && key === "log") return { kind: "host", value: LOG };
  if (key === undefined || target === null || (typeof target !== "object" && typeof target !== "function")) {
    return cx.sink.fail(
      "unsupported-member",
      { object: describe(object), member: key ?? "[…]" },
      cx.spanAt(frame, node),
    );
  }
  const found = cx.environment.property(target, key);
  if (found.value.kind === "undefined" && !(key in target) && !asksWhether(frame, node)) {
    // A kernel's members aren't its function's.
    if (object.kind === "function")
      return cx.sink.fail("unsupported-member", { object: describe(object), member: key }, cx.spanAt(frame, node));
    return cx.sink.fail(
      "unknown-property",
      { name: key, object: sourceText(frame, node.object), like: closest(key, Object.getOwnPropertyNames(target)) },
      cx.spanAt(frame, node.property),
    );
  }
  refuseNegativeLength(cx, frame, node, object, key, found.value);
  if (found.object !== undefined) frame.captured.set(node, found.object);
  return found.value;
}

/** A property of one of several captured objects: an item of the list of what it is of each. */
function propertyOfObjects(
  cx: Inference,
  frame: Frame,
  node: MemberExpression,
  objects: readonly object[],
  key: string | undefined,
): Value {
  if (key === undefined)
    return cx.sink.fail("unsupported-member", { object: "an object", member: "[…]" }, cx.spanAt(frame, node));
  const { values, value: list, object: typedArrays } = cx.environment.properties(objects, key);
  const isThere = objects.some((object) => key in object);
  if (values.every((value) => value === undefined) && (isThere || asksWhether(frame, node))) return UNDEFINED;
  if (!isThere) {
    const like = closest(key, [...new Set(objects.flatMap((object) => Object.getOwnPropertyNames(object)))]);
    return cx.sink.fail(
      "unknown-property",
      { name: key, object: sourceText(frame, node.object), like },
      cx.spanAt(frame, node.property),
    );
  }
  const any = list.kind === "array" ? elementOf(list) : list.kind === "tuple" ? cx.anyItem(list) : undefined;
  if (any === undefined) {
    const kinds = kindsByPlace(values.map((x) => cx.environment.captured(x).value)).join(" and ");
    return cx.sink.fail(
      "property-kinds",
      { name: key, object: sourceText(frame, node.object), kinds },
      cx.spanAt(frame, node),
    );
  }
  refuseNegativeLength(cx, frame, node, { kind: "objects", among: objects }, key, any);
  frame.properties.set(node, list);
  if (typedArrays !== undefined) frame.captured.set(node, typedArrays);
  return any;
}

/** A property of an object that the kernel has made. */
function propertyOfRecord(
  cx: Inference,
  frame: Frame,
  node: MemberExpression,
  record: RecordValue,
  name: string | undefined,
): Value {
  if (name === undefined)
    return cx.sink.fail("unsupported-member", { object: describe(record), member: "[…]" }, cx.spanAt(frame, node));
  const item = itemNamed(record, name);
  if (item === undefined) {
    // Not what every object has: a kernel calls none of these, and none of them is undefined.
    if (asksWhether(frame, node) && !(name in Object.prototype)) return UNDEFINED;
    return cx.sink.fail(
      "unknown-property",
      { name, object: sourceText(frame, node.object), like: closest(name, record.names), has: record.names },
      cx.spanAt(frame, node.property),
    );
  }
  refuseNegativeLength(cx, frame, node, record, name, item);
  return item;
}

/** What is called length is taken for one, and none is −0 (never-negative.ts). */
function refuseNegativeLength(
  cx: Inference,
  frame: Frame,
  node: MemberExpression,
  of: Value,
  key: string,
  value: Value,
): void {
  if (key === "length" && value.kind === "number" && value.negZero)
    cx.sink.fail("unsupported-member", { object: describe(of), member: "length" }, cx.spanAt(frame, node));
}

export function sourceText(frame: Frame, node: Node): string {
  return frame.closure.source.source.text.slice(node.start, node.end);
}

/** The name that was probably meant: one that differs in its case, by one letter more, less or other, or by two that changed places. */
function closest(name: string, names: readonly string[]): string | undefined {
  const letters = name.toLowerCase();
  const near = (other: string): boolean => {
    const [short, long] = other.length < letters.length ? [other, letters] : [letters, other];
    if (long.length - short.length > 1) return false;
    let i = 0;
    while (i < short.length && short[i] === long[i]) i++;
    if (long.slice(i + 1) === short.slice(long.length === short.length ? i + 1 : i)) return true;
    const isSwapped = long[i] === short[i + 1] && long[i + 1] === short[i];
    return isSwapped && long.length === short.length && long.slice(i + 2) === short.slice(i + 2);
  };
  return names.find((n) => n.toLowerCase() === letters) ?? names.find((n) => name.length > 2 && near(n.toLowerCase()));
}

/** `config.gain ?? 1`, `config.gain === undefined`, `(_a = config.gain) !== null`, `if (config.wraps)`: a property that may be missing. */
function asksWhether(frame: Frame, node: Node): boolean {
  const { source } = frame.closure;
  const parent = source.parents.get(node) as
    | AssignmentExpression
    | BinaryExpression
    | ConditionalExpression
    | LogicalExpression
    | VariableDeclarator
    | undefined;
  if (parent?.type === "AssignmentExpression")
    return parent.operator === "=" && parent.right === node && asksWhether(frame, parent);
  // `config?.gain ?? 1` is `(config == null ? void 0 : config.gain) ?? 1` by now (frontend/normalise.ts).
  if (parent?.type === "ConditionalExpression")
    return parent.test === node || (parent.alternate === node && asksWhether(frame, parent));
  if (parent?.type === "VariableDeclarator" && isOnlyAskedFor(frame, parent, node)) return true;
  if (parent?.type === "LogicalExpression" && parent.operator !== "&&" && parent.left === node) return true;
  if (parent?.type !== "BinaryExpression") return isOnlyTested(source, node);
  if (!EQUALITY.has(parent.operator)) return false;
  const other = parent.left === node ? parent.right : parent.left;
  if (other.type === "UnaryExpression") return other.operator === "void";
  return other.type === "Identifier" ? other.name === "undefined" : other.type === "Literal" && other.value === null;
}

/** `const { flag } = options; … if (flag)`: a variable of which that alone is asked. */
function isOnlyAskedFor(frame: Frame, { id, init }: VariableDeclarator, node: Node): boolean {
  const binding = init === node ? bindingAt(frame.closure.source, id) : undefined;
  if (binding === undefined || binding.kind === "var" || binding.writes.length > 0) return false;
  return binding.references.every((use) => asksWhether(frame, use));
}

const EQUALITY: ReadonlySet<string> = new Set(["===", "!==", "==", "!="]);
