/**
 * Object literals of which only the properties are used:
 *
 *   const p = { x, y: 0 };         →     let p.x = x;
 *   p.x += p.y;                          let p.y = 0;       (variables of these names)
 *   return p;                            p.x += p.y;
 *                                        return { x: p.x, y: p.y };
 *
 * Nothing can change what a function has returned, if it is no other's too. `{ ...p }` takes the properties' values, wherever it is. A function that
 * `p` is lent to, `area(p)`, sees the values of then if nobody else assigns while it runs: whether it keeps the object is seen when it
 * is known which function that is (types/lent.ts). Anything else that is done with the object itself, comparing it or putting it into others,
 * leaves it as it is: a record (types/records.ts), whose properties can't be assigned.
 */
import type {
  AnyNode,
  BlockStatement,
  CallExpression,
  Identifier,
  MemberExpression,
  Node,
  ObjectExpression,
  Property,
  SpreadElement,
  SwitchCase,
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
  const statements = block && statementsOf(block);
  if (statements === undefined || !isPlainObject(literal)) return false;
  const wholes = references.filter((use) => (parents.get(use) as MemberExpression).object !== use);
  const members = references.flatMap((use) => (wholes.includes(use) ? [] : [parents.get(use) as MemberExpression]));
  if (!members.every((member) => isOfObject(member, literal, parents))) return false;
  if (wholes.some((use) => isWithin(use, literal, parents))) return false;
  const isWritten = members.some((member) => !isOnlyRead(member, parents));
  const seen = wholes.filter((use) => !isSpread(use, parents));
  const lent = seen.filter((use) => isArgument(use, parents));
  // As it is, it may be kept.
  if (lent.length > 0 && !isWritten) return false;
  if (seen.length > 0 && !staysIn(declarator, members, seen, parents)) return false;
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
  statements.splice(statements.indexOf(declaration), 1, ...declarations);
  for (const member of members) renameTo(member, `${name}.${(member.property as Identifier).name}`);
  for (const use of wholes) {
    const copy = putTogether(use, literal, parents);
    copy.lent = lent.includes(use);
  }
  return true;
}

/** What the object was called of which a variable is a property. */
export function objectOf({ name }: Binding): string | undefined {
  const dot = name.indexOf(".");
  return dot < 0 ? undefined : name.slice(0, dot);
}

/** An argument that stands for an object whose properties are assigned. */
export function isLentObject(argument: Node): boolean {
  return (argument as LentObject).lent === true;
}

interface LentObject extends ObjectExpression {
  lent?: boolean;
}

function statementsOf(block: Node): Node[] | undefined {
  if (block.type === "BlockStatement") return (block as BlockStatement).body;
  return block.type === "SwitchCase" ? (block as SwitchCase).consequent : undefined;
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

/** Is it changed by the function alone that makes the object, and are other uses than of a property such as don't see a change? */
function staysIn(
  declarator: VariableDeclarator,
  members: readonly MemberExpression[],
  seen: readonly Node[],
  parents: ReadonlyMap<Node, Node>,
): boolean {
  const home = functionAround(declarator, parents);
  const isHere = (node: Node): boolean => functionAround(node, parents) === home;
  const written = members.filter((member) => !isOnlyRead(member, parents));
  const isKeptTill = (call: Node): boolean => !written.some((member) => isWithin(member, call, parents));
  return (
    written.every(isHere) &&
    seen.every((use) =>
      isArgument(use, parents) ? isKeptTill(parents.get(use) as Node) : isHere(use) && isReturned(use, parents),
    )
  );
}

function isSpread(use: Node, parents: ReadonlyMap<Node, Node>): boolean {
  const parent = parents.get(use) as Node;
  return parent.type === "SpreadElement" && parents.get(parent)?.type === "ObjectExpression";
}

/** Of a call, and it is known which one. */
export function isArgument(use: Node, parents: ReadonlyMap<Node, Node>): boolean {
  const call = parents.get(use) as CallExpression;
  return (
    call.type === "CallExpression" &&
    call.callee !== use &&
    !call.arguments.some(({ type }) => type === "SpreadElement")
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
function putTogether(use: Identifier, { properties }: ObjectExpression, parents: ReadonlyMap<Node, Node>): LentObject {
  const { start, end, name } = use;
  const parts = properties.map((property): Property => {
    const { key } = property as Property & { key: Identifier };
    const value: Identifier = { type: "Identifier", name: `${name}.${key.name}`, start, end };
    return { ...(property as Property), key: { ...key, start, end }, value, shorthand: false, start, end };
  });
  const literal: LentObject = { type: "ObjectExpression", properties: parts, start, end };
  const parent = parents.get(use) as AnyNode;
  if (parent.type === "Property") [parent.value, parent.shorthand] = [literal, false];
  else replaceChild(parent, use, literal);
  return literal;
}

function isOnlyRead(member: MemberExpression, parents: ReadonlyMap<Node, Node>): boolean {
  const parent = parents.get(member) as AnyNode;
  switch (parent.type) {
    case "AssignmentExpression":
    case "AssignmentPattern":
    case "ForOfStatement":
    case "ForInStatement":
      return parent.left !== member;
    case "Property":
      return parents.get(parent)?.type !== "ObjectPattern";
    default:
      return !["UpdateExpression", "ArrayPattern", "RestElement"].includes(parent.type);
  }
}

/** In place, for those that hold it. */
function renameTo(member: MemberExpression, name: string): void {
  const { start, end } = member;
  const whole = member as unknown as Record<string, unknown>;
  for (const field of Object.keys(whole)) delete whole[field];
  Object.assign(whole, { type: "Identifier", name, start, end });
}
