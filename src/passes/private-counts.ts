/**
 * Counts of small arrays, `histogram[image[i]]++`, in four copies that take turns. Where neighbours are often equal, as in
 * pictures, a round waits for the count that the one before it has just stored.
 *
 *   for %i = %from to %to {          if %to − %from >= 1024 && length %h <= 256 {
 *     %1 = load %image, %i             %b, %c, %d = array.frame
 *     %2 = load %h, %1                 for %i = %from to %end step 4 {        the rounds of i in %h, of i + 1 in %b, …
 *     %3 = add %2, 1           →         …
 *     store %h, %1, %3                 }
 *   }                                  for %k = 0 to length %h { %h[%k] += %b[%k] + %c[%k] + %d[%k] }
 *                                      $next = %end
 *                                    } else $next = %from
 *                                    for %i = $next to %to { the last rounds, or all }
 *
 * Sums of integers are the same in any order, also where they wrap. Only for loops that do nothing else that is seen, can't end
 * early and look at the counts only to add to them; a privatised histogram, to compilers of parallel code.
 */
import type { Func, Local, Module } from "../ir/func.ts";
import type { Inst, InstOf, ValueId } from "../ir/ops.ts";
import { copyInst, Definitions, FreshIds } from "../ir/rewrite.ts";
import { elementOf, isArrayType } from "../ir/types.ts";
import { mapBlocks, mapFuncs, mapOwners } from "../ir/walk.ts";
import { remembered } from "../source/remembered.ts";
import { areApartIn, rootsOf } from "./array-roots.ts";
import { Code } from "./code.ts";
import { isPlain } from "./plain-loops.ts";

/** With one more array no round waits long; with three no load waits at all. */
const COPIES = 4;
/** Elements that a copy has room for, in the function's frame. */
const MOST_ELEMENTS = 256;
/** Clearing the copies and adding them up takes about as long as this saves in five hundred rounds. */
const LEAST_ROUNDS = 1024;
/** A body of more instructions than this isn't worth four copies, nor does it wait for the counts alone. */
const MAX_BODY = 24;

/** `least`: rounds of a loop that is worth it. */
export function privateCounts(module: Module, least = LEAST_ROUNDS): Module {
  return mapFuncs(module, (fn) => inFunction(fn, least));
}

function inFunction(fn: Func, least: number): Func {
  // Frames of recursive functions had better stay small.
  if (fn.recursive || fn.seldom) return fn;
  const locals = [...fn.locals];
  let cx: { readonly ids: FreshIds; readonly definitions: Definitions } | undefined;
  const visit = (inst: Inst): Inst | readonly Inst[] => {
    if (inst.op !== "for" || !mayCount(inst)) return mapBlocks(inst, (block) => mapOwners(block, visit));
    cx ??= { ids: new FreshIds(fn), definitions: new Definitions(fn) };
    const counts = countsOf(inst, fn, cx.definitions);
    return counts === undefined ? inst : inTurns(inst, counts, least, cx, locals);
  };
  const body = mapOwners(fn.body, visit);
  return body === fn.body ? fn : { ...fn, locals, body };
}

/** Before it costs anything to find out. */
function mayCount({ body: { insts }, step, parallel, lanes }: InstOf<"for">): boolean {
  if (step !== 1 || parallel !== undefined || lanes !== undefined || insts.length > MAX_BODY) return false;
  return insts.some(({ op }) => op === "store") && insts.every(isPlain);
}

interface Counts {
  readonly array: ValueId;
  readonly elem: "int32" | "uint32";
}

/** The array of integers that a loop adds to, if that is all it does. */
function countsOf(loop: InstOf<"for">, fn: Func, definitions: Definitions): Counts | undefined {
  const { insts } = loop.body;
  const made = new Map<ValueId, Inst>(insts.map((inst) => [inst.id, inst]));
  const stores = insts.filter((inst) => inst.op === "store");
  const array = stores[0]?.args[0];
  if (array === undefined || made.has(array) || stores.some(({ args }) => args[0] !== array)) return undefined;
  const type = definitions.typeOf(array);
  const elem = type !== undefined && isArrayType(type) ? elementOf(type) : undefined;
  if (elem !== "int32" && elem !== "uint32") return undefined;

  const usesOf = (id: ValueId): number => insts.reduce((n, { args }) => n + args.filter((arg) => arg === id).length, 0);
  /** Through conversions, to what nothing else in the loop makes use of. */
  const only = (id: ValueId | undefined): Inst | undefined => {
    const inst = made.get(id ?? -1);
    if (inst === undefined || usesOf(inst.id) !== 1) return undefined;
    return inst.op === "trunc" || inst.op === "sext" || inst.op === "zext" ? only(inst.args[0]) : inst;
  };
  const isFromElement = remembered((id: ValueId): boolean => {
    const inst = made.get(id);
    return inst?.op === "load" || inst?.args.some(isFromElement) === true;
  });
  const olds = new Set<ValueId>();
  for (const { args } of stores) {
    const [, index = -1, value] = args;
    const sum = only(value);
    if (sum?.op !== "add" && sum?.op !== "sub") return undefined;
    const terms = sum.op === "add" ? sum.args : sum.args.slice(0, 1);
    const old = terms.map(only).find((inst) => inst?.op === "load" && inst.args[0] === array && inst.args[1] === index);
    // Where the places don't depend on elements the counts may be made vectors of.
    if (old === undefined || !isFromElement(index)) return undefined;
    olds.add(old.id);
  }
  const others = insts.filter((inst) => inst.op === "load" && !olds.has(inst.id));
  const counts = rootsOf(array, definitions);
  const areOthers = others.every(({ args: [other = -1] }) =>
    areApartIn(fn, rootsOf(other, definitions), counts, definitions),
  );
  return areOthers ? { array, elem } : undefined;
}

