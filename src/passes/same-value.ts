/**
 * Is a value that is computed twice in one round of a loop the same both times?
 *
 *   counts[bin(a[i])] = counts[bin(a[i])] + 1        if (f(x[i]) > best) { best = f(x[i]); at = i; }
 *
 * Takes two values and follows their operands: the same instructions of the same operands give the same, and so do two
 * readings of memory or of a variable when nothing was written in between. Variables are followed to what sets them. Where
 * branches do, as in a helper function that is inlined twice, both must be set by statements that do alike: the same branches
 * under the same conditions, with the same values for variables that correspond.
 */
import {
  type Block,
  type Inst,
  type InstOf,
  type LabelId,
  type LocalId,
  type OpName,
  ROWS,
  type ValueId,
} from "../ir/ops.ts";
import type { Definitions } from "../ir/rewrite.ts";
import { blocksOf, forEachInst, isLoop, localsWrittenIn } from "../ir/walk.ts";
import { mayShare, rootsOf } from "./array-roots.ts";
import { type Locals, readFirst } from "./liveness.ts";
import { writes } from "./loop-uses.ts";

/** Conversions of a number to another type that holds the same number. */
export const EXACT: ReadonlySet<OpName> = new Set(["sext", "fpext", "sitofp"]);

/** Where a variable's value comes from, going back from some place. */
type Source =
  | { readonly from: "set"; readonly value: ValueId }
  /** Some branch of it sets the variable. */
  | { readonly from: "statement"; readonly statement: Inst }
  /** It had the value when the round began. */
  | { readonly from: "start" };

export class SameValues {
  readonly #body: Block;
  readonly #definitions: Definitions;
  readonly #inside = new Map<ValueId, Inst>();
  readonly #blockOf = new Map<Inst, Block>();
  readonly #ownerOf = new Map<Block, Inst>();
  /** Arrays that the loop stores to. */
  readonly #stored: readonly ValueId[];
  /** Anything may be written by it. */
  readonly #hasCalls: boolean;
  /** Values share operands: each pair is compared once. */
  readonly #known = new Map<string, boolean>();
  #carried: Locals | undefined;

  /** `definitions` are those of the function that the loop stands in. */
  constructor(body: Block, definitions: Definitions) {
    this.#body = body;
    this.#definitions = definitions;
    this.#collect(body);
    const insts = [...this.#inside.values()];
    this.#stored = insts.flatMap((inst) => (inst.op === "store" ? inst.args.slice(0, 1) : []));
    this.#hasCalls = insts.some((inst) => inst.op === "call");
  }

  #collect(block: Block): void {
    for (const inst of block.insts) {
      this.#inside.set(inst.id, inst);
      this.#blockOf.set(inst, block);
      for (const inner of blocksOf(inst)) {
        this.#ownerOf.set(inner, inst);
        this.#collect(inner);
      }
    }
  }

  same(a: ValueId | undefined, b: ValueId | undefined): boolean {
    if (a === undefined || b === undefined) return false;
    if (a === b) return true;
    const key = `${a} ${b}`;
    let found = this.#known.get(key);
    if (found === undefined) {
      // Until it is known that they are.
      this.#known.set(key, false);
      found = this.#compare(a, b);
      this.#known.set(key, found);
    }
    return found;
  }

