/**
 * Lets the chunks of a parallel loop add floats side by side. One after the other each addition waits for the one before,
 * which takes several times as long as reading what is added. The order of a parallel loop's sums is the chunks' anyway:
 *
 *   for %i = %from to %to { set $s, fadd $s, %x }
 * becomes
 *   %lanes = array.frame {count: 32}, filled with −0
 *   for %k = 0 to %blocks { for %j = 0 to 32 { %i = %from + 32 %k + %j; $s = %lanes[%j]; set $s, fadd $s, %x; %lanes[%j] = $s } }
 *   $s = $s of before, and one lane after the other
 *   for %i = %from + 32 %blocks to %to { set $s, fadd $s, %x }
 *
 * which LLVM turns into vectors, with the lanes in registers. The program says which lane an iteration adds to and in
 * which order lanes come together, so the bits depend on no vector width. A chunk that is the whole loop has no blocks:
 * it remains the serial loop, to the bit.
 */
import type { Func, Local } from "../ir/func.ts";
import type { Block, Inst, InstOf, LabelId, LocalId, Reduction, SiteId, ValueId } from "../ir/ops.ts";
import { copyInst, FreshIds } from "../ir/rewrite.ts";
import { blocksOf, mapBlocks, mapInsts, mapOwners } from "../ir/walk.ts";
import { ownCost } from "./chunk-cost.ts";
import { Code } from "./code.ts";
import { type AccumulationKind, isAccumulation, kindOf, neutralElement } from "./reductions.ts";

/** Four vectors of eight doubles: as many as keep the adders busy. */
export const LANES = 32;
/** In chunk-cost.ts's terms. A body that takes longer hides the additions' waiting, and isn't worth a second copy. */
const DEAREST = 64;

/** A variable that is added up, or multiplied; or, beside such ones, a minimum or maximum. */
export interface LaneSum {
  readonly local: LocalId;
  readonly op: "fadd" | "fmul" | "fmin" | "fmax";
  readonly type: "f32" | "f64";
  /** What lanes start from; the variable's own value where that changes nothing. */
  readonly neutral: number | undefined;
}

const OPS: { readonly [K in AccumulationKind]?: LaneSum["op"] } = {
  sum: "fadd",
  product: "fmul",
  min: "fmin",
  max: "fmax",
};

/** What a loop's chunks can add side by side; nothing where that doesn't pay. */
export function laneSumsOf(
  loop: InstOf<"for">,
  reductions: readonly Reduction[],
  locals: readonly Local[],
): readonly LaneSum[] {
  const cost = costOf(loop.body);
  if (cost === undefined || cost > DEAREST) return [];
  const sums: LaneSum[] = [];
  for (const { local, op } of reductions) {
    // The places of extremes keep LLVM from vectors, whatever becomes of sums beside them.
    if (!isAccumulation(op)) return [];
    const type = locals.find((l) => l.id === local)?.type;
    const step = OPS[kindOf(op)];
    if ((type !== "f32" && type !== "f64") || step === undefined) continue;
    const neutral = neutralElement(op, type);
    sums.push({ local, op: step, type, neutral: typeof neutral === "number" ? neutral : undefined });
  }
  // Minima and maxima alone LLVM does as well.
  return sums.some(({ neutral }) => neutral !== undefined) ? sums : [];
}

/** Undefined for what can't become vectors, and where LLVM may add in any order by itself. */
function costOf(block: Block): number | undefined {
  let cost = 0;
  for (const inst of block.insts) {
    if (!isSimple(inst)) return undefined;
    cost += ownCost(inst);
    for (const inner of blocksOf(inst)) {
      const more = costOf(inner);
      if (more === undefined) return undefined;
      cost += more;
    }
  }
  return cost;
}

function isSimple(inst: Inst): boolean {
  switch (inst.op) {
    case "for":
    case "loop":
    case "call":
    case "random":
    case "random.stream":
    case "array.new":
    case "log":
      return false;
    case "fadd":
    case "fmul":
    case "fdiv":
    case "fsub":
      return !inst.fast.includes("reassoc");
    default:
      return true;
  }
}

