/**
 * Takes back what bundlers and minifiers do to a function and the language doesn't have otherwise.
 *
 *   const f = __name((x) => x * x, "f")     →  const f = (x) => x * x          esbuild's keepNames, always on in tsx
 *   function g(x) { … } __name(g, "g");     →  function g(x) { … }
 *   return void 0;                          →  return undefined;
 *   typeof y > "u"                          →  typeof y === "undefined"        esbuild's minifier: no other answer is greater
 *   throw Error(`no data`);                 →  throw new Error("no data");
 *   throw Error("n is ".concat(n, "!"));    →  throw new Error("n is " + n + "!");  Babel and TypeScript, of template literals
 *   [, , ,].fill(0)                         →  new Array(3).fill(0)            terser
 *   BigInt("0x7f")                          →  0x7fn                           esbuild for targets without BigInts
 *   Object.assign({ x }, s)                 →  { x, ...s }                     TypeScript before ES2018; esbuild: __spreadValues
 *   cov_1x2().s[3]++; (cov_1x2().b[0][1]++, x)  →  0; x                        the counters of Istanbul: Jest, nyc, vitest
 *
 *   return s += x, n++, s;                  →  s += x; n++; return s;             minifiers: also before conditions, in loops' heads, errors
 *
 *   Math.max(...xs, limit)                  →  Math.max(Math.max(...xs), limit)
 *
 *   Int32Array.from(a.keys())               →  Int32Array.from({ length: a.length }, (_, i) => i)
 *
 *   mask?.[i]                               →  mask == null ? void 0 : mask[i]
 *
 * joins literal strings, which is how long messages are written,
 *
 *   throw new Error("no " + "data");        →  throw new Error("no data");
 *
 * and takes patterns of objects apart (object-patterns.ts).
 *
 * Takes a freshly parsed function and changes it in place; positions stay those of the text. Gives the parent of every node.
 */
import type {
  AnyNode,
  ArrowFunctionExpression,
  AssignmentExpression,
  BinaryExpression,
  BlockStatement,
  CallExpression,
  ChainExpression,
  Expression,
  ExpressionStatement,
  Identifier,
  Literal,
  MemberExpression,
  Node,
  ObjectExpression,
  Property,
  SequenceExpression,
  SpreadElement,
  Statement,
  Super,
  TemplateLiteral,
} from "acorn";
import { isNamed, isTypedArrayName } from "./language-checks.ts";
import { nothingAt, numberLiteral, stringLiteral } from "./made-nodes.ts";
import { assignParts, isPath, rootOf, takenApart, takeParametersApart, takeRoundApart } from "./object-patterns.ts";
import { hasNode, isFunction, parentsIn, type Replace, replaceChild } from "./walk.ts";

/** The value a name has around the function; undefined when there is no such name. */
export type Capture = (name: string) => { readonly value: unknown } | undefined;

