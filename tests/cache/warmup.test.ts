/** `warmup: "background"` with LLVM at work, each program in a process of its own. */
import assert from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { leftovers } from "../support/leftovers.ts";
import { Project } from "./programs.ts";

const KERNEL = `
  import { njit, prange } from "numbats";
  const sum = njit((xs, n) => {
    let s = 0;
    for (let i = 0; i < n; i++) s += xs[i % xs.length] * 0.1;
    return s;
  }, { warmup: "background" });
  const xs = Float64Array.from({ length: 1000 }, (_, i) => i / 7);
  const expected = sum.jsFunction(xs, 5000);
`;

test("the event loop goes on, results are the same, and the kernel takes over", async (t) => {
  const p = new Project(t);
  p.write(
    "program.js",
    `${KERNEL}
    const values = [];
    let turns = 0;
    while (sum.stats.cacheMisses + sum.stats.cacheHits === 0) {
      values.push(sum(xs, 5000));
      turns++;
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    const misses = sum.stats.cacheMisses;
    for (let i = 0; i < 3; i++) values.push(sum(xs, 5000));
    await sum.ready();
    console.log(JSON.stringify({
      same: values.every((v) => Object.is(v, expected)), turns: turns > 1, misses, stages: Object.keys(sum.stats.milliseconds),
    }));`,
  );
  assert.deepEqual(await p.result("program.js"), {
    same: true,
    turns: true,
    misses: 1,
    stages: ["toolchain", "frontend", "types", "lower", "parallel", "passes", "emit", "llvm", "link", "load"],
  });
  p.write("again.js", `${KERNEL}\n sum(xs, 10); console.log(JSON.stringify(sum.stats.cacheHits));`);
  assert.equal(await p.result("again.js"), 1);
});

test("a program that never returns to the event loop gets its kernel, one type after the other", async (t) => {
  const p = new Project(t);
  p.write(
    "program.js",
    `${KERNEL}
    const seen = [];
    for (const [a, n] of [[xs, 5000], [Float32Array.from(xs), 5000], [xs, 5000.5]]) {
      const { cacheMisses } = sum.stats;
      const plain = sum.jsFunction(a, n);
      let same = true;
      while (sum.stats.cacheMisses === cacheMisses) same &&= Object.is(sum(a, n), plain);
      seen.push(same && Object.is(sum(a, n), plain));
    }
    console.log(JSON.stringify(seen));`,
  );
  assert.deepEqual(await p.result("program.js"), [true, true, true]);
});

test("overlapping arrays run plain until their own code is there", async (t) => {
  const p = new Project(t);
  p.write(
    "program.js",
    `
    import { njit } from "numbats";
    const shift = njit((to, from) => { for (let i = 0; i < to.length; i++) to[i] = from[i] + 1; }, { warmup: "background" });
    const run = (f) => { const b = new Float64Array(20); f(b.subarray(1), b.subarray(0, 19)); return b.join(); };
    const expected = run(shift.jsFunction);
    const results = [run(shift)];
    await shift.ready();
    results.push(run(shift));
    const waiting = shift.stats.compiles - shift.stats.cacheMisses;
    await shift.ready();
    results.push(run(shift));
    console.log(JSON.stringify([results.every((r) => r === expected), waiting, shift.stats.cacheMisses]));`,
  );
  assert.deepEqual(await p.result("program.js"), [true, 1, 2]);
});

test("parallel kernels: the thread pool is built in the background, too", async (t) => {
  const p = new Project(t);
  p.write(
    "program.js",
    `
    import { njit, prange } from "numbats";
    const count = njit((n) => { let s = 0; for (const i of prange(n)) s += i % 3; return s; },
      { warmup: "background", parallel: true, cache: process.argv[2] !== "uncached" });
    const first = count(10000);
    await count.ready();
    console.log(JSON.stringify([first, count(10000), count.stats.compiles]));`,
  );
  assert.deepEqual(await p.result("program.js"), [9999, 9999, 1]);
});

