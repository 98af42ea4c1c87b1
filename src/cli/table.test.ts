import assert from "node:assert/strict";
import { test } from "node:test";
import { formatBytes, formatMs, formatTable } from "./table.ts";

test("columns align", () => {
  const rows = [
    ["name", "ms"],
    ["a", "1.5"],
    ["longer", "12"],
  ];
  assert.equal(formatTable(rows, ["left", "right"]), "name     ms\n──────  ───\na       1.5\nlonger   12\n");
});

test("durations have three digits in the unit that suits", () => {
  const table: [number, string][] = [
    [0.0000162, "16.2 ns"],
    [0.00123, "1.23 µs"],
    [0.1234, "123 µs"],
    [1.234, "1.23 ms"],
    [123.4, "123 ms"],
    [1234, "1.23 s"],
  ];
  for (const [ms, text] of table) assert.equal(formatMs(ms), text);
});

test("bytes", () => {
  assert.deepEqual([0, 1023, 1024, 512 * 2 ** 20].map(formatBytes), ["0 B", "1023 B", "1.0 KiB", "512.0 MiB"]);
});
