/**
 * Integer locals that go from round to round of a loop, where their range can be told before it starts:
 *
 *   counters   every write adds a constant to what was read:  `out[count++] = x`  keeps count within its first value plus
 *              the number of rounds; at the read it is one step less, for this round's step is still to come
 *   choices    no write depends on the local:  `if (d < best) { best = d; at = i; }`  leaves `at` what it was or some i
 *
 * It takes a loop whose counter is known already, and gives bounds for the local at any time in the loop, at each of its
 * reads, and afterwards. Bounds don't mention the loop's own counter or anything inside: they hold for all rounds.
 */
import type { Block, Inst, InstOf, LocalId, ValueId } from "../ir/ops.ts";
import type { Definitions } from "../ir/rewrite.ts";
import { blocksOf, localsWritten } from "../ir/walk.ts";
import { remembered } from "../source/remembered.ts";
import type { Atoms } from "./atoms.ts";
import type { Bounder, Conditions } from "./bound.ts";
import { type Sym, typeRange } from "./int-values.ts";
import { add, constantPoly, larger, type Poly, type Range, scale, smaller, subtract } from "./poly.ts";

export interface Carried {
  /** At any time in the loop. */
  readonly inside: Sym;
  readonly after: Sym;
  /** At reads from which counting goes on. */
  readonly reads: ReadonlyMap<ValueId, Sym>;
}

export interface CarriedContext {
  readonly atoms: Atoms;
  readonly bounder: Bounder;
  readonly definitions: Definitions;
  /** An integer that has its meaning already: from before the loop, or its counter. */
  known(id: ValueId): Sym | undefined;
}

/** A write of the local, and the loops inside the one at hand that it stands in. */
interface Write {
  readonly value: ValueId;
  readonly inst: Inst;
}

/** Where a value comes from: a read of the local plus a constant, or something without the local. */
interface Step {
  readonly read: ValueId;
  readonly by: bigint;
  readonly wraps: boolean;
}

interface Ends {
  readonly lo: Poly;
  readonly hi: Poly;
}

const ONE = constantPoly(1n);
const ZERO = constantPoly(0n);

/** `first` is what the local holds before the loop, under all conditions there are; `distance` is ≥ 0 if the loop runs. */
export function carriedLocal(
  loop: InstOf<"for">,
  local: LocalId,
  type: "i32" | "i64",
  first: Sym,
  distance: Poly,
  cx: CarriedContext,
): Carried | undefined {
  return new Analysis(loop, local, type, cx).run(first, distance);
}

class Analysis {
  readonly #loop: InstOf<"for">;
  readonly #local: LocalId;
  readonly #type: "i32" | "i64";
  readonly #cx: CarriedContext;
  readonly #writes: Write[] = [];
  /** The loops between the one at hand and each read of the local. */
  readonly #reads = new Map<ValueId, readonly Inst[]>();
  readonly #conditions: Conditions = new Map();
  #given = true;

  constructor(loop: InstOf<"for">, local: LocalId, type: "i32" | "i64", cx: CarriedContext) {
    this.#loop = loop;
    this.#local = local;
    this.#type = type;
    this.#cx = cx;
    this.#collect(loop.body, []);
  }

