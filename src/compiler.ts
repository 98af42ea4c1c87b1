/**
 * The whole way of a kernel, from a live function and its arguments' types to LLVM IR text: the pipeline as plain calls.
 * Pure: what it needs of the outside (source text, captured values, the machine) comes with the request.
 */
import { DiagnosticSink } from "./diagnostics/sink.ts";
import { memoryWords } from "./emit/llvm/entry-background.ts";
import {
  emitFallbacks,
  emitForRemarks,
  emitInTwo,
  emitLater,
  emitModule,
  emitWithout,
  type LlvmModule,
} from "./emit/llvm/module.ts";
import type { PlaceTable } from "./emit/llvm/places.ts";
import { type Support, supportFor } from "./emit/llvm/support.ts";
import type { Callable, FunctionReader } from "./frontend/program.ts";
import type { Module, Site } from "./ir/func.ts";
import type { FastFlag } from "./ir/ops.ts";
import { countInsts } from "./ir/walk.ts";
import { type Lowered, lower, type PrangeLoop } from "./lower/module.ts";
import { checkIterations, checksLeft, isLeftSerial, type LoopFacts } from "./passes/check-iterations.ts";
import { completeFallbacks, isKept, runWithoutFallbacks } from "./passes/complete-fallbacks.ts";
import { describeLoops, type LoopCopy } from "./passes/describe-loops.ts";
import { type CheckLeft, explainChecks } from "./passes/explain-checks.ts";
import { findReductions, hasParallelLoop } from "./passes/find-reductions.ts";
import { interrupt } from "./passes/interrupt.ts";
import { lowerParallel } from "./passes/lower-parallel.ts";
import { outlineTests } from "./passes/outline-tests.ts";
import { checkModule, runPipeline } from "./passes/pipeline.ts";
import { privateCounts } from "./passes/private-counts.ts";
import { reorderLoops } from "./passes/reorder-loops.ts";
import { separateFallbacks, WORTH_A_PROCESS } from "./passes/separate-fallbacks.ts";
import { stripColumns } from "./passes/strip-columns.ts";
import { writtenArrays, writtenPairs } from "./passes/written-pairs.ts";
import { extended } from "./source/extended.ts";
import { forgetAll } from "./source/memo.ts";
import type { Target } from "./targets/target.ts";
import { argumentValues } from "./types/arguments.ts";
import { Environment } from "./types/capture.ts";
import { type Inferred, infer, type OnUnbounded } from "./types/infer.ts";
import type { Closure, Value } from "./types/lattice.ts";
import { listTypes } from "./types/listing.ts";
import { boundsForRemainders } from "./types/remainders.ts";
import { type ArgType, type EntrySpec, NOTHING_SUPPOSED, type Supposed } from "./types/signature.ts";

export interface KernelOptions {
  readonly fastmath: readonly FastFlag[];
  readonly boundscheck: boolean;
  readonly parallel: boolean;
  /** Iterations per chunk of a parallel loop; by the loop's body unless given. */
  readonly chunksize?: number | undefined;
}

export interface CompileRequest {
  readonly fn: Callable;
  /** One per parameter of the function. */
  readonly args: readonly ArgType[];
  readonly options: KernelOptions;
  readonly reader: FunctionReader;
  readonly target: Target;
  /** Compile for array arguments that don't overlap (where one of them is written). */
  readonly disjoint: boolean;
  /** The argument types come from a signature, not from a call. */
  readonly declared?: boolean;
  /**
   * May suppose int32 arguments within ±SMALL_INT, positive ones, and arrays of at most SHORT_ARRAY elements, where that makes better
   * code; the entry says what was supposed.
   */
  readonly small?: boolean;
  /** Compile for the background: stoppable, and telling how far it is. */
  readonly background?: boolean;
  /** Check the IR after every pass. */
  readonly verify?: boolean;
}

export interface Stage {
  readonly name: string;
  readonly ms: number;
}

/** What is to be known of a compiled kernel's loops, LLVM's part excepted. */
export interface Diagnosis {
  /** The same module with debug locations, for LLVM's remarks; `places` says what their lines stand for. */
  readonly llvm: string;
  readonly places: PlaceTable;
  readonly loops: readonly LoopCopy[];
  readonly checks: readonly CheckLeft[];
}

