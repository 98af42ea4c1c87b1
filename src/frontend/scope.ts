/**
 * Which variable each identifier names, per ECMAScript (Block, Function and For declarations instantiation).
 *
 * Takes a parsed function; gives a Binding for every identifier that names a local variable, and the free ones by name.
 * Reports what scoping alone can tell is wrong: assignments to constants, functions and captured variables, uses before
 * the declaration, and functions declared in blocks where strict and sloppy code differ.
 *
 * A function has two scopes, parameters and body; each block, loop head, switch and catch has one. Declarations are entered
 * when a scope is (they are hoisted), identifiers are resolved on the way through it.
 */
import type {
  AnyNode,
  BlockStatement,
  FunctionDeclaration,
  Identifier,
  LabeledStatement,
  Node,
  Pattern,
  Property,
  Statement,
  StaticBlock,
  SwitchStatement,
  VariableDeclaration,
} from "acorn";
import type { DiagnosticSink } from "../diagnostics/sink.ts";
import type { SourceText } from "../source/span.ts";
import { type Binding, type BindingKind, type FunctionNode, type FunctionSource, spanOf } from "./program.ts";
import { childrenOf, isFunction } from "./walk.ts";

type Resolved = Pick<FunctionSource, "bindings" | "free" | "locals" | "enclosing">;

export function resolveScopes(root: FunctionNode, source: SourceText, sink: DiagnosticSink): Resolved {
  const resolver = new Resolver(source, sink);
  resolver.function(root, undefined);
  resolver.check();
  const { bindings, free, locals, enclosing } = resolver;
  return { bindings, free, locals, enclosing };
}

/** A Binding while its references are being found. */
interface OpenBinding extends Binding {
  readonly references: Identifier[];
  readonly writes: Identifier[];
  /** Where a `var` gives it a value. */
  readonly given: Identifier[];
  shared: boolean;
  /** The offset from which on the variable has a value, for `let`, `const` and parameters. */
  readonly liveFrom: number;
  /** Code that runs before the variable has a value although it may stand behind `liveFrom`. */
  readonly initialiser: Node | undefined;
}

class Scope {
  readonly parent: Scope | undefined;
  readonly owner: FunctionNode;
  readonly names = new Map<string, OpenBinding>();
  /** Functions declared in blocks further in, which sloppy code also makes variables of this scope (Annex B.3.2). */
  readonly blockFunctions = new Map<string, Identifier>();

  constructor(owner: FunctionNode, parent: Scope | undefined) {
    this.owner = owner;
    this.parent = parent;
  }
}

class Resolver {
  readonly bindings = new Map<Identifier, OpenBinding>();
  readonly free = new Map<string, Identifier[]>();
  readonly locals = new Map<FunctionNode, OpenBinding[]>();
  readonly enclosing = new Set<FunctionNode>();
  readonly #source: SourceText;
  readonly #sink: DiagnosticSink;
  readonly #all: OpenBinding[] = [];

  constructor(source: SourceText, sink: DiagnosticSink) {
    this.#source = source;
    this.#sink = sink;
  }

  function(fn: FunctionNode, outer: Scope | undefined): void {
    if (outer !== undefined) this.enclosing.add(outer.owner);
    let scope = outer;
    if (fn.type === "FunctionExpression" && fn.id) {
      scope = new Scope(fn, scope);
      this.#declare(scope, "self", fn.id, { fn });
    }
    const params = new Scope(fn, scope);
    for (const param of fn.params) this.#declarePattern(params, "param", param, undefined);
    for (const param of fn.params) this.#pattern(params, param, false);
    if (fn.body.type !== "BlockStatement") {
      this.#node(params, fn.body);
      return;
    }
    const body = new Scope(fn, params);
    this.#hoist(body, params, fn.body.body);
    for (const statement of fn.body.body) this.#node(body, statement);
  }

  // Declarations

