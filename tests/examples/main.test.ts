import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { decode } from "fast-png";
import { Folder } from "./rasters.ts";
import { runMain } from "./run-main.ts";

const folder = new Folder();
after(() => folder.remove());

test("the main job: tables, hottest anomalies with their coordinates, six heat maps", () => {
  const { status, stdout, stderr } = runMain(["--out", folder.path]);
  assert.equal(status, 0, stderr);
  for (const word of ["plain JS", "njit", "fastmath", "speed-up", "median", "min"])
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
});