export function normalise(root: Node, capture: Capture): ReadonlyMap<Node, Node> {
  const declared = new Set<string>();
  const found: Node[] = [root];
  let parents = parentsIn(root);
  if (hasNode(parents, "SequenceExpression") && takeSequencesApart(parents)) parents = parentsIn(root);
  parents.forEach((parent, node) => {
    if (node.type === "Identifier" && isDeclaring(parent, node)) declared.add((node as Identifier).name);
    if (REWRITTEN.has(node.type)) found.push(node);
  });
  let isChanged = false;
  const replace: Replace = (parent, node, next) => {
    isChanged = true;
    replaceChild(parent, node, next);
  };
  // Innermost first, so that an argument that is put in place of its call has been rewritten itself.
  const counters = new Set<Node>();
  for (const node of found.reverse()) {
    const any = node as AnyNode;
    const parent = parents.get(node) as Node;
    if (any.type === "CallExpression") {
      if (!declared.has("Math")) nestSpreads(any, capture, replace);
      countKeys(any, declared, capture);
      if (!declared.has("Array")) makeArray(any);
      if (joinConcatenated(any, parent, replace)) continue;
      if (spreadAssigned(any, parent, declared, capture, replace)) continue;
      if (any.callee.type !== "Identifier" || declared.has(any.callee.name)) continue;
      if (parent.type === "ThrowStatement") makeNew(any, any.callee.name);
      else if (any.callee.name === "BigInt") makeBigInt(any, parent, capture, replace);
      else unwrapNameKeeping(any, any.callee.name, parent, capture, replace);
    } else if (any.type === "UpdateExpression") {
      const counter = isCoverage(any.argument, declared, capture) ? numberLiteral(0, any) : undefined;
      if (counter === undefined) continue;
      counters.add(counter);
      replace(parent, any, counter);
    } else if (any.type === "SequenceExpression") {
      dropCounters(any, parent, counters, replace);
    } else if (any.type === "BinaryExpression") {
      if (any.operator === "+") joinStrings(any, parent, replace);
      else lengthenUndefined(any, replace);
    } else if (any.type === "TemplateLiteral") {
      if (parent.type !== "TaggedTemplateExpression") makeString(any, parent, replace);
    } else if (any.type === "ChainExpression") {
      testLinks(any, parent, replace);
    } else if (any.type === "VariableDeclaration") {
      const parts = any.declarations.map(takenApart);
      if (parts.every((part) => part === undefined)) continue;
      any.declarations = any.declarations.flatMap((d, k) => parts[k] ?? [d]);
      isChanged = true;
    } else if (any.type === "ForOfStatement") {
      if (takeRoundApart(any)) isChanged = true;
    } else if (any.type === "ObjectPattern") {
      if (parent.type === "AssignmentExpression") assignParts(any, parent as AssignmentExpression, parents, replace);
    } else if (isFunction(any)) {
      if (takeParametersApart(any)) isChanged = true;
    } else if (any.type === "UnaryExpression" && any.operator === "void" && any.argument.type === "Literal") {
      const undefinedName: Identifier = { type: "Identifier", name: "undefined", start: any.start, end: any.end };
      if (!declared.has("undefined")) replace(parent, any, undefinedName);
    }
  }
  return isChanged ? parentsIn(root) : parents;
}

const REWRITTEN: ReadonlySet<string> = new Set([
  "CallExpression",
  "TemplateLiteral",
  "UnaryExpression",
  "BinaryExpression",
  "UpdateExpression",
  "SequenceExpression",
  "ChainExpression",
  "VariableDeclaration",
  "ObjectPattern",
  "ForOfStatement",
  "FunctionDeclaration",
  "FunctionExpression",
  "ArrowFunctionExpression",
]);

/** What stands before commas where a statement begins, as statements before it. Says whether there was any. */
function takeSequencesApart(parents: ReadonlyMap<Node, Node>): boolean {
  let isChanged = false;
  for (const [node, statement] of parents) {
    if (node.type !== "SequenceExpression" || !isFirstIn(statement as AnyNode, node)) continue;
    const expressions = (node as SequenceExpression).expressions.flatMap(itemsOf);
    const last = expressions.pop() as Expression;
    replaceChild(statement, node, last);
    // Without what has gone before it, which else would be mentioned in both.
    if (/^(?:Expression|Return)Statement$/.test(statement.type)) statement.start = last.start;
    const before = expressions.map((expression): ExpressionStatement => {
      const { start, end } = expression;
      return { type: "ExpressionStatement", expression, start, end };
    });
    let whole = statement;
    let around = parents.get(whole) as AnyNode;
    while (around.type === "LabeledStatement") [whole, around] = [around, parents.get(around) as AnyNode];
    insertBefore(whole as Statement, before, around);
    isChanged = true;
  }
  return isChanged;
}

function itemsOf(expression: Expression): Expression[] {
  return expression.type === "SequenceExpression" ? expression.expressions.flatMap(itemsOf) : [expression];
}

/** Is it what running a statement begins with, once? */
function isFirstIn(statement: AnyNode, node: Node): boolean {
  switch (statement.type) {
    case "ExpressionStatement":
    case "ReturnStatement":
    case "ThrowStatement":
      return true;
    case "IfStatement":
      return statement.test === node;
    case "SwitchStatement":
      return statement.discriminant === node;
    case "ForStatement":
      return statement.init === node;
    case "ForOfStatement":
      return statement.right === node;
    default:
      return false;
  }
}

