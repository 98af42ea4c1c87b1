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
  Identifier,
  MemberExpression,
  Node,
  ObjectExpression,
  Property,
  SpreadElement,
  VariableDeclaration,
  VariableDeclarator,
} from "acorn";
import type { Binding } from "./program.ts";
import { hasNode, isFunction, parentsIn, replaceChild, walk } from "./walk.ts";

/** Gives the parent of every node. `resolve` finds what identifiers name as things stand: one object at a time, for others may be in its properties. */
export function splitObjects(
  root: Node,
  parents: ReadonlyMap<Node, Node>,
  resolve: () => Iterable<Binding>,
): ReadonlyMap<Node, Node> {
  let latest = parents;
  if (!hasNode(parents, "ObjectExpression")) return parents;
  const isSplit = (binding: Binding): boolean => splitObject(binding, latest);
  while ([...new Set(resolve())].some(isSplit)) latest = parentsIn(root);
  return latest;
}

function isOfLiteral(node: Node): node is VariableDeclarator {
  return node.type === "VariableDeclarator" && (node as VariableDeclarator).init?.type === "ObjectExpression";
}

/** Says whether that could be done. Those that are declared along get a declaration each, too. */
function splitObject({ declaration: id, name, references }: Binding, parents: ReadonlyMap<Node, Node>): boolean {
  const declarator = parents.get(id);
  if (declarator === undefined || !isOfLiteral(declarator)) return false;
  const literal = declarator.init as ObjectExpression;
  const declaration = parents.get(declarator) as VariableDeclaration;
  const block = parents.get(declaration);
  if (block?.type !== "BlockStatement" || !isPlainObject(literal)) return false;
  const returned = references.filter((use) => (parents.get(use) as MemberExpression).object !== use);
  const members = references.flatMap((use) => (returned.includes(use) ? [] : [parents.get(use) as MemberExpression]));
  if (!members.every((member) => isOfObject(member, literal, parents))) return false;
  if (returned.length > 0 && !staysIn(declarator, members, returned, parents)) return false;
  const isWritten = members.some((member) => !isOnlyRead(member, parents));
  const parts = literal.properties.map((property): VariableDeclarator => {
    const { key, value, start, end } = property as Property;
    // What a pattern takes apart that stands before the literal has its name there (normalise.ts), where its uses are.
    const at = id.end === id.start ? id : key;
    const part: Identifier = {
      ...(key as Identifier),
      name: `${name}.${(key as Identifier).name}`,
      start: at.start,
      end: at.end,
    };
    return { type: "VariableDeclarator", id: part, init: value, start, end };
  });
  const declarations = declaration.declarations.flatMap((each) => {
    const kind = each === declarator && isWritten && declaration.kind === "const" ? "let" : declaration.kind;
    return (each === declarator ? parts : [each]).map((part) => ({ ...declaration, kind, declarations: [part] }));
  });
  const { body } = block as BlockStatement;
  body.splice(body.indexOf(declaration), 1, ...declarations);
  for (const member of members) renameTo(member, `${name}.${(member.property as Identifier).name}`);
  for (const use of returned) putTogether(use as Identifier, literal, parents);
  return true;
}

function isPlainObject({ properties }: ObjectExpression): boolean {
  const keys = properties.flatMap((property) => (isPlainProperty(property) ? [property.key.name] : []));
  return keys.length === properties.length && new Set(keys).size === keys.length;
}

/** A name and a value. */
export function isPlainProperty(
  property: Property | SpreadElement,
): property is Property & { readonly key: Identifier } {
  return (
    property.type === "Property" &&
    property.kind === "init" &&
    !property.computed &&
    property.key.type === "Identifier" &&
    property.key.name !== "__proto__"
  );
}

/** Does it read or write one of the properties, after the object has been made? */
function isOfObject(member: MemberExpression, literal: ObjectExpression, parents: ReadonlyMap<Node, Node>): boolean {
  if (member.type !== "MemberExpression" || member.computed || member.optional) return false;
  const { name } = member.property as Identifier;
  const isThere = literal.properties.some((property) => ((property as Property).key as Identifier).name === name);
  return isThere && !isWithin(member, literal, parents);
}

function isWithin(node: Node, outer: Node, parents: ReadonlyMap<Node, Node>): boolean {
  for (let at: Node | undefined = node; at !== undefined; at = parents.get(at)) if (at === outer) return true;
  return false;
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
  while (at !== undefined && !isFunction(at)) at = parents.get(at);
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

/** In place, for those that hold it. */
function renameTo(member: MemberExpression, name: string): void {
  const { start, end } = member;
  const whole = member as unknown as Record<string, unknown>;
  for (const field of Object.keys(whole)) delete whole[field];
  Object.assign(whole, { type: "Identifier", name, start, end });
}
