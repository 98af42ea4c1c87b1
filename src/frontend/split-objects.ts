/**
 * Object literals of which only the properties are used:
 *
 *   const p = { x, y: 0 };         →     let p.x = x;
 *   p.x += p.y;                          let p.y = 0;       (variables of these names)
 *                                        p.x += p.y;
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
import { isPropertyName, walk } from "./walk.ts";

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
    const read = (uses.get(name) ?? []).filter((use) => !ids.has(use));
    const members = read.map((use) => parents.get(use) as MemberExpression);
    if (
      !declarators.every((each) => isSplittable(each, members, parents)) ||
      !read.every((use) => isDeclared(use, declarators, parents))
    )
      continue;
    const isWritten = members.some((member) => !isOnlyRead(member, parents));
    for (const declarator of declarators) splitObject(declarator, isWritten, parents);
    for (const member of members) renameTo(member, `${name}.${(member.property as Identifier).name}`);
    return true;
  }
  return false;
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

function isWithin(node: Node, outer: Node, parents: ReadonlyMap<Node, Node>): boolean {
  for (let at: Node | undefined = node; at !== undefined; at = parents.get(at)) if (at === outer) return true;
  return false;
}

/** Is it what one of these declares, not what has the same name outside? */
function isDeclared(
  use: Identifier,
  declarators: readonly VariableDeclarator[],
  parents: ReadonlyMap<Node, Node>,
): boolean {
  return declarators.some((each) => isWithin(use, parents.get(parents.get(each) as Node) as Node, parents));
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

/** Each gets a declaration of its own, and so do those that were declared with it. */
function splitObject(declarator: VariableDeclarator, isWritten: boolean, parents: ReadonlyMap<Node, Node>): void {
  const declaration = parents.get(declarator) as VariableDeclaration;
  const block = parents.get(declaration) as BlockStatement;
  const { name } = declarator.id as Identifier;
  const parts = (declarator.init as ObjectExpression).properties.map((property): VariableDeclarator => {
    const { key, value, start, end } = property as Property;
    const id: Identifier = { ...(key as Identifier), name: `${name}.${(key as Identifier).name}` };
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
