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
 * What indices say is in apart-indices.ts.
 */
import type { Block, Inst, InstOf, LocalId, ValueId } from "../ir/ops.ts";
import type { Definitions } from "../ir/rewrite.ts";
import { elementOf, isArrayType } from "../ir/types.ts";
import { blocksOf, localsWrittenIn } from "../ir/walk.ts";
import { ELEMENTS, type ElementKind } from "../types/elements.ts";
import type { ApartArrays, ArrayName } from "./apart-arrays.ts";
import { type IndexPlace, IterationIndices } from "./apart-indices.ts";
import { mayShare, type Roots, rootsOf } from "./array-roots.ts";
import { carriedIn } from "./liveness.ts";
import { LoopUses, mayJump } from "./loop-uses.ts";
import { splitBy, subtract } from "./poly.ts";
import { bestStored } from "./reduction-forms.ts";
import { bestPredicate, type ElementOp, STEPS } from "./reductions.ts";
import { SameValues } from "./same-value.ts";

export interface WrittenArray {
  /** The array's value outside the loop, or one in it of the variable that holds it throughout. */
  readonly array: ValueId;
  readonly local: LocalId | undefined;
  readonly kind: "own" | "accumulated" | "undecided";
  /** How an accumulated array's elements are joined. */
  readonly op: ElementOp | undefined;
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

interface Place extends IndexPlace {
  readonly inst: Access;
  /** The array itself, as opposed to a part of it that the iteration has taken. */
  readonly whole: boolean;
  /** It runs in every iteration, once. */
  readonly always: boolean;
}

/** An array that the loop stores to. */
interface Written extends Pick<WrittenArray, "array" | "local" | "stores"> {
  readonly places: readonly Place[];
  /** These are all that is done with it. */
  readonly known: boolean;
  /** Arrays of the loop that may be the same memory. */
  readonly sharing: readonly ValueId[];
}

/** `apart` is that of the function that the loop stands in. */
export function analyzeOwnership(loop: InstOf<"for">, definitions: Definitions, apart: ApartArrays): Ownership {
  return new Analysis(loop, definitions, apart).run();
}

/** Those of the arrays that are accumulated. */
export function accumulatedArrays(
  loop: InstOf<"for">,
  definitions: Definitions,
  apart: ApartArrays,
): readonly WrittenArray[] {
  return new Analysis(loop, definitions, apart).accumulated();
}

class Analysis {
  readonly #loop: InstOf<"for">;
  readonly #definitions: Definitions;
  readonly #apart: ApartArrays;
  readonly #uses: LoopUses;
  readonly #indices: IterationIndices;
  readonly #values: SameValues;
  readonly #written: ReadonlySet<LocalId>;
  readonly #places = new Map<ValueId, Place[]>();
  /** Arrays that the body does something else with than loads, stores and taking the length. */
  readonly #escaping = new Set<ValueId>();

  constructor(loop: InstOf<"for">, definitions: Definitions, apart: ApartArrays) {
    this.#loop = loop;
    this.#definitions = definitions;
    this.#apart = apart;
    this.#uses = new LoopUses(loop.body, [], new Map());
    this.#indices = new IterationIndices(loop, definitions, this.#uses);
    this.#values = new SameValues(loop.body, definitions);
    this.#written = localsWrittenIn(loop.body);
    this.#collect(loop.body, [], true);
  }

  #collect(block: Block, loops: readonly InstOf<"for">[], always: boolean): void {
    let certain = always;
    for (const inst of block.insts) {
      if (inst.op === "load" || inst.op === "store") {
        const [given = -1, index = -1] = inst.args;
        const array = this.#outside(given);
        const key = array ?? given;
        const whole = array !== undefined;
        const place = { inst, whole, index, loops, always: certain };
        const list = this.#places.get(key);
        if (list === undefined) this.#places.set(key, [place]);
        else list.push(place);
      } else if (inst.op !== "length" && inst.op !== "toindex")
        for (const arg of inst.args) this.#escaping.add(this.#outside(arg) ?? arg);
      const inner = inst.op === "for" ? [...loops, inst] : loops;
      for (const b of blocksOf(inst)) this.#collect(b, inner, certain && inst.op === "block");
      // After a jump that may skip what follows, nothing is certain.
      if (mayJump(inst)) certain = false;
    }
  }

