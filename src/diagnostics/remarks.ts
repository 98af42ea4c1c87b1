/**
 * What `kernel.diagnostics()` says of loops and bounds checks: every text of it, and LLVM's remarks in plain words.
 */

/** Why a loop is as it is, and what would change that. */
export interface Finding {
  readonly text: string;
  readonly help?: string;
}

/** What a remark's words need besides themselves. */
export interface RemarkFacts {
  /** The source that the remark is about, with its line, when that is less than the loop: "`f(x)` (line 7)". */
  readonly at: string | undefined;
  /** The other access of a dependence, likewise. */
  readonly other: string | undefined;
  /** For a loop that isn't counted: `while`. */
  readonly counted: boolean;
  readonly checks: number;
  readonly exits: ReadonlySet<string>;
  readonly calls: readonly string[];
  readonly carried: readonly string[];
  readonly orderedSums: readonly string[];
}

interface RemarkRow {
  readonly when: RegExp;
  readonly say: (facts: RemarkFacts) => Finding;
}

const CARRIED_HELP =
  "Its result depends on the order, so no option changes that. Where loops are nested, let the innermost one be one whose iterations don't need each other.";

function early(facts: RemarkFacts): Finding {
  const { checks, exits, calls, counted } = facts;
  if (checks > 0) {
    const some = checks === 1 ? "a bounds check in it" : `${checks} bounds checks in it`;
    return {
      text: `${some} may end it at any iteration`,
      help: "See the bounds checks below for what would take them out of the loop.",
    };
  }
  if (calls.length > 0) return called(facts);
  if (exits.has("break") || exits.has("return")) {
    const what = exits.has("break") ? "break" : "return";
    return {
      text: `\`${what}\` may end it at any iteration`,
      help: "Go through all iterations and keep what was found in a variable, if that is less work than one at a time.",
    };
  }
  if (exits.has("throw")) {
    return {
      text: "an error may be thrown at any iteration",
      help: "Remember that something is wrong in a variable, and throw after the loop.",
    };
  }
  if (exits.has("bigint")) {
    return {
      text: "a BigInt beyond 64 bits may end it at any iteration",
      help: "Wrap the arithmetic: BigInt.asIntN(64, …) never throws.",
    };
  }
  if (exits.has("allocation")) {
    return { text: "it makes an array in every iteration", help: "Make one array before the loop and use it again." };
  }
  if (counted) return { text: "it may end at any iteration" };
  return {
    text: "how often it runs isn't known before it starts",
    help: "A loop of the form for (let i = a; i < b; i++) has a known number of iterations.",
  };
}

function called({ calls, at }: RemarkFacts): Finding {
  const name = calls.length === 1 ? `\`${calls[0]}\`` : (at ?? "functions");
  return {
    text: `it calls ${name}, one iteration at a time`,
    help: calls.includes("console.log")
      ? "Log after the loop."
      : "Recursive functions stay calls, and so do those that would be inlined too often; write a recursion as a loop.",
  };
}

function names(list: readonly string[]): string {
  return list.map((name) => `\`${name}\``).join(", ");
}

