/**
 * Cuts a loop in two where it writes an element that all its iterations read: LLVM doesn't vectorise it else, as each store
 * may change what the next iteration reads.
 *
 *   for %j = %0 to %n step 1 {              if %0 < %n {
 *     %x = load %p, %a {proved}               %at = the %j for which %b + %j is %a, cut off at %0 and %n
 *     …                                →      if … { %x = load %p, %a; for %j = %0 to %at … { … } }
 *     store %p, (%b + %j), … {proved}         the iteration %at, if there is one
 *   }                                         if … { %y = load %p, %a; for %j = %at + 1 to %n … { … } }
 *                                           }
 *
 * In Floyd and Warshall's algorithm, `path[i * n + j] = Math.min(path[i * n + j], path[i * n + k] + path[k * n + j])`, the
 * iteration is that with j = k.
 */
import type { Func } from "../ir/func.ts";
import type { Block, Inst, InstOf, ValueId } from "../ir/ops.ts";
import { copyInst, Definitions, FreshIds } from "../ir/rewrite.ts";
import { byId, mapBlocks, mapOwners, withBody } from "../ir/walk.ts";
import { Code } from "./code.ts";
import type { Pass } from "./pass.ts";
import { invariantsOf, isPlain } from "./plain-loops.ts";

export const splitLoops: Pass = {
  name: "split-loops",
  run(fn: Func): Func {
    const splitter = new Splitter(fn);
    return withBody(fn, splitter.block(fn.body));
  },
};

/** A body of more instructions than this isn't worth a second copy. */
const MAX_BODY = 100;

/** What a loop that can be cut is cut at. */
interface Cut {
  /** Of the element that every iteration reads. */
  readonly load: InstOf<"load">;
  /** The stored element's index is the counter, and these. */
  readonly plus: readonly ValueId[];
  readonly minus: readonly ValueId[];
}

class Splitter {
  readonly #ids: FreshIds;
  readonly #definitions: Definitions;

  constructor(fn: Func) {
    this.#ids = new FreshIds(fn);
    this.#definitions = new Definitions(fn);
  }

  block(block: Block): Block {
    return mapOwners(block, (inst) => {
      const cut = inst.op === "for" ? this.#cutOf(inst) : undefined;
      if (inst.op !== "for" || cut === undefined) return mapBlocks(inst, (inner) => this.block(inner));
      return this.#split(inst, cut);
    });
  }