test("many kernels at once, some of them the same, without the cache", async (t) => {
  const p = new Project(t);
  p.write(
    "program.js",
    `
    import { njit } from "numbats";
    const kernels = Array.from({ length: 6 }, (_, k) => {
      const c = k >> 1;
      return njit((x) => x * 2 + c, { warmup: "background", cache: k !== 5 });
    });
    const all = () => kernels.map((k) => k(21)).join();
    const first = all();
    await Promise.all(kernels.map((k) => k.ready()));
    console.log(JSON.stringify([first, all()]));`,
  );
  assert.deepEqual(await p.result("program.js"), ["42,42,43,43,44,44", "42,42,43,43,44,44"]);
});

function isAlive(pid: number): boolean {
  try {
    // Dead ones may still await their parent.
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, "latin1"));
  } catch {
    return false;
  }
}

test("a process doesn't wait for LLVM, and leaves neither files nor a child behind", async (t) => {
  const p = new Project(t);
  const tmp = join(p.dir, "tmp");
  mkdirSync(tmp);
  // The compiler would go on for a minute.
  const slow = p.toolchain("zig-slow", `echo $$ > ${p.dir}/pid; exec sleep 60`);
  const exits = { "program.js": "", "exit.js": "process.exit(0);" };
  for (const [name, end] of Object.entries(exits)) {
    p.write(
      name,
      `import { cpus } from "node:os";
      ${KERNEL}
      console.log(JSON.stringify(Object.is(sum(xs, 5000), expected)));
      // There isn't room for all of them at once.
      for (let k = 0; k < cpus().length + 2; k++) njit((x) => x + k, { warmup: "background" })(1);
      // So that the child is there.
      await new Promise((resolve) => setTimeout(resolve, 100));
      ${end}`,
    );
    const start = performance.now();
    assert.equal(await p.result(name, { NUMBATS_LLVM: slow, TMPDIR: tmp }), true);
    assert.ok(performance.now() - start < 30_000, "it waited");
    const pid = Number(readFileSync(join(p.dir, "pid"), "utf8"));
    await new Promise((resolve) => setTimeout(resolve, 50));
    assert.ok(!isAlive(pid), "the child lives");
    assert.deepEqual(leftovers(tmp), []);
  }
});

test("a toolchain that fails: one warning, plain JavaScript, and ready() rejects", async (t) => {
  const p = new Project(t);
  const broken = p.toolchain("zig-broken", "echo out of luck >&2; exit 3");
  p.write(
    "program.js",
    `${KERNEL}
    const other = njit((x) => x + 1, { warmup: "background" });
    const results = [Object.is(sum(xs, 5000), expected), other(1)];
    for (const kernel of [sum, other]) {
      results.push(await kernel.ready().then(() => "ready", (error) => [error.name, error.message.split("\\n").slice(0, 2)]));
    }
    results.push(Object.is(sum(xs, 5000), expected));
    console.log(JSON.stringify(results));`,
  );
  const { stdout, stderr } = await p.run("program.js", { NUMBATS_LLVM: broken });
  const failure = ["ToolchainError", ["zig-broken clang failed with exit code 3.", "out of luck"]];
  assert.deepEqual(JSON.parse(stdout), [true, 2, failure, failure, true]);
  assert.match(
    stderr,
    /\[NUMBATS_WARMUP\] NumbatsWarning: the kernel at program.js:3:20 goes on as plain JavaScript: zig-broken clang/,
  );
  assert.equal(stderr.match(/NUMBATS_WARMUP/g)?.length, 1, stderr);
});

test("what isn't in the language is an error at the first call", async (t) => {
  const p = new Project(t);
  p.write(
    "program.js",
    `
    import { njit } from "numbats";
    const kernel = njit((x) => x.toString(), { warmup: "background" });
    const names = [1, 2].map(() => { try { kernel(1); return "no error"; } catch (e) { return e.name; } });
    console.log(JSON.stringify([...names, await kernel.ready().then(() => "ready")]));`,
  );
  assert.deepEqual(await p.result("program.js"), ["CompileError", "CompileError", "ready"]);
});
