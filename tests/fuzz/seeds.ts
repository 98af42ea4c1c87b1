/** Which random program a seed stands for. */
import { generateProgram } from "./generate.ts";
import { generateIntegers } from "./integers.ts";
import { generateLifetimes } from "./lifetimes.ts";
import type { Node } from "./program.ts";
import { restartNames } from "./scope.ts";

/** Of so many programs one is of lifetimes.ts and one of integers.ts. */
const ROUND = 8;

export function programOf(seed: number): Node {
  switch (seed % ROUND) {
    case 0:
      return generateLifetimes(seed);
    case 3:
      return generateIntegers(seed);
    default:
      restartNames();
      return generateProgram(seed);
  }
}