  #compare(a: ValueId, b: ValueId): boolean {
    const [x, y] = [this.#inside.get(a), this.#inside.get(b)];
    if (x?.op === "local.get" && y?.op === "local.get" && x.local === y.local && this.#isUndisturbed(x, y)) return true;
    const [u, v] = [this.#sourceOfGet(x), this.#sourceOfGet(y)];
    if (u?.from === "set") return this.same(u.value, b);
    if (v?.from === "set") return this.same(a, v.value);
    if (x?.op === "local.get" && y?.op === "local.get") return this.#sameSource(x.local, u, y.local, v);
    if (x !== undefined && x.op !== y?.op && EXACT.has(x.op)) return this.same(x.args[0], b);
    if (y !== undefined && x?.op !== y.op && EXACT.has(y.op)) return this.same(a, y.args[0]);
    if (x === undefined || y === undefined || x.op !== y.op || x.args.length !== y.args.length) {
      return this.#sameConstant(a, b);
    }
    if (!isRepeatable(x) || attributesOf(x) !== attributesOf(y)) return false;
    if (x.op === "load" && !this.#isUndisturbed(x, y)) return false;
    return x.args.every((arg, i) => this.same(arg, y.args[i]));
  }

  /** Constants from before the loop, too. */
  #sameConstant(a: ValueId, b: ValueId): boolean {
    const [x, y] = [a, b].map((id) => this.#inside.get(id) ?? this.#definitions.inst(id));
    return x?.op === "const" && y?.op === "const" && attributesOf(x) === attributesOf(y);
  }

  // ── variables ──

  #sourceOfGet(get: Inst | undefined): Source | undefined {
    return get?.op === "local.get" ? this.#sourceBefore(get, get.local) : undefined;
  }

  /** undefined where a loop's earlier round may have set it. */
  #sourceBefore(place: Inst, local: LocalId): Source | undefined {
    let inst: Inst = place;
    for (;;) {
      const block = this.#blockOf.get(inst);
      if (block === undefined) return undefined;
      for (const earlier of block.insts.slice(0, block.insts.indexOf(inst)).toReversed()) {
        if (earlier.op === "local.set" && earlier.local === local) {
          return { from: "set", value: earlier.args[0] ?? -1 };
        }
        if (writes(earlier, local)) return { from: "statement", statement: earlier };
      }
      if (block === this.#body) return { from: "start" };
      const owner = this.#ownerOf.get(block);
      if (owner === undefined || (isLoop(owner) && localsWrittenIn(block).has(local))) return undefined;
      inst = owner;
    }
  }

  #sameSource(a: LocalId, x: Source | undefined, b: LocalId, y: Source | undefined): boolean {
    if (x === undefined || y === undefined) return false;
    if (x.from === "set" && y.from === "set") return this.same(x.value, y.value);
    if (x.from === "start" && y.from === "start") {
      // What every round sets before it reads it was set by the statements compared so far, whatever it was before.
      this.#carried ??= readFirst(this.#body);
      return a === b || !(this.#carried.has(a) || this.#carried.has(b));
    }
    if (x.from !== "statement" || y.from !== "statement") return false;
    const [s, t] = [x.statement, y.statement];
    if (s === t) return a === b;
    if (!new Correspondence(this, a, b).alike(s, t)) return false;
    return this.#sameSource(a, this.#sourceBefore(s, a), b, this.#sourceBefore(t, b));
  }

  // ── what may come in between ──

  /** Two alike instructions that read memory or a variable: does the later one find what the earlier one did? */
  #isUndisturbed(x: Inst, y: Inst): boolean {
    if (x.op === "load" && !this.#hasCalls) {
      const roots = rootsOf(x.args[0] ?? -1, this.#definitions);
      if (!this.#stored.some((array) => mayShare(roots, rootsOf(array, this.#definitions)))) return true;
    }
    if (x.op === "local.get" && !localsWrittenIn(this.#body).has(x.local)) return true;
    const insts = this.#between(x, y) ?? this.#between(y, x);
    return insts !== undefined && keeps(x, insts);
  }

  /** Does the element still hold what `load` found in it where `place` stands, in the same round of the loops around both? */
  isKeptUntil(load: InstOf<"load">, place: Inst): boolean {
    const roots = rootsOf(load.args[0] ?? -1, this.#definitions);
    const insts = this.#between(load, place);
    return (
      insts !== undefined &&
      everyInst(
        insts,
        (inst) =>
          inst.op !== "call" &&
          (inst.op !== "store" || !mayShare(roots, rootsOf(inst.args[0] ?? -1, this.#definitions))),
      )
    );
  }

  /** Whatever may run after `from` and before `to` in one round; undefined when that isn't their order. */
  #between(from: Inst, to: Inst): readonly Inst[] | undefined {
    const path = this.#path(to);
    const insts: Inst[] = [];
    let inst = from;
    for (;;) {
      const block = this.#blockOf.get(inst);
      if (block === undefined) return undefined;
      const start = block.insts.indexOf(inst) + 1;
      const common = path.findIndex((place) => this.#blockOf.get(place) === block);
      const place = path[common];
      if (place !== undefined) {
        const end = block.insts.indexOf(place);
        if (end < start) return undefined;
        insts.push(...block.insts.slice(start, end));
        const inner = path.slice(0, common);
        // Round a loop, what follows comes before as well.
        if (path.slice(1, common + 1).some(isLoop)) return undefined;
        for (const p of inner) {
          const within = this.#blockOf.get(p)?.insts ?? [];
          insts.push(...within.slice(0, within.indexOf(p)));
        }
        return insts;
      }
      insts.push(...block.insts.slice(start));
      const owner = this.#ownerOf.get(block);
      if (owner === undefined || isLoop(owner)) return undefined;
      inst = owner;
    }
  }

  /** The instruction and those that it stands in, outwards. */
  #path(inst: Inst): readonly Inst[] {
    const path = [inst];
    for (;;) {
      const block = this.#blockOf.get(path.at(-1) ?? inst);
      const owner = block === undefined ? undefined : this.#ownerOf.get(block);
      if (owner === undefined) return path;
      path.push(owner);
    }
  }
}

/** Variables and labels of two statements that play the same part. */
class Correspondence {
  readonly #values: SameValues;
  readonly #locals: Map<LocalId, LocalId>;
  readonly #back: Map<LocalId, LocalId>;
  readonly #labels = new Map<LabelId, LabelId>();

  constructor(values: SameValues, a: LocalId, b: LocalId) {
    this.#values = values;
    this.#locals = new Map([[a, b]]);
    this.#back = new Map([[b, a]]);
  }

  alike(s: Inst, t: Inst): boolean {
    if (s.op === "local.set" && t.op === "local.set")
      return this.#pair(s.local, t.local) && this.#values.same(s.args[0], t.args[0]);
    if (s.op === "if" && t.op === "if")
      return (
        this.#values.same(s.args[0], t.args[0]) &&
        this.#alikeBlocks(s.then, t.then) &&
        this.#alikeBlocks(s.else, t.else)
      );
    if (s.op === "block" && t.op === "block") {
      this.#labels.set(s.label, t.label);
      return this.#alikeBlocks(s.body, t.body);
    }
    return s.op === "break" && t.op === "break" && (this.#labels.get(s.label) ?? s.label) === t.label;
  }

  #alikeBlocks(s: Block, t: Block): boolean {
    const [xs, ys] = [s, t].map((block) => block.insts.filter((inst) => !isRepeatable(inst)));
    if (xs === undefined || ys === undefined || xs.length !== ys.length) return false;
    return xs.every((x, i) => {
      const y = ys[i];
      return y !== undefined && this.alike(x, y);
    });
  }

  #pair(a: LocalId, b: LocalId): boolean {
    const [to, from] = [this.#locals.get(a) ?? b, this.#back.get(b) ?? a];
    this.#locals.set(a, to);
    this.#back.set(b, from);
    return to === b && from === a;
  }
}

/** Does evaluating it again, with nothing in between, change nothing and give the same? */
export function isRepeatable(inst: Inst): boolean {
  return ROWS[inst.op].effect === "pure" || inst.op === "load" || inst.op === "local.get" || inst.op === "toindex";
}

/** Does nothing in `insts` change what `read` finds, or leave for elsewhere than further down? */
function keeps(read: Inst, insts: readonly Inst[]): boolean {
  const local = read.op === "local.get" ? read.local : undefined;
  return everyInst(insts, (inst) => {
    if (inst.op === "local.set") return inst.local !== local;
    return isRepeatable(inst) || inst.op === "if" || inst.op === "block" || inst.op === "break";
  });
}

function everyInst(insts: readonly Inst[], satisfies: (inst: Inst) => boolean): boolean {
  let all = true;
  forEachInst({ insts }, (inst) => {
    if (!satisfies(inst)) all = false;
  });
  return all;
}

function attributesOf(inst: Inst): string {
  const { id: _id, args: _args, loc: _loc, ...rest } = inst;
  return JSON.stringify({ ...rest, site: undefined, bounds: undefined }, (_key, value) =>
    typeof value === "bigint"
      ? `${value}n`
      : Object.is(value, -0)
        ? "-0"
        : typeof value === "number" && !Number.isFinite(value)
          ? String(value)
          : value,
  );
}
