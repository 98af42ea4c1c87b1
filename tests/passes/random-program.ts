/**
 * Random IR programs for the passes' property tests: loops over arrays with every kind of index arithmetic.
 *
 * A program is built from a *tape* of numbers, each answering one choice; a tape that runs out answers 0, the simplest
 * choice, so shrinking a tape shrinks the program. Programs verify, but may break promises (`absent` overflow) or run for
 * long: the caller runs them first and keeps those that end properly.
 */

import { FuncBuilder } from "../../src/ir/build.ts";
import type { Module, Site } from "../../src/ir/func.ts";
import type { LabelId, LocalId, ValueId } from "../../src/ir/ops.ts";
import { storedScalar } from "../../src/ir/types.ts";
import type { Span } from "../../src/source/span.ts";

type Int = "i32" | "i64";
type Elem = "uint8" | "int32" | "float64" | "uint32";

const LOC: Span = {
  source: { text: "", locate: () => ({ file: "random", line: 1, column: 1 }), lineAt: () => undefined },
  start: 0,
  end: 0,
};

export const ARRAYS: readonly Elem[] = ["uint8", "int32", "float64", "uint32"];

/**
 * Params: the arrays above, then two i32, one i64 and one f64. `focused` programs have the forms people write, whose accesses are
 * often just in bounds; the others have anything.
 */
export function randomModule(tape: readonly number[], focused: boolean): Module {
  const sites: Site[] = Array.from({ length: 64 }, () => ({ kind: "index", array: "a", loc: LOC }));
  const program = new Program(tape, focused);
  return { entry: program.build(), funcs: [], sites, tables: [], stackSite: undefined };
}

class Program {
  readonly #tape: readonly number[];
  readonly #focused: boolean;
  #at = 0;
  readonly #b = new FuncBuilder("random");
  readonly #arrays: { readonly id: ValueId; readonly elem: Elem }[] = [];
  readonly #flag: LocalId = this.#b.local("flag", "i1");
  readonly #locals: { readonly id: LocalId; readonly type: Int }[] = [];
  /** Integers in scope, innermost last. */
  #ints: { readonly id: ValueId; readonly type: Int }[] = [];
  /** Doubles in scope. */
  #floats: ValueId[] = [];
  readonly #floatLocal: LocalId = this.#b.local("f", "f64");
  #labels: { readonly label: LabelId; readonly repeats: boolean }[] = [];
  #sites = 0;
  #size = 0;

  constructor(tape: readonly number[], focused: boolean) {
    this.#tape = tape;
    this.#focused = focused;
  }

  build(): ReturnType<FuncBuilder["finish"]> {
    const b = this.#b;
    for (const elem of ARRAYS) this.#arrays.push({ id: b.param(elem, `${elem}[]`), elem });
    for (const [name, type] of [
      ["n", "i32"],
      ["m", "i32"],
      ["k", "i64"],
    ] as const)
      this.#ints.push({ id: b.param(name, type), type });
    const x = b.param("x", "f64");
    const [n] = this.#ints;
    // Doubles that look like integers, and are for most x.
    const whole = b.emit("ffloor", "f64", [x], { fast: [] }, LOC);
    const wide = b.emit("fmul", "f64", [whole, b.emit("sitofp", "f64", [n?.id ?? x], {}, LOC)], { fast: [] }, LOC);
    this.#floats.push(x, whole, wide, b.emit("fadd", "f64", [whole, whole], { fast: [] }, LOC));
    for (const type of ["i32", "i32", "i64"] as const) this.#locals.push({ id: b.local(`l${type}`, type), type });
    for (let i = 0; i < 2; i++) this.#statement(0);
    return b.finish({ results: [] });
  }

