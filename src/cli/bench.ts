/**
 * `numbats bench FILE`: every exported kernel of a module, static methods of its classes included, against its own plain function.
 *
 * Compiled and plain runs alternate in one process, each on arguments of its own, so that drift of the machine hits both.
 */
import type { Jitted } from "../api/jitted.ts";
import type { Callable } from "../frontend/program.ts";
import { formatMs, formatTable } from "./table.ts";
import { argumentsOf, exampleInput, kernelsOf, loadModule, ModuleError } from "./user-module.ts";

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

const MIN_SAMPLES = 5;
const MAX_SAMPLES = 500;
/** Shorter than this, and the clock's own grain shows: calls are timed in batches. */
const MIN_SAMPLE_MS = 0.5;

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

export async function bench(file: string, options: BenchOptions): Promise<BenchResult[]> {
  const module = await loadModule(file);
  const kernels = kernelsOf(module);
  const [first] = kernels.keys();
  if (first === undefined) throw new ModuleError(`${file} exports no kernel: export const name = njit(…)`);
  const { inputs } = module;
  if (typeof inputs !== "object" || inputs === null) {
    throw new ModuleError(`${file} must export inputs, with the arguments of each kernel: ${exampleInput(first)}`);
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
