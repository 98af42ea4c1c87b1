/**
 * The passes in the order they run. Each does what LLVM can't: it knows JavaScript's arrays and their lengths, LLVM sees
 * only pointers. SSA construction, common subexpressions, invariant code motion and unrolling are LLVM's.
 */
import type { Func, Module } from "../ir/func.ts";
import { printModule } from "../ir/print.ts";
import { renderVerifyError, verifyModule } from "../ir/verify.ts";
import { mapFuncs } from "../ir/walk.ts";
import { carriedBits } from "./carried-bits.ts";
import { carriedDoubles } from "./carried-doubles.ts";
import { countLoops } from "./count-loops.ts";
import { eliminateDead } from "./eliminate-dead.ts";
import { exactQuotients } from "./exact-quotients.ts";
import { findExtremes } from "./find-extremes.ts";
import { fold } from "./fold.ts";
import { foretoldSearches } from "./foretold-searches.ts";
import { forwardLocals } from "./forward-locals.ts";
import { indexTables } from "./index-tables.ts";
import { lateMinima } from "./late-minima.ts";
import { narrowMath } from "./narrow-math.ts";
import type { Pass, PassContext, Snapshot } from "./pass.ts";
import { placeArrays } from "./place-arrays.ts";
import { releaseArrays } from "./release-arrays.ts";
import { speculateGathers } from "./speculate-gathers.ts";
import { speculateIntegers } from "./speculate-integers.ts";
import { splitLoops } from "./split-loops.ts";
import { unwrapBlocks } from "./unwrap-blocks.ts";
import { versionBounds } from "./version-bounds.ts";

export const PIPELINE: readonly Pass[] = [
  unwrapBlocks,
  forwardLocals,
  fold,
  countLoops,
  exactQuotients,
  narrowMath,
  eliminateDead,
  carriedBits,
  findExtremes,
  placeArrays,
  releaseArrays,
  versionBounds,
  splitLoops,
  lateMinima,
  speculateGathers,
  speculateIntegers,
  indexTables,
  foretoldSearches,
  carriedDoubles,
];

/** A pass made IR that isn't well formed: a bug in the pass. */
export class BrokenIrError extends Error {
  readonly pass: string;
  readonly ir: string;
  constructor(pass: string, messages: readonly string[], ir: string) {
    super(`after ${pass}:\n${messages.join("\n")}`);
    this.pass = pass;
    this.ir = ir;
  }
}

export function runPipeline(
  module: Module,
  options: Pick<PassContext, "verify" | "separates">,
  passes: readonly Pass[] = PIPELINE,
  which: (fn: Func) => boolean = () => true,
): { readonly module: Module; readonly snapshots: readonly Snapshot[] } {
  const { verify, separates } = options;
  const { tables, funcs } = module;
  const cx: PassContext = { verify, separates, tables, funcs, entry: false };
  const ofEntry: PassContext = { verify, separates, tables, funcs, entry: true };
  let current = module;
  const snapshots: Snapshot[] = [];
  if (cx.verify) checkModule("lower", current);
  for (const pass of passes) {
    const { entry } = current;
    current = mapFuncs(current, (fn) => (which(fn) ? pass.run(fn, fn === entry ? ofEntry : cx) : fn));
    if (cx.verify) checkModule(pass.name, current);
    snapshots.push({ pass: pass.name, module: current });
  }
  return { module: current, snapshots };
}

/** @throws BrokenIrError when the module isn't well formed. */
export function checkModule(stage: string, module: Module): void {
  const errors = verifyModule(module);
  if (errors.length > 0) throw new BrokenIrError(stage, errors.map(renderVerifyError), printModule(module));
}
