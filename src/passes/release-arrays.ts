/**
 * Frees the arrays that nothing can see any more, so that a loop of a million rounds holds as many as it has variables.
 *
 *   for … { %5: float64[] = array.new %n; … }   →   for … { %9: i64 = arena.mark; %5 = array.new %n; …; arena.release %9 }
 *
 * An array outlives its round only through a local: values inside a block can't be seen outside it. A local whose every use
 * is inside the body carries nothing from round to round, because inference refuses a read that no assignment in the same
 * round precedes. Where other locals are given arrays, the mark stands before the loop and the release keeps what they
 * hold: a later round frees what an earlier one had left.
 *
 *   %9 = arena.mark; for … { %5 = array.new %n; local.set $best, %5; …; %8 = local.get $best; arena.release %9, %8 }
 *
 * A round that ends early (break, return, throw) frees nothing; the loop around it does, or the kernel's end. Functions that
 * are called and not inlined do the same at every return, with what they return kept.
 */
import type { Func } from "../ir/func.ts";
import type { Block, Inst, LocalId, ValueId } from "../ir/ops.ts";
import { FreshIds } from "../ir/rewrite.ts";
import { type IrType, isArrayType } from "../ir/types.ts";
import {
  fallsThrough,
  forEachInst,
  isJump,
  isLoop,
  localsWritten,
  mapBlocks,
  mapInsts,
  mapOwners,
  opsIn,
  withBody,
} from "../ir/walk.ts";
import type { Pass, PassContext } from "./pass.ts";

export const releaseArrays: Pass = {
  name: "release-arrays",
  run(fn: Func, cx: PassContext): Func {
    const releaser = new Releaser(fn);
    const inner = releaser.loops(fn.body);
    return withBody(fn, !cx.entry && makesOwnArrays(inner) ? releaser.returns(inner) : inner);
  },
};

class Releaser {
  readonly #fn: Func;
  readonly #arrays: ReadonlyMap<LocalId, IrType>;
  readonly #ids: FreshIds;
  #everywhere: ReadonlyMap<LocalId, number> | undefined;

  constructor(fn: Func) {
    this.#fn = fn;
    this.#arrays = new Map(fn.locals.filter((l) => isArrayType(l.type)).map((l) => [l.id, l.type]));
    this.#ids = new FreshIds(fn);
  }

  loops(block: Block): Block {
    return mapOwners(block, (inst) => {
      const inner = mapBlocks(inst, (b) => this.loops(b));
      if (!isLoop(inst) || !isLoop(inner) || !makesArrays(inner.body)) return inner;
      // A jump back to the loop's head would pass the release by; lowering makes none. Where each round leaves the loop there is one.
      if (continues(inner.body) || !fallsThrough(inner.body)) return inner;
      // Counted in the body as it was: releases of inner loops name locals, too.
      const kept = this.#outliving(inst.body);
      const mark = this.#mark(inner);
      if (kept.length === 0)
        return { ...inner, body: { insts: [mark, ...inner.body.insts, this.#release(inner, mark, [])] } };
      // Rounds that run side by side hand on no arrays: find-reductions has refused it, or doesn't parallelise the loop.
      if (inner.op === "for" && inner.parallel !== undefined) return inner;
      const gets = kept.map((local) => this.#get(inner, local));
      const end = [...gets, this.#release(inner, mark, gets)];
      return [mark, { ...inner, body: { insts: [...inner.body.insts, ...end] } }];
    });
  }

  /** Marks the function's begin, releases before each return and at its end. */
  returns(block: Block): Block {
    const [first] = block.insts;
    if (first === undefined) return block;
    const mark = this.#mark(first);
    const before = (inst: Inst): readonly Inst[] => {
      const values = inst.op === "return" ? inst.args.filter((id) => this.#arrayValues.has(id)) : [];
      const gets = this.#fn.refs.filter((l) => this.#arrays.has(l)).map((local) => this.#get(inst, local));
      const keep = [...values.map((id) => ({ id })), ...gets];
      return [...gets, this.#release(inst, mark, keep)];
    };
    const visit = (b: Block): Block =>
      mapInsts(b, (inst) => (inst.op === "return" ? [...before(inst), inst] : mapBlocks(inst, visit)));
    const body = [mark, ...visit(block).insts];
    const last = body.at(-1);
    return { insts: last === undefined || isJump(last) ? body : [...body, ...before(last)] };
  }

  get #arrayValues(): ReadonlySet<ValueId> {
    const found = new Set<ValueId>();
    for (const p of this.#fn.params) if (isArrayType(p.type)) found.add(p.id);
    forEachInst(this.#fn.body, (inst) => {
      if (inst.type !== "void" && isArrayType(inst.type)) found.add(inst.id);
    });
    return found;
  }

  #mark({ loc }: Inst): Inst {
    return { op: "arena.mark", id: this.#ids.value(), type: "i64", args: [], loc };
  }

  #get({ loc }: Inst, local: LocalId): Inst {
    const type = this.#arrays.get(local) ?? "float64[]";
    return { op: "local.get", id: this.#ids.value(), type, args: [], local, loc };
  }

  #release({ loc }: Inst, mark: Inst, kept: readonly { readonly id: ValueId }[]): Inst {
    const args = [mark.id, ...kept.map(({ id }) => id)];
    return { op: "arena.release", id: this.#ids.value(), type: "void", args, loc };
  }

  /** The array locals that a round may write and that are seen outside the body: by later rounds, after the loop, by a caller. */
  #outliving(body: Block): readonly LocalId[] {
    const written = new Set<LocalId>();
    forEachInst(body, (inst) => {
      for (const l of localsWritten(inst)) if (this.#arrays.has(l)) written.add(l);
    });
    if (written.size === 0) return [];
    this.#everywhere ??= this.#usesIn(this.#fn.body);
    const [inside, everywhere] = [this.#usesIn(body), this.#everywhere];
    const { refs } = this.#fn;
    return [...written].filter((l) => refs.includes(l) || inside.get(l) !== everywhere.get(l));
  }

  /** How often each array local is named. */
  #usesIn(block: Block): Map<LocalId, number> {
    const uses = new Map<LocalId, number>();
    const count = (l: LocalId): void => {
      if (this.#arrays.has(l)) uses.set(l, (uses.get(l) ?? 0) + 1);
    };
    forEachInst(block, (inst) => {
      if (inst.op === "local.get") count(inst.local);
      else localsWritten(inst).forEach(count);
    });
    return uses;
  }
}

/** Does a round allocate, outside the loops in it that clean up after themselves? */
function makesArrays(body: Block): boolean {
  return body.insts.some((inst) => {
    if (inst.op === "array.new" || inst.op === "call") return true;
    if (inst.op === "if") return makesArrays(inst.then) || makesArrays(inst.else);
    if (inst.op === "block" || inst.op === "loop" || inst.op === "for") return makesArrays(inst.body);
    return false;
  });
}

function makesOwnArrays(body: Block): boolean {
  return opsIn(body).has("array.new");
}

function continues(body: Block): boolean {
  return opsIn(body).has("continue");
}
