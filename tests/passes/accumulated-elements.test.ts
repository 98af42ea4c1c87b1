/**
 * Random parallel loops in which elements and variables are joined with something, or only seem to be: places and values are
 * computed twice, by the same expression or by one that is nearly the same, with something in between or not. Where the
 * compiler takes the two for the same, chunks work on copies; what comes out must be what the serial loop gives.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Compiled, compileKernel } from "../../src/compiler.ts";
import { CompileError } from "../../src/diagnostics/errors.ts";
import type { Callable } from "../../src/frontend/program.ts";
import { prange } from "../../src/index.ts";
import { interpret, type JsValue } from "../../src/ir/interp.ts";
import { createReader } from "../../src/runtime/reader.ts";
import type { ArgType } from "../../src/types/signature.ts";
import { Random } from "../fuzz/random.ts";
import { X86_64_V4 } from "../support/targets.ts";

const PROGRAMS = 40;
const ROUNDS = 40;

const array = (elem: "int32" | "float64" | "uint8"): ArgType => ({ kind: "array", elem });

test("what is accumulated in copies comes out as in the serial loop", () => {
  const found = { elements: 0, variables: 0 };
  for (let seed = 0; seed < PROGRAMS; seed++) check(seed, found);
  assert.ok(found.elements > PROGRAMS / 4 && found.variables > PROGRAMS / 12, JSON.stringify(found));
});

function check(seed: number, found: { elements: number; variables: number }): void {
  const random = new Random(seed);
  const text = program(random);
  const fn = new Function("prange", `return ${text}`)(prange) as Callable;
  for (const chunksize of [1, 7]) {
    const compiled = compile(text, chunksize);
    if (compiled === undefined) return;
    for (const { accumulated, reductions } of compiled.loopFacts) {
      found.elements += accumulated.length;
      found.variables += reductions.length;
    }
    const args = argumentsFor(random);
    const [expected, actual] = [args, args].map((given) => given.map((a) => a.slice()));
    const serial = Reflect.apply(fn, undefined, expected ?? []) as unknown;
    const results = interpret(compiled.module(), actual as JsValue[], { steps: 1e6 });
    const what = `seed ${seed}, chunks of ${chunksize}:\n${text}`;
    assert.deepEqual(actual, expected, what);
    assert.deepEqual(results.map(Number), [serial].flat(), what);
  }
}

function argumentsFor(random: Random) {
  const values = (n: number): number[] => Array.from({ length: n }, () => random.below(40) - 10);
  return [
    Int32Array.from(values(ROUNDS + 1)),
    Float64Array.from(values(ROUNDS + 1)),
    Int32Array.from(values(8)),
    Float64Array.from(values(8)),
    Uint8Array.from(values(8), (x) => x & 255),
  ];
}

function compile(text: string, chunksize: number): Compiled | undefined {
  try {
    return compileKernel({
      fn: new Function(`return ${text}`)() as Callable,
      args: [array("int32"), array("float64"), array("int32"), array("float64"), array("uint8")],
      options: { fastmath: [], boundscheck: true, parallel: true, chunksize },
      reader: createReader({ prange }),
      target: X86_64_V4,
      disjoint: true,
      verify: true,
    });
  } catch (error) {
    // Variables that go from iteration to iteration otherwise, stores that are certain to meet.
    if (error instanceof CompileError && /error\[parallel-/.test(error.message)) return undefined;
    throw error;
  }
}

function program(random: Random): string {
  const pick = <T>(items: readonly T[]): T => random.pick(items);
  const helpers = [helper(random), helper(random)];
  const small = (): string => String(random.below(5));
  const value = (): string =>
    pick([
      () => `a[i] + ${small()}`,
      () => `x[i]`,
      () => `f0(a[i])`,
      () => `f1(x[i])`,
      () => `Math.abs(a[i] - ${small()})`,
      () => `(v > ${small()} ? v : a[i + 1])`,
      () => `v * 2`,
    ])();
  const place = (): string =>
    pick([
      () => `a[i] & 7`,
      () => `f0(a[i]) & 7`,
      () => `Math.floor(Math.abs(f1(x[i]))) & 7`,
      () => `(v + ${small()}) & 7`,
      () => `k`,
      () => `(a[i] > ${small()} ? 3 : k)`,
    ])();
  /** The same, or nearly. */
  const again = (text: string): string => {
    if (random.chance(0.7)) return text;
    return pick([
      text.replace(/f0/, "f1"),
      text.replace(/\[i\]/, "[i + 1]"),
      text.replace(/\b\d/, (digit) => String((Number(digit) + 1) % 8)),
      text.replace(/\bv\b/, "a[i]"),
    ]);
  };
  const between = (): string =>
    random.chance(0.65)
      ? ""
      : pick([
          "v = a[i + 1];",
          "a[i] = 3;",
          "if (a[i] > 2) v = 1;",
          "k = (k + 1) & 7;",
          "x[i] += 1;",
          "{ const w = v; k = w & 7; }",
        ]);
  const target = (): string => pick(["h", "h", "g", "b"]);
  const statement = (): string => {
    const [p, e, t] = [place(), value(), target()];
    return pick([
      () => `${t}[${p}] = ${t}[${again(p)}] ${pick(["+", "+", "-"])} (${e});`,
      () => `${t}[${p}] += ${e};`,
      () => `{ const old = ${t}[${p}]; ${between()} ${t}[${again(p)}] = old + (${e}); }`,
      () => `if ((${e}) ${pick([">", "<", ">=", "<="])} ${t}[${p}]) { ${between()} ${t}[${again(p)}] = ${again(e)}; }`,
      () => `if (${e} > best) { ${between()} best = ${again(e)}; at = ${pick(["i", "a[i]"])}; }`,
      () => `sum ${pick(["+=", "-="])} ${e};`,
      () => `if (a[i] > 3 && ${e} < least) least = ${again(e)};`,
    ])();
  };
  const body = Array.from({ length: 1 + random.below(2) }, () => `${between()}\n${statement()}`);
  return `(a, x, h, g, b) => {
${helpers.map((text, n) => `const f${n} = ${text};`).join("\n")}
let best = -100, at = -1, sum = 0, least = 1000;
for (const i of prange(${ROUNDS})) {
let v = a[i + 1], k = a[i] & 3;
${body.join("\n")}
}
return [best, at, sum, least];
}`;
}

function helper(random: Random): string {
  const [a, b] = [random.below(6), random.below(9)];
  return random.pick([
    `(n) => n + ${a}`,
    `(n) => { if (n < ${a}) return ${b}; return n; }`,
    `(n) => { let r = n; if (n > ${a}) r = n - ${b}; else if (n < 0) r = -n; return r * 2; }`,
    `(n) => { if (n < 0) return -n; let r = 0; if (n > ${a}) { r = ${b}; if (n > ${a + b}) return r + n; } return r; }`,
    `(n) => Math.min(${b}, Math.max(${a}, n))`,
    `(n) => { let r = 0; for (let j = 0; j < ${a}; j++) r += n; return r; }`,
  ]);
}
