/**
 * Loops whose rounds go through a column each, for strip-columns.ts: what a round consists of, and whether rounds share nothing but what
 * they read.
 */
import type { Func } from "../ir/func.ts";
import type { Inst, InstOf, LocalId, OpName, ValueId } from "../ir/ops.ts";
import { Definitions, FreshIds } from "../ir/rewrite.ts";
import { blocksOf, byId, forEachInst, instsIn, localsWrittenIn } from "../ir/walk.ts";
import { remembered } from "../source/remembered.ts";
import { areApartIn, rootsOf } from "./array-roots.ts";
import { carriedIn, liveAroundLoops, readFirst } from "./liveness.ts";
import { isPlain } from "./plain-loops.ts";
import { constantRounds } from "./rounds.ts";
import { isUnit, type Stride, Strides } from "./strides.ts";

/** More instructions aren't worth three more copies, nor would what they compute stay in registers. */
const MAX_BODY = 64;
/** Sums of a constant number of terms LLVM writes out, and makes vectors of the loop around them. */
const UNROLLED = 32;

/** A function that has such loops. */
export class ColumnsContext {
  readonly fn: Func;
  readonly ids: FreshIds;
  readonly definitions: Definitions;
  #live: ReturnType<typeof liveAroundLoops> | undefined;

  constructor(fn: Func) {
    this.fn = fn;
    this.ids = new FreshIds(fn);
    this.definitions = new Definitions(fn);
  }

  isLiveAfter(loop: InstOf<"for">, local: LocalId): boolean {
    this.#live ??= liveAroundLoops(this.fn);
    return this.#live.get(loop.label)?.after.has(local) !== false;
  }
}

/** Plain instructions that stand together, in loops inside the outer one or in none. */
export interface Part {
  readonly loops: readonly InstOf<"for">[];
  readonly insts: readonly Inst[];
}

/** A round of a loop is one thing after the other: parts, and loops of such. */
export type Item = Part | { readonly loop: InstOf<"for">; readonly items: readonly Item[] };

/** Before it costs anything to find out more; undefined for what isn't made of plain loops. */
export function itemsOf(outer: InstOf<"for">): readonly Item[] | undefined {
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
export class Columns {
  readonly outer: InstOf<"for">;
  readonly items: readonly Item[];
  readonly parts: readonly Part[];
  readonly inside: ReadonlyMap<ValueId, Inst>;
  readonly written: ReadonlySet<LocalId>;
  readonly strides: Strides;
  /** Of columns with elements that are stored: no two of a strip must run into each other. */
  readonly steps: Stride[] = [];
  readonly #cx: ColumnsContext;
  readonly #loops: readonly InstOf<"for">[];
  readonly #counters: ReadonlySet<ValueId>;

  constructor(outer: InstOf<"for">, items: readonly Item[], cx: ColumnsContext) {
    this.outer = outer;
    this.items = items;
    this.parts = partsOf(items);
    this.#cx = cx;
    this.inside = byId(instsIn(outer.body));
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
    const made = byId(instsIn({ insts }));
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
