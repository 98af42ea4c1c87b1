import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import type { Report } from "../../bench/report.ts";

const RUN = fileURLToPath(new URL("../../bench/run.ts", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "numbats-bench-test-"));
after(() => rmSync(folder, { recursive: true }));

function run(...args: string[]) {
  return spawnSync(process.execPath, ["--import", "tsx", RUN, ...args], { encoding: "utf8" });
}

test("the main job's kernels, plain, compiled and in C, agree; the numbers are stored with the machine", () => {
  const path = join(folder, "results.json");
  const { status, stderr, stdout } = run("main-job", "--quick", "--json", path);
  assert.equal(status, 0, stderr);
  assert.match(stdout, /sum of roots .* same bits/);
  const { machine, sections } = JSON.parse(readFileSync(path, "utf8")) as Report;
  assert.equal(machine.node, process.version);
  const [section] = sections;
  assert.equal(section.rows.length, 12);
  for (const row of section.rows.slice(0, -1)) {
    assert.ok(Number(row["plain JS"]) > 0 && Number(row.njit) > 0 && Number(row.C) > 0);
    assert.match(String(row.agreement), /^(same bits|within \de-1\d)$/, String(row.label));
  }
});

test("an unknown suite is an error that names those there are", () => {
  const { status, stderr } = run("nonsense");
  assert.equal(status, 1);
  assert.match(stderr, /no suite nonsense; there are compile-time, start-up, call-overhead, main-job, suite/);
});