function insertBefore(statement: Statement, before: readonly Statement[], around: AnyNode): void {
  const list =
    around.type === "BlockStatement" ? around.body : around.type === "SwitchCase" ? around.consequent : undefined;
  if (list !== undefined) {
    list.splice(list.indexOf(statement), 0, ...before);
    return;
  }
  const { start, end } = statement;
  const block: BlockStatement = { type: "BlockStatement", body: [...before, statement], start, end };
  replaceChild(around, statement, block);
}

/** A chain whose optional links hang on names and their properties, which cost nothing to ask twice, as tests of these. */
function testLinks(chain: ChainExpression, parent: Node, replace: Replace): void {
  const links: (MemberExpression | CallExpression)[] = [];
  let link: Node = chain.expression;
  while (link.type === "MemberExpression" || link.type === "CallExpression") {
    const each = link as MemberExpression | CallExpression;
    if (each.optional) links.push(each);
    link = beforeLink(each);
  }
  const { start, end } = chain;
  let tested: Expression = chain.expression as Expression;
  for (const each of links) {
    const before = plainCopy(beforeLink(each));
    if (before === undefined) return;
    const nothing: Literal = { type: "Literal", value: null, raw: "null", start, end };
    const test: BinaryExpression = {
      type: "BinaryExpression",
      operator: "==",
      left: before,
      right: nothing,
      start,
      end,
    };
    const consequent = nothingAt(chain);
    tested = { type: "ConditionalExpression", test, consequent, alternate: tested, start, end };
  }
  for (const each of links) each.optional = false;
  replace(parent, chain, tested);
}

function beforeLink(link: MemberExpression | CallExpression): Expression | Super {
  return link.type === "MemberExpression" ? link.object : link.callee;
}

/** Of a name, or of properties of one: without what would stop a chain, for an earlier test has been made of it. */
function plainCopy(node: Expression | Super): Identifier | MemberExpression | undefined {
  if (node.type === "Identifier") return { ...node };
  if (node.type !== "MemberExpression" || node.computed) return undefined;
  const object = plainCopy(node.object);
  return object && { ...node, object, property: { ...node.property }, optional: false };
}

/** `...a` as `Math.max(...a)` among other arguments of `Math.max`: spread alone an array may be of any length. */
function nestSpreads(call: CallExpression, capture: Capture, replace: Replace): void {
  const { callee } = call;
  if (call.arguments.length < 2 || !call.arguments.some((a) => a.type === "SpreadElement")) return;
  if (callee.type !== "MemberExpression" || callee.computed || callee.object.type !== "Identifier") return;
  const { object, property } = callee;
  if (object.name !== "Math" || property.type !== "Identifier" || !/^(?:max|min)$/.test(property.name)) return;
  if (capture("Math")?.value !== Math) return;
  for (const spread of call.arguments) {
    if (spread.type !== "SpreadElement") continue;
    const { start, end } = spread;
    const again: MemberExpression = { ...callee, object: { ...object }, property: { ...property }, start, end };
    const nested: CallExpression = {
      type: "CallExpression",
      callee: again,
      arguments: [spread],
      optional: false,
      start,
      end,
    };
    replace(call, spread, nested);
  }
}

/** `Int32Array.from(a.keys())`, where an order begins that is to be sorted, as what fills an array with its indices. */
function countKeys(call: CallExpression, declared: ReadonlySet<string>, capture: Capture): void {
  const { callee } = call;
  const [keys, ...others] = call.arguments;
  if (callee.type !== "MemberExpression" || keys?.type !== "CallExpression" || others.length > 0) return;
  if (!isNamed(callee, "from") || callee.object.type !== "Identifier") return;
  const { name } = callee.object;
  if (declared.has(name) || !isTypedArrayName(name) || capture(name)?.value !== Reflect.get(globalThis, name)) return;
  const asked = keys.callee;
  if (keys.arguments.length > 0 || asked.type !== "MemberExpression" || !isNamed(asked, "keys")) return;
  if (!isPath(asked.object)) return;
  const of = rootOf(asked.object);
  // What a map's are is said of a call of its own.
  if (asked.object === of && !declared.has(of.name) && capture(of.name)?.value instanceof Map) return;
  const { start, end } = keys;
  const named = (text: string): Identifier => ({ type: "Identifier", name: text, start, end: start });
  const length: MemberExpression = { ...asked, object: asked.object, property: named("length"), start, end };
  const property: Property = {
    type: "Property",
    kind: "init",
    key: named("length"),
    value: length,
    method: false,
    shorthand: false,
    computed: false,
    start,
    end,
  };
  const index: ArrowFunctionExpression = {
    type: "ArrowFunctionExpression",
    params: [named("_"), named("i")],
    body: named("i"),
    expression: true,
    generator: false,
    async: false,
    start,
    end,
  };
  call.arguments = [{ type: "ObjectExpression", properties: [property], start, end }, index];
}

