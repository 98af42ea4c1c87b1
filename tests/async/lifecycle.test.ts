/** The ends of threads and processes while kernels run, several threads at once, and the other engines. */
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath, pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";
import { build } from "esbuild";

const root = fileURLToPath(new URL("../..", import.meta.url));
const WORKER = new URL("./worker.mjs", import.meta.url);
let bundle = "";
let dir = "";

before(async () => {
  // Beside our node_modules, where all engines find what the package depends on.
  mkdirSync(join(root, "node_modules/.cache"), { recursive: true });
  dir = mkdtempSync(join(root, "node_modules/.cache/async-"));
  // It looks for its own files by the package's name.
  mkdirSync(join(dir, "node_modules"));
  symlinkSync(root, join(dir, "node_modules/numbats"), "junction");
  const outfile = join(dir, "numbats.mjs");
  await build({
    entryPoints: [join(root, "src/index.ts")],
    bundle: true,
    platform: "node",
    format: "esm",
    packages: "external",
    outfile,
  });
  bundle = pathToFileURL(outfile).href;
});
after(() => rmSync(dir, { recursive: true, force: true }));

test("several workers call at once", async () => {
  const wrong = await Promise.all(
    [1, 2, 3].map(
      (k) =>
        new Promise((resolve, reject) => {
          const worker = new Worker(WORKER, { workerData: k });
          worker.once("message", resolve);
          worker.once("error", reject);
        }),
    ),
  );
  assert.deepEqual(wrong, [0, 0, 0]);
});

test("a worker is terminated while its kernels run", async () => {
  for (let round = 0; round < 6; round++) {
    const worker = new Worker(WORKER, { workerData: "endless", stdout: true });
    await new Promise((resolve, reject) => {
      worker.once("message", resolve);
      worker.once("error", reject);
    });
    await sleep(round * 4);
    assert.equal(await worker.terminate(), 1);
  }
});

const KERNELS = `
  const endless = njit((a) => { while (true) for (let i = 0; i < a.length; i++) a[i] += 1; });
  const endlessly = njit((a) => { for (const i of prange(1e6)) { let k = 0; while (k >= 0) k = (k + 1) & 1023; a[i & 7] = k; } }, { parallel: true });
  const a = new Float64Array(10000);`;

function program(body: string): string[] {
  return ["--input-type=module", "-e", `import { njit, prange } from ${JSON.stringify(bundle)};${KERNELS}${body}`];
}

test("process.exit while kernels run", () => {
  for (const wait of [0, 30]) {
    const body = `
      for (let k = 0; k < 3; k++) { endless.async(a); endlessly.async(a); }
      setTimeout(() => process.exit(7), ${wait});`;
    const { status, signal, stderr } = spawnSync(process.execPath, program(body), { encoding: "utf8" });
    assert.deepEqual({ status, signal, stderr }, { status: 7, signal: null, stderr: "" });
  }
});

test("an uncaught error while kernels run", () => {
  const body = `endless.async(a); setTimeout(() => { throw new Error("uncaught"); }, 20);`;
  const { status, signal, stderr } = spawnSync(process.execPath, program(body), { encoding: "utf8" });
  assert.deepEqual({ status, signal }, { status: 1, signal: null });
  assert.match(stderr, /Error: uncaught/);
});

test("a process lives until its calls have ended, and no longer", () => {
  const body = `
    const f = njit((n) => { let s = 0; for (let i = 0; i < n; i++) s += Math.sqrt(i); return s; });
    f.async(1e7).then(() => console.log("ended"));`;
  const { stdout, status } = spawnSync(process.execPath, program(body), { encoding: "utf8" });
  assert.deepEqual({ stdout, status }, { stdout: "ended\n", status: 0 });
});

/** Sends SIGINT as soon as the program says that it is ready. */
function interrupted(body: string): Promise<{ code: number | null; signal: string | null; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, program(body), { stdio: ["ignore", "pipe", "inherit"] });
    let output = "";
    child.stdout.on("data", (chunk: Buffer) => {
      if (output === "") setTimeout(() => child.kill("SIGINT"), 50);
      output += chunk.toString();
    });
    child.on("error", reject);
    child.on("close", (code, signal) => resolve({ code, signal, output }));
  });
}

const READY = `import { writeSync } from "node:fs"; writeSync(1, "ready\\n");`;

/** Ready when LLVM is through with its work and the kernel runs. */
const running = (kernel: string): string => `
  const call = ${kernel}.async(a);
  while (${kernel}.stats.cacheHits + ${kernel}.stats.cacheMisses === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  console.log("ready");
  await call;`;

for (const [name, body] of [
  ["a plain call", `${READY}endless(a);`],
  ["a plain call of a parallel kernel", `${READY}endlessly(a);`],
  ["an async call", running("endless")],
  ["an async call of a parallel kernel", running("endlessly")],
] as const) {
  test(`Ctrl-C ends a process inside ${name}`, async () => {
    assert.deepEqual(await interrupted(body), { code: null, signal: "SIGINT", output: "ready\n" });
  });
}

test("Ctrl-C can abort an async call instead", async () => {
  const body = `
    const controller = new AbortController();
    process.once("SIGINT", () => controller.abort(new Error("interrupted")));
    try {
      ${running("endless").replace("async(a)", "async.with({ signal: controller.signal })(a)")}
    } catch (error) { console.log(error.message, a[0] > 0); }`;
  assert.deepEqual(await interrupted(body), { code: 0, signal: null, output: "ready\ninterrupted true\n" });
});

const bin = (name: string): string => join(root, "node_modules/.bin", name);
const ENGINES: Readonly<Record<string, readonly string[]>> = {
  node: [process.execPath],
  bun: [bin("bun")],
  deno: [bin("deno"), "run", "-A"],
};

for (const [name, [file = "", ...args]] of Object.entries(ENGINES)) {
  test(`async calls in ${name}`, { skip: !existsSync(file) && "not installed" }, () => {
    const script = fileURLToPath(new URL("./engine.mjs", import.meta.url));
    const { stdout, stderr, status, signal } = spawnSync(file, [...args, script, bundle], { encoding: "utf8" });
    assert.deepEqual({ stdout, stderr, status, signal }, { stdout: "all hold\n", stderr: "", status: 0, signal: null });
  });
}