/** From the most telling to the least: of several remarks about one loop the first row wins. */
const REMARKS: readonly RemarkRow[] = [
  {
    when: /reorder floating-point operations/,
    say: ({ orderedSums, at }) => ({
      text: `floats are added up in order${orderedSums.length > 0 ? `, into ${names(orderedSums)}` : at === undefined ? "" : ` at ${at}`}`,
      help: 'fastmath: ["reassoc"] allows another order.',
    }),
  },
  {
    when: /Unsafe indirect dependence/,
    say: ({ at }) => ({
      text: `two iterations may write the same element, for all that is known of its index${at === undefined ? "" : `: ${at}`}`,
      help: "Where the index comes out of an array, several copies of the written one can be added up after the loop; counts in up to 256 integers are anyway. Where it has a stride, let the innermost loop go along a row.",
    }),
  },
  {
    when: /Too many SCEV assumptions/,
    say: ({ at }) => ({
      text: `it goes through an array by steps of unknown size${at === undefined ? "" : `: ${at}`}`,
      help: "Let the innermost loop go along a row, from element to element.",
    }),
  },
  {
    when: /Backward loop carried data dependence|Forward loop carried data dependence that prevents/,
    say: ({ at, other }) => ({
      text: `an iteration uses what an earlier one has written${at === undefined ? "" : `: ${at}`}${other === undefined || other === at ? "" : ` and ${other}`}`,
      help: CARRIED_HELP,
    }),
  },
  {
    when: /Unknown data dependence|unsafe dependent memory|cannot check memory dependencies|reorder memory operations/,
    say: ({ at, other }) => ({
      text: `it isn't known that iterations keep out of each other's elements${at === undefined ? "" : `: ${at}`}${other === undefined || other === at ? "" : ` and ${other}`}`,
      help: "Write to an array of its own, or index by the loop's variable plus something that the loop doesn't change.",
    }),
  },
  {
    when: /cannot identify array bounds/,
    say: ({ at }) => ({
      text: `it isn't known which elements it touches${at === undefined ? "" : `: ${at}`}`,
      help: "Index by the loop's variable plus something that the loop doesn't change.",
    }),
  },
  {
    when: /call instruction cannot be vectorized|Found unvectorizable intrinsic|instruction return type/,
    say: (facts) =>
      facts.calls.length > 0
        ? called(facts)
        : {
            text: `there is no vector form of ${facts.at ?? "something it computes"}`,
            help: "Compute it in a loop of its own, so that the rest can be done in vectors.",
          },
  },
  {
    when: /loop invariant address/,
    say: ({ at }) => ({
      text: `every iteration writes the same element${at === undefined ? "" : `: ${at}`}`,
      help: "Keep it in a variable, and store that after the loop.",
    }),
  },
  {
    when: /early exit|uncountable|explicitly disabled|number of loop iterations|control flow is not understood/i,
    say: early,
  },
  {
    when: /could not be identified as reduction|Found an unidentified PHI|induction variable could not be identified/,
    say: ({ carried, orderedSums }) => {
      const variables = [...carried, ...orderedSums];
      return {
        text:
          variables.length === 0
            ? "a value goes from iteration to iteration"
            : `${names(variables)} ${variables.length === 1 ? "goes" : "go"} from iteration to iteration, and not as a sum, product, minimum or maximum`,
        help: `A minimum that is kept by a comparison vectorises as Math.min(low, x), in any loop. ${CARRIED_HELP}`,
      };
    },
  },
  {
    when: /substituted for a select|if-conver|conditionally executed|switch/,
    say: ({ at }) => ({
      text: `its branches can't all be computed side by side${at === undefined ? "" : `: ${at}`}`,
      help: "Choose between values (c ? a : b) instead of between statements.",
    }),
  },
  {
    when: /cost-model indicates that vectorization is not beneficial|vectorization is not beneficial/,
    say: () => ({ text: "LLVM reckons that vectors would make it no faster" }),
  },
  {
    when: /instruction cannot be vectorized|unvectorizable type/,
    say: ({ at }) => ({ text: `there is no vector form of ${at ?? "something it computes"}` }),
  },
];

/** What LLVM's remarks about a loop that it didn't vectorise come to. */
export function explainMissed(remarks: readonly { message: string; facts: RemarkFacts }[]): Finding {
  for (const { when, say } of REMARKS) {
    const remark = remarks.find(({ message }) => when.test(message));
    if (remark !== undefined) return say(remark.facts);
  }
  const [first] = remarks;
  const words = first?.message.replace(/^loop not vectorized:?\s*/, "").split("\n")[0];
  return { text: words ? `LLVM says: ${words}` : "LLVM doesn't say why" };
}

/** What became of one copy of a loop. */
export type LoopOutcome =
  | {
      readonly kind: "vectorised";
      readonly width: string;
      readonly interleave: number;
      /** Floats that are added up in order. */
      readonly sums: readonly string[];
      /** Floats that are accumulated side by side. */
      readonly lanes: readonly string[];
      /** Through arrays. Vectors are for steps of one element where it isn't known how large they are. */
      readonly steps: "known" | "unknown";
    }
  | { readonly kind: "library"; readonly call: string }
  | { readonly kind: "unrolled"; readonly rounds: number; readonly vectors: boolean }
  | { readonly kind: "missed"; readonly why: Finding }
  | { readonly kind: "outer" }
  | { readonly kind: "gone" };

