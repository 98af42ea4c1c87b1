/**
 * Minima and maxima of integers one of which is known late: it is what the round before has stored.
 *
 *   %1: i32 = load %d, (%i - 1)                  the element that the last round wrote
 *   %2 = smin %a, %1                             %3 = smin %a, %b
 *   %3 = smin %2, %b                     →       %4 = smin (opaque %3), %1
 *   store %d, %i, %3                             store %d, %i, %4
 *
 * A distance transform takes the minimum of an element and its neighbours. In the order of the program the next round would wait
 * for as many minima as there are, and LLVM would make vectors of them and wait for those; so it mayn't look through the others.
 */
import type { Func } from "../ir/func.ts";
import type { Inst, InstOf, ValueId } from "../ir/ops.ts";
import { ROWS } from "../ir/ops.ts";
import { Definitions, FreshIds } from "../ir/rewrite.ts";
import { byId, mapBlocks, mapOwners, withBody } from "../ir/walk.ts";
import { remembered } from "../source/remembered.ts";
import { Code } from "./code.ts";
import type { Pass } from "./pass.ts";
import { invariantsOf } from "./plain-loops.ts";

type Extreme = InstOf<"smin"> | InstOf<"smax">;

export const lateMinima: Pass = {
  name: "late-minima",
  run(fn: Func): Func {
    let ids: FreshIds | undefined;
    let definitions: Definitions | undefined;
    const visit = (inst: Inst): Inst | readonly Inst[] => {
      if (inst.op !== "for") return mapBlocks(inst, (block) => mapOwners(block, visit));
      if (hasMinima(inst)) definitions ??= new Definitions(fn);
      const late = definitions === undefined ? undefined : lateIn(inst, definitions);
      if (late === undefined || late.size === 0) return mapBlocks(inst, (block) => mapOwners(block, visit));
      ids ??= new FreshIds(fn);
      return new Reorderer(inst, late, ids).rewritten();
    };
    return withBody(fn, mapOwners(fn.body, visit));
  },
};

function hasMinima({ body }: InstOf<"for">): boolean {
  return body.insts.filter(({ op }) => op === "smin" || op === "smax").length > 1;
}

/** What the round before has stored, if it is read: only in loops that store once, in every round. */
function lateIn(loop: InstOf<"for">, definitions: Definitions): ReadonlySet<ValueId> {
  const none = new Set<ValueId>();
  const { insts } = loop.body;
  let isPlain = true;
  for (const inst of insts) {
    const { effect } = ROWS[inst.op];
    if (inst.op === "store" || inst.op === "load" || inst.op === "local.get" || inst.op === "local.set") continue;
    if (effect !== "pure") isPlain = false;
  }
  const [store, another] = insts.filter((inst) => inst.op === "store");
  if (!isPlain || store === undefined || another !== undefined) return none;
  const [array = -1, index = -1] = store.args;
  const body = new Sums(loop, definitions);
  const stored = body.of(index);
  const step = stored?.terms.get(loop.iv);
  if (stored === undefined || step === undefined) return none;
  const isLate = (inst: Inst): boolean => {
    if (inst.op !== "load" || inst.args[0] !== array) return false;
    const read = body.of(inst.args[1] ?? -1);
    return read !== undefined && isSame(stored.terms, read.terms) && stored.plus - read.plus === step * loop.step;
  };
  return new Set(insts.filter(isLate).map(({ id }) => id));
}

interface Sum {
  /** How often each value is added; all but the loop's counter are the same in all rounds. */
  readonly terms: ReadonlyMap<ValueId, number>;
  readonly plus: number;
}

function isSame(a: ReadonlyMap<ValueId, number>, b: ReadonlyMap<ValueId, number>): boolean {
  return a.size === b.size && [...a].every(([id, count]) => b.get(id) === count);
}

class Sums {
  readonly #loop: InstOf<"for">;
  readonly #definitions: Definitions;
  readonly #inside: ReadonlyMap<ValueId, Inst>;
  readonly #isInvariant: (id: ValueId) => boolean;

