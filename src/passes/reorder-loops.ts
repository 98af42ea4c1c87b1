/**
 * Goes through memory as it lies where two loops around nothing else go across it, in columns of a matrix.
 *
 *   for %i = %0 to %m {                              if |%w| >= 128 && … {
 *     for %j = %1 to %n {                              for %j = %1 to %n {
 *       store %a, (%j * %w + %i), …             →        for %i = %0 to %m {
 *     }                                                    store %a, (%j * %w + %i), …
 *   }                                                    }
 *                                                      }
 *                                                    } else the loops as they were
 *
 * Where one array is gone through in columns and another in rows (a transposition), no order is good for both, and the loops are cut
 * into tiles of 16 by 16 elements, whose lines stay in the cache. In strides of a power of two, lines of a column all have the same few
 * places there: without tiles the next column finds none of them, and stores wait for each other.
 *
 * The loops do nothing but load, compute and store: no iteration sees what another one does, and no two store to the same element
 * unless the order of these stays the same. Both is known by the form of the indices, and by tests before the loops.
 */
import type { Func, Module } from "../ir/func.ts";
import type { Block, Inst, InstOf, OpName, ValueId } from "../ir/ops.ts";
import { copyInst, Definitions, FreshIds } from "../ir/rewrite.ts";
import { localsWrittenIn, mapBlocks, mapFuncs, mapOwners, withBody } from "../ir/walk.ts";
import { remembered } from "../source/remembered.ts";
import { areApartIn, rootsOf } from "./array-roots.ts";
import { Code } from "./code.ts";
import { isPlain } from "./plain-loops.ts";
import { isUnit, type Stride, Strides } from "./strides.ts";

/** Elements from one line to the next in a column that is worth it. */
const LEAST_STRIDE = 128;
/** Rounds of both loops in a tile: as many lines fit into the cache, whatever places there are theirs. */
const TILE = 16;
/** More instructions aren't worth a second copy, nor does memory count for so much in them. */
const MAX_BODY = 64;

/** Smaller in tests, where matrices are. */
export interface ReorderOptions {
  readonly least?: number;
  readonly tile?: number;
}

export function reorderLoops(module: Module, { least = LEAST_STRIDE, tile = TILE }: ReorderOptions = {}): Module {
  const sizes = { least: Math.max(least, tile), tile };
  const treat = (fn: Func): Func => (fn.seldom || fn.separate ? fn : inFunction(fn, sizes));
  return mapFuncs(module, treat);
}

function inFunction(fn: Func, sizes: Required<ReorderOptions>): Func {
  let cx: Context | undefined;
  const visit = (inst: Inst): Inst | readonly Inst[] => {
    const loops = inst.op === "for" ? pairOf(inst) : undefined;
    if (loops === undefined) return mapBlocks(inst, (block) => mapOwners(block, visit));
    cx ??= { fn, ids: new FreshIds(fn), definitions: new Definitions(fn), sizes };
    return new Reordering(loops, cx).result() ?? inst;
  };
  return withBody(fn, mapOwners(fn.body, visit));
}

/** Does each round of a loop, on all cores perhaps, go through a column beside the one before? Then they share lines of the cache. */
export function goesAcross(loop: InstOf<"for">, definitions: Definitions): boolean {
  const { parallel: _, ...alone } = loop;
  const pair = pairOf(alone);
  return pair !== undefined && new Accesses(pair, definitions).all.some((access) => isColumn(access, LEAST_STRIDE));
}

interface Context {
  readonly fn: Func;
  readonly ids: FreshIds;
  readonly definitions: Definitions;
  readonly sizes: Required<ReorderOptions>;
}

interface Pair {
  readonly outer: InstOf<"for">;
  readonly inner: InstOf<"for">;
  /** What the outer loop does before the inner one. */
  readonly prelude: readonly Inst[];
}

/** Two loops around nothing but loads, stores and arithmetic. */
function pairOf(outer: InstOf<"for">): Pair | undefined {
  const prelude = outer.body.insts.slice(0, -1);
  const inner = outer.body.insts.at(-1);
  if (inner?.op !== "for" || !isSimple(outer) || !isSimple(inner)) return undefined;
  const { insts } = inner.body;
  if (prelude.length + insts.length > MAX_BODY || !insts.some(({ op }) => op === "store")) return undefined;
  if (!prelude.every((inst) => inst.op !== "store" && isPlain(inst)) || !insts.every(isPlain)) return undefined;
  return localsWrittenIn(outer.body).size === 0 ? { outer, inner, prelude } : undefined;
}

function isSimple({ step, parallel, lanes, order }: InstOf<"for">): boolean {
  return step === 1 && parallel === undefined && lanes === undefined && order === undefined;
}

