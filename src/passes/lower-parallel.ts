/**
 * Makes a function of the body of every parallel loop, over a part of the loop's range, and a `parallel` of the loop.
 *
 *   for L0 %i = %0 to %n step 1 parallel($s sum) { … %x = load %xs, %i … set $s }
 * becomes
 *   parallel kernel.chunk0(%0, %n, %grain, %most, %xs, %s0) step 1 into($s) each(%p) { $s = fadd $s, %p }
 *   func kernel.chunk0(%from: i32, %to: i32, %first: i1, %xs: float64[], %s0: f64) -> f64 {
 *     local.set $s, select %first, %s0, −0
 *     for L0 %i = %from to %to step 1 { … }
 *     return $s
 *   }
 *
 * What the body uses from outside comes in as parameters, so that LLVM sees a loop like any other: no pointer to a closure
 * in it. Constants and lengths are made anew. Runs last: bounds checks have left the loops, and both versions of a loop
 * become functions.
 */
import { FuncBuilder } from "../ir/build.ts";
import { chunkLimit } from "../ir/chunks.ts";
import type { Func, Local, Module, Param, Site } from "../ir/func.ts";
import type { Block, Inst, InstOf, LocalId, Reduction, SiteId, ValueId } from "../ir/ops.ts";
import { Definitions } from "../ir/rewrite.ts";
import { type ArrayType, elementOf, type IrType, isArrayType, type ScalarType, storedScalar } from "../ir/types.ts";
import { forEachInst, mapBlocks, mapInsts, mapOwners, nextIds, usedIn } from "../ir/walk.ts";
import type { Span } from "../source/span.ts";
import { ELEMENTS } from "../types/elements.ts";
import { ApartArrays, type ArrayName } from "./apart-arrays.ts";
import { mayShare, rootsOf, rootsOfLocal } from "./array-roots.ts";
import { emitGrain } from "./chunk-cost.ts";
import { mayThrowEarly } from "./early-errors.ts";
import { hasParallelLoop } from "./find-reductions.ts";
import { readFirst, writtenRefs } from "./liveness.ts";
import { accumulatedArrays, type WrittenArray } from "./own-elements.ts";
import {
  bestPredicate,
  companionOf,
  type ElementOp,
  emitAccumulation,
  emitComparison,
  isAccumulation,
  isConditional,
  neutralElement,
  neutralOfElements,
} from "./reductions.ts";
import { type LaneSum, laneSumsOf, sumInLanes } from "./sum-in-lanes.ts";

export interface ParallelOptions {
  /** Rounds per chunk, when the user says so. */
  readonly chunkSize: number | undefined;
}

export function lowerParallel(module: Module, options: ParallelOptions): Module {
  const { entry } = module;
  if (!hasParallelLoop(entry)) return module;
  const outliner = new Outliner(module, options);
  const visit = (inst: Inst): Inst | readonly Inst[] => {
    if (inst.op === "for" && inst.parallel !== undefined) {
      const accumulated = outliner.accumulated(inst);
      if (!outliner.mayThrowEarly(inst, accumulated))
        return outliner.replace(inst, inst.parallel.reductions, accumulated);
      const { parallel: _none, ...serial } = inst;
      return serial;
    }
    return mapBlocks(inst, (inner) => mapOwners(inner, visit));
  };
  const body = mapOwners(entry.body, visit);
  return {
    ...module,
    entry: { ...entry, locals: outliner.locals, body },
    funcs: [...module.funcs, ...outliner.chunks],
    sites: [...module.sites, ...outliner.sites],
  };
}

/** Each chunk of a loop that accumulates into arrays has memory of its own. */
const MOST_COPIES = 32;

/** One value that goes into the chunks, under the same id there. */
interface Capture {
  readonly id: ValueId;
  readonly name: string;
  readonly type: IrType;
}

/** An array that each chunk is given a copy of, and how the copies are put together. */
interface Merged extends Capture {
  readonly op: ElementOp;
}

