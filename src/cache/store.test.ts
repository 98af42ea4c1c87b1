/** The store with builders that write plain bytes: no LLVM is needed to see whether entries are kept, verified and dropped. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import os, { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { leftovers } from "../../tests/support/leftovers.ts";
import { cacheKey } from "./key.ts";
import { cacheDirectory } from "./location.ts";
import { CacheStore } from "./store.ts";

const KEY = "0123456789abcdef".repeat(4);

function scratch(t: TestContext): string {
  const dir = mkdtempSync(join(tmpdir(), "numbats-test-"));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

/** What `os.tmpdir()` gives until the test ends: other processes make and remove directories in the system's. */
function ownTmpdir(t: TestContext): string {
  const dir = scratch(t);
  for (const name of ["TMPDIR", "TEMP", "TMP"]) {
    const before = process.env[name];
    process.env[name] = dir;
    t.after(() => {
      if (before === undefined) delete process.env[name];
      else process.env[name] = before;
    });
  }
  return dir;
}

/** A store that notes its warnings, and a builder that notes its runs. */
function open(dir: string, maxBytes?: number) {
  const warnings: string[] = [];
  const store = new CacheStore(dir, {
    warn: (message) => warnings.push(message),
    ...(maxBytes === undefined ? {} : { maxBytes }),
  });
  let builds = 0;
  const get = (key = KEY, content = "code of the kernel") => {
    const addon = store.get(key, (outPath) => {
      builds++;
      writeFileSync(outPath, content);
    });
    const text = readFileSync(addon.path, "latin1");
    addon.release();
    return { ...addon, text };
  };
  return { store, warnings, get, builds: () => builds };
}

const keyOf = (n: number): string => n.toString(16).padStart(64, "0");

test("an entry is built once and then found, by other stores too", (t) => {
  const dir = join(scratch(t), "made", "by", "us");
  const first = open(dir);
  assert.equal(first.get().hit, false);
  assert.equal(first.get().hit, true);
  assert.equal(open(dir).get().hit, true);
  assert.equal(first.builds(), 1);
  assert.deepEqual(first.warnings, []);
  assert.equal(statSync(dir).mode & 0o777, 0o700);
  assert.deepEqual(readdirSync(dir), [`${KEY}.node`]);
  assert.equal(statSync(join(dir, `${KEY}.node`)).mode & 0o777, 0o600);
});

test("every truncation, every flipped byte and another key's entry are noticed", (t) => {
  const dir = scratch(t);
  const { get } = open(dir);
  const { path } = get();
  const good = readFileSync(path);
  for (let size = 0; size < good.length; size++) {
    truncateSync(path, size);
    assert.equal(get().hit, false, `${size} bytes`);
    assert.deepEqual(readFileSync(path), good);
  }
  for (let at = 0; at < good.length; at++) {
    const bad = Buffer.from(good);
    bad.writeUInt8(bad.readUInt8(at) ^ 1, at);
    writeFileSync(path, bad);
    assert.equal(get().hit, false, `byte ${at}`);
  }
  writeFileSync(path, Buffer.concat([good, Buffer.from("x")]));
  assert.equal(get().hit, false);
  writeFileSync(join(dir, `${keyOf(1)}.node`), good);
  assert.equal(get(keyOf(1)).hit, false);
});

