/**
 * Searches whose ways are foretold by the ways before them.
 *
 *   loop { … if tails[middle] < x { low = middle + 1 } else { high = middle } }
 *
 *   $way = 1
 *   if $surprise < 0 { loop foretold { … } } else { loop { … } }        in both: $way = $way << 1 | (tails[middle] < x)
 *   $surprise = less of it, + what this way and the one before it differ in
 *
 * A binary search's next place hangs on an element that is being loaded. As a branch, which the processor guesses, the next load doesn't
 * wait; but of searches for anything half the guesses are wrong, and a select takes less. In nearly sorted data, for
 * neighbouring values or at steady steps the ways resemble each other, and nearly all guesses are right. Nothing says beforehand which it is,
 * so both are there, and the searches themselves tell: each way is a number, a bit for each choice, and how long it goes along with the one
 * before it says how many guesses would have been wrong.
 *
 * It is done for innermost loops, inside another that isn't parallel, with one such choice, that do little else.
 */
import type { Func, Local } from "../ir/func.ts";
import type { Block, Inst, InstOf, LocalId, ValueId } from "../ir/ops.ts";
import { ROWS } from "../ir/ops.ts";
import { copyInst, FreshIds } from "../ir/rewrite.ts";
import { forEachInst, instsIn, mapBlocks, mapOwners, opsIn } from "../ir/walk.ts";
import { Code } from "./code.ts";
import { readFirst } from "./liveness.ts";
import type { Pass } from "./pass.ts";

/** A body of more instructions does so much besides that neither takes long in comparison. */
const MAX_BODY = 40;
/** A wrong guess takes as long as so many halves of a right one gain, of which a way's rest has one for two choices. */
const [WRONG, GAINED] = [5, 2];
/** Of what was found so far an eighth is forgotten with each search. */
const FORGOTTEN = 3;

export const foretoldSearches: Pass = {
  name: "foretold-searches",
  run(fn: Func): Func {
    const ops = opsIn(fn.body);
    if (fn.seldom === true || !ops.has("loop") || !ops.has("if") || !ops.has("load")) return fn;
    const ids = new FreshIds(fn);
    const locals = [...fn.locals];
    const start = new Code(ids, (fn.body.insts[0] as Inst).loc);
    const add = (name: string): LocalId => {
      const id = ids.local();
      locals.push({ id, name, type: "i32" } satisfies Local);
      start.emit("local.set", "void", [start.emit("const", "i32", [], { value: 0 })], { local: id });
      return id;
    };
    const visit = (inst: Inst, isInside: boolean): Inst | readonly Inst[] => {
      if (inst.op === "loop" && isInside) {
        const choice = choiceOf(inst);
        if (choice !== undefined) return inBothWays(inst, choice, ids, add);
      }
      // A chunk of a parallel loop knows nothing of the others.
      if (inst.op === "for" && inst.parallel !== undefined) return inst;
      const inside = isInside || inst.op === "loop" || inst.op === "for";
      return mapBlocks(inst, (block) => mapOwners(block, (inner) => visit(inner, inside)));
    };
    const body = mapOwners(fn.body, (inst) => visit(inst, false));
    return body === fn.body ? fn : { ...fn, locals, body: { insts: [...start.insts, ...body.insts] } };
  },
};

/** The choice on which the place hangs that the next round reads, if there is one and it is what the loop is about. */
function choiceOf(loop: InstOf<"loop">): InstOf<"if"> | undefined {
  const insts = instsIn(loop.body);
  if (insts.length > MAX_BODY) return undefined;
  const made = new Map<ValueId, Inst>();
  for (const inst of insts) {
    const { effect } = ROWS[inst.op];
    const isPlain = effect === "pure" || inst.op === "load" || inst.op === "local.get" || inst.op === "local.set";
    if (!isPlain && inst.op !== "if" && inst.op !== "break" && inst.op !== "continue" && inst.op !== "return")
      return undefined;
    made.set(inst.id, inst);
  }
  const carried = readFirst(loop.body);
  /** What a value is made of in its round. */
  const behind = (...ids: readonly ValueId[]): ReadonlySet<Inst> => {
    const found = new Set<Inst>();
    const visit = (id: ValueId): void => {
      const inst = made.get(id);
      if (inst === undefined || found.has(inst)) return;
      found.add(inst);
      inst.args.forEach(visit);
    };
    ids.forEach(visit);
    return found;
  };
  const carriedBehind = (id: ValueId | undefined): readonly LocalId[] =>
    [...behind(id ?? -1)].flatMap((inst) => (inst.op === "local.get" && carried.has(inst.local) ? [inst.local] : []));
  const choices = insts.filter((inst): inst is InstOf<"if"> => {
    if (inst.op !== "if" || !loop.body.insts.includes(inst)) return false;
    const loads = [...behind(...inst.args)].filter(({ op }) => op === "load");
    const places = new Set(loads.flatMap(({ args }) => carriedBehind(args[1])));
    return places.size > 0 && [inst.then, inst.else].every((block) => movesOn(block, places, carriedBehind));
  });
  return choices.length === 1 ? choices[0] : undefined;
}

