/**
 * `numbats bench FILE`: every exported kernel of a module, static methods of its classes included, against its own plain function.
 *
 * The module exports `inputs`, which has for each kernel its arguments, or a function that makes them:
 *
 *   export const sum = njit((xs: Float64Array) => …);
 *   export const inputs = { sum: () => [new Float64Array(1_000_000)] };
 *
 * Compiled and plain runs alternate in one process, each on arguments of its own, so that drift of the machine hits both.
 */
import { readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, extname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { Jitted } from "../api/jitted.ts";
import type { Callable } from "../frontend/program.ts";
import { formatMs, formatTable } from "./table.ts";

export interface Timing {
  readonly medianMs: number;
  readonly minMs: number;
}

export type BenchResult =
  | {
      readonly kernel: string;
      readonly signature: string;
      /** Of the compiled kernel: compiling, or loading from the cache, included. */
      readonly firstCallMs: number;
      readonly fromCache: boolean;
      readonly samples: number;
      readonly compiled: Timing;
      readonly plain: Timing;
      /** Of the medians. */
      readonly speedup: number;
    }
  | { readonly kernel: string; readonly error: string };

export interface BenchOptions {
  /** How long each kernel is measured. */
  readonly seconds: number;
}

/** What is wrong with what the user gave, in one sentence. */
export class BenchError extends Error {
  override readonly name = "BenchError";
}

const MIN_SAMPLES = 5;
const MAX_SAMPLES = 500;
/** Shorter than this, and the clock's own grain shows: calls are timed in batches. */
const MIN_SAMPLE_MS = 0.5;

/** By its shape, not by identity: the module may use another copy of numbats than the one whose command this is. */
function isKernelLike(value: unknown): value is Jitted<Callable> {
  return typeof value === "function" && "jsFunction" in value && "stats" in value && "inspectLLVM" in value;
}

/** By name: what a module exports, and what its classes and objects hold, `Stats.mean`. */
export function kernelsOf(module: Readonly<Record<string, unknown>>): ReadonlyMap<string, Jitted<Callable>> {
  const found = new Map<string, Jitted<Callable>>();
  const note = (name: string, value: unknown): void => {
    if (isKernelLike(value)) found.set(name, value);
  };
  for (const [name, value] of Object.entries(module)) {
    note(name, value);
    const isHolder = (typeof value === "object" && value !== null) || typeof value === "function";
    if (!isHolder || isKernelLike(value)) continue;
    for (const [key, member] of Object.entries(Object.getOwnPropertyDescriptors(value)))
      note(`${name}.${key}`, member.value);
  }
  return found;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
}

function timed(fn: Callable, args: readonly unknown[], batch: number): number {
  const start = performance.now();
  for (let i = 0; i < batch; i++) fn(...args);
  return (performance.now() - start) / batch;
}

/** How many calls make a sample that the clock can tell; also warms the function up. */
function batchOf(fn: Callable, args: readonly unknown[]): number {
  for (let batch = 1; ; batch *= 2) {
    if (timed(fn, args, batch) * batch >= MIN_SAMPLE_MS || batch >= 2 ** 20) return batch;
  }
}

function timingOf(samples: readonly number[]): Timing {
  return { medianMs: median(samples), minMs: Math.min(...samples) };
}

export async function argumentsOf(name: string, input: unknown): Promise<readonly unknown[]> {
  const args: unknown = typeof input === "function" ? await input() : input;
  if (!Array.isArray(args))
    throw new BenchError(`inputs.${name} must be an array of arguments, or a function that makes one`);
  return args;
}

async function benchKernel(
  name: string,
  kernel: Jitted<Callable>,
  input: unknown,
  { seconds }: BenchOptions,
): Promise<BenchResult> {
  if (input === undefined) return { kernel: name, error: `inputs has no ${name}` };
  try {
    const args = await argumentsOf(name, input);
    // Arguments that are given once are shared; those that are made are made for each.
    const plainArgs = await argumentsOf(name, input);
    const plain: Callable = kernel.jsFunction;
    const hitsBefore = kernel.stats.cacheHits;
    const firstCallMs = timed(kernel, args, 1);
    const fromCache = kernel.stats.cacheHits > hitsBefore;
    const compiledBatch = batchOf(kernel, args);
    const plainBatch = batchOf(plain, plainArgs);
    const compiledSamples: number[] = [];
    const plainSamples: number[] = [];
    const end = performance.now() + seconds * 1000;
    while (compiledSamples.length < MIN_SAMPLES || (performance.now() < end && compiledSamples.length < MAX_SAMPLES)) {
      compiledSamples.push(timed(kernel, args, compiledBatch));
      plainSamples.push(timed(plain, plainArgs, plainBatch));
    }
    const compiledTiming = timingOf(compiledSamples);
    const plainTiming = timingOf(plainSamples);
    return {
      kernel: name,
      signature: kernel.signatures.at(-1) ?? "",
      firstCallMs,
      fromCache,
      samples: compiledSamples.length,
      compiled: compiledTiming,
      plain: plainTiming,
      speedup: plainTiming.medianMs / compiledTiming.medianMs,
    };
  } catch (error) {
    return { kernel: name, error: error instanceof Error ? error.message : String(error) };
  }
}

const TYPESCRIPT: ReadonlySet<string> = new Set([".ts", ".mts", ".cts", ".tsx"]);

/** tsx's own API, if tsx is found where the module is or where the command runs. */
function findTsx(path: string): string | undefined {
  for (const from of [path, join(process.cwd(), "package.json")]) {
    try {
      const manifest = createRequire(from).resolve("tsx/package.json");
      // A require would resolve to the API for CommonJS, so the package's map is read here.
      const { exports } = JSON.parse(readFileSync(manifest, "utf8")) as TsxManifest;
      return join(dirname(manifest), exports["./esm/api"].import.default);
    } catch {
      // not installed there, or another tsx than we know
    }
  }
  return undefined;
}

interface TsxManifest {
  readonly exports: { readonly "./esm/api": { readonly import: { readonly default: string } } };
}

async function registerTsx(path: string): Promise<void> {
  const api = findTsx(path);
  if (api === undefined) return;
  const { register } = (await import(pathToFileURL(api).href)) as { register: () => unknown };
  register();
}

export async function load(file: string): Promise<Record<string, unknown>> {
  const path = resolve(file);
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) throw new BenchError(`there is no file ${path}`);
  if (stats.isDirectory()) throw new BenchError(`${path} is a directory; name the module`);
  if (TYPESCRIPT.has(extname(path))) await registerTsx(path);
  try {
    return (await import(pathToFileURL(path).href)) as Record<string, unknown>;
  } catch (error) {
    // Without tsx it depends on Node: later ones read TypeScript themselves.
    if (!(error instanceof Error && "code" in error && error.code === "ERR_UNKNOWN_FILE_EXTENSION")) throw error;
    throw new BenchError(`${path} is TypeScript, which needs tsx: npm install --save-dev tsx`);
  }
}

