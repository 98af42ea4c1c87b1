/** Writes a raster of numbers as a GeoTIFF that lies where its scene lies, for QGIS and its kin. */
import { writeFile } from "node:fs/promises";
import { writeArrayBuffer } from "geotiff";
import type { GeoReference } from "../read/grid.ts";

export async function writeGeoTiff(
  path: string,
  values: Float32Array,
  width: number,
  place: GeoReference,
): Promise<void> {
  const [left, top] = place.origin;
  const [pixelWidth, pixelHeight] = place.resolution;
  const bytes = writeArrayBuffer(values, {
    ...place.keys,
    width,
    height: values.length / width,
    ModelPixelScale: [pixelWidth, -pixelHeight, 0],
    ModelTiepoint: [0, 0, 0, left, top, 0],
  });
  await writeFile(path, new Uint8Array(bytes));
}