interface Access {
  readonly inst: InstOf<"load"> | InstOf<"store">;
  /** From round to round of each loop; undefined where that isn't known or not always the same. */
  readonly outer: Stride | undefined;
  readonly inner: Stride | undefined;
}

/** What two loops have to do with memory. */
class Accesses {
  readonly inside: ReadonlyMap<ValueId, Inst>;
  readonly all: readonly Access[];
  readonly strides: Strides;

  constructor({ outer, inner, prelude }: Pair, definitions: Definitions) {
    const insts = [...prelude, ...inner.body.insts];
    this.inside = new Map(insts.map((inst) => [inst.id, inst]));
    const counters = new Set([outer.iv, inner.iv]);
    this.strides = new Strides({ inside: this.inside, counters, written: new Set() }, definitions);
    this.all = insts.flatMap((inst) => {
      if (inst.op !== "load" && inst.op !== "store") return [];
      const [, index = -1] = inst.args;
      return [{ inst, outer: this.strides.by(outer.iv)(index), inner: this.strides.by(inner.iv)(index) }];
    });
  }
}

class Reordering {
  readonly #pair: Pair;
  readonly #cx: Context;
  readonly #accesses: Accesses;
  readonly #strides: Strides;
  /** What takes the place of values inside the loops before them. */
  readonly #before = new Map<ValueId, ValueId>();
  readonly #code: Code;

  constructor(pair: Pair, cx: Context) {
    this.#pair = pair;
    this.#cx = cx;
    this.#accesses = new Accesses(pair, cx.definitions);
    this.#strides = this.#accesses.strides;
    this.#code = new Code(cx.ids, pair.outer.loc);
  }