class Outliner {
  readonly chunks: Func[] = [];
  readonly sites: Site[] = [];
  readonly #firstSite: number;
  /** For each function, which of its refs it writes. */
  readonly #refs: ReadonlyMap<string, readonly boolean[]>;
  readonly #entry: Func;
  readonly #options: ParallelOptions;
  readonly #definitions: Definitions;
  readonly #apart: ApartArrays;
  readonly #b: FuncBuilder;

  constructor({ entry, funcs, sites }: Module, options: ParallelOptions) {
    const written = writtenRefs(funcs);
    this.#refs = new Map(funcs.map((fn) => [fn.name, fn.refs.map((ref) => written.get(fn.name)?.has(ref) === true)]));
    this.#firstSite = sites.length;
    this.#entry = entry;
    this.#options = options;
    this.#definitions = new Definitions(entry);
    this.#apart = new ApartArrays(entry, this.#definitions);
    this.#b = FuncBuilder.extending(entry, nextIds(entry));
  }

  /** The entry's locals, with those made for its loops. */
  get locals(): readonly Local[] {
    return this.#b.finish({ results: [] }).locals;
  }

  /** The arrays of which each chunk is to have a copy. */
  accumulated(loop: InstOf<"for">): readonly WrittenArray[] {
    return this.#entry.disjoint ? accumulatedArrays(loop, this.#definitions, this.#apart) : [];
  }

  mayThrowEarly(loop: InstOf<"for">, accumulated: readonly WrittenArray[]): boolean {
    return mayThrowEarly(loop, this.#definitions, accumulated);
  }

  replace(loop: InstOf<"for">, given: readonly Reduction[], accumulated: readonly WrittenArray[]): readonly Inst[] {
    const written = this.#writtenIn(loop.body);
    const reductions = given.filter((r) => written.has(r.local));
    const name = this.#newName();
    const used = usedIn(loop.body);
    const sums = laneSumsOf(loop, reductions, this.locals);
    // A chunk that can be in lanes must see whether it is the whole loop.
    const range = sums.length === 0 ? [] : loop.args;
    const values = this.#captured([...used.values, ...range].filter((id) => id !== loop.iv));
    const reduced = new Set(reductions.map((r) => r.local));
    const first = readFirst(loop.body);
    const inward = [...used.locals].filter((local) => reduced.has(local) || !written.has(local));
    for (const local of first)
      if (!inward.includes(local)) throw new Error(`$${local} of ${name} goes from round to round`);

    let insts: readonly Inst[] = [];
    const captures: Capture[] = [...values.passed];
    const initial = new Map<LocalId, ValueId>();
    insts = this.#b.inBlock(() => {
      for (const local of inward) {
        const id = this.#b.get(local, loop.loc);
        initial.set(local, id);
        captures.push({ id, name: this.#local(local).name, type: this.#local(local).type });
      }
    }).insts;
    const merged = this.#merged(accumulated, captures, initial);
    const serial = this.#chunk(name, loop, reductions, values.remade, captures, initial, merged);
    const chunk = sums.length === 0 ? serial : this.#inLanes(serial, loop, sums);
    this.chunks.push(chunk);
    const call = this.#b.inBlock(() => this.#call(loop, reductions, chunk, captures, merged)).insts;
    return [...insts, ...call];
  }

  #site(site: Site): SiteId {
    this.sites.push(site);
    return this.#firstSite + this.sites.length - 1;
  }

