/**
 * A version of a loop that doesn't stop at a bad index: it reads the last element instead, and says so afterwards. Maximum and
 * minimum are those of unsigned integers, an instruction each.
 *
 *   for … {                                  $before = $sum; $bad = 1
 *     %1 = load %columns, %k                 if length %x > 0 {
 *     %2 = load %x, %1 {checked}               %last = length %x − 1; $worst = %last
 *     $sum += … %2                     →       for … {
 *   }                                            $worst = max($worst, %1)
 *                                                %2 = load %x, min(%1, %last) {proved}
 *                                                $sum += … %2
 *                                              }
 *                                              $bad = $worst ≠ %last
 *                                            }
 *                                            if $bad { $sum = $before; the loop as it was }
 *
 * so that LLVM makes vectors of it, as it doesn't of a loop that may end in any round. Only for loops that do nothing but
 * add up floats, in any order, and whose indices come from arrays: all that a bad index spoils is then the sum, which is thrown away.
 *
 * What was known of an index since it hadn't thrown isn't known here: other reads at what it is made of have to be looked at like it,
 * sums of that may wrap, and nothing is divided by it.
 */
import type { Func, Local } from "../ir/func.ts";
import { type Inst, type InstOf, type LocalId, type OpName, ROWS, type ValueId } from "../ir/ops.ts";
import { copyInst, Definitions, FreshIds } from "../ir/rewrite.ts";
import type { IrType } from "../ir/types.ts";
import { byId, localsWrittenIn, mapBlocks, mapOwners } from "../ir/walk.ts";
import { remembered } from "../source/remembered.ts";
import { Code } from "./code.ts";
import { readFirst } from "./liveness.ts";
import type { Pass } from "./pass.ts";

/** A body of more instructions than this isn't worth a second copy. */
const MAX_BODY = 60;
/** With fewer rounds vectors don't pay. */
const MIN_ROUNDS = 8;

/** What is done only where it is known to be possible: a division by 0 ends the process. */
const RELYING: ReadonlySet<OpName> = new Set(["sdiv", "srem", "fptosi", "toint32", "array.view"]);

export const speculateGathers: Pass = {
  name: "speculate-gathers",
  run(fn: Func): Func {
    const locals = [...fn.locals];
    let known: Definitions | undefined;
    const definitions = (): Definitions => {
      known ??= new Definitions(fn);
      return known;
    };
    let ids: FreshIds | undefined;
    const visit = (inst: Inst): Inst | readonly Inst[] => {
      const gathers = inst.op === "for" ? gathersOf(inst, definitions) : undefined;
      if (inst.op !== "for" || gathers === undefined) return mapBlocks(inst, (block) => mapOwners(block, visit));
      ids ??= new FreshIds(fn);
      return speculated(inst, gathers, { ids, definitions: definitions() }, locals);
    };
    const body = mapOwners(fn.body, visit);
    return body === fn.body ? fn : { ...fn, locals, body };
  },
};

interface Gathers {
  readonly gathers: ReadonlySet<ValueId>;
  /** What their indices are made of, but for what is known of itself. */
  readonly looked: ReadonlySet<ValueId>;
}

/** The reads with an index from an array that may be out of bounds, if nothing else may end the loop or outlast it but sums. */
function gathersOf(loop: InstOf<"for">, definitions: () => Definitions): Gathers | undefined {
  const { insts } = loop.body;
  if (loop.parallel !== undefined || loop.lanes !== undefined || insts.length > MAX_BODY) return undefined;
  const gathers = new Set<ValueId>();
  const inside = byId(insts);
  /** Made of elements that are proved to be there, not of what another round has made. */
  const isFromArrays = remembered((id: ValueId): boolean => {
    const inst = inside.get(id);
    if (inst === undefined) return true;
    if (inst.op === "load") return !gathers.has(id);
    return ROWS[inst.op].effect === "pure" && inst.args.every(isFromArrays);
  });
  const mayBeLookedAt = (id: ValueId): boolean =>
    inside.get(id)?.op === "load" || (id === loop.iv ? !countsUp(loop, definitions()) : !isConstant(id, definitions()));
  const looked = new Set<ValueId>();
  const hasLooked = (id: ValueId): boolean => looked.size > 0 && leavesOf(id, inside).some((leaf) => looked.has(leaf));
  for (const inst of insts) {
    const [array = -1, index = -1] = inst.args;
    if (inst.op === "load" && (inst.bounds === "checked" || hasLooked(index))) {
      const leaves = leavesOf(index, inside);
      if (inside.has(array) || !isFromArrays(index)) return undefined;
      if (inst.bounds === "checked" && !leaves.some((id) => inside.has(id))) return undefined;
      gathers.add(inst.id);
      for (const id of leaves) if (mayBeLookedAt(id)) looked.add(id);
    } else if (inst.op !== "load" && inst.op !== "local.get" && inst.op !== "local.set") {
      if (ROWS[inst.op].effect !== "pure") return undefined;
      if (RELYING.has(inst.op) && hasLooked(inst.id)) return undefined;
    }
  }
  return gathers.size > 0 && onlyAddsUp(loop, inside) ? { gathers, looked } : undefined;
}

