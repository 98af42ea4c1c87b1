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
 *   cov_1x2().s[3]++; (cov_1x2().b[0][1]++, x)  →  0; x                        the counters of Istanbul: Jest, nyc, vitest
 *
 *   return s += x, n++, s;                  →  s += x; n++; return s;             minifiers: also before conditions, in loops' heads, errors
 *
 *   const { size, gain: g } = config;       →  const size = config.size, g = config.gain;
 *   const { k = 1, sub: { n } } = config;   →  const k = config.k === void 0 ? 1 : config.k, n = config.sub.n;
 *   const { step: [dx, dy] } = config;      →  const [dx, dy] = config.step;
 *   const { dx, dy } = steps[k];            →  const s = steps[k], dx = s.dx, dy = s.dy;
 *   const [k, { dx }] = pair;               →  const [k, s] = pair, dx = s.dx;
 *   for (const { dx } of steps) x += dx;    →  for (const s of steps) { const dx = s.dx; x += dx; }
 *   ({ size, gain: g } = config);           →  size = config.size, g = config.gain;
 *   ({ dx, dy } = steps[k]);                →  { const s = steps[k]; dx = s.dx, dy = s.dy; }
 *   return { dx, dy } = steps[k], dx;       →  return (dx = steps[k].dx, dy = steps[k].dy), dx;        minifiers' commas
 *   const { k, ...rest } = config;          →  const k = config.k, rest = { ...config };    (without k)
 *   ({ size, gain: g }) => size * g         →  (c) => { let size = c.size, g = c.gain; return size * g; }
 *
 *   Math.max(...xs, limit)                  →  Math.max(Math.max(...xs), limit)
 *
 *   Int32Array.from(a.keys())               →  Int32Array.from({ length: a.length }, (_, i) => i)
 *
 *   mask?.[i]                               →  mask == null ? void 0 : mask[i]
 *
 * and joins literal strings, which is how long messages are written:
 *
 *   throw new Error("no " + "data");        →  throw new Error("no data");
 *
 * Takes a freshly parsed function and changes it in place; positions stay those of the text. Gives the parent of every node.
 */
import type {
  AnyNode,
  ArrowFunctionExpression,
  AssignmentExpression,
  AssignmentPattern,
  BinaryExpression,
  BlockStatement,
  CallExpression,
  ChainExpression,
  Expression,
  ExpressionStatement,
  ForOfStatement,
  FunctionDeclaration,
  FunctionExpression,
  Identifier,
  Literal,
  MemberExpression,
  Node,
  ObjectExpression,
  ObjectPattern,
  Pattern,
  Property,
  ReturnStatement,
  SequenceExpression,
  SpreadElement,
  Statement,
  Super,
  TemplateLiteral,
  UnaryExpression,
  VariableDeclaration,
  VariableDeclarator,
} from "acorn";
import { isNamed, isTypedArrayName } from "./language-checks.ts";
import { namesOf } from "./scope.ts";
import { isPlainProperty } from "./split-objects.ts";
import { hasNode, isPropertyName, parentsIn, replaceChild, walk } from "./walk.ts";

type Replace = typeof replaceChild;

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
    const consequent: UnaryExpression = {
      type: "UnaryExpression",
      operator: "void",
      prefix: true,
      argument: numberLiteral(0, chain),
      start,
      end,
    };
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

/** `{ size, gain: g = 1 } = config` as one declarator for each property; undefined for what isn't as plain as that. */
function takenApart({ id, init }: VariableDeclarator): VariableDeclarator[] | undefined {
  if (!init) return undefined;
  if (id.type === "ObjectPattern" && isPath(init) && leaves(id, rootOf(init).name)) return declaratorsOf(id, init);
  const whole = wholeOf(id);
  return whole && [{ type: "VariableDeclarator", id: whole.id, init, start: id.start, end: id.end }, ...whole.parts];
}

/** Declarators of what is in an object, with nothing left in them to be taken apart. */
function declaratorsOf(pattern: ObjectPattern, whole: Expression): VariableDeclarator[] | undefined {
  return partsOf(pattern, whole)?.flatMap((part) => takenApart(part) ?? [part]);
}

/** `for (const [k, { dx }] of …)`: each round takes its item apart where it begins. */
function takeRoundApart(loop: ForOfStatement): boolean {
  const { left, body } = loop;
  const declared = left.type === "VariableDeclaration" ? left.declarations[0] : undefined;
  const whole = declared && wholeOf(declared.id);
  if (left.type !== "VariableDeclaration" || declared === undefined || whole === undefined) return false;
  const declarations: VariableDeclaration = { ...left, declarations: whole.parts };
  declared.id = whole.id;
  loop.body = { type: "BlockStatement", body: [declarations, body], start: body.start, end: body.end };
  return true;
}

