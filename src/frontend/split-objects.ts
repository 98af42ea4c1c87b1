/**
 * Object literals of which only the properties are used:
 *
 *   const p = { x, y: 0 };         →     let p.x = x;
 *   p.x += p.y;                          let p.y = 0;       (variables of these names)
 *   return p;                            p.x += p.y;
 *                                        return { x: p.x, y: p.y };
 *
 * Nothing can change what a function has returned, if it is no other's too. Anything else that is done with the object itself, handing it
 * on or comparing it, leaves it as it is: a record (types/records.ts), whose properties can't be assigned.
 */
import type {
  AnyNode,
  BlockStatement,
  FunctionExpression,
  Identifier,
  MemberExpression,
  Node,
  ObjectExpression,
  Property,
  VariableDeclaration,
  VariableDeclarator,
} from "acorn";
import { namesOf } from "./scope.ts";
import { isPropertyName, replaceChild, walk } from "./walk.ts";

/** Says whether there was a name to do so with: one at a time, for others may be in its properties. */
export function splitObjects(root: Node, parents: ReadonlyMap<Node, Node>): boolean {
  const literals = new Map<string, VariableDeclarator[]>();
  for (const node of parents.keys()) {
    const { id, init } = node as VariableDeclarator;
    if (node.type !== "VariableDeclarator" || id.type !== "Identifier" || init?.type !== "ObjectExpression") continue;
    if (init.properties.length > 0 && isPlainObject(init))
      literals.set(id.name, [...(literals.get(id.name) ?? []), node as VariableDeclarator]);
  }
  if (literals.size === 0) return false;
  const uses = new Map<string, Identifier[]>();
  walk(root, (node, parent) => {
    const name = node.type === "Identifier" ? (node as Identifier).name : "";
    if (literals.has(name) && !isPropertyName(node, parent))
      uses.set(name, [...(uses.get(name) ?? []), node as Identifier]);
  });
  for (const [name, declarators] of literals) {
    const ids = new Set<Node>(declarators.map(({ id }) => id));
    const all = (uses.get(name) ?? []).filter((use) => !ids.has(use));
    for (const declarator of declarators) {
      const read = all.filter((use) => declaratorOf(use, declarators, parents) === declarator);
      const returned = read.filter((use) => (parents.get(use) as MemberExpression).object !== use);
      const members = read.flatMap((use) => (returned.includes(use) ? [] : [parents.get(use) as MemberExpression]));
      if (!isSplittable(declarator, members, parents)) continue;
      if (returned.length > 0 && !staysIn(declarator, members, returned, parents)) continue;
      const isWritten = members.some((member) => !isOnlyRead(member, parents));
      splitObject(declarator, isWritten, parents);
      for (const member of members) renameTo(member, `${name}.${(member.property as Identifier).name}`);
      for (const use of returned) putTogether(use, declarator.init as ObjectExpression, parents);
      return true;
    }
  }
  return false;
}

/** What declares this name where it stands, if that is one of these. Other declarations than parameters are taken for uses. */
function declaratorOf(
  use: Identifier,
  declarators: readonly VariableDeclarator[],
  parents: ReadonlyMap<Node, Node>,
): VariableDeclarator | undefined {
  for (let at: Node | undefined = use; at !== undefined; at = parents.get(at)) {
    const found = declarators.find((each) => scopeOf(each, parents) === at);
    if (found !== undefined) return found;
    const { params } = at as Partial<FunctionExpression>;
    if (params?.some((param) => namesOf(param).some(({ name }) => name === use.name)) === true) return undefined;
  }
  return undefined;
}

function scopeOf(declarator: VariableDeclarator, parents: ReadonlyMap<Node, Node>): Node | undefined {
  const declaration = parents.get(declarator) as VariableDeclaration;
  if (declaration.kind === "var") return functionAround(declaration, parents);
  const around = parents.get(declaration);
  return around?.type === "SwitchCase" ? parents.get(around) : around;
}

function isPlainObject(literal: ObjectExpression): boolean {
  const keys = literal.properties.map((property) =>
    property.type === "Property" &&
    property.kind === "init" &&
    !property.method &&
    !property.computed &&
    property.key.type === "Identifier"
      ? property.key.name
      : "__proto__",
  );
  return !keys.includes("__proto__") && new Set(keys).size === keys.length;
}

/** Do all of these read or write one of its properties, after it has been made? */
function isSplittable(
  declarator: VariableDeclarator,
  members: readonly MemberExpression[],
  parents: ReadonlyMap<Node, Node>,
): boolean {
  const declaration = parents.get(declarator) as VariableDeclaration;
  const { properties } = declarator.init as ObjectExpression;
  const keys = new Set(properties.map((property) => ((property as Property).key as Identifier).name));
  return (
    declaration.kind !== "var" &&
    parents.get(declaration)?.type === "BlockStatement" &&
    members.every(
      (member) =>
        member.type === "MemberExpression" &&
        !member.computed &&
        !member.optional &&
        keys.has((member.property as Identifier).name) &&
        !isWithin(member, declarator, parents),
    )
  );
}

