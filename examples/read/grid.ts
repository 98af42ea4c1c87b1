/** Where a raster's pixels lie on the map: pixel centres, in the raster's own coordinates. */
export interface Grid {
  readonly width: number;
  readonly height: number;
  x(column: number): number;
  y(row: number): number;
  /** What the coordinates are, for headings: "UTM zone 25S, metres". */
  readonly coordinates: string;
}
