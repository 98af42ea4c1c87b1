/** Bad input to the examples: each has its message, which names the file, what is wrong and what was expected. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { InputError } from "../../examples/input-error.ts";
import { readLandsat } from "../../examples/read/landsat.ts";
import { readSeaSurface } from "../../examples/read/sea-surface.ts";
import { Folder, renamed, SCENE, SST } from "./rasters.ts";
import { runMain } from "./run-main.ts";

const folder = new Folder();
after(() => folder.remove());

const SIX = "a GeoTIFF of the 6 Landsat 7 bands 1, 2, 3, 4, 5, 7";
const FOUR = "a NetCDF-3 file with the variables lon, lat, sst and anom";

async function rejects(read: Promise<unknown>, message: string): Promise<void> {
  await assert.rejects(read, (error) => {
    assert.ok(error instanceof InputError, String(error));
    assert.equal(error.message, message);
    return true;
  });
}

test("the scene is there", async () => {
  const missing = join(folder.path, "none.tif");
  await rejects(readLandsat(missing), `${missing}: there is no such file; expected ${SIX}`);
  await rejects(readLandsat(folder.path), `${folder.path}: this is a directory; expected ${SIX}`);
  const empty = folder.write("empty.tif", "");
  await rejects(readLandsat(empty), `${empty}: the file is empty; expected ${SIX}`);
});

test("the scene is a TIFF, whole", async () => {
  const text = folder.write("text.tif", "not a picture at all");
  await rejects(readLandsat(text), `${text}: this is not a TIFF file; expected ${SIX}`);
  const bytes = readFileSync(SCENE);
  for (const length of [4, 100, 3000, 400_000]) {
    const cut = folder.write("cut.tif", bytes.subarray(0, length));
    await assert.rejects(readLandsat(cut), (error) => {
      assert.ok(error instanceof InputError, String(error));
      assert.match(
        error.message,
        /cut\.tif: (this TIFF file is damaged|band \d can't be decoded|it doesn't say where)/,
      );
      return true;
    });
  }
});

test("the scene has Landsat's six bands", async () => {
  const one = await folder.writeTiff("one.tif", 1, () => {});
  await rejects(readLandsat(one), `${one}: it has 1 band; expected ${SIX}`);
  const seven = await folder.writeTiff("seven.tif", 7, () => {});
  await rejects(readLandsat(seven), `${seven}: it has 7 bands; expected ${SIX}`);
});

test("every pixel of the scene has a value", async () => {
  const nan = await folder.writeTiff("nan.tif", 6, (pixels) => {
    pixels[(1 * 7 + 3) * 6 + 2] = Number.NaN;
    pixels[(4 * 7 + 6) * 6 + 2] = Number.NaN;
  });
  await rejects(
    readLandsat(nan),
    `${nan}: band 3 has 2 pixels without a value, the first at column 3, row 1: NaN; expected a finite value in every pixel`,
  );
  const hole = await folder.writeTiff(
    "hole.tif",
    6,
    (pixels) => {
      pixels[3] = -9999;
    },
    { GDAL_NODATA: "-9999" },
  );
  await rejects(
    readLandsat(hole),
    `${hole}: band 4 has 1 pixel without a value, the first at column 0, row 0: no-data (-9999); expected a finite value in every pixel`,
  );
  // Bands that the examples don't use may have holes.
  const other = await folder.writeTiff("other.tif", 6, (pixels) => {
    pixels[0] = Number.NaN;
  });
  assert.equal((await readLandsat(other)).red.length, 35);
});

test("the scene's pixels are where the file says", async () => {
  const { grid, red, nir } = await readLandsat(SCENE);
  assert.deepEqual([grid.width, grid.height, red.length, nir.length], [349, 352, 349 * 352, 349 * 352]);
  assert.equal(grid.coordinates, "SIRGAS 2000 / UTM zone 25S");
  // The centre of the first pixel: half of 28.5 m in from the corner.
  assert.ok(Math.abs(grid.x(0) - (288776.25 + 14.25)) < 0.01);
  assert.ok(Math.abs(grid.y(0) - (9120760.75 - 14.25)) < 0.01);
});

test("the sea's temperatures are there, and in a NetCDF-3 file", async () => {
  const missing = join(folder.path, "none.nc");
  await rejects(readSeaSurface(missing), `${missing}: there is no such file; expected ${FOUR}`);
  const text = folder.write("text.nc", "HDF");
  await rejects(readSeaSurface(text), `${text}: this is not a NetCDF-3 file; expected ${FOUR}`);
  const bytes = readFileSync(SST);
  for (const length of [3, 60, 900, 60_000]) {
    const cut = folder.write("cut.nc", bytes.subarray(0, length));
    await assert.rejects(readSeaSurface(cut), InputError);
  }
});

test("the sea's grid, date and values are the file's", async () => {
  const { grid, latitudes, date, temperature, climatology } = await readSeaSurface(SST);
  assert.deepEqual([grid.width, grid.height, latitudes[0], latitudes[89]], [180, 90, -89, 89]);
  assert.equal(date, "1981-12-31");
  assert.equal(temperature.missing, -999);
  const missing = (values: Int16Array) => values.filter((v) => v === -999).length;
  assert.deepEqual([missing(temperature.values), missing(climatology.values)], [180 * 90 - 11_752, 180 * 90 - 11_752]);
});

test("the sea's variables have their names", async () => {
  const path = folder.write("renamed.nc", renamed(SST, "anom", "mona"));
  await rejects(readSeaSurface(path), `${path}: it has no variable anom; expected ${FOUR}`);
});

test("bad input ends the program with its message and exit code 1", () => {
  const missing = join(folder.path, "none.tif");
  const scene = runMain(["--scene", missing, "--out", folder.path]);
  assert.deepEqual([scene.status, scene.stdout], [1, ""]);
  assert.equal(scene.stderr, `${missing}: there is no such file; expected ${SIX}\n`);
  const sst = runMain(["--sst", SCENE, "--out", folder.path]);
  assert.deepEqual([sst.status, sst.stdout], [1, ""]);
  assert.equal(sst.stderr, `${SCENE}: this is not a NetCDF-3 file; expected ${FOUR}\n`);
});
