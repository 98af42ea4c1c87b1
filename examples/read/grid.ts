/** A GeoTIFF's word for where it lies: the corner of its first pixel, a pixel's size (downwards negative), its projection's keys. */
export interface GeoReference {
  readonly origin: readonly [x: number, y: number];
  readonly resolution: readonly [x: number, y: number];
  readonly keys: object;
}

/** Where a raster's pixels lie on the map: pixel centres, in the raster's own coordinates. */
export interface Grid {
  readonly width: number;
  readonly height: number;
  x(column: number): number;
  y(row: number): number;
  /** What the coordinates are, for headings: "UTM zone 25S, metres". */
  readonly coordinates: string;
}
