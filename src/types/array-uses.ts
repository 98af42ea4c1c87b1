/** What is done with the array literals of a kernel: it makes arrays of them, which are tuples otherwise. */
import type { Node } from "acorn";
import type { TupleValue, Value } from "./lattice.ts";

/** What is done with an array literal that is more than taken apart. */
export type ArrayUse = "read" | "float64" | "written";

/** The more that is done, the less is known of it. */
const USES: readonly ArrayUse[] = ["read", "float64", "written"];

/** Can its items be those of one array? */
function isPlain({ items }: TupleValue, use: ArrayUse): boolean {
  return (
    items.every((v) => v.kind === "number" && !v.wide) || (use === "read" && items.every((v) => v.kind === "bigint"))
  );
}

export class ArrayUses {
  readonly #uses = new Map<Node, ArrayUse>();

  /** Grows with each use that is found. */
  get size(): number {
    return [...this.#uses.values()].reduce((sum, use) => sum + 1 + USES.indexOf(use), 0);
  }

  /** `items` are those of one call of the literal's function: in another they may be what no array holds, functions or booleans. */
  get(literal: Node, items: readonly Value[]): ArrayUse | undefined {
    const isOf = (kind: Value["kind"]): boolean => items.every((v) => v.kind === kind);
    return isOf("number") || isOf("bigint") ? this.#uses.get(literal) : undefined;
  }

  /** Notes a use of the literals behind these values; tells whether that is news. */
  add(values: readonly Value[], use: ArrayUse): boolean {
    let isNew = false;
    for (const v of values) {
      if (v.kind !== "array" && !(v.kind === "tuple" && isPlain(v, use))) continue;
      for (const node of v.literals) {
        const known = this.#uses.get(node);
        if (known !== undefined && USES.indexOf(use) <= USES.indexOf(known)) continue;
        this.#uses.set(node, use);
        isNew = true;
      }
    }
    return isNew;
  }
}