  constructor(loop: InstOf<"for">, definitions: Definitions) {
    this.#loop = loop;
    this.#definitions = definitions;
    this.#inside = byId(loop.body.insts);
    this.#isInvariant = invariantsOf(loop, this.#inside);
  }

  readonly of = remembered((id: ValueId): Sum | undefined => {
    const before = this.#definitions.inst(id);
    const inst = before?.op === "const" ? before : this.#inside.get(id);
    if (inst?.op === "sext") return this.of(inst.args[0] ?? -1);
    if (inst?.op === "const" && typeof inst.value !== "boolean") return { terms: new Map(), plus: Number(inst.value) };
    if ((inst?.op === "add" || inst?.op === "sub") && inst.overflow === "absent") {
      const [a, b] = inst.args.map((arg) => this.of(arg));
      if (a === undefined || b === undefined) return undefined;
      const sign = inst.op === "add" ? 1 : -1;
      const terms = new Map(a.terms);
      for (const [term, count] of b.terms) {
        const sum = (terms.get(term) ?? 0) + sign * count;
        if (sum === 0) terms.delete(term);
        else terms.set(term, sum);
      }
      return { terms, plus: a.plus + sign * b.plus };
    }
    return id === this.#loop.iv || this.#isInvariant(id) ? { terms: new Map([[id, 1]]), plus: 0 } : undefined;
  });
}

class Reorderer {
  readonly #loop: InstOf<"for">;
  readonly #late: ReadonlySet<ValueId>;
  readonly #ids: FreshIds;
  readonly #insts: ReadonlyMap<ValueId, Inst>;
  readonly #uses = new Map<ValueId, number>();

  constructor(loop: InstOf<"for">, late: ReadonlySet<ValueId>, ids: FreshIds) {
    this.#loop = loop;
    this.#ids = ids;
    this.#insts = byId(loop.body.insts);
    const waiting = new Set(late);
    for (const inst of loop.body.insts) {
      for (const arg of inst.args) this.#uses.set(arg, (this.#uses.get(arg) ?? 0) + 1);
      if (inst.args.some((arg) => waiting.has(arg))) waiting.add(inst.id);
    }
    this.#late = waiting;
  }

  rewritten(): Inst {
    const { insts } = this.#loop.body;
    const inner = new Set<ValueId>();
    const made = new Map<ValueId, readonly Inst[]>();
    for (const inst of insts.toReversed()) {
      if ((inst.op !== "smin" && inst.op !== "smax") || inner.has(inst.id)) continue;
      const links: Extreme[] = [];
      const leaves = this.#leaves(inst, links);
      const late = leaves.filter((id) => this.#late.has(id));
      for (const link of links) inner.add(link.id);
      if (late.length === 1 && leaves.length > 2) {
        made.set(
          inst.id,
          this.#chain(
            inst,
            leaves.filter((id) => !this.#late.has(id)),
            late[0] ?? -1,
          ),
        );
        for (const link of links) made.set(link.id, made.get(link.id) ?? []);
      }
    }
    if (made.size === 0) return this.#loop;
    return { ...this.#loop, body: { insts: insts.flatMap((inst) => made.get(inst.id) ?? [inst]) } };
  }

  /** What a tree of one operation takes the extreme of, but for what others use, too. */
  #leaves(root: Extreme, links: Extreme[]): readonly ValueId[] {
    return root.args.flatMap((id) => {
      const inst = this.#insts.get(id);
      const isLink = inst?.op === root.op && inst.type === root.type && this.#uses.get(id) === 1;
      if (!isLink) return [id];
      links.push(inst);
      return this.#leaves(inst, links);
    });
  }

  #chain(root: Extreme, early: readonly ValueId[], late: ValueId): readonly Inst[] {
    const code = new Code(this.#ids, root.loc);
    const [first = -1, ...others] = early;
    const extreme = others.reduce((a, b) => code.again(root, [a, b]), first);
    const hidden = root.type === "i32" ? code.emit("opaque", "i32", [extreme], {}) : extreme;
    return [...code.insts, { ...root, args: [hidden, late] }];
  }
}
