/** Every text that `diagnostics()` has for loops and checks, from LLVM's words and the compiler's reasons. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type CheckText,
  describeOutcome,
  explainCheck,
  explainMissed,
  type Finding,
  type RemarkFacts,
} from "./remarks.ts";

const FACTS: RemarkFacts = {
  at: "`a[i]` (line 3)",
  other: "`a[i - 1]` (line 4)",
  counted: true,
  checks: 0,
  exits: new Set(),
  calls: [],
  carried: ["k"],
  orderedSums: ["s"],
};

function said(message: string, facts: Partial<RemarkFacts> = {}): string {
  return shown(explainMissed([{ message: `loop not vectorized: ${message}`, facts: { ...FACTS, ...facts } }]));
}

function shown({ text, help }: Finding): string {
  return help === undefined ? text : `${text}\n  ${help}`;
}

const ORDER =
  "Its result depends on the order, so no option changes that. Where loops are nested, let the innermost one be one whose iterations don't need each other.";
const APART =
  "Write to an array of its own, or index by the loop's variable plus something that the loop doesn't change.";
const EARLY = "Cannot vectorize early exit loop with writes to memory";

/** Messages are those of LLVM 21. */
const MISSED: readonly (readonly [message: string, facts: Partial<RemarkFacts>, ...lines: string[]])[] = [
  [
    "cannot prove it is safe to reorder floating-point operations",
    {},
    "floats are added up in order, into `s`",
    'fastmath: ["reassoc"] allows another order.',
  ],
  [
    "unsafe dependent memory operations in loop.\nUnsafe indirect dependence. Memory location is the same as accessed at kernel:9:1",
    {},
    "two iterations may write the same element, for all that is known of its index: `a[i]` (line 3)",
    "Where the index comes out of an array, several copies of the written one can be added up after the loop; counts in up to 256 integers are anyway. Where it has a stride, let the innermost loop go along a row.",
  ],
  [
    "Too many SCEV assumptions need to be made and checked at runtime",
    { at: undefined },
    "it goes through an array by steps of unknown size",
    "Let the innermost loop go along a row, from element to element.",
  ],
  [
    "unsafe dependent memory operations in loop.\nBackward loop carried data dependence. Memory location is the same as accessed at kernel:7:1",
    {},
    "an iteration uses what an earlier one has written: `a[i]` (line 3) and `a[i - 1]` (line 4)",
    ORDER,
  ],
  [
    "unsafe dependent memory operations in loop.\nForward loop carried data dependence that prevents store-to-load forwarding.",
    { other: undefined },
    "an iteration uses what an earlier one has written: `a[i]` (line 3)",
    ORDER,
  ],
  [
    "unsafe dependent memory operations in loop.\nUnknown data dependence.",
    {},
    "it isn't known that iterations keep out of each other's elements: `a[i]` (line 3) and `a[i - 1]` (line 4)",
    APART,
  ],
  [
    "cannot prove it is safe to reorder memory operations",
    { at: undefined, other: undefined },
    "it isn't known that iterations keep out of each other's elements",
    APART,
  ],
  [
    "cannot identify array bounds",
    {},
    "it isn't known which elements it touches: `a[i]` (line 3)",
    "Index by the loop's variable plus something that the loop doesn't change.",
  ],
  [
    "call instruction cannot be vectorized",
    { calls: ["fib"] },
    "it calls `fib`, one iteration at a time",
    "Recursive functions stay calls, and so do those that would be inlined too often; write a recursion as a loop.",
  ],
  [
    "call instruction cannot be vectorized",
    { calls: ["console.log"] },
    "it calls `console.log`, one iteration at a time",
    "Log after the loop.",
  ],
  [
    "call instruction cannot be vectorized",
    {},
    "there is no vector form of `a[i]` (line 3)",
    "Compute it in a loop of its own, so that the rest can be done in vectors.",
  ],
  [
    "write to a loop invariant address could not be vectorized",
    {},
    "every iteration writes the same element: `a[i]` (line 3)",
    "Keep it in a variable, and store that after the loop.",
  ],
  [
    EARLY,
    { checks: 1 },
    "a bounds check in it may end it at any iteration",
    "See the bounds checks below for what would take them out of the loop.",
  ],
  [
    EARLY,
    { checks: 2 },
    "2 bounds checks in it may end it at any iteration",
    "See the bounds checks below for what would take them out of the loop.",
  ],
  [
    "Auto-vectorization of loops with uncountable early exit is not enabled",
    { exits: new Set(["break"]) },
    "`break` may end it at any iteration",
    "Go through all iterations and keep what was found in a variable, if that is less work than one at a time.",
  ],
  [
    "Cannot vectorize uncountable loop",
    { exits: new Set(["return"]) },
    "`return` may end it at any iteration",
    "Go through all iterations and keep what was found in a variable, if that is less work than one at a time.",
  ],
  [
    EARLY,
    { exits: new Set(["throw"]) },
    "an error may be thrown at any iteration",
    "Remember that something is wrong in a variable, and throw after the loop.",
  ],
  [
    EARLY,
    { exits: new Set(["bigint"]) },
    "a BigInt beyond 64 bits may end it at any iteration",
    "Wrap the arithmetic: BigInt.asIntN(64, …) never throws.",
  ],
  [
    EARLY,
    { exits: new Set(["allocation"]) },
    "it makes an array in every iteration",
    "Make one array before the loop and use it again.",
  ],
  ["loop control flow is not understood by vectorizer", {}, "it may end at any iteration"],
  [
    "could not determine number of loop iterations",
    { counted: false },
    "how often it runs isn't known before it starts",
    "A loop of the form for (let i = a; i < b; i++) has a known number of iterations.",
  ],
  [
    "value that could not be identified as reduction is used outside the loop",
    {},
    "`k`, `s` go from iteration to iteration, and not as a sum, product, minimum or maximum",
    `A minimum that is kept by a comparison vectorises as Math.min(low, x), in any loop. ${ORDER}`,
  ],
  [
    "value that could not be identified as reduction is used outside the loop",
    { carried: [], orderedSums: [] },
    "a value goes from iteration to iteration",
    `A minimum that is kept by a comparison vectorises as Math.min(low, x), in any loop. ${ORDER}`,
  ],
  [
    "control flow cannot be substituted for a select",
    {},
    "its branches can't all be computed side by side: `a[i]` (line 3)",
    "Choose between values (c ? a : b) instead of between statements.",
  ],
  [
    "the cost-model indicates that vectorization is not beneficial",
    {},
    "LLVM reckons that vectors would make it no faster",
  ],
  ["instruction cannot be vectorized", {}, "there is no vector form of `a[i]` (line 3)"],
  ["the moon is in the wrong phase\nand more", {}, "LLVM says: the moon is in the wrong phase"],
];

