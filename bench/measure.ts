/**
 * Times variants of the same work against each other: takes functions without arguments, gives milliseconds per call.
 * The variants run in turn, round after round, so that a change of the machine's speed meets all of them alike, and in another
 * order each time: what runs after one that leaves the caches cold is slower for it.
 */
import { performance } from "node:perf_hooks";
import { seededRandom } from "./random.ts";

export interface Variant {
  readonly name: string;
  run(): unknown;
  /** Before each call, not timed: puts back what `run` overwrites. */
  prepare?(): void;
}

export interface MeasureOptions {
  /** Rounds; each gives every variant one sample. */
  readonly runs?: number;
  /** Calls of each variant before the first round: compilation, caches, V8's tiers. */
  readonly warmups?: number;
  /** A sample calls its variant until this many milliseconds have passed, so that the clock's grain doesn't show. */
  readonly sampleMs?: number;
}

export interface Timing {
  readonly name: string;
  /** The very first call, in milliseconds: with a kernel, compilation or the load from the cache. */
  readonly first: number;
  readonly median: number;
  readonly min: number;
  readonly samples: readonly number[];
  /** What the last call returned. */
  readonly result: unknown;
}

export function measure(variants: readonly Variant[], options: MeasureOptions = {}): Timing[] {
  const { runs = 9, warmups = 3, sampleMs = 1 } = options;
  const states = variants.map((variant) => warmUp(variant, warmups, sampleMs));
  const random = seededRandom(1);
  for (let round = 0; round < runs; round++) {
    for (const state of shuffled(states, random)) {
      const { ms, result } = timeCalls(state.variant, state.calls);
      state.samples.push(ms / state.calls);
      state.result = result;
    }
  }
  return states.map(({ variant, first, samples, result }) => ({
    name: variant.name,
    first,
    median: median(samples),
    min: Math.min(...samples),
    samples,
    result,
  }));
}

function shuffled<T>(items: readonly T[], random: () => number): readonly T[] {
  return items
    .map((item) => ({ item, key: random() }))
    .sort((a, b) => a.key - b.key)
    .map(({ item }) => item);
}

interface State {
  readonly variant: Variant;
  readonly first: number;
  readonly calls: number;
  readonly samples: number[];
  result: unknown;
}

function warmUp(variant: Variant, warmups: number, sampleMs: number): State {
  const first = timeCalls(variant, 1);
  let last = first;
  for (let i = 1; i < warmups; i++) last = timeCalls(variant, 1);
  // Short work is doubled until it fills a sample; this also carries V8 through its tiers.
  let calls = 1;
  while (last.ms < sampleMs && calls < 1 << 24) {
    calls *= 2;
    last = timeCalls(variant, calls);
  }
  return { variant, first: first.ms, calls, samples: [], result: last.result };
}

/** The milliseconds of all the calls together, and what the last of them returned. */
function timeCalls(variant: Variant, calls: number): { ms: number; result: unknown } {
  let result: unknown;
  if (variant.prepare === undefined) {
    const start = performance.now();
    for (let i = 0; i < calls; i++) result = variant.run();
    return { ms: performance.now() - start, result };
  }
  let ms = 0;
  for (let i = 0; i < calls; i++) {
    variant.prepare();
    const start = performance.now();
    result = variant.run();
    ms += performance.now() - start;
  }
  return { ms, result };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

export function geometricMean(values: readonly number[]): number {
  return Math.exp(values.reduce((sum, v) => sum + Math.log(v), 0) / values.length);
}
