/**
 * Columns that are gone through one after the other, `for j { s = 0; for k { s += b[k * w + j] }; out[j] = s }`, in strips of several
 * columns side by side, so that the innermost loop goes along rows:
 *
 *   for %j = %from to %to {               if %to − %from >= 8 {
 *     $s = 0                                for %strip = %from to %main step 32 {
 *     for %k = %0 to %m {                     %s = array.frame {count: 32}
 *       $s = $s + load %b, %k * %w + %j       for %t = 0 to 32 { %s[%t] = 0 }
 *     }                              →        for %k = %0 to %m { for %t = 0 to 32 { %s[%t] += load %b, %k * %w + %strip + %t } }
 *     store %out, %j, $s                      for %t = 0 to 32 { store %out, %strip + %t, %s[%t] }
 *   }                                       }
 *                                           the same for the rest, fewer than 32 columns
 *                                         } else the loop as it was
 *
 * That is unroll-and-jam of the outer loop, by vectors. Variables that go from one part of a round to another are expanded into small
 * arrays, which LLVM keeps in registers. Each sum is still added up in its own order, to the bit.
 *
 * So do sums of floats that aren't columns, `s += x[i + k] * h[k]`: down the sum LLVM could but add one after the other. There may be more
 * loops inside, as in convolutions.
 *
 * Rounds of the outer loop share nothing but what they read: each variable is set before it is read, and an element that one
 * round stores no other one touches. The latter is known by the form of the indices, and by tests before the loop.
 */
import type { Func, Module } from "../ir/func.ts";
import { type Inst, type InstOf, type LocalId, type OpName, ROWS, type SiteId, type ValueId } from "../ir/ops.ts";
import { copyInst, Definitions, FreshIds } from "../ir/rewrite.ts";
import type { ScalarType } from "../ir/types.ts";
import { blocksOf, forEachInst, instsIn, localsWrittenIn, mapBlocks, mapOwners, withBody } from "../ir/walk.ts";
import { remembered } from "../source/remembered.ts";
import type { ElementKind } from "../types/elements.ts";
import { areApartIn, rootsOf } from "./array-roots.ts";
import { Code } from "./code.ts";
import { carriedIn, liveAroundLoops, readFirst } from "./liveness.ts";
import { isPlain } from "./plain-loops.ts";
import { constantRounds } from "./rounds.ts";
import { isUnit, type Stride, Strides } from "./strides.ts";

/** Columns side by side, of doubles: four vectors of eight, as many as keep the adders busy. Of what is narrower, twice as many. */
const STRIP = 32;
/** Columns that are worth it. */
const LEAST_COLUMNS = 8;
/** More instructions aren't worth three more copies, nor would what they compute stay in registers. */
const MAX_BODY = 64;
/** Sums of a constant number of terms LLVM writes out, and makes vectors of the loop around them. */
const UNROLLED = 32;
/** Variables and values to be kept for each column: of more there aren't registers for all. */
const MAX_KEPT = 6;

/** Smaller in tests, where matrices are. */
export interface StripOptions {
  readonly strip?: number;
  readonly least?: number;
}

export function stripColumns(module: Module, { strip = STRIP, least = LEAST_COLUMNS }: StripOptions = {}): Module {
  const treat = (fn: Func): Func => (fn.seldom || fn.separate || fn.recursive ? fn : inFunction(fn, { strip, least }));
  const [entry, funcs] = [treat(module.entry), module.funcs.map(treat)];
  const isSame = entry === module.entry && funcs.every((fn, k) => fn === module.funcs[k]);
  return isSame ? module : { ...module, entry, funcs };
}

