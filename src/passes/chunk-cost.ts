/**
 * How many rounds of a parallel loop make a chunk worth handing out: enough for some microseconds, by a rough count of the
 * body's instructions, times the rounds of the loops inside where those are known before the loop. Too small costs a few
 * percent, too large leaves cores idle; neither changes a result beyond the order in which floats are added.
 */
import { FuncBuilder } from "../ir/build.ts";
import type { Func } from "../ir/func.ts";
import { type Block, type Inst, type InstOf, ROWS, type ValueId } from "../ir/ops.ts";
import type { Definitions } from "../ir/rewrite.ts";
import { blocksOf, forEachInst, isLeftEarly } from "../ir/walk.ts";
import type { Span } from "../source/span.ts";
import { goesAcross } from "./reorder-loops.ts";
import { constantRounds } from "./rounds.ts";
import { goesInStrips } from "./strip-columns.ts";

/** A chunk's worth, in simple vectorised instructions: three microseconds or so. */
const CHUNK = 100_000;
/** What a loop is taken to run that doesn't say how often. */
export const UNKNOWN_ROUNDS = 100;
/**
 * Into so many chunks a range is cut where the body's work isn't known before it runs, if it has as many rounds: cut too
 * finely they cost a microsecond in all, while few rounds may well be long ones.
 */
const BLIND_CHUNKS = 64;
/** Rounds of a chunk that run side by side (strip-columns.ts), where that leaves so many chunks to share. */
const ROUNDS_IN_STRIPS = 32;
const CHUNKS_OF_STRIPS = 16;
/** Rounds of a chunk of columns beside each other: they fill some lines of the cache. */
const ROUNDS_ACROSS = 64;
/** A body dearer than this is a chunk by itself; beyond it nothing need be counted, and nothing overflows. */
const DEAREST = 2 ** 30;

const COSTS: Readonly<Record<string, number>> = {
  load: 2,
  store: 2,
  fdiv: 8,
  frem: 40,
  fsqrt: 8,
  sdiv: 8,
  srem: 8,
  math: 20,
  math2: 40,
  call: 200,
  random: 5,
  "random.stream": 5,
  toindex: 6,
  bigpow: 40,
  "array.new": 400,
};

/** A cost that is known at compile time, or a value computed before the loop. */
type Cost = { readonly known: number } | { readonly value: ValueId };

/** Writes the computation of a loop's grain, an i64, in front of it. */
export function emitGrain(b: FuncBuilder, fn: Func, loop: InstOf<"for">, definitions: Definitions): ValueId {
  const { loc } = loop;
  const emitter = new CostEmitter(b, loop, definitions);
  const cost = emitter.block(loop.body);
  const constant = (value: number): ValueId => b.constant("i64", BigInt(value), loc);
  /** The rounds of a chunk where there are so many chunks. */
  const roundsOf = (chunks: number): ValueId => {
    const [start, end] = loop.args.map((id) =>
      definitions.typeOf(id) === "i64" ? id : b.emit("sext", "i64", [id], {}, loc),
    );
    if (start === undefined || end === undefined) throw new Error("a loop without a range");
    const distance = b.emit("sub", "i64", [end, start], WRAPS, loc);
    return b.emit("sdiv", "i64", [distance, constant(loop.step * chunks)], {}, loc);
  };
  const least = leastRounds(loop, definitions);
  let grain: ValueId;
  if ("known" in cost) grain = constant(Math.max(least, grainOf(cost.known)));
  else grain = b.emit("sdiv", "i64", [constant(CHUNK), plus(b, cost.value, 1, loc)], {}, loc);
  if (emitter.isBlind) grain = b.emit("smin", "i64", [grain, roundsOf(BLIND_CHUNKS)], {}, loc);
  if (goesInStrips(fn, loop)) {
    const strip = b.emit("smin", "i64", [constant(ROUNDS_IN_STRIPS), roundsOf(CHUNKS_OF_STRIPS)], {}, loc);
    grain = b.emit("smax", "i64", [grain, strip], {}, loc);
  } else if ("known" in cost && !emitter.isBlind) return grain;
  return b.emit("smax", "i64", [grain, constant(least)], {}, loc);
}

/** Two threads that store to one line of the cache wait for each other at each element. */
function leastRounds(loop: InstOf<"for">, definitions: Definitions): number {
  return goesAcross(loop, definitions) ? ROUNDS_ACROSS : 1;
}

/** How many iterations a chunk has, for people. */
export type ChunkSize =
  /** By the option `chunksize`. */
  | { readonly kind: "given"; readonly count: number }
  | { readonly kind: "iterations"; readonly count: number }
  /** Worked out before the loop from the rounds of the loops inside. */
  | { readonly kind: "lengths" }
  /** What an iteration takes isn't known before the loop: there are so many chunks at least. */
  | { readonly kind: "unknown"; readonly least: number };

export function chunkSizeOf(loop: InstOf<"for">, definitions: Definitions): ChunkSize {
  const emitter = new CostEmitter(new FuncBuilder("cost"), loop, definitions);
  const cost = emitter.block(loop.body);
  if (emitter.isBlind) return { kind: "unknown", least: BLIND_CHUNKS };
  if (!("known" in cost)) return { kind: "lengths" };
  return { kind: "iterations", count: Math.max(leastRounds(loop, definitions), grainOf(cost.known)) };
}

