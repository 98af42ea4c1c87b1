/** Tables for the terminal: the time each piece of work took in each variant, and the hottest pixels of a raster. */
import Table from "cli-table3";
import type { TimingRow } from "../compute/timing.ts";
import type { Grid } from "../read/grid.ts";

/**
 * One column for each variant that the rows have, in the order in which they first occur; the speed-up is over the first.
 * The first call is the second variant's: it compiles the kernel, or loads it from the cache.
 */
export function timingTable(heading: string, rows: readonly TimingRow[]): string {
  const names = [...new Set(rows.flatMap((row) => row.timings.map((timing) => timing.name)))];
  const table = plainTable(
    [
      `${heading}\nmedian (min)`,
      ...names.flatMap((name, k) => (k === 0 ? [name] : [name, "speed-up"])),
      "first call",
      "result",
    ],
    1,
  );
  for (const row of rows) {
    const [plain, compiled] = row.timings;
    const cells = names.flatMap((name, k) => {
      const timing = row.timings.find((t) => t.name === name);
      if (timing === undefined) return k === 0 ? [""] : ["", ""];
      const time = `${formatMs(timing.median)} (${formatMs(timing.min)})`;
      return k === 0 ? [time] : [time, formatRatio(plain.median / timing.median)];
    });
    table.push([row.label, ...cells, formatMs(compiled.first), row.agreement]);
  }
  return table.toString();
}

export interface Column {
  readonly heading: string;
  readonly values: Float32Array;
  readonly decimals: number;
}

export function hottestTable(
  pixels: readonly number[],
  grid: Grid,
  axes: { readonly x: string; readonly y: string; readonly decimals: number },
  columns: readonly Column[],
): string {
  const table = plainTable(["", "column, row", axes.x, axes.y, ...columns.map((c) => c.heading)], 0);
  for (const [i, pixel] of pixels.entries()) {
    const column = pixel % grid.width;
    const row = Math.floor(pixel / grid.width);
    table.push([
      i + 1,
      `${column}, ${row}`,
      grid.x(column).toFixed(axes.decimals),
      grid.y(row).toFixed(axes.decimals),
      ...columns.map((c) => c.values[pixel].toFixed(c.decimals)),
    ]);
  }
  return table.toString();
}

/** All columns but the first `left` are numbers, aligned right. */
function plainTable(head: string[], left: number): Table.Table {
  return new Table({
    head,
    colAligns: head.map((_, i) => (i < left ? "left" : "right")),
    style: { head: [], border: [], compact: true },
  });
}

export function formatMs(ms: number): string {
  if (ms < 1) return `${(ms * 1000).toPrecision(3)} µs`;
  return `${ms >= 100 ? ms.toFixed(0) : ms.toPrecision(3)} ms`;
}

function formatRatio(ratio: number): string {
  return `${ratio >= 100 ? ratio.toFixed(0) : ratio.toPrecision(2)} ×`;
}
