/**
 * What LLVM's loop vectoriser will make of loops, as far as other choices hang on it: which must be kept from it, and which
 * minima and maxima it accumulates. min-max.ts leaves those to an intrinsic that it knows, which is slow anywhere else. In loops
 * that it certainly won't make vectors of, templates may branch.
 */
import type { Func } from "../../ir/func.ts";
import { type InstOf, type LabelId, ROWS, type ValueId } from "../../ir/ops.ts";
import { forEachInst, instsIn, opsIn } from "../../ir/walk.ts";
import { LoopBody } from "./loop-body.ts";

/**
 * How many ways lead out of a loop's body: jumps, errors and checks. A loop that can also end inside a round must not be
 * vectorised. LLVM 21 does so where it can count the rounds, and reads a[i + 1] of every other i in whole vectors: the last
 * one reaches an element further, which it takes for allowed since the next round would read behind it. That round may end
 * at its check instead, and the array before it.
 */
export function exits(inst: InstOf<"for" | "loop">): number {
  const inside = new Set([inst.label]);
  let count = 0;
  forEachInst(inst.body, (inner) => {
    const { op } = inner;
    if (op === "load" || op === "store") {
      if (inner.bounds === "checked") count++;
    } else if (op === "block" || op === "for" || op === "loop") inside.add(inner.label);
    else if (op === "break" || op === "continue") {
      if (!inside.has(inner.label) || (op === "break" && inner.label === inst.label)) count++;
    } else if (op === "call") {
      // What is called may throw.
      count++;
    } else if (op === "return" || op === "throw" || ROWS[op].effect === "traps") count++;
  });
  return count;
}

/** What is to be known of a function's loops, mostly of the innermost ones. */
export interface Loops {
  /** Loops around others. LLVM would unroll those with short bodies, which wins nothing and copies what is within. */
  readonly around: ReadonlySet<LabelId>;
  /** The `fmin` and `fmax` of a local and something else that set that local again, in loops that may become vectors. */
  readonly reductions: ReadonlySet<ValueId>;
  /** What stands in a loop that runs one round after the other: there, what a round takes counts, not how many instructions. */
  readonly serial: ReadonlySet<ValueId>;
  /** Of those, the remainders by what no round changes. */
  readonly remainders: ReadonlySet<ValueId>;
  /** Choices whose outcome the next round waits for, and which the processor had better guess. */
  readonly guessed: ReadonlySet<ValueId>;
  /** Remainders of a sum with what the same remainder was in the round before: which of the sum's operands that is. */
  readonly sums: ReadonlyMap<ValueId, 0 | 1>;
  /** Strict float operations by which the next round waits for several variables. */
  readonly chains: ReadonlySet<ValueId>;
}

export function analyzeLoops(fn: Func): Loops {
  const around = new Set<LabelId>();
  const reductions = new Set<ValueId>();
  const serial = new Set<ValueId>();
  const remainders = new Set<ValueId>();
  const guessed = new Set<ValueId>();
  const chains = new Set<ValueId>();
  const sums = new Map<ValueId, 0 | 1>();
  const floats = new Set(fn.locals.filter(({ type }) => type === "f64" || type === "f32").map(({ id }) => id));
  const zeros = new Set<ValueId>();
  const loops: (InstOf<"for"> | InstOf<"loop">)[] = [];
  forEachInst(fn.body, (inst) => {
    const { op } = inst;
    if (op === "const") {
      if (inst.value === 0 || inst.value === 0n) zeros.add(inst.id);
    } else if (op === "for" || op === "loop") loops.push(inst);
  });
  for (const loop of loops) {
    const insts = instsIn(loop.body);
    const ops = opsIn(loop.body);
    // Loops that LLVM unrolls may leave the one around them to be made vectors.
    if (ops.has("for") || ops.has("loop")) {
      around.add(loop.label);
      continue;
    }
    const body = new LoopBody(loop, insts, floats, zeros);
    // A `loop` has one way out that LLVM may count by.
    const leaves = exits(loop) > (loop.op === "loop" ? 1 : 0);
    const waiting = body.waiting();
    if (!leaves && waiting.length === 0) {
      if (loop.op === "for" && body.mayBecomeVectors()) for (const id of body.reductions) reductions.add(id);
      continue;
    }
    for (const inst of insts) {
      serial.add(inst.id);
      if (inst.op === "srem" && body.isUnknownInvariant(inst.args[1] ?? -1)) remainders.add(inst.id);
    }
    for (const local of waiting) for (const id of body.guesses(local)) guessed.add(id);
    for (const local of waiting) for (const [id, operand] of body.remaindersOfSums(local)) sums.set(id, operand);
    const strict = waiting.filter((local) => floats.has(local));
    if (strict.length > 1) for (const local of strict) for (const id of body.chain(local)) chains.add(id);
    for (const id of body.saturating()) guessed.add(id);
    if (loop.op === "loop" && loop.foretold === true)
      for (const inst of insts) if (inst.op === "if") guessed.add(inst.id);
  }
  return { around, reductions, serial, remainders, guessed, chains, sums };
}