function inFunction(fn: Func, sizes: Required<StripOptions>): Func {
  let cx: Context | undefined;
  const visit = (inst: Inst): Inst | readonly Inst[] => {
    const items = inst.op === "for" ? itemsOf(inst) : undefined;
    if (inst.op !== "for" || items === undefined) return mapBlocks(inst, (block) => mapOwners(block, visit));
    cx ??= new Context(fn, sizes);
    const columns = new Columns(inst, items, cx);
    const strips = columns.areIndependent() ? new Strips(columns, cx).result() : undefined;
    return strips ?? mapBlocks(inst, (block) => mapOwners(block, visit));
  };
  return withBody(fn, mapOwners(fn.body, visit));
}

/** Will the rounds of a parallel loop of `fn` run in strips, given enough of them in a chunk? */
export function goesInStrips(fn: Func, loop: InstOf<"for">): boolean {
  const { parallel: _, ...alone } = loop;
  const items = itemsOf(alone);
  if (items === undefined) return false;
  return new Columns(alone, items, new Context(fn, { strip: STRIP, least: LEAST_COLUMNS })).areIndependent();
}

class Context {
  readonly fn: Func;
  readonly sizes: Required<StripOptions>;
  readonly ids: FreshIds;
  readonly definitions: Definitions;
  #live: ReturnType<typeof liveAroundLoops> | undefined;

  constructor(fn: Func, sizes: Required<StripOptions>) {
    this.fn = fn;
    this.sizes = sizes;
    this.ids = new FreshIds(fn);
    this.definitions = new Definitions(fn);
  }

  isLiveAfter(loop: InstOf<"for">, local: LocalId): boolean {
    this.#live ??= liveAroundLoops(this.fn);
    return this.#live.get(loop.label)?.after.has(local) !== false;
  }
}

/** Plain instructions that stand together, in loops inside the outer one or in none. */
interface Part {
  readonly loops: readonly InstOf<"for">[];
  readonly insts: readonly Inst[];
}

/** A round of a loop is one thing after the other: parts, and loops of such. */
type Item = Part | { readonly loop: InstOf<"for">; readonly items: readonly Item[] };

/** Before it costs anything to find out more; undefined for what isn't made of plain loops. */
function itemsOf(outer: InstOf<"for">): readonly Item[] | undefined {
  const { insts } = outer.body;
  if (!isSimple(outer) || !insts.some(({ op }) => op === "for") || instsIn(outer.body).length > MAX_BODY)
    return undefined;
  return itemsIn(insts, []);
}

function itemsIn(insts: readonly Inst[], loops: readonly InstOf<"for">[]): readonly Item[] | undefined {
  const items: Item[] = [];
  let plain: Inst[] = [];
  const endPart = (): void => {
    if (plain.length > 0) items.push({ loops, insts: plain });
    plain = [];
  };
  for (const inst of insts) {
    if (mayStand(inst)) {
      plain.push(inst);
      continue;
    }
    const inner = inst.op === "for" && isSimple(inst) ? itemsIn(inst.body.insts, [...loops, inst]) : undefined;
    if (inst.op !== "for" || inner === undefined) return undefined;
    endPart();
    items.push({ loop: inst, items: inner });
  }
  endPart();
  return items;
}

function partsOf(items: readonly Item[]): readonly Part[] {
  return items.flatMap((item) => ("loop" in item ? partsOf(item.items) : item));
}

function isSimple({ step, parallel, lanes, order }: InstOf<"for">): boolean {
  return step === 1 && parallel === undefined && lanes === undefined && order === undefined;
}

/** With variables and choices, too. */
function mayStand(inst: Inst): boolean {
  if (inst.op === "if") return blocksOf(inst).every((block) => block.insts.every(mayStand));
  return inst.op === "local.set" || isPlain(inst);
}

interface Access {
  readonly inst: InstOf<"load"> | InstOf<"store">;
  readonly part: Part;
  /** From round to round of the outer loop, and of the one loop inside whose rounds matter. */
  readonly outer: Stride | undefined;
  readonly inner: Stride | undefined;
}

