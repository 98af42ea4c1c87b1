/** Several threads of the engine at once, on one pool; forks; many kernels. */
import assert from "node:assert/strict";
import { execFileSync, fork } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { njit, prange, setNumThreads } from "../../src/index.ts";
import { buildCLibrary } from "../../src/toolchain/compile.ts";
import { hostOf } from "../../src/toolchain/host.ts";
import { findLlvm } from "../../src/toolchain/llvm.ts";

const noFork = process.platform === "win32" ? "there is no fork" : false;

const WORKER = new URL("./worker.mjs", import.meta.url);

function run(seed: number, calls: number): Promise<readonly string[]> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(WORKER, { workerData: { seed, calls } });
    let problems: readonly string[] = ["no answer"];
    worker.on("message", (message: readonly string[]) => {
      problems = message;
    });
    worker.on("error", reject);
    worker.on("exit", (code) => (code === 0 ? resolve(problems) : reject(new Error(`worker ended with ${code}`))));
  });
}

test("thousands of calls from several workers at once, plain, in the background and aborted", async () => {
  for (let round = 0; round < 2; round++) {
    const results = await Promise.all([1, 2, 3, 4].map((k) => run(k * 7919 + round, 1000)));
    assert.deepEqual(results.flat(), []);
  }
});

test("two hundred kernels, one pool", (t) => {
  setNumThreads(3);
  const start = performance.now();
  const memory = process.memoryUsage.rss();
  const a = Float64Array.from({ length: 500 }, (_, i) => i);
  const kernels = Array.from({ length: 200 }, (_, k) =>
    njit(
      (x: Float64Array) => {
        let s = 0;
        for (const i of prange(x.length)) s += x[i]! * K;
        return s;
      },
      { parallel: true, chunksize: 50, scope: { K: k, prange } },
    ),
  );
  for (let round = 0; round < 2; round++)
    for (const [k, kernel] of kernels.entries()) assert.equal(kernel(a), 124_750 * (k % 200));
  const megabytes = (process.memoryUsage.rss() - memory) / 2 ** 20;
  t.diagnostic(`${((performance.now() - start) / 200).toFixed(1)} ms and ${(megabytes / 200).toFixed(2)} MB a kernel`);
});

declare const K: number;

test("a process ends while its pool sleeps, and while it works", () => {
  const index = fileURLToPath(new URL("../../src/index.ts", import.meta.url));
  const program = (end: string) => `
    import { njit, prange, setNumThreads } from ${JSON.stringify(index)};
    setNumThreads(4);
    const f = njit((a) => { let s = 0; for (const i of prange(a.length)) s += a[i]; return s; }, { parallel: true, chunksize: 100 });
    console.log(f(new Float64Array(10000).fill(1)));
    ${end}`;
  for (const end of ["", "process.exit(0);"]) {
    const output = execFileSync(process.execPath, ["--import", "tsx", "--input-type=module", "-e", program(end)], {
      encoding: "utf8",
    });
    assert.equal(output.trim(), "10000");
  }
});

test("child_process.fork while the pool works: the child has its own", async () => {
  const child = fileURLToPath(new URL("./worker.mjs", import.meta.url));
  setNumThreads(4);
  const a = new Float64Array(100_000).fill(1);
  const sum = njit(
    (x: Float64Array) => {
      let s = 0;
      for (const i of prange(x.length)) s += x[i]!;
      return s;
    },
    { parallel: true, chunksize: 1000 },
  );
  assert.equal(sum(a), 100_000);
  const ended = Promise.all(
    [3, 5].map(
      (seed) =>
        new Promise((resolve) => {
          const forked = fork(child, [], { env: { ...process.env, STRESS: JSON.stringify({ seed, calls: 200 }) } });
          let problems: unknown = "no answer";
          forked.on("message", (message) => {
            problems = message;
          });
          forked.on("exit", (code) => resolve([code, problems]));
        }),
    ),
  );
  for (let i = 0; i < 1000; i++) assert.equal(sum(a), 100_000);
  assert.deepEqual(await ended, [
    [0, []],
    [0, []],
  ]);
});

test("fork(2) of a process whose pool is at work: the child starts a pool of its own", { skip: noFork }, () => {
  const folder = mkdtempSync(join(tmpdir(), "numbats-test-"));
  try {
    const llvm = findLlvm();
    const addon = join(folder, "forking.node");
    const source = readFileSync(new URL("./forking.c", import.meta.url), "utf8");
    buildCLibrary(llvm, source, hostOf(llvm).target, addon, { includeDir: folder });
    const program = fileURLToPath(new URL("./forking.mjs", import.meta.url));
    const output = execFileSync(process.execPath, [program, addon], { encoding: "utf8" });
    assert.deepEqual(
      JSON.parse(output),
      Array.from({ length: 10 }, () => 100),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test("NUMBATS_NUM_THREADS", () => {
  const index = fileURLToPath(new URL("../../src/index.ts", import.meta.url));
  const program = `import { getNumThreads } from ${JSON.stringify(index)}; console.log(getNumThreads());`;
  const run = (value: string): string =>
    execFileSync(process.execPath, ["--import", "tsx", "--input-type=module", "-e", program], {
      encoding: "utf8",
      env: { ...process.env, NUMBATS_NUM_THREADS: value },
      stdio: ["ignore", "pipe", "pipe"],
    });
  assert.equal(run("7").trim(), "7");
  assert.throws(() => run("many"), /NUMBATS_NUM_THREADS is a whole number from 1 to 512, not "many"/);
});