/** `fn` with the loop in lanes, unless it is called for all of the range from `start` to `end`. */
export function sumInLanes(
  fn: Func,
  label: LabelId,
  sums: readonly LaneSum[],
  [start, end]: readonly [ValueId, ValueId],
  site: SiteId,
): Func {
  const body = mapOwners(fn.body, (inst) =>
    inst.op === "for" && inst.label === label ? new Lanes(fn, inst, sums, site).replace(start, end) : inst,
  );
  return { ...fn, body };
}

class Lanes {
  readonly #loop: InstOf<"for">;
  readonly #sums: readonly LaneSum[];
  readonly #ids: FreshIds;
  readonly #isNarrow: boolean;
  /** Of the lanes' accesses, which never fail. */
  readonly #site: SiteId;

  constructor(fn: Func, loop: InstOf<"for">, sums: readonly LaneSum[], site: SiteId) {
    this.#site = site;
    this.#loop = loop;
    this.#sums = sums;
    this.#ids = new FreshIds(fn);
    this.#isNarrow = fn.params.find((p) => p.id === loop.args[0])?.type === "i32";
  }

  replace(start: ValueId, end: ValueId): readonly Inst[] {
    const loop = this.#loop;
    const [from = -1, to = -1] = loop.args;
    const code = this.#code();
    const i64 = (value: number): ValueId => code.emit("const", "i64", [], { value: BigInt(value) });
    const begins = code.emit("icmp", "i1", [from, start], { pred: "eq" });
    const ends = code.emit("icmp", "i1", [to, end], { pred: "eq" });
    const isWhole = code.emit("and", "i1", [begins, ends], {});
    const [low, high] = [this.#wide(code, from), this.#wide(code, to)];
    const distance = code.emit("sub", "i64", [high, low], { overflow: "absent" });
    const blocks = code.emit("sdiv", "i64", [distance, i64(LANES * loop.step)], {});
    const most = code.emit("select", "i64", [isWhole, i64(0), blocks], {});
    const count = code.emit("smax", "i64", [most, i64(0)], {});

    const inBlocks = this.#code();
    const lanes = this.#sums.map((sum) => this.#newLanes(inBlocks, sum));
    const before = this.#sums.map(({ local, type }) => inBlocks.emit("local.get", type, [], { local }));
    const zero = inBlocks.emit("const", "i64", [], { value: 0n });
    this.#for(inBlocks, zero, count, (block, k) => this.#block(block, low, k, lanes));
    for (const [i, sum] of this.#sums.entries()) this.#join(inBlocks, sum, lanes[i] ?? -1, before[i] ?? -1);
    code.branch(code.emit("icmp", "i1", [i64(0), count], { pred: "slt" }), { insts: inBlocks.insts });

    const step = code.emit("mul", "i64", [count, i64(LANES * loop.step)], { overflow: "absent" });
    const rest = this.#counter(code, code.emit("add", "i64", [low, step], { overflow: "absent" }));
    return [...code.insts, { ...loop, args: [rest, to], lanes: [] }];
  }

  #code(): Code {
    return new Code(this.#ids, this.#loop.loc);
  }

  #wide(code: Code, id: ValueId): ValueId {
    return this.#isNarrow ? code.emit("sext", "i64", [id], {}) : id;
  }

  /** A constant of the counter's type. */
  #number(code: Code, value: number): ValueId {
    return this.#isNarrow
      ? code.emit("const", "i32", [], { value })
      : code.emit("const", "i64", [], { value: BigInt(value) });
  }

