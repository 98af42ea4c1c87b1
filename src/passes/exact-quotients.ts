/**
 * What is made of quotients of integers and rounded to an index or a length is computed exactly, whatever `fastmath` allows: by way of the
 * reciprocal, 49 / 49 is less than 1, and the index one too small.
 *
 *   %3: f64 = fdiv %1, %2 {fast: arcp}             %3: f64 = fdiv %1, %2 {fast: }
 *   %4: f64 = ffloor %3                      →     %4: f64 = ffloor %3
 */
import type { Func } from "../ir/func.ts";
import type { Inst, OpName, ValueId } from "../ir/ops.ts";
import { Definitions } from "../ir/rewrite.ts";
import { forEachInst, instsIn, mapBlocks, mapInsts, opsIn } from "../ir/walk.ts";
import { remembered } from "../source/remembered.ts";
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

/** What goes into an index beside quotients: `Math.floor((i / n) * bins)`, `Math.floor(Math.min(i / n, last))`. */
const ARITHMETIC: ReadonlySet<OpName> = new Set<OpName>([
  "fdiv",
  "fadd",
  "fsub",
  "fmul",
  "fneg",
  "fabs",
  "fmin",
  "fmax",
]);

export const exactQuotients: Pass = {
  name: "exact-quotients",
  run(fn: Func): Func {
    const exact = roundedToIntegers(fn);
    if (exact.size === 0) return fn;
    const visit = (inst: Inst): Inst =>
      exact.has(inst.id) ? ({ ...inst, fast: [] } as Inst) : mapBlocks(inst, (block) => mapInsts(block, visit));
    return { ...fn, body: mapInsts(fn.body, visit) };
  },
};

/** The relaxed arithmetic between integers and what is rounded, where it has a quotient in it. */
function roundedToIntegers(fn: Func): ReadonlySet<ValueId> {
  const found = new Set<ValueId>();
  const isRelaxed = (inst: Inst): boolean => inst.op === "fdiv" && inst.fast.length > 0;
  if (!opsIn(fn.body).has("fdiv") || !instsIn(fn.body).some(isRelaxed)) return found;
  const definitions = new Definitions(fn);
  const guesses = new IntegralGuesses(definitions);
  const isOfIntegers = remembered((id: ValueId): boolean => {
    const inst = definitions.inst(id);
    if (inst?.op === "const") return true;
    return inst !== undefined && ARITHMETIC.has(inst.op) ? inst.args.every(isOfIntegers) : guesses.looksIntegral(id);
  });
  const divides = remembered((id: ValueId): boolean => {
    const inst = definitions.inst(id);
    return inst !== undefined && ARITHMETIC.has(inst.op) && (isRelaxed(inst) || inst.args.some(divides));
  });
  const collect = (id: ValueId): void => {
    const inst = definitions.inst(id);
    if (inst === undefined || !ARITHMETIC.has(inst.op) || found.has(id)) return;
    found.add(id);
    inst.args.forEach(collect);
  };
  forEachInst(fn.body, ({ op, args: [id = -1] }) => {
    if (ROUNDING.has(op) && divides(id) && isOfIntegers(id)) collect(id);
  });
  return found;
}
