/**
 * Makes a kernel that runs in the background stoppable, and lets it tell how far it is. Runs last, on what is to be emitted.
 *
 * A `poll` stands where the kernel comes by every millisecond or so: in each round of a `loop`, in each round of a counted
 * loop whose rounds may take long (they contain calls, or loops that do), and where a recursive function begins. Other
 * counted loops are cut into stretches with a poll between them, so that what runs is the very loop that LLVM vectorises,
 * and sums are added in the same order:
 *
 *   for L0 %i = %0 to %n step 1 { A }
 * becomes
 *   local.set $at, %0
 *   loop L0 {
 *     %a = $at;  if %a < %n {} else { break L0 }
 *     poll
 *     %to = min(%a + STRETCH, %n)
 *     for L1 %i = %a to %to step 1 { A }
 *     local.set $at, %to
 *   }
 *
 * `progress` follows the entry's loops, and the loops directly inside them: each gets a share of the whole by a rough count
 * of its work, and each of its rounds an equal part of that.
 */
import { FuncBuilder } from "../ir/build.ts";
import type { Func, Module } from "../ir/func.ts";
import type { Block, Inst, InstOf, LabelId, ValueId } from "../ir/ops.ts";
import { copyInst, Definitions, type Ids } from "../ir/rewrite.ts";
import { blocksOf, forEachInst, mapBlocks, nextIds } from "../ir/walk.ts";
import type { Span } from "../source/span.ts";
import { ownCost, UNKNOWN_ROUNDS } from "./chunk-cost.ts";
import { constantRounds } from "./rounds.ts";

/**
 * The most that may run between two polls, by the counts of chunk-cost.ts. Usually that is some ten microseconds; with
 * every load a miss of all caches, three milliseconds.
 */
const STRETCH = 2 ** 16;
/** What a function that calls itself is taken to do. */
const RECURSION_WORK = 100_000;
/** How deep the loops are whose rounds `progress` tells, and what the rounds of inner ones must be worth for that. */
const PROGRESS_DEPTH = 2;
const PROGRESS_WORTH = 10_000;

/** `stretch`: shorter in tests, where loops are. */
export function interrupt(module: Module, stretch = STRETCH): Module {
  const costs = new Costs(module);
  const called = isCalled(module);
  const entry = new Interrupter(module.entry, costs, stretch).run(called ? "silent" : "tells");
  const funcs = module.funcs.map((fn) => new Interrupter(fn, costs, stretch).run("silent"));
  return { ...module, entry, funcs };
}

function isCalled({ entry, funcs }: Module): boolean {
  let called = false;
  for (const fn of [entry, ...funcs])
    forEachInst(fn.body, (inst) => {
      if (inst.op === "call" && inst.callee === entry.name) called = true;
    });
  return called;
}

/** What code costs: at most (infinite where that isn't known), and by a guess. */
class Costs {
  readonly #funcs: ReadonlyMap<string, Func>;
  readonly #definitions = new Map<Func, Definitions>();
  readonly #most = new Map<Func | Block, number>();
  readonly #work = new Map<Func | Block, number>();

  constructor({ entry, funcs }: Module) {
    this.#funcs = new Map([entry, ...funcs].map((fn) => [fn.name, fn]));
  }

  definitions(fn: Func): Definitions {
    let known = this.#definitions.get(fn);
    if (known === undefined) {
      known = new Definitions(fn);
      this.#definitions.set(fn, known);
    }
    return known;
  }

