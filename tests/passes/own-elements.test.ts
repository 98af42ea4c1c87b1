/**
 * Random parallel loops that store to all sorts of places: where the compiler says that iterations keep apart, none may touch
 * what another one writes, whatever the sizes are.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { compileKernel } from "../../src/compiler.ts";
import { CompileError } from "../../src/diagnostics/errors.ts";
import type { Callable } from "../../src/frontend/program.ts";
import { prange } from "../../src/index.ts";
import { interpret, KernelTrap } from "../../src/ir/interp.ts";
import { createReader } from "../../src/runtime/reader.ts";
import type { ArgType } from "../../src/types/signature.ts";
import { Random } from "../fuzz/random.ts";
import { RaceFinder } from "../support/races.ts";
import { X86_64_V4 } from "../support/targets.ts";

const PROGRAMS = 50;
const SIZES = 8;
/** Indices are relative to it, as some are negative. */
const MIDDLE = 700;

const ARRAY: ArgType = { kind: "array", elem: "int32" };
const INT: ArgType = { kind: "int32" };

for (const [what, program] of [
  ["places", placesProgram],
  ["arrays", arraysProgram],
] as const) {
  test(`stores that are known to keep apart do: ${what}`, () => {
    let apart = 0;
    for (let seed = 0; seed < PROGRAMS; seed++) apart += check(seed, program);
    assert.ok(apart > PROGRAMS / 5, `only ${apart} loops are known to keep apart`);
  });
}

/** How many of the program's loops are known to keep apart. */
function check(seed: number, program: (random: Random) => string): number {
  const random = new Random(seed);
  const text = program(random);
  const compiled = compile(text);
  if (compiled === undefined) return 0;
  for (let k = 0; k < SIZES; k++) {
    const [n, m] = [random.below(9) - 1, random.below(7) - 1];
    const races = new RaceFinder();
    try {
      interpret(compiled.module(), [new Int32Array(4096), new Int32Array(4096), n, m], { touched: races.touched });
    } catch (error) {
      if (!(error instanceof KernelTrap)) throw error;
    }
    const race = races.unforeseen(compiled.loopFacts);
    assert.equal(race, undefined, `seed ${seed}, n = ${n}, m = ${m}: ${race}\n${text}`);
  }
  return compiled.loopFacts.filter((facts) => facts.undecided.length === 0).length;
}

