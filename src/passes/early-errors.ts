/**
 * Might a chunk of a parallel loop throw where the loop as it stands wouldn't?
 *
 *   ok &&= a[i] > 0        if (x[i] > best && mask[i]) { best = x[i]; at = place[i]; }        if (x[i] > top[k] && mask[i]) top[k] = x[i]
 *
 * What only happens while `ok` holds, or where a better one is found, happens in more rounds when each chunk starts anew, not
 * knowing what those before it have found. That changes no result, unless an index is out of bounds in such a round. So loops
 * run as they stand where one might be; in copies whose bounds were tested none is.
 */
import type { Block, Inst, InstOf, ValueId } from "../ir/ops.ts";
import type { Definitions } from "../ir/rewrite.ts";
import { blocksOf, forEachInst } from "../ir/walk.ts";
import type { WrittenArray } from "./own-elements.ts";
import { bestPredicate } from "./reductions.ts";
import { SameValues } from "./same-value.ts";

/** `accumulated`: arrays of which each chunk has a copy. */
export function mayThrowEarly(
  loop: InstOf<"for">,
  definitions: Definitions,
  accumulated: readonly WrittenArray[],
): boolean {
  const found = foundBefore(loop, definitions, accumulated);
  return found.size > 0 && new Search(loop, definitions, found).branches(loop.body, []);
}

/** The values that depend on what earlier rounds have found. */
function foundBefore(
  { body, parallel }: InstOf<"for">,
  definitions: Definitions,
  accumulated: readonly WrittenArray[],
): ReadonlySet<ValueId> {
  const locals = new Set(
    (parallel?.reductions ?? [])
      .filter(({ op }) => bestPredicate(op) !== undefined || op === "and" || op === "or")
      .map(({ local }) => local),
  );
  const bests = accumulated.filter(({ op = "" }) => bestPredicate(op) !== undefined);
  const isBest = (array: ValueId): boolean => {
    const inst = definitions.inst(array);
    return bests.some((b) => b.array === array || (inst?.op === "local.get" && inst.local === b.local));
  };
  const found = new Set<ValueId>();
  if (locals.size + bests.length === 0) return found;
  for (let size = -1; size !== found.size + locals.size; ) {
    size = found.size + locals.size;
    forEachInst(body, (inst) => {
      const reads = inst.op === "local.get" ? locals.has(inst.local) : inst.op === "load" && isBest(inst.args[0] ?? -1);
      if (!reads && !inst.args.some((arg) => found.has(arg))) return;
      if (inst.op === "local.set") locals.add(inst.local);
      else found.add(inst.id);
    });
  }
  return found;
}

class Search {
  readonly #values: SameValues;
  readonly #found: ReadonlySet<ValueId>;

  constructor(loop: InstOf<"for">, definitions: Definitions, found: ReadonlySet<ValueId>) {
    this.#values = new SameValues(loop.body, definitions);
    this.#found = found;
  }

  /** `before` has run in the same round already. */
  branches(block: Block, before: readonly Inst[]): boolean {
    for (const [at, inst] of block.insts.entries()) {
      const earlier = [...before, ...block.insts.slice(0, at)];
      const asks = inst.op === "if" && inst.args.some((arg) => this.#found.has(arg));
      if (asks && blocksOf(inst).some((b) => this.#throws(b, earlier))) return true;
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
