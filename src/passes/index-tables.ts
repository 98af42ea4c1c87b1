/**
 * An index into a list of objects, of functions or of other things that have no memory is checked by reading a table of the
 * numbers from 0. Where it is known to be in bounds, what is read is the index.
 *
 *   %t: int32[] = array.table {table: 0}             (0, 1, 2, …)
 *   %3: i32 = load %t, %i {bounds: proved}        →  uses of %3 become %i
 */
import type { Func } from "../ir/func.ts";
import type { Inst, ValueId } from "../ir/ops.ts";
import { Definitions } from "../ir/rewrite.ts";
import { forEachInst, mapBlocks, mapInsts } from "../ir/walk.ts";
import type { Pass, PassContext } from "./pass.ts";

export const indexTables: Pass = {
  name: "index-tables",
  run(fn: Func, { tables }: PassContext): Func {
    const counting = tables.map(({ elem, values }) => elem === "int32" && values.every((x, i) => x === i));
    if (!counting.includes(true)) return fn;
    const arrays = new Set<ValueId>();
    forEachInst(fn.body, (inst) => {
      if (inst.op === "array.table" && counting[inst.table] === true) arrays.add(inst.id);
    });
    if (arrays.size === 0) return fn;
    const definitions = new Definitions(fn);
    const replaced = new Map<ValueId, ValueId>();
    const rewrite = (old: Inst): readonly Inst[] | Inst => {
      const args = old.args.some((arg) => replaced.has(arg))
        ? old.args.map((arg) => replaced.get(arg) ?? arg)
        : old.args;
      const inst = args === old.args ? old : ({ ...old, args } as Inst);
      const [array = -1, index = -1] = inst.args;
      if (inst.op !== "load" || inst.bounds === "checked" || !arrays.has(array))
        return mapBlocks(inst, (block) => mapInsts(block, rewrite));
      if (definitions.typeOf(index) === "i64")
        return { op: "trunc", id: inst.id, type: "i32", args: [index], loc: inst.loc };
      replaced.set(inst.id, index);
      return [];
    };
    return { ...fn, body: mapInsts(fn.body, rewrite) };
  },
};
