/**
 * A function's text → its AST with every identifier bound.
 *
 * Accessors and classes are refused, and so are `async` functions and generators. Positions in the AST are offsets into the text.
 * What bundlers and minifiers do to a function is undone where it would leave the language (normalise.ts), and object literals of which
 * only the properties are used are taken apart (split-objects.ts), when those that get their items one by one have them (filled-literals.ts).
 */
import type { Expression, Node } from "acorn";
import { isParseError, parse } from "meriyah";
import { DiagnosticSink } from "../diagnostics/sink.ts";
import type { SourceText } from "../source/span.ts";
import { fillLiterals } from "./filled-literals.ts";
import { parseText } from "./function-text.ts";
import { type Capture, normalise } from "./normalise.ts";
import type { Binding, FunctionNode, FunctionSource } from "./program.ts";
import { resolveScopes } from "./scope.ts";
import { splitObjects } from "./split-objects.ts";

/** `capture`, where there is one, recognises the name-keeping function of minified bundles, where it has any name. */
export function parseFunction(
  source: SourceText,
  name: string,
  sink: DiagnosticSink,
  capture: Capture = () => undefined,
): FunctionSource {
  const node = functionIn(source, name, sink);
  // What is wrong is said of what comes out.
  const bindings = (): Iterable<Binding> => resolveScopes(node, source, new DiagnosticSink()).bindings.values();
  const parents = splitObjects(node, fillLiterals(node, normalise(node, capture), bindings), bindings);
  return { source, name, node, parents, ...resolveScopes(node, source, sink) };
}

/** Is this the text of a function that isn't JavaScript? */
export function isNative(text: string): boolean {
  return /\{\s*\[native code\]\s*\}\s*$/.test(text);
}

function functionIn(source: SourceText, name: string, sink: DiagnosticSink): FunctionNode {
  const { text } = source;
  if (isNative(text)) sink.fail("native-function", { name }, { source, start: 0, end: firstLineEnd(text) });
  // Scripts take `x <!--y` for x and a comment, modules for a comparison, and which of them this was part of isn't known.
  const found = parseText({ parse, isParseError }, text, (mark, start, end) => {
    sink.report("unsupported-syntax", { what: `\`${mark}\``, instead: "Put a blank into it" }, { source, start, end });
  });
  if ("type" in found) return functionOf(found, source, sink);
  const start = Math.min(found.offset, text.length - 1);
  return sink.fail("syntax-error", { message: found.message }, { source, start, end: start + 1 });
}

function firstLineEnd(text: string): number {
  const newline = text.search(/\r?\n/);
  return newline < 0 ? text.length : newline;
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
