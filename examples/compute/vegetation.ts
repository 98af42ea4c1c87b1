/** From a Landsat scene to its vegetation index and how far each pixel stands out of its surroundings, timed on the way. */
import type { MeasureOptions } from "../../bench/measure.ts";
import { focalStats, focalStatsParallel, focalStatsRunning } from "../kernels/focal.ts";
import { ndvi, ndviParallel } from "../kernels/ndvi.ts";
import { zScore, zScoreParallel } from "../kernels/z-score.ts";
import type { Scene } from "../read/landsat.ts";
import { NJIT, PARALLEL, type TimingRow, timeMap } from "./timing.ts";

/** 15 × 15 pixels, 430 m: wide enough to see a field's surroundings, narrow enough to stay within them. */
export const RADIUS = 7;

/**
 * Where the mean around a pixel is below, there is water. Its index is nearly flat, and any speck of noise stands out of it by
 * many standard deviations.
 */
const WATER = -0.4;

export interface Vegetation {
  readonly index: Float32Array;
  readonly mean: Float32Array;
  readonly deviation: Float32Array;
  readonly anomaly: Float32Array;
  /** The anomaly on land, NaN on water. */
  readonly onLand: Float32Array;
  readonly timings: readonly TimingRow[];
}

export function computeVegetation(scene: Scene, options: MeasureOptions): Vegetation {
  const { grid, nir, red } = scene;
  const { width, height } = grid;
  const raster = () => new Float32Array(width * height);
  const index = raster();
  const mean = raster();
  const deviation = raster();
  const anomaly = raster();
  const window = `${2 * RADIUS + 1} × ${2 * RADIUS + 1} window`;
  const timings = [
    timeMap("NDVI", { [NJIT]: ndvi, [PARALLEL]: ndviParallel }, [nir, red, index], [index], options),
    timeMap(
      `focal mean and deviation, ${window}, running sums`,
      // Each row goes on from the one above.
      { [NJIT]: focalStatsRunning },
      [index, width, height, RADIUS, mean, deviation],
      [mean, deviation],
      options,
    ),
    // Last, so that the anomaly is taken against the statistics as defined.
    timeMap(
      `focal mean and deviation, ${window}`,
      { [NJIT]: focalStats, [PARALLEL]: focalStatsParallel },
      [index, width, height, RADIUS, mean, deviation],
      [mean, deviation],
      options,
    ),
    timeMap(
      "z-score anomaly",
      { [NJIT]: zScore, [PARALLEL]: zScoreParallel },
      [index, mean, deviation, anomaly],
      [anomaly],
      options,
    ),
  ];
  const onLand = anomaly.map((z, i) => (mean[i] < WATER ? Number.NaN : z));
  return { index, mean, deviation, anomaly, onLand, timings };
}