/** What a value is made of: elements, not what is behind them, and what is from outside. */
function leavesOf(id: ValueId, inside: ReadonlyMap<ValueId, Inst>): readonly ValueId[] {
  const found = new Set<ValueId>();
  const seen = new Set<ValueId>();
  const visit = (value: ValueId): void => {
    if (seen.has(value)) return;
    seen.add(value);
    const inst = inside.get(value);
    if (inst === undefined || inst.op === "load") found.add(value);
    else inst.args.forEach(visit);
  };
  visit(id);
  return [...found];
}

const isConstant = (id: ValueId, definitions: Definitions): boolean => definitions.inst(id)?.op === "const";

/** Of an int32 only where it begins is learnt from an access: does the loop say that itself? */
function countsUp({ args: [start = -1], step }: InstOf<"for">, definitions: Definitions): boolean {
  return step > 0 && isConstant(start, definitions) && definitions.typeOf(start) === "i32";
}

/** Do variables go from round to round only as sums of floats that LLVM may add up in any order? Of others vectors make nothing faster. */
function onlyAddsUp(loop: InstOf<"for">, inside: ReadonlyMap<ValueId, Inst>): boolean {
  const written = localsWrittenIn(loop.body);
  const carried = [...readFirst(loop.body)].filter((local) => written.has(local));
  const isOld = (id: ValueId, local: LocalId): boolean => {
    const inst = inside.get(id);
    return inst?.op === "local.get" && inst.local === local;
  };
  return (
    carried.length > 0 &&
    carried.every((local) => {
      const uses = loop.body.insts.filter((inst) => inst.args.some((id) => isOld(id, local)));
      const [sum, another] = uses;
      const set = loop.body.insts.filter((inst) => inst.op === "local.set" && inst.local === local);
      if (sum === undefined || another !== undefined || set.length !== 1 || set[0]?.args[0] !== sum.id) return false;
      return (sum.op === "fadd" || sum.op === "fsub") && sum.fast.includes("reassoc");
    })
  );
}

/** Of the indices of one array: the last that it has, and the greatest that there was, without signs, and no less than that. */
interface Guard {
  readonly type: "i32" | "i64";
  readonly last: ValueId;
  readonly worst: LocalId;
}

