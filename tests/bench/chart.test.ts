import assert from "node:assert/strict";
import { test } from "node:test";
import { barChart } from "../../bench/chart.ts";

test("a chart: bars on a logarithmic axis, from 1 in both directions, none for a missing value", () => {
  const svg = barChart({
    title: "a < b",
    from: 1,
    series: [
      { name: "one", colour: "#111111" },
      { name: "two", colour: "#222222" },
    ],
    groups: [
      { label: "fast", values: { one: 4, two: 2 } },
      { label: "slow", values: { one: 0.5, two: undefined } },
    ],
  });
  // From 0.5 to 4 are three doublings over 640 pixels, the left edge at 190.
  assert.deepEqual(
    [...svg.matchAll(/<rect x="([\d.]+)" y="\d+" width="([\d.]+)" height="4" fill="(#\d+)"/g)].map((m) => m.slice(1)),
    [
      ["403.3", "426.7", "#111111"],
      ["403.3", "213.3", "#222222"],
      ["190", "213.3", "#111111"],
    ],
  );
  assert.match(svg, /<text [^>]*>a &lt; b<\/text>/);
});
