/**
 * The differential test: the same function as plain JavaScript and compiled, on copies of the same arguments, must return
 * the same bits, throw the same error and leave the same bytes in its arrays.
 *
 * `defineKernels(group, table)` makes one test for each kernel; it reports all the cases that failed, with their inputs.
 * Cases run in order on one dispatcher, so a kernel sees its specialisations come one after the other.
 *
 * Under NUMBATS_DISABLE_JIT=1 both sides are plain JavaScript: that checks the table itself, also that no case goes out of
 * bounds unless it says so.
 */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { format } from "node:util";
import type { Jitted } from "../../src/index.ts";
import { BitsOfNan, callChecked, OutOfBounds } from "./checked-arrays.ts";
import { copyArguments, type TypedArray } from "./copy-arguments.ts";
import { argumentsDiffer, differs, type Outcome, show, showOutcome } from "./describe-value.ts";
import { RUNGS, type Rung } from "./rungs.ts";
import { type ApproximateFunction, EXACT, type Tolerance, ULPS } from "./tolerance.ts";

// biome-ignore lint/suspicious/noExplicitAny: a kernel may have any signature
export type Kernel = (...args: any[]) => unknown;

type ErrorClass = typeof Error | typeof RangeError | typeof TypeError;

/** A case that ends otherwise than in plain JavaScript. */
class MarkedCase {
  readonly args: readonly unknown[];
  readonly expected:
    | { readonly kind: "out-of-bounds"; readonly array: string | undefined }
    | { readonly kind: "throws"; readonly error: ErrorClass; readonly message: RegExp };
  constructor(args: readonly unknown[], expected: MarkedCase["expected"]) {
    this.args = args;
    this.expected = expected;
  }
}

export type Case = readonly unknown[] | MarkedCase;

/** The kernel throws RangeError at an index of `array` (as the source names it) where plain JavaScript goes on. */
export function oob(array: string | undefined, ...args: unknown[]): Case {
  return new MarkedCase(args, { kind: "out-of-bounds", array });
}

/** The kernel throws where plain JavaScript does something else; array contents are not compared. */
export function refuses(error: ErrorClass, message: RegExp, ...args: unknown[]): Case {
  return new MarkedCase(args, { kind: "throws", error, message });
}

export interface KernelTest {
  readonly kernel: Kernel;
  readonly cases: () => readonly Case[];
  /** The oracle, when it isn't `kernel` itself: a kernel that calls kernels, or a function whose true values are known. */
  readonly plain?: Kernel;
  /** Options for `njit`. */
  readonly options?: Readonly<Record<string, unknown>>;
  /** Typed arrays from the surroundings that the kernel writes: restored before each call, compared after it. */
  readonly captured?: readonly TypedArray[];
  /** The one transcendental whose result the kernel returns or stores. */
  readonly approximates?: ApproximateFunction;
  /** Where several approximate values mix: the difference allowed, relative to the larger number. */
  readonly relative?: number;
  /** Any case may go out of bounds: where plain JavaScript would, the kernel must throw. */
  readonly mayLeaveBounds?: boolean;
  /** `false`: what the arrays hold after an error is left open, as in parallel loops. */
  readonly arraysAfterErrors?: boolean;
  /** Told how each case ends in plain JavaScript. */
  readonly expected?: (outcome: Outcome) => void;
  /**
   * The arrays to which iterations of a parallel loop may store in the same places, as far as the compiler knows. All others'
   * stores must be known to keep apart: a race is lost so seldom that its test may pass for weeks.
   */
  readonly undecided?: readonly string[];
  /** One BigInt operation: a result beyond 64 bits is a RangeError, one between 2^63 and 2^64 may be. */
  readonly within64?: boolean;
}

export const jitDisabled = process.env.NUMBATS_DISABLE_JIT === "1";

export function defineKernels(group: string, table: Readonly<Record<string, KernelTest>>): void {
  describe(group, () => {
    for (const [name, kernel] of Object.entries(table)) {
      for (const rung of RUNGS) {
        test(RUNGS.length > 1 ? `${name} (${rung.name})` : name, () => runKernel(kernel, rung));
      }
    }
  });
}

const SHOWN = 8;

function runKernel(entry: KernelTest, rung: Rung): void {
  const compiled = rung.prepare(entry.kernel, entry.options ?? {});
  const text = failuresOf(entry, compiled);
  if (text !== undefined) assert.fail(text);
  if (entry.options?.parallel === true && !jitDisabled) checkUndecided(entry, compiled);
}