export function describeOutcome(outcome: LoopOutcome): Finding {
  switch (outcome.kind) {
    case "vectorised": {
      const { width, interleave, sums, lanes, steps } = outcome;
      // A scalable width is a multiple that the processor decides: `vscale x 4`.
      const both = Number(width) * interleave;
      const all = Number.isNaN(both) ? "" : `, ${both} ${both === 1 ? "iteration" : "iterations"} at a time`;
      const vectorised = steps === "known" ? "vectorised" : "vectorised where steps of unknown size are of one element";
      const at = `${vectorised}: width ${width} × interleave ${interleave}${all}`;
      if (lanes.length > 0) {
        return { text: `${at}; ${names(lanes)} ${lanes.length === 1 ? "is" : "are"} accumulated in lanes` };
      }
      if (sums.length === 0) return { text: at };
      return {
        text: `${at}; ${names(sums)} ${sums.length === 1 ? "is" : "are"} added up in order`,
        help: 'fastmath: ["reassoc"] would add up in vectors, too.',
      };
    }
    case "library":
      return { text: `done by ${outcome.call}, all at once` };
    case "unrolled": {
      if (outcome.rounds === 1) return { text: "unrolled: its one iteration stands alone" };
      return {
        text: `unrolled: its ${outcome.rounds} iterations stand one after the other${outcome.vectors ? ", in vectors where they fit" : ""}`,
      };
    }
    case "missed":
      return { ...outcome.why, text: `not vectorised: ${outcome.why.text}` };
    case "outer":
      return { text: "has loops inside; LLVM vectorises innermost loops" };
    case "gone":
      return { text: "no loop as it is written: LLVM has computed or removed it, or taken it apart at its branches" };
  }
}

/** Why a bounds check is left: the reasons of passes/explain-checks.ts, with their places as text. */
export type CheckText =
  | { readonly kind: "no-loop" | "call" | "array" | "budget" | "range" }
  | { readonly kind: "element"; readonly array: string; readonly at: string; readonly float: boolean }
  | { readonly kind: "uncounted"; readonly name: string; readonly line: number }
  | { readonly kind: "variable"; readonly name: string }
  | { readonly kind: "computed"; readonly at: string };

export function explainCheck(reason: CheckText): Finding {
  switch (reason.kind) {
    case "no-loop":
      return { text: "it stands outside of loops" };
    case "call":
      return { text: "its index comes from a call", help: "Compute the index in the loop." };
    case "array":
      return { text: "it may be another array in each iteration", help: "Choose the array before the loop." };
    case "budget":
      return {
        text: "the test before the loop would need more conditions, or more copies of the loop, than it is worth",
        help: "Split the loop, or make a kernel of its own of what is in it.",
      };
    case "range":
      return {
        text: "whether its index stays inside depends on the iteration",
        help: "Clamp it: Math.min(Math.max(i, 0), n - 1).",
      };
    case "element":
      if (reason.float) {
        return {
          text: `its index is computed from ${reason.at}, where any number may stand`,
          help: "Clamp it: Math.min(Math.max(k, 0), n - 1).",
        };
      }
      return {
        text: `its index comes out of \`${reason.array}\`, ${reason.at}, where any number may stand`,
        help: "Clamp it, Math.min(Math.max(k, 0), n - 1); or keep indices in a Uint8Array or Uint16Array, which need no check where the array has 256 or 65536 elements.",
      };
    case "uncounted":
      return {
        text: `\`${reason.name}\` changes in the loop at line ${reason.line}, of which it isn't known how often it runs`,
        help: "Count with for (let i = a; i < b; i++), or clamp the index.",
      };
    case "variable":
      return {
        text: `\`${reason.name}\` changes from iteration to iteration in a way that can't be followed`,
        help: "Compute the index from the loop's variable, or clamp it.",
      };
    case "computed":
      return {
        text: `its index is computed by ${reason.at}, and has no bounds that are known before the loop`,
        help: "Clamp it: Math.min(Math.max(i, 0), n - 1).",
      };
  }
}

/** Where a loop has been put, by the `order` that the IR has for it. */
const ORDERS = {
  rows: "along the rows, where these are long",
  tile: "in tiles, where lines are long",
  tiles: "in tiles, where lines are long",
  strip: "several columns side by side, where there are many",
} as const;

/** Headings and the sentences around them. */
export const REPORT = {
  loops: "Loops",
  noLoops: "no loops",
  checks: "Bounds checks left",
  noChecks: "none: all are proved, or tested before the loops",
  checksOff: "none: boundscheck is false",
  parallel: "Loops over prange",
  fallback: "the copy with checks, for when an index may be out of bounds",
  reordered: (order: keyof typeof ORDERS): string => ORDERS[order],
  notReordered: (orders: ReadonlySet<string>): string =>
    orders.has("strip") ? "where there are few" : "where they are short",
  overlapping: "arguments share memory",
  largeIntegers: "integers are beyond ±2^24, or not positive",
  inBackground: "In kernel.async",
  when: (what: readonly string[]): string => `In calls where ${what.join(" and ")}`,
  several: (count: number, of: number): string => `${count} of ${of} copies`,
  innermost: "in an innermost loop",
  inLoop: "in a loop around others",
} as const;
