/** The children of any AST node, and questions that the types of a node and its parent answer. */
import type { AnyNode, Node } from "acorn";
import type { FunctionNode } from "./program.ts";

type NodeType = AnyNode["type"];
/** The fields of a node that hold others: one, none, or a list in which some may be missing. */
type ChildField<N> = {
  [K in keyof N]-?: NonNullable<N[K]> extends Node | readonly (Node | null)[] ? K : never;
}[keyof N];

/** Where the children of a node are, by its type and in source order. Looking through all fields takes several times as long. */
const FIELDS: { readonly [T in NodeType]: readonly ChildField<Extract<AnyNode, { type: T }>>[] } = {
  // Values
  Literal: [],
  Identifier: [],
  ArrayExpression: ["elements"],
  ObjectExpression: ["properties"],
  Property: ["key", "value"],
  TemplateLiteral: ["quasis", "expressions"],
  TemplateElement: [],
  TaggedTemplateExpression: ["tag", "quasi"],
  ThisExpression: [],
  Super: [],
  MetaProperty: ["meta", "property"],

  // Operators
  UnaryExpression: ["argument"],
  UpdateExpression: ["argument"],
  BinaryExpression: ["left", "right"],
  LogicalExpression: ["left", "right"],
  ConditionalExpression: ["test", "consequent", "alternate"],
  AssignmentExpression: ["left", "right"],
  SequenceExpression: ["expressions"],
  MemberExpression: ["object", "property"],
  ChainExpression: ["expression"],
  CallExpression: ["callee", "arguments"],
  NewExpression: ["callee", "arguments"],
  SpreadElement: ["argument"],
  ParenthesizedExpression: ["expression"],
  AwaitExpression: ["argument"],
  YieldExpression: ["argument"],
  ImportExpression: ["source", "options"],

  // Variables
  VariableDeclaration: ["declarations"],
  VariableDeclarator: ["id", "init"],
  ArrayPattern: ["elements"],
  ObjectPattern: ["properties"],
  AssignmentPattern: ["left", "right"],
  RestElement: ["argument"],

  // Statements
  ExpressionStatement: ["expression"],
  BlockStatement: ["body"],
  StaticBlock: ["body"],
  EmptyStatement: [],
  DebuggerStatement: [],
  IfStatement: ["test", "consequent", "alternate"],
  SwitchStatement: ["discriminant", "cases"],
  SwitchCase: ["test", "consequent"],
  ForStatement: ["init", "test", "update", "body"],
  ForOfStatement: ["left", "right", "body"],
  ForInStatement: ["left", "right", "body"],
  WhileStatement: ["test", "body"],
  DoWhileStatement: ["body", "test"],
  LabeledStatement: ["label", "body"],
  BreakStatement: ["label"],
  ContinueStatement: ["label"],
  ReturnStatement: ["argument"],
  ThrowStatement: ["argument"],
  TryStatement: ["block", "handler", "finalizer"],
  CatchClause: ["param", "body"],
  WithStatement: ["object", "body"],

  // Functions and classes
  FunctionDeclaration: ["id", "params", "body"],
  FunctionExpression: ["id", "params", "body"],
  ArrowFunctionExpression: ["params", "body"],
  ClassDeclaration: ["id", "superClass", "body"],
  ClassExpression: ["id", "superClass", "body"],
  ClassBody: ["body"],
  MethodDefinition: ["key", "value"],
  PropertyDefinition: ["key", "value"],
  PrivateIdentifier: [],

  // Modules
  Program: ["body"],
  ImportDeclaration: ["specifiers", "source", "attributes"],
  ImportSpecifier: ["imported", "local"],
  ImportDefaultSpecifier: ["local"],
  ImportNamespaceSpecifier: ["local"],
  ImportAttribute: ["key", "value"],
  ExportNamedDeclaration: ["declaration", "specifiers", "source", "attributes"],
  ExportSpecifier: ["local", "exported"],
  ExportDefaultDeclaration: ["declaration"],
  ExportAllDeclaration: ["exported", "source", "attributes"],
};

const NONE: readonly never[] = [];

/** In source order. A node that stands in two places of its parent (`{ x }` is key and value) comes once. */
export function childrenOf(node: Node): readonly Node[] {
  const names = FIELDS[(node as AnyNode).type];
  if (names.length === 0) return NONE;
  const children: Node[] = [];
  const fields = node as unknown as Readonly<Record<string, Node | readonly (Node | null)[] | null | undefined>>;
  for (let i = 0; i < names.length; i++) {
    const value = fields[names[i] as string];
    if (Array.isArray(value)) {
      for (let k = 0; k < value.length; k++) if (value[k] !== null) children.push(value[k] as Node);
    } else if (value) {
      children.push(value as Node);
    }
  }
  for (let i = 1; i < children.length; i++) {
    if ((children[i] as Node).start > (children[i - 1] as Node).start) continue;
    return [...new Set(children)].sort((a, b) => a.start - b.start);
  }
  return children;
}

/** Visits `node` and everything in it, outermost first. */
export function walk(node: Node, visit: (node: Node, parent: Node | undefined) => void, parent?: Node): void {
  visit(node, parent);
  const children = childrenOf(node);
  for (let i = 0; i < children.length; i++) walk(children[i] as Node, visit, node);
}

/** Puts `next` where `node` is in its parent. */
export function replaceChild(parent: Node, node: Node, next: Node): void {
  const fields = parent as unknown as Record<string, unknown>;
  for (const field of FIELDS[(parent as AnyNode).type]) {
    const value = fields[field];
    if (value === node) fields[field] = next;
    else if (Array.isArray(value)) fields[field] = value.map((item: unknown) => (item === node ? next : item));
  }
}

export type Replace = typeof replaceChild;

export function isFunction(node: Node): node is FunctionNode {
  return (
    node.type === "FunctionDeclaration" || node.type === "FunctionExpression" || node.type === "ArrowFunctionExpression"
  );
}

/** Is it the name of a property, not of a variable? */
export function isPropertyName(node: Node, parent: Node | undefined): boolean {
  const around = parent as AnyNode | undefined;
  if (around?.type === "Property") return around.value !== node;
  return around?.type === "MemberExpression" && around.property === node && !around.computed;
}

/** The parent of every node but `root`. */
export function parentsIn(root: Node): ReadonlyMap<Node, Node> {
  const parents = new Map<Node, Node>();
  walk(root, (node, parent) => {
    if (parent !== undefined) parents.set(node, parent);
  });
  return parents;
}

/** Is there a node of this type among those that have parents? */
export function hasNode(parents: ReadonlyMap<Node, Node>, type: NodeType): boolean {
  let found = false;
  // Without an iterator, which makes an object for each: this is asked of every function.
  parents.forEach((_, node) => {
    found ||= node.type === type;
  });
  return found;
}
