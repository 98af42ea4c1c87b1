/** `random` as its user meets it: one sequence for a thread of the engine, drawn from by kernels and by plain JavaScript. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { type CompileError, njit, prange, random } from "../../src/index.ts";

const three = (): number[] => [random.random(), random.random(), random.random()];

test("kernels and plain JavaScript draw from one sequence", () => {
  const uniform = njit(() => random.random());
  const normal = njit(() => random.normal());
  const seed = njit((n: number) => {
    random.seed(n);
  });
  random.seed(7);
  const expected = [random.random(), random.random(), random.normal(), random.random()];
  random.seed(7);
  assert.deepEqual([uniform(), random.random(), normal(), uniform()], expected);
  seed(7);
  assert.deepEqual([random.random(), uniform(), random.normal(), random.random()], expected);
});

test("Math.random in a kernel is random.random", () => {
  const draw = njit(() => Math.random());
  random.seed(11);
  const expected = three();
  random.seed(11);
  assert.deepEqual([draw(), random.random(), draw()], expected);
});

test("a kernel called in a plain prange draws from the round's stream", () => {
  const noise = njit(() => random.normal());
  const run = (draw: () => number): number[] => {
    const numbers: number[] = [];
    random.seed(12);
    for (const i of prange(5)) if (i !== 3) numbers.push(draw(), random.random());
    numbers.push(random.random());
    return numbers;
  };
  assert.deepEqual(
    run(noise),
    run(() => random.normal()),
  );
});

test("a log function may draw in the middle of a kernel", () => {
  const kernel = (n: number): number => {
    random.seed(n);
    let sum = 0;
    for (let i = 0; i < 3; i++) {
      console.log("draws", random.random());
      sum += random.random();
    }
    return sum;
  };
  const lines: unknown[][] = [];
  const compiled = njit(kernel);
  compiled.compile(5);
  const { log } = console;
  console.log = (...items) => lines.push([...items, random.random()]);
  try {
    const sum = compiled(5);
    const drawn = lines.splice(0);
    assert.equal(sum, kernel(5));
    assert.deepEqual(drawn, lines);
  } finally {
    console.log = log;
  }
});

test("errors of a kernel are those of the plain function", () => {
  const seed = njit((n: number) => {
    random.seed(n);
  });
  assert.throws(() => seed(0.5), { name: "RangeError", message: "random.seed takes an integer within ±(2 ** 53 - 1)" });
  const die = njit((faces: number) => random.integers(1, faces + 1));
  assert.ok(die(6) <= 6);
  assert.throws(() => die(0), {
    name: "RangeError",
    message: "random.integers takes bounds with one to 2 ** 53 integers between them",
  });
});

test("functions of the sequence can be named without their object", () => {
  const { normal, seed } = random;
  const draw = njit((n: number) => {
    seed(n);
    return normal(100, 0.5);
  });
  assert.equal(draw(3), draw.jsFunction(3));
});

test("each worker has a sequence of its own", async () => {
  const worker = (): Promise<number[]> =>
    new Promise((resolve, reject) => {
      const thread = new Worker(new URL("./random-worker.mjs", import.meta.url));
      thread.once("message", resolve);
      thread.once("error", reject);
    });
  random.seed(99);
  const expected = [...three(), random.normal()];
  random.seed(99);
  const numbers = [random.random()];
  const [one, two] = await Promise.all([worker(), worker()]);
  numbers.push(random.random(), random.random(), random.normal());
  assert.deepEqual(numbers, expected);
  assert.deepEqual(one.slice(1), expected);
  assert.deepEqual(two.slice(1), expected);
  assert.notEqual(one[0], two[0]);
});

test("node --random-seed seeds what is not seeded otherwise", () => {
  const script = `
    import { njit, random } from ${JSON.stringify(new URL("../../src/index.ts", import.meta.url).href)};
    console.log(njit(() => Math.random())(), random.normal());`;
  const run = (seed: string): string => {
    const args = [`--random-seed=${seed}`, "--import", "tsx", "--input-type=module", "-e", script];
    const { stdout, stderr, status } = spawnSync(process.execPath, args, {
      encoding: "utf8",
      cwd: fileURLToPath(new URL("../..", import.meta.url)),
    });
    assert.equal(status, 0, stderr);
    return stdout;
  };
  const first = run("1");
  assert.equal(run("1"), first);
  assert.notEqual(run("2"), first);
});

test("the compiler's own variables don't show in diagnostics", () => {
  const kernel = njit(
    (n: number) => {
      let s = 0;
      for (const _ of prange(n)) s += random.random();
      return s;
    },
    { parallel: true },
  );
  kernel(10);
  assert.match(kernel.parallelDiagnostics(3), /reductions: s: sum$/m);
  const left = njit(
    (n: number) => {
      for (const _ of prange(n)) if (random.random() > 0.5) break;
    },
    { parallel: true },
  );
  assert.throws(
    () => left(10),
    (error: CompileError) => {
      assert.deepEqual(
        error.diagnostics.map(({ id }) => id),
        ["parallel-leave"],
      );
      return true;
    },
  );
});
