/**
 * Which array arguments a kernel may write, and so which must not overlap for the `disjoint` module to be right: pairs of
 * which one is written.
 *
 * A store whose array is a parameter writes that parameter. A store through anything else (a variable, a view) may write
 * any parameter of its element kind.
 */
import type { Func, Module } from "../ir/func.ts";
import { isArrayType } from "../ir/types.ts";
import { instsIn } from "../ir/walk.ts";

/** By their numbers over all array parameters. */
export function writtenArrays(module: Module): ReadonlySet<number> {
  const arrays = module.entry.params.filter((p) => isArrayType(p.type));
  const written = new Set<number>();
  for (const fn of [module.entry, ...module.funcs]) {
    // Most stores are to parameters.
    let types: Map<number, string> | undefined;
    for (const inst of instsIn(fn.body)) {
      if (inst.op !== "store") continue;
      const target = inst.args[0] as number;
      const direct = fn === module.entry ? arrays.findIndex((p) => p.id === target) : -1;
      if (direct >= 0) written.add(direct);
      else {
        types ??= arrayTypes(fn);
        const type = types.get(target);
        for (const [i, p] of arrays.entries()) if (type === undefined || p.type === type) written.add(i);
      }
    }
  }
  return written;
}

/** `written`: what `writtenArrays` gives. */
export function writtenPairs(module: Module, written: ReadonlySet<number>): readonly (readonly [number, number])[] {
  const count = module.entry.params.filter((p) => isArrayType(p.type)).length;
  const pairs: [number, number][] = [];
  for (let i = 0; i < count; i++) {
    for (let j = i + 1; j < count; j++) if (written.has(i) || written.has(j)) pairs.push([i, j]);
  }
  return pairs;
}

function arrayTypes(fn: Func): Map<number, string> {
  const types = new Map<number, string>();
  for (const p of fn.params) if (isArrayType(p.type)) types.set(p.id, p.type);
  for (const inst of instsIn(fn.body))
    if (inst.type !== "void" && isArrayType(inst.type)) types.set(inst.id, inst.type);
  return types;
}
