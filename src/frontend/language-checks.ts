/**
 * The parts of the language that a node's type alone doesn't decide: one check per node type, used by the table in
 * language.ts. A check reports what it finds and answers the children that remain to be looked at, or undefined for all.
 *
 * Strings have no value in a kernel. The few places that may hold one are the checks that don't pass it on.
 */
import type {
  AnonymousFunctionDeclaration,
  ArrayExpression,
  AssignmentExpression,
  BinaryExpression,
  CallExpression,
  ConditionalExpression,
  Expression,
  ExpressionStatement,
  ForOfStatement,
  Identifier,
  Literal,
  LogicalExpression,
  MemberExpression,
  NewExpression,
  Node,
  ObjectExpression,
  PrivateIdentifier,
  Property,
  SpreadElement,
  Super,
  SwitchCase,
  SwitchStatement,
  ThrowStatement,
  UnaryExpression,
  UpdateExpression,
  VariableDeclaration,
  VariableDeclarator,
} from "acorn";
import type { DiagnosticSink } from "../diagnostics/sink.ts";
import { isMessage, isString, isTextByDefault, mayBeText, messageParts } from "./messages.ts";
import {
  ASSIGNMENT_OPERATORS,
  BINARY_OPERATORS,
  LOGICAL_OPERATORS,
  type OperatorRule,
  UNARY_OPERATORS,
  UPDATE_OPERATORS,
} from "./operators.ts";
import { type FunctionNode, type FunctionSource, spanOf } from "./program.ts";
import { isFunction } from "./walk.ts";

export interface CheckContext {
  readonly fn: FunctionSource;
  readonly sink: DiagnosticSink;
}

type Checked = readonly Node[] | undefined;

const NOTHING: Checked = [];
const ALL: Checked = undefined;

/** Reports something that isn't in the language; what is inside it doesn't matter then. */
export function refuse(node: Node, cx: CheckContext, what: string, instead: string): Checked {
  cx.sink.report("unsupported-syntax", { what, instead }, spanOf(cx.fn.source, node));
  return NOTHING;
}

function checkOperator(rule: OperatorRule, node: Node, cx: CheckContext): Checked {
  return rule === true ? ALL : refuse(node, cx, rule.refused, rule.instead);
}

/** The name of something outside the function, or undefined. */
function freeName(node: Expression | PrivateIdentifier | Super | SpreadElement, cx: CheckContext): string | undefined {
  // Most names are local: those of outside may stand in many places.
  if (node.type !== "Identifier" || cx.fn.bindings.has(node)) return undefined;
  return cx.fn.free.get(node.name)?.includes(node) ? node.name : undefined;
}

/** What `typeof` is asked of, if `node` asks. */
function typeofArgument(node: Node): Expression | undefined {
  if (node.type !== "UnaryExpression") return undefined;
  const { operator, argument } = node as UnaryExpression;
  return operator === "typeof" ? argument : undefined;
}

const ERRORS: ReadonlySet<string> = new Set(["Error", "RangeError", "TypeError"]);
const EQUALITY: ReadonlySet<string> = new Set(["==", "!=", "===", "!=="]);

/** What is called with this, as it is written. */
function calleeOf(argument: Node, cx: CheckContext): string | undefined {
  const { callee } = (cx.fn.parents.get(argument) ?? argument) as Partial<CallExpression>;
  return callee === undefined ? undefined : cx.fn.source.text.slice(callee.start, callee.end);
}

/** JavaScript's own functions and constructors. What minifiers call `O` is none. */
function isOwn(name: string): boolean {
  return /^(?:[A-Z]\w*|parse(?:Int|Float)|is(?:NaN|Finite))$/.test(name) && name in globalThis;
}

/** The name of a function, or of what it is a property of: `lib.check`, `lib["check"]`, or `(0, lib.check)` as tools write it. */
function rootOfCallee(callee: Expression | Super): Identifier | undefined {
  if (callee.type === "SequenceExpression") return rootOfCallee(callee.expressions.at(-1) as Expression);
  if (callee.type === "Identifier") return callee;
  if (callee.type !== "MemberExpression" || (callee.computed && !isString(callee.property))) return undefined;
  return rootOfCallee(callee.object);
}

