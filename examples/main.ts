/**
 * The examples: two long loops; the vegetation of a Landsat scene and what stands out in it; the temperature of the sea
 * against its climatology. Reads, computes, draws heat maps, and reports how long each kernel took against plain JS.
 */
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { Command } from "commander";
import { findHottest } from "./compute/hottest.ts";
import { timeLoops } from "./compute/loops.ts";
import { computeSeaSurface } from "./compute/sea-surface.ts";
import { computeVegetation } from "./compute/vegetation.ts";
import { InputError } from "./input-error.ts";
import { type Maps, seaSurfaceMaps, vegetationMaps } from "./maps.ts";
import { readLandsat, type Scene } from "./read/landsat.ts";
import { readSeaSurface, type SeaSurface } from "./read/sea-surface.ts";
import { writeGeoTiff } from "./render/geotiff.ts";
import { drawHeatMap } from "./render/heat-map.ts";
import { writePng } from "./render/png.ts";
import { hottestTable, timingTable } from "./report/tables.ts";

const HOTTEST = 8;

interface Options {
  readonly scene: string;
  readonly sst: string;
  readonly out: string;
  readonly quick?: boolean;
}

async function main(options: Options): Promise<void> {
  // Both inputs first: a bad one is reported at once, not after the loops.
  const scene = await readLandsat(options.scene);
  const sea = await readSeaSurface(options.sst);
  const measuring = options.quick === true ? { runs: 1, warmups: 1, sampleMs: 0 } : { runs: 9 };

  print(timingTable("Loops", timeLoops(options.quick === true ? 0.001 : 1, measuring)));
  await runVegetation(scene, options, measuring);
  await runSeaSurface(sea, options, measuring);
}

type Measuring = Parameters<typeof timeLoops>[1];

async function runVegetation(scene: Scene, options: Options, measuring: Measuring): Promise<void> {
  const { grid, place } = scene;
  const vegetation = computeVegetation(scene, measuring);
  const hottest = findHottest(vegetation.onLand, grid, HOTTEST, 15);
  print(timingTable(`Landsat scene, ${grid.width} × ${grid.height} pixels`, vegetation.timings));
  print(`Hottest NDVI anomalies on land (${grid.coordinates})`);
  print(
    hottestTable(hottest, grid, { x: "easting", y: "northing", decimals: 0 }, [
      { heading: "NDVI", values: vegetation.index, decimals: 3 },
      { heading: "focal mean", values: vegetation.mean, decimals: 3 },
      { heading: "deviation", values: vegetation.deviation, decimals: 3 },
      { heading: "z-score", values: vegetation.anomaly, decimals: 2 },
    ]),
  );
  await writeMaps(options.out, vegetationMaps(grid, vegetation, hottest));
  const paths: string[] = [];
  for (const [name, values] of [
    ["ndvi", vegetation.index],
    ["ndvi-anomaly", vegetation.anomaly],
  ] as const) {
    const path = join(options.out, `${name}.tif`);
    await writeGeoTiff(path, values, grid.width, place);
    paths.push(relative(process.cwd(), path));
  }
  print(`The numbers as GeoTIFFs: ${paths.join(", ")}\n`);
}

async function runSeaSurface(input: SeaSurface, options: Options, measuring: Measuring): Promise<void> {
  const { grid } = input;
  const sea = computeSeaSurface(input, measuring);
  const hottest = findHottest(sea.anomaly, grid, HOTTEST, 5);
  print(timingTable(`Sea surface, ${grid.width} × ${grid.height} points`, sea.timings));
  print(
    `Hottest sea-surface anomalies (${grid.coordinates}); the mean of ${sea.present.toLocaleString("en")} points is ${sea.globalMean.toFixed(2)} °C`,
  );
  print(
    hottestTable(hottest, grid, { x: "longitude", y: "latitude", decimals: 0 }, [
      { heading: "temperature °C", values: sea.temperature, decimals: 2 },
      { heading: "climatology °C", values: sea.climatology, decimals: 2 },
      { heading: "anomaly °C", values: sea.anomaly, decimals: 2 },
    ]),
  );
  await writeMaps(options.out, seaSurfaceMaps(input, sea, hottest));
}

async function writeMaps(folder: string, maps: Maps): Promise<void> {
  const paths: string[] = [];
  for (const [name, map] of Object.entries(maps)) {
    const path = join(folder, `${name}.png`);
    await writePng(path, drawHeatMap(map));
    paths.push(relative(process.cwd(), path));
  }
  print(`Heat maps: ${paths.join(", ")}`);
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const command = new Command("npm start --")
  .description("Two long loops, a Landsat scene's vegetation, and the sea's temperature: kernels against plain JS.")
  .option("--scene <file>", "Landsat 7 scene, a GeoTIFF of the bands 1, 2, 3, 4, 5, 7", join(root, "data/L7_ETMs.tif"))
  .option("--sst <file>", "sea-surface temperatures, NetCDF-3", join(root, "data/avhrr_sst_reduced.nc"))
  .option("--out <folder>", "where the heat maps and GeoTIFFs go", join(root, "out"))
  .option("--quick", "a thousandth of the loops, each kernel measured once")
  .allowExcessArguments(false)
  .parse();

// A reader that has seen enough, such as `head`, is no error.
process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 1));

try {
  await main(command.opts<Options>());
} catch (error) {
  if (!(error instanceof InputError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
