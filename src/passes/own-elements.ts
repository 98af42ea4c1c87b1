/**
 * Do the iterations of a parallel loop keep to elements of their own?
 *
 * Takes a loop and gives, for every array from outside that it writes, what its indices tell:
 *   own          no element that one iteration writes is touched by another: a[i], a[i * w + j] with 0 ≤ j < w
 *   accumulated  elements are only ever joined with something by one operation, hist[b] += e: each chunk can do so in an
 *                array of its own
 *   undecided    the indices don't tell; whether iterations meet is the program's affair
 * and what is certain to go wrong: every iteration writes the same element, or one writes what another uses.
 *
 * Indices are polynomials (poly.ts) over the counter, the counters of loops inside, and values from outside. A·i + O + V is
 * an iteration's own when O is the same for all accesses and 0 ≤ V < A. For the proof the sizes of loops that an access
 * stands in may be taken as positive: otherwise it would not run.
 */
import type { Block, Inst, InstOf, LocalId, ValueId } from "../ir/ops.ts";
import type { Definitions } from "../ir/rewrite.ts";
import { elementOf, isArrayType } from "../ir/types.ts";
import { blocksOf, forEachInst, localsWrittenIn } from "../ir/walk.ts";
import type { ElementKind } from "../types/elements.ts";
import { mayShare, type Roots, rootsOf } from "./array-roots.ts";
import { type AtomId, add, atomPoly, constantPoly, multiply, type Poly, splitBy, subtract, tooLarge } from "./poly.ts";
import { type AccumulationKind, STEPS } from "./reductions.ts";
import { between, keeps, sameValue } from "./same-value.ts";

export interface WrittenArray {
  /** The array's value outside the loop, or one in it of the variable that holds it throughout. */
  readonly array: ValueId;
  readonly local: LocalId | undefined;
  readonly kind: "own" | "accumulated" | "undecided";
  /** How an accumulated array's elements are joined. */
  readonly op: AccumulationKind | undefined;
  /** Its stores, for messages. */
  readonly stores: readonly InstOf<"store">[];
}

export type Clash =
  | { readonly kind: "same-element"; readonly store: InstOf<"store"> }
  | {
      readonly kind: "dependence";
      readonly store: InstOf<"store">;
      readonly other: InstOf<"load"> | InstOf<"store">;
      /** In iterations. */
      readonly distance: bigint;
    };

export interface Ownership {
  readonly arrays: readonly WrittenArray[];
  readonly clashes: readonly Clash[];
}

type Access = InstOf<"load"> | InstOf<"store">;

interface Place {
  readonly inst: Access;
  /** The array itself, as opposed to a part of it that the iteration has taken. */
  readonly whole: boolean;
  readonly index: Poly | undefined;
  /** The loops inside that it stands in, outermost first. */
  readonly loops: readonly InstOf<"for">[];
  /** It runs in every iteration, once. */
  readonly always: boolean;
}

export function analyzeOwnership(loop: InstOf<"for">, definitions: Definitions): Ownership {
  return new Analysis(loop, definitions).run();
}

class Analysis {
  readonly #loop: InstOf<"for">;
  readonly #definitions: Definitions;
  readonly #inside = new Map<ValueId, Inst>();
  readonly #blockOf = new Map<Inst, Block>();
  readonly #uses = new Map<ValueId, number>();
  readonly #counters = new Map<ValueId, InstOf<"for">>();
  readonly #written: ReadonlySet<LocalId>;
  readonly #places = new Map<ValueId, Place[]>();
  /** Arrays that the body does something else with than loads, stores and taking the length. */
  readonly #escaping = new Set<ValueId>();
  readonly #atoms = new Map<string, AtomId>();
  readonly #i: AtomId;

  constructor(loop: InstOf<"for">, definitions: Definitions) {
    this.#loop = loop;
    this.#definitions = definitions;
    this.#written = localsWrittenIn(loop.body);
    this.#i = this.#atom(`%${loop.iv}`);
    forEachInst(loop.body, (inst) => {
      this.#inside.set(inst.id, inst);
      if (inst.op === "for") this.#counters.set(inst.iv, inst);
      for (const arg of inst.args) this.#uses.set(arg, (this.#uses.get(arg) ?? 0) + 1);
    });
    this.#collect(loop.body, [], true);
  }

