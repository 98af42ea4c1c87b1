/**
 * Math.min and Math.max of two: NaN if either is NaN, and −0 below +0.
 *
 * A machine's minimum of (a, b) is `a < b ? a : b`, which gives b when they are equal or unordered. Both orders together
 * have all of it: where they differ one is a and the other b, and
 *
 *   −0 and +0    the minimum's sign bit is set in either: OR. The maximum's is set in both: AND of the sign bits.
 *   NaN          OR of a NaN's bits with any is a NaN
 *
 * That is three or four instructions, for vectors too, where LLVM's own `llvm.minimum` takes six and, for a lone number, a way
 * through the integer registers. But a loop's minimum (`low = Math.min(low, x)`) only vectorises when LLVM recognises the
 * intrinsic.
 *
 * Where one round waits for the one before it, one order is all that it waits for: a branch that the processor foresees leaves
 * the rest to the seldom case that they are equal or unordered.
 */
import type { InstOf } from "../../ir/ops.ts";
import { type FunctionText, scalarType } from "./function-text.ts";
import { LIKELY } from "./module-text.ts";

type MinMax = InstOf<"fmin"> | InstOf<"fmax">;

/** `first < second ? first : second`, or `>`. */
function ordered(f: FunctionText, inst: MinMax, first: string, second: string, guesses: boolean): string {
  const type = scalarType(inst.type);
  const test = f.temp(`fcmp ${inst.op === "fmin" ? "olt" : "ogt"} ${type} ${first}, ${second}`);
  if (guesses) return f.temp(f.guess(f.frozen("i1", test), type, first, second));
  return f.temp(`select i1 ${test}, ${type} ${first}, ${type} ${second}`);
}

/** Against something that is neither NaN nor −0 one order is enough: it gives `other` when that is NaN or equal. */
function againstPlain(f: FunctionText, inst: MinMax, plain: string, other: string): void {
  const best = ordered(f, inst, plain, other, f.loops.guessed.has(inst.id));
  f.alias(inst, best);
}

/**
 * max(x, 0). For vectors the sum that makes −0 of it +0 costs less than a comparison, whose result AVX-512 has in registers of its own;
 * it takes longer, though.
 */
function positivePart(f: FunctionText, inst: MinMax, zero: string, other: string): void {
  const type = scalarType(inst.type);
  if (!f.loops.serial.has(inst.id)) {
    f.define(inst, `fadd ${type} ${ordered(f, inst, zero, other, false)}, 0.0`);
    return;
  }
  // Of zeros that gives +0, and NaN as it is.
  const test = f.temp(`fcmp ugt ${type} ${other}, 0.0`);
  if (f.loops.guessed.has(inst.id)) f.define(inst, f.guess(f.frozen("i1", test), type, other, "0.0"));
  else f.define(inst, `select i1 ${test}, ${type} ${other}, ${type} 0.0`);
}

/** Which is the better, what both are when neither is: each is a branch. */
function byGuess(f: FunctionText, inst: MinMax): void {
  const type = scalarType(inst.type);
  const [a, b] = [f.arg(inst, 0), f.arg(inst, 1)];
  const [next, tie, done] = [`next${inst.id}`, `tie${inst.id}`, `best${inst.id}`];
  const isBetter = (first: string, second: string): string =>
    f.frozen("i1", f.temp(`fcmp ${inst.op === "fmin" ? "olt" : "ogt"} ${type} ${first}, ${second}`));
  const from = f.block;
  f.line(`br i1 ${isBetter(a, b)}, label %${done}, label %${next}, ${LIKELY}`);
  f.startBlock(next);
  f.line(`br i1 ${isBetter(b, a)}, label %${done}, label %${tie}, ${LIKELY}`);
  f.startBlock(tie);
  const both = bothOrders(f, inst);
  f.branch(done);
  f.startBlock(done);
  f.define(inst, `phi ${type} [ ${a}, %${from} ], [ ${b}, %${next} ], [ ${both}, %${tie} ]`);
}

function inOneOrder(f: FunctionText, inst: MinMax): void {
  const type = scalarType(inst.type);
  const [a, b] = [f.arg(inst, 0), f.arg(inst, 1)];
  const usual = ordered(f, inst, a, b, false);
  const clear = f.frozen("i1", f.temp(`fcmp one ${type} ${a}, ${b}`));
  const from = f.block;
  const [tie, done] = [`tie${inst.id}`, `best${inst.id}`];
  f.line(`br i1 ${clear}, label %${done}, label %${tie}, ${LIKELY}`);
  f.startBlock(tie);
  const other = bothOrders(f, inst);
  f.branch(done);
  f.startBlock(done);
  f.define(inst, `phi ${type} [ ${usual}, %${from} ], [ ${other}, %${tie} ]`);
}

function bothOrders(f: FunctionText, inst: MinMax): string {
  const type = scalarType(inst.type);
  const bits = type === "float" ? "i32" : "i64";
  const [a, b] = [f.arg(inst, 0), f.arg(inst, 1)];
  const x = f.temp(`bitcast ${type} ${ordered(f, inst, a, b, false)} to ${bits}`);
  const y = f.temp(`bitcast ${type} ${ordered(f, inst, b, a, false)} to ${bits}`);
  const either = f.temp(`or ${bits} ${x}, ${y}`);
  if (inst.op === "fmin") return f.temp(`bitcast ${bits} ${either} to ${type}`);
  // As floats: a bit mask would take a lone number through the integer registers.
  const both = f.temp(`bitcast ${bits} ${f.temp(`and ${bits} ${x}, ${y}`)} to ${type}`);
  const size = f.temp(`bitcast ${bits} ${either} to ${type}`);
  const copysign = `llvm.copysign.${type === "float" ? "f32" : "f64"}`;
  return f.temp(
    f.callText(type, copysign, [
      [type, size],
      [type, both],
    ]),
  );
}

export function emitMinMax(f: FunctionText, inst: MinMax): void {
  if (inst.fast.includes("nnan") || f.loops.reductions.has(inst.id)) {
    // ninf would only add a way to make poison.
    const flags = inst.fast.flatMap((flag) => (flag === "ninf" ? [] : `${flag} `)).join("");
    const type = scalarType(inst.type);
    const name = `llvm.${inst.op === "fmin" ? "minimum" : "maximum"}.${type === "float" ? "f32" : "f64"}`;
    f.define(inst, f.callText(type, name, [...f.typed(inst, 0), ...f.typed(inst, 1)], flags));
    return;
  }
  const [a = -1, b = -1] = inst.args;
  for (const [plain, other] of [
    [b, a],
    [a, b],
  ] as const) {
    const value = f.plainNumber(plain);
    if (value === undefined || (value === "integer" && inst.op === "fmax")) continue;
    const it = f.partsOf(other)[0] ?? "";
    if (inst.op === "fmax" && value === 0) positivePart(f, inst, f.partsOf(plain)[0] ?? "", it);
    else againstPlain(f, inst, f.partsOf(plain)[0] ?? "", it);
    return;
  }
  if (f.loops.guessed.has(inst.id)) byGuess(f, inst);
  else if (f.loops.serial.has(inst.id)) inOneOrder(f, inst);
  else f.alias(inst, bothOrders(f, inst));
}
