import assert from "node:assert/strict";
import { test } from "node:test";
import { isDeepStrictEqual } from "node:util";
import { describeDifference, differenceOf } from "../../bench/agreement.ts";
import { geometricMean, measure, median } from "../../bench/measure.ts";
import { formatMs, sectionToMarkdown } from "../../bench/report.ts";

test("medians and geometric means", () => {
  assert.equal(median([3, 1, 2]), 2);
  assert.equal(median([4, 1, 3, 2]), 2.5);
  assert.ok(Math.abs(geometricMean([1, 4, 16]) - 4) < 1e-12);
});

test("variants run in turn, prepared before each run", () => {
  const log: string[] = [];
  const variant = (name: string) => ({ name, run: () => log.push(name), prepare: () => log.push(`prepare ${name}`) });
  const timings = measure([variant("a"), variant("b")], { runs: 2, warmups: 1, sampleMs: 0 });
  const call = (name: string) => [`prepare ${name}`, name];
  // A warm-up of each, then rounds with each once.
  assert.deepEqual(log.slice(0, 4), ["a", "b"].flatMap(call));
  const rounds = [log.slice(4, 8), log.slice(8, 12)];
  for (const round of rounds) {
    assert.ok(
      [
        ["a", "b"],
        ["b", "a"],
      ].some((order) => isDeepStrictEqual(round, order.flatMap(call))),
      `${round}`,
    );
  }
  assert.deepEqual(
    timings.map(({ name, samples }) => [name, samples.length]),
    [
      ["a", 2],
      ["b", 2],
    ],
  );
});

test("short work is repeated until it can be timed", () => {
  const [timing] = measure([{ name: "short", run: () => 1 }], { runs: 3, sampleMs: 0.5 });
  assert.ok(timing.median < 0.1 && timing.median > 0);
});

test("agreement: bits, then how far apart", () => {
  assert.equal(differenceOf(Number.NaN, Number.NaN), 0);
  assert.ok(differenceOf(0, -0) > 0);
  assert.equal(differenceOf(Float64Array.of(1, 2, -4), Float64Array.of(1, 2.5, -4)), 0.125);
  assert.equal(differenceOf(Float32Array.of(1, Number.NaN), Float32Array.of(1, 2)), Number.POSITIVE_INFINITY);
  assert.equal(differenceOf(undefined, undefined), 0);
  assert.equal(describeDifference(0), "same bits");
  assert.equal(describeDifference(3.2e-16), "within 3e-16");
});

test("a section as Markdown", () => {
  const section = {
    name: "x",
    title: "Title",
    notes: ["Note."],
    columns: [
      { key: "label", heading: "", unit: "text" },
      { key: "time", heading: "time", unit: "ms" },
      { key: "over", heading: "over", unit: "ratio" },
    ],
    rows: [{ label: "a", time: 0.0123, over: 2.345 }, { label: "b" }],
  } as const;
  const lines = [
    "## Title",
    "",
    "Note.",
    "",
    "|  | time | over |",
    "| --- | ---: | ---: |",
    "| a | 12.3 µs | 2.35 × |",
    "| b |  |  |",
  ];
  assert.equal(sectionToMarkdown(section), lines.join("\n"));
  assert.deepEqual(
    [formatMs(5e-5), formatMs(2.5), formatMs(123.4), formatMs(1234)],
    ["50.0 ns", "2.50 ms", "123 ms", "1.23 s"],
  );
});

test("no variant always comes after the same one", () => {
  const log: string[] = [];
  const variants = ["a", "b", "c"].map((name) => ({ name, run: () => log.push(name) }));
  measure(variants, { runs: 60, warmups: 0, sampleMs: 0 });
  for (const { name } of variants) {
    const before = log.flatMap((one, k) => (one === name && k > 0 ? [log[k - 1]] : []));
    for (const other of ["a", "b", "c"].filter((o) => o !== name)) {
      const share = before.filter((b) => b === other).length / before.length;
      assert.ok(share > 0.2 && share < 0.8, `${other} before ${name}: ${share}`);
    }
  }
});
