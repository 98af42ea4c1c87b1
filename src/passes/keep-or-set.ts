/**
 * Writes assignments that may leave a variable as it is as what they are: sets under a condition.
 *
 *   %o = local.get $s
 *   if %c { local.set $t, %x } else { local.set $t, %o }       if %c { local.set $s, %x } else {}
 *   %t = local.get $t                                     →
 *   local.set $s, %t
 *
 * That is `s = c ? x : s`, and in the other order `s = c ? s : x`; `s = s && x` and `s = s || x` set $t before the branch
 * instead, and a `select` of %x and %o does the same without $t. Takes the body of a loop, where find-reductions.ts then
 * sees but one form.
 */
import type { Block, Inst, InstOf, LocalId, ValueId } from "../ir/ops.ts";
import { forEachInst, localsWritten, mapBlocks, mapOwners } from "../ir/walk.ts";

export function keepOrSet(body: Block, freshId: () => ValueId): Block {
  return new Rewriter(body, freshId).block(body);
}

class Rewriter {
  readonly #body: Block;
  /** What sets take their values from, where they matter. */
  readonly #definitions = new Map<ValueId, InstOf<"select"> | InstOf<"local.get">>();
  readonly #freshId: () => ValueId;
  #counted: Counts | undefined;

  constructor(body: Block, freshId: () => ValueId) {
    this.#body = body;
    this.#freshId = freshId;
    const definitions = this.#definitions;
    forEachInst(body, (inst) => {
      const { op } = inst;
      if (op === "local.get" || op === "select") definitions.set(inst.id, inst);
    });
  }

  /** Few bodies have anything for which it must be known. */
  get #counts(): Counts {
    this.#counted ??= countsOf(this.#body);
    return this.#counted;
  }

  block(block: Block): Block {
    const inner = mapOwners(block, (inst) => mapBlocks(inst, (b) => this.block(b)));
    let insts = inner.insts;
    for (const set of setsIn(insts)) insts = this.#throughSelect(insts, set) ?? insts;
    for (const set of setsIn(insts)) insts = this.#throughTemporary(insts, set) ?? insts;
    return insts === inner.insts ? inner : { insts };
  }

  /** set $s, select(c, x, get $s) */
  #throughSelect(insts: readonly Inst[], set: InstOf<"local.set">): readonly Inst[] | undefined {
    const select = this.#definitions.get(set.args[0] ?? -1);
    if (select?.op !== "select" || this.#counts.uses.get(select.id) !== 1) return undefined;
    const [cond = -1, yes = -1, no = -1] = select.args;
    const keeps = [yes, no].map((id) => this.#isOld(insts, id, set.local, set));
    if (keeps[0] === keeps[1]) return undefined;
    const change: Block = { insts: [{ ...set, args: [keeps[0] ? no : yes] }] };
    const branch: Inst = {
      op: "if",
      id: this.#freshId(),
      type: "void",
      args: [cond],
      loc: set.loc,
      then: keeps[0] ? { insts: [] } : change,
      else: keeps[0] ? change : { insts: [] },
    };
    return insts.flatMap((inst) => (inst === select ? [] : inst === set ? [branch] : [inst]));
  }

  /** if c { set $t, x } else { set $t, get $s }; set $s, get $t */
  #throughTemporary(insts: readonly Inst[], set: InstOf<"local.set">): readonly Inst[] | undefined {
    const get = this.#definitions.get(set.args[0] ?? -1);
    if (get?.op !== "local.get" || get.local === set.local) return undefined;
    const at = insts.indexOf(get);
    const branch = insts[at - 1];
    if (branch?.op !== "if" || insts[at + 1] !== set) return undefined;
    const temporary = get.local;
    const { uses, gets, sets } = this.#counts;
    if (uses.get(get.id) !== 1 || gets.get(temporary) !== 1 || sets.get(temporary) !== 2) return undefined;
    const first = insts.find((inst) => inst.op === "local.set" && inst.local === temporary);
    const ways = [
      ...[branch.then, branch.else].map((b) => ({ set: lastSet(b, temporary), insts: b.insts })),
      { set: first, insts },
    ];
    const isKept = (way: (typeof ways)[number]): boolean => {
      const id = way.set?.args[0] ?? -1;
      return (
        this.#isOld(insts, id, set.local, set) ||
        (way.set !== undefined && this.#isOld(way.insts, id, set.local, way.set))
      );
    };
    const keeps = ways.find(isKept)?.set;
    const change = ways.find((way) => way.set !== undefined && way.set !== keeps)?.set;
    if (keeps === undefined || change === undefined || change === first) return undefined;
    const edit = (b: Block): Block => ({
      insts: b.insts.flatMap((inst) =>
        inst === keeps ? [] : inst === change ? [{ ...set, args: change.args }] : [inst],
      ),
    });
    const changed: Inst = { ...branch, then: edit(branch.then), else: edit(branch.else) };
    return insts.flatMap((inst) =>
      inst === keeps || inst === get || inst === set ? [] : inst === branch ? [changed] : [inst],
    );
  }

  /** Is it what $local holds where `set` stands: read in this block, and not written since? */
  #isOld(insts: readonly Inst[], id: ValueId, local: LocalId, set: Inst): boolean {
    const get = this.#definitions.get(id);
    if (get?.op !== "local.get" || get.local !== local) return false;
    const from = insts.indexOf(get);
    if (from < 0) return false;
    let written = false;
    forEachInst({ insts: insts.slice(from, insts.indexOf(set)) }, (inst) => {
      if (localsWritten(inst).includes(local)) written = true;
    });
    return !written;
  }
}

/** The set of a local that a block ends with. */
function lastSet(block: Block, local: LocalId): InstOf<"local.set"> | undefined {
  const last = block.insts.at(-1);
  return last?.op === "local.set" && last.local === local ? last : undefined;
}

/** How often each value is used, and each local read and written. */
interface Counts {
  readonly uses: ReadonlyMap<ValueId, number>;
  readonly gets: ReadonlyMap<LocalId, number>;
  readonly sets: ReadonlyMap<LocalId, number>;
}

function countsOf(body: Block): Counts {
  const uses = new Map<ValueId, number>();
  const gets = new Map<LocalId, number>();
  const sets = new Map<LocalId, number>();
  forEachInst(body, (inst) => {
    for (const arg of inst.args) count(uses, arg);
    if (inst.op === "local.get") count(gets, inst.local);
    for (const local of localsWritten(inst)) count(sets, local);
  });
  return { uses, gets, sets };
}

function count<K>(map: Map<K, number>, key: K): void {
  map.set(key, (map.get(key) ?? 0) + 1);
}

function setsIn(insts: readonly Inst[]): readonly InstOf<"local.set">[] {
  return insts.filter((inst) => inst.op === "local.set");
}
