/**
 * Makes minima and maxima of what is written with comparisons, as LLVM vectorises the first only.
 *
 *   for … {                                          %o = local.get $lo
 *     %x = load %a, %i                               local.set $m, %o; local.set $z, 2147483647
 *     %c = fcmp %x, (local.get $lo) {pred: olt}      for … {
 *     if %c { local.set $lo, %x }              →       $m = fmin $m, (%x is NaN ? Infinity : %x)
 *   }                                                  $z = smin $z, (%x = 0 ? %i : 2147483647)
 *                                                    }
 *                                                    $lo = $m = 0 ? the zero that came first, %o or the one at $z : $m
 *
 * A comparison passes NaN over, where Math.min would give it; and of −0 and 0 it keeps what came first (with `<=` last), where a
 * minimum gives −0. That is worth it where a loop has nothing else around it, for which the steps after it are nothing. Where
 * fastmath says that there is no NaN and that zeros have no sign, a minimum is all it takes, in any loop.
 */
import type { Func, Local } from "../ir/func.ts";
import type { Block, Inst, InstOf, LocalId, ValueId } from "../ir/ops.ts";
import { ROWS } from "../ir/ops.ts";
import { Definitions, FreshIds } from "../ir/rewrite.ts";
import type { IrType } from "../ir/types.ts";
import { forEachInst, instsIn, localsWrittenIn, mapBlocks, mapOwners } from "../ir/walk.ts";
import { Code } from "./code.ts";
import { keepOrSet } from "./keep-or-set.ts";
import type { Pass } from "./pass.ts";

export const findExtremes: Pass = {
  name: "find-extremes",
  run(fn: Func): Func {
    let floats = false;
    forEachInst(fn.body, (inst) => {
      floats ||= inst.op === "fcmp" && inst.pred !== "oeq" && inst.pred !== "une";
    });
    return floats ? new Finder(fn).run() : fn;
  },
};

/** `if (x < local) local = x`, in a loop's body. */
interface Extreme {
  readonly branch: InstOf<"if">;
  readonly get: InstOf<"local.get">;
  readonly local: LocalId;
  readonly value: ValueId;
  readonly least: boolean;
  /** `<=`: of equal ones the last is kept. */
  readonly last: boolean;
  readonly test: InstOf<"fcmp">;
}

class Finder {
  readonly #fn: Func;
  readonly #ids: FreshIds;
  readonly #locals: Local[];
  /** How often each local is read, in the whole function. */
  readonly #reads = new Map<LocalId, number>();
  #definitions: Definitions;

