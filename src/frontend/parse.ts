/**
 * A function's text → its AST with every identifier bound.
 *
 * Takes what Function.prototype.toString gives, which is one of
 *
 *   function f(x) { … }      (x) => …      f(x) { … }, [key](x) { … }, #f(x) { … }      get f() { … }      class { … }
 *
 * and refuses the last two, `async` functions and generators. Positions in the AST are offsets into that text.
 * What bundlers and minifiers do to a function is undone where it would leave the language (normalise.ts), and object literals of which
 * only the properties are used are taken apart (split-objects.ts).
 */
import { type Expression, type Node, type Options, parseExpressionAt } from "acorn";
import { DiagnosticSink } from "../diagnostics/sink.ts";
import type { SourceText } from "../source/span.ts";
import { type Capture, normalise } from "./normalise.ts";
import type { Binding, FunctionNode, FunctionSource } from "./program.ts";
import { resolveScopes } from "./scope.ts";
import { splitObjects } from "./split-objects.ts";
import { walk } from "./walk.ts";

/** `capture`, where there is one, recognises the name-keeping function of minified bundles, where it has any name. */
export function parseFunction(
  source: SourceText,
  name: string,
  sink: DiagnosticSink,
  capture: Capture = () => undefined,
): FunctionSource {
  const node = parseText(source, name, sink);
  // What is wrong is said of what comes out.
  const bindings = (): Iterable<Binding> => resolveScopes(node, source, new DiagnosticSink()).bindings.values();
  const parents = splitObjects(node, normalise(node, capture), bindings);
  return { source, name, node, parents, ...resolveScopes(node, source, sink) };
}

const OPTIONS: Options = {
  ecmaVersion: "latest",
  sourceType: "script",
  // These are refused later, by subset.ts, with a better text than a parser has.
  allowSuperOutsideMethod: true,
  allowImportExportEverywhere: true,
  checkPrivateFields: false,
};

/** What may have to stand around the text to make it an expression. */
const WRAPPINGS = [
  ["", ""],
  ["({", "})"],
  ["(class{", "})"],
] as const;

/** Is this the text of a function that isn't JavaScript? */
export function isNative(text: string): boolean {
  return /\{\s*\[native code\]\s*\}\s*$/.test(text);
}

function parseText(source: SourceText, name: string, sink: DiagnosticSink): FunctionNode {
  const { text } = source;
  const whole = { source, start: 0, end: firstLineEnd(text) };
  if (isNative(text)) sink.fail("native-function", { name }, whole);
  let furthest: { readonly offset: number; readonly message: string } | undefined;
  for (const [before, after] of WRAPPINGS) {
    // Scripts take `x <!--y` for x and a comment, modules for a comparison, and which of them this was part of isn't known.
    const onComment = (isBlock: boolean, _: string, start: number, end: number): void => {
      const at = start - before.length;
      if (isBlock || text.startsWith("//", at)) return;
      const mark = text.startsWith("<!--", at) ? "<!--" : "-->";
      const span = { source, start: at, end: end - before.length };
      sink.report("unsupported-syntax", { what: `\`${mark}\``, instead: "Put a blank into it" }, span);
    };
    try {
      const expression = parseExpressionAt(before + text + after, 0, { ...OPTIONS, onComment });
      if (expression.end < before.length + text.trimEnd().length) continue;
      if (before.length > 0) shift(expression, -before.length);
      return functionOf(expression, source, sink);
    } catch (e) {
      if (!(e instanceof SyntaxError)) throw e;
      const offset = Math.min(Math.max(0, positionOf(e) - before.length), text.length);
      const message = e.message.replace(/ \(\d+:\d+\)$/, "");
      if (furthest === undefined || offset > furthest.offset) furthest = { offset, message };
    }
  }
  const { offset, message } = furthest ?? { offset: 0, message: "Not a function" };
  if (/stack space/.test(message)) sink.fail("too-nested", { name }, whole);
  const start = Math.min(offset, text.length - 1);
  return sink.fail("syntax-error", { message }, { source, start, end: start + 1 });
}

/** acorn's SyntaxErrors carry the offset. */
function positionOf(error: SyntaxError): number {
  const { pos } = error as SyntaxError & { readonly pos?: unknown };
  return typeof pos === "number" ? pos : 0;
}

function firstLineEnd(text: string): number {
  const newline = text.search(/\r?\n/);
  return newline < 0 ? text.length : newline;
}

function shift(root: Node, by: number): void {
  walk(root, (node) => {
    node.start += by;
    node.end += by;
  });
}

function functionOf(expression: Expression, source: SourceText, sink: DiagnosticSink): FunctionNode {
  /** `body`: where the function's head ends, which is what is shown. */
  const refuse = (what: string, instead: string, start: number, body: Node): never => {
    const head = source.text.slice(0, body.start).trimEnd();
    return sink.fail("not-compilable", { what, instead }, { source, start: Math.max(0, start), end: head.length });
  };
  const refuseAccessor = (kind: string, start: number, fn: Node): never =>
    refuse(kind === "get" ? "A getter" : "A setter", "Write an ordinary function or method", start, bodyOf(fn));
  let node: Node = expression;
  if (expression.type === "ObjectExpression") {
    const property = expression.properties[0];
    if (property?.type === "Property") {
      if (property.kind !== "init") return refuseAccessor(property.kind, property.start, property.value);
      node = property.value;
    }
  } else if (expression.type === "ClassExpression") {
    const member = expression.body.body[0];
    if (expression.start >= 0 || member?.type !== "MethodDefinition") {
      return refuse("A class", "Pass a function or a method of it", expression.start, expression.body);
    }
    if (member.kind === "get" || member.kind === "set") return refuseAccessor(member.kind, member.start, member.value);
    node = member.value;
  }
  if (node.type !== "FunctionExpression" && node.type !== "ArrowFunctionExpression") {
    return sink.fail(
      "syntax-error",
      { message: "Not a function" },
      { source, start: 0, end: firstLineEnd(source.text) },
    );
  }
  const fn = node as FunctionNode;
  if (fn.async) {
    return refuse(
      "An async function",
      "Write an ordinary function: kernel.async(…) runs it off the main thread",
      0,
      fn.body,
    );
  }
  if (fn.generator) return refuse("A generator function", "Write an ordinary function that fills an array", 0, fn.body);
  return fn;
}

function bodyOf(fn: Node): Node {
  return (fn as FunctionNode).body ?? fn;
}
