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

test("parallel loops: serial, parallel, and what peers are there; the copy's bandwidth; aborts", () => {
  const path = join(folder, "parallel.json");
  const { status, stderr } = run("parallel", "--quick", "--json", path);
  assert.equal(status, 0, stderr);
  const { sections } = JSON.parse(readFileSync(path, "utf8")) as Report;
  assert.deepEqual(
    sections.map(({ name, rows }) => [name, rows.length]),
    [
      ["parallel-fork-join", 9],
      ["parallel-compute", 4],
      ["parallel-memory", 3],
      ["pauses", 4],
      ["abort", 4],
    ],
  );
  const [forkJoin, compute, memory, pauses, abort] = sections;
  const peers = (stderr.match(/skipped/g) ?? []).length === 0 ? ["C ∥", "Numba ∥"] : [];
  for (const row of pauses.rows)
    for (const key of ["serial", "parallel", "speedUp"]) assert.ok(Number(row[key]) > 0, `${row.label}: ${key}`);
  for (const row of [...compute.rows, ...memory.rows])
    for (const key of ["serial", "parallel", ...peers]) assert.ok(Number(row[key]) > 0, `${row.label}: ${key}`);
  const [loops, meeting] = [forkJoin.rows.slice(0, -1), forkJoin.rows.slice(-1)];
  for (const row of loops) assert.ok(Number(row.serial) > 0 && Number(row.parallel) > 0);
  for (const row of [...loops.slice(4), ...meeting]) assert.ok(Number(row.shared) > 0, String(row.label));
  for (const { balance, speedUp } of compute.rows) assert.ok(Number(balance) <= Number(speedUp) / 2);
  for (const { share, bandwidth } of memory.rows) assert.ok(Number(share) > 0 && Number(bandwidth) > 0);
  for (const { median, best, worst } of abort.rows)
    assert.ok(Number(best) <= Number(median) && Number(median) <= Number(worst));
});

test("an unknown suite is an error that names those there are", () => {
  const { status, stderr } = run("nonsense");
  assert.equal(status, 1);
  assert.match(stderr, /no suite nonsense; there are compile-time, start-up, call-overhead, main-job, suite/);
});
