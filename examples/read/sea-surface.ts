/**
 * Reads daily sea-surface temperatures: takes a path to a NetCDF-3 file with `sst` and `anom` (its anomaly against the
 * climatology) over `lat` and `lon`, gives both fields as the file packs them. The climatology itself isn't in such
 * files; it is what the anomaly was taken against, `sst − anom`.
 */
import { NetCDFReader } from "netcdfjs";
import { InputError } from "../input-error.ts";
import type { Grid } from "./grid.ts";
import { readBytes } from "./open.ts";

const EXPECTED = "a NetCDF-3 file with the variables lon, lat, sst and anom";

/** Numbers stored as integers: value = packed · scale + offset, or missing. */
export interface Packed {
  readonly values: Int16Array;
  readonly scale: number;
  readonly offset: number;
  readonly missing: number;
}

export interface SeaSurface {
  readonly grid: Grid;
  readonly latitudes: Float64Array;
  /** Of the measurement, "1981-12-31"; undefined where the file doesn't say. */
  readonly date: string | undefined;
  readonly temperature: Packed;
  readonly climatology: Packed;
}

export async function readSeaSurface(path: string): Promise<SeaSurface> {
  const bytes = await readBytes(path, EXPECTED);
  if (bytes.toString("latin1", 0, 3) !== "CDF") throw new InputError(path, "this is not a NetCDF-3 file", EXPECTED);
  let reader: NetCDFReader;
  try {
    reader = new NetCDFReader(bytes);
  } catch (error) {
    throw new InputError(path, `this NetCDF file is damaged (${(error as Error).message})`, EXPECTED, error);
  }
  const longitudes = readNumbers(path, reader, "lon");
  const latitudes = Float64Array.from(readNumbers(path, reader, "lat"));
  const temperature = readPacked(path, reader, "sst", longitudes.length * latitudes.length);
  const departure = readPacked(path, reader, "anom", longitudes.length * latitudes.length);
  return {
    grid: {
      width: longitudes.length,
      height: latitudes.length,
      x: (column) => longitudes[column],
      y: (row) => latitudes[row],
      coordinates: "degrees of longitude and latitude",
    },
    latitudes,
    date: readDate(reader),
    temperature,
    climatology: climatologyOf(path, temperature, departure),
  };
}

function readNumbers(path: string, reader: NetCDFReader, name: string): number[] {
  if (!reader.dataVariableExists(name)) throw new InputError(path, `it has no variable ${name}`, EXPECTED);
  let data: unknown;
  try {
    data = reader.getDataVariable(name);
  } catch (error) {
    throw new InputError(path, `the variable ${name} can't be read (${(error as Error).message})`, EXPECTED, error);
  }
  const numbers = (data as unknown[]).flat();
  if (!numbers.every((v) => typeof v === "number")) {
    throw new InputError(path, `the variable ${name} isn't numeric`, EXPECTED);
  }
  return numbers;
}

/** From the variable `time`, in days since the one that its units name. */
function readDate(reader: NetCDFReader): string | undefined {
  const since = /^days since (\d{4}-\d\d-\d\d)/.exec(String(attributesOf(reader, "time").get("units")));
  if (since === null || !reader.dataVariableExists("time")) return undefined;
  const days = Number(reader.getDataVariable("time").flat()[0]);
  const date = new Date(Date.parse(since[1]) + days * 86_400_000);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString().slice(0, 10);
}

function readPacked(path: string, reader: NetCDFReader, name: string, size: number): Packed {
  const numbers = readNumbers(path, reader, name);
  if (numbers.length !== size) {
    throw new InputError(
      path,
      `the variable ${name} has ${numbers.length} values`,
      `one for each of its ${size} grid points`,
    );
  }
  const values = Int16Array.from(numbers);
  if (numbers.some((v, i) => v !== values[i])) {
    throw new InputError(
      path,
      `the variable ${name} isn't made of 16-bit integers`,
      "packed values with a scale_factor",
    );
  }
  return {
    values,
    scale: readAttribute(reader, name, "scale_factor", 1),
    offset: readAttribute(reader, name, "add_offset", 0),
    missing: readAttribute(reader, name, "missing_value", readAttribute(reader, name, "_FillValue", -32768)),
  };
}

function readAttribute(reader: NetCDFReader, variable: string, name: string, otherwise: number): number {
  const value = attributesOf(reader, variable).get(name);
  return typeof value === "number" ? value : otherwise;
}

function attributesOf(reader: NetCDFReader, variable: string): ReadonlyMap<string, unknown> {
  // netcdfjs declares a variable's attributes as the empty tuple.
  const attributes: readonly { name: string; value: unknown }[] =
    reader.variables.find((v) => v.name === variable)?.attributes ?? [];
  return new Map(attributes.map(({ name, value }) => [name, value]));
}

function climatologyOf(path: string, temperature: Packed, departure: Packed): Packed {
  const { missing, scale } = temperature;
  if (departure.scale !== scale)
    throw new InputError(path, "sst and anom have different scale_factors", "the same for both");
  const values = temperature.values.map((t, i) => {
    const d = departure.values[i];
    return t === missing || d === departure.missing ? missing : t - d;
  });
  return { values, scale, offset: temperature.offset - departure.offset, missing };
}