/** Declarators, functions and their plain parameters; patterns declare nothing that these names could be. */
function isDeclaring(parent: Node, node: Node): boolean {
  const { id, params } = parent as Node & { readonly id?: unknown; readonly params?: unknown };
  return id === node || (Array.isArray(params) && params.includes(node));
}

/** An object that is made of two, as the literal that it was. */
function spreadAssigned(
  call: CallExpression,
  parent: Node,
  declared: ReadonlySet<string>,
  capture: Capture,
  replace: Replace,
): boolean {
  const [into, from] = call.arguments;
  if (call.arguments.length !== 2 || into?.type !== "ObjectExpression" || from === undefined) return false;
  if (from.type === "SpreadElement" || !joinsObjects(call.callee, declared, capture)) return false;
  const { start, end } = from;
  const spread: SpreadElement = { type: "SpreadElement", argument: from, start, end };
  const more = from.type === "ObjectExpression" ? from.properties : [spread];
  const literal: ObjectExpression = {
    ...into,
    properties: [...into.properties, ...more],
    start: call.start,
    end: call.end,
  };
  replace(parent, call, literal);
  return true;
}

function joinsObjects(callee: CallExpression["callee"], declared: ReadonlySet<string>, capture: Capture): boolean {
  if (callee.type === "Identifier") return callee.name === "__spreadValues" || callee.name === "__spreadProps";
  if (callee.type !== "MemberExpression" || !isNamed(callee, "assign") || callee.object.type !== "Identifier")
    return false;
  const { name } = callee.object;
  return name === "Object" && !declared.has(name) && (capture(name)?.value ?? Object) === Object;
}

function makeNew(call: CallExpression, name: string): void {
  if (name === "Error" || name === "RangeError" || name === "TypeError") (call as Node).type = "NewExpression";
}

function makeBigInt(call: CallExpression, parent: Node, capture: Capture, replace: Replace): void {
  const [text] = call.arguments;
  if (call.arguments.length !== 1 || text?.type !== "Literal" || typeof text.value !== "string") return;
  if ((capture("BigInt")?.value ?? BigInt) !== BigInt) return;
  let value: bigint;
  try {
    value = BigInt(text.value);
  } catch {
    // Plain JavaScript throws a SyntaxError: the string is reported.
    return;
  }
  const literal: Literal = { type: "Literal", value, raw: `${value}n`, start: call.start, end: call.end };
  replace(parent, call, literal);
}

/** `cov_2f1().b[0][1]`: Istanbul names its counters by a hash of the file's path, and others their covariances. */
function isCoverage(node: Node, declared: ReadonlySet<string>, capture: Capture): boolean {
  let counters = node as AnyNode;
  while (counters.type === "MemberExpression" && counters.computed && counters.property.type === "Literal")
    counters = counters.object;
  if (counters === node || counters.type !== "MemberExpression" || counters.computed) return false;
  const { object, property } = counters;
  if (property.type !== "Identifier" || !/^[sfb]$/.test(property.name)) return false;
  const isCall = object.type === "CallExpression" && object.arguments.length === 0;
  const root = isCall ? object.callee : object;
  if (root.type !== "Identifier" || !/^cov_[0-9a-z]+$/.test(root.name) || declared.has(root.name)) return false;
  // A function's object is nothing that kernels could use.
  const value = isCall ? undefined : capture(root.name)?.value;
  return isCall || (typeof value === "object" && value !== null && "hash" in value);
}

