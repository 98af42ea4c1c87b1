/**
 * What is known of the variables at one point of the program.
 *
 * Inference takes states apart and puts them together at every branch, while few variables change in between. So a copy shares
 * what it holds with the original until either is written, and states that got their variables in the same order, which most
 * have in common, share a layout: their values are compared and joined side by side.
 */
import type { Variable } from "./frame.ts";
import { sameValue, type Value } from "./lattice.ts";

/** In which order states hold their variables. */
class Layout {
  readonly variables: readonly Variable[];
  /** Without the last one. */
  readonly shorter: Layout | undefined;
  readonly #longer = new Map<Variable, Layout>();

  constructor(variables: readonly Variable[], shorter: Layout | undefined) {
    this.variables = variables;
    this.shorter = shorter;
  }

  and(v: Variable): Layout {
    let longer = this.#longer.get(v);
    if (longer === undefined) {
      longer = new Layout([...this.variables, v], this);
      this.#longer.set(v, longer);
    }
    return longer;
  }

  /** Less than 0 for those that aren't in it. */
  indexOf(v: Variable): number {
    if (this.variables[v.place] === v) return v.place;
    const index = this.variables.indexOf(v);
    if (index >= 0) v.place = index;
    return index;
  }
}

export class State {
  #layout: Layout;
  /** In the layout's order; undefined for variables of which nothing is known. */
  #values: (Value | undefined)[];
  /** May another state have the same `#values`? */
  #isShared = false;

  private constructor(layout: Layout, values: (Value | undefined)[]) {
    this.#layout = layout;
    this.#values = values;
  }

  static empty(): State {
    return new State(new Layout([], undefined), []);
  }

  copy(): State {
    const copy = new State(this.#layout, this.#values);
    copy.#isShared = true;
    this.#isShared = true;
    return copy;
  }

  get(v: Variable): Value | undefined {
    const index = this.#layout.indexOf(v);
    return index < 0 ? undefined : this.#values[index];
  }

  set(v: Variable, value: Value): void {
    const index = this.#layout.indexOf(v);
    if (index < 0) {
      this.#own().push(value);
      this.#layout = this.#layout.and(v);
      return;
    }
    const before = this.#values[index];
    if (before === value || (before !== undefined && value.kind === "number" && sameValue(before, value))) return;
    this.#own()[index] = value;
  }

  delete(v: Variable): void {
    const index = this.#layout.indexOf(v);
    if (index < 0 || this.#values[index] === undefined) return;
    this.#own()[index] = undefined;
    this.#trim();
  }

  /** For each variable that something is known of. Their values may be changed meanwhile. */
  forEach(f: (v: Variable, value: Value) => void): void {
    this.every((v, value) => {
      f(v, value);
      return true;
    });
  }

  every(f: (v: Variable, value: Value) => boolean): boolean {
    const { variables } = this.#layout;
    const values = this.#values;
    for (let i = 0; i < values.length; i++) {
      const value = values[i];
      if (value !== undefined && !f(variables[i] as Variable, value)) return false;
    }
    return true;
  }

  /** Keeps what is known of variables in both, joined where it differs; of those that `isKept` names, what one of them knows. */
  joinWith(other: State, join: (v: Variable, a: Value, b: Value) => Value, isKept?: (v: Variable) => boolean): void {
    const values = this.#values;
    if (values === other.#values) return;
    const { variables } = this.#layout;
    const others = other.#layout.variables;
    const only = isKept === undefined ? undefined : other.#without(this, isKept);
    for (let i = 0; i < values.length; i++) {
      const a = values[i];
      if (a === undefined) continue;
      const v = variables[i] as Variable;
      const b = others[i] === v ? other.#values[i] : other.get(v);
      if (a === b) continue;
      const joined = b !== undefined ? join(v, a, b) : isKept?.(v) === true ? a : undefined;
      if (joined !== a) this.#own()[i] = joined;
    }
    this.#trim();
    if (only !== undefined) for (const [v, b] of only) this.set(v, b);
  }

  /** What `other` knows nothing of, of the variables that `which` names. */
  #without(other: State, which: (v: Variable) => boolean): readonly (readonly [Variable, Value])[] {
    const found: (readonly [Variable, Value])[] = [];
    this.forEach((v, value) => {
      if (other.get(v) === undefined && which(v)) found.push([v, value]);
    });
    return found;
  }

  /** Is the same known in both, of the same variables? */
  isSame(other: State): boolean {
    if (this.#values === other.#values) return true;
    const covers = (v: Variable, a: Value): boolean => {
      const b = other.get(v);
      return b !== undefined && (a === b || sameValue(a, b));
    };
    return this.size === other.size && this.every(covers);
  }

  get size(): number {
    let size = 0;
    for (const value of this.#values) if (value !== undefined) size++;
    return size;
  }

  #own(): (Value | undefined)[] {
    if (this.#isShared) {
      this.#values = this.#values.slice();
      this.#isShared = false;
    }
    return this.#values;
  }

  /** Variables that are gone at the end are gone from the layout, too. */
  #trim(): void {
    while (this.#values.length > 0 && this.#values[this.#values.length - 1] === undefined) {
      this.#own().pop();
      this.#layout = this.#layout.shorter as Layout;
    }
  }
}
