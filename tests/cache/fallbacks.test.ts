/** What a kernel leaves out of its addon until a test before a loop fails (emit/llvm/entry-fallbacks.ts): made then, kept, and taken again. */
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { test } from "node:test";
import { Project } from "./programs.ts";

/** `try` gives what becomes of arrays of a length: those of 48 elements are long enough, `run` says how the kernel is to be called. */
const BLUR = `
  import { njit } from "numbats";
  export let weight = 0.125;
  export const reweigh = () => { weight = 7; };
  export const blur = njit((w, h, a, b, c) => {
    let sum = 0;
    for (let y = 1; y < h - 1; y++) {
      for (let x = 1; x < w - 1; x++) {
        const p = y * w + x;
        const around = a[p - w - 1] + a[p - w] + a[p - w + 1] + a[p - 1] + a[p + 1] + a[p + w - 1] + a[p + w] + a[p + w + 1];
        b[p] = around * weight - a[p];
        c[p] = b[p] > 0 ? Math.sqrt(b[p]) : Math.abs(b[p]) * 0.01;
        sum += b[p] * c[p] + b[p] * 0.5 + c[p] * 0.25 - a[p - 1] * a[p + 1];
        c[p] += a[p - w] * 0.5 - a[p + w] * 0.25;
      }
    }
    return sum;
  });
  export function attempt(length, run = blur) {
    const [a, b, c] = [new Float64Array(48).map((_, i) => (i * 37) % 11), new Float64Array(48), new Float64Array(length)];
    let outcome;
    try {
      outcome = run(8, 6, a, b, c);
    } catch (error) {
      outcome = error.name;
    }
    return [outcome, ...b, ...c].join();
  }
  export const asPlain = (length) => attempt(length) === attempt(length, blur.jsFunction);
  export const without = (length) => attempt(length).split(",").slice(1).join();
`;

function project(...args: ConstructorParameters<typeof Project>): Project {
  const p = new Project(...args);
  p.write("blur.js", BLUR);
  return p;
}

const addons = (p: Project): number => readdirSync(p.cache).filter((name) => name.endsWith(".node")).length;

test("made when a test fails, once, and loaded by the next process", async (t) => {
  const p = project(t);
  p.write(
    "enough.js",
    `import { asPlain, blur } from "./blur.js";
    console.log(JSON.stringify([asPlain(48), asPlain(50), blur.stats.cacheMisses]));`,
  );
  p.write(
    "few.js",
    `import { attempt, blur, without } from "./blur.js";
    const before = attempt(48);
    const llvm = [blur.stats.milliseconds.llvm ?? 0];
    const outcomes = [attempt(30), attempt(30), attempt(9)].map((text) => text.split(",")[0]);
    llvm.push(blur.stats.milliseconds.llvm ?? 0);
    attempt(31);
    llvm.push(blur.stats.milliseconds.llvm ?? 0);
    const compiles = llvm.slice(1).map((ms, k) => ms > llvm[k]);
    console.log(JSON.stringify([outcomes, before === attempt(48), compiles]));`,
  );
  assert.deepEqual(await p.result("enough.js"), [true, true, 1]);
  assert.equal(addons(p), 1);
  const outcomes = ["RangeError", "RangeError", "RangeError"];
  assert.deepEqual(await p.result("few.js"), [outcomes, true, [true, false]]);
  assert.equal(addons(p), 2);
  assert.deepEqual(await p.result("few.js"), [outcomes, true, [false, false]]);
});

test("what was captured when the kernel was compiled holds, whatever has become of it since", async (t) => {
  const p = project(t);
  p.write(
    "program.js",
    `import { attempt, reweigh } from "./blur.js";
    if (process.env.NEVER === undefined) attempt(48);
    if (process.env.LATER === undefined) reweigh();
    console.log(JSON.stringify(attempt(30)));`,
  );
  const text = await p.result<string>("program.js");
  assert.equal(await p.result("program.js", { LATER: "1" }), text);
  assert.notEqual(await p.result("program.js", { NEVER: "1" }), text);
});