  #cutOf(loop: InstOf<"for">): Cut | undefined {
    const { insts } = loop.body;
    if (loop.step !== 1 || loop.parallel !== undefined || insts.length > MAX_BODY || !insts.every(mayBeCut))
      return undefined;
    const [store, another] = insts.filter((inst) => inst.op === "store");
    if (store === undefined || another !== undefined) return undefined;
    const [array = -1, index = -1] = store.args;
    const body = new Invariants(loop);
    const sum = body.sumWithCounter(index);
    if (sum === undefined) return undefined;
    const loads = insts.filter(
      (inst) => inst.op === "load" && inst.args[0] === array && inst.args.every((arg) => body.has(arg)),
    );
    const [load, other] = loads;
    return load?.op === "load" && other === undefined ? { load, ...sum } : undefined;
  }

  #split(loop: InstOf<"for">, { load, plus, minus }: Cut): readonly Inst[] {
    const [start = -1, end = -1] = loop.args;
    const invariants = new Invariants(loop);
    // Within a test that the loop runs at all: what an iteration computes can be computed here.
    const code = new Code(this.#ids, loop.loc);
    const isNarrow = (id: ValueId): boolean => this.#definitions.typeOf(id) === "i32";
    const before = (id: ValueId): ValueId => invariants.before(id, code);
    const wide = (id: ValueId): ValueId => (isNarrow(id) ? code.emit("sext", "i64", [before(id)], {}) : before(id));
    const narrow = (id: ValueId): ValueId => (isNarrow(start) ? code.emit("trunc", "i32", [id], {}) : id);
    const [array = -1, index = -1] = load.args;
    const [from, to] = [wide(start), wide(end)];
    let at = wide(index);
    for (const id of plus) at = code.emit("sub", "i64", [at, wide(id)], { overflow: "wraps" });
    for (const id of minus) at = code.emit("add", "i64", [at, wide(id)], { overflow: "wraps" });
    const one = code.emit("const", "i64", [], { value: 1n });
    const [first, last] = [at, code.emit("add", "i64", [at, one], { overflow: "wraps" })].map((id) =>
      narrow(code.emit("smin", "i64", [code.emit("smax", "i64", [id, from], {}), to], {})),
    ) as [ValueId, ValueId];
    const element = [before(array), before(index)];

    const part = (low: ValueId, high: ValueId): Block => {
      const read: Inst = { ...load, id: this.#ids.value(), args: element };
      const body = loop.body.insts.filter((inst) => inst !== load).map((inst) => withArgument(inst, load.id, read.id));
      const part = copyInst({ ...loop, args: [low, high], body: { insts: body } }, this.#ids, (inst) => inst);
      return { insts: [read, part] };
    };
    const when = (into: Code, a: ValueId, b: ValueId, then: Block): void =>
      into.branch(into.emit("icmp", "i1", [a, b], { pred: "slt" }), then);
    when(code, start, first, part(start, first));
    when(code, first, last, this.#once(loop, first));
    when(code, last, end, part(last, end));

    const around = new Code(this.#ids, loop.loc);
    when(around, start, end, { insts: code.insts });
    return around.insts;
  }

  /** The iteration in which the counter is `at`. */
  #once(loop: InstOf<"for">, at: ValueId): Block {
    const { loc, label, body } = loop;
    const block: Inst = { op: "block", id: loop.id, type: "void", args: [], loc, label, body };
    const copy = copyInst(block, this.#ids, (inst) => withArgument(inst, loop.iv, at));
    return copy.op === "block" ? copy.body : { insts: [copy] };
  }
}

/** The values that are the same in all iterations of a loop. */
class Invariants {
  readonly #loop: InstOf<"for">;
  readonly #inside: ReadonlyMap<ValueId, Inst>;
  readonly has: (id: ValueId) => boolean;
  readonly #before = new Map<ValueId, ValueId>();

  constructor(loop: InstOf<"for">) {
    this.#loop = loop;
    this.#inside = byId(loop.body.insts);
    this.has = invariantsOf(loop, this.#inside);
  }

  /** The value, computed before the loop. */
  before(id: ValueId, code: Code): ValueId {
    const inst = this.#inside.get(id);
    if (inst === undefined) return id;
    const known = this.#before.get(id);
    if (known !== undefined) return known;
    const args = inst.args.map((arg) => this.before(arg, code));
    const copy = code.again(inst, args);
    this.#before.set(id, copy);
    return copy;
  }

  /** Is the value the counter plus and minus some that are invariant? */
  sumWithCounter(id: ValueId): Omit<Cut, "load"> | undefined {
    if (id === this.#loop.iv) return { plus: [], minus: [] };
    const inst = this.#inside.get(id);
    if (inst?.op === "sext") return this.sumWithCounter(inst.args[0] ?? -1);
    if ((inst?.op !== "add" && inst?.op !== "sub") || inst.overflow !== "absent") return undefined;
    const [a = -1, b = -1] = inst.args;
    const [term, rest] = inst.op === "add" && this.has(a) ? [a, b] : [b, a];
    const sum = this.has(term) ? this.sumWithCounter(rest) : undefined;
    if (sum === undefined) return undefined;
    return inst.op === "add" ? { ...sum, plus: [...sum.plus, term] } : { ...sum, minus: [...sum.minus, term] };
  }
}

/** The parts go through the iterations in their order, so variables may go from one to the next. */
function mayBeCut(inst: Inst): boolean {
  return inst.op === "local.set" || isPlain(inst);
}

function withArgument(inst: Inst, from: ValueId, to: ValueId): Inst {
  return inst.args.includes(from) ? { ...inst, args: inst.args.map((arg) => (arg === from ? to : arg)) } : inst;
}