export interface Compiled {
  /** As one module. */
  llvm(): string;
  /** Modules to be linked into one addon: LLVM can compile them at the same time. */
  readonly parts: readonly LlvmModule[];
  /**
   * What the parts leave out, undefined where that is nothing: to be linked with the kernel's support library into an addon for its
   * fallbacks, made when the kernel first needs one (emit/llvm/entry-fallbacks.ts).
   */
  readonly fallbacks: LlvmModule | undefined;
  /** The library to link it with, the same for all kernels of a target. */
  readonly support: Support;
  readonly entry: EntrySpec;
  module(): Module;
  /** What can go wrong at run time; the kernel reports an index into it. */
  readonly sites: readonly Site[];
  /** Captured typed arrays, in `entry.captured` order, then the functions among the arguments. */
  readonly bound: readonly unknown[];
  readonly stages: readonly Stage[];
  /** The array parameters that the kernel may write, by their numbers. */
  readonly written: ReadonlySet<number>;
  /** Some loop runs on all cores. */
  readonly usesPool: boolean;
  /** Every loop over prange, and what is known of those that run in parallel. */
  readonly prangeLoops: readonly PrangeLoop[];
  readonly loopFacts: readonly LoopFacts[];
  /** The source with every variable's type and range. */
  typeListing(): string;
  /** Made when asked for. */
  diagnose(): Diagnosis;
}

/** @throws CompileError when the function is not in the language for these argument types. */
export function compileKernel(request: CompileRequest): Compiled {
  forgetAll();
  try {
    return compile(request);
  } catch (error) {
    if (!isStackOverflow(error)) throw error;
    const source = request.reader.sourceOf(request.fn);
    const end = source.text.indexOf("\n");
    const span = { source, start: 0, end: end < 0 ? Math.min(source.text.length, 80) : end };
    return new DiagnosticSink().fail("too-nested", { name: request.fn.name || "kernel" }, span);
  }
}

/** The compiler's own: a kernel's is thrown when it runs. */
function isStackOverflow(error: unknown): boolean {
  return error instanceof RangeError && error.message.startsWith("Maximum call stack size exceeded");
}

/** Runs a stage, and notes how long it takes. */
type Timed = <T>(name: string, stage: () => T) => T;

interface Typed {
  readonly inferred: Inferred;
  /** Of the arguments. */
  readonly values: readonly Value[];
  readonly supposed: Supposed;
}

function inferTypes(request: CompileRequest, sink: DiagnosticSink, timed: Timed): Typed {
  const environment = new Environment(request.reader, sink);
  const closure = timed("frontend", () => environment.closureOf(request.fn));
  return timed("types", () => inferSupposing(request, environment, closure, sink));
}

const UNBOUNDED = Symbol("not bounded");

