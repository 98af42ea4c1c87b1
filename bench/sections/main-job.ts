/** The main job's kernels against plain JS and against the same loops in C (bench/c/main-job.c). */

import { focalStats, focalStatsRunning } from "../../examples/kernels/focal.ts";
import { identity, identityFast, sumOfRoots, sumOfRootsFast } from "../../examples/kernels/loops.ts";
import { ndvi } from "../../examples/kernels/ndvi.ts";
import { anomaly, globalMean, unpack } from "../../examples/kernels/sea-surface.ts";
import { zScore } from "../../examples/kernels/z-score.ts";
import { C, type Comparison, compareAll, NJIT, PLAIN } from "../compare.ts";
import { loadNative, type NativeFunction } from "../native.ts";
import { seededRandom } from "../random.ts";
import type { Suite } from "../section.ts";

export const mainJob: Suite = {
  name: "main-job",
  about: "the kernels of `npm start` against plain JS and C",
  run: (options) =>
    compareAll(
      comparisons(options.quick ? 0.001 : 1, options.quick ? 40 : 1024),
      {
        name: "main-job",
        title: "The main job's kernels",
        notes: [
          "Medians of interleaved runs in one process, on the same arrays. C is compiled by the same LLVM with the same flags and `restrict` on every array; its `sin` and `cos` are the C library's.",
        ],
        variants: [PLAIN, NJIT, C],
      },
      options,
    ),
};

type Kernel<Args extends unknown[]> = ((...args: Args) => unknown) & {
  readonly jsFunction: (...args: Args) => unknown;
};

function compare<Args extends unknown[]>(
  label: string,
  kernel: Kernel<Args>,
  native: NativeFunction | undefined,
  args: Args,
  outputs: readonly ArrayBufferView[] = [],
): Comparison {
  if (native === undefined) throw new Error(`no C function for ${label}`);
  return {
    label,
    runs: {
      [PLAIN]: () => kernel.jsFunction(...args),
      [NJIT]: () => kernel(...args),
      [C]: () => native(...args),
    },
    outputs,
  };
}

/** The loops at `scale` of their lengths; the rasters `side` pixels square. */
function* comparisons(scale: number, side: number): Iterable<Comparison> {
  const c = loadNative("main-job.c");
  const fast = loadNative("main-job.c", { fastmath: true });
  const random = seededRandom(1);

  const x = Float64Array.from({ length: 20_000_000 * scale }, () => random() * 100);
  const half = x.subarray(0, x.length / 2);
  yield compare("sum of roots", sumOfRoots, c.sum_of_roots, [x]);
  yield compare("sum of roots, fastmath", sumOfRootsFast, fast.sum_of_roots, [x]);
  yield compare("cos² + sin²", identity, c.identity, [half]);
  yield compare("cos² + sin², fastmath", identityFast, fast.identity, [half]);

  const size = side * side;
  const nir = Uint8Array.from({ length: size }, () => random() * 256);
  const red = Uint8Array.from({ length: size }, () => random() * 256);
  const [index, mean, deviation, out] = [0, 1, 2, 3].map(() => new Float32Array(size));
  yield compare("NDVI", ndvi, c.ndvi, [nir, red, index], [index]);
  const focal = [index, side, side, 7, mean, deviation] satisfies Parameters<typeof focalStats>;
  yield compare("focal statistics", focalStats, c.focal_stats, focal, [mean, deviation]);
  yield compare("focal statistics, running", focalStatsRunning, c.focal_stats_running, focal, [mean, deviation]);
  yield compare("z-score", zScore, c.z_score, [index, mean, deviation, out], [out]);

  const packed = Int16Array.from({ length: size }, () => (random() < 0.3 ? -999 : random() * 3000));
  yield compare("unpack", unpack, c.unpack, [packed, 0.01, 0, -999, out], [out]);
  yield compare("anomaly", anomaly, c.anomaly, [out, mean, deviation], [deviation]);
  const latitudes = Float64Array.from({ length: side }, (_, i) => ((i + 0.5) / side) * 180 - 90);
  yield compare("mean of the globe", globalMean, c.global_mean, [out, latitudes]);
}
