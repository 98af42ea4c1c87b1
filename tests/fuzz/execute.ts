/** Runs one program's text: kernel against plain JavaScript. Relies on the program having been made by `generate.ts`. */
import { runInThisContext } from "node:vm";
import { getNumThreads, NumbatsError, njit, prange, setNumThreads } from "../../src/index.ts";
import { areMixed, checkedArray, OutOfBounds } from "../support/checked-arrays.ts";
import { copyArguments, type TypedArray } from "../support/copy-arguments.ts";
import { argumentsDiffer, differs, type Outcome, showOutcome } from "../support/describe-value.ts";
import { type Case, findFailures, type Kernel } from "../support/differential.ts";
import { RUNGS, type Rung } from "../support/rungs.ts";
import { EXACT } from "../support/tolerance.ts";
import { interpretedRung } from "./interpreted.ts";

export interface Verdict {
  /** Undefined when kernel and plain JavaScript agree. */
  readonly failure: string | undefined;
  /** Failures of one class have one cause, as far as the shrinker can tell. */
  readonly class: string;
  /** How plain JavaScript's calls ended, in words. */
  readonly calls?: readonly string[];
  /** Of the largest specialisation. */
  readonly instructions?: number;
}

const NO_END = "no end";

/** As long as plain JavaScript needs, roughly, for what the interpreter has no steps left for. Most programs take a few milliseconds. */
const LONG_MS = 50;

export interface Job {
  readonly text: string;
  /** Is LLVM to compile it, or only the interpreter to run it? */
  readonly native: boolean;
}

/** What a program's text makes. */
interface Program {
  readonly kernel: Kernel;
  readonly cases: () => Case[];
  readonly options?: Readonly<Record<string, unknown>>;
  /** Captured arrays that it writes. */
  readonly captured?: () => TypedArray[];
  /** Is it to be called in the background, too? */
  readonly background?: boolean;
  /** Is it to run without checks of indices, too, where it never leaves an array? */
  readonly unchecked?: boolean;
  /** It sums floats in parallel, in an order that only the interpreter knows. */
  readonly chunked?: boolean;
}

export async function execute(job: Job, filename: string): Promise<Verdict> {
  const verdict = await run(job, filename);
  if (verdict.class !== NO_END || !takesLong(job.text, filename)) return verdict;
  return { ...verdict, failure: undefined, class: "", calls: ["took too long"] };
}