/** The types under as few suppositions of the arguments as make good code. */
function inferSupposing(
  request: CompileRequest,
  environment: Environment,
  closure: Closure,
  sink: DiagnosticSink,
): Typed {
  const { boundscheck } = request.options;
  const fastmath = request.options.fastmath.length > 0;
  const has = (kind: ArgType["kind"]): boolean => request.args.some((a) => a.kind === kind);
  const [smallInts, shortArrays] = [has("int32"), has("array")];
  const inferWith = (supposed: Supposed, onUnbounded?: OnUnbounded): Typed => {
    const values = argumentValues(request.args, environment, supposed);
    const inferred = infer(closure, values, environment, sink, { fastmath, boundscheck, onUnbounded });
    return { inferred, values, supposed };
  };
  /** Where a sum or product of integers isn't bounded, what `instead` gives; if that is nothing, as if all were. */
  const inferOr = <T>(supposed: Supposed, instead: () => { readonly typed: T } | undefined): Typed | T => {
    let other: { readonly typed: T } | undefined;
    let isAsked = false;
    const leave = (): void => {
      if (isAsked) return;
      isAsked = true;
      other = instead();
      if (other !== undefined) throw UNBOUNDED;
    };
    try {
      return inferWith(supposed, leave);
    } catch (e) {
      if (e !== UNBOUNDED || other === undefined) throw e;
      return other.typed;
    }
  };
  const inferBounded = (supposed: Supposed): Typed | undefined =>
    inferOr<undefined>(supposed, () => ({ typed: undefined }));
  /** As little as makes all sums and products integers; where nothing does, small arguments may make some so. */
  const inferSmall = (): Typed => {
    const bounded = smallInts ? inferBounded(NOTHING_SUPPOSED) : undefined;
    if (bounded !== undefined) return bounded;
    const small = { ...NOTHING_SUPPOSED, smallInts };
    return inferOr(small, () => {
      const typed = shortArrays ? inferBounded({ ...small, shortArrays }) : undefined;
      return typed && { typed };
    });
  };
  let best = request.small === true && (smallInts || shortArrays) ? inferSmall() : inferWith(NOTHING_SUPPOSED);
  for (const least of request.small === true ? boundsForRemainders(best.inferred, request.args) : []) {
    const known = best.supposed;
    // What is a remainder now may have been NaN, and products of it no integers in any case.
    const more =
      inferBounded({ ...known, least }) ??
      (smallInts && !known.smallInts ? inferBounded({ ...known, smallInts, least }) : undefined) ??
      inferWith({ ...known, least });
    // What doesn't help isn't worth a variant of its own for other arguments.
    if (more.inferred.remainders.length < best.inferred.remainders.length) best = more;
  }
  return best;
}

/**
 * The kernel's IR. When this returns, the syntax trees and the types are let go: a young collection in one of the later stages would copy
 * all of them.
 */
function lowerTyped(
  request: CompileRequest,
  sink: DiagnosticSink,
  timed: Timed,
): { readonly lowered: Lowered; readonly supposed: Supposed } {
  const { inferred, values, supposed } = inferTypes(request, sink, timed);
  const options = extended(request.options, { disjoint: request.disjoint });
  const lowered = timed("lower", () => lower(inferred, request.args, values, options, sink));
  forgetAll();
  return { lowered, supposed };
}

function listTypesOf(request: CompileRequest): string {
  return listTypes(inferTypes(request, new DiagnosticSink(), (_, stage) => stage()).inferred);
}

function compile(request: CompileRequest): Compiled {
  const stages: Stage[] = [];
  const timed: Timed = (name, stage) => {
    const start = performance.now();
    const result = stage();
    stages.push({ name, ms: performance.now() - start });
    return result;
  };
  const sink = new DiagnosticSink();
  const { lowered, supposed } = lowerTyped(request, sink, timed);
  const verify = request.verify ?? false;
  const marked = timed("parallel", () => findReductions(lowered.module, sink));
  const loopFacts = timed("parallel", () => checkIterations(marked, sink, request.options.chunksize));
  const background = request.background ?? false;
  // Fallbacks are left to be made when they are needed where the kernel runs on JavaScript's own thread, which can make them.
  const isOneThread = !background && ![marked.entry, ...marked.funcs].some(hasParallelLoop);
  const { versioned, optimised } = timed("passes", () => {
    if (isOneThread) return runWithoutFallbacks(marked, { verify });
    const { module } = runPipeline(marked, { verify });
    return { versioned: module, optimised: module };
  });
  const outlined = timed("parallel", () => lowerParallel(optimised, { chunkSize: request.options.chunksize }));
  if (verify) checkModule("lower-parallel", outlined);
  const interruptible = background ? timed("interrupt", () => interrupt(outlined)) : outlined;
  if (verify && background) checkModule("interrupt", interruptible);
  const usesPool = outlined !== optimised;
  const separated = timed("passes", () =>
    isOneThread ? interruptible : separateFallbacks(interruptible, { atOnce: usesPool || background }),
  );
  if (verify) checkModule("separate-fallbacks", separated);
  const tested = timed("passes", () => outlineTests(separated, isOneThread ? { which: isKept } : {}));
  if (verify) checkModule("outline-tests", tested);
  const reordered = timed("passes", () => reorderLoops(tested));
  if (verify) checkModule("reorder-loops", reordered);
  const stripped = timed("passes", () => stripColumns(reordered));
  if (verify) checkModule("strip-columns", stripped);
  const kernel = timed("passes", () => privateCounts(stripped));
  if (verify) checkModule("private-counts", kernel);
  const { complete, whole } = isOneThread
    ? completion(stripped, verify)
    : { complete: () => stripped, whole: () => kernel };
  const written = timed("passes", () => writtenArrays(versioned));
  const entry: EntrySpec = {
    ...lowered.entry,
    declared: request.declared ?? false,
    ...supposed,
    writtenPairs: writtenPairs(versioned, written),
    ...(background ? { background: memoryWords(kernel) } : {}),
  };
  const code = timed("emit", () => emitCode({ kernel, whole }, entry, request.target, usesPool));
  const functions = request.args.flatMap((a) => (a.kind === "function" ? [a.value] : []));
  return {
    llvm: code.whole,
    parts: code.parts,
    fallbacks: code.fallbacks,
    support: timed("emit", () => supportFor(request.target)),
    entry,
    module: whole,
    sites: kernel.sites,
    bound: [...lowered.captured, ...functions],
    stages,
    written,
    usesPool,
    prangeLoops: lowered.loops,
    loopFacts: loopFacts.map((facts) => ({
      ...facts,
      checks: checksLeft(optimised, facts.loc),
      serial: isLeftSerial(outlined, facts.loc),
    })),
    typeListing: () => listTypesOf(request),
    diagnose: () => ({
      ...emitForRemarks(whole(), entry, request.target),
      loops: describeLoops(complete()),
      checks: explainChecks(isOneThread ? runPipeline(marked, { verify }).module : optimised),
    }),
  };
}

