/** Random `prange(…)`: bounds and steps that are whole, fractional, negative, NaN, −0, constants from outside or computed. */
import type { ExpressionMaker } from "./expressions.ts";
import { type Node, node } from "./program.ts";
import type { Random } from "./random.ts";
import type { Scope } from "./scope.ts";

export class RangeMaker {
  readonly #random: Random;
  readonly #expressions: ExpressionMaker;

  constructor(random: Random, expressions: ExpressionMaker) {
    this.#random = random;
    this.#expressions = expressions;
  }

  /** Of at most some forty rounds. */
  prange(scope: Scope): Node {
    const random = this.#random;
    const whole = (): Node => node("num", "((", this.#expressions.num(scope, 1), ") & 15)");
    switch (random.below(10)) {
      case 0:
      case 1:
      case 2:
        return node("fixed", "prange(", whole(), ")");
      case 3:
        return node("fixed", `prange(${random.below(4)}, `, whole(), ")");
      case 4:
        return node("fixed", `prange(${random.below(4)}, 12, ${1 + random.below(3)})`);
      case 5:
        return node("fixed", "prange(", whole(), `, -1, ${random.pick(["-1", "-1", "-2", "-3"])})`);
      case 6:
        return node("fixed", "prange(", this.#bound(scope), ")");
      case 7:
        return node("fixed", "prange(", this.#bound(scope), ", ", this.#bound(scope), ")");
      default:
        return node("fixed", "prange(", this.#bound(scope), ", ", this.#bound(scope), ", ", this.#step(scope), ")");
    }
  }

  #small(scope: Scope): string | undefined {
    const constants = scope.variables.filter((v) => v.small === true);
    if (constants.length === 0) return undefined;
    const { name, mutable } = this.#random.pick(constants);
    return mutable ? `Math.max(-9, Math.min(15, ${name}))` : name;
  }

  /** Any number within [−9, 15], NaN, or −0. */
  #bound(scope: Scope): Node {
    const random = this.#random;
    const small = this.#small(scope);
    if (small !== undefined && random.chance(0.3)) return node("num", small);
    if (random.chance(0.4)) return node("num", random.pick(["0", "(-0)", "0.5", "2.75", "(-3)", "7", "12", "NaN"]));
    return node("num", "Math.max(-9, Math.min(15, ", this.#expressions.num(scope, 1), "))");
  }

  #step(scope: Scope): Node {
    const random = this.#random;
    switch (random.below(8)) {
      case 0:
        return node("num", "Math.max(0.75, Math.min(3, ", this.#expressions.num(scope, 1), "))");
      case 1:
        return node("num", "(", this.#expressions.bool(scope, 1), ` ? ${random.pick(["0.75", "1", "2"])} : (-1))`);
      case 2:
        return node("num", "(((", this.#expressions.num(scope, 1), ") & 3) + 1)");
      case 3:
        return node("num", random.pick(["0", "(-0)", "NaN", "Infinity"]));
      default:
        return node("num", random.pick(["1", "2", "0.5", "0.75", "1.5", "(-1)", "(-2)", "(-0.75)"]));
    }
  }
}