  /** The array itself, or for one that a variable holds throughout, the first reading of that variable. */
  #outside(array: ValueId): ValueId | undefined {
    const inst = this.#uses.inst(array);
    if (inst === undefined) return array;
    if (inst.op !== "local.get" || this.#written.has(inst.local)) return undefined;
    return this.#uses.getsOf(inst.local)[0]?.id;
  }

  run(): Ownership {
    const arrays: WrittenArray[] = [];
    const clashes: Clash[] = [];
    const written = this.#writtenArrays();
    for (const one of written) {
      const own = this.#isOwn(one);
      const op = own ? undefined : this.#accumulation(one, written);
      const { array, local, stores, places } = one;
      arrays.push({ array, local, kind: own ? "own" : op === undefined ? "undecided" : "accumulated", op, stores });
      if (!own && op === undefined) clashes.push(...this.#clashes(places));
    }
    return { arrays, clashes };
  }

  /** Whether elements are an iteration's own is asked last: it takes long, and most arrays have no such stores. */
  accumulated(): readonly WrittenArray[] {
    const written = this.#writtenArrays();
    return written.flatMap((one) => {
      const op = this.#accumulation(one, written);
      const { array, local, stores } = one;
      return op === undefined || this.#isOwn(one) ? [] : [{ array, local, kind: "accumulated", op, stores }];
    });
  }

  #writtenArrays(): readonly Written[] {
    const escaping = [...this.#escaping].filter((id) => isArrayType(this.#definitions.typeOf(id) ?? "i1"));
    const used = [...this.#places.keys(), ...escaping];
    const roots = new Map(used.map((array) => [array, rootsOf(array, this.#definitions)]));
    return [...this.#places].flatMap(([array, places]) => {
      const stores = places.flatMap((p) => (p.inst.op === "store" ? [p.inst] : []));
      if (stores.length === 0 || this.#isMadeInside(roots.get(array))) return [];
      const inst = this.#uses.inst(array);
      const local = inst?.op === "local.get" && places.every((p) => p.whole) ? inst.local : undefined;
      const sharing = [...roots].flatMap(([other, r]) =>
        other === array || !mayShare(r, roots.get(array)) || this.#areApart(other, array) ? [] : [other],
      );
      const known = !this.#escaping.has(array) && places.every((p) => p.whole);
      return [{ array, local, stores, places, known, sharing }];
    });
  }

  #areApart(...arrays: readonly [ValueId, ValueId]): boolean {
    const [a, b] = arrays.map((id): ArrayName | undefined => {
      const inst = this.#uses.inst(id);
      if (inst === undefined) return `%${id}`;
      return inst.op === "local.get" && !this.#written.has(inst.local) ? `$${inst.local}` : undefined;
    });
    return a !== undefined && b !== undefined && this.#apart.areApart(this.#loop.label, a, b);
  }

  /** Every iteration's own memory. */
  #isMadeInside(roots: Roots): boolean {
    return roots !== undefined && roots.size > 0 && [...roots].every((root) => this.#uses.inst(root) !== undefined);
  }

  /** No element that a store writes is used by another iteration. */
  #isOwn({ places, known, sharing }: Written): boolean {
    if (!known || sharing.length > 0) return false;
    const keyOf = ({ inst, index, loops }: Place): string =>
      `${inst.op} ${loops.map((loop) => loop.label)} ${this.#indices.index(index).key}`;
    const different = [...new Map(places.map((p) => [keyOf(p), p])).values()];
    const stores = different.filter((p) => p.inst.op === "store");
    const loads = different.filter((p) => p.inst.op === "load");
    return stores.every((store, k) =>
      [...stores.slice(k), ...loads].every((other) => this.#indices.areApart(store, other)),
    );
  }

  // ── accumulations ──

  /** By which operation elements are joined with something, if nothing else is done with their memory. */
  #accumulation(one: Written, all: readonly Written[]): ElementOp | undefined {
    const op = this.#joinOf(one);
    if (op === undefined || one.sharing.length === 0) return op;
    // By other names the same elements may be joined with more, where the order doesn't matter: parts of one array of counts.
    const type = this.#definitions.typeOf(one.array);
    const isAlike = (id: ValueId): boolean => {
      const other = all.find((w) => w.array === id);
      return other !== undefined && this.#definitions.typeOf(id) === type && this.#joinOf(other) === op;
    };
    return bestPredicate(op) === undefined && one.sharing.every(isAlike) ? op : undefined;
  }

  /** By which operation all stores to the array join an element with something. */
  #joinOf({ array, places, known, sharing }: Written): ElementOp | undefined {
    if (!known) return undefined;
    const type = this.#definitions.typeOf(array);
    if (type === undefined || !isArrayType(type)) return undefined;
    const elem = elementOf(type);
    if (elem === "uint8c") return undefined;
    const loads = new Set(places.flatMap((p) => (p.inst.op === "load" ? [p.inst] : [])));
    let op: ElementOp | undefined;
    for (const { inst } of places) {
      if (inst.op !== "store") continue;
      const found = this.#joined(inst.args[2], inst, elem) ?? this.#best(inst, loads, elem);
      if (found?.op === undefined || (op !== undefined && found.op !== op)) return undefined;
      // What is joined with an older value makes up for what was stored since, if that was in the same copy, and in any case.
      const mayBeOlder = bestPredicate(found.op) === undefined && sharing.length === 0;
      if (!mayBeOlder && !this.#values.isKeptUntil(found.load, inst)) return undefined;
      if (!loads.delete(found.load)) return undefined;
      op = found.op;
    }
    return loads.size === 0 ? op : undefined;
  }

  /** The load whose value a stored value is joined of: of the same element, and used for nothing else. */
  #joined(value: ValueId | undefined, store: InstOf<"store">, elem: ElementKind): JoinedElement | undefined {
    const inst = this.#uses.inst(value);
    if (inst === undefined || this.#uses.usersOf(inst.id).length !== 1) return undefined;
    if (inst.op === "load") return this.#isSameElement(inst, store) ? { load: inst, op: undefined } : undefined;
    const float = isFloat(elem);
    const conversions = float ? ["fpext", "fptrunc"] : ["sext", "trunc"];
    if (conversions.includes(inst.op)) return this.#joined(inst.args[0], store, elem);
    const kept = float ? undefined : this.#keptBits(inst, elem);
    if (kept !== undefined) {
      const found = this.#joined(kept, store, elem);
      // Of the low bits a minimum or maximum can't be told.
      return found === undefined || isExtreme(found.op) ? undefined : { ...found, cut: true };
    }
    const step = STEPS[inst.op];
    if (step === undefined || float !== (inst.type === "f32" || inst.type === "f64")) return undefined;
    if ("overflow" in inst && inst.overflow === "saturates") return undefined;
    for (const [i, arg] of (step.left === true ? inst.args.slice(0, 1) : inst.args).entries()) {
      // Twice the element, x + x, is no sum of it and something else.
      if (inst.args.filter((a) => a === arg).length > 1) continue;
      const found = this.#joined(arg, store, elem);
      if (found === undefined) continue;
      if (found.op !== undefined && found.op !== step.kind) return undefined;
      if (isExtreme(step.kind) && (found.cut === true || !this.#fits(inst, inst.args[1 - i], elem))) return undefined;
      return { ...found, op: step.kind };
    }
    return undefined;
  }

  /** Of what an op leaves as many low bits as they are as an element has: x & 255, x >>> 0. */
  #keptBits(inst: Inst, elem: ElementKind): ValueId | undefined {
    const [left = -1, right = -1] = inst.args;
    if (inst.op === "zext") return left;
    if (inst.op !== "or" && inst.op !== "lshr" && inst.op !== "ashr" && inst.op !== "and") return undefined;
    const constant = (id: ValueId): bigint | undefined => {
      const from = this.#uses.inst(id) ?? this.#definitions.inst(id);
      return from?.op === "const" ? BigInt.asIntN(64, BigInt(from.value)) : undefined;
    };
    const [l, r] = [constant(left), constant(right)];
    if (inst.op !== "and") {
      if (r === 0n) return left;
      return inst.op === "or" && l === 0n ? right : undefined;
    }
    const whole = 2n ** BigInt(ELEMENTS[elem].size * 8) - 1n;
    const keepsAll = (mask: bigint | undefined): boolean => mask !== undefined && (mask & whole) === whole;
    if (keepsAll(r)) return left;
    return keepsAll(l) ? right : undefined;
  }

  /** if (e > a[k]) a[k] = e */
  #best(store: InstOf<"store">, loads: ReadonlySet<InstOf<"load">>, elem: ElementKind): JoinedElement | undefined {
    const [, , stored] = store.args;
    // An element without a sign is compared as 64 bits, of which 32 are stored.
    const cut = elem === "uint32" ? this.#uses.inst(stored) : undefined;
    const value = cut?.op === "trunc" ? cut.args[0] : stored;
    const type = ELEMENTS[elem].scalar;
    const carried = carriedIn(this.#loop.body);
    for (const load of loads) {
      if (!this.#isSameElement(load, store)) continue;
      const best = bestStored({ get: load, set: store, value, type }, this.#uses, carried, this.#values);
      if (best === undefined || this.#uses.usersOf(load.id).length !== 1) continue;
      if (!this.#isWhole(value, elem)) continue;
      return { load, op: `best.${best.pred}` };
    }
    return undefined;
  }

  /** Is the lesser or greater of an element and `other` an element again, and not what is left of it? */
  #fits(inst: Inst, other: ValueId | undefined, elem: ElementKind): boolean {
    if (elem === "int32") return inst.type === "i32";
    return isFloat(elem) || this.#isElement(other, elem);
  }

  /** Is a value stored as it is, neither rounded nor cut? */
  #isWhole(value: ValueId | undefined, elem: ElementKind): boolean {
    const { scalar } = ELEMENTS[elem];
    const type = this.#uses.inst(value)?.type ?? this.#definitions.typeOf(value ?? -1);
    if (isFloat(elem) || elem === "int32" || elem.startsWith("big")) return type === scalar;
    return this.#isElement(value, elem);
  }

  /** Does it come from an array of such elements? */
  #isElement(value: ValueId | undefined, elem: ElementKind): boolean {
    const inst = this.#uses.inst(value);
    if (inst?.op === "sext") return this.#isElement(inst.args[0], elem);
    const type = inst?.op === "load" ? this.#definitions.typeOf(inst.args[0] ?? -1) : undefined;
    return type !== undefined && isArrayType(type) && elementOf(type) === elem;
  }

  #isSameElement(load: InstOf<"load">, store: InstOf<"store">): boolean {
    const [array, index] = load.args.map((arg, i) => [arg, store.args[i]] as const);
    const same = this.#outside(array?.[0] ?? -1) === this.#outside(array?.[1] ?? -1);
    return same && index !== undefined && this.#values.same(index[0], index[1]);
  }

  // ── what is certain to clash ──

  #mostRounds(): bigint {
    const [start = -1, end = -1] = this.#loop.args;
    const [from, to] = [this.#indices.ofOuter(start), this.#indices.ofOuter(end)];
    const step = BigInt(Math.abs(this.#loop.step));
    const { max } = (this.#loop.step > 0 ? subtract(to, from) : subtract(from, to)).range;
    return (max + step - 1n) / step;
  }

  #clashes(places: readonly Place[]): Clash[] {
    const rounds = this.#mostRounds();
    if (rounds <= 1n) return [];
    const certain = places.flatMap((p) => {
      const index = p.whole && p.always ? this.#indices.index(p.index) : undefined;
      return index !== undefined && this.#indices.isOfCounter(index) ? [{ inst: p.inst, index }] : [];
    });
    for (const p of certain) {
      if (p.inst.op !== "store") continue;
      const [, stride] = splitBy(p.index, this.#indices.i);
      if (stride === undefined) return [{ kind: "same-element", store: p.inst }];
      for (const other of certain) {
        if (other === p) continue;
        const difference = subtract(other.index, p.index);
        if (difference.terms.length > 0 || stride.terms.length > 0 || difference.constant === 0n) continue;
        const by = stride.constant * BigInt(this.#loop.step);
        const distance = difference.constant / by;
        if (difference.constant % by === 0n && distance < rounds && -distance < rounds)
          return [{ kind: "dependence", store: p.inst, other: other.inst, distance }];
      }
    }
    return [];
  }
}

/** A load of an element, and how what is stored into the same element is made of it. */
interface JoinedElement {
  readonly load: InstOf<"load">;
  /** undefined where it is that element itself. */
  readonly op: ElementOp | undefined;
  /** Only its low bits are the element's. */
  readonly cut?: true;
}

function isFloat(elem: ElementKind): boolean {
  return elem === "float32" || elem === "float64";
}

function isExtreme(op: ElementOp | undefined): boolean {
  return op === "min" || op === "max";
}
