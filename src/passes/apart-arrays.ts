/**
 * Which arrays are different memory at a certain place, when variables are given other arrays on the way:
 *
 *   for (let r = 0; r < rounds; r++) { for (const i of prange(n)) q[i] = f(p[i]); [p, q] = [q, p]; }
 *
 * Each of p and q may be either array, but never both the same. Takes a function whose parameters share no memory and gives,
 * for each parallel loop, pairs of values and variables that are different memory when it begins: pairs are followed forward
 * through assignments, and where ways meet, those stay that all of them have.
 */
import type { Func } from "../ir/func.ts";
import type { Block, Inst, LabelId, LocalId, ValueId } from "../ir/ops.ts";
import type { Definitions } from "../ir/rewrite.ts";
import { isArrayType } from "../ir/types.ts";
import { blocksOf, localsWritten } from "../ir/walk.ts";
import { mayShare, rootsOf } from "./array-roots.ts";
import { SameValues } from "./same-value.ts";

export type ArrayName = `%${ValueId}` | `$${LocalId}`;

/** For each array those that are different memory; in both directions. */
type Pairs = Map<ArrayName, Set<ArrayName>>;

export class ApartArrays {
  readonly #fn: Func;
  readonly #definitions: Definitions;
  /** What holds before each loop; found out when it is first asked for, as it seldom is. */
  #before: Map<LabelId, Pairs> | undefined;
  #choices: Choices | undefined;
  #values: SameValues | undefined;
  /** What holds where `break` and `continue` go. */
  readonly #jumps = new Map<string, Pairs | undefined>();

  constructor(fn: Func, definitions: Definitions) {
    this.#fn = fn;
    this.#definitions = definitions;
  }

  /** Are they different memory where the loop begins? */
  areApart(loop: LabelId, a: ArrayName, b: ArrayName): boolean {
    this.#before ??= this.#follow();
    return this.#before.get(loop)?.get(a)?.has(b) === true || this.#areOthers(a, b);
  }

