/**
 * Makes a Func instruction by instruction: what lowering (and every pass that writes new code) uses.
 *
 * Instructions go to the end of the innermost open block. Control flow opens blocks with callbacks, so nesting in the
 * building code mirrors nesting in the IR:
 *
 *   const b = new FuncBuilder("sum");
 *   const xs = b.param("xs", "float64[]");
 *   const s = b.local("s", "f64");
 *   const zero = b.constant("i32", 0, loc);
 *   const n = b.emit("length", "i32", [xs], {}, loc);
 *   b.for(zero, n, 1, loc, (i) => {
 *     const x = b.emit("load", "f64", [xs, i], { bounds: "checked", site }, loc);
 *     b.set(s, b.emit("fadd", "f64", [b.get(s, loc), x], { fast: [] }, loc), loc);
 *   });
 *   b.emit("return", "void", [b.get(s, loc)], {}, loc);
 *   const fn = b.finish({ results: ["f64"] });
 *
 * What follows a jump in its block would never run and is dropped, so callers need not look out for it.
 * The builder checks nothing about operands: `verify.ts` does, after lowering and after every pass.
 */
import type { Span } from "../source/span.ts";
import type { Func, Local, Param } from "./func.ts";
import type { Block, Inst, InstOf, LabelId, LocalId, OPS, OpName, ParallelInfo, ValueId } from "./ops.ts";
import type { IrType, ScalarType } from "./types.ts";

/** The fields an instruction has besides id, type, args and loc. */
export type AttrsOf<K extends OpName> = Readonly<(typeof OPS)[K]["attrs"]>;

export interface FuncTail {
  readonly results: readonly IrType[];
  readonly recursive?: boolean;
  readonly disjoint?: boolean;
  readonly refs?: readonly LocalId[];
}

export class FuncBuilder {
  readonly name: string;
  readonly #params: Param[] = [];
  readonly #locals: Local[] = [];
  readonly #types = new Map<ValueId, IrType | "void">();
  #insts: Inst[] = [];
  #nextValue: ValueId = 0;
  #nextLocal: LocalId = 0;
  #nextLabel: LabelId = 0;

  constructor(name: string) {
    this.name = name;
  }

  /** Continues a function: new ids don't collide with its own, `finish` gives it back with the blocks built since. */
  static extending(fn: Func, next: { value: ValueId; label: LabelId }): FuncBuilder {
    const b = new FuncBuilder(fn.name);
    b.#params.push(...fn.params);
    b.#locals.push(...fn.locals);
    b.#nextValue = next.value;
    b.#nextLabel = next.label;
    b.#nextLocal = fn.locals.reduce((max, l) => Math.max(max, l.id + 1), 0);
    for (const p of fn.params) b.#types.set(p.id, p.type);
    return b;
  }

  param(name: string, type: IrType): ValueId {
    const id = this.value(type);
    this.#params.push({ id, name, type });
    return id;
  }

  local(name: string, type: IrType): LocalId {
    const id = this.#nextLocal++;
    this.#locals.push({ id, name, type });
    return id;
  }

  label(): LabelId {
    return this.#nextLabel++;
  }

  /** A fresh value id that some attribute will define (the `iv` of a `for`). */
  value(type: IrType | "void"): ValueId {
    const id = this.#nextValue++;
    this.#types.set(id, type);
    return id;
  }

  typeOf(id: ValueId): IrType {
    const type = this.#types.get(id);
    if (type === undefined || type === "void") throw new Error(`%${id} is not a value of ${this.name}`);
    return type;
  }

  localType(id: LocalId): IrType {
    // Mostly they are where their numbers say.
    const at = this.#locals[id];
    const local = at?.id === id ? at : this.#locals.find((l) => l.id === id);
    if (local === undefined) throw new Error(`$${id} is not a local of ${this.name}`);
    return local.type;
  }

  emit<K extends OpName>(
    op: K,
    type: IrType | "void",
    args: readonly ValueId[],
    attrs: AttrsOf<K>,
    loc: Span,
  ): ValueId {
    const inst: InstOf<K> = { op, id: this.value(type), type, args, loc, ...attrs };
    // InstOf<K> of one op is a member of the union Inst; tsc can't see that for a generic K.
    if (!this.ended) this.#insts.push(inst as unknown as Inst);
    return inst.id;
  }

  /** Appends a finished instruction whose ids come from elsewhere (a pass copying code). */
  append(inst: Inst): void {
    this.#types.set(inst.id, inst.type);
    if (!this.ended) this.#insts.push(inst);
  }

  /** Runs `build` with a new block open and gives that block. */
  inBlock(build: () => void): Block {
    const outer = this.#insts;
    this.#insts = [];
    try {
      build();
      return { insts: this.#insts };
    } finally {
      this.#insts = outer;
    }
  }

  /** Does the open block already end in a jump? */
  get ended(): boolean {
    const op = this.#insts.at(-1)?.op;
    return op === "break" || op === "continue" || op === "return" || op === "throw";
  }

  // ── the common instructions, shorter ──

  constant(type: ScalarType, value: number | bigint | boolean, loc: Span): ValueId {
    return this.emit("const", type, [], { value }, loc);
  }

  get(local: LocalId, loc: Span): ValueId {
    return this.emit("local.get", this.localType(local), [], { local }, loc);
  }

  set(local: LocalId, value: ValueId, loc: Span): void {
    this.emit("local.set", "void", [value], { local }, loc);
  }

  if(cond: ValueId, loc: Span, then: () => void, otherwise: () => void = () => {}): void {
    const blocks = { then: this.inBlock(then), else: this.inBlock(otherwise) };
    this.emit("if", "void", [cond], blocks, loc);
  }

  block(loc: Span, body: (label: LabelId) => void): void {
    const label = this.label();
    this.emit("block", "void", [], { label, body: this.inBlock(() => body(label)) }, loc);
  }

  loop(loc: Span, body: (label: LabelId) => void): void {
    const label = this.label();
    this.emit("loop", "void", [], { label, body: this.inBlock(() => body(label)) }, loc);
  }

  for(
    start: ValueId,
    end: ValueId,
    step: number,
    loc: Span,
    body: (iv: ValueId, label: LabelId) => void,
    parallel?: ParallelInfo,
  ): void {
    const label = this.label();
    const iv = this.value(this.typeOf(start));
    const block = this.inBlock(() => body(iv, label));
    this.emit(
      "for",
      "void",
      [start, end],
      { label, iv, step, body: block, ...(parallel === undefined ? {} : { parallel }) },
      loc,
    );
  }

  finish(tail: FuncTail): Func {
    return {
      name: this.name,
      params: this.#params,
      results: tail.results,
      locals: this.#locals,
      refs: tail.refs ?? [],
      recursive: tail.recursive ?? false,
      disjoint: tail.disjoint ?? false,
      body: { insts: this.#insts },
    };
  }
}