function speculated(
  loop: InstOf<"for">,
  { gathers, looked }: Gathers,
  { ids, definitions }: { readonly ids: FreshIds; readonly definitions: Definitions },
  locals: Local[],
): readonly Inst[] {
  const add = (type: IrType): LocalId => {
    const id = ids.local();
    locals.push({ id, name: "", type });
    return id;
  };
  const constant = (into: Code, value: number): ValueId => into.emit("const", "i32", [], { value });
  const set = (into: Code, local: LocalId, value: ValueId): ValueId =>
    into.emit("local.set", "void", [value], { local });

  const code = new Code(ids, loop.loc);
  const bad = add("i32");
  // What a round sets before it reads it needs no keeping: a parallel loop around would take it for carried.
  const written = localsWrittenIn(loop.body);
  const carried = [...readFirst(loop.body)].filter((local) => written.has(local));
  const saved = carried.map((local) => {
    const type = locals.find(({ id }) => id === local)?.type ?? "i32";
    return { local, type, before: add(type) };
  });
  for (const { local, type, before } of saved) set(code, before, code.emit("local.get", type, [], { local }));
  set(code, bad, constant(code, 1));

  const arrays = [...new Set(loop.body.insts.flatMap((inst) => (gathers.has(inst.id) ? inst.args.slice(0, 1) : [])))];
  const lengths = new Map(arrays.map((array) => [array, code.emit("length", "i32", [array], {})]));
  const zero = constant(code, 0);
  const [from = -1, to = -1] = loop.step > 0 ? loop.args : loop.args.toReversed();
  const wide = (id: ValueId): ValueId => (definitions.typeOf(id) === "i64" ? id : code.emit("sext", "i64", [id], {}));
  const distance = code.emit("sub", "i64", [wide(to), wide(from)], { overflow: "wraps" });
  const least = code.emit("const", "i64", [], { value: BigInt(MIN_ROUNDS * Math.abs(loop.step)) });
  const isLong = code.emit("icmp", "i1", [distance, least], { pred: "sge" });
  const filled = [...lengths.values()].map((length) => code.emit("icmp", "i1", [length, zero], { pred: "sgt" }));
  const isWorthIt = filled.reduce((a, b) => code.emit("and", "i1", [a, b], {}), isLong);

  const fast = new Code(ids, loop.loc);
  const one = constant(fast, 1);
  const guards = new Map<string, Guard>();
  const guardOf = (array: ValueId, type: "i32" | "i64"): Guard => {
    const key = `${array} ${type}`;
    const known = guards.get(key);
    if (known !== undefined) return known;
    const length = lengths.get(array) ?? -1;
    const lastNarrow = fast.emit("sub", "i32", [length, one], { overflow: "absent" });
    const last = type === "i64" ? fast.emit("sext", "i64", [lastNarrow], {}) : lastNarrow;
    const guard = { type, last, worst: add(type) };
    set(fast, guard.worst, last);
    guards.set(key, guard);
    return guard;
  };
  const inside = byId(loop.body.insts);
  const isLookedAt = (id: ValueId): boolean => leavesOf(id, inside).some((leaf) => looked.has(leaf));
  const insts = loop.body.insts.flatMap((inst): readonly Inst[] => {
    if (inst.op !== "load" || !gathers.has(inst.id)) {
      const promises = "overflow" in inst && inst.overflow === "absent" && isLookedAt(inst.id);
      return [promises ? { ...inst, overflow: "wraps" } : inst];
    }
    const guarded = new Code(ids, inst.loc);
    const [array = -1, index = -1] = inst.args;
    const { type, last, worst } = guardOf(array, definitions.typeOf(index) === "i64" ? "i64" : "i32");
    const old = guarded.emit("local.get", type, [], { local: worst });
    const isWorse = guarded.emit("icmp", "i1", [old, index], { pred: "ult" });
    set(guarded, worst, guarded.emit("select", type, [isWorse, index, old], {}));
    const isInside = guarded.emit("icmp", "i1", [index, last], { pred: "ult" });
    const at = guarded.emit("select", type, [isInside, index, last], {});
    return [...guarded.insts, { ...inst, args: [array, at], bounds: "proved" }];
  });
  fast.insts.push(copyInst({ ...loop, body: { insts } }, ids, (inst) => inst));
  const outside = [...guards.values()].map(({ type, last, worst }) => {
    const found = fast.emit("local.get", type, [], { local: worst });
    return fast.emit("icmp", "i1", [found, last], { pred: "ne" });
  });
  const isOutside = outside.reduce((a, b) => fast.emit("or", "i1", [a, b], {}));
  set(fast, bad, fast.emit("zext", "i32", [isOutside], {}));
  code.branch(isWorthIt, { insts: fast.insts });

  const again = new Code(ids, loop.loc);
  for (const { local, type, before } of saved) set(again, local, again.emit("local.get", type, [], { local: before }));
  again.insts.push(loop);
  const isBad = code.emit("icmp", "i1", [code.emit("local.get", "i32", [], { local: bad }), zero], { pred: "ne" });
  code.branch(isBad, { insts: again.insts });
  return code.insts;
}