function inTurns(
  loop: InstOf<"for">,
  { array, elem }: Counts,
  least: number,
  { ids, definitions }: { readonly ids: FreshIds; readonly definitions: Definitions },
  locals: Local[],
): readonly Inst[] {
  const { loc } = loop;
  const [from = -1, to = -1] = loop.args;
  const type = definitions.typeOf(from) === "i64" ? "i64" : "i32";
  const next = ids.local();
  locals.push({ id: next, name: "", type });
  const code = new Code(ids, loc);
  const wide = (id: ValueId): ValueId => (type === "i64" ? id : code.emit("sext", "i64", [id], {}));
  const constant = (into: Code, value: number): ValueId => into.emit("const", "i32", [], { value });
  const constant64 = (value: number): ValueId => code.emit("const", "i64", [], { value: BigInt(value) });
  code.emit("local.set", "void", [from], { local: next });
  const start = wide(from);
  const count = code.emit("sub", "i64", [wide(to), start], { overflow: "wraps" });
  const isLong = code.emit("icmp", "i1", [count, constant64(least)], { pred: "sge" });
  const length = code.emit("length", "i32", [array], {});
  const isSmall = code.emit("icmp", "i1", [length, constant(code, MOST_ELEMENTS)], { pred: "sle" });
  const whole = code.emit("and", "i64", [count, constant64(-COPIES)], {});
  const last = code.emit("add", "i64", [start, whole], { overflow: "wraps" });
  const end = type === "i64" ? last : code.emit("trunc", "i32", [last], {});

  const turns = new Code(ids, loc);
  const arrays = [array];
  for (let k = 1; k < COPIES; k++)
    arrays.push(turns.emit("array.frame", `${elem}[]`, [], { elem, count: MOST_ELEMENTS }));
  const body = new Code(ids, loc);
  const iv = ids.value();
  for (const [k, copy] of arrays.entries()) {
    const step = body.emit("const", type, [], { value: type === "i64" ? BigInt(k) : k });
    const at = k === 0 ? iv : body.emit("add", type, [iv, step], { overflow: "absent" });
    const round: InstOf<"block"> = { op: "block", id: -1, type: "void", args: [], loc, label: -1, body: loop.body };
    const copied = copyInst(round, ids, (inst) => {
      const isAccess = inst.op === "load" || inst.op === "store";
      const args = inst.args.map((arg, i) =>
        arg === loop.iv ? at : arg === array && isAccess && i === 0 ? copy : arg,
      );
      return { ...inst, args };
    });
    if (copied.op === "block") body.insts.push(...copied.body.insts);
  }
  const main = {
    id: ids.value(),
    label: ids.label(),
    iv,
    step: COPIES,
    args: [from, end],
    body: { insts: body.insts },
  };
  turns.insts.push({ ...loop, ...main });
  turns.insts.push(addUp(arrays, elem, [constant(turns, 0), length], loop, ids));
  turns.emit("local.set", "void", [end], { local: next });
  code.branch(code.emit("and", "i1", [isLong, isSmall], {}), { insts: turns.insts });
  const rest = code.emit("local.get", type, [], { local: next });
  return [...code.insts, { ...loop, args: [rest, to] }];
}

/** Adds the other arrays to the first. */
function addUp(
  arrays: readonly ValueId[],
  elem: Counts["elem"],
  args: readonly ValueId[],
  loop: InstOf<"for">,
  ids: FreshIds,
): InstOf<"for"> {
  const site = loop.body.insts.find((inst) => inst.op === "store")?.site ?? 0;
  const access = { bounds: "proved", site } as const;
  const type = elem === "uint32" ? "i64" : "i32";
  const body = new Code(ids, loop.loc);
  const iv = ids.value();
  const [array = -1, ...copies] = arrays;
  let sum = body.emit("load", type, [array, iv], access);
  for (const copy of copies)
    sum = body.emit("add", type, [sum, body.emit("load", type, [copy, iv], access)], { overflow: "wraps" });
  body.emit("store", "void", [array, iv, type === "i64" ? body.emit("trunc", "i32", [sum], {}) : sum], access);
  return { ...loop, id: ids.value(), label: ids.label(), iv, args, body: { insts: body.insts } };
}