  #pick(count: number): number {
    const choice = this.#tape[this.#at++] ?? 0;
    return choice % count;
  }

  #one<T>(items: readonly T[]): T {
    const item = items[this.#pick(items.length)];
    if (item === undefined) throw new Error("nothing to choose from");
    return item;
  }

  #statements(depth: number): void {
    const before = this.#ints;
    const floats = this.#floats;
    const count = 1 + this.#pick(this.#focused ? 2 : 4);
    for (let i = 0; i < count && !this.#b.ended; i++) {
      this.#ints = [...this.#ints];
      this.#floats = [...this.#floats];
      this.#statement(depth);
    }
    this.#ints = before;
    this.#floats = floats;
  }

  #statement(depth: number): void {
    this.#size++;
    if (this.#size > 60) return;
    const b = this.#b;
    if (this.#focused) {
      if (depth < 2) this.#for(depth);
      else this.#one([() => this.#guarded(), () => this.#clamped(), () => this.#load(), () => this.#floating()])();
      return;
    }
    switch (depth >= 4 ? this.#pick(8) : this.#pick(14)) {
      case 0:
      case 1:
        this.#load();
        return;
      case 2:
        this.#store();
        return;
      case 3: {
        const local = this.#one(this.#locals);
        b.set(local.id, this.#int(local.type, 0), LOC);
        return;
      }
      case 4: {
        const local = this.#one(this.#locals);
        this.#ints.push({ id: b.get(local.id, LOC), type: local.type });
        return;
      }
      case 5:
        this.#guarded();
        return;
      case 6:
        this.#clamped();
        return;
      case 7:
        this.#floating();
        return;
      case 8:
      case 9:
      case 10:
        this.#for(depth);
        return;
      case 11:
      case 12:
        this.#if(depth);
        return;
      default: {
        const kind = this.#pick(4);
        const target = this.#labels.length === 0 ? undefined : this.#one(this.#labels);
        if (kind === 0) b.block(LOC, (label) => this.#labelled(label, false, () => this.#statements(depth + 1)));
        else if (target === undefined) this.#load();
        else if (kind === 1 && target.repeats) b.emit("continue", "void", [], { label: target.label }, LOC);
        else b.emit("break", "void", [], { label: target.label }, LOC);
      }
    }
  }

  #labelled(label: LabelId, repeats: boolean, body: () => void): void {
    this.#labels.push({ label, repeats });
    body();
    this.#labels.pop();
  }

  #for(depth: number): void {
    const type = this.#focused ? "i32" : this.#one(["i32", "i32", "i64"] as const);
    const start = this.#pick(2) === 0 ? this.#constant(type, 0) : this.#int(type, 1);
    const end = this.#int(type, 1);
    const step = this.#one([1, 1, 1, 2, 3, -1, -2]);
    const [from, to] = step > 0 ? [start, end] : [end, start];
    this.#b.for(from, to, step, LOC, (iv, label) => {
      const before = this.#ints;
      this.#ints = [...before, { id: iv, type }, { id: iv, type }];
      this.#labelled(label, true, () => this.#statements(depth + 1));
      this.#ints = before;
    });
  }

  #if(depth: number): void {
    const cond = this.#cond(0);
    this.#b.if(
      cond,
      LOC,
      () => this.#statements(depth + 1),
      this.#pick(2) === 0 ? undefined : () => this.#statements(depth + 1),
    );
  }

  /** An access next to a counter, in the branch that allows it: `if (x > 0) … a[x - 1]`. */
  #guarded(): void {
    const b = this.#b;
    const type = this.#focused ? "i32" : this.#one(["i32", "i64"] as const);
    const near = (value: ValueId): ValueId =>
      b.emit(
        this.#one(["add", "sub"] as const),
        type,
        [value, this.#constant(type, this.#pick(3))],
        { overflow: "wraps" },
        LOC,
      );
    const x = this.#int(type, 4);
    const compare = (): ValueId => {
      const pred = this.#one(["slt", "sle", "sgt", "sge", "eq", "ne", "ult"] as const);
      const left = this.#pick(2) === 0 ? x : near(x);
      const right = this.#one([
        () => this.#constant(type, this.#pick(3)),
        () => near(this.#int(type, 4)),
        () => this.#int(type, 2),
      ])();
      return b.emit("icmp", "i1", this.#pick(4) === 0 ? [right, left] : [left, right], { pred }, LOC);
    };
    const cond = this.#combined(compare);
    const early = this.#labels.filter((l) => l.repeats).at(-1);
    if (early !== undefined && this.#pick(4) === 0) {
      b.if(cond, LOC, () => b.emit("continue", "void", [], { label: early.label }, LOC));
      this.#load(near(x));
      return;
    }
    const access = (): void => {
      const before = this.#ints;
      this.#ints = [...before];
      this.#load(near(x));
      this.#ints = before;
    };
    if (this.#pick(2) === 0) b.if(cond, LOC, access, this.#pick(2) === 0 ? undefined : access);
    else b.if(cond, LOC, () => {}, access);
  }

  /** An access whose index is computed in doubles; or a double is named or put into a local. */
  #floating(): void {
    const b = this.#b;
    const value = this.#float(0);
    switch (this.#pick(6)) {
      case 4:
        this.#floats.push(value);
        return;
      case 5:
        b.set(this.#floatLocal, value, LOC);
        return;
      default: {
        const { id, elem } = this.#one(this.#arrays);
        const index = b.emit("toindex", "i64", [value, id], { site: this.#sites++ % 64 }, LOC);
        const type = elem === "float64" ? "f64" : elem === "uint32" ? "i64" : "i32";
        b.emit("load", type, [id, index], { bounds: "proved", site: 0 }, LOC);
      }
    }
  }

  #float(depth: number): ValueId {
    const b = this.#b;
    const sub = (): ValueId => this.#float(depth + 1);
    switch (this.#pick(depth > 2 ? 4 : 11)) {
      case 0:
      case 1: {
        const type = this.#focused ? "i32" : this.#one(["i32", "i64"] as const);
        return b.emit("sitofp", "f64", [this.#int(type, 4)], {}, LOC);
      }
      case 2:
        return this.#one(this.#floats);
      case 3:
        return b.constant("f64", this.#one([0, 1, 2, -1, 0.5, 3, Number.NaN, -0, 2 ** 53]), LOC);
      case 4:
      case 5:
      case 6:
        return b.emit(this.#one(["fadd", "fsub", "fmul"] as const), "f64", [sub(), sub()], { fast: [] }, LOC);
      case 7: {
        const op = this.#one(["ffloor", "fceil", "ftrunc", "fround", "fneg"] as const);
        return b.emit(op, "f64", [sub()], { fast: [] }, LOC);
      }
      case 8: {
        if (this.#pick(2) === 0)
          return b.emit(this.#one(["fmin", "fmax"] as const), "f64", [sub(), sub()], { fast: [] }, LOC);
        const [x, y] = [sub(), sub()];
        const pred = this.#one(["olt", "ole", "ogt", "oge", "oeq", "une"] as const);
        const cond = b.emit("fcmp", "i1", this.#pick(2) === 0 ? [x, y] : [x, x], { pred, fast: [] }, LOC);
        return b.emit("select", "f64", this.#pick(2) === 0 ? [cond, x, y] : [cond, y, x], {}, LOC);
      }
      case 9: {
        // There and back: exact unless the sum isn't.
        const far = b.constant("f64", this.#one([2 ** 53 - 1, 2 ** 52, 2 ** 40, 2 ** 60]), LOC);
        const there = b.emit("fadd", "f64", [sub(), far], { fast: [] }, LOC);
        return b.emit("fsub", "f64", [there, far], { fast: [] }, LOC);
      }
      default:
        return b.get(this.#floatLocal, LOC);
    }
  }

  /** A comparison, or two as `&&`, `||` and `!` make them. */
  #combined(compare: () => ValueId): ValueId {
    const b = this.#b;
    const first = compare();
    const known = (value: boolean): ValueId => b.constant("i1", value, LOC);
    switch (this.#pick(10)) {
      case 4:
        return b.emit("not", "i1", [first], {}, LOC);
      case 5:
        return b.emit(this.#one(["and", "or"] as const), "i1", [first, compare()], {}, LOC);
      case 6: {
        const [second, constant] = [compare(), known(this.#pick(2) === 0)];
        const arms = this.#pick(2) === 0 ? [second, constant] : [constant, second];
        return b.emit("select", "i1", [first, ...arms], {}, LOC);
      }
      case 7:
      case 8: {
        // `first && second` and `first || second`, where the second must not be evaluated in vain.
        const both = this.#pick(2) === 0;
        b.set(this.#flag, first, LOC);
        const second = (): void => b.set(this.#flag, compare(), LOC);
        b.if(first, LOC, both ? second : () => {}, both ? undefined : second);
        return b.get(this.#flag, LOC);
      }
      default:
        return first;
    }
  }

  /** `let y = x + c; if (y < 0) y = 0; else if (y >= h) y = h - 1; … a[y]` */
  #clamped(): void {
    const b = this.#b;
    const local = this.#one(this.#locals);
    const { type } = local;
    const one = this.#constant(type, 1);
    b.set(local.id, this.#int(type, 2), LOC);
    const lo = this.#one([() => this.#constant(type, 0), () => this.#int(type, 3)])();
    const h = this.#int(type, 3);
    const y = b.get(local.id, LOC);
    const below = b.emit("icmp", "i1", [y, lo], { pred: this.#one(["slt", "sle"] as const) }, LOC);
    const clampHigh = (): void => {
      const above = b.emit("icmp", "i1", [b.get(local.id, LOC), h], { pred: this.#one(["sge", "sgt"] as const) }, LOC);
      b.if(above, LOC, () => b.set(local.id, b.emit("sub", type, [h, one], { overflow: "wraps" }, LOC), LOC));
    };
    b.if(below, LOC, () => b.set(local.id, lo, LOC), this.#pick(2) === 0 ? clampHigh : undefined);
    if (this.#pick(2) === 0) clampHigh();
    this.#load(b.get(local.id, LOC));
  }

  #cond(depth: number): ValueId {
    const b = this.#b;
    switch (depth > 2 ? 0 : this.#pick(8)) {
      case 5:
        return b.emit("not", "i1", [this.#cond(depth + 1)], {}, LOC);
      case 6:
        return b.emit(this.#one(["and", "or"] as const), "i1", [this.#cond(depth + 1), this.#cond(depth + 1)], {}, LOC);
      case 7: {
        const [c, x] = [this.#cond(depth + 1), this.#cond(depth + 1)];
        const known = b.constant("i1", this.#pick(2) === 0, LOC);
        return b.emit("select", "i1", this.#pick(2) === 0 ? [c, x, known] : [c, known, x], {}, LOC);
      }
      default: {
        const type = this.#one(["i32", "i64"] as const);
        const pred = this.#one(["slt", "sle", "sgt", "sge", "eq", "ne", "ult"] as const);
        return b.emit("icmp", "i1", [this.#int(type, 1), this.#int(type, 1)], { pred }, LOC);
      }
    }
  }

  #load(at?: ValueId): void {
    const { id, elem } = this.#one(this.#arrays);
    const index = at ?? this.#int(this.#one(["i32", "i64"] as const), 0);
    const type = elem === "float64" ? "f64" : elem === "uint32" ? "i64" : "i32";
    const value = this.#b.emit("load", type, [id, index], { bounds: "checked", site: this.#sites++ % 64 }, LOC);
    if (type !== "f64") this.#ints.push({ id: value, type });
  }

  #store(): void {
    const { id, elem } = this.#one(this.#arrays);
    const index = this.#int(this.#one(["i32", "i64"] as const), 0);
    const type = storedScalar(elem);
    const value = type === "i32" || type === "i64" ? this.#int(type, 1) : this.#b.constant(type, this.#at, LOC);
    this.#b.emit("store", "void", [id, index, value], { bounds: "checked", site: this.#sites++ % 64 }, LOC);
  }

  #constant(type: Int, value: number): ValueId {
    return this.#b.constant(type, type === "i64" ? BigInt(value) : value, LOC);
  }

  /** Something in scope, now and then with a constant added; or an array's length. */
  #plainInt(type: Int, depth: number): ValueId {
    const b = this.#b;
    const usable = this.#ints.filter((v) => v.type === type);
    switch (this.#pick(depth > 3 ? 6 : 9)) {
      case 5: {
        const length = b.emit("length", "i32", [this.#one(this.#arrays).id], {}, LOC);
        return type === "i32" ? length : b.emit("sext", "i64", [length], {}, LOC);
      }
      case 6:
        return b.emit("add", type, [this.#plainInt(type, 5), this.#plainInt(type, 5)], { overflow: "wraps" }, LOC);
      case 7: {
        const by = this.#constant(type, this.#pick(3));
        return b.emit("sub", type, [this.#plainInt(type, 5), by], { overflow: "wraps" }, LOC);
      }
      case 8: {
        // A minimum or maximum, or nearly one.
        const [x, y] = [this.#plainInt(type, 5), this.#plainInt(type, 5)];
        const cond = this.#combined(() => {
          const pred = this.#one(["slt", "sle", "sgt", "sge", "eq", "ne", "ult"] as const);
          return b.emit("icmp", "i1", [x, y], { pred }, LOC);
        });
        return b.emit("select", type, this.#pick(2) === 0 ? [cond, x, y] : [cond, y, x], {}, LOC);
      }
      default: {
        const [last] = usable.slice(-1 - this.#pick(4));
        return last?.id ?? this.#constant(type, 1);
      }
    }
  }

  /** An integer expression. */
  #int(type: Int, depth: number): ValueId {
    const b = this.#b;
    const sub = (t: Int = type): ValueId => this.#int(t, depth + 1);
    if (this.#focused) return this.#plainInt(type, depth);
    switch (depth > 3 ? this.#pick(3) : this.#pick(13)) {
      case 0:
      case 1: {
        const usable = this.#ints.filter((v) => v.type === type);
        const [last] = usable.slice(-1 - this.#pick(3));
        if (last !== undefined) return last.id;
        return this.#constant(type, 1);
      }
      case 2:
        return this.#constant(type, this.#one([0, 1, 2, -1, 3, 7, 8, 100, 2147483647, -2147483648]));
      case 3:
      case 4:
      case 5: {
        const op = this.#one(["add", "sub", "mul", "add"] as const);
        const overflow = this.#one(
          type === "i64" ? (["absent", "saturates", "wraps"] as const) : (["absent", "wraps"] as const),
        );
        return b.emit(op, type, [sub(), sub()], { overflow }, LOC);
      }
      case 6:
        return b.emit(this.#one(["smin", "smax"] as const), type, [sub(), sub()], {}, LOC);
      case 7: {
        const isRemainder = this.#pick(2) === 0;
        const by = this.#pick(3) > 0 ? this.#constant(type, this.#one([1, 2, 3, 5, -1, -3])) : sub();
        if (isRemainder) return b.emit("srem", type, [sub(), by], { signs: [] }, LOC);
        return b.emit("sdiv", type, [sub(), by], {}, LOC);
      }
      case 8:
        return b.emit(this.#one(["and", "or", "xor"] as const), type, [sub(), sub()], {}, LOC);
      case 9: {
        const by = this.#constant(type, this.#one([0, 1, 2, 5, 31, 33]));
        return b.emit(this.#one(["shl", "ashr", "lshr"] as const), type, [sub(), by], {}, LOC);
      }
      case 10:
        if (type === "i64") return b.emit(this.#one(["sext", "zext"] as const), "i64", [sub("i32")], {}, LOC);
        return b.emit("trunc", "i32", [sub("i64")], {}, LOC);
      case 11:
        return b.emit("select", type, [this.#cond(1), sub(), sub()], {}, LOC);
      default: {
        const length = b.emit("length", "i32", [this.#one(this.#arrays).id], {}, LOC);
        return type === "i32" ? length : b.emit("sext", "i64", [length], {}, LOC);
      }
    }
  }
}
