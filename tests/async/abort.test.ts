/** Aborting kernels of every shape, and their progress. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { njit, prange, setNumThreads } from "../../src/index.ts";

setNumThreads(2);

/** Each of these takes longer than anybody waits, whatever its argument. */
const ENDLESS = {
  "an empty while": njit((_a: Float64Array) => {
    while (true) {}
  }),
  "a while": njit((a: Float64Array) => {
    let i = 0;
    while (true) {
      a[i & 7]! += 1;
      i = (i + 1) | 0;
    }
  }),
  "a while with continue and inner loops": njit((a: Float64Array) => {
    let i = 0;
    while (i >= 0) {
      i = (i + 1) & 1023;
      if (i % 3 === 0) continue;
      for (let k = 0; k < 5; k++) a[k]! += i;
      do {
        a[0]! += 1;
      } while (a[0]! < 0);
    }
  }),
  "a for without a condition": njit((a: Float64Array) => {
    for (let i = 0; ; i = (i + 1) & 7) a[i] = i;
  }),
  "counted loops": njit((a: Float64Array) => {
    for (let i = 0; i < 2_000_000_000; i++)
      for (let j = 0; j < 2_000_000_000; j += 7) for (let k = 9; k > 0; k--) a[k & 7]! += i + j;
  }),
  "one long loop that is vectorised": njit((a: Float64Array) => {
    let s = 0;
    for (let r = 0; r < 100_000_000; r++) for (let i = 0; i < a.length; i++) s += Math.sqrt(a[i]! + r);
    return s;
  }),
  "short loops in a long one": njit((a: Float64Array) => {
    for (let i = 0; i < 2_000_000_000; i++) for (let k = 0; k < 3; k++) a[k] = Math.sin(a[k]! + i);
  }),
  recursion: njit((a: Float64Array) => {
    const f = (n: number): number => (n < 2 ? n : f(n - 1) + f(n - 2));
    a[0] = f(100);
  }),
  "recursion with loops": njit((a: Float64Array) => {
    const f = (n: number): number => {
      let s = 0;
      for (let i = 0; i < 10; i++) s += n > 0 ? f(n - 1) : i;
      return s;
    };
    a[0] = f(60);
  }),
  "a loop that makes arrays": njit((a: Float64Array) => {
    let i = 0;
    while (true) {
      const b = new Float64Array(1000);
      b[i & 7] = 1;
      a[0]! += b[3]!;
      i = (i + 1) | 0;
    }
  }),
  "a parallel loop of long rounds": njit(
    (a: Float64Array) => {
      for (const i of prange(1000)) {
        let k = 0;
        while (k >= 0) k = (k + 1) & 1023;
        a[i & 7] = k;
      }
    },
    { parallel: true },
  ),
  "a parallel loop of many rounds": njit(
    (a: Float64Array) => {
      let s = 0;
      for (const i of prange(2_000_000_000)) s += Math.sin(i + a[i & 7]!);
      return s;
    },
    { parallel: true },
  ),
  "parallel loops one after the other": njit(
    (a: Float64Array) => {
      let s = 0;
      while (s >= 0) {
        for (const i of prange(100_000)) s += a[i & 7]! * 0;
      }
      return s;
    },
    { parallel: true },
  ),
  "console.log": njit((a: Float64Array) => {
    while (a[0]! >= 0) console.log("on and on");
  }),
} as const;

for (const [name, kernel] of Object.entries(ENDLESS)) {
  test(`abort: ${name}`, async () => {
    const { log } = console;
    console.log = () => {};
    try {
      for (const wait of [0, 20]) {
        const controller = new AbortController();
        const reason = { why: "enough" };
        const running = kernel.async.with({ signal: controller.signal })(new Float64Array(8).fill(1));
        // LLVM works first.
        while (kernel.stats.cacheHits + kernel.stats.cacheMisses === 0) await sleep(1);
        await sleep(wait);
        controller.abort(reason);
        await assert.rejects(running, (error) => (error as unknown) === reason);
      }
    } finally {
      console.log = log;
    }
  });
}

test("a signal that is aborted already: nothing runs", async () => {
  const touch = njit((a: Float64Array) => {
    a[0] = 1;
  });
  const a = new Float64Array(1);
  const call = touch.async.with({ signal: AbortSignal.abort() })(a);
  await assert.rejects(call, { name: "AbortError" });
  assert.deepEqual({ a, compiled: touch.signatures }, { a: new Float64Array(1), compiled: [] });
});

test("a signal that is aborted while the kernel is compiled, by a getter that the compiler asks", async () => {
  const controller = new AbortController();
  const config = {
    get step() {
      controller.abort(new Error("from the getter"));
      return 1;
    },
  };
  const endless = njit((a: Float64Array) => {
    while (true) a[0]! += config.step;
  });
  const running = endless.async.with({ signal: controller.signal })(new Float64Array(8));
  await assert.rejects(running, { message: "from the getter" });
});

test("AbortSignal.timeout", async () => {
  const call = ENDLESS["a while"].async.with({ signal: AbortSignal.timeout(20) })(new Float64Array(8));
  await assert.rejects(call, { name: "TimeoutError" });
});

