/** What the front end gives: one function's AST with every identifier bound. */
import type { ArrowFunctionExpression, FunctionDeclaration, FunctionExpression, Identifier, Node } from "acorn";
import type { SourceText, Span } from "../source/span.ts";

export type FunctionNode = ArrowFunctionExpression | FunctionDeclaration | FunctionExpression;

export type BindingKind = "param" | "let" | "const" | "var" | "function" | "self";

/** One variable of a function or of a function nested in it. */
export interface Binding {
  /** Unique within its FunctionSource. */
  readonly id: number;
  readonly name: string;
  /** `self`: the name a function expression gives to itself. */
  readonly kind: BindingKind;
  /** Where it is declared. */
  readonly declaration: Identifier;
  /** The innermost function that declares it. */
  readonly owner: FunctionNode;
  /** The function itself, for `function` and `self` bindings. */
  readonly fn: FunctionNode | undefined;
  /** Every identifier that reads or writes it, declaration excluded, in source order. */
  readonly references: readonly Identifier[];
  /** Those of `references` that write it (assignment, update, destructuring target), plus initialisers don't count. */
  readonly writes: readonly Identifier[];
  /** Is it read or written by a function nested in `owner`? */
  readonly shared: boolean;
}

/** A function value's source, parsed: the unit that capture, inference and lowering work on. */
export interface FunctionSource {
  readonly source: SourceText;
  readonly name: string;
  readonly node: FunctionNode;
  /** The binding of every identifier that names a local variable (declarations and references). */
  readonly bindings: ReadonlyMap<Identifier, Binding>;
  /** Identifiers that name something outside the function, by name: captured variables and globals. */
  readonly free: ReadonlyMap<string, readonly Identifier[]>;
  /** The variables that each function declares itself. */
  readonly locals: ReadonlyMap<FunctionNode, readonly Binding[]>;
  /** The functions that others are nested in. */
  readonly enclosing: ReadonlySet<FunctionNode>;
  /** Parent of every node in `node`. */
  readonly parents: ReadonlyMap<Node, Node>;
}

export function spanOf(source: SourceText, node: Node): Span {
  return { source, start: node.start, end: node.end };
}

/** How the compiler learns of a live function; the runtime supplies it (the inspector in Node, `options.scope` elsewhere). */
export interface FunctionReader {
  /** The function's text and place in the author's file. */
  sourceOf(fn: Callable): SourceText;
  /** Written in JavaScript, but a part of the engine: `setTimeout`, `performance.now`. */
  isEngines(fn: Callable): boolean;
  /**
   * The value that `name` has in the function's surroundings, as of the last sourceOf; undefined when there is no such name.
   * @throws ReferenceError when its declaration hasn't run yet.
   */
  capture(fn: Callable, name: string): { readonly value: unknown } | undefined;
  /** The property of a captured object. */
  property(object: object, key: string): unknown;
  /** The names of the properties that spreading a captured object takes. Whatever the compiler knows of the live program comes through these four. */
  keys(object: object): readonly string[];
  /** What is captured in the course of `work` is found with less effort together. */
  together<T>(work: () => T): T;
}

// biome-ignore lint/suspicious/noExplicitAny: a kernel may have any signature
export type Callable = (...args: any[]) => unknown;