test("each thread has its own, which goes with it", async (t) => {
  const p = project(t);
  p.write(
    "worker.js",
    `import { parentPort } from "node:worker_threads";
    import { register } from "tsx/esm/api";
    register();
    const { attempt } = await import("./blur.js");
    parentPort.postMessage(attempt(30));`,
  );
  p.write(
    "program.js",
    `import { Worker } from "node:worker_threads";
    import { attempt } from "./blur.js";
    attempt(48);
    const inWorker = () => new Promise((resolve, reject) => {
      let message;
      const worker = new Worker(new URL("worker.js", import.meta.url));
      worker.on("message", (m) => { message = m; }).on("error", reject).on("exit", () => resolve(message));
    });
    const theirs = [...await Promise.all([inWorker(), inWorker()]), await inWorker()];
    const ours = attempt(30);
    theirs.push(await inWorker());
    console.log(JSON.stringify([theirs.every((text) => text === ours), ours === attempt(30)]));`,
  );
  assert.deepEqual(await p.result("program.js"), [true, true]);
});

test("without a cache", async (t) => {
  const p = project(t);
  p.write(
    "program.js",
    `import { njit } from "numbats";
    import { attempt, blur } from "./blur.js";
    const uncached = njit(blur.jsFunction, { cache: false });
    const texts = [attempt(30, uncached), attempt(30, uncached), attempt(48, uncached)];
    console.log(JSON.stringify([texts[0] === texts[1], texts[2] === attempt(48, blur.jsFunction)]));`,
  );
  assert.deepEqual(await p.result("program.js"), [true, true]);
});

test("a toolchain that fails: the call throws, and the next one tries again", async (t) => {
  const p = project(t);
  p.write("enough.js", `import { attempt } from "./blur.js"; console.log(JSON.stringify(attempt(48)));`);
  const expected = await p.result<string>("enough.js");
  const broken = p.toolchain("zig-fake", `test -f ${p.dir}/mended || { echo out of luck >&2; exit 3; }`);
  p.write(
    "program.js",
    `import { writeFileSync } from "node:fs";
    import { attempt, blur } from "./blur.js";
    const texts = [attempt(48)];
    try {
      blur(8, 6, new Float64Array(48), new Float64Array(48), new Float64Array(30));
    } catch (error) {
      texts.push(error.name, ...error.message.split("\\n").slice(0, 2));
    }
    writeFileSync("mended", "");
    texts.push(attempt(30).split(",")[0], attempt(48));
    console.log(JSON.stringify(texts));`,
  );
  const failure = ["ToolchainError", "zig-fake clang failed with exit code 3.", "out of luck"];
  assert.deepEqual(await p.result("program.js", { NUMBATS_LLVM: broken }), [
    expected,
    ...failure,
    "RangeError",
    expected,
  ]);
});

test("deep in a recursion, in the background, and with random numbers and console.log about", async (t) => {
  const p = project(t);
  p.write(
    "program.js",
    `import { njit, random } from "numbats";
    import { attempt, blur } from "./blur.js";
    const inner = blur.jsFunction;
    const deep = njit((depth, w, h, a, b, c) => (depth > 0 ? deep(depth - 1, w, h, a, b, c) : inner(w, h, a, b, c)));
    const logging = njit((w, h, a, b, c) => {
      const before = random.normal();
      console.log("before", a.length);
      return inner(w, h, a, b, c) + before;
    });
    const logged = [];
    console.log = (...items) => logged.push(items.join(" "));
    const runs = [blur, (...args) => deep(2000, ...args), (...args) => deep(0, ...args)].map((run) => attempt(30, run));
    const settled = await blur.async(8, 6, new Float64Array(48), new Float64Array(48), new Float64Array(30)).catch((e) => e.name);
    random.seed(1);
    const draws = [attempt(48, logging), attempt(30, logging), attempt(48, logging)];
    random.seed(1);
    const again = [48, 30, 48].map((length) => attempt(length, logging.jsFunction));
    process.stdout.write(JSON.stringify([runs.every((text) => text === runs[0]), settled, logged.length,
      draws[0] === again[0], draws[2] === again[2]]));`,
  );
  assert.deepEqual(await p.result("program.js"), [true, "RangeError", 6, true, true]);
});
