/** What a run of random programs has amounted to: one that generates nothing but errors or trivial kernels should show. */
import type { Verdict } from "./execute.ts";

export class Tally {
  #programs = 0;
  #calls = 0;
  #without = 0;
  readonly #ends = new Map<string, number>();
  readonly #sizes: number[] = [];
  readonly #failures = new Map<string, number>();

  /** How often its class had failed before. */
  add({ failure, class: failureClass, calls = [], instructions = 0 }: Verdict): number {
    this.#programs++;
    this.#sizes.push(instructions);
    if (!calls.includes("returned")) this.#without++;
    for (const end of calls) count(this.#ends, end);
    this.#calls += calls.length;
    return failure === undefined ? 0 : count(this.#failures, failureClass);
  }

  get failed(): boolean {
    return this.#failures.size > 0;
  }

  /** One line, but for the failures. */
  report(): string {
    const listed = (counts: ReadonlyMap<string, number>, between: string): string =>
      [...counts]
        .sort(([, a], [, b]) => b - a)
        .map(([name, n]) => `${n}${between}${name}`)
        .join(", ");
    const sorted = [...this.#sizes].sort((a, b) => a - b);
    const median = sorted[sorted.length >> 1] ?? 0;
    const outcome = this.failed ? listed(this.#failures, " × ") : "all agree";
    return (
      `${this.#programs} programs of ${median} instructions in the median, ${this.#calls} calls (${listed(this.#ends, " ")}); ` +
      `in ${this.#without} programs no call returned\n${outcome}`
    );
  }
}

function count(counts: Map<string, number>, name: string): number {
  const before = counts.get(name) ?? 0;
  counts.set(name, before + 1);
  return before;
}
