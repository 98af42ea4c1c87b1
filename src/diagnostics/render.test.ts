import assert from "node:assert/strict";
import { test } from "node:test";
import type { SourceText, Span } from "../source/span.ts";
import type { Diagnostic } from "./diagnostic.ts";
import { CompileError, InternalError, ice } from "./errors.ts";
import { PLAIN, renderDiagnostic, renderDiagnostics } from "./render.ts";
import { DiagnosticSink } from "./sink.ts";

/** A text that is the author's file itself. */
function file(text: string, name = "kernel.js"): SourceText {
  return {
    text,
    locate(offset) {
      const before = text.slice(0, offset).split("\n");
      return { file: name, line: before.length, column: (before.at(-1) ?? "").length + 1 };
    },
    lineAt: (line) => text.split("\n")[line - 1],
  };
}

function spanOf(source: SourceText, needle: string): Span {
  const start = source.text.indexOf(needle);
  assert.ok(start >= 0);
  return { source, start, end: start + needle.length };
}

function rendered(source: SourceText, needle: string): string[] {
  const span = spanOf(source, needle);
  const lines = renderDiagnostic({ id: "assign-constant", params: { name: "n" }, span }).split("\n");
  assert.equal(lines.at(-1), "");
  return lines.slice(1, -2);
}

test("the whole text", () => {
  const source = file("const n = 3;\n\nn = 4;\n");
  const related = [{ span: spanOf(source, "n ="), text: "declared here" }];
  const diagnostic: Diagnostic = {
    id: "assign-constant",
    params: { name: "n" },
    span: spanOf(source, "n = 4"),
    related,
  };
  assert.equal(
    renderDiagnostic(diagnostic),
    `error[assign-constant]: \`n\` is a const and can't be assigned.
  --> kernel.js:3:1
    |
  3 | n = 4;
    | ^^^^^
  ::: kernel.js:1:7: declared here
    |
  1 | const n = 3;
    |       ---
help: Declare it with let n.
`,
  );
});

test("a span over several lines underlines the first", () => {
  assert.deepEqual(rendered(file("a;\n  for (;;) {\n  }\n"), "for (;;) {\n  }"), [
    "  --> kernel.js:2:3",
    "    |",
    "  2 |   for (;;) {",
    "    |   ^^^^^^^^^^…",
  ]);
});

test("an empty span, and one at the end of the line, still show", () => {
  const source = file("ab");
  const at = (start: number, end: number): string =>
    renderDiagnostic({ id: "string-value", params: {}, span: { source, start, end } }).split("\n")[4] ?? "";
  assert.equal(at(1, 1), "    |  ^");
  assert.equal(at(2, 2), "    |   ^");
});

test("tabs are as wide above as below", () => {
  assert.deepEqual(rendered(file("\tx\t= n;"), "n").slice(2), ["  1 |   x  = n;", "    |        ^"]);
});

test("East Asian characters and emoji take two columns", () => {
  assert.deepEqual(rendered(file('"漢字🙂é" + n'), "n").slice(2), ['  1 | "漢字🙂é" + n', "    |             ^"]);
  assert.deepEqual(rendered(file("変数 + n"), "変数").slice(2), ["  1 | 変数 + n", "    | ^^^^"]);
});

test("long lines are cut around the span", () => {
  const [, , line, underline] = rendered(file(`${"a+".repeat(300)}NEEDLE${"+b".repeat(300)}`), "NEEDLE");
  assert.ok(line !== undefined && underline !== undefined);
  assert.ok(line.length < 140, line);
  assert.match(line, /^ {2}1 \| ….*…$/);
  assert.equal(line.slice(underline.indexOf("^"), underline.lastIndexOf("^") + 1), "NEEDLE");
  const [, , start] = rendered(file(`NEEDLE${"+b".repeat(300)}`), "NEEDLE");
  assert.match(start ?? "", /^ {2}1 \| NEEDLE.*…$/);
});

test("line numbers of any width line up", () => {
  const source = file(`${"\n".repeat(1233)}const n = 3;\nn = 4;`);
  assert.deepEqual(rendered(source, "n = 4"), [
    "    --> kernel.js:1235:1",
    "      |",
    " 1235 | n = 4;",
    "      | ^^^^^",
  ]);
});

test("where the author's file has other text, its ends are looked up there", () => {
  // const k: number = n as number;      runs as      const k=n;
  const line = "  const k: number = n as number;";
  const columns = [3, 4, 5, 6, 7, 8, 9, 19, 21];
  const source: SourceText = {
    text: "const k=n;",
    locate: (offset) => ({ file: "kernel.ts", line: 7, column: columns[offset] ?? 33 }),
    lineAt: (n) => (n === 7 ? line : undefined),
  };
  assert.deepEqual(rendered(source, "k=n").slice(2), [
    "  7 |   const k: number = n as number;",
    `    |         ${"^".repeat(13)}`,
  ]);
});

