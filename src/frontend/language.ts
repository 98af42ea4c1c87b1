/**
 * The language: which JavaScript a kernel may be written in, as far as syntax decides it.
 *
 * One row per node type of acorn's AST (and in operators.ts one per operator); a node type that a new acorn brings makes the
 * table incomplete for the type-checker. subset.ts checks functions by it and docs/language.md is generated from it. Each row's `example` is the body
 * of a function `(x, n, a, out) => { … }`, and a test compiles them all.
 *
 * What is accepted here may still be refused for its types: `a + b` is in the language, an array plus a number isn't.
 */
import type { AnyNode, Node } from "acorn";
import { type CheckContext, checks } from "./language-checks.ts";

export type NodeType = AnyNode["type"];
export type NodeOf<T extends NodeType> = Extract<AnyNode, { type: T }>;

/**
 * `accepted`: what it is, for the documentation; `check`, if given, reports what is wrong with a particular node and answers
 * which children remain to be looked at ("all" when it answers nothing).
 * `refused`: what it is and what to write instead, both as parts of a sentence.
 * `part`: belongs to other nodes, which decide; never refused by itself.
 */
export type Rule<N extends Node> =
  | {
      readonly accepted: string;
      readonly example: string;
      readonly check?: Check<N>;
      readonly refused?: undefined;
    }
  | { readonly refused: string; readonly instead: string; readonly example: string; readonly check?: undefined }
  | { readonly part: string; readonly check?: Check<N>; readonly refused?: undefined };

type Check<N extends Node> = (node: N, cx: CheckContext) => readonly Node[] | undefined;

/** Import and export declarations and what else can't stand inside a function. */
const MODULE = { part: "a module" } as const;
const CLASS = { part: "a class" } as const;

