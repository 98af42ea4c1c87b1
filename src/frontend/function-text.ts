/**
 * What Function.prototype.toString gives → a tree. It is the text of one of
 *
 *   function f(x) { … }      (x) => …      f(x) { … }, [key](x) { … }, #f(x) { … }      get f() { … }      class { … }
 *
 * of which some only parse with something around them. Positions in the tree are offsets into the text.
 */
import type { Expression, ModuleDeclaration, Node, Program, Statement } from "acorn";
import type { isParseError, Options, parse } from "meriyah";
import { extended } from "../source/extended.ts";
import { walk } from "./walk.ts";

/** The parser, which not everybody who asks has loaded. */
export interface Parser {
  readonly parse: typeof parse;
  readonly isParseError: typeof isParseError;
}

/** Where it doesn't parse. */
export interface Unparsable {
  readonly offset: number;
  readonly message: string;
}

const OPTIONS: Options = { ranges: { start: true, end: true, range: false }, webcompat: true };

/** What may have to stand around the text to make it a statement. */
const WRAPPINGS: readonly { readonly before: string; readonly after: string; readonly inMethod?: true }[] = [
  { before: "", after: "" },
  { before: "(", after: ")" },
  { before: "({", after: "})" },
  { before: "(class{", after: "})" },
  // The `super`, `new.target` or `import.meta` of an arrow function is that of what is around it.
  { before: "({m(){(", after: ")}})", inMethod: true },
];

/** What a function's text can be. The rest is something else read as a statement, as the method `if(x) {}` would be. */
const POSSIBLE: ReadonlySet<string> = new Set([
  "FunctionDeclaration",
  "FunctionExpression",
  "ArrowFunctionExpression",
  "ClassDeclaration",
  "ClassExpression",
  "ObjectExpression",
]);

/** Called with what begins like HTML's comments, `<!--` or `-->`, and where it stands. */
export type OnHtmlComment = (mark: string, start: number, end: number) => void;

/** The function; or the object or class, from before the text on, of which it is the only member. */
export function parseText(parser: Parser, text: string, onHtmlComment?: OnHtmlComment): Expression | Unparsable {
  let furthest: Unparsable = { offset: 0, message: "Not a function" };
  for (const { before, after, inMethod = false } of WRAPPINGS) {
    const comments: Parameters<OnHtmlComment>[] = [];
    const onComment: Options["onComment"] = (type, _, start, end) => {
      if (type !== "HTMLOpen" && type !== "HTMLClose") return;
      comments.push([type === "HTMLOpen" ? "<!--" : "-->", start - before.length, end - before.length]);
    };
    try {
      const sourceType = inMethod ? "module" : "script";
      const all = parseStatements(parser, before + text + after, { sourceType, onComment });
      const statements = inMethod ? statementsInMethod(all) : all;
      const [statement] = statements;
      if (statements.length !== 1 || statement === undefined) continue;
      const found = statement.type === "ExpressionStatement" ? statement.expression : statement;
      if (!POSSIBLE.has(found.type)) continue;
      if (before.length > 0) shift(found, -before.length);
      if (onHtmlComment !== undefined) for (const comment of comments) onHtmlComment(...comment);
      return asExpression(found);
    } catch (error) {
      if (!parser.isParseError(error)) throw error;
      const offset = Math.min(Math.max(0, error.start - before.length), text.length);
      if (offset > furthest.offset) furthest = { offset, message: error.description };
    }
  }
  return furthest;
}

/** The statements of a script, or of a module. */
export function parseStatements(
  parser: Parser,
  text: string,
  options: Options,
): readonly (Statement | ModuleDeclaration)[] {
  // The trees are those that acorn's types describe (trees.test.ts); the parser's own types say less.
  return (parser.parse(text, extended(OPTIONS, options)) as unknown as Program).body;
}

/** Those of the method that a text consists of. */
function statementsInMethod([object]: ReturnType<typeof parseStatements>): readonly Statement[] {
  if (object?.type !== "ExpressionStatement" || object.expression.type !== "ObjectExpression") return [];
  const [property] = object.expression.properties;
  return property?.type === "Property" && property.value.type === "FunctionExpression" ? property.value.body.body : [];
}

function shift(root: Node, by: number): void {
  walk(root, (node) => {
    node.start += by;
    node.end += by;
  });
}

/** A function that has been read as a statement is none: its own name is seen in it only. */
function asExpression(node: Node): Expression {
  if (node.type === "FunctionDeclaration") node.type = "FunctionExpression";
  else if (node.type === "ClassDeclaration") node.type = "ClassExpression";
  return node as Expression;
}