/** Does it give one of the places another one that it comes to from here, and do nothing else? A place that was found goes on from none. */
function movesOn(
  block: Block,
  places: ReadonlySet<LocalId>,
  carriedBehind: (id: ValueId | undefined) => readonly LocalId[],
): boolean {
  let [moves, isAll] = [false, true];
  forEachInst(block, (inst) => {
    if (inst.op === "local.set") {
      if (places.has(inst.local) && carriedBehind(inst.args[0]).some((local) => places.has(local))) moves = true;
    } else if (ROWS[inst.op].effect !== "pure" && inst.op !== "local.get") isAll = false;
  });
  return moves && isAll;
}

function inBothWays(
  loop: InstOf<"loop">,
  choice: InstOf<"if">,
  ids: FreshIds,
  add: (name: string) => LocalId,
): readonly Inst[] {
  const [way, before, surprise] = [add("way"), add("before"), add("surprise")];
  const [test = -1] = choice.args;
  /** Writes a choice's bit down. */
  const note = (bit: (code: Code) => ValueId): readonly Inst[] => {
    const noted = new Code(ids, choice.loc);
    const shifted = noted.emit("shl", "i32", [get(noted, way), int(noted, 1)], {});
    noted.emit("local.set", "void", [noted.emit("or", "i32", [shifted, bit(noted)], {})], { local: way });
    return noted.insts;
  };
  const selecting = (): Inst => {
    const noted = note((code) => code.emit("zext", "i32", [test], {}));
    const insts = loop.body.insts.flatMap((inst) => (inst === choice ? [...noted, inst] : [inst]));
    return { ...loop, body: { insts } };
  };
  const guessing = (): Inst => {
    const after = (bit: number, { insts }: Block): Block => ({ insts: [...note((code) => int(code, bit)), ...insts] });
    const branches = { ...choice, then: after(1, choice.then), else: after(0, choice.else) };
    return { ...copyInst(loop, ids, (inst) => (inst === choice ? branches : inst)), foretold: true } as Inst;
  };

  const code = new Code(ids, loop.loc);
  code.emit("local.set", "void", [int(code, 1)], { local: way });
  const isForetold = code.emit("icmp", "i1", [get(code, surprise), int(code, 0)], { pred: "slt" });
  code.branch(isForetold, { insts: [guessing()] }, { insts: [selecting()] });
  // The first choice is in the highest bit but one, whose others are 0.
  const taken = get(code, way);
  const unused = code.emit("ctlz", "i32", [taken], {});
  const choices = sub(code, int(code, 31), unused);
  const aligned = code.emit("shl", "i32", [taken, unused], {});
  const differs = code.emit("xor", "i32", [aligned, get(code, before)], {});
  code.emit("local.set", "void", [aligned], { local: before });
  const alike = sub(code, code.emit("ctlz", "i32", [differs], {}), int(code, 1));
  const rest = code.emit("smax", "i32", [sub(code, choices, alike), int(code, 0)], {});
  const wrong = code.emit("mul", "i32", [rest, int(code, WRONG)], { overflow: "wraps" });
  const gained = code.emit("mul", "i32", [choices, int(code, GAINED)], { overflow: "wraps" });
  const old = get(code, surprise);
  const kept = sub(code, old, code.emit("ashr", "i32", [old, int(code, FORGOTTEN)], {}));
  const sum = code.emit("add", "i32", [kept, sub(code, wrong, gained)], { overflow: "wraps" });
  code.emit("local.set", "void", [sum], { local: surprise });
  return code.insts;
}

function int(code: Code, value: number): ValueId {
  return code.emit("const", "i32", [], { value });
}

function get(code: Code, local: LocalId): ValueId {
  return code.emit("local.get", "i32", [], { local });
}

function sub(code: Code, a: ValueId, b: ValueId): ValueId {
  return code.emit("sub", "i32", [a, b], { overflow: "wraps" });
}
