/**
 * What is known of the variables at one point of the program. Inference takes states apart and puts them together at every
 * branch, while few variables change in between: so a copy shares what it holds with the original until either is written.
 */
import type { Variable } from "./frame.ts";
import type { Value } from "./lattice.ts";

export class State {
  #values: Map<Variable, Value>;
  /** May another state have the same `#values`? */
  #isShared = false;

  constructor(values: Map<Variable, Value> = new Map()) {
    this.#values = values;
  }

  copy(): State {
    const copy = new State(this.#values);
    copy.#isShared = true;
    this.#isShared = true;
    return copy;
  }

  /** Is nothing written in either since one was made of the other? */
  isCopyOf(other: State): boolean {
    return this.#values === other.#values;
  }

  /** While it is gone through, what is in it may be changed or deleted. */
  get values(): ReadonlyMap<Variable, Value> {
    return this.#values;
  }

  get size(): number {
    return this.#values.size;
  }

  get(v: Variable): Value | undefined {
    return this.#values.get(v);
  }

  set(v: Variable, value: Value): void {
    this.#own().set(v, value);
  }

  delete(v: Variable): void {
    if (this.#values.has(v)) this.#own().delete(v);
  }

  #own(): Map<Variable, Value> {
    if (this.#isShared) {
      this.#values = new Map(this.#values);
      this.#isShared = false;
    }
    return this.#values;
  }
}
