/**
 * Which blocks of memory an array may be all or part of: a parameter's, or that of an `array.new`.
 *
 * Takes a function whose parameters share no memory. Views are part of what they are taken of, and a variable may be
 * whatever it is set to anywhere.
 */
import type { Func } from "../ir/func.ts";
import type { LocalId, ValueId } from "../ir/ops.ts";
import type { Definitions } from "../ir/rewrite.ts";

/** The values that stand for the blocks; undefined when it may be any. */
export type Roots = ReadonlySet<ValueId> | undefined;

export function rootsOf(array: ValueId, definitions: Definitions): Roots {
  const roots = new Set<ValueId>();
  return collect(array, definitions, roots, new Set()) ? roots : undefined;
}

export function rootsOfLocal(local: LocalId, definitions: Definitions): Roots {
  const roots = new Set<ValueId>();
  return collectOfLocal(local, definitions, roots, new Set()) ? roots : undefined;
}

function collectOfLocal(local: LocalId, definitions: Definitions, roots: Set<ValueId>, seen: Set<LocalId>): boolean {
  if (seen.has(local)) return true;
  seen.add(local);
  return definitions.valuesOf(local)?.every((id) => collect(id, definitions, roots, seen)) ?? false;
}

function collect(array: ValueId, definitions: Definitions, roots: Set<ValueId>, seen: Set<LocalId>): boolean {
  const inst = definitions.inst(array);
  const follow = (id: ValueId): boolean => collect(id, definitions, roots, seen);
  switch (inst?.op) {
    case undefined:
    case "array.new":
    case "array.frame":
    case "array.table":
      roots.add(array);
      return true;
    case "array.view":
      return inst.args.slice(0, 1).every(follow);
    case "select":
      return inst.args.slice(1).every(follow);
    case "local.get":
      return collectOfLocal(inst.local, definitions, roots, seen);
    default:
      return false;
  }
}

export function mayShare(a: Roots, b: Roots): boolean {
  return a === undefined || b === undefined || [...a].some((root) => b.has(root));
}

/** Is it different memory in `fn`? Parameters may share theirs unless that is known not to be so. */
export function areApartIn(fn: Func, one: Roots, other: Roots, definitions: Definitions): boolean {
  if (mayShare(one, other)) return false;
  const isMadeHere = (roots: Roots): boolean => [...(roots ?? [])].every((id) => definitions.inst(id) !== undefined);
  return fn.disjoint || isMadeHere(one) || isMadeHere(other);
}

/** Are they known to be different memory, each from every other? */
export function areApart(all: readonly Roots[]): boolean {
  return all.every((one, k) => all.slice(0, k).every((other) => !mayShare(one, other)));
}