/** What is left of `(counter, x)` is `x`. */
function dropCounters(sequence: SequenceExpression, parent: Node, counters: ReadonlySet<Node>, replace: Replace): void {
  const rest = sequence.expressions.filter((e) => !counters.has(e));
  const [only] = rest;
  if (rest.length === sequence.expressions.length || only === undefined) return;
  if (rest.length === 1) replace(parent, sequence, only);
  else sequence.expressions = rest;
}

function makeString(template: TemplateLiteral, parent: Node, replace: Replace): void {
  const value = template.quasis[0]?.value.cooked;
  if (template.expressions.length > 0 || typeof value !== "string") return;
  replace(parent, template, stringLiteral(value, template));
}

function joinStrings(sum: BinaryExpression, parent: Node, replace: Replace): void {
  const { left, right } = sum;
  if (left.type !== "Literal" || typeof left.value !== "string") return;
  if (right.type !== "Literal" || typeof right.value !== "string") return;
  replace(parent, sum, stringLiteral(left.value + right.value, sum));
}

/** `"n is ".concat(n, "!")` as `"n is " + n + "!"`. */
function joinConcatenated(call: CallExpression, parent: Node, replace: Replace): boolean {
  const { callee, start, end } = call;
  if (callee.type !== "MemberExpression" || !isNamed(callee, "concat") || !isText(callee.object)) return false;
  let sum: Expression = callee.object;
  for (const right of call.arguments) {
    if (right.type === "SpreadElement") return false;
    sum = { type: "BinaryExpression", operator: "+", left: sum, right, start, end };
  }
  replace(parent, call, sum);
  return true;
}

/** A literal string, or what has become of `"".concat(…)`. */
function isText(node: Expression | Super): node is Expression {
  if (node.type === "BinaryExpression") return node.operator === "+" && isText(node.left as Expression);
  return node.type === "Literal" && typeof node.value === "string";
}

/** An array literal of nothing but holes that is filled. */
function makeArray({ callee }: CallExpression): void {
  if (callee.type !== "MemberExpression" || !isNamed(callee, "fill") || callee.object.type !== "ArrayExpression")
    return;
  const { elements, start, end } = callee.object;
  if (elements.length === 0 || elements.some((element) => element !== null)) return;
  const maker: Identifier = { type: "Identifier", name: "Array", start, end };
  callee.object = {
    type: "NewExpression",
    callee: maker,
    arguments: [numberLiteral(elements.length, maker)],
    start,
    end,
  };
}

/** Which way round the typeof stands: `typeof y > "u"` or `"u" < typeof y`. */
const ASKS_UNDEFINED = { left: { ">": "===", "<": "!==" }, right: { "<": "===", ">": "!==" } } as const;

function lengthenUndefined(comparison: BinaryExpression, replace: Replace): void {
  for (const side of ["left", "right"] as const) {
    const asked = comparison[side];
    const text = comparison[side === "left" ? "right" : "left"];
    const operators: Partial<Record<string, "===" | "!==">> = ASKS_UNDEFINED[side];
    const operator = operators[comparison.operator];
    if (asked.type !== "UnaryExpression" || asked.operator !== "typeof" || operator === undefined) continue;
    if (text.type !== "Literal" || text.value !== "u") continue;
    comparison.operator = operator;
    replace(comparison, text, stringLiteral("undefined", text));
  }
}

function unwrapNameKeeping(call: CallExpression, name: string, parent: Node, capture: Capture, replace: Replace): void {
  const [fn, text] = call.arguments;
  if (fn === undefined || call.arguments.length !== 2) return;
  if (text?.type !== "Literal" || typeof text.value !== "string") return;
  // Other calls with a string can't be compiled anyway, so only they ask for the surroundings.
  if (name !== "__name" && !isNameKeeper(capture(name)?.value)) return;
  // `__name(g, "g");` leaves `g;`, which does nothing.
  replace(parent, call, fn);
}

/** Is this esbuild's `(target, value) => defineProperty(target, "name", { value, configurable: true })`? */
export function isNameKeeper(value: unknown): boolean {
  if (typeof value !== "function") return false;
  const text = Function.prototype.toString.call(value).replace(/\s/g, "");
  return /^\(([\w$]+),([\w$]+)\)=>[\w$.]+\(\1,["'`]name["'`],\{value(:\2)?,configurable:(true|!0)\}\)$/.test(text);
}
