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
import { type Inst, type InstOf, type LocalId, ROWS, type SiteId, type ValueId } from "../ir/ops.ts";
import { copyInst } from "../ir/rewrite.ts";
import type { ScalarType } from "../ir/types.ts";
import { instsIn, localsWrittenIn, mapBlocks, mapFuncs, mapOwners, withBody } from "../ir/walk.ts";
import { remembered } from "../source/remembered.ts";
import type { ElementKind } from "../types/elements.ts";
import { Code } from "./code.ts";
import { Columns, ColumnsContext, type Item, itemsOf, type Part } from "./columns.ts";
import { readFirst } from "./liveness.ts";
import type { Stride } from "./strides.ts";

/** Columns side by side, of doubles: four vectors of eight, as many as keep the adders busy. Of what is narrower, twice as many. */
const STRIP = 32;
/** Columns that are worth it. */
const LEAST_COLUMNS = 8;
/** Variables and values to be kept for each column: of more there aren't registers for all. */
const MAX_KEPT = 6;

/** Smaller in tests, where matrices are. */
export interface StripOptions {
  readonly strip?: number;
  readonly least?: number;
}

export function stripColumns(module: Module, { strip = STRIP, least = LEAST_COLUMNS }: StripOptions = {}): Module {
  const treat = (fn: Func): Func => (fn.seldom || fn.separate || fn.recursive ? fn : inFunction(fn, { strip, least }));
  return mapFuncs(module, treat);
}

function inFunction(fn: Func, sizes: Required<StripOptions>): Func {
  let cx: ColumnsContext | undefined;
  const visit = (inst: Inst): Inst | readonly Inst[] => {
    const items = inst.op === "for" ? itemsOf(inst) : undefined;
    if (inst.op !== "for" || items === undefined) return mapBlocks(inst, (block) => mapOwners(block, visit));
    cx ??= new ColumnsContext(fn);
    const columns = new Columns(inst, items, cx);
    const strips = columns.areIndependent() ? new Strips(columns, cx, sizes).result() : undefined;
    return strips ?? mapBlocks(inst, (block) => mapOwners(block, visit));
  };
  return withBody(fn, mapOwners(fn.body, visit));
}

/** Will the rounds of a parallel loop of `fn` run in strips, given enough of them in a chunk? */
export function goesInStrips(fn: Func, loop: InstOf<"for">): boolean {
  const { parallel: _, ...alone } = loop;
  const items = itemsOf(alone);
  if (items === undefined) return false;
  return new Columns(alone, items, new ColumnsContext(fn)).areIndependent();
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
  readonly #cx: ColumnsContext;
  readonly #least: number;
  readonly #code: Code;
  readonly #type: "i32" | "i64";
  readonly #size: number;
  /** Variables that go from part to part, or from round to round of an inner loop. */
  readonly #locals: ReadonlyMap<LocalId, ScalarType>;
  /** Values that a later part uses and that can't be computed there again. */
  readonly #values = new Map<ValueId, ScalarType>();
  /** For accesses that never fail. */
  readonly #site: SiteId;

  constructor(columns: Columns, cx: ColumnsContext, { strip, least }: Required<StripOptions>) {
    this.#columns = columns;
    this.#cx = cx;
    this.#least = least;
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
    this.#size = isWide ? strip : strip * 2;
  }

  result(): readonly Inst[] | undefined {
    const { outer, steps } = this.#columns;
    const kept = [...this.#locals.values(), ...this.#values.values()];
    if (kept.length > MAX_KEPT || kept.some((type) => KEPT_IN[type] === undefined)) return undefined;
    const { ids } = this.#cx;
    const code = this.#code;
    const [from = -1, to = -1] = outer.args;
    const [wideFrom, wideTo] = [this.#wide(code, from), this.#wide(code, to)];
    const rounds = code.emit("sub", "i64", [wideTo, wideFrom], {
      overflow: "wraps",
    });
    const size = wideConst(code, this.#size);
    const tests = [atLeast(code, rounds, wideConst(code, this.#least))];
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