export const LANGUAGE: { readonly [T in NodeType]: Rule<NodeOf<T>> } = {
  // Values
  Literal: {
    accepted: "Numbers, booleans and BigInts",
    example: "return x === 1.5e3 || true;",
    check: checks.literal,
  },
  Identifier: {
    accepted: "Variables, and constants, typed arrays, functions and kernels from the surroundings",
    example: "return x;",
    check: checks.identifier,
  },
  ArrayExpression: {
    accepted: "Tuples: array literals of a fixed length",
    example: "return [x, n];",
    check: checks.arrayExpression,
  },
  ObjectExpression: {
    accepted: "Objects: literals of named properties, also with what is in another one",
    example: "const p = { x, n }; return { ...p, n: p.n + 1 };",
    check: checks.objectExpression,
  },
  TemplateLiteral: {
    refused: "A template literal other than the message of an error",
    instead:
      'In console.log pass the parts as arguments: console.log("x =", x); a message with values is written where it is thrown, not handed to a helper',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the example is a template literal
    example: "return `${x}`;",
  },
  TaggedTemplateExpression: {
    refused: "A tagged template",
    instead: "Use numbers; strings stay outside the kernel",
    example: "return String.raw`x`;",
  },
  ThisExpression: {
    refused: "`this`",
    instead: "Pass what the kernel needs as arguments; a method in it names its object, p.x",
    example: "return this;",
  },
  Super: { refused: "`super`", instead: "Call a plain function", example: "return super.x;" },
  MetaProperty: {
    refused: "`new.target` or `import.meta`",
    instead: "Read it outside and pass it as an argument",
    example: "const f = function () { return new.target; }; return f();",
  },

  // Operators
  UnaryExpression: { accepted: "Unary operators", example: "return -x;", check: checks.unary },
  UpdateExpression: { accepted: "`++` and `--`", example: "x++; return x;", check: checks.update },
  BinaryExpression: { accepted: "Binary operators", example: "return x + 1;", check: checks.binary },
  LogicalExpression: { accepted: "`&&`, `||` and `??`", example: "return x && n;", check: checks.logical },
  ConditionalExpression: { accepted: "`c ? a : b`", example: "return x > 0 ? x : -x;" },
  AssignmentExpression: { accepted: "Assignments", example: "x = 1; return x;", check: checks.assignment },
  SequenceExpression: { accepted: "`a, b`", example: "return (x++, x);" },
  MemberExpression: {
    accepted: "`a[i]`, `a.length`, members of captured objects, and `mask?.[i]` of what may be undefined",
    example: "return a[0] + (a?.length ?? 0);",
    check: checks.member,
  },
  ChainExpression: {
    refused: "Optional chaining (`?.`) of what isn't a name or a property of one",
    instead: "Put it into a variable first: const part = half(a); part?.[0]",
    example: "return a.subarray(1)?.[0];",
  },
  CallExpression: {
    accepted: "Calls of functions, kernels and what numbats knows of `Math`, `Number`, `BigInt` and typed arrays",
    example: "return Math.sqrt(x);",
    check: checks.call,
  },
  NewExpression: {
    accepted: "Making typed arrays, and plain ones of a known length that are filled at once",
    example: "const t = new Float64Array(n); const c = new Array(10).fill(0); return t[0] + c[n];",
    check: checks.create,
  },
  SpreadElement: {
    accepted: "Spreading (`...`) of arrays whose length is known, in calls and array literals; `Math.max(...a)` of any",
    example: "const p = [x, n]; return Math.max(...p) + Math.min(...a);",
  },
  ParenthesizedExpression: { part: "an expression" },
  AwaitExpression: { part: "an async function" },
  YieldExpression: { part: "a generator function" },
  ImportExpression: {
    refused: "`import()`",
    instead: "Import at the top of the file",
    example: 'return import("fs");',
  },

  // Variables
  VariableDeclaration: {
    accepted: "`let`, `const` and `var`",
    example: "let y = x; return y;",
    check: checks.declaration,
  },
  VariableDeclarator: { part: "a declaration" },
  ArrayPattern: { accepted: "Destructuring of tuples", example: "const [p, q] = [x, n]; return p + q;" },
  ObjectPattern: {
    refused: "Object destructuring with computed names, or with defaults that call something or need each other",
    instead: "Take the properties one by one: const width = size.width",
    example: "const { [n]: y } = a; return y;",
  },
  AssignmentPattern: {
    accepted: "Default values of parameters and in patterns",
    example: "const f = (k = 2) => k; const [p, q = 1] = [f()]; return p + q;",
  },
  RestElement: {
    accepted: "Rest elements (`...`) of helpers' parameters, of tuples and of objects",
    example:
      "const f = (...r) => r.length; const [p, ...q] = [x, n, 1]; const { y, ...r } = { y: 1, p }; return f(y, q) + r.p;",
  },

  // Statements
  ExpressionStatement: { accepted: "Expressions", example: "x++;", check: checks.expressionStatement },
  BlockStatement: { accepted: "Blocks", example: "{ const y = x; out[0] = y; }" },
  StaticBlock: CLASS,
  EmptyStatement: { accepted: "Empty statements", example: ";" },
  DebuggerStatement: { accepted: "`debugger`, which does nothing in a kernel", example: "debugger;" },
  IfStatement: { accepted: "`if` and `else`", example: "if (x > 0) x = 0; else x = 1; return x;" },
  SwitchStatement: {
    accepted: "`switch`",
    example: "switch (n) { case 0: return x; default: return 0; }",
    check: checks.switching,
  },
  SwitchCase: { part: "a switch" },
  ForStatement: { accepted: "`for` loops", example: "for (let i = 0; i < n; i++) out[i] = a[i];" },
  ForOfStatement: {
    accepted: "`for … of` over prange(…) and arrays",
    example: "let s = 0; for (const v of a) s += v; return s;",
    check: checks.forOf,
  },
  ForInStatement: {
    refused: "`for … in`",
    instead: "Count: for (let i = 0; i < a.length; i++)",
    example: "for (const k in a) x++;",
  },
  WhileStatement: { accepted: "`while` loops", example: "while (x > 1) x /= 2; return x;" },
  DoWhileStatement: { accepted: "`do … while` loops", example: "do x /= 2; while (x > 1); return x;" },
  LabeledStatement: { accepted: "Labels", example: "top: for (;;) { break top; }" },
  BreakStatement: { accepted: "`break`", example: "for (;;) break;" },
  ContinueStatement: { accepted: "`continue`", example: "for (let i = 0; i < n; i++) continue;" },
  ReturnStatement: { accepted: "`return`", example: "return x;" },
  ThrowStatement: {
    accepted: "`throw new Error(…)`, RangeError or TypeError, with a message of texts and values",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the example is a template literal
    example: "if (n < 0) throw new RangeError(`n is ${n}`);",
    check: checks.throwing,
  },
  TryStatement: {
    refused: "`try`",
    instead: "Test before the operation, or catch where the kernel is called",
    example: "try { x++; } finally { x--; }",
  },
  CatchClause: { part: "a try statement" },
  WithStatement: { refused: "`with`", instead: "Name the object each time", example: "with (a) { x = length; }" },

  // Functions
  FunctionDeclaration: {
    accepted: "Inner functions",
    example: "function f(v) { return v * 2; } return f(x);",
    check: checks.innerFunction,
  },
  FunctionExpression: {
    accepted: "Function expressions",
    example: "const f = function (v) { return v * 2; }; return f(x);",
    check: checks.innerFunction,
  },
  ArrowFunctionExpression: {
    accepted: "Arrow functions",
    example: "const f = (v) => v * 2; return f(x);",
    check: checks.innerFunction,
  },
  ClassDeclaration: { refused: "A class", instead: "Use functions and arrays", example: "class C {} return x;" },
  ClassExpression: {
    refused: "A class",
    instead: "Use functions and arrays",
    example: "const C = class {}; return x;",
  },
  ClassBody: CLASS,
  MethodDefinition: CLASS,
  PropertyDefinition: CLASS,
  PrivateIdentifier: CLASS,

  // Never inside a function
  Program: MODULE,
  Property: { part: "an object literal or pattern" },
  TemplateElement: { part: "a template literal" },
  ImportDeclaration: MODULE,
  ImportSpecifier: MODULE,
  ImportDefaultSpecifier: MODULE,
  ImportNamespaceSpecifier: MODULE,
  ImportAttribute: MODULE,
  ExportNamedDeclaration: MODULE,
  ExportSpecifier: MODULE,
  ExportDefaultDeclaration: MODULE,
  ExportAllDeclaration: MODULE,
};
