/**
 * The copy of a loop in which some of its doubles are integers, and what goes around it: see speculate-integers.ts.
 *
 * Takes the loop and which variables are integers in it. Pure doubles that have an integer form are made where they are used, as an
 * integer or as a double; everything else stays where it is.
 */
import type { Func, Local } from "../ir/func.ts";
import { type Block, type Inst, type InstOf, type LabelId, type LocalId, ROWS, type ValueId } from "../ir/ops.ts";
import type { Definitions, FreshIds } from "../ir/rewrite.ts";
import { elementOf, type IrType, isArrayType } from "../ir/types.ts";
import { forEachInst, instsIn, type Loop, localsWrittenIn, mapBlocks } from "../ir/walk.ts";
import { areApartIn, rootsOf } from "./array-roots.ts";
import { Code } from "./code.ts";
import {
  type FormContext,
  hasWholeForm,
  INT32,
  isSmallInteger,
  narrowed,
  type Place,
  supposesExactness,
  truncatedQuotient,
  type Whole,
  wholeForm,
} from "./integer-forms.ts";
import { type Locals, readFirst } from "./liveness.ts";

export interface IntegerPlan extends FormContext {
  /** Variables that the loop changes, which are integers in the copy. */
  readonly carried: readonly Local[];
  /** What may be read in the loop or after it before it is written. */
  readonly live: Locals;
  /** Variables that it only reads, and doubles from before it. */
  readonly fixed: readonly Local[];
  readonly outer: readonly ValueId[];
}

/** Nothing comes of this copy. */
export class GivenUp {}

/** What stands for a value in the copy, in a block and those inside it. */
interface Scope {
  readonly wholes: Map<ValueId, Whole>;
  readonly doubles: Map<ValueId, ValueId>;
}

/** A store, in variables of the copy: whether the round has come to it, and what was there. */
interface Stored {
  readonly store: InstOf<"store">;
  readonly isDone: LocalId;
  readonly index: LocalId;
  readonly old: LocalId;
}

/** Of stores in a round that are taken back if it fails. */
const MAX_STORES = 4;

interface CopyContext {
  readonly fn: Func;
  readonly definitions: Definitions;
  readonly ids: FreshIds;
}

export class IntegerCopy {
  readonly #fn: Func;
  readonly #loop: Loop;
  readonly #plan: IntegerPlan;
  readonly #before: readonly Inst[];
  readonly #definitions: Definitions;
  readonly #ids: FreshIds;
  readonly #types: ReadonlyMap<LocalId, IrType>;
  readonly #add: (name: string, type: IrType) => LocalId;
  readonly #done: LabelId;
  readonly #doubles: LabelId;
  readonly #failed: LabelId;
  /** The copy's label, and those of blocks in it. */
  readonly #labels = new Map<LabelId, LabelId>();
  /** The integer in a variable's place. */
  readonly #integers = new Map<LocalId, LocalId>();
  /** What the loop's variables held when the round began. */
  readonly #saved = new Map<LocalId, LocalId>();
  readonly #values = new Map<ValueId, ValueId>();
  #scope: Scope = { wholes: new Map(), doubles: new Map() };
  #code: Code;
  /** The arrays that the loop reads. */
  #read: readonly ValueId[] | undefined;
  /** What is taken back of the round that fails. */
  readonly #stored: Stored[] = [];
  /** In loops inside the copy. */
  #depth = 0;
  /** Something has been done in this round that can't be undone. */
  #hasEffects = false;

