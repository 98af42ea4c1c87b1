/**
 * A live function's text and its place in the author's file.
 *
 * Takes a function; gives a SourceText whose positions are found when first asked for. The way of a position is
 *
 *   offset in the function's text → line and column in the script that V8 runs → (source map) → the author's file
 *
 * and it ends early where something is missing: a source map that leads to nothing readable is ignored, code without a file
 * (eval, new Function) is its own file, and where the script is unknown the function's text is.
 */
import { readFileSync } from "node:fs";
import { findSourceMap, SourceMap, type SourceMapPayload } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Callable } from "../frontend/program.ts";
import type { Position, SourceText } from "../source/span.ts";
import { placeOf, type Script } from "./reader-inspector.ts";

export function describeSource(fn: Callable): SourceText {
  const text = Function.prototype.toString.call(fn);
  let author: AuthorFile | undefined;
  const find = (): AuthorFile => {
    author ??= authorFileOf(fn, text);
    return author;
  };
  return {
    text,
    locate: (offset) => find().locate(offset),
    lineAt: (line) => find().lines[line - 1],
  };
}

interface AuthorFile {
  readonly lines: readonly string[];
  locate(offset: number): Position;
}

function authorFileOf(fn: Callable, text: string): AuthorFile {
  const place = placeOf(fn);
  if (place === undefined)
    return unmapped(text.includes("[native code]") ? "native code" : fn.name || "kernel", text, 0);
  const { script } = place;
  const { startLine, startColumn } = script;
  const line = place.line - startLine;
  const at = offsetAt(script.text, line, line === 0 ? place.column - startColumn : place.column);
  // V8's place is within the function's head, often at the parameters; the text begins there or shortly before.
  const start = script.text.lastIndexOf(text, at);
  if (start < 0) return unmapped(fn.name || "kernel", text, 0);
  return (
    mapped(script, start) ??
    unmapped(fileOf(script.url) || fn.name || "anonymous", script.text, start, startLine, startColumn)
  );
}

/** The script is the author's file, or all there is of it. */
function unmapped(file: string, script: string, start: number, startLine = 0, startColumn = 0): AuthorFile {
  const lines = script.split(/\r?\n/);
  const starts = lineStarts(script);
  return {
    // Code with an offset is part of a larger file that isn't at hand.
    lines: startLine === 0 ? lines : [...new Array<string>(startLine).fill(""), ...lines],
    locate(offset) {
      const { line, column } = lineAndColumn(starts, start + offset);
      return { file, line: startLine + line + 1, column: (line === 0 ? startColumn : 0) + column + 1 };
    },
  };
}

function mapped(script: Script, start: number): AuthorFile | undefined {
  const map = sourceMapOf(script);
  if (map === undefined) return undefined;
  const starts = lineStarts(script.text);
  let lines: readonly string[] = [];
  const lookUp = (offset: number): { source: string; line: number; column: number } | undefined => {
    const { line, column } = lineAndColumn(starts, start + offset);
    const entry = map.map.findEntry(line + script.startLine, column);
    if (!("originalSource" in entry)) return undefined;
    const { originalSource: source, originalLine, originalColumn } = entry;
    // Within a mapped piece the text is the same on both sides, so the distance from its start is.
    const begin = entry.generatedLine === line + script.startLine ? entry.generatedColumn : column;
    const piece = script.text.slice((starts[line] ?? 0) + begin, start + offset);
    // esbuild takes the space before a statement for a part of it: `if (x) y = 1`.
    const isSpaceAdded = /^\s/.test(piece) && /^\S/.test(lines[originalLine]?.slice(originalColumn) ?? "");
    const distance = (isSpaceAdded ? piece.trimStart() : piece).length;
    return { source, line: originalLine, column: originalColumn + distance };
  };
  const first = lookUp(0);
  const content = first === undefined ? undefined : contentOf(map, first.source);
  if (first === undefined || content === undefined) return undefined;
  lines = content.split(/\r?\n/);
  const file = fileOf(urlOf(first.source, map).replace(WEBPACK, ""));
  return {
    lines,
    locate(offset) {
      const found = lookUp(offset);
      // A bundler may have put a constant of another file into the function; its place there means nothing here.
      const { line, column } = found !== undefined && found.source === first.source ? found : first;
      return { file, line: line + 1, column: Math.min(column, lines[line]?.length ?? column) + 1 };
    },
  };
}

interface LoadedMap {
  readonly map: SourceMap;
  readonly payload: SourceMapPayload;
  /** What sources are relative to. */
  readonly url: string;
}

const maps = new WeakMap<Script, LoadedMap | null>();

function sourceMapOf(script: Script): LoadedMap | undefined {
  let map = maps.get(script);
  if (map === undefined) {
    map = loadSourceMap(script) ?? null;
    maps.set(script, map);
  }
  return map ?? undefined;
}

function loadSourceMap(script: Script): LoadedMap | undefined {
  try {
    const base = script.url.startsWith("/") ? pathToFileURL(script.url).href : script.url;
    if (script.sourceMapUrl === "") {
      const map = findSourceMap(script.url);
      return map === undefined ? undefined : { map, payload: map.payload, url: base };
    }
    const inline = /^data:[^,]*?(;base64)?,/.exec(script.sourceMapUrl);
    const data = script.sourceMapUrl.slice(inline?.[0].length ?? 0);
    const url = inline === null ? new URL(data, base).href : base;
    const json =
      inline === null
        ? readFileSync(fileURLToPath(url), "utf8")
        : inline[1] === undefined
          ? decodeURIComponent(data)
          : Buffer.from(data, "base64").toString("utf8");
    const payload = JSON.parse(json) as SourceMapPayload;
    return { map: new SourceMap(payload), payload, url };
  } catch {
    // A map that isn't there or is damaged: the script itself will do.
    return undefined;
  }
}

function contentOf(map: LoadedMap, source: string): string | undefined {
  const { sources, sourcesContent } = map.payload as Partial<SourceMapPayload>;
  const content = sourcesContent?.[sources?.indexOf(source) ?? -1];
  if (typeof content === "string") return content;
  try {
    return readFileSync(fileURLToPath(urlOf(source, map)), "utf8");
  } catch {
    return undefined;
  }
}

/** `sourceRoot` goes before each of the sources, which node:module leaves to others. */
function urlOf(source: string, { payload, url }: LoadedMap): string {
  const { sourceRoot = "" } = payload as Partial<SourceMapPayload>;
  const isWhole = sourceRoot === "" || /^(?:\/|[a-z][\w+.-]+:)/i.test(source);
  const path = isWhole ? source : `${sourceRoot.replace(/\/$/, "")}/${source}`;
  if (path.startsWith("/")) return pathToFileURL(path).href;
  try {
    return new URL(path, url).href;
  } catch {
    return path;
  }
}

/** How webpack writes a source's path, `webpack://project/./src/kernels.ts?8913`: without what is around it. */
const WEBPACK = /^webpack:\/\/[^/]*\/(?:\.\/)?|(?<=^webpack:.*)\?\w*$/g;

/** Files by their path, anything else by its URL. */
function fileOf(url: string): string {
  return url.startsWith("file:") ? fileURLToPath(url) : url;
}

function lineStarts(text: string): readonly number[] {
  const starts = [0];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return starts;
}

function offsetAt(text: string, line: number, column: number): number {
  return (lineStarts(text)[line] ?? text.length) + column;
}

/** From 0. */
function lineAndColumn(starts: readonly number[], offset: number): { line: number; column: number } {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return { line: low, column: offset - (starts[low] ?? 0) };
}
