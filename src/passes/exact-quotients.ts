/**
 * Quotients of integers that are rounded to an index or a length are divided exactly, whatever `fastmath` allows: by way of the reciprocal, 49 / 49 is
 * less than 1, and the index one too small.
 *
 *   %3: f64 = fdiv %1, %2 {fast: arcp}             %3: f64 = fdiv %1, %2 {fast: }
 *   %4: f64 = ffloor %3                      →     %4: f64 = ffloor %3
 */
import type { Func } from "../ir/func.ts";
import type { Inst, OpName, ValueId } from "../ir/ops.ts";
import { Definitions } from "../ir/rewrite.ts";
import { forEachInst, instsIn, mapBlocks, mapInsts, opsIn } from "../ir/walk.ts";
import { IntegralGuesses } from "./float-values.ts";
import type { Pass } from "./pass.ts";

/** What makes an integer of a double. */
const ROUNDING: ReadonlySet<OpName> = new Set<OpName>([
  "ffloor",
  "fceil",
  "ftrunc",
  "fround",
  "fptosi",
  "toint32",
  "toindex",
  "tolength",
]);

export const exactQuotients: Pass = {
  name: "exact-quotients",
  run(fn: Func): Func {
    const exact = roundedQuotients(fn);
    if (exact.size === 0) return fn;
    const visit = (inst: Inst): Inst =>
      inst.op === "fdiv" && exact.has(inst.id)
        ? { ...inst, fast: [] }
        : mapBlocks(inst, (block) => mapInsts(block, visit));
    return { ...fn, body: mapInsts(fn.body, visit) };
  },
};

function roundedQuotients(fn: Func): ReadonlySet<ValueId> {
  const found = new Set<ValueId>();
  const isRelaxed = (inst: Inst): boolean => inst.op === "fdiv" && inst.fast.length > 0;
  if (!opsIn(fn.body).has("fdiv") || !instsIn(fn.body).some(isRelaxed)) return found;
  const definitions = new Definitions(fn);
  const guesses = new IntegralGuesses(definitions);
  forEachInst(fn.body, (inst) => {
    const quotient = ROUNDING.has(inst.op) ? definitions.inst(inst.args[0] ?? -1) : undefined;
    if (quotient?.op !== "fdiv" || quotient.fast.length === 0) return;
    if (quotient.args.every((arg) => guesses.looksIntegral(arg))) found.add(quotient.id);
  });
  return found;
}