test("an imported function is underlined by the name that the author calls it", () => {
  const line = "const k = (x: number) => mix(x) + 1;";
  const source: SourceText = {
    text: "(x)=>(0,blend_js_1.mix)(x)+1",
    locate: (offset) => ({ file: "kernel.ts", line: 7, column: 26 + offset - 8 }),
    lineAt: (n) => (n === 7 ? line : undefined),
  };
  assert.deepEqual(rendered(source, "blend_js_1.mix").slice(2), [`  7 | ${line}`, `    | ${" ".repeat(25)}^^^`]);
});

test("calls from one text into another are shown", () => {
  const [kernel, inner, deep] = [file("f(x)"), file("g(x)", "f.js"), file("y", "g.js")];
  const sink = new DiagnosticSink();
  const report = (at: SourceText, what: string): void =>
    sink.within(spanOf(kernel, "f"), () =>
      sink.within(spanOf(inner, "g"), () => sink.report("string-value", { call: undefined }, spanOf(at, what))),
    );
  report(deep, "y");
  report(inner, "x");
  report(kernel, "x");
  const related = sink.diagnostics.map((d) => d.related?.map((r) => r.span));
  assert.deepEqual(related[0], [spanOf(inner, "g"), spanOf(kernel, "f")]);
  assert.deepEqual(related[1], [spanOf(kernel, "f")]);
});

test("the author's file can't be read", () => {
  const source = file("(x) => {\n  n = 4;\n}");
  const without = { ...source, lineAt: () => undefined };
  assert.deepEqual(rendered(without, "n = 4"), rendered(source, "n = 4"));
  // In a file the text stands elsewhere, so its lines can't be shown as the file's.
  const moved: SourceText = { ...without, locate: (offset) => ({ file: "kernel.ts", line: 90, column: offset + 30 }) };
  assert.deepEqual(rendered(moved, "n = 4"), ["  --> kernel.ts:90:41"]);
});

test("many diagnostics are counted", () => {
  const source = file("n;".repeat(30));
  const all = Array.from(
    { length: 23 },
    (_, i): Diagnostic => ({
      id: "string-value",
      params: {},
      span: { source, start: 2 * i, end: 2 * i + 1 },
    }),
  );
  const text = renderDiagnostics(all);
  assert.equal(text.match(/error\[/g)?.length, 20);
  assert.match(text, /… and 3 more errors\n$/);
});

test("a styler colours the parts and nothing else", () => {
  const source = file("n = 4;");
  const diagnostic: Diagnostic = { id: "assign-captured", params: { name: "n" }, span: spanOf(source, "n") };
  const tagged = (tag: string) => (text: string) => `<${tag}>${text}</${tag}>`;
  const styled = renderDiagnostic(diagnostic, {
    error: tagged("e"),
    message: tagged("m"),
    place: tagged("p"),
    gutter: tagged("g"),
    underline: tagged("u"),
    help: tagged("h"),
  });
  assert.match(styled, /^<e>error\[assign-captured\]<\/e><m>: .*<\/m>\n {2}<g>--><\/g> <p>kernel.js:1:1<\/p>\n/);
  assert.equal(styled.replaceAll(/<\/?[a-z]>/g, ""), renderDiagnostic(diagnostic, PLAIN));
});

test("a sink keeps each finding once and throws them in reading order", () => {
  const source = file("a b c");
  const other = file("d", "other.js");
  const sink = new DiagnosticSink();
  sink.throwIfErrors();
  sink.report("string-value", { call: undefined }, spanOf(source, "c"));
  sink.report("string-value", { call: undefined }, spanOf(other, "d"));
  sink.report("string-value", { call: undefined }, spanOf(source, "c"));
  sink.report("assign-constant", { name: "c" }, spanOf(source, "c"));
  assert.equal(sink.diagnostics.length, 3);
  assert.throws(
    () => sink.fail("assign-captured", { name: "a" }, spanOf(source, "a")),
    (e) => {
      assert.ok(e instanceof CompileError);
      assert.deepEqual(
        e.diagnostics.map((d) => d.id),
        ["assign-captured", "string-value", "assign-constant", "string-value"],
      );
      assert.equal(e.message, `\n${renderDiagnostics(e.diagnostics)}`);
      assert.equal(e.name, "CompileError");
      return true;
    },
  );
});

test("an internal error shows the state and asks for a report", () => {
  assert.throws(
    () => ice("no such op", "%1 = nop"),
    (e) => e instanceof InternalError && /^no such op\n\n%1 = nop\n\nThis is a mistake in numbats/.test(e.message),
  );
});
