/**
 * Object literals of which only the properties are used:
 *
 *   const p = { x, y: 0 };         →     let p.x = x;
 *   p.x += p.y;                          let p.y = 0;       (variables of these names)
 *                                        p.x += p.y;
 *
 *   sum += { x: f(v) }.x;          →     sum += f(v);         (minifiers, of an object that is used once)
 *
 * What is done with the object itself, handing it on or comparing it, leaves it as it is, to be refused.
 */
import type {
  AnyNode,
  BlockStatement,
  Identifier,
  MemberExpression,
  Node,
  ObjectExpression,
  Property,
  VariableDeclaration,
  VariableDeclarator,
} from "acorn";
import type { Binding } from "./program.ts";
import { parentsIn, replaceChild } from "./walk.ts";

/** Gives the parent of every node. `resolve` finds what identifiers name as things stand: one object at a time, for others may be in its properties. */
export function splitObjects(
  root: Node,
  parents: ReadonlyMap<Node, Node>,
  resolve: () => Iterable<Binding>,
): ReadonlyMap<Node, Node> {
  let latest = parents;
  if (!hasLiteral(parents)) return parents;
  while (unwrapProperties(latest)) latest = parentsIn(root);
  if (![...latest.keys()].some(isOfLiteral)) return latest;
  const isSplit = (binding: Binding): boolean => splitObject(binding, latest);
  while ([...new Set(resolve())].some(isSplit)) latest = parentsIn(root);
  return latest;
}

function hasLiteral(parents: ReadonlyMap<Node, Node>): boolean {
  for (const { type } of parents.keys()) if (type === "ObjectExpression") return true;
  return false;
}

/** Says whether there was any. */
function unwrapProperties(parents: ReadonlyMap<Node, Node>): boolean {
  let isChanged = false;
  for (const [node, parent] of parents) {
    const { object: literal } = node as MemberExpression;
    if (node.type !== "MemberExpression" || literal.type !== "ObjectExpression") continue;
    const [only, ...others] = literal.properties;
    const member = node as MemberExpression;
    if (only?.type !== "Property" || others.length > 0 || !isPlainObject(literal) || !isOnlyRead(member, parents))
      continue;
    if (!isOfObject(member, literal, parents)) continue;
    replaceChild(parent, member, only.value);
    isChanged = true;
  }
  return isChanged;
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
  const members = references.map((use) => parents.get(use) as MemberExpression);
  if (block?.type !== "BlockStatement" || !isPlainObject(literal)) return false;
  if (!members.every((member) => isOfObject(member, literal, parents))) return false;
  const isWritten = members.some((member) => !isOnlyRead(member, parents));
  const parts = literal.properties.map((property): VariableDeclarator => {
    const { key, value, start, end } = property as Property;
    const part: Identifier = { ...(key as Identifier), name: `${name}.${(key as Identifier).name}` };
    return { type: "VariableDeclarator", id: part, init: value, start, end };
  });
  const declarations = declaration.declarations.flatMap((each) => {
    const kind = each === declarator && isWritten && declaration.kind === "const" ? "let" : declaration.kind;
    return (each === declarator ? parts : [each]).map((part) => ({ ...declaration, kind, declarations: [part] }));
  });
  const { body } = block as BlockStatement;
  body.splice(body.indexOf(declaration), 1, ...declarations);
  for (const member of members) renameTo(member, `${name}.${(member.property as Identifier).name}`);
  return true;
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

const READING: ReadonlySet<string> = new Set([
  "BinaryExpression",
  "MemberExpression",
  "VariableDeclarator",
  "ReturnStatement",
  "CallExpression",
]);

function isOnlyRead(member: MemberExpression, parents: ReadonlyMap<Node, Node>): boolean {
  const parent = parents.get(member) as AnyNode;
  return READING.has(parent.type) || (parent.type === "AssignmentExpression" && parent.right === member);
}

/** In place, for those that hold it. */
function renameTo(member: MemberExpression, name: string): void {
  const { start, end } = member;
  const whole = member as unknown as Record<string, unknown>;
  for (const field of Object.keys(whole)) delete whole[field];
  Object.assign(whole, { type: "Identifier", name, start, end });
}
