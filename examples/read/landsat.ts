/**
 * Reads a Landsat 7 ETM+ scene: takes a path to a GeoTIFF of the six bands 1, 2, 3, 4, 5 and 7, gives the red and
 * near-infrared bands and where their pixels lie. Whatever the kernels can't work on is an InputError here.
 */
import { fromArrayBuffer, type GeoTIFFImage } from "geotiff";
import { InputError } from "../input-error.ts";
import type { Band } from "../kernels/ndvi.ts";
import type { GeoReference, Grid } from "./grid.ts";
import { readBytes } from "./open.ts";

const BANDS = ["1", "2", "3", "4", "5", "7"];
const EXPECTED = `a GeoTIFF of the ${BANDS.length} Landsat 7 bands ${BANDS.join(", ")}`;

export interface Scene {
  readonly grid: Grid;
  readonly place: GeoReference;
  /** Band 3. */
  readonly red: Band;
  /** Band 4. */
  readonly nir: Band;
}

export async function readLandsat(path: string): Promise<Scene> {
  const image = await openImage(path);
  const bands = image.getSamplesPerPixel();
  if (bands !== BANDS.length) {
    throw new InputError(path, `it has ${bands} band${bands === 1 ? "" : "s"}`, EXPECTED);
  }
  const place = readPlace(path, image);
  const grid = gridOf(image, place);
  return { grid, place, red: await readBand(path, image, "3"), nir: await readBand(path, image, "4") };
}

async function openImage(path: string): Promise<GeoTIFFImage> {
  const bytes = await readBytes(path, EXPECTED);
  const order = bytes.toString("latin1", 0, 2);
  if (order !== "II" && order !== "MM") throw new InputError(path, "this is not a TIFF file", EXPECTED);
  try {
    const tiff = await fromArrayBuffer(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
    return await tiff.getImage();
  } catch (error) {
    throw new InputError(path, `this TIFF file is damaged (${(error as Error).message})`, EXPECTED, error);
  }
}

function readPlace(path: string, image: GeoTIFFImage): GeoReference {
  let origin: number[];
  let resolution: number[];
  try {
    origin = image.getOrigin();
    resolution = image.getResolution();
  } catch (error) {
    throw new InputError(
      path,
      "it doesn't say where it lies on the map",
      "GeoTIFF's tags for origin and pixel size",
      error,
    );
  }
  const [left = 0, top = 0] = origin;
  const [pixelWidth = 1, pixelHeight = -1] = resolution;
  return { origin: [left, top], resolution: [pixelWidth, pixelHeight], keys: image.getGeoKeys() ?? {} };
}

function gridOf(
  image: GeoTIFFImage,
  { origin: [left, top], resolution: [pixelWidth, pixelHeight] }: GeoReference,
): Grid {
  return {
    width: image.getWidth(),
    height: image.getHeight(),
    x: (column) => left + (column + 0.5) * pixelWidth,
    y: (row) => top + (row + 0.5) * pixelHeight,
    coordinates: String(image.getGeoKeys()?.GTCitationGeoKey ?? "map units"),
  };
}

async function readBand(path: string, image: GeoTIFFImage, name: string): Promise<Band> {
  let pixels: unknown;
  try {
    [pixels] = (await image.readRasters({ samples: [BANDS.indexOf(name)] })) as unknown[];
  } catch (error) {
    throw new InputError(path, `band ${name} can't be decoded (${(error as Error).message})`, EXPECTED, error);
  }
  if (!isBand(pixels)) {
    const type = (pixels as object | undefined)?.constructor.name ?? "nothing";
    throw new InputError(path, `band ${name} is a ${type}`, "pixels of 8 or 16 bits, or floating-point ones");
  }
  checkPixels(path, name, pixels, image);
  return pixels;
}

function isBand(pixels: unknown): pixels is Band {
  return (
    pixels instanceof Uint8Array ||
    pixels instanceof Uint16Array ||
    pixels instanceof Int16Array ||
    pixels instanceof Float32Array ||
    pixels instanceof Float64Array
  );
}

/** A hole in the image would spread over every window that sees it, so it is an error and not a wrong result. */
function checkPixels(path: string, name: string, pixels: Band, image: GeoTIFFImage): void {
  const noData = image.getGDALNoData();
  let holes = 0;
  let first = 0;
  for (let i = pixels.length - 1; i >= 0; i--) {
    const v = pixels[i];
    if (Number.isFinite(v) && v !== noData) continue;
    holes++;
    first = i;
  }
  if (holes === 0) return;
  const width = image.getWidth();
  const what = Number.isFinite(pixels[first]) ? `no-data (${noData})` : String(pixels[first]);
  throw new InputError(
    path,
    `band ${name} has ${holes} pixel${holes === 1 ? "" : "s"} without a value, the first at column ${first % width}, row ${Math.floor(first / width)}: ${what}`,
    "a finite value in every pixel",
  );
}
