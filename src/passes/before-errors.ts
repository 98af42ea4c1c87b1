/**
 * What runs only on the way to a `throw`: the values of its message, with the checks of the elements that it names. Such a check costs
 * a loop nothing, and `${a[i]} before ${a[i + 1]}` must not keep a loop that goes through all of `a` from its fast version.
 */
import type { Block, ValueId } from "../ir/ops.ts";
import { blocksOf, instsIn } from "../ir/walk.ts";

export function endsInError(block: Block): boolean {
  return block.insts.at(-1)?.op === "throw";
}

/** The instructions inside `body` that run only if one of its `throw`s does. */
export function beforeErrors(body: Block): ReadonlySet<ValueId> {
  const found = new Set<ValueId>();
  // Most loops throw nothing.
  if (!instsIn(body).some(({ op }) => op === "throw")) return found;
  const look = (block: Block, isCold: boolean): void => {
    const ends = isCold || endsInError(block);
    for (const inst of block.insts) {
      if (ends) found.add(inst.id);
      for (const inner of blocksOf(inst)) look(inner, ends);
    }
  };
  look(body, false);
  return found;
}
