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
 * What was known of an index since it hadn't thrown isn't known here: other reads at what it is made of have to be looked at like it, and
 * sums of that may wrap.
 */
import type { Func, Local } from "../ir/func.ts";
import { type Inst, type InstOf, type LocalId, ROWS, type ValueId } from "../ir/ops.ts";
import { copyInst, Definitions, FreshIds } from "../ir/rewrite.ts";
import type { IrType } from "../ir/types.ts";
import { localsWrittenIn, mapBlocks, mapOwners } from "../ir/walk.ts";
import { remembered } from "../source/remembered.ts";
import { Code } from "./code.ts";
import { readFirst } from "./liveness.ts";
import type { Pass } from "./pass.ts";

/** A body of more instructions than this isn't worth a second copy. */
const MAX_BODY = 60;
/** With fewer rounds vectors don't pay. */
const MIN_ROUNDS = 8;

export const speculateGathers: Pass = {
  name: "speculate-gathers",
  run(fn: Func): Func {
    const locals = [...fn.locals];
    let cx: { readonly ids: FreshIds; readonly definitions: Definitions } | undefined;
    const visit = (inst: Inst): Inst | readonly Inst[] => {
      const gathers = inst.op === "for" ? gathersOf(inst) : undefined;
      if (inst.op !== "for" || gathers === undefined) return mapBlocks(inst, (block) => mapOwners(block, visit));
      cx ??= { ids: new FreshIds(fn), definitions: new Definitions(fn) };
      return speculated(inst, gathers, cx, locals);
    };
    const body = mapOwners(fn.body, visit);
    return body === fn.body ? fn : { ...fn, locals, body };
  },
};

/** The reads with an index from an array that may be out of bounds, if nothing else may end the loop or outlast it but sums. */
function gathersOf(loop: InstOf<"for">): ReadonlySet<ValueId> | undefined {
  const { insts } = loop.body;
  if (loop.parallel !== undefined || loop.lanes !== undefined || insts.length > MAX_BODY) return undefined;
  const gathers = new Set<ValueId>();
  const inside = new Map(insts.map((inst) => [inst.id, inst]));
  /** Made of elements that are proved to be there, not of what another round has made. */
  const isFromArrays = remembered((id: ValueId): boolean => {
    const inst = inside.get(id);
    if (inst === undefined) return true;
    if (inst.op === "load") return !gathers.has(id);
    return ROWS[inst.op].effect === "pure" && inst.args.every(isFromArrays);
  });
  const looked = new Set<ValueId>();
  for (const inst of insts) {
    const [array = -1, index = -1] = inst.args;
    const elements = inst.op === "load" ? elementsIn(index, inside) : [];
    if (inst.op === "load" && (inst.bounds === "checked" || elements.some((id) => looked.has(id)))) {
      if (inside.has(array) || !isFromArrays(index) || elements.length === 0) return undefined;
      gathers.add(inst.id);
      for (const id of elements) looked.add(id);
    } else if (inst.op !== "load" && inst.op !== "local.get" && inst.op !== "local.set") {
      if (ROWS[inst.op].effect !== "pure") return undefined;
    }
  }
  return gathers.size > 0 && onlyAddsUp(loop, inside) ? gathers : undefined;
}

/** The elements that a value is made of, not those behind them. */
function elementsIn(id: ValueId, inside: ReadonlyMap<ValueId, Inst>): readonly ValueId[] {
  const found = new Set<ValueId>();
  const seen = new Set<ValueId>();
  const visit = (value: ValueId): void => {
    const inst = inside.get(value);
    if (inst === undefined || seen.has(value)) return;
    seen.add(value);
    if (inst.op === "load") found.add(value);
    else inst.args.forEach(visit);
  };
  visit(id);
  return [...found];
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
  gathers: ReadonlySet<ValueId>,
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
  const inside = new Map(loop.body.insts.map((inst) => [inst.id, inst]));
  const insts = loop.body.insts.flatMap((inst): readonly Inst[] => {
    if (inst.op !== "load" || !gathers.has(inst.id)) {
      const promises = "overflow" in inst && inst.overflow === "absent" && elementsIn(inst.id, inside).length > 0;
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