/** May this call a helper, as far as its form tells? */
function mayCallHelper({ callee }: CallExpression, cx: CheckContext): boolean {
  const root = rootOfCallee(callee);
  if (root === undefined || isOwn(root.name)) return false;
  return callee.type === "Identifier" || freeName(root, cx) !== undefined;
}

/**
 * Is a text what a helper is to call something, `check(n, "n")`, or calls it unless it is told, an option, `{ method: "cubic" }`, or a constant?
 * Inference sees what becomes of it.
 */
function isName(node: Node, cx: CheckContext): boolean {
  const parent = cx.fn.parents.get(node);
  if (parent?.type === "AssignmentPattern" || parent?.type === "Property") return true;
  // Minifiers make `let` of `const`.
  if (parent?.type === "VariableDeclarator")
    return cx.fn.bindings.get((parent as VariableDeclarator).id as Identifier)?.writes.length === 0;
  if (parent !== undefined && isTextByDefault(parent)) return true;
  // One of two is what it may be: `mode === undefined ? "reflect" : mode`, as which defaults come here.
  if (parent?.type === "ConditionalExpression")
    return isChosenText(parent as ConditionalExpression) && (isAsked(parent, cx) || isName(parent, cx));
  if (parent?.type !== "CallExpression" || (parent as CallExpression).callee === node) return false;
  return mayCallHelper(parent as CallExpression, cx);
}

/** Is it asked which text this is? */
function isAsked(node: Node, cx: CheckContext): boolean {
  const parent = cx.fn.parents.get(node);
  if (parent?.type === "SwitchStatement") return true;
  return parent?.type === "BinaryExpression" && EQUALITY.has((parent as BinaryExpression).operator);
}

/** One of several texts, or none, as far as its form tells. */
function isChosenText({ consequent, alternate }: ConditionalExpression): boolean {
  return [consequent, alternate].every(
    (branch) =>
      isString(branch) || isWhich(branch) || (branch.type === "UnaryExpression" && branch.operator === "void"),
  );
}

/** Which text it is may be asked of this, as far as its form tells. Tools make conditions of `options?.mode ?? "text"`. */
function isWhich(node: Node): boolean {
  return isItem(node) || (node.type === "ConditionalExpression" && isChosenText(node as ConditionalExpression));
}

/** What may be a text, or an item: `STEPS[0].mode`, `TABLE[KIND].mode`. */
function isItem(node: Node): boolean {
  if (node.type !== "MemberExpression") return mayBeText(node);
  const { object, property, computed } = node as MemberExpression;
  return isItem(object) && (!computed || property.type === "Literal" || isItem(property));
}

