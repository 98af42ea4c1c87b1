/** From packed temperatures to degrees and their anomaly against the climatology, timed on the way. */
import type { MeasureOptions } from "../../bench/measure.ts";
import {
  anomaly,
  anomalyParallel,
  globalMean,
  globalMeanParallel,
  unpack,
  unpackParallel,
} from "../kernels/sea-surface.ts";
import type { Packed, SeaSurface } from "../read/sea-surface.ts";
import { NJIT, PARALLEL, type TimingRow, timeMap, timeReduction } from "./timing.ts";

export interface SeaSurfaceAnomaly {
  readonly temperature: Float32Array;
  readonly climatology: Float32Array;
  readonly anomaly: Float32Array;
  /** Weighted by area, in degrees. */
  readonly globalMean: number;
  /** How many grid points have a temperature. */
  readonly present: number;
  readonly timings: readonly TimingRow[];
}

export function computeSeaSurface(sea: SeaSurface, options: MeasureOptions): SeaSurfaceAnomaly {
  const size = sea.grid.width * sea.grid.height;
  const temperature = new Float32Array(size);
  const climatology = new Float32Array(size);
  const difference = new Float32Array(size);
  const timings = [
    timeMap(
      "unpack sea-surface temperature",
      { [NJIT]: unpack, [PARALLEL]: unpackParallel },
      unpackArguments(sea.temperature, temperature),
      [temperature],
      options,
    ),
  ];
  const present = unpack(...unpackArguments(sea.temperature, temperature));
  unpack(...unpackArguments(sea.climatology, climatology));
  timings.push(
    timeMap(
      "anomaly against climatology",
      { [NJIT]: anomaly, [PARALLEL]: anomalyParallel },
      [temperature, climatology, difference],
      [difference],
      options,
    ),
    timeReduction(
      "mean anomaly of the globe",
      { [NJIT]: globalMean, [PARALLEL]: globalMeanParallel },
      [difference, sea.latitudes],
      options,
    ),
  );
  return {
    temperature,
    climatology,
    anomaly: difference,
    globalMean: globalMean(difference, sea.latitudes),
    present,
    timings,
  };
}

function unpackArguments(packed: Packed, out: Float32Array): Parameters<typeof unpack> {
  return [packed.values, packed.scale, packed.offset, packed.missing, out];
}
