/**
 * Where something stands in the user's source.
 *
 * A function's text is what `Function.prototype.toString` gave: JavaScript, perhaps transformed by a bundler or by tsx.
 * Every AST node and IR instruction points into that text; only rendering translates to the author's file, through the
 * `locate` function that the runtime supplies (source maps need Node, this layer does not).
 */

/** A position in the author's file. `line` is 1-based, `column` is 1-based, counted in UTF-16 code units. */
export interface Position {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** The text of one function (or module) and how to find its offsets in the author's file. */
export interface SourceText {
  /** The JavaScript text that was parsed; spans are offsets into it. */
  readonly text: string;
  /** Author's position of an offset into `text`. */
  locate(offset: number): Position;
  /** Line `line` (1-based) of the author's file, without its line end; undefined when the file can't be read. */
  lineAt(line: number): string | undefined;
}

/** Half-open range of offsets into `source.text`. */
export interface Span {
  readonly source: SourceText;
  readonly start: number;
  readonly end: number;
  /** Of a function that has been inlined from elsewhere: its name, and the call that it stands for. */
  readonly within?: { readonly name: string; readonly calledAt: Span } | undefined;
}

/** The span's text on one line: as the author wrote it where that can be found, else as it was parsed. */
export function textOf({ source, start, end }: Span): string {
  const parsed = source.text.slice(start, end);
  const from = source.locate(start);
  const to = source.locate(end);
  const authored = to.line === from.line ? source.lineAt(from.line)?.slice(from.column - 1, to.column - 1) : undefined;
  const bare = (text: string): string => text.replace(/\s/g, "");
  return authored !== undefined && bare(authored) === bare(parsed) ? authored.trim() : parsed.replace(/\s+/g, " ");
}