  #counter(code: Code, id: ValueId): ValueId {
    return this.#isNarrow ? code.emit("trunc", "i32", [id], {}) : id;
  }

  /** A loop by ones. */
  #for(
    code: Code,
    from: ValueId,
    to: ValueId,
    write: (code: Code, iv: ValueId) => void,
    lanes: readonly LocalId[] = [],
  ): void {
    const [iv, inner] = [this.#ids.value(), this.#code()];
    write(inner, iv);
    const body = { insts: inner.insts };
    code.emit("for", "void", [from, to], { label: this.#ids.label(), iv, step: 1, body, lanes });
  }

  #eachLane(code: Code, write: (code: Code, j: ValueId) => void, lanes: readonly LocalId[] = []): void {
    this.#for(code, this.#number(code, 0), this.#number(code, LANES), write, lanes);
  }

  #newLanes(code: Code, { local, type, neutral }: LaneSum): ValueId {
    const elem = type === "f32" ? "float32" : "float64";
    const lanes = code.emit("array.frame", `${elem}[]`, [], { elem, count: LANES });
    const value =
      neutral === undefined
        ? code.emit("local.get", type, [], { local })
        : code.emit("const", type, [], { value: neutral });
    this.#eachLane(code, (each, j) => this.#put(each, lanes, j, value));
    return lanes;
  }

  #take(code: Code, { type }: LaneSum, lanes: ValueId, j: ValueId): ValueId {
    return code.emit("load", type, [lanes, j], { bounds: "proved", site: this.#site });
  }

  #put(code: Code, lanes: ValueId, j: ValueId, value: ValueId): void {
    code.emit("store", "void", [lanes, j, value], { bounds: "proved", site: this.#site });
  }

  /** One iteration for each lane. */
  #block(code: Code, low: ValueId, k: ValueId, lanes: readonly ValueId[]): void {
    const { step, iv } = this.#loop;
    const i64 = (value: number): ValueId => code.emit("const", "i64", [], { value: BigInt(value) });
    const done = code.emit("mul", "i64", [k, i64(LANES * step)], { overflow: "absent" });
    const first = this.#counter(code, code.emit("add", "i64", [low, done], { overflow: "absent" }));
    const iteration = (each: Code, j: ValueId): void => {
      const type = this.#isNarrow ? "i32" : "i64";
      const offset = each.emit("mul", type, [j, this.#number(each, step)], { overflow: "absent" });
      const at = each.emit("add", type, [first, offset], { overflow: "absent" });
      for (const [i, sum] of this.#sums.entries()) {
        each.emit("local.set", "void", [this.#take(each, sum, lanes[i] ?? -1, j)], { local: sum.local });
      }
      each.insts.push(this.#iteration(iv, at));
      for (const [i, { local, type }] of this.#sums.entries()) {
        this.#put(each, lanes[i] ?? -1, j, each.emit("local.get", type, [], { local }));
      }
    };
    this.#eachLane(
      code,
      iteration,
      this.#sums.map(({ local }) => local),
    );
  }

  /** The loop's body for one value of its counter; what went on with the next one goes on behind it. */
  #iteration(iv: ValueId, at: ValueId): Inst {
    const { id, loc, label, body } = this.#loop;
    const leaving = (block: Block): Block =>
      mapInsts(block, (inst) =>
        inst.op === "continue" && inst.label === label ? { ...inst, op: "break" } : mapBlocks(inst, leaving),
      );
    const block: Inst = { op: "block", id, type: "void", args: [], loc, label, body: leaving(body) };
    return copyInst(block, this.#ids, (inst) =>
      inst.args.includes(iv) ? { ...inst, args: inst.args.map((arg) => (arg === iv ? at : arg)) } : inst,
    );
  }

  /** The lanes one after the other, onto what the variable was before. */
  #join(code: Code, sum: LaneSum, lanes: ValueId, before: ValueId): void {
    const { local, op, type } = sum;
    code.emit("local.set", "void", [before], { local });
    this.#eachLane(code, (each, j) => {
      const so = each.emit("local.get", type, [], { local });
      const next = each.emit(op, type, [so, this.#take(each, sum, lanes, j)], { fast: [] });
      each.emit("local.set", "void", [next], { local });
    });
  }
}