/**
 * What is done for the fallbacks when they are needed. Apart from `compileKernel`: what a closure there keeps alive it keeps with all that
 * the others use, and a kernel keeps this one.
 */
function completion(stripped: Module, verify: boolean): { complete(): Module; whole(): Module } {
  const complete = once(() => completeFallbacks(stripped, { verify }));
  const whole = once(() => {
    const module = privateCounts(complete());
    if (verify) checkModule("private-counts", module);
    return module;
  });
  return { complete, whole };
}

interface Code extends Pick<Compiled, "parts" | "fallbacks"> {
  readonly whole: () => string;
}

interface Modules {
  /** What is to run: fallbacks that are left out aren't complete. */
  readonly kernel: Module;
  /** With all fallbacks, as they are to be emitted. */
  readonly whole: () => Module;
}

/** The entry point, the stubs and the tests of a long kernel keep LLVM busy for a while, so they are compiled beside what is to be optimised. */
function emitCode({ kernel: module, whole: all }: Modules, entry: EntrySpec, target: Target, usesPool: boolean): Code {
  const whole = once(() => emitModule(all(), entry, target));
  const hasFallbacks = module.funcs.some((fn) => fn.separate);
  if (entry.background !== undefined) return { whole, parts: [{ llvm: whole() }], fallbacks: undefined };
  if (usesPool && hasFallbacks) {
    const kernel = { llvm: emitWithout(module, entry, target, "linked") };
    return { whole, parts: [kernel, emitLater(() => emitFallbacks(module, target, "linked"))], fallbacks: undefined };
  }
  const fallbacks = hasFallbacks ? emitLater(() => emitFallbacks(all(), target, "later")) : undefined;
  if (!usesPool && isLong(module)) return { whole, parts: emitInTwo(module, entry, target), fallbacks };
  const llvm = hasFallbacks ? emitWithout(module, entry, target, "later") : whole();
  return { whole, parts: [{ llvm }], fallbacks };
}

/** Does LLVM take longer for what is to be optimised than to get to the rest? */
function isLong({ entry, funcs }: Module): boolean {
  const optimised = [entry, ...funcs.filter((fn) => !fn.seldom && !fn.separate)];
  return optimised.reduce((sum, fn) => sum + countInsts(fn.body), 0) >= WORTH_A_PROCESS;
}

function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