test("an abort in the moment of the end still rejects; one afterwards changes nothing", async () => {
  const quick = njit((x: number) => x + 1);
  await quick.async(1);
  const controller = new AbortController();
  const call = quick.async.with({ signal: controller.signal })(1);
  controller.abort();
  await assert.rejects(call, { name: "AbortError" });
  const late = new AbortController();
  assert.equal(await quick.async.with({ signal: late.signal })(1), 2);
  late.abort();
});

test("calls that wait for others to end are aborted at once, and take their turn", async () => {
  const controller = new AbortController();
  const { signal } = controller;
  const hold = Array.from({ length: 70 }, () => ENDLESS["a while"].async.with({ signal })(new Float64Array(8)));
  const own = new AbortController();
  const quick = njit((x: number) => x + 1);
  const waiting = quick.async.with({ signal: own.signal })(1);
  const behind = quick.async(5);
  own.abort(new RangeError("no more waiting"));
  await assert.rejects(waiting, new RangeError("no more waiting"));
  controller.abort();
  const ends = await Promise.allSettled(hold);
  assert.ok(ends.every(({ status }) => status === "rejected"));
  assert.equal(await behind, 6);
});

test("kernels run on after one of them was aborted, and arrays keep what was stored", async () => {
  const controller = new AbortController();
  const a = new Float64Array(8);
  const call = ENDLESS["a while"].async.with({ signal: controller.signal })(a);
  await sleep(30);
  controller.abort();
  await call.catch(() => {});
  const after = a.slice();
  assert.ok(after[0]! > 0);
  await sleep(30);
  assert.deepEqual(a, after);
});

interface Step {
  readonly done: number;
  readonly at: number;
}

async function follow(call: (onProgress: (done: number) => void) => Promise<unknown>): Promise<readonly Step[]> {
  const steps: Step[] = [];
  await call((done) => steps.push({ done, at: performance.now() }));
  for (const [i, { done, at }] of steps.entries()) {
    assert.ok(done >= 0 && done <= 1, `${done}`);
    const before = steps[i - 1];
    if (before === undefined) continue;
    assert.ok(done > before.done, `${done} after ${before.done}`);
    // The last one tells of the end, whenever that is.
    if (i < steps.length - 1) assert.ok(at - before.at > 40, `${at - before.at} ms apart`);
  }
  assert.equal(steps.at(-1)?.done, 1);
  return steps;
}

/** Rounds that take some hundred milliseconds in all, by a first run. */
async function calibrated(run: (rounds: number) => Promise<unknown>): Promise<number> {
  let rounds = 1000;
  await run(1);
  for (;;) {
    const start = performance.now();
    await run(rounds);
    const ms = performance.now() - start;
    if (ms > 400) return rounds;
    rounds = Math.ceil(rounds * Math.min(10, Math.max(2, 500 / ms)));
  }
}

const PROGRESS = {
  "one loop": njit((rounds: number, a: Float64Array) => {
    for (let i = 0; i < rounds; i++) a[i & 7] = Math.sin(a[i & 7]! + i);
  }),
  "a falling loop": njit((rounds: number, a: Float64Array) => {
    for (let i = rounds; i > 0; i -= 3) a[i & 7] = Math.sin(a[i & 7]! + i);
  }),
  "two loops, the second the larger": njit((rounds: number, a: Float64Array) => {
    for (let i = 0; i < rounds / 100; i++) a[i & 7] = Math.sin(a[i & 7]! + i);
    for (let i = 0; i < rounds / 100; i++) for (let j = 0; j < 100; j++) a[j & 7] = Math.sin(a[i & 7]! + j);
  }),
  "few outer rounds": njit((rounds: number, a: Float64Array) => {
    for (let i = 0; i < 3; i++)
      for (let j = 0; j < rounds / 30; j++) for (let k = 0; k < a.length; k++) a[k] = Math.sin(a[k]! + i + j);
  }),
  "a parallel loop": njit(
    (rounds: number, a: Float64Array) => {
      let s = 0;
      for (const i of prange(rounds)) s += Math.sin(a[i & 7]! + i);
      return s;
    },
    { parallel: true },
  ),
  "parallel loops in a loop": njit(
    (rounds: number, a: Float64Array) => {
      let s = 0;
      for (let r = 0; r < 4; r++) for (const i of prange(rounds)) s += Math.sin(a[i & 7]! + i + r);
      return s;
    },
    { parallel: true },
  ),
} as const;

for (const [name, kernel] of Object.entries(PROGRESS)) {
  test(`progress: ${name}`, async () => {
    const a = new Float64Array(8);
    const rounds = await calibrated((n) => kernel.async(n, a));
    const steps = await follow((onProgress) => kernel.async.with({ onProgress })(rounds, a));
    assert.ok(steps.length >= 3, `${steps.length} steps`);
    // On the way it is neither all nothing nor all done.
    const middle = steps.slice(0, -1).map((s) => s.done);
    assert.ok(
      middle.some((done) => done > 0.05 && done < 0.95),
      middle.join(),
    );
  });
}

test("what onProgress throws ends the kernel, and rejects", async () => {
  const failure = new Error("no bar to draw");
  const call = ENDLESS["counted loops"].async.with({
    onProgress: () => {
      throw failure;
    },
  })(new Float64Array(8));
  await assert.rejects(call, (error) => error === failure);
});