function grainOf(cost: number): number {
  return Math.max(1, Math.ceil(CHUNK / (1 + cost)));
}

/** Of an instruction without the blocks it owns. */
export function ownCost(inst: Inst): number {
  return COSTS[inst.op] ?? (ROWS[inst.op].effect === "pure" ? 1 : 0);
}

/** Values that exist inside the loop only. */
function innerValues(loop: InstOf<"for">): ReadonlySet<ValueId> {
  const inner = new Set<ValueId>([loop.iv]);
  forEachInst(loop.body, (inst) => {
    inner.add(inst.id);
    if (inst.op === "for") inner.add(inst.iv);
  });
  return inner;
}

/** Takes as long as it takes. */
function isBlind(inst: Inst): boolean {
  return inst.op === "loop" || inst.op === "call";
}

class CostEmitter {
  readonly #b: FuncBuilder;
  readonly #loc: Span;
  readonly #definitions: Definitions;
  readonly #inner: ReadonlySet<ValueId>;
  /** Lengths taken inside the loop of arrays from outside. */
  readonly #lengths = new Map<ValueId, ValueId>();
  /** Is there anything whose work isn't known before the parallel loop? */
  isBlind = false;

  constructor(b: FuncBuilder, loop: InstOf<"for">, definitions: Definitions) {
    this.#b = b;
    this.#loc = loop.loc;
    this.#definitions = definitions;
    this.#inner = innerValues(loop);
    forEachInst(loop.body, (inst) => {
      const [array] = inst.args;
      if (inst.op === "length" && array !== undefined && !this.#inner.has(array)) this.#lengths.set(inst.id, array);
    });
  }

  block(block: Block): Cost {
    let sum: Cost = { known: 0 };
    for (const inst of block.insts) sum = this.#plus(sum, this.#inst(inst));
    return sum;
  }

  #inst(inst: Inst): Cost {
    let cost: Cost = { known: ownCost(inst) };
    if (isBlind(inst)) this.isBlind = true;
    for (const inner of blocksOf(inst)) {
      const once = this.block(inner);
      cost = this.#plus(cost, inst.op === "for" || inst.op === "loop" ? this.#rounds(inst, once) : once);
    }
    return cost;
  }

  /** `once`, as often as the loop runs. */
  #rounds(loop: InstOf<"for"> | InstOf<"loop">, once: Cost): Cost {
    // Escape times and searches: what they are left for comes sooner here and later there.
    if (loop.op === "for" && isLeftEarly(loop)) this.isBlind = true;
    const constant = loop.op === "for" ? constantRounds(loop, this.#definitions) : UNKNOWN_ROUNDS;
    const far = loop.op === "for" && constant === undefined ? this.#far(loop) : undefined;
    if (far === undefined) {
      if (constant === undefined) this.isBlind = true;
      const times = constant ?? UNKNOWN_ROUNDS;
      if ("known" in once) return { known: Math.min(DEAREST, times * (1 + once.known)) };
      return { value: this.#limited(this.#b.emit("mul", "i64", [once.value, this.#i64(times)], WRAPS, this.#loc)) };
    }
    const each = "known" in once ? this.#i64(1 + once.known) : once.value;
    return { value: this.#limited(this.#b.emit("mul", "i64", [far, each], WRAPS, this.#loc)) };
  }

  /** About how many rounds, from 0 to DEAREST. */
  #far(loop: InstOf<"for">): ValueId | undefined {
    const [start, end] = loop.args;
    const bound = loop.step > 0 ? end : start;
    if (bound === undefined) return undefined;
    const b = this.#b;
    const array = this.#lengths.get(bound);
    if (array === undefined && this.#inner.has(bound)) return undefined;
    const id = array === undefined ? bound : b.emit("length", "i32", [array], {}, this.#loc);
    const type = array === undefined ? this.#definitions.typeOf(bound) : "i32";
    const wide = type === "i64" ? id : b.emit("sext", "i64", [id], {}, this.#loc);
    const size = Math.abs(loop.step);
    const rounds = size === 1 ? wide : b.emit("sdiv", "i64", [wide, this.#i64(size)], {}, this.#loc);
    return this.#limited(b.emit("smax", "i64", [rounds, this.#i64(0)], {}, this.#loc));
  }

  #limited(id: ValueId): ValueId {
    return this.#b.emit("smin", "i64", [id, this.#i64(DEAREST)], {}, this.#loc);
  }

  #plus(x: Cost, y: Cost): Cost {
    if ("known" in x) {
      if ("known" in y) return { known: Math.min(DEAREST, x.known + y.known) };
      return x.known === 0 ? y : { value: this.#limited(plus(this.#b, y.value, x.known, this.#loc)) };
    }
    if ("known" in y) return y.known === 0 ? x : { value: this.#limited(plus(this.#b, x.value, y.known, this.#loc)) };
    return { value: this.#limited(this.#b.emit("add", "i64", [x.value, y.value], WRAPS, this.#loc)) };
  }

  #i64(value: number): ValueId {
    return this.#b.constant("i64", BigInt(Math.round(value)), this.#loc);
  }
}

const WRAPS = { overflow: "wraps" } as const;

function plus(b: FuncBuilder, id: ValueId, more: number, loc: Span): ValueId {
  return b.emit("add", "i64", [id, b.constant("i64", BigInt(Math.round(more)), loc)], WRAPS, loc);
}
