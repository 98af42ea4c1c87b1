/** The cache with real kernels, one process after another and several at once. */
import assert from "node:assert/strict";
import { chmodSync, chownSync, mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { leftovers } from "../support/leftovers.ts";
import { Project } from "./programs.ts";

interface Result {
  readonly value: number;
  readonly hits: number;
  readonly misses: number;
}

const HELPER = "export const FACTOR = 2;\nexport function helper(x) { return x * FACTOR; }\n";
const PROGRAM = `
  import { njit } from "numbats";
  import { helper } from "./helper.js";
  const kernel = njit((xs) => { let s = 0; for (let i = 0; i < xs.length; i++) s += helper(xs[i]); return s; });
  const value = kernel(Float64Array.of(1, 2, 3));
  console.log(JSON.stringify({ value, hits: kernel.stats.cacheHits, misses: kernel.stats.cacheMisses }));
`;

function project(...args: ConstructorParameters<typeof Project>): Project {
  const p = new Project(...args);
  p.write("helper.js", HELPER);
  p.write("program.js", PROGRAM);
  return p;
}

const entries = (p: Project): string[] => readdirSync(p.cache).filter((name) => name.endsWith(".node"));

test("the second process finds what the first compiled", async (t) => {
  const p = project(t);
  assert.deepEqual(await p.result<Result>("program.js"), { value: 12, hits: 0, misses: 1 });
  assert.deepEqual(await p.result<Result>("program.js"), { value: 12, hits: 1, misses: 0 });
  assert.equal(entries(p).length, 1);
});

test("an error's message is computed by the second process as by the first", async (t) => {
  const p = project(t);
  const program = `
    import { njit } from "numbats";
    const LIMIT = "the limit";
    const kernel = njit((n, b) => { if (n > 0.5) throw new RangeError(\`\${n} is over \${LIMIT}: \` + b + (n > 1)); return n; });
    let value;
    try { kernel(0.75, -(2n ** 62n) - 1n); } catch (error) { value = String(error); }
    console.log(JSON.stringify({ value, hits: kernel.stats.cacheHits, misses: kernel.stats.cacheMisses }));
  `;
  p.write("throws.js", program);
  const value = "RangeError: 0.75 is over the limit: -4611686018427387905false";
  assert.deepEqual(await p.result("throws.js"), { value, hits: 0, misses: 1 });
  assert.deepEqual(await p.result("throws.js"), { value, hits: 1, misses: 0 });
});

test("one kernel is compiled by an LLVM of its own, all that follow by the same one, and nothing is left", async (t) => {
  const p = project(t);
  const tmp = join(p.dir, "tmp");
  mkdirSync(tmp);
  const counting = p.toolchain("zig-counting", `echo >> ${p.dir}/count`);
  p.write(
    "several.js",
    `import { njit } from "numbats";
    const kernels = [njit((x) => x + 1), njit((x) => x + 2), njit((x) => x + 3), njit((x) => x * 4)];
    console.log(JSON.stringify(kernels.map((kernel) => kernel(0.5))));`,
  );
  const env = { NUMBATS_LLVM: counting, TMPDIR: tmp };
  const processes = (): number => readFileSync(join(p.dir, "count"), "utf8").length;
  await p.result("program.js", env);
  assert.equal(processes(), 1);
  assert.deepEqual(await p.result("several.js", env), [1.5, 2.5, 3.5, 2]);
  assert.equal(processes(), process.platform === "linux" ? 3 : 5);
  assert.deepEqual(leftovers(tmp), []);
});

test("a helper or a constant changed in another file is noticed", async (t) => {
  const p = project(t);
  assert.equal((await p.result<Result>("program.js")).value, 12);
  p.write("helper.js", HELPER.replace("x * FACTOR", "x * FACTOR + 1"));
  assert.deepEqual(await p.result<Result>("program.js"), { value: 15, hits: 0, misses: 1 });
  p.write("helper.js", HELPER.replace("FACTOR = 2", "FACTOR = 10"));
  assert.deepEqual(await p.result<Result>("program.js"), { value: 60, hits: 0, misses: 1 });
  p.write("helper.js", HELPER);
  assert.deepEqual(await p.result<Result>("program.js"), { value: 12, hits: 1, misses: 0 });
});

test("a change that makes no difference to the code doesn't compile again", async (t) => {
  const p = project(t);
  await p.result<Result>("program.js");
  p.write(
    "helper.js",
    `// a comment\n\n${HELPER.replaceAll("helper(x) { return x *", "helper(renamed) { return renamed *")}`,
  );
  assert.deepEqual(await p.result<Result>("program.js"), { value: 12, hits: 1, misses: 0 });
});

test("a truncated or altered entry is compiled anew, not loaded", async (t) => {
  const p = project(t);
  await p.result<Result>("program.js");
  const path = join(p.cache, entries(p)[0] ?? assert.fail());
  const good = readFileSync(path);
  for (const spoil of [
    () => truncateSync(path, good.length / 2),
    () => truncateSync(path, 0),
    () => {
      const bad = Buffer.from(good);
      bad.fill(0xcc, 1000, 2000);
      writeFileSync(path, bad);
    },
  ]) {
    spoil();
    assert.deepEqual(await p.result<Result>("program.js"), { value: 12, hits: 0, misses: 1 });
    assert.deepEqual(await p.result<Result>("program.js"), { value: 12, hits: 1, misses: 0 });
  }
});

test("processes at once compile the same kernels without getting in each other's way", async (t) => {
  const p = project(t);
  const runs = await Promise.all([1, 2, 3, 4].map(() => p.result<Result>("program.js")));
  for (const { value, hits, misses } of runs) {
    assert.equal(value, 12);
    assert.equal(hits + misses, 1);
  }
  assert.equal(entries(p).length, 1);
  assert.deepEqual(
    readdirSync(p.cache).filter((name) => name.endsWith(".tmp")),
    [],
  );
});

const WARNING = /\[NUMBATS_CACHE\] NumbatsWarning: numbats compiles without caching/g;

test("a directory that can't be used: kernels run, and one warning says why", async (t) => {
  const p = project(t);
  p.write("two.js", PROGRAM.replace("const value", "njit((x) => x + 1)(1); njit((x) => x - 1)(1);\n  const value"));
  writeFileSync(p.cache, "a file where the directory would be");
  for (const cache of [p.cache, join(p.cache, "below")]) {
    const { code, stdout, stderr } = await p.run("two.js", { NUMBATS_CACHE_DIR: cache });
    assert.equal(code, 0, stderr);
    assert.equal((JSON.parse(stdout) as Result).value, 12);
    assert.equal(stderr.match(WARNING)?.length, 1, stderr);
  }
});

test("another user's directory, or one that others can write to", { skip: process.geteuid?.() !== 0 }, async (t) => {
  const p = project(t);
  await p.result<Result>("program.js");
  for (const spoil of [() => chmodSync(p.cache, 0o777), () => chownSync(p.cache, 54321, 54321)]) {
    spoil();
    const { code, stderr } = await p.run("program.js");
    assert.equal(code, 0, stderr);
    assert.equal(stderr.match(WARNING)?.length, 1, stderr);
    chmodSync(p.cache, 0o700);
  }
});

test("a full disk: nothing is cached, nothing fails", async (t) => {
  const p = project(t);
  // Writing an entry fails as it does when the disk is full; the temporary directory still has room.
  mkdirSync(p.cache, { mode: 0o700 });
  p.write(
    "full.js",
    `
    import fs from "node:fs";
    import { syncBuiltinESMExports } from "node:module";
    const write = fs.writeFileSync;
    fs.writeFileSync = (path, ...rest) => {
      if (String(path).startsWith(process.env.NUMBATS_CACHE_DIR)) {
        throw Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });
      }
      return write(path, ...rest);
    };
    syncBuiltinESMExports();
    await import("./program.js");
  `,
  );
  const { code, stdout, stderr } = await p.run("full.js");
  assert.equal(code, 0, stderr);
  assert.equal((JSON.parse(stdout) as Result).value, 12);
  assert.equal(stderr.match(WARNING)?.length, 1, stderr);
  assert.match(stderr, /because ENOSPC/);
  assert.deepEqual(entries(p), []);
});

test("cache: false leaves no trace", async (t) => {
  const p = project(t);
  p.write("program.js", PROGRAM.replace("return s; }", "return s; }, { cache: false }"));
  assert.deepEqual(await p.result<Result>("program.js"), { value: 12, hits: 0, misses: 0 });
  assert.deepEqual(entries(p), []);
});

test("options that change the code have entries of their own", async (t) => {
  const p = project(t);
  await p.result<Result>("program.js");
  for (const option of ["fastmath: true", "boundscheck: false"]) {
    p.write("program.js", PROGRAM.replace("return s; }", `return s; }, { ${option} }`));
    assert.equal((await p.result<Result>("program.js")).misses, 1, option);
    assert.equal((await p.result<Result>("program.js")).hits, 1, option);
  }
});

test("without the variable, the cache is in the project's node_modules", async (t) => {
  const p = project(t);
  await p.result<Result>("program.js", { NUMBATS_CACHE_DIR: "" });
  const dir = join(p.dir, "node_modules", ".cache", "numbats");
  assert.ok(readdirSync(dir).some((name) => name.endsWith(".node")));
});
