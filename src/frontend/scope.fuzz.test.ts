/**
 * Scope resolution against the engine: random functions in which every variable that the resolver found is given a name of
 * its own must return what they returned before. A reference that was resolved to the wrong variable shows at once.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { DiagnosticSink } from "../diagnostics/sink.ts";
import type { SourceText } from "../source/span.ts";
import { parseFunction } from "./parse.ts";

const NAMES = ["a", "b", "c"] as const;
const GLOBALS = { a: 1000, b: 2000, c: 3000 };

/** mulberry32 */
function random(seed: number): (n: number) => number {
  let state = seed;
  return (n) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % n;
  };
}

/** The body of a function that appends what it reads to `out`. Many of them aren't valid; those are skipped. */
function statements(pick: (n: number) => number, depth: number): string {
  const name = (): string => NAMES[pick(NAMES.length)] ?? "a";
  const block = (): string => `{ if (out.fuel-- < 0) return; ${statements(pick, depth - 1)} }`;
  let unique = 0;
  const one = (): string => {
    unique = pick(100);
    switch (depth > 0 ? pick(18) : pick(9)) {
      case 0:
        return `let ${name()} = ${unique};`;
      case 1:
        return `const ${name()} = ${unique};`;
      case 2:
        return `var ${name()} = ${unique};`;
      case 3:
        return `var ${name()};`;
      case 4:
        return `${name()} = ${unique};`;
      case 5:
        return `[${name()}, ${name()}] = [${name()}, ${unique}];`;
      case 6:
        return `const [${name()}, ${name()} = ${name()}] = [${unique}];`;
      case 7:
      case 8:
        return `out.push(${name()});`;
      case 9:
        return block();
      case 10:
        return `for (let ${name()} = 0; ${name()} < 2; ${name()}++) ${block()}`;
      case 11:
        return `for (const ${name()} of [${name()}, 2]) ${block()}`;
      case 12:
        return `for (${name()} of [1, 2]) ${block()}`;
      case 13:
        return `switch (${name()}) { case 0: ${statements(pick, depth - 1)} default: ${statements(pick, depth - 1)} }`;
      case 14:
        return `function ${name()}(${name()}) ${block()}`;
      case 15:
        return `((${name()}, [${name()}] = [${name()}]) => ${block()})(${name()});`;
      case 16:
        return `(function ${name()}(${name()} = ${name()}) ${block()})();`;
      default:
        return `if (typeof ${name()} === "function") ${block()} else out.push(typeof ${name()});`;
    }
  };
  return Array.from({ length: 1 + pick(5) }, one).join(" ");
}

/** What the function gives, or the kind of error it throws; undefined if it isn't valid JavaScript. */
function outcome(text: string): string | undefined {
  let make: (...values: unknown[]) => (out: unknown[], a: number) => void;
  try {
    make = new Function("a", "b", "c", `"use strict"; return ${text};`) as typeof make;
  } catch {
    return undefined;
  }
  // Loops whose counter is reset and functions that call themselves end when this is used up.
  const out: unknown[] = Object.assign([], { fuel: 60 });
  try {
    make(...Object.values(GLOBALS))(out, 7);
  } catch (e) {
    out.push((e as Error).name);
  }
  return JSON.stringify(out.map((x) => (typeof x === "function" ? "function" : x)));
}

test("variables under names of their own are the same variables", () => {
  let compared = 0;
  for (let seed = 1; seed <= 6000; seed++) {
    const text = `(out, a) => { ${statements(random(seed), 3)} }`;
    const expected = outcome(text);
    if (expected === undefined) continue;
    const source: SourceText = { text, locate: () => ({ file: "f", line: 1, column: 1 }), lineAt: () => undefined };
    const sink = new DiagnosticSink();
    const { bindings } = parseFunction(source, "f", sink);
    // The engine throws only where it comes by; the resolver refuses the whole function.
    if (sink.hasErrors) continue;
    let renamed = text;
    for (const [id, { id: number }] of [...bindings].sort(([x], [y]) => y.start - x.start)) {
      renamed = `${renamed.slice(0, id.start)}v${number}${renamed.slice(id.end)}`;
    }
    // Functions show their names nowhere, so renaming them is fine too.
    assert.equal(outcome(renamed), expected, `seed ${seed}\n${text}\n${renamed}`);
    compared++;
  }
  assert.ok(compared > 500, `${compared} functions were compared`);
});

test("an engine that throws for a declaration has been foretold", () => {
  let foretold = 0;
  for (let seed = 1; seed <= 6000; seed++) {
    const text = `(out, a) => { ${statements(random(seed), 2)} }`;
    const expected = outcome(text);
    if (expected === undefined || !/ReferenceError|TypeError/.test(expected)) continue;
    if (/function|=>|switch/.test(text.slice(10))) continue;
    const source: SourceText = { text, locate: () => ({ file: "f", line: 1, column: 1 }), lineAt: () => undefined };
    const sink = new DiagnosticSink();
    parseFunction(source, "f", sink);
    // Without inner functions and switches, every use too early and every assignment to a constant can be seen.
    assert.ok(sink.hasErrors, `seed ${seed}: ${expected}\n${text}`);
    foretold++;
  }
  assert.ok(foretold > 100, `${foretold} were foretold`);
});
