/** Which heat maps the examples draw, and how: titles, colours, ranges. */
import type { SeaSurfaceAnomaly } from "./compute/sea-surface.ts";
import { RADIUS, type Vegetation } from "./compute/vegetation.ts";
import type { Grid } from "./read/grid.ts";
import type { SeaSurface } from "./read/sea-surface.ts";
import { blueRed, brownGreen, inferno, viridis } from "./render/colour-map.ts";
import type { HeatMap } from "./render/heat-map.ts";
import { quantile } from "./render/ticks.ts";

/** By the file's name, without its extension. */
export type Maps = Readonly<Record<string, HeatMap>>;

const WINDOW = `${2 * RADIUS + 1} × ${2 * RADIUS + 1} pixels`;

export function vegetationMaps(grid: Grid, vegetation: Vegetation, hottest: readonly number[]): Maps {
  const base = { grid, zoom: 2, axis: { divisor: 1000, suffix: " km", step: 2 }, unit: "" };
  const { index, mean, deviation, anomaly } = vegetation;
  const range = [quantile(index, 0.005), quantile(index, 0.995)] as const;
  return {
    ndvi: {
      ...base,
      title: "Vegetation index (NDVI)",
      subtitle: `Landsat 7 bands 4 and 3, ${grid.coordinates}`,
      values: index,
      colours: viridis,
      range,
    },
    "ndvi-focal-mean": {
      ...base,
      title: "NDVI, focal mean",
      subtitle: `over ${WINDOW} around each`,
      values: mean,
      colours: viridis,
      range,
    },
    "ndvi-focal-deviation": {
      ...base,
      title: "NDVI, focal standard deviation",
      subtitle: `over ${WINDOW} around each`,
      values: deviation,
      colours: inferno,
      range: [0, quantile(deviation, 0.995)],
    },
    "ndvi-anomaly": {
      ...base,
      title: "NDVI anomaly",
      subtitle: `z-score against ${WINDOW} around each; rings: the hottest on land`,
      values: anomaly,
      colours: brownGreen,
      range: symmetric(anomaly, 0.995),
      unit: "z",
      marks: hottest,
    },
  };
}

export function seaSurfaceMaps({ grid, date }: SeaSurface, sea: SeaSurfaceAnomaly, hottest: readonly number[]): Maps {
  const when = date === undefined ? "" : `, ${date}`;
  const base = { grid, zoom: 5, axis: { divisor: 1, suffix: "°", step: 30 }, unit: "°C" };
  return {
    sst: {
      ...base,
      title: "Sea-surface temperature",
      subtitle: `AVHRR optimum interpolation${when}`,
      values: sea.temperature,
      colours: inferno,
      range: [quantile(sea.temperature, 0), quantile(sea.temperature, 1)],
    },
    "sst-anomaly": {
      ...base,
      title: "Sea-surface temperature anomaly",
      subtitle: `against the climatology${when}; rings: the hottest`,
      values: sea.anomaly,
      colours: blueRed,
      range: symmetric(sea.anomaly, 0.998),
      marks: hottest,
    },
  };
}

/** Zero in the middle of the colours; the fraction `q` of the values within the range. */
function symmetric(values: Float32Array, q: number): readonly [number, number] {
  const reach = quantile(values.map(Math.abs), q);
  return [-reach, reach];
}
