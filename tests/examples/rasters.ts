/** Small rasters, good and bad, for the tests of the examples' readers: written to a folder of their own. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { writeArrayBuffer } from "geotiff";

export const SCENE = fileURLToPath(new URL("../../data/L7_ETMs.tif", import.meta.url));
export const SST = fileURLToPath(new URL("../../data/avhrr_sst_reduced.nc", import.meta.url));

export class Folder {
  readonly path = mkdtempSync(join(tmpdir(), "numbats-examples-"));

  write(name: string, content: string | Uint8Array): string {
    const path = join(this.path, name);
    writeFileSync(path, content);
    return path;
  }

  /** A GeoTIFF with all its pixels 1, but for those that `change` sets: samples in pixel order, bands together. */
  async writeTiff(
    name: string,
    bands: number,
    change: (pixels: Float32Array) => void,
    extra: object = {},
  ): Promise<string> {
    const [width, height] = [7, 5];
    const pixels = new Float32Array(width * height * bands).fill(1);
    change(pixels);
    const tiff = await writeArrayBuffer(pixels, {
      width,
      height,
      SamplesPerPixel: bands,
      BitsPerSample: new Array(bands).fill(32),
      SampleFormat: new Array(bands).fill(3),
      ModelPixelScale: [30, 30, 0],
      ModelTiepoint: [0, 0, 0, 500_000, 9_000_000, 0],
      ...extra,
    });
    return this.write(name, new Uint8Array(tiff));
  }

  remove(): void {
    rmSync(this.path, { recursive: true });
  }
}

/** The file's bytes with each ASCII name replaced by another of the same length: a variable goes by another name. */
export function renamed(path: string, from: string, to: string): Buffer {
  return Buffer.from(readFileSync(path).toString("latin1").replaceAll(from, to), "latin1");
}
