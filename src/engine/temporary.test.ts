import assert from "node:assert/strict";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { beforeEach, test } from "node:test";
import { Worker } from "node:worker_threads";
import { makeTemporary, removeTemporary, temporaryPath } from "./temporary.ts";

const notWindows = { skip: process.platform === "win32" };
const system = mkdtempSync(join(tmpdir(), "numbats-test-"));
process.on("exit", () => rmSync(system, { recursive: true, force: true }));

beforeEach(() => {
  const dir = mkdtempSync(join(system, "tmp '\"ü "));
  for (const name of ["TMPDIR", "TEMP", "TMP"]) process.env[name] = dir;
});

function old(path: string, hours: number): void {
  const seconds = Date.now() / 1000 - hours * 3600;
  utimesSync(path, seconds, seconds);
}

test("what others left a day ago is removed, and nothing else", () => {
  const first = makeTemporary();
  const place = dirname(first);
  removeTemporary(first);
  assert.deepEqual([dirname(place), readdirSync(place)], [tmpdir(), []]);

  const [left, recent, users] = [join(place, "left"), join(place, "recent"), join(tmpdir(), "numbats-users0")];
  for (const dir of [left, recent, users]) {
    mkdirSync(dir);
    writeFileSync(join(dir, "kernel0.o"), "");
  }
  writeFileSync(`${left}.node`, "");
  old(left, 25);
  old(`${left}.node`, 25);
  old(recent, 23);
  old(users, 1000);
  // Once in a thread: this one has looked.
  const second = makeTemporary();
  assert.ok(existsSync(left));
  removeTemporary(second);

  const { TMPDIR } = process.env;
  process.env.TMPDIR = system;
  removeTemporary(makeTemporary());
  process.env.TMPDIR = TMPDIR;
  removeTemporary(makeTemporary());
  assert.deepEqual([readdirSync(place), existsSync(users)], [["recent"], true]);
});

test("a place that others can write to, or that can't be made, isn't used", notWindows, () => {
  const place = dirname(makeTemporary());
  chmodSync(place, 0o777);
  assert.equal(dirname(makeTemporary()), tmpdir());
  rmSync(place, { recursive: true });
  writeFileSync(place, "");
  assert.equal(dirname(makeTemporary()), tmpdir());
});

test("the system's directory isn't made where there is none", notWindows, () => {
  rmSync(tmpdir(), { recursive: true });
  assert.throws(makeTemporary, { code: "ENOENT" });
  assert.ok(!existsSync(tmpdir()));
});

test(
  "a file has a name of its own in the user's directory, or where that can't be used a directory",
  notWindows,
  () => {
    const [one, other] = [temporaryPath(".node"), temporaryPath(".node")];
    const place = dirname(one.path);
    assert.deepEqual([dirname(other.path), dirname(place)], [place, tmpdir()]);
    assert.notEqual(one.path, other.path);
    writeFileSync(one.path, "");
    one.remove();
    other.remove();
    assert.deepEqual(readdirSync(place), []);

    chmodSync(place, 0o777);
    const { path, remove } = temporaryPath(".node");
    assert.deepEqual([dirname(dirname(path)), existsSync(dirname(path))], [tmpdir(), true]);
    writeFileSync(path, "");
    remove();
    assert.ok(!existsSync(dirname(path)));
  },
);

test("what a thread hasn't removed goes when it ends", async () => {
  const script = `
    (await import(${JSON.stringify(import.meta.resolve("tsx/esm/api"))})).register();
    const { makeTemporary, temporaryPath } = await import(${JSON.stringify(new URL("temporary.ts", import.meta.url).href)});
    const { existsSync, writeFileSync } = await import("node:fs");
    const { parentPort } = await import("node:worker_threads");
    const { path } = temporaryPath(".node");
    writeFileSync(path, "");
    parentPort.postMessage([makeTemporary(), path].map((one) => [one, existsSync(one)]));`;
  const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(script)}`));
  let made: [string, boolean][] = [];
  worker.on("message", (dirs) => {
    made = dirs;
  });
  await new Promise((resolve, reject) => worker.on("exit", resolve).on("error", reject));
  assert.deepEqual(
    made.map(([dir, wasThere]) => [wasThere, existsSync(dir)]),
    [
      [true, false],
      [true, false],
    ],
  );
});