  most(fn: Func, block: Block): number {
    return remembered(this.#most, block, () => sum(block.insts.map((inst) => this.mostOf(fn, inst))));
  }

  mostOf(fn: Func, inst: Inst): number {
    switch (inst.op) {
      case "loop":
      case "parallel":
        return Number.POSITIVE_INFINITY;
      case "for": {
        const rounds = constantRounds(inst, this.definitions(fn));
        if (rounds === undefined) return Number.POSITIVE_INFINITY;
        return rounds === 0 ? 0 : rounds * (1 + this.most(fn, inst.body));
      }
      case "call": {
        const callee = this.#callee(inst.callee);
        if (callee.recursive) return Number.POSITIVE_INFINITY;
        return remembered(this.#most, callee, () => this.most(callee, callee.body));
      }
      default:
        return ownCost(inst) + sum(blocksOf(inst).map((block) => this.most(fn, block)));
    }
  }

  work(fn: Func, block: Block): number {
    return remembered(this.#work, block, () => sum(block.insts.map((inst) => this.workOf(fn, inst))));
  }

  workOf(fn: Func, inst: Inst): number {
    switch (inst.op) {
      case "loop":
        return UNKNOWN_ROUNDS * (1 + this.work(fn, inst.body));
      case "for":
        return (constantRounds(inst, this.definitions(fn)) ?? UNKNOWN_ROUNDS) * (1 + this.work(fn, inst.body));
      case "if":
        return Math.max(this.work(fn, inst.then), this.work(fn, inst.else));
      case "call":
      case "parallel": {
        const callee = this.#callee(inst.callee);
        if (callee.recursive) return RECURSION_WORK;
        return remembered(this.#work, callee, () => this.work(callee, callee.body));
      }
      default:
        return ownCost(inst) + sum(blocksOf(inst).map((block) => this.work(fn, block)));
    }
  }

  #callee(name: string): Func {
    const fn = this.#funcs.get(name);
    if (fn === undefined) throw new Error(`the module has no function ${name}`);
    return fn;
  }
}

function remembered(map: Map<Func | Block, number>, key: Func | Block, compute: () => number): number {
  let known = map.get(key);
  if (known === undefined) {
    known = compute();
    map.set(key, known);
  }
  return known;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** The part of the whole that some code is: `span` from `at` on, both f64 values. */
interface Share {
  readonly at: ValueId;
  readonly span: ValueId;
  /** Loops around the code. */
  readonly depth: number;
}

const STRICT = { fast: [] } as const;
const WRAPS = { overflow: "wraps" } as const;

class Interrupter {
  readonly #fn: Func;
  readonly #costs: Costs;
  readonly #stretch: number;
  readonly #definitions: Definitions;
  readonly #b: FuncBuilder;
  /** How many are around what is being written. */
  #loops = 0;

  constructor(fn: Func, costs: Costs, stretch: number) {
    this.#fn = fn;
    this.#costs = costs;
    this.#stretch = stretch;
    this.#definitions = costs.definitions(fn);
    this.#b = FuncBuilder.extending(fn, nextIds(fn));
  }

  run(progress: "tells" | "silent"): Func {
    const b = this.#b;
    const loc = this.#fn.body.insts[0]?.loc;
    if (loc === undefined || (!this.#fn.recursive && !this.#isLong(this.#fn.body))) return this.#fn;
    const body = b.inBlock(() => {
      if (this.#fn.recursive) b.emit("poll", "void", [], {}, loc);
      const tells = progress === "tells";
      this.#into(this.#fn.body, tells ? { at: this.#f64(0, loc), span: this.#f64(1, loc), depth: 0 } : undefined);
    });
    const { locals } = b.finish({ results: [] });
    return { ...this.#fn, locals, body };
  }

  #isLong(block: Block): boolean {
    return this.#costs.most(this.#fn, block) > this.#stretch;
  }

  #block(block: Block, share: Share | undefined): Block {
    return this.#b.inBlock(() => this.#into(block, share));
  }

  /** Appends the block's code; its loops divide the share among them. */
  #into(block: Block, share: Share | undefined): void {
    const works = block.insts.map((inst) => (this.#takesLong(inst) ? this.#costs.workOf(this.#fn, inst) : 0));
    const total = sum(works);
    let done = 0;
    for (const [i, inst] of block.insts.entries()) {
      const work = works[i] ?? 0;
      if (!this.#takesLong(inst)) this.#b.append(inst);
      else
        this.#inst(inst, share === undefined || total === 0 ? undefined : this.#part(share, done, work, total, inst));
      done += work;
    }
  }

  /** A loop's body. */
  #inside(block: Block, share: Share | undefined): void {
    this.#loops++;
    this.#into(block, share);
    this.#loops--;
  }

  #takesLong(inst: Inst): boolean {
    return inst.op === "call" ? false : this.#costs.mostOf(this.#fn, inst) > this.#stretch;
  }

  #inst(inst: Inst, share: Share | undefined): void {
    const b = this.#b;
    switch (inst.op) {
      case "loop": {
        this.#tell(share, inst.loc);
        const body = b.inBlock(() => {
          b.emit("poll", "void", [], {}, inst.loc);
          this.#inside(inst.body, undefined);
        });
        b.append({ ...inst, body });
        return;
      }
      case "for":
        if (this.#isLong(inst.body)) this.#eachRound(inst, share);
        else this.#stretches(inst, share);
        return;
      case "parallel":
        this.#tell(share, inst.loc, share?.span);
        b.append(mapBlocks(inst, (block) => this.#block(block, undefined)));
        return;
      default:
        b.append(mapBlocks(inst, (block) => this.#block(block, share)));
    }
  }

  /** A loop whose single rounds may take long. */
  #eachRound(loop: InstOf<"for">, share: Share | undefined): void {
    const b = this.#b;
    const { loc } = loop;
    const scale = share === undefined ? undefined : this.#scale(loop, share);
    const body = b.inBlock(() => {
      b.emit("poll", "void", [], {}, loc);
      let inner: Share | undefined;
      if (share !== undefined && scale !== undefined) {
        const at = this.#fraction(loop, share, scale, loop.iv);
        this.#tell({ ...share, at }, loc);
        if (share.depth + 1 < PROGRESS_DEPTH && this.#costs.work(this.#fn, loop.body) >= PROGRESS_WORTH)
          inner = { at, span: this.#step(loop, scale), depth: share.depth + 1 };
      }
      this.#inside(loop.body, inner);
    });
    b.append({ ...loop, body });
  }

  /**
   * A loop of short rounds: so many of them at a time. Inside another loop it is mostly short as a whole; it then runs as it is, and what
   * LLVM computes of it stays outside that loop.
   */
  #stretches(loop: InstOf<"for">, share: Share | undefined): void {
    const b = this.#b;
    const { loc, step } = loop;
    const rounds = Math.max(1, Math.floor(this.#stretch / (1 + this.#costs.most(this.#fn, loop.body))));
    // Not all of the counter's range: what is left is compared as an unsigned number.
    const length = Math.max(1, Math.min(rounds, Math.floor((2 ** 31 - 1) / Math.abs(step)))) * Math.abs(step);
    if (this.#loops === 0) {
      this.#stretched(loop, share, length);
      return;
    }
    const [start = -1, end = -1] = loop.args;
    const type = this.#definitions.typeOf(start) === "i64" ? "i64" : "i32";
    const [least, most] = step > 0 ? [start, end] : [end, start];
    // A loop without rounds looks long: that one ends at once.
    const whole = b.emit("sub", type, [most, least], WRAPS, loc);
    const long = b.emit("icmp", "i1", [this.#counter(type, length, loc), whole], { pred: "ult" }, loc);
    const ids: Ids = { value: () => b.value("void"), label: () => b.label() };
    b.if(
      long,
      loc,
      () => this.#stretched(loop, share, length),
      () => b.append(copyInst(loop, ids, (inst) => inst)),
    );
  }

  #counter(type: "i32" | "i64", value: number, loc: Span): ValueId {
    return this.#b.constant(type, type === "i64" ? BigInt(value) : value, loc);
  }

  #stretched(loop: InstOf<"for">, share: Share | undefined, length: number): void {
    const b = this.#b;
    const { loc, step } = loop;
    const [start = -1, end = -1] = loop.args;
    const type = this.#definitions.typeOf(start) === "i64" ? "i64" : "i32";
    const scale = share === undefined ? undefined : this.#scale(loop, share);
    const number = (value: number): ValueId => this.#counter(type, value, loc);
    const at = b.local("at", type);
    b.set(at, start, loc);
    const body = b.inBlock(() => {
      const from = b.get(at, loc);
      const more = b.emit("icmp", "i1", [from, end], { pred: step > 0 ? "slt" : "sgt" }, loc);
      b.if(
        more,
        loc,
        () => {},
        () => b.emit("break", "void", [], { label: loop.label }, loc),
      );
      b.emit("poll", "void", [], {}, loc);
      if (share !== undefined && scale !== undefined)
        this.#tell({ ...share, at: this.#fraction(loop, share, scale, from) }, loc);
      const left = b.emit("sub", type, step > 0 ? [end, from] : [from, end], WRAPS, loc);
      const far = b.emit("icmp", "i1", [number(length), left], { pred: "ult" }, loc);
      const next = b.emit("add", type, [from, number(step > 0 ? length : -length)], WRAPS, loc);
      const to = b.emit("select", type, [far, next, end], {}, loc);
      const label = b.label();
      b.append({
        ...loop,
        id: b.value("void"),
        label,
        args: [from, to],
        body: continuing(loop.body, loop.label, label),
      });
      b.set(at, to, loc);
    });
    b.append({ op: "loop", id: loop.id, type: "void", args: [], label: loop.label, body, loc });
  }

  // ── progress ──

  #f64(value: number, loc: Span): ValueId {
    return this.#b.constant("f64", value, loc);
  }

  /** `work` out of `total`, after `done`. */
  #part(share: Share, done: number, work: number, total: number, { loc }: Inst): Share {
    const b = this.#b;
    const times = (fraction: number): ValueId =>
      b.emit("fmul", "f64", [share.span, this.#f64(fraction, loc)], STRICT, loc);
    const at = done === 0 ? share.at : b.emit("fadd", "f64", [share.at, times(done / total)], STRICT, loc);
    return { ...share, at, span: work === total ? share.span : times(work / total) };
  }

  /** How much of the whole one unit of the loop's counter is, its direction included. */
  #scale(loop: InstOf<"for">, share: Share): ValueId {
    const b = this.#b;
    const { loc } = loop;
    const [start = -1, end = -1] = loop.args.map((id) => b.emit("sitofp", "f64", [id], {}, loc));
    return b.emit(
      "fdiv",
      "f64",
      [share.span, b.emit("fsub", "f64", [end, start], STRICT, loc)],
      { ...STRICT, operands: [] },
      loc,
    );
  }

  /** How much is done when the counter is `at`. */
  #fraction(loop: InstOf<"for">, share: Share, scale: ValueId, at: ValueId): ValueId {
    const b = this.#b;
    const { loc } = loop;
    const [here, start] = [at, loop.args[0] ?? -1].map((id) => b.emit("sitofp", "f64", [id], {}, loc));
    const way = b.emit("fsub", "f64", [here ?? -1, start ?? -1], STRICT, loc);
    return b.emit("fadd", "f64", [share.at, b.emit("fmul", "f64", [way, scale], STRICT, loc)], STRICT, loc);
  }

  /** One round's part. */
  #step(loop: InstOf<"for">, scale: ValueId): ValueId {
    return this.#b.emit("fmul", "f64", [scale, this.#f64(loop.step, loop.loc)], STRICT, loop.loc);
  }

  /** `span`: of the parallel loop that follows; others tell their rounds themselves. */
  #tell(share: Share | undefined, loc: Span, span?: ValueId): void {
    if (share === undefined) return;
    this.#b.emit("progress", "void", [share.at, span ?? this.#f64(0, loc)], {}, loc);
  }
}

/** The body with `continue`s of the loop `old` made for `label`. */
function continuing(block: Block, old: LabelId, label: LabelId): Block {
  const edit = (inst: Inst): Inst => {
    if (inst.op === "continue" && inst.label === old) return { ...inst, label };
    return mapBlocks(inst, (inner) => continuing(inner, old, label));
  };
  return { insts: block.insts.map(edit) };
}