  /** Enters what a function's body declares, from wherever it stands in it. */
  #hoist(body: Scope, params: Scope, statements: readonly Statement[]): void {
    this.#declareLexical(body, statements);
    for (const statement of statements) {
      const fn = labelled(statement);
      if (fn.type === "FunctionDeclaration") this.#declareFunction(body, fn, params);
    }
    const own = new Set(lexicalNames(statements));
    for (const statement of statements) this.#hoistVars(body, params, statement, [own]);
  }

  /** `blocks`: the names that the blocks between the body and `node` declare; `head`: what `node` goes over, where it is the head of a `for…of`. */
  #hoistVars(body: Scope, params: Scope, node: Node, blocks: readonly ReadonlySet<string>[], head?: Node): void {
    if (!MAY_HOLD_VARS.has(node.type)) return;
    if (node.type === "VariableDeclaration" && (node as VariableDeclaration).kind === "var") {
      for (const { id, init } of (node as VariableDeclaration).declarations) {
        for (const name of namesOf(id)) this.#declareVar(body, params, name, init ?? head);
      }
    }
    const statements = statementsOf(node);
    const inner = statements === undefined ? blocks : [...blocks, new Set(lexicalNames(statements))];
    for (const statement of statements ?? []) {
      if (statement.type !== "FunctionDeclaration") continue;
      const { name } = statement.id;
      const hidden = blocks.some((names) => names.has(name)) || params.names.has(name);
      if (!hidden) body.blockFunctions.set(name, statement.id);
    }
    const { left, right } = node as Node & { left?: Node; right?: Node };
    for (const child of childrenOf(node))
      this.#hoistVars(body, params, child, inner, child === left ? right : undefined);
  }

  #declareVar(body: Scope, params: Scope, id: Identifier, init: Node | undefined): void {
    const param = params.names.get(id.name);
    // `f(g = () => x, x) { var x }` has two variables called x; in any other function nothing can tell them apart.
    if (param !== undefined && body.owner.params.some(containsFunction)) this.#declaredTwice(id, param);
    const earlier = body.names.get(id.name) ?? param;
    if (earlier === undefined) this.#declare(body, "var", id, {});
    else if (earlier.kind === "function") this.#declaredTwice(id, earlier);
    const binding = earlier ?? body.names.get(id.name);
    if (binding === undefined) return;
    this.bindings.set(id, binding);
    if (init !== undefined) binding.given.push(id);
  }

  #declareFunction(scope: Scope, fn: FunctionDeclaration, params: Scope | undefined): void {
    const earlier = scope.names.get(fn.id.name) ?? params?.names.get(fn.id.name);
    if (earlier !== undefined) this.#declaredTwice(fn.id, earlier);
    this.#declare(scope, "function", fn.id, { fn });
  }

  #declaredTwice(id: Identifier, first: OpenBinding): void {
    const related = [{ span: spanOf(this.#source, first.declaration), text: "first declared here" }];
    this.#sink.report("declared-twice", { name: id.name }, spanOf(this.#source, id), related);
  }

  /** Enters the `let`, `const` and class declarations of a block. */
  #declareLexical(scope: Scope, statements: readonly Statement[]): void {
    for (const statement of statements) {
      if (statement.type === "VariableDeclaration") this.#declareVariables(scope, statement);
      if (statement.type === "ClassDeclaration") this.#declare(scope, "const", statement.id, {});
    }
  }

  /** For the head of `for (const x of initialiser)`, which gives x its value, `initialiser` is given. */
  #declareVariables(scope: Scope, node: VariableDeclaration, initialiser?: Node): void {
    if (node.kind === "var") return;
    const kind = node.kind === "let" ? "let" : "const";
    for (const { id, init } of node.declarations) this.#declarePattern(scope, kind, id, init ?? initialiser);
  }

  #declarePattern(
    scope: Scope,
    kind: BindingKind,
    pattern: Pattern,
    initialiser: Node | undefined,
    liveFrom = 0,
  ): void {
    switch (pattern.type) {
      case "Identifier":
        this.#declare(scope, kind, pattern, { liveFrom: Math.max(liveFrom, pattern.end), initialiser });
        return;
      case "AssignmentPattern":
        this.#declarePattern(scope, kind, pattern.left, initialiser, pattern.end);
        return;
      case "ArrayPattern":
        for (const item of pattern.elements) {
          if (item !== null) this.#declarePattern(scope, kind, item, initialiser, liveFrom);
        }
        return;
      case "ObjectPattern":
        for (const item of pattern.properties) {
          this.#declarePattern(scope, kind, item.type === "Property" ? item.value : item, initialiser, liveFrom);
        }
        return;
      case "RestElement":
        this.#declarePattern(scope, kind, pattern.argument, initialiser, liveFrom);
        return;
      case "MemberExpression":
        return;
    }
  }

  #declare(
    scope: Scope,
    kind: BindingKind,
    id: Identifier,
    details: { readonly fn?: FunctionNode; readonly liveFrom?: number; readonly initialiser?: Node | undefined },
  ): void {
    const binding: OpenBinding = {
      id: this.#all.length,
      name: id.name,
      kind,
      declaration: id,
      owner: scope.owner,
      fn: details.fn,
      references: [],
      writes: [],
      given: [],
      shared: false,
      liveFrom: details.liveFrom ?? 0,
      initialiser: details.initialiser,
    };
    this.#all.push(binding);
    const locals = this.locals.get(scope.owner);
    if (locals === undefined) this.locals.set(scope.owner, [binding]);
    else locals.push(binding);
    scope.names.set(id.name, binding);
    this.bindings.set(id, binding);
  }

  // References

  #node(scope: Scope, given: Node): void {
    const node = given as AnyNode;
    switch (node.type) {
      case "Identifier":
        this.#reference(scope, node, "read");
        return;
      case "FunctionDeclaration":
      case "FunctionExpression":
      case "ArrowFunctionExpression":
        this.function(node as FunctionNode, scope);
        return;
      case "VariableDeclaration":
        for (const { id, init } of node.declarations) {
          this.#pattern(scope, id, false);
          if (init) this.#node(scope, init);
        }
        return;
      case "BlockStatement":
      case "StaticBlock":
      case "SwitchStatement":
        this.#block(scope, node);
        return;
      case "ForStatement": {
        const head = new Scope(scope.owner, scope);
        if (node.init?.type === "VariableDeclaration") this.#declareVariables(head, node.init);
        for (const child of [node.init, node.test, node.update, node.body]) if (child) this.#node(head, child);
        return;
      }
      case "ForOfStatement":
      case "ForInStatement": {
        const head = new Scope(scope.owner, scope);
        if (node.left.type === "VariableDeclaration") {
          this.#declareVariables(head, node.left, node.right);
          this.#node(head, node.left);
        } else {
          this.#pattern(head, node.left, true);
        }
        this.#node(head, node.right);
        this.#node(head, node.body);
        return;
      }
      case "CatchClause": {
        const head = new Scope(scope.owner, scope);
        if (node.param) {
          this.#declarePattern(head, "let", node.param, undefined);
          this.#pattern(head, node.param, false);
        }
        this.#node(head, node.body);
        return;
      }
      case "AssignmentExpression":
        if (node.operator === "=") this.#pattern(scope, node.left, true);
        else if (node.left.type === "Identifier") this.#reference(scope, node.left, "both");
        else this.#node(scope, node.left);
        this.#node(scope, node.right);
        return;
      case "UpdateExpression":
        if (node.argument.type === "Identifier") this.#reference(scope, node.argument, "both");
        else this.#node(scope, node.argument);
        return;
      default:
        for (const child of childrenOf(node)) if (!isName(node, child)) this.#node(scope, child);
    }
  }

  #block(outer: Scope, node: BlockStatement | StaticBlock | SwitchStatement): void {
    if (node.type === "SwitchStatement") this.#node(outer, node.discriminant);
    const scope = new Scope(outer.owner, outer);
    const statements = statementsOf(node) ?? [];
    this.#declareLexical(scope, statements);
    for (const statement of statements) {
      if (statement.type === "FunctionDeclaration") this.#declareFunction(scope, statement, undefined);
    }
    if (node.type !== "SwitchStatement") {
      for (const statement of statements) this.#node(scope, statement);
      return;
    }
    for (const { test, consequent } of node.cases) {
      if (test) this.#node(scope, test);
      for (const statement of consequent) this.#node(scope, statement);
    }
  }

  /** `assigns`: the names are assigned, not declared. */
  #pattern(scope: Scope, pattern: Pattern, assigns: boolean): void {
    switch (pattern.type) {
      case "Identifier":
        if (assigns) this.#reference(scope, pattern, "write");
        return;
      case "AssignmentPattern":
        this.#pattern(scope, pattern.left, assigns);
        this.#node(scope, pattern.right);
        return;
      case "ArrayPattern":
        for (const item of pattern.elements) if (item !== null) this.#pattern(scope, item, assigns);
        return;
      case "ObjectPattern":
        for (const item of pattern.properties) {
          if (item.type === "RestElement") this.#pattern(scope, item, assigns);
          else {
            if (item.computed) this.#node(scope, item.key);
            this.#pattern(scope, item.value, assigns);
          }
        }
        return;
      case "RestElement":
        this.#pattern(scope, pattern.argument, assigns);
        return;
      case "MemberExpression":
        this.#node(scope, pattern);
        return;
    }
  }

  #reference(from: Scope, id: Identifier, access: "read" | "write" | "both"): void {
    let blockFunction: Identifier | undefined;
    for (let scope: Scope | undefined = from; scope !== undefined; scope = scope.parent) {
      // The function in the block has the same name as something out here: which one is meant depends on strictness.
      blockFunction ??= scope.blockFunctions.get(id.name);
      const binding = scope.names.get(id.name);
      if (binding === undefined) continue;
      if (blockFunction !== undefined && binding.declaration !== blockFunction) this.#ambiguous(id, blockFunction);
      this.bindings.set(id, binding);
      binding.references.push(id);
      if (access !== "read") binding.writes.push(id);
      if (from.owner !== binding.owner) binding.shared = true;
      else this.#checkLive(id, binding);
      return;
    }
    if (blockFunction !== undefined) this.#ambiguous(id, blockFunction);
    const found = this.free.get(id.name);
    if (found === undefined) this.free.set(id.name, [id]);
    else found.push(id);
    if (access !== "read") this.#sink.report("assign-captured", { name: id.name }, spanOf(this.#source, id));
  }

  #ambiguous(id: Identifier, declaration: Identifier): void {
    const related = [{ span: spanOf(this.#source, declaration), text: "declared in this block" }];
    this.#sink.report("block-function-outside", { name: id.name }, spanOf(this.#source, id), related);
  }

  /** Within one function, code that stands before a declaration in the scope runs before it (a block is entered anew). */
  #checkLive(id: Identifier, binding: OpenBinding): void {
    const { initialiser } = binding;
    const inside = initialiser !== undefined && id.start >= initialiser.start && id.end <= initialiser.end;
    if (id.start >= binding.liveFrom && !inside) return;
    const related = [{ span: spanOf(this.#source, binding.declaration), text: "declared here" }];
    this.#sink.report("used-before-declaration", { name: id.name }, spanOf(this.#source, id), related);
  }

  check(): void {
    for (const binding of this.#all) {
      noteGiven(binding);
      binding.references.sort((a, b) => a.start - b.start);
      const id =
        binding.kind === "const" ? "assign-constant" : binding.fn !== undefined ? "assign-function" : undefined;
      if (id === undefined) continue;
      const related = [{ span: spanOf(this.#source, binding.declaration), text: "declared here" }];
      for (const write of binding.writes)
        this.#sink.report(id, { name: binding.name }, spanOf(this.#source, write), related);
    }
  }
}

/**
 * A `var` with a value is an assignment, wherever it stands and however often it runs. The only one that a variable ever gets is no more
 * than its declaration.
 */
function noteGiven({ declaration, given, references, writes }: OpenBinding): void {
  const isAlone = writes.length === 0 && given.length === 1;
  for (const id of given) {
    if (isAlone && id === declaration) continue;
    writes.push(id);
    if (id !== declaration) references.push(id);
  }
}

/** What statements may stand in, functions and classes excepted, whose variables are their own. */
const MAY_HOLD_VARS: ReadonlySet<string> = new Set<AnyNode["type"]>([
  "VariableDeclaration",
  "BlockStatement",
  "IfStatement",
  "ForStatement",
  "ForInStatement",
  "ForOfStatement",
  "WhileStatement",
  "DoWhileStatement",
  "LabeledStatement",
  "WithStatement",
  "SwitchStatement",
  "SwitchCase",
  "TryStatement",
  "CatchClause",
]);

/** The statements that share a scope of their own within `node`, if they do. */
function statementsOf(node: Node): readonly Statement[] | undefined {
  const any = node as AnyNode;
  if (any.type === "BlockStatement" || any.type === "StaticBlock") return any.body;
  return any.type === "SwitchStatement" ? any.cases.flatMap((c) => c.consequent) : undefined;
}

function lexicalNames(statements: readonly Statement[]): string[] {
  const names: string[] = [];
  for (const statement of statements) {
    if (statement.type === "ClassDeclaration") names.push(statement.id.name);
    if (statement.type !== "VariableDeclaration" || statement.kind === "var") continue;
    for (const { id } of statement.declarations) for (const { name } of namesOf(id)) names.push(name);
  }
  return names;
}

export function namesOf(pattern: Pattern): Identifier[] {
  switch (pattern.type) {
    case "Identifier":
      return [pattern];
    case "AssignmentPattern":
      return namesOf(pattern.left);
    case "ArrayPattern":
      return pattern.elements.flatMap((item) => (item === null ? [] : namesOf(item)));
    case "ObjectPattern":
      return pattern.properties.flatMap((item) => namesOf(item.type === "Property" ? item.value : item));
    case "RestElement":
      return namesOf(pattern.argument);
    case "MemberExpression":
      return [];
  }
}

function labelled(statement: Statement): Statement {
  let inner = statement;
  while (inner.type === "LabeledStatement") inner = (inner as LabeledStatement).body;
  return inner;
}

/** Is `child` an identifier that isn't a reference: a property name, a label? */
function isName(node: Node, child: Node): boolean {
  if (child.type !== "Identifier") return false;
  switch (node.type) {
    case "MemberExpression":
    case "MethodDefinition":
    case "PropertyDefinition": {
      const { computed, property, key } = node as Node & { computed: boolean; property?: Node; key?: Node };
      return !computed && (child === property || child === key);
    }
    case "Property": {
      const { computed, key, value } = node as Property;
      return !computed && child === key && child !== value;
    }
    case "MetaProperty":
    case "LabeledStatement":
    case "BreakStatement":
    case "ContinueStatement":
      return true;
    case "ClassDeclaration":
    case "ClassExpression":
      return child === (node as Node & { id?: Node }).id;
    default:
      return false;
  }
}

function containsFunction(node: Node): boolean {
  return isFunction(node) || childrenOf(node).some(containsFunction);
}