test("a directory that can't be made: built all the same, said once", (t) => {
  const file = join(scratch(t), "file");
  writeFileSync(file, "");
  const { get, warnings, builds } = open(join(file, "cache"));
  for (let i = 0; i < 2; i++) {
    const addon = get();
    assert.equal(addon.text, "code of the kernel");
    assert.ok(!existsSync(addon.path), "it is gone after release");
  }
  assert.equal(builds(), 2);
  assert.equal(warnings.length, 1);
  assert.match(warnings[0] ?? "", /^numbats compiles without caching: .*cache can't be used, because E/);
});

test("a file in the directory's place", (t) => {
  const file = join(scratch(t), "cache");
  writeFileSync(file, "");
  const { get, warnings } = open(file);
  assert.equal(get().inCache, false);
  assert.equal(warnings.length, 1);
});

test("an entry that can't be published: used all the same, said once", (t) => {
  const dir = scratch(t);
  const { get, warnings, builds } = open(dir);
  // Nothing can be renamed onto a directory with something in it, whoever asks; root may write anywhere else.
  mkdirSync(join(dir, `${KEY}.node`, "in the way"), { recursive: true });
  for (let i = 0; i < 2; i++) assert.equal(get().text, "code of the kernel");
  assert.equal(builds(), 2);
  assert.equal(warnings.length, 1);
  assert.deepEqual(readdirSync(dir), [`${KEY}.node`]);
});

test("a builder that fails leaves nothing behind", (t) => {
  const dir = scratch(t);
  const temporary = ownTmpdir(t);
  assert.throws(
    () =>
      new CacheStore(dir).get(KEY, (outPath) => {
        writeFileSync(outPath, "half");
        throw new Error("no LLVM");
      }),
    /no LLVM/,
  );
  assert.deepEqual(readdirSync(dir), []);
  assert.deepEqual(leftovers(temporary), []);
});

test("a directory that others can reach isn't used", { skip: process.platform === "win32" }, (t) => {
  for (const mode of [0o755, 0o750, 0o777, 0o701]) {
    const dir = join(scratch(t), "cache");
    open(dir).get();
    chmodSync(dir, mode);
    const { get, warnings } = open(dir);
    assert.equal(get().inCache, false, mode.toString(8));
    assert.match(warnings[0] ?? "", /other users have access to it \(its mode is 7/);
  }
});

test("a place where nothing can be made", { skip: process.platform !== "linux" }, () => {
  const { get, warnings } = open("/proc/numbats/cache");
  assert.equal(get().inCache, false);
  assert.match(warnings[0] ?? "", /can't be used, because ENOENT/);
});

test("an empty one that others can only look at is made private", { skip: process.platform === "win32" }, (t) => {
  const dir = join(scratch(t), "cache");
  mkdirSync(dir);
  chmodSync(dir, 0o755);
  assert.equal(open(dir).get().inCache, true);
  assert.equal(statSync(dir).mode & 0o777, 0o700);
});

test("a directory of another user, or one that others can replace", { skip: process.geteuid?.() !== 0 }, (t) => {
  const dir = join(scratch(t), "cache");
  open(dir).get();
  chownSync(dir, 54321, 54321);
  const { get, warnings } = open(dir);
  assert.equal(get().inCache, false);
  assert.match(warnings[0] ?? "", /it belongs to another user/);

  const shared = scratch(t);
  chmodSync(shared, 0o777);
  const inShared = open(join(shared, "cache"));
  assert.equal(inShared.get().inCache, false);
  assert.match(inShared.warnings[0] ?? "", /other users can replace it/);
});

test("a symbolic link isn't followed", { skip: process.platform === "win32" }, (t) => {
  const dir = scratch(t);
  mkdirSync(join(dir, "real"), { mode: 0o700 });
  symlinkSync(join(dir, "real"), join(dir, "link"));
  const { get, warnings } = open(join(dir, "link"));
  assert.equal(get().inCache, false);
  assert.match(warnings[0] ?? "", /symbolic link/);
});

test("a directory removed while in use is made again", (t) => {
  const dir = join(scratch(t), "cache");
  const { get, warnings } = open(dir);
  get();
  rmSync(dir, { recursive: true });
  assert.equal(get().hit, false);
  assert.equal(get().hit, true);
  assert.deepEqual(warnings, []);
});

test("the least recently used entries go when the cache is full", (t) => {
  const dir = scratch(t);
  const filler = open(dir);
  for (let n = 0; n < 10; n++) {
    const { path } = filler.get(keyOf(n), "x".repeat(1000));
    const hoursAgo = new Date(Date.now() - (20 - n) * 3_600_000);
    utimesSync(path, hoursAgo, hoursAgo);
  }
  assert.equal(filler.get(keyOf(0)).hit, true);
  open(dir, 6000).get(keyOf(99), "x".repeat(1000));
  const left = open(dir)
    .store.list()
    .map((entry) => Number.parseInt(entry.key, 16));
  assert.deepEqual(
    left.sort((a, b) => a - b),
    [0, 8, 9, 99],
  );
});

test("a use is noted an hour after the last one", (t) => {
  const { get } = open(scratch(t));
  const { path } = get();
  const usedAgo = (minutes: number): number => {
    const then = new Date(Date.now() - minutes * 60_000);
    utimesSync(path, then, then);
    assert.equal(get().hit, true);
    return Math.round((Date.now() - statSync(path).mtimeMs) / 60_000);
  };
  assert.deepEqual([usedAgo(30), usedAgo(90)], [30, 0]);
});

test("the directory is looked at once for what is read in one go, and again for what comes later", async (t) => {
  const dir = join(scratch(t), "cache");
  const { store, get, warnings } = open(dir);
  get();
  assert.notEqual(store.find(KEY), undefined);
  chmodSync(dir, 0o755);
  assert.notEqual(store.find(KEY), undefined);
  // Nothing is ever written without a look.
  store.addNote("json", KEY, "{}");
  assert.equal(existsSync(join(dir, `${KEY}.json`)), process.platform === "win32");
  await Promise.resolve();
  assert.equal(store.find(KEY) === undefined, process.platform !== "win32");
  assert.equal(warnings.length, process.platform === "win32" ? 0 : 1);
});

test("notes, too, are verified", (t) => {
  const dir = scratch(t);
  const { store } = open(dir);
  store.addNote("ll", KEY, "define ü");
  assert.equal(store.findNote("ll", KEY), "define ü");
  assert.equal(store.findNote("json", KEY), undefined);
  const path = join(dir, `${KEY}.ll`);
  writeFileSync(join(dir, `${keyOf(1)}.ll`), readFileSync(path));
  assert.equal(store.findNote("ll", keyOf(1)), undefined);
  writeFileSync(path, readFileSync(path, "utf8").replace("define", "defind"));
  assert.equal(store.findNote("ll", KEY), undefined);
});

test("what a dead process left is swept up, what a live one is writing isn't", (t) => {
  const dir = scratch(t);
  const dead = join(dir, ".01234567-89ab-cdef-0123-456789abcdef.tmp");
  const live = join(dir, ".11234567-89ab-cdef-0123-456789abcdef.tmp");
  for (const path of [dead, live]) writeFileSync(path, "");
  utimesSync(dead, new Date(0), new Date(0));
  open(dir).get();
  assert.deepEqual([existsSync(dead), existsSync(live)], [false, true]);
});

test("list, size and clear; only numbats' own files go", (t) => {
  const dir = scratch(t);
  const { get, store } = open(dir);
  get(keyOf(1), "12345");
  get(keyOf(2), "1234567890");
  writeFileSync(join(dir, "precious.txt"), "");
  writeFileSync(join(dir, "host-0123abcd.json"), "{}");
  const sizes = store.list().map((entry) => entry.bytes);
  assert.deepEqual(store.size(), { entries: 2, bytes: sizes.reduce((a, b) => a + b) });
  assert.equal(store.clear(), 2);
  assert.deepEqual(store.size(), { entries: 0, bytes: 0 });
  assert.deepEqual(readdirSync(dir), ["precious.txt"]);
  assert.deepEqual(new CacheStore(join(dir, "nowhere")).list(), []);
});

test("processes at once on one directory: each gets every kernel, none sees half of one", async (t) => {
  const dir = join(scratch(t), "cache");
  const script = `
    const { CacheStore } = await import(${JSON.stringify(new URL("./store.ts", import.meta.url).href)});
    const fs = await import("node:fs");
    const store = new CacheStore(${JSON.stringify(dir)}, { maxBytes: 400_000, warn: (w) => { throw new Error(w); } });
    for (let n = 0; n < 150; n++) {
      const key = (n % 40).toString(16).padStart(64, "0");
      const code = key.repeat(300);
      const addon = store.get(key, (path) => fs.writeFileSync(path, code));
      // Eviction by the other process may take the file between get and here, as it may before a dlopen.
      try {
        if (!fs.readFileSync(addon.path, "latin1").startsWith(code)) throw new Error("wrong code for " + key);
      } catch (error) {
        if (error.code !== "ENOENT") throw error;
      }
      addon.release();
    }`;
  const run = (): Promise<string> =>
    new Promise((resolve) => {
      const child = spawn(process.execPath, ["--import", "tsx", "--input-type=module", "-e", script]);
      let output = "";
      child.stderr.on("data", (data) => {
        output += String(data);
      });
      child.on("close", (code) => resolve(code === 0 ? "" : `exit ${code}: ${output}`));
    });
  assert.deepEqual(await Promise.all([run(), run(), run()]), ["", "", ""]);
  assert.deepEqual(
    readdirSync(dir).filter((name) => name.startsWith(".")),
    [],
  );
});

test("a user without a home has no cache there, and no error", (t) => {
  t.mock.method(os, "homedir", () => {
    throw new Error("uv_os_homedir returned ENOENT");
  });
  syncBuiltinESMExports();
  t.after(syncBuiltinESMExports);
  const dir = cacheDirectory("/", {});
  t.mock.restoreAll();
  assert.match(dir, /numbats/);
});

test("the directory: the variable, else the nearest project's, else the user's", (t) => {
  const root = scratch(t);
  assert.equal(cacheDirectory(root, { NUMBATS_CACHE_DIR: "/elsewhere" }), "/elsewhere");
  assert.equal(cacheDirectory(root, { NUMBATS_CACHE_DIR: "here" }), join(root, "here"));
  writeFileSync(join(root, "package.json"), "{}");
  mkdirSync(join(root, "src", "deep"), { recursive: true });
  const inProject = join(root, "node_modules", ".cache", "numbats");
  assert.equal(cacheDirectory(join(root, "src", "deep"), { NUMBATS_CACHE_DIR: "" }), inProject);
  if (process.platform === "linux") {
    assert.equal(cacheDirectory("/", { XDG_CACHE_HOME: "/xdg" }), "/xdg/numbats");
    assert.match(cacheDirectory("/", { XDG_CACHE_HOME: "relative" }), /\/\.cache\/numbats$/);
    chmodSync(root, 0o777);
    assert.equal(cacheDirectory(root, { XDG_CACHE_HOME: "/xdg" }), "/xdg/numbats", "others could replace node_modules");
  }
});

test("the key covers everything that shapes the code", () => {
  const target = { triple: "x", cpu: "y", features: ["+a"], vectorWidth: 128 } as const;
  const parts = { llvm: "define", target, llvmVersion: "21.1.0", flags: ["-O3"] };
  const keys = [
    parts,
    { ...parts, llvm: "define " },
    { ...parts, llvmVersion: "21.1.1" },
    { ...parts, flags: ["-O2"] },
    { ...parts, target: { ...target, cpu: "z" } },
    { ...parts, target: { ...target, triple: "z" } },
    { ...parts, target: { ...target, features: ["-a"] } },
  ].map(cacheKey);
  assert.equal(new Set(keys).size, keys.length);
  assert.match(keys[0] ?? "", /^[0-9a-f]{64}$/);
  assert.equal(cacheKey(parts), cacheKey({ ...parts }));
});
