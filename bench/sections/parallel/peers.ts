/** The same kernels in C with OpenMP, by GCC, and in Numba: each where it is at hand, otherwise a line says that it isn't. */
import { type Contender, local } from "../../contender.ts";
import { loadNative, type NativeFunction } from "../../native.ts";
import { NUMBA_PARALLEL, Numba } from "../../numba.ts";
import type { Work } from "./kernels.ts";

export const OPENMP = "C ∥";

/** OpenMP's idle threads spin for a moment after a loop, which would slow the next contender down. */
const SETTLE_MS = 5;

export class Peers {
  readonly versions: readonly string[];
  readonly #c: BothWays | undefined;
  readonly #numba: Numba | undefined;

  private constructor(c: BothWays | undefined, numba: Numba | undefined) {
    this.#c = c;
    this.#numba = numba;
    this.versions = [c === undefined ? [] : ["GCC's OpenMP"], numba === undefined ? [] : [numba.versions]].flat();
  }

  static async start(threads: number, log: (line: string) => void): Promise<Peers> {
    // Read by the libraries when they are loaded.
    process.env.OMP_NUM_THREADS ??= String(threads);
    process.env.NUMBA_NUM_THREADS ??= String(threads);
    const c = loadOpenMp(log);
    const numba = await Numba.start();
    if (typeof numba === "string") log(`Numba: skipped, ${numba}`);
    return new Peers(c, typeof numba === "string" ? undefined : numba);
  }

  async contenders({ name, fastmath, args }: Work): Promise<Contender[]> {
    const contenders: Contender[] = [];
    const native = this.#c?.[fastmath ? "fast" : "strict"][name];
    if (native !== undefined) contenders.push(settling(local(OPENMP, native, args, [])));
    const numba = (await this.#numba?.contenders(`parallel_${name}`, args, [])) ?? [];
    return [...contenders, ...numba.filter((contender) => contender.name === NUMBA_PARALLEL)];
  }

  stop(): void {
    this.#numba?.stop();
  }
}

type Functions = Readonly<Record<string, NativeFunction>>;

/** With and without -ffast-math. */
interface BothWays {
  readonly fast: Functions;
  readonly strict: Functions;
}

function loadOpenMp(log: (line: string) => void): BothWays | undefined {
  const load = (fastmath: boolean): Functions => loadNative("parallel.c", { openmp: true, fastmath });
  try {
    return { fast: load(true), strict: load(false) };
  } catch (error) {
    log(`C with OpenMP: skipped, gcc -fopenmp doesn't work here: ${String(error).split("\n")[0]}`);
    return undefined;
  }
}

function settling(contender: Contender): Contender {
  const rest = new Int32Array(new SharedArrayBuffer(4));
  return {
    ...contender,
    time: (calls) => {
      const sample = contender.time(calls);
      Atomics.wait(rest, 0, 0, SETTLE_MS);
      return sample;
    },
  };
}
