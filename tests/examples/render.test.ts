import assert from "node:assert/strict";
import { test } from "node:test";
import { blueRed, brownGreen, inferno, viridis } from "../../examples/render/colour-map.ts";
import { GLYPH, glyphOf } from "../../examples/render/font.ts";
import { drawHeatMap } from "../../examples/render/heat-map.ts";
import { quantile, tickLabels, ticks } from "../../examples/render/ticks.ts";

test("the font has every character that the heat maps' texts may use, all of one size and none alike", () => {
  const seen = new Map<string, string>();
  const characters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.,:;+-−/()%°×=±² ";
  for (const character of characters) {
    const glyph = glyphOf(character);
    assert.equal(glyph.length, GLYPH.height, character);
    for (const row of glyph) assert.match(row, /^[#.]{5}$/, character);
    const pixels = glyph.join("\n");
    assert.equal(seen.get(pixels), undefined, `${character} looks like another`);
    seen.set(pixels, character);
  }
});

test("ticks are round and within the range", () => {
  assert.deepEqual(tickLabels(ticks(-0.68, 0.52, 8)), ["−0.6", "−0.4", "−0.2", "0.0", "0.2", "0.4"]);
  assert.deepEqual(tickLabels(ticks(0, 7, 8)), ["0", "1", "2", "3", "4", "5", "6", "7"]);
  assert.deepEqual(tickLabels(ticks(-0.03, 0.03, 3)), ["−0.02", "0.00", "0.02"]);
});

test("quantiles leave missing values out", () => {
  const values = Float32Array.of(4, Number.NaN, 1, 3, 2, 0);
  assert.deepEqual([quantile(values, 0), quantile(values, 0.5), quantile(values, 1)], [0, 2, 4]);
});

const lightness = ([r, g, b]: readonly [number, number, number]) => 0.2126 * r + 0.7152 * g + 0.0722 * b;

test("sequential colour maps get lighter all the way", () => {
  for (const map of [viridis, inferno]) {
    for (let t = 0; t < 1; t += 0.02) assert.ok(lightness(map(t + 0.02)) > lightness(map(t)));
  }
});

test("diverging colour maps are lightest in the middle", () => {
  for (const map of [blueRed, brownGreen]) {
    for (let t = 0; t < 0.48; t += 0.02) {
      assert.ok(lightness(map(t + 0.02)) > lightness(map(t)));
      assert.ok(lightness(map(1 - t - 0.02)) > lightness(map(1 - t)));
    }
  }
});

test("a heat map has each value's colour in its place, north up, and missing values grey", () => {
  for (const south of [1, -1]) {
    const grid = { width: 2, height: 2, x: Number, y: (row: number) => -south * row, coordinates: "" };
    const canvas = drawHeatMap({
      title: "Title",
      subtitle: "Subtitle",
      grid,
      values: Float32Array.of(0, 1, 0.5, Number.NaN),
      colours: viridis,
      range: [0, 1],
      unit: "",
      zoom: 40,
      axis: { divisor: 1, suffix: "", step: 1 },
    });
    const rows = south === 1 ? [viridis(0), viridis(1), viridis(0.5)] : [viridis(0.5), viridis(0), viridis(1)];
    const found = rows.map((colour) => indexOfColour(canvas.data, colour));
    assert.ok(found.every((at) => at >= 0));
    const line = (at: number) => Math.floor(at / 3 / canvas.width);
    if (south === 1) assert.ok(line(found[2]) >= line(found[0]) + 40);
    assert.ok(indexOfColour(canvas.data, [196, 196, 200]) >= 0);
  }
});

function indexOfColour(data: Uint8Array, colour: readonly number[]): number {
  for (let i = 0; i < data.length; i += 3) {
    if (colour.every((v, c) => data[i + c] === v)) return i;
  }
  return -1;
}