/** The outer loop, whose rounds go through a column each. */
class Columns {
  readonly outer: InstOf<"for">;
  readonly items: readonly Item[];
  readonly parts: readonly Part[];
  readonly inside: ReadonlyMap<ValueId, Inst>;
  readonly written: ReadonlySet<LocalId>;
  readonly strides: Strides;
  /** Of columns with elements that are stored: no two of a strip must run into each other. */
  readonly steps: Stride[] = [];
  readonly #cx: Context;
  readonly #loops: readonly InstOf<"for">[];
  readonly #counters: ReadonlySet<ValueId>;

  constructor(outer: InstOf<"for">, items: readonly Item[], cx: Context) {
    this.outer = outer;
    this.items = items;
    this.parts = partsOf(items);
    this.#cx = cx;
    this.inside = new Map(instsIn(outer.body).map((inst) => [inst.id, inst]));
    this.written = localsWrittenIn(outer.body);
    this.#loops = instsIn(outer.body).filter((inst) => inst.op === "for");
    this.#counters = new Set([outer.iv, ...this.#loops.map(({ iv }) => iv)]);
    this.strides = new Strides(
      { inside: this.inside, counters: this.#counters, written: this.written },
      cx.definitions,
    );
  }

  areIndependent(): boolean {
    const accesses = this.parts.flatMap((part) => this.#accessesIn(part));
    const inLoops = accesses.filter(({ part }) => part.loops.length > 0);
    if (!inLoops.every(({ outer }) => outer === 0 || isUnit(outer))) return false;
    if (!inLoops.some(isColumn) && !this.parts.some((part) => this.#addsInOrder(part))) return false;
    const bounds = this.#loops.flatMap(({ args }) => args);
    return bounds.every((id) => this.strides.isInvariant(id)) && this.#areApart(accesses) && this.#arePrivate();
  }

  /** Is there a float that its rounds change one after the other? */
  #addsInOrder({ loops, insts }: Part): boolean {
    const rounds = loops.reduce(
      (all, loop) => all * (constantRounds(loop, this.#cx.definitions) ?? Number.POSITIVE_INFINITY),
      1,
    );
    if (loops.length === 0 || rounds <= UNROLLED) return false;
    const types = new Map(this.#cx.fn.locals.map(({ id, type }) => [id, type]));
    const made = new Map(instsIn({ insts }).map((inst) => [inst.id, inst]));
    const carried = carriedIn({ insts });
    return instsIn({ insts }).some((inst) => {
      if (inst.op !== "local.set" || !carried.has(inst.local)) return false;
      const type = types.get(inst.local);
      const step = made.get(inst.args[0] ?? -1);
      if (type !== "f64" && type !== "f32") return false;
      return (step?.op === "fadd" || step?.op === "fsub" || step?.op === "fmul") && !step.fast.includes("reassoc");
    });
  }

  #accessesIn(part: Part): readonly Access[] {
    const accesses: Access[] = [];
    forEachInst({ insts: part.insts }, (inst) => {
      if (inst.op !== "load" && inst.op !== "store") return;
      const [, index = -1] = inst.args;
      accesses.push({
        inst,
        part,
        outer: this.strides.by(this.outer.iv)(index),
        inner: this.#innerStride(index),
      });
    });
    return accesses;
  }

  /** Undefined also where rounds of several loops matter. */
  #innerStride(index: ValueId): Stride | undefined {
    const strides = this.#loops.map(({ iv }) => this.strides.by(iv)(index)).filter((stride) => stride !== 0);
    return strides.length > 1 ? undefined : strides.length === 0 ? 0 : strides[0];
  }

  /** Is each variable a round's own? */
  #arePrivate(): boolean {
    const first = readFirst(this.outer.body);
    const isSeen = (local: LocalId): boolean =>
      this.#cx.fn.refs.includes(local) || this.#cx.isLiveAfter(this.outer, local);
    return [...this.written].every((local) => !first.has(local) && !isSeen(local));
  }

  /** Does no round touch an element that another one stores, unless the order of these stays the same? */
  #areApart(accesses: readonly Access[]): boolean {
    const { fn, definitions } = this.#cx;
    const rootsAt = remembered((array: ValueId) => (this.inside.has(array) ? undefined : rootsOf(array, definitions)));
    return accesses.every((store) => {
      if (store.inst.op !== "store") return true;
      const [array = -1, index = -1] = store.inst.args;
      return accesses.every((other) => {
        const [otherArray = -1, otherIndex = -1] = other.inst.args;
        if (areApartIn(fn, rootsAt(array), rootsAt(otherArray), definitions)) return true;
        // Instructions outside of the inner loops are done column by column, as before.
        if (store.part.loops.length === 0 && other.part === store.part) return true;
        if (array !== otherArray || this.inside.has(array) || !isUnit(store.outer)) return false;
        if (!this.#isKnown(store.inner) || !this.#areAlike(index, otherIndex)) return false;
        // Of two counters that go by different steps the distance may be anything.
        if (!this.#isSameStep(store.inner, this.#innerStride(otherIndex))) return false;
        if (store.inner !== 0 && !this.steps.includes(store.inner)) this.steps.push(store.inner);
        return true;
      });
    });
  }

  #isSameStep(a: Stride, b: Stride | undefined): boolean {
    if (typeof a === "object" && typeof b === "object") return this.#areAlike(a.value, b.value);
    return a === b;
  }

  /** Can it be computed before the loop, even if that has no rounds? */
  #isKnown(step: Stride | undefined): step is Stride {
    if (typeof step !== "object") return step !== undefined;
    const isTotal = (id: ValueId): boolean => {
      const inst = this.inside.get(id);
      return inst === undefined || (TOTAL.has(inst.op) && inst.args.every(isTotal));
    };
    return isTotal(step.value);
  }

  /** Are two indices made of the counters in the same way? Whichever counters: those of inner loops matter by their steps only. */
  readonly #areAlike = (a: ValueId, b: ValueId): boolean => {
    const alike = remembered((pair: string): boolean => {
      const [x = -1, y = -1] = pair.split(" ").map(Number);
      const isInner = (id: ValueId): boolean => id !== this.outer.iv && this.#counters.has(id);
      if (x === y || (isInner(x) && isInner(y))) return true;
      const [p, q] = [x, y].map((id) => this.inside.get(id) ?? this.#cx.definitions.inst(id));
      if (p === undefined || q === undefined || !isSameOperation(p, q)) return false;
      // Before the loop a variable may change between two readings.
      if (p.op === "local.get" && (this.written.has(p.local) || !this.inside.has(x) || !this.inside.has(y)))
        return false;
      return p.args.every((arg, i) => alike(`${arg} ${q.args[i]}`));
    });
    return alike(`${a} ${b}`);
  };
}

/** Of what indices are made of. */
function isSameOperation(p: Inst, q: Inst): boolean {
  if (p.type !== q.type) return false;
  if (p.op === "const") return q.op === "const" && p.value === q.value;
  if (p.op === "local.get") return q.op === "local.get" && p.local === q.local;
  if (p.op === "add" || p.op === "sub" || p.op === "mul") return q.op === p.op && p.overflow === q.overflow;
  return (p.op === "sext" || p.op === "length") && p.op === q.op;
}

/** What gives something for whatever there is. */
const TOTAL: ReadonlySet<OpName> = new Set(["const", "local.get", "sext", "length"]);

/** Does the inner loop go from line to line, the outer one along them? */
function isColumn({ outer, inner }: Access): boolean {
  const isLong = typeof inner === "number" ? Math.abs(inner) > 1 : inner !== undefined;
  return isUnit(outer) && isLong;
}

/** What a variable, or a value that a later part uses, is kept in: an element for each column of a strip. */
const KEPT_IN: { readonly [T in ScalarType]?: ElementKind } = {
  i32: "int32",
  i64: "bigint64",
  f32: "float32",
  f64: "float64",
};

/** Where the columns of a strip are. */
interface Strip {
  readonly first: ValueId;
  /** How many. */
  readonly count: ValueId;
  readonly locals: ReadonlyMap<LocalId, ValueId>;
  readonly values: ReadonlyMap<ValueId, ValueId>;
}

class Strips {
  readonly #columns: Columns;
  readonly #cx: Context;
  readonly #code: Code;
  readonly #type: "i32" | "i64";
  readonly #size: number;
  /** Variables that go from part to part, or from round to round of an inner loop. */
  readonly #locals: ReadonlyMap<LocalId, ScalarType>;
  /** Values that a later part uses and that can't be computed there again. */
  readonly #values = new Map<ValueId, ScalarType>();
  /** For accesses that never fail. */
  readonly #site: SiteId;

  constructor(columns: Columns, cx: Context) {
    this.#columns = columns;
    this.#cx = cx;
    const { outer, parts, written } = columns;
    this.#code = new Code(cx.ids, outer.loc);
    this.#type = cx.definitions.typeOf(outer.args[0] ?? -1) === "i64" ? "i64" : "i32";
    const locals = new Set(parts.flatMap(({ insts }) => [...readFirst({ insts })]).filter((id) => written.has(id)));
    const types = new Map(cx.fn.locals.map(({ id, type }) => [id, type]));
    this.#locals = new Map([...locals].map((id) => [id, types.get(id) as ScalarType]));
    for (const part of parts)
      for (const id of definedIn(part.insts)) {
        const isUsed = parts.some((other) => other !== part && usesOf(other.insts).has(id));
        if (!isUsed || this.#isRepeatable(id)) continue;
        this.#values.set(id, columns.inside.get(id)?.type as ScalarType);
      }
    const insts = [...columns.inside.values()];
    this.#site = insts.find((inst) => inst.op === "load" || inst.op === "store")?.site ?? 0;
    const kept = [...this.#locals.values(), ...this.#values.values()];
    const isWide = kept.includes("i64") || insts.some(({ type }) => type === "f64");
    this.#size = isWide ? cx.sizes.strip : cx.sizes.strip * 2;
  }

  result(): readonly Inst[] | undefined {
    const { outer, steps } = this.#columns;
    const kept = [...this.#locals.values(), ...this.#values.values()];
    if (kept.length > MAX_KEPT || kept.some((type) => KEPT_IN[type] === undefined)) return undefined;
    const { ids, sizes } = this.#cx;
    const code = this.#code;
    const [from = -1, to = -1] = outer.args;
    const [wideFrom, wideTo] = [this.#wide(code, from), this.#wide(code, to)];
    const rounds = code.emit("sub", "i64", [wideTo, wideFrom], {
      overflow: "wraps",
    });
    const size = wideConst(code, this.#size);
    const tests = [atLeast(code, rounds, wideConst(code, sizes.least))];
    const most = steps.length === 0 ? size : code.emit("smin", "i64", [rounds, size], {});
    for (const step of steps) tests.push(atLeast(code, this.#length(step), most));
    // LLVM would unroll what is left for a few columns, if it knew how few.
    const test = code.emit("opaque", "i1", [tests.reduce((a, b) => code.emit("and", "i1", [a, b], {}))], {});

    const then = new Code(ids, outer.loc);
    const left = then.emit("srem", "i64", [rounds, size], { signs: ["none"] });
    const main = then.emit("sub", "i64", [wideTo, left], {
      overflow: "absent",
    });
    const inStrip = new Code(ids, outer.loc);
    const iv = ids.value();
    this.#strip(inStrip, this.#counter(inStrip, iv), this.#const(inStrip, this.#size));
    const strips = {
      id: ids.value(),
      label: ids.label(),
      iv,
      step: this.#size,
      body: { insts: inStrip.insts },
    };
    then.insts.push({
      ...outer,
      ...strips,
      args: [wideFrom, main],
      order: "tiles",
    });
    const rest = new Code(ids, outer.loc);
    this.#strip(rest, this.#counter(rest, main), this.#counter(rest, left));
    const some = then.emit("icmp", "i1", [left, wideConst(then, 0)], {
      pred: "sgt",
    });
    then.branch(some, { insts: rest.insts });
    code.branch(test, { insts: then.insts }, { insts: [copyInst(outer, ids, (inst) => inst)] });
    return code.insts;
  }

  /** All parts for as many columns as there are, one part after the other. */
  #strip(code: Code, first: ValueId, count: ValueId): void {
    const { items } = this.#columns;
    const arrays = <K>(kept: ReadonlyMap<K, ScalarType>): ReadonlyMap<K, ValueId> => {
      const array = (type: ScalarType): ValueId => {
        const elem = KEPT_IN[type] ?? "float64";
        return code.emit("array.frame", `${elem}[]`, [], {
          elem,
          count: this.#size,
        });
      };
      return new Map([...kept].map(([key, type]) => [key, array(type)]));
    };
    const strip: Strip = {
      first,
      count,
      locals: arrays(this.#locals),
      values: arrays(this.#values),
    };
    this.#items(items, code, strip, new Map());
  }

  /** `instead`: of counters of the loops around, and of what their rounds don't change. */
  #items(items: readonly Item[], code: Code, strip: Strip, instead: ReadonlyMap<ValueId, ValueId>): void {
    const { ids } = this.#cx;
    for (const item of items) {
      if (!("loop" in item)) {
        if (this.#hasEffect(item)) code.insts.push(this.#across(item, strip, instead, code));
        continue;
      }
      const { loop } = item;
      const known = new Map(instead);
      const args = loop.args.map((id) => this.#again(code, id, known));
      const iv = ids.value();
      const round = new Code(ids, loop.loc);
      this.#items(item.items, round, strip, known.set(loop.iv, iv));
      const along = {
        id: ids.value(),
        label: ids.label(),
        iv,
        args,
        body: { insts: round.insts },
      };
      code.insts.push({ ...loop, ...along, order: "tiles" });
    }
  }

  /** What is only computed for other parts is computed there. */
  #hasEffect({ insts }: Part): boolean {
    return instsIn({ insts }).some(({ op, id }) => op === "store" || op === "local.set" || this.#values.has(id));
  }

  /** A part for one column after the other. */
  #across(part: Part, strip: Strip, around: ReadonlyMap<ValueId, ValueId>, before: Code): InstOf<"for"> {
    const { ids } = this.#cx;
    const { outer } = this.#columns;
    const source = part.loops.at(-1) ?? outer;
    const code = new Code(ids, source.loc);
    const iv = ids.value();
    const column = code.emit("add", this.#type, [strip.first, iv], {
      overflow: "absent",
    });
    const instead = new Map([...around, [outer.iv, column]]);
    this.#fetch(part, strip, iv, instead, code);
    const kept = this.#keep(part, strip, iv);
    const body = { insts: [...part.insts, ...kept] };
    const block: Inst = {
      op: "block",
      id: -1,
      type: "void",
      args: [],
      loc: source.loc,
      label: -1,
      body,
    };
    const copied = copyInst(block, ids, (inst) => ({
      ...inst,
      args: inst.args.map((id) => instead.get(id) ?? id),
    }));
    if (copied.op === "block") code.insts.push(...copied.body.insts);
    const args = [this.#const(before, 0), strip.count];
    const through = {
      id: ids.value(),
      label: ids.label(),
      iv,
      args,
      body: { insts: code.insts },
    };
    // What isn't in a loop LLVM does as it likes.
    return {
      ...source,
      ...through,
      order: part.loops.length === 0 ? "tiles" : "strip",
    };
  }

  /** What earlier parts have left for this column. */
  #fetch(part: Part, strip: Strip, at: ValueId, instead: Map<ValueId, ValueId>, code: Code): void {
    const element = (array: ValueId, type: ScalarType): ValueId =>
      code.emit("load", type, [array, at], {
        bounds: "proved",
        site: this.#site,
      });
    const uses = instsIn({ insts: part.insts });
    for (const [local, type] of this.#locals) {
      const array = strip.locals.get(local);
      const isUsed = uses.some((inst) => (inst.op === "local.get" || inst.op === "local.set") && inst.local === local);
      if (array !== undefined && isUsed) code.emit("local.set", "void", [element(array, type)], { local });
    }
    const defined = definedIn(part.insts);
    for (const id of usesOf(part.insts)) {
      if (defined.has(id)) continue;
      const [array, type] = [strip.values.get(id), this.#values.get(id)];
      if (array === undefined || type === undefined) this.#again(code, id, instead);
      else instead.set(id, element(array, type));
    }
  }

  /** What can be computed again, where other values take the place of some. */
  #again(code: Code, id: ValueId, instead: Map<ValueId, ValueId>): ValueId {
    const known = instead.get(id);
    const inst = this.#columns.inside.get(id);
    if (known !== undefined || inst === undefined) return known ?? id;
    const args = inst.args.map((arg) => this.#again(code, arg, instead));
    const copy = code.again(inst, args);
    instead.set(id, copy);
    return copy;
  }

  /** What later parts, or rounds, find. */
  #keep(part: Part, strip: Strip, at: ValueId): readonly Inst[] {
    const code = new Code(this.#cx.ids, (part.loops.at(-1) ?? this.#columns.outer).loc);
    const keep = (array: ValueId, value: ValueId): void => {
      code.emit("store", "void", [array, at, value], {
        bounds: "proved",
        site: this.#site,
      });
    };
    for (const [id, array] of strip.values) if (part.insts.some((inst) => inst.id === id)) keep(array, id);
    const written = localsWrittenIn({ insts: part.insts });
    for (const [local, type] of this.#locals) {
      const array = strip.locals.get(local);
      if (array !== undefined && written.has(local)) keep(array, code.emit("local.get", type, [], { local }));
    }
    return code.insts;
  }

  /** Can it be computed anywhere in the round? */
  readonly #isRepeatable = remembered((id: ValueId): boolean => {
    const inst = this.#columns.inside.get(id);
    if (inst === undefined) return true;
    const isFixed = inst.op === "local.get" ? !this.#columns.written.has(inst.local) : ROWS[inst.op].effect === "pure";
    return isFixed && inst.args.every((arg) => this.#isRepeatable(arg));
  });

  #wide(code: Code, id: ValueId): ValueId {
    const outside = this.#again(code, id, new Map());
    const isNarrow = this.#cx.definitions.typeOf(id) === "i32";
    return isNarrow ? code.emit("sext", "i64", [outside], {}) : outside;
  }

  /** From an i64 to the counter's type. */
  #counter(code: Code, id: ValueId): ValueId {
    return this.#type === "i32" ? code.emit("trunc", "i32", [id], {}) : id;
  }

  #const(code: Code, value: number): ValueId {
    return this.#type === "i32" ? code.emit("const", "i32", [], { value }) : wideConst(code, value);
  }

  #length(step: Stride): ValueId {
    const code = this.#code;
    if (typeof step === "number") return wideConst(code, Math.abs(step));
    const value = this.#wide(code, step.value);
    const negated = code.emit("sub", "i64", [wideConst(code, 0), value], {
      overflow: "wraps",
    });
    return code.emit("smax", "i64", [value, negated], {});
  }
}

function wideConst(code: Code, value: number): ValueId {
  return code.emit("const", "i64", [], { value: BigInt(value) });
}

function atLeast(code: Code, value: ValueId, least: ValueId): ValueId {
  return code.emit("icmp", "i1", [value, least], { pred: "sge" });
}

function definedIn(insts: readonly Inst[]): ReadonlySet<ValueId> {
  return new Set(instsIn({ insts }).map(({ id }) => id));
}

function usesOf(insts: readonly Inst[]): ReadonlySet<ValueId> {
  return new Set(instsIn({ insts }).flatMap(({ args }) => args));
}