export const checks = {
  literal(node: Literal, cx: CheckContext): Checked {
    if (node.regex !== undefined)
      return refuse(node, cx, "A regular expression", "Use numbers; strings stay outside the kernel");
    const applied = node.value === null ? /^(.*)\.(?:apply|call)$/s.exec(calleeOf(node, cx) ?? "")?.[1] : undefined;
    if (applied !== undefined) return refuse(node, cx, "`null`", `Call the function itself: ${applied}(…)`);
    if (typeof node.value === "string" && !isName(node, cx))
      cx.sink.report("string-value", { call: calleeOf(node, cx) }, spanOf(cx.fn.source, node));
    return ALL;
  },

  identifier(node: Identifier, cx: CheckContext): Checked {
    if (freeName(node, cx) !== "arguments") return ALL;
    return refuse(node, cx, "`arguments`", "Name the parameters");
  },

  arrayExpression(node: ArrayExpression, cx: CheckContext): Checked {
    if (!node.elements.includes(null)) return ALL;
    return refuse(node, cx, "An array literal with holes", "Write a number in each place, such as NaN");
  },

  objectExpression(node: ObjectExpression, cx: CheckContext): Checked {
    const values: Node[] = [];
    for (const property of node.properties) {
      if (property.type === "SpreadElement") {
        values.push(property.argument);
        continue;
      }
      const refused = insteadOfProperty(property);
      if (refused === undefined) values.push(property.value);
      else refuse(property, cx, ...refused);
    }
    return values;
  },

  unary(node: UnaryExpression, cx: CheckContext): Checked {
    if (typeofArgument(node) === undefined) return checkOperator(UNARY_OPERATORS[node.operator], node, cx);
    return refuse(node, cx, "`typeof` other than in a comparison with a string", 'Write typeof x === "number"');
  },

  update(node: UpdateExpression, cx: CheckContext): Checked {
    return checkOperator(UPDATE_OPERATORS[node.operator], node, cx);
  },

  binary(node: BinaryExpression, cx: CheckContext): Checked {
    const { operator, left, right } = node;
    if (EQUALITY.has(operator)) {
      const asked = isString(right) ? typeofArgument(left) : isString(left) ? typeofArgument(right) : undefined;
      if (asked !== undefined) return [asked];
      if (isString(right) && isWhich(left)) return [left];
      if (isString(left) && isWhich(right)) return [right];
    }
    return checkOperator(BINARY_OPERATORS[operator], node, cx);
  },

  switching(node: SwitchStatement): Checked {
    if (!isWhich(node.discriminant)) return ALL;
    const parts = ({ test, consequent }: SwitchCase): Node[] => [
      ...(test == null || isString(test) ? [] : [test]),
      ...consequent,
    ];
    return [node.discriminant, ...node.cases.flatMap(parts)];
  },

  logical(node: LogicalExpression, cx: CheckContext): Checked {
    return checkOperator(LOGICAL_OPERATORS[node.operator], node, cx);
  },

  assignment(node: AssignmentExpression, cx: CheckContext): Checked {
    return checkOperator(ASSIGNMENT_OPERATORS[node.operator], node, cx);
  },

  member(node: MemberExpression, cx: CheckContext): Checked {
    // m["default"] is m.default.
    if (node.computed && isString(node.property)) return [node.object];
    if (node.property.type !== "PrivateIdentifier") return ALL;
    return refuse(node, cx, "A private member", "Pass its value as an argument");
  },

  call(node: CallExpression, cx: CheckContext): Checked {
    const { callee } = node;
    if (freeName(callee, cx) === "eval") return refuse(node, cx, "`eval`", "Write the code out");
    if (isEnum(node))
      return refuse(node, cx, "An enum in a kernel", "Declare it outside the kernel, where its members are constants");
    if (callee.type !== "MemberExpression" || callee.object.type !== "Identifier") return ALL;
    const [first, ...others] = node.arguments;
    const length = lengthGiven(first);
    const maker = freeName(callee.object, cx) ?? "";
    // Array.from can't be called, but what to write instead is found where that is said.
    if (length !== undefined && (maker === "Array" || isTypedArrayName(maker)) && isNamed(callee, "from"))
      return [callee, length, ...others];
    const isLog =
      freeName(callee.object, cx) === "console" && !callee.computed && callee.property.type === "Identifier";
    return isLog ? [callee, ...node.arguments.filter((argument) => !isString(argument))] : ALL;
  },

  create(node: NewExpression, cx: CheckContext): Checked {
    const name = freeName(node.callee, cx);
    // Captured classes and typed arrays under other names are told apart by value, when types are inferred.
    if (name === undefined || !(name in globalThis) || isTypedArrayName(name)) return ALL;
    // `new Array(10).fill(0)`: inference says where it may stand.
    if (name === "Array") return ALL;
    if (ERRORS.has(name)) cx.sink.report("throw-unsupported", {}, spanOf(cx.fn.source, node));
    else cx.sink.report("new-unsupported", { name }, spanOf(cx.fn.source, node));
    return NOTHING;
  },

  declaration(node: VariableDeclaration, cx: CheckContext): Checked {
    if (node.kind === "var" || node.kind === "let" || node.kind === "const") return ALL;
    return refuse(node, cx, `\`${node.kind}\``, "Write const; arrays made in a kernel are released by themselves");
  },

  expressionStatement(node: ExpressionStatement): Checked {
    return node.directive === undefined ? ALL : NOTHING;
  },

  forOf(node: ForOfStatement, cx: CheckContext): Checked {
    return node.await ? refuse(node, cx, "`for await`", "Await outside the kernel and pass the values") : ALL;
  },

  throwing(node: ThrowStatement, cx: CheckContext): Checked {
    const error = node.argument;
    if (error.type === "NewExpression" && ERRORS.has(freeName(error.callee, cx) ?? "")) {
      // The callee is read like any other name: it may be something else around the kernel.
      const [message, ...others] = error.arguments;
      if (others.length === 0 && message === undefined) return [error.callee];
      // Inference sees whether names are those of strings.
      if (others.length === 0 && message !== undefined && isMessage(message, mayBeText))
        return [error.callee, ...messageParts(message, mayBeText).filter((part) => typeof part !== "string")];
    }
    cx.sink.report("throw-unsupported", {}, spanOf(cx.fn.source, error));
    return NOTHING;
  },

  innerFunction(node: FunctionNode | AnonymousFunctionDeclaration, cx: CheckContext): Checked {
    if (node.async) return refuse(node, cx, "An async function", "Write an ordinary function");
    if (node.generator)
      return refuse(node, cx, "A generator function", "Write an ordinary function that fills an array");
    const parent = cx.fn.parents.get(node)?.type;
    if (node.type === "FunctionDeclaration" && parent !== "BlockStatement" && parent !== "SwitchCase") {
      return refuse(node, cx, "A function declaration without a block around it", "Put it into the function's body");
    }
    return ALL;
  },
};

