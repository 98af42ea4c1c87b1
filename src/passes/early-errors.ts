/**
 * Might a chunk of a parallel loop throw where the loop as it stands wouldn't?
 *
 *   ok &&= a[i] > 0        if (x[i] > best) { best = x[i]; at = place[i]; }
 *
 * What only happens while `ok` holds, or where a better one is found, happens in more rounds when each chunk starts anew, not
 * knowing what those before it have found. That changes no result, unless an index is out of bounds in such a round. So loops
 * run as they stand where one might be; in copies whose bounds were tested none is.
 */
import type { Block, Inst, InstOf, LocalId } from "../ir/ops.ts";
import type { Definitions } from "../ir/rewrite.ts";
import { blocksOf, forEachInst, localsWrittenIn } from "../ir/walk.ts";
import { bestPredicate } from "./reductions.ts";
import { SameValues } from "./same-value.ts";

export function mayThrowEarly(loop: InstOf<"for">, definitions: Definitions): boolean {
  const asking = new Set(
    (loop.parallel?.reductions ?? [])
      .filter(({ op }) => bestPredicate(op) !== undefined || op === "and" || op === "or")
      .map(({ local }) => local),
  );
  return asking.size > 0 && new Search(loop, definitions, asking).branches(loop.body, []);
}

class Search {
  readonly #values: SameValues;
  readonly #asking: ReadonlySet<LocalId>;

  constructor(loop: InstOf<"for">, definitions: Definitions, asking: ReadonlySet<LocalId>) {
    this.#values = new SameValues(loop.body, definitions);
    this.#asking = asking;
  }

  /** `before` has run in the same round already. */
  branches(block: Block, before: readonly Inst[]): boolean {
    for (const [at, inst] of block.insts.entries()) {
      const earlier = [...before, ...block.insts.slice(0, at)];
      const sets =
        inst.op === "if" && blocksOf(inst).some((b) => [...localsWrittenIn(b)].some((l) => this.#asking.has(l)));
      if (sets && blocksOf(inst).some((b) => this.#throws(b, earlier))) return true;
      // What an inner loop's earlier rounds did isn't what this one finds.
      const within = inst.op === "for" || inst.op === "loop" ? [] : earlier;
      if (blocksOf(inst).some((b) => this.branches(b, within))) return true;
    }
    return false;
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