/**
 * A pattern without the objects in it, which have a name each, and the declarators of what is in these: `[k, s]` and `dx = s.dx`
 * of `[k, { dx }]`. Undefined where there are none, or one that isn't as plain as that.
 */
function wholeOf(pattern: Pattern): { readonly id: Pattern; readonly parts: VariableDeclarator[] } | undefined {
  if (pattern.type === "ObjectPattern") {
    const name = nameFor(pattern);
    const parts = declaratorsOf(pattern, name);
    return parts === undefined || parts.length === 0 ? undefined : { id: declaring(name), parts };
  }
  if (pattern.type !== "ArrayPattern") return undefined;
  const items = pattern.elements.map((item) => item && wholeOf(item));
  const parts = items.flatMap((item) => item?.parts ?? []);
  if (parts.length === 0) return undefined;
  return { id: { ...pattern, elements: pattern.elements.map((item, k) => items[k]?.id ?? item) }, parts };
}

/** Is the variable still what it was when all of the pattern is: neither one of its names, nor given anything by its defaults and targets? */
function leaves(pattern: ObjectPattern, name: string): boolean {
  if (namesOf(pattern).some((each) => each.name === name)) return false;
  let isLeft = true;
  walk(pattern, ({ type }) => {
    if (type === "AssignmentExpression" || type === "UpdateExpression" || type === "CallExpression") isLeft = false;
  });
  return isLeft;
}

/** What an object is called that a pattern takes apart: nothing that the author could have called something. */
function nameFor(pattern: ObjectPattern): Identifier {
  const names = namesOf(pattern).map(({ name }) => name);
  return { type: "Identifier", name: `{ ${names.join(", ")} }`, start: pattern.start, end: pattern.end };
}

/** It has its value before it is taken apart. */
function declaring(name: Identifier): Identifier {
  return { ...name, end: name.start };
}

/** `({ size, gain: g } = config);` as one assignment for each property. */
function assignParts(
  pattern: ObjectPattern,
  whole: AssignmentExpression,
  parents: ReadonlyMap<Node, Node>,
  replace: Replace,
): void {
  const { right, start, end } = whole;
  const statement = parents.get(whole) as Node;
  const isAlone = statement.type === "ExpressionStatement";
  if (!isAlone && !isUnused(whole, parents)) return;
  const mayRepeat = isPath(right) || (!isAlone && isRepeatable(right));
  const path = mayRepeat && namesRead(right).every((name) => leaves(pattern, name)) ? right : undefined;
  if (path === undefined && !isAlone) return;
  const name = nameFor(pattern);
  const parts = partsOf(pattern, path ?? name) ?? [];
  if (parts.length === 0) return;
  // Stored in an element, a part may change what the next is read from.
  if (path !== undefined && !isPath(path) && parts.some(({ id }) => id.type !== "Identifier")) return;
  const expressions = parts.map(
    ({ id, init, start, end }): AssignmentExpression => ({
      type: "AssignmentExpression",
      operator: "=",
      left: id,
      right: init as Expression,
      start,
      end,
    }),
  );
  const sequence: SequenceExpression = { type: "SequenceExpression", expressions, start, end };
  if (path !== undefined) {
    replace(statement, whole, sequence);
    return;
  }
  const object: VariableDeclarator = { type: "VariableDeclarator", id: declaring(name), init: right, start, end };
  const declaration: VariableDeclaration = {
    type: "VariableDeclaration",
    kind: "const",
    declarations: [object],
    start,
    end,
  };
  const assigning = { ...statement, expression: sequence } as ExpressionStatement;
  const block: BlockStatement = { type: "BlockStatement", body: [declaration, assigning], start, end };
  replace(parents.get(statement) as Node, statement, block);
}

/** Does nothing see the value of this expression? Minifiers put statements into others with commas, `&&` and `?:`. */
function isUnused(node: Node, parents: ReadonlyMap<Node, Node>): boolean {
  const parent = parents.get(node) as AnyNode | undefined;
  switch (parent?.type) {
    case "ExpressionStatement":
      return true;
    case "ForStatement":
      return parent.init === node || parent.update === node;
    case "UnaryExpression":
      return parent.operator === "void";
    case "SequenceExpression":
      return parent.expressions.at(-1) !== node || isUnused(parent, parents);
    case "LogicalExpression":
      return parent.right === node && isUnused(parent, parents);
    case "ConditionalExpression":
      return parent.test !== node && isUnused(parent, parents);
    default:
      return false;
  }
}

const REPEATABLE: ReadonlySet<string> = new Set([
  "Identifier",
  "Literal",
  "MemberExpression",
  "UnaryExpression",
  "BinaryExpression",
  "LogicalExpression",
  "ConditionalExpression",
]);