/** Is it changed by the function alone that makes the object, and does that return what others than a property are? */
function staysIn(
  declarator: VariableDeclarator,
  members: readonly MemberExpression[],
  returned: readonly Node[],
  parents: ReadonlyMap<Node, Node>,
): boolean {
  const home = functionAround(declarator, parents);
  const isHere = (node: Node): boolean => functionAround(node, parents) === home;
  return (
    members.every((member) => isHere(member) || isOnlyRead(member, parents)) &&
    returned.every((use) => isHere(use) && isReturned(use, parents))
  );
}

function functionAround(node: Node, parents: ReadonlyMap<Node, Node>): Node | undefined {
  let at: Node | undefined = node;
  while (at !== undefined && !/Function/.test(at.type)) at = parents.get(at);
  return at;
}

/** As it is, or in other objects and in arrays, while these are made of which nothing else is done. */
function isReturned(use: Node, parents: ReadonlyMap<Node, Node>): boolean {
  let [at, parent] = [use, parents.get(use) as AnyNode];
  while (parent.type !== "ReturnStatement") {
    const isPart =
      parent.type === "ArrayExpression" ||
      parent.type === "ObjectExpression" ||
      (parent.type === "Property" && parent.value === at) ||
      (parent.type === "SpreadElement" && parents.get(parent)?.type === "ObjectExpression") ||
      (parent.type === "ConditionalExpression" && parent.test !== at);
    if (!isPart) return false;
    [at, parent] = [parent, parents.get(parent) as AnyNode];
  }
  let isQuiet = true;
  walk(at, ({ type }) => {
    if (type === "CallExpression" || type === "AssignmentExpression" || type === "UpdateExpression") isQuiet = false;
  });
  return isQuiet;
}

/** `{ x: p.x, y: p.y }` in the place of `p`. */
function putTogether(use: Identifier, { properties }: ObjectExpression, parents: ReadonlyMap<Node, Node>): void {
  const { start, end, name } = use;
  const parts = properties.map((property): Property => {
    const { key } = property as Property & { key: Identifier };
    const value: Identifier = { type: "Identifier", name: `${name}.${key.name}`, start, end };
    return { ...(property as Property), key: { ...key, start, end }, value, shorthand: false, start, end };
  });
  const literal: ObjectExpression = { type: "ObjectExpression", properties: parts, start, end };
  const parent = parents.get(use) as AnyNode;
  if (parent.type === "Property") [parent.value, parent.shorthand] = [literal, false];
  else replaceChild(parent, use, literal);
}

function isWithin(node: Node, outer: Node, parents: ReadonlyMap<Node, Node>): boolean {
  for (let at: Node | undefined = node; at !== undefined; at = parents.get(at)) if (at === outer) return true;
  return false;
}

const READING: ReadonlySet<string> = new Set([
  "BinaryExpression",
  "LogicalExpression",
  "UnaryExpression",
  "ConditionalExpression",
  "ArrowFunctionExpression",
  "ArrayExpression",
  "MemberExpression",
  "VariableDeclarator",
  "ReturnStatement",
  "CallExpression",
]);

function isOnlyRead(member: MemberExpression, parents: ReadonlyMap<Node, Node>): boolean {
  const parent = parents.get(member) as AnyNode;
  const isItem = parent.type === "Property" && parents.get(parent)?.type === "ObjectExpression";
  return isItem || READING.has(parent.type) || (parent.type === "AssignmentExpression" && parent.right === member);
}

/** Each gets a declaration of its own, and so do those that were declared with it. */
function splitObject(declarator: VariableDeclarator, isWritten: boolean, parents: ReadonlyMap<Node, Node>): void {
  const declaration = parents.get(declarator) as VariableDeclaration;
  const block = parents.get(declaration) as BlockStatement;
  const whole = declarator.id as Identifier;
  const { name } = whole;
  const parts = (declarator.init as ObjectExpression).properties.map((property): VariableDeclarator => {
    const { key, value, start, end } = property as Property;
    // What a pattern takes apart that stands before the literal has its name there (normalise.ts), where its uses are.
    const at = whole.end === whole.start ? whole : key;
    const id: Identifier = {
      ...(key as Identifier),
      name: `${name}.${(key as Identifier).name}`,
      start: at.start,
      end: at.end,
    };
    return { type: "VariableDeclarator", id, init: value, start, end };
  });
  const declarations = declaration.declarations.flatMap((each) => {
    const kind = each === declarator && isWritten ? "let" : declaration.kind;
    return (each === declarator ? parts : [each]).map((part) => ({ ...declaration, kind, declarations: [part] }));
  });
  block.body = block.body.flatMap((statement) => (statement === declaration ? declarations : [statement]));
}

/** In place, for those that hold it. */
function renameTo(member: MemberExpression, name: string): void {
  const { start, end } = member;
  const whole = member as unknown as Record<string, unknown>;
  for (const field of Object.keys(whole)) delete whole[field];
  Object.assign(whole, { type: "Identifier", name, start, end });
}