async function run({ text, native }: Job, filename: string): Promise<Verdict> {
  const calls: string[] = [];
  let instructions = 0;
  const told = (count: number): void => {
    instructions = Math.max(instructions, count);
  };
  const verdict = (failure: string | undefined): Verdict => ({
    failure,
    class: failure === undefined ? "" : classify(failure),
    calls,
    instructions,
  });
  try {
    const { compiled, plain } = load(text, filename);
    const { kernel, cases, options = {}, captured, background = false, unchecked, chunked } = compiled;
    const interpreted = interpretedRung(background, told);
    const rungs: readonly Rung[] = [interpreted, ...(native ? RUNGS.map(onChangingThreads) : [])];
    const given = { ...options, cache: false };
    // Relaxed results are whatever they are; but the kernel must compile, end, and stay within its arrays.
    if (options.fastmath !== undefined || chunked) {
      for (const rung of rungs) {
        const relaxed = rung.prepare(kernel, given);
        for (const args of listed(cases)) calls.push(runAnyhow(relaxed, args));
      }
      if (!chunked || !native || captured !== undefined) return verdict(undefined);
      const [first, second] = rungs.map((rung) => rung.prepare(kernel, given)) as [Kernel, Kernel];
      // Once for each number of threads.
      const thrice = listed(cases).flatMap((args) => [args, args, args]);
      const failure = await findDifference(first, second, thrice, { arraysAfterErrors: false });
      return verdict(failure && `native, not the interpreter: ${failure}`);
    }
    for (const [i, rung] of rungs.entries()) {
      const failure = findFailures(
        {
          kernel,
          plain,
          cases,
          captured: captured?.() ?? [],
          mayLeaveBounds: true,
          arraysAfterErrors: options.parallel !== true,
          options: given,
          expected: (outcome) => {
            if (i === 0) calls.push(describe(outcome));
          },
        },
        rung,
      );
      // Where all is constant, a reduction may be gone before it is looked for; what is refused is tested elsewhere.
      if (failure !== undefined && /error\[parallel-/.test(failure))
        return { ...verdict(undefined), calls: ["refused"] };
      if (failure !== undefined) return verdict(`${rung.name}: ${failure}`);
    }
    if (unchecked && captured === undefined && !calls.includes("left an array")) {
      const free = interpreted.prepare(kernel, { ...given, boundscheck: false });
      const checked = interpreted.prepare(kernel, given);
      const failure = await findDifference(checked, free, listed(cases), { arraysAfterErrors: false });
      if (failure !== undefined) return verdict(`without checks, not with them: ${failure}`);
    }
    if (!background || captured !== undefined || !native) return verdict(undefined);
    const plainly = njit(kernel, given);
    const behind = (...args: unknown[]): unknown => plainly.async(...args);
    const arraysAfterErrors = options.parallel !== true;
    const failure = await findDifference(plainly, behind, listed(cases), { arraysAfterErrors });
    return verdict(failure && `in the background, not in a plain call: ${failure}`);
  } catch (error) {
    return verdict(error instanceof Error ? (error.stack ?? error.message) : String(error));
  }
}

/**
 * The program twice: once to be compiled, and once, its arrays proxies, to run as plain JavaScript that stops out of bounds.
 * Both see the same memory.
 */
function load(text: string, filename: string): { readonly compiled: Program; readonly plain: Kernel } {
  const make = runInThisContext(`(function (prange, checked) {\n${text}})`, { filename }) as (
    range: typeof prange,
    checked: <A>(array: A) => A,
  ) => Program;
  const arrays: unknown[] = [];
  const compiled = make(prange, (array) => {
    arrays.push(array);
    return array;
  });
  const plain = make(prange, <A>() => checkedArray(arrays.shift() as TypedArray) as A);
  return { compiled, plain: plain.kernel };
}

/** Does plain JavaScript come to an end, after so long that the interpreter couldn't? Helpers that are called in loops may have loops. */
function takesLong(text: string, filename: string): boolean {
  const { kernel, cases } = load(text, filename).compiled;
  const start = performance.now();
  for (const args of listed(cases)) {
    try {
      kernel(...args);
    } catch {
      // As the program says.
    }
  }
  return performance.now() - start > LONG_MS;
}

/** Results are the same at every number of threads: each call has another. */
function onChangingThreads(rung: Rung): Rung {
  return {
    name: rung.name,
    prepare(kernel, options) {
      const compiled = rung.prepare(kernel, options);
      if (options.parallel !== true) return compiled;
      return (...args) => {
        setNumThreads((getNumThreads() % 3) + 1);
        return compiled(...args);
      };
    },
  };
}

const listed = (cases: () => Case[]): readonly (readonly unknown[])[] => cases() as (readonly unknown[])[];

/** Where two kernels that should do the same don't. */
async function findDifference(
  first: Kernel,
  second: Kernel,
  cases: readonly (readonly unknown[])[],
  { arraysAfterErrors }: { readonly arraysAfterErrors: boolean },
): Promise<string | undefined> {
  for (const [i, args] of cases.entries()) {
    // What NaNs look like may differ.
    if (areMixed(args)) continue;
    const [here, there] = [copyArguments(args), copyArguments(args)];
    const expected = await outcomeOf(() => first(...here));
    const actual = await outcomeOf(() => second(...there));
    const bothReturned = expected.kind === "returned" && actual.kind === "returned";
    const difference = bothReturned
      ? differs(expected.value, actual.value, here, there, EXACT)
      : showOutcome(expected) === showOutcome(actual)
        ? undefined
        : "one threw";
    const isOpen = !arraysAfterErrors && !bothReturned;
    const found = difference ?? (isOpen ? undefined : argumentsDiffer(here, there, EXACT));
    if (found !== undefined)
      return `case ${i}: one ${showOutcome(expected)}, the other ${showOutcome(actual)}: ${found}`;
  }
  return undefined;
}

async function outcomeOf(call: () => unknown): Promise<Outcome> {
  try {
    return { kind: "returned", value: await call() };
  } catch (error) {
    return { kind: "threw", error };
  }
}

function describe(outcome: Outcome): string {
  if (outcome.kind === "returned") return "returned";
  if (outcome.error instanceof OutOfBounds) return "left an array";
  return `threw ${outcome.error instanceof Error ? outcome.error.constructor.name : "something else"}`;
}

/** Where all is constant, a reduction may be gone before it is looked for; what is refused is tested elsewhere. */
const isRefused = (failure: string): boolean => /error\[parallel-/.test(failure);

/** Its own errors are as good a result as any. */
function runAnyhow(kernel: Kernel, args: readonly unknown[]): string {
  const copies = copyArguments(args);
  try {
    kernel(...copies);
    return "returned";
  } catch (error) {
    const isOfTheProgram = error instanceof Error && /^(Range|Type)?Error$/.test(error.constructor.name);
    if (isRefused(String(error))) return "refused";
    if (error instanceof NumbatsError || !isOfTheProgram) throw error;
    return describe({ kind: "threw", error });
  }
}

/** By the kind of what went wrong, never by the values: those change while a program shrinks. */
function classify(failure: string): string {
  const compile = /error\[([a-z0-9-]+)\]/.exec(failure);
  if (compile !== null) return `compile error ${compile[1]}`;
  const broken = /BrokenIrError: after ([a-z-]+):\n\S+: ([a-z-]+)/.exec(failure);
  if (broken !== null) return `broken IR after ${broken[1]}: ${broken[2]}`;
  if (/UnsoundError/.test(failure)) return "unsound";
  if (/out of steps/.test(failure)) return NO_END;
  const wrong = /the test itself is wrong|SyntaxError|ReferenceError|a kernel needs cases/.exec(failure);
  if (wrong !== null) return `not a program: ${wrong[0]}`;
  const internal = /(InternalError|ToolchainError): ([^\n]{0,60})/.exec(failure);
  if (internal !== null) return `${internal[1]} ${internal[2]?.replace(/[%\d.]+/g, "#")}`;
  if (/threw TypeError/.test(failure)) return "TypeError";
  const where = /^[a-z ]+: /.exec(failure)?.[0] ?? "";
  if (/one threw|expected a RangeError|another error/.test(failure)) return `${where}errors differ`;
  return `${where}values differ`;
}
