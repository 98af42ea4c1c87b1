/** Several threads of the engine at once, on one pool; forks; many kernels. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { njit, prange, setNumThreads } from "../../src/index.ts";

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

test("thousands of calls from several workers at once", { timeout: 240_000 }, async () => {
  for (let round = 0; round < 2; round++) {
    const results = await Promise.all([1, 2, 3, 4].map((k) => run(k * 7919 + round, 1500)));
    assert.deepEqual(results.flat(), []);
  }
});

test("two hundred kernels, one pool", () => {
  setNumThreads(3);
  const a = Float64Array.from({ length: 500 }, (_, i) => i);
  const kernels = Array.from({ length: 200 }, (_, k) =>
    njit(
      (x: Float64Array) => {
        let s = 0;
        for (const i of prange(x.length)) s += x[i]! * K;
        return s;
      },
      { parallel: true, chunksize: 50, scope: { K: k % 10, prange } },
    ),
  );
  for (const [k, kernel] of kernels.entries()) assert.equal(kernel(a), 124_750 * (k % 10));
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
  assert.throws(() => run("many"), /NUMBATS_NUM_THREADS is a whole number from 1 to 512/);
});
