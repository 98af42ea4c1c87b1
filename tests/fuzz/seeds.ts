/** Which random program a seed stands for. */
import { generateProgram } from "./generate.ts";
import { generateIntegers } from "./integers.ts";
import { generateLifetimes } from "./lifetimes.ts";
import { generateLongLoops } from "./long-loops.ts";
import { generateObjects } from "./objects.ts";
import type { Node } from "./program.ts";
import { generateRecords } from "./records.ts";
import { generateRecurrences } from "./recurrences.ts";
import { restartNames } from "./scope.ts";

/**
 * Of so many programs one is of lifetimes.ts, one of integers.ts, one of recurrences.ts, one of objects.ts, one of long-loops.ts
 * and one of records.ts.
 */
const ROUND = 9;

export function programOf(seed: number): Node {
  switch (seed % ROUND) {
    case 0:
      return generateLifetimes(seed);
    case 3:
      return generateIntegers(seed);
    case 5:
      return generateRecurrences(seed);
    case 6:
      return generateObjects(seed);
    case 7:
      return generateLongLoops(seed);
    case 8:
      return generateRecords(seed);
    default:
      restartNames();
      return generateProgram(seed);
  }
}