  result(): readonly Inst[] | undefined {
    const { outer, inner } = this.#pair;
    if (!inner.args.every((id) => this.#strides.isInvariant(id))) return undefined;
    const accesses = this.#accesses.all;
    const { sizes } = this.#cx;
    const columns = accesses.filter((access) => isColumn(access, sizes.least));
    const rows = accesses.filter((access) => isUnit(access.inner));
    if (columns.length === 0 || !this.#areApart(accesses)) return undefined;
    const stores = accesses.filter(({ inst }) => inst.op === "store");
    const mayReorder = (store: Access): boolean =>
      this.#strides.isInvariant(store.inst.args[0] ?? -1) &&
      (isColumn(store, sizes.least) || (isUnit(store.inner) && typeof store.outer === "object"));
    if (!stores.every(mayReorder)) return undefined;
    const needed = [...inner.args, ...accesses.flatMap((access) => [access.inner, access.outer].flatMap(valuesIn))];
    if (!needed.every((id) => this.#mayHoist(id))) return undefined;

    const code = this.#code;
    const [from, to] = outer.args.map((id) => this.#wide(id)) as [ValueId, ValueId];
    const [low, high] = inner.args.map((id) => this.#wide(id)) as [ValueId, ValueId];
    const rounds = code.emit("sub", "i64", [to, from], { overflow: "wraps" });
    const innerRounds = code.emit("sub", "i64", [high, low], { overflow: "wraps" });
    const isTiled = rows.length > 0;
    const tile = code.emit("const", "i64", [], { value: BigInt(sizes.tile) });
    const least = code.emit("const", "i64", [], { value: BigInt(sizes.least) });
    const tests: ValueId[] = [this.#atLeast(rounds, tile), this.#atLeast(innerRounds, tile)];
    for (const access of columns) {
      const size = this.#size(access.inner);
      tests.push(this.#atLeast(size, least));
      // Two columns have no element in common, or no tile has two of one element.
      if (access.inst.op === "store" && !isTiled) tests.push(this.#atLeast(size, rounds));
    }
    for (const store of stores)
      if (!columns.includes(store)) tests.push(this.#atLeast(this.#size(store.outer), innerRounds));
    const test = tests.reduce((a, b) => code.emit("and", "i1", [a, b], {}));
    const then = isTiled ? this.#tiles(from, to, low, high, tile) : this.#interchanged();
    const otherwise = copyInst(outer, this.#cx.ids, (inst) => inst);
    code.branch(test, { insts: [then] }, { insts: [otherwise] });
    return code.insts;
  }

  /** Is no element loaded that another round stores? */
  #areApart(accesses: readonly Access[]): boolean {
    const { fn, definitions } = this.#cx;
    const roots = accesses.map(
      ({
        inst: {
          args: [array = -1],
        },
      }) => {
        return this.#accesses.inside.has(array) ? undefined : rootsOf(array, definitions);
      },
    );
    return accesses.every(({ inst: store }, k) => {
      if (store.op !== "store") return true;
      return accesses.every(({ inst }, m) => {
        if (m === k || areApartIn(fn, roots[k], roots[m], definitions)) return true;
        return inst.op === "load" && inst.args[0] === store.args[0] && inst.args[1] === store.args[1];
      });
    });
  }

  #interchanged(): Inst {
    const { outer, inner, prelude } = this.#pair;
    const body: Block = { insts: [...prelude, ...inner.body.insts] };
    const along: Block = { insts: [{ ...outer, order: "rows", body }] };
    return { ...inner, args: inner.args.map((id) => this.#outside(id)), order: "rows", body: along };
  }

  /** Of both loops, cut at multiples of a tile from where they start. */
  #tiles(from: ValueId, to: ValueId, low: ValueId, high: ValueId, tile: ValueId): Inst {
    const { outer, inner, prelude } = this.#pair;
    const { ids } = this.#cx;
    const [row, column] = [ids.value(), ids.value()];
    const part = (loop: InstOf<"for">, start: ValueId, end: ValueId, into: Code): InstOf<"for"> => {
      const after = into.emit("add", "i64", [start, tile], { overflow: "absent" });
      const stop = into.emit("smin", "i64", [after, end], {});
      const isNarrow = this.#cx.definitions.typeOf(loop.args[0] ?? -1) === "i32";
      const narrow = (id: ValueId): ValueId => (isNarrow ? into.emit("trunc", "i32", [id], {}) : id);
      return { ...loop, args: [narrow(start), narrow(stop)], order: "tile" };
    };
    const around = (loop: InstOf<"for">, iv: ValueId, start: ValueId, end: ValueId, body: Block): InstOf<"for"> => {
      return {
        ...loop,
        id: ids.value(),
        label: ids.label(),
        iv,
        step: this.#cx.sizes.tile,
        args: [start, end],
        order: "tiles",
        body,
      };
    };
    const [rows, columns] = [new Code(ids, outer.loc), new Code(ids, inner.loc)];
    const partOfOuter = part(outer, row, to, rows);
    const partOfInner = part(inner, column, high, columns);
    const inTile: Block = { insts: [...columns.insts, { ...partOfOuter, body: { insts: [...prelude, partOfInner] } }] };
    const body: Block = { insts: [...rows.insts, around(inner, column, low, high, inTile)] };
    return around(outer, row, from, to, body);
  }

  /** Can it be computed before the loops, even if they have no rounds? */
  readonly #mayHoist = remembered((id: ValueId): boolean => {
    const inst = this.#accesses.inside.get(id);
    return inst === undefined || (TOTAL.has(inst.op) && inst.args.every((arg) => this.#mayHoist(arg)));
  });

  /** The value before the loops. Where these have no rounds, sums may be too large. */
  #outside(id: ValueId): ValueId {
    const inst = this.#accesses.inside.get(id);
    if (inst === undefined) return id;
    const known = this.#before.get(id);
    if (known !== undefined) return known;
    const args = inst.args.map((arg) => this.#outside(arg));
    const total = "overflow" in inst && inst.overflow === "absent" ? { ...inst, overflow: "wraps" as const } : inst;
    const copy = this.#code.again(total, args);
    this.#before.set(id, copy);
    return copy;
  }

  #wide(id: ValueId): ValueId {
    const outside = this.#outside(id);
    const isNarrow = this.#cx.definitions.typeOf(id) === "i32";
    return isNarrow ? this.#code.emit("sext", "i64", [outside], {}) : outside;
  }

  #atLeast(value: ValueId, least: ValueId): ValueId {
    return this.#code.emit("icmp", "i1", [value, least], { pred: "sge" });
  }

  #size(stride: Stride | undefined): ValueId {
    const code = this.#code;
    if (typeof stride === "number") return code.emit("const", "i64", [], { value: BigInt(Math.abs(stride)) });
    const value = this.#wide(stride?.value ?? -1);
    const zero = code.emit("const", "i64", [], { value: 0n });
    const negated = code.emit("sub", "i64", [zero, value], { overflow: "wraps" });
    return code.emit("smax", "i64", [value, negated], {});
  }
}

function valuesIn(stride: Stride | undefined): readonly ValueId[] {
  return typeof stride === "object" ? [stride.value] : [];
}

/** What gives something for whatever there is. */
const TOTAL: ReadonlySet<OpName> = new Set([
  "const",
  "local.get",
  "length",
  "sext",
  "trunc",
  "add",
  "sub",
  "mul",
  "smin",
  "smax",
  "and",
  "or",
  "xor",
  "select",
  "icmp",
]);

/** Does the inner loop go from line to line, the outer one along them? */
function isColumn({ outer, inner }: Access, least: number): boolean {
  const isLong = typeof inner === "number" ? Math.abs(inner) >= least : inner !== undefined;
  return isUnit(outer) && isLong;
}