  run(first: Sym, distance: Poly): Carried | undefined {
    if (!this.#given) return undefined;
    for (const p of first.conditions) this.#conditions.set(p.key, p);
    const values = this.#writes.map((write) => this.#changed(write.value));
    const steps = values.map((value) => this.#stepOf(value));
    const counting = steps.filter((step) => step !== undefined);
    if (counting.length === steps.length) return this.#counter(first.poly, counting, distance);
    return counting.length === 0 ? this.#choice(first.poly, values) : undefined;
  }

  /** What `at = c ? i : at` sets the local to, if it changes it. */
  #changed(value: ValueId): ValueId {
    const inst = this.#cx.definitions.inst(value);
    if (inst?.op !== "select") return value;
    const [, yes = -1, no = -1] = inst.args;
    if (this.#reads.has(no)) return this.#changed(yes);
    return this.#reads.has(yes) ? this.#changed(no) : value;
  }

  #collect(block: Block, loops: readonly Inst[]): void {
    for (const inst of block.insts) {
      if (inst.op === "local.set" && inst.local === this.#local) {
        this.#writes.push({ value: inst.args[0] ?? -1, inst });
      } else if (localsWritten(inst).includes(this.#local)) this.#given = false;
      if (inst.op === "local.get" && inst.local === this.#local) this.#reads.set(inst.id, loops);
      const inner = inst.op === "for" || inst.op === "loop" ? [...loops, inst] : loops;
      const owned = blocksOf(inst);
      for (let i = 0; i < owned.length; i++) this.#collect(owned[i] as Block, inner);
    }
  }

  // ── counters ──

  #stepOf(value: ValueId): Step | undefined {
    if (this.#reads.has(value)) return { read: value, by: 0n, wraps: false };
    const inst = this.#cx.definitions.inst(value);
    if (inst?.op !== "add" && inst?.op !== "sub") return undefined;
    const [a = -1, b = -1] = inst.args;
    const wraps = inst.overflow !== "absent";
    const [left, right] = [this.#constant(a), this.#constant(b)];
    const step = right === undefined ? this.#stepOf(b) : this.#stepOf(a);
    const by = right ?? left;
    if (step === undefined || by === undefined || (inst.op === "sub" && right === undefined)) return undefined;
    return { read: step.read, by: step.by + (inst.op === "sub" ? -by : by), wraps: step.wraps || wraps };
  }

  #constant(id: ValueId): bigint | undefined {
    const inst = this.#cx.definitions.inst(id);
    return inst?.op === "const" && typeof inst.value !== "boolean" ? BigInt(inst.value) : undefined;
  }

  /**
   * Each execution of a read is followed by writes of at most that read's largest step; so the local is never above its
   * first value plus, for all reads, executions times step. At the read itself, one of its executions hasn't had its writes:
   * what the round has added before it and the read's own step are no more than the round's.
   */
  #counter(first: Poly, steps: readonly Step[], distance: Poly): Carried | undefined {
    const least = new Map<ValueId, bigint>();
    const most = new Map<ValueId, bigint>();
    for (const { read, by } of steps) {
      least.set(read, by < (least.get(read) ?? 0n) ? by : (least.get(read) ?? 0n));
      most.set(read, by > (most.get(read) ?? 0n) ? by : (most.get(read) ?? 0n));
    }
    const rounds = this.#rounds(distance);
    const ofRound = this.#stepOfRound(this.#loop.body, least, most);
    let ends = widen({ lo: first, hi: first }, rounds, ofRound.least, ofRound.most);
    let after = widen({ lo: first, hi: first }, this.#cx.atoms.max(rounds, ZERO), ofRound.least, ofRound.most);
    const wrapping = steps.some((step) => step.wraps);
    for (const read of most.keys()) {
      if (this.#reads.get(read)?.length === 0) continue;
      const inner = this.#executions(read);
      if (inner === undefined) return undefined;
      const count = this.#cx.atoms.product(rounds, inner);
      const counted = this.#cx.atoms.product(this.#cx.atoms.max(rounds, ZERO), inner);
      ends = widen(ends, count, least.get(read) ?? 0n, most.get(read) ?? 0n);
      after = widen(after, counted, least.get(read) ?? 0n, most.get(read) ?? 0n);
    }
    if (wrapping && !this.#fits(after)) return undefined;
    const reads = new Map<ValueId, Sym>();
    for (const read of most.keys()) {
      const lo = subtract(ends.lo, constantPoly(least.get(read) ?? 0n));
      const hi = subtract(ends.hi, constantPoly(most.get(read) ?? 0n));
      reads.set(read, this.#between({ lo, hi }));
    }
    return { inside: this.#between(ends), after: this.#between(after), reads };
  }

  /** The least and the most that the reads of one round are followed by, inner loops apart: of a branch's two sides only one runs. */
  #stepOfRound(
    block: Block,
    least: ReadonlyMap<ValueId, bigint>,
    most: ReadonlyMap<ValueId, bigint>,
  ): { readonly least: bigint; readonly most: bigint } {
    const sum = { least: 0n, most: 0n };
    for (const inst of block.insts) {
      if (inst.op === "local.get") {
        sum.least += least.get(inst.id) ?? 0n;
        sum.most += most.get(inst.id) ?? 0n;
      } else if (inst.op !== "for" && inst.op !== "loop") {
        const sides = blocksOf(inst).map((inner) => this.#stepOfRound(inner, least, most));
        sum.least += sides.reduce((a, side) => smaller(a, side.least), 0n);
        sum.most += sides.reduce((a, side) => larger(a, side.most), 0n);
      }
    }
    return sum;
  }

  /** How often the loop runs, if it does. */
  #rounds(distance: Poly): Poly {
    return add(this.#cx.atoms.div(distance, BigInt(Math.abs(this.#loop.step))), ONE);
  }

  /** At most so often per round is an instruction executed that stands in inner loops; at least 1. */
  #executions(read: ValueId): Poly | undefined {
    let product = ONE;
    for (const loop of this.#reads.get(read) ?? []) {
      if (loop.op !== "for") return undefined;
      const [start, end] = loop.args.map((id) => this.#ends(id));
      if (start === undefined || end === undefined) return undefined;
      const distance = loop.step > 0 ? subtract(end.hi, start.lo) : subtract(start.hi, end.lo);
      const size = BigInt(Math.abs(loop.step));
      const rounds = this.#cx.atoms.div(add(distance, constantPoly(size - 1n)), size);
      product = this.#cx.atoms.product(product, this.#cx.atoms.max(rounds, ONE));
    }
    return product;
  }

  #fits(ends: Ends): boolean {
    const { min, max } = typeRange(this.#type);
    return this.#require(subtract(ends.lo, constantPoly(min))) && this.#require(subtract(constantPoly(max), ends.hi));
  }

  #require(p: Poly): boolean {
    const lo = this.#cx.bounder.bound(p, "lo", [], this.#conditions);
    return lo !== undefined && this.#cx.bounder.require(lo, this.#conditions);
  }

  // ── choices ──

  #choice(first: Poly, values: readonly ValueId[]): Carried | undefined {
    let ends: Ends = { lo: first, hi: first };
    for (const value of values) {
      const chosen = this.#ends(value);
      if (chosen === undefined) return undefined;
      ends = { lo: this.#cx.atoms.min(ends.lo, chosen.lo), hi: this.#cx.atoms.max(ends.hi, chosen.hi) };
    }
    const sym = this.#between(ends);
    return { inside: sym, after: sym, reads: new Map() };
  }

  /** Bounds of a value in all rounds. Few forms are known here: the loop's body hasn't been walked yet. */
  readonly #ends = remembered((id: ValueId): Ends | undefined => {
    const { definitions, bounder } = this.#cx;
    const known = this.#cx.known(id);
    if (known !== undefined) {
      for (const p of known.conditions) this.#conditions.set(p.key, p);
      const lo = bounder.bound(known.poly, "lo", [], this.#conditions);
      const hi = bounder.bound(known.poly, "hi", [], this.#conditions);
      return lo && hi && { lo, hi };
    }
    const inner = definitions.loopOf(id);
    if (inner !== undefined) {
      const [start, end] = inner.args.map((a) => this.#ends(a));
      if (start === undefined || end === undefined) return undefined;
      return inner.step > 0 ? { lo: start.lo, hi: subtract(end.hi, ONE) } : { lo: add(end.lo, ONE), hi: start.hi };
    }
    const inst = definitions.inst(id);
    if (inst?.op === "const" && typeof inst.value !== "boolean") {
      const p = constantPoly(BigInt(inst.value));
      return { lo: p, hi: p };
    }
    if (inst?.op === "sext") return this.#ends(inst.args[0] ?? -1);
    if ((inst?.op === "add" || inst?.op === "sub") && inst.overflow === "absent") {
      const [a, b] = inst.args.map((arg) => this.#ends(arg));
      if (a === undefined || b === undefined) return undefined;
      return inst.op === "add"
        ? { lo: add(a.lo, b.lo), hi: add(a.hi, b.hi) }
        : { lo: subtract(a.lo, b.hi), hi: subtract(a.hi, b.lo) };
    }
    return undefined;
  });

  #between({ lo, hi }: Ends): Sym {
    const range: Range = typeRange(this.#type);
    return { poly: this.#cx.atoms.varying(lo, hi, range, [...this.#conditions.values()]), conditions: [] };
  }
}

function widen({ lo, hi }: Ends, count: Poly, least: bigint, most: bigint): Ends {
  return { lo: add(lo, scale(count, least)), hi: add(hi, scale(count, most)) };
}
