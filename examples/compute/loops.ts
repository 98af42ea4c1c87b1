import type { MeasureOptions } from "../../bench/measure.ts";
import { seededRandom } from "../../bench/random.ts";
import {
  identity,
  identityFast,
  identityParallel,
  sumOfRoots,
  sumOfRootsFast,
  sumOfRootsParallel,
} from "../kernels/loops.ts";
import { FAST, NJIT, PARALLEL, type TimingRow, timeReduction } from "./timing.ts";

/** The two loops over random numbers in [0, 100), at `scale` of their full lengths. */
export function timeLoops(scale: number, options: MeasureOptions): TimingRow[] {
  const random = seededRandom(1);
  const x = Float64Array.from({ length: 20_000_000 * scale }, () => random() * 100);
  const half = x.subarray(0, x.length / 2);
  return [
    timeReduction(
      `s += sqrt(x[i]) · 2 + 1, ${x.length.toLocaleString("en")} elements`,
      { [NJIT]: sumOfRoots, [FAST]: sumOfRootsFast, [PARALLEL]: sumOfRootsParallel },
      [x],
      options,
    ),
    timeReduction(
      `cos²x + sin²x, ${half.length.toLocaleString("en")} elements`,
      { [NJIT]: identity, [FAST]: identityFast, [PARALLEL]: identityParallel },
      [half],
      options,
    ),
  ];
}