function compile(text: string) {
  const fn = new Function(`return ${text}`)() as Callable;
  try {
    return compileKernel({
      fn,
      args: [ARRAY, ARRAY, INT, INT],
      options: { fastmath: [], boundscheck: true, parallel: true, chunksize: 1 },
      reader: createReader({ prange }),
      target: X86_64_V4,
      disjoint: true,
      small: true,
    });
  } catch (error) {
    // Stores that are certain to meet.
    if (error instanceof CompileError && /error\[parallel-/.test(error.message)) return undefined;
    throw error;
  }
}

/** Variables are given each other's arrays, in branches and rounds, and loops store to one of them what they read of another. */
function arraysProgram(random: Random): string {
  const names = ["p", "q", "r"];
  const pick = <T>(items: readonly T[]): T => random.pick(items);
  const exchange = (): string => {
    const [x, y, z] = [pick(names), pick(names), pick(names)];
    return pick([
      `[${x}, ${y}] = [${y}, ${x}];`,
      `{ const t = ${x}; ${x} = ${y}; ${y} = t; }`,
      `{ const t = p; p = q; q = r; r = t; }`,
      `{ const t = ${x}; ${x} = ${y}; ${y} = ${z}; ${z} = t; }`,
      `${x} = new Int32Array(4096);`,
      ...(random.chance(0.2) ? [`${x} = ${y};`, `${x} = ${y}.subarray(1);`, `${x} = a;`] : []),
    ]);
  };
  const loop = (): string => {
    const [x = "", y = ""] = pick([names, names.toReversed(), ["q", "p"], ["r", "p"]]);
    const value = pick([`${y}[i - 1]`, `${y}[i - 1] + ${x}[i]`, `${y}[i] + ${pick(names)}[i]`]);
    return `for (const i of prange(1, n)) if (b[i] < 1) ${x}[i] = ${value};`;
  };
  /** Chosen by one condition, or by two. */
  const chosen = (): string => {
    const [x, y] = [pick(names), pick(names)];
    const condition = `n % 2 > ${random.below(2)}`;
    const other = random.chance(0.7) ? condition : `m % 2 > ${random.below(2)}`;
    return `{ const s = ${condition} ? ${x} : ${y}, t = ${other} ? ${y} : ${pick([x, x, y])};
for (const i of prange(1, n)) if (b[i] < 1) t[i] = s[i - 1] + 1; }`;
  };
  const statement = (depth: number): string => {
    if (random.chance(0.2)) return chosen();
    if (depth === 0 || random.chance(0.4)) return random.chance(0.5) ? exchange() : loop();
    const inner = (): string => Array.from({ length: 1 + random.below(2) }, () => statement(depth - 1)).join("\n");
    return pick([
      () => `if (n > ${random.below(5)}) {\n${inner()}\n}`,
      () => `if (m > ${random.below(5)}) {\n${inner()}\n} else {\n${inner()}\n}`,
      () =>
        `for (let k = 0; k < m; k++) {\n${inner()}\n${pick(["", "if (n < 3) break;", "if (k === 1) continue;"])}\n${inner()}\n}`,
    ])();
  };
  const body = Array.from({ length: 2 + random.below(2) }, () => statement(1));
  return `(a, b, n, m) => {\nlet p = a, q = b, r = new Int32Array(4096);\n${body.join("\n")}\n${loop()}\n}`;
}

/** A kernel of two arrays and two sizes. */
function placesProgram(random: Random): string {
  const pick = <T>(items: readonly T[]): T => random.pick(items);
  const loops: string[] = [];
  const counters = ["i"];
  if (random.chance(0.2)) {
    loops.push(`for (let q = ${pick(["0", "1"])}; q < ${pick(["3", "n"])}; q++) {`);
    counters.push("q");
  }
  const size = (): string => pick(["n", "m", "n", "m", "4", "n - 1", "n >> 1", "2 * n", "n + m"]);
  const first = pick(["0", "0", "0", "1", "m", ...(counters.includes("q") ? ["q + 1", "q & 1"] : [])]);
  const step = pick([1, 1, 1, 2, 3, 4, -1, -2]);
  loops.push(
    step > 0
      ? `for (const i of prange(${first}, ${size()}, ${step})) {`
      : `for (const i of prange(${size()}, ${pick(["-1", "0", first])}, ${step})) {`,
  );
  const inner: string[] = [];
  const innerLoops: string[] = [];
  for (const counter of ["j", "k"].slice(random.below(3))) {
    const start = pick(["0", "0", "0", "1", "i", "i + 1", "i * m", "m - 1", ...inner]);
    const end = pick(["n", "m", "n", "m", "i", "i + 1", "4", "n >> 1", "Math.min(i + 4, n)", "n - 1", "i * m + m"]);
    innerLoops.push(
      random.chance(0.85)
        ? `for (let ${counter} = ${start}; ${counter} < ${end}; ${counter} += ${pick([1, 1, 1, 2])}) {`
        : `for (let ${counter} = ${end} - 1; ${counter} >= ${start}; ${counter}--) {`,
    );
    inner.push(counter);
  }
  const places = placesOf(random, counters, inner);
  const place = (): string => `${pick(places)} + ${MIDDLE}`;
  const statement = (at: () => string): string =>
    pick([
      () => `a[${at()}] = ${pick(["a", "b"])}[${at()}] + 1;`,
      () => `if (b[0] < i) a[${at()}] = 3;`,
      () => `{ const t = a[${at()}]; a[${at()}] = a[${at()}]; a[${at()}] = t; }`,
    ])();
  // Before the loops inside, which need not run.
  const early = random.chance(0.2) ? [statement(() => `${pick(["i", "i * n", "i * m"])} + ${MIDDLE}`)] : [];
  const body = Array.from({ length: 1 + random.below(2) }, () => statement(place));
  const all = [...loops, ...early, ...innerLoops, ...body, "}".repeat(loops.length + innerLoops.length)];
  return `(a, b, n, m) => {\n${all.join("\n")}\n}`;
}

/** Rows, columns, ends, and sums of anything. */
function placesOf(random: Random, counters: readonly string[], inner: readonly string[]): readonly string[] {
  const pick = <T>(items: readonly T[]): T => random.pick(items);
  const any = (): string => pick([...counters, "i", ...inner, ...inner]);
  const factor = (): string => pick(["n", "m", "2", "4", "(n + 1)", "n * m", "-1", "3"]);
  const [w, x, y] = [pick(["n", "m", "4"]), pick(inner.length > 0 ? [...inner, "i"] : ["i"]), any()];
  const base = pick([
    `${y} * ${w} + ${x}`,
    `${x} * ${w} + ${y}`,
    `(${y} * n + ${x}) * m + ${any()}`,
    y,
    "2 * i",
    "n - 1 - i",
  ]);
  if (random.chance(0.4)) return [base];
  const near = [`${base} + 1`, `${base} - 1`, `${base} + n`, `(${y} - 1) * ${w} + ${x}`];
  const mirrored = [`(${w} - 1 - ${y}) * ${w} + ${x}`, `${y} * ${w} + ${w} - 1 - ${x}`, `n - 1 - ${y}`];
  const sum = `${any()} * ${factor()} + (${any()} ${pick(["+", "-"])} ${any()}) * ${factor()}`;
  return [base, base, pick([...near, ...mirrored, sum])];
}