  constructor(fn: Func) {
    this.#fn = fn;
    this.#ids = new FreshIds(fn);
    this.#locals = [...fn.locals];
    this.#definitions = new Definitions(fn);
    countReads(fn.body, this.#reads);
  }

  run(): Func {
    const body = this.#block(this.#fn.body, false);
    return body === this.#fn.body ? this.#fn : { ...this.#fn, locals: this.#locals, body };
  }

  #block(block: Block, inLoop: boolean): Block {
    return mapOwners(block, (inst) => {
      if (inst.op !== "for" && inst.op !== "loop") return mapBlocks(inst, (b) => this.#block(b, inLoop));
      const inner = mapBlocks(inst, (b) => this.#block(b, true)) as InstOf<"for"> | InstOf<"loop">;
      return this.#loop(inner, inLoop);
    });
  }

  #loop(given: InstOf<"for"> | InstOf<"loop">, inLoop: boolean): readonly Inst[] | Inst {
    const loop = { ...given, body: this.#plain(given.body) };
    const found = this.#extremes(loop.body);
    if (found.length === 0) return given;
    const before: Inst[] = [];
    const after: Inst[] = [];
    const changes = new Map<Inst, readonly Inst[]>();
    for (const e of found) {
      if (e.test.fast.includes("nnan") && e.test.fast.includes("nsz")) {
        changes.set(e.branch, this.#relaxed(e));
        continue;
      }
      const exact = inLoop || loop.op !== "for" ? undefined : this.#exact(loop, e);
      if (exact === undefined) continue;
      before.push(...exact.before);
      changes.set(e.branch, exact.inside);
      after.push(...exact.after);
    }
    if (changes.size === 0) return given;
    const insts = loop.body.insts.flatMap((inst) => changes.get(inst) ?? [inst]);
    return [...before, { ...loop, body: { insts } }, ...after];
  }

  /** With conditional assignments as sets under a condition, if nobody else looks at the temporaries that this saves. */
  #plain(body: Block): Block {
    const plain = keepOrSet(body, () => this.#ids.value());
    if (plain === body) return body;
    const left = localsWrittenIn(plain);
    const reads = new Map<LocalId, number>();
    countReads(body, reads);
    for (const local of localsWrittenIn(body))
      if (!left.has(local) && reads.get(local) !== this.#reads.get(local)) return body;
    this.#definitions.addBlock(plain);
    return plain;
  }

  #extremes(body: Block): Extreme[] {
    const reads = new Map<LocalId, number>();
    countReads(body, reads);
    return body.insts.flatMap((branch, at): Extreme[] => {
      if (branch.op !== "if" || branch.else.insts.length > 0) return [];
      const set = branch.then.insts.at(-1);
      const test = this.#definitions.inst(branch.args[0] ?? -1);
      if (set?.op !== "local.set" || test?.op !== "fcmp" || !body.insts.includes(test)) return [];
      const { local } = set;
      const [x = -1, y = -1] = test.args;
      for (const [value, old] of [
        [x, y],
        [y, x],
      ] as const) {
        const get = this.#definitions.inst(old);
        if (get?.op !== "local.get" || get.local !== local || !this.#same(set.args[0] ?? -1, value)) continue;
        const from = Math.min(body.insts.indexOf(get), this.#readFrom(body, value, set.args[0] ?? -1));
        const between = body.insts.slice(from, at);
        // Nothing is written between the test and the set; the local is for nothing else in the loop.
        if (from < 0 || between.some((inst) => mayWrite(inst)) || reads.get(local) !== 1) continue;
        if (this.#fn.refs.includes(local) || setsOf(body, local) !== 1) continue;
        // What else the branch does is left out.
        if (!branch.then.insts.slice(0, -1).every((inst) => this.#isIdle(inst, value))) continue;
        const less = test.pred === "olt" || test.pred === "ole";
        if (!less && test.pred !== "ogt" && test.pred !== "oge") continue;
        const last = test.pred === "ole" || test.pred === "oge";
        return [{ branch, get, local, value, least: less === (value === x), last, test }];
      }
      return [];
    });
  }

  /** Does an instruction nothing but compute, or read what `value` has just been read from? */
  #isIdle(inst: Inst, value: ValueId): boolean {
    if (inst.op === "local.get" || ROWS[inst.op].effect === "pure") return true;
    if (inst.op !== "load") return false;
    const compared = this.#definitions.inst(value);
    const read = compared?.op === "fpext" ? (compared.args[0] ?? -1) : value;
    return inst.bounds !== "checked" || this.#same(inst.id, read);
  }

  /** Are two values one? Loads of the same element are, where nothing is written between them. */
  #same(a: ValueId, b: ValueId): boolean {
    if (a === b) return true;
    const [p, q] = [this.#definitions.inst(a), this.#definitions.inst(b)];
    if (p === undefined || q === undefined || p.op !== q.op || (p.op !== "load" && p.op !== "fpext")) return false;
    return p.args.every((arg, i) => this.#same(arg, q.args[i] ?? -1));
  }

  /** Where in the body that is read which `again` reads once more; −1 when that is outside. */
  #readFrom(body: Block, value: ValueId, again: ValueId): number {
    const inst = this.#definitions.inst(value);
    if (value === again || inst === undefined) return Number.POSITIVE_INFINITY;
    const other = this.#definitions.inst(again);
    return Math.min(
      body.insts.indexOf(inst),
      ...inst.args.map((arg, i) => this.#readFrom(body, arg, other?.args[i] ?? -1)),
    );
  }

  /** A minimum, of what has no NaN and zeros without a sign. */
  #relaxed({ branch, get, local, value, least, test }: Extreme): readonly Inst[] {
    const code = new Code(this.#ids, branch.loc);
    const best = code.emit(least ? "fmin" : "fmax", get.type, [get.id, value], { fast: test.fast });
    code.emit("local.set", "void", [best], { local });
    return code.insts;
  }

  #exact(
    loop: InstOf<"for">,
    e: Extreme,
  ): { before: readonly Inst[]; inside: readonly Inst[]; after: readonly Inst[] } | undefined {
    if (loop.parallel !== undefined || !isQuiet(loop.body)) return undefined;
    const { type } = e.get;
    if (type === "void") return undefined;
    const element = this.#elementAt(loop, e.value);
    if (element === undefined && (e.last || !this.#neverNegativeZero(e.value))) return undefined;
    const { loc } = e.branch;
    const name = this.#locals.find((l) => l.id === e.local)?.name ?? "extreme";
    const best = this.#local(name, type);
    const indexType = this.#definitions.typeOf(loop.iv) === "i64" ? "i64" : "i32";
    const at = element === undefined ? undefined : this.#local(`${name}.zero`, indexType);
    // Of the zeros the first is meant, or the last.
    const lowest = !e.last === loop.step > 0;
    const none = lowest ? 2147483647 : -2147483648;

    const before = new Code(this.#ids, loc);
    const old = before.emit("local.get", type, [], { local: e.local });
    before.emit("local.set", "void", [old], { local: best });
    const number = (code: Code, value: number): ValueId => code.emit("const", type, [], { value });
    const index = (code: Code, value: number): ValueId =>
      code.emit("const", indexType, [], { value: indexType === "i64" ? BigInt(value) : value });
    // Where LLVM knows what changes nothing, it makes a minimum under a condition of it, which it doesn't vectorise.
    const hidden = before.emit("opaque", "i1", [before.emit("const", "i1", [], { value: true })], {});
    const infinity = number(before, e.least ? Infinity : -Infinity);
    const worst = before.emit("select", type, [hidden, infinity, number(before, 0)], {});
    let nowhere = -1;
    if (at !== undefined) {
      nowhere = before.emit("select", indexType, [hidden, index(before, none), index(before, 0)], {});
      before.emit("local.set", "void", [nowhere], { local: at });
    }

    const inside = new Code(this.#ids, loc);
    const isNumber = inside.emit("fcmp", "i1", [e.value, e.value], { pred: "oeq", fast: [] });
    const x = inside.emit("select", type, [isNumber, e.value, worst], {});
    const so = inside.emit("local.get", type, [], { local: best });
    const better = inside.emit(e.least ? "fmin" : "fmax", type, [so, x], { fast: ["nsz"] });
    inside.emit("local.set", "void", [better], { local: best });
    if (at !== undefined) {
      const isZero = inside.emit("fcmp", "i1", [e.value, number(inside, 0)], { pred: "oeq", fast: [] });
      const here = inside.emit("select", indexType, [isZero, loop.iv, nowhere], {});
      const first = inside.emit("local.get", indexType, [], { local: at });
      const zero = inside.emit(lowest ? "smin" : "smax", indexType, [first, here], {});
      inside.emit("local.set", "void", [zero], { local: at });
    }

    const after = new Code(this.#ids, loc);
    const result = after.emit("local.get", type, [], { local: best });
    const isZero = (code: Code, value: ValueId): ValueId =>
      code.emit("fcmp", "i1", [value, number(code, 0)], { pred: "oeq", fast: [] });
    const keep: Block = { insts: [] };
    const take = (value: (code: Code) => ValueId): Block => {
      const code = new Code(this.#ids, loc);
      code.emit("local.set", "void", [value(code)], { local: e.local });
      return { insts: code.insts };
    };
    const zeroCase = new Code(this.#ids, loc);
    const stays: ValueId[] = e.last ? [] : [isZero(zeroCase, old)];
    if (at !== undefined) {
      const place = zeroCase.emit("local.get", indexType, [], { local: at });
      stays.push(zeroCase.emit("icmp", "i1", [place, nowhere], { pred: "eq" }));
    }
    const [first = -1, second] = stays;
    const kept = second === undefined ? first : zeroCase.emit("or", "i1", [first, second], {});
    const other = take((code) => (at === undefined ? result : (element?.(code, at, indexType) ?? result)));
    zeroCase.branch(kept, keep, other);
    after.branch(
      isZero(after, result),
      { insts: zeroCase.insts },
      take(() => result),
    );
    return { before: before.insts, inside: inside.insts, after: after.insts };
  }

  /** How to read a value for another round: of an array that is there before the loop, at the loop's own counter. */
  #elementAt(
    loop: InstOf<"for">,
    value: ValueId,
  ): ((code: Code, at: LocalId, type: "i32" | "i64") => ValueId) | undefined {
    const outer = this.#definitions.inst(value);
    const widens = outer?.op === "fpext";
    const load = widens ? this.#definitions.inst(outer.args[0] ?? -1) : outer;
    if (load?.op !== "load" || load.args[1] !== loop.iv) return undefined;
    const [array = -1] = load.args;
    const made = this.#definitions.inst(array);
    if (made !== undefined && contains(loop.body, made)) return undefined;
    const { type: elementType, site } = load;
    if (elementType === "void") return undefined;
    return (code, at, type) => {
      const index = code.emit("local.get", type, [], { local: at });
      // It has been read at that index before.
      const read = code.emit("load", elementType, [array, index], { bounds: "proved", site });
      return widens ? code.emit("fpext", "f64", [read], {}) : read;
    };
  }

  #neverNegativeZero(id: ValueId): boolean {
    const inst = this.#definitions.inst(id);
    const [a = -1, b = -1] = inst?.args ?? [];
    switch (inst?.op) {
      case "fabs":
      case "sitofp":
      case "uitofp":
        return true;
      case "fmul":
        return a === b || this.#same(a, b);
      case "fadd":
        return this.#neverNegativeZero(a) || this.#neverNegativeZero(b);
      case "fpext":
      case "fsqrt":
        return this.#neverNegativeZero(a);
      default:
        return false;
    }
  }

  #local(name: string, type: IrType): LocalId {
    const id = this.#ids.local();
    this.#locals.push({ id, name, type });
    return id;
  }
}

function mayWrite(inst: Inst): boolean {
  let writes = false;
  forEachInst({ insts: [inst] }, (i) => {
    writes ||= ROWS[i.op].effect === "writes" && i.op !== "local.set";
  });
  return writes;
}

/** Nothing happens in it but that locals are set, and nothing leaves it. */
function isQuiet(body: Block): boolean {
  let quiet = true;
  forEachInst(body, (inst) => {
    const { effect } = ROWS[inst.op];
    if (inst.op !== "local.set" && inst.op !== "if" && effect !== "pure" && effect !== "reads") quiet = false;
  });
  return quiet;
}

function contains(body: Block, wanted: Inst): boolean {
  return instsIn(body).includes(wanted);
}

function setsOf(body: Block, local: LocalId): number {
  let count = 0;
  forEachInst(body, (inst) => {
    if (inst.op === "local.set" && inst.local === local) count++;
  });
  return count;
}

function countReads(body: Block, reads: Map<LocalId, number>): void {
  const read = (local: LocalId): void => {
    reads.set(local, (reads.get(local) ?? 0) + 1);
  };
  for (const inst of instsIn(body)) {
    if (inst.op === "local.get") read(inst.local);
    else if (inst.op === "call") inst.refs.forEach(read);
  }
}
