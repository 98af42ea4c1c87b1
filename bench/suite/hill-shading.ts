/** Light and shadow on a model of the terrain (Horn's gradient), for a sun given by its height and direction; 0 to 255. */
import { njit, prange } from "../../src/index.ts";
import { define, near, sample } from "./benchmark.ts";
import { clamped, picture, sides } from "./image.ts";

export const hillShading = define({
  name: "hill-shading",
  group: "pixels",
  kernel: njit(
    (
      heights: Float32Array,
      width: number,
      height: number,
      cell: number,
      altitude: number,
      azimuth: number,
      out: Uint8Array,
    ): void => {
      const zenith = Math.PI / 2 - altitude;
      const sinZenith = Math.sin(zenith);
      const cosZenith = Math.cos(zenith);
      const towards = (2.5 * Math.PI - azimuth) % (2 * Math.PI);
      for (let y = 0; y < height; y++) {
        const above = Math.max(y - 1, 0) * width;
        const row = y * width;
        const below = Math.min(y + 1, height - 1) * width;
        for (let x = 0; x < width; x++) {
          const left = Math.max(x - 1, 0);
          const right = Math.min(x + 1, width - 1);
          const east = heights[above + right] + 2 * heights[row + right] + heights[below + right];
          const west = heights[above + left] + 2 * heights[row + left] + heights[below + left];
          const south = heights[below + left] + 2 * heights[below + x] + heights[below + right];
          const north = heights[above + left] + 2 * heights[above + x] + heights[above + right];
          const dx = (east - west) / (8 * cell);
          const dy = (south - north) / (8 * cell);
          const slope = Math.atan(Math.sqrt(dx * dx + dy * dy));
          const aspect = Math.atan2(dy, -dx);
          const light = cosZenith * Math.cos(slope) + sinZenith * Math.sin(slope) * Math.cos(towards - aspect);
          out[row + x] = light > 0 ? Math.round(255 * light) : 0;
        }
      }
    },
  ),
  parallel: njit(
    (
      heights: Float32Array,
      width: number,
      height: number,
      cell: number,
      altitude: number,
      azimuth: number,
      out: Uint8Array,
    ): void => {
      const zenith = Math.PI / 2 - altitude;
      const sinZenith = Math.sin(zenith);
      const cosZenith = Math.cos(zenith);
      const towards = (2.5 * Math.PI - azimuth) % (2 * Math.PI);
      for (const y of prange(height)) {
        const above = Math.max(y - 1, 0) * width;
        const row = y * width;
        const below = Math.min(y + 1, height - 1) * width;
        for (let x = 0; x < width; x++) {
          const left = Math.max(x - 1, 0);
          const right = Math.min(x + 1, width - 1);
          const east = heights[above + right] + 2 * heights[row + right] + heights[below + right];
          const west = heights[above + left] + 2 * heights[row + left] + heights[below + left];
          const south = heights[below + left] + 2 * heights[below + x] + heights[below + right];
          const north = heights[above + left] + 2 * heights[above + x] + heights[above + right];
          const dx = (east - west) / (8 * cell);
          const dy = (south - north) / (8 * cell);
          const slope = Math.atan(Math.sqrt(dx * dx + dy * dy));
          const aspect = Math.atan2(dy, -dx);
          const light = cosZenith * Math.cos(slope) + sinZenith * Math.sin(slope) * Math.cos(towards - aspect);
          out[row + x] = light > 0 ? Math.round(255 * light) : 0;
        }
      }
    },
    { parallel: true },
  ),
  inputs(size) {
    const [width, height] = sides(size, 900, 700);
    const terrain = picture(width, height, 1);
    return [terrain, width, height, 28.5, Math.PI / 4, (315 / 180) * Math.PI, new Uint8Array(width * height)];
  },
  /** The cosine between the surface's normal and the sun, as vectors: east, north, up. */
  check([heights, width, , cell, altitude, azimuth, out]) {
    const sun = [Math.sin(azimuth) * Math.cos(altitude), Math.cos(azimuth) * Math.cos(altitude), Math.sin(altitude)];
    for (const p of sample(out.length)) {
      const at = (dx: number, dy: number) => clamped(heights, width, (p % width) + dx, Math.floor(p / width) + dy);
      const east = (at(1, -1) - at(-1, -1) + 2 * (at(1, 0) - at(-1, 0)) + at(1, 1) - at(-1, 1)) / (8 * cell);
      const north = (at(-1, -1) - at(-1, 1) + 2 * (at(0, -1) - at(0, 1)) + at(1, -1) - at(1, 1)) / (8 * cell);
      const light = (sun[2] - east * sun[0] - north * sun[1]) / Math.hypot(east, north, 1);
      near(out[p], Math.max(0, 255 * light), 0.5 + 1e-6, `out[${p}]`);
    }
  },
});
