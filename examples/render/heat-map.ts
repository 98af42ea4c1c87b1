/**
 * Draws a raster as a heat map: takes values on a grid, gives a picture with a title, the map with its coordinates on two
 * sides, a colour bar, and rings around chosen pixels. NaN is drawn grey.
 */
import type { Grid } from "../read/grid.ts";
import { Canvas, type Colour } from "./canvas.ts";
import type { ColourMap } from "./colour-map.ts";
import { GLYPH, textWidth } from "./font.ts";
import { multiples, tickLabels, ticks } from "./ticks.ts";

export interface HeatMap {
  readonly title: string;
  readonly subtitle: string;
  readonly grid: Grid;
  readonly values: Float32Array;
  readonly colours: ColourMap;
  /** The values at the two ends of the colour map; what lies beyond takes the end's colour. */
  readonly range: readonly [low: number, high: number];
  /** Over the colour bar. */
  readonly unit: string;
  /** Pixels of the picture for one of the raster. */
  readonly zoom: number;
  /** Coordinates are divided by this and followed by the suffix (metres shown as kilometres), with a tick every `step`. */
  readonly axis: { readonly divisor: number; readonly suffix: string; readonly step: number };
  /** Pixels of the raster to ring, the first marked 1. */
  readonly marks?: readonly number[];
}

const PAPER: Colour = [255, 255, 255];
const INK: Colour = [32, 32, 36];
const SOFT: Colour = [110, 110, 118];
const MISSING: Colour = [196, 196, 200];

const SIZE = 2;
const LINE = GLYPH.height * SIZE;
const MARGIN = 24;
const TICK = 6;
const BAR = { gap: 28, width: 26 } as const;

export function drawHeatMap(map: HeatMap): Canvas {
  const { grid, zoom } = map;
  const width = grid.width * zoom;
  const height = grid.height * zoom;
  // Room for the widest label on either side, two lines and the colour bar's unit above, one line of labels below.
  const left = MARGIN + textWidth("−0000 km", SIZE) + TICK * 2;
  const top = MARGIN + LINE * 2 + 44;
  const right = BAR.gap + BAR.width + TICK * 2 + textWidth("−00.00", SIZE) + MARGIN;
  const canvas = new Canvas(left + width + right, top + height + TICK * 2 + LINE + MARGIN, PAPER);
  canvas.text(left, MARGIN, map.title, SIZE + 1, INK);
  canvas.text(left, MARGIN + LINE + 16, map.subtitle, SIZE, SOFT);
  drawPixels(canvas, map, left, top);
  canvas.outline(left - 1, top - 1, width + 2, height + 2, INK);
  drawAxes(canvas, map, left, top);
  drawMarks(canvas, map, left, top);
  drawColourBar(canvas, map, left + width + BAR.gap, top, height);
  return canvas;
}

/** North is up whichever way the rows run. */
function runsSouth(grid: Grid): boolean {
  return grid.y(1) < grid.y(0);
}

function drawPixels(canvas: Canvas, map: HeatMap, left: number, top: number): void {
  const { grid, values, zoom } = map;
  const [low, high] = map.range;
  for (let row = 0; row < grid.height; row++) {
    const y = top + (runsSouth(grid) ? row : grid.height - 1 - row) * zoom;
    for (let column = 0; column < grid.width; column++) {
      const v = values[row * grid.width + column];
      const colour = Number.isNaN(v) ? MISSING : map.colours((v - low) / (high - low));
      canvas.fill(left + column * zoom, y, zoom, zoom, colour);
    }
  }
}

function drawAxes(canvas: Canvas, map: HeatMap, left: number, top: number): void {
  const { grid, zoom, axis } = map;
  const bottom = top + grid.height * zoom;
  const xs = coordinates(grid.x(0), grid.x(grid.width - 1), axis);
  for (const [i, label] of xs.labels.entries()) {
    const x = Math.round(left + (xs.at[i] * (grid.width - 1) + 0.5) * zoom);
    canvas.fill(x, bottom + 1, 1, TICK, INK);
    canvas.text(x, bottom + TICK * 2, label + axis.suffix, SIZE, INK, "centre");
  }
  const ys = coordinates(grid.y(0), grid.y(grid.height - 1), axis);
  for (const [i, label] of ys.labels.entries()) {
    const along = runsSouth(grid) ? ys.at[i] : 1 - ys.at[i];
    const y = Math.round(top + (along * (grid.height - 1) + 0.5) * zoom);
    canvas.fill(left - 1 - TICK, y, TICK, 1, INK);
    canvas.text(left - TICK * 2, y - 7, label + axis.suffix, SIZE, INK, "right");
  }
}

/** Ticks between two coordinates, and how far along from the first to the last each of them is. */
function coordinates(first: number, last: number, axis: HeatMap["axis"]): { labels: string[]; at: number[] } {
  const { divisor, step } = axis;
  const values = multiples(Math.min(first, last) / divisor, Math.max(first, last) / divisor, step);
  return { labels: tickLabels(values), at: values.map((v) => (v * divisor - first) / (last - first)) };
}

function drawMarks(canvas: Canvas, map: HeatMap, left: number, top: number): void {
  const { grid, zoom } = map;
  for (const [i, pixel] of (map.marks ?? []).entries()) {
    const row = Math.floor(pixel / grid.width);
    const x = left + Math.floor(((pixel % grid.width) + 0.5) * zoom);
    const y = top + Math.floor(((runsSouth(grid) ? row : grid.height - 1 - row) + 0.5) * zoom);
    // White around black shows on any colour.
    canvas.ring(x, y, 7, 4, PAPER);
    canvas.ring(x, y, 8, 2, INK);
    const label = String(i + 1);
    const fits = x + 16 + textWidth(label, SIZE) < left + grid.width * zoom;
    if (fits) drawNumber(canvas, label, x + 14, y - 7);
    else drawNumber(canvas, label, x - (textWidth(label, SIZE) >> 1), y - 30);
  }
}

function drawNumber(canvas: Canvas, label: string, x: number, y: number): void {
  for (const [dx, dy] of [
    [-2, 0],
    [2, 0],
    [0, -2],
    [0, 2],
    [-1, -1],
    [1, 1],
    [-1, 1],
    [1, -1],
  ] as const) {
    canvas.text(x + dx, y + dy, label, SIZE, PAPER);
  }
  canvas.text(x, y, label, SIZE, INK);
}

function drawColourBar(canvas: Canvas, map: HeatMap, left: number, top: number, height: number): void {
  const [low, high] = map.range;
  for (let y = 0; y < height; y++) canvas.fill(left, top + y, BAR.width, 1, map.colours(1 - y / (height - 1)));
  canvas.outline(left - 1, top - 1, BAR.width + 2, height + 2, INK);
  canvas.text(left, top - LINE - 4, map.unit, SIZE, INK);
  const values = ticks(low, high, 8);
  const labels = tickLabels(values);
  for (const [i, v] of values.entries()) {
    const y = Math.round(top + (1 - (v - low) / (high - low)) * (height - 1));
    canvas.fill(left + BAR.width + 1, y, TICK, 1, INK);
    canvas.text(left + BAR.width + TICK * 2, y - 7, labels[i], SIZE, INK);
  }
}
