import { njit, prange } from "../../src/index.ts";

/** What a band of a satellite image may be stored as; each is a specialisation of its own. */
export type Band = Uint8Array | Uint16Array | Int16Array | Float32Array | Float64Array;

/**
 * The normalised difference vegetation index, (nir − red) / (nir + red): −1 over water to 1 over dense leaves.
 * A pixel with no light in either band is 0, not 0 / 0.
 */
export const ndvi = njit((nir: Band, red: Band, out: Float32Array): void => {
  for (let i = 0; i < out.length; i++) {
    const sum = nir[i] + red[i];
    out[i] = sum === 0 ? 0 : (nir[i] - red[i]) / sum;
  }
});

/** The same on all cores. */
export const ndviParallel = njit(
  (nir: Band, red: Band, out: Float32Array): void => {
    for (const i of prange(out.length)) {
      const sum = nir[i] + red[i];
      out[i] = sum === 0 ? 0 : (nir[i] - red[i]) / sum;
    }
  },
  { parallel: true },
);