export async function bench(file: string, options: BenchOptions): Promise<BenchResult[]> {
  const module = await load(file);
  const kernels = kernelsOf(module);
  const [first] = kernels.keys();
  if (first === undefined) throw new BenchError(`${file} exports no kernel: export const name = njit(…)`);
  const { inputs } = module;
  if (typeof inputs !== "object" || inputs === null) {
    throw new BenchError(`${file} must export inputs, with the arguments of each kernel: ${exampleInput(first)}`);
  }
  const results: BenchResult[] = [];
  for (const [name, kernel] of kernels) {
    results.push(await benchKernel(name, kernel, (inputs as Record<string, unknown>)[name], options));
  }
  for (const name of Object.keys(inputs)) {
    if (!kernels.has(name)) results.push({ kernel: name, error: `inputs has it, but ${file} exports no such kernel` });
  }
  return results;
}

/** How the arguments of a kernel are written. */
export function exampleInput(name: string): string {
  return `{ ${name.includes(".") ? JSON.stringify(name) : name}: () => […] }`;
}

export function renderBench(results: readonly BenchResult[]): string {
  const rows = [["kernel", "first call", "median", "min", "plain median", "plain min", "speed-up"]];
  const notes: string[] = [];
  for (const result of results) {
    if ("error" in result) {
      notes.push(`${result.kernel}: ${result.error.trim()}`);
      continue;
    }
    const { kernel, firstCallMs, fromCache, compiled, plain, speedup } = result;
    rows.push([
      kernel,
      `${formatMs(firstCallMs)}${fromCache ? " (cached)" : ""}`,
      formatMs(compiled.medianMs),
      formatMs(compiled.minMs),
      formatMs(plain.medianMs),
      formatMs(plain.minMs),
      `${speedup >= 100 ? speedup.toFixed(0) : speedup.toPrecision(3)}×`,
    ]);
  }
  const table =
    rows.length > 1 ? formatTable(rows, ["left", "right", "right", "right", "right", "right", "right"]) : "";
  return table + (notes.length === 0 ? "" : `${table === "" ? "" : "\n"}${notes.join("\n")}\n`);
}
