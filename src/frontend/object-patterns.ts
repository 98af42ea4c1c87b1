/**
 * Patterns of objects, as what reads one property after the other:
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
 * What isn't as plain as these stays, and is refused later.
 */
import type {
  AnyNode,
  AssignmentExpression,
  AssignmentPattern,
  BinaryExpression,
  BlockStatement,
  Expression,
  ExpressionStatement,
  ForOfStatement,
  Identifier,
  MemberExpression,
  Node,
  ObjectExpression,
  ObjectPattern,
  Pattern,
  ReturnStatement,
  SequenceExpression,
  SpreadElement,
  Super,
  VariableDeclaration,
  VariableDeclarator,
} from "acorn";
import { nothingAt } from "./made-nodes.ts";
import type { FunctionNode } from "./program.ts";
import { namesOf } from "./scope.ts";
import { isPlainProperty } from "./split-objects.ts";
import { isPropertyName, type Replace, walk } from "./walk.ts";

/** `{ size, gain: g = 1 } = config` as one declarator for each property; undefined for what isn't as plain as that. */
export function takenApart({ id, init }: VariableDeclarator): VariableDeclarator[] | undefined {
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
export function takeRoundApart(loop: ForOfStatement): boolean {
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
export function assignParts(
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

/** Parameters like `{ size, gain: g }` as ones that the body takes apart; those of a function where that may mean something else stay. */
export function takeParametersApart(fn: FunctionNode): boolean {
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

export function rootOf(path: Identifier | MemberExpression): Identifier {
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

/** `path === undefined ? otherwise : path`. A literal, which stands only where it is one of several results, is there. */
function orDefault(path: () => Expression, otherwise: Expression): Expression {
  const value = path();
  if (value.type === "ObjectExpression" || value.type === "Literal") return value;
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
export function isPath(node: Expression | Super): node is Identifier | MemberExpression {
  if (node.type === "Identifier") return true;
  return node.type === "MemberExpression" && !node.computed && !node.optional && isPath(node.object);
}

/** What patterns are taken from stands at each part of theirs. */
function copyOf(expression: Expression): Expression {
  return structuredClone({ ...expression });
}