/** Are the stores whose iterations may meet those that the test knows of? */
function checkUndecided(entry: KernelTest, compiled: Kernel): void {
  if (!("parallelDiagnostics" in compiled)) return;
  const report = (compiled as Jitted<Kernel>).parallelDiagnostics(3);
  const listed = [...report.matchAll(/stores whose iterations may meet:((?:\n {5,}.*)*)/g)].flatMap(([, lines = ""]) =>
    [...lines.matchAll(/\n +(.+?) at /g)].map(([, array]) => array),
  );
  assert.deepEqual([...new Set(listed)].sort(), [...(entry.undecided ?? [])].sort(), report);
}

/** Runs all cases; describes those that differ. */
export function findFailures(entry: KernelTest, rung: Rung): string | undefined {
  return failuresOf(entry, rung.prepare(entry.kernel, entry.options ?? {}));
}

function failuresOf(entry: KernelTest, compiled: Kernel): string | undefined {
  const initial = (entry.captured ?? []).map((array) => array.slice() as TypedArray);
  const restore = (): void => {
    for (const [i, array] of (entry.captured ?? []).entries()) array.set(initial[i] as never);
  };
  const failures: string[] = [];
  const cases = entry.cases();
  assert.ok(cases.length > 0, "a kernel needs cases");
  for (const [i, given] of cases.entries()) {
    const problem = runCase(entry, compiled, given, restore);
    if (problem === undefined) continue;
    const args = given instanceof MarkedCase ? given.args : given;
    failures.push(`case ${i}: (${args.map(show).join(", ")})\n    ${problem.text}`);
    if (problem.fatal) break;
  }
  restore();
  if (failures.length === 0) return undefined;
  const rest = failures.length > SHOWN ? `\n  … and ${failures.length - SHOWN} more` : "";
  return `${failures.length} of ${cases.length} cases differ\n  ${failures.slice(0, SHOWN).join("\n  ")}${rest}`;
}

interface Problem {
  readonly text: string;
  /** No use in trying the other cases: the kernel doesn't compile. */
  readonly fatal: boolean;
}

interface Run {
  readonly outcome: Outcome;
  /** The copies of the arguments, then the captured arrays as they were after the call. */
  readonly args: readonly unknown[];
  readonly log: readonly string[];
}

function run(fn: Kernel, entry: KernelTest, given: readonly unknown[], restore: () => void): Run {
  const args = copyArguments(given);
  const log: string[] = [];
  const { log: realLog } = console;
  restore();
  console.log = (...parts: unknown[]) => void log.push(format(...parts));
  let outcome: Outcome;
  try {
    outcome = { kind: "returned", value: fn(...args) };
  } catch (error) {
    outcome = { kind: "threw", error };
  } finally {
    console.log = realLog;
  }
  return { outcome, args: [...args, ...(entry.captured ?? []).map((array) => array.slice())], log };
}

function runCase(entry: KernelTest, compiled: Kernel, given: Case, restore: () => void): Problem | undefined {
  const plain = entry.plain ?? entry.kernel;
  const args = given instanceof MarkedCase ? given.args : given;
  const problem = (text: string, fatal = false): Problem => ({ text, fatal });

  const leaves = given instanceof MarkedCase && given.expected.kind === "out-of-bounds" ? given.expected : undefined;
  if (leaves !== undefined || entry.mayLeaveBounds) {
    const expected = run((...copies) => callChecked(plain, copies), entry, args, restore);
    const stop = expected.outcome.kind === "threw" ? expected.outcome.error : undefined;
    if (stop instanceof BitsOfNan) return undefined;
    if (stop instanceof OutOfBounds) {
      entry.expected?.(expected.outcome);
      if (jitDisabled) return undefined;
      const actual = run(compiled, entry, args, restore);
      const text = outOfBoundsProblem(stop, leaves?.array, actual.outcome) ?? arraysDiffer(entry, expected, actual);
      return text === undefined ? undefined : problem(text, cannotCompile(actual.outcome));
    }
    if (leaves !== undefined) {
      return problem(`is marked out of bounds, but plain JavaScript ${showOutcome(expected.outcome)}`);
    }
  }

  if (given instanceof MarkedCase && given.expected.kind === "throws") {
    if (jitDisabled) return undefined;
    const { outcome } = run(compiled, entry, args, restore);
    const { error, message } = given.expected;
    const thrown = outcome.kind === "threw" ? outcome.error : undefined;
    if (thrown instanceof error && thrown.constructor === error && message.test(thrown.message)) return undefined;
    return problem(`expected ${error.name} ${message}\n    but it ${showOutcome(outcome)}`, cannotCompile(outcome));
  }

  const expected = run(plain, entry, args, restore);
  if (expected.outcome.kind === "threw" && expected.outcome.error instanceof ReferenceError) {
    return problem(`the test itself is wrong: ${expected.outcome.error.message}`);
  }
  entry.expected?.(expected.outcome);
  if (jitDisabled && !entry.mayLeaveBounds) {
    const checked = run((...copies) => callChecked(plain, copies), entry, args, restore);
    if (checked.outcome.kind === "threw" && checked.outcome.error instanceof OutOfBounds) {
      return problem(`goes out of bounds without saying so: ${checked.outcome.error.message}`);
    }
  }
  const actual = run(compiled, entry, args, restore);
  if (entry.within64 && refusesBeyond64Bits(args, expected.outcome, actual.outcome)) return undefined;
  const text = compare(entry, expected, actual);
  return text === undefined ? undefined : problem(text, cannotCompile(actual.outcome));
}

