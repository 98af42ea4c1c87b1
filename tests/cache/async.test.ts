/** `kernel.async` while LLVM is at work for it, each program in a process and with a cache of its own. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { Project } from "./programs.ts";

const KERNEL = `
  import { njit, prange } from "numbats";
  const shift = njit((to, from, by) => {
    for (const i of prange(to.length)) to[i] = from[i] + by;
    return to;
  }, { parallel: true });
  const xs = Float64Array.from({ length: 1000 }, (_, i) => i / 7);
  const out = new Float64Array(1000);
  const misses = () => shift.stats.cacheMisses;
`;

test("the first call doesn't wait for LLVM, whose work for plain calls waits for one", async (t) => {
  const p = new Project(t);
  p.write(
    "program.js",
    `${KERNEL}
    const calls = [shift.async(out, xs, 1), shift.async(out, xs, 1)];
    const seen = [misses(), shift.stats.compiles];
    const [one, two] = await Promise.all(calls);
    seen.push(one === out, two === out, out[14], misses());
    seen.push(shift(out, xs, 2) === out, out[14], misses(), shift.stats.compiles);
    // Arrays that overlap need code of their own.
    const overlapping = shift.async(xs.subarray(1), xs.subarray(0, 999), 0);
    seen.push(misses());
    await overlapping;
    seen.push([...new Set(xs)].length, misses());
    // What is compiled already begins at once.
    const begun = shift.async(out, xs, 5);
    seen.push(misses());
    await begun;
    console.log(JSON.stringify(seen));`,
  );
  assert.deepEqual(await p.result("program.js"), [0, 2, true, true, 3, 1, true, 4, 2, 2, 2, 1, 3, 3]);
});

test("compile() makes the code for plain calls after an async one", async (t) => {
  const p = new Project(t);
  p.write(
    "program.js",
    `${KERNEL}
    await shift.async(out, xs, 1);
    const seen = [misses()];
    shift.compile(out, xs, 1);
    seen.push(misses());
    shift(out, xs, 1);
    console.log(JSON.stringify([...seen, misses()]));`,
  );
  assert.deepEqual(await p.result("program.js"), [1, 2, 2]);
});

test("an abort while LLVM works rejects at once, and the process ends", async (t) => {
  const p = new Project(t);
  const slow = p.toolchain("zig-fake", `echo $$ >> ${p.dir}/pids; exec sleep 600`);
  p.write(
    "program.js",
    `${KERNEL}
    const controller = new AbortController();
    const call = shift.async.with({ signal: controller.signal })(out, xs, 1);
    setTimeout(() => controller.abort(new Error("no more waiting")), 50);
    const other = shift.async(out, xs, 1);
    console.log(JSON.stringify(await call.then(() => "ran", (error) => error.message)));
    other.catch(() => {});
    process.exit(0);`,
  );
  assert.equal(await p.result("program.js", { NUMBATS_LLVM: slow }), "no more waiting");
  assert.match(readFileSync(join(p.dir, "pids"), "utf8"), /^\d+\n/);
  p.write(
    "alone.js",
    `${KERNEL}
    const call = shift.async.with({ signal: AbortSignal.timeout(50) })(out, xs, 1);
    console.log(JSON.stringify(await call.then(() => "ran", (error) => error.name)));`,
  );
  assert.equal(await p.result("alone.js", { NUMBATS_LLVM: slow }), "TimeoutError");
});

test("a toolchain that fails rejects; the next call tries again", async (t) => {
  const p = new Project(t);
  const broken = p.toolchain("zig-fake", `test -f ${p.dir}/mended || { echo out of luck >&2; exit 3; }`);
  p.write(
    "program.js",
    `${KERNEL}
    import { writeFileSync } from "node:fs";
    const call = () => shift.async(out, xs, 1).then(() => out[14], (error) => [error.name, error.message.split("\\n").slice(0, 2)]);
    const seen = await Promise.all([call(), call()]);
    writeFileSync("mended", "");
    console.log(JSON.stringify([...seen, await call()]));`,
  );
  const failure = ["ToolchainError", ["zig-fake clang failed with exit code 3.", "out of luck"]];
  assert.deepEqual(await p.result("program.js", { NUMBATS_LLVM: broken }), [failure, failure, 3]);
});

test("what isn't in the language rejects without LLVM", async (t) => {
  const p = new Project(t);
  p.write(
    "program.js",
    `
    import { njit } from "numbats";
    const kernel = njit((x) => x.toString());
    const names = await Promise.all([1, 2].map((x) => kernel.async(x).then(() => "no error", (e) => e.name)));
    console.log(JSON.stringify(names));`,
  );
  assert.deepEqual(await p.result("program.js"), ["CompileError", "CompileError"]);
});
