/**
 * Every pass keeps what a program does: random programs run in the interpreter before and after, and must end the same way
 * (the same trap, at the same index) with the same array contents. A pass that proves too much shows as an UnsoundError.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Module } from "../../src/ir/func.ts";
import { interpret, type JsValue, KernelTrap, StepLimit, UnsoundError } from "../../src/ir/interp.ts";
import type { TypedArray } from "../../src/ir/memory.ts";
import { printModule } from "../../src/ir/print.ts";
import { completeFallbacks, isKept, runWithoutFallbacks } from "../../src/passes/complete-fallbacks.ts";
import { interrupt } from "../../src/passes/interrupt.ts";
import { outlineTests } from "../../src/passes/outline-tests.ts";
import { checkModule, PIPELINE, runPipeline } from "../../src/passes/pipeline.ts";
import { privateCounts } from "../../src/passes/private-counts.ts";
import { reorderLoops } from "../../src/passes/reorder-loops.ts";
import { separateFallbacks } from "../../src/passes/separate-fallbacks.ts";
import { versionBounds } from "../../src/passes/version-bounds.ts";
import { randomModule } from "./random-program.ts";

const RUNS = Number(process.env.FUZZ_RUNS ?? 1500);
const STEPS = 4000;

interface Input {
  readonly lengths: readonly number[];
  readonly n: number;
  readonly m: number;
  readonly k: bigint;
  readonly x: number;
}

const int32 = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: -2, max: 9 }) },
  { weight: 1, arbitrary: fc.constantFrom(2147483647, -2147483648, 65536, -65536, 2147483640) },
);
const input: fc.Arbitrary<Input> = fc.record({
  lengths: fc.array(fc.oneof(fc.integer({ min: 0, max: 12 }), fc.constantFrom(64, 300)), {
    minLength: 4,
    maxLength: 4,
  }),
  n: int32,
  m: int32,
  x: fc.oneof(
    fc.integer({ min: -2, max: 9 }),
    fc.constantFrom(0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, -0, 1e300),
  ),
  k: fc.oneof(
    { weight: 6, arbitrary: fc.bigInt(-2n, 9n) },
    {
      weight: 1,
      arbitrary: fc.constantFrom(2n ** 63n - 1n, -(2n ** 63n), 2n ** 53n, 2n ** 32n, -(2n ** 61n), 2n ** 62n),
    },
  ),
});

function argumentsOf({ lengths: [a = 0, b = 0, c = 0, d = 0], n, m, k, x }: Input): JsValue[] {
  const arrays = [new Uint8Array(a), new Int32Array(b), new Float64Array(c), new Uint32Array(d)];
  for (const array of arrays) for (let i = 0; i < array.length; i++) array[i] = (i * 7 + 3) % 11;
  return [...arrays, n, m, k, x];
}

/** How a run ended and what it left in the arrays. */
function outcome(module: Module, given: Input, steps: number): string {
  const args = argumentsOf(given);
  let end = "returns";
  try {
    interpret(module, args, { steps });
  } catch (error) {
    if (error instanceof KernelTrap) end = `trap ${error.site} ${error.values.join(" ")}`;
    else throw error;
  }
  const contents = args.map((a) =>
    typeof a === "object" ? [...(a as Exclude<TypedArray, BigInt64Array>)].join() : "",
  );
  return `${end}: ${contents.join(" | ")}`;
}

function describeFailure(module: Module, given: Input): string {
  const input = JSON.stringify(given, (_, v: unknown) => (typeof v === "bigint" ? `${v}n` : v));
  return `${input}\n${printModule(module).replaceAll(/^site.*\n/gm, "")}`;
}

/** Lengths that the loops of focused programs just reach, or just don't. */
const closeInput: fc.Arbitrary<Input> = fc
  .record({
    n: fc.integer({ min: 0, max: 6 }),
    m: fc.integer({ min: 0, max: 4 }),
    slack: fc.array(fc.integer({ min: -2, max: 2 }), { minLength: 4, maxLength: 4 }),
    product: fc.boolean(),
  })
  .map(({ n, m, slack, product }) => ({
    lengths: slack.map((s) => Math.max(0, (product ? n * m : n) + s)),
    n,
    m,
    k: BigInt(n),
    x: m,
  }));

/** Through what comes after the pipeline, made for loops and matrices as small as these. */
function asEmitted(module: Module): Module {
  const outlined = outlineTests(separateFallbacks(module, { long: 1 }), { long: 2 });
  return privateCounts(reorderLoops(outlined, { least: 2, tile: 2 }), 4);
}

/** Through all of it, the fallbacks' inner loops coming last. */
function withFallbacksLast(module: Module): Module {
  const { optimised } = runWithoutFallbacks(module, { verify: true, long: 1 });
  const reordered = reorderLoops(outlineTests(optimised, { long: 2, which: isKept }), { least: 2, tile: 2 });
  checkModule("reorder-loops", reordered);
  return privateCounts(completeFallbacks(reordered, { verify: true, long: 2 }), 4);
}

for (const [name, optimised] of [
  ["version-bounds alone", (module: Module) => runPipeline(module, { verify: true }, [versionBounds]).module],
  ["the whole pipeline", (module: Module) => asEmitted(runPipeline(module, { verify: true }, PIPELINE).module)],
  ["the whole pipeline, fallbacks last,", withFallbacksLast],
] as const)
  for (const focused of [false, true])
    test(`${name} keeps what random programs do${focused ? ", close to the bounds" : ""}`, () => {
      let used = 0;
      const tapes = fc.array(fc.nat(1000), { minLength: focused ? 20 : 40, maxLength: focused ? 80 : 400 });
      const inputs = fc.array(focused ? closeInput : input, { minLength: 6, maxLength: 6 });
      fc.assert(
        fc.property(tapes, inputs, (tape, givens) => {
          const before = randomModule(tape, focused);
          const after = optimised(before);
          checkModule("private-counts", after);
          for (const given of givens) used += sameOutcome(before, after, given) ? 1 : 0;
        }),
        { numRuns: RUNS },
      );
      assert.ok(used > RUNS, `only ${used} runs were of use`);
    });

for (const stretch of [1, 8, 64])
  test(`stretches of ${stretch} keep what random programs do`, () => {
    let used = 0;
    fc.assert(
      fc.property(
        fc.array(fc.nat(1000), { minLength: 40, maxLength: 400 }),
        fc.array(input, { minLength: 4, maxLength: 4 }),
        (tape, givens) => {
          const before = randomModule(tape, false);
          const after = interrupt(before, stretch);
          checkModule("interrupt", after);
          for (const given of givens) used += sameOutcome(before, after, given) ? 1 : 0;
        },
      ),
      { numRuns: RUNS },
    );
    assert.ok(used > RUNS, `only ${used} runs were of use`);
  });

/** Fails when the two programs end differently; false for a program that doesn't end or breaks its promises by itself. */
function sameOutcome(before: Module, after: Module, given: Input): boolean {
  let expected: string;
  try {
    expected = outcome(before, given, STEPS);
  } catch (error) {
    if (error instanceof UnsoundError || error instanceof StepLimit) return false;
    throw error;
  }
  let actual: string;
  try {
    actual = outcome(after, given, STEPS * 10);
  } catch (error) {
    // A test before an inner loop that is entered often takes steps too.
    if (error instanceof StepLimit) return false;
    actual = String(error);
  }
  assert.equal(actual, expected, describeFailure(before, given));
  return true;
}
