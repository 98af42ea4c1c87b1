/**
 * Fixtures of diagnostics: JavaScript modules whose exported functions can't be compiled.
 *
 *   // types: float64[:], int32                the arguments' types; float64 for every parameter when there is no such line
 *   export function assignsConst(a, n) {
 *     const c = n;
 *     c = 1; // error: assign-constant         stands at the end of each guilty line
 *     return c;
 *   }
 *
 * Gives for each fixture what it expects and what the compiler says. A diagnostic whose place isn't in the fixture counts
 * for the line of the export.
 */
import { readdirSync, readFileSync } from "node:fs";
import { basename, join, sep } from "node:path";
import { pathToFileURL } from "node:url";
import type { DiagnosticId } from "../../src/diagnostics/catalog.ts";
import type { CompileError } from "../../src/diagnostics/errors.ts";
import { renderDiagnostics } from "../../src/diagnostics/render.ts";
import type { Callable } from "../../src/frontend/program.ts";

/** One exported function. */
export interface FixtureFunction {
  readonly name: string;
  readonly fn: Callable;
  /** One per parameter, in Numba's notation. */
  readonly types: readonly string[];
  /** Of its `export`. */
  readonly line: number;
}

export interface Fixture {
  readonly file: string;
  readonly functions: readonly FixtureFunction[];
  readonly expected: readonly Finding[];
}

export interface Finding {
  readonly id: string;
  readonly line: number;
}

/** What is wrong with a function, or undefined if nothing is. */
export type CompileFixture = (fixture: FixtureFunction) => CompileError | undefined;

export interface FixtureResult {
  readonly found: readonly Finding[];
  readonly ids: readonly DiagnosticId[];
  /** Everything rendered, one function after the other. */
  readonly text: string;
}

export async function loadFixtures(folder: string): Promise<readonly Fixture[]> {
  const files = readdirSync(folder).filter((name) => /\.c?js$/.test(name));
  return Promise.all(files.sort().map((name) => loadFixture(join(folder, name))));
}

async function loadFixture(file: string): Promise<Fixture> {
  const exported = (await import(pathToFileURL(file).href)) as Readonly<Record<string, unknown>>;
  const lines = readFileSync(file, "utf8").split("\n");
  const functions: FixtureFunction[] = [];
  const expected: Finding[] = [];
  for (const [index, text] of lines.entries()) {
    const line = index + 1;
    for (const [, id] of text.matchAll(/\/\/ error: ([a-z-]+)/g)) if (id !== undefined) expected.push({ id, line });
    const name = /^export (?:const|let|(?:async )?function\*?) (\w+)/.exec(text)?.[1];
    if (name === undefined) continue;
    const fn = exported[name];
    if (typeof fn !== "function") continue;
    const types = /^\/\/ types: (.*)$/.exec(lines[index - 1] ?? "")?.[1];
    const list = types === undefined ? new Array<string>(fn.length).fill("float64") : types.split(", ");
    functions.push({ name, fn: fn as Callable, types: list, line });
  }
  return { file, functions, expected };
}

export function runFixture(fixture: Fixture, compile: CompileFixture): FixtureResult {
  const found: Finding[] = [];
  const ids: DiagnosticId[] = [];
  const texts: string[] = [];
  for (const fn of fixture.functions) {
    const error = compile(fn);
    if (error === undefined) {
      texts.push(`### ${fn.name}\n\ncompiles\n`);
      continue;
    }
    for (const { id, span } of error.diagnostics) {
      const { file, line } = span.source.locate(span.start);
      ids.push(id);
      found.push({ id, line: file === fixture.file ? line : fn.line });
    }
    texts.push(`### ${fn.name}\n\n${renderDiagnostics(error.diagnostics)}`);
  }
  // The same text on every machine.
  const folder = fixture.file.slice(0, -basename(fixture.file).length);
  const text = texts.join("\n").replaceAll(folder, "").replaceAll(sep, "/");
  return { found: found.sort((a, b) => a.line - b.line || (a.id < b.id ? -1 : 1)), ids, text };
}
