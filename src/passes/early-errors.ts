/**
 * Might a chunk of a parallel loop throw where the loop as it stands wouldn't?
 *
 *   ok &&= a[i] > 0        if (x[i] > best) { best = x[i]; at = place[i]; }        if (x[i] > top[k]) { top[k] = x[i]; … }
 *
 * What only happens while `ok` holds, or where a better one is found, happens in more rounds when each chunk starts anew, not
 * knowing what those before it have found. That changes no result, unless an index is out of bounds in such a round. So loops
 * run as they stand where one might be; in copies whose bounds were tested none is.
 */
import type { Block, Inst, InstOf, LocalId } from "../ir/ops.ts";
import type { Definitions } from "../ir/rewrite.ts";
import { blocksOf, forEachInst, instsIn, localsWrittenIn } from "../ir/walk.ts";
import type { WrittenArray } from "./own-elements.ts";
import { bestPredicate } from "./reductions.ts";
import { SameValues } from "./same-value.ts";

/** `accumulated`: arrays of which each chunk has a copy. */
export function mayThrowEarly(
  loop: InstOf<"for">,
  definitions: Definitions,
  accumulated: readonly WrittenArray[],
): boolean {
  const asking = new Set(
    (loop.parallel?.reductions ?? [])
      .filter(({ op }) => bestPredicate(op) !== undefined || op === "and" || op === "or")
      .map(({ local }) => local),
  );
  const stores = new Set<Inst>(
    accumulated.flatMap(({ op = "", stores }) => (bestPredicate(op) === undefined ? [] : stores)),
  );
  if (asking.size + stores.size === 0) return false;
  return new Search(loop, definitions, asking, stores).branches(loop.body, []);
}

class Search {
  readonly #values: SameValues;
  readonly #asking: ReadonlySet<LocalId>;
  readonly #stores: ReadonlySet<Inst>;

  constructor(loop: InstOf<"for">, definitions: Definitions, asking: ReadonlySet<LocalId>, stores: ReadonlySet<Inst>) {
    this.#values = new SameValues(loop.body, definitions);
    this.#asking = asking;
    this.#stores = stores;
  }

  /** `before` has run in the same round already. */
  branches(block: Block, before: readonly Inst[]): boolean {
    for (const [at, inst] of block.insts.entries()) {
      const earlier = [...before, ...block.insts.slice(0, at)];
      const sets = inst.op === "if" && blocksOf(inst).some((b) => this.#sets(b));
      if (sets && blocksOf(inst).some((b) => this.#throws(b, earlier))) return true;
      // What an inner loop's earlier rounds did isn't what this one finds.
      const within = inst.op === "for" || inst.op === "loop" ? [] : earlier;
      if (blocksOf(inst).some((b) => this.branches(b, within))) return true;
    }
    return false;
  }

  /** Is something set in it that depends on what earlier rounds have found? */
  #sets(block: Block): boolean {
    return (
      [...localsWrittenIn(block)].some((local) => this.#asking.has(local)) ||
      (this.#stores.size > 0 && instsIn(block).some((inst) => this.#stores.has(inst)))
    );
  }

  #throws(block: Block, before: readonly Inst[]): boolean {
    let found = false;
    forEachInst(block, (inst) => {
      // What hasn't thrown before doesn't now.
      if (mayThrow(inst) && !before.some((other) => mayThrow(other) && this.#values.same(inst.id, other.id)))
        found = true;
    });
    return found;
  }
}

function mayThrow(inst: Inst): boolean {
  return inst.op === "toindex" || (inst.op === "load" && inst.bounds !== "proved");
}
