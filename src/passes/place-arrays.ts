/**
 * Small arrays of constant size that nothing but the function's own loads and stores can see go into its frame, where LLVM
 * keeps them in registers if it can. Others are blocks of the arena: a call of malloc, and one of free, for each.
 *
 *   %5: float64[] = array.new %nine {elem: float64, site: 0}   →   %5: float64[] = array.frame {elem: float64, count: 9}
 *
 * An array that is put into a variable, returned or looked at as a whole stays where it is, and so does one that is handed to a
 * call which may give it back. So each time the instruction runs, what it gave before is out of sight, and one place in the frame
 * will do for all. Variables that are read where they have just been set only pass arrays on: the row of `m[i][j]` goes through one.
 */
import type { Func } from "../ir/func.ts";
import type { Block, Inst, InstOf, LocalId, ValueId } from "../ir/ops.ts";
import { isArrayType } from "../ir/types.ts";
import { blocksOf, forEachInst, mapBlocks, mapInsts, opsIn } from "../ir/walk.ts";
import { ELEMENTS } from "../types/elements.ts";
import { writes } from "./loop-uses.ts";
import type { Pass } from "./pass.ts";

/** In bytes, for one array and for those of a function together. Versioning may copy them a few times. */
const MOST = { array: 1024, frame: 4096 };

export const placeArrays: Pass = {
  name: "place-arrays",
  run(fn: Func): Func {
    const counts = framed(fn);
    if (counts.size === 0) return fn;
    const visit = (block: Block): Block =>
      mapInsts(block, (inst) => {
        const count = counts.get(inst.id);
        if (inst.op !== "array.new" || count === undefined) return mapBlocks(inst, visit);
        const { id, type, loc, elem } = inst;
        return { op: "array.frame", id, type, args: [], loc, elem, count };
      });
    return { ...fn, body: visit(fn.body) };
  },
};

/** Takes away the locals that are read elsewhere than where the instructions before have set them. */
function leaveThoseThatKeep(block: Block, locals: Set<LocalId>): void {
  for (const [at, inst] of block.insts.entries()) {
    for (const inner of blocksOf(inst)) leaveThoseThatKeep(inner, locals);
    if (inst.op === "call") for (const local of inst.refs) locals.delete(local);
    if (inst.op !== "local.get" || !locals.has(inst.local)) continue;
    const { local } = inst;
    const last = block.insts.slice(0, at).findLast((before) => writes(before, local));
    if (last === undefined || !writesSurely(last, local)) locals.delete(local);
  }
}

/** Does it write the local, whichever way is taken? */
function writesSurely(inst: Inst, local: LocalId): boolean {
  if (inst.op === "local.set") return inst.local === local;
  const inBlock = ({ insts }: Block): boolean => {
    const last = insts.findLast((inner) => writes(inner, local));
    return last !== undefined && writesSurely(last, local);
  };
  return inst.op === "if" && inBlock(inst.then) && inBlock(inst.else);
}

/** The arrays to place, with their lengths. */
function framed(fn: Func): ReadonlyMap<ValueId, number> {
  if (!opsIn(fn.body).has("array.new")) return new Map();
  const made = new Map<ValueId, InstOf<"array.new">>();
  const constants = new Map<ValueId, bigint>();
  forEachInst(fn.body, (inst) => {
    if (inst.op === "array.new") made.set(inst.id, inst);
    if (inst.op === "const" && typeof inst.value === "bigint") constants.set(inst.id, inst.value);
  });
  if (![...made.values()].some(({ args }) => constants.has(args[0] ?? -1))) return new Map();
  const seen = new Set<ValueId>();
  const holdsArrays = new Set(fn.locals.filter((l) => isArrayType(l.type)).map((l) => l.id));
  const passesOn = new Set(holdsArrays);
  for (const local of fn.refs) passesOn.delete(local);
  leaveThoseThatKeep(fn.body, passesOn);
  /** Is operand `i` only read or written by element? */
  const looksInside = (inst: Inst, i: number): boolean => {
    if (inst.op === "toindex") return i === 1;
    // What is called can keep an array only in what it gives back.
    if (inst.op === "call") return ![...inst.into, ...inst.refs].some((local) => holdsArrays.has(local));
    if (inst.op === "local.set") return passesOn.has(inst.local);
    return i === 0 && (inst.op === "load" || inst.op === "store" || inst.op === "length");
  };
  const reads = new Map<ValueId, LocalId>();
  forEachInst(fn.body, (inst) => {
    if (inst.op === "local.get" && passesOn.has(inst.local)) reads.set(inst.id, inst.local);
  });
  // One that passes on to another is as good as that.
  for (let before = -1; before !== passesOn.size; ) {
    before = passesOn.size;
    forEachInst(fn.body, (inst) => {
      for (const [i, arg] of inst.args.entries()) {
        const local = reads.get(arg);
        if (local !== undefined && !looksInside(inst, i)) passesOn.delete(local);
      }
    });
  }
  forEachInst(fn.body, (inst) => {
    for (const [i, arg] of inst.args.entries()) if (made.has(arg) && !looksInside(inst, i)) seen.add(arg);
  });
  const counts = new Map<ValueId, number>();
  let left = MOST.frame;
  for (const { id, args, elem } of made.values()) {
    const count = Number(constants.get(args[0] ?? -1) ?? 0n);
    const bytes = count * ELEMENTS[elem].size;
    if (seen.has(id) || count <= 0 || bytes > MOST.array || bytes > left) continue;
    left -= bytes;
    counts.set(id, count);
  }
  return counts;
}