  #collect(block: Block, loops: readonly InstOf<"for">[], always: boolean): void {
    let certain = always;
    for (const inst of block.insts) {
      this.#blockOf.set(inst, block);
      if (inst.op === "load" || inst.op === "store") {
        const [given = -1, index = -1] = inst.args;
        const array = this.#outside(given);
        const key = array ?? given;
        const whole = array !== undefined;
        const place = { inst, whole, index: whole ? this.#poly(index, 0) : undefined, loops, always: certain };
        const list = this.#places.get(key);
        if (list === undefined) this.#places.set(key, [place]);
        else list.push(place);
      } else if (inst.op !== "length") for (const arg of inst.args) this.#escaping.add(arg);
      const inner = inst.op === "for" ? [...loops, inst] : loops;
      for (const b of blocksOf(inst)) this.#collect(b, inner, certain && inst.op === "block");
      // After a jump that may skip what follows, nothing is certain.
      if (mayJump(inst)) certain = false;
    }
  }

  /** The array itself, or for one that a variable holds throughout, the first reading of that variable. */
  #outside(array: ValueId): ValueId | undefined {
    const inst = this.#inside.get(array);
    if (inst === undefined) return array;
    if (inst.op !== "local.get" || this.#written.has(inst.local)) return undefined;
    for (const [id, other] of this.#inside) if (other.op === "local.get" && other.local === inst.local) return id;
    return array;
  }

  run(): Ownership {
    const arrays: WrittenArray[] = [];
    const clashes: Clash[] = [];
    const roots = new Map([...this.#places.keys()].map((array) => [array, rootsOf(array, this.#definitions)]));
    for (const [array, places] of this.#places) {
      const stores = places.flatMap((p) => (p.inst.op === "store" ? [p.inst] : []));
      if (stores.length === 0 || this.#isMadeInside(roots.get(array))) continue;
      const inst = this.#inside.get(array);
      const local = inst?.op === "local.get" && places.every((p) => p.whole) ? inst.local : undefined;
      // By another name the same memory may be used in ways that its own places don't show.
      const alone = [...roots].every(([other, r]) => other === array || !mayShare(r, roots.get(array)));
      const known = alone && !this.#escaping.has(array) && places.every((p) => p.whole);
      const own = known && this.#isOwn(places);
      const op = own || !known ? undefined : this.#accumulation(array, places);
      arrays.push({ array, local, kind: own ? "own" : op === undefined ? "undecided" : "accumulated", op, stores });
      if (!own && op === undefined) clashes.push(...this.#clashes(places));
    }
    return { arrays, clashes };
  }

  /** Every iteration's own memory. */
  #isMadeInside(roots: Roots): boolean {
    return roots !== undefined && roots.size > 0 && [...roots].every((root) => this.#inside.has(root));
  }

  // ── indices ──

  #atom(name: string): AtomId {
    let id = this.#atoms.get(name);
    if (id === undefined) {
      id = this.#atoms.size;
      this.#atoms.set(name, id);
    }
    return id;
  }

  #poly(id: ValueId, depth: number): Poly | undefined {
    if (depth > 40) return undefined;
    if (id === this.#loop.iv || this.#counters.has(id)) return atomPoly(this.#atom(`%${id}`));
    const inst = this.#definitions.inst(id) ?? this.#inside.get(id);
    const inside = this.#inside.has(id);
    const arg = (i: number): Poly | undefined => this.#poly(inst?.args[i] ?? -1, depth + 1);
    switch (inst?.op) {
      case "const":
        return typeof inst.value === "boolean" || !Number.isInteger(Number(inst.value))
          ? undefined
          : constantPoly(BigInt(inst.value));
      case "sext":
        return arg(0);
      case "add":
      case "sub":
      case "mul": {
        if (inst.overflow === "wraps") break;
        const [a, b] = [arg(0), arg(1)];
        if (a === undefined || b === undefined) break;
        const result = inst.op === "add" ? add(a, b) : inst.op === "sub" ? subtract(a, b) : multiply(a, b);
        return tooLarge(result) ? undefined : result;
      }
      case "length": {
        const [array = -1] = inst.args;
        if (!this.#inside.has(array)) return atomPoly(this.#atom(`length %${array}`));
        break;
      }
      case "local.get":
        if (!this.#written.has(inst.local)) return atomPoly(this.#atom(`$${inst.local}`));
        break;
      default:
    }
    const type = this.#definitions.typeOf(id) ?? inst?.type;
    return !inside && (type === "i32" || type === "i64") ? atomPoly(this.#atom(`%${id}`)) : undefined;
  }

  // ── own elements ──

  #isOwn(places: readonly Place[]): boolean {
    const store = places.find((p) => p.inst.op === "store");
    if (store?.index === undefined) return false;
    const [, stride, ...more] = splitBy(store.index, this.#i).powers;
    if (stride === undefined || more.length > 0) return false;
    const shape = this.#invariantPart(store.index);
    if (shape === undefined) return false;
    for (const shift of new Set([0n, store.index.constant])) {
      const within = places.every((p) => {
        if (p.index === undefined) return false;
        const [rest, by, ...others] = splitBy(p.index, this.#i).powers;
        if (rest === undefined || by === undefined || others.length > 0 || by.key !== stride.key) return false;
        if (this.#invariantPart(p.index) !== shape) return false;
        const varying = subtract(this.#varyingPart(rest), constantPoly(shift));
        return this.#isWithin(varying, stride, p.loops);
      });
      if (within) return true;
    }
    return false;
  }

  /** The terms that are the same in every iteration and round, the constant aside. */
  #invariantPart(index: Poly): string | undefined {
    const rest = splitBy(index, this.#i).powers[0];
    if (rest === undefined) return undefined;
    return subtract(subtract(rest, this.#varyingPart(rest)), constantPoly(0n)).key;
  }

  /** The terms that change inside an iteration, and the constant. */
  #varyingPart(rest: Poly): Poly {
    const counters = this.#counterAtoms();
    let varying = constantPoly(rest.constant);
    for (const term of rest.terms) {
      if (!term.atoms.some((a) => counters.has(a))) continue;
      let product = constantPoly(term.coefficient);
      for (const a of term.atoms) product = multiply(product, atomPoly(a));
      varying = add(varying, product);
    }
    return varying;
  }

  #counterAtoms(): ReadonlySet<AtomId> {
    return new Set([...this.#counters.keys()].map((id) => this.#atom(`%${id}`)));
  }

  /** 0 ≤ v < stride (or −stride), whatever the rounds of the loops around it. */
  #isWithin(v: Poly, stride: Poly, loops: readonly InstOf<"for">[]): boolean {
    const sizes = new Set<AtomId>();
    const bounds = loops.map((loop) => {
      const [start, end] = loop.args.map((arg) => this.#poly(arg, 0));
      // The loop runs, so its end lies above its start: a size at least as large can't be negative.
      const [term, ...more] = end?.terms ?? [];
      const [atom, ...factors] = term?.atoms ?? [];
      const bounds = term !== undefined && term.coefficient > 0n && end !== undefined && end.constant <= 0n;
      if (
        bounds &&
        atom !== undefined &&
        more.length + factors.length === 0 &&
        loop.step > 0 &&
        isNonNegative(start, sizes)
      )
        sizes.add(atom);
      return { atom: this.#atom(`%${loop.iv}`), loop, start, end };
    });
    for (const b of bounds) if (b.loop.step > 0 && isNonNegative(b.start, sizes)) sizes.add(b.atom);
    const [loopStart] = this.#loop.args.map((arg) => this.#poly(arg, 0));
    if (this.#loop.step > 0 && isNonNegative(loopStart, sizes)) sizes.add(this.#i);
    let low: Poly | undefined = v;
    let high: Poly | undefined = v;
    for (const { atom, loop, start, end } of bounds.toReversed()) {
      const last = end === undefined ? undefined : subtract(end, constantPoly(1n));
      // Rising or falling, the counter stays between its start and one short of its end.
      const [least, most] =
        loop.step > 0 ? [start, last] : [end === undefined ? undefined : add(end, constantPoly(1n)), start];
      low = low === undefined ? undefined : substitute(low, atom, least, sizes);
      high = high === undefined ? undefined : substitute(high, atom, most, sizes);
    }
    if (low === undefined || high === undefined || !isNonNegative(low, sizes)) return false;
    const size = stride.terms.length === 0 && stride.constant < 0n ? subtract(constantPoly(0n), stride) : stride;
    return isNonNegative(subtract(subtract(size, constantPoly(1n)), high), sizes);
  }

  // ── accumulations ──

  /** By which operation all stores join an element with something, if nothing else is done with the array. */
  #accumulation(array: ValueId, places: readonly Place[]): AccumulationKind | undefined {
    const type = this.#definitions.typeOf(array);
    if (type === undefined || !isArrayType(type)) return undefined;
    const elem = elementOf(type);
    if (elem === "uint8c") return undefined;
    const loads = new Set(places.flatMap((p) => (p.inst.op === "load" ? [p.inst.id] : [])));
    let kind: AccumulationKind | undefined;
    for (const { inst } of places) {
      if (inst.op !== "store") continue;
      const found = this.#accumulated(inst.args[2], array, inst.args[1], elem);
      if (found?.kind === undefined || (kind !== undefined && found.kind !== kind)) return undefined;
      if (!loads.delete(found.load)) return undefined;
      kind = found.kind;
    }
    return loads.size === 0 ? kind : undefined;
  }

  /** The load whose value a stored value is joined of: of the same element, and used for nothing else. */
  #accumulated(
    value: ValueId | undefined,
    array: ValueId,
    index: ValueId | undefined,
    elem: ElementKind,
  ): { readonly load: ValueId; readonly kind: AccumulationKind | undefined } | undefined {
    const inst = value === undefined ? undefined : this.#inside.get(value);
    if (inst === undefined || this.#uses.get(inst.id) !== 1) return undefined;
    if (inst.op === "load") {
      const same = this.#outside(inst.args[0] ?? -1) === array && this.#sameIndex(inst.args[1], index);
      return same ? { load: inst.id, kind: undefined } : undefined;
    }
    const float = elem === "float32" || elem === "float64";
    const conversions = float ? ["fpext", "fptrunc"] : ["sext", "trunc"];
    if (conversions.includes(inst.op)) return this.#accumulated(inst.args[0], array, index, elem);
    const step = STEPS[inst.op];
    if (step === undefined || float !== (inst.type === "f32" || inst.type === "f64")) return undefined;
    if ("overflow" in inst && inst.overflow === "saturates") return undefined;
    for (const [i, arg] of (step.left === true ? inst.args.slice(0, 1) : inst.args).entries()) {
      const found = this.#accumulated(arg, array, index, elem);
      if (found === undefined) continue;
      if (found.kind !== undefined && found.kind !== step.kind) return undefined;
      const bounds = step.kind === "min" || step.kind === "max";
      return bounds && !this.#fits(inst, inst.args[1 - i], elem) ? undefined : { load: found.load, kind: step.kind };
    }
    return undefined;
  }

  /** Is the lesser or greater of an element and `other` an element again, and not what is left of it? */
  #fits(inst: Inst, other: ValueId | undefined, elem: ElementKind): boolean {
    if (elem === "int32") return inst.type === "i32";
    if (elem === "float32" || elem === "float64") return true;
    const from = this.#inside.get(other ?? -1);
    const type = from?.op === "load" ? this.#definitions.typeOf(from.args[0] ?? -1) : undefined;
    return type !== undefined && isArrayType(type) && elementOf(type) === elem;
  }

  #sameIndex(a: ValueId | undefined, b: ValueId | undefined): boolean {
    return sameValue(a, b, {
      inst: (id) => this.#inside.get(id ?? -1),
      isUndisturbed: (x, y) => {
        const block = this.#blockOf.get(x);
        if (block === undefined || block !== this.#blockOf.get(y)) return false;
        const insts = between(block, x, y) ?? between(block, y, x);
        return insts !== undefined && keeps(x, insts);
      },
    });
  }

  // ── what is certain to clash ──

  #runsOnceAtMost(): boolean {
    const [start, end] = this.#loop.args.map((arg) => this.#poly(arg, 0));
    if (start === undefined || end === undefined) return false;
    const distance = this.#loop.step > 0 ? subtract(end, start) : subtract(start, end);
    return distance.terms.length === 0 && distance.constant <= BigInt(Math.abs(this.#loop.step));
  }

  #clashes(places: readonly Place[]): Clash[] {
    if (this.#runsOnceAtMost()) return [];
    for (const p of places) {
      if (p.inst.op !== "store" || p.index === undefined || !p.always) continue;
      const [, stride] = splitBy(p.index, this.#i).powers;
      if (stride === undefined) return [{ kind: "same-element", store: p.inst }];
      for (const other of places) {
        if (other === p || other.index === undefined || !other.always) continue;
        const difference = subtract(other.index, p.index);
        if (difference.terms.length > 0 || stride.terms.length > 0 || difference.constant === 0n) continue;
        const by = stride.constant * BigInt(this.#loop.step);
        if (difference.constant % by === 0n)
          return [{ kind: "dependence", store: p.inst, other: other.inst, distance: difference.constant / by }];
      }
    }
    return [];
  }
}

function mayJump(inst: Inst): boolean {
  let found = false;
  forEachInst({ insts: [inst] }, (i) => {
    if (i.op === "break" || i.op === "continue" || i.op === "return") found = true;
  });
  return found;
}

/** At least 0 for any non-negative values of `sizes`; other atoms may be anything. */
function isNonNegative(p: Poly | undefined, sizes: ReadonlySet<AtomId>): boolean {
  return (
    p !== undefined &&
    p.constant >= 0n &&
    p.terms.every((t) => t.coefficient > 0n && t.atoms.every((a) => sizes.has(a)))
  );
}

/** p with its greatest (or least) value put for an atom that it grows with; undefined when it doesn't surely grow. */
function substitute(p: Poly, atom: AtomId, by: Poly | undefined, sizes: ReadonlySet<AtomId>): Poly | undefined {
  const [rest, factor, ...more] = splitBy(p, atom).powers;
  if (rest === undefined) return undefined;
  if (factor === undefined) return p;
  if (by === undefined || more.length > 0 || !isNonNegative(factor, sizes)) return undefined;
  return add(rest, multiply(factor, by));
}