function arraysDiffer(entry: KernelTest, expected: Run, actual: Run): string | undefined {
  if (entry.arraysAfterErrors === false && expected.outcome.kind === "threw") return undefined;
  return argumentsDiffer(expected.args, actual.args, toleranceOf(entry));
}

function compare(entry: KernelTest, expected: Run, actual: Run): string | undefined {
  const tolerance = toleranceOf(entry);
  const a = expected.outcome;
  const b = actual.outcome;
  let difference: string | undefined;
  if (a.kind === "returned" && b.kind === "returned") {
    difference = differs(a.value, b.value, expected.args, actual.args, tolerance);
  } else if (a.kind === "threw" && b.kind === "threw") {
    if (showOutcome(a) !== showOutcome(b)) difference = "another error";
  } else {
    difference = "one threw";
  }
  if (difference !== undefined) {
    return `plain JavaScript ${showOutcome(a)}\n    the kernel ${showOutcome(b)}\n    ${difference}`;
  }
  if (expected.log.join("\n") !== actual.log.join("\n")) {
    return `plain JavaScript logged ${show(expected.log)}\n    the kernel logged ${show(actual.log)}`;
  }
  const after = arraysDiffer(entry, expected, actual);
  return after === undefined ? undefined : `plain JavaScript ≠ the kernel in ${after}`;
}

function toleranceOf(entry: KernelTest): Tolerance {
  if (entry.approximates === undefined && entry.relative === undefined) return EXACT;
  return {
    ulps: entry.approximates === undefined ? 0 : ULPS[entry.approximates],
    relative: entry.relative ?? 0,
  };
}

function outOfBoundsProblem(expected: OutOfBounds, array: string | undefined, actual: Outcome): string | undefined {
  const wanted = `a RangeError that names index ${expected.index} and length ${expected.length}${array ? ` of ${array}` : ""}`;
  const unlike = `expected ${wanted}\n    but it ${showOutcome(actual)}`;
  if (actual.kind !== "threw" || !(actual.error instanceof RangeError)) return unlike;
  const { message } = actual.error;
  // Beyond 2^53 an index may be had as an i64, which isn't rounded and ends at 2^63.
  const index = Math.abs(Number(expected.index)) > 2 ** 53 ? [] : [expected.index];
  const words = [...index, String(expected.length), ...(array === undefined ? [] : [array])];
  return words.every((word) => message.includes(word)) ? undefined : unlike;
}

function cannotCompile(outcome: Outcome): boolean {
  const names = ["CompileError", "InternalError", "ToolchainError"];
  return outcome.kind === "threw" && outcome.error instanceof Error && names.includes(outcome.error.name);
}

/**
 * A BigInt has 64 bits in a kernel, signed or unsigned as its operands were. So beyond both ranges it must refuse; where a
 * value or an operand needs the unsigned range it may.
 */
function refusesBeyond64Bits(args: readonly unknown[], expected: Outcome, actual: Outcome): boolean {
  if (actual.kind !== "threw" || !(actual.error instanceof RangeError) || expected.kind !== "returned") return false;
  const outsideInt64 = (v: unknown): boolean => typeof v === "bigint" && BigInt.asIntN(64, v) !== v;
  return outsideInt64(expected.value) || args.some(outsideInt64);
}