/** What TypeScript makes of an enum: `((E) => { … })(E || (E = {}))`. */
function isEnum({ callee, arguments: [first] }: CallExpression): boolean {
  if (!isFunction(callee) || first?.type !== "LogicalExpression" || first.operator !== "||") return false;
  const { left, right } = first;
  return left.type === "Identifier" && right.type === "AssignmentExpression" && right.right.type === "ObjectExpression";
}

/** What is wrong with a property of an object literal, and what to write instead; undefined if it is a name and a value. */
function insteadOfProperty({ kind, key, computed }: Property): readonly [string, string] | undefined {
  if (kind !== "init") return ["A getter or setter", "Give the property its value: { area: w * h }"];
  if (computed) return ["A computed property name", "Write the name, { x: 1 }, or use an array: a[k] = 1"];
  const name = key.type === "Identifier" ? key.name : isString(key) ? String((key as Literal).value) : "";
  if (name === "__proto__") return ["`__proto__` in an object literal", "Take another name"];
  if (key.type === "Identifier" || isIdentifier(name)) return undefined;
  return ["A property whose name isn't an identifier", "Take a name such as first, or make an array: [1, 2]"];
}

/** Names like numbers would come before others. */
export function isIdentifier(name: string): boolean {
  return /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name);
}

/** `{ length: n }`, in `Float64Array.from({ length: n }, (_, i) => …)`: the node of n. */
export function lengthGiven(node: Node | undefined): Expression | undefined {
  if (node?.type !== "ObjectExpression") return undefined;
  const [only, ...others] = (node as ObjectExpression).properties;
  if (others.length > 0 || only?.type !== "Property" || only.computed || only.kind !== "init") return undefined;
  return only.key.type === "Identifier" && only.key.name === "length" ? only.value : undefined;
}

export function isNamed({ computed, property }: MemberExpression, name: string): boolean {
  return !computed && property.type === "Identifier" && property.name === name;
}

export function isTypedArrayName(name: string): boolean {
  const value: unknown = Reflect.get(globalThis, name);
  return typeof value === "function" && Object.getPrototypeOf(value) === Object.getPrototypeOf(Float64Array);
}