  constructor(
    loop: Loop,
    plan: IntegerPlan,
    before: readonly Inst[],
    { fn, definitions, ids }: CopyContext,
    add: (name: string, type: IrType) => LocalId,
  ) {
    this.#fn = fn;
    this.#loop = loop;
    this.#plan = plan;
    this.#before = before;
    this.#definitions = definitions;
    this.#ids = ids;
    this.#types = new Map(fn.locals.map((local) => [local.id, local.type]));
    this.#add = add;
    [this.#done, this.#doubles, this.#failed] = [ids.label(), ids.label(), ids.label()];
    this.#code = new Code(ids, loop.loc);
  }

  /** `rest` is the loop that goes on with doubles. */
  made(rest: () => Loop): readonly Inst[] {
    const loop = this.#loop;
    const outside = new Code(this.#ids, loop.loc);
    const resume = loop.op === "for" ? this.#add("", this.#typeOf(loop.args[0])) : undefined;
    if (resume !== undefined) outside.emit("local.set", "void", loop.args.slice(0, 1), { local: resume });

    const inside = new Code(this.#ids, loop.loc);
    this.#enter(inside);
    const start = new Code(this.#ids, loop.loc);
    const copy = this.#copy(start, resume);
    const failing = new Code(this.#ids, loop.loc);
    failing.insts.push(copy);
    if (loop.op === "for") {
      this.#giveBack(failing);
      failing.emit("break", "void", [], { label: this.#done });
    }
    this.#beginStored(inside);
    inside.emit("block", "void", [], { label: this.#failed, body: { insts: failing.insts } });
    this.#restore(inside);

    const all = new Code(this.#ids, loop.loc);
    all.emit("block", "void", [], { label: this.#doubles, body: { insts: inside.insts } });
    if (resume === undefined) all.insts.push(rest());
    else {
      const from = all.emit("local.get", this.#typeOf(loop.args[0]), [], { local: resume });
      all.insts.push({ ...rest(), args: [from, ...loop.args.slice(1)] } as Inst);
    }
    outside.emit("block", "void", [], { label: this.#done, body: { insts: all.insts } });
    return outside.insts;
  }

  #typeOf(id: ValueId | undefined): IrType {
    return this.#definitions.typeOf(id ?? -1) ?? "i32";
  }

  // ── before and after ──

  /** Makes the integers, or goes on with doubles. */
  #enter(code: Code): void {
    const { carried, fixed, outer, live } = this.#plan;
    for (const local of [...carried, ...fixed]) {
      const integer = this.#add(local.name, "i32");
      this.#integers.set(local.id, integer);
      if (!live.has(local.id)) {
        // It may hold nothing yet. Leaving the loop gives it back, whether or not it was written; so it is something.
        code.emit("local.set", "void", [code.emit("const", "i32", [], { value: 0 })], { local: integer });
        continue;
      }
      const found = this.#reaching(local.id);
      const known = found === undefined ? undefined : this.#knownInteger(found, code);
      const value = known ?? this.#tested(code.emit("local.get", "f64", [], { local: local.id }), code);
      code.emit("local.set", "void", [value], { local: integer });
    }
    for (const id of outer) {
      const value = this.#knownInteger(id, code) ?? this.#tested(id, code);
      this.#scope.wholes.set(id, { id: value, type: "i32", ...this.#rangeOf(id) });
    }
  }

  #rangeOf(id: ValueId): Pick<Whole, "lo" | "hi"> {
    const inst = this.#definitions.inst(id);
    if (inst?.op !== "const") return INT32;
    const value = BigInt(Number(inst.value));
    return { lo: value, hi: value };
  }

  /** What the variable was set to last before the loop, in the same block. */
  #reaching(local: LocalId): ValueId | undefined {
    for (const inst of this.#before.toReversed()) {
      if (inst.op === "local.set" && inst.local === local) return inst.args[0];
      if (localsWrittenIn({ insts: [inst] }).has(local)) return undefined;
    }
    return undefined;
  }

  /** The int32 that a double was made of. */
  #knownInteger(id: ValueId, code: Code): ValueId | undefined {
    const inst = this.#definitions.inst(id);
    if (inst?.op === "const" && isSmallInteger(inst.value)) return code.emit("const", "i32", [], { value: inst.value });
    const from = inst?.op === "sitofp" ? inst.args[0] : undefined;
    return from !== undefined && this.#definitions.typeOf(from) === "i32" ? from : undefined;
  }

  /** The double as an int32; what is none, −0 among them, goes on with doubles. */
  #tested(id: ValueId, code: Code): ValueId {
    const integer = code.emit("toint32", "i32", [id], { fits64: false });
    const back = code.emit("sitofp", "f64", [integer], {});
    const isSame = code.emit("fcmp", "i1", [back, id], { pred: "oeq", fast: [] });
    const one = code.emit("const", "f64", [], { value: 1 });
    const inverse = code.emit("fdiv", "f64", [one, id], { fast: [], operands: [] });
    const least = code.emit("const", "f64", [], { value: Number.NEGATIVE_INFINITY });
    const isPositive = code.emit("fcmp", "i1", [inverse, least], { pred: "une", fast: [] });
    const isOne = code.emit("and", "i1", [isSame, isPositive], {});
    const leave = new Code(this.#ids, this.#loop.loc);
    leave.emit("break", "void", [], { label: this.#doubles });
    code.branch(code.emit("not", "i1", [isOne], {}), { insts: leave.insts });
    return integer;
  }

  /** The variables as doubles, where the loop is left. */
  #giveBack(code: Code): void {
    for (const { id } of this.#plan.carried) this.#setDouble(code, id, this.#integers.get(id) ?? -1);
  }

  /** The variables and elements as they were when the round began. */
  #restore(code: Code): void {
    for (const { store, isDone, index, old } of this.#stored.toReversed()) {
      const [array = -1, at = -1, value = -1] = store.args;
      const back = new Code(this.#ids, this.#loop.loc);
      const to = back.emit("local.get", this.#typeOf(at), [], { local: index });
      const was = back.emit("local.get", this.#typeOf(value), [], { local: old });
      back.emit("store", "void", [array, to, was], { bounds: "proved", site: store.site });
      const one = code.emit("const", "i32", [], { value: 1 });
      const done = code.emit("local.get", "i32", [], { local: isDone });
      code.branch(code.emit("icmp", "i1", [done, one], { pred: "eq" }), { insts: back.insts });
    }
    for (const [local, saved] of this.#saved) {
      if (this.#integers.has(local)) this.#setDouble(code, local, saved);
      else {
        const value = code.emit("local.get", this.#types.get(local) ?? "f64", [], { local: saved });
        code.emit("local.set", "void", [value], { local });
      }
    }
  }

  /**
   * What is put back is read only where it has been kept, which nobody sees who doesn't follow the flags: a parallel loop around would
   * take it for carried.
   */
  #beginStored(code: Code): void {
    for (const { store, index, old } of this.#stored)
      for (const [i, local] of [index, old].entries()) {
        const type = this.#typeOf(store.args[i + 1]);
        const nothing = code.emit("const", type, [], { value: type === "i64" ? 0n : 0 });
        code.emit("local.set", "void", [nothing], { local });
      }
  }

  #setDouble(code: Code, local: LocalId, integer: LocalId): void {
    const value = code.emit("local.get", "i32", [], { local: integer });
    code.emit("local.set", "void", [code.emit("sitofp", "f64", [value], {})], { local });
  }

  // ── the copy ──

  #copy(start: Code, resume: LocalId | undefined): Inst {
    const loop = this.#loop;
    const label = this.#ids.label();
    this.#labels.set(loop.label, label);
    this.#code = start;
    let iv: ValueId | undefined;
    if (loop.op === "for" && resume !== undefined) {
      iv = this.#ids.value();
      this.#values.set(loop.iv, iv);
      start.emit("local.set", "void", [iv], { local: resume });
    }
    const readAgain = readFirst(loop.body);
    for (const local of localsWrittenIn(loop.body)) {
      const integer = this.#integers.get(local);
      // The round that is run again writes it again.
      if (integer === undefined ? !readAgain.has(local) : !this.#plan.live.has(local)) continue;
      const type = integer === undefined ? (this.#types.get(local) ?? "f64") : "i32";
      const saved = this.#add("", type);
      this.#saved.set(local, saved);
      const value = start.emit("local.get", type, [], { local: integer ?? local });
      start.emit("local.set", "void", [value], { local: saved });
    }
    this.#insts(loop.body);
    const none = new Code(this.#ids, loop.loc);
    for (const { isDone } of this.#stored)
      none.emit("local.set", "void", [none.emit("const", "i32", [], { value: 0 })], { local: isDone });
    const body = { insts: [...none.insts, ...start.insts] };
    const id = this.#ids.value();
    return (iv === undefined ? { ...loop, id, label, body } : { ...loop, id, label, iv, body }) as Inst;
  }

  /** Writes a block's instructions into the open one. */
  #insts(block: Block): void {
    for (const inst of block.insts) this.#inst(inst);
  }

  #inside(write: () => void): Block {
    const [code, scope] = [this.#code, this.#scope];
    this.#code = new Code(this.#ids, this.#loop.loc);
    this.#scope = { wholes: new Map(scope.wholes), doubles: new Map(scope.doubles) };
    write();
    const { insts } = this.#code;
    [this.#code, this.#scope] = [code, scope];
    return { insts };
  }

  #inst(inst: Inst): void {
    const code = this.#code;
    switch (inst.op) {
      case "local.get": {
        const integer = this.#integers.get(inst.local);
        if (integer === undefined || !this.#plan.isCandidate(inst.local)) break;
        const id = code.emit("local.get", "i32", [], { local: integer });
        this.#scope.wholes.set(inst.id, { id, type: "i32", ...INT32 });
        return;
      }
      case "local.set": {
        const integer = this.#integers.get(inst.local);
        if (integer === undefined) break;
        const value = this.#narrow(this.#whole(inst.args[0] ?? -1));
        code.emit("local.set", "void", [value.id], { local: integer });
        return;
      }
      case "fcmp":
        if (this.#compare(inst)) return;
        break;
      case "toint32":
      case "fptosi": {
        const whole = this.#cheapWhole(inst.args[0] ?? -1) ?? this.#bitsOfQuotient(inst);
        if (whole === undefined) break;
        const id =
          inst.type === whole.type
            ? whole.id
            : inst.type === "i32"
              ? code.emit("trunc", "i32", [whole.id], {})
              : code.emit("sext", "i64", [whole.id], {});
        this.#values.set(inst.id, id);
        return;
      }
      case "toindex": {
        const whole = this.#hasEffects ? undefined : this.#cheapWhole(inst.args[0] ?? -1);
        if (whole === undefined) break;
        const at = whole.type === "i64" ? whole.id : code.emit("sext", "i64", [whole.id], {});
        const length = code.emit(
          "sext",
          "i64",
          [code.emit("length", "i32", [this.#value(inst.args[1] ?? -1)], {})],
          {},
        );
        // What isn't inside is told of by the loop in doubles.
        const isInside = code.emit("icmp", "i1", [at, length], { pred: "ult" });
        this.#place().leaveIf(code, code.emit("not", "i1", [isInside], {}));
        this.#values.set(inst.id, at);
        return;
      }
      case "break":
      case "continue": {
        const label = this.#labels.get(inst.label);
        const leaves = label === undefined || (inst.op === "break" && inst.label === this.#loop.label);
        if (leaves) this.#giveBack(code);
        const isOwnEnd = inst.op === "break" && inst.label === this.#loop.label;
        code.emit(inst.op, "void", [], { label: isOwnEnd ? this.#done : (label ?? inst.label) });
        return;
      }
      default:
        // Made where it is used, as what it is used as.
        if (ROWS[inst.op].effect === "pure" && inst.type === "f64" && hasWholeForm(inst.id, this.#plan)) return;
    }
    this.#other(inst);
  }

  /** An instruction that stays what it is, on the copy's values. */
  #other(inst: Inst): void {
    const args = inst.args.map((arg) => this.#value(arg));
    if (inst.op === "store" && !this.#hasEffects && !this.#canBeRunAgain(inst)) {
      const stored = this.#keeps(inst);
      if (stored !== undefined) {
        this.#code.insts.push({ ...inst, id: this.#ids.value(), args } as Inst);
        const one = this.#code.emit("const", "i32", [], { value: 1 });
        this.#code.emit("local.set", "void", [one], { local: stored.isDone });
        this.#stored.push(stored);
        return;
      }
    }
    const id = this.#ids.value();
    this.#values.set(inst.id, id);
    const copied = { ...inst, id, args };
    if (copied.op === "loop" || copied.op === "for") {
      this.#innerLoop(copied);
      return;
    }
    if (copied.op === "block") {
      const label = this.#ids.label();
      this.#labels.set(copied.label, label);
      this.#code.insts.push({ ...copied, label, body: this.#inside(() => this.#insts(copied.body)) });
      return;
    }
    this.#code.insts.push(mapBlocks(copied, (block) => this.#inside(() => this.#insts(block))));
    if (!this.#canBeRunAgain(inst)) this.#hasEffects = true;
  }

  /** Keeps what a store overwrites, if that can be put back. */
  #keeps(store: InstOf<"store">): Stored | undefined {
    const [array = -1, at = -1, value = -1] = store.args;
    const [of, type] = [this.#typeOf(array), this.#typeOf(value)];
    // An element stored as what it is read as is the same element.
    const isKept = isArrayType(of) && elementOf(of) !== "uint32";
    if (!isKept || this.#depth > 0 || this.#stored.length >= MAX_STORES || this.#plan.inst(array) !== undefined)
      return undefined;
    const [isDone, index, old] = [this.#add("", "i32"), this.#add("", this.#typeOf(at)), this.#add("", type)];
    const to = this.#value(at);
    const { bounds, site } = store;
    const was = this.#code.emit("load", type, [array, to], { bounds, site });
    this.#code.emit("local.set", "void", [to], { local: index });
    this.#code.emit("local.set", "void", [was], { local: old });
    return { store, isDone, index, old };
  }

  /** Without harm, if a round begins again after it. What ends the kernel does so at the same place either way. */
  #canBeRunAgain(inst: Inst): boolean {
    const { effect } = ROWS[inst.op];
    if (effect === "control") return inst.op !== "call" && inst.op !== "parallel";
    if (inst.op === "store") return this.#isOnlyWritten(inst.args[0] ?? -1);
    return effect === "pure" || effect === "reads" || inst.op === "local.set" || isTrap(inst);
  }

  /** Does the loop read nothing of the array? Then the round that is run again stores what is there already. */
  #isOnlyWritten(array: ValueId): boolean {
    this.#read ??= instsIn(this.#loop.body).flatMap((inst) => {
      const isArray = (id: ValueId): boolean => isArrayType(this.#typeOf(id));
      return inst.op !== "store" && ROWS[inst.op].effect !== "pure" ? inst.args.filter(isArray) : [];
    });
    const roots = rootsOf(array, this.#definitions);
    return this.#read.every((other) => {
      return areApartIn(this.#fn, roots, rootsOf(other, this.#definitions), this.#definitions);
    });
  }

  #innerLoop(inner: Loop): void {
    // Its tests come after what the round before has done.
    forEachInst(inner.body, (inst) => {
      if (!this.#canBeRunAgain(inst)) this.#hasEffects = true;
    });
    const label = this.#ids.label();
    this.#labels.set(inner.label, label);
    const iv = inner.op === "for" ? this.#ids.value() : -1;
    if (inner.op === "for") this.#values.set(inner.iv, iv);
    this.#depth++;
    const body = this.#inside(() => this.#insts(inner.body));
    this.#depth--;
    this.#code.insts.push(inner.op === "for" ? { ...inner, label, iv, body } : { ...inner, label, body });
  }

  /** As it is outside: the double of what is an integer in the copy. */
  #value(id: ValueId): ValueId {
    const inst = this.#plan.inst(id);
    const known = this.#values.get(id) ?? this.#scope.doubles.get(id);
    if (known !== undefined || inst === undefined) return known ?? id;
    const whole = this.#scope.wholes.get(id);
    if (whole !== undefined || (inst.op === "frem" && !this.#hasEffects)) {
      const { id: integer } = whole ?? this.#whole(id);
      return this.#noteDouble(id, this.#code.emit("sitofp", "f64", [integer], {}));
    }
    const args = inst.args.map((arg) => this.#value(arg));
    return this.#noteDouble(id, this.#code.again(inst, args));
  }

  #noteDouble(id: ValueId, double: ValueId): ValueId {
    this.#scope.doubles.set(id, double);
    return double;
  }

  /** As an integer, where that supposes nothing. */
  #cheapWhole(id: ValueId): Whole | undefined {
    const isThere = this.#scope.wholes.has(id);
    const { inst } = this.#plan;
    if (!isThere && (inst(id) === undefined || !hasWholeForm(id, this.#plan) || supposesExactness(id, this.#plan)))
      return undefined;
    return this.#whole(id);
  }

  /** `(x / y) | 0` by one division of integers. */
  #bitsOfQuotient(inst: InstOf<"toint32"> | InstOf<"fptosi">): Whole | undefined {
    const of = this.#plan.inst(inst.args[0] ?? -1);
    if (inst.op !== "toint32" || of?.op !== "fdiv" || of.type !== "f64" || this.#hasEffects) return undefined;
    const isGood = (id: ValueId): boolean => hasWholeForm(id, this.#plan) && !supposesExactness(id, this.#plan);
    return of.args.every(isGood) ? truncatedQuotient(of, this.#plan, this.#place()) : undefined;
  }

  #compare(compared: InstOf<"fcmp">): boolean {
    const [a = -1, b = -1] = compared.args;
    const { inst } = this.#plan;
    const isFixed = (id: ValueId): boolean => inst(id) === undefined || inst(id)?.op === "const";
    const isGood = (id: ValueId): boolean =>
      this.#scope.wholes.has(id) || (hasWholeForm(id, this.#plan) && !supposesExactness(id, this.#plan));
    if ((isFixed(a) && isFixed(b)) || !isGood(a) || !isGood(b)) return false;
    const [x, y] = [this.#whole(a), this.#whole(b)];
    const pred = ({ oeq: "eq", une: "ne", olt: "slt", ole: "sle", ogt: "sgt", oge: "sge" } as const)[compared.pred];
    const wide = (whole: Whole): ValueId =>
      whole.type === "i64" || x.type === y.type ? whole.id : this.#code.emit("sext", "i64", [whole.id], {});
    this.#values.set(compared.id, this.#code.emit("icmp", "i1", [wide(x), wide(y)], { pred }));
    return true;
  }

  #whole(id: ValueId): Whole {
    return wholeForm(id, this.#plan, this.#place());
  }

  #narrow(whole: Whole): Whole {
    return narrowed(whole, this.#place());
  }

  #choose(condition: ValueId, then: () => Whole, otherwise: () => Whole): Whole {
    const arms = [then, otherwise].map((make) => {
      let whole: Whole | undefined;
      let code = this.#code;
      this.#inside(() => {
        whole = make();
        code = this.#code;
      });
      return { whole: whole as Whole | undefined, code };
    });
    const wholes = arms.flatMap(({ whole }) => (whole === undefined ? [] : [whole]));
    const type = wholes.every((whole) => whole.type === "i32") ? "i32" : "i64";
    const local = this.#add("", type);
    const blocks = arms.map(({ whole, code }): Block => {
      if (whole !== undefined) {
        const value = whole.type === type ? whole.id : code.emit("sext", "i64", [whole.id], {});
        code.emit("local.set", "void", [value], { local });
      }
      return { insts: code.insts };
    });
    this.#code.branch(condition, blocks[0] ?? { insts: [] }, blocks[1]);
    const [lows, highs] = [wholes.map(({ lo }) => lo), wholes.map(({ hi }) => hi)];
    const lo = lows.reduce((a, b) => (a < b ? a : b));
    const hi = highs.reduce((a, b) => (a > b ? a : b));
    return { id: this.#code.emit("local.get", type, [], { local }), type, lo, hi };
  }

  #place(): Place {
    const current = (): Code => this.#code;
    return {
      get code() {
        return current();
      },
      known: (id) => this.#scope.wholes.get(id),
      note: (id, whole) => this.#scope.wholes.set(id, whole),
      condition: (id) => this.#value(id),
      integer: (id) => ({ id: this.#value(id), type: this.#typeOf(id) === "i32" ? "i32" : "i64" }),
      leaveIf: (code, condition) => {
        if (this.#hasEffects) throw new GivenUp();
        const leave = new Code(this.#ids, this.#loop.loc);
        leave.emit("break", "void", [], { label: this.#failed });
        code.branch(condition, { insts: leave.insts });
      },
      choose: (condition, then, otherwise) => this.#choose(condition, then, otherwise),
    };
  }
}

function isTrap({ op }: Inst): boolean {
  return ROWS[op].effect === "traps" && op !== "array.new";
}
