import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { decode } from "fast-png";
import { fromArrayBuffer } from "geotiff";
import { Folder, SCENE } from "./rasters.ts";
import { runMain } from "./run-main.ts";

const folder = new Folder();
after(() => folder.remove());

test("the main job: tables, hottest anomalies with their coordinates, six heat maps, two GeoTIFFs", async () => {
  const { status, stdout, stderr } = runMain(["--out", folder.path]);
  assert.equal(status, 0, stderr);
  for (const word of ["plain JS", "njit", "fastmath", "njit parallel", "speed-up", "median", "min"])
    assert.ok(stdout.includes(word), word);
  // The greatest NDVI anomaly, by column and row, easting and northing, and z-score.
  assert.match(stdout, /1 .* 251, 42 .* 295944 .* 9119550 .* 6\.35 /);
  // The hottest sea, by longitude and latitude.
  assert.match(stdout, /1 .* 206 .* -79 .* 1\.32 .* -1\.67 .* 2\.99 /);
  for (const name of ["ndvi", "ndvi-focal-mean", "ndvi-focal-deviation", "ndvi-anomaly", "sst", "sst-anomaly"]) {
    const path = join(folder.path, `${name}.png`);
    assert.ok(stdout.includes(`${name}.png`));
    const { width, height, channels } = decode(readFileSync(path));
    assert.ok(width > 800 && height > 500 && channels === 3);
  }
  // The GeoTIFFs lie where the scene does, and hold what the table says.
  const open = async (path: string) => {
    const bytes = readFileSync(path);
    return (await fromArrayBuffer(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length))).getImage();
  };
  const scene = await open(SCENE);
  for (const [name, expected] of [
    ["ndvi", 0.383],
    ["ndvi-anomaly", 6.35],
  ] as const) {
    const image = await open(join(folder.path, `${name}.tif`));
    assert.deepEqual(image.getBoundingBox(), scene.getBoundingBox());
    assert.equal(image.getGeoKeys()?.ProjectedCSTypeGeoKey, scene.getGeoKeys()?.ProjectedCSTypeGeoKey);
    const [values] = (await image.readRasters()) as unknown as [Float32Array];
    assert.ok(values instanceof Float32Array);
    assert.ok(Math.abs((values[42 * image.getWidth() + 251] ?? 0) - expected) < 0.005);
  }
});
