/** Cuts the IR's text form into tokens and answers the questions a recursive-descent parser asks of them. */
import type { SourceText, Span } from "../source/span.ts";

export type TokenKind = "value" | "local" | "string" | "number" | "word" | "mark" | "end";

export interface Token {
  readonly kind: TokenKind;
  /** Without the sigil of values (%) and locals ($); strings decoded. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** `;` starts a comment; `@12:9` is a position, which the parser replaces by the place in the IR text itself. */
const TOKEN =
  /(?<skip>\s+|;[^\n]*|@\d+:\d+)|%(?<value>[\w.]+)|\$(?<local>[\w.]+)|(?<string>"(?:[^"\\]|\\.)*")|(?<arrow>->)|(?<number>-?(?:\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|Infinity\b)|NaN\b)|(?<word>[A-Za-z_][\w.]*(?:-[A-Za-z]\w*)*(?:\[\])?)|(?<mark>[=:,(){}[\]])/y;

class IrSyntaxError extends Error {
  readonly line: number;
  constructor(message: string, source: SourceText, offset: number) {
    const at = source.locate(offset);
    super(`${at.file}:${at.line}:${at.column}: ${message}`);
    this.line = at.line;
  }
}

export class Tokens {
  readonly #source: SourceText;
  readonly #tokens: Token[] = [];
  #at = 0;

  constructor(source: SourceText) {
    this.#source = source;
    const { text } = source;
    TOKEN.lastIndex = 0;
    while (TOKEN.lastIndex < text.length) {
      const start = TOKEN.lastIndex;
      const groups = TOKEN.exec(text)?.groups;
      if (groups === undefined) throw new IrSyntaxError("unexpected character", source, start);
      const end = TOKEN.lastIndex;
      const push = (kind: TokenKind, value: string): void => void this.#tokens.push({ kind, text: value, start, end });
      const { value, local, string, arrow, number, word, mark } = groups;
      if (value !== undefined) push("value", value);
      else if (local !== undefined) push("local", local);
      else if (string !== undefined) push("string", JSON.parse(string) as string);
      else if (number !== undefined) push("number", number);
      else if (word !== undefined) push("word", word);
      else if (arrow !== undefined || mark !== undefined) push("mark", text.slice(start, end));
    }
  }

  get next(): Token {
    const end = this.#source.text.length;
    return this.#tokens[this.#at] ?? { kind: "end", text: "end of text", start: end, end };
  }

  take(kind: TokenKind): Token {
    const token = this.next;
    if (token.kind !== kind) this.fail(`expected a ${kind}, found ${token.text}`);
    this.#at++;
    return token;
  }

  /** Takes a word or mark if it comes next. */
  accept(text: string): boolean {
    const token = this.next;
    if ((token.kind !== "word" && token.kind !== "mark") || token.text !== text) return false;
    this.#at++;
    return true;
  }

  expect(text: string): void {
    if (!this.accept(text)) this.fail(`expected ${text}, found ${this.next.text}`);
  }

  integer(): number {
    const token = this.take("number");
    const value = Number(token.text);
    if (!Number.isInteger(value)) this.fail(`expected an integer, found ${token.text}`);
    return value;
  }

  /** One more than the largest number that `pattern` finds in tokens of a kind: from there on numbers are free. */
  firstFree(kind: TokenKind, pattern: RegExp): number {
    let first = 0;
    for (const token of this.#tokens) {
      const digits = token.kind === kind ? pattern.exec(token.text)?.[1] : undefined;
      if (digits !== undefined) first = Math.max(first, Number(digits) + 1);
    }
    return first;
  }

  /** A bare word or a string. */
  name(): string {
    return this.next.kind === "string" ? this.take("string").text : this.take("word").text;
  }

  /** `open item, item close`, without the opening mark. */
  list<T>(close: string, item: () => T): T[] {
    const items: T[] = [];
    if (this.accept(close)) return items;
    do items.push(item());
    while (this.accept(","));
    this.expect(close);
    return items;
  }

  spanFrom(start: number): Span {
    return { source: this.#source, start, end: this.#tokens[this.#at - 1]?.end ?? start };
  }

  fail(message: string): never {
    throw new IrSyntaxError(message, this.#source, this.next.start);
  }
}
