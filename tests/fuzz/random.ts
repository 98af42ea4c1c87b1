/** Seeded choices, and literals at which number semantics break. */
import { FLOAT64_EDGES, INT32_EDGES, INT64_EDGES, seededRandom } from "../support/edge-values.ts";

export class Random {
  readonly next: () => number;

  constructor(seed: number) {
    this.next = seededRandom(seed);
    // Neighbouring seeds begin alike.
    for (let i = 0; i < 4; i++) this.next();
  }

  below(n: number): number {
    return Math.floor(this.next() * n);
  }

  chance(p: number): boolean {
    return this.next() < p;
  }

  pick<T>(from: readonly T[]): T {
    return from[this.below(from.length)] as T;
  }

  weighted<T>(choices: readonly (readonly [T, number])[]): T {
    let at = this.next() * choices.reduce((sum, [, weight]) => sum + weight, 0);
    for (const [value, weight] of choices) {
      at -= weight;
      if (at < 0) return value;
    }
    return (choices[choices.length - 1] as readonly [T, number])[0];
  }

  int(): string {
    const value = this.chance(0.6) ? this.below(21) - 5 : this.pick(INT32_EDGES);
    return spell(value);
  }

  number(): string {
    switch (this.below(5)) {
      case 0:
        return spell(this.pick(FLOAT64_EDGES));
      case 1:
        return spell((this.below(4001) - 2000) / 8);
      default:
        return this.int();
    }
  }

  bigint(): string {
    const value = this.chance(0.6) ? BigInt(this.below(41) - 10) : this.pick(INT64_EDGES);
    return value < 0n ? `(${value}n)` : `${value}n`;
  }
}

function spell(value: number): string {
  if (Object.is(value, -0)) return "(-0)";
  return value < 0 ? `(${value})` : String(value);
}
