/**
 * Frees the arrays that one round of a loop makes and no later round sees, at the round's end.
 *
 *   for … { %5: float64[] = array.new %n; … }   →   for … { %9: i64 = arena.mark; %5 = array.new %n; …; arena.release %9 }
 *
 * An array outlives its round only through a local: values inside a block can't be seen outside it. A local whose every use
 * is inside the body carries nothing from round to round, because inference refuses a read that no assignment in the same
 * round precedes. A round that ends early (break, return, throw) frees nothing; the kernel's end does.
 */
import type { Func } from "../ir/func.ts";
import type { Block, Inst, LocalId } from "../ir/ops.ts";
import { isArrayType } from "../ir/types.ts";
import { forEachInst, mapBlocks, mapInsts } from "../ir/walk.ts";
import type { Pass } from "./pass.ts";

export const releaseArrays: Pass = {
  name: "release-arrays",
  run(fn: Func): Func {
    const arrays = new Set(fn.locals.filter((l) => isArrayType(l.type)).map((l) => l.id));
    const everywhere = usesOf(fn.body, arrays);
    let nextId = 0;
    forEachInst(fn.body, (inst) => {
      nextId = Math.max(nextId, inst.id + 1, inst.op === "for" ? inst.iv + 1 : 0);
    });
    for (const p of fn.params) nextId = Math.max(nextId, p.id + 1);
    const shared = new Set(fn.refs);
    const visit = (inst: Inst): Inst => {
      const inner = mapBlocks(inst, (b) => mapInsts(b, visit));
      if ((inner.op !== "for" && inner.op !== "loop") || !makesArrays(inner.body)) return inner;
      if (escapes(inner.body, arrays, everywhere, shared)) return inner;
      const mark: Inst = { op: "arena.mark", id: nextId++, type: "i64", args: [], loc: inner.loc };
      const release: Inst = { op: "arena.release", id: nextId++, type: "void", args: [mark.id], loc: inner.loc };
      return { ...inner, body: { insts: [mark, ...inner.body.insts, release] } };
    };
    const body = mapInsts(fn.body, visit);
    return body === fn.body ? fn : { ...fn, body };
  },
};

/** Does a round allocate, outside the loops in it that clean up after themselves? */
function makesArrays(body: Block): boolean {
  return body.insts.some((inst) => {
    if (inst.op === "array.new" || inst.op === "call") return true;
    if (inst.op === "if") return makesArrays(inst.then) || makesArrays(inst.else);
    if (inst.op === "block" || inst.op === "loop" || inst.op === "for") {
      return inst.body.insts[0]?.op !== "arena.mark" && makesArrays(inst.body);
    }
    return false;
  });
}

/** How often each array local is named. */
function usesOf(block: Block, arrays: ReadonlySet<LocalId>): Map<LocalId, number> {
  const uses = new Map<LocalId, number>();
  const count = (l: LocalId): void => {
    if (arrays.has(l)) uses.set(l, (uses.get(l) ?? 0) + 1);
  };
  forEachInst(block, (inst) => {
    if (inst.op === "local.get" || inst.op === "local.set") count(inst.local);
    if (inst.op === "call") for (const l of inst.into) count(l);
  });
  return uses;
}

function escapes(
  body: Block,
  arrays: ReadonlySet<LocalId>,
  everywhere: ReadonlyMap<LocalId, number>,
  shared: ReadonlySet<LocalId>,
): boolean {
  // Jumps back to the loop's head would pass the release by; lowering makes none.
  let unsafe = body.insts.at(-1)?.op === "continue";
  const written = new Set<LocalId>();
  forEachInst(body, (inst) => {
    if (inst.op === "local.set" && arrays.has(inst.local)) written.add(inst.local);
    if (inst.op === "call") {
      for (const l of inst.into) if (arrays.has(l)) written.add(l);
      if (inst.refs.some((l) => arrays.has(l))) unsafe = true;
    }
    if (inst.op === "continue") unsafe = true;
  });
  if (unsafe) return true;
  const inside = usesOf(body, arrays);
  return [...written].some((l) => shared.has(l) || inside.get(l) !== everywhere.get(l));
}