  #inLanes(chunk: Func, { args: [start = -1, end = -1], label, loc }: InstOf<"for">, sums: readonly LaneSum[]): Func {
    const site = this.#site({ kind: "index", array: "the lanes", loc });
    return sumInLanes(chunk, label, sums, [start, end], site);
  }

  #merged(
    accumulated: readonly WrittenArray[],
    captures: readonly Capture[],
    initial: ReadonlyMap<LocalId, ValueId>,
  ): readonly Merged[] {
    const ops = new Map(
      accumulated.map(
        ({ op, array, local }) => [local === undefined ? array : (initial.get(local) ?? array), op] as const,
      ),
    );
    return captures.flatMap((c) => {
      const op = ops.get(c.id);
      return op === undefined ? [] : [{ ...c, op }];
    });
  }

  #newName(): string {
    const base = `${this.#entry.name}.chunk${this.chunks.length}`;
    let name = base;
    for (let i = 1; this.#refs.has(name); i++) name = `${base}.${i}`;
    return name;
  }

  /** Unlike what a call is merely given, which comes in like any other variable. */
  #writtenIn(body: Block): ReadonlySet<LocalId> {
    const written = new Set<LocalId>();
    forEachInst(body, (inst) => {
      if (inst.op === "local.set") written.add(inst.local);
      if (inst.op !== "call") return;
      for (const local of inst.into) written.add(local);
      const refs = this.#refs.get(inst.callee) ?? [];
      for (const [i, isWritten] of refs.entries()) if (isWritten) written.add(inst.refs[i] ?? -1);
    });
    return written;
  }

  #local(id: LocalId): Local {
    const local = this.#entry.locals.find((l) => l.id === id);
    if (local === undefined) throw new Error(`no local $${id} in ${this.#entry.name}`);
    return local;
  }

  /** Which of the values to pass, and which to make anew: what is cheap, and tells LLVM more than a parameter would. */
  #captured(ids: readonly ValueId[]): { passed: Capture[]; remade: Inst[] } {
    const passed = new Map<ValueId, Capture>();
    const remade = new Map<ValueId, Inst>();
    const take = (id: ValueId): void => {
      if (passed.has(id) || remade.has(id)) return;
      const inst = this.#definitions.inst(id);
      if (inst !== undefined && isCheap(inst) && this.#isRemakeable(inst)) {
        inst.args.forEach(take);
        remade.set(id, inst);
        return;
      }
      const type = this.#definitions.typeOf(id);
      if (type === undefined) throw new Error(`%${id} of ${this.#entry.name} has no type`);
      const name = this.#entry.params.find((p) => p.id === id)?.name ?? `v${id}`;
      passed.set(id, { id, name, type });
    };
    ids.forEach(take);
    return { passed: [...passed.values()], remade: [...remade.values()] };
  }

  /** Of constants and lengths only: otherwise more would have to be passed than is saved. */
  #isRemakeable(inst: Inst): boolean {
    if (inst.op === "length") return true;
    return inst.args.every((arg) => {
      const from = this.#definitions.inst(arg);
      return from !== undefined && isCheap(from) && this.#isRemakeable(from);
    });
  }

  // ── the chunk's function ──

  #chunk(
    name: string,
    loop: InstOf<"for">,
    reductions: readonly Reduction[],
    remade: readonly Inst[],
    captures: readonly Capture[],
    initial: ReadonlyMap<LocalId, ValueId>,
    merged: readonly Merged[],
  ): Func {
    const counter = this.#definitions.typeOf(loop.iv) === "i64" ? "i64" : "i32";
    const next = nextIds({ ...this.#entry, body: { insts: [...this.#entry.body.insts, loop] } });
    // The captures' ids come from the entry's builder and may be newer than anything in the entry.
    const fresh = captures.reduce((max, c) => Math.max(max, c.id + 1), next.value);
    const [from, to, isFirst] = [fresh, fresh + 1, fresh + 2];
    // A merged array comes in under another id: in the body its own stands for the chunk's copy.
    const whole = new Map(merged.map((c, i) => [c.id, fresh + 3 + i]));
    const params: Param[] = [
      { id: from, name: "from", type: counter },
      { id: to, name: "to", type: counter },
      { id: isFirst, name: "first", type: "i1" },
      ...captures.map((c) => ({ ...c, id: whole.get(c.id) ?? c.id })),
    ];
    const used = usedIn(loop.body).locals;
    const locals = this.#entry.locals.filter((l) => used.has(l.id) || initial.has(l.id));
    const shell: Func = {
      name,
      params,
      results: [],
      locals,
      refs: [],
      recursive: false,
      disjoint: false,
      body: { insts: [] },
    };
    const b = FuncBuilder.extending(shell, { value: fresh + 3 + merged.length, label: next.label });
    for (const c of merged) this.#copyFor(b, c, whole.get(c.id) ?? -1, isFirst, loop);
    for (const inst of remade) b.append(inst);
    for (const [local, id] of initial) {
      const reduction = reductions.find((r) => r.local === local);
      const { type } = this.#local(local);
      const neutral = reduction === undefined ? undefined : neutralElement(reduction.op, type as ScalarType);
      if (neutral === undefined) b.set(local, id, loop.loc);
      else {
        const other = b.constant(type as ScalarType, neutral, loop.loc);
        b.set(local, b.emit("select", type, [isFirst, id, other], {}, loop.loc), loop.loc);
      }
    }
    const touched = new Map<LocalId, LocalId>();
    for (const r of reductions)
      if (isConditional(r.op)) touched.set(r.local, b.local(`${this.#local(r.local).name}.set`, "i1"));
    const { parallel: _done, ...serial } = loop;
    b.append({ ...serial, args: [from, to], body: this.#noting(b, loop.body, touched) });
    const results: ValueId[] = [];
    for (const r of reductions) {
      results.push(b.get(r.local, loop.loc));
      const flag = touched.get(r.local);
      if (flag !== undefined) results.push(b.get(flag, loop.loc));
    }
    for (const c of merged) results.push(c.id);
    const types = results.map((id) => b.typeOf(id));
    b.emit("return", "void", results, {}, loop.loc);
    return b.finish({ results: types, disjoint: this.#entry.disjoint && this.#areApart(loop, captures, initial) });
  }

  /** The first chunk works on the array itself, every other on what changes nothing. */
  #copyFor(b: FuncBuilder, array: Merged, whole: ValueId, isFirst: ValueId, loop: InstOf<"for">): void {
    const { loc } = loop;
    if (!isArrayType(array.type)) return;
    const elem = elementOf(array.type);
    const mine = b.local(`${array.name}.mine`, array.type);
    b.set(mine, whole, loc);
    b.if(
      isFirst,
      loc,
      () => {},
      () => {
        const length = b.emit("sext", "i64", [b.emit("length", "i32", [whole], {}, loc)], {}, loc);
        const site = this.#site({ kind: "length", constructorName: ELEMENTS[elem].constructorName, loc });
        const made = b.emit("array.new", array.type, [length], { elem, site }, loc);
        const neutral = neutralOfElements(array.op, elem);
        if (!Object.is(neutral, 0) && neutral !== 0n) this.#fill(b, made, whole, neutral, loop);
        b.set(mine, made, loc);
      },
    );
    const [get] = b.inBlock(() => b.get(mine, loc)).insts;
    if (get !== undefined) b.append({ ...get, id: array.id });
  }

  /** The body, noting which of the locals it sets. */
  #noting(b: FuncBuilder, body: Block, touched: ReadonlyMap<LocalId, LocalId>): Block {
    if (touched.size === 0) return body;
    const visit = (inst: Inst): Inst | readonly Inst[] => {
      const flag = inst.op === "local.set" ? touched.get(inst.local) : undefined;
      if (flag === undefined) return mapBlocks(inst, (inner) => mapInsts(inner, visit));
      return [inst, ...b.inBlock(() => b.set(flag, b.constant("i1", true, inst.loc), inst.loc)).insts];
    };
    return mapInsts(body, visit);
  }

  /** Are the arrays known to be different memory, each from every other? */
  #areApart(loop: InstOf<"for">, captures: readonly Capture[], initial: ReadonlyMap<LocalId, ValueId>): boolean {
    const locals = new Map([...initial].map(([local, id]) => [id, local]));
    const arrays = captures
      .filter((c) => isArrayType(c.type))
      .map(({ id }) => {
        const local = locals.get(id);
        const name: ArrayName = local === undefined ? `%${id}` : `$${local}`;
        const roots = local === undefined ? rootsOf(id, this.#definitions) : rootsOfLocal(local, this.#definitions);
        return { name, roots };
      });
    return arrays.every((a, k) =>
      arrays.slice(0, k).every((b) => !mayShare(a.roots, b.roots) || this.#apart.areApart(loop.label, a.name, b.name)),
    );
  }

  // ── the loop's place ──

  #call(
    loop: InstOf<"for">,
    reductions: readonly Reduction[],
    chunk: Func,
    captures: readonly Capture[],
    merged: readonly Merged[],
  ): void {
    const b = this.#b;
    const { loc } = loop;
    const into: LocalId[] = [];
    const partials = chunk.results.map((type) => b.value(type));
    const partialOf = new Map<LocalId, { readonly value: ValueId; readonly touched: ValueId | undefined }>();
    for (const r of reductions) {
      const value = partials[into.length] ?? -1;
      into.push(r.local);
      if (!isConditional(r.op)) {
        partialOf.set(r.local, { value, touched: undefined });
        continue;
      }
      const touched = partials[into.length];
      into.push(b.local(`${this.#local(r.local).name}.set`, "i1"));
      partialOf.set(r.local, { value, touched });
    }
    const parts = new Map<Merged, ValueId>();
    for (const c of merged) {
      parts.set(c, partials[into.length] ?? -1);
      into.push(b.local(`${c.name}.first`, c.type));
    }
    const combine = b.inBlock(() => {
      for (const [whole, part] of parts) this.#joinElements(whole, part, loop);
      for (const r of reductions) {
        const partial = partialOf.get(r.local);
        if (partial !== undefined) this.#combine(r, reductions, partial, partialOf, loop);
      }
    });
    const { chunkSize } = this.#options;
    const grain =
      chunkSize === undefined
        ? emitGrain(b, this.#entry, loop, this.#definitions)
        : b.constant("i64", BigInt(chunkSize), loc);
    const most = this.#most(loop, chunk, merged);
    const [start = -1, end = -1] = loop.args;
    b.emit(
      "parallel",
      "void",
      [start, end, grain, most, ...captures.map((c) => c.id)],
      {
        callee: chunk.name,
        step: loop.step,
        into,
        partials,
        combine,
      },
      loc,
    );
  }

  /** Making and merging the chunks' copies must not take longer than half the loop's rounds. */
  #most({ args: [start = -1, end = -1], step, loc }: InstOf<"for">, chunk: Func, merged: readonly Merged[]): ValueId {
    const b = this.#b;
    const limit = chunkLimit(chunk.results);
    if (merged.length === 0) return b.constant("i64", BigInt(limit), loc);
    const wide = (id: ValueId, type: IrType | undefined): ValueId =>
      type === "i64" ? id : b.emit("sext", "i64", [id], {}, loc);
    const ofCounter = (id: ValueId): ValueId => wide(id, this.#definitions.typeOf(id));
    const absent = { overflow: "absent" } as const;
    const [from, to] = step > 0 ? [start, end] : [end, start];
    const distance = b.emit("sub", "i64", [ofCounter(to), ofCounter(from)], absent, loc);
    let elements = b.constant("i64", 1n, loc);
    for (const c of merged) {
      const length = wide(b.emit("length", "i32", [c.id], {}, loc), "i32");
      elements = b.emit("add", "i64", [elements, length], absent, loc);
    }
    const perCopy = b.emit("mul", "i64", [elements, b.constant("i64", BigInt(2 * Math.abs(step)), loc)], absent, loc);
    const copies = b.emit("sdiv", "i64", [distance, perCopy], {}, loc);
    const chunks = b.emit("add", "i64", [copies, b.constant("i64", 1n, loc)], absent, loc);
    return b.emit("smin", "i64", [chunks, b.constant("i64", BigInt(Math.min(limit, MOST_COPIES)), loc)], {}, loc);
  }

  #fill(b: FuncBuilder, array: ValueId, like: ValueId, value: number | bigint, { loc }: InstOf<"for">): void {
    const elem = elementOf(b.typeOf(array) as ArrayType);
    const type = storedScalar(elem);
    const site = this.#site({ kind: "index", array: "a copy", loc });
    const length = b.emit("length", "i32", [like], {}, loc);
    const filling = b.constant(type, type === "i32" ? Number(value) | 0 : value, loc);
    b.for(b.constant("i32", 0, loc), length, 1, loc, (j) => {
      b.emit("store", "void", [array, j, filling], { bounds: "proved", site }, loc);
    });
  }

  /** whole[j] = whole[j] and part[j], joined. */
  #joinElements(whole: Merged, part: ValueId, { loc }: InstOf<"for">): void {
    const b = this.#b;
    if (!isArrayType(whole.type)) return;
    const elem = elementOf(whole.type);
    const type = ELEMENTS[elem].scalar;
    const site = this.#site({ kind: "index", array: whole.name, loc });
    const access = { bounds: "proved", site } as const;
    const length = b.emit("length", "i32", [whole.id], {}, loc);
    b.for(b.constant("i32", 0, loc), length, 1, loc, (j) => {
      const x = b.emit("load", type, [whole.id, j], access, loc);
      const y = b.emit("load", type, [part, j], access, loc);
      const joined = this.#joined(whole.op, type, x, y, loc);
      const stored = storedScalar(elem) === type ? joined : b.emit("trunc", "i32", [joined], {}, loc);
      b.emit("store", "void", [whole.id, j, stored], access, loc);
    });
  }

  #joined(op: ElementOp, type: ScalarType, x: ValueId, y: ValueId, loc: Span): ValueId {
    if (isAccumulation(op)) return emitAccumulation(this.#b, op, type, x, y, loc);
    const better = emitComparison(this.#b, bestPredicate(op) ?? "", type, y, x, loc);
    return this.#b.emit("select", type, [better, y, x], {}, loc);
  }

  #combine(
    r: Reduction,
    reductions: readonly Reduction[],
    partial: { readonly value: ValueId; readonly touched: ValueId | undefined },
    partialOf: ReadonlyMap<LocalId, { readonly value: ValueId }>,
    { loc }: InstOf<"for">,
  ): void {
    const b = this.#b;
    const type = this.#local(r.local).type as ScalarType;
    if (isAccumulation(r.op)) {
      const { op } = r;
      const join = (): void =>
        b.set(r.local, emitAccumulation(b, op, type, b.get(r.local, loc), partial.value, loc), loc);
      if (partial.touched === undefined) join();
      else b.if(partial.touched, loc, join);
      return;
    }
    const pred = bestPredicate(r.op);
    if (partial.touched === undefined) return;
    if (pred === undefined) {
      b.if(partial.touched, loc, () => b.set(r.local, partial.value, loc));
      return;
    }
    b.if(partial.touched, loc, () => {
      const better = emitComparison(b, pred, type, partial.value, b.get(r.local, loc), loc);
      b.if(better, loc, () => {
        b.set(r.local, partial.value, loc);
        for (const other of reductions) {
          const value = partialOf.get(other.local)?.value;
          if (companionOf(other.op) === r.local && value !== undefined) b.set(other.local, value, loc);
        }
      });
    });
  }
}

function isCheap(inst: Inst): boolean {
  return ["const", "length", "array.table", "sext", "zext", "sitofp", "fpext"].includes(inst.op);
}
