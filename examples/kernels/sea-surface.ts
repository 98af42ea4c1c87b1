/** Sea-surface temperatures: from packed integers to degrees, and against the climatology. Missing is NaN. */
import { njit, prange } from "../../src/index.ts";

/** value = packed · scale + offset. Returns how many values are there. */
export const unpack = njit(
  (packed: Int16Array, scale: number, offset: number, missing: number, out: Float32Array): number => {
    let present = 0;
    for (let i = 0; i < out.length; i++) {
      if (packed[i] === missing) {
        out[i] = Number.NaN;
      } else {
        out[i] = packed[i] * scale + offset;
        present++;
      }
    }
    return present;
  },
);

/** Missing in either is missing in the anomaly: NaN − x and x − NaN are NaN. */
export const anomaly = njit((temperature: Float32Array, climatology: Float32Array, out: Float32Array): void => {
  for (let i = 0; i < out.length; i++) {
    out[i] = temperature[i] - climatology[i];
  }
});

/** The mean over a grid of latitudes and longitudes, each row weighted by its area on the globe; missing values left out. */
export const globalMean = njit((values: Float32Array, latitudes: Float64Array): number => {
  const width = values.length / latitudes.length;
  let sum = 0;
  let area = 0;
  for (let y = 0; y < latitudes.length; y++) {
    const weight = Math.cos((latitudes[y] * Math.PI) / 180);
    for (let x = 0; x < width; x++) {
      const v = values[y * width + x];
      if (!Number.isNaN(v)) {
        sum += v * weight;
        area += weight;
      }
    }
  }
  return sum / area;
});

// The same on all cores.

export const unpackParallel = njit(
  (packed: Int16Array, scale: number, offset: number, missing: number, out: Float32Array): number => {
    let present = 0;
    for (const i of prange(out.length)) {
      if (packed[i] === missing) {
        out[i] = Number.NaN;
      } else {
        out[i] = packed[i] * scale + offset;
        present++;
      }
    }
    return present;
  },
  { parallel: true },
);

export const anomalyParallel = njit(
  (temperature: Float32Array, climatology: Float32Array, out: Float32Array): void => {
    for (const i of prange(out.length)) {
      out[i] = temperature[i] - climatology[i];
    }
  },
  { parallel: true },
);

export const globalMeanParallel = njit(
  (values: Float32Array, latitudes: Float64Array): number => {
    const width = values.length / latitudes.length;
    let sum = 0;
    let area = 0;
    for (const y of prange(latitudes.length)) {
      const weight = Math.cos((latitudes[y] * Math.PI) / 180);
      for (let x = 0; x < width; x++) {
        const v = values[y * width + x];
        if (!Number.isNaN(v)) {
          sum += v * weight;
          area += weight;
        }
      }
    }
    return sum / area;
  },
  { parallel: true },
);
