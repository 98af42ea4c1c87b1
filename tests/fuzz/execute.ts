/** Runs one program's text: kernel against plain JavaScript. Relies on the program having been made by `generate.ts`. */
import { runInThisContext } from "node:vm";
import { NumbatsError, njit, prange } from "../../src/index.ts";
import { checkedArray } from "../support/checked-arrays.ts";
import { copyArguments } from "../support/copy-arguments.ts";
import { type Case, findFailures, type Kernel } from "../support/differential.ts";
import { RUNGS } from "../support/rungs.ts";

export interface Verdict {
  /** Undefined when kernel and plain JavaScript agree. */
  readonly failure: string | undefined;
  /** Failures of one class have one cause, as far as the shrinker can tell. */
  readonly class: string;
}

export function execute(text: string, filename: string): Verdict {
  try {
    const make = runInThisContext(`(function (prange, checked) {\n${text}})`, { filename }) as (
      range: typeof prange,
      checked: <A>(array: A) => A,
    ) => { kernel: Kernel; cases: () => Case[]; options?: Readonly<Record<string, unknown>> };
    // Its captured arrays are proxies where it runs as plain JavaScript, so that it stops out of bounds.
    const plain = make(prange, checkedArray as <A>(array: A) => A).kernel;
    const { kernel, cases, options = {} } = make(prange, (array) => array);
    // Relaxed results are whatever they are; but the kernel must compile, end, and stay within its arrays.
    if (options.fastmath === true) {
      for (const args of cases()) runAnyhow(njit(kernel, { ...options, cache: false }), args);
      return { failure: undefined, class: "" };
    }
    for (const rung of RUNGS) {
      const entry = { kernel, plain, cases, mayLeaveBounds: true, arraysAfterErrors: options.parallel !== true };
      const failure = findFailures({ ...entry, options: { ...options, cache: false } }, rung);
      // Where all is constant, a reduction may be gone before it is looked for; what is refused is tested elsewhere.
      if (failure === undefined || /error\[parallel-/.test(failure)) continue;
      return { failure: `${rung.name}: ${failure}`, class: classify(failure) };
    }
    return { failure: undefined, class: "" };
  } catch (error) {
    const failure = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { failure, class: classify(failure) };
  }
}

/** Its own errors are as good a result as any. */
function runAnyhow(kernel: Kernel, args: Case): void {
  const copies = copyArguments(args as readonly unknown[]);
  try {
    kernel(...copies);
  } catch (error) {
    if (error instanceof NumbatsError) throw error;
  }
}

/** By the kind of what went wrong, never by the values: those change while a program shrinks. */
function classify(failure: string): string {
  const compile = /error\[([a-z0-9-]+)\]/.exec(failure);
  if (compile !== null) return `compile error ${compile[1]}`;
  if (/the test itself is wrong|SyntaxError|ReferenceError|a kernel needs cases/.test(failure)) return "not a program";
  const internal = /(InternalError|ToolchainError): ([^\n]{0,60})/.exec(failure);
  if (internal !== null) return `${internal[1]} ${internal[2]?.replace(/[%\d.]+/g, "#")}`;
  if (/threw TypeError/.test(failure)) return "TypeError";
  if (/one threw|expected a RangeError|another error/.test(failure)) return "errors differ";
  return "values differ";
}