/** Is evaluating it again the same, and does nothing else? */
function isRepeatable(expression: Expression): boolean {
  let isRepeatable = true;
  walk(expression, (node) => {
    if (!REPEATABLE.has(node.type) || (node as MemberExpression).optional) isRepeatable = false;
  });
  return isRepeatable;
}

/** The names of variables that it reads, and of those that functions in it declare. */
function namesRead(expression: Expression): string[] {
  if (isPath(expression)) return [rootOf(expression).name];
  const names: string[] = [];
  walk(expression, (node, parent) => {
    if (node.type === "Identifier" && !isPropertyName(node, parent)) names.push((node as Identifier).name);
  });
  return names;
}

type AnyFunction = ArrowFunctionExpression | FunctionDeclaration | FunctionExpression;

function isFunction(node: AnyNode): node is AnyFunction {
  return /^(?:FunctionDeclaration|FunctionExpression|ArrowFunctionExpression)$/.test(node.type);
}

/** Parameters like `{ size, gain: g }` as ones that the body takes apart; those of a function where that may mean something else stay. */
function takeParametersApart(fn: AnyFunction): boolean {
  const taken = fn.params.flatMap((param, at) => {
    const pattern = param.type === "AssignmentPattern" ? param.left : param;
    if (pattern.type !== "ObjectPattern") return [];
    const name = nameFor(pattern);
    const literal =
      param.type === "AssignmentPattern" && param.right.type === "ObjectExpression" ? param.right : undefined;
    const whole = literal ? orDefault(() => copyOf(name), literal) : name;
    const parts = declaratorsOf(pattern, whole) ?? [];
    return [{ at, pattern, name, literal, parts }];
  });
  if (taken.length === 0 || taken.some(({ parts }) => parts.length === 0)) return false;
  const names = new Set(taken.flatMap(({ pattern }) => namesOf(pattern).map(({ name }) => name)));
  const isPlain = fn.params.every((param, at) => {
    const later = new Set(fn.params.slice(at + 1).flatMap((other) => namesOf(other).map(({ name }) => name)));
    return hasPlainDefaults(param, names, later, fn.body);
  });
  if (!isPlain) return false;
  const declarations = taken.map(({ at, pattern, name, literal, parts }): VariableDeclaration => {
    const { start, end } = pattern;
    const param = fn.params[at];
    if (param?.type === "AssignmentPattern" && !literal) [param.left, param.end] = [declaring(name), start];
    else fn.params[at] = declaring(name);
    return { type: "VariableDeclaration", kind: "let", declarations: parts, start, end };
  });
  const { body } = fn;
  if (body.type === "BlockStatement") {
    body.body.unshift(...declarations);
    return true;
  }
  const { start, end } = body;
  const result: ReturnStatement = { type: "ReturnStatement", argument: body, start, end };
  fn.body = { type: "BlockStatement", body: [...declarations, result], start, end };
  fn.expression = false;
  return true;
}

/**
 * Do a parameter's defaults mean the same in the body, which declares `names`? Those in a pattern go there, after the defaults of the parameters
 * that follow, which have no value yet where they stand now.
 */
function hasPlainDefaults(param: Pattern, names: ReadonlySet<string>, later: ReadonlySet<string>, body: Node): boolean {
  let isPlain = true;
  walk(param, (node) => {
    if (node.type !== "AssignmentPattern") return;
    const { right } = node as AssignmentPattern;
    const isKnown = (name: string) =>
      !later.has(name) && (node !== param || !names.has(name)) && !mayDeclare(body, name);
    if (!isPlainDefault(right) || !namesRead(right).every(isKnown)) isPlain = false;
  });
  return isPlain;
}

/** Is it the same wherever it is evaluated, and as often as that? */
function isPlainDefault(right: Expression): boolean {
  if (right.type === "ObjectExpression") {
    return right.properties.every((property) => isPlainProperty(property) && isPlainDefault(property.value));
  }
  if (right.type === "ArrayExpression") {
    return right.elements.every((item) => item !== null && item.type !== "SpreadElement" && isPlainDefault(item));
  }
  return right.type === "ArrowFunctionExpression" || isRepeatable(right);
}

function mayDeclare(body: Node, name: string): boolean {
  let isDeclared = false;
  walk(body, (node) => {
    const { id } = node as Node & { readonly id?: Node | null };
    if (!id) return;
    walk(id, (part) => {
      if ((part as Identifier).name === name) isDeclared = true;
    });
  });
  return isDeclared;
}

function rootOf(path: Identifier | MemberExpression): Identifier {
  const { object } = path as MemberExpression;
  return path.type === "Identifier" ? path : rootOf(object as Identifier | MemberExpression);
}

/**
 * Of a pattern, a declarator for each of its parts; undefined for what isn't plain. What it is taken from is a path, or `path === undefined ? {…} : path`,
 * which has a default that is an object literal.
 */