  /** `r % 2 ? a : b` and `r % 2 ? b : a` of one round: both ways, the two are different. */
  #areOthers(a: ArrayName, b: ArrayName): boolean {
    this.#choices ??= new Choices(this.#fn);
    const [x, y] = [this.#choices.of(a), this.#choices.of(b)];
    if (x === undefined || y === undefined || x.block !== y.block) return false;
    const [then, otherwise] = [this.#mayShare(x.then, y.then), this.#mayShare(x.else, y.else)];
    if (then || otherwise) return false;
    this.#values ??= new SameValues(this.#fn.body, this.#definitions);
    return this.#values.same(x.condition, y.condition);
  }

  #mayShare(a: ValueId, b: ValueId): boolean {
    return mayShare(rootsOf(a, this.#definitions), rootsOf(b, this.#definitions));
  }

  #follow(): Map<LabelId, Pairs> {
    const before = new Map<LabelId, Pairs>();
    this.#before = before;
    const start: Pairs = new Map();
    for (const { id, type } of this.#fn.params)
      if (isArrayType(type)) define(start, `%${id}`, this.#byRoots(start, id));
    this.#block(this.#fn.body, start);
    return before;
  }

  /** What holds at the block's end; undefined when that is never reached. */
  #block(block: Block, before: Pairs): Pairs | undefined {
    let pairs: Pairs | undefined = before;
    for (const inst of block.insts) {
      pairs = this.#inst(inst, pairs);
      if (pairs === undefined) return undefined;
    }
    return pairs;
  }

  #inst(inst: Inst, pairs: Pairs): Pairs | undefined {
    switch (inst.op) {
      case "if":
        return meet(this.#block(inst.then, copyOf(pairs)), this.#block(inst.else, copyOf(pairs)));
      case "block": {
        const end = this.#block(inst.body, pairs);
        return meet(end, this.#taken(`break ${inst.label}`));
      }
      case "loop":
      case "for":
        return this.#loop(inst.op, inst.label, inst.body, pairs);
      case "break":
      case "continue": {
        const key = `${inst.op} ${inst.label}`;
        this.#jumps.set(key, meet(this.#jumps.get(key), pairs));
        return undefined;
      }
      case "return":
      case "throw":
        return undefined;
      default:
        this.#assign(inst, pairs);
        return pairs;
    }
  }

  #loop(op: "for" | "loop", label: LabelId, body: Block, before: Pairs): Pairs | undefined {
    for (let head = before; ; ) {
      this.#before?.set(label, copyOf(head));
      const end = this.#block(body, copyOf(head));
      const again = meet(end, this.#taken(`continue ${label}`));
      const left = this.#taken(`break ${label}`);
      const next = again === undefined ? head : (meet(head, again) ?? head);
      if (sizeOf(next) === sizeOf(head)) return op === "for" ? meet(head, left) : left;
      head = next;
    }
  }

  #taken(key: string): Pairs | undefined {
    const pairs = this.#jumps.get(key);
    this.#jumps.delete(key);
    return pairs;
  }

  #assign(inst: Inst, pairs: Pairs): void {
    if (inst.op === "local.set") {
      const value: ArrayName = `%${inst.args[0] ?? -1}`;
      const local: ArrayName = `$${inst.local}`;
      if (pairs.has(local) || pairs.has(value)) define(pairs, local, pairs.get(value));
      return;
    }
    for (const local of localsWritten(inst)) define(pairs, `$${local}`, undefined);
    if (inst.type !== "void" && isArrayType(inst.type)) define(pairs, `%${inst.id}`, this.#othersOf(inst, pairs));
  }

  /** What else is different memory from the array that the instruction gives. */
  #othersOf(inst: Inst, pairs: Pairs): ReadonlySet<ArrayName> | undefined {
    const [a = -1, b = -1, c = -1] = inst.args;
    switch (inst.op) {
      case "local.get":
        return pairs.get(`$${inst.local}`);
      case "array.view":
        return pairs.get(`%${a}`);
      case "select": {
        const others = pairs.get(`%${c}`);
        return new Set([...(pairs.get(`%${b}`) ?? [])].filter((other) => others?.has(other)));
      }
      case "array.new":
        // Memory that nothing else has.
        return new Set(pairs.keys());
      default:
        return this.#byRoots(pairs, inst.id);
    }
  }

  #byRoots(pairs: Pairs, id: ValueId): ReadonlySet<ArrayName> {
    const roots = rootsOf(id, this.#definitions);
    const isApart = (name: ArrayName): boolean =>
      name.startsWith("%") && !mayShare(roots, rootsOf(Number(name.slice(1)), this.#definitions));
    return new Set([...pairs.keys()].filter(isApart));
  }
}

/** From here on `name` is something else. */
function define(pairs: Pairs, name: ArrayName, others: ReadonlySet<ArrayName> | undefined): void {
  const apart = new Set(others);
  apart.delete(name);
  for (const other of pairs.get(name) ?? []) pairs.get(other)?.delete(name);
  pairs.set(name, apart);
  for (const other of apart) pairs.get(other)?.add(name);
}

function copyOf(pairs: Pairs): Pairs {
  return new Map([...pairs].map(([name, others]) => [name, new Set(others)]));
}

function meet(a: Pairs | undefined, b: Pairs | undefined): Pairs | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  const both: Pairs = new Map();
  for (const [name, others] of a) {
    const more = b.get(name);
    if (more !== undefined) both.set(name, new Set([...others].filter((other) => more.has(other))));
  }
  return both;
}

function sizeOf(pairs: Pairs): number {
  let size = 0;
  for (const others of pairs.values()) size += others.size;
  return size;
}

/** An array that is one of two. */
interface Choice {
  readonly condition: ValueId;
  readonly then: ValueId;
  readonly else: ValueId;
  /** Where it is chosen. */
  readonly block: Block;
}

/** Values that are chosen by one condition each, and used where they are. */
class Choices {
  readonly #insts = new Map<ValueId, { readonly inst: Inst; readonly block: Block }>();
  readonly #sets = new Map<LocalId, number>();

  constructor(fn: Func) {
    this.#collect(fn.body);
  }

  #collect(block: Block): void {
    for (const inst of block.insts) {
      this.#insts.set(inst.id, { inst, block });
      for (const local of localsWritten(inst)) this.#sets.set(local, (this.#sets.get(local) ?? 0) + 1);
      for (const inner of blocksOf(inst)) this.#collect(inner);
    }
  }

  of(name: ArrayName): Choice | undefined {
    const { inst, block } = this.#insts.get(Number(name.slice(1))) ?? {};
    if (!name.startsWith("%") || inst === undefined || block === undefined) return undefined;
    if (inst.op === "select") {
      const [condition = -1, then = -1, otherwise = -1] = inst.args;
      return { condition, then, else: otherwise, block };
    }
    if (inst.op !== "local.get" || this.#sets.get(inst.local) !== 2) return undefined;
    for (const branch of block.insts.slice(0, block.insts.indexOf(inst))) {
      if (branch.op !== "if") continue;
      const [then, otherwise] = [branch.then, branch.else].map((b) =>
        b.insts.find((i) => i.op === "local.set" && i.local === inst.local),
      );
      if (then === undefined || otherwise === undefined) continue;
      return { condition: branch.args[0] ?? -1, then: then.args[0] ?? -1, else: otherwise.args[0] ?? -1, block };
    }
    return undefined;
  }
}
