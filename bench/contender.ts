/** One way to run a benchmark: in this process or in another one, it can be timed and its results compared. */
import { performance } from "node:perf_hooks";
import { seededRandom } from "./random.ts";

/** Milliseconds: by the clock, and of the process's own on the processors, which other processes don't stretch. */
export interface Sample {
  readonly wall: number;
  readonly cpu: number;
}

export interface Outcome {
  readonly result: unknown;
  /** What the arguments are afterwards. */
  readonly args: readonly unknown[];
}

export interface Contender {
  readonly name: string;
  /** What so many calls take together, without what puts back their arguments. */
  time(calls: number): Sample | Promise<Sample>;
  /** Runs once on fresh arguments. */
  outcome(): Outcome | Promise<Outcome>;
}

/** A function of this process. It keeps the arguments it is given, which it may share with others of its kind. */
export function local(
  name: string,
  run: (...args: unknown[]) => unknown,
  args: readonly unknown[],
  changes: readonly number[],
): Contender {
  const originals = changes.map((k) => (args[k] as Float64Array).slice());
  const prepare = (): void => {
    for (const [i, k] of changes.entries()) (args[k] as Float64Array).set(originals[i] ?? []);
  };
  return {
    name,
    time(calls) {
      let wall = 0;
      let micros = 0;
      for (let i = 0; i < calls; i++) {
        prepare();
        const used = process.cpuUsage();
        const start = performance.now();
        run(...args);
        wall += performance.now() - start;
        const { user, system } = process.cpuUsage(used);
        micros += user + system;
      }
      return { wall, cpu: micros / 1000 };
    },
    outcome() {
      prepare();
      const result = run(...args);
      return { result, args: args.map((a) => (ArrayBuffer.isView(a) ? (a as Float64Array).slice() : a)) };
    },
  };
}

export interface InterleaveOptions {
  readonly rounds: number;
  /** A sample is at least this long. */
  readonly sampleMs: number;
  /** Leaves the order as it is, for contenders whose threads go on waiting on a core that the next one needs, as OpenMP's do. */
  readonly inOrder?: boolean;
}

/** What a call takes, by contender and round. They take turns, so that a change of the machine's speed meets all alike. */
export async function interleave(
  contenders: readonly Contender[],
  { rounds, sampleMs, inOrder = false }: InterleaveOptions,
): Promise<ReadonlyMap<string, readonly Sample[]>> {
  const states = [];
  for (const contender of contenders)
    states.push({ contender, calls: await warmUp(contender, sampleMs), samples: [] as Sample[] });
  // In another order each round: what comes before says what is in the caches, so none may always follow the same.
  const random = seededRandom(1);
  for (let round = 0; round < rounds; round++) {
    for (const { contender, calls, samples } of inOrder ? states : shuffled(states, random)) {
      const { wall, cpu } = await contender.time(calls);
      samples.push({ wall: wall / calls, cpu: cpu / calls });
    }
  }
  return new Map(states.map(({ contender, samples }) => [contender.name, samples]));
}

function shuffled<T>(items: readonly T[], random: () => number): readonly T[] {
  return items
    .map((item) => ({ item, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item);
}

/** Compiles, fills caches, carries V8 through its tiers; gives how many calls make a sample. */
async function warmUp(contender: Contender, sampleMs: number): Promise<number> {
  for (let i = 0; i < 3; i++) await contender.time(1);
  let calls = 1;
  while (calls < 1 << 20 && (await contender.time(calls)).cpu < sampleMs) calls *= 2;
  return calls;
}