function partsOf(pattern: ObjectPattern, whole: Expression): VariableDeclarator[] | undefined {
  const parts: VariableDeclarator[] = [];
  for (const property of pattern.properties) {
    if (property.type === "RestElement") {
      const { argument: id, start, end } = property;
      const without = pattern.properties.flatMap((p) => (p.type === "Property" ? [(p.key as Identifier).name] : []));
      const all: PartialSpread = { type: "SpreadElement", argument: copyOf(whole), without, start, end };
      const init: ObjectExpression = { type: "ObjectExpression", properties: [all], start, end };
      parts.push({ type: "VariableDeclarator", id, init, start, end });
      continue;
    }
    if (property.computed || property.key.type !== "Identifier") return undefined;
    const { key, value, start, end } = property;
    const member = () => propertyOf(whole, key);
    const target = value.type === "AssignmentPattern" ? value.left : value;
    const init = value.type === "AssignmentPattern" ? orDefault(member, value.right) : member();
    if (target.type === "ObjectPattern") {
      if (value.type === "AssignmentPattern" && !isKeptDefault(value.right, target)) return undefined;
      const inner = partsOf(target, init);
      if (inner === undefined) return undefined;
      parts.push(...inner);
      continue;
    }
    parts.push({ type: "VariableDeclarator", id: { ...target }, init, start, end });
  }
  return parts;
}

/** What is left of an object whose other properties a pattern names. */
export interface PartialSpread extends SpreadElement {
  readonly without: readonly string[];
}

/** Each part of a pattern looks into its default anew: that mustn't be seen. */
function isKeptDefault(right: Expression, pattern: ObjectPattern): boolean {
  return isPlainDefault(right) && namesRead(right).every((name) => leaves(pattern, name));
}

/** A property of a path, of an object literal, or of one of these. */
function propertyOf(whole: Expression, key: Identifier): Expression {
  if (whole.type === "ConditionalExpression") {
    const [consequent, alternate] = [propertyOf(whole.consequent, key), propertyOf(whole.alternate, key)];
    return { ...whole, test: copyOf(whole.test), consequent, alternate };
  }
  if (whole.type === "ObjectExpression") {
    const found = whole.properties.findLast((p) => p.type === "Property" && (p.key as Identifier).name === key.name);
    if (found?.type === "Property") return copyOf(found.value);
    if (!(key.name in Object.prototype)) return nothingAt(whole);
  }
  const { start, end } = key;
  return {
    type: "MemberExpression",
    object: copyOf(whole),
    property: { ...key },
    computed: false,
    optional: false,
    start,
    end,
  };
}

/** `undefined`, by whatever name that may go. */
function nothingAt(node: Node): UnaryExpression {
  const { start, end } = node;
  return { type: "UnaryExpression", operator: "void", prefix: true, argument: numberLiteral(0, node), start, end };
}

/** `path === undefined ? otherwise : path`. An object literal stands only where it is one of several results. */
function orDefault(path: () => Expression, otherwise: Expression): Expression {
  const value = path();
  if (value.type === "ObjectExpression") return value;
  if (value.type === "ConditionalExpression") {
    const { consequent, alternate } = value;
    return {
      ...value,
      consequent: orDefault(() => copyOf(consequent), copyOf(otherwise)),
      alternate: orDefault(() => copyOf(alternate), otherwise),
    };
  }
  if (value.type === "UnaryExpression" && value.operator === "void") return otherwise;
  const { start, end } = otherwise;
  const nothing = nothingAt(otherwise);
  const test: BinaryExpression = {
    type: "BinaryExpression",
    operator: "===",
    left: path(),
    right: nothing,
    start,
    end,
  };
  return { type: "ConditionalExpression", test, consequent: otherwise, alternate: path(), start, end };
}

/** A name, or a property of one: to read it twice is to read it once. */
function isPath(node: Expression | Super): node is Identifier | MemberExpression {
  if (node.type === "Identifier") return true;
  return node.type === "MemberExpression" && !node.computed && !node.optional && isPath(node.object);
}

/** What patterns are taken from stands at each part of theirs. */
function copyOf(expression: Expression): Expression {
  return structuredClone({ ...expression });
}

/** Declarators, functions and their plain parameters; patterns declare nothing that these names could be. */
function isDeclaring(parent: Node, node: Node): boolean {
  const { id, params } = parent as Node & { readonly id?: unknown; readonly params?: unknown };
  return id === node || (Array.isArray(params) && params.includes(node));
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

function numberLiteral(value: number, place: Node): Literal {
  return { type: "Literal", value, raw: String(value), start: place.start, end: place.end };
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

function stringLiteral(value: string, place: Node): Literal {
  return { type: "Literal", value, raw: JSON.stringify(value), start: place.start, end: place.end };
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
