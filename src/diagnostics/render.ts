/**
 * Diagnostics as text.
 *
 *   error[assign-constant]: `n` is a const and can't be assigned.
 *     --> src/kernel.ts:7:3
 *      |
 *    7 |   n = 4;
 *      |   ^
 *     ::: src/kernel.ts:2:9: declared here
 *      |
 *    2 |   const n = 3;
 *      |         ^
 *   help: Declare it with let n.
 *
 * Lines and positions are those of the author's file, as `SourceText` gives them. Where the file can't be read, the parsed
 * text shows instead when both are surely the same line, and otherwise the position stands alone.
 */
import type { Position, Span } from "../source/span.ts";
import { type Diagnostic, helpOf, textOf } from "./diagnostic.ts";

/** Colours the parts of a rendered diagnostic; each takes and gives text. */
export interface Styler {
  readonly error: (text: string) => string;
  readonly message: (text: string) => string;
  readonly place: (text: string) => string;
  readonly gutter: (text: string) => string;
  readonly underline: (text: string) => string;
  readonly help: (text: string) => string;
}

const plain = (text: string): string => text;
export const PLAIN: Styler = {
  error: plain,
  message: plain,
  place: plain,
  gutter: plain,
  underline: plain,
  help: plain,
};

/** More than this many at once are counted, not shown: they are rarely independent. */
const MAX_SHOWN = 20;

/** Lines longer than this (bundled code) are cut around the span. */
const MAX_LINE = 120;

export function renderDiagnostics(diagnostics: readonly Diagnostic[], style: Styler = PLAIN): string {
  const shown = diagnostics.slice(0, MAX_SHOWN).map((d) => renderDiagnostic(d, style));
  const hidden = diagnostics.length - shown.length;
  if (hidden > 0) shown.push(`… and ${hidden} more ${hidden === 1 ? "error" : "errors"}\n`);
  return shown.join("\n");
}

export function renderDiagnostic(diagnostic: Diagnostic, style: Styler = PLAIN): string {
  const places = [
    { mark: "-->", frame: frameOf(diagnostic.span), note: "", underline: "^" },
    ...(diagnostic.related ?? []).map((r) => ({
      mark: ":::",
      frame: frameOf(r.span),
      note: `: ${r.text}`,
      underline: "-",
    })),
  ];
  const width = Math.max(2, ...places.map((p) => String(p.frame.position.line).length));
  const bar = style.gutter(`${" ".repeat(width + 1)} |`);
  const lines = [`${style.error(`error[${diagnostic.id}]`)}${style.message(`: ${textOf(diagnostic)}`)}`];
  for (const { mark, frame, note, underline } of places) {
    const { file, line, column } = frame.position;
    lines.push(`${" ".repeat(width)}${style.gutter(mark)} ${style.place(`${file}:${line}:${column}`)}${note}`);
    if (frame.text === undefined) continue;
    lines.push(bar);
    lines.push(`${style.gutter(` ${String(line).padStart(width)} |`)} ${frame.text}`);
    const marks = underline.repeat(frame.length) + (frame.continues ? "…" : "");
    lines.push(`${bar} ${frame.indent}${style.underline(marks)}`);
  }
  lines.push(`${style.help("help")}: ${helpOf(diagnostic)}`, "");
  return lines.join("\n");
}

interface Frame {
  readonly position: Position;
  /** The line of the author's file, or what shows of it. */
  readonly text: string | undefined;
  /** What stands before the underline: as wide as the text before the span. */
  readonly indent: string;
  readonly length: number;
  /** Does the span go on in the next line? */
  readonly continues: boolean;
}

function frameOf(span: Span): Frame {
  const position = span.source.locate(span.start);
  const found = lineOf(span, position);
  if (found === undefined) return { position, text: undefined, indent: "", length: 0, continues: false };
  const { line, sameText } = found;
  const start = Math.min(position.column - 1, line.length);
  const { end, continues } = endInLine(span, position, line, start, sameText);
  const cut = cutAround(line, start, end);
  return {
    position,
    // A tab is as wide as the terminal likes, so both lines get the same blanks.
    text: cut.text.replaceAll("\t", "  "),
    indent: cut.text.slice(0, cut.start).replaceAll("\t", "  ").replaceAll(/./gu, blank),
    length: Math.max(1, displayWidth(cut.text.slice(cut.start, cut.end))),
    continues,
  };
}

function lineOf(span: Span, position: Position): { line: string; sameText: boolean } | undefined {
  const { text } = span.source;
  const from = text.lastIndexOf("\n", span.start - 1) + 1;
  const to = text.indexOf("\n", span.start);
  const parsed = (to < 0 ? text.slice(from) : text.slice(from, to)).replace(/\r$/, "");
  const line = span.source.lineAt(position.line);
  if (line !== undefined) return { line, sameText: line === parsed };
  // A function's first line starts in the middle of the file's; the following ones are whole.
  const sameColumn = position.column - 1 === span.start - from;
  return sameColumn ? { line: parsed, sameText: true } : undefined;
}

/** Where the span ends within the line its start is in. */
function endInLine(
  span: Span,
  position: Position,
  line: string,
  start: number,
  sameText: boolean,
): { end: number; continues: boolean } {
  const spanText = span.source.text.slice(span.start, span.end);
  const newline = spanText.search(/\r?\n/);
  if (sameText) {
    if (newline >= 0) return { end: line.length, continues: true };
    return { end: Math.min(start + spanText.length, line.length), continues: false };
  }
  // Where the author calls an imported function by its name, tools write `module.name`.
  const name = /^[\w$]+\.([\w$]+)$/.exec(spanText)?.[1];
  if (name !== undefined && line.startsWith(name, start)) return { end: start + name.length, continues: false };
  // The last character is inside the span, so it maps better than what follows, which may be a type that has gone.
  const last = span.source.locate(Math.max(span.start, span.end - 1));
  if (last.file === position.file && last.line > position.line) return { end: line.trimEnd().length, continues: true };
  if (last.file === position.file && last.line === position.line && last.column >= position.column) {
    return { end: Math.min(last.column, line.length), continues: false };
  }
  const length = newline >= 0 ? newline : spanText.length;
  return { end: Math.min(start + length, line.length), continues: newline >= 0 };
}

function cutAround(line: string, start: number, end: number): { text: string; start: number; end: number } {
  if (line.length <= MAX_LINE) return { text: line, start, end };
  const from = start < MAX_LINE / 2 ? 0 : start - MAX_LINE / 4;
  const to = Math.min(line.length, from + MAX_LINE);
  const before = from > 0 ? "…" : "";
  const after = to < line.length ? "…" : "";
  const shift = before.length - from;
  return { text: before + line.slice(from, to) + after, start: start + shift, end: Math.min(end, to) + shift };
}

/** East Asian characters and emoji take two columns of a terminal. */
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u;

function blank(character: string): string {
  return WIDE.test(character) ? "  " : " ";
}

function displayWidth(text: string): number {
  return text.replaceAll("\t", "  ").replaceAll(/./gu, blank).length;
}