test("LLVM's reasons in plain words", () => {
  for (const [message, facts, ...lines] of MISSED) assert.equal(said(message, facts), lines.join("\n  "));
  assert.equal(shown(explainMissed([])), "LLVM doesn't say why");
});

test("of several reasons the most telling is given", () => {
  const facts = { ...FACTS, checks: 1 };
  const both = [EARLY, "cannot prove it is safe to reorder floating-point operations"];
  const { text } = explainMissed(both.map((message) => ({ message, facts })));
  assert.equal(text, "floats are added up in order, into `s`");
});

test("what became of a loop", () => {
  const vectorised = { kind: "vectorised", width: "8", interleave: 4, lanes: [], steps: "known" } as const;
  const shownOutcomes = [
    describeOutcome({ ...vectorised, sums: [] }),
    describeOutcome({ ...vectorised, width: "vscale x 4", sums: ["s"] }),
    describeOutcome({ ...vectorised, sums: ["s", "t"] }),
    describeOutcome({ ...vectorised, sums: [], lanes: ["s", "t"] }),
    describeOutcome({ ...vectorised, sums: [], steps: "unknown" }),
    describeOutcome({ kind: "library", call: "memset" }),
    describeOutcome({ kind: "unrolled", rounds: 1, vectors: false }),
    describeOutcome({ kind: "unrolled", rounds: 4, vectors: true }),
    describeOutcome({ kind: "missed", why: { text: "reason", help: "remedy" } }),
    describeOutcome({ kind: "outer" }),
    describeOutcome({ kind: "gone" }),
  ].map(shown);
  const allowed = 'fastmath: ["reassoc"] would add up in vectors, too.';
  assert.deepEqual(shownOutcomes, [
    "vectorised: width 8 × interleave 4, 32 iterations at a time",
    `vectorised: width vscale x 4 × interleave 4; \`s\` is added up in order\n  ${allowed}`,
    `vectorised: width 8 × interleave 4, 32 iterations at a time; \`s\`, \`t\` are added up in order\n  ${allowed}`,
    "vectorised: width 8 × interleave 4, 32 iterations at a time; `s`, `t` are accumulated in lanes",
    "vectorised where steps of unknown size are of one element: width 8 × interleave 4, 32 iterations at a time",
    "done by memset, all at once",
    "unrolled: its one iteration stands alone",
    "unrolled: its 4 iterations stand one after the other, in vectors where they fit",
    "not vectorised: reason\n  remedy",
    "has loops inside; LLVM vectorises innermost loops",
    "no loop as it is written: LLVM has computed or removed it, or taken it apart at its branches",
  ]);
});

test("why a bounds check is left", () => {
  const clamp = (k: string): string => `Clamp it: Math.min(Math.max(${k}, 0), n - 1).`;
  const rows: readonly (readonly [CheckText, ...string[]])[] = [
    [{ kind: "no-loop" }, "it stands outside of loops"],
    [{ kind: "call" }, "its index comes from a call", "Compute the index in the loop."],
    [{ kind: "array" }, "it may be another array in each iteration", "Choose the array before the loop."],
    [
      { kind: "budget" },
      "the test before the loop would need more conditions, or more copies of the loop, than it is worth",
      "Split the loop, or make a kernel of its own of what is in it.",
    ],
    [{ kind: "range" }, "whether its index stays inside depends on the iteration", clamp("i")],
    [
      { kind: "element", array: "at", at: "`at[i]` (line 3)", float: false },
      "its index comes out of `at`, `at[i]` (line 3), where any number may stand",
      "Clamp it, Math.min(Math.max(k, 0), n - 1); or keep indices in a Uint8Array or Uint16Array, which need no check where the array has 256 or 65536 elements.",
    ],
    [
      { kind: "element", array: "x", at: "`x[i]` (line 3)", float: true },
      "its index is computed from `x[i]` (line 3), where any number may stand",
      clamp("k"),
    ],
    [
      { kind: "uncounted", name: "k", line: 4 },
      "`k` changes in the loop at line 4, of which it isn't known how often it runs",
      "Count with for (let i = a; i < b; i++), or clamp the index.",
    ],
    [
      { kind: "variable", name: "k" },
      "`k` changes from iteration to iteration in a way that can't be followed",
      "Compute the index from the loop's variable, or clamp it.",
    ],
    [
      { kind: "computed", at: "`Math.exp(i)` (line 5)" },
      "its index is computed by `Math.exp(i)` (line 5), and has no bounds that are known before the loop",
      clamp("i"),
    ],
  ];
  for (const [reason, ...lines] of rows) assert.equal(shown(explainCheck(reason)), lines.join("\n  "));
});
